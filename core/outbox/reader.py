"""Every read of outbox.db: pages of the list, counts, details. Never writes, and needs no lock."""

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TypeVar

from core.clock import Clock, SystemClock
from core.errors import NotFoundError, OutboxError, PersonError
from core.outbox import database, draft_json
from core.outbox.accounts import NEXT_DUE, QUEUED_ACCOUNTS, Wait
from core.outbox.book_tables import has_book
from core.outbox.likeness import escaped, folded
from core.outbox.notification import (
    AccountState,
    Attempt,
    Counts,
    Delivery,
    Details,
    Event,
    Recipient,
    SavedDraft,
    StoredMessage,
)
from core.outbox.searchable import chosen
from core.outbox.states import Place, Reason, State, place_of
from core.outbox.store import DELIVERY_COLUMNS, DELIVERY_TABLES, delivery_of
from core.outbox.templates import COLUMNS as TEMPLATE_COLUMNS
from core.outbox.templates import Template
from core.paths import Home

T = TypeVar("T")

#: So many connections stay open while nobody reads, each with two files: as many as read at once day by day.
_IDLE = 3
#: SQLite takes at most 32,766 variables in a statement; ids are asked for in parts of this size.
_PART = 500
#: Ids that one part of a search goes through: 2 ms where nothing is found, 15 where everything is.
_SEARCHED = 16_384


