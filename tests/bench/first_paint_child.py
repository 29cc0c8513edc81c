"""Starts Outtray as `main.py` does, or a bare window, and says when the first paint was done. Then it is gone.

Nothing that slows the start is imported or watched here: only the one event that paints.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).parents[2])


def _say_when_painted(window: Any) -> None:
    """Print the time at the end of the window's first paint, and leave."""
    from PySide6.QtCore import QCoreApplication, QEvent, QObject

    class Watch(QObject):
        is_sending = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() != QEvent.Type.Expose or self.is_sending:
                return False
            self.is_sending = True
            QCoreApplication.sendEvent(watched, event)  # paints, and hands the picture on
            print(time.monotonic_ns(), flush=True)
            os._exit(0)

    watch = Watch(window)
    window.windowHandle().installEventFilter(watch)


def _ours(home: str) -> None:
    import gui.app

    make_application = gui.app.make_application

    def make() -> Any:
        app = make_application()
        from gui.session import Session

        start = Session.start

        def start_and_watch(session: Session, *words: Any) -> None:
            start(session, *words)
            _say_when_painted(session.window)

        Session.start = start_and_watch  # type: ignore[assignment, method-assign]
        return app

    gui.app.make_application = make
    sys.argv = ["main.py", "--home", home]
    main = Path(sys.path[0]) / "main.py"
    exec(compile(main.read_text("utf-8"), main, "exec"), {"__name__": "__main__"})


def _floor() -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.resize(1280, 780)
    window.show()
    _say_when_painted(window)
    app.exec()


if sys.argv[1] == "ours":
    _ours(sys.argv[2])
else:
    _floor()
