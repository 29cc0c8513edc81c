"""A small list over the window: what is typed finds one of many, Enter takes it. The palette is one."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui.theme import Theme, announce, elided, muted_label

_WIDTH = 560
_ROW = 36
#: So many rows are shown at once; the others are scrolled to.
_ROWS = 9
_ICON = 16

#: What a found letter is worth: at the beginning of a word, right after the one before, anywhere.
_AT_WORD, _IN_ROW, _ANYWHERE = 8, 5, 1


@dataclass(frozen=True)
class Entry:
    """One of those that are offered."""

    id: str
    words: str
    #: What stands behind the words, and is found too.
    place: str
    #: At the right.
    keys: str
    icon: str


def rank(words: str, query: str) -> int:
    """Say how well a query fits: 0 where it does not, more the better.

    Every part of the query (between spaces) has its letters in the words, in order. Letters that begin a word or
    follow each other count more, and of two that fit alike the shorter wins.
    """
    folded = words.casefold()
    total = 1
    for part in query.casefold().split():
        if not (best := _rank_part(folded, part)):
            return 0
        total += best
    return total * 100 - len(words)


def _rank_part(words: str, part: str) -> int:
    """Try each place where the first letter stands, and go on greedily from there: commands are short."""
    best = 0
    for start in (at for at, letter in enumerate(words) if letter == part[0]):
        found, at = 0, -2
        for letter in part:
            next_at = words.find(letter, max(at + 1, start))
            if next_at < 0:
                found = 0
                break
            is_word = next_at == 0 or not words[next_at - 1].isalnum()
            found += _AT_WORD if is_word else _IN_ROW if next_at == at + 1 else _ANYWHERE
            at = next_at
        best = max(best, found)
    return best


class Chooser(QDialog):
    """Offers entries. Esc closes it; Enter or a click takes the chosen one: see `take`."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Dialog)
        self._window = parent.window()
        self._entries: tuple[Entry, ...] = ()
        self.setModal(True)
        self.setObjectName("palette")
        self.field = QLineEdit()
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_EntryDelegate(theme, self.list))
        self.list.itemClicked.connect(self._on_list_item_clicked)
        #: Says that nothing is offered, or nothing fits.
        self.nothing: QLabel = muted_label("")
        self.nothing.setWordWrap(True)
        self.nothing.setContentsMargins(10, 8, 10, 8)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(10, 10, 10, 10)
        self.column.setSpacing(8)
        self.column.addWidget(self.field)
        self.column.addWidget(self.nothing)
        self.column.addWidget(self.list)
        self.finished.connect(self._window.activateWindow)

    def take(self, entry: Entry) -> None:
        """Take what was chosen; called once it has closed."""
        raise NotImplementedError

    def sentence(self, is_any: bool) -> str:
        """Return what is said where none fits; `is_any`: there are some, but none with these letters."""
        raise NotImplementedError

    def offer_entries(self, entries: Sequence[Entry]) -> None:
        """Open with these, in their order, at the top of the window."""
        self._entries = tuple(entries)
        self.field.clear()
        self._show("")
        window = self._window
        width = min(_WIDTH, window.width() - 32)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move(window.mapToGlobal(window.rect().topLeft()).x() + (window.width() - width) // 2, self._top(window))
        self.field.setFocus()
        self.open()

    def words(self) -> list[str]:
        """Return what is offered, from the top."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    def chosen(self) -> Entry | None:
        """Return the entry that Enter would take."""
        entry = self.list.currentIndex().data(Qt.ItemDataRole.UserRole)
        return entry if isinstance(entry, Entry) else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self.take_key(event)
        return super().eventFilter(watched, event)

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key pressed in the field means here; False: it is the field's own."""
        match event.key():
            case Qt.Key.Key_Up:
                self._move_by(-1)
            case Qt.Key.Key_Down:
                self._move_by(1)
            case Qt.Key.Key_PageUp:
                self._move_by(-_ROWS, is_round=False)
            case Qt.Key.Key_PageDown:
                self._move_by(_ROWS, is_round=False)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._do()
            case _:
                return False
        return True

    def _move_by(self, rows: int, *, is_round: bool = True) -> None:
        count = self.list.count()
        if not count:
            return
        row = self.list.currentRow() + rows
        self.list.setCurrentRow(row % count if is_round else max(0, min(row, count - 1)))
        announce(self.field, self.list.currentItem().text())

    def _show(self, query: str) -> None:
        ranked = [(rank(f"{each.words} {each.place}", query), each) for each in self._entries]
        found = [(worth, each) for worth, each in ranked if worth]
        if query.strip():
            found.sort(key=lambda pair: -pair[0])  # of those that fit alike, what was done last stays first
        self.list.clear()
        for _, entry in found:
            item = QListWidgetItem(f"{entry.words}, {entry.keys}" if entry.keys else entry.words, self.list)
            item.setData(Qt.ItemDataRole.UserRole, entry)
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(_ROW * min(len(found), _ROWS) + 2 * self.list.frameWidth())
        self.list.setVisible(bool(found))
        self.nothing.setText(self.sentence(bool(self._entries)))
        self.nothing.setVisible(not found)
        self.adjustSize()

    def _on_list_item_clicked(self, _item: QListWidgetItem) -> None:
        self._do()

    def _do(self) -> None:
        if (entry := self.chosen()) is not None:
            self.accept()
            self.take(entry)

    @staticmethod
    def _top(window: QWidget) -> int:
        return window.mapToGlobal(window.rect().topLeft()).y() + min(96, window.height() // 8)


class _EntryDelegate(QStyledItemDelegate):
    """Paints an entry: icon, words, what stands behind them, and at the right its keys."""

    def __init__(self, theme: Theme, parent: QListWidget) -> None:
        super().__init__(parent)
        self._list = parent
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._theme
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        if is_chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent-soft" if is_chosen else "hover"))
            painter.drawRoundedRect(rect, 6, 6)
        if entry.icon:
            ratio = self._list.devicePixelRatioF()
            pixmap = theme.icons.pixmap(entry.icon, "muted", _ICON, ratio)
            painter.drawPixmap(rect.left() + 10, rect.center().y() - _ICON // 2 + 1, pixmap)
        line = rect.adjusted(36, 0, -10, 0)
        flags = Qt.AlignmentFlag.AlignVCenter
        captions = QFontMetrics(theme.caption)
        painter.setFont(theme.caption)
        painter.setPen(theme.color("muted"))
        painter.drawText(line, flags | Qt.AlignmentFlag.AlignRight, entry.keys)
        line.setRight(line.right() - captions.horizontalAdvance(entry.keys) - 12)
        metrics = QFontMetrics(theme.body)
        words = elided(metrics, entry.words, line.width())
        painter.setFont(theme.body)
        painter.setPen(theme.color("text"))
        painter.drawText(line, flags, words)
        line.setLeft(line.left() + metrics.horizontalAdvance(words) + 10)
        painter.setFont(theme.caption)
        painter.setPen(theme.color("muted"))
        painter.drawText(line, flags, elided(captions, entry.place, line.width()))
