"""The runner: named pools, results on the main thread, no lost result, no silent error, a designed quit."""

import gc
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QThreadPool
from pytestqt.qtbot import QtBot

from core.background import BackgroundTasks, GroupError
from core.errors import Fault, PersonError
from core.executor import POOLS, Executor
from core.runner import UNDER_RUN, TaskRunner, lost_references

#: Far beyond what any of these waits needs; reached only when a test fails.
LONG_MS = 60_000
LONG_S = 60

JOBS = 10_000


def fail(message: str) -> None:
    raise ValueError(message)


class Gate:
    """Jobs that wait until the test opens the gate."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.passed: list[Any] = []
        self.began = threading.Semaphore(0)

    def wait(self, name: object = None) -> None:
        self.began.release()
        assert self._event.wait(LONG_S)
        self.passed.append(name)

    def open(self) -> None:
        self._event.set()


@pytest.fixture
def gate() -> Any:
    gate = Gate()
    yield gate
    gate.open()


# Results


def test_no_submitted_result_is_lost(runner: TaskRunner, qtbot: QtBot) -> None:
    """10,000 jobs in all pools: all delivered, once each, all on the main thread."""
    main = threading.get_ident()
    results: list[int] = []
    strangers: list[int] = []

    def done(number: int) -> None:
        results.append(number)
        if threading.get_ident() != main:
            strangers.append(number)

    for number in range(JOBS):
        runner.submit(POOLS[number % len(POOLS)], partial(int, number), done)
    qtbot.waitUntil(lambda: len(results) >= JOBS, timeout=LONG_MS)
    assert sorted(results) == list(range(JOBS))
    assert strangers == []


def test_no_ticket_is_lost_that_workers_hand_on(runner: TaskRunner, qtbot: QtBot) -> None:
    """10,000 tickets, handed from worker to worker by `start`: all resolved, once each, on the main thread."""
    main = threading.get_ident()
    results: list[int] = []
    strangers: list[int] = []

    def done(number: int) -> None:
        results.append(number)
        if threading.get_ident() != main:
            strangers.append(number)

    def start_second(number: int, ticket: Any) -> None:
        runner.start(POOLS[number % 3], partial(ticket.resolve, number))

    for number in range(JOBS):
        runner.start("deliveries", partial(start_second, number, runner.ticket(done, None)))
    qtbot.waitUntil(lambda: len(results) >= JOBS, timeout=LONG_MS)
    assert sorted(results) == list(range(JOBS))
    assert strangers == []


@pytest.mark.parametrize("pool", ["writes", "log", "files"])
def test_jobs_of_a_pool_of_one_thread_run_in_order(runner: TaskRunner, pool: str) -> None:
    """`writes`, `log` and `files` have one thread each: first in, first out, never two at once."""
    ran: list[int] = []
    for number in range(500):
        runner.start(pool, partial(ran.append, number))
    assert runner.drain(LONG_S)
    assert ran == list(range(500))


def test_callback_never_runs_inside_the_call(runner: TaskRunner, qtbot: QtBot) -> None:
    """Results come on a later turn of the loop, however quick the job is; `post` too."""
    told: list[Any] = []
    runner.post(partial(told.append, "posted"))
    runner.submit("reads", lambda: "read", told.append)
    ticket = runner.ticket(told.append, None)
    ticket.resolve("resolved")
    assert told == []
    qtbot.waitUntil(lambda: len(told) == 3, timeout=LONG_MS)
    assert sorted(told) == ["posted", "read", "resolved"]


def test_post_from_a_worker_runs_on_the_main_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    """`post` is callable from any thread and keeps the order."""
    seen: list[tuple[int, int]] = []

    def see(number: int) -> None:
        seen.append((number, threading.get_ident()))

    def work() -> None:
        for number in range(100):
            runner.post(partial(see, number))

    runner.start("deliveries", work)
    qtbot.waitUntil(lambda: len(seen) == 100, timeout=LONG_MS)
    assert seen == [(number, threading.get_ident()) for number in range(100)]


def test_worker_never_holds_the_last_reference(runner: TaskRunner, qtbot: QtBot) -> None:
    """What a submitted job holds, gives or raises dies on the main thread: it may be a QObject's keeper."""
    deaths: list[int] = []

    class Keeper:
        def __del__(self) -> None:
            deaths.append(threading.get_ident())

        def give(self) -> "Keeper":
            return Keeper()

        def fail(self) -> None:
            fail("with a traceback that holds a keeper")

    ended: list[None] = []

    def failed(_: BaseException) -> None:
        ended.append(None)

    for _ in range(1000):
        runner.submit("reads", Keeper().give, lambda _: ended.append(None))
        runner.submit("deliveries", Keeper().fail, failed=failed)
    qtbot.waitUntil(lambda: len(ended) == 2000, timeout=LONG_MS)
    gc.collect()
    assert len(deaths) == 3000
    assert set(deaths) == {threading.get_ident()}


