"""Accepting, claiming and leases: what a delivery begins as, who may take it, and whose word counts."""

import pytest

from core.delivery.dispatcher import Step
from core.outbox.leases import Finished, Settlement
from core.outbox.notification import Terms
from core.outbox.states import Reason, State
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import ANN, ANSWERED, BEN, accept, claim, settle, state_of

# -- accepting ----------------------------------------------------------------------------------------------------


def test_the_events_of_an_accept_are_in_the_order_of_the_log(program: Program) -> None:
    """The query comes before `message to …`, and those before `accepted`; all in the commit of the accept."""
    receipt = accept(program, ANN, BEN, query="an")
    found = [(event.kind, event.to, event.detail) for event in program.reader.events(0)]
    assert found == [
        ("query", ANN.address, "an"),
        ("message", ANN.address, ""),
        ("message", BEN.address, ""),
        ("accepted", ANN.address, ""),
        ("accepted", BEN.address, ""),
    ]
    assert {event.notification for event in program.reader.events(0)} == {receipt.notification}


def test_without_a_query_there_is_no_event_of_one(program: Program) -> None:
    """As in the tutorial: the line is only there when the query is not empty."""
    accept(program)
    assert [event.kind for event in program.reader.events(0)] == ["message", "accepted"]


@pytest.mark.parametrize(
    ("terms", "state", "reason", "due_in_s"),
    [
        (Terms(), State.QUEUED, Reason.NONE, 0),
        (Terms(undo_s=5), State.QUEUED, Reason.UNDO, 5),
        (Terms(at_ms=1_767_258_000_000 + 60_000), State.QUEUED, Reason.SCHEDULE, 60),
        (Terms(undo_s=5, at_ms=1_767_258_000_000 + 60_000), State.QUEUED, Reason.SCHEDULE, 60),
        (Terms(undo_s=5, at_ms=1_767_258_000_000 + 1_000), State.QUEUED, Reason.UNDO, 5),
        (Terms(at_ms=1_767_258_000_000 - 60_000), State.QUEUED, Reason.NONE, 0),
        (Terms(is_held=True, undo_s=5), State.HELD, Reason.PERSON, 5),
    ],
)
def test_the_terms_of_an_accept(
    program: Program, fake_clock: FakeClock, terms: Terms, state: State, reason: Reason, due_in_s: int
) -> None:
    """Undo time, schedule and hold decide when it is due; what the receipt says is what is stored."""
    receipt = accept(program, terms=terms)
    (delivery,) = receipt.deliveries
    assert (delivery.state, delivery.reason) == (state, reason)
    assert delivery.due_at == fake_clock.now_ms() + due_in_s * 1000
    assert program.reader.deliveries([delivery.id]) == (delivery,)
    is_claimed = bool(claim(program))
    assert is_claimed == (state is State.QUEUED and due_in_s == 0)


# -- claiming -----------------------------------------------------------------------------------------------------


def test_a_claim_holds_all_that_an_attempt_needs(program: Program, fake_clock: FakeClock) -> None:
    """The claim is the whole message and its envelope: nothing is read twice."""
    receipt = accept(program, ANN, terms=Terms(not_after_ms=fake_clock.now_ms() + 1000))
    (claimed,) = claim(program, lease="one")
    delivery = receipt.deliveries[0]
    assert claimed.message == program.reader.message(delivery.id)
    assert (claimed.recipient, claimed.sender) == (ANN.address, delivery.from_)
    assert (claimed.message_id, claimed.lease) == (delivery.message_id, "one")
    assert (claimed.attempt, claimed.generation) == (1, 0)
    assert claimed.not_after == fake_clock.now_ms() + 1000


def test_what_is_due_first_is_claimed_first(program: Program, fake_clock: FakeClock) -> None:
    """By due time, then in the order accepted; nothing before its time."""
    now = fake_clock.now_ms()
    later = accept(program, terms=Terms(at_ms=now + 2000)).deliveries[0].id
    sooner = accept(program, terms=Terms(at_ms=now + 1000)).deliveries[0].id
    at_once = [accept(program).deliveries[0].id for _ in range(2)]
    assert [each.delivery for each in claim(program, 10)] == at_once
    fake_clock.advance(5)
    assert [each.delivery for each in claim(program, 10)] == [sooner, later]


def test_nothing_is_claimed_while_paused(program: Program) -> None:
    """Pause holds everything back, and resume lets it go."""
    accept(program)
    program.outbox.pause().wait()
    assert program.dispatcher.look(1, 1).wait() == Step()
    assert program.reader.counts().next_due_at is None
    program.outbox.resume().wait()
    assert len(claim(program)) == 1


def test_what_waited_too_long_fails(program: Program, fake_clock: FakeClock) -> None:
    """A delivery past its “not after” is not sent; those behind it are, in the same claim."""
    late = [accept(program, terms=Terms(not_after_ms=fake_clock.now_ms() + 1000)).deliveries[0].id for _ in range(3)]
    fine = accept(program).deliveries[0].id
    fake_clock.advance(2)
    assert [each.delivery for each in claim(program, 2)] == [fine]
    for delivery_id in late:
        delivery = program.reader.deliveries([delivery_id])[0]
        assert (delivery.state, delivery.reason) == (State.FAILED, Reason.EXPIRED)


def test_what_a_person_asks_for_again_does_not_expire_again(program: Program, fake_clock: FakeClock) -> None:
    """Retry of an expired one is a person's word, and counts more than the time it was given first."""
    delivery_id = accept(program, terms=Terms(not_after_ms=fake_clock.now_ms() + 1000)).deliveries[0].id
    fake_clock.advance(2)
    assert not claim(program)
    program.outbox.retry([delivery_id]).wait()
    assert [each.delivery for each in claim(program)] == [delivery_id]


