"""Press of Ctrl+Enter → "Accepted" painted: the real window, against one synced commit and a repaint.

Both sides begin with a real key press and end when the window has painted and handed on the picture. Ours ends when
"Accepted" *and* the new row of the list have been painted.
"""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.outbox.notification import PRACTICE, Draft, Recipient, Terms, new_token
from core.outbox.states import State
from tests.bench.files import commit_row, raw_database
from tests.bench.frames import draft
from tests.bench.measure import FRAME_MS, TEXT, Figure, Peer, Size, answer, percentile
from tests.bench.windows import PaintWatch, open_bare, open_session

#: Presses between two turns of the floor.
_BLOCK = 40
#: Not counted: the first presses meet cold caches.
_WARM_UP = 20
#: Between two presses, so that what follows a press has ended: "idle" is what is measured.
_REST_MS = 40


def figures(folder: Path, size: Size) -> list[Figure]:
    """Measure both sides in turns."""
    ours: list[float] = []
    floor: list[float] = []
    with (
        Peer("tests.bench.accepted", ("ours", str(folder / "ours"))) as our_peer,
        Peer("tests.bench.accepted", ("floor", str(folder / "floor"))) as floor_peer,
    ):
        for peer in (our_peer, floor_peer):
            peer.ask(presses=_WARM_UP)
        while len(ours) < size.presses:
            ours += our_peer.ask(presses=_BLOCK)
            floor += floor_peer.ask(presses=_BLOCK)
    median, tail = percentile(ours, 50), percentile(ours, 99)
    is_met = median <= 2 * percentile(floor, 50) and tail < FRAME_MS
    return [
        Figure(
            "Ctrl+Enter → “Accepted” painted",
            "ms",
            ours,
            floor,
            "≤ 2 × floor, p99 < 16.7 ms",
            is_met,
            note="floor: key, one synced commit on another thread, signal, repaint",
        )
    ]


class _Presser(QObject):
    """Presses Ctrl+Enter in the real window, and looks at what is painted."""

    def __init__(self, folder: Path, account: str = PRACTICE) -> None:
        super().__init__()
        self._session, self._loop = open_session(folder)
        self._account = account
        self._form = self._session.compose
        self._list = self._session.outbox.list
        self._watch = PaintWatch(self._session.window, self._on_painted)
        self._form.strip.installEventFilter(self)
        self._list.viewport().installEventFilter(self)
        self._number = self._wanted_rows = 0
        self._is_said = self._is_listed = False
        self._ended_ns = 0

    def presses(self, presses: int, deliveries: int = 0) -> list[float]:
        """Press so often; return how long each took, in ms. Meanwhile so many are delivered: more than will go."""
        if not deliveries:
            return [self._press() for _ in range(presses)]
        outbox = self._session.program.outbox
        waiting = self._waiting()
        for number in range(deliveries - waiting):
            outbox.accept(draft(number, self._account), Terms(), token=new_token()).then()
        self._loop.until(lambda: self._waiting() >= deliveries)
        self._loop.rest(1000)
        outbox.resume().then()
        took = [self._press() for _ in range(presses)]
        assert self._waiting(), "there were too few deliveries for so many presses"
        outbox.pause().then()
        self._loop.rest(500)
        return took

    def _waiting(self) -> int:
        return self._session.program.reader.counts().by_state.get(State.QUEUED, 0)

    def _press(self) -> float:
        self._number += 1
        typed = Draft(to=(Recipient(f"ann{self._number}@example.com"),), subject="Your order is ready", text=TEXT)
        composing, loop = self._session.composing, self._loop
        self._form.rest()
        composing.bring(typed)
        composing.keeper.keep()  # as half a second after the last key: the accept drops the kept draft
        loop.rest(_REST_MS)
        rows = self._session.outbox.model.rowCount()
        self._wanted_rows = rows + 1
        self._is_said = self._is_listed = False
        self._ended_ns = 0
        field = QApplication.focusWidget()
        assert field is not None
        began_ns = time.perf_counter_ns()
        QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        while not self._ended_ns:
            loop.enter()
        loop.rest(_REST_MS)
        return (self._ended_ns - began_ns) / 1e6

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            if watched is self._form.strip:
                self._is_said = "Accepted" in self._form.strip.text()
            elif self._session.outbox.model.rowCount() == self._wanted_rows:
                self._is_listed = True
        return False

    def _on_painted(self) -> None:
        if self._is_said and self._is_listed and not self._ended_ns:
            self._ended_ns = time.perf_counter_ns()
            self._loop.leave()


class _Hub(QObject):
    committed = Signal(int)


class _BareSender(QObject):
    """A key that commits one row on another thread, and a repaint when that is on disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        folder.mkdir()
        self._app = QApplication(["bare"])
        self._window, self._loop = open_bare()
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)
        self._pool.setExpiryTimeout(-1)
        self._hub = _Hub()
        self._hub.committed.connect(self._on_committed, Qt.ConnectionType.QueuedConnection)
        self._emit = self._hub.committed.emit
        self._database = raw_database(folder / "floor.db")
        self._window.installEventFilter(self)
        self._watch = PaintWatch(self._window, self._on_painted)
        self._number = 0
        self._is_committed = False
        self._ended_ns = 0

    def presses(self, presses: int) -> list[float]:
        """Press so often; return how long each took, in ms."""
        return [self._press() for _ in range(presses)]

    def _press(self) -> float:
        self._number += 1
        self._is_committed = False
        self._ended_ns = 0
        self._loop.rest(_REST_MS)
        began_ns = time.perf_counter_ns()
        QTest.keyClick(self._window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        while not self._ended_ns:
            self._loop.enter()
        self._loop.rest(_REST_MS)
        return (self._ended_ns - began_ns) / 1e6

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._pool.start(self._commit)
            return True
        return False

    def _commit(self) -> None:
        commit_row(self._database, self._number)
        self._emit(self._number)

    @Slot(int)
    def _on_committed(self, number: int) -> None:
        self._is_committed = True
        self._window.words = f"Accepted {number}"
        self._window.update()

    def _on_painted(self) -> None:
        if self._is_committed and not self._ended_ns:
            self._ended_ns = time.perf_counter_ns()
            self._loop.leave()


if __name__ == "__main__":
    side, place = sys.argv[1], Path(sys.argv[2])
    presser: _Presser | _BareSender = _Presser(place, *sys.argv[3:]) if side == "ours" else _BareSender(place)
    answer(presser.presses)
