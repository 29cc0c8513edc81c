"""The way is verified before a login or a message is spoken of; what is wrong with it is said in its own words."""

import ssl
from collections.abc import Callable

import pytest

from core.mail.smtp.server import Security, Server
from core.mail.smtp.transport import SmtpTransport
from core.mail.transport import Outcome, Verdict
from core.outbox.states import Reason, State
from core.program import Program
from tests.smtp.certificates import HOST, Authority
from tests.smtp.delivering import PATIENT, SHORT, Desktop, closing
from tests.smtp.desks import Ledger, letters
from tests.smtp.scripted import (
    EHLO,
    GREETING,
    HELLO,
    LOGGED_IN,
    LOGIN_HELLO,
    SERVE,
    STARTTLS,
    TAKEN,
    ScriptedServer,
)

#: Up to the answer to STARTTLS.
ASKED = STARTTLS.removesuffix("S: 220 2.0.0 Go ahead\ntls\n")


def secret() -> str:
    return "canary-Kanarienvogel-7f3a"


def outcome_of(
    server: ScriptedServer, security: Security, authority: Authority, host: str = HOST, *, is_short: bool = False
) -> Outcome:
    """Hand one letter over, and return what came of it; see that nothing secret was said in clear."""
    where = Server(host, server.port, security, user="ann", ca_file=authority.ca_file)
    ledger = Ledger()
    with closing(SmtpTransport(where, secret, deadlines=SHORT if is_short else PATIENT)) as transport:
        transport.hand_over(letters(1), ledger)
    return ledger.outcome()


def check_nothing_was_said(server: ScriptedServer) -> None:
    """No AUTH and no mail, in clear or not."""
    server.until_gone()
    words = b" ".join(bytes(session.clear) for session in server.sessions).upper()
    assert b"AUTH" not in words
    assert b"MAIL FROM" not in words
    assert server.auths == 0
    assert not any(command.upper().startswith("MAIL") for command in server.commands)


# -- STARTTLS -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "verdict", "code"),
    [
        (f"{GREETING}{EHLO}S: 250-mx\nS: 250-AUTH PLAIN LOGIN\nS: 250 SIZE\n", Verdict.ACCOUNT, "tls_not_offered"),
        # Somebody on the way made it unreadable.
        (f"{GREETING}{EHLO}S: 250-mx\nS: 250-XXXXXXXX\nS: 250 AUTH PLAIN\n", Verdict.ACCOUNT, "tls_not_offered"),
        (f"{ASKED}S: 454 4.7.0 Not now\n", Verdict.LATER, "tls_later"),
        (f"{ASKED}S: 502 5.5.1 Never\n", Verdict.ACCOUNT, "tls_refused"),
        (f"{ASKED}S: 220 Go ahead\nS: This is no TLS\nhang", Verdict.ACCOUNT, None),
        (f"{ASKED}S: 220 Go ahead\nC: .*", Verdict.ACCOUNT, None),
        # What is said in clear behind the 220, to be taken for what was said inside TLS (CVE-2011-0411, turned round).
        (rf"{ASKED}B: 220 Go ahead\r\n250-mx\r\n250 AUTH PLAIN\r\n" + "\nhang", Verdict.ACCOUNT, "tls_failed"),
    ],
    ids=["not offered", "stripped", "refused for now", "refused", "garbage", "silence", "injected"],
)
def test_without_tls_nothing_is_said(
    authority: Authority, names: None, script: str, verdict: Verdict, code: str | None
) -> None:
    """B8: STARTTLS not offered, stripped, refused, followed by garbage, with injected plaintext: no AUTH, no mail in
    clear, and a sentence.
    """
    is_silent = script.endswith("C: .*")
    with ScriptedServer(script.replace("C: .*", "hang"), tls=authority.good()) as server:
        outcome = outcome_of(server, Security.STARTTLS, authority, is_short=True)
        check_nothing_was_said(server)
    assert outcome.verdict is (Verdict.LATER if is_silent else verdict)
    assert outcome.reply
    assert outcome.problem is not None
    if code is not None:
        assert outcome.problem.code == code


def test_what_was_offered_in_clear_is_forgotten(authority: Authority, names: None) -> None:
    """B8: AUTH and PIPELINING that were offered before TLS only are not believed: the login is missing, and said so."""
    clear = (
        f"{GREETING}{EHLO}S: 250-mx\nS: 250-AUTH PLAIN\nS: 250-PIPELINING\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 Go\n"
    )
    with ScriptedServer(f"{clear}tls\n{EHLO}S: 250 mx\n", tls=authority.good()) as server:
        outcome = outcome_of(server, Security.STARTTLS, authority)
        check_nothing_was_said(server)
    assert (outcome.verdict, outcome.problem and outcome.problem.code) == (Verdict.ACCOUNT, "auth_missing")


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_server_of_the_other_kind(authority: Authority, names: None, security: Security) -> None:
    """B8: TLS from the first byte where STARTTLS is meant, and the other way round: no AUTH, and a word for it."""
    script = GREETING + "hang" if security is Security.TLS else "tls\n" + SERVE
    with ScriptedServer(script, tls=authority.good()) as server:
        outcome = outcome_of(server, security, authority, is_short=True)
        check_nothing_was_said(server)
    assert outcome.verdict in (Verdict.ACCOUNT, Verdict.LATER)
    if security is Security.TLS:
        assert outcome.problem is not None
        assert outcome.problem.code == "tls_not_tls"


