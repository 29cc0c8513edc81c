"""Looking into a Sent folder: what is found, what is not, and servers that are slow, broken or want to be believed."""

import base64
import json
import random
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from core.errors import PersonError
from core.mail.imap.folders import decoded, encoded, listed, quoted, sent
from core.mail.imap.sent_folder import Answer, Kind, look
from core.mail.smtp.server import Login, Security, Server
from core.mail.stop import Stop
from core.words import problem_sentence
from tests.imap.talk import (
    AUTH,
    CAPABILITY,
    COMMAND,
    EXAMINED,
    FETCH,
    GREETING,
    HELLO,
    LEFT,
    LIST,
    LISTED,
    LOGGED_IN,
    MISSING,
    SEARCH,
    THERE,
    found,
    has,
)
from tests.smtp.certificates import Authority
from tests.smtp.scripted import ScriptedServer

ID = "<01J0000000000000000000000A.1@school.example>"
OTHER = "<01J0000000000000000000000A.2@school.example>"
SECRET = "c4n4ry-Pässwort"
#: A test of a limit waits for it.
_SOON_S = 0.4


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(Path(tmp_path_factory.mktemp("authority")))


def server_at(port: int, **changes: object) -> Server:
    values: dict[str, object] = {"security": Security.NONE, "user": "info", **changes}
    return Server("127.0.0.1", port, **values)  # type: ignore[arg-type]  # a test names the fields it means


def looked(
    *conversations: str, ids: tuple[str, ...] = (ID,), folder: str = "", limit_s: float = 20.0, **more: object
) -> dict[str, Answer]:
    """Look at a server that follows a script. However it ends, the script came to its end."""
    with ScriptedServer(*conversations, may_leave=True) as server:
        return look(server_at(server.port, **more), lambda: SECRET, ids, folder=folder, limit_s=limit_s)


def sentence(answer: Answer) -> str:
    assert answer.problem is not None
    words = problem_sentence(answer.problem)
    assert SECRET not in words
    return words


def test_what_is_there_is_found() -> None:
    """The folder that the server marks as Sent is looked through; the answer says where it is, and since when."""
    answer = looked(THERE + has(ID) + LEFT)[ID]
    assert answer == Answer(Kind.FOUND, "“Sent” of 127.0.0.1", 1_795_525_402_000)


def test_what_is_not_there_is_said_to_be_nowhere_else() -> None:
    """Not found says which folder was looked through."""
    assert looked(THERE + MISSING + LEFT)[ID] == Answer(Kind.NOT_FOUND, "“Sent” of 127.0.0.1")


def test_what_a_search_finds_is_compared_letter_by_letter() -> None:
    """A server searches for parts of words, in any case: only exactly this Message-ID counts, also on a folded line."""
    for header in (f"Message-ID: x{ID}", f"Message-ID: {ID.upper()}", f"References: {ID}", f"Message-ID: {OTHER}", ""):
        assert looked(THERE + found(f"{header}\\r\\n\\r\\n") + LEFT)[ID].kind is Kind.NOT_FOUND, header
    assert looked(THERE + found(f"message-id:\\r\\n {ID} \\r\\n\\r\\n") + LEFT)[ID].kind is Kind.FOUND


def test_many_are_one_connection_and_one_login() -> None:
    """Several rows of an account are looked for one after another, and each has its own answer."""
    with ScriptedServer(THERE + has(ID) + MISSING + LEFT, may_leave=True) as server:
        answers = look(server_at(server.port), lambda: SECRET, [ID, OTHER])
    assert [answers[each].kind for each in (ID, OTHER)] == [Kind.FOUND, Kind.NOT_FOUND]
    assert sum("AUTHENTICATE" in command for command in server.commands) == 1


def test_nothing_is_changed_in_the_mailbox() -> None:
    """The folder is examined and not selected, and reading a header marks nothing as read."""
    with ScriptedServer(THERE + has(ID) + LEFT, may_leave=True) as server:
        look(server_at(server.port), lambda: SECRET, [ID])
    said = " ".join(server.commands)
    assert "EXAMINE" in said
    assert "PEEK" in said
    assert not [word for word in ("SELECT", "STORE", "APPEND", "EXPUNGE", "COPY") if word in said]


