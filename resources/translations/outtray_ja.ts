<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>Account</name>
    <message>
        <source>TLS from the start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>STARTTLS, required</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None: to this computer only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password, as the server offers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password by PLAIN</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password by LOGIN</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Access token in place of the password (XOAUTH2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save any&amp;way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keeps the account although the test failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add an account</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It does not work yet. Nothing was saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It could not be saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing more is tried; what is typed stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closes this window; nothing is saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closes this window; the account is saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tries to log in to the server, and saves the account when that works</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Test and save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved. {address} can send.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Account {address}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Test again and save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No keyring here: kept until Outtray ends, then asked for again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in this computer&apos;s keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An empty field</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>info@school.example</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What recipients see beside the address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the server says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>IMAP port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A number; the usual one follows from the security</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A number; the usual one follows from the IMAP security</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until it is pressed again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its path comes into the field</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the certificate file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shows or hides the fields that few accounts need</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>P&amp;ort</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in this computer&apos;s keyring, where it has one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty: answers go to the address itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where “Check” looks for what was not confirmed. The test does not try it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only for a server whose certificate this computer does not know.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What your provider allows. Empty: no limit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificates to trust</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>per minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>per hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>per day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most so many a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most so many an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most so many a day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your &amp;name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ecurity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;User name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Replies go to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ignature</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>IMAP ser&amp;ver</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>IMAP securit&amp;y</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent fol&amp;der</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lo&amp;gin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CA &amp;file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Limits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;hort name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For the command line. It cannot be changed later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For the command line.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where mail is from; the rest is guessed from it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name of the provider&apos;s server for outgoing mail (SMTP)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the way to the server is kept from others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By which the server knows you; mostly the address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stands under every message by this account; may be empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the way to the IMAP server is kept from others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In which “Check” looks. Empty: the one that the server names.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the password is told to the server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read from {path}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the provider&apos;s page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It tells in the browser how a program may send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your provider&apos;s help pages name the server for outgoing mail (SMTP), and the port.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AccountBar</name>
    <message>
        <source>Shows them in the list of accounts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accounts that need you</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>… and %Ln more account(s) need you</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Enter password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Account…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opens the form of the account, with all its fields</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hides this line; what waits stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing more is tried; what is typed stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When it works, what waits for the account goes out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add an account…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password. {sentence}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test and send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Accounts</name>
    <message>
        <source>Its password is forgotten too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the account</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address} can send.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address} cannot send.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing waits to be sent by it. {password}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) wait(s) to be sent by it, held until you add the account again or cancel. {password}</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln go(es) out again.</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Remove {address}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up and Down choose an account, Enter edits it, Delete removes it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make &amp;default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opens an empty form for another account</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opens the form of the chosen account</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages go by the chosen account from the next start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forgets the chosen account, after a question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closes this window, and ends a test that is under way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The default is chosen when Outtray starts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;top the test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing more is tried</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tries to log in to the chosen account&apos;s server; sends nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Testing {address}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody receives it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no encryption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for the password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server busy. Next try {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rate limit. Next try {time}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>not attached</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copying…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No files</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Attempt</name>
    <message>
        <source>Under way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attempt {number}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{attempt}, after sending again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reached: {phase}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Backup</name>
    <message>
        <source>Back up the outbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backups (*.zip)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Backed up as {path}, but %Ln attached file(s) are missing or damaged.</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Backed up as {path}: %Ln message(s). Passwords are not in it.</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>There is no backup.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backing up: {percent} %</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Check</name>
    <message>
        <source>Looking in the Sent folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{found} of {count} found in the Sent folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to look for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found in {where}; something else became of it meanwhile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set it up</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Command</name>
    <message>
        <source>&amp;New message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Set the form aside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sa&amp;ve as…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Back up…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Accounts…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Preferences…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Enter the password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo the send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the &amp;address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Find in the outbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;lear the filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send &amp;later…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send a &amp;test to me</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Attach…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Use again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open: edit it, or show its details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Retry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Hold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chec&amp;k the Sent folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Send again (may arrive twice)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mark as sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry &amp;all that wait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Subject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;List</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Next pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Previous pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ource</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Compact rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;All commands…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo the cancelling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Release</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Copy</name>
    <message>
        <source>Save the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mail messages (*.eml)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved as {path}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The message with all its headers, as it is sent; can be selected and copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not tried yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>History</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parts of the details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left and Right go to the other parts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a message to read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the whole of this part</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list has all the room again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>… and {size} more, not shown here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attached</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text as it goes out; can be selected and copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing yet; Up and Down scroll</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Digest</name>
    <message numerus="yes">
        <source>%Ln message(s) need(s) you: failed, or perhaps not arrived.</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Doubt</name>
    <message>
        <source>Check looks in the account&apos;s Sent folder; or ask whoever should have it. It goes no more by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking in the Sent folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Draft</name>
    <message>
        <source>{words} — {recipient}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>Outtray made a mistake</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something went wrong inside Outtray. What was accepted is safe on disk, and Outtray goes on.
If you report it, please copy the details.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details of the error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where in Outtray it happened, for whoever mends it; can be selected and copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy the details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puts them on the clipboard, for a report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closes this window; Esc does the same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>… and more of them.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Event</name>
    <message>
        <source>Found by the words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back in the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begun to send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About to be handed over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Practised: kept on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waits for another try</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not sent for a long time; it is still tried</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Held</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Released</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not confirmed: it may have arrived</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asked to stop while it was being sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The cancelling was taken back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken back into the form</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tried again by you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent again by you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Marked as sent by you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found in the Sent folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found in the Sent folder, after it was sent again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not found in the Sent folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recovered after the program had ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found damaged on disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trouble beside it</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Filters</name>
    <message>
        <source>Filters of the outbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the list shows; Left and Right go to the other filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{filter}: {count}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Find</name>
    <message>
        <source>Find in the outbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list shows what has all of these words; Enter or Down goes there</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>What was in the form is kept under File ▸ Drafts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was in the form before is kept under File ▸ Drafts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A test goes to {address}. What is typed is still here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was not accepted. Everything typed is still here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each gets their own message; nobody sees the others.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message form</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One line that says what the message is about</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text as everybody in To gets it; Tab leaves it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other ways to send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A menu: later, or a test to yourself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attach</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Practice: nobody receives these messages.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the account that it goes by now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send (practice)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add an account…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This account cannot send now. What you send is held until it can.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replies go to {address}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes the message into the outbox, from where it goes out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signature: {text}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Keys</name>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every command that has a key; Up and Down scroll</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closes this window; Esc does the same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the list, single letters are keys.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>or</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a command, then press its new key here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up and Down choose a command; below, it gets another key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Give it this key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;No key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As it &amp;comes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A&amp;ll as they come</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New &amp;key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is its key already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The typed key is the chosen command&apos;s from now on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes the chosen command&apos;s keys away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gives the chosen command back the keys it came with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gives every command back the keys it came with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That key is free.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is the key of “{command}”, which would lose it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Label</name>
    <message>
        <source>Text that can be selected by the mouse and copied</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Later</name>
    <message>
        <source>Send later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tomorrow 9:00</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not after (may be empty)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If it could not be sent by then, it fails instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes the message into the outbox, with these times</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closes this window; the message stays in the form</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in 1 hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>today 18:00</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Monday 9:00</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puts this time into the field</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is before the time to send.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A day, a time, or both: “Monday”, “18:00”, “30 Nov 9:00”, “in 2 hours”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send at: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is not understood as a time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <source>Outtray ends when what is on the way is sent: {count} left.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit Outtray?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is lost: what is not sent now goes at the next start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Send now and quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keep running in the tray</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Back to the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Do the same from now on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The window stays until the last one is sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ends at once; the rest goes at the next start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The window goes, and what is to be sent is sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is closed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It can be changed in the preferences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still to be sent: {count}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit ({count} will wait)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>List</name>
    <message>
        <source>Nothing here yet. What you send appears here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up and Down choose a message, Enter opens it, the menu key says what can be done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is on the way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing needs you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing sent yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was cancelled.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing found for “{words}”.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Menu</name>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Outbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Drafts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Notice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What can be done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answers the notice, and closes it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the notice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing else changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Recovered after an unexpected end: %Ln go(es) out again.</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The outbox is damaged. What can be read is being recovered; it is not lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Recovered %Ln notification(s), {unconfirmed} not confirmed.</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The outbox was damaged. Recovered {saved} of {known} notifications.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The damaged file is kept as {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lost: {numbers}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Their text is under Drafts: {count}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} held</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} not confirmed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of them need you: {counts}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>All commands</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a few letters, choose by the arrow keys, and press Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Commands</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No command is called that, or none that fits now.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>Outbox</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Phase</name>
    <message>
        <source>connecting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the server&apos;s greeting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>saying hello (EHLO)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>encryption (STARTTLS)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the password (AUTH)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the sender (MAIL)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the recipient (RCPT)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>announcing the message (DATA)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the message itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the end of the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the mail folder</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Place</name>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On the way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ended</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>No time: it goes at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Never: send it however late</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source> day(s)</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> hour(s)</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> minute(s)</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln second(s)</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Show an icon in the tray</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the desktop has a tray: how many are on the way, and the way back here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Sending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accounts and &amp;folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left and Right go to the other pages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closes this window; Esc does the same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every change is applied and kept at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo a send for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How long a message waits after Send, and can be taken back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Try again after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The last one again and again. A server that says “later” is asked so often.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Give up after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A message that could not be sent for so long fails</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>T&amp;ell me when it waits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A notice comes when a message has waited for so long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Hold what is late by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was scheduled while this computer was off is then held, and asks.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When I &amp;close it with mail to send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What becomes of the mail that is not sent yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The colours of every window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of every window; what is sent stays as it is written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Rows of the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much room each message takes in the outbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Motion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A&amp;ccounts…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shows the accounts, to add, change and test them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name beside Practice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From whom practice mail is; may be empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write at least one length of time: 15 s, 5 min, 1 h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where nothing moves, no line runs out and no caret blinks.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where nothing moves, no line runs out and no caret blinks. The system&apos;s own wish is not known here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The outbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Practice mail</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shows it in the program for files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send it, then quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit: it goes at the next start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep running in the tray</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compact</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing moves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{part}” is no length of time. Write: 15 s, 5 min, 1 h</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Reason</name>
    <message>
        <source>Held by you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server closed before it answered. It may have arrived.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Goes out next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept on this computer. Nobody received it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Marked as sent by you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outtray ended before the server answered. It may have arrived.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It could not be sent in time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On its way to the server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for the server to confirm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Damaged on disk, so it was not sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sends in {seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{server} took it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It could not be sent in time. Last said: {reply}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{reply}. Next try {time}, attempt {attempt}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{reply}. Next try {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sends in {seconds} s — Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found in {where}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{found_there}, {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{server_took_it}, {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{what_happened}. It may have arrived.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{day_and_time}, if this computer is on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rate limit. Next try {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Missed {time} by {span}. Release it or cancel it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{where_from} Release it or cancel it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password for {account} was refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{account} cannot send until it is mended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It may have been sent already.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Recipients</name>
    <message>
        <source>Recipients found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address, or a name you have written to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln recipient(s): {names}</source>
        <comment>plural</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Reply</name>
    <message>
        <source>Refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server busy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No room there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No such user</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password refused</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Restore</name>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo the cancelling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was just cancelled goes out after all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled: {what}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>No subject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send again…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Schedule</name>
    <message>
        <source>Send it at once instead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forgets the chosen times</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sends {time}, if this computer is on; not after {until}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sends {time}, if this computer is on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not after {until}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sender</name>
    <message>
        <source>Practice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account by which the message goes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add an account…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{account}: this account was removed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sentence</name>
    <message>
        <source>Nobody to send to: type an address into To.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: there is no address in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: an address needs an @, as in ann@example.com.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: there is nothing before the @.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: there is nothing after the @.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: there is more than one @. Put a comma between two addresses.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: there is a space in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: {character} cannot stand in an address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: {character} is a wide character. Type it with the input method off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: a dot must stand between two other characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: write it as Ann &lt;ann@example.com&gt;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: {domain} needs an ending, as in example.com.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: {domain} is not the name of a domain.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: what is before the @ is longer than {most} characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: it is longer than {most} characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: it was not taken into To yet. Press Enter behind it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: it holds a line break or another control character.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: it is there twice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: the name holds a line break or another control character.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} recipients are more than one message may have ({most}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The subject holds a line break or another control character ({what}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The subject is longer than {most} characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The search words hold a line break or another control character ({what}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to send: the message is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {line} of the message holds a character that mail cannot carry ({what}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The message is longer than {most} characters. Attach it as a file instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no account named {account}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The undo time must be 0 to {most} seconds, not {value}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value} has passed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value} is not a time. Write it as 2026-11-30T09:00.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“Not after” ({value}) is before the time to send.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The template needs a name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name holds a character that cannot be shown, or is longer than {most} characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is already a template named “{name}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was handed over is not a draft ({why}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The message cannot be accepted as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is not there any more. Attach it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is a folder. Attach the files in it, or pack them into one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is not a regular file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} changed while it was being copied. Attach it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has {size}; a message may have {most} in all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With {name} the attachments have {size}; a message may have {most} in all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}: a file name with a line break or another control character cannot be sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The copy of {name} in the outbox is missing or damaged. Attach it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outtray cannot write in {path}: {why}. Choose another folder with --home.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is not a folder. Choose another with --home.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is not an outbox of Outtray; it was left untouched. Choose another folder with --home.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} was written by a newer Outtray (format {found}, this one knows {known}); it was left untouched. Install the newer version.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is damaged ({why}); it was left untouched. What can be read is recovered when Outtray runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be used: {why}. Nothing was touched. Restore a backup, or move what is there aside.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path}: restoring a backup was broken off here. Run the same restore again; it goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path}-wal is not of this {path} ({why}); both were left untouched. Move {path}-wal aside, and start again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is in the outbox&apos;s own folder; choose another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is damaged ({why}), so no backup was made. Start Outtray first: it recovers it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is not empty. Restore into a new folder, as in: --home NEW restore FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is not a backup of Outtray ({why}). Nothing was restored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} was made by a newer Outtray. Install the newer version. Nothing was restored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is damaged: {name} is not what was backed up. Nothing was restored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough room in {path}. Nothing was restored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is damaged and could not be recovered ({why}). It is as it was; restore a backup.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be used here ({why}); it was left untouched.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be written: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no outbox in {path} yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} was replaced while Outtray was running. Nothing more is written; start Outtray again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The outbox is in use by another Outtray ({owner}), which did not answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The outbox is in use by another Outtray without a window ({owner}). End that one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outtray is closing and takes nothing more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full, so this could not be saved. Make room and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk failed while saving ({why}). Nothing was accepted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The outbox is read-only now, so this could not be saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The message is damaged on disk, so it was not saved. {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program keeps the outbox locked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still saving. Nothing is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still saving: another program keeps the outbox locked. Nothing is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still saving: the disk is full. Nothing is lost; it goes on when there is room.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still saving: the disk fails. Nothing is lost; it is tried again and again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>log.txt cannot be written ({why}). Nothing is lost: it is written when it can be.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is too late to undo: the message is on its way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no delivery {id}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{id} is {state}: it cannot be {verb}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The outbox refused the write ({why}). Nothing of it was kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>settings.toml, line {line}: {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>settings.toml: {key} must be {wanted}, not {value}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>settings.toml: {key} is missing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>settings.toml, account {account}: {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>settings.toml is laid out in a way that cannot be changed without harm. Write each account as [account.NAME].</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>settings.toml cannot be read: {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{link} is not a mailto: address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The mailto: address is longer than {most} characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} cannot be the name of an account: use up to 32 small letters, digits, dots, hyphens and underscores, beginning with a letter or a digit. “practice” is taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is already an account named {name}. Choose another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is too much like the account {other}: both would look for their password as {variable}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account needs the address it sends from, as in ann@example.com.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account needs its mail server. Write it as in smtp.example.com, without a port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} is not the name of a mail server. Write it as in smtp.example.com, without a port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{port} is not a port: a number from 1 to 65535, usually 465 for tls and 587 for starttls.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A Sent folder is looked into by IMAP: name that server too, as in imap.example.com.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} is not the name of an IMAP server. Write it as in imap.example.com, with no port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{port} is not a port: a number from 1 to 65535, for IMAP 993 (tls) or 143 (starttls).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name of the Sent folder holds a control character or is longer than {most} characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sender&apos;s name holds a control character or is longer than {most} characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The user name holds a control character or is longer than {most} characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replies to: {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replies to: write {address} as an address alone, in plain ASCII before its @.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The signature holds a control character.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The signature is longer than {most} characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value} is not a name that can be said to a server. Write a domain, or leave it empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The limit {limit} must be a number from 0 (no limit) to {most}, not {value}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is not the whole path of a file: it must begin at the root.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account {account} was removed. Add it again under this name, or cancel the message.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} is another computer: all could be read on the way. Choose tls or starttls.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password of {user} at {host} is not known. Enter it, and what is held goes out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password file {path} cannot be used: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password of {user} comes from {where}. Change it there, or take that away first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password holds a line break or another character that no server takes. Enter it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No keyring keeps passwords on this computer. Use another way: {ways}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring of this computer did not answer in time. Unlock it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{provider} takes the password of the mailbox.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{provider} takes an app password, which you make in its security settings; not the password you sign in with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{provider} takes mail from a program only after you switched that on in its settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{provider} takes an authorization code, which you make in its settings after switching SMTP on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{provider} needs its Bridge running here: take user name, password and certificate from it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{provider} takes no passwords from programs, only a sign-in in the browser (OAuth), which Outtray cannot do yet. Use another account, or give an access token in place of the password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no server named {host}. Look for a typing mistake in the account&apos;s server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address of {host} could not be looked up just now. Usually that passes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no network. It goes on when there is one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many files are open on this computer just now. It is tried again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} takes no connection at port {port}. Look whether the port is right.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} did not answer at port {port}. Look at the port, and for a firewall between.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What answers as {host} is no mail server ({reply}). Look at host and port, or log in to this network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} has too much to do just now ({reply}). Usually that passes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} takes no mail from this computer ({reply}). Ask whoever runs it, or try from another network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} closed the connection. Usually that passes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} did not answer for {seconds} seconds. Usually that passes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} answered something that is not SMTP. Usually that passes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What came from {host} was not sealed by TLS, so it was not believed. Usually that passes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} closed the connection before it confirmed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} did not confirm within {seconds} seconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} confirmed with something that is no answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} broke off TLS before it confirmed, as some servers do that are stopped. What it said outside of TLS was not believed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} refused to begin TLS ({reply}). Nothing was sent in clear.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} cannot begin TLS just now ({reply}). Usually that passes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} does not offer STARTTLS, so nothing was sent. Try tls at port 465, or ask the provider.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No TLS connection to {host} came about: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} does not speak TLS as expected at port {port}. Usual are tls at 465 and starttls at 587.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate of {host} is self-signed. If the server is yours, choose that certificate as the CA file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody whom this computer trusts signed the certificate of {host}. If the server is yours, choose its CA file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate of {host} expired on {at}. Tell whoever runs it, or look at the date of this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate of {host} is not valid before {at}. Look at the date of this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate is for {names}, not for {host}. Write the server by the name it has there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate of {host} cannot be trusted: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The CA file {path} cannot be used: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} refused the password of {user} ({reply}). Enter the right one: what is held then goes out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} takes mail only from who logs in ({reply}). Give the account a user name and a password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A password is only said inside TLS, also on this computer. Choose starttls or tls, or leave the user name empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} offers no login that Outtray knows. Look at the port, or leave the user name empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server could not look at the password just now. Usually that passes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found in {where}: it was sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found in {where}, but it is being sent again. Cancel it, if once is enough.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not in {where} at {time}. Some servers keep no copy of what programs send, so it may have arrived all the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{account} has no Sent folder to look into. Give the account its IMAP server, and check again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Practice has no Sent folder to look into: what it keeps is in a folder of this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody looks into a Sent folder without logging in. Give the account a user name and a password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} has no folder named {folder}. Look at the name of the Sent folder in the account.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} marks no folder as Sent, and none has a usual name. Name the Sent folder in the account.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What answers as {host} is no IMAP server ({reply}). Look at host and port, or log in to this network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} does not speak TLS as expected at port {port}. Usual for IMAP are tls at 993 and starttls at 143.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} does not offer STARTTLS, so nobody logged in. Try tls at port 993, or ask the provider.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A password is only said inside TLS, also on this computer. Choose tls or starttls for IMAP.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} refused the password of {user} for IMAP ({reply}). Nothing was looked through.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} refused this password of {user} for IMAP before, so it was not sent again. Enter another one, or test the account.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} could not look at the password just now ({reply}). Usually that passes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} offers no IMAP login that Outtray knows or that the account allows. Look at its login and at the port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} would not let its folders be looked through ({reply}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} answered something that is not IMAP. Usually that passes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} was not done within {seconds} seconds. Usually that passes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} cannot carry the address {address}: what stands before its @ is not plain ASCII.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The stored message cannot be read just now ({why}). It is tried again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The message has {size}, and the server takes at most {most}. Send fewer or smaller attachments.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The message would not arrive as it was written ({why}), so it was not accepted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no screen to open a window on. {line}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Qt cannot start: {library} is missing. {line}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is more than 1 MiB in one request. Attach files with --attach instead.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Size</name>
    <message>
        <source>{number} KB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} GB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} B</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>Queued</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Held</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Practised</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not confirmed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Online</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Practice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for the password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An account needs you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing on the way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count}/min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} on the way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent in the last minutes: {rate}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent in each {seconds} seconds of the last three minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{on_the_way} · next {time}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>to come</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>under way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the test found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not needed here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not tried</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>valid until {day}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo the send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With an account of your own, mail reaches people</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sends as soon as the files are copied…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>… and {count} more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} · sends in {seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Time</name>
    <message>
        <source>ddd d MMM, HH:mm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ddd d MMM yyyy, HH:mm:ss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} d</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} h</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show the &amp;window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;New message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} on the way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} need you</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>It does not work yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password for {address} was refused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address} cannot send.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password comes from {where}: mend it there, then test again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} held: waiting for the password of {address}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} held: the password for {address} was refused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} held: {address} cannot send.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for the password of {address}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
