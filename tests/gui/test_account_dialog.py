"""Adding an account: the address first, the rest guessed, the test shown step by step, and nothing typed lost."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.accounts.accounts import Account
from core.errors import PersonError
from core.mail.smtp.diagnosis import Finding, Step
from core.mail.smtp.server import Login, Security
from core.runner import TaskRunner
from gui.accounts.dialog import AccountDialog
from gui.accounts.trial import Trials
from gui.theme import Theme
from tests.fakes import Gate
from tests.gui.accounts import GOOD, REFUSED, Way, account
from tests.sessions import press, write


class Desk:
    """An open dialog, with a way to the server and a place where accounts are saved."""

    def __init__(self, theme: Theme, runner: TaskRunner, qtbot: QtBot) -> None:
        self.way = Way()
        self.saved: list[tuple[Account, str | None, bool]] = []
        self.refusal: BaseException | None = None
        self._theme = theme
        self._qtbot = qtbot
        self.trials = Trials(self.way, runner)
        self.dialogs: list[AccountDialog] = []
        self.closed: list[AccountDialog] = []

    def open(self, before: Account | None = None, taken: tuple[str, ...] = ()) -> AccountDialog:
        dialog = AccountDialog(self._theme, self.trials, self._save, taken, before)
        self.dialogs.append(dialog)
        dialog.finished.connect(lambda: self.closed.append(dialog))
        dialog.show()
        dialog.activateWindow()
        self.wait(lambda: QApplication.focusWidget() is dialog.form.address)
        return dialog

    def _save(
        self,
        saved: Account,
        secret: str | None,
        is_tested: bool,
        done: Callable[[], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        if self.refusal is not None:
            failed(self.refusal)
            return
        self.saved.append((saved, secret, is_tested))
        done()

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=10_000)


@pytest.fixture
def desk(theme: Theme, runner: TaskRunner, qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(theme, runner, qtbot)
    yield desk
    for dialog in desk.dialogs:
        if dialog not in desk.closed:
            dialog.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def fill_in(dialog: AccountDialog) -> None:
    """Type a school's account by keys, from the address on; the focus is in the server then."""
    write("info@school.example\tRiverside School\tpass word\t\tmail.school.example")
    assert dialog.form.host.hasFocus()


def test_the_address_fills_in_what_follows_from_it(desk: Desk) -> None:
    """Gmail: server, port, security and user are there, and what Google wants is said, with its page."""
    dialog = desk.open()
    write("ann@gmail.com")
    form = dialog.form
    assert (form.host.text(), form.port.text(), form.user.text()) == ("smtp.gmail.com", "465", "ann@gmail.com")
    assert form.security.currentData() == "tls"
    assert "app password" in form.hint()
    assert form.name.text() == "ann"


def test_the_sent_folder_follows_from_the_address_too(desk: Desk) -> None:
    """For a known provider the IMAP server is there under More; what was typed there is kept, and saved."""
    dialog = desk.open()
    write("ann@gmail.com\tAnn\tabcd")
    press("Alt+M")
    desk.wait(dialog.form.imap_host.isVisible)
    assert (dialog.form.imap_host.text(), dialog.form.imap_port.text()) == ("imap.gmail.com", "993")
    press("Alt+Y")
    press("Down")
    assert dialog.form.imap_port.text() == "143"
    press("Alt+V")
    press("Ctrl+A")
    write("imap.school.example")
    press("Alt+D")
    write("Sent by me")
    press("Return")
    desk.wait(lambda: bool(desk.saved))
    ((saved, _, _),) = desk.saved
    assert (saved.imap_host, saved.imap_port, saved.imap_security, saved.sent_folder) == (
        "imap.school.example",
        143,
        Security.STARTTLS,
        "Sent by me",
    )


def test_a_folder_without_a_server_is_said_at_the_server(desk: Desk) -> None:
    """The name of a Sent folder alone leads nowhere: the sentence is under the IMAP server, which has the keys."""
    dialog = desk.open(account(sent_folder="Sent"))
    press("Return")
    desk.wait(dialog.form.imap_host.hasFocus)
    assert "name that server too" in dialog.form.wrong()["imap_host"][0]


