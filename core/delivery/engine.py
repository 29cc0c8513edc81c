"""The seam of where deliveries run, and the engine that has no threads."""

from typing import Protocol

from core.clock import Clock
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

    def __init__(self, dispatcher: Dispatcher, attempts: Attempts, log: Log, clock: Clock) -> None:
        self._dispatcher = dispatcher
        self._attempts = attempts
        self._log = log
        self._clock = clock

    def deliver(self, notification: str | None = None) -> PersonError | None:
        """Attempt everything that is due now (of one notification, where given). Blocks until it is done.

        Returns the trouble with log.txt, where there was any: it keeps no message from going.
        """
        while True:
            claimed = self._dispatcher.claim(1, notification).wait()
            step = self._dispatcher.step(claimed, 1, self._clock.now_ms())
            for run in step.runs:
                self._attempts.serve(run)
            if not step.runs:
                break
        try:
            self._log.catch_up()
        except PersonError as error:
            return error
        return None
