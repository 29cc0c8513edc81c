"""How core hands work to others without knowing threads: the seam, and the form that has none."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Done = Callable[[Any], None]
Failed = Callable[[BaseException], None]

#: The pools, by purpose. `writes`, `log` and `files` have one thread each. `accounts` waits for servers and keyrings
#: while a person waits for an account, so that neither files nor deliveries wait for those.
POOLS = ("writes", "log", "files", "reads", "deliveries", "accounts")


class Ticket(Protocol):
    """The right to give one result. A worker holds it; the callbacks stay with who asked."""

    def resolve(self, value: Any) -> None:
        """Give the result. Callable from any thread, once."""
        ...

    def reject(self, error: BaseException) -> None:
        """Give the error. Callable from any thread, once."""
        ...


class Executor(Protocol):
    """Runs jobs on named pools and brings their results back to the thread that asked."""

    def start(self, pool: str, job: Callable[[], None]) -> None:
        """Run `job` on `pool`. Callable from any thread. What it raises goes to the unhandled errors."""
        ...

    def submit(
        self,
        pool: str,
        job: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Run `job` on `pool`; call `done` or `failed` on the main thread. Call from the main thread.

        Without `failed` an error goes to the unhandled errors: it is never silent.
        """
        ...

    def ticket(self, done: Done | None, failed: Failed | None) -> Ticket:
        """Make a ticket whose `done` or `failed` is called on the main thread. Call from the main thread."""
        ...

    def post(self, call: Callable[[], None]) -> None:
        """Have `call` run on the main thread, on a later turn of its loop. Callable from any thread."""
        ...


class Inline:
    """The executor without threads: everything runs at once, where it was asked for.

    Used by core's tests, and by one command of the command line when nobody owns the outbox.
    """

    def start(self, pool: str, job: Callable[[], None]) -> None:
        job()

    def submit(
        self,
        pool: str,
        job: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        ticket = self.ticket(done, failed)
        try:
            value = job()
        except Exception as error:  # noqa: BLE001 - whatever it is, it goes to who asked
            ticket.reject(error)
        else:
            ticket.resolve(value)

    def ticket(self, done: Done | None, failed: Failed | None) -> Ticket:
        return _InlineTicket(done, failed)

    def post(self, call: Callable[[], None]) -> None:
        call()


class _InlineTicket:
    def __init__(self, done: Done | None, failed: Failed | None) -> None:
        self._done = done
        self._failed = failed

    def resolve(self, value: Any) -> None:
        if self._done is not None:
            self._done(value)

    def reject(self, error: BaseException) -> None:
        if self._failed is None:
            raise error
        self._failed(error)
