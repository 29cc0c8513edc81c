"""The settings of an outbox: one value, kept in a TOML file that a person can read and change."""

import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from core.errors import SettingsError
from core.paths import Home, reason

Undo = Literal[0, 5, 10, 30, 60]
Theme = Literal["system", "light", "dark"]
Density = Literal["comfortable", "compact"]

#: A longer one would not fit the header line it goes into (RFC 5322, section 2.1.1).
_NAME_CHARACTERS = 200


@dataclass(frozen=True)
class Settings:
    """Every setting, with what it is where nobody chose otherwise. The names are the keys of settings.toml."""

    #: Seconds in which a message sent from the window can be taken back.
    undo_s: Undo = 5
    #: `system` follows the platform's choice of light or dark.
    theme: Theme = "system"
    density: Density = "comfortable"
    #: The name recipients see beside the Practice account's address, or "".
    sender_name: str = ""


def load(home: Home) -> Settings:
    """Read settings.toml; a missing file is all defaults, and a key that Outtray does not know is left alone.

    Raises `SettingsError`, which names the line or the key. Blocks.
    """
    text = _read(home)
    if not text:
        return Settings()
    values = _parsed(text)
    wanted = get_type_hints(Settings)
    chosen = {name: _checked(name, values[name], wanted[name]) for name in wanted if name in values}
    return Settings(**chosen)


def unknown_keys(home: Home) -> tuple[str, ...]:
    """Name the keys of settings.toml that mean nothing here: mistyped, or of a newer Outtray.

    Raises `SettingsError`. Blocks.
    """
    known = {each.name for each in fields(Settings)}
    return tuple(name for name in _parsed(_read(home)) if name not in known)


def save(home: Home, settings: Settings) -> None:
    """Write what differs from the file, keeping its comments, order and unknown keys. Blocks.

    A value that is the default and was never written stays unwritten, so that a later default can reach it.
    Raises `SettingsError`; the file is then as it was.
    """
    import tomlkit

    text = _read(home)
    _parsed(text)  # tomllib names the line of what is wrong; tomlkit, less often
    document = tomlkit.parse(text)
    defaults = Settings()
    for each in fields(Settings):
        value = _checked(each.name, getattr(settings, each.name), get_type_hints(Settings)[each.name])
        if each.name in document or value != getattr(defaults, each.name):
            document[each.name] = value
    _replace(home, tomlkit.dumps(document))


def _read(home: Home) -> str:
    try:
        data = home.settings.read_bytes()
    except (FileNotFoundError, NotADirectoryError):  # a home that is a file has a sentence of its own
        return ""
    except OSError as error:
        raise SettingsError("settings_unreadable", why=reason(error)) from error
    try:
        return data.decode("utf-8-sig")  # some editors put a mark before the text
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError("settings_bad_line", line=line, why="it is not UTF-8.") from error


def _parsed(text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", str(error), re.DOTALL)
        why = said[1] if said else str(error)
        line = said[2] if said and said[2] else text.count("\n") + (not text.endswith("\n"))
        raise SettingsError("settings_bad_line", line=line, why=f"{why}.") from error


def _checked(name: str, value: Any, wanted: Any) -> Any:
    """Return the value as given, where it is of the right kind; True is no number here."""
    if wanted is str:
        if not isinstance(value, str):
            raise SettingsError("settings_bad_value", key=name, wanted="a text in quotes", value=_shown(value))
        if len(value) > _NAME_CHARACTERS or not value.isprintable():
            limits = f"a text of at most {_NAME_CHARACTERS} characters without control characters"
            raise SettingsError("settings_bad_value", key=name, wanted=limits, value=_shown(value))
        return value
    choices = get_args(wanted)
    if value not in choices or type(value) is not type(choices[0]):
        raise SettingsError("settings_bad_value", key=name, wanted=_alternatives(choices), value=_shown(value))
    return value


def _alternatives(choices: Iterable[object]) -> str:
    *first, last = (_shown(choice) for choice in choices)
    return f"{', '.join(first)} or {last}"


def _shown(value: object) -> str:
    """Return a value on one line, cut where it is long, so that a sentence about it stays one."""
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    text = "".join(character if character.isprintable() else " " for character in text)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _replace(home: Home, text: str) -> None:
    """Put the whole file in the old one's place, readable by its owner only (0600, as mkstemp makes it)."""
    unfinished: Path | None = None
    try:
        home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix="settings.toml.", dir=home.root)
        unfinished = Path(name)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # A link, as people with their settings under version control have, stays one.
        unfinished.replace(home.settings.resolve())
    except OSError as error:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
        raise SettingsError("settings_unreadable", why=f"it cannot be written, {reason(error)}") from error
