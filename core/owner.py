"""Who owns the outbox: the lock, whose holder alone writes, and what it left in `door.json` about itself."""

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

from core.errors import OutboxError
from core.paths import Home, reason

if TYPE_CHECKING:
    from filelock import BaseFileLock

#: door.json is four short values; whatever is longer is not ours.
_DOOR_FILE_BYTES = 4096


class Owner:
    """An OS lock on the home's `lock` file, held for as long as its process lives.

    The operating system drops it with the process, so a lock left by kill -9 is free, and one held by a stopped
    process is not. The file itself stays: unlinking it would let two processes hold two files of one name.
    Callable from any thread.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock: BaseFileLock | None = None

    @property
    def is_held(self) -> bool:
        """Say whether this object holds the lock."""
        return self._lock is not None and self._lock.is_locked

    def try_take(self) -> bool:
        """Take the lock if nobody has it, making the home folder where it is missing; do not wait.

        Raises `OutboxError` where the folder or the file cannot be made.
        """
        if self.is_held:
            return True
        # Half of the time in which `send` answers would be imports: this one is made by who writes, only.
        from filelock import FileLock, Timeout

        self._home.create()
        # Not thread-local: the window takes it on one thread and releases it on another.
        lock = FileLock(self._home.lock, mode=0o600, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            why = reason(error) if isinstance(error, OSError) else str(error)
            raise OutboxError("home_unwritable", path=self._home.lock, why=why) from error
        self._lock = lock
        # What a killed owner left would lead callers to a port that may be anybody's by now.
        with contextlib.suppress(OSError):
            self._home.door.unlink(missing_ok=True)
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens where it is not held."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def is_owned(home: Home) -> bool:
    """Say whether somebody holds the lock just now. Makes nothing where there is no lock file.

    Raises `OutboxError` where this user may not try.
    """
    if not os.access(home.lock, os.F_OK):  # unlike Path.exists, False where the folder may not be read
        return False
    owner = Owner(home)
    if not owner.try_take():
        return True
    owner.release()
    return False


def owner_kind(home: Home) -> str | None:
    """Return who says in `door.json` that it owns the outbox: `window`, `run`, or None. Opens no connection."""
    where = door_file(home)
    return None if where is None else str(where["kind"])


def describe_owner(home: Home) -> str:
    """Name the owner in words for a sentence, with its process number where it left one."""
    where = door_file(home)
    return "a command" if where is None else f"{where['kind']}, process {where['pid']}"


def door_file(home: Home) -> dict[str, Any] | None:
    """Read `door.json`: `port`, `token`, `kind` and `pid`; None where there is none, or none of ours. Blocks."""
    try:
        with home.door.open("rb") as file:
            where = json.loads(file.read(_DOOR_FILE_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    kinds = {"port": int, "token": str, "kind": str, "pid": int}
    if isinstance(where, dict) and all(isinstance(where.get(name), kind) for name, kind in kinds.items()):
        return where
    return None
