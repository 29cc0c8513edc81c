"""What an outcome makes of a delivery: pure decisions."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.delivery.retry import RetryPolicy, later, settle, turn_of
from core.errors import Problem
from core.mail.transport import Outcome, Phase, Verdict
from core.outbox.leases import Settlement
from core.outbox.notification import PRACTICE, Claim, StoredMessage
from core.outbox.states import Reason, State, is_legal

NOW = 1_767_258_000_000
CLAIM = Claim(
    delivery=1,
    notification="N",
    account="work",
    sender="me@example.com",
    recipient="ann@example.com",
    message_id="<1@x>",
    message=StoredMessage(b"", b"", 0),
    attempt=1,
    generation=0,
    lease="lease",
    accepted_at=NOW,
    not_after=None,
    tried_since=NOW,
)
POLICY = RetryPolicy()


def after(verdict: Verdict, claim: Claim = CLAIM, now_ms: int = NOW, chance: float = 0.5) -> Settlement:
    return settle(Outcome(verdict), claim, now_ms=now_ms, chance=chance, policy=POLICY)


@pytest.mark.parametrize(
    ("verdict", "state", "reason"),
    [
        (Verdict.TAKEN, State.SENT, Reason.NONE),
        (Verdict.REFUSED, State.FAILED, Reason.NONE),
        (Verdict.UNKNOWN, State.UNCONFIRMED, Reason.NO_REPLY),
        (Verdict.ACCOUNT, State.HELD, Reason.ACCOUNT),
        (Verdict.DAMAGED, State.CORRUPT, Reason.NONE),
        (Verdict.LATER, State.QUEUED, Reason.BACKOFF),
        (Verdict.OFFLINE, State.QUEUED, Reason.OFFLINE),
    ],
)
def test_each_verdict_has_its_state(verdict: Verdict, state: State, reason: Reason) -> None:
    """What the receiving side said decides; an unknown end is never tried again by itself."""
    settlement = after(verdict)
    assert (settlement.state, settlement.reason) == (state, reason)


def test_no_network_counts_no_attempt() -> None:
    """However long the computer is offline, nothing is given up for it."""
    old = replace(CLAIM, attempt=50, tried_since=NOW - 10 * 86_400_000)
    assert after(Verdict.OFFLINE, old).state is State.QUEUED
    assert not after(Verdict.OFFLINE, old).is_counted


def test_what_the_mail_folder_took_is_practised() -> None:
    """Nobody received it, so it is not called sent."""
    assert after(Verdict.TAKEN, replace(CLAIM, account=PRACTICE)).reason is Reason.PRACTISED


def test_what_was_dropped_has_no_outcome() -> None:
    """There is nothing to settle of what was never handed over: asking is our fault."""
    with pytest.raises(ValueError, match="dropped"):
        after(Verdict.DROPPED)


def test_each_wait_is_longer_until_an_hour() -> None:
    """15 s, 1 min, 5 min, 15 min, 30 min, then hourly (RFC 5321, section 4.5.4.1)."""
    waits = [after(Verdict.LATER, replace(CLAIM, attempt=number)).due_at - NOW for number in range(1, 9)]
    assert waits == [seconds * 1000 for seconds in (15, 60, 300, 900, 1800, 3600, 3600, 3600)]


@given(attempt=st.integers(1, 100), chance=st.floats(0, 1))
def test_the_jitter_is_a_fifth(attempt: int, chance: float) -> None:
    """No wait is more than a fifth longer or shorter than it should be."""
    plain = after(Verdict.LATER, replace(CLAIM, attempt=attempt)).due_at - NOW
    wait = after(Verdict.LATER, replace(CLAIM, attempt=attempt), chance=chance).due_at - NOW
    assert 0.8 * plain - 1 <= wait <= 1.2 * plain + 1


def test_it_is_given_up_three_days_after_the_first_try() -> None:
    """Not after the accept: a delivery that was scheduled or held for a week is not given up at its first try."""
    three_days = 3 * 86_400_000
    old = replace(CLAIM, accepted_at=NOW - 10 * three_days)
    assert after(Verdict.LATER, old).state is State.QUEUED
    tried = replace(old, attempt=80, tried_since=NOW - three_days)
    assert after(Verdict.LATER, tried) == Settlement(State.FAILED, Reason.EXPIRED)
    assert after(Verdict.LATER, replace(tried, generation=3)) == Settlement(State.FAILED, Reason.EXPIRED)


def test_it_does_not_wait_beyond_its_time() -> None:
    """A next try after its “not after” would never be made: it fails now. A person's retry counts more."""
    late = replace(CLAIM, not_after=NOW + 10_000)
    assert after(Verdict.LATER, late) == Settlement(State.FAILED, Reason.EXPIRED)
    assert after(Verdict.LATER, replace(late, generation=1)).state is State.QUEUED
    assert after(Verdict.LATER, replace(CLAIM, not_after=NOW + 20_000)).state is State.QUEUED


def test_after_four_hours_the_person_hears_of_it() -> None:
    """Counted from the first try, like the giving up; what has an end needs no warning."""
    tried = replace(CLAIM, attempt=9, tried_since=NOW - 4 * 3_600_000)
    assert after(Verdict.LATER, tried).is_late
    assert not after(Verdict.LATER, tried, now_ms=NOW - 1).is_late
    assert not after(Verdict.REFUSED, tried).is_late


