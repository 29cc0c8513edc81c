"""What the protocol asks of the wire, as values: the seam between what is said and how it travels.

A *talk* is a generator that knows the protocol and no socket. It yields steps, is sent what each brought, and is
thrown what went wrong. `run` drives one over a wire; a test or a fuzzer drives one with a script.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.mail.smtp.replies import Reply
from core.mail.transport import Phase


@dataclass(frozen=True, slots=True, repr=False)
class Say:
    """Write `data`, which may be nothing, and bring the next reply. The phase gives the deadline for both.

    Shows nothing of itself: it may hold a secret.
    """

    data: bytes
    phase: Phase


@dataclass(frozen=True, slots=True)
class Pour:
    """Write a block of the body. Brings a reply that came before its time, else None."""

    block: bytes


@dataclass(frozen=True, slots=True)
class Dot:
    """Write what begins with the final dot, unless the server spoke or closed before: then bring that reply.

    None means that at least one byte of it was handed to the system. Whatever is thrown, or brought, means that
    not one was.
    """

    data: bytes


@dataclass(frozen=True, slots=True)
class Secure:
    """Begin TLS; nothing may be left of what was said in clear. Brings None. Throws `TlsFailed`."""


Step = Say | Pour | Dot | Secure
T = TypeVar("T")
Talk = Generator[Step, Reply | None, T]


class Lost(Exception):
    """The connection is of no more use. Root of what a step can throw."""


class Closed(Lost):
    """The server closed it, or the network did."""


class Silent(Lost):
    """A deadline passed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Garbled(Lost):
    """What came is not a reply, or not one that may come here. `excerpt` is its beginning, to be shown."""

    def __init__(self, excerpt: str = "", *, is_tls: bool = False) -> None:
        super().__init__(excerpt)
        self.excerpt = excerpt
        #: It looks like TLS where clear text was awaited.
        self.is_tls = is_tls


class Unsealed(Lost):
    """What came inside TLS was not sealed by it, or was changed on the way: it may be anybody's."""


class TlsFailed(Lost):
    """TLS did not come about. `code` and `values` as in `core.words`, without the host."""

    def __init__(self, code: str, verify_code: int = 0, **values: str) -> None:
        super().__init__(code, values)
        self.code = code
        #: OpenSSL's number for what is wrong with the certificate; 0 where it is something else.
        self.verify_code = verify_code
        self.values = values


class Halted(Exception):
    """The program is quitting. Nothing of the message that was waited for is decided. No `Lost`: nobody settles it."""


class Line(Protocol):
    """What performs steps."""

    def perform(self, step: Step) -> Reply | None: ...


def say(data: bytes, phase: Phase) -> Talk[Reply]:
    """Write and bring the reply, for a talk to `yield from`."""
    reply = yield Say(data, phase)
    assert reply is not None, "a Say brings a reply"
    return reply


def run(talk: Talk[T], line: Line) -> T:
    """Drive a talk over a line until it ends; return what it returns. Blocks as the line does."""
    try:
        step = next(talk)
        while True:
            try:
                brought = line.perform(step)
            except (Lost, Halted) as error:
                step = talk.throw(error)
            else:
                step = talk.send(brought)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        talk.close()
