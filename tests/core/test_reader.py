"""Every read: pages, counts and details are what is stored, and none of them reads what it need not."""

import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import NotFoundError, OutboxError, PersonError
from core.outbox import database, reader
from core.outbox.accounts import Turn
from core.outbox.leases import Settlement
from core.outbox.notification import Recipient, Terms
from core.outbox.reader import Reader
from core.outbox.states import Place, Reason, State
from core.paths import Home
from core.program import Program
from tests.fakes import FakeClock
from tests.others import as_another_user, let_in
from tests.outboxes import ANSWERED, BEN, accept, bring_to, claim, opened, settle


@pytest.fixture
def filled(program: Program) -> Program:
    """Three of each state, mixed."""
    for _ in range(3):
        for state in State:
            bring_to(program, state)
    return program


def test_the_pages_of_a_filter_are_its_rows(filled: Program) -> None:
    """Cut anywhere, the pages of each filter together are exactly its rows, oldest first; so are the positions."""
    everything = list(filled.reader.list())[::-1]
    for place in Place:
        expected = [row for row in everything if place in (Place.ALL, row.place)]
        assert filled.reader.count(place) == len(expected)
        for size in (1, 4, 100):
            pages = [filled.reader.rows(place, "", start, size) for start in range(0, len(expected) + size, size)]
            assert [row for page in pages for row in page] == expected
        for ordinal, row in enumerate(expected):
            assert filled.reader.position(place, "", row.id) == ordinal
            assert filled.reader.position(place, "example.com", row.id) == ordinal
    missing = next(row for row in everything if row.place is not Place.SENT)
    assert filled.reader.position(Place.SENT, "", missing.id) is None
    assert filled.reader.position(Place.ALL, "", 999) is None


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.sampled_from(Place), start=st.integers(0, 40), count=st.integers(0, 40))
def test_any_window_of_a_filter(filled: Program, place: Place, start: int, count: int) -> None:
    """Whatever part of a list is asked for, from either end, is that part."""
    expected = [row for row in list(filled.reader.list())[::-1] if place in (Place.ALL, row.place)]
    assert list(filled.reader.rows(place, "", start, count)) == expected[start : start + count]
    assert list(filled.reader.rows(place, "example", start, count)) == expected[start : start + count]


def test_new_rows_shift_nothing(filled: Program) -> None:
    """Ordinals are counted from the oldest: what is accepted meanwhile moves no row of a page."""
    before = filled.reader.rows(Place.ALL, "", 5, 5)
    accept(filled)
    assert filled.reader.rows(Place.ALL, "", 5, 5) == before


def test_counts_are_the_tally(filled: Program) -> None:
    """Counts by state and by place add up to the rows there are."""
    counts = filled.reader.counts()
    assert counts.by_state == dict.fromkeys(State, 3)
    assert counts.of(Place.ALL) == 3 * len(State)
    assert sum(counts.by_place.values()) == 3 * len(State)


def test_what_is_next(program: Program, fake_clock: FakeClock) -> None:
    """The next due time is the earliest of what is queued, and none while all is paused."""
    assert program.reader.counts().next_due_at is None
    accept(program, terms=Terms(at_ms=fake_clock.now_ms() + 5000))
    assert program.reader.counts().next_due_at == fake_clock.now_ms() + 5000
    accept(program)
    assert program.reader.counts().next_due_at == fake_clock.now_ms()


