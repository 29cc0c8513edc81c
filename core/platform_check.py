"""What the window needs of the machine before Qt may start: system libraries and a screen.

QApplication aborts the whole process where either is missing, so both are looked at first, without Qt.
Run as a program, for set-up script and Makefile: `--packages`, `--libraries` (one a line), `--screen`.
"""

import ctypes
import importlib.util
import mmap
import os
import shlex
import shutil
import socket
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

#: The Qt libraries that Outtray's own modules load.
_QT_LIBRARIES = ("libQt6Core.so.6", "libQt6Gui.so.6", "libQt6Widgets.so.6", "libQt6Svg.so.6")

#: Platforms that draw into memory or onto a network, so that no screen is needed.
_SCREENLESS = frozenset({"offscreen", "minimal", "vnc"})

#: Long enough for a forwarded X display on a busy machine, short enough not to be felt as a hang.
_CONNECT_S = 1.0

_DEBIAN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libGLdispatch.so.0": "libglvnd0",
    "libOpenGL.so.0": "libopengl0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}


def platform_of(environ: Mapping[str, str]) -> str:
    """Name the Qt platform plugin that the environment asks for; `xcb` where it asks for none."""
    asked = environ.get("QT_QPA_PLATFORM", "")
    return asked.split(";")[0].split(":")[0] or "xcb"


def missing_libraries(platform: str = "xcb", folders: Sequence[Path] | None = None) -> list[str]:
    """List the system libraries that Qt and one platform plugin need and cannot load (`libEGL.so.1`).

    `folders` are where Qt and what is packed beside it lie; by default those of the installed PySide6. Empty
    where PySide6 is not installed, and on macOS and Windows, whose systems bring all that Qt needs.
    """
    if not sys.platform.startswith("linux"):
        return []
    places = list(_qt_folders() if folders is None else folders)
    waiting = [*_QT_LIBRARIES, f"libq{platform}.so"]
    seen: set[str] = set()
    missing: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        packed = next((place / name for place in places if (place / name).is_file()), None)
        if packed is not None:
            waiting += _needed_by(packed)
        elif name not in _QT_LIBRARIES and not name.startswith("libq"):
            missing |= _unloadable(name)
    return sorted(missing)


def is_screenless(environ: Mapping[str, str]) -> bool:
    """Tell whether the environment asks for a platform that draws into memory: nobody looks at its windows."""
    return bool(environ.get("QT_QPA_PLATFORM")) and platform_of(environ) in _SCREENLESS


def plugin_loads(platform: str) -> bool:
    """Tell whether a platform plugin can be loaded: much quicker than to look for each library that it needs.

    Call after PySide6 was imported: the plugin needs Qt's libraries. True where there is no file to try.
    """
    plugin = next((folder / f"libq{platform}.so" for folder in _qt_folders() if folder.name == "platforms"), None)
    if plugin is None or not plugin.is_file():
        return True
    try:
        ctypes.CDLL(str(plugin))
    except OSError:
        return False
    return True


def debian_packages(libraries: Iterable[str]) -> list[str]:
    """Name the Debian packages that hold these libraries; a library Outtray does not know is left out."""
    return sorted({_DEBIAN[name] for name in libraries if name in _DEBIAN})


def has_display(environ: Mapping[str, str]) -> bool:
    """Tell whether a window could be shown: somebody listens at the display that the environment names.

    A display that is there but refuses this user (a missing X cookie) is not noticed. Waits 1 s at most.
    """
    if is_screenless(environ):
        return True
    if not sys.platform.startswith("linux"):
        return True
    return _wayland_answers(environ) or _x_answers(environ.get("DISPLAY", ""))


