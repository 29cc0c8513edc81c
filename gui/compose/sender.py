"""The From field: by which account a draft goes."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from core.outbox.notification import PRACTICE
from gui.theme import Theme, elided, paint_field

_translate = QCoreApplication.translate

_HEIGHT = 32
_DOT = 12


@dataclass(frozen=True)
class Sender:
    """An account as the form shows it."""

    account: str
    address: str
    name: str = ""

    @property
    def is_practice(self) -> bool:
        """True when nobody receives what goes by it."""
        return self.account == PRACTICE

    @property
    def label(self) -> str:
        return f"{self.name}  <{self.address}>" if self.name else self.address


class SenderField(QComboBox):
    """Chooses among senders. Its dot is teal for Practice and green for an account that reaches people.

    `sender_changed()`: the person chose another.
    """

    sender_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._senders: tuple[Sender, ...] = ()
        self._is_read_only = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setIconSize(QSize(16, 16))
        self.setAccessibleName(_translate("Sender", "From"))
        self.activated.connect(self._on_activated)
        theme.changed.connect(self._on_theme_changed)

    def set_senders(self, senders: Sequence[Sender]) -> None:
        """Offer these; the one chosen before stays chosen where it is among them."""
        before = self.account()
        self._senders = tuple(senders)
        self.blockSignals(True)
        self.clear()
        for sender in self._senders:
            icon = self._theme.icons.icon("dot", _token(sender))
            self.addItem(icon, sender.label, sender.account)
        self.set_account(before)
        self.blockSignals(False)

    def sender_shown(self) -> Sender | None:
        """Return the sender that is chosen; None before there are any."""
        index = self.currentIndex()
        return self._senders[index] if 0 <= index < len(self._senders) else None

    def account(self) -> str:
        sender = self.sender_shown()
        return sender.account if sender else PRACTICE

    def set_account(self, account: str) -> None:
        """Choose an account. One that is not offered leaves the first chosen."""
        index = max(0, self.findData(account)) if self._senders else -1
        if index != self.currentIndex():
            self.setCurrentIndex(index)

    def set_read_only(self, is_read_only: bool) -> None:
        self._is_read_only = is_read_only

    def showPopup(self) -> None:
        if not self._is_read_only:
            super().showPopup()

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        self.sender_changed.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        for index, sender in enumerate(self._senders):
            self.setItemIcon(index, self._theme.icons.icon("dot", _token(sender)))
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        paint_field(painter, theme, self.rect(), is_focused=self.hasFocus())
        room = self.rect().adjusted(11, 0, -11, 0)
        ratio = self.devicePixelRatioF()
        if self.count() > 1:
            chevron = theme.icons.pixmap("chevron-down", "text" if self.underMouse() else "muted", 16, ratio)
            painter.drawPixmap(QPoint(room.right() - 15, room.center().y() - 7), chevron)
            room.setRight(room.right() - 22)
        sender = self.sender_shown()
        if sender is None:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(_token(sender)))
        painter.drawEllipse(QRect(room.left(), room.center().y() - _DOT // 2 + 1, _DOT, _DOT))
        words = room.adjusted(_DOT + 9, 0, 0, 0)
        painter.setFont(theme.body)
        painter.setPen(theme.color("text"))
        label = elided(QFontMetrics(theme.body), sender.label, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, label)


def _token(sender: Sender) -> str:
    return "practised" if sender.is_practice else "sent"
