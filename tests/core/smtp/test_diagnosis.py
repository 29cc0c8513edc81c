"""What a person is told of the way to a server, step by step."""

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import PersonError
from core.mail.smtp import diagnosis
from core.mail.smtp.diagnosis import Finding, Step, diagnose
from core.mail.smtp.server import Deadlines, Security, Server
from core.mail.stop import Stop
from tests.smtp.certificates import Authority
from tests.smtp.scripted import AUTH, GREETING, HELLO, LOGGED_IN, LOGIN_HELLO, STARTTLS, ScriptedServer

_LIMITS = Deadlines(connect_s=20, greeting_s=20, command_s=20, quit_s=2)
_LONG_S = 60
_QUIT = "C: QUIT\nS: 221 Bye\n"
_INSIDE = LOGIN_HELLO.removeprefix(GREETING)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def _found(
    server: Server, secret: str = "canary", limits: Deadlines = _LIMITS
) -> tuple[bool, list[tuple[Step, bool, str]]]:
    """Diagnose; return the verdict, and for each finding its step, whether it is good, and its code or detail."""
    findings: list[Finding] = []
    is_good = diagnose(server, lambda: secret, findings.append, limits)
    return is_good, [(each.step, each.is_good, each.problem.code if each.problem else each.detail) for each in findings]


def _server(
    port: int, authority: Authority | None, security: Security = Security.TLS, host: str = "localhost"
) -> Server:
    return Server(host, port, security, user="ann", ca_file=authority.ca_file if authority else None)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_good_way_has_five_good_steps(authority: Authority, security: Security) -> None:
    """Name, connection, TLS, certificate, login; then QUIT."""
    begin = f"tls\n{LOGIN_HELLO}" if security is Security.TLS else f"{STARTTLS}{_INSIDE}"
    with ScriptedServer(begin + LOGGED_IN + _QUIT, tls=authority.good()) as server:
        is_good, found = _found(_server(server.port, authority, security))
        server.until_gone()
    assert is_good
    assert [step for step, _, _ in found] == list(Step)
    assert all(good for _, good, _ in found)
    assert found[0][2] == "127.0.0.1"
    assert found[2][2].startswith("TLSv1.3")
    assert found[4][2] == "ann"


def test_without_tls_there_are_no_steps_of_it() -> None:
    """Nor of a login, where nobody logs in."""
    with ScriptedServer(HELLO + _QUIT) as server:
        is_good, found = _found(Server("127.0.0.1", server.port, Security.NONE))
    assert is_good
    assert [step for step, _, _ in found] == [Step.NAME, Step.CONNECTION]


def test_a_wrong_password(authority: Authority) -> None:
    """All but the last step is good; one AUTH."""
    with ScriptedServer(f"tls\n{LOGIN_HELLO}{AUTH}S: 535 5.7.8 No\n", tls=authority.good()) as server:
        is_good, found = _found(_server(server.port, authority))
        assert server.auths == 1
    assert not is_good
    assert [good for _, good, _ in found] == [True] * 4 + [False]
    assert found[4] == (Step.LOGIN, False, "auth_refused")


def test_a_bad_certificate(authority: Authority) -> None:
    """TLS is there, its certificate is not good."""
    with ScriptedServer("tls\nhang", tls=authority.unknown("localhost")) as server:
        is_good, found = _found(_server(server.port, authority))
    assert not is_good
    assert [(step, good) for step, good, _ in found] == [
        (Step.NAME, True),
        (Step.CONNECTION, True),
        (Step.TLS, True),
        (Step.CERTIFICATE, False),
    ]
    assert found[-1][2] == "certificate_unknown"


def test_starttls_that_is_not_offered(authority: Authority) -> None:
    """The connection is good, TLS is not."""
    with ScriptedServer(HELLO) as server:
        _, found = _found(_server(server.port, authority, Security.STARTTLS))
    assert [(step, good) for step, good, _ in found][1:] == [(Step.CONNECTION, True), (Step.TLS, False)]
    assert found[-1][2] == "tls_not_offered"


