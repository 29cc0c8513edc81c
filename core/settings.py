"""The settings of an outbox: one value, kept in a TOML file that a person can read and change."""

import os
import re
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_type_hints

from core.errors import SettingsError
from core.paths import Home, reason, sync_folder

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

Undo = Literal[0, 5, 10, 30, 60]
Theme = Literal["system", "light", "dark"]
Language = Literal["system", "en", "ja"]
Density = Literal["comfortable", "compact"]
Motion = Literal["system", "reduced"]
#: What happens when the window is closed while something is still to be sent.
Closing = Literal["ask", "send", "wait", "stay"]

#: A longer one would not fit the header line it goes into (RFC 5322, section 2.1.1).
_NAME_CHARACTERS = 200
#: The least and the most of each number.
LIMITS = {
    "retry_s": (1, 7 * 24 * 3600),
    "give_up_days": (1, 30),
    "warn_after_h": (1, 30 * 24),
    "late_min": (0, 7 * 24 * 60),
    "keep_sent_days": (0, 36_500),
    "keep_ended_days": (0, 36_500),
}
_MOST_RETRIES = 50
#: What `core.accounts` keeps in the same file.
_KEYS_OF_OTHERS = frozenset({"account", "default_account", "keys"})
#: The window saves a choice on one thread while an account comes through the door on another: both read, change and
#: write the one file.
_ONE_EDITOR = threading.Lock()


@dataclass(frozen=True)
class Settings:
    """Every setting, with what it is where nobody chose otherwise. The names are the keys of settings.toml."""

    #: Seconds in which a message sent from the window can be taken back.
    undo_s: Undo = 5
    #: `system` follows the platform's choice of light or dark.
    theme: Theme = "system"
    density: Density = "comfortable"
    #: `system` follows the platform's wish for less motion, where Qt is told of it; `reduced`: nothing moves.
    motion: Motion = "system"
    #: Of the window; `system` is the platform's, or English where the window does not speak that.
    language: Language = "system"
    #: `send` sends it first, `wait` leaves it for the next start, `stay` goes on in the tray.
    closing: Closing = "ask"
    #: Whether there is an icon in the tray, where the desktop has one.
    tray: bool = False
    #: The name recipients see beside the Practice account's address, or "".
    sender_name: str = ""
    #: Seconds before the second, third … try of a delivery; the last one repeats.
    retry_s: tuple[int, ...] = (15, 60, 300, 900, 1800, 3600)
    #: Days after its first try at which a delivery is given up: some servers are down for a weekend.
    give_up_days: int = 3
    #: Minutes after its time at which what was scheduled is held, and asks, because this computer was off; 0: it is
    #: sent however late.
    late_min: int = 15
    #: Hours after which the person is told, once, that a delivery still waits.
    warn_after_h: int = 4
    #: Days after which what was sent or practised is deleted from the outbox; 0: never.
    keep_sent_days: int = 0
    #: Days after which what failed or was cancelled is deleted from the outbox; 0: never.
    keep_ended_days: int = 0


def load(home: Home) -> Settings:
    """Read settings.toml; a missing file is all defaults, and a key that Outtray does not know is left alone.

    Raises `SettingsError`, which names the line or the key. Blocks.
    """
    found = values(home)
    wanted = get_type_hints(Settings)
    chosen = {name: _checked(name, found[name], wanted[name]) for name in wanted if name in found}
    return Settings(**chosen)


def check(settings: Settings) -> None:
    """Raise `SettingsError`, which names the key, where a value is not one that a setting can have."""
    wanted = get_type_hints(Settings)
    for each in fields(Settings):
        _checked(each.name, getattr(settings, each.name), wanted[each.name])


def values(home: Home) -> dict[str, Any]:
    """Return everything in settings.toml as it stands there; nothing where there is no file.

    Raises `SettingsError`, which names the line. Blocks.
    """
    text = _read(home)
    return _parsed(text) if text else {}


def load_keys(home: Home) -> dict[str, tuple[str, ...]]:
    """Read the keys that were chosen for commands: the table `keys`, as in `send = ["Ctrl+Return"]`.

    What they mean is the window's business. Raises `SettingsError`, which names the line or the key. Blocks.
    """
    table = values(home).get("keys", {})
    if not isinstance(table, dict):
        raise bad_value("keys", "a table as [keys]", table)
    for command, keys in table.items():
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise bad_value(f"keys.{command}", 'a list of keys, as in ["Ctrl+Return"]', keys)
    return {command: tuple(keys) for command, keys in table.items()}


