"""Letters of any words, and letters that were changed behind the writer's back, as two other readers see them."""

import email
import email.policy
import email.utils
import functools
import hashlib
import tempfile
import unicodedata
from dataclasses import replace
from email.header import decode_header, make_header
from pathlib import Path

from core.errors import PersonError
from core.mail import guard
from core.mail.mime import Composed, Enclosure, Letter, Mailbox, compose, envelope_address

_DATE_MS = 1_767_258_000_000
_FILE = Enclosure("a.pdf", "application/pdf", hashlib.sha256(b"x" * 200).hexdigest(), 200)
_SENDER = Mailbox("me@example.org", "Me")


@functools.cache
def memory() -> Path:
    """Return a folder of this process, in memory where there is such a place."""
    return Path(tempfile.mkdtemp(prefix="outtray-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))


def letter_to(address: str, name: str, subject: str = "Hello", text: str = "Hello.\n") -> Letter:
    return Letter(_SENDER, Mailbox(address, name), subject, text, "<01J.1@example.org>", _DATE_MS)


def must_be_read_back(letter: Letter) -> None:
    """A letter is refused in words, or both readers see what was meant: the guard, and the standard library."""
    try:
        composed = compose(letter)
        guard.check(composed, letter)
    except PersonError as error:
        assert str(error).isprintable()
        return
    must_be_meant(composed.skeleton, letter)


def _domain_lowered(address: str) -> str:
    """A domain is the same in capitals (RFC 4343); a local part is not."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def must_be_meant(skeleton: bytes, letter: Letter) -> None:
    """The standard library reads exactly the headers and the recipients that were meant."""
    # compat32 splits into headers and reads no value; the newer policy would read what it thinks was meant.
    message = email.message_from_bytes(skeleton, policy=email.policy.compat32)
    encoding = [] if letter.enclosures else ["Content-Transfer-Encoding"]
    reply_to = ["Reply-To"] if letter.reply_to else []
    assert message.keys() == [
        *["Date", "From", *reply_to, "To", "Message-ID", "Subject", "MIME-Version", "Content-Type"],
        *encoding,
    ], message.keys()
    assert message.is_multipart() == bool(letter.enclosures)
    assert not message.defects
    mailboxes = [("From", letter.sender), ("To", letter.recipient)]
    for header, mailbox in mailboxes:
        raw = _unfolded(skeleton, header)
        if not raw.isascii():
            continue  # RFC 6532, which the standard library reads by its newer policy only
        found = email.utils.getaddresses([raw])
        assert [_domain_lowered(each[1]) for each in found] == [_domain_lowered(envelope_address(mailbox.address))], raw
        assert str(make_header(decode_header(found[0][0]))) == mailbox.name, raw
    assert str(make_header(decode_header(_unfolded(skeleton, "Subject")))) == letter.subject
    assert message["Message-ID"] == letter.message_id
    assert message["MIME-Version"] == "1.0"
    at = email.utils.parsedate_to_datetime(str(message["Date"])).timestamp()
    assert at == letter.date_ms // 1000
    if not letter.enclosures:
        assert message.get_content_type() == "text/plain"
        assert message.get_content_charset() == "utf-8"


def _unfolded(skeleton: bytes, header: str) -> str:
    head = skeleton.partition(b"\r\n\r\n")[0].decode("utf-8").replace("\r\n ", " ").replace("\r\n\t", "\t")
    (value,) = [line.partition(":")[2] for line in head.split("\r\n") if line.startswith(f"{header}:")]
    return value.strip(" ")


def meant(data: bytes) -> None:
    """Whatever words a letter has: refused, or read back by both as it was meant."""
    text = data.decode("utf-8", "replace")
    name, subject, file, body = [*text.split("\n", 3), "", "", "", ""][:4]
    letter = letter_to("ann@example.com", unicodedata.normalize("NFC", name), subject, body)
    must_be_read_back(letter)
    must_be_read_back(
        replace(letter, enclosures=(replace(_FILE, name=file or "file"),), reply_to=Mailbox("r@b.example"))
    )


_LETTERS = (
    letter_to("ann@xn--wgv71a.example", "Ito, Ben", "件名: 注文"),
    letter_to("ann@example.com", "Ann", "Hello there", "A dot:\n.\n"),
    replace(letter_to("b@example.com", '"=?', "=?utf-8?q?a?="), enclosures=(_FILE,)),
)


def changed(data: bytes) -> None:
    """Bytes that were changed pass the guard only where both readers still see what was meant."""
    if len(data) < 4:
        return
    letter = _LETTERS[data[0] % len(_LETTERS)]
    composed = compose(letter)
    start = (data[1] << 8 | data[2]) % len(composed.skeleton)
    skeleton = composed.skeleton[:start] + data[4:] + composed.skeleton[start + data[3] % 32 :]
    size = composed.size_bytes + len(skeleton) - len(composed.skeleton)
    try:
        guard.check(Composed(skeleton, composed.seal, size), letter)
    except guard.GuardError:
        return
    must_be_meant(skeleton, letter)
