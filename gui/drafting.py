"""Keeps what is in the form: by itself while it is typed, and set aside when something else comes in."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from core.clock import Clock
from core.outbox.notification import Draft, SavedDraft, new_token, new_ulid
from core.outbox.outbox import Outbox

#: After the last key, so that one sentence is one write; a crash costs at most this much typing.
_REST_MS = 500


class DraftKeeper(QObject):
    """Owns which draft is in the form, and the token under which it is sent.

    A press of Send and its repetition have the same token, so a draft is accepted once. A draft that is edited after
    it was refused is another one and gets another token.
    """

    def __init__(self, outbox: Outbox, clock: Clock, read: Callable[[], Draft], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outbox = outbox
        self._clock = clock
        self._read = read
        self._kept: Draft | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST_MS)
        self._timer.timeout.connect(self.keep)
        self.begin()

    def begin(self, saved: SavedDraft | None = None) -> None:
        """Begin with an empty form, or with a kept draft that was put into it."""
        self._timer.stop()
        self.draft_id = new_ulid(self._clock.now_ms()) if saved is None else saved.id
        self.token = new_token()
        self._kept = None if saved is None else saved.draft

    @Slot()
    def on_edited(self) -> None:
        """Have the form kept when typing rests."""
        self.token = new_token()
        self._timer.start()

    @Slot()
    def keep(self) -> None:
        """Keep the form now, behind the window, if it changed; forget its draft when nothing is left of it."""
        self._timer.stop()
        draft = self._read()
        if draft.is_blank:
            if self._kept is not None:
                self._kept = None
                self._outbox.drop_draft(self.draft_id).then()
        elif draft != self._kept:
            self._kept = draft
            self._outbox.save_draft(self.draft_id, draft).then()

    def set_aside(self, done: Callable[[], None] | None = None) -> bool:
        """Put what is in the form under Drafts and begin anew. False when there is nothing to put aside."""
        draft = self._read()
        if draft.is_blank:
            self.keep()
            self.begin()
            return False
        self._outbox.set_aside(self.draft_id, draft).then(None if done is None else lambda _: done())
        self.begin()
        return True

    def stop(self) -> None:
        """Forget the wish to keep: the draft was accepted, and its kept form went with the same commit."""
        self._timer.stop()
