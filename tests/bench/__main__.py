"""The benchmark: Outtray and the least that could do the same, side by side in one run.

`make bench`, or `python -m tests.bench [--only NAME] [--quick] [--json FILE] [--causes]`.
"""

import argparse
import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import PySide6

from tests.bench import accepted, first_paint, frames, idle, million, packaged, smtp, throughput
from tests.bench.measure import FULL, QUICK, ROOT, Figure, Size, percentile

_FIGURES: dict[str, Callable[[Path, Size], list[Figure]]] = {
    "accepted": accepted.figures,
    "frames": frames.figures,
    "start": first_paint.figures,
    "idle": idle.figures,
    "throughput": throughput.figures,
    "million": million.figures,
    "smtp": smtp.figures,
    "package": packaged.figures,
}

#: More than this runs beside the benchmark: it says so, for then its numbers are about that as well.
_BUSY = 0.5

_HEADINGS = ("figure", "n", "ours p50", "tail", "floor p50", "tail", "ratio", "goal", "met")


def main(words: Sequence[str]) -> int:
    """Measure, and print a table; 0 also where a goal was missed."""
    options = _options(words)
    size = QUICK if options.quick else FULL
    # Beside the project, on the disk that is measured: a temporary folder may be in memory, where a sync costs nothing.
    (ROOT / ".cache").mkdir(exist_ok=True)
    print(_machine())
    if os.getloadavg()[0] > _BUSY:
        print(f"Something else is running (load {os.getloadavg()[0]:.1f}): the tails are its tails as well.")
    began_s = time.monotonic()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / ".cache") as folder:
        if options.causes:
            print(first_paint.causes(Path(folder)))
            return 0
        for name in options.only or _FIGURES:
            place = Path(folder) / name
            place.mkdir()
            print(f"Measuring: {name} …", file=sys.stderr, flush=True)
            figures += _FIGURES[name](place, size)
    print(_table(figures))
    print(f"Measured in {time.monotonic() - began_s:.0f} s{', too few to be quoted' if options.quick else ''}.")
    if options.json is not None:
        options.json.write_text(json.dumps(_record(figures), indent=1), "utf-8")
    return 0


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(_FIGURES), help="measure this; may be given again")
    parser.add_argument("--quick", action="store_true", help="see whether everything runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample there")
    parser.add_argument("--causes", action="store_true", help="say what the imports before the first paint cost")
    return parser.parse_args(words)


def _machine() -> str:
    parts = (
        f"{os.cpu_count()} cores ({_processor()})",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        f"PySide6 {PySide6.__version__}, drawn off screen",
        f"SQLite {sqlite3.sqlite_version}",
        _disk(),
    )
    return " · ".join(part for part in parts if part)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _disk() -> str:
    """Say which file system is measured."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return ""
    of_ours = [mount for mount in mounts if ROOT.is_relative_to(mount[1])]
    return max(of_ours, key=lambda mount: len(mount[1]))[2] if of_ours else ""


def _table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table, which is also readable as it is."""
    rows = [_HEADINGS, *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join([*lines, "", *(f"{figure.name}: {figure.note}" for figure in figures if figure.note)])


def _row(figure: Figure) -> tuple[str, ...]:
    met = {True: "yes", False: "no", None: ""}[figure.is_met]
    ratio = f"{figure.ratio:.2f}" if figure.floor else ""
    ours, floor = (_cells(samples, figure) for samples in (figure.ours, figure.floor))
    return (figure.name, str(len(figure.ours)), *ours, *floor, ratio, figure.goal, met)


def _cells(samples: Sequence[float], figure: Figure) -> tuple[str, str]:
    if not samples:
        return "", ""
    median = f"{_number(percentile(samples, 50))} {figure.unit}"
    if len(samples) == 1:
        return median, ""
    names = {0: "least", 100: "worst"}
    return median, f"{names.get(int(figure.tail), f'p{figure.tail:g}')} {_number(percentile(samples, figure.tail))}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _record(figures: Sequence[Figure]) -> dict[str, object]:
    return {
        "machine": _machine(),
        "figures": [
            {
                "name": figure.name,
                "unit": figure.unit,
                "ours": list(figure.ours),
                "floor": list(figure.floor),
                "ratio": figure.ratio if figure.floor else None,
                "goal": figure.goal,
                "is_met": figure.is_met,
                "note": figure.note,
            }
            for figure in figures
        ],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
