"""What commits changed, brought to the main thread and told at most once a frame."""

import threading

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.executor import Executor
from core.outbox.notification import Changes

#: One frame at 60 Hz: a list that is drawn once a frame has no use for more.
_FRAME_MS = 16


class ChangeFeed(QObject):
    """Collects changes from the writes thread. `changed(Changes)` is emitted on the main thread.

    The first change after a quiet time is told at once, further ones together after a frame. Quiet, it has no timer.
    """

    changed = Signal(object)

    def __init__(self, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = executor
        self._lock = threading.Lock()
        self._collected = Changes()
        self._is_posted = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    def on_commit(self, changes: Changes) -> None:
        """Take what a commit changed. Give it to `Outbox.subscribe`; called on the writes thread."""
        with self._lock:
            self._collected |= changes
            if self._is_posted:
                return
            self._is_posted = True
        self._executor.post(self._tell)

    def _tell(self) -> None:
        if self._timer.isActive():
            return  # the end of the frame tells it
        with self._lock:
            changes, self._collected = self._collected, Changes()
            self._is_posted = False
        self._timer.start()
        self.changed.emit(changes)

    @Slot()
    def _on_timer_timeout(self) -> None:
        with self._lock:
            is_waiting = self._is_posted
        if is_waiting:
            self._tell()
