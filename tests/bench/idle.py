"""How often an idle program wakes up: every switch of every thread, ours and a bare window's in the same seconds.

A thread that sleeps is switched to once for each time that it wakes (proc(5): `voluntary_ctxt_switches`), so this
counts timers, polling and whatever else keeps a processor from resting.
"""

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow

from tests.bench.measure import Figure, Peer, Size, answer
from tests.bench.windows import HEIGHT, WIDTH, Loop, open_session

#: After the window was opened: what start-up left to do has ended by then.
_SETTLE_S = 3.0


def figures(folder: Path, size: Size) -> list[Figure]:
    """Let both be idle side by side. Only where there is /proc."""
    if not Path("/proc/self/task").is_dir():
        return []
    with (
        Peer("tests.bench.idle", ("ours", str(folder / "ours"))) as ours,
        Peer("tests.bench.idle", ("floor", str(folder / "floor"))) as floor,
        Peer("tests.bench.idle", ("caret", str(folder / "caret"))) as caret,
    ):
        peers = (ours, floor, caret)
        for peer in peers:
            peer.ask()
        for peer in peers:
            peer.tell(seconds=_SETTLE_S + size.idle_s + 1.0)
        time.sleep(_SETTLE_S)
        before = [_switches(peer.pid) for peer in peers]
        time.sleep(size.idle_s)
        after = [_switches(peer.pid) for peer in peers]
        for peer in peers:
            peer.hear()
    counts = [(last - first) / size.idle_s for first, last in zip(before, after, strict=True)]
    return [
        Figure(
            "Wake-ups a second, idle",
            "/s",
            counts[:1],
            counts[1:2],
            "as a bare window",
            counts[0] <= counts[1] + 1,
            note="switches of all threads; floor: an empty QMainWindow",
        ),
        Figure(
            "The same, beside a bare window with a caret",
            "/s",
            counts[:1],
            counts[2:],
            "",
            None,
            note="floor: a QMainWindow whose one QLineEdit has the focus: its caret blinks, as ours in To does",
        ),
    ]


def _switches(pid: int) -> int:
    return sum(_of_threads(Path(f"/proc/{pid}/task").iterdir()))


def _of_threads(threads: Iterable[Path]) -> Iterable[int]:
    for thread in threads:
        for line in (thread / "status").read_text("ascii").splitlines():
            if "ctxt_switches" in line:
                yield int(line.split()[1])


class _Ours:
    def __init__(self, folder: Path) -> None:
        self._session, self._loop = open_session(folder)
        self._session.program.outbox.resume().then()

    def measure(self, seconds: float = 0.0) -> Any:
        """Be idle."""
        self._loop.rest(round(seconds * 1000))


class _Bare:
    def __init__(self, *, has_caret: bool) -> None:
        self._app = QApplication(["bare"])
        self._window = QMainWindow()
        if has_caret:
            field = QLineEdit()
            self._window.setCentralWidget(field)
            field.setFocus()
        self._window.resize(WIDTH, HEIGHT)
        self._window.show()
        self._window.activateWindow()
        self._loop = Loop()

    def measure(self, seconds: float = 0.0) -> Any:
        """Be idle."""
        self._loop.rest(round(seconds * 1000))


if __name__ == "__main__":
    measured: _Ours | _Bare = (
        _Ours(Path(sys.argv[2])) if sys.argv[1] == "ours" else _Bare(has_caret=sys.argv[1] == "caret")
    )
    answer(measured.measure)