def test_a_port_for_tls_where_starttls_is_meant(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a server says nothing to clear text; it is found out long before the deadline."""
    monkeypatch.setattr(diagnosis, "_PATIENCE_S", 0.1)
    with ScriptedServer("tls", "tls", tls=authority.good()) as server:
        _, found = _found(_server(server.port, authority, Security.STARTTLS))
    assert found[-1] == (Step.TLS, False, "tls_not_tls")


def test_a_greeting_that_takes_its_time(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow server is no server for TLS: it gets the whole deadline."""
    monkeypatch.setattr(diagnosis, "_PATIENCE_S", 0.1)
    slow, probed = "hang", f"{GREETING}hang"
    with ScriptedServer(slow, probed, f"{STARTTLS}{_INSIDE}{LOGGED_IN}{_QUIT}", tls=authority.good()) as server:
        assert _found(_server(server.port, authority, Security.STARTTLS))[0]


def test_a_port_for_clear_text_where_tls_is_meant(authority: Authority) -> None:
    """It answers with a greeting in place of a handshake."""
    with ScriptedServer(f"{GREETING}hang") as server:
        _, found = _found(_server(server.port, authority))
    assert found[-1] == (Step.TLS, False, "tls_not_tls")


def test_nobody_listens() -> None:
    """The name is good, the connection is not."""
    with ScriptedServer() as server:
        port = server.port
    is_good, found = _found(Server("127.0.0.1", port, Security.NONE))
    assert not is_good
    assert found == [(Step.NAME, True, "127.0.0.1"), (Step.CONNECTION, False, "connect_refused")]


@pytest.mark.parametrize(
    ("error", "code"),
    [(socket.EAI_NONAME, "name_unknown"), (socket.EAI_AGAIN, "name_failed")],
)
def test_a_name_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch, error: int, code: str) -> None:
    """It does not exist, or nobody can say."""

    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(error, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert _found(Server("mail.example.test", 465)) == (False, [(Step.NAME, False, code)])


def test_a_captive_portal() -> None:
    """HTML is no mail server, and its words are shown."""
    with ScriptedServer("S: HTTP/1.1 302 Found\nserve") as server:
        _, found = _found(Server("127.0.0.1", server.port, Security.NONE))
    assert found[-1] == (Step.CONNECTION, False, "not_smtp")


def test_a_ca_file_that_is_missing(authority: Authority, tmp_path: Path) -> None:
    """It is told before anything is said to the server."""
    with ScriptedServer() as server:
        where = Server("127.0.0.1", server.port, ca_file=tmp_path / "none.pem")
        _, found = _found(where)
    assert found[-1] == (Step.CERTIFICATE, False, "ca_file_bad")


def test_it_ends_between_two_steps_when_nobody_wants_it(authority: Authority) -> None:
    """The person closed the form."""
    findings: list[Finding] = []
    stop = Stop()

    def report(finding: Finding) -> None:
        findings.append(finding)
        if len(findings) == 2:
            stop.set()

    with ScriptedServer("tls\n" + LOGIN_HELLO, tls=authority.good()) as server:
        where = _server(server.port, authority)
        assert not diagnose(where, lambda: "canary", report, _LIMITS, stop)
        server.until_gone()
    assert len(findings) == 2


def test_it_ends_at_once_where_the_server_says_nothing() -> None:
    """A test that is stopped waits for no deadline: these are ten minutes."""
    findings: list[Finding] = []
    stop = Stop()
    limits = Deadlines(connect_s=600, greeting_s=600)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        where = Server("127.0.0.1", listener.getsockname()[1], Security.NONE)
        with ThreadPoolExecutor(1) as pool:
            tested = pool.submit(diagnose, where, lambda: "", findings.append, limits, stop)
            with listener.accept()[0]:
                stop.set()
                assert not tested.result(_LONG_S)
    assert [finding.step for finding in findings] == [Step.NAME]


def test_one_that_was_stopped_before_it_began_tells_nothing() -> None:
    """It may have waited for a thread."""
    findings: list[Finding] = []
    stop = Stop()
    stop.set()
    assert not diagnose(Server("127.0.0.1", 1, Security.NONE), lambda: "", findings.append, _LIMITS, stop)
    assert all(finding.is_good for finding in findings)


def test_what_the_report_raises_comes_through(authority: Authority) -> None:
    """The connection is closed all the same."""

    def fail(finding: Finding) -> None:
        if finding.step is Step.TLS:
            raise PersonError("account_gone", account="work")

    with ScriptedServer("tls\n" + LOGIN_HELLO, tls=authority.good()) as server:
        with pytest.raises(PersonError):
            diagnose(_server(server.port, authority), lambda: "canary", fail, _LIMITS)
        server.until_gone()
