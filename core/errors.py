"""The errors Outtray raises: what a person can act on, and what is our fault."""

from collections.abc import Sequence
from dataclasses import dataclass


class OuttrayError(Exception):
    """The root of every error of ours. Never raised itself."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with what a person gave us, as a value that can be shown beside its field."""

    #: The field it belongs to: `to`, `from`, `subject`, `text`, `attachment`, `at`, `undo` …
    field: str
    #: What is wrong, a key of `core.words.SENTENCES`.
    code: str
    #: The words that fill the sentence's places, each as the person typed it.
    values: tuple[tuple[str, str], ...] = ()

    def value(self, name: str, default: str = "") -> str:
        return dict(self.values).get(name, default)


class PersonError(OuttrayError):
    """Something a person can act on: it has a code and the words to make a sentence of it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = {name: str(value) for name, value in values.items()}

    def __str__(self) -> str:
        from core.words import sentence  # here, so that this page stays at the bottom of the arrows

        return sentence(self.code, self.values)


class DraftError(PersonError):
    """The draft is not valid. `problems` holds every reason, in the order of the form's fields."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("draft_invalid")
        self.problems = tuple(problems)

    def __str__(self) -> str:
        from core.words import problem_sentence

        return "\n".join(problem_sentence(problem) for problem in self.problems)


class OutboxError(PersonError):
    """The outbox cannot be opened: it is foreign, newer, damaged, read-only, or cannot be created."""


class StorageError(PersonError):
    """The disk refused a write. Nothing of that write is kept; what was typed still is."""


class OwnedError(PersonError):
    """Another process owns the outbox and could not be reached."""


class MoveError(PersonError):
    """A person asked for a move that the delivery's state does not allow."""


class NotFoundError(PersonError):
    """There is no delivery with that number."""


class SettingsError(PersonError):
    """settings.toml cannot be used: names the line or the key."""


class Fault(OuttrayError):
    """Our fault: a bug. Its text is for the error dialog's details, not for a sentence."""
