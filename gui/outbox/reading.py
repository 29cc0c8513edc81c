"""What the list reads of the outbox, as values, and the jobs that read it on the `reads` pool."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.outbox.notification import Counts, Delivery
from core.outbox.states import Place
from gui.outbox.pages import PAGE

#: Selected deliveries that are found again after the order changed. Only Select All selects more.
KEPT_IDS = 256
#: Rows read in one go where ids are wanted of rows that are not loaded.
STRIDE = 4096


class Rows(Protocol):
    """What is asked of `core.outbox.reader.Reader`. Every call blocks."""

    def counts(self) -> Counts: ...

    def count(self, place: Place, find: str) -> int: ...

    def rows(self, place: Place, find: str, start: int, count: int) -> tuple[Delivery, ...]: ...

    def deliveries(self, ids: Sequence[int]) -> tuple[Delivery, ...]: ...

    def position(self, place: Place, find: str, delivery_id: int) -> int | None: ...


@dataclass(frozen=True)
class Filter:
    """Which deliveries are shown: a place, and words to find."""

    place: Place = Place.ALL
    find: str = ""


@dataclass(frozen=True)
class Watch:
    """What a person looks at and holds on to: it stays where it is when rows come and go."""

    first_row: int = 0
    last_row: int = 40
    #: The delivery at the upper edge; None at the very top, where new rows are to be seen.
    anchor: int | None = None
    #: Selected deliveries, the current one first.
    ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sight:
    """One reading of a filter: how many there are, and the pages in sight by number."""

    filter: Filter
    counts: Counts
    count: int
    pages: Mapping[int, tuple[Delivery, ...]]
    #: Ordinals of what the person holds on to.
    positions: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Update:
    """What a commit changed, read again: the numbers, the rows that were loaded, the rows on top of them."""

    filter: Filter
    counts: Counts
    count: int
    deliveries: tuple[Delivery, ...]
    #: The ordinal of the first of `new`.
    start: int
    new: tuple[Delivery, ...]


def read_sight(reader: Rows, asked: Filter, watch: Watch) -> Sight:
    """Read how many there are and the pages in sight. Blocks."""
    counts = reader.counts()
    count = reader.count(asked.place, asked.find)
    kept = dict.fromkeys(watch.ids[:KEPT_IDS])
    if watch.anchor is not None:
        kept[watch.anchor] = None
    positions: dict[int, int] = {}
    for delivery_id in kept:
        position = reader.position(asked.place, asked.find, delivery_id)
        if position is not None:
            positions[delivery_id] = position
    top = count - 1 - watch.first_row
    if watch.anchor is not None:
        top = positions.get(watch.anchor, top)
    height = watch.last_row - watch.first_row + 1
    # A screen either way: the view may put the anchor at its top, its middle or its end.
    newest = min(count - 1, top + height)
    oldest = max(0, min(top, count - 1) - height)
    pages = {
        page: reader.rows(asked.place, asked.find, page * PAGE, PAGE)
        for page in range(oldest // PAGE, newest // PAGE + 1)
        if count > 0
    }
    return Sight(asked, counts, count, pages, positions)


def read_update(
    reader: Rows, asked: Filter, loaded: Sequence[int], start: int, is_wanted: Callable[[], bool]
) -> Update:
    """Read the numbers, the loaded rows again, and what came on top of row ordinal `start - 1`. Blocks."""
    count = reader.count(asked.place, asked.find)
    new: tuple[Delivery, ...] = ()
    if start < count <= start + PAGE and is_wanted():
        new = reader.rows(asked.place, asked.find, start, count - start)
    deliveries = reader.deliveries(loaded) if loaded else ()
    return Update(asked, reader.counts(), count, deliveries, start, new)


def read_ids(reader: Rows, asked: Filter, count: int, ranges: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Read the ids of rows (first and last of each range) out of `count`, newest first. Blocks."""
    ids: list[int] = []
    for first, last in ranges:
        for row in range(first, last + 1, STRIDE):
            end = min(row + STRIDE - 1, last)
            rows = reader.rows(asked.place, asked.find, count - 1 - end, end - row + 1)
            ids += [delivery.id for delivery in reversed(rows)]
    return tuple(ids)
