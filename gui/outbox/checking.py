"""Looking for what is not confirmed in the Sent folders: behind the window, with a word of progress and an answer."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Signal

from core.accounts.sent import Looked
from core.errors import PersonError
from core.mail.stop import Stop
from core.outbox.moves import Moved
from core.program import Program
from gui import operations, wording
from gui.notices import NoticeBar

_translate = QCoreApplication.translate


class Checking(QObject):
    """Does the command Check. What was found is settled by the outbox, and shown in its row as every other change.

    `looking_changed(frozenset[int])`: these deliveries are being looked for now. `mend_requested(str)`: an account's
    Sent folder is to be set up.
    """

    looking_changed = Signal(object)
    mend_requested = Signal(str)

    def __init__(self, program: Program, notices: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._program = program
        self._notices = notices
        #: By what breaks it off, the deliveries of each look that is under way.
        self._looks: dict[Stop, frozenset[int]] = {}

    @property
    def looking(self) -> frozenset[int]:
        """The deliveries that are being looked for now."""
        return frozenset[int]().union(*self._looks.values())

    def check(self, ids: Iterable[int]) -> None:
        """Look for these; those that are being looked for already are left to that."""
        wanted = frozenset(ids) - self.looking
        if not wanted:
            return
        stop = Stop()
        self._looks[stop] = wanted
        self._notices.show_notice(
            _translate("Check", "Looking in the Sent folder…"), word=_translate("Check", "Stop"), act=stop.set
        )
        self.looking_changed.emit(self.looking)
        self._program.executor.submit(
            "accounts",
            partial(self._program.look_for, sorted(wanted), stop),
            partial(self._on_looked, stop),
            partial(self._on_failed, stop),
        )

    def stop(self) -> None:
        """Break off every look: the program is quitting."""
        for stop in tuple(self._looks):
            stop.set()

    def _on_looked(self, stop: Stop, looked: tuple[Looked, ...]) -> None:
        sightings = [each.sighting for each in looked if each.sighting is not None]
        if not sightings:
            self._end(stop, looked, Moved())
            return
        order = self._program.outbox.sighted(sightings)
        order.then(partial(self._end, stop, looked), partial(self._on_failed, stop))

    def _end(self, stop: Stop, looked: Sequence[Looked], moved: Moved) -> None:
        self._forget(stop)
        operations.catch_up(self._program)
        if not looked:
            words = _translate("Check", "Stopped.") if stop.is_set else _translate("Check", "Nothing to look for.")
            self._notices.show_notice(words)
            return
        word, act = self._way_out(looked)
        is_settled = len(moved.ids) == len(looked)
        tone = "on-the-way" if is_settled else "waiting"
        self._notices.show_notice(
            answer_words(looked, moved, self._program.clock.now_ms()), tone=tone, word=word, act=act
        )

    def _on_failed(self, stop: Stop, error: BaseException) -> None:
        self._forget(stop)
        if not isinstance(error, PersonError):
            self._notices.clear()
            raise error
        if error.code != "outbox_closed":
            self._notices.show_notice(wording.error_sentence(error), tone="failed")

    def _forget(self, stop: Stop) -> None:
        self._looks.pop(stop, None)
        self.looking_changed.emit(self.looking)

    def _way_out(self, looked: Sequence[Looked]) -> tuple[str, Callable[[], None] | None]:
        """Return what can be done about an account that has no Sent folder, or not the one that it names."""
        for each in looked:
            is_known = self._program.accounts.find(each.delivery.account) is not None
            if is_known and each.problem is not None and each.problem.code in _TO_SET_UP:
                return _translate("Check", "Set it up"), partial(self.mend_requested.emit, each.delivery.account)
        return "", None


_TO_SET_UP = frozenset({"sent_not_set", "sent_none", "sent_no_folder", "imap_not_tls", "imap_tls_not_offered"})


def answer_words(looked: Sequence[Looked], moved: Moved, now_ms: int) -> str:
    """Say what came of a look: of one delivery all, of several how many were found, and of the rest the first."""
    settled = set(moved.ids)
    left = [each for each in looked if each.delivery.id not in settled]
    if len(looked) == 1:
        return _words_of(looked[0], now_ms, is_settled=not left)
    words = _translate("Check", "{found} of {count} found in the Sent folder.").format(
        found=wording.count(len(settled)), count=wording.count(len(looked))
    )
    # A trouble says more than that something is not there.
    left.sort(key=lambda each: each.problem is None)
    return f"{words} {_words_of(left[0], now_ms, is_settled=False)}" if left else words


def _words_of(looked: Looked, now_ms: int, *, is_settled: bool) -> str:
    if looked.problem is not None:
        return wording.problem_sentence(looked.problem)
    assert looked.sighting is not None, "a look brings one or the other"
    if is_settled:
        return wording.code_sentence("sent_found", {"where": looked.sighting.where})
    if looked.sighting.is_found:
        return _translate("Check", "Something else became of it meanwhile.")
    return wording.not_there(looked.sighting.where, now_ms, now_ms)
