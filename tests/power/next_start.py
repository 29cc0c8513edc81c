"""The next start after a power cut: the program opens what it finds, delivers what waits, and is judged."""

import dataclasses
import re
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import settings
from core.accounts import accounts
from core.errors import OuttrayError
from core.executor import Inline
from core.outbox.log import line
from core.outbox.notification import PRACTICE
from core.outbox.states import State
from core.paths import Home
from core.program import PRACTICE_ADDRESS, Program
from tests.judge import Verdict, in_the_folder, judge
from tests.outboxes import contradictions
from tests.power.disk import Found
from tests.power.promises import Promises, counted
from tests.smtp.scripted import SERVE, ScriptedServer

#: Where every home of the scenarios lies, below the folder that is traced.
HOME = "data/home"


class Starts:
    """Starts the program on homes, one after the other, with one fresh mail server."""

    def __init__(self, folder: Path, server: ScriptedServer) -> None:
        self._folder = folder
        self._server = server

    def judge(self, found: Found, promises: Promises) -> tuple[Verdict, list[str]]:
        """Put what a cut left on a disk, start on it, and judge what comes of it."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        lay(found, self._folder)
        home = Home(self._folder / HOME)
        seen = len(self._server.sessions)
        try:
            wrong, unreadable = self._start(home, promises)
        except (OuttrayError, sqlite3.Error, OSError) as error:
            return Verdict(faults=1, lost=len(promises.rows)), [f"the next start failed: {error!r} {error}"]
        drained = _arrived(self._server, seen)
        practised = frozenset(each for each in promises.accepted if each.endswith(f"{PRACTICE_ADDRESS[8:]}>"))
        verdict, said = judge(home, in_the_folder(home), practised, is_practice=True)
        wrong += said
        for taken in (promises.answered, promises.dotted):
            # A dot that nobody had answered when the power went may have been taken, or not.
            by_server, said = judge(
                home,
                counted(taken) + drained,
                promises.accepted - practised,
                faults=0,
                is_practice=False,
            )
            wrong += said
        verdict += by_server
        verdict = dataclasses.replace(verdict, lost=verdict.lost + unreadable)
        return verdict, [*dict.fromkeys(wrong)]

    def _start(self, home: Home, promises: Promises) -> tuple[list[str], int]:
        """Open, deliver and close as the next start does; return what is wrong, and how many messages are damaged."""
        program = Program(home, Inline(), settings.load(home))
        try:
            program.open().wait()
            wrong = [f"the account {name} is gone" for name in promises.accounts if not program.accounts.find(name)]
            program.change(self._by_our_server(program.accounts))
            rows = {row.id: row for row in program.reader.list(limit=1_000_000)}
            wrong += [f"delivery {number} is gone" for number in promises.rows - rows.keys()]
            for number, row in rows.items():
                if number in promises.sent and row.state is not State.SENT:
                    wrong.append(f"delivery {number} was said to be sent and is {row.state}")
                if number in promises.cancelled and row.state is not State.CANCELLED:
                    wrong.append(f"delivery {number} was said to be cancelled and is {row.state}")
                if row.account != PRACTICE and program.accounts.find(row.account) is None:
                    wrong.append(f"delivery {number} goes by {row.account}, and there is no such account")
            damaged = [number for number in rows if not _is_whole(program, number)]
            wrong += [f"delivery {number} cannot be read whole" for number in damaged]
            if trouble := program.inline_engine().deliver():
                wrong.append(f"log.txt: {trouble}")
            wrong += _unlogged(home, program)
        finally:
            program.close()
        return wrong + contradictions(home), len(damaged)

    def _by_our_server(self, known: accounts.Accounts) -> accounts.Accounts:
        return dataclasses.replace(
            known, all=tuple(dataclasses.replace(each, port=self._server.port) for each in known.all)
        )


def lay(found: Found, folder: Path) -> None:
    """Write what is found after a cut into a folder."""
    for path, data in found.items():
        if data is None:
            (folder / path).mkdir(mode=0o700)
        else:
            (folder / path).write_bytes(data)
            (folder / path).chmod(0o600)


@contextmanager
def starts() -> Iterator[Starts]:
    """Give a place in memory, where it is to be had: a disk of its own would be worn, and no cut is real."""
    memory = Path("/dev/shm")
    root = Path(tempfile.mkdtemp(prefix="outtray-cut-", dir=memory if memory.is_dir() else None))
    try:
        with ScriptedServer(then=SERVE, may_leave=True) as server:
            yield Starts(root / "disk", server)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _is_whole(program: Program, number: int) -> bool:
    """Read a message as it would go out: its seal and each attachment are compared on the way."""
    try:
        for _ in program.raw(number):
            pass
    except OuttrayError:
        return False
    return True


def message_id_of(message: bytes) -> str:
    """Return a message's Message-ID."""
    found = re.search(rb"(?mi)^Message-ID: *(<[^>]*>)", message)
    assert found is not None, message
    return found[1].decode()


def _arrived(server: ScriptedServer, seen: int) -> Counter[str]:
    return Counter(message_id_of(body) for session in server.sessions[seen:] for body in session.taken)


def _unlogged(home: Home, program: Program) -> list[str]:
    """Compare log.txt with the events: each once, in their order. What is no line of ours may stand between."""
    wanted = [line(event).encode() for event in program.reader.events(0, limit=1_000_000)]
    if not home.log.exists():
        return [f"log.txt has none of {len(wanted)} events"] if wanted else []
    expected = set(wanted)
    there = [each for each in home.log.read_bytes().splitlines(keepends=True) if each in expected]
    if there == wanted:
        return []
    missing = [each for each in wanted if each not in set(there)]
    return [
        f"log.txt: {len(missing)} of {len(wanted)} events are missing, {len(there) + len(missing) - len(wanted)} twice"
    ]
