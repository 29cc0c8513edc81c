"""A history: one or more traces of the same home, recorded one after the other, and what every cut of it leaves."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.judge import Verdict
from tests.power import trace
from tests.power.cut import Cut
from tests.power.disk import Disk, fingerprint
from tests.power.next_start import message_id_of, starts
from tests.power.promises import Listener, Promises
from tests.power.trace import Event
from tests.smtp.scripted import SERVE, ScriptedServer

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class History:
    """Traces in a folder, and the folder on whose disk they happened (which need not be there any more)."""

    folder: Path

    @property
    def root(self) -> str:
        return (self.folder / "root").read_text(encoding="utf-8")

    @property
    def taken(self) -> list[str]:
        """What the mail server took, by its own record: Message-IDs."""
        return (self.folder / "taken").read_text(encoding="utf-8").split()

    @cache  # noqa: B019 - a few in a process's life; reading takes longer than most of what is done with it
    def events(self) -> list[Event]:
        """Read it. Raises `UnknownCall`."""
        found: list[Event] = []
        for file in sorted(self.folder.glob("trace-*")):
            found += trace.read(file, Path(self.root), found[-1].call if found else 0)
        return found


@dataclass
class Judged:
    """What became of cuts."""

    cuts: int = 0
    #: So many different homes were found, with different promises.
    homes: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    #: The cut, and what was wrong after it.
    wrong: list[tuple[Cut, str]] = field(default_factory=list)

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(
            self.cuts + other.cuts,
            self.homes + other.homes,
            self.verdict + other.verdict,
            self.wrong + other.wrong,
        )

    @property
    def bad_cuts(self) -> int:
        return len({cut for cut, _ in self.wrong})


@contextmanager
def recorded(*how: str, killed_first_at: str = "") -> Iterator[History]:
    """Trace a scenario; at the end the folder goes away.

    `killed_first_at`: before, a first `send` is killed in that sync of its ("fsync:3": the third).
    """
    folder = Path(tempfile.mkdtemp(prefix="outtray-power-"))
    try:
        yield record(folder, *how, killed_first_at=killed_first_at)
    finally:
        shutil.rmtree(folder)


def record(folder: Path, *how: str, killed_first_at: str = "") -> History:
    """Trace a scenario of `tests/power/scenario.py`; see `recorded`."""
    root = folder / "disk"
    root.mkdir()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OUTTRAY")}
    environ |= {
        "LC_ALL": "C.UTF-8",
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    (root / "data").mkdir()
    number = 0
    if killed_first_at:
        attached = folder / "first.bin"
        attached.write_bytes(b"Hello" * 700)
        words = [sys.executable, str(_ROOT / "main.py"), "--home", str(root / "data" / "home"), "send"]
        words += ["first@example.com", "-m", "Hello", "--attach", str(attached), "--json"]
        trace.record(words, folder / "trace-0", environ=environ, cwd=_ROOT, killed_at=killed_first_at)
        number = 1
    with ScriptedServer(then=SERVE, may_leave=True) as server:
        words = [sys.executable, "-m", "tests.power.scenario", str(root), str(server.port), *how]
        code = trace.record(words, folder / f"trace-{number}", environ=environ, cwd=_ROOT)
        assert code == 0, f"the scenario ended with {code}"
        bodies = [body for session in server.sessions for body in session.taken]
    (folder / "taken").write_text("\n".join(message_id_of(body) for body in bodies), encoding="utf-8")
    (folder / "root").write_text(str(root), encoding="utf-8")
    return History(folder)


def moments(events: list[Event], root: str) -> list[int]:
    """Return after how many events what is found after a cut, or what was promised, may be another than before."""
    disk, listener = beginning(root)
    found = []
    known = listener.promises
    for number, event in enumerate(events, 1):
        is_changed = disk.take(event)
        listener.take(event)
        if is_changed or listener.promises != known:
            found.append(number)
        known = listener.promises
    return found


def tried(history: History, cuts: Iterable[Cut]) -> Judged:
    """Try each cut, in the order of their moments: start on what it leaves, and judge."""
    events = history.events()
    disk, listener = beginning(history.root)
    seen: set[tuple[bytes, Promises]] = set()
    judged = Judged()
    happened = 0
    with starts() as start:
        for cut in cuts:
            assert cut.events >= happened, "cuts come in the order of their moments"
            for event in events[happened : cut.events]:
                disk.take(event)
                listener.take(event)
            happened = cut.events
            found = cut.of(disk)
            judged.cuts += 1
            key = (fingerprint(found), listener.promises)
            if key in seen:
                continue
            seen.add(key)
            judged.homes += 1
            verdict, wrong = start.judge(found, listener.promises)
            judged.verdict += verdict
            judged.wrong += [(cut, sentence) for sentence in wrong]
    return judged


def beginning(root: str) -> tuple[Disk, Listener]:
    """Return a disk and a listener before anything happened; the folder `data` was there, and on disk."""
    disk = Disk(root)
    disk.made_before("data")
    return disk, Listener()
