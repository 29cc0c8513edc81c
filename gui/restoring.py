"""Restore a backup: in the place of an outbox that has nothing in it, or into a new folder."""

import os
import shlex
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import OwnedError, PersonError
from core.outbox import restoring
from core.outbox.restoring import Kept, Restored
from core.owner import Owner, describe_owner
from core.paths import Home, reason
from core.program import Program
from core.runner import TaskRunner
from core.version import program
from gui import wording
from gui.step_dialog import StepDialog
from gui.theme import Theme

_translate = QCoreApplication.translate


class Restoring(QObject):
    """Asks which backup, says what becomes of it, and unpacks it behind the window.

    `prepared(Restored)`: what was unpacked is to take the outbox's place, which is to be closed for it. `failed(str)`:
    why the file cannot be restored.
    """

    prepared = Signal(object)
    failed = Signal(str)

    def __init__(self, theme: Theme, program: Program, runner: TaskRunner, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._program = program
        self._runner = runner
        self._window = window
        self._stop = threading.Event()
        #: While it is open.
        self.dialog: StepDialog | None = None

    def close(self) -> None:
        """Break off what is under way, and hear of nothing more."""
        self._stop.set()
        if self.dialog is not None:
            self.dialog.done(0)

    def ask(self) -> None:
        """Ask which file. Returns at once."""
        if self.dialog is not None:
            self.dialog.activateWindow()
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        files = QFileDialog(self._window, _translate("Restore", "Restore a backup"), folder)
        files.setFileMode(QFileDialog.FileMode.ExistingFile)
        files.setNameFilter(_translate("Restore", "Backups (*.zip)"))
        files.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        files.fileSelected.connect(lambda name: self.look(Path(name)))
        files.open()

    def look(self, source: Path) -> None:
        """Look at a file behind the window, and ask what is to become of it."""
        self._runner.submit("accounts", partial(self._looked, source), partial(self._offer, source), self._on_failed)

    def _looked(self, source: Path) -> tuple[Kept, bool]:
        """Blocks."""
        try:
            return restoring.look(source), self._program.is_blank()
        except OSError as error:
            raise PersonError("file_unreadable", path=source, why=reason(error)) from error

    def _offer(self, source: Path, found: tuple[Kept, bool]) -> None:
        kept, is_blank = found
        if self.dialog is not None:
            return
        self._stop = threading.Event()
        self.dialog = StepDialog(self._theme, _translate("Restore", "Restore a backup"), self._window)
        self.dialog.finished.connect(self._on_dialog_finished)
        made = _translate("Restore", "It was made {time}, with %Ln message(s).", "plural", kept.deliveries).format(
            time=wording.full_time(kept.made_at)
        )
        held = _translate(
            "Restore",
            "What had not been sent then is held: it may have been sent since. Passwords are not in a backup; they are "
            "asked for.",
        )
        if is_blank:
            comes_back = _translate("Restore", "The window closes for a moment, and comes back with it.")
            self.dialog.show_step(
                _translate("Restore", "Restore this backup?"),
                f"{made}\n\n{held}\n\n{comes_back}",
                leave=_translate("Restore", "Cancel"),
                main=_translate("Restore", "&Restore"),
                use=_translate("Restore", "Puts the backup in the place of this outbox, which has nothing in it"),
                act=partial(self._prepare, source),
            )
        else:
            stays = _translate(
                "Restore", "This outbox has something in it, and stays as it is. Choose a new folder for the backup."
            )
            self.dialog.show_step(
                _translate("Restore", "A backup is restored into an empty outbox."),
                f"{stays}\n\n{made}\n\n{held}",
                leave=_translate("Restore", "Cancel"),
                main=_translate("Restore", "&Choose a folder…"),
                use=_translate("Restore", "Asks where the backup is to be restored to"),
                act=partial(self._ask_folder, source),
            )
        self.dialog.open()

    def _on_dialog_finished(self) -> None:
        self.dialog = None
        self._stop.set()

    # -- in the place of this outbox ------------------------------------------------------------------------------

    def _prepare(self, source: Path) -> None:
        home, now_ms, stop = self._program.home, self._program.clock.now_ms(), self._stop
        self._begin()

        def prepare() -> Restored:
            return restoring.prepare(home, source, now_ms, self._told(stop), partial(self._go_on, stop))

        self._runner.submit("accounts", partial(_in_words, prepare, source), self._on_prepared, self._on_refused)

    def _on_prepared(self, restored: Restored) -> None:
        if self.dialog is not None:
            self.dialog.done(0)
            self.prepared.emit(restored)

    # -- into a new folder ----------------------------------------------------------------------------------------

    def _ask_folder(self, source: Path) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        folders = QFileDialog(self.dialog, _translate("Restore", "An empty folder for the backup"), folder)
        folders.setFileMode(QFileDialog.FileMode.Directory)
        folders.setOption(QFileDialog.Option.ShowDirsOnly)
        folders.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        folders.fileSelected.connect(lambda name: self.restore_into(source, Path(name)))
        folders.finished.connect(self._activate)
        folders.open()

    def restore_into(self, source: Path, folder: Path) -> None:
        """Restore a backup into a folder, behind the window."""
        now_ms, stop = self._program.clock.now_ms(), self._stop
        self._begin()

        def restore() -> Restored:
            home = Home(folder)
            home.create()
            owner = Owner(home)
            if not owner.try_take():
                raise OwnedError("outbox_owned", owner=describe_owner(home))
            try:
                return restoring.restore(home, source, now_ms, self._told(stop), partial(self._go_on, stop))
            finally:
                owner.release()

        job = partial(_in_words, restore, folder)
        self._runner.submit("accounts", job, partial(self._on_restored, folder), self._on_refused)

    def _on_restored(self, folder: Path, restored: Restored) -> None:
        if self.dialog is None:
            return
        there = _translate("Restore", "To open it, start Outtray with this line:")
        self.dialog.show_step(
            _translate("Restore", "Restored into {folder}").format(folder=folder),
            "\n\n".join((restored_sentence(restored), there)),
            leave=_translate("Restore", "Close"),
            copied=command_to_open(folder),
            copied_name=_translate("Restore", "The line that opens it"),
        )

    def _activate(self) -> None:
        if self.dialog is not None:
            self.dialog.activateWindow()

    # -- while it is under way ------------------------------------------------------------------------------------

    def _begin(self) -> None:
        assert self.dialog is not None, "it is pressed in the dialog"
        self.dialog.show_step(_translate("Restore", "Restoring…"), leave=_translate("Restore", "Cancel"))
        self.dialog.show_share(0)

    def _told(self, stop: threading.Event) -> restoring.Progress:
        last = -1

        def told(done: int, total: int) -> None:
            nonlocal last
            percent = 100 * done // max(1, total)
            if percent != last and not stop.is_set():
                last = percent
                self._runner.post(partial(self._show_share, percent))

        return told

    def _show_share(self, percent: int) -> None:
        if self.dialog is not None and self.dialog.bar.isVisible():
            self.dialog.show_share(percent)

    def _go_on(self, stop: threading.Event) -> None:
        if stop.is_set() or self._program.reader.is_leaving:
            raise PersonError("outbox_closed")

    def _on_refused(self, error: BaseException) -> None:
        """Say in the dialog why it was not restored; where that was closed, it was the person who ended it."""
        if not isinstance(error, PersonError):
            raise error
        if self.dialog is not None and error.code != "outbox_closed":
            self.dialog.show_step(
                _translate("Restore", "Nothing was restored."),
                wording.error_sentence(error),
                leave=_translate("Restore", "Close"),
            )

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, PersonError):
            raise error
        self.failed.emit(wording.error_sentence(error))


