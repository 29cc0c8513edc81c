"""Group commit: what shares a transaction, what a failure takes with it, and that nobody waits for ever."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from core.errors import OutboxError, PersonError, StorageError
from core.executor import Inline
from core.outbox import database
from core.outbox.notification import Changes, new_token
from core.outbox.outbox import Outbox
from core.outbox.reader import Reader
from core.outbox.store import Store
from core.outbox.writer import BATCH, Writer
from core.paths import Home
from core.program import Program
from tests.outboxes import ByHand, accept, draft, opened, states


class Answers:
    """A ticket that keeps what it was told."""

    def __init__(self, raises: BaseException | None = None) -> None:
        self.values: list[object] = []
        self.errors: list[BaseException] = []
        self._raises = raises

    def resolve(self, value: object) -> None:
        self.values.append(value)
        if self._raises is not None:
            raise self._raises

    def reject(self, error: BaseException) -> None:
        self.errors.append(error)


@pytest.fixture
def by_hand() -> ByHand:
    return ByHand()


@pytest.fixture
def writer(home: Home, by_hand: ByHand) -> Iterator[Writer]:
    writer = Writer(home, by_hand)
    yield writer
    writer.close()


def pause(store: Store) -> str:
    store.set_paused(True)
    return "paused"


def fail(_store: Store) -> None:
    raise ValueError("of its own")


def break_commit(store: Store) -> None:
    """Leave a row that the commit, and only the commit, refuses."""
    store._db.execute("PRAGMA defer_foreign_keys = ON")
    store._db.execute("INSERT INTO event (at, notification, delivery, kind) VALUES (0, '', 999, 'broken')")


def is_paused(home: Home) -> bool:
    with closing(Reader(home)) as reader:
        return reader.counts().is_paused


def commits(home: Home) -> int:
    """Return how many transactions are in the WAL: each ends with a frame that says so (sqlite.org/walformat.html)."""
    wal = home.database.with_name("outbox.db-wal").read_bytes()
    page = int.from_bytes(wal[8:12], "big")
    return sum(wal[start + 4 : start + 8] != bytes(4) for start in range(32, len(wal), page + 24))


def test_what_queued_up_shares_one_commit(home: Home, writer: Writer, by_hand: ByHand) -> None:
    """Fifty orders that queued up while the disk was busy cost one sync, not fifty."""
    writer.future(pause)
    by_hand.run()
    before = commits(home)
    done: list[int] = []
    futures = [writer.future(partial(_count, done)) for _ in range(50)]
    assert by_hand.run() == 1
    assert all(future.done() for future in futures)
    assert commits(home) == before + 1


def test_a_long_queue_is_committed_in_parts(writer: Writer, by_hand: ByHand) -> None:
    """The first of very many is not kept waiting for the last."""
    futures = [writer.future(pause) for _ in range(BATCH + 1)]
    by_hand.jobs.pop(0)[1]()
    assert [future.done() for future in futures] == [True] * BATCH + [False]
    by_hand.run()
    assert futures[-1].result(0) == "paused"


def test_nothing_is_told_before_it_is_on_disk(home: Home, writer: Writer, by_hand: ByHand) -> None:
    """When a ticket is resolved, another connection finds what it stands for."""
    seen = []

    class Looks(Answers):
        def resolve(self, value: object) -> None:
            seen.append(is_paused(home))

    writer.submit(pause, Looks(), lambda: seen.append(is_paused(home)))
    by_hand.run()
    assert seen == [True, True]


def test_one_that_fails_fails_alone(home: Home, writer: Writer, by_hand: ByHand) -> None:
    """What an order did before it raised is gone; those beside it in the same commit are kept."""

    def half(store: Store) -> None:
        store.set_log_mark(7, 7)
        raise ValueError("of its own")

    first, second, third = writer.future(pause), writer.future(half), writer.future(pause)
    by_hand.run()
    assert (first.result(0), third.result(0)) == ("paused", "paused")
    with pytest.raises(ValueError, match="of its own"):
        second.result(0)
    with closing(Reader(home)) as reader:
        assert reader.log_mark() == (0, 0)


def test_a_commit_that_fails_fails_all_in_it(home: Home, writer: Writer, by_hand: ByHand) -> None:
    """Nobody is told “accepted” of a commit that did not come through, nothing of it is kept, and the next works."""
    changes: list[Changes] = []
    writer.subscribe(changes.append)
    called: list[str] = []
    futures: list[Future[object]] = [
        writer.future(pause, lambda: called.append("committed")),
        writer.future(fail),
        writer.future(break_commit),
    ]
    by_hand.run()
    for future, error in zip(futures, (StorageError, ValueError, StorageError), strict=True):
        assert isinstance(future.exception(0), error)
    assert (changes, called) == ([], [])
    assert not is_paused(home)
    again = writer.future(pause)
    by_hand.run()
    assert again.result(0) == "paused"
    assert is_paused(home)


def test_a_token_of_a_failed_commit_is_accepted_once(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person presses again after the disk failed: it is accepted then, once, and a third press changes nothing."""
    token = new_token()
    real = Store.accept

    def and_break(store: Store, **words: object) -> object:
        receipt = real(store, **words)  # type: ignore[arg-type]
        break_commit(store)
        return receipt

    with monkeypatch.context() as patched:
        patched.setattr(Store, "accept", and_break)
        with pytest.raises(StorageError):
            program.outbox.accept(draft(), token=token).wait()
    assert states(program) == []
    first = program.outbox.accept(draft(), token=token).wait()
    second = program.outbox.accept(draft(), token=token).wait()
    assert (first.is_new, second.is_new) == (True, False)
    assert second.deliveries == first.deliveries
    assert len(states(program)) == 1


