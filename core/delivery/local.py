"""The engine of this computer: runs of deliveries on a QThreadPool, woken by a timer or by a commit."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from core.clock import Clock
from core.delivery.attempt import Attempts
from core.delivery.dispatcher import Dispatcher
from core.executor import Executor
from core.outbox.log import Log
from core.outbox.notification import Changes, Claim

#: A timer of Qt takes at most 24 days; a later delivery is looked for again after an hour.
_LONGEST_WAIT_MS = 3_600_000


class LocalEngine:
    """Lives on the main thread. Looks at the queue in the writes pool, delivers on the deliveries pool.

    There is no periodic wake-up: a commit that made something due wakes it, else the next due time does.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        attempts: Attempts,
        log: Log,
        executor: Executor,
        clock: Clock,
        *,
        threads: int,
        parent: QObject | None = None,
        when_idle: Callable[[], None] = lambda: None,
    ) -> None:
        self._dispatcher = dispatcher
        self._attempts = attempts
        self._log = log
        self._executor = executor
        self._clock = clock
        self._threads = threads
        self.when_idle = when_idle
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.wake)
        self._busy = 0
        self._is_running = False
        self._is_looking = False
        self._must_look_again = False
        self._is_wake_posted = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to deliver."""
        self._is_running = True
        self.wake()

    def on_commit(self, changes: Changes) -> None:
        """Be told of a commit, on the writes thread; many are answered by one look."""
        if not changes.is_due:
            return
        with self._lock:
            if self._is_wake_posted:
                return
            self._is_wake_posted = True
        self._executor.post(self._on_woken)

    def _on_woken(self) -> None:
        with self._lock:
            self._is_wake_posted = False
        self.wake()

    def wake(self) -> None:
        """Look at the queue, unless a look is under way: then once more after it."""
        if not self._is_running:
            return
        if self._is_looking:
            self._must_look_again = True
            return
        free = self._threads - self._busy
        if free <= 0:
            return  # the end of a run looks again
        self._is_looking = True
        self._must_look_again = False
        self._dispatcher.claim(free).then(lambda claimed: self._on_claimed(claimed, free), self._on_trouble)

    def stop(self) -> None:
        """Claim nothing more, and let each run end after the message it is at."""
        self._is_running = False
        self._timer.stop()
        self._attempts.halt()

    @property
    def is_idle(self) -> bool:
        """True when nothing is being delivered, and no look at the queue is under way."""
        return not (self._busy or self._is_looking or self._must_look_again)

    def _on_claimed(self, claimed: tuple[tuple[Claim, ...], int | None], free: int) -> None:
        self._is_looking = False
        now_ms = self._clock.now_ms()
        step = self._dispatcher.step(claimed, free, now_ms)
        for run in step.runs:
            self._busy += 1
            self._executor.submit("deliveries", _Serving(self._attempts, run), self._on_served, self._on_failed_run)
        if self._must_look_again or step.is_more:
            self._must_look_again = False
            if self._busy < self._threads:
                self.wake()
                return
        if step.next_due_at is not None and self._is_running:
            self._timer.start(max(0, min(step.next_due_at - now_ms, _LONGEST_WAIT_MS)))
        self._tell_if_idle()

    def _on_served(self, _: object) -> None:
        self._busy -= 1
        self._executor.submit("log", self._log.catch_up)
        self.wake()
        self._tell_if_idle()

    def _on_failed_run(self, error: BaseException) -> None:
        self._busy -= 1
        self._timer.start(1000)  # not at once: what failed by a fault of ours would only fail faster
        raise error

    def _on_trouble(self, error: BaseException) -> None:
        """The queue could not be looked at: the disk is full, or busy. Look again in a while."""
        self._is_looking = False
        if self._is_running:
            self._timer.start(2000)
        raise error

    def _tell_if_idle(self) -> None:
        if self.is_idle:
            self.when_idle()


class _Serving:
    """A run as a job: holds no QObject, so that the worker may be the last to hold it."""

    def __init__(self, attempts: Attempts, run: tuple[Claim, ...]) -> None:
        self._attempts = attempts
        self._run = run

    def __call__(self) -> None:
        self._attempts.serve(self._run)