def test_what_holds_everything_is_looked_through_too() -> None:
    """Not in Sent, but in the folder that is marked as holding all: found there."""
    both = (
        f'{LIST}S: * LIST (\\x5cAll) "/" "[Gmail]/All Mail"\n'
        'S: * LIST (\\x5cSent) "/" "[Gmail]/&kAFP4W4IMH8-"\nT: OK Done\n'
    )
    answer = looked(HELLO + LOGGED_IN + both + EXAMINED + MISSING + EXAMINED + has(ID) + LEFT)[ID]
    assert answer.where == "“[Gmail]/All Mail” of 127.0.0.1"
    answer = looked(HELLO + LOGGED_IN + both + EXAMINED + MISSING + EXAMINED + MISSING + LEFT)[ID]
    assert answer.where == "“[Gmail]/送信済み”, “[Gmail]/All Mail” of 127.0.0.1"


def test_the_name_in_the_account_goes_before_all_marks() -> None:
    """A person's own name for it is taken, in any script, and nobody is asked for a list."""
    named = f'{COMMAND}EXAMINE "&kAFP4W4IMH8-"\nT: OK Done\n'
    assert looked(HELLO + LOGGED_IN + named + has(ID) + LEFT, folder="送信済み")[ID].where == "“送信済み” of 127.0.0.1"
    no = f"{COMMAND}EXAMINE .*\nT: NO [NONEXISTENT] Unknown\n"
    answer = looked(HELLO + LOGGED_IN + no + LEFT, folder="Gesendet")[ID]
    assert answer.kind is Kind.NO_FOLDER
    assert sentence(answer) == (
        "127.0.0.1 has no folder named Gesendet. Look at the name of the Sent folder in the account."
    )


def test_without_a_sent_folder_that_is_said() -> None:
    """No mark and no usual name: a sentence says what to do."""
    other = f'{LIST}S: * LIST () "/" INBOX\nS: * LIST (\\x5cNoselect) "/" Sent\nT: OK Done\n'
    answer = looked(HELLO + LOGGED_IN + other + LEFT)[ID]
    assert answer.kind is Kind.NO_FOLDER
    assert "Name the Sent folder" in sentence(answer)


def test_a_server_that_marks_folders_only_when_asked_is_asked() -> None:
    """RFC 6154: where the extended LIST is offered, it is used, and the plain one only where it finds nothing."""
    hello = HELLO.replace("SPECIAL-USE", "SPECIAL-USE LIST-EXTENDED")
    special = COMMAND + r'LIST \(SPECIAL-USE\) "" "\*"' + "\n"
    marked = f'{special}S: * LIST (\\x5cSent) "." INBOX.Out\nT: OK Done\n'
    assert looked(hello + LOGGED_IN + marked + EXAMINED + has(ID) + LEFT)[ID].where == "“INBOX.Out” of 127.0.0.1"
    plain = f'{LIST}S: * LIST () "." "INBOX.Sent"\nT: OK Done\n'
    steps = f"{special}T: OK Done\n{plain}"
    assert looked(hello + LOGGED_IN + steps + EXAMINED + has(ID) + LEFT)[ID].where == "“INBOX.Sent” of 127.0.0.1"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ([b'(\\HasNoChildren) "/" "Sent Items"', b'() "/" INBOX'], "Sent Items"),
        ([b'() "/" Outbox', b'() "/" "[Gmail]/Sent Mail"'], "[Gmail]/Sent Mail"),
        ([(b'(\\Sent) "/" {4}', b'O"ut'), b""], 'O"ut'),
        ([b'() NIL "a \\"quoted\\" Sent"', b"() NIL SENT"], "SENT"),
        ([b'(\\Sent \\NonExistent) "/" "Gone"', b'() "." "INBOX.Sent"', None, b"nonsense"], "INBOX.Sent"),
        ([b'() "/" Sent', b'(\\Sent) "/" "Really"'], "Really"),
    ],
)
def test_the_sent_folder_is_found_by_its_mark_else_by_a_usual_name(lines: list[object], name: str) -> None:
    """Whatever shape a server writes its list in."""
    folder = sent(listed(lines))
    assert folder is not None
    assert folder.shown == name


