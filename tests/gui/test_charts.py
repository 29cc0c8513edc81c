"""The charts: the same numbers as bars, as lines, in words and as a table; quick to follow, and at rest when closed."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.outbox.tallies import Period, Unit
from core.paths import Home
from gui.charts.axis import count_step, height_of, lengths_around
from gui.charts.chart import Chart
from gui.charts.dialog import ChartsDialog
from gui.charts.table import NumbersTable
from gui.charts.words import Entry, entries, length_words
from gui.session import Session
from gui.theme import Theme
from tests.fakes import FakeClock
from tests.sessions import Sessions, fill_in, press, says, states

_MINUTE = 60_000


@pytest.fixture
def at_once(home: Home) -> None:
    """Nothing waits for Undo."""
    home.settings.write_text("undo_s = 0\n")


def opened(session: Session, sessions: Sessions) -> ChartsDialog:
    press("Ctrl+Shift+G")
    sessions.wait(lambda: session.places.charts is not None and session.places.charts.isActiveWindow())
    assert session.places.charts is not None
    return session.places.charts


def send(session: Session, sessions: Sessions) -> None:
    before = session.outbox.model.rowCount()
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: session.outbox.model.rowCount() == before + 1)
    sessions.wait(lambda: states(session) == ["Practised"] * (before + 1))


def cells(table: NumbersTable, row: int) -> list[str]:
    model = table.model()
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def test_what_was_sent_is_shown_in_words_and_numbers(at_once: None, session: Session, sessions: Sessions) -> None:
    """Two practised: the sentence, the words of the minute and the row of the table all say so."""
    send(session, sessions)
    send(session, sessions)
    shown = opened(session, sessions)
    sessions.wait(lambda: shown.total.text() == "In the last hour: 0 sent, 2 practised, 0 failed.")
    time = shown.sentences()[0].partition(": ")[0]
    assert shown.sentences()[0] == f"{time}: 0 sent, 2 practised, 0 failed."
    assert shown.sentences()[1].startswith("Time to send: half within ")
    assert shown.sentences()[1].endswith("Time to accept: half within 0 ms.")  # the clock stands still
    assert cells(shown.table, 0)[:4] == [time, "0", "2", "0"]
    press("Esc")
    sessions.wait(session.window.isActiveWindow)


def test_an_empty_one_says_a_sentence(session: Session, sessions: Sessions) -> None:
    """Nothing was sent: said instead of an empty chart and an empty table, for each length of time."""
    shown = opened(session, sessions)
    sessions.wait(lambda: shown.empty_sentence() == "Nothing was sent in the last hour, and nothing failed.")
    shown.reach.setFocus()
    press("Down")
    sessions.wait(lambda: shown.empty_sentence() == "Nothing was sent in the last two days, and nothing failed.")
    assert not shown.copy_button.isEnabled()
    press("Esc")


def test_it_follows_what_happens(at_once: None, session: Session, sessions: Sessions) -> None:
    """Sent while the charts are open beside the window: they show it by themselves."""
    shown = opened(session, sessions)
    sessions.wait(lambda: shown.empty_sentence().startswith("Nothing"))
    session.window.activateWindow()
    sessions.wait(session.window.isActiveWindow)
    send(session, sessions)
    sessions.wait(lambda: shown.total.text() == "In the last hour: 0 sent, 1 practised, 0 failed.")
    shown.close()


def test_closed_it_rests(at_once: None, session: Session, sessions: Sessions) -> None:
    """No timer runs before it is opened for the next time, whatever is sent; then it shows that."""
    shown = opened(session, sessions)
    sessions.wait(lambda: shown.empty_sentence().startswith("Nothing"))
    assert any(timer.isActive() for timer in shown.findChildren(QTimer))
    press("Esc")
    sessions.wait(session.window.isActiveWindow)
    send(session, sessions)
    assert not any(timer.isActive() for timer in shown.findChildren(QTimer))
    assert opened(session, sessions) is shown
    sessions.wait(lambda: "1 practised" in shown.total.text())
    press("Esc")


def test_a_new_minute_begins_by_itself(
    at_once: None, session: Session, sessions: Sessions, fake_clock: FakeClock
) -> None:
    """What was in the newest minute is in the one before it when that is over."""
    send(session, sessions)
    shown = opened(session, sessions)
    sessions.wait(lambda: "1 practised" in shown.total.text())
    timers = [timer for timer in shown.counting.findChildren(QTimer) if timer.isActive()]
    fake_clock.advance(60)
    (timer,) = timers
    timer.timeout.emit()
    assert [cells(shown.table, row)[2] for row in range(3)] == ["0", "1", "0"]
    press("Esc")


def test_the_arrow_keys_go_along_the_chart(at_once: None, session: Session, sessions: Sessions) -> None:
    """Left and Right, Home and End: what is there is said below, and described to a screen reader."""
    send(session, sessions)
    shown = opened(session, sessions)
    sessions.wait(lambda: "1 practised" in shown.total.text())
    shown.chart.setFocus()
    newest = shown.sentences()[0]
    assert newest in shown.chart.accessibleDescription()
    press("Left")
    assert shown.sentences()[0].endswith("nothing sent, nothing failed.")
    assert shown.sentences()[0] in shown.chart.accessibleDescription()
    press("Home")
    press("Left")
    oldest = shown.sentences()[0]
    press("PgDown")
    press("PgUp")
    assert shown.sentences()[0] == oldest
    press("End")
    assert shown.sentences()[0] == newest
    press("Esc")
    sessions.wait(session.window.isActiveWindow)


def test_the_mouse_goes_along_it_too(qtbot: QtBot, theme: Theme) -> None:
    """What is under the mouse is what is told of."""
    chart = Chart(theme)
    qtbot.addWidget(chart)
    chart.resize(700, 360)
    chart.show()
    chart.show_entries(_hour(), Unit.MINUTE)
    QTest.mouseMove(chart, QPoint(690, 120))
    newest = chart.entry()
    QTest.mouseMove(chart, QPoint(60, 120))
    oldest = chart.entry()
    assert (oldest, newest) == (_hour()[0], _hour()[-1])


def test_the_table_is_copied_for_a_sheet(at_once: None, session: Session, sessions: Sessions) -> None:
    """Ctrl+C: the selected rows, tabs between, with the names of the columns; the button copies all where none is."""
    send(session, sessions)
    shown = opened(session, sessions)
    sessions.wait(lambda: "1 practised" in shown.total.text())
    shown.copy_button.click()
    lines = QApplication.clipboard().text().splitlines()
    assert len(lines) == 61
    assert lines[0].split("\t")[:4] == ["Minute", "Sent", "Practised", "Failed"]
    assert lines[0].split("\t")[4] == "To send, half within (s)"
    shown.tabs.setCurrentIndex(1)
    shown.table.setFocus()
    press("Down")
    press("Up")
    press("Ctrl+C")
    head, row = QApplication.clipboard().text().splitlines()
    assert head == lines[0]
    assert row == lines[1]
    assert row.split("\t")[1:4] == ["0", "1", "0"]
    press("Esc")


def test_ctrl_z_and_the_form_are_left_alone(at_once: None, session: Session, sessions: Sessions) -> None:
    """The charts stand beside the window: what is typed goes on there."""
    shown = opened(session, sessions)
    session.window.activateWindow()
    sessions.wait(session.window.isActiveWindow)
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    shown.close()


def _hour(count: Callable[[int], tuple[int, int, int]] = lambda number: (number, 0, 0)) -> tuple[Entry, ...]:
    return tuple(
        Entry(Period(number * _MINUTE, (number + 1) * _MINUTE, *count(number), 1000, 2000), 1.5) for number in range(60)
    )


def _inks(chart: Chart) -> set[str]:
    image = chart.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_are_told_apart_without_colour(qtbot: QtBot, qapp: QApplication, theme: Theme, scheme: str) -> None:
    """Sent is filled, practised is hatched, and what failed stands below the line, in either theme."""
    theme.apply(qapp, scheme)
    chart = Chart(theme)
    qtbot.addWidget(chart)
    chart.resize(700, 360)

    def rows_of(token: str) -> tuple[int, int]:
        """Return between which lines of pixels a colour is, in the part of the bars."""
        image = chart.grab().toImage()
        lines = [
            y
            for y in range(36, 200)
            if any(image.pixelColor(x, y) == theme.color(token) for x in range(60, image.width()))
        ]
        return min(lines), max(lines)

    chart.show_entries(_hour(lambda _: (10, 0, 4)), Unit.MINUTE)
    assert rows_of("sent")[1] < rows_of("failed")[0]
    chart.show_entries(_hour(lambda _: (0, 10, 0)), Unit.MINUTE)
    assert {theme.color("practised").name(), theme.color("practised-soft").name()} <= _inks(chart)


def test_the_place_that_is_looked_at_stays_with_its_time(qtbot: QtBot, theme: Theme) -> None:
    """A minute later the same minute is looked at; who looked at the newest looks at the newest."""
    chart = Chart(theme)
    qtbot.addWidget(chart)
    chart.show()
    chart.show_entries(_hour(), Unit.MINUTE)
    chart.show_entries(_hour()[1:], Unit.MINUTE)
    assert chart.entry() == _hour()[-1]
    QTest.keyClick(chart, Qt.Key.Key_Left)
    looked_at = chart.entry()
    chart.show_entries(_hour()[2:], Unit.MINUTE)
    assert chart.entry() == looked_at


def test_how_long_accepting_took_stands_beside_its_period() -> None:
    """The middle one of those of the period; of periods without one nothing is known."""
    periods = [Period(0, 100), Period(100, 200)]
    found = entries(periods, [(110, 3.0), (120, 1.0), (130, 2.0), (200, 9.0)])
    assert [entry.accept_ms for entry in found] == [None, 2.0]


@given(st.integers(0, 10**9), st.integers(1, 5))
def test_numbers_of_an_axis_are_few_and_round(most: int, marks: int) -> None:
    """1, 2 or 5 with noughts, and as many steps as were asked for reach the most."""
    step = count_step(most, marks)
    assert str(step).rstrip("0") in ("1", "2", "5")
    assert step * marks >= most


@given(st.floats(0, 1e12), st.floats(0, 1e12))
def test_lengths_of_an_axis_are_around_all(one: float, other: float) -> None:
    """All stand on the axis, the longer ones higher."""
    least, most = sorted((one, other))
    lengths = lengths_around(least, most)
    assert len(lengths) >= 2
    assert list(lengths) == sorted(set(lengths))
    assert 0 <= height_of(least, lengths) <= height_of(most, lengths) <= 1


@pytest.mark.parametrize(
    ("length_ms", "words"),
    [(0.84, "0.8 ms"), (2, "2 ms"), (640, "640 ms"), (5300, "5.3 s"), (12_000, "12 s"), (3 * 3_600_000, "3 h")],
)
def test_lengths_are_told_as_they_are_measured(theme: Theme, length_ms: float, words: str) -> None:
    """In the unit that fits, with a digit behind the point where that says something."""
    assert length_words(length_ms) == words
