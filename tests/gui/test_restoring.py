"""Restore a backup in the window: into an empty outbox, which comes back with it; else into a new folder."""

import shlex
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from core.outbox.notification import Terms
from core.outbox.states import State
from core.paths import Home
from gui.session import Session
from gui.step_dialog import StepDialog
from tests.outboxes import accept, bring_to, opened
from tests.sessions import Sessions, fill_in, press, says, states, stored, write


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of another outbox: two sent, one held."""
    with opened(Home(tmp_path / "other")) as program:
        for state in (State.SENT, State.SENT, State.HELD):
            bring_to(program, state)
        program.log.catch_up()
        program.back_up(tmp_path / "b.zip", lambda _what, _share: None)
    return tmp_path / "b.zip"


def file_dialogs() -> list[QFileDialog]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible()]


def choose(sessions: Sessions, path: Path) -> None:
    """Answer the dialog for files."""
    sessions.wait(lambda: bool(file_dialogs()))
    (dialog,) = file_dialogs()
    field = dialog.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setText(str(path))
    dialog.accept()


def offered(session: Session, sessions: Sessions, path: Path) -> StepDialog:
    session.actions["restore"].trigger()
    choose(sessions, path)
    return step_dialog(sessions)


def step_dialog(sessions: Sessions) -> StepDialog:
    def shown() -> list[StepDialog]:
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, StepDialog) and each.isVisible()]

    sessions.wait(lambda: bool(shown()) and shown()[0].isActiveWindow())
    return shown()[0]


def test_an_empty_outbox_comes_back_with_it(sessions: Sessions, home: Home, backup: Path) -> None:
    """At a first start: Enter, and the window comes back with the messages; it says how many, and what needs you."""
    session = sessions.start()
    dialog = offered(session, sessions, backup)
    assert dialog.head() == "Restore this backup?"
    assert "with 3 messages" in dialog.words()
    press("Return")
    assert sessions.end_by_itself(session) == 0
    assert session.outcome is not None
    session = sessions.start(outcome=session.outcome)
    sessions.wait(lambda: states(session) == ["Held", "Sent", "Sent"])
    sessions.wait(
        lambda: session.window.notices.sentence() == "3 messages restored. 1 is held: it may have been sent since."
    )
    assert not (home.root / "restoring").exists()


def test_into_a_new_folder_where_there_is_something(sessions: Sessions, tmp_path: Path, backup: Path) -> None:
    """An outbox with a message stays as it is: a folder is asked for, and the line that opens it can be copied."""
    session = sessions.start()
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    dialog = offered(session, sessions, backup)
    assert dialog.head() == "A backup is restored into an empty outbox."
    press("Alt+C")
    folder = tmp_path / "new folder"
    folder.mkdir()
    choose(sessions, folder)
    sessions.wait(lambda: dialog.head() == f"Restored into {folder}")
    assert dialog.words().startswith("3 messages restored. 1 is held")
    sessions.wait(dialog.leave.hasFocus)
    press("Alt+O")
    sessions.wait(lambda: str(folder) in QGuiApplication.clipboard().text())
    line = shlex.split(QGuiApplication.clipboard().text())
    assert line[-2:] == ["--home", str(folder)]
    press("Esc")
    sessions.wait(session.window.isActiveWindow)
    with opened(Home(folder)) as program:
        assert len(list(program.reader.list())) == 3
    assert len(stored(session)) == 1


def test_why_a_folder_is_not_taken_is_said(sessions: Sessions, tmp_path: Path, backup: Path) -> None:
    """A folder with something in it: a sentence in the dialog, and nothing is changed there."""
    session = sessions.start()
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    dialog = offered(session, sessions, backup)
    press("Return")
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    choose(sessions, folder)
    sessions.wait(lambda: dialog.head() == "Nothing was restored." and dialog.leave.hasFocus())
    assert "is not empty" in dialog.words()
    assert "mine.txt" in [each.name for each in folder.iterdir()]
    press("Esc")
    sessions.wait(session.window.isActiveWindow)


def test_what_is_no_backup_is_said(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """Any other file: one sentence, and nothing is asked."""
    path = tmp_path / "photo.zip"
    path.write_bytes(b"no zip")
    session.actions["restore"].trigger()
    choose(sessions, path)
    sessions.wait(lambda: "is not a backup" in session.window.notices.sentence())


def test_what_is_written_meanwhile_is_not_lost(sessions: Sessions, backup: Path) -> None:
    """Somebody typed while it was unpacked: nothing is exchanged, and the form is as it was."""
    session = sessions.start()
    dialog = offered(session, sessions, backup)
    session.compose.subject.setText("Half a thought")
    dialog.main.click()
    sessions.wait(lambda: "something in the form" in session.window.notices.sentence())
    assert session.compose.subject.text() == "Half a thought"
    sessions.wait(session.window.isActiveWindow)
    press("Alt+2")
    write("!")


# -- moving -----------------------------------------------------------------------------------------------------------


def test_move_holds_what_waits_and_says_what_to_do(sessions: Sessions, home: Home, tmp_path: Path) -> None:
    """The steps for the other computer; here a bar says that nothing is sent, also after a restart, and its button
    goes on here: what was held for it is sent."""
    with opened(home) as program:
        accept(program, terms=Terms(at_ms=program.clock.now_ms() + 3_600_000))
    session = sessions.start()
    session.actions["move"].trigger()
    dialog = step_dialog(sessions)
    assert "1 message that has not been sent is held" in dialog.words()
    press("Return")
    path = tmp_path / "move.zip"
    choose(sessions, path)
    sessions.wait(lambda: dialog.head() == "The file is written: 1 message")
    assert f"Take {path} to the other computer" in dialog.words()
    sessions.wait(dialog.leave.hasFocus)
    press("Return")
    sessions.wait(lambda: states(session) == ["Held"])
    moved = "This outbox was moved to another computer. Nothing is sent from here."
    sessions.wait(lambda: moved_bar(session) == moved)
    session = sessions.restart(session)
    sessions.wait(lambda: moved_bar(session) == moved)
    assert not session.actions["move"].isEnabled()
    session.actions["come_back"].trigger()
    sessions.wait(lambda: states(session) == ["Scheduled"])
    sessions.wait(lambda: moved_bar(session) == "")
    assert not session.program.reader.counts().is_paused


def moved_bar(session: Session) -> str:
    return session.workplace._moved.sentence()


def test_a_file_that_cannot_be_written_changes_nothing(sessions: Sessions, home: Home) -> None:
    """In the outbox's own folder: the sentence says why, and everything goes on here."""
    with opened(home) as program:
        accept(program, terms=Terms(at_ms=program.clock.now_ms() + 3_600_000))
    session = sessions.start()
    session.actions["move"].trigger()
    dialog = step_dialog(sessions)
    press("Return")
    choose(sessions, home.root / "move.zip")
    moved = "Nothing was moved, and everything goes on here."
    sessions.wait(lambda: dialog.head() == moved and dialog.leave.hasFocus())
    press("Return")
    sessions.wait(lambda: states(session) == ["Scheduled"])
    assert not session.program.reader.counts().is_paused
