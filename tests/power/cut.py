"""A power cut: what became of everything that no sync had put on disk."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.power.disk import Disk, Fate, Found, up_to

#: What a disk writes in one step; the system hands it whole pages.
SECTOR_BYTES, PAGE_BYTES = 512, 4096


def _nothing(_what: str, _calls: Sequence[int]) -> int:
    return 0


def _everything(_what: str, calls: Sequence[int]) -> int:
    return len(calls)


def _names(what: str, calls: Sequence[int]) -> int:
    return len(calls) if what == "name" else 0


def _names_and_sizes(what: str, calls: Sequence[int]) -> int:
    return 0 if what == "block" else len(calls)


def _contents(what: str, calls: Sequence[int]) -> int:
    return 0 if what == "name" else len(calls)


def _prefix(chance: random.Random, pending: Sequence[int]) -> Fate:
    call = _one_of(chance, pending)
    return lambda _what, calls: up_to(call, calls)


def _last_first(chance: random.Random, pending: Sequence[int]) -> Fate:
    """What was written last is on disk, and what was written before is not."""
    call = _one_of(chance, pending)
    return lambda _what, calls: len(calls) if calls[-1] >= call else 0


def _any(chance: random.Random, _pending: Sequence[int]) -> Fate:
    """Each block, size and name as of any moment, mostly of the first or the last."""
    share = chance.choice((0.2, 0.5, 0.8))

    def fate(_what: str, calls: Sequence[int]) -> int:
        if len(calls) > 1 and chance.random() < 0.3:
            return chance.randint(0, len(calls))
        return len(calls) if chance.random() < share else 0

    return fate


def _torn(chance: random.Random, pending: Sequence[int]) -> Fate:
    """Everything up to a call, and of that call any blocks."""
    call = _one_of(chance, pending)

    def fate(what: str, calls: Sequence[int]) -> int:
        count = up_to(call, calls)
        if count < len(calls) and calls[count] == call and (what == "size" or chance.random() < 0.5):
            count += 1
        return count

    return fate


def _zeros(chance: random.Random, _pending: Sequence[int]) -> Fate:
    """Names and sizes are on disk, of the content any blocks: zeros stand where the others would."""
    any_of = _any(chance, _pending)
    return lambda what, calls: any_of(what, calls) if what == "block" else len(calls)


def _one_of(chance: random.Random, pending: Sequence[int]) -> int:
    return chance.choice(pending) if pending else 0


#: Each kind of loss: its name, what is lost as a whole, how it is chosen, and how many are tried at each call.
_KINDS: tuple[tuple[str, int, Fate | Callable[[random.Random, Sequence[int]], Fate], int], ...] = (
    ("nothing", PAGE_BYTES, _nothing, 1),
    ("everything", PAGE_BYTES, _everything, 1),
    ("names", PAGE_BYTES, _names, 1),
    ("sizes", PAGE_BYTES, _names_and_sizes, 1),
    ("contents", PAGE_BYTES, _contents, 1),
    ("prefix", PAGE_BYTES, _prefix, 2),
    ("reordered", PAGE_BYTES, _last_first, 2),
    ("any pages", PAGE_BYTES, _any, 3),
    ("any sectors", SECTOR_BYTES, _any, 3),
    ("torn", SECTOR_BYTES, _torn, 3),
    ("zeros", SECTOR_BYTES, _zeros, 2),
)
_SURE = (_nothing, _everything, _names, _names_and_sizes, _contents)


@dataclass(frozen=True)
class Cut:
    """One way in which the power may go at one moment; the same cut of the same trace leaves the same."""

    #: How many events of the trace had happened.
    events: int
    kind: int
    number: int
    seed: str

    def __str__(self) -> str:
        return f"{self.events}/{self.kind}/{self.number}"

    @property
    def words(self) -> str:
        return _KINDS[self.kind][0]

    def of(self, disk: Disk) -> Found:
        """Return what is found after it."""
        _, block_bytes, choose, _ = _KINDS[self.kind]
        chance = random.Random(f"{self.seed} {self}")
        # The kinds that leave no choice are a fate themselves.
        fate = choose if choose in _SURE else choose(chance, disk.calls)  # type: ignore[arg-type]
        found = disk.after_cut(fate, block_bytes)  # type: ignore[arg-type]
        return _with_index_lost(found, chance)


def cuts(events: int, seed: str) -> Iterator[Cut]:
    """Yield every cut that is tried after so many events."""
    for kind, (_, _, _, count) in enumerate(_KINDS):
        for number in range(count):
            yield Cut(events, kind, number, seed)


def _with_index_lost(found: Found, chance: random.Random) -> Found:
    """The index of the WAL is written through a mapping and never synced: it is gone, or anything."""
    for path in [path for path in found if path.endswith("-shm")]:
        if chance.random() < 0.5:
            del found[path]
        else:
            found[path] = chance.choice((bytes(32768), chance.randbytes(32768)))
    return found
