"""Opening outbox.db: what is set, what is refused, and that what is refused stays as it was."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import OutboxError, StorageError
from core.outbox import database
from core.outbox.reader import Reader
from core.outbox.states import Place, State
from core.paths import Home
from tests.fakes import FakeClock
from tests.outboxes import accept, contradictions, fingerprint, opened, states


def test_settings_are_read_back(home: Home) -> None:
    """What the promise rests on is set on the connection that writes, and SQLite says that it is."""
    with closing(database.open_for_writing(home)) as connection:
        wanted = {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "trusted_schema": 0,
            "cell_size_check": 1,
            "mmap_size": 0,
            "temp_store": 2,
            "busy_timeout": 5000,
            "wal_autocheckpoint": 1000,
            "application_id": database.APPLICATION_ID,
            "user_version": len(database.migrations()),
        }
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
    assert found == wanted


def test_a_setting_that_is_not_taken_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that SQLite ignores stops the start: it would break the promise silently."""
    monkeypatch.setattr(database, "_SETTINGS", (("synchronous", "FULL", 3),))
    with pytest.raises(OutboxError, match="did not take synchronous"):
        database.open_for_writing(home)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes.")
def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """The folder is 0700 and all files of the database 0600, also where the umask would allow more."""
    home = Home(tmp_path / "home")
    old = os.umask(0)
    try:
        with closing(database.open_for_writing(home)) as connection:
            connection.execute("UPDATE switch SET is_on = 1")
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.root.iterdir()}
    finally:
        os.umask(old)
    assert modes == {"outbox.db": 0o600, "outbox.db-wal": 0o600, "outbox.db-shm": 0o600}
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o700


def test_an_outbox_made_halfway_is_made_again(home: Home, fake_clock: FakeClock) -> None:
    """A crash while the outbox is made leaves another name: the next start makes it, and nothing is in the way."""
    for suffix in ("", "-journal", "-wal"):
        (home.root / f"outbox.db.new{suffix}").write_bytes(b"half")
    with opened(home, fake_clock) as program:
        accept(program)
        assert len(states(program)) == 1
    assert not list(home.root.glob("outbox.db.new*"))


def test_a_failed_start_leaves_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the outbox cannot be made, there is none, and no half one either."""
    broken = home.root / "0001_broken.sql"
    broken.write_text("CREATE TABLE one (a); CREATE TABEL two (b);")
    monkeypatch.setattr(database, "migrations", lambda: [broken])
    with pytest.raises(OutboxError):
        database.open_for_writing(home)
    assert [path.name for path in home.root.iterdir()] == ["0001_broken.sql"]


def test_a_migration_is_whole_or_not_at_all(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A1 at C11: a migration that fails in its middle leaves the outbox in its old format, with everything in it."""
    with closing(database.open_for_writing(home)) as connection:
        connection.execute("UPDATE switch SET is_on = 1")
    first = database.migrations()
    second = home.root / "0002_next.sql"
    second.write_text("CREATE TABLE next (a); INSERT INTO next VALUES (1); INSERT INTO nowhere VALUES (1);")
    monkeypatch.setattr(database, "migrations", lambda: [*first, second])
    with pytest.raises(OutboxError, match="nowhere"):
        database.open_for_writing(home)
    with closing(sqlite3.connect(home.database)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(first),)
        assert connection.execute("SELECT is_on FROM switch").fetchone() == (1,)
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'next'").fetchone()

    second.write_text("CREATE TABLE next (a);")
    database.open_for_writing(home).close()
    with closing(sqlite3.connect(home.database)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(first) + 1,)
        assert connection.execute("SELECT is_on FROM switch").fetchone() == (1,)


# -- from format 1 ------------------------------------------------------------------------------------------------


