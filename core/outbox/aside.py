"""The last step of a recovery: the damaged outbox is moved aside, and the recovered one gets its name.

The recovered outbox is whole and on disk as `outbox.db.recovered-TIME-SUM` before anything is moved; from then on the
step is finished by whoever opens the outbox next, however often it is broken off. Before that, nothing has happened.
SUM is of the damaged file that it was made of: it takes the place of that one only, and never of an outbox that works.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from core.paths import sync_folder

_RECOVERED, _DAMAGED, _UNUSED = ".recovered-", ".damaged-", ".unused-"
_BLOCK = 1 << 20


def pending(path: Path) -> Path | None:
    """Return the recovered outbox that waits for its name, if there is one."""
    names = names_of(path, _RECOVERED)
    return path.with_name(names[-1]) if names else None


def names_of(path: Path, what: str) -> list[str]:
    """Return the files beside an outbox whose names go on like this after its own, sorted."""
    if not path.parent.is_dir():
        return []
    with os.scandir(path.parent) as entries:
        return sorted(
            entry.name
            for entry in entries
            if entry.name.startswith(path.name + what) and entry.is_file(follow_symlinks=False)
        )


def free_time(path: Path, time: str) -> str:
    """Return a time for the names of this recovery that no earlier one has."""
    number = 1
    chosen = time
    while damaged_name(path, chosen).exists() or names_of(path, f"{_UNUSED}{chosen}"):
        number += 1
        chosen = f"{time}.{number}"
    return chosen


def damaged_name(path: Path, time: str) -> Path:
    """Return where the damaged outbox is kept."""
    return path.with_name(f"{path.name}{_DAMAGED}{time}")


def sum_of(path: Path) -> str:
    """Return a sum of a damaged outbox and its -wal: equal only while nobody has written either. Raises `OSError`."""
    digest = hashlib.sha256()
    for each in (path, path.with_name(f"{path.name}-wal")):
        try:
            with each.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
        except FileNotFoundError:
            pass
        digest.update(b"\0end")
    return digest.hexdigest()[:32]


def hand_over(
    path: Path, unfinished: Path, time: str, damaged: str, reached: Callable[[str], None] = lambda _: None
) -> bool:
    """Put a recovered outbox, which is whole and synced, in the place of the damaged one. Raises `OSError`.

    `damaged` is the sum of the one it was made of. False: that has changed meanwhile, and is not replaced.
    """
    unfinished.rename(path.with_name(f"{path.name}{_RECOVERED}{time}-{damaged}"))
    sync_folder(path.parent)
    reached("recovered")
    return finish(path, reached)


def finish(path: Path, reached: Callable[[str], None] = lambda _: None) -> bool:
    """Finish what `hand_over` began, and say whether there was anything that could be.

    Call with the lock held; raises `OSError`.

    The database goes first: without it, nobody takes what is left of the old one for the outbox. The new one comes
    last: it is never beside a -wal that is not its own, which SQLite would read into it. What was made of another
    file than the one that is there is kept, under a name that says that it is not used.
    """
    recovered = _usable(path)
    if recovered is not None:
        kept = damaged_name(path, _time_of(path, recovered))
        for suffix in ("", "-wal", "-shm"):
            old = path.with_name(f"{path.name}{suffix}")
            if old.exists():
                old.rename(kept.with_name(f"{kept.name}{suffix}"))
                reached(f"moved{suffix}")
        sync_folder(path.parent)
        reached("aside")
        recovered.rename(path)
        sync_folder(path.parent)
        reached("named")
    _set_aside_the_rest(path)
    remove_unfinished(path)
    return recovered is not None


def _usable(path: Path) -> Path | None:
    """Return the recovered outbox that was made of the very file that is there now, or of the one moved aside."""
    waiting = [path.with_name(name) for name in names_of(path, _RECOVERED)]
    if not waiting:
        return None
    if not os.path.lexists(path):
        return waiting[-1]  # broken off after the first move: no outbox was there since
    if path.is_symlink() or not path.is_file():
        return None
    found = sum_of(path)
    return next((each for each in waiting if each.name.endswith(f"-{found}")), None)


def _time_of(path: Path, recovered: Path) -> str:
    return recovered.name.removeprefix(path.name + _RECOVERED).partition("-")[0]


def _set_aside_the_rest(path: Path) -> None:
    for name in names_of(path, _RECOVERED):
        path.with_name(name).replace(path.with_name(name.replace(_RECOVERED, _UNUSED)))


def remove_unfinished(path: Path) -> None:
    """Remove what a recovery that was broken off had begun."""
    for name in names_of(path, ".recovering"):
        path.with_name(name).unlink(missing_ok=True)
