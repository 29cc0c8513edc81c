"""The rows of an outbox that is moved to another computer: held here, so that nothing goes from both unasked."""

from datetime import UTC, datetime

from core.outbox.accounts import MOVED_AT_ONCE
from core.outbox.moves import Moves
from core.outbox.states import Reason, State

_MOVED = "Moved to another computer on"


class DepartureRows(Moves):
    """Holds what waits here, and lets it go again. Not for any thread but the writes thread."""

    def depart(self) -> None:
        """Pause everything, and write down that this outbox is being moved; whether it was paused before, too."""
        self._db.execute(
            "INSERT OR IGNORE INTO switch SELECT 'moved', 1 + is_on FROM switch WHERE name = 'paused'",
        )
        self._db.execute("UPDATE switch SET is_on = 1 WHERE name = 'paused'")
        self._is_due = True

    def hold_departing(self, now: int) -> int:
        """Hold what waits, and what is held until its account is mended, a part; return how many these were.

        What a person holds waits for them on both computers as it is.
        """
        words = f"{_MOVED} {datetime.fromtimestamp(now // 1000, UTC):%Y-%m-%d %H:%M} UTC: it may be sent from there."
        rows = self._db.execute(
            "SELECT id, notification, state FROM delivery WHERE state = 'queued' LIMIT ?", (MOVED_AT_ONCE,)
        ).fetchall()
        rows += self._db.execute(
            "SELECT id, notification, state FROM delivery WHERE state = 'held' AND reason = 'account' LIMIT ?",
            (MOVED_AT_ONCE - len(rows),),
        ).fetchall()
        for delivery_id, notification, state in rows:
            if state == State.QUEUED:
                self._move(
                    delivery_id,
                    State.QUEUED,
                    State.HELD,
                    now,
                    reason=Reason.RESTORED,
                    notification=notification,
                    detail=words,
                    changes="last_code = NULL, last_reply = :words",
                    values={"words": words},
                )
                continue
            self._db.execute(
                "UPDATE delivery SET reason = 'restored', last_code = NULL, last_reply = ?, updated_at = ?"
                " WHERE id = ?",
                (words, now, delivery_id),
            )
            self._event(now, notification, delivery_id, State.HELD.value, words)
            self._changed.add(delivery_id)
        return len(rows)

    def release_departed(self, now: int) -> int:
        """Let go what was held because the outbox was moved, a part; return how many these were."""
        ids = [
            row[0]
            for row in self._db.execute(
                "SELECT id FROM delivery WHERE place = 'needs_you' AND state = 'held' AND reason = 'restored'"
                " AND last_reply LIKE ? LIMIT ?",
                (f"{_MOVED} %", MOVED_AT_ONCE),
            )
        ]
        self.release(ids, now)
        return len(ids)

    def end_departure(self) -> None:
        """Go on here: paused only if it was before."""
        self._db.execute(
            "UPDATE switch SET is_on = 0 WHERE name = 'paused'"
            " AND EXISTS (SELECT 1 FROM switch WHERE name = 'moved' AND is_on = 1)"
        )
        self._db.execute("DELETE FROM switch WHERE name = 'moved'")
        self._is_due = True
