"""A subject and a message that come into the form while all else in it stays, and how they are taken out again."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from gui.compose.form import ComposePane
from gui.compose.placeholders import select_first
from gui.drafting import DraftKeeper


@dataclass(frozen=True)
class _Fill:
    """What was put in, and what it took the place of."""

    draft_id: str
    before: tuple[str, str]
    after: tuple[str, str]
    #: The draft under which what was there is kept; "" where nothing was.
    aside: str


class Filling(QObject):
    """Fills the form and never overwrites: a text that was there is kept under Drafts.

    Ctrl+Z in a field that has nothing of its own to undo takes out what was put in, as long as it was not changed.
    `taken_out()`: what was there before is in the form again, and no draft any more.
    """

    taken_out = Signal()

    def __init__(
        self, pane: ComposePane, keeper: DraftKeeper, drafts_changed: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._keeper = keeper
        self._drafts_changed = drafts_changed
        self._last: _Fill | None = None
        self._editors = (pane.recipients.editor(), pane.subject, pane.message)
        for editor in self._editors:
            editor.installEventFilter(self)

    def fill(self, subject: str, text: str) -> bool:
        """Put them in; "" leaves that field as it is. Goes to the first placeholder, else to what is to be done next.

        True: another subject or message was there, and is kept under Drafts.
        """
        before = self._letter()
        after = (subject or before[0], text or before[1])
        is_lost = any(old.strip() and old != new for old, new in zip(before, after, strict=True))
        aside = self._keeper.set_copy_aside(self._pane.draft(), self._drafts_changed) if is_lost else ""
        if after != before:
            self._pane.set_letter(*after)
            self._last = _Fill(self._keeper.draft_id, before, after, aside)
        if not select_first(self._pane):
            self._pane.focus_message() if self._pane.draft().to else self._pane.focus_to()
        return is_lost

    @property
    def can_take_out(self) -> bool:
        """True while what was put in last stands in the form as it came."""
        last = self._last
        is_there = last is not None and last.draft_id == self._keeper.draft_id and last.after == self._letter()
        return is_there and not self._pane.is_saving()

    def take_out(self) -> None:
        """Bring back what was there before the last fill. What was changed since is kept under Drafts."""
        last, self._last = self._last, None
        if last is None or last.draft_id != self._keeper.draft_id or self._pane.is_saving():
            return
        if last.after != self._letter():
            self._keeper.set_copy_aside(self._pane.draft(), self._drafts_changed)
        self._pane.set_letter(*last.before)
        if last.aside:
            self._keeper.drop_aside(last.aside, self._drafts_changed)
        self.taken_out.emit()

    def _letter(self) -> tuple[str, str]:
        return self._pane.subject.text(), self._pane.message.toPlainText()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() not in kinds or not isinstance(event, QKeyEvent):
            return False
        if not event.matches(QKeySequence.StandardKey.Undo) or not self.can_take_out:
            return False
        if any(editor is watched and editor.can_undo() for editor in self._editors):
            return False
        if event.type() == QEvent.Type.KeyPress:
            self.take_out()
        event.accept()
        return True
