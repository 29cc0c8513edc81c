"""How the benchmark measures: samples, their percentiles, and processes of their own that answer with samples."""

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]

#: A screen of 1920 × 1080.
_SCREEN = Path(__file__).with_name("screen.json")

#: A frame at 60 Hz.
FRAME_MS = 1000 / 60

#: What is sent.
TEXT = (
    "Dear Ann,\n\nyour order is ready and waits for you at the counter until Saturday, 6 pm.\n"
    "Please bring this message or your name.\n\nKind regards,\nRiverside Books\n"
)
#: A peer that has not answered after this long hangs.
_PATIENCE_S = 120.0


def percentile(samples: Sequence[float], percent: float) -> float:
    """Return the smallest sample that `percent` of 100 do not exceed (nearest rank: always a measured value)."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, beside its floor in the same run."""

    name: str
    unit: str
    ours: Sequence[float]
    floor: Sequence[float]
    #: What `ours` has to be, in words; "" where nothing was promised.
    goal: str = ""
    #: Whether it is; None where nothing was promised.
    is_met: bool | None = None
    #: The second column of numbers: 99, or where the tail is the point, further out. 100 is the worst.
    tail: float = 99
    #: True where more is better, as of a rate.
    is_rate: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        """Median to median, so that less is better."""
        ours, floor = percentile(self.ours, 50), percentile(self.floor, 50)
        first, second = (floor, ours) if self.is_rate else (ours, floor)
        return first / second if second else math.inf


@dataclass(frozen=True)
class Size:
    """How much is measured. `QUICK` shows that everything runs; its numbers are too few to be quoted."""

    presses: int = 320
    #: Some 110 frames each: a 99.9th percentile wants a thousand.
    frame_rounds: int = 10
    #: As many as the issue asks to be delivered while frames are looked at.
    deliveries: int = 2000
    starts: int = 300
    idle_s: float = 10.0
    accepts: int = 1000
    sends: int = 40
    #: Of the long list.
    rows: int = 1_000_000


FULL = Size()
QUICK = Size(presses=40, frame_rounds=1, deliveries=300, starts=6, idle_s=3.0, accepts=200, sends=5, rows=100_000)


class Peer:
    """A process of its own that measures when it is asked, so that nothing leaks from one figure into another.

    It is `python -m MODULE WORDS`; it is sent one JSON line and answers with one. While nobody asks, it sleeps.
    """

    def __init__(self, module: str, words: Sequence[str] = ()) -> None:
        self._name = " ".join((module, *words))
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **question: Any) -> Any:
        """Have it measure, and return what it says."""
        self.tell(**question)
        return self.hear()

    def tell(self, **question: Any) -> None:
        """Have it begin; `hear` follows."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(question)}\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        """Wait for what it says."""
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._name} ended with {self._process.wait()}")
        return json.loads(answer)

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        """End it: it ends when nobody can ask any more."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(_PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def answer(measure: Callable[..., Any]) -> None:
    """Be a peer: answer each line on standard input by what `measure(**question)` returns, until there is none."""
    for line in sys.stdin:
        print(json.dumps(measure(**json.loads(line))), flush=True)
    sys.stdout.flush()
    os._exit(0)  # the folder goes with the parent; an orderly quit is what tests look at


def environment() -> dict[str, str]:
    """Return what every process here is started with.

    Windows are drawn into memory, so the screen's own pace does not come into it; by itself that screen would be too
    small for the window. Python keeps what it compiled, as it
    does where nobody forbids it.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "QT_QPA_PLATFORM": f"offscreen:configfile={_SCREEN}", "PYTHONPATH": str(ROOT)}


def spawn(command: Sequence[str], **more: Any) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end and return what it printed."""
    return subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True, timeout=_PATIENCE_S, **more
    )


@contextmanager
def stopwatch(into: list[float]) -> Iterator[None]:
    """Append how long the block took, in ms."""
    began_ns = time.perf_counter_ns()
    yield
    into.append((time.perf_counter_ns() - began_ns) / 1e6)
