"""Opening outbox.db: how SQLite is set, which format it has, and what is refused untouched.

Nothing in this process may open outbox.db but SQLite: see `_is_there`.
"""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

from core.errors import OutboxError, StorageError
from core.outbox import aside
from core.paths import Home, make_file, reason, sync_folder

#: "OuTr" in ASCII: says whose file this is (SQLite's `application_id`).
APPLICATION_ID = 0x4F755472

#: The folder in a home into which a backup is unpacked; until it is gone, there is no outbox.
RESTORING = "restoring"
#: In it, once what was unpacked is to take the place of an outbox that has nothing in it.
RESTORING_READY = "ready"

#: SQLite waits this long for another process's lock before it says busy (ms).
BUSY_TIMEOUT_MS = 5000

#: Up to this size an outbox is looked through whenever a -wal is found beside it: 32 MiB take a tenth of a second.
_LOOKED_THROUGH_BYTES = 32 << 20

#: The first format in which a notification can be deleted.
_DELETES = 6

#: What SQLite answers when it cannot make sense of what is in a file. Nothing else is ever taken for damage.
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_SQL = Path(__file__).parent / "sql"

#: Set on the writing connection and read back: a setting that SQLite ignored would be a promise broken silently.
_SETTINGS: tuple[tuple[str, object, object], ...] = (
    ("journal_mode", "WAL", "wal"),
    # FULL: the WAL is synced at each commit. NORMAL loses acknowledged commits in a power cut.
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("mmap_size", 0, 0),
    # What was deleted is overwritten: it is gone, and no recovery of a damaged outbox brings it back.
    ("secure_delete", "ON", 1),
    ("temp_store", "MEMORY", 2),
    # 64 MiB: a WAL that grew in a bulk run is cut back after its checkpoint.
    ("journal_size_limit", 67_108_864, 67_108_864),
    # Only macOS knows it; elsewhere SQLite keeps the flag and ignores it.
    ("fullfsync", "ON", 1),
    ("checkpoint_fullfsync", "ON", 1),
    ("busy_timeout", BUSY_TIMEOUT_MS, BUSY_TIMEOUT_MS),
)


def migrations() -> list[Path]:
    """Return the numbered SQL files in order. Their count is the newest format."""
    return sorted(_SQL.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def open_for_writing(home: Home) -> sqlite3.Connection:
    """Open the one connection that writes, making the outbox where there is none. Call with the home's lock held.

    Blocks. Raises `OutboxError` for what is foreign, newer, damaged or read-only: such a file is left untouched.
    """
    home.create()
    path = home.database
    try:
        aside.finish(path)
        if not _is_there(path):
            _create(path)
        else:
            # Whoever made it, or its -wal, may have been killed before these names were on disk. SQLite syncs the
            # folder only for a -wal that it makes.
            _sync_folder(path.parent)
        if not os.access(path, os.W_OK):
            raise OutboxError("outbox_readonly", path=path, why="no permission")
        _refuse_foreign(path)
        if has_wal := _has_wal(path):
            _look_into_wal(path)
        connection = _connect(path)
    except OSError as error:
        raise OutboxError("outbox_readonly", path=path, why=reason(error)) from error
    except sqlite3.Error as error:
        raise opening_error(error, path) from error
    with _opening(connection, path):
        _check_format(connection, path)
        _set(connection)
        if has_wal:
            # Begun anew: what a torn transaction left behind in it must never be taken for one that was whole.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if _migrate(connection):
            # So that the file's own header says it, and an older Outtray refuses it without opening it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return connection


def open_for_reading(home: Home) -> sqlite3.Connection:
    """Open a connection that cannot write. Blocks; raises `OutboxError`, `outbox_missing` where there is none."""
    path = home.database
    try:
        if not _is_there(path):
            raise OutboxError("outbox_missing", path=home.root)
        if not os.access(path, os.R_OK):
            raise OutboxError("outbox_readonly", path=path, why="no permission to read it")
        _refuse_foreign(path)
        connection = _connect(path, "mode=ro")
    except OSError as error:
        raise OutboxError("outbox_readonly", path=path, why=reason(error)) from error
    except sqlite3.Error as error:
        raise opening_error(error, path) from error
    try:
        _check_format(connection, path)
    except sqlite3.OperationalError as error:
        connection.close()
        if _primary(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY) or _has_wal(path):
            raise opening_error(error, path) from error
        # A folder in which -wal and -shm cannot be made, and nobody has made them: nobody writes, and the file
        # is all there is.
        connection = _connect(path, "mode=ro&immutable=1")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise opening_error(error, path) from error
    except BaseException:
        connection.close()
        raise
    with _opening(connection, path):
        _check_format(connection, path)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA mmap_size = 0")
        connection.create_function("fold", 1, str.casefold, deterministic=True)
    return connection


def _connect(path: Path, query: str = "mode=rw") -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{query}",
        uri=True,
        timeout=BUSY_TIMEOUT_MS / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )


