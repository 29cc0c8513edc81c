"""A backup put into an empty home: unpacked within bounds, and held, because it may have been sent since.

What was not at its end when the backup was made has perhaps been sent after it. So nothing of it goes by itself: what
was queued is held until a person lets it go, and what was being handed over is not confirmed.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import OutboxError
from core.outbox import database
from core.outbox.archive import MANIFEST, VERSION
from core.outbox.states import State
from core.paths import Home, make_file, sync_folder

#: A manifest names each file in a hundred characters; an outbox with more than this many is not ours.
_MOST_MANIFEST_BYTES = 64 << 20
_BLOCK = 1 << 20
_NAME = re.compile(r"outbox\.db|settings\.toml|log\.txt|spool/([0-9a-f]{2})/(\1[0-9a-f]{62})")
#: What reading a zip file raises over what is none, or a damaged one.
_NO_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_UNFINISHED = database.RESTORING
#: Beside an outbox, these are no part of it: made by whoever looks whether there is one.
_NOTHING = frozenset({"lock", "door.json", _UNFINISHED})
_OURS = frozenset({"settings.toml", "log.txt", "spool"})
#: In the folder of what was unpacked: it is to take the place of the outbox.
_READY = database.RESTORING_READY
#: The tables in which there is what a person made.
_CONTENTS = ("notification", "draft", "contact", "template", "book_person", "book_group", "spent", "forgetting")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Kept:
    """What a backup says of itself."""

    made_at: int
    deliveries: int


@dataclass(frozen=True)
class Restored:
    """What came out of a backup."""

    made_at: int
    by_state: dict[State, int]
    #: Deliveries that were on the way when the backup was made, and wait for a person now.
    held: int
    unconfirmed: int


def restore(
    home: Home,
    source: Path,
    now_ms: int,
    progress: Progress = lambda _done, _all: None,
    go_on: Callable[[], None] = lambda: None,
) -> Restored:
    """Put a backup into a home that has no outbox. Call with the home's lock held; blocks.

    The outbox gets its name last, when everything is on disk: broken off before, it can be begun again. Raises
    `OSError`, `OutboxError` (`restore_not_empty`, `_foreign`, `_newer`, `_damaged`, `_room`).
    """
    _refuse_full(home)
    restored = prepare(home, source, now_ms, progress, go_on)
    _put_in_place(home)
    return restored


def prepare(
    home: Home,
    source: Path,
    now_ms: int,
    progress: Progress = lambda _done, _all: None,
    go_on: Callable[[], None] = lambda: None,
) -> Restored:
    """Unpack a backup beside whatever is in a home, which stays as it is. Blocks; raises as `restore` does.

    `go_on` is asked between two blocks, and may raise.
    """
    look(source)
    folder = Home(home.root / _UNFINISHED)
    shutil.rmtree(folder.root, ignore_errors=True)

    def told(done: int, total: int) -> None:
        go_on()
        progress(done, total)

    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive, source)
            folder.root.mkdir(mode=0o700)
            _unpack(archive, manifest, folder, source, told)
    except _NO_ARCHIVE as error:
        shutil.rmtree(folder.root, ignore_errors=True)
        raise OutboxError("restore_foreign", path=source, why=error) from error
    except BaseException:
        shutil.rmtree(folder.root, ignore_errors=True)
        raise
    try:
        restored = _hold_back(folder, manifest["made_at"], now_ms)
    except BaseException:
        shutil.rmtree(folder.root, ignore_errors=True)
        raise
    return restored


def _put_in_place(home: Home) -> None:
    """Give what was unpacked its names, the outbox last: broken off, it is not there yet. What stood there goes."""
    folder = Home(home.root / _UNFINISHED)
    for name in ("spool", "settings.toml", "log.txt"):
        if (folder.root / name).exists():
            _remove(home.root / name)
            (folder.root / name).rename(home.root / name)
    sync_folder(home.root)
    if folder.database.exists():
        folder.database.rename(home.database)
    sync_folder(home.root)
    shutil.rmtree(folder.root, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


# -- in the place of an outbox that has nothing in it ---------------------------------------------------------------


def is_blank(db: sqlite3.Connection) -> bool:
    """Say whether an outbox has nothing in it that anybody would miss: as after a first start."""
    return not any(db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in _CONTENTS)


def exchange(home: Home) -> None:
    """Put what was prepared in the place of an outbox that has nothing in it. Blocks for moments.

    Call with the home's lock held and the outbox closed. From a mark on it is decided: whatever breaks it off, `finish`
    goes on. Raises `OSError`, `OutboxError` (`restore_not_blank`); then nothing has happened.
    """
    _refuse_what_is_kept(home)
    make_file(home.root / _UNFINISHED / _READY)
    sync_folder(home.root / _UNFINISHED)
    finish(home)


def finish(home: Home) -> None:
    """Go on with an exchange that was broken off; do nothing where there is none. Call with the home's lock held."""
    folder = Home(home.root / _UNFINISHED)
    if not (folder.root / _READY).exists():
        return
    if folder.database.exists() and home.database.exists():
        _refuse_what_is_kept(home)
        # The outbox goes last, so that its -wal is never taken for that of the other.
        for suffix in ("-wal", "-shm", "-journal", ""):
            home.database.with_name(f"{home.database.name}{suffix}").unlink(missing_ok=True)
        sync_folder(home.root)
    _put_in_place(home)


