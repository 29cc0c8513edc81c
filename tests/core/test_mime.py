"""A letter as bytes: read back by the standard library, streamed whole, refused when damaged."""

import email
import email.policy
import hashlib
import io
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Fault, PersonError
from core.mail.guard import check
from core.mail.mime import (
    Composed,
    Damaged,
    Enclosure,
    Letter,
    Mailbox,
    compose,
    date,
    encoded_size,
    envelope_address,
    named_files,
    needs_smtputf8,
    stream,
)

HEADERS = ["Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type"]
INFO = Mailbox("info@school.example")
ANN = Mailbox("ann@example.com")
PLAIN = [*HEADERS, "Content-Transfer-Encoding"]

#: What may be typed into one line: no control character, no line break of any script, no lone surrogate.
line = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120)
#: Lines that look like what mail is made of.
_PIECES = (
    "=?",
    "?=",
    "=?utf-8?q?",
    "=?utf-8?b?",
    "=0A",
    "=0D=0A",
    "Bcc: eve@x.org",
    "a",
    "日本",
    "🎉",
    "👩\u200d👧",
    "é",
)
_SIGNS = (*',;"\\<>@:()_= ', "  ", "e\u0301", "x" * 80, "\u202e", "\ufeff", "\u3000")
hostile = st.lists(st.sampled_from(_PIECES + _SIGNS), max_size=20).map("".join)
typed_line = line | hostile
typed_text = st.text(
    st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t.= "), max_size=400
) | st.lists(st.sampled_from(["From ", ".", "..", "\n", "\r\n", "--=_", "=", " ", "日本", "a" * 1200, "\n.\n"])).map(
    "".join
)
file_name = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="/\\"), min_size=1)


def make_letter(
    subject: str = "Hi",
    text: str = "Hello\n",
    sender: Mailbox = INFO,
    recipient: Mailbox = ANN,
    enclosures: tuple[Enclosure, ...] = (),
) -> Letter:
    return Letter(sender, recipient, subject, text, "<01J.1@outtray.invalid>", 1_795_485_784_123, enclosures)


class Files:
    """Files in memory, as `stream` asks for them."""

    def __init__(self, *contents: bytes) -> None:
        self.contents = {hashlib.sha256(content).hexdigest(): content for content in contents}

    def open(self, sha256: str) -> BinaryIO:
        if sha256 not in self.contents:
            raise FileNotFoundError(sha256)
        return io.BytesIO(self.contents[sha256])

    def enclose(self, content: bytes, name: str = "a.bin", kind: str = "application/octet-stream") -> Enclosure:
        sha256 = hashlib.sha256(content).hexdigest()
        self.contents[sha256] = content
        return Enclosure(name, kind, sha256, len(content))


def whole(composed: Composed, files: Files | None = None) -> bytes:
    return b"".join(stream(composed.skeleton, composed.seal, (files or Files()).open))


def read(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)


def read_text(message: EmailMessage) -> str:
    """Return the text with LF: the standard library leaves CRLF in what was base64."""
    body = message.get_body(("plain",))
    assert body is not None
    return cast("str", body.get_content()).replace("\r\n", "\n")


def written(text: str) -> str:
    """What of a typed text is kept: the characters, its line breaks as LF, and a last one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n"


def assert_wire(data: bytes, longest: int = 998) -> None:
    assert data.isascii()
    assert b"\0" not in data
    assert data.endswith(b"\r\n")
    assert data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= longest


@given(typed_line)
def test_subject_reads_back_verbatim(subject: str) -> None:
    """C1: a typed subject, whatever it is, reads back as typed, and no header is added."""
    letter = make_letter(subject=subject)
    data = whole(compose(letter))
    message = read(data)
    assert message["Subject"] == subject
    assert message.keys() == PLAIN
    assert_wire(data)
    check(compose(letter), letter)


@given(typed_line, typed_line)
def test_names_read_back_verbatim(sender: str, recipient: str) -> None:
    """C2: display names with commas, quotes, backslashes and `=?`: one From and one To, equal to what was meant."""
    letter = make_letter(
        sender=Mailbox("info@school.example", sender.strip()), recipient=Mailbox("ann@example.com", recipient.strip())
    )
    composed = compose(letter)
    check(composed, letter)  # the guard reads the names back verbatim
    message = read(whole(composed))
    assert message.keys() == PLAIN
    assert [one.addr_spec for one in message["To"].addresses] == ["ann@example.com"]
    assert [one.addr_spec for one in message["From"].addresses] == ["info@school.example"]
    assert_wire(whole(composed))


@pytest.mark.parametrize(
    "name",
    [
        "Ann",
        "Ito, Ben",
        'Ann "the boss" Lee',
        "back\\slash",
        "=?utf-8?q?Eve?=",
        "Dr. J. O'Neil (home) <x>",
        "伊藤 ベン",
        "Ann <eve@example.org>, ben@example.org",
        "🎉 Party",
    ],
)
def test_name_as_others_read_it(name: str) -> None:
    """The standard library's reader shows the same name and one address."""
    message = read(whole(compose(make_letter(recipient=Mailbox("ann@example.com", name)))))
    assert message["To"].addresses == (Address(name, addr_spec="ann@example.com"),)


