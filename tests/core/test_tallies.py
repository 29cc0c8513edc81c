"""What was sent and what failed by minute, hour and day: each counts once, in its period, however it is read."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.outbox import tallies
from core.outbox.notification import Terms
from core.outbox.states import Reason, State
from core.outbox.tallies import Part, Period, Reach, Tally, Unit, read_part, share_of
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import accept, claim, settle

_HOUR = Reach(Unit.MINUTE, 60)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from _zone(monkeypatch, "UTC")


@pytest.fixture
def berlin(utc: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from _zone(monkeypatch, "Europe/Berlin")


def _zone(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", name)
        time.tzset()
        yield
    time.tzset()


def bring(program: Program, state: State, reason: Reason = Reason.NONE, terms: Terms | None = None) -> int:
    """Accept one and have an attempt end like that."""
    receipt = accept(program, terms=terms)
    clock = program.clock
    assert isinstance(clock, FakeClock)
    if terms is not None and terms.at_ms is not None:
        clock.jump((terms.at_ms - clock.now_ms()) / 1000)
    (claimed,) = claim(program, 1, f"lease-{receipt.notification}", receipt.notification)
    clock.advance(1.234)
    assert settle(program, claimed, state, reason)
    return receipt.deliveries[0].id


def read(program: Program, reach: Reach = _HOUR) -> tuple[Period, ...]:
    """Count everything, in as many parts as it takes."""
    tally = Tally(reach.starts(program.clock.now_ms()))
    below = None
    while True:
        part = part_of(program, tally, reach, below=below)
        tally.add(part.rows)
        if part.is_last:
            return tally.periods()
        below = part.first


def part_of(program: Program, tally: Tally, reach: Reach = _HOUR, above: int = 0, below: int | None = None) -> Part:
    return program.reader.read(lambda db: read_part(db, tally.since_ms, reach.step_ms, above, below))


def filled(periods: tuple[Period, ...]) -> list[Period]:
    return [period for period in periods if period.total]


def test_each_is_counted_in_its_minute(program: Program, fake_clock: FakeClock) -> None:
    """Sent, practised and failed each have their number, in the minute in which that happened."""
    bring(program, State.SENT)
    bring(program, State.SENT)
    bring(program, State.FAILED)
    fake_clock.advance(60)
    bring(program, State.SENT, Reason.PRACTISED)
    periods = read(program)
    assert len(periods) == 60
    assert [(each.sent, each.practised, each.failed) for each in filled(periods)] == [(2, 0, 1), (0, 1, 0)]
    assert [each.start_ms % 60_000 for each in periods] == [0] * 60
    assert periods[-1].start_ms <= fake_clock.now_ms() < periods[-1].end_ms


def test_what_failed_and_was_retried_failed(program: Program, fake_clock: FakeClock) -> None:
    """A failure stays one in its minute when the delivery is sent later."""
    delivery = bring(program, State.FAILED)
    fake_clock.advance(600)
    program.outbox.retry([delivery]).wait()
    (claimed,) = claim(program, 1, "again")
    assert settle(program, claimed, State.SENT)
    assert [(each.sent, each.failed) for each in filled(read(program))] == [(0, 1), (1, 0)]


def test_how_long_it_took_is_from_accepted_to_sent(program: Program, fake_clock: FakeClock) -> None:
    """1.234 s are told with two digits; what was put off to a later time is not slow, and says nothing."""
    bring(program, State.SENT)
    (period,) = filled(read(program))
    assert (period.half_ms, period.most_ms) == (1200, 1200)
    bring(program, State.SENT, terms=Terms(at_ms=fake_clock.now_ms() + 5 * 3_600_000))
    (period,) = filled(read(program))
    assert (period.sent, period.half_ms, period.most_ms) == (1, None, None)


def test_what_the_person_settled_is_sent_and_says_nothing_of_times(program: Program, fake_clock: FakeClock) -> None:
    """Mark as sent: it counts, when it was marked."""
    receipt = accept(program)
    (claimed,) = claim(program)
    assert program.outbox.intend(claimed).wait()
    assert settle(program, claimed, State.UNCONFIRMED, Reason.NO_REPLY)
    assert filled(read(program)) == []
    fake_clock.advance(120)
    program.outbox.mark_sent([receipt.deliveries[0].id]).wait()
    (period,) = filled(read(program))
    assert (period.sent, period.half_ms) == (1, None)


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_parts_are_the_whole(
    program: Program, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """However few events are looked at in one go, every one is counted once; what is new is added to what was read."""
    for number in range(6):
        bring(program, State.SENT if number % 2 else State.FAILED)
        fake_clock.advance(50)
    whole = read(program)
    monkeypatch.setattr(tallies, "PART", size)
    assert read(program) == whole

    tally = Tally(_HOUR.starts(fake_clock.now_ms()))
    newest = part_of(program, tally).newest
    bring(program, State.SENT)
    below = None
    while not (part := part_of(program, tally, above=newest, below=below)).is_last:
        tally.add(part.rows)
        below = part.first
    tally.add(part.rows)
    assert sum(each.sent for each in tally.periods()) == 1
    assert part_of(program, tally, above=part.newest) == replace(part, rows=(), first=part.newest + 1)


def test_older_ones_are_not_looked_at(program: Program, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading ends where the hour ends, with ten minutes more, in which the clock may have been set."""
    for _ in range(3):
        bring(program, State.SENT)
    fake_clock.advance(2 * 3600)
    for _ in range(3):
        bring(program, State.SENT)
    monkeypatch.setattr(tallies, "PART", 4)
    tally = Tally(_HOUR.starts(fake_clock.now_ms()))
    below, firsts = None, []
    while True:
        part = part_of(program, tally, below=below)
        firsts.append(part.first)
        tally.add(part.rows)
        if part.is_last:
            break
        below = part.first
    assert sum(each.sent for each in tally.periods()) == 3
    assert firsts[-1] > 1


