"""An outbox of any size: one of each kind by the program's own writes, and the others copied from these by SQL."""

import hashlib
import os
import sqlite3
from contextlib import closing
from typing import Any

from core.executor import Inline
from core.outbox import database
from core.outbox.notification import Draft, Recipient, Terms, new_token
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program
from core.settings import Settings
from tests.outboxes import claim, settle

#: What became of them, and how many of a hundred did so.
_KINDS = (
    (State.SENT, Reason.PRACTISED, 86),
    (State.SENT, Reason.NONE, 8),
    (State.FAILED, Reason.NONE, 2),
    (State.UNCONFIRMED, Reason.NO_REPLY, 1),
    (State.CANCELLED, Reason.NONE, 2),
    (State.HELD, Reason.PERSON, 1),
)
#: They went to so many people in turns.
PEOPLE = 5000
_TEXT = (
    "Dear reader,\n\nyour order is ready and waits for you at the counter until Saturday, 6 pm.\n"
    "Please bring this message or your name.\n\nKind regards,\nRiverside Books\n"
)
#: Rows that are written in one go.
_PART = 10_000
#: Each table, and by which column it names the delivery, or the notification.
_TABLES = {
    "notification": "id",
    "delivery": "notification",
    "message": "delivery",
    "attempt": "delivery",
    "event": "delivery",
}


def address(number: int) -> str:
    """Return to whom the delivery of this number goes."""
    return f"reader{number % PEOPLE:04d}@example.com"


def subject(number: int) -> str:
    """Return the subject of the delivery of this number: no other has it."""
    return f"Order {number:07d} is ready"


def make(home: Home, total: int) -> None:
    """Make an outbox of so many deliveries, a notification each, all accepted at about one time. Nothing is due.

    It is what the program's own writes would have left, log.txt and the people who were written to included.
    """
    kinds = _seed(home)
    with closing(database.open_for_writing(home)) as db, home.log.open("r+b") as log:
        # For the making only: should it be broken off, all of it is thrown away.
        for setting in ("journal_mode = DELETE", "journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
            db.execute(f"PRAGMA {setting}").fetchone()
        lines = log.read().decode().splitlines(keepends=True)
        originals = [_Original(db, number, lines) for number in range(1, len(_KINDS) + 1)]
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("BEGIN")
        for first in range(len(_KINDS) + 1, total + 1, _PART):
            copies = {table: [] for table in _TABLES}  # type: dict[str, list[list[Any]]]
            for number in range(first, min(first + _PART, total + 1)):
                log.write(originals[kinds[number % len(kinds)]].copy(number, copies).encode())
            for table, rows in copies.items():
                columns = originals[0].columns[table]
                marks = ",".join("?" * len(columns))
                db.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", rows)
        db.execute(
            "INSERT OR REPLACE INTO contact SELECT recipient, '', '', count(*), max(updated_at) FROM delivery"
            " GROUP BY recipient"
        )
        db.execute("UPDATE log_mark SET event = (SELECT max(id) FROM event), offset_bytes = ?", (log.tell(),))
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL").fetchone()
        log.flush()
    for path in (home.database, home.log):
        with path.open("r+b") as file:
            os.fsync(file.fileno())  # now, and not while something is measured


def _seed(home: Home) -> list[int]:
    """Make one of each kind, and return of which kind the others are, of a hundred in turns, well mixed."""
    program = Program(home, Inline(), Settings())
    try:
        program.open().wait()
        for number, (state, reason, _) in enumerate(_KINDS, start=1):
            _bring(program, number, state, reason)
        program.log.catch_up()
    finally:
        program.close()
    kinds = [kind for kind, (_, _, share) in enumerate(_KINDS) for _ in range(share)]
    return [kinds[place * 37 % len(kinds)] for place in range(len(kinds))]


def _bring(program: Program, number: int, state: State, reason: Reason) -> None:
    """Accept one, and bring it to its state by legal moves."""
    draft = Draft(to=(Recipient(address(number)),), subject=subject(number), text=_TEXT)
    order = program.outbox.accept(draft, Terms(is_held=state is State.HELD), token=new_token())
    receipt = order.wait()
    program.contacts.remember(draft)
    if state is State.HELD:
        return
    if state is State.CANCELLED:
        program.outbox.cancel([receipt.deliveries[0].id]).wait()
        return
    (claimed,) = claim(program, 1, f"lease-{number}", receipt.notification)
    if reason is not Reason.PRACTISED:
        assert program.outbox.intend(claimed).wait()
    assert settle(program, claimed, state, reason)


class _Original:
    """One delivery that the program wrote, with all its rows and lines, to be copied under other numbers."""

    def __init__(self, db: sqlite3.Connection, number: int, lines: list[str]) -> None:
        self._number = number
        (self._notification,) = db.execute("SELECT notification FROM delivery WHERE id = ?", (number,)).fetchone()
        self._log = "".join(each for each in lines if f"  {number}  " in each)
        #: Of each table, without what is computed and the numbers of events.
        self.columns: dict[str, list[str]] = {}
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        for table, key in _TABLES.items():
            names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            names = [name for name in names if (table, name) != ("event", "id")]
            value = number if key == "delivery" else self._notification
            self.columns[table] = names
            query = f"SELECT {','.join(names)} FROM {table} WHERE {key} = ?"
            self._rows[table] = db.execute(query, (value,)).fetchall()

    def copy(self, number: int, into: dict[str, list[list[Any]]]) -> str:
        """Add the rows of a copy to those of each table, and return its lines."""
        words = {
            self._notification: f"{self._notification[:16]}{number:010d}",  # digits are signs of a ULID, too
            address(self._number): address(number),
            subject(self._number): subject(number),
        }
        for table, rows in self._rows.items():
            for row in rows:
                values = [_replaced(value, words) for value in row]
                columns = self.columns[table]
                for name in ("id", "delivery"):
                    if name in columns and isinstance(values[at := columns.index(name)], int):
                        values[at] = number
                if table == "notification":
                    values[columns.index("client_token")] = new_token()
                elif table == "message":
                    values[columns.index("seal")] = hashlib.sha256(values[columns.index("skeleton")]).digest()
                into[table].append(values)
        return str(_replaced(self._log, words)).replace(f"  {self._number}  ", f"  {number}  ")


def _replaced(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, str) and len(value) > 15:
        for old, new in words.items():
            value = value.replace(old, new)
    elif isinstance(value, bytes):
        for old, new in words.items():
            value = value.replace(old.encode(), new.encode())
    return value
