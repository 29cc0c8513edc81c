"""How fast each account is served: pure decisions, no clock and no outbox.

The deliveries threads are shared between accounts, so that a slow server keeps no other account waiting; each
account uses as many connections as its server takes well, and keeps within its rates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

#: A run is to last so long (s): the list shows movement, and who comes meanwhile waits for one run at most.
RUN_S = 1.5
#: At most so many deliveries in one run, however fast: so many wait at most when the program is killed.
RUN = 64
#: Until something was measured.
_FIRST_RUN = 32
#: Connections of an account whose server has just shown that it works, where the person did not say how many.
_FIRST_CONNECTIONS = 2
#: After a server had too much to do, it takes so many good runs before one more connection is tried.
_GOOD_RUNS = 16
#: Nothing new is begun with a server that has too much to do for so long (s), while its other connections go on.
CROWDED_S = 2.0


@dataclass(frozen=True)
class AccountLimits:
    """What an account may use. 0: no limit of its own."""

    per_minute: int = 0
    per_hour: int = 0
    per_day: int = 0
    connections: int = 0
    #: A folder on this computer: needs no proof that it works, and no care.
    is_local: bool = False
    #: Somebody has to log in: a wrong password must be tried once only.
    has_login: bool = True

    @property
    def rates(self) -> dict[int, int]:
        """The limits that there are, by their span in seconds."""
        return {
            span_s: limit
            for span_s, limit in ((60, self.per_minute), (3600, self.per_hour), (86_400, self.per_day))
            if limit
        }


@dataclass(frozen=True)
class Served:
    """How a run went."""

    account: str
    #: How many deliveries of it were settled, and how long that took.
    count: int = 0
    took_s: float = 0.0
    #: The server answered for a message: the way there and the login work.
    is_good: bool = False
    #: The server could not be reached or had too much to do.
    is_crowded: bool = False
    #: Nothing got through: no network, no login, nobody there.
    is_bad: bool = False
    #: A connection is kept for the next run.
    is_kept: bool = False


@dataclass(frozen=True)
class Pace:
    """What was learnt of one account while the program runs."""

    #: Runs of it that are being served.
    in_flight: int = 0
    #: A message got through, and nothing has gone wrong since; None: nothing was tried yet.
    is_proven: bool | None = None
    #: How many connections do well, as far as is known; 0: as many as at first.
    connections: int = 0
    good_runs: int = 0
    was_crowded: bool = False
    #: Nothing new is begun before this time (monotonic, s).
    not_before_s: float = float("-inf")
    #: What a message took lately (s), or None.
    message_s: float | None = None

    def most(self, limits: AccountLimits, threads: int) -> int:
        """Return how many runs of it may be served at once: all threads but one, which is left for other accounts.

        So a server that hangs on every connection keeps nobody else waiting.
        """
        others = max(1, threads - 1)
        if limits.is_local:
            return others
        if self._must_prove(limits):
            return 1
        return min(self.found_good(limits), limits.connections or others, others)

    def found_good(self, limits: AccountLimits) -> int:
        """Return how many connections do well, as far as is known."""
        return self.connections or limits.connections or _FIRST_CONNECTIONS

    def length(self, limits: AccountLimits) -> int:
        """Return how many deliveries make a run."""
        if self._must_prove(limits):
            return 1
        if self.message_s is None:
            return _FIRST_RUN
        return max(1, min(RUN, int(RUN_S / self.message_s))) if self.message_s > 0 else RUN

    def _must_prove(self, limits: AccountLimits) -> bool:
        """Say whether one message is tried alone: so a wrong password makes one login, whatever is queued."""
        return not limits.is_local and not self.is_proven and (limits.has_login or self.is_proven is not None)

    def begun(self, runs: int = 1) -> "Pace":
        return replace(self, in_flight=self.in_flight + runs)

    def ended(self, served: Served, limits: AccountLimits, now_s: float) -> "Pace":
        """Learn from a run that ended. `now_s` is monotonic."""
        pace = replace(self, in_flight=max(0, self.in_flight - 1))
        if served.count and not served.is_bad:
            message_s = served.took_s / served.count
            # Half of what is new: a server that becomes slow is known after a run or two.
            pace = replace(pace, message_s=message_s if self.message_s is None else (self.message_s + message_s) / 2)
        if served.is_bad:
            pace = replace(pace, is_proven=False)
        elif served.is_good:
            pace = replace(pace, is_proven=True)
        connections = self.found_good(limits)
        if served.is_crowded:
            fewer = max(1, min(connections, self.in_flight) - 1)
            # Where it was the only one, the account itself waits, as the outbox has it.
            not_before_s = now_s + CROWDED_S if self.in_flight > 1 else pace.not_before_s
            return replace(pace, connections=fewer, good_runs=0, was_crowded=True, not_before_s=not_before_s)
        if not served.is_good:
            return pace
        pace = replace(pace, good_runs=pace.good_runs + 1)
        # One more where all there may be were in use: what was never needed was never tried.
        if self.in_flight >= connections and pace.good_runs >= (_GOOD_RUNS if self.was_crowded else 1):
            pace = replace(pace, connections=connections + 1, good_runs=0)
        return pace


@dataclass(frozen=True)
class Want:
    """An account with something due, as `share` sees it."""

    account: str
    #: How many deliveries are due, as far as they could be served now.
    due: int
    #: How many more runs of it may be served.
    runs: int
    in_flight: int
    #: When the first of them was due.
    due_at: int


def share(free: int, wants: Sequence[Want]) -> dict[str, int]:
    """Share `free` threads out: how many runs of each account, a run to each in turn, who has fewest first."""
    order = sorted(wants, key=lambda want: (want.in_flight, want.due_at, want.account))
    granted = {want.account: 0 for want in order}
    while free > 0:
        before = free
        for want in order:
            if free > 0 and granted[want.account] < min(want.runs, want.due):
                granted[want.account] += 1
                free -= 1
        if free == before:
            break
    return {account: runs for account, runs in granted.items() if runs}


@dataclass(frozen=True)
class Allowance:
    """What the rates of an account allow now."""

    #: How many more deliveries may be begun; None: any number.
    count: int | None
    #: When one more may be, where the rates are used up (ms since 1970, UTC).
    until: int | None = None


def allowance(limits: AccountLimits, counted: Mapping[int, Sequence[tuple[int, int]]], under_way: int) -> Allowance:
    """Say what the rates allow. `counted`: by span, when each slot no longer counts (ms), and how many are in it."""
    left: int | None = None
    until: int | None = None
    for span_s, limit in limits.rates.items():
        slots = counted.get(span_s, ())
        sent = sum(n for _, n in slots)
        left = limit - sent if left is None else min(left, limit - sent)
        over = sent - limit + 1  # so many must leave the span before one more may go
        for ends_at, n in slots:
            if over <= 0:
                break
            over -= n
            if over <= 0:
                until = ends_at if until is None else max(until, ends_at)
    if left is None:
        return Allowance(None)
    return Allowance(max(0, left - under_way), until)
