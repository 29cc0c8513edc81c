"""How much goes through without a window: accepting, delivering, and one `send` of the command line."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from core.delivery.local import LocalEngine
from core.executor import Inline
from core.outbox.notification import PRACTICE, Draft, Recipient, Terms, new_token
from core.outbox.states import State
from core.paths import Home
from core.program import Program
from core.runner import UNDER_RUN, TaskRunner
from core.settings import Settings
from tests.bench.files import commit_row, raw_database, write_file
from tests.bench.measure import ROOT, TEXT, Figure, Peer, Size, answer, environment, spawn, stopwatch
from tests.bench.windows import Loop

#: Rates are taken so often, ours and the floor's in turns.
_ROUNDS = 3


def figures(folder: Path, size: Size) -> list[Figure]:
    """Measure one after the other, each in turns with its floor."""
    return [
        _accepting(folder / "accepting", size),
        *(_delivering(folder / f"delivering-{budget}", size, budget) for budget in (4, 8)),
        _sending(folder / "sending", size),
    ]


def _accepting(folder: Path, size: Size) -> Figure:
    ours: list[float] = []
    floor: list[float] = []
    folder.mkdir()
    with Peer("tests.bench.throughput", ("accepting", str(folder))) as peer:
        for _ in range(_ROUNDS):
            ours += peer.ask(side="ours", count=size.accepts // _ROUNDS + 1)
            floor += peer.ask(side="floor", count=size.accepts // _ROUNDS + 1)
    return Figure("One durable accept, no window", "ms", ours, floor, note="floor: one synced commit of 2 KB")


def _delivering(folder: Path, size: Size, budget: int) -> Figure:
    ours: list[float] = []
    floor: list[float] = []
    folder.mkdir()
    with Peer("tests.bench.throughput", ("delivering", str(folder))) as peer:
        for _ in range(_ROUNDS):
            count = max(100, size.deliveries // 4)
            ours.append(peer.ask(side="ours", count=count, budget=budget))
            floor.append(peer.ask(side="floor", count=count, budget=budget))
    return Figure(
        f"Deliveries a second to Practice, {budget} threads",
        "/s",
        ours,
        floor,
        is_rate=True,
        tail=0,
        note="floor: as many threads write, sync, rename and sync the folder; the second number is the slowest round",
    )


def _sending(folder: Path, size: Size) -> Figure:
    ours: list[float] = []
    floor: list[float] = []
    command = [sys.executable, "main.py", "--home", str(folder), "send", "ann@example.com", "-s", "Hi", "-m", TEXT]
    for number in range(size.sends + 2):
        bare: list[float] = []
        receipt = time_to_receipt(command)
        with stopwatch(bare):
            spawn([sys.executable, "-c", "pass"])
        if number >= 2:  # the first make the outbox and compile
            ours.append(receipt)
            floor += bare
    return Figure(
        "main.py send: start → receipt", "ms", ours, floor, tail=100, note="floor: python -c pass, start → end"
    )


def time_to_receipt(command: list[str]) -> float:
    """Return the time until the receipt's first line, in ms. By then it is accepted, and on disk."""
    began_ns = time.perf_counter_ns()
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        took_ms = (time.perf_counter_ns() - began_ns) / 1e6
        process.stdout.read()
    if not line or process.returncode:
        raise RuntimeError(f"send ended with {process.returncode}")
    return took_ms


class _Accepting:
    def __init__(self, folder: Path) -> None:
        self._program = Program(Home(folder / "ours"), Inline(), Settings())
        self._program.open().wait()
        self._database = raw_database(folder / "floor.db")

    def measure(self, side: str, count: int) -> list[float]:
        """Accept, or commit, so often; return how long each took, in ms."""
        took: list[float] = []
        for number in range(count):
            with stopwatch(took):
                if side == "ours":
                    self._program.outbox.accept(_draft(number), Terms(), token=new_token()).wait()
                else:
                    commit_row(self._database, number)
        return took


class _Delivering:
    """As under `run`: the same pools and engine, a QCoreApplication and no window."""

    def __init__(self, folder: Path) -> None:
        self._app = QCoreApplication(["bench"])
        self._folder = folder
        self._round = 0

    def measure(self, side: str, count: int, budget: int) -> float:
        """Return how many went in a second."""
        self._round += 1
        folder = self._folder / f"{side}-{self._round}"
        return (deliver if side == "ours" else _write)(folder, count, budget)


def deliver(folder: Path, count: int, budget: int, account: str = PRACTICE) -> float:
    """Accept so many, then deliver them as `run` does, `budget` runs at once; return how many went in a second."""
    loop = Loop()
    runner = TaskRunner(UNDER_RUN)
    program = Program(Home(folder), runner, Settings())
    opened: list[Any] = []
    program.open().then(opened.append)
    loop.until(lambda: bool(opened))
    left = count
    done = threading.Event()

    def counted(_: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    for number in range(count):
        program.outbox.accept(_draft(number, account), Terms(), token=new_token()).then(counted)
    loop.until(done.is_set)
    engine = LocalEngine(
        program.dispatcher,
        program.attempts,
        program.log,
        runner,
        program.clock,
        budget=budget,
        threads=UNDER_RUN["deliveries"],
    )
    program.outbox.subscribe(engine.on_commit)
    began_s = time.monotonic()
    engine.start()
    loop.until(lambda: engine.is_idle)
    took_s = time.monotonic() - began_s
    sent = program.reader.counts().by_state[State.SENT]
    engine.stop()
    runner.quit(5)
    program.close()
    if sent != count:
        raise RuntimeError(f"{sent} of {count} were sent")
    return count / took_s


def _write(folder: Path, count: int, threads: int) -> float:
    folder.mkdir()

    def write(number: int) -> None:
        for part in range(number, count, threads):
            write_file(folder, str(part))

    workers = [threading.Thread(target=write, args=(number,)) for number in range(threads)]
    began_s = time.monotonic()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return count / (time.monotonic() - began_s)


def _draft(number: int, account: str = PRACTICE) -> Draft:
    to = (Recipient(f"reader{number}@example.com"),)
    return Draft(to=to, subject="Your order is ready", text=TEXT, account=account)


_SIDES: dict[str, Callable[[Path], _Accepting | _Delivering]] = {"accepting": _Accepting, "delivering": _Delivering}

if __name__ == "__main__":
    answer(_SIDES[sys.argv[1]](Path(sys.argv[2])).measure)
