"""`doctor`: what this machine has and lacks."""

import os
import platform
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core import platform_check, settings
from core.accounts import accounts
from core.accounts.secrets import Secrets
from core.cli import console
from core.cli.console import Exit
from core.errors import PersonError
from core.outbox.reader import Reader
from core.paths import Home
from core.processes import why_none
from core.version import how_to_mend, is_packaged, version


@dataclass(frozen=True)
class _Finding:
    subject: str
    said: str
    #: What the command ends with because of it.
    exit: Exit = Exit.DONE


def doctor(home: Home) -> Exit:
    """Look at everything Outtray needs, change nothing, and print a line for each; the first lack decides the end."""
    ended = Exit.DONE
    for finding in _findings(home):
        mark = "ok  " if finding.exit is Exit.DONE else "LACK"
        console.answer(f"{mark}  {finding.subject:<12}{finding.said}")
        ended = ended or finding.exit
    return ended


def _findings(home: Home) -> Iterator[_Finding]:
    yield _Finding("Outtray", f"{version()}, {'packaged' if is_packaged() else 'a checkout'}")
    yield _Finding("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield _Finding("SQLite", sqlite3.sqlite_version)
    yield from _qt()
    if platform_check.has_display(os.environ):
        yield _Finding("screen", "there is one")
    else:
        yield _Finding("screen", "there is none: every command works but the window")
    yield _processes()
    yield _folder(home)
    yield _outbox(home)
    yield from _settings(home)
    yield _keyring(home)


def _qt() -> Iterator[_Finding]:
    try:
        from core.runner import lost_references
    except ImportError as error:
        yield _Finding("PySide6", f"cannot be loaded: {error}. {how_to_mend()}", Exit.REFUSED)
        return
    yield _Finding("PySide6", str(sys.modules["PySide6"].__version__))
    libraries = platform_check.missing_libraries(platform_check.platform_of(os.environ))
    if libraries:
        yield _Finding("libraries", platform_check.sentence_for(libraries), Exit.REFUSED)
    else:
        yield _Finding("libraries", "all that Qt needs are there")
    if lost := lost_references():
        said = f"this PySide6 loses references ({lost}) and would end the program; install the locked version"
        yield _Finding("references", said, Exit.REFUSED)
    else:
        yield _Finding("references", "none is lost")


def _processes() -> _Finding:
    if why := why_none():
        return _Finding("processes", f"none can be started: {why}", Exit.REFUSED)
    return _Finding("processes", "one was started and answered")


def _folder(home: Home) -> _Finding:
    """Look whether the home could be written, without making it."""
    if os.path.lexists(home.root) and not home.root.is_dir():
        return _Finding("folder", f"{home.root} is not a folder", Exit.CANNOT_CREATE)
    nearest: Path = home.root
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not os.access(nearest, os.W_OK | os.X_OK):
        return _Finding("folder", f"{nearest} cannot be written", Exit.CANNOT_CREATE)
    return _Finding("folder", str(home.root) if nearest == home.root else f"{home.root} (not made yet)")


def _outbox(home: Home) -> _Finding:
    reader = Reader(home)
    try:
        problem = reader.is_sound()
        total = sum(reader.counts().by_state.values())
    except PersonError as error:
        if error.code == "outbox_missing":
            return _Finding("outbox", "none yet")
        return _Finding("outbox", str(error), console.exit_of(error))
    finally:
        reader.close()
    if problem:
        return _Finding("outbox", f"damaged: {problem}", Exit.DISK)
    return _Finding("outbox", f"sound, {total} deliveries")


def _settings(home: Home) -> Iterator[_Finding]:
    try:
        settings.load(home)
        unknown = settings.unknown_keys(home)
    except PersonError as error:
        yield _Finding("settings", str(error), console.exit_of(error))
        return
    yield _Finding("settings", f"not known here: {', '.join(unknown)}" if unknown else "sound")
    try:
        every = accounts.load(home)
    except PersonError as error:
        yield _Finding("accounts", str(error), console.exit_of(error))
        return
    names = ", ".join(each.name for each in every.all)
    yield _Finding(
        "accounts", f"{names}; the default is {every.default}" if names else "none: what is sent is practised"
    )


def _keyring(home: Home) -> _Finding:
    """Look whether passwords can be kept; without a keyring everything works all the same."""
    others = "passwords come from a file or the environment, or are asked for once a session"
    try:
        name = Secrets(home, os.environ).keyring()
    except PersonError:
        return _Finding("keyring", f"it does not answer: unlock it; until then {others}")
    return _Finding("keyring", name or f"none that keeps passwords: {others}")
