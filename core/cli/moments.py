"""Times as a person types them on the command line."""

import re
from datetime import datetime, timedelta

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_AHEAD = re.compile(r"\+(\d{1,6})(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def read_moment(text: str, now_ms: int) -> int:
    """Read a time and return it in milliseconds since 1970 (UTC).

    `2026-11-30T09:00`, with `Z` or `+09:00` or, without, in this computer's zone; `2026-11-30`, its beginning;
    `09:00`, the next one; `+2h`, from now (s, m, h, d). Raises ValueError.
    """
    now = datetime.fromtimestamp(now_ms / 1000).astimezone()
    try:
        if ahead := _AHEAD.fullmatch(text):
            return now_ms + int(timedelta(**{_UNITS[ahead[2]]: int(ahead[1])}).total_seconds()) * 1000
        if clock := _CLOCK.fullmatch(text):
            moment = now.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0, tzinfo=None)
            if moment.astimezone() <= now:
                moment += timedelta(days=1)
        elif re.match(r"\d{4}-\d{2}-\d{2}", text):  # fromisoformat also takes forms that look like a mistake
            moment = datetime.fromisoformat(text)
        else:
            raise ValueError(text)
        # Without a zone this is local time, with the offset that holds on that day.
        return int(moment.astimezone().timestamp() * 1000)
    except (OverflowError, OSError) as error:  # the year 9999 in another zone, or before 1970 on Windows
        raise ValueError(text) from error
