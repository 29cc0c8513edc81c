"""The window in a process of its own, used by keys, which marks what it paints for a trace.

    python -m tests.power.window_entry HOME COUNT

Just before "Accepted" is painted the first time for a message to ADDRESS, and "Practised" in its row, it looks for a
file `accepted-ADDRESS` and `practised-ADDRESS` in the home, which is not there: a trace shows the moment.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest

from core.paths import Home
from gui.app import make_application
from gui.session import Session
from tests.sessions import fill_in, press, rows, says


class Painted(QObject):
    """Sees every paint event before it is carried out, and marks what it will show."""

    def __init__(self, session: Session, home: Home) -> None:
        super().__init__()
        self._session = session
        self._home = home
        self._marked: set[str] = set()
        #: Whom the message goes to whose Send was pressed last.
        self.to = ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self.to:
            if says(self._session).startswith("Accepted"):
                self._mark(f"accepted-{self.to}")
            for row in rows(self._session):
                if row.startswith("Practised"):
                    self._mark(f"practised-{next(word for word in row.replace(',', ' ').split() if '@' in word)}")
        return False

    def _mark(self, name: str) -> None:
        if name not in self._marked:
            self._marked.add(name)
            os.access(self._home.root / name, os.F_OK)


def main() -> int:
    home = Home(Path(sys.argv[1]))
    app = make_application()
    session = Session(app, home)
    session.start()
    session.window.activateWindow()
    _wait(lambda: session.is_open and session.outbox.model.shown is not None)
    painted = Painted(session, home)
    app.installEventFilter(painted)
    count = int(sys.argv[2])
    for number in range(1, count + 1):
        painted.to = ""
        fill_in(f"p{number}@example.com")
        _wait(lambda: not says(session).startswith("Accepted"))
        painted.to = f"p{number}@example.com"
        press("Ctrl+Return")
        _wait(lambda number=number: len(rows(session)) == number and says(session).startswith("Accepted"))  # type: ignore[misc]
    _wait(lambda: sum(row.startswith("Practised") for row in rows(session)) == count)
    QTest.qWait(50)  # what is shown is painted
    app.removeEventFilter(painted)
    session.quit()
    return app.exec()


def _wait(condition: Callable[[], bool]) -> None:
    while not condition():
        QTest.qWait(1)


if __name__ == "__main__":
    sys.exit(main())
