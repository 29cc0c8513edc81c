"""The bar of accounts that need their person: one line each, the password typed where it is asked for."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.accounts.accounts import Accounts
from core.outbox.notification import AccountState
from core.outbox.states import Reason
from gui.accounts.bar import AccountBar
from gui.accounts.trouble import Trouble, troubles
from gui.theme import Theme
from tests.gui.accounts import account
from tests.sessions import press, write

ACCOUNTS = Accounts((account(), account("shop", address="shop@example.com")), "school")
REFUSED_VALUES = (("user", "info"), ("host", "mail.school.example"), ("reply", "5.7.8 no"))


def broken(
    name: str, code: str = "auth_refused", held: int = 12, values: tuple[tuple[str, str], ...] = ()
) -> AccountState:
    return AccountState(name, Reason.ACCOUNT, None, code, values or REFUSED_VALUES, "", held)


def said(*states: AccountState) -> list[str]:
    return [trouble.sentence for trouble in troubles(states, ACCOUNTS)]


@pytest.mark.usefixtures("_english")
def test_the_sentence_says_how_many_are_held_and_why() -> None:
    """A refused password, a missing one, anything else: each with the address and the number."""
    assert said(broken("school")) == ["12 held: the password for info@school.example was refused."]
    assert said(broken("school", held=0)) == ["The password for info@school.example was refused."]
    assert said(broken("school", "password_missing", 1204)) == [
        "1,204 held: waiting for the password of info@school.example."
    ]
    assert said(broken("school", "password_missing", 0)) == ["Waiting for the password of info@school.example."]
    (trouble,) = troubles([broken("shop", "certificate_name", 3, (("host", "a"), ("names", "b")))], ACCOUNTS)
    assert trouble.sentence == "3 held: shop@example.com cannot send."
    assert "The certificate is for b, not for a." in trouble.detail
    assert not trouble.is_of_password


def test_what_is_held_is_told_of_while_its_account_is_tried() -> None:
    """One of the held rows was released and waits: the others are still held, and the bar says so."""
    state = replace(broken("shop", "auth_refused", 4), reason=Reason.BACKOFF, until=1)
    assert [trouble.account for trouble in troubles([state], ACCOUNTS)] == ["shop"]


def test_only_what_needs_a_person_is_told() -> None:
    """No network, a busy server and a rate mend themselves; accounts come in their order, one that is gone last."""
    waits = [
        AccountState("school", reason, 1, "", (), "", 0) for reason in (Reason.OFFLINE, Reason.BACKOFF, Reason.RATE)
    ]
    assert troubles(waits, ACCOUNTS) == ()
    found = troubles(
        [broken("gone", "account_gone", 2, (("account", "gone"),)), broken("shop"), broken("school")], ACCOUNTS
    )
    assert [each.account for each in found] == ["school", "shop", "gone"]
    assert not found[2].is_known


def test_an_account_that_is_gone_and_holds_nothing_is_no_trouble() -> None:
    """It was removed, and what waited for it was cancelled: nothing is left to be done about it."""
    assert troubles([broken("gone", "account_gone", 0, (("account", "gone"),))], ACCOUNTS) == ()


class Place:
    """The bar in a window, and what it asked for."""

    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.bar = AccountBar(theme)
        self.other = QLineEdit()
        column = QVBoxLayout(self.window)
        column.addWidget(self.bar)
        column.addWidget(self.other)
        self.window.resize(1000, 200)
        self.bar.password_given.connect(lambda *given: self.asked.append(("password", *given)))
        self.bar.retry_requested.connect(lambda name: self.asked.append(("retry", name)))
        self.bar.edit_requested.connect(lambda name: self.asked.append(("edit", name)))
        self.bar.stop_requested.connect(lambda name: self.asked.append(("stop", name)))
        self.bar.closed.connect(lambda name: self.asked.append(("closed", name)))
        self.bar.left.connect(lambda: self.asked.append(("left",)))
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window)

    def test(self, password: str) -> None:
        """Give the school's password by keys, and have it tested."""
        self.show(broken("school"))
        self.bar.focus_first()
        write(f"{password}\n")
        self.bar.show_testing("school")

    def show(self, *states: AccountState) -> None:
        self.bar.show_troubles(troubles(states, ACCOUNTS))

    def fields(self) -> list[QLineEdit]:
        QApplication.processEvents()  # what is laid out later has its place
        found = [field for field in self.bar.findChildren(QLineEdit) if field.isVisible()]
        return sorted(found, key=lambda field: field.mapTo(self.bar, QPoint()).y())


@pytest.fixture
def place(theme: Theme, qtbot: QtBot) -> Place:
    return Place(theme, qtbot)


def test_hidden_while_nothing_is_wrong(place: Place) -> None:
    """It takes no room without trouble, and goes with it."""
    assert not place.bar.isVisible()
    place.show(broken("school"))
    assert place.bar.isVisible()
    place.show()
    assert not place.bar.isVisible()


def test_the_password_is_given_by_enter(place: Place) -> None:
    """Typed into the line and confirmed by Enter; an empty field gives nothing; it is never shown."""
    place.show(broken("school"))
    assert place.bar.focus_first()
    press("Return")
    assert place.asked == []
    write("pass word")
    assert "pass" not in place.fields()[0].displayText()
    press("Return")
    assert place.asked == [("password", "school", "pass word")]


def test_a_second_enter_does_not_stop_the_test(place: Place) -> None:
    """While it is tested, Enter does nothing and the field cannot be changed; the button stops it."""
    place.test("pass word")
    press("Return")
    write("x")
    assert place.fields()[0].text() == "pass word"
    assert place.asked == [("password", "school", "pass word")]
    stop = next(each for each in place.bar.findChildren(QPushButton) if "Stop" in each.text())
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert place.asked[-1] == ("stop", "school")


