"""One wrong password makes one AUTH, whatever is queued and however long it waits."""

import base64

import pytest

from core.mail.smtp.server import Login, Security, Server
from core.mail.smtp.transport import SmtpTransport
from core.mail.transport import Verdict
from tests.smtp.certificates import HOST, Authority
from tests.smtp.delivering import PATIENT, closing
from tests.smtp.desks import Ledger, letters
from tests.smtp.scripted import LOGIN_HELLO, TAKEN, ScriptedServer

SECRET = "pässwort-7f3a"


def hand_over(server: ScriptedServer, authority: Authority, login: Login = Login.AUTO, count: int = 1) -> Ledger:
    where = Server(HOST, server.port, Security.TLS, user="ann@example.test", login=login, ca_file=authority.ca_file)
    ledger = Ledger()
    with closing(SmtpTransport(where, lambda: SECRET, deadlines=PATIENT)) as transport:
        transport.hand_over(letters(count), ledger)
    return ledger


def said(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


PLAIN = f"C: AUTH PLAIN {said(f'{chr(0)}ann@example.test{chr(0)}{SECRET}')}\n".replace("+", r"\+")
LOGIN = f"C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: {said('ann@example.test')}\nS: 334 UGFzc3dvcmQ6\nC: {said(SECRET)}\n"
TOKEN = f"C: AUTH XOAUTH2 {said(f'user=ann@example.test{chr(1)}auth=Bearer {SECRET}{chr(1)}{chr(1)}')}\n"


@pytest.mark.parametrize(
    ("offered", "login", "words"),
    [
        ("PLAIN LOGIN", Login.AUTO, PLAIN),
        ("LOGIN", Login.AUTO, LOGIN),
        ("GSSAPI CRAM-MD5 login", Login.AUTO, LOGIN),
        ("PLAIN LOGIN", Login.LOGIN, LOGIN),
        ("PLAIN XOAUTH2", Login.XOAUTH2, TOKEN),
    ],
)
def test_a_login_is_said_as_its_mechanism_has_it(
    authority: Authority, names: None, offered: str, login: Login, words: str
) -> None:
    """PLAIN, LOGIN and XOAUTH2 as a server reads them, a password that is not ASCII among them."""
    script = f"tls\n{LOGIN_HELLO.replace('PLAIN LOGIN', offered)}{words}S: 235 2.7.0 Welcome\n{TAKEN}"
    with ScriptedServer(script, tls=authority.good()) as server:
        assert hand_over(server, authority, login).verdicts == ["taken"]


@pytest.mark.parametrize("words", [PLAIN, LOGIN])
def test_a_refused_login_is_tried_once_a_connection(authority: Authority, names: None, words: str) -> None:
    """B10: PLAIN and LOGIN are both offered; one of them is tried, once; nobody else of the run is asked."""
    login = Login.PLAIN if words is PLAIN else Login.LOGIN
    script = f"tls\n{LOGIN_HELLO}{words}S: 535 5.7.8 Wrong\n"
    with ScriptedServer(script, tls=authority.good()) as server:
        ledger = hand_over(server, authority, login, count=3)
        assert ledger.verdicts == ["account"]
        assert ledger.outcome().problem is not None
        assert server.auths == 1


@pytest.mark.parametrize(
    ("offered", "login"), [("GSSAPI CRAM-MD5", Login.AUTO), ("PLAIN", Login.XOAUTH2), ("LOGIN", Login.PLAIN)]
)
def test_a_login_that_is_not_offered_is_not_tried(
    authority: Authority, names: None, offered: str, login: Login
) -> None:
    """A server without a mechanism that we may use: said in words, without an AUTH."""
    with ScriptedServer(f"tls\n{LOGIN_HELLO.replace('PLAIN LOGIN', offered)}", tls=authority.good()) as server:
        ledger = hand_over(server, authority, login)
        assert server.auths == 0
    assert ledger.outcome().verdict is Verdict.ACCOUNT
    assert ledger.outcome().problem is not None
    assert ledger.outcome().problem.code == "auth_missing"  # type: ignore[union-attr]


def test_a_token_that_is_refused_has_its_reason_read(authority: Authority, names: None) -> None:
    """XOAUTH2 tells a refusal in a challenge first; it is answered, and still is one AUTH."""
    reason = said('{"status":"401","schemes":"bearer"}')
    script = f"tls\n{LOGIN_HELLO.replace('PLAIN LOGIN', 'XOAUTH2')}{TOKEN}S: 334 {reason}\nC: \nS: 535 5.7.8 No\n"
    with ScriptedServer(script, tls=authority.good()) as server:
        assert hand_over(server, authority, Login.XOAUTH2).verdicts == ["account"]
        assert server.auths == 1
