"""The outbox's own check: pages, seals, files, counts, states and the log's mark; reads only, also beside an owner."""

import contextlib
import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core.errors import OutboxError
from core.outbox import database, draft_json
from core.outbox.recovery import salvage
from core.outbox.recovery.history import last_said
from core.outbox.searchable import not_as_it_is
from core.outbox.spool import Spool
from core.outbox.states import LEASED, State, place_of
from core.paths import Home

#: Read in one statement: so a check holds no snapshot for long, and an owner's -wal does not grow because of it.
_PART = 200
_BLOCK = 1 << 16
#: SQLite tells so many things that are wrong with its pages, and no more.
_MOST_TOLD = 20

#: Called with how many messages were looked at, and how many there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wrong:
    """One thing that is not as it must be."""

    #: `pages`, `seal`, `file`, `count`, `find`, `state` or `log`.
    what: str
    words: str
    #: The delivery it is of, where it is of one.
    delivery: int | None = None


@dataclass
class Found:
    """What a check looked at, and what it found."""

    deliveries: int = 0
    messages: int = 0
    files: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    #: Deliveries whose message is known to be damaged: they say so, and go nowhere.
    known: list[int] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.wrong


class Check:
    """Looks through one outbox. `is_sealed` and `named_files` are passed in, because the outbox knows no mail."""

    def __init__(
        self,
        home: Home,
        *,
        is_sealed: Callable[[bytes, bytes], bool],
        named_files: Callable[[bytes], tuple[str, ...]],
        progress: Progress = lambda _done, _all: None,
    ) -> None:
        self._home = home
        self._is_sealed = is_sealed
        self._named_files = named_files
        self._progress = progress
        self._spool = Spool(home)
        #: What is wrong with each file that was looked at; "" where nothing is.
        self._files: dict[str, str] = {}

    def run(self, *, is_owned: bool) -> Found:
        """Look at everything. Blocks; raises `OutboxError` for what is no outbox, or a newer one.

        Beside an owner, who writes it, the -wal itself is not looked at.
        """
        found = Found()
        if not is_owned and database.is_wal_broken(self._home.database):
            found.wrong.append(Wrong("pages", "outbox.db-wal is broken: commits are lost in it"))
        try:
            with contextlib.closing(database.open_for_reading(self._home)) as db:
                for look in (self._look_at_pages, self._look_at_messages, self._look_at_states, self._look_at_log):
                    try:
                        look(db, found)
                    except sqlite3.DatabaseError as error:
                        if not database.is_damage(error):
                            raise
                        _add(found, Wrong("pages", str(error)))
        except OutboxError as error:
            if error.code != "outbox_damaged" and not (
                error.code == "outbox_foreign" and salvage.is_ours(self._home.database)
            ):
                raise
            _add(found, Wrong("pages", error.values.get("why", "its first page is no database's")))
        found.files = len(self._files)
        return found

    def _look_at_pages(self, db: sqlite3.Connection, found: Found) -> None:
        for (answer,) in db.execute(f"PRAGMA integrity_check({_MOST_TOLD})"):
            if answer != "ok":
                _add(found, Wrong("pages", str(answer)))
        for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check").fetchmany(_MOST_TOLD):
            _add(found, Wrong("pages", f"row {rowid} of {table} has no {parent}"))

    def _look_at_messages(self, db: sqlite3.Connection, found: Found) -> None:
        (count,) = db.execute("SELECT count(*) FROM message").fetchone()
        for delivery_id, state, skeleton, seal in _in_parts(
            db,
            "SELECT m.delivery, d.state, m.skeleton, m.seal FROM message m LEFT JOIN delivery d ON d.id = m.delivery"
            " WHERE m.delivery > ? ORDER BY m.delivery",
        ):
            found.messages += 1
            if found.messages % _PART == 0:
                self._progress(found.messages, count)
            if not self._is_sealed(skeleton, seal):
                if state == State.CORRUPT or not skeleton:
                    found.known.append(delivery_id)
                else:
                    found.wrong.append(Wrong("seal", "its stored message does not match its seal", delivery_id))
                continue
            for sha256 in self._named_files(skeleton):
                if words := self._file(sha256):
                    found.wrong.append(Wrong("file", f"its attachment {sha256[:12]}… {words}", delivery_id))
        for (body,) in db.execute("SELECT body FROM draft").fetchall():
            for attachment in draft_json.load(body).attachments:
                if words := self._file(attachment.sha256):
                    found.wrong.append(Wrong("file", f"{attachment.name} of a draft {words}"))
        self._progress(count, count)

    def _file(self, sha256: str) -> str:
        """Return what is wrong with a file in the spool; each is read once."""
        if sha256 not in self._files:
            digest = hashlib.sha256()
            try:
                with self._spool.open(sha256) as file:
                    while block := file.read(_BLOCK):
                        digest.update(block)
                self._files[sha256] = "" if digest.hexdigest() == sha256 else "has changed"
            except FileNotFoundError:
                self._files[sha256] = "is missing"
            except OSError as error:
                self._files[sha256] = f"cannot be read ({(error.strerror or str(error)).lower()})"
        return self._files[sha256]

    def _look_at_states(self, db: sqlite3.Connection, found: Found) -> None:
        """Compare what is kept twice, in one snapshot: the tally and the rows, the states and the events."""
        db.execute("BEGIN")
        try:
            counted: Counter[tuple[str, str]] = Counter()
            for delivery_id, state, reason, place, lease, has_message in _in_parts(
                db,
                "SELECT d.id, d.state, d.reason, d.place, d.lease, m.delivery IS NOT NULL FROM delivery d"
                " LEFT JOIN message m ON m.delivery = d.id WHERE d.id > ? ORDER BY d.id",
            ):
                counted[state, place] += 1
                said = last_said(db, delivery_id)
                for is_wrong, words in (
                    (place != place_of(State(state), reason), f"it is {state} and stands in {place}"),
                    ((lease is not None) != (state in LEASED), f"it is {state}, and its lease does not fit"),
                    (
                        said is None or said.state != state,
                        f"it is {state}, its last event says {said.state if said else '-'}",
                    ),
                    (not has_message, "its message is not there"),
                ):
                    if is_wrong:
                        found.wrong.append(Wrong("state", words, delivery_id))
            found.deliveries = sum(counted.values())
            kept = {(state, place): n for state, place, n in db.execute("SELECT state, place, n FROM tally") if n}
            if kept != dict(counted):
                words = f"the counts say {sum(kept.values())} deliveries, there are {found.deliveries}"
                if sum(kept.values()) == found.deliveries:
                    words = "the counts of the states are not those of the deliveries"
                found.wrong.append(Wrong("count", words))
            for delivery_id in not_as_it_is(db, _MOST_TOLD):
                found.wrong.append(Wrong("find", "what words find it by is not what it says", delivery_id))
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")

    def _look_at_log(self, db: sqlite3.Connection, found: Found) -> None:
        event, offset = db.execute("SELECT event, offset_bytes FROM log_mark").fetchone()
        last = db.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'").fetchone()[0]
        size = self._home.log.stat().st_size if self._home.log.is_file() else 0
        if event > last:
            found.wrong.append(Wrong("log", f"log.txt is said to go up to event {event}, the last is {last}"))
        if offset > size:
            found.wrong.append(Wrong("log", f"log.txt is said to have {offset} bytes, it has {size}"))


def found_json(found: Found) -> str:
    """Return what was found as one line of JSON."""
    return json.dumps(
        {
            "sound": found.is_sound,
            "deliveries": found.deliveries,
            "messages": found.messages,
            "files": found.files,
            "known_damaged": found.known,
            "wrong": [{"what": each.what, "delivery": each.delivery, "words": each.words} for each in found.wrong],
        }
    )


def _add(found: Found, wrong: Wrong) -> None:
    """Tell of each thing once: SQLite meets the same page again and again."""
    if wrong not in found.wrong:
        found.wrong.append(wrong)


def _in_parts(db: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query that begins behind an id, which is its first column."""
    after = 0
    while rows := db.execute(f"{query} LIMIT {_PART}", (after,)).fetchall():
        yield from rows
        after = rows[-1][0]
