"""A Debian package of the packaged folder, with the dependencies that the loader will ask for.

python -m resources.packaging.deb FOLDER OUTPUT    # prints the path of the .deb
"""

import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

from resources.packaging import notices, share
from resources.packaging.bundled import Component, components, is_program_code, system_libraries
from resources.packaging.identity import MAINTAINER, NAME, ROOT, SUMMARY, made_at, version

#: What no loader asks for: the machine's trusted certificates, without which no mail server is believed.
_ALSO = ["ca-certificates"]
#: What makes it better: a Secret Service that keeps passwords, and Japanese.
_RECOMMENDS = ["gnome-keyring | kwalletmanager | keepassxc", "fonts-noto-cjk"]
_DESCRIPTION = """\
 Type an address and a message, press Ctrl+Enter, see "Accepted" at once.
 Saving, delivering and logging happen behind the window, which never blocks.
 .
 Accepted means on disk. Everything accepted ends as sent, failed or cancelled,
 or visibly waits or asks; nothing is sent twice unless a person says so.
 .
 The same outbox has a command line for scripts, and works without a screen.
"""


def make(folder: Path, output: Path) -> Path:
    """Build the package below `build/deb`, and return where it lies in `output`."""
    source = ROOT / "build" / "deb"
    shutil.rmtree(source, ignore_errors=True)
    tree = source / "debian" / NAME
    # What Debian has itself comes from there, with its mends; the .tar.xz brings it along.
    shutil.copytree(folder, tree / "usr" / "lib" / NAME, symlinks=True, ignore=_of_the_system)
    brought = [each for each in components() if not _is_of_the_system(each)]
    (tree / "usr" / "lib" / NAME / "_internal" / "licences" / "NOTICES.txt").write_text(notices.words(brought), "utf-8")
    _bind(tree)
    share.write(tree / "usr" / "share")
    documents = tree / "usr" / "share" / "doc" / NAME
    documents.mkdir(parents=True)
    (documents / "copyright").write_text(_copyright(), "utf-8")
    _set_modes(tree)
    control = tree / "DEBIAN"
    control.mkdir()
    architecture = _said("dpkg", "--print-architecture")
    (control / "md5sums").write_text(_sums(tree), "utf-8")
    (control / "control").write_text(_control(source, tree, architecture), "utf-8")
    control.chmod(0o755)
    for path in control.iterdir():
        path.chmod(0o644)
    path = output / f"{NAME}_{version()}_{architecture}.deb"
    environ = {**os.environ, "SOURCE_DATE_EPOCH": str(made_at())}
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(path)],
        check=True,
        env=environ,
        stdout=subprocess.DEVNULL,
    )
    return path


def _of_the_system(folder: str, names: list[str]) -> set[str]:
    """Name the system's libraries in the packaged folder, and the licences of the packages that have them."""
    path = Path(folder)
    if path.name == "_internal":
        return set(names) & system_libraries()
    if path.name == "licences":
        return {each.name for each in components() if _is_of_the_system(each)} & set(names)
    return set()


def _is_of_the_system(component: Component) -> bool:
    return component.purl.startswith("pkg:deb/")


def _bind(tree: Path) -> None:
    """Put the program on the PATH: a link, which PyInstaller's start follows to its folder."""
    (tree / "usr" / "bin").mkdir()
    (tree / "usr" / "bin" / NAME).symlink_to(f"../lib/{NAME}/{NAME}")


def _set_modes(tree: Path) -> None:
    """Everybody may read everything and write nothing, whatever the builder's umask is."""
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            is_run = path.is_dir() or path == tree / "usr" / "lib" / NAME / NAME
            path.chmod(0o755 if is_run else 0o644)
            os.utime(path, (made_at(), made_at()))


def _control(source: Path, tree: Path, architecture: str) -> str:
    # As dpkg-gencontrol(1) counts, which does not depend on the file system: 1 KiB for a folder or a link.
    files = [path.lstat() for path in (tree / "usr").rglob("*")]
    size = sum(-(-each.st_size // 1024) if stat.S_ISREG(each.st_mode) else 1 for each in files)
    fields = {
        "Package": NAME,
        "Version": version(),
        "Architecture": architecture,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(size),
        "Depends": ", ".join(sorted([*_linked(source, tree), *_ALSO])),
        "Recommends": ", ".join(_RECOMMENDS),
        "Section": "mail",
        "Priority": "optional",
        "Description": f"{SUMMARY}\n{_DESCRIPTION.rstrip()}",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _linked(source: Path, tree: Path) -> list[str]:
    """Return the packages that hold what the programs and libraries are linked to, at the least version that will do.

    As dpkg-shlibdeps(1) finds them: what is in the tree itself needs no package.
    """
    (source / "debian" / "control").write_text(f"Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n", "utf-8")
    code = [path.relative_to(source) for path in sorted(tree.rglob("*")) if is_program_code(path)]
    folders = sorted({f"-l{path.parent}" for path in code})
    done = subprocess.run(
        ["dpkg-shlibdeps", "-O", "--warnings=0", *folders, *(f"-e{path}" for path in code)],
        cwd=source,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"What the package depends on could not be found out:\n{done.stderr}")
    (depends,) = re.findall(r"^shlibs:Depends=(.*)$", done.stdout, re.MULTILINE)
    return str(depends).split(", ")


def _sums(tree: Path) -> str:
    """What dpkg --verify compares (deb-md5sums(5))."""
    lines = []
    for path in sorted((tree / "usr").rglob("*")):
        if path.is_file() and not path.is_symlink():
            digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
            lines.append(f"{digest}  {path.relative_to(tree)}\n")
    return "".join(lines)


def _copyright() -> str:
    terms = (ROOT / "LICENSE").read_text("utf-8")
    return f"{terms}\nWhat others made, and its licences: /usr/lib/{NAME}/_internal/licences/NOTICES.txt\n"


def _said(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), Path(sys.argv[2])))