@pytest.mark.parametrize("name", ["Sent", "Q&A", "送信済み", "Envoyés", "&", "-&-", "a&é&b", "🙂", ""])
def test_names_go_over_the_wire_and_back(name: str) -> None:
    """Modified UTF-7, as RFC 3501 has it; its own example too."""
    assert decoded(encoded(name)) == name
    assert encoded("~peter/mail/台北/日本語") == b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"


# -- logging in -----------------------------------------------------------------------------------------------------


def test_a_refused_password_is_one_try_and_hidden() -> None:
    """B10, in IMAP: one AUTHENTICATE, a sentence, and nothing of the secret in it though the server repeats it."""
    token = base64.b64encode(f"\0info\0{SECRET}".encode()).decode()
    escaped = SECRET.encode().decode("latin-1").encode("unicode_escape").decode()
    refused = f"{HELLO}{AUTH}T: NO [AUTHENTICATIONFAILED] {escaped} {token} is wrong\nstay 5\n"
    with ScriptedServer(refused, may_leave=True) as server:
        answer = look(server_at(server.port), lambda: SECRET, [ID, OTHER])
        assert len(server.sessions) == 1
    assert {each.kind for each in answer.values()} == {Kind.TROUBLE}
    assert "refused the password of info for IMAP" in sentence(answer[ID])
    assert token not in sentence(answer[ID])
    assert sum("AUTH" in command.upper() for command in server.commands) == 1


def script(data: bytes) -> str:
    """Return bytes as a script writes them."""
    return "".join(f"\\x{byte:02x}" for byte in data)


@pytest.mark.parametrize("kind", ["NO", "BAD"])
@pytest.mark.parametrize("secret", ['geh"eim123', r"geh\eim", "gehéim"])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_secret_in_a_refused_login_is_hidden(kind: str, secret: str, encoding: str) -> None:
    """B16, in IMAP: the secret as it is, as it went over the wire in quotes, and as Python or JSON writes it."""
    wire = quoted(secret.encode(encoding))
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", "")
    echoes = (wire, secret.encode(encoding), repr(wire).encode(), repr([wire]).encode(), json.dumps(secret).encode())
    for echo in echoes:
        refused = f'{hello}{COMMAND}LOGIN "info" .*\nT: {kind} xx {script(echo)} yy\nstay 5\n'
        with ScriptedServer(refused, may_leave=True) as server:
            words = sentence(look(server_at(server.port), lambda: secret, [ID])[ID])
        assert "refused the password" in words
        left = words.partition("xx")[2].partition("yy")[0]
        assert "•••" in left
        assert not set(left) - set(" •b'[]\"\\"), left


@pytest.mark.parametrize("unfit", ["a\r\nx LOGOUT", "a\nb", "a\rb", "a\0b"])
def test_what_ends_a_line_is_in_no_login(unfit: str) -> None:
    """A line's end in a user name or a password would begin a command of its own: nothing of it is sent."""
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", "")
    for user, secret in (("info", unfit), (unfit, "secret")):
        with ScriptedServer(f"{hello}stay 5\n", may_leave=True) as server:
            answer = look(server_at(server.port, user=user), partial(str, secret), [ID])[ID]
        assert answer.problem is not None
        assert answer.problem.code == "password_unfit"
        assert not [command for command in server.commands if "LOGIN" in command]
    with pytest.raises(ValueError, match="line's end"):
        quoted(unfit.encode())


def test_a_short_secret_hides_nothing_of_our_own_words() -> None:
    """Of a refusal, the server's own words are told, and only in these a secret is looked for."""
    with ScriptedServer(f"{THERE}{SEARCH}T: BAD What\nstay 5\n", may_leave=True) as server:
        words = sentence(look(server_at(server.port), lambda: "e", [ID])[ID])
    assert words == "127.0.0.1 would not let its folders be looked through (What)."


def test_a_login_that_the_server_does_not_understand_is_refused() -> None:
    """BAD is an answer to LOGIN and AUTHENTICATE as NO is: the password is not tried in another way."""
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", "")
    for steps in (f"{HELLO}{AUTH}", f'{hello}{COMMAND}LOGIN "info" .*\n'):
        assert "refused the password" in sentence(looked(f"{steps}T: BAD Invalid\nstay 5\n")[ID])


