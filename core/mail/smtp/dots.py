"""The body as it stands on the wire: dots doubled, in this one place (RFC 5321, section 4.5.2).

What may be sent is decided here too. Stored bytes are canonical: their line ends are CRLF, and CR, LF and NUL stand
nowhere else. A bare CR or LF is what servers differ about: one that takes it for a line's end sees a dot behind
it as the end of the message, and what follows as commands of ours. Outtray stores no such byte, so where there is
one, the stored bytes are not what was accepted, and the message is refused as damaged before its dot.
"""

from collections.abc import Iterable, Iterator

from core.mail.mime import Damaged

#: What ends a body that ends with CRLF, as every body does that comes from `stuffed`.
DOT = b".\r\n"
#: Written at once. Smaller pieces are put together: a message without attachments is one write.
BLOCK_BYTES = 64 * 1024


def stuffed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bytes for the wire, in blocks of at least 64 KiB but the last; they end with CRLF, or are none.

    Bytes that do not end with CRLF get one: a message has no other way to end. Raises `Damaged` where the bytes
    are not canonical, and whatever `chunks` raises.
    """
    held: list[bytes] = []
    held_bytes = 0
    is_line_start = True
    carry = b""
    for chunk in chunks:
        piece = carry + chunk if carry else chunk
        # A CR at the end waits for its LF, so that no pair is ever cut.
        carry = b""
        if piece.endswith(b"\r"):
            carry, piece = b"\r", piece[:-1]
        if not piece:
            continue
        _check(piece)
        if is_line_start and piece.startswith(b"."):
            piece = b"." + piece
        is_line_start = piece.endswith(b"\r\n")
        piece = piece.replace(b"\r\n.", b"\r\n..")
        held.append(piece)
        held_bytes += len(piece)
        if held_bytes >= BLOCK_BYTES:
            yield b"".join(held)
            held.clear()
            held_bytes = 0
    if carry:
        raise Damaged("The stored message holds a bare CR.")
    if not is_line_start:
        held.append(b"\r\n")
    if held:
        yield b"".join(held)


def _check(piece: bytes) -> None:
    """Count instead of search: three passes in C over what is nearly always right."""
    pairs = piece.count(b"\r\n")
    if piece.count(b"\n") != pairs:
        raise Damaged("The stored message holds a bare LF.")
    if piece.count(b"\r") != pairs:
        raise Damaged("The stored message holds a bare CR.")
    if b"\0" in piece:
        raise Damaged("The stored message holds a NUL.")
