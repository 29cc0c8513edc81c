"""The windows that are measured: the real one, and a bare one to measure it against."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from gui.session import Session

WIDTH, HEIGHT = 1280, 780


class Loop:
    """Runs the event loop until something is so."""

    def __init__(self) -> None:
        self._loop = QEventLoop()

    def until(self, is_so: Callable[[], bool], look_ms: int = 2) -> None:
        """Look every few milliseconds. Not for what is measured: that calls `leave` itself."""
        timer = QTimer()
        timer.timeout.connect(lambda: self._loop.quit() if is_so() else None)
        timer.start(look_ms)
        if not is_so():
            self._loop.exec()
        timer.stop()

    def rest(self, ms: int) -> None:
        """Let the loop run for a while."""
        QTimer.singleShot(ms, self._loop.quit)
        self._loop.exec()

    def enter(self) -> None:
        """Run the loop until `leave`."""
        self._loop.exec()

    def leave(self) -> None:
        """End `enter`."""
        self._loop.quit()


class PaintWatch(QObject):
    """Calls `painted` after a window has painted what was due and handed it to the screen.

    Qt paints all that is due in a window in one go, when the window is sent an UpdateRequest. That event is sent on
    from here, so that its end is seen too.
    """

    def __init__(self, window: QWidget, painted: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._painted = painted
        self._is_sending = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.UpdateRequest or watched is not self._window or self._is_sending:
            return False
        self._is_sending = True
        QCoreApplication.sendEvent(watched, event)
        self._is_sending = False
        self._painted()
        return True


class BareWindow(QWidget):
    """As large as the real one, with one line of text."""

    def __init__(self) -> None:
        super().__init__()
        self.words = "Ready"
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.resize(WIDTH, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        painter.drawText(20, 40, self.words)


def open_bare() -> tuple[BareWindow, Loop]:
    """Show a bare window. Needs a QApplication, which the caller keeps."""
    window, loop = BareWindow(), Loop()
    window.show()
    window.activateWindow()
    loop.until(window.isActiveWindow)
    loop.rest(100)
    return window, loop


def open_session(folder: Path, reached: Callable[[str], None] = lambda _: None) -> "tuple[Session, Loop]":
    """Open the real window on an outbox in `folder`, paused, so that only what is measured goes on."""
    from core.paths import Home
    from gui.app import make_application
    from gui.session import Session

    app = make_application()
    session = Session(app, Home(folder), reached=reached)
    session.runner.unhandled.connect(_fail)
    loop = Loop()
    session.start()
    loop.until(lambda: session.is_open and session.window.isActiveWindow())
    session.program.outbox.pause().then()
    loop.until(lambda: session.program.reader.counts().is_paused)
    loop.rest(300)
    return session, loop


def _fail(error: BaseException) -> None:
    raise SystemExit(f"nobody handled {error!r}")
