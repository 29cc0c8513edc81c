"""The templates as a list: the name, and under it how the template begins."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.outbox.templates import Template
from gui.theme import Theme, elided, paint_chosen

_translate = QCoreApplication.translate

_TEMPLATE = Qt.ItemDataRole.UserRole
_ROW = 48


class TemplateList(QListWidget):
    """Shows templates in the order of their names.

    `template_changed(str)`: another one is chosen, by its id; "" where there is none. `use_requested()`: by Enter or
    a double click. `delete_requested()`: by Delete.
    """

    template_changed = Signal(str)
    use_requested = Signal()
    delete_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(_translate("Templates", "Templates"))
        self.setAccessibleDescription(
            _translate("Templates", "Up and Down choose a template, Enter puts it into the form, Delete deletes it")
        )
        self.setItemDelegate(_Delegate(theme, self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(lambda *_: self.template_changed.emit(self.chosen()))
        self.itemDoubleClicked.connect(lambda _: self.use_requested.emit())
        for keys, signal in (
            ("Return", self.use_requested),
            ("Enter", self.use_requested),
            ("Del", self.delete_requested),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(signal)

    def show_templates(self, templates: Sequence[Template], chosen: str) -> None:
        """Show these; `chosen` is chosen, or the first where that is not among them. Tells nothing."""
        self.blockSignals(True)
        self.clear()
        for template in sorted(templates, key=lambda each: each.name.casefold()):
            item = QListWidgetItem(template.name, self)
            item.setData(_TEMPLATE, template)
            if template.id == chosen:
                self.setCurrentItem(item)
        if self.currentRow() < 0:
            self.setCurrentRow(0)
        self.blockSignals(False)

    def chosen(self) -> str:
        """Return the id of the chosen template; "" where there is none."""
        template = self.currentIndex().data(_TEMPLATE)
        return template.id if isinstance(template, Template) else ""

    def names(self) -> list[str]:
        """Return the names, from the top."""
        return [self.item(row).text() for row in range(self.count())]

    def sizeHint(self) -> QSize:
        return QSize(220, super().sizeHint().height())


class _Delegate(QStyledItemDelegate):
    """Paints a template as the list of deliveries paints a row: two calm lines."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        template = index.data(_TEMPLATE)
        if not isinstance(template, Template):
            return
        theme, rect = self._theme, option.rect
        state: QStyle.StateFlag = option.state
        paint_chosen(painter, theme, rect, state)
        room = rect.adjusted(16, 0, -12, 0)
        middle = rect.top() + rect.height() // 2
        begins = " ".join((template.subject or template.text[:100]).split())
        for top, words, font, color in (
            (middle - 19 if begins else middle - 10, template.name, theme.strong, "text"),
            (middle + 1, begins, theme.caption, "muted"),
        ):
            line = QRect(room.left(), top, room.width(), 20)
            painter.setFont(font)
            painter.setPen(theme.color(color))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, elided(QFontMetrics(font), words, line.width()))
