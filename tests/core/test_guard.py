"""The guard: what `compose` makes passes, and whatever is changed in it does not."""

import base64
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import PersonError
from core.mail.guard import GuardError, check
from core.mail.mime import Composed, Enclosure, Letter, Mailbox, compose

FILE = Enclosure("日本語.pdf", "application/pdf", hashlib.sha256(b"x" * 200).hexdigest(), 200)
LETTER = Letter(
    Mailbox("info@school.example", "Büro, Schule"),
    Mailbox("ann@日本.example", "Ito, Ben"),
    "件名: 注文",
    "Hello\n",
    "<01J.1@outtray.invalid>",
    1_795_485_784_123,
)
WITH_REPLY_TO = replace(LETTER, reply_to=Mailbox("office@school.example"))
WITH_FILES = replace(LETTER, enclosures=(FILE, replace(FILE, name="b.pdf", size_bytes=57)))


def changed(composed: Composed, old: bytes, new: bytes) -> Composed:
    """Change the bytes as a fault in `compose` would, the size told rightly."""
    assert old in composed.skeleton
    skeleton = composed.skeleton.replace(old, new, 1)
    return replace(composed, skeleton=skeleton, size_bytes=composed.size_bytes + len(skeleton) - len(composed.skeleton))


@pytest.mark.parametrize("letter", [LETTER, WITH_FILES, WITH_REPLY_TO, replace(LETTER, subject="", text="")])
def test_what_was_meant_passes(letter: Letter) -> None:
    """What is composed from a letter is what that letter means."""
    check(compose(letter), letter)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # a header more, one less, another, one twice
        (b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\nBcc: eve@example.org\r\n"),
        (b"MIME-Version: 1.0\r\n", b""),
        (b"MIME-Version", b"X-Version"),
        (b"To: ", b"To: eve@example.org\r\nTo: "),
        (b"Subject: ", b"Subject: a\r\nSubject: "),
        (b"Subject: ", b"Subject: a\r\n\r\n"),
        (b"Subject: ", b" \r\nSubject: "),
        (b"Subject: ", b"no header\r\nSubject: "),
        (b"Date: ", b" Date: "),
        # other people
        (b"<ann@xn--wgv71a.example>", b"<eve@xn--wgv71a.example>"),
        (b"<ann@xn--wgv71a.example>", b"<ann@example.org>"),
        (b"<ann@xn--wgv71a.example>", b"<ann@xn--wgv71a.example>, <eve@example.org>"),
        (b"<ann@xn--wgv71a.example>", b"<ann@xn--wgv71a.example> (Eve)"),
        (b'"Ito, Ben"', b"Ito, Ben"),
        (b'"Ito, Ben"', b'"Ito, Ben" eve@example.org,'),
        (b'"Ito, Ben"', b"=?utf-8?q?Ito?= Ben"),
        (b"<info@school.example>", b"<eve@school.example>"),
        # another Message-ID, subject, text, date, kind
        (b" 02:03:04", b" 02:03:05"),
        (b"Tue, ", b"Wed, "),
        (b"MIME-Version: 1.0", b"MIME-Version: 1.1"),
        (b"text/plain", b"text/html"),
        (b"charset=utf-8", b"charset=utf-7"),
        (b"<01J.1@", b"<01J.2@"),
        (b"Subject: =?utf-8?b?", b"Subject: Re: =?utf-8?b?"),
        (b"Hello", b"Hullo"),
        (b"Hello\r\n", b"Hello\r\n\r\n"),
        # bytes
        (b"Hello\r\n", b"Hello\n"),
        (b"Hello\r\n", b"Hello\r"),
        (b"Hello\r\n", b"Hello"),
        (b"Hello", b"Hello\0"),
        (b"Hello", b"Hello\x1b"),
        (b"Hello", "Hellö".encode()),
        (b"Hello", b"x" * 999),
        (b"7bit", b"8bit"),
    ],
)
def test_any_difference_is_refused(old: bytes, new: bytes) -> None:
    """A header, a person, a byte more or less or other than was meant: not accepted, and the person is told."""
    with pytest.raises(GuardError) as caught:
        check(changed(compose(LETTER), old, new), LETTER)
    assert isinstance(caught.value, PersonError)
    assert caught.value.code == "guard_headers"
    assert "was not accepted" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (FILE.sha256.encode(), b"0" * 64),
        (b"\0file ", b"\0fila "),
        (FILE.sha256.encode() + b" 276", FILE.sha256.encode() + b" 274"),
        (b"application/pdf", b"multipart/mixed"),
        (b"application/pdf", b"text/html"),
        (b"base64", b"binary"),
        (b"filename*=utf-8''", b"filename*=utf-8''x"),
        (b"filename*=utf-8''", b"filename*=latin-1''"),
        (b"attachment;", b"inline;"),
        (b'filename="b.pdf"', b'filename="b.pdf"; filename="c.exe"'),
        (b'filename="b.pdf"', b"filename=\"b.pdf\"; filename*=utf-8''c.exe"),
        (b"Hello\r\n\r\n--", b"Hello\r\n--"),
        (b"\r\nHello", b"\r\npreamble\r\nHello"),
        (b"Hello\r\n", b"Hello\r\n\r\n--=_0\r\n"),
        (b"--\r\n", b"--\r\nepilogue\r\n"),
        (b"Content-Disposition: ", b"X: y\r\nContent-Disposition: "),
    ],
)
def test_any_difference_in_attachments_is_refused(old: bytes, new: bytes) -> None:
    """Another file, another name, another part than was meant: not accepted."""
    with pytest.raises(GuardError):
        check(changed(compose(WITH_FILES), old, new), WITH_FILES)


