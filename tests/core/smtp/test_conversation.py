"""Opening a connection, read as a conversation: greeting, EHLO, STARTTLS, AUTH. No socket."""

import pytest

from core.mail.smtp.auth import script
from core.mail.smtp.conversation import Offers, ehlo_name, greet, log_in, offers
from core.mail.smtp.outcomes import Failed, Judge
from core.mail.smtp.replies import Reply
from core.mail.smtp.server import Login, Security, Server
from core.mail.smtp.steps import Halted, run
from core.mail.transport import Outcome, Phase, Verdict
from tests.core.smtp.scripts import Script

_NAME = "[127.0.0.1]"
_HELLO = f"""
    S: 220 mx.example.com ESMTP
    C: EHLO {_NAME}
    S: 250-mx.example.com
"""


def _judge(security: Security = Security.NONE) -> Judge:
    return Judge(Server("mx.example.com", 587, security, user="ann"))


def _greet(text: str, security: Security = Security.NONE) -> Offers:
    line = Script(text)
    found = run(greet(_judge(security), _NAME), line)
    line.assert_done()
    return found


def _failure(text: str, security: Security = Security.NONE) -> Outcome:
    line = Script(text)
    with pytest.raises(Failed) as failed:
        run(greet(_judge(security), _NAME), line)
    line.assert_done()
    assert failed.value.outcome.problem is not None
    assert failed.value.outcome.reply
    return failed.value.outcome


def _code(outcome: Outcome) -> str:
    assert outcome.problem is not None
    return outcome.problem.code


# -- EHLO ---------------------------------------------------------------------------------------------------------


def test_what_a_server_offers_is_read() -> None:
    """Keywords in upper and lower case, with and without values; what is unknown counts for nothing."""
    found = _greet(
        f"{_HELLO}\nS: 250-PIPELINING\nS: 250-size 1000\nS: 250-SMTPUTF8\nS: 250-AUTH PLAIN login\nS: 250 XYZ a b"
    )
    assert found == Offers(
        has_pipelining=True, has_smtputf8=True, size_bytes=1000, mechanisms=frozenset(("PLAIN", "LOGIN"))
    )


@pytest.mark.parametrize(
    ("line", "size"), [("SIZE 0", 0), ("SIZE", 0), ("SIZE many", 0), ("SIZE -5", 0), ("SIZE ٣", 0), ("8BITMIME", None)]
)
def test_size_without_a_number_is_no_limit(line: str, size: int | None) -> None:
    """RFC 1870: 0, or nothing, is no limit that is known. Without the keyword MAIL says no SIZE."""
    assert offers(Reply(250, ("mx", line))).size_bytes == size


def test_auth_of_the_nineties_is_understood() -> None:
    """AUTH= beside AUTH names mechanisms too."""
    assert offers(Reply(250, ("mx", "AUTH=LOGIN", "AUTH PLAIN"))).mechanisms == {"LOGIN", "PLAIN"}


def test_a_keyword_in_the_first_line_is_the_servers_name() -> None:
    """A server may be called STARTTLS."""
    assert not offers(Reply(250, ("STARTTLS",))).has_starttls


def test_helo_where_ehlo_is_refused() -> None:
    """A server from before extensions is spoken to all the same, and offers nothing."""
    assert _greet(f"S: 220 hi\nC: EHLO {_NAME}\nS: 502 What?\nC: HELO {_NAME}\nS: 250 Hello") == Offers()


@pytest.mark.parametrize(
    ("configured", "local", "said"),
    [
        ("", "127.0.0.1", "[127.0.0.1]"),
        ("", "::1", "[IPv6:::1]"),
        ("", "fe80::1%eth0", "[IPv6:fe80::1]"),
        ("", "::ffff:10.0.0.2", "[10.0.0.2]"),
        ("mail.example.com", "127.0.0.1", "mail.example.com"),
        ("two words", "127.0.0.1", "[127.0.0.1]"),
        ("a\r\nQUIT", "127.0.0.1", "[127.0.0.1]"),
    ],
)
def test_ehlo_never_says_the_machines_name(configured: str, local: str, said: str) -> None:
    """A configured name, if it is one; else the socket's own address (RFC 5321, section 4.1.3)."""
    assert ehlo_name(configured, local) == said


