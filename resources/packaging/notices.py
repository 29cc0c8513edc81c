"""The notices that the licences of what is packaged ask for, put into the packaged folder.

python -m resources.packaging.notices FOLDER    # FOLDER/_internal/licences/NOTICES.txt, and the texts beside it
"""

import re
import shutil
import sys
from pathlib import Path

from resources.packaging.bundled import Component, components

#: The texts that a Debian system keeps once for all: those that Qt, PySide6 and shiboken6 are under.
_COMMON = Path("/usr/share/common-licenses")
_LGPL = ("LGPL-3", "GPL-3")

_HEAD = """\
Outtray is under the MIT licence: LICENSE beside this file.

The folder in which this program lies holds the following works of others. The licence of each is in the folder of
its name beside this file.

"""

_DEBIAN = """
Libraries of Debian
-------------------

Those above that are named as Debian names its packages are Debian's files; only what a debugger reads was taken out of
them (strip). Where their licences speak of /usr/share/common-licenses, the text is in common-licenses beside this file.
Their source, by package and version, is at https://snapshot.debian.org/. Some are under the LGPL or GPL, such as glib,
libsystemd, libgcrypt, libgpg-error and those of GCC. They are the shared libraries _internal/lib*.so.*: put files of
your own with the same binary interface over them, and the program loads these.
"""

_QT = """
Qt, PySide6 and shiboken6
-------------------------

Copyright (C) The Qt Company Ltd. and other contributors. Outtray uses them under the GNU Lesser General Public
License, version 3 (LGPL-3 and GPL-3 beside this file). They are unchanged, and are the files that their makers
publish in the Python Package Index as PySide6-Essentials and shiboken6, version {version}.

Their source is at https://download.qt.io/official_releases/QtForPython/ and
https://download.qt.io/official_releases/qt/, under the same version.

Qt itself holds works of others, ICU (the Unicode licence) the largest of them: they and their licences are listed at
https://doc.qt.io/qt-6/licenses-used-in-qt.html.

You may replace them by versions that you have changed. They are shared libraries, and Outtray loads them by name when
it starts:

    _internal/PySide6/Qt/lib/libQt6*.so.6      Qt
    _internal/PySide6/Qt/plugins/              Qt's plugins
    _internal/PySide6/*.abi3.so                PySide6
    _internal/PySide6/libpyside6.abi3.so.*     PySide6
    _internal/shiboken6/                       shiboken6

Build the same version, or one with the same binary interface, and put your files over these. Nothing checks them: no
signature or checksum is looked at when the program starts. To debug such changes you may take Outtray apart, too.
"""


def write(folder: Path) -> None:
    """Write NOTICES.txt and the licences that are not there yet."""
    licences = folder / "_internal" / "licences"
    every = components()
    for component in every:
        for text in component.texts:
            target = licences / component.name / text.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, target)
    for name in _LGPL:
        shutil.copyfile(_COMMON / name, licences / name)
    _copy_common(licences)
    (licences / "NOTICES.txt").write_text(words(every), "utf-8")


def _copy_common(licences: Path) -> None:
    """Copy the licences that the texts of Debian's packages only name by where Debian keeps them."""
    target = licences / "common-licenses"
    target.mkdir(exist_ok=True)
    for text in licences.glob("*/copyright"):
        for name in re.findall(r"/common-licenses/([A-Za-z0-9.-]*[A-Za-z0-9])", text.read_text("utf-8", "replace")):
            if (_COMMON / name).is_file():
                shutil.copyfile(_COMMON / name, target / name)


def words(every: list[Component]) -> str:
    """Return the notices, a line for each."""
    width = max(len(f"{each.name} {each.version}") for each in every)
    lines = "".join(f"  {f'{each.name} {each.version}':<{width}}  {each.licence}\n" for each in every)
    (version,) = (each.version for each in every if each.name == "shiboken6")
    debian = _DEBIAN if any(each.purl.startswith("pkg:deb/") for each in every) else ""
    return _HEAD + lines + debian + _QT.format(version=version)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
