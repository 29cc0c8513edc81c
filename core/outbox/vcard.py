"""vCards: read from a file in the versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), and written as 3.0.

Read here and not by vobject 0.9.9, which was tried: one card with an unknown charset, a missing END or an AGENT ends
it for all that follow and names no line; it takes text, while a file of version 2.1 has a charset for each line.
"""

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from core.errors import Problem

#: A name, a note or a list of groups that is longer is no such thing; pictures are, and are passed over.
_MOST_BYTES = 64 << 10
_BLOCK = 64 << 10
#: No group has more people, and no person more addresses.
_MOST_MEMBERS = 100_000
#: RFC 6350, section 3.2: lines are folded at so many bytes.
_FOLDED_AT = 75
#: What is read of a card.
_READ = frozenset({"BEGIN", "END", "AGENT", "KIND", "X-ADDRESSBOOKSERVER-KIND", "UID"})
_KEPT = frozenset({"FN", "N", "ORG", "EMAIL", "NOTE", "CATEGORIES", "MEMBER", "X-ADDRESSBOOKSERVER-MEMBER"})
#: Encodings of text. Python knows others by such names, which are no charsets, or are slow by design (idna).
_CHARSET = re.compile(
    "utf-(7|8|8-sig|16|16-be|16-le|32)|ascii|iso8859-[0-9]+|cp[0-9]+|shift_jis.*|euc_.*|iso2022_.*|gb.*|big5.*|koi8-."
)
_PARAMETER = re.compile(r'([^=";:,]+)(?:=((?:"[^"]*"|[^";:])*))?')
_EAST_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


@dataclass
class Card:
    """What one card says, as it is written there: nothing is checked."""

    #: Where it begins in the file.
    line: int
    name: str = ""
    #: The preferred one first.
    addresses: list[str] = field(default_factory=list)
    note: str = ""
    #: The names of groups.
    groups: list[str] = field(default_factory=list)
    uid: str = ""
    #: It is a group's card, and `members` names who is in it, by UID or as mailto:.
    is_group: bool = False
    members: list[str] = field(default_factory=list)


class _WrongError(Exception):
    """A card cannot be read."""

    def __init__(self, code: str, line: int, **values: str) -> None:
        super().__init__(code)
        self.problem = _problem(code, line, **values)


def read(file: BinaryIO) -> Iterator[Card | Problem]:
    """Yield each card, or what is wrong with it, in their order. Blocks; raises `OSError`.

    The file is read on from where it is, some at a time.
    """
    card: _Reading | None = None
    for number, line in _lines(file):
        name = line.name
        if name == "BEGIN" and line.is_of_card:
            if card is not None and card.is_agent_due:
                card.depth += 1
                card.is_agent_due = False
                continue
            if card is not None:
                yield card.wrong or _problem("card_open", card.card.line)
            card = _Reading(Card(number))
        elif card is None:
            continue
        elif name == "END" and line.is_of_card:
            if card.depth:
                card.depth -= 1
                continue
            yield card.wrong or card.finish()
            card = None
        elif not card.depth and card.wrong is None:
            try:
                card.take(line)
            except _WrongError as error:
                card.wrong = error.problem
    if card is not None:
        yield card.wrong or _problem("card_open", card.card.line)


def write(cards: Iterable[Card]) -> Iterator[bytes]:
    """Yield each card as version 3.0, the one that every program reads. The groups are its CATEGORIES."""
    for card in cards:
        shown = card.name or card.addresses[0]
        lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_escaped(shown)}", f"N:{_escaped(card.name)};;;;"]
        for place, address in enumerate(card.addresses):
            kind = "INTERNET,PREF" if not place and len(card.addresses) > 1 else "INTERNET"
            lines.append(f"EMAIL;TYPE={kind}:{_escaped(address)}")
        if card.groups:
            lines.append(f"CATEGORIES:{','.join(map(_escaped, card.groups))}")
        if card.note:
            lines.append(f"NOTE:{_escaped(card.note)}")
        yield b"".join(_fold(line.encode()) for line in (*lines, "END:VCARD"))


# -- lines ------------------------------------------------------------------------------------------------------------