def test_the_page_of_a_provider_is_opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The link under the hint leads to the provider's own page, in the person's browser."""
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    dialog = desk.open()
    write("ann@gmail.com")
    page = next(each for each in dialog.findChildren(QPushButton) if "page" in each.text())
    QTest.mouseClick(page, Qt.MouseButton.LeftButton)
    assert opened[0].host() == "support.google.com"


def test_a_provider_without_passwords_is_named_while_the_address_is_typed(desk: Desk) -> None:
    """OAuth only: said at the last letter of the address, not when the mail fails; gone when the address is another."""
    dialog = desk.open()
    write("ann@outlook.co")
    assert "OAuth" not in dialog.form.hint()
    write("m")
    assert "OAuth" in dialog.form.hint()
    assert dialog.form.account().login is Login.XOAUTH2
    press("Backspace")
    assert "OAuth" not in dialog.form.hint()


def test_what_a_person_typed_is_not_guessed_over(desk: Desk) -> None:
    """A server that was typed stays when the address changes; emptied, it is guessed again."""
    dialog = desk.open()
    form = dialog.form
    write("ann@gmail.com")
    press("Alt+S")
    form.host.selectAll()
    write("relay.example.com")
    press("Alt+A")
    form.address.selectAll()
    write("ann@gmx.de")
    assert form.host.text() == "relay.example.com"
    assert form.user.text() == "ann@gmx.de"


def test_security_chooses_its_usual_port(desk: Desk) -> None:
    """STARTTLS is at 587 unless the person wrote another port."""
    dialog = desk.open()
    fill_in(dialog)
    press("Alt+E")
    press("Down")
    assert dialog.form.security.currentData() == "starttls"
    assert dialog.form.port.text() == "587"
    press("Alt+O")
    dialog.form.port.selectAll()
    write("2525")
    press("Alt+E")
    press("Up")
    assert dialog.form.port.text() == "2525"


def test_a_good_test_saves(desk: Desk) -> None:
    """Enter tests and saves: each step has its tick, the password was the one typed, and Enter again closes."""
    dialog = desk.open()
    fill_in(dialog)
    press("Return")
    desk.wait(lambda: "can send" in dialog.outcome())
    assert dialog.steps.text().count("✓") == 5
    assert "203.0.113.5" in dialog.steps.text()
    ((saved, secret, is_tested),) = desk.saved
    assert saved == account(sender_name="Riverside School", port=465, security=Security.TLS)
    assert (secret, is_tested) == ("pass word", True)
    assert desk.way.asked == [(saved, "pass word")]
    press("Return")
    desk.wait(lambda: dialog in desk.closed)


def test_each_step_is_shown_as_it_comes(desk: Desk) -> None:
    """What is found is there before the next is looked for."""
    gate = desk.way.gates[2] = Gate()
    dialog = desk.open()
    fill_in(dialog)
    press("Return")
    desk.wait(lambda: "✓ Connection" in dialog.steps.text())
    assert "… Encryption" in dialog.steps.text()
    assert dialog.is_testing()
    gate.open()
    desk.wait(lambda: "✓ Login" in dialog.steps.text())


def test_a_failed_test_keeps_everything_and_says_why(desk: Desk) -> None:
    """A refused password: the cross and the sentence at Login, all fields as typed, nothing saved; mended, it saves."""
    desk.way.findings = REFUSED
    dialog = desk.open()
    fill_in(dialog)
    press("Return")
    desk.wait(lambda: "does not work" in dialog.outcome())
    assert "✕ Login  mail.school.example refused the password" in dialog.steps.text()
    assert desk.saved == []
    assert dialog.form.secret() == "pass word"
    assert dialog.form.account().host == "mail.school.example"
    desk.way.findings = Way().findings
    press("Alt+P")
    press("Ctrl+A")
    write("right")
    assert dialog.outcome() == ""  # what was said is not of what stands here now
    press("Return")
    desk.wait(lambda: "can send" in dialog.outcome())
    assert desk.saved[0][1] == "right"


def test_saved_anyway(desk: Desk) -> None:
    """A person who knows better saves without a good test; it is told apart."""
    desk.way.findings = REFUSED
    dialog = desk.open()
    fill_in(dialog)
    assert not dialog.anyway.isVisible()
    press("Return")
    desk.wait(dialog.anyway.isVisible)
    press("Alt+W")
    desk.wait(lambda: dialog in desk.closed)
    assert [is_tested for _, _, is_tested in desk.saved] == [False]


def test_a_test_is_stopped(desk: Desk) -> None:
    """Esc stops the test and not the dialog; what comes later is not shown; a second Esc closes."""
    gate = desk.way.gates[1] = Gate()
    dialog = desk.open()
    fill_in(dialog)
    press("Return")
    desk.wait(lambda: "✓ Name" in dialog.steps.text())
    press("Esc")
    assert not dialog.is_testing()
    assert dialog.isVisible()
    gate.open()
    desk.wait(lambda: "Stopped" in dialog.outcome())
    QTest.qWait(0)
    assert "✓ Connection" not in dialog.steps.text()
    assert desk.saved == []
    press("Esc")
    desk.wait(lambda: dialog in desk.closed)


def test_closing_while_testing_leaves_nothing(desk: Desk) -> None:
    """The window's close button during a test: the dialog goes, the test ends unheard."""
    gate = desk.way.gates[1] = Gate()
    dialog = desk.open()
    fill_in(dialog)
    press("Return")
    desk.wait(lambda: "✓ Name" in dialog.steps.text())
    dialog.close()
    assert dialog in desk.closed
    gate.open()
    assert desk.saved == []


