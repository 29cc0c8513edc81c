"""The row of buttons under the message: Send with its other ways, Attach, Template."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QSize, Qt, Slot
from PySide6.QtGui import QAction, QIcon, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from gui.compose.send_button import SendButton
from gui.theme import Theme

_translate = QCoreApplication.translate

_GAP = 8


class ButtonRow(QWidget):
    """Lays them out side by side. Where a language or an account needs more room than there is, Template stands as its
    icon alone, then Attach too, and then Send goes without its key.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.send = SendButton(theme, self)
        self.more = QToolButton(self)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setAccessibleName(_translate("Form", "Other ways to send"))
        self.more.setAccessibleDescription(_translate("Form", "A menu: later, or a test to yourself"))
        self.more.setToolTip(_translate("Form", "Other ways to send"))
        self.more.setProperty("menu", True)
        self.more.setFixedSize(30, 34)
        self.attach = _WordButton(theme, _translate("Form", "Attach"), "attach", self)
        self.attach.setAccessibleName(_translate("Form", "Attach files"))
        self.template = _WordButton(theme, _translate("Form", "Template"), "template", self, has_menu=True)
        self.template.setAccessibleName(_translate("Form", "Template"))
        self.template.setAccessibleDescription(
            _translate("Form", "A menu: put a template into the form, or save the form as one")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for button in (self.send, self.more, self.attach, self.template):
            row.addWidget(button)
        row.addStretch(1)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_send_word(self, word: str) -> None:
        """Say on Send what it does."""
        self.send.set_word(word)
        self._fit()

    def set_keys(self, send: str, attach: str, template: str) -> None:
        """Show the keys that the person has for them."""
        self.send.set_key(send)
        self.attach.set_key(attach)
        self.template.set_key(template)
        self._fit()

    def set_send_actions(self, actions: Sequence[QAction]) -> None:
        """Offer other ways to send beside Send."""
        menu = QMenu(self.more)
        menu.addActions(actions)
        self.more.setMenu(menu)

    def set_template_actions(self, actions: Sequence[QAction]) -> None:
        """Offer what can be done with templates."""
        menu = QMenu(self.template)
        menu.addActions(actions)
        self.template.setMenu(menu)

    def sizeHint(self) -> QSize:
        return QSize(self._width(0), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(3), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        step = next((step for step in range(3) if self._width(step) <= self.width()), 3)
        self.template.set_short(step > 0)
        self.attach.set_short(step > 1)
        self.send.set_key_shown(step < 3)

    def _width(self, step: int) -> int:
        """Return how wide the row is when that many of them are shortened."""
        return (
            self.send.width_of(has_key=step < 3)
            + self.more.width()
            + self.attach.width_of(is_short=step > 1)
            + self.template.width_of(is_short=step > 0)
            + 3 * _GAP
        )

    @Slot()
    def _on_theme_changed(self) -> None:
        self.more.setIcon(self._theme.icons.icon("chevron-down", "text"))


class _WordButton(QPushButton):
    """An icon and a word, or the icon alone with the word as its tip."""

    _PAD, _ICON, _GAP, _ARROW = 10, 16, 6, 12

    def __init__(self, theme: Theme, word: str, icon: str, parent: QWidget, *, has_menu: bool = False) -> None:
        super().__init__(word, parent)
        self._theme = theme
        self._word = word
        self._icon = icon
        self._key = ""
        self._has_menu = has_menu
        theme.changed.connect(self.update)

    def set_key(self, key: str) -> None:
        """Show its key in the tip."""
        self._key = key
        self._show_tip()

    def set_short(self, is_short: bool) -> None:
        """Show the icon alone."""
        if is_short == bool(self.text()):
            self.setText("" if is_short else self._word)
            self._show_tip()

    def width_of(self, *, is_short: bool) -> int:
        """Return how wide it is with or without its word."""
        width = 2 * self._PAD + self._ICON + (4 + self._ARROW if self._has_menu else 0)
        return width if is_short else width + self._GAP + self.fontMetrics().horizontalAdvance(self._word)

    def sizeHint(self) -> QSize:
        return QSize(self.width_of(is_short=not self.text()), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        ground = QStyleOptionButton()
        self.initStyleOption(ground)
        # The style would centre the words as if its own arrow stood beside them.
        ground.features = QStyleOptionButton.ButtonFeature.Flat
        ground.text = ""
        ground.icon = QIcon()
        painter.drawControl(QStyle.ControlElement.CE_PushButton, ground)
        icons, ratio, middle = self._theme.icons, self.devicePixelRatioF(), self.height() // 2
        painter.drawPixmap(self._PAD, middle - self._ICON // 2, icons.pixmap(self._icon, "text", self._ICON, ratio))
        room = self.rect().adjusted(self._PAD + self._ICON + self._GAP, 0, 0, 0)
        painter.setPen(self._theme.color("text"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._has_menu:
            left = self.width() - self._PAD - self._ARROW
            arrow = icons.pixmap("chevron-down", "text", self._ARROW, ratio)
            painter.drawPixmap(left, middle - self._ARROW // 2 + 1, arrow)

    def _show_tip(self) -> None:
        self.setToolTip(self._key if self.text() else f"{self._word}  {self._key}".strip())
