"""One notice of the desktop for all that came to need the person while they looked elsewhere."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from core.outbox.notification import Counts
from core.outbox.states import Place

_translate = QCoreApplication.translate

#: After the last of them this long (ms): what fails together is told together.
_QUIET_MS = 3000


class Digest(QObject):
    """Watches the numbers. Never one notice a message: those of some seconds are one.

    `due(str)`: the sentence to show.
    """

    due = Signal(str)

    def __init__(self, is_looked_at: Callable[[], bool], parent: QObject) -> None:
        """`is_looked_at` says whether the person has the window before them: then nothing is told."""
        super().__init__(parent)
        self._is_looked_at = is_looked_at
        self._last: int | None = None
        self._new = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)

    def on_counted(self, counts: Counts) -> None:
        """Take note of new numbers."""
        now, before = counts.of(Place.NEEDS_YOU), self._last
        self._last = now
        if before is None or self._is_looked_at():
            self._forget()
        elif now > before:
            self._new += now - before
            self._timer.start(_QUIET_MS)
        else:
            self._new = max(0, self._new - (before - now))

    def _forget(self) -> None:
        self._new = 0
        self._timer.stop()

    @Slot()
    def _on_timer_timeout(self) -> None:
        new, self._new = self._new, 0
        if not new or self._is_looked_at():
            return
        self.due.emit(
            _translate("Digest", "%Ln message(s) need(s) you: failed, or perhaps not arrived.", "plural", new)
        )