def test_what_an_account_keeps_waiting_says_why(program: Program, fake_clock: FakeClock) -> None:
    """Reason, time and reply of the account's wait are shown of what is due, in every read; the rows stay as they are.

    An undo time, a chosen time and a later try of its own are what they are.
    """
    now = fake_clock.now_ms()
    (tried,) = (accept(program).deliveries[0].id,)
    (claimed,) = claim(program)
    due = accept(program).deliveries[0].id
    undo = accept(program, terms=Terms(undo_s=10)).deliveries[0].id
    chosen = accept(program, terms=Terms(at_ms=now + 20_000)).deliveries[0].id
    turn = Turn(Reason.OFFLINE, (30,), "network_gone", (), "There is no network.")
    later = Settlement(State.QUEUED, Reason.BACKOFF, now + 60_000, turn=turn)
    program.outbox.settle(claimed, later, ANSWERED).wait()

    def shown() -> dict[int, tuple[Reason, int]]:
        return {row.id: (row.reason, row.due_at - now) for row in program.reader.list()}

    assert shown() == {
        tried: (Reason.BACKOFF, 60_000),
        due: (Reason.OFFLINE, 30_000),
        undo: (Reason.UNDO, 10_000),
        chosen: (Reason.SCHEDULE, 20_000),
    }
    assert program.reader.deliveries([due])[0].last_reply == "There is no network."
    assert program.reader.details(due).delivery == program.reader.rows(Place.ALL, "", 1, 1)[0]
    assert program.reader.counts().next_due_at == now + 30_000
    assert program.reader.waiting_of("practice") == 4
    (state,) = program.reader.account_states()
    assert (state.account, state.reason, state.until, state.code) == (
        "practice",
        Reason.OFFLINE,
        now + 30_000,
        "network_gone",
    )
    fake_clock.advance(10)
    assert shown()[undo] == (Reason.OFFLINE, 30_000)
    program.outbox.look(lambda store, at: store.take_turn("practice", "", Turn(Reason.NONE), at)).wait()
    assert shown()[due] == (Reason.NONE, 0)
    assert program.reader.account_states() == ()


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("ann", [1]),
        ("ANN example", [1]),
        ("example", [1, 2]),
        ("percent%", [2]),
        ("per_ent", []),
        ("back\\slash", [2]),
        ("' OR 1=1 --", []),
        ("nobody", []),
        ("花子", [1]),
        ("花子 ANN", [1]),
        ("GRÜSSE", [2]),
        ("grüße", [2]),
        ("grussë", []),
        ("2.0.0 ok", [1]),
    ],
)
def test_finding(program: Program, find: str, found: list[int]) -> None:
    """Every word must be somewhere in the address, the name, the subject or the reply; signs of SQL mean themselves."""
    accept(program, Recipient("ann@example.com", "花子 Ann"), subject="One")
    (claimed,) = claim(program)
    assert settle(program, claimed, State.SENT)
    accept(program, BEN, subject="a percent% and a back\\slash, example, Grüße")
    rows = program.reader.rows(Place.ALL, find, 0, 10)
    assert [row.id for row in rows] == found
    assert program.reader.count(Place.ALL, find) == len(found)
    assert [row.id for row in program.reader.list(find=find)] == found[::-1]


@pytest.mark.parametrize("part", [1, 4, 100])
def test_a_search_in_parts(filled: Program, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    """The parts of a search together are exactly the rows of the filter, newest first, whatever their size."""
    monkeypatch.setattr(reader, "_SEARCHED", part)
    for place in Place:
        for find in ("example.com", "ann ok", "nobody", ""):
            found: list[int] = []
            below: int | None = None
            while below != 0:
                ids, below = filled.reader.search(place, find, below)
                found += ids
            rows = filled.reader.rows(place, find, 0, 100)
            assert found == [row.id for row in rows][::-1]
            assert filled.reader.fitting(place, find, [*range(100), 7, 7]) == set(found)
    assert filled.reader.fitting(Place.ALL, "", []) == frozenset()


def test_a_search_in_an_empty_outbox(program: Program) -> None:
    """Nothing is found, and there is no further part."""
    assert program.reader.search(Place.ALL, "ann") == ((), 0)


def test_a_search_ends_when_the_program_does(filled: Program) -> None:
    """Who quits does not wait for a long search: its next part is refused."""
    _, below = filled.reader.search(Place.ALL, "ann", 9)
    assert below == 0
    filled.reader.leave()
    with pytest.raises(PersonError) as refused:
        filled.reader.search(Place.ALL, "ann", 9)
    assert refused.value.code == "outbox_closed"


def test_the_list_of_the_command_line(filled: Program) -> None:
    """Newest first, by state where asked, and no more than asked."""
    for state in State:
        rows = list(filled.reader.list(state))
        assert [row.state for row in rows] == [state] * 3
        assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)
    assert len(list(filled.reader.list(limit=4))) == 4


def test_a_list_that_is_not_read_to_its_end(filled: Program) -> None:
    """Whoever stops in the middle leaves nothing open."""
    rows = filled.reader.list()
    next(rows)
    del rows
    accept(filled)
    assert next(filled.reader.list()).id == 28


def test_what_is_not_there_is_said(program: Program) -> None:
    """A number that no delivery has is a sentence; asked among others it is left out."""
    accept(program)
    for ask in (program.reader.details, program.reader.message):
        with pytest.raises(NotFoundError, match="no delivery 7"):
            ask(7)
    assert [row.id for row in program.reader.deliveries([7, 1, 1])] == [1]
    assert program.reader.deliveries([]) == ()


