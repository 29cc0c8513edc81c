"""The Practice account: a mail folder (Maildir) on this computer, that any mail program reads.

What is kept is byte for byte what a server would be given, CRLF line ends included, so that `show --raw`,
the wire and the folder never differ. Maildir leaves line ends open; mutt, mblaze and Python's `mailbox` show
such a message as they show one with LF.
"""

import contextlib
import errno
import hashlib
import os
import re
import secrets
import stat
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.clock import Clock, SystemClock
from core.mail.mime import Damaged
from core.mail.transport import Desk, Outcome, Parcel, Phase, Verdict
from core.paths import sync_folder

#: The Maildir specification: what is in tmp/ for 36 hours was given up by its writer.
_STALE_MS = 36 * 3600 * 1000
#: So many messages share the sync of the folder: a fifth less time a message than with one sync each, on a
#: disk where a sync takes 0.2 ms, and more where it takes longer. With larger groups the first message of a
#: run would be seen as practised noticeably later.
_GROUP = 16
#: `NAME:2,S` as it is in cur/, with the marks of the program that read it; where a name cannot hold a colon,
#: programs write another character for it.
_NAME = re.compile(r"([0-9a-f]{64})(?:[:;!]2,.*)?")

_KEPT = "Kept on this computer. Nobody received it."
_WORDS = {
    errno.ENOSPC: "The disk is full.",
    errno.EDQUOT: "The disk quota is used up.",
    errno.EFBIG: "The file would be larger than this system allows.",
    errno.EROFS: "The mail folder is on a disk that cannot be written.",
    errno.EACCES: "The mail folder may not be written by you.",
    errno.EPERM: "The mail folder may not be written by you.",
    errno.ELOOP: "A folder inside the mail folder is a link, not a folder.",
    errno.ENOTDIR: "The mail folder, or one in it, is not a folder.",
    errno.EEXIST: "The mail folder, or one in it, is not a folder.",
    errno.EMFILE: "Too many files are open.",
}


class MailFolder:
    """A transport that keeps messages in a Maildir. Nothing is ever refused for good. One serves any thread.

    Idempotent: a message's file is named by its Message-ID, so handing it over again finds it there, in new/
    or, when a mail program has shown it, in cur/. The folder itself may be a link that a person made; tmp/,
    new/ and cur/ must be folders, since a rename through a link is not one step.
    """

    is_idempotent = True

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        #: This process has put the folders' names on disk.
        self._is_named = False

    def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
        """Keep each message and settle it after its file and its name are on disk. Blocks on the disk.

        A parcel that the disk refuses is settled as `LATER` and the next is tried.
        """
        try:
            with self._lock:  # whoever comes second finds the folders on disk, not only made
                self._prepare()
            there = self._found(run)
        except OSError as error:
            for parcel in run:
                if not desk.may_go_on():
                    return
                desk.settle(parcel, _later(error))
            return
        kept: list[Parcel] = []
        try:
            for parcel in run:
                if not desk.may_go_on():
                    break
                outcome = self._keep(parcel, there)
                if outcome is not None:
                    desk.settle(parcel, outcome)
                    continue
                kept.append(parcel)
                if len(kept) == _GROUP:
                    # Emptied first: what is being settled must not be settled again below if that fails.
                    group, kept = kept, []
                    self._settle(group, desk)
        finally:
            self._settle(kept, desk)

    def remove(self, message_ids: Iterable[str]) -> None:
        """Remove these messages, read or not, and what a crash left of them. Blocks; raises `OSError`."""
        names = {hashlib.sha256(each.encode("utf-8")).hexdigest() for each in message_ids}
        for folder in ("tmp", "new", "cur"):
            path = self._path / folder
            if path.is_symlink() or not path.is_dir():
                continue
            with os.scandir(path) as entries:
                found = [entry.name for entry in entries if entry.name[:64] in names]
            for name in found:
                (path / name).unlink(missing_ok=True)
            if found:
                sync_folder(path)

    def let_go(self, idle_s: float) -> bool:
        """Keep nothing open between two runs."""
        return False

    def halt(self) -> None:
        """Do nothing: a message takes moments, and the desk ends the run after the one it is at."""

    def _prepare(self) -> None:
        """Make the folders where they are missing, and remove what a crash left in tmp/."""
        # Once also where they are there: who made them may have been killed before the sync.
        is_new = not self._is_named
        if not self._path.is_dir():
            self._path.mkdir(mode=0o700, exist_ok=True)
            is_new = True
        if is_new:
            sync_folder(self._path.parent)
        for name in ("tmp", "new", "cur"):
            folder = self._path / name
            try:
                folder.mkdir(mode=0o700)
                is_new = True
            except FileExistsError:
                kind = folder.lstat().st_mode
                if stat.S_ISLNK(kind):
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
                if not stat.S_ISDIR(kind):
                    raise
        if is_new:
            sync_folder(self._path)
            self._is_named = True
        oldest_s = (self._clock.now_ms() - _STALE_MS) / 1000
        with os.scandir(self._path / "tmp") as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # another thread's, which is in new/ by now
                    if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < oldest_s:
                        (self._path / "tmp" / entry.name).unlink()

    def _found(self, run: Sequence[Parcel]) -> set[str]:
        """Return the names that are kept already: of `run` in new/, and whatever is in cur/.

        All of new/ is looked at before cur/. A mail program moves a message only that way, so one that
        neither look saw was in neither folder. New/ may hold all that was ever practised: it is asked, not
        listed.
        """
        names = map(_name, run)
        found = {name for name in names if os.path.lexists(self._path / "new" / name)}
        with os.scandir(self._path / "cur") as entries:
            read = [_NAME.fullmatch(entry.name) for entry in entries]
        return found | {match[1] for match in read if match}

    def _keep(self, parcel: Parcel, there: set[str]) -> Outcome | None:
        """Bring one message into new/. None: it is there, but its name is not yet known to be on disk."""
        name = _name(parcel)
        if name in there:
            # The crash may have been between the rename and the folder's sync: it is synced like a new one.
            return None
        draft = self._path / "tmp" / f"{name}.{secrets.token_hex(4)}"
        try:
            try:
                _write(draft, parcel)
                draft.replace(self._path / "new" / name)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
        except Damaged as damage:
            return Outcome(Verdict.DAMAGED, Phase.FOLDER, reply=str(damage))
        except OSError as error:
            return _later(error)
        there.add(name)
        return None

    def _settle(self, kept: Sequence[Parcel], desk: Desk) -> None:
        """Sync the folder once for all of `kept`, then settle each.

        A power cut before the sync may take any of their names away; none of them was settled, so each is
        still `sending` and is handed over again. After the sync all are on disk, and a crash before a
        settling finds the file by its name. Either way: one copy, none lost.
        """
        if not kept:
            return
        outcome = Outcome(Verdict.TAKEN, Phase.FOLDER, reply=_KEPT)
        try:
            sync_folder(self._path / "new")
        except OSError as error:
            outcome = _later(error)
        for parcel in kept:
            desk.settle(parcel, outcome)


def _name(parcel: Parcel) -> str:
    return hashlib.sha256(parcel.message_id.encode("utf-8")).hexdigest()


def _write(path: Path, parcel: Parcel) -> None:
    """Write a whole message to a new file and sync it. The file is its owner's only (0600)."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.writelines(parcel.chunks())
        file.flush()
        os.fsync(file.fileno())


def _later(error: OSError) -> Outcome:
    words = _WORDS.get(error.errno or 0) or f"The disk failed: {(error.strerror or 'no reason given').lower()}."
    return Outcome(Verdict.LATER, Phase.FOLDER, reply=words)
