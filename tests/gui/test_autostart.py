"""Start at log in: the entry of each platform, the box that shows it, and a start that stays in the tray."""

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
import types
from pathlib import Path
from typing import Self

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from core.clock import Clock
from core.errors import PersonError
from core.outbox.notification import Recipient
from core.paths import Home, default_home
from gui import autostart
from gui.at_login import AtLogin
from gui.autostart import FileEntry, RunKey, desktop_entry, start_words, starts_as_agent, starts_as_entry
from gui.session import Session
from gui.tray import Tray
from tests.outboxes import draft
from tests.sessions import Sessions, practised, press

_AWKWARD = ["a b", "c\"d'e", "$HOME `id` \\n", "100%U", "tab\tline\nend", "日本", "~;|&<>*?#()"]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what the person chose, which is not there yet; nobody's real one is touched."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path / "config"


# -- the entries ------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("gio") is None, reason="this needs gio: apt-get install libglib2.0-bin")
def test_a_desktop_starts_the_very_words(tmp_path: Path) -> None:
    """GLib, which starts programs for GNOME and others, reads each word as it was, however odd."""
    program = tmp_path / "my program"
    told = tmp_path / "told"
    program.write_text(f'#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done >{shlex.quote(str(told))}.new\n')
    with program.open("a") as file:
        file.write(f"mv {shlex.quote(str(told))}.new {shlex.quote(str(told))}\n")
    program.chmod(0o755)
    entry = tmp_path / "entry.desktop"
    entry.write_text(desktop_entry([str(program), *_AWKWARD]), "utf-8")
    script = 'gio launch "$1"; while [ ! -e "$2" ]; do sleep 0.05; done'
    subprocess.run(["sh", "-c", script, "sh", str(entry), str(told)], check=True, timeout=60)
    assert told.read_text("utf-8").split("\0")[:-1] == _AWKWARD


@pytest.mark.parametrize(
    ("line", "is_on"),
    [
        ("", True),
        ("Hidden=false\n", True),
        ("Hidden=true\n", False),
        ("Hidden = true\n", False),
        ("X-GNOME-Autostart-enabled=false\n", False),
        ("[Desktop Action New]\nHidden=true\n", True),
    ],
)
def test_an_entry_that_was_switched_off_counts_as_off(line: str, is_on: bool) -> None:
    """As the settings of a desktop do it: the file stays, with a word in it."""
    entry = desktop_entry(["outtray"]).replace("X-GNOME-Autostart-enabled=true\n", "")
    assert starts_as_entry(f"{entry}{line}".encode()) is is_on


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[Desktop Entry]\nName=Outtray\n", b"Exec=outtray\n"])
def test_an_entry_that_starts_nothing_is_off(content: bytes) -> None:
    """Empty, garbage, or without a program."""
    assert not starts_as_entry(content)


def test_the_entry_of_linux(config: Path) -> None:
    """It is made in a folder that was not there, starts the program hidden with its home, and goes again."""
    home = Home(config.parent / "my home")
    entry = autostart.autostart(home, os.environ)
    assert not entry.is_on()
    assert entry.turn(True)
    path = config / "autostart" / "org.outtray.Outtray.desktop"
    main = Path(__file__).resolve().parents[2] / "main.py"
    assert f'Exec="{sys.executable}" "{main}" "--home" "{home.root}" "--in-tray"\n' in path.read_text("utf-8")
    assert entry.is_on()
    assert not entry.turn(False)
    assert list((config / "autostart").iterdir()) == []
    assert not entry.turn(False)


@pytest.mark.parametrize("chosen", ["", "config"])
def test_a_relative_folder_is_ignored(chosen: str) -> None:
    """As the XDG Base Directory Specification says."""
    entry = autostart.autostart(Home(Path("/home")), {"XDG_CONFIG_HOME": chosen})
    if sys.platform.startswith("linux"):
        assert isinstance(entry, FileEntry)
        assert entry.path == Path.home() / ".config" / "autostart" / "org.outtray.Outtray.desktop"