@pytest.mark.parametrize("name", ["x" * 70, "長い名前" * 20, "a b " * 30 + "ü"])
def test_long_name_as_others_read_it(name: str) -> None:
    """A name of several encoded words reads back without a space between them (RFC 2047 6.2).

    Read by `decode_header`: the newer reader of Python 3.11 to 3.13 leaves a space there in a name.
    """
    head = whole(compose(make_letter(recipient=Mailbox("ann@example.com", name)))).partition(b"\r\nMessage-ID")[0]
    to = head.decode().partition("\r\nTo: ")[2].partition("<")[0].replace("\r\n", "").strip()
    assert str(make_header(decode_header(to))) == name


@given(typed_text)
def test_text_reads_back_verbatim(text: str) -> None:
    """B11: a typed text reads back as typed: dots, `From `, long lines, emoji, spaces at the end of lines."""
    letter = make_letter(text=text)
    composed = compose(letter)
    data = whole(composed)
    message = read(data)
    assert read_text(message) == written(text)
    assert message.keys() == PLAIN
    assert_wire(data)
    assert not re.search(rb"^From ", data, re.MULTILINE)
    check(composed, letter)


@given(typed_text, st.lists(st.tuples(st.binary(max_size=400), file_name), min_size=1, max_size=4))
def test_attachments_read_back(text: str, attached: list[tuple[bytes, str]]) -> None:
    """C1, C5: text, files and their names read back as they were, in order, and the size is known beforehand."""
    files = Files()
    letter = make_letter(text=text, enclosures=tuple(files.enclose(content, name) for content, name in attached))
    composed = compose(letter)
    check(composed, letter)
    data = whole(composed, files)
    message = read(data)
    assert len(data) == composed.size_bytes
    assert message.keys() == HEADERS
    assert read_text(message) == written(text)
    assert [part.get_content() for part in message.iter_attachments()] == [content for content, _ in attached]
    assert_wire(data)


@pytest.mark.parametrize(
    "name",
    [
        "report.pdf",
        "a b.txt",
        'q"uote.txt',
        "日本語.pdf",
        "=?utf-8?q?x?=.exe",
        "'1'; filename=evil.exe",
        "é" * 120,
        "%41.txt",
    ],
)
def test_file_name_as_others_read_it(name: str) -> None:
    """The standard library's reader finds the file's name as it was (RFC 2231)."""
    files = Files()
    data = whole(compose(make_letter(enclosures=(files.enclose(b"x", name),))), files)
    assert [part.get_filename() for part in read(data).iter_attachments()] == [name]
    assert max(map(len, data.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?a=0ABcc=3A_eve=40example.org?=",
        "=?utf-8?b?YQpCY2M6IGV2ZUBleGFtcGxlLm9yZw==?=",
        "a =?utf-8?q?=0D=0ABcc:?= b",
        "Bcc: eve@example.org",
    ],
)
def test_typed_encoded_word_is_text(subject: str) -> None:
    """C1: a typed `=?…?=` is text: no line break comes out of it, no Bcc (Python 3.11.7's own writer makes one)."""
    message = read(whole(compose(make_letter(subject=subject))))
    assert message["Subject"] == subject
    assert message["Bcc"] is None
    assert message.keys() == PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "a\n.\nMAIL FROM:<eve@example.org>\n",
        "a\r\n.\r\nRCPT TO:<eve@example.org>\r\n",
        "a\n.\r\nDATA\n",
        "a\r.\rDATA",
        "a\r\n\x2e\n",
        ".",
        "..",
        "\r\n.\r\n",
    ],
)
def test_no_end_of_data_but_crlf(text: str) -> None:
    """Smuggling (B12): no bare CR or LF is on the wire, so the only end of data is a whole CRLF line of one dot,
    which the transport's dot-stuffing takes care of."""
    data = whole(compose(make_letter(text=text)))
    assert data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")
    assert read_text(read(data)) == written(text)


def test_nul_is_encoded() -> None:
    """A NUL that came past validation cannot name a file in a skeleton: it is encoded."""
    forged = f"\0file {'a' * 64} 4\0"
    composed = compose(make_letter(text=forged))
    assert named_files(composed.skeleton) == ()
    assert b"\0" not in composed.skeleton


