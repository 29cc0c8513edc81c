"""Preferences: every setting, applied and kept as soon as it is chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from core import settings
from core.errors import SettingsError
from core.paths import Home
from core.settings import Settings
from gui import wording
from gui.commands import Command
from gui.field import Choice, Field, mark
from gui.keeping import CountOld, KeepingPage
from gui.language import LANGUAGES
from gui.page import Page
from gui.remapping import KeysPage
from gui.spans import read_spans, spans_text
from gui.theme import Theme, is_motion_told, let_select, muted_label

_translate = QCoreApplication.translate

_WIDTH = 560
#: What is left of it for a page.
_PAGE = _WIDTH - 2 * 20


class Preferences(QDialog):
    """Shows the settings it is given, and tells of each change at once.

    `changed(Settings)`: all of them, as they are now. `keys_changed(dict)`: the keys that were chosen, by command.
    `accounts_requested()`: the accounts are to be shown.
    """

    changed = Signal(object)
    keys_changed = Signal(object)
    accounts_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        home: Home,
        chosen: Settings,
        commands: tuple[Command, ...],
        keys: Mapping[str, tuple[str, ...]],
        count_old: CountOld,
        at_login: QWidget,
        parent: QWidget,
    ) -> None:
        """`keys`: those that were chosen for commands, as `Keymap.chosen` has them.

        `count_old` counts, behind the window, what a time to keep would delete. `at_login`: the box that has Outtray
        started at log in.
        """
        super().__init__(parent)
        self._theme = theme
        self._home = home
        self._chosen = chosen
        self._is_loading = False
        self._fields: dict[str, Field] = {}
        self.setWindowTitle(_translate("Preferences", "Preferences"))
        self.undo_s = self._choice([(each, _undo_words(each)) for each in get_args(settings.Undo)], "undo_s")
        self.retry_s = self._line("retry_s")
        self.give_up_days = self._number("give_up_days", _days)
        self.late_min = self._number("late_min", _minutes)
        self.late_min.setSpecialValueText(_translate("Preferences", "Never: send it however late"))
        self.warn_after_h = self._number("warn_after_h", _hours)
        self.closing = self._choice(
            [
                ("ask", _translate("Preferences", "Ask")),
                ("send", _translate("Preferences", "Send it, then quit")),
                ("wait", _translate("Preferences", "Quit: it goes at the next start")),
                ("stay", _translate("Preferences", "Keep running in the tray")),
            ],
            "closing",
        )
        self.tray = QCheckBox(_translate("Preferences", "Show an &icon in the tray"))
        self.tray.setAccessibleDescription(
            _translate("Preferences", "Where the desktop has a tray: how many are on the way, and the way back here")
        )
        self.tray.toggled.connect(lambda is_on: self._take("tray", is_on))
        self.at_login = at_login
        self.sender_name = self._line("sender_name")
        self.theme = self._choice(
            [
                ("system", _translate("Preferences", "As the system")),
                ("light", _translate("Preferences", "Light")),
                ("dark", _translate("Preferences", "Dark")),
            ],
            "theme",
        )
        self.language = self._choice(
            [
                ("system", _translate("Preferences", "As the system")),
                *((each, name) for each, name in LANGUAGES.items()),
            ],
            "language",
        )
        self.density = self._choice(
            [
                ("comfortable", _translate("Preferences", "Comfortable")),
                ("compact", _translate("Preferences", "Compact")),
            ],
            "density",
        )
        self.motion = self._choice(
            [
                ("system", _translate("Preferences", "As the system")),
                ("reduced", _translate("Preferences", "Nothing moves")),
            ],
            "motion",
        )
        self.tabs = QTabWidget()
        self.tabs.addTab(Page(self._sending(), _PAGE), _translate("Preferences", "&Sending"))
        self.tabs.addTab(Page(self._appearance(), _PAGE), _translate("Preferences", "&Appearance"))
        self.tabs.addTab(Page(self._places(), _PAGE), _translate("Preferences", "Accounts and &folders"))
        self.keeping = KeepingPage(theme, count_old, self)
        self.keeping.chosen.connect(self._on_keeping_chosen)
        self.tabs.addTab(Page(self.keeping, _PAGE), _translate("Preferences", "Kee&ping"))
        self.keys = KeysPage(theme, commands, keys)
        self.keys.changed.connect(self.keys_changed)
        self.tabs.addTab(self.keys, _translate("Preferences", "&Keys"))
        self.tabs.tabBar().setAccessibleDescription(_translate("Preferences", "Left and Right go to the other pages"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAccessibleDescription(
            _translate("Preferences", "Closes this window; Esc does the same")
        )
        buttons.rejected.connect(self.reject)
        foot = muted_label(_translate("Preferences", "Every change is applied and kept at once."), theme.caption)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.tabs, 1)
        column.addWidget(foot)
        column.addWidget(buttons)
        self.setMinimumWidth(_WIDTH)
        self.finished.connect(parent.activateWindow)
        self.show_settings(chosen)

    def show_settings(self, chosen: Settings) -> None:
        """Show other settings: they were changed elsewhere. What is being typed in a field stays."""
        self._chosen = chosen
        self._is_loading = True
        for name in ("undo_s", "closing", "theme", "language", "density", "motion"):
            choice: Choice = getattr(self, name)
            choice.setCurrentIndex(max(0, choice.findData(getattr(chosen, name))))
        self.tray.setChecked(chosen.tray)
        for name in ("give_up_days", "late_min", "warn_after_h"):
            getattr(self, name).setValue(getattr(chosen, name))
        self.keeping.show_settings(chosen)
        for line, text in ((self.sender_name, chosen.sender_name), (self.retry_s, spans_text(chosen.retry_s))):
            if not line.hasFocus():
                line.setText(text)
        self._is_loading = False

    # -- its pages ------------------------------------------------------------------------------------------------

    def _sending(self) -> QWidget:
        page, grid = _page()
        self._put(
            grid,
            "undo_s",
            _translate("Preferences", "&Undo a send for"),
            self.undo_s,
            _translate("Preferences", "How long a message waits after Send, and can be taken back"),
        )
        self._put(grid, "retry_s", _translate("Preferences", "&Try again after"), self.retry_s)
        self._fields["retry_s"].set_note(
            _translate("Preferences", "The last one again and again. A server that says “later” is asked so often.")
        )
        self._put(
            grid,
            "give_up_days",
            _translate("Preferences", "&Give up after"),
            self.give_up_days,
            _translate("Preferences", "A message that could not be sent for so long fails"),
        )
        self._put(
            grid,
            "warn_after_h",
            _translate("Preferences", "T&ell me when it waits"),
            self.warn_after_h,
            _translate("Preferences", "A notice comes when a message has waited for so long"),
        )
        self._put(grid, "late_min", _translate("Preferences", "&Hold what is late by"), self.late_min)
        self._fields["late_min"].set_note(
            _translate("Preferences", "What was scheduled while this computer was off is then held, and asks.")
        )
        self._put(
            grid,
            "closing",
            _translate("Preferences", "When I &close it with mail to send"),
            self.closing,
            _translate("Preferences", "What becomes of the mail that is not sent yet"),
        )
        return page

    def _appearance(self) -> QWidget:
        page, grid = _page()
        self._put(
            grid,
            "theme",
            _translate("Preferences", "&Theme"),
            self.theme,
            _translate("Preferences", "The colours of every window"),
        )
        self._put(
            grid,
            "language",
            _translate("Preferences", "&Language"),
            self.language,
            _translate("Preferences", "Of every window; what is sent stays as it is written"),
        )
        self._put(
            grid,
            "density",
            _translate("Preferences", "&Rows of the list"),
            self.density,
            _translate("Preferences", "How much room each message takes in the outbox"),
        )
        self._put(grid, "motion", _translate("Preferences", "&Motion"), self.motion)
        self._fields["motion"].set_note(
            _translate("Preferences", "Where nothing moves, no line runs out and no caret blinks.")
            if is_motion_told()
            else _translate(
                "Preferences",
                "Where nothing moves, no line runs out and no caret blinks. The system's own wish is not known here.",
            )
        )
        grid.addWidget(self.tray, grid.rowCount(), 1)
        grid.addWidget(self.at_login, grid.rowCount(), 1)
        return page

    def _places(self) -> QWidget:
        page, grid = _page()
        accounts = QPushButton(_translate("Preferences", "A&ccounts…"))
        accounts.setProperty("framed", True)
        accounts.setAutoDefault(False)
        accounts.setAccessibleDescription(_translate("Preferences", "Shows the accounts, to add, change and test them"))
        accounts.clicked.connect(self.accounts_requested)
        self._put(
            grid,
            "sender_name",
            _translate("Preferences", "&Name beside Practice"),
            self.sender_name,
            _translate("Preferences", "From whom practice mail is; may be empty"),
        )
        row = grid.rowCount()
        grid.addWidget(accounts, row, 1, Qt.AlignmentFlag.AlignLeft)
        for name, path in (
            (_translate("Preferences", "The outbox"), self._home.root),
            (_translate("Preferences", "Practice mail"), self._home.mail),
        ):
            row += 1
            shown = QLabel(str(path))
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setWordWrap(True)
            let_select(shown)
            shown.setMinimumWidth(1)
            shown.setAccessibleName(f"{name}: {path}")
            open_it = QPushButton(_translate("Preferences", "Open"))
            open_it.setProperty("framed", True)
            open_it.setAutoDefault(False)
            open_it.setAccessibleName(_translate("Preferences", "Open the folder: {name}").format(name=name))
            open_it.setAccessibleDescription(_translate("Preferences", "Shows it in the program for files"))
            open_it.clicked.connect(lambda _=False, path=path: QDesktopServices.openUrl(QUrl.fromLocalFile(path)))
            grid.addWidget(muted_label(name, self._theme.body), row, 0)
            grid.addWidget(shown, row, 1)
            grid.addWidget(open_it, row, 2)
        return page

    def _put(self, grid: QGridLayout, name: str, words: str, editor: QWidget, use: str = "") -> None:
        field = self._fields[name] = Field(self._theme, words, editor, use=use)
        field.put(grid, grid.rowCount())

    # -- its editors ----------------------------------------------------------------------------------------------

    def _choice(self, values: Sequence[tuple[Any, str]], name: str) -> Choice:
        choice = Choice(self._theme)
        for value, words in values:
            choice.addItem(words, value)
        choice.installEventFilter(self)
        choice.currentIndexChanged.connect(lambda _: self._take(name, choice.currentData()))
        return choice

    def _number(self, name: str, unit: Callable[[int], str]) -> QSpinBox:
        """Make a field for a number; `unit` returns what stands behind it."""
        spin = QSpinBox()
        spin.setRange(*settings.LIMITS[name])
        spin.setSuffix(unit(spin.value()))
        spin.valueChanged.connect(lambda value: spin.setSuffix(unit(value)))
        spin.lineEdit().setTextMargins(8, 0, 8, 0)  # the style sheet's padding does not reach it
        spin.setKeyboardTracking(False)  # a number is taken when it is whole, not digit by digit
        spin.installEventFilter(self)
        spin.valueChanged.connect(lambda value: self._take(name, value))
        return spin

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.editingFinished.connect(lambda: self._take_text(name, line))
        line.textEdited.connect(lambda: self._unmark(name, line))
        return line

    def _take_text(self, name: str, line: QLineEdit) -> None:
        try:
            value: Any = read_spans(line.text()) if name == "retry_s" else line.text().strip()
            settings.check(replace(self._chosen, **{name: value}))
        except (ValueError, SettingsError) as error:
            words = wording.error_sentence(error) if isinstance(error, SettingsError) else str(error)
            self._fields[name].set_wrong([words])
            mark(line, is_wrong=True)
            return
        self._unmark(name, line)
        self._take(name, value)

    def _unmark(self, name: str, line: QLineEdit) -> None:
        self._fields[name].set_wrong([])
        mark(line, is_wrong=False)

    @Slot(object)
    def _on_keeping_chosen(self, chosen: Settings) -> None:
        self._chosen = chosen
        self.changed.emit(chosen)

    def _take(self, name: str, value: Any) -> None:
        if not self._is_loading and value != getattr(self._chosen, name):
            self._chosen = replace(self._chosen, **{name: value})
            self.changed.emit(self._chosen)

    @Slot()
    def done(self, result: int) -> None:
        """Take what is still being typed with it."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        super().done(result)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The wheel over a page that scrolls or a hand that passes by must not choose.
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def _days(number: int) -> str:
    return _translate("Preferences", " day(s)", "plural", number)


def _hours(number: int) -> str:
    return _translate("Preferences", " hour(s)", "plural", number)


def _minutes(number: int) -> str:
    return _translate("Preferences", " minute(s)", "plural", number)


def _undo_words(seconds: int) -> str:
    if seconds == 0:
        return _translate("Preferences", "No time: it goes at once")
    return _translate("Preferences", "%Ln second(s)", "plural", seconds)


def _page() -> tuple[QWidget, QGridLayout]:
    page = QWidget()
    outer = QVBoxLayout(page)
    outer.setContentsMargins(0, 16, 0, 0)
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(12)
    grid.setColumnStretch(1, 1)
    grid.setColumnMinimumWidth(0, 150)
    outer.addLayout(grid)
    outer.addStretch(1)
    return page, grid
