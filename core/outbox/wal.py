"""The write-ahead log of SQLite, read without SQLite: which frames are whole, and whether commits were lost in it.

SQLite stops at the first frame that is not whole and says nothing. After a power cut that is right: what stands behind
it never was committed. After damage it is not: commits that were acknowledged stand behind it, and without them what
was sent would be queued again. The file format: sqlite.org/fileformat2.html, section 4.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_MAGIC = (0x377F0682, 0x377F0683)


@dataclass(frozen=True)
class Frame:
    """The image of a page that a transaction wrote."""

    #: Of the page, from 1.
    page: int
    #: True for the last frame of a transaction.
    is_commit: bool
    #: Its checksum fits it and the frame before it.
    is_whole: bool
    #: Where the image begins in the file.
    offset: int


@dataclass(frozen=True)
class Wal:
    """The frames of the newest generation in a -wal, in order."""

    page_size: int
    frames: tuple[Frame, ...]
    #: The file begins as SQLite wrote it. Otherwise SQLite takes it for empty.
    has_header: bool

    @property
    def is_broken(self) -> bool:
        """Say whether whole transactions stand behind a frame that is not whole.

        A transaction begins only when the one before it is on disk (`synchronous = FULL`), so a power cut tears the
        last one alone: its frames, up to its commit. Whatever is whole behind that commit was acknowledged.
        """
        if not self.has_header:
            return any(frame.is_whole for frame in self.frames)
        broken = next((number for number, frame in enumerate(self.frames) if not frame.is_whole), None)
        if broken is None:
            return False
        behind = iter(self.frames[broken:])
        for frame in behind:
            if frame.is_commit:
                break
        return any(frame.is_whole for frame in behind)


def read(path: Path) -> Wal | None:
    """Read a -wal; None where there is none, or nothing in it. Blocks; raises `OSError`."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        header = file.read(_HEADER_BYTES)
        if len(header) < _HEADER_BYTES:
            return None
        magic, _, page_size, _, salt_1, salt_2, check_1, check_2 = struct.unpack(">8I", header)
        order = ">" if magic == _MAGIC[1] else "<"
        has_header = magic in _MAGIC and _sum(order, header[:24], 0, 0) == (check_1, check_2)
        if not has_header:
            page_size, order = 4096, "<"
        if page_size < 512 or page_size & (page_size - 1):
            return Wal(0, (), False)
        salts = (salt_1, salt_2) if has_header else None
        return Wal(page_size, tuple(_frames(file, page_size, order, salts, (check_1, check_2))), has_header)


def _frames(
    file: BinaryIO, page_size: int, order: str, salts: tuple[int, int] | None, checks: tuple[int, int]
) -> Iterator[Frame]:
    """Yield the frames up to the last one with the salts of the header: what is behind is of an older generation.

    A frame's checksum goes on from the one before it as that stands in the file, so one that is not whole does not
    hide those that are. Without a header, the first frame's salts count, and it cannot be told whether it is whole.
    """
    offset = _HEADER_BYTES
    found: list[Frame] = []
    while len(frame := file.read(_FRAME_HEADER_BYTES + page_size)) == _FRAME_HEADER_BYTES + page_size:
        page, size, salt_1, salt_2, check_1, check_2 = struct.unpack(">6I", frame[:_FRAME_HEADER_BYTES])
        salts = salts or (salt_1, salt_2)
        is_of_this = (salt_1, salt_2) == salts
        is_whole = is_of_this and page > 0
        if is_whole:
            summed = _sum(order, frame[:8], *checks)
            is_whole = _sum(order, frame[_FRAME_HEADER_BYTES:], *summed) == (check_1, check_2)
        found.append(Frame(page, is_of_this and size > 0, is_whole, offset + _FRAME_HEADER_BYTES))
        if is_of_this:
            yield from found
            found.clear()
        elif len(found) > _MOST_BROKEN:
            return
        checks = (check_1, check_2)
        offset += len(frame)


#: So many frames in a row with other salts are an older generation, not damage.
_MOST_BROKEN = 8


def _sum(order: str, data: bytes, first: int, second: int) -> tuple[int, int]:
    """Go on with a checksum (section 4.2 of the format)."""
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
