"""The files that go with messages: copied when they are attached, and named by what is in them."""

import codecs
import contextlib
import errno
import hashlib
import mimetypes
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath
from typing import BinaryIO

from core.clock import Clock, SystemClock
from core.errors import PersonError, StorageError
from core.outbox.notification import Attachment
from core.paths import Home, make_file, reason, sync_folder

#: What the attachments of one message may have in all. Larger ones are refused by most servers, which count
#: the encoded form: a third more.
MOST_BYTES = 25 * 1024 * 1024
#: The longest file name that the usual file systems of recipients take.
NAME_MOST_BYTES = 255

_BLOCK = 64 * 1024
#: Begins the name of a mark in tmp/ by which a backup says that it reads here.
_KEPT = "kept-"
#: A copy that is older than this was given up: copying 25 MiB takes seconds.
_STALE_MS = 3600 * 1000
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: Marks that turn the direction of what follows: with them `photo[RLO]gpj.exe` is shown as `photoexe.jpg`.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: What `mimetypes` calls an encoding is, for an attachment, what the file is.
_PACKED = {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}


class Spool:
    """Keeps copies of attached files under their sha256, so that what was attached is what is sent.

    A file is in the spool whole and on disk, or not at all. Everything here blocks on the disk: call it on
    the `files` pool, `open` and `has` also where a delivery or an accept runs.
    """

    def __init__(self, home: Home, clock: Clock | None = None) -> None:
        self._root = home.spool
        self._clock = clock or SystemClock()
        #: Folders whose names this process has put on disk.
        self._named: set[Path] = set()

    def attach(self, path: Path, most_bytes: int = MOST_BYTES) -> Attachment:
        """Copy a file into the spool and return what the draft keeps of it.

        A link is followed: whoever attaches it means the file. Raises `PersonError` (`attachment_missing`,
        `_folder`, `_special`, `_unreadable`, `_changed`, `_large`, `_name`), `StorageError` when the spool
        cannot be written. Afterwards the file itself may change or go.
        """
        shown = shown_name(path.name)
        name = fit_name(path.name)
        try:
            source = _open_file(path, shown)
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: NUL in the name of a folder
            raise PersonError("attachment_missing", name=shown) from None
        except OSError as error:
            raise PersonError("attachment_unreadable", name=shown, why=f"{reason(error)}.") from error
        with source:
            before = os.fstat(source.fileno())
            if before.st_size > most_bytes:
                raise _large(shown, before.st_size, most_bytes)
            sha256, size, is_utf8 = self._keep(_blocks(source, shown, most_bytes))
            after = os.fstat(source.fileno())
        # What was copied from a file that was being written is neither its old nor its new content.
        if (after.st_size, after.st_mtime_ns) != (
            before.st_size,
            before.st_mtime_ns,
        ) or size != after.st_size:
            raise PersonError("attachment_changed", name=shown)
        return Attachment(name, media_type(name, is_utf8), sha256, size)

    def add_bytes(self, name: str, data: bytes, most_bytes: int = MOST_BYTES) -> Attachment:
        """Put what is in memory into the spool: a pasted picture, a file that came through the door."""
        fitting = fit_name(name)
        if len(data) > most_bytes:
            raise _large(shown_name(name), len(data), most_bytes)
        blocks = (data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK))
        sha256, size, is_utf8 = self._keep(blocks)
        return Attachment(fitting, media_type(fitting, is_utf8), sha256, size)

    def open(self, sha256: str) -> BinaryIO:
        """Open a copy for reading. Raises `FileNotFoundError` when there is none that is a regular file."""
        path = self._path(sha256)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            file = os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb")
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO):
                raise FileNotFoundError(errno.ENOENT, "not a regular file", str(path)) from error
            raise
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise FileNotFoundError(errno.ENOENT, "not a regular file", str(path))
        return file

    def has(self, attachment: Attachment) -> bool:
        """Say whether the copy is there with the right size. Its content is checked when it is sent."""
        if not _SHA256.fullmatch(attachment.sha256):
            return False
        try:
            found = os.lstat(self._path(attachment.sha256))
        except OSError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == attachment.size_bytes

    def sweep(self) -> int:
        """Remove copies that a crash left half made, and return how many. Call at start."""
        oldest_s = (self._clock.now_ms() - _STALE_MS) / 1000
        removed = 0
        try:
            with os.scandir(self._root / "tmp") as entries:
                for entry in entries:
                    if entry.stat(follow_symlinks=False).st_mtime < oldest_s:
                        (self._root / "tmp" / entry.name).unlink(missing_ok=True)
                        removed += 1
        except FileNotFoundError:
            return 0
        return removed

    # -- what is not needed any more -----------------------------------------------------------------------------

    def names(self, attached_by_ms: int) -> tuple[str, ...]:
        """Return the copies that were attached last at or before a time (ms since 1970, UTC)."""
        found = []
        for folder in _entries(self._root):
            if len(folder.name) == 2 and folder.is_dir(follow_symlinks=False):
                found += [
                    entry.name
                    for entry in _entries(Path(folder.path))
                    if _SHA256.fullmatch(entry.name)
                    and _attached_ms(entry.stat(follow_symlinks=False)) <= attached_by_ms
                ]
        return tuple(found)

    def remove(self, sha256: str, attached_by_ms: int) -> bool:
        """Remove a copy that nothing names; not one that was attached again after a time (ms). Say whether it is gone.

        It is moved away before its time is looked at: so the same content, attached just then, is never removed.
        """
        path, aside = self._path(sha256), self._root / "tmp" / f"unneeded-{secrets.token_hex(16)}"
        self._make_folder(self._root / "tmp")
        try:
            path.rename(aside)
        except FileNotFoundError:
            return False
        if _attached_ms(aside.lstat()) > attached_by_ms:
            aside.replace(path)
            return False
        aside.unlink()
        return True

    def touch(self, files: Iterable[Attachment]) -> None:
        """Have copies count as attached now: they come into a form again. One that is missing is not told of here."""
        for file in files:
            with contextlib.suppress(OSError):
                os.utime(self._path(file.sha256))

    @contextlib.contextmanager
    def kept(self) -> Iterator[Callable[[], None]]:
        """Have no copy removed meanwhile, by any process. Call what this gives at least once in half an hour.

        Where nothing can be written, nothing can be removed either.
        """
        mark = self._root / "tmp" / f"{_KEPT}{secrets.token_hex(16)}"
        with contextlib.suppress(OSError):
            if self._root.is_dir():
                self._make_folder(self._root / "tmp")
                make_file(mark)

        def refresh() -> None:
            with contextlib.suppress(OSError):
                os.utime(mark)

        try:
            yield refresh
        finally:
            with contextlib.suppress(OSError):
                mark.unlink(missing_ok=True)

    def is_kept(self) -> bool:
        """Say whether somebody reads here who needs every copy to stay; who was killed over it counts for an hour."""
        oldest_s = (self._clock.now_ms() - _STALE_MS) / 1000
        return any(
            entry.name.startswith(_KEPT) and entry.stat(follow_symlinks=False).st_mtime >= oldest_s
            for entry in _entries(self._root / "tmp")
        )

    def _path(self, sha256: str) -> Path:
        """Return where a copy is. The name comes from stored data: anything but a hash is not there."""
        if not _SHA256.fullmatch(sha256):
            raise FileNotFoundError(errno.ENOENT, "not a sha256", sha256)
        return self._root / sha256[:2] / sha256

    def _keep(self, blocks: Iterator[bytes]) -> tuple[str, int, bool]:
        """Write, sync, rename, sync the folder: (sha256, size in bytes, whether it is UTF-8 text)."""
        temporary = self._root / "tmp" / secrets.token_hex(16)
        try:
            self._make_folder(self._root / "tmp")
            try:
                sha256, size, is_utf8 = _write(temporary, blocks)
                self._make_folder(self._root / sha256[:2])
                # Also where the same content is there already: a copy that was damaged is whole again so.
                temporary.replace(self._path(sha256))
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
            sync_folder(self._root / sha256[:2])
        except OSError as error:
            raise _storage_error(error) from error
        return sha256, size, is_utf8

    def _make_folder(self, folder: Path) -> None:
        """Make a folder of the spool, and have its name on disk.

        Also where it is there already: who made it may have been killed before its sync, or be about to sync.
        """
        # The spool itself may be a link that a person made, to a larger disk.
        if folder != self._root and folder.is_symlink():
            raise OSError(errno.ELOOP, "a folder in the spool is a link, not a folder")
        if folder in self._named and folder.is_dir():
            return
        if folder != self._root:
            self._make_folder(self._root)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
        self._named.add(folder)


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _attached_ms(status: os.stat_result) -> int:
    return status.st_mtime_ns // 1_000_000


