"""Owns the threads: named pools, and one hub by whose signal every result reaches the main thread.

What PySide6 asks of this page (measured on 6.11.3 with Python 3.11 and on 6.12.0 with 3.12):

- A runnable never owns a QObject. It holds a number, plain values and the bound `emit` of a hub that the main
  thread keeps; where the runnable owned the signal, up to all results were lost.
- `QThreadPool.start(callable)` is sound from any thread: 50,000 starts from four workers, while the main
  thread started 12,500 itself and garbage was collected every 50 allocations, lost none; a start took 1 µs,
  24 µs at the 99th percentile.
  (`start(a Python QRunnable)` blocks for tens of ms, `tryStart(callable)` answers garbage.)
- Each thread of a pool makes an event dispatcher before its first job, and Qt ends the process where there is no
  descriptor left for one: GLib's (an eventfd, or two for a pipe) and Qt's own alike. So all threads begin with the
  runner, while nobody else opens files: 33 of them take 3 ms and 1.1 MB, and never wake while they are idle.
- `QThreadPool.clear()` throws work away without a word and leaks its callables, so it is not used.
"""

import ctypes
import itertools
import os
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn, TypeVar

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMetaMethod,
    QObject,
    QSocketNotifier,
    Qt,
    QThreadPool,
    QTimer,
    Signal,
    Slot,
)

from core.background import BackgroundTasks
from core.errors import Fault, PersonError
from core.executor import POOLS, Done, Failed, Ticket
from core.paths import is_out_of_files

T = TypeVar("T")

#: So many runs of deliveries go at once beside a window: more would make its frames late (the GIL).
BUDGET_BESIDE_A_WINDOW = 4
#: So many of these may go to the folder of Practice. More deliver no faster, for they wait for the same disk, and a
#: frame that is due waits for the interpreter while one of them has it: with four it was late by up to 25 ms (at the
#: 99.9th percentile), with two by 7 ms.
FOLDER_BESIDE_A_WINDOW = 2
#: So many where there is no window (`run`).
BUDGET_UNDER_RUN = 8
#: Threads of each pool beside a window. Those of the deliveries beyond the budget are for accounts that find it used
#: up by servers that hang: a thread that waits costs nothing, and twelve must hang before anybody waits for them.
BESIDE_A_WINDOW = {"writes": 1, "log": 1, "files": 1, "reads": 2, "deliveries": 16, "accounts": 4}
#: Threads of each pool under `run`.
UNDER_RUN = {**BESIDE_A_WINDOW, "deliveries": 24}


#: What Qt opens for a thread: an eventfd, or a pipe where there is none; Windows needs no descriptor.
_DESCRIPTORS_OF_A_THREAD = 0 if os.name == "nt" else 1 if hasattr(os, "eventfd") else 2
#: Threads begin within milliseconds. A system that gives no more of them says so to Qt only, which says nothing.
_THREADS_BEGIN_S = 20.0


@dataclass(frozen=True)
class Left:
    """What a quit left undone, by pool."""

    #: Jobs that were waiting and were thrown away; who waited for their result was told.
    dropped: Mapping[str, int]
    #: Jobs that still run.
    running: Mapping[str, int]

    @property
    def is_nothing(self) -> bool:
        return not self.dropped and not self.running


