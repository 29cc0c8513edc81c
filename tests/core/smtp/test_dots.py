"""The body on the wire: what a server reads is what was stored, and its end is where we say."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.mail.mime import Damaged
from core.mail.smtp.dots import BLOCK_BYTES, DOT, stuffed

_LINES = st.lists(
    st.binary(max_size=20).filter(lambda line: not set(line) & set(b"\r\n\0"))
    | st.sampled_from([b".", b"..", b".x", b""])
)
#: What one server or another took for the end of a message (SMTP smuggling, 2023).
_LENIENT_END = re.compile(rb"(?:\r\n|\r|\n)\.(?:\r\n|\r|\n)")


def _unstuffed(wire: bytes) -> bytes:
    """Read as a server does (RFC 5321, section 4.5.2), up to the first end of data."""
    assert wire.endswith(DOT)
    lines: list[bytes] = []
    rest = wire
    while True:
        line, end, rest = rest.partition(b"\r\n")
        assert end, "the data has no end"
        if line == b".":
            assert rest == b"", "the data ended before its end"
            return b"".join(each + b"\r\n" for each in lines)
        lines.append(line.removeprefix(b"."))


def _pieces(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [*pieces, data]


@given(_LINES, st.lists(st.integers(0, 7), max_size=40))
@example([b".", b".", b"..a"], [1] * 12)
def test_a_server_reads_what_was_stored(lines: list[bytes], sizes: list[int]) -> None:
    """Whatever the lines, and however the bytes come in chunks, they read back byte for byte."""
    stored = b"".join(line + b"\r\n" for line in lines)
    assert _unstuffed(b"".join(stuffed(_pieces(stored, sizes))) + DOT) == stored


@given(
    st.binary(max_size=60) | st.text("\r\n.a\0", max_size=30).map(str.encode), st.lists(st.integers(0, 5), max_size=20)
)
@example(b"a\r\n.\r\nb\n.\r\nMAIL FROM:<x>\r\n", [4, 1, 1])
@example(b"a\r.\r\n", [2])
def test_nothing_that_a_lenient_server_takes_for_the_end_reaches_the_wire(data: bytes, sizes: list[int]) -> None:
    """Bytes with a bare CR, a bare LF or a NUL are refused; of all others no server sees an end but the real one."""
    is_canonical = not re.search(rb"\r(?!\n)|(?<!\r)\n|\0", data)
    if not is_canonical:
        with pytest.raises(Damaged):
            list(stuffed(_pieces(data, sizes)))
        return
    wire = b"".join(stuffed(_pieces(data, sizes)))
    assert not wire or wire.endswith(b"\r\n")
    assert not _LENIENT_END.search(b"\r\n" + wire)
    wanted = data if not data or data.endswith(b"\r\n") else data + b"\r\n"
    assert _unstuffed(wire + DOT) == wanted


def test_an_end_is_put_where_none_is() -> None:
    """A message can only end with CRLF."""
    assert list(stuffed([b"a\r\nb"])) == [b"a\r\nb\r\n"]
    assert list(stuffed([])) == []


def test_a_damaged_end_is_found_before_the_last_block() -> None:
    """A CR that waits for its LF at the very end is a bare one."""
    with pytest.raises(Damaged):
        list(stuffed([b"a\r\n", b"b\r"]))


def test_small_chunks_are_written_together_and_large_ones_soon() -> None:
    """A message of small chunks is one block; a large one comes in blocks of at least 64 KiB, not as a whole."""
    line = b"x" * 62 + b"\r\n"
    assert len(list(stuffed([line] * 100))) == 1
    blocks = list(stuffed([line * 16] * 1000))
    assert all(BLOCK_BYTES <= len(block) < BLOCK_BYTES + 16 * len(line) for block in blocks[:-1])
    assert b"".join(blocks) == line * 16_000


def test_what_the_chunks_raise_comes_through() -> None:
    """A file that turns out to be another one is told, after what was good of it."""

    def chunks() -> Iterator[bytes]:
        yield b"x" * BLOCK_BYTES
        raise Damaged("The copy of an attachment has changed.")

    blocks = stuffed(chunks())
    assert len(next(blocks)) == BLOCK_BYTES
    with pytest.raises(Damaged, match="attachment"):
        next(blocks)
