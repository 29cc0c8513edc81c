"""The rows of a person who is forgotten: what is to be done is written down first, so that a crash loses none of it."""

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.outbox import draft_json
from core.outbox.database import BUSY_TIMEOUT_MS
from core.outbox.removals import Removals
from core.outbox.states import LEASED, State

#: Up to this size (bytes), what a rewriting of the whole file needs meanwhile is kept in memory.
_IN_MEMORY_BYTES = 64 << 20


@dataclass(frozen=True)
class Forgotten:
    """Somebody who is being forgotten."""

    address: str
    #: When it was asked (ms since 1970, UTC), and the last delivery then: what was accepted later stays.
    asked_at: int
    up_to: int


class ForgettingRows(Removals):
    """Deletes what is of one address, through the one connection that writes. Not for any thread but the writes thread.

    Each step can be done again: what is gone already is passed over.
    """

    def ask_to_forget(self, address: str, now: int, up_to: int | None = None) -> None:
        """Write down that somebody is to be forgotten: the deliveries to them up to one, or all there are."""
        if up_to is None:
            up_to = last_delivery(self._db)
        # The clock may have been set back since somebody was noted: what is there now is older than this, whatever
        # its time.
        (asked_at,) = self._db.execute(
            "SELECT max(:now, coalesce((SELECT used_at FROM contact WHERE address = :address COLLATE NOCASE), 0),"
            " coalesce((SELECT max(p.changed_at) FROM book_person p JOIN book_address a ON a.person = p.id"
            " WHERE a.address = :address COLLATE NOCASE), 0))",
            {"now": now, "address": address},
        ).fetchone()
        self._db.execute("INSERT OR REPLACE INTO forgetting VALUES (?, ?, ?)", (address, asked_at, up_to))

    def forget_some(self, who: Forgotten, ids: Iterable[int]) -> int:
        """Delete a few deliveries to an address, whatever became of them, and return how many.

        What is being sent stays until it is not. What the others of a notification got is theirs, and stays whole; who
        else got it is no longer said there.
        """
        leased = ", ".join(f"'{state.value}'" for state in LEASED)
        rows = self._db.execute(
            "SELECT d.id, d.notification FROM json_each(:ids) j JOIN delivery d ON d.id = j.value"
            f" WHERE d.state NOT IN ({leased}) AND d.id <= :up_to",
            {"ids": json.dumps(list(ids)), "up_to": who.up_to},
        ).fetchall()
        notifications = dict.fromkeys(row[1] for row in rows)
        for notification in notifications:
            self._forget_in_draft(who, notification)
        self._remove([row[0] for row in rows], notifications)
        return len(rows)

    def _forget_in_draft(self, who: Forgotten, notification: str) -> None:
        """Take an address out of what was typed, and note the files that may be needed no more."""
        body, accepted_at = self._db.execute(
            "SELECT draft, accepted_at FROM notification WHERE id = ?", (notification,)
        ).fetchone()
        draft = draft_json.load(body)
        self._note_files((each.sha256 for each in draft.attachments), accepted_at)
        if draft.query:
            # The words by which somebody was found are a line of the first recipient's, whoever they found.
            self._db.execute("DELETE FROM event WHERE notification = ? AND kind = 'query'", (notification,))
            self._db.execute("UPDATE contact SET query = '' WHERE query = ?", (draft.query,))
        to = tuple(each for each in draft.to if not _is(each.address, who))
        self._db.execute(
            "UPDATE notification SET draft = ? WHERE id = ?",
            (draft_json.dump(replace(draft, to=to, query="")), notification),
        )

    def _note_files(self, files: Iterable[str], attached_by: int) -> None:
        self._db.executemany(
            "INSERT INTO forgetting_file VALUES (?, ?) ON CONFLICT (sha256) DO UPDATE SET"
            " attached_by = max(attached_by, excluded.attached_by)",
            [(sha256, attached_by) for sha256 in files],
        )

    def forget_person(self, who: Forgotten) -> None:
        """Delete who an address was known as, and take it out of the drafts that were set aside.

        What is in the form is the person's who writes it, and stays.
        """
        self._db.execute(
            "DELETE FROM contact WHERE address = ? COLLATE NOCASE AND used_at <= ?", (who.address, who.asked_at)
        )
        self._db.execute(
            "DELETE FROM book_person WHERE changed_at <= ?"
            " AND id IN (SELECT person FROM book_address WHERE address = ? COLLATE NOCASE)",
            (who.asked_at, who.address),
        )
        rows = self._db.execute("SELECT id, body, updated_at FROM draft WHERE NOT is_open").fetchall()
        for draft_id, body, updated_at in rows:
            draft = draft_json.load(body)
            to = tuple(each for each in draft.to if not _is(each.address, who))
            unread_to = tuple(each for each in draft.unread_to if not names(each, who.address))
            if (to, unread_to) == (draft.to, draft.unread_to):
                continue
            if to or unread_to:
                kept = draft_json.dump(replace(draft, to=to, unread_to=unread_to, query=""))
                self._db.execute("UPDATE draft SET body = ? WHERE id = ?", (kept, draft_id))
            else:
                self._note_files((each.sha256 for each in draft.attachments), updated_at)
                self._db.execute("DELETE FROM draft WHERE id = ?", (draft_id,))

    def forget_files(self, files: Iterable[str]) -> None:
        """Take note that these files were looked at: what nothing else names is removed."""
        self._db.executemany("DELETE FROM forgetting_file WHERE sha256 = ?", [(each,) for each in files])

    def end_forgetting(self, who: Forgotten) -> None:
        """Take note that all of it is done: now nothing says who it was, unless it was asked for again since."""
        self._db.execute(
            "DELETE FROM forgetting WHERE address = ? AND asked_at = ? AND up_to = ?",
            (who.address, who.asked_at, who.up_to),
        )

    # -- outside of a transaction ---------------------------------------------------------------------------------

    def rewrite(self) -> None:
        """Write the whole file anew out of the rows that are there: what was deleted is in no corner of it any more.

        A page that was divided may keep a copy of what stood in it, which `secure_delete` does not overwrite.
        """
        pages, size = (self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        is_large = pages * size > _IN_MEMORY_BYTES
        if is_large:
            self._db.execute("PRAGMA temp_store = FILE")
        try:
            self._db.execute("VACUUM")
        finally:
            if is_large:
                self._db.execute("PRAGMA temp_store = MEMORY")

    def empty_wal(self) -> bool:
        """Bring the -wal into the database and cut it off. False while somebody reads who still needs it.

        Nobody is waited for here: what is accepted would wait too.
        """
        self._db.execute("PRAGMA busy_timeout = 0")
        try:
            return not self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


@dataclass(frozen=True)
class Delivered:
    """What is needed of a delivery that is to be forgotten."""

    id: int
    state: State
    message_id: str


def who_are_forgotten(db: sqlite3.Connection) -> tuple[Forgotten, ...]:
    """Return who is being forgotten, as far as it is not done yet."""
    return tuple(Forgotten(*row) for row in db.execute("SELECT address, asked_at, up_to FROM forgetting"))


def last_delivery(db: sqlite3.Connection) -> int:
    """Return the number of the last delivery there is; 0: there is none."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM delivery").fetchone()[0])


def deliveries_to(db: sqlite3.Connection, who: Forgotten) -> Sequence[Delivered]:
    """Return the deliveries to an address, oldest first. Reads every row: nothing else asks for one by its address."""
    rows = db.execute(
        "SELECT id, state, message_id FROM delivery WHERE id <= ? AND recipient = ? COLLATE NOCASE ORDER BY id",
        (who.up_to, who.address),
    )
    return [Delivered(row[0], State(row[1]), row[2]) for row in rows]


def names(text: str, address: str) -> bool:
    """Say whether an address stands in a text, and not only as a part of a longer one."""
    pattern = rf"(?<![\w.+-]){re.escape(address.casefold())}(?![\w-]|\.[\w-])"
    return re.search(pattern, text.casefold()) is not None


def _is(address: str, who: Forgotten) -> bool:
    return address.casefold() == who.address.casefold()