def test_very_many_ids(program: Program) -> None:
    """More ids than one statement takes are asked for in parts."""
    for _ in range(3):
        accept(program)
    assert len(program.reader.deliveries(range(40_000))) == 3


def test_many_threads_read_at_once(filled: Program) -> None:
    """Reads from any thread at once, while the outbox is written, each see one whole state."""
    errors: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                counts = filled.reader.counts()
                assert sum(counts.by_state.values()) == sum(counts.by_place.values())
                assert len(filled.reader.rows(Place.ALL, "", 0, 10)) == 10
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test fails by it
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(30):
        accept(filled)
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_closed_reader_keeps_nothing_open(home: Home) -> None:
    """Also a connection that is in use while it is closed is closed, when its read has ended."""
    with opened(home) as program:
        accept(program)
        rows = program.reader.list()
        next(rows)
        program.reader.close()
        list(rows)
        assert program.reader._free.empty()


@pytest.mark.parametrize("damage", [b"\xff", b"\x00"])
def test_a_damaged_page_is_a_sentence(home: Home, damage: bytes) -> None:
    """A9: reading a page that is damaged says so, in words."""
    with opened(home) as program:
        for _ in range(200):
            accept(program, text="words " * 200)
    with home.database.open("r+b") as file:
        file.seek(4096 * 20)
        file.write(damage * 4096 * 30)
    with closing(Reader(home)) as reader:
        assert reader.is_sound()
        with pytest.raises(OutboxError, match="damaged"):
            list(map(reader.message, range(1, 201)))


def test_a_sound_outbox_is_sound(filled: Program) -> None:
    assert filled.reader.is_sound() == ""


_READ = (
    "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from core.paths import Home;"
    "from core.outbox.reader import Reader; print(sum(Reader(Home(Path(sys.argv[2]))).counts().by_state.values()))"
)


