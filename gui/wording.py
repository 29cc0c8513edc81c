"""States, reasons, times, sizes and errors in the person's language."""

import re
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from core.errors import PersonError, Problem
from core.outbox.notification import Delivery, Draft
from core.outbox.recovery.salvaged import Salvaged
from core.outbox.states import Place, Reason, State
from core.words import SENTENCES, shown_state, still_saving_code
from gui.said import filled, said

#: For each word under which a state is shown: its icon and its colour, whose ground is the colour's `-soft`.
SEALS: dict[str, tuple[str, str]] = {
    "queued": ("queued", "on-the-way"),
    "scheduled": ("clock", "on-the-way"),
    "waiting": ("clock", "waiting"),
    "held": ("held", "on-the-way"),
    "sending": ("send", "on-the-way"),
    "handing_over": ("send", "on-the-way"),
    "sent": ("check", "sent"),
    "practised": ("inbox", "practised"),
    "failed": ("x", "failed"),
    "unconfirmed": ("warning", "not-confirmed"),
    "cancelled": ("ban", "on-the-way"),
    "corrupt": ("damaged", "failed"),
}

#: An enhanced status code (RFC 3463) at the start of a reply.
_ENHANCED = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\s*")

_translate = QCoreApplication.translate


def state_word(delivery: Delivery) -> str:
    """Return the word under which a delivery's state is shown."""
    return word_of(shown_state(delivery.state, delivery.reason))


def word_of(shown: str) -> str:
    """Return the word for a key of `core.words.STATE_WORDS`."""
    match shown:
        case "queued":
            return _translate("State", "Queued")
        case "scheduled":
            return _translate("State", "Scheduled")
        case "waiting":
            return _translate("State", "Waiting")
        case "held":
            return _translate("State", "Held")
        case "sending" | "handing_over":
            return _translate("State", "Sending")
        case "sent":
            return _translate("State", "Sent")
        case "practised":
            return _translate("State", "Practised")
        case "failed":
            return _translate("State", "Failed")
        case "unconfirmed":
            return _translate("State", "Not confirmed")
        case "cancelled":
            return _translate("State", "Cancelled")
        case "corrupt":
            return _translate("State", "Damaged")
    raise KeyError(shown)


def seal_of(delivery: Delivery) -> tuple[str, str]:
    """Return the icon and the colour of a delivery's seal. What needs the person has the colour of failed."""
    if delivery.state is State.HELD and delivery.reason in (Reason.ACCOUNT, Reason.MISSED, Reason.RESTORED):
        return "held", "failed"
    return SEALS[shown_state(delivery.state, delivery.reason)]


def place_word(place: Place) -> str:
    """Return the name of a filter."""
    match place:
        case Place.ALL:
            return _translate("Place", "All")
        case Place.ON_THE_WAY:
            return _translate("Place", "On the way")
        case Place.NEEDS_YOU:
            return _translate("Place", "Needs you")
        case Place.SENT:
            return _translate("Place", "Sent")
        case Place.ENDED:
            return _translate("Place", "Ended")


def reason_sentence(delivery: Delivery, now_ms: int) -> str:
    """Return the sentence beside a delivery's state; "" where the state says all."""
    match delivery.state:
        case State.QUEUED:
            return _queued_sentence(delivery, now_ms)
        case State.HELD:
            return _held_sentence(delivery)
        case State.SENDING:
            return _translate("Reason", "On its way to the server")
        case State.HANDING_OVER:
            return _translate("Reason", "Waiting for the server to confirm")
        case State.SENT:
            return _sent_sentence(delivery, now_ms)
        case State.FAILED:
            return _failed_sentence(delivery)
        case State.UNCONFIRMED:
            return _unconfirmed_sentence(delivery)
        case State.CANCELLED:
            return _translate("Reason", "Taken back") if delivery.reason is Reason.UNDONE else ""
        case State.CORRUPT:
            return _translate("Reason", "Damaged on disk, so it was not sent.")


def is_counting(delivery: Delivery, now_ms: int) -> bool:
    """Say whether the sentence changes from one second to the next."""
    return delivery.state is State.QUEUED and delivery.reason in (Reason.NONE, Reason.UNDO) and delivery.due_at > now_ms


