"""What a server says: bytes become replies, as they come, within bounds (RFC 5321, section 4.2)."""

import re
import unicodedata
from dataclasses import dataclass

#: A reply longer than this is no reply: nothing a server can say makes us hold more.
MOST_BYTES = 64 * 1024
MOST_LINES = 100
#: So much of a reply's text is kept for a person to read.
MOST_TEXT = 2000

#: The first digit is 2 to 5; what stands behind it is not judged: servers say 571, which RFC 5321 has no room for.
_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)
#: RFC 3463, section 2.
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |\Z)")


class BadReply(Exception):
    """What came is not a reply. `excerpt` is its beginning, fit to be shown."""

    def __init__(self, why: str, excerpt: bytes) -> None:
        super().__init__(why)
        self.raw = excerpt[:200]
        self.excerpt = clean(self.raw.decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, all its lines."""

    code: int
    #: As they came, without code and line end: not fit to be shown or kept. See `text`.
    lines: tuple[str, ...]

    @property
    def kind(self) -> int:
        """The first digit, which alone says whether it is a success (RFC 5321, section 4.2.1)."""
        return self.code // 100

    @property
    def enhanced(self) -> str:
        """The enhanced status code (RFC 3463), or ""."""
        match = _ENHANCED.match(self.lines[0])
        return match[1] if match else ""

    @property
    def text(self) -> str:
        """Its text in one line, bounded, without control characters; an enhanced code stands only at its beginning."""
        enhanced = self.enhanced
        rest = (line.removeprefix(enhanced).lstrip() if enhanced else line for line in self.lines[1:])
        return clean(" ".join((self.lines[0], *rest)))


class ReplyReader:
    """Takes bytes in pieces of any size and gives back replies. Never holds more than one reply may have.

    A line may end with LF alone: servers exist that do so, and whoever can send us that can send us anything.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()
        #: Where the next line begins, and how far it was searched for its end.
        self._line = 0
        self._searched = 0
        self._code = 0
        self._lines: list[str] = []

    @property
    def is_empty(self) -> bool:
        """True when nothing was fed that is not part of a reply already taken."""
        return not self._bytes

    def feed(self, data: bytes) -> None:
        self._bytes += data

    def take(self) -> Reply | None:
        """Return the next whole reply; None when there is none yet. Raises `BadReply`; nothing is to be read then."""
        held = self._bytes
        while (end := held.find(b"\n", self._searched)) >= 0:
            if end >= MOST_BYTES:
                break
            line = bytes(held[self._line : end])
            self._line = self._searched = end + 1
            if self._is_last(line.removesuffix(b"\r")):
                reply = Reply(self._code, tuple(self._lines))
                del held[: self._line]
                self._line = self._searched = 0
                self._lines.clear()
                return reply
        self._searched = len(held)
        if len(held) >= MOST_BYTES:
            raise self._bad("too long")
        return None

    def _is_last(self, line: bytes) -> bool:
        match = _LINE.fullmatch(line)
        if match is None:
            raise self._bad("not a reply")
        code = int(match[1])
        if self._lines and code != self._code:
            raise self._bad("its lines differ in their codes")
        self._code = code
        self._lines.append((match[3] or b"").decode("utf-8", "replace"))
        if len(self._lines) > MOST_LINES:
            raise self._bad("too many lines")
        return match[2] != b"-"

    def _bad(self, why: str) -> BadReply:
        return BadReply(why, bytes(self._bytes[:200]))


def clean(text: str) -> str:
    """Return text of a stranger in one bounded line: no control, format or line-breaking character is in it."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text[: 4 * MOST_TEXT])
    return " ".join(text.split())[:MOST_TEXT]
