"""The list of accounts: how each stands, in words, and what can be done with it by keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.accounts.accounts import Accounts
from core.mail.smtp.server import Security
from core.outbox.notification import PRACTICE, AccountState
from core.outbox.states import Reason
from gui.accounts.overview import AccountsDialog
from gui.accounts.standing import standings, status_words
from gui.theme import Theme
from tests.gui.accounts import GOOD, REFUSED, account
from tests.gui.synthetic import NOW_MS
from tests.sessions import press

ACCOUNTS = Accounts(
    (account(), account("shop", address="shop@example.com", host="::1", port=25, security=Security.NONE)), "school"
)


def state(name: str, reason: Reason, code: str = "") -> AccountState:
    return AccountState(name, reason, NOW_MS + 120_000, code, (), "", 0)


class Office:
    """The dialog, and what it asked for."""

    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.dialog = AccountsDialog(theme)
        qtbot.addWidget(self.dialog)
        self.dialog.add_requested.connect(lambda: self.asked.append(("add",)))
        self.dialog.stop_requested.connect(lambda: self.asked.append(("stop",)))
        for name in ("edit", "test", "default", "remove"):
            signal = getattr(self.dialog, f"{name}_requested")
            signal.connect(lambda account, name=name: self.asked.append((name, account)))
        self.dialog.show_standings(standings(ACCOUNTS, (), NOW_MS))
        self.dialog.show()
        self.dialog.activateWindow()
        self.dialog.list.setFocus()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is self.dialog.list)


@pytest.fixture
def office(theme: Theme, qtbot: QtBot) -> Office:
    return Office(theme, qtbot)


def test_each_account_says_how_it_stands() -> None:
    """Ready, no network, busy, at its limit, refused: in words, with the time where there is one. Practice is last."""
    found = standings(ACCOUNTS, [state("school", Reason.ACCOUNT, "auth_refused")], NOW_MS)
    assert found[0].text() == "info@school.example, Password refused, mail.school.example:465, TLS, default"
    assert found[1].text() == "shop@example.com, Ready, [::1]:25, no encryption"
    assert found[2].account == PRACTICE
    for reason, words in ((Reason.OFFLINE, "No network"), (Reason.BACKOFF, "Server busy"), (Reason.RATE, "Rate limit")):
        assert standings(ACCOUNTS, [state("school", reason)], NOW_MS)[0].state.startswith(words)
    missing = standings(ACCOUNTS, [state("school", Reason.ACCOUNT, "password_missing")], NOW_MS)
    assert missing[0].state == "Waiting for the password"


def test_the_status_bar_says_what_matters_most() -> None:
    """Practice without accounts; else Online, No network, or that a password is waited for."""
    assert status_words(Accounts(), ())[0] == "Practice"
    assert status_words(ACCOUNTS, ())[0] == "Online"
    offline, broken = state("school", Reason.OFFLINE), state("shop", Reason.ACCOUNT, "password_missing")
    assert status_words(ACCOUNTS, [offline])[0] == "No network"
    assert status_words(ACCOUNTS, [broken])[0] == "Waiting for the password"
    assert status_words(ACCOUNTS, [state("shop", Reason.ACCOUNT, "tls_failed")])[0] == "An account needs you"
    assert status_words(ACCOUNTS, [state("gone", Reason.ACCOUNT, "account_gone")])[0] == "Online"


def test_keys_do_everything(office: Office, qtbot: QtBot) -> None:
    """Arrows choose, Enter edits, Delete removes, letters with Alt do the rest; Esc closes."""
    press("Return")
    press("Down")
    press("Del")
    assert office.asked == [("edit", "school"), ("remove", "shop")]
    for number, keys in enumerate(("Alt+A", "Alt+T", "Alt+D"), start=3):
        press(keys)
        qtbot.waitUntil(lambda number=number: len(office.asked) == number)  # type: ignore[misc]
    assert office.asked[2:] == [("add",), ("test", "shop"), ("default", "shop")]
    press("Esc")
    assert not office.dialog.isVisible()


def test_practice_cannot_be_removed_or_tested(office: Office) -> None:
    """It is always there; it can be made the default."""
    press("End")
    assert office.dialog.chosen() == PRACTICE
    press("Del")
    press("Return")
    assert office.asked == []
    assert not office.dialog.test.isEnabled()
    assert office.dialog.make_default.isEnabled()


def test_the_chosen_one_stays_chosen(office: Office) -> None:
    """What becomes of accounts meanwhile does not move the choice."""
    press("Down")
    changed = Accounts((*ACCOUNTS.all, account("third", address="third@example.com")), "shop")
    office.dialog.show_standings(standings(changed, (), NOW_MS))
    assert office.dialog.chosen() == "shop"
    assert "default" in office.dialog.rows()[1]


def test_a_test_is_shown_and_can_be_stopped(office: Office, qtbot: QtBot) -> None:
    """Its steps stand below the list; while it runs, Esc stops it and does not close."""
    office.dialog.show_testing("info@school.example")
    for finding in REFUSED:
        office.dialog.add_finding(finding)
    press("Esc")
    assert office.asked == [("stop",)]
    office.dialog.show_outcome("info@school.example cannot send.", is_good=False)
    assert "✕ Login" in office.dialog.text()
    office.dialog.show_testing("info@school.example")
    for finding in GOOD:
        office.dialog.add_finding(finding)
    office.dialog.show_outcome("info@school.example can send.", is_good=True)
    assert office.dialog.text().count("✓") == 5
    press("Esc")
    assert not office.dialog.isVisible()


def test_close_closes_also_while_it_tests(office: Office, qtbot: QtBot) -> None:
    """The button does what it says: the test is stopped, and the list goes."""
    office.dialog.show_testing("info@school.example")
    press("Alt+C")
    qtbot.waitUntil(lambda: not office.dialog.isVisible())
    assert office.asked == [("stop",)]


def test_the_keys_do_not_go_on_to_remove(office: Office) -> None:
    """Make default can be pressed no more once it was: Space pressed again must not remove."""
    press("Down")
    office.dialog.make_default.setFocus()
    press("Space")
    assert office.asked == [("default", "shop")]
    office.dialog.show_standings(standings(Accounts(ACCOUNTS.all, "shop"), (), NOW_MS))
    assert office.dialog.list.hasFocus()


def test_every_button_has_words_and_a_key(office: Office) -> None:
    """No mnemonic is given twice."""
    buttons = (
        office.dialog.add,
        office.dialog.edit,
        office.dialog.test,
        office.dialog.make_default,
        office.dialog.remove,
        office.dialog.close_button,
    )
    letters = [each.text()[each.text().index("&") + 1].lower() for each in buttons]
    assert len(set(letters)) == len(letters)
    assert office.dialog.list.accessibleName()
    assert office.dialog.list.focusPolicy() & Qt.FocusPolicy.TabFocus
