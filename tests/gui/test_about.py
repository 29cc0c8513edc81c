"""What Outtray is: its version, its licence, and the folder with those of others."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

import resources
from core.version import version
from gui.about import AboutDialog
from gui.session import Session
from tests.sessions import Sessions, press


def _opened(session: Session, sessions: Sessions) -> AboutDialog:
    session.actions["about"].trigger()
    sessions.wait(lambda: session.places.about is not None and session.places.about.isActiveWindow())
    assert session.places.about is not None
    return session.places.about


def test_it_says_version_and_licences(session: Session, sessions: Sessions) -> None:
    """Version, MIT, and that Qt is used under the LGPL; a checkout brings no licences. Esc closes; it opens again."""
    for _ in range(2):
        shown = _opened(session, sessions)
        assert shown.version.text() == f"Version {version()}"
        assert "MIT" in shown.words.text()
        assert "LGPL" in shown.words.text()
        assert not shown.licences.isVisible()
        press("Esc")
        sessions.wait(lambda: session.places.about is None and session.window.isActiveWindow())


def test_the_packaged_program_shows_the_licences(
    session: Session, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A button opens their folder, which is in the package."""
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    monkeypatch.setattr(resources, "licences", lambda: tmp_path / "licences")
    _opened(session, sessions)
    press("Alt+L")
    sessions.wait(lambda: opened == [QUrl.fromLocalFile(str(tmp_path / "licences"))])
    press("Esc")
    sessions.wait(lambda: session.places.about is None)
