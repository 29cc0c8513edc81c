"""What the list reads of the outbox, as values, and the jobs that read it on the `reads` pool."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol

from core.outbox.notification import Counts, Delivery
from core.outbox.states import Place
from gui.outbox.pages import PAGE

#: Selected deliveries that are found again after the order changed. Only Select All selects more.
KEPT_IDS = 256
#: So many parts of a search may find nothing more before what was found is shown: some 10 ms.
SOON = 4
#: Rows read in one go where ids are wanted of rows that are not loaded.
STRIDE = 4096


class Rows(Protocol):
    """What is asked of `core.outbox.reader.Reader`. Every call blocks."""

    def counts(self) -> Counts: ...

    def count(self, place: Place, find: str) -> int: ...

    def rows(self, place: Place, find: str, start: int, count: int) -> tuple[Delivery, ...]: ...

    def deliveries(self, ids: Sequence[int]) -> tuple[Delivery, ...]: ...

    def position(self, place: Place, find: str, delivery_id: int) -> int | None: ...

    def search(self, place: Place, find: str, below: int | None) -> tuple[tuple[int, ...], int]: ...

    def fitting(self, place: Place, find: str, ids: Iterable[int]) -> frozenset[int]: ...


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
    #: With words to find: every id that was found.
    found: "Found | None" = None
    #: What is still to be searched: until then these are the newest rows only. None: this is all.
    search: "Search | None" = None


class _Part:
    """Ids, ascending, in a quarter of the room where they are near each other."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.first, self.last = ids[0], ids[-1]
        self._further = array("H" if self.last - self.first < 1 << 16 else "q", [each - self.first for each in ids])

    def __len__(self) -> int:
        return len(self._further)

    def place(self, delivery_id: int) -> int | None:
        further = delivery_id - self.first
        place = bisect_left(self._further, further)
        return place if place < len(self) and self._further[place] == further else None

    def ids(self, place: int, count: int) -> list[int]:
        return [self.first + further for further in self._further[place : place + count]]


class Found:
    """The ids that a search found, oldest first: of a million, 2 MB. Is not changed: `with_newer` makes another.

    Kept in parts: the first id of each, and how much further each of its ids is.
    """

    def __init__(self, parts: Iterable[Sequence[int] | _Part] = ()) -> None:
        """Take parts, oldest first; ids of each ascending."""
        self._parts = [part if isinstance(part, _Part) else _Part(part) for part in parts if len(part)]
        self._first_ids = [part.first for part in self._parts]
        self._starts = [0, *accumulate(map(len, self._parts))]

    def __len__(self) -> int:
        return self._starts[-1]

    def __contains__(self, delivery_id: int) -> bool:
        return self.position(delivery_id) is not None

    def position(self, delivery_id: int) -> int | None:
        """Return the ordinal of a delivery, or None when it was not found."""
        number = bisect_right(self._first_ids, delivery_id) - 1
        place = self._parts[number].place(delivery_id) if number >= 0 else None
        return None if place is None else self._starts[number] + place

    def ids(self, start: int, count: int) -> Sequence[int]:
        """Return `count` ids from an ordinal."""
        found: list[int] = []
        number = bisect_right(self._starts, start) - 1
        while len(found) < count and number < len(self._parts):
            place = start + len(found) - self._starts[number]
            found += self._parts[number].ids(place, count - len(found))
            number += 1
        return found

    def is_newer(self, delivery_id: int) -> bool:
        """Say whether a delivery would be the newest of these."""
        return not self._parts or delivery_id > self._parts[-1].last

    def with_newer(self, ids: Sequence[int]) -> "Found":
        """Return these and newer ones, ascending."""
        return Found([*self._parts, ids])


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
    #: With words to find: whether rows came into the filter, or left it, elsewhere than on top.
    has_moved: bool = False


def read_sight(reader: Rows, asked: Filter, watch: Watch) -> Sight:
    """Read how many there are and the pages in sight. Blocks. With words to find, that is `Search`."""
    counts = reader.counts()
    count = reader.count(asked.place, asked.find)
    positions: dict[int, int] = {}
    for delivery_id in _kept(watch):
        position = reader.position(asked.place, asked.find, delivery_id)
        if position is not None:
            positions[delivery_id] = position
    pages = {
        page: reader.rows(asked.place, asked.find, page * PAGE, PAGE) for page in _in_sight(count, watch, positions)
    }
    return Sight(asked, counts, count, pages, positions)


def _kept(watch: Watch) -> Iterable[int]:
    """Return what a person holds on to."""
    kept = dict.fromkeys(watch.ids[:KEPT_IDS])
    if watch.anchor is not None:
        kept[watch.anchor] = None
    return kept


