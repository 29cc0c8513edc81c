"""Details show the message, its source, its attempts and its history, as text and nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from core.errors import NotFoundError
from core.executor import Executor, Inline
from core.mail.mime import Damaged
from core.outbox.notification import Attachment, Attempt, Details, Draft, Event, Recipient
from core.outbox.states import Reason, State
from gui.outbox.details import DetailsPane, Tab
from gui.outbox.history import event_words, phase_words
from gui.theme import Theme
from tests.gui.synthetic import NOW_MS, Patient, delivery

SOURCE = b"From: info@school.example\r\nTo: eve@example.com\r\n\r\nDear Eve,\r\n"


def known(delivery_id: int, text: str = "Dear Eve,\nplease pay.\n", **changes: object) -> Details:
    found = delivery(delivery_id, to="eve@example.com", to_name="Eve", subject="Invoice 2026-114", **changes)
    attempts = (
        Attempt(1, 0, NOW_MS, NOW_MS + 1412, "greeting", 421, "4.7.0 Try again later", "TLSv1.3", "smtp.example.com"),
        Attempt(2, 0, NOW_MS + 60_000, NOW_MS + 60_020, "dot", None, "The server closed", "", "smtp.example.com"),
    )
    events = (
        Event(1, NOW_MS, found.notification, delivery_id, found.to, "query", "eve"),
        Event(2, NOW_MS, found.notification, delivery_id, found.to, "accepted", ""),
        Event(3, NOW_MS + 60_020, found.notification, delivery_id, found.to, "unconfirmed", "The server closed"),
    )
    file = Attachment("invoice.pdf", "application/pdf", "0" * 64, 182_000)
    return Details(found, Draft((Recipient(found.to),), found.subject, text, (file,)), attempts, events)


class Shelf:
    """A details pane over details that the test sets."""

    def __init__(self, qtbot: QtBot, theme: Theme, executor: Executor | None = None) -> None:
        self.known: dict[int, Details] = {}
        self.sources: list[int] = []
        self.source: Callable[[], Iterator[bytes]] = lambda: iter((SOURCE,))
        self.pane = DetailsPane(executor or Inline(), self, self._raw, theme)
        qtbot.addWidget(self.pane)
        self.pane.resize(700, 320)
        self.pane.show()

    def details(self, delivery_id: int) -> Details:
        if delivery_id not in self.known:
            raise NotFoundError("not_found", id=delivery_id)
        return self.known[delivery_id]

    def _raw(self, delivery_id: int) -> Iterator[bytes]:
        self.sources.append(delivery_id)
        return self.source()


@pytest.fixture
def shelf(qtbot: QtBot, theme: Theme) -> Shelf:
    return Shelf(qtbot, theme)


def shown(shelf: Shelf, tab: Tab) -> str:
    shelf.pane.show_tab(tab)
    return shelf.pane.text()


def test_the_message_is_shown_as_it_goes_out(shelf: Shelf) -> None:
    """From, to, subject, attachments and text are all there."""
    shelf.known[7] = known(7)
    shelf.pane.show_delivery(7)
    text = shown(shelf, Tab.MESSAGE)
    for part in (
        "From: info@school.example",
        "To: Eve <eve@example.com>",
        "Subject: Invoice 2026-114",
        "Attached: invoice.pdf (182 KB)",
        "Dear Eve,\nplease pay.",
    ):
        assert part in text


def test_in_a_low_pane_nothing_is_squeezed(shelf: Shelf) -> None:
    """With the question of a delivery in doubt above it, the message scrolls: each header keeps its whole line."""
    shelf.known[7] = replace(known(7), delivery=replace(known(7).delivery, state=State.UNCONFIRMED))
    shelf.pane.setMinimumHeight(140)
    shelf.pane.resize(620, 160)
    shelf.pane.show_delivery(7)
    assert shelf.pane.doubt.isVisible()
    QApplication.processEvents()
    labels = [each for each in shelf.pane.findChildren(QLabel) if each.text() in ("From", "To", "Subject")]
    assert len(labels) == 3
    assert all(label.height() >= label.fontMetrics().height() for label in labels)
    places = sorted(label.mapTo(shelf.pane, QPoint()).y() for label in labels)
    assert all(below - above >= labels[0].fontMetrics().height() for above, below in pairwise(places))


def test_a_long_address_widens_nothing(shelf: Shelf) -> None:
    """The text of the message is as wide as the pane, whatever stands above it."""
    shelf.known[7] = replace(known(7), delivery=replace(known(7).delivery, subject="x" * 110))
    shelf.pane.resize(400, 320)
    shelf.pane.show_delivery(7)
    QApplication.processEvents()
    text = next(each for each in shelf.pane.findChildren(QPlainTextEdit) if each.accessibleName() == "Message")
    assert shelf.pane.width() == 400
    assert text.mapTo(shelf.pane, QPoint()).x() + text.width() <= 400


def test_nothing_in_a_message_is_interpreted(shelf: Shelf) -> None:
    """HTML in a text, a subject or a server's reply is shown as it was written."""
    evil = "<b>bold</b><img src='file:///etc/passwd'>"
    details = known(7, evil)
    attempt = replace(details.attempts[0], reply=evil)
    shelf.known[7] = replace(
        details, delivery=replace(details.delivery, subject=evil, to_name=evil), attempts=(attempt,)
    )
    shelf.pane.show_delivery(7)
    assert shown(shelf, Tab.MESSAGE).count(evil) == 3
    assert evil in shown(shelf, Tab.ATTEMPTS)
    holding = [label for label in shelf.pane.findChildren(QLabel) if evil in label.text()]
    assert len(holding) == 3
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in holding)


