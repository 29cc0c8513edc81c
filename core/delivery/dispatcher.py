"""Decides when: which deliveries are due now, and how what is served at once is shared out between accounts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from core.clock import Clock, SystemClock
from core.outbox.notification import Claim
from core.outbox.outbox import Order, Outbox

if TYPE_CHECKING:  # imported with the first look: a window paints before that
    from core.delivery.looking import Paces
    from core.delivery.pacing import AccountLimits, Served


#: The wall clock went so far apart from the one that counts (s): the computer slept, or somebody set it.
CLOCK_SET_S = 5.0


class Step(NamedTuple):
    """What one look at the queue decided."""

    #: Each inner tuple is served by one thread, in order; all of one account.
    runs: tuple[tuple[Claim, ...], ...] = ()
    #: When to look again (ms since 1970, UTC), or None when nothing waits for a time.
    next_due_at: int | None = None
    #: More could be begun at once by a further look.
    is_more: bool = False
    #: Something due waits only for the rest of its account after a trouble: for moments.
    is_resting: bool = False


class Dispatcher:
    """A step, not a loop: the engine asks for one, tells how its runs ended, and owns the timer.

    Learns how fast each account is while the program runs. What must outlast the program (waits, the breaker, what
    was sent for a rate) is in the outbox. `limits` is asked on the writes thread and on those that deliver.
    """

    def __init__(
        self,
        outbox: Outbox,
        limits: "Callable[[str], AccountLimits] | None" = None,
        clock: Clock | None = None,
        *,
        longest_backoff_s: float = 2 * 3600,
        folder: int = 0,
        late_s: Callable[[], float] = lambda: 0,
    ) -> None:
        """`folder`: at most so many runs go to the folder of Practice at once; 0: the whole budget.

        `late_s`: what was scheduled is held, and asks, where the program or the computer was off for so long (s) after
        its time; 0: it is sent however late.
        """
        self._outbox = outbox
        self._limits = limits
        self._clock = clock or SystemClock()
        #: The longest that a backoff lasts (s).
        self.longest_backoff_s = longest_backoff_s
        self._folder = folder
        self._late_s = late_s
        self._known: Paces | None = None
        #: How far the wall clock was ahead of the one that counts, when due times were last found to fit it (s).
        self._ahead_s: float | None = None

    def look(self, free: int, budget: int, notification: str | None = None) -> Order[Step]:
        """Lease what is due, of one notification where given, for `free` threads; `budget`: for how many runs at once.

        Every run of the step that comes of it must be served, and `ended` be told of it. Call from one thread.
        """
        from core.delivery.looking import Look

        paces = self._paces()
        now_s = self._clock.monotonic_s()
        ahead_s = self._clock.now_ms() / 1000 - now_s
        # Once after the start and after the clock was set: what waits for a time is looked through for that.
        is_set = self._ahead_s is None or abs(ahead_s - self._ahead_s) > CLOCK_SET_S
        look = Look(
            paces, now_s, free, budget, notification, self.longest_backoff_s if is_set else None, self._late_s()
        )

        def committed() -> None:
            paces.begun(look.begun)
            if look.is_forward:
                self._ahead_s = ahead_s

        return self._outbox.look(look.decide, committed)

    def ended(self, run: tuple[Claim, ...], served: "Served | None") -> None:
        """Learn how a run ended; None where it raised. Callable from any thread."""
        from core.delivery.pacing import Served

        served = served or Served(run[0].account, is_fault=True, lease=run[0].lease)
        self._paces().ended(served, self._clock.monotonic_s())

    def _paces(self) -> "Paces":
        if self._known is None:
            from core.delivery.looking import Paces
            from core.delivery.pacing import AccountLimits

            self._known = Paces(self._limits or (lambda _: AccountLimits()), self._folder)
        return self._known
