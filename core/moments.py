"""Times as a person types them, in a command or in the window: exact ones, and in words."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta

_EXACT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}.*)?")
_AHEAD = re.compile(r"\+(\d{1,6})(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

#: When a day begins for whoever says "tomorrow" and no more.
_MORNING = time(9)

_TIMES = {
    "noon": time(12),
    "midnight": time(0),
    "morning": _MORNING,
    "afternoon": time(14),
    "evening": time(18),
    "night": time(20),
    "正午": time(12),
    "朝": _MORNING,
    "昼": time(12),
    "夕方": time(17),
    "夜": time(20),
}
_DAYS_AHEAD = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "day after tomorrow": 2,
    "今日": 0,
    "今夜": 0,
    "明日": 1,
    "あした": 1,
    "明後日": 2,
    "あさって": 2,
}
_WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            ("monday", "mon"),
            ("tuesday", "tue", "tues"),
            ("wednesday", "wed"),
            ("thursday", "thu", "thur", "thurs"),
            ("friday", "fri"),
            ("saturday", "sat"),
            ("sunday", "sun"),
        )
    )
    for name in names
}
_WEEKDAYS_JA = "月火水木金土日"
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_LENGTHS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours", "時間"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days", "日"), timedelta(days=1)),
    **dict.fromkeys(("week", "weeks", "週間"), timedelta(weeks=1)),
}

_IN = re.compile(r"in (a|an|\d{1,4}) ?([a-z]+)|(\d{1,4})(分|時間|日|週間)後")
_CLOCK = re.compile(r"(?:at )?(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?")
_CLOCK_JA = re.compile(r"(午前|午後|朝|夜)?(\d{1,2})(?:時(半|(\d{1,2})分)?|:(\d{2}))")
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})?"),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<name>[a-z]{3,9})\.?(?: (?P<year>\d{4}))?"),
    re.compile(r"(?P<name>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?: (?P<year>\d{4}))?"),
    re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
)
_WEEKDAY_JA = re.compile(f"(来週)?の?([{_WEEKDAYS_JA}])曜日?")


def read_moment(text: str, now_ms: int) -> int:
    """Read a time and return it in milliseconds since 1970 (UTC); `now_ms` is the same of now.

    Exact: `2026-11-30T09:00`, with `Z` or `+09:00` or, without, in this computer's zone; `+2h`, from now (s, m, h, d).
    A day without a time is its beginning: `2026-11-30`. A time without a day is the next one: `09:00`, `9 pm`, `noon`.
    In words, English or Japanese: `tomorrow`, `tomorrow 9:00`, `Monday at 14:30`, `30 Nov 9:00`, `in 2 hours`,
    `明日 9時`, `月曜 午後3時`, `30分後`; there, a day without a time is its morning, 9:00. A weekday is the next such
    day that is not over (`next Monday`: of the next week), a date without a year the next such date. Raises ValueError.
    """
    try:
        return _read(text, now_ms)
    except (ValueError, OverflowError, OSError) as error:  # also the year 9999, or before 1970 on Windows
        raise ValueError(f"not a time: {text}") from error


def _read(text: str, now_ms: int) -> int:
    if ahead := _AHEAD.fullmatch(text):
        return now_ms + int(timedelta(**{_UNITS[ahead[2]]: int(ahead[1])}).total_seconds()) * 1000
    now = datetime.fromtimestamp(now_ms / 1000).astimezone()
    if _EXACT.fullmatch(text):  # fromisoformat also takes forms that look like a mistake
        moment = datetime.fromisoformat(text)
    else:  # full-width digits and letters, as an input method writes them, are the same
        moment = _read_words(" ".join(unicodedata.normalize("NFKC", text).casefold().split()), now)
    # Without a zone this is local time, with the offset that holds on that day; an hour that summer time leaves
    # out is the one after it (PEP 495). The year 10000 would be no time anywhere else.
    at_s = moment.timestamp()
    datetime.fromtimestamp(at_s, UTC)
    return int(at_s * 1000)


def _read_words(words: str, now: datetime) -> datetime:
    """Read what is not exact; the result has no zone, unless it is a length of time from `now`."""
    if ahead := _IN.fullmatch(words):
        number = 1 if ahead[1] in ("a", "an") else int(ahead[1] or ahead[3])
        unit = _LENGTHS.get(ahead[2] or ahead[4], timedelta())
        if not number * unit:
            raise ValueError(words)
        return now + number * unit
    local = now.replace(tzinfo=None)
    if not words.isdigit() and (clock := _clock(words)) is not None:
        moment = datetime.combine(local.date(), clock)
        return moment if moment.astimezone() > now else moment + timedelta(days=1)
    for day_words, clock_words in _parts(words):
        clock = _clock(clock_words) if clock_words else _usual(day_words)
        found = None if clock is None else _on_day(day_words, clock, local)
        if found is not None:
            return found
    raise ValueError(words)


def _usual(day: str) -> time:
    return _TIMES["night"] if day in ("tonight", "今夜") else _MORNING


def _parts(words: str) -> list[tuple[str, str]]:
    """Return every way to take a day and a time out of it, in either order; Japanese has no space between."""
    cuts = [
        at for at in range(1, len(words)) if words[at] == " " or not (words[at - 1].isascii() and words[at].isascii())
    ]
    both = [(words[:at].rstrip(" ,"), words[at:].lstrip(" ,のに")) for at in cuts]
    return [(words, ""), *both, *((right, left.removesuffix(" on")) for left, right in both)]


def _clock(words: str) -> time | None:
    words = words.removeprefix("at ").removeprefix("in the ").removeprefix("this ")
    if words in _TIMES:
        return _TIMES[words]
    if found := _CLOCK_JA.fullmatch(words):
        minute = 30 if found[3] == "半" else int(found[4] or found[5] or 0)
        return _time(int(found[2]), minute, {"午前": "am", "午後": "pm", "夜": "pm"}.get(found[1], ""))
    if found := _CLOCK.fullmatch(words):
        return _time(int(found[1]), int(found[2] or 0), found[3] or "")
    return None


def _time(hour: int, minute: int, half: str) -> time | None:
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _on_day(words: str, clock: time, now: datetime) -> datetime | None:
    words = words.removeprefix("on ").removeprefix("this ")
    today = now.date()
    if words in _DAYS_AHEAD:
        return datetime.combine(today + timedelta(days=_DAYS_AHEAD[words]), clock)
    is_next, name = words.startswith("next "), words.removeprefix("next ")
    if found := _WEEKDAY_JA.fullmatch(words):
        is_next, weekday = bool(found[1]), _WEEKDAYS_JA.index(found[2])
    elif name in _WEEKDAYS:
        weekday = _WEEKDAYS[name]
    else:
        return _on_date(words, clock, now)
    if is_next:  # in the week that begins with the next Monday
        return datetime.combine(today + timedelta(days=7 - today.weekday() + weekday), clock)
    moment = datetime.combine(today + timedelta(days=(weekday - today.weekday()) % 7), clock)
    return moment if moment > now else moment + timedelta(days=7)


def _on_date(words: str, clock: time, now: datetime) -> datetime | None:
    for form in _DATES:
        if found := form.fullmatch(words):
            parts = found.groupdict()
            month = _MONTHS.get(parts.get("name", "")) or int(parts.get("month", 0))
            day = date(int(parts["year"] or now.year), month, int(parts["day"]))
            moment = datetime.combine(day, clock)
            return moment if parts["year"] or moment > now else moment.replace(year=day.year + 1)
    return None
