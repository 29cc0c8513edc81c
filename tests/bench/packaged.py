"""The packaged program beside the same from source: how it starts, how a command answers, how large it is.

How soon it painted cannot be seen from outside. `tour` says "The window is open" when it is, has the keys, and the
outbox is open behind it: until that line is what is measured, on both sides.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measure import ROOT, Figure, Size, environment, percentile
from tests.bench.throughput import time_to_receipt

_PROGRAM = ROOT / "dist" / "outtray" / "outtray"
_SOURCE = (sys.executable, str(ROOT / "main.py"))
_OPEN = "The window is open"
_WARM_UP = 2
_MB = 1e6


def figures(folder: Path, size: Size) -> list[Figure]:
    """Measure both in turns; nothing where there is no package."""
    if not _PROGRAM.exists():
        print("There is no package to measure. Type: make package", file=sys.stderr)
        return []
    packaged, source = (str(_PROGRAM),), _SOURCE
    found: dict[str, tuple[list[float], list[float]]] = {"start": ([], []), "send": ([], [])}
    for number in range(_WARM_UP + size.sends):
        for measure, name in ((_opened, "start"), (_sent, "send")):
            pair = [measure(side, folder / f"{name}-{number}-{len(side)}") for side in (packaged, source)]
            if number >= _WARM_UP:
                for samples, took in zip(found[name], pair, strict=True):
                    samples.append(took)
    start, floor = found["start"]
    send, send_floor = found["send"]
    return [
        Figure(
            "Packaged: process start → the window is open",
            "ms",
            start,
            floor,
            "≤ 1.3 × floor",
            percentile(start, 50) <= 1.3 * percentile(floor, 50),
            note="floor: from source; until the outbox is open, too",
        ),
        Figure(
            "Packaged: send, start → receipt",
            "ms",
            send,
            send_floor,
            "worst ≤ 300 ms",
            max(send) <= 300,
            tail=100,
            note="floor: from source",
        ),
        *_sizes(),
    ]


def _opened(program: Sequence[str], folder: Path) -> float:
    """Return how long it took until the window was open, in ms."""
    folder.mkdir()
    began_s = time.perf_counter()
    words = [*program, "tour", "--shots", str(folder)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment(), cwd=folder) as process:
        assert process.stdout is not None
        while not (line := process.stdout.readline()).startswith(_OPEN):
            if not line:
                raise RuntimeError(f"{program} ended before its window was open")
        took_s = time.perf_counter() - began_s
        process.kill()
    return took_s * 1000


def _sent(program: Sequence[str], folder: Path) -> float:
    return time_to_receipt([*program, "--home", str(folder), "send", "ann@example.com", "-m", "Hello", "--json"])


def _sizes() -> list[Figure]:
    found = []
    for deb in sorted(_PROGRAM.parents[1].glob("outtray_*.deb"))[-1:]:
        told = subprocess.run(
            ["dpkg-deb", "-f", str(deb), "Installed-Size"], capture_output=True, text=True, check=True
        )
        for name, size, most in (("Installed", int(told.stdout) * 1024, 130), (".deb", deb.stat().st_size, 40)):
            found.append(Figure(f"Packaged: {name}", "MB", [size / _MB], [], f"≤ {most} MB", size <= most * _MB))
    return found