def test_clear_text_goes_to_this_computer_only() -> None:
    """B8: an account without TLS whose name leads elsewhere is refused before anything is said."""
    where = Server("192.0.2.1", 25, Security.NONE)
    ledger = Ledger()
    with closing(SmtpTransport(where, secret, deadlines=PATIENT)) as transport:
        transport.hand_over(letters(1), ledger)
    assert ledger.outcome().verdict is Verdict.ACCOUNT
    assert ledger.outcome().problem is not None
    assert ledger.outcome().problem.code == "security_none_far"  # type: ignore[union-attr]


# -- certificates -------------------------------------------------------------------------------------------------

BAD: dict[str, tuple[Callable[[Authority], ssl.SSLContext], str]] = {
    "self-signed": (Authority.self_signed, "certificate_self_signed"),
    "wrong host": (lambda authority: authority.good("other.example.test"), "certificate_name"),
    "wrong wildcard": (lambda authority: authority.good("*.deep.example.test"), "certificate_name"),
    "an address for a name": (lambda authority: authority.good("127.0.0.1"), "certificate_name"),
    "expired": (Authority.expired, "certificate_expired"),
    "not yet valid": (Authority.early, "certificate_early"),
    "unknown authority": (Authority.unknown, "certificate_unknown"),
}


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("bad", BAD)
def test_a_bad_certificate_is_refused_in_its_own_words(
    program: Program, authority: Authority, names: None, bad: str, security: Security
) -> None:
    """B9: self-signed, wrong host, expired, not yet valid, unknown CA: held, no AUTH, and the sentence is of that."""
    make, code = BAD[bad]
    begin = "tls\n" + SERVE if security is Security.TLS else STARTTLS + "serve"
    # A second look may be taken at the certificate, to say more of it. Nothing is said on that connection either.
    with ScriptedServer(then=begin, tls=make(authority), may_leave=True) as server:
        where = Server(HOST, server.port, security, user="ann", ca_file=authority.ca_file)
        with closing(SmtpTransport(where, secret, deadlines=PATIENT)) as transport:
            ledger = Ledger()
            transport.hand_over(letters(1), ledger)
            outcome = ledger.outcome()
            assert outcome.problem is not None
            assert (outcome.verdict, outcome.problem.code) == (Verdict.ACCOUNT, code)
            if code == "certificate_name":
                assert outcome.problem.value("names") in ("other.example.test", "*.deep.example.test", "127.0.0.1")
            if code in ("certificate_expired", "certificate_early"):
                assert outcome.problem.value("at").startswith("20")
            desktop = Desktop(program, transport)
            desktop.accept()
            assert desktop.deliver() == [State.HELD]
            (row,) = desktop.rows()
            assert (row.reason, row.last_reply) == (Reason.ACCOUNT, outcome.reply)
        check_nothing_was_said(server)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize(
    ("host", "named"),
    [
        (HOST, (HOST,)),
        (HOST, ("*.example.test",)),
        (HOST, ("other.example.test", HOST)),
        ("127.0.0.1", ("127.0.0.1",)),
        ("localhost", ("localhost",)),
        ("MAIL.Example.TEST", (HOST,)),
        # An IDN host is looked up and verified by its A-label.
        ("bücher.example.test", ("xn--bcher-kva.example.test",)),
    ],
)
def test_a_good_certificate_passes(
    authority: Authority, names: None, host: str, named: tuple[str, ...], security: Security
) -> None:
    """B9: good, wildcard, one of several names, and IP names pass; what the outcome says of TLS is true."""
    hello = LOGIN_HELLO + LOGGED_IN + TAKEN
    script = "tls\n" + hello if security is Security.TLS else STARTTLS + hello.removeprefix(GREETING)
    with ScriptedServer(script, tls=authority.good(*named)) as server:
        outcome = outcome_of(server, security, authority, host)
    assert outcome.verdict is Verdict.TAKEN
    assert outcome.tls.startswith("TLSv1.3")
    assert len(server.taken) == 1


def test_an_old_tls_is_refused(authority: Authority, names: None) -> None:
    """B9: a server that can only do TLS 1.1, or less than that, is not talked to."""
    context = authority.good()
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with ScriptedServer("tls\n" + HELLO, tls=context) as server:
        outcome = outcome_of(server, Security.TLS, authority)
        check_nothing_was_said(server)
    assert (outcome.verdict, outcome.problem and outcome.problem.code) == (Verdict.ACCOUNT, "tls_failed")


def test_a_ca_file_that_is_none(authority: Authority, names: None) -> None:
    """B9: a CA file that cannot be read, or holds no certificate, is said to be that, and nothing is connected."""
    folder = authority.ca_file.parent
    (folder / "empty.pem").write_text("nothing\n")
    for name in ("missing.pem", "empty.pem"):
        with ScriptedServer(then=SERVE, tls=authority.good()) as server:
            where = Server(HOST, server.port, Security.TLS, ca_file=folder / name)
            ledger = Ledger()
            with closing(SmtpTransport(where, secret, deadlines=SHORT)) as transport:
                transport.hand_over(letters(1), ledger)
            assert ledger.outcome().verdict is Verdict.ACCOUNT
            assert ledger.outcome().problem is not None
            assert ledger.outcome().problem.code == "ca_file_bad"  # type: ignore[union-attr]
