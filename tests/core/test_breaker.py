"""The breaker: what a refused password does to what is queued, and how it goes on."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from core.delivery.retry import turn_of
from core.mail.transport import Desk, Outcome, Parcel, Phase, Verdict
from core.outbox.accounts import MOVED_AT_ONCE, Turn
from core.outbox.moves import Moved
from core.outbox.notification import Changes, Terms
from core.outbox.outbox import Order
from core.outbox.states import Reason, State
from core.outbox.store import Store
from core.paths import Home
from core.program import Program
from tests.dispatching import LOGIN_LATER, NOBODY, OFFLINE, WRONG, Engine, row, send, send_bulk
from tests.outboxes import states


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
    assert (held.reason, held.last_code, held.last_reply) == (Reason.ACCOUNT, 535, state.detail)
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


@pytest.mark.parametrize(
    "met",
    [
        Outcome(Verdict.UNKNOWN, Phase.DOT, reply="The server closed."),
        Outcome(Verdict.UNKNOWN, Phase.DOT, 25, "?"),
        Outcome(Verdict.REFUSED, Phase.RCPT, 550, "5.1.1 No such user"),
        Outcome(Verdict.LATER, Phase.MAIL, 421, "4.3.2 Busy", is_crowded=True),
        Outcome(Verdict.DAMAGED, Phase.BODY),
    ],
    ids=lambda met: f"{met.verdict}-{met.phase}-{met.code}",
)
def test_whatever_is_behind_the_login_shows_that_it_works(
    engine: Engine, program: Program, monkeypatch: pytest.MonkeyPatch, met: Outcome
) -> None:
    """A row released to see whether the account works came past the login, however it ended: the others follow."""
    engine.servers["a"].meets = WRONG
    ids = send(program, "a", 5)
    engine.settle_down()
    program.outbox.release([ids[2]]).wait()
    server = engine.servers["a"]
    taking = server.hand_over

    def meet(run: Sequence[Parcel], desk: Desk) -> None:
        monkeypatch.setattr(server, "hand_over", taking)
        if met.verdict is Verdict.UNKNOWN:
            assert desk.intend(run[0])
        desk.settle(run[0], met)

    server.meets = None
    monkeypatch.setattr(server, "hand_over", meet)
    engine.live(60)
    others = {row(program, each)[0] for each in ids if each != ids[2]}
    assert others == {State.SENT}


@pytest.mark.parametrize("verb", ["cancel", "hold"])
def test_a_trial_that_was_taken_back_is_none(engine: Engine, program: Program, verb: str) -> None:
    """Released to see whether it works, then cancelled or held: nothing is tried, and the bar stays with its words."""
    engine.servers["a"].meets = WRONG
    ids = send(program, "a", 5)
    engine.settle_down()
    (before,) = program.reader.account_states()
    program.outbox.release([ids[2]]).wait()
    move: Callable[..., Order[Moved]] = getattr(program.outbox, verb)
    move([ids[2]]).wait()
    (state,) = program.reader.account_states()
    assert (state.reason, state.held, state.code) == (Reason.ACCOUNT, 4, before.code)
    engine.live(3600)
    assert len(engine.servers["a"].logins) == 1


def test_a_trial_that_showed_nothing_is_over(engine: Engine, program: Program) -> None:
    """The message was refused before the server was asked: nobody knows of the login, and the breaker is open again."""
    engine.servers["a"].meets = WRONG
    ids = send(program, "a", 5)
    engine.settle_down()
    program.outbox.release([ids[2]]).wait()
    engine.servers["a"].meets = Outcome(Verdict.REFUSED, reply="Too large.")
    engine.settle_down()
    (state,) = program.reader.account_states()
    assert (state.reason, state.held, state.code) == (Reason.ACCOUNT, 4, "auth_refused")


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


@pytest.mark.parametrize(
    "met",
    [
        LOGIN_LATER,
        Outcome(Verdict.LATER, Phase.AUTH, 421, "4.7.0 Too many logins", is_crowded=True),
        Outcome(Verdict.LATER, Phase.AUTH, reply="The server closed.", is_crowded=True),
    ],
    ids=["454", "421", "closed"],
)
def test_a_login_that_is_refused_for_now_is_tried_three_times_an_hour(
    engine: Engine, program: Program, met: Outcome
) -> None:
    """B10: a temporary AUTH failure is no wrong password, and no reason to try as often as others."""
    engine.servers["a"].meets = met
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


@pytest.mark.parametrize("after", [NOBODY, OFFLINE], ids=["nobody", "offline"])
@pytest.mark.parametrize("is_login_first", [True, False], ids=["login first", "login last"])
def test_no_shorter_wait_ends_that_of_a_login(
    engine: Engine, program: Program, after: Outcome, is_login_first: bool
) -> None:
    """Two connections end at once, one at the login: the next login waits its twenty minutes, whichever came first."""
    began = engine.clock.now_ms()
    outcomes = [LOGIN_LATER, after] if is_login_first else [after, LOGIN_LATER]
    for outcome in outcomes:
        turn = turn_of(outcome)
        assert turn is not None
        program.outbox.look(partial(_take_turn, turn)).wait()
    (state,) = program.reader.account_states()
    assert (state.code, state.until) == ("auth_later", began + 1_200_000)


@pytest.mark.parametrize("met", [LOGIN_LATER, NOBODY], ids=["login", "nobody"])
def test_a_wait_from_before_the_clock_was_set_back_hides_no_new_one(
    engine: Engine, program: Program, met: Outcome
) -> None:
    """A12: what it met three days ahead is met again now: it waits from now, and is not tried by each message."""
    engine.servers["a"].meets = met
    send(program, "a", 20)
    engine.settle_down()
    engine.clock.jump(-3 * 86_400)
    send(program, "a", 20)
    engine.settle_down()
    assert len(engine.servers["a"].logins) == 2
    (state,) = program.reader.account_states()
    assert engine.clock.now_ms() < (state.until or 0) <= engine.clock.now_ms() + 1_200_000


def _take_turn(turn: Turn, store: Store, now: int) -> None:
    store.take_turn("a", "lease", turn, now)