def test_a_server_that_cannot_look_at_the_password_now_is_no_refusal() -> None:
    """[UNAVAILABLE] says nothing of the password; [CONTACTADMIN] does not pass by itself (RFC 5530)."""
    answer = looked(f"{HELLO}{AUTH}T: NO [UNAVAILABLE] Try later\nstay 5\n")[ID]
    assert "just now" in sentence(answer)
    answer = looked(f"{HELLO}{AUTH}T: NO [CONTACTADMIN] Call us\nstay 5\n")[ID]
    assert "refused" in sentence(answer)


@pytest.mark.parametrize(
    ("offered", "login", "wanted"),
    [
        (
            "AUTH=LOGIN",
            Login.AUTO,
            r"C: \S+ AUTHENTICATE LOGIN\nS: + VXNlcm5hbWU6\nC: aW5mbw==\nS: + UGFzc3dvcmQ6\nC: \S+",
        ),
        ("AUTH=PLAIN", Login.PLAIN, r"C: \S+ AUTHENTICATE PLAIN\nS: + \nC: \S+"),
        ("AUTH=XOAUTH2 AUTH=PLAIN", Login.XOAUTH2, r"C: \S+ AUTHENTICATE XOAUTH2\nS: + \nC: \S+"),
        ("", Login.AUTO, r'C: \S+ LOGIN "info" "c4n4ry-P\\S+sswort"'),
    ],
)
def test_the_login_is_as_the_account_says(offered: str, login: Login, wanted: str) -> None:
    """AUTHENTICATE where it is offered; LOGIN, with its words quoted, only where nothing else is."""
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", offered)
    steps = wanted.replace("\\n", "\n").replace("P\\\\S+ss", "P.+ss") + "\nT: OK Done\n"
    assert looked(hello + steps + LISTED + EXAMINED + has(ID) + LEFT, login=login)[ID].kind is Kind.FOUND


@pytest.mark.parametrize(
    ("offered", "login"),
    [("LOGINDISABLED", Login.AUTO), ("AUTH=LOGIN", Login.PLAIN), ("AUTH=PLAIN", Login.XOAUTH2), ("", Login.PLAIN)],
)
def test_no_login_that_may_be_used_is_no_try(offered: str, login: Login) -> None:
    """Nothing is sent of the secret where the way that the account allows is not offered."""
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", offered)
    assert "no IMAP login" in sentence(looked(f"{hello}stay 5\n", login=login)[ID])


def test_a_refused_token_is_told_in_a_challenge() -> None:
    """XOAUTH2 tells its error as a challenge, which is answered with nothing; a further one is not answered at all."""
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", "AUTH=XOAUTH2")
    steps = f"{COMMAND}AUTHENTICATE XOAUTH2\nS: + \nC: \\S+\nS: + eyJzdGF0dXMiOiI0MDAifQ==\nC: \n"
    assert "refused" in sentence(looked(f"{hello}{steps}T: NO Failed\nstay 5\n", login=Login.XOAUTH2)[ID])
    assert "not IMAP" in sentence(looked(f"{hello}{steps}S: + more\nstay 5\n", login=Login.XOAUTH2)[ID])


def test_without_a_user_nobody_connects() -> None:
    """An account that does not log in has no mailbox to look into."""
    answer = look(server_at(1, user=""), lambda: SECRET, [ID])[ID]
    assert "Give the account a user name" in sentence(answer)


def test_a_password_that_is_not_known_is_said() -> None:
    """What keeps the account from its password is told, and nothing was sent."""

    def missing() -> str:
        raise PersonError("password_missing", user="info", host="127.0.0.1")

    with ScriptedServer(f"{HELLO}stay 5\n", may_leave=True) as server:
        answer = look(server_at(server.port), missing, [ID])[ID]
    assert "password of info" in sentence(answer)
    assert len(server.commands) == 1


def test_servers_that_want_to_know_who_asks_are_told() -> None:
    """RFC 2971: some let nobody look who did not say what they are."""
    hello = HELLO.replace("SPECIAL-USE", "ID")
    steps = hello + LOGGED_IN + COMMAND + r'ID \("name" "Outtray"\)' + "\nS: * ID NIL\nT: OK Done\n"
    assert looked(steps + LISTED + EXAMINED + has(ID) + LEFT)[ID].kind is Kind.FOUND