def test_a_wrong_password_again_is_said_and_can_be_mended(place: Place) -> None:
    """What the server said stands there, the password is selected to be typed over, and the words go with typing."""
    place.test("pass word")
    place.bar.show_refused("school", "It was refused again.")
    assert "It was refused again." in place.bar.sentences()[0]
    write("other")
    assert place.fields()[0].text() == "other"
    assert "again." not in place.bar.sentences()[0]


def test_a_test_that_ends_takes_no_keys_from_elsewhere(place: Place) -> None:
    """Who types into a message when a test fails goes on doing so: none of it goes out as a password."""
    place.test("wrong")
    place.other.setFocus()
    write("Dear ")
    place.bar.show_refused("school", "It was refused again.")
    write("Ann\n")
    assert place.other.text() == "Dear Ann"
    assert place.asked == [("password", "school", "wrong")]


def test_the_line_end_of_a_pasted_password_is_not_part_of_it(place: Place) -> None:
    """It cannot be seen in the field."""
    place.show(broken("school"))
    (field,) = place.fields()
    field.setText("open sesame\n")
    field.setFocus()
    press("Return")
    assert place.asked == [("password", "school", "open sesame")]


def test_more_that_is_held_keeps_what_is_typed(place: Place) -> None:
    """The number goes up while the password is half typed: the field is as it was, with its keys."""
    place.show(broken("school"))
    place.bar.focus_first()
    write("half")
    place.show(broken("school", held=13), broken("shop"))
    assert place.fields()[0].text() == "half"
    assert place.fields()[0].hasFocus()
    assert place.bar.sentences()[0].startswith("13 held")


def test_the_keys_are_not_lost_with_the_line(place: Place) -> None:
    """When the line that has the keys goes, the window is told to put them somewhere."""
    place.show(broken("school"))
    place.bar.focus_first()
    place.show()
    assert place.asked == [("left",)]


def test_what_no_password_mends_is_tested_again_or_changed(place: Place) -> None:
    """A certificate: no field for a password, but another test, and the account."""
    place.show(broken("shop", "certificate_name", 3, (("host", "a"), ("names", "b"))))
    assert place.fields() == []
    place.bar.focus_first()
    press("Space")
    assert place.asked == [("retry", "shop")]
    press("Tab")
    press("Space")
    assert place.asked[-1] == ("edit", "shop")
    press("Tab")
    press("Space")
    assert place.asked[-1] == ("closed", "shop")


def test_three_lines_and_the_rest_is_counted(place: Place) -> None:
    """Ten accounts in trouble leave room for the window: in a low one there is one line."""
    place.window.resize(1000, 700)
    place.bar.show_troubles([Trouble(f"a{n}", f"{n} held", "", False) for n in range(10)])
    assert len(place.bar.sentences()) == 3
    rest = next(each for each in place.bar.findChildren(QPushButton) if "7 more" in each.text())
    assert rest.isVisible()
    place.window.resize(640, 480)
    assert len(place.bar.sentences()) == 1
    assert "9 more" in rest.text()
    place.window.resize(1000, 700)
    assert len(place.bar.sentences()) == 3


def test_a_line_that_a_person_is_at_gives_no_way(place: Place) -> None:
    """In a low window there is room for one: the one with the keys, whatever else gets into trouble."""
    place.window.resize(900, 300)
    place.show(broken("shop"))
    assert place.bar.focus_first()
    write("secr")
    place.show(broken("school"), broken("shop"))
    assert len(place.bar.sentences()) == 1
    assert place.fields()[0].text() == "secr"
    write("et")
    assert place.fields()[0].text() == "secret"
    assert place.asked == []
    place.window.resize(900, 700)
    assert [field.text() for field in place.fields()] == ["", "secret"]
    press("Return")
    place.bar.show_testing("shop")
    place.window.resize(900, 300)
    place.window.resize(900, 700)
    assert place.fields()[1].text() == "secret"
    place.bar.show_refused("shop", "no")
    assert "no" in place.bar.sentences()[1]
    assert place.fields()[1].hasFocus()


def test_a_long_word_of_a_server_widens_nothing(place: Place) -> None:
    """A reply may be a word of a thousand letters: it is broken, and shown in part."""
    place.bar.show_troubles([Trouble("school", f"12 held: {'a' * 300}", "x" * 1000, False)])
    assert place.bar.minimumSizeHint().width() < 640
    assert place.bar.sentences()[0].count("x") == 240


def test_esc_gives_the_keys_back(place: Place) -> None:
    """The line stays; the form has the keys."""
    place.show(broken("school"))
    assert place.bar.focus_first()
    press("Esc")
    assert place.asked == [("left",)]
    assert place.bar.isVisible()


def test_a_password_from_a_file_is_not_asked_for() -> None:
    """Typed, it would never be looked at: the line names the place where it is to be mended."""
    (trouble,) = troubles([broken("school")], ACCOUNTS, lambda _: "/etc/outtray/secret")
    assert not trouble.is_of_password
    assert "comes from /etc/outtray/secret: mend it there" in trouble.detail
    assert "5.7.8 no" in trouble.detail


def test_each_field_says_what_it_is_for(place: Place) -> None:
    """A screen reader hears the sentence with the field, and the close button has words."""
    place.show(broken("school"), broken("shop"))
    assert all("was refused" in field.accessibleName() for field in place.fields())
