"""Real mail in the whole window: an account added by keys, a refused password mended, a network that is gone."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QPushButton, QToolButton

from core.accounts import accounts as kept
from core.accounts.accounts import Account
from core.clock import Clock
from core.errors import PersonError
from core.mail.smtp.server import Security
from core.outbox.notification import PRACTICE, Draft, Recipient
from core.paths import Home
from gui.accounts.desk import AccountsDesk
from gui.accounts.dialog import AccountDialog
from gui.accounts.overview import AccountsDialog
from gui.compose.sender import Sender
from gui.outbox.details import Tab
from gui.session import Session
from tests.gui.mail_server import HOST, MailServer, mail_server
from tests.sessions import Sessions, fill_in, practised, press, rows, says, states, write
from tests.smtp.certificates import Authority
from tests.smtp.scripted import AUTH, LOGIN_HELLO, ScriptedServer

ADDRESS = "info@school.example"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def server(authority: Authority, expected_logs: list[str]) -> Iterator[MailServer]:
    expected_logs.append("login_data is deprecated")  # aiosmtpd 1.4 says it of itself
    with mail_server(authority.good(HOST)) as server:
        yield server


@pytest.fixture
def clock(real_clock: Clock, server: MailServer) -> Clock:
    """Servers answer in their own time. Made after the server, so that the window lets go of it before it ends."""
    return real_clock


@pytest.fixture(autouse=True)
def _at_once(home: Home) -> None:
    """Nothing waits for Undo."""
    home.settings.write_text("undo_s = 0\n")


def add_account(home: Home, server: MailServer, authority: Authority, **changes: object) -> Account:
    """Keep an account before the window starts."""
    values: dict[str, object] = {
        "name": "school",
        "address": ADDRESS,
        "host": HOST,
        "port": server.port,
        "security": Security.STARTTLS,
        "user": ADDRESS,
        "ca_file": str(authority.ca_file),
    }
    account = Account(**{**values, **changes})  # type: ignore[arg-type]  # a test names the fields it means
    kept.add(home, account)
    return account


def desk_of(session: Session) -> AccountsDesk:
    assert session.workplace.accounts is not None
    return session.workplace.accounts


def dialog_of() -> AccountDialog:
    (dialog,) = [
        each for each in QApplication.topLevelWidgets() if isinstance(each, AccountDialog) and each.isVisible()
    ]
    return dialog


def open_dialog(sessions: Sessions, ask: Callable[[], object]) -> AccountDialog:
    ask()
    sessions.wait(
        lambda: any(isinstance(each, AccountDialog) and each.isVisible() for each in QApplication.topLevelWidgets())
    )
    dialog = dialog_of()
    dialog.activateWindow()
    sessions.wait(lambda: QApplication.focusWidget() is dialog.form.address)
    return dialog


def type_account(
    sessions: Sessions, dialog: AccountDialog, server: MailServer, authority: Authority, secret: str
) -> None:
    """Fill in the dialog by keys alone, and press Enter."""
    write(f"{ADDRESS}\tRiverside School\t{secret}\t\t{HOST}\t")
    press("Ctrl+A")
    write(f"{server.port}\t")
    press("Down")  # STARTTLS
    press("Alt+M")
    sessions.wait(dialog.form.ca_file.isVisible)
    press("Alt+F")
    write(str(authority.ca_file))
    press("Return")


def activate(sessions: Sessions, session: Session) -> None:
    session.window.activateWindow()
    sessions.wait(lambda: QApplication.activeWindow() is session.window)


def from_words(session: Session) -> str:
    return session.compose.from_field.currentText()


def notes(session: Session) -> list[str]:
    """Return what the form says beside its fields."""
    return [label.text() for label in session.compose.findChildren(QLabel) if label.isVisible()]


def send(sessions: Sessions, session: Session, count: int = 1) -> None:
    """Send so many messages by keys."""
    for number in range(count):
        before = len(rows(session))
        fill_in(f"ann{number}@example.com")
        press("Ctrl+Return")
        sessions.wait(lambda before=before: len(rows(session)) > before)  # type: ignore[misc]


def test_nothing_of_it_is_loaded_for_the_first_paint() -> None:
    """A window with only Practice starts without the dialogs, the mail clients, the keyring and the recovery."""
    heavy = ("gui.accounts", "keyring", "ssl", "email_validator", "core.mail.imap", "core.outbox.recovery.carving")
    ask = f"import gui.session, sys; print([each for each in sys.modules if each.startswith({heavy})])"
    words = [sys.executable, "-c", ask]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


# -- adding -----------------------------------------------------------------------------------------------------------


def test_an_account_is_added_by_keys_and_sends(
    session: Session, sessions: Sessions, server: MailServer, authority: Authority
) -> None:
    """From the last entry of From: typed, tested, saved, chosen; what is sent then is "Sent", with the server's reply
    in the row and in the details."""
    assert says(session).startswith("Practice")
    dialog = open_dialog(sessions, session.compose.from_field.add_requested.emit)
    type_account(sessions, dialog, server, authority, "open sesame")
    sessions.wait(lambda: "can send" in dialog.outcome())
    assert dialog.steps.text().count("✓") == 5
    press("Return")
    activate(sessions, session)
    assert from_words(session) == f"Riverside School  <{ADDRESS}>"
    assert session.compose.buttons.send.text() == "Send"
    assert says(session) == ""
    send(sessions, session)
    sessions.wait(lambda: states(session) == ["Sent"])
    assert f"{HOST} took it, " in rows(session)[0]
    assert "(250 2.0.0 Ok: queued as 4XyZ1)" in rows(session)[0]
    press("Alt+4")
    press("Return")
    session.outbox.details.show_tab(Tab.ATTEMPTS)
    sessions.wait(lambda: "queued as 4XyZ1 (250 2.0.0)" in session.outbox.details.text())
    attempt = session.outbox.details.text()
    for part in ("Attempt 1", "the end of the message", "TLSv1.3", HOST):
        assert part in attempt
    assert server.recipients == ["ann0@example.com"]
    assert b"From: Riverside School <info@school.example>" in server.messages[0]


def test_what_was_typed_stays_with_its_account(
    session: Session, sessions: Sessions, server: MailServer, authority: Authority, home: Home
) -> None:
    """An account added from the menu while a message is written: the message goes on by the account it was begun with;
    in the next, empty form the default is chosen."""
    fill_in()
    press("Ctrl+Shift+O")
    desk = desk_of(session)
    sessions.wait(lambda: desk.overview is not None)
    dialog = open_dialog(sessions, desk.overview.add.click)  # type: ignore[union-attr]
    type_account(sessions, dialog, server, authority, "open sesame")
    sessions.wait(lambda: "can send" in dialog.outcome())
    press("Return")
    assert desk.overview is not None
    sessions.wait(lambda: len(desk.overview.rows()) == 2)  # type: ignore[union-attr]
    desk.overview.close()
    activate(sessions, session)
    assert from_words(session) == "Practice  <practice@outtray.invalid>"
    press("Ctrl+Return")
    sessions.wait(lambda: states(session) == ["Practised"])
    assert len(practised(home)) == 1
    assert server.messages == []
    again = sessions.restart(session)
    assert from_words(again).endswith(f"<{ADDRESS}>")


def test_the_one_line_of_practice_leads_to_an_account(session: Session, sessions: Sessions) -> None:
    """Under Send stands how to add a real account; it opens the dialog."""
    link = next(each for each in session.compose.strip.findChildren(QPushButton) if each.text() == "Add an account…")
    assert link.isVisible()
    open_dialog(sessions, link.click)
    press("Esc")
    activate(sessions, session)


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)  # off screen, a list that opens cannot
def test_from_goes_through_accounts_by_keys(
    home: Home, sessions: Sessions, server: MailServer, authority: Authority
) -> None:
    """The default first; arrows choose, and "Add an account…" is not come upon by them; the button's word follows."""
    add_account(home, server, authority, reply_to="office@school.example", signature="Riverside School\nMain Street")
    session = sessions.start()
    form = session.compose
    session.window.resize(1280, 780)
    form.from_field.setFocus()
    assert from_words(session) == ADDRESS
    assert "Replies go to office@school.example" in notes(session)
    assert "--\nRiverside School\nMain Street" in notes(session)
    session.window.resize(900, 700)  # the form is above the list now, and low
    assert form.from_field.toolTip() == "Replies go to office@school.example\nRiverside School\nMain Street"
    press("Down")
    assert form.from_field.account() == PRACTICE
    assert form.buttons.send.text() == "Send (practice)"
    press("Up")
    assert form.from_field.account() == "school"
    press("End")
    press("P")
    assert form.from_field.account() == PRACTICE
    press("Down")
    sessions.wait(form.from_field.view().isVisible)
    press("Esc")
    assert form.from_field.account() == PRACTICE
    for keys in ("PgDown", "Shift+Down", "Ctrl+End", "PgUp", "PgDown"):
        press(keys)  # none of them asks for a new account
    form.from_field.hidePopup()
    assert form.from_field.account() == PRACTICE
    assert not any(isinstance(each, AccountDialog) for each in QApplication.topLevelWidgets())


