"""What the machine lacks is found before Qt starts, and said with the line to type."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import resources
from core.platform_check import debian_packages, has_display, missing_libraries, platform_of, sentence_for

ROOT = Path(__file__).resolve().parents[2]
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux lacks libraries")


@pytest.fixture
def qt_folder(tmp_path: Path) -> Path:
    """A made-up Qt: a real ELF file (this Python) under the name of a Qt library."""
    shutil.copy(os.path.realpath(sys.executable), tmp_path / "libQt6Gui.so.6")
    return tmp_path


def renamed(file: Path, old: bytes, new: bytes) -> None:
    """Make an ELF file ask for a library of another name of the same length."""
    data = file.read_bytes()
    assert old in data
    assert len(old) == len(new)
    file.write_bytes(data.replace(old, new))


@on_linux
def test_libraries_that_load_are_not_missing(qt_folder: Path) -> None:
    assert missing_libraries("xcb", [qt_folder]) == []


@on_linux
def test_a_library_that_nothing_brings_is_missing(qt_folder: Path) -> None:
    renamed(qt_folder / "libQt6Gui.so.6", b"libc.so.6\0", b"liQ.so.42\0")
    assert missing_libraries("xcb", [qt_folder]) == ["liQ.so.42"]


@on_linux
def test_a_library_packed_beside_qt_is_not_the_systems_affair(qt_folder: Path) -> None:
    renamed(qt_folder / "libQt6Gui.so.6", b"libc.so.6\0", b"liQ.so.42\0")
    (qt_folder / "liQ.so.42").write_bytes(b"")
    assert missing_libraries("xcb", [qt_folder]) == []


@on_linux
def test_this_machine_has_what_the_tests_need() -> None:
    assert missing_libraries("offscreen") == []


def test_without_qt_nothing_is_said_to_be_missing(tmp_path: Path) -> None:
    assert missing_libraries("xcb", [tmp_path]) == []
    assert missing_libraries("xcb", []) == []


def test_libraries_become_debian_packages_once_each() -> None:
    libraries = ["libxcb-cursor.so.0", "libgthread-2.0.so.0", "libglib-2.0.so.0", "libunheard.so.1"]
    assert debian_packages(libraries) == ["libglib2.0-0", "libxcb-cursor0"]


@pytest.mark.parametrize(
    ("installer", "as_root", "line"),
    [
        ("apt-get", False, "Type: sudo apt-get install libegl1 libxcb-cursor0"),
        ("apt-get", True, "Type: apt-get install libegl1 libxcb-cursor0"),
        ("dnf", True, "Type: dnf install 'libEGL.so.1()(64bit)' 'libxcb-cursor.so.0()(64bit)'"),
        ("none", True, "Install what your system calls libegl1 and libxcb-cursor0 (Debian's names)."),
    ],
)
def test_one_sentence_says_what_to_type(
    monkeypatch: pytest.MonkeyPatch, installer: str, as_root: bool, line: str
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == installer else None)
    monkeypatch.setattr(os, "geteuid", lambda: 0 if as_root else 1000, raising=False)
    said = sentence_for(["libEGL.so.1", "libxcb-cursor.so.0"])
    assert said.startswith("The window needs libEGL.so.1 and libxcb-cursor.so.0, which this machine lacks")
    assert said.endswith(line)
    assert "\n" not in said


def test_no_sentence_where_nothing_is_missing() -> None:
    assert sentence_for([]) == ""


@pytest.mark.parametrize(
    ("asked", "platform"),
    [("", "xcb"), ("offscreen", "offscreen"), ("vnc:size=800x600", "vnc"), ("wayland;xcb", "wayland")],
)
def test_the_environment_names_the_platform(asked: str, platform: str) -> None:
    assert platform_of({"QT_QPA_PLATFORM": asked}) == platform


@on_linux
def test_no_display_named_or_nobody_listening_is_no_display(tmp_path: Path) -> None:
    assert not has_display({})
    assert not has_display({"DISPLAY": ":63517"})
    assert not has_display({"DISPLAY": "rubbish"})
    assert not has_display({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)})
    assert not has_display({"QT_QPA_PLATFORM": "xcb"})


@on_linux
def test_platforms_without_a_screen_need_no_display() -> None:
    assert all(has_display({"QT_QPA_PLATFORM": name}) for name in ("offscreen", "minimal", "vnc:port=5901"))


@on_linux
def test_a_socket_that_answers_is_a_display(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert has_display({"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)})
        assert has_display({"WAYLAND_DISPLAY": str(tmp_path / "wayland-7")})


@on_linux
def test_an_x_server_on_its_abstract_socket_is_a_display() -> None:
    number = 40000 + os.getpid() % 20000
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0/tmp/.X11-unix/X{number}")
        server.listen()
        assert has_display({"DISPLAY": f":{number}"})
        assert has_display({"DISPLAY": f"unix:{number}.0"})


def test_elsewhere_than_on_linux_there_is_always_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for system in ("darwin", "win32"):
        monkeypatch.setattr(sys, "platform", system)
        assert has_display({})
        assert missing_libraries() == []


@on_linux
def test_as_a_program_it_answers_with_an_exit_code() -> None:
    def run(**environ: str) -> int:
        words = [sys.executable, "core/platform_check.py", "--screen"]
        return subprocess.run(words, cwd=ROOT, env={"PATH": os.environ["PATH"], **environ}, timeout=30).returncode

    assert run() == 1
    assert run(QT_QPA_PLATFORM="offscreen") == 0


@on_linux
def test_in_a_packaged_program_qt_is_looked_for_in_its_folder(monkeypatch: pytest.MonkeyPatch, qt_folder: Path) -> None:
    """PyInstaller puts Qt under PySide6/Qt, and system libraries it has packed at the top of its folder."""
    renamed(qt_folder / "libQt6Gui.so.6", b"libc.so.6\0", b"liQ.so.42\0")
    packed = qt_folder / "PySide6" / "Qt" / "lib"
    packed.mkdir(parents=True)
    (qt_folder / "libQt6Gui.so.6").rename(packed / "libQt6Gui.so.6")
    monkeypatch.setattr(sys, "_MEIPASS", str(qt_folder), raising=False)
    assert missing_libraries() == ["liQ.so.42"]
    (qt_folder / "liQ.so.42").touch()
    assert missing_libraries() == []
    assert resources.path("icons/send.svg") == qt_folder / "resources" / "icons" / "send.svg"


def test_in_a_checkout_resources_lie_in_the_checkout() -> None:
    assert resources.path("packaging/setup.sh").is_file()
