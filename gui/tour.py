"""The main job in the real window, by real key presses: each step is printed, pictures are saved."""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core import platform_check
from core.paths import Home

if TYPE_CHECKING:  # Qt is imported after it was found to load
    from PySide6.QtWidgets import QWidget

    from gui.session import Session

#: A step that takes longer than this has failed. The machine may be a slow one, or busy.
_LIMIT_S = 30.0
#: How often a step looks whether what it waits for has happened.
_LOOK_MS = 5


class TourError(Exception):
    """What should have been seen was not seen."""


def main(_home: Home, shots: Path | None) -> int:
    """Show the main job in an outbox of its own, in a folder that is removed again; return the exit code.

    Drawn off screen where there is no screen. Pictures go to `shots`, else to a new folder that is named.
    """
    if not platform_check.has_display(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        print("There is no screen here: the window is drawn off screen.")
    from gui.app import make_application, why_no_window

    if sentence := why_no_window(os.environ):
        print(sentence, file=sys.stderr)
        return 69
    folder = Path(tempfile.mkdtemp(prefix="outtray-tour-")) if shots is None else shots
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(f"The pictures cannot be saved in {folder}: {error.strerror}.", file=sys.stderr)
        return 73
    with tempfile.TemporaryDirectory(prefix="outtray-tour-outbox-") as outbox:
        from gui.session import Session

        home = Home(Path(outbox))
        home.settings.write_text('language = "en"\n', "utf-8")  # what the tour says of the window, it reads there
        app = make_application()
        session = Session(app, home)
        tour = Tour(session, folder)
        return session.run(begun=tour.start) or tour.code


@dataclass(frozen=True)
class _Wait:
    """Something to wait for before the next step."""

    what: str
    is_there: Callable[[], bool]


class Tour:
    """Drives one session, a step at a time, from a timer of its loop."""

    def __init__(self, session: "Session", folder: Path) -> None:
        from PySide6.QtCore import QTimer

        self._session = session
        self._folder = folder
        self._steps = self._walk()
        self._wait: _Wait | None = None
        self._since_s = 0.0
        self._pictures = 0
        self._timer = QTimer(session)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._step)
        #: 0 when every step was seen.
        self.code = 1

    def start(self) -> None:
        """Begin. The session's loop runs from now on until the tour has ended."""
        self._timer.start()

    def _step(self) -> None:
        if self._wait is not None:
            if not self._wait.is_there():
                if time.monotonic() - self._since_s > _LIMIT_S:
                    self._fail(f"waited {_LIMIT_S:.0f} s in vain for: {self._wait.what}")
                return
            self._wait = None
        try:
            self._wait = next(self._steps)
        except StopIteration:
            self._timer.stop()
            self.code = 0
            self._session.quit()
        except Exception as error:  # noqa: BLE001 - whatever it is, the tour has failed and says so
            self._fail(str(error) or repr(error))
        self._since_s = time.monotonic()

    def _fail(self, why: str) -> None:
        self._timer.stop()
        self._session.quit()
        with contextlib.suppress(OSError, TourError):  # nobody may be left to read it
            print(f"The tour failed: {why}", file=sys.stderr)
            self._picture("failed")

    # The way of one notification, as a person goes it

    def _walk(self) -> Iterator[_Wait]:
        session = self._session
        window, form, outbox = session.window, session.compose, session.outbox
        if platform_check.is_screenless(os.environ):
            window.resize(1280, 780)  # Qt's screen there is small, and nobody's
        window.activateWindow()
        # Keys go to the active window only, and a window manager takes its time to make it that.
        yield _Wait("the window to be open and active", lambda: window.isActiveWindow() and session.is_open)
        say(f"The window is open: {window.width()} × {window.height()}, {len(session.actions)} commands.")
        self._picture("empty")

        self._type("ann@example.com")
        self._press("Tab")
        self._type("Your order is ready")
        self._press("Tab")
        self._type("Dear Ann,\n\nyour order is ready.\n\nKind regards\nOuttray")
        say("Typed an address, a subject and a message.")
        self._picture("typed")

        began_s = time.perf_counter()
        self._press("Ctrl+Return")
        yield _Wait("Accepted", lambda: "Accepted" in form.strip.text())
        took_ms = (time.perf_counter() - began_s) * 1000
        said = form.strip.text()
        say(f"Pressed Ctrl+Enter; the window said “{said}” within {took_ms:.0f} ms (looked every {_LOOK_MS}).")
        self._expect(outbox.model.rowCount() == 1, "the row is in the list at once")
        self._picture("accepted")

        self._press("Ctrl+Z")
        yield _Wait("the message back in the form", lambda: form.subject.text() == "Your order is ready")
        self._expect(form.message.toPlainText().startswith("Dear Ann,"), "the message came back as it was typed")
        say("Pressed Ctrl+Z; the message is back in the form as it was typed.")

        self._press("Ctrl+Return")
        yield _Wait("Accepted", lambda: "Accepted" in form.strip.text())
        say("Pressed Ctrl+Enter again; waiting for the undo time to run out …")
        yield _Wait("Practised", lambda: "Practised" in self._row())
        say(f"The list says: {self._row()}")

        self._press("Alt+4")
        self._press("Return")
        yield _Wait("the details", lambda: "Dear Ann" in outbox.details.text())
        self._picture("details")
        self._press("F1")
        yield _Wait("the sheet of keys", lambda: session.places.sheet is not None)
        self._picture("keys", session.places.sheet)
        say("Opened the details and the sheet of keys (F1).")
        self._press("Esc")

        mail = list((session.program.home.mail / "new").iterdir())
        self._expect(len(mail) == 1, "the mail folder holds the message once")
        say(f"The mail folder holds it: {mail[0].stat().st_size} bytes.")
        log = session.program.home.log
        yield _Wait("the log", lambda: log.exists() and "practised" in log.read_text("utf-8"))
        say("log.txt says:")
        for line in log.read_text("utf-8").splitlines():
            say(f"  {line}")
        say(f"{self._pictures} pictures are in {self._folder}")

    def _row(self) -> str:
        """What a person reads in the first row."""
        from gui import wording

        delivery = self._session.outbox.model.delivery_at(0)
        return "" if delivery is None else wording.row_text(delivery, self._session.program.clock.now_ms())

    # Keys and pictures

    def _press(self, keys: str) -> None:
        from PySide6.QtCore import QKeyCombination
        from PySide6.QtGui import QKeySequence
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        target = QApplication.activeWindow() or self._session.window
        field: QWidget | None = target.focusWidget()
        combination: QKeyCombination = QKeySequence(keys)[0]  # type: ignore[index]  # missing in PySide6's stubs
        QTest.keyClick(target if field is None else field, combination.key(), combination.keyboardModifiers())

    def _type(self, text: str) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        for char in text:
            field = self._session.window.focusWidget()
            if char == "\n":
                QTest.keyClick(field, Qt.Key.Key_Return)
            else:
                QTest.keyClicks(field, char)

    def _picture(self, name: str, widget: "QWidget | None" = None) -> None:
        shown = widget or self._session.window
        self._pictures += 1
        path = self._folder / f"tour-{self._pictures}-{name}.png"
        if not shown.grab().save(str(path)):
            raise TourError(f"{path} cannot be written")

    @staticmethod
    def _expect(is_so: bool, what: str) -> None:
        if not is_so:
            raise TourError(f"it is not so that {what}")


def say(line: str) -> None:
    """Print one step at once, also where the console cannot write every character."""
    encoding = sys.stdout.encoding or "ascii"
    print(line.encode(encoding, "replace").decode(encoding), flush=True)
