"""Connections are kept, used again and let go; one wrong secret makes one AUTH; halting decides nothing."""

import errno
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import PersonError
from core.mail.smtp.server import Deadlines, Login, Security, Server
from core.mail.smtp.transport import IDLE_S, SmtpTransport
from core.mail.transport import Outcome, Parcel, Phase, Verdict
from tests.core.smtp.desks import Book, Message, messages
from tests.fakes import FakeClock
from tests.smtp.certificates import Authority
from tests.smtp.scripted import (
    AUTH,
    BODY_TAKEN,
    ENVELOPE,
    HELLO,
    LOGGED_IN,
    LOGIN_HELLO,
    MAIL,
    MAIL_TAKEN,
    RCPT_TAKEN,
    TAKEN,
    ScriptedServer,
    taking,
)

_QUIT = "C: QUIT\nS: 221 Bye\n"
_LIMITS = Deadlines(connect_s=20, greeting_s=20, command_s=20, data_s=20, block_s=20, dot_s=20, quit_s=2)


@contextmanager
def _transport(port: int, clock: FakeClock | None = None, most_messages: int = 100) -> Iterator[SmtpTransport]:
    made = SmtpTransport(
        Server("127.0.0.1", port, Security.NONE),
        lambda: "",
        deadlines=_LIMITS,
        monotonic_s=(clock or FakeClock()).monotonic_s,
        most_messages=most_messages,
    )
    try:
        yield made
    finally:
        made.let_go(0)


def _hand_over(transport: SmtpTransport, run: list[Message] | None = None, desk: Book | None = None) -> Book:
    desk = desk or Book()
    transport.hand_over(run or messages(1), desk)
    return desk


# -- kept connections ---------------------------------------------------------------------------------------------


def test_a_connection_is_used_again() -> None:
    """Two runs, one connection; QUIT when it is let go."""
    with ScriptedServer(taking(2) + _QUIT) as server, _transport(server.port) as transport:
        assert _hand_over(transport).verdicts == [Verdict.TAKEN]
        assert _hand_over(transport).verdicts == [Verdict.TAKEN]
        assert transport.let_go(IDLE_S)
        assert not transport.let_go(0)
        assert server.until_gone().commands[-1] == "QUIT"


def test_outcomes_are_on_disk_before_a_connection_is_kept_or_quit() -> None:
    """The desk is flushed first."""
    with ScriptedServer(taking(1) + _QUIT) as server, _transport(server.port) as transport:
        desk = _hand_over(transport)
    assert desk.calls[:3] == ["intend r1@example.com", "settle r1@example.com taken", "flush"]


def test_a_server_that_closed_an_idle_connection_costs_no_attempt() -> None:
    """It is seen before anything is said; the message goes out on a new one."""
    with ScriptedServer(taking(1) + "cut", taking(1)) as server, _transport(server.port) as transport:
        _hand_over(transport)
        server.until_gone(0)
        assert _hand_over(transport).verdicts == [Verdict.TAKEN]


@pytest.mark.parametrize("how", ["cut", "S: 421 4.4.2 Timeout\ncut", "reset"])
def test_a_server_that_closes_at_the_first_command_costs_no_attempt(how: str) -> None:
    """As it looked at the connection, it was still there."""
    conversation = taking(1) + f"{MAIL}{how}"
    with ScriptedServer(conversation, taking(1)) as server, _transport(server.port) as transport:
        _hand_over(transport)
        desk = _hand_over(transport)
        assert desk.verdicts == [Verdict.TAKEN]
        assert len(server.sessions) == 2


def test_a_connection_idle_for_too_long_is_not_used(fake_clock: FakeClock) -> None:
    """Whoever lets nothing go gets a new one all the same."""
    with ScriptedServer(taking(1), taking(1)) as server, _transport(server.port, fake_clock) as transport:
        _hand_over(transport)
        fake_clock.advance(IDLE_S)
        _hand_over(transport)
        assert len(server.sessions) == 2


def test_only_what_is_idle_is_let_go(fake_clock: FakeClock) -> None:
    """By the time since it was used."""
    with ScriptedServer(taking(1) + _QUIT) as server, _transport(server.port, fake_clock) as transport:
        _hand_over(transport)
        fake_clock.advance(5)
        assert transport.let_go(10)
        assert not transport.let_go(5)
        server.until_gone()


def test_a_full_connection_is_quit_and_the_run_goes_on() -> None:
    """Two messages a connection, five messages: three connections."""
    two = taking(2) + _QUIT
    with ScriptedServer(two, two, taking(1) + _QUIT) as server, _transport(server.port, most_messages=2) as transport:
        assert _hand_over(transport, messages(5)).verdicts == [Verdict.TAKEN] * 5
        transport.let_go(0)
        assert len(server.taken) == 5


