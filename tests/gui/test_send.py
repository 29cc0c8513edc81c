"""Send in the whole window, by keys: what is accepted, what is refused, and that nothing typed is lost."""

import contextlib
import os
import sqlite3
from email import policy
from email.parser import BytesParser
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from core.background import BackgroundTasks, GroupState, TaskState
from core.outbox.notification import Draft, Recipient
from core.paths import Home
from gui.session import Session
from tests.fakes import FakeClock, Gate
from tests.sessions import (
    Sessions,
    fill_in,
    focused,
    full_disk,
    locked,
    log_lines,
    practised,
    press,
    rows,
    says,
    states,
    stored,
    write,
)


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[BackgroundTasks]:
    """Every group of tasks that is made while the test runs, the real ones."""
    made: list[BackgroundTasks] = []
    init = BackgroundTasks.__init__

    def noting(self: BackgroundTasks, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        made.append(self)

    monkeypatch.setattr(BackgroundTasks, "__init__", noting)
    return made


def test_send_runs_its_group_once_after_accepted_in_order(
    session: Session, sessions: Sessions, home: Home, groups: list[BackgroundTasks], fake_clock: FakeClock
) -> None:
    """S1, S4, X9, and the tutorial's last paragraph: the group that `operations.send` built ran once, after
    Accepted, in order: the query is logged before the message."""
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: bool(rows(session)))
    sessions.wait(lambda: groups[0].state is GroupState.ENDED)  # logged, and the recipient remembered
    assert len(log_lines(home)) == 2
    groups.clear()
    at_accepted: list[GroupState] = []
    session.composing.accepted.connect(lambda _: at_accepted.extend(group.state for group in groups))

    press("Alt+1")
    write("ann")
    sessions.wait(lambda: bool(session.compose.recipients.matches()))
    press("Return")
    write("\tAgain\tDear Ann")
    press("Ctrl+Return")
    sessions.wait(lambda: len(rows(session)) == 2)
    assert len(groups) == 1  # every part of one press of Send is given the same group
    group = groups[0]
    assert at_accepted == [GroupState.WAITING]
    sessions.wait(lambda: group.state is GroupState.ENDED)
    assert [task.state for task in group] == [TaskState.DONE] * 3
    assert log_lines(home)[2:] == [
        "found query: ann",
        "message to ann@example.com",
        "notification for ann@example.com: accepted",
    ]
    starts = [task.started_at for task in group]
    assert starts == sorted(starts, key=lambda at: at or 0)


def test_refused_send_runs_no_task(
    session: Session, sessions: Sessions, home: Home, groups: list[BackgroundTasks]
) -> None:
    """S9: if the Send itself raises, none of its tasks run, and nothing is logged."""
    fill_in(to="ann@")
    press("Ctrl+Return")
    sessions.wait(lambda: "nothing after the @" in says(session))
    assert sessions.end(session) == 0
    assert [group.state for group in groups] == [GroupState.WAITING]
    assert [task.state for group in groups for task in group] == [TaskState.WAITING] * 2
    assert log_lines(home) == []


def test_trouble_after_accepted_reaches_row_and_person_once(session: Session, sessions: Sessions, home: Home) -> None:
    """S8: an error of a task never changes the confirmation already given; it is in the row's history, said once."""
    sessions.wait(home.log.exists)
    home.log.unlink()
    home.log.mkdir()
    said: list[str] = []
    session.reporter.noticed.connect(said.append)
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    sessions.wait(lambda: bool(said))
    row = stored(session)[0].id
    sessions.wait(lambda: "trouble" in [event.kind for event in session.program.reader.details(row).events])
    assert says(session).startswith("Accepted")
    assert session.window.notices.sentence() == said[0]
    assert "log.txt cannot be written" in said[0]
    assert len(said) == 1


def test_log_that_blocks_delays_nothing(
    session: Session, sessions: Sessions, home: Home, fake_clock: FakeClock
) -> None:
    """X7: while the log pool is stuck, Send is accepted and delivered."""
    gate = Gate()
    session.runner.start("log", gate.wait)
    try:
        fill_in()
        press("Ctrl+Return")
        sessions.wait(lambda: says(session).startswith("Accepted"))
        fake_clock.advance(6)
        session.engine.wake()
        sessions.wait(lambda: states(session) == ["Practised"])
        assert log_lines(home) == []
    finally:
        gate.open()
    sessions.wait(lambda: "practised" in "".join(log_lines(home)[-1:]))


