"""Send: the one filled button."""

from PySide6.QtCore import QCoreApplication, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from gui.theme import FIELD_RADIUS, Theme

_translate = QCoreApplication.translate


class SendButton(QPushButton):
    """An icon, the word, and the key that does the same."""

    _HEIGHT = 34
    _PAD = 16
    _ICON = 16

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(_translate("Form", "Send"), parent)
        self._theme = theme
        self._key = ""
        self._is_key_shown = True
        self.setAccessibleDescription(_translate("Form", "Takes the message into the outbox, from where it goes out"))
        self.setFont(theme.strong)
        self.setFixedHeight(self._HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def set_word(self, word: str) -> None:
        if word != self.text():
            self.setText(word)
            self.setAccessibleName(word)
            self.updateGeometry()

    def set_key(self, key: str) -> None:
        # Qt writes the key out where the platform has no sign for it.
        self._key = key.replace("+Return", " ↵").replace("+Enter", " ↵")
        self._show_tip()
        self.updateGeometry()
        self.update()

    def set_key_shown(self, is_shown: bool) -> None:
        """Show the key beside the word, or leave it to the tip where there is no room."""
        if is_shown != self._is_key_shown:
            self._is_key_shown = is_shown
            self._show_tip()
            self.updateGeometry()
            self.update()

    def _show_tip(self) -> None:
        self.setToolTip("" if self._is_key_shown else self._key)

    def width_of(self, *, has_key: bool) -> int:
        """Return how wide it is with or without its key."""
        metrics = QFontMetrics(self._theme.strong)
        width = 2 * self._PAD + self._ICON + 8 + metrics.horizontalAdvance(self.text())
        return width + 13 + metrics.horizontalAdvance(self._key) if has_key and self._key else width

    def sizeHint(self) -> QSize:
        return QSize(self.width_of(has_key=self._is_key_shown), self._HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, ink = "accent", "on-accent"
        if not self.isEnabled():
            ground, ink = "accent-disabled", "on-accent-disabled"
        elif self.isDown():
            ground = "accent-pressed"
        elif self.underMouse():
            ground = "accent-hover"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(self.rect(), FIELD_RADIUS, FIELD_RADIUS)
        painter.setPen(theme.color(ink))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -3, -3), FIELD_RADIUS - 2, FIELD_RADIUS - 2)
        icon = theme.icons.pixmap("send", ink, self._ICON, self.devicePixelRatioF())
        painter.drawPixmap(self._PAD, (self.height() - self._ICON) // 2, icon)
        painter.setFont(theme.strong)
        room = QRect(self._PAD + self._ICON + 8, 0, self.width(), self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._key and self._is_key_shown:
            room.translate(painter.fontMetrics().horizontalAdvance(self.text()) + 13, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._key)
