<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AccountBar</name>
    <message numerus="yes">
        <source>… and %Ln more account(s) need you</source>
        <comment>plural</comment>
        <translation>
            <numerusform>… and %Ln more account needs you</numerusform>
            <numerusform>… and %Ln more accounts need you</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Accounts</name>
    <message numerus="yes">
        <source>%Ln message(s) wait(s) to be sent by it, held until you add the account again or cancel. {password}</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln message waits to be sent by it. It is held until you add the account again, or cancel it. {password}</numerusform>
            <numerusform>%Ln messages wait to be sent by it. They are held until you add the account again, or cancel them. {password}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln go(es) out again.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln goes out again.</numerusform>
            <numerusform>%Ln go out again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Backup</name>
    <message numerus="yes">
        <source>Backed up as {path}, but %Ln attached file(s) are missing or damaged.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>Backed up as {path}, but %Ln attached file is missing or damaged.</numerusform>
            <numerusform>Backed up as {path}, but %Ln attached files are missing or damaged.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Backed up as {path}: %Ln message(s). Passwords are not in it.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>Backed up as {path}: %Ln message. Passwords are not in it.</numerusform>
            <numerusform>Backed up as {path}: %Ln messages. Passwords are not in it.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Book</name>
    <message numerus="yes">
        <source>Deleted %Ln person(s).</source>
        <comment>plural</comment>
        <translation>
            <numerusform>Deleted %Ln person.</numerusform>
            <numerusform>Deleted %Ln people.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Charts</name>
    <message numerus="yes">
        <source>%Ln row(s) copied.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln row copied.</numerusform>
            <numerusform>%Ln rows copied.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Digest</name>
    <message numerus="yes">
        <source>%Ln message(s) need(s) you: failed, or perhaps not arrived.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>A message needs you: it failed, or may not have arrived.</numerusform>
            <numerusform>%Ln messages need you: they failed, or may not have arrived.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Forgetting</name>
    <message numerus="yes">
        <source>&amp;Cancel %Ln message(s) that has (have) not been sent yet</source>
        <comment>plural</comment>
        <translation>
            <numerusform>&amp;Cancel %Ln message that has not been sent yet</numerusform>
            <numerusform>&amp;Cancel %Ln messages that have not been sent yet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) to them, and what became of it (them)</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln message to them, and what became of it</numerusform>
            <numerusform>%Ln messages to them, and what became of them</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) in the practice mail folder</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln message in the practice mail folder</numerusform>
            <numerusform>%Ln messages in the practice mail folder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln draft(s) to nobody else</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln draft to nobody else</numerusform>
            <numerusform>%Ln drafts to nobody else</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The address in %Ln draft(s) to others too</source>
        <comment>plural</comment>
        <translation>
            <numerusform>The address in %Ln draft to others too</numerusform>
            <numerusform>The address in %Ln drafts to others too</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln line(s) of log.txt: only time, number and “forgotten” stay</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln line of log.txt: only time, number and “forgotten” stay</numerusform>
            <numerusform>%Ln lines of log.txt: only time, number and “forgotten” stay</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln is (are) being sent just now: removed when the server has answered.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln is being sent just now: it is removed when its server has answered.</numerusform>
            <numerusform>%Ln are being sent just now: they are removed when their server has answered.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln is (are) not confirmed: afterwards nobody can look whether it (they) arrived.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln is not confirmed: afterwards nobody can look whether it arrived.</numerusform>
            <numerusform>%Ln are not confirmed: afterwards nobody can look whether they arrived.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Keeping</name>
    <message numerus="yes">
        <source>%Ln message(s) is (are) older than that, and would be deleted now.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln message is older than that, and would be deleted now.</numerusform>
            <numerusform>%Ln messages are older than that, and would be deleted now.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> day(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform> day</numerusform>
            <numerusform> days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Move</name>
    <message numerus="yes">
        <source>%Ln message(s) that has (have) not been sent is (are) held, here and there, so that nothing is sent from both computers. Sending is paused here.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln message that has not been sent is held, here and there, so that nothing is sent from both computers. Sending is paused here.</numerusform>
            <numerusform>%Ln messages that have not been sent are held, here and there, so that nothing is sent from both computers. Sending is paused here.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The file is written: %Ln message(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform>The file is written: %Ln message</numerusform>
            <numerusform>The file is written: %Ln messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln attached file(s) is (are) missing or damaged, not in it.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln attached file is missing or damaged, and not in it.</numerusform>
            <numerusform>%Ln attached files are missing or damaged, and not in it.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message numerus="yes">
        <source>Recovered after an unexpected end: %Ln go(es) out again.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>Recovered after an unexpected end: %Ln goes out again.</numerusform>
            <numerusform>Recovered after an unexpected end: %Ln go out again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Recovered %Ln notification(s), {unconfirmed} not confirmed.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>Recovered %Ln notification, {unconfirmed} not confirmed.</numerusform>
            <numerusform>Recovered %Ln notifications, {unconfirmed} not confirmed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message numerus="yes">
        <source> day(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform> day</numerusform>
            <numerusform> days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> hour(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform> hour</numerusform>
            <numerusform> hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> minute(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform> minute</numerusform>
            <numerusform> minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln second(s)</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln second</numerusform>
            <numerusform>%Ln seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Recipients</name>
    <message numerus="yes">
        <source>%Ln recipient(s): {names}</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln recipient: {names}</numerusform>
            <numerusform>%Ln recipients: {names}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Restore</name>
    <message numerus="yes">
        <source>%Ln message(s) restored.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln message restored.</numerusform>
            <numerusform>%Ln messages restored.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln is (are) held: it (they) may have been sent since.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln is held: it may have been sent since.</numerusform>
            <numerusform>%Ln are held: they may have been sent since.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln is (are) not confirmed.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln is not confirmed.</numerusform>
            <numerusform>%Ln are not confirmed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It was made {time}, with %Ln message(s).</source>
        <comment>plural</comment>
        <translation>
            <numerusform>It was made {time}, with %Ln message.</numerusform>
            <numerusform>It was made {time}, with %Ln messages.</numerusform>
        </translation>
    </message>
</context>
</TS>
