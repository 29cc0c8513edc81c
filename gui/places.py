"""The places beside the panes, each built when it is first asked for: preferences, keys, palette, charts, backup."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

import resources
from core.paths import Home
from core.program import Program
from core.runner import TaskRunner
from gui.actions import Actions
from gui.choices import Choices
from gui.feed import ChangeFeed
from gui.main_window import MainWindow, bring
from gui.theme import Theme

if TYPE_CHECKING:  # imported when they are asked for
    from core.outbox.keeping import Terms
    from gui.about import AboutDialog
    from gui.backing_up import BackingUp
    from gui.book.desk import BookDesk
    from gui.charts.dialog import ChartsDialog
    from gui.forgetting import Forgetting
    from gui.moving import Moving
    from gui.palette import Palette
    from gui.preferences import Preferences
    from gui.restoring import Restoring


class Places(QObject):
    """Shows each place once, in front. `accounts_requested()`: the accounts are to be shown. `failed(str)`: a sentence.

    `chosen(Settings)`, `keys_chosen(dict)`: what was chosen in the preferences. `write_requested(tuple[Recipient])`:
    they were chosen in the address book. `forgotten()`: somebody was, also in the drafts.
    `exchange_requested(Restored)`: a backup was unpacked, and is to take the place of the outbox.
    """

    accounts_requested = Signal()
    failed = Signal(str)
    chosen = Signal(object)
    keys_chosen = Signal(object)
    write_requested = Signal(object)
    forgotten = Signal()
    exchange_requested = Signal(object)

    def __init__(
        self,
        theme: Theme,
        home: Home,
        choices: Choices,
        program: Program,
        runner: TaskRunner,
        window: MainWindow,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._home = home
        self._choices = choices
        self._program = program
        self._runner = runner
        self._actions: Actions | None = None
        self._window = window
        self._sheet: QWidget | None = None
        self._palette: Palette | None = None
        self._about: AboutDialog | None = None
        self._preferences: Preferences | None = None
        self._charts: ChartsDialog | None = None
        self._backing_up: BackingUp | None = None
        self._book: BookDesk | None = None
        self._forgetting: Forgetting | None = None
        self._restoring: Restoring | None = None
        self._moving: Moving | None = None
        choices.changed.connect(self._on_choices_changed)
        choices.keys_changed.connect(self._on_choices_keys_changed)

    def take_actions(self, actions: Actions) -> None:
        """Take the commands, which some places show. Call before any of these is asked for."""
        self._actions = actions

    def close(self) -> None:
        """Close every place: it is built anew when it is next asked for."""
        for flow in (self._forgetting, self._restoring, self._moving):
            if flow is not None:
                flow.close()
                # With this one, and not before: what was asked for is still answered.
                self.destroyed.connect(flow.deleteLater)
        self._forgetting = self._restoring = self._moving = None
        for place in (self._sheet, self._palette, self._preferences, self._charts):
            if place is not None:
                place.close()
                self.destroyed.connect(place.deleteLater)
        self._sheet = self._palette = self._preferences = self._charts = None
        if self._book is not None:
            self._book.close()
            self._book = None

    def show_preferences(self, page: int = 0) -> None:
        """Show every setting, at one of the pages."""
        from gui.at_login import AtLogin  # not before it is asked for
        from gui.autostart import autostart
        from gui.preferences import Preferences

        if self._preferences is None:
            choices = self._choices
            self._preferences = Preferences(
                self._theme,
                self._home,
                choices.settings,
                self._commands().commands,
                choices.keys,
                self._count_old,
                AtLogin(self._theme, autostart(self._home, os.environ), self._runner),
                self._window,
            )
            self._preferences.keys_changed.connect(self.keys_chosen)
            self._preferences.changed.connect(self.chosen)
            self._preferences.accounts_requested.connect(self.accounts_requested)
            self._preferences.tabs.setCurrentIndex(page)
        bring(self._preferences)

    def _count_old(self, terms: "Terms", done: Callable[[int], None]) -> None:
        self._runner.submit("reads", partial(self._program.keeping.count, terms), done)

    @property
    def preferences(self) -> "Preferences | None":
        """The preferences while they are shown."""
        return self._preferences if self._preferences is not None and self._preferences.isVisible() else None

    def back_up(self) -> None:
        """Ask where a backup is to go, and make it."""
        if self._backing_up is None:
            from gui.backing_up import BackingUp  # not before it is asked for

            self._backing_up = BackingUp(self._program, self._runner, self._window)
            self._backing_up.noticed.connect(self._window.notices.show_notice)
            self._backing_up.failed.connect(self.failed)
        self._backing_up.ask()

    def show_book(self) -> None:
        """Show the address book."""
        from gui.book.desk import BookDesk  # not before it is asked for

        if self._book is None:
            self._book = BookDesk(self._theme, self._program, self._runner, self._window, self)
            self._book.write_requested.connect(self.write_requested)
        self._book.show()

    @property
    def book(self) -> "BookDesk | None":
        """The address book while it is shown."""
        return self._book if self._book is not None and self._book.window.isVisible() else None

    def restore(self) -> None:
        """Ask for a backup, and restore it."""
        if self._restoring is None:
            from gui.restoring import Restoring  # not before it is asked for

            self._restoring = Restoring(self._theme, self._program, self._runner, self._window)
            self._restoring.prepared.connect(self.exchange_requested)
            self._restoring.failed.connect(self.failed)
        self._restoring.ask()

    def moving(self) -> "Moving":
        """Return what moves the outbox to another computer, and takes that back."""
        if self._moving is None:
            from gui.moving import Moving  # not before it is asked for

            self._moving = Moving(self._theme, self._program, self._runner, self._window)
            self._moving.noticed.connect(self._window.notices.show_notice)
            self._moving.failed.connect(self.failed)
        return self._moving

    def forget(self, address: str) -> None:
        """Ask whether somebody is to be forgotten, and do it."""
        if self._book is not None:
            self._book.forget_past()  # an undo would bring back who is to be forgotten
        self.hear_of_forgetting().ask(address)

    def hear_of_forgetting(self) -> "Forgetting":
        """Say how far it is with who is being forgotten, from now on."""
        if self._forgetting is None:
            from gui.forgetting import Forgetting  # not before it is asked for

            self._forgetting = Forgetting(self._theme, self._program, self._runner, self._window)
            self._forgetting.noticed.connect(self._window.notices.show_notice)
            self._forgetting.failed.connect(self.failed)
            self._forgetting.forgotten.connect(self.forgotten)
        return self._forgetting

    @property
    def has_forgetting(self) -> bool:
        """Whether somebody was to be forgotten, which may still be under way."""
        return self._forgetting is not None

    def show_charts(self, feed: ChangeFeed, accepted: Callable[[], Iterable[tuple[int, float]]]) -> None:
        """Show what was sent over time. `accepted`: as `ChartsDialog` takes it."""
        from gui.charts.dialog import ChartsDialog  # not before it is asked for

        if self._charts is None:
            program = self._program
            self._charts = ChartsDialog(
                self._runner, program.reader, program.clock, feed, accepted, self._theme, self._window
            )
        bring(self._charts)

    @property
    def charts(self) -> "ChartsDialog | None":
        """The charts while they are shown."""
        return self._charts if self._charts is not None and self._charts.isVisible() else None

    def show_keys(self) -> None:
        """Show the sheet of keys."""
        from gui.keys import KeySheet  # not before it is asked for

        if self._sheet is None:
            self._sheet = KeySheet(self._theme, self._commands(), self._window)
        bring(self._sheet)

    @property
    def sheet(self) -> QWidget | None:
        """The sheet of keys while it is shown."""
        return self._sheet if self._sheet is not None and self._sheet.isVisible() else None

    def show_about(self) -> None:
        """Say which Outtray this is."""
        from core.version import version  # not before it is asked for

        self._runner.submit("files", version, self._show_about)

    def _show_about(self, version: str) -> None:
        from gui.about import AboutDialog  # not before it is asked for

        if self._about is None:
            self._about = AboutDialog(self._theme, version, resources.licences(), self._window)
            self._about.finished.connect(self._on_about_finished)
        self._about.open()

    @property
    def about(self) -> "AboutDialog | None":
        """What says which Outtray this is, while it is shown."""
        return self._about

    @Slot()
    def _on_about_finished(self) -> None:
        self._about = None

    def show_palette(self) -> None:
        """Offer every command that can be done now."""
        from gui.palette import Palette  # not before it is asked for

        if self._palette is None:
            self._palette = Palette(self._theme, self._commands(), self._window)
        self._palette.offer()

    @property
    def palette(self) -> "Palette | None":
        """The palette while it is shown."""
        return self._palette if self._palette is not None and self._palette.isVisible() else None

    def _commands(self) -> Actions:
        assert self._actions is not None, "the workplace gives them"
        return self._actions

    @Slot()
    def _on_choices_changed(self) -> None:
        if self._preferences is not None:
            self._preferences.show_settings(self._choices.settings)

    @Slot()
    def _on_choices_keys_changed(self) -> None:
        if self._sheet is not None:
            self._sheet.close()
            self._sheet.deleteLater()
            self._sheet = None