def test_starts_from_many_threads_lose_nothing(runner: TaskRunner) -> None:
    """`start` is sound from any thread, while garbage is collected and the main thread starts too."""
    ran: list[int] = []

    def start_many(first: int) -> None:
        for number in range(first, first + 2000):
            runner.start(POOLS[number % 2], partial(ran.append, number))

    gc.set_threshold(50, 2, 2)
    gc.enable()
    try:
        for first in range(0, 8000, 2000):
            runner.start("deliveries", partial(start_many, first))
        start_many(8000)
        assert runner.drain(LONG_S)
    finally:
        gc.disable()
        gc.set_threshold(700, 10, 10)
    assert sorted(ran) == list(range(10_000))


def test_results_are_asked_for_on_the_main_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    """A worker that submits or asks for a ticket is a bug that is shown; it is handed a ticket instead."""
    errors: list[BaseException] = []
    runner.submit("log", lambda: runner.submit("reads", int), failed=errors.append)
    runner.submit("log", lambda: runner.ticket(None, None), failed=errors.append)
    qtbot.waitUntil(lambda: len(errors) == 2, timeout=LONG_MS)
    assert [type(error) for error in errors] == [Fault, Fault]


def test_global_pool_is_not_used(runner: TaskRunner, gate: Gate) -> None:
    """The pools are the runner's own, by name, with the sizes given; their threads stay."""
    runner.start("reads", gate.wait)
    assert gate.began.acquire(timeout=LONG_S)
    pools = {pool.objectName(): pool for pool in runner.findChildren(QThreadPool)}
    assert {name: pool.maxThreadCount() for name, pool in pools.items()} == {
        "writes": 1,
        "log": 1,
        "files": 1,
        "reads": 2,
        "deliveries": 16,
        "accounts": 4,
    }
    assert {pool.expiryTimeout() for pool in pools.values()} == {-1}
    assert QThreadPool.globalInstance().activeThreadCount() == 0
    assert UNDER_RUN["deliveries"] == 24


# Errors


def test_error_goes_to_failed(runner: TaskRunner, qtbot: QtBot) -> None:
    """A job's error is told to `failed`, on the main thread, whatever it is."""
    told: list[tuple[str, int]] = []

    def failed(error: BaseException) -> None:
        told.append((repr(error), threading.get_ident()))

    def leave() -> None:
        raise SystemExit(3)

    def interrupt() -> None:
        raise KeyboardInterrupt

    runner.submit("log", partial(fail, "no"), failed=failed)
    runner.submit("log", leave, failed=failed)
    runner.submit("log", interrupt, failed=failed)
    runner.ticket(None, failed).reject(LookupError("rejected"))
    qtbot.waitUntil(lambda: len(told) == 4, timeout=LONG_MS)
    main = threading.get_ident()
    assert sorted(told) == [
        ("KeyboardInterrupt()", main),
        ("LookupError('rejected')", main),
        ("SystemExit(3)", main),
        ("ValueError('no')", main),
    ]


