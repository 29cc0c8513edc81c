"""The engine of this computer: wakes when something is due, rests when it must, and ends idle."""

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from core.delivery.attempt import Attempts
from core.delivery.dispatcher import Step
from core.delivery.local import LocalEngine
from core.errors import PersonError, StorageError
from core.mail.transport import Desk, Outcome, Parcel, Phase, Verdict
from core.outbox.log import Log
from core.outbox.notification import Terms, new_token
from core.outbox.outbox import Order
from core.outbox.states import State
from core.outbox.store import Store
from core.paths import Home
from core.program import Program
from core.runner import TaskRunner
from core.settings import Settings
from tests.fakes import FakeClock
from tests.outboxes import LATER, NO_JITTER, Going, Scripted, claim, contradictions, draft


class Rig:
    """A program with threads, an engine whose transport is the test's, and Qt's real loop."""

    def __init__(self, home: Home, runner: TaskRunner, clock: FakeClock) -> None:
        self.clock = clock
        self.program = Program(home, runner, Settings(), clock=clock)
        self.program.open().wait()
        self.transport: Scripted = Scripted(is_idempotent=True)
        self.attempts = Attempts(
            self.program.outbox,
            clock,
            ways=Going(lambda _: self.transport),
            bytes_of=lambda claim: self.program.raw(claim.delivery),
            policy=NO_JITTER,
            until_room_s=0,
        )
        self.idle: list[int] = []
        self.engine = LocalEngine(
            self.program.dispatcher,
            self.attempts,
            self.program.log,
            runner,
            clock,
            budget=4,
            threads=16,
            when_idle=lambda: self.idle.append(1),
        )
        self.program.outbox.subscribe(self.engine.on_commit)

    def accept(self, count: int = 1, terms: Terms | None = None) -> None:
        for _ in range(count):
            self.program.outbox.accept(draft(), terms, token=new_token()).wait()

    def states(self) -> list[State]:
        return [row.state for row in self.program.reader.list()][::-1]

    @property
    def timer(self) -> QTimer:
        return self.engine._timer

    @property
    def idle_timer(self) -> QTimer:
        return self.engine._idle_timer


def _has_rest(rig: Rig, met: Sequence[object], number: int) -> bool:
    return len(met) == number and rig.timer.isActive()


def _has_sent(rig: Rig, number: int) -> bool:
    return rig.states().count(State.SENT) == number and rig.engine.is_idle


@pytest.fixture
def rig(home: Home, runner: TaskRunner, fake_clock: FakeClock) -> Iterator[Rig]:
    rig = Rig(home, runner, fake_clock)
    yield rig
    rig.engine.stop()
    assert runner.drain(10)
    rig.program.close()
    assert contradictions(home) == []


def test_everything_due_goes_and_then_it_is_idle(rig: Rig, qtbot: QtBot, home: Home) -> None:
    """Many runs on many threads: each goes once, the log has every line once, and no timer runs when nothing waits."""
    rig.accept(200)
    rig.engine.start()
    qtbot.waitUntil(lambda: bool(rig.idle), timeout=20_000)
    assert rig.states() == [State.SENT] * 200
    assert len(set(rig.transport.handed_over)) == len(rig.transport.handed_over) == 200
    assert home.log.read_text().count("practised") == 200
    assert len(home.log.read_text().splitlines()) == 200 * 4
    assert not rig.timer.isActive()


def test_a_commit_wakes_it(rig: Rig, qtbot: QtBot) -> None:
    """What is accepted while the engine is idle goes without anybody asking."""
    rig.engine.start()
    qtbot.waitUntil(lambda: bool(rig.idle))
    rig.accept()
    qtbot.waitUntil(lambda: rig.states() == [State.SENT])