def save_keys(home: Home, chosen: Mapping[str, Sequence[str]]) -> None:
    """Write the keys that were chosen for commands, and no others. Raises `SettingsError`. Blocks."""
    import tomlkit

    with editing(home) as document:
        table = document.setdefault("keys", tomlkit.table())
        for command in set(table) - set(chosen):
            del table[command]
        for command, keys in chosen.items():
            if list(table.get(command, ())) != list(keys) or command not in table:
                table[command] = list(keys)
        if not table:
            del document["keys"]


def unknown_keys(home: Home) -> tuple[str, ...]:
    """Name the keys of settings.toml that mean nothing here: mistyped, or of a newer Outtray.

    Raises `SettingsError`. Blocks.
    """
    known = {each.name for each in fields(Settings)} | _KEYS_OF_OTHERS
    return tuple(name for name in values(home) if name not in known)


def save(home: Home, settings: Settings) -> None:
    """Write what differs from the file, keeping its comments, order and unknown keys. Blocks.

    A value that is the default and was never written stays unwritten, so that a later default can reach it.
    Raises `SettingsError`; the file is then as it was.
    """
    defaults = Settings()
    with editing(home) as document:
        as_it_was = document.unwrap()
        for each in fields(Settings):
            value = _checked(each.name, getattr(settings, each.name), get_type_hints(Settings)[each.name])
            written = list(value) if isinstance(value, tuple) else value
            if each.name not in document:
                if value != getattr(defaults, each.name):
                    document[each.name] = written
            elif written != as_it_was[each.name]:  # what is written anew loses the comments inside it
                document[each.name] = written


@contextmanager
def editing(home: Home) -> Iterator["TOMLDocument"]:
    """Give the file as a document that keeps its comments and order, and write what was made of it. Blocks.

    One thread of this process at a time; among processes, only the owner of the outbox edits. Raises
    `SettingsError`; after any error inside, the file is as it was.
    """
    import tomlkit

    with _ONE_EDITOR:
        text = _read(home)
        _parsed(text)  # tomllib names the line of what is wrong; tomlkit, less often
        document = tomlkit.parse(text)
        try:
            yield document
            text = tomlkit.dumps(document)
        except (ValueError, TypeError) as error:  # as of a table that was to go into an inline one
            raise SettingsError("settings_layout") from error
        if _parsed(text) != document.unwrap():  # tomlkit does not master every layout: dotted keys, say
            raise SettingsError("settings_layout")
        _replace(home, text)


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
            raise bad_value(name, "a text in quotes", value)
        if len(value) > _NAME_CHARACTERS or not value.isprintable():
            raise bad_value(name, f"a text of at most {_NAME_CHARACTERS} characters without control characters", value)
        return value
    if wanted is bool:
        if not isinstance(value, bool):
            raise bad_value(name, "true or false", value)
        return value
    if name in LIMITS:
        return _checked_number(name, value)
    choices = get_args(wanted)
    if value not in choices or type(value) is not type(choices[0]):
        raise bad_value(name, _alternatives(choices), value)
    return value


def _checked_number(name: str, value: Any) -> int | tuple[int, ...]:
    """Return a number within its limits, or a list of them as a tuple."""
    least, most = LIMITS[name]
    if name == "retry_s":
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= _MOST_RETRIES:
            raise bad_value(name, f"a list of 1 to {_MOST_RETRIES} numbers of seconds, as in [15, 60, 300]", value)
        return tuple(_number(f"each number of {name}", each, least, most) for each in value)
    return _number(name, value, least, most)


def _number(name: str, value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise bad_value(name, f"a whole number from {least} to {most}", value)
    return value


def _alternatives(choices: Iterable[object]) -> str:
    *first, last = (_shown(choice) for choice in choices)
    return f"{', '.join(first)} or {last}"


def bad_value(key: str, wanted: str, value: object) -> SettingsError:
    """Return the error for a value that is not what it must be."""
    return SettingsError("settings_bad_value", key=shown(key), wanted=wanted, value=_shown(value))


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return shown(text)


def shown(text: str) -> str:
    """Return a text on one line, cut where it is long, so that a sentence about it stays one."""
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
        target = home.settings.resolve()
        unfinished.replace(target)
        sync_folder(target.parent)  # what goes by a new account must not outlast the account in a power cut
    except OSError as error:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
        raise SettingsError("settings_unreadable", why=f"it cannot be written, {reason(error)}") from error