def test_the_usual_home_is_not_named_and_the_package_is_its_own_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start at log in knows no OUTTRAY_HOME; the packaged program needs no Python."""
    monkeypatch.setenv("OUTTRAY_HOME", "/elsewhere")
    assert start_words(default_home({}))[2:] == ["--in-tray"]
    assert start_words(default_home(os.environ))[2:] == ["--home", "/elsewhere", "--in-tray"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/outtray/outtray")
    assert start_words(default_home({})) == ["/opt/outtray/outtray", "--in-tray"]


def test_the_entry_of_macos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A launch agent with the words as they are; one that is disabled counts as off, and so does garbage."""
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    entry = autostart.autostart(Home(tmp_path / "a b"), {})
    assert isinstance(entry, FileEntry)
    assert entry.path == tmp_path / "Library" / "LaunchAgents" / "org.outtray.Outtray.plist"
    assert entry.turn(True)
    said = plistlib.loads(entry.path.read_bytes())
    assert said["ProgramArguments"][-3:] == ["--home", str(tmp_path / "a b"), "--in-tray"]
    assert said["Label"] == "org.outtray.Outtray"
    assert not starts_as_agent(plistlib.dumps({**said, "Disabled": True}))
    assert not starts_as_agent(b"<plist>")
    assert not entry.turn(False)


class _Registry(types.ModuleType):
    """The few calls of `winreg`, on a dictionary."""

    HKEY_CURRENT_USER, REG_SZ, KEY_SET_VALUE = 1, 1, 2

    def __init__(self) -> None:
        super().__init__("winreg")
        self.keys: dict[str, dict[str, object]] = {}

    def OpenKey(self, _root: int, path: str, *_: int) -> "_Key":
        if path not in self.keys:
            raise FileNotFoundError
        return _Key(self.keys[path])

    def CreateKey(self, root: int, path: str) -> "_Key":
        self.keys.setdefault(path, {})
        return self.OpenKey(root, path)

    def QueryValueEx(self, key: "_Key", name: str) -> tuple[object, int]:
        if name not in key.values:
            raise FileNotFoundError
        return key.values[name], 1

    def SetValueEx(self, key: "_Key", name: str, _reserved: int, _kind: int, value: str) -> None:
        key.values[name] = value

    def DeleteValue(self, key: "_Key", name: str) -> None:
        if key.values.pop(name, None) is None:
            raise FileNotFoundError


class _Key:
    def __init__(self, values: dict[str, object]) -> None:
        self.values = values

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_the_entry_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value of the Run key; what the Task Manager switched off is off, and can be switched on here again."""
    registry = _Registry()
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(sys, "platform", "win32")
    entry = autostart.autostart(Home(Path("a b")), {})
    assert isinstance(entry, RunKey)
    assert not entry.is_on()
    assert not entry.turn(False)
    assert entry.turn(True)
    approved = registry.keys[autostart._APPROVED_KEY] = {"org.outtray.Outtray": b"\x03\x00\x00\x00"}
    assert not entry.is_on()
    assert entry.turn(True)
    assert approved == {}
    said = registry.keys[autostart._RUN_KEY]["org.outtray.Outtray"]
    assert isinstance(said, str)
    assert said.endswith('--home "a b" --in-tray')
    approved["org.outtray.Outtray"] = b"\x02\x00\x00\x00"
    assert entry.is_on()
    assert not entry.turn(False)
    assert approved == registry.keys[autostart._RUN_KEY] == {}


# -- the box ----------------------------------------------------------------------------------------------------------


def _box(session: Session, sessions: Sessions) -> AtLogin:
    press("Ctrl+,")
    sessions.wait(lambda: session.places.preferences is not None and session.places.preferences.isActiveWindow())
    shown = session.places.preferences
    assert shown is not None
    shown.tabs.setCurrentIndex(1)
    assert isinstance(shown.at_login, AtLogin)
    shown.at_login.box.setFocus()
    return shown.at_login


def test_the_box_makes_the_entry_and_takes_it_away(session: Session, sessions: Sessions, config: Path) -> None:
    """Off at first; Space switches it on and off; what a desktop's own settings did is seen when it is shown again."""
    shown = _box(session, sessions)
    path = config / "autostart" / "org.outtray.Outtray.desktop"
    assert not shown.box.isChecked()
    press("Space")
    sessions.wait(path.exists)
    sessions.wait(shown.box.isChecked)
    path.write_text(path.read_text("utf-8") + "Hidden=true\n", "utf-8")
    press("Esc")
    sessions.wait(lambda: session.places.preferences is None and session.window.isActiveWindow())
    assert _box(session, sessions) is shown
    sessions.wait(lambda: not shown.box.isChecked())
    press("Space")
    sessions.wait(lambda: shown.box.isChecked() and starts_as_entry(path.read_bytes()))
    press("Space")
    sessions.wait(lambda: not path.exists() and not shown.box.isChecked())
    assert shown.wrong() == ""
    press("Esc")


