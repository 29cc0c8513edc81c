"""A program that is stopped in the middle and continued: meanwhile its server gives up, or a second one delivers."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.accounts import accounts
from core.accounts.accounts import Account
from core.mail.smtp.server import Security
from core.outbox.states import State
from core.paths import Home
from core.program import Program
from tests.commands import PATIENCE_S, Outtray, wait_for
from tests.crashes import found_states, start
from tests.fakes import FakeClock
from tests.outboxes import contradictions
from tests.smtp.delivering import Desktop, client, closing
from tests.smtp.scripted import (
    EHLO,
    ENVELOPE,
    GREETING,
    HELLO,
    MAIL,
    MAIL_TAKEN,
    RCPT,
    RCPT_TAKEN,
    SERVE,
    SLOW_HELLO,
    ScriptedServer,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP.")

_GIVES_UP = "tell here\nwait go\nS: 421 4.4.2 Timeout exceeded\ncut\n"
#: A conversation up to where the server waits for more, and the client is stopped.
_PHASES = {
    "connect": "",
    "ehlo": GREETING + EHLO,
    "mail": SLOW_HELLO + MAIL,
    "rcpt": SLOW_HELLO + MAIL_TAKEN + RCPT,
    "data": SLOW_HELLO + MAIL_TAKEN + RCPT_TAKEN + "C: DATA\n",
    "body": HELLO + ENVELOPE + "body of 100000\n",
}
#: Crash points before the dot, and how often each is reached before the first message is handed over.
_BEFORE_THE_DOT = [("C2", 1), ("C3", 1), ("C3", 2), ("C3", 3), ("C3", 4), ("C4", 1)]


@pytest.fixture
def outtray(home: Home) -> Outtray:
    return Outtray(home.root)


@contextmanager
def account_at(home: Home, server: ScriptedServer) -> Iterator[None]:
    accounts.add(
        home,
        Account(
            name="work",
            address="me@example.org",
            host="127.0.0.1",
            port=server.port,
            security=Security.NONE,
            connections=1,
        ),
    )
    yield
    assert contradictions(home) == []


@contextmanager
def ended(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """Let a process end by itself, within the block or behind it, in order and without a word."""
    with process:
        try:
            yield process
            said = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
    assert (process.returncode, *said) == (0, "", "")


def until_stopped(process: "subprocess.Popen[str]") -> None:
    """Wait until a process has stopped itself."""
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), f"it ended: {status}"


def until_heard(port: int) -> None:
    """Wait until the system of a stopped client knows that the server has closed: on some it takes a moment."""
    connections = Path("/proc/net/tcp")
    if connections.exists():
        established = re.compile(rf" \w+:\w+ \w+:{port:04X} 01 ")
        wait_for(lambda: not established.search(connections.read_text()))


@pytest.mark.parametrize("phase", _PHASES)
def test_the_server_gives_up_meanwhile(outtray: Outtray, home: Home, phase: str) -> None:
    """A13: stopped in a phase before the dot, and the server closes meanwhile: queued, 0 copies; then 1."""
    with (
        ScriptedServer(_PHASES[phase] + _GIVES_UP, then=SERVE, receive_buffer_bytes=8192) as server,
        account_at(home, server),
    ):
        large = home.root.parent / "large.bin"
        large.write_bytes(bytes(3_500_000))
        (number,) = outtray.accepted("ann@example.com", "--attach", str(large))
        with outtray.running() as process:
            server.hear("here")
            process.send_signal(signal.SIGSTOP)
            server.tell("go")
            server.until_gone()
            assert server.bodies == []
            process.send_signal(signal.SIGCONT)
            wait_for(lambda: found_states(home) == [State.QUEUED])
            outtray("retry", number)  # now, and not in 15 s
            wait_for(lambda: found_states(home) == [State.SENT])
        assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("point", "last", "found"),
    [
        ("C5", "S: 421 4.4.2 Timeout exceeded\ncut", State.QUEUED),
        ("C5", "cut", State.QUEUED),
        ("C6", "cut", State.UNCONFIRMED),
        ("C6", "body\ncut", State.UNCONFIRMED),
        ("C6", "body\nS: 451 4.3.0 Later\ncut", State.QUEUED),
        ("C6", "body\nS: 250 2.0.0 Ok\ncut", State.SENT),
    ],
)
def test_the_server_gives_up_around_the_dot(home: Home, point: str, last: str, found: State) -> None:
    """A13: stopped before the dot, and the server closes: queued. Stopped behind it: what the server said counts,
    and where it said nothing, it asks. Nothing goes a second time by itself.
    """
    with (
        ScriptedServer(f"{HELLO}{ENVELOPE}wait go\n{last}") as server,
        account_at(home, server),
    ):
        Outtray(home.root).accepted("ann@example.com")
        with ended(start(home, "stop", point, "1")) as process:
            until_stopped(process)
            server.tell("go")
            server.until_gone()
            until_heard(server.port)
            process.send_signal(signal.SIGCONT)
        assert found_states(home) == [found]
        assert len(server.taken) == (found is State.SENT)


@pytest.mark.parametrize(("point", "number"), [*_BEFORE_THE_DOT, ("C5", 1), ("C6", 1), ("C7", 1), ("C9", 1)])
def test_a_second_one_delivers_meanwhile(outtray: Outtray, home: Home, point: str, number: int) -> None:
    """A13: stopped in each phase, and another owner recovers and delivers, because somebody removed the lock: the
    first is fenced at the intent when it comes back. One copy of each.
    """
    with ScriptedServer(then=SERVE, may_leave=True) as server, account_at(home, server):
        outtray.accepted("ann@example.com", "ben@example.com")
        with ended(start(home, "stop", point, str(number))) as process:
            until_stopped(process)
            home.lock.unlink()
            outtray("run", "--until-empty")
            before = found_states(home)
            process.send_signal(signal.SIGCONT)
        assert found_states(home) == before, "it wrote what was not its own any more"
        is_asking = point in ("C5", "C6", "C7")
        assert before == [State.UNCONFIRMED if is_asking else State.SENT, before[1]]
        assert before[1] in (State.SENT, State.UNCONFIRMED) if point == "C9" else before[1] is State.SENT
        outtray("run", "--until-empty")
        assert sorted(body.split(b"\r\nTo: ")[1][:3] for body in server.taken) == [b"ann", b"ben"]


@pytest.mark.parametrize(("point", "number"), [*_BEFORE_THE_DOT, ("C5", 1), ("C6", 1), ("C7", 1)])
def test_ten_minutes_later(program: Program, fake_clock: FakeClock, point: str, number: int) -> None:
    """A13: ten minutes pass in a phase, its lease is taken and another worker delivers what is queued: one copy."""
    reached = iter(range(1, number + 1))
    with ScriptedServer(then=SERVE, may_leave=True) as server, closing(client(server.port)) as other:

        def stopped(name: str) -> None:
            if name == point and next(reached, 0) == number:
                fake_clock.advance(600)
                program.outbox.recover().wait()
                Desktop(program, other).deliver()

        with closing(client(server.port, reached=stopped)) as transport:
            desktop = Desktop(program, transport)
            desktop.attempts._reached = stopped
            desktop.accept()
            is_asking = point in ("C5", "C6", "C7")
            assert desktop.deliver() == [State.UNCONFIRMED if is_asking else State.SENT]
            assert desktop.deliver_again() == [State.UNCONFIRMED if is_asking else State.SENT]
        assert len(server.taken) == 1
