"""What came of a recovery: as a value, and beside the outbox until somebody was told of it.

Apart from the recovery itself, which is imported only where an outbox is damaged.
"""

import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from core.outbox import aside
from core.paths import Home, make_file, sync_file
from core.words import salvaged_sentence

#: Says whether a stored message matches its seal: passed in, because the outbox knows no mail.
IsSealed = Callable[[bytes, bytes], bool]

#: Nobody is told more numbers one by one than this.
_MOST_NUMBERS = 100_000

#: A sentence with more numbers than this is not read.
_MOST_RUNS = 20

#: What was saved, beside the outbox until somebody was told of it.
_NOTE = ".salvaged-"


@dataclass(frozen=True)
class Salvaged:
    """What came of a recovery."""

    #: Deliveries that are in the new outbox, and of how many that are known to have been in the old one.
    saved: int
    known: int
    #: Of those saved: what was on the way and is held now, what nobody knows, and what has lost its message.
    held: tuple[int, ...] = ()
    unconfirmed: tuple[int, ...] = ()
    corrupt: tuple[int, ...] = ()
    #: The numbers of those of which nothing was left to go by: the first and the last of each run.
    lost_runs: tuple[tuple[int, int], ...] = ()
    #: Messages whose deliveries are lost: their text is under Drafts.
    drafts: int = 0
    #: Where the damaged outbox is kept.
    kept: Path = Path()

    @property
    def lost(self) -> tuple[int, ...]:
        """The numbers of what is lost; of very many, the first."""
        every = (number for first, last in self.lost_runs for number in range(first, last + 1))
        return tuple(islice(every, _MOST_NUMBERS))

    @property
    def lost_numbers(self) -> str:
        """The numbers of what is lost, as a person reads them: 3, 17–20; of very many, the first."""
        runs = self.lost_runs
        shown = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:_MOST_RUNS]]
        return ", ".join([*shown, "…"] if len(runs) > _MOST_RUNS else shown)

    def __str__(self) -> str:
        return salvaged_sentence(
            saved=self.saved,
            known=self.known,
            held=len(self.held),
            unconfirmed=len(self.unconfirmed),
            corrupt=len(self.corrupt),
            lost=self.lost_numbers,
            drafts=self.drafts,
            kept=self.kept.name,
        )

    @property
    def changed(self) -> frozenset[int]:
        """The deliveries that are not what they were."""
        return frozenset((*self.held, *self.unconfirmed, *self.corrupt, *self.lost))


def untold(home: Home) -> Salvaged | None:
    """Return what a recovery saved that nobody was told of: the program that did it was killed. Raises `OSError`."""
    path = home.database
    for name in reversed(aside.names_of(path, _NOTE)):
        kept = aside.damaged_name(path, name.removeprefix(path.name + _NOTE))
        if not kept.exists():
            continue  # broken off before anything was moved
        try:
            note = json.loads(path.with_name(name).read_text(encoding="utf-8"))
            lists = {
                key: tuple(tuple(each) if isinstance(each, list) else each for each in value)
                for key, value in note.items()
                if isinstance(value, list)
            }
            return Salvaged(**{**note, **lists, "kept": kept})
        except (ValueError, TypeError, AttributeError):
            continue
    return None


def forget_told(home: Home) -> None:
    """Take note that whoever is there was told. What is left of it costs a second telling, so a failure is none."""
    with contextlib.suppress(OSError):
        for name in aside.names_of(home.database, _NOTE):
            home.database.with_name(name).unlink(missing_ok=True)


def note(path: Path, time: str, salvaged: Salvaged) -> None:
    """Write down what the recovery of this time saved, until somebody was told. Raises `OSError`."""
    beside = path.with_name(f"{path.name}{_NOTE}{time}")
    beside.unlink(missing_ok=True)
    make_file(beside)
    with beside.open("w", encoding="utf-8") as file:
        json.dump({key: value for key, value in asdict(salvaged).items() if key != "kept"}, file)
    sync_file(beside)
