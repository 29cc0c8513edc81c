"""Python's garbage is collected on the main thread only, when there is some, and an idle loop sleeps on."""

import subprocess
import sys
from pathlib import Path

HEAD = """
import gc, sys, threading
from functools import partial
from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QTimer
from core.runner import TaskRunner
from gui.garbage import GarbageCollector, heal_garbage

heal_garbage()
app = QCoreApplication([])
collector = GarbageCollector()
collections = []
gc.callbacks.append(lambda phase, info: collections.append((threading.get_ident(), info["generation"])))

class Cycle:
    def __init__(self):
        self.me = self

def litter(count):
    for _ in range(count):
        Cycle()

def alive():
    return sum(isinstance(thing, Cycle) for thing in gc.get_objects())
"""


def program(body: str) -> str:
    """Run a program of its own (freezing what is alive is for a program, not for a test) and return its words."""
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", HEAD + body], cwd=root, capture_output=True, text=True, timeout=60)
    assert (ended.stderr, ended.returncode) == ("", 0)
    return ended.stdout


def test_garbage_of_workers_is_collected_on_the_main_thread() -> None:
    """However much the workers allocate, every collection runs on the main thread."""
    words = program(
        "runner = TaskRunner()\n"
        "left = [200]\n"
        "def done(_):\n"
        "    left[0] -= 1\n"
        "    if not left[0]:\n"
        "        QTimer.singleShot(0, app.quit)\n"
        "for _ in range(200):\n"
        "    runner.submit('deliveries', partial(litter, 100), done)\n"
        "app.exec()\n"
        "print({thread for thread, _ in collections} == {threading.get_ident()}, alive() < 2000)\n"
        "runner.quit(10)\n"
    )
    assert words == "True True\n"


def test_an_idle_loop_is_not_woken() -> None:
    """No timer, no collection: between two events the loop sleeps through."""
    words = program(
        "turns = []\n"
        "QAbstractEventDispatcher.instance().awake.connect(lambda: turns.append(1))\n"
        "def begin():\n"
        "    turns.clear()\n"
        "    QTimer.singleShot(300, app.quit)\n"
        "QTimer.singleShot(0, begin)\n"
        "app.exec()\n"
        "print(len(turns) <= 3, collections)\n"
    )
    assert words == "True []\n"


def test_a_busy_loop_collects_too() -> None:
    """A loop that never sleeps still collects, before memory grows without end."""
    words = program(
        "turns = [0]\n"
        "def turn():\n"
        "    litter(500)\n"
        "    turns[0] += 1\n"
        "    if turns[0] == 400:\n"
        "        app.quit()\n"
        "timer = QTimer()\n"
        "timer.timeout.connect(turn)\n"
        "timer.start(0)\n"
        "app.exec()\n"
        "print(bool(collections), alive() < 50_000)\n"
    )
    assert words == "True True\n"


def test_python_collects_again_after_close() -> None:
    """`close` gives collecting back to Python."""
    assert program("collector.close(); print(gc.isenabled(), gc.get_freeze_count())") == "True 0\n"
