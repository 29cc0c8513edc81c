"""The window in a process of its own, used by keys, for tests that look at the process from outside.

    python -m tests.window_entry HOME press COUNT [--open]
    python -m tests.window_entry HOME stuck

Presses Send COUNT times after a warm-up. The presses that are looked at stand between two looks for files that are
not there, `BEGIN` and `END` in the home: a trace shows them. `--open` opens a file on the main thread between the
presses, so that the trace can be shown to find it.

`stuck` presses Send while the outbox is locked, and quits: the disk never answers.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtTest import QTest

from core.paths import Home
from gui.app import make_application
from gui.session import Session
from tests.sessions import fill_in, locked, press, rows, says, states

BEGIN, END = "trace-begins", "trace-ends"


def press_send(home: Home, count: int, *, must_open: bool) -> int:
    """Press Send, and wait each time until the window says Accepted and the row is there."""
    app = make_application()
    session = Session(app, home)
    session.start()
    session.window.activateWindow()
    _wait(lambda: session.is_open and session.outbox.model.shown is not None)
    for number in range(3):
        _send_one(session, number + 1)
    _wait(lambda: states(session) == ["Practised"] * 3)
    os.access(home.root / BEGIN, os.F_OK)
    for number in range(count):
        _send_one(session, number + 4)
        if must_open:
            Path(__file__).read_bytes()
    os.access(home.root / END, os.F_OK)
    session.quit()
    return app.exec()


def quit_stuck(home: Home) -> int:
    """Quit while a Send waits for a disk that does not answer."""
    app = make_application()
    session = Session(app, home)
    session.start()
    session.window.activateWindow()
    _wait(lambda: session.is_open and session.outbox.model.shown is not None)
    fill_in()
    _wait(lambda: bool(session.program.reader.drafts()))
    with locked(home):
        press("Ctrl+Return")
        _wait(lambda: says(session) == "Saving…")
        session.quit()
        return app.exec()


def _send_one(session: Session, expected: int) -> None:
    fill_in(f"ann{expected}@example.com")
    press("Ctrl+Return")
    # The row may come by the feed a moment earlier, while the form is still held and takes no keys.
    _wait(
        lambda: (
            len(rows(session)) == expected and says(session).startswith("Accepted") and not session.compose.is_saving()
        )
    )


def _wait(condition: Callable[[], bool]) -> None:
    while not condition():
        QTest.qWait(1)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [where, "stuck"]:
            sys.exit(quit_stuck(Home(Path(where))))
        case [where, "press", how_often, *more]:
            sys.exit(press_send(Home(Path(where)), int(how_often), must_open="--open" in more))
        case _:
            sys.exit(__doc__)