def _queued_sentence(delivery: Delivery, now_ms: int) -> str:
    due = delivery.due_at
    match delivery.reason:
        case Reason.SCHEDULE:
            return _translate("Reason", "{day_and_time}, if this computer is on").format(day_and_time=day_and_time(due))
        case Reason.BACKOFF:
            words = (
                _translate("Reason", "{reply}. Next try {time}, attempt {attempt}")
                if delivery.attempts
                else _translate("Reason", "{reply}. Next try {time}")
            )
            reply = reply_words(delivery.last_code, delivery.last_reply) or _translate("Reason", "No answer")
            return words.format(reply=without_stop(reply), time=short_time(due, now_ms), attempt=delivery.attempts + 1)
        case Reason.OFFLINE:
            return _translate("Reason", "No network")
        case Reason.RATE:
            return _translate("Reason", "Rate limit. Next try {time}").format(time=short_time(due, now_ms))
    if due <= now_ms:
        return _translate("Reason", "Goes out next")
    if delivery.reason is Reason.UNDO:
        return _translate("Reason", "Sends in {seconds} s — Undo").format(seconds=seconds_until(due, now_ms))
    return _translate("Reason", "Sends in {seconds} s").format(seconds=seconds_until(due, now_ms))


def _held_sentence(delivery: Delivery) -> str:
    match delivery.reason:
        case Reason.ACCOUNT:
            if delivery.last_code in (534, 535):
                return _translate("Reason", "The password for {account} was refused").format(account=delivery.from_)
            return reply_words(delivery.last_code, delivery.last_reply) or _translate(
                "Reason", "{account} cannot send until it is mended"
            ).format(account=delivery.from_ or delivery.account)
        case Reason.MISSED:
            return _translate("Reason", "Missed {time} by {span}. Release it or cancel it.").format(
                time=clock_time(delivery.due_at), span=span(delivery.updated_at - delivery.due_at)
            )
        case Reason.RESTORED:
            return _translate("Reason", "{where_from} Release it or cancel it.").format(
                where_from=said(delivery.last_reply) or _translate("Reason", "It may have been sent already.")
            )
    return _translate("Reason", "Held by you")


def _sent_sentence(delivery: Delivery, now_ms: int) -> str:
    if delivery.reason is Reason.PRACTISED:
        return _translate("Reason", "Kept on this computer. Nobody received it.")
    if delivery.reason is Reason.MARKED:
        return _translate("Reason", "Marked as sent by you")
    if delivery.reason is Reason.FOUND:
        words = _translate("Reason", "Found in {where}").format(where=said(delivery.last_reply))
        if delivery.sent_at is None:
            return words
        return _translate("Reason", "{found_there}, {time}").format(
            found_there=words, time=short_time(delivery.sent_at, now_ms)
        )
    host, colon, port = delivery.server.rpartition(":")
    server = host if colon and port.isdigit() else delivery.server
    words = _translate("Reason", "{server} took it").format(server=server or _translate("Reason", "The server"))
    if delivery.sent_at is not None:
        words = _translate("Reason", "{server_took_it}, {time}").format(
            server_took_it=words, time=short_time(delivery.sent_at, now_ms)
        )
    if delivery.last_code is None:
        return words
    return f"{words} ({f'{delivery.last_code} {delivery.last_reply}'.strip()})"


def _unconfirmed_sentence(delivery: Delivery) -> str:
    if delivery.reason is Reason.CRASH:
        return _translate("Reason", "Outtray ended before the server answered. It may have arrived.")
    if delivery.last_reply and delivery.last_code is None:
        return _translate("Reason", "{what_happened}. It may have arrived.").format(
            what_happened=without_stop(said(delivery.last_reply.strip()))
        )
    return _translate("Reason", "The server closed before it answered. It may have arrived.")


def _failed_sentence(delivery: Delivery) -> str:
    reply = reply_words(delivery.last_code, delivery.last_reply)
    if delivery.reason is not Reason.EXPIRED:
        return reply or _translate("Reason", "Refused")
    if not reply:
        return _translate("Reason", "It could not be sent in time")
    return _translate("Reason", "It could not be sent in time. Last said: {reply}").format(reply=reply)


def reply_words(code: int | None, reply: str) -> str:
    """Turn a server's reply into words with its numbers behind: "No such user (550 5.1.1)".

    Without a code `reply` is a reason in words already.
    """
    if code is None:
        return said(reply.strip())
    found = _ENHANCED.match(reply)
    words = said(reply[found.end() :].strip() if found else reply.strip())
    numbers = f"{code} {found[1]}" if found else str(code)
    return f"{without_stop(words) or _code_words(code)} ({numbers})"


def plain(words: str) -> str:
    """Return the words of a menu, a button or a label without their mnemonic: File, and ファイル of ファイル(&F)."""
    return re.sub(r"\(&\w\)", "", words).replace("&", "")


def without_stop(sentence: str) -> str:
    """Return a sentence for the middle of another."""
    return sentence.rstrip(".。")


def sentences(*several: str) -> str:
    """Return sentences as one text; those that are empty are left out."""
    whole, *others = [*filter(None, several), ""]
    for sentence in filter(None, others):
        whole = _translate("Text", "{sentence} {next_sentence}").format(sentence=whole, next_sentence=sentence)
    return whole


