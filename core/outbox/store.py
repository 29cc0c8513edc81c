"""Every write to outbox.db that is no move: accepting, switches, kept drafts, contacts, the log's mark."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.outbox import draft_json
from core.outbox.book_tables import BookTables
from core.outbox.departure_rows import DepartureRows
from core.outbox.forgetting_rows import ForgettingRows
from core.outbox.leases import Leases
from core.outbox.notification import BULK_OVER, UNDO_MAX_S, Delivery, Draft, Receipt, Recipient, StoredMessage, Terms
from core.outbox.states import Reason, State
from core.outbox.templates import TemplateRows

#: A delivery's columns, in the order of `Delivery`'s fields.
DELIVERY_COLUMNS = (
    "d.id, d.notification, d.recipient, d.recipient_name, n.sender, n.account, n.subject, d.state, d.reason, d.due_at,"
    " n.accepted_at, d.sent_at, d.attempts, d.generation, d.last_code, d.last_reply, d.message_id, m.size_bytes,"
    " d.updated_at, coalesce((SELECT a.server FROM attempt a WHERE a.delivery = d.id"
    " ORDER BY a.generation DESC, a.number DESC LIMIT 1), '')"
)
#: Those of them that are the same words in many rows, so that a page of rows keeps each once: who sent it, the account,
#: the reply, the server.
_REPEATED = (4, 5, 15, 19)
#: Where those columns are.
DELIVERY_TABLES = "delivery d JOIN notification n ON n.id = d.notification JOIN message m ON m.delivery = d.id"
_TOO_FAR_OFF = (
    "SELECT id FROM delivery WHERE state = 'queued'"
    " AND (reason = 'undo' AND due_at > :undo_until OR reason = 'backoff' AND due_at > :backoff_until"
    # What waits for nothing, or for its account, was due when that was written.
    " OR reason NOT IN ('undo', 'backoff', 'schedule') AND due_at > :now) LIMIT :most"
)
_MISSED = (
    "SELECT d.id, d.notification FROM delivery d JOIN notification n ON n.id = d.notification"
    " WHERE d.state = 'queued' AND d.reason = 'schedule' AND d.due_at < :late"
    # What may go no more anyway fails at its turn.
    " AND (n.not_after IS NULL OR n.not_after >= :now) LIMIT :most"
)
#: So many rows a commit: some ten milliseconds.
_PART = 1000


def delivery_of(row: Sequence[object]) -> Delivery:
    """Read a row of `DELIVERY_COLUMNS`."""
    values = list(row)
    for place in _REPEATED:
        values[place] = sys.intern(str(values[place]))
    values[7] = State(str(values[7]))
    values[8] = Reason(str(values[8]))
    return Delivery(*values)  # type: ignore[arg-type]  # the columns are in the fields' order


class Store(Leases, DepartureRows, TemplateRows, ForgettingRows):
    """The tables, through the one connection that writes. Not for any thread but the writes thread."""

    @property
    def book(self) -> BookTables:
        """The address book."""
        return BookTables(self._db)

    def receipt_of(self, token: str) -> Receipt | None:
        """Return the receipt of a press of Send that was accepted before."""
        row = self._db.execute("SELECT id, accepted_at FROM notification WHERE client_token = ?", (token,)).fetchone()
        if row is None:
            return self.spent_receipt(token)
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
                draft_json.dump(replace(draft, at_ms=terms.at_ms, not_after_ms=terms.not_after_ms)),
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
                "INSERT INTO delivery (notification, account, is_bulk, recipient, recipient_name, state, reason,"
                " due_at, message_id, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    notification,
                    draft.account,
                    len(messages) > BULK_OVER,
                    recipient.address,
                    recipient.name,
                    state,
                    reason,
                    due_at,
                    message_id,
                    now,
                ),
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

    # -- a clock that was set -------------------------------------------------------------------------------------

    def bring_forward(self, now: int, backoff_until: int) -> bool:
        """Make due what a clock that was ahead put further off than any undo or backoff is, or while it was due at
        once; say whether there may be more.

        A backoff ends at `backoff_until` at the latest. What a person scheduled stays. A part of them, so that accepts
        come between.
        """
        undo_until = now + UNDO_MAX_S * 1000
        latest = {"now": now, "undo_until": undo_until, "backoff_until": backoff_until, "most": _PART}
        ids = [row[0] for row in self._db.execute(_TOO_FAR_OFF, latest)]
        self._db.executemany("UPDATE delivery SET due_at = ? WHERE id = ?", [(now, each) for each in ids])
        self._changed.update(ids)
        return len(ids) == _PART

    def end_undo(self, now: int) -> None:
        """Make due what still waits for its undo time; a part, where it is very many."""
        ids = [
            row[0]
            for row in self._db.execute(
                "SELECT id FROM delivery WHERE state = 'queued' AND reason = 'undo' AND due_at > ? LIMIT ?",
                (now, _PART),
            )
        ]
        self._db.executemany("UPDATE delivery SET due_at = ? WHERE id = ?", [(now, each) for each in ids])
        self._changed.update(ids)
        self._is_due = True

    def hold_missed(self, now: int, late: int) -> bool:
        """Hold what a person scheduled for before `late` and was not sent then; say whether there may be more.

        A part of them, so that accepts come between.
        """
        rows = self._db.execute(_MISSED, {"now": now, "late": late, "most": _PART}).fetchall()
        for delivery_id, notification in rows:
            self._move(delivery_id, State.QUEUED, State.HELD, now, reason=Reason.MISSED, notification=notification)
        return len(rows) == _PART

    # -- switches, drafts, contacts, the log's mark ---------------------------------------------------------------

    def set_paused(self, is_paused: bool) -> None:
        self._db.execute("UPDATE switch SET is_on = ? WHERE name = 'paused'", (is_paused,))
        if not is_paused:  # who goes on here has not moved
            self._db.execute("DELETE FROM switch WHERE name = 'moved'")
        self._is_due = True

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
