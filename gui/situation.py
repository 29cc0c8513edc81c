"""What decides whether a command can be done: one value, and the rules for what is selected."""

from dataclasses import dataclass

from core.outbox.states import Reason, State

#: What a delivery is, as far as commands ask.
What = tuple[State, Reason]


@dataclass(frozen=True)
class Situation:
    """How things stand in the window."""

    #: The form holds something.
    has_form: bool = False
    #: It has a subject or a message.
    has_letter: bool = False
    #: The last notification can still be taken back.
    can_undo: bool = False
    #: A cancel can still be taken back.
    can_restore: bool = False
    is_paused: bool = False
    #: The outbox was moved to another computer, and nobody went on here.
    is_moved: bool = False
    #: Something waits for another try.
    has_waiting: bool = False
    #: The list is narrowed by words or a filter, or its details are open.
    can_clear: bool = False
    has_details: bool = False
    #: What the selected deliveries are; empty without a selection.
    chosen: frozenset[What] = frozenset()
    #: As in the settings.
    theme: str = "system"
    language: str = "system"
    is_compact: bool = False
    #: An account cannot send until the person mends it.
    has_account_trouble: bool = False


def can_edit(what: What) -> bool:
    """Say whether it can go back into the form: nothing of it has begun to go."""
    return what[0] in (State.QUEUED, State.HELD)


def can_retry(what: What) -> bool:
    """Say whether it can be tried again: it failed, or waits for another try."""
    waits = (Reason.BACKOFF, Reason.OFFLINE, Reason.RATE)
    return what[0] is State.FAILED or (what[0] is State.QUEUED and what[1] in waits)


def can_hold(what: What) -> bool:
    """Say whether it can be kept from going."""
    return what[0] is State.QUEUED


def can_release(what: What) -> bool:
    """Say whether it is held."""
    return what[0] is State.HELD


def can_cancel(what: What) -> bool:
    """Say whether it can be cancelled; what is being sent is asked to stop."""
    return what[0] in (State.QUEUED, State.HELD, State.SENDING, State.UNCONFIRMED)


def is_unconfirmed(what: What) -> bool:
    """Say whether nobody knows if it arrived."""
    return what[0] is State.UNCONFIRMED


def is_all_held(now: Situation) -> bool:
    """Say whether Hold would release: all that can be held or released is held."""
    return not any(map(can_hold, now.chosen)) and any(map(can_release, now.chosen))
