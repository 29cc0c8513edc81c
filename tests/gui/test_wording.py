"""States, reasons, times and sizes as a person reads them."""

import time
from typing import Any

import pytest

from core.errors import PersonError, Problem
from core.outbox.notification import Delivery
from core.outbox.states import Place, Reason, State
from core.words import SENTENCES, STATE_WORDS
from gui import wording
from gui.theme import Theme


def at(hour: int, minute: int, second: int = 0, day: int = 24, year: int = 2026) -> int:
    """Return a local time in November as ms since 1970."""
    return int(time.mktime((year, 11, day, hour, minute, second, 0, 0, -1)) * 1000)


NOW = at(14, 3, 22)


def delivery(state: str, reason: str = "", **other: Any) -> Delivery:
    values: dict[str, Any] = {
        "id": 1,
        "notification": "01J",
        "to": "ann@example.com",
        "to_name": "",
        "from_": "info@school.example",
        "account": "school",
        "subject": "Trip",
        "state": State(state),
        "reason": Reason(reason),
        "due_at": NOW,
        "accepted_at": NOW,
        "sent_at": None,
        "attempts": 0,
        "generation": 0,
        "last_code": None,
        "last_reply": "",
        "message_id": "<1@x>",
        "size_bytes": 400,
        "updated_at": NOW,
    }
    return Delivery(**{**values, **other})


CASES = [
    (delivery("queued", "undo", due_at=NOW + 3_400), "Queued", "Sends in 4 s — Undo"),
    (delivery("queued", "undo", due_at=NOW - 10), "Queued", "Goes out next"),
    (delivery("queued", due_at=NOW + 61_000), "Queued", "Sends in 61 s"),
    (
        delivery("queued", "schedule", due_at=at(9, 0, day=30)),
        "Scheduled",
        "Mon 30 Nov, 09:00, if this computer is on",
    ),
    (
        delivery("queued", "backoff", due_at=at(14, 5), attempts=2, last_code=421),
        "Waiting",
        "Server busy (421). Next try 14:05, attempt 3",
    ),
    (
        delivery(
            "queued", "backoff", due_at=at(1, 5, day=25), attempts=1, last_code=451, last_reply="4.7.1 Greylisted."
        ),
        "Waiting",
        "Greylisted (451 4.7.1). Next try Wed 25 Nov, 01:05, attempt 2",
    ),
    (
        delivery("queued", "backoff", due_at=at(14, 5), last_reply="smtp.example.com takes no connection at port 465."),
        "Waiting",
        "smtp.example.com takes no connection at port 465. Next try 14:05",
    ),
    (delivery("queued", "offline"), "Waiting", "No network"),
    (delivery("queued", "rate", due_at=at(14, 10)), "Waiting", "Rate limit. Next try 14:10"),
    (delivery("held", "person"), "Held", "Held by you"),
    (
        delivery("held", "account", last_reply="The certificate of smtp.example.com expired."),
        "Held",
        "The certificate of smtp.example.com expired.",
    ),
    (delivery("held", "account", last_code=535), "Held", "The password for info@school.example was refused"),
    (
        delivery("held", "missed", due_at=at(9, 0), updated_at=at(11, 0)),
        "Held",
        "Missed 09:00 by 2 h. Release it or cancel it.",
    ),
    (delivery("sending"), "Sending", "On its way to the server"),
    (delivery("handing_over"), "Sending", "Waiting for the server to confirm"),
    (
        delivery("sent", last_code=250, last_reply="2.0.0 Ok", sent_at=at(10, 31), server="smtp.example.com:465"),
        "Sent",
        "smtp.example.com took it, 10:31 (250 2.0.0 Ok)",
    ),
    (delivery("sent", last_code=250, last_reply="2.0.0 Ok"), "Sent", "The server took it (250 2.0.0 Ok)"),
    (delivery("sent", "marked"), "Sent", "Marked as sent by you"),
    (delivery("sent", "found", last_reply="“Sent” of a.example"), "Sent", "Found in “Sent” of a.example"),
    (delivery("sent", "practised"), "Practised", "Kept on this computer. Nobody received it."),
    (
        delivery("unconfirmed", "no_reply"),
        "Not confirmed",
        "The server closed before it answered. It may have arrived.",
    ),
    (
        delivery("unconfirmed", "no_reply", last_reply="smtp.example.com did not confirm within 600 seconds."),
        "Not confirmed",
        "smtp.example.com did not confirm within 600 seconds. It may have arrived.",
    ),
    (
        delivery("unconfirmed", "crash"),
        "Not confirmed",
        "Outtray ended before the server answered. It may have arrived.",
    ),
    (delivery("failed", last_code=550, last_reply="5.1.1 No such user"), "Failed", "No such user (550 5.1.1)"),
    (delivery("failed", "expired"), "Failed", "It could not be sent in time"),
    (
        delivery("failed", "expired", last_code=421, last_reply="4.7.0 Try again later"),
        "Failed",
        "It could not be sent in time. Last said: Try again later (421 4.7.0)",
    ),
    (delivery("cancelled"), "Cancelled", ""),
    (delivery("cancelled", "undone"), "Cancelled", "Taken back"),
    (delivery("corrupt"), "Damaged", "Damaged on disk, so it was not sent."),
]


@pytest.mark.parametrize(("row", "word", "sentence"), CASES)
def test_state_and_reason_are_said(theme: Theme, row: Delivery, word: str, sentence: str) -> None:
    """Each state has its word, and beside it a sentence that says why."""
    assert wording.state_word(row) == word
    assert wording.reason_sentence(row, NOW) == sentence