def _of_format_1(home: Home) -> None:
    """Make an outbox as the first Outtray left it: one to a few, one to many, in several states, and no owner."""
    with pytest.MonkeyPatch.context() as patched:
        first = database.migrations()[:1]
        patched.setattr(database, "migrations", lambda: first)
        connection = database.open_for_writing(home)
    with closing(connection):
        connection.execute("BEGIN")
        number = 0
        for notification, count in (("few", 3), ("many", 30)):
            connection.execute(
                "INSERT INTO notification VALUES (?, ?, 'practice', 'me@x', '', 'Hello', '{\"to\":[]}', 1000, NULL)",
                (notification, notification),
            )
            for _ in range(count):
                number += 1
                state = ("queued", "sent", "queued", "held")[number % 4]
                reason = "person" if state == "held" else ""
                connection.execute(
                    "INSERT INTO delivery (notification, recipient, recipient_name, state, reason, due_at, message_id,"
                    " updated_at) VALUES (?, 'ann@example.com', '', ?, ?, 1000, ?, 1000)",
                    (notification, state, reason, f"<{number}@x>"),
                )
                connection.execute("INSERT INTO message VALUES (?, x'', x'', 0)", (number,))
                connection.execute(
                    "INSERT INTO event (at, notification, delivery, kind) VALUES (1000, ?, ?, ?)",
                    (notification, number, "accepted" if state == "queued" else state),
                )
        connection.execute("COMMIT")


def test_an_outbox_of_format_1_goes_on(home: Home, fake_clock: FakeClock) -> None:
    """Opened by this Outtray it has every row it had, knows whose each is and what was to many, and delivers."""
    _of_format_1(home)
    with opened(home, fake_clock) as program:
        rows = list(program.reader.list())[::-1]
        assert len(rows) == 33
        assert {row.account for row in rows} == {"practice"}
        due = program.reader.counts().by_state[State.QUEUED]
        step = program.dispatcher.look(8, 8).wait()
        claimed = [each.delivery for run in step.runs for each in run]
        assert len(claimed) == len(set(claimed)) == due
        assert {rows[each - 1].notification for each in claimed[:1]} == {"few"}
        accept(program)
    with closing(sqlite3.connect(home.database)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(database.migrations()),)
        bulk = connection.execute("SELECT notification, is_bulk, count(*) FROM delivery GROUP BY 1, 2").fetchall()
        assert {each for each in bulk if each[0] in ("few", "many")} == {("few", 0, 3), ("many", 1, 30)}
    assert contradictions(home) == []


def test_an_outbox_of_format_1_is_read_as_it_is(home: Home) -> None:
    """`list` and `status` before anybody opened it for writing: the rows and counts, and no byte changes."""
    _of_format_1(home)
    before = fingerprint(home)
    with closing(Reader(home)) as reader:
        assert len(list(reader.list())) == 33
        assert len(list(reader.list(find="ann HELLO"))) == 33
        assert len(reader.search(Place.ALL, "ann")[0]) == 33
        assert reader.search(Place.SENT, "ben") == ((), 0)
        assert reader.counts().next_due_at == 1000
        assert reader.account_states() == ()
        assert reader.waiting_of("practice") == 0
        assert reader.details(5).delivery.to == "ann@example.com"
    after = fingerprint(home)
    assert {name: after[name] for name in before} == before


_KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from core.outbox import database
from core.paths import Home

left = [int(sys.argv[3])]
real = database._connect

def connect(*args):
    connection = real(*args)
    connection.set_trace_callback(count)
    return connection

def count(sql):
    if sql.startswith("BEGIN IMMEDIATE"):
        left.append(0)
    if len(left) > 1:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

