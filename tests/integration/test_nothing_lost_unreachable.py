"""No network, no name, nobody there: what was accepted waits, in words, and what nobody could try counts no attempt."""

import ctypes
import os
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import closing as closed
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from core.delivery.local import LocalEngine
from core.mail.smtp.server import Security, Server
from core.mail.smtp.transport import SmtpTransport
from core.mail.transport import Verdict
from core.outbox.notification import Draft, Receipt, Recipient, new_token
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program
from core.runner import TaskRunner
from core.settings import Settings
from tests.fakes import FakeClock, Gate
from tests.smtp.delivering import PATIENT, SHORT, Desktop, client, closing, no_secret
from tests.smtp.desks import Ledger, letters
from tests.smtp.scripted import SERVE, ScriptedServer

_CLONE_NEWNET = 0x40000000


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def unplugged(work: Callable[[], object]) -> None:
    """Do `work` on a thread that has no network at all, not even this computer itself."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "unshare")
            work()
        except BaseException as error:  # noqa: BLE001 - raised below, on the test's thread
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed and isinstance(failed[0], OSError) and failed[0].strerror == "unshare":
        pytest.skip("Needs a network namespace of its own: run the tests as root.")
    if failed:
        raise failed[0]


@pytest.mark.skipif(sys.platform != "linux", reason="Needs Linux, for a thread without a network.")
def test_no_network(program: Program) -> None:
    """B1: no route: queued, no attempt counted, the reason said; with the network it goes, at its first attempt."""
    with ScriptedServer(then=SERVE) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept(3)
        unplugged(desktop.deliver)
        assert desktop.states == [State.QUEUED] * 3
        assert {(row.reason, row.attempts) for row in desktop.rows()} == {(Reason.OFFLINE, 0)}
        assert all(row.last_reply for row in desktop.rows())
        assert server.sessions == []
        assert desktop.deliver_again() == [State.SENT] * 3
        assert [row.attempts for row in desktop.rows()] == [1, 1, 1]


def named(monkeypatch: pytest.MonkeyPatch, answer: Callable[[], Any]) -> None:
    """Have the name of the mail server looked up by the test."""
    real = socket.getaddrinfo

    def look_up(host: Any, *words: Any, **more: Any) -> Any:
        return answer() if host == "mail.example.test" else real(host, *words, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def fails(code: int) -> Callable[[], Any]:
    def fail() -> Any:
        raise socket.gaierror(code, os.strerror(0))

    return fail


def fails_behind(gate: Gate, asked: threading.Event | None = None) -> Callable[[], Any]:
    """Return a look-up that takes until the gate is opened, and then fails."""

    def fail() -> Any:
        if asked is not None:
            asked.set()
        gate.wait()
        return fails(socket.EAI_AGAIN)()

    return fail


def by_name(port: int, **more: Any) -> SmtpTransport:
    return SmtpTransport(Server("mail.example.test", port, Security.NONE), no_secret, **more)


def test_a_name_server_that_fails(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """B1: DNS failing: no attempt counted. The name works again: sent."""
    with ScriptedServer(then=SERVE) as server, closing(by_name(server.port, deadlines=PATIENT)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept(2)
        named(monkeypatch, fails(socket.EAI_AGAIN))
        assert desktop.deliver() == [State.QUEUED] * 2
        assert {(row.reason, row.attempts) for row in desktop.rows()} == {(Reason.OFFLINE, 0)}
        monkeypatch.undo()
        named(monkeypatch, lambda: socket.getaddrinfo("127.0.0.1", server.port, type=socket.SOCK_STREAM))
        assert desktop.deliver_again() == [State.SENT] * 2


def test_a_name_that_does_not_exist(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """B1: an answer, and it is no: the sentence names the host; it waits, for names come back."""
    named(monkeypatch, fails(socket.EAI_NONAME))
    with closing(by_name(25, deadlines=PATIENT)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.QUEUED]
        assert "mail.example.test" in desktop.rows()[0].last_reply


def test_a_slow_name_server_has_a_deadline(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """B1: DNS slow: the deadline ends it, as if there were no network."""
    gate = Gate()
    named(monkeypatch, fails_behind(gate))
    with closing(by_name(25, deadlines=SHORT)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.QUEUED]
        assert desktop.rows()[0].attempts == 0
    gate.open()


def test_a_slow_name_server_blocks_nobody(
    home: Home, runner: TaskRunner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B1: while a name is looked up, the main thread turns and accepts; and a quit does not wait for the name."""
    gate, asked = Gate(), threading.Event()
    named(monkeypatch, fails_behind(gate, asked))
    program = Program(home, runner, Settings())
    program.open().wait()
    desktop = Desktop(program, by_name(25, deadlines=PATIENT))
    engine = LocalEngine(program.dispatcher, desktop.attempts, program.log, runner, program.clock, budget=4, threads=4)
    program.outbox.subscribe(engine.on_commit)
    engine.start()
    receipts: list[Receipt] = []

    def accept() -> None:
        draft = Draft((Recipient("ann@example.com"),), "Hello", "Hello")
        program.outbox.accept(draft, token=new_token()).then(receipts.append, lambda error: None)

    accept()
    qtbot.waitUntil(asked.is_set, timeout=20_000)
    for number in range(2, 12):
        accept()
        qtbot.waitUntil(lambda number=number: len(receipts) == number, timeout=20_000)  # type: ignore[misc]
    engine.stop()
    assert runner.quit(10).is_nothing
    with closed(program):
        assert set(desktop.states) == {State.QUEUED}
    gate.open()


