"""What becomes of the form: sent, taken back, set aside, taken up; and what comes into it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from core.errors import DraftError, PersonError
from core.outbox.mailto import read_mailto
from core.outbox.notification import Attachment, Draft, Receipt, SavedDraft, Terms
from core.program import Program
from core.runner import TaskRunner
from gui import operations, wording
from gui.compose.form import ComposePane
from gui.drafting import DraftKeeper

_translate = QCoreApplication.translate


class Composing(QObject):
    """Stands between the form and the outbox. What is in the form is never overwritten: it is set aside first.

    `accepted(Receipt)`: the outbox holds what was sent, and the form says so. `moved()`: what can be undone or is in
    the form has changed. `drafts_changed(tuple[SavedDraft])`: those that are set aside. `noticed(str)`: a sentence.
    """

    accepted = Signal(object)
    moved = Signal()
    drafts_changed = Signal(object)
    noticed = Signal(str)

    def __init__(
        self, pane: ComposePane, program: Program, runner: TaskRunner, undo_s: Callable[[], int], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._program = program
        self._runner = runner
        self._undo_s = undo_s
        self._last: Receipt | None = None
        self.keeper = DraftKeeper(program.outbox, program.clock, pane.draft, self)
        pane.send_requested.connect(self._on_pane_send_requested)
        pane.undo_requested.connect(self.undo)
        pane.undo_closed.connect(self.moved)
        pane.edited.connect(self._on_pane_edited)
        pane.search_requested.connect(self._on_pane_search_requested)
        pane.attach_requested.connect(self._on_pane_attach_requested)

    @property
    def can_undo(self) -> bool:
        """True while what was accepted last can be taken back."""
        return self._last is not None and self._pane.strip.is_undo_open()

    # Sending

    @Slot()
    def _on_pane_send_requested(self) -> None:
        draft = self._pane.draft()
        self._pane.set_saving(True)
        self.keeper.stop()
        operations.send(
            self._program,
            self._runner,
            draft,
            Terms(undo_s=self._undo_s()),
            token=self.keeper.token,
            draft_id=self.keeper.draft_id,
            confirm=self._on_accepted,
            refuse=self._on_refused,
        )

    def _on_accepted(self, receipt: Receipt) -> None:
        self._last = receipt
        self._pane.set_saving(False)
        self._pane.clear()
        self.keeper.begin()
        self._pane.show_accepted(receipt.accepted_at, self._undo_s())
        self._pane.focus_to()
        self.accepted.emit(receipt)
        self.moved.emit()

    def _on_refused(self, error: BaseException) -> None:
        self._pane.set_saving(False)
        if isinstance(error, DraftError):
            self._pane.show_problems(error.problems)
        elif isinstance(error, PersonError):
            self._pane.show_error(wording.error_sentence(error))
        else:
            self._pane.show_error(_translate("Form", "It was not accepted. Everything typed is still here."))
        self.keeper.keep()
        if not isinstance(error, PersonError):
            raise error

    # Taking back

    @Slot()
    def undo(self) -> None:
        """Take back what was accepted last, if it can be."""
        if self._last is not None and self.can_undo:
            self.take_back(self._last.notification)

    def take_back(self, notification: str) -> None:
        """Bring a notification back into the form, whole, as it was typed."""
        operations.undo(self._program, notification, self._on_taken_back, self._on_not_taken_back)

    def _on_taken_back(self, draft: Draft) -> None:
        self._last = None
        self._pane.rest()
        self.bring(draft)

    def _on_not_taken_back(self, error: BaseException) -> None:
        if not isinstance(error, PersonError):
            raise error
        self._last = None
        self._pane.show_error(wording.error_sentence(error))
        self.moved.emit()

    # What comes into the form

    def bring(self, draft: Draft, saved: SavedDraft | None = None) -> None:
        """Show a draft in the form, after setting aside what is there."""
        if self.keeper.set_aside(self._read_drafts):
            self.noticed.emit(_translate("Form", "What was in the form is kept under File ▸ Drafts."))
        self._pane.set_draft(draft)
        if saved is not None:
            self.keeper.begin(saved)
            self._program.outbox.take_up(saved.id).then(lambda _: self._read_drafts())
        else:
            self.keeper.on_edited()
        self._pane.focus_message() if draft.to else self._pane.focus_to()
        self.moved.emit()

    def bring_words(self, words: Sequence[str]) -> None:
        """Take what a start was given: a `mailto:` fills the form, never sends."""
        for word in words:
            try:
                self.bring(read_mailto(word))
            except PersonError as error:
                self.noticed.emit(wording.error_sentence(error))

    @Slot()
    def new(self) -> None:
        """Begin an empty message; what was in the form is set aside."""
        is_kept = self.keeper.set_aside(self._read_drafts)
        self._pane.clear()
        self._pane.focus_to()
        if is_kept:
            self.noticed.emit(_translate("Form", "What was in the form is kept under File ▸ Drafts."))
        self.moved.emit()

    def open(self) -> None:
        """Bring back what was in the form when the program ended, however it ended."""
        self._program.executor.submit("reads", self._program.reader.drafts, self._on_drafts_at_start)

    def _on_drafts_at_start(self, drafts: tuple[SavedDraft, ...]) -> None:
        left = [saved for saved in drafts if saved.is_open and saved.id != self.keeper.draft_id]
        if left and self._pane.is_blank():
            first = left.pop(0)
            self._pane.set_draft(first.draft)
            self.keeper.begin(first)
        for saved in left:
            self._program.outbox.set_aside(saved.id, saved.draft).then()
        self._read_drafts()
        self.moved.emit()

    def take_up(self, saved: SavedDraft) -> None:
        """Bring a draft that was set aside into the form."""
        self.bring(saved.draft, saved)

    def _read_drafts(self) -> None:
        self._program.executor.submit("reads", self._program.reader.drafts, self._on_drafts)

    def _on_drafts(self, drafts: tuple[SavedDraft, ...]) -> None:
        self.drafts_changed.emit(tuple(saved for saved in drafts if not saved.is_open))

    # Typing

    @Slot()
    def _on_pane_edited(self) -> None:
        self.keeper.on_edited()
        self.moved.emit()

    @Slot(str)
    def _on_pane_search_requested(self, words: str) -> None:
        operations.search(self._program, words, partial(self._pane.show_matches, words))

    @Slot(list)
    def _on_pane_attach_requested(self, paths: list[Path]) -> None:
        operations.attach(self._program, paths, self._on_attached, self._on_not_attached)

    def _on_attached(self, path: Path, file: Attachment) -> None:
        self._pane.add_attachment(path, file)

    def _on_not_attached(self, path: Path, error: PersonError) -> None:
        self._pane.attachment_failed(path, wording.error_sentence(error))
