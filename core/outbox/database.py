"""Opening outbox.db: how SQLite is set, which format it has, and what is refused untouched."""

import os
import sqlite3
import stat
from pathlib import Path

from core.errors import OutboxError, StorageError
from core.paths import Home, reason

#: "OuTr" in ASCII: says whose file this is (SQLite's `application_id`).
APPLICATION_ID = 0x4F755472

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
    ("temp_store", "MEMORY", 2),
    # 64 MiB: a WAL that grew in a bulk run is cut back after its checkpoint.
    ("journal_size_limit", 67_108_864, 67_108_864),
    # Only macOS knows it; elsewhere SQLite keeps the flag and ignores it.
    ("fullfsync", "ON", 1),
    ("checkpoint_fullfsync", "ON", 1),
)

#: SQLite waits this long for another process's lock before it says busy (ms).
BUSY_TIMEOUT_MS = 5000


def migrations() -> list[Path]:
    """Return the numbered SQL files in order. Their count is the newest format."""
    return sorted(_SQL.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def open_for_writing(home: Home) -> sqlite3.Connection:
    """Open the one connection that writes, making the outbox where there is none.

    Blocks. Raises `OutboxError` for what is foreign, newer, damaged or read-only: such a file is left untouched.
    """
    home.create()
    path = home.database
    try:
        _make_private(path)
        _refuse_foreign(path)
        connection = sqlite3.connect(
            path,
            timeout=BUSY_TIMEOUT_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
    except OSError as error:
        raise OutboxError("outbox_readonly", path=path, why=reason(error)) from error
    except sqlite3.Error as error:
        raise opening_error(error, path) from error
    try:
        _set(connection)
        _migrate(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise opening_error(error, path) from error
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(home: Home) -> sqlite3.Connection:
    """Open a connection that cannot write. Blocks; raises `OutboxError`, `outbox_missing` where there is none."""
    path = home.database
    if not path.is_file() or not path.stat().st_size:
        raise OutboxError("outbox_missing", path=home.root)
    try:
        _refuse_foreign(path)
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=BUSY_TIMEOUT_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
        )
    except OSError as error:
        raise OutboxError("outbox_readonly", path=path, why=reason(error)) from error
    except sqlite3.Error as error:
        raise opening_error(error, path) from error
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA mmap_size = 0")
        _check_format(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise opening_error(error, path) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _make_private(path: Path) -> None:
    """Create the file 0600 before SQLite opens it; SQLite gives -wal and -shm the same mode."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except IsADirectoryError:
        raise OutboxError("outbox_foreign", path=path) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OutboxError("outbox_foreign", path=path)
    finally:
        os.close(descriptor)


def _refuse_foreign(path: Path) -> None:
    """Look at the header before SQLite does: opening a foreign WAL database would already write beside it."""
    with path.open("rb") as file:
        header = file.read(100)
    if not header:
        return  # new
    if len(header) < 100 or not header.startswith(b"SQLite format 3\x00"):
        raise OutboxError("outbox_foreign", path=path)
    owner = int.from_bytes(header[68:72], "big")
    if owner not in (0, APPLICATION_ID):
        raise OutboxError("outbox_foreign", path=path)
    if owner == APPLICATION_ID and (found := int.from_bytes(header[60:64], "big")) > len(migrations()):
        raise OutboxError("outbox_newer", path=path, found=found, known=len(migrations()))


def _check_format(connection: sqlite3.Connection, path: Path) -> int:
    """Return the format; refuse what is not ours or newer (a WAL may say other than the file's header)."""
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    has_tables = connection.execute("SELECT EXISTS (SELECT 1 FROM sqlite_master)").fetchone()[0]
    if owner != APPLICATION_ID and (has_tables or found):
        raise OutboxError("outbox_foreign", path=path)
    if found > len(migrations()):
        raise OutboxError("outbox_newer", path=path, found=found, known=len(migrations()))
    return found


def _set(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    if owner == 0 and connection.execute("SELECT EXISTS (SELECT 1 FROM sqlite_master)").fetchone()[0]:
        raise sqlite3.DatabaseError("someone else's tables")
    for name, wanted, expected in _SETTINGS:
        connection.execute(f"PRAGMA {name} = {wanted}")
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != expected:
            raise sqlite3.OperationalError(f"SQLite did not take {name} = {wanted} (it is {found})")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the outbox to the newest format: old or new, never between (one transaction each)."""
    found = _check_format(connection, path)
    for number, file in enumerate(migrations(), start=1):
        if number <= found:
            continue
        script = file.read_text(encoding="utf-8")
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{script}\n"
            f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {number};\nCOMMIT;"
        )


def opening_error(error: sqlite3.Error, path: Path) -> OutboxError:
    """Say in a person's words why the outbox could not be opened."""
    if str(error) == "someone else's tables" or _primary(error) == sqlite3.SQLITE_NOTADB:
        return OutboxError("outbox_foreign", path=path)
    if _primary(error) in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return OutboxError("outbox_readonly", path=path, why="no permission to write it or its folder")
    if _primary(error) == sqlite3.SQLITE_FULL:
        return OutboxError("outbox_readonly", path=path, why="the disk is full")
    if _primary(error) == sqlite3.SQLITE_BUSY:
        return OutboxError("outbox_owned", path=path, owner="a program that locks it")
    return OutboxError("outbox_damaged", path=path, why=error)


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


def is_busy(error: sqlite3.Error) -> bool:
    """True when another process holds the write lock: waiting helps."""
    return _primary(error) == sqlite3.SQLITE_BUSY


def _primary(error: sqlite3.Error) -> int:
    """The primary result code; the extended ones carry it in their low byte (sqlite.org/rescode.html)."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
