"""Group commit: whatever has queued up for the outbox goes to disk in one transaction, on one thread."""

import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core.errors import OuttrayError, PersonError, StorageError
from core.executor import Executor, Ticket
from core.outbox import database
from core.outbox.notification import Changes
from core.outbox.store import Store
from core.paths import Home

T = TypeVar("T")
Operation = Callable[[Store], T]

#: At most so many operations share a commit, so that the first of a long queue is not kept waiting for the last.
BATCH = 256


@dataclass
class _Waiting:
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


class Writer:
    """The only way to write. Takes operations from any thread; runs them on the `writes` pool.

    An operation that raises is rolled back alone; a commit that fails rejects everything in it. A ticket is resolved
    only after the commit returned, and with `synchronous = FULL` that means after the sync.
    """

    def __init__(self, home: Home, executor: Executor) -> None:
        self._home = home
        self._executor = executor
        self._queue: deque[_Entry] = deque()
        self._lock = threading.Lock()
        self._is_draining = False
        self._is_closed = False
        self._store: Store | None = None
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] = (0, 0)
        self._subscribers: list[Callable[[Changes], None]] = []

    def subscribe(self, callback: Callable[[Changes], None]) -> None:
        """Have `callback` called after each commit that changed something, on the writes thread."""
        self._subscribers.append(callback)

    def submit(self, operation: Operation[T], ticket: Ticket, committed: Callable[[], None] | None = None) -> None:
        """Queue an operation. Callable from any thread; returns at once."""
        with self._lock:
            if self._is_closed:
                refused = True
            else:
                refused = False
                self._queue.append(_Entry(operation, ticket, committed))
                must_start = not self._is_draining
                self._is_draining = True
        if refused:
            ticket.reject(PersonError("outbox_closed"))
        elif must_start:
            self._executor.start("writes", self._drain)

    def future(self, operation: Operation[T], committed: Callable[[], None] | None = None) -> "Future[T]":
        """Queue an operation and return what can be waited for. Callable from any thread."""
        waiting = _Waiting()
        self.submit(operation, waiting, committed)
        return waiting.future

    def close(self) -> None:
        """Take nothing more; reject what is queued; close the connection. On the writes thread, or when it is idle."""
        with self._lock:
            self._is_closed = True
            left = list(self._queue)
            self._queue.clear()
        for entry in left:
            entry.ticket.reject(PersonError("outbox_closed"))
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):  # the WAL stays beside it and is read at the next start
                self._connection.close()
            self._connection = self._store = None

    def _drain(self) -> None:
        """Commit one batch. Then, when more has queued up meanwhile, have itself called again."""
        with self._lock:
            batch = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
        answers: list[tuple[_Entry, Any, BaseException | None]] = []
        changes = Changes()
        try:
            answers, changes = self._commit(batch)
        except sqlite3.Error as error:
            answers = [(entry, None, database.storing_error(error)) for entry in batch]
        except OuttrayError as error:
            answers = [(entry, None, error) for entry in batch]
        except BaseException as error:  # noqa: BLE001 - a fault of ours must not leave anybody waiting for ever
            answers = [(entry, None, error) for entry in batch]
        with self._lock:
            is_more = bool(self._queue)
            self._is_draining = is_more
        for entry, value, problem in answers:
            if problem is not None:
                entry.ticket.reject(problem)
            else:
                entry.ticket.resolve(value)
        if changes.deliveries or changes.is_due:
            for subscriber in self._subscribers:
                subscriber(changes)
        if is_more:
            self._executor.start("writes", self._drain)

    def _commit(self, batch: list[_Entry]) -> tuple[list[tuple[_Entry, Any, BaseException | None]], Changes]:
        store, connection = self._opened()
        self._begin(connection)
        answers: list[tuple[_Entry, Any, BaseException | None]] = []
        try:
            for entry in batch:
                connection.execute("SAVEPOINT one")
                try:
                    value = entry.operation(store)
                except sqlite3.Error as error:
                    if not connection.in_transaction:
                        raise  # SQLite rolled everything back (disk full, I/O error)
                    connection.execute("ROLLBACK TO one")
                    answers.append((entry, None, database.storing_error(error)))
                except Exception as error:  # noqa: BLE001 - it goes to who asked, and only to them
                    connection.execute("ROLLBACK TO one")
                    answers.append((entry, None, error))
                else:
                    answers.append((entry, value, None))
                connection.execute("RELEASE one")
            connection.execute("COMMIT")
        except BaseException:
            store.take_changes()
            if connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            raise
        changes = store.take_changes()
        for entry, _, problem in answers:
            if problem is None and entry.committed is not None:
                entry.committed()
        return answers, changes

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Take the write lock; as long as another process keeps it, wait: nothing that was queued is lost."""
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not database.is_busy(error) or self._is_closed:
                    raise

    def _opened(self) -> tuple[Store, sqlite3.Connection]:
        """Return the connection, opened at the first use, and only while its file is still the same one."""
        if self._store is None or self._connection is None:
            self._connection = database.open_for_writing(self._home)
            self._store = Store(self._connection)
            self._identity = self._file_identity()
        elif self._file_identity() != self._identity:
            raise StorageError("outbox_replaced", path=self._home.database)
        return self._store, self._connection

    def _file_identity(self) -> tuple[int, int]:
        try:
            status = self._home.database.stat()
        except OSError:
            return (0, 0)
        return (status.st_dev, status.st_ino)