# -- passwords --------------------------------------------------------------------------------------------------------


def test_a_refused_password_is_asked_for_once_and_all_go(
    home: Home, sessions: Sessions, server: MailServer, authority: Authority
) -> None:
    """A wrong password: one AUTH for all that was sent, one line above the panes, which no notice takes away; wrong
    again, it says so and holds them; right, all go out once and the line is gone."""
    account = add_account(home, server, authority)
    session = sessions.start()
    session.program.secrets.keep(account, "wrong")
    session.actions["pause"].trigger()
    sessions.wait(lambda: session.actions["pause"].text() == "&Go on")
    send(sessions, session, 5)
    session.actions["pause"].trigger()
    desk = desk_of(session)
    sessions.wait(lambda: states(session) == ["Held"] * 5)
    sessions.wait(lambda: bool(desk.bar.sentences()) and desk.bar.sentences()[0].startswith("5 held"))
    assert server.given == [b"wrong"]
    assert f"the password for {ADDRESS} was refused" in desk.bar.sentences()[0]
    assert all(f"The password for {ADDRESS} was refused" in row for row in rows(session))
    session.window.notices.show_notice("Something else.")
    assert desk.bar.isVisible()
    session.window.resize(1280, 780)
    said = "This account cannot send now. What you send is held until it can."
    assert said in notes(session)
    press("Alt+5")
    write("no better\n")
    sessions.wait(lambda: server.given == [b"wrong", b"no better"])
    (field,) = desk.bar.findChildren(QLineEdit)
    sessions.wait(field.hasSelectedText)  # to be typed over
    assert "Authentication credentials invalid" in desk.bar.sentences()[0]
    assert states(session) == ["Held"] * 5
    write("open sesame\n")
    sessions.wait(lambda: states(session) == ["Sent"] * 5)
    sessions.wait(lambda: not desk.bar.isVisible())
    assert sorted(server.recipients) == [f"ann{number}@example.com" for number in range(5)]
    assert session.window.notices.sentence() == "5 go out again."
    assert said not in notes(session)
    assert session.compose.recipients.editor().hasFocus()


