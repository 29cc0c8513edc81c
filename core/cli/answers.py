"""What the command line answers: JSON whose keys are a contract, and text for a person. Pure functions."""

import json
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from core.clock import iso
from core.outbox.notification import Attempt, Counts, Delivery, Details, Event, Receipt
from core.outbox.states import State
from core.words import STATE_WORDS, shown_state

Json = dict[str, Any]

#: The columns of `export`, which are the keys of one delivery.
DELIVERY_KEYS = (
    "id",
    "notification",
    "to",
    "from",
    "subject",
    "state",
    "reason",
    "due_at",
    "accepted_at",
    "sent_at",
    "attempts",
    "generation",
    "last_code",
    "last_reply",
    "message_id",
    "size_bytes",
)


def json_line(value: Json, *, is_ascii_only: bool = False) -> str:
    """Write a value as one line. With `is_ascii_only`, every other character as an escape."""
    return json.dumps(value, ensure_ascii=is_ascii_only)


def receipt_json(receipt: Receipt) -> Json:
    """Return what `send --json` prints: each recipient is a delivery with a message of its own."""
    return {
        "notification": receipt.notification,
        "accepted_at": iso(receipt.accepted_at),
        "deliveries": [
            {
                "id": delivery.id,
                "to": delivery.to,
                "state": delivery.state.value,
                "message_id": delivery.message_id,
            }
            for delivery in receipt.deliveries
        ],
    }


def delivery_json(delivery: Delivery) -> Json:
    """Return one delivery, its keys in the order of `DELIVERY_KEYS`. What waits for nothing has no due time."""
    values = (
        delivery.id,
        delivery.notification,
        delivery.to,
        delivery.from_,
        delivery.subject,
        delivery.state.value,
        delivery.reason.value,
        _iso_or_none(delivery.due_at or None),
        iso(delivery.accepted_at),
        _iso_or_none(delivery.sent_at),
        delivery.attempts,
        delivery.generation,
        delivery.last_code,
        delivery.last_reply,
        delivery.message_id,
        delivery.size_bytes,
    )
    return dict(zip(DELIVERY_KEYS, values, strict=True))


def details_json(details: Details) -> Json:
    """Return one delivery with its attempts and events."""
    return {
        **delivery_json(details.delivery),
        "attempt_log": [_attempt_json(attempt) for attempt in details.attempts],
        "events": [_event_json(event) for event in details.events],
    }


def _attempt_json(attempt: Attempt) -> Json:
    return {
        "started_at": iso(attempt.started_at),
        "ended_at": _iso_or_none(attempt.ended_at),
        "phase": attempt.phase,
        "code": attempt.code,
        "reply": attempt.reply,
        "tls": attempt.tls,
        "server": attempt.server,
    }


def _event_json(event: Event) -> Json:
    return {"at": iso(event.at), "event": event.kind, "detail": event.detail}


def status_json(counts: Counts, owner: str | None) -> Json:
    """Return how many deliveries are in each state, what is next, and who owns the outbox."""
    by_state = {state.value: counts.by_state.get(state, 0) for state in _STATUS_ORDER}
    return {
        **by_state,
        "total": sum(by_state.values()),
        "next_due_at": _iso_or_none(counts.next_due_at),
        "paused": counts.is_paused,
        "owner": owner,
    }


_STATUS_ORDER = (
    State.QUEUED,
    State.HELD,
    State.SENDING,
    State.HANDING_OVER,
    State.SENT,
    State.FAILED,
    State.UNCONFIRMED,
    State.CANCELLED,
    State.CORRUPT,
)


def _iso_or_none(at_ms: int | None) -> str | None:
    return None if at_ms is None else iso(at_ms)


# -- text ---------------------------------------------------------------------------------------------------------


def receipt_text(receipt: Receipt) -> str:
    """Say what was accepted, a line for each recipient."""
    again = "" if receipt.is_new else " before"
    lines = [f"Accepted{again} {time_text(receipt.accepted_at)}"]
    lines += [f"{delivery.id}  {delivery.to}  {state_text(delivery)}" for delivery in receipt.deliveries]
    if not receipt.deliveries:
        lines.append("It has been deleted since. It is not sent again.")
    return "\n".join(lines)


