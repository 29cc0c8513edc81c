"""What a packaged folder holds that others made: Python, its libraries, Qt, and libraries of the system.

The spec writes down what PyInstaller took from where; Debian's packages are asked whose files those of the system are.
"""

import json
import platform
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from resources.packaging.identity import ROOT

#: Written by outtray.spec: the Python libraries by name, and the system's files by their path.
LIST = ROOT / "build" / "bundled.json"


@dataclass(frozen=True)
class Component:
    """One thing that others made."""

    name: str
    version: str
    #: As its makers name it; SPDX where they do.
    licence: str
    #: Where it is found: a package URL (https://github.com/package-url/purl-spec).
    purl: str
    #: Files with the words of its licence.
    texts: tuple[Path, ...] = ()


def components() -> list[Component]:
    """Return all of them, by name. Raises `LookupError` for a file of the system that no package has."""
    listed = json.loads(LIST.read_text("utf-8"))
    return [
        _python(),
        *(_library(name) for name in sorted(listed["libraries"])),
        *_of_the_system(map(Path, listed["system"])),
    ]


def system_libraries() -> frozenset[str]:
    """Return the names of the files that the packaged folder has from the system."""
    return frozenset(Path(path).name for path in json.loads(LIST.read_text("utf-8"))["system"])


def is_program_code(path: Path) -> bool:
    """Say whether a file is one that the loader reads (ELF: System V gABI, chapter 4)."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _python() -> Component:
    version = platform.python_version()
    return Component("Python", version, "PSF-2.0", f"pkg:generic/python@{version}")


def _library(name: str) -> Component:
    found = distribution(name)
    said = found.metadata
    classified = [each.rpartition(" :: ")[2] for each in said.get_all("Classifier") or [] if each.startswith("License")]
    named = said.get_all("License-Expression") or said.get_all("License") or classified or ["see its text"]
    first_line = str(named[0]).strip().partition("\n")[0]
    return Component(name, found.version, first_line, f"pkg:pypi/{name.lower()}@{found.version}")


def _of_the_system(files: Iterable[Path]) -> Iterator[Component]:
    packages = sorted({_package_of(path) for path in files})
    for name in packages:
        query = ["dpkg-query", "-W", "-f", "${Version}\n${Architecture}", name]
        version, architecture = subprocess.run(query, check=True, capture_output=True, text=True).stdout.split("\n")
        plain = name.partition(":")[0]
        text = Path("/usr/share/doc", plain, "copyright")
        purl = f"pkg:deb/{platform.freedesktop_os_release()['ID']}/{plain}@{version}?arch={architecture}"
        yield Component(plain, version, "see its text", purl, (text,) if text.is_file() else ())


def _package_of(path: Path) -> str:
    # A file that dpkg put into /lib is found below /usr/lib where the two are one folder, and the other way round.
    real = path.resolve()
    for each in (path, real, Path("/usr", *path.parts[1:]), Path("/", *real.parts[2:])):
        done = subprocess.run(["dpkg-query", "-S", str(each)], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.partition(": ")[0].partition(",")[0]
    raise LookupError(f"{path} is packaged, and belongs to no Debian package: whose it is cannot be said")