def test_a_person_decides_how_long_it_is_tried() -> None:
    """Delays, giving up and warning are the policy's."""
    policy = RetryPolicy(delays_s=(5,), jitter=0, give_up_s=60, warn_after_s=30)
    outcome = Outcome(Verdict.LATER)

    def made(tried_s: int) -> Settlement:
        claim = replace(CLAIM, attempt=3, tried_since=NOW - tried_s * 1000)
        return settle(outcome, claim, now_ms=NOW, chance=0.5, policy=policy)

    assert (made(0).due_at, made(0).is_late) == (NOW + 5000, False)
    assert (made(30).state, made(30).is_late) == (State.QUEUED, True)
    assert made(56).state is State.FAILED


# -- what an outcome shows of its account -------------------------------------------------------------------------

_REFUSED = Problem("account", "connect_refused", (("host", "smtp.example.com"), ("port", "465")))


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome(Verdict.TAKEN, Phase.DOT, 250), Reason.NONE),
        (Outcome(Verdict.REFUSED, Phase.RCPT, 550), Reason.NONE),
        (Outcome(Verdict.LATER, Phase.DATA, 451), Reason.NONE),
        (Outcome(Verdict.LATER, Phase.DOT, 452), Reason.NONE),
        (Outcome(Verdict.OFFLINE, Phase.CONNECT), Reason.OFFLINE),
        (Outcome(Verdict.LATER, Phase.CONNECT, is_crowded=True, problem=_REFUSED), Reason.BACKOFF),
        (Outcome(Verdict.LATER, Phase.EHLO, 450), Reason.BACKOFF),
        (Outcome(Verdict.LATER, Phase.MAIL, 421, is_crowded=True), Reason.BACKOFF),
        (Outcome(Verdict.LATER, Phase.BODY), Reason.BACKOFF),
        (Outcome(Verdict.UNKNOWN, Phase.DOT), Reason.BACKOFF),
        (Outcome(Verdict.LATER, Phase.AUTH, 454), Reason.BACKOFF),
        (Outcome(Verdict.ACCOUNT, Phase.AUTH, 535), Reason.ACCOUNT),
        (Outcome(Verdict.TAKEN, Phase.FOLDER), None),
        (Outcome(Verdict.LATER, Phase.FOLDER), None),
        (Outcome(Verdict.REFUSED), None),
        (Outcome(Verdict.DAMAGED, Phase.BODY), Reason.NONE),
        (Outcome(Verdict.DAMAGED), None),
        (Outcome(Verdict.UNKNOWN, Phase.DOT, 25), Reason.NONE),
    ],
    ids=lambda value: f"{value.verdict}-{value.phase}-{value.code}" if isinstance(value, Outcome) else "",
)
def test_what_an_outcome_shows_of_its_account(outcome: Outcome, reason: Reason | None) -> None:
    """An answer for a message: the way there and the login work. A connection that failed: the next one would too."""
    turn = turn_of(outcome)
    assert (None if turn is None else turn.reason) == reason


def test_a_turn_says_why_in_words() -> None:
    """The problem's sentence, or the server's reply; and its code, which the window translates."""
    turn = turn_of(Outcome(Verdict.LATER, Phase.CONNECT, is_crowded=True, problem=_REFUSED))
    assert turn is not None
    assert turn.code == "connect_refused"
    assert "smtp.example.com" in turn.detail
    turn = turn_of(Outcome(Verdict.ACCOUNT, Phase.MAIL, 530, "5.7.0 Authentication required"))
    assert turn is not None
    assert turn.detail == "5.7.0 Authentication required"
    turn = turn_of(Outcome(Verdict.OFFLINE))
    assert turn is not None
    assert turn.detail


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(Verdict.LATER, Phase.AUTH, 454),
        Outcome(Verdict.LATER, Phase.AUTH, 421, is_crowded=True),
        Outcome(Verdict.LATER, Phase.AUTH, is_crowded=True, problem=_REFUSED),
        Outcome(Verdict.UNKNOWN, Phase.AUTH),
        Outcome(Verdict.OFFLINE, Phase.AUTH),
    ],
)
def test_a_login_that_was_not_taken_waits_as_one(outcome: Outcome) -> None:
    """Whatever the server said, or if it closed without a word: it may count logins, so three an hour and no more."""
    turn = turn_of(outcome)
    assert turn is not None
    assert (turn.reason, turn.code, turn.is_only_if_alone) == (Reason.BACKOFF, "auth_later", False)
    assert turn.delays_s[0] * 3 >= 3600
    assert turn.detail


def test_a_fault_of_ours_waits_like_any_other_trouble() -> None:
    """A try that we broke off waits longer each time: it must not be met as fast as the processor can."""
    first = later(CLAIM, now_ms=NOW, chance=0.5, policy=POLICY)
    third = later(replace(CLAIM, attempt=3), now_ms=NOW, chance=0.5, policy=POLICY)
    assert (first.due_at - NOW, third.due_at - NOW) == (15_000, 300_000)


@given(st.sampled_from(sorted(set(Verdict) - {Verdict.DROPPED, Verdict.UNKNOWN})), st.integers(1, 200))
def test_every_decision_is_a_legal_move(verdict: Verdict, attempt: int) -> None:
    """From `sending`, whatever comes of a try before its intent is a move that the table allows."""
    assert is_legal(State.SENDING, after(verdict, replace(CLAIM, attempt=attempt)).state)
