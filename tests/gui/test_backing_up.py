"""Back up in the window: a file that restores, made while the window goes on, with a sentence at the end."""

import zipfile
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog

from core.outbox import restoring
from core.paths import Home
from gui.session import Session
from tests.outboxes import opened
from tests.sessions import Sessions, fill_in, press, says, stored


def dialogs() -> list[QFileDialog]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible()]


def back_up_to(session: Session, sessions: Sessions, path: Path) -> None:
    session.actions["back_up"].trigger()
    sessions.wait(lambda: bool(dialogs()))
    (dialog,) = dialogs()
    assert dialog.selectedFiles()[0].endswith(".zip")
    dialog.selectFile(str(path))
    dialog.accept()


def test_a_backup_made_in_the_window_restores(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """File, Back up: a zip that the program restores into a new home, with what was in the outbox; it says so."""
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    path = tmp_path / "kept.zip"
    back_up_to(session, sessions, path)
    sessions.wait(lambda: session.window.notices.sentence().startswith(f"Backed up as {path}: 1 "))
    assert zipfile.is_zipfile(path)
    new = Home(tmp_path / "new")
    new.root.mkdir(0o700)
    restoring.restore(new, path, session.program.clock.now_ms())
    with opened(new) as program:
        assert [each.message_id for each in program.reader.list()] == [each.message_id for each in stored(session)]


def test_why_there_is_none_is_said(session: Session, sessions: Sessions, home: Home) -> None:
    """In the outbox's own folder: a sentence, and no file."""
    path = home.root / "kept.zip"
    back_up_to(session, sessions, path)
    sessions.wait(lambda: "own folder" in session.window.notices.sentence())
    assert not path.exists()
