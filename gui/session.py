"""One run of the window: builds core and the window, opens the outbox behind it, and quits in three steps."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, QSettings, QTimer, Slot
from PySide6.QtWidgets import QApplication

from core.cli.arguments import IN_TRAY
from core.clock import Clock, SystemClock
from core.delivery.local import LocalEngine
from core.door import Door
from core.errors import PersonError, StorageError
from core.outbox.recovery.salvaged import Salvaged
from core.outbox.states import Place
from core.paths import Home
from core.program import Program
from core.runner import (
    BESIDE_A_WINDOW,
    BUDGET_BESIDE_A_WINDOW,
    FOLDER_BESIDE_A_WINDOW,
    TaskRunner,
    ended_by_signals,
)
from core.settings import Settings
from gui import operations, wording
from gui.application import Application
from gui.choices import Choices
from gui.errors import ErrorReporter
from gui.feed import ChangeFeed
from gui.garbage import GarbageCollector
from gui.language import Language
from gui.main_window import MainWindow, bring_back
from gui.notices import NoticeBar
from gui.theme import Theme
from gui.workplace import Ground, Workplace

if TYPE_CHECKING:  # imported when a backup is restored
    from core.outbox.restoring import Restored

_translate = QCoreApplication.translate

#: How long quitting waits for what is under way: a person who closes a window does not wait longer.
QUIT_LIMIT_S = 2.0


#: How often, and after how long each time, a start at log in looks whether there is a tray.
_TRAY_LOOKS, _TRAY_LOOK_MS = 20, 500


class Session(QObject):
    """The window and everything behind it, from the first paint to the last commit. Main thread only.

    The window is shown before the outbox is open: what is sent meanwhile queues up behind the opening. Where it
    cannot be opened, `run` returns 73 and `failure` is the sentence.
    """

    def __init__(
        self,
        app: Application,
        home: Home,
        *,
        clock: Clock | None = None,
        layout: QSettings | None = None,
        reached: Callable[[str], None] = lambda _: None,
        outcome: "Restored | PersonError | None" = None,
    ) -> None:
        """Take the outbox and build the window. Raises what `settings.load` and `Program` raise.

        `app` was made with `gui.theme.STYLE_ARGUMENTS`, as `gui.app.make_application` does.
        `layout` keeps where the window was; without it, nothing is kept. `outcome`: what became of a backup that was
        to take the place of the outbox, told once it is open.
        """
        super().__init__()
        self._app = app
        self._home = home
        self._clock = clock or SystemClock()
        self._layout = layout
        self._is_quitting = False
        self._door: Door | None = None
        self._told_at_start = outcome
        #: A backup was unpacked, and takes the outbox's place when it is closed.
        self._prepared: Restored | None = None
        #: What became of that: the window is to be opened again, and to tell it. None: the program ends.
        self.outcome: Restored | PersonError | None = None
        #: Why the outbox could not be opened; "" while it could.
        self.failure = ""
        #: True once the outbox is open.
        self.is_open = False
        #: What the system handed over before that.
        self._early_links: list[str] = []
        self.choices = Choices(home)
        chosen = self.choices.settings
        self.runner = TaskRunner(BESIDE_A_WINDOW)
        self.program = Program(
            home, self.runner, chosen, clock=self._clock, reached=reached, folder=FOLDER_BESIDE_A_WINDOW
        )
        self.language = Language(app, self)
        self.language.speak(chosen.language)
        self.theme = Theme(self)
        self.theme.apply(app, chosen.theme, has_style=True, is_building=True)
        self.theme.set_motion(chosen.motion)
        self._build()
        self.theme.finish()
        self._take_layout()

    def _build(self) -> None:
        clock, theme, program = self._clock, self.theme, self.program
        self.window = MainWindow(theme, self._may_close)
        #: Tells of the recovery of a damaged outbox; the other notices come and go beside it.
        self.recovery = NoticeBar(theme)
        self.window.add_bar(self.recovery)
        #: Says what whatever was asked of the outbox waits for, while it does.
        self.waiting = NoticeBar(theme)
        self.window.add_bar(self.waiting)
        self.reporter = ErrorReporter(theme, self.window)
        self.feed = ChangeFeed(self.runner, self)
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
        self._connect()
        self._ground = Ground(self._home, clock, self.choices, self.runner, program, theme, self.feed, self.window)
        self._show(Workplace(self._ground, self))

    def _connect(self) -> None:
        self.choices.changed.connect(self._on_choices_changed)
        self._app.focusWindowChanged.connect(self._on_focus_window_changed)
        self._app.link_opened.connect(self._on_app_link_opened)
        self.runner.unhandled.connect(self._on_runner_unhandled)
        self.reporter.noticed.connect(self._on_failed)
        self.program.outbox.subscribe(self.feed.on_commit)
        self.program.outbox.subscribe(self.engine.on_commit)
        post = self.runner.post
        self.program.outbox.subscribe_salvaging(lambda: post(self._on_salvaging))
        self.program.outbox.subscribe_waiting(lambda error: post(partial(self._on_waiting, error)))
        self.program.outbox.subscribe_salvaged(lambda found: post(partial(self._on_salvaged, found)))
        # Accounts change by the door too, on its thread.
        self.program.subscribe_accounts(lambda _: post(self._on_accounts_changed))

    def _show(self, workplace: Workplace) -> None:
        """Go on with this one."""
        self.workplace = workplace
        workplace.quit_chosen.connect(self.quit)
        workplace.failed.connect(self._on_failed)
        workplace.exchange_requested.connect(self._on_exchange_requested)
        self.compose, self.outbox, self.status = workplace.compose, workplace.outbox, workplace.status
        self.composing, self.tending, self.checking = workplace.composing, workplace.tending, workplace.checking
        self.actions, self.places, self.leaving = workplace.actions, workplace.places, workplace.leaving

    @Slot(object, object)
    def _on_choices_changed(self, before: Settings, chosen: Settings) -> None:
        self.program.choose(chosen)
        if chosen.theme != before.theme:
            self.theme.apply(self._app, chosen.theme)
        self.theme.set_motion(chosen.motion)
        if chosen.language != before.language:
            QTimer.singleShot(0, self, self._speak)  # after the dialog in which it was chosen has had its say

    # -- another language -----------------------------------------------------------------------------------------

    @Slot()
    def _speak(self) -> None:
        """Build the window's content in the language that is chosen, as soon as nothing in it would be lost by that."""
        if self.is_open and not self._is_quitting:
            self.composing.when_settled(self._exchange)

    def _exchange(self) -> None:
        if self._is_quitting or QApplication.activeModalWidget() is not None:
            return  # a dialog of this language is open, with what was typed in it: `_on_focus_window_changed`
        from gui.exchange import leave, take_over  # nearly never asked for

        old, before = self.workplace, self.language.code
        self.language.speak(self.choices.settings.language)
        if self.language.code == before:
            return
        left = leave(old)
        self.window.notices.clear()  # what it offers to do, it would do in the other workplace
        for bar in (self.window.notices, self.recovery, self.waiting):
            bar.name_parts()
        self._show(Workplace(self._ground, self, left.checking))
        take_over(self.workplace, left)
        self.runner.when_quiet(old.delete)

    @Slot()
    def _on_focus_window_changed(self) -> None:
        if self.language.setting != self.choices.settings.language:
            QTimer.singleShot(0, self, self._speak)  # when the dialog that was left is gone

    # -- what core tells ------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_runner_unhandled(self, error: BaseException) -> None:
        is_late = isinstance(error, PersonError) and error.code == "outbox_closed"
        if not (self._is_quitting and is_late):  # what comes too late while quitting is no news
            self.reporter.report(error)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.window.notices.show_notice(sentence, tone="failed")

    def _on_accounts_changed(self) -> None:
        if self.workplace.accounts is not None:
            self.workplace.accounts.show_senders()

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
        """Show the window; open the outbox behind it, after the first paint.

        Asked to be in the tray, it shows itself there alone, where its icon is wanted and there is a tray.
        """
        if IN_TRAY in words and self.choices.settings.tray:
            self._seek_tray(_TRAY_LOOKS)
        else:
            self.window.show()
        self.compose.focus_to()
        QTimer.singleShot(0, self, partial(self._open, [word for word in words if word != IN_TRAY]))

    def _seek_tray(self, looks: int) -> None:
        """Show the icon in the tray, or the window where there is none after so many looks.

        At log in the desktop's panel, which has the tray, may come some seconds later than this.
        """
        if self._is_quitting:
            return
        if self._has_tray():
            self.workplace.show_tray(is_shown=True)
        elif looks:
            QTimer.singleShot(_TRAY_LOOK_MS, self, partial(self._seek_tray, looks - 1))
        else:
            self.window.show()

    def _has_tray(self) -> bool:
        from gui.tray import Tray  # not before it is asked for

        return Tray.is_there()

    def _open(self, words: list[str]) -> None:
        if self._is_quitting:
            return
        self.program.open().then(partial(self._on_opened, words), self._on_not_opened)

    def _on_opened(self, words: list[str], recovered: tuple[int, int]) -> None:
        if self._is_quitting:
            return
        from core.cli.verbs import Verbs  # what it needs is for others: not before the first paint
        from core.outbox.keeping import ONCE_A_DAY_S

        self.is_open = True
        self._collector = GarbageCollector(self)
        self._door = Door(self._home, Verbs(self.program, "window", self._raise), "window")
        self.runner.submit("files", self._door.open)
        self.runner.submit("files", self.program.sweep)
        self.runner.submit("reads", self.program.reader.is_sound, self._on_looked_through)
        operations.catch_up(self.program)
        self.workplace.open([*words, *self._early_links])
        if self._early_links:
            bring_back(self.window)
        self.engine.start()
        self.runner.every(ONCE_A_DAY_S, self.program.keeping.begin)
        self._tell_recovered(*recovered)
        self._tell_outcome()
        self._on_focus_window_changed()  # another language may have been chosen meanwhile

    def _tell_outcome(self) -> None:
        """Say what became of a backup that was to take the outbox's place."""
        outcome, self._told_at_start = self._told_at_start, None
        if isinstance(outcome, PersonError):
            self._on_failed(wording.error_sentence(outcome))
        elif outcome is not None:
            from gui.restoring import restored_sentence  # nearly no start follows a restore

            needs_you = outcome.held or outcome.unconfirmed
            self.window.notices.show_notice(
                restored_sentence(outcome),
                tone="waiting" if needs_you else "on-the-way",
                word=_translate("Notice", "Review") if needs_you else "",
                act=partial(self.outbox.set_place, Place.NEEDS_YOU) if needs_you else None,
            )

    def _tell_recovered(self, put_back: int, unconfirmed: int) -> None:
        if not put_back and not unconfirmed:
            return
        self.window.notices.show_notice(
            wording.recovered(put_back, unconfirmed),
            tone="waiting",
            word=_translate("Notice", "Review"),
            act=partial(self._show_place, Place.NEEDS_YOU if unconfirmed else Place.ON_THE_WAY),
        )

    def _show_place(self, place: Place) -> None:
        self.outbox.set_place(place)  # of the moment: the notice may be older than the language

    def _on_not_opened(self, error: BaseException) -> None:
        if not isinstance(error, PersonError):
            raise error
        if self._is_quitting:
            return
        self.failure = wording.error_sentence(error)
        self.quit()

    def _on_looked_through(self, wrong: str) -> None:
        if self._is_quitting:
            return
        if wrong:
            self.program.outbox.mend().then()
        self.program.keeping.begin()  # not before: each reads by a connection of its own, and files may be few
        self.program.forgetting.begin()

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
            act=partial(self._show_place, Place.NEEDS_YOU) if needs_you else None,
        )
        if self.is_open:
            self.outbox.begin()

    def _raise(self, words: list[str]) -> None:
        """Come to the front for a second start, and take what it was given: while quitting, for the next start.

        One that was to be in the tray wants nothing more.
        """
        if IN_TRAY in words:
            return
        self.composing.bring_words(words)
        if not self._is_quitting:
            bring_back(self.window)

    @Slot(str)
    def _on_app_link_opened(self, link: str) -> None:
        if self.is_open:
            self._raise([link])
        else:
            self._early_links.append(link)

    # -- the end --------------------------------------------------------------------------------------------------

    def _may_close(self) -> bool:
        if self._app.isSavingSession():
            self.quit()  # asking would stop the end of the person's desktop session
        else:
            self.workplace.leave()
        return self._is_quitting

    @Slot(object)
    def _on_exchange_requested(self, restored: "Restored") -> None:
        """Close the outbox, which has nothing in it, and open what was unpacked in its place."""
        if not self.compose.is_blank():
            self._on_failed(
                _translate("Restore", "Nothing was restored: there is something in the form. Empty it, and try again.")
            )
            return
        self._prepared = restored
        self.quit()

    @Slot()
    def quit(self) -> None:
        """Keep the form, refuse new work, let what is under way end (2 s at most), and leave.

        What was accepted and not yet sent is in the outbox and goes at the next start.
        """
        if self._is_quitting:
            return
        self._is_quitting = True
        if not self.failure:
            self.composing.keeper.keep()
        self._keep_layout()
        self.engine.stop()
        self.workplace.stop()
        self.program.reader.leave()
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
        if self._prepared is not None:
            from gui.restoring import exchange  # nearly no run ends by a restore

            self.outcome = exchange(self._home, self._prepared)

    # -- where the window was -------------------------------------------------------------------------------------

    def _take_layout(self) -> None:
        if self._layout is not None:
            self.window.restoreGeometry(self._kept("geometry"))
            self.outbox.take_layout(self._kept("list"))

    def _kept(self, name: str) -> QByteArray:
        value = None if self._layout is None else self._layout.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def _keep_layout(self) -> None:
        if self._layout is not None and self.window.windowHandle() is not None:  # it was shown
            self._layout.setValue("geometry", self.window.saveGeometry())
            self._layout.setValue("list", self.outbox.keep_layout())
            self._layout.sync()
