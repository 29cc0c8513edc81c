"""Coming to a Sent folder: TLS that is verified, and inside it one login, of which nothing is said anywhere else."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from core.errors import PersonError
from core.mail.imap.folders import quoted
from core.mail.imap.sent_folder import Kind, look
from core.mail.smtp.server import Login, Security, Server
from tests.imap.looking import ID, OTHER, SECRET, looked, sentence, server_at
from tests.imap.talk import (
    AUTH,
    CAPABILITY,
    COMMAND,
    EXAMINED,
    GREETING,
    HELLO,
    LEFT,
    LIST,
    LISTED,
    LOGGED_IN,
    SEARCH,
    THERE,
    has,
    inside_tls,
)
from tests.smtp.certificates import Authority
from tests.smtp.scripted import ScriptedServer

# -- TLS ------------------------------------------------------------------------------------------------------------


@contextmanager
def with_tls(
    authority: Authority, conversation: str, *more: str, **words: object
) -> Iterator[tuple[ScriptedServer, Server]]:
    """Run a server whose script says where TLS begins, and give it with the way to it."""
    context = words.pop("context", None) or authority.good("127.0.0.1")
    with ScriptedServer(conversation, *more, tls=context, may_leave=True) as server:  # type: ignore[arg-type]
        yield server, server_at(authority, server.port, **words)


_BEFORE_TLS = f"{GREETING}{CAPABILITY}S: * CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\nT: OK Done\n"
_STARTTLS = f"{_BEFORE_TLS}{COMMAND}STARTTLS\nT: OK Begin\ntls\n"
_PREAUTH = HELLO.replace("* OK", "* PREAUTH", 1)


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


@pytest.mark.parametrize(
    "talk",
    [HELLO, HELLO.replace("AUTH=PLAIN AUTH=LOGIN", ""), HELLO.replace("AUTH=", "STARTTLS AUTH="), _PREAUTH],
    ids=["AUTHENTICATE", "LOGIN", "STARTTLS", "PREAUTH"],
)
def test_no_password_is_said_in_clear(authority: Authority, talk: str) -> None:
    """B8, in IMAP: a password is only said inside TLS, also to this computer, whatever the server offers.

    Without TLS nobody even asks for it, and nothing but CAPABILITY and LOGOUT is said.
    """
    asked: list[str] = []

    def secret() -> str:
        asked.append("password")
        return SECRET

    with with_tls(authority, f"{talk}stay 5\n", security=Security.NONE) as (server, account):
        answer = look(account, secret, [ID])[ID]
    assert sentence(answer) == (
        "A password is only said inside TLS, also on this computer. Choose tls or starttls for IMAP."
    )
    assert answer.problem is not None
    assert answer.problem.code == "imap_auth_in_clear"
    assert not asked
    (session,) = server.sessions
    said = bytes(session.clear).decode().splitlines()
    assert {line.split(" ", 1)[1] for line in said} <= {"CAPABILITY", "LOGOUT"}


def test_who_is_known_inside_tls_does_not_log_in(authority: Authority) -> None:
    """PREAUTH inside TLS: the server knows who we are, and is told no password."""
    with with_tls(authority, f"tls\n{_PREAUTH}{LISTED}{EXAMINED}{has(ID)}{LEFT}") as (server, account):
        assert look(account, lambda: SECRET, [ID])[ID].kind is Kind.FOUND
    assert not [command for command in server.commands if "AUTH" in command or "LOGIN" in command]


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
    records = "B: \\x15\\x03\\x01\\x00\\x02\\x02\\x46\ncut\n"
    for security, talk in ((Security.TLS, f"{GREETING}stay 5\n"), (Security.STARTTLS, records)):
        with with_tls(authority, talk, security=security) as (_, account):
            assert "tls at 993" in sentence(look(account, lambda: SECRET, [ID])[ID])


# -- logging in -----------------------------------------------------------------------------------------------------


def test_a_refused_password_is_one_try_and_hidden(authority: Authority) -> None:
    """B10, in IMAP: one AUTHENTICATE, a sentence, and nothing of the secret in it though the server repeats it."""
    token = base64.b64encode(f"\0info\0{SECRET}".encode()).decode()
    escaped = SECRET.encode().decode("latin-1").encode("unicode_escape").decode()
    refused = f"{HELLO}{AUTH}T: NO [AUTHENTICATIONFAILED] {escaped} {token} is wrong\nstay 5\n"
    with inside_tls(authority, refused) as server:
        answer = look(server_at(authority, server.port), lambda: SECRET, [ID, OTHER])
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
def test_a_secret_in_a_refused_login_is_hidden(authority: Authority, kind: str, secret: str, encoding: str) -> None:
    """B16, in IMAP: the secret as it is, as it went over the wire in quotes, and as Python or JSON writes it."""
    wire = quoted(secret.encode(encoding))
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", "")
    echoes = (wire, secret.encode(encoding), repr(wire).encode(), repr([wire]).encode(), json.dumps(secret).encode())
    for echo in echoes:
        refused = f'{hello}{COMMAND}LOGIN "info" .*\nT: {kind} xx {script(echo)} yy\nstay 5\n'
        with inside_tls(authority, refused) as server:
            words = sentence(look(server_at(authority, server.port), lambda: secret, [ID])[ID])
        assert "refused the password" in words
        left = words.partition("xx")[2].partition("yy")[0]
        assert "•••" in left
        assert not set(left) - set(" •b'[]\"\\"), left


@pytest.mark.parametrize("unfit", ["a\r\nx LOGOUT", "a\nb", "a\rb", "a\0b"])
def test_what_ends_a_line_is_in_no_login(authority: Authority, unfit: str) -> None:
    """A line's end in a user name or a password would begin a command of its own: nothing of it is sent."""
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", "")
    for user, secret in (("info", unfit), (unfit, "secret")):
        with inside_tls(authority, f"{hello}stay 5\n") as server:
            answer = look(server_at(authority, server.port, user=user), partial(str, secret), [ID])[ID]
        assert answer.problem is not None
        assert answer.problem.code == "password_unfit"
        assert not [command for command in server.commands if "LOGIN" in command]
    with pytest.raises(ValueError, match="line's end"):
        quoted(unfit.encode())