def fit_name(name: str) -> str:
    """Return a file name as the recipient is to see it: no folder, NFC, nothing that turns its direction.

    Shortened in front of its ending to `NAME_MOST_BYTES`. Raises `PersonError` (`attachment_name`) when it
    holds a line break or another control character: a person must see such a name and choose another.
    """
    if any(unicodedata.category(each) in ("Cc", "Zl", "Zp") for each in name):
        raise PersonError("attachment_name", name=shown_name(name))
    # Bytes that are no UTF-8 come from the system as lone surrogates, which no mail can carry.
    name = "".join("\ufffd" if "\ud800" <= each <= "\udfff" else each for each in name if each not in _TURNS)
    name = unicodedata.normalize("NFC", name).replace("/", "_").replace("\\", "_").strip()
    if name.strip(".") == "":
        return "file"
    stem, ending_bytes = PurePath(name).stem, PurePath(name).suffix.encode("utf-8")
    if len(ending_bytes) > 32:  # no ending anybody knows: part of the name
        stem, ending_bytes = name, b""
    kept = stem.encode("utf-8")[: NAME_MOST_BYTES - len(ending_bytes)].decode("utf-8", "ignore")
    return kept + ending_bytes.decode("utf-8")


def shown_name(name: str) -> str:
    """Return a file name fit for a sentence: whatever is not printable as its code."""
    return "".join(each if each.isprintable() else f"<U+{ord(each):04X}>" for each in name) or "?"