class _Paints(QObject):
    """Notes what a person could read at each paint of the window."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.seen: list[tuple[bool, bool]] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.append((says(self._session).startswith("Accepted"), bool(rows(self._session))))
        return False


def test_row_and_accepted_are_painted_together(session: Session, sessions: Sessions) -> None:
    """No paint shows one without the other."""
    fill_in()
    paints = _Paints(session)
    session.compose.strip.installEventFilter(paints)
    session.outbox.list.viewport().installEventFilter(paints)
    press("Ctrl+Return")
    sessions.wait(lambda: (True, True) in paints.seen)
    assert set(paints.seen) <= {(False, False), (True, True)}


def test_deliveries_step_aside_until_the_answer(
    session: Session, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What delivers behind the window begins nothing between the press and its answer, be that a refusal."""
    said: list[str] = []
    for name in ("step_aside", "go_on"):
        monkeypatch.setattr(session.program.attempts, name, partial(said.append, name))
    press("Ctrl+Return")  # nobody to send it to
    sessions.wait(lambda: said == ["step_aside", "go_on"])
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: bool(rows(session)))
    assert said == ["step_aside", "go_on"] * 2


def test_accepted_is_said_of_what_is_on_disk(session: Session, sessions: Sessions, home: Home) -> None:
    """When "Accepted" is painted, another process finds the notification in the outbox."""
    found: list[int] = []

    def look() -> None:
        with contextlib.closing(sqlite3.connect(f"file:{home.database}?mode=ro", uri=True)) as other:
            found.append(other.execute("SELECT count(*) FROM notification").fetchone()[0])

    session.composing.accepted.connect(lambda _: look())
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: found == [1])


@pytest.mark.parametrize("keys", ["Ctrl+Return", "Ctrl+Enter"])
def test_both_enter_keys_send_once_though_pressed_twice(session: Session, sessions: Sessions, keys: str) -> None:
    """Ctrl+Enter sends, that of the keypad too; pressed twice in a row, one notification is accepted."""
    fill_in()
    press(keys)
    press(keys)
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert len(stored(session)) == 1


def test_what_is_being_composed_is_sent(session: Session, sessions: Sessions) -> None:
    """Text that an input method is still composing when Send is pressed is part of the message."""
    fill_in(text="")
    QApplication.sendEvent(focused(), QInputMethodEvent("ありがとう", []))
    press("Ctrl+Return")
    sessions.wait(lambda: bool(rows(session)))
    assert session.program.reader.details(stored(session)[0].id).draft.text == "ありがとう"


def test_slow_disk_is_spoken_of_and_nothing_is_lost(session: Session, sessions: Sessions, home: Home) -> None:
    """A disk that takes longer than 100 ms: "Saving…", the fields read-only; then Accepted, and the form is empty."""
    fill_in()
    pane = session.compose
    with locked(home):
        press("Ctrl+Return")
        sessions.wait(lambda: says(session) == "Saving…")
        write("not taken")
        press("Ctrl+Return")  # a second press while the first waits
        QTest.mouseClick(pane.buttons.send, Qt.MouseButton.LeftButton)
        assert pane.draft() == Draft((Recipient("ann@example.com"),), "Hello", "Dear Ann")
        assert pane.subject.isReadOnly()
        assert pane.message.isReadOnly()
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert pane.is_blank()
    assert not pane.message.isReadOnly()
    assert [each.subject for each in stored(session)] == ["Hello"]


def test_what_comes_while_saving_waits_for_the_answer(session: Session, sessions: Sessions, home: Home) -> None:
    """A mailto: that arrives while the disk is slow neither is sent nor is lost, and what is sent is no draft."""
    fill_in()
    with locked(home):
        press("Ctrl+Return")
        session.composing.bring_words(["mailto:ben@example.net?subject=Second"])
        sessions.wait(lambda: says(session) == "Saving…")
        assert session.compose.subject.text() == "Hello"
    sessions.wait(lambda: session.compose.subject.text() == "Second")
    assert [each.to for each in stored(session)] == ["ann@example.com"]
    again = sessions.restart(session)
    sessions.wait(lambda: again.compose.draft().subject == "Second")
    assert [saved.draft.subject for saved in again.program.reader.drafts()] == ["Second"]