# -- what fails ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "phase", "code"),
    [
        ("S: 421 Busy", Phase.GREETING, "server_busy"),
        ("S: 450 Busy", Phase.GREETING, "server_busy"),
        ("S: 554 No", Phase.GREETING, "server_refused"),
        ("S: 354 What", Phase.GREETING, "not_smtp"),
        ("garbled", Phase.GREETING, "not_smtp"),
        ("cut", Phase.GREETING, "server_closed"),
        ("silent", Phase.GREETING, "server_silent"),
        (f"S: 220 hi\nC: EHLO {_NAME}\nS: 421 No", Phase.EHLO, "server_busy"),
        (f"S: 220 hi\nC: EHLO {_NAME}\nS: 450 No", Phase.EHLO, "server_busy"),
        (f"S: 220 hi\nC: EHLO {_NAME}\nS: 550 No\nC: HELO {_NAME}\nS: 550 No", Phase.EHLO, "server_refused"),
        (f"S: 220 hi\nC: EHLO {_NAME}\nS: 550 No\nC: HELO {_NAME}\ncut", Phase.EHLO, "server_refused"),
        (f"S: 220 hi\nC: EHLO {_NAME}\ncut", Phase.EHLO, "server_closed"),
        (f"S: 220 hi\nC: EHLO {_NAME}\nsilent", Phase.EHLO, "server_silent"),
        (f"S: 220 hi\nC: EHLO {_NAME}\ngarbled", Phase.EHLO, "server_garbled"),
    ],
)
def test_what_fails_before_mail_is_tried_again(text: str, phase: Phase, code: str) -> None:
    """Before MAIL no message is at fault: whatever a server says, or does not say, it is tried again."""
    outcome = _failure(text)
    assert (outcome.verdict, outcome.phase, _code(outcome)) == (Verdict.LATER, phase, code)
    assert outcome.is_crowded == (phase is Phase.GREETING or outcome.code == 421)


def test_quitting_is_no_failure() -> None:
    """Who is halted says nothing of any message."""
    with pytest.raises(Halted):
        run(greet(_judge(), _NAME), Script("halt"))


# -- TLS ----------------------------------------------------------------------------------------------------------


def test_starttls_and_everything_anew() -> None:
    """What was offered in clear is forgotten; EHLO is said again inside TLS."""
    found = _greet(
        f"""{_HELLO}
        S: 250-AUTH PLAIN
        S: 250-SIZE 10
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 Go
        tls
        C: EHLO {_NAME}
        S: 250-mx
        S: 250 PIPELINING
        """,
        Security.STARTTLS,
    )
    assert found == Offers(has_pipelining=True)


def test_tls_comes_before_anything_is_said() -> None:
    """Implicit TLS: the greeting is awaited inside."""
    assert _greet(f"tls\n{_HELLO}\nS: 250 PIPELINING", Security.TLS).has_pipelining


