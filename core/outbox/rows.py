"""The one way a state changes: an UPDATE that names the state it leaves, with its event in the same transaction."""

import sqlite3

from core.errors import Fault
from core.outbox.notification import Changes
from core.outbox.states import Reason, State, is_legal


class Rows:
    """The rows of deliveries, through the one connection that writes. Not for any thread but the writes thread.

    A method runs inside a transaction that the `Writer` began. A move that lost its race changes nothing.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._changed: set[int] = set()
        self._changed_accounts: set[str] = set()
        self._gone: set[int] = set()
        self._is_due = False

    def take_changes(self) -> Changes:
        """Return what this transaction changed, and begin anew."""
        changes = Changes(
            frozenset(self._changed), self._is_due, frozenset(self._changed_accounts), frozenset(self._gone)
        )
        self._changed.clear()
        self._changed_accounts.clear()
        self._gone.clear()
        self._is_due = False
        return changes

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