def test_a_missing_password_is_asked_for_once_a_session(
    home: Home, sessions: Sessions, server: MailServer, authority: Authority
) -> None:
    """C8: no keyring and no password: the window asks once, when something is to go. Put off, it does not ask
    again; the status bar still says it."""
    add_account(home, server, authority)
    session = sessions.start()
    desk = desk_of(session)
    assert not desk.bar.isVisible()
    send(sessions, session)
    sessions.wait(lambda: desk.bar.sentences() == (f"1 held: waiting for the password of {ADDRESS}.",))
    close = next(each for each in desk.bar.findChildren(QToolButton) if each.accessibleName() == "Not now")
    close.click()
    assert not desk.bar.isVisible()
    send(sessions, session)
    sessions.wait(lambda: states(session) == ["Held"] * 2)
    sessions.wait(lambda: session.program.reader.account_states()[0].held == 2)
    assert not desk.bar.isVisible()
    assert session.status.text().startswith("Waiting for the password")


def test_the_password_is_in_no_file(
    home: Home, session: Session, sessions: Sessions, server: MailServer, authority: Authority
) -> None:
    """C8: what is typed into the dialog is in no file of the outbox."""
    dialog = open_dialog(sessions, session.compose.from_field.add_requested.emit)
    type_account(sessions, dialog, server, authority, "open sesame")
    sessions.wait(lambda: "can send" in dialog.outcome())
    press("Return")
    activate(sessions, session)
    send(sessions, session)
    sessions.wait(lambda: states(session) == ["Sent"])
    sessions.end(session)
    for path in home.root.rglob("*"):
        if path.is_file():
            assert b"open sesame" not in path.read_bytes(), path


# -- removing, defaults, the door -------------------------------------------------------------------------------------


def overview_of(session: Session, sessions: Sessions) -> AccountsDialog:
    desk = desk_of(session)
    press("Ctrl+Shift+O")
    sessions.wait(lambda: desk.overview is not None)
    assert desk.overview is not None
    desk.overview.activateWindow()
    sessions.wait(desk.overview.list.hasFocus)
    return desk.overview