# -- leases -------------------------------------------------------------------------------------------------------


def test_a_lost_lease_writes_nothing(program: Program) -> None:
    """A worker that was stopped and comes back is fenced: neither intent nor outcome of it counts."""
    accept(program)
    (old,) = claim(program, lease="old")
    program.outbox.recover().wait()
    (new,) = claim(program, lease="new")
    before = program.reader.details(old.delivery)
    assert not program.outbox.intend(old).wait()
    assert not settle(program, old, State.SENT)
    program.outbox.give_back([old]).wait()
    assert program.reader.details(old.delivery) == before
    assert program.outbox.intend(new).wait()
    assert settle(program, new, State.SENT)


def test_an_outcome_is_written_once(program: Program) -> None:
    """The second word of the same attempt changes nothing."""
    accept(program)
    (claimed,) = claim(program)
    assert settle(program, claimed, State.SENT)
    assert not settle(program, claimed, State.FAILED)
    assert state_of(program, claimed.delivery) is State.SENT


def test_a_later_due_time_only_for_what_waits(program: Program, fake_clock: FakeClock) -> None:
    """A finished or held delivery keeps the due time it had; the list would show 1970 otherwise."""
    accept(program)
    (claimed,) = claim(program)
    settle(program, claimed, State.SENT)
    assert program.reader.deliveries([claimed.delivery])[0].due_at == fake_clock.now_ms()


def test_attempts_are_a_history(program: Program, fake_clock: FakeClock) -> None:
    """Each try has its row: begun at the claim, ended with the outcome."""
    accept(program)
    for _ in range(2):
        (claimed,) = claim(program)
        fake_clock.advance(1)
        settle(program, claimed, State.QUEUED, Reason.BACKOFF, fake_clock.now_ms() + 1000)
        fake_clock.advance(1)
    details = program.reader.details(claimed.delivery)
    assert [attempt.number for attempt in details.attempts] == [1, 2]
    assert all(attempt.ended_at == attempt.started_at + 1000 for attempt in details.attempts if attempt.ended_at)
    assert details.delivery.attempts == 2
    assert details.delivery.last_reply == ANSWERED.reply


def test_what_was_not_started_does_not_count(program: Program) -> None:
    """A claim that is given back leaves no attempt behind."""
    accept(program)
    program.outbox.give_back(claim(program)).wait()
    delivery = program.reader.details(1).delivery
    assert (delivery.attempts, program.reader.details(1).attempts) == (0, ())


def test_how_long_it_was_tried_counts_from_the_first_try(program: Program, fake_clock: FakeClock) -> None:
    """Not from the accept: what was scheduled for next week has its three days as well. Each generation anew."""
    accept(program, terms=Terms(at_ms=fake_clock.now_ms() + 7 * 86_400_000))
    fake_clock.advance(7 * 86_400)
    first = fake_clock.now_ms()
    (claimed,) = claim(program)
    assert claimed.tried_since == first
    settle(program, claimed, State.QUEUED, Reason.BACKOFF, first + 1000)
    fake_clock.advance(1)
    (claimed,) = claim(program)
    assert claimed.tried_since == first
    settle(program, claimed, State.FAILED)
    program.outbox.retry([claimed.delivery]).wait()
    fake_clock.advance(1)
    assert claim(program)[0].tried_since == fake_clock.now_ms()


def tried_and_tried_again(
    program: Program, clock: FakeClock, phase: str, *, is_counted: bool = True
) -> tuple[int, int]:
    """Return when a first try was that ended in `phase`, and since when the second one, days later, is tried."""
    accept(program)
    (claimed,) = claim(program)
    first = clock.now_ms()
    waits = Settlement(State.QUEUED, Reason.BACKOFF, first, is_counted=is_counted)
    program.outbox.settle(claimed, waits, Finished(phase, None, "Not now.", "", "")).wait()
    clock.advance(4 * 86_400)
    return first, claim(program)[0].tried_since


@pytest.mark.parametrize("phase", ["auth", ""])
def test_a_try_that_its_account_is_at_fault_for_begins_no_age(
    program: Program, fake_clock: FakeClock, phase: str
) -> None:
    """A login that was not taken for days, or a fault of ours, is no reason to give the message up."""
    assert tried_and_tried_again(program, fake_clock, phase)[1] == fake_clock.now_ms()


def test_no_network_begins_no_age(program: Program, fake_clock: FakeClock) -> None:
    """A laptop that was closed for days has tried nothing."""
    assert tried_and_tried_again(program, fake_clock, "connect", is_counted=False)[1] == fake_clock.now_ms()


@pytest.mark.parametrize("phase", ["connect", "greeting", "mail", "dot"])
def test_a_server_that_is_not_there_is_not_waited_for_for_ever(
    program: Program, fake_clock: FakeClock, phase: str
) -> None:
    """Who could not be reached for three days is given up, as who said "later" for so long (RFC 5321, 4.5.4.1)."""
    first, tried_since = tried_and_tried_again(program, fake_clock, phase)
    assert tried_since == first


def test_what_was_held_in_between_was_not_tried(program: Program, fake_clock: FakeClock) -> None:
    """Tried, held for days, released: its three days begin with the next try."""
    accept(program)
    (claimed,) = claim(program)
    settle(program, claimed, State.QUEUED, Reason.BACKOFF, fake_clock.now_ms())
    program.outbox.hold([claimed.delivery]).wait()
    fake_clock.advance(4 * 86_400)
    program.outbox.release([claimed.delivery]).wait()
    assert claim(program)[0].tried_since == fake_clock.now_ms()
