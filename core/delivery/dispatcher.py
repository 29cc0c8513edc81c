"""Decides when: which deliveries are due now, and how the threads are shared out between accounts."""

import math
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from secrets import token_hex

from core.clock import Clock, SystemClock
from core.delivery.pacing import AccountLimits, Allowance, Pace, Served, Want, allowance, share
from core.outbox.accounts import Wait
from core.outbox.notification import PRACTICE, Claim
from core.outbox.outbox import Order, Outbox
from core.outbox.states import Reason
from core.outbox.store import Store

_LOCAL = AccountLimits(is_local=True)


@dataclass(frozen=True)
class Step:
    """What one look at the queue decided."""

    #: Each inner tuple is served by one thread, in order; all of one account.
    runs: tuple[tuple[Claim, ...], ...] = ()
    #: When to look again (ms since 1970, UTC), or None when nothing waits for a time.
    next_due_at: int | None = None
    #: More could be begun at once by a further look, where a thread is free.
    is_more: bool = False


class Dispatcher:
    """A step, not a loop: the engine asks for one, tells how its runs ended, and owns the timer.

    Learns how fast each account is while the program runs. What must outlast the program (waits, the breaker, what
    was sent for a rate) is in the outbox. `limits` is asked on the writes thread and on those that deliver.
    """

    def __init__(
        self,
        outbox: Outbox,
        limits: Callable[[str], AccountLimits] = lambda _: AccountLimits(),
        clock: Clock | None = None,
    ) -> None:
        self._outbox = outbox
        self._limits = limits
        self._clock = clock or SystemClock()
        #: Held for moments: looks are on the writes thread, ends of runs are told on another.
        self._lock = threading.Lock()
        self._paces: dict[str, Pace] = {}

    def look(self, free: int, threads: int, notification: str | None = None) -> "Order[Step]":
        """Lease what is due for `free` of `threads` threads, of one notification where given.

        Every run of the step that comes of it must be served, and `ended` be told of it.
        """
        look = _Look(self._limits_of, self._pace_of, self._clock.monotonic_s(), free, threads, notification)
        return self._outbox.look(look.decide, lambda: self._begin(look.begun))

    def ended(self, served: Served) -> None:
        """Learn how a run ended. Callable from any thread."""
        limits = self._limits_of(served.account)
        with self._lock:
            pace = self._paces.get(served.account, Pace())
            self._paces[served.account] = pace.ended(served, limits, self._clock.monotonic_s())

    def _begin(self, runs: Mapping[str, int]) -> None:
        with self._lock:
            for account, count in runs.items():
                self._paces[account] = self._paces.get(account, Pace()).begun(count)

    def _pace_of(self, account: str) -> Pace:
        with self._lock:
            return self._paces.get(account, Pace())

    def _limits_of(self, account: str) -> AccountLimits:
        return _LOCAL if account == PRACTICE else self._limits(account)


@dataclass(frozen=True)
class _Ready:
    """An account of which something can be begun now."""

    want: Want
    limits: AccountLimits
    length: int


@dataclass
class _Look:
    """One look at the queue, on the writes thread and in one transaction."""

    limits_of: Callable[[str], AccountLimits]
    pace_of: Callable[[str], Pace]
    now_s: float
    free: int
    threads: int
    notification: str | None
    #: How many runs of each account were leased.
    begun: dict[str, int] = field(default_factory=dict)
    _is_more: bool = False
    #: When something can be begun that cannot be now.
    _times: list[int] = field(default_factory=list)

    def decide(self, store: Store, now: int) -> Step:
        for account in store.accounts_releasing():
            self._is_more |= store.release_some(account, now)
        waits = store.waits()
        accounts = store.accounts_queued()
        for account in accounts:
            if account in waits and waits[account].reason is Reason.ACCOUNT:
                self._is_more |= store.hold_broken(account, now)
        if store.is_paused():
            return Step(is_more=self._is_more)
        found = [self._ready(store, account, waits.get(account), now, len(accounts) == 1) for account in accounts]
        ready = [one for one in found if one is not None]
        granted = share(self.free, [one.want for one in ready])
        runs = [run for one in ready for run in self._claim(store, one, granted.get(one.want.account, 0), now)]
        return Step(tuple(runs), min(self._times, default=None), self._is_more)

    def _ready(self, store: Store, account: str, wait: Wait | None, now: int, is_alone: bool) -> _Ready | None:
        """Say what of an account can be begun now; None for nothing: then `_times` knows when, or a run's end does."""
        due_at = store.next_due(account)
        if due_at is None:
            return None
        not_before = self._not_before(account, wait, now)
        if max(due_at, not_before) > now:
            self._times.append(max(due_at, not_before))
            return None
        if wait is not None and wait.reason is Reason.ACCOUNT:
            return None  # the rest of what is due is held by further looks
        limits, pace = self.limits_of(account), self.pace_of(account)
        runs = pace.most(limits, self.threads, is_alone=is_alone) - pace.in_flight
        if runs <= 0:
            return None
        allowed = self._allowance(store, account, limits, wait, now)
        if allowed.count == 0:
            if allowed.until is not None:
                self._times.append(max(allowed.until, now + 1))
            return None
        length, at_once = pace.length(limits), runs + pace.in_flight
        most = at_once * length if allowed.count is None else min(at_once * length, allowed.count)
        due = store.count_due(account, now, most, self.notification)
        # Few are spread over all that may be served at once, so that the last runs of many end together.
        return _Ready(Want(account, due, runs, pace.in_flight, due_at), limits, max(1, min(length, -(-due // at_once))))

    def _not_before(self, account: str, wait: Wait | None, now: int) -> int:
        """Return until when an account is left alone (ms)."""
        left_s = self.pace_of(account).not_before_s - self.now_s
        crowded_until = now + math.ceil(left_s * 1000) if left_s > 0 else now
        if wait is None or wait.until is None or wait.reason is Reason.RATE:  # a rate is reckoned anew below
            return crowded_until
        return max(wait.until, crowded_until)

    def _allowance(self, store: Store, account: str, limits: AccountLimits, wait: Wait | None, now: int) -> Allowance:
        """Reckon the account's rates, and write it down when they are used up and when they are no more."""
        if not limits.rates and wait is None:
            return Allowance(None)
        allowed = allowance(limits, store.sent_lately(account, now), store.leased(account))
        store.set_rate_wait(account, allowed.until, now)
        return allowed

    def _claim(self, store: Store, one: _Ready, runs: int, now: int) -> Iterator[tuple[Claim, ...]]:
        """Lease the runs granted to an account: evenly, so that few are spread over all its threads."""
        account = one.want.account
        total = min(one.want.due, runs * one.length)
        for number in range(runs, 0, -1):
            claims = store.claim(
                account,
                now=now,
                limit=-(-total // number),
                lease=token_hex(12),
                is_rated=bool(one.limits.rates),
                notification=self.notification,
            )
            total -= len(claims)
            if not claims:
                break
            self.begun[account] = self.begun.get(account, 0) + 1
            yield claims
        if self.begun.get(account, 0) < one.want.runs and store.count_due(account, now, 1, self.notification):
            self._is_more = True
        elif (due_at := store.next_due(account)) is not None and due_at > now:
            self._times.append(due_at)