database._connect = connect
database.open_for_writing(Home(Path(sys.argv[2]))).close()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL.")
def test_killed_in_a_migration_it_is_old_or_new(home: Home) -> None:
    """A1 at C11: kill -9 before each statement of it: the format and what belongs to it are the old ones or the new."""
    _of_format_1(home)
    root = str(Path(database.__file__).parents[2])
    found = []
    for number in range(1, 100):
        child = subprocess.run([sys.executable, "-c", _KILLED, root, home.root, str(number)], timeout=60)
        with closing(sqlite3.connect(home.database)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("SELECT count(*) FROM delivery").fetchone() == (33,)
            columns = {row[1] for row in connection.execute("PRAGMA table_info(delivery)")}
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            is_new = ["account" in columns, "is_bulk" in columns, "account_state" in tables, "rate" in tables]
            assert is_new == [version == len(database.migrations())] * 4
        found.append(version)
        if not child.returncode:
            break
    assert len(found) > 10
    assert found == sorted(found)
    assert found[-1] == len(database.migrations())
    assert contradictions(home) == []


# -- files that are refused, and not touched ----------------------------------------------------------------------


def _other_program(home: Home) -> None:
    with closing(sqlite3.connect(home.database)) as connection:
        connection.executescript(
            "CREATE TABLE photos (name); INSERT INTO photos VALUES ('cat'); PRAGMA user_version = 7"
        )


def _other_program_with_an_id(home: Home) -> None:
    with closing(sqlite3.connect(home.database)) as connection:
        connection.executescript("PRAGMA application_id = 252006674; CREATE TABLE photos (name)")


def _other_program_that_was_killed(home: Home) -> None:
    """A WAL database with content in its -wal: whoever opens it and closes it again changes both files."""
    script = (
        "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute('PRAGMA journal_mode = WAL'); db.execute('CREATE TABLE photos (name)');"
        "db.execute(\"INSERT INTO photos VALUES ('cat')\"); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, home.database], check=True)
    assert (home.root / "outbox.db-wal").stat().st_size


def _garbage(home: Home) -> None:
    home.database.write_bytes(b"This is a letter, not a database.\n" * 300)


def _short_garbage(home: Home) -> None:
    home.database.write_bytes(b"SQLite format 3")


def _empty(home: Home) -> None:
    home.database.touch()


def _made(home: Home) -> None:
    with opened(home) as program:
        for _ in range(40):
            accept(program, text="Some words. " * 100)


def _truncated(home: Home) -> None:
    _made(home)
    os.truncate(home.database, home.database.stat().st_size // 2)


def _truncated_to_its_header(home: Home) -> None:
    _made(home)
    os.truncate(home.database, 100)


def _newer(home: Home) -> None:
    _made(home)
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("PRAGMA user_version = 99")


def _without_its_database(home: Home) -> None:
    """Somebody moved outbox.db away and left its -wal, in which the last commits are."""
    script = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from core.paths import Home;"
        "from core.outbox import database; db = database.open_for_writing(Home(Path(sys.argv[2])));"
        "db.execute('UPDATE switch SET is_on = 1'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(Path(database.__file__).parents[2]), home.root], check=True)
    home.database.rename(home.root / "elsewhere.db")
    assert (home.root / "outbox.db-wal").stat().st_size


def _link(home: Home) -> None:
    _made(home)
    home.database.rename(home.root / "elsewhere.db")
    home.database.symlink_to(home.root / "elsewhere.db")


def _folder(home: Home) -> None:
    home.database.mkdir()


def _pipe(home: Home) -> None:
    os.mkfifo(home.database)


def _with_a_view_of_a_persons_own(home: Home) -> None:
    """Of format 2, and a person looks at it by a view of his own: the migration cannot drop a column that it names."""
    with closing(sqlite3.connect(home.database)) as connection:
        for file in database.migrations()[:2]:
            connection.executescript(file.read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA application_id = {database.APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 2")
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("CREATE VIEW mine AS SELECT id, place FROM delivery")


def test_what_is_no_damage_is_not_recovered(home: Home) -> None:
    """A10: a migration that fails over a person's own view: a sentence, no recovery, and everything is as it was."""
    _with_a_view_of_a_persons_own(home)
    before = contents_of(home)
    with pytest.raises(OutboxError) as caught, opened(home):
        pass
    assert caught.value.code == "outbox_unfit"
    assert contents_of(home) == before
    assert [path.name for path in home.root.iterdir() if "outbox.db" in path.name] == ["outbox.db"]


@pytest.mark.parametrize("code", [sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_NOMEM, 0])
def test_only_damage_is_called_damage(home: Home, code: int) -> None:
    """A9: an answer of SQLite that says nothing of the file's content (its locks, its memory) is no damage."""
    error = sqlite3.OperationalError("locking protocol")
    error.sqlite_errorcode = code
    assert database.opening_error(error, home.database).code == "outbox_unfit"
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT_INDEX
    assert database.opening_error(error, home.database).code == "outbox_damaged"


def contents_of(home: Home) -> list[str]:
    with closing(sqlite3.connect(home.database)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_other_program, "outbox_foreign"),
        (_other_program_with_an_id, "outbox_foreign"),
        (_other_program_that_was_killed, "outbox_foreign"),
        (_garbage, "outbox_foreign"),
        (_short_garbage, "outbox_foreign"),
        (_empty, "outbox_gone"),
        (_truncated, "outbox_damaged"),
        (_truncated_to_its_header, "outbox_damaged"),
        (_newer, "outbox_newer"),
        (_without_its_database, "outbox_gone"),
        (_link, "outbox_readonly"),
        (_folder, "outbox_foreign"),
        (_pipe, "outbox_foreign"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_a_file_that_is_refused_is_untouched(home: Home, make: Callable[[Home], None], code: str) -> None:
    """A10: each is a sentence for who writes and for who reads; no byte of any file changes, no file is added."""
    make(home)
    before = fingerprint(home)
    with pytest.raises(OutboxError) as caught:
        database.open_for_writing(home)
    assert caught.value.code == code
    assert str(caught.value)
    assert fingerprint(home) == before
    with pytest.raises(OutboxError) as caught:
        database.open_for_reading(home)
    assert caught.value.code == code
    assert fingerprint(home) == before


def test_a_refused_file_is_a_sentence_for_whoever_writes(home: Home) -> None:
    """What opens the outbox with its first write gets the sentence, and so does the next; it is tried each time."""
    _other_program(home)
    with pytest.raises(OutboxError, match="not an outbox of Outtray"), opened(home):
        pass
    home.database.unlink()
    with opened(home) as program:
        accept(program)
        assert len(states(program)) == 1


def test_reading_needs_an_outbox(home: Home) -> None:
    """Reading makes nothing: where there is no outbox, that is said."""
    with closing(Reader(home)) as reader, pytest.raises(OutboxError) as caught:
        reader.counts()
    assert caught.value.code == "outbox_missing"
    assert not list(home.root.iterdir())


def test_replaced_while_running(home: Home, fake_clock: FakeClock) -> None:
    """A10: when another file stands in the outbox's place, nothing is written to either any more."""
    with opened(home, fake_clock) as program:
        accept(program)
        home.database.rename(home.root / "old.db")
        shutil.copy(home.root / "old.db", home.database)
        before = home.database.read_bytes()
        with pytest.raises(StorageError) as caught:
            accept(program)
        assert caught.value.code == "outbox_replaced"
        assert home.database.read_bytes() == before


def test_deleted_while_running(home: Home, fake_clock: FakeClock) -> None:
    """What is accepted after the file was deleted would be in no folder: it is not accepted."""
    with opened(home, fake_clock) as program:
        accept(program)
        home.database.unlink()
        with pytest.raises(StorageError, match="replaced"):
            accept(program)


# -- several connections ------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="Only Linux shows the locks of a file.")
def test_reading_leaves_the_locks_of_the_writer(home: Home) -> None:
    """Readers come and go and the writer's lock stays. Closing any descriptor of the file would drop it, and then
    another program that opens the outbox could take the WAL away under the writer (sqlite.org/howtocorrupt.html).
    """

    def locks() -> int:
        inode = home.database.stat().st_ino
        lines = Path("/proc/locks").read_text().splitlines()
        return sum(f" {os.getpid()} " in line and f":{inode} " in line for line in lines)

    with opened(home) as program:
        accept(program)
        assert locks() == 1
        program.reader.counts()
        assert locks() == 1
        with closing(Reader(home)) as reader:
            reader.counts()
        assert locks() == 1


def test_another_program_may_look_meanwhile(home: Home) -> None:
    """Another program that opens the outbox for writing and closes it again costs no accepted row."""
    script = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]);"
        "print(db.execute('SELECT count(*) FROM delivery').fetchone()[0]); db.close()"
    )
    with opened(home) as program:
        for number in range(1, 4):
            accept(program)
            with closing(Reader(home)) as reader:
                reader.counts()
            answer = subprocess.run([sys.executable, "-c", script, home.database], capture_output=True, check=True)
            assert int(answer.stdout) == number
    with opened(home) as program:
        assert len(states(program)) == 3
    assert contradictions(home) == []


def test_readers_see_what_was_committed(home: Home) -> None:
    """Whoever is told that it is accepted finds it, also over a connection that was open before."""
    with opened(home) as program, closing(Reader(home)) as reader:
        for number in range(1, 6):
            accept(program)
            assert sum(reader.counts().by_state.values()) == number


def test_reading_writes_nothing(home: Home) -> None:
    """A reader of an outbox that nobody owns changes no byte of it."""
    _made(home)
    before = fingerprint(home)
    with closing(Reader(home)) as reader:
        assert len(list(reader.list())) == 40
    after = fingerprint(home)
    assert {name: after[name] for name in before} == before
    with closing(database.open_for_reading(home)) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("UPDATE switch SET is_on = 1")