def test_many_commits_at_any_moment_lose_no_wake(rig: Rig, qtbot: QtBot) -> None:
    """Accepted from other threads while looks and runs are under way: nothing stays behind."""
    rig.engine.start()
    threads = [threading.Thread(target=rig.accept, args=(15,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: rig.states() == [State.SENT] * 60, timeout=20_000)
    for thread in threads:
        thread.join()


def test_the_next_due_time_wakes_it(rig: Rig, qtbot: QtBot) -> None:
    """A timer is set to the next due time; when it comes, the message goes."""
    rig.accept(terms=Terms(undo_s=5))
    rig.engine.start()
    qtbot.waitUntil(rig.timer.isActive)
    assert 4000 <= rig.timer.interval() <= 5000
    assert rig.states() == [State.QUEUED]
    rig.clock.advance(5)
    rig.timer.setInterval(0)
    qtbot.waitUntil(lambda: rig.states() == [State.SENT])


def test_a_set_clock_costs_a_minute_at_most(rig: Rig, qtbot: QtBot) -> None:
    """A12: however far off the next due time is, the queue is looked at again within a minute: clocks are set, and
    computers sleep.
    """
    rig.accept(terms=Terms(at_ms=rig.clock.now_ms() + 3 * 86_400_000))
    rig.engine.start()
    qtbot.waitUntil(rig.timer.isActive)
    assert rig.timer.interval() == 60_000
    rig.clock.jump(3 * 86_400)
    rig.timer.setInterval(0)
    qtbot.waitUntil(lambda: rig.states() == [State.SENT])


def test_what_must_wait_is_tried_again(rig: Rig, qtbot: QtBot) -> None:
    """A “not now” is tried again at its time, and at no other."""
    rig.transport = Scripted(LATER, is_idempotent=True)
    rig.accept()
    rig.engine.start()
    qtbot.waitUntil(lambda: bool(rig.idle) and rig.timer.isActive())
    assert rig.timer.interval() == 15_000
    rig.clock.advance(15)
    rig.timer.setInterval(0)
    qtbot.waitUntil(lambda: rig.states() == [State.SENT])


def test_pause_and_resume(rig: Rig, qtbot: QtBot) -> None:
    """Paused, nothing goes and no timer runs; resumed, everything goes."""
    rig.program.outbox.pause().wait()
    rig.accept()
    rig.engine.start()
    qtbot.waitUntil(lambda: bool(rig.idle))
    assert (rig.states(), rig.timer.isActive()) == ([State.QUEUED], False)
    rig.program.outbox.resume().wait()
    qtbot.waitUntil(lambda: rig.states() == [State.SENT])


def test_a_slow_message_does_not_keep_the_others(rig: Rig, qtbot: QtBot) -> None:
    """One thread that waits for its server leaves three for the rest."""
    may_go_on = threading.Event()
    rig.accept(1)
    slow = rig.program.reader.deliveries([1])[0].message_id

    def wait(parcel: Parcel) -> None:
        if parcel.message_id == slow:
            may_go_on.wait(20)

    rig.transport.before = wait
    rig.engine.start()
    qtbot.waitUntil(lambda: rig.states() == [State.SENDING])
    rig.accept(40)
    qtbot.waitUntil(lambda: rig.states().count(State.SENT) == 40, timeout=20_000)
    assert not rig.engine.is_idle
    may_go_on.set()
    qtbot.waitUntil(lambda: rig.states().count(State.SENT) == 41)


def test_a_fault_is_told_and_its_account_rests(rig: Rig, qtbot: QtBot, unhandled: list[BaseException]) -> None:
    """Runs that fail by our fault: the errors are told, nothing stays leased, what they were at waits its time, and
    the others of the account wait for its rest: until then the engine is not idle, so `run --until-empty` stays.
    """
    rig.transport = Scripted(*[RuntimeError("a bug")] * 4, is_idempotent=True)
    rig.accept(20)
    rig.engine.start()
    qtbot.waitUntil(lambda: len(unhandled) == 4 and rig.timer.isActive() and rig.states() == [State.QUEUED] * 20)
    assert {str(error) for error in unhandled} == {"a bug"}
    unhandled.clear()
    assert rig.timer.interval() == 1000
    assert not rig.engine.is_idle
    rig.clock.advance(1)
    rig.timer.setInterval(0)
    qtbot.waitUntil(lambda: rig.states().count(State.SENT) == 16 and rig.engine.is_idle)
    rig.clock.advance(15)
    rig.timer.setInterval(0)
    qtbot.waitUntil(lambda: rig.states() == [State.SENT] * 20)


def test_a_full_disk_is_told_once(
    rig: Rig, qtbot: QtBot, unhandled: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A5: while the queue cannot be looked at, the person hears it once; deliveries resume by themselves."""
    real = rig.program.outbox.look
    tries = []

    def fail(decide: Callable[[Store, int], Step], committed: Callable[[], None]) -> Order[Step]:
        tries.append(1)

        def refuse(_store: Store, _now: int) -> Step:
            raise StorageError("disk_full")

        return real(refuse if len(tries) <= 3 else decide, committed)

    monkeypatch.setattr(rig.program.outbox, "look", fail)
    rig.accept()
    rig.engine.start()
    rests = []
    for number in range(1, 4):
        qtbot.waitUntil(partial(_has_rest, rig, tries, number))
        rests.append(rig.timer.interval())
        rig.timer.setInterval(0)
    qtbot.waitUntil(lambda: rig.states() == [State.SENT])
    assert rests == [1000, 2000, 4000]
    assert [error.code for error in unhandled if isinstance(error, PersonError)] == ["disk_full"]
    unhandled.clear()


def test_a_log_that_cannot_be_written_is_told_once(
    rig: Rig, qtbot: QtBot, home: Home, unhandled: list[BaseException]
) -> None:
    """A6: deliveries go on, the person hears it once, and the lines are written when they can be."""
    home.log.mkdir()
    rig.engine.start()
    for number in range(1, 4):
        rig.accept()
        qtbot.waitUntil(partial(_has_sent, rig, number))
    assert [error.code for error in unhandled if isinstance(error, PersonError)] == ["log_unwritable"]
    unhandled.clear()
    home.log.rmdir()
    rig.accept()
    qtbot.waitUntil(lambda: home.log.exists() and home.log.read_text().count("practised") == 4)
    Path(home.log).unlink()
    home.log.mkdir()
    rig.accept()
    qtbot.waitUntil(lambda: len(unhandled) == 1)
    unhandled.clear()


def test_stop_ends_after_the_message_it_is_at(rig: Rig, qtbot: QtBot, runner: TaskRunner) -> None:
    """A14: with many queued, the quit waits for one message a thread; the rest is queued, none is leased."""
    at = threading.Semaphore(0)
    may_go_on = threading.Event()

    def wait(_: Parcel) -> None:
        at.release()
        may_go_on.wait(20)

    rig.transport.before = wait
    rig.accept(100)
    rig.engine.start()
    qtbot.waitUntil(lambda: at.acquire(blocking=False))
    rig.engine.stop()
    may_go_on.set()
    runner.refuse()
    assert runner.drain(10)
    found = rig.states()
    assert set(found) == {State.SENT, State.QUEUED}
    assert 1 <= found.count(State.SENT) <= 8


def test_a_claim_under_way_at_the_stop_is_given_back(rig: Rig, qtbot: QtBot, runner: TaskRunner) -> None:
    """The look that was under way when the program ended leaves no delivery leased and sends none."""
    rig.accept(10)
    rig.engine.start()
    rig.engine.stop()
    qtbot.waitUntil(lambda: rig.engine.is_idle)
    assert runner.drain(10)
    assert rig.states() == [State.QUEUED] * 10
    assert rig.transport.handed_over == []


def test_before_the_start_nothing_goes(rig: Rig, qtbot: QtBot) -> None:
    """An engine that was not started looks at nothing, whatever is committed."""
    rig.accept()
    rig.engine.wake()
    assert rig.engine._busy == 0
    assert rig.states() == [State.QUEUED]
    qtbot.waitUntil(lambda: rig.engine.is_idle)


def test_the_log_is_written_once_for_many_runs(rig: Rig, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the log is being written, what comes meanwhile waits for one more go, not for one a run."""
    asked: list[int] = []
    blocked = threading.Event()
    real = Log.catch_up

    def slow(log: Log) -> None:
        asked.append(1)
        blocked.wait(20)
        real(log)

    monkeypatch.setattr(Log, "catch_up", slow)
    rig.accept(300)
    rig.engine.start()
    qtbot.waitUntil(lambda: rig.states() == [State.SENT] * 300, timeout=20_000)
    assert len(asked) == 1
    blocked.set()
    qtbot.waitUntil(lambda: rig.engine.is_idle)
    assert len(asked) == 2
    assert rig.program.home.log.read_text().count("practised") == 300


class Keeping(Scripted):
    """A transport that keeps a connection between runs, until it was idle for as long as asked."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(is_idempotent=True)
        self._clock = clock
        self._used_s: float | None = None
        self.is_halted = False

    @property
    def is_kept(self) -> bool:
        return self._used_s is not None

    def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
        super().hand_over(run, desk)
        self._used_s = self._clock.monotonic_s()

    def let_go(self, idle_s: float) -> bool:
        if self._used_s is not None and self._clock.monotonic_s() - self._used_s >= idle_s:
            self._used_s = None
        return self.is_kept

    def halt(self) -> None:
        self.is_halted = True


@pytest.fixture
def keeping(rig: Rig) -> Keeping:
    rig.transport = Keeping(rig.clock)
    return rig.transport


def test_a_kept_connection_is_let_go_when_idle(rig: Rig, keeping: Keeping, qtbot: QtBot) -> None:
    """The timer for it runs only while one is kept: an idle program does not wake up."""
    rig.accept()
    rig.engine.start()
    qtbot.waitUntil(lambda: keeping.is_kept and rig.idle_timer.isActive() and rig.engine.is_idle)
    assert not rig.timer.isActive()
    rig.idle_timer.setInterval(0)
    qtbot.waitUntil(rig.idle_timer.isActive)  # used a moment ago: looked at again later
    assert keeping.is_kept
    rig.clock.advance(30)
    qtbot.waitUntil(lambda: not keeping.is_kept and not rig.idle_timer.isActive())


def test_a_mail_folder_needs_no_timer(rig: Rig, qtbot: QtBot) -> None:
    """Where no connection is kept, nothing runs after the last message."""
    rig.accept(3)
    rig.engine.start()
    qtbot.waitUntil(lambda: rig.states() == [State.SENT] * 3 and rig.engine.is_idle)
    assert not rig.idle_timer.isActive()


@pytest.mark.parametrize("seconds", [3600, -3600, 3 * 86_400])
def test_after_a_sleep_connections_are_let_go(rig: Rig, keeping: Keeping, qtbot: QtBot, seconds: int) -> None:
    """The wall clock went and the other one did not: what the connections were to has gone. The queue is looked at."""
    rig.accept()
    rig.engine.start()
    qtbot.waitUntil(lambda: keeping.is_kept and rig.idle_timer.isActive() and rig.engine.is_idle)
    rig.clock.jump(4)
    rig.engine.wake()
    qtbot.waitUntil(lambda: rig.engine.is_idle)
    assert keeping.is_kept
    rig.clock.jump(seconds)
    rig.engine.wake()
    qtbot.waitUntil(lambda: not keeping.is_kept)


def test_stop_halts_the_transports(rig: Rig, keeping: Keeping, qtbot: QtBot) -> None:
    """A14: what is not handed over is broken off, and no timer stays."""
    rig.accept()
    rig.engine.start()
    qtbot.waitUntil(lambda: rig.states() == [State.SENT] and rig.idle_timer.isActive())
    rig.engine.stop()
    assert keeping.is_halted
    assert not rig.idle_timer.isActive()


def test_an_account_that_waits_is_looked_at_in_time(rig: Rig, qtbot: QtBot) -> None:
    """Without network nothing spins and nothing sleeps past its time: one try, then a timer for the next."""
    rig.transport = Scripted(then=Outcome(Verdict.OFFLINE, Phase.CONNECT), is_idempotent=True)
    rig.accept(20)
    rig.engine.start()
    qtbot.waitUntil(lambda: rig.engine.is_idle and rig.timer.isActive())
    assert rig.timer.interval() == 15_000
    rig.transport = Scripted(is_idempotent=True)
    rig.clock.advance(15)
    rig.timer.setInterval(0)
    qtbot.waitUntil(lambda: rig.states() == [State.SENT] * 20)


class Recorder(Scripted):
    """Notes how many runs are served at once."""

    def __init__(self) -> None:
        super().__init__(is_idempotent=True)
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0

    def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        super().hand_over(run, desk)
        with self._lock:
            self._now -= 1


def test_no_more_runs_than_threads(rig: Rig, qtbot: QtBot) -> None:
    """However much is due, no more is claimed than the threads can take."""
    rig.transport = recorder = Recorder()
    rig.accept(400)
    rig.engine.start()
    qtbot.waitUntil(lambda: rig.states() == [State.SENT] * 400, timeout=20_000)
    assert 1 <= recorder.most <= 4


def test_four_first_runs_make_one_folder(home: Home, runner: TaskRunner, fake_clock: FakeClock, qtbot: QtBot) -> None:
    """In a new home, all threads find no mail folder: one makes it, and no message has to wait for that."""
    program = Program(home, runner, Settings(), clock=fake_clock)
    program.open().wait()
    for _ in range(40):
        program.outbox.accept(draft(), token=new_token()).wait()
    claims = claim(program, 40)
    together = threading.Barrier(8)

    def serve(part: int) -> Callable[[], None]:
        def run() -> None:
            together.wait()
            program.attempts.serve(claims[part * 5 : part * 5 + 5])

        return run

    threads = [threading.Thread(target=serve(part)) for part in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {row.state for row in program.reader.list()} == {State.SENT}
    program.close()
