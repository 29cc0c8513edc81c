"""The seam of where deliveries run, and the engine that has no threads."""

from typing import Protocol

from core.delivery.attempt import Attempts
from core.delivery.dispatcher import Dispatcher
from core.errors import PersonError
from core.outbox.log import Log


class Engine(Protocol):
    """Looks at the queue when something became due, and has it delivered."""

    def start(self) -> None:
        """Begin. Call on the main thread, after the outbox was recovered."""
        ...

    def wake(self) -> None:
        """Look at the queue. Call on the main thread."""
        ...

    def stop(self) -> None:
        """Claim nothing more, and let each run end after the message it is at. Call on the main thread."""
        ...

    @property
    def is_idle(self) -> bool:
        """True when nothing is being delivered and nothing that is due is known."""
        ...


class InlineEngine:
    """Delivers on the thread that asks: for one command of the command line when nobody owns the outbox."""

    def __init__(self, dispatcher: Dispatcher, attempts: Attempts, log: Log) -> None:
        self._dispatcher = dispatcher
        self._attempts = attempts
        self._log = log

    def deliver(self, notification: str | None = None) -> PersonError | None:
        """Attempt everything that is due now (of one notification, where given). Blocks until it is done.

        Returns the trouble with log.txt, where there was any: it keeps no message from going.
        """
        while True:
            step = self._dispatcher.look(1, 1, notification).wait()
            for run in step.runs:
                served = None
                try:
                    served = self._attempts.serve(run)
                finally:
                    self._dispatcher.ended(run, served)
            if not (step.runs or step.is_more):
                break
        self._attempts.let_go(0)
        try:
            self._log.catch_up()
        except PersonError as error:
            return error
        return None