def test_the_source_is_the_exact_bytes_read_when_looked_at(shelf: Shelf) -> None:
    """The raw source is read once, and only when somebody looks at it."""
    shelf.known[7] = known(7)
    shelf.pane.show_delivery(7)
    assert shelf.sources == []
    assert shown(shelf, Tab.SOURCE) == SOURCE.decode().replace("\r\n", "\n")
    shelf.pane.show_tab(Tab.MESSAGE)
    shelf.pane.show_tab(Tab.SOURCE)
    shelf.pane.changed([7])
    assert shelf.sources == [7]


def test_of_a_long_source_the_beginning_is_shown(shelf: Shelf) -> None:
    """A message of 18 MB shows its beginning, and says how much more there is."""
    shelf.source = lambda: iter([b"x" * 1_000_000] * 18)
    shelf.known[7] = known(7)
    shelf.pane.show_delivery(7)
    text = shown(shelf, Tab.SOURCE)
    assert len(text) < 600_000
    assert text.endswith("… and 17 MB more, not shown here.")


def test_a_source_that_is_damaged_says_so(shelf: Shelf) -> None:
    """Where the stored bytes no longer match their seal, the source says what is wrong."""

    def broken() -> Iterator[bytes]:
        yield SOURCE
        raise Damaged("the stored text was changed")

    shelf.source = broken
    shelf.known[7] = known(7)
    shelf.pane.show_delivery(7)
    assert shown(shelf, Tab.SOURCE) == "the stored text was changed"


def test_each_attempt_shows_reply_phase_duration_and_tls(shelf: Shelf) -> None:
    """An attempt says what the server answered, how far it came, how long it took and how it was protected."""
    shelf.known[7] = known(7)
    shelf.pane.show_delivery(7)
    newest, oldest = shown(shelf, Tab.ATTEMPTS).splitlines()
    assert "The server closed" in newest
    assert "reached: the end of the message" in newest
    assert "20 ms" in newest
    for part in ("Try again later (421 4.7.0)", "the server's greeting", "1.4 s", "TLSv1.3", "smtp.example.com"):
        assert part in oldest


def test_the_history_is_in_words(shelf: Shelf) -> None:
    """The events are told in words, the newest first."""
    shelf.known[7] = known(7)
    shelf.pane.show_delivery(7)
    lines = shown(shelf, Tab.HISTORY).splitlines()
    assert "Not confirmed: it may have arrived" in lines[0]
    assert "Accepted" in lines[1]
    assert lines[2].endswith("Found by the words  eve")


