"""Check, in the whole window: by keys, with a word of progress, and an answer beside the row and in its details."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from core.accounts import accounts as kept
from core.accounts.accounts import Account
from core.clock import Clock
from core.outbox.notification import Recipient, new_token
from core.outbox.states import Reason, State
from core.paths import Home
from gui import operations
from gui.accounts.dialog import AccountDialog
from gui.outbox.row import RowDelegate
from gui.session import Session
from tests.imap.talk import HELLO, LEFT, MISSING, SEARCH, THERE, has, inside_tls
from tests.outboxes import claim, draft, opened, settle
from tests.sessions import Sessions, press, rows
from tests.smtp.certificates import Authority
from tests.smtp.scripted import ScriptedServer


@pytest.fixture
def clock(real_clock: Clock) -> Clock:
    """Servers answer in their own time."""
    return real_clock


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def message_id(home: Home, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> str:
    """One message by an account that is not confirmed; the window starts on it. Its Message-ID."""
    monkeypatch.setenv("OUTTRAY_PASSWORD_SCHOOL", "open sesame")
    kept.add(
        home,
        Account(
            name="school",
            address="info@school.example",
            host="smtp.school.example",
            user="info",
            ca_file=str(authority.ca_file),
        ),
    )
    in_doubt(home, 0)
    with opened(home) as program:
        (delivery,) = program.reader.list()
    return delivery.message_id


def in_doubt(home: Home, number: int) -> int:
    """Leave one more message by the account not confirmed; return the delivery's number."""
    with opened(home) as program:
        written = replace(draft(Recipient(f"p{number}@example.com")), account="school")
        receipt = program.outbox.accept(written, token=new_token()).wait()
        (claimed,) = claim(program, account="school")
        assert program.outbox.intend(claimed).wait()
        settle(program, claimed, State.UNCONFIRMED, Reason.NO_REPLY)
    return receipt.deliveries[0].id


def started(sessions: Sessions, home: Home, server: ScriptedServer | None = None) -> Session:
    """Start the window and go to the row with the keys."""
    if server is not None:
        (before,) = kept.load(home).all
        kept.replace(home, replace(before, imap_host="127.0.0.1", imap_port=server.port))
    session = sessions.start()
    press("Alt+4")
    sessions.wait(session.actions["check_sent"].isEnabled)
    return session


def press_button(session: Session, words: str) -> None:
    """Press the button with these words on the notice."""
    (button,) = [
        each for each in session.window.notices.findChildren(QPushButton) if each.text() == words and each.isVisible()
    ]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def set_up(sessions: Sessions) -> AccountDialog:
    """Wait for the account's dialog, in which the keys are at its IMAP server."""

    def dialogs() -> list[AccountDialog]:
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, AccountDialog) and each.isVisible()]

    sessions.wait(lambda: bool(dialogs()))
    (dialog,) = dialogs()
    dialog.activateWindow()
    sessions.wait(dialog.form.imap_host.hasFocus)
    return dialog


def test_what_is_found_becomes_sent(sessions: Sessions, home: Home, message_id: str, authority: Authority) -> None:
    """C on the row: it is sent, says where it was found, and nothing goes out again."""
    with inside_tls(authority, THERE + has(message_id) + LEFT) as server:
        session = started(sessions, home, server)
        press("C")
        sessions.wait(lambda: rows(session)[0].startswith("Sent,"))
        assert "Found in “Sent” of 127.0.0.1" in rows(session)[0]
        sessions.wait(lambda: session.window.notices.sentence() == "Found in “Sent” of 127.0.0.1: it was sent.")
        assert not session.actions["check_sent"].isEnabled()


