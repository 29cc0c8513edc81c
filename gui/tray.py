"""The icon in the system's tray: how things stand, and the way back to the window."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from core.outbox.notification import Counts
from core.outbox.states import Place
from gui import wording
from gui.digest import Digest
from gui.theme import Theme

_translate = QCoreApplication.translate


class Tray(QObject):
    """Lives where the desktop has a tray; elsewhere it shows nothing.

    `window_requested()`: the window is wanted; `new_requested()`: with an empty form; `needs_requested()`: with what
    needs the person.
    """

    window_requested = Signal()
    new_requested = Signal()
    needs_requested = Signal()

    def __init__(
        self, theme: Theme, actions: tuple[QAction, ...], is_looked_at: Callable[[], bool], parent: QObject
    ) -> None:
        """`actions`: what its menu offers, after the numbers. `is_looked_at`: see `Digest`."""
        super().__init__(parent)
        #: Says when something came to need the person.
        self.digest = Digest(is_looked_at, self)
        self.digest.due.connect(self._on_digest_due)
        self._icon = QSystemTrayIcon(theme.icons.app(), self)
        self._menu = QMenu()
        self._numbers = self._menu.addAction("")
        self._numbers.setEnabled(False)
        self._menu.addSeparator()
        show = self._menu.addAction(_translate("Tray", "Show the &window"))
        show.triggered.connect(self.window_requested)
        new = self._menu.addAction(_translate("Tray", "&New message"))
        new.triggered.connect(self._on_new_triggered)
        self._menu.addActions(list(actions))
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._on_icon_activated)
        self._icon.messageClicked.connect(self._on_icon_message_clicked)
        self.set_counts(Counts())

    @staticmethod
    def is_there() -> bool:
        """Whether this desktop has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def set_shown(self, is_shown: bool) -> None:
        """Show it, where there is a tray, or take it away."""
        self._icon.setVisible(is_shown and self.is_there())

    def set_counts(self, counts: Counts) -> None:
        """Say the numbers: in the menu and as its tip."""
        parts = [
            _translate("Tray", "{count} on the way").format(count=wording.count(counts.of(Place.ON_THE_WAY))),
            _translate("Tray", "{count} need you").format(count=wording.count(counts.of(Place.NEEDS_YOU))),
        ]
        if counts.is_paused:
            parts.append(_translate("Tray", "paused"))
        words = " · ".join(parts)
        self._numbers.setText(words)
        self._icon.setToolTip(f"Outtray\n{words}")

    def numbers(self) -> str:
        """Return what stands first in its menu."""
        return self._numbers.text()

    @Slot()
    def _on_new_triggered(self) -> None:
        self.window_requested.emit()
        self.new_requested.emit()

    @Slot(str)
    def _on_digest_due(self, words: str) -> None:
        if self._icon.isVisible():
            self._icon.showMessage("Outtray", words, self._icon.icon())

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_icon_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.window_requested.emit()

    @Slot()
    def _on_icon_message_clicked(self) -> None:
        self.window_requested.emit()
        self.needs_requested.emit()
