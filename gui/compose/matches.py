"""What a search for recipients found, offered under the To field."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.outbox.book_tables import Group
from core.outbox.notification import Recipient
from gui import wording
from gui.theme import Theme, announce, elided

_translate = QCoreApplication.translate


class MatchList(QListWidget):
    """What a search found, offered under the field. It never takes the focus. `chosen(Recipient | Group)`.

    A child of the window and not a window of its own: an input method and the focus stay with the field.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._found: tuple[Recipient | Group, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("matches")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setItemDelegate(_MatchDelegate(theme, self))
        self.setAccessibleName(_translate("Recipients", "Recipients found"))
        self.itemClicked.connect(self._on_item_clicked)
        self.hide()

    def found(self) -> tuple[Recipient | Group, ...]:
        return self._found

    def offer(self, words: str, found: Sequence[Recipient | Group], *, is_first_current: bool) -> None:
        self._found = tuple(found)
        self.clear()
        for each in found:
            item = QListWidgetItem(self)
            item.setText(f"{each.name}, {wording.group_size(each.size)}" if isinstance(each, Group) else str(each))
            item.setData(Qt.ItemDataRole.UserRole, each)
        if not found:
            self.hide()
            return
        if is_first_current:
            self.setCurrentRow(0)
        self.setParent(self._owner.window())
        self.place_under(self._owner)
        self.show()
        self.raise_()

    def place_under(self, field: QWidget) -> None:
        window = self.parentWidget()
        if self._found and window is not None:
            at = field.mapTo(window, QPoint(0, field.height() + 3))
            frame = 2 * self.frameWidth()
            self.setGeometry(QRect(at, QSize(field.width(), self.sizeHintForRow(0) * self.count() + frame)))

    def move_by(self, rows: int) -> None:
        count = self.count()
        row = self.currentRow()
        self.setCurrentRow((row + rows) % count if row >= 0 else 0 if rows > 0 else count - 1)
        announce(self._owner, self.currentItem().text())

    def choose_current(self) -> bool:
        item = self.currentItem()
        if item is None:
            return False
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
        return True

    @Slot(QListWidgetItem)
    def _on_item_clicked(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


class _MatchDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, 32)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        from PySide6.QtWidgets import QStyle  # 10 ms that the first paint need not wait for

        theme = self._theme
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(theme.color("accent-soft"))
            painter.drawRoundedRect(rect, 5, 5)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(rect, 5, 5)
        found = index.data(Qt.ItemDataRole.UserRole)
        words = rect.adjusted(10, 0, -10, 0)
        if isinstance(found, Group):
            icon = theme.icons.pixmap("people", "muted", 16, painter.device().devicePixelRatioF())
            painter.drawPixmap(words.left(), words.center().y() - 7, icon)
            words.setLeft(words.left() + 24)
            self._paint_words(painter, words, found.name, wording.group_size(found.size))
        else:
            self._paint_words(painter, words, found.name or found.address, found.address if found.name else "")

    def _paint_words(self, painter: QPainter, words: QRect, name: str, rest: str) -> None:
        theme = self._theme
        flags = Qt.AlignmentFlag.AlignVCenter
        strong = QFontMetrics(theme.strong)
        name = elided(strong, name, words.width() * 3 // 5 if rest else words.width())
        painter.setFont(theme.strong)
        painter.setPen(theme.color("text"))
        painter.drawText(words, flags, name)
        if rest:
            room = words.adjusted(strong.horizontalAdvance(name) + 10, 0, 0, 0)
            painter.setFont(theme.body)
            painter.setPen(theme.color("muted"))
            painter.drawText(room, flags, elided(QFontMetrics(theme.body), rest, room.width()))
