"""Times as a person types them, exact and in words, where this computer's zone is set."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from core.moments import read_moment


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This computer is in Japan: nine hours ahead, no summer time."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


NOW = utc("2026-11-24T02:03:04")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-30T09:00", "2026-11-30T00:00"),
        ("2026-11-30 09:00:30", "2026-11-30T00:00:30"),
        ("2026-11-30T09:00Z", "2026-11-30T09:00"),
        ("2026-11-30T09:00+02:00", "2026-11-30T07:00"),
        ("2026-11-30", "2026-11-29T15:00"),
        ("12:00", "2026-11-24T03:00"),
        ("11:03", "2026-11-25T02:03"),
        ("9:00", "2026-11-25T00:00"),
        ("+90s", "2026-11-24T02:04:34"),
        ("+5m", "2026-11-24T02:08:04"),
        ("+2h", "2026-11-24T04:03:04"),
        ("+1d", "2026-11-25T02:03:04"),
    ],
)
@pytest.mark.usefixtures("tokyo")
def test_a_time_is_read_as_a_person_means_it(typed: str, meant: str) -> None:
    """Without a zone it is this computer's; a time of day is the next one."""
    assert read_moment(typed, NOW) == utc(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tomorrow", "2026-11-25T09:00"),
        ("Tomorrow 9:00", "2026-11-25T09:00"),
        ("10:30 tomorrow", "2026-11-25T10:30"),
        ("tomorrow at 4 pm", "2026-11-25T16:00"),
        ("day after tomorrow", "2026-11-26T09:00"),
        ("today 18:00", "2026-11-24T18:00"),
        ("tonight", "2026-11-24T20:00"),
        ("noon", "2026-11-24T12:00"),
        ("9pm", "2026-11-24T21:00"),
        ("at 9", "2026-11-25T09:00"),
        ("Monday", "2026-11-30T09:00"),
        ("mon at 14:30", "2026-11-30T14:30"),
        ("on Friday morning", "2026-11-27T09:00"),
        ("tuesday", "2026-12-01T09:00"),  # today is one, and its morning is over
        ("tue 18:00", "2026-11-24T18:00"),
        ("next friday", "2026-12-04T09:00"),  # this week has a Friday too
        ("30 Nov", "2026-11-30T09:00"),
        ("30th november 2027, 10 am", "2027-11-30T10:00"),
        ("Jan 5", "2027-01-05T09:00"),
        ("5.1.", "2027-01-05T09:00"),
        ("24.12.2026 8:15", "2026-12-24T08:15"),
        ("2026-11-30 9:00", "2026-11-30T09:00"),
        ("in 2 hours", "2026-11-24T13:03:04"),
        ("in an hour", "2026-11-24T12:03:04"),
        ("in a week", "2026-12-01T11:03:04"),
        ("明日", "2026-11-25T09:00"),
        ("明日9時", "2026-11-25T09:00"),
        ("明日の朝9時半", "2026-11-25T09:30"),
        ("あさって 正午", "2026-11-26T12:00"),
        ("今夜", "2026-11-24T20:00"),
        ("夜8時", "2026-11-24T20:00"),
        ("月曜 午後3時", "2026-11-30T15:00"),
        ("来週の水曜日10:00", "2026-12-02T10:00"),
        ("11月30日9時30分", "2026-11-30T09:30"),
        ("2027年1月5日", "2027-01-05T09:00"),
        ("30分後", "2026-11-24T11:33:04"),
        ("2時間後", "2026-11-24T13:03:04"),
        ("９：３０", "2026-11-25T09:30"),  # as an input method writes digits
    ],
)
@pytest.mark.usefixtures("tokyo")
def test_words_are_read_as_a_person_means_them(typed: str, meant: str) -> None:
    """English and Japanese, day and time in either order; a day alone is its morning, and nothing is in the past.

    It is Tuesday, 11:03 in Tokyo.
    """
    local = datetime.fromisoformat(meant).astimezone()
    assert datetime.fromtimestamp(read_moment(typed, NOW) / 1000).astimezone() == local


@pytest.mark.parametrize(
    "typed",
    [
        *("tomorrow 25:00", "13pm", "32 Nov", "29 Feb", "31.6.", "0:60", "in 2 moons", "in 0", "tomorrow tomorrow"),
        *("9:00 9:00", "no", "at", "月", "25時", "明日25時", "13月1日", "Monday 9:00 10:00", "in 99999 days", "1e5"),
    ],
)
@pytest.mark.usefixtures("tokyo")
def test_words_that_mean_no_time_are_refused(typed: str) -> None:
    """Nothing is guessed: half a time, one too many, a day that no month has."""
    with pytest.raises(ValueError, match="not a time"):
        read_moment(typed, NOW)


@pytest.mark.parametrize(
    "typed", ["", "soon", "25:00", "9", "2026-13-01T00:00", "2026-W48-1", "20261130", "+2", "+2y", "-2h", "2026-11-30T"]
)
@pytest.mark.usefixtures("tokyo")
def test_what_is_no_time_is_refused(typed: str) -> None:
    """Forms that look like a mistake are not guessed at."""
    with pytest.raises(ValueError, match="not a time"):
        read_moment(typed, NOW)


@pytest.mark.usefixtures("berlin")
def test_the_last_year_is_refused_not_an_overflow() -> None:
    with pytest.raises(ValueError, match="not a time"):
        read_moment("9999-12-31T23:59:59-12:00", NOW)


@pytest.mark.usefixtures("berlin")
def test_summer_time_is_that_of_the_day_meant() -> None:
    """A12: nine o'clock is nine o'clock, on either side of the change; the hour that does not exist is moved."""
    assert read_moment("2026-03-28T09:00", NOW) == utc("2026-03-28T08:00")
    assert read_moment("2026-03-30T09:00", NOW) == utc("2026-03-30T07:00")
    assert read_moment("2026-03-29T02:30", NOW) == utc("2026-03-29T01:30")
    evening_before = utc("2026-03-28T20:00")
    assert read_moment("09:00", evening_before) == utc("2026-03-29T07:00")