@given(typed_line.filter(bool))
def test_header_lines_are_short(subject: str) -> None:
    """Lines of encoded words have at most 76 characters, an encoded word 75, and none splits a character
    (RFC 2047 2, 5)."""
    head = whole(compose(make_letter(subject=subject))).partition(b"\r\n\r\n")[0].decode()
    assert all(len(each) <= 78 for each in head.split("\r\n"))
    for word in re.findall(r"=\?utf-8\?[bq]\?[^?\s]*\?=", head):
        assert len(word) <= 75
        [(data, charset)] = decode_header(word)
        assert charset == "utf-8"
        data.decode(charset)  # alone it is whole characters


def test_readable_where_it_can_be() -> None:
    """ASCII goes as it is, European text as quoted-printable, Japanese as base64: the smaller, the readable one."""

    def encoding(text: str) -> str:
        return cast("str", read(whole(compose(make_letter(text=text))))["Content-Transfer-Encoding"])

    assert encoding("Hello\nWorld") == "7bit"
    assert encoding("Schöne Grüße aus Köln, bis bald") == "quoted-printable"
    assert encoding("こんにちは、世界") == "base64"
    assert encoding("x" * 999) == "quoted-printable"
    assert encoding("space at the end \n") == "quoted-printable"


def test_same_letter_same_bytes() -> None:
    """The same letter makes the same bytes, boundary, Message-ID and Date included."""
    files = Files()
    letter = make_letter(enclosures=(files.enclose(b"x" * 1000),))
    assert compose(letter) == compose(letter)
    assert b"\r\nMessage-ID: <01J.1@outtray.invalid>\r\n" in compose(letter).skeleton


def test_boundary_is_not_in_text() -> None:
    """A text that holds the boundary itself gets another boundary."""
    files = Files()
    letter = make_letter(enclosures=(files.enclose(b"x"),))
    found = re.search(rb'boundary="([^"]+)"', compose(letter).skeleton)
    assert found is not None
    hostile_letter = replace(letter, text=f"--{found[1].decode()}--\nstill text\n")
    composed = compose(hostile_letter)
    check(composed, hostile_letter)
    message = read(whole(composed, files))
    assert read_text(message) == hostile_letter.text
    assert len(list(message.iter_attachments())) == 1


def test_attached_message_is_a_file() -> None:
    """A .eml that is attached stays a file: base64 is forbidden for message/rfc822 (RFC 2046 5.2.1)."""
    files = Files()
    kinds = ["message/rfc822", "multipart/mixed", "text/plain; charset=utf-8", "bad", "a/b\r\nBcc: x"]
    letter = make_letter(enclosures=tuple(files.enclose(bytes([n]), kind=kind) for n, kind in enumerate(kinds)))
    parts = list(read(whole(compose(letter), files)).iter_attachments())
    assert [part.get_content_type() for part in parts] == [
        "application/octet-stream",
        "application/octet-stream",
        "text/plain",
        "application/octet-stream",
        "application/octet-stream",
    ]


def test_domain_as_a_labels() -> None:
    """B13: a domain goes out as A-labels, in the envelope and in headers, so the bytes are 7-bit."""
    assert envelope_address("ann@日本.example") == "ann@xn--wgv71a.example"
    assert envelope_address("ann@straße.de") == "ann@xn--strae-oqa.de"
    composed = compose(make_letter(recipient=Mailbox("ann@日本.example", "Ann")))
    assert b"\r\nTo: Ann <ann@xn--wgv71a.example>\r\n" in composed.skeleton
    assert not composed.needs_smtputf8


def test_non_ascii_local_part_needs_smtputf8() -> None:
    """B13: only a non-ASCII local part makes a letter that is not 7-bit (RFC 6532), and the letter says so."""
    letter = make_letter(subject="件名", recipient=Mailbox("伊藤@日本.example", "伊藤"))
    composed = compose(letter)
    assert composed.needs_smtputf8
    assert needs_smtputf8("伊藤@example.com")
    assert not needs_smtputf8("ann@日本.example")
    check(composed, letter)
    eight = [each for each in composed.skeleton.split(b"\r\n") if not each.isascii()]
    assert eight == ["To: =?utf-8?b?5LyK6Jek?= <伊藤@xn--wgv71a.example>".encode()]


