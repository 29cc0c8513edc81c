"""How the program introduces itself: to the desktop, and to whoever starts it where no window can open."""

import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def test_the_desktop_knows_the_window_by_the_one_id() -> None:
    """The desktop entry is found by org.outtray.Outtray; settings of the window and its class stay `outtray`."""
    words = "app = make_application(); print(app.desktopFileName(), app.applicationName(), app.arguments()[0])"
    done = subprocess.run(
        [sys.executable, "-c", f"from gui.app import make_application; {words}"],
        cwd=_ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == ["org.outtray.Outtray", "outtray", "outtray"], done.stderr