@dataclass
class _Line:
    """One property, unfolded."""

    number: int
    content: bytearray
    #: Something of it was left out: it is too long, or of no use here.
    is_cut: bool = False
    #: It goes on in the next line, by quoted-printable's own folding.
    is_soft: bool = False

    def __post_init__(self) -> None:
        head = bytes(self.content[:200]).partition(b":")[0].partition(b";")[0]
        self.name = head.rpartition(b".")[2].strip().decode("ascii", "replace").upper()
        #: What follows is of use.
        self.is_kept = self.name in _READ or self.name in _KEPT
        self._is_quoted = b"QUOTED-PRINTABLE" in self.content[:1000].partition(b":")[0].upper()
        self._look_at_end(self.content)

    @property
    def is_of_card(self) -> bool:
        return self.content.rpartition(b":")[2].strip().upper() == b"VCARD"

    def add(self, more: bytes) -> None:
        if self.is_kept and len(self.content) + len(more) <= _MOST_BYTES:
            if self.is_soft:
                self.content.pop()
            self.content += more
        else:
            self.is_cut = True
        self._look_at_end(more)

    def _look_at_end(self, part: bytes | bytearray) -> None:
        self.is_soft = self._is_quoted and part.endswith(b"=")


def _lines(file: BinaryIO) -> Iterator[tuple[int, _Line]]:
    """Yield the properties of a file with the numbers of their lines."""
    line: _Line | None = None
    for number, physical in _physical(file):
        if line is not None and line.is_soft:
            line.add(physical)
        elif physical[:1] in (b" ", b"\t"):
            if line is not None:
                line.add(physical[1:])
        elif physical.strip():
            if line is not None:
                yield line.number, line
            line = _Line(number, bytearray(physical[:_MOST_BYTES]), is_cut=len(physical) > _MOST_BYTES)
    if line is not None:
        yield line.number, line


