"""A code becomes an English sentence. The window translates these; the command line prints them."""

from collections.abc import Mapping

from core.errors import Problem

#: Every sentence a person can be told, by its code. `{name}` places are filled with what they typed.
SENTENCES: dict[str, str] = {
    # the draft, by field
    "to_empty": "Nobody to send to: type an address into To.",
    "address_empty": "{address}: there is no address in it.",
    "address_no_at": "{address}: an address needs an @, as in ann@example.com.",
    "address_no_local": "{address}: there is nothing before the @.",
    "address_no_domain": "{address}: there is nothing after the @.",
    "address_bad": "{address}: {why}",
    "address_two_ats": "{address}: there is more than one @. Put a comma between two addresses.",
    "address_space": "{address}: there is a space in it.",
    "address_character": "{address}: {character} cannot stand in an address.",
    "address_wide": "{address}: {character} is a wide character. Type it with the input method off.",
    "address_dots": "{address}: a dot must stand between two other characters.",
    "address_brackets": "{address}: write it as Ann <ann@example.com>.",
    "address_no_dot": "{address}: {domain} needs an ending, as in example.com.",
    "address_domain": "{address}: {domain} is not the name of a domain.",
    "address_local_long": "{address}: what is before the @ is longer than {most} characters.",
    "address_long": "{address}: it is longer than {most} characters.",
    "address_unread": "{address}: it was not taken into To yet. Press Enter behind it.",
    "address_control": "{address}: it holds a line break or another control character.",
    "address_twice": "{address}: it is there twice.",
    "name_control": "{address}: the name holds a line break or another control character.",
    "too_many_recipients": "{count} recipients are more than one message may have ({most}).",
    "subject_control": "The subject holds a line break or another control character ({what}).",
    "subject_long": "The subject is longer than {most} characters.",
    "query_control": "The search words hold a line break or another control character ({what}).",
    "text_empty": "There is nothing to send: the message is empty.",
    "text_control": "Line {line} of the message holds a character that mail cannot carry ({what}).",
    "text_long": "The message is longer than {most} characters. Attach it as a file instead.",
    "account_unknown": "There is no account named {account}.",
    "undo_bad": "The undo time must be 0 to {most} seconds, not {value}.",
    "at_past": "{value} has passed.",
    "at_bad": "{value} is not a time. Write it as 2026-11-30T09:00.",
    "not_after_first": "“Not after” ({value}) is before the time to send.",
    # templates, by field
    "template_no_name": "The template needs a name.",
    "template_bad_name": "The name holds a character that cannot be shown, or is longer than {most} characters.",
    "template_exists": "There is already a template named “{name}”.",
    "draft_unreadable": "What was handed over is not a draft ({why}).",
    "draft_invalid": "The message cannot be accepted as it is.",
    # attachments
    "attachment_missing": "{name} is not there any more. Attach it again.",
    "attachment_folder": "{name} is a folder. Attach the files in it, or pack them into one.",
    "attachment_special": "{name} is not a regular file.",
    "attachment_unreadable": "{name} cannot be read: {why}",
    "attachment_changed": "{name} changed while it was being copied. Attach it again.",
    "attachment_large": "{name} has {size}; a message may have {most} in all.",
    "attachments_large": "With {name} the attachments have {size}; a message may have {most} in all.",
    "attachment_name": "{name}: a file name with a line break or another control character cannot be sent.",
    "attachment_lost": "The copy of {name} in the outbox is missing or damaged. Attach it again.",
    # the address book
    "person_name_control": "The name holds a line break or another control character.",
    "person_name_long": "The name is longer than {most} characters.",
    "person_no_address": "A person needs at least one address, as in ann@example.com.",
    "person_addresses_many": "These are more than {most} addresses for one person.",
    "person_note_long": "The note is longer than {most} characters.",
    "person_taken": "{address} is already in the book: {name}.",
    "group_no_name": "A group needs a name.",
    "group_name_control": "The group's name holds a line break or another control character.",
    "group_name_long": "The group's name is longer than {most} characters.",
    "group_taken": "There is already a group named {name}.",
    "cards_unreadable": "{path} cannot be read: {why}.",
    "cards_none": "There is no vCard in {path}.",
    "card_open": "Line {line}: this card has no end.",
    "card_line": "Line {line}: there is no colon after {property}.",
    "card_long": "Line {line}: {property} is too long.",
    "card_charset": "Line {line}: this is no text in {charset}.",
    "card_address": "Line {line}: {why}",
    "card_no_address": "Line {line}: {name} has no mail address.",
    "card_empty": "Line {line}: this card has neither a name nor a mail address.",
    "card_taken": "Line {line}: {address} is already {name}'s.",
    "card_wrong": "Line {line}: {why}",
    # opening
    "home_unwritable": "Outtray cannot write in {path}: {why}. Choose another folder with --home.",
    "home_not_folder": "{path} is not a folder. Choose another with --home.",
    "outbox_foreign": "{path} is not an outbox of Outtray; it was left untouched. Choose another folder with --home.",
    "outbox_newer": (
        "{path} was written by a newer Outtray (format {found}, this one knows {known}); it was left untouched. "
        "Install the newer version."
    ),
    "outbox_damaged": (
        "{path} is damaged ({why}); it was left untouched. What can be read is recovered when Outtray runs."
    ),
    "outbox_gone": "{path} cannot be used: {why}. Nothing was touched. Restore a backup, or move what is there aside.",
    "outbox_half_restored": ("{path}: restoring a backup was broken off here. Run the same restore again; it goes on."),
    "outbox_stale": (
        "{path}-wal is not of this {path} ({why}); both were left untouched. Move {path}-wal aside, and start again."
    ),
    "backup_inside": "{path} is in the outbox's own folder; choose another.",
    "backup_of_damaged": "{path} is damaged ({why}), so no backup was made. Start Outtray first: it recovers it.",
    "restore_not_empty": "{path} is not empty. Restore into a new folder, as in: --home NEW restore FILE.",
    "restore_not_blank": "{path} has an outbox with something in it. Nothing was restored.",
    "restore_disk": "{path}: {why}. Nothing was restored.",
    "restore_foreign": "{path} is not a backup of Outtray ({why}). Nothing was restored.",
    "restore_newer": "{path} was made by a newer Outtray. Install the newer version. Nothing was restored.",
    "restore_damaged": "{path} is damaged: {name} is not what was backed up. Nothing was restored.",
    "restore_room": "There is not enough room in {path}. Nothing was restored.",
    "outbox_unsaved": "{path} is damaged and could not be recovered ({why}). It is as it was; restore a backup.",
    "outbox_unfit": "{path} cannot be used here ({why}); it was left untouched.",
    "outbox_readonly": "{path} cannot be written: {why}.",
    "outbox_missing": "There is no outbox in {path} yet.",
    "outbox_replaced": "{path} was replaced while Outtray was running. Nothing more is written; start Outtray again.",
    "outbox_owned": "The outbox is in use by another Outtray ({owner}), which did not answer.",
    "outbox_run": "The outbox is in use by another Outtray without a window ({owner}). End that one first.",
    "outbox_closed": "Outtray is closing and takes nothing more.",
    # storing
    "disk_full": "The disk is full, so this could not be saved. Make room and try again.",
    "disk_failed": "The disk failed while saving ({why}). Nothing was accepted.",
    "disk_readonly": "The outbox is read-only now, so this could not be saved.",
    "file_unwritable": "{path} cannot be written: {why}.",
    "file_unreadable": "{path} cannot be read: {why}.",
    "message_damaged": "The message is damaged on disk, so it was not saved. {why}",
    "storage_busy": "Another program keeps the outbox locked.",
    # what takes long; the codes are "still_saving" and, behind a "_", that of the error that is waited out
    "still_saving": "Still saving. Nothing is lost.",
    "still_saving_storage_busy": "Still saving: another program keeps the outbox locked. Nothing is lost.",
    "still_saving_disk_full": "Still saving: the disk is full. Nothing is lost; it goes on when there is room.",
    "still_saving_disk_failed": "Still saving: the disk fails. Nothing is lost; it is tried again and again.",
    "log_unwritable": "log.txt cannot be written ({why}). Nothing is lost: it is written when it can be.",
    "keeping_failed": "What was kept long enough could not be deleted, and is looked at again tomorrow. {why}",
    "forgetting_failed": "Somebody is not forgotten yet: {why} It goes on at the next start.",
    "forgetting_mail": "{path} cannot be changed ({why}).",
    # moves
    "undo_late": "It is too late to undo: the message is on its way.",
    "undo_nothing": "There is nothing to undo.",
    "not_found": "There is no delivery {id}.",
    "move_refused": "{id} is {state}: it cannot be {verb}.",
    "storage_trouble": "The outbox refused the write ({why}). Nothing of it was kept.",
    # settings
    "settings_bad_line": "settings.toml, line {line}: {why}",
    "settings_bad_value": "settings.toml: {key} must be {wanted}, not {value}.",
    "settings_missing": "settings.toml: {key} is missing.",
    "settings_account": "settings.toml, account {account}: {why}",
    "settings_layout": (
        "settings.toml is laid out in a way that cannot be changed without harm. Write each account as [account.NAME]."
    ),
    "settings_unreadable": "settings.toml cannot be read: {why}",
    # mailto:
    "mailto_bad": "{link} is not a mailto: address.",
    "mailto_long": "The mailto: address is longer than {most} characters.",
    # accounts: what was typed, by field
    "account_bad_name": (
        "{name} cannot be the name of an account: use up to 32 small letters, digits, dots, hyphens and underscores, "
        "beginning with a letter or a digit. “practice” is taken."
    ),
    "account_exists": "There is already an account named {name}. Choose another name.",
    "account_alike": "{name} is too much like the account {other}: both would look for their password as {variable}.",
    "account_no_address": "The account needs the address it sends from, as in ann@example.com.",
    "account_no_host": "The account needs its mail server. Write it as in smtp.example.com, without a port.",
    "account_bad_host": "{host} is not the name of a mail server. Write it as in smtp.example.com, without a port.",
    "account_bad_port": "{port} is not a port: a number from 1 to 65535, usually 465 for tls and 587 for starttls.",
    "account_no_imap": "A Sent folder is looked into by IMAP: name that server too, as in imap.example.com.",
    "account_bad_imap_host": "{host} is not the name of an IMAP server. Write it as in imap.example.com, with no port.",
    "account_bad_imap_port": "{port} is not a port: a number from 1 to 65535, for IMAP 993 (tls) or 143 (starttls).",
    "account_bad_sent_folder": (
        "The name of the Sent folder holds a control character or is longer than {most} characters."
    ),
    "account_bad_sender": "The sender's name holds a control character or is longer than {most} characters.",
    "account_bad_user": "The user name holds a control character or is longer than {most} characters.",
    "account_bad_reply_to": "Replies to: {why}",
    "account_reply_to_plain": "Replies to: write {address} as an address alone, in plain ASCII before its @.",
    "account_signature_control": "The signature holds a control character.",
    "account_signature_long": "The signature is longer than {most} characters.",
    "account_bad_ehlo": "{value} is not a name that can be said to a server. Write a domain, or leave it empty.",
    "account_bad_limit": "The limit {limit} must be a number from 0 (no limit) to {most}, not {value}.",
    "account_bad_file": "{path} is not the whole path of a file: it must begin at the root.",
    "account_gone": "The account {account} was removed. Add it again under this name, or cancel the message.",
    "security_none_far": "{host} is another computer: all could be read on the way. Choose tls or starttls.",
    # secrets
    "password_missing": "The password of {user} at {host} is not known. Enter it, and what is held goes out.",
    "password_file_bad": "The password file {path} cannot be used: {why}.",
    "password_elsewhere": "The password of {user} comes from {where}. Change it there, or take that away first.",
    "password_unfit": "The password holds a line break or another character that no server takes. Enter it again.",
    "keyring_missing": "No keyring keeps passwords on this computer. Use another way: {ways}.",
    "keyring_silent": "The keyring of this computer did not answer in time. Unlock it and try again.",
    # what a provider wants
    "preset_password": "{provider} takes the password of the mailbox.",
    "preset_app_password": (
        "{provider} takes an app password, which you make in its security settings; not the password you sign in with."
    ),
    "preset_switch_on": "{provider} takes mail from a program only after you switched that on in its settings.",
    "preset_code": "{provider} takes an authorization code, which you make in its settings after switching SMTP on.",
    "preset_bridge": "{provider} needs its Bridge running here: take user name, password and certificate from it.",
    "preset_token_only": (
        "{provider} takes no passwords from programs, only a sign-in in the browser (OAuth), which Outtray cannot do "
        "yet. Use another account, or give an access token in place of the password."
    ),
    # the way to a mail server
    "name_unknown": "There is no server named {host}. Look for a typing mistake in the account's server.",
    "name_failed": "The address of {host} could not be looked up just now. Usually that passes by itself.",
    "network_gone": "There is no network. It goes on when there is one.",
    "files_out": "Too many files are open on this computer just now. It is tried again.",
    "connect_refused": "{host} takes no connection at port {port}. Look whether the port is right.",
    "connect_timeout": "{host} did not answer at port {port}. Look at the port, and for a firewall between.",
    "not_smtp": "What answers as {host} is no mail server ({reply}). Look at host and port, or log in to this network.",
    "server_busy": "{host} has too much to do just now ({reply}). Usually that passes by itself.",
    "server_refused": (
        "{host} takes no mail from this computer ({reply}). Ask whoever runs it, or try from another network."
    ),
    "server_closed": "{host} closed the connection. Usually that passes by itself.",
    "server_silent": "{host} did not answer for {seconds} seconds. Usually that passes by itself.",
    "server_garbled": "{host} answered something that is not SMTP. Usually that passes by itself.",
    "server_unsealed": (
        "What came from {host} was not sealed by TLS, so it was not believed. Usually that passes by itself."
    ),
    "dot_closed": "{host} closed the connection before it confirmed.",
    "dot_silent": "{host} did not confirm within {seconds} seconds.",
    "dot_garbled": "{host} confirmed with something that is no answer.",
    "dot_unsealed": (
        "{host} broke off TLS before it confirmed, as some servers do that are stopped. "
        "What it said outside of TLS was not believed."
    ),
    "tls_refused": "{host} refused to begin TLS ({reply}). Nothing was sent in clear.",
    "tls_later": "{host} cannot begin TLS just now ({reply}). Usually that passes by itself.",
    "tls_not_offered": "{host} does not offer STARTTLS, so nothing was sent. Try tls at port 465, or ask the provider.",
    "tls_failed": "No TLS connection to {host} came about: {why}.",
    "tls_not_tls": "{host} does not speak TLS as expected at port {port}. Usual are tls at 465 and starttls at 587.",
    "certificate_self_signed": (
        "The certificate of {host} is self-signed. If the server is yours, choose that certificate as the CA file."
    ),
    "certificate_unknown": (
        "Nobody whom this computer trusts signed the certificate of {host}. If the server is yours, choose its CA file."
    ),
    "certificate_expired": (
        "The certificate of {host} expired on {at}. Tell whoever runs it, or look at the date of this computer."
    ),
    "certificate_early": "The certificate of {host} is not valid before {at}. Look at the date of this computer.",
    "certificate_name": "The certificate is for {names}, not for {host}. Write the server by the name it has there.",
    "certificate_bad": "The certificate of {host} cannot be trusted: {why}.",
    "ca_file_bad": "The CA file {path} cannot be used: {why}.",
    # logging in
    "auth_refused": "{host} refused the password of {user} ({reply}). Enter the right one: what is held then goes out.",
    "auth_wanted": "{host} takes mail only from who logs in ({reply}). Give the account a user name and a password.",
    "auth_in_clear": (
        "A password is only said inside TLS, also on this computer. "
        "Choose starttls or tls, or leave the user name empty."
    ),
    "auth_missing": "{host} offers no login that Outtray knows. Look at the port, or leave the user name empty.",
    "auth_later": "The server could not look at the password just now. Usually that passes by itself.",
    # looking into the Sent folder
    "sent_found": "Found in {where}: it was sent.",
    "sent_found_late": "Found in {where}, but it is being sent again. Cancel it, if once is enough.",
    "sent_not_there": (
        "Not in {where} at {time}. "
        "Some servers keep no copy of what programs send, so it may have arrived all the same."
    ),
    "sent_not_set": "{account} has no Sent folder to look into. Give the account its IMAP server, and check again.",
    "sent_practice": "Practice has no Sent folder to look into: what it keeps is in a folder of this computer.",
    "sent_no_user": "Nobody looks into a Sent folder without logging in. Give the account a user name and a password.",
    "sent_no_folder": "{host} has no folder named {folder}. Look at the name of the Sent folder in the account.",
    "sent_none": "{host} marks no folder as Sent, and none has a usual name. Name the Sent folder in the account.",
    "imap_not_imap": (
        "What answers as {host} is no IMAP server ({reply}). Look at host and port, or log in to this network."
    ),
    "imap_not_tls": (
        "{host} does not speak TLS as expected at port {port}. Usual for IMAP are tls at 993 and starttls at 143."
    ),
    "imap_tls_not_offered": (
        "{host} does not offer STARTTLS, so nobody logged in. Try tls at port 993, or ask the provider."
    ),
    "imap_auth_in_clear": (
        "A password is only said inside TLS, also on this computer. Choose tls or starttls for IMAP."
    ),
    "imap_auth_refused": "{host} refused the password of {user} for IMAP ({reply}). Nothing was looked through.",
    "imap_auth_known": (
        "{host} refused this password of {user} for IMAP before, so it was not sent again. "
        "Enter another one, or test the account."
    ),
    "imap_auth_later": "{host} could not look at the password just now ({reply}). Usually that passes by itself.",
    "imap_auth_missing": (
        "{host} offers no IMAP login that Outtray knows or that the account allows. Look at its login and at the port."
    ),
    "imap_refused": "{host} would not let its folders be looked through ({reply}).",
    "imap_garbled": "{host} answered something that is not IMAP. Usually that passes by itself.",
    "imap_slow": "{host} was not done within {seconds} seconds. Usually that passes by itself.",
    # one message and its server
    "smtputf8_missing": "{host} cannot carry the address {address}: what stands before its @ is not plain ASCII.",
    "message_unreadable": "The stored message cannot be read just now ({why}). It is tried again.",
    "too_large": "The message has {size}, and the server takes at most {most}. Send fewer or smaller attachments.",
    # the guard
    "guard_headers": "The message would not arrive as it was written ({why}), so it was not accepted.",
    # starting
    "no_screen": "There is no screen to open a window on. {line}",
    "no_library": "Qt cannot start: {library} is missing. {line}",
    "door_large": "That is more than 1 MiB in one request. Attach files with --attach instead.",
}

