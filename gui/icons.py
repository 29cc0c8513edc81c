"""Icons: our own SVG files, recoloured from the palette and kept as pixmaps."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

#: Up to this size (pixels) the program's own icon is drawn with the parts that can be seen in it.
SMALL = 32


class Icons:
    """Every icon by the name of its file. Used on the main thread only.

    All files are read when it is made: none is opened later, while the window is in use.
    """

    def __init__(self, folder: Path, color_of: Callable[[str], QColor]) -> None:
        self._sources = {file.stem: file.read_text("utf-8") for file in sorted(folder.glob("*.svg"))}
        self._color_of = color_of
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self._icons: dict[tuple[str, str, int], QIcon] = {}

    def names(self) -> tuple[str, ...]:
        return tuple(self._sources)

    def forget(self) -> None:
        """Drop every pixmap: the palette has changed."""
        self._pixmaps.clear()
        self._icons.clear()

    def pixmap(self, name: str, token: str, size: int, ratio: float) -> QPixmap:
        """Return the icon in a palette colour, `size` logical pixels wide, drawn for a device pixel ratio."""
        key = (name, token, size, ratio)
        found = self._pixmaps.get(key)
        if found is None:
            found = self._pixmaps[key] = self._draw(name, self._color_of(token), size, ratio)
        return found

    def icon(self, name: str, token: str, size: int = 16) -> QIcon:
        """Return the icon for a button or an action; disabled it has the muted colour."""
        key = (name, token, size)
        found = self._icons.get(key)
        if found is None:
            # The sharpest screen's: others scale it down.
            ratio = QGuiApplication.instance().devicePixelRatio()  # type: ignore[union-attr]
            found = QIcon(self.pixmap(name, token, size, ratio))
            found.addPixmap(self.pixmap(name, "muted", size, ratio), QIcon.Mode.Disabled)
            self._icons[key] = found
        return found

    def app(self) -> QIcon:
        """Return the program's own icon; its colours are its own, and small it has fewer parts."""
        icon = QIcon()
        for size in (16, 20, 24, 32, 48, 64, 128, 256):
            icon.addPixmap(self._draw("app-small" if size <= SMALL else "app", QColor(), size, 1.0))
        return icon

    def _draw(self, name: str, color: QColor, size: int, ratio: float) -> QPixmap:
        from PySide6.QtSvg import QSvgRenderer  # not before the first icon is needed

        # Qt's renderer knows no `currentColor` from outside, so the colour is written into the source.
        source = self._sources[name].replace("currentColor", color.name() if color.isValid() else "#000000")
        renderer = QSvgRenderer(QByteArray(source.encode()))
        pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(pixmap.rect()))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap
