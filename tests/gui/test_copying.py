"""Use again and Save as: a message of the outbox once more, as a new one or as a file."""

import email
import email.policy
import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.paths import Home
from gui.outbox.copying import file_name
from gui.session import Session
from tests.sessions import Sessions, fill_in, press, rows, says, stored, write


def accepted(session: Session, sessions: Sessions, to: str = "ann@example.com") -> None:
    """Send a message, and go to its row."""
    fill_in(to)
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    press("Alt+4")


def test_use_again_is_a_new_message_to_the_same(session: Session, sessions: Sessions) -> None:
    """Ctrl+Shift+N on a row: the form holds what it said; sending that is another notification, the first one stays."""
    accepted(session, sessions)
    press("Ctrl+Shift+N")
    sessions.wait(lambda: session.compose.subject.text() == "Hello")
    draft = session.compose.draft()
    assert [str(each) for each in draft.to] == ["ann@example.com"]
    assert draft.text == "Dear Ann"
    press("Ctrl+Return")
    sessions.wait(lambda: len(rows(session)) == 2)
    first, second = stored(session)
    assert first.notification != second.notification


def test_use_again_takes_those_who_are_selected(session: Session, sessions: Sessions) -> None:
    """Of a message to three, the two selected rows: the new one is to those two, in the order they were written."""
    accepted(session, sessions, "ann@example.com, ben@example.com, cleo@example.com")
    sessions.wait(lambda: len(rows(session)) == 3)
    names = [delivery.to for delivery in stored(session)]
    session.outbox.list.selectRow(names.index("ben@example.com"))
    first, last = sorted((names.index("ben@example.com"), names.index("cleo@example.com")))
    session.outbox.list.selectRow(first)
    press("Shift+Down")
    assert last == first + 1
    press("Ctrl+Shift+N")
    sessions.wait(lambda: bool(session.compose.draft().to))
    assert [each.address for each in session.compose.draft().to] == ["ben@example.com", "cleo@example.com"]


def test_use_again_overwrites_nothing(session: Session, sessions: Sessions) -> None:
    """What is half typed in the form is set aside under Drafts, with one line saying so."""
    accepted(session, sessions)
    fill_in("joe@example.com", "Half", "typed")
    press("Alt+4")
    press("Ctrl+Shift+N")
    sessions.wait(lambda: session.compose.subject.text() == "Hello")
    assert "Drafts" in session.window.notices.sentence()
    sessions.wait(lambda: [each.draft.subject for each in session.program.reader.drafts()][-1:] != [])
    assert "Half" in {each.draft.subject for each in session.program.reader.drafts()}


def save_to(session: Session, sessions: Sessions, path: Path) -> None:
    press("Ctrl+Shift+S")
    sessions.wait(lambda: bool(dialogs()))
    (dialog,) = dialogs()
    assert dialog.selectedFiles()[0].endswith("Hello.eml")
    dialog.selectFile(str(path))
    dialog.accept()


def dialogs() -> list[QFileDialog]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible()]


def test_save_as_writes_what_goes_out(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """The file is the message byte for byte, readable by its owner only; any mail program reads it."""
    accepted(session, sessions)
    path = tmp_path / "kept.eml"
    save_to(session, sessions, path)
    sessions.wait(lambda: session.window.notices.sentence() == f"Saved as {path}")
    (delivery,) = stored(session)
    assert path.read_bytes() == b"".join(session.program.raw(delivery.id))
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["Subject"] == "Hello"
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_save_as_says_why_it_cannot(session: Session, sessions: Sessions, home: Home, tmp_path: Path) -> None:
    """A folder that is not there: a sentence with the file's name; nothing half-written is left."""
    accepted(session, sessions)
    (delivery,) = stored(session)
    path = tmp_path / "gone" / "kept.eml"
    session.workplace.copying._save(delivery.id, str(path))
    sessions.wait(lambda: str(path) in session.window.notices.sentence())
    assert list(tmp_path.rglob("*.eml")) == []
    assert not list(tmp_path.rglob(".outtray-*"))


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Trip on Friday", "Trip on Friday.eml"),
        ("a/b\\c: d?\x07", "a b c d.eml"),
        ("..", "message.eml"),
        ("", "message.eml"),
        ("CON", "message CON.eml"),
        ("nul.txt", "message nul.txt.eml"),
        ("献立 12月", "献立 12月.eml"),
        ("x" * 300, "x" * 80 + ".eml"),
    ],
)
def test_a_files_name_is_one_that_every_system_takes(subject: str, name: str) -> None:
    """No separators, no control characters, no devices of Windows, and not too long."""
    assert file_name(subject) == name


def test_typing_goes_on_after_use_again(session: Session, sessions: Sessions) -> None:
    """The keys go to the message, as there is somebody in To."""
    accepted(session, sessions)
    press("Ctrl+Shift+N")
    sessions.wait(session.compose.message.hasFocus)
    write("P.S. ")
    assert "P.S. " in session.compose.message.toPlainText()