def test_a_short_secret_hides_nothing_of_our_own_words(authority: Authority) -> None:
    """Of a refusal, the server's own words are told, and only in these a secret is looked for."""
    with inside_tls(authority, f"{THERE}{SEARCH}T: BAD What\nstay 5\n") as server:
        words = sentence(look(server_at(authority, server.port), lambda: "e", [ID])[ID])
    assert words == "127.0.0.1 would not let its folders be looked through (What)."


def test_a_login_that_the_server_does_not_understand_is_refused(authority: Authority) -> None:
    """BAD is an answer to LOGIN and AUTHENTICATE as NO is: the password is not tried in another way."""
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", "")
    for steps in (f"{HELLO}{AUTH}", f'{hello}{COMMAND}LOGIN "info" .*\n'):
        assert "refused the password" in sentence(looked(authority, f"{steps}T: BAD Invalid\nstay 5\n")[ID])


def test_a_server_that_cannot_look_at_the_password_now_is_no_refusal(authority: Authority) -> None:
    """[UNAVAILABLE] says nothing of the password; [CONTACTADMIN] does not pass by itself (RFC 5530)."""
    answer = looked(authority, f"{HELLO}{AUTH}T: NO [UNAVAILABLE] Try later\nstay 5\n")[ID]
    assert "just now" in sentence(answer)
    answer = looked(authority, f"{HELLO}{AUTH}T: NO [CONTACTADMIN] Call us\nstay 5\n")[ID]
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
def test_the_login_is_as_the_account_says(authority: Authority, offered: str, login: Login, wanted: str) -> None:
    """AUTHENTICATE where it is offered; LOGIN, with its words quoted, only where nothing else is."""
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", offered)
    steps = wanted.replace("\\n", "\n").replace("P\\\\S+ss", "P.+ss") + "\nT: OK Done\n"
    assert looked(authority, hello + steps + LISTED + EXAMINED + has(ID) + LEFT, login=login)[ID].kind is Kind.FOUND


