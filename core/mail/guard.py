"""What the bytes of a message must be: they are split again here and compared with what was meant.

Shares the values of `core.mail.mime` and no line of its code, so that one mistake cannot both write a wrong
header and approve it.
A message that does not pass is not accepted: it never reaches the outbox, let alone a server.
"""

import binascii
import re
import unicodedata
from datetime import UTC, datetime

from core.errors import PersonError
from core.mail.mime import Composed, Enclosure, Letter, Mailbox

#: RFC 5322 2.1.1: without the CRLF.
_LONGEST_LINE = 998

_HEAD = ["Date", "From", "Reply-To", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type"]
_TEXT_HEAD = ["Content-Type", "Content-Transfer-Encoding"]
_FILE_HEAD = ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]

_FIELD = re.compile(r"([!-9;-~]+):(?: ([^\r\n]*))?")
_ENCODED_WORD = re.compile(r"=\?utf-8\?([bq])\?([!->@-~]{1,63})\?=")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) \+0000")
_BOUNDARY = re.compile(r'multipart/mixed; boundary="(=_[0-9a-f]{32})"')
_FILE_NAME = re.compile(r'; +filename="([^"\\]*)"')
_FILE_NAME_PIECE = re.compile(r"; +filename\*(?:([0-9]+)\*)?=([^;\s\"]*)")


class GuardError(PersonError):
    """The bytes are not what was meant. Code `guard_headers`; `why` says where they differ."""

    def __init__(self, why: str) -> None:
        super().__init__("guard_headers", why=why)


def check(composed: Composed, meant: Letter) -> None:
    """Split a composed message, its attachments' bodies still named, and compare it with what was meant.

    Pure. Raises `GuardError` at the first difference.
    """
    skeleton = composed.skeleton
    _check_inputs(meant)
    _check_bytes(skeleton, meant)
    if composed.size_bytes != _whole_size(skeleton, meant):
        raise GuardError("its size differs")
    head, body = _split(skeleton)
    fields = _fields(head, allowed_8bit=_allowed_8bit(meant))
    encoding = [] if meant.enclosures else ["Content-Transfer-Encoding"]
    if [name for name, _ in fields] != [name for name in _HEAD if name != "Reply-To" or meant.reply_to] + encoding:
        raise GuardError("its headers are not the ones it should have")
    value = dict(fields)
    _check_mailbox(value["From"], meant.sender, "the sender")
    if meant.reply_to is not None:
        _check_mailbox(value["Reply-To"], meant.reply_to, "the address for replies")
    _check_mailbox(value["To"], meant.recipient, "the recipient")
    if value["Message-ID"] != meant.message_id:
        raise GuardError("its Message-ID differs")
    if _seconds(value["Date"]) != meant.date_ms // 1000:
        raise GuardError("its date differs")
    if value["MIME-Version"] != "1.0":
        raise GuardError("its MIME-Version differs")
    if _plain(value["Subject"]) != meant.subject:
        raise GuardError("its subject differs")
    if not meant.enclosures:
        _check_text(value, body, meant.text)
        return
    parts = _parts(value["Content-Type"], body)
    if len(parts) != 1 + len(meant.enclosures):
        raise GuardError("it has another number of parts")
    head, text = _split(parts[0])
    fields = _fields(head)
    if [name for name, _ in fields] != _TEXT_HEAD:
        raise GuardError("the headers of its text differ")
    _check_text(dict(fields), text, meant.text)
    for part, file in zip(parts[1:], meant.enclosures, strict=True):
        _check_file(part, file)


def _check_inputs(meant: Letter) -> None:
    """Refuse in every header input what a reader might take for the end of a line, of any script."""
    inputs = {
        "the sender": meant.sender.address + meant.sender.name,
        "the address for replies": meant.reply_to.address + meant.reply_to.name if meant.reply_to else "",
        "the recipient": meant.recipient.address + meant.recipient.name,
        "the subject": meant.subject,
        "a file name": "".join(file.name for file in meant.enclosures),
    }
    for where, text in inputs.items():
        for character in text:
            if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
                raise GuardError(f"{where} holds U+{ord(character):04X}")


