"""What `make package` leaves in dist: names, ids, sizes, licences, sums; and that a second build is the same."""

import hashlib
import json
import os
import re
import struct
import subprocess
import tarfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from core.cli import arguments
from core.version import version
from resources import APP_ID
from resources.packaging.identity import made_at
from tests.package.conftest import DIST

_ROOT = DIST.parent


@pytest.fixture(scope="module")
def tree(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the .deb."""
    folder = tmp_path_factory.mktemp("tree")
    subprocess.run(["dpkg-deb", "-x", str(deb), str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in the .tar.xz."""
    found = sorted(DIST.glob("outtray-*-linux-*.tar.xz"))
    if not found:
        pytest.skip("There is no .tar.xz to try. Type: make package")
    folder = tmp_path_factory.mktemp("archive")
    with tarfile.open(found[-1]) as packed:
        packed.extractall(folder, filter="data")
    (inner,) = folder.iterdir()
    return inner


def test_the_menu_entry_is_valid_and_opens_mail_addresses(tree: Path) -> None:
    """desktop-file-validate has nothing to say; the entry handles mailto:, has actions, and Japanese names."""
    entry = tree / "usr/share/applications" / f"{APP_ID}.desktop"
    done = subprocess.run(["desktop-file-validate", str(entry)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    text = entry.read_text("utf-8")
    assert "MimeType=x-scheme-handler/mailto;" in text
    assert f"Icon={APP_ID}\n" in text
    for group in text.split("\n\n"):
        assert re.search(r"^Name\[ja\]=|^GenericName\[ja\]=", group, re.MULTILINE), group


def test_software_centres_take_the_metadata(tree: Path) -> None:
    """appstreamcli accepts it; id, launchable, version and languages are those of the program."""
    path = tree / "usr/share/metainfo" / f"{APP_ID}.metainfo.xml"
    done = subprocess.run(["appstreamcli", "validate", "--no-net", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    told = ET.parse(path).getroot()
    assert told.findtext("id") == APP_ID
    assert told.findtext("launchable") == f"{APP_ID}.desktop"
    release = told.find("releases/release")
    assert release is not None
    assert release.get("version") == version()
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    for name in ("summary", "description/p", "description/ul/li"):
        languages = [each.get(lang) for each in told.findall(name)]
        assert languages.count("ja") == languages.count(None) > 0


def test_the_icon_is_there_in_every_size(tree: Path) -> None:
    """Each folder of the icon theme holds a PNG of the size it is named by; the drawing itself is there too."""
    sizes = set()
    for path in (tree / "usr/share/icons/hicolor").glob(f"*x*/apps/{APP_ID}.png"):
        width, height = struct.unpack(">II", path.read_bytes()[16:24])
        assert path.parts[-3] == f"{width}x{height}"
        sizes.add(width)
    assert sizes >= {16, 22, 24, 32, 48, 64, 128, 256, 512}
    assert (tree / "usr/share/icons/hicolor/scalable/apps" / f"{APP_ID}.svg").is_file()


def test_the_manual_names_every_command(tree: Path) -> None:
    """man(1) can show it, and every command and option of `send` is in it."""
    page = tree / "usr/share/man/man1/outtray.1.gz"
    done = subprocess.run(["man", "--warnings", "-l", str(page)], capture_output=True, text=True, env=_plain())
    if done.returncode == 127:
        pytest.skip("There is no man here.")
    assert (done.returncode, done.stderr) == (0, "")
    parser = arguments._parser()
    (commands,) = (each.choices for each in parser._actions if isinstance(each.choices, dict))
    missing = [name for name in commands if not re.search(rf"\b{name}\b", done.stdout)]
    missing += [
        option
        for action in commands["send"]._actions
        for option in action.option_strings
        if option not in ("-h", "--help") and option not in done.stdout
    ]
    assert missing == []
    assert version() in done.stdout


def _plain() -> dict[str, str]:
    return {**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": "", "MANPAGER": "cat"}


def test_the_sizes(deb: Path) -> None:
    """The .deb is at most 40 MB, and takes at most 130 MB where it is installed."""
    assert deb.stat().st_size <= 40e6
    told = subprocess.run(["dpkg-deb", "-f", str(deb), "Installed-Size"], capture_output=True, text=True, check=True)
    assert int(told.stdout) * 1024 <= 130e6


def test_what_others_made_is_named_with_its_licence(tree: Path, archive: Path) -> None:
    """Every work in the package has a line in the notices and a text; Qt's libraries are shared and can be replaced."""
    for internal in (tree / "usr/lib/outtray/_internal", archive / "_internal"):
        licences = internal / "licences"
        notices = (licences / "NOTICES.txt").read_text("utf-8")
        for name in ("PySide6_Essentials", "shiboken6", "keyring", "Python"):
            assert re.search(rf"^  {name} [0-9]", notices, re.MULTILINE)
        for name in re.findall(r"^  (\S+) [0-9]", notices, re.MULTILINE):
            folder = licences / ("python" if name == "Python" else name)
            assert any(folder.iterdir()), name
        for named in re.findall(r"^    _internal/(\S+)", notices, re.MULTILINE):
            assert list(internal.glob(named.rstrip("/"))), named
        for text in ("LGPL-3", "GPL-3", "LICENSE"):
            assert (licences / text).stat().st_size > 500


def test_no_licence_is_only_named(archive: Path) -> None:
    """Where a text sends its reader to Debian's common licences, these are there too, for systems that have none."""
    licences = archive / "_internal/licences"
    named = {
        name
        for text in licences.glob("*/copyright")
        for name in re.findall(
            r"/common-licenses/((?:L?GPL|Apache|Artistic)[A-Za-z0-9.-]*[A-Za-z0-9])", text.read_text("utf-8")
        )
    }
    assert {"LGPL-2.1", "GPL-2"} <= named
    assert named <= {path.name for path in (licences / "common-licenses").iterdir()}
    assert "snapshot.debian.org" in (licences / "NOTICES.txt").read_text("utf-8")


def test_the_bill_of_materials(archive: Path) -> None:
    """It is CycloneDX and names what is packaged by version: Python, its libraries, and the system's."""
    (path,) = DIST.glob("outtray-*.cdx.json")
    told = json.loads(path.read_text("utf-8"))
    assert (told["bomFormat"], told["metadata"]["component"]["version"]) == ("CycloneDX", version())
    purls = {each["purl"] for each in told["components"]}
    assert any(purl.startswith("pkg:pypi/pyside6-essentials@") for purl in purls)
    assert any(re.match("pkg:deb/[a-z]+/libssl", purl) for purl in purls)
    notices = (archive / "_internal/licences/NOTICES.txt").read_text("utf-8")
    assert {each["name"] for each in told["components"]} == set(re.findall(r"^  (\S+) [0-9]", notices, re.MULTILINE))


def test_the_sums_are_those_of_the_files() -> None:
    """SHA256SUMS names every artefact, with its sum."""
    lines = (DIST / "SHA256SUMS").read_text("ascii").splitlines()
    told = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in DIST.glob("outtray[-_]*")}
    assert told == found


class _Person:
    """Somebody without rights, who unpacks the archive in their home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}

    def __call__(self, *words: str | Path, ends_with: int = 0) -> str:
        done = subprocess.run(words, capture_output=True, text=True, env=self.environ, timeout=100)
        assert done.returncode == ends_with, (done.stdout, done.stderr)
        return done.stdout


@pytest.fixture
def person(tmp_path: Path) -> _Person:
    home = tmp_path / "ann smith"  # as many are called
    home.mkdir()
    return _Person(home)


def test_the_archive_installs_itself_for_one_person(archive: Path, person: _Person) -> None:
    """install.sh puts the menu entry where the desktop looks, with the whole path; --remove leaves the outbox alone."""
    person(archive / "install.sh")
    program = person.home / ".local/bin/outtray"
    entry = person.home / ".local/share/applications" / f"{APP_ID}.desktop"
    assert person("desktop-file-validate", entry) == ""
    assert f'Exec="{program}" %u\n' in entry.read_text("utf-8")
    person(program, "send", "ann@example.com", "-m", "Hello")
    assert json.loads(person(program, "status", "--json"))["sent"] == 1
    person(archive / "install.sh")  # a newer one over it
    kept = person.home / ".local/lib/outtray/install.sh"
    person(kept, "--remove")  # without the folder that was unpacked
    left = sorted(path.name for path in (person.home / ".local").rglob("*") if path.is_file())
    assert "outbox.db" in left
    assert not [name for name in left if APP_ID in name or name == "outtray"]


def test_the_archive_leaves_alone_what_is_not_its_own(archive: Path, person: _Person) -> None:
    """Somebody's own entry and program stay as they are, wrong words do nothing, and all may run what root installs."""
    local = person.home / ".local"
    mine = local / "share/applications/my.Outtray.desktop"
    mine.parent.mkdir(parents=True)
    mine.write_text("[Desktop Entry]\n")
    for words in (["here"], [str(local), "--remove"], ["--remove", str(local), "more"], [f"{local}%"]):
        person(archive / "install.sh", *words, ends_with=64)
    person(archive / "install.sh", "--remove", ends_with=73)
    program = local / "bin/outtray"
    program.parent.mkdir()
    program.write_text("somebody's\n")
    person(archive / "install.sh", ends_with=73)
    assert program.read_text() == "somebody's\n"
    program.unlink()
    person("sh", "-c", 'umask 077; "$0"', archive / "install.sh")
    assert mine.read_text() == "[Desktop Entry]\n"
    installed = [*(local / "lib/outtray").rglob("*"), *(local / "share/applications").glob("org.*")]
    assert [path for path in installed if not path.is_symlink() and not path.stat().st_mode & 0o004] == []


def test_a_second_build_is_the_same(tmp_path: Path) -> None:
    """Built again from the same commit in another folder, every file has the same sum."""
    changes = subprocess.run(["git", "-C", str(_ROOT), "status", "--porcelain", "-uno"], capture_output=True).stdout
    if changes or (DIST / "SHA256SUMS").stat().st_mtime < made_at():
        pytest.skip("What is in dist is not of the last commit, or of more than that. Type: make package")
    checkout = tmp_path / "elsewhere"
    subprocess.run(["git", "clone", "-q", str(_ROOT), str(checkout)], check=True)
    (checkout / ".venv").symlink_to(_ROOT / ".venv")
    for qm in (_ROOT / "resources/translations").glob("*.qm"):
        (checkout / "resources/translations" / qm.name).write_bytes(qm.read_bytes())
    subprocess.run(["sh", "resources/packaging/build.sh"], cwd=checkout, check=True, capture_output=True, timeout=600)
    assert (checkout / "dist/SHA256SUMS").read_text("ascii") == (DIST / "SHA256SUMS").read_text("ascii")
