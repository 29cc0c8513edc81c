"""All that is in the window, in one language: panes, commands and places, and what happens between them and core."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from core.clock import Clock
from core.outbox.moves import Moved
from core.outbox.notification import PRACTICE, Counts, Receipt, SavedDraft
from core.outbox.states import Place, State
from core.paths import Home
from core.program import Program
from core.runner import TaskRunner
from core.settings import Closing, Settings
from gui import operations, wording
from gui.actions import Actions, build_actions, fill_menus
from gui.choices import Choices
from gui.commands import Scope
from gui.compose.composing import Composing
from gui.compose.form import ComposePane
from gui.compose.sender import senders_of
from gui.feed import ChangeFeed
from gui.handlers import handlers_of
from gui.leaving import Leaving
from gui.main_window import MainWindow, bring_back
from gui.notices import NoticeBar
from gui.outbox.checking import Checking
from gui.outbox.copying import Copying
from gui.outbox.pane import OutboxPane
from gui.outbox.tending import Tending
from gui.places import Places
from gui.situation import Situation
from gui.status_bar import StatusBar
from gui.theme import Theme

if TYPE_CHECKING:  # imported when the outbox is open
    from gui.accounts.desk import AccountsDesk
    from gui.templates.desk import TemplatesDesk
    from gui.tray import Tray

_translate = QCoreApplication.translate


@dataclass(frozen=True)
class Ground:
    """What the workplace stands on: the same in every language."""

    home: Home
    clock: Clock
    choices: Choices
    runner: TaskRunner
    program: Program
    theme: Theme
    feed: ChangeFeed
    window: MainWindow


class Workplace(QObject):
    """Shows itself in the window when it is made. Main thread only.

    `quit_chosen()`: the program is to end. `failed(str)`: a sentence that says what went wrong.
    `exchange_requested(Restored)`: a backup was unpacked, and is to take the place of the outbox.
    """

    quit_chosen = Signal()
    exchange_requested = Signal(object)
    failed = Signal(str)

    def __init__(self, ground: Ground, parent: QObject, checking: Checking | None = None) -> None:
        """`checking`: of the workplace before this one, with the look that is under way."""
        super().__init__(parent)
        self._ground = ground
        self._choices = ground.choices
        self._window = window = ground.window
        self._program = program = ground.program
        self._is_open = False
        #: The numbers as they were last read.
        self.counts = Counts()
        self._situation: Situation | None = None
        #: What the window does with accounts, once the outbox is open.
        self.accounts: AccountsDesk | None = None
        #: What the window does with templates, once they were asked for.
        self.templates: TemplatesDesk | None = None
        #: The icon in the tray, once it was wanted.
        self.tray: Tray | None = None
        clock, theme, runner = ground.clock, ground.theme, ground.runner
        self.compose = ComposePane(theme, clock.monotonic_s)
        self.outbox = OutboxPane(runner, program.reader, theme, clock, program.raw)
        self.status = StatusBar(theme, clock)
        window.show_panes(self.compose, self.outbox, self.status)
        #: Says that the outbox was moved to another computer, while it is.
        self._moved = NoticeBar(theme)
        window.add_bar(self._moved)
        self.leaving = Leaving(window, window.notices, theme, clock.now_ms)
        self.composing = Composing(self.compose, program, runner, lambda: self._choices.settings.undo_s, self)
        self.tending = Tending(self.outbox, program, ground.feed, self.composing.take_back, self)
        self.copying = Copying(self.outbox, program, self.composing.bring, self)
        self.checking = checking or Checking(program, window.notices)
        self.checking.setParent(self)
        self.places = Places(theme, ground.home, self._choices, program, runner, window, self)
        self.actions = self._build_actions()
        self.places.take_actions(self.actions)
        if self._choices.keys:
            self._give_keys()
        self._show_key_texts()
        self._show_senders()
        self.status.set_engine("" if program.accounts.all else _translate("Status", "Practice"))
        self.status.set_pause_action(self.actions["pause"])
        self.outbox.set_density(self._choices.settings.density)
        self._connect()
        self._show_situation()

    def _connect(self) -> None:
        notices = self._window.notices
        self.composing.accepted.connect(self._on_composing_accepted)
        self.composing.moved.connect(self._show_situation)
        self.composing.drafts_changed.connect(self._on_composing_drafts_changed)
        self.composing.noticed.connect(notices.show_notice)
        self.copying.noticed.connect(notices.show_notice)
        self.copying.failed.connect(self.failed)
        self.outbox.situation_changed.connect(self._show_situation)
        self.outbox.counted.connect(self._on_outbox_counted)
        self.outbox.check_requested.connect(self.checking.check)
        self.checking.looking_changed.connect(self.outbox.details.doubt.set_looking)
        self.outbox.details.doubt.set_looking(self.checking.looking)
        self.checking.cancel_requested.connect(self.outbox.cancel_requested)
        self.checking.mend_requested.connect(self._on_checking_mend_requested)
        self.status.pause_requested.connect(self.toggle_pause)
        self.leaving.quit_chosen.connect(self.quit_chosen)
        self.leaving.stay_chosen.connect(self._stay)
        self.leaving.send_chosen.connect(self._send_all_now)
        self.leaving.remembered.connect(self._on_leaving_remembered)
        self.places.accounts_requested.connect(self.show_accounts)
        self.places.failed.connect(self.failed)
        self.places.chosen.connect(self._choose)
        self.places.keys_chosen.connect(self._choose_keys)
        self.places.write_requested.connect(self.composing.write_to)
        self.places.forgotten.connect(self.composing.read_drafts)
        self.places.exchange_requested.connect(self.exchange_requested)
        self._choices.changed.connect(self._on_choices_changed)
        self._choices.keys_changed.connect(self._on_choices_keys_changed)
        self._ground.theme.changed.connect(self._on_theme_changed)

    # -- its beginning and its end --------------------------------------------------------------------------------

    def open(self, words: Sequence[str]) -> None:
        """Read the outbox, which is open now; bring what was in the form, and what the start was given."""
        self.outbox.begin()
        self.composing.open()
        self.composing.bring_words(words)
        self._open()

    def _open(self) -> None:
        from gui.accounts.desk import AccountsDesk  # not before the first paint

        ground = self._ground
        self._is_open = True
        self.accounts = AccountsDesk(
            self._program, ground.theme, self._window, self.compose, self.status, ground.feed, self
        )
        self.accounts.troubled.connect(self._show_situation)
        if self._choices.settings.tray:
            self.show_tray(is_shown=True)

    def go_on(self) -> None:
        """Begin where another workplace ended, instead of `open`: `gui.exchange.take_over` brings what was in it."""
        self._open()

    def close(self) -> None:
        """Hear of nothing any more: another workplace comes into the window (`gui.exchange`)."""
        self._choices.changed.disconnect(self._on_choices_changed)
        self._choices.keys_changed.disconnect(self._on_choices_keys_changed)
        self._ground.theme.changed.disconnect(self._on_theme_changed)
        # Menus and status bar go before what is still being read.
        self.outbox.counted.disconnect(self._on_outbox_counted)
        self.composing.drafts_changed.disconnect(self._on_composing_drafts_changed)
        self.checking.looking_changed.disconnect(self.outbox.details.doubt.set_looking)
        self.checking.cancel_requested.disconnect(self.outbox.cancel_requested)
        self.checking.mend_requested.disconnect(self._on_checking_mend_requested)
        self.places.close()
        self.tending.close()
        if self.accounts is not None:
            self.accounts.close()
            self.accounts = None  # its bar is gone, and is not asked how things stand
        if self.templates is not None:
            self.templates.close()
        self._moved.hide()
        self._moved.deleteLater()
        self.show_tray(is_shown=False)
        self._window.menuBar().clear()
        for menu in self._menus.values():
            menu.deleteLater()
        for action in self.actions.values():
            self._window.removeAction(action)

    def delete(self) -> None:
        """Delete it with its panes, after `close`, when nobody waits for a result (`TaskRunner.when_quiet`)."""
        self.compose.deleteLater()
        self.outbox.deleteLater()
        self.deleteLater()

    def stop(self) -> None:
        """Keep the form, and break off what could hold the end up: the program quits."""
        self.show_tray(is_shown=False)
        self.checking.stop()
        if self.templates is not None:
            self.templates.keep()
        if self.accounts is not None:
            self.accounts.stop()

    # -- commands -------------------------------------------------------------------------------------------------

    def _build_actions(self) -> Actions:
        compose, outbox = self.compose, self.outbox
        actions = build_actions(self, handlers_of(self), self._ground.theme)
        self._window.addActions(actions.of_scope(Scope.WINDOW))
        outbox.add_commands(actions)
        compose.buttons.set_send_actions([actions["send_later"], actions["send_test"]])
        compose.buttons.set_template_actions([actions[name] for name in ("template", "save_template", "templates")])
        self._menus = fill_menus(self._window.menuBar(), actions)
        self._drafts_menu = self._menus["file.drafts"]
        self._drafts_menu.setEnabled(False)
        return actions

    @Slot()
    def _show_situation(self) -> None:
        by_state = self.counts.by_state
        now = Situation(
            has_form=not self.compose.is_blank(),
            has_letter=self.compose.has_letter(),
            can_undo=self.composing.can_undo,
            can_restore=self.outbox.can_restore,
            is_paused=self.counts.is_paused,
            is_moved=self.counts.is_moved,
            has_waiting=by_state.get(State.QUEUED, 0) > 0,
            can_clear=self.outbox.can_clear,
            has_details=self.outbox.has_details,
            chosen=self.outbox.kinds,
            theme=self._choices.settings.theme,
            language=self._choices.settings.language,
            is_compact=self._choices.settings.density == "compact",
            has_account_trouble=self.accounts is not None and self.accounts.has_trouble,
        )
        if now != self._situation:
            self._situation = now
            self.actions.show(now)

    def ask_later(self) -> None:
        """Ask when what is in the form is to go."""
        self.compose.ask_later(self._ground.clock.now_ms)

    def undo(self) -> None:
        """Take back the last cancelling while that is offered, else the last send."""
        if self.outbox.can_restore:
            self.outbox.restore()
        else:
            self.composing.undo()

    def change_pane(self) -> None:
        """There are two panes: the next one is the previous one."""
        focused = QApplication.focusWidget()
        if focused is not None and self.compose.isAncestorOf(focused):
            self.outbox.focus_list()
        else:
            self.compose.focus_to()

    @Slot()
    def toggle_pause(self) -> None:
        """Pause everything, or go on."""
        operations.pause(self._program, not self.counts.is_paused)

    def restore(self) -> None:
        """Ask for a backup to restore, once the outbox is open."""
        if self._is_open:
            self.places.restore()

    def move(self) -> None:
        """Ask for the file that goes to another computer, once the outbox is open."""
        if self._is_open:
            by_state = self.counts.by_state
            waiting = sum(by_state.get(state, 0) for state in (State.QUEUED, State.SENDING, State.HANDING_OVER))
            self.places.moving().ask(waiting)

    def come_back(self) -> None:
        """Go on here after a move to another computer."""
        if self._is_open:
            self.places.moving().come_back()

    def forget(self) -> None:
        """Ask whether the person of the selected row is to be forgotten."""
        if self._is_open and (address := self.outbox.chosen_address()):
            self.places.forget(address)

    def back_up(self) -> None:
        """Ask where a backup is to go, once the outbox is open."""
        if self._is_open:
            self.places.back_up()

    def with_templates(self, do: "Callable[[TemplatesDesk], None]") -> None:
        """Do something with templates, once the outbox is open."""
        if not self._is_open:
            return
        if self.templates is None:
            from gui.templates.desk import TemplatesDesk  # not before it is asked for

            theme = self._ground.theme
            self.templates = TemplatesDesk(self._program, theme, self._window, self.compose, self.composing, self)
        do(self.templates)

    def show_book(self) -> None:
        """Show the address book."""
        if self._is_open:
            self.places.show_book()

    def show_charts(self) -> None:
        """Show what was sent over time."""
        if self._is_open:
            self.places.show_charts(self._ground.feed, lambda: self.composing.took)

    @Slot()
    def show_accounts(self) -> None:
        """Show the list of accounts."""
        if self.accounts is not None:
            self.accounts.show_overview()

    @Slot(str)
    def _on_checking_mend_requested(self, account: str) -> None:
        if self.accounts is not None:
            self.accounts.set_up_sent_folder(account)

    # -- what is chosen -------------------------------------------------------------------------------------------

    @Slot(object)
    def _choose(self, chosen: Settings) -> None:
        self._choices.choose(chosen, self._ground.runner)

    @Slot(object)
    def _choose_keys(self, chosen: dict[str, tuple[str, ...]]) -> None:
        self._choices.choose_keys(chosen, self._ground.runner)

    def choose_one(self, **changes: object) -> None:
        """Choose some settings, by their names, and keep the others."""
        self._choose(replace(self._choices.settings, **changes))  # type: ignore[arg-type]  # each caller names one

    def toggle_compact(self) -> None:
        """Make the rows of the list compact, or comfortable again."""
        is_compact = self._choices.settings.density == "compact"
        self.choose_one(density="comfortable" if is_compact else "compact")

    @Slot(str)
    def _on_leaving_remembered(self, closing: Closing) -> None:
        self.choose_one(closing=closing)

    @Slot(object, object)
    def _on_choices_changed(self, before: Settings, chosen: Settings) -> None:
        if chosen.density != before.density:
            self.outbox.set_density(chosen.density)
        if chosen.tray != before.tray:
            self.show_tray(is_shown=chosen.tray)
        if chosen.sender_name != before.sender_name:
            self._show_senders()
        self._show_situation()

    @Slot()
    def _on_choices_keys_changed(self) -> None:
        self._give_keys()
        self._show_key_texts()

    def _give_keys(self) -> None:
        actions = self.actions
        if self._choices.keys:
            from gui.keymap import Keymap  # nearly nobody chose any

            actions.take_keys(Keymap(actions.commands, self._choices.keys).keys)
        else:
            actions.take_usual_keys()

    def _show_key_texts(self) -> None:
        self.compose.set_key_texts(*(_key_text(self.actions[name].shortcut()) for name in _SHOWN_KEYS))

    def _show_senders(self) -> None:
        self.compose.set_senders(senders_of(self._program.accounts, self._program.sender_of(PRACTICE)))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.actions.show_icons(self._ground.theme)

    # -- what core tells ------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_composing_accepted(self, receipt: Receipt) -> None:
        self.outbox.drop_restore()
        self.outbox.accepted(receipt.deliveries)

    @Slot(object)
    def _on_composing_drafts_changed(self, drafts: tuple[SavedDraft, ...]) -> None:
        self._drafts_menu.clear()
        for saved in drafts:
            words = wording.draft_words(saved.draft)
            self._drafts_menu.addAction(words).triggered.connect(partial(self.composing.take_up, saved))
        self._drafts_menu.setEnabled(bool(drafts))

    def take_counts(self, counts: Counts) -> None:
        """Show the numbers as another workplace read them last."""
        if counts.by_state:
            self._on_outbox_counted(counts)

    @Slot(object)
    def _on_outbox_counted(self, counts: Counts) -> None:
        if self.counts.by_state:
            self.status.note_sent(counts.by_state[State.SENT] - self.counts.by_state[State.SENT])
        is_moved, self.counts = self.counts.is_moved, counts
        if counts.is_moved != is_moved:
            self._show_moved()
        self.status.set_counts(counts)
        self.leaving.on_counted(counts)
        if self.tray is not None:
            self.tray.set_counts(counts)
            self.tray.digest.on_counted(counts)
        self._show_situation()

    def _show_moved(self) -> None:
        """Say so while the outbox was moved, until the person closes it."""
        if self.counts.is_moved:
            self._moved.show_notice(
                _translate("Move", "This outbox was moved to another computer. Nothing is sent from here."),
                tone="waiting",
                word=_translate("Move", "Go on here"),
                act=self.come_back,
            )
        else:
            self._moved.clear()

    # -- leaving it -----------------------------------------------------------------------------------------------

    @Slot()
    def leave(self) -> None:
        """Quit, or ask first where something is still to be sent."""
        if not self._is_open:
            self.quit_chosen.emit()
            return
        from gui.tray import Tray  # not before it is asked for

        self.leaving.leave(self._choices.settings.closing, self.counts, has_tray=Tray.is_there())

    @Slot()
    def _send_all_now(self) -> None:
        def retried(_: Moved) -> None:
            self.leaving.wait_for_the_rest()
            self.outbox.begin()  # the numbers from before would say that what waits for another try has time

        self._program.outbox.end_undo().then()
        operations.move(self._program, self._program.outbox.retry_waiting(), retried)

    @Slot()
    def _stay(self) -> None:
        self.show_tray(is_shown=True)
        self._window.hide()

    def show_tray(self, *, is_shown: bool) -> None:
        """Show the icon in the tray, or take it away."""
        if is_shown and self.tray is None:
            from gui.tray import Tray  # not before it is asked for

            actions = self.actions
            offered = (actions["pause"], actions["quit"])
            self.tray = Tray(self._ground.theme, offered, self._window.isActiveWindow, self)
            self.tray.window_requested.connect(partial(bring_back, self._window))
            self.tray.new_requested.connect(self.composing.new)
            self.tray.needs_requested.connect(self._on_tray_needs_requested)
            self.tray.set_counts(self.counts)
        if self.tray is not None:
            self.tray.set_shown(is_shown)

    @Slot()
    def _on_tray_needs_requested(self) -> None:
        """Go to the row that the notice was about: the last that came to need the person."""

        def found(delivery_id: int | None) -> None:
            if delivery_id is None:
                self.outbox.set_place(Place.NEEDS_YOU)
            else:
                self.outbox.go_to(Place.NEEDS_YOU, delivery_id)

        self._ground.runner.submit("reads", partial(self._program.reader.latest, Place.NEEDS_YOU), found)


def _key_text(keys: QKeySequence) -> str:
    """Return keys as the form shows them: Ctrl ↵."""
    text = keys.toString(QKeySequence.SequenceFormat.NativeText)
    return text.removesuffix("+Return") + " ↵" if text.endswith("+Return") else text


#: Commands whose keys the form shows.
_SHOWN_KEYS = ("send", "attach", "template", "undo")
