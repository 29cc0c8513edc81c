"""A message of the outbox once more: back into the form as a new one, or into a file of its own."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QStandardPaths, Qt, Signal

from core.errors import PersonError
from core.mail.mime import Damaged
from core.outbox.notification import Draft, Recipient
from core.paths import reason, whole_file
from core.program import Program
from gui import wording
from gui.outbox.pane import OutboxPane

_translate = QCoreApplication.translate

#: Characters of a file's name, so that it and its folder stay within what every system takes.
_NAME_MOST = 80
#: What Windows takes for devices, whatever follows the dot.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})


class Copying(QObject):
    """Answers Use again and Save as. The outbox is only read.

    `noticed(str)`: what became of it, in a sentence. `failed(str)`: why it did not.
    """

    noticed = Signal(str)
    failed = Signal(str)

    def __init__(self, pane: OutboxPane, program: Program, bring: Callable[[Draft], None], parent: QObject) -> None:
        """`bring` puts a draft into the form; what is there is set aside first."""
        super().__init__(parent)
        self._pane = pane
        self._program = program
        self._bring = bring
        pane.use_again_requested.connect(self._use_again)
        pane.save_requested.connect(self._ask_where)

    def _use_again(self, ids: Sequence[int]) -> None:
        self._program.executor.submit("reads", partial(self._draft_of, tuple(ids)), self._bring, self._on_failed)

    def _draft_of(self, ids: Sequence[int]) -> Draft:
        """Read what the first of them said, to those of them that got the same. Blocks."""
        details = self._program.reader.details(ids[0])
        self._program.spool.touch(details.draft.attachments)  # the outbox may let go of this one any time
        same = [
            each for each in self._program.reader.deliveries(ids) if each.notification == details.delivery.notification
        ]
        to = tuple(Recipient(each.to, each.to_name) for each in sorted(same, key=lambda each: each.id))
        account = details.draft.account
        kept = account if self._program.accounts.has(account) else self._program.accounts.default
        return replace(details.draft, to=to, account=kept, query="", unread_to=(), at_ms=None, not_after_ms=None)

    def _ask_where(self, ids: Sequence[int]) -> None:
        row = self._pane.model.row_of(ids[0])
        delivery = None if row is None else self._pane.model.delivery_at(row)
        if delivery is None:
            return
        from PySide6.QtWidgets import QFileDialog  # not needed for the first paint

        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._pane.window(), _translate("Copy", "Save the message"), folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_translate("Copy", "Mail messages (*.eml)"))
        dialog.setDefaultSuffix("eml")
        dialog.selectFile(file_name(delivery.subject))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(partial(self._save, delivery.id))
        dialog.open()

    def _save(self, delivery_id: int, name: str) -> None:
        path = Path(name)
        self._program.executor.submit(
            "files",
            partial(self._write, delivery_id, path),
            lambda _: self.noticed.emit(_translate("Copy", "Saved as {path}").format(path=path)),
            self._on_failed,
        )

    def _write(self, delivery_id: int, path: Path) -> None:
        """Write the message as it goes out, byte for byte. Blocks."""
        try:
            with whole_file(path) as file:
                for part in self._program.raw(delivery_id):
                    file.write(part)
        except OSError as error:
            raise PersonError("file_unwritable", path=path, why=reason(error)) from error
        except Damaged as error:
            raise PersonError("message_damaged", why=error) from error

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, PersonError):
            raise error
        self.failed.emit(wording.error_sentence(error))


def file_name(subject: str) -> str:
    """Return a name for a message's file that every system takes, from its subject."""
    plain = "".join(" " if _is_unfit(each) else each for each in subject)
    name = " ".join(plain.split())[:_NAME_MOST].strip(" .")
    if not name or name.partition(".")[0].casefold() in _DEVICES:
        name = f"message {name}".strip()
    return f"{name}.eml"


def _is_unfit(char: str) -> bool:
    return char in '<>:"/\\|?*' or unicodedata.category(char).startswith("C")
