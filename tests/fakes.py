"""Doubles that tests of every kind use."""

import threading


class FakeClock:
    """A clock that moves only when it is told to. Begins on 1 January 2026, 09:00 UTC."""

    def __init__(self) -> None:
        self._wall_ms = 1_767_258_000_000
        self._monotonic_s = 1000.0

    def now_ms(self) -> int:
        return self._wall_ms

    def monotonic_s(self) -> float:
        return self._monotonic_s

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._wall_ms += round(seconds * 1000)
        self._monotonic_s += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back, as a person or a time server does; no time passes."""
        self._wall_ms += round(seconds * 1000)


class Gate:
    """Keeps whoever waits at it, until it is opened."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self) -> None:
        assert self._event.wait(60), "nobody opened the gate"

    def open(self) -> None:
        self._event.set()
