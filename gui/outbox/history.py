"""What happened to a delivery, in words: its attempts and its events."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from core.mail.transport import Phase
from core.outbox.notification import Attempt, Event
from gui import wording
from gui.said import said

_translate = QCoreApplication.translate


@dataclass(frozen=True)
class Line:
    """One entry of a history: when, what, and what else is known."""

    time: str
    words: str
    note: str = ""

    def text(self) -> str:
        """Return it as one line, for copying."""
        return "  ".join(part for part in (self.time, self.words, self.note) if part)


def attempt_lines(attempts: tuple[Attempt, ...]) -> list[Line]:
    """Return the attempts, newest first."""
    return [_attempt_line(attempt) for attempt in reversed(attempts)]


def event_lines(events: tuple[Event, ...]) -> list[Line]:
    """Return the events, newest first."""
    return [Line(wording.full_time(event.at), event_words(event), said(event.detail)) for event in reversed(events)]


def _attempt_line(attempt: Attempt) -> Line:
    if attempt.ended_at is None:
        words = _translate("Attempt", "Under way")
    else:
        words = wording.reply_words(attempt.code, attempt.reply) or _translate("Attempt", "No answer")
    notes = [_translate("Attempt", "Attempt {number}").format(number=attempt.number)]
    if attempt.generation:
        notes[0] = _translate("Attempt", "{attempt}, after sending again").format(attempt=notes[0])
    if attempt.phase:
        notes.append(_translate("Attempt", "reached: {phase}").format(phase=phase_words(attempt.phase)))
    if attempt.ended_at is not None:
        notes.append(duration(attempt.ended_at - attempt.started_at))
    notes += [part for part in (attempt.tls, attempt.server) if part]
    return Line(wording.full_time(attempt.started_at), words, " · ".join(notes))


def duration(milliseconds: int) -> str:
    """Return how long an attempt took: 12 ms, 1.4 s, 3 min."""
    if milliseconds < 1000:
        return _translate("Attempt", "{number} ms").format(number=max(0, milliseconds))
    if milliseconds < 60_000:
        return _translate("Attempt", "{number} s").format(number=f"{milliseconds / 1000:.1f}")
    return wording.span(milliseconds)


def phase_words(phase: str) -> str:
    """Return how far an attempt came."""
    match phase:
        case Phase.CONNECT:
            return _translate("Phase", "connecting")
        case Phase.GREETING:
            return _translate("Phase", "the server's greeting")
        case Phase.EHLO:
            return _translate("Phase", "saying hello (EHLO)")
        case Phase.STARTTLS:
            return _translate("Phase", "encryption (STARTTLS)")
        case Phase.AUTH:
            return _translate("Phase", "the password (AUTH)")
        case Phase.MAIL:
            return _translate("Phase", "the sender (MAIL)")
        case Phase.RCPT:
            return _translate("Phase", "the recipient (RCPT)")
        case Phase.DATA:
            return _translate("Phase", "announcing the message (DATA)")
        case Phase.BODY:
            return _translate("Phase", "the message itself")
        case Phase.DOT:
            return _translate("Phase", "the end of the message")
        case Phase.FOLDER:
            return _translate("Phase", "the mail folder")
    return phase


def event_words(event: Event) -> str:
    """Return what an event says; one that is not known here says its own word."""
    words = {
        "query": _translate("Event", "Found by the words"),
        "message": _translate("Event", "Message written"),
        "accepted": _translate("Event", "Accepted"),
        "queued": _translate("Event", "Back in the queue"),
        "sending": _translate("Event", "Begun to send"),
        "handing_over": _translate("Event", "About to be handed over"),
        "sent": _translate("Event", "Sent"),
        "practised": _translate("Event", "Practised: kept on this computer"),
        "waiting": _translate("Event", "Waits for another try"),
        "late": _translate("Event", "Not sent for a long time; it is still tried"),
        "held": _translate("Event", "Held"),
        "released": _translate("Event", "Released"),
        "failed": _translate("Event", "Failed"),
        "unconfirmed": _translate("Event", "Not confirmed: it may have arrived"),
        "cancel_asked": _translate("Event", "Asked to stop while it was being sent"),
        "cancelled": _translate("Event", "Cancelled"),
        "restored": _translate("Event", "The cancelling was taken back"),
        "undone": _translate("Event", "Taken back into the form"),
        "retry": _translate("Event", "Tried again by you"),
        "send_again": _translate("Event", "Sent again by you"),
        "marked": _translate("Event", "Marked as sent by you"),
        "found": _translate("Event", "Found in the Sent folder"),
        "found_late": _translate("Event", "Found in the Sent folder, after it was sent again"),
        "not_found": _translate("Event", "Not found in the Sent folder"),
        "recovered": _translate("Event", "Recovered after the program had ended"),
        "corrupt": _translate("Event", "Found damaged on disk"),
        "trouble": _translate("Event", "Trouble beside it"),
    }
    return words.get(event.kind, event.kind)
