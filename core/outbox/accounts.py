"""What stands between an account and its server: waits, the breaker, rates. Which delivery is due is in `claims`.

A wait (no network, a server that cannot be reached, a rate) is one row here and rewrites no delivery, however many
wait for it. The breaker, opened by a refused password, moves what is due to `held`, some in each commit.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from core.outbox.notification import Changes
from core.outbox.rows import Rows
from core.outbox.states import Reason, State

#: So many deliveries are moved in one commit, whoever moves them: what is accepted meanwhile waits for that commit,
#: which is less than a frame. Many times as many would take longer still for each: SQLite walks along all that a
#: savepoint keeps (in memory) at the end of each statement.
MOVED_AT_ONCE = 250

#: No wait for the network or a server is longer (ms): one that is was written before the clock was set back.
LONGEST_WAIT_MS = 3_600_000

#: The code of the wait after a login that was not taken: the longest there is, for the server counts logins.
_LOGIN = "auth_later"

#: The spans of a rate (s), and the length of the slots in which each is counted: a limit holds over any span, and is
#: up to one slot stricter than it says.
RATE_SPANS: Mapping[int, int] = {60: 1, 3600: 60, 86_400: 3600}

#: The accounts that have queued deliveries: a step in the index for each, however many they are.
QUEUED_ACCOUNTS = (
    "WITH RECURSIVE a (account) AS (SELECT min(account) FROM delivery WHERE state = 'queued' UNION ALL"
    " SELECT (SELECT min(d.account) FROM delivery d WHERE d.state = 'queued' AND d.account > a.account)"
    " FROM a WHERE a.account IS NOT NULL) SELECT account FROM a WHERE account IS NOT NULL"
)
#: When the first of an account is due, bulk or not.
NEXT_DUE = (
    "SELECT min(at) FROM (SELECT min(due_at) AS at FROM delivery WHERE state = 'queued' AND account = :account"
    " AND is_bulk = 0 UNION ALL SELECT min(due_at) FROM delivery WHERE state = 'queued' AND account = :account"
    " AND is_bulk = 1)"
)


@dataclass(frozen=True)
class Turn:
    """What an attempt showed of its account: decided by `core.delivery.retry`, written with the attempt's outcome."""

    #: NONE: it works. OFFLINE, BACKOFF: it waits. ACCOUNT: nothing more is tried until a person mends it.
    reason: Reason
    #: Seconds to wait after the first, second … such turn in a row; the last one repeats.
    delays_s: tuple[int, ...] = ()
    code: str = ""
    values: tuple[tuple[str, str], ...] = ()
    detail: str = ""
    #: The reply's three digits, where there was one.
    reply_code: int | None = None
    #: Only a wait where nothing else of the account is under way: its other connections may work.
    is_only_if_alone: bool = False
    #: The login was taken, whatever came then: what was held for it goes.
    is_let_in: bool = False


@dataclass(frozen=True)
class Wait:
    """Why nothing of an account is tried now."""

    reason: Reason
    #: Not before (ms since 1970, UTC); None: not before a person mended it.
    until: int | None
    detail: str