def listed(*things: str) -> str:
    """Return things one after the other, in a sentence."""
    whole, *others = [*filter(None, things), ""]
    for thing in filter(None, others):
        whole = _translate("Text", "{thing}, {next_thing}").format(thing=whole, next_thing=thing)
    return whole


def _code_words(code: int) -> str:
    match code:
        case 421:
            return _translate("Reply", "Server busy")
        case 450 | 451:
            return _translate("Reply", "Not now")
        case 452 | 552:
            return _translate("Reply", "No room there")
        case 550 | 551 | 553:
            return _translate("Reply", "No such user")
        case 534 | 535:
            return _translate("Reply", "Password refused")
    if code // 100 == 4:
        return _translate("Reply", "Not now")
    return _translate("Reply", "Refused")


def problem_sentence(problem: Problem) -> str:
    """Return one sentence for one thing wrong with a draft."""
    return code_sentence(problem.code, dict(problem.values))


def error_sentence(error: PersonError) -> str:
    """Return the sentence for an error that a person can act on."""
    return code_sentence(error.code, error.values)


def still_saving(waits_for: PersonError | None) -> str:
    """Return what is said while a press of Send is not on disk yet, and what it waits for where that is known."""
    return code_sentence(still_saving_code("" if waits_for is None else waits_for.code), {})


def code_sentence(code: str, values: Mapping[str, str]) -> str:
    """Return the sentence for a code of `core.words`."""
    return filled(SENTENCES[code], values)


def not_there(where: str, at_ms: int, now_ms: int) -> str:
    """Return what is said of a message that was not in a Sent folder when somebody looked."""
    return code_sentence("sent_not_there", {"where": where, "time": short_time(at_ms, now_ms)})


def doubt_offers() -> tuple[tuple[str, str], ...]:
    """Return the commands that stand in the row of what is not confirmed, each with its words there.

    What may arrive twice is not done by a press in the row: that opens the details, which say so.
    """
    return ("check_sent", _translate("Row", "Check")), ("send_again", _translate("Row", "Send again…"))


def recipient_words(delivery: Delivery) -> str:
    """Return whom a delivery goes to, as the row's first words."""
    return f"{delivery.to_name} <{delivery.to}>" if delivery.to_name else delivery.to


def row_text(delivery: Delivery, now_ms: int) -> str:
    """Return a whole row as one line, for screen readers and for copying."""
    parts = (
        state_word(delivery),
        recipient_words(delivery),
        delivery.subject or no_subject(),
        reason_sentence(delivery, now_ms),
        row_time(delivery.accepted_at, now_ms),
    )
    return listed(*parts)


def no_subject() -> str:
    """Return what stands where a subject would."""
    return _translate("Row", "No subject")


def accepted_text(accepted_ms: int, left_s: int) -> str:
    """Return what follows the word "Accepted" on the strip."""
    if left_s <= 0:
        return clock_time_s(accepted_ms)
    return _translate("Strip", "{time} · sends in {seconds} s").format(time=clock_time_s(accepted_ms), seconds=left_s)


def schedule_words(at_ms: int | None, not_after_ms: int | None) -> str:
    """Return when the message in the form goes, and until when; "" where nothing is chosen."""
    at = "" if at_ms is None else day_and_time(at_ms)
    until = "" if not_after_ms is None else day_and_time(not_after_ms)
    if at and until:
        return _translate("Schedule", "Sends {time}, if this computer is on; not after {until}").format(
            time=at, until=until
        )
    if at:
        return _translate("Schedule", "Sends {time}, if this computer is on").format(time=at)
    return _translate("Schedule", "Not after {until}").format(until=until) if until else ""


