"""One look at the queue: what of which account is begun now, and when to look again.

Imported with the first look: a window paints before that.
"""

import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from secrets import token_hex

from core.delivery.dispatcher import Step
from core.delivery.pacing import AccountLimits, Allowance, Pace, Served, Want, allowance, share
from core.outbox.accounts import LONGEST_WAIT_MS, Wait
from core.outbox.notification import PRACTICE, Claim
from core.outbox.states import Reason
from core.outbox.store import Store


class Paces:
    """What was learnt of each account. Callable from any thread: looks are on the writes thread, runs end on others."""

    def __init__(self, limits: Callable[[str], AccountLimits], folder: int) -> None:
        """`folder`: at most so many runs go to the folder of Practice at once; 0: the whole budget."""
        self._limits = limits
        self._folder = AccountLimits(connections=folder, is_local=True)
        self._paces: dict[str, Pace] = {}
        #: Held for moments.
        self._lock = threading.Lock()

    def limits_of(self, account: str) -> AccountLimits:
        return self._folder if account == PRACTICE else self._limits(account)

    def of(self, account: str) -> Pace:
        with self._lock:
            return self._paces.get(account, Pace())

    def in_flight(self) -> int:
        """Return how many runs are being served, of all accounts."""
        with self._lock:
            return sum(pace.in_flight for pace in self._paces.values())

    def begun(self, runs: Mapping[str, Iterable[str]]) -> None:
        """Count runs that were leased: the leases, by account."""
        with self._lock:
            for account, leases in runs.items():
                self._paces[account] = self._paces.get(account, Pace()).begun(leases)

    def ended(self, served: Served, now_s: float) -> None:
        """Learn how a run ended."""
        limits = self.limits_of(served.account)
        with self._lock:
            self._paces[served.account] = self._paces.get(served.account, Pace()).ended(served, limits, now_s)


@dataclass(frozen=True)
class _Ready:
    """An account of which something can be begun now."""

    want: Want
    limits: AccountLimits
    length: int


@dataclass
class Look:
    """One look at the queue, on the writes thread and in one transaction."""

    paces: Paces
    now_s: float
    free: int
    budget: int
    notification: str | None
    #: The longest that a backoff lasts (s), where the clock may have been set since the last look.
    longest_backoff_s: float | None = None
    #: What was scheduled is no longer sent unasked when it is so much too late (s); 0: however late.
    late_s: float = 0
    #: Nothing is left to be looked through: no due time is further off than the clock as it is now can have put it.
    is_forward: bool = True
    #: The leases of the runs that were begun, by account.
    begun: dict[str, list[str]] = field(default_factory=dict)
    _is_more: bool = False
    _is_resting: bool = False
    #: When something can be begun that cannot be now.
    _times: list[int] = field(default_factory=list)

    def decide(self, store: Store, now: int) -> Step:
        if self.longest_backoff_s is not None:
            is_more = store.bring_forward(now, now + math.ceil(self.longest_backoff_s * 1000))
            if self.late_s and store.hold_missed(now, now - math.ceil(self.late_s * 1000)):
                self.is_forward = False
                return Step(is_more=True)  # the rest of what was missed is due as well, and must not go
            self.is_forward = not is_more
            self._is_more |= not self.is_forward
        for account in store.accounts_releasing():
            self._is_more |= store.release_some(account, now)
        waits = store.waits()
        accounts = store.accounts_queued()
        for account in accounts:
            if account in waits and waits[account].reason is Reason.ACCOUNT:
                self._is_more |= store.hold_broken(account, now)
        if store.is_paused():
            return Step(is_more=self._is_more)
        found = [self._ready(store, account, waits.get(account), now) for account in accounts]
        ready = [one for one in found if one is not None]
        granted = share(self.free, self.budget - self.paces.in_flight(), [one.want for one in ready])
        runs = [run for one in ready for run in self._claim(store, one, granted.get(one.want.account, 0), now)]
        return Step(tuple(runs), min(self._times, default=None), self._is_more, self._is_resting)

    def _ready(self, store: Store, account: str, wait: Wait | None, now: int) -> _Ready | None:
        """Say what of an account can be begun now; None for nothing: then `_times` knows when, or a run's end does."""
        due_at = store.next_due(account)
        if due_at is None:
            return None
        not_before = self._not_before(account, wait, now)
        if max(due_at, not_before) > now:
            self._times.append(max(due_at, not_before))
            self._is_resting |= due_at <= now and not_before == self._rests_until(account, now)
            return None
        if wait is not None and wait.reason is Reason.ACCOUNT:
            return None  # the rest of what is due is held by further looks
        limits, pace = self.paces.limits_of(account), self.paces.of(account)
        runs = pace.more(limits, self.budget)
        if runs == 0:
            return None
        allowed = self._allowance(store, account, limits, wait, now)
        if allowed.count == 0:
            if allowed.until is not None:
                self._times.append(max(allowed.until, now + 1))
            return None
        length, at_once = pace.length(limits), runs + len(pace.fresh)
        most = at_once * length if allowed.count is None else min(at_once * length, allowed.count)
        due = store.count_due(account, now, most, self.notification)
        # Few are spread over all that may be served at once, so that the last runs of many end together.
        want = Want(account, due, runs, len(pace.fresh), due_at)
        return _Ready(want, limits, max(1, min(length, -(-due // at_once))))

    def _not_before(self, account: str, wait: Wait | None, now: int) -> int:
        """Return until when an account is left alone (ms)."""
        rests_until = self._rests_until(account, now)
        if wait is None or wait.until is None or wait.reason is Reason.RATE:  # a rate is reckoned anew below
            return rests_until
        return max(wait.until if wait.until <= now + LONGEST_WAIT_MS else now, rests_until)

    def _rests_until(self, account: str, now: int) -> int:
        left_s = self.paces.of(account).not_before_s - self.now_s
        return now + math.ceil(left_s * 1000) if left_s > 0 else now

    def _allowance(self, store: Store, account: str, limits: AccountLimits, wait: Wait | None, now: int) -> Allowance:
        """Reckon the account's rates, and write it down when they are used up and when they are no more."""
        if not limits.rates and wait is None:
            return Allowance(None)
        allowed = allowance(limits, store.sent_lately(account, now), store.leased(account))
        store.set_rate_wait(account, allowed.until, now)
        return allowed

    def _claim(self, store: Store, one: _Ready, runs: int, now: int) -> Iterator[tuple[Claim, ...]]:
        """Lease the runs granted to an account: evenly, so that few are spread over all its connections."""
        account = one.want.account
        leases: list[str] = []
        total = min(one.want.due, runs * one.length)
        for number in range(runs, 0, -1):
            lease = token_hex(12)
            claims = store.claim(
                account,
                now=now,
                limit=-(-total // number),
                lease=lease,
                is_rated=bool(one.limits.rates),
                notification=self.notification,
            )
            total -= len(claims)
            if not claims:
                break
            leases.append(lease)
            yield claims
        self.begun[account] = leases
        if len(leases) < runs and store.count_due(account, now, 1, self.notification):
            self._is_more = True
        elif (due_at := store.next_due(account)) is not None and due_at > now:
            self._times.append(due_at)