def test_window_and_command_line_use_one_word_for_a_state(theme: Theme) -> None:
    """In English the window's words are the command line's."""
    assert {shown: wording.word_of(shown) for shown in STATE_WORDS} == STATE_WORDS


def test_nothing_is_promised_that_nobody_knows(theme: Theme) -> None:
    """Never "successfully", never "delivered"."""
    said = " ".join(f"{word} {sentence}" for _, word, sentence in CASES) + " ".join(SENTENCES.values())
    assert "success" not in said.lower()
    assert "delivered" not in said.lower()


def test_what_needs_the_person_has_the_color_of_failed(theme: Theme) -> None:
    """Held by the person is calm; held by a refused account or a missed time asks."""
    assert wording.seal_of(delivery("held", "person"))[1] == "on-the-way"
    for row in (delivery("held", "account"), delivery("held", "missed")):
        assert row.place is Place.NEEDS_YOU
        assert wording.seal_of(row)[1] == "failed"


def test_only_a_countdown_counts(theme: Theme) -> None:
    """Only a row that says "Sends in … s" changes by itself."""
    assert wording.is_counting(delivery("queued", "undo", due_at=NOW + 1), NOW)
    assert not wording.is_counting(delivery("queued", "undo", due_at=NOW), NOW)
    assert not wording.is_counting(delivery("queued", "schedule", due_at=NOW + 9_000), NOW)
    assert not wording.is_counting(delivery("sent"), NOW)


@pytest.mark.parametrize(("left_ms", "seconds"), [(5000, 5), (4999, 5), (4001, 5), (4000, 4), (1, 1), (0, 0), (-7, 0)])
def test_seconds_are_counted_up(left_ms: int, seconds: int) -> None:
    """A second that has begun is counted: 1 until the last moment, then 0."""
    assert wording.seconds_until(NOW + left_ms, NOW) == seconds


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        (at(14, 3), "14:03"),
        (at(23, 59, day=23), "23 Nov"),
        (at(0, 0, day=24), "00:00"),
        (at(8, 0, year=2025), "24 Nov 2025"),
    ],
)
def test_row_shows_the_time_or_the_day(theme: Theme, when: int, shown: str) -> None:
    """Today's rows show the time, this year's the day, older ones day and year."""
    assert wording.row_time(when, NOW) == shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (2400, "2.4 KB"),
        (99_000, "99 KB"),
        (999_600, "1.0 MB"),
        (18_000_000, "18 MB"),
    ],
)
def test_sizes_have_two_figures(theme: Theme, size: int, shown: str) -> None:
    """A size is shown in the unit that leaves one to three figures."""
    assert wording.size(size) == shown


@pytest.mark.parametrize(
    ("code", "reply", "words"),
    [
        (550, "5.1.1 No such user here.", "No such user here (550 5.1.1)"),
        (550, "5.1.1", "No such user (550 5.1.1)"),
        (421, "", "Server busy (421)"),
        (452, "", "No room there (452)"),
        (554, "", "Refused (554)"),
        (499, "", "Not now (499)"),
        (None, "The folder cannot be written: disk full", "The folder cannot be written: disk full"),
        (None, "", ""),
    ],
)
def test_reply_becomes_words(theme: Theme, code: int | None, reply: str, words: str) -> None:
    """A server's reply is read words first, its numbers behind them."""
    assert wording.reply_words(code, reply) == words


def test_problems_and_errors_are_sentences(theme: Theme) -> None:
    """What is wrong is said with what was typed."""
    problem = Problem("to", "address_no_at", (("address", "joe"),))
    assert wording.problem_sentence(problem) == "joe: an address needs an @, as in ann@example.com."
    assert wording.error_sentence(PersonError("undo_late")) == "It is too late to undo: the message is on its way."


@pytest.mark.parametrize(
    ("put_back", "unconfirmed", "sentence"),
    [
        (1, 0, "Recovered after an unexpected end: 1 goes out again."),
        (2, 0, "Recovered after an unexpected end: 2 go out again."),
        (0, 1, "Recovered 1 notification, 1 not confirmed."),
        (1, 1, "Recovered 2 notifications, 1 not confirmed."),
        (1200, 34, "Recovered 1,234 notifications, 34 not confirmed."),
    ],
)
def test_what_was_recovered_is_counted(theme: Theme, put_back: int, unconfirmed: int, sentence: str) -> None:
    """One is one notification, more are notifications."""
    assert wording.recovered(put_back, unconfirmed) == sentence


def test_braces_in_what_was_typed_stay(theme: Theme) -> None:
    """Typed braces are text, never a place to be filled."""
    problem = Problem("to", "address_no_at", (("address", "{0}{name}"),))
    assert wording.problem_sentence(problem).startswith("{0}{name}: ")


def test_row_is_read_as_one_line(theme: Theme) -> None:
    """A screen reader gets state, recipient, subject, reason and time."""
    row = delivery("sent", "practised", to_name="Ann", accepted_at=at(9, 5))
    assert wording.row_text(row, NOW) == (
        "Practised, Ann <ann@example.com>, Trip, Kept on this computer. Nobody received it., 09:05"
    )
    assert "No subject" in wording.row_text(delivery("sent", subject=""), NOW)


def test_counts_have_thousands_marks(theme: Theme) -> None:
    """Counts are written as the language writes them."""
    assert wording.count(1206) == "1,206"


def test_every_place_has_a_name(theme: Theme) -> None:
    """The five filters have their words."""
    assert [wording.place_word(place) for place in Place] == ["All", "On the way", "Needs you", "Sent", "Ended"]
