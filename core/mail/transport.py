"""The seam between deciding and doing: what a transport is given, and what it must say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.errors import Problem


class Verdict(StrEnum):
    """What came of one attempt."""

    #: The receiving side took responsibility.
    TAKEN = "taken"
    #: Not now: try again later.
    LATER = "later"
    #: Refused for good.
    REFUSED = "refused"
    #: Handed over, and nobody answered: it may have arrived.
    UNKNOWN = "unknown"
    #: The account cannot work until a person mends it: nothing more is tried with it.
    ACCOUNT = "account"
    #: There is no network. Not the message's fault, and no attempt.
    OFFLINE = "offline"
    #: Cancelled at the intent, or the lease was lost: nothing was handed over.
    DROPPED = "dropped"
    #: The stored bytes no longer match their seal.
    DAMAGED = "damaged"


class Phase(StrEnum):
    """How far an attempt came. The value is the stored word."""

    NONE = ""
    CONNECT = "connect"
    GREETING = "greeting"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"
    FOLDER = "folder"


@dataclass(frozen=True)
class Outcome:
    """What a transport says of one attempt."""

    verdict: Verdict
    phase: Phase = Phase.NONE
    #: The reply's three digits, where there was one.
    code: int | None = None
    #: The reply's text, or the reason in words; no control characters.
    reply: str = ""
    tls: str = ""
    server: str = ""
    #: For `ACCOUNT`, and where the server could not be reached: what is wrong, as a code of `core.words`.
    problem: Problem | None = None
    #: The server could not be reached, or said that it has too much to do: fewer connections to it, for a while.
    is_crowded: bool = False
    #: The connection was lost in a login that the server took before: that says nothing of the password.
    is_login_known: bool = False


class Parcel(Protocol):
    """One message to hand over: the envelope and its bytes."""

    @property
    def sender(self) -> str: ...

    @property
    def recipient(self) -> str: ...

    @property
    def message_id(self) -> str: ...

    @property
    def size_bytes(self) -> int: ...

    def chunks(self) -> Iterator[bytes]:
        """Yield the stored bytes in order, CRLF line ends, each file's hash checked as it is read.

        Raises `core.mail.mime.Damaged` before the last chunk if anything differs from the seal.
        """
        ...


class Desk(Protocol):
    """Where a transport asks and reports. Called on the transport's own thread."""

    def intend(self, parcel: Parcel) -> bool:
        """Put the intent on disk, and every outcome settled before it. Blocks for the commit.

        False: cancelled, fenced, or the disk refused: do not hand it over.
        """
        ...

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        """Have the outcome put on disk. Every parcel is settled at most once.

        Where the transport is idempotent, or more follows on the same connection, it returns before the commit: the
        next `intend` waits for it, and so does `flush`.
        """
        ...

    def flush(self) -> None:
        """Wait until every outcome settled is on disk: before QUIT, and before the connection goes to others."""
        ...

    def may_go_on(self) -> bool:
        """Say whether the next parcel should be started: False when the program is quitting, or others wait."""
        ...


class Transport(Protocol):
    """Knows how to hand messages over. One call serves a run of parcels on one thread."""

    #: True when handing the same message over twice leaves one copy: no intent is needed then.
    is_idempotent: bool

    def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
        """Hand over each parcel in order and settle it. Parcels not started when it ends are simply left.

        Called by several threads at once.
        """
        ...

    def let_go(self, idle_s: float) -> bool:
        """Close the kept connections that nobody used for so long; say whether any is kept. Blocks for moments."""
        ...

    def halt(self) -> None:
        """Break off what is not yet handed over; a wait for the answer to the dot goes on. From any thread."""
        ...
