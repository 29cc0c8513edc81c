"""Keeps the numbers of the charts: reads them behind the window, and what is new while somebody looks."""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.clock import Clock
from core.errors import PersonError
from core.executor import Executor
from core.outbox.notification import Changes
from core.outbox.tallies import Part, Reach, Tally, read_part

#: The charts follow what happens at most so often (ms): quicker than this nobody reads them.
_AGAIN_MS = 1000
#: A period is over so long (ms) before the next is shown: a timer may be early.
_TURN_MS = 50


class Counted(Protocol):
    """What is asked of `core.outbox.reader.Reader`. Blocks."""

    def read(self, what: Callable[[sqlite3.Connection], Part]) -> Part: ...


class Counting(QObject):
    """Counts while it runs, and has no timer while it rests.

    `counted(tuple[Period, ...])`: every period, oldest first; also while older ones are still being read.
    `failed(BaseException)`: they could not be read.
    """

    counted = Signal(object)
    failed = Signal(object)

    def __init__(self, executor: Executor, reader: Counted, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._executor = executor
        self._reader = reader
        self._clock = clock
        self._reach: Reach | None = None
        self._tally = Tally((0, 0))
        #: Grows with each beginning: what was asked before is not listened to any more.
        self._turn = 0
        #: The newest event that was looked at.
        self._newest = 0
        #: What is old is still being read.
        self.is_reading = False
        #: What is new is being read.
        self._is_asking = False
        self._soon = _timer(self, self._ask_for_news)
        self._next_period = _timer(self, self._move_on)

    def begin(self, reach: Reach) -> None:
        """Count anew, from the newest back to the beginning of the first period, and go on with what happens."""
        self._turn += 1
        self._reach = reach
        self._tally = Tally(reach.starts(self._clock.now_ms()))
        self._newest = 0
        self.is_reading, self._is_asking = True, False
        self._soon.stop()
        self._plan_next_period()
        self._ask_for_older(None)

    def stop(self) -> None:
        """Rest: no timer, and nothing is read."""
        self._turn += 1
        self._reach = None
        self.is_reading = self._is_asking = False
        self._soon.stop()
        self._next_period.stop()

    @Slot(object)
    def note_changed(self, changes: Changes) -> None:
        """Take note that something happened. While it rests, or more is coming anyway, this does nothing."""
        if self._reach is not None and changes.deliveries and not self._soon.isActive():
            self._soon.start(_AGAIN_MS)

    def _ask_for_older(self, below: int | None) -> None:
        job = self._job(0, below)
        turn = self._turn
        self._executor.submit("reads", job, partial(self._on_older, turn, below), partial(self._on_not_read, turn))

    def _on_older(self, turn: int, below: int | None, part: Part) -> None:
        if turn != self._turn:
            return
        if below is None:
            self._newest = part.newest  # what came since is news
        self._tally.add(part.rows)
        if part.is_last:
            self.is_reading = False
            self._tell()
            self._ask_for_news()
            return
        self._ask_for_older(part.first)
        if not self._soon.isActive():  # what was found so far is shown as often as news are
            self._soon.start(_AGAIN_MS)
            self._tell()

    def _job(self, above: int, below: int | None) -> Callable[[], Part]:
        assert self._reach is not None
        since_ms, step_ms = self._tally.since_ms, self._reach.step_ms
        part = partial(read_part, since_ms=since_ms, step_ms=step_ms, above=above, below=below)
        return partial(self._reader.read, part)

    @Slot()
    def _ask_for_news(self) -> None:
        if self._reach is None or self.is_reading:
            return
        if self._is_asking:
            self._soon.start(_AGAIN_MS)
            return
        self._is_asking = True
        self._ask_above(self._newest, None)

    def _ask_above(self, above: int, below: int | None) -> None:
        job = self._job(above, below)
        turn = self._turn
        done = partial(self._on_news, turn, above, below)
        self._executor.submit("reads", job, done, partial(self._on_not_read, turn))

    def _on_news(self, turn: int, above: int, below: int | None, part: Part) -> None:
        if turn != self._turn:
            return
        if part.newest < above:  # another file has the outbox's name now: it was recovered
            assert self._reach is not None
            self.begin(self._reach)
            return
        if below is None:
            self._newest = part.newest
        self._tally.add(part.rows)
        if part.is_last:
            self._is_asking = False
            if part.rows:
                self._tell()
        else:
            self._ask_above(above, part.first)

    def _on_not_read(self, turn: int, error: BaseException) -> None:
        if turn != self._turn or (isinstance(error, PersonError) and error.code == "outbox_closed"):
            return
        self.stop()
        self.failed.emit(error)

    @Slot()
    def _move_on(self) -> None:
        """Begin a new period."""
        if self._reach is None:
            return
        self._tally.move_to(self._reach.starts(self._clock.now_ms()))
        self._plan_next_period()
        self._tell()

    def _plan_next_period(self) -> None:
        left_ms = self._tally.until_ms - self._clock.now_ms()
        self._next_period.start(max(0, left_ms) + _TURN_MS)

    def _tell(self) -> None:
        self.counted.emit(self._tally.periods())


def _timer(parent: Counting, due: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.timeout.connect(due)
    return timer
