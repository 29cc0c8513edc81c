"""What an attempt does to a delivery that is leased: intent, outcome; and what a crash left of it is put right."""

from dataclasses import dataclass, replace

from core.outbox.accounts import Turn
from core.outbox.claims import Claims
from core.outbox.notification import Claim
from core.outbox.states import Reason, State

#: How far an attempt came (`attempt.phase`) that came to the message itself, and not only to its account's server.
_AT_THE_MESSAGE = frozenset({"mail", "rcpt", "data", "body", "dot", "folder"})


@dataclass(frozen=True)
class Settlement:
    """What an outcome makes of a delivery: decided by `core.delivery.retry`, written here."""

    state: State
    reason: Reason = Reason.NONE
    due_at: int = 0
    #: False when this try does not count: there was no network.
    is_counted: bool = True
    #: It has been tried for so long that the person should hear of it.
    is_late: bool = False
    #: What it showed of its account, where it showed anything.
    turn: Turn | None = None


@dataclass(frozen=True)
class Finished:
    """How an attempt ended, for its row in the history."""

    phase: str
    code: int | None
    reply: str
    tls: str
    server: str


class Leases(Claims):
    """The moves that need a lease: whoever holds it may move the delivery on, and nobody else."""

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
            if claim.is_rated:
                self.count_rate(claim.account, now)
            return True
        is_cancelled = self._move(
            claim.delivery,
            State.SENDING,
            State.CANCELLED,
            now,
            notification=claim.notification,
            changes="lease = NULL",
            guard="lease = :held AND cancel_asked = 1",
            values={"held": claim.lease},
        )
        if is_cancelled and claim.is_rated:
            self.count_rate(claim.account, now)
        return False

    def settle(self, claim: Claim, settlement: Settlement, finished: Finished, now: int) -> bool:
        """Write the outcome of an attempt. False when the lease was lost: then nothing is written.

        A cancel that was asked for meanwhile is honoured wherever the delivery did not go out and would wait.
        """
        # What happens to most, and nobody needs to be asked where they are: Practice hands over without an intent.
        old = State.SENDING if settlement.reason is Reason.PRACTISED else State.HANDING_OVER
        if settlement.state is State.SENT and self._settle(claim, old, settlement, finished, now):
            new = State.SENT
        else:
            row = self._db.execute(
                "SELECT state, cancel_asked FROM delivery WHERE id = ? AND lease = ?",
                (claim.delivery, claim.lease),
            ).fetchone()
            if row is None:
                return False
            if settlement.state in (State.QUEUED, State.HELD) and row[1]:
                settlement = replace(settlement, state=State.CANCELLED, reason=Reason.NONE)
            new = settlement.state
            if not self._settle(claim, State(row[0]), settlement, finished, now):
                return False
            if claim.is_rated and row[0] == State.SENDING and finished.phase in _AT_THE_MESSAGE:
                self.count_rate(claim.account, now)  # refused before its intent: the server counts it as well
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
        if settlement.is_late and new is State.QUEUED:
            self._tell_late(claim, now)
        if settlement.turn is not None:
            self.take_turn(claim.account, claim.lease, settlement.turn, now)
        if new is not State.SENT and (settlement.turn is None or settlement.turn.reason is not Reason.NONE):
            self.end_trials(now)
        return True

    def _settle(self, claim: Claim, old: State, settlement: Settlement, finished: Finished, now: int) -> bool:
        new, reason = settlement.state, settlement.reason
        kind = None
        if new is State.QUEUED:
            kind = "waiting"
        elif new is State.SENT and reason is Reason.PRACTISED:
            kind = "practised"
        return self._move(
            claim.delivery,
            old,
            new,
            now,
            reason=reason,
            notification=claim.notification,
            kind=kind,
            detail=finished.reply if finished.code is None else f"{finished.code} {finished.reply}",
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

    def _tell_late(self, claim: Claim, now: int) -> None:
        """Record, once for each generation, that a delivery has been tried for very long."""
        kind = "late"
        known = self._db.execute(
            "SELECT 1 FROM event WHERE delivery = ? AND kind = ? AND at >= ? LIMIT 1",
            (claim.delivery, kind, claim.tried_since),
        ).fetchone()
        if known is None:
            hours = (now - claim.tried_since) // 3_600_000
            self._event(now, claim.notification, claim.delivery, kind, f"tried for {hours} h; it is tried on")

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
            self.end_trials(now)  # it may have been cancelled instead
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

        What was put back and had been asked to cancel is cancelled: nothing of it had gone out. The network is looked
        for at once.
        """
        self._db.execute("UPDATE account_state SET until = ?, tries = 0 WHERE reason = 'offline'", (now,))
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
        self.end_trials(now)
        return put_back, unconfirmed
