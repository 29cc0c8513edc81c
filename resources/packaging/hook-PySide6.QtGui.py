"""PyInstaller: of Qt's plugins those that the window needs, instead of all with all that they bring along."""

from pathlib import Path

import PySide6  # only to find its folder

#: By folder. Left out: the virtual keyboard, which brings QML (20 MB); GTK's theme, which brings the GTK of the
#: machine that packages; OpenGL and Vulkan, as Outtray draws with the processor.
_PLUGINS = {
    "iconengines": ["qsvgicon"],
    "imageformats": ["qsvg"],
    # Without these neither dead keys nor Japanese can be typed. Fcitx 5 answers to what IBus is asked.
    "platforminputcontexts": ["composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"],
    "platforms": ["qoffscreen", "qwayland", "qxcb"],
    "platformthemes": ["qxdgdesktopportal"],
    "wayland-decoration-client": ["adwaita", "bradient"],
    "wayland-shell-integration": ["xdg-shell"],
}

_FOLDER = Path(PySide6.__file__).parent / "Qt" / "plugins"

hiddenimports = ["PySide6.QtCore"]
binaries = [
    (str(_FOLDER / kind / f"lib{name}.so"), f"PySide6/Qt/plugins/{kind}")
    for kind, names in _PLUGINS.items()
    for name in names
]
