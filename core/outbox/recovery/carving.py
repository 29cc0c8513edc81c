"""Rows read out of the pages of a database without asking its trees: what is whole is found wherever it stands.

SQLite finds a row by the pages above it, and loses all that is below one that is damaged. Here each page is read by
itself, and a row's table is told by its columns. The file format: sqlite.org/fileformat2.html, sections 1.6 and 2.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

Value = None | int | float | str | bytes

_LEAF_OF_TABLE, _LEAF_OF_INDEX, _INNER_OF_INDEX = 0x0D, 0x0A, 0x02
#: No row of an outbox has more columns.
_MOST_COLUMNS = 64
#: A message with its text is the longest value there is; a length beyond this is damage.
_MOST_BYTES = 64 << 20


@dataclass(frozen=True)
class Row:
    """A record found in a page. `rowid` is None in a table without rowids and in an index."""

    rowid: int | None
    values: tuple[Value, ...]
    #: It stands in a page on the free list: it may have been deleted, and be older than what is elsewhere.
    is_unused: bool = False


class _Unreadable(ValueError):
    """What is there is no record."""


class Pages:
    """The pages of a database file, which nobody writes meanwhile. Close it when it is read."""

    def __init__(self, path: Path, page_size: int) -> None:
        self._file: BinaryIO = path.open("rb")
        self._size = page_size
        self.count = path.stat().st_size // page_size

    def close(self) -> None:
        self._file.close()

    def page(self, number: int) -> bytes:
        """Return a page, counted from 1. Raises `OSError`; what lies behind the end is empty."""
        self._file.seek((number - 1) * self._size)
        return self._file.read(self._size)

    def rows(self) -> Iterator[Row]:
        """Yield every record of every page, table or not; those in unused pages last."""
        unused = self._unused()
        for number in (*(each for each in range(1, self.count + 1) if each not in unused), *sorted(unused)):
            page = self.page(number)
            if len(page) == self._size:
                for row in self._rows_of(page, 100 if number == 1 else 0):
                    yield replace(row, is_unused=True) if number in unused else row

    def _unused(self) -> set[int]:
        """Return the pages on the free list: what stands in them was deleted. A list that is damaged ends there."""
        first = self.page(1)
        trunk = struct.unpack(">I", first[32:36])[0] if len(first) >= 36 else 0
        unused: set[int] = set()
        while 1 < trunk <= self.count and trunk not in unused:
            page = self.page(trunk)
            following, count = struct.unpack(">2I", page[:8])
            if count > len(page) // 4 - 2:
                break
            leaves = struct.unpack(f">{count}I", page[8 : 8 + 4 * count])
            if any(not 1 < each <= self.count for each in leaves):
                break
            unused.update((trunk, *leaves))
            trunk = following
        return unused

    def _rows_of(self, page: bytes, start: int) -> Iterator[Row]:
        kind = page[start]
        if kind not in (_LEAF_OF_TABLE, _LEAF_OF_INDEX, _INNER_OF_INDEX):
            return
        count = struct.unpack(">H", page[start + 3 : start + 5])[0]
        pointers = start + (12 if kind == _INNER_OF_INDEX else 8)
        if pointers + 2 * count > len(page):
            count = (len(page) - pointers) // 2
        for number in range(count):
            at = struct.unpack(">H", page[pointers + 2 * number : pointers + 2 * number + 2])[0]
            if at < pointers or at >= len(page):
                continue
            try:
                yield self._row(page, at, kind)
            except (_Unreadable, IndexError, struct.error, UnicodeDecodeError):
                continue

    def _row(self, page: bytes, at: int, kind: int) -> Row:
        if kind == _INNER_OF_INDEX:
            at += 4
        size, at = _varint(page, at)
        rowid: int | None = None
        if kind == _LEAF_OF_TABLE:
            rowid, at = _varint(page, at)
            if rowid >= 1 << 63:
                rowid -= 1 << 64
        if not 2 <= size <= _MOST_BYTES:
            raise _Unreadable
        return Row(rowid, _values(self._payload(page, at, size, kind)))

    def _payload(self, page: bytes, at: int, size: int, kind: int) -> bytes:
        """Return a record, with what did not fit into its page (section 1.6: U, X, M and K)."""
        usable = self._size
        most = usable - 35 if kind == _LEAF_OF_TABLE else (usable - 12) * 64 // 255 - 23
        if size <= most:
            if at + size > len(page):
                raise _Unreadable
            return page[at : at + size]
        least = (usable - 12) * 32 // 255 - 23
        local = least + (size - least) % (usable - 4)
        if local > most:
            local = least
        if at + local + 4 > len(page):
            raise _Unreadable
        parts = [page[at : at + local]]
        left = size - local
        following = struct.unpack(">I", page[at + local : at + local + 4])[0]
        seen: set[int] = set()
        while left > 0:
            if not 1 < following <= self.count or following in seen:
                raise _Unreadable
            seen.add(following)
            more = self.page(following)
            parts.append(more[4 : 4 + min(left, usable - 4)])
            left -= usable - 4
            following = struct.unpack(">I", more[:4])[0]
        return b"".join(parts)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    return value << 8 | data[at], at + 1


#: Serial types 0 to 9 (section 2.1): how many bytes the value has.
_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


def _values(record: bytes) -> tuple[Value, ...]:
    header, at = _varint(record, 0)
    if header > len(record):
        raise _Unreadable
    kinds: list[int] = []
    while at < header:
        kind, at = _varint(record, at)
        kinds.append(kind)
    if at != header or len(kinds) > _MOST_COLUMNS:
        raise _Unreadable
    values: list[Value] = []
    for kind in kinds:
        value, at = _value(record, at, kind)
        values.append(value)
    if at != len(record):
        raise _Unreadable
    return tuple(values)


def _value(record: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind in (10, 11):
        raise _Unreadable
    size = _SIZES[kind] if kind < 10 else (kind - 12) // 2
    data = record[at : at + size]
    if len(data) != size:
        raise _Unreadable
    value: Value
    if kind == 0:
        value = None
    elif kind in (8, 9):
        value = kind - 8
    elif kind == 7:
        value = float(struct.unpack(">d", data)[0])
    elif kind < 7:
        value = int.from_bytes(data, "big", signed=True)
    elif kind % 2:
        value = data.decode("utf-8")
    else:
        value = data
    return value, at + size
