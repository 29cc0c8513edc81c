"""The last step of a recovery: the damaged outbox is moved aside, and the recovered one gets its name.

The recovered outbox is whole and on disk as `outbox.db.recovered-TIME` before anything is moved; from then on the
step is finished by whoever opens the outbox next, however often it is broken off. Before that, nothing has happened.
"""

import os
from collections.abc import Callable
from pathlib import Path

from core.paths import sync_folder

_RECOVERED, _DAMAGED = ".recovered-", ".damaged-"


def pending(path: Path) -> Path | None:
    """Return the recovered outbox that waits for its name, if there is one."""
    names = _names(path, _RECOVERED)
    return path.with_name(names[0]) if names else None


def _names(path: Path, what: str) -> list[str]:
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
    while path.with_name(f"{path.name}{_DAMAGED}{chosen}").exists():
        number += 1
        chosen = f"{time}-{number}"
    return chosen


def damaged_name(path: Path, time: str) -> Path:
    """Return where the damaged outbox is kept."""
    return path.with_name(f"{path.name}{_DAMAGED}{time}")


def hand_over(path: Path, unfinished: Path, time: str, reached: Callable[[str], None] = lambda _: None) -> None:
    """Put a recovered outbox, which is whole and synced, in the place of the damaged one. Raises `OSError`."""
    unfinished.rename(path.with_name(f"{path.name}{_RECOVERED}{time}"))
    sync_folder(path.parent)
    reached("recovered")
    finish(path, reached)


def finish(path: Path, reached: Callable[[str], None] = lambda _: None) -> None:
    """Finish what `hand_over` began, where it did. Call with the lock held; raises `OSError`.

    The database goes first: without it, nobody takes what is left of the old one for the outbox. The new one comes
    last: it is never beside a -wal that is not its own, which SQLite would read into it.
    """
    recovered = pending(path)
    if recovered is None:
        remove_unfinished(path)
        return
    kept = damaged_name(path, recovered.name.removeprefix(path.name + _RECOVERED))
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
    remove_unfinished(path)


def remove_unfinished(path: Path) -> None:
    """Remove what a recovery that was broken off had begun."""
    for name in _names(path, ".recovering"):
        path.with_name(name).unlink(missing_ok=True)
