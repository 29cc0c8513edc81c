"""Time, passed in: wall time for what a person reads, monotonic time for waiting."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What Outtray asks of time. Callable from any thread."""

    def now_ms(self) -> int:
        """Return wall time in milliseconds since 1970 (UTC)."""
        ...

    def monotonic_s(self) -> float:
        """Return seconds that never go backwards, from an arbitrary start."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        return time.monotonic()


def iso(at_ms: int) -> str:
    """Write a time as RFC 3339 in UTC with milliseconds, as log.txt and the JSON show it."""
    # Not strftime, which takes ten times as long: log.txt has three lines a message.
    moment = datetime.fromtimestamp(at_ms // 1000, UTC).isoformat()[:19]
    return f"{moment}.{at_ms % 1000:03d}Z"