def test_a_delivery_that_was_not_tried_says_so(shelf: Shelf) -> None:
    """Without an attempt there is a sentence, not an empty page."""
    shelf.known[7] = replace(known(7), attempts=())
    shelf.pane.show_delivery(7)
    assert shown(shelf, Tab.ATTEMPTS) == "Not tried yet."


def test_details_keep_up_with_the_delivery(shelf: Shelf) -> None:
    """When something becomes of the delivery that is shown, the details say it, and a selection stays."""
    shelf.known[7] = replace(known(7), attempts=(), events=())
    shelf.pane.show_delivery(7)
    editor = next(each for each in shelf.pane.findChildren(QPlainTextEdit) if "Dear Eve" in each.toPlainText())
    editor.selectAll()
    shelf.known[7] = known(7, state=State.UNCONFIRMED, reason=Reason.NO_REPLY)
    shelf.pane.changed([3])
    assert shown(shelf, Tab.ATTEMPTS) == "Not tried yet."
    shelf.pane.changed([3, 7])
    assert "The server closed" in shown(shelf, Tab.ATTEMPTS)
    assert editor.textCursor().hasSelection()


def test_changes_while_it_is_read_are_one_more_reading(qtbot: QtBot, theme: Theme) -> None:
    """Many changes during one reading make one more, and another delivery chosen meanwhile wins."""
    executor = Patient()
    shelf = Shelf(qtbot, theme, executor)
    shelf.known = {7: known(7, "Seven"), 8: known(8, "Eight")}
    shelf.pane.show_delivery(7)
    for _ in range(20):
        shelf.pane.changed([7])
    shelf.pane.show_delivery(8)
    assert len(executor.waiting) == 1
    executor.run()
    assert "Eight" in shelf.pane.text()


def test_what_takes_long_says_that_it_is_loading(qtbot: QtBot, theme: Theme) -> None:
    """A slow disk is spoken of; a quick one never flickers."""
    executor = Patient()
    shelf = Shelf(qtbot, theme, executor)
    shelf.known[7] = known(7)
    shelf.pane.show_delivery(7)
    assert shelf.pane.text() != "Loading…"
    qtbot.waitUntil(lambda: shelf.pane.text() == "Loading…")
    executor.run()
    assert "Dear Eve" in shelf.pane.text()


def test_a_delivery_that_is_gone_says_so(shelf: Shelf) -> None:
    """A number that is not there is a sentence."""
    shelf.pane.show_delivery(99)
    assert shelf.pane.text() == "There is no delivery 99."


def test_copy_takes_the_whole_part(shelf: Shelf) -> None:
    """Copy puts the part in front on the clipboard as text."""
    shelf.known[7] = known(7)
    shelf.pane.show_delivery(7)
    copy = next(button for button in shelf.pane.findChildren(QToolButton) if button.text() == "Copy")
    for tab in Tab:
        shelf.pane.show_tab(tab)
        QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
        assert QGuiApplication.clipboard().text() == shelf.pane.text()


def test_a_long_history_shows_its_newest(shelf: Shelf) -> None:
    """A delivery tried a thousand times opens at once, with the newest attempts first; Copy has them all."""
    details = known(7)
    attempts = tuple(replace(details.attempts[0], number=number) for number in range(1, 1001))
    shelf.known[7] = replace(details, attempts=attempts)
    shelf.pane.show_delivery(7)
    text = shown(shelf, Tab.ATTEMPTS)
    assert "Attempt 1000 " in text.splitlines()[0]
    assert len(text.splitlines()) == 1000
    assert len(shelf.pane.findChildren(QLabel)) < 1000


@pytest.mark.parametrize(
    "kind",
    [
        "queued",
        "sending",
        "handing_over",
        "sent",
        "held",
        "retry",
        "trouble",
        "marked",
        "found",
        "found_late",
        "not_found",
    ],
)
def test_events_have_words(kind: str) -> None:
    """An event that the outbox writes has words; one that is not known says its own."""
    event = Event(1, NOW_MS, "01J", 7, "eve@example.com", kind, "")
    assert event_words(event) != kind
    assert event_words(replace(event, kind="polished")) == "polished"
    assert phase_words("polishing") == "polishing"
