"""The page of the preferences about keeping: how long what has ended stays, asked about before much of it goes."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from core import settings
from core.outbox.keeping import Terms
from core.settings import Settings
from gui.field import Field
from gui.theme import Theme, muted_label

_translate = QCoreApplication.translate

#: Counts, behind the window, what these times would delete now: (terms, done).
CountOld = Callable[[Terms, Callable[[int], None]], None]


class KeepingPage(QWidget):
    """Shows the times, and tells of each that is chosen.

    A time that would delete something at once is chosen only when the person says so: a number is mistyped easily, and
    what is deleted is gone. `chosen(Settings)`: all settings, with the new time.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, count_old: CountOld, quiet: QObject) -> None:
        """`quiet` filters the events of the editors: the wheel must not choose."""
        super().__init__()
        self._chosen = Settings()
        self._count_old = count_old
        self.sent = _Time(theme, "keep_sent_days", quiet)
        self.sent.describe(
            _translate("Keeping", "&Delete sent ones after"),
            _translate(
                "Keeping", "Practised ones too. log.txt keeps its lines, and the practice mail folder its mail."
            ),
        )
        self.ended = _Time(theme, "keep_ended_days", quiet)
        self.ended.describe(
            _translate("Keeping", "Delete fa&iled and cancelled ones after"),
            _translate("Keeping", "It counts from the day they failed or were cancelled. log.txt keeps its lines."),
        )
        foot = muted_label(
            _translate(
                "Keeping",
                "What waits, is held, or is not confirmed is never deleted. Attached files go with the last message "
                "that has them. It is looked through now, and once a day.",
            ),
            theme.body,
        )
        foot.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(16)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, 150)
        for time in (self.sent, self.ended):
            time.put(grid)
            time.entered.connect(self._on_entered)
            time.agreed.connect(self._take)
        column.addLayout(grid)
        column.addWidget(foot)
        column.addStretch(1)

    def show_settings(self, now: Settings) -> None:
        """Show other settings. What is being asked stays."""
        self._chosen = now
        for time in (self.sent, self.ended):
            time.show_days(getattr(now, time.name))

    @Slot(str, int)
    def _on_entered(self, name: str, days: int) -> None:
        """Take a time at once where it deletes nothing now; else ask first."""
        before = getattr(self._chosen, name)
        if days == before:
            return
        if not days or (before and days > before):
            self._take(name, days)
            return
        terms = Terms(sent_days=days) if name == "keep_sent_days" else Terms(ended_days=days)
        time = self.sent if name == "keep_sent_days" else self.ended
        self._count_old(terms, lambda count: time.ask(days, count))

    @Slot(str, int)
    def _take(self, name: str, days: int) -> None:
        self._chosen = replace(self._chosen, **{name: days})  # type: ignore[arg-type]  # the name of a number
        self.chosen.emit(self._chosen)


class _Days(QSpinBox):
    """A number that Enter takes: it does not close the window behind what is asked then."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class _Time(QObject):
    """One time: a number of days, and the question under it.

    `entered(str, int)`: the setting and the days, when the field is left or Enter is pressed. `agreed(str, int)`: they
    are to be taken.
    """

    entered = Signal(str, int)
    agreed = Signal(str, int)

    def __init__(self, theme: Theme, name: str, quiet: QObject) -> None:
        super().__init__()
        self.name = name
        self._theme = theme
        self._days = 0
        self._asked = 0
        self._field: Field | None = None
        self.question = QWidget()
        self.spin = spin = _Days()
        spin.setRange(*settings.LIMITS[name])
        spin.setSpecialValueText(_translate("Keeping", "Never"))
        spin.setKeyboardTracking(False)  # a number is taken when it is whole, not digit by digit
        spin.lineEdit().setTextMargins(8, 0, 8, 0)  # the style sheet's padding does not reach it
        spin.installEventFilter(quiet)
        spin.valueChanged.connect(self._on_spin_value_changed)
        self._on_spin_value_changed(spin.value())
        spin.editingFinished.connect(lambda: self.entered.emit(self.name, self.spin.value()))
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self.delete = QPushButton(_translate("Keeping", "Delete them"))
        self.keep = QPushButton(_translate("Keeping", "Keep them"))
        self.delete.setAccessibleDescription(_translate("Keeping", "They go now, and cannot be brought back"))
        self.keep.setAccessibleDescription(_translate("Keeping", "Nothing is deleted, and the time is as it was"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button, act in ((self.keep, self._on_keep_clicked), (self.delete, self._on_delete_clicked)):
            button.setProperty("framed", True)
            button.setAutoDefault(False)
            button.clicked.connect(act)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self.question)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(8)
        column.addWidget(self._words)
        column.addLayout(buttons)
        self.question.hide()

    def describe(self, words: str, note: str) -> None:
        """Say what it is: the label with its mnemonic, and the sentence under the field."""
        self._field = Field(self._theme, words, self.spin)
        self._field.set_note(note)

    def put(self, grid: QGridLayout) -> None:
        """Lay it out in the next two rows of a grid."""
        assert self._field is not None, "it is described first"
        row = grid.rowCount()
        self._field.put(grid, row)
        grid.addWidget(self.question, row + 1, 1)

    def show_days(self, days: int) -> None:
        """Show the days that are set, unless others are being asked about or typed."""
        self._days = days
        if not self.spin.hasFocus() and self.question.isHidden():
            self.spin.setValue(days)

    def ask(self, days: int, count: int) -> None:
        """Ask whether so many are to go. Of none it need not be asked, nor when another number stands there now.

        Where the person has gone meanwhile, nothing is deleted unasked.
        """
        if days != self.spin.value() or days == self._days:
            return
        if not count:
            self.agreed.emit(self.name, days)
            return
        if not self.spin.isVisible():
            self.spin.setValue(self._days)
            return
        if not self.question.isHidden():
            return  # asked already: the field was left for its own question
        self._asked = days
        self._words.setText(
            _translate("Keeping", "%Ln message(s) is (are) older than that, and would be deleted now.", "plural", count)
        )
        for button in (self.delete, self.keep):
            button.setAccessibleName(
                _translate("Keeping", "{button}: {question}").format(button=button.text(), question=self._words.text())
            )
        self.question.show()
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _on_spin_value_changed(self, days: int) -> None:
        self.spin.setSuffix(_translate("Keeping", " day(s)", "plural", days))
        self.question.hide()

    @Slot()
    def _on_delete_clicked(self) -> None:
        self.spin.setFocus(Qt.FocusReason.OtherFocusReason)
        self.question.hide()
        self.agreed.emit(self.name, self._asked)

    @Slot()
    def _on_keep_clicked(self) -> None:
        self.spin.setFocus(Qt.FocusReason.OtherFocusReason)
        self.question.hide()
        self.spin.setValue(self._days)
