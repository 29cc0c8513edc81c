"""What becomes of the form: sent, taken back, set aside, taken up; and what comes into it."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal, Slot

from core.errors import DraftError, PersonError
from core.outbox.book_tables import Group
from core.outbox.mailto import read_mailto
from core.outbox.notification import Attachment, Draft, Receipt, Recipient, SavedDraft, Terms, new_token
from core.program import Program
from core.runner import TaskRunner
from gui import operations, wording
from gui.compose.filling import Filling
from gui.compose.form import ComposePane
from gui.compose.placeholders import PlaceholderCheck
from gui.drafting import DraftKeeper

_translate = QCoreApplication.translate

#: So many a person does not send in one go.
_TOOK_KEPT = 1000


@dataclass(frozen=True)
class InForm:
    """What is in the form, for a form that takes its place."""

    saved: SavedDraft
    #: What was accepted last, and the seconds in which it can still be taken back.
    last: Receipt | None
    undo_left_s: float
    #: As `Composing.took`.
    took: Sequence[tuple[int, float]]
    #: What was set aside and is not on disk yet.
    unkept: tuple[SavedDraft, ...]


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
        self._pressed_s = 0.0
        #: When a press of Send was accepted (ms since 1970, UTC), and how long it took from the press until the commit
        #: was told here (ms): the last ones since the window was opened. Nobody keeps it longer.
        self.took: deque[tuple[int, float]] = deque(maxlen=_TOOK_KEPT)
        #: The notification that is being taken back.
        self._taking_back = ""
        #: What comes into the form when the outbox has answered the send under way.
        self._later: list[Callable[[], None]] = []
        #: Drafts that were set aside while files for them were still being copied, and how many are.
        self._aside: dict[str, Draft] = {}
        self._copying: Counter[str] = Counter()
        #: Waits until the form can be exchanged for another.
        self._when_settled: Callable[[], None] | None = None
        self.keeper = DraftKeeper(program.outbox, program.clock, pane.draft, self)
        self.filling = Filling(pane, self.keeper, self._read_drafts, self)
        self._placeholders = PlaceholderCheck(pane, self)
        pane.send_requested.connect(self._on_pane_send_requested)
        pane.send_stopped.connect(self._settle)
        pane.still_saving.connect(self._on_pane_still_saving)
        pane.undo_requested.connect(self.undo)
        pane.undo_closed.connect(self.moved)
        pane.edited.connect(self._on_pane_edited)
        pane.search_requested.connect(self._on_pane_search_requested)
        pane.group_chosen.connect(self._on_pane_group_chosen)
        pane.attach_requested.connect(self._on_pane_attach_requested)

    @property
    def can_undo(self) -> bool:
        """True while what was accepted last can be taken back."""
        return self._last is not None and self._pane.strip.is_undo_open()

    # Sending

    @Slot()
    def _on_pane_send_requested(self) -> None:
        draft = self._pane.draft()
        if not self._placeholders.lets_go(draft):
            self._settle()
            return
        self._pane.set_saving(True)
        self._pressed_s = self._program.clock.monotonic_s()
        self.keeper.begin_send()
        self._program.attempts.step_aside()
        operations.send(
            self._program,
            self._runner,
            draft,
            Terms(undo_s=self._undo_s(), at_ms=draft.at_ms, not_after_ms=draft.not_after_ms),
            token=self.keeper.token,
            draft_id=self.keeper.draft_id,
            confirm=self._on_accepted,
            refuse=self._on_refused,
        )

    @Slot()
    def send_test(self) -> None:
        """Send what is in the form to the sender's own address; the form stays as it is."""
        if not self._pane.is_saving():
            self._pane.commit_input_method()
            QTimer.singleShot(0, self, self._send_test)

    def _send_test(self) -> None:
        self._pane.settle()
        draft = self._pane.draft()
        own = self._program.sender_of(draft.account)
        operations.send(
            self._program,
            self._runner,
            replace(draft, to=(own,), unread_to=(), query="", at_ms=None, not_after_ms=None),
            Terms(),
            token=new_token(),
            draft_id=None,
            confirm=self._on_test_accepted,
            refuse=self._on_test_refused,
        )

    def _on_test_accepted(self, receipt: Receipt) -> None:
        self.accepted.emit(receipt)
        self.noticed.emit(
            _translate("Form", "A test goes to {address}. What is typed is still here.").format(
                address=receipt.deliveries[0].to
            )
        )

    def _on_test_refused(self, error: BaseException) -> None:
        if isinstance(error, DraftError):
            self._pane.show_problems(error.problems)
        elif isinstance(error, PersonError):
            self._pane.show_error(wording.error_sentence(error))
        else:
            raise error

    @Slot()
    def _on_pane_still_saving(self) -> None:
        self._pane.show_still_saving(wording.still_saving(self._program.outbox.waits_for))

    def _on_accepted(self, receipt: Receipt) -> None:
        self._last = receipt
        self.took.append((receipt.accepted_at, (self._program.clock.monotonic_s() - self._pressed_s) * 1000))
        try:
            self._pane.show_accepted(receipt.accepted_at, self._undo_s())
            self.accepted.emit(receipt)
            self._paint_now()
        finally:
            self._program.attempts.go_on()
        # The same frame of the screen still shows what follows.
        self._pane.set_saving(False)
        self._pane.clear()
        self.keeper.begin()
        self._pane.focus_to()
        self.moved.emit()
        self._go_on()

    def _paint_now(self) -> None:
        """Paint "Accepted" and its row before anything else: the form's clearing, the group, the list's own reading.

        Else their work would go on before or beside the painting, and take twice as long.
        """
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        QCoreApplication.sendPostedEvents(self._pane.window(), QEvent.Type.UpdateRequest.value)

    def _on_refused(self, error: BaseException) -> None:
        self._program.attempts.go_on()
        self._pane.set_saving(False)
        if isinstance(error, DraftError):
            self._pane.show_problems(error.problems)
        elif isinstance(error, PersonError):
            self._pane.show_error(wording.error_sentence(error))
        else:
            self._pane.show_error(_translate("Form", "It was not accepted. Everything typed is still here."))
        self.keeper.end_send()
        self.moved.emit()
        self._go_on()
        if not isinstance(error, PersonError):
            raise error

    def _when_free(self, call: Callable[[], None]) -> None:
        """Do it now, or when the outbox has answered: what is being sent is not exchanged for something else."""
        if self._pane.is_saving():
            self._later.append(call)
        elif self._pane.is_send_coming():
            QTimer.singleShot(0, self, partial(self._when_free, call))
        else:
            call()

    def _go_on(self) -> None:
        later, self._later = self._later, []
        for call in later:
            self._when_free(call)
        self._settle()

    # Another form in its place

    def when_settled(self, call: Callable[[], None]) -> None:
        """Call it now, or as soon as nothing is under way whose answer is for this form: a send, an undo, a copy."""
        self._when_settled = call
        self._settle()

    @Slot()
    def _settle(self) -> None:
        if self._when_settled is None:
            return
        is_busy = self._pane.is_saving() or self._pane.is_send_coming() or self._taking_back or +self._copying
        if not is_busy:
            call, self._when_settled = self._when_settled, None
            call()

    def give_up(self) -> InForm:
        """Give away what is in the form. Call when settled; the form is empty then, and keeps nothing more."""
        self.keeper.keep()
        saved = SavedDraft(self.keeper.draft_id, self._pane.draft(), self._program.clock.now_ms(), True)
        undo_left_s = self._pane.strip.undo_left_s()
        given = InForm(saved, self._last, undo_left_s, tuple(self.took), self.keeper.unkept())
        self.keeper.begin()
        self._last = None
        self._pane.rest()
        self._pane.clear()
        return given

    def take_over(self, given: InForm) -> None:
        """Take what another form gave away. Call while this one is empty."""
        self._pane.set_draft(given.saved.draft)
        if not given.saved.draft.is_blank:
            self.keeper.begin(given.saved)
        self._last = given.last
        self.took.extend(given.took)
        self.keeper.take_unkept(given.unkept)
        if given.last is not None and given.undo_left_s > 0:
            self._pane.show_accepted(given.last.accepted_at, given.undo_left_s)
        self._read_drafts()
        self.moved.emit()

    # Taking back

    @Slot()
    def undo(self) -> None:
        """Take back what was accepted last, if it can be."""
        if self._last is not None and self.can_undo:
            self.take_back(self._last.notification)

    def take_back(self, notification: str) -> None:
        """Bring a notification back into the form, whole, as it was typed."""
        if self._taking_back == notification:
            return  # pressed twice
        self._taking_back = notification
        operations.undo(
            self._program,
            notification,
            partial(self._on_taken_back, notification),
            partial(self._on_not_taken_back, notification),
        )

    def _on_taken_back(self, notification: str, draft: Draft) -> None:
        is_last = self._end_taking_back(notification)

        def bring() -> None:
            if is_last:
                self._pane.rest()
            self._bring(draft)
            # It is in the outbox as cancelled only: a crash must not cost what came back.
            self.keeper.keep()

        self._when_free(bring)

    def _on_not_taken_back(self, notification: str, error: BaseException) -> None:
        is_last = self._end_taking_back(notification)
        self.moved.emit()
        if not isinstance(error, PersonError):
            raise error
        if is_last and not self._pane.is_saving():
            self._pane.show_error(wording.error_sentence(error))
        else:
            self.noticed.emit(wording.error_sentence(error))

    def _end_taking_back(self, notification: str) -> bool:
        """Say whether it was the one that was accepted last."""
        self._taking_back = ""
        QTimer.singleShot(0, self, self._settle)  # after it is back in the form
        is_last = self._last is not None and self._last.notification == notification
        if is_last:
            self._last = None
        return is_last

    # What comes into the form

    def bring(self, draft: Draft, saved: SavedDraft | None = None) -> None:
        """Show a draft in the form, after setting aside what is there."""
        self._when_free(partial(self._bring, draft, saved))

    def _bring(self, draft: Draft, saved: SavedDraft | None = None) -> None:
        self._set_aside()
        self._pane.set_draft(draft)
        if saved is not None:
            self.keeper.begin(saved)
            self._program.outbox.take_up(saved.id).then(lambda _: self._read_drafts())
        else:
            self.keeper.on_edited()
        self._pane.focus_message() if draft.to else self._pane.focus_to()
        self.moved.emit()

    def fill(self, subject: str, text: str, done: Callable[[bool], None] = lambda _: None) -> None:
        """Put a template's subject and message into the form; all else in it stays.

        `done` is called with whether a text that was there is kept under Drafts now.
        """
        self._when_free(lambda: done(self.filling.fill(subject, text)))

    def bring_words(self, words: Sequence[str]) -> None:
        """Take what a start was given: a `mailto:` fills the form, never sends."""
        for word in words:
            try:
                self.bring(replace(read_mailto(word), account=self._pane.account_of_next()))
            except PersonError as error:
                self.noticed.emit(wording.error_sentence(error))
            else:
                self._when_free(self.keeper.keep)  # at once: who handed it over has gone

    @Slot()
    def new(self) -> None:
        """Begin an empty message; what was in the form is set aside."""
        self._when_free(self._new)

    def _new(self) -> None:
        self._set_aside()
        self._pane.clear()
        self._pane.focus_to()
        self.moved.emit()

    def _set_aside(self) -> None:
        draft_id, draft = self.keeper.draft_id, self._pane.draft()
        is_copying = self._copying[draft_id] > 0
        if self.keeper.set_aside(self._read_drafts, is_more_coming=is_copying):
            if is_copying:
                self._aside[draft_id] = draft
            self.noticed.emit(_translate("Form", "What was in the form is kept under File ▸ Drafts."))

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
            self._program.outbox.set_aside(saved.id, saved.draft).then(lambda _: self._read_drafts())
        if left:
            self.noticed.emit(_translate("Form", "What was in the form before is kept under File ▸ Drafts."))
        self._read_drafts()
        self.moved.emit()

    def take_up(self, saved: SavedDraft) -> None:
        """Bring a draft that was set aside into the form."""
        self.bring(saved.draft, saved)

    def read_drafts(self) -> None:
        """Read the drafts again: somebody was forgotten in them."""
        self._read_drafts()

    def _read_drafts(self) -> None:
        self._program.executor.submit("reads", self._program.reader.drafts, self._on_drafts)

    def _on_drafts(self, drafts: tuple[SavedDraft, ...]) -> None:
        unkept = self.keeper.unkept()
        hidden = {saved.id for saved in unkept} | {self.keeper.draft_id}
        self.drafts_changed.emit((*unkept, *(each for each in drafts if not each.is_open and each.id not in hidden)))

    # Typing

    @Slot()
    def _on_pane_edited(self) -> None:
        self.keeper.on_edited()
        self.moved.emit()

    @Slot(str)
    def _on_pane_search_requested(self, words: str) -> None:
        operations.search(self._program, words, partial(self._pane.show_matches, words))

    @Slot(object, str)
    def _on_pane_group_chosen(self, group: Group, words: str) -> None:
        draft_id = self.keeper.draft_id

        def add(recipients: tuple[Recipient, ...]) -> None:
            if draft_id == self.keeper.draft_id:
                self._pane.recipients.add(recipients, words)

        operations.members(self._program, group, lambda recipients: self._when_free(partial(add, recipients)))

    def write_to(self, recipients: Sequence[Recipient]) -> None:
        """Put recipients into To, behind those that are there."""

        def add() -> None:
            self._pane.recipients.add(recipients)
            self._pane.focus_subject()

        self._when_free(add)

    @Slot(list)
    def _on_pane_attach_requested(self, paths: list[Path]) -> None:
        draft_id = self.keeper.draft_id
        self._copying[draft_id] += len(paths)
        attached, failed = partial(self._on_attached, draft_id), partial(self._on_not_attached, draft_id)
        operations.attach(self._program, paths, attached, failed)

    def _on_attached(self, draft_id: str, path: Path, file: Attachment) -> None:
        self._copying[draft_id] -= 1
        if draft_id == self.keeper.draft_id:
            self._pane.add_attachment(path, file)
            self.keeper.keep()  # at once: what was worth a copy does not wait for the next key, nor for a quit
        elif (draft := self._aside.get(draft_id)) is not None:
            self._aside[draft_id] = self.keeper.add(draft_id, draft, file, self._read_drafts)
        self._end_copying(draft_id)

    def _on_not_attached(self, draft_id: str, path: Path, error: PersonError) -> None:
        self._copying[draft_id] -= 1
        self._end_copying(draft_id)
        if draft_id == self.keeper.draft_id:
            self._pane.attachment_failed(path, wording.error_sentence(error))
        else:
            self.noticed.emit(wording.error_sentence(error))

    def _end_copying(self, draft_id: str) -> None:
        if self._copying[draft_id] <= 0:
            del self._copying[draft_id]
            self._aside.pop(draft_id, None)
        QTimer.singleShot(0, self, self._settle)