#: What core writes into sentences, attempts and events besides whole sentences, where the window says it in the
#: person's language. A text that is not here, as a server's, stays as it is.
PARTS: tuple[str, ...] = (
    "“{folder}” of {host}",
    "“{folder}”, “{other}” of {host}",
    "From a backup of {when} UTC: it may have been sent since.",
    "From a backup of {when} UTC: it was being handed over",
    "Moved to another computer on {when} UTC: it may be sent from there.",
    "Recovered from a damaged outbox: it may have been sent already.",
    "Recovered from a damaged outbox",
    "not started",
    "not sent before its time ran out",
    "the try was broken off before the answer came",
    "the program ended before it was handed over",
    "the program ended before the answer came",
    "the program ended",
    # why a file or a disk failed: the operating system's words, and ours
    "no space left on device",
    "disk quota exceeded",
    "permission denied",
    "operation not permitted",
    "no such file or directory",
    "input/output error",
    "read-only file system",
    "file name too long",
    "is a directory",
    "not a directory",
    "no permission",
    "it holds no certificate",
    "port {port}",
    # what a setting must be
    "a whole number from {least} to {most}",
    "a list of 1 to {most} numbers of seconds, as in [15, 60, 300]",
    "a text of at most {most} characters without control characters",
)

#: State and reason, as shown in the window and by `list`.
STATE_WORDS: dict[str, str] = {
    "queued": "Queued",
    "scheduled": "Scheduled",
    "waiting": "Waiting",
    "held": "Held",
    "sending": "Sending",
    "handing_over": "Sending",
    "sent": "Sent",
    "practised": "Practised",
    "failed": "Failed",
    "unconfirmed": "Not confirmed",
    "cancelled": "Cancelled",
    "corrupt": "Damaged",
}


