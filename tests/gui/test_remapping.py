"""Other keys for the commands: what is chosen works at once and after a restart, and no key ever does two things."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from core.errors import SettingsError
from core.outbox.states import State
from core.paths import Home
from core.settings import load_keys, save_keys
from gui.commands import commands
from gui.keymap import Keymap, key_text
from gui.remapping import KeysPage
from gui.session import Session
from tests.sessions import Sessions, fill_in, press, says, stored


@pytest.fixture
def keymap() -> Keymap:
    return Keymap(commands(), {})


def test_nothing_is_chosen_at_first(keymap: Keymap) -> None:
    """Every command has the keys it comes with, and there is nothing to keep."""
    assert keymap.chosen() == {}
    assert keymap.keys("palette") == ("Ctrl+K",)
    assert keymap.owner("Ctrl+K") == "palette"
    assert keymap.owner("Ctrl+Alt+Y") == ""


def test_a_key_that_is_given_is_taken_from_who_had_it(keymap: Keymap) -> None:
    """Ctrl+K for Find: Find has it and nothing else, and the palette has none; both are kept."""
    keymap.set_keys("find", ["Ctrl+K"])
    assert keymap.keys("find") == ("Ctrl+K",)
    assert keymap.keys("palette") == ()
    assert keymap.chosen() == {"find": ("Ctrl+K",), "palette": ()}
    keymap.reset("palette")
    assert keymap.keys("find") == ()
    keymap.reset_all()
    assert keymap.chosen() == {}


def test_whatever_is_written_in_settings_no_key_is_given_twice() -> None:
    """Two commands with one key, a key that is none, a command that is none: the later one has it, the rest is left."""
    chosen = {"find": ("Ctrl+J", "no key"), "pause": ("Ctrl+J",), "fly": ("Ctrl+L",), "new": ("Ctrl+K, Ctrl+N",)}
    keymap = Keymap(commands(), chosen)
    every = [key for command in commands() for key in keymap.keys(command.id)]
    assert len(every) == len(set(every))
    assert keymap.owner("Ctrl+J") == "pause"
    assert keymap.keys("find") == ()
    assert keymap.keys("new") == ()


def test_a_key_is_one_press() -> None:
    """Several presses in a row, or nothing, are no key."""
    assert key_text(QKeySequence("Ctrl+K, Ctrl+N")) == ""
    assert key_text(QKeySequence()) == ""
    assert key_text(QKeySequence("ctrl+j")) == "Ctrl+J"


def test_keys_are_kept_in_settings(home: Home) -> None:
    """They are a table of settings.toml; what else is there stays, and nothing is left when nothing is chosen."""
    home.settings.write_text("# mine\nundo_s = 10\n")
    save_keys(home, {"find": ("Ctrl+J",), "palette": ()})
    assert load_keys(home) == {"find": ("Ctrl+J",), "palette": ()}
    assert home.settings.read_text().startswith("# mine\nundo_s = 10\n")
    save_keys(home, {})
    assert load_keys(home) == {}
    assert home.settings.read_text().strip() == "# mine\nundo_s = 10"


@pytest.mark.parametrize("text", ["keys = 1", "[keys]\nfind = 'Ctrl+J'", "[keys]\nfind = [1]"])
def test_keys_that_cannot_be_read_are_named(home: Home, text: str) -> None:
    """A wrong table or value is said by its key."""
    home.settings.write_text(f"{text}\n")
    with pytest.raises(SettingsError, match="keys"):
        load_keys(home)


def opened(session: Session, sessions: Sessions) -> KeysPage:
    press("Ctrl+,")
    sessions.wait(lambda: session.places.preferences is not None and session.places.preferences.isActiveWindow())
    assert session.places.preferences is not None
    session.places.preferences.tabs.setCurrentWidget(session.places.preferences.keys)
    return session.places.preferences.keys


def give(page: KeysPage, command: str, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    """Choose a command and press its new key in the field, and then the button."""
    page.choose(command)
    page.field.setFocus()
    QTest.keyClick(page.field, key, modifiers)
    if page.give.isEnabled():
        page.give.click()


_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_a_new_key_works_at_once_and_after_a_restart(session: Session, sessions: Sessions, home: Home) -> None:
    """Pause by Ctrl+Shift+Y: the new key does it, the old one no more, in menu, palette and sheet; also next time."""
    page = opened(session, sessions)
    give(page, "pause", Qt.Key.Key_Y, _CTRL_SHIFT)
    assert page.keys_shown("pause") == "Ctrl+Shift+Y"
    press("Esc")
    sessions.wait(lambda: load_keys(home) == {"pause": ("Ctrl+Shift+Y",)} and session.window.isActiveWindow())
    press("Ctrl+Shift+P")
    press("Ctrl+Shift+Y")
    sessions.wait(lambda: session.program.reader.counts().is_paused)
    press("F1")
    sessions.wait(lambda: session.places.sheet is not None)
    assert session.places.sheet is not None
    assert "Ctrl+Shift+Y" in [label.text() for label in session.places.sheet.findChildren(QLabel)]
    session.places.sheet.close()
    again = sessions.restart(session)
    press("Ctrl+Shift+Y")
    sessions.wait(lambda: not again.program.reader.counts().is_paused)


def test_a_conflict_is_shown_before_it_is_made(session: Session, sessions: Sessions) -> None:
    """A key that another command has: its name is said; only the button takes it from there."""
    page = opened(session, sessions)
    page.choose("pause")
    page.field.setFocus()
    QTest.keyClick(page.field, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.said() == "That is the key of “Find in the outbox”, which would lose it."
    assert page.keys_shown("find") == "Ctrl+F"
    page.give.click()
    assert page.keys_shown("find") == ""
    assert page.keys_shown("pause") == "Ctrl+F"
    page.reset_all.click()
    assert page.keys_shown("find") == "Ctrl+F"
    press("Esc")


def test_the_form_shows_the_key_of_send(session: Session, sessions: Sessions) -> None:
    """Send by F9: the key sends, and the button says so."""
    page = opened(session, sessions)
    give(page, "send", Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier)
    press("Esc")
    sessions.wait(session.window.isActiveWindow)
    fill_in()
    press("F9")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert stored(session)[0].state in (State.QUEUED, State.SENT)
    assert session.compose.buttons.send._key == "F9"


def test_a_command_may_have_no_key(session: Session, sessions: Sessions, home: Home) -> None:
    """No key: it is done from its menu or the palette only."""
    page = opened(session, sessions)
    page.choose("pause")
    page.take.click()
    assert session.actions["pause"].shortcuts() == []
    page.reset.click()
    assert [key.toString() for key in session.actions["pause"].shortcuts()] == ["Ctrl+Shift+P"]
    press("Esc")
    sessions.wait(lambda: load_keys(home) == {})
