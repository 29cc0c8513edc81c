"""The window on a desktop: an X display with a window manager, and keys pressed from outside, as by a keyboard."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import OutboxError
from core.outbox.notification import Counts, Delivery
from core.outbox.reader import Reader
from core.outbox.states import State
from core.owner import owner_kind
from core.paths import Home
from core.settings import load
from tests.displays import Screen
from tests.sessions import practised

_ROOT = Path(__file__).resolve().parents[2]
#: On a slow machine that does other things as well.
_PATIENCE_S = 60.0
#: What the window manager says of the window in front.
_TITLE = "Outtray"


class Desktop(Screen):
    """A screen with the program on it, and a keyboard."""

    def __init__(self, display: str, home: Home, folder: Path) -> None:
        super().__init__(display)
        self.home = home
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("OUTTRAY", "QT_"))},
            "DISPLAY": display,
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start the program as a menu does."""
        process = subprocess.Popen(
            [sys.executable, str(_ROOT / "main.py"), "--home", str(self.home.root), *words], env=self._environ
        )
        self._started.append(process)
        return process

    def open(self) -> "subprocess.Popen[bytes]":
        """Start the program, and wait until its window has the keys."""
        process = self.start()
        self.wait(lambda: owner_kind(self.home) == "window")
        self.wait(lambda: self.front() == _TITLE)
        return process

    def start_tray(self) -> str:
        """Start a tray, as a panel has one; return its window."""
        words = ["trayer", "--edge", "bottom", "--align", "right", "--widthtype", "request", "--height", "24"]
        self._started.append(subprocess.Popen(words, env=self._environ, stderr=subprocess.DEVNULL))
        self.wait(lambda: bool(self.xdotool("search", "--class", "trayer")))
        return self.xdotool("search", "--class", "trayer").split()[-1]

    def rows(self) -> tuple[Delivery, ...]:
        with closing(Reader(self.home)) as reader:
            try:
                return tuple(reader.list(None, "", 100))
            except OutboxError:
                return ()

    def counts(self) -> Counts:
        with closing(Reader(self.home)) as reader:
            return reader.counts()

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Wait until something outside of this process is so."""
        deadline_s = time.monotonic() + _PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline_s, f"waited in vain; in front: {self.front()}, rows: {self.rows()}"
            time.sleep(0.05)  # what happens in another process sends no signal

    def end(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def desktop(display: str, home: Home, tmp_path: Path) -> Iterator[Desktop]:
    desktop = Desktop(display, home, tmp_path)
    yield desktop
    desktop.end()


def fill_in(desktop: Desktop, to: str = "ann@example.com", text: str = "Dear Ann") -> None:
    desktop.press("alt+1")
    desktop.type(to)
    desktop.press("Tab")
    desktop.type("Hello")
    desktop.press("Tab")
    desktop.type(text)


_BUTTONS = """
import sys
from PySide6.QtWidgets import QDialogButtonBox
from gui.app import make_application
from gui.theme import Theme
app = make_application()
if "plain" not in sys.argv:
    Theme().apply(app, "light", has_style=True)
