"""log.txt: the outbox's events as lines, each written once, in order."""

import contextlib
import errno
import os
import stat
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.clock import iso
from core.errors import PersonError
from core.outbox.notification import Event
from core.outbox.outbox import Outbox
from core.outbox.reader import Reader
from core.paths import reason, sync_folder

if TYPE_CHECKING:
    from core.outbox.forgetting_rows import Forgotten

_PART_BYTES = 64 * 1024


class Log:
    """Appends to log.txt. One thread at a time: the `log` pool, which has one.

    The outbox remembers the last event that was written and the length of the file after it. What stands behind that
    length at the next start is what a crash left: lines of ours are kept, a torn one is cut off and written again,
    and anything that is not ours stays.
    """

    def __init__(self, path: Path, outbox: Outbox, reader: Reader) -> None:
        self._path = path
        self._outbox = outbox
        self._reader = reader
        #: The last event whose line is in the file, as far as this is known.
        self._mark: int | None = None

    def write(self, notification: str, kind: str) -> None:
        """Write every event not yet written, up to the last one of this kind of this notification.

        Blocks, on the `log` pool. Raises `PersonError` when log.txt cannot be written; the events are not lost, they
        are in the outbox and are written when it can be.
        """
        last = self._reader.last_event(notification, kind)
        if last is not None:
            self._write(up_to=last)

    def catch_up(self) -> None:
        """Write every event not yet written. Blocks, on the `log` pool; raises as `write` does."""
        self._write(up_to=None)

    def forget(self, who: "Forgotten") -> None:
        """Rewrite the lines of log.txt that are of an address. Blocks, on the `log` pool; raises as `write` does.

        All lines are moved with one rename. The outbox is told before where the file will end: until the name is
        another, that is inside of a line, which is taken for text that is not ours and stays.
        """
        from core.outbox import log_rewriting  # here: nearly nobody is ever forgotten

        self.catch_up()
        self._mark = None
        try:
            event, offset = self._reader.log_mark()
            if not os.path.lexists(self._path):
                return
            os.close(_open(self._path))  # refuses what is no file of the person's own
            rewritten = log_rewriting.without(self._path, who, offset)
            if rewritten is None:
                return
            self._outbox.set_log_mark(event, rewritten.offset_bytes).wait()
            rewritten.unfinished.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            raise PersonError("log_unwritable", path=self._path, why=reason(error)) from error

    def _write(self, up_to: int | None) -> None:
        mark, self._mark = self._mark, None  # whatever goes wrong below, the file is looked at the next time
        if mark is None or up_to is None or up_to > mark:
            try:
                descriptor = _open(self._path)
                try:
                    mark = self._append(descriptor, mark, up_to)
                finally:
                    os.close(descriptor)
            except OSError as error:
                raise PersonError("log_unwritable", path=self._path, why=reason(error)) from error
        self._mark = mark

    def _append(self, descriptor: int, mark: int | None, up_to: int | None) -> int:
        """Write what is missing after `mark` (None: as far as the file shows) and return the last event in it."""
        is_name_new = mark is None or not os.fstat(descriptor).st_size
        if mark is None:
            mark, is_moved = self._resume(descriptor)
        else:
            is_moved = False
        while events := self._reader.events(mark, up_to):
            for event in events:
                _write_all(descriptor, line(event).encode())
            mark, is_moved = events[-1].id, True
        if is_moved:
            os.fsync(descriptor)  # before the mark, which says that it is there
            if is_name_new:
                sync_folder(self._path.parent)  # a file without a name on disk would be gone with all its lines
            self._outbox.set_log_mark(mark, os.fstat(descriptor).st_size).wait()
        return mark

    def _resume(self, descriptor: int) -> tuple[int, bool]:
        """Find where the last writer stopped: the last event whose line is whole, and if that is news."""
        first, offset = self._reader.log_mark()
        mark = first
        size = os.fstat(descriptor).st_size
        while offset < size and (events := self._reader.events(mark)):
            for event in events:
                expected = line(event).encode()
                found = os.pread(descriptor, len(expected), offset)
                if found != expected:
                    is_torn = offset + len(found) == size and expected.startswith(found)
                    # A power cut leaves zeros for a block that was not on disk, and perhaps whole lines behind it.
                    if is_torn or b"\0" in found:
                        os.ftruncate(descriptor, offset)  # written again, whole
                    else:
                        _end_line(descriptor, size)  # not ours: it stays
                    return mark, mark != first
                offset += len(expected)
                mark = event.id
        _end_line(descriptor, size)
        return mark, mark != first


def line(event: Event) -> str:
    """Write one event as the log shows it. A server's reply in it cannot forge a line of its own."""
    detail = plain(event.detail)
    if event.kind == "query":
        what = f"found query: {detail}"
    elif event.kind == "message":
        what = f"message to {plain(event.to)}"
    else:
        what = f"notification for {plain(event.to)}: {event.kind}{f' ({detail})' if detail else ''}"
    return f"{iso(event.at)}  {event.delivery}  {what}\n"


def plain(text: str) -> str:
    """Replace what could end a line or steer a terminal: control characters, line and direction marks.

    Spaces of other scripts and the joiners inside words and emoji stay.
    """
    return text if text.isprintable() else "".join(map(_plain, text))


def _plain(character: str) -> str:
    if character.isprintable() or character in "\u200c\u200d" or unicodedata.category(character) == "Zs":
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def follow(path: Path, out: Callable[[bytes], None], wait: Callable[[], bool]) -> None:
    """Give `out` what is in log.txt and what is added to it, until `wait` returns False. A new file is followed.

    Raises `OSError` where it is not a regular file or cannot be read.
    """
    offset = 0
    identity: tuple[int, int] | None = None
    while True:
        with contextlib.suppress(FileNotFoundError):
            descriptor = _checked(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)))
            with os.fdopen(descriptor, "rb", buffering=0) as file:
                status = os.fstat(descriptor)
                if identity != (status.st_dev, status.st_ino) or status.st_size < offset:
                    identity, offset = (status.st_dev, status.st_ino), 0
                file.seek(offset)
                while part := file.read(_PART_BYTES):
                    offset += len(part)
                    out(part)
        if not wait():
            return


def _open(path: Path) -> int:
    """Open for appending: no link followed, no pipe waited for, a regular file of the person's own only."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        return _checked(os.open(path, flags, 0o600))
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "it is a link, not a file") from error
        raise


def _checked(descriptor: int) -> int:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(None, "it is not a regular file")
    return descriptor


def _end_line(descriptor: int, size: int) -> None:
    """Begin on a line of our own after text that was left without an end."""
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        _write_all(descriptor, b"\n")


def _write_all(descriptor: int, data: bytes) -> None:
    """Write a line in one call. A part of it at the end of the disk is an error: the rest would be torn."""
    if os.write(descriptor, data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