def sentence_for(libraries: Sequence[str]) -> str:
    """Say in one sentence which libraries are missing, with the line to type; empty where none is."""
    if not libraries:
        return ""
    packages = debian_packages(libraries)
    unknown = [name for name in libraries if name not in _DEBIAN]
    sudo = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "
    lack = f"The window needs {_joined(libraries)}, which this machine lacks"
    if packages and not unknown and shutil.which("apt-get"):
        return f"{lack}. Type: {sudo}apt-get install {' '.join(packages)}"
    for installer in ("dnf", "zypper"):
        if shutil.which(installer):
            # RPM packages can be asked for by the library they hold.
            wanted = " ".join(shlex.quote(f"{name}()(64bit)") for name in libraries)
            return f"{lack}. Type: {sudo}{installer} install {wanted}"
    if packages:
        return f"{lack}. Install what your system calls {_joined(packages)} (Debian's names)."
    return f"{lack}. Install the packages of your system that hold them."


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _qt_folders() -> list[Path]:
    """Find PySide6 without importing it: in a PyInstaller folder, else in this Python's environment."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        roots = [Path(frozen)]
        pyside = roots[0] / "PySide6"
    else:
        spec = importlib.util.find_spec("PySide6")
        if spec is None or not spec.submodule_search_locations:
            return []
        roots = []
        pyside = Path(spec.submodule_search_locations[0])
    return [*roots, pyside / "Qt" / "lib", pyside / "Qt" / "plugins" / "platforms"]


def _unloadable(name: str) -> set[str]:
    """Load one system library; name what was not found, be it the library or one that it needs itself."""
    try:
        ctypes.CDLL(name)
    except OSError as error:
        # glibc says "NAME: cannot open shared object file: …", musl "Error loading shared library NAME: …".
        said = str(error).removeprefix("Error loading shared library ").split(":")[0].strip()
        return {said if ".so" in said and "/" not in said else name}
    return set()


def _needed_by(path: Path) -> Iterator[str]:
    """Yield the names of the libraries that a 64-bit little-endian ELF file asks for."""
    if path.stat().st_size < 64:  # shorter than an ELF header; an empty file cannot be mapped
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:6] == b"\x7fELF\x02\x01":
            yield from _dynamic_names(data)


def _dynamic_names(data: mmap.mmap) -> Iterator[str]:
    """Yield the DT_NEEDED entries (System V gABI, chapters 4 and 5)."""
    (section_table,) = struct.unpack_from("<Q", data, 40)
    entry_size, entries = struct.unpack_from("<HH", data, 58)
    sections = [struct.unpack_from("<IIQQQQI", data, section_table + i * entry_size) for i in range(entries)]
    for _, kind, _, _, offset, size, link in sections:
        if kind != 6:  # SHT_DYNAMIC
            continue
        names = sections[link][4]
        for at in range(offset, offset + size, 16):
            tag, value = struct.unpack_from("<qQ", data, at)
            if tag == 1:  # DT_NEEDED
                start = names + value
                yield data[start : data.find(b"\0", start)].decode()


def _wayland_answers(environ: Mapping[str, str]) -> bool:
    name, folder = environ.get("WAYLAND_DISPLAY", ""), environ.get("XDG_RUNTIME_DIR", "")
    return bool(name) and bool(folder or name.startswith("/")) and _answers(str(Path(folder) / name))


def _x_answers(display: str) -> bool:
    """Connect to the display `[host]:number[.screen]` (X(7), "Display names")."""
    host, _, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not number.isdigit():
        return False
    if host in ("", "unix"):
        local = f"/tmp/.X11-unix/X{number}"  # noqa: S108 (where X servers listen; nothing is written)
        return _answers("\0" + local) or _answers(local)
    return _answers((host.strip("[]"), 6000 + int(number)))


def _answers(address: str | tuple[str, int]) -> bool:
    try:
        if isinstance(address, str):
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_CONNECT_S)
                connection.connect(address)
        else:
            socket.create_connection(address, _CONNECT_S).close()
    except OSError:
        return False
    return True


def _main(words: Sequence[str]) -> int:
    if list(words) == ["--screen"]:
        return 0 if has_display(os.environ) else 1
    libraries = sorted({name for platform in ("xcb", "offscreen") for name in missing_libraries(platform)})
    if list(words) == ["--packages"]:
        print("\n".join(debian_packages(libraries)))
    elif list(words) == ["--libraries"]:
        print("\n".join(libraries))
    elif libraries:
        print(sentence_for(libraries), file=sys.stderr)
    return 69 if libraries else 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