def test_nothing_can_be_typed_into_what_is_tested(desk: Desk) -> None:
    """While it is tested the fields are read-only, and the keys stay where they were."""
    gate = desk.way.gates[0] = Gate()
    dialog = desk.open()
    fill_in(dialog)
    press("Return")
    desk.wait(dialog.is_testing)
    write("x")
    assert dialog.form.host.text() == "mail.school.example"
    assert dialog.form.host.hasFocus()
    gate.open()
    desk.wait(lambda: "can send" in dialog.outcome())


def test_a_token_in_place_of_the_password(desk: Desk) -> None:
    """A domain of one's own at a provider that takes no passwords: the person says that it is a token."""
    dialog = desk.open()
    fill_in(dialog)
    press("Alt+M")
    desk.wait(dialog.form.login.isVisible)
    press("Alt+G")
    press("End")
    press("Return")
    desk.wait(lambda: "can send" in dialog.outcome())
    assert desk.saved[0][0].login is Login.XOAUTH2


def test_what_is_wrong_stands_beside_its_field(desk: Desk) -> None:
    """No test is begun; each field has its sentence, the first has the keys; typing takes it away."""
    dialog = desk.open()
    write("info@\t\t\t\tnot a host")
    press("Alt+O")
    dialog.form.port.selectAll()
    write("99999")
    press("Return")
    assert set(dialog.form.wrong()) == {"address", "host"}
    assert len(dialog.form.wrong()["host"]) == 2
    assert desk.way.asked == []
    assert dialog.form.address.hasFocus()
    press("End")
    write("school.example")
    assert set(dialog.form.wrong()) == {"host"}


def test_what_is_no_number_is_named_as_it_was_typed(desk: Desk) -> None:
    """The sentence has the letters that stand there, and the keys go to the very field of the row."""
    dialog = desk.open()
    fill_in(dialog)
    write("mail.example.com")
    press("Alt+O")
    dialog.form.port.selectAll()
    write("abc")
    dialog.form.per_hour.setText("many")
    press("Return")
    assert dialog.form.port.hasFocus()
    (port,) = dialog.form.wrong()["host"]
    assert port.startswith("abc is not a port")
    (limit,) = dialog.form.wrong()["per_minute"]
    assert "The limit per hour must be a number" in limit
    assert limit.endswith("not many.")
    assert [bool(each.property("wrong")) for each in (dialog.form.host, dialog.form.port)] == [False, True]
    assert [bool(each.property("wrong")) for each in (dialog.form.per_minute, dialog.form.per_hour)] == [False, True]
    dialog.form.port.selectAll()
    write("587")
    assert not dialog.form.port.property("wrong")
    press("Return")
    assert dialog.form.per_hour.hasFocus()


def test_each_edit_takes_away_its_own_mark_only(desk: Desk) -> None:
    """Of two wrong fields in a row the other stays marked, with its sentence; a port that follows is right again."""
    dialog = desk.open()
    write("info@school.example\t\tpass\t\t")
    dialog.form.port.clear()
    press("Return")
    assert len(dialog.form.wrong()["host"]) == 2
    assert dialog.form.host.hasFocus()
    write("mail.example.com")
    assert dialog.form.wrong()["host"] == [
        "An empty field is not a port: a number from 1 to 65535, usually 465 for tls and 587 for starttls."
    ]
    assert dialog.form.port.property("wrong")
    assert not dialog.form.host.property("wrong")
    press("Alt+E")
    press("Down")
    assert dialog.form.port.text() == "587"
    assert not dialog.form.port.property("wrong")
    assert dialog.form.wrong() == {}


def test_a_long_word_of_a_server_does_not_widen_the_dialog(desk: Desk) -> None:
    """A reply may be one word of hundreds of letters."""
    desk.way.findings = (*GOOD[:4], Finding(Step.LOGIN, False, "x" * 300))
    dialog = desk.open()
    fill_in(dialog)
    press("Return")
    desk.wait(lambda: "does not work" in dialog.outcome())
    assert dialog.width() <= 700


def test_no_encryption_is_for_this_computer_only(desk: Desk) -> None:
    """Without TLS to another computer: refused at the field."""
    dialog = desk.open()
    fill_in(dialog)
    press("Alt+E")
    press("End")
    assert dialog.form.account().security is Security.NONE
    press("Return")
    assert list(dialog.form.wrong()) == ["security"]