def test_an_address_for_replies_that_was_not_meant_is_refused() -> None:
    """Answers go where the account says, or nowhere else."""
    check(compose(WITH_REPLY_TO), WITH_REPLY_TO)
    for meant in (LETTER, replace(LETTER, reply_to=Mailbox("eve@example.org"))):
        with pytest.raises(GuardError):
            check(compose(WITH_REPLY_TO), meant)
    with pytest.raises(GuardError):
        check(compose(LETTER), WITH_REPLY_TO)
    broken = replace(LETTER, reply_to=Mailbox("office@school.example", "a\r\nBcc: eve@example.org"))
    with pytest.raises(GuardError):
        check(compose(LETTER), broken)


def test_part_more_or_less_is_refused() -> None:
    """As many parts as there are attachments, in their order."""
    composed = compose(WITH_FILES)
    for files in (WITH_FILES.enclosures[:1], WITH_FILES.enclosures[::-1], (*WITH_FILES.enclosures, FILE)):
        other = replace(WITH_FILES, enclosures=files)
        with pytest.raises(GuardError):
            check(replace(composed, size_bytes=compose(other).size_bytes), other)


def test_wrong_size_is_refused() -> None:
    """The size that is stored is the size that goes out."""
    composed = compose(LETTER)
    with pytest.raises(GuardError, match="size"):
        check(replace(composed, size_bytes=composed.size_bytes + 1), LETTER)


@pytest.mark.parametrize(
    "character", ["\r", "\n", "\r\nBcc: eve@example.org", "\0", "\x85", "\u2028", "\u2029", "\x1b", "\x7f"]
)
@pytest.mark.parametrize("where", ["subject", "recipient", "sender", "file"])
def test_control_characters_are_refused(character: str, where: str) -> None:
    """C1: a line break of any script, NUL or another control character in a subject, a name or a file name is refused
    even if validation missed it: encoded, it would come out again at the reader's."""
    text = f"a{character}b"
    letter = {
        "subject": replace(LETTER, subject=text),
        "recipient": replace(LETTER, recipient=Mailbox("ann@example.com", text)),
        "sender": replace(LETTER, sender=Mailbox("info@school.example", text)),
        "file": replace(LETTER, enclosures=(replace(FILE, name=text),)),
    }[where]
    composed = compose(letter)
    assert b"\r\nBcc" not in composed.skeleton
    with pytest.raises(GuardError, match=r"U\+"):
        check(composed, letter)


@pytest.mark.parametrize(
    "word",
    [
        b"=?utf-8?q?a=0ABcc=3A_eve?=",
        b"=?utf-8?b?" + base64.b64encode(b"a\nBcc: eve") + b"?=",
        b"=?utf-8?q?=E4=BB?= =?utf-8?q?=B6?=",
        b"=?utf-8?b?5Lu2?=x",
        b"=?iso-2022-jp?b?GyRCN28bKEI=?=",
        b"=?utf-8?b?5Lu2====?=",
        b"=?utf-8?q?" + b"a" * 70 + b"?=",
    ],
)
def test_bad_encoded_words_are_refused(word: bytes) -> None:
    """C1: an encoded word that holds a line break, splits a character or is longer than 75 is refused (RFC 2047)."""
    letter = replace(LETTER, subject="件")
    with pytest.raises(GuardError):
        check(changed(compose(letter), b"=?utf-8?b?5Lu2?=", word), letter)


@given(st.data())
def test_flipped_bit_is_refused(data: st.DataObject) -> None:
    """No flipped bit in a header of From, To, Message-ID or Subject passes."""
    composed = compose(LETTER)
    start = composed.skeleton.index(b"From:")
    end = composed.skeleton.index(b"MIME-Version")
    position = data.draw(st.integers(start, end - 1))
    flipped = bytearray(composed.skeleton)
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    try:
        check(replace(composed, skeleton=bytes(flipped)), LETTER)
    except GuardError:
        return
    # What passes is the same message: DNS and base64 know no case in some places.
    assert bytes(flipped).lower() == composed.skeleton.lower()


def test_eight_bit_only_where_smtputf8_is_needed() -> None:
    """UTF-8 is let through in the header whose address needs it, and nowhere else (RFC 6532)."""
    letter = replace(LETTER, recipient=Mailbox("伊藤@example.com", "Ben"))
    composed = compose(letter)
    check(composed, letter)
    with pytest.raises(GuardError, match="7-bit"):
        check(changed(composed, b"From: ", "From: ü".encode()), letter)
    with pytest.raises(GuardError):
        check(changed(composed, b"Ben", "Bén".encode()), letter)
