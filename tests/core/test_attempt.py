"""One run of attempts: every claim ends settled or given back, whatever the transport does."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.delivery.attempt import KEPT_S, MOST_RUN_S, Attempts
from core.delivery.pacing import Served
from core.errors import StorageError
from core.mail.transport import Desk, Outcome, Parcel, Phase, Transport, Verdict
from core.outbox.notification import Claim
from core.outbox.outbox import Order
from core.outbox.states import Reason, State
from core.outbox.store import Store
from core.paths import Home
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import LATER, TAKEN, Going, Keeping, Scripted, accept, claim, events_of, state_of, states

Serve = Callable[..., Attempts]


def _drop(_: object) -> None:
    """Have a call return nothing."""


def claimed(program: Program, count: int) -> Sequence[Claim]:
    for _ in range(count):
        accept(program)
    return claim(program, count)


def test_each_outcome_is_recorded(program: Program, attempts: Serve, fake_clock: FakeClock) -> None:
    """What the transport says of each parcel is what its row says, with the reply."""
    refused = Outcome(Verdict.REFUSED, code=550, reply="5.1.1 No such user")
    transport = Scripted(TAKEN, LATER, refused, Outcome(Verdict.UNKNOWN))
    attempts(transport).serve(claimed(program, 4))
    assert states(program) == [State.SENT, State.QUEUED, State.FAILED, State.UNCONFIRMED]
    rows = program.reader.deliveries(range(1, 5))
    assert (rows[1].reason, rows[1].due_at) == (Reason.BACKOFF, fake_clock.now_ms() + 15_000)
    assert (rows[2].last_code, rows[2].last_reply) == (550, "5.1.1 No such user")
    assert rows[3].reason is Reason.NO_REPLY


def test_the_intent_is_on_disk_before_the_dot(program: Program, attempts: Serve) -> None:
    """When the transport may hand over, another connection finds the intent; and the outcome before the next one."""
    seen = []
    transport = Scripted()
    transport.before = lambda _: seen.append(states(program))
    transport.after_intent = lambda _: seen.append(states(program))
    attempts(transport).serve(claimed(program, 2))
    assert seen == [
        [State.SENDING, State.SENDING],
        [State.HANDING_OVER, State.SENDING],
        [State.SENT, State.SENDING],
        [State.SENT, State.HANDING_OVER],
    ]


def test_an_idempotent_transport_needs_no_intent(program: Program, attempts: Serve) -> None:
    """The mail folder finds what is there: `sending` goes to `sent`, one commit less a message."""
    attempts(Scripted(is_idempotent=True)).serve(claimed(program, 1))
    assert "handing_over" not in events_of(program, 1)
    assert state_of(program, 1) is State.SENT


def test_a_cancel_is_honoured_at_the_intent(program: Program, attempts: Serve) -> None:
    """Asked for while the body was sent: the dot is never written."""
    transport = Scripted()
    transport.before = lambda _: _drop(program.outbox.cancel([1]).wait())
    attempts(transport).serve(claimed(program, 1))
    assert transport.handed_over == []
    assert state_of(program, 1) is State.CANCELLED


def test_what_was_not_started_is_given_back(program: Program, attempts: Serve) -> None:
    """A quit lets the run end after the message it is at; the others go back and count no attempt."""
    transport = Scripted()
    serving = attempts(transport)
    transport.after_intent = lambda _: serving.halt()
    serving.serve(claimed(program, 3))
    assert states(program) == [State.SENT, State.QUEUED, State.QUEUED]
    assert [row.attempts for row in program.reader.deliveries([2, 3])] == [0, 0]


def test_it_steps_aside_while_a_person_waits(attempts: Serve) -> None:
    """No message is begun between a press of Send and its answer, nor for ever; a quit is told at once."""
    assert attempts(Scripted()).may_go_on()
    serving = attempts(Scripted(), most_aside_s=60)
    order: list[str] = []
    is_asking = threading.Event()

    def ask() -> bool:
        is_asking.set()
        may = serving.may_go_on()
        order.append("begun")
        return may

    serving.step_aside()
    with ThreadPoolExecutor(1) as pool:
        begun = pool.submit(ask)
        assert is_asking.wait(60)
        order.append("answered")
        serving.go_on()
        assert begun.result(60)
    assert order == ["answered", "begun"]
    serving.step_aside()
    serving.halt()
    assert not serving.may_go_on()
    forgotten = attempts(Scripted(), most_aside_s=0.001)
    forgotten.step_aside()
    assert forgotten.may_go_on()


class Raising:
    """A transport with a fault, at a place of its own."""

    is_idempotent = False

    def __init__(self, at: str, error: BaseException) -> None:
        self._at = at
        self._error = error

    def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
        if self._at == "start":
            raise self._error
        desk.intend(run[0])
        desk.settle(run[0], TAKEN)
        if self._at == "between":
            raise self._error
        desk.intend(run[1])
        raise self._error

    def let_go(self, idle_s: float) -> bool:
        return False

    def halt(self) -> None:
        """Break nothing off."""


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("start", [State.QUEUED, State.QUEUED, State.QUEUED]),
        ("between", [State.SENT, State.QUEUED, State.QUEUED]),
        ("after the intent", [State.SENT, State.UNCONFIRMED, State.QUEUED]),
    ],
)
@pytest.mark.parametrize("error", [RuntimeError("a bug"), KeyboardInterrupt()])
def test_a_transport_that_raises_keeps_no_lease(
    program: Program, attempts: Serve, at: str, ends: list[State], error: BaseException
) -> None:
    """Its error comes out, and no delivery stays `sending` for as long as the program lives: what it was at waits,
    or nobody knows, if its intent was on disk; the others are given back.
    """
    with pytest.raises(type(error)):
        attempts(Raising(at, error)).serve(claimed(program, 3))
    assert states(program) == ends


def test_a_fault_is_not_met_again_at_once(program: Program, attempts: Serve, fake_clock: FakeClock) -> None:
    """The message at which our fault showed waits longer each time, and those behind it do not wait for it."""
    claims = claimed(program, 2)
    with pytest.raises(RuntimeError):
        attempts(Scripted(RuntimeError("a bug"), is_idempotent=True)).serve(claims)
    first, second = program.reader.deliveries([1, 2])
    assert (first.state, first.reason, first.attempts) == (State.QUEUED, Reason.BACKOFF, 1)
    assert first.due_at == fake_clock.now_ms() + 15_000
    assert "RuntimeError" in first.last_reply
    assert (second.state, second.attempts) == (State.QUEUED, 0)
    assert [each.delivery for each in claim(program, 5)] == [2]


def test_an_account_that_is_gone_keeps_no_lease(program: Program) -> None:
    """Where no transport can be made, what was claimed goes back as well."""

    def none(account: str) -> Transport:
        raise KeyError(account)

    serving = Attempts(program.outbox, program.clock, ways=Going(none), bytes_of=lambda _: iter(()))
    with pytest.raises(KeyError):
        serving.serve(claimed(program, 2))
    assert states(program) == [State.QUEUED, State.QUEUED]


class Fails:
    """Lets an order of the outbox fail so many times, as a full disk does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, times: int, error: Exception | None = None) -> None:
        self.left = times
        real = getattr(Store, name)

        def fail(store: Store, *args: object) -> object:
            if self.left:
                self.left -= 1
                raise error or StorageError("disk_full")
            return real(store, *args)

        monkeypatch.setattr(Store, name, fail)


