"""Runs `crash_entry.py`, the program that kills itself, and reads what it left."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from core.outbox.states import State
from core.paths import Home

ROOT = Path(__file__).parents[1]


def start(home: Home, *words: str) -> "subprocess.Popen[str]":
    """Start it as a process of its own."""
    return subprocess.Popen(
        [sys.executable, ROOT / "tests" / "crash_entry.py", home.root, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
    )


def run(home: Home, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run it as a process of its own, to its end."""
    with start(home, *words) as process:
        try:
            said = process.communicate(timeout=100)
        finally:
            process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, *said)


def killed(home: Home, *words: str) -> list[str]:
    """Run it, see that it was killed and said nothing wrong, and return the Message-IDs it had told."""
    ended = run(home, *words)
    assert (ended.returncode, ended.stderr) == (-signal.SIGKILL, "")
    return ended.stdout.split()


def drained(home: Home) -> None:
    """Deliver everything, to the end."""
    ended = run(home, "drain", "-", "0")
    assert (ended.returncode, ended.stderr) == (0, "")


def found_states(home: Home) -> list[State]:
    """Return the states on disk, before anything recovers them."""
    with closing(sqlite3.connect(f"{home.database.as_uri()}?mode=ro", uri=True)) as db:
        return [State(row[0]) for row in db.execute("SELECT state FROM delivery ORDER BY id")]
