"""How late the frames of the window are while notifications are delivered.

A frame is due every 1/60 s. Its lateness is the time from when it is due until the main thread begins it; a frame
that was skipped because the one before was so late counts with all of its lateness.
"""

import sys
import threading
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

from core.outbox.notification import PRACTICE, Counts, Draft, Recipient, Terms, new_token
from core.outbox.states import Place, State
from tests.bench.files import write_file
from tests.bench.measure import FRAME_MS, TEXT, Figure, Peer, Size, answer, percentile
from tests.bench.windows import Loop, open_bare, open_session

_PERIOD_NS = round(FRAME_MS * 1e6)
#: As many as deliver beside the real window.
_THREADS = 4
#: How long nothing happens, and how long the floor's threads write.
_SECONDS = 5.0


def figures(folder: Path, size: Size) -> list[Figure]:
    """Measure the real window at rest and while it delivers, and the bare one while plain threads write."""
    busy: list[float] = []
    idle: list[float] = []
    floor: list[float] = []
    rates: list[float] = []
    seconds = _SECONDS if size.deliveries > 1000 else 1.0
    with (
        Peer("tests.bench.frames", ("ours", str(folder / "ours"))) as our_peer,
        Peer("tests.bench.frames", ("floor", str(folder / "floor"))) as floor_peer,
    ):
        for _ in range(size.frame_rounds):
            idle += our_peer.ask(seconds=seconds)["late_ms"]
            delivered = our_peer.ask(deliveries=size.deliveries)
            busy += delivered["late_ms"]
            rates.append(size.deliveries / delivered["seconds"])
            floor += floor_peer.ask(seconds=seconds)["late_ms"]
    goal = "p99.9 < 16.7 ms"
    return [
        Figure(
            f"Frame late while {size.deliveries:,} go to Practice",
            "ms",
            busy,
            floor,
            goal,
            percentile(busy, 99.9) < FRAME_MS,
            tail=99.9,
            note=f"floor: {_THREADS} plain threads write and sync files beside a bare window",
        ),
        Figure("Frame late, nothing to do", "ms", idle, floor, tail=99.9, note="the same window, the same floor"),
        Figure("Deliveries a second beside the window", "/s", rates, (), is_rate=True),
    ]


class _Frames(QObject):
    """Ticks 60 times a second, has something repainted, and notes how late it was."""

    def __init__(self, shown: QWidget) -> None:
        super().__init__()
        self._shown = shown
        self._due_ns = 0
        self.late_ms: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)

    def start(self) -> None:
        """Begin anew."""
        self.late_ms = []
        self._due_ns = time.perf_counter_ns()
        self._plan()

    def stop(self) -> list[float]:
        """End, and return how late each frame was, in ms."""
        self._timer.stop()
        return self.late_ms

    @Slot()
    def _on_timer_timeout(self) -> None:
        now_ns = time.perf_counter_ns()
        while self._due_ns <= now_ns:
            self.late_ms.append((now_ns - self._due_ns) / 1e6)
            self._due_ns += _PERIOD_NS
        self._shown.update()
        self._plan()

    def _plan(self) -> None:
        # Qt counts whole milliseconds: rounded up, so that up to one of them is lateness on both sides.
        left_ns = max(0, self._due_ns - time.perf_counter_ns())
        self._timer.start(-(-left_ns // 1_000_000))


class _Ours:
    def __init__(self, folder: Path, account: str = PRACTICE) -> None:
        self._session, self._loop = open_session(folder)
        self._account = account
        self._frames = _Frames(self._session.outbox.list.viewport())
        self._counts = Counts()
        self._session.outbox.counted.connect(self._on_counted)

    def measure(self, seconds: float = 0.0, deliveries: int = 0) -> dict[str, Any]:
        """Look at frames for some seconds at rest, or while so many are delivered."""
        if not deliveries:
            return {"late_ms": _at_rest(self._frames, self._loop, seconds)}
        outbox, loop = self._session.program.outbox, self._loop
        sent = self._sent() + deliveries
        for number in range(deliveries):
            outbox.accept(draft(number, self._account), Terms(), token=new_token()).then()
        loop.until(lambda: self._counts.of(Place.ALL) == sent)
        loop.rest(1000)
        began_s = time.monotonic()
        self._frames.start()
        outbox.resume().then()
        loop.until(lambda: self._sent() == sent, look_ms=20)
        late_ms, ended_s = self._frames.stop(), time.monotonic()
        outbox.pause().then()
        loop.rest(500)
        return {"late_ms": late_ms, "seconds": ended_s - began_s}

    @Slot(object)
    def _on_counted(self, counts: Counts) -> None:
        self._counts = counts

    def _sent(self) -> int:
        return self._counts.by_state.get(State.SENT, 0)


def draft(number: int, account: str) -> Draft:
    """Return a short message to somebody, by an account."""
    to = (Recipient(f"reader{number}@example.com"),)
    return Draft(to=to, subject="Your order is ready", text=TEXT, account=account)


class _Floor:
    """A bare window beside plain threads that do to the disk what delivering to a mail folder does."""

    def __init__(self, folder: Path) -> None:
        self._app = QApplication(["bare"])
        self._window, self._loop = open_bare()
        self._frames = _Frames(self._window)
        self._folder = folder
        self._must_end = threading.Event()
        folder.mkdir()

    def measure(self, seconds: float) -> dict[str, Any]:
        """Look at frames for some seconds while the threads write."""
        self._must_end.clear()
        threads = [threading.Thread(target=self._write, args=(number,)) for number in range(_THREADS)]
        for thread in threads:
            thread.start()
        late_ms = _at_rest(self._frames, self._loop, seconds)
        self._must_end.set()
        for thread in threads:
            thread.join()
        return {"late_ms": late_ms}

    def _write(self, number: int) -> None:
        count = 0
        while not self._must_end.is_set():
            count += 1
            write_file(self._folder, f"{number}-{count}")


def _at_rest(frames: _Frames, loop: Loop, seconds: float) -> list[float]:
    frames.start()
    loop.rest(round(seconds * 1000))
    return frames.stop()


if __name__ == "__main__":
    side, place = sys.argv[1], Path(sys.argv[2])
    measured: _Ours | _Floor = _Ours(place, *sys.argv[3:]) if side == "ours" else _Floor(place)
    answer(measured.measure)
