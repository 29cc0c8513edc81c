"""Undo of the send in the whole window: it comes back as it was, or a sentence says why not."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from core.outbox.notification import Draft, Recipient
from core.paths import Home
from gui.session import Session
from tests.fakes import FakeClock
from tests.sessions import Sessions, fill_in, practised, press, says, states, stored, write


def send(session: Session, sessions: Sessions) -> None:
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))


@pytest.mark.parametrize("way", ["Ctrl+Z", "Alt+U", "link"])
def test_undo_by_keys_and_by_link(session: Session, sessions: Sessions, way: str) -> None:
    """Ctrl+Z where nothing was typed since, Alt+U, and the link beside Accepted take the send back."""
    fill_in()
    send(session, sessions)
    if way == "link":
        link = session.compose.strip.findChild(QPushButton, "undo")
        assert isinstance(link, QPushButton)
        QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    else:
        press(way)
    sessions.wait(lambda: session.compose.message.toPlainText() == "Dear Ann")
    assert session.compose.draft() == Draft((Recipient("ann@example.com"),), "Hello", "Dear Ann")
    assert not says(session).startswith("Accepted")
    sessions.wait(lambda: states(session) == ["Cancelled"])


def test_undo_brings_everything_back(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """The form returns exactly as it was: chips with their names, attachments, the words that found somebody."""
    (tmp_path / "plan.txt").write_text("the plan")
    draft = Draft((Recipient("ann@example.com"), Recipient("ben@example.net", "Ito, Ben")), "Hello", "Dear\n\n  all,\n")
    session.composing.bring(Draft(draft.to, draft.subject, draft.text, query="ito"))
    session.compose.attach([tmp_path / "plan.txt"])
    sessions.wait(lambda: bool(session.compose.draft().attachments))
    before, chips = session.compose.draft(), session.compose.recipients.chip_labels()
    send(session, sessions)
    assert session.compose.is_blank()
    press("Alt+U")
    sessions.wait(lambda: not session.compose.is_blank())
    assert session.compose.draft() == before
    assert before.query == "ito"
    assert session.compose.recipients.chip_labels() == chips
    assert session.compose.attachments.names() == ("plan.txt (8 B)",)


def test_undo_can_be_sent_again(session: Session, sessions: Sessions, home: Home, fake_clock: FakeClock) -> None:
    """What was taken back and sent again arrives once."""
    fill_in()
    send(session, sessions)
    press("Ctrl+Z")
    sessions.wait(lambda: not session.compose.is_blank())
    send(session, sessions)
    fake_clock.advance(6)
    session.engine.wake()
    sessions.wait(lambda: states(session) == ["Practised", "Cancelled"])
    assert len(practised(home)) == 1


def test_ctrl_z_belongs_to_the_field_while_it_has_something_to_undo(session: Session, sessions: Sessions) -> None:
    """Ctrl+Z in a field in which something was typed undoes that; then, with nothing left, the send."""
    fill_in()
    send(session, sessions)
    press("Alt+2")
    write("x")
    press("Ctrl+Z")
    assert session.compose.subject.text() == ""
    assert says(session).startswith("Accepted")
    press("Ctrl+Z")
    sessions.wait(lambda: session.compose.subject.text() == "Hello")


def test_undo_over_half_typed_text_sets_it_aside(session: Session, sessions: Sessions) -> None:
    """What was half typed meanwhile is kept under Drafts, with one line saying so."""
    fill_in()
    send(session, sessions)
    write("ben\tSecond\tDear Ben")
    press("Alt+U")
    sessions.wait(lambda: session.compose.subject.text() == "Hello")
    assert "kept under File ▸ Drafts" in session.window.notices.sentence()
    sessions.wait(lambda: any(not saved.is_open for saved in session.program.reader.drafts()))
    aside = [saved.draft for saved in session.program.reader.drafts() if not saved.is_open]
    assert aside == [Draft(subject="Second", text="Dear Ben", unread_to=("ben",))]


def test_undo_pressed_twice_takes_back_once(session: Session, sessions: Sessions) -> None:
    """A second press of Undo says nothing of being too late."""
    fill_in()
    send(session, sessions)
    press("Alt+U")
    press("Alt+U")
    sessions.wait(lambda: not session.compose.is_blank())
    sessions.wait(lambda: states(session) == ["Cancelled"])
    assert "too late" not in says(session)
    assert session.window.notices.sentence() == ""


def test_undo_too_late_is_a_sentence(session: Session, sessions: Sessions, home: Home, fake_clock: FakeClock) -> None:
    """Where it went meanwhile, say because the clock was set forward, Undo says so and nothing goes twice."""
    fill_in()
    send(session, sessions)
    fake_clock.jump(60)
    session.engine.wake()
    sessions.wait(lambda: states(session) == ["Practised"])
    press("Alt+U")
    sessions.wait(lambda: "It is too late to undo" in says(session))
    assert session.compose.is_blank()
    assert len(practised(home)) == 1


def test_undo_closes_when_its_time_has_run_out(session: Session, sessions: Sessions, fake_clock: FakeClock) -> None:
    """After 5 s Undo is gone from the strip and from the menu."""
    fill_in()
    send(session, sessions)
    assert session.actions["undo"].isEnabled()
    fake_clock.advance(5.1)
    sessions.wait(lambda: not session.composing.can_undo)
    assert not session.actions["undo"].isEnabled()


def test_undo_time_outlives_a_restart_and_it_still_goes(
    session: Session, sessions: Sessions, home: Home, fake_clock: FakeClock
) -> None:
    """Undo is only a due time: closed within it, the program sends at the next start."""
    fill_in()
    send(session, sessions)
    again = sessions.restart(session)
    assert states(again) == ["Queued"]
    assert again.compose.is_blank()
    assert practised(home) == []
    fake_clock.advance(6)
    again.engine.wake()
    sessions.wait(lambda: states(again) == ["Practised"])
    assert len(practised(home)) == 1


def test_refused_undo_of_a_row_leaves_the_open_undo(
    session: Session, sessions: Sessions, fake_clock: FakeClock
) -> None:
    """That an older row cannot be edited any more is a notice; the Undo of the newest send stays open."""
    fill_in(subject="First")
    send(session, sessions)
    fake_clock.jump(60)
    session.engine.wake()
    sessions.wait(lambda: states(session) == ["Practised"])
    first = stored(session)[0].notification
    fill_in(subject="Second")
    press("Ctrl+Return")
    sessions.wait(lambda: len(states(session)) == 2)
    session.composing.take_back(first)
    sessions.wait(lambda: "too late" in session.window.notices.sentence())
    assert session.composing.can_undo
