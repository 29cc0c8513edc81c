"""What is due now, and how the threads are shared out between accounts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from core.delivery.attempt import Attempts
from core.delivery.dispatcher import Dispatcher, Step
from core.delivery.pacing import AccountLimits
from core.errors import Problem
from core.mail.transport import Desk, Outcome, Parcel, Phase, Verdict
from core.outbox.accounts import MOVED_AT_ONCE
from core.outbox.notification import BULK_OVER, PRACTICE, Changes, Draft, Recipient, Terms, new_token
from core.outbox.states import Reason, State
from core.outbox.store import Store
from core.paths import Home
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import ANN, NO_JITTER, TAKEN, accept, states

THREADS = 4
OFFLINE = Outcome(Verdict.OFFLINE, Phase.CONNECT, problem=Problem("account", "network_gone"))
NOBODY = Outcome(
    Verdict.LATER,
    Phase.CONNECT,
    reply="Nobody answers.",
    problem=Problem("account", "connect_refused", (("host", "smtp.example.com"), ("port", "465"))),
    is_crowded=True,
)
LOGIN_LATER = Outcome(Verdict.LATER, Phase.AUTH, 454, "4.7.0 Temporary authentication failure")
WRONG = Outcome(
    Verdict.ACCOUNT,
    Phase.AUTH,
    535,
    "5.7.8 Wrong",
    problem=Problem(
        "account",
        "auth_refused",
        (("user", "me"), ("host", "smtp.example.com"), ("port", "465"), ("reply", "5.7.8 Wrong")),
    ),
)


class Server:
    """A transport that takes each message after `message_s` of the clock, or ends a run by its first outcome."""

    is_idempotent = False

    def __init__(self, clock: FakeClock, message_s: float = 0.0) -> None:
        self._clock = clock
        self.message_s = message_s
        #: What every run meets instead of being served, or None.
        self.meets: Outcome | None = None
        #: When each run began (ms), whatever came of it: a login each, where the server keeps no connection.
        self.logins: list[int] = []
        self.taken: list[str] = []

    def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
        self.logins.append(self._clock.now_ms())
        for parcel in run:
            if not desk.may_go_on():
                return
            if self.meets is not None:
                desk.settle(parcel, self.meets)
                continue
            self._clock.advance(self.message_s)
            if desk.intend(parcel):
                self.taken.append(parcel.message_id)
                desk.settle(parcel, TAKEN)

    def let_go(self, idle_s: float) -> bool:
        return False

    def halt(self) -> None:
        """Break nothing off."""


@dataclass
class Engine:
    """An engine whose threads are turns: all runs of a step begin together, and are served one after the other."""

    program: Program
    clock: FakeClock
    servers: dict[str, Server]
    limits: dict[str, AccountLimits] = field(default_factory=dict)
    #: The accounts of the runs of each step that had any.
    steps: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(
            self.program.outbox, lambda account: self.limits.get(account, AccountLimits()), self.clock
        )
        self.attempts = Attempts(
            self.program.outbox,
            self.clock,
            transport_of=lambda account: self.servers[account],
            bytes_of=lambda claim: self.program.raw(claim.delivery),
            policy=NO_JITTER,
        )

    def look(self, free: int = THREADS) -> Step:
        return self.dispatcher.look(free, THREADS).wait()

    def turn(self) -> Step:
        """Look once, and serve what was begun."""
        step = self.look()
        if step.runs:
            self.steps.append([run[0].account for run in step.runs])
        for run in step.runs:
            self.dispatcher.ended(self.attempts.serve(run))
        return step

    def settle_down(self) -> Step:
        """Look until nothing can be done now; a look too many would never end."""
        for _ in range(10_000):
            step = self.turn()
            if not (step.runs or step.is_more):
                return step
        raise AssertionError("the dispatcher spins")

    def live(self, seconds: float) -> None:
        """Let time pass, looking when the dispatcher says so."""
        end = self.clock.now_ms() + round(seconds * 1000)
        while True:
            due = self.settle_down().next_due_at
            if due is None or due > end:
                self.clock.advance(max(0, end - self.clock.now_ms()) / 1000)
                return
            assert due > self.clock.now_ms(), "it would look again at once, for ever"
            self.clock.advance((due - self.clock.now_ms()) / 1000)


@pytest.fixture
def engine(program: Program, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Accounts a and b beside Practice, each with a server of its own."""
    monkeypatch.setattr(program.outbox, "_sender_of", lambda _: Recipient("me@example.com"))
    return Engine(program, fake_clock, {name: Server(fake_clock) for name in ("a", "b", PRACTICE)})


