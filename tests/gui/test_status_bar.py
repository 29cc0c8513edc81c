"""The status bar says what is on the way, how fast, and whether it goes at all; at rest it rests."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from core.outbox.notification import Counts
from core.outbox.states import Place
from gui.status_bar import BAR_S, BARS, Pace, StatusBar
from gui.theme import Theme
from tests.fakes import FakeClock


@pytest.fixture
def bar(qtbot: QtBot, theme: Theme, fake_clock: FakeClock) -> StatusBar:
    bar = StatusBar(theme, fake_clock)
    qtbot.addWidget(bar)
    bar.show()
    return bar


def says(bar: StatusBar) -> list[str]:
    """Return what a person reads, from the left."""
    return [label.text() for label in bar.findChildren(QLabel) if label.isVisible() and label.text()]


def test_it_counts_what_is_on_the_way(bar: StatusBar, fake_clock: FakeClock) -> None:
    """Without anything on the way it says so; with, how many and when the next one is tried."""
    assert says(bar) == ["Nothing on the way", "Running"]
    bar.set_counts(Counts({}, {Place.ON_THE_WAY: 1204}, None))
    assert says(bar)[0] == "1,204 on the way"
    due = fake_clock.now_ms() + 5 * 60_000
    bar.set_counts(Counts({}, {Place.ON_THE_WAY: 4}, due))
    assert says(bar)[0].startswith("4 on the way · next ")


def test_a_time_that_has_come_is_not_announced(bar: StatusBar, fake_clock: FakeClock) -> None:
    """What goes out now has no "next"."""
    bar.set_counts(Counts({}, {Place.ON_THE_WAY: 4}, fake_clock.now_ms() - 1))
    assert says(bar)[0] == "4 on the way"


def test_it_says_who_delivers_and_whether(bar: StatusBar) -> None:
    """Practice or a server, running or paused, in words beside the dot."""
    bar.set_engine("Practice")
    assert says(bar)[-1] == "Practice · Running"
    bar.set_counts(Counts({}, {Place.ON_THE_WAY: 4}, None, is_paused=True))
    assert says(bar)[-1] == "Practice · Paused"


def test_its_button_asks_to_pause_and_to_go_on(bar: StatusBar, qtbot: QtBot) -> None:
    """The button says what pressing it does."""
    button = bar.findChild(QToolButton)
    assert button is not None
    assert button.text() == "Pause"
    with qtbot.waitSignal(bar.pause_requested):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    bar.set_paused(True)
    assert button.text() == "Go on"
    assert button.accessibleName() == "Go on"


def test_the_pace_is_shown_while_there_is_one(bar: StatusBar, fake_clock: FakeClock) -> None:
    """Nothing is said of a pace until something was sent; then how many in the last minute."""
    bar.note_sent(0)
    assert len(says(bar)) == 2
    bar.note_sent(30)
    fake_clock.advance(20)
    bar.note_sent(12)
    assert says(bar)[1] == "42/min"


def test_at_rest_it_has_no_timer(bar: StatusBar) -> None:
    """Nothing wakes up before the first one is sent."""
    assert not any(timer.isActive() for timer in bar.findChildren(QTimer))


def test_its_timer_ends_by_itself(bar: StatusBar, fake_clock: FakeClock) -> None:
    """Three minutes after the last one was sent the sparkline is gone, and so is its timer."""
    bar.note_sent(5)
    timer = next(timer for timer in bar.findChildren(QTimer) if timer.isActive())
    fake_clock.advance(BARS * BAR_S + 1)
    timer.timeout.emit()
    assert not timer.isActive()
    assert len(says(bar)) == 2


def test_the_pace_forgets_what_is_old() -> None:
    """Each bar is ten seconds, the last minute is six of them, and after three minutes nothing is left."""
    pace = Pace()
    pace.note(7, 1000.0)
    pace.note(1, 1005.0)
    assert pace.bars(1009.0)[-1] == 8
    pace.note(2, 1010.0)
    assert pace.bars(1010.0)[-2:] == (8, 2)
    assert pace.per_minute(1059.0) == 10
    assert pace.per_minute(1060.0) == 2
    assert sum(pace.bars(1000.0 + BARS * BAR_S + 10)) == 0
    pace.note(1, 999.0)  # a reading that comes late is counted now
    assert sum(pace.bars(1000.0)) == 1