def test_no_error_is_silent(runner: TaskRunner, qtbot: QtBot, unhandled: list[BaseException]) -> None:
    """An error that nobody asked for is unhandled: of a job, a ticket, a posted call and a callback."""

    def leave() -> None:
        raise SystemExit("started")

    runner.start("log", leave)
    runner.submit("log", partial(fail, "submitted"))
    runner.ticket(None, None).reject(ValueError("rejected"))
    runner.post(partial(fail, "posted"))
    runner.submit("log", lambda: "in done", fail)
    runner.submit("log", partial(fail, "x"), failed=lambda _: fail("in failed"))
    qtbot.waitUntil(lambda: len(unhandled) == 6, timeout=LONG_MS)
    assert sorted(str(error) for error in unhandled) == [
        "in done",
        "in failed",
        "posted",
        "rejected",
        "started",
        "submitted",
    ]
    unhandled.clear()


def test_second_result_of_a_ticket_is_not_silent(
    runner: TaskRunner, qtbot: QtBot, unhandled: list[BaseException]
) -> None:
    """A ticket gives one result; a second is a bug that is shown."""
    told: list[int] = []
    ticket = runner.ticket(told.append, None)
    ticket.resolve(1)
    ticket.resolve(2)
    qtbot.waitUntil(lambda: bool(unhandled), timeout=LONG_MS)
    assert told == [1]
    assert "second result: 2" in str(unhandled[0])
    unhandled.clear()


