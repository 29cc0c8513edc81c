"""A backup of the outbox in one file, made while the window goes on."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QWidget

from core.errors import PersonError
from core.outbox.archive import Backup
from core.paths import reason
from core.program import Program
from core.runner import TaskRunner
from gui import wording

_translate = QCoreApplication.translate


class BackingUp(QObject):
    """Asks for the file, and says how far it is. One backup at a time.

    `noticed(str)`: how far it is, and what came of it. `failed(str)`: why there is no backup, or not a whole one.
    """

    noticed = Signal(str)
    failed = Signal(str)

    def __init__(self, program: Program, runner: TaskRunner, window: QWidget) -> None:
        super().__init__(window)
        self._program = program
        self._runner = runner
        self._window = window
        self._is_under_way = False
        self._percent = -1

    def ask(self) -> None:
        """Ask where to. Returns at once; the dialog is the person's."""
        if self._is_under_way:
            return
        from PySide6.QtWidgets import QFileDialog  # not needed for the first paint

        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._window, _translate("Backup", "Back up the outbox"), folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_translate("Backup", "Backups (*.zip)"))
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(f"outtray-{wording.day_of(self._program.clock.now_ms())}.zip")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.back_up(Path(name)))
        dialog.open()

    def back_up(self, path: Path) -> None:
        """Write the backup to `path`, replacing what is there. Returns at once."""
        self._is_under_way = True
        self._tell(0)
        # Not on the pool of files: a big outbox takes a minute, and an attachment must not wait for that.
        self._runner.submit("accounts", partial(self._write, path), self._on_written, self._on_failed)

    def _write(self, path: Path) -> tuple[Path, Backup]:
        """Blocks."""
        if self._program.home.root.resolve() in path.resolve().parents:
            raise PersonError("backup_inside", path=path)

        def told(_what: str, share: float) -> None:
            self._runner.post(partial(self._tell, int(share * 100)))

        try:
            return path, self._program.back_up(path, told)
        except OSError as error:
            raise PersonError("file_unwritable", path=path, why=reason(error)) from error

    def _tell(self, percent: int) -> None:
        if self._is_under_way and percent != self._percent:
            self._percent = percent
            self.noticed.emit(_translate("Backup", "Backing up: {percent} %").format(percent=percent))

    def _on_written(self, made: tuple[Path, Backup]) -> None:
        self._is_under_way = False
        path, backup = made
        if backup.missing:
            missing = len(backup.missing)
            words = _translate(
                "Backup", "Backed up as {path}, but %Ln attached file(s) are missing or damaged.", "plural", missing
            )
            self.failed.emit(words.format(path=path))
        else:
            words = _translate(
                "Backup", "Backed up as {path}: %Ln message(s). Passwords are not in it.", "plural", backup.deliveries
            )
            self.noticed.emit(words.format(path=path))

    def _on_failed(self, error: BaseException) -> None:
        self._is_under_way = False
        if not isinstance(error, PersonError):
            self.failed.emit(_translate("Backup", "There is no backup."))
            raise error
        self.failed.emit(wording.error_sentence(error))