@pytest.mark.parametrize(
    "address",
    ["", "ann", "@x.org", "ann@", "ann@x org", "a b@x.org", "a\nb@x.org", "ann@x\r\nBcc: eve@y", "<a@x>", "a..b@x"],
)
def test_address_that_is_none(address: str) -> None:
    """What is no address never comes into a header or an envelope."""
    with pytest.raises(PersonError) as caught:
        compose(make_letter(recipient=Mailbox(address)))
    assert caught.value.code == "address_bad"
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("message_id", ["", "a@b", "<a@b>\r\nBcc: x", "<a b@c>", "<ü@x>"])
def test_message_id_must_be_one(message_id: str) -> None:
    """A Message-ID that is none is our fault, and makes no letter."""
    with pytest.raises(Fault):
        compose(replace(make_letter(), message_id=message_id))


def test_date() -> None:
    """Date is RFC 5322 in UTC and reads back as the time that was meant."""
    assert date(1_795_485_784_123) == "Tue, 24 Nov 2026 02:03:04 +0000"
    message = read(whole(compose(make_letter())))
    assert message["Date"].datetime.timestamp() == 1_795_485_784


@given(st.integers(0, 5000))
def test_encoded_size(size: int) -> None:
    """The length of an encoded file is known from its size."""
    files = Files()
    composed = compose(make_letter(enclosures=(files.enclose(b"x" * size),)))
    assert len(whole(composed, files)) == composed.size_bytes
    assert encoded_size(57) == 78


class Trickle(io.RawIOBase):
    """A file whose reads give less than they are asked for."""

    def __init__(self, content: bytes, most: int) -> None:
        self._content = io.BytesIO(content)
        self._most = most

    def read(self, size: int = -1, /) -> bytes:
        return self._content.read(min(size, self._most))


def test_short_reads_change_nothing() -> None:
    """A file that is read in pieces of 100 bytes gives the same bytes as one read at once."""
    content = bytes(range(256)) * 1000
    files = Files()
    composed = compose(make_letter(enclosures=(files.enclose(content),)))
    trickled = stream(composed.skeleton, composed.seal, lambda _: cast("BinaryIO", Trickle(content, 100)))
    assert b"".join(trickled) == whole(composed, files)


def test_chunks_are_bounded() -> None:
    """No chunk is over 80 KiB, however large the text or the file."""
    files = Files()
    composed = compose(make_letter(text="日本" * 100_000, enclosures=(files.enclose(b"x" * 500_000),)))
    assert max(map(len, stream(composed.skeleton, composed.seal, files.open))) <= 80 * 1024


def given_before_damage(composed: Composed, files: Files, seal: bytes | None = None) -> bytes:
    """Stream what is damaged, and return what came before that was noticed."""
    given_chunks: list[bytes] = []
    chunks = stream(composed.skeleton, composed.seal if seal is None else seal, files.open)
    with pytest.raises(Damaged):
        given_chunks.extend(chunks)
    return b"".join(given_chunks)


@given(st.data())
def test_flipped_bit_in_skeleton(data: st.DataObject) -> None:
    """A9: a bit that flips anywhere in a stored message is noticed before the first byte goes out."""
    files = Files()
    composed = compose(make_letter(enclosures=(files.enclose(b"content"),)))
    position = data.draw(st.integers(0, len(composed.skeleton) - 1))
    flipped = bytearray(composed.skeleton)
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    assert given_before_damage(replace(composed, skeleton=bytes(flipped)), files) == b""
    assert given_before_damage(composed, files, seal=b"\0" * 32) == b""


@pytest.mark.parametrize("size", [1, 56, 57, 58, 58_368, 58_369, 200_000])
@pytest.mark.parametrize("change", ["flip", "shorter", "longer", "missing"])
def test_damaged_file_never_ends_a_message(size: int, change: str) -> None:
    """A file that changed, shrank, grew or went is noticed before the last chunk: no whole message goes out."""
    content = bytes(size)
    files = Files()
    composed = compose(make_letter(enclosures=(files.enclose(content),)))
    intact = whole(composed, files)
    sha256 = named_files(composed.skeleton)[0]
    if change == "missing":
        del files.contents[sha256]
    else:
        files.contents[sha256] = {"flip": content[:-1] + b"\1", "shorter": content[:-1], "longer": content + b"\0"}[
            change
        ]
    given_bytes = given_before_damage(composed, files)
    assert intact.startswith(given_bytes) or len(given_bytes) < len(intact)
    assert not given_bytes.endswith(b"--\r\n")


def test_failing_disk_is_not_damage() -> None:
    """A disk that fails to read leaves its own error: the message may be whole tomorrow."""

    def fail(_: str) -> BinaryIO:
        raise OSError(5, "Input/output error")

    composed = compose(make_letter(enclosures=(Files().enclose(b"x"),)))
    with pytest.raises(OSError, match="Input/output"):
        list(stream(composed.skeleton, composed.seal, fail))
