"""What happens when a person closes the window while something is still to be sent."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from core.outbox.notification import Counts
from core.outbox.states import LEASED, State
from core.settings import Closing
from gui import wording
from gui.notices import NoticeBar
from gui.theme import Theme, muted_label

_translate = QCoreApplication.translate

#: What goes later than this (ms) is not asked about: it waits for its time, here or at the next start.
_SOON_MS = 3600 * 1000
#: “Send now and quit” waits for what is due within this (ms): the longest undo, and a little.
_NOW_MS = 70 * 1000


def waiting(counts: Counts, now_ms: int, within_ms: int = _SOON_MS) -> int:
    """Return how many would be sent soon if the program stayed; 0 while everything is paused."""
    if counts.is_paused:
        return 0
    under_way = sum(counts.by_state.get(state, 0) for state in LEASED)
    is_soon = counts.next_due_at is not None and counts.next_due_at <= now_ms + within_ms
    return under_way + (counts.by_state.get(State.QUEUED, 0) if is_soon else 0)


class Leaving(QObject):
    """Decides how the program is left: at once, in the tray, or when all is sent; asks where nobody said which.

    `quit_chosen()`: end the program now. `stay_chosen()`: go on without the window. `send_chosen()`: try all that
    waits now; `quit_chosen` follows when nothing more is to go. `remembered(str)`: the same answer from now on.
    """

    quit_chosen = Signal()
    stay_chosen = Signal()
    send_chosen = Signal()
    remembered = Signal(str)

    def __init__(self, window: QWidget, bar: NoticeBar, theme: Theme, now_ms: Callable[[], int]) -> None:
        """`bar` says what is waited for."""
        super().__init__(window)
        self._window = window
        self._bar = bar
        self._theme = theme
        self._now_ms = now_ms
        self._counts = Counts()
        self._is_sending = False
        self.dialog: LeavingDialog | None = None

    def leave(self, closing: Closing, counts: Counts, *, has_tray: bool) -> None:
        """Leave as was chosen, or ask. Returns at once."""
        self._counts = counts
        if self._is_sending or not waiting(counts, self._now_ms()):
            self.quit_chosen.emit()
            return
        match closing:
            case "wait":
                self.quit_chosen.emit()
            case "stay" if has_tray:
                self.stay_chosen.emit()
            case "send":
                self._send()
            case _:
                self._ask(has_tray)

    @property
    def is_sending(self) -> bool:
        """Whether the program ends when what is on the way is sent."""
        return self._is_sending

    def on_counted(self, counts: Counts) -> None:
        """Take note of new numbers: the last one may be sent now."""
        self._counts = counts
        if not self._is_sending:
            return
        left = waiting(counts, self._now_ms(), _NOW_MS)
        if left:
            self._tell(left)
        else:
            self._is_sending = False
            self.quit_chosen.emit()

    def _ask(self, has_tray: bool) -> None:
        if self.dialog is None:
            count = waiting(self._counts, self._now_ms())
            self.dialog = LeavingDialog(self._theme, count, self._window, has_tray=has_tray)
            self.dialog.chosen.connect(self._on_dialog_chosen)
            self.dialog.finished.connect(self._on_dialog_finished)
            self.dialog.open()

    @Slot(str, bool)
    def _on_dialog_chosen(self, closing: Closing, is_remembered: bool) -> None:
        if is_remembered:
            self.remembered.emit(closing)
        match closing:
            case "wait":
                self.quit_chosen.emit()
            case "stay":
                self.stay_chosen.emit()
            case "send":
                self._send()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self.dialog = None
        self._window.activateWindow()

    def _send(self) -> None:
        self._tell(waiting(self._counts, self._now_ms()))
        self.send_chosen.emit()

    def wait_for_the_rest(self) -> None:
        """What waits is due now: `quit_chosen` follows when the numbers say that nothing more is to go."""
        self._is_sending = True

    def _tell(self, left: int) -> None:
        words = _translate("Leaving", "Outtray ends when what is on the way is sent: {count} left.")
        self._bar.show_notice(
            words.format(count=wording.count(left)),
            word=_translate("Leaving", "Stay"),
            act=self._stop_sending,
        )

    def _stop_sending(self) -> None:
        self._is_sending = False


class LeavingDialog(QDialog):
    """Asks. Esc stays in the window.

    `chosen(str, bool)`: one of `Closing` but `ask`, and whether it is to be remembered.
    """

    chosen = Signal(str, bool)

    def __init__(self, theme: Theme, count: int, parent: QWidget, *, has_tray: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_translate("Leaving", "Quit Outtray?"))
        number = wording.count(count)
        title = QLabel(_translate("Leaving", "Still to be sent: {count}").format(count=number))
        title.setFont(theme.strong)
        why: QLabel = muted_label(
            _translate("Leaving", "Nothing is lost: what is not sent now goes at the next start."),
            theme.body,
        )
        why.setWordWrap(True)
        self.send = QPushButton(_translate("Leaving", "&Send now and quit"))
        self.wait = QPushButton(_translate("Leaving", "&Quit ({count} will wait)").format(count=number))
        self.stay = QPushButton(_translate("Leaving", "&Keep running in the tray"))
        self.back = QPushButton(_translate("Leaving", "&Back to the window"))
        self.remember = QCheckBox(_translate("Leaving", "&Do the same from now on"))
        self.stay.setVisible(has_tray)
        for button, what in (
            (self.send, _translate("Leaving", "The window stays until the last one is sent")),
            (self.wait, _translate("Leaving", "Ends at once; the rest goes at the next start")),
            (self.stay, _translate("Leaving", "The window goes, and what is to be sent is sent")),
            (self.back, _translate("Leaving", "Nothing is closed")),
            (self.remember, _translate("Leaving", "It can be changed in the preferences")),
        ):
            button.setAccessibleDescription(what)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(title)
        column.addWidget(why)
        column.addSpacing(6)
        for button, closing in ((self.send, "send"), (self.wait, "wait"), (self.stay, "stay")):
            button.setProperty("framed", True)
            button.clicked.connect(lambda _=False, closing=closing: self._choose(closing))
            column.addWidget(button)
        self.back.setProperty("framed", True)
        self.back.clicked.connect(self.reject)
        column.addWidget(self.back)
        column.addSpacing(4)
        column.addWidget(self.remember)
        self.send.setDefault(True)
        self.send.setFocus()

    def _choose(self, closing: str) -> None:
        is_remembered = self.remember.isChecked()
        self.accept()
        self.chosen.emit(closing, is_remembered)