def seconds_until(due_ms: int, now_ms: int) -> int:
    """Return the whole seconds left, counted up: 1 until the last moment, then 0."""
    return max(0, -((now_ms - due_ms) // 1000))


def clock_time(at_ms: int) -> str:
    """Return hours and minutes, local time: 14:03."""
    return _format(at_ms, "HH:mm")


def clock_time_s(at_ms: int) -> str:
    """Return hours, minutes and seconds, local time: 14:03:22."""
    return _format(at_ms, "HH:mm:ss")


def day_and_time(at_ms: int) -> str:
    """Return day and time, local: Mon 30 Nov, 09:00."""
    return _format(at_ms, _translate("Time", "ddd d MMM, HH:mm"))


def full_time(at_ms: int) -> str:
    """Return day, year and time to the second, local: Mon 30 Nov 2026, 09:00:00."""
    return _format(at_ms, _translate("Time", "ddd d MMM yyyy, HH:mm:ss"))


def exact_time(at_ms: int) -> str:
    """Return day and time as a field of times reads them again: 2026-11-30 09:00."""
    return _format(at_ms, "yyyy-MM-dd HH:mm")


def day_of(at_ms: int) -> str:
    """Return the day as a file's name has it: 2026-11-30."""
    return _format(at_ms, "yyyy-MM-dd")


def short_time(at_ms: int, now_ms: int) -> str:
    """Return the time, with the day where it is not today's."""
    return clock_time(at_ms) if _day(at_ms) == _day(now_ms) else day_and_time(at_ms)


def row_time(at_ms: int, now_ms: int) -> str:
    """Return the time of today, the day of this year, or day and year: what a row shows at its right."""
    if _day(at_ms) == _day(now_ms):
        return clock_time(at_ms)
    if _format(at_ms, "yyyy") == _format(now_ms, "yyyy"):
        return _format(at_ms, _translate("Time", "d MMM"))
    return _format(at_ms, _translate("Time", "d MMM yyyy"))


def span(milliseconds: int) -> str:
    """Return a length of time in its largest fitting unit: 40 s, 12 min, 2 h, 3 d."""
    seconds = max(0, milliseconds // 1000)
    if seconds < 60:
        return _translate("Time", "{number} s").format(number=seconds)
    if seconds < 3600:
        return _translate("Time", "{number} min").format(number=seconds // 60)
    if seconds < 48 * 3600:
        return _translate("Time", "{number} h").format(number=seconds // 3600)
    return _translate("Time", "{number} d").format(number=seconds // 86400)


def size(size_bytes: int) -> str:
    """Return a size in units of 1000, as file managers show it: 812 B, 2.4 KB, 18 MB."""
    if size_bytes < 1000:
        return _translate("Size", "{number} B").format(number=size_bytes)
    number = size_bytes / 1000
    units = (
        _translate("Size", "{number} KB"),
        _translate("Size", "{number} MB"),
        _translate("Size", "{number} GB"),
    )
    step = 0
    # 999.5 would be shown as 1000 of a unit, so it is one of the next.
    while number >= 999.5 and step < len(units) - 1:
        number /= 1000
        step += 1
    return units[step].format(number=QLocale().toString(number, "f", 1 if number < 9.95 else 0))


def group_size(size: int) -> str:
    """Say how many people are in a group."""
    return _translate("Book", "Group of {count}").format(count=count(size))


def count(number: int) -> str:
    """Return a number with the language's thousands marks: 1,206."""
    return QLocale().toString(number)


def _format(at_ms: int, pattern: str) -> str:
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(at_ms), pattern)


def _day(at_ms: int) -> int:
    return QDateTime.fromMSecsSinceEpoch(at_ms).date().toJulianDay()


def draft_words(draft: Draft) -> str:
    """Return what a kept draft is called in a menu: its subject, else its first words, and whom it goes to."""
    text = " ".join((draft.subject or draft.text).split()) or no_subject()
    to = [str(recipient) for recipient in draft.to] + list(draft.unread_to)
    words = text if len(text) <= _MENU_CHARACTERS else f"{text[: _MENU_CHARACTERS - 1]}…"
    if to:
        words = _translate("Draft", "{words} — {recipient}").format(words=words, recipient=to[0])
    return words.replace("&", "&&")


def recovered(put_back: int, unconfirmed: int) -> str:
    """Return what was put right after the program ended unexpectedly."""
    number = put_back + unconfirmed
    if unconfirmed:
        words = _translate("Notice", "Recovered %Ln notification(s), {unconfirmed} not confirmed.", "plural", number)
        return words.format(unconfirmed=count(unconfirmed))
    return _translate("Notice", "Recovered after an unexpected end: %Ln go(es) out again.", "plural", number)


def salvaging() -> str:
    """Return what is said while a damaged outbox is being recovered."""
    return _translate("Notice", "The outbox is damaged. What can be read is being recovered; it is not lost.")


def salvaged(found: Salvaged) -> str:
    """Return what came of recovering a damaged outbox, with every count."""
    parts = [
        _translate("Notice", "The outbox was damaged. Recovered {saved} of {known} notifications.").format(
            saved=count(found.saved), known=count(found.known)
        )
    ]
    if found.lost:
        parts.append(_translate("Notice", "Lost: {numbers}.").format(numbers=found.lost_numbers))
    if found.drafts:
        parts.append(_translate("Notice", "Their text is under Drafts: {count}.").format(count=count(found.drafts)))
    asking = [
        words.format(count=count(len(ids)))
        for ids, words in (
            (found.held, _translate("Notice", "{count} held")),
            (found.unconfirmed, _translate("Notice", "{count} not confirmed")),
            (found.corrupt, _translate("Notice", "{count} damaged")),
        )
        if ids
    ]
    if asking:
        parts.append(_translate("Notice", "Of them need you: {counts}.").format(counts=listed(*asking)))
    parts.append(_translate("Notice", "The damaged file is kept as {name}.").format(name=found.kept.name))
    return sentences(*parts)


#: A menu entry is read at a glance.
_MENU_CHARACTERS = 48
