"""A program that kills itself: core as `run` and `send` build it, with an end at a named crash point.

    python crash_entry.py HOME accept COUNT POINT     accepts without threads; prints each receipt's Message-ID
    python crash_entry.py HOME drain POINT NUMBER     delivers with threads; ends when POINT was reached NUMBER times
    python crash_entry.py HOME run POINT NUMBER [HOW] is `run`, with the same end; HOW names a broken promise, see
                                                      `broken_builds.py`
    python crash_entry.py HOME stop POINT NUMBER      is `run --until-empty`, and stops there until it is continued

What `accept` accepts goes by the home's default account. POINT is the name of a crash point, C0 to C9 or C12, or `-`
for none:

    C0 before the accept is committed    C1 after it    C2 claimed
    C3 before anything is said to a mail server, up to DATA     C4 in the body      C5 the intent on disk, no dot
    C6 the dot written   C7 a success read to it   C8 a refusal read to it         C9 the outcome on disk
    C12 a success read to it, and from then on no file can be written; the end comes moments later

The end is SIGKILL to itself, so nothing is flushed, closed or given back. The product has no such switch: it is
passed in here.
"""

import argparse
import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from core.executor import Inline
from core.outbox.notification import Draft, Recipient, new_token
from core.outbox.outbox import Outbox
from core.paths import Home
from core.program import Program
from core.settings import Settings

#: How long the program goes on with a full disk.
_FULL_S = 0.3
#: The last thread of a stopped process stops a little after the first.
_ALL_STOPPED_S = 0.1


def killer(point: str, number: int) -> Callable[[str], None]:
    """Return a `reached` that ends the process when `point` is reached for the `number`th time."""
    if point == "C12":
        return _at("C7", number, fill_the_disk)
    return _at(point, number, lambda: os.kill(os.getpid(), signal.SIGKILL))


def _at(point: str, number: int, act: Callable[[], None]) -> Callable[[str], None]:
    counts = itertools.count(1)
    lock = threading.Lock()

    def reached(name: str) -> None:
        if name == point:
            with lock:
                if next(counts) == number:
                    act()

    return reached


def fill_the_disk() -> None:
    """Let no file be written any more, as far as this process can; kill it a little later."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    timer = threading.Timer(_FULL_S, os.kill, (os.getpid(), signal.SIGKILL))
    timer.daemon = True
    timer.start()


def accept(home: Home, count: int, point: str) -> None:
    """Accept `count` messages, saying each when it is on disk; the last reaches the crash point."""
    program = Program(home, Inline(), Settings(), reached=killer(point, count))
    program.open().wait()
    for number in range(count):
        draft = Draft(
            to=(Recipient(f"p{number}@example.com"),),
            subject="Hi",
            text="Hello there.",
            account=program.accounts.default,
            query=f"p{number}",
        )
        receipt = program.outbox.accept(draft, token=new_token()).wait()
        print(receipt.deliveries[0].message_id, flush=True)
    program.close()


def drain(home: Home, point: str, number: int) -> None:
    """Deliver everything due, as `run --until-empty` does it."""
    from PySide6.QtCore import QCoreApplication

    from core.delivery.local import LocalEngine
    from core.runner import BUDGET_UNDER_RUN, UNDER_RUN, TaskRunner

    application = QCoreApplication([])
    runner = TaskRunner(UNDER_RUN)
    program = Program(home, runner, Settings(), reached=killer(point, number))
    program.open().wait()
    engine = LocalEngine(
        program.dispatcher,
        program.attempts,
        program.log,
        runner,
        program.clock,
        budget=BUDGET_UNDER_RUN,
        threads=UNDER_RUN["deliveries"],
        when_idle=application.quit,
    )
    program.outbox.subscribe(engine.on_commit)
    runner.submit("log", program.log.catch_up)
    engine.start()
    application.exec()
    engine.stop()
    runner.quit(10)
    program.close()


def own(home: Home, point: str, number: int, how: str = "") -> None:
    """Own the outbox as `run` does, by its own code; a person at the door may also take a cancel back."""
    from core.cli import run, verbs
    from tests.broken_builds import BREAK

    if how:
        BREAK[how]()
    verbs._MOVES["restore"] = (Outbox.restore, "restored")
    run.Program = partial(Program, reached=killer(point, number))  # type: ignore[assignment,attr-defined]
    run.run(home, argparse.Namespace(until_empty=False))


def own_and_stop(home: Home, point: str, number: int) -> None:
    """As `run --until-empty`; stops itself at a point, while it writes nothing: another may."""
    from core.cli import run

    programs: list[Program] = []

    def stop() -> None:
        writer = programs[0].outbox._writer
        while True:
            with writer._lock:
                if not writer._is_at_work:
                    os.kill(os.getpid(), signal.SIGSTOP)
                    time.sleep(_ALL_STOPPED_S)
                    return
            time.sleep(0.001)  # between two looks: it is at work for moments

    def make(*words: Any, **more: Any) -> Program:
        programs.append(Program(*words, reached=_at(point, number, stop), **more))
        return programs[0]

    run.Program = make  # type: ignore[assignment,attr-defined]
    run.run(home, argparse.Namespace(until_empty=True))


if __name__ == "__main__":
    where, what, first, second, *more = sys.argv[1:]
    if what == "accept":
        accept(Home(Path(where)), int(first), second)
    elif what == "run":
        own(Home(Path(where)), first, int(second), *more)
    elif what == "stop":
        own_and_stop(Home(Path(where)), first, int(second))
    else:
        drain(Home(Path(where)), first, int(second))
