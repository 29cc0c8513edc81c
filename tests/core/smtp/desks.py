"""Parcels and a desk for talks without a socket."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from core.mail.smtp.conversation import Offers
from core.mail.smtp.handover import Connection, End, Run
from core.mail.smtp.outcomes import Judge
from core.mail.smtp.server import Security, Server
from core.mail.smtp.steps import Line, run
from core.mail.transport import Desk, Outcome, Parcel, Verdict

PIPELINING = Offers(has_pipelining=True)
SERVER = Server("mx.example.com", 587, Security.NONE, user="ann")
BODY = b"Subject: x\r\n\r\nHello\r\n"


@dataclass(eq=False)
class Message:
    """A parcel with given chunks; an exception among them is raised in its place."""

    recipient: str
    sender: str = "me@example.org"
    pieces: Sequence[bytes | Exception] = (BODY,)

    @property
    def message_id(self) -> str:
        return f"<{self.recipient}>"

    @property
    def size_bytes(self) -> int:
        return sum(len(piece) for piece in self.pieces if isinstance(piece, bytes))

    def chunks(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


@dataclass
class Book(Desk):
    """A desk that keeps what it is asked, in order: `intend r1@x`, `settle r1@x taken`, `flush`."""

    calls: list[str] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    allows: Callable[[Parcel], bool] = lambda _: True
    goes_on: Callable[[], bool] = lambda: True

    def intend(self, parcel: Parcel) -> bool:
        self.calls.append(f"intend {parcel.recipient}")
        return self.allows(parcel)

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        assert parcel.recipient not in self.outcomes, "settled twice"
        self.calls.append(f"settle {parcel.recipient} {outcome.verdict}")
        self.outcomes[parcel.recipient] = outcome

    def flush(self) -> None:
        self.calls.append("flush")

    def may_go_on(self) -> bool:
        return self.goes_on()

    @property
    def verdicts(self) -> list[Verdict]:
        return [outcome.verdict for outcome in self.outcomes.values()]


def messages(count: int) -> list[Message]:
    """Return messages to r1@example.com and so on."""
    return [Message(f"r{number}@example.com") for number in range(1, count + 1)]


def hand_over(
    line: Line,
    run_of: Sequence[Parcel],
    desk: Desk,
    offers: Offers = PIPELINING,
    *,
    most_messages: int = 100,
    reached: Callable[[str], None] = lambda _: None,
) -> tuple[End, Run]:
    """Hand messages over on a connection that was just opened; return how it ended and what is left."""
    left = Run(run_of, desk)
    connection = Connection(Judge(SERVER), offers, most_messages=most_messages, reached=reached)
    return run(connection.hand_over(left), line), left
