"""The strip in the details of what is not confirmed: why nobody knows, and what a person can do about it."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.outbox.notification import Delivery, Event
from core.outbox.states import State
from gui import wording
from gui.theme import FIELD_RADIUS, Theme

_translate = QCoreApplication.translate

#: Room for a sentence in three lines (px).
_LEAST_WORDS = 300


class DoubtStrip(QWidget):
    """Shown with a delivery that is not confirmed, and hidden with every other. Its buttons do commands."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = QLabel()
        self._words = QLabel()
        self._words.setFont(theme.strong)
        self._hint = QLabel()
        self._looking: frozenset[int] = frozenset()
        self._shown: tuple[int, str] = (0, "")
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
        left = QHBoxLayout()
        left.setSpacing(10)
        left.addWidget(self._icon)
        left.addLayout(words, 1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(12, 8, 8, 8)
        self._row.setSpacing(8)
        self._row.addLayout(left, 1)
        self._row.addLayout(self._buttons)
        theme.changed.connect(self._paint_again)
        self._paint_again()
        self.hide()

    def set_actions(self, *actions: QAction) -> None:
        """Take the commands that end the doubt, a button each. The first one looks: its button has one word for it."""
        for action in actions:
            words = wording.plain(action.text())
            keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
            is_check = action is actions[0]
            button = QPushButton(_translate("Doubt", "Check") if is_check else words)
            button.setProperty("framed", True)
            button.setToolTip(f"{words} ({keys})" if is_check else keys)
            button.clicked.connect(action.trigger)
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

    def show_delivery(self, delivery: Delivery, events: Sequence[Event] = (), now_ms: int = 0) -> None:
        """Show what is not known of it, and where it was looked for in vain; hide where there is no doubt."""
        is_in_doubt = delivery.state is State.UNCONFIRMED
        if is_in_doubt:
            self._words.setText(wording.reason_sentence(delivery, delivery.updated_at))
            self.setAccessibleName(self._words.text())
            self._shown = (delivery.id, _hint(events, now_ms))
            self._show_hint()
        self.setVisible(is_in_doubt)

    def set_looking(self, ids: frozenset[int]) -> None:
        """Say so while the one that is shown is among these, which are being looked for."""
        self._looking = ids
        self._show_hint()

    def hint(self) -> str:
        """Return what stands under the doubt: what to do about it, or what was done."""
        return self._hint.text()

    def _show_hint(self) -> None:
        delivery_id, words = self._shown
        is_looking = delivery_id in self._looking
        self._hint.setText(_translate("Doubt", "Looking in the Sent folder…") if is_looking else words)
        self.setAccessibleDescription(self._hint.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below where beside them the words would have no room."""
        super().resizeEvent(event)
        beside = self.width() >= self._buttons.sizeHint().width() + _LEAST_WORDS
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._row.direction() != way:
            self._row.setDirection(way)

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


def _hint(events: Sequence[Event], now_ms: int) -> str:
    """Return what the last look since it came into doubt says; without one, what a person can do."""
    for event in reversed(events):
        if event.kind == "unconfirmed":
            break
        if event.kind == "not_found":
            return wording.not_there(event.detail, event.at, now_ms)
    return _translate(
        "Doubt", "Check looks in the account's Sent folder; or ask whoever should have it. It goes no more by itself."
    )
