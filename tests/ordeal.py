"""One outbox through many lives: people use it, a moody server takes its mail, and each life ends with SIGKILL."""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from core import settings
from core.accounts import accounts
from core.accounts.accounts import Account
from core.cli import verbs
from core.clock import SystemClock
from core.mail.smtp.server import Security
from core.outbox.states import State
from core.owner import door_file
from core.paths import Home
from core.program import Program
from tests.arrivals import broken_words, misfits, torn_log
from tests.judge import Verdict, in_the_folder, judge
from tests.outboxes import contradictions
from tests.people import ACCOUNTS, People
from tests.smtp.moody import MoodyServer

_ROOT = Path(__file__).parents[1]
_MAIN = str(_ROOT / "main.py")
_ENTRY = str(_ROOT / "tests" / "crash_entry.py")
#: How many use the outbox at a time.
_PEOPLE = 2
#: A life that goes by itself, and does not, is given up after so many seconds.
_PATIENCE_S = 60.0
_LOOK_S = 0.005
#: How long the program is at work before it is killed, at most.
_AT_WORK_S = 0.5
#: A start takes about so long.
_START_S = 0.3
#: A crash point that is not reached after so many seconds is not reached in this life.
_POINT_S = 5.0

#: Up to the how-many-th time a point is reached in one life.
_OFTEN = {"C2": 4, "C8": 1, "C12": 5}
_USUALLY = 12