def test_a_run_goes_on_where_only_the_connection_was_used_up() -> None:
    """Too many messages, a message that was dropped at the intent: each time a new connection, and no copy more."""
    conversations = (
        taking(1) + f"{MAIL}S: 421 Too many messages\nserve",
        f"{HELLO}{ENVELOPE}hang",
        taking(1),
    )
    desk = Book(allows=lambda parcel: parcel.recipient != "r2@example.com")
    with ScriptedServer(*conversations) as server, _transport(server.port) as transport:
        _hand_over(transport, messages(3), desk)
        assert desk.verdicts == [Verdict.TAKEN, Verdict.DROPPED, Verdict.TAKEN]
        assert len(server.taken) == 2


def test_a_run_ends_with_a_connection_that_failed() -> None:
    """The message it was at is settled; the others are left."""
    with ScriptedServer(f"{HELLO}{MAIL_TAKEN}cut") as server, _transport(server.port) as transport:
        assert _hand_over(transport, messages(3)).verdicts == [Verdict.LATER]


def test_a_server_that_cannot_be_reached(free_port: int) -> None:
    """Refused: later, with fewer connections; the others of the run are left."""
    with _transport(free_port) as transport:
        desk = _hand_over(transport, messages(3))
    (outcome,) = desk.outcomes.values()
    assert (outcome.verdict, outcome.phase, outcome.is_crowded) == (Verdict.LATER, Phase.CONNECT, True)
    assert outcome.problem is not None
    assert outcome.problem.code == "connect_refused"