def test_what_cannot_be_written_is_a_sentence_and_the_box_stays_true(
    session: Session, sessions: Sessions, config: Path
) -> None:
    """A file where the folder would be: one sentence under the box, which is off as before; then it can be made."""
    config.write_text("no folder")
    shown = _box(session, sessions)
    sessions.wait(lambda: shown.wrong() != "")
    press("Space")
    sessions.wait(lambda: "cannot be written" in shown.wrong() and not shown.box.isChecked())
    assert shown.wrong().count(".\n") == 0
    assert shown.box.accessibleDescription() == shown.wrong()
    config.unlink()
    press("Space")
    sessions.wait(lambda: shown.box.isChecked() and shown.wrong() == "")
    press("Esc")


def test_an_entry_that_cannot_be_read_says_so(config: Path) -> None:
    """A folder of that name: a sentence, not a fault."""
    (config / "autostart" / "org.outtray.Outtray.desktop").mkdir(parents=True)
    with pytest.raises(PersonError, match="cannot be read"):
        autostart.autostart(Home(config), os.environ).is_on()


# -- a start that stays in the tray -----------------------------------------------------------------------------------


@pytest.fixture
def has_tray(monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    """A desktop with a tray, and a person who wants the icon there."""
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    home.settings.write_text("tray = true\nundo_s = 0\n")


@pytest.fixture
def clock(real_clock: Clock) -> Clock:
    """Time passes: what is accepted goes at once."""
    return real_clock


def _tray(session: Session) -> Tray:
    assert session.workplace.tray is not None
    return session.workplace.tray


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)  # no tray of its own off screen
@pytest.mark.usefixtures("has_tray")
def test_the_window_waits_in_the_tray(sessions: Sessions, home: Home, tmp_path: Path) -> None:
    """The outbox opens and delivers behind it; a click on the icon shows the window, with the keys in the form.

    Where the window stood before is kept for the next time.
    """
    with_layout = QSettings(str(tmp_path / "layout.ini"), QSettings.Format.IniFormat)
    with_layout.setValue("geometry", "as it was")
    session = sessions.start("--in-tray", must_open=False, layout=with_layout)
    assert session.workplace.tray is not None
    sessions.wait(lambda: session.is_open)
    assert not session.window.isVisible()
    session.compose.set_draft(draft(Recipient("ann@example.com")))
    session.compose.request_send()
    sessions.wait(lambda: len(practised(home)) == 1)
    sessions.wait(lambda: _tray(session).numbers() == "0 on the way · 0 need you")
    assert not session.window.isVisible()
    assert not any(each.isVisible() for each in QApplication.topLevelWidgets())
    _tray(session)._icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    sessions.wait(session.window.isActiveWindow)
    sessions.wait(lambda: QApplication.focusWidget() is session.compose.recipients.editor())
    sessions.wait(lambda: session.outbox.model.rowCount() == 1)
    sessions.end(session)
    session = sessions.start("--in-tray", must_open=False, layout=with_layout)
    sessions.wait(lambda: session.is_open)
    kept = with_layout.value("geometry")
    sessions.end(session)
    assert with_layout.value("geometry") == kept


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
@pytest.mark.usefixtures("has_tray")
def test_a_second_start_in_the_tray_wants_nothing(sessions: Sessions) -> None:
    """It does not bring the window; a start without that word does."""
    session = sessions.start("--in-tray", must_open=False)
    sessions.wait(lambda: session.is_open)
    session._raise(["--in-tray"])
    assert not session.window.isVisible()
    session._raise([])
    assert session.window.isVisible()


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
@pytest.mark.usefixtures("has_tray")
def test_a_tray_that_comes_later_is_waited_for(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """At log in the panel may start later than this: the window stays hidden, and the icon comes with the tray."""
    is_there: list[bool] = []
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: bool(is_there)))
    monkeypatch.setattr("gui.session._TRAY_LOOK_MS", 200)
    session = sessions.start("--in-tray", must_open=False)
    sessions.wait(lambda: session.is_open)
    assert not session.window.isVisible()
    is_there.append(True)
    sessions.wait(_tray(session)._icon.isVisible)
    assert not session.window.isVisible()


@pytest.mark.parametrize("settings", ["tray = true\n", "tray = false\n"])
def test_without_a_tray_the_window_opens(
    settings: str, sessions: Sessions, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is hidden where they cannot be found: no tray there, or its icon not wanted."""
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: "false" in settings))
    monkeypatch.setattr("gui.session._TRAY_LOOK_MS", 1)
    home.settings.write_text(settings)
    session = sessions.start("--in-tray", must_open=False)
    sessions.wait(session.window.isVisible)
    sessions.wait(lambda: session.is_open)
    assert session.window.notices.sentence() == ""
