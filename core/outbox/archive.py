"""A backup: the outbox as it was at one moment, with the files it needs, in one zip file that is verified.

In it: `outbox.db`, `spool/` (what messages and drafts name), `settings.toml`, `log.txt` as far as that moment, and
`manifest.json` with the size and sha256 of each. Passwords are in none of these.
"""

import contextlib
import errno
import hashlib
import json
import secrets
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.errors import OutboxError
from core.outbox import database, draft_json
from core.outbox.spool import Spool
from core.paths import Home, make_file, sync_file, sync_folder

#: Of the manifest: a later Outtray may write another.
VERSION = 1
MANIFEST = "manifest.json"
_BLOCK = 1 << 20
_PAGES_AT_ONCE = 1024

#: Called with what is copied, and how much of it, between 0 and 1.
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Backup:
    """What is in a backup that was made."""

    deliveries: int
    files: int
    size_bytes: int
    #: The files in the spool that are missing or damaged: they are not in it.
    missing: tuple[str, ...]


def back_up(
    home: Home,
    target: Path,
    now_ms: int,
    named_files: Callable[[bytes], tuple[str, ...]],
    progress: Progress = lambda _what, _share: None,
    *,
    is_owned: bool = False,
) -> Backup:
    """Write a backup of an outbox, also while its owner works. Blocks.

    `target` gets its name when all of it is written, read back and synced; it is replaced where it is there. Raises
    `OutboxError` (a damaged outbox is not backed up), `OSError`; then nothing is left of it. Beside an owner, who
    writes it, the -wal itself is not looked at.
    """
    if not is_owned and database.is_wal_broken(home.database):
        raise OutboxError("backup_of_damaged", path=home.database, why="its -wal is broken: commits are lost in it")
    with Spool(home).kept() as refresh:

        def told(what: str, share: float) -> None:
            refresh()
            progress(what, share)

        return _back_up(home, target, now_ms, named_files, told)


def _back_up(
    home: Home,
    target: Path,
    now_ms: int,
    named_files: Callable[[bytes], tuple[str, ...]],
    progress: Progress,
) -> Backup:
    stem = target.parent / f".{target.name}.{secrets.token_hex(4)}"
    unfinished, copy = stem.with_name(stem.name + ".zip"), stem.with_name(stem.name + ".db")
    try:
        for each in (unfinished, copy):
            make_file(each)
        count, log_bytes = _copy_database(home, copy, progress)
        with contextlib.closing(sqlite3.connect(copy)) as db:
            wanted = _wanted(db, named_files)
            (version,) = db.execute("PRAGMA user_version").fetchone()
        head = {"outtray_backup": VERSION, "made_at": now_ms, "format": version, "deliveries": count}
        missing = _pack(home, copy, unfinished, head, wanted, log_bytes, progress)
        _verify(unfinished)
        size = unfinished.stat().st_size
        sync_file(unfinished)
        unfinished.replace(target)
        sync_folder(target.parent)
    finally:
        for each in (unfinished, copy, copy.with_name(f"{copy.name}-journal")):
            with contextlib.suppress(OSError):
                each.unlink(missing_ok=True)
    return Backup(count, len(wanted) - len(missing), size, missing)


def _copy_database(home: Home, copy: Path, progress: Progress) -> tuple[int, int]:
    """Copy what one moment committed; return how many deliveries that are, and how long log.txt was then."""

    def told(_status: int, left: int, total: int) -> None:
        progress("outbox.db", 1 - left / max(1, total))

    try:
        with (
            contextlib.closing(database.open_for_reading(home)) as source,
            contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as target,
        ):
            source.execute("BEGIN")  # the moment: whatever is committed from here on is not in it
            (count,) = source.execute("SELECT count(*) FROM delivery").fetchone()
            (log_bytes,) = source.execute("SELECT offset_bytes FROM log_mark").fetchone()
            source.backup(target, pages=_PAGES_AT_ONCE, progress=told)
            source.execute("ROLLBACK")
            target.execute("PRAGMA journal_mode = DELETE").fetchone()
            (wrong,) = target.execute("PRAGMA integrity_check(1)").fetchone()
            (copied,) = target.execute("SELECT count(*) FROM delivery").fetchone()
            if wrong != "ok" or copied != count:
                raise OutboxError("backup_of_damaged", path=home.database, why=wrong)
    except sqlite3.Error as error:
        if not database.is_damage(error):
            raise OSError(
                errno.EIO, database.storing_error(error).values.get("why", "no space left on device")
            ) from error
        raise OutboxError("backup_of_damaged", path=home.database, why=error) from error
    return count, log_bytes


def _wanted(db: sqlite3.Connection, named_files: Callable[[bytes], tuple[str, ...]]) -> tuple[str, ...]:
    """Return the files of the spool that messages and drafts name, each once."""
    names = dict.fromkeys(
        name for (skeleton,) in db.execute("SELECT skeleton FROM message") for name in named_files(skeleton)
    )
    for query in ("SELECT body FROM draft", "SELECT draft FROM notification"):
        for (body,) in db.execute(query):
            names.update(dict.fromkeys(each.sha256 for each in draft_json.load(body).attachments))
    return tuple(names)


def _pack(
    home: Home,
    copy: Path,
    unfinished: Path,
    head: dict[str, object],
    wanted: tuple[str, ...],
    log_bytes: int,
    progress: Progress,
) -> tuple[str, ...]:
    spool = Spool(home)
    missing: list[str] = []
    files: dict[str, tuple[int, str]] = {}
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=3) as archive:
        with copy.open("rb") as file:
            files["outbox.db"] = _add(archive, "outbox.db", _blocks(file))
        for path, most in ((home.settings, None), (home.log, log_bytes)):
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                files[path.name] = _add(archive, path.name, _blocks(file, most))
        for number, sha256 in enumerate(wanted):
            progress("spool", number / len(wanted))
            if not _is_whole(spool, sha256):
                missing.append(sha256)
                continue
            with spool.open(sha256) as file:
                name = f"spool/{sha256[:2]}/{sha256}"
                files[name] = _add(archive, name, _blocks(file))
        archive.writestr(MANIFEST, json.dumps({**head, "files": files}))
    return tuple(missing)


def _is_whole(spool: Spool, sha256: str) -> bool:
    try:
        with spool.open(sha256) as file:
            return _sha256(file) == sha256
    except OSError:
        return False


def _blocks(file: IO[bytes], most: int | None = None) -> Iterator[bytes]:
    left = most
    while block := file.read(_BLOCK if left is None else min(_BLOCK, left)):
        yield block
        if left is not None:
            left -= len(block)


def _add(archive: zipfile.ZipFile, name: str, blocks: Iterator[bytes]) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    info = zipfile.ZipInfo(name)  # of no date: the same outbox makes the same file
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with archive.open(info, "w", force_zip64=True) as member:
        for block in blocks:
            digest.update(block)
            size += len(block)
            member.write(block)
    return size, digest.hexdigest()


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for block in _blocks(file):
        digest.update(block)
    return digest.hexdigest()


def _verify(path: Path) -> None:
    """Read all of it back, against its own manifest."""
    with zipfile.ZipFile(path) as archive:
        files = json.loads(archive.read(MANIFEST))["files"]
        for name, (size, sha256) in files.items():
            with archive.open(name) as member:
                if _sha256(member) != sha256 or archive.getinfo(name).file_size != size:
                    raise OSError(errno.EIO, "what was written reads back as something else")
