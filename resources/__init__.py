"""Icons, styles, translations and packaging as plain files, and where they lie."""

import sys
from pathlib import Path

#: One id everywhere: desktop entry, icon, metadata, macOS bundle, Windows taskbar.
APP_ID = "org.outtray.Outtray"


def path(name: str) -> Path:
    """Find a resource such as `icons/send.svg`, in a checkout or in a PyInstaller folder."""
    frozen = getattr(sys, "_MEIPASS", None)
    here = Path(__file__).parent if frozen is None else Path(frozen) / "resources"
    return here / name


def licences() -> Path | None:
    """Find the folder with the licences of all that is packaged; None in a checkout, which brings nothing of others."""
    frozen = getattr(sys, "_MEIPASS", None)
    return None if frozen is None else Path(frozen) / "licences"
