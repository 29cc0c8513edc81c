"""What tests of widgets get: the look, times and numbers written as in English, and the whole window."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.clock import Clock, SystemClock
from core.paths import Home
from gui.application import Application
from gui.language import Language
from gui.session import Session
from gui.theme import Theme
from tests.fakes import FakeClock
from tests.sessions import Sessions


@pytest.fixture
def _english(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    language = Language(qapp)
    language.speak("en")
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    language.silence()
    QLocale.setDefault(before)


@pytest.fixture
def theme(qapp: QApplication, _english: None) -> Iterator[Theme]:
    """The light theme, applied to the program."""
    theme = Theme()
    theme.apply(qapp, "light")
    yield theme
    theme.deleteLater()


@pytest.fixture
def clock(fake_clock: FakeClock) -> Clock:
    """The clock of `session`: one that stands still. A module that needs time to pass overrides it."""
    return fake_clock


@pytest.fixture
def real_clock() -> Clock:
    """The clock of this computer."""
    return SystemClock()


@pytest.fixture
def sessions(qapp: Application, qtbot: QtBot, home: Home, clock: Clock, _english: None) -> Iterator[Sessions]:
    """Starts the whole window on the test's home, also again; what still runs at the end quits as the program does."""
    sessions = Sessions(qapp, qtbot, home, clock)
    yield sessions
    sessions.end_all()


@pytest.fixture
def session(sessions: Sessions) -> Session:
    """The whole window, shown, its outbox open and its list read."""
    return sessions.start()