def send(program: Program, account: str, count: int = 1, terms: Terms | None = None) -> list[int]:
    """Accept so many single notifications of an account; return their deliveries."""
    drafts = [Draft(to=(ANN,), subject="Hello", text="Hello.", account=account)] * count
    return [program.outbox.accept(draft, terms, token=new_token()).wait().deliveries[0].id for draft in drafts]


def send_bulk(program: Program, account: str, count: int) -> list[int]:
    """Accept so many in notifications of up to 600; return their deliveries."""
    ids: list[int] = []
    while len(ids) < count:
        people = tuple(Recipient(f"p{number}@example.com") for number in range(min(600, count - len(ids))))
        draft = Draft(to=people, subject="News", text="News.", account=account)
        ids += [each.id for each in program.outbox.accept(draft, token=new_token()).wait().deliveries]
    return ids


def row(program: Program, delivery_id: int) -> tuple[State, Reason]:
    delivery = program.reader.deliveries([delivery_id])[0]
    return delivery.state, delivery.reason


# -- what is due, and for which thread ----------------------------------------------------------------------------


def test_few_are_spread_over_all_threads(program: Program) -> None:
    """Four slow messages and four threads: none waits behind another."""
    for _ in range(4):
        accept(program)
    step = program.dispatcher.look(4, 4).wait()
    assert [len(run) for run in step.runs] == [1, 1, 1, 1]


def test_a_look_claims_what_the_threads_can_take(program: Program, fake_clock: FakeClock) -> None:
    """A look leases a run for each free thread, no more, and says when the next is due."""
    for _ in range(40):
        accept(program)
    later = accept(program, terms=Terms(at_ms=fake_clock.now_ms() + 9000)).deliveries[0]
    first = program.dispatcher.look(1, 4).wait()
    assert ([len(run) for run in first.runs], first.is_more) == ([32], True)
    second = program.dispatcher.look(1, 4).wait()
    assert ([len(run) for run in second.runs], second.is_more) == ([8], False)
    assert second.next_due_at == later.due_at
    assert [each.delivery for step in (first, second) for each in step.runs[0]] == list(range(1, 41))


def test_each_run_has_a_lease_of_its_own(program: Program) -> None:
    """What one run leased, another cannot settle."""
    for _ in range(4):
        accept(program)
    step = program.dispatcher.look(4, 4).wait()
    assert len({each.lease for run in step.runs for each in run}) == 4


def test_one_notification_alone(program: Program) -> None:
    """One command of the command line delivers what it accepted, and leaves the rest to whoever owns the outbox."""
    accept(program)
    mine = accept(program)
    step = program.dispatcher.look(1, 1, mine.notification).wait()
    assert [each.notification for run in step.runs for each in run] == [mine.notification]
    assert not program.dispatcher.look(1, 1, mine.notification).wait().is_more


def test_single_ones_go_before_bulk(engine: Engine, program: Program) -> None:
    """B15: what one person waits for does not stand behind a thousand, however long those are due."""
    send_bulk(program, "a", BULK_OVER + 1)
    engine.clock.advance(60)
    (single,) = send(program, "a")
    engine.turn()
    assert row(program, single) == (State.SENT, Reason.NONE)
    engine.settle_down()
    assert set(states(program)) == {State.SENT}


def test_a_few_recipients_are_no_bulk(engine: Engine, program: Program) -> None:
    """A notification to twenty goes in its turn."""
    few = send_bulk(program, "a", BULK_OVER)
    send(program, "a")
    engine.turn()
    assert row(program, few[0])[0] is State.SENT


