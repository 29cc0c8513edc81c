"""Start at log in: an entry where the platform looks for one. No setting repeats what the entry says."""

import plistlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from xml.parsers.expat import ExpatError

from core.cli.arguments import IN_TRAY
from core.errors import PersonError
from core.paths import Home, default_home, reason, whole_file
from core.version import program
from resources import APP_ID

_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
#: Where Windows keeps what a person switched off in its Task Manager.
_APPROVED_KEY = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"


class Autostart(Protocol):
    """The entry that starts Outtray. Everything blocks, and raises `PersonError`."""

    def is_on(self) -> bool:
        """Say whether Outtray starts at log in."""
        ...

    def turn(self, is_on: bool) -> bool:
        """Make the entry anew, or remove it; return whether Outtray starts at log in now."""
        ...


def autostart(home: Home, environ: Mapping[str, str]) -> Autostart:
    """Return this platform's entry, which starts Outtray with this home. Touches nothing."""
    words = start_words(home)
    if sys.platform == "win32":
        return RunKey(words)
    if sys.platform == "darwin":
        agent = plistlib.dumps({"Label": APP_ID, "ProgramArguments": words, "RunAtLoad": True})
        return FileEntry(Path.home() / "Library" / "LaunchAgents" / f"{APP_ID}.plist", agent, starts_as_agent)
    entry = desktop_entry(words).encode("utf-8", "surrogateescape")
    return FileEntry(_config_folder(environ) / "autostart" / f"{APP_ID}.desktop", entry, starts_as_entry)


def start_words(home: Home) -> list[str]:
    """Return the program and its words, for a start in which nobody asked for a window."""
    # OUTTRAY_HOME of a shell is not there at log in.
    chosen = [] if home == default_home({}) else ["--home", str(home.root)]
    return [*program(), *chosen, IN_TRAY]


@dataclass(frozen=True)
class FileEntry:
    """An entry that is a file."""

    path: Path
    content: bytes
    #: Whether a file that is there, with this in it, starts Outtray.
    starts: Callable[[bytes], bool]

    def is_on(self) -> bool:
        try:
            return self.starts(self.path.read_bytes())
        except FileNotFoundError:
            return False
        except OSError as error:
            raise PersonError("file_unreadable", path=self.path, why=reason(error)) from error

    def turn(self, is_on: bool) -> bool:
        try:
            if is_on:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with whole_file(self.path) as file:
                    file.write(self.content)
            else:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            raise PersonError("file_unwritable", path=self.path, why=reason(error)) from error
        return self.is_on()


@dataclass(frozen=True)
class RunKey:
    """The entry of Windows: a value in the registry of who is logged in."""

    words: Sequence[str]

    def is_on(self) -> bool:
        winreg = _registry()
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                winreg.QueryValueEx(key, APP_ID)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise PersonError("file_unreadable", path=_RUN_KEY, why=reason(error)) from error
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _APPROVED_KEY) as key:
                state, _ = winreg.QueryValueEx(key, APP_ID)
        except OSError:
            return True
        return not (isinstance(state, bytes) and state and state[0] & 1)  # its first byte is odd where it is off

    def turn(self, is_on: bool) -> bool:
        import subprocess

        winreg = _registry()
        try:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                if is_on:
                    winreg.SetValueEx(key, APP_ID, 0, winreg.REG_SZ, subprocess.list2cmdline(self.words))
            for path in [_APPROVED_KEY] if is_on else [_RUN_KEY, _APPROVED_KEY]:
                self._delete(path)
        except OSError as error:
            raise PersonError("file_unwritable", path=_RUN_KEY, why=reason(error)) from error
        return self.is_on()

    def _delete(self, path: str) -> None:
        winreg = _registry()
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path, 0, winreg.KEY_SET_VALUE) as key:
                winreg.DeleteValue(key, APP_ID)
        except FileNotFoundError:
            pass


def _registry() -> Any:
    import winreg  # Windows has it

    return winreg


def desktop_entry(words: Sequence[str]) -> str:
    """Return the file that starts a program with its words (freedesktop.org, Desktop Entry Specification 1.5)."""
    return (
        "[Desktop Entry]\n"
        "Type=Application\n"
        "Name=Outtray\n"
        f"Icon={APP_ID}\n"
        f"Exec={_escaped(' '.join(map(_quoted, words)))}\n"
        "Terminal=false\n"
        "X-GNOME-Autostart-enabled=true\n"
    )


def starts_as_entry(content: bytes) -> bool:
    """Say whether a desktop entry starts its program (Desktop Application Autostart Specification, `Hidden`).

    GNOME switches one off by a key of its own.
    """
    values: dict[str, str] = {}
    is_inside = False
    for line in content.decode("utf-8", "replace").splitlines():
        if line.startswith("["):
            is_inside = line.strip() == "[Desktop Entry]"
        elif is_inside and "=" in line:
            key, _, value = line.partition("=")
            values.setdefault(key.strip(), value.strip())
    return (
        bool(values.get("Exec"))
        and values.get("Hidden") != "true"
        and values.get("X-GNOME-Autostart-enabled") != "false"
    )


def starts_as_agent(content: bytes) -> bool:
    """Say whether a launch agent starts its program (launchd.plist(5), `Disabled` and `RunAtLoad`)."""
    try:
        said = plistlib.loads(content)
    except (plistlib.InvalidFileException, ExpatError, ValueError, OverflowError):
        return False
    return isinstance(said, dict) and bool(said.get("RunAtLoad")) and not said.get("Disabled")


def _config_folder(environ: Mapping[str, str]) -> Path:
    """Return where programs of this person keep what was chosen (XDG Base Directory: a relative path is ignored)."""
    chosen = Path(environ.get("XDG_CONFIG_HOME", ""))
    return chosen if chosen.is_absolute() else Path.home() / ".config"


def _quoted(word: str) -> str:
    """Quote a word for `Exec` (chapter "The Exec key"). Quotes are always allowed, and `%` stands for something."""
    for char in '\\"`$':
        word = word.replace(char, f"\\{char}")
    return '"' + word.replace("%", "%%") + '"'


def _escaped(value: str) -> str:
    """Write a value as a string of a desktop entry (chapter "Possible value types")."""
    for char, written in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        value = value.replace(char, written)
    return value