def test_a_callback_that_raises_stops_nobody_else(home: Home, writer: Writer, by_hand: ByHand) -> None:
    """Tickets, subscribers and the rest of the queue go on; what was raised comes out at the end."""
    heard: list[object] = []

    def complain(_changes: Changes) -> None:
        raise ZeroDivisionError

    writer.subscribe(complain)
    writer.subscribe(heard.append)
    bad, good = Answers(raises=KeyError()), Answers()
    writer.submit(pause, bad)
    writer.submit(pause, good)
    with pytest.raises(BaseExceptionGroup) as caught:
        by_hand.run()
    assert {type(error) for error in caught.value.exceptions} == {KeyError, ZeroDivisionError}
    assert good.values == ["paused"]
    assert len(heard) == 1
    writer.future(pause)
    with pytest.raises(ZeroDivisionError):
        by_hand.run()
    assert len(heard) == 2


def test_an_outbox_that_cannot_be_opened_is_said_to_each(home: Home, writer: Writer, by_hand: ByHand) -> None:
    """Every order that waits gets the sentence; the next order tries again, and works when the cause is gone."""
    home.database.write_bytes(b"a letter")
    futures = [writer.future(pause) for _ in range(3)]
    by_hand.run()
    for future in futures:
        with pytest.raises(OutboxError, match="not an outbox"):
            future.result(0)
    home.database.unlink()
    again = writer.future(pause)
    by_hand.run()
    assert again.result(0) == "paused"


def test_work_that_is_refused_leaves_nobody_waiting(home: Home, writer: Writer, by_hand: ByHand) -> None:
    """While the program quits, the main thread may start no work: its order is refused, and a worker's still goes."""
    by_hand.refusal = PersonError("outbox_closed")
    refused = writer.future(pause)
    with pytest.raises(PersonError, match="closing"):
        refused.result(0)
    by_hand.refusal = None
    outcome = writer.future(pause)
    by_hand.run()
    assert outcome.result(0) == "paused"


def test_closing_tells_those_who_wait(home: Home, writer: Writer, by_hand: ByHand) -> None:
    """What has not begun is refused with a sentence, and so is everything after; a job that comes late does nothing."""
    waiting = writer.future(pause)
    writer.close()
    after = writer.future(pause)
    by_hand.run()
    for future in (waiting, after):
        with pytest.raises(PersonError, match="closing"):
            future.result(0)
    assert not home.database.exists()


def test_closing_during_a_commit_waits_for_nobody(home: Home, writer: Writer, by_hand: ByHand) -> None:
    """The connection is not taken away under a commit: it is closed by the commit, when that is done."""

    def close_meanwhile(store: Store) -> str:
        writer.close()
        return pause(store)

    future = writer.future(close_meanwhile)
    by_hand.run()
    assert future.result(0) == "paused"
    assert not home.database.with_name("outbox.db-wal").exists()
    assert is_paused(home)


def _on_a_thread(job: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=job)
    thread.start()
    return thread