class Ordeal:
    """Use it in a `with` statement; its folder stays where something was wrong.

    `how` names a broken build. `wrong` has a sentence for each thing that is not as it must be.
    """

    def __init__(self, folder: Path, seed: str, how: str = "") -> None:
        self.wrong: list[str] = []
        self.hits = 0
        #: Of the kills that hit, what they met.
        self.met: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._how = how
        #: When the last life ended, that many waited for a receipt.
        self._awaiting = 0
        self._folder = folder
        self._home = Home(folder / "home")
        self._home.create()
        self._server = MoodyServer(random.Random(f"{seed} server"))
        self._people = People(self._home)
        settings.save(self._home, settings.Settings(retry_s=(1,)))
        for name in ACCOUNTS:
            accounts.add(
                self._home,
                Account(
                    name=name,
                    address=f"{name}@example.org",
                    host="127.0.0.1",
                    port=self._server.port,
                    security=Security.NONE,
                ),
            )

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(None, None, None)
        if not self.wrong and error[0] is None:
            shutil.rmtree(self._folder)

    # -- lives --------------------------------------------------------------------------------------------------------

    def at_random(self) -> bool:
        """Live once, and be killed at a random time. False: it had ended before."""
        dice = self._chance.random()
        if dice < 0.08:
            return self._send_and_kill()
        if self._how:
            words = [_ENTRY, str(self._home.root), "run", "-", "0", self._how]
        elif dice < 0.3:  # with the one verb that only a window has
            words = [_ENTRY, str(self._home.root), "run", "-", "0"]
        else:
            words = [_MAIN, "--home", str(self._home.root), "run"]
        with self._living(words) as process:
            if dice > 0.85:
                met = "starting"
                self._leave_alone(process, self._chance.uniform(0, _START_S))
            else:
                met = "at work"
                self._until_open(process)
                self._leave_alone(process, self._chance.uniform(0, _AT_WORK_S))
            if 0.3 < dice < 0.4:
                met = "ending"
                process.terminate()
                self._leave_alone(process, self._chance.uniform(0, 0.1))
            if met == "starting" and (door_file(self._home) or {}).get("pid") == process.pid:
                met = "at work"
            process.kill()
        return self._after(process, met)

    def at(self, point: str) -> bool:
        """Live once, up to a crash point. False: it was not reached."""
        number = self._chance.randint(1, _OFTEN.get(point, _USUALLY))
        words = [_ENTRY, str(self._home.root), "run", point, str(number)]
        with self._living(words) as process:
            self._leave_alone(process, _POINT_S)
            process.terminate()
        return self._after(process, point, may_complain=point == "C12")

    def _send_and_kill(self) -> bool:
        """Have a message sent by a process of its own, which ends early."""
        to = [f"q{number}@example.com" for number in range(self._chance.randint(1, 4))]
        process = subprocess.Popen(
            [sys.executable, _MAIN, "--home", str(self._home.root), "send", *to, "-m", "Hello", "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environ(),
        )
        self._leave_alone(process, self._chance.uniform(0.05, 0.35))
        process.kill()
        out, said = process.communicate(timeout=_PATIENCE_S)
        if b"\n" in out:
            self._people.hear(json.loads(out.partition(b"\n")[0]))
        if b"Traceback" in said:
            self.wrong.append(said.decode())
        return self._ended(process, "in `send`")

    @contextmanager
    def _living(self, words: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
        is_over = threading.Event()
        may_restore = _ENTRY in words
        process = subprocess.Popen(
            [sys.executable, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=_environ(),
        )
        threads = [
            threading.Thread(
                target=self._people.act,
                args=(random.Random(self._chance.random()), is_over),
                kwargs={"may_restore": may_restore},
            )
            for _ in range(_PEOPLE)
        ]
        for thread in threads:
            thread.start()
        try:
            yield process
            self._awaiting = self._people.sending
            process.wait(_PATIENCE_S)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            is_over.set()
            for thread in threads:
                thread.join()

    def _until_open(self, process: "subprocess.Popen[bytes]") -> None:
        deadline_s = time.monotonic() + _PATIENCE_S
        while (door_file(self._home) or {}).get("pid") != process.pid and process.poll() is None:
            assert time.monotonic() < deadline_s, "it did not open its door"
            time.sleep(_LOOK_S)  # between two looks

    @staticmethod
    def _leave_alone(process: "subprocess.Popen[bytes]", time_s: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(time_s)

    # -- judging ------------------------------------------------------------------------------------------------------

    def _after(self, process: "subprocess.Popen[bytes]", met: str, *, may_complain: bool = False) -> bool:
        assert process.stderr is not None
        with process.stderr:
            said = process.stderr.read().decode()
        # A broken build may notice itself that something is not as it should be.
        if said and not self._how and not (may_complain and "Traceback" not in said):
            self.wrong.append(f"it said: {said}")
        return self._ended(process, met)

    def _ended(self, process: "subprocess.Popen[bytes]", met: str) -> bool:
        is_hit = process.returncode == -signal.SIGKILL
        if is_hit:
            self.hits += 1
            self.met[met] += 1
            states = self._states()
            self.met["with a message being handed over"] += bool(states["handing_over"])
            self.met["with a message leased"] += bool(states["sending"])
            self.met["with somebody waiting for a receipt"] += bool(met != "in `send`" and self._awaiting)
        if self._people.told or self._is_made():
            self.check()
        return is_hit

    def check(self, *, is_whole: bool = False) -> Verdict:
        """Compare what is on disk, as it lies there, with what arrived and with what people were told."""
        arrived = self._server.arrived() + in_the_folder(self._home)
        verdict, wrong = judge(self._home, arrived, self._people.told, faults=self.hits)
        wrong += misfits(self._home, arrived)
        wrong += broken_words(self._home, self._people.cancelled - self._people.revived)
        wrong += contradictions(self._home)
        wrong += torn_log(self._home, is_whole=is_whole)
        self.wrong += [f"{self._folder.name}, kill {self.hits}: {sentence}" for sentence in wrong]
        return verdict

    def drain(self) -> Verdict:
        """Start again without threads, have a person act, and deliver what is due; then judge."""
        if self._how:
            return self.check()  # this process is not broken
        with self._opened() as program:
            ids = [row.id for row in program.reader.list() if row.state is State.CANCELLED]
            some = self._chance.sample(ids, min(3, len(ids)))
            self._people.revived.update(some)
            program.outbox.restore(some).wait()
            program.inline_engine().deliver()
            program.log.catch_up()
        return self.check(is_whole=True)

    def end(self) -> Verdict:
        """Have everything delivered by a server that takes all; judge that each was sent, waits, or asks."""
        self._server.is_kind = True
        with self._opened() as program:
            program.outbox.resume().wait()
            for _ in range(3):
                program.outbox.retry_waiting().wait()
                program.inline_engine().deliver()
            program.log.catch_up()
            now_ms = program.clock.now_ms()
            for row in program.reader.list():
                is_due = row.state is State.QUEUED and row.due_at < now_ms - 1000
                if is_due or row.state in (State.SENDING, State.HANDING_OVER, State.CORRUPT):
                    self.wrong.append(f"{self._folder.name}: {row.id} is {row.state} ({row.reason}) at the end")
        return self.check(is_whole=True)

    @contextmanager
    def _opened(self) -> Iterator[Program]:
        program = verbs.own(self._home, SystemClock())
        try:
            yield program
        finally:
            program.close()

    def _states(self) -> Counter[str]:
        if not self._is_made():
            return Counter()
        with closing(sqlite3.connect(f"{self._home.database.as_uri()}?mode=ro", uri=True)) as db:
            return Counter(dict(db.execute("SELECT state, count(*) FROM delivery GROUP BY state").fetchall()))

    def _is_made(self) -> bool:
        """Say whether there is an outbox: the first start may have been killed before all of it was on disk."""
        if not self._home.database.exists():
            return False
        with closing(sqlite3.connect(f"{self._home.database.as_uri()}?mode=ro", uri=True)) as db:
            try:
                return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'delivery'").fetchone())
            except sqlite3.OperationalError as error:
                # In the middle of its switch to WAL. The next start takes that back, and reading alone may not.
                if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                    raise
                return False


def _environ() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTTRAY")}
    return {
        **kept,
        "PYTHONPATH": str(_ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