def sentence(code: str, values: Mapping[str, str]) -> str:
    """Return the English sentence for `code`; a code without one is our fault and shows itself."""
    return SENTENCES[code].format_map(values)


def still_saving_code(waits_for: str) -> str:
    """Return the code of what is said while a write waits; `waits_for` is its error's code, "" where unknown."""
    code = f"still_saving_{waits_for}"
    return code if code in SENTENCES else "still_saving"


def salvaged_sentence(
    *, saved: int, known: int, held: int, unconfirmed: int, corrupt: int, lost: str, drafts: int, kept: str
) -> str:
    """Say what came of recovering a damaged outbox; `lost` has the numbers of the deliveries, or is empty."""
    parts = [f"The outbox was damaged. Recovered {saved:,} of {known:,} deliveries"]
    if lost:
        parts.append(f"; lost: {lost}")
    parts.append(".")
    asking = [
        f"{count:,} {words}"
        for count, words in ((held, "held"), (unconfirmed, "not confirmed"), (corrupt, "damaged"))
        if count
    ]
    if asking:
        parts.append(f" Look at those that need you: {', '.join(asking)}.")
    if drafts:
        parts.append(f" {drafts:,} of the lost messages {'is' if drafts == 1 else 'are'} under Drafts.")
    parts.append(f" The damaged file is kept as {kept}.")
    return "".join(parts)


def problem_sentence(problem: Problem) -> str:
    """Return one sentence for one thing wrong with a draft."""
    return sentence(problem.code, dict(problem.values))


def shown_state(state: str, reason: str) -> str:
    """Return the key of `STATE_WORDS` under which a state and its reason are shown."""
    if state == "queued":
        if reason == "schedule":
            return "scheduled"
        if reason in ("backoff", "offline", "rate"):
            return "waiting"
    if state == "sent" and reason == "practised":
        return "practised"
    return state