@pytest.mark.parametrize("is_idempotent", [True, False])
def test_an_outcome_is_held_until_there_is_room(
    program: Program, attempts: Serve, monkeypatch: pytest.MonkeyPatch, is_idempotent: bool
) -> None:
    """A1 at C12: the disk is full at the outcome. It is held in memory until there is room; nothing goes twice."""
    transport = Scripted(is_idempotent=is_idempotent)
    claims = claimed(program, 2)
    fails = Fails(monkeypatch, "settle", 3)
    waited: list[str] = []
    program.outbox.subscribe_waiting(lambda error: waited.append(error.code if error else ""))
    attempts(transport).serve(claims)
    assert set(waited) == {"disk_full", ""}
    assert waited.count("disk_full") <= len(claims)  # each is said once, however often it is tried
    assert program.outbox.waits_for is None
    assert fails.left == 0
    assert states(program) == [State.SENT, State.SENT]
    assert len(transport.handed_over) == 2


def test_a_full_disk_at_the_intent_hands_nothing_over(
    program: Program, attempts: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be intended is not handed over: it goes back into the queue, also when that has to wait."""
    transport = Scripted()
    claims = claimed(program, 1)
    Fails(monkeypatch, "intend", 1)
    Fails(monkeypatch, "give_back", 2)
    attempts(transport).serve(claims)
    assert transport.handed_over == []
    assert states(program) == [State.QUEUED]


def test_quitting_with_a_full_disk_leaves_the_mark(
    program: Program, attempts: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1 at C12 and a quit: the row stays `handing_over`, and the next start asks the person. It is not sent again."""
    transport = Scripted()
    serving = attempts(transport)
    claims = claimed(program, 1)
    fails = Fails(monkeypatch, "settle", 1000)
    transport.after_intent = lambda _: serving.halt()
    serving.serve(claims)
    assert states(program) == [State.HANDING_OVER]
    fails.left = 0
    assert program.outbox.recover().wait() == (0, 1)
    assert states(program) == [State.UNCONFIRMED]


def test_nothing_more_is_begun_on_a_full_disk(
    program: Program, attempts: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an intent that the disk refused the run ends: the next body would be sent for nothing."""
    transport = Scripted()
    claims = claimed(program, 3)
    Fails(monkeypatch, "intend", 1)
    attempts(transport).serve(claims)
    assert transport.handed_over == []
    assert states(program) == [State.QUEUED] * 3


def test_the_next_intent_waits_for_the_outcome_before_it(
    program: Program, attempts: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outcome i is on disk before dot i+1, also where the disk refused it at first and took the intent."""
    seen = []
    transport = Scripted()
    claims = claimed(program, 2)
    Fails(monkeypatch, "settle", 2)
    transport.after_intent = lambda _: seen.append(states(program))
    attempts(transport).serve(claims)
    assert seen == [[State.HANDING_OVER, State.SENDING], [State.SENT, State.HANDING_OVER]]


def test_no_dot_without_the_outcome_before_it(
    program: Program, attempts: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1 at C12 and a quit: where the outcome of one cannot be put on disk any more, the next is not handed over."""
    transport = Scripted()
    claims = claimed(program, 2)
    Fails(monkeypatch, "settle", 1000)
    serving = attempts(transport)
    transport.before = lambda parcel: serving.halt() if parcel.message_id == claims[1].message_id else None
    serving.serve(claims)
    assert transport.handed_over == [claims[0].message_id]


def test_an_outcome_that_is_our_fault_keeps_no_other(
    program: Program, attempts: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One outcome that cannot be written by a bug is raised, and the others of its run are written all the same."""
    claims = claimed(program, 3)
    Fails(monkeypatch, "settle", 1, ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        attempts(Scripted(is_idempotent=True)).serve(claims)
    assert states(program)[1:] == [State.SENT, State.SENT]


def test_a_late_worker_hands_nothing_over(program: Program, attempts: Serve) -> None:
    """A13: a worker that was stopped, and whose lease was taken meanwhile, is fenced at the intent."""
    transport = Scripted()
    claims = claimed(program, 1)
    program.outbox.recover().wait()
    claim(program, lease="another")
    attempts(transport).serve(claims)
    assert transport.handed_over == []
    assert state_of(program, 1) is State.SENDING
    program.outbox.recover().wait()


# -- the account, as a run shows it -------------------------------------------------------------------------------

NOBODY = Outcome(Verdict.LATER, Phase.CONNECT, reply="Nobody answers.", is_crowded=True)


@pytest.mark.parametrize("met", [NOBODY, Outcome(Verdict.OFFLINE, Phase.CONNECT), Outcome(Verdict.ACCOUNT, Phase.AUTH)])
def test_what_every_other_would_meet_ends_the_run(program: Program, attempts: Serve, met: Outcome) -> None:
    """Nobody there, no network, no login: one is settled, the others go back untried, and the run says so."""
    transport = Scripted(met, is_idempotent=True)
    served = attempts(transport).serve(claimed(program, 5))
    assert transport.handed_over == []
    assert (served.count, served.is_bad, served.is_good) == (1, True, False)
    assert served.is_crowded == met.is_crowded
    assert [row.attempts for row in program.reader.deliveries(range(2, 6))] == [0] * 4


def test_a_run_says_how_it_went(program: Program, attempts: Serve, fake_clock: FakeClock) -> None:
    """How many, how long, and that the server answered: the pace is measured by it."""
    transport = Scripted(TAKEN, LATER, Outcome(Verdict.REFUSED, Phase.RCPT, 550))
    transport.before = lambda _: fake_clock.advance(0.5)
    served = attempts(transport).serve(claimed(program, 3))
    assert served == Served("practice", count=3, took_s=1.5, is_good=True, lease="lease")


def test_a_run_that_takes_too_long_ends(program: Program, attempts: Serve, fake_clock: FakeClock) -> None:
    """Others may wait for its thread: the rest goes back after the message it is at."""
    transport = Scripted()
    transport.before = lambda _: fake_clock.advance(MOST_RUN_S)
    attempts(transport).serve(claimed(program, 3))
    assert states(program) == [State.SENT, State.QUEUED, State.QUEUED]


def test_a_slow_hello_is_no_reason_to_send_nothing(
    program: Program, attempts: Serve, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that takes a minute to greet is given one message in that run at least."""
    transport = Scripted()
    hand_over = transport.hand_over

    def slowly(run: Sequence[Parcel], desk: Desk) -> None:
        fake_clock.advance(60)
        hand_over(run, desk)

    monkeypatch.setattr(transport, "hand_over", slowly)
    attempts(transport).serve(claimed(program, 3))
    assert states(program) == [State.SENT, State.QUEUED, State.QUEUED]


def test_a_delivery_that_is_late_is_told_of_once(program: Program, attempts: Serve, fake_clock: FakeClock) -> None:
    """After four hours of tries, in its history; each further try adds nothing, a retry by a person begins anew."""
    accept(program)
    serving = attempts(Scripted(then=LATER))
    for _ in range(12):
        serving.serve(claim(program))
        fake_clock.advance(3600)
    assert events_of(program, 1).count("late") == 1
    fake_clock.advance(3 * 86_400)
    serving.serve(claim(program))
    assert state_of(program, 1) is State.FAILED
    program.outbox.retry([1]).wait()
    for _ in range(12):
        serving.serve(claim(program))
        fake_clock.advance(3600)
    assert events_of(program, 1).count("late") == 2


def test_a_kept_connection_is_told_of(program: Program, attempts: Serve) -> None:
    """The run says that one is kept; whoever owns the timer has it let go."""
    transport = Keeping()
    serving = attempts(transport)
    assert serving.serve(claimed(program, 1)).is_kept
    assert serving.let_go(30)
    assert not serving.let_go(0)
    assert transport.let_go_after == [KEPT_S, 30, 0]


def test_a_halt_reaches_the_transports(program: Program, attempts: Serve) -> None:
    """What is not handed over yet is broken off; a run that comes after it hands over nothing."""
    transport = Keeping()
    serving = attempts(transport)
    serving.serve(claimed(program, 1))
    serving.halt()
    assert transport.is_halted
    serving.serve(claimed(program, 1))
    assert states(program) == [State.SENT, State.QUEUED]


def test_waiting_is_told_once_to_each(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order is asked of the outbox once a try: what failed for want of room is asked for again, not doubled."""
    asked: list[Order[object]] = []
    real = Order.future

    def count(order: Order[object]) -> object:
        asked.append(order)
        return real(order)

    claims = claimed(program, 1)
    Fails(monkeypatch, "settle", 1)
    monkeypatch.setattr(Order, "future", count)
    serving = Attempts(
        program.outbox,
        program.clock,
        ways=Going(lambda _: Scripted(is_idempotent=True)),
        bytes_of=lambda _: iter(()),
        until_room_s=0,
    )
    serving.serve(claims)
    assert len(asked) == 2
    assert states(program) == [State.SENT]


def test_the_bytes_of_a_parcel_are_the_stored_ones(program: Program, attempts: Serve, home: Home) -> None:
    """What a transport streams is what `show --raw` prints."""
    got: list[bytes] = []

    class Reads(Scripted):
        def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
            got.extend(b"".join(parcel.chunks()) for parcel in run)
            assert [parcel.size_bytes for parcel in run] == [len(got[0])]
            super().hand_over(run, desk)

    def raw(delivery_id: int) -> Iterator[bytes]:
        return program.raw(delivery_id)

    attempts(Reads()).serve(claimed(program, 1))
    assert got == [b"".join(raw(1))]