class OneThread(ByHand):
    """Runs each job on a thread of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[threading.Thread] = []

    def start(self, pool: str, job: Callable[[], None]) -> None:
        self.threads.append(_on_a_thread(job))


@pytest.fixture
def locked(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Another program that holds the write lock; and an outbox that asks for it every 20 ms."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 20)
    settings = [setting for setting in database._SETTINGS if setting[0] != "busy_timeout"]
    monkeypatch.setattr(database, "_SETTINGS", tuple(settings))
    database.open_for_writing(home).close()
    with closing(sqlite3.connect(home.database, isolation_level=None, check_same_thread=False)) as other:
        yield other


def test_a_lock_of_another_program_is_waited_for(home: Home, locked: sqlite3.Connection) -> None:
    """A8: however long another program keeps the outbox locked, nothing is lost: it is written when it lets go."""
    executor = OneThread()
    writer = Writer(home, executor)
    writer.future(pause).result(10)
    tries = threading.Semaphore(0)
    assert writer._connection is not None
    writer._connection.set_trace_callback(lambda sql: tries.release() if sql == "BEGIN IMMEDIATE" else None)
    locked.execute("BEGIN IMMEDIATE")
    future = writer.future(lambda store: store.set_log_mark(1, 1))

    def let_go() -> None:
        for _ in range(4):
            tries.acquire()
        assert not future.done()
        locked.execute("ROLLBACK")

    watcher = _on_a_thread(let_go)
    future.result(10)
    watcher.join()
    for thread in executor.threads:
        thread.join()
    writer.close()
    with closing(Reader(home)) as reader:
        assert reader.log_mark() == (1, 1)


def test_quitting_while_another_program_holds_the_lock(home: Home, locked: sqlite3.Connection) -> None:
    """The quit does not hang: what could not be written is refused, and nobody was told that it is accepted."""
    executor = OneThread()
    writer = Writer(home, executor)
    writer.future(pause).result(10)
    locked.execute("BEGIN IMMEDIATE")
    future = writer.future(lambda store: store.set_log_mark(1, 1))
    writer.close()
    with pytest.raises(PersonError):
        future.result(10)
    for thread in executor.threads:
        thread.join()
    locked.execute("ROLLBACK")


def test_many_threads_write_at_once(home: Home) -> None:
    """Orders from any thread: each is done once, and each is told."""
    executor = OneThread()
    writer = Writer(home, executor)
    done: list[int] = []
    total = threading.Barrier(8)

    def ask() -> None:
        total.wait()
        for _ in range(25):
            writer.future(partial(_count, done)).result(10)

    for thread in [_on_a_thread(ask) for _ in range(8)]:
        thread.join()
    for thread in list(executor.threads):
        thread.join()
    writer.close()
    assert len(done) == 200
    with closing(Reader(home)) as reader:
        assert reader.log_mark() == (200, 200)


def _count(done: list[int], store: Store) -> None:
    done.append(1)
    store.set_log_mark(len(done), len(done))


def test_subscribers_hear_what_changed(home: Home) -> None:
    """After each commit that changed something: which deliveries, and whether one may be due. Not after a refusal."""
    with opened(home) as program:
        heard: list[Changes] = []
        program.outbox.subscribe(heard.append)
        delivery_id = accept(program).deliveries[0].id
        assert heard == [Changes(frozenset({delivery_id}), is_due=True)]
        program.outbox.hold([delivery_id]).wait()
        assert heard[1:] == [Changes(frozenset({delivery_id}), is_due=False)]
        program.outbox.hold([delivery_id]).wait()
        program.outbox.set_log_mark(1, 1).wait()
        assert len(heard) == 2


def _error_of(call: Callable[[], object]) -> StorageError | None:
    try:
        call()
    except StorageError as error:
        return error
    return None


def test_a_full_disk_at_a_statement_takes_the_batch(home: Home, tmp_path: Path) -> None:
    """SQLite may roll everything back by itself (disk full): all in the batch are told so, and the next works."""
    with opened(home, executor=Inline()) as program:
        accept(program)
        writer = program.outbox._writer
        assert writer._connection is not None
        pages = writer._connection.execute("PRAGMA page_count").fetchone()[0]
        writer._connection.execute(f"PRAGMA max_page_count = {pages}")
        errors = [_error_of(lambda: accept(program, text="words " * 3000)) for _ in range(20)]
        assert isinstance(errors[-1], StorageError)
        assert errors[-1].code == "disk_full"
        assert len(states(program)) == 1 + errors.count(None)
        kept = len(states(program))
        writer._connection.execute("PRAGMA max_page_count = 1000000")
        accept(program)
        assert len(states(program)) == kept + 1


def test_an_order_is_done_when_it_is_asked_for(home: Home) -> None:
    """An order that nobody asks for does nothing: making one has no effect of its own."""
    with opened(home) as program:
        order = program.outbox.accept(draft(), token="one")
        assert states(program) == []
        order.wait()
        assert len(states(program)) == 1


def test_the_outbox_closes_once_and_again(home: Home) -> None:
    """Closing twice is nothing; what comes after it is refused with a sentence."""
    with opened(home) as program:
        outbox: Outbox = program.outbox
    outbox.close()
    with pytest.raises(PersonError, match="closing"):
        outbox.pause().wait()
