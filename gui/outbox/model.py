"""The list's model: any number of deliveries, of which the pages in sight are loaded, read behind the window."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)

from core.executor import Executor
from core.outbox.notification import Delivery
from core.outbox.states import Place
from gui.outbox.pages import KEPT_PAGES, PAGE, Pages
from gui.outbox.reading import (
    Filter,
    Found,
    Rows,
    Search,
    Sight,
    Update,
    Watch,
    read_ids,
    read_page,
    read_sight,
    read_update,
    read_update_of_found,
)

#: Under this role a row gives its `Delivery`, or None while its page is being read.
DELIVERY_ROLE = int(Qt.ItemDataRole.UserRole) + 1

#: Page reads on their way at once. The `reads` pool has two threads; a longer queue would only grow stale.
READS_AT_ONCE = 2
#: A reading of the whole view is done again when something was accepted meanwhile, but not for ever.
TRIES = 3

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class OutboxModel(QAbstractTableModel):
    """Deliveries that fit a filter, newest first, for a view with fixed row heights. One column.

    Nothing is read on the main thread. Asking a row for its `DELIVERY_ROLE` is what has its page read.

    `counted(Counts)` after each reading. `read_failed(error)` when a reading failed.
    `filter_shown()` when the rows of another filter have come. `moved(tuple[Delivery, ...])`: loaded rows that a
    commit changed, as they are now.
    """

    counted = Signal(object)
    read_failed = Signal(object)
    filter_shown = Signal()
    moved = Signal(tuple)

    def __init__(
        self,
        executor: Executor,
        reader: Rows,
        say: Callable[[Delivery], str] = lambda delivery: delivery.to,
        parent: QObject | None = None,
    ) -> None:
        """Make an empty model. `say` gives the words by which a screen reader reads a row."""
        super().__init__(parent)
        self._executor = executor
        self._reader = reader
        self._say = say
        self._watch: Callable[[], Watch] = Watch
        self._asked = Filter()
        self._shown: Filter | None = None
        self._pages = Pages()
        # Of the rows that are shown, when they were searched for and all were found.
        self._found: Found | None = None
        # A page that was asked for before ordinals may have shifted is dropped by this number.
        self._generation = 0
        self._wanted: dict[int, None] = {}
        self._reading: set[int] = set()
        self._broken: set[int] = set()
        # What changed while pages were on their way: they may be older than the change.
        self._meanwhile: set[int] = set()
        self._dirty: set[int] = set()
        self._is_updating = False
        self._is_syncing = False
        self._sync_again = False
        self._accepted_meanwhile = False
        self._tries = 0
        # Asked for by painting; read on the next turn of the loop, when all rows in sight have asked.
        self._fetch_soon = QTimer(self)
        self._fetch_soon.setSingleShot(True)
        self._fetch_soon.setInterval(0)
        self._fetch_soon.timeout.connect(self._fetch)

    # What Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._pages.count

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == DELIVERY_ROLE:
            return self._see(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            delivery = self._see(index.row())
            return "…" if delivery is None else self._say(delivery)
        return None

    # What the window asks

    @property
    def filter(self) -> Filter:
        """The filter that was asked for last; its rows may still be on their way."""
        return self._asked

    @property
    def shown(self) -> Filter | None:
        """The filter whose rows are shown; None before the first reading."""
        return self._shown

    @property
    def is_reading(self) -> bool:
        """Whether the numbers and the rows of the filter are on their way."""
        return self._is_syncing

    def set_watch(self, watch: Callable[[], Watch]) -> None:
        """Have `watch` asked, before each reading, what a person looks at."""
        self._watch = watch

    def set_filter(self, place: Place, find: str = "") -> None:
        """Show the deliveries of `place` that hold the words `find`. The old rows stay until the new are read.

        With words to find, the newest rows are shown as soon as they are found, and the others when all were searched.
        """
        asked = Filter(place, " ".join(find.split()))
        if asked == self._asked and (self._shown == asked or self._is_syncing):
            return
        self._asked = asked
        self._sync()

    def refresh(self) -> None:
        """Read everything in sight again."""
        self._sync()

    def accepted(self, deliveries: Iterable[Delivery]) -> None:
        """Show at once what the outbox has just accepted, without reading it.

        With words to find only SQL says what fits: the reading after the same commit shows it.
        """
        shown = self._shown
        if shown is None or shown != self._asked or shown.find:
            return
        new = [
            delivery
            for delivery in sorted(deliveries, key=lambda delivery: delivery.id)
            if delivery.id not in self._pages and shown.place in (Place.ALL, delivery.place)
        ]
        if not new:
            return
        self._accepted_meanwhile = True
        newest = self._pages.at(0)
        if newest is not None and new[0].id < newest.id:
            self._sync()
            return
        self._add_on_top(len(new), {self._pages.count + number: delivery for number, delivery in enumerate(new)})

    def changed(self, ids: Iterable[int]) -> None:
        """Take in what a commit changed: read the numbers and the loaded ones of `ids` again, behind."""
        new = set(ids)
        self._dirty |= new
        if self._reading or self._is_syncing:
            self._meanwhile |= new
        self._update()

    def delivery_at(self, row: int) -> Delivery | None:
        """Return the delivery of a row if it is loaded. Asks for nothing."""
        return self._pages.at(row)

    def row_of(self, delivery_id: int) -> int | None:
        """Return the row of a delivery if it is known."""
        return self._pages.row_of(delivery_id)

    def ids_of(self, ranges: Sequence[tuple[int, int]], done: Callable[[tuple[int, ...]], None]) -> None:
        """Give `done` the ids of rows (first and last of each range), newest first.

        At once when all of them are loaded, else after reading them behind.
        """
        total = sum(last - first + 1 for first, last in ranges)
        if total <= PAGE * KEPT_PAGES:
            rows = [row for first, last in ranges for row in range(first, last + 1)]
            loaded = [delivery.id for delivery in map(self._pages.at, rows) if delivery is not None]
            if len(loaded) == total:
                done(tuple(loaded))
                return
        job = partial(read_ids, self._reader, self._shown or self._asked, self._found, self._pages.count, tuple(ranges))
        self._executor.submit("reads", job, done, self.read_failed.emit)

    # Pages

    def _see(self, row: int) -> Delivery | None:
        """Return the delivery of a row, or ask for its page."""
        page = self._pages.page_of(row)
        self._pages.touch(page)
        delivery = self._pages.at(row)
        if delivery is None and page not in self._reading and page not in self._broken:
            # The page asked for last is read first: that is where the person is looking now.
            self._wanted.pop(page, None)
            self._wanted[page] = None
            if not self._fetch_soon.isActive():
                self._fetch_soon.start()
        return delivery

    @Slot()
    def _fetch(self) -> None:
        """Read wanted pages that are in sight or next to it; forget the others."""
        watch = self._watch()
        newest = self._pages.page_of(watch.first_row) + 1
        oldest = self._pages.page_of(watch.last_row) - 1
        wanted = [page for page in reversed(self._wanted) if oldest <= page <= newest]
        free = max(0, READS_AT_ONCE - len(self._reading))
        self._wanted = dict.fromkeys(reversed(wanted[free:]))
        for page in wanted[:free]:
            self._read_page(page)

    def _read_page(self, page: int) -> None:
        shown, found, generation, reader = self._shown or self._asked, self._found, self._generation, self._reader
        self._reading.add(page)

        def read() -> tuple[Delivery, ...] | None:
            # Only to save the work: an answer that comes late is dropped anyway.
            if generation != self._generation:
                return None
            return read_page(reader, shown, found, page)

        done = partial(self._on_page, generation, page)
        self._executor.submit("reads", read, done, partial(self._on_page_failed, generation, page))

    def _on_page(self, generation: int, page: int, rows: tuple[Delivery, ...] | None) -> None:
        if generation != self._generation or rows is None:
            return
        self._reading.discard(page)
        self._pages.put_page(page, rows)
        count = self._pages.count
        self._tell_changed(max(0, count - (page + 1) * PAGE), count - 1 - page * PAGE)
        if page * PAGE + len(rows) < min(count, (page + 1) * PAGE):
            self._sync()  # there are fewer than was said
        self._look_again()
        if self._wanted:
            self._fetch_soon.start()

    def _on_page_failed(self, generation: int, page: int, error: BaseException) -> None:
        if generation != self._generation:
            return
        self._reading.discard(page)
        self._broken.add(page)  # else painting would ask again at once, and for ever
        self.read_failed.emit(error)

    def _look_again(self) -> None:
        """Read again what changed while pages were on their way."""
        stale = {delivery_id for delivery_id in self._meanwhile if delivery_id in self._pages}
        if not self._reading and not self._is_syncing:
            self._meanwhile.clear()
        if stale:
            self._dirty |= stale
            self._update()

    # What a commit changed

    def _update(self) -> None:
        """Read what changed, one reading at a time: what comes meanwhile waits and goes together."""
        if self._is_updating or not self._dirty or self._shown is None or (self._is_syncing and self._asked.find):
            return  # what is found while a search goes on is looked at when it has ended
        if self._shown.find and self._found is None:
            self._sync()  # a search failed, or asking what became of its rows
            return
        self._is_updating = True
        ids, self._dirty = self._dirty, set()
        loaded = sorted(delivery_id for delivery_id in ids if delivery_id in self._pages)
        generation = self._generation
        job: Callable[[], Update]
        if self._found is not None:
            job = partial(read_update_of_found, self._reader, self._shown, loaded, self._found, frozenset(ids))
        else:
            job = partial(
                read_update,
                self._reader,
                self._asked,
                loaded,
                self._pages.count,
                lambda: generation == self._generation,
            )
        self._executor.submit("reads", job, partial(self._on_update, generation, ids), self._on_update_failed)

    def _on_update(self, generation: int, ids: set[int], update: Update) -> None:
        self._is_updating = False
        self.counted.emit(update.counts)
        if generation != self._generation or update.filter != self._asked or update.filter != self._shown:
            self._sync()
        else:
            self._broken.clear()
            has_left = self._replace(update)
            # Among all deliveries nothing changes its place; a filter may lose and gain rows by any change.
            may_move = update.has_moved or (
                self._found is None
                and update.filter != Filter()
                and any(delivery_id not in self._pages for delivery_id in ids)
            )
            missing = update.count - self._pages.count
            if has_left or may_move or missing < 0:
                self._sync()
            elif missing > 0:
                new = {update.start + number: delivery for number, delivery in enumerate(update.new)}
                if self._found is not None:
                    self._found = self._found.with_newer([delivery.id for delivery in update.new])
                self._add_on_top(missing, new)
        self._update()

    def _on_update_failed(self, error: BaseException) -> None:
        self._is_updating = False
        self._found = None  # the next change has everything searched again
        self.read_failed.emit(error)

    def _replace(self, update: Update) -> bool:
        """Take in rows that were read again, and say whether one of them has left the filter."""
        changed = [delivery for delivery in update.deliveries if self._pages.replace(delivery)]
        self._tell_rows_changed(self._pages.row_of(delivery.id) for delivery in changed)
        if changed:
            self.moved.emit(tuple(changed))
        return any(update.filter.place not in (Place.ALL, delivery.place) for delivery in update.deliveries)

    def _add_on_top(self, more: int, known: Mapping[int, Delivery]) -> None:
        """Insert `more` rows at the top. `known` are those that are read already, by ordinal."""
        pages = self._pages
        # Another process may have accepted one before ours: then ours stands one too low.
        is_wrong = any(delivery.id in pages for delivery in known.values())
        self.beginInsertRows(QModelIndex(), 0, more - 1)
        pages.count += more
        for ordinal, delivery in known.items():
            if ordinal < pages.count:
                pages.put(ordinal, delivery)
        pages.shrink()
        self.endInsertRows()
        if is_wrong:
            self._sync()

    def _tell_changed(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    def _tell_rows_changed(self, rows: Iterable[int | None]) -> None:
        """Tell exactly these rows, neighbours together."""
        known = sorted(row for row in rows if row is not None)
        start = 0
        for number in range(1, len(known) + 1):
            if number == len(known) or known[number] != known[number - 1] + 1:
                self._tell_changed(known[start], known[number - 1])
                start = number

    # The whole view, read again

    def _sync(self) -> None:
        """Read the numbers and all pages in sight, one reading at a time; the last filter asked for wins."""
        if self._is_syncing:
            self._sync_again = True
            return
        self._is_syncing = True
        self._sync_again = False
        self._accepted_meanwhile = False
        asked, watch = self._asked, self._watch()
        if asked != self._shown:
            # Another filter begins at the top, unless the selected delivery is in it too.
            first = watch.ids[0] if watch.ids else None
            watch = Watch(0, watch.last_row - watch.first_row, first, watch.ids)
        job: Callable[[], Sight | None] = partial(read_sight, self._reader, asked, watch)
        if asked.find:
            search = Search(self._reader, asked, watch, lambda: asked == self._asked)
            job = search.first if asked != self._shown else search.rest
        self._executor.submit("reads", job, self._on_sight, self._on_sight_failed)

    def _on_sight(self, sight: Sight | None) -> None:
        self._is_syncing = False
        if sight is None:  # other words are wanted by now, or were for a moment
            self._sync()
            return
        self.counted.emit(sight.counts)
        self._tries += 1
        if sight.filter != self._asked or (self._accepted_meanwhile and self._tries < TRIES):
            self._sync()
            return
        self._tries = 0
        self._generation += 1
        self._reading.clear()
        self._broken.clear()
        self._wanted.clear()
        is_new = sight.filter != self._shown
        shift = None if is_new else self._shift(sight)
        if shift is not None:
            self._move_edges(sight, shift)
        elif is_new or sight.count or self._pages.count:
            self.beginResetModel()
            self._shown = sight.filter
            self._pages.count = sight.count
            self._pages.reset(sight.pages, sight.positions)
            self._found = sight.found
            self.endResetModel()
        self._found = sight.found
        if sight.search is not None:
            self._is_syncing = True
            self._executor.submit("reads", sight.search.rest, self._on_sight, self._on_sight_failed)
        if is_new:
            self.filter_shown.emit()
        self._look_again()
        if self._is_syncing:
            return
        if self._sync_again:
            self._sync()
        self._update()

    def _on_sight_failed(self, error: BaseException) -> None:
        self._is_syncing = False
        self._found = None
        self.read_failed.emit(error)
        if self._sync_again:
            self._sync()

    def _shift(self, sight: Sight) -> int | None:
        """Say how many rows came at the top (went, below zero), if all known rows moved alike; else None."""
        pages = self._pages
        rows = {
            delivery.id: sight.count - 1 - page * PAGE - place
            for page, deliveries in sight.pages.items()
            for place, delivery in enumerate(deliveries)
        }
        shifts = {row - old for delivery_id, row in rows.items() if (old := pages.row_of(delivery_id)) is not None}
        if len(shifts) != 1:
            return None
        shift = shifts.pop()
        for delivery_id, row in rows.items():
            other = pages.at(row - shift)
            if other is not None and other.id != delivery_id:
                return None
        return shift

    def _move_edges(self, sight: Sight, shift: int) -> None:
        """Let rows come and go at the end and at the top only: selection and scrolling are left alone."""
        pages = self._pages
        old = {delivery.id: delivery for delivery in pages}
        edges = [(False, sight.count - pages.count - shift), (True, shift)]
        edges = [(is_top, more) for is_top, more in edges if more]
        for number, (is_top, more) in enumerate(edges, start=1):
            first = 0 if is_top else pages.count + min(more, 0)
            begin, end = (
                (self.beginInsertRows, self.endInsertRows) if more > 0 else (self.beginRemoveRows, self.endRemoveRows)
            )
            begin(QModelIndex(), first, first + abs(more) - 1)
            pages.count += more
            # Between two edges no page fits; a view that asks just then sees placeholders.
            pages.reset(sight.pages if number == len(edges) else {})
            end()
        if not edges:
            pages.reset(sight.pages)
        self._tell_rows_changed(
            pages.row_of(delivery.id)
            for rows in sight.pages.values()
            for delivery in rows
            if old.get(delivery.id) != delivery
        )
