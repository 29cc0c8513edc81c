"""Looking for what is not confirmed in the Sent folders: behind the window, with a word of progress and an answer."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Signal

from core.accounts.sent import GOING, Looked
from core.errors import PersonError
from core.mail.stop import Stop
from core.outbox.moves import Moved
from core.program import Program
from gui import operations, wording
from gui.notices import NoticeBar
from gui.said import said

_translate = QCoreApplication.translate


class Checking(QObject):
    """Does the command Check. What was found is settled by the outbox, and shown in its row as every other change.

    `looking_changed(frozenset[int])`: these deliveries are being looked for now. `mend_requested(str)`: an account's
    Sent folder is to be set up. `cancel_requested(tuple[int, ...])`: these were found, and are not to go again.
    """

    looking_changed = Signal(object)
    cancel_requested = Signal(tuple)
    mend_requested = Signal(str)

    def __init__(self, program: Program, notices: NoticeBar, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._notices = notices
        #: What breaks off the look that is under way; one at a time, so that a server that hangs keeps one thread.
        self._stop: Stop | None = None
        self._running: frozenset[int] = frozenset()
        #: Asked for while one is under way: the next look.
        self._next: frozenset[int] = frozenset()
        #: What came of the looks since nothing was under way: it is answered for all of them.
        self._looked: list[Looked] = []
        self._moved = Moved()

    @property
    def looking(self) -> frozenset[int]:
        """The deliveries that are being looked for now, or next."""
        return self._running | self._next

    def check(self, ids: Iterable[int]) -> None:
        """Look for these; those that are being looked for already are left to that, others come after it."""
        wanted = frozenset(ids) - self.looking
        if not wanted:
            return
        self._next |= wanted
        self._notices.show_notice(
            _translate("Check", "Looking in the Sent folder…"), word=_translate("Check", "Stop"), act=self.stop
        )
        self.looking_changed.emit(self.looking)
        if self._stop is None:
            self._begin()

    def stop(self) -> None:
        """Break off the look that is under way, and begin none after it."""
        self._next = frozenset()
        if self._stop is not None:
            self._stop.set()

    def _begin(self) -> None:
        stop = self._stop = Stop()
        self._running, self._next = self._next, frozenset()
        self._program.executor.submit(
            "accounts", partial(self._program.look_for, sorted(self._running), stop), self._on_looked, self._on_failed
        )

    def _on_looked(self, looked: tuple[Looked, ...]) -> None:
        sightings = [each.sighting for each in looked if each.sighting is not None]
        if not sightings:
            self._end(looked, Moved())
            return
        order = self._program.outbox.sighted(sightings)
        order.then(partial(self._end, looked), self._on_failed)

    def _end(self, looked: Sequence[Looked], moved: Moved) -> None:
        self._looked += looked
        self._moved = Moved(self._moved.ids + moved.ids, self._moved.refused + moved.refused)
        operations.catch_up(self._program)
        if self._next:
            self._begin()
            self.looking_changed.emit(self.looking)
            return
        is_stopped = self._stop is not None and self._stop.is_set
        whole, settled = tuple(self._looked), self._moved
        self._forget()
        if not whole:
            words = _translate("Check", "Stopped.") if is_stopped else _translate("Check", "Nothing to look for.")
            self._notices.show_notice(words)
            return
        word, act = self._way_out(whole, settled)
        is_settled = len(settled.ids) == len(whole)
        tone = "on-the-way" if is_settled else "waiting"
        self._notices.show_notice(
            answer_words(whole, settled, self._program.clock.now_ms()), tone=tone, word=word, act=act
        )

    def _on_failed(self, error: BaseException) -> None:
        self._forget()
        if not isinstance(error, PersonError):
            self._notices.clear()
            raise error
        if error.code != "outbox_closed":
            self._notices.show_notice(wording.error_sentence(error), tone="failed")

    def _forget(self) -> None:
        self._stop = None
        self._running = self._next = frozenset()
        self._looked, self._moved = [], Moved()
        self.looking_changed.emit(self.looking)

    def _way_out(self, looked: Sequence[Looked], moved: Moved) -> tuple[str, Callable[[], None] | None]:
        """Return what can be done: about what was found and goes again, or about an account without a Sent folder."""
        if late := [each.delivery.id for each in looked if is_late(each, moved)]:
            return _translate("Check", "Cancel"), partial(self.cancel_requested.emit, tuple(late))
        for each in looked:
            is_known = self._program.accounts.find(each.delivery.account) is not None
            if is_known and each.problem is not None and each.problem.code in _TO_SET_UP:
                return _translate("Check", "Set it up"), partial(self.mend_requested.emit, each.delivery.account)
        return "", None


_TO_SET_UP = frozenset(
    {"sent_not_set", "sent_none", "sent_no_folder", "imap_not_tls", "imap_tls_not_offered", "imap_auth_in_clear"}
)


def is_late(looked: Looked, moved: Moved) -> bool:
    """Say whether this was found when it was on its way once more."""
    found = looked.sighting is not None and looked.sighting.is_found
    return found and dict(moved.refused).get(looked.delivery.id) in GOING


def answer_words(looked: Sequence[Looked], moved: Moved, now_ms: int) -> str:
    """Say what came of a look: of one delivery all, of several how many were found, and of the rest the first."""
    settled = set(moved.ids)
    left = [each for each in looked if each.delivery.id not in settled]
    if len(looked) == 1:
        return _words_of(looked[0], moved, now_ms)
    words = _translate("Check", "{found} of {count} found in the Sent folder.").format(
        found=wording.count(len(settled)), count=wording.count(len(looked))
    )
    # What goes twice if nobody does something is said first; a trouble says more than that something is not there.
    left.sort(key=lambda each: (not is_late(each, moved), each.problem is None))
    return wording.sentences(words, _words_of(left[0], moved, now_ms)) if left else words


def _words_of(looked: Looked, moved: Moved, now_ms: int) -> str:
    if looked.problem is not None:
        return wording.problem_sentence(looked.problem)
    assert looked.sighting is not None, "a look brings one or the other"
    if looked.delivery.id in moved.ids:
        return wording.code_sentence("sent_found", {"where": looked.sighting.where})
    if looked.sighting.is_found:
        if is_late(looked, moved):
            return wording.code_sentence("sent_found_late", {"where": looked.sighting.where})
        return _translate("Check", "Found in {where}; something else became of it meanwhile.").format(
            where=said(looked.sighting.where)
        )
    return wording.not_there(looked.sighting.where, now_ms, now_ms)