def test_quit_while_the_disk_is_slow_brings_nothing_back_twice(
    session: Session, sessions: Sessions, home: Home
) -> None:
    """Who quits while a Send waits for the disk finds it in the list at the next start, and not in the form too."""
    fill_in()
    sessions.wait(lambda: bool(session.program.reader.drafts()))
    with locked(home):
        press("Ctrl+Return")
        sessions.wait(lambda: says(session) == "Saving…")
        session.quit()
    again = sessions.restart(session)
    assert states(again) == ["Queued"]
    assert again.compose.is_blank()
    assert again.program.reader.drafts() == ()


def test_disk_that_fails_keeps_everything_and_the_next_send_works(
    session: Session, sessions: Sessions, home: Home
) -> None:
    """A5: a disk that fails while saving: what was typed is still there, with the reason; the next Send works."""
    fill_in()
    sessions.wait(lambda: bool(session.program.reader.drafts()))
    with full_disk(home):
        press("Ctrl+Return")
        sessions.wait(lambda: "disk" in says(session).lower())
        assert session.compose.draft() == Draft((Recipient("ann@example.com"),), "Hello", "Dear Ann")
        assert not session.compose.message.isReadOnly()
        assert rows(session) == []
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert [each.subject for each in stored(session)] == ["Hello"]


@pytest.mark.parametrize(
    ("to", "subject", "text", "sentence"),
    [
        ("", "Hello", "Dear Ann", "Nobody to send to"),
        ("ann", "Hello", "Dear Ann", "an address needs an @"),
        ("ann@", "Hello", "Dear Ann", "nothing after the @"),
        ("ann@example.com, be n@x, eve@example.com", "Hello", "Dear Ann", "be n@x"),
        ("ann@example.com", "Hello", "", "the message is empty"),
    ],
)
def test_what_is_wrong_is_said_and_stays_typed(
    session: Session, sessions: Sessions, to: str, subject: str, text: str, sentence: str
) -> None:
    """A wrong or empty field: the sentence says which and why, everything typed stays, nothing is accepted."""
    fill_in(to, subject, text)
    before = session.compose.draft()
    press("Ctrl+Return")
    sessions.wait(lambda: sentence in says(session))
    assert session.compose.draft() == before
    assert stored(session) == ()


def test_one_wrong_address_of_several_is_marked_and_mended(session: Session, sessions: Sessions) -> None:
    """One wrong address marks its own chip; without it, the others are sent to, a notification each their own."""
    fill_in("ann@example.com, ben@, eve@example.com")
    press("Ctrl+Return")
    sessions.wait(lambda: "ben@" in says(session))
    assert session.compose.recipients.chip_labels() == ("ann@example.com", "ben@", "eve@example.com")
    press("Left")
    press("Left")
    press("Delete")
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert sorted(each.to for each in stored(session)) == ["ann@example.com", "eve@example.com"]


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        ("Hello\x07you", "control character"),
        ("Hello\x00you", "control character"),
        ("Hello\u0085Bcc: eve@example.com", "control character"),
        ("Hello\u2028Bcc: eve@example.com", "control character"),
        ("=?utf-8?q?Hello=0D=0ABcc:_eve@example.com?=", ""),
    ],
)
def test_no_subject_makes_a_header(
    session: Session, sessions: Sessions, home: Home, subject: str, sentence: str, fake_clock: FakeClock
) -> None:
    """C1: control characters are refused in a sentence; an encoded line break is text, and arrives as that text."""
    fill_in(subject="")
    session.composing.bring(Draft((Recipient("ann@example.com"),), subject, "Dear Ann"))
    press("Ctrl+Return")
    if sentence:
        sessions.wait(lambda: sentence in says(session))
        assert stored(session) == ()
        assert session.compose.draft().text == "Dear Ann"
        return
    sessions.wait(lambda: says(session).startswith("Accepted"))
    fake_clock.advance(6)
    session.engine.wake()
    sessions.wait(lambda: states(session) == ["Practised"])
    message = BytesParser(policy=policy.SMTP).parsebytes(practised(home)[0])
    assert message["Bcc"] is None
    assert [header for header in message.keys() if header.lower() == "bcc"] == []  # noqa: SIM118 - a message is no dict


