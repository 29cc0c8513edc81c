"""Doubles on the near side of a transport: letters to hand over, and a desk that writes down what it is asked."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from core.mail.mime import Damaged
from core.mail.transport import Desk, Outcome, Parcel

TEXT = b"Subject: Hello\r\n\r\nHello there.\r\n"


@dataclass(frozen=True)
class Letter:
    """A parcel whose bytes are given. Every letter of a test has a Message-ID of its own."""

    message_id: str
    body: bytes = TEXT
    recipient: str = "ann@example.com"
    sender: str = "me@example.org"
    #: What `size_bytes` says; None for the truth.
    said_bytes: int | None = None
    chunk_bytes: int = 8192
    #: After this many bytes the stored file turns out to be another.
    damaged_after: int | None = None

    @property
    def size_bytes(self) -> int:
        return len(self.body) if self.said_bytes is None else self.said_bytes

    def chunks(self) -> Iterator[bytes]:
        body = self.body if self.damaged_after is None else self.body[: self.damaged_after]
        for at in range(0, len(body), self.chunk_bytes):
            yield body[at : at + self.chunk_bytes]
        if self.damaged_after is not None:
            raise Damaged("The stored message is damaged.")


def letters(count: int) -> list[Letter]:
    """Return letters, each to a recipient of its own and with its Message-ID in its header."""
    return [
        Letter(
            f"<{number}@example.org>",
            f"Message-ID: <{number}@example.org>\r\n".encode() + TEXT,
            recipient=f"p{number}@example.com",
        )
        for number in range(1, count + 1)
    ]


@dataclass
class Ledger(Desk):
    """A desk that records. What breaks the desk's own rules is an AssertionError at once."""

    #: ("intend" | "settle" | "flush", Message-ID), in order.
    calls: list[tuple[str, str]] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    #: Says whether a parcel may be handed over: called at each intent.
    allow: Callable[[Parcel], bool] = lambda _: True
    #: Says whether the next parcel may be started.
    go_on: Callable[[], bool] = lambda: True

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def intend(self, parcel: Parcel) -> bool:
        with self._lock:
            assert ("intend", parcel.message_id) not in self.calls, "intended twice"
            assert parcel.message_id not in self.outcomes, "intended after it was settled"
            self.calls.append(("intend", parcel.message_id))
        return self.allow(parcel)

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        with self._lock:
            assert parcel.message_id not in self.outcomes, "settled twice"
            self.calls.append(("settle", parcel.message_id))
            self.outcomes[parcel.message_id] = outcome

    def flush(self) -> None:
        with self._lock:
            self.calls.append(("flush", ""))

    def may_go_on(self) -> bool:
        return self.go_on()

    # -- what a test asks ---------------------------------------------------------------------------------------------

    def outcome(self, number: int = 1) -> Outcome:
        """Return what was said of the `number`th letter of `letters`."""
        return self.outcomes[f"<{number}@example.org>"]

    @property
    def verdicts(self) -> list[str]:
        """Return the verdicts in the order in which they were given."""
        return [str(outcome.verdict) for outcome in self.outcomes.values()]

    @property
    def intended(self) -> list[str]:
        return [message_id for call, message_id in self.calls if call == "intend"]