def _refuse_what_is_kept(home: Home) -> None:
    with closing(database.open_for_reading(home)) as db:
        if not is_blank(db):
            raise OutboxError("restore_not_blank", path=home.root)


def clean(home: Home) -> None:
    """Remove what was unpacked beside an outbox and is not wanted any more. Call with the home's lock held; blocks."""
    folder = home.root / _UNFINISHED
    if home.database.exists() and folder.is_dir() and not (folder / _READY).exists():
        shutil.rmtree(folder, ignore_errors=True)


# -- reading it -------------------------------------------------------------------------------------------------------


def look(source: Path) -> Kept:
    """Say what a file holds, and refuse what is no backup. Raises `OSError`, `OutboxError`."""
    if not stat.S_ISREG(source.stat().st_mode):
        raise OutboxError("restore_foreign", path=source, why="it is no file")  # a pipe would be waited for for ever
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive, source)
    except _NO_ARCHIVE as error:
        raise OutboxError("restore_foreign", path=source, why=error) from error
    return Kept(manifest["made_at"], manifest["deliveries"])


def _refuse_full(home: Home) -> None:
    """Refuse a home with anything in it, but for what a restore left that was broken off."""
    names = {path.name for path in home.root.iterdir()} - _NOTHING
    if _UNFINISHED in {path.name for path in home.root.iterdir()} and names <= _OURS:
        for name in names:  # moved out of the unfinished folder, before the outbox itself
            _remove(home.root / name)
        names = set()
    if names:
        raise OutboxError("restore_not_empty", path=home.root)


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    """Return the manifest, when it and the names in the archive are what a backup has."""
    names = archive.namelist()
    if MANIFEST not in names or archive.getinfo(MANIFEST).file_size > _MOST_MANIFEST_BYTES:
        raise OutboxError("restore_foreign", path=source, why="there is no manifest in it")
    try:
        with archive.open(MANIFEST) as file:
            manifest = json.loads(file.read(_MOST_MANIFEST_BYTES))
        version, made_at, number = manifest["outtray_backup"], manifest["made_at"], manifest["format"]
        files = {str(name): (int(size), str(sha256)) for name, (size, sha256) in manifest["files"].items()}
        if not all(isinstance(each, int) for each in (version, made_at, number)):
            raise TypeError("a number is missing")
        datetime.fromtimestamp(made_at // 1000, UTC)
        deliveries = int(manifest.get("deliveries", 0))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, OSError) as error:
        raise OutboxError("restore_foreign", path=source, why="its manifest is none") from error
    if version > VERSION or number > len(database.migrations()):
        raise OutboxError("restore_newer", path=source)
    if len(set(names)) != len(names) or {*names} != {*files, MANIFEST} or "outbox.db" not in files:
        raise OutboxError("restore_foreign", path=source, why="its files are not those of its manifest")
    if any(not _NAME.fullmatch(name) or size < 0 for name, (size, _) in files.items()):
        raise OutboxError("restore_foreign", path=source, why="it holds a file that no outbox has")
    return {"made_at": made_at, "files": files, "deliveries": deliveries}


