"""What keeps an account waiting: no network, nobody there, its rates. Each wait has a reason and an end."""

from collections.abc import Sequence
from functools import partial

import pytest

from core.delivery.pacing import AccountLimits
from core.mail.transport import Desk, Outcome, Parcel, Phase, Verdict
from core.outbox.notification import PRACTICE
from core.outbox.states import Reason, State
from core.outbox.store import Store
from core.paths import Home
from core.program import Program
from tests.dispatching import NOBODY, OFFLINE, Engine, row, send
from tests.outboxes import claim, settle, states


def test_offline_holds_an_account_and_counts_no_attempt(engine: Engine, program: Program) -> None:
    """15 s, 30 s, 1 min … 5 min, one try each; 1,000 that wait are not touched; all go when there is a network."""
    engine.servers["a"].meets = OFFLINE
    ids = send(program, "a", 100)
    began = engine.clock.now_ms()
    engine.live(1200)
    tries = [(at - began) // 1000 for at in engine.servers["a"].logins]
    assert tries == [0, 15, 45, 105, 225, 525, 825, 1125]
    assert {delivery.attempts for delivery in program.reader.list()} == {0}
    assert len(program.reader.details(ids[-1]).events) == 2
    engine.servers["a"].meets = None
    engine.live(301)
    assert set(states(program)) == {State.SENT}
    assert program.reader.account_states() == ()


def test_an_account_without_network_keeps_no_other_waiting(engine: Engine, program: Program) -> None:
    """Practice and what goes to a server on this computer go on."""
    engine.servers["a"].meets = OFFLINE
    send(program, "a", 10)
    engine.settle_down()
    (other,) = send(program, "b")
    (practised,) = send(program, PRACTICE)
    engine.settle_down()
    assert row(program, other)[0] is row(program, practised)[0] is State.SENT


def test_a_wait_outlasts_the_program(engine: Engine, program: Program, home: Home) -> None:
    """A server that is not there is not asked more often because the program was started again."""
    engine.servers["a"].meets = NOBODY
    send(program, "a", 10)
    engine.live(60)
    tries = len(engine.servers["a"].logins)
    again = Engine(program, engine.clock, engine.servers)
    program.outbox.recover().wait()
    again.settle_down()
    assert len(engine.servers["a"].logins) == tries


def test_a_clock_set_back_makes_no_longer_wait(engine: Engine, program: Program) -> None:
    """A12: three days back, and the account that waited for half a minute is tried, not left alone for three days."""
    engine.servers["a"].meets = NOBODY
    send(program, "a", 2)
    engine.settle_down()
    engine.servers["a"].meets = None
    engine.clock.jump(-3 * 86_400)
    (new,) = send(program, "a")
    engine.settle_down()
    assert row(program, new)[0] is State.SENT


def test_without_network_a_start_looks_at_once(engine: Engine, program: Program) -> None:
    """Whoever starts the program somewhere else does not wait for the network of yesterday."""
    engine.servers["a"].meets = OFFLINE
    send(program, "a")
    engine.live(600)
    engine.servers["a"].meets = None
    program.outbox.recover().wait()
    engine.settle_down()
    assert states(program) == [State.SENT]


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.FAILED, State.HELD])
def test_whatever_a_person_asks_for_again_is_tried_now(engine: Engine, program: Program, state: State) -> None:
    """Send again, Retry of a failed one, Release: it does not wait until the account would be tried by itself."""
    (delivery_id,) = send(program, "a")
    (claimed,) = claim(program, account="a")
    if state is State.HELD:
        program.outbox.give_back([claimed]).wait()
        program.outbox.hold([delivery_id]).wait()
    else:
        assert program.outbox.intend(claimed).wait()
        settle(program, claimed, state)
    engine.servers["a"].meets = NOBODY
    send(program, "a")
    engine.settle_down()
    engine.servers["a"].meets = None
    verbs = {
        State.UNCONFIRMED: program.outbox.send_again,
        State.FAILED: program.outbox.retry,
        State.HELD: program.outbox.release,
    }
    verbs[state]([delivery_id]).wait()
    engine.settle_down()
    assert row(program, delivery_id)[0] is State.SENT


@pytest.mark.parametrize("how", ["one", "all"])
def test_a_persons_retry_ends_the_wait(engine: Engine, program: Program, how: str) -> None:
    """F5, or Retry of one row: the account is tried now, and not in five minutes."""
    engine.servers["a"].meets = OFFLINE
    ids = send(program, "a", 5)
    engine.live(1000)
    engine.servers["a"].meets = None
    if how == "one":
        assert program.outbox.retry([ids[3]]).wait().ids == (ids[3],)
    else:
        program.outbox.retry_waiting().wait()
    engine.settle_down()
    assert set(states(program)) == {State.SENT}


def test_a_server_that_is_not_there_is_asked_by_one(engine: Engine, program: Program) -> None:
    """Refused: the first waits and counts an attempt, a second connection is not tried, and the others stay."""
    engine.servers["a"].meets = NOBODY
    ids = send(program, "a", 50)
    engine.settle_down()
    assert len(engine.servers["a"].logins) == 1
    assert sum(delivery.attempts for delivery in program.reader.list()) == 1
    shown = program.reader.deliveries([ids[9]])[0]
    assert (shown.state, shown.reason, shown.last_reply) == (
        State.QUEUED,
        Reason.BACKOFF,
        program.reader.account_states()[0].detail,
    )
    assert shown.due_at == engine.clock.now_ms() + 15_000


