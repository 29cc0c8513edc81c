"""What the events of a delivery say about its state: the other record of it, by which damage shows."""

import sqlite3
from dataclasses import dataclass

from core.outbox.states import State

#: The state in which a delivery is after each kind of event. `restored` says it in its detail; others move nothing.
_STATE_AFTER = {
    "accepted": State.QUEUED,
    "queued": State.QUEUED,
    "waiting": State.QUEUED,
    "released": State.QUEUED,
    "retry": State.QUEUED,
    "send_again": State.QUEUED,
    "recovered": State.QUEUED,
    "held": State.HELD,
    "sending": State.SENDING,
    "handing_over": State.HANDING_OVER,
    "sent": State.SENT,
    "practised": State.SENT,
    "marked": State.SENT,
    "found": State.SENT,
    "failed": State.FAILED,
    "unconfirmed": State.UNCONFIRMED,
    "cancelled": State.CANCELLED,
    "undone": State.CANCELLED,
    "corrupt": State.CORRUPT,
}


def state_said(kind: str, detail: str) -> State | None:
    """Return the state in which an event leaves its delivery; None where it moves nothing."""
    if kind == "restored":
        return State(detail) if detail in set(State) else None
    return _STATE_AFTER.get(kind)


@dataclass(frozen=True)
class Said:
    """The last event of a delivery that says its state."""

    state: State
    kind: str
    detail: str
    at: int


def last_said(db: sqlite3.Connection, delivery_id: int) -> Said | None:
    """Return what a delivery's events leave it in; None where they say nothing."""
    events = db.execute("SELECT kind, detail, at FROM event WHERE delivery = ? ORDER BY id DESC", (delivery_id,))
    for kind, detail, at in events:
        if (state := state_said(kind, detail)) is not None:
            return Said(state, kind, detail, at)
    return None
