"""The moves of a delivery that a person asks for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.clock import iso
from core.outbox import draft_json
from core.outbox.accounts import MOVED_AT_ONCE, Accounts
from core.outbox.notification import Draft, Sighting
from core.outbox.states import Reason, State

#: A cancel can be taken back for this long (ms): ten seconds as the window says, and the time to press.
RESTORE_MS = 11_000


@dataclass(frozen=True)
class Moved:
    """What came of a move asked for by a person."""

    #: The deliveries that moved.
    ids: tuple[int, ...] = ()
    #: Those that did not, with the state that forbids it; None where there is no such delivery.
    refused: tuple[tuple[int, State | None], ...] = ()

    @classmethod
    def sum(cls, parts: "Iterable[Moved]") -> "Moved":
        """Return what came of all parts of a move, in their order."""
        kept = tuple(parts)
        return cls(
            tuple(delivery_id for part in kept for delivery_id in part.ids),
            tuple(refusal for part in kept for refusal in part.refused),
        )


#: A move that a person asks for: (delivery, its state, its notification, now) → whether it moved.
_PersonMove = Callable[[int, State, str, int], bool]


class Moves(Accounts):
    """Moves deliveries as a person wants it. A move that their state does not allow changes nothing."""

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
        self.end_trials(now)
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
        if old_reason == Reason.ACCOUNT and not self.is_broken(notification):
            old_state, old_reason = State.QUEUED, Reason.NONE  # mended meanwhile: nobody would release it
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
        """Let held deliveries go: at their scheduled time where that is still ahead, else at once.

        One that its account held is a try whether that works again; the others it holds follow if it does.
        """

        def release(delivery_id: int, state: State, notification: str, now: int) -> bool:
            if state is not State.HELD:
                return False
            due_at, account = self._db.execute(
                "SELECT due_at, account FROM delivery WHERE id = ?", (delivery_id,)
            ).fetchone()
            self.try_broken(account, now)
            self.end_waits(now, account)
            return self._move(
                delivery_id,
                State.HELD,
                State.QUEUED,
                now,
                reason=Reason.SCHEDULE if due_at > now else Reason.NONE,
                notification=notification,
                kind="released",
                changes="last_reply = CASE reason WHEN 'restored' THEN '' ELSE last_reply END",
            )

        return self._each(ids, now, release)

    def retry(self, ids: Iterable[int], now: int) -> Moved:
        """Try again: a failed one as a new generation; a waiting one now instead of at its due time."""

        def retry(delivery_id: int, state: State, notification: str, now: int) -> bool:
            if state is State.FAILED:
                return self._again(delivery_id, State.FAILED, notification, now, "retry")
            if state is not State.QUEUED:
                return False
            is_account_waiting = self._end_wait_of(delivery_id, now)
            return self._move(
                delivery_id,
                State.QUEUED,
                State.QUEUED,
                now,
                notification=notification,
                kind="retry",
                changes="due_at = min(due_at, :now)",
                guard="(reason IN ('backoff', 'offline', 'rate') OR :is_waiting AND due_at <= :now)",
                values={"is_waiting": is_account_waiting},
            )

        return self._each(ids, now, retry)

    def retry_waiting(self, now: int, after: int = 0) -> Moved:
        """Try now what waits, at most `MOVED_AT_ONCE` of those with an id above `after`.

        What an account keeps back is not moved, its account's wait ends.
        """
        self.end_waits(now)
        return self.retry(self._waiting_ids(after), now)

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

    def sighted(self, sightings: Iterable[Sighting], now: int) -> Moved:
        """Take in what a look into a Sent folder says: what was found was sent, of the rest it is only noted.

        What is confirmed, or was sent again meanwhile, is refused and stays as it is; that it was found before it is
        sent again is noted.
        """
        moved: list[int] = []
        refused: list[tuple[int, State | None]] = []
        for sighting in sightings:
            row = self._db.execute(
                "SELECT state, generation, notification FROM delivery WHERE id = ?", (sighting.delivery,)
            ).fetchone()
            if row is None:
                refused.append((sighting.delivery, None))
            elif row[:2] != (State.UNCONFIRMED, sighting.generation):
                refused.append((sighting.delivery, State(row[0])))
                if sighting.is_found and row[1] > sighting.generation:
                    self._found_late(sighting, row[2], now)
            elif sighting.is_found:
                self._found(sighting, row[2], now)
                moved.append(sighting.delivery)
            else:
                self._event(now, row[2], sighting.delivery, "not_found", sighting.where)
                self._changed.add(sighting.delivery)
        return Moved(tuple(moved), tuple(refused))

    def _found_late(self, sighting: Sighting, notification: str, now: int) -> None:
        """Note that what is sent again was found. Nothing moves; noted once, however often it is asked."""
        detail = _place(sighting)
        noted = self._db.execute(
            "SELECT 1 FROM event WHERE delivery = ? AND kind = 'found_late' AND detail = ?", (sighting.delivery, detail)
        ).fetchone()
        if noted is None:
            self._event(now, notification, sighting.delivery, "found_late", detail)
            self._changed.add(sighting.delivery)

    def _found(self, sighting: Sighting, notification: str, now: int) -> None:
        self._move(
            sighting.delivery,
            State.UNCONFIRMED,
            State.SENT,
            now,
            reason=Reason.FOUND,
            notification=notification,
            kind="found",
            detail=_place(sighting),
            changes="sent_at = :now, last_code = NULL, last_reply = :where",
            guard="generation = :generation",
            values={"where": sighting.where, "generation": sighting.generation},
        )

    def _again(self, delivery_id: int, state: State, notification: str, now: int, kind: str) -> bool:
        self._end_wait_of(delivery_id, now)
        return self._move(
            delivery_id,
            state,
            State.QUEUED,
            now,
            notification=notification,
            kind=kind,
            changes="generation = generation + 1, attempts = 0, due_at = :now",
        )

    def _end_wait_of(self, delivery_id: int, now: int) -> bool:
        """Have a delivery's account tried now: a person asks for it. Say whether it waited."""
        row = self._db.execute("SELECT account FROM delivery WHERE id = ?", (delivery_id,)).fetchone()
        return self.end_waits(now, row[0])

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
        self.end_trials(now)
        return Moved(tuple(moved), tuple(refused))

    def _waiting_ids(self, after: int) -> tuple[int, ...]:
        """Return the first deliveries above `after` that wait for another try."""
        rows = self._db.execute(
            "SELECT id FROM delivery WHERE place = 'on_the_way' AND id > ? AND state = 'queued'"
            " AND reason IN ('backoff', 'offline', 'rate') ORDER BY id LIMIT ?",
            (after, MOVED_AT_ONCE),
        )
        return tuple(row[0] for row in rows)


def _place(sighting: Sighting) -> str:
    kept = "" if sighting.kept_at is None else f", kept there {iso(sighting.kept_at)}"
    return f"{sighting.where}{kept}"