def test_a_crowded_server_keeps_its_other_connections(engine: Engine, program: Program) -> None:
    """421 to one of several: the account has no wait written, gets fewer connections, and begins nothing for 2 s."""
    engine.servers["a"].message_s = 0.1
    send(program, "a", 300)
    for _ in range(4):
        engine.turn()
    first, *others = engine.look().runs
    assert others
    engine.servers["a"].meets = NOBODY
    engine.dispatcher.ended(first, engine.attempts.serve(first))
    engine.servers["a"].meets = None
    assert program.reader.account_states() == ()
    step = engine.look()
    assert step.runs == ()
    assert step.next_due_at == engine.clock.now_ms() + 2000
    for run in others:
        engine.dispatcher.ended(run, engine.attempts.serve(run))
    engine.live(20)
    assert set(states(program)) == {State.SENT}


def test_a_server_that_swallows_messages_is_given_no_more(engine: Engine, program: Program) -> None:
    """It closes after each dot without an answer: one is not confirmed, and not a thousand."""
    engine.servers["a"].meets = Outcome(Verdict.UNKNOWN, Phase.DOT, reply="The server closed.")
    send(program, "a", 100)
    monkey = engine.servers["a"]
    original = monkey.hand_over

    def swallow(run: Sequence[Parcel], desk: Desk) -> None:
        for parcel in run[:1]:
            assert desk.intend(parcel)
        original(run, desk)

    monkey.hand_over = swallow  # type: ignore[method-assign]
    engine.settle_down()
    assert states(program).count(State.UNCONFIRMED) == 1
    assert [state.reason for state in program.reader.account_states()] == [Reason.BACKOFF]


# -- rates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "span_s"),
    [(AccountLimits(per_minute=7), 60), (AccountLimits(per_hour=7), 3600), (AccountLimits(per_day=7), 86_400)],
)
def test_a_rate_holds_over_any_span(engine: Engine, program: Program, limits: AccountLimits, span_s: int) -> None:
    """Never more than so many in any minute, hour or day, starts between or not; and all of them in the end."""
    engine.limits["a"] = limits
    engine.servers["a"].message_s = 0.25
    ids = send(program, "a", 30)
    for _ in range(8):
        engine.live(span_s)
        program.outbox.recover().wait()
        engine = Engine(program, engine.clock, engine.servers, engine.limits)
    sent = sorted(each.sent_at or 0 for each in program.reader.deliveries(ids))
    assert sent[0] > 0
    for at in sent:
        assert sum(at <= other < at + span_s * 1000 for other in sent) <= 7


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.LATER])
def test_what_is_refused_before_the_dot_counts_for_a_rate(engine: Engine, program: Program, verdict: Verdict) -> None:
    """The provider counts recipients, not messages that it took: seven an hour are seven, refused or not."""
    engine.limits["a"] = AccountLimits(per_hour=7)
    engine.servers["a"].meets = Outcome(verdict, Phase.RCPT, 550, "No such user")
    send(program, "a", 30)
    engine.settle_down()
    assert sum(delivery.attempts for delivery in program.reader.list()) == 7
    assert program.reader.account_states()[0].reason is Reason.RATE


def test_what_never_came_to_the_server_uses_up_no_rate(engine: Engine, program: Program) -> None:
    """A day without network, and two a day: they go when it is there."""
    engine.limits["a"] = AccountLimits(per_day=2)
    engine.servers["a"].meets = NOBODY
    send(program, "a", 2)
    engine.live(20 * 3600)
    engine.servers["a"].meets = None
    engine.live(3600)
    assert set(states(program)) == {State.SENT}


def test_a_cancel_at_the_intent_counts_for_a_rate(engine: Engine, program: Program) -> None:
    """Its recipient had been named, and is counted where the mail server counts."""
    send(program, "a")
    decide = partial(Store.claim, account="a", limit=1, lease="x", is_rated=True)
    (claimed,) = program.outbox.look(lambda store, now: decide(store, now=now)).wait()
    program.outbox.cancel([claimed.delivery]).wait()
    assert not program.outbox.intend(claimed).wait()
    counted = program.outbox.look(lambda store, now: store.sent_lately("a", now)).wait()
    assert [n for _, n in counted[60]] == [1]


def test_what_waits_for_a_rate_says_until_when(engine: Engine, program: Program) -> None:
    """In the list and in the account: the reason, and when it goes on. No attempt is counted."""
    engine.limits["a"] = AccountLimits(per_hour=2)
    ids = send(program, "a", 5)
    step = engine.settle_down()
    assert states(program).count(State.SENT) == 2
    (state,) = program.reader.account_states()
    assert (state.reason, state.until) == (Reason.RATE, step.next_due_at)
    shown = program.reader.deliveries(ids[-1:])[0]
    assert (shown.reason, shown.due_at, shown.attempts) == (Reason.RATE, step.next_due_at, 0)
    engine.limits.clear()
    engine.settle_down()
    assert set(states(program)) == {State.SENT}


def test_a_retry_does_not_outwit_a_rate(engine: Engine, program: Program) -> None:
    """F5 sends no more than the provider lets through."""
    engine.limits["a"] = AccountLimits(per_hour=2)
    send(program, "a", 5)
    engine.settle_down()
    program.outbox.retry_waiting().wait()
    engine.settle_down()
    assert states(program).count(State.SENT) == 2


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_a_set_clock_stops_no_account_for_ever(engine: Engine, program: Program, days: int) -> None:
    """A12: after the clock was set, what a rate holds back goes within two of its spans."""
    engine.limits["a"] = AccountLimits(per_hour=2)
    send(program, "a", 2)
    engine.settle_down()
    engine.clock.jump(days * 86_400)
    send(program, "a", 2)
    engine.live(2 * 3600 + 120)
    assert set(states(program)) == {State.SENT}
