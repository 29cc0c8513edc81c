<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>About</name>
    <message>
        <source>About Outtray</source>
        <translation>Outtrayについて</translation>
    </message>
    <message>
        <source>Outtray is free software under the MIT licence. It uses Qt under the GNU Lesser General Public License (LGPL), version 3.</source>
        <translation>OuttrayはMITライセンスのフリーソフトウェアです。QtをGNU Lesser General Public License（LGPL）バージョン3のもとで使用しています。</translation>
    </message>
    <message>
        <source>Closes this window; Esc does the same</source>
        <translation>このウィンドウを閉じます。Escでも閉じます</translation>
    </message>
    <message>
        <source>&amp;Licences</source>
        <translation>ライセンス(&amp;L)</translation>
    </message>
    <message>
        <source>Shows the licences of all that Outtray is made with, in the program for files</source>
        <translation>Outtrayに使われているすべてのもののライセンスを、ファイルを扱うプログラムで表示します</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>バージョン {version}</translation>
    </message>
</context>
<context>
    <name>Account</name>
    <message>
        <source>TLS from the start</source>
        <translation>最初からTLS</translation>
    </message>
    <message>
        <source>STARTTLS, required</source>
        <translation>STARTTLS（必須）</translation>
    </message>
    <message>
        <source>None: to this computer only</source>
        <translation>なし（このコンピューターのみ）</translation>
    </message>
    <message>
        <source>Password, as the server offers</source>
        <translation>パスワード（サーバーに合わせる）</translation>
    </message>
    <message>
        <source>Password by PLAIN</source>
        <translation>パスワード(PLAIN)</translation>
    </message>
    <message>
        <source>Password by LOGIN</source>
        <translation>パスワード(LOGIN)</translation>
    </message>
    <message>
        <source>Access token in place of the password (XOAUTH2)</source>
        <translation>パスワードの代わりにアクセストークン(XOAUTH2)</translation>
    </message>
    <message>
        <source>Save any&amp;way</source>
        <translation>このまま保存(&amp;W)</translation>
    </message>
    <message>
        <source>Keeps the account although the test failed</source>
        <translation>テストに失敗しましたが、アカウントを保存します</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>保存中…</translation>
    </message>
    <message>
        <source>Add an account</source>
        <translation>アカウントの追加</translation>
    </message>
    <message>
        <source>It does not work yet. Nothing was saved.</source>
        <translation>まだ使えません。何も保存していません。</translation>
    </message>
    <message>
        <source>It could not be saved.</source>
        <translation>保存できませんでした。</translation>
    </message>
    <message>
        <source>Stop the test</source>
        <translation>テストを停止</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Nothing more is tried; what is typed stays</source>
        <translation>試行をやめます。入力した内容は残ります</translation>
    </message>
    <message>
        <source>Closes this window; nothing is saved</source>
        <translation>このウィンドウを閉じます。何も保存しません</translation>
    </message>
    <message>
        <source>Closes this window; the account is saved</source>
        <translation>このウィンドウを閉じます。アカウントは保存済みです</translation>
    </message>
    <message>
        <source>Tries to log in to the server, and saves the account when that works</source>
        <translation>サーバーにログインしてみて、できたらアカウントを保存します</translation>
    </message>
    <message>
        <source>&amp;Test and save</source>
        <translation>テストして保存(&amp;T)</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>停止しました。</translation>
    </message>
    <message>
        <source>Saved. {address} can send.</source>
        <translation>保存しました。{address}から送信できます。</translation>
    </message>
    <message>
        <source>Account {address}</source>
        <translation>アカウント {address}</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>テスト中…</translation>
    </message>
    <message>
        <source>&amp;Test again and save</source>
        <translation>もう一度テストして保存(&amp;T)</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完了</translation>
    </message>
    <message>
        <source>No keyring here: kept until Outtray ends, then asked for again.</source>
        <translation>キーリングがないため、Outtrayの終了まで保持し、次回もう一度お尋ねします。</translation>
    </message>
    <message>
        <source>Kept in this computer&apos;s keyring.</source>
        <translation>このコンピューターのキーリングに保存します。</translation>
    </message>
    <message>
        <source>An empty field</source>
        <translation>空欄</translation>
    </message>
    <message>
        <source>info@school.example</source>
        <translation>info@school.example</translation>
    </message>
    <message>
        <source>What recipients see beside the address</source>
        <translation>受信者に表示される名前</translation>
    </message>
    <message>
        <source>As the server says</source>
        <translation>サーバーの指定どおり</translation>
    </message>
    <message>
        <source>IMAP port</source>
        <translation>IMAPポート</translation>
    </message>
    <message>
        <source>A number; the usual one follows from the security</source>
        <translation>数字で指定します。通常は暗号化の方式で決まります</translation>
    </message>
    <message>
        <source>A number; the usual one follows from the IMAP security</source>
        <translation>数字で指定します。通常はIMAPの暗号化の方式で決まります</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>パスワードを表示</translation>
    </message>
    <message>
        <source>Until it is pressed again</source>
        <translation>もう一度押すと隠します</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>選択(&amp;C)…</translation>
    </message>
    <message>
        <source>Its path comes into the field</source>
        <translation>ファイルのパスを欄に入れます</translation>
    </message>
    <message>
        <source>Choose the certificate file</source>
        <translation>証明書ファイルを選択</translation>
    </message>
    <message>
        <source>&amp;More</source>
        <translation>詳細(&amp;M)</translation>
    </message>
    <message>
        <source>Shows or hides the fields that few accounts need</source>
        <translation>あまり使わない項目を表示または非表示にします</translation>
    </message>
    <message>
        <source>P&amp;ort</source>
        <translation>ポート(&amp;O)</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>ポート</translation>
    </message>
    <message>
        <source>an hour</source>
        <translation>通/時</translation>
    </message>
    <message>
        <source>a day</source>
        <translation>通/日</translation>
    </message>
    <message>
        <source>a minute</source>
        <translation>通/分</translation>
    </message>
    <message>
        <source>Kept in this computer&apos;s keyring, where it has one.</source>
        <translation>このコンピューターにキーリングがあれば、そこに保存します。</translation>
    </message>
    <message>
        <source>Empty: answers go to the address itself.</source>
        <translation>空欄の場合、返信はこのアドレスに届きます。</translation>
    </message>
    <message>
        <source>Where “Check” looks for what was not confirmed. The test does not try it.</source>
        <translation>「確認」で送信結果不明のものを探す場所です。テストでは試しません。</translation>
    </message>
    <message>
        <source>Only for a server whose certificate this computer does not know.</source>
        <translation>このコンピューターが知らない証明書を使うサーバーの場合だけ指定します。</translation>
    </message>
    <message>
        <source>What your provider allows. Empty: no limit.</source>
        <translation>プロバイダーが認める数です。空欄なら無制限です。</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>変更なし</translation>
    </message>
    <message>
        <source>Certificates to trust</source>
        <translation>信頼する証明書</translation>
    </message>
    <message>
        <source>per minute</source>
        <translation>1分あたり</translation>
    </message>
    <message>
        <source>per hour</source>
        <translation>1時間あたり</translation>
    </message>
    <message>
        <source>per day</source>
        <translation>1日あたり</translation>
    </message>
    <message>
        <source>At most so many a minute</source>
        <translation>1分あたりの上限</translation>
    </message>
    <message>
        <source>At most so many an hour</source>
        <translation>1時間あたりの上限</translation>
    </message>
    <message>
        <source>At most so many a day</source>
        <translation>1日あたりの上限</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>アドレス(&amp;A)</translation>
    </message>
    <message>
        <source>Your &amp;name</source>
        <translation>名前(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>パスワード(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>サーバー(&amp;S)</translation>
    </message>
    <message>
        <source>S&amp;ecurity</source>
        <translation>暗号化(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;User name</source>
        <translation>ユーザー名(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Replies go to</source>
        <translation>返信先(&amp;R)</translation>
    </message>
    <message>
        <source>S&amp;ignature</source>
        <translation>署名(&amp;I)</translation>
    </message>
    <message>
        <source>IMAP ser&amp;ver</source>
        <translation>IMAPサーバー(&amp;V)</translation>
    </message>
    <message>
        <source>IMAP securit&amp;y</source>
        <translation>IMAPの暗号化(&amp;Y)</translation>
    </message>
    <message>
        <source>Sent fol&amp;der</source>
        <translation>送信済みフォルダー(&amp;D)</translation>
    </message>
    <message>
        <source>Lo&amp;gin</source>
        <translation>ログイン方式(&amp;G)</translation>
    </message>
    <message>
        <source>CA &amp;file</source>
        <translation>CAファイル(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Limits</source>
        <translation>送信数の上限(&amp;L)</translation>
    </message>
    <message>
        <source>S&amp;hort name</source>
        <translation>短い名前(&amp;H)</translation>
    </message>
    <message>
        <source>For the command line. It cannot be changed later.</source>
        <translation>コマンドラインで使います。後から変更できません。</translation>
    </message>
    <message>
        <source>For the command line.</source>
        <translation>コマンドラインで使います。</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>証明書 (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>Where mail is from; the rest is guessed from it</source>
        <translation>送信元のアドレスです。残りの項目はここから推測します</translation>
    </message>
    <message>
        <source>The name of the provider&apos;s server for outgoing mail (SMTP)</source>
        <translation>プロバイダーの送信(SMTP)サーバーの名前</translation>
    </message>
    <message>
        <source>How the way to the server is kept from others</source>
        <translation>サーバーまでの通信を他者から守る方法</translation>
    </message>
    <message>
        <source>By which the server knows you; mostly the address</source>
        <translation>サーバーでの利用者名です。多くの場合はアドレスです</translation>
    </message>
    <message>
        <source>Stands under every message by this account; may be empty</source>
        <translation>このアカウントのすべてのメッセージの末尾に付きます。空欄でもかまいません</translation>
    </message>
    <message>
        <source>How the way to the IMAP server is kept from others</source>
        <translation>IMAPサーバーまでの通信を他者から守る方法</translation>
    </message>
    <message>
        <source>In which “Check” looks. Empty: the one that the server names.</source>
        <translation>「確認」で探すフォルダーです。空欄ならサーバーが示すフォルダーです。</translation>
    </message>
    <message>
        <source>How the password is told to the server</source>
        <translation>パスワードをサーバーに伝える方法</translation>
    </message>
    <message>
        <source>Read from {path}.</source>
        <translation>{path}から読み込みます。</translation>
    </message>
    <message>
        <source>Open the provider&apos;s page</source>
        <translation>プロバイダーのページを開く</translation>
    </message>
    <message>
        <source>It tells in the browser how a program may send</source>
        <translation>プログラムから送信する方法をブラウザーで説明します</translation>
    </message>
    <message>
        <source>Your provider&apos;s help pages name the server for outgoing mail (SMTP), and the port.</source>
        <translation>送信(SMTP)サーバーの名前とポートは、プロバイダーのヘルプに書かれています。</translation>
    </message>
</context>
<context>
    <name>AccountBar</name>
    <message>
        <source>Shows them in the list of accounts</source>
        <translation>アカウントの一覧に表示します</translation>
    </message>
    <message>
        <source>Accounts that need you</source>
        <translation>要対応のアカウント</translation>
    </message>
    <message numerus="yes">
        <source>… and %Ln more account(s) need you</source>
        <comment>plural</comment>
        <translation>
            <numerusform>…ほか%Ln件のアカウントが要対応です</numerusform>
        </translation>
    </message>
    <message>
        <source>Enter password</source>
        <translation>パスワードを入力</translation>
    </message>
    <message>
        <source>Account…</source>
        <translation>アカウント…</translation>
    </message>
    <message>
        <source>Opens the form of the account, with all its fields</source>
        <translation>アカウントの全項目のフォームを開きます</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>後で</translation>
    </message>
    <message>
        <source>Hides this line; what waits stays</source>
        <translation>この行を隠します。待機中のものはそのままです</translation>
    </message>
    <message>
        <source>Stop the test</source>
        <translation>テストを停止</translation>
    </message>
    <message>
        <source>Nothing more is tried; what is typed stays</source>
        <translation>試行をやめます。入力した内容は残ります</translation>
    </message>
    <message>
        <source>When it works, what waits for the account goes out</source>
        <translation>使えるようになると、このアカウントで待機中のものを送信します</translation>
    </message>
    <message>
        <source>Add an account…</source>
        <translation>アカウントを追加…</translation>
    </message>
    <message>
        <source>Password. {sentence}</source>
        <translation>パスワード。{sentence}</translation>
    </message>
    <message>
        <source>Test and send</source>
        <translation>テストして送信</translation>
    </message>
    <message>
        <source>Test again</source>
        <translation>もう一度テスト</translation>
    </message>
</context>
<context>
    <name>Accounts</name>
    <message>
        <source>Its password is forgotten too.</source>
        <translation>パスワードも削除します。</translation>
    </message>
    <message>
        <source>Remove the account</source>
        <translation>アカウントの削除</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>削除(&amp;R)</translation>
    </message>
    <message>
        <source>{address} can send.</source>
        <translation>{address}から送信できます。</translation>
    </message>
    <message>
        <source>{address} cannot send.</source>
        <translation>{address}から送信できません。</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>停止しました。</translation>
    </message>
    <message>
        <source>Nothing waits to be sent by it. {password}</source>
        <translation>このアカウントで送信を待っているものはありません。{password}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) wait(s) to be sent by it, held until you add the account again or cancel. {password}</source>
        <comment>plural</comment>
        <translation>
            <numerusform>このアカウントで送信を待つメッセージが%Ln件あります。アカウントをもう一度追加するか中止するまで保留します。{password}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln go(es) out again.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln件の送信を再開します。</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove {address}?</source>
        <translation>{address}を削除しますか？</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>アカウント</translation>
    </message>
    <message>
        <source>Up and Down choose an account, Enter edits it, Delete removes it</source>
        <translation>上下キーでアカウントを選び、Enterで編集、Deleteで削除します</translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation>追加(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>編集(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Test</source>
        <translation>テスト(&amp;T)</translation>
    </message>
    <message>
        <source>Make &amp;default</source>
        <translation>既定にする(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>削除(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>閉じる(&amp;C)</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>既定</translation>
    </message>
    <message>
        <source>Opens an empty form for another account</source>
        <translation>別のアカウントのための空のフォームを開きます</translation>
    </message>
    <message>
        <source>Opens the form of the chosen account</source>
        <translation>選択したアカウントのフォームを開きます</translation>
    </message>
    <message>
        <source>Messages go by the chosen account from the next start</source>
        <translation>次回の起動から、選択したアカウントで送信します</translation>
    </message>
    <message>
        <source>Forgets the chosen account, after a question</source>
        <translation>確認のうえ、選択したアカウントを削除します</translation>
    </message>
    <message>
        <source>Closes this window, and ends a test that is under way</source>
        <translation>このウィンドウを閉じ、進行中のテストを終えます</translation>
    </message>
    <message>
        <source>The default is chosen when Outtray starts.</source>
        <translation>既定のアカウントはOuttrayの起動時に選ばれます。</translation>
    </message>
    <message>
        <source>S&amp;top the test</source>
        <translation>テストを停止(&amp;T)</translation>
    </message>
    <message>
        <source>Nothing more is tried</source>
        <translation>試行をやめます</translation>
    </message>
    <message>
        <source>Tries to log in to the chosen account&apos;s server; sends nothing</source>
        <translation>選択したアカウントのサーバーにログインしてみます。何も送信しません</translation>
    </message>
    <message>
        <source>Testing {address}…</source>
        <translation>{address}をテスト中…</translation>
    </message>
    <message>
        <source>Cannot send</source>
        <translation>送信できません</translation>
    </message>
    <message>
        <source>Nobody receives it.</source>
        <translation>誰にも届きません。</translation>
    </message>
    <message>
        <source>Kept on this computer</source>
        <translation>このコンピューターに保存</translation>
    </message>
    <message>
        <source>no encryption</source>
        <translation>暗号化なし</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>使用できます</translation>
    </message>
    <message>
        <source>default</source>
        <translation>既定</translation>
    </message>
    <message>
        <source>Password refused</source>
        <translation>パスワードが拒否されました</translation>
    </message>
    <message>
        <source>Waiting for the password</source>
        <translation>パスワードの入力待ち</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>ネットワークなし</translation>
    </message>
    <message>
        <source>Server busy. Next try {time}</source>
        <translation>サーバー混雑。次の試行は{time}</translation>
    </message>
    <message>
        <source>Rate limit. Next try {time}</source>
        <translation>送信数の上限。次の試行は{time}</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>not attached</source>
        <translation>添付できませんでした</translation>
    </message>
    <message>
        <source>copying…</source>
        <translation>コピー中…</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>添付ファイル</translation>
    </message>
    <message>
        <source>No files</source>
        <translation>ファイルなし</translation>
    </message>
</context>
<context>
    <name>Attempt</name>
    <message>
        <source>Under way</source>
        <translation>進行中</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>応答なし</translation>
    </message>
    <message>
        <source>Attempt {number}</source>
        <translation>{number}回目</translation>
    </message>
    <message>
        <source>{attempt}, after sending again</source>
        <translation>{attempt}、再送後</translation>
    </message>
    <message>
        <source>{number} ms</source>
        <translation>{number}ミリ秒</translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation>{number}秒</translation>
    </message>
    <message>
        <source>reached: {phase}</source>
        <translation>到達: {phase}</translation>
    </message>
</context>
<context>
    <name>Backup</name>
    <message>
        <source>Back up the outbox</source>
        <translation>送信トレイのバックアップ</translation>
    </message>
    <message>
        <source>Backups (*.zip)</source>
        <translation>バックアップ (*.zip)</translation>
    </message>
    <message numerus="yes">
        <source>Backed up as {path}, but %Ln attached file(s) are missing or damaged.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>{path}にバックアップしましたが、添付ファイル%Ln件がないか破損しています。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Backed up as {path}: %Ln message(s). Passwords are not in it.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>{path}にメッセージ%Ln件をバックアップしました。パスワードは含まれません。</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no backup.</source>
        <translation>バックアップはありません。</translation>
    </message>
    <message>
        <source>Backing up: {percent} %</source>
        <translation>バックアップ中: {percent}%</translation>
    </message>
</context>
<context>
    <name>Book</name>
    <message>
        <source>Nobody is in the book yet. Add somebody, or import a file of vCards.</source>
        <translation>アドレス帳にはまだ誰もいません。追加するか、vCardファイルを読み込んでください。</translation>
    </message>
    <message>
        <source>Imported {file}: {new} new, {changed} changed, {same} known already, {left_out} left out.</source>
        <translation>{file}を読み込みました: 新規{new}件、変更{changed}件、登録済み{same}件、除外{left_out}件。</translation>
    </message>
    <message>
        <source>Nobody is in this group yet. Choose people under Everybody, and then Groups.</source>
        <translation>このグループにはまだ誰もいません。「全員」で人を選び、「グループ」で加えてください。</translation>
    </message>
    <message>
        <source>These are {count}, and one message may go to {most}.</source>
        <translation>宛先が{count}件あります。1通のメッセージの上限は{most}件です。</translation>
    </message>
    <message>
        <source>{name} is in the book.</source>
        <translation>{name}をアドレス帳に追加しました。</translation>
    </message>
    <message>
        <source>{name} is changed.</source>
        <translation>{name}を変更しました。</translation>
    </message>
    <message numerus="yes">
        <source>Deleted %Ln person(s).</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln人を削除しました。</numerusform>
        </translation>
    </message>
    <message>
        <source>New group</source>
        <translation>新しいグループ</translation>
    </message>
    <message>
        <source>Deleted the group {name}. Its people are still in the book.</source>
        <translation>グループ{name}を削除しました。メンバーはアドレス帳に残っています。</translation>
    </message>
    <message>
        <source>&amp;New group with them</source>
        <translation>この人たちで新しいグループ(&amp;N)</translation>
    </message>
    <message>
        <source>They are in {name} now.</source>
        <translation>{name}に加えました。</translation>
    </message>
    <message>
        <source>They are out of {name} now.</source>
        <translation>{name}から外しました。</translation>
    </message>
    <message>
        <source>Import a file of vCards</source>
        <translation>vCardファイルの読み込み</translation>
    </message>
    <message>
        <source>Importing {file}: {percent} %</source>
        <translation>{file}を読み込み中: {percent}%</translation>
    </message>
    <message>
        <source>Export as vCards</source>
        <translation>vCardとして書き出し</translation>
    </message>
    <message>
        <source>vCards (*.vcf)</source>
        <translation>vCard (*.vcf)</translation>
    </message>
    <message>
        <source>address-book.vcf</source>
        <translation>address-book.vcf</translation>
    </message>
    <message>
        <source>Exported {count} to {path}.</source>
        <translation>{count}件を{path}に書き出しました。</translation>
    </message>
    <message>
        <source>Undone.</source>
        <translation>元に戻しました。</translation>
    </message>
    <message>
        <source>The group is called {name} now.</source>
        <translation>グループの名前を{name}に変更しました。</translation>
    </message>
    <message>
        <source>vCards (*.vcf *.vcard)</source>
        <translation>vCard (*.vcf *.vcard)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>すべてのファイル (*)</translation>
    </message>
    <message>
        <source>The file could not be imported.</source>
        <translation>ファイルを読み込めませんでした。</translation>
    </message>
    <message>
        <source>Nobody fits “{words}”.</source>
        <translation>「{words}」に該当する人はいません。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Deleted {name}.</source>
        <translation>{name}を削除しました。</translation>
    </message>
    <message>
        <source>The group {name} is in the book.</source>
        <translation>グループ{name}をアドレス帳に追加しました。</translation>
    </message>
    <message>
        <source>Show why</source>
        <translation>理由を表示</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>グループ</translation>
    </message>
    <message>
        <source>Up and Down choose a group, Enter writes to all in it, F2 renames, Delete deletes</source>
        <translation>上下キーでグループを選び、Enterで全員に書き、F2で名前を変更、Deleteで削除します</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>全員</translation>
    </message>
    <message>
        <source>Name of the group</source>
        <translation>グループの名前</translation>
    </message>
    <message>
        <source>Enter keeps it, Esc leaves the name as it was</source>
        <translation>Enterで確定し、Escで元の名前に戻します</translation>
    </message>
    <message>
        <source>What was left out</source>
        <translation>除外したもの</translation>
    </message>
    <message>
        <source>A line for each, with the line of the file and why</source>
        <translation>1件ごとに、ファイルの行番号と理由を表示します</translation>
    </message>
    <message>
        <source>Closes this window</source>
        <translation>このウィンドウを閉じます</translation>
    </message>
    <message>
        <source>From {file}. Everything else is in the book.</source>
        <translation>{file}から除外したものです。ほかはすべてアドレス帳に入っています。</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人</translation>
    </message>
    <message>
        <source>Up and Down choose somebody, Enter writes to them, F2 edits, Delete deletes</source>
        <translation>上下キーで人を選び、Enterで書き、F2で編集、Deleteで削除します</translation>
    </message>
    <message>
        <source>One on each line. The first is the one that is written to.</source>
        <translation>1行に1件ずつ入力します。1行目のアドレスに送ります。</translation>
    </message>
    <message>
        <source>Keeps the person in the book</source>
        <translation>アドレス帳に保存します</translation>
    </message>
    <message>
        <source>Closes this window; nothing changes</source>
        <translation>このウィンドウを閉じます。何も変わりません</translation>
    </message>
    <message>
        <source>Add somebody</source>
        <translation>人の追加</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名前(&amp;N)</translation>
    </message>
    <message>
        <source>What they are called; may be empty</source>
        <translation>表示する名前です。空欄でもかまいません</translation>
    </message>
    <message>
        <source>&amp;Addresses</source>
        <translation>アドレス(&amp;A)</translation>
    </message>
    <message>
        <source>N&amp;ote</source>
        <translation>メモ(&amp;O)</translation>
    </message>
    <message>
        <source>Stays in the book; nobody gets it</source>
        <translation>アドレス帳だけに残り、誰にも送られません</translation>
    </message>
    <message>
        <source>Edit {name}</source>
        <translation>{name}の編集</translation>
    </message>
    <message>
        <source>Address book</source>
        <translation>アドレス帳</translation>
    </message>
    <message>
        <source>Find in the address book</source>
        <translation>アドレス帳を検索</translation>
    </message>
    <message>
        <source>&amp;Write to</source>
        <translation>宛先に入れる(&amp;W)</translation>
    </message>
    <message>
        <source>Puts who is chosen into To; what is in the form stays</source>
        <translation>選択した人を「宛先」に入れます。フォームの内容はそのままです</translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation>追加(&amp;A)…</translation>
    </message>
    <message>
        <source>Opens an empty form for somebody</source>
        <translation>新しい人の空のフォームを開きます</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>編集(&amp;E)…</translation>
    </message>
    <message>
        <source>Opens the form of who is chosen</source>
        <translation>選択した人のフォームを開きます</translation>
    </message>
    <message>
        <source>&amp;Groups</source>
        <translation>グループ(&amp;G)</translation>
    </message>
    <message>
        <source>A menu: the groups that who is chosen is in</source>
        <translation>メニュー: 選択した人が入っているグループ</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>削除(&amp;D)</translation>
    </message>
    <message>
        <source>Takes who is chosen out of the book; it can be undone, and no mail is lost</source>
        <translation>選択した人をアドレス帳から削除します。元に戻せます。メールは失われません</translation>
    </message>
    <message>
        <source>&amp;New group</source>
        <translation>新しいグループ(&amp;N)</translation>
    </message>
    <message>
        <source>Makes a group, and has its name typed</source>
        <translation>グループを作成し、名前を入力します</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>読み込み(&amp;I)…</translation>
    </message>
    <message>
        <source>Takes people from a file of vCards; nobody comes in twice</source>
        <translation>vCardファイルから読み込みます。同じ人は重複しません</translation>
    </message>
    <message>
        <source>E&amp;xport…</source>
        <translation>書き出し(&amp;X)…</translation>
    </message>
    <message>
        <source>Writes who is shown into a file of vCards</source>
        <translation>表示中の人をvCardファイルに書き出します</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>元に戻す(&amp;U)</translation>
    </message>
    <message>
        <source>Takes the last change of the book back</source>
        <translation>アドレス帳の最後の変更を元に戻します</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>閉じる(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Write to all</source>
        <translation>全員を宛先に入れる(&amp;W)</translation>
    </message>
    <message>
        <source>Group of {count}</source>
        <translation>{count}人のグループ</translation>
    </message>
</context>
<context>
    <name>Charts</name>
    <message>
        <source>Sent</source>
        <translation>送信済み</translation>
    </message>
    <message>
        <source>Practised</source>
        <translation>練習済み</translation>
    </message>
    <message>
        <source>Failed, below the line</source>
        <translation>送信失敗（線の下）</translation>
    </message>
    <message>
        <source>Left and Right go along it, Home and End to its ends.</source>
        <translation>左右キーで移動し、HomeとEndで両端に移動します。</translation>
    </message>
    <message>
        <source>Chart of what was sent, and what failed</source>
        <translation>送信済みと送信失敗のグラフ</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>件数</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>所要時間</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>グラフ</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>期間</translation>
    </message>
    <message>
        <source>How far the charts go back, and in which steps</source>
        <translation>グラフの期間と区切り</translation>
    </message>
    <message>
        <source>&amp;Chart</source>
        <translation>グラフ(&amp;C)</translation>
    </message>
    <message>
        <source>As a &amp;table</source>
        <translation>表(&amp;T)</translation>
    </message>
    <message>
        <source>Left and Right go to the other page</source>
        <translation>左右キーでもう一方のページに移動します</translation>
    </message>
    <message>
        <source>C&amp;opy the table</source>
        <translation>表をコピー(&amp;O)</translation>
    </message>
    <message>
        <source>Puts the selected rows of the table, or all, into the clipboard, for a sheet</source>
        <translation>表の選択した行、またはすべてを、表計算用にクリップボードに入れます</translation>
    </message>
    <message>
        <source>Closes this window; Esc does the same</source>
        <translation>このウィンドウを閉じます。Escでも閉じます</translation>
    </message>
    <message>
        <source>&amp;Period</source>
        <translation>期間(&amp;P)</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) copied.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln行をコピーしました。</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>読み込み中…</translation>
    </message>
    <message>
        <source>What is older is still being read.</source>
        <translation>古いものはまだ読み込み中です。</translation>
    </message>
    <message>
        <source>To send: from accepted until it was sent; what was put off or sent again does not count. To accept: from the press of Send until it was on disk, since this window was opened. What was deleted is counted no more.</source>
        <translation>送信まで: 受け付けから送信済みまでの時間です。後回しや再送のものは数えません。受け付けまで: 送信を押してからディスクに保存されるまでの時間で、このウィンドウを開いてからのものです。削除したものは数えません。</translation>
    </message>
    <message>
        <source>The numbers could not be read.</source>
        <translation>数値を読み込めませんでした。</translation>
    </message>
    <message>
        <source>To send: half within</source>
        <translation>送信まで: 半数</translation>
    </message>
    <message>
        <source>95 of 100 within</source>
        <translation>95%</translation>
    </message>
    <message>
        <source>To accept: half within</source>
        <translation>受け付けまで: 半数</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>送信失敗</translation>
    </message>
    <message>
        <source>To send, half within</source>
        <translation>送信まで（半数）</translation>
    </message>
    <message>
        <source>To accept, half within</source>
        <translation>受け付けまで（半数）</translation>
    </message>
    <message>
        <source>The numbers as a table</source>
        <translation>数値の表</translation>
    </message>
    <message>
        <source>A row for each period, the newest first; Ctrl+C copies the selected rows</source>
        <translation>期間ごとに1行、新しい順です。Ctrl+Cで選択した行をコピーします</translation>
    </message>
    <message>
        <source>{name} (s)</source>
        <translation>{name}（秒）</translation>
    </message>
    <message>
        <source>The last 90 days, by day</source>
        <translation>直近90日間（1日ごと）</translation>
    </message>
    <message>
        <source>Nothing was sent in the last 90 days, and nothing failed.</source>
        <translation>直近90日間に、送信済みも送信失敗もありません。</translation>
    </message>
    <message>
        <source>Time to send: half within {half}, 95 of 100 within {most}.</source>
        <translation>送信までの時間: 半数は{half}以内、95%は{most}以内。</translation>
    </message>
    <message>
        <source>Time to accept: half within {half}.</source>
        <translation>受け付けまでの時間: 半数は{half}以内。</translation>
    </message>
    <message>
        <source>The last hour, by minute</source>
        <translation>直近1時間（1分ごと）</translation>
    </message>
    <message>
        <source>The last two days, by hour</source>
        <translation>直近2日間（1時間ごと）</translation>
    </message>
    <message>
        <source>The last 30 days, by day</source>
        <translation>直近30日間（1日ごと）</translation>
    </message>
    <message>
        <source>In the last hour: {sent} sent, {practised} practised, {failed} failed.</source>
        <translation>直近1時間: 送信済み{sent}件、練習済み{practised}件、送信失敗{failed}件。</translation>
    </message>
    <message>
        <source>In the last two days: {sent} sent, {practised} practised, {failed} failed.</source>
        <translation>直近2日間: 送信済み{sent}件、練習済み{practised}件、送信失敗{failed}件。</translation>
    </message>
    <message>
        <source>In the last 30 days: {sent} sent, {practised} practised, {failed} failed.</source>
        <translation>直近30日間: 送信済み{sent}件、練習済み{practised}件、送信失敗{failed}件。</translation>
    </message>
    <message>
        <source>In the last 90 days: {sent} sent, {practised} practised, {failed} failed.</source>
        <translation>直近90日間: 送信済み{sent}件、練習済み{practised}件、送信失敗{failed}件。</translation>
    </message>
    <message>
        <source>Nothing was sent in the last hour, and nothing failed.</source>
        <translation>直近1時間に、送信済みも送信失敗もありません。</translation>
    </message>
    <message>
        <source>Nothing was sent in the last two days, and nothing failed.</source>
        <translation>直近2日間に、送信済みも送信失敗もありません。</translation>
    </message>
    <message>
        <source>Nothing was sent in the last 30 days, and nothing failed.</source>
        <translation>直近30日間に、送信済みも送信失敗もありません。</translation>
    </message>
    <message>
        <source>Minute</source>
        <translation>分</translation>
    </message>
    <message>
        <source>Hour from</source>
        <translation>時間帯</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日</translation>
    </message>
    <message>
        <source>{period}: {sent} sent, {practised} practised, {failed} failed.</source>
        <translation>{period}: 送信済み{sent}件、練習済み{practised}件、送信失敗{failed}件。</translation>
    </message>
    <message>
        <source>{period}: nothing sent, nothing failed.</source>
        <translation>{period}: 送信済みも送信失敗もありません。</translation>
    </message>
    <message>
        <source>{number} ms</source>
        <translation>{number}ミリ秒</translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation>{number}秒</translation>
    </message>
</context>
<context>
    <name>Check</name>
    <message>
        <source>Looking in the Sent folder…</source>
        <translation>送信済みフォルダーを確認中…</translation>
    </message>
    <message>
        <source>{found} of {count} found in the Sent folder.</source>
        <translation>{count}件中{found}件が送信済みフォルダーにありました。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>停止しました。</translation>
    </message>
    <message>
        <source>Nothing to look for.</source>
        <translation>確認するものはありません。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Found in {where}; something else became of it meanwhile.</source>
        <translation>{where}にありましたが、その間に状態が変わりました。</translation>
    </message>
    <message>
        <source>Set it up</source>
        <translation>設定する</translation>
    </message>
</context>
<context>
    <name>Command</name>
    <message>
        <source>&amp;New message</source>
        <translation>新規メッセージ(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Set the form aside</source>
        <translation>フォームを下書きに移す(&amp;S)</translation>
    </message>
    <message>
        <source>Sa&amp;ve as…</source>
        <translation>名前を付けて保存(&amp;V)…</translation>
    </message>
    <message>
        <source>&amp;Back up…</source>
        <translation>バックアップ(&amp;B)…</translation>
    </message>
    <message>
        <source>&amp;Restore a backup…</source>
        <translation>バックアップから復元(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Move to another computer…</source>
        <translation>別のコンピューターに移す(&amp;M)…</translation>
    </message>
    <message>
        <source>Go on &amp;here</source>
        <translation>ここで続ける(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Accounts…</source>
        <translation>アカウント(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Preferences…</source>
        <translation>環境設定(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Enter the password</source>
        <translation>パスワードを入力(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>終了(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Undo the send</source>
        <translation>送信を元に戻す(&amp;U)</translation>
    </message>
    <message>
        <source>Copy the &amp;address</source>
        <translation>アドレスをコピー(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Find in the outbox</source>
        <translation>送信トレイを検索(&amp;F)</translation>
    </message>
    <message>
        <source>C&amp;lear the filter</source>
        <translation>絞り込みを解除(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Send</source>
        <translation>送信(&amp;S)</translation>
    </message>
    <message>
        <source>Send &amp;later…</source>
        <translation>後で送信(&amp;L)…</translation>
    </message>
    <message>
        <source>Send a &amp;test to me</source>
        <translation>自分にテスト送信(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Attach…</source>
        <translation>添付(&amp;A)…</translation>
    </message>
    <message>
        <source>Address &amp;book…</source>
        <translation>アドレス帳(&amp;B)…</translation>
    </message>
    <message>
        <source>Te&amp;mplate…</source>
        <translation>テンプレート(&amp;M)…</translation>
    </message>
    <message>
        <source>Save the &amp;form as a template…</source>
        <translation>フォームをテンプレートとして保存(&amp;F)…</translation>
    </message>
    <message>
        <source>&amp;Edit templates…</source>
        <translation>テンプレートを編集(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Use again</source>
        <translation>もう一度使う(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Open: edit it, or show its details</source>
        <translation>開く: 編集または詳細を表示(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>編集(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Retry</source>
        <translation>再試行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Hold</source>
        <translation>保留(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>中止(&amp;C)</translation>
    </message>
    <message>
        <source>Chec&amp;k the Sent folder</source>
        <translation>送信済みフォルダーを確認(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Send again (may arrive twice)</source>
        <translation>再送（二重に届く場合あり）(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Mark as sent</source>
        <translation>送信済みにする(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Forget this person…</source>
        <translation>この人の情報を削除(&amp;F)…</translation>
    </message>
    <message>
        <source>Retry &amp;all that wait</source>
        <translation>待機中をすべて再試行(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Pause everything</source>
        <translation>すべて一時停止(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation>宛先(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Subject</source>
        <translation>件名(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Message</source>
        <translation>本文(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;List</source>
        <translation>一覧(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Next pane</source>
        <translation>次の領域(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Previous pane</source>
        <translation>前の領域(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>詳細(&amp;D)</translation>
    </message>
    <message>
        <source>S&amp;ource</source>
        <translation>ソース(&amp;O)</translation>
    </message>
    <message>
        <source>C&amp;harts…</source>
        <translation>グラフ(&amp;H)…</translation>
    </message>
    <message>
        <source>&amp;Compact rows</source>
        <translation>行をコンパクトに表示(&amp;C)</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>システムに合わせる(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>ライト(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>ダーク(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;All commands…</source>
        <translation>コマンドパレット(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>キーの一覧(&amp;K)</translation>
    </message>
    <message>
        <source>A&amp;bout Outtray</source>
        <translation>Outtrayについて(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Undo the cancelling</source>
        <translation>中止を元に戻す(&amp;U)</translation>
    </message>
    <message>
        <source>Re&amp;lease</source>
        <translation>保留を解除(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>再開(&amp;G)</translation>
    </message>
</context>
<context>
    <name>Copy</name>
    <message>
        <source>Save the message</source>
        <translation>メッセージを保存</translation>
    </message>
    <message>
        <source>Mail messages (*.eml)</source>
        <translation>メールメッセージ (*.eml)</translation>
    </message>
    <message>
        <source>Saved as {path}</source>
        <translation>{path}に保存しました</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>Details</source>
        <translation>詳細</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>ソース</translation>
    </message>
    <message>
        <source>The message with all its headers, as it is sent; can be selected and copied</source>
        <translation>送信されるとおりの、全ヘッダー付きのメッセージです。選択してコピーできます</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>試行</translation>
    </message>
    <message>
        <source>Not tried yet.</source>
        <translation>まだ試行していません。</translation>
    </message>
    <message>
        <source>History</source>
        <translation>履歴</translation>
    </message>
    <message>
        <source>Parts of the details</source>
        <translation>詳細の項目</translation>
    </message>
    <message>
        <source>Left and Right go to the other parts</source>
        <translation>左右キーでほかの項目に移動します</translation>
    </message>
    <message>
        <source>Select a message to read it.</source>
        <translation>メッセージを選択すると、ここに表示します。</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>読み込み中…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>Copy the whole of this part</source>
        <translation>この項目の全体をコピー</translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation>詳細を閉じる</translation>
    </message>
    <message>
        <source>The list has all the room again</source>
        <translation>一覧が全体に広がります</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>本文</translation>
    </message>
    <message>
        <source>This message is not in the outbox any more: it was deleted.</source>
        <translation>このメッセージは削除されたため、送信トレイにはもうありません。</translation>
    </message>
    <message>
        <source>… and {size} more, not shown here.</source>
        <translation>…残り{size}はここに表示していません。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>差出人</translation>
    </message>
    <message>
        <source>To</source>
        <translation>宛先</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>件名</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>受け付け</translation>
    </message>
    <message>
        <source>Attached</source>
        <translation>添付ファイル</translation>
    </message>
    <message>
        <source>The text as it goes out; can be selected and copied</source>
        <translation>送信されるとおりの本文です。選択してコピーできます</translation>
    </message>
    <message>
        <source>Nothing yet; Up and Down scroll</source>
        <translation>まだ何もありません。上下キーでスクロールします</translation>
    </message>
</context>
<context>
    <name>Digest</name>
    <message numerus="yes">
        <source>%Ln message(s) need(s) you: failed, or perhaps not arrived.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>要対応のメッセージが%Ln件あります。送信失敗、または届いていない可能性があります。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Doubt</name>
    <message>
        <source>Check looks in the account&apos;s Sent folder; or ask whoever should have it. It goes no more by itself.</source>
        <translation>「確認」でアカウントの送信済みフォルダーを調べるか、相手に尋ねてください。自動では再送しません。</translation>
    </message>
    <message>
        <source>Looking in the Sent folder…</source>
        <translation>送信済みフォルダーを確認中…</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>確認</translation>
    </message>
</context>
<context>
    <name>Draft</name>
    <message>
        <source>{words} — {recipient}</source>
        <translation>{words} — {recipient}</translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>Outtray made a mistake</source>
        <translation>Outtrayで問題が起きました</translation>
    </message>
    <message>
        <source>Something went wrong inside Outtray. What was accepted is safe on disk, and Outtray goes on.
If you report it, please copy the details.</source>
        <translation>Outtrayの内部で問題が起きました。受け付けたものはディスクに保存されており、Outtrayはこのまま動き続けます。
報告していただく場合は、詳細をコピーしてください。</translation>
    </message>
    <message>
        <source>Details of the error</source>
        <translation>エラーの詳細</translation>
    </message>
    <message>
        <source>Where in Outtray it happened, for whoever mends it; can be selected and copied</source>
        <translation>修正する人のための、Outtray内の発生箇所です。選択してコピーできます</translation>
    </message>
    <message>
        <source>&amp;Copy the details</source>
        <translation>詳細をコピー(&amp;C)</translation>
    </message>
    <message>
        <source>Puts them on the clipboard, for a report</source>
        <translation>報告のためにクリップボードに入れます</translation>
    </message>
    <message>
        <source>Closes this window; Esc does the same</source>
        <translation>このウィンドウを閉じます。Escでも閉じます</translation>
    </message>
    <message>
        <source>… and more of them.</source>
        <translation>…ほかにもあります。</translation>
    </message>
</context>
<context>
    <name>Event</name>
    <message>
        <source>Found by the words</source>
        <translation>検索した言葉</translation>
    </message>
    <message>
        <source>Message written</source>
        <translation>メッセージを作成</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>受け付けました</translation>
    </message>
    <message>
        <source>Back in the queue</source>
        <translation>送信待ちに戻しました</translation>
    </message>
    <message>
        <source>Begun to send</source>
        <translation>送信を開始</translation>
    </message>
    <message>
        <source>About to be handed over</source>
        <translation>引き渡しの直前</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>送信済み</translation>
    </message>
    <message>
        <source>Practised: kept on this computer</source>
        <translation>練習済み: このコンピューターに保存</translation>
    </message>
    <message>
        <source>Waits for another try</source>
        <translation>再試行を待機</translation>
    </message>
    <message>
        <source>Not sent for a long time; it is still tried</source>
        <translation>長く送信できていません。試行を続けます</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Released</source>
        <translation>保留を解除</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>送信失敗</translation>
    </message>
    <message>
        <source>Not confirmed: it may have arrived</source>
        <translation>送信結果不明: 届いている可能性があります</translation>
    </message>
    <message>
        <source>Asked to stop while it was being sent</source>
        <translation>送信中に停止を要求</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>The cancelling was taken back</source>
        <translation>中止を元に戻しました</translation>
    </message>
    <message>
        <source>Taken back into the form</source>
        <translation>フォームに戻しました</translation>
    </message>
    <message>
        <source>Tried again by you</source>
        <translation>手動で再試行</translation>
    </message>
    <message>
        <source>Sent again by you</source>
        <translation>手動で再送</translation>
    </message>
    <message>
        <source>Marked as sent by you</source>
        <translation>手動で送信済みに変更</translation>
    </message>
    <message>
        <source>Found in the Sent folder</source>
        <translation>送信済みフォルダーにありました</translation>
    </message>
    <message>
        <source>Found in the Sent folder, after it was sent again</source>
        <translation>再送の後、送信済みフォルダーにありました</translation>
    </message>
    <message>
        <source>Not found in the Sent folder</source>
        <translation>送信済みフォルダーにありませんでした</translation>
    </message>
    <message>
        <source>Recovered after the program had ended</source>
        <translation>プログラムの終了後に復旧</translation>
    </message>
    <message>
        <source>Found damaged on disk</source>
        <translation>ディスク上の破損を検出</translation>
    </message>
    <message>
        <source>Trouble beside it</source>
        <translation>付随する問題</translation>
    </message>
</context>
<context>
    <name>Filters</name>
    <message>
        <source>Filters of the outbox</source>
        <translation>送信トレイの絞り込み</translation>
    </message>
    <message>
        <source>What the list shows; Left and Right go to the other filters</source>
        <translation>一覧に表示するもの。左右キーでほかの絞り込みに移動します</translation>
    </message>
    <message>
        <source>{filter}: {count}</source>
        <translation>{filter}: {count}</translation>
    </message>
</context>
<context>
    <name>Find</name>
    <message>
        <source>Find in the outbox</source>
        <translation>送信トレイを検索</translation>
    </message>
    <message>
        <source>The list shows what has all of these words; Enter or Down goes there</source>
        <translation>すべての言葉を含むものを一覧に表示します。Enterまたは下キーで一覧に移動します</translation>
    </message>
</context>
<context>
    <name>Forgetting</name>
    <message>
        <source>Backups, what mail servers and recipients have, and messages to others stay as they are. Sending waits for a moment while the outbox is written anew.</source>
        <translation>バックアップ、メールサーバーや相手の手元にあるもの、ほかの人へのメッセージはそのまま残ります。送信トレイを書き直す間、送信を少し待ちます。</translation>
    </message>
    <message>
        <source>Forget this person</source>
        <translation>この人の情報を削除</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Cancel %Ln message(s) that has (have) not been sent yet</source>
        <comment>plural</comment>
        <translation>
            <numerusform>まだ送信していないメッセージ%Ln件を中止する(&amp;C)</numerusform>
        </translation>
    </message>
    <message>
        <source>What has not gone is cancelled first; without that, nothing can be removed</source>
        <translation>まだ送信していないものを先に中止します。中止しないと削除できません</translation>
    </message>
    <message>
        <source>Nothing is removed</source>
        <translation>何も削除しません</translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation>削除する(&amp;F)</translation>
    </message>
    <message>
        <source>Removes all of it for good; it cannot be brought back</source>
        <translation>すべてを完全に削除します。元に戻せません</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) to them, and what became of it (them)</source>
        <comment>plural</comment>
        <translation>
            <numerusform>この人へのメッセージ%Ln件と、その経過</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) in the practice mail folder</source>
        <comment>plural</comment>
        <translation>
            <numerusform>練習のメールフォルダーのメッセージ%Ln件</numerusform>
        </translation>
    </message>
    <message>
        <source>The address among earlier recipients</source>
        <translation>以前の宛先にあるアドレス</translation>
    </message>
    <message numerus="yes">
        <source>%Ln draft(s) to nobody else</source>
        <comment>plural</comment>
        <translation>
            <numerusform>この人だけに宛てた下書き%Ln件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The address in %Ln draft(s) to others too</source>
        <comment>plural</comment>
        <translation>
            <numerusform>ほかの人にも宛てた下書き%Ln件の中のアドレス</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln line(s) of log.txt: only time, number and “forgotten” stay</source>
        <comment>plural</comment>
        <translation>
            <numerusform>log.txtの%Ln行（日時、番号、「forgotten」だけが残ります）</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln is (are) being sent just now: removed when the server has answered.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln件は今送信中です。サーバーの応答の後に削除します。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln is (are) not confirmed: afterwards nobody can look whether it (they) arrived.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln件は送信結果不明です。削除すると、届いたかどうかを確認できなくなります。</numerusform>
        </translation>
    </message>
    <message>
        <source>Forgetting {address}: waiting for the server that is being sent to…</source>
        <translation>{address}を削除中: 送信先のサーバーを待っています…</translation>
    </message>
    <message>
        <source>Forgetting {address}: {removed} of {total} messages removed…</source>
        <translation>{address}を削除中: {total}件中{removed}件のメッセージを削除しました…</translation>
    </message>
    <message>
        <source>Forgetting {address}: log.txt is written anew…</source>
        <translation>{address}を削除中: log.txtを書き直しています…</translation>
    </message>
    <message>
        <source>Forgetting {address}: the outbox is written anew…</source>
        <translation>{address}を削除中: 送信トレイを書き直しています…</translation>
    </message>
    <message>
        <source>{address} is forgotten.</source>
        <translation>{address}の情報を削除しました。</translation>
    </message>
    <message>
        <source>This is removed from here for good:</source>
        <translation>ここから完全に削除するもの:</translation>
    </message>
    <message>
        <source>Forgetting {address}…</source>
        <translation>{address}を削除中…</translation>
    </message>
    <message>
        <source>Forget {address}?</source>
        <translation>{address}の情報を削除しますか？</translation>
    </message>
    <message>
        <source>The entry of {name} in the address book, with {addresses}; messages there stay</source>
        <translation>アドレス帳の{name}の項目（{addresses}を含む）。そのアドレスへのメッセージは残ります</translation>
    </message>
    <message>
        <source>Kept from when the outbox was damaged, and not changed: {names}. Delete it yourself.</source>
        <translation>送信トレイが破損したときに残したもので、変更していません: {names}。ご自分で削除してください。</translation>
    </message>
    <message>
        <source>The entry of {name} in the address book</source>
        <translation>アドレス帳の{name}の項目</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>What was in the form is kept under File ▸ Drafts.</source>
        <translation>フォームの内容は「ファイル」▸「下書き」に保存しました。</translation>
    </message>
    <message>
        <source>What was in the form before is kept under File ▸ Drafts.</source>
        <translation>それまでのフォームの内容は「ファイル」▸「下書き」に保存しました。</translation>
    </message>
    <message>
        <source>A test goes to {address}. What is typed is still here.</source>
        <translation>{address}にテストを送信します。入力した内容はそのままです。</translation>
    </message>
    <message>
        <source>It was not accepted. Everything typed is still here.</source>
        <translation>受け付けられませんでした。入力した内容はすべて残っています。</translation>
    </message>
    <message>
        <source>Each gets their own message; nobody sees the others.</source>
        <translation>1人ずつ別々に届きます。ほかの宛先は見えません。</translation>
    </message>
    <message>
        <source>Message form</source>
        <translation>メッセージのフォーム</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>件名</translation>
    </message>
    <message>
        <source>One line that says what the message is about</source>
        <translation>何についてのメッセージかを示す1行</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>本文</translation>
    </message>
    <message>
        <source>The text as everybody in To gets it; Tab leaves it</source>
        <translation>宛先の全員に届く本文です。Tabで次に移動します</translation>
    </message>
    <message>
        <source>Other ways to send</source>
        <translation>ほかの送信方法</translation>
    </message>
    <message>
        <source>A menu: later, or a test to yourself</source>
        <translation>メニュー: 後で送信、自分にテスト送信</translation>
    </message>
    <message>
        <source>Attach</source>
        <translation>添付</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>ファイルを添付</translation>
    </message>
    <message>
        <source>Practice: nobody receives these messages.</source>
        <translation>練習: これらのメッセージは誰にも届きません。</translation>
    </message>
    <message>
        <source>Choose the account that it goes by now.</source>
        <translation>送信に使うアカウントを選んでください。</translation>
    </message>
    <message>
        <source>Send (practice)</source>
        <translation>送信（練習）</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>テンプレート</translation>
    </message>
    <message>
        <source>A menu: put a template into the form, or save the form as one</source>
        <translation>メニュー: テンプレートをフォームに入れる、フォームをテンプレートとして保存する</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>送信</translation>
    </message>
    <message>
        <source>Add an account…</source>
        <translation>アカウントを追加…</translation>
    </message>
    <message>
        <source>This account cannot send now. What you send is held until it can.</source>
        <translation>このアカウントは今は送信できません。送信できるようになるまで保留します。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>差出人</translation>
    </message>
    <message>
        <source>To</source>
        <translation>宛先</translation>
    </message>
    <message>
        <source>Replies go to {address}</source>
        <translation>返信先: {address}</translation>
    </message>
    <message>
        <source>{placeholders} are still to be replaced. Send once more to send it as it is.</source>
        <translation>{placeholders}がまだ置き換えられていません。このまま送信するには、もう一度送信してください。</translation>
    </message>
    <message>
        <source>{placeholder} is still to be replaced. Send once more to send it as it is.</source>
        <translation>{placeholder}がまだ置き換えられていません。このまま送信するには、もう一度送信してください。</translation>
    </message>
    <message>
        <source>Takes the message into the outbox, from where it goes out</source>
        <translation>メッセージを送信トレイに入れ、そこから送信します</translation>
    </message>
    <message>
        <source>Signature: {text}</source>
        <translation>署名: {text}</translation>
    </message>
</context>
<context>
    <name>Keeping</name>
    <message>
        <source>&amp;Delete sent ones after</source>
        <translation>送信済みを削除するまで(&amp;D)</translation>
    </message>
    <message>
        <source>Practised ones too. log.txt keeps its lines, and the practice mail folder its mail.</source>
        <translation>練習済みも含みます。log.txtの行と、練習のメールフォルダーのメールは残ります。</translation>
    </message>
    <message>
        <source>Delete fa&amp;iled and cancelled ones after</source>
        <translation>送信失敗と中止済みを削除するまで(&amp;I)</translation>
    </message>
    <message>
        <source>It counts from the day they failed or were cancelled. log.txt keeps its lines.</source>
        <translation>送信失敗または中止の日から数えます。log.txtの行は残ります。</translation>
    </message>
    <message>
        <source>What waits, is held, or is not confirmed is never deleted. Attached files go with the last message that has them. It is looked through now, and once a day.</source>
        <translation>待機中、保留中、送信結果不明のものは削除しません。添付ファイルは、それを持つ最後のメッセージと一緒に削除します。今と、1日に1回調べます。</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>削除しない</translation>
    </message>
    <message>
        <source>Delete them</source>
        <translation>削除する</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>残す</translation>
    </message>
    <message>
        <source>They go now, and cannot be brought back</source>
        <translation>今すぐ削除します。元に戻せません</translation>
    </message>
    <message>
        <source>Nothing is deleted, and the time is as it was</source>
        <translation>何も削除せず、期間も元のままです</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) is (are) older than that, and would be deleted now.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>これより古いメッセージが%Ln件あり、今すぐ削除されます。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> day(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform>日</numerusform>
        </translation>
    </message>
    <message>
        <source>{button}: {question}</source>
        <translation>{button}: {question}</translation>
    </message>
</context>
<context>
    <name>Keys</name>
    <message>
        <source>Keys</source>
        <translation>キーの一覧</translation>
    </message>
    <message>
        <source>Every command that has a key; Up and Down scroll</source>
        <translation>キーのあるすべてのコマンド。上下キーでスクロールします</translation>
    </message>
    <message>
        <source>Closes this window; Esc does the same</source>
        <translation>このウィンドウを閉じます。Escでも閉じます</translation>
    </message>
    <message>
        <source>In the list, single letters are keys.</source>
        <translation>一覧では、1文字だけのキーも使えます。</translation>
    </message>
    <message>
        <source>or</source>
        <translation>または</translation>
    </message>
    <message>
        <source>Choose a command, then press its new key here.</source>
        <translation>コマンドを選び、ここで新しいキーを押してください。</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>コマンドとキー</translation>
    </message>
    <message>
        <source>Up and Down choose a command; below, it gets another key</source>
        <translation>上下キーでコマンドを選び、下でキーを変更します</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新しいキー</translation>
    </message>
    <message>
        <source>&amp;Give it this key</source>
        <translation>このキーを割り当て(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;No key</source>
        <translation>キーなし(&amp;N)</translation>
    </message>
    <message>
        <source>As it &amp;comes</source>
        <translation>初期値に戻す(&amp;C)</translation>
    </message>
    <message>
        <source>A&amp;ll as they come</source>
        <translation>すべて初期値に戻す(&amp;L)</translation>
    </message>
    <message>
        <source>Ne&amp;w key</source>
        <translation>新しいキー(&amp;W)</translation>
    </message>
    <message>
        <source>That is its key already.</source>
        <translation>すでにそのキーが割り当てられています。</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>コマンド</translation>
    </message>
    <message>
        <source>The typed key is the chosen command&apos;s from now on</source>
        <translation>押したキーを、選択したコマンドに割り当てます</translation>
    </message>
    <message>
        <source>Takes the chosen command&apos;s keys away</source>
        <translation>選択したコマンドのキーをなくします</translation>
    </message>
    <message>
        <source>Gives the chosen command back the keys it came with</source>
        <translation>選択したコマンドのキーを初期値に戻します</translation>
    </message>
    <message>
        <source>Gives every command back the keys it came with</source>
        <translation>すべてのコマンドのキーを初期値に戻します</translation>
    </message>
    <message>
        <source>That key is free.</source>
        <translation>そのキーは空いています。</translation>
    </message>
    <message>
        <source>That is the key of “{command}”, which would lose it.</source>
        <translation>それは「{command}」のキーです。割り当てるとそちらのキーではなくなります。</translation>
    </message>
</context>
<context>
    <name>Label</name>
    <message>
        <source>Text that can be selected by the mouse and copied</source>
        <translation>マウスで選択してコピーできるテキスト</translation>
    </message>
</context>
<context>
    <name>Later</name>
    <message>
        <source>Send later</source>
        <translation>後で送信</translation>
    </message>
    <message>
        <source>Send at</source>
        <translation>送信日時</translation>
    </message>
    <message>
        <source>tomorrow 9:00</source>
        <translation>明日 9:00</translation>
    </message>
    <message>
        <source>Not after (may be empty)</source>
        <translation>送信期限（空欄でも可）</translation>
    </message>
    <message>
        <source>If it could not be sent by then, it fails instead.</source>
        <translation>それまでに送信できない場合は送信失敗とします。</translation>
    </message>
    <message>
        <source>Takes the message into the outbox, with these times</source>
        <translation>この日時で、メッセージを送信トレイに入れます</translation>
    </message>
    <message>
        <source>Closes this window; the message stays in the form</source>
        <translation>このウィンドウを閉じます。メッセージはフォームに残ります</translation>
    </message>
    <message>
        <source>in 1 hour</source>
        <translation>1時間後</translation>
    </message>
    <message>
        <source>today 18:00</source>
        <translation>今日 18:00</translation>
    </message>
    <message>
        <source>Monday 9:00</source>
        <translation>月曜 9:00</translation>
    </message>
    <message>
        <source>Puts this time into the field</source>
        <translation>この日時を欄に入れます</translation>
    </message>
    <message>
        <source>That is before the time to send.</source>
        <translation>送信日時より前です。</translation>
    </message>
    <message>
        <source>A day, a time, or both: “Monday”, “18:00”, “30 Nov 9:00”, “in 2 hours”</source>
        <translation>日付、時刻、またはその両方: 「月曜」「18:00」「11月30日 9:00」「2時間後」</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>送信</translation>
    </message>
    <message>
        <source>Send at: {words}</source>
        <translation>送信日時: {words}</translation>
    </message>
    <message>
        <source>That is not understood as a time.</source>
        <translation>日時として認識できません。</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time}は過ぎています。</translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <source>Outtray ends when what is on the way is sent: {count} left.</source>
        <translation>送信途中のものを送り終えたら終了します。残り{count}件。</translation>
    </message>
    <message>
        <source>Quit Outtray?</source>
        <translation>Outtrayを終了しますか？</translation>
    </message>
    <message>
        <source>Nothing is lost: what is not sent now goes at the next start.</source>
        <translation>何も失われません。今送信しないものは次回の起動時に送信します。</translation>
    </message>
    <message>
        <source>&amp;Send now and quit</source>
        <translation>今すぐ送信して終了(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Keep running in the tray</source>
        <translation>トレイで実行を続ける(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Back to the window</source>
        <translation>ウィンドウに戻る(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Do the same from now on</source>
        <translation>今後も同じようにする(&amp;D)</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>終了しない</translation>
    </message>
    <message>
        <source>The window stays until the last one is sent</source>
        <translation>最後の1件を送信するまでウィンドウを残します</translation>
    </message>
    <message>
        <source>Ends at once; the rest goes at the next start</source>
        <translation>すぐに終了し、残りは次回の起動時に送信します</translation>
    </message>
    <message>
        <source>The window goes, and what is to be sent is sent</source>
        <translation>ウィンドウを隠し、送信を続けます</translation>
    </message>
    <message>
        <source>Nothing is closed</source>
        <translation>何も閉じません</translation>
    </message>
    <message>
        <source>It can be changed in the preferences</source>
        <translation>環境設定で変更できます</translation>
    </message>
    <message>
        <source>Still to be sent: {count}</source>
        <translation>未送信: {count}件</translation>
    </message>
    <message>
        <source>&amp;Quit ({count} will wait)</source>
        <translation>終了（{count}件は次回）(&amp;Q)</translation>
    </message>
</context>
<context>
    <name>List</name>
    <message>
        <source>Nothing here yet. What you send appears here.</source>
        <translation>まだ何もありません。送信したものはここに表示されます。</translation>
    </message>
    <message>
        <source>Up and Down choose a message, Enter opens it, the menu key says what can be done</source>
        <translation>上下キーでメッセージを選び、Enterで開きます。メニューキーでできることを表示します</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>送信トレイ</translation>
    </message>
    <message>
        <source>Nothing is on the way.</source>
        <translation>送信途中のものはありません。</translation>
    </message>
    <message>
        <source>Nothing needs you.</source>
        <translation>要対応のものはありません。</translation>
    </message>
    <message>
        <source>Nothing sent yet.</source>
        <translation>送信済みのものはまだありません。</translation>
    </message>
    <message>
        <source>Nothing was cancelled.</source>
        <translation>終了したものはありません。</translation>
    </message>
    <message>
        <source>Nothing found for “{words}”.</source>
        <translation>「{words}」は見つかりませんでした。</translation>
    </message>
</context>
<context>
    <name>Menu</name>
    <message>
        <source>&amp;File</source>
        <translation>ファイル(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>編集(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Message</source>
        <translation>メッセージ(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Outbox</source>
        <translation>送信トレイ(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>表示(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>ヘルプ(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Drafts</source>
        <translation>下書き(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Go to</source>
        <translation>移動(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>絞り込み(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>テーマ(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>言語(&amp;L)</translation>
    </message>
</context>
<context>
    <name>Move</name>
    <message>
        <source>Everything goes into one file: messages, drafts, the address book, templates and settings. Passwords do not; they are asked for there.</source>
        <translation>メッセージ、下書き、アドレス帳、テンプレート、設定のすべてを1つのファイルにまとめます。パスワードは含まれず、移した先で入力を求めます。</translation>
    </message>
    <message>
        <source>You can go on here at any time.</source>
        <translation>いつでもここで続けられます。</translation>
    </message>
    <message>
        <source>Here nothing is sent any more. If you stay here after all, choose Go on here, and delete the file.</source>
        <translation>ここからはもう送信しません。やはりここで使うときは「ここで続ける」を選び、ファイルを削除してください。</translation>
    </message>
    <message>
        <source>Move to another computer</source>
        <translation>別のコンピューターに移す</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) that has (have) not been sent is (are) held, here and there, so that nothing is sent from both computers. Sending is paused here.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>両方のコンピューターから送信しないように、未送信の%Ln件を両方で保留します。ここでの送信は一時停止します。</numerusform>
        </translation>
    </message>
    <message>
        <source>Sending is paused here, so that nothing is sent from both computers.</source>
        <translation>両方のコンピューターから送信しないように、ここでの送信を一時停止します。</translation>
    </message>
    <message>
        <source>Move this outbox to another computer</source>
        <translation>この送信トレイを別のコンピューターに移します</translation>
    </message>
    <message>
        <source>The file to take to the other computer</source>
        <translation>別のコンピューターに持っていくファイル</translation>
    </message>
    <message>
        <source>Backups (*.zip)</source>
        <translation>バックアップ (*.zip)</translation>
    </message>
    <message>
        <source>Pausing, and writing the file…</source>
        <translation>一時停止して、ファイルを書き込んでいます…</translation>
    </message>
    <message numerus="yes">
        <source>The file is written: %Ln message(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform>ファイルを書き込みました: %Ln件</numerusform>
        </translation>
    </message>
    <message>
        <source>It goes on here. What was held for the move is sent.</source>
        <translation>ここで続けます。移すために保留したものを送信します。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>&amp;Choose the file…</source>
        <translation>ファイルを選ぶ(&amp;C)…</translation>
    </message>
    <message>
        <source>Asks where the file is to go; nothing has happened before that</source>
        <translation>ファイルの保存先を尋ねます。それまでは何も変わりません</translation>
    </message>
    <message>
        <source>Waiting for the server that is being sent to…</source>
        <translation>送信中のサーバーの応答を待っています…</translation>
    </message>
    <message>
        <source>1.  Take {path} to the other computer.
2.  Start Outtray there for the first time, and choose File, Restore a backup.
3.  Enter the passwords of your accounts there, and release what is held.</source>
        <translation>1.  {path}を別のコンピューターに持っていきます。
2.  そこでOuttrayを初めて起動し、「ファイル」の「バックアップから復元」を選びます。
3.  アカウントのパスワードを入力し、保留中のものの保留を解除します。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln attached file(s) is (are) missing or damaged, not in it.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>添付ファイル%Ln件は、ないか破損しているため含まれていません。</numerusform>
        </translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>&amp;Go on here</source>
        <translation>ここで続ける(&amp;G)</translation>
    </message>
    <message>
        <source>The pause ends, and what was held for the move is sent from here</source>
        <translation>一時停止を終え、移すために保留したものをここから送信します</translation>
    </message>
    <message>
        <source>Nothing was moved, and everything goes on here.</source>
        <translation>何も移していません。すべてここで続きます。</translation>
    </message>
    <message>
        <source>This outbox was moved to another computer. Nothing is sent from here.</source>
        <translation>この送信トレイは別のコンピューターに移しました。ここからは送信しません。</translation>
    </message>
    <message>
        <source>Go on here</source>
        <translation>ここで続ける</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Notice</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>What can be done</source>
        <translation>できること</translation>
    </message>
    <message>
        <source>Answers the notice, and closes it</source>
        <translation>通知に応じて閉じます</translation>
    </message>
    <message>
        <source>Close the notice</source>
        <translation>通知を閉じる</translation>
    </message>
    <message>
        <source>Nothing else changes</source>
        <translation>ほかには何も変わりません</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>確認する</translation>
    </message>
    <message numerus="yes">
        <source>Recovered after an unexpected end: %Ln go(es) out again.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>予期しない終了から復旧しました。%Ln件の送信を再開します。</numerusform>
        </translation>
    </message>
    <message>
        <source>The outbox is damaged. What can be read is being recovered; it is not lost.</source>
        <translation>送信トレイが破損しています。読み取れるものを復旧しています。失われてはいません。</translation>
    </message>
    <message numerus="yes">
        <source>Recovered %Ln notification(s), {unconfirmed} not confirmed.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln件を復旧しました。うち{unconfirmed}件は送信結果不明です。</numerusform>
        </translation>
    </message>
    <message>
        <source>The outbox was damaged. Recovered {saved} of {known} notifications.</source>
        <translation>送信トレイが破損していました。{known}件中{saved}件を復旧しました。</translation>
    </message>
    <message>
        <source>The damaged file is kept as {name}.</source>
        <translation>破損したファイルは{name}として残しました。</translation>
    </message>
    <message>
        <source>Lost: {numbers}.</source>
        <translation>失われたもの: {numbers}。</translation>
    </message>
    <message>
        <source>Their text is under Drafts: {count}.</source>
        <translation>「下書き」に本文を残したもの: {count}件。</translation>
    </message>
    <message>
        <source>{count} held</source>
        <translation>保留中{count}件</translation>
    </message>
    <message>
        <source>{count} not confirmed</source>
        <translation>送信結果不明{count}件</translation>
    </message>
    <message>
        <source>{count} damaged</source>
        <translation>破損{count}件</translation>
    </message>
    <message>
        <source>Of them need you: {counts}.</source>
        <translation>うち要対応: {counts}。</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>All commands</source>
        <translation>コマンドパレット</translation>
    </message>
    <message>
        <source>Type a command</source>
        <translation>コマンドを入力</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>コマンド</translation>
    </message>
    <message>
        <source>Type a few letters, choose by the arrow keys, and press Enter</source>
        <translation>何文字か入力し、矢印キーで選んでEnterを押します</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>コマンドの一覧</translation>
    </message>
    <message>
        <source>No command is called that, or none that fits now.</source>
        <translation>該当するコマンドがないか、今は使えません。</translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>Outbox</source>
        <translation>送信トレイ</translation>
    </message>
</context>
<context>
    <name>Phase</name>
    <message>
        <source>connecting</source>
        <translation>接続</translation>
    </message>
    <message>
        <source>the server&apos;s greeting</source>
        <translation>サーバーの挨拶</translation>
    </message>
    <message>
        <source>saying hello (EHLO)</source>
        <translation>挨拶 (EHLO)</translation>
    </message>
    <message>
        <source>encryption (STARTTLS)</source>
        <translation>暗号化 (STARTTLS)</translation>
    </message>
    <message>
        <source>the password (AUTH)</source>
        <translation>認証 (AUTH)</translation>
    </message>
    <message>
        <source>the sender (MAIL)</source>
        <translation>差出人 (MAIL)</translation>
    </message>
    <message>
        <source>the recipient (RCPT)</source>
        <translation>宛先 (RCPT)</translation>
    </message>
    <message>
        <source>announcing the message (DATA)</source>
        <translation>メッセージの予告 (DATA)</translation>
    </message>
    <message>
        <source>the message itself</source>
        <translation>メッセージ本体</translation>
    </message>
    <message>
        <source>the end of the message</source>
        <translation>メッセージの終わり</translation>
    </message>
    <message>
        <source>the mail folder</source>
        <translation>メールフォルダー</translation>
    </message>
</context>
<context>
    <name>Place</name>
    <message>
        <source>All</source>
        <translation>すべて</translation>
    </message>
    <message>
        <source>On the way</source>
        <translation>送信途中</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>要対応</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>送信済み</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>終了</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>No time: it goes at once</source>
        <translation>なし（すぐに送信）</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>環境設定</translation>
    </message>
    <message>
        <source>Never: send it however late</source>
        <translation>保留しない（遅れても送信）</translation>
    </message>
    <message numerus="yes">
        <source> day(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform>日</numerusform>
        </translation>
    </message>
    <message>
        <source>In the tray, where its icon is shown there; else with its window</source>
        <translation>トレイにアイコンを表示している場合はトレイで、そうでなければウィンドウを開いて起動します</translation>
    </message>
    <message>
        <source>Start &amp;Outtray when I log in</source>
        <translation>ログイン時にOuttrayを起動(&amp;O)</translation>
    </message>
    <message numerus="yes">
        <source> hour(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform>時間</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> minute(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform>分</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln second(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln秒</numerusform>
        </translation>
    </message>
    <message>
        <source>Show an &amp;icon in the tray</source>
        <translation>トレイにアイコンを表示(&amp;I)</translation>
    </message>
    <message>
        <source>Where the desktop has a tray: how many are on the way, and the way back here</source>
        <translation>デスクトップにトレイがある場合、送信途中の件数を表示し、このウィンドウに戻れます</translation>
    </message>
    <message>
        <source>&amp;Sending</source>
        <translation>送信(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>外観(&amp;A)</translation>
    </message>
    <message>
        <source>Accounts and &amp;folders</source>
        <translation>アカウントとフォルダー(&amp;F)</translation>
    </message>
    <message>
        <source>Kee&amp;ping</source>
        <translation>保存期間(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>キー(&amp;K)</translation>
    </message>
    <message>
        <source>Left and Right go to the other pages</source>
        <translation>左右キーでほかのページに移動します</translation>
    </message>
    <message>
        <source>Closes this window; Esc does the same</source>
        <translation>このウィンドウを閉じます。Escでも閉じます</translation>
    </message>
    <message>
        <source>Every change is applied and kept at once.</source>
        <translation>変更はすぐに適用され、保存されます。</translation>
    </message>
    <message>
        <source>&amp;Undo a send for</source>
        <translation>送信を元に戻せる時間(&amp;U)</translation>
    </message>
    <message>
        <source>How long a message waits after Send, and can be taken back</source>
        <translation>送信を押してから、元に戻せるように待つ時間</translation>
    </message>
    <message>
        <source>&amp;Try again after</source>
        <translation>再試行までの時間(&amp;T)</translation>
    </message>
    <message>
        <source>The last one again and again. A server that says “later” is asked so often.</source>
        <translation>最後の時間を繰り返します。「後で」と答えるサーバーに再試行する間隔です。</translation>
    </message>
    <message>
        <source>&amp;Give up after</source>
        <translation>再試行をやめるまで(&amp;G)</translation>
    </message>
    <message>
        <source>A message that could not be sent for so long fails</source>
        <translation>この期間送信できなかったメッセージは送信失敗になります</translation>
    </message>
    <message>
        <source>T&amp;ell me when it waits</source>
        <translation>待機を知らせるまで(&amp;E)</translation>
    </message>
    <message>
        <source>A notice comes when a message has waited for so long</source>
        <translation>メッセージがこの時間待機すると通知します</translation>
    </message>
    <message>
        <source>&amp;Hold what is late by</source>
        <translation>保留する遅れ(&amp;H)</translation>
    </message>
    <message>
        <source>What was scheduled while this computer was off is then held, and asks.</source>
        <translation>コンピューターが止まっていた間に予約の時刻を過ぎたものを、保留して確認します。</translation>
    </message>
    <message>
        <source>When I &amp;close it with mail to send</source>
        <translation>未送信のまま閉じるとき(&amp;C)</translation>
    </message>
    <message>
        <source>What becomes of the mail that is not sent yet</source>
        <translation>まだ送信していないメールの扱い</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>テーマ(&amp;T)</translation>
    </message>
    <message>
        <source>The colours of every window</source>
        <translation>すべてのウィンドウの配色</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>言語(&amp;L)</translation>
    </message>
    <message>
        <source>Of every window; what is sent stays as it is written</source>
        <translation>すべてのウィンドウの言語です。送信する内容は変わりません</translation>
    </message>
    <message>
        <source>&amp;Rows of the list</source>
        <translation>一覧の行(&amp;R)</translation>
    </message>
    <message>
        <source>How much room each message takes in the outbox</source>
        <translation>送信トレイの1件あたりの高さ</translation>
    </message>
    <message>
        <source>&amp;Motion</source>
        <translation>動き(&amp;M)</translation>
    </message>
    <message>
        <source>A&amp;ccounts…</source>
        <translation>アカウント(&amp;C)…</translation>
    </message>
    <message>
        <source>Shows the accounts, to add, change and test them</source>
        <translation>アカウントを表示し、追加、変更、テストします</translation>
    </message>
    <message>
        <source>&amp;Name beside Practice</source>
        <translation>「練習」の差出人名(&amp;N)</translation>
    </message>
    <message>
        <source>From whom practice mail is; may be empty</source>
        <translation>練習のメールの差出人です。空欄でもかまいません</translation>
    </message>
    <message>
        <source>Where nothing moves, no line runs out and no caret blinks.</source>
        <translation>「動かさない」では、残り時間の線もカーソルの点滅も止まります。</translation>
    </message>
    <message>
        <source>Where nothing moves, no line runs out and no caret blinks. The system&apos;s own wish is not known here.</source>
        <translation>「動かさない」では、残り時間の線もカーソルの点滅も止まります。システムの設定はここでは分かりません。</translation>
    </message>
    <message>
        <source>The outbox</source>
        <translation>送信トレイ</translation>
    </message>
    <message>
        <source>Practice mail</source>
        <translation>練習のメール</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>開く</translation>
    </message>
    <message>
        <source>Shows it in the program for files</source>
        <translation>ファイルを扱うプログラムで表示します</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>確認する</translation>
    </message>
    <message>
        <source>Send it, then quit</source>
        <translation>送信してから終了</translation>
    </message>
    <message>
        <source>Quit: it goes at the next start</source>
        <translation>終了して次回に送信</translation>
    </message>
    <message>
        <source>Keep running in the tray</source>
        <translation>トレイで実行を続ける</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>システムに合わせる</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>ライト</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>ダーク</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>ゆったり</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>コンパクト</translation>
    </message>
    <message>
        <source>Nothing moves</source>
        <translation>動かさない</translation>
    </message>
    <message>
        <source>Open the folder: {name}</source>
        <translation>フォルダーを開く: {name}</translation>
    </message>
</context>
<context>
    <name>Reason</name>
    <message>
        <source>Held by you</source>
        <translation>手動で保留しました</translation>
    </message>
    <message>
        <source>The server closed before it answered. It may have arrived.</source>
        <translation>サーバーが応答の前に切断しました。届いている可能性があります。</translation>
    </message>
    <message>
        <source>Goes out next</source>
        <translation>次に送信します</translation>
    </message>
    <message>
        <source>Kept on this computer. Nobody received it.</source>
        <translation>このコンピューターに保存しました。誰にも届いていません。</translation>
    </message>
    <message>
        <source>Marked as sent by you</source>
        <translation>手動で送信済みにしました</translation>
    </message>
    <message>
        <source>Outtray ended before the server answered. It may have arrived.</source>
        <translation>サーバーの応答の前にOuttrayが終了しました。届いている可能性があります。</translation>
    </message>
    <message>
        <source>It could not be sent in time</source>
        <translation>期限までに送信できませんでした</translation>
    </message>
    <message>
        <source>On its way to the server</source>
        <translation>サーバーに送信しています</translation>
    </message>
    <message>
        <source>Waiting for the server to confirm</source>
        <translation>サーバーの確認を待っています</translation>
    </message>
    <message>
        <source>Damaged on disk, so it was not sent.</source>
        <translation>ディスク上で破損していたため、送信しませんでした。</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>ネットワークなし</translation>
    </message>
    <message>
        <source>Sends in {seconds} s</source>
        <translation>{seconds}秒後に送信</translation>
    </message>
    <message>
        <source>{server} took it</source>
        <translation>{server}が受け取りました</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>拒否されました</translation>
    </message>
    <message>
        <source>It could not be sent in time. Last said: {reply}</source>
        <translation>期限までに送信できませんでした。最後の応答: {reply}</translation>
    </message>
    <message>
        <source>Taken back</source>
        <translation>フォームに戻しました</translation>
    </message>
    <message>
        <source>{reply}. Next try {time}, attempt {attempt}</source>
        <translation>{reply}。次の試行は{time}（{attempt}回目）</translation>
    </message>
    <message>
        <source>{reply}. Next try {time}</source>
        <translation>{reply}。次の試行は{time}</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>応答なし</translation>
    </message>
    <message>
        <source>Sends in {seconds} s — Undo</source>
        <translation>{seconds}秒後に送信 — 元に戻す</translation>
    </message>
    <message>
        <source>Found in {where}</source>
        <translation>{where}で見つかりました</translation>
    </message>
    <message>
        <source>{found_there}, {time}</source>
        <translation>{found_there} · {time}</translation>
    </message>
    <message>
        <source>The server</source>
        <translation>サーバー</translation>
    </message>
    <message>
        <source>{server_took_it}, {time}</source>
        <translation>{server_took_it} · {time}</translation>
    </message>
    <message>
        <source>{what_happened}. It may have arrived.</source>
        <translation>{what_happened}。届いている可能性があります。</translation>
    </message>
    <message>
        <source>{day_and_time}, if this computer is on</source>
        <translation>{day_and_time}（電源が入っていれば）</translation>
    </message>
    <message>
        <source>Rate limit. Next try {time}</source>
        <translation>送信数の上限。次の試行は{time}</translation>
    </message>
    <message>
        <source>Missed {time} by {span}. Release it or cancel it.</source>
        <translation>{time}を{span}過ぎました。保留を解除するか、中止してください。</translation>
    </message>
    <message>
        <source>{where_from} Release it or cancel it.</source>
        <translation>{where_from}保留を解除するか、中止してください。</translation>
    </message>
    <message>
        <source>The password for {account} was refused</source>
        <translation>{account}のパスワードが拒否されました</translation>
    </message>
    <message>
        <source>{account} cannot send until it is mended</source>
        <translation>{account}は設定を直すまで送信できません</translation>
    </message>
    <message>
        <source>It may have been sent already.</source>
        <translation>すでに送信されている可能性があります。</translation>
    </message>
</context>
<context>
    <name>Recipients</name>
    <message>
        <source>Recipients found</source>
        <translation>見つかった宛先</translation>
    </message>
    <message>
        <source>Address, name or group</source>
        <translation>アドレス、名前、またはグループ</translation>
    </message>
    <message>
        <source>To</source>
        <translation>宛先</translation>
    </message>
    <message numerus="yes">
        <source>%Ln recipient(s): {names}</source>
        <comment>plural</comment>
        <translation>
            <numerusform>宛先%Ln件: {names}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Reply</name>
    <message>
        <source>Refused</source>
        <translation>拒否されました</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>今は受け付けていません</translation>
    </message>
    <message>
        <source>Server busy</source>
        <translation>サーバー混雑</translation>
    </message>
    <message>
        <source>No room there</source>
        <translation>相手の空き容量不足</translation>
    </message>
    <message>
        <source>No such user</source>
        <translation>宛先が存在しません</translation>
    </message>
    <message>
        <source>Password refused</source>
        <translation>パスワードが拒否されました</translation>
    </message>
</context>
<context>
    <name>Restore</name>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Undo the cancelling</source>
        <translation>中止を元に戻す</translation>
    </message>
    <message>
        <source>What was just cancelled goes out after all</source>
        <translation>今中止したものを、やはり送信します</translation>
    </message>
    <message>
        <source>Cancelled: {what}</source>
        <translation>中止しました: {what}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) restored.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln件を復元しました。</numerusform>
        </translation>
    </message>
    <message>
        <source>What had not been sent then is held: it may have been sent since. Passwords are not in a backup; they are asked for.</source>
        <translation>そのとき未送信だったものは、その後送信された可能性があるため保留します。パスワードはバックアップに含まれないので、入力を求めます。</translation>
    </message>
    <message>
        <source>To open it, start Outtray with this line:</source>
        <translation>開くには、次の行でOuttrayを起動します:</translation>
    </message>
    <message numerus="yes">
        <source>%Ln is (are) held: it (they) may have been sent since.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln件は保留中です。その後送信された可能性があります。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln is (are) not confirmed.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln件は送信結果不明です。</numerusform>
        </translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>バックアップから復元</translation>
    </message>
    <message>
        <source>Backups (*.zip)</source>
        <translation>バックアップ (*.zip)</translation>
    </message>
    <message>
        <source>The window closes for a moment, and comes back with it.</source>
        <translation>ウィンドウを一度閉じ、復元した状態で開き直します。</translation>
    </message>
    <message>
        <source>This outbox has something in it, and stays as it is. Choose a new folder for the backup.</source>
        <translation>この送信トレイには内容があり、そのまま残します。バックアップ用に新しいフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>An empty folder for the backup</source>
        <translation>バックアップを復元する空のフォルダー</translation>
    </message>
    <message>
        <source>Restoring…</source>
        <translation>復元しています…</translation>
    </message>
    <message numerus="yes">
        <source>It was made {time}, with %Ln message(s).</source>
        <comment>plural</comment>
        <translation>
            <numerusform>{time}に作成され、%Ln件が入っています。</numerusform>
        </translation>
    </message>
    <message>
        <source>Restore this backup?</source>
        <translation>このバックアップから復元しますか？</translation>
    </message>
    <message>
        <source>A backup is restored into an empty outbox.</source>
        <translation>バックアップは空の送信トレイに復元します。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>The line that opens it</source>
        <translation>これを開く行</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Nothing was restored.</source>
        <translation>何も復元していません。</translation>
    </message>
    <message>
        <source>&amp;Restore</source>
        <translation>復元(&amp;R)</translation>
    </message>
    <message>
        <source>Puts the backup in the place of this outbox, which has nothing in it</source>
        <translation>内容のないこの送信トレイを、バックアップで置き換えます</translation>
    </message>
    <message>
        <source>&amp;Choose a folder…</source>
        <translation>フォルダーを選ぶ(&amp;C)…</translation>
    </message>
    <message>
        <source>Asks where the backup is to be restored to</source>
        <translation>バックアップの復元先を尋ねます</translation>
    </message>
    <message>
        <source>Restored into {folder}</source>
        <translation>{folder}に復元しました</translation>
    </message>
    <message>
        <source>Nothing was restored: there is something in the form. Empty it, and try again.</source>
        <translation>何も復元していません。フォームに内容があります。空にしてからやり直してください。</translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>No subject</source>
        <translation>件名なし</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>確認</translation>
    </message>
    <message>
        <source>Send again…</source>
        <translation>再送…</translation>
    </message>
</context>
<context>
    <name>Schedule</name>
    <message>
        <source>Send it at once instead</source>
        <translation>予約せずすぐに送信する</translation>
    </message>
    <message>
        <source>Forgets the chosen times</source>
        <translation>選んだ日時を取り消します</translation>
    </message>
    <message>
        <source>Sends {time}, if this computer is on; not after {until}</source>
        <translation>{time}に送信（電源が入っていれば）。期限は{until}</translation>
    </message>
    <message>
        <source>Sends {time}, if this computer is on</source>
        <translation>{time}に送信（電源が入っていれば）</translation>
    </message>
    <message>
        <source>Not after {until}</source>
        <translation>期限は{until}</translation>
    </message>
</context>
<context>
    <name>Sender</name>
    <message>
        <source>Practice</source>
        <translation>練習</translation>
    </message>
    <message>
        <source>From</source>
        <translation>差出人</translation>
    </message>
    <message>
        <source>The account by which the message goes</source>
        <translation>メッセージの送信に使うアカウント</translation>
    </message>
    <message>
        <source>Add an account…</source>
        <translation>アカウントを追加…</translation>
    </message>
    <message>
        <source>{account}: this account was removed</source>
        <translation>{account}: このアカウントは削除されました</translation>
    </message>
</context>
<context>
    <name>Sentence</name>
    <message>
        <source>Nobody to send to: type an address into To.</source>
        <translation>宛先がありません。「宛先」にアドレスを入力してください。</translation>
    </message>
    <message>
        <source>{address}: there is no address in it.</source>
        <translation>{address}: アドレスがありません。</translation>
    </message>
    <message>
        <source>{address}: an address needs an @, as in ann@example.com.</source>
        <translation>{address}: アドレスには@が必要です。例: ann@example.com</translation>
    </message>
    <message>
        <source>{address}: there is nothing before the @.</source>
        <translation>{address}: @の前に何もありません。</translation>
    </message>
    <message>
        <source>{address}: there is nothing after the @.</source>
        <translation>{address}: @の後に何もありません。</translation>
    </message>
    <message>
        <source>{address}: {why}</source>
        <translation>{address}: {why}</translation>
    </message>
    <message>
        <source>{address}: there is more than one @. Put a comma between two addresses.</source>
        <translation>{address}: @が2つ以上あります。アドレスとアドレスの間はコンマで区切ってください。</translation>
    </message>
    <message>
        <source>{address}: there is a space in it.</source>
        <translation>{address}: 空白が含まれています。</translation>
    </message>
    <message>
        <source>{address}: {character} cannot stand in an address.</source>
        <translation>{address}: アドレスに{character}は使えません。</translation>
    </message>
    <message>
        <source>{address}: {character} is a wide character. Type it with the input method off.</source>
        <translation>{address}: {character}は全角文字です。日本語入力をオフにして入力してください。</translation>
    </message>
    <message>
        <source>{address}: a dot must stand between two other characters.</source>
        <translation>{address}: ドットは文字と文字の間に置いてください。</translation>
    </message>
    <message>
        <source>{address}: write it as Ann &lt;ann@example.com&gt;.</source>
        <translation>{address}: 「Ann &lt;ann@example.com&gt;」の形で入力してください。</translation>
    </message>
    <message>
        <source>{address}: {domain} needs an ending, as in example.com.</source>
        <translation>{address}: {domain}には「example.com」のような末尾が必要です。</translation>
    </message>
    <message>
        <source>{address}: {domain} is not the name of a domain.</source>
        <translation>{address}: {domain}はドメイン名ではありません。</translation>
    </message>
    <message>
        <source>{address}: what is before the @ is longer than {most} characters.</source>
        <translation>{address}: @の前が{most}文字を超えています。</translation>
    </message>
    <message>
        <source>{address}: it is longer than {most} characters.</source>
        <translation>{address}: {most}文字を超えています。</translation>
    </message>
    <message>
        <source>{address}: it was not taken into To yet. Press Enter behind it.</source>
        <translation>{address}: まだ「宛先」に入っていません。後ろでEnterを押してください。</translation>
    </message>
    <message>
        <source>{address}: it holds a line break or another control character.</source>
        <translation>{address}: 改行などの制御文字が含まれています。</translation>
    </message>
    <message>
        <source>{address}: it is there twice.</source>
        <translation>{address}: 重複しています。</translation>
    </message>
    <message>
        <source>{address}: the name holds a line break or another control character.</source>
        <translation>{address}: 名前に改行などの制御文字が含まれています。</translation>
    </message>
    <message>
        <source>{count} recipients are more than one message may have ({most}).</source>
        <translation>宛先が{count}件あります。1通のメッセージの上限は{most}件です。</translation>
    </message>
    <message>
        <source>The subject holds a line break or another control character ({what}).</source>
        <translation>件名に改行などの制御文字（{what}）が含まれています。</translation>
    </message>
    <message>
        <source>The subject is longer than {most} characters.</source>
        <translation>件名が{most}文字を超えています。</translation>
    </message>
    <message>
        <source>The search words hold a line break or another control character ({what}).</source>
        <translation>検索の言葉に改行などの制御文字（{what}）が含まれています。</translation>
    </message>
    <message>
        <source>There is nothing to send: the message is empty.</source>
        <translation>本文が空です。送信するものがありません。</translation>
    </message>
    <message>
        <source>Line {line} of the message holds a character that mail cannot carry ({what}).</source>
        <translation>本文の{line}行目に、メールで送れない文字（{what}）があります。</translation>
    </message>
    <message>
        <source>The message is longer than {most} characters. Attach it as a file instead.</source>
        <translation>本文が{most}文字を超えています。ファイルとして添付してください。</translation>
    </message>
    <message>
        <source>There is no account named {account}.</source>
        <translation>{account}というアカウントはありません。</translation>
    </message>
    <message>
        <source>The undo time must be 0 to {most} seconds, not {value}.</source>
        <translation>元に戻せる時間は0〜{most}秒で指定してください（{value}は使えません）。</translation>
    </message>
    <message>
        <source>{value} has passed.</source>
        <translation>{value}は過ぎています。</translation>
    </message>
    <message>
        <source>{value} is not a time. Write it as 2026-11-30T09:00.</source>
        <translation>{value}は日時として読めません。「2026-11-30T09:00」の形で入力してください。</translation>
    </message>
    <message>
        <source>“Not after” ({value}) is before the time to send.</source>
        <translation>「送信期限」（{value}）が送信日時より前です。</translation>
    </message>
    <message>
        <source>The template needs a name.</source>
        <translation>テンプレートには名前が必要です。</translation>
    </message>
    <message>
        <source>The name holds a character that cannot be shown, or is longer than {most} characters.</source>
        <translation>名前に表示できない文字があるか、{most}文字を超えています。</translation>
    </message>
    <message>
        <source>There is already a template named “{name}”.</source>
        <translation>「{name}」というテンプレートはすでにあります。</translation>
    </message>
    <message>
        <source>What was handed over is not a draft ({why}).</source>
        <translation>渡されたものは下書きではありません（{why}）。</translation>
    </message>
    <message>
        <source>The message cannot be accepted as it is.</source>
        <translation>このままではメッセージを受け付けられません。</translation>
    </message>
    <message>
        <source>{name} is not there any more. Attach it again.</source>
        <translation>{name}がなくなりました。もう一度添付してください。</translation>
    </message>
    <message>
        <source>{name} is a folder. Attach the files in it, or pack them into one.</source>
        <translation>{name}はフォルダーです。中のファイルを添付するか、1つのファイルにまとめてください。</translation>
    </message>
    <message>
        <source>{name} is not a regular file.</source>
        <translation>{name}は通常のファイルではありません。</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}</source>
        <translation>{name}を読み込めません: {why}</translation>
    </message>
    <message>
        <source>{name} changed while it was being copied. Attach it again.</source>
        <translation>{name}はコピー中に変更されました。もう一度添付してください。</translation>
    </message>
    <message>
        <source>{name} has {size}; a message may have {most} in all.</source>
        <translation>{name}は{size}です。1通のメッセージの上限は合計{most}です。</translation>
    </message>
    <message>
        <source>With {name} the attachments have {size}; a message may have {most} in all.</source>
        <translation>{name}を加えると添付ファイルが{size}になります。1通のメッセージの上限は合計{most}です。</translation>
    </message>
    <message>
        <source>{name}: a file name with a line break or another control character cannot be sent.</source>
        <translation>{name}: ファイル名に改行などの制御文字があるため送信できません。</translation>
    </message>
    <message>
        <source>The copy of {name} in the outbox is missing or damaged. Attach it again.</source>
        <translation>送信トレイにある{name}のコピーがないか破損しています。もう一度添付してください。</translation>
    </message>
    <message>
        <source>The name holds a line break or another control character.</source>
        <translation>名前に改行などの制御文字が含まれています。</translation>
    </message>
    <message>
        <source>The name is longer than {most} characters.</source>
        <translation>名前が{most}文字を超えています。</translation>
    </message>
    <message>
        <source>A person needs at least one address, as in ann@example.com.</source>
        <translation>アドレスが1つ以上必要です。例: ann@example.com</translation>
    </message>
    <message>
        <source>These are more than {most} addresses for one person.</source>
        <translation>1人のアドレスが{most}件を超えています。</translation>
    </message>
    <message>
        <source>The note is longer than {most} characters.</source>
        <translation>メモが{most}文字を超えています。</translation>
    </message>
    <message>
        <source>{address} is already in the book: {name}.</source>
        <translation>{address}はすでにアドレス帳にあります: {name}。</translation>
    </message>
    <message>
        <source>A group needs a name.</source>
        <translation>グループには名前が必要です。</translation>
    </message>
    <message>
        <source>The group&apos;s name holds a line break or another control character.</source>
        <translation>グループの名前に改行などの制御文字が含まれています。</translation>
    </message>
    <message>
        <source>The group&apos;s name is longer than {most} characters.</source>
        <translation>グループの名前が{most}文字を超えています。</translation>
    </message>
    <message>
        <source>There is already a group named {name}.</source>
        <translation>{name}というグループはすでにあります。</translation>
    </message>
    <message>
        <source>{path} cannot be read: {why}.</source>
        <translation>{path}を読み込めません: {why}。</translation>
    </message>
    <message>
        <source>There is no vCard in {path}.</source>
        <translation>{path}にvCardがありません。</translation>
    </message>
    <message>
        <source>Line {line}: this card has no end.</source>
        <translation>{line}行目: このカードに終わりがありません。</translation>
    </message>
    <message>
        <source>Line {line}: there is no colon after {property}.</source>
        <translation>{line}行目: {property}の後にコロンがありません。</translation>
    </message>
    <message>
        <source>Line {line}: {property} is too long.</source>
        <translation>{line}行目: {property}が長すぎます。</translation>
    </message>
    <message>
        <source>Line {line}: this is no text in {charset}.</source>
        <translation>{line}行目: {charset}のテキストではありません。</translation>
    </message>
    <message>
        <source>Line {line}: {why}</source>
        <translation>{line}行目: {why}</translation>
    </message>
    <message>
        <source>Line {line}: {name} has no mail address.</source>
        <translation>{line}行目: {name}にメールアドレスがありません。</translation>
    </message>
    <message>
        <source>Line {line}: this card has neither a name nor a mail address.</source>
        <translation>{line}行目: このカードには名前もメールアドレスもありません。</translation>
    </message>
    <message>
        <source>Line {line}: {address} is already {name}&apos;s.</source>
        <translation>{line}行目: {address}はすでに{name}のアドレスです。</translation>
    </message>
    <message>
        <source>Outtray cannot write in {path}: {why}. Choose another folder with --home.</source>
        <translation>{path}に書き込めません: {why}。--homeで別のフォルダーを指定してください。</translation>
    </message>
    <message>
        <source>{path} is not a folder. Choose another with --home.</source>
        <translation>{path}はフォルダーではありません。--homeで別のフォルダーを指定してください。</translation>
    </message>
    <message>
        <source>{path} is not an outbox of Outtray; it was left untouched. Choose another folder with --home.</source>
        <translation>{path}はOuttrayの送信トレイではないため、変更していません。--homeで別のフォルダーを指定してください。</translation>
    </message>
    <message>
        <source>{path} was written by a newer Outtray (format {found}, this one knows {known}); it was left untouched. Install the newer version.</source>
        <translation>{path}は新しいOuttrayのものです（形式{found}、このOuttrayは{known}まで）。変更していません。新しいバージョンをインストールしてください。</translation>
    </message>
    <message>
        <source>{path} is damaged ({why}); it was left untouched. What can be read is recovered when Outtray runs.</source>
        <translation>{path}は破損しています（{why}）。変更していません。読み取れるものはOuttrayの実行時に復旧します。</translation>
    </message>
    <message>
        <source>{path} cannot be used: {why}. Nothing was touched. Restore a backup, or move what is there aside.</source>
        <translation>{path}は使えません: {why}。何も変更していません。バックアップを復元するか、今あるものを別の場所に移してください。</translation>
    </message>
    <message>
        <source>{path}: restoring a backup was broken off here. Run the same restore again; it goes on.</source>
        <translation>{path}: バックアップの復元がここで中断されています。同じ復元をもう一度実行すると続きから始まります。</translation>
    </message>
    <message>
        <source>{path}-wal is not of this {path} ({why}); both were left untouched. Move {path}-wal aside, and start again.</source>
        <translation>{path}-walはこの{path}のものではありません（{why}）。どちらも変更していません。{path}-walを別の場所に移し、もう一度起動してください。</translation>
    </message>
    <message>
        <source>{path} is in the outbox&apos;s own folder; choose another.</source>
        <translation>{path}は送信トレイ自身のフォルダーの中です。別の場所を選んでください。</translation>
    </message>
    <message>
        <source>{path} is damaged ({why}), so no backup was made. Start Outtray first: it recovers it.</source>
        <translation>{path}は破損しているため（{why}）、バックアップを作成しませんでした。先にOuttrayを起動すると復旧します。</translation>
    </message>
    <message>
        <source>{path} is not empty. Restore into a new folder, as in: --home NEW restore FILE.</source>
        <translation>{path}は空ではありません。新しいフォルダーに復元してください: --home NEW restore FILE</translation>
    </message>
    <message>
        <source>{path} has an outbox with something in it. Nothing was restored.</source>
        <translation>{path}の送信トレイには内容があります。何も復元していません。</translation>
    </message>
    <message>
        <source>{path}: {why}. Nothing was restored.</source>
        <translation>{path}: {why}。何も復元していません。</translation>
    </message>
    <message>
        <source>{path} is not a backup of Outtray ({why}). Nothing was restored.</source>
        <translation>{path}はOuttrayのバックアップではありません（{why}）。何も復元していません。</translation>
    </message>
    <message>
        <source>{path} was made by a newer Outtray. Install the newer version. Nothing was restored.</source>
        <translation>{path}は新しいOuttrayで作成されています。新しいバージョンをインストールしてください。何も復元していません。</translation>
    </message>
    <message>
        <source>{path} is damaged: {name} is not what was backed up. Nothing was restored.</source>
        <translation>{path}は破損しています。{name}がバックアップしたときと異なります。何も復元していません。</translation>
    </message>
    <message>
        <source>There is not enough room in {path}. Nothing was restored.</source>
        <translation>{path}の空き容量が足りません。何も復元していません。</translation>
    </message>
    <message>
        <source>{path} is damaged and could not be recovered ({why}). It is as it was; restore a backup.</source>
        <translation>{path}は破損していて復旧できませんでした（{why}）。元のままです。バックアップを復元してください。</translation>
    </message>
    <message>
        <source>{path} cannot be used here ({why}); it was left untouched.</source>
        <translation>{path}はここでは使えません（{why}）。変更していません。</translation>
    </message>
    <message>
        <source>{path} cannot be written: {why}.</source>
        <translation>{path}に書き込めません: {why}。</translation>
    </message>
    <message>
        <source>There is no outbox in {path} yet.</source>
        <translation>{path}にはまだ送信トレイがありません。</translation>
    </message>
    <message>
        <source>{path} was replaced while Outtray was running. Nothing more is written; start Outtray again.</source>
        <translation>Outtrayの実行中に{path}が置き換えられました。これ以上書き込みません。Outtrayをもう一度起動してください。</translation>
    </message>
    <message>
        <source>The outbox is in use by another Outtray ({owner}), which did not answer.</source>
        <translation>送信トレイは別のOuttray（{owner}）が使用中で、応答がありません。</translation>
    </message>
    <message>
        <source>The outbox is in use by another Outtray without a window ({owner}). End that one first.</source>
        <translation>送信トレイはウィンドウのない別のOuttray（{owner}）が使用中です。先にそちらを終了してください。</translation>
    </message>
    <message>
        <source>Outtray is closing and takes nothing more.</source>
        <translation>Outtrayは終了処理中のため、これ以上受け付けません。</translation>
    </message>
    <message>
        <source>The disk is full, so this could not be saved. Make room and try again.</source>
        <translation>ディスクがいっぱいのため保存できませんでした。空きを作って、もう一度お試しください。</translation>
    </message>
    <message>
        <source>The disk failed while saving ({why}). Nothing was accepted.</source>
        <translation>保存中にディスクのエラーが起きました（{why}）。何も受け付けていません。</translation>
    </message>
    <message>
        <source>The outbox is read-only now, so this could not be saved.</source>
        <translation>送信トレイが読み取り専用になったため、保存できませんでした。</translation>
    </message>
    <message>
        <source>The message is damaged on disk, so it was not saved. {why}</source>
        <translation>メッセージがディスク上で破損しているため、保存しませんでした。{why}</translation>
    </message>
    <message>
        <source>Another program keeps the outbox locked.</source>
        <translation>別のプログラムが送信トレイをロックしています。</translation>
    </message>
    <message>
        <source>Still saving. Nothing is lost.</source>
        <translation>保存を続けています。何も失われません。</translation>
    </message>
    <message>
        <source>Still saving: another program keeps the outbox locked. Nothing is lost.</source>
        <translation>保存を続けています: 別のプログラムが送信トレイをロックしています。何も失われません。</translation>
    </message>
    <message>
        <source>Still saving: the disk is full. Nothing is lost; it goes on when there is room.</source>
        <translation>保存を続けています: ディスクがいっぱいです。何も失われません。空きができると再開します。</translation>
    </message>
    <message>
        <source>Still saving: the disk fails. Nothing is lost; it is tried again and again.</source>
        <translation>保存を続けています: ディスクのエラーです。何も失われません。繰り返し試します。</translation>
    </message>
    <message>
        <source>log.txt cannot be written ({why}). Nothing is lost: it is written when it can be.</source>
        <translation>log.txtに書き込めません（{why}）。何も失われません。書き込めるようになったら書き込みます。</translation>
    </message>
    <message>
        <source>What was kept long enough could not be deleted, and is looked at again tomorrow. {why}</source>
        <translation>保存期間を過ぎたものを削除できませんでした。明日もう一度調べます。{why}</translation>
    </message>
    <message>
        <source>Somebody is not forgotten yet: {why} It goes on at the next start.</source>
        <translation>情報の削除がまだ終わっていません: {why}次回の起動時に続きます。</translation>
    </message>
    <message>
        <source>{path} cannot be changed ({why}).</source>
        <translation>{path}を変更できません（{why}）。</translation>
    </message>
    <message>
        <source>It is too late to undo: the message is on its way.</source>
        <translation>もう元に戻せません。メッセージはすでに送信中です。</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>元に戻すものはありません。</translation>
    </message>
    <message>
        <source>There is no delivery {id}.</source>
        <translation>{id}番の送信はありません。</translation>
    </message>
    <message>
        <source>{id} is {state}: it cannot be {verb}.</source>
        <translation>{id}の状態は{state}です。{verb}はできません。</translation>
    </message>
    <message>
        <source>The outbox refused the write ({why}). Nothing of it was kept.</source>
        <translation>送信トレイに書き込めませんでした（{why}）。何も保存していません。</translation>
    </message>
    <message>
        <source>settings.toml, line {line}: {why}</source>
        <translation>settings.toml、{line}行目: {why}</translation>
    </message>
    <message>
        <source>settings.toml: {key} must be {wanted}, not {value}.</source>
        <translation>settings.toml: {key}は{wanted}でなければなりません（{value}は使えません）。</translation>
    </message>
    <message>
        <source>settings.toml: {key} is missing.</source>
        <translation>settings.toml: {key}がありません。</translation>
    </message>
    <message>
        <source>settings.toml, account {account}: {why}</source>
        <translation>settings.toml、アカウント{account}: {why}</translation>
    </message>
    <message>
        <source>settings.toml is laid out in a way that cannot be changed without harm. Write each account as [account.NAME].</source>
        <translation>settings.tomlは、安全に変更できない書き方になっています。アカウントは[account.NAME]の形で書いてください。</translation>
    </message>
    <message>
        <source>settings.toml cannot be read: {why}</source>
        <translation>settings.tomlを読み込めません: {why}</translation>
    </message>
    <message>
        <source>{link} is not a mailto: address.</source>
        <translation>{link}はmailto:アドレスではありません。</translation>
    </message>
    <message>
        <source>The mailto: address is longer than {most} characters.</source>
        <translation>mailto:アドレスが{most}文字を超えています。</translation>
    </message>
    <message>
        <source>{name} cannot be the name of an account: use up to 32 small letters, digits, dots, hyphens and underscores, beginning with a letter or a digit. “practice” is taken.</source>
        <translation>{name}はアカウントの名前に使えません。英小文字または数字で始め、英小文字、数字、ドット、ハイフン、下線を使って32文字以内にしてください。「practice」は使えません。</translation>
    </message>
    <message>
        <source>There is already an account named {name}. Choose another name.</source>
        <translation>{name}という名前のアカウントはすでにあります。別の名前にしてください。</translation>
    </message>
    <message>
        <source>{name} is too much like the account {other}: both would look for their password as {variable}.</source>
        <translation>{name}はアカウント{other}と似すぎています。どちらもパスワードを{variable}で探すことになります。</translation>
    </message>
    <message>
        <source>The account needs the address it sends from, as in ann@example.com.</source>
        <translation>送信元のアドレスが必要です。例: ann@example.com</translation>
    </message>
    <message>
        <source>The account needs its mail server. Write it as in smtp.example.com, without a port.</source>
        <translation>メールサーバーが必要です。ポートを付けずに「smtp.example.com」の形で入力してください。</translation>
    </message>
    <message>
        <source>{host} is not the name of a mail server. Write it as in smtp.example.com, without a port.</source>
        <translation>{host}はメールサーバーの名前ではありません。ポートを付けずに「smtp.example.com」の形で入力してください。</translation>
    </message>
    <message>
        <source>{port} is not a port: a number from 1 to 65535, usually 465 for tls and 587 for starttls.</source>
        <translation>{port}はポートではありません。1〜65535の数字で、通常はtlsなら465、starttlsなら587です。</translation>
    </message>
    <message>
        <source>A Sent folder is looked into by IMAP: name that server too, as in imap.example.com.</source>
        <translation>送信済みフォルダーはIMAPで確認します。IMAPサーバーも入力してください。例: imap.example.com</translation>
    </message>
    <message>
        <source>{host} is not the name of an IMAP server. Write it as in imap.example.com, with no port.</source>
        <translation>{host}はIMAPサーバーの名前ではありません。ポートを付けずに「imap.example.com」の形で入力してください。</translation>
    </message>
    <message>
        <source>{port} is not a port: a number from 1 to 65535, for IMAP 993 (tls) or 143 (starttls).</source>
        <translation>{port}はポートではありません。1〜65535の数字で、IMAPでは993（tls）または143（starttls）です。</translation>
    </message>
    <message>
        <source>The name of the Sent folder holds a control character or is longer than {most} characters.</source>
        <translation>送信済みフォルダーの名前に制御文字があるか、{most}文字を超えています。</translation>
    </message>
    <message>
        <source>The sender&apos;s name holds a control character or is longer than {most} characters.</source>
        <translation>差出人の名前に制御文字があるか、{most}文字を超えています。</translation>
    </message>
    <message>
        <source>The user name holds a control character or is longer than {most} characters.</source>
        <translation>ユーザー名に制御文字があるか、{most}文字を超えています。</translation>
    </message>
    <message>
        <source>Replies to: {why}</source>
        <translation>返信先: {why}</translation>
    </message>
    <message>
        <source>Replies to: write {address} as an address alone, in plain ASCII before its @.</source>
        <translation>返信先: {address}はアドレスだけを、@の前を半角英数字（ASCII）で入力してください。</translation>
    </message>
    <message>
        <source>The signature holds a control character.</source>
        <translation>署名に制御文字が含まれています。</translation>
    </message>
    <message>
        <source>The signature is longer than {most} characters.</source>
        <translation>署名が{most}文字を超えています。</translation>
    </message>
    <message>
        <source>{value} is not a name that can be said to a server. Write a domain, or leave it empty.</source>
        <translation>{value}はサーバーに名乗れる名前ではありません。ドメインを入力するか、空欄にしてください。</translation>
    </message>
    <message>
        <source>The limit {limit} must be a number from 0 (no limit) to {most}, not {value}.</source>
        <translation>上限「{limit}」は0（無制限）〜{most}の数字で指定してください（{value}は使えません）。</translation>
    </message>
    <message>
        <source>{path} is not the whole path of a file: it must begin at the root.</source>
        <translation>{path}はファイルの絶対パスではありません。ルートから指定してください。</translation>
    </message>
    <message>
        <source>The account {account} was removed. Add it again under this name, or cancel the message.</source>
        <translation>アカウント{account}は削除されました。同じ名前でもう一度追加するか、メッセージを中止してください。</translation>
    </message>
    <message>
        <source>{host} is another computer: all could be read on the way. Choose tls or starttls.</source>
        <translation>{host}は別のコンピューターです。途中で内容をすべて読まれる可能性があります。tlsまたはstarttlsを選んでください。</translation>
    </message>
    <message>
        <source>The password of {user} at {host} is not known. Enter it, and what is held goes out.</source>
        <translation>{host}での{user}のパスワードが分かりません。入力すると、保留中のものを送信します。</translation>
    </message>
    <message>
        <source>The password file {path} cannot be used: {why}.</source>
        <translation>パスワードファイル{path}は使えません: {why}。</translation>
    </message>
    <message>
        <source>The password of {user} comes from {where}. Change it there, or take that away first.</source>
        <translation>{user}のパスワードは{where}から読み込んでいます。そこで変更するか、先にそれを取り除いてください。</translation>
    </message>
    <message>
        <source>The password holds a line break or another character that no server takes. Enter it again.</source>
        <translation>パスワードに改行など、サーバーが受け付けない文字があります。入力し直してください。</translation>
    </message>
    <message>
        <source>No keyring keeps passwords on this computer. Use another way: {ways}.</source>
        <translation>このコンピューターにはパスワードを保存するキーリングがありません。別の方法を使ってください: {ways}。</translation>
    </message>
    <message>
        <source>The keyring of this computer did not answer in time. Unlock it and try again.</source>
        <translation>このコンピューターのキーリングが時間内に応答しませんでした。ロックを解除して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>{provider} takes the password of the mailbox.</source>
        <translation>{provider}ではメールボックスのパスワードを使います。</translation>
    </message>
    <message>
        <source>{provider} takes an app password, which you make in its security settings; not the password you sign in with.</source>
        <translation>{provider}ではアプリパスワードを使います。セキュリティの設定で作成してください。サインインに使うパスワードではありません。</translation>
    </message>
    <message>
        <source>{provider} takes mail from a program only after you switched that on in its settings.</source>
        <translation>{provider}では、設定で許可した後にだけプログラムからメールを送信できます。</translation>
    </message>
    <message>
        <source>{provider} takes an authorization code, which you make in its settings after switching SMTP on.</source>
        <translation>{provider}では認証コードを使います。設定でSMTPを有効にしてから、そこで作成してください。</translation>
    </message>
    <message>
        <source>{provider} needs its Bridge running here: take user name, password and certificate from it.</source>
        <translation>{provider}では、このコンピューターでBridgeを実行する必要があります。ユーザー名、パスワード、証明書はBridgeで確認してください。</translation>
    </message>
    <message>
        <source>{provider} takes no passwords from programs, only a sign-in in the browser (OAuth), which Outtray cannot do yet. Use another account, or give an access token in place of the password.</source>
        <translation>{provider}はプログラムからのパスワードを受け付けず、ブラウザーでのサインイン（OAuth）だけを受け付けます。Outtrayはまだ対応していません。別のアカウントを使うか、パスワードの代わりにアクセストークンを入力してください。</translation>
    </message>
    <message>
        <source>There is no server named {host}. Look for a typing mistake in the account&apos;s server.</source>
        <translation>{host}というサーバーはありません。アカウントのサーバー名に入力の誤りがないか確認してください。</translation>
    </message>
    <message>
        <source>The address of {host} could not be looked up just now. Usually that passes by itself.</source>
        <translation>{host}のアドレスを今は調べられませんでした。通常は自然に解消します。</translation>
    </message>
    <message>
        <source>There is no network. It goes on when there is one.</source>
        <translation>ネットワークがありません。つながると再開します。</translation>
    </message>
    <message>
        <source>Too many files are open on this computer just now. It is tried again.</source>
        <translation>このコンピューターで今、開いているファイルが多すぎます。再試行します。</translation>
    </message>
    <message>
        <source>{host} takes no connection at port {port}. Look whether the port is right.</source>
        <translation>{host}のポート{port}に接続できません。ポートが正しいか確認してください。</translation>
    </message>
    <message>
        <source>{host} did not answer at port {port}. Look at the port, and for a firewall between.</source>
        <translation>{host}のポート{port}が応答しませんでした。ポートと、途中のファイアウォールを確認してください。</translation>
    </message>
    <message>
        <source>What answers as {host} is no mail server ({reply}). Look at host and port, or log in to this network.</source>
        <translation>{host}として応答したものはメールサーバーではありません（{reply}）。ホストとポートを確認するか、このネットワークにログインしてください。</translation>
    </message>
    <message>
        <source>{host} has too much to do just now ({reply}). Usually that passes by itself.</source>
        <translation>{host}は今混雑しています（{reply}）。通常は自然に解消します。</translation>
    </message>
    <message>
        <source>{host} takes no mail from this computer ({reply}). Ask whoever runs it, or try from another network.</source>
        <translation>{host}はこのコンピューターからのメールを受け付けません（{reply}）。サーバーの管理者に尋ねるか、別のネットワークから試してください。</translation>
    </message>
    <message>
        <source>{host} closed the connection. Usually that passes by itself.</source>
        <translation>{host}が接続を切断しました。通常は自然に解消します。</translation>
    </message>
    <message>
        <source>{host} did not answer for {seconds} seconds. Usually that passes by itself.</source>
        <translation>{host}が{seconds}秒間応答しませんでした。通常は自然に解消します。</translation>
    </message>
    <message>
        <source>{host} answered something that is not SMTP. Usually that passes by itself.</source>
        <translation>{host}の応答がSMTPではありませんでした。通常は自然に解消します。</translation>
    </message>
    <message>
        <source>What came from {host} was not sealed by TLS, so it was not believed. Usually that passes by itself.</source>
        <translation>{host}からの応答がTLSで保護されていなかったため、信用しませんでした。通常は自然に解消します。</translation>
    </message>
    <message>
        <source>{host} closed the connection before it confirmed.</source>
        <translation>{host}が確認の前に接続を切断しました。</translation>
    </message>
    <message>
        <source>{host} did not confirm within {seconds} seconds.</source>
        <translation>{host}が{seconds}秒以内に確認しませんでした。</translation>
    </message>
    <message>
        <source>{host} confirmed with something that is no answer.</source>
        <translation>{host}の確認が応答の形になっていませんでした。</translation>
    </message>
    <message>
        <source>{host} broke off TLS before it confirmed, as some servers do that are stopped. What it said outside of TLS was not believed.</source>
        <translation>{host}が確認の前にTLSを打ち切りました。停止されるサーバーにときどきあることです。TLSの外での応答は信用しませんでした。</translation>
    </message>
    <message>
        <source>{host} refused to begin TLS ({reply}). Nothing was sent in clear.</source>
        <translation>{host}がTLSの開始を拒否しました（{reply}）。暗号化せずには何も送信していません。</translation>
    </message>
    <message>
        <source>{host} cannot begin TLS just now ({reply}). Usually that passes by itself.</source>
        <translation>{host}は今TLSを開始できません（{reply}）。通常は自然に解消します。</translation>
    </message>
    <message>
        <source>{host} does not offer STARTTLS, so nothing was sent. Try tls at port 465, or ask the provider.</source>
        <translation>{host}はSTARTTLSに対応していないため、何も送信しませんでした。ポート465でtlsを試すか、プロバイダーに尋ねてください。</translation>
    </message>
    <message>
        <source>No TLS connection to {host} came about: {why}.</source>
        <translation>{host}とのTLS接続ができませんでした: {why}。</translation>
    </message>
    <message>
        <source>{host} does not speak TLS as expected at port {port}. Usual are tls at 465 and starttls at 587.</source>
        <translation>{host}のポート{port}はTLSで応答しませんでした。通常はtlsなら465、starttlsなら587です。</translation>
    </message>
    <message>
        <source>The certificate of {host} is self-signed. If the server is yours, choose that certificate as the CA file.</source>
        <translation>{host}の証明書は自己署名です。ご自分のサーバーであれば、その証明書をCAファイルに指定してください。</translation>
    </message>
    <message>
        <source>Nobody whom this computer trusts signed the certificate of {host}. If the server is yours, choose its CA file.</source>
        <translation>{host}の証明書には、このコンピューターが信頼する発行者の署名がありません。ご自分のサーバーであれば、そのCAファイルを指定してください。</translation>
    </message>
    <message>
        <source>The certificate of {host} expired on {at}. Tell whoever runs it, or look at the date of this computer.</source>
        <translation>{host}の証明書は{at}に期限が切れました。サーバーの管理者に知らせるか、このコンピューターの日付を確認してください。</translation>
    </message>
    <message>
        <source>The certificate of {host} is not valid before {at}. Look at the date of this computer.</source>
        <translation>{host}の証明書は{at}より前には有効になりません。このコンピューターの日付を確認してください。</translation>
    </message>
    <message>
        <source>The certificate is for {names}, not for {host}. Write the server by the name it has there.</source>
        <translation>証明書は{names}のもので、{host}のものではありません。証明書にあるサーバー名を入力してください。</translation>
    </message>
    <message>
        <source>The certificate of {host} cannot be trusted: {why}.</source>
        <translation>{host}の証明書は信頼できません: {why}。</translation>
    </message>
    <message>
        <source>The CA file {path} cannot be used: {why}.</source>
        <translation>CAファイル{path}は使えません: {why}。</translation>
    </message>
    <message>
        <source>{host} refused the password of {user} ({reply}). Enter the right one: what is held then goes out.</source>
        <translation>{host}が{user}のパスワードを拒否しました（{reply}）。正しいパスワードを入力すると、保留中のものを送信します。</translation>
    </message>
    <message>
        <source>{host} takes mail only from who logs in ({reply}). Give the account a user name and a password.</source>
        <translation>{host}はログインした利用者のメールだけを受け付けます（{reply}）。アカウントにユーザー名とパスワードを入力してください。</translation>
    </message>
    <message>
        <source>A password is only said inside TLS, also on this computer. Choose starttls or tls, or leave the user name empty.</source>
        <translation>パスワードは、このコンピューター宛てでもTLSの中でだけ送ります。starttlsまたはtlsを選ぶか、ユーザー名を空欄にしてください。</translation>
    </message>
    <message>
        <source>{host} offers no login that Outtray knows. Look at the port, or leave the user name empty.</source>
        <translation>{host}にはOuttrayが使えるログイン方式がありません。ポートを確認するか、ユーザー名を空欄にしてください。</translation>
    </message>
    <message>
        <source>The server could not look at the password just now. Usually that passes by itself.</source>
        <translation>サーバーは今パスワードを確認できませんでした。通常は自然に解消します。</translation>
    </message>
    <message>
        <source>Found in {where}: it was sent.</source>
        <translation>{where}で見つかりました。送信済みです。</translation>
    </message>
    <message>
        <source>Found in {where}, but it is being sent again. Cancel it, if once is enough.</source>
        <translation>{where}で見つかりましたが、再送中です。1通で足りる場合は中止してください。</translation>
    </message>
    <message>
        <source>Not in {where} at {time}. Some servers keep no copy of what programs send, so it may have arrived all the same.</source>
        <translation>{time}の時点で{where}にありません。プログラムから送ったものの控えを残さないサーバーもあるため、それでも届いている可能性があります。</translation>
    </message>
    <message>
        <source>{account} has no Sent folder to look into. Give the account its IMAP server, and check again.</source>
        <translation>{account}には確認する送信済みフォルダーがありません。アカウントにIMAPサーバーを設定して、もう一度確認してください。</translation>
    </message>
    <message>
        <source>Practice has no Sent folder to look into: what it keeps is in a folder of this computer.</source>
        <translation>「練習」には確認する送信済みフォルダーがありません。送ったものはこのコンピューターのフォルダーにあります。</translation>
    </message>
    <message>
        <source>Nobody looks into a Sent folder without logging in. Give the account a user name and a password.</source>
        <translation>送信済みフォルダーはログインしないと確認できません。アカウントにユーザー名とパスワードを入力してください。</translation>
    </message>
    <message>
        <source>{host} has no folder named {folder}. Look at the name of the Sent folder in the account.</source>
        <translation>{host}に{folder}というフォルダーはありません。アカウントの送信済みフォルダーの名前を確認してください。</translation>
    </message>
    <message>
        <source>{host} marks no folder as Sent, and none has a usual name. Name the Sent folder in the account.</source>
        <translation>{host}は送信済みフォルダーを示さず、よくある名前のフォルダーもありません。アカウントで送信済みフォルダーの名前を指定してください。</translation>
    </message>
    <message>
        <source>What answers as {host} is no IMAP server ({reply}). Look at host and port, or log in to this network.</source>
        <translation>{host}として応答したものはIMAPサーバーではありません（{reply}）。ホストとポートを確認するか、このネットワークにログインしてください。</translation>
    </message>
    <message>
        <source>{host} does not speak TLS as expected at port {port}. Usual for IMAP are tls at 993 and starttls at 143.</source>
        <translation>{host}のポート{port}はTLSで応答しませんでした。IMAPでは通常、tlsなら993、starttlsなら143です。</translation>
    </message>
    <message>
        <source>{host} does not offer STARTTLS, so nobody logged in. Try tls at port 993, or ask the provider.</source>
        <translation>{host}はSTARTTLSに対応していないため、ログインしませんでした。ポート993でtlsを試すか、プロバイダーに尋ねてください。</translation>
    </message>
    <message>
        <source>A password is only said inside TLS, also on this computer. Choose tls or starttls for IMAP.</source>
        <translation>パスワードは、このコンピューター宛てでもTLSの中でだけ送ります。IMAPにtlsまたはstarttlsを選んでください。</translation>
    </message>
    <message>
        <source>{host} refused the password of {user} for IMAP ({reply}). Nothing was looked through.</source>
        <translation>{host}がIMAPで{user}のパスワードを拒否しました（{reply}）。何も確認していません。</translation>
    </message>
    <message>
        <source>{host} refused this password of {user} for IMAP before, so it was not sent again. Enter another one, or test the account.</source>
        <translation>{host}は以前にIMAPで{user}のこのパスワードを拒否したため、もう送りませんでした。別のパスワードを入力するか、アカウントをテストしてください。</translation>
    </message>
    <message>
        <source>{host} could not look at the password just now ({reply}). Usually that passes by itself.</source>
        <translation>{host}は今パスワードを確認できませんでした（{reply}）。通常は自然に解消します。</translation>
    </message>
    <message>
        <source>{host} offers no IMAP login that Outtray knows or that the account allows. Look at its login and at the port.</source>
        <translation>{host}には、Outtrayが使えて、アカウントで許可されたIMAPのログイン方式がありません。ログイン方式とポートを確認してください。</translation>
    </message>
    <message>
        <source>{host} would not let its folders be looked through ({reply}).</source>
        <translation>{host}はフォルダーの確認を許可しませんでした（{reply}）。</translation>
    </message>
    <message>
        <source>{host} answered something that is not IMAP. Usually that passes by itself.</source>
        <translation>{host}の応答がIMAPではありませんでした。通常は自然に解消します。</translation>
    </message>
    <message>
        <source>{host} was not done within {seconds} seconds. Usually that passes by itself.</source>
        <translation>{host}が{seconds}秒以内に終わりませんでした。通常は自然に解消します。</translation>
    </message>
    <message>
        <source>{host} cannot carry the address {address}: what stands before its @ is not plain ASCII.</source>
        <translation>{host}はアドレス{address}を扱えません。@の前に半角英数字（ASCII）以外の文字があります。</translation>
    </message>
    <message>
        <source>The stored message cannot be read just now ({why}). It is tried again.</source>
        <translation>保存したメッセージを今は読み込めません（{why}）。再試行します。</translation>
    </message>
    <message>
        <source>The message has {size}, and the server takes at most {most}. Send fewer or smaller attachments.</source>
        <translation>メッセージは{size}で、サーバーの上限は{most}です。添付ファイルを減らすか小さくしてください。</translation>
    </message>
    <message>
        <source>The message would not arrive as it was written ({why}), so it was not accepted.</source>
        <translation>メッセージが書いたとおりに届かないため（{why}）、受け付けませんでした。</translation>
    </message>
    <message>
        <source>There is no screen to open a window on. {line}</source>
        <translation>ウィンドウを開く画面がありません。{line}</translation>
    </message>
    <message>
        <source>Qt cannot start: {library} is missing. {line}</source>
        <translation>Qtを起動できません。{library}がありません。{line}</translation>
    </message>
    <message>
        <source>That is more than 1 MiB in one request. Attach files with --attach instead.</source>
        <translation>1回の要求が1 MiBを超えています。ファイルは--attachで添付してください。</translation>
    </message>
    <message>
        <source>“{folder}” of {host}</source>
        <translation>{host}の「{folder}」</translation>
    </message>
    <message>
        <source>“{folder}”, “{other}” of {host}</source>
        <translation>{host}の「{folder}」「{other}」</translation>
    </message>
    <message>
        <source>From a backup of {when} UTC: it may have been sent since.</source>
        <translation>{when} (UTC) のバックアップから復元しました。その後に送信されている可能性があります。</translation>
    </message>
    <message>
        <source>From a backup of {when} UTC: it was being handed over</source>
        <translation>{when} (UTC) のバックアップから復元しました。引き渡しの途中でした</translation>
    </message>
    <message>
        <source>Moved to another computer on {when} UTC: it may be sent from there.</source>
        <translation>{when} UTCに別のコンピューターへ移しました。そこから送信される可能性があります。</translation>
    </message>
    <message>
        <source>Recovered from a damaged outbox: it may have been sent already.</source>
        <translation>破損した送信トレイから復旧しました。すでに送信されている可能性があります。</translation>
    </message>
    <message>
        <source>Recovered from a damaged outbox</source>
        <translation>破損した送信トレイから復旧しました</translation>
    </message>
    <message>
        <source>not started</source>
        <translation>開始せず</translation>
    </message>
    <message>
        <source>not sent before its time ran out</source>
        <translation>期限までに送信できませんでした</translation>
    </message>
    <message>
        <source>the try was broken off before the answer came</source>
        <translation>応答の前に試行が打ち切られました</translation>
    </message>
    <message>
        <source>the program ended before it was handed over</source>
        <translation>引き渡しの前にプログラムが終了しました</translation>
    </message>
    <message>
        <source>the program ended before the answer came</source>
        <translation>応答の前にプログラムが終了しました</translation>
    </message>
    <message>
        <source>the program ended</source>
        <translation>プログラムが終了しました</translation>
    </message>
    <message>
        <source>no space left on device</source>
        <translation>ディスクの空きがありません</translation>
    </message>
    <message>
        <source>disk quota exceeded</source>
        <translation>ディスクの割り当てを超えました</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>アクセスが許可されていません</translation>
    </message>
    <message>
        <source>operation not permitted</source>
        <translation>操作が許可されていません</translation>
    </message>
    <message>
        <source>no such file or directory</source>
        <translation>ファイルまたはフォルダーがありません</translation>
    </message>
    <message>
        <source>input/output error</source>
        <translation>入出力エラー</translation>
    </message>
    <message>
        <source>read-only file system</source>
        <translation>読み取り専用のファイルシステムです</translation>
    </message>
    <message>
        <source>file name too long</source>
        <translation>ファイル名が長すぎます</translation>
    </message>
    <message>
        <source>is a directory</source>
        <translation>フォルダーです</translation>
    </message>
    <message>
        <source>not a directory</source>
        <translation>フォルダーではありません</translation>
    </message>
    <message>
        <source>no permission</source>
        <translation>アクセスが許可されていません</translation>
    </message>
    <message>
        <source>it holds no certificate</source>
        <translation>証明書が含まれていません</translation>
    </message>
    <message>
        <source>port {port}</source>
        <translation>ポート{port}</translation>
    </message>
    <message>
        <source>a whole number from {least} to {most}</source>
        <translation>{least}〜{most}の整数</translation>
    </message>
    <message>
        <source>a list of 1 to {most} numbers of seconds, as in [15, 60, 300]</source>
        <translation>1〜{most}個の秒数の並び（例: [15, 60, 300]）</translation>
    </message>
    <message>
        <source>a text of at most {most} characters without control characters</source>
        <translation>制御文字のない{most}文字以内のテキスト</translation>
    </message>
</context>
<context>
    <name>Size</name>
    <message>
        <source>{number} KB</source>
        <translation>{number} KB</translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation>{number} MB</translation>
    </message>
    <message>
        <source>{number} GB</source>
        <translation>{number} GB</translation>
    </message>
    <message>
        <source>{number} B</source>
        <translation>{number} B</translation>
    </message>
</context>
<context>
    <name>Spans</name>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation>{number}秒</translation>
    </message>
    <message>
        <source>Write at least one length of time: 15 s, 5 min, 1 h</source>
        <translation>時間の長さを1つ以上入力してください: 15秒、5分、1時間</translation>
    </message>
    <message>
        <source>{number} d</source>
        <translation>{number}日</translation>
    </message>
    <message>
        <source>{number} h</source>
        <translation>{number}時間</translation>
    </message>
    <message>
        <source>{number} min</source>
        <translation>{number}分</translation>
    </message>
    <message>
        <source>“{part}” is no length of time. Write: 15 s, 5 min, 1 h</source>
        <translation>「{part}」は時間の長さではありません。「15 s, 5 min, 1 h」または「15秒、5分、1時間」のように入力してください</translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>Queued</source>
        <translation>送信待ち</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>予約済み</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待機中</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>保留中</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>送信中</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>送信済み</translation>
    </message>
    <message>
        <source>Practised</source>
        <translation>練習済み</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>送信失敗</translation>
    </message>
    <message>
        <source>Not confirmed</source>
        <translation>送信結果不明</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>中止済み</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>破損</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Online</source>
        <translation>オンライン</translation>
    </message>
    <message>
        <source>Practice</source>
        <translation>練習</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>ネットワークなし</translation>
    </message>
    <message>
        <source>Waiting for the password</source>
        <translation>パスワードの入力待ち</translation>
    </message>
    <message>
        <source>An account needs you</source>
        <translation>アカウントが要対応</translation>
    </message>
    <message>
        <source>Nothing on the way</source>
        <translation>送信途中なし</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>一時停止中</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>実行中</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>再開</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>一時停止</translation>
    </message>
    <message>
        <source>{count}/min</source>
        <translation>{count}件/分</translation>
    </message>
    <message>
        <source>{count} on the way</source>
        <translation>送信途中{count}件</translation>
    </message>
    <message>
        <source>Sent in the last minutes: {rate}</source>
        <translation>直近の送信数: {rate}</translation>
    </message>
    <message>
        <source>Sent in each {seconds} seconds of the last three minutes</source>
        <translation>直近3分間の、{seconds}秒ごとの送信数</translation>
    </message>
    <message>
        <source>{on_the_way} · next {time}</source>
        <translation>{on_the_way} · 次は{time}</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>to come</source>
        <translation>これから</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>進行中</translation>
    </message>
    <message>
        <source>good</source>
        <translation>問題なし</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失敗</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>省略</translation>
    </message>
    <message>
        <source>What the test found</source>
        <translation>テストの結果</translation>
    </message>
    <message>
        <source>Not needed here</source>
        <translation>不要</translation>
    </message>
    <message>
        <source>Not tried</source>
        <translation>未実施</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>確認中…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>接続</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>暗号化</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>証明書</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>ログイン</translation>
    </message>
    <message>
        <source>valid until {day}</source>
        <translation>有効期限{day}</translation>
    </message>
    <message>
        <source>C&amp;opy</source>
        <translation>コピー(&amp;O)</translation>
    </message>
    <message>
        <source>Puts the line beside it into the clipboard</source>
        <translation>隣の行をクリップボードに入れます</translation>
    </message>
    <message>
        <source>Closes this window</source>
        <translation>このウィンドウを閉じます</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Undo the send</source>
        <translation>送信を元に戻す</translation>
    </message>
    <message>
        <source>With an account of your own, mail reaches people</source>
        <translation>自分のアカウントを追加すると、メールが相手に届きます</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>保存中…</translation>
    </message>
    <message>
        <source>Sends as soon as the files are copied…</source>
        <translation>ファイルのコピーが終わり次第送信します…</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>受け付けました</translation>
    </message>
    <message>
        <source>… and {count} more.</source>
        <translation>…ほか{count}件。</translation>
    </message>
    <message>
        <source>{time} · sends in {seconds} s</source>
        <translation>{time} · {seconds}秒後に送信</translation>
    </message>
</context>
<context>
    <name>Templates</name>
    <message>
        <source>Saved as the template “{name}”.</source>
        <translation>テンプレート「{name}」として保存しました。</translation>
    </message>
    <message>
        <source>The template “{name}” has this subject and message now.</source>
        <translation>テンプレート「{name}」をこの件名と本文に変更しました。</translation>
    </message>
    <message>
        <source>“{name}” is in the form. What was there is kept under File ▸ Drafts.</source>
        <translation>「{name}」をフォームに入れました。それまでの内容は「ファイル」▸「下書き」に保存しました。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>テンプレート</translation>
    </message>
    <message>
        <source>Ne&amp;w</source>
        <translation>新規(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>削除(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Use</source>
        <translation>使う(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>閉じる(&amp;C)</translation>
    </message>
    <message>
        <source>{{ Words }} like these are selected, to be typed over.</source>
        <translation>「{{ 言葉 }}」の部分を選択した状態にするので、そのまま上書きできます。</translation>
    </message>
    <message>
        <source>There are no templates yet: write one with New, or save what is in the form as a template.</source>
        <translation>テンプレートはまだありません。「新規」で作成するか、フォームの内容をテンプレートとして保存してください。</translation>
    </message>
    <message>
        <source>Begins an empty template</source>
        <translation>空のテンプレートを作成します</translation>
    </message>
    <message>
        <source>Deletes the chosen template; it can be undone until this closes</source>
        <translation>選択したテンプレートを削除します。閉じるまでは元に戻せます</translation>
    </message>
    <message>
        <source>Puts the chosen template into the form, and closes this window</source>
        <translation>選択したテンプレートをフォームに入れ、このウィンドウを閉じます</translation>
    </message>
    <message>
        <source>Closes this window; Esc does the same</source>
        <translation>このウィンドウを閉じます。Escでも閉じます</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名前(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Subject</source>
        <translation>件名(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Message</source>
        <translation>本文(&amp;M)</translation>
    </message>
    <message>
        <source>Every change is kept at once.</source>
        <translation>変更はすぐに保存されます。</translation>
    </message>
    <message>
        <source>New template</source>
        <translation>新しいテンプレート</translation>
    </message>
    <message>
        <source>By which you find the template</source>
        <translation>テンプレートを探すときの名前</translation>
    </message>
    <message>
        <source>Goes into the form; empty, the form keeps its own</source>
        <translation>フォームに入る件名です。空欄ならフォームの件名のままです</translation>
    </message>
    <message>
        <source>“{name}” is deleted.</source>
        <translation>「{name}」を削除しました。</translation>
    </message>
    <message>
        <source>Up and Down choose a template, Enter puts it into the form, Delete deletes it</source>
        <translation>上下キーでテンプレートを選び、Enterでフォームに入れ、Deleteで削除します</translation>
    </message>
    <message>
        <source>Subject and message are saved; recipients and files are not.</source>
        <translation>件名と本文を保存します。宛先とファイルは保存しません。</translation>
    </message>
    <message>
        <source>Save as a template</source>
        <translation>テンプレートとして保存</translation>
    </message>
    <message>
        <source>Name of the template</source>
        <translation>テンプレートの名前</translation>
    </message>
    <message>
        <source>&amp;Name of the template</source>
        <translation>テンプレートの名前(&amp;N)</translation>
    </message>
    <message>
        <source>Closes this window; nothing is saved, and the form stays</source>
        <translation>このウィンドウを閉じます。何も保存せず、フォームはそのままです</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>置き換え</translation>
    </message>
    <message>
        <source>The template of that name gets this subject and message</source>
        <translation>その名前のテンプレートをこの件名と本文に変更します</translation>
    </message>
    <message>
        <source>Keeps this subject and message under the name</source>
        <translation>この件名と本文をその名前で保存します</translation>
    </message>
    <message>
        <source>There is already a template named “{name}”. Its subject and message will be replaced.</source>
        <translation>「{name}」というテンプレートはすでにあります。件名と本文が置き換えられます。</translation>
    </message>
    <message>
        <source>There are no templates yet. Write a message, then choose Message ▸ Save the form as a template.</source>
        <translation>テンプレートはまだありません。メッセージを書いてから、「メッセージ」▸「フォームをテンプレートとして保存」を選んでください。</translation>
    </message>
    <message>
        <source>Type a few letters of a template</source>
        <translation>テンプレートの名前を何文字か入力</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>テンプレート</translation>
    </message>
    <message>
        <source>Type a few letters, choose by the arrow keys; Enter uses it, F2 changes it</source>
        <translation>何文字か入力し、矢印キーで選びます。Enterで使い、F2で編集します</translation>
    </message>
    <message>
        <source>Enter puts it into the form; recipients and files stay. F2 changes it.</source>
        <translation>Enterでフォームに入れます。宛先とファイルはそのままです。F2で編集します。</translation>
    </message>
    <message>
        <source>No template is called that.</source>
        <translation>該当するテンプレートはありません。</translation>
    </message>
</context>
<context>
    <name>Text</name>
    <message>
        <source>{sentence} {next_sentence}</source>
        <translation>{sentence}{next_sentence}</translation>
    </message>
    <message>
        <source>{thing}, {next_thing}</source>
        <translation>{thing}、{next_thing}</translation>
    </message>
</context>
<context>
    <name>Time</name>
    <message>
        <source>ddd d MMM, HH:mm</source>
        <translation>M月d日(ddd) HH:mm</translation>
    </message>
    <message>
        <source>ddd d MMM yyyy, HH:mm:ss</source>
        <translation>yyyy年M月d日(ddd) HH:mm:ss</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>ddd d MMM</source>
        <translation>M月d日(ddd)</translation>
    </message>
    <message>
        <source>{number} d</source>
        <translation>{number}日</translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation>{number}秒</translation>
    </message>
    <message>
        <source>{number} min</source>
        <translation>{number}分</translation>
    </message>
    <message>
        <source>{number} h</source>
        <translation>{number}時間</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show the &amp;window</source>
        <translation>ウィンドウを表示(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;New message</source>
        <translation>新規メッセージ(&amp;N)</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>一時停止中</translation>
    </message>
    <message>
        <source>{count} on the way</source>
        <translation>送信途中{count}件</translation>
    </message>
    <message>
        <source>{count} need you</source>
        <translation>要対応{count}件</translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>It does not work yet.</source>
        <translation>まだ使えません。</translation>
    </message>
    <message>
        <source>The password for {address} was refused.</source>
        <translation>{address}のパスワードが拒否されました。</translation>
    </message>
    <message>
        <source>{address} cannot send.</source>
        <translation>{address}から送信できません。</translation>
    </message>
    <message>
        <source>The password comes from {where}: mend it there, then test again.</source>
        <translation>パスワードは{where}から読み込んでいます。そこで直してから、もう一度テストしてください。</translation>
    </message>
    <message>
        <source>{count} held: waiting for the password of {address}.</source>
        <translation>{count}件保留中: {address}のパスワードの入力待ちです。</translation>
    </message>
    <message>
        <source>{count} held: the password for {address} was refused.</source>
        <translation>{count}件保留中: {address}のパスワードが拒否されました。</translation>
    </message>
    <message>
        <source>{count} held: {address} cannot send.</source>
        <translation>{count}件保留中: {address}から送信できません。</translation>
    </message>
    <message>
        <source>Waiting for the password of {address}.</source>
        <translation>{address}のパスワードの入力待ちです。</translation>
    </message>
</context>
</TS>
