"""One process at a time owns an outbox."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import OutboxError
from core.owner import Owner, is_owned
from core.paths import Home

ROOT = Path(__file__).resolve().parents[2]

HOLD = """
import sys
from pathlib import Path
from core.owner import Owner
from core.paths import Home

owner = Owner(Home(Path(sys.argv[1])))
print(owner.try_take(), flush=True)
sys.stdin.read()
"""


def hold(home: Home) -> "subprocess.Popen[str]":
    """Start a process that takes the lock and keeps it until its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.root)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    return process


def end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate(timeout=20)


def test_the_first_takes_it_and_the_second_does_not(tmp_path: Path) -> None:
    """Whoever comes second is told at once, and takes it when the first has given it back."""
    home = Home(tmp_path / "home")
    first, second = Owner(home), Owner(home)
    assert first.try_take()
    assert first.try_take(), "taking what one holds is no change"
    assert not second.try_take()
    assert is_owned(home)
    first.release()
    first.release()
    assert not is_owned(home)
    assert second.try_take()
    second.release()


def test_the_lock_file_is_private_and_stays(tmp_path: Path) -> None:
    """The home is made 0700 and the lock 0600; the file is not unlinked, or two could lock two files."""
    home = Home(tmp_path / "home")
    owner = Owner(home)
    assert owner.try_take()
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.lock.stat().st_mode) == 0o600
    number = home.lock.stat().st_ino
    owner.release()
    assert home.lock.stat().st_ino == number


def test_a_stale_lock_is_taken(tmp_path: Path) -> None:
    """A11: kill -9 leaves the file and not the lock; a door.json that it left leads nobody astray."""
    home = Home(tmp_path)
    process = hold(home)
    owner = Owner(home)
    home.door.write_text("{}")
    try:
        assert not owner.try_take()
        assert home.door.exists(), "who does not own changes nothing"
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=20)
    assert owner.try_take()
    assert not home.door.exists()
    owner.release()


def test_a_stopped_owner_is_not_robbed(tmp_path: Path) -> None:
    """A11: an owner that was stopped still owns; it may go on at any moment."""
    home = Home(tmp_path)
    process = hold(home)
    try:
        process.send_signal(signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        assert not Owner(home).try_take()
        assert is_owned(home)
    finally:
        process.send_signal(signal.SIGCONT)
        end(process)


def test_asking_who_owns_makes_nothing(tmp_path: Path) -> None:
    """`status` of a folder in which there is no outbox leaves none behind."""
    assert not is_owned(Home(tmp_path / "home"))
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_locked_is_said_in_words(tmp_path: Path) -> None:
    """A file for a home, a folder for a lock, a link for a lock: each a sentence, and nothing followed."""
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(OutboxError, match="is not a folder"):
        Owner(Home(file)).try_take()
    (tmp_path / "a" / "lock").mkdir(parents=True)
    with pytest.raises(OutboxError, match="cannot write"):
        Owner(Home(tmp_path / "a")).try_take()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "lock").symlink_to(file)
    with pytest.raises(OutboxError, match="cannot write"):
        Owner(Home(tmp_path / "b")).try_take()
    assert file.read_text() == "mine"
