"""The whole window for tests: started on a home, used by keys, ended by its own quit."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.clock import Clock
from core.errors import PersonError
from core.outbox.notification import Delivery
from core.outbox.restoring import Restored
from core.paths import Home
from gui import wording
from gui.application import Application
from gui.session import Session

#: How long a condition is waited for, in ms. Reached only when a test fails.
_PATIENCE_MS = 10_000


class Sessions:
    """Starts and ends sessions of one home, one at a time."""

    def __init__(self, app: Application, qtbot: QtBot, home: Home, clock: Clock) -> None:
        self._app = app
        self._qtbot = qtbot
        self._home = home
        self._clock = clock
        self._running: list[Session] = []
        #: Errors of the program that a test expects; it clears them away itself.
        self.are_errors_expected = False

    def start(
        self,
        *words: str,
        must_open: bool = True,
        layout: QSettings | None = None,
        outcome: Restored | PersonError | None = None,
    ) -> Session:
        """Start the window as `main.py words…` does, and wait until the outbox is open and the list read."""
        session = Session(self._app, self._home, clock=self._clock, layout=layout, outcome=outcome)
        self._running.append(session)
        session.start(words)
        session.window.activateWindow()
        if must_open:
            self.wait(lambda: session.is_open and session.outbox.model.shown is not None)
            self.wait(lambda: QApplication.focusWidget() is session.compose.recipients.editor())
        return session

    def end(self, session: Session) -> int:
        """Quit as a person does, and return the exit code."""
        session.quit()
        return self.end_by_itself(session)

    def end_by_itself(self, session: Session) -> int:
        """Let the loop run until the session has left it, and return the exit code."""
        self._running.remove(session)
        code = self._app.exec()
        session.runner.close()  # tells those whose last question was refused; otherwise the process is gone by now
        dialog = session.reporter.dialog()
        errors = dialog.details() if dialog is not None else ""
        session.window.deleteLater()
        session.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        assert self.are_errors_expected or not errors, errors
        return code

    def restart(self, session: Session) -> Session:
        """Quit, and start again on the same home."""
        assert self.end(session) == 0
        return self.start()

    def end_all(self) -> None:
        for session in list(self._running):
            self.end(session)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so, while the window's loop goes on."""
        self._qtbot.waitUntil(condition, timeout=_PATIENCE_MS)


def focused() -> QWidget:
    """Return the widget that has the keys."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(keys: str) -> None:
    """Press keys where the focus is: "Ctrl+Return", "Alt+4", "R"."""
    combination = QKeySequence(keys)[0]  # type: ignore[index]  # missing in PySide6's stubs
    QTest.keyClick(focused(), combination.key(), combination.keyboardModifiers())


def write(text: str) -> None:
    """Type where the focus is; a line's end is Enter, a tab is Tab."""
    for char in text:
        match char:
            case "\n":
                QTest.keyClick(focused(), Qt.Key.Key_Return)
            case "\t":
                QTest.keyClick(focused(), Qt.Key.Key_Tab)
            case _:
                QTest.keyClicks(focused(), char)


def fill_in(to: str = "ann@example.com", subject: str = "Hello", text: str = "Dear Ann") -> None:
    """Fill in the form by keys, from To on."""
    press("Alt+1")
    write(f"{to}\t{subject}\t{text}")


def says(session: Session) -> str:
    """Return what stands under Send."""
    return session.compose.strip.text()


def rows(session: Session) -> list[str]:
    """Return what a person reads in the list, from the top; rows that are not read yet are left out."""
    model = session.outbox.model
    found = [model.delivery_at(row) for row in range(model.rowCount())]
    return [wording.row_text(each, session.program.clock.now_ms()) for each in found if each is not None]


def states(session: Session) -> list[str]:
    """Return the words of state in the list, from the top."""
    return [row.replace("、", ",").partition(",")[0] for row in rows(session)]


def stored(session: Session) -> tuple[Delivery, ...]:
    """Return what the outbox holds on disk, newest first."""
    return tuple(session.program.reader.list(None, "", 100))


def practised(home: Home) -> list[bytes]:
    """Return the messages in the mail folder."""
    folder = home.mail / "new"
    return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.is_dir() else []


def log_lines(home: Home) -> list[str]:
    """Return what the lines of log.txt say, without time and number."""
    path: Path = home.log
    text = path.read_text("utf-8") if path.is_file() else ""
    return [line.split("  ", 2)[2] for line in text.splitlines()]


@contextlib.contextmanager
def locked(home: Home) -> Iterator[None]:
    """Lock the outbox as another program would."""
    with contextlib.closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextlib.contextmanager
def full_disk(home: Home) -> Iterator[None]:
    """Let no file grow: what SQLite writes fails as it does on a disk that is full (SIGXFSZ is ignored by Python)."""
    import resource  # Windows has none

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    wal = home.database.with_name("outbox.db-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