def _check_bytes(skeleton: bytes, meant: Letter) -> None:
    breaks = skeleton.count(b"\r\n")
    if skeleton.count(b"\r") != breaks or skeleton.count(b"\n") != breaks:
        raise GuardError("it has a line break that is not CRLF")
    if not skeleton.endswith(b"\r\n"):
        raise GuardError("its last line does not end")
    if re.search(rb"[^\r\n]{%d}" % (_LONGEST_LINE + 1), skeleton):
        raise GuardError("it has a line of more than 998 characters")
    if not _allowed_8bit(meant) and not skeleton.isascii():
        raise GuardError("it is not 7-bit")
    # The only place for NUL is where a file's body is named: two for each; `_check_file` sees to the rest.
    if skeleton.count(b"\0") != 2 * len(meant.enclosures) or re.search(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]", skeleton):
        raise GuardError("it has a control character")


def _allowed_8bit(meant: Letter) -> tuple[str, ...]:
    """Return the headers that may hold UTF-8 (RFC 6532): those whose address has a non-ASCII local part."""
    addresses = {"From": meant.sender.address, "To": meant.recipient.address}
    if meant.reply_to is not None:
        addresses["Reply-To"] = meant.reply_to.address
    return tuple(name for name, address in addresses.items() if not address.rpartition("@")[0].isascii())


def _split(part: bytes) -> tuple[bytes, bytes]:
    head, end, body = part.partition(b"\r\n\r\n")
    if not end:
        raise GuardError("its headers do not end")
    return head, body


