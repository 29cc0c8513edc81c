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
    <name>Keeping</name>
    <message numerus="yes">
        <source>%Ln message(s) is (are) older than that, and would be deleted now.</source>
        <comment>plural</comment>
        <translation>
            <numerusform>%Ln message is older than that, and would be deleted now.</numerusform>
            <numerusform>%Ln messages are older than that, and would be deleted now.</numerusform>
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
</TS>
