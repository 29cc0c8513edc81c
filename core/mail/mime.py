"""A letter as the bytes that go out: how they are made once, kept small, and streamed whole.

Written by us and not with the `email` package: that package reads what it is given as a header before it
writes it, and on Python 3.11.7 the subject `=?utf-8?q?a=0ABcc=3A…?=` so becomes a real Bcc header. Here typed
text is only ever encoded. The bytes are 7-bit, so they are the same whatever a server offers; the one
exception is a non-ASCII local part, which no 7-bit form exists for (RFC 6532): there From or To holds it as
UTF-8, and only a server with SMTPUTF8 can take the letter.
"""

import binascii
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from core.errors import Fault, OuttrayError, PersonError

#: RFC 5322 2.1.1 asks for at most 78; RFC 2047 2 for 76 where an encoded word stands. One number for both.
_LINE = 76
#: RFC 2047 2: no encoded word is longer.
_ENCODED_WORD = 75
#: RFC 2045 6.8: 57 bytes make one base64 line of 76.
_BASE64_RUN = 57
#: At most this much of a file or of text is one chunk: a whole number of base64 lines, near 64 KiB.
_BLOCK = _BASE64_RUN * 1024

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

#: Where an attachment's body belongs in a skeleton: its hash and how many bytes it has when encoded. NUL
#: cannot be in mail, so nothing that a person typed can look like this.
_BODY = re.compile(rb"\x00file ([0-9a-f]{64}) ([0-9]+)\x00")

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_WORDS = re.compile(r"[!-~]{1,60}(?: [!-~]{1,60})*")
_ATOMS = re.compile(rf"{_ATEXT}{{1,60}}(?: {_ATEXT}{{1,60}})*")
_PLAIN_NAME = re.compile(r"(?=.{1,50}\Z)[A-Za-z0-9._@+,()&#!~-]+(?: [A-Za-z0-9._@+,()&#!~-]+)*")
_LOCAL = re.compile(rf"(?:{_ATEXT}|[^\x00-\x7f])+(?:\.(?:{_ATEXT}|[^\x00-\x7f])+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?-~]{1,255}>")
#: RFC 6838 4.2, with at most the one parameter that the spool may add.
_MEDIA_WORD = r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}"
_MEDIA_TYPE = re.compile(rf"{_MEDIA_WORD}/{_MEDIA_WORD}(?:; charset=[a-z0-9-]{{1,20}})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: RFC 2047 5(3): what may stand for itself in an encoded word wherever it is used.
_Q_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
#: RFC 2231 7: attribute-char.
_2231_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`{|}~")


class Damaged(OuttrayError):
    """What is stored of a message no longer matches its seal. Its text says what, in words."""


@dataclass(frozen=True)
class Mailbox:
    """Who a letter is from or to."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Enclosure:
    """A file in the spool that goes with the letter."""

    #: The name the recipient sees.
    name: str
    media_type: str
    #: Of its bytes; its name in the spool.
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Letter:
    """One message to one recipient, before it is bytes. The same letter always makes the same bytes."""

    sender: Mailbox
    recipient: Mailbox
    subject: str
    text: str
    #: With its angle brackets. Made once, when the notification is accepted.
    message_id: str
    #: Milliseconds since 1970, UTC. Made once, when the notification is accepted.
    date_ms: int
    enclosures: tuple[Enclosure, ...] = ()
    #: Where answers go, where that is not the sender.
    reply_to: Mailbox | None = None


@dataclass(frozen=True)
class Composed:
    """A letter as it is stored: everything but the attachments' bodies, which are named."""

    skeleton: bytes
    #: sha256 over the skeleton and the hashes it names.
    seal: bytes
    #: Of the whole message as it goes out.
    size_bytes: int
    #: True when only a server with SMTPUTF8 can take it.
    needs_smtputf8: bool = False


def compose(letter: Letter) -> Composed:
    """Make the bytes of a letter. Pure: no disk, no clock, no chance.

    Line breaks in the text become CRLF, and a text that does not end with one gets one. Raises `PersonError`
    (`address_bad`) when an address cannot stand in a header, `Fault` when a value made by us is wrong.
    """
    if not _MESSAGE_ID.fullmatch(letter.message_id):
        raise Fault(f"not a Message-ID: {letter.message_id!r}")
    head = [
        f"Date: {date(letter.date_ms)}",
        _mailbox_header("From", letter.sender),
        *(() if letter.reply_to is None else (_mailbox_header("Reply-To", letter.reply_to),)),
        _mailbox_header("To", letter.recipient),
        f"Message-ID: {letter.message_id}",
        _folded("Subject", _unstructured(letter.subject, len("Subject: "))),
        "MIME-Version: 1.0",
    ]
    encoding, text = _encoded_text(letter.text)
    text_head = ["Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}"]
    if letter.enclosures:
        boundary = _boundary(letter.message_id, text)
        head.append(f'Content-Type: multipart/mixed; boundary="{boundary}"')
        parts = [_part(text_head, text), *(_enclosed(each) for each in letter.enclosures)]
        delimiter = b"--" + boundary.encode()
        body = b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"
    else:
        head += text_head
        body = text
    skeleton = "\r\n".join(head).encode() + b"\r\n\r\n" + body
    return Composed(
        skeleton=skeleton,
        seal=_seal(skeleton),
        size_bytes=_whole_size(skeleton),
        needs_smtputf8=needs_smtputf8(*(mailbox.address for mailbox in _mailboxes(letter))),
    )


def _mailboxes(letter: Letter) -> tuple[Mailbox, ...]:
    reply_to = () if letter.reply_to is None else (letter.reply_to,)
    return (letter.sender, letter.recipient, *reply_to)


def stream(skeleton: bytes, seal: bytes, open_body: Callable[[str], BinaryIO]) -> Iterator[bytes]:
    """Yield the whole message in chunks of at most 80 KiB: for the wire, for `show --raw`, for a mail folder.

    `open_body` is given the sha256 of a file and raises `FileNotFoundError` when it is not there as a regular
    file. Reads files; run it where reading may block. Raises `Damaged` before the last chunk when the seal,
    a file's length or a file's hash differs; other errors of reading are left as they are, since a disk that
    fails today is not a message that is damaged.
    """
    if _seal(skeleton) != seal:
        raise Damaged("The stored message does not match its seal.")
    position = 0
    for match in _BODY.finditer(skeleton):
        yield from _slices(skeleton, position, match.start())
        yield from _encoded_file(open_body, match[1].decode(), int(match[2]))
        position = match.end()
    yield from _slices(skeleton, position, len(skeleton))


def is_sealed(skeleton: bytes, seal: bytes) -> bool:
    """Say whether a stored message is as it was made; the files it names are looked at when it is streamed."""
    return _seal(skeleton) == seal


def named_files(skeleton: bytes) -> tuple[str, ...]:
    """Return the sha256 of each file that a skeleton names, in order."""
    return tuple(match[1].decode() for match in _BODY.finditer(skeleton))


def envelope_address(address: str) -> str:
    """Return an address as it stands in the envelope and in headers: the domain as A-labels (RFC 5891).

    Raises `PersonError` (`address_bad`) when it has no such form.
    """
    local, at, domain = address.rpartition("@")
    # email-validator has looked at what was typed; this guards the header against everything else.
    is_plain = local.isascii() and local.isprintable() and " " not in local
    if not at or not _LOCAL.fullmatch(local) or not (is_plain or _is_one_word(local)):
        raise PersonError("address_bad", address=_shown(address), why="it cannot be written into a header.")
    if not domain.isascii():
        import idna  # here: its tables take 10 ms, and most domains need none

        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            domain = ""
    if not _DOMAIN.fullmatch(domain):
        raise PersonError("address_bad", address=_shown(address), why="its domain is not a domain name.")
    return f"{local}@{domain}"


def _is_one_word(text: str) -> bool:
    return not any(unicodedata.category(each)[0] in "CZ" for each in text)


def needs_smtputf8(*addresses: str) -> bool:
    """Say whether any of them has a local part that only SMTPUTF8 can carry (RFC 6531)."""
    return any(not address.rpartition("@")[0].isascii() for address in addresses)


def date(at_ms: int) -> str:
    """Write a time for the Date header (RFC 5322 3.3), in UTC: the machine's zone is nobody's business."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{_DAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {at.year:04d} {at:%H:%M:%S} +0000"


def encoded_size(size_bytes: int) -> int:
    """Return how many bytes a file has as base64 lines with their CRLF."""
    return _b_size(size_bytes) + 2 * -(-size_bytes // _BASE64_RUN)


def _mailbox_header(name: str, mailbox: Mailbox) -> str:
    address = envelope_address(mailbox.address)
    if not mailbox.name:
        return f"{name}: {address}"
    return _folded(name, [*_phrase(mailbox.name, len(name) + 2), f"<{address}>"])


def _phrase(name: str, used: int) -> list[str]:
    """Return a display name as the pieces it may be folded between (RFC 5322 3.2.5)."""
    if "=?" not in name:
        if _ATOMS.fullmatch(name):
            return name.split(" ")
        if len(name) <= 60 and _WORDS.fullmatch(name):
            return ['"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"']
    return _encoded_words(name, used)


def _unstructured(text: str, used: int) -> list[str]:
    """Return a subject as the pieces it may be folded between: its own words, or encoded words.

    Words as they are only where every reader gives them back unchanged: single spaces, and no `=?`, which a
    reader would take for an encoded word.
    """
    if not text:
        return []
    if "=?" not in text and _WORDS.fullmatch(text):
        return text.split(" ")
    return _encoded_words(text, used)


def _encoded_words(text: str, used: int) -> list[str]:
    """Encode all of `text` as encoded words (RFC 2047), none of which splits a character.

    `used` is how much of the first line the header's name takes.
    """
    characters = [character.encode("utf-8") for character in text]
    is_q = sum(map(_q_size, characters)) <= _b_size(sum(map(len, characters)))
    frame = len("=?utf-8?q??=")
    words: list[str] = []
    pending: list[bytes] = []
    pending_size = 0
    room = _LINE - used - frame
    for character in characters:
        size = _q_size(character) if is_q else len(character)
        if pending and (pending_size + size if is_q else _b_size(pending_size + size)) > room:
            words.append(_encoded_word(b"".join(pending), is_q))
            pending, pending_size = [], 0
            room = _ENCODED_WORD - frame
        pending.append(character)
        pending_size += size
    words.append(_encoded_word(b"".join(pending), is_q))
    return words


def _q_size(character: bytes) -> int:
    return sum(1 if byte in _Q_SAFE or byte == 0x20 else 3 for byte in character)


def _b_size(size: int) -> int:
    return 4 * -(-size // 3)


def _encoded_word(data: bytes, is_q: bool) -> str:
    if not is_q:
        return f"=?utf-8?b?{binascii.b2a_base64(data, newline=False).decode()}?="
    pieces = ("_" if byte == 0x20 else chr(byte) if byte in _Q_SAFE else f"={byte:02X}" for byte in data)
    return f"=?utf-8?q?{''.join(pieces)}?="


def _folded(name: str, pieces: Sequence[str]) -> str:
    """Write a header, folded between its pieces so that lines stay short where a piece allows it."""
    lines = [f"{name}:"]
    for piece in pieces:
        if len(lines[-1]) + 1 + len(piece) > _LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += " " + piece
    return "\r\n".join(lines)


def _encoded_text(text: str) -> tuple[str, bytes]:
    """Return the transfer encoding and the lines of a text: as it is, or what is smaller and readable."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines and not lines.endswith("\n"):
        lines += "\n"
    data = lines.replace("\n", "\r\n").encode("utf-8")
    # As it is, where nothing on the way has a reason to touch it: mbox programs put a ">" before "From ",
    # and others strip the spaces at a line's end.
    if not re.search(rb"[^\t\r\n -~]|[^\r\n]{999}|^From |[ \t]\r$", data, re.MULTILINE):
        return "7bit", data
    quoted = binascii.b2a_qp(data, quotetabs=False, istext=True, header=False)
    # The break keeps the line within 76, which "=46rom " alone would not.
    quoted = re.sub(rb"^From ", b"=46rom=\r\n ", quoted, flags=re.MULTILINE)
    if len(quoted) <= encoded_size(len(data)):
        return "quoted-printable", quoted
    return "base64", _base64_lines(data)


def _base64_lines(data: bytes) -> bytes:
    """Encode a whole number of lines, or the last ones of a body."""
    encoded = binascii.b2a_base64(data, newline=False)
    return b"".join(encoded[start : start + 76] + b"\r\n" for start in range(0, len(encoded), 76))


def _boundary(message_id: str, text: bytes) -> str:
    """Make the boundary: the same for the same letter, and not in it.

    "=_" is in no base64 (RFC 2045 6.7), so only the text has to be looked at.
    """
    turn = 0
    while True:
        boundary = "=_" + hashlib.sha256(f"{message_id} {turn}".encode()).hexdigest()[:32]
        if boundary.encode() not in text:
            return boundary
        turn += 1


def _part(head: Sequence[str], body: bytes) -> bytes:
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + body


def _enclosed(enclosure: Enclosure) -> bytes:
    if not _SHA256.fullmatch(enclosure.sha256) or enclosure.size_bytes < 0:
        raise Fault(f"not a file of the spool: {enclosure!r}")
    media_type = enclosure.media_type.lower()
    # RFC 2046 5.1 and 5.2.1 forbid base64 for these two, and an attached .eml is a file to us, not a part.
    if not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(("message/", "multipart/")):
        media_type = "application/octet-stream"
    head = [
        f"Content-Type: {media_type}",
        "Content-Transfer-Encoding: base64",
        _disposition(enclosure.name),
    ]
    return _part(head, f"\0file {enclosure.sha256} {encoded_size(enclosure.size_bytes)}\0".encode("ascii"))


def _disposition(name: str) -> str:
    """Write Content-Disposition with the file's name, by RFC 2231 unless it is short and plain.

    No second, plain name beside an RFC 2231 one: which of two a reader takes is undefined, and a program that
    knows none of it (it is from 1997) only makes up a name.
    """
    if _PLAIN_NAME.fullmatch(name):
        return f'Content-Disposition: attachment;\r\n filename="{name}"'
    pieces = [""]
    for character in name:
        data = character.encode("utf-8")
        encoded = "".join(chr(byte) if byte in _2231_SAFE else f"%{byte:02X}" for byte in data)
        # " filename*99*=utf-8''" before it and ";" after it: 22 of the line's 76.
        if len(pieces[-1]) + len(encoded) > _LINE - 22:
            pieces.append("")
        pieces[-1] += encoded
    if len(pieces) == 1:
        return f"Content-Disposition: attachment;\r\n filename*=utf-8''{pieces[0]}"
    pieces[0] = "utf-8''" + pieces[0]
    sections = [f" filename*{number}*={piece}" for number, piece in enumerate(pieces)]
    return "Content-Disposition: attachment;\r\n" + ";\r\n".join(sections)


def _seal(skeleton: bytes) -> bytes:
    digest = hashlib.sha256(skeleton)
    for name in named_files(skeleton):
        digest.update(bytes.fromhex(name))
    return digest.digest()


def _whole_size(skeleton: bytes) -> int:
    return len(skeleton) + sum(int(match[2]) - len(match[0]) for match in _BODY.finditer(skeleton))


def _slices(data: bytes, start: int, end: int) -> Iterator[bytes]:
    for position in range(start, end, _BLOCK):
        yield data[position : min(position + _BLOCK, end)]


def _encoded_file(open_body: Callable[[str], BinaryIO], sha256: str, size: int) -> Iterator[bytes]:
    """Yield a file's base64 lines; what follows it is asked for only after its hash was right."""
    try:
        file = open_body(sha256)
    except FileNotFoundError:
        raise Damaged("The copy of an attachment is missing.") from None
    digest = hashlib.sha256()
    given = 0
    with file:
        rest = b""
        while block := file.read(_BLOCK):
            digest.update(block)
            block = rest + block
            # A read may be short of what was asked for; lines are whole all the same.
            whole = len(block) - len(block) % _BASE64_RUN
            rest = block[whole:]
            lines = _base64_lines(block[:whole])
            given += len(lines)
            if given > size:
                raise Damaged("The copy of an attachment has grown.")
            if lines:
                yield lines
        lines = _base64_lines(rest)
    if given + len(lines) != size or digest.hexdigest() != sha256:
        raise Damaged("The copy of an attachment has changed.")
    if lines:
        yield lines


def _shown(text: str) -> str:
    """Return an address fit for a sentence: whatever is not printable as its code."""
    return "".join(each if each.isprintable() else f"<U+{ord(each):04X}>" for each in text)
