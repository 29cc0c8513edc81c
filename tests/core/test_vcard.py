"""vCards as programs write them: what is read, which are named as wrong, and that what is written is read again."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Problem
from core.outbox import vcard
from core.outbox.vcard import Card


def card(*lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", "")).encode()


def read(data: bytes) -> list[Card | Problem]:
    return list(vcard.read(io.BytesIO(data)))


def one(data: bytes) -> Card:
    (found,) = read(data)
    assert isinstance(found, Card), found
    return found


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["FN:Ann Bell", "N:Bell;Ann;;;"], "Ann Bell"),
        (["N:Bell;Ann;Mary;Dr.;MD"], "Dr. Ann Mary Bell MD"),
        (["N:山田;花子;;;"], "山田 花子"),
        (["ORG:Riverside School;Office"], "Riverside School Office"),
        (["FN:Bell\\, Ann\\; of \\\\ Riverside"], "Bell, Ann; of \\ Riverside"),
        (["FN:Ann B", " ell"], "Ann Bell"),
        (['item1.FN;LANGUAGE="de:ch":Ann Bell'], "Ann Bell"),
        (["FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1=", "=E7=94=B0"], "山田"),
        (["FN;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:J=FCrgen"], "Jürgen"),
        (["FN;ENCODING=QUOTED-PRINTABLE;CHARSET=SHIFT_JIS:=8E=52=93=63"], "山田"),
        (["FN;ENCODING=b:QW5uIEJlbGw="], "Ann Bell"),
        (["fn:ann"], "ann"),
        ([], ""),
    ],
)
def test_a_name_is_read(lines: list[str], name: str) -> None:
    """FN counts, else N in the order in which it is said, else the organisation; in every encoding of the versions."""
    assert one(card(*lines)).name == name


def test_what_is_read_besides() -> None:
    """Addresses with the preferred one first, a note, groups; a picture is passed over."""
    found = one(
        card(
            "PHOTO;ENCODING=BASE64;TYPE=JPEG:/9j/4AAQSkZJRgABAQ",
            " " + "A" * 70,
            "",
            "EMAIL;TYPE=INTERNET,HOME:ann@home.example",
            "item1.EMAIL;TYPE=INTERNET;TYPE=pref:mailto:ann@work.example",
            "NOTE:first\\nsecond",
            "CATEGORIES:Parents,Class 3\\,b,Parents",
            "UID:urn:uuid:1",
        )
    )
    assert found.addresses == ["ann@work.example", "ann@home.example"]
    assert found.note == "first\nsecond"
    assert found.groups == ["Parents", "Class 3,b"]
    assert found.uid == "urn:uuid:1"


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@pytest.mark.parametrize("preferred", ["EMAIL;PREF:b@b.example", "EMAIL;PREF=1:b@b.example"])
def test_the_preferred_address_is_first(version: str, preferred: str) -> None:
    """As 2.1 and as 4.0 say it."""
    found = one(card("EMAIL;INTERNET:a@b.example", preferred, version=version))
    assert found.addresses == ["b@b.example", "a@b.example"]


@pytest.mark.parametrize("ends", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"Hello\r\n\r\n"])
def test_any_line_end_and_beginning(ends: bytes, start: bytes) -> None:
    """CRLF, LF and CR; with a mark of UTF-8 or other text before the first card."""
    assert one((start + card("FN:Ann")).replace(b"\r\n", ends)).name == "Ann"


def test_utf_16_is_read() -> None:
    """As some programs on Windows write it."""
    assert one(card("FN:山田").decode().encode("utf-16")).name == "山田"


def test_old_bytes_without_a_charset_are_taken_for_western_ones() -> None:
    """What is not UTF-8 and says nothing is Windows-1252."""
    assert one(card("FN:Jxrgen").replace(b"x", b"\xfc")).name == "Jürgen"


@pytest.mark.parametrize(
    ("wrong", "code", "line"),
    [
        (card("FN;ENCODING=QUOTED-PRINTABLE;CHARSET=NOPE:J=FC"), "card_charset", "3"),
        (card("FN;ENCODING=QUOTED-PRINTABLE;CHARSET=zip:J=FC"), "card_charset", "3"),
        (card("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=FC"), "card_charset", "3"),
        (card("X-A:b", "FN Ann"), "", ""),
        (card("X-A:b", "FN;LANGUAGE=de Ann"), "card_line", "4"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Lost\r\n", "card_open", "1"),
        (card("NOTE:" + "x" * 100_000), "card_long", "3"),
    ],
)
def test_a_wrong_card_is_named_by_its_line_and_the_next_one_comes_in(wrong: bytes, code: str, line: str) -> None:
    """Unknown charsets, bytes that are none, no colon, no end, too long: the card after it is read all the same."""
    first, second = read(wrong + card("FN:Ok"))
    if code:
        assert isinstance(first, Problem)
        assert (first.code, first.value("line")) == (code, line)
    assert isinstance(second, Card)
    assert second.name == "Ok"


def test_an_agent_inside_of_a_card_is_not_its_person() -> None:
    """2.1 lets a card stand inside of another."""
    agent = card("FN:Agent", "EMAIL:agent@b.example", version="2.1").decode().split("\r\n")[:-1]
    found = one(card("FN:Boss", "AGENT:", *agent, "EMAIL:boss@b.example", version="2.1"))
    assert (found.name, found.addresses) == ("Boss", ["boss@b.example"])


def test_a_group_card_says_who_is_in_it() -> None:
    """4.0 has KIND and MEMBER, Apple's 3.0 its own names for them."""
    for kind, member in (("KIND", "MEMBER"), ("X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER")):
        found = one(card("FN:Parents", f"{kind}:group", f"{member}:urn:uuid:1", f"{member}:mailto:b@b.example"))
        assert found.is_group
        assert found.members == ["urn:uuid:1", "mailto:b@b.example"]


