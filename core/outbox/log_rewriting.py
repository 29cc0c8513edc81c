"""log.txt without somebody: the lines of an address say no more than that there was one."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.outbox.forgetting_rows import Forgotten, names

#: `TIME  NUMBER  WHAT`, as `core.outbox.log` writes it.
_LINE = re.compile(rb"(\S+)  (\d+)  (.*)", re.DOTALL)
_QUERY = b"found query: "
_FORGOTTEN = b"forgotten"


@dataclass(frozen=True)
class Rewritten:
    """A log.txt that waits for its name: whole and on disk."""

    unfinished: Path
    #: Where in it what was written up to a position of the old one ends (bytes).
    offset_bytes: int
    #: How many lines say less than before.
    lines: int


def count(path: Path, who: Forgotten) -> int:
    """Return how many lines of log.txt are of an address. Blocks; raises `OSError`."""
    try:
        with path.open("rb") as file:
            ids = _ids(file, who)
            file.seek(0)
            return sum(_is_of(line, who, ids) for line in file)
    except FileNotFoundError:
        return 0


def without(path: Path, who: Forgotten, offset_bytes: int) -> Rewritten | None:
    """Write log.txt anew beside it, without an address; None where it is in no line. Blocks; raises `OSError`.

    Every line keeps its time, its number and its place. What a rewriting that was broken off left is written over.
    """
    unfinished = path.with_name(f"{path.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with path.open("rb") as old:
        mode = stat.S_IMODE(os.fstat(old.fileno()).st_mode)
        ids = _ids(old, who)
        old.seek(0)
        with os.fdopen(os.open(unfinished, flags, mode), "wb") as new:
            at = moved_to = lines = 0
            for line in old:
                is_of = _is_of(line, who, ids)
                lines += is_of
                new.write(_less(line) if is_of else line)
                at += len(line)
                if at <= offset_bytes:
                    moved_to = new.tell()
            new.flush()
            os.fsync(new.fileno())
    if not lines:
        unfinished.unlink()
        return None
    return Rewritten(unfinished, moved_to, lines)


def _ids(file: BinaryIO, who: Forgotten) -> frozenset[int]:
    """Return the numbers of the deliveries to an address, as the lines say it.

    And those under which the words stand that found somebody, where that may have been this one: such a line is the
    first recipient's, and the message's lines follow it, one for each recipient.
    """
    wanted = _address(who)
    ids: set[int] = set()
    first = last = 0
    for number, what in _read(file):
        if number > who.up_to:
            continue
        if what.startswith(_QUERY):
            first = last = number
            continue
        if what.startswith(b"message to ") and first and number in (last, last + 1):
            last = number
        else:
            first = 0
        folded = _folded(what)
        if folded == b"message to " + wanted or folded.startswith(b"notification for " + wanted + b":"):
            ids.add(number)
            if first:
                ids.add(-first)
    return frozenset(ids)


def _read(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    for line in file:
        if (match := _LINE.fullmatch(line.rstrip(b"\n"))) is not None and len(match[2]) < 19:
            yield int(match[2]), match[3]


def _is_of(line: bytes, who: Forgotten, ids: frozenset[int]) -> bool:
    """Say whether a line is of an address, or names it, but for those of what was sent there later."""
    match = _LINE.fullmatch(line.rstrip(b"\n"))
    if match is None or len(match[2]) >= 19:
        return names(_read_text(line), who.address)
    number, what = int(match[2]), match[3]
    if what == _FORGOTTEN or number > who.up_to:
        return False
    return number in ids or (what.startswith(_QUERY) and -number in ids) or names(_read_text(what), who.address)


def _address(who: Forgotten) -> bytes:
    return who.address.casefold().encode()


def _folded(text: bytes) -> bytes:
    return _read_text(text).casefold().encode()


def _read_text(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _less(line: bytes) -> bytes:
    match = _LINE.fullmatch(line.rstrip(b"\n"))
    end = b"\n" if line.endswith(b"\n") else b""
    return (_FORGOTTEN if match is None else match[1] + b"  " + match[2] + b"  " + _FORGOTTEN) + end
