"""How fast each account is served: pure decisions."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.delivery.pacing import (
    CROWDED_S,
    RUN,
    RUN_S,
    AccountLimits,
    Allowance,
    Pace,
    Served,
    Want,
    allowance,
    share,
)

NONE = AccountLimits()
LOCAL = AccountLimits(is_local=True)
GOOD = Served("a", count=10, took_s=1.0, is_good=True)
CROWDED = Served("a", count=1, is_bad=True, is_crowded=True)


def most(pace: Pace, limits: AccountLimits = NONE, budget: int = 8) -> int:
    return pace.most(limits, budget)


def leases(count: int) -> list[str]:
    return [f"lease {number}" for number in range(count)]


def once(pace: Pace, served: Served, limits: AccountLimits = NONE, now_s: float = 0.0) -> Pace:
    """Have one run served, and end as said."""
    return pace.begun(["once"]).ended(replace(served, lease="once"), limits, now_s)


def run(pace: Pace, served: Served, now_s: float = 0.0) -> Pace:
    """Have all runs served that may be, and each end as said."""
    begun = leases(most(pace))
    pace = pace.begun(begun)
    for lease in begun:
        pace = pace.ended(replace(served, lease=lease), NONE, now_s)
    return pace


# -- how many connections -----------------------------------------------------------------------------------------


def test_one_message_shows_the_way() -> None:
    """Before anything got through, one message is tried alone: one wrong password makes one login."""
    assert (most(Pace()), Pace().length(NONE)) == (1, 1)


def test_where_nobody_logs_in_no_proof_is_needed() -> None:
    """There is no password to get wrong; after a failure one shows the way there as well."""
    open_to_all = AccountLimits(has_login=False)
    assert most(Pace(), open_to_all) == 2
    assert Pace().length(open_to_all) > 1
    failed = once(Pace(), Served("a", count=1, is_bad=True), open_to_all)
    assert (most(failed, open_to_all), failed.length(open_to_all)) == (1, 1)


def test_it_starts_with_two_connections_and_uses_more_as_they_do_well() -> None:
    """Start 2; one more after each round of good runs; never more than the budget."""
    pace = run(Pace(), GOOD)
    found = [most(pace)]
    for _ in range(8):
        pace = run(pace, GOOD)
        found.append(most(pace))
    assert found[:4] == [2, 3, 4, 5]
    assert found[-1] == 8
    assert most(pace, budget=4) == 4


def test_no_more_connections_than_a_person_allows() -> None:
    """The account's own number counts, from the first message that got through, whatever else does well."""
    pace = replace(Pace(), is_proven=True)
    assert most(pace, AccountLimits(connections=3)) == 3
    assert most(replace(pace, connections=8), AccountLimits(connections=3)) == 3
    assert most(pace, AccountLimits(connections=20)) == 8


def test_what_was_never_needed_is_not_tried() -> None:
    """One message now and then opens no further connection."""
    pace = replace(Pace(), is_proven=True)
    for _ in range(50):
        pace = once(pace, GOOD)
    assert most(pace) == 2


def test_a_server_that_has_too_much_to_do_gets_fewer() -> None:
    """421 and refused connections lower what is open, at once; it comes back slowly, and never falls below one."""
    pace = replace(Pace(), is_proven=True, connections=8).begun(leases(5))
    pace = pace.ended(replace(CROWDED, lease="lease 0"), NONE, 100.0)
    assert pace.connections == 4
    assert pace.not_before_s == 100.0 + CROWDED_S
    for number in range(1, 5):
        pace = pace.ended(replace(CROWDED, lease=f"lease {number}"), NONE, 100.0)
    assert pace.not_before_s == 100.0 + CROWDED_S  # one trouble, however many met it
    assert pace.connections == 1
    pace = replace(pace, is_proven=True)
    rounds = 0
    while pace.connections == 1:
        pace = run(pace, GOOD)
        rounds += 1
    assert rounds > 10