class Reader:
    """Reads from any thread, with as many connections as there are readers at once. All calls block.

    Raises `OutboxError` (`outbox_missing` where there is none yet).
    """

    def __init__(self, home: Home, clock: Clock | None = None) -> None:
        self._home = home
        self._clock = clock or SystemClock()
        #: Connections that nobody uses, each with the generation of the file that it reads.
        self._free: SimpleQueue[tuple[int, sqlite3.Connection]] = SimpleQueue()
        self._generation = 0
        #: The connection through which the whole file is looked at, while it is.
        self._looking: sqlite3.Connection | None = None
        self._is_leaving = False
        self._is_closed = False

    def close(self) -> None:
        """Close the connections: those in use when their read has ended."""
        self._is_closed = True
        while True:
            try:
                self._free.get_nowait()[1].close()
            except Empty:
                return

    @property
    def is_leaving(self) -> bool:
        """Whether the program ends, and what takes long is to be broken off."""
        return self._is_leaving

    def forget(self) -> None:
        """Read from the file that has the outbox's name now: the one read until now was moved aside."""
        self._generation += 1
        with contextlib.suppress(Empty):
            while True:
                self._free.get_nowait()[1].close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        generation = self._generation
        try:
            generation, connection = self._free.get_nowait()
        except Empty:
            connection = database.open_for_reading(self._home)
        try:
            yield connection
        except sqlite3.DatabaseError as error:
            connection.close()
            if isinstance(error, sqlite3.ProgrammingError):
                raise  # our fault, and no word about the file
            raise database.opening_error(error, self._home.database) from error
        except BaseException:
            connection.close()
            raise
        else:
            if generation != self._generation or self._free.qsize() >= _IDLE:
                connection.close()
                return
            self._free.put((generation, connection))
            if self._is_closed:
                self.close()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Give a connection on which several statements see the same state, and that cannot write."""
        with self._connection() as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    def read(self, what: Callable[[sqlite3.Connection], T]) -> T:
        """Read what is not on this page, all of it from the same state."""
        with self.snapshot() as db:
            return what(db)

    def latest(self, place: Place) -> int | None:
        """Return the delivery that came last of those in a filter, or changed last there; None where it is empty."""
        with self.snapshot() as db:
            row = db.execute(
                "SELECT id FROM delivery WHERE place = :place ORDER BY updated_at DESC, id DESC LIMIT 1",
                {"place": place},
            ).fetchone()
        return None if row is None else int(row[0])

    def waiting_of(self, account: str) -> int:
        """Return how many deliveries of an account are queued or held."""
        with self.snapshot() as db:
            if not _has_accounts(db):
                return 0
            row = db.execute(
                "SELECT (SELECT count(*) FROM delivery WHERE state = 'queued' AND account = :account)"
                " + (SELECT count(*) FROM delivery WHERE state = 'held' AND account = :account)",
                {"account": account},
            ).fetchone()
        return int(row[0])

    def _shown(self, db: sqlite3.Connection, rows: Iterable[Sequence[object]]) -> Iterator[Delivery]:
        """Read rows of `DELIVERY_COLUMNS`, and say of what is due why its account keeps it waiting."""
        waits = _waits(db)
        now = self._clock.now_ms()
        for row in rows:
            delivery = delivery_of(row)
            wait = waits.get(delivery.account) if delivery.state is State.QUEUED else None
            yield delivery if wait is None else _waiting(delivery, wait, now)

    # -- the list -------------------------------------------------------------------------------------------------

    def counts(self) -> Counts:
        """Return how many deliveries are in each state and place, what is next, and whether all is paused."""
        with self.snapshot() as db:
            by_state: dict[State, int] = dict.fromkeys(State, 0)
            by_place: dict[Place, int] = {place: 0 for place in Place if place is not Place.ALL}
            for state, place, n in db.execute("SELECT state, place, n FROM tally"):
                by_state[State(state)] += n
                by_place[Place(place)] += n
            is_paused = bool(db.execute("SELECT is_on FROM switch WHERE name = 'paused'").fetchone()[0])
            is_moved = db.execute("SELECT 1 FROM switch WHERE name = 'moved'").fetchone() is not None
            next_due = None if is_paused else _next_due(db)
        return Counts(by_state, by_place, next_due, is_paused, is_moved)

    def account_states(self) -> tuple[AccountState, ...]:
        """Return the accounts that wait, are broken, or hold deliveries until they are mended; by name."""
        with self.snapshot() as db:
            if not _has_accounts(db):
                return ()
            rows = db.execute(
                "SELECT s.account, s.reason, s.until, s.code, s.words, s.detail, CASE WHEN s.is_releasing THEN 0"
                " ELSE (SELECT count(*) FROM delivery d"
                " WHERE d.state = 'held' AND d.account = s.account AND d.reason = 'account') END"
                " FROM account_state s ORDER BY s.account"
            ).fetchall()
        now = self._clock.now_ms()
        found = []
        for account, reason, until, code, words, detail, held in rows:
            values = tuple((str(name), str(value)) for name, value in json.loads(words))
            state = AccountState(account, Reason(reason), until, code, values, detail, held)
            if reason == Reason.RATE and until <= now:  # as the dispatcher writes down when it looks the next time
                state = replace(state, reason=Reason.NONE, until=None)
            if state.reason or held:
                found.append(state)
        return tuple(found)

    def count(self, place: Place, find: str = "") -> int:
        """Return how many rows a filter shows. Without words to find, this reads the tally and counts nothing."""
        if not find:
            return self.counts().of(place)
        with self._connection() as db:
            rows = chosen(db, place, find)
            row = db.execute(f"SELECT count(*) FROM {rows.tables}{rows.where}", rows.values).fetchone()
        return int(row[0])

    def rows(self, place: Place, find: str, start: int, count: int) -> tuple[Delivery, ...]:
        """Return `count` rows of a filter from ordinal `start`, counted from the oldest, oldest first.

        Without words to find, rows are passed over in the index alone, from the nearer end: at a million rows the
        newest and the oldest take 2 ms, those in the middle 25.
        """
        order = "ASC"
        with self.snapshot() as db:
            wanted = chosen(db, place, find)
            values = wanted.values | {"count": count, "start": start}
            if not find:
                total = _total(db, place)
                count = min(count, total - start)
                if count <= 0:
                    return ()
                if start > total // 2:
                    order = "DESC"
                    values |= {"count": count, "start": total - start - count}
            inner = (
                f"SELECT {wanted.key} FROM {wanted.tables}{wanted.where}"
                f" ORDER BY {wanted.key} {order} LIMIT :count OFFSET :start"
            )
            found = db.execute(
                f"SELECT {DELIVERY_COLUMNS} FROM {DELIVERY_TABLES} WHERE d.id IN ({inner}) ORDER BY d.id", values
            )
            return tuple(self._shown(db, found))

    def search(self, place: Place, find: str, below: int | None = None) -> tuple[tuple[int, ...], int]:
        """Look through the newest rows with ids below `below`; return the ids that fit, newest first, and where to go
        on: 0 when these were the oldest.

        A few thousand rows at a time, so that whoever searches can show what was found, or stop. Each part sees the
        outbox as it is then. Raises `PersonError` ("outbox_closed") after `leave`.
        """
        if self._is_leaving:
            raise PersonError("outbox_closed")
        with self.snapshot() as db:
            if below is None:
                below = int(db.execute("SELECT coalesce(max(id), 0) FROM delivery").fetchone()[0]) + 1
            first = max(1, below - _SEARCHED)
            rows = chosen(db, place, find)
            found = db.execute(
                f"SELECT {rows.key} FROM {rows.tables}{rows.having(f'{rows.key} >= :first', f'{rows.key} < :below')}"
                f" ORDER BY {rows.key} DESC",
                {**rows.values, "first": first, "below": below},
            ).fetchall()
        return tuple(row[0] for row in found), first if first > 1 else 0

    def fitting(self, place: Place, find: str, ids: Iterable[int]) -> frozenset[int]:
        """Return those of `ids` that are in a filter."""
        wanted = sorted(set(ids))
        found: set[int] = set()
        with self._connection() as db:
            rows = chosen(db, place, find)
            for first in range(0, len(wanted), _PART):
                part = {f"id{number}": each for number, each in enumerate(wanted[first : first + _PART])}
                among = ",".join(f":{name}" for name in part)
                fitting = db.execute(
                    f"SELECT {rows.key} FROM {rows.tables}{rows.having(f'{rows.key} IN ({among})')}",
                    {**rows.values, **part},
                )
                found.update(row[0] for row in fitting)
        return frozenset(found)

    def position(self, place: Place, find: str, delivery_id: int) -> int | None:
        """Return the ordinal of a delivery in a filter, counted from the oldest; None when it is not in it."""
        with self.snapshot() as db:
            rows = chosen(db, place, find)

            def having(how: str) -> int:
                where = rows.having(f"{rows.key} {how} :id")
                query = f"SELECT count(*) FROM {rows.tables}{where}"
                return int(db.execute(query, {**rows.values, "id": delivery_id}).fetchone()[0])

            if not having("="):
                return None
            newest = db.execute("SELECT max(id) FROM delivery").fetchone()[0]
            return having("<") if find or delivery_id <= newest // 2 else _total(db, place) - having(">=")

    def list(self, state: State | None = None, find: str = "", limit: int | None = None) -> Iterator[Delivery]:
        """Yield deliveries, newest first, as the command line lists them."""
        # By its place a state is found in an index; what is held is in two.
        place = Place.ALL if state in (None, State.HELD) else place_of(state, "")
        with self._connection() as db:
            wanted, fitting = chosen(db, place, ""), chosen(db, Place.ALL, find)
            clauses = [] if state is None else ["d.state = :state"]
            if find.strip():
                clauses.append(f"d.id IN (SELECT {fitting.key} FROM {fitting.tables}{fitting.where})")
            rows = db.execute(
                f"SELECT {DELIVERY_COLUMNS} FROM {DELIVERY_TABLES}{wanted.having(*clauses)} ORDER BY d.id DESC"
                " LIMIT :limit",
                {**wanted.values, **fitting.values, "state": state, "limit": -1 if limit is None else limit},
            )
            yield from self._shown(db, rows)

    def deliveries(self, ids: Iterable[int]) -> tuple[Delivery, ...]:
        """Return these deliveries, ascending; one that is gone is left out."""
        wanted = sorted(set(ids))
        found: list[Delivery] = []
        with self._connection() as db:
            for first in range(0, len(wanted), _PART):
                part = wanted[first : first + _PART]
                marks = ",".join("?" * len(part))
                rows = db.execute(
                    f"SELECT {DELIVERY_COLUMNS} FROM {DELIVERY_TABLES} WHERE d.id IN ({marks}) ORDER BY d.id",
                    part,
                )
                found.extend(self._shown(db, rows))
        return tuple(found)

    # -- one delivery ---------------------------------------------------------------------------------------------

    def details(self, delivery_id: int) -> Details:
        """Return one delivery with its draft, attempts and events. Raises `NotFoundError`."""
        with self.snapshot() as db:
            row = db.execute(
                f"SELECT {DELIVERY_COLUMNS}, n.draft FROM {DELIVERY_TABLES} WHERE d.id = ?", (delivery_id,)
            ).fetchone()
            if row is not None:
                (delivery,) = self._shown(db, [row[:-1]])
                attempts = db.execute(
                    "SELECT number, generation, started_at, ended_at, phase, code, reply, tls, server FROM attempt"
                    " WHERE delivery = ? ORDER BY generation, number",
                    (delivery_id,),
                ).fetchall()
                events = db.execute(f"{_EVENTS} WHERE e.delivery = ? ORDER BY e.id", (delivery_id,)).fetchall()
        if row is None:
            raise NotFoundError("not_found", id=delivery_id)
        return Details(
            delivery,
            draft_json.load(row[-1]),
            tuple(Attempt(*attempt) for attempt in attempts),
            tuple(Event(*event) for event in events),
        )

    def message(self, delivery_id: int) -> StoredMessage:
        """Return the stored message of a delivery. Raises `NotFoundError`."""
        with self._connection() as db:
            row = db.execute(
                "SELECT skeleton, seal, size_bytes FROM message WHERE delivery = ?", (delivery_id,)
            ).fetchone()
        if row is None:
            raise NotFoundError("not_found", id=delivery_id)
        return StoredMessage(*row)

    # -- drafts, contacts, the log --------------------------------------------------------------------------------

    def drafts(self) -> tuple[SavedDraft, ...]:
        """Return the kept drafts, newest first; the one in the form is marked."""
        with self._connection() as db:
            rows = db.execute("SELECT id, body, updated_at, is_open FROM draft ORDER BY updated_at DESC, id").fetchall()
        return tuple(SavedDraft(row[0], draft_json.load(row[1]), row[2], bool(row[3])) for row in rows)

    def templates(self) -> tuple[Template, ...]:
        """Return the templates: what was used last first, then by name."""
        with self._connection() as db:
            rows = db.execute(f"SELECT {TEMPLATE_COLUMNS} FROM template").fetchall()
        return tuple(sorted((Template(*row) for row in rows), key=lambda each: (-(each.used_at or 0), each.name)))

    def contacts(self, words: str, limit: int) -> tuple[Recipient, ...]:
        """Return earlier recipients in whose name or address every word begins a part, most used first.

        Those whose address is in the address book are left out: it says who they are.
        """
        clauses, values = [], {}
        for number, typed in enumerate(words.split()):
            address, name, word = folded(typed, "address", "name")
            clauses.append(
                f"({address} LIKE :w{number} ESCAPE '\\' OR {name} LIKE :w{number} ESCAPE '\\'"
                f" OR {name} LIKE :p{number} ESCAPE '\\' OR {address} LIKE :q{number} ESCAPE '\\')"
            )
            plain = escaped(word)
            values[f"w{number}"] = f"{plain}%"
            values[f"p{number}"] = f"% {plain}%"
            values[f"q{number}"] = f"%@{plain}%"
        if not clauses:
            return ()
        with self._connection() as db:
            if has_book(db):
                clauses.append("NOT EXISTS (SELECT 1 FROM book_address b WHERE b.address = contact.address)")
            rows = db.execute(
                f"SELECT address, name FROM contact WHERE {' AND '.join(clauses)}"
                " ORDER BY uses DESC, used_at DESC, address LIMIT :limit",
                {**values, "limit": limit},
            ).fetchall()
        return tuple(Recipient(*row) for row in rows)

    def log_mark(self) -> tuple[int, int]:
        """Return the last event written to log.txt, and the length of the file after it in bytes."""
        with self._connection() as db:
            row = db.execute("SELECT event, offset_bytes FROM log_mark").fetchone()
        return int(row[0]), int(row[1])

    def last_event(self, notification: str, kind: str) -> int | None:
        """Return the id of the last event of one kind of a notification, or None where there is none."""
        with self._connection() as db:
            row = db.execute(
                "SELECT max(id) FROM event WHERE notification = ? AND kind = ?", (notification, kind)
            ).fetchone()
        return None if row[0] is None else int(row[0])

    def events(self, after: int, up_to: int | None = None, limit: int = 1000) -> tuple[Event, ...]:
        """Return events in order: those with an id above `after`, and up to `up_to` where given."""
        with self._connection() as db:
            rows = db.execute(
                f"{_EVENTS} WHERE e.id > :after AND (:up_to IS NULL OR e.id <= :up_to) ORDER BY e.id LIMIT :limit",
                {"after": after, "up_to": up_to, "limit": limit},
            ).fetchall()
        return tuple(Event(*row) for row in rows)

    def is_sound(self) -> str:
        """Have SQLite look through the whole file: "" when it is sound, else the first thing that is wrong.

        Of a large file it takes long: `leave` ends it, and then nothing is wrong.
        """
        try:
            with self._connection() as db:
                self._looking = db
                try:
                    answer = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
                except (sqlite3.DatabaseError, MemoryError):
                    if not self._is_leaving:
                        raise
                    return ""
                finally:
                    self._looking = None
        except OutboxError as error:
            if error.code != "outbox_damaged":
                raise
            return error.values["why"]
        # What SQLite says of a look that was broken off is no word about the file.
        return "" if answer == "ok" or self._is_leaving else answer

    def leave(self) -> None:
        """End a look through the whole file, and searches, for good. Callable from any thread."""
        self._is_leaving = True
        if (looking := self._looking) is not None:
            with contextlib.suppress(sqlite3.Error):  # closed meanwhile
                looking.interrupt()


_EVENTS = (
    "SELECT e.id, e.at, e.notification, e.delivery, d.recipient, e.kind, e.detail"
    " FROM event e JOIN delivery d ON d.id = e.delivery"
)


def _has_accounts(db: sqlite3.Connection) -> bool:
    """False for an outbox of format 1 that nobody has opened for writing since."""
    return int(db.execute("PRAGMA user_version").fetchone()[0]) > 1


def _waits(db: sqlite3.Connection) -> dict[str, Wait]:
    """Return the accounts whose deliveries wait for a time."""
    if not _has_accounts(db):
        return {}
    rows = db.execute("SELECT account, reason, until, detail FROM account_state WHERE until IS NOT NULL")
    return {account: Wait(Reason(reason), until, detail) for account, reason, until, detail in rows}


def _waiting(delivery: Delivery, wait: Wait, now: int) -> Delivery:
    """Return a queued delivery as it is seen while its account waits. What has a later time of its own keeps that."""
    assert wait.until is not None
    is_chosen = delivery.reason in (Reason.UNDO, Reason.SCHEDULE)
    is_kept_back = delivery.due_at <= (now if is_chosen else max(now, wait.until))
    if not is_kept_back or (wait.reason is Reason.RATE and wait.until <= now):
        return delivery
    due_at = max(delivery.due_at, wait.until)
    return replace(delivery, reason=wait.reason, due_at=due_at, last_reply=wait.detail or delivery.last_reply)


def _next_due(db: sqlite3.Connection) -> int | None:
    """Return when the next delivery goes (ms): of each account its first, or the end of the account's wait."""
    if not _has_accounts(db):
        row = db.execute("SELECT min(due_at) FROM delivery WHERE state = 'queued'").fetchone()
        return None if row[0] is None else int(row[0])
    waits = _waits(db)
    times = []
    for (account,) in db.execute(QUEUED_ACCOUNTS).fetchall():
        due_at = int(db.execute(NEXT_DUE, {"account": account}).fetchone()[0])
        wait = waits.get(account)
        times.append(due_at if wait is None else max(due_at, wait.until or 0))
    return min(times, default=None)


def _total(db: sqlite3.Connection, place: Place) -> int:
    """Return how many rows a place has: from the tally, as the connection sees it."""
    where = "" if place is Place.ALL else " WHERE place = :place"
    return int(db.execute(f"SELECT coalesce(sum(n), 0) FROM tally{where}", {"place": place}).fetchone()[0])