def test_removing_asks_and_a_draft_says_that_its_account_is_gone(
    home: Home, sessions: Sessions, server: MailServer, authority: Authority
) -> None:
    """Delete asks with what waits; a draft that was set aside names the account it was for, and is not sent by another
    until the person chooses."""
    add_account(home, server, authority)
    session = sessions.start()
    fill_in()
    press("Ctrl+N")  # set aside
    sessions.wait(lambda: len(session.program.reader.drafts()) == 1)
    overview = overview_of(session, sessions)
    press("Del")
    sessions.wait(lambda: any(isinstance(each, QMessageBox) for each in QApplication.topLevelWidgets()))
    overview.remove_requested.emit("school")  # Delete again, before the question is there
    (box,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox)]
    assert box.text() == f"Remove {ADDRESS}?"
    assert "Nothing waits" in box.informativeText()
    box.activateWindow()
    next(each for each in box.buttons() if "Remove" in each.text()).click()
    sessions.wait(lambda: len(overview.rows()) == 1)
    overview.close()
    activate(sessions, session)
    assert from_words(session).startswith("Practice")
    (saved,) = session.program.reader.drafts()
    session.composing.take_up(saved)
    sender = session.compose.from_field.sender_shown()
    assert sender is not None
    assert sender.label == "school: this account was removed"
    press("Ctrl+Return")
    sessions.wait(lambda: "no account named school" in says(session))
    assert session.compose.from_field.hasFocus()
    assert rows(session) == []
    session.compose.set_senders([Sender("school", ADDRESS)])  # it is added again
    assert "no account named" not in says(session)
    session.compose.set_senders([Sender(PRACTICE, "me@practice.example")])
    press("Home")
    press("Ctrl+Return")
    sessions.wait(lambda: states(session) == ["Practised"])


def test_what_waits_is_named_before_an_account_goes(
    home: Home, sessions: Sessions, server: MailServer, authority: Authority
) -> None:
    """Three messages wait for it: the question says so; Esc keeps everything."""
    add_account(home, server, authority)
    session = sessions.start()
    session.actions["pause"].trigger()
    sessions.wait(lambda: session.actions["pause"].text() == "&Go on")
    send(sessions, session, 3)
    overview = overview_of(session, sessions)
    press("Del")
    sessions.wait(lambda: any(isinstance(each, QMessageBox) for each in QApplication.topLevelWidgets()))
    (box,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox)]
    assert "3 messages wait" in box.informativeText()
    box.reject()
    assert len(overview.rows()) == 2
    overview.close()


def test_another_default_is_chosen(home: Home, sessions: Sessions, server: MailServer, authority: Authority) -> None:
    """Practice made the default: in an empty form it is chosen at once, and after a restart."""
    add_account(home, server, authority)
    session = sessions.start()
    assert session.compose.from_field.account() == "school"
    overview = overview_of(session, sessions)
    press("End")
    press("Alt+D")
    sessions.wait(lambda: "default" in overview.rows()[1])
    overview.close()
    assert session.compose.from_field.account() == PRACTICE
    assert sessions.restart(session).compose.from_field.account() == PRACTICE


def test_a_mailto_goes_by_the_default(home: Home, sessions: Sessions, server: MailServer, authority: Authority) -> None:
    """A link that fills the form does not choose Practice."""
    add_account(home, server, authority)
    session = sessions.start("mailto:ann@example.com?subject=Hello", must_open=False)
    sessions.wait(lambda: session.compose.subject.text() == "Hello")
    assert session.compose.from_field.account() == "school"


def test_an_account_added_elsewhere_is_offered(
    home: Home, session: Session, sessions: Sessions, server: MailServer, authority: Authority
) -> None:
    """The command line adds one through the door: From has it, and the status bar is no longer Practice."""
    add_account(home, server, authority)
    session.program.change(kept.load(home))
    sessions.wait(lambda: from_words(session) == ADDRESS)
    assert session.status.text().startswith("Online")


def test_one_that_came_meanwhile_is_not_written_over(
    home: Home, session: Session, sessions: Sessions, server: MailServer, authority: Authority
) -> None:
    """While the dialog is open, the command line adds another account of the name that it will have: that stays, and
    what is typed stays too."""
    dialog = open_dialog(sessions, session.compose.from_field.add_requested.emit)
    theirs = add_account(home, server, authority, address="boss@school.example", host="their.example")
    session.program.change(kept.load(home))
    type_account(sessions, dialog, server, authority, "open sesame")
    sessions.wait(lambda: "There is already an account named school" in dialog.outcome())
    assert kept.load(home).all == session.program.accounts.all == (theirs,)
    assert dialog.form.address.text() == ADDRESS
    press("Escape")