def _in_sight(count: int, watch: Watch, positions: Mapping[int, int]) -> Iterable[int]:
    """Return the pages in sight, of so many rows."""
    if not count:
        return ()
    top = count - 1 - watch.first_row
    if watch.anchor is not None:
        top = positions.get(watch.anchor, top)
    height = watch.last_row - watch.first_row + 1
    # A screen either way: the view may put the anchor at its top, its middle or its end.
    newest = min(count - 1, top + height)
    oldest = max(0, min(top, count - 1) - height)
    return range(oldest // PAGE, newest // PAGE + 1)


class Search:
    """Looks through a place for words, newest first, in parts: what is found first can be shown before the rest is.

    For one job at a time. `is_wanted` is asked before each part: when it says no, there is nothing to show.
    """

    def __init__(self, reader: Rows, asked: Filter, watch: Watch, is_wanted: Callable[[], bool]) -> None:
        self._reader = reader
        self._asked = asked
        self._watch = watch
        self._is_wanted = is_wanted
        #: What each part found, newest first.
        self._parts: list[_Part] = []
        self._count = 0
        self._below: int | None = None

    def first(self) -> Sight | None:
        """Search until there is a screen of rows, or a few after a while, or all; None: no longer wanted. Blocks."""
        height = self._watch.last_row - self._watch.first_row + 1
        kept = _kept(self._watch)
        oldest_kept = min(kept, default=None)
        parts = 0
        while self._is_going_on():
            parts += 1
            is_enough = self._count >= height or (self._count > 0 and parts >= SOON)
            # What a person holds on to is found again with the first rows, or it would be let go.
            if self._below and is_enough and (oldest_kept is None or self._below <= oldest_kept):
                found = Found(reversed(self._parts))
                newest = max(0, self._count - PAGE)
                if all((at := found.position(each)) is None or at >= newest for each in kept):
                    return self._first_rows(found.ids(newest, PAGE))
                break
        return self.rest()

    def rest(self) -> Sight | None:
        """Search to the end; None: no longer wanted. Blocks."""
        while self._is_going_on():
            pass
        if self._below != 0:
            return None
        reader, found = self._reader, Found(reversed(self._parts))
        positions = {each: at for each in _kept(self._watch) if (at := found.position(each)) is not None}
        pages = {
            page: reader.deliveries(found.ids(page * PAGE, PAGE))
            for page in _in_sight(len(found), self._watch, positions)
        }
        return Sight(self._asked, reader.counts(), len(found), pages, positions, found)

    def _is_going_on(self) -> bool:
        """Search the next part; False when there is none, or it is not wanted."""
        if self._below == 0 or not self._is_wanted():
            return False
        ids, self._below = self._reader.search(self._asked.place, self._asked.find, self._below)
        if ids:
            self._parts.append(_Part(ids[::-1]))
            self._count += len(ids)
        return True

    def _first_rows(self, ids: Sequence[int]) -> Sight:
        rows = self._reader.deliveries(ids)
        positions = {delivery.id: place for place, delivery in enumerate(rows)}
        return Sight(self._asked, self._reader.counts(), len(rows), {0: rows}, positions, search=self)


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


def read_update_of_found(
    reader: Rows, asked: Filter, loaded: Sequence[int], found: Found, ids: Iterable[int]
) -> Update:
    """As `read_update`, with words to find: asks of `ids`, which are all that changed, which of them fit. Blocks."""
    fitting = reader.fitting(asked.place, asked.find, ids)
    newer = sorted(each for each in fitting if found.is_newer(each))
    has_moved = any((each in fitting) != (each in found) for each in ids if not found.is_newer(each))
    deliveries = reader.deliveries(loaded) if loaded else ()
    new = reader.deliveries(newer) if newer else ()
    count, start = len(found) + len(newer), len(found)
    return Update(asked, reader.counts(), count, deliveries, start, new, has_moved)


def read_page(reader: Rows, asked: Filter, found: Found | None, page: int) -> tuple[Delivery, ...]:
    """Read a page, oldest first. Blocks."""
    if found is not None:
        return reader.deliveries(found.ids(page * PAGE, PAGE))
    return reader.rows(asked.place, asked.find, page * PAGE, PAGE)


def read_ids(
    reader: Rows, asked: Filter, found: Found | None, count: int, ranges: Sequence[tuple[int, int]]
) -> tuple[int, ...]:
    """Read the ids of rows (first and last of each range) out of `count`, newest first. Blocks."""
    ids: list[int] = []
    for first, last in ranges:
        for row in range(first, last + 1, STRIDE):
            end = min(row + STRIDE - 1, last)
            if found is not None:
                ids += reversed(found.ids(count - 1 - end, end - row + 1))
            else:
                rows = reader.rows(asked.place, asked.find, count - 1 - end, end - row + 1)
                ids += [delivery.id for delivery in reversed(rows)]
    return tuple(ids)
