"""The strip under Send: what it says, for how long, and its Undo."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from gui.compose.confirmation import ConfirmationStrip
from gui.theme import Theme
from tests.fakes import FakeClock

ACCEPTED_MS = int(time.mktime((2026, 11, 24, 14, 3, 22, 0, 0, -1)) * 1000)


@pytest.fixture
def strip(theme: Theme, fake_clock: FakeClock, qtbot: QtBot) -> Iterator[ConfirmationStrip]:
    strip = ConfirmationStrip(theme, fake_clock.monotonic_s)
    strip.resize(398, 32)
    qtbot.addWidget(strip)
    strip.show()
    yield strip
    strip.rest()


def undo_button(strip: ConfirmationStrip) -> QPushButton:
    button = strip.findChild(QPushButton, "undo")
    assert isinstance(button, QPushButton)
    return button


def end_undo(strip: ConfirmationStrip, fake_clock: FakeClock, qtbot: QtBot) -> None:
    with qtbot.waitSignal(strip.undo_closed):
        fake_clock.advance(60)


def test_accepted_is_said_with_time_and_undo(strip: ConfirmationStrip, fake_clock: FakeClock, qtbot: QtBot) -> None:
    """ "Accepted" stands with the second it was, how long it can be undone, and Undo."""
    strip.show_accepted(ACCEPTED_MS, 5)
    assert strip.text() == "Accepted 14:03:22 · sends in 5 s"
    assert strip.accessibleName() == strip.text()
    assert undo_button(strip).isVisible()
    fake_clock.advance(1.2)
    qtbot.waitUntil(lambda: strip.text() == "Accepted 14:03:22 · sends in 4 s")
    end_undo(strip, fake_clock, qtbot)
    assert strip.text() == "Accepted 14:03:22"
    assert not undo_button(strip).isVisible()


def test_without_undo_time_there_is_no_undo(strip: ConfirmationStrip) -> None:
    """An undo time of 0 shows Accepted alone, and no timer runs."""
    strip.show_accepted(ACCEPTED_MS, 0)
    assert strip.text() == "Accepted 14:03:22"
    assert not undo_button(strip).isVisible()
    assert not strip.is_undo_open()


def test_undo_is_pressed_by_mouse_and_key(strip: ConfirmationStrip, qtbot: QtBot) -> None:
    """Undo is a button that can be reached and pressed, and has a name of its own."""
    strip.show_accepted(ACCEPTED_MS, 5)
    button = undo_button(strip)
    assert button.accessibleName() == "Undo the send"
    with qtbot.waitSignal(strip.undo_requested):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(strip.undo_requested):
        QTest.keyClick(button, Qt.Key.Key_Space)


def test_next_acceptance_begins_anew(strip: ConfirmationStrip, fake_clock: FakeClock) -> None:
    """A second send shows its own time, whatever was left of the first."""
    strip.show_accepted(ACCEPTED_MS, 5)
    fake_clock.advance(3)
    strip.show_accepted(ACCEPTED_MS + 3000, 5)
    assert strip.text() == "Accepted 14:03:25 · sends in 5 s"


def test_timer_runs_only_while_undo_is_open(strip: ConfirmationStrip, fake_clock: FakeClock, qtbot: QtBot) -> None:
    """Idle, the strip does nothing: its timer runs only as long as Undo can be pressed."""
    assert not strip.is_undo_open()
    strip.show_accepted(ACCEPTED_MS, 5)
    assert strip.is_undo_open()
    end_undo(strip, fake_clock, qtbot)
    assert not strip.is_undo_open()


def test_using_the_form_again_ends_accepted_after_undo(
    strip: ConfirmationStrip, fake_clock: FakeClock, qtbot: QtBot
) -> None:
    """Typing the next message leaves Undo there for its time; after that the strip rests."""
    strip.set_note("Practice")
    strip.show_accepted(ACCEPTED_MS, 5)
    strip.note_edited()
    assert undo_button(strip).isVisible()
    end_undo(strip, fake_clock, qtbot)
    assert strip.text() == "Practice"

    strip.show_accepted(ACCEPTED_MS, 0)
    assert strip.text().startswith("Accepted")
    strip.note_edited()
    assert strip.text() == "Practice"


def test_everything_wrong_is_said(strip: ConfirmationStrip) -> None:
    """Each thing that is wrong is a sentence, all of them readable at once."""
    strip.show_sentences(["There is nothing after the @.", "The message is empty."])
    assert strip.text() == "There is nothing after the @.\nThe message is empty."
    assert strip.height() > 32


def test_hundred_sentences_do_not_fill_the_window(strip: ConfirmationStrip) -> None:
    """Of very many sentences the first are shown and the rest counted."""
    strip.show_sentences([f"{number} is wrong." for number in range(100)])
    assert strip.text().endswith("… and 94 more.")
    assert strip.height() < 200


def test_saving_takes_the_place_of_what_was_said(strip: ConfirmationStrip) -> None:
    """A new press of Send ends the Undo of the one before: saving has the place now."""
    strip.show_accepted(ACCEPTED_MS, 5)
    strip.show_saving()
    assert strip.text() == "Saving…"
    assert not strip.is_undo_open()


def line_length(strip: ConfirmationStrip, theme: Theme) -> int:
    """Count the pixels of the line that runs out, at the strip's lower edge."""
    image = strip.grab().toImage()
    y = image.height() - 1
    return sum(image.pixelColor(x, y) == theme.color("sent") for x in range(image.width()))


def test_line_runs_out_with_the_undo_time(strip: ConfirmationStrip, theme: Theme, fake_clock: FakeClock) -> None:
    """The thin line is as long as the share of the undo time that is left."""
    strip.show_accepted(ACCEPTED_MS, 10)
    whole = line_length(strip, theme)
    fake_clock.advance(5)
    assert line_length(strip, theme) == pytest.approx(whole / 2, abs=2)


def test_line_is_still_where_nothing_may_move(strip: ConfirmationStrip, theme: Theme, fake_clock: FakeClock) -> None:
    """Under reduced motion the line stands still; only the words count."""
    theme.has_motion = False
    strip.show_accepted(ACCEPTED_MS, 10)
    whole = line_length(strip, theme)
    fake_clock.advance(5)
    assert line_length(strip, theme) == whole


def test_strip_has_the_color_of_what_it_says(strip: ConfirmationStrip, theme: Theme, qapp: QApplication) -> None:
    """Accepted stands on the ground of sent, trouble on the ground of failed, in both themes."""
    for scheme in ("light", "dark"):
        theme.apply(qapp, scheme)
        strip.show_accepted(ACCEPTED_MS, 0)
        assert strip.grab().toImage().pixelColor(QPoint(300, 16)) == theme.color("sent-soft")
        strip.show_sentences(["No."])
        assert strip.grab().toImage().pixelColor(QPoint(300, 16)) == theme.color("failed-soft")
