"""Rows found in the pages of a damaged outbox, sorted into the tables of a new one by what they look like."""

import json
import sqlite3
from collections.abc import Callable
from functools import partial

from core.errors import PersonError
from core.outbox import draft_json
from core.outbox.book_tables import ID_BYTES
from core.outbox.recovery.carving import Row, Value
from core.outbox.states import LEASED, Reason, State

#: The stored columns of a delivery (`place` is computed) in the order of the file, and those that format 2 added.
_DELIVERY = (
    "notification, recipient, recipient_name, state, reason, due_at, lease, cancel_asked, cancelled_from, attempts,"
    " generation, last_code, last_reply, sent_at, message_id, updated_at, account, is_bulk"
)
_TEXT, _INT, _BLOB, _MAYBE_INT, _MAYBE_TEXT = (str,), (int,), (bytes,), (int, type(None)), (str, type(None))
_DELIVERY_TYPES = (
    *(_TEXT,) * 5,
    _INT,
    _MAYBE_TEXT,
    _INT,
    _MAYBE_TEXT,
    *(_INT,) * 2,
    _MAYBE_INT,
    _TEXT,
    _MAYBE_INT,
    _TEXT,
    _INT,
)
_RATE_SPANS = (60, 3600, 86_400)
_ADDED = (_TEXT, _INT)
_NULL = (type(None),)
#: Of the sum of a token that is kept when its notification is deleted.
_TOKEN_BYTES = 32


