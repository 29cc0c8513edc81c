"""The strip in the details of what is not confirmed: why nobody knows, and what a person can do about it."""

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.outbox.notification import Delivery
from core.outbox.states import State
from gui import wording
from gui.theme import FIELD_RADIUS, Theme

_translate = QCoreApplication.translate


class DoubtStrip(QWidget):
    """Shown with a delivery that is not confirmed, and hidden with every other. Its buttons do commands."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = QLabel()
        self._words = QLabel()
        self._words.setFont(theme.strong)
        self._hint = QLabel(
            _translate(
                "Doubt",
                "Ask whoever should have it, or look under Sent at your provider. Outtray sends it no more by itself.",
            )
        )
        self._hint.setProperty("tone", "muted")
        self._hint.setFont(theme.caption)
        for label in (self._words, self._hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._words)
        words.addWidget(self._hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addLayout(self._buttons)
        theme.changed.connect(self._paint_again)
        self._paint_again()
        self.hide()

    def set_actions(self, *actions: QAction) -> None:
        """Take the commands that end the doubt, a button each."""
        for action in actions:
            button = QPushButton(action.text().replace("&", ""))
            button.setProperty("framed", True)
            button.setToolTip(action.shortcut().toString(action.shortcut().SequenceFormat.NativeText))
            button.clicked.connect(action.trigger)
            self._buttons.addWidget(button)

    def show_delivery(self, delivery: Delivery) -> None:
        """Show what is not known of it; hide where there is no doubt."""
        is_in_doubt = delivery.state is State.UNCONFIRMED
        if is_in_doubt:
            self._words.setText(wording.reason_sentence(delivery, delivery.updated_at))
            self.setAccessibleName(self._words.text())
        self.setVisible(is_in_doubt)

    @Slot()
    def _paint_again(self) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(self._theme.icons.pixmap("warning", "not-confirmed", 16, ratio))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("not-confirmed-soft"))
        painter.drawRoundedRect(self.rect(), FIELD_RADIUS, FIELD_RADIUS)
