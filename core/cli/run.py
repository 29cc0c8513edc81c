"""`run`: owns the outbox and delivers, without a window."""

import argparse
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from core import settings
from core.cli import console
from core.cli.console import CommandError, Exit
from core.cli.verbs import Verbs
from core.door import Door
from core.errors import OwnedError, PersonError
from core.outbox.keeping import ONCE_A_DAY_S
from core.paths import Home
from core.program import Program

if TYPE_CHECKING:
    from core.runner import TaskRunner

#: A window that is closing, or a command that delivers, is given this time to go.
_OWNER_GOES_S = 5.0
_LOOK_AGAIN_S = 0.1
#: A service is killed if it takes long to stop; what is not delivered by then is delivered the next time.
_DRAIN_S = 2.0


def run(home: Home, options: argparse.Namespace) -> Exit:
    """Deliver until a signal, or with `--until-empty` until nothing is due now."""
    try:
        from core.delivery.local import LocalEngine
        from core.runner import BUDGET_UNDER_RUN, UNDER_RUN, TaskRunner, ended_by_signals, loop_without_window
    except ImportError as error:
        raise CommandError(f"run needs PySide6, which cannot be loaded here: {error}.", Exit.REFUSED) from error

    chosen = settings.load(home)
    application = loop_without_window()
    runner = TaskRunner(UNDER_RUN)
    warn = _Warnings()
    runner.unhandled.connect(warn)
    sys.excepthook = lambda _kind, error, _trace: warn(error)  # the door's faults, in a sentence as well
    ending = threading.Event()

    def end() -> None:
        ending.set()
        runner.post(application.quit)  # posted, so that one that comes before the loop begins ends it too

    with ended_by_signals(end):
        program = _own(home, runner, chosen, ending)
        if program is None:
            return Exit.DONE
        door = Door(home, Verbs(program, "run"), "run")
        try:
            program.outbox.subscribe_salvaged(lambda salvaged: console.complain(str(salvaged)))
            program.open().wait()
            engine = LocalEngine(
                program.dispatcher,
                program.attempts,
                program.log,
                runner,
                program.clock,
                budget=BUDGET_UNDER_RUN,
                threads=UNDER_RUN["deliveries"],
                when_idle=application.quit if options.until_empty else lambda: None,
            )
            program.outbox.subscribe(engine.on_commit)
            door.open()
            runner.submit("log", program.log.catch_up)
            runner.submit("reads", program.reader.is_sound, partial(_on_looked_through, program))
            runner.every(ONCE_A_DAY_S, program.keeping.begin)
            engine.start()
            application.exec()
            engine.stop()
        finally:
            door.close()
            _close(program, runner)
    return Exit.DONE


def _own(home: Home, runner: "TaskRunner", chosen: settings.Settings, ending: threading.Event) -> Program | None:
    """Take the outbox, waiting a little for an owner to go; None when told to end meanwhile.

    Raises the `OwnedError` that names an owner that does not go.
    """
    deadline_s = time.monotonic() + _OWNER_GOES_S
    while True:
        try:
            return Program(home, runner, chosen)
        except OwnedError:
            if time.monotonic() >= deadline_s:
                raise
        if ending.wait(_LOOK_AGAIN_S):
            return None


def _on_looked_through(program: Program, wrong: str) -> None:
    """Have the outbox recovered where a look through it found damage; then delete what is to go.

    One after the other: each reads by a connection of its own, and files may be few.
    """
    if wrong:
        program.outbox.mend().then()
    program.keeping.begin()
    program.forgetting.begin()


def _close(program: Program, runner: "TaskRunner") -> None:
    program.reader.leave()
    runner.refuse()
    runner.drain(_DRAIN_S)
    if runner.close().running:
        # A hand-over that does not end: the process ends all the same, and the lock with it.
        console.complain("A hand-over did not end in time; it is looked at when Outtray starts again.")
        runner.leave(Exit.DONE)
    program.close()


class _Warnings:
    """Says each trouble once: a full disk would otherwise be told of at every delivery."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def __call__(self, error: BaseException) -> None:
        for each in error.exceptions if isinstance(error, BaseExceptionGroup) else (error,):
            sentence = str(each) if isinstance(each, PersonError) else console.fault_sentence(each)
            if sentence not in self._said:
                self._said.add(sentence)
                console.complain(sentence)