def test_reading_in_a_folder_that_cannot_be_written(home: Home) -> None:
    """A copy of an outbox on a read-only disk can be read: where no -wal can be made, none is needed."""
    nobody = as_another_user()
    with opened(home) as program:
        accept(program)
    let_in(home.root)
    home.database.chmod(0o644)
    root = str(Path(database.__file__).parents[2])
    answer = subprocess.run(
        [*nobody, sys.executable, "-c", _READ, root, home.root],
        capture_output=True,
        text=True,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert (answer.stdout.strip(), answer.stderr) == ("1", "")
    assert not home.database.with_name("outbox.db-wal").exists()


# -- what a read costs ------------------------------------------------------------------------------------------------


@pytest.fixture
def large(home: Home) -> Home:
    """An outbox of 20,000 rows, made by SQL, with the statistics SQLite has without any."""
    with closing(database.open_for_writing(home)) as db:
        db.execute("BEGIN")
        for at in range(20_000):
            state = ("queued", "sent", "failed", "cancelled")[at % 4]
            db.execute(
                "INSERT INTO notification VALUES (?, ?, 'practice', 'me@x', '', 's', '{\"to\":[]}', 0, NULL)", (at, at)
            )
            db.execute(
                "INSERT INTO delivery (notification, recipient, recipient_name, state, due_at, message_id, updated_at)"
                " VALUES (?, 'ann@example.com', '', ?, ?, ?, 0)",
                (at, state, at, at),
            )
            db.execute("INSERT INTO message VALUES (?, x'', x'', 0)", (at + 1,))
        db.execute("COMMIT")
    return home


def test_no_page_and_no_claim_reads_the_whole_table(large: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A16: with very many rows, claims, counts and pages go by their index. `SCAN` over an index alone passes rows
    over without reading them; a scan of a table, or a sort, would read each.
    """
    plans: list[str] = []

    def record(db: object, statements: list[str]) -> None:
        for sql in statements:
            plans.extend(
                f"{row[3]}   in   {sql}"
                for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")  # type: ignore[attr-defined]
            )

    statements: list[str] = []
    with opened(large) as program:
        with program.reader._connection() as db:
            db.set_trace_callback(lambda sql: statements.append(sql) if sql.startswith("SELECT") else None)
        program.reader.counts()
        for place in Place:
            for start in (0, 2000, 4900):
                program.reader.rows(place, "", start, 256)
            program.reader.position(place, "", 15_000)
            program.reader.search(place, "ann", 9000)
            program.reader.fitting(place, "ann", range(100, 356))
        program.reader.deliveries(range(100, 356))
        program.reader.details(77)
        list(program.reader.list(State.FAILED, limit=10))
        program.reader.last_event("77", "message")
        program.reader.account_states()
        program.reader.waiting_of("practice")
        program.reader.events(5)
        with program.reader._connection() as db:
            db.set_trace_callback(None)
            record(db, statements)

        writer = program.outbox._writer._connection
        assert writer is not None
        written: list[str] = []
        writer.set_trace_callback(written.append)
        program.dispatcher.look(1, 1).wait()
        program.outbox.recover().wait()
        writer.set_trace_callback(None)
        record(writer, sorted({sql for sql in written if sql.split(" ", 1)[0] in ("SELECT", "UPDATE")}))
    tables = ("delivery", "d", "n", "m", "notification", "message", "event", "attempt", "a", "e")
    slow = [
        plan
        for plan in plans
        if "TEMP B-TREE" in plan
        or any(plan.startswith(f"SCAN {table} ") and "INDEX" not in plan.split("   in   ")[0] for table in tables)
    ]
    assert [plan for plan in slow if not _is_walk_by_id(plan)] == []
    assert any("USING INDEX delivery_due" in plan for plan in plans)


def _is_walk_by_id(plan: str) -> bool:
    """True for a walk over a table in the order of its ids that ends at a limit: `list`, and a page of all rows."""
    return plan.startswith("SCAN d ") and "ORDER BY d.id" in plan and "LIMIT" in plan


def test_the_newest_page_is_found_from_the_end(large: Home) -> None:
    """The page a person looks at, the newest, costs no walk over all the others."""
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return 0

    with opened(large) as program:
        with program.reader._connection() as db:
            db.set_progress_handler(count, 100)
        assert len(program.reader.rows(Place.SENT, "", 5000 - 256, 256)) == 256
        newest, steps[0] = steps[0], 0
        program.reader.rows(Place.SENT, "", 2500, 256)
        assert newest + 50 < steps[0]
        with program.reader._connection() as db:
            db.set_progress_handler(None, 0)


def test_accept_claim_and_page_cost_the_same_with_very_many(home: Home) -> None:
    """A16: with 100,000 queued, an accept, a claim and the newest page take SQLite no more than twice the steps that
    they take with a hundred."""

    def steps_with(program: Program) -> list[int]:
        writer = program.outbox._writer._opened()[1]
        found = []
        for work in (
            lambda: accept(program),
            lambda: program.dispatcher.look(1, 1).wait(),
            lambda: program.reader.rows(Place.ALL, "", 0, 256),
            program.reader.counts,
        ):
            steps = [0]

            def count(steps: list[int] = steps) -> int:
                steps[0] += 1
                return 0

            with program.reader._connection() as reader:
                reader.set_progress_handler(count, 10)
            writer.set_progress_handler(count, 10)
            work()
            with program.reader._connection() as reader:
                reader.set_progress_handler(None, 0)
            writer.set_progress_handler(None, 0)
            found.append(steps[0])
        return found

    with opened(home) as program:
        program.dispatcher.look(1, 1).wait()  # the first one after a start looks through the due times, once
        _queue(program, 300)
        few = steps_with(program)
        _queue(program, 100_000)
        many = steps_with(program)
    assert all(0 < now <= 2 * before + 20 for before, now in zip(few, many, strict=True)), (few, many)


def _queue(program: Program, count: int) -> None:
    """Add queued rows by SQL, of an account whose queue is long."""
    db = program.outbox._writer._opened()[1]
    first = db.execute("SELECT count(*) FROM delivery").fetchone()[0] + 1
    ids = range(first, first + count)
    db.execute("BEGIN")
    db.executemany(
        "INSERT INTO notification VALUES (?, ?, 'practice', 'me@x', '', 's', '{\"to\":[]}', 0, NULL)",
        ((each, each) for each in ids),
    )
    db.executemany(
        "INSERT INTO delivery (id, notification, recipient, recipient_name, state, due_at, message_id, updated_at)"
        " VALUES (?, ?, 'ann@example.com', '', 'queued', ?, ?, 0)",
        ((each, each, each, each) for each in ids),
    )
    db.executemany("INSERT INTO message VALUES (?, x'', x'', 0)", ((each,) for each in ids))
    db.execute("COMMIT")
