"""The From field: by which account a draft goes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from core.accounts.accounts import Accounts
from core.outbox.notification import PRACTICE, Recipient
from gui.theme import Theme, elided, paint_field, style_popup

_translate = QCoreApplication.translate

_HEIGHT = 32
_DOT = 12


@dataclass(frozen=True)
class Sender:
    """An account as the form shows it."""

    account: str
    address: str
    name: str = ""
    #: Where answers go, or "" for the address itself; and what is put under every message.
    reply_to: str = ""
    signature: str = ""
    #: A draft was written for it, and it is not there any more.
    is_gone: bool = False

    @property
    def is_practice(self) -> bool:
        """True when nobody receives what goes by it."""
        return self.account == PRACTICE

    @property
    def label(self) -> str:
        if self.is_gone:
            return _translate("Sender", "{account}: this account was removed").format(account=self.account)
        return f"{self.name}  <{self.address}>" if self.name else self.address


def senders_of(accounts: Accounts, practice: Recipient) -> list[Sender]:
    """Return the accounts as the form offers them: the default first, Practice last unless it is the default."""
    found = [Sender(each.name, each.address, each.sender_name, each.reply_to, each.signature) for each in accounts.all]
    found.append(Sender(PRACTICE, practice.address, practice.name or _translate("Sender", "Practice")))
    return sorted(found, key=lambda sender: sender.account != accounts.default)


class SenderField(QComboBox):
    """Chooses among senders. Its dot is teal for Practice, green for an account that reaches people, red for one that
    cannot.

    `sender_changed()`: the person chose another. `add_requested()`: they chose the last entry, "Add an account…".
    An account that is gone stays chosen for the draft that was written for it, until another is chosen.
    """

    sender_changed = Signal()
    add_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._senders: tuple[Sender, ...] = ()
        self._gone: Sender | None = None
        #: Accounts that cannot send until somebody mends them.
        self._broken: frozenset[str] = frozenset()
        #: The sender that is chosen, where the entry for adding one was chosen since.
        self._last = -1
        self._is_read_only = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setIconSize(QSize(16, 16))
        self.setAccessibleName(_translate("Sender", "From"))
        self.setAccessibleDescription(_translate("Sender", "The account by which the message goes"))
        self.activated.connect(self._on_activated)
        theme.changed.connect(self._on_theme_changed)

    def set_senders(self, senders: Sequence[Sender]) -> None:
        """Offer these, the first where none is chosen yet; the one chosen before stays chosen."""
        before = self.account() if self._senders else ""
        self._senders = tuple(senders)
        self.blockSignals(True)
        self.clear()
        for sender in self._senders:
            icon = self._theme.icons.icon("dot", self._token(sender))
            self.addItem(icon, sender.label, sender.account)
        self.addItem(self._theme.icons.icon("plus", "muted"), _translate("Sender", "Add an account…"), None)
        self.set_account(before or self._senders[0].account)
        self.blockSignals(False)

    def sender_shown(self) -> Sender | None:
        """Return the sender that is chosen; None before there are any."""
        if self._gone is not None:
            return self._gone
        index = self.currentIndex()
        return self._senders[index] if 0 <= index < len(self._senders) else None

    def account(self) -> str:
        sender = self.sender_shown()
        return sender.account if sender else PRACTICE

    def is_gone(self) -> bool:
        """Say whether what is chosen is not offered any more."""
        return self._gone is not None

    def default(self) -> str:
        """Return the account of a new message."""
        return self._senders[0].account if self._senders else PRACTICE

    def set_account(self, account: str) -> None:
        """Choose an account. One that is not offered any more is shown as gone."""
        place = next((place for place, sender in enumerate(self._senders) if sender.account == account), -1)
        self._gone = Sender(account, "", is_gone=True) if place < 0 and self._senders else None
        if place != self.currentIndex():
            self.setCurrentIndex(place)
        self._last = place
        self.update()

    def set_broken(self, accounts: Collection[str]) -> None:
        """Mark the accounts that cannot send until somebody mends them."""
        if (broken := frozenset(accounts)) != self._broken:
            self._broken = broken
            self._on_theme_changed()

    def is_broken(self) -> bool:
        """Say whether the chosen account cannot send now."""
        return self.account() in self._broken

    def set_read_only(self, is_read_only: bool) -> None:
        self._is_read_only = is_read_only

    def showPopup(self) -> None:
        if not self._is_read_only:
            style_popup(self)
            super().showPopup()

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        if index < len(self._senders):
            self._gone = None
            self._last = index
            self.sender_changed.emit()
        else:
            self.setCurrentIndex(self._last)
            self.add_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the senders by the arrows and by letters; what is below them opens in the list only."""
        if self._is_read_only:
            event.ignore()
            return
        places = {
            Qt.Key.Key_Up: max(0, self._last - 1),
            Qt.Key.Key_Down: self._last + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_PageUp: 0,
            Qt.Key.Key_End: len(self._senders) - 1,
            Qt.Key.Key_PageDown: len(self._senders) - 1,
        }
        place = places.get(Qt.Key(event.key()))
        letter = event.text().casefold()
        if event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier):
            if place is None or event.modifiers() & Qt.KeyboardModifier.AltModifier:
                super().keyPressEvent(event)
        elif place is not None and place >= len(self._senders):
            self.showPopup()
        elif place is not None:
            self._choose(place)
        elif letter.strip() and letter.isprintable():
            after = [*range(self._last + 1, len(self._senders)), *range(self._last + 1)]
            starts = (each for each in after if self._senders[each].label.casefold().startswith(letter))
            self._choose(next(starts, self._last))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a wheel that turns above it must not send by another account

    def _choose(self, place: int) -> None:
        if place != self.currentIndex() and 0 <= place < len(self._senders):
            self.setCurrentIndex(place)
            self._on_activated(place)

    @Slot()
    def _on_theme_changed(self) -> None:
        for index, sender in enumerate(self._senders):
            self.setItemIcon(index, self._theme.icons.icon("dot", self._token(sender)))
        self.setItemIcon(self.count() - 1, self._theme.icons.icon("plus", "muted"))
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
        paint_field(painter, theme, self.rect(), is_focused=self.hasFocus(), is_wrong=self._gone is not None)
        room = self.rect().adjusted(11, 0, -11, 0)
        ratio = self.devicePixelRatioF()
        if self.count():
            chevron = theme.icons.pixmap("chevron-down", "text" if self.underMouse() else "muted", 16, ratio)
            painter.drawPixmap(QPoint(room.right() - 15, room.center().y() - 7), chevron)
            room.setRight(room.right() - 22)
        sender = self.sender_shown()
        if sender is None:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._token(sender)))
        painter.drawEllipse(QRect(room.left(), room.center().y() - _DOT // 2 + 1, _DOT, _DOT))
        words = room.adjusted(_DOT + 9, 0, 0, 0)
        painter.setFont(theme.body)
        painter.setPen(theme.color("failed" if sender.is_gone else "text"))
        label = elided(QFontMetrics(theme.body), sender.label, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, label)

    def _token(self, sender: Sender) -> str:
        if sender.is_gone or sender.account in self._broken:
            return "failed"
        return "practised" if sender.is_practice else "sent"
