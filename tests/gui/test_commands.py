"""Every command is there once: in one menu, with keys nobody else has, and on the sheet of keys."""

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QMainWindow, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.errors import Fault
from core.outbox.states import Reason, State
from gui.actions import Actions, build_actions, fill_menus, row_menu
from gui.commands import Scope, commands, menus
from gui.keys import KeySheet, keys_text
from gui.situation import Situation
from gui.theme import Theme


class Office:
    """A window with a pane and a list, and a note of every command that was done."""

    def __init__(self, qtbot: QtBot) -> None:
        self.done: list[str] = []
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.pane = QWidget()
        self.list = QListWidget()
        self.find = QLineEdit()
        self.other = QLineEdit()
        column = QVBoxLayout(self.pane)
        column.addWidget(self.find)
        column.addWidget(self.list)
        middle = QWidget()
        around = QVBoxLayout(middle)
        around.addWidget(self.pane)
        around.addWidget(self.other)
        self.window.setCentralWidget(middle)
        self.actions = build_actions(self.window, {each.id: self._do(each.id) for each in commands()})
        self.window.addActions(self.actions.of_scope(Scope.WINDOW))
        self.pane.addActions(self.actions.of_scope(Scope.PANE))
        self.list.addActions(self.actions.of_scope(Scope.LIST))
        self.menus = fill_menus(self.window.menuBar(), self.actions)
        self.window.show()
        qtbot.waitExposed(self.window)

    def _do(self, command: str) -> Callable[[], None]:
        return lambda: self.done.append(command)


EVERYTHING = Situation(
    has_form=True,
    can_undo=True,
    has_waiting=True,
    can_clear=True,
    chosen=frozenset({(State.QUEUED, Reason.NONE), (State.FAILED, Reason.NONE), (State.UNCONFIRMED, Reason.CRASH)}),
)


@pytest.fixture
def office(qtbot: QtBot) -> Office:
    return Office(qtbot)


def leaves(menu: QMenu) -> list[QAction]:
    return [each for each in menu.actions() if not each.isSeparator() and each.menu() is None]


def mnemonic(words: str) -> str:
    place = words.replace("&&", "").find("&")
    return words[place + 1].lower() if place >= 0 else ""


def test_every_command_is_in_exactly_one_menu(office: Office) -> None:
    """The menus hold every command, each in one place."""
    found = Counter(action.objectName() for menu in office.menus.values() for action in leaves(menu))
    assert found == Counter(command.id for command in commands())


def test_no_key_is_given_twice(qtbot: QtBot) -> None:
    """Wherever a person is in the window, a key means one command: places that overlap share none."""
    seen: dict[str, str] = {}
    for command in commands():
        for key in command.sequences():
            text = key.toString()
            assert text, f"{command.id} has an empty key"
            assert text not in seen, f"{text}: {command.id} and {seen[text]}"
            seen[text] = command.id


def test_no_mnemonic_is_ambiguous(office: Office) -> None:
    """Within a menu each letter chooses one item, also when an item shows its other words."""
    for now in (Situation(), EVERYTHING, Situation(is_paused=True, can_restore=True)):
        office.actions.show(now)
        for menu_id, menu in office.menus.items():
            letters = Counter(mnemonic(each.text()) for each in menu.actions() if not each.isSeparator())
            assert letters[""] == 0, f"{menu_id}: an item has no mnemonic"
            assert max(letters.values(), default=1) == 1, f"{menu_id}: {letters}"
    bar = Counter(mnemonic(words) for menu_id, words in menus().items() if "." not in menu_id)
    assert max(bar.values()) == 1


def test_the_row_menu_has_no_ambiguous_mnemonic(office: Office) -> None:
    """The context menu repeats the menus, and each letter chooses one item."""
    office.actions.show(EVERYTHING)
    menu = row_menu(office.list, office.actions)
    letters = Counter(mnemonic(each.text()) for each in leaves(menu))
    assert max(letters.values()) == 1
    menu.close()


def test_the_row_menu_offers_what_can_be_done(office: Office) -> None:
    """A delivery that is not confirmed can be looked for, sent again or marked; a sent one cannot."""
    office.actions.show(Situation(chosen=frozenset({(State.UNCONFIRMED, Reason.CRASH)})))
    menu = row_menu(office.list, office.actions)
    unconfirmed = [each.objectName() for each in leaves(menu)]
    looks = ["save_as", "details", "source", "copy_address", "forget"]
    assert unconfirmed == ["use_again", "cancel", "check_sent", "send_again", "mark_sent", *looks]
    menu.close()
    office.actions.show(Situation(chosen=frozenset({(State.SENT, Reason.NONE)})))
    menu = row_menu(office.list, office.actions)
    assert [each.objectName() for each in leaves(menu)] == ["use_again", *looks]
    menu.close()


def test_a_command_without_a_handler_is_an_error(qtbot: QtBot) -> None:
    """A command that does nothing, or a handler nobody calls, is found when the window is built."""
    handlers: dict[str, Callable[[], None]] = {command.id: lambda: None for command in commands()}
    window = QMainWindow()
    qtbot.addWidget(window)
    with pytest.raises(Fault, match="polish"):
        build_actions(window, {**handlers, "polish": lambda: None})
    del handlers["send"]
    with pytest.raises(Fault, match="send"):
        build_actions(window, handlers)