@contextlib.contextmanager
def _opening(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Close the connection again when it turns out that it cannot be used."""
    try:
        yield
    except sqlite3.Error as error:
        connection.close()
        raise opening_error(error, path) from error
    except BaseException:
        connection.close()
        raise


def _is_there(path: Path) -> bool:
    """Say whether there is a database; refuse what can be none.

    The file is looked at and never opened here: closing a descriptor of it would drop the locks that SQLite
    holds on it in this process (POSIX), and another program could then take the WAL away under the writer.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        if aside.pending(path) is not None:
            why = "its recovery was broken off, and goes on when Outtray starts"
            raise OutboxError("outbox_gone", path=path, why=why) from None
        if path.with_name(RESTORING).is_dir():
            raise OutboxError("outbox_half_restored", path=path.parent) from None
        if _has_wal(path):
            raise OutboxError("outbox_gone", path=path, why="it is gone, and only its -wal is there") from None
        return False
    if stat.S_ISLNK(status.st_mode):
        raise OutboxError("outbox_readonly", path=path, why="it is a link, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise OutboxError("outbox_foreign", path=path)
    if not status.st_size:
        # Never ours: `_create` gives the name to a complete file only. What was in it is missing.
        raise OutboxError("outbox_gone", path=path, why="it is empty")
    return True


def _has_wal(path: Path) -> bool:
    try:
        return bool(path.with_name(f"{path.name}-wal").stat().st_size)
    except FileNotFoundError:
        return False


def _create(path: Path) -> None:
    """Make an empty outbox of the newest format: whole and on disk under another name first, then under its own.

    So a crash leaves no half-made outbox, and an empty file is never taken for a new one.
    """
    unfinished = path.with_name(f"{path.name}.new")
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(f"{unfinished.name}{suffix}").unlink(missing_ok=True)
    try:
        # 0600 before SQLite opens it; SQLite gives -wal and -shm the same mode.
        make_file(unfinished)
        create(unfinished).close()
        # Before it has its name: who finds it by that name need not ask whether the folders above are on disk.
        _sync_folders_above(path.parent)
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def create(path: Path) -> sqlite3.Connection:
    """Make an outbox of the newest format in an empty file, and return a connection to it. Blocks."""
    connection = _connect(path)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def is_wal_broken(path: Path) -> bool:
    """Say whether commits are lost in the -wal beside an outbox that nobody owns. Raises `OutboxError`: unreadable."""
    from core.outbox import wal  # here: only after an end without a goodbye

    log_path = path.with_name(f"{path.name}-wal")
    try:
        log = wal.read(log_path)
    except OSError as error:
        raise OutboxError("outbox_unfit", path=log_path, why=f"it cannot be read, {reason(error)}") from error
    return log is not None and log.is_broken


def _look_into_wal(path: Path) -> None:
    """Look at what an end without a goodbye left, before SQLite reads it into the database for good.

    Raises `OutboxError`: `outbox_damaged` where commits are lost in it, `outbox_stale` where it is not this
    database's. One of another database has no mark that says so: it shows where the database is sound without it.
    """
    if is_wal_broken(path):
        raise OutboxError("outbox_damaged", path=path, why="its -wal is broken")
    is_small = path.stat().st_size <= _LOOKED_THROUGH_BYTES
    with (
        contextlib.closing(_connect(path, "mode=ro")) as both,
        contextlib.closing(_connect(path, "mode=ro&immutable=1")) as alone,
    ):
        try:
            wrong = "" if _goes_on(alone, both) else "it is of another outbox, or of another time"
            if not wrong and is_small:
                wrong = _wrong_with(both)
        except sqlite3.DatabaseError as error:
            if _primary(error) in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                return  # a journal beside it has to be rolled back first, which only a writer may
            if not is_damage(error):
                raise
            wrong = str(error)
        if wrong:
            code = "outbox_damaged" if _wrong_with(alone) else "outbox_stale"
            raise OutboxError(code, path=path, why=wrong)


def _goes_on(before: sqlite3.Connection, after: sqlite3.Connection) -> bool:
    """Say whether one state of an outbox can have become the other: the first notification is there, or it is known
    that it was deleted, and no event is fewer.

    What cannot be read of the first says nothing: a checkpoint that was broken off leaves the file alone like that.
    """
    if after.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        return False
    try:
        first = before.execute("SELECT id FROM notification ORDER BY rowid LIMIT 1").fetchone()
        number = before.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
    except sqlite3.DatabaseError:
        return True
    if first is None:
        return True
    last = after.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone() or (0,)
    is_same = after.execute("SELECT id FROM notification ORDER BY rowid LIMIT 1").fetchone() == first
    if not is_same and int(after.execute("PRAGMA user_version").fetchone()[0]) >= _DELETES:
        is_same = after.execute("SELECT 1 FROM spent WHERE notification = ?", first).fetchone() is not None
    return is_same and (number is None or number[0] <= last[0])


def _wrong_with(connection: sqlite3.Connection) -> str:
    """Have SQLite look through all pages and indexes: "" where nothing is wrong."""
    try:
        answer = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return str(error)
    return "" if answer == "ok" else answer


def _sync_folders_above(folder: Path) -> None:
    """Put a folder's name on disk, and the names of those above it, which may be new as well."""
    device = folder.stat().st_dev
    for each in folder.absolute().parents:
        try:
            if each.stat().st_dev != device:
                return
        except OSError:
            return
        if not _sync_folder(each):
            return


def _sync_folder(folder: Path) -> bool:
    """Put the names in a folder on disk. False where it may not be read: then it was there before."""
    try:
        sync_folder(folder)
    except PermissionError:
        return False
    return True


def _refuse_foreign(path: Path) -> None:
    """Look at the header before anything is opened for good: opening a foreign WAL database writes beside it.

    `immutable` reads the file alone and leaves nothing beside it; SQLite keeps this process's locks when it closes.
    """
    with contextlib.closing(_connect(path, "mode=ro&immutable=1")) as connection:
        try:
            owner = connection.execute("PRAGMA application_id").fetchone()[0]
            found = int(connection.execute("PRAGMA user_version").fetchone()[0])
        except sqlite3.DatabaseError as error:
            if _has_wal(path) and _primary(error) != sqlite3.SQLITE_NOTADB:
                return  # perhaps the WAL is just being brought into it: opening it says what is wrong
            raise
    _refuse_format(path, owner, found)


def _refuse_format(path: Path, owner: int, found: int) -> None:
    if owner != APPLICATION_ID:
        raise OutboxError("outbox_foreign", path=path)
    if found > len(migrations()):
        raise OutboxError("outbox_newer", path=path, found=found, known=len(migrations()))


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse what is not ours or newer, as the connection sees it: the WAL may say other than the file's header."""
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    _refuse_format(path, owner, found)
    connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()


def _set(connection: sqlite3.Connection) -> None:
    for name, wanted, expected in _SETTINGS:
        connection.execute(f"PRAGMA {name} = {wanted}")
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != expected:
            raise sqlite3.OperationalError(f"SQLite did not take {name} = {wanted} (it is {found})")


def _migrate(connection: sqlite3.Connection) -> bool:
    """Bring the outbox to the newest format: old or new, never between (one transaction for all that is missing)."""
    files = migrations()
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found == len(files):
        return False
    script = "\n".join(file.read_text(encoding="utf-8") for file in files[found:])
    connection.executescript(
        f"BEGIN IMMEDIATE;\n{script}\n"
        f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {len(files)};\nCOMMIT;"
    )
    return True


def opening_error(error: sqlite3.Error, path: Path) -> OutboxError:
    """Say in a person's words why the outbox could not be opened."""
    if _primary(error) == sqlite3.SQLITE_NOTADB:
        return OutboxError("outbox_foreign", path=path)
    if _primary(error) in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return OutboxError("outbox_readonly", path=path, why="no permission to write it or its folder")
    if _primary(error) == sqlite3.SQLITE_FULL:
        return OutboxError("outbox_readonly", path=path, why="the disk is full")
    if _primary(error) == sqlite3.SQLITE_BUSY:
        return OutboxError("outbox_owned", path=path, owner="a program that locks it")
    if _primary(error) == sqlite3.SQLITE_IOERR:
        return OutboxError("outbox_readonly", path=path, why=f"the disk failed, {error}")
    # Damage alone is recovered; what is not known to be damage is said, and nothing is moved.
    return OutboxError("outbox_damaged" if is_damage(error) else "outbox_unfit", path=path, why=error)


def storing_error(error: sqlite3.Error) -> StorageError:
    """Say in a person's words why a write was refused."""
    primary = _primary(error)
    if primary == sqlite3.SQLITE_FULL:
        return StorageError("disk_full")
    if primary == sqlite3.SQLITE_IOERR:
        return StorageError("disk_failed", why=error)
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return StorageError("disk_readonly")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StorageError("storage_busy")
    return StorageError("storage_trouble", why=error)


def is_failed_disk(error: sqlite3.Error) -> bool:
    """True when the disk failed: what was written may be there or not."""
    return _primary(error) == sqlite3.SQLITE_IOERR


def is_busy(error: sqlite3.Error) -> bool:
    """True when another process holds the write lock: waiting helps."""
    return _primary(error) == sqlite3.SQLITE_BUSY


def is_damage(error: sqlite3.Error) -> bool:
    """True when SQLite cannot make sense of what is in the file."""
    return _primary(error) in _DAMAGE


def _primary(error: sqlite3.Error) -> int:
    """The primary result code; the extended ones carry it in their low byte (sqlite.org/rescode.html)."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
