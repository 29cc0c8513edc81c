"""A recording of the main job for the README: `make shots` writes it to resources/pictures/main-job.gif.

The real window, used by real keys: typed, Ctrl+Enter, Accepted, taken back, sent again, Practised.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.paths import Home
from gui.app import make_application
from gui.session import Session
from tests.sessions import press, rows, says, write

_PICTURE = Path(__file__).resolve().parents[1] / "resources" / "pictures" / "main-job.gif"
_SIZE = QSize(1000, 620)
_PATIENCE_MS = 20_000
#: More would not be seen, and make the file larger.
_COLORS = 96
#: Milliseconds a frame stands.
_LETTERS, _STEP, _LOOK = 60, 500, 1500


class Recorder:
    """Uses one window, and keeps what it looks like."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.frames: list[Image.Image] = []
        self.durations: list[int] = []

    def keep(self, duration_ms: int) -> None:
        """Take the next frame, which stands so long."""
        QApplication.processEvents()
        shown = self._session.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        size = (shown.width(), shown.height())
        self.frames.append(Image.frombytes("RGB", size, bytes(shown.constBits()), "raw", "RGB", shown.bytesPerLine()))
        self.durations.append(duration_ms)

    def type(self, text: str) -> None:
        for start in range(0, len(text), 2):
            write(text[start : start + 2])
            self.keep(_LETTERS)

    def press(self, keys: str, duration_ms: int = _STEP) -> None:
        press(keys)
        self.keep(duration_ms)

    def wait(self, is_so: Callable[[], bool]) -> None:
        for _ in range(_PATIENCE_MS // 5):
            if is_so():
                return
            QTest.qWait(5)
        raise SystemExit(f"waited in vain; the window says: {says(self._session)}, {rows(self._session)}")

    def record(self) -> None:
        """Do the main job; the seconds of the undo time stand half as long as they are."""
        session = self._session
        self.wait(lambda: session.is_open and session.outbox.model.shown is not None)
        self.keep(_STEP)
        self.type("ann@example.com\t")
        self.type("Your order is ready\t")
        self.type("Dear Ann,\n\nyour order is ready.")
        self.keep(_STEP)
        press("Ctrl+Return")
        self.wait(lambda: says(session).startswith("Accepted"))
        self.keep(_LOOK)
        press("Ctrl+Z")
        self.wait(lambda: session.compose.subject.text() == "Your order is ready")
        self.keep(_LOOK)
        press("Ctrl+Return")
        self.wait(lambda: says(session).startswith("Accepted"))
        self.keep(_STEP)
        said = says(session)
        while "Practised" not in rows(session)[0]:
            if says(session) != said:
                said = says(session)
                self.keep(_STEP)
            QTest.qWait(20)
        self.keep(_LOOK * 2)

    def save(self, path: Path) -> None:
        """Write the frames as one GIF that begins anew at its end."""
        palette = self.frames[-1].quantize(_COLORS, method=Image.Quantize.MEDIANCUT)
        first, *others = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in self.frames]
        first.save(path, save_all=True, append_images=others, duration=self.durations, loop=0, optimize=True)


def main() -> None:
    """Record, and write the file."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="outtray-recording-") as folder:
        home = Home(Path(folder))
        home.settings.write_text('language = "en"\ntheme = "light"\n', "utf-8")
        session = Session(make_application(), home)
        session.start()
        session.window.resize(_SIZE)
        session.window.activateWindow()
        recorder = Recorder(session)
        recorder.record()
        recorder.save(_PICTURE)
        session.quit()
        QApplication.exec()
    print(f"{_PICTURE}: {len(recorder.frames)} frames, {_PICTURE.stat().st_size // 1000} KB")


if __name__ == "__main__":
    main()
