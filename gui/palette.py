"""The palette: every command that can be done now, found by a few letters and done by Enter."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter
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

from gui.commands import Actions, Command, menus
from gui.theme import Theme, announce, elided, muted_label

_translate = QCoreApplication.translate

_WIDTH = 560
_ROW = 36
#: So many rows are shown at once; the others are scrolled to.
_ROWS = 9
_ICON = 16

#: What a found letter is worth: at the beginning of a word, right after the one before, anywhere.
_AT_WORD, _IN_ROW, _ANYWHERE = 8, 5, 1


@dataclass(frozen=True)
class _Entry:
    """A command as it is offered."""

    id: str
    words: str
    place: str
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


class Palette(QDialog):
    """Offers the commands of the window. Esc closes it; Enter or a click does the chosen one.

    It is asked for again and again: what was done last stands first while nothing is typed.
    """

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Dialog)
        self._actions = actions
        self._window = parent.window()
        self._entries: tuple[_Entry, ...] = ()
        #: What was done from here, the newest first.
        self._done: list[str] = []
        self.setModal(True)
        self.setWindowTitle(_translate("Palette", "All commands"))
        self.setObjectName("palette")
        self.field = QLineEdit()
        self.field.setPlaceholderText(_translate("Palette", "Type a command"))
        self.field.setAccessibleName(_translate("Palette", "Command"))
        self.field.setAccessibleDescription(
            _translate("Palette", "Type a few letters, choose by the arrow keys, and press Enter")
        )
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(_translate("Palette", "Commands"))
        self.list.setItemDelegate(_EntryDelegate(theme, self.list))
        self.list.itemClicked.connect(self._on_list_item_clicked)
        self.nothing: QLabel = muted_label(_translate("Palette", "No command is called that, or none that fits now."))
        self.nothing.setContentsMargins(10, 8, 10, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.nothing)
        column.addWidget(self.list)
        self.finished.connect(self._window.activateWindow)

    def offer(self) -> None:
        """Open with what can be done now, at the top of the window."""
        words = menus()
        offered = [each for each in self._actions.commands if self._is_offered(each)]
        last = {command: place for place, command in enumerate(self._done)}
        offered.sort(key=lambda each: last.get(each.id, len(last)))
        self._entries = tuple(self._entry(each, words) for each in offered)
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
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
                self._do(self.list.currentItem())
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
        self.nothing.setVisible(not found)
        self.adjustSize()

    def _is_offered(self, command: Command) -> bool:
        return self._actions[command.id].isEnabled() and command.id != "palette"

    def _entry(self, command: Command, words: dict[str, str]) -> _Entry:
        action = self._actions[command.id]
        menu, _, submenu = command.menu.partition(".")
        place = words[menu] + (f" › {words[command.menu]}" if submenu else "")
        return _Entry(
            command.id,
            command.plain(action.text()),
            place.replace("&", ""),
            action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
            command.icon,
        )

    def _on_list_item_clicked(self, item: QListWidgetItem) -> None:
        self._do(item)

    def _do(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        entry: _Entry = item.data(Qt.ItemDataRole.UserRole)
        if entry.id in self._done:
            self._done.remove(entry.id)
        self._done.insert(0, entry.id)
        self.accept()
        # When the focus is back where it was: some commands are about what has it.
        QTimer.singleShot(0, self._actions[entry.id], self._actions[entry.id].trigger)

    @staticmethod
    def _top(window: QWidget) -> int:
        return window.mapToGlobal(window.rect().topLeft()).y() + min(96, window.height() // 8)


class _EntryDelegate(QStyledItemDelegate):
    """Paints a command: icon, words, where it is in the menus, and at the right its keys."""

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
        entry: _Entry = index.data(Qt.ItemDataRole.UserRole)
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