class TaskRunner(QObject):
    """The `Executor` with threads. Make it, and call all but `start` and `post`, on the main thread.

    Promises: every result is delivered once, on the main thread, on a later turn of its loop; no error is
    silent; a blocked job of one pool delays no other pool. The global pool is never used.

    Quit in three steps: `refuse`, `drain` (again, when a person chose to wait), `close`; or all by `quit`.
    If a job still runs after that, Python cannot end it and would wait for it for ever: use `leave`.

    Raises `PersonError` ("files_out") where there are too few descriptors for its threads.
    """

    #: An error that nobody asked to be told of: a BaseException. Without receiver: sys.excepthook.
    unhandled = Signal(object)

    _returned = Signal(object)

    def __init__(self, sizes: Mapping[str, int] = BESIDE_A_WINDOW, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._main_thread = threading.get_ident()
        self._ledger = _Ledger()
        self._numbers = itertools.count(1)
        self._asked: dict[int, _Asked] = {}
        self._timers: list[QTimer] = []
        self._callbacks_under_way = 0
        self._when_quiet: list[Callable[[], None]] = []
        _need_descriptors(sum(sizes[name] for name in POOLS) * _DESCRIPTORS_OF_A_THREAD)
        self._pools = {name: self._make_pool(name, sizes[name]) for name in POOLS}
        self._begin_threads()
        # Queued also from the main thread: a callback never runs inside the call that asked for it.
        self._returned.connect(self._on_returned, Qt.ConnectionType.QueuedConnection)
        self._emit = self._returned.emit

    def _make_pool(self, name: str, size: int) -> QThreadPool:
        pool = QThreadPool(self)
        pool.setObjectName(name)
        pool.setMaxThreadCount(size)
        # Threads stay: with expiry, the 99th percentile of accept doubled.
        pool.setExpiryTimeout(-1)
        return pool

    def _begin_threads(self) -> None:
        """Have every thread there before the first job: one that begins later could find no descriptor."""
        sizes = [pool.maxThreadCount() for pool in self._pools.values()]
        all_begun = threading.Barrier(sum(sizes) + 1, timeout=_THREADS_BEGIN_S)
        for pool, size in zip(self._pools.values(), sizes, strict=True):
            for _ in range(size):  # none of them ends before the last has begun, so each needs a thread of its own
                pool.start(partial(_meet, all_begun))
        if not _meet(all_begun):
            raise Fault("the threads could not be started")

    # The executor

    def start(self, pool: str, job: Callable[[], None]) -> None:
        """Run `job` on `pool`. Callable from any thread. What it raises goes to `unhandled`.

        The worker drops `job` when it has run, so `job` must not be the last that holds a QObject.

        Raises `PersonError` ("outbox_closed") after `refuse` (see there), and anywhere after `close`.
        """
        self._enter(pool, job, None)

    def submit(
        self,
        pool: str,
        job: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Run `job` on `pool`; call `done` or `failed` on the main thread. Without `failed`: `unhandled`.

        The main thread keeps `job` and the callbacks until the result is there, so they may hold QObjects;
        `job` must not touch them. Work that is refused is told to `failed`, as "outbox_closed".
        """
        number = self._ask(done, failed, job)
        try:
            self._enter(pool, job, number)
        except PersonError as error:
            self._give(number, None, error)

    def ticket(self, done: Done | None, failed: Failed | None) -> Ticket:
        """Make a ticket whose `done` or `failed` is called on the main thread."""
        return _WorkersTicket(self._ask(done, failed), self._emit)

    def post(self, call: Callable[[], None]) -> None:
        """Have `call` run on the main thread, on a later turn of its loop. Callable from any thread.

        The caller may be the last that holds `call`, if the main thread is quicker. So from a worker, `call`
        must not be the last that holds a QObject: give a method of something that the main thread keeps.
        """
        self._emit(_Returned(None, call, None))

    def when_quiet(self, call: Callable[[], None]) -> None:
        """Call it on a later turn of the loop at which nobody waits for a result: what callbacks used may go then."""
        self._when_quiet.append(call)
        self.post(self._look_whether_quiet)

    def every(self, interval_s: float, call: Callable[[], None]) -> None:
        """Have `call` run on the main thread every so many seconds, as long as work is taken. Call on the main thread.

        For what may come a minute late: the system wakes for it together with other programs.
        """
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        timer.setInterval(round(interval_s * 1000))
        timer.timeout.connect(call)
        timer.start()
        self._timers.append(timer)

    def run_group(
        self,
        tasks: BackgroundTasks,
        pool: str,
        done: Callable[[BackgroundTasks], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Run a group as one runnable; call `done(tasks)` or `failed(GroupError)` on the main thread."""
        self.submit(pool, tasks.run, None if done is None else lambda _: done(tasks), failed)

    # The quit

    def refuse(self) -> None:
        """Take no new work. Workers and callbacks may still start what ends the work under way.

        So a notification whose commit ends in the drain is still confirmed, and its group still runs.
        """
        self._ledger.is_refusing = True
        for timer in self._timers:
            timer.stop()

    def drain(self, limit_s: float) -> bool:
        """Wait until all work has ended, and deliver its results here and now; True when none is left.

        Blocks the main thread for at most `limit_s` (plus the callbacks' own time) and lets no other events
        through: no paint, no key, no timer. Call `refuse` first.
        """
        deadline = time.monotonic() + limit_s
        while True:
            self._ledger.changed.clear()
            self._deliver()
            left_s = deadline - time.monotonic()
            if self._ledger.is_idle():
                self._deliver()  # a job's result is emitted before it counts as ended
                if self._ledger.is_idle():
                    return True
            elif left_s <= 0:
                return False
            else:
                self._ledger.changed.wait(left_s)

    def close(self) -> Left:
        """Throw away what waits, tell who waited for it, and end the threads unless a job still runs.

        Does not wait for running jobs. Safe to call again.
        """
        self._ledger.is_refusing = True
        dropped, running = self._ledger.close()
        self._deliver()
        if not running:
            # Threads that are only idle end at once.
            for pool in self._pools.values():
                pool.waitForDone()
        # Where nothing runs any more, nobody is left who could resolve a ticket.
        for number in [job.ticket for job in dropped] if running else list(self._asked):
            asked = self._asked.pop(number, None) if number is not None else None
            if asked is not None and asked.failed is not None:
                self._call(asked.failed, PersonError("outbox_closed"))
        return Left(Counter(job.pool for job in dropped), Counter(job.pool for job in running))

    def quit(self, limit_s: float) -> Left:
        """Refuse, drain within the limit, close; say what was left undone."""
        self.refuse()
        self.drain(limit_s)
        return self.close()

    def leave(self, code: int) -> NoReturn:
        """End the process at once although a job still runs: nothing else ends it. Call after `close`.

        What was accepted is on disk already, so this loses no more than a kill does.
        """
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    # Inside

    def _enter(self, pool: str, job: Callable[[], Any], ticket: int | None) -> None:
        threads = self._pools[pool]
        number = next(self._numbers)
        is_new = threading.get_ident() == self._main_thread and not self._callbacks_under_way
        self._ledger.add(number, _Job(pool, job, ticket), is_new)
        threads.start(partial(_run, self._ledger, self._emit, number))

    def _ask(self, done: Done | None, failed: Failed | None, job: Callable[[], Any] | None = None) -> int:
        if threading.get_ident() != self._main_thread:
            raise Fault("results are asked for on the main thread; a worker is handed a ticket")
        number = next(self._numbers)
        self._asked[number] = _Asked(done, failed, job)
        return number

    def _give(self, number: int, value: Any, error: BaseException | None) -> None:
        self._emit(_Returned(number, value, error))

    def _deliver(self) -> None:
        """Deliver the results that wait in the main thread's queue, and no other event."""
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)

    @Slot(object)
    def _on_returned(self, returned: "_Returned") -> None:
        number, value, error = returned.take()
        if number is None:
            if error is None:
                self._call(value)
            else:
                self._report(error)
            return
        self._answer(number, value, error)
        if self._when_quiet:
            self._look_whether_quiet()

    def _look_whether_quiet(self) -> None:
        if not self._asked:
            calls, self._when_quiet = self._when_quiet, []
            for call in calls:
                self._call(call)

    def _answer(self, number: int, value: Any, error: BaseException | None) -> None:
        asked = self._asked.pop(number, None)
        if asked is None:
            self._report(error or Fault(f"a ticket was given a second result: {value!r}"))
        elif error is None:
            if asked.done is not None:
                self._call(asked.done, value)
        elif asked.failed is not None:
            self._call(asked.failed, error)
        else:
            self._report(error)

    def _call(self, callback: Callable[..., None], *args: Any) -> None:
        self._callbacks_under_way += 1
        try:
            callback(*args)
        except Exception as error:  # noqa: BLE001 - a callback may raise anything; all of it is reported
            self._report(error)
        finally:
            self._callbacks_under_way -= 1

    def _report(self, error: BaseException) -> None:
        if self.isSignalConnected(QMetaMethod.fromSignal(self.unhandled)):
            self.unhandled.emit(error)
        else:
            sys.excepthook(type(error), error, error.__traceback__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the main thread keeps of one request, so that no worker is the last that holds it."""

    done: Done | None
    failed: Failed | None
    job: Callable[[], Any] | None


@dataclass(slots=True)
class _Job:
    pool: str
    #: Taken out by the worker that runs it.
    work: Callable[[], Any] | None
    ticket: int | None


class _Returned:
    """One result on its way. The main thread empties it: the worker is left with the shell.

    So the worker is never the last that holds the result, or an error whose traceback holds half the program.
    """

    __slots__ = ("_content",)

    def __init__(self, number: int | None, value: Any, error: BaseException | None) -> None:
        self._content: tuple[int | None, Any, BaseException | None] | None = (number, value, error)

    def take(self) -> tuple[int | None, Any, BaseException | None]:
        content, self._content = self._content, None
        assert content is not None
        return content


class _WorkersTicket:
    def __init__(self, number: int, emit: Callable[[_Returned], None]) -> None:
        self._number = number
        self._emit = emit

    def resolve(self, value: Any) -> None:
        self._emit(_Returned(self._number, value, None))

    def reject(self, error: BaseException) -> None:
        self._emit(_Returned(self._number, None, error))


class _Ledger:
    """Knows every job that waits or runs. Plain Python, any thread; its lock is never held while emitting."""

    def __init__(self) -> None:
        self.changed = threading.Event()
        self.is_refusing = False
        self._is_closed = False
        self._lock = threading.Lock()
        self._jobs: dict[int, _Job] = {}

    def add(self, number: int, job: _Job, is_new: bool) -> None:
        with self._lock:
            if self._is_closed or (self.is_refusing and is_new):
                raise PersonError("outbox_closed")
            self._jobs[number] = job

    def begin(self, number: int) -> tuple[Callable[[], Any] | None, int | None]:
        """Take a job's work out, to run it, with its ticket. None: it was thrown away."""
        with self._lock:
            job = self._jobs.get(number)
            if job is None:
                return None, None
            work, job.work = job.work, None
            return work, job.ticket

    def end(self, number: int) -> None:
        with self._lock:
            self._jobs.pop(number, None)
        self.changed.set()

    def is_idle(self) -> bool:
        return not self._jobs

    def close(self) -> tuple[list[_Job], list[_Job]]:
        """Throw away what waits. Return it, and what runs."""
        with self._lock:
            self._is_closed = True
            dropped = [job for job in self._jobs.values() if job.work is not None]
            self._jobs = {number: job for number, job in self._jobs.items() if job.work is None}
            return dropped, list(self._jobs.values())


def _need_descriptors(count: int) -> None:
    """Raise `PersonError` ("files_out") unless so many more files can be open."""
    opened: list[int] = []
    try:
        for _ in range(count):
            opened.append(os.open(os.devnull, os.O_RDONLY))  # noqa: PERF401 - the last may fail; all are closed
    except OSError as error:
        if not is_out_of_files(error):
            raise
        raise PersonError("files_out") from None
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _meet(barrier: threading.Barrier) -> bool:
    """Wait until all are there; False when some never came."""
    try:
        barrier.wait()
    except threading.BrokenBarrierError:
        return False
    return True


def _run(ledger: _Ledger, emit: Callable[[_Returned], None], number: int) -> None:
    """Run one job on this worker.

    Catches everything: an exception that left it would end in a hook on this thread, and SystemExit would
    hang the process.
    """
    work, ticket = ledger.begin(number)
    if work is None:
        return
    returned = None
    try:
        value = work()
    except BaseException as error:  # noqa: BLE001 - it travels to the main thread
        returned = _Returned(ticket, None, error)
    else:
        if ticket is not None:
            returned = _Returned(ticket, value, None)
        del value
    # Let go of the work before the main thread can: see `_Returned`.
    del work
    try:
        if returned is not None:
            emit(returned)
    finally:
        ledger.end(number)


#: As often as this is enough: on Python 3.11, PySide6 6.12.0 lost a reference at each.
_TIMES = 10_000


def lost_references() -> dict[str, int]:
    """Emit True, False and None and make void calls 10,000 times each; return the references that were lost.

    PySide6 6.12.0 on Python 3.10 and 3.11 loses one each time and aborts the process in the end. Empty is
    good. From Python 3.12 on these objects are immortal and their counts do not move: always empty there.
    """
    if sys.version_info >= (3, 12):
        return {}
    probe = _Probe()
    probe.told.connect(probe.hear)
    objects = (True, False, None)
    # Held so often, none of them can be lost altogether, which would abort the process.
    held = [thing for thing in objects for _ in range(10 * _TIMES)]
    before = [sys.getrefcount(thing) for thing in objects]
    for _ in range(_TIMES):
        for thing in objects:
            probe.told.emit(thing)
        probe.blockSignals(False)
        probe.setObjectName("")
    after = [sys.getrefcount(thing) for thing in objects]
    lost = {repr(thing): old - new for thing, old, new in zip(objects, before, after, strict=True)}
    for thing in objects:
        for _ in range(lost[repr(thing)]):
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
    del held
    # Others may hold a few less by now; a loss by every call is not mistaken for that.
    return {name: count for name, count in lost.items() if count >= _TIMES // 2}


class _Probe(QObject):
    told = Signal(object)

    @Slot(object)
    def hear(self, _thing: object) -> None:
        """Receive, as a slot of the program does."""


def loop_without_window() -> QCoreApplication:
    """Return the loop in which results are delivered and the engine lives where there is no window."""
    return QCoreApplication.instance() or QCoreApplication(["outtray"])


@contextmanager
def ended_by_signals(end: Callable[[], None]) -> Iterator[None]:
    """Have SIGTERM, SIGINT and SIGHUP call `end` on the main thread, also while Qt's loop sleeps.

    Python runs a handler only between two steps of its own, and Qt's loop makes none: so the signal also writes a
    byte to a socket, and reading that is such a step. There is no timer.
    """
    near, far = socket.socketpair()
    near.setblocking(False)
    far.setblocking(False)
    notifier = QSocketNotifier(near.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: near.recv(4096))
    old_descriptor = signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
    names = [name for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)]  # Windows has no SIGHUP
    old_handlers = {
        getattr(signal, name): signal.signal(getattr(signal, name), lambda _number, _frame: end()) for name in names
    }
    try:
        yield
    finally:
        signal.set_wakeup_fd(old_descriptor)
        for number, handler in old_handlers.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        near.close()
        far.close()
