"""One wrong password makes one AUTH, whatever is queued and however long it waits."""

import base64

import pytest

from core.accounts.accounts import Account
from core.executor import Inline
from core.mail.smtp.server import Login, Security, Server
from core.mail.smtp.transport import SmtpTransport
from core.mail.transport import Verdict
from core.outbox.notification import Draft, Recipient, new_token
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program
from core.settings import Settings
from tests.fakes import FakeClock
from tests.outboxes import contradictions, opened, states
from tests.smtp.certificates import HOST, Authority
from tests.smtp.delivering import PATIENT, account_opened, closing
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


# -- a whole outbox ---------------------------------------------------------------------------------------------------

BEGIN = f"tls\n{LOGIN_HELLO}"
MINUTE_S = 60
DAY_S = 24 * 3600


def account(server: ScriptedServer, authority: Authority) -> Account:
    return Account(
        name="work",
        address="me@example.org",
        host=HOST,
        port=server.port,
        security=Security.TLS,
        user="ann@example.test",
        ca_file=str(authority.ca_file),
    )


def accept_1000(program: Program) -> None:
    recipients = tuple(Recipient(f"p{number}@example.com") for number in range(1000))
    program.outbox.accept(Draft(recipients, "Hello", "Hello", account="work"), token=new_token()).wait()


def test_a_wrong_password_with_1000_queued_for_a_day(
    home: Home, fake_clock: FakeClock, authority: Authority, names: None
) -> None:
    """B10: exactly one AUTH in a simulated day, with restarts in it; all are held, in words. Then the right password:
    all 1,000 go, each once.
    """
    environ = {"OUTTRAY_PASSWORD_WORK": "wrong"}
    refusing = f"{BEGIN}C: AUTH PLAIN .*\nS: 535 5.7.8 Authentication credentials invalid\n"
    taking = f"{BEGIN}C: AUTH PLAIN .*\nS: 235 2.7.0 Welcome\nserve"
    with ScriptedServer(refusing, then=taking, tls=authority.good()) as server:
        work = account(server, authority)
        with account_opened(home, work, environ, fake_clock) as program:
            accept_1000(program)
            for _ in range(DAY_S // (15 * MINUTE_S)):
                program.inline_engine().deliver()
                fake_clock.advance(15 * MINUTE_S)
                assert server.auths == 1
        with opened(home, fake_clock) as program:  # without any password: nothing is even connected
            program.inline_engine().deliver()
            assert (server.auths, len(server.sessions)) == (1, 1)
            (state,) = [each for each in program.reader.account_states() if each.account == "work"]
            assert (state.reason, state.held, state.code) == (Reason.ACCOUNT, 1000, "auth_refused")
            assert set(states(program)) == {State.HELD}
        environ["OUTTRAY_PASSWORD_WORK"] = "right"
        program = Program(home, Inline(), Settings(), clock=fake_clock, environ=environ)
        try:
            program.open().wait()
            program.renew("work")
            program.outbox.release_account("work").wait()
            program.inline_engine().deliver()
            assert set(states(program)) == {State.SENT}
            assert len(server.taken) == len(set(server.taken)) == 1000
            # One login a connection, and a connection takes many.
            assert server.auths == len(server.sessions) < 30
        finally:
            program.close()
    assert contradictions(home) == []


def test_a_temporary_failure_of_the_login(home: Home, fake_clock: FakeClock, authority: Authority, names: None) -> None:
    """B10: 454 to AUTH: at most three tries in any hour, and nobody is held; when it works again, all go."""
    environ = {"OUTTRAY_PASSWORD_WORK": "right"}
    later = f"{BEGIN}C: AUTH PLAIN .*\nS: 454 4.7.0 Temporary authentication failure\n"
    with ScriptedServer(then=later, tls=authority.good()) as server:
        with account_opened(home, account(server, authority), environ, fake_clock) as program:
            accept_1000(program)
            tries = []
            for minute in range(8 * 60):
                before = server.auths
                program.inline_engine().deliver()
                tries += [minute] * (server.auths - before)
                fake_clock.advance(MINUTE_S)
            assert len(tries) > 3
            assert all(sum(start <= each < start + 60 for each in tries) <= 3 for start in tries)
            assert set(states(program)) == {State.QUEUED}
            (state,) = [each for each in program.reader.account_states() if each.account == "work"]
            assert state.reason is Reason.BACKOFF
        assert server.bodies == []


@pytest.mark.parametrize("again", [0, 1])
def test_a_server_that_goes_away_in_a_login_that_it_knows(
    home: Home, fake_clock: FakeClock, authority: Authority, names: None, again: int
) -> None:
    """B2, B10: closed at AUTH with a password that was taken before: no guess, but a server that was restarted; the
    account is tried again after seconds. Closed at AUTH once more, that counts as a login: twenty minutes.
    """
    environ = {"OUTTRAY_PASSWORD_WORK": "right"}
    taken = f"{BEGIN}C: AUTH PLAIN .*\nS: 235 2.7.0 Welcome\n"
    gone = f"{BEGIN}C: AUTH PLAIN .*\ncut"
    work = [f"{taken}{TAKEN}cut", *[gone] * (1 + again)]
    with ScriptedServer(*work, then=f"{taken}serve", tls=authority.good()) as server:
        with account_opened(home, account(server, authority), environ, fake_clock) as program:
            for name in ("ann", "ben"):
                to = (Recipient(f"{name}@example.com"),)
                program.outbox.accept(Draft(to, "Hello", "Hello", account="work"), token=new_token()).wait()
                program.inline_engine().deliver()
            assert (server.auths, states(program)) == (2, [State.SENT, State.QUEUED])
            (state,) = [each for each in program.reader.account_states() if each.account == "work"]
            assert (state.reason, state.code) == (Reason.BACKOFF, "server_closed")
            fake_clock.advance(MINUTE_S)
            program.inline_engine().deliver()
            assert server.auths == 3
            if again:
                assert states(program) == [State.SENT, State.QUEUED]
                fake_clock.advance(19 * MINUTE_S)
                program.inline_engine().deliver()
                assert server.auths == 3
                fake_clock.advance(2 * MINUTE_S)
                program.inline_engine().deliver()
            assert states(program) == [State.SENT, State.SENT]
        assert len(server.taken) == 2
