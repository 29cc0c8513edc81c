"""Send later: times in words, what they stand for, and that the row, Undo and the drafts keep them."""

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from core.outbox.notification import Delivery
from core.outbox.states import Reason, State
from gui import wording
from gui.compose.later import LaterDialog
from gui.session import Session
from tests.fakes import FakeClock
from tests.sessions import Sessions, fill_in, press, rows, says, stored, write


def opened(sessions: Sessions) -> LaterDialog:
    """Press the key, and return the dialog with the keys in it."""

    def shown() -> list[LaterDialog]:
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, LaterDialog) and each.isVisible()]

    press("Ctrl+Shift+Return")
    sessions.wait(lambda: bool(shown()) and QApplication.focusWidget() is shown()[0].at.field)
    return shown()[0]


def the_one(session: Session) -> Delivery:
    (delivery,) = stored(session)
    return delivery


def test_a_message_is_scheduled_by_words(session: Session, sessions: Sessions, fake_clock: FakeClock) -> None:
    """Ctrl+Shift+Enter, "in 2 hours", Enter: accepted at once, scheduled for then, and not sent before."""
    fill_in()
    dialog = opened(sessions)
    write("in 2 hours")
    wanted_ms = fake_clock.now_ms() + 2 * 3600 * 1000
    assert dialog.at.said() == wording.full_time(wanted_ms)
    press("Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    delivery = the_one(session)
    assert (delivery.state, delivery.reason) == (State.QUEUED, Reason.SCHEDULE)
    assert abs(delivery.due_at - wanted_ms) < 1000
    assert rows(session)[0].startswith("Scheduled")
    assert session.compose.schedule.words() == ""  # the form is empty again


def test_what_is_not_a_time_is_said_and_sends_nothing(session: Session, sessions: Sessions) -> None:
    """Words that are no time, or one that has passed: said under the field, and Enter does nothing."""
    fill_in()
    dialog = opened(sessions)
    write("one day")
    assert "not understood" in dialog.at.said()
    assert not dialog.send.isEnabled()
    press("Return")
    assert dialog.isVisible()
    dialog.at.field.clear()
    write("2001-01-01 9:00")
    assert "has passed" in dialog.at.said()
    press("Return")
    assert dialog.isVisible()
    press("Esc")
    assert stored(session) == ()
    assert session.compose.draft().text == "Dear Ann"


def test_the_end_may_not_come_before_the_beginning(session: Session, sessions: Sessions) -> None:
    """ "Not after" that is before "Send at" is said under its own field."""
    fill_in()
    dialog = opened(sessions)
    write("in 2 hours\t")
    dialog.not_after.field.setFocus()
    write("in 1 hour")
    assert "before the time to send" in dialog.not_after.said()
    assert not dialog.send.isEnabled()
    press("Esc")


def test_not_after_alone_sends_now(session: Session, sessions: Sessions) -> None:
    """Only "Not after": it goes at once, and the outbox knows until when it may."""
    fill_in()
    dialog = opened(sessions)
    dialog.not_after.field.setFocus()
    write("in 3 hours")
    assert dialog.send.text() == "Send"
    press("Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert the_one(session).reason is not Reason.SCHEDULE
    details = session.program.reader.details(the_one(session).id)
    assert details.draft.not_after_ms is not None


def test_undo_brings_the_times_back(session: Session, sessions: Sessions) -> None:
    """Undo of a scheduled one: the form is exactly as it was, with its time; sending it again schedules it again."""
    fill_in()
    opened(sessions)
    write("in 2 hours")
    press("Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    due_at = the_one(session).due_at
    press("Alt+U")
    sessions.wait(lambda: session.compose.message.toPlainText() == "Dear Ann")
    assert session.compose.schedule.at_ms == due_at
    assert session.compose.schedule.words().endswith("if this computer is on")
    press("Ctrl+Return")
    sessions.wait(lambda: len(stored(session)) == 2)
    assert stored(session)[0].due_at == due_at


def test_a_time_can_be_taken_away(session: Session, sessions: Sessions) -> None:
    """The cross beside the time: the message goes at once after all."""
    fill_in()
    opened(sessions)
    write("in 2 hours")
    press("Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    press("Alt+U")
    sessions.wait(session.compose.schedule.isVisible)
    session.compose.schedule.close_button.click()
    assert not session.compose.schedule.isVisible()
    press("Ctrl+Return")
    sessions.wait(lambda: len(stored(session)) == 2)
    assert stored(session)[0].reason is not Reason.SCHEDULE


def test_what_is_wrong_in_the_form_keeps_the_time(session: Session, sessions: Sessions) -> None:
    """No recipient: nothing is accepted, and the time stays with the message until it can go."""
    fill_in("", "Hello", "Dear Ann")
    opened(sessions)
    write("in 2 hours")
    press("Return")
    sessions.wait(lambda: says(session).startswith("Nobody to send to"))
    assert stored(session) == ()
    assert session.compose.schedule.isVisible()
    sessions.wait(session.window.isActiveWindow)
    press("Alt+1")
    write("ann@example.com")
    press("Ctrl+Return")
    sessions.wait(lambda: len(stored(session)) == 1)
    assert the_one(session).reason is Reason.SCHEDULE


def test_a_kept_draft_keeps_its_time(session: Session, sessions: Sessions) -> None:
    """What is set aside and taken up again still has its time."""
    fill_in("", "Hello", "Dear Ann")
    opened(sessions)
    write("in 2 hours")
    press("Return")
    sessions.wait(session.compose.schedule.isVisible)
    chosen = session.compose.schedule.at_ms
    sessions.wait(lambda: QApplication.focusWidget() is not None)
    press("Ctrl+N")
    sessions.wait(lambda: not session.compose.schedule.isVisible())
    sessions.wait(lambda: len(session.program.reader.drafts()) == 1)
    assert session.program.reader.drafts()[0].draft.at_ms == chosen


@pytest.mark.parametrize("suggestion", range(4))
def test_every_suggestion_is_a_time(session: Session, sessions: Sessions, suggestion: int) -> None:
    """Each of the buttons under the field puts words there that are understood."""
    fill_in()
    dialog = opened(sessions)
    buttons = [each for each in dialog.findChildren(QPushButton) if each.accessibleName().startswith("Send at: ")]
    assert len(buttons) == 4
    buttons[suggestion].click()
    assert "not understood" not in dialog.at.said()
    assert dialog.at.field.text()
    press("Esc")
