"""What a Linux desktop looks for: menu entry, metadata for software centres, icons in all sizes, the man page.

python -m resources.packaging.share FOLDER    # writes FOLDER/applications, icons, man, metainfo
"""

import gzip
import sys
from pathlib import Path

from resources import APP_ID
from resources.packaging import icons
from resources.packaging.identity import NAME, ROOT, filled

_TEMPLATES = ROOT / "resources" / "packaging" / "linux"
#: Of the icon theme: the sizes that desktops ask for (Icon Theme Specification; "hicolor" is what all fall back to).
_SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)


def write(folder: Path) -> None:
    """Write all of it below a folder such as `usr/share`."""
    _put(folder / "applications" / f"{APP_ID}.desktop", _template("outtray.desktop"))
    _put(folder / "metainfo" / f"{APP_ID}.metainfo.xml", _template("outtray.metainfo.xml"))
    # Without a time in it, so that each build makes the same file.
    _put(folder / "man" / "man1" / f"{NAME}.1.gz", gzip.compress(_template("outtray.1"), mtime=0))
    for size in _SIZES:
        _put(folder / "icons" / "hicolor" / f"{size}x{size}" / "apps" / f"{APP_ID}.png", icons.png(size))
    _put(folder / "icons" / "hicolor" / "scalable" / "apps" / f"{APP_ID}.svg", icons.source())


def _template(name: str) -> bytes:
    return filled((_TEMPLATES / name).read_text("utf-8")).encode()


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
