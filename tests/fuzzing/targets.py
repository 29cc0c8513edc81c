"""What strangers can hand to Outtray, each as one function of bytes that raises where a promise is broken.

Hypothesis and atheris call the same functions: the one in `make test`, the other for as long as there is time.
"""

import contextlib
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from core import door, settings
from core.accounts import accounts
from core.errors import DraftError, OuttrayError, PersonError, SettingsError
from core.mail.smtp.replies import MOST_BYTES, MOST_TEXT, BadReply, ReplyReader, clean
from core.outbox import draft_json, validation
from core.outbox.log import line, plain
from core.outbox.mailto import read_mailto
from core.outbox.notification import Draft, Event, Recipient
from core.paths import Home
from tests.fuzzing import letters


@dataclass(frozen=True)
class Target:
    """One function of bytes, and good inputs from which worse ones are made."""

    call: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def near(seeds: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Draw any bytes, or a seed of which some were cut out, doubled or replaced."""

    @st.composite
    def changed(draw: st.DrawFn) -> bytes:
        data = draw(st.sampled_from(seeds))
        for _ in range(draw(st.integers(0, 4))):
            start = draw(st.integers(0, len(data)))
            end = draw(st.integers(start, min(len(data), start + 12)))
            put = draw(st.one_of(st.binary(max_size=6), st.just(data[start:end] * 2), st.text(max_size=4).map(_bytes)))
            data = data[:start] + put + data[end:]
        return data

    return st.one_of(changed(), changed(), st.binary(max_size=200), st.text(max_size=80).map(_bytes))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def text_of(data: bytes) -> str:
    """Read bytes as any text, lone surrogates among them."""
    return data.decode("utf-8", "surrogateescape" if data[:1] == b"\xff" else "replace")


def replies(data: bytes) -> None:
    """A reply from 200 to 599, `BadReply`, or a wait for more; whatever is kept of it is short and harmless."""
    reader = ReplyReader()
    size = 1 + (data[0] if data else 0)
    try:
        for start in range(1, len(data), size):
            reader.feed(data[start : start + size])
            while (reply := reader.take()) is not None:
                assert 200 <= reply.code <= 599
                assert reply.text == clean(reply.text)
                assert len(reply.text) <= MOST_TEXT
                assert reply.kind in (2, 3, 4, 5)
            assert len(reader._bytes) < MOST_BYTES + size
    except BadReply as bad:
        assert bad.excerpt == clean(bad.excerpt)


def addresses(data: bytes) -> None:
    """What is typed into To: each part is one recipient or a sentence, and nothing that was typed vanishes."""
    typed = text_of(data)
    parts = validation.split_addresses(typed)
    assert _without_separators("".join(parts)) == _without_separators(typed)
    to: dict[str, Recipient] = {}
    unread = []
    for part in parts:
        try:
            recipient = validation.read_address(part)
        except PersonError as error:
            assert str(error).isprintable()
            unread.append(part)
            continue
        assert validation.read_address(recipient.address) == Recipient(recipient.address)
        assert recipient.address.count("@") == 1
        assert not set(recipient.address) & set(' ,;<>"\\()\r\n\0')
        to.setdefault(recipient.address.lower(), recipient)
    draft = Draft(to=tuple(to.values()), unread_to=tuple(unread), text="Hello.")
    problems = validation.check(draft)
    assert len(problems) >= len(unread)
    for recipient in to.values() if not problems else ():
        letters.must_be_read_back(letters.letter_to(recipient.address, recipient.name))


def _without_separators(text: str) -> str:
    return "".join(each for each in text if each not in ",;" and not each.isspace())


def settings_file(data: bytes) -> None:
    """Any bytes are settings and accounts, or a sentence that names line or key; a change takes nothing away."""
    home = Home(letters.memory() / "settings")
    home.root.mkdir(exist_ok=True)
    home.settings.write_bytes(data)
    found = None
    for read in (settings.load, accounts.load, settings.unknown_keys):
        try:
            value = read(home)
        except SettingsError as error:
            assert str(error).isprintable()
            assert {"line", "key", "account"} & error.values.keys(), error
        else:
            found = value if isinstance(value, settings.Settings) else found
    if found is not None:
        _change(home, found, data)


def _change(home: Home, found: settings.Settings, data: bytes) -> None:
    theme: settings.Theme = "dark" if found.theme == "light" else "light"
    try:
        settings.save(home, replace(found, theme=theme))
    except SettingsError:
        assert home.settings.read_bytes() == data, "it was refused, and the file is another"
        return
    assert settings.load(home) == replace(found, theme=theme)
    old, new = tomllib.loads(data.decode("utf-8-sig")), tomllib.loads(home.settings.read_text(encoding="utf-8"))
    assert {**old, "theme": theme} == new, "another key was lost or changed"
    kept = iter(home.settings.read_text(encoding="utf-8").splitlines())
    for each in data.decode("utf-8-sig").splitlines():
        assert "theme" in each or "#" not in each or any(each.strip() == one.strip() for one in kept), f"lost: {each}"


def door_requests(data: bytes) -> None:
    """A request without the token is refused, whatever it is; with it, it is an object with an answer."""
    request = door._understood(data)
    assert request is None or not door._is_same(request.get("token"), "the token")
    with contextlib.suppress(DraftError):
        draft = draft_json.from_dict(request)
        assert draft_json.load(draft_json.dump(draft)) == draft


def door_answers(data: bytes) -> None:
    """Whatever answers at the port of an owner that is gone: an error of ours, or an answer that is an object."""
    reply = door._understood(data)
    if reply is not None and not isinstance(reply.get("answer"), dict):
        error = door._unpacked(reply.get("error"))
        assert isinstance(error, OuttrayError)
        assert isinstance(str(error), str)


def mailto(data: bytes) -> None:
    """A link fills the form and does nothing else: no file, no line break in the subject, no control character."""
    try:
        draft = read_mailto(text_of(data))
    except PersonError as error:
        assert str(error).isprintable()
        return
    assert not draft.attachments
    assert draft.subject.isprintable()
    assert all(each.isprintable() or each in "\n\t" for each in draft.text)
    assert draft_json.load(draft_json.dump(draft)) == draft
    for recipient in draft.to:
        assert validation.read_address(str(recipient.address)).address == recipient.address


def log_lines(data: bytes) -> None:
    """Whatever a server or a person says is one line of the log, and steers no terminal."""
    text = text_of(data)
    for kind in ("failed", "query", "message"):
        written = line(Event(1, 1_767_258_000_000, "01J", 7, text, kind, text))
        assert written.count("\n") == 1
        assert len(written.splitlines()) == 1
        assert written.startswith("2026-01-01T09:00:00.000Z  7  ")
        written.encode("utf-8")
    assert plain(plain(text)) == plain(text)
    assert "\x1b" not in plain(text)


def drafts(data: bytes) -> None:
    """Any JSON is a draft or refused in words; a draft is the same after it was written and read."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return
    try:
        draft = draft_json.from_dict(body)
    except DraftError as error:
        assert [problem.code for problem in error.problems] == ["draft_unreadable"]
        return
    assert draft_json.load(draft_json.dump(draft)) == draft
    assert "\n" not in draft_json.dump(draft)


_DRAFT = draft_json.dump(Draft(to=(Recipient("ann@example.com", "Ann"),), subject="Hi", text="Hello.")).encode()

TARGETS = {
    "replies": Target(
        replies,
        (b"\x05220 mx ESMTP\r\n250-mx\r\n250-SIZE 1000\r\n250 8BITMIME\r\n", b"\x02550 5.1.1 No\n", b"\xff25\r\n"),
    ),
    "addresses": Target(
        addresses,
        (
            b'ann@example.com, "Ito, Ben" <ben@example.net>; Carl <c@xn--wgv71a.example>\nd@\xe6\x97\xa5.example',
            b'"A \\" <b@c.example>" <x@localhost>, \xef\xbc\xa0',
            b"=?utf-8?q?x?= <a@b.example>",
        ),
    ),
    "letters": Target(letters.meant, (b"Ann\nHello\n=?utf-8?q?a=0ABcc=3A?=\n.\r\nFrom x\n",)),
    "changed letters": Target(letters.changed, (b"\x10\x00\x00\x01Bcc: eve@example.org\r\n", b"\x20\x02\x30text/html")),
    "settings": Target(
        settings_file,
        (
            b'# mine\ntheme = "dark" # at night\nretry_s = [1, 2]\nfuture = {a = 1}\n',
            b'[account.work]\naddress = "a@b.example"\nhost = "mx.b.example"\nport = 465\nsecurity = "tls"\n',
            b"\xef\xbb\xbfundo_s = 10\r\n# end\r\n",
            b'default_account = "x"\naccount.x.host = "h"\n',
        ),
    ),
    "door's requests": Target(
        door_requests,
        (b'{"token": "?", "verb": "pause", "arguments": {}}', b'{"to": [["a@b.example", ""]], "text": "x"}', b"[" * 50),
    ),
    "door's answers": Target(
        door_answers,
        (
            b'{"error": {"type": "DraftError", "problems": [["to", "to_empty", {"a": "b"}]]}}',
            b'{"error": {"type": "PersonError", "code": "undo_late", "values": {"a": 1}}}',
            b'{"error": {"type": "Fault", "text": "x"}}',
            b'{"answer": {}}',
        ),
    ),
    "mailto": Target(
        mailto,
        (
            b"mailto:ann@example.com,b%2Cc@example.net?subject=Hi%0D%0ABcc:%20e&body=a%0D%0Ab&attach=/etc/passwd&cc=x@y.de",
            b"MAILTO:?to=a@b.example&subject=%ff#x",
        ),
    ),
    "log": Target(log_lines, (b"550 5.1.1 no\r\n2026 forged\x1b[2J\xe2\x80\xa8\xe2\x80\xae", b"\xffann\xfe")),
    "drafts": Target(drafts, (_DRAFT, b'{"to": [["a@b", 1]]}', b'{"to": [], "attachments": [["a", "b", "c", -1]]}')),
}
