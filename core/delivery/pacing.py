"""How fast each account is served: pure decisions, no clock and no outbox.

So many runs as the budget says are served at once, shared between accounts. There are more threads than that: an
account of which nothing is served may always begin, so that a server that hangs keeps no other account waiting. Each
account uses as many connections as its server takes well, and keeps within its rates.
"""

from collections.abc import Iterable, Mapping, Sequence
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
#: Nothing new is begun by an account for so long (s) after a fault of ours: it may be met again at once.
FAULT_S = 1.0
#: Each further trouble makes that twice as long, up to this (s): a fault is not met as fast as the processor can.
LONGEST_REST_S = 60.0


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
    #: A fault of ours broke it off: says nothing about the server.
    is_fault: bool = False
    #: Which run it was.
    lease: str = ""


@dataclass(frozen=True)
class Pace:
    """What was learnt of one account while the program runs."""

    #: The leases of its runs that are being served, begun since it failed last.
    fresh: frozenset[str] = frozenset()
    #: Those that were under way when it failed. Once a fresh one got through, they hang, and are not counted.
    older: frozenset[str] = frozenset()
    #: A message got through, and nothing has gone wrong since; None: nothing was tried yet.
    is_proven: bool | None = None
    #: How many connections do well, as far as is known; 0: as many as at first.
    connections: int = 0
    good_runs: int = 0
    was_crowded: bool = False
    #: How often it had to rest since something got through.
    troubles: int = 0
    #: Nothing new is begun before this time (monotonic, s).
    not_before_s: float = float("-inf")
    #: What a message took lately (s), or None.
    message_s: float | None = None

    @property
    def in_flight(self) -> int:
        """How many runs of it are being served."""
        return len(self.fresh) + len(self.older)

    def most(self, limits: AccountLimits, budget: int) -> int:
        """Return how many runs of it may be served at once, beside those that hang: the whole budget at most."""
        if limits.is_local:
            return min(limits.connections or budget, budget)
        if self._must_prove(limits):
            return 1
        return min(self.found_good(limits), limits.connections or budget, budget)

    def more(self, limits: AccountLimits, budget: int) -> int:
        """Return how many more runs of it may be begun.

        The one that shows whether it works again goes beside whatever hangs: so one dead connection, which is waited
        for up to ten minutes, keeps back no message but its own.
        """
        in_all = budget + self._must_prove(limits) - self.in_flight
        return max(0, min(self.most(limits, budget) - len(self.fresh), in_all))

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

    def begun(self, leases: Iterable[str]) -> "Pace":
        return replace(self, fresh=self.fresh.union(leases))

    def ended(self, served: Served, limits: AccountLimits, now_s: float) -> "Pace":
        """Learn from a run that ended. `now_s` is monotonic."""
        lease, is_older = {served.lease}, served.lease in self.older
        pace = replace(self, fresh=self.fresh - lease, older=self.older - lease)
        if served.is_fault:
            return pace.resting(FAULT_S, now_s)
        if served.count and not served.is_bad:
            message_s = served.took_s / served.count
            # Half of what is new: a server that becomes slow is known after a run or two.
            pace = replace(pace, message_s=message_s if self.message_s is None else (self.message_s + message_s) / 2)
        if served.is_bad and not is_older:  # of an older one it is no news
            pace = replace(pace, is_proven=False, fresh=frozenset(), older=pace.older | pace.fresh)
        elif served.is_good and not served.is_bad:
            pace = replace(pace, is_proven=True, troubles=0)
            if is_older:  # they do not hang
                pace = replace(pace, fresh=pace.fresh | pace.older, older=frozenset())
        connections = self.found_good(limits)
        if served.is_crowded:
            fewer = max(1, min(connections, self.in_flight) - 1)
            pace = replace(pace, connections=fewer, good_runs=0, was_crowded=True)
            # Where it was the only one, the account itself waits, as the outbox has it.
            return pace.resting(CROWDED_S, now_s) if self.in_flight > 1 else pace
        if not served.is_good:
            return pace
        pace = replace(pace, good_runs=pace.good_runs + 1)
        # One more where all there may be were in use: what was never needed was never tried.
        if len(self.fresh) >= connections and pace.good_runs >= (_GOOD_RUNS if self.was_crowded else 1):
            pace = replace(pace, connections=connections + 1, good_runs=0)
        return pace

    def resting(self, first_s: float, now_s: float) -> "Pace":
        """Begin nothing for a while, longer each time; what fails meanwhile is the same trouble."""
        if now_s < self.not_before_s:
            return self
        rest_s = min(first_s * 2 ** min(self.troubles, 10), LONGEST_REST_S)
        return replace(self, troubles=self.troubles + 1, not_before_s=now_s + rest_s)


@dataclass(frozen=True)
class Want:
    """An account with something due, as `share` sees it."""

    account: str
    #: How many deliveries are due, as far as they could be served now.
    due: int
    #: How many more runs of it may be served.
    runs: int
    #: How many are being served, without those that hang.
    in_flight: int
    #: When the first of them was due.
    due_at: int


def share(free: int, budget: int, wants: Sequence[Want]) -> dict[str, int]:
    """Share out what is left of the budget: how many runs of each account, one to each in turn, who has fewest first.

    An account of which nothing is served gets one without asking the budget, as long as there are `free` threads.
    """
    order = sorted(wants, key=lambda want: (want.in_flight, want.due_at, want.account))
    granted = {want.account: 0 for want in order}
    while free > 0:
        before = free
        for want in order:
            is_first = want.in_flight + granted[want.account] == 0
            if free > 0 and (is_first or budget > 0) and granted[want.account] < min(want.runs, want.due):
                granted[want.account] += 1
                free -= 1
                budget -= 1
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
