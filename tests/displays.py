"""An X display with a window manager, for windows that are used from outside."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """An X display of its own with a window manager; skips where the machine has none."""
    missing = [name for name in ("Xvfb", "openbox", "xdotool") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"This needs a display: apt-get install {' '.join(missing).lower()}")
    with ExitStack() as stack:

        def start(*words: str, **options: object) -> None:
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
            stack.callback(process.wait)
            stack.callback(process.terminate)

        says, told = os.pipe()
        with os.fdopen(says) as number:
            start("Xvfb", "-displayfd", str(told), "-screen", "0", "1280x800x24", "-nolisten", "tcp", pass_fds=[told])
            os.close(told)
            name = f":{number.readline().strip()}"
        # Without a window manager no window becomes the active one, and keys reach no command.
        managed = tmp_path / "managed"
        os.mkfifo(managed)
        start("openbox", "--startup", f"sh -c 'echo yes >{managed}'", env=os.environ | {"DISPLAY": name})
        assert managed.read_text() == "yes\n"
        yield name


class Screen:
    """What a person has before them: a window in front, and a keyboard."""

    def __init__(self, display: str) -> None:
        self.display = display

    def xdotool(self, *words: str) -> str:
        environ = {"DISPLAY": self.display, "PATH": os.environ["PATH"]}
        done = subprocess.run(["xdotool", *words], env=environ, capture_output=True, text=True, timeout=60)
        return done.stdout.strip()

    def front(self) -> str:
        """Return the title of the window in front."""
        return self.xdotool("getactivewindow", "getwindowname")

    def press(self, *keys: str) -> None:
        """Press keys as xdotool names them: `ctrl+Return`, `alt+u`."""
        self.xdotool("key", "--clearmodifiers", "--delay", "20", *keys)

    def type(self, text: str) -> None:
        self.xdotool("type", "--delay", "5", text)
