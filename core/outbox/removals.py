"""Rows that go: deliveries that have ended, with all that belongs to them, and notifications of which nothing is left.

Whoever sent something twice by the same token is still told that it was accepted: the token outlives its notification.
"""

import hashlib
import json
from collections.abc import Iterable

from core.outbox.notification import Receipt
from core.outbox.rows import Rows

#: What may be deleted when it is old enough, by the time at which it ended. Nothing else ever is.
_IS_OLD = (
    "(d.state = 'sent' AND coalesce(d.sent_at, d.updated_at) < :sent_before"
    " OR d.state IN ('failed', 'cancelled') AND d.updated_at < :ended_before)"
    # What is not in log.txt yet stays until it is.
    " AND NOT EXISTS (SELECT 1 FROM event e WHERE e.delivery = d.id AND e.id > (SELECT event FROM log_mark))"
)
#: So many deliveries go in one commit, each with its message, its attempts and its events: less than a frame.
REMOVED_AT_ONCE = 100


class Removals(Rows):
    """Deletes, through the one connection that writes. Not for any thread but the writes thread."""

    def spent_receipt(self, token: str) -> Receipt | None:
        """Return the receipt of a press of Send whose notification was deleted since: of nothing that is there."""
        row = self._db.execute(
            "SELECT notification, accepted_at FROM spent WHERE token = ?", (_hash_of(token),)
        ).fetchone()
        return None if row is None else Receipt(row[0], row[1], (), is_new=False)

    def remove_old(self, ids: Iterable[int], sent_before: int, ended_before: int) -> int:
        """Delete those of a few deliveries that ended before a time (ms); return how many that were.

        What is not at its end, not confirmed or damaged stays, whatever its age.
        """
        rows = self._db.execute(
            f"SELECT d.id, d.notification FROM json_each(:ids) j JOIN delivery d ON d.id = j.value WHERE {_IS_OLD}",
            {"ids": json.dumps(list(ids)), "sent_before": sent_before, "ended_before": ended_before},
        ).fetchall()
        self._remove([row[0] for row in rows], {row[1] for row in rows})
        return len(rows)

    def _remove(self, ids: list[int], notifications: Iterable[str]) -> None:
        """Delete deliveries, and those of their notifications that have none left."""
        many = {"ids": json.dumps(ids)}
        among = "IN (SELECT value FROM json_each(:ids))"
        for table in ("event", "attempt", "message"):
            self._db.execute(f"DELETE FROM {table} WHERE delivery {among}", many)
        self._db.execute(f"DELETE FROM delivery WHERE id {among}", many)
        self._gone.update(ids)
        for notification in notifications:
            row = self._db.execute(
                "DELETE FROM notification WHERE id = :id"
                " AND NOT EXISTS (SELECT 1 FROM delivery WHERE notification = :id)"
                " RETURNING client_token, accepted_at",
                {"id": notification},
            ).fetchone()
            if row is not None:
                self._db.execute(
                    "INSERT OR IGNORE INTO spent VALUES (?, ?, ?)", (_hash_of(row[0]), notification, row[1])
                )


def _hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