def _fields(head: bytes, allowed_8bit: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Split headers into names and unfolded values. A line that is no header is a difference."""
    try:
        lines = head.decode("utf-8").split("\r\n")
    except UnicodeDecodeError:
        raise GuardError("its headers are not UTF-8") from None
    whole: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t"):
            if not whole or not line.strip():
                raise GuardError("it has a line that continues no header")
            whole[-1] += line
        else:
            whole.append(line)
    fields = []
    for line in whole:
        match = _FIELD.fullmatch(line)
        if match is None:
            raise GuardError("it has a line that is no header")
        name, value = match[1], match[2] or ""
        if not value.isascii() and name not in allowed_8bit:
            raise GuardError(f"its {name} is not 7-bit")
        fields.append((name, value))
    return fields


def _check_mailbox(value: str, meant: Mailbox, who: str) -> None:
    found_name, found = "", value
    if value.endswith(">"):
        before, _, found = value[:-1].rpartition("<")
        if before and not before.endswith(" "):
            raise GuardError(f"{who} cannot be read back")
        found_name = _phrase(before[:-1], who) if before else ""
    if not re.fullmatch(r"[^\s\"(),:;<>@\[\\\]]+@[A-Za-z0-9_.-]+", found):
        raise GuardError(f"{who} is not one address")
    if found_name != meant.name:
        raise GuardError(f"the name of {who} differs")
    if _comparable(found) != _comparable(meant.address):
        raise GuardError(f"{who} is another address")


def _phrase(phrase: str, who: str) -> str:
    """Read a display name: a quoted string, encoded words or atoms; anything else might be two people."""
    if quoted := _QUOTED.fullmatch(phrase):
        return re.sub(r"\\(.)", r"\1", quoted[1])
    if "=?" in phrase or _ATOMS.fullmatch(phrase):
        return _plain(phrase)
    raise GuardError(f"the name of {who} cannot be read back")


def _plain(value: str) -> str:
    """Read a value as a mail program shows it: encoded words decoded, the space between two of them gone."""
    if "=?" not in value:
        return value
    decoded = bytearray()
    for word in value.split(" "):
        match = _ENCODED_WORD.fullmatch(word)
        if match is None or len(word) > 75:
            raise GuardError("it has a mixture of encoded and other words")
        coded = match[2].encode("ascii")
        try:
            if match[1] == "b":
                data = binascii.a2b_base64(coded)
                if binascii.b2a_base64(data, newline=False) != coded:  # a2b reads over what it does not know
                    raise GuardError("it has an encoded word that cannot be read")
            else:
                data = binascii.a2b_qp(coded, header=True)
            decoded += data.decode("utf-8").encode("utf-8")
        except ValueError:  # a UnicodeDecodeError is one: a character was split
            raise GuardError("it has an encoded word that cannot be read") from None
    return decoded.decode("utf-8")


def _comparable(address: str) -> tuple[str, str]:
    """Return the local part, and the domain with its A-labels read back into Unicode."""
    local, _, domain = address.rpartition("@")
    labels = re.split("[.\u3002\uff0e\uff61]", domain)  # the dots of RFC 3490 3.1
    return local, ".".join(unicodedata.normalize("NFC", _unicode_label(label.lower())) for label in labels)


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    import idna  # here: its tables take 10 ms, and most domains need none

    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        raise GuardError("a domain cannot be read back") from None


def _seconds(date: str) -> int:
    """Read a Date header in UTC; the day of the week has to be that day's."""
    match = _DATE.fullmatch(date)
    try:
        day, month, year, hour, minute, second = match.groups() if match else ()
        at = datetime(int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError:
        raise GuardError("its date cannot be read back") from None
    if not date.startswith(_DAYS[at.weekday()]):
        raise GuardError("its date differs")
    return int(at.timestamp())


def _check_text(value: dict[str, str], body: bytes, text: str) -> None:
    if value["Content-Type"] != "text/plain; charset=utf-8":
        raise GuardError("its text is no plain text")
    encoding = value["Content-Transfer-Encoding"]
    try:
        if encoding == "7bit":
            data = body
        elif encoding == "quoted-printable":
            data = binascii.a2b_qp(body)
        elif encoding == "base64":
            data = binascii.a2b_base64(body)
        else:
            raise GuardError("its text has another encoding")
        found = data.decode("utf-8")
    except ValueError:
        raise GuardError("its text cannot be read back") from None
    # Whoever reads it sees lines; which characters ended them where it was typed is not part of it.
    meant = re.sub("\r\n|\r", "\n", text)
    if meant and meant[-1] != "\n":
        meant += "\n"
    if found != meant.replace("\n", "\r\n"):
        raise GuardError("its text differs")


def _parts(content_type: str, body: bytes) -> list[bytes]:
    match = _BOUNDARY.fullmatch(content_type)
    if match is None:
        raise GuardError("its parts have no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + match[1].encode("ascii"))
    if pieces[0] or pieces[-1] != b"--\r\n" or not all(piece.startswith(b"\r\n") for piece in pieces[1:-1]):
        raise GuardError("its parts are not where they should be")
    return [piece[2:] for piece in pieces[1:-1]]


def _check_file(part: bytes, file: Enclosure) -> None:
    head, body = _split(part)
    fields = _fields(head)
    if [name for name, _ in fields] != _FILE_HEAD:
        raise GuardError("the headers of an attachment differ")
    value = dict(fields)
    if value["Content-Type"].startswith(("multipart", "message")) or value["Content-Transfer-Encoding"] != "base64":
        raise GuardError("an attachment is not a plain part")
    if value["Content-Type"] not in (file.media_type.lower(), "application/octet-stream"):
        raise GuardError("the kind of an attachment differs")
    if body != _named(file):
        raise GuardError("an attachment is another file")
    if _file_name(value["Content-Disposition"]) != file.name:
        raise GuardError("the name of an attachment differs")


def _named(file: Enclosure) -> bytes:
    """Return how a skeleton names a file's body: its hash, and its size as base64 lines of 76 and CRLF."""
    return f"\0file {file.sha256} {_encoded_size(file)}\0".encode("ascii")


def _encoded_size(file: Enclosure) -> int:
    lines, rest = divmod(file.size_bytes, 57)
    return lines * 78 + (4 * ((rest + 2) // 3) + 2 if rest else 0)


def _whole_size(skeleton: bytes, meant: Letter) -> int:
    return len(skeleton) + sum(_encoded_size(file) - len(_named(file)) for file in meant.enclosures)


def _file_name(disposition: str) -> str:
    rest = disposition.removeprefix("attachment")
    if match := _FILE_NAME.fullmatch(rest):
        return match[1]
    pieces = list(_FILE_NAME_PIECE.finditer(rest))
    numbers = [match[1] for match in pieces]
    if "".join(match[0] for match in pieces) != rest or numbers not in (
        [None],
        [str(n) for n in range(len(pieces))],
    ):
        raise GuardError("the name of an attachment cannot be read back")
    charset, quote, coded = "".join(match[2] for match in pieces).partition("''")
    if charset != "utf-8" or not quote:
        raise GuardError("the name of an attachment cannot be read back")
    data = re.sub(rb"%([0-9A-F]{2})", lambda match: bytes.fromhex(match[1].decode()), coded.encode("ascii"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise GuardError("the name of an attachment cannot be read back") from None
