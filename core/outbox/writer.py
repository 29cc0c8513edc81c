"""Group commit: whatever has queued up for the outbox goes to disk in one transaction, on one thread."""

import contextlib
import errno
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, takewhile
from typing import Any, TypeVar

from core.errors import OutboxError, PersonError, StorageError
from core.executor import Executor, Ticket
from core.outbox import database
from core.outbox.notification import Changes
from core.outbox.recovery.salvaged import Salvaged, forget_told, untold
from core.outbox.store import Store
from core.paths import Home, reason

T = TypeVar("T")
Operation = Callable[[Store], T]

#: Recovers a damaged outbox into a new one, in its place.
Recovery = Callable[[], Salvaged]

#: At most so many operations share a commit, so that the first of a long queue is not kept waiting for the last.
BATCH = 256

#: So many recoveries are tried while a program runs: each keeps the damaged file, and a disk has an end.
_MOST_RECOVERIES = 3

#: After one that failed, none is tried for this long (s): each copies the whole outbox.
_RECOVERY_PAUSE_S = 30.0


@dataclass
class Kept:
    """A ticket for a thread that stays until its write is on disk."""

    future: "Future[Any]" = field(default_factory=Future)

    def resolve(self, value: Any) -> None:
        self.future.set_result(value)

    def reject(self, error: BaseException) -> None:
        self.future.set_exception(error)


@dataclass(frozen=True)
class _Entry:
    operation: Operation[Any]
    ticket: Ticket
    #: Called on the writes thread after the commit, before anyone hears of it.
    committed: Callable[[], None] | None
    #: Runs alone and outside of a transaction: each of its statements is one of its own.
    is_apart: bool = False


#: An entry, and its value or what went wrong.
_Answer = tuple[_Entry, Any, BaseException | None]


