"""A program that kills itself: core as `run` and `send` build it, with an end at a named crash point.

    python crash_entry.py HOME accept COUNT POINT     accepts without threads; prints each receipt's Message-ID
    python crash_entry.py HOME drain POINT NUMBER     delivers with threads; ends when POINT was reached NUMBER times

Everything goes by the home's default account. POINT is the name of a crash point, C0 to C9, or `-` for none:

    C0 before the accept is committed    C1 after it    C2 claimed
    C3 before anything is said to a mail server, up to DATA     C4 in the body      C5 the intent on disk, no dot
    C6 the dot written   C7 a success read to it   C8 a refusal read to it         C9 the outcome on disk

The end is SIGKILL to itself, so nothing is flushed, closed or given back. The product has no such switch: it is
passed in here.
"""

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from core.executor import Inline
from core.outbox.notification import Draft, Recipient, new_token
from core.paths import Home
from core.program import Program
from core.settings import Settings


def killer(point: str, number: int) -> Callable[[str], None]:
    """Return a `reached` that ends the process when `point` is reached for the `number`th time."""
    counts = itertools.count(1)
    lock = threading.Lock()

    def reached(name: str) -> None:
        if name == point:
            with lock:
                if next(counts) == number:
                    os.kill(os.getpid(), signal.SIGKILL)

    return reached


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


if __name__ == "__main__":
    where, what, first, second = sys.argv[1:]
    if what == "accept":
        accept(Home(Path(where)), int(first), second)
    else:
        drain(Home(Path(where)), first, int(second))
