"""The packaged folder as one .tar.xz, for Linux systems that have no .deb.

python -m resources.packaging.archive FOLDER OUTPUT    # prints the path of the archive
"""

import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from resources.packaging import share
from resources.packaging.identity import NAME, ROOT, made_at, version

#: Beside the program: what a desktop looks for, and the script that puts it where the desktop looks.
_INSTALL = ROOT / "resources" / "packaging" / "linux" / "install.sh"


def make(folder: Path, output: Path) -> Path:
    """Write the archive, and return where it lies in `output`."""
    name = f"{NAME}-{version()}"
    beside = ROOT / "build" / "archive"
    shutil.rmtree(beside, ignore_errors=True)
    share.write(beside / "share")
    shutil.copyfile(_INSTALL, beside / "install.sh")
    path = output / f"{name}-linux-{platform.machine()}.tar.xz"
    with path.open("wb") as file:
        # Always two threads: with one, xz writes another form.
        packer = subprocess.Popen(["xz", "--compress", "--threads=2", "-6"], stdin=subprocess.PIPE, stdout=file)
        assert packer.stdin is not None
        with packer.stdin as into, tarfile.open(fileobj=into, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            _add(archive, folder, name)
            _add(archive, beside, name)
    if packer.wait():
        raise SystemExit(f"xz ended with {packer.returncode}")
    return path


def _add(archive: tarfile.TarFile, folder: Path, name: str) -> None:
    for path in sorted(folder.rglob("*")):
        archive.add(path, f"{name}/{path.relative_to(folder)}", recursive=False, filter=_of_nobody)


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of who packaged it and when, so that each build makes the same file."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = made_at()
    is_run = entry.isdir() or entry.name.endswith((f"/{NAME}", "/install.sh"))
    entry.mode = 0o777 if entry.issym() else 0o755 if is_run else 0o644
    return entry


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), Path(sys.argv[2])))