def _unpack(archive: zipfile.ZipFile, manifest: dict[str, Any], folder: Home, source: Path, progress: Progress) -> None:
    """Write the files, each of the size and hash that the manifest says, and not a byte more."""
    total = sum(size for size, _ in manifest["files"].values())
    if total > shutil.disk_usage(folder.root).free:
        raise OutboxError("restore_room", path=folder.root.parent)
    done = 0
    folders = {folder.root}
    for name, (size, sha256) in manifest["files"].items():
        path = folder.root / name
        for each in (path.parent.parent, path.parent):
            if "/" in name and each not in folders:
                each.mkdir(mode=0o700)
                folders.add(each)
        digest = hashlib.sha256()
        left = size
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        with archive.open(name) as member, os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            while block := member.read(min(_BLOCK, left + 1)):
                left -= len(block)
                if left < 0:
                    break
                digest.update(block)
                file.write(block)
                done += len(block)
                progress(done, total)
            file.flush()
            os.fsync(file.fileno())
        if left or digest.hexdigest() != sha256:
            raise OutboxError("restore_damaged", path=source, name=name)
    for each in folders:
        sync_folder(each)


def _hold_back(folder: Home, made_at: int, now_ms: int) -> Restored:
    """Open the outbox as any other, bring it to the newest format, and keep everything from going by itself."""
    with closing(database.open_for_writing(folder)) as db:
        wrong = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if wrong != "ok":
            raise OutboxError("restore_damaged", path=folder.database, name="outbox.db")
        source = f"From a backup of {datetime.fromtimestamp(made_at // 1000, UTC):%Y-%m-%d %H:%M} UTC"
        values = {"now": now_ms, "words": f"{source}: it may have been sent since."}
        handed_over = {"now": now_ms, "words": f"{source}: it was being handed over"}
        db.execute("BEGIN IMMEDIATE")
        held = _move(db, "state IN ('queued', 'sending', 'held')", "held", "restored", values)
        unconfirmed = _move(db, "state = 'handing_over'", "unconfirmed", "no_reply", handed_over)
        db.execute("UPDATE delivery SET cancelled_from = NULL WHERE cancelled_from IS NOT NULL")
        db.execute("UPDATE attempt SET ended_at = :now WHERE ended_at IS NULL", values)
        # It was paused where it was moved from, so that nothing goes from there.
        db.execute(
            "UPDATE switch SET is_on = 0 WHERE name = 'paused'"
            " AND EXISTS (SELECT 1 FROM switch WHERE name = 'moved' AND is_on = 1)"
        )
        db.execute("DELETE FROM switch WHERE name = 'moved'")
        # What stood between an account and its server was true then, and perhaps of another computer.
        db.execute("DELETE FROM account_state")
        by_state = {
            State(state): int(count)
            for state, count in db.execute("SELECT state, count(*) FROM delivery GROUP BY state ORDER BY state")
        }
        db.execute("COMMIT")
    return Restored(made_at, by_state, held, unconfirmed)


def _move(db: sqlite3.Connection, where: str, state: str, reason: str, values: dict[str, object]) -> int:
    """Move deliveries, each with its event; return how many."""
    db.execute(
        "INSERT INTO event (at, notification, delivery, kind, detail)"
        f" SELECT :now, notification, id, '{state}', :words FROM delivery WHERE {where} ORDER BY id",
        values,
    )
    return db.execute(
        f"UPDATE delivery SET state = '{state}', reason = '{reason}', lease = NULL, cancel_asked = 0,"
        f" updated_at = :now, last_code = NULL, last_reply = :words WHERE {where}",
        values,
    ).rowcount
