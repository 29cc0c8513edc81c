"""The packaged program as somebody without Python meets it: an empty environment, nothing on the PATH."""

import email
import email.policy
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "dist" / "outtray"
PROGRAM = FOLDER / "outtray"

#: On a slow machine that does other things as well; the tour alone waits out the five seconds of undo.
PATIENCE_S = 100.0

#: The offscreen platform says this of windows that are raised or have a size hint.
OF_THE_PLATFORM = "This plugin does not support "

#: What the tour must have printed, in this order.
TOUR = ["The window is open", "Typed", "said “Accepted", "back in the form", "Practised", "The mail folder holds it"]


def _packaged_from() -> float:
    """Return when the newest file that goes into the package was written."""
    written = [ROOT / "main.py", ROOT / "pyproject.toml"]
    for folder in ("core", "gui", "resources"):
        written += [
            path for path in (ROOT / folder).rglob("*.*") if path.suffix in {".py", ".sql", ".svg", ".qss", ".toml"}
        ]
    return max(path.stat().st_mtime for path in written)


if not PROGRAM.exists():
    pytest.skip("There is no package to try. Type: make package", allow_module_level=True)
if FOLDER.stat().st_mtime < _packaged_from():
    pytest.skip("The package is older than what it is made of. Type: make package", allow_module_level=True)


class Package:
    """The program in a home of its own, started with the environment that is given and no other."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {"HOME": str(home), "PATH": "/nonexistent", "LANG": "C.UTF-8"}

    def __call__(self, *words: str, typed: str = "", environ: Mapping[str, str] | None = None) -> str:
        """Run a command to its end and return what it printed. It must end with 0 and complain of nothing."""
        done = subprocess.run(
            [PROGRAM, *words],
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            env={**self.environ, **(environ or {})},
            cwd=self.home,
        )
        said = [line for line in done.stderr.splitlines() if not line.startswith(OF_THE_PLATFORM)]
        assert (done.returncode, said) == (0, []), done.stdout
        return done.stdout

    def mail(self) -> list[Path]:
        """The messages in the Practice account's mail folder."""
        return list((self.home / ".local/share/outtray/mail/new").iterdir())


@pytest.fixture
def package(tmp_path: Path) -> Package:
    """The package and an empty home."""
    return Package(tmp_path)


def test_a_message_goes_the_whole_way(package: Package) -> None:
    """`send` prints the receipt and delivers; the mail folder, `status`, `list` and `show` agree on it."""
    receipt = json.loads(package("send", "ann@example.com", "-s", "Größe", "--json", typed="こんにちは\n"))
    (delivery,) = receipt["deliveries"]
    assert delivery["to"] == "ann@example.com"

    (path,) = package.mail()
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["Message-ID"] == delivery["message_id"]
    assert message["Subject"] == "Größe"
    body = message.get_body()
    assert body is not None
    assert body.get_content() == "こんにちは\r\n"

    status = json.loads(package("status", "--json"))
    assert (status["sent"], status["total"], status["owner"]) == (1, 1, None)
    assert json.loads(package("list", "--json"))["id"] == delivery["id"]
    shown = json.loads(package("show", str(delivery["id"]), "--json"))
    assert (shown["state"], shown["message_id"]) == ("sent", delivery["message_id"])
    assert package("show", str(delivery["id"]), "--raw").replace("\r\n", "\n") == path.read_text("utf-8")


def test_what_was_only_accepted_is_delivered_by_run(package: Package) -> None:
    """`run --until-empty`, whose loop is Qt's, sends what an earlier process left in the outbox."""
    package("send", "ann@example.com", "bob@example.com", "-m", "Two.", "--no-deliver")
    assert json.loads(package("status", "--json"))["queued"] == 2
    package("run", "--until-empty")
    assert json.loads(package("status", "--json"))["sent"] == 2
    assert len(package.mail()) == 2


def test_doctor_finds_all_that_the_window_needs(package: Package) -> None:
    """The package brings what Qt needs beyond a desktop's own libraries, and loses no references."""
    said = package("doctor")
    assert "LACK" not in said


def test_the_main_job_off_screen(package: Package) -> None:
    """The window opens, takes keys, says Accepted and Practised, and draws itself, with no screen and no Python."""
    _tour(package, {"QT_QPA_PLATFORM": "offscreen"})


def test_the_main_job_on_a_screen(package: Package, display: str) -> None:
    """The same on an X display: the platform plugin and all that it loads are in the package."""
    _tour(package, {"DISPLAY": display})


def _tour(package: Package, environ: Mapping[str, str]) -> None:
    said = package("tour", "--shots", "shots", environ=environ)
    at = 0
    for step in TOUR:
        assert step in said[at:], said
        at = said.index(step, at)
    pictures = list((package.home / "shots").glob("*.png"))
    assert pictures
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)


def test_it_brings_only_what_the_window_needs() -> None:
    """No QML, network, GTK or test libraries; but both input methods, without which Japanese cannot be typed."""
    names = {path.name for path in FOLDER.rglob("*")}
    unwanted = ("Qml", "Quick", "Network", "Pdf", "OpenGL", "Multimedia", "gtk", "tcl", "hypothesis", "pytest")
    assert [name for name in sorted(names) if any(word in name for word in unwanted)] == []
    assert {
        "libcomposeplatforminputcontextplugin.so",
        "libibusplatforminputcontextplugin.so",
        "libqoffscreen.so",
        "libqsvg.so",
        "libqwayland.so",
        "libqxcb.so",
        "qtbase_ja.qm",
    } <= names
