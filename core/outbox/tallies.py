"""How many were sent and how many failed in each minute, hour or day, and how long sending took.

What is counted are the events: what happened when, also to a delivery that was tried again later. Their ids ascend, so
what is new is read alone, and what is old only as far back as somebody looks.
"""

import sqlite3
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

#: Events that are looked at in one go: some 10 ms.
PART = 16_384
#: Events are in the order of their times, unless the clock was set: by so much (ms) it may have been.
_CLOCK_SET_MS = 600_000
_MINUTE_MS, _HOUR_MS = 60_000, 3_600_000
#: Hours and days begin at a quarter of an hour of UTC, in every time zone.
_QUARTER_MS = 900_000

#: What a person put off by longer than Undo does is not sent slowly; nor is what was sent again later.
_ROWS = """
SELECT slot, kind, CASE
    WHEN took < 100 THEN took
    WHEN took < 1000 THEN (took + 5) / 10 * 10
    WHEN took < 10000 THEN (took + 50) / 100 * 100
    WHEN took < 100000 THEN (took + 500) / 1000 * 1000
    WHEN took < 1000000 THEN (took + 5000) / 10000 * 10000
    ELSE (took + 50000) / 100000 * 100000 END AS rounded, count(*)
FROM (
    SELECT e.at / :step * :step AS slot, e.kind AS kind, CASE
        WHEN e.kind NOT IN ('sent', 'practised') OR d.generation > 0 THEN NULL
        WHEN d.due_at > n.accepted_at + 3600000 THEN NULL
        ELSE max(0, e.at - n.accepted_at) END AS took
    FROM event e JOIN delivery d ON d.id = e.delivery JOIN notification n ON n.id = e.notification
    WHERE e.id >= :first AND e.id < :below AND e.at >= :since
    AND e.kind IN ('sent', 'practised', 'marked', 'found', 'failed')
)
GROUP BY slot, kind, rounded
"""


class Unit(StrEnum):
    """How long a period is, by the clock on the wall here."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True)
class Reach:
    """So many periods, up to the one that has just begun."""

    unit: Unit
    count: int

    def starts(self, now_ms: int) -> tuple[int, ...]:
        """Return when each period begins, and last when the last one ends (ms since 1970, UTC)."""
        now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone()
        if self.unit is Unit.DAY:
            # A day with a change of the clocks has 23 or 25 hours.
            days = (now.date() + timedelta(days=number) for number in range(1 - self.count, 2))
            return tuple(round(datetime.combine(day, time()).astimezone().timestamp() * 1000) for day in days)
        length = _MINUTE_MS if self.unit is Unit.MINUTE else _HOUR_MS
        begun = now.replace(second=0, microsecond=0, minute=now.minute if self.unit is Unit.MINUTE else 0)
        last = round(begun.timestamp() * 1000)
        return tuple(last + number * length for number in range(1 - self.count, 2))

    @property
    def step_ms(self) -> int:
        """The length of the slots that are counted; every period is made of whole ones."""
        return _MINUTE_MS if self.unit is Unit.MINUTE else _QUARTER_MS


#: When (the slot's beginning, ms since 1970, UTC), the kind of event, how long it took (ms; None: says nothing), and
#: how many were alike.
Row = tuple[int, str, int | None, int]


@dataclass(frozen=True)
class Part:
    """What some events say."""

    rows: tuple[Row, ...]
    #: The oldest id that was looked at: what is older is below.
    first: int
    #: The newest id there was.
    newest: int
    #: Nothing older is of interest.
    is_last: bool


def read_part(db: sqlite3.Connection, since_ms: int, step_ms: int, above: int = 0, below: int | None = None) -> Part:
    """Count what the newest events with ids between `above` and `below` say of the time from `since_ms` on.

    At most `PART` of them are looked at. Blocks; for one snapshot.
    """
    oldest, newest = db.execute("SELECT (SELECT min(id) FROM event), (SELECT max(id) FROM event)").fetchone()
    if newest is None:
        return Part((), 0, 0, is_last=True)
    below = newest + 1 if below is None else min(below, newest + 1)
    first = max(above + 1, oldest, below - PART)
    if first >= below:
        return Part((), below, newest, is_last=True)
    rows = db.execute(_ROWS, {"first": first, "below": below, "since": since_ms, "step": step_ms}).fetchall()
    last = db.execute("SELECT at FROM event WHERE id < ? ORDER BY id DESC LIMIT 1", (below,)).fetchone()
    is_last = first <= max(above + 1, oldest) or last[0] < since_ms - _CLOCK_SET_MS
    return Part(tuple(rows), first, newest, is_last)


@dataclass(frozen=True)
class Period:
    """What came to its end between two times (ms since 1970, UTC)."""

    start_ms: int
    end_ms: int
    sent: int = 0
    #: Kept in the folder of Practice: nobody received it.
    practised: int = 0
    #: Also what was tried again later.
    failed: int = 0
    #: From accepted to sent or practised, in ms, two digits of it: half of them took no longer; 95 of 100 did not.
    #: None: there were none.
    half_ms: int | None = None
    most_ms: int | None = None

    @property
    def total(self) -> int:
        return self.sent + self.practised + self.failed


@dataclass
class _Count:
    sent: int = 0
    practised: int = 0
    failed: int = 0
    took: Counter[int] = field(default_factory=Counter)


class Tally:
    """Counts by period: rows are added as they are read, and the periods move on with the time. For one thread."""

    def __init__(self, starts: Sequence[int]) -> None:
        """`starts`: as `Reach.starts` returns them."""
        self._starts = tuple(starts)
        self._counts: dict[int, _Count] = {}

    @property
    def since_ms(self) -> int:
        """When the first period begins."""
        return self._starts[0]

    @property
    def until_ms(self) -> int:
        """When the last period ends."""
        return self._starts[-1]

    def move_to(self, starts: Sequence[int]) -> None:
        """Count for other periods; what is known of those that stay, stays."""
        self._starts = tuple(starts)
        kept = set(self._starts[:-1])
        self._counts = {start: count for start, count in self._counts.items() if start in kept}

    def add(self, rows: Iterable[Row]) -> None:
        """Add what was read. What is of no period is left out."""
        for at, kind, took_ms, number in rows:
            if not self._starts[0] <= at < self._starts[-1]:
                continue
            count = self._counts.setdefault(self._starts[bisect_right(self._starts, at) - 1], _Count())
            if kind == "failed":
                count.failed += number
            elif kind == "practised":
                count.practised += number
            else:
                count.sent += number
            if took_ms is not None:
                count.took[took_ms] += number

    def periods(self) -> tuple[Period, ...]:
        """Return every period, oldest first."""
        nothing = _Count()
        found = []
        for start, end in pairwise(self._starts):
            count = self._counts.get(start, nothing)
            half, most = share_of(count.took, 50), share_of(count.took, 95)
            found.append(Period(start, end, count.sent, count.practised, count.failed, half, most))
        return tuple(found)


def share_of(took: "Counter[int]", percent: int) -> int | None:
    """Return the least length that so many of a hundred did not exceed; None where there are none."""
    wanted = -(-took.total() * percent // 100)
    seen = 0
    for length in sorted(took):
        seen += took[length]
        if seen >= wanted:
            return length
    return None