@pytest.mark.parametrize("kind", ["NO", "BAD"])
def test_courtesies_that_are_refused_end_nothing(kind: str) -> None:
    """ID and the extended LIST are offered, and refused all the same: the look goes on with the plain LIST."""
    hello = HELLO.replace("SPECIAL-USE", "ID SPECIAL-USE LIST-EXTENDED")
    steps = f"{hello}{LOGGED_IN}{COMMAND}ID .*\nT: {kind} No\n"
    steps += COMMAND + r'LIST \(SPECIAL-USE\) "" "\*"' + f"\nT: {kind} No\n"
    assert looked(steps + LISTED + EXAMINED + has(ID) + LEFT)[ID].kind is Kind.FOUND


@pytest.mark.parametrize("kind", ["NO", "BAD"])
def test_a_list_that_is_refused_is_no_empty_list(kind: str) -> None:
    """Who may not see the folders does not know that there is no Sent folder."""
    answer = looked(f"{HELLO}{LOGGED_IN}{LIST}T: {kind} Not for you\nstay 5\n")[ID]
    assert "would not let its folders be looked through (Not for you)" in sentence(answer)


# -- TLS ------------------------------------------------------------------------------------------------------------


@contextmanager
def with_tls(
    authority: Authority, conversation: str, *more: str, **words: object
) -> Iterator[tuple[ScriptedServer, Server]]:
    context = words.pop("context", None) or authority.good("127.0.0.1")
    with ScriptedServer(conversation, *more, tls=context, may_leave=True) as server:  # type: ignore[arg-type]
        values = {"security": Security.TLS, "ca_file": authority.ca_file, **words}
        yield server, server_at(server.port, **values)


_BEFORE_TLS = f"{GREETING}{CAPABILITY}S: * CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\nT: OK Done\n"
_STARTTLS = f"{_BEFORE_TLS}{COMMAND}STARTTLS\nT: OK Begin\ntls\n"
_AGAIN = HELLO.removeprefix(GREETING)


def test_inside_tls_from_the_first_byte_and_after_starttls(authority: Authority) -> None:
    """Both ways are verified by the account's own CA file, and the capabilities are asked for anew inside TLS."""
    for security, talk in (
        (Security.TLS, f"tls\n{THERE}"),
        (Security.STARTTLS, _STARTTLS + THERE.removeprefix(GREETING)),
    ):
        with with_tls(authority, talk + has(ID) + LEFT, security=security) as (server, account):
            assert look(account, lambda: SECRET, [ID])[ID].kind is Kind.FOUND
        assert b"AUTH" not in bytes(server.sessions[0].clear)


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (_BEFORE_TLS.replace("STARTTLS", "IDLE") + "stay 5\n", "does not offer STARTTLS"),
        (_BEFORE_TLS.replace("* OK", "* PREAUTH") + "stay 5\n", "does not offer STARTTLS"),
        (f"{_BEFORE_TLS}{COMMAND}STARTTLS\nT: NO Not now\nstay 5\n", "refused to begin TLS"),
        (f"{_BEFORE_TLS}{COMMAND}STARTTLS\nB: x OK\\r\\n\nstay 5\n", "not IMAP"),
    ],
)
def test_b8_without_tls_nobody_logs_in(authority: Authority, talk: str, words: str) -> None:
    """B8, in IMAP: STARTTLS not offered, stripped, refused, or answered with nonsense: no AUTH."""
    with with_tls(authority, talk, security=Security.STARTTLS) as (server, account):
        assert words in sentence(look(account, lambda: SECRET, [ID])[ID])
    assert b"AUTHENTICATE" not in bytes(server.sessions[0].clear)


def test_b8_what_was_injected_before_tls_is_not_believed(authority: Authority) -> None:
    """B8, in IMAP: text behind the answer to STARTTLS ends the connection (CVE-2011-0411)."""
    talk = f"{_BEFORE_TLS}{COMMAND}STARTTLS\nT: OK Begin\\r\\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\nstay 5\n"
    with with_tls(authority, talk, security=Security.STARTTLS) as (_, account):
        assert "text behind the answer to STARTTLS" in sentence(look(account, lambda: SECRET, [ID])[ID])