def test_what_does_not_get_through_is_tried_by_one() -> None:
    """After no network, nobody there or no login, one message shows whether it works again."""
    pace = replace(Pace(), is_proven=True, connections=6)
    assert most(once(pace, Served("a", count=1, is_bad=True))) == 1


def test_a_run_that_showed_nothing_teaches_nothing() -> None:
    """A run of which everything was cancelled says neither good nor bad."""
    pace = replace(Pace(), is_proven=True, connections=3, message_s=0.2)
    assert once(pace, Served("a")) == pace


def test_what_hangs_keeps_no_proof_back() -> None:
    """One connection waits for its dot and another failed: one message is tried beside it, and then others."""
    pace = replace(Pace(), is_proven=True).begun(["hung", "cut"])
    pace = pace.ended(replace(CROWDED, lease="cut"), NONE, 0.0)
    assert pace.more(NONE, 8) == 1
    proving = pace.begun(["proof"])
    assert proving.more(NONE, 8) == 0
    assert proving.in_flight == 2
    assert proving.ended(replace(GOOD, lease="proof"), NONE, 3.0).more(NONE, 8) >= 1


def test_what_hung_says_nothing_new_when_it_ends() -> None:
    """Ten minutes later its end is no reason to stop what does well; where it ends well, it did not hang."""
    pace = replace(Pace(), is_proven=True, connections=4).begun(["older", "other", "cut"])
    pace = pace.ended(Served("a", count=1, is_bad=True, lease="cut"), NONE, 0.0)
    good = pace.begun(["proof"]).ended(replace(GOOD, lease="proof"), NONE, 1.0)
    assert good.ended(Served("a", count=1, is_bad=True, lease="older"), NONE, 600.0).is_proven
    assert pace.ended(replace(GOOD, lease="older"), NONE, 1.0).fresh == {"other"}


def test_hanging_connections_are_bounded() -> None:
    """However often one more hangs, there are never more than the budget, and the one that proves."""
    pace = Pace()
    for number in range(50):
        for count in range(pace.more(NONE, 4)):
            pace = pace.begun([f"{number}-{count}"])
        assert pace.in_flight <= 5
        if len(pace.fresh) > 1:
            pace = pace.ended(Served("a", count=1, is_bad=True, lease=min(pace.fresh)), NONE, 0.0)
        elif pace.fresh:
            pace = pace.ended(replace(GOOD, lease=min(pace.fresh)), NONE, 0.0)


def test_a_fault_of_ours_rests_its_account_longer_each_time() -> None:
    """Met once a second, then less and less often; what gets through ends that."""
    fault = Served("a", is_fault=True)
    pace, now_s, rests = replace(Pace(), is_proven=True), 0.0, []
    for _ in range(8):
        pace = once(pace, fault, now_s=now_s)
        rests.append(pace.not_before_s - now_s)
        now_s = pace.not_before_s
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]
    assert once(once(pace, GOOD, now_s=now_s), fault, now_s=now_s).not_before_s == now_s + 1


def test_a_local_account_needs_no_proof() -> None:
    """The mail folder uses the whole budget from the start, or as much of it as was said."""
    assert most(Pace(), LOCAL) == 8
    assert most(Pace(), replace(LOCAL, connections=2)) == 2
    assert Pace().most(replace(LOCAL, connections=2), 1) == 1
    assert Pace().length(LOCAL) > 1


# -- how long a run -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message_s", "length"), [(2.0, 1), (1.0, 1), (0.5, 3), (0.1, 15), (0.001, RUN), (0.0, RUN), (60.0, 1)]
)
def test_a_run_lasts_about_as_long_as_it_should(message_s: float, length: int) -> None:
    """By what a message took: a slow server is given few at once, a fast one no more than the bound."""
    pace = replace(Pace(), is_proven=True, message_s=message_s)
    assert pace.length(NONE) == length
    assert length == 1 or length * message_s <= RUN_S


def test_a_server_that_becomes_slow_is_known_soon() -> None:
    """After a few runs a message is thought to take what it takes."""
    pace = replace(Pace(), is_proven=True, message_s=0.01)
    for _ in range(4):
        pace = once(pace, Served("a", count=1, took_s=2.0, is_good=True))
    assert pace.length(NONE) == 1


