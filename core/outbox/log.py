"""log.txt: the outbox's events as lines, each written once, in order."""

import contextlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

from core.clock import iso
from core.errors import PersonError
from core.outbox.notification import Event
from core.outbox.outbox import Outbox
from core.outbox.reader import Reader
from core.paths import reason


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

    def _write(self, up_to: int | None) -> None:
        if up_to is not None and self._mark is not None and up_to <= self._mark:
            return
        try:
            descriptor = _open(self._path)
        except OSError as error:
            raise PersonError("log_unwritable", path=self._path, why=reason(error)) from error
        try:
            self._append(descriptor, up_to)
        except OSError as error:
            self._mark = None  # how much of the last line came through is looked at the next time
            raise PersonError("log_unwritable", path=self._path, why=reason(error)) from error
        finally:
            os.close(descriptor)

    def _append(self, descriptor: int, up_to: int | None) -> None:
        mark = self._resume(descriptor) if self._mark is None else self._mark
        first = mark
        while events := self._reader.events(mark, up_to):
            for event in events:
                _write_all(descriptor, line(event).encode())
                mark = event.id
        if mark != first or self._mark is None:
            os.fsync(descriptor)  # before the mark, which says that it is there
            self._outbox.set_log_mark(mark, os.fstat(descriptor).st_size).wait()
        self._mark = mark

    def _resume(self, descriptor: int) -> int:
        """Find where the last writer stopped: return the last event whose line is whole in the file."""
        mark, offset = self._reader.log_mark()
        size = os.fstat(descriptor).st_size
        if size <= offset:
            _end_line(descriptor, size)
            return mark
        tail = _read(self._path, offset)
        kept = offset
        while events := self._reader.events(mark):
            for event in events:
                expected = line(event).encode()
                if tail.startswith(expected):
                    tail = tail[len(expected) :]
                    kept += len(expected)
                    mark = event.id
                    continue
                if tail and expected.startswith(tail):
                    os.ftruncate(descriptor, kept)  # torn: written again, whole
                elif tail:
                    _end_line(descriptor, size)  # not ours: it stays
                return mark
        if tail:
            _end_line(descriptor, size)
        return mark


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
    """Replace what could end a line or steer a terminal: control characters, line and direction marks."""
    return "".join(
        char if char.isprintable() and char not in "\u2028\u2029" else f"\\x{ord(char):02x}" for char in text
    )


def follow(path: Path, out: Callable[[bytes], None], wait: Callable[[], bool]) -> None:
    """Give `out` what is in log.txt and what is added to it, until `wait` returns False. A new file is followed."""
    offset = 0
    identity: tuple[int, int] | None = None
    while True:
        with contextlib.suppress(FileNotFoundError):
            status = path.stat()
            if identity != (status.st_dev, status.st_ino) or status.st_size < offset:
                identity, offset = (status.st_dev, status.st_ino), 0
            if status.st_size > offset and (part := _read(path, offset)):
                offset += len(part)
                out(part)
        if not wait():
            return


def _open(path: Path) -> int:
    """Open for appending: no link followed, no pipe waited for, a regular file of the person's own only."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(None, "it is not a regular file")
    return descriptor


def _read(path: Path, offset: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read()


def _end_line(descriptor: int, size: int) -> None:
    """Begin on a line of our own after text that was left without an end."""
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        _write_all(descriptor, b"\n")


def _write_all(descriptor: int, data: bytes) -> None:
    """Write a line in one call. A part of it at the end of the disk is an error: the rest would be torn."""
    if os.write(descriptor, data) != len(data):
        raise OSError(None, "no space left on device")