def status_text(counts: Counts, owner: str | None, now_ms: int) -> str:
    """Say how many are in each state, what is next, and who owns the outbox."""
    labels = {**{state: STATE_WORDS[state.value] for state in _STATUS_ORDER}, State.HANDING_OVER: "Handing over"}
    lines = [(labels[state], str(counts.by_state.get(state, 0))) for state in _STATUS_ORDER]
    lines.append(("Total", str(sum(counts.by_state.values()))))
    if counts.is_paused:
        upcoming = "paused"
    elif counts.next_due_at is None:
        upcoming = "nothing"
    elif counts.next_due_at <= now_ms:
        upcoming = "now"
    else:
        upcoming = time_text(counts.next_due_at)
    lines += [("Next", upcoming), ("Owner", owner or "nobody")]
    return "\n".join(f"{label:<15}{value}" for label, value in lines)


def list_text(delivery: Delivery) -> str:
    """Write one delivery as a row."""
    return "  ".join(
        (
            f"{delivery.id:>7}",
            padded(STATE_WORDS[shown_state(delivery.state, delivery.reason)], 13),
            time_text(delivery.sent_at or delivery.accepted_at),
            padded(delivery.to, 30),
            one_line(delivery.subject),
        )
    ).rstrip()


def details_text(details: Details) -> str:
    """Write everything that is known of one delivery."""
    delivery = details.delivery
    lines = [
        ("Delivery", f"{delivery.id} of {delivery.notification}"),
        ("To", f"{delivery.to_name} <{delivery.to}>" if delivery.to_name else delivery.to),
        ("From", delivery.from_),
        ("Subject", delivery.subject),
        ("State", state_text(delivery)),
        ("Accepted", time_text(delivery.accepted_at)),
        ("Message-ID", delivery.message_id),
        ("Size", f"{delivery.size_bytes} bytes"),
    ]
    parts = ["\n".join(f"{label:<12}{one_line(value)}" for label, value in lines)]
    if details.attempts:
        rows = [
            f"{time_text(attempt.started_at)}  {attempt.phase or 'begun'}"
            f"{'' if attempt.code is None else f'  {attempt.code}'}  {one_line(attempt.reply)}".rstrip()
            for attempt in details.attempts
        ]
        parts.append("\n".join(["Attempts", *rows]))
    if details.events:
        rows = [f"{time_text(event.at)}  {event.kind}  {one_line(event.detail)}".rstrip() for event in details.events]
        parts.append("\n".join(["Events", *rows]))
    return "\n\n".join(parts)


def state_text(delivery: Delivery) -> str:
    """Say the state in the window's words, with what the person wants to know next."""
    word = STATE_WORDS[shown_state(delivery.state, delivery.reason)]
    if delivery.state is State.QUEUED and delivery.reason:
        return f"{word}, not before {time_text(delivery.due_at)}{_reply_text(delivery)}"
    if delivery.state is State.SENT and word == STATE_WORDS["practised"]:
        return f"{word}: kept on this computer, nobody received it"
    return f"{word}{_reply_text(delivery)}"


def _reply_text(delivery: Delivery) -> str:
    code = "" if delivery.last_code is None else f"{delivery.last_code} "
    return f" ({code}{one_line(delivery.last_reply)})" if delivery.last_reply else ""


def padded(text: str, width: int) -> str:
    """Fill up to a width as a terminal counts it: Chinese, Japanese and Korean characters take two places."""
    text = one_line(text)
    places = sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
    return text + " " * (width - places)


def one_line(text: str) -> str:
    """Keep a text from ending its line or steering the terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)


def time_text(at_ms: int) -> str:
    """Write a time in this computer's zone, to the second."""
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC).astimezone():%Y-%m-%d %H:%M:%S}"


# -- export -------------------------------------------------------------------------------------------------------


def csv_cells(delivery: Delivery) -> Sequence[str]:
    """Write one delivery as cells that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    return [_inert("" if value is None else str(value)) for value in delivery_json(delivery).values()]


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
