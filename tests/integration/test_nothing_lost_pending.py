"""A recovery whose last step fails or is killed: it goes on, and never takes a live outbox's place."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import OutboxError, PersonError
from core.outbox import writer
from core.outbox.recovery import salvage, salvaged
from core.paths import Home
from tests import damage
from tests.fakes import FakeClock
from tests.outboxes import accept, contradictions, opened, states

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def damaged(home: Home) -> Home:
    """An outbox of three, with a page of an index as garbage: a write meets it."""
    with opened(home) as program:
        for number in range(3):
            accept(program, text=f"Number {number}")
    with closing(sqlite3.connect(home.database)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'delivery_notification'").fetchone()
    damage.overwrite(home.database, root, "garbage", 1)
    return home


def beside(home: Home, part: str) -> list[str]:
    return sorted(path.name for path in home.root.iterdir() if part in path.name)


@pytest.fixture
def unmovable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk refuses to move the damaged outbox aside."""
    move = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name == "outbox.db" and ".damaged-" in target.name:
            raise OSError(28, "No space left on device", str(self))
        return move(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    monkeypatch.setattr(writer, "_RECOVERY_PAUSE_S", 0.0)


@pytest.mark.usefixtures("unmovable")
def test_one_recovered_file_waits(damaged: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A9: the last step fails at each write: one recovered outbox waits for its name, however often it is tried, and
    the next start gives it that name; what is accepted after it stays at every later start.
    """
    clock = FakeClock()
    with opened(damaged, clock) as program:
        for _ in range(4):
            clock.advance(2)
            with pytest.raises(PersonError):
                accept(program)
    assert len(beside(damaged, ".recovered-")) == 1
    monkeypatch.undo()
    with opened(damaged) as program:
        assert program.outbox.salvaged is not None
        assert program.outbox.salvaged.saved == 3
        accept(program)
    for _ in range(2):
        with opened(damaged) as program:
            assert program.outbox.salvaged is None
            assert len(states(program)) == 4
    assert (len(beside(damaged, ".damaged-")), beside(damaged, "recover"), beside(damaged, "unused")) == (1, [], [])
    assert contradictions(damaged) == []


@pytest.mark.usefixtures("unmovable")
def test_a_leftover_never_takes_the_place_of_a_live_outbox(damaged: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A9: a recovered outbox that waits, and another outbox in the damaged one's place: that one stays, and nothing of
    it is lost; the leftover gets a name under which nobody takes it for an outbox.
    """
    with pytest.raises(OSError, match="No space"):
        salvage.recover(damaged, 1_800_000_000_000, lambda _skeleton, _seal: True)
    assert beside(damaged, ".recovered-")
    monkeypatch.undo()
    for name in beside(damaged, "outbox.db"):
        if ".recovered-" not in name:
            (damaged.root / name).unlink()
    live = Home(damaged.root.parent / "live")
    with opened(live) as program:
        for _ in range(5):
            accept(program)
    shutil.copy(live.database, damaged.database)
    for _ in range(2):
        with opened(damaged) as program:
            assert len(states(program)) == 5
    assert (len(beside(damaged, ".unused-")), beside(damaged, ".recovered-")) == (1, [])


def test_written_meanwhile(damaged: Home) -> None:
    """A9: another program writes the damaged outbox while it is recovered: what was written is not replaced."""
    written: list[bytes] = []

    def reached(name: str) -> None:
        if name == "filled":
            with damaged.database.open("ab") as file:
                file.write(bytes(damage.PAGE))
            written.append(damaged.database.read_bytes())

    with pytest.raises(OutboxError) as caught:
        salvage.recover(damaged, 1_800_000_000_000, lambda _skeleton, _seal: True, reached)
    assert caught.value.code == "outbox_unsaved"
    assert damaged.database.read_bytes() == written[0]
    assert salvaged.untold(damaged) is None


def test_a_failed_recovery_is_not_tried_at_each_write(damaged: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A9: where a recovery fails, the next write does not copy the whole outbox again: it waits, and it has an end."""
    tried: list[int] = []

    def fails(*_: object) -> None:
        tried.append(1)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(salvage, "_make_image", fails)
    with opened(damaged) as program:
        for _ in range(5):
            with pytest.raises(PersonError):
                accept(program)
        assert len(tried) == 1
        monkeypatch.setattr(writer, "_RECOVERY_PAUSE_S", 0.0)
        program.outbox._writer._recover_from_s = 0.0
        for _ in range(9):
            with pytest.raises(PersonError):
                accept(program)
        assert len(tried) == 3


_KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from core.paths import Home
from tests.outboxes import accept, opened

def reached(name):
    if name == "A9 named":
        os.kill(os.getpid(), signal.SIGKILL)

with opened(Home(Path(sys.argv[2])), reached=reached) as program:
    accept(program)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL.")
def test_killed_before_it_is_told(damaged: Home) -> None:
    """A9: kill -9 between the recovery and its notice: the next start tells it, and the one after it does not."""
    child = subprocess.run([sys.executable, "-c", _KILLED, _ROOT, damaged.root], timeout=60)
    assert child.returncode == -signal.SIGKILL
    with opened(damaged) as program:
        assert program.outbox.salvaged is not None
        assert (program.outbox.salvaged.saved, program.outbox.salvaged.lost) == (3, ())
        assert program.outbox.salvaged.kept.is_file()
    with opened(damaged) as program:
        assert program.outbox.salvaged is None
    assert beside(damaged, "salvaged") == []
