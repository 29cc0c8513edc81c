"""The list of people: name, addresses, groups, in two calm lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from PySide6.QtCore import (
    QCoreApplication,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.outbox.book_tables import Person
from gui.book.model import PeopleModel
from gui.theme import Theme, elided, muted_label, paint_chosen

_translate = QCoreApplication.translate

_ROW = 52


class PeopleList(QListView):
    """Shows the model, and keeps who is chosen when it is read again.

    `write_requested()`: Enter. `edit_requested()`: F2 or a double click. `delete_requested()`: Delete.
    `chosen_changed()`: others are chosen.
    """

    write_requested = Signal()
    edit_requested = Signal()
    delete_requested = Signal()
    chosen_changed = Signal()

    def __init__(self, theme: Theme, model: PeopleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people = model
        self._kept: tuple[bytes, ...] = ()
        self._row = 0
        self._search = (model.find, model.group)
        self._delegate = _Delegate(theme, self)
        self.setAccessibleName(_translate("Book", "People"))
        self.setAccessibleDescription(
            _translate("Book", "Up and Down choose somebody, Enter writes to them, F2 edits, Delete deletes")
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self._empty = muted_label("", theme.body)
        self._empty.setParent(self.viewport())
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        model.modelAboutToBeReset.connect(self._keep_chosen)
        model.shown.connect(self._take_chosen)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)
        self.doubleClicked.connect(self.edit_requested)

    def chosen(self) -> tuple[bytes, ...]:
        """Return who is chosen, by name."""
        return self._people.ids_at(row for first, last in self._chosen_ranges() for row in range(first, last + 1))

    def chosen_count(self) -> int:
        """Return how many are chosen."""
        return sum(last - first + 1 for first, last in self._chosen_ranges())

    def _chosen_ranges(self) -> list[tuple[int, int]]:
        """Return the first and the last row of each run that is chosen: of ten thousand people these are few."""
        chosen = self.selectionModel().selection()
        return sorted((part.top(), part.bottom()) for part in map(chosen.at, range(chosen.count())))

    def choose(self, wanted: Iterable[bytes]) -> None:
        """Choose these, as far as they are shown, and go to the first."""
        rows = sorted(row for row in map(self._people.row_of, wanted) if row >= 0)
        chosen = QItemSelection()
        for run in _runs(rows):
            chosen.select(self._people.index(run[0]), self._people.index(run[-1]))
        if rows:
            first = self._people.index(rows[0])
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(first)
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def choose_first(self) -> None:
        """Choose whoever is at the top."""
        self.choose(self._people.ids_at([0]))

    def set_groups(self, names: Mapping[bytes, str]) -> None:
        """Name the groups by these words from now on."""
        self._delegate.groups = dict(names)
        self.viewport().update()

    def set_sentence(self, sentence: str) -> None:
        """Say this where nobody is shown; "" for nothing."""
        self._empty.setText(sentence)
        self._empty.setVisible(bool(sentence))
        self._place_sentence()

    def sentence(self) -> str:
        """Return what is said in place of people; "" where there are some."""
        return self._empty.text()

    def rows(self) -> list[str]:
        """Return what the rows say, from the top; of those that are not read yet, nothing."""
        return [self._people.data(self._people.index(row)) or "" for row in range(self._people.rowCount())]  # type: ignore[misc]

    @Slot()
    def _keep_chosen(self) -> None:
        self._kept = self.chosen()
        self._row = max(0, self.currentIndex().row())

    @Slot()
    def _take_chosen(self) -> None:
        there = [each for each in self._kept if self._people.row_of(each) >= 0]
        search = (self._people.find, self._people.group)
        is_same, self._search = search == self._search, search
        if self._kept and not there and is_same and (count := self._people.rowCount()):
            # Who was chosen is gone: the one who came into their place.
            there = list(self._people.ids_at([min(self._row, count - 1)]))
        self.choose(there)
        self.chosen_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        requests = {
            Qt.Key.Key_Return: self.write_requested,
            Qt.Key.Key_Enter: self.write_requested,
            Qt.Key.Key_F2: self.edit_requested,
            Qt.Key.Key_Delete: self.delete_requested,
        }
        wanted = requests.get(Qt.Key(event.key()))
        if is_plain and wanted is not None:
            wanted.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Typing goes to the find field, by Ctrl+F; here letters would look through pages that are not read."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_sentence()

    def _place_sentence(self) -> None:
        self._empty.setGeometry(self.viewport().rect().adjusted(32, 0, -32, 0))


def _runs(rows: Sequence[int]) -> Iterator[range]:
    """Yield the runs of rows that follow one another; `rows` ascend."""
    first = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place] != rows[place - 1] + 1:
            yield range(rows[first], rows[place - 1] + 1)
            first = place


class _Delegate(QStyledItemDelegate):
    _LEFT, _RIGHT = 16, 16

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.groups: dict[bytes, str] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(240, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, rect = self._theme, option.rect
        state: QStyle.StateFlag = option.state
        paint_chosen(painter, theme, rect, state)
        person = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(person, Person):
            self._paint_person(painter, rect.adjusted(self._LEFT, 0, -self._RIGHT, 0), person)

    def _paint_person(self, painter: QPainter, room: QRect, person: Person) -> None:
        theme = self._theme
        first = QRect(room.left(), room.center().y() - 19, room.width(), 20)
        second = QRect(room.left(), room.center().y() + 1, room.width(), 18)
        captions = QFontMetrics(theme.caption)
        named = sorted(self.groups[each] for each in person.groups if each in self.groups)
        groups = elided(captions, ", ".join(named), room.width() // 2)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.caption)
        painter.setPen(theme.color("muted"))
        painter.drawText(first, flags | Qt.AlignmentFlag.AlignRight, groups)
        addresses = person.addresses if person.name else person.addresses[1:]
        painter.drawText(second, flags, elided(captions, ", ".join(addresses), second.width()))
        if groups:
            first.setRight(first.right() - captions.horizontalAdvance(groups) - 12)
        strong = QFontMetrics(theme.strong)
        painter.setFont(theme.strong)
        painter.setPen(theme.color("text"))
        painter.drawText(first, flags, elided(strong, person.name or person.addresses[0], first.width()))
