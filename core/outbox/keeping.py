"""Keeping: what ended long enough ago is deleted, a little at a time, and the files that nothing needs any more."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.clock import Clock
from core.errors import PersonError
from core.executor import Executor
from core.outbox import draft_json
from core.outbox.outbox import Outbox
from core.outbox.reader import Reader
from core.outbox.removals import REMOVED_AT_ONCE
from core.outbox.spool import Spool
from core.outbox.states import State

#: So often (s) what is kept is looked through while the program runs.
ONCE_A_DAY_S = 24 * 3600
_DAY_MS = ONCE_A_DAY_S * 1000
#: Numbers of deliveries that one reading looks at: some milliseconds.
_LOOKED_AT = 8192
#: A file that was attached later than this ago stays: the form it is in may not be in the outbox yet.
_FRESH_MS = _DAY_MS
#: Stands in the draft of nearly every message, which need not be read then.
_NO_FILES = '"attachments":[]'


@dataclass(frozen=True)
class Terms:
    """How long what has ended is kept; 0: for ever."""

    sent_days: int = 0
    ended_days: int = 0


class Keeping:
    """Keeps to what a person chose. One look at a time, on the pool `accounts`: nobody waits for it there.

    Sending goes on: each commit deletes a few, and others come between. Whatever breaks it off, the next look goes on.
    """

    def __init__(
        self,
        outbox: Outbox,
        reader: Reader,
        spool: Spool,
        clock: Clock,
        executor: Executor,
        *,
        terms: Callable[[], Terms],
        named_files: Callable[[bytes], tuple[str, ...]],
    ) -> None:
        self._outbox = outbox
        self._reader = reader
        self._spool = spool
        self._clock = clock
        self._executor = executor
        self._terms = terms
        self._named_files = named_files
        self._lock = threading.Lock()
        self._is_looking = False
        self._must_look_again = False

    def begin(self) -> None:
        """Look behind whoever asks; while a look is under way, once more after it. Callable from any thread."""
        with self._lock:
            self._must_look_again = self._is_looking
            if self._is_looking:
                return
            self._is_looking = True
        try:
            self._executor.start("accounts", self._look_on)
        except PersonError:  # the program ends
            with self._lock:
                self._is_looking = False

    def _look_on(self) -> None:
        while True:
            try:
                self.look()
            except BaseException as error:
                with self._lock:
                    self._is_looking = False
                if isinstance(error, PersonError):
                    if error.code == "outbox_closed":
                        return
                    raise PersonError("keeping_failed", why=error) from error
                raise
            with self._lock:
                self._is_looking = self._must_look_again
                self._must_look_again = False
                if not self._is_looking:
                    return

    def count(self, terms: Terms) -> int:
        """Return how many deliveries these times would delete now. Blocks, on the `reads` pool."""
        sent_before, ended_before = self._times(terms)
        with self._reader.snapshot() as db:
            row = db.execute(
                "SELECT count(*) FROM delivery WHERE state = 'sent' AND coalesce(sent_at, updated_at) < :sent"
                " OR state IN ('failed', 'cancelled') AND updated_at < :ended",
                {"sent": sent_before, "ended": ended_before},
            ).fetchone()
        return int(row[0])

    def _times(self, terms: Terms) -> tuple[int, int]:
        """Return before when (ms) what was sent, and what ended otherwise, is old; 0: never."""
        now = self._clock.now_ms()
        sent, ended = ((max(0, now - days * _DAY_MS) if days else 0) for days in (terms.sent_days, terms.ended_days))
        return sent, ended

    def look(self) -> int:
        """Delete what is old enough, and then the files that nothing names; return how many deliveries that were.

        Blocks; not on a window's main thread, nor on `writes`. Raises `StorageError`, `OutboxError`, and
        `PersonError` (`outbox_closed`) when the program ends.
        """
        sent_before, ended_before = self._times(self._terms())
        removed = 0
        if sent_before:
            removed += self._remove((State.SENT,), sent_before, sent_before, 0)
        if ended_before:
            removed += self._remove((State.FAILED, State.CANCELLED), ended_before, 0, ended_before)
        self.sweep_forgotten()
        self.sweep()
        return removed

    def _remove(self, states: tuple[State, ...], before: int, sent_before: int, ended_before: int) -> int:
        removed = after = 0
        while True:
            self._go_on()
            ids, after = self._ended(states, before, after)
            for first in range(0, len(ids), REMOVED_AT_ONCE):
                self._go_on()
                part = ids[first : first + REMOVED_AT_ONCE]
                removed += self._outbox.remove_old(part, sent_before, ended_before).wait()
            if not after:
                return removed

    def sweep_forgotten(self) -> bool:
        """Remove the files that were named by what was forgotten, and by nothing else. Blocks.

        As `sweep`, but at once: whatever was attached again since stays. False: a backup needs them, nothing is done.
        """
        with self._reader.snapshot() as db:
            noted = dict(db.execute("SELECT sha256, attached_by FROM forgetting_file").fetchall())
        if not noted:
            return True
        unneeded = set(noted) - self._named(noted)
        if unneeded and self._spool.is_kept():
            return False  # the next look goes on
        for each in sorted(unneeded):
            self._spool.remove(each, noted[each])
        self._outbox.forget(lambda store: store.forget_files(noted)).wait()
        return True

    def sweep(self) -> int:
        """Remove the files of the spool that nothing names any more, and return how many. Blocks; raises `OSError`.

        Not while a backup reads there, and none that was attached within a day: the form that it is in may not be kept
        yet.
        """
        attached_by = self._clock.now_ms() - _FRESH_MS
        old = self._spool.names(attached_by)
        unneeded = set(old) - self._named(old) if old else set()
        # In this order: a backup that began before the names were read is seen here, and one that begins now needs
        # only what is named.
        if not unneeded or self._spool.is_kept():
            return 0
        return sum(self._spool.remove(each, attached_by) for each in sorted(unneeded))

    # -- reading --------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Raise `PersonError` (`outbox_closed`) when the program ends: the next look goes on."""
        if self._reader.is_leaving:
            raise PersonError("outbox_closed")

    def _ended(self, states: tuple[State, ...], before: int, after: int) -> tuple[tuple[int, ...], int]:
        """Return the deliveries that ended in these states before a time (ms), and where to go on; 0: nowhere.

        A part: so a large outbox is not read in one statement.
        """
        wanted = ", ".join(f"'{state.value}'" for state in states)
        with self._reader.snapshot() as db:
            last = int(db.execute("SELECT coalesce(max(id), 0) FROM delivery").fetchone()[0])
            rows = db.execute(
                f"SELECT id FROM delivery WHERE id > :after AND id <= :after + :most AND state IN ({wanted})"
                " AND coalesce(CASE state WHEN 'sent' THEN sent_at END, updated_at) < :before ORDER BY id",
                {"after": after, "most": _LOOKED_AT, "before": before},
            ).fetchall()
        return tuple(row[0] for row in rows), after + _LOOKED_AT if after + _LOOKED_AT < last else 0

    def _named(self, files: Iterable[str]) -> frozenset[str]:
        """Return those of the spool's files that a draft, a notification or a message names.

        All in one snapshot: a draft that is accepted meanwhile is seen as the one or as the other. The messages are
        read only for files that no draft names: what was recovered from damage may have lost its draft.
        """
        wanted = set(files)
        found: set[str] = set()
        with self._reader.snapshot() as db:
            for query in ("SELECT body FROM draft", "SELECT draft FROM notification"):
                for (body,) in db.execute(query):
                    if _NO_FILES not in body:
                        found.update(each.sha256 for each in draft_json.load(body).attachments)
            if wanted - found:
                for (skeleton,) in db.execute("SELECT skeleton FROM message"):
                    found.update(self._named_files(skeleton))
                    self._go_on()
        return frozenset(wanted & found)
