"""Process start → first paint of the main window, against a bare PySide6 window."""

import sys
from pathlib import Path

from tests.bench.measure import ROOT, Figure, Size, environment, percentile, spawn

#: Not counted: the first starts read everything from the disk.
_WARM_UP = 3


def figures(folder: Path, size: Size) -> list[Figure]:
    """Start both in turns."""
    ours: list[float] = []
    floor: list[float] = []
    for number in range(_WARM_UP + size.starts):
        pair = start("ours", folder / f"home-{number}"), start("floor", folder)
        if number >= _WARM_UP:
            ours.append(pair[0])
            floor.append(pair[1])
    return [
        Figure(
            "Process start → first paint",
            "ms",
            ours,
            floor,
            "≤ 1.5 × floor",
            percentile(ours, 50) <= 1.5 * percentile(floor, 50),
            note="floor: a script with an empty QMainWindow",
        )
    ]


def start(side: str, home: Path) -> float:
    """Start a program and return how long it took until its first paint was done, in ms."""
    began_ns = _now_ns()
    ended = spawn([sys.executable, str(Path(__file__).with_name("first_paint_child.py")), side, str(home)])
    return (int(ended.stdout.split()[-1]) - began_ns) / 1e6


def causes(folder: Path, most: int = 25) -> str:
    """Return what importing costs on the way to the first paint, the dearest first."""
    import subprocess

    ended = subprocess.run(
        [
            sys.executable,
            "-X",
            "importtime",
            str(Path(__file__).with_name("first_paint_child.py")),
            "ours",
            str(folder / "causes"),
        ],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    rows = []
    for line in ended.stderr.splitlines():
        if line.startswith("import time:") and "|" in line:
            alone, total, name = line.removeprefix("import time:").split("|")
            if alone.strip().isdigit():
                rows.append((int(alone), int(total), name.rstrip()))
    rows.sort(reverse=True)
    lines = [
        f"{alone / 1000:8.1f} ms alone {total / 1000:8.1f} ms in all  {name}" for alone, total, name in rows[:most]
    ]
    return "\n".join([*lines, f"{sum(row[0] for row in rows) / 1000:8.1f} ms in {len(rows)} modules"])


def _now_ns() -> int:
    """The clock that is the same one in every process of this machine."""
    import time

    return time.monotonic_ns()
