"""Drafts in the whole window: kept by themselves, never overwritten, there after a crash."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QMenu

from core.errors import OutboxError
from core.outbox.notification import Draft, Recipient
from core.outbox.reader import Reader
from core.paths import Home
from gui.session import Session
from tests.fakes import Gate
from tests.sessions import Sessions, fill_in, full_disk, press, says, stored, write

HALF = Draft((Recipient("ann@example.com"),), "Hello", "Dear Ann")


def open_drafts(session: Session) -> list[Draft]:
    return [saved.draft for saved in session.program.reader.drafts() if saved.is_open]


def aside(session: Session) -> list[Draft]:
    return [saved.draft for saved in session.program.reader.drafts() if not saved.is_open]


def drafts_menu(session: Session) -> QMenu:
    menus = [menu for menu in session.window.menuBar().findChildren(QMenu) if menu.title() == "&Drafts"]
    assert len(menus) == 1
    return menus[0]


def test_draft_is_kept_by_itself(session: Session, sessions: Sessions) -> None:
    """What is typed is kept when typing rests; what is deleted again is forgotten."""
    fill_in()
    sessions.wait(lambda: open_drafts(session) == [HALF])
    session.compose.clear()
    press("Alt+2")
    write("x")
    press("Backspace")
    sessions.wait(lambda: open_drafts(session) == [])


def test_draft_is_there_after_a_quit(session: Session, sessions: Sessions) -> None:
    """What is typed just before the program quits is in the form at the next start, and is edited as the same draft."""
    fill_in()
    again = sessions.restart(session)
    sessions.wait(lambda: again.compose.draft() == HALF)
    press("Alt+3")
    write("!")
    sessions.wait(lambda: [draft.text for draft in open_drafts(again)] == ["!Dear Ann"])
    assert len(again.program.reader.drafts()) == 1


def test_draft_typed_before_the_outbox_is_open_is_kept(sessions: Sessions) -> None:
    """Who types and quits before the outbox is open finds it at the next start."""
    session = sessions.start(must_open=False)
    sessions.wait(lambda: QApplication.focusWidget() is session.compose.recipients.editor())
    fill_in()
    again = sessions.restart(session)
    sessions.wait(lambda: again.compose.draft() == HALF)


def test_draft_is_there_after_a_kill(sessions: Sessions, home: Home) -> None:
    """kill -9 while the form is half filled: the next start has it in the form."""
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    words = [
        sys.executable,
        "main.py",
        "--home",
        str(home.root),
        "mailto:ann@example.com?subject=Hello&body=Dear%20Ann",
    ]
    with subprocess.Popen(words, env=environ, stderr=subprocess.DEVNULL) as process:
        try:
            sessions.wait(lambda: _has_open_draft(home))
        finally:
            os.kill(process.pid, signal.SIGKILL)
    session = sessions.start()
    sessions.wait(lambda: session.compose.draft() == HALF)
    assert stored(session) == ()


def _has_open_draft(home: Home) -> bool:
    reader = Reader(home)
    try:
        return any(saved.is_open for saved in reader.drafts())
    except OutboxError:
        return False
    finally:
        reader.close()


def test_new_sets_aside_and_the_menu_brings_back(session: Session, sessions: Sessions) -> None:
    """Ctrl+N over half-typed text keeps it under File ▸ Drafts with one line; choosing it there brings it back."""
    assert not drafts_menu(session).isEnabled()
    fill_in()
    press("Ctrl+N")
    assert session.compose.is_blank()
    assert "kept under File ▸ Drafts" in session.window.notices.sentence()
    sessions.wait(lambda: aside(session) == [HALF])
    sessions.wait(lambda: drafts_menu(session).isEnabled())
    entries = drafts_menu(session).actions()
    assert [entry.text() for entry in entries] == ["Hello — ann@example.com"]

    press("Alt+2")
    write("Second")
    entries[0].trigger()
    sessions.wait(lambda: session.compose.draft() == HALF)
    sessions.wait(lambda: aside(session) == [Draft(subject="Second")] and open_drafts(session) == [HALF])
    sessions.wait(lambda: [entry.text() for entry in drafts_menu(session).actions()] == ["Second"])


def test_new_over_an_empty_form_says_nothing(session: Session, sessions: Sessions) -> None:
    """Where nothing would be lost nothing is set aside."""
    press("Ctrl+N")
    assert session.window.notices.sentence() == ""
    assert session.program.reader.drafts() == ()


def test_draft_that_was_taken_up_and_sent_is_no_draft_any_more(session: Session, sessions: Sessions) -> None:
    """A draft ends with the send of it, in the same commit."""
    fill_in()
    press("Ctrl+N")
    sessions.wait(lambda: drafts_menu(session).isEnabled())
    drafts_menu(session).actions()[0].trigger()
    sessions.wait(lambda: session.compose.draft() == HALF)
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert session.program.reader.drafts() == ()


def test_mailto_over_half_typed_text_sets_it_aside_and_never_sends(session: Session, sessions: Sessions) -> None:
    """A mailto: fills the form; what was there is kept, and nothing is sent."""
    fill_in()
    session.composing.bring_words(["mailto:ben@example.net?subject=Second&body=Dear%20Ben&attach=/etc/passwd"])
    sessions.wait(lambda: aside(session) == [HALF])
    assert session.compose.draft() == Draft((Recipient("ben@example.net"),), "Second", "Dear Ben")
    assert stored(session) == ()


def _clicked(link: str) -> None:
    """A click on a link, as macOS tells the program."""
    app = QApplication.instance()
    assert app is not None
    QApplication.sendEvent(app, QFileOpenEvent(QUrl(link)))


def test_a_link_that_the_system_hands_over_fills_the_form(session: Session, sessions: Sessions) -> None:
    """As a second start with it would: what was typed is kept, the window comes back, and nothing is sent."""
    fill_in("ann@example.com", "First", "Half a thought")
    session.window.hide()
    _clicked("mailto:ben@example.net?subject=Caf%C3%A9%20%26%20more&body=Dear%20Ben%0D%0A%E6%97%A5%E6%9C%AC")
    sessions.wait(lambda: session.compose.subject.text() == "Café & more")
    assert session.compose.message.toPlainText() == "Dear Ben\n日本"
    assert [each.address for each in session.compose.draft().to] == ["ben@example.net"]
    assert session.window.isVisible()
    sessions.wait(lambda: len(session.program.reader.drafts()) == 2)
    assert stored(session) == ()


def test_a_link_that_comes_while_the_outbox_opens_is_not_lost(sessions: Sessions) -> None:
    """macOS starts the program and hands the link over at once."""
    session = sessions.start(must_open=False)
    _clicked("mailto:ben@example.net?subject=Early")
    assert not session.is_open
    sessions.wait(lambda: session.compose.subject.text() == "Early")


def test_a_file_that_the_system_hands_over_is_left_alone(session: Session) -> None:
    """Only a `mailto:` is for the form."""
    _clicked("file:///etc/passwd")
    assert session.compose.is_blank()
    assert session.window.notices.sentence() == ""


def test_word_that_is_no_mailto_is_a_sentence(session: Session) -> None:
    """What is no mailto: is said, and the form is left alone."""
    fill_in()
    session.composing.bring_words(["http://example.com"])
    assert "is not a mailto: address" in session.window.notices.sentence()
    assert session.compose.draft() == HALF


def test_mailto_between_the_press_of_send_and_its_reading_is_not_sent(session: Session, sessions: Sessions) -> None:
    """What comes in the moment after Ctrl+Enter is not what goes."""
    fill_in()
    press("Ctrl+Return")
    session.composing.bring_words(["mailto:ben@example.net?subject=Second"])
    sessions.wait(lambda: session.compose.subject.text() == "Second")
    assert [each.subject for each in stored(session)] == ["Hello"]
    assert aside(session) == []


def test_file_still_being_copied_goes_with_its_draft(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """A draft that is set aside while a file for it is being copied has the file when the copy ends."""
    (tmp_path / "plan.txt").write_text("the plan")
    gate = Gate()
    session.runner.start("files", gate.wait)
    fill_in()
    session.compose.attach([tmp_path / "plan.txt"])
    press("Ctrl+N")
    gate.open()
    sessions.wait(lambda: [len(draft.attachments) for draft in aside(session)] == [1])
    assert session.compose.is_blank()


def test_file_still_being_copied_at_the_quit_is_kept(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """Who quits while a file is being copied finds it attached at the next start."""
    (tmp_path / "plan.txt").write_text("the plan")
    gate = Gate()
    session.runner.start("files", gate.wait)
    fill_in()
    session.compose.attach([tmp_path / "plan.txt"])
    threading.Timer(0.05, gate.open).start()
    again = sessions.restart(session)
    sessions.wait(lambda: len(again.compose.draft().attachments) == 1)
    assert again.compose.draft().text == "Dear Ann"


def test_draft_that_the_disk_refuses_is_not_lost(session: Session, sessions: Sessions, home: Home) -> None:
    """Set aside while the disk is full, a draft stays in the menu, and is kept when there is room again."""
    fill_in()
    sessions.wait(lambda: open_drafts(session) == [HALF])
    press("Alt+3")
    write(", more")
    with full_disk(home):
        press("Ctrl+N")
        sessions.wait(lambda: "disk" in session.window.notices.sentence())
        sessions.wait(lambda: drafts_menu(session).isEnabled())
    assert session.compose.is_blank()
    press("Alt+2")
    write("Second")
    sessions.wait(lambda: [draft.text for draft in aside(session)] == ["Dear Ann, more"])
    assert [draft.subject for draft in open_drafts(session)] == ["Second"]


def test_what_was_wrong_with_one_draft_is_not_said_of_the_next(session: Session, sessions: Sessions) -> None:
    """New, a draft that is taken up, a mailto: the sentences about the form before go with it."""
    fill_in(to="ann@")
    press("Ctrl+Return")
    sessions.wait(lambda: "nothing after the @" in says(session))
    press("Ctrl+N")
    assert "nothing after the @" not in says(session)


def test_accepted_stays_while_the_next_message_comes_in(session: Session, sessions: Sessions) -> None:
    """What comes into the form closes no Undo: it belongs to what was accepted."""
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    session.composing.bring_words(["mailto:ben@example.net?subject=Second"])
    assert says(session).startswith("Accepted")
    assert session.composing.can_undo
