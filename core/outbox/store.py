"""Every write to outbox.db: one method a move, each with its event in the same transaction.

A method runs inside a transaction that the `Writer` began, on the writes thread. Every move is an UPDATE that names
the state it leaves, so that a move that lost its race changes nothing.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import Fault
from core.outbox import draft_json
from core.outbox.notification import (
    Changes,
    Claim,
    Delivery,
    Draft,
    Receipt,
    Recipient,
    StoredMessage,
    Terms,
)
from core.outbox.states import Reason, State, is_legal

#: A delivery's columns, in the order of `Delivery`'s fields.
DELIVERY_COLUMNS = (
    "d.id, d.notification, d.recipient, d.recipient_name, n.sender, n.account, n.subject, d.state, d.reason, d.due_at,"
    " n.accepted_at, d.sent_at, d.attempts, d.generation, d.last_code, d.last_reply, d.message_id, m.size_bytes,"
    " d.updated_at"
)
#: Where those columns are.
DELIVERY_TABLES = "delivery d JOIN notification n ON n.id = d.notification JOIN message m ON m.delivery = d.id"

#: A cancel can be taken back for this long (ms): ten seconds as the window says, and the time to press.
RESTORE_MS = 11_000


@dataclass(frozen=True)
class Moved:
    """What came of a move asked for by a person."""

    #: The deliveries that moved.
    ids: tuple[int, ...] = ()
    #: Those that did not, with the state that forbids it; None where there is no such delivery.
    refused: tuple[tuple[int, State | None], ...] = ()


@dataclass(frozen=True)
class Settlement:
    """What an outcome makes of a delivery: decided by `core.delivery.retry`, written here."""

    state: State
    reason: Reason = Reason.NONE
    due_at: int = 0
    #: False when this try does not count (offline, the server closed an idle connection).
    is_counted: bool = True


@dataclass(frozen=True)
class Finished:
    """How an attempt ended, for its row in the history."""

    phase: str
    code: int | None
    reply: str
    tls: str
    server: str


#: A move that a person asks for: (delivery, its state, its notification, now) → whether it moved.
_PersonMove = Callable[[int, State, str, int], bool]


def delivery_of(row: Sequence[object]) -> Delivery:
    """Read a row of `DELIVERY_COLUMNS`."""
    values = list(row)
    values[7] = State(str(values[7]))
    values[8] = Reason(str(values[8]))
    return Delivery(*values)  # type: ignore[arg-type]  # the columns are in the fields' order


class Store:
    """The tables, through the one connection that writes. Not for any thread but the writes thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._changed: set[int] = set()
        self._is_due = False

    def take_changes(self) -> Changes:
        """Return what this transaction changed, and begin anew."""
        changes = Changes(frozenset(self._changed), self._is_due)
        self._changed.clear()
        self._is_due = False
        return changes

    # -- accept ---------------------------------------------------------------------------------------------------

    def receipt_of(self, token: str) -> Receipt | None:
        """Return the receipt of a press of Send that was accepted before."""
        row = self._db.execute("SELECT id, accepted_at FROM notification WHERE client_token = ?", (token,)).fetchone()
        if row is None:
            return None
        deliveries = self._db.execute(
            f"SELECT {DELIVERY_COLUMNS} FROM {DELIVERY_TABLES} WHERE d.notification = ? ORDER BY d.id",
            (row[0],),
        )
        return Receipt(row[0], row[1], tuple(map(delivery_of, deliveries)), is_new=False)

    def accept(
        self,
        *,
        notification: str,
        token: str,
        draft: Draft,
        terms: Terms,
        sender: Recipient,
        messages: Sequence[tuple[Recipient, str, StoredMessage]],
        now: int,
    ) -> Receipt:
        """Insert a notification with a delivery for each of `messages` (recipient, Message-ID, message).

        Event order: the query found, then `message to …` for each recipient, then `accepted` for each.
        """
        self._db.execute(
            "INSERT INTO notification VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                notification,
                token,
                draft.account,
                sender.address,
                sender.name,
                draft.subject,
                draft_json.dump(draft),
                now,
                terms.not_after_ms,
            ),
        )
        state, reason, due_at = State.QUEUED, Reason.NONE, now
        if terms.at_ms is not None and terms.at_ms > now:
            reason, due_at = Reason.SCHEDULE, terms.at_ms
        if terms.undo_s and now + terms.undo_s * 1000 > due_at:
            reason, due_at = Reason.UNDO, now + terms.undo_s * 1000
        if terms.is_held:
            state, reason = State.HELD, Reason.PERSON
        deliveries = []
        for recipient, message_id, message in messages:
            cursor = self._db.execute(
                "INSERT INTO delivery (notification, recipient, recipient_name, state, reason, due_at, message_id,"
                " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (notification, recipient.address, recipient.name, state, reason, due_at, message_id, now),
            )
            delivery_id = int(cursor.lastrowid or 0)
            self._db.execute(
                "INSERT INTO message VALUES (?, ?, ?, ?)",
                (delivery_id, message.skeleton, message.seal, message.size_bytes),
            )
            deliveries.append(
                Delivery(
                    id=delivery_id,
                    notification=notification,
                    to=recipient.address,
                    to_name=recipient.name,
                    from_=sender.address,
                    account=draft.account,
                    subject=draft.subject,
                    state=state,
                    reason=reason,
                    due_at=due_at,
                    accepted_at=now,
                    sent_at=None,
                    attempts=0,
                    generation=0,
                    last_code=None,
                    last_reply="",
                    message_id=message_id,
                    size_bytes=message.size_bytes,
                    updated_at=now,
                )
            )
        if draft.query:
            self._event(now, notification, deliveries[0].id, "query", draft.query)
        for delivery in deliveries:
            self._event(now, notification, delivery.id, "message")
        for delivery in deliveries:
            self._event(now, notification, delivery.id, "accepted")
            if terms.is_held:
                self._event(now, notification, delivery.id, "held")
            self._changed.add(delivery.id)
        self._is_due = True
        return Receipt(notification, now, tuple(deliveries))

    # -- what an attempt does -------------------------------------------------------------------------------------

    def claim(self, *, now: int, limit: int, lease: str, notification: str | None = None) -> tuple[Claim, ...]:
        """Lease up to `limit` due deliveries, oldest due time first, and begin an attempt for each.

        What waited longer than its “not after” fails instead of being claimed, unless a person asked for it again.
        """
        claims: list[Claim] = []
        if limit <= 0 or self.is_paused():
            return ()
        while not claims and (rows := self._due(now, limit, notification)):
            for row in rows:
                claim = Claim(
                    delivery=row[0],
                    notification=row[1],
                    account=row[2],
                    sender=row[3],
                    recipient=row[4],
                    message_id=row[5],
                    message=StoredMessage(row[6], row[7], row[8]),
                    attempt=row[9] + 1,
                    generation=row[10],
                    lease=lease,
                    accepted_at=row[11],
                    not_after=row[12],
                    tried_since=row[13] or now,
                )
                if claim.generation == 0 and claim.not_after is not None and claim.not_after < now:
                    self._move(
                        claim.delivery,
                        State.QUEUED,
                        State.FAILED,
                        now,
                        reason=Reason.EXPIRED,
                        notification=claim.notification,
                        detail="not sent before its time ran out",
                    )
                else:
                    self._lease(claim, now)
                    claims.append(claim)
        return tuple(claims)

    def _due(self, now: int, limit: int, notification: str | None) -> list[tuple[Any, ...]]:
        only = " AND d.notification = :notification" if notification else ""
        return self._db.execute(
            "SELECT d.id, d.notification, n.account, n.sender, d.recipient, d.message_id, m.skeleton, m.seal,"
            " m.size_bytes, d.attempts, d.generation, n.accepted_at, n.not_after,"
            " (SELECT a.started_at FROM attempt a WHERE a.delivery = d.id AND a.generation = d.generation"
            " ORDER BY a.number LIMIT 1)"
            " FROM delivery d JOIN notification n ON n.id = d.notification JOIN message m ON m.delivery = d.id"
            f" WHERE d.state = 'queued' AND d.due_at <= :now{only} ORDER BY d.due_at, d.id LIMIT :limit",
            {"now": now, "limit": limit, "notification": notification},
        ).fetchall()

    def _lease(self, claim: Claim, now: int) -> None:
        is_moved = self._move(
            claim.delivery,
            State.QUEUED,
            State.SENDING,
            now,
            notification=claim.notification,
            changes="lease = :lease, attempts = attempts + 1, cancel_asked = 0",
            values={"lease": claim.lease},
        )
        if not is_moved:
            raise Fault(f"delivery {claim.delivery} was read as queued and is not, in one transaction")
        self._db.execute(
            "INSERT OR REPLACE INTO attempt (delivery, generation, number, started_at) VALUES (?, ?, ?, ?)",
            (claim.delivery, claim.generation, claim.attempt, now),
        )

    def intend(self, claim: Claim, now: int) -> bool:
        """Move `sending → handing_over`, unless the lease is lost or a person asked to cancel."""
        if self._move(
            claim.delivery,
            State.SENDING,
            State.HANDING_OVER,
            now,
            notification=claim.notification,
            guard="lease = :held AND cancel_asked = 0",
            values={"held": claim.lease},
        ):
            return True
        self._move(
            claim.delivery,
            State.SENDING,
            State.CANCELLED,
            now,
            notification=claim.notification,
            changes="lease = NULL",
            guard="lease = :held AND cancel_asked = 1",
            values={"held": claim.lease},
        )
        return False

    def settle(self, claim: Claim, settlement: Settlement, finished: Finished, now: int) -> bool:
        """Write the outcome of an attempt. False when the lease was lost: then nothing is written.

        A cancel that was asked for meanwhile is honoured wherever the delivery did not go out and would wait.
        """
        row = self._db.execute(
            "SELECT state, cancel_asked FROM delivery WHERE id = ? AND lease = ?",
            (claim.delivery, claim.lease),
        ).fetchone()
        if row is None:
            return False
        old, new, reason = State(row[0]), settlement.state, settlement.reason
        kind = None
        if new in (State.QUEUED, State.HELD) and row[1]:
            new, reason = State.CANCELLED, Reason.NONE
        elif new is State.QUEUED:
            kind = "waiting"
        elif new is State.SENT and reason is Reason.PRACTISED:
            kind = "practised"
        reply = finished.reply if finished.code is None else f"{finished.code} {finished.reply}"
        moved = self._move(
            claim.delivery,
            old,
            new,
            now,
            reason=reason,
            notification=claim.notification,
            kind=kind,
            detail=reply,
            changes="lease = NULL, due_at = coalesce(:due, due_at), last_code = :code, last_reply = :reply,"
            " attempts = attempts - :uncounted, sent_at = :sent",
            guard="lease = :held",
            values={
                "due": settlement.due_at if new is State.QUEUED else None,
                "code": finished.code,
                "reply": finished.reply,
                "uncounted": 0 if settlement.is_counted else 1,
                "sent": now if new is State.SENT else None,
                "held": claim.lease,
            },
        )
        self._db.execute(
            "UPDATE attempt SET ended_at = ?, phase = ?, code = ?, reply = ?, tls = ?, server = ?"
            " WHERE delivery = ? AND generation = ? AND number = ?",
            (
                now,
                finished.phase,
                finished.code,
                finished.reply,
                finished.tls,
                finished.server,
                claim.delivery,
                claim.generation,
                claim.attempt,
            ),
        )
        return moved

    def break_off(self, claim: Claim, later: Settlement, finished: Finished, now: int) -> bool:
        """End an attempt that our own fault broke off: it waits, or nobody knows, if its intent was on disk."""
        row = self._db.execute(
            "SELECT state FROM delivery WHERE id = ? AND lease = ?", (claim.delivery, claim.lease)
        ).fetchone()
        if row is not None and row[0] == State.HANDING_OVER:
            later = Settlement(State.UNCONFIRMED, Reason.NO_REPLY)
        return self.settle(claim, later, finished, now)

    def give_back(self, claim: Claim, now: int) -> bool:
        """Put a claim that was never started back into the queue: it does not count as an attempt.

        One that a person asked to cancel meanwhile is cancelled; one whose intent is on disk, nobody knows.
        """
        given = self._move_back(
            claim.delivery,
            now,
            notification=claim.notification,
            kind="queued",
            detail="not started",
            changes="lease = NULL, attempts = attempts - 1",
            guard="lease = :held",
            values={"held": claim.lease},
        )
        if given:
            self._db.execute(
                "DELETE FROM attempt WHERE delivery = ? AND generation = ? AND number = ?",
                (claim.delivery, claim.generation, claim.attempt),
            )
            return True
        return self._move(
            claim.delivery,
            State.HANDING_OVER,
            State.UNCONFIRMED,
            now,
            reason=Reason.NO_REPLY,
            notification=claim.notification,
            detail="the try was broken off before the answer came",
            changes="lease = NULL",
            guard="lease = :held",
            values={"held": claim.lease},
        )

    def _move_back(
        self,
        delivery_id: int,
        now: int,
        *,
        notification: str,
        kind: str,
        detail: str,
        changes: str,
        guard: str = "lease IS NOT NULL",
        values: dict[str, object] | None = None,
    ) -> bool:
        """Move `sending → queued`, or `→ cancelled` where a person asked for that meanwhile."""
        return self._move(
            delivery_id,
            State.SENDING,
            State.QUEUED,
            now,
            notification=notification,
            kind=kind,
            detail=detail,
            changes=changes,
            guard=f"{guard} AND cancel_asked = 0",
            values=values,
        ) or self._move(
            delivery_id,
            State.SENDING,
            State.CANCELLED,
            now,
            notification=notification,
            detail=detail,
            changes=changes,
            guard=f"{guard} AND cancel_asked = 1",
            values=values,
        )

    def recover(self, now: int) -> tuple[int, int]:
        """After a crash, with the lock held: return how many were put back, and how many are not confirmed.

        What was put back and had been asked to cancel is cancelled: nothing of it had gone out.
        """
        rows = self._db.execute(
            "SELECT id, notification, state, generation, attempts FROM delivery"
            " WHERE state IN ('sending', 'handing_over')"
        ).fetchall()
        put_back = unconfirmed = 0
        for delivery_id, notification, state, generation, number in rows:
            if state == State.SENDING:
                put_back += self._move_back(
                    delivery_id,
                    now,
                    notification=notification,
                    kind="recovered",
                    detail="the program ended before it was handed over",
                    changes="lease = NULL, due_at = :now",
                )
            else:
                unconfirmed += self._move(
                    delivery_id,
                    State.HANDING_OVER,
                    State.UNCONFIRMED,
                    now,
                    reason=Reason.CRASH,
                    notification=notification,
                    detail="the program ended before the answer came",
                    changes="lease = NULL",
                )
            self._db.execute(
                "UPDATE attempt SET ended_at = ?, reply = 'the program ended'"
                " WHERE delivery = ? AND generation = ? AND number = ? AND ended_at IS NULL",
                (now, delivery_id, generation, number),
            )
        return put_back, unconfirmed

    # -- what a person does ---------------------------------------------------------------------------------------

    def undo(self, notification: str, now: int) -> Draft | None:
        """Take a whole notification back, if nothing of it has begun to go. None when it is too late."""
        row = self._db.execute("SELECT draft FROM notification WHERE id = ?", (notification,)).fetchone()
        if row is None:
            return None
        states = self._db.execute(
            "SELECT id, state, generation FROM delivery WHERE notification = ? ORDER BY id", (notification,)
        ).fetchall()
        # A later generation was sent again: an earlier one may have arrived.
        if any(state not in (State.QUEUED, State.HELD) or generation for _, state, generation in states):
            return None
        for delivery_id, state, _ in states:
            self._move(
                delivery_id,
                State(state),
                State.CANCELLED,
                now,
                reason=Reason.UNDONE,
                notification=notification,
                kind="undone",
            )
        return draft_json.load(row[0])

    def cancel(self, ids: Iterable[int], now: int) -> Moved:
        """Cancel what has not been handed over. What is being sent is asked to stop at its intent."""
        return self._each(ids, now, self._cancel)

    def _cancel(self, delivery_id: int, state: State, notification: str, now: int) -> bool:
        if state is State.SENDING:
            self._db.execute("UPDATE delivery SET cancel_asked = 1 WHERE id = ? AND state = 'sending'", (delivery_id,))
            self._event(now, notification, delivery_id, "cancel_asked")
            self._changed.add(delivery_id)
            return True
        if state not in (State.QUEUED, State.HELD, State.UNCONFIRMED):
            return False
        return self._move(
            delivery_id,
            state,
            State.CANCELLED,
            now,
            notification=notification,
            changes="cancelled_from = state || ' ' || reason || ' ' || due_at",
        )

    def restore(self, ids: Iterable[int], now: int) -> Moved:
        """Take back a cancel of the last ten seconds: each goes back to where it was."""
        return self._each(ids, now, self._restore)

    def _restore(self, delivery_id: int, state: State, notification: str, now: int) -> bool:
        row = self._db.execute(
            "SELECT cancelled_from FROM delivery WHERE id = ? AND state = 'cancelled' AND reason = ''"
            " AND cancelled_from IS NOT NULL AND updated_at >= ?",
            (delivery_id, now - RESTORE_MS),
        ).fetchone()
        if row is None:
            return False
        old_state, old_reason, due_at = str(row[0]).split(" ")
        return self._move(
            delivery_id,
            State.CANCELLED,
            State(old_state),
            now,
            reason=Reason(old_reason),
            notification=notification,
            kind="restored",
            detail=old_state,
            changes="cancelled_from = NULL, due_at = :due",
            values={"due": int(due_at)},
        )

    def hold(self, ids: Iterable[int], now: int) -> Moved:
        """Keep queued deliveries from going until they are released."""

        def hold(delivery_id: int, state: State, notification: str, now: int) -> bool:
            return state is State.QUEUED and self._move(
                delivery_id, State.QUEUED, State.HELD, now, reason=Reason.PERSON, notification=notification
            )

        return self._each(ids, now, hold)

    def release(self, ids: Iterable[int], now: int) -> Moved:
        """Let held deliveries go: at their scheduled time where that is still ahead, else at once."""

        def release(delivery_id: int, state: State, notification: str, now: int) -> bool:
            if state is not State.HELD:
                return False
            due_at = self._db.execute("SELECT due_at FROM delivery WHERE id = ?", (delivery_id,)).fetchone()[0]
            return self._move(
                delivery_id,
                State.HELD,
                State.QUEUED,
                now,
                reason=Reason.SCHEDULE if due_at > now else Reason.NONE,
                notification=notification,
                kind="released",
            )

        return self._each(ids, now, release)

    def retry(self, ids: Iterable[int], now: int) -> Moved:
        """Try again: a failed one as a new generation; a waiting one now instead of at its due time."""

        def retry(delivery_id: int, state: State, notification: str, now: int) -> bool:
            if state is State.FAILED:
                return self._again(delivery_id, State.FAILED, notification, now, "retry")
            return state is State.QUEUED and self._move(
                delivery_id,
                State.QUEUED,
                State.QUEUED,
                now,
                notification=notification,
                kind="retry",
                changes="due_at = min(due_at, :now)",
                guard="reason IN ('backoff', 'offline', 'rate')",
            )

        return self._each(ids, now, retry)

    def send_again(self, ids: Iterable[int], now: int) -> Moved:
        """Send what is not confirmed once more, knowing that it may arrive twice. The bytes are the same."""

        def send_again(delivery_id: int, state: State, notification: str, now: int) -> bool:
            return state is State.UNCONFIRMED and self._again(
                delivery_id, State.UNCONFIRMED, notification, now, "send_again"
            )

        return self._each(ids, now, send_again)

    def mark_sent(self, ids: Iterable[int], now: int) -> Moved:
        """Believe a person who says that it arrived: an event of its own."""

        def mark_sent(delivery_id: int, state: State, notification: str, now: int) -> bool:
            return state is State.UNCONFIRMED and self._move(
                delivery_id,
                State.UNCONFIRMED,
                State.SENT,
                now,
                reason=Reason.MARKED,
                notification=notification,
                kind="marked",
                changes="sent_at = :now",
            )

        return self._each(ids, now, mark_sent)

    def _again(self, delivery_id: int, state: State, notification: str, now: int, kind: str) -> bool:
        return self._move(
            delivery_id,
            state,
            State.QUEUED,
            now,
            notification=notification,
            kind=kind,
            changes="generation = generation + 1, attempts = 0, due_at = :now",
        )

    def _each(self, ids: Iterable[int], now: int, move: _PersonMove) -> Moved:
        moved: list[int] = []
        refused: list[tuple[int, State | None]] = []
        for delivery_id in ids:
            row = self._db.execute("SELECT state, notification FROM delivery WHERE id = ?", (delivery_id,)).fetchone()
            if row is None:
                refused.append((delivery_id, None))
            elif move(delivery_id, State(row[0]), row[1], now):
                moved.append(delivery_id)
            else:
                refused.append((delivery_id, State(row[0])))
        return Moved(tuple(moved), tuple(refused))

    def waiting_ids(self) -> tuple[int, ...]:
        """Return the deliveries that wait for another try."""
        rows = self._db.execute(
            "SELECT id FROM delivery WHERE state = 'queued' AND reason IN ('backoff', 'offline', 'rate')"
        )
        return tuple(row[0] for row in rows)

    # -- switches, drafts, contacts, the log's mark ---------------------------------------------------------------

    def is_paused(self) -> bool:
        return bool(self._db.execute("SELECT is_on FROM switch WHERE name = 'paused'").fetchone()[0])

    def set_paused(self, is_paused: bool) -> None:
        self._db.execute("UPDATE switch SET is_on = ? WHERE name = 'paused'", (is_paused,))
        self._is_due = True

    def next_due(self) -> int | None:
        """Return when the next queued delivery is due (ms), or None when none is, or everything is paused."""
        if self.is_paused():
            return None
        value = self._db.execute("SELECT min(due_at) FROM delivery WHERE state = 'queued'").fetchone()[0]
        return None if value is None else int(value)

    def save_draft(self, draft_id: str, draft: Draft, now: int) -> None:
        """Keep what is in the form."""
        self._db.execute(
            "INSERT INTO draft VALUES (?, ?, 1, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body, is_open = 1, updated_at = excluded.updated_at",
            (draft_id, draft_json.dump(draft), now),
        )

    def set_draft_open(self, draft_id: str, is_open: bool, now: int) -> None:
        """Say whether a kept draft is the one in the form, or set aside."""
        self._db.execute("UPDATE draft SET is_open = ?, updated_at = ? WHERE id = ?", (is_open, now, draft_id))

    def drop_draft(self, draft_id: str) -> None:
        self._db.execute("DELETE FROM draft WHERE id = ?", (draft_id,))

    def remember(self, recipients: Iterable[Recipient], query: str, now: int) -> None:
        """Keep the recipients, so that typing finds them again. A name once known is not forgotten."""
        for recipient in recipients:
            self._db.execute(
                "INSERT INTO contact VALUES (?, ?, ?, 1, ?) ON CONFLICT (address) DO UPDATE SET"
                " name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END,"
                " query = CASE excluded.query WHEN '' THEN query ELSE excluded.query END,"
                " uses = uses + 1, used_at = excluded.used_at",
                (recipient.address, recipient.name, query, now),
            )

    def set_log_mark(self, event: int, offset_bytes: int) -> None:
        self._db.execute("UPDATE log_mark SET event = ?, offset_bytes = ?", (event, offset_bytes))

    def note(self, delivery_id: int, kind: str, detail: str, now: int) -> None:
        """Record an event that moves nothing, such as trouble after the confirmation."""
        row = self._db.execute("SELECT notification FROM delivery WHERE id = ?", (delivery_id,)).fetchone()
        if row is not None:
            self._event(now, row[0], delivery_id, kind, detail)
            self._changed.add(delivery_id)

    # -- the one way a state changes ------------------------------------------------------------------------------

    def _move(
        self,
        delivery_id: int,
        old: State,
        new: State,
        now: int,
        *,
        notification: str,
        reason: Reason = Reason.NONE,
        kind: str | None = None,
        detail: str = "",
        changes: str = "",
        guard: str = "",
        values: dict[str, object] | None = None,
    ) -> bool:
        """Move one delivery from `old` to `new` with its event, if it still is where it is thought to be."""
        if not is_legal(old, new):
            raise Fault(f"delivery {delivery_id}: {old} → {new} is no legal move")
        cursor = self._db.execute(
            "UPDATE delivery SET state = :new, reason = :reason, updated_at = :now"
            f"{', ' + changes if changes else ''} WHERE id = :id AND state = :old{' AND ' + guard if guard else ''}",
            {"new": new, "reason": reason, "now": now, "id": delivery_id, "old": old, **(values or {})},
        )
        if cursor.rowcount != 1:
            return False
        self._event(now, notification, delivery_id, kind or new.value, detail)
        self._changed.add(delivery_id)
        self._is_due = self._is_due or new is State.QUEUED
        return True

    def _event(self, at: int, notification: str, delivery_id: int, kind: str, detail: str = "") -> None:
        self._db.execute(
            "INSERT INTO event (at, notification, delivery, kind, detail) VALUES (?, ?, ?, ?, ?)",
            (at, notification, delivery_id, kind, detail),
        )
