"""The folders of a mailbox: how they are named on the wire, and which of them holds what was sent."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

#: What mail programs and servers call it, where it is not marked; below a personal namespace as well.
_USUAL_NAMES = ("sent", "sent items", "sent mail", "sent messages", "[gmail]/sent mail", "[google mail]/sent mail")
_LINE = re.compile(rb'\((?P<marks>[^)]*)\) (?:"(?:\\.|[^"\\])"|NIL) (?P<name>.*)', re.DOTALL | re.IGNORECASE)
_QUOTED = re.compile(rb'"((?:\\.|[^"\\])*)"')
_SHIFTED = re.compile(rb"&([A-Za-z0-9+,]*)-")
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Folder:
    """One folder of a mailbox."""

    #: As the server writes it.
    wire: bytes
    #: In small letters: `\\sent`, `\\noselect` … (RFC 3501, section 7.2.2; RFC 6154).
    marks: frozenset[str] = frozenset()

    @property
    def shown(self) -> str:
        """Its name for a person, on one line and not too long."""
        name = "".join(char if char.isprintable() else "�" for char in decoded(self.wire))
        return name if len(name) <= _SHOWN_CHARACTERS else f"{name[: _SHOWN_CHARACTERS - 1]}…"


def listed(lines: Iterable[object]) -> list[Folder]:
    """Read the answers to LIST, as `imaplib` gives them: a name may come apart, as a literal."""
    found = []
    for line in lines:
        head, literal = line if isinstance(line, tuple) else (line, None)
        match = _LINE.fullmatch(head) if isinstance(head, bytes) else None
        if match is None:
            continue
        marks = frozenset(mark.decode("ascii", "replace").lower() for mark in match["marks"].split())
        name = literal if isinstance(literal, bytes) else _unquoted(match["name"])
        if name and not marks & {"\\noselect", "\\nonexistent"}:
            found.append(Folder(name, marks))
    return found


def sent(folders: Iterable[Folder]) -> Folder | None:
    """Return the folder of what was sent: the one that is marked so, else the one with a usual name."""
    every = tuple(folders)
    if (found := marked(every, "\\sent")) is not None:
        return found
    by_name = {_usual(folder): folder for folder in reversed(every)}
    return next((by_name[name] for name in _USUAL_NAMES if name in by_name), None)


def marked(folders: Iterable[Folder], mark: str) -> Folder | None:
    """Return the first folder with this mark."""
    return next((folder for folder in folders if mark in folder.marks), None)


def encoded(name: str) -> bytes:
    """Return a name as it goes over the wire (modified UTF-7: RFC 3501, section 5.1.3)."""
    parts = []
    for is_plain, characters in groupby(name, lambda char: " " <= char <= "~"):
        text = "".join(characters)
        if is_plain:
            parts.append(text.replace("&", "&-").encode("ascii"))
        else:
            shifted = base64.b64encode(text.encode("utf-16-be", "surrogatepass")).rstrip(b"=").replace(b"/", b",")
            parts.append(b"&" + shifted + b"-")
    return b"".join(parts)


def decoded(wire: bytes) -> str:
    """Return a name from the wire; what is no modified UTF-7 is read as UTF-8 (RFC 6855)."""
    parts, at = [], 0
    for match in _SHIFTED.finditer(wire):
        parts += [wire[at : match.start()].decode("utf-8", "replace"), _unshifted(match[1])]
        at = match.end()
    return "".join([*parts, wire[at:].decode("utf-8", "replace")])


def quoted(text: bytes) -> bytes:
    """Write a quoted string. Raises `ValueError` for what would end the line, or that no such string may hold."""
    if re.search(rb"[\r\n\0]", text):
        raise ValueError("no quoted string has a line's end in it")
    return b'"' + text.replace(b"\\", rb"\\").replace(b'"', rb"\"") + b'"'


def _unshifted(text: bytes) -> str:
    if not text:
        return "&"
    try:
        return base64.b64decode(text.replace(b",", b"/") + b"=" * (-len(text) % 4)).decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError):
        return "�"


def _unquoted(name: bytes) -> bytes:
    match = _QUOTED.fullmatch(name)
    return re.sub(rb"\\(.)", rb"\1", match[1]) if match else name


def _usual(folder: Folder) -> str:
    name = decoded(folder.wire).lower()
    return name[6:] if name.startswith(("inbox.", "inbox/")) else name
