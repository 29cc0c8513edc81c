"""Files of vCards: taken into the book while the window goes on, and written from it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QStandardPaths, Qt, Signal, Slot

from core.errors import PersonError, Problem
from core.outbox.book import Book, Imported
from core.outbox.book_tables import Before
from core.runner import TaskRunner
from gui import wording
from gui.book.model import PeopleModel
from gui.book.window import BookWindow
from gui.theme import Theme

_translate = QCoreApplication.translate

#: Changes wait for the disk, and an import for very many of them: not where attachments are copied.
POOL = "accounts"


class Cards(QObject):
    """Imports and exports, and says in the book's window how far it is and what came of it. One import at a time.

    `imported(Before)`: one has ended, well or not. `undo_requested()`: the last one is to be taken back.
    """

    imported = Signal(object)
    undo_requested = Signal()

    def __init__(
        self, theme: Theme, book: Book, runner: TaskRunner, window: BookWindow, model: PeopleModel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._book = book
        self._runner = runner
        self._window = window
        self._model = model
        self._is_importing = False
        self._percent = -1

    @Slot()
    def ask_import(self) -> None:
        """Ask for a file to import. Returns at once; the dialog is the person's."""
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, _translate("Book", "Import a file of vCards"), _documents())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([_translate("Book", "vCards (*.vcf *.vcard)"), _translate("Book", "All files (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.bring_in(Path(name)))
        dialog.open()

    def bring_in(self, path: Path) -> None:
        """Take the cards of a file into the book. Returns at once; one file at a time."""
        if self._is_importing:
            return
        self._is_importing = True
        self._window.bring_in.setEnabled(False)
        self._tell_progress(path, 0.0)

        def told(share: float) -> None:
            self._runner.post(partial(self._tell_progress, path, share))

        self._runner.submit(
            POOL, partial(self._book.bring_in, path, told), partial(self._on_imported, path), self._on_not_imported
        )

    def _tell_progress(self, path: Path, share: float) -> None:
        percent = int(share * 100)
        if self._is_importing and percent != self._percent:
            self._percent = percent
            words = _translate("Book", "Importing {file}: {percent} %")
            self._tell(words.format(file=path.name, percent=percent))

    def _on_imported(self, path: Path, done: Imported) -> None:
        self._end_import(done.before)
        words = _translate(
            "Book", "Imported {file}: {new} new, {changed} changed, {same} known already, {left_out} left out."
        )
        numbers = {name: wording.count(getattr(done, name)) for name in ("new", "changed", "same", "left_out")}
        sentence = words.format(file=path.name, **numbers)
        if done.problems:
            show = partial(self._show_left_out, path, done.problems)
            self._tell(sentence, tone="waiting", word=_translate("Book", "Show why"), act=show)
        elif done.before != Before():
            self._tell(sentence, word=_translate("Book", "Undo"), act=self.undo_requested.emit)
        else:
            self._tell(sentence)

    def _on_not_imported(self, error: BaseException) -> None:
        self._end_import(Before())
        if not isinstance(error, PersonError):
            self._tell(_translate("Book", "The file could not be imported."), tone="failed")
            raise error
        self._tell(wording.error_sentence(error), tone="failed")

    def _end_import(self, before: Before) -> None:
        self._is_importing = False
        self._percent = -1
        self._window.bring_in.setEnabled(True)
        self.imported.emit(before)

    def _show_left_out(self, path: Path, problems: Sequence[Problem]) -> None:
        from gui.book.left_out import LeftOutDialog

        LeftOutDialog(self._theme, path.name, problems, self._window).open()

    @Slot()
    def ask_export(self) -> None:
        """Ask for a file to write who is shown into. Returns at once; the dialog is the person's."""
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, _translate("Book", "Export as vCards"), _documents())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_translate("Book", "vCards (*.vcf)"))
        dialog.setDefaultSuffix("vcf")
        dialog.selectFile(_translate("Book", "address-book.vcf"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.write_out(Path(name)))
        dialog.open()

    def write_out(self, path: Path) -> None:
        """Write who is shown into a file. Returns at once."""
        ids = self._model.ids()

        def failed(error: BaseException) -> None:
            if not isinstance(error, PersonError):
                raise error
            self._tell(wording.error_sentence(error), tone="failed")

        def done(written: int) -> None:
            words = _translate("Book", "Exported {count} to {path}.")
            self._tell(words.format(count=wording.count(written), path=path))

        self._runner.submit(POOL, partial(self._book.write_out, path, ids), done, failed)

    def _tell(
        self, sentence: str, *, tone: str = "on-the-way", word: str = "", act: Callable[[], None] | None = None
    ) -> None:
        self._window.notices.show_notice(sentence, tone=tone, word=word, act=act)


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
