"""A damaged outbox: what can be read of it is put into a new one, and the damaged one is kept beside it.

What is recovered never goes out by itself unless its record is whole: row, message with a good seal, and an event that
agrees with the state.
"""

import contextlib
import shutil
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from core.errors import OutboxError
from core.outbox import aside, database, wal
from core.outbox.recovery.carving import Pages
from core.outbox.recovery.gathering import Gathering
from core.outbox.recovery.judging import Judging
from core.outbox.recovery.salvaged import IsSealed, Salvaged, note, untold
from core.paths import Home, make_file, sync_file

#: How the schema of every format begins, and where in the file it is looked for.
_OURS = b"CREATE TABLE notification (\n    id           TEXT PRIMARY KEY,"
_LOOKED_AT_BYTES = 1 << 20

#: So many bytes of a file each delivery takes at least, with its message and its events; and so many numbers a small
#: outbox may have. A number that would not fit in the file is damage.
_LEAST_BYTES, _FEWEST = 64, 4096


def is_ours(path: Path) -> bool:
    """Say whether a file whose first page is no database's any more was an outbox. Call before anything opens it.

    The file is read past SQLite: see `recover`.
    """
    try:
        if not path.is_file() or path.is_symlink():
            return False
        with path.open("rb") as file:
            return _OURS in file.read(_LOOKED_AT_BYTES)
    except OSError:
        return False


def recover(home: Home, now_ms: int, is_sealed: IsSealed, reached: Callable[[str], None] = lambda _: None) -> Salvaged:
    """Make a new outbox of what can be read, put it in the damaged one's place, and say what was saved.

    Call with the lock held and the writing connection closed: the file is read past SQLite, and closing a descriptor
    of it drops what locks SQLite has on it in this process. Blocks. Raises `OSError` and `sqlite3.Error`, and then
    the damaged outbox is as it was.
    """
    path = home.database
    is_pending = aside.pending(path) is not None
    if is_pending and aside.finish(path, reached) and (earlier := untold(home)) is not None:
        return earlier  # it could not get its name when it was made
    damaged = aside.sum_of(path)
    time = aside.free_time(path, f"{datetime.fromtimestamp(now_ms // 1000, UTC):%Y%m%dT%H%M%SZ}")
    unfinished, image = (path.with_name(f"{path.name}.recovering{suffix}") for suffix in ("", "-old"))
    aside.remove_unfinished(path)
    try:
        make_file(image)
        page_size, stale = _make_image(path, image)
        reached("copied")
        make_file(unfinished)
        salvaged = _fill(unfinished, image, page_size, stale, home, now_ms, is_sealed)
        sync_file(unfinished)
        reached("filled")
        found = Salvaged(**{**salvaged, "kept": aside.damaged_name(path, time)})  # type: ignore[arg-type]  # its fields
        note(path, time, found)
        if not aside.hand_over(path, unfinished, time, damaged, reached):
            raise OutboxError("outbox_unsaved", path=path, why="another program wrote it meanwhile")
    finally:
        with contextlib.suppress(OSError):
            aside.remove_unfinished(path)
    return found


def _make_image(path: Path, image: Path) -> tuple[int, int]:
    """Copy the database with what its -wal adds; return the page size, and how many pages are older than they were.

    Every frame that is whole counts, also behind one that is not: a later image of the same page makes good for it.
    """
    with path.open("rb") as source, image.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
    with path.open("rb") as source:
        header = source.read(100)
    log_path = path.with_name(f"{path.name}-wal")
    log = wal.read(log_path)
    page_size = _page_size(header) or (log.page_size if log else 0) or 4096
    if log is None or log.page_size != page_size:
        return page_size, 0
    last = max((number for number, frame in enumerate(log.frames) if frame.is_commit), default=-1)
    newest = {frame.page: frame for frame in log.frames[: last + 1]}
    whole = {frame.page: frame for frame in log.frames[: last + 1] if frame.is_whole}
    with log_path.open("rb") as source, image.open("r+b") as target:
        for page, frame in whole.items():
            source.seek(frame.offset)
            target.seek((page - 1) * page_size)
            target.write(source.read(page_size))
    # A frame that is not whole may also have the wrong number: then nothing is known of its page.
    return page_size, sum(1 for page, frame in newest.items() if frame is not whole.get(page))


def _most_id(pages: Pages, page_size: int) -> int:
    """Return the highest number that a row can have been given, by how large the file is, or was before it was cut."""
    said = int.from_bytes(pages.page(1)[28:32], "big")
    count = max(pages.count, min(said, pages.count * 64))
    return max(_FEWEST, count * page_size // _LEAST_BYTES)


def _page_size(header: bytes) -> int:
    if len(header) < 18:
        return 0
    size = int(struct.unpack(">H", header[16:18])[0])
    size = 65536 if size == 1 else size
    return size if size >= 512 and not size & (size - 1) else 0


def _fill(
    unfinished: Path, image: Path, page_size: int, stale: int, home: Home, now_ms: int, is_sealed: IsSealed
) -> dict[str, object]:
    """Fill the new outbox out of the old one's pages, judge each delivery, and have SQLite look through it all."""
    with contextlib.closing(database.create(unfinished)) as db:
        # It is synced as a whole before it gets a name that counts.
        db.execute("PRAGMA journal_mode = OFF").fetchone()
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("BEGIN")
        with contextlib.closing(Pages(image, page_size)) as pages:
            gathering = Gathering(db, _most_id(pages, page_size))
            for row in pages.rows():
                gathering.add(row)
        log_bytes = home.log.stat().st_size if home.log.is_file() else 0
        gathering.finish(log_bytes)
        # With one page older than it was, row and event contradict each other wherever it matters: they are in
        # different tables, and every move writes both. With more, both may be old.
        judging = Judging(db, gathering, now_ms, is_sealed, is_all_doubtful=stale > 1)
        found = judging.judge()
        db.execute("COMMIT")
        wrong = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        orphan = db.execute("PRAGMA foreign_key_check").fetchone()
        if wrong != "ok" or orphan is not None:
            raise OutboxError("outbox_damaged", path=home.database, why=f"it could not be recovered, {wrong} {orphan}")
    return found
