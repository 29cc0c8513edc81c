"""The engine of this computer: runs of deliveries on a QThreadPool, woken by a timer or by a commit."""

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from core.clock import Clock
from core.delivery.attempt import KEPT_S, Attempts
from core.delivery.dispatcher import CLOCK_SET_S, Dispatcher, Step
from core.errors import PersonError
from core.executor import Executor
from core.outbox.log import Log
from core.outbox.notification import Changes, Claim

if TYPE_CHECKING:
    from core.delivery.pacing import Served

#: While something waits for its time, the queue is looked at this often at least: so a clock that was set, or a
#: computer that slept, costs a minute. With nothing waiting there is no timer at all.
_LONGEST_WAIT_MS = 60_000
#: After a look that failed, the queue rests: so a full disk is met once a second, then less and less often, and not
#: as fast as the processor can. After a run that failed by a fault of ours, its account rests: the pacing has that.
_REST_MS = 1000
_LONGEST_REST_MS = 60_000


class LocalEngine:
    """Lives on the main thread. Looks at the queue in the writes pool, delivers on the deliveries pool.

    There is no periodic wake-up: a commit that made something due wakes it, else the next due time does. Of the
    `threads` of the deliveries pool as many as the `budget` are used at once, and the others where servers hang.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        attempts: Attempts,
        log: Log,
        executor: Executor,
        clock: Clock,
        *,
        budget: int,
        threads: int,
        parent: QObject | None = None,
        when_idle: Callable[[], None] = lambda: None,
    ) -> None:
        self._dispatcher = dispatcher
        self._attempts = attempts
        self._log = log
        self._executor = executor
        self._clock = clock
        self._budget = budget
        self._threads = threads
        self.when_idle = when_idle
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer)
        #: Runs only while connections are kept.
        self._idle_timer = QTimer(parent)
        self._idle_timer.setSingleShot(True)
        self._idle_timer.setInterval(round(KEPT_S * 1000))
        self._idle_timer.timeout.connect(self._on_idle_timer)
        self._ahead_ms = self._wall_ahead_ms()
        self._busy = 0
        self._is_running = False
        self._is_looking = False
        self._must_look_again = False
        self._rest_ms = 0
        self._is_resting = False
        self._has_resting = False
        self._is_logging = False
        self._must_log_again = False
        self._is_in_trouble = {"log": False, "queue": False}
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
        if not self._is_running or self._is_resting:
            return
        self._watch_clock()
        if self._is_looking:
            self._must_look_again = True
            return
        free = self._threads - self._busy
        if free <= 0:
            return  # the end of a run looks again
        self._is_looking = True
        self._must_look_again = False
        self._dispatcher.look(free, self._budget).then(self._on_looked, self._on_no_look)

    def stop(self) -> None:
        """Claim nothing more, break off what is not handed over yet, and let each run end there."""
        self._is_running = self._is_resting = self._has_resting = self._must_look_again = False
        self._timer.stop()
        self._idle_timer.stop()
        self._attempts.halt()

    @property
    def is_idle(self) -> bool:
        """True when nothing is being delivered or logged, and nothing that is due is known."""
        return not (
            self._busy
            or self._is_looking
            or self._must_look_again
            or self._is_resting
            or self._has_resting
            or self._is_wake_posted
            or self._is_logging
        )

    def _on_looked(self, step: Step) -> None:
        self._is_looking = False
        self._has_resting = step.is_resting and self._is_running
        if self._is_in_trouble["queue"]:
            self._is_in_trouble["queue"] = False
            self._rest_ms = 0
        for run in step.runs:  # also after `stop`: each run gives its claims back
            self._busy += 1
            serving = _Serving(self._attempts, self._dispatcher, run)
            self._executor.submit("deliveries", serving, self._on_served, self._on_failed_run)
        if self._is_running and (self._must_look_again or step.is_more) and self._busy < self._threads:
            self.wake()
        elif self._is_running and step.next_due_at is not None and not self._is_resting:
            self._timer.start(max(0, min(step.next_due_at - self._clock.now_ms(), _LONGEST_WAIT_MS)))
        self._tell_if_idle()

    def _on_served(self, served: "Served") -> None:
        self._busy -= 1
        if served.is_kept and self._is_running:
            self._idle_timer.start()
        self._catch_up()
        self.wake()
        self._tell_if_idle()

    def _on_failed_run(self, error: BaseException) -> None:
        self._busy -= 1
        self._catch_up()
        self.wake()
        self._tell_if_idle()
        if not self._is_closing(error):
            raise error

    def _on_no_look(self, error: BaseException) -> None:
        """The queue could not be looked at: the disk is full, say. Told once, until it could be."""
        self._is_looking = False
        self._rest()
        if not (self._is_in_trouble["queue"] or self._is_closing(error)):
            self._is_in_trouble["queue"] = True
            raise error

    def _rest(self) -> None:
        if self._is_running:
            self._rest_ms = min(max(_REST_MS, 2 * self._rest_ms), _LONGEST_REST_MS)
            self._is_resting = True
            self._timer.start(self._rest_ms)

    def _on_timer(self) -> None:
        self._is_resting = False
        self.wake()

    def _on_idle_timer(self) -> None:
        self._executor.submit("deliveries", partial(self._attempts.let_go, 0.9 * KEPT_S), self._on_let_go)

    def _on_let_go(self, is_kept: bool) -> None:
        if is_kept and self._is_running and not self._idle_timer.isActive():
            self._idle_timer.start()

    def _wall_ahead_ms(self) -> int:
        return self._clock.now_ms() - round(self._clock.monotonic_s() * 1000)

    def _watch_clock(self) -> None:
        """Let go of the kept connections when the computer slept or the clock was set: what they were to has gone."""
        ahead_ms = self._wall_ahead_ms()
        if abs(ahead_ms - self._ahead_ms) > CLOCK_SET_S * 1000 and self._idle_timer.isActive():
            self._executor.submit("deliveries", partial(self._attempts.let_go, 0.0), self._on_let_go)
        self._ahead_ms = ahead_ms

    def _catch_up(self) -> None:
        """Have log.txt written; what comes meanwhile is written together, in one more go."""
        if self._is_logging:
            self._must_log_again = True
            return
        self._is_logging = True
        self._must_log_again = False
        self._executor.submit("log", self._log.catch_up, self._on_logged, self._on_not_logged)

    def _on_logged(self, _: object) -> None:
        self._is_logging = False
        self._is_in_trouble["log"] = False
        if self._must_log_again:
            self._catch_up()
        self._tell_if_idle()

    def _on_not_logged(self, error: BaseException) -> None:
        """log.txt cannot be written. Told once, until it could be; deliveries go on."""
        self._is_logging = False
        was_known, self._is_in_trouble["log"] = self._is_in_trouble["log"], True
        self._tell_if_idle()
        if not (was_known or self._is_closing(error)):
            raise error

    def _is_closing(self, error: BaseException) -> bool:
        """True for what is refused because the program ends: the next start goes on from what is on disk."""
        return not self._is_running and isinstance(error, PersonError) and error.code == "outbox_closed"

    def _tell_if_idle(self) -> None:
        if self.is_idle:
            self.when_idle()


class _Serving:
    """A run as a job: holds no QObject, so that the worker may be the last to hold it."""

    def __init__(self, attempts: Attempts, dispatcher: Dispatcher, run: tuple[Claim, ...]) -> None:
        self._attempts = attempts
        self._dispatcher = dispatcher
        self._run = run

    def __call__(self) -> "Served":
        served = None
        try:
            served = self._attempts.serve(self._run)
        finally:
            self._dispatcher.ended(self._run, served)
        return served