def test_pasted_line_break_in_the_subject_is_a_sentence(session: Session, sessions: Sessions) -> None:
    """C1: a pasted subject of several lines is refused in a sentence and stays typed."""
    fill_in(subject="")
    press("Alt+2")
    QApplication.clipboard().setText("Hello\r\nBcc: eve@example.com")
    press("Ctrl+V")
    press("Ctrl+Return")
    sessions.wait(lambda: "The subject holds a line break" in says(session))
    assert "Bcc: eve@example.com" in session.compose.subject.text()
    assert stored(session) == ()


def test_attachment_is_sent_as_it_was_when_attached(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """C5: what was attached is what is sent, though the file is gone by then."""
    path = tmp_path / "plan.txt"
    path.write_text("the plan")
    fill_in()
    session.compose.attach([path])
    sessions.wait(lambda: bool(session.compose.draft().attachments))
    path.unlink()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert b"plan.txt" in b"".join(session.program.raw(stored(session)[0].id))


def test_attachment_that_is_gone_or_no_file_is_a_sentence(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """C5: a vanished file, a FIFO and a folder are said in a sentence each, and nothing goes without them."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    fill_in()
    session.compose.attach([tmp_path / "gone.txt", tmp_path / "pipe", tmp_path / "folder"])
    sessions.wait(lambda: len(session.compose.attachments.failures()) == 3)
    press("Ctrl+Return")
    sessions.wait(lambda: "gone.txt is not there any more" in says(session))
    assert "pipe is not a regular file" in says(session)
    assert "folder is a folder" in says(session)
    assert stored(session) == ()
    assert session.compose.message.toPlainText() == "Dear Ann"


def test_marks_that_turn_a_name_are_not_shown(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """C5: a name that right-to-left marks would show as another is shown and sent without them, and without folders."""
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / ".." / "photo\u202egpj.exe"
    path.write_text("no photo")
    fill_in()
    session.compose.attach([path])
    sessions.wait(lambda: bool(session.compose.draft().attachments))
    shown = [label.text() for label in session.compose.attachments.findChildren(QLabel)]
    accessible = [each.accessibleName() for each in session.compose.attachments.findChildren(QWidget)]
    assert not [words for words in (*shown, *accessible) if "\u202e" in words]
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    raw = b"".join(session.program.raw(stored(session)[0].id))
    assert b'filename="photogpj.exe"' in raw


def test_copy_that_vanished_from_the_spool_is_a_sentence(
    session: Session, sessions: Sessions, home: Home, tmp_path: Path
) -> None:
    """An attachment whose copy in the outbox is gone when Send is pressed is said, and nothing is accepted."""
    path = tmp_path / "plan.txt"
    path.write_text("the plan")
    fill_in()
    session.compose.attach([path])
    sessions.wait(lambda: bool(session.compose.draft().attachments))
    digest = session.compose.draft().attachments[0].sha256
    copies = [each for each in home.spool.rglob("*") if digest in each.name or digest[2:] in each.name]
    assert copies
    for each in copies:
        each.unlink()
    press("Ctrl+Return")
    sessions.wait(lambda: "plan.txt in the outbox is missing" in says(session))
    assert stored(session) == ()
    assert session.compose.message.toPlainText() == "Dear Ann"


def test_send_waits_for_the_copy(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """Send pressed while a file is being copied sends when the copy is there, with it."""
    path = tmp_path / "plan.txt"
    path.write_text("the plan")
    gate = Gate()
    session.runner.start("files", gate.wait)
    fill_in()
    session.compose.attach([path])
    press("Ctrl+Return")
    sessions.wait(lambda: "as soon as the files are copied" in says(session))
    gate.open()
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert b"plan.txt" in b"".join(session.program.raw(stored(session)[0].id))


def test_send_before_the_outbox_is_open_waits_for_it(sessions: Sessions) -> None:
    """What is sent before the outbox is open is accepted when it is."""
    session = sessions.start(must_open=False)
    sessions.wait(lambda: QApplication.focusWidget() is session.compose.recipients.editor())
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    sessions.wait(lambda: states(session) == ["Queued"])