def media_type(name: str, is_utf8: bool) -> str:
    """Guess a media type by the name's ending. Text that is UTF-8 says so: readers assume ASCII otherwise."""
    guess, packing = mimetypes.guess_type(name, strict=False)
    if packing is not None:
        return _PACKED.get(packing, "application/octet-stream")
    if guess is None:
        return "application/octet-stream"
    if guess.startswith("text/") and is_utf8:
        return f"{guess}; charset=utf-8"
    return guess


def size_words(size_bytes: int) -> str:
    """Return a size as a person reads it, in the units of file managers (1 MB is 1,048,576 bytes)."""
    if size_bytes < 1024:
        return f"{size_bytes} bytes"
    size = size_bytes / 1024
    for unit in ("KB", "MB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if size >= 10 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GB"


def _open_file(path: Path, shown: str) -> BinaryIO:
    """Open a regular file, never waiting for a FIFO's other end (O_NONBLOCK).

    It is looked at before, since opening a device may do something, and after, since it may be another by then.
    """
    _check_kind(path.stat(), shown)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags), "rb")
    try:
        _check_kind(os.fstat(file.fileno()), shown)
    except PersonError:
        file.close()
        raise
    return file


def _check_kind(found: os.stat_result, shown: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise PersonError("attachment_folder", name=shown)
    if not stat.S_ISREG(found.st_mode):
        raise PersonError("attachment_special", name=shown)


def _blocks(file: BinaryIO, shown: str, most_bytes: int) -> Iterator[bytes]:
    """Yield a file's content, at most `most_bytes`: one that grows while it is read ends there."""
    size = 0
    while True:
        try:
            block = file.read(_BLOCK)
        except OSError as error:
            raise PersonError("attachment_unreadable", name=shown, why=f"{reason(error)}.") from error
        if not block:
            return
        size += len(block)
        if size > most_bytes:
            raise _large(shown, size, most_bytes)
        yield block


def _write(path: Path, blocks: Iterator[bytes]) -> tuple[str, int, bool]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = 0
    is_utf8 = True
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        for block in blocks:
            digest.update(block)
            size += len(block)
            is_utf8 = is_utf8 and _decodes(decoder, block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size, is_utf8 and _decodes(decoder, b"", final=True)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bool:
    try:
        return "\0" not in decoder.decode(block, final)
    except UnicodeDecodeError:
        return False


def _storage_error(error: OSError) -> StorageError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError("disk_full")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StorageError("disk_readonly")
    return StorageError("disk_failed", why=reason(error))


def _large(shown: str, size_bytes: int, most_bytes: int) -> PersonError:
    return PersonError("attachment_large", name=shown, size=size_words(size_bytes), most=size_words(most_bytes))
