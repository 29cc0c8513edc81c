"""The keys of the commands as a person has them: those they come with, and what was chosen otherwise."""

from collections.abc import Iterable, Mapping

from PySide6.QtGui import QKeySequence

from gui.commands import Command


class Keymap:
    """Which keys do what. No key is ever given twice; what is chosen for one command is taken from the others.

    Keys are texts as `key_text` writes them. Made of the commands and of what was chosen, by the command's id: what
    is no key, or names no command, is left out.
    """

    def __init__(self, commands: Iterable[Command], chosen: Mapping[str, Iterable[str]]) -> None:
        self._usual = {command.id: tuple(map(key_text, command.sequences())) for command in commands}
        self._keys = dict(self._usual)
        for command, texts in chosen.items():
            if command in self._usual:
                self._give(command, tuple(filter(None, map(key_text, map(QKeySequence, texts)))))

    def keys(self, command: str) -> tuple[str, ...]:
        """Return the keys of a command, the one shown in menus first."""
        return self._keys[command]

    def owner(self, key: str) -> str:
        """Return the command that a key does; "" where it does none."""
        return next((command for command, keys in self._keys.items() if key in keys), "")

    def is_usual(self, command: str) -> bool:
        """Say whether a command has the keys it comes with."""
        return set(self._keys[command]) == set(self._usual[command])

    def set_keys(self, command: str, keys: Iterable[str]) -> None:
        """Give a command these keys and no others; who had one of them loses it."""
        self._give(command, tuple(dict.fromkeys(keys)))

    def reset(self, command: str) -> None:
        """Give a command back the keys it comes with; who has one of them loses it."""
        self._give(command, self._usual[command])

    def reset_all(self) -> None:
        """Give every command the keys it comes with."""
        self._keys = dict(self._usual)

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Return what is not as it comes, to be kept."""
        return {command: keys for command, keys in self._keys.items() if not self.is_usual(command)}

    def _give(self, command: str, keys: tuple[str, ...]) -> None:
        for other, had in self._keys.items():
            if other != command and not set(keys).isdisjoint(had):
                self._keys[other] = tuple(key for key in had if key not in keys)
        self._keys[command] = keys


def key_text(key: QKeySequence) -> str:
    """Return one press of a known key as settings.toml has it; "" for nothing, or for several presses in a row."""
    return key.toString(QKeySequence.SequenceFormat.PortableText) if key.count() == 1 else ""
