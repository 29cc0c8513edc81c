"""One run of the window: builds it around core, gives every command its handler, and quits in three steps."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, QSettings, QTimer, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from core import settings
from core.clock import Clock, SystemClock
from core.delivery.local import LocalEngine
from core.door import Door
from core.errors import PersonError, StorageError
from core.outbox.moves import Moved
from core.outbox.notification import PRACTICE, Counts, Receipt, SavedDraft
from core.outbox.recovery.salvaged import Salvaged
from core.outbox.states import Place, State
from core.paths import Home
from core.program import Program
from core.runner import (
    BESIDE_A_WINDOW,
    BUDGET_BESIDE_A_WINDOW,
    FOLDER_BESIDE_A_WINDOW,
    TaskRunner,
    ended_by_signals,
)
from gui import operations, wording
from gui.commands import Actions, Scope, build_actions, fill_menus
from gui.compose.composing import Composing
from gui.compose.form import ComposePane
from gui.compose.sender import senders_of
from gui.errors import ErrorReporter
from gui.feed import ChangeFeed
from gui.garbage import GarbageCollector
from gui.leaving import Leaving
from gui.main_window import MainWindow
from gui.notices import NoticeBar
from gui.outbox.checking import Checking
from gui.outbox.copying import Copying
from gui.outbox.pane import OutboxPane
from gui.outbox.tending import Tending
from gui.situation import Situation
from gui.status_bar import StatusBar
from gui.theme import Theme

if TYPE_CHECKING:  # imported when the outbox is open
    from gui.accounts.desk import AccountsDesk
    from gui.backing_up import BackingUp
    from gui.palette import Palette
    from gui.preferences import Preferences
    from gui.tray import Tray

_translate = QCoreApplication.translate

#: How long quitting waits for what is under way: a person who closes a window does not wait longer.
QUIT_LIMIT_S = 2.0


class Session(QObject):
    """The window and everything behind it, from the first paint to the last commit. Main thread only.

    The window is shown before the outbox is open: what is sent meanwhile queues up behind the opening. Where it
    cannot be opened, `run` returns 73 and `failure` is the sentence.
    """

    def __init__(
        self,
        app: QApplication,
        home: Home,
        *,
        clock: Clock | None = None,
        layout: QSettings | None = None,
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Take the outbox and build the window. Raises what `settings.load` and `Program` raise.

        `app` was made with `gui.theme.STYLE_ARGUMENTS`, as `gui.app.make_application` does.
        `layout` keeps where the window was; without it, nothing is kept.
        """
        super().__init__()
        self._app = app
        self._home = home
        self._clock = clock or SystemClock()
        self._layout = layout
        self._is_quitting = False
        self._counts = Counts()
        self._situation: Situation | None = None
        self._sheet: QWidget | None = None
        self._palette: Palette | None = None
        self._preferences: Preferences | None = None
        self._door: Door | None = None
        self._backing_up: BackingUp | None = None
        #: What the window does with accounts, once the outbox is open.
        self.accounts: AccountsDesk | None = None
        #: The icon in the tray, once it was wanted.
        self.tray: Tray | None = None
        #: Why the outbox could not be opened; "" while it could.
        self.failure = ""
        #: True once the outbox is open.
        self.is_open = False
        self.settings = settings.load(home)
        #: The keys that were chosen for commands.
        self._keys = settings.load_keys(home)
        self.runner = TaskRunner(BESIDE_A_WINDOW)
        self.program = Program(
            home, self.runner, self.settings, clock=self._clock, reached=reached, folder=FOLDER_BESIDE_A_WINDOW
        )
        self.theme = Theme(self)
        self.theme.apply(app, self.settings.theme, has_style=True, is_building=True)
        self._build()
        self.theme.finish()
        self._take_layout()

    def _build(self) -> None:
        clock, theme, program = self._clock, self.theme, self.program
        self.compose = ComposePane(theme, clock.monotonic_s)
        self.outbox = OutboxPane(self.runner, program.reader, theme, clock, program.raw)
        self.status = StatusBar(theme, clock)
        self.window = MainWindow(theme, self.compose, self.outbox, self.status, self._may_close)
        #: Tells of the recovery of a damaged outbox; the other notices come and go beside it.
        self.recovery = NoticeBar(theme)
        self.window.add_bar(self.recovery)
        #: Says what whatever was asked of the outbox waits for, while it does.
        self.waiting = NoticeBar(theme)
        self.window.add_bar(self.waiting)
        self.reporter = ErrorReporter(theme, self.window)
        self.leaving = Leaving(self.window, self.window.notices, theme, clock.now_ms)
        self.feed = ChangeFeed(self.runner, self)
        self.composing = Composing(self.compose, program, self.runner, lambda: self.settings.undo_s, self)
        self.tending = Tending(self.outbox, program, self.feed, self.composing.take_back, self)
        self.copying = Copying(self.outbox, program, self.composing.bring, self)
        self.checking = Checking(program, self.window.notices, self)
        self.engine = LocalEngine(
            program.dispatcher,
            program.attempts,
            program.log,
            self.runner,
            clock,
            budget=BUDGET_BESIDE_A_WINDOW,
            threads=BESIDE_A_WINDOW["deliveries"],
            parent=self,
        )
        self.actions = self._build_actions()
        if self._keys:
            self._give_keys()
        self._show_key_texts()
        self.compose.set_senders(senders_of(program.accounts, program.sender_of(PRACTICE)))
        self.status.set_engine("" if program.accounts.all else _translate("Status", "Practice"))
        self.status.set_pause_action(self.actions["pause"])
        self.outbox.set_density(self.settings.density)
        self._connect()
        self._show_situation()

    def _connect(self) -> None:
        self.runner.unhandled.connect(self._on_runner_unhandled)
        self.reporter.noticed.connect(self._on_reporter_noticed)
        self.program.outbox.subscribe(self.feed.on_commit)
        self.program.outbox.subscribe(self.engine.on_commit)
        post = self.runner.post
        self.program.outbox.subscribe_salvaging(lambda: post(self._on_salvaging))
        self.program.outbox.subscribe_waiting(lambda error: post(partial(self._on_waiting, error)))
        self.program.outbox.subscribe_salvaged(lambda found: post(partial(self._on_salvaged, found)))
        self.composing.accepted.connect(self._on_composing_accepted)
        self.composing.moved.connect(self._show_situation)
        self.composing.drafts_changed.connect(self._on_composing_drafts_changed)
        self.composing.noticed.connect(self.window.notices.show_notice)
        self.copying.noticed.connect(self.window.notices.show_notice)
        self.copying.failed.connect(self._on_reporter_noticed)
        self.outbox.situation_changed.connect(self._show_situation)
        self.outbox.counted.connect(self._on_outbox_counted)
        self.outbox.check_requested.connect(self.checking.check)
        self.checking.looking_changed.connect(self.outbox.details.doubt.set_looking)
        self.checking.cancel_requested.connect(self.outbox.cancel_requested)
        self.checking.mend_requested.connect(self._on_checking_mend_requested)
        self.status.pause_requested.connect(self._toggle_pause)
        self.leaving.quit_chosen.connect(self.quit)
        self.leaving.stay_chosen.connect(self._stay)
        self.leaving.send_chosen.connect(self._send_all_now)
        self.leaving.remembered.connect(self._on_leaving_remembered)

    # -- commands -------------------------------------------------------------------------------------------------

    def _build_actions(self) -> Actions:
        compose, outbox, composing = self.compose, self.outbox, self.composing
        handlers: dict[str, Callable[[], None]] = {
            "send": compose.request_send,
            "send_test": composing.send_test,
            "send_later": partial(compose.ask_later, self._clock.now_ms),
            "attach": compose.choose_files,
            "back_up": self._back_up,
            "use_again": outbox.use_again,
            "save_as": outbox.save,
            "new": composing.new,
            "set_aside": composing.new,
            "undo": self._undo,
            "accounts": self._show_accounts,
            "preferences": self.show_preferences,
            "mend": lambda: self.accounts.focus_bar() if self.accounts else None,
            "quit": self.leave,
            "focus_to": compose.focus_to,
            "focus_subject": compose.focus_subject,
            "focus_message": compose.focus_message,
            "focus_list": outbox.focus_list,
            "next_pane": self._change_pane,
            "previous_pane": self._change_pane,
            "find": outbox.focus_find,
            "clear": outbox.clear,
            "copy_address": outbox.copy_address,
            "open": outbox.open,
            "edit": outbox.edit,
            "retry": outbox.retry,
            "hold": outbox.hold_or_release,
            "cancel": outbox.cancel,
            "check_sent": outbox.check_sent,
            "send_again": outbox.send_again,
            "mark_sent": outbox.mark_sent,
            "retry_all": self.tending.retry_all,
            "pause": self._toggle_pause,
            "details": outbox.toggle_details,
            "source": outbox.show_source,
            "compact": self._toggle_compact,
            "palette": self.show_palette,
            "keys": self.show_keys,
            **{f"filter_{place}": partial(outbox.set_place, place) for place in Place},
            **{f"theme_{theme}": partial(self._choose_theme, theme) for theme in ("system", "light", "dark")},
        }
        actions = build_actions(self.window, handlers, self.theme)
        self.window.addActions(actions.of_scope(Scope.WINDOW))
        outbox.add_commands(actions)
        compose.set_send_actions([actions["send_later"], actions["send_test"]])
        self._drafts_menu = fill_menus(self.window.menuBar(), actions)["file.drafts"]
        self._drafts_menu.setEnabled(False)
        return actions

    @Slot()
    def _show_situation(self) -> None:
        by_state = self._counts.by_state
        now = Situation(
            has_form=not self.compose.is_blank(),
            can_undo=self.composing.can_undo,
            can_restore=self.outbox.can_restore,
            is_paused=self._counts.is_paused,
            has_waiting=by_state.get(State.QUEUED, 0) > 0,
            can_clear=self.outbox.can_clear,
            has_details=self.outbox.has_details,
            chosen=self.outbox.kinds,
            theme=self.settings.theme,
            is_compact=self.settings.density == "compact",
            has_account_trouble=self.accounts is not None and self.accounts.has_trouble,
        )
        if now != self._situation:
            self._situation = now
            self.actions.show(now)

    def _undo(self) -> None:
        if self.outbox.can_restore:
            self.outbox.restore()
        else:
            self.composing.undo()

    def _change_pane(self) -> None:
        """There are two panes: the next one is the previous one."""
        focused = QApplication.focusWidget()
        if focused is not None and self.compose.isAncestorOf(focused):
            self.outbox.focus_list()
        else:
            self.compose.focus_to()

    @Slot()
    def _toggle_pause(self) -> None:
        operations.pause(self.program, not self._counts.is_paused)

    def _toggle_compact(self) -> None:
        is_compact = self.settings.density == "compact"
        self._change(replace(self.settings, density="comfortable" if is_compact else "compact"))

    def _choose_theme(self, theme: settings.Theme) -> None:
        self._change(replace(self.settings, theme=theme))

    @Slot(object)
    def _change(self, chosen: settings.Settings) -> None:
        """Go by other settings from now on, and keep them."""
        before, self.settings = self.settings, chosen
        self.program.choose(chosen)
        self.runner.submit("files", partial(settings.save, self._home, chosen))
        if chosen.theme != before.theme:
            self.theme.apply(self._app, chosen.theme)
        if chosen.density != before.density:
            self.outbox.set_density(chosen.density)
        if chosen.tray != before.tray:
            self._show_tray(is_shown=chosen.tray)
        if chosen.sender_name != before.sender_name:
            self.compose.set_senders(senders_of(self.program.accounts, self.program.sender_of(PRACTICE)))
        if self._preferences is not None:
            self._preferences.show_settings(chosen)
        self._show_situation()

    @Slot()
    def _send_all_now(self) -> None:
        def retried(_: Moved) -> None:
            self.leaving.wait_for_the_rest()
            self.outbox.begin()  # the numbers from before would say that what waits for another try has time

        self.program.outbox.end_undo().then()
        operations.move(self.program, self.program.outbox.retry_waiting(), retried)

    @Slot(str)
    def _on_leaving_remembered(self, closing: settings.Closing) -> None:
        self._change(replace(self.settings, closing=closing))

    @Slot(object)
    def _change_keys(self, chosen: dict[str, tuple[str, ...]]) -> None:
        """Have other keys do the commands from now on, and keep them."""
        self._keys = chosen
        self.runner.submit("files", partial(settings.save_keys, self._home, chosen))
        self._give_keys()
        self._show_key_texts()
        if self._sheet is not None:
            self._sheet.close()
            self._sheet.deleteLater()
            self._sheet = None

    def _give_keys(self) -> None:
        actions = self.actions
        if self._keys:
            from gui.keymap import Keymap

            actions.take_keys(Keymap(actions.commands, self._keys).keys)
        else:
            actions.take_usual_keys()

    def _show_key_texts(self) -> None:
        actions = self.actions
        self.compose.set_key_texts(*(_key_text(actions[name].shortcut()) for name in _SHOWN_KEYS))

    def show_preferences(self) -> None:
        """Show every setting."""
        from gui.preferences import Preferences  # not before it is asked for

        if self._preferences is None:
            self._preferences = Preferences(
                self.theme, self._home, self.settings, self.actions.commands, self._keys, self.window
            )
            self._preferences.keys_changed.connect(self._change_keys)
            self._preferences.changed.connect(self._change)
            self._preferences.accounts_requested.connect(self._show_accounts)
        self._preferences.show()
        self._preferences.raise_()
        self._preferences.activateWindow()

    @property
    def preferences(self) -> "Preferences | None":
        """The preferences while they are shown."""
        return self._preferences if self._preferences is not None and self._preferences.isVisible() else None

    def _back_up(self) -> None:
        if not self.is_open:
            return
        if self._backing_up is None:
            from gui.backing_up import BackingUp  # not before it is asked for

            self._backing_up = BackingUp(self.program, self.runner, self.window)
            self._backing_up.noticed.connect(self.window.notices.show_notice)
            self._backing_up.failed.connect(self._on_reporter_noticed)
        self._backing_up.ask()

    def _show_accounts(self) -> None:
        if self.accounts is not None:
            self.accounts.show_overview()

    @Slot(str)
    def _on_checking_mend_requested(self, account: str) -> None:
        if self.accounts is not None:
            self.accounts.set_up_sent_folder(account)

    def show_keys(self) -> None:
        """Show the sheet of keys."""
        from gui.keys import KeySheet  # not before it is asked for

        if self._sheet is None:
            self._sheet = KeySheet(self.theme, self.actions, self.window)
        self._sheet.show()
        self._sheet.raise_()
        self._sheet.activateWindow()

    def show_palette(self) -> None:
        """Offer every command that can be done now."""
        from gui.palette import Palette  # not before it is asked for

        if self._palette is None:
            self._palette = Palette(self.theme, self.actions, self.window)
        self._palette.offer()

    @property
    def palette(self) -> "Palette | None":
        """The palette while it is shown."""
        return self._palette if self._palette is not None and self._palette.isVisible() else None

    @property
    def sheet(self) -> QWidget | None:
        """The sheet of keys while it is shown."""
        return self._sheet if self._sheet is not None and self._sheet.isVisible() else None

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

    @Slot(object)
    def _on_outbox_counted(self, counts: Counts) -> None:
        if self._counts.by_state:
            self.status.note_sent(counts.by_state[State.SENT] - self._counts.by_state[State.SENT])
        self._counts = counts
        self.status.set_counts(counts)
        self.leaving.on_counted(counts)
        if self.tray is not None:
            self.tray.set_counts(counts)
            self.tray.digest.on_counted(counts)
        self._show_situation()

    @Slot(object)
    def _on_runner_unhandled(self, error: BaseException) -> None:
        is_late = isinstance(error, PersonError) and error.code == "outbox_closed"
        if not (self._is_quitting and is_late):  # what comes too late while quitting is no news
            self.reporter.report(error)

    @Slot(str)
    def _on_reporter_noticed(self, sentence: str) -> None:
        self.window.notices.show_notice(sentence, tone="failed")

    # -- the run --------------------------------------------------------------------------------------------------

    def run(self, words: Sequence[str] = (), begun: Callable[[], None] = lambda: None) -> int:
        """Show the window and stay until it has quit; return the exit code. `begun` is called inside the loop."""
        with ended_by_signals(self.quit):
            self.reporter.install()
            self.start(words)
            QTimer.singleShot(0, self, begun)
            try:
                code = self._app.exec()
            finally:
                self.reporter.uninstall()
        return code

    def start(self, words: Sequence[str] = ()) -> None:
        """Show the window; open the outbox behind it, after the first paint."""
        self.window.show()
        self.compose.focus_to()
        QTimer.singleShot(0, self, partial(self._open, list(words)))

    def _open(self, words: list[str]) -> None:
        if self._is_quitting:
            return
        self.program.open().then(partial(self._on_opened, words), self._on_not_opened)

    def _on_opened(self, words: list[str], recovered: tuple[int, int]) -> None:
        if self._is_quitting:
            return
        from core.cli.verbs import Verbs  # what it needs is for others: not before the first paint
        from gui.accounts.desk import AccountsDesk

        self.is_open = True
        self._collector = GarbageCollector(self)
        self._door = Door(self._home, Verbs(self.program, "window", self._raise), "window")
        self.runner.submit("files", self._door.open)
        self.runner.submit("files", self.program.spool.sweep)
        self.runner.submit("reads", self.program.reader.is_sound, self._on_looked_through)
        operations.catch_up(self.program)
        self.outbox.begin()
        self.composing.open()
        self.composing.bring_words(words)
        self.accounts = AccountsDesk(self.program, self.theme, self.window, self.feed, self)
        self.accounts.troubled.connect(self._show_situation)
        self.engine.start()
        if self.settings.tray:
            self._show_tray(is_shown=True)
        self._tell_recovered(*recovered)

    def _tell_recovered(self, put_back: int, unconfirmed: int) -> None:
        if not put_back and not unconfirmed:
            return
        self.window.notices.show_notice(
            wording.recovered(put_back, unconfirmed),
            tone="waiting",
            word=_translate("Notice", "Review"),
            act=partial(self.outbox.set_place, Place.NEEDS_YOU if unconfirmed else Place.ON_THE_WAY),
        )

    def _on_not_opened(self, error: BaseException) -> None:
        if not isinstance(error, PersonError):
            raise error
        if self._is_quitting:
            return
        self.failure = wording.error_sentence(error)
        self.quit()

    def _on_looked_through(self, wrong: str) -> None:
        if wrong and not self._is_quitting:
            self.program.outbox.mend().then()

    def _on_salvaging(self) -> None:
        self.recovery.show_notice(wording.salvaging(), tone="waiting")

    def _on_waiting(self, waits_for: StorageError | None) -> None:
        """Say so while nothing can be written: what was asked of rows is not done yet, and no row says why."""
        if waits_for is None:
            self.waiting.clear()
        else:
            self.waiting.show_notice(wording.still_saving(waits_for), tone="waiting")

    def _on_salvaged(self, found: Salvaged) -> None:
        """Say what was saved, until the person has read it: no other notice takes this one's place."""
        needs_you = found.held or found.unconfirmed or found.corrupt
        self.recovery.show_notice(
            wording.salvaged(found),
            tone="failed" if found.lost or needs_you else "waiting",
            word=_translate("Notice", "Review") if needs_you else "",
            act=partial(self.outbox.set_place, Place.NEEDS_YOU) if needs_you else None,
        )
        if self.is_open:
            self.outbox.begin()

    def _raise(self, words: list[str]) -> None:
        """Come to the front for a second start, and take what it was given: while quitting, for the next start."""
        self.composing.bring_words(words)
        if not self._is_quitting:
            self._raise_window()

    @Slot()
    def _raise_window(self) -> None:
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    # -- the end --------------------------------------------------------------------------------------------------

    def _may_close(self) -> bool:
        if self._app.isSavingSession():
            self.quit()  # asking would stop the end of the person's desktop session
        else:
            self.leave()
        return self._is_quitting

    @Slot()
    def leave(self) -> None:
        """Quit, or ask first where something is still to be sent."""
        if self._is_quitting:
            return
        if not self.is_open:
            self.quit()
            return
        from gui.tray import Tray

        self.leaving.leave(self.settings.closing, self._counts, has_tray=Tray.is_there())

    @Slot()
    def _stay(self) -> None:
        self._show_tray(is_shown=True)
        self.window.hide()

    def _show_tray(self, *, is_shown: bool) -> None:
        if is_shown and self.tray is None:
            from gui.tray import Tray  # not before it is asked for

            actions = self.actions
            offered = (actions["pause"], actions["quit"])
            self.tray = Tray(self.theme, offered, self.window.isActiveWindow, self)
            self.tray.window_requested.connect(self._raise_window)
            self.tray.new_requested.connect(self.composing.new)
            self.tray.needs_requested.connect(partial(self.outbox.set_place, Place.NEEDS_YOU))
            self.tray.set_counts(self._counts)
        if self.tray is not None:
            self.tray.set_shown(is_shown)

    @Slot()
    def quit(self) -> None:
        """Keep the form, refuse new work, let what is under way end (2 s at most), and leave.

        What was accepted and not yet sent is in the outbox and goes at the next start.
        """
        if self._is_quitting:
            return
        self._is_quitting = True
        self._show_tray(is_shown=False)
        if not self.failure:
            self.composing.keeper.keep()
        self._keep_layout()
        self.engine.stop()
        self.checking.stop()
        self.program.reader.leave()
        if self.accounts is not None:
            self.accounts.stop()
        self.runner.refuse()
        self.window.hide()
        for window in QApplication.topLevelWidgets():
            window.hide()
        QTimer.singleShot(0, self, self._leave)

    def _leave(self) -> None:
        code = 73 if self.failure else 0
        try:
            self._take_apart(code)
        finally:
            self._app.exit(code)  # whatever went wrong: a program without a window would stay for ever

    def _take_apart(self, code: int) -> None:
        if self._door is not None:
            self._door.close()
        self.runner.drain(QUIT_LIMIT_S)
        if self._door is not None:
            self._door.close()  # again: it may have been opened in the drain
        if self.runner.close().running:
            self.runner.leave(code)  # a disk or a share that does not answer: nothing in Python ends such a thread
        self.program.close()
        if self.is_open:
            self._collector.close()

    # -- where the window was -------------------------------------------------------------------------------------

    def _take_layout(self) -> None:
        if self._layout is not None:
            self.window.restoreGeometry(self._kept("geometry"))
            self.outbox.take_layout(self._kept("list"))

    def _kept(self, name: str) -> QByteArray:
        value = None if self._layout is None else self._layout.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def _keep_layout(self) -> None:
        if self._layout is not None:
            self._layout.setValue("geometry", self.window.saveGeometry())
            self._layout.setValue("list", self.outbox.keep_layout())
            self._layout.sync()


def _key_text(keys: QKeySequence) -> str:
    """Return keys as the form shows them: Ctrl ↵."""
    text = keys.toString(QKeySequence.SequenceFormat.NativeText)
    return text.removesuffix("+Return") + " ↵" if text.endswith("+Return") else text


#: Commands whose keys the form shows.
_SHOWN_KEYS = ("send", "attach", "undo")
