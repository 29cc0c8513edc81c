"""The program's icon in the forms that platforms want: PNG in any size, .ico for Windows, .icns for macOS.

python -m resources.packaging.icons FILE.ico|FILE.icns
"""

import io
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

import resources
from gui.icons import SMALL

#: In pixels, each with a drawing of its own.
_WINDOWS = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)


def source() -> bytes:
    """Return the drawing itself, as SVG."""
    return resources.path("icons/app.svg").read_bytes()


def png(size: int) -> bytes:
    """Return the icon as a PNG of so many pixels."""
    drawing = "app-small" if size <= SMALL else "app"
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(resources.path(f"icons/{drawing}.svg").read_bytes()).render(painter, QRectF(image.rect()))
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())


def write(path: Path) -> None:
    """Write an .ico with a drawing of its own for each size, or an .icns."""
    largest, others = (1024, (16, 32, 64, 128, 256, 512)) if path.suffix == ".icns" else (_WINDOWS[-1], _WINDOWS[:-1])
    more = {} if path.suffix == ".icns" else {"sizes": [(size, size) for size in _WINDOWS]}
    _image(largest).save(path, append_images=[_image(size) for size in others], **more)


def _image(size: int):  # type: ignore[no-untyped-def]  # Pillow is there where a package is made only
    from PIL import Image

    return Image.open(io.BytesIO(png(size)))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
