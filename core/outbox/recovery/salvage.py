"""A damaged outbox: what can be read of it is put into a new one, and the damaged one is kept beside it.

What is recovered never goes out by itself unless its record is whole: row, message with a good seal, and an event that
agrees with the state.
"""

import contextlib
import json
import os
import shutil
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from core.errors import OutboxError
from core.outbox import database
from core.outbox.recovery import aside, wal
from core.outbox.recovery.carving import Pages
from core.outbox.recovery.gathering import Gathering
from core.outbox.recovery.judging import Judging
from core.paths import Home
from core.words import salvaged_sentence

#: Says whether a stored message matches its seal: passed in, because the outbox knows no mail.
IsSealed = Callable[[bytes, bytes], bool]

#: How the schema of every format begins, and where in the file it is looked for.
_OURS = b"CREATE TABLE notification (\n    id           TEXT PRIMARY KEY,"
_LOOKED_AT_BYTES = 1 << 20

#: Nobody is told more numbers one by one than this.
_MOST_NUMBERS = 100_000

#: So many bytes of a file each delivery takes at least, with its message and its events; and so many numbers a small
#: outbox may have. A number that would not fit in the file is damage.
_LEAST_BYTES, _FEWEST = 64, 4096

#: A sentence with more numbers than this is not read.
_MOST_RUNS = 20

#: What was saved, beside the outbox until somebody was told of it.
_NOTE = ".salvaged-"


@dataclass(frozen=True)
class Salvaged:
    """What came of a recovery."""

    #: Deliveries that are in the new outbox, and of how many that are known to have been in the old one.
    saved: int
    known: int
    #: Of those saved: what was on the way and is held now, what nobody knows, and what has lost its message.
    held: tuple[int, ...] = ()
    unconfirmed: tuple[int, ...] = ()
    corrupt: tuple[int, ...] = ()
    #: The numbers of those of which nothing was left to go by: the first and the last of each run.
    lost_runs: tuple[tuple[int, int], ...] = ()
    #: Messages whose deliveries are lost: their text is under Drafts.
    drafts: int = 0
    #: Where the damaged outbox is kept.
    kept: Path = Path()

    @property
    def lost(self) -> tuple[int, ...]:
        """The numbers of what is lost; of very many, the first."""
        every = (number for first, last in self.lost_runs for number in range(first, last + 1))
        return tuple(islice(every, _MOST_NUMBERS))

    @property
    def lost_numbers(self) -> str:
        """The numbers of what is lost, as a person reads them: 3, 17–20; of very many, the first."""
        runs = self.lost_runs
        shown = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:_MOST_RUNS]]
        return ", ".join([*shown, "…"] if len(runs) > _MOST_RUNS else shown)

    def __str__(self) -> str:
        return salvaged_sentence(
            saved=self.saved,
            known=self.known,
            held=len(self.held),
            unconfirmed=len(self.unconfirmed),
            corrupt=len(self.corrupt),
            lost=self.lost_numbers,
            drafts=self.drafts,
            kept=self.kept.name,
        )

    @property
    def changed(self) -> frozenset[int]:
        """The deliveries that are not what they were."""
        return frozenset((*self.held, *self.unconfirmed, *self.corrupt, *self.lost))


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
        _make_file(image)
        page_size, stale = _make_image(path, image)
        reached("copied")
        _make_file(unfinished)
        salvaged = _fill(unfinished, image, page_size, stale, home, now_ms, is_sealed)
        _sync(unfinished)
        reached("filled")
        found = Salvaged(**{**salvaged, "kept": aside.damaged_name(path, time)})  # type: ignore[arg-type]  # its fields
        _note(path.with_name(f"{path.name}{_NOTE}{time}"), found)
        if not aside.hand_over(path, unfinished, time, damaged, reached):
            raise OutboxError("outbox_unsaved", path=path, why="another program wrote it meanwhile")
    finally:
        with contextlib.suppress(OSError):
            aside.remove_unfinished(path)
    return found


def untold(home: Home) -> Salvaged | None:
    """Return what a recovery saved that nobody was told of: the program that did it was killed. Raises `OSError`."""
    path = home.database
    for name in reversed(aside.names_of(path, _NOTE)):
        kept = aside.damaged_name(path, name.removeprefix(path.name + _NOTE))
        if not kept.exists():
            continue  # broken off before anything was moved
        try:
            note = json.loads(path.with_name(name).read_text(encoding="utf-8"))
            lists = {
                key: tuple(tuple(each) if isinstance(each, list) else each for each in value)
                for key, value in note.items()
                if isinstance(value, list)
            }
            return Salvaged(**{**note, **lists, "kept": kept})
        except (ValueError, TypeError, AttributeError):
            continue
    return None


def forget_told(home: Home) -> None:
    """Take note that whoever is there was told. What is left of it costs a second telling, so a failure is none."""
    with contextlib.suppress(OSError):
        for name in aside.names_of(home.database, _NOTE):
            home.database.with_name(name).unlink(missing_ok=True)


def _note(path: Path, salvaged: Salvaged) -> None:
    path.unlink(missing_ok=True)
    _make_file(path)
    with path.open("w", encoding="utf-8") as file:
        json.dump({key: value for key, value in asdict(salvaged).items() if key != "kept"}, file)
    _sync(path)


def _make_file(path: Path) -> None:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
