"""The states of a delivery and the moves between them that are legal."""

from enum import StrEnum


class State(StrEnum):
    """What is true of one delivery. The value is the stored word."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    CANCELLED = "cancelled"
    CORRUPT = "corrupt"


class Reason(StrEnum):
    """Why a delivery is in its state, where the state alone does not say it."""

    NONE = ""
    #: queued: the person may still take it back
    UNDO = "undo"
    #: queued: the person chose a time
    SCHEDULE = "schedule"
    #: queued: tried, to be tried again
    BACKOFF = "backoff"
    #: queued: no network; does not count as an attempt
    OFFLINE = "offline"
    #: queued: the account's rate allows no more just now
    RATE = "rate"
    #: held: by the person
    PERSON = "person"
    #: held: the account was refused or cannot work yet
    ACCOUNT = "account"
    #: held: its time passed while the computer was off
    MISSED = "missed"
    #: held: from a backup, or out of a damaged outbox: it may have been sent already
    RESTORED = "restored"
    #: sent: to the mail folder of the Practice account; nobody received it
    PRACTISED = "practised"
    #: sent: a person said so
    MARKED = "marked"
    #: sent: it was found in the account's Sent folder
    FOUND = "found"
    #: failed: waited longer than it may
    EXPIRED = "expired"
    #: cancelled: taken back within the undo time
    UNDONE = "undone"
    #: unconfirmed: the program ended between the intent and the outcome
    CRASH = "crash"
    #: unconfirmed: the server did not answer
    NO_REPLY = "no_reply"


class Place(StrEnum):
    """The five filters of the list. Every delivery is in exactly one of the last four."""

    ALL = "all"
    ON_THE_WAY = "on_the_way"
    NEEDS_YOU = "needs_you"
    SENT = "sent"
    ENDED = "ended"


#: From each state, where a delivery may go. The same state again is the move to a later due time.
LEGAL: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.QUEUED, State.HELD, State.SENDING, State.CANCELLED, State.FAILED, State.CORRUPT}),
    State.HELD: frozenset({State.QUEUED, State.CANCELLED, State.CORRUPT}),
    # `sending → sent` is the way of a transport that is idempotent: it needs no intent.
    State.SENDING: frozenset(
        {
            State.QUEUED,
            State.HANDING_OVER,
            State.SENT,
            State.FAILED,
            State.HELD,
            State.CANCELLED,
            State.CORRUPT,
        }
    ),
    State.HANDING_OVER: frozenset({State.SENT, State.QUEUED, State.FAILED, State.UNCONFIRMED}),
    State.SENT: frozenset(),
    State.FAILED: frozenset({State.QUEUED}),
    State.UNCONFIRMED: frozenset({State.QUEUED, State.SENT, State.CANCELLED}),
    # Taking a cancel back within some seconds: where it was before.
    State.CANCELLED: frozenset({State.QUEUED, State.HELD, State.UNCONFIRMED}),
    State.CORRUPT: frozenset(),
}

#: States in which a lease is held by a running attempt.
LEASED = frozenset({State.SENDING, State.HANDING_OVER})


def is_legal(old: State, new: State) -> bool:
    """Say whether a delivery may move from `old` to `new`."""
    return new in LEGAL[old]


def place_of(state: State, reason: str) -> Place:
    """Return the filter in which a delivery is shown. The schema computes the same, see `0003_restored.sql`."""
    if state in (State.FAILED, State.UNCONFIRMED, State.CORRUPT):
        return Place.NEEDS_YOU
    if state is State.HELD and reason in (Reason.ACCOUNT, Reason.MISSED, Reason.RESTORED):
        return Place.NEEDS_YOU
    if state is State.SENT:
        return Place.SENT
    if state is State.CANCELLED:
        return Place.ENDED
    return Place.ON_THE_WAY