def test_of_an_account_removed_while_it_is_tested_no_password_is_kept(
    home: Home, sessions: Sessions, authority: Authority, server: MailServer
) -> None:
    """It is removed by the command line while the bar tests it: its password is kept nowhere, nothing is let go."""
    refused = f"tls\n{LOGIN_HELLO}{AUTH}S: 535 5.7.8 Authentication failed\n"
    taken = f"tls\n{LOGIN_HELLO}{AUTH}tell asked\nwait go\nS: 235 2.7.0 Ok\n"
    with ScriptedServer(refused, taken, tls=authority.good(HOST)) as other:
        account = add_account(home, server, authority, port=other.port, security=Security.TLS)
        session = sessions.start()
        session.program.secrets.keep(account, "wrong")
        send(sessions, session)
        desk = desk_of(session)
        sessions.wait(lambda: bool(desk.bar.sentences()))
        press("Alt+5")
        write("right\n")
        other.hear("asked")
        session.program.change(kept.remove(home, "school"))
        (field,) = desk.bar.findChildren(QLineEdit)
        assert field.isReadOnly()
        other.tell("go")
        sessions.wait(lambda: not field.isReadOnly())  # the test has ended
        done: list[object] = []
        session.runner.submit("files", lambda: None, done.append)  # behind whatever keeps a password
        sessions.wait(lambda: bool(done))
        with pytest.raises(PersonError, match="not known"):
            session.program.secrets.get(account)
        assert states(session) == ["Held"]


def test_an_account_is_tested_from_the_list(
    home: Home, sessions: Sessions, server: MailServer, authority: Authority
) -> None:
    """Test shows the steps below the list, and a good one lets go what was held."""
    account = add_account(home, server, authority)
    session = sessions.start()
    send(sessions, session)
    sessions.wait(lambda: states(session) == ["Held"])
    session.program.secrets.keep(account, "open sesame")
    overview = overview_of(session, sessions)
    press("Alt+T")
    sessions.wait(lambda: "can send" in overview.text())
    assert overview.text().count("✓") == 5
    sessions.wait(lambda: states(session) == ["Sent"])
    overview.close()


# -- not confirmed ----------------------------------------------------------------------------------------------------

_UP_TO_THE_DOT = """
tls
S: 220 mx.example.test ESMTP
C: EHLO .*
S: 250 mx.example.test
C: MAIL FROM:.*
S: 250 2.1.0 Ok
C: RCPT TO:.*
S: 250 2.1.5 Ok
C: DATA
S: 354 Go on
body
"""


def test_what_is_not_confirmed_is_sent_again_by_the_person(
    home: Home, sessions: Sessions, authority: Authority, server: MailServer
) -> None:
    """The server closes after the dot: the row says that nobody knows, nothing is sent again by itself, and the
    command that does it sends the same message."""
    taken = f"{_UP_TO_THE_DOT}S: 250 2.0.0 Ok: queued as 7Q\n"
    with ScriptedServer(f"{_UP_TO_THE_DOT}cut\n", taken, tls=authority.good(HOST)) as scripted:
        add_account(home, server, authority, port=scripted.port, security=Security.TLS, user="")
        session = sessions.start()
        send(sessions, session)
        sessions.wait(lambda: states(session) == ["Not confirmed"])
        assert f"{HOST} closed the connection before it confirmed. It may have arrived." in rows(session)[0]
        press("Alt+4")
        sessions.wait(session.actions["send_again"].isEnabled)
        press("Ctrl+Shift+R")
        sessions.wait(lambda: states(session) == ["Sent"])
        first, second = scripted.bodies
        assert first == second
        sessions.end(session)


# -- the network ------------------------------------------------------------------------------------------------------


def test_no_network_is_said_and_costs_no_attempt(
    home: Home, sessions: Sessions, server: MailServer, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names cannot be looked up: "No network" in the row and in the status bar, and no attempt is counted."""

    def no_network(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    add_account(home, server, authority, host="smtp.example.com")
    session = sessions.start()
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    send(sessions, session)
    sessions.wait(lambda: "Waiting" in rows(session)[0] and "No network" in rows(session)[0])
    sessions.wait(lambda: session.status.text().startswith("No network"))
    (delivery,) = session.program.reader.list(None, "", 1)
    assert delivery.attempts == 0


def test_the_form_says_when_a_draft_was_written_for_another(session: Session) -> None:
    """A draft from elsewhere names an account that this outbox has not: said at From, and Tab reaches it."""
    session.composing.bring(Draft(to=(Recipient("ann@example.com"),), subject="Hello", account="shop"))
    assert "Choose the account that it goes by now." in notes(session)
    session.compose.from_field.setFocus(Qt.FocusReason.TabFocusReason)
    press("Home")
    assert "Choose the account that it goes by now." not in notes(session)