@pytest.mark.parametrize("host", ["fe80::1%nosuch", "fe80::1"])
def test_an_address_of_a_link_that_is_not_here(host: str) -> None:
    """It waits, in words."""
    transport = SmtpTransport(Server(host, 465), lambda: "", deadlines=_LIMITS)
    (outcome,) = _hand_over(transport).outcomes.values()
    assert (outcome.verdict, outcome.problem and outcome.problem.code) == (Verdict.LATER, "name_unknown")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_without_a_file_more_it_waits(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of open files is reached: that is neither the server's doing nor the account's."""

    def none(*_: object, **__: object) -> socket.socket:
        raise OSError(errno.EMFILE, "Too many open files")

    transport = SmtpTransport(Server(host, 465, Security.NONE), lambda: "", deadlines=_LIMITS)
    monkeypatch.setattr(socket, "socketpair" if host == "localhost" else "socket", none)
    (outcome,) = _hand_over(transport).outcomes.values()
    assert (outcome.verdict, outcome.problem and outcome.problem.code) == (Verdict.LATER, "files_out")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_without_a_file_more_no_name_is_called_unknown(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver says of a name that it cannot look up now what it says of one that does not exist."""

    def none(*_: object, **__: object) -> socket.socket:
        raise OSError(errno.EMFILE, "Too many open files")

    def look_up(name: str, *_: object, **__: object) -> None:
        if name == "127.0.0.1":
            raise OSError(errno.EMFILE, "Too many open files")
        monkeypatch.setattr(socket, "socket", none)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    transport = SmtpTransport(Server(host, 465, Security.NONE), lambda: "", deadlines=_LIMITS)
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    (outcome,) = _hand_over(transport).outcomes.values()
    assert (outcome.verdict, outcome.problem and outcome.problem.code) == (Verdict.LATER, "files_out")


@pytest.mark.parametrize("which", ["certificates", "password"])
def test_without_a_file_more_the_account_is_not_held(
    authority: Authority, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its CA file nor its password file is bad."""

    def none(*_: object, **__: object) -> str:
        raise OSError(errno.EMFILE, "Too many open files") if which == "certificates" else PersonError("files_out")

    with ScriptedServer(*[] if which == "certificates" else [_WAITING], tls=authority.good()) as server:
        transport = _with_login(server, authority, none, FakeClock())
        if which == "certificates":
            monkeypatch.setattr(ssl, "create_default_context", none)
        (outcome,) = _hand_over(transport).outcomes.values()
    assert (outcome.verdict, outcome.problem and outcome.problem.code) == (Verdict.LATER, "files_out")


@pytest.fixture
def free_port() -> int:
    """A port where nobody listens."""
    with ScriptedServer() as server:
        return server.port


def test_a_fault_of_the_desk_closes_the_connection_and_comes_through() -> None:
    """Nothing is kept in a state that nobody knows."""

    def fail(_: Parcel) -> bool:
        raise RuntimeError("the desk broke")

    with ScriptedServer(f"{HELLO}{ENVELOPE}hang") as server, _transport(server.port) as transport:
        with pytest.raises(RuntimeError):
            _hand_over(transport, desk=Book(allows=fail))
        assert not transport.let_go(IDLE_S)
        assert server.until_gone().bodies == []


# -- logging in ---------------------------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def _with_login(
    server: ScriptedServer, authority: Authority, secret: Callable[[], str], clock: FakeClock
) -> SmtpTransport:
    where = Server("localhost", server.port, user="ann", login=Login.PLAIN, ca_file=authority.ca_file)
    return SmtpTransport(where, secret, deadlines=_LIMITS, monotonic_s=clock.monotonic_s)


_REFUSED = f"tls\n{LOGIN_HELLO}{AUTH}S: 535 5.7.8 kanarie is wrong, AGFubgBrYW5hcmll\n"
_WAITING = f"tls\n{LOGIN_HELLO}hang"


@pytest.mark.parametrize(
    ("answer", "verdict", "code"),
    [
        ("S: 535 5.7.8 kanarie is wrong, AGFubgBrYW5hcmll", Verdict.ACCOUNT, 535),
        ("S: 454 4.7.0 kanarie is not known yet", Verdict.LATER, 454),
        ("S: 421 4.7.0 Too many failed logins", Verdict.LATER, 421),
        ("cut", Verdict.LATER, None),
        ("B: AGFubgBrYW5hcmll\\r\\n", Verdict.LATER, None),
    ],
)
def test_one_wrong_secret_makes_one_auth(
    authority: Authority, fake_clock: FakeClock, answer: str, verdict: Verdict, code: int | None
) -> None:
    """Four connections at once: one AUTH, whatever it came to, and every outcome says why. The secret is in none."""
    first = f"tls\n{LOGIN_HELLO}{AUTH}tell auth\nwait all\n{answer}\n"
    with ScriptedServer(first, *[_WAITING] * 3, tls=authority.good()) as server:
        gate = _Arrivals()
        transport = _with_login(server, authority, lambda: "kanarie", fake_clock)
        transport._opener.gate._condition = gate
        books = [Book() for _ in range(4)]
        threads = [threading.Thread(target=_hand_over, args=(transport, None, book)) for book in books]
        threads[0].start()
        server.hear("auth")
        for thread in threads[1:]:
            thread.start()
        gate.until_waiting(3)
        server.tell("all")
        for thread in threads:
            thread.join()
        assert server.auths == 1
    for book in books:
        (outcome,) = book.outcomes.values()
        assert (outcome.verdict, outcome.phase, outcome.code) == (verdict, Phase.AUTH, code)
        assert "kanarie" not in repr(outcome)
        assert "AGFubgBrYW5hcmll" not in repr(outcome)


class _Arrivals(threading.Condition):
    """A condition that knows how many wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = threading.Semaphore(0)

    def wait(self, timeout: float | None = None) -> bool:
        self._waiting.release()
        return super().wait(timeout)

    def until_waiting(self, count: int) -> None:
        for _ in range(count):
            assert self._waiting.acquire(timeout=20)


def test_another_secret_is_tried_at_once(authority: Authority, fake_clock: FakeClock) -> None:
    """Whoever entered the right one waits for nothing; the same one is tried again after a while."""
    good = f"tls\n{LOGIN_HELLO}{LOGGED_IN}{TAKEN}"
    secrets = iter(["kanarie", "canary", "kanarie", "kanarie"])
    with ScriptedServer(_REFUSED, good, _WAITING, _REFUSED, tls=authority.good()) as server:
        transport = _with_login(server, authority, lambda: next(secrets), fake_clock)
        assert _hand_over(transport).verdicts == [Verdict.ACCOUNT]
        assert _hand_over(transport).verdicts == [Verdict.TAKEN]
        transport.let_go(0)
        assert _hand_over(transport).verdicts == [Verdict.ACCOUNT]
        assert server.auths == 2
        fake_clock.advance(60)
        assert _hand_over(transport).verdicts == [Verdict.ACCOUNT]
        assert server.auths == 3


@pytest.mark.parametrize(("answer", "told"), [("S: 535 No", ["kanarie"]), ("S: 454 Later", []), ("cut", [])])
def test_who_keeps_the_secret_is_told_that_it_was_refused(authority: Authority, answer: str, told: list[str]) -> None:
    """Only where it was for good."""
    refused: list[str] = []
    with ScriptedServer(f"tls\n{LOGIN_HELLO}{AUTH}{answer}\n", tls=authority.good()) as server:
        where = Server("localhost", server.port, user="ann", login=Login.PLAIN, ca_file=authority.ca_file)
        _hand_over(SmtpTransport(where, lambda: "kanarie", refused=refused.append, deadlines=_LIMITS))
    assert refused == told


def test_a_secret_that_is_not_known_holds_the_account(authority: Authority, fake_clock: FakeClock) -> None:
    """It is asked for only when the server is ready for it; what it raises is what the person reads."""

    def missing() -> str:
        raise PersonError("password_missing", user="ann", host="localhost")

    with ScriptedServer(_WAITING, tls=authority.good()) as server:
        (outcome,) = _hand_over(_with_login(server, authority, missing, fake_clock)).outcomes.values()
    assert (outcome.verdict, outcome.phase) == (Verdict.ACCOUNT, Phase.AUTH)
    assert outcome.problem is not None
    assert outcome.problem.code == "password_missing"


def test_a_later_reply_that_repeats_the_secret_is_not_kept_so(authority: Authority, fake_clock: FakeClock) -> None:
    """Not only the reply to AUTH: a server may say it with the queue id."""
    body = BODY_TAKEN.replace("4fXyZ", "kanarie")
    with ScriptedServer(f"tls\n{LOGIN_HELLO}{LOGGED_IN}{ENVELOPE}{body}", tls=authority.good()) as server:
        transport = _with_login(server, authority, lambda: "kanarie", fake_clock)
        (outcome,) = _hand_over(transport).outcomes.values()
        transport.let_go(0)
    assert outcome.reply == "2.0.0 Ok: queued as •••"


# -- halting ------------------------------------------------------------------------------------------------------


def _halted_while(server: ScriptedServer, transport: SmtpTransport, desk: Book) -> None:
    """Hand over two messages on another thread, and halt when the script says so."""
    thread = threading.Thread(target=_hand_over, args=(transport, messages(2), desk))
    thread.start()
    server.hear("there")
    transport.halt()
    server.tell("halted")
    thread.join()


@pytest.mark.parametrize(
    "conversation",
    [
        "tell there\nhang",
        f"{HELLO}tell there\nhang",
        f"{HELLO}{MAIL_TAKEN}tell there\nhang",
        f"{HELLO}{MAIL_TAKEN}{RCPT_TAKEN}C: DATA\ntell there\nhang",
    ],
)
def test_halting_before_the_dot_decides_nothing(conversation: str) -> None:
    """Neither settled nor counted; and the connection is gone."""
    desk = Book()
    with ScriptedServer(conversation) as server, _transport(server.port) as transport:
        _halted_while(server, transport, desk)
        server.until_gone()
        assert desk.calls == ["flush"]
        assert not transport.let_go(IDLE_S)


def test_halting_after_the_dot_waits_for_its_answer() -> None:
    """What was handed over is known; the next message is left; nothing is kept."""
    desk = Book()
    conversation = f"{HELLO}{ENVELOPE}body\ntell there\nwait halted\nS: 250 Ok\nserve"
    with ScriptedServer(conversation) as server, _transport(server.port) as transport:
        _halted_while(server, transport, desk)
        server.until_gone()
        assert desk.verdicts == [Verdict.TAKEN]
        assert not transport.let_go(IDLE_S)


def test_a_halted_transport_begins_nothing() -> None:
    """It stays halted."""
    with ScriptedServer() as server, _transport(server.port) as transport:
        transport.halt()
        assert _hand_over(transport).calls == ["flush"]


def test_who_waits_for_a_turn_to_log_in_is_woken(authority: Authority, fake_clock: FakeClock) -> None:
    """The gate is a wait before the dot like any other."""
    first = f"tls\n{LOGIN_HELLO}{AUTH}tell auth\nhang"
    with ScriptedServer(first, f"tls\n{LOGIN_HELLO}tell second\nhang", tls=authority.good()) as server:
        transport = _with_login(server, authority, lambda: "kanarie", fake_clock)
        books = [Book(), Book()]
        threads = [threading.Thread(target=_hand_over, args=(transport, None, book)) for book in books]
        threads[0].start()
        server.hear("auth")
        threads[1].start()
        server.hear("second")
        transport.halt()
        for thread in threads:
            thread.join()
    assert [book.calls for book in books] == [["flush"], ["flush"]]


# -- what is where ------------------------------------------------------------------------------------------------


def test_an_outcome_names_server_and_tls(authority: Authority, fake_clock: FakeClock) -> None:
    """As the details show them."""
    with ScriptedServer(f"tls\n{LOGIN_HELLO}{LOGGED_IN}{TAKEN}", tls=authority.good()) as server:
        transport = _with_login(server, authority, lambda: "canary", fake_clock)
        outcome = _hand_over(transport).outcomes["r1@example.com"]
        transport.let_go(0)
    assert outcome == Outcome(
        Verdict.TAKEN,
        Phase.DOT,
        250,
        "2.0.0 Ok: queued as 4fXyZ",
        "TLSv1.3 TLS_AES_256_GCM_SHA384",
        f"localhost:{server.port}",
    )