class Accounts(Rows):
    """Waits, breakers and rates, through the one connection that writes."""

    #: Whether any account waits or is broken, as far as this transaction knows; None: to be looked at.
    _is_any_waiting: bool | None = None

    def take_changes(self) -> Changes:
        """As `Rows.take_changes`; what was known is looked at anew."""
        self._is_any_waiting = None
        return super().take_changes()

    def accounts_queued(self) -> tuple[str, ...]:
        """Return the accounts that have queued deliveries, due or not. One step in the index for each."""
        return tuple(row[0] for row in self._db.execute(QUEUED_ACCOUNTS))

    def next_due(self, account: str) -> int | None:
        """Return when the next queued delivery of an account is due (ms), or None where none is queued."""
        row = self._db.execute(NEXT_DUE, {"account": account}).fetchone()
        return None if row[0] is None else int(row[0])

    def waits(self) -> dict[str, Wait]:
        """Return the accounts that wait or are broken, also where the wait has run out."""
        rows = self._db.execute("SELECT account, reason, until, detail FROM account_state WHERE reason <> ''")
        return {account: Wait(Reason(reason), until, detail) for account, reason, until, detail in rows}

    def take_turn(self, account: str, lease: str, turn: Turn, now: int) -> None:
        """Write what an attempt showed of its account. Of a broken one only a person's mending counts."""
        if turn.reason is Reason.NONE:
            if self._is_any_waiting is None:
                self._is_any_waiting = bool(self.waits())
            if self._is_any_waiting:
                self._set_free(account, now)
            return
        row = self._db.execute(
            "SELECT reason, until, tries, code FROM account_state WHERE account = ?", (account,)
        ).fetchone()
        old, until, tries, code = row or ("", None, 0, "")
        if old == Reason.ACCOUNT:
            return
        if turn.is_let_in:
            self._let_go(account)
        if turn.reason is Reason.ACCOUNT:
            until, tries = None, 0
        else:
            if turn.is_only_if_alone and self._is_served_elsewhere(account, lease):
                return
            is_waiting = until is not None and now < until <= now + LONGEST_WAIT_MS
            if is_waiting and code == _LOGIN:
                return  # no other wait is longer, and none may end it sooner
            if is_waiting and old == turn.reason and turn.code != _LOGIN:
                return  # another connection met the same at the same time
            tries = tries + 1 if old == turn.reason else 1
            until = now + turn.delays_s[min(tries, len(turn.delays_s)) - 1] * 1000
        self._put_state(account, turn, until, tries, now)

    def _is_served_elsewhere(self, account: str, lease: str) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM delivery WHERE state IN ('sending', 'handing_over') AND account = ? AND lease <> ? LIMIT 1",
            (account, lease),
        ).fetchone()
        return row is not None

    def _put_state(self, account: str, turn: Turn, until: int | None, tries: int, now: int) -> None:
        self._is_any_waiting = None
        self._db.execute(
            "INSERT INTO account_state (account, reason, until, code, words, detail, reply_code, tries, updated_at)"
            " VALUES (:account, :reason, :until, :code, :words, :detail, :reply_code, :tries, :now)"
            " ON CONFLICT (account) DO UPDATE SET reason = excluded.reason, until = excluded.until,"
            " code = excluded.code, words = excluded.words, detail = excluded.detail,"
            " reply_code = excluded.reply_code, tries = excluded.tries,"
            " is_releasing = is_releasing AND excluded.reason <> 'account', updated_at = excluded.updated_at",
            {
                "account": account,
                "reason": turn.reason,
                "until": until,
                "code": turn.code,
                "words": json.dumps(turn.values, ensure_ascii=False),
                "detail": turn.detail,
                "reply_code": turn.reply_code,
                "tries": tries,
                "now": now,
            },
        )
        self._changed_accounts.add(account)
        self._is_due = True

    def _set_free(self, account: str, now: int) -> None:
        """End a wait for the network or for the server: a message got through. What was held before goes as well.

        A connection that logged in earlier still works while new logins are refused for now: that wait stays.
        """
        cursor = self._db.execute(
            "UPDATE account_state SET reason = '', until = NULL, code = '', words = '[]', detail = '', tries = 0,"
            " is_releasing = 1, updated_at = :now WHERE account = :account"
            " AND (reason = 'offline' OR reason = 'backoff' AND (until <= :now OR code <> :login))",
            {"account": account, "now": now, "login": _LOGIN},
        )
        if cursor.rowcount:
            self._changed_accounts.add(account)
            self._is_due = True

    def _let_go(self, account: str) -> None:
        """Have what is held for an account put back into the queue by the next looks: it is let in."""
        cursor = self._db.execute(
            "UPDATE account_state SET is_releasing = 1 WHERE account = :account AND EXISTS"
            " (SELECT 1 FROM delivery WHERE state = 'held' AND account = :account AND reason = 'account')",
            {"account": account},
        )
        self._is_due |= bool(cursor.rowcount)

    def end_waits(self, now: int, account: str | None = None) -> bool:
        """Have accounts (or one) that wait for the network or for their server tried now; say whether any waited."""
        rows = self._db.execute(
            "SELECT account, until FROM account_state WHERE reason IN ('offline', 'backoff')"
            " AND (:account IS NULL OR account = :account)",
            {"account": account},
        ).fetchall()
        for each, until in rows:
            if until > now:
                self._try_now(each, now)
        return bool(rows)

    def try_broken(self, account: str, now: int) -> None:
        """Have a broken account tried once more: it holds again what is due if that fails, and lets go if not."""
        if self._db.execute(
            "SELECT 1 FROM account_state WHERE account = ? AND reason = 'account'", (account,)
        ).fetchone():
            self._try_now(account, now)

    def end_trials(self, now: int) -> None:
        """Open the breaker again of each account that was to be tried and has nothing more to be tried with.

        Such an account holds something, is not broken, and lets nothing go: its message was cancelled or held, or ended
        before it came to the login.
        """
        rows = self._db.execute(
            "UPDATE account_state AS s SET reason = 'account', until = NULL, tries = 0, updated_at = ?"
            " WHERE reason <> 'account' AND NOT is_releasing"
            " AND EXISTS (SELECT 1 FROM delivery d"
            " WHERE d.state = 'held' AND d.account = s.account AND d.reason = 'account')"
            " AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.state = 'queued' AND d.account = s.account)"
            " AND NOT EXISTS (SELECT 1 FROM delivery d"
            " WHERE d.state IN ('sending', 'handing_over') AND d.account = s.account)"
            " RETURNING account",
            (now,),
        ).fetchall()
        self._changed_accounts.update(row[0] for row in rows)

    def _try_now(self, account: str, now: int) -> None:
        self._is_any_waiting = None
        self._db.execute(
            "UPDATE account_state SET reason = CASE reason WHEN 'offline' THEN reason ELSE 'backoff' END, until = :now,"
            " tries = 0, updated_at = :now WHERE account = :account",
            {"now": now, "account": account},
        )
        self._changed_accounts.add(account)
        self._is_due = True

    def is_broken(self, notification: str) -> bool:
        """Say whether the account of a notification is broken."""
        row = self._db.execute(
            "SELECT 1 FROM account_state s JOIN notification n ON n.account = s.account"
            " WHERE n.id = ? AND s.reason = 'account'",
            (notification,),
        ).fetchone()
        return row is not None

    def set_rate_wait(self, account: str, until: int | None, now: int) -> None:
        """Write until when the rate of an account is used up; None: it is not."""
        row = self._db.execute("SELECT reason, until FROM account_state WHERE account = ?", (account,)).fetchone()
        reason, old_until = row or ("", None)
        if until is None:
            if reason != Reason.RATE:
                return
            self._put_state(account, Turn(Reason.NONE), None, 0, now)
        elif reason in ("", Reason.RATE) and until != old_until:
            self._put_state(account, Turn(Reason.RATE), until, 0, now)

    # -- the breaker --------------------------------------------------------------------------------------------------

    def hold_broken(self, account: str, now: int) -> bool:
        """Move what is due of a broken account to `held`, at most `MOVED_AT_ONCE`; say whether more is due."""
        detail, reply_code = self._db.execute(
            "SELECT detail, reply_code FROM account_state WHERE account = ?", (account,)
        ).fetchone()
        rows = self._db.execute(
            "SELECT id, notification FROM delivery"
            " WHERE state = 'queued' AND account = ? AND is_bulk IN (0, 1) AND due_at <= ? LIMIT ?",
            (account, now, MOVED_AT_ONCE),
        ).fetchall()
        for delivery_id, notification in rows:
            self._move(
                delivery_id,
                State.QUEUED,
                State.HELD,
                now,
                reason=Reason.ACCOUNT,
                notification=notification,
                detail=detail,
                changes="last_code = :code, last_reply = :reply",
                values={"code": reply_code, "reply": detail},
            )
        return len(rows) == MOVED_AT_ONCE

    def release_account(self, account: str, now: int) -> int:
        """Believe that an account works again: close its breaker, and let go what it held. Return how many that are.

        The first `MOVED_AT_ONCE` go back into the queue now, the others in the dispatcher's next looks.
        """
        held = self._db.execute(
            "SELECT count(*) FROM delivery WHERE state = 'held' AND account = ? AND reason = 'account'", (account,)
        ).fetchone()[0]
        self._put_state(account, Turn(Reason.NONE), None, 0, now)
        self._db.execute("UPDATE account_state SET is_releasing = 1 WHERE account = ?", (account,))
        self.release_some(account, now)
        return int(held)

    def accounts_releasing(self) -> tuple[str, ...]:
        """Return the accounts of which something may still be held that should go."""
        return tuple(row[0] for row in self._db.execute("SELECT account FROM account_state WHERE is_releasing"))

    def release_some(self, account: str, now: int) -> bool:
        """Put what an account held back into the queue, at most `MOVED_AT_ONCE`; say whether there is more."""
        rows = self._db.execute(
            "SELECT id, notification, due_at FROM delivery WHERE state = 'held' AND account = ? AND reason = 'account'"
            " ORDER BY id LIMIT ?",
            (account, MOVED_AT_ONCE),
        ).fetchall()
        for delivery_id, notification, due_at in rows:
            self._move(
                delivery_id,
                State.HELD,
                State.QUEUED,
                now,
                reason=Reason.SCHEDULE if due_at > now else Reason.NONE,
                notification=notification,
                kind="released",
                changes="last_code = NULL, last_reply = ''",
            )
        is_more = len(rows) == MOVED_AT_ONCE
        if not is_more:
            self._db.execute("UPDATE account_state SET is_releasing = 0 WHERE account = ?", (account,))
        return is_more

    # -- rates --------------------------------------------------------------------------------------------------------

    def count_rate(self, account: str, now: int) -> None:
        """Count one message that its server heard of; until then, what is under way is counted by its lease."""
        for span_s, step_s in RATE_SPANS.items():
            self._db.execute(
                "INSERT INTO rate VALUES (?, ?, ?, 1) ON CONFLICT (account, span_s, slot) DO UPDATE SET n = n + 1",
                (account, span_s, now // 1000 // step_s),
            )

    def sent_lately(self, account: str, now: int) -> dict[int, tuple[tuple[int, int], ...]]:
        """Return by span the slots that count: when each leaves the span (ms), and how many are in it; oldest first.

        After the clock was set back, what lies ahead counts as now, and nothing of it for longer than a span.
        """
        counted = {}
        for span_s, step_s in RATE_SPANS.items():
            slot = now // 1000 // step_s
            slots = span_s // step_s
            self._db.execute(
                "DELETE FROM rate WHERE account = ? AND span_s = ? AND (slot < ? OR slot > ?)",
                (account, span_s, slot - slots, slot + slots),
            )
            rows = self._db.execute(
                "SELECT slot, n FROM rate WHERE account = ? AND span_s = ? ORDER BY slot", (account, span_s)
            )
            counted[span_s] = tuple(((min(at, slot) + slots + 1) * step_s * 1000, n) for at, n in rows)
        return counted

    def leased(self, account: str) -> int:
        """Return how many deliveries of an account are under way."""
        row = self._db.execute(
            "SELECT count(*) FROM delivery WHERE state IN ('sending', 'handing_over') AND account = ?", (account,)
        ).fetchone()
        return int(row[0])