standard = QDialogButtonBox.StandardButton
box = QDialogButtonBox(standard.Close | standard.Cancel)
box.show()
print([box.button(each).icon().isNull() for each in (standard.Close, standard.Cancel)])
"""


def test_standard_buttons_look_like_all_others(display: str) -> None:
    """On a desktop that puts icons onto Close and Cancel, ours have none."""
    said = {}
    for how in ("plain", "ours"):
        environ = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        words = [sys.executable, "-c", _BUTTONS, how]
        said[how] = subprocess.run(words, cwd=_ROOT, env=environ, capture_output=True, text=True, check=True).stdout
    assert said == {"plain": "[False, False]\n", "ours": "[True, True]\n"}


def test_the_main_job_by_a_keyboard(desktop: Desktop) -> None:
    """Type, Ctrl+Enter: accepted, and after its undo time practised, with the text in the mail folder."""
    desktop.home.settings.write_text("undo_s = 0\n")
    process = desktop.open()
    fill_in(desktop)
    desktop.press("ctrl+Return")
    desktop.wait(lambda: [each.state for each in desktop.rows()] == [State.SENT])
    desktop.wait(lambda: len(practised(desktop.home)) == 1)
    assert b"Dear Ann" in practised(desktop.home)[0]
    desktop.press("ctrl+q")
    assert process.wait(_PATIENCE_S) == 0


def test_undo_hold_release_and_cancel_by_a_keyboard(desktop: Desktop) -> None:
    """Alt+U takes it back; in the list H holds and releases, Delete cancels, Ctrl+Z takes the cancel back."""
    desktop.home.settings.write_text("undo_s = 60\nclosing = 'wait'\n")
    desktop.open()
    fill_in(desktop)
    desktop.press("ctrl+Return")
    desktop.wait(lambda: [each.state for each in desktop.rows()] == [State.QUEUED])
    desktop.press("alt+u")
    desktop.wait(lambda: [each.state for each in desktop.rows()] == [State.CANCELLED])
    desktop.press("ctrl+Return")
    desktop.wait(lambda: desktop.counts().by_state.get(State.QUEUED) == 1)
    desktop.press("alt+4", "Home", "h")
    desktop.wait(lambda: desktop.counts().by_state.get(State.HELD) == 1)
    desktop.press("h")
    desktop.wait(lambda: desktop.counts().by_state.get(State.HELD, 0) == 0)
    desktop.press("Delete")
    desktop.wait(lambda: desktop.counts().by_state.get(State.CANCELLED) == 2)
    desktop.press("ctrl+z")
    desktop.wait(lambda: desktop.counts().by_state.get(State.CANCELLED) == 1)


def test_the_palette_by_a_keyboard(desktop: Desktop) -> None:
    """Ctrl+K, a few letters, Enter: everything is paused; F5 and the others stay where they are."""
    desktop.open()
    desktop.press("ctrl+k")
    desktop.wait(lambda: desktop.front() == "All commands — Outtray")
    desktop.type("pause")
    desktop.press("Return")
    desktop.wait(lambda: desktop.counts().is_paused)
    desktop.wait(lambda: desktop.front() == _TITLE)
    desktop.press("ctrl+shift+p")
    desktop.wait(lambda: not desktop.counts().is_paused)


def test_preferences_by_a_keyboard(desktop: Desktop) -> None:
    """Ctrl+comma, an arrow key on the first field, Esc: the undo time is another, in settings.toml and from now on."""
    desktop.open()
    desktop.press("ctrl+comma")
    desktop.wait(lambda: desktop.front() == "Preferences — Outtray")
    desktop.press("alt+u", "Down")
    desktop.wait(lambda: load(desktop.home).undo_s == 10)
    desktop.press("Escape")
    desktop.wait(lambda: desktop.front() == _TITLE)


def test_a_time_in_words_by_a_keyboard(desktop: Desktop) -> None:
    """Ctrl+Shift+Enter, "in 2 hours", Enter: scheduled."""
    desktop.open()
    fill_in(desktop)
    desktop.press("ctrl+shift+Return")
    desktop.wait(lambda: desktop.front() == "Send later — Outtray")
    desktop.type("in 2 hours")
    desktop.press("Return")
    desktop.wait(lambda: len(desktop.rows()) == 1)
    assert desktop.rows()[0].due_at > desktop.rows()[0].accepted_at + 7_000_000


def test_find_by_a_keyboard_and_a_second_start_raises_the_first(desktop: Desktop) -> None:
    """Ctrl+F finds; another window in front, then a second start: the first one comes back, and the second ends."""
    desktop.home.settings.write_text("undo_s = 0\n")
    desktop.open()
    for to in ("ann@example.com", "ben@example.com"):
        fill_in(desktop, to)
        desktop.press("ctrl+Return")
        desktop.wait(lambda to=to: to in [each.to for each in desktop.rows()])  # type: ignore[misc]
    desktop.wait(lambda: desktop.counts().by_state.get(State.SENT) == 2)
    desktop.press("ctrl+f")
    desktop.type("ben")
    desktop.press("Return", "ctrl+shift+n")  # the one that was found is used again
    desktop.press("ctrl+Return")
    desktop.wait(lambda: [each.to for each in desktop.rows()].count("ben@example.com") == 2)
    first = desktop.xdotool("getactivewindow")
    desktop.xdotool("windowminimize", first)
    desktop.wait(lambda: desktop.xdotool("getactivewindow") != first)
    assert desktop.start().wait(_PATIENCE_S) == 0
    desktop.wait(lambda: desktop.xdotool("getactivewindow") == first)


def test_the_tray_keeps_it_running_and_brings_it_back(desktop: Desktop) -> None:
    """Closed with mail on its way, it stays in the tray and sends; a click on the icon brings the window back."""
    if shutil.which("trayer") is None:
        pytest.skip("This needs a tray: apt-get install trayer")
    desktop.home.settings.write_text("undo_s = 5\nclosing = 'stay'\ntray = true\n")
    tray = desktop.start_tray()
    process = desktop.open()
    fill_in(desktop)
    desktop.press("ctrl+Return")
    desktop.wait(lambda: len(desktop.rows()) == 1)
    window = desktop.xdotool("getactivewindow")
    desktop.press("alt+F4")
    desktop.wait(lambda: window not in desktop.xdotool("search", "--onlyvisible", "--name", "^Outtray$").split())
    desktop.wait(lambda: [each.state for each in desktop.rows()] == [State.SENT])
    assert process.poll() is None
    desktop.xdotool("mousemove", "--window", tray, "12", "12", "click", "1")
    desktop.wait(lambda: desktop.xdotool("getactivewindow") == window)
    desktop.press("ctrl+q")
    assert process.wait(_PATIENCE_S) == 0


def test_a_start_at_log_in_waits_in_the_tray(desktop: Desktop) -> None:
    """`--in-tray`: no window; a click on the icon brings it with the keys in the form, and what is typed is sent."""
    if shutil.which("trayer") is None:
        pytest.skip("This needs a tray: apt-get install trayer")
    desktop.home.settings.write_text("undo_s = 0\ntray = true\n")
    tray = desktop.start_tray()
    process = desktop.start("--in-tray")
    desktop.wait(lambda: owner_kind(desktop.home) == "window")
    assert desktop.start("--in-tray").wait(_PATIENCE_S) == 0
    assert desktop.xdotool("search", "--onlyvisible", "--name", "^Outtray$") == ""
    desktop.xdotool("mousemove", "--window", tray, "12", "12", "click", "1")
    desktop.wait(lambda: desktop.front() == _TITLE)
    desktop.type("ann@example.com")
    desktop.press("Tab")
    desktop.type("Hello")
    desktop.press("Tab")
    desktop.type("Dear Ann")
    desktop.press("ctrl+Return")
    desktop.wait(lambda: [each.to for each in desktop.rows()] == ["ann@example.com"])
    desktop.press("ctrl+q")
    assert process.wait(_PATIENCE_S) == 0
