"""The palette of commands: what it offers, how letters find it, and that it does what was chosen."""

import pytest
from PySide6.QtWidgets import QApplication

from gui.chooser import rank
from gui.palette import Palette
from gui.session import Session
from tests.sessions import Sessions, focused, press, says, write


@pytest.mark.parametrize(
    ("query", "found", "other"),
    [
        ("pa", "Pause everything", "Copy the address"),  # in a row, and where a word begins
        ("rw", "Retry all that wait", "Show raw"),  # the beginnings of words
        ("MESS", "Message", "New message"),  # capitals do not count; of two that fit alike the shorter wins
        ("mes new", "New message", "Message"),  # the parts in any order
        ("送信", "送信する", "下書き"),
    ],
)
def test_letters_find_a_command(query: str, found: str, other: str) -> None:
    """A few letters of a command are enough, wherever they stand in it; the best fit wins."""
    assert rank(found, query) > rank(other, query)


@pytest.mark.parametrize("query", ["xyz", "retryx", "try re x"])
def test_other_letters_do_not(query: str) -> None:
    """What is not in the words, in that order, does not fit."""
    assert rank("Retry all that wait", query) == 0


def opened(session: Session, sessions: Sessions) -> Palette:
    press("Ctrl+K")
    sessions.wait(lambda: session.places.palette is not None)
    assert session.places.palette is not None
    sessions.wait(lambda: session.places.palette is not None and session.places.palette.field.hasFocus())
    return session.places.palette


def test_it_offers_what_can_be_done_now_with_its_keys(session: Session, sessions: Sessions) -> None:
    """Ctrl+K shows every command that can be done now, with its key, and none that cannot."""
    offered = opened(session, sessions).words()
    assert "Pause everything, Ctrl+Shift+P" in offered
    assert "Send, Ctrl+Return" in offered
    assert not any(each.startswith(("Retry, ", "Undo", "All commands")) for each in offered)
    press("Esc")


def test_letters_and_enter_do_it_without_a_mouse(session: Session, sessions: Sessions) -> None:
    """Ctrl+K, a few letters, Enter: done, and the focus is where it was."""
    press("Alt+2")
    field = focused()
    palette = opened(session, sessions)
    write("paus")
    assert palette.words()[0].startswith("Pause everything")
    press("Return")
    sessions.wait(lambda: session.actions["pause"].text() == "&Go on")
    assert session.places.palette is None
    sessions.wait(lambda: QApplication.focusWidget() is field)


def test_the_arrow_keys_choose(session: Session, sessions: Sessions) -> None:
    """Down and Up go through what was found and round its ends."""
    palette = opened(session, sessions)
    write("theme")
    last = len(palette.words()) - 1
    assert last >= 2
    press("Down")
    assert palette.list.currentRow() == 1
    press("Up")
    press("Up")
    assert palette.list.currentRow() == last
    press("Down")
    assert palette.list.currentRow() == 0
    press("Esc")
    sessions.wait(lambda: session.places.palette is None)


def test_nothing_found_is_said(session: Session, sessions: Sessions) -> None:
    """Letters that no command has: a sentence, and Enter does nothing."""
    palette = opened(session, sessions)
    write("qqq")
    assert palette.words() == []
    assert palette.nothing.isVisible()
    press("Return")
    assert session.places.palette is palette
    press("Esc")
    sessions.wait(lambda: session.places.palette is None)


def test_what_was_done_last_stands_first(session: Session, sessions: Sessions) -> None:
    """A command that was done from here is the first to be offered the next time."""
    opened(session, sessions)
    write("dark")
    press("Return")
    sessions.wait(lambda: session.choices.settings.theme == "dark" and QApplication.focusWidget() is not None)
    assert opened(session, sessions).words()[0] == "Dark"
    press("Esc")


def test_it_sends_what_is_in_the_form(session: Session, sessions: Sessions) -> None:
    """A command of the form acts on the form: what is typed is sent, as by its own key."""
    press("Alt+1")
    write("ann@example.com\tHello\tDear Ann")
    opened(session, sessions)
    write("send")
    press("Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