def test_what_expired_is_no_reason_to_wait(program: Program, fake_clock: FakeClock) -> None:
    """Behind many that may not be sent any more is one that may: it is found without a timer."""
    for _ in range(40):
        accept(program, terms=Terms(not_after_ms=fake_clock.now_ms() + 1000))
    fake_clock.advance(2)
    fine = accept(program).deliveries[0].id
    step = Step(is_more=True)
    while step.is_more and not step.runs:
        step = program.dispatcher.look(1, 1).wait()
    assert [each.delivery for run in step.runs for each in run] == [fine]


# -- fairness -----------------------------------------------------------------------------------------------------


def test_a_slow_server_does_not_starve_another_account(engine: Engine, program: Program) -> None:
    """B15: 2 s a message with a thousand queued. What another account is given later begins at the next look."""
    engine.servers["a"].message_s = 2.0
    send(program, "a", 300)
    for _ in range(6):
        engine.turn()
    running = engine.look()  # its runs are under way: nothing of them ended yet
    assert 1 <= len(running.runs) < THREADS
    (other,) = send(program, "b")
    step = engine.look(THREADS - len(running.runs))
    assert [each.delivery for run in step.runs for each in run] == [other]
    assert all(len(run) == 1 for run in running.runs)


def test_accounts_take_turns(engine: Engine, program: Program) -> None:
    """Two accounts with much to do share the threads, whatever was accepted first."""
    send(program, "a", 400)
    send(program, "b", 400)
    for _ in range(8):
        engine.turn()
    assert sorted(engine.steps[-1]) in (["a", "a", "b", "b"], ["a", "b"], ["a", "a", "b"], ["a", "b", "b"])
    assert {"a", "b"} <= set(engine.steps[-1])


def test_a_run_of_a_server_that_became_slow_ends_early(engine: Engine, program: Program) -> None:
    """Others may wait for its thread: after three seconds a run ends, and the rest goes back and counts no attempt."""
    engine.servers["a"].message_s = 0.1
    send(program, "a", 200)
    for _ in range(4):
        engine.turn()
    engine.servers["a"].message_s = 1.0
    before = len(engine.servers["a"].taken)
    step = engine.look(1)
    engine.dispatcher.ended(engine.attempts.serve(step.runs[0]))
    assert len(step.runs[0]) > 3
    assert len(engine.servers["a"].taken) - before <= 4
    assert states(program).count(State.SENDING) == 0
    assert {delivery.attempts for delivery in program.reader.list(State.QUEUED)} == {0}


def test_no_more_runs_of_an_account_than_its_server_takes(engine: Engine, program: Program) -> None:
    """One, then two, then more as all goes well; and no more than the account's own limit."""
    engine.limits["a"] = AccountLimits(connections=3)
    engine.servers["a"].message_s = 0.2
    send(program, "a", 100)
    for _ in range(6):
        engine.turn()
    assert [len(step) for step in engine.steps] == [1, 2, 3, 3, 3, 3]


def test_runs_under_way_count(engine: Engine, program: Program) -> None:
    """A look while an account has all the runs it may have begins nothing of it, and waits for no time either."""
    send(program, "a", 10)
    assert len(engine.look().runs) == 1
    assert engine.look() == Step()


