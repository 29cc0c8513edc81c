"""Where an outbox lives: the home folder and the names in it."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeGuard

from core.errors import OutboxError


@dataclass(frozen=True)
class Home:
    """One outbox's folder. Making a `Home` touches nothing on disk."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "outbox.db"

    @property
    def log(self) -> Path:
        return self.root / "log.txt"

    @property
    def mail(self) -> Path:
        """The Maildir of the Practice account."""
        return self.root / "mail"

    @property
    def spool(self) -> Path:
        return self.root / "spool"

    @property
    def settings(self) -> Path:
        return self.root / "settings.toml"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def door(self) -> Path:
        return self.root / "door.json"

    def create(self) -> None:
        """Make the folder, for its owner only (0700). Blocks; raises `OutboxError` with the reason."""
        try:
            if self.root.exists() and not self.root.is_dir():
                raise OutboxError("home_not_folder", path=self.root)
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError:
            raise OutboxError("home_not_folder", path=self.root) from None
        except OSError as error:
            raise OutboxError("home_unwritable", path=self.root, why=reason(error)) from error
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise OutboxError("home_unwritable", path=self.root, why="no permission")


def default_home(environ: Mapping[str, str]) -> Home:
    """Return `OUTTRAY_HOME`, else the platform's folder for a user's data."""
    if chosen := environ.get("OUTTRAY_HOME"):
        return Home(Path(chosen).expanduser().absolute())
    from platformdirs import user_data_path

    return Home(user_data_path("outtray", appauthor=False))


def reason(error: OSError) -> str:
    """Return an operating system's error as words, without the path (the sentence names it)."""
    return (error.strerror or str(error)).lower()


def is_out_of_files(error: BaseException) -> TypeGuard[OSError]:
    """Say whether no more files can be open, in this process or on this computer: it passes by itself."""
    return isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)


def make_file(path: Path) -> None:
    """Make an empty file of its owner's only (0600), where there is none and no link. Blocks; raises `OSError`."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600))


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file that stands at `path`, whole and synced, when the block ended well; else what was there stays.

    Only its owner can read it (0600, as mkstemp makes it). Blocks; raises `OSError`.
    """
    import tempfile

    descriptor, name = tempfile.mkstemp(prefix=".outtray-", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def sync_file(path: Path) -> None:
    """Have what is in a file on disk. Never the outbox's own while it is open: see `core.outbox.database`."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Have the names in a folder on disk: what was made in it, renamed or removed. Blocks; raises `OSError`."""
    if os.name == "nt":
        return  # Windows syncs a rename with the file system's journal and opens no folder
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
