"""Every move a delivery can make, every one it must not, and that the events say the same as the states."""

from collections.abc import Callable
from functools import partial

import pytest

from core.errors import Fault, MoveError
from core.outbox.leases import Settlement
from core.outbox.moves import RESTORE_MS
from core.outbox.notification import Terms
from core.outbox.states import LEGAL, Place, Reason, State, is_legal, place_of
from core.outbox.store import Store
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import (
    ANN,
    ANSWERED,
    BEN,
    accept,
    bring_to,
    claim,
    draft,
    events_of,
    lease_of,
    settle,
    state_of,
)

Verb = Callable[[Program, list[int]], bool]


def _person(name: str) -> Verb:
    def move(program: Program, ids: list[int]) -> bool:
        return bool(getattr(program.outbox, name)(ids).wait().ids == tuple(ids))

    return move


def _undo(program: Program, ids: list[int]) -> bool:
    try:
        program.outbox.undo(program.reader.deliveries(ids)[0].notification).wait()
    except MoveError:
        return False
    return True


def _claim(program: Program, ids: list[int]) -> bool:
    return [each.delivery for each in claim(program, 100)] == ids


def _intend(program: Program, ids: list[int]) -> bool:
    return program.outbox.intend(lease_of(program, ids[0])).wait()


def _settle_as(state: State) -> Verb:
    return lambda program, ids: settle(program, lease_of(program, ids[0]), state)


def _give_back(program: Program, ids: list[int]) -> bool:
    before = state_of(program, ids[0])
    program.outbox.give_back([lease_of(program, ids[0])]).wait()
    return state_of(program, ids[0]) is not before


def _recover(program: Program, ids: list[int]) -> bool:
    return sum(program.outbox.recover().wait()) == 1


def _break_off(program: Program, ids: list[int]) -> bool:
    later = Settlement(State.QUEUED, Reason.BACKOFF, program.clock.now_ms() + 1000)
    return program.outbox.break_off(lease_of(program, ids[0]), later, ANSWERED).wait()


_VERBS: dict[str, Verb] = {
    **{name: _person(name) for name in ("cancel", "hold", "release", "retry", "send_again", "mark_sent", "restore")},
    "undo": _undo,
    "claim": _claim,
    "intend": _intend,
    **{f"settle as {state}": _settle_as(state) for state in (State.SENT, State.FAILED, State.QUEUED)},
    "give back": _give_back,
    "break off": _break_off,
    "recover": _recover,
}

