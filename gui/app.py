"""Builds core and the window, brings them together, and takes them apart again."""

import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core import platform_check
from core.errors import OutboxError, OwnedError, PersonError, SettingsError
from core.paths import Home
from core.version import called, how_to_mend
from resources import APP_ID

if TYPE_CHECKING:  # Qt is imported after it was found to load
    from core.outbox.restoring import Restored
    from gui.application import Application
    from gui.session import Session

#: The program's name for Qt: the window's class on X11, and the file in which the window's place is kept.
APP_NAME = "outtray"

#: Seconds a busy Python thread may keep the interpreter while the window wants it. With Python's own 5 ms, a frame
#: that finds several threads before it waits for each in turn (23 ms at the 99.9th percentile, 15 with this).
_SWITCH_INTERVAL_S = 0.0005

#: sysexits(3): no screen; the outbox cannot be created; somebody else's; the settings are wrong.
_EX_UNAVAILABLE, _EX_CANTCREAT, _EX_TEMPFAIL, _EX_CONFIG = 69, 73, 75, 78


def main(home: Home, words: Sequence[str]) -> int:
    """Open the window, or raise the one that is open and hand it the words; return the exit code.

    Called on the main thread, once in a process. Where the window cannot open, one sentence says why.
    """
    if sentence := why_no_window(os.environ):
        print(sentence, file=sys.stderr)
        return _EX_UNAVAILABLE
    app = make_application()
    try:
        session = _own_or_raise(app, home, words)
        if session is None:
            return 0
        code = session.run(words)
        while (outcome := session.outcome) is not None:  # a backup took the outbox's place: the window opens again
            session.window.deleteLater()
            session.deleteLater()
            session = _own_or_raise(app, home, (), outcome)
            if session is None:
                return 0
            code = session.run()
    except SettingsError as error:
        return _refuse(str(error), _EX_CONFIG)
    except OutboxError as error:
        return _refuse(str(error), _EX_CANTCREAT)
    except OwnedError as error:
        return _refuse(str(error), _EX_TEMPFAIL)
    return _refuse(session.failure, code) if session.failure else code


def _own_or_raise(
    app: "Application", home: Home, words: Sequence[str], outcome: "Restored | PersonError | None" = None
) -> "Session | None":
    """Build the window; None where another one has the outbox and was raised instead."""
    from PySide6.QtCore import QSettings

    from core import door
    from gui.session import Session

    def own() -> Session:
        return Session(app, home, layout=QSettings(APP_NAME, "window"), outcome=outcome)

    owned = door.own_or_ask(own, home, "raise", {"words": list(words)})
    return owned if isinstance(owned, Session) else None


def why_no_window(environ: Mapping[str, str]) -> str:
    """Return the sentence that says why no window can open here; "" when one can.

    Qt ends the process where there is no screen or its platform plugin lacks a library, so this is looked at first.
    """
    if not platform_check.has_display(environ):
        return (
            f"There is no screen to open a window on. To see Outtray work without one, type: {called()} tour; "
            f"to send without a window: {called()} send --help"
        )
    try:
        import PySide6.QtWidgets  # noqa: F401 - whether it loads is the question
    except ImportError as error:
        missing = platform_check.missing_libraries(platform_check.platform_of(environ))
        return platform_check.sentence_for(missing) or f"Qt cannot start: {error}. {how_to_mend()}"
    if not platform_check.plugin_loads(platform_check.platform_of(environ)):
        return platform_check.sentence_for(platform_check.missing_libraries(platform_check.platform_of(environ)))
    return ""


def make_application() -> "Application":
    """Make Qt's application object with Outtray's names. Call once, on the main thread."""
    from gui.application import Application
    from gui.garbage import heal_garbage
    from gui.theme import STYLE_ARGUMENTS

    heal_garbage()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    app = Application([APP_NAME, *STYLE_ARGUMENTS])
    app.setApplicationName(APP_NAME)
    app.setApplicationDisplayName("Outtray")
    app.setDesktopFileName(APP_ID)
    _tell_taskbar()
    app.setQuitOnLastWindowClosed(False)
    return app


def _tell_taskbar() -> None:
    """Have Windows group the window under Outtray, with its icon, and not under Python.

    By `SetCurrentProcessExplicitAppUserModelID` of shell32. A Windows that refuses shows Python's icon, and no more.
    """
    if sys.platform == "win32":
        import ctypes

        with contextlib.suppress(AttributeError, OSError):
            ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP_ID)


def _refuse(sentence: str, code: int) -> int:
    """Say why the window does not open: to whoever typed the command, or in a box where nobody did."""
    is_read = sys.stderr is not None and sys.stderr.isatty()  # None in a packaged program without a console
    print(sentence, file=sys.stderr)
    if not (is_read or platform_check.is_screenless(os.environ)):
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(QMessageBox.Icon.Warning, "Outtray", sentence)
        box.exec()
    return code
