"""The engine without threads: one command delivers what it accepted, and ends."""

from collections.abc import Callable

import pytest

from core.delivery.attempt import Attempts
from core.delivery.engine import InlineEngine
from core.errors import PersonError
from core.mail.transport import Transport
from core.outbox.states import LEASED, State
from core.program import Program
from tests.outboxes import ANN, LATER, TAKEN, Keeping, Scripted, accept, states

Serve = Callable[..., Attempts]


@pytest.fixture
def deliver(program: Program, attempts: Serve) -> Callable[..., object]:
    def deliver(transport: Transport, notification: str | None = None) -> object:
        engine = InlineEngine(program.dispatcher, attempts(transport), program.log)
        return engine.deliver(notification)

    return deliver


def test_everything_due_is_delivered(program: Program, deliver: Callable[..., object]) -> None:
    """More than one run: all of it goes, each once, and the log says so."""
    for _ in range(100):
        accept(program)
    transport = Scripted()
    assert deliver(transport) is None
    assert states(program) == [State.SENT] * 100
    assert len(set(transport.handed_over)) == len(transport.handed_over) == 100
    assert program.home.log.read_text().count("ann@example.com: practised") == 100


def test_no_connection_is_left_open(program: Program, deliver: Callable[..., object]) -> None:
    """One command of the command line says goodbye to its servers before it ends."""
    accept(program)
    transport = Keeping()
    deliver(transport)
    assert not transport.is_kept


def test_delivering_one_leaves_the_others(program: Program, deliver: Callable[..., object]) -> None:
    """One command delivers its own notification, also when others are due, and ends."""
    accept(program)
    mine = accept(program, ANN)
    deliver(Scripted(), mine.notification)
    assert states(program) == [State.QUEUED, State.SENT]


def test_what_must_wait_is_not_waited_for(program: Program, deliver: Callable[..., object]) -> None:
    """A “not now” ends the command: it is tried again by whoever owns the outbox at its time."""
    accept(program)
    deliver(Scripted(then=LATER))
    assert states(program) == [State.QUEUED]


def test_a_log_that_cannot_be_written_keeps_nothing_back(program: Program, deliver: Callable[..., object]) -> None:
    """A6: the delivery is made, its outcome is on disk, and the trouble with the log is handed back."""
    program.home.log.mkdir()
    accept(program)
    trouble = deliver(Scripted())
    assert isinstance(trouble, PersonError)
    assert states(program) == [State.SENT]
    program.home.log.rmdir()


def test_ctrl_c_leaves_no_lease(program: Program, deliver: Callable[..., object]) -> None:
    """Whoever breaks the command off finds the rest queued, and the one that was handed over asked about."""
    for _ in range(3):
        accept(program)
    with pytest.raises(KeyboardInterrupt):
        deliver(Scripted(TAKEN, KeyboardInterrupt()))
    assert states(program) == [State.SENT, State.UNCONFIRMED, State.QUEUED]
    assert not set(states(program)) & LEASED