def test_b9_a_certificate_is_refused_in_specific_words(authority: Authority) -> None:
    """B9, in IMAP: expired, for another name, from nobody who is trusted: each its own sentence, and no login."""
    # Where the certificate would tell more, it is looked at on a second connection that carries nothing.
    for context, more, words in (
        (authority.expired("127.0.0.1"), ("tls\n",), "expired on"),
        (authority.good("mail.other.example"), ("tls\n",), "is for mail.other.example, not for 127.0.0.1"),
        (authority.unknown("127.0.0.1"), (), "Nobody whom this computer trusts"),
    ):
        with with_tls(authority, f"tls\n{THERE}", *more, context=context) as (server, account):
            assert words in sentence(look(account, lambda: SECRET, [ID])[ID])
        assert not server.commands


def test_b8_a_port_of_the_other_kind_is_told(authority: Authority) -> None:
    """B8, in IMAP: TLS where clear text is, clear text where TLS is awaited: the sentence names the usual ports."""
    with with_tls(authority, f"{GREETING}stay 5\n") as (_, account):
        assert "tls at 993" in sentence(look(account, lambda: SECRET, [ID])[ID])
    assert "tls at 993" in sentence(looked("B: \\x15\\x03\\x01\\x00\\x02\\x02\\x46\ncut\n")[ID])


# -- servers that are slow, broken or hostile -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "talk",
    [
        "hang\n",
        f"{HELLO}hang\n",
        f"{HELLO}{AUTH}hang\n",
        f"{THERE}{SEARCH}hang\n",
        "drip: * OK this is a very long greeting that comes one letter at a time and never ends\n",
        f"{THERE}{SEARCH}drip: * SEARCH 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25\n",
    ],
)
def test_b4_silence_and_one_letter_at_a_time_end_in_all(talk: str) -> None:
    """B4, in IMAP: the limit is for the whole look, so a letter now and then does not prolong it."""
    with ScriptedServer(talk, may_leave=True, pace_s=0.05) as server:
        begun_s = time.monotonic()
        answer = look(server_at(server.port), lambda: SECRET, [ID], limit_s=_SOON_S)[ID]
        assert time.monotonic() - begun_s < _SOON_S + 5
    assert "was not done within 0.4 seconds" in sentence(answer)


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        ("S: * OK hello\\xff\nhang\n", "was not done"),
        ("S: HTTP/1.1 400 Bad Request\nstay 5\n", "no IMAP server (HTTP/1.1 400 Bad Request)"),
        ("S: 220 mx.example.test ESMTP\nstay 5\n", "no IMAP server"),
        ("B: \\xff\\x00\\n\nstay 5\n", "no IMAP server"),
        ("long 1048576\n", "no IMAP server"),
        ("S: * BYE too busy \\x1b[31m\nstay 5\n", "too much to do just now (too busy [31m)"),
        ("cut\n", "closed the connection"),
        ("reset\n", "closed the connection"),
        (f"S: * OK hello\n{CAPABILITY}T: OK none\nstay 5\n", "no IMAP server"),
        (f"{HELLO}{AUTH}cut\n", "closed the connection"),
        (f"{HELLO}{LOGGED_IN}{LIST}S: * BYE I go\ncut\n", "closed the connection"),
        (f'{HELLO}{LOGGED_IN}{LIST}endless: * LIST () "/" more\n', "not IMAP"),
        (f'{HELLO}{LOGGED_IN}{LIST}S: * LIST () "/" {{4294967296}}\nstay 5\n', "not IMAP"),
        (f'{HELLO}{LOGGED_IN}{LIST}S: * LIST () "/" {{{"9" * 5000}}}\nstay 5\n', "not IMAP"),
        (f"{HELLO}{LOGGED_IN}{LISTED}{COMMAND}EXAMINE .*\nT: NO [INUSE] Locked\nstay 5\n", "would not let"),
        (f"{THERE}{SEARCH}T: NO Not today\nstay 5\n", "would not let its folders be looked through (Not today)"),
        (f"{THERE}{SEARCH}T: BAD What\nstay 5\n", "would not let"),
        (f"{THERE}{SEARCH}S: * SEARCH one two\nT: OK Done\nstay 5\n", "not IMAP"),
        (f"{THERE}{SEARCH}B: \\x00\\x01\\x02\\n\nstay 5\n", "not IMAP"),
        (f"{THERE}{SEARCH}S: * SEARCH 7\nT: OK Done\n{FETCH}S: * 1 FETCH (BODY[] {{999999999}}\nstay 5\n", "not IMAP"),
        (f"{THERE}{SEARCH}S: * SEARCH 7\nT: OK Done\n{FETCH}S: * 1 FETCH (BODY[] {{20}}\ncut\n", "closed"),
    ],
)
def test_b4_b16_whatever_a_server_says_is_an_answer(talk: str, words: str) -> None:
    """B4, B16, in IMAP: cuts, garbage, huge literals, endless lists, other protocols: a sentence each."""
    assert words in sentence(looked(talk, limit_s=5.0 if "hang" not in talk else _SOON_S)[ID])


