"""The list of a million deliveries beside the list of a thousand: what a person does there takes as long.

Both are the real window, each on an outbox of its own, and are asked in turns. What is waited for ends when the window
has painted it and handed on the picture.
"""

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractSlider

from core.outbox.notification import PRACTICE, Receipt, Terms, new_token
from core.outbox.states import Place
from core.paths import Home
from gui.outbox.reading import Filter
from tests import large
from tests.bench.first_paint import start
from tests.bench.frames import draft
from tests.bench.measure import Figure, Peer, Size, answer, percentile
from tests.bench.windows import PaintWatch, open_session

_FEW = 1000
#: Between two, so that what follows one has ended.
_REST_MS = 40
#: So often both are asked for a part of each figure, in turns.
_ROUNDS = 4
#: Pages that are scrolled through for each other look.
_PAGES = 10
#: Not counted: the first meet cold caches.
_WARM_UP = 3

#: What is typed to find: words that all have, the address of one of 5,000 people, and the number of one of the oldest.
_WORDS = {"all": "order ready", "some": "reader0123", "one": f"{_FEW // 2:07d}", "none": "nowhere"}

_PLACES = (Place.SENT, Place.NEEDS_YOU, Place.ENDED, Place.ON_THE_WAY, Place.ALL)


@dataclass(frozen=True)
class _Line:
    """How the samples of one name are told."""

    words: str
    #: At most so many times the thousand's, in the middle.
    ratio: float = 0
    #: Less than so much at the 99th percentile.
    limit: float = 0
    #: At most so much more than the thousand's, in the middle.
    more: float = 0
    unit: str = "ms"
    note: str = ""

    def figure(self, rows: int, ours: list[float], floor: list[float]) -> Figure:
        middle, other = percentile(ours, 50), percentile(floor, 50)
        goals = []
        if self.ratio:
            goals.append((f"≤ {self.ratio:g} × floor", middle <= self.ratio * other))
        if self.limit:
            goals.append((f"p99 < {self.limit:g} {self.unit}", percentile(ours, 99) < self.limit))
        if self.more:
            goals.append((f"≤ floor + {self.more:g} {self.unit}", middle <= other + self.more))
        return Figure(
            f"{rows:,} rows: {self.words}",
            self.unit,
            ours,
            floor,
            ", ".join(words for words, _ in goals),
            all(is_met for _, is_met in goals) if goals else None,
            note=self.note,
        )


_LINES = {
    "start": _Line(
        "process start → first paint", ratio=1.1, note=f"floor: the same with {_FEW:,} rows; so in all below"
    ),
    "accept": _Line("one durable accept behind the window", ratio=1.1),
    "insert": _Line("accepted → its row painted at the top", ratio=1.1),
    "filter": _Line("a filter chosen → its rows painted", limit=100),
    "find_all": _Line("words that all have → first rows", limit=100, note="without the 120 ms in which typing rests"),
    "find_some": _Line("an address that 1 of 5,000 has → first rows", limit=100),
    "find_one": _Line("a number that one of the oldest has → its row", limit=100, note="after all others"),
    "find_none": _Line("words that none has → that is said", limit=100, note="as above"),
    "whole_all": _Line("words that all have → counted"),
    "page": _Line("one page scrolled → painted", limit=16.7),
    "jump": _Line("somewhere else in the list → its rows painted"),
    "memory": _Line("memory of the process", more=15, unit="MB", note="after all this, resident"),
}


