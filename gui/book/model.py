"""The people of the book as a list: their ids at once, who they are in pages as they come into sight."""

from collections.abc import Iterable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from core.outbox.book import Book
from core.outbox.book_tables import Person
from core.runner import TaskRunner

#: Read at once: more than a window shows.
_PAGE = 128
#: Kept of those that were read: a book that is larger is read again where it is scrolled to.
_MOST_PAGES = 64


class PeopleModel(QAbstractListModel):
    """Whom a search found, by name. Main thread only; it is read on `reads`.

    `shown()`: another search is shown. A row whose person is not read yet has no data.
    """

    shown = Signal()

    def __init__(self, runner: TaskRunner, book: Book, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._book = book
        self._ids: tuple[bytes, ...] = ()
        self._rows: dict[bytes, int] = {}
        self._pages: dict[int, tuple[Person, ...] | None] = {}
        #: Of the search that is shown; an answer to an earlier one is dropped.
        self._number = 0
        self._asked = 0
        self.find = ""
        self.group: bytes | None = None

    def search(self, find: str, group: bytes | None) -> None:
        """Show who fits these words and is in this group; what is shown stays until that is read."""
        self._asked = number = self._asked + 1

        def read(ids: tuple[bytes, ...]) -> None:
            if number == self._asked:
                self._show(ids, find, group)

        self._runner.submit("reads", lambda: self._book.ids(find, group), read)

    def _show(self, ids: tuple[bytes, ...], find: str, group: bytes | None) -> None:
        self.beginResetModel()
        self._number += 1
        self._ids = ids
        self._rows = {each: row for row, each in enumerate(ids)}
        self._pages.clear()
        self.find, self.group = find, group
        self.endResetModel()
        self.shown.emit()

    def ids(self) -> tuple[bytes, ...]:
        """Return everybody who is shown."""
        return self._ids

    def ids_at(self, rows: Iterable[int]) -> tuple[bytes, ...]:
        """Return who is in these rows."""
        return tuple(self._ids[row] for row in rows if 0 <= row < len(self._ids))

    def row_of(self, person: bytes) -> int:
        """Return the row of somebody; -1 where they are not shown."""
        return self._rows.get(person, -1)

    def person_at(self, row: int) -> Person | None:
        """Return who is in a row; None where that is not read yet, and then it is asked for."""
        page = self._page(row // _PAGE)
        place = row % _PAGE
        return page[place] if page is not None and place < len(page) else None

    def _page(self, number: int) -> tuple[Person, ...] | None:
        if number not in self._pages:
            if len(self._pages) >= _MOST_PAGES:
                del self._pages[next(iter(self._pages))]
            self._pages[number] = None
            self._read(number)
        return self._pages[number]

    def _read(self, number: int) -> None:
        search = self._number
        wanted = self._ids[number * _PAGE : (number + 1) * _PAGE]

        def read(people: tuple[Person, ...]) -> None:
            # Where somebody was deleted meanwhile, another search is on its way.
            if search == self._number and len(people) == len(wanted):
                self._pages[number] = people
                self.dataChanged.emit(self.index(number * _PAGE), self.index(number * _PAGE + len(people) - 1))

        self._runner.submit("reads", lambda: self._book.people(wanted), read)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.UserRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        person = self.person_at(index.row())
        if role == Qt.ItemDataRole.UserRole or person is None:
            return person
        return ", ".join(filter(None, (person.name, *person.addresses)))
