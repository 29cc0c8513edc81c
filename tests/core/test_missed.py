"""What was scheduled while this computer was off: late by a little it goes, late by more it is held and asks."""

from dataclasses import replace

import pytest

from core.errors import SettingsError
from core.outbox.notification import Terms
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program
from core.settings import Settings, load
from tests.fakes import FakeClock
from tests.outboxes import accept, opened, states

_MIN_MS = 60_000


def scheduled(program: Program, fake_clock: FakeClock, in_min: int = 60, not_after_min: int | None = None) -> int:
    now = fake_clock.now_ms()
    until = None if not_after_min is None else now + not_after_min * _MIN_MS
    return accept(program, terms=Terms(at_ms=now + in_min * _MIN_MS, not_after_ms=until)).deliveries[0].id


def start(home: Home, fake_clock: FakeClock, late_min: int = 15) -> list[tuple[State, Reason]]:
    """Start the program anew, deliver what it delivers, and return what became of all."""
    with opened(home, fake_clock) as program:
        program.settings = replace(Settings(), late_min=late_min)
        program.inline_engine().deliver()
        return [(each.state, each.reason) for each in program.reader.list()]


def test_a_missed_time_is_held_and_asks(home: Home, fake_clock: FakeClock) -> None:
    """The computer was off at the time and for 16 minutes more: it is not sent unasked, it is held."""
    with opened(home, fake_clock) as program:
        scheduled(program, fake_clock)
    fake_clock.jump((60 + 16) * 60)
    assert start(home, fake_clock) == [(State.HELD, Reason.MISSED)]
    with opened(home, fake_clock) as program:
        assert program.reader.counts().by_state[State.HELD] == 1
        (delivery,) = program.reader.list()
        program.outbox.release([delivery.id]).wait()
        program.inline_engine().deliver()
        assert states(program) == [State.SENT]


@pytest.mark.parametrize(("late_by", "late_min"), [(14, 15), (600, 0), (59, 60)])
def test_what_is_late_by_less_goes(home: Home, fake_clock: FakeClock, late_by: int, late_min: int) -> None:
    """Up to the minutes of `late_min` it is sent after all; with 0, however late it is."""
    with opened(home, fake_clock) as program:
        scheduled(program, fake_clock)
    fake_clock.jump((60 + late_by) * 60)
    assert start(home, fake_clock, late_min) == [(State.SENT, Reason.PRACTISED)]


def test_not_after_is_stronger(home: Home, fake_clock: FakeClock) -> None:
    """What may go no more fails, as was asked for, and does not ask."""
    with opened(home, fake_clock) as program:
        scheduled(program, fake_clock, not_after_min=70)
    fake_clock.jump((60 + 30) * 60)
    assert start(home, fake_clock) == [(State.FAILED, Reason.EXPIRED)]


def test_a_computer_that_slept_missed_it_too(program: Program, fake_clock: FakeClock) -> None:
    """The program ran all the time, but the computer slept through the time: its clock has jumped."""
    engine = program.inline_engine()
    scheduled(program, fake_clock)
    engine.deliver()
    fake_clock.jump((60 + 30) * 60)
    engine.deliver()
    assert [each.reason for each in program.reader.list()] == [Reason.MISSED]


def test_what_waits_in_a_running_program_is_not_missed(program: Program, fake_clock: FakeClock) -> None:
    """Paused over its time, or kept back by a rate: the program was there, and sends it when it may."""
    engine = program.inline_engine()
    scheduled(program, fake_clock)
    program.outbox.pause().wait()
    engine.deliver()
    fake_clock.advance((60 + 30) * 60)
    engine.deliver()
    program.outbox.resume().wait()
    engine.deliver()
    assert states(program) == [State.SENT]


def test_many_are_held_in_parts(program: Program, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one commit's worth: all of them are held, none is sent."""
    from core.outbox import store

    monkeypatch.setattr(store, "_PART", 4)
    engine = program.inline_engine()
    engine.deliver()
    for _ in range(11):
        scheduled(program, fake_clock)
    fake_clock.jump((60 + 30) * 60)
    engine.deliver()
    assert {each.reason for each in program.reader.list()} == {Reason.MISSED}
    assert len(states(program)) == 11


def test_late_min_is_a_setting(home: Home) -> None:
    """`late_min` in settings.toml: minutes, up to a week."""
    home.settings.write_text("late_min = 30\n")
    assert load(home).late_min == 30
    home.settings.write_text("late_min = -1\n")
    with pytest.raises(SettingsError, match="late_min"):
        load(home)