@pytest.mark.parametrize(
    ("command", "key", "modifiers"),
    [
        ("send", Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
        ("send", Qt.Key.Key_Enter, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.KeypadModifier),
        ("undo", Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier),
        ("new", Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier),
        ("find", Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier),
        ("quit", Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier),
        ("keys", Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier),
        ("retry_all", Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier),
        ("next_pane", Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier),
        ("previous_pane", Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier),
        ("focus_to", Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier),
        ("focus_list", Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier),
        ("filter_all", Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier),
        ("filter_ended", Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier),
        ("pause", Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier),
        ("attach", Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_keys_of_the_window_work_anywhere(
    office: Office, qtbot: QtBot, command: str, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    """A key of the window does its command in a field of the form as in the list."""
    office.actions.show(EVERYTHING)
    for widget in (office.other, office.list):
        widget.setFocus()
        QTest.keyClick(widget, key, modifiers)
    assert office.done == [command, command]


@pytest.mark.parametrize(
    ("command", "key", "modifiers"),
    [
        ("retry", Qt.Key.Key_R, Qt.KeyboardModifier.NoModifier),
        ("retry", Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier),
        ("hold", Qt.Key.Key_H, Qt.KeyboardModifier.NoModifier),
        ("hold", Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier),
        ("cancel", Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
        ("open", Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        ("open", Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier),
    ],
)
def test_keys_of_the_list_work_in_the_list_only(
    office: Office, qtbot: QtBot, command: str, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    """R, H and Delete act on the selected rows while the list has the focus; in a field they are typing."""
    office.actions.show(EVERYTHING)
    for field in (office.other, office.find):
        field.setFocus()
        QTest.keyClick(field, key, modifiers)
    assert office.done == []
    office.list.setFocus()
    QTest.keyClick(office.list, key, modifiers)
    assert office.done == [command]


def test_escape_works_in_the_pane_only(office: Office, qtbot: QtBot) -> None:
    """Esc clears the filter from the list and the find field, and does nothing in the form."""
    office.actions.show(EVERYTHING)
    for widget in (office.other, office.find, office.list):
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Escape)
    assert office.done == ["clear", "clear"]


def test_a_key_does_nothing_while_its_command_cannot_be_done(office: Office, qtbot: QtBot) -> None:
    """Delete on a sent delivery does nothing."""
    office.actions.show(Situation(chosen=frozenset({(State.SENT, Reason.NONE)})))
    office.list.setFocus()
    QTest.keyClick(office.list, Qt.Key.Key_Delete)
    assert office.done == []


def test_hold_and_pause_show_the_way_they_go(office: Office) -> None:
    """What is held can be released by the same key; what is paused goes on by the same key."""
    office.actions.show(Situation(chosen=frozenset({(State.HELD, Reason.PERSON)}), is_paused=True))
    assert office.actions["hold"].text() == "Re&lease"
    assert office.actions["pause"].text() == "&Go on"
    office.actions.show(Situation(chosen=frozenset({(State.HELD, Reason.PERSON), (State.QUEUED, Reason.NONE)})))
    assert office.actions["hold"].text() == "&Hold"
    assert office.actions["pause"].text() == "&Pause everything"


def test_the_theme_in_use_is_marked(office: Office) -> None:
    """Of system, light and dark exactly one carries the mark."""
    for theme in ("dark", "light", "system"):
        office.actions.show(Situation(theme=theme, is_compact=theme == "dark"))
        marked = [name for name in ("system", "light", "dark") if office.actions[f"theme_{name}"].isChecked()]
        assert marked == [theme]
        assert office.actions["compact"].isChecked() is (theme == "dark")


def test_the_drafts_have_a_place_in_the_menus(office: Office) -> None:
    """Drafts is a submenu of File, for the drafts that were set aside."""
    assert office.menus["file.drafts"].menuAction() in office.menus["file"].actions()


def test_the_sheet_shows_every_key(office: Office, qtbot: QtBot) -> None:
    """F1's sheet shows each command that has a key, and all its keys."""
    sheet = KeySheet(Theme(), office.actions)
    qtbot.addWidget(sheet)
    sheet.show()
    labels = [label.text() for label in sheet.findChildren(QLabel)]
    for command in commands():
        if command.keys:
            assert any(text.startswith(command.plain_words) for text in labels), command.id
            for key in keys_text(office.actions, command):
                assert key in labels, command.id


def test_escape_closes_the_sheet(office: Office, qtbot: QtBot) -> None:
    """The sheet of keys closes by a key."""
    sheet = KeySheet(Theme(), office.actions)
    qtbot.addWidget(sheet)
    sheet.show()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_keys_are_standard_where_there_is_a_standard(office: Office) -> None:
    """Find, New, Undo and Quit have the platform's own keys."""
    actions: Actions = office.actions
    for command, standard in (
        ("find", QKeySequence.StandardKey.Find),
        ("new", QKeySequence.StandardKey.New),
        ("undo", QKeySequence.StandardKey.Undo),
    ):
        assert actions[command].shortcut() == QKeySequence(standard)
