"""Decides when: which deliveries are due now, and how they are shared out."""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex

from core.outbox.notification import Claim
from core.outbox.outbox import Order, Outbox

#: At most so many deliveries in one run: the list shows movement, and quitting waits for one message only.
RUN = 32


@dataclass(frozen=True)
class Step:
    """What one look at the queue decided."""

    #: Each inner tuple is served by one thread, in order; all of one account.
    runs: tuple[tuple[Claim, ...], ...]
    #: When to look again (ms since 1970, UTC), or None when nothing is queued.
    next_due_at: int | None
    #: More was due than could be claimed.
    is_more: bool


class Dispatcher:
    """A step, not a loop: the engine asks for one, and owns the timer."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def claim(self, free: int, notification: str | None = None) -> "Order[tuple[tuple[Claim, ...], int | None]]":
        """Lease what is due for `free` threads. Hand what comes of it to `step`."""
        return self._outbox.claim(free * RUN, token_hex(12), notification)

    @staticmethod
    def step(claimed: tuple[tuple[Claim, ...], int | None], free: int, now_ms: int) -> Step:
        """Share claims out over `free` threads: evenly, in the order in which they are due."""
        claims, next_due_at = claimed
        is_more = bool(claims) and next_due_at is not None and next_due_at <= now_ms
        by_account: dict[str, list[Claim]] = {}
        for claim in claims:
            by_account.setdefault(claim.account, []).append(claim)
        size = min(RUN, max(1, -(-len(claims) // max(1, free))))
        runs = tuple(run for mine in by_account.values() for run in _cut(mine, size))
        return Step(runs, next_due_at, is_more)


def _cut(claims: Sequence[Claim], size: int) -> list[tuple[Claim, ...]]:
    return [tuple(claims[first : first + size]) for first in range(0, len(claims), size)]