class Writer:
    """The only way to write. Takes operations from any thread; runs them on the `writes` pool.

    An operation that raises is rolled back alone; a commit that fails rejects everything in it. A ticket is resolved
    only after the commit returned, and with `synchronous = FULL` that means after the sync. A database that turns out
    to be damaged is recovered before the next commit.
    """

    def __init__(self, home: Home, executor: Executor, recovery: Recovery | None = None) -> None:
        self._home = home
        self._executor = executor
        self._recovery = recovery
        self._recoveries = 0
        #: Why the last recovery failed, and when the next may be tried (s, monotonic).
        self._unsaved: PersonError | None = None
        self._recover_from_s = 0.0
        #: The database is to be recovered before anything more is written.
        self._is_damaged = False
        #: What a recovery saved that nobody was told of yet.
        self._salvaged: Salvaged | None = None
        self._queue: deque[_Entry] = deque()
        self._lock = threading.Lock()
        #: A drain was asked for and has not ended.
        self._is_draining = False
        #: A drain is at work: it closes the connection itself when it is told to.
        self._is_at_work = False
        self._is_closed = False
        #: A commit failed, and what it wrote may still stand in the -wal.
        self._has_remains = False
        self._store: Store | None = None
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] = (0, 0)
        self._subscribers: list[Callable[[Changes], None]] = []
        #: Called on the writes thread after a recovery, before anyone hears of what was written then.
        self.on_salvaged: Callable[[Salvaged], None] = lambda _: None
        #: Called on the writes thread when a recovery begins.
        self.on_salvaging: Callable[[], None] = lambda: None
        #: Called when a write has to wait for another process, with what says so, and with None when it goes on.
        self.on_waiting: Callable[[StorageError | None], None] = lambda _: None

    def subscribe(self, callback: Callable[[Changes], None]) -> None:
        """Have `callback` called after each commit that changed something, on the writes thread."""
        self._subscribers.append(callback)

    def submit(
        self,
        operation: Operation[T],
        ticket: Ticket,
        committed: Callable[[], None] | None = None,
        *,
        is_apart: bool = False,
    ) -> None:
        """Queue an operation. Callable from any thread; returns at once.

        `is_apart`: it runs outside of a transaction. When nothing is taken any more, the ticket is rejected
        ("outbox_closed").
        """
        entry = _Entry(operation, ticket, committed, is_apart)
        with self._lock:
            is_refused = self._is_closed
            must_start = False
            if not is_refused:
                self._queue.append(entry)
                must_start = not self._is_draining
                self._is_draining = True
        if is_refused:
            ticket.reject(PersonError("outbox_closed"))
        elif must_start:
            self._start()

    def future(self, operation: Operation[T], committed: Callable[[], None] | None = None) -> "Future[T]":
        """Queue an operation and return what can be waited for. Callable from any thread."""
        kept = Kept()
        self.submit(operation, kept, committed)
        return kept.future

    def mend(self) -> None:
        """Have the database recovered before the next commit: it was found to be damaged. Callable from any thread."""
        self._is_damaged = True

    def close(self) -> None:
        """Take nothing more; reject what is queued; close the connection, at once or when a drain lets go of it.

        Callable from any thread. Does not wait.
        """
        with self._lock:
            self._is_closed = True
            left = self._take(len(self._queue))
            is_at_work = self._is_at_work
        for entry in left:
            entry.ticket.reject(PersonError("outbox_closed"))
        if not is_at_work:
            self._let_go()

    def _start(self) -> None:
        """Have the queue drained. Where no work is taken any more, nobody is left waiting for it."""
        try:
            self._executor.start("writes", self._drain)
        except PersonError as error:
            with self._lock:
                if self._is_at_work or not self._queue:
                    raise  # the executor without threads ran it, and this came out of a callback
                left = self._take(len(self._queue))
                self._is_draining = False
            for entry in left:
                entry.ticket.reject(error)

    def _drain(self) -> None:
        """Commit one batch. Then, when more has queued up meanwhile, have itself called again.

        Never lets a trouble of one stand in the way of another; what callbacks raise is raised at the end.
        """
        with self._lock:
            batch = self._take(self._next_batch())
            self._is_at_work = True
        answers, changes = self._answers(batch)
        with self._lock:
            self._is_at_work = False
            is_more = self._is_draining = bool(self._queue)
            is_closed = self._is_closed
        if is_closed:
            self._let_go()
        calls: list[Callable[[], object]] = []
        if (salvaged := self._salvaged) is not None:
            self._salvaged = None
            calls += [partial(self.on_salvaged, salvaged), partial(forget_told, self._home)]
        calls += [entry.committed for entry, _, problem in answers if problem is None and entry.committed is not None]
        calls += [partial(_tell, *answer) for answer in answers]
        if changes != Changes():
            calls += [partial(subscriber, changes) for subscriber in self._subscribers]
        errors: list[BaseException] = []
        for call in calls:
            try:
                call()
            except BaseException as error:  # noqa: BLE001 - the others wait to hear
                errors.append(error)
        if is_more:
            self._start()
        if errors:
            raise errors[0] if len(errors) == 1 else BaseExceptionGroup("after a commit", errors)

    def _next_batch(self) -> int:
        """Say how many of the queue go together: those before one that goes apart. With the lock held."""
        if self._queue and self._queue[0].is_apart:
            return 1
        together = takewhile(lambda entry: not entry.is_apart, self._queue)
        return sum(1 for _ in islice(together, BATCH))

    def _take(self, most: int) -> list[_Entry]:
        """Take the oldest out of the queue. With the lock held."""
        return [self._queue.popleft() for _ in range(min(most, len(self._queue)))]

    def _answers(self, batch: list[_Entry]) -> tuple[list[_Answer], Changes]:
        """Commit a batch, and say what each is told. Never raises."""
        if not batch:
            return [], Changes()
        answers: list[_Answer] = []
        try:
            try:
                self._commit(batch, answers)
            except sqlite3.DatabaseError as error:
                if not database.is_damage(error):
                    raise
                self.mend()
                if self._store is not None:
                    self._store.take_changes()
                answers.clear()
                self._commit(batch, answers)
        except BaseException as error:  # noqa: BLE001 - a fault of ours must not leave anybody waiting for ever
            problem = _told(error)
            if self._store is not None:
                self._store.take_changes()
            # One that failed for a reason of its own keeps it.
            own = {id(entry): trouble for entry, _, trouble in answers if trouble is not None}
            return [(entry, None, own.get(id(entry), problem)) for entry in batch], Changes()
        assert self._store is not None
        changes = self._store.take_changes()
        if (salvaged := self._salvaged) is not None:
            changes |= Changes(salvaged.changed, is_due=True)
        return answers, changes

    def _let_go(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):  # the WAL stays beside it and is read at the next start
                self._connection.close()
            self._connection = self._store = None

    def _commit(self, batch: list[_Entry], answers: list[_Answer]) -> None:
        """Run a batch in one transaction. When this returns, it is on disk; when it raises, nothing of it is."""
        store, connection = self._opened()
        if self._has_remains:
            self._begin_anew(connection)
        if batch[0].is_apart:
            answers.append((batch[0], batch[0].operation(store), None))
            return
        self._begin(connection)
        try:
            for entry in batch:
                connection.execute("SAVEPOINT one")
                try:
                    value = entry.operation(store)
                except Exception as error:
                    if not connection.in_transaction:
                        raise  # SQLite rolled everything back (disk full, I/O error)
                    if isinstance(error, sqlite3.Error) and database.is_damage(error):
                        raise  # all of it is done again, in a database that was recovered
                    connection.execute("ROLLBACK TO one")
                    answers.append((entry, None, _told(error)))
                else:
                    answers.append((entry, value, None))
                connection.execute("RELEASE one")
            connection.execute("COMMIT")
        except BaseException as error:
            self._has_remains = True
            with contextlib.suppress(sqlite3.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error) and database.is_failed_disk(error):
                    # Not synced, and yet perhaps whole: nobody was told of it, so it must not be there after a kill.
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            raise

    def _begin_anew(self, connection: sqlite3.Connection) -> None:
        """Have the next commit begin at the start of the -wal, in a new generation.

        A commit that failed may have left whole frames there. The next one would cover some of them; the rest would
        stand behind it as if they were commits that somebody was told of.
        """
        if connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()[0]:
            raise StorageError("storage_busy")
        self._has_remains = False

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Take the write lock; as long as another process keeps it, wait: nothing that was queued is lost."""
        is_waiting = False
        try:
            while True:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if not database.is_busy(error) or self._is_closed:
                        raise
                    if not is_waiting:
                        is_waiting = True
                        self.on_waiting(database.storing_error(error))
        finally:
            if is_waiting:
                self.on_waiting(None)

    def _opened(self) -> tuple[Store, sqlite3.Connection]:
        """Return the connection, opened at the first use, and only while its file is still the same one."""
        if self._connection is not None and self._file_identity() != self._identity:
            raise StorageError("outbox_replaced", path=self._home.database)
        if self._is_damaged:
            self._recover()
        if self._store is None or self._connection is None:
            try:
                self._connection = database.open_for_writing(self._home)
            except OutboxError as error:
                if not _is_ours_and_damaged(error, self._home):
                    raise
                self._recover(error)
                self._connection = database.open_for_writing(self._home)
            self._identity = self._file_identity()
            self._store = Store(self._connection)
            if self._salvaged is None:
                self._salvaged = untold(self._home)
        return self._store, self._connection

    def _recover(self, why: OutboxError | None = None) -> None:
        """Put what can be read into a new database. Where that cannot be, nothing is written into the damaged one."""
        self._let_go()
        if self._recovery is None or self._recoveries >= _MOST_RECOVERIES:
            tired = "it is damaged again and again: look at the disk, and at the memory"
            raise self._unsaved or why or OutboxError("outbox_unsaved", path=self._home.database, why=tired)
        if self._unsaved is not None and time.monotonic() < self._recover_from_s:
            raise self._unsaved
        self.on_salvaging()
        try:
            self._salvaged = self._recovery()
        except (OSError, sqlite3.Error, OutboxError) as error:
            self._unsaved = _why_unsaved(error, why, self._home)
            self._recover_from_s = time.monotonic() + _RECOVERY_PAUSE_S
            if self._unsaved.code != "disk_full":  # room may come at any time
                self._recoveries += 1
            raise self._unsaved from error
        self._is_damaged = False
        self._unsaved = None
        self._recoveries += 1

    def _file_identity(self) -> tuple[int, int]:
        try:
            status = self._home.database.stat()
        except OSError:
            return (0, 0)
        return (status.st_dev, status.st_ino)


def _is_ours_and_damaged(error: OutboxError, home: Home) -> bool:
    """Say whether an outbox could not be opened because it is damaged, and was an outbox before."""
    if error.code == "outbox_foreign":
        from core.outbox.recovery.salvage import is_ours  # here: nearly no outbox is ever damaged

        return is_ours(home.database)
    return error.code == "outbox_damaged"


def _why_unsaved(error: Exception, why: OutboxError | None, home: Home) -> PersonError:
    """Say in a person's words why a recovery failed; `why` is for what it was begun."""
    if isinstance(error, OutboxError):
        return error
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return StorageError("disk_full")
        return OutboxError("outbox_unsaved", path=home.database, why=reason(error))
    return why or OutboxError("outbox_unsaved", path=home.database, why=error)


def _tell(entry: _Entry, value: Any, problem: BaseException | None) -> None:
    if problem is None:
        entry.ticket.resolve(value)
    else:
        entry.ticket.reject(problem)


def _told(error: BaseException) -> BaseException:
    """Return an error as who asked is told it: SQLite's as a sentence, any other as it is."""
    return database.storing_error(error) if isinstance(error, sqlite3.Error) else error