def test_nobody_listens(program: Program) -> None:
    """B1: refused: queued, tried again later, and the sentence says where nobody answered."""
    port = free_port()
    with closing(client(port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept(2)
        assert desktop.deliver() == [State.QUEUED] * 2
        assert str(port) in desktop.rows()[0].last_reply
        ledger = Ledger()
        transport.hand_over(letters(3), ledger)
        assert ledger.verdicts == ["later"]  # the others of the run need not be tried to know
        assert ledger.outcome().is_crowded


def test_a_connection_that_is_never_answered(program: Program) -> None:
    """B1: what is sent there is swallowed: the deadline for connecting ends it."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        waiting = []
        try:
            # One waits to be accepted, which fills the queue: Linux drops what comes then.
            for _ in range(3):
                waiting.append(socket.socket())
                waiting[-1].setblocking(False)
                waiting[-1].connect_ex(("127.0.0.1", port))
            with closing(client(port, SHORT)) as transport:
                desktop = Desktop(program, transport)
                desktop.accept()
                assert desktop.deliver() == [State.QUEUED]
                assert desktop.rows()[0].last_reply
        finally:
            for sock in waiting:
                sock.close()


def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """B1: a name with several addresses, the first of which refuses: the second is used."""
    with ScriptedServer(then=SERVE) as server, closing(by_name(server.port, deadlines=PATIENT)) as transport:

        def both() -> Any:
            return [
                *socket.getaddrinfo("127.0.0.2", free_port(), type=socket.SOCK_STREAM),
                *socket.getaddrinfo("127.0.0.1", server.port, type=socket.SOCK_STREAM),
            ]

        named(monkeypatch, both)
        ledger = Ledger()
        transport.hand_over(letters(1), ledger)
        assert ledger.outcome().verdict is Verdict.TAKEN


def test_offline_waits_longer_each_time(
    program: Program, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B1: an account that is offline is tried again soon at first, then each five minutes; a hundred waiting ones cost
    one look each time, and no attempt.
    """
    asked: list[int] = []

    def fail() -> Any:
        asked.append(fake_clock.now_ms())
        return fails(socket.EAI_AGAIN)()

    named(monkeypatch, fail)
    with closing(by_name(25, deadlines=PATIENT)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept(100)
        begin = fake_clock.now_ms()
        for _ in range(30 * 12):
            desktop.drain()
            fake_clock.advance(5)
        waits = [round((later - earlier) / 1000) for earlier, later in zip([begin, *asked], asked, strict=False)]
        assert waits[:4] == [0, 15, 30, 60]
        assert all(wait <= 300 for wait in waits)
        assert len(asked) < 20
        assert {row.attempts for row in desktop.rows()} == {0}