# -- sharing the budget -------------------------------------------------------------------------------------------

_WANTS = st.lists(
    st.builds(
        Want,
        account=st.sampled_from("abcdef"),
        due=st.integers(0, 300),
        runs=st.integers(0, 8),
        in_flight=st.integers(0, 8),
        due_at=st.integers(0, 5),
    ),
    unique_by=lambda want: want.account,
)


@given(st.integers(0, 8), st.integers(-3, 8), _WANTS)
def test_the_budget_is_shared_out(free: int, budget: int, wants: list[Want]) -> None:
    """No more than there is, none idle while somebody could use it, nobody two more than another who could; but who
    has nothing under way gets one whatever the budget is, while there are threads.
    """
    granted = share(free, budget, wants)
    total = sum(granted.values())
    idle = [want.account for want in wants if want.in_flight == 0 and want.due and want.runs]
    assert total <= free
    assert total <= max(budget, len(idle))
    assert sum(account in granted for account in idle) == min(free, len(idle))
    able = {want.account: min(want.runs, want.due) for want in wants}
    assert all(0 < runs <= able[account] for account, runs in granted.items())
    short = [account for account in able if granted.get(account, 0) < able[account]]
    assert total >= min(free, budget) or not short
    assert all(granted[other] <= granted.get(account, 0) + 1 for account in short for other in granted)


def test_who_has_fewest_comes_first() -> None:
    """One more may be served: it is for the account that has none, then for who has waited longest."""
    busy = Want("a", due=100, runs=2, in_flight=3, due_at=0)
    new = Want("b", due=1, runs=1, in_flight=0, due_at=9)
    assert share(9, 1, [busy, new]) == {"b": 1}
    assert share(9, 1, [replace(busy, in_flight=1), replace(new, in_flight=1)]) == {"a": 1}
    assert share(9, -3, [busy, new]) == {"b": 1}
    assert share(1, 9, [replace(busy, in_flight=0), new]) == {"a": 1}


# -- rates --------------------------------------------------------------------------------------------------------


def test_without_a_rate_any_number_goes() -> None:
    assert allowance(NONE, {}, 5) == Allowance(None)


def test_what_is_left_of_a_rate() -> None:
    """The strictest span decides; what is under way counts as sent."""
    limits = AccountLimits(per_minute=10, per_hour=15)
    counted = {60: [(1000, 2)], 3600: [(9000, 12)]}
    assert allowance(limits, counted, 0) == Allowance(3)
    assert allowance(limits, counted, 2) == Allowance(1)
    assert allowance(limits, counted, 3) == Allowance(0)


def test_when_a_rate_that_is_used_up_allows_one_more() -> None:
    """When enough has left its span; where two are used up, the later."""
    counted = {60: [(1000, 2), (2000, 3)], 3600: [(9000, 12)]}
    assert allowance(AccountLimits(per_minute=5), counted, 0) == Allowance(0, 1000)
    assert allowance(AccountLimits(per_minute=4), counted, 0) == Allowance(0, 1000)
    assert allowance(AccountLimits(per_minute=3), counted, 0) == Allowance(0, 2000)
    assert allowance(AccountLimits(per_minute=5, per_hour=12), counted, 0) == Allowance(0, 9000)


@given(
    st.lists(st.tuples(st.integers(1, 100), st.integers(1, 5)), max_size=10).map(sorted),
    st.integers(1, 20),
)
def test_at_that_time_one_more_goes(slots: list[tuple[int, int]], limit: int) -> None:
    """Looked at again when it was said to, a used-up rate allows at least one; and it allowed none before."""
    limits = AccountLimits(per_day=limit)
    found = allowance(limits, {86_400: slots}, 0)
    if found.until is None:
        assert found.count
        return
    assert found.count == 0
    later = [slot for slot in slots if slot[0] > found.until]
    assert allowance(limits, {86_400: later}, 0).count
    before = [slot for slot in slots if slot[0] > found.until - 1]
    assert not allowance(limits, {86_400: before}, 0).count