def test_a_name_that_is_taken_is_said_under_more(desk: Desk) -> None:
    """The short name is made so that nobody has it; typed the same, "More" opens and says so."""
    dialog = desk.open(taken=("school",))
    fill_in(dialog)
    assert dialog.form.name.text() == "school-2"
    press("Alt+M")
    desk.wait(dialog.form.name.isVisible)
    press("Alt+H")
    dialog.form.name.selectAll()
    write("school")
    press("Alt+M")
    desk.wait(lambda: not dialog.form.name.isVisible())
    press("Return")
    assert list(dialog.form.wrong()) == ["name"]
    assert dialog.form.name.isVisible()


def test_what_cannot_be_saved_is_said(desk: Desk) -> None:
    """A disk that refuses: the sentence, and everything typed is still there."""
    desk.refusal = PersonError("settings_unreadable", why="it cannot be written, the disk is full")
    dialog = desk.open()
    fill_in(dialog)
    press("Return")
    desk.wait(lambda: "the disk is full" in dialog.outcome())
    assert dialog.form.account().host == "mail.school.example"
    assert dialog.anyway.isVisible()


def test_a_changed_account_keeps_what_is_not_shown(desk: Desk) -> None:
    """Edit: everything as it was, the password unchanged unless typed, the name fixed."""
    before = account(
        reply_to="office@school.example",
        signature="Riverside School\nMain Street",
        per_hour=100,
        ehlo_name="school.example",
        connections=2,
    )
    dialog = desk.open(before, ("school",))
    assert dialog.form.account() == before
    assert dialog.form.secret() is None
    press("Alt+N")
    write("School")
    press("Return")
    desk.wait(lambda: "can send" in dialog.outcome())
    ((saved, secret, _),) = desk.saved
    assert saved.sender_name == "School"
    assert (saved.ehlo_name, saved.connections, saved.name, secret) == ("school.example", 2, "school", None)


def test_where_the_password_is_kept_is_said(desk: Desk) -> None:
    """In the keyring, or until Outtray ends."""
    dialog = desk.open()
    dialog.form.set_place(True)
    assert any("keyring" in label.text() for label in dialog.findChildren(QLabel))
    dialog.form.set_place(False)
    assert any("asked for again" in label.text() for label in dialog.findChildren(QLabel))


def test_the_password_is_hidden_until_it_is_asked_for(desk: Desk) -> None:
    """Dots; the eye shows it; no accessible text holds it."""
    dialog = desk.open()
    fill_in(dialog)
    field = dialog.form.password
    assert field.displayText() != "pass word"
    eye = next(each for each in dialog.findChildren(QAbstractButton) if each.accessibleName() == "Show the password")
    eye.setFocus()
    press("Space")
    assert field.displayText() == "pass word"


def test_every_field_has_a_name_and_a_key_of_its_own(desk: Desk) -> None:
    """Each input has an accessible name; no mnemonic is given twice; Tab goes down the fields."""
    dialog = desk.open()
    press("Alt+M")
    desk.wait(dialog.form.name.isVisible)
    for widget in dialog.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not widget.focusProxy():
            assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()), widget
    words = [label.text() for label in dialog.findChildren(QLabel)]
    words += [button.text() for button in dialog.findChildren(QAbstractButton)]
    letters = Counter(text[text.index("&") + 1].lower() for text in words if "&" in text)
    assert max(letters.values()) == 1, letters
    dialog.form.address.setFocus()
    seen = []
    for _ in range(8):
        seen.append(QApplication.focusWidget())
        press("Tab")
    form = dialog.form
    fields = (form.address, form.sender_name, form.password, form.host, form.port, form.security, form.user, form.more)
    assert [each for each in seen if each in fields] == [each for each in fields if each in seen]


def test_the_field_with_the_keys_is_in_sight(desk: Desk) -> None:
    """On a small screen the form scrolls: to the field that a mnemonic goes to, and to what a test says."""
    desk.way.findings = REFUSED
    dialog = desk.open()
    fill_in(dialog)
    press("Alt+M")
    desk.wait(dialog.form.name.isVisible)
    dialog.resize(dialog.width(), 300)
    press("Alt+H")
    desk.wait(lambda: dialog.form.name.hasFocus() and not dialog.form.name.visibleRegion().isEmpty())
    press("Alt+A")
    assert not dialog.form.address.visibleRegion().isEmpty()
    press("Return")
    desk.wait(lambda: bool(dialog.outcome()) and not dialog.steps.visibleRegion().isEmpty())