def test_what_is_not_found_says_so_and_stays(
    sessions: Sessions, home: Home, message_id: str, authority: Authority
) -> None:
    """By the button of the details: the answer is a notice, and stays in the details, also for the next time."""
    assert message_id
    with inside_tls(authority, THERE + MISSING + LEFT) as server:
        session = started(sessions, home, server)
        press("Return")
        doubt = session.outbox.details.doubt
        sessions.wait(doubt.isVisible)
        assert doubt.hint().startswith("Check looks in the account's Sent folder")
        (button,) = [each for each in doubt.findChildren(QPushButton) if each.text() == "Check"]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        sessions.wait(lambda: session.window.notices.sentence().startswith("Not in “Sent” of 127.0.0.1 at "))
        sessions.wait(lambda: doubt.hint().startswith("Not in “Sent” of 127.0.0.1 at "))
        assert "it may have arrived all the same" in doubt.hint()
        assert rows(session)[0].startswith("Not confirmed,")
        assert session.actions["check_sent"].isEnabled()


def test_while_it_looks_it_says_so_and_can_be_stopped(
    sessions: Sessions, home: Home, message_id: str, authority: Authority
) -> None:
    """A server that says nothing: the window goes on, a second press asks nobody else, and Stop ends it at once."""
    assert message_id
    with inside_tls(authority, f"{THERE}{SEARCH}tell there\nhang\n") as server:
        session = started(sessions, home, server)
        press("Return")
        doubt = session.outbox.details.doubt
        sessions.wait(doubt.isVisible)
        press("Alt+4")
        press("C")
        assert session.window.notices.sentence() == "Looking in the Sent folder…"
        assert doubt.hint() == "Looking in the Sent folder…"
        server.hear("there")
        press("C")
        press_button(session, "Stop")
        sessions.wait(lambda: session.window.notices.sentence() == "Stopped.")
        assert doubt.hint().startswith("Check looks")
        assert len(server.sessions) == 1


def test_one_look_at_a_time_and_stop_ends_all(
    sessions: Sessions, home: Home, message_id: str, authority: Authority
) -> None:
    """B4, in the window: while a server hangs, further rows ask it nothing and wait their turn; Stop ends them too."""
    assert message_id
    more = [in_doubt(home, number) for number in range(3)]
    with inside_tls(authority, f"{THERE}{SEARCH}tell there\nhang\n") as server:
        session = started(sessions, home, server)
        sessions.wait(lambda: len(rows(session)) == 4)
        checking = session.checking
        for delivery_id in (*more, *more):
            session.outbox.list.choose(delivery_id)
            press("C")
            if delivery_id == more[0]:
                server.hear("there")
        assert checking.looking == frozenset(more)
        press_button(session, "Stop")
        sessions.wait(lambda: session.window.notices.sentence() == "Stopped.")
        assert checking.looking == frozenset()
        assert len(server.sessions) == 1


def test_what_was_asked_for_meanwhile_is_looked_for_next(
    sessions: Sessions, home: Home, message_id: str, authority: Authority
) -> None:
    """The second row is looked for when the first look has ended; the answer is for both."""
    second = in_doubt(home, 1)
    first = f"{THERE}{SEARCH}tell there\nwait go\nS: * SEARCH\nT: OK Done\n{LEFT}"
    with inside_tls(authority, first, THERE + MISSING + LEFT) as server:
        session = started(sessions, home, server)
        sessions.wait(lambda: len(rows(session)) == 2)
        for delivery_id in (1, second):
            session.outbox.list.choose(delivery_id)
            press("C")
            server.hear("there") if delivery_id == 1 else None
        server.tell("go")
        sessions.wait(lambda: "0 of 2 found" in session.window.notices.sentence())
        assert len(server.sessions) == 2


def test_what_is_found_while_it_is_sent_again_can_be_cancelled(
    sessions: Sessions, home: Home, message_id: str, authority: Authority
) -> None:
    """Send again during a look: what was found is said, noted in the history, and its button keeps it from going."""
    talk = f"{THERE}{SEARCH}tell there\nwait go\n" + has(message_id).removeprefix(SEARCH) + LEFT
    with inside_tls(authority, talk) as server:
        session = started(sessions, home, server)
        press("C")
        server.hear("there")
        operations.pause(session.program, True)
        press("Ctrl+Shift+R")
        sessions.wait(lambda: not rows(session)[0].startswith("Not confirmed,"))
        server.tell("go")
        sessions.wait(
            lambda: (
                session.window.notices.sentence()
                == ("Found in “Sent” of 127.0.0.1, but it is being sent again. Cancel it, if once is enough.")
            )
        )
        press_button(session, "Cancel")
        sessions.wait(lambda: rows(session)[0].startswith("Cancelled,"))
        (delivery,) = session.program.reader.list()
        assert "found_late" in [each.kind for each in session.program.reader.details(delivery.id).events]


