"""What a server says becomes replies, whatever it says and however it is cut into pieces."""

import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.mail.smtp.replies import MOST_BYTES, MOST_LINES, MOST_TEXT, BadReply, Reply, ReplyReader, clean

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40)
_REPLIES = st.lists(st.tuples(st.integers(200, 599), st.lists(_TEXT, min_size=1, max_size=5)), max_size=6)


def _wire(code: int, lines: list[str]) -> bytes:
    last = len(lines) - 1
    return b"".join(f"{code}{' ' if at == last else '-'}{line}\r\n".encode() for at, line in enumerate(lines))


def _read(data: bytes) -> Reply:
    reader = ReplyReader()
    reader.feed(data)
    reply = reader.take()
    assert reply is not None
    return reply


@given(_REPLIES, st.data())
def test_pieces_of_any_size_make_the_same_replies(replies: list[tuple[int, list[str]]], data: st.DataObject) -> None:
    """However the network cuts what the server says, the same replies come out, and nothing is left over."""
    left = b"".join(_wire(code, lines) for code, lines in replies)
    reader = ReplyReader()
    got = []
    while left:
        size = data.draw(st.integers(1, len(left)))
        reader.feed(left[:size])
        left = left[size:]
        while (reply := reader.take()) is not None:
            got.append((reply.code, list(reply.lines)))
    assert got == replies
    assert reader.is_empty


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_any_bytes_are_a_reply_a_bad_reply_or_nothing_yet(pieces: list[bytes]) -> None:
    """No bytes make anything but a reply from 200 to 599, `BadReply`, or a wait for more."""
    reader = ReplyReader()
    try:
        for piece in pieces:
            reader.feed(piece)
            while (reply := reader.take()) is not None:
                assert 200 <= reply.code <= 599
                assert reply.text == clean(reply.text)
    except BadReply as bad:
        excerpt = bad.excerpt
    else:
        excerpt = ""
    assert excerpt == clean(excerpt)


@pytest.mark.parametrize(
    "data",
    [
        b"25\r\n",
        b"999 no\r\n",
        b"199 no\r\n",
        b"\r\n",
        b"\xff\x00\x80\xfe\r\n",
        b"2500 ok\r\n",
        b"250_ok\r\n",
        b"ok 250\r\n",
        b" 250 ok\r\n",
        b"\xb2\xb5\xb0 ok\r\n",
        b"250-one\r\n251 two\r\n",
        b"250-one\r\ntwo\r\n",
        b"<html><body>Please log in</body></html>\r\n",
    ],
)
def test_what_is_no_reply_is_told(data: bytes) -> None:
    """A code that is none, an empty line, binary, HTML, a code that changes between lines: `BadReply`."""
    with pytest.raises(BadReply):
        _read(data)


def test_a_reply_may_be_a_code_alone_and_end_with_lf_alone() -> None:
    """Servers exist that say no text, or end lines with LF."""
    assert _read(b"250\r\n") == Reply(250, ("",))
    assert _read(b"250-one\n250 two\n") == Reply(250, ("one", "two"))


def test_a_line_without_an_end_is_bounded() -> None:
    """A line of 1 MiB is refused after 64 KiB, and so is one that never ends."""
    reader = ReplyReader()
    for fed in range(1024, 1024 * 1024, 1024):
        reader.feed(b"2" * 1024)
        if fed >= MOST_BYTES:
            with pytest.raises(BadReply):
                reader.take()
            return
        assert reader.take() is None
    pytest.fail("a line of 1 MiB was taken")


@pytest.mark.parametrize(("count", "is_good"), [(MOST_LINES, True), (MOST_LINES + 1, False)])
def test_a_reply_has_at_most_a_hundred_lines(count: int, is_good: bool) -> None:
    """The hundredth line may be there, the next one not."""
    data = _wire(250, ["x"] * count)
    if is_good:
        assert len(_read(data).lines) == count
    else:
        with pytest.raises(BadReply):
            _read(data)


def test_a_million_continuation_lines_cost_no_memory() -> None:
    """They are refused at the hundredth, wherever the network cuts them."""
    reader = ReplyReader()
    tracemalloc.start()
    try:
        with pytest.raises(BadReply):
            _feed_lines(reader, 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 1024 * 1024
    finally:
        tracemalloc.stop()


def _feed_lines(reader: ReplyReader, count: int) -> None:
    for _ in range(count):
        reader.feed(b"250-more\r\n")
        assert reader.take() is None


@given(st.text(max_size=200))
def test_a_cleaned_text_is_one_line(text: str) -> None:
    """Nothing a stranger says can end a line, move the cursor, or turn the direction of writing."""
    cleaned = clean(text)
    assert len(cleaned) <= MOST_TEXT
    assert cleaned.isprintable()
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e]", cleaned)
    assert clean(cleaned) == cleaned


def test_a_terminals_escapes_are_taken_out() -> None:
    """ESC is a character that no text of ours holds."""
    assert _read(b"550 \x1b[31mred\x1b]0;title\x07\r\n").text == "[31mred ]0;title"


def test_the_enhanced_code_stands_once() -> None:
    """Servers repeat it in each line; a person reads it once, and the text keeps it."""
    reply = _read(b"550-5.7.26 This mail\r\n550-5.7.26 is refused.\r\n550 5.7.26 See the manual\r\n")
    assert reply.enhanced == "5.7.26"
    assert reply.text == "5.7.26 This mail is refused. See the manual"
    assert _read(b"250 ok\r\n").enhanced == ""