def test_b4_memory_stays_bounded() -> None:
    """B4, in IMAP: a server that never ends its list is left after some megabytes, and nothing of it is kept."""
    tracemalloc.start()
    try:
        answer = looked(f'{HELLO}{LOGGED_IN}{LIST}endless: * LIST () "/" {"x" * 1000}\n')[ID]
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.kind is Kind.TROUBLE
    assert peak_bytes < 16 << 20


def test_what_was_found_before_a_cut_stays_found() -> None:
    """The connection breaks at the second of two: the first is known, of the second the trouble is told."""
    answers = looked(THERE + has(ID) + f"{SEARCH}cut\n", ids=(ID, OTHER))
    assert answers[ID].kind is Kind.FOUND
    assert answers[OTHER].kind is Kind.TROUBLE


def test_a_date_that_no_calendar_has_is_no_date() -> None:
    """INTERNALDATE is the server's word."""
    for date in ("99-Nov-2026 14:03:22 +0100", "24-Nov-9999 99:99:99 +9999", "soon"):
        answer = looked(THERE + found(f"Message-ID: {ID}\\r\\n\\r\\n", date) + LEFT)[ID]
        assert answer.kind is Kind.FOUND
        assert answer.kept_at is None or answer.kept_at > 0


def test_who_does_not_want_it_any_more_waits_for_nothing() -> None:
    """Stopped, a look ends at once, in whatever it waits; what was not come to has no answer."""
    stop = Stop()
    with ScriptedServer(f"{THERE}{SEARCH}tell there\nhang\n", may_leave=True) as server:
        answers: list[dict[str, Answer]] = []
        account = server_at(server.port)
        thread = threading.Thread(target=lambda: answers.append(look(account, lambda: SECRET, [ID], stop=stop)))
        thread.start()
        server.hear("there")
        stop.set()
        thread.join(10)
    assert answers == [{}]


def test_nobody_there_is_told_as_for_the_mail_server() -> None:
    """B1, in IMAP: a port where nobody listens, a name that does not exist."""
    with ScriptedServer() as server:
        port = server.port
    assert "takes no connection" in sentence(look(server_at(port), lambda: SECRET, [ID])[ID])


@pytest.mark.parametrize("seed", range(60))
def test_b4_broken_bytes_anywhere_are_an_answer(seed: int) -> None:
    """B4, in IMAP: a good conversation with some of its bytes changed never raises, hangs or believes too much."""
    rng = random.Random(seed)
    lines = (THERE + has(ID) + LEFT).splitlines()
    said = [number for number, line in enumerate(lines) if line[:3] in ("S: ", "T: ", "B: ") and len(line) > 6]
    for number in rng.sample(said, rng.randint(1, 3)):
        kind, text = lines[number][:3], bytearray(lines[number][3:].encode().decode("unicode_escape").encode("latin-1"))
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(text))
            text[place : place + 1] = rng.choice(
                (b"\0", b"\xff", b"{", b"}", b"(", b")", b'"', b" ", b"9", b"\r\n", b"")
            )
        lines[number] = kind + "".join(f"\\x{byte:02x}" for byte in text or b"x")
    server = ScriptedServer("\n".join(lines), may_leave=True)
    try:
        answer = look(server_at(server.port), lambda: SECRET, [ID], limit_s=_SOON_S)[ID]
    finally:
        server.close()  # that the script was left is meant
    assert answer.kind in set(Kind)
    assert (answer.kind is Kind.TROUBLE or answer.kind is Kind.NO_FOLDER) == (answer.problem is not None)
