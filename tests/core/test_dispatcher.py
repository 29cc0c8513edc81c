"""What is due now, and how what is served at once is shared out between accounts."""

import pytest

from core.delivery.dispatcher import Step
from core.delivery.pacing import AccountLimits, Served
from core.outbox.notification import BULK_OVER, PRACTICE, Terms
from core.outbox.states import Reason, State
from core.outbox.store import Store
from core.program import Program
from tests.dispatching import BUDGET, OFFLINE, THREADS, WRONG, Engine, Server, row, send, send_bulk
from tests.fakes import FakeClock
from tests.outboxes import LATER, accept, states


def test_few_are_spread_over_all_that_may_be_served(program: Program) -> None:
    """Four slow messages and a budget of four: none waits behind another."""
    for _ in range(4):
        accept(program)
    step = program.dispatcher.look(16, 4).wait()
    assert [len(run) for run in step.runs] == [1, 1, 1, 1]


def test_a_look_claims_what_the_threads_can_take(program: Program, fake_clock: FakeClock) -> None:
    """A look leases a run for each free thread, no more, leaves their share to the others, and knows what is next."""
    for _ in range(40):
        accept(program)
    later = accept(program, terms=Terms(at_ms=fake_clock.now_ms() + 9000)).deliveries[0]
    first = program.dispatcher.look(1, 4).wait()
    assert ([len(run) for run in first.runs], first.is_more) == ([10], False)
    second = program.dispatcher.look(3, 4).wait()
    assert [len(run) for run in second.runs] == [8, 8, 8]
    assert [each.delivery for step in (first, second) for run in step.runs for each in run] == list(range(1, 35))
    for run in first.runs + second.runs:
        program.dispatcher.ended(run, Served(PRACTICE, lease=run[0].lease))
    rest = program.dispatcher.look(16, 4).wait()
    assert (sum(len(run) for run in rest.runs), rest.is_more) == (6, False)
    assert rest.next_due_at == later.due_at


def test_each_run_has_a_lease_of_its_own(program: Program) -> None:
    """What one run leased, another cannot settle."""
    for _ in range(4):
        accept(program)
    step = program.dispatcher.look(16, 4).wait()
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
    assert len(running.runs) == BUDGET
    (other,) = send(program, "b")
    step = engine.look(THREADS - len(running.runs))
    assert [each.delivery for run in step.runs for each in run] == [other]
    assert all(len(run) == 1 for run in running.runs)


def test_hanging_servers_keep_no_other_account_waiting(engine: Engine, program: Program) -> None:
    """One server hangs on all its connections, another at its greeting: a third account and Practice begin at once."""
    for account in ("a", "b", "c", PRACTICE):
        engine.servers.setdefault(account, Server(engine.clock))
    engine.servers["a"].message_s = 0.1
    send(program, "a", 600)
    for _ in range(6):
        engine.turn()
    hung = list(engine.look().runs)
    assert len(hung) == BUDGET
    for account in ("b", "c", PRACTICE):
        send(program, account, 5)
        (run,) = engine.look(THREADS - len(hung)).runs
        assert run[0].account == account
        hung.append(run)
    assert engine.look(THREADS - len(hung)) == Step()


def test_a_fault_rests_its_account_only(engine: Engine, program: Program) -> None:
    """A run that raised: its account is left alone for a second, another's message goes; what waits is no end."""
    send(program, "a", 2)
    (run,) = engine.look().runs
    program.outbox.give_back(run).wait()
    engine.dispatcher.ended(run, None)
    (other,) = send(program, "b")
    step = engine.look()
    assert [each.delivery for run in step.runs for each in run] == [other]
    assert step.is_resting
    assert step.next_due_at == engine.clock.now_ms() + 1000
    engine.clock.advance(1)
    assert [run[0].account for run in engine.look().runs] == ["a"]


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
    engine.dispatcher.ended(step.runs[0], engine.attempts.serve(step.runs[0]))
    assert len(step.runs[0]) > 3
    assert len(engine.servers["a"].taken) - before <= 4
    assert states(program).count(State.SENDING) == 0
    assert {delivery.attempts for delivery in program.reader.list(State.QUEUED)} == {0}


def test_no_more_runs_of_an_account_than_its_server_takes(engine: Engine, program: Program) -> None:
    """One shows the way; then as many as the account says."""
    engine.limits["a"] = AccountLimits(connections=3)
    engine.servers["a"].message_s = 0.2
    send(program, "a", 100)
    for _ in range(6):
        engine.turn()
    assert [len(step) for step in engine.steps] == [1, 3, 3, 3, 3, 3]


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


# -- a clock that was ahead ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_clock_that_was_ahead_keeps_nothing_for_days(engine: Engine, program: Program, is_restarted: bool) -> None:
    """A12: accepted to go in five seconds, and put off for a minute, while the clock was three days ahead: both go once
    it is right again. What a person scheduled keeps its time.
    """
    clock = engine.clock
    clock.jump(3 * 86_400)
    engine.settle_down()
    undone, put_off, scheduled = (
        *send(program, "a", terms=Terms(undo_s=5)),
        *send(program, "b"),
        *send(program, "a", terms=Terms(at_ms=clock.now_ms() + 1000)),
    )
    engine.servers["b"].meets = LATER
    engine.settle_down()
    engine.servers["b"].meets = None
    assert row(program, put_off) == (State.QUEUED, Reason.BACKOFF)
    clock.jump(-3 * 86_400)
    if is_restarted:
        engine.__post_init__()
    engine.live(1)
    assert [row(program, each)[0] for each in (undone, put_off)] == [State.SENT, State.SENT]
    assert row(program, scheduled) == (State.QUEUED, Reason.SCHEDULE)


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_clock_that_was_ahead_keeps_back_nothing_that_was_due(
    engine: Engine, program: Program, is_restarted: bool
) -> None:
    """A12: accepted while nothing went (paused, or no network) and the clock was three days ahead: it goes as soon as
    the clock is right, and not in three days.
    """
    clock = engine.clock
    clock.jump(3 * 86_400)
    engine.servers["b"].meets = OFFLINE
    (offline,) = send(program, "b")
    engine.settle_down()
    assert row(program, offline) == (State.QUEUED, Reason.OFFLINE)
    program.outbox.pause().wait()
    (paused,) = send(program, "a")
    engine.settle_down()
    engine.servers["b"].meets = None
    clock.jump(-3 * 86_400)
    if is_restarted:
        engine.__post_init__()
    program.outbox.resume().wait()
    engine.live(60)
    assert [row(program, each)[0] for each in (offline, paused)] == [State.SENT, State.SENT]


def test_what_waits_its_time_is_not_brought_forward(engine: Engine, program: Program) -> None:
    """An hour to undo and a backoff of the policy's are kept to, also after a start."""
    (undone,) = send(program, "a", terms=Terms(undo_s=3600))
    (put_off,) = send(program, "b")
    engine.servers["b"].meets = LATER
    engine.settle_down()
    due = [each.due_at for each in program.reader.deliveries([undone, put_off])]
    engine.__post_init__()
    engine.settle_down()
    assert [each.due_at for each in program.reader.deliveries([undone, put_off])] == due


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
