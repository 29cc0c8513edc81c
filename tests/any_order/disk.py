"""A disk that is full, fails at the next commit, or is as a killed program left it."""

import contextlib
import resource
from collections.abc import Iterator

from core.paths import Home
from core.program import Program

#: What a killed program leaves of its outbox. -shm is made anew from the -wal.
_LEFT = ("outbox.db", "outbox.db-wal")


def as_left(home: Home) -> dict[str, bytes]:
    """Copy the outbox as it would be found if the program were killed now."""
    found = {name: home.root / name for name in _LEFT}
    return {name: path.read_bytes() for name, path in found.items() if path.exists()}


def put_back(home: Home, left: dict[str, bytes]) -> None:
    """Make the outbox what `as_left` found. Nobody may have it open."""
    for name in (*_LEFT, "outbox.db-shm"):
        (home.root / name).unlink(missing_ok=True)
    for name, data in left.items():
        (home.root / name).write_bytes(data)


def fill(program: Program) -> None:
    """Let the outbox have no page more than it has: SQLite says SQLITE_FULL, as it does when a disk is full."""
    _, connection = program.outbox._writer._opened()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")


def make_room(program: Program) -> None:
    """Take `fill` back."""
    _, connection = program.outbox._writer._opened()
    connection.execute("PRAGMA max_page_count = 4294967294")


@contextlib.contextmanager
def refusing(home: Home) -> Iterator[None]:
    """Refuse every byte that would make the -wal longer: what is written goes wrong when it is committed."""
    wal = home.root / "outbox.db-wal"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size if wal.exists() else 0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
