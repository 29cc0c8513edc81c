"""What a screen reader is told: every widget that can have the keys says what it is, what it is called and what for."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QTabBar, QWidget

from core.outbox.templates import Template
from core.paths import Home
from gui.session import Session
from tests.fakes import FakeClock
from tests.seed import NOW_MS, seed
from tests.sessions import Sessions, fill_in, press, rows

Place = Callable[[Session, Sessions], QWidget]


@pytest.fixture
def filled(sessions: Sessions, home: Home, fake_clock: FakeClock) -> Session:
    """The window on an outbox with a row in every state."""
    seed(home)
    fake_clock.jump((NOW_MS - fake_clock.now_ms()) / 1000)
    account = '[account.school]\naddress = "info@school.example"\nhost = "mail.school.example"\n'
    home.settings.write_text(f'default_account = "practice"\n{account}')
    return sessions.start()


def _window(session: Session, _sessions: Sessions) -> QWidget:
    return session.window


def _details(session: Session, sessions: Sessions) -> QWidget:
    press("Alt+4")
    session.outbox.show_details()
    sessions.wait(lambda: bool(session.outbox.details.text()))
    return session.outbox.details


def _dialog(keys: str) -> Place:
    def show(session: Session, sessions: Sessions) -> QWidget:
        press(keys)
        sessions.wait(lambda: QApplication.activeWindow() not in (None, session.window))
        shown = QApplication.activeWindow()
        assert shown is not None
        return shown

    return show


def _command(name: str) -> Place:
    def show(session: Session, sessions: Sessions) -> QWidget:
        fill_in()
        session.program.outbox.save_template(Template("01", "Order ready", "Ready", "Dear Ann")).wait()
        session.actions[name].trigger()
        sessions.wait(lambda: QApplication.activeWindow() not in (None, session.window))
        shown = QApplication.activeWindow()
        assert shown is not None
        return shown

    return show


def _leaving(session: Session, sessions: Sessions) -> QWidget:
    session.leaving._ask(has_tray=True)
    sessions.wait(lambda: session.leaving.dialog is not None)
    assert session.leaving.dialog is not None
    return session.leaving.dialog


def _account_form(session: Session, sessions: Sessions) -> QWidget:
    overview = _dialog("Ctrl+Shift+O")(session, sessions)
    assert session.workplace.accounts is not None
    assert session.workplace.accounts.overview is not None
    session.workplace.accounts.overview.add.click()
    sessions.wait(lambda: QApplication.activeWindow() not in (None, session.window, overview))
    shown = QApplication.activeWindow()
    assert shown is not None
    return shown


def _person(session: Session, sessions: Sessions) -> QWidget:
    book = _dialog("Ctrl+Shift+B")(session, sessions)
    press("Ctrl+N")
    sessions.wait(lambda: QApplication.activeWindow() not in (None, session.window, book))
    shown = QApplication.activeWindow()
    assert shown is not None
    return shown


def _forgetting(session: Session, sessions: Sessions) -> QWidget:
    sessions.wait(lambda: len(rows(session)) > 0)
    press("Alt+4")
    sessions.wait(lambda: session.outbox.chosen_address() != "" and session.actions["forget"].isEnabled())
    session.actions["forget"].trigger()
    sessions.wait(lambda: "ForgettingDialog" in [type(each).__name__ for each in QApplication.topLevelWidgets()])
    return next(each for each in QApplication.topLevelWidgets() if type(each).__name__ == "ForgettingDialog")


_PLACES: dict[str, Place] = {
    "window": _window,
    "details": _details,
    "keys": _dialog("F1"),
    "palette": _dialog("Ctrl+K"),
    "later": _dialog("Ctrl+Shift+Return"),
    "preferences": _dialog("Ctrl+,"),
    "charts": _dialog("Ctrl+Shift+G"),
    "leaving": _leaving,
    "accounts": _dialog("Ctrl+Shift+O"),
    "template picker": _dialog("Ctrl+T"),
    "templates": _command("templates"),
    "template name": _command("save_template"),
    "account": _account_form,
    "book": _dialog("Ctrl+Shift+B"),
    "person": _person,
    "forgetting": _forgetting,
    "moving": _command("move"),
    "about": _command("about"),
}


def focusable(place: QWidget) -> Iterator[QWidget]:
    """Yield what can have the keys in there, also on pages that are not in front.

    Left out are the parts of which Qt makes its own widgets: a spin box's field, the arrows of a row of tabs.
    """
    for widget in place.findChildren(QWidget):
        is_part = widget.objectName().startswith("qt_") or widget.focusProxy() is not None
        is_part |= isinstance(widget.parentWidget(), QTabBar)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.window() is place.window() and not is_part:
            yield widget


@pytest.mark.parametrize("name", _PLACES)
def test_everything_that_takes_keys_says_what_it_is(filled: Session, sessions: Sessions, name: str) -> None:
    """Each has a name, a role and a description that is more than the name, as a screen reader asks for them."""
    place = _PLACES[name](filled, sessions)
    silent = []
    for widget in focusable(place):
        told = QAccessible.queryAccessibleInterface(widget)
        words = told.text(QAccessible.Text.Name), told.text(QAccessible.Text.Description)
        if isinstance(widget, QTabBar):  # Qt tells the tab in front and nothing else, whatever was set
            words = words[0], widget.accessibleDescription()
        if told.role() is QAccessible.Role.NoRole or not all(words) or words[0] == words[1]:
            silent.append(f"{type(widget).__name__} {widget.objectName()}: {words}, {told.role().name}")
    _close(filled)
    assert silent == []


@pytest.mark.parametrize("name", _PLACES)
def test_a_label_leads_to_its_field(filled: Session, sessions: Sessions, name: str) -> None:
    """A label with a mnemonic has a buddy, so that Alt and its letter go there."""
    place = _PLACES[name](filled, sessions)
    alone = [
        label.text()
        for label in place.findChildren(QLabel)
        if "&" in label.text().replace("&&", "")
        and label.textFormat() is not Qt.TextFormat.PlainText
        and label.buddy() is None
    ]
    _close(filled)
    assert alone == []


def _close(session: Session) -> None:
    for shown in QApplication.topLevelWidgets():
        if shown.isVisible() and shown is not session.window:
            shown.close()