@pytest.mark.parametrize(
    ("text", "verdict", "code"),
    [
        ("S: 250 PIPELINING", Verdict.ACCOUNT, "tls_not_offered"),
        ("S: 250 STARTTLS\nC: STARTTLS\nS: 502 No", Verdict.ACCOUNT, "tls_refused"),
        ("S: 250 STARTTLS\nC: STARTTLS\nS: 454 Not now", Verdict.LATER, "tls_later"),
        ("S: 250 STARTTLS\nC: STARTTLS\nS: 354 What", Verdict.LATER, "server_garbled"),
        ("S: 250 STARTTLS\nC: STARTTLS\ncut", Verdict.LATER, "server_closed"),
        ("S: 250 STARTTLS\nC: STARTTLS\nS: 220 Go\ntls fails", Verdict.ACCOUNT, "certificate_unknown"),
        ("S: 250 STARTTLS\nC: STARTTLS\nS: 220 Go\ncut", Verdict.LATER, "server_closed"),
    ],
)
def test_without_starttls_nothing_more_is_said(text: str, verdict: Verdict, code: str) -> None:
    """Not offered, stripped, refused, broken: no AUTH and no MAIL in clear."""
    outcome = _failure(_HELLO + text, Security.STARTTLS)
    assert (outcome.verdict, outcome.phase, _code(outcome)) == (verdict, Phase.STARTTLS, code)


def test_helo_is_not_enough_for_starttls() -> None:
    """A server that refuses EHLO offers no STARTTLS either."""
    text = f"S: 220 hi\nC: EHLO {_NAME}\nS: 502 What?\nC: HELO {_NAME}\nS: 250 Hello"
    assert _code(_failure(text, Security.STARTTLS)) == "tls_not_offered"


# -- AUTH ---------------------------------------------------------------------------------------------------------

_PLAIN = "AHVzZXIAc2VjcmV0"  # base64 of NUL user NUL secret


def _log_in(text: str, login: Login = Login.PLAIN) -> None:
    line = Script(text)
    try:
        run(log_in(_judge(), script(login, "user", "secret")), line)
    finally:
        line.assert_done()


@pytest.mark.parametrize(
    ("login", "text"),
    [
        (Login.PLAIN, f"C: AUTH PLAIN {_PLAIN}\nS: 235 Ok"),
        (Login.PLAIN, f"C: AUTH PLAIN {_PLAIN}\nS: 334\nC: {_PLAIN}\nS: 235 Ok"),
        (Login.LOGIN, "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: dXNlcg==\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 Ok"),
        (Login.XOAUTH2, "C: AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHNlY3JldAEB\nS: 235 Ok"),
    ],
)
def test_each_mechanism_logs_in(login: Login, text: str) -> None:
    """PLAIN in one line, LOGIN in three, XOAUTH2 in one; each is one AUTH."""
    _log_in(text, login)


def test_the_refusal_of_a_token_is_asked_for() -> None:
    """XOAUTH2 tells an error as a challenge first; an empty line brings the real reply."""
    with pytest.raises(Failed) as failed:
        _log_in(
            """
            C: AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHNlY3JldAEB
            S: 334 eyJzdGF0dXMiOiI0MDAifQ==
            C:
            S: 535 5.7.8 No
            """,
            Login.XOAUTH2,
        )
    assert failed.value.outcome.verdict is Verdict.ACCOUNT


@pytest.mark.parametrize(
    ("text", "verdict", "code"),
    [
        ("S: 535 5.7.8 No", Verdict.ACCOUNT, "auth_refused"),
        ("S: 504 What", Verdict.ACCOUNT, "auth_refused"),
        ("S: 454 4.7.0 Not now", Verdict.LATER, "auth_later"),
        ("S: 421 Busy", Verdict.LATER, "server_busy"),
        (f"S: 334\nC: {_PLAIN}\nS: 334", Verdict.LATER, "server_garbled"),
        ("cut", Verdict.LATER, "server_closed"),
        ("silent", Verdict.LATER, "server_silent"),
        ("garbled", Verdict.LATER, "server_garbled"),
    ],
)
def test_a_login_is_tried_once(text: str, verdict: Verdict, code: str) -> None:
    """Whatever is answered, there is one AUTH. Only a refusal holds the account."""
    with pytest.raises(Failed) as failed:
        _log_in(f"C: AUTH PLAIN {_PLAIN}\n{text}")
    outcome = failed.value.outcome
    assert (outcome.verdict, outcome.phase, _code(outcome)) == (verdict, Phase.AUTH, code)