def test_a_look_that_was_rolled_back_counts_for_nothing(
    engine: Engine, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk refused the claim, nothing is thought to be under way."""
    send(program, "a", 2)
    with monkeypatch.context() as patched:
        patched.setattr(Store, "is_paused", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            engine.look()
    assert len(engine.look().runs) == 1


# -- no network, and nobody there ---------------------------------------------------------------------------------


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


def test_without_network_a_start_looks_at_once(engine: Engine, program: Program) -> None:
    """Whoever starts the program somewhere else does not wait for the network of yesterday."""
    engine.servers["a"].meets = OFFLINE
    send(program, "a")
    engine.live(600)
    engine.servers["a"].meets = None
    program.outbox.recover().wait()
    engine.settle_down()
    assert states(program) == [State.SENT]


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
    engine.dispatcher.ended(engine.attempts.serve(first))
    engine.servers["a"].meets = None
    assert program.reader.account_states() == ()
    step = engine.look()
    assert step.runs == ()
    assert step.next_due_at == engine.clock.now_ms() + 2000
    for run in others:
        engine.dispatcher.ended(engine.attempts.serve(run))
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


# -- the breaker --------------------------------------------------------------------------------------------------


def test_a_wrong_password_makes_one_login(engine: Engine, program: Program, home: Home) -> None:
    """B10: 1,000 queued over a day with starts between: one AUTH, all held with the sentence, none lost."""
    engine.servers["a"].meets = WRONG
    ids = send_bulk(program, "a", 1000)
    for _ in range(6):
        engine.live(4 * 3600)
        program.outbox.recover().wait()
        engine = Engine(program, engine.clock, engine.servers)
    assert len(engine.servers["a"].logins) == 1
    assert program.reader.counts().by_state[State.HELD] == 1000
    (state,) = program.reader.account_states()
    assert (state.account, state.reason, state.held, state.code) == ("a", Reason.ACCOUNT, 1000, "auth_refused")
    assert dict(state.values)["user"] == "me"
    held = program.reader.deliveries([ids[500]])[0]
    assert (held.reason, held.last_reply) == (Reason.ACCOUNT, state.detail)
    assert program.reader.details(ids[500]).events[-1].kind == "held"
    assert program.reader.details(ids[500]).attempts == ()


def test_the_breaker_and_its_row_are_one_commit(engine: Engine, program: Program) -> None:
    """Whoever is told of the row is told of the account: there is no moment with only one of them."""
    heard: list[Changes] = []
    engine.servers["a"].meets = WRONG
    (delivery_id,) = send(program, "a")
    program.outbox.subscribe(heard.append)
    engine.turn()
    (broke,) = [changes for changes in heard if changes.accounts]
    assert (set(broke.accounts), set(broke.deliveries)) == ({"a"}, {delivery_id})


def test_few_are_held_in_each_commit(engine: Engine, program: Program) -> None:
    """However many are due, what is accepted meanwhile waits for some of them only."""
    heard: list[Changes] = []
    engine.servers["a"].meets = WRONG
    send_bulk(program, "a", 2 * MOVED_AT_ONCE + 5)
    program.outbox.subscribe(heard.append)
    engine.settle_down()
    assert max(len(changes.deliveries) for changes in heard) == MOVED_AT_ONCE
    heard.clear()
    program.outbox.pause().wait()
    program.outbox.release_account("a").wait()
    engine.settle_down()
    assert max(len(changes.deliveries) for changes in heard) == MOVED_AT_ONCE


def test_what_is_accepted_for_a_broken_account_is_held(engine: Engine, program: Program) -> None:
    """When it is due, and not before: a time that was chosen stays until then."""
    engine.servers["a"].meets = WRONG
    send(program, "a")
    engine.settle_down()
    (due,) = send(program, "a")
    (later,) = send(program, "a", terms=Terms(at_ms=engine.clock.now_ms() + 60_000))
    engine.settle_down()
    assert row(program, due) == (State.HELD, Reason.ACCOUNT)
    assert row(program, later) == (State.QUEUED, Reason.SCHEDULE)
    engine.live(61)
    assert row(program, later) == (State.HELD, Reason.ACCOUNT)
    assert len(engine.servers["a"].logins) == 1


def test_the_right_password_lets_all_go(engine: Engine, program: Program) -> None:
    """Everything that was held for the account goes, each once; what a person held stays."""
    engine.servers["a"].meets = WRONG
    send_bulk(program, "a", 2 * MOVED_AT_ONCE + 7)
    (mine,) = send(program, "a", terms=Terms(is_held=True))
    engine.settle_down()
    engine.servers["a"].meets = None
    assert program.outbox.release_account("a").wait() == 2 * MOVED_AT_ONCE + 7
    engine.settle_down()
    counts = program.reader.counts().by_state
    assert (counts[State.SENT], counts[State.HELD]) == (2 * MOVED_AT_ONCE + 7, 1)
    assert row(program, mine) == (State.HELD, Reason.PERSON)
    assert len(engine.servers["a"].taken) == len(set(engine.servers["a"].taken))
    assert program.reader.account_states() == ()


def test_a_release_goes_on_after_a_restart(engine: Engine, program: Program) -> None:
    """The last of very many go back into the queue also when the program ended between."""
    engine.servers["a"].meets = WRONG
    send_bulk(program, "a", MOVED_AT_ONCE + 100)
    engine.settle_down()
    program.outbox.release_account("a").wait()
    assert program.reader.counts().by_state[State.HELD] == 100
    engine.servers["a"].meets = None
    Engine(program, engine.clock, engine.servers).settle_down()
    assert set(states(program)) == {State.SENT}


def test_releasing_one_tries_the_account(engine: Engine, program: Program) -> None:
    """A person who releases one row wants to see whether it works: one login; if it does, the others follow."""
    engine.servers["a"].meets = WRONG
    ids = send(program, "a", 20)
    engine.settle_down()
    program.outbox.release([ids[7]]).wait()
    engine.settle_down()
    assert len(engine.servers["a"].logins) == 2
    assert set(states(program)) == {State.HELD}
    engine.servers["a"].meets = None
    program.outbox.release([ids[7]]).wait()
    engine.settle_down()
    assert set(states(program)) == {State.SENT}


def test_a_cancel_of_what_was_held_is_taken_back_to_where_it_goes(engine: Engine, program: Program) -> None:
    """Restored after the account was mended it is queued: nobody would release it any more."""
    engine.servers["a"].meets = WRONG
    ids = send(program, "a", 2)
    engine.settle_down()
    program.outbox.cancel(ids).wait()
    program.outbox.restore(ids[:1]).wait()
    assert row(program, ids[0]) == (State.HELD, Reason.ACCOUNT)
    program.outbox.release_account("a").wait()
    program.outbox.restore(ids[1:]).wait()
    engine.servers["a"].meets = None
    engine.settle_down()
    assert set(states(program)) == {State.SENT}


def test_a_login_that_is_refused_for_now_is_tried_three_times_an_hour(engine: Engine, program: Program) -> None:
    """B10: a temporary AUTH failure is no wrong password, and no reason to try as often as others."""
    engine.servers["a"].meets = LOGIN_LATER
    send(program, "a", 200)
    began = engine.clock.now_ms()
    engine.live(24 * 3600)
    logins = engine.servers["a"].logins
    assert all(sum(at <= other < at + 3_600_000 for other in logins) <= 3 for at in logins)
    assert len(logins) > 50
    assert logins[0] == began
    engine.servers["a"].meets = None
    engine.live(4000)
    assert set(states(program)) == {State.SENT}


# -- rates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "span_s"),
    [(AccountLimits(per_minute=7), 60), (AccountLimits(per_hour=7), 3600), (AccountLimits(per_day=7), 86_400)],
)
def test_a_rate_holds_over_any_span(engine: Engine, program: Program, limits: AccountLimits, span_s: int) -> None:
    """Never more than so many in any minute, hour or day, starts between or not; and all of them in the end."""
    engine.limits["a"] = limits
    engine.servers["a"].message_s = 0.25
    sent: list[int] = []
    engine.attempts = Attempts(
        program.outbox,
        engine.clock,
        transport_of=lambda account: engine.servers[account],
        bytes_of=lambda claim: program.raw(claim.delivery),
        reached=lambda _: None,
    )
    ids = send(program, "a", 30)
    for _ in range(8):
        engine.live(span_s)
        program.outbox.recover().wait()
        engine = Engine(program, engine.clock, engine.servers, engine.limits)
    sent = sorted(each.sent_at or 0 for each in program.reader.deliveries(ids))
    assert sent[0] > 0
    for at in sent:
        assert sum(at <= other < at + span_s * 1000 for other in sent) <= 7


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


# -- pause --------------------------------------------------------------------------------------------------------


def test_paused_nothing_is_begun(engine: Engine, program: Program) -> None:
    """Paused, no account is tried, waited for or counted; what a mended account held still goes back."""
    engine.servers["a"].meets = WRONG
    send(program, "a", 3)
    engine.settle_down()
    program.outbox.pause().wait()
    send(program, "b")
    program.outbox.release_account("a").wait()
    assert engine.settle_down() == Step()
    assert set(states(program)) == {State.QUEUED}
