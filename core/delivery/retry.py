"""What an outcome makes of a delivery: pure decisions, no clock and no chance of their own."""

from dataclasses import dataclass

from core import words
from core.mail.transport import Outcome, Phase, Verdict
from core.outbox.accounts import Turn
from core.outbox.leases import Settlement
from core.outbox.notification import PRACTICE, Claim
from core.outbox.states import Reason, State

#: Seconds until the network is looked for again: it is often gone for moments, and looking costs little.
OFFLINE_S = (15, 30, 60, 120, 300)
#: Seconds until an account whose server cannot be reached is tried again, by one message.
UNREACHED_S = (15, 30, 60, 120, 300)
#: Seconds until a login that was not taken, and not refused for good, is tried again: three an hour. More looks like
#: guessing.
LOGIN_S = (1200,)


@dataclass(frozen=True)
class RetryPolicy:
    """How long to wait before each further try, and when to give up (RFC 5321, section 4.5.4.1)."""

    #: Seconds before the second, third … try; the last one repeats.
    delays_s: tuple[int, ...] = (15, 60, 300, 900, 1800, 3600)
    #: Each wait is made up to this part longer or shorter, so that many do not come back together.
    jitter: float = 0.2
    #: Three days after its first try (`Claim.tried_since`) it fails: some servers refuse for a weekend.
    give_up_s: int = 3 * 24 * 3600
    #: So long after that try the person hears that it still waits.
    warn_after_s: int = 4 * 3600

    @property
    def longest_s(self) -> float:
        """The longest wait that can come of it."""
        return max(self.delays_s) * (1 + self.jitter)


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
            return later(claim, now_ms=now_ms, chance=chance, policy=policy)
        case Verdict.OFFLINE:
            # Its account waits, and it with it.
            return Settlement(State.QUEUED, Reason.OFFLINE, now_ms, is_counted=False)
        case Verdict.DROPPED:
            raise ValueError("a dropped parcel has no outcome to settle")


def turn_of(outcome: Outcome) -> Turn | None:
    """Decide what an outcome shows of the account; None where it shows nothing."""
    problem = outcome.problem
    code = "" if problem is None else problem.code
    values = () if problem is None else problem.values
    sentence = outcome.reply if problem is None else words.problem_sentence(problem)
    match outcome.verdict:
        case Verdict.ACCOUNT:
            return Turn(Reason.ACCOUNT, (), code, values, sentence, outcome.code)
        case _ if outcome.phase is Phase.AUTH and not outcome.is_login_known:
            # Whatever it said, or if it closed without a word: a server may count this as a guess.
            sentence = sentence or words.sentence("auth_later", {})
            return Turn(Reason.BACKOFF, LOGIN_S, "auth_later", values, sentence)
        case Verdict.OFFLINE:
            return Turn(
                Reason.OFFLINE,
                OFFLINE_S,
                code or "network_gone",
                values,
                sentence or words.sentence("network_gone", {}),
            )
        case Verdict.LATER | Verdict.UNKNOWN if outcome.phase in _OPENING or _is_cut_off(outcome):
            # Its other connections may work: then there is only one less of them.
            is_let_in = outcome.phase in _BEHIND_THE_LOGIN
            return Turn(Reason.BACKOFF, UNREACHED_S, code, values, sentence, is_only_if_alone=True, is_let_in=is_let_in)
    return Turn(Reason.NONE) if outcome.phase in _BEHIND_THE_LOGIN else None


#: What goes wrong here is no message's fault: the next one would meet the same.
_OPENING = frozenset({Phase.CONNECT, Phase.GREETING, Phase.EHLO, Phase.STARTTLS})
#: Whoever answers here let us in.
_BEHIND_THE_LOGIN = frozenset({Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.BODY, Phase.DOT})


def _is_cut_off(outcome: Outcome) -> bool:
    """True where the server ended the connection, or said nothing."""
    is_let_in = outcome.phase in _BEHIND_THE_LOGIN or outcome.is_login_known
    return outcome.is_crowded or (is_let_in and outcome.code is None)


def later(claim: Claim, *, now_ms: int, chance: float, policy: RetryPolicy) -> Settlement:
    """Decide where a delivery goes after “not now”, and after a fault of ours."""
    delay_s = policy.delays_s[min(claim.attempt, len(policy.delays_s)) - 1]
    due_at = now_ms + int(delay_s * 1000 * (1 + policy.jitter * (2 * chance - 1)))
    # What was scheduled, held or kept waiting by its account for days has as many days of tries as any other.
    is_given_up = due_at > claim.tried_since + policy.give_up_s * 1000
    # A person who asked for it again after its time ran out meant it.
    is_too_late = claim.generation == 0 and claim.not_after is not None and due_at > claim.not_after
    if is_given_up or is_too_late:
        return Settlement(State.FAILED, Reason.EXPIRED)
    is_late = now_ms >= claim.tried_since + policy.warn_after_s * 1000
    return Settlement(State.QUEUED, Reason.BACKOFF, due_at, is_late=is_late)
