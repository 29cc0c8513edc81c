"""Move to another computer: one file with everything, and nothing is sent from here any more, or again."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import PersonError
from core.outbox.archive import Backup
from core.outbox.departure import Departure
from core.paths import reason
from core.program import Program
from core.runner import TaskRunner
from gui import operations, wording
from gui.step_dialog import StepDialog
from gui.theme import Theme

_translate = QCoreApplication.translate


class Moving(QObject):
    """Says what a move does, makes the file, and says what to do with it; and goes on here where that is wanted.

    `noticed(str)`: what became of it. `failed(str)`: why not.
    """

    noticed = Signal(str)
    failed = Signal(str)

    def __init__(self, theme: Theme, program: Program, runner: TaskRunner, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._program = program
        self._runner = runner
        self._window = window
        self._is_under_way = False
        #: While it is open.
        self.dialog: StepDialog | None = None

    def close(self) -> None:
        """Show nothing more of it. A move that is under way goes on."""
        if self.dialog is not None:
            self.dialog.done(0)

    def ask(self, waiting: int) -> None:
        """Say what a move does; `waiting`: so many messages have not been sent yet. Returns at once."""
        if self.dialog is not None or self._is_under_way:
            return
        self.dialog = StepDialog(self._theme, _translate("Move", "Move to another computer"), self._window)
        self.dialog.finished.connect(self._on_dialog_finished)
        everything = _translate(
            "Move",
            "Everything goes into one file: messages, drafts, the address book, templates and settings. Passwords do "
            "not; they are asked for there.",
        )
        held = (
            _translate(
                "Move",
                "%Ln message(s) that has (have) not been sent is (are) held, here and there, so that nothing is sent "
                "from both computers. Sending is paused here.",
                "plural",
                waiting,
            )
            if waiting
            else _translate("Move", "Sending is paused here, so that nothing is sent from both computers.")
        )
        back = _translate("Move", "You can go on here at any time.")
        self.dialog.show_step(
            _translate("Move", "Move this outbox to another computer"),
            f"{everything}\n\n{held}\n\n{back}",
            leave=_translate("Move", "Cancel"),
            main=_translate("Move", "&Choose the file…"),
            use=_translate("Move", "Asks where the file is to go; nothing has happened before that"),
            act=self._ask_file,
        )
        self.dialog.open()

    def _on_dialog_finished(self) -> None:
        self.dialog = None

    def _ask_file(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        files = QFileDialog(self.dialog, _translate("Move", "The file to take to the other computer"), folder)
        files.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        files.setNameFilter(_translate("Move", "Backups (*.zip)"))
        files.setDefaultSuffix("zip")
        files.selectFile(f"outtray-move-{wording.day_of(self._program.clock.now_ms())}.zip")
        files.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        files.fileSelected.connect(lambda name: self.move_to(Path(name)))
        files.finished.connect(self._activate)
        files.open()

    def _activate(self) -> None:
        if self.dialog is not None:
            self.dialog.activateWindow()

    def move_to(self, path: Path) -> None:
        """Make the file, behind the window."""
        self._is_under_way = True
        assert self.dialog is not None, "it is pressed in the dialog"
        self.dialog.show_step(_translate("Move", "Pausing, and writing the file…"))
        self.dialog.show_share(None)
        self._runner.submit("accounts", partial(self._write, path), partial(self._on_moved, path), self._on_failed)

    def _departure(self) -> Departure:
        def told(_what: str, share: float) -> None:
            self._runner.post(partial(self._show_share, int(share * 100)))

        return Departure(self._program.outbox, self._program.reader, lambda path: self._program.back_up(path, told))

    def _write(self, path: Path) -> Backup:
        """Blocks."""
        if self._program.home.root.resolve() in path.resolve().parents:
            raise PersonError("backup_inside", path=path)
        try:
            return self._departure().leave(path, lambda: self._runner.post(self._show_waiting))
        except OSError as error:
            raise PersonError("file_unwritable", path=path, why=reason(error)) from error

    def _show_waiting(self) -> None:
        if self.dialog is not None:
            self.dialog.show_step(_translate("Move", "Waiting for the server that is being sent to…"))
            self.dialog.show_share(None)

    def _show_share(self, percent: int) -> None:
        if self.dialog is not None and self._is_under_way:
            self.dialog.show_share(percent)

    def _on_moved(self, path: Path, backup: Backup) -> None:
        self._is_under_way = False
        operations.catch_up(self._program)
        if self.dialog is None:
            return
        steps = _translate(
            "Move",
            "1.  Take {path} to the other computer.\n"
            "2.  Start Outtray there for the first time, and choose File, Restore a backup.\n"
            "3.  Enter the passwords of your accounts there, and release what is held.",
        ).format(path=path)
        here = _translate(
            "Move", "Here nothing is sent any more. If you stay here after all, choose Go on here, and delete the file."
        )
        words = [steps, here]
        if backup.missing:
            missing = len(backup.missing)
            words.append(
                _translate("Move", "%Ln attached file(s) is (are) missing or damaged, not in it.", "plural", missing)
            )
        self.dialog.show_step(
            _translate("Move", "The file is written: %Ln message(s)", "plural", backup.deliveries),
            "\n\n".join(words),
            leave=_translate("Move", "Close"),
            main=_translate("Move", "&Go on here"),
            use=_translate("Move", "The pause ends, and what was held for the move is sent from here"),
            act=self._stay,
            is_asked_for=False,
        )

    def _stay(self) -> None:
        if self.dialog is not None:
            self.dialog.done(0)
        self.come_back()

    def _on_failed(self, error: BaseException) -> None:
        self._is_under_way = False
        operations.catch_up(self._program)
        if not isinstance(error, PersonError):
            raise error
        if self.dialog is not None and error.code != "outbox_closed":
            self.dialog.show_step(
                _translate("Move", "Nothing was moved, and everything goes on here."),
                wording.error_sentence(error),
                leave=_translate("Move", "Close"),
            )

    def come_back(self) -> None:
        """Go on here: what was held for the move goes its way, and the pause ends."""
        if self._is_under_way:
            return
        self._is_under_way = True
        self._runner.submit("accounts", self._come_back, self._on_come_back, self._on_not_back)

    def _come_back(self) -> None:
        """Blocks."""
        self._departure().come_back()

    def _on_come_back(self, _: None) -> None:
        self._is_under_way = False
        operations.catch_up(self._program)
        self.noticed.emit(_translate("Move", "It goes on here. What was held for the move is sent."))

    def _on_not_back(self, error: BaseException) -> None:
        self._is_under_way = False
        if not isinstance(error, PersonError):
            raise error
        if error.code != "outbox_closed":
            self.failed.emit(wording.error_sentence(error))