#: From each state, the moves that are made and where they lead. Every other of `_VERBS` must change nothing.
_MADE: dict[State, dict[str, State]] = {
    State.QUEUED: {
        "cancel": State.CANCELLED,
        "hold": State.HELD,
        "undo": State.CANCELLED,
        "claim": State.SENDING,
    },
    State.HELD: {"cancel": State.CANCELLED, "release": State.QUEUED, "undo": State.CANCELLED},
    State.SENDING: {
        "cancel": State.SENDING,  # asked for, and honoured at the intent
        "intend": State.HANDING_OVER,
        "settle as sent": State.SENT,
        "settle as failed": State.FAILED,
        "settle as queued": State.QUEUED,
        "give back": State.QUEUED,
        "break off": State.QUEUED,
        "recover": State.QUEUED,
    },
    State.HANDING_OVER: {
        "settle as sent": State.SENT,
        "settle as failed": State.FAILED,
        "settle as queued": State.QUEUED,
        "give back": State.UNCONFIRMED,
        "break off": State.UNCONFIRMED,
        "recover": State.UNCONFIRMED,
    },
    State.SENT: {},
    State.FAILED: {"retry": State.QUEUED},
    State.UNCONFIRMED: {"cancel": State.CANCELLED, "send_again": State.QUEUED, "mark_sent": State.SENT},
    State.CANCELLED: {"restore": State.QUEUED},
    State.CORRUPT: {},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", _VERBS)
def test_each_move_from_each_state(program: Program, state: State, verb: str) -> None:
    """From each state each verb either makes its one move, or is refused and changes nothing, not even an event."""
    delivery_id = bring_to(program, state)
    before, events = program.reader.details(delivery_id), events_of(program, delivery_id)
    goes_to = _MADE[state].get(verb)

    assert _VERBS[verb](program, [delivery_id]) == (goes_to is not None)

    after = program.reader.details(delivery_id)
    if goes_to is None:
        assert after == before
    else:
        assert after.delivery.state is goes_to
        assert len(events_of(program, delivery_id)) == len(events) + 1
        assert state is goes_to or is_legal(state, goes_to)


def test_every_legal_move_is_made_by_something() -> None:
    """The table of legal moves holds none that nothing makes; `corrupt` and the verdicts on accounts aside."""
    made = {(old, new) for old, moves in _MADE.items() for new in moves.values() if old is not new}
    elsewhere = {
        (State.QUEUED, State.QUEUED),  # a waiting one, tried now
        (State.QUEUED, State.FAILED),  # waited too long
        (State.SENDING, State.HELD),  # the account was refused
        (State.SENDING, State.CANCELLED),  # asked for, at the intent
        (State.CANCELLED, State.HELD),  # restored to where it was
        (State.CANCELLED, State.UNCONFIRMED),
    }
    corrupt = {(old, State.CORRUPT) for old in (State.QUEUED, State.HELD, State.SENDING)}
    assert {(old, new) for old, news in LEGAL.items() for new in news} == made | elsewhere | corrupt


def test_an_outcome_that_is_no_legal_move_is_our_fault(program: Program) -> None:
    """A transport that says “unknown” of what it never handed over is a bug: said, and nothing is written."""
    delivery_id = bring_to(program, State.SENDING)
    with pytest.raises(Fault, match="no legal move"):
        settle(program, lease_of(program, delivery_id), State.UNCONFIRMED)
    assert state_of(program, delivery_id) is State.SENDING


def test_the_place_is_the_same_in_schema_and_code(program: Program) -> None:
    """The generated column and `place_of` agree for every state and reason (see `contradictions`)."""
    for state in State:
        for reason in Reason:
            delivery_id = bring_to(program, State.QUEUED)
            lease = "lease" if state in (State.SENDING, State.HANDING_OVER) else None
            program.outbox._order(partial(_put, delivery_id, state, reason, lease)).wait()
            assert program.reader.deliveries([delivery_id])[0].place is place_of(state, reason)
    counts = program.reader.counts()
    assert counts.of(Place.ALL) == len(State) * len(Reason)
    assert all(counts.by_state[state] == len(Reason) for state in State)


def _put(delivery_id: int, state: State, reason: Reason, lease: str | None, store: Store) -> None:
    store._db.execute(
        "UPDATE delivery SET state = ?, reason = ?, lease = ? WHERE id = ?", (state, reason, lease, delivery_id)
    )
    store._event(0, "", delivery_id, state.value)


def _execute(statement: str, store: Store) -> None:
    store._db.execute(statement)


# -- cancel, undo, restore ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["intend", "give back", "recover", "later", "account", "break off"])
def test_a_cancel_that_was_asked_for_is_honoured(program: Program, end: str) -> None:
    """Asked for while it was being sent, it is cancelled wherever it did not go out: at the intent, when the run
    ends before it, after a crash, after a “not now”. It must not go out later, as if nobody had asked.
    """
    delivery_id = bring_to(program, State.SENDING)
    claimed = lease_of(program, delivery_id)
    assert program.outbox.cancel([delivery_id]).wait().ids == (delivery_id,)
    assert state_of(program, delivery_id) is State.SENDING
    match end:
        case "intend":
            assert not program.outbox.intend(claimed).wait()
        case "give back":
            program.outbox.give_back([claimed]).wait()
        case "recover":
            program.outbox.recover().wait()
        case "later":
            settle(program, claimed, State.QUEUED, Reason.BACKOFF, 1)
        case "account":
            settle(program, claimed, State.HELD, Reason.ACCOUNT)
        case "break off":
            _break_off(program, [delivery_id])
    assert state_of(program, delivery_id) is State.CANCELLED
    assert not claim(program)


def test_a_cancel_too_late_changes_nothing(program: Program) -> None:
    """After the intent it may have arrived: a cancel is refused, with the state that forbids it."""
    delivery_id = bring_to(program, State.HANDING_OVER)
    moved = program.outbox.cancel([delivery_id, 999]).wait()
    assert moved.refused == ((delivery_id, State.HANDING_OVER), (999, None))


def test_undo_gives_back_what_was_typed(program: Program) -> None:
    """The whole notification is taken back, and the draft is what it was."""
    typed = draft(ANN, BEN, query="an")
    receipt = program.outbox.accept(typed, Terms(undo_s=5), token="one").wait()
    assert program.outbox.undo(receipt.notification).wait() == typed
    assert {delivery.state for delivery in program.reader.list()} == {State.CANCELLED}
    assert {delivery.reason for delivery in program.reader.list()} == {Reason.UNDONE}


def test_undo_is_whole_or_not_at_all(program: Program) -> None:
    """When one of two is on its way, the other is not taken back behind the person's back."""
    receipt = accept(program, ANN, BEN)
    claim(program, 1)
    with pytest.raises(MoveError, match="too late"):
        program.outbox.undo(receipt.notification).wait()
    assert [state_of(program, delivery.id) for delivery in receipt.deliveries] == [State.SENDING, State.QUEUED]


def test_undo_of_what_may_have_arrived_is_refused(program: Program) -> None:
    """A later generation was handed over before: taking it back as if nothing had gone would be a lie."""
    delivery_id = bring_to(program, State.UNCONFIRMED)
    program.outbox.send_again([delivery_id]).wait()
    with pytest.raises(MoveError):
        program.outbox.undo(program.reader.deliveries([delivery_id])[0].notification).wait()


@pytest.mark.parametrize("state", [State.QUEUED, State.HELD, State.UNCONFIRMED])
def test_a_cancel_is_taken_back(program: Program, fake_clock: FakeClock, state: State) -> None:
    """Within ten seconds each goes back to exactly where it was."""
    delivery_id = bring_to(program, state)
    before = program.reader.deliveries([delivery_id])[0]
    program.outbox.cancel([delivery_id]).wait()
    fake_clock.advance(10)
    assert program.outbox.restore([delivery_id]).wait().ids == (delivery_id,)
    after = program.reader.deliveries([delivery_id])[0]
    assert (after.state, after.reason, after.due_at) == (before.state, before.reason, before.due_at)
    assert not program.outbox.restore([delivery_id]).wait().ids


def test_an_old_cancel_stays(program: Program, fake_clock: FakeClock) -> None:
    """After that time it is final, and an undo is no cancel."""
    delivery_id = bring_to(program, State.CANCELLED)
    fake_clock.advance(RESTORE_MS / 1000 + 1)
    assert not program.outbox.restore([delivery_id]).wait().ids
    receipt = accept(program)
    program.outbox.undo(receipt.notification).wait()
    assert not program.outbox.restore([receipt.deliveries[0].id]).wait().ids


def test_release_keeps_the_time_that_was_chosen(program: Program, fake_clock: FakeClock) -> None:
    """Held and released, a scheduled one still goes at its time; one that is due goes at once."""
    scheduled = accept(program, terms=Terms(at_ms=fake_clock.now_ms() + 60_000)).deliveries[0].id
    due = accept(program).deliveries[0].id
    program.outbox.hold([scheduled, due]).wait()
    program.outbox.release([scheduled, due]).wait()
    assert program.reader.deliveries([scheduled])[0].reason is Reason.SCHEDULE
    assert [each.delivery for each in claim(program, 5)] == [due]


def test_what_was_held_for_its_account_keeps_its_time(program: Program, fake_clock: FakeClock) -> None:
    """A refused account holds a delivery; when it is released it goes, and its due time was never 1970."""
    delivery_id = bring_to(program, State.SENDING)
    settle(program, lease_of(program, delivery_id), State.HELD, Reason.ACCOUNT)
    assert program.reader.deliveries([delivery_id])[0].due_at == fake_clock.now_ms()
    program.outbox.release([delivery_id]).wait()
    assert [each.delivery for each in claim(program)] == [delivery_id]


def test_waiting_ones_are_tried_now(program: Program, fake_clock: FakeClock) -> None:
    """Retry of what waits makes it due now; what a person scheduled stays where it is."""
    accept(program)
    (claimed,) = claim(program)
    settle(program, claimed, State.QUEUED, Reason.BACKOFF, fake_clock.now_ms() + 60_000)
    scheduled = accept(program, terms=Terms(at_ms=fake_clock.now_ms() + 60_000)).deliveries[0].id
    assert program.outbox.retry([scheduled]).wait().refused == ((scheduled, State.QUEUED),)
    assert program.outbox.retry_waiting().wait().ids == (claimed.delivery,)
    assert [each.delivery for each in claim(program, 5)] == [claimed.delivery]


def test_a_stored_message_is_never_rewritten(program: Program) -> None:
    """Same bytes, same Message-ID, always: also a slip of ours could not change them."""
    accept(program)
    for statement in ("UPDATE message SET skeleton = x''", "UPDATE delivery SET message_id = '<other@x>'"):
        with pytest.raises(Exception, match="never rewritten"):
            program.outbox._order(partial(_execute, statement)).wait()


def test_send_again_is_the_same_message(program: Program) -> None:
    """A resend has the same bytes and the same Message-ID, and is a generation of its own."""
    delivery_id = bring_to(program, State.UNCONFIRMED)
    message = program.reader.message(delivery_id)
    before = program.reader.deliveries([delivery_id])[0]
    program.outbox.send_again([delivery_id]).wait()
    (claimed,) = claim(program)
    assert claimed.message == message
    assert claimed.message_id == before.message_id
    assert (claimed.generation, claimed.attempt) == (before.generation + 1, 1)
