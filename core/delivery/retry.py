"""What an outcome makes of a delivery: pure decisions, no clock and no chance of their own."""

from dataclasses import dataclass

from core.mail.transport import Outcome, Verdict
from core.outbox.leases import Settlement
from core.outbox.notification import PRACTICE, Claim
from core.outbox.states import Reason, State


#: Seconds until the network is looked for again.
OFFLINE_S = 15


@dataclass(frozen=True)
class RetryPolicy:
    """How long to wait before each further try, and when to give up (RFC 5321, section 4.5.4.1)."""

    #: Seconds before the second, third … try; the last one repeats.
    delays_s: tuple[int, ...] = (15, 60, 300, 900, 1800, 3600)
    #: Each wait is made up to this part longer or shorter, so that many do not come back together.
    jitter: float = 0.2
    #: Three days after its first try it fails: some servers are down for a weekend.
    give_up_s: int = 3 * 24 * 3600


def settle(outcome: Outcome, claim: Claim, *, now_ms: int, chance: float, policy: RetryPolicy) -> Settlement:
    """Decide where a delivery goes after an attempt. `chance` is between 0 and 1 and chooses within the jitter."""
    match outcome.verdict:
        case Verdict.TAKEN:
            return Settlement(State.SENT, Reason.PRACTISED if claim.account == PRACTICE else Reason.NONE)
        case Verdict.REFUSED:
            return Settlement(State.FAILED)
        case Verdict.UNKNOWN:
            return Settlement(State.UNCONFIRMED, Reason.NO_REPLY)
        case Verdict.ACCOUNT:
            return Settlement(State.HELD, Reason.ACCOUNT)
        case Verdict.DAMAGED:
            return Settlement(State.CORRUPT)
        case Verdict.LATER:
            return _later(claim, now_ms, chance, policy)
        case Verdict.OFFLINE:
            return Settlement(State.QUEUED, Reason.OFFLINE, now_ms + OFFLINE_S * 1000, is_counted=False)
        case Verdict.DROPPED:
            raise ValueError("a dropped parcel has no outcome to settle")


def broken_off(claim: Claim, *, now_ms: int, chance: float, policy: RetryPolicy) -> Settlement:
    """Decide where a delivery goes that our own fault broke off: as after “not now”."""
    return _later(claim, now_ms, chance, policy)


def _later(claim: Claim, now_ms: int, chance: float, policy: RetryPolicy) -> Settlement:
    delay_s = policy.delays_s[min(claim.attempt, len(policy.delays_s)) - 1]
    due_at = now_ms + int(delay_s * 1000 * (1 + policy.jitter * (2 * chance - 1)))
    # Counted from the first try: what was scheduled or held for days has as many as any other.
    is_given_up = due_at > claim.tried_since + policy.give_up_s * 1000
    # A person who asked for it again after its time ran out meant it.
    is_late = claim.generation == 0 and claim.not_after is not None and due_at > claim.not_after
    if is_given_up or is_late:
        return Settlement(State.FAILED, Reason.EXPIRED)
    return Settlement(State.QUEUED, Reason.BACKOFF, due_at)