@pytest.mark.parametrize(
    ("offered", "login"),
    [("LOGINDISABLED", Login.AUTO), ("AUTH=LOGIN", Login.PLAIN), ("AUTH=PLAIN", Login.XOAUTH2), ("", Login.PLAIN)],
)
def test_no_login_that_may_be_used_is_no_try(authority: Authority, offered: str, login: Login) -> None:
    """Nothing is sent of the secret where the way that the account allows is not offered."""
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", offered)
    assert "no IMAP login" in sentence(looked(authority, f"{hello}stay 5\n", login=login)[ID])


def test_a_refused_token_is_told_in_a_challenge(authority: Authority) -> None:
    """XOAUTH2 tells its error as a challenge, which is answered with nothing; a further one is not answered at all."""
    hello = HELLO.replace("AUTH=PLAIN AUTH=LOGIN", "AUTH=XOAUTH2")
    steps = f"{COMMAND}AUTHENTICATE XOAUTH2\nS: + \nC: \\S+\nS: + eyJzdGF0dXMiOiI0MDAifQ==\nC: \n"
    assert "refused" in sentence(looked(authority, f"{hello}{steps}T: NO Failed\nstay 5\n", login=Login.XOAUTH2)[ID])
    assert "not IMAP" in sentence(looked(authority, f"{hello}{steps}S: + more\nstay 5\n", login=Login.XOAUTH2)[ID])


def test_without_a_user_nobody_connects(authority: Authority) -> None:
    """An account that does not log in has no mailbox to look into."""
    answer = look(server_at(authority, 1, user=""), lambda: SECRET, [ID])[ID]
    assert "Give the account a user name" in sentence(answer)


def test_a_password_that_is_not_known_is_said(authority: Authority) -> None:
    """What keeps the account from its password is told, and nothing was sent."""

    def missing() -> str:
        raise PersonError("password_missing", user="info", host="127.0.0.1")

    with inside_tls(authority, f"{HELLO}stay 5\n") as server:
        answer = look(server_at(authority, server.port), missing, [ID])[ID]
    assert "password of info" in sentence(answer)
    assert len(server.commands) == 1


def test_servers_that_want_to_know_who_asks_are_told(authority: Authority) -> None:
    """RFC 2971: some let nobody look who did not say what they are."""
    hello = HELLO.replace("SPECIAL-USE", "ID")
    steps = hello + LOGGED_IN + COMMAND + r'ID \("name" "Outtray"\)' + "\nS: * ID NIL\nT: OK Done\n"
    assert looked(authority, steps + LISTED + EXAMINED + has(ID) + LEFT)[ID].kind is Kind.FOUND


@pytest.mark.parametrize("kind", ["NO", "BAD"])
def test_courtesies_that_are_refused_end_nothing(authority: Authority, kind: str) -> None:
    """ID and the extended LIST are offered, and refused all the same: the look goes on with the plain LIST."""
    hello = HELLO.replace("SPECIAL-USE", "ID SPECIAL-USE LIST-EXTENDED")
    steps = f"{hello}{LOGGED_IN}{COMMAND}ID .*\nT: {kind} No\n"
    steps += COMMAND + r'LIST \(SPECIAL-USE\) "" "\*"' + f"\nT: {kind} No\n"
    assert looked(authority, steps + LISTED + EXAMINED + has(ID) + LEFT)[ID].kind is Kind.FOUND


@pytest.mark.parametrize("kind", ["NO", "BAD"])
def test_a_list_that_is_refused_is_no_empty_list(authority: Authority, kind: str) -> None:
    """Who may not see the folders does not know that there is no Sent folder."""
    answer = looked(authority, f"{HELLO}{LOGGED_IN}{LIST}T: {kind} Not for you\nstay 5\n")[ID]
    assert "would not let its folders be looked through (Not for you)" in sentence(answer)
