"""An outbox that really delivers to a server of the tests: what its rows say is put beside what the server got."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.accounts import accounts
from core.accounts.accounts import Account
from core.clock import Clock
from core.delivery.attempt import Attempts
from core.delivery.engine import InlineEngine
from core.delivery.retry import RetryPolicy
from core.executor import Executor, Inline
from core.mail.smtp.server import Deadlines, Security, Server
from core.mail.smtp.transport import SmtpTransport
from core.mail.transport import Transport
from core.outbox.notification import Delivery, Draft, Recipient, new_token
from core.outbox.states import State
from core.paths import Home
from core.program import Program
from core.settings import Settings
from tests.outboxes import NO_JITTER, Going, claim, states

#: Long enough for a machine that is busy, short enough for a test that goes wrong.
PATIENT = Deadlines(connect_s=20, greeting_s=20, command_s=20, data_s=20, block_s=20, dot_s=20, quit_s=1)
#: What a test waits for that a deadline ends.
SHORT = Deadlines(connect_s=0.25, greeting_s=0.25, command_s=0.25, data_s=0.25, block_s=0.25, dot_s=0.25, quit_s=0.25)


def no_secret() -> str:
    """Stand for the secret of an account without a user: nobody asks for it."""
    raise AssertionError("the secret was asked for")


def plain(port: int) -> Server:
    """Return a server on this computer, without TLS and without a login."""
    return Server("127.0.0.1", port, Security.NONE)


def client(port: int, deadlines: Deadlines = PATIENT, reached: Callable[[str], None] = lambda _: None) -> SmtpTransport:
    """Return our client for a server on this computer, without TLS and without a login."""
    return SmtpTransport(plain(port), no_secret, deadlines=deadlines, reached=reached)


@contextmanager
def closing(transport: SmtpTransport) -> Iterator[SmtpTransport]:
    """Close the connections that a transport keeps, at the end."""
    try:
        yield transport
    finally:
        transport.let_go(0)


class Desktop:
    """A program and a transport, and what a person would do with them."""

    def __init__(self, program: Program, transport: Transport, policy: RetryPolicy = NO_JITTER) -> None:
        self.program = program
        self.attempts = Attempts(
            program.outbox,
            program.clock,
            ways=Going(lambda _: transport),
            bytes_of=lambda claimed: program.raw(claimed.delivery),
            policy=policy,
            until_room_s=0,
        )

    def accept(
        self, count: int = 1, *, subject: str = "Hello", text: str = "Hello there.", large: int = 0
    ) -> list[str]:
        """Accept messages to `p1@example.com` and so on, each with an attachment of `large` bytes where that is asked.

        Returns their Message-IDs.
        """
        files = (self.program.spool.add_bytes("large.bin", bytes(large)),) if large else ()
        return [
            self.accept_draft(Draft((Recipient(f"p{number}@example.com"),), subject, text, files))
            for number in range(1, count + 1)
        ]

    def accept_draft(self, draft: Draft) -> str:
        """Accept a draft to one recipient; return its Message-ID."""
        return self.program.outbox.accept(draft, token=new_token()).wait().deliveries[0].message_id

    def deliver(self, limit: int = 100) -> list[State]:
        """Attempt what is due, as one run; return the states of all."""
        if claims := claim(self.program, limit, f"lease-{threading.get_ident()}"):
            self.attempts.serve(claims)
        return self.states

    def drain(self) -> list[State]:
        """Have everything delivered that is due, as `run` does it: by the dispatcher's own decisions."""
        InlineEngine(self.program.dispatcher, self.attempts, self.program.log).deliver()
        return self.states

    def deliver_again(self) -> list[State]:
        """Attempt everything that waits, whenever it is due."""
        self.program.outbox.retry_waiting().wait()
        return self.deliver()

    @property
    def states(self) -> list[State]:
        return states(self.program)

    def rows(self) -> list[Delivery]:
        """Return every delivery, in the order in which they were accepted."""
        return sorted(self.program.reader.list(), key=lambda row: row.id)


@contextmanager
def account_opened(
    home: Home, account: Account, environ: dict[str, str], clock: Clock | None = None, executor: Executor | None = None
) -> Iterator[Program]:
    """Own an outbox with one account, the default; passwords come from `environ`, as the program's own do."""
    accounts.add(home, account)
    program = Program(home, executor or Inline(), Settings(), clock=clock, environ=environ)
    try:
        program.open().wait()
        yield program
    finally:
        program.attempts.let_go(0)
        program.close()
