"""The groups beside the people: everybody, and each group, which is named in its place."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.outbox.book_tables import Group
from gui import wording
from gui.theme import Theme, elided, paint_chosen

_translate = QCoreApplication.translate

_ID, _SIZE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_ROW = 36


class GroupList(QListWidget):
    """Everybody first, then the groups by name.

    `group_chosen(bytes | None)`: another is chosen; None is everybody. `write_requested()`: Enter.
    `delete_requested()`: Delete. `named(bytes, str)`: another name was typed for one.
    """

    group_chosen = Signal(object)
    write_requested = Signal()
    delete_requested = Signal()
    named = Signal(object, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_translate("Book", "Groups"))
        self.setAccessibleDescription(
            _translate("Book", "Up and Down choose a group, Enter writes to all in it, F2 renames, Delete deletes")
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_Delegate(theme, self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The item is named when it is asked for; a second click must not begin it by chance.
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.currentItemChanged.connect(self._on_current_changed)
        self.itemChanged.connect(self._on_item_changed)

    def show_groups(self, everybody: int, groups: Sequence[Group]) -> None:
        """Show these; the chosen one stays chosen, and where it is gone, everybody is."""
        before = self.chosen()
        self.blockSignals(True)
        self.clear()
        self._add(_translate("Book", "Everybody"), None, everybody)
        for group in groups:
            item = self._add(group.name, group.id, group.size)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        row = next((row for row in range(self.count()) if self.item(row).data(_ID) == before), 0)
        self.setCurrentRow(row)
        self.blockSignals(False)
        if self.chosen() != before:
            self.group_chosen.emit(self.chosen())

    def _add(self, name: str, group: bytes | None, size: int) -> QListWidgetItem:
        item = QListWidgetItem(name, self)
        item.setData(_ID, group)
        item.setData(_SIZE, size)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {wording.count(size)}")
        return item

    def chosen(self) -> bytes | None:
        """Return the chosen group; None where it is everybody."""
        group = self.currentIndex().data(_ID)
        return None if group is None else bytes(group)

    def choose(self, group: bytes | None) -> None:
        """Choose a group, or everybody."""
        for row in range(self.count()):
            if self.item(row).data(_ID) == group:
                self.setCurrentRow(row)

    def name_of(self, group: bytes | None) -> str:
        """Return what a group is called; "" where there is none."""
        items = (self.item(row) for row in range(self.count()))
        return next((item.text() for item in items if item.data(_ID) == group), "")

    def begin_naming(self, group: bytes, typed: str = "") -> None:
        """Have a name typed in the group's own place; `typed` is what already was."""
        self.choose(group)
        if self.chosen() != group:
            return
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editItem(self.currentItem())
        field = self.findChild(QLineEdit)
        if field is not None and typed:
            field.setText(typed)

    def names(self) -> list[str]:
        """Return what the rows say, from the top."""
        items = (self.item(row) for row in range(self.count()))
        return [str(item.data(Qt.ItemDataRole.AccessibleTextRole)) for item in items]

    @Slot()
    def _on_current_changed(self) -> None:
        self.group_chosen.emit(self.chosen())

    @Slot(QListWidgetItem)
    def _on_item_changed(self, item: QListWidgetItem) -> None:
        if (group := item.data(_ID)) is not None:
            self.named.emit(bytes(group), item.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        is_editing = self.state() == QAbstractItemView.State.EditingState
        if is_plain and not is_editing and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.write_requested.emit()
        elif is_plain and not is_editing and event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit()
        elif is_plain and not is_editing and event.key() == Qt.Key.Key_F2 and self.chosen() is not None:
            self.editItem(self.currentItem())
        else:
            super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    _LEFT, _ICON = 12, 16

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, rect = self._theme, option.rect
        state: QStyle.StateFlag = option.state
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        paint_chosen(painter, theme, rect, state)
        name = "person" if index.data(_ID) is None else "people"
        icon = theme.icons.pixmap(name, "muted", self._ICON, painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.left() + self._LEFT, rect.center().y() - self._ICON // 2 + 1, icon)
        room = rect.adjusted(self._LEFT + self._ICON + 8, 0, -12, 0)
        size = wording.count(index.data(_SIZE))
        painter.setFont(theme.caption_digits)
        painter.setPen(theme.color("muted"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, size)
        room.setRight(room.right() - painter.fontMetrics().horizontalAdvance(size) - 8)
        font = theme.strong if is_chosen else theme.body
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        painter.drawText(
            room, Qt.AlignmentFlag.AlignVCenter, elided(QFontMetrics(font), str(index.data()), room.width())
        )

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        field = QLineEdit(parent)
        field.setAccessibleName(_translate("Book", "Name of the group"))
        field.setAccessibleDescription(_translate("Book", "Enter keeps it, Esc leaves the name as it was"))
        field.setProperty("ground", "surface")
        return field

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> None:
        editor.setGeometry(option.rect.adjusted(6, 2, -4, -2))

    def setModelData(
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """A name that was emptied is none: the old one stays."""
        if isinstance(editor, QLineEdit) and (name := " ".join(editor.text().split())) and name != index.data():
            model.setData(index, name, Qt.ItemDataRole.EditRole)
