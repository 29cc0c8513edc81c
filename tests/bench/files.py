"""What the floors do to the disk: the least that a durable accept and a mail folder take."""

import os
import sqlite3
from pathlib import Path

#: As long as a short message with all that is stored with it.
_ROW = b"x" * 2048


def raw_database(path: Path) -> sqlite3.Connection:
    """Make a database with one table, set as the outbox is. Usable from one other thread."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL").fetchone()
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    return database


def commit_row(database: sqlite3.Connection, number: int) -> None:
    """Commit one row of about 2 KB; on disk when this returns."""
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO note (body) VALUES (?)", (_ROW + str(number).encode(),))
    database.execute("COMMIT")


def write_file(folder: Path, name: str) -> None:
    """Bring a file of 2 KB under its name, synced, and the folder as well: the least a mail folder takes."""
    draft = folder / f"{name}.tmp"
    with draft.open("wb") as file:
        file.write(_ROW)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / name)
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