def test_quitting_waits_for_no_server(sessions: Sessions, home: Home, message_id: str, authority: Authority) -> None:
    """A14, while it looks: the window is gone at once, and the row is as it was."""
    assert message_id
    with inside_tls(authority, f"{THERE}{SEARCH}tell there\nhang\n") as server:
        session = started(sessions, home, server)
        press("C")
        server.hear("there")
        assert sessions.end(session) == 0
        server.until_gone()
    with opened(home) as program:
        assert [each.state for each in program.reader.list()] == [State.UNCONFIRMED]


def test_without_a_sent_folder_the_way_to_it_is_offered(sessions: Sessions, home: Home, message_id: str) -> None:
    """A sentence says what is missing, and its button goes to the field."""
    assert message_id
    session = started(sessions, home)
    press("C")
    sessions.wait(lambda: "has no Sent folder to look into" in session.window.notices.sentence())
    press_button(session, "Set it up")
    set_up(sessions).reject()


def test_without_tls_the_way_to_it_is_offered(sessions: Sessions, home: Home, message_id: str) -> None:
    """B8, in the window: written by hand without TLS, nobody logs in; the button leads to where STARTTLS is chosen."""
    assert message_id
    with ScriptedServer(f"{HELLO}stay 5\n", may_leave=True) as server:
        with home.settings.open("a") as file:
            file.write(f'imap_host = "127.0.0.1"\nimap_port = {server.port}\nimap_security = "none"\n')
        session = started(sessions, home)
        press("C")
        sessions.wait(lambda: "A password is only said inside TLS" in session.window.notices.sentence())
        assert not [command for command in server.commands if "CAPABILITY" not in command]
    press_button(session, "Set it up")
    dialog = set_up(sessions)
    choice = dialog.form.imap_security
    assert [choice.itemData(row) for row in range(choice.count())] == ["tls", "starttls"]
    assert choice.currentData() == "starttls"
    dialog.reject()


def test_what_is_offered_in_the_row_is_pressed_there(
    sessions: Sessions, home: Home, message_id: str, authority: Authority
) -> None:
    """The row of what is not confirmed says Check · Send again…; a press on the words does it, and none beside them.

    Send again opens the details, which say that it may arrive twice, and sends nothing.
    """
    with inside_tls(authority, THERE + has(message_id) + LEFT) as server:
        session = started(sessions, home, server)
        view = session.outbox.list
        rect = view.visualRect(view.model().index(0, 0))
        delivery = session.outbox.model.delivery_at(0)
        assert delivery is not None
        delegate = view.itemDelegate()
        assert isinstance(delegate, RowDelegate)
        found = {
            command: QPoint(x, rect.height() * 3 // 4)
            for x in range(rect.width() - 1, 0, -1)
            if (command := delegate.offer_at(delivery, rect.width(), QPoint(x, rect.height() * 3 // 4)))
        }
        assert sorted(found) == ["check_sent", "send_again"]
        left = QPoint(found["check_sent"].x() - 40, found["check_sent"].y())
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, left)
        assert session.window.notices.sentence() == ""
        inside = rect.topLeft() + found["send_again"] + QPoint(10, 0)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, inside)
        sessions.wait(session.outbox.details.doubt.isVisible)
        words = [each.text() for each in session.outbox.details.doubt.findChildren(QPushButton)]
        assert "Send again (may arrive twice)" in words
        assert rows(session)[0].startswith("Not confirmed,")
        rect = view.visualRect(view.model().index(0, 0))
        inside = rect.topLeft() + found["check_sent"] + QPoint(10, 0)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, inside)
        sessions.wait(lambda: rows(session)[0].startswith("Sent,"))
        delivery = session.outbox.model.delivery_at(0)
        assert delivery is not None
        assert not delegate.offer_at(delivery, rect.width(), found["send_again"])
