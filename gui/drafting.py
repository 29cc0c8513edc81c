"""Keeps what is in the form: by itself while it is typed, and set aside when something else comes in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot

from core.clock import Clock
from core.outbox.notification import Attachment, Draft, SavedDraft, new_token, new_ulid
from core.outbox.outbox import Outbox

#: After the last key, so that one sentence is one write; a crash costs at most this much typing.
_REST_MS = 500


class DraftKeeper(QObject):
    """Owns which draft is in the form, and the token under which it is sent.

    A press of Send and its repetition have the same token, so a draft is accepted once. A draft that is edited after
    it was refused is another one and gets another token. What the disk refuses to keep stays here and is tried again
    with the next write.
    """

    def __init__(self, outbox: Outbox, clock: Clock, read: Callable[[], Draft], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outbox = outbox
        self._clock = clock
        self._read = read
        self._kept: Draft | None = None
        self._is_sending = False
        #: Drafts that were set aside, but are not on disk yet, by their ids.
        self._unkept: dict[str, Draft] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST_MS)
        self._timer.timeout.connect(self.keep)
        self.begin()

    def begin(self, saved: SavedDraft | None = None) -> None:
        """Begin with an empty form, or with a kept draft that was put into it."""
        self._timer.stop()
        self._is_sending = False
        self.draft_id = new_ulid(self._clock.now_ms()) if saved is None else saved.id
        self.token = new_token()
        self._kept = None if saved is None else saved.draft
        self._unkept.pop(self.draft_id, None)

    def begin_send(self) -> None:
        """Leave the form to the send under way: keeping it now would bring it back after it was accepted."""
        self._timer.stop()
        self._is_sending = True

    def end_send(self) -> None:
        """Take the form back, because it was refused, and keep it."""
        self._is_sending = False
        self.keep()

    @Slot()
    def on_edited(self) -> None:
        """Have the form kept when typing rests."""
        self.token = new_token()
        if not self._is_sending:
            self._timer.start()

    @Slot()
    def keep(self) -> None:
        """Keep the form now, behind the window, if it changed; forget its draft when nothing is left of it."""
        self._timer.stop()
        self._keep_aside()
        if self._is_sending:
            return
        draft = self._read()
        if draft.is_blank:
            if self._kept is not None:
                self._kept = None
                self._outbox.drop_draft(self.draft_id).then()
        elif draft != self._kept:
            self._kept = draft
            self._outbox.save_draft(self.draft_id, draft).then(failed=partial(self._on_not_kept, self.draft_id))

    def set_aside(self, done: Callable[[], None], *, is_more_coming: bool = False) -> bool:
        """Put what is in the form under Drafts and begin anew. False when there is nothing to put aside.

        `is_more_coming`: a file for it is still being copied, see `add`. `done` is called when the drafts changed.
        """
        draft, draft_id = self._read(), self.draft_id
        if draft.is_blank and not is_more_coming:
            self.keep()
            self.begin()
            return False
        self.begin()
        self._put_aside(draft_id, draft, done)
        return True

    def set_copy_aside(self, draft: Draft, done: Callable[[], None]) -> str:
        """Put what a draft says now under Drafts, as another one, and return its id. The form goes on with its own."""
        copy_id = new_ulid(self._clock.now_ms())
        self._put_aside(copy_id, draft, done)
        return copy_id

    def drop_aside(self, draft_id: str, done: Callable[[], None]) -> None:
        """Forget a draft that was set aside: what is in it is in the form again."""
        self._unkept.pop(draft_id, None)
        self._outbox.drop_draft(draft_id).then(lambda _: done())

    def add(self, draft_id: str, draft: Draft, file: Attachment, done: Callable[[], None]) -> Draft:
        """Add to a draft that was set aside a file whose copy has ended since; return the draft with it."""
        whole = replace(draft, attachments=(*draft.attachments, file))
        self._put_aside(draft_id, whole, done)
        return whole

    def unkept(self) -> tuple[SavedDraft, ...]:
        """Return what was set aside and is not on disk yet."""
        now = self._clock.now_ms()
        return tuple(SavedDraft(draft_id, draft, now, False) for draft_id, draft in self._unkept.items())

    def take_unkept(self, drafts: Sequence[SavedDraft]) -> None:
        """Try again to keep what another keeper could not."""
        self._unkept |= {each.id: each.draft for each in drafts}
        self._keep_aside()

    def _put_aside(self, draft_id: str, draft: Draft, done: Callable[[], None]) -> None:
        self._unkept[draft_id] = draft

        def kept(_: None) -> None:
            if self._unkept.get(draft_id) == draft:
                del self._unkept[draft_id]
            done()

        def not_kept(error: BaseException) -> None:
            done()
            raise error

        self._outbox.set_aside(draft_id, draft).then(kept, not_kept)

    def _keep_aside(self) -> None:
        for draft_id, draft in tuple(self._unkept.items()):
            self._put_aside(draft_id, draft, lambda: None)

    def _on_not_kept(self, draft_id: str, error: BaseException) -> None:
        if draft_id == self.draft_id:
            self._kept = None  # so that the next one tries again
        raise error