_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60).map(lambda text: text.strip())


@given(name=_TEXT, note=_TEXT, groups=st.lists(_TEXT.filter(bool), unique=True, max_size=3))
def test_what_is_written_is_read_again(name: str, note: str, groups: list[str]) -> None:
    """Whatever a name, a note or a group holds; no line is longer than 75 bytes, and each is UTF-8 by itself."""
    words = [" ".join(each.split()) for each in (name, *groups)]
    wanted = Card(1, words[0], ["ann@example.com", "ann@work.example"], note, list(dict.fromkeys(words[1:])))
    written = b"".join(vcard.write([wanted]))
    for line in written.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    found = one(written)
    assert (found.name or "ann@example.com", found.addresses) == (words[0] or "ann@example.com", wanted.addresses)
    assert (found.note, found.groups) == (wanted.note, wanted.groups)


@given(data=st.binary(max_size=400))
def test_any_bytes_are_read(data: bytes) -> None:
    """Whatever stands in a file: no error of ours, and the good card behind it comes in."""
    found = read(b"BEGIN:VCARD\r\n" + data + b"\r\n" + card("FN:Ok"))
    assert isinstance(found[-1], Card)
    assert found[-1].name == "Ok" or b"AGENT" in data.upper()


def test_very_many_notes_are_too_long_soon() -> None:
    """A file of 8 MB whose one card is a million notes: said to be too long, and the next card is read."""
    many = b"BEGIN:VCARD\n" + b"NOTE:x\n" * 1_000_000 + b"END:VCARD\n"
    whole = b"BEGIN:VCARD\nFN:Ann\nEMAIL:ann@example.com\nEND:VCARD\n"
    wrong, card = vcard.read(io.BytesIO(many + whole))
    assert isinstance(wrong, Problem)
    assert (wrong.code, dict(wrong.values)["property"]) == ("card_long", "NOTE")
    assert isinstance(card, vcard.Card)
    assert card.addresses == ["ann@example.com"]