class Gathering:
    """Takes rows in any order. Of two with one key the newer delivery counts, and of the others the first."""

    def __init__(self, db: sqlite3.Connection, most_id: int) -> None:
        self._db = db
        #: A number beyond this was never given to a row: it is damage.
        self._most_id = most_id
        #: Deliveries of which two different records were found, or one in a page that is not in use.
        self.doubtful: set[int] = set()
        #: The highest number each table has given, as far as that is known.
        self.highest: dict[str, int] = {"delivery": 0, "event": 0}
        self._has_mark = False
        self._has_switch = False
        self._takers: tuple[tuple[tuple[tuple[type, ...], ...], Callable[[Row], None]], ...] = (
            ((_NULL, *_DELIVERY_TYPES, *_ADDED), self._delivery),
            ((_NULL, *_DELIVERY_TYPES), self._delivery),
            ((*(_TEXT,) * 7, _INT, _MAYBE_INT), self._notification),
            ((_NULL, _BLOB, _BLOB, _INT), self._message),
            ((_NULL, _INT, _TEXT, _INT, _TEXT, _TEXT), self._event),
            ((_TEXT, _TEXT, _INT, _INT), self._draft),
            ((_TEXT, _TEXT, _TEXT, _INT, _INT), self._contact),
            ((*(_TEXT,) * 4, _INT, _MAYBE_INT, _INT), self._template),
            ((_TEXT, _INT, _INT), self._forgetting),
            ((_TEXT, _INT), self._switch_or_sequence),
            ((_NULL, _INT, _INT), self._mark),
            (
                (_TEXT, _TEXT, _MAYBE_INT, _TEXT, _TEXT, _TEXT, _MAYBE_INT, _INT, _INT, _INT),
                self._account_state,
            ),
            ((_BLOB, _TEXT, _TEXT, _TEXT, _INT), partial(self._of_book, "book_person")),
            ((_BLOB, _INT, _TEXT), partial(self._of_book, "book_address")),
            ((_BLOB, _TEXT), partial(self._of_book, "book_group")),
            ((_BLOB, _BLOB), partial(self._of_book, "book_member")),
        )

    def add(self, row: Row) -> None:
        """Put a row where it belongs. One that fits nowhere, or breaks a rule of its table, is left out."""
        try:
            if row.rowid is None:
                self._of_index(row)
                return
            for types, take in self._takers:
                if _fits(row.values, types):
                    take(row)
                    return
        except (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, OverflowError):
            return

    def finish(self, log_bytes: int) -> None:
        """Set what is one for the whole outbox, as far as it was not found."""
        if not self._has_mark:
            last = self._db.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()[0]
            # What is not in log.txt yet stays out of it: written again from the start, most would be there twice.
            self._db.execute("UPDATE log_mark SET event = ?, offset_bytes = ?", (last, log_bytes))
        if not self._has_switch:
            # Whoever paused everything meant it; whoever did not sees that it is paused.
            self._db.execute("UPDATE switch SET is_on = 1 WHERE name = 'paused'")
        for table in self.highest:
            found = self._db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
            self.highest[table] = max(self.highest[table], found)
        for evidence in ("SELECT max(delivery) FROM message", "SELECT max(delivery) FROM event"):
            found = self._db.execute(evidence).fetchone()[0]
            self.highest["delivery"] = max(self.highest["delivery"], found or 0)
        self._db.execute("DELETE FROM sqlite_sequence")
        self._db.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", self.highest.items())

    def _delivery(self, row: Row) -> None:
        assert row.rowid is not None
        values = list(row.values[1:])
        if len(values) == len(_DELIVERY_TYPES):
            values += [None, 0]  # of format 1: whose it is stands in its notification
        state, reason = values[3], values[4]
        if not 0 < row.rowid <= self._most_id or state not in set(State) or not _is_word(reason):
            return
        if reason not in set(Reason):
            values[4] = ""
            self.doubtful.add(row.rowid)
        if (state in LEASED) != (values[6] is not None):
            values[6] = "lost" if state in LEASED else None
            self.doubtful.add(row.rowid)
        old = self._db.execute(f"SELECT updated_at, {_DELIVERY} FROM delivery WHERE id = ?", (row.rowid,)).fetchone()
        if old is not None and tuple(old[1:]) == tuple(values):
            return
        if old is not None or row.is_unused:
            self.doubtful.add(row.rowid)
        if old is not None and (row.is_unused or old[0] >= values[15]):
            return
        if values[16] is None:
            values[16] = "practice"
        marks = ", ".join("?" * (len(values) + 1))
        self._db.execute("DELETE FROM delivery WHERE id = ?", (row.rowid,))
        self._db.execute(f"INSERT INTO delivery (id, {_DELIVERY}) VALUES ({marks})", (row.rowid, *values))

    def _notification(self, row: Row) -> None:
        if _is_draft(row.values[6]):
            self._insert("notification", row.values)

    def _message(self, row: Row) -> None:
        if row.rowid is not None and 0 < row.rowid <= self._most_id:
            self._insert("message", (row.rowid, *row.values[1:]))

    def _event(self, row: Row) -> None:
        delivery = row.values[3]
        if row.rowid is None or not isinstance(delivery, int) or not _is_word(row.values[4]):
            return
        if 0 < row.rowid <= self._most_id and 0 < delivery <= self._most_id:
            self._insert("event", (row.rowid, *row.values[1:]))

    def _draft(self, row: Row) -> None:
        if not row.is_unused and _is_draft(row.values[1]):
            self._insert("draft", row.values)

    def _contact(self, row: Row) -> None:
        self._insert("contact", row.values)

    def _template(self, row: Row) -> None:
        if not row.is_unused:  # else a person deleted it
            self._insert("template", row.values)

    def _of_book(self, table: str, row: Row) -> None:
        """Take what is in the address book; what was deleted from it stays away, as a draft that was sent does."""
        ids = [value for value in row.values if isinstance(value, bytes)]
        if not row.is_unused and all(len(each) == ID_BYTES for each in ids):
            self._insert(table, row.values)

    def _forgetting(self, row: Row) -> None:
        if not row.is_unused:  # else it was done
            self._insert("forgetting", row.values)

    def _switch_or_sequence(self, row: Row) -> None:
        name, number = row.values
        assert isinstance(number, int)
        if name == "paused" and number in (0, 1):
            self._has_switch = True
            self._db.execute("UPDATE switch SET is_on = ? WHERE name = 'paused'", (number,))
        elif name == "moved" and not row.is_unused:
            self._insert("switch", (name, number))
        elif name in self.highest and 0 <= number <= self._most_id:
            self.highest[str(name)] = max(self.highest[str(name)], number)

    def _mark(self, row: Row) -> None:
        event, offset = row.values[1:]
        assert isinstance(event, int)
        assert isinstance(offset, int)
        if row.rowid == 1 and not self._has_mark and 0 <= event <= self._most_id and 0 <= offset < 1 << 62:
            self._has_mark = True
            self._db.execute("UPDATE log_mark SET event = ?, offset_bytes = ?", row.values[1:])

    def _account_state(self, row: Row) -> None:
        if row.values[1] in set(Reason) and _is_json(row.values[4]):
            self._insert("account_state", row.values)

    def _of_index(self, row: Row) -> None:
        """Take the tables that are kept as an index; of the indexes themselves, the one that has whole rows."""
        if _fits(row.values, (*(_INT,) * 4, _MAYBE_INT, _TEXT, _MAYBE_INT, _TEXT, _TEXT, _TEXT)):
            self._insert("attempt", row.values)
        elif _fits(row.values, (_TEXT, _INT, _INT, _INT)) and row.values[1] in _RATE_SPANS:
            self._insert("rate", row.values)
        elif _fits(row.values, (_BLOB, _INT, _TEXT, _INT)):
            self._of_book("book_address", Row(row.rowid, row.values[:3], row.is_unused))
        elif _fits(row.values, (_BLOB, _TEXT, _INT)) and len(bytes(row.values[0])) == _TOKEN_BYTES:  # type: ignore[arg-type]  # a blob
            self._insert("spent", row.values)

    def _insert(self, table: str, values: tuple[Value, ...]) -> None:
        self._db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(values))})", values)


def _fits(values: tuple[Value, ...], types: tuple[tuple[type, ...], ...]) -> bool:
    return len(values) == len(types) and all(type(value) in kinds for value, kinds in zip(values, types, strict=True))


def _is_word(value: Value) -> bool:
    return isinstance(value, str) and value.replace("_", "").isascii() and len(value) < 32 and value.isprintable()


def _is_draft(value: Value) -> bool:
    try:
        draft_json.load(str(value))
    except (ValueError, PersonError, RecursionError):
        return False
    return True


def _is_json(value: Value) -> bool:
    try:
        return all(len(pair) == 2 for pair in json.loads(str(value)))
    except (ValueError, TypeError):
        return False