def figures(folder: Path, size: Size) -> list[Figure]:
    """Make both outboxes, and measure them in turns."""
    homes = folder / "million", folder / "thousand"
    folder.mkdir(exist_ok=True)
    for home, rows in zip(homes, (size.rows, _FEW), strict=True):
        large.make(Home(home), rows)
    found: dict[str, tuple[list[float], list[float]]] = {}
    looks = max(1, size.presses // 8 // _ROUNDS)
    for number in range(_WARM_UP + _ROUNDS * looks):
        pair = [start("ours", home) for home in homes]
        if number >= _WARM_UP:
            _add(found, *({"start": [took]} for took in pair))
    with Peer(_NAME, (str(homes[0]),)) as ours, Peer(_NAME, (str(homes[1]),)) as floor:
        for what in _ASKED:
            for _ in range(_ROUNDS if what not in ("settle", "memory") else 1):
                _add(found, *(peer.ask(what=what, looks=looks) for peer in (ours, floor)))
    return [line.figure(size.rows, *found[name]) for name, line in _LINES.items() if name in found]


def _add(
    found: dict[str, tuple[list[float], list[float]]], ours: dict[str, list[float]], floor: dict[str, list[float]]
) -> None:
    for name in ours:
        both = found.setdefault(name, ([], []))
        for samples, more in zip(both, (ours, floor), strict=True):
            samples.extend(more[name])


class _Window(QObject):
    """The real window, and a person who does one thing after the other there."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._session, self._loop = open_session(folder)
        self._model, self._list = self._session.outbox.model, self._session.outbox.list
        self._random = random.Random(1)
        self._number = 0
        self._began_ns = self._ended_ns = self._accepted_ns = 0
        self._is_there: Callable[[], bool] = lambda: True
        self._is_painted = False
        self._watch = PaintWatch(self._session.window, self._on_painted)
        self._list.viewport().installEventFilter(self)

    def measure(self, what: str, looks: int) -> dict[str, list[float]]:
        """Do one thing so often; return how long each took, in ms, by name."""
        doing: dict[str, Callable[[int], dict[str, list[float]]]] = {
            "settle": self._settle,
            "accept": self._accept,
            "filter": self._choose,
            "find": self._find,
            "page": self._scroll,
            "jump": self._jump,
            "memory": self._weigh,
        }
        return doing[what](looks)

    def _settle(self, _: int) -> dict[str, list[float]]:
        """Wait until the whole file was looked through, as after each start, and do each thing once."""
        reader = self._session.program.reader
        self._loop.until(lambda: reader._looking is None, look_ms=50)
        for what in ("accept", "filter", "find", "page", "jump"):
            self.measure(what, 1)
        return {}

    def _accept(self, looks: int) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {"accept": [], "insert": []}
        for _ in range(looks):
            self._number += 1
            order = self._session.program.outbox.accept(draft(self._number, PRACTICE), Terms(), token=new_token())
            wanted = self._model.rowCount() + 1
            self._time(partial(order.then, self._on_accepted), partial(self._has, wanted))
            found["accept"].append((self._accepted_ns - self._began_ns) / 1e6)
            found["insert"].append((self._ended_ns - self._accepted_ns) / 1e6)
        return found

    def _on_accepted(self, receipt: Receipt) -> None:
        self._accepted_ns = time.perf_counter_ns()
        self._session.outbox.accepted(receipt.deliveries)

    def _choose(self, looks: int) -> dict[str, list[float]]:
        took: list[float] = []
        for _ in range(looks):
            for place in _PLACES:
                choose = partial(self._session.outbox.set_place, place)
                took.append(self._time(choose, partial(self._shows, Filter(place))))
        return {"filter": took}

    def _find(self, looks: int) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {}
        for name, words in _WORDS.items():
            for _ in range(looks):
                took = self._time(partial(self._type, words), partial(self._shows, Filter(Place.ALL, words)))
                found.setdefault(f"find_{name}", []).append(took)
                self._loop.until(lambda: not self._model.is_reading)
                found.setdefault(f"whole_{name}", []).append((time.perf_counter_ns() - self._began_ns) / 1e6)
                self._time(partial(self._type, ""), partial(self._shows, Filter()))
        return found

    def _type(self, words: str) -> None:
        self._session.outbox.find_field.setText(words)
        self._session.outbox.find_field.tell()

    def _scroll(self, looks: int) -> dict[str, list[float]]:
        bar = self._list.verticalScrollBar()
        took: list[float] = []
        for _ in range(looks):
            bar.setValue(self._random.randrange(bar.maximum() // 2))
            self._loop.rest(_REST_MS)
            for _ in range(_PAGES):
                step = partial(bar.triggerAction, QAbstractSlider.SliderAction.SliderPageStepAdd)
                took.append(self._time(step, lambda: True))
        bar.setValue(0)
        return {"page": took}

    def _jump(self, looks: int) -> dict[str, list[float]]:
        bar = self._list.verticalScrollBar()
        places = [self._random.randrange(1, bar.maximum()) for _ in range(looks)]
        took = [self._time(partial(bar.setValue, place), self._is_loaded) for place in places]
        self._time(partial(bar.setValue, 0), self._is_loaded)
        return {"jump": took}

    def _weigh(self, _: int) -> dict[str, list[float]]:
        status = Path("/proc/self/status")
        if not status.is_file():
            return {}
        lines = status.read_text("ascii").splitlines()
        return {"memory": [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")]}

    def _has(self, rows: int) -> bool:
        return self._model.rowCount() == rows

    def _shows(self, wanted: Filter) -> bool:
        return self._model.shown == wanted and self._is_loaded()

    def _is_loaded(self) -> bool:
        watch = self._list.watch()
        rows = range(watch.first_row, min(watch.last_row, self._model.rowCount()))
        return all(self._model.delivery_at(row) is not None for row in rows)

    def _time(self, act: Callable[[], object], is_there: Callable[[], bool]) -> float:
        """Do something; return how long it took until the list was painted with what was waited for, in ms."""
        self._loop.rest(_REST_MS)
        self._is_there, self._is_painted, self._ended_ns = is_there, False, 0
        self._began_ns = time.perf_counter_ns()
        act()
        while not self._ended_ns:
            self._loop.enter()
        return (self._ended_ns - self._began_ns) / 1e6

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._began_ns and not self._ended_ns:
            self._is_painted = self._is_there()
        return False

    def _on_painted(self) -> None:
        if self._is_painted and not self._ended_ns:
            self._ended_ns = time.perf_counter_ns()
            self._loop.leave()


_NAME = "tests.bench.million"
_ASKED = ("settle", "accept", "filter", "find", "page", "jump", "memory")

if __name__ == "__main__":
    answer(_Window(Path(sys.argv[1])).measure)