def test_error_without_receiver_goes_to_the_hook(qapp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens to `unhandled`, the error goes to sys.excepthook."""
    hooked: list[Any] = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: hooked.append(args[1]))
    runner = TaskRunner()
    runner.start("log", partial(fail, "unheard"))
    assert runner.quit(LONG_S).is_nothing
    assert [repr(error) for error in hooked] == ["ValueError('unheard')"]


# Groups


def test_confirmation_does_not_wait_for_the_group(runner: TaskRunner, qtbot: QtBot, gate: Gate) -> None:
    """S1 Tasks run only after the confirmation; the time to confirm does not include them."""
    happened: list[str] = []
    tasks = BackgroundTasks()
    tasks.add_task(gate.wait)
    tasks.add_task(happened.append, "task")
    runner.run_group(tasks, "deliveries", lambda _: happened.append("group ended"))
    happened.append("confirmed")  # while the first task is blocked
    gate.open()
    qtbot.waitUntil(lambda: len(happened) == 3, timeout=LONG_MS)
    assert happened == ["confirmed", "task", "group ended"]


def test_group_is_one_runnable_and_is_told(runner: TaskRunner, qtbot: QtBot) -> None:
    """S2, S5 All tasks of a group run on one worker, not on the main thread; `done` gets the group."""
    told: list[BackgroundTasks] = []

    async def where() -> int:
        return threading.get_ident()

    tasks = BackgroundTasks()
    for _ in range(5):
        tasks.add_task(threading.get_ident)
        tasks.add_task(where)
    runner.run_group(tasks, "deliveries", told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)
    assert told == [tasks]
    assert len({task.result for task in tasks}) == 1
    assert tasks.tasks[0].result != threading.get_ident()


def test_groups_may_overlap(runner: TaskRunner, qtbot: QtBot) -> None:
    """S11 Groups of different notifications may overlap: here each ends only after the other has begun."""
    meeting = threading.Barrier(2)
    ended: list[BackgroundTasks] = []
    for _ in range(2):
        tasks = BackgroundTasks()
        tasks.add_task(meeting.wait, LONG_S)
        runner.run_group(tasks, "deliveries", ended.append)
    qtbot.waitUntil(lambda: len(ended) == 2, timeout=LONG_MS)


def test_error_of_a_group_stops_no_other_and_is_never_silent(
    runner: TaskRunner, qtbot: QtBot, unhandled: list[BaseException]
) -> None:
    """S7, S8 An error stops its own group only; it is told to `failed`, else it is unhandled: once."""
    told: list[Any] = []
    for failed in (told.append, None):
        broken = BackgroundTasks()
        broken.add_task(fail, "broken")
        runner.run_group(broken, "log", None, failed)
    sound = BackgroundTasks()
    sound.add_task(int)
    runner.run_group(sound, "log", told.append)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=LONG_MS)
    assert isinstance(told[0], GroupError)
    assert told[1] is sound
    assert [type(error) for error in unhandled] == [GroupError]
    unhandled.clear()


def test_group_that_leaves_is_told(runner: TaskRunner, qtbot: QtBot) -> None:
    """S8 A task that raises SystemExit ends neither the worker nor the program; it is an error like others."""
    told: list[BaseException] = []
    tasks = BackgroundTasks()
    tasks.add_task(sys.exit, 3)
    runner.run_group(tasks, "log", None, told.append)
    runner.submit("log", int, lambda _: told.append(LookupError("the pool lives")))
    qtbot.waitUntil(lambda: len(told) == 2, timeout=LONG_MS)
    assert [repr(error) for error in told] == ["SystemExit(3)", "LookupError('the pool lives')"]


def test_group_cancelled_in_the_queue_runs_nothing(runner: TaskRunner, qtbot: QtBot, gate: Gate) -> None:
    """X6 A group that waits in its pool can be cancelled: nothing runs."""
    ended: list[BackgroundTasks] = []
    ran: list[int] = []
    runner.start("log", gate.wait)
    tasks = BackgroundTasks()
    tasks.add_task(ran.append, 1)
    runner.run_group(tasks, "log", ended.append)
    assert tasks.cancel()
    gate.open()
    qtbot.waitUntil(lambda: bool(ended), timeout=LONG_MS)
    assert (ran, tasks.tasks[0].state) == ([], "cancelled")


def test_blocked_tasks_do_not_delay_another_pool(runner: TaskRunner, qtbot: QtBot, gate: Gate) -> None:
    """X7 A thousand blocking tasks on one pool do not delay a log write, nor the main thread."""
    ended: list[BackgroundTasks] = []
    for number in range(1000):
        tasks = BackgroundTasks()
        tasks.add_task(gate.wait, number)
        runner.run_group(tasks, "deliveries", ended.append)
    log: list[str] = []
    group = BackgroundTasks()
    group.add_task(log.append, "message to ann@example.com")
    logged: list[BackgroundTasks] = []
    runner.run_group(group, "log", logged.append)
    qtbot.waitUntil(lambda: bool(logged), timeout=LONG_MS)
    assert log == ["message to ann@example.com"]
    assert (gate.passed, ended) == ([], [])  # not one of the thousand has ended
    gate.open()
    qtbot.waitUntil(lambda: len(ended) == 1000, timeout=LONG_MS)


# The quit


@pytest.fixture
def quitter(qapp: Any) -> Any:
    """A runner that its test brings to an end."""
    runner = TaskRunner()
    yield runner
    runner.drain(LONG_S)
    runner.close()


def test_quit_drains_and_delivers(quitter: TaskRunner) -> None:
    """A quit waits for what was asked for, and delivers its results without a turn of the loop."""
    results: list[int] = []
    for number in range(JOBS):
        quitter.submit("reads", partial(int, number), results.append)
    left = quitter.quit(LONG_S)
    assert left.is_nothing
    assert sorted(results) == list(range(JOBS))


def test_quit_within_the_limit_says_what_is_left(quitter: TaskRunner, gate: Gate) -> None:
    """A blocked job does not hold the quit: queued jobs are thrown away, told and counted, never silently."""
    told: list[str] = []
    ran: list[int] = []
    quitter.submit("writes", gate.wait, lambda _: told.append("late"), lambda error: told.append("wrong"))
    assert gate.began.acquire(timeout=LONG_S)
    for number in range(3):
        quitter.submit("writes", partial(ran.append, number), None, lambda error: told.append(str(error)))
    quitter.start("writes", partial(ran.append, 3))
    quitter.submit("log", lambda: "logged", told.append)
    begin = time.monotonic()
    left = quitter.quit(0.05)
    assert time.monotonic() - begin < LONG_S / 2  # far less than the blocked job would take
    assert left.dropped == {"writes": 4}
    assert left.running == {"writes": 1}
    assert told == ["logged"] + ["Outtray is closing and takes nothing more."] * 3
    gate.open()
    assert quitter.quit(LONG_S).is_nothing
    assert told[4:] == ["late"]
    assert ran == []


def test_drain_can_be_repeated(quitter: TaskRunner, gate: Gate) -> None:
    """When the limit has passed, a person may choose to wait on: nothing was thrown away yet."""
    told: list[int] = []
    quitter.start("writes", gate.wait)
    quitter.submit("writes", lambda: 1, told.append)
    quitter.refuse()
    assert quitter.drain(0) is False
    assert told == []
    gate.open()
    assert quitter.drain(LONG_S) is True
    assert told == [1]
    assert quitter.close().is_nothing


def test_new_work_is_refused(quitter: TaskRunner) -> None:
    """After `refuse`, new work of the main thread is refused in words: raised by `start`, told to `failed`."""
    told: list[str] = []
    ran: list[int] = []
    quitter.refuse()
    with pytest.raises(PersonError, match="closing and takes nothing more"):
        quitter.start("log", partial(ran.append, 1))
    quitter.submit("log", partial(ran.append, 1), failed=lambda error: told.append(str(error)))
    tasks = BackgroundTasks()
    tasks.add_task(ran.append, 1)
    quitter.run_group(tasks, "log", None, lambda error: told.append(str(error)))
    assert quitter.quit(LONG_S).is_nothing
    assert told == ["Outtray is closing and takes nothing more."] * 2
    assert ran == []


def test_work_under_way_may_end(quitter: TaskRunner, gate: Gate) -> None:
    """After `refuse`, a worker may still start what its job needs to end: a delivery records its outcome."""
    told: list[str] = []

    def deliver(ticket: Any) -> None:
        gate.wait()
        quitter.start("writes", partial(ticket.resolve, "outcome"))

    quitter.start("deliveries", partial(deliver, quitter.ticket(told.append, None)))
    assert gate.began.acquire(timeout=LONG_S)
    quitter.refuse()
    gate.open()
    assert quitter.drain(LONG_S)
    assert told == ["outcome"]


def test_group_of_what_is_confirmed_in_the_drain_runs(quitter: TaskRunner, gate: Gate) -> None:
    """S1 Also when the confirmation comes only while the program quits, the group runs after it."""
    happened: list[str] = []
    tasks = BackgroundTasks()
    tasks.add_task(happened.append, "task")

    def confirm(_: None) -> None:
        happened.append("confirmed")
        quitter.run_group(tasks, "log", lambda _: happened.append("group ended"))

    quitter.submit("writes", gate.wait, confirm)
    quitter.refuse()
    gate.open()
    assert quitter.drain(LONG_S)
    assert happened == ["confirmed", "task", "group ended"]


def test_ticket_that_nobody_can_resolve_is_rejected(quitter: TaskRunner) -> None:
    """Whoever still waits when all work has ended is told that nothing more comes."""
    told: list[str] = []
    quitter.ticket(None, lambda error: told.append(str(error)))
    quitter.quit(LONG_S)
    assert told == ["Outtray is closing and takes nothing more."]


def test_quit_from_a_callback(quitter: TaskRunner, qtbot: QtBot) -> None:
    """A quit begun by a delivered result still delivers the others."""
    results: list[int] = []
    left: list[Any] = []

    def done(number: int) -> None:
        results.append(number)
        if number == 0:
            left.append(quitter.quit(LONG_S))

    for number in range(100):
        quitter.submit("writes", partial(int, number), done)
    qtbot.waitUntil(lambda: bool(left), timeout=LONG_MS)
    assert results == list(range(100))
    assert left[0].is_nothing


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads are counted in /proc, on Linux only")
def test_no_thread_is_left_behind(qtbot: QtBot, gate: Gate) -> None:
    """After `close` every thread of the pools is gone, idle ones too."""

    def threads() -> int:
        return len(list(Path("/proc/self/task").iterdir()))

    before = threads()
    runner = TaskRunner()
    for _ in range(9):
        runner.start("deliveries", gate.wait)
        runner.start("reads", gate.wait)
    for _ in range(6):
        assert gate.began.acquire(timeout=LONG_S)
    assert threads() >= before + 6
    gate.open()
    assert runner.quit(LONG_S).is_nothing
    # The system counts a thread for a moment after it has ended.
    qtbot.waitUntil(lambda: threads() <= before, timeout=LONG_MS)


def program(body: str) -> "subprocess.CompletedProcess[str]":
    """Run a program with a runner and without a window; the time limit is for the one that hangs."""
    head = (
        "import sys, threading, time\n"
        "from PySide6.QtCore import QCoreApplication, QTimer\n"
        "from core.runner import TaskRunner\n"
        "app = QCoreApplication([])\n"
        "runner = TaskRunner()\n"
    )
    root = Path(__file__).parents[2]
    return subprocess.run([sys.executable, "-c", head + body], cwd=root, capture_output=True, text=True, timeout=LONG_S)


def test_job_that_raises_system_exit_does_not_hang_the_process() -> None:
    """SystemExit in a job is told on the main thread; the program goes on, and ends when it means to."""
    ended = program(
        "runner.unhandled.connect(lambda error: (print(repr(error), flush=True), app.exit(5)))\n"
        "runner.start('log', lambda: sys.exit(3))\n"
        "code = app.exec()\n"
        "assert runner.quit(10).is_nothing\n"
        "sys.exit(code)\n"
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("SystemExit(3)\n", "", 5)


def test_no_descriptor_left_ends_no_process() -> None:
    """A15: where no further file may be open, every thread beside a window still works: Qt would end the process."""
    pytest.importorskip("resource", reason="Windows has no limit on open files.")
    ended = program(
        "import resource\n"
        "from core.runner import BESIDE_A_WINDOW\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))\n"
        "together = threading.Barrier(sum(BESIDE_A_WINDOW.values()), timeout=10)\n"
        "told = []\n"
        "for pool, size in BESIDE_A_WINDOW.items():\n"
        "    for _ in range(size):\n"
        "        runner.submit(pool, together.wait, told.append)\n"
        "assert runner.quit(10).is_nothing\n"
        "print(len(told) == together.parties)\n"
    )
    # What Qt says of a settings file of its own that it cannot read is not ours.
    assert (ended.stdout, ended.returncode) == ("True\n", 0), ended.stderr


def test_process_can_be_left_with_a_blocked_job() -> None:
    """When a job never ends, the quit says so and the process can still be left, with its own code."""
    ended = program(
        "begun = threading.Event()\n"
        "runner.start('files', lambda: (begun.set(), threading.Event().wait()))\n"
        "begun.wait()\n"
        "left = runner.quit(0.05)\n"
        "print(dict(left.running), dict(left.dropped))\n"
        "runner.leave(7)\n"
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("{'files': 1} {}\n", "", 7)


def test_process_ends_without_a_quit() -> None:
    """A program that forgets to quit still ends: idle threads hold nothing up."""
    ended = program("runner.submit('log', lambda: 1, lambda _: app.quit())\napp.exec()\nprint('ended')\n")
    assert (ended.stdout, ended.stderr, ended.returncode) == ("ended\n", "", 0)


# The seam, and PySide6 itself


def test_runner_is_an_executor(runner: TaskRunner) -> None:
    """The runner has the form of `Executor` (the types say so), and knows its pools by name."""
    executor: Executor = runner
    with pytest.raises(KeyError):
        executor.start("no such pool", lambda: None)


def test_pyside_loses_no_references(qapp: Any) -> None:
    """Emits and void calls lose no reference to True, False or None (PySide6 6.12.0 on Python 3.11 does)."""
    assert lost_references() == {}
