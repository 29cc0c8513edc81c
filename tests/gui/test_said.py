"""What core kept in English is read in the person's language; a server's own words stay as they are."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from core.outbox.notification import Event
from core.words import PARTS, SENTENCES, sentence
from gui import wording
from gui.language import Language
from gui.outbox.history import event_lines
from gui.said import said
from tests.gui.test_wording import NOW, delivery

_VALUES = {
    "host": "smtp.example.com",
    "port": "587",
    "seconds": "60",
    "user": "info",
    "reply": "5.7.8 no",
    "why": "gone",
}


@pytest.fixture
def _japanese(qapp: QApplication) -> Iterator[None]:
    language = Language(qapp)
    language.speak("ja")
    yield
    language.silence()


def test_in_english_everything_stays_as_it_was() -> None:
    """A sentence that is found again and filled in again is the same sentence."""
    values = {name: f"<{name}>" for name in ("address", "why", "host", "port", "path", "user", "reply", "name", "most")}
    for words in (*SENTENCES.values(), *PARTS):
        written = words.format_map(_Named(values))
        assert said(written) == written


class _Named(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"<{name}>"


@pytest.mark.usefixtures("_japanese")
@pytest.mark.parametrize(
    ("kept", "read"),
    [
        (sentence("server_silent", _VALUES), "smtp.example.comが60秒間応答しませんでした。通常は自然に解消します。"),
        (sentence("network_gone", {}), "ネットワークがありません。つながると再開します。"),
        (sentence("auth_refused", _VALUES), "smtp.example.comがinfoのパスワードを拒否しました（5.7.8 no）。"),
        (sentence("message_unreadable", {"why": "input/output error"}), "（入出力エラー）"),
        ("“Sent” of imap.example.com", "imap.example.comの「Sent」"),
        ("the program ended", "プログラムが終了しました"),
    ],
)
def test_a_sentence_of_core_is_read_in_japanese(kept: str, read: str) -> None:
    """A reason in words that the outbox keeps is said in Japanese, with the same values."""
    assert read in said(kept)


@pytest.mark.usefixtures("_japanese")
@pytest.mark.parametrize("kept", ["", "4.7.0 Try again later", "Mailbox full", "mail.example.com says no. " * 200])
def test_the_words_of_a_server_stay(kept: str) -> None:
    """What a server said is not ours to translate."""
    assert said(kept) == kept


@pytest.mark.usefixtures("_japanese")
def test_rows_and_history_are_read_in_japanese() -> None:
    """Rows of what waits, is held, is in doubt or was found say why in Japanese, and so does the history."""
    closed = sentence("server_closed", _VALUES)
    waiting = delivery("queued", "backoff", due_at=NOW, attempts=1, last_reply=closed)
    doubt = delivery("unconfirmed", "no_reply", last_reply=sentence("dot_closed", _VALUES))
    found = delivery("sent", "found", last_reply="“Sent” of imap.example.com")
    refused = delivery("failed", last_code=550, last_reply="5.1.1 No such user here")
    said_of = [wording.reason_sentence(each, NOW) for each in (waiting, doubt, found, refused)]
    assert said_of == [
        "smtp.example.comが接続を切断しました。通常は自然に解消します。次の試行は14:03（2回目）",
        "smtp.example.comが確認の前に接続を切断しました。届いている可能性があります。",
        "imap.example.comの「Sent」で見つかりました",
        "No such user here (550 5.1.1)",
    ]
    event = Event(1, NOW, "01J", 1, "ann@example.com", "waiting", closed)
    assert event_lines((event,))[0].note == said(closed)
