"""Times as a person types them on the command line."""

import re
from datetime import UTC, datetime, timedelta

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_AHEAD = re.compile(r"\+(\d{1,6})(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def read_moment(text: str, now_ms: int) -> int:
    """Read a time and return it in milliseconds since 1970 (UTC).

    `2026-11-30T09:00`, with `Z` or `+09:00` or, without, in this computer's zone; `2026-11-30`, its beginning;
    `09:00`, the next one; `+2h`, from now (s, m, h, d). Raises ValueError.
    """
    try:
        return _read(text, now_ms)
    except (ValueError, OverflowError, OSError) as error:  # also the year 9999, or before 1970 on Windows
        raise ValueError(f"not a time: {text}") from error


def _read(text: str, now_ms: int) -> int:
    if ahead := _AHEAD.fullmatch(text):
        return now_ms + int(timedelta(**{_UNITS[ahead[2]]: int(ahead[1])}).total_seconds()) * 1000
    if clock := _CLOCK.fullmatch(text):
        now = datetime.fromtimestamp(now_ms / 1000).astimezone()
        moment = now.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0, tzinfo=None)
        if moment.astimezone() <= now:
            moment += timedelta(days=1)
    elif re.match(r"\d{4}-\d{2}-\d{2}", text):  # fromisoformat also takes forms that look like a mistake
        moment = datetime.fromisoformat(text)
    else:
        raise ValueError(text)
    # Without a zone this is local time, with the offset that holds on that day; an hour that summer time leaves
    # out is the one after it (PEP 495). The year 10000 would be no time anywhere else.
    at_s = moment.timestamp()
    datetime.fromtimestamp(at_s, UTC)
    return int(at_s * 1000)
