"""What is due, as the dispatcher takes it: counted, and leased run by run."""

import json
from collections.abc import Sequence
from typing import Any

from core.errors import Fault
from core.outbox.accounts import MOVED_AT_ONCE
from core.outbox.moves import Moves
from core.outbox.notification import Claim, StoredMessage
from core.outbox.states import Reason, State


class Claims(Moves):
    """The moves from the queue into a lease, and out of the queue for what comes too late."""

    def is_paused(self) -> bool:
        return bool(self._db.execute("SELECT is_on FROM switch WHERE name = 'paused'").fetchone()[0])

    def count_due(self, account: str, now: int, most: int, notification: str | None = None) -> int:
        """Return how many deliveries of an account are due, counted up to `most`."""
        where = " AND is_bulk IN (0, 1) AND due_at <= :now"
        if notification:  # found by it, and not by walking over all that is queued
            where = " AND notification = :notification AND +due_at <= :now"
        row = self._db.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM delivery WHERE state = 'queued' AND account = :account{where}"
            " LIMIT :most)",
            {"account": account, "now": now, "most": most, "notification": notification},
        ).fetchone()
        return int(row[0])

    def claim(
        self,
        account: str,
        *,
        now: int,
        limit: int,
        lease: str,
        is_rated: bool = False,
        notification: str | None = None,
    ) -> tuple[Claim, ...]:
        """Lease up to `limit` due deliveries of an account and begin an attempt for each: bulk last, then by due time.

        What waited longer than its “not after” fails instead of being claimed, unless a person asked for it again: at
        most `MOVED_AT_ONCE`, and then it may be that nothing is claimed though there is something due.
        """
        claims: list[Claim] = []
        expiries = MOVED_AT_ONCE
        for is_bulk in (False, True):
            left = limit - len(claims)
            more, expired = self._claim_of(account, is_bulk, now, left, expiries, lease, is_rated, notification)
            claims += more
            expiries -= expired
        if expiries < MOVED_AT_ONCE:
            self.end_trials(now)
        return tuple(claims)

    def _claim_of(
        self,
        account: str,
        is_bulk: bool,
        now: int,
        limit: int,
        expiries: int,
        lease: str,
        is_rated: bool,
        notification: str | None,
    ) -> tuple[list[Claim], int]:
        """As `claim`; return how many expired as well, which are `expiries` at most."""
        claims: list[Claim] = []
        expired = 0
        while (
            limit > 0
            and expired < expiries
            and not claims
            and (rows := self._due(account, is_bulk, now, min(limit, expiries - expired), notification))
        ):
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
                    is_rated=is_rated,
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
                    expired += 1
                else:
                    claims.append(claim)
        if claims:
            self._lease([claim.delivery for claim in claims], lease, now)
        return claims, expired

    def _due(
        self, account: str, is_bulk: bool, now: int, limit: int, notification: str | None
    ) -> list[tuple[Any, ...]]:
        where = " AND d.is_bulk = :is_bulk AND d.due_at <= :now"
        if notification:
            where = " AND d.notification = :notification AND +d.is_bulk = :is_bulk AND +d.due_at <= :now"
        return self._db.execute(
            "SELECT d.id, d.notification, d.account, n.sender, d.recipient, d.message_id, m.skeleton, m.seal,"
            " m.size_bytes, d.attempts, d.generation, n.accepted_at, n.not_after,"
            " (SELECT a.started_at FROM attempt a WHERE a.delivery = d.id AND a.generation = d.generation"
            # No try without a network, none that only its account is at fault for, and none from before it was held.
            " AND a.number <= d.attempts AND a.phase NOT IN ('', 'auth') AND a.started_at >= coalesce("
            "(SELECT max(e.at) FROM event e WHERE e.delivery = d.id AND e.kind = 'released'), 0)"
            " ORDER BY a.number LIMIT 1)"
            " FROM delivery d JOIN notification n ON n.id = d.notification JOIN message m ON m.delivery = d.id"
            f" WHERE d.state = 'queued' AND d.account = :account{where} ORDER BY d.due_at, d.id LIMIT :limit",
            {"account": account, "is_bulk": is_bulk, "now": now, "limit": limit, "notification": notification},
        ).fetchall()

    def _lease(self, ids: Sequence[int], lease: str, now: int) -> None:
        """Move queued deliveries to `sending`, each with its event and the beginning of its attempt.

        As `_move`, for many at once: each statement gives the interpreter away, and the threads that deliver take it.
        """
        many = {"ids": json.dumps(ids), "lease": lease, "now": now}
        among = "id IN (SELECT value FROM json_each(:ids))"
        cursor = self._db.execute(
            "UPDATE delivery SET state = 'sending', reason = '', updated_at = :now, lease = :lease,"
            f" attempts = attempts + 1, cancel_asked = 0 WHERE state = 'queued' AND {among}",
            many,
        )
        if cursor.rowcount != len(ids):
            raise Fault("a delivery was read as queued and is not, in one transaction")
        self._db.execute(
            "INSERT OR REPLACE INTO attempt (delivery, generation, number, started_at)"
            f" SELECT id, generation, attempts, :now FROM delivery WHERE {among}",
            many,
        )
        self._db.execute(
            "INSERT INTO event (at, notification, delivery, kind, detail)"
            " SELECT :now, d.notification, d.id, 'sending', '' FROM json_each(:ids) j JOIN delivery d ON d.id = j.value"
            " ORDER BY j.key",
            many,
        )
        self._changed.update(ids)