def test_a_clock_that_was_set_back_loses_none(program: Program, fake_clock: FakeClock) -> None:
    """Set back by five minutes: what was sent before that is still found, at its time."""
    bring(program, State.SENT)
    fake_clock.jump(-300)
    bring(program, State.FAILED)
    fake_clock.jump(300)
    assert [(each.sent, each.failed) for each in filled(read(program))] == [(0, 1), (1, 0)]


def test_an_empty_outbox_has_empty_periods(program: Program) -> None:
    """Nothing was ever accepted: every period is there, and holds nothing."""
    periods = read(program, Reach(Unit.DAY, 30))
    assert len(periods) == 30
    assert filled(periods) == []


def test_days_are_those_of_the_wall(berlin: None) -> None:
    """Around a change of the clocks a day has 23 or 25 hours, and each begins at midnight here."""
    spring = round(datetime(2026, 4, 1, 12, tzinfo=UTC).timestamp() * 1000)
    starts = Reach(Unit.DAY, 5).starts(spring)
    assert [(after - before) / 3_600_000 for before, after in pairwise(starts)] == [24, 23, 24, 24, 24]
    assert all(datetime.fromtimestamp(start / 1000, UTC).astimezone().hour == 0 for start in starts)
    hours_of = Reach(Unit.HOUR, 48).starts(spring)
    assert {after - before for before, after in pairwise(hours_of)} == {3_600_000}


def test_periods_move_on(fake_clock: FakeClock) -> None:
    """A minute later the oldest is gone and the others stay as they are."""
    now = fake_clock.now_ms()
    tally = Tally(_HOUR.starts(now))
    oldest, newest = tally.since_ms, tally.until_ms - 1
    tally.add([(oldest, "sent", 10, 1), (newest, "failed", None, 2), (oldest - 1, "sent", 10, 5)])
    assert [(each.sent, each.failed) for each in filled(tally.periods())] == [(1, 0), (0, 2)]
    tally.move_to(_HOUR.starts(now + 60_000))
    assert [(each.sent, each.failed) for each in filled(tally.periods())] == [(0, 2)]


@given(st.lists(st.integers(0, 50), min_size=1), st.sampled_from([50, 95]))
def test_a_share_is_one_of_the_lengths(lengths: list[int], percent: int) -> None:
    """So many of a hundred are no longer, and of any shorter length fewer."""
    found = share_of(Counter(lengths), percent)
    assert found is not None
    assert sum(each <= found for each in lengths) * 100 >= percent * len(lengths)
    assert sum(each < found for each in lengths) * 100 < percent * len(lengths)
    assert share_of(Counter(), percent) is None