def _physical(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file without their ends. Of one that is very long, the beginning."""
    decode = None
    number, rest = 0, b""
    while True:
        block = file.read(_BLOCK)
        if number == 0 and not rest:
            if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                decode = codecs.getincrementaldecoder("utf-16")("replace")
            block = block.removeprefix(codecs.BOM_UTF8)
        is_end = not block
        if decode is not None:
            block = decode.decode(block, is_end).encode()
        rest += block
        # CR at the end of a block: its LF may be the first of the next one.
        kept = b"" if is_end or not rest.endswith(b"\r") else b"\r"
        *whole, rest = re.split(b"\r\n|\r|\n", rest[: len(rest) - len(kept)])
        for each in whole:
            number += 1
            yield number, each
        rest = rest[: _MOST_BYTES + 1] + kept
        if is_end:
            if rest:
                yield number + 1, rest
            return


# -- a card -----------------------------------------------------------------------------------------------------------


@dataclass
class _Reading:
    """A card while its lines come."""

    card: Card
    wrong: Problem | None = None
    #: So many cards are open inside of it: an AGENT's.
    depth: int = 0
    is_agent_due: bool = False
    _full: str = ""
    _named: str = ""
    _organisation: str = ""
    _preferred: list[str] = field(default_factory=list)

    def take(self, line: _Line) -> None:
        name = line.name
        if name == "AGENT":
            self.is_agent_due = True
        if name == "AGENT" or not line.is_kept:
            return
        if line.is_cut:
            raise _WrongError("card_long", line.number, property=name)
        parameters, value = _split(line)
        text = _text(line.number, parameters, value)
        match name:
            case "EMAIL":
                self._take_address(parameters, _unescaped(text).strip())
            case "NOTE":
                self.card.note = "\n".join(filter(None, (self.card.note, _unescaped(text).strip())))
                if len(self.card.note) > _MOST_BYTES:
                    raise _WrongError("card_long", line.number, property=name)
            case "CATEGORIES":
                self.card.groups += filter(None, (_one_line(each) for each in _parts(text, ",")))
            case "UID":
                self.card.uid = _unescaped(text).strip()
            case "KIND" | "X-ADDRESSBOOKSERVER-KIND":
                self.card.is_group = text.strip().lower() == "group"
            case "MEMBER" | "X-ADDRESSBOOKSERVER-MEMBER":
                self.card.members.append(_unescaped(text).strip())
            case _:
                self._take_name(name, text)
        if max(map(len, (self.card.groups, self.card.addresses, self._preferred, self.card.members))) > _MOST_MEMBERS:
            raise _WrongError("card_long", line.number, property=name)

    def _take_name(self, name: str, text: str) -> None:
        """Of several of a kind the first counts."""
        if name == "FN":
            self._full = self._full or _one_line(text)
        elif name == "N":
            self._named = self._named or _name_of(text)
        elif name == "ORG":
            self._organisation = self._organisation or _one_line(" ".join(_parts(text, ";")))

    def _take_address(self, parameters: dict[str, str], address: str) -> None:
        is_preferred = "PREF" in parameters or "PREF" in parameters.get("TYPE", "").upper().replace('"', "").split(",")
        address = re.sub("^mailto:", "", address, flags=re.IGNORECASE)
        if address:
            (self._preferred if is_preferred else self.card.addresses).append(address)

    def finish(self) -> Card:
        self.card.name = self._full or self._named or self._organisation
        self.card.groups = list(dict.fromkeys(self.card.groups))
        self.card.addresses = list(dict.fromkeys((*self._preferred, *self.card.addresses)))
        return self.card


def _split(line: _Line) -> tuple[dict[str, str], bytes]:
    """Return a line's parameters and its value. What stands alone in 2.1 is a parameter without a value."""
    content = bytes(line.content)
    head = re.match(rb'(?:"[^"]*"|[^":])*:', content)
    before = head[0][:-1] if head else content.partition(b":")[0]
    if head is None and b":" not in content:
        raise _WrongError("card_line", line.number, property=line.name)
    parameters: dict[str, str] = {}
    for found in _PARAMETER.finditer(before.partition(b";")[2].decode("ascii", "replace")):
        name, value = found[1].strip().upper(), (found[2] or "").strip()
        if name in ("QUOTED-PRINTABLE", "BASE64") and not value:
            name, value = "ENCODING", name
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters, content[len(before) + 1 :]


def _text(number: int, parameters: dict[str, str], value: bytes) -> str:
    """Decode a value. Raises `_WrongError`."""
    encoding = parameters.get("ENCODING", "").upper()
    try:
        if encoding == "QUOTED-PRINTABLE":
            value = quopri.decodestring(value)
        elif encoding in ("B", "BASE64"):
            value = base64.b64decode(value, validate=False)
        charset = parameters.get("CHARSET", "").strip('"')
        if not charset:
            try:
                return value.decode()
            except UnicodeDecodeError:
                return value.decode("cp1252", "replace")  # from before UTF-8, on most desks
        name = codecs.lookup(charset).name
        if not _CHARSET.fullmatch(name):
            raise LookupError(charset)
        return value.decode(name)
    except (LookupError, ValueError, binascii.Error) as error:
        why = parameters.get("CHARSET", "") or encoding or "UTF-8"
        raise _WrongError("card_charset", number, charset=why) from error


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def _escaped(text: str) -> str:
    return re.sub(r"([\\,;])", r"\\\1", text).replace("\r\n", "\n").replace("\n", r"\n")


def _parts(text: str, mark: str) -> list[str]:
    """Split a value at a mark, but not where it is escaped."""
    parts = [""]
    for token in re.findall(r"\\.|.", text, re.DOTALL):
        if token == mark:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def _one_line(text: str) -> str:
    return " ".join(_unescaped(text).split())


def _name_of(text: str) -> str:
    """Put the parts of a name into the order in which it is said: family, given, additional, prefixes, suffixes."""
    parts = [_one_line(part.replace(",", " ")) for part in _parts(text, ";")]
    family, given, more, before, after = (*parts, "", "", "", "", "")[:5]
    if _EAST_ASIAN.fullmatch(family) and _EAST_ASIAN.fullmatch(given):
        return f"{family} {given}"
    return " ".join(filter(None, (before, given, more, family, after)))


def _fold(line: bytes) -> bytes:
    """Fold a line between two characters, never inside of one."""
    parts = []
    most = _FOLDED_AT
    while len(line) > most:
        at = most
        while line[at] & 0xC0 == 0x80:
            at -= 1
        parts.append(line[:at])
        line = line[at:]
        most = _FOLDED_AT - 1
    parts.append(line)
    return b"\r\n ".join(parts) + b"\r\n"


def _problem(code: str, line: int, **values: str) -> Problem:
    return Problem("card", code, (("line", str(line)), *values.items()))