def _in_words(job: Callable[[], Restored], path: Path) -> Restored:
    """Do it, and have what the disk says told in words. Blocks."""
    try:
        return job()
    except OSError as error:
        raise PersonError("restore_disk", path=error.filename or path, why=reason(error)) from error


def restored_sentence(restored: Restored) -> str:
    """Say what came out of a backup."""
    total = sum(restored.by_state.values())
    sentence = _translate("Restore", "%Ln message(s) restored.", "plural", total)
    if restored.held:
        held = _translate("Restore", "%Ln is (are) held: it (they) may have been sent since.", "plural", restored.held)
        sentence = f"{sentence} {held}"
    if restored.unconfirmed:
        doubt = _translate("Restore", "%Ln is (are) not confirmed.", "plural", restored.unconfirmed)
        sentence = f"{sentence} {doubt}"
    return sentence


def command_to_open(folder: Path) -> str:
    """Return the line that opens an outbox in another folder, as it is typed on this computer."""
    line = [*program(), "--home", str(folder)]
    return " ".join(f'"{word}"' for word in line) if os.name == "nt" else shlex.join(line)


def exchange(home: Home, restored: Restored) -> Restored | PersonError:
    """Put what was unpacked in the place of an outbox that was closed; return why not, where that could not be.

    Blocks for moments, between two windows.
    """
    owner = Owner(home)
    try:
        if not owner.try_take():
            return OwnedError("outbox_owned", owner=describe_owner(home))
        restoring.exchange(home)
    except OSError as error:
        return PersonError("restore_disk", path=error.filename or home.root, why=reason(error))
    except PersonError as error:
        return error
    finally:
        owner.release()
    return restored
