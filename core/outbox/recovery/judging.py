"""What a delivery out of a damaged outbox may be: as it was where its record is whole, else it waits and asks."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from core.outbox import draft_json
from core.outbox.book_tables import complete
from core.outbox.notification import Draft, Recipient, new_ulid
from core.outbox.recovery.gathering import Gathering
from core.outbox.recovery.history import Said, last_said
from core.outbox.searchable import search_again
from core.outbox.states import Reason, State

_PART = 500
_DETAIL = "Recovered from a damaged outbox"
#: What a person reads beside the state; where the events say how it ended, the server's reply.
_WORDS = {
    State.HELD: f"{_DETAIL}: it may have been sent already.",
    State.UNCONFIRMED: _DETAIL,
    State.CORRUPT: _DETAIL,
}
#: Nothing goes by itself from these, so they stay as they are whatever is missing.
_RESTING = frozenset({State.SENT, State.FAILED, State.CANCELLED, State.CORRUPT, State.UNCONFIRMED})
#: Where the events say one of these, it is believed.
_ENDED = _RESTING - {State.UNCONFIRMED}
#: The server may have it, by what the events say.
_HANDED_OVER = frozenset({State.HANDING_OVER, State.UNCONFIRMED, State.SENT})
_KIND_REASONS = {
    "practised": Reason.PRACTISED,
    "marked": Reason.MARKED,
    "found": Reason.FOUND,
    "undone": Reason.UNDONE,
}
#: … and back.
_KINDS = {reason: kind for kind, reason in _KIND_REASONS.items()}
_MESSAGE_ID = re.compile(rb"^Message-ID: (<([^.<>@\s]+)\.([0-9]{1,6})@[^<>\s]+>)\r$", re.MULTILINE)
_ADDRESS = re.compile(rb"^To: (?:.*<)?([^\s<>]+@[^\s<>]+?)>?\r$", re.MULTILINE)


@dataclass(frozen=True)
class _Found:
    """All that is left of one delivery."""

    id: int
    notification: str
    recipient: str
    state: str
    reason: str
    message_id: str
    generation: int
    skeleton: bytes | None
    seal: bytes | None
    said: Said | None


_COLUMNS = (
    *("d.id", "d.notification", "d.recipient", "d.state", "d.reason", "d.message_id", "d.generation"),
    *("m.skeleton", "m.seal"),
)
_NAMES = tuple(column[2:] for column in _COLUMNS)


class Judging:
    """Goes through the deliveries of the new outbox, in the transaction that filled it."""

    def __init__(
        self,
        db: sqlite3.Connection,
        gathering: Gathering,
        now_ms: int,
        is_sealed: Callable[[bytes, bytes], bool],
        *,
        is_all_doubtful: bool,
    ) -> None:
        self._db = db
        self._gathering = gathering
        self._now = now_ms
        self._is_sealed = is_sealed
        self._is_all_doubtful = is_all_doubtful
        self._changed: dict[State, list[int]] = {State.HELD: [], State.UNCONFIRMED: [], State.CORRUPT: []}

    def judge(self) -> dict[str, object]:
        """Set every state that is not borne out, rebuild what can be, and return the fields of `Salvaged`."""
        self._db.execute(
            "UPDATE delivery SET account = (SELECT n.account FROM notification n WHERE n.id = delivery.notification)"
            " WHERE account = 'practice' AND EXISTS (SELECT 1 FROM notification n"
            " WHERE n.id = delivery.notification AND n.account <> 'practice')"
        )
        self._rebuild()
        # What was flipped in a Message-ID is made good from the message, whose seal holds.
        (guard,) = self._db.execute("SELECT sql FROM sqlite_master WHERE name = 'message_id_is_final'").fetchone()
        self._db.execute("DROP TRIGGER message_id_is_final")
        after = 0
        while rows := self._part(after):
            for found in rows:
                self._judge(found)
            after = rows[-1].id
        self._db.execute(guard)
        drafts = self._keep_texts()
        self._drop_orphans()
        complete(self._db, self._now)
        self._count()
        search_again(self._db)
        known = self._gathering.highest["delivery"]
        (saved,) = self._db.execute("SELECT count(*) FROM delivery").fetchone()
        return {
            "saved": saved,
            "known": max(known, saved),
            "held": tuple(self._changed[State.HELD]),
            "unconfirmed": tuple(self._changed[State.UNCONFIRMED]),
            "corrupt": tuple(self._changed[State.CORRUPT]),
            # Every number was given once and none is ever taken back, so those that are missing were deliveries.
            "lost_runs": self._missing(known),
            "drafts": drafts,
        }

    def _missing(self, known: int) -> tuple[tuple[int, int], ...]:
        """Return the numbers that no delivery has, as runs: there may be very many of them."""
        runs: list[tuple[int, int]] = []
        following = 1
        for (number,) in self._db.execute("SELECT id FROM delivery ORDER BY id"):
            if number > following:
                runs.append((following, number - 1))
            following = number + 1
        if following <= known:
            runs.append((following, known))
        return tuple(runs)

    def _part(self, after: int) -> list[_Found]:
        rows = self._db.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM delivery d LEFT JOIN message m ON m.delivery = d.id"
            " WHERE d.id > ? ORDER BY d.id LIMIT ?",
            (after, _PART),
        ).fetchall()
        return [_Found(said=last_said(self._db, row[0]), **dict(zip(_NAMES, row, strict=True))) for row in rows]

    # -- a delivery whose row is there --------------------------------------------------------------------------------

    def _judge(self, found: _Found) -> None:
        has_notification = self._has_notification(found)
        is_sealed = (
            found.skeleton is not None and found.seal is not None and self._is_sealed(found.skeleton, found.seal)
        )
        if found.skeleton is None:
            self._db.execute("INSERT INTO message VALUES (?, x'', x'', 0)", (found.id,))
        if is_sealed and (named := _MESSAGE_ID.search(found.skeleton or b"")) is not None:
            values = (named[1].decode(), found.id)
            self._db.execute("UPDATE OR IGNORE delivery SET message_id = ?1 WHERE id = ?2 AND message_id <> ?1", values)
        agrees = found.said is not None and found.said.state == found.state
        is_doubtful = self._is_all_doubtful or found.id in self._gathering.doubtful
        is_whole = has_notification and is_sealed and agrees and _is_of(found) and not is_doubtful
        if not is_whole:
            new, reason = self._state_of(found, is_sealed, agrees and not is_doubtful)
            if new != found.state or reason != found.reason:
                self._move(found, new, reason)
            elif not agrees:
                self._event(found, _kind_of(new, reason))

    def _state_of(self, found: _Found, is_sealed: bool, is_sure: bool) -> tuple[State, str]:
        """Decide what a delivery is of whose record something is missing. Sure: row and events agree, and none is old.

        One that is not sure is never held for its account: repairing that would let it go, and it may have been sent.
        """
        if found.state in _RESTING:
            return State(found.state), found.reason
        said = found.said.state if found.said else None
        if found.said is not None and said in _ENDED and not found.generation:
            return found.said.state, _KIND_REASONS.get(found.said.kind, Reason.NONE)
        if found.state == State.HANDING_OVER or said in _HANDED_OVER:
            return State.UNCONFIRMED, Reason.NO_REPLY
        if not is_sealed:
            return (State.CORRUPT, Reason.NONE) if said is not None else (State.UNCONFIRMED, Reason.NO_REPLY)
        if found.state == State.HELD and is_sure:
            return State.HELD, found.reason
        return State.HELD, Reason.RESTORED

    def _move(self, found: _Found, new: State, reason: str) -> None:
        code, reply, at = _ending(new, found.said, self._now)
        self._db.execute(
            "UPDATE delivery SET state = ?, reason = ?, lease = NULL, cancel_asked = 0, updated_at = ?,"
            " sent_at = coalesce(sent_at, ?), last_code = ?, last_reply = ? WHERE id = ?",
            (new, reason, self._now, at if new is State.SENT else None, code, reply, found.id),
        )
        if found.said is None or found.said.state is not new:
            self._event(found, _kind_of(new, reason))
        if new in self._changed:
            self._changed[new].append(found.id)

    def _event(self, found: _Found, kind: str) -> None:
        self._db.execute(
            "INSERT INTO event (at, notification, delivery, kind, detail) VALUES (?, ?, ?, ?, ?)",
            (self._now, found.notification, found.id, kind, _DETAIL),
        )

    def _has_notification(self, found: _Found) -> bool:
        """Say whether a delivery's notification is there; otherwise make one of what its message says."""
        if self._db.execute("SELECT 1 FROM notification WHERE id = ?", (found.notification,)).fetchone():
            return True
        account = self._db.execute("SELECT account FROM delivery WHERE id = ?", (found.id,)).fetchone()[0]
        sender = re.search(rb"^From: (?:.*<)?([^\s<>]+@[^\s<>]+?)>?\r$", found.skeleton or b"", re.MULTILINE)
        subject = re.search(rb"^Subject: ([ -~]*)\r$", found.skeleton or b"", re.MULTILINE)
        words = "" if subject is None or b"=?" in subject[1] else subject[1].decode()
        draft = Draft(to=(Recipient(found.recipient),), subject=words, account=account)
        self._db.execute(
            "INSERT INTO notification VALUES (?, ?, ?, ?, '', ?, ?, ?, NULL)",
            (
                found.notification,
                f"recovered-{found.notification}",
                account,
                sender[1].decode("utf-8", "replace") if sender else "",
                words,
                draft_json.dump(draft),
                self._now,
            ),
        )
        return False

    # -- a delivery whose row is lost ---------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        """Make the row of each delivery of which the message is there: as its events end, else not confirmed."""
        lost = self._db.execute(
            "SELECT delivery, skeleton, seal FROM message m"
            " WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = m.delivery)"
        ).fetchall()
        for delivery_id, skeleton, seal in lost:
            if not self._is_sealed(skeleton, seal) or (named := _MESSAGE_ID.search(skeleton)) is None:
                continue
            message_id, notification = named[1].decode(), named[2].decode()
            recipient = self._recipient_of(notification, int(named[3]), skeleton)
            taken = self._db.execute("SELECT 1 FROM delivery WHERE message_id = ?", (message_id,)).fetchone()
            if recipient is None or taken:
                continue
            said = last_said(self._db, delivery_id)
            state, reason = State.UNCONFIRMED, str(Reason.NO_REPLY)
            if said is not None and said.state in _ENDED:
                state, reason = said.state, _KIND_REASONS.get(said.kind, Reason.NONE)
            code, reply, at = _ending(state, said, self._now)
            account = self._db.execute("SELECT account FROM notification WHERE id = ?", (notification,)).fetchone()
            self._db.execute(
                "INSERT INTO delivery (id, notification, account, recipient, recipient_name, state, reason, due_at,"
                " last_code, last_reply, sent_at, message_id, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    delivery_id,
                    notification,
                    account[0] if account else "practice",
                    recipient.address,
                    recipient.name,
                    state,
                    reason,
                    self._now,
                    code,
                    reply,
                    at if state is State.SENT else None,
                    message_id,
                    self._now,
                ),
            )
            if said is None or said.state is not state:
                self._db.execute(
                    "INSERT INTO event (at, notification, delivery, kind, detail) VALUES (?, ?, ?, ?, ?)",
                    (self._now, notification, delivery_id, _kind_of(state, reason), _DETAIL),
                )
            if state in self._changed:
                self._changed[state].append(delivery_id)

    def _recipient_of(self, notification: str, number: int, skeleton: bytes) -> Recipient | None:
        row = self._db.execute("SELECT draft FROM notification WHERE id = ?", (notification,)).fetchone()
        if row is not None:
            to = draft_json.load(row[0]).to
            if 0 < number <= len(to):
                return to[number - 1]
        address = _ADDRESS.search(skeleton)
        return None if address is None else Recipient(address[1].decode("utf-8", "replace"))

    # -- what is left over --------------------------------------------------------------------------------------------

    def _keep_texts(self) -> int:
        """Put the text of a notification none of whose deliveries is left under Drafts."""
        rows = self._db.execute(
            "SELECT id, draft FROM notification n"
            " WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.notification = n.id)"
        ).fetchall()
        for _, draft in rows:
            self._db.execute("INSERT INTO draft VALUES (?, ?, 0, ?)", (new_ulid(self._now), draft, self._now))
        return len(rows)

    def _drop_orphans(self) -> None:
        self._db.execute(
            "DELETE FROM notification WHERE NOT EXISTS"
            " (SELECT 1 FROM delivery d WHERE d.notification = notification.id)"
        )
        for table in ("message", "attempt", "event"):
            self._db.execute(
                f"DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = {table}.delivery)"
            )

    def _count(self) -> None:
        self._db.execute("DELETE FROM tally")
        self._db.execute("INSERT INTO tally SELECT state, place, count(*) FROM delivery GROUP BY state, place")


def _is_of(found: _Found) -> bool:
    """Say whether a message is to the row's recipient under the row's Message-ID, as far as that can be read."""
    head = (found.skeleton or b"").partition(b"\r\n\r\n")[0] + b"\r\n"
    named = _MESSAGE_ID.search(head)
    if named is not None and named[1].decode() != found.message_id:
        return False
    address = _ADDRESS.search(head)
    is_plain = address is not None and found.recipient.isascii()
    return not is_plain or (address is not None and address[1].decode("ascii", "replace") == found.recipient)


def _ending(new: State, said: Said | None, now_ms: int) -> tuple[int | None, str, int]:
    """Return the code, the words and the time of a delivery's last word, from the event that says its state."""
    if said is None or said.state is not new or new not in (State.SENT, State.FAILED):
        return None, _WORDS.get(new, ""), now_ms
    code, _, reply = said.detail.partition(" ")
    is_code = len(code) == 3 and code.isascii() and code.isdigit()
    return (int(code), reply, said.at) if is_code else (None, said.detail, said.at)


def _kind_of(state: State, reason: str) -> str:
    """Return the kind of event that says a state."""
    return _KINDS.get(Reason(reason), state.value) if state in (State.SENT, State.CANCELLED) else state.value
