"""Handing messages to a mail server: the connections of one account, kept and used again."""

import contextlib
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.mail.smtp.handover import Connection, End, Run
from core.mail.smtp.opening import Opener
from core.mail.smtp.outcomes import Failed
from core.mail.smtp.server import Deadlines, Server
from core.mail.smtp.steps import Halted, run
from core.mail.smtp.waiting import Waker
from core.mail.smtp.wire import Wire
from core.mail.transport import Desk, Parcel

#: A connection that nobody used for so long is not used again. Servers wait for 5 minutes, many of them less.
IDLE_S = 30.0
#: Servers count messages on a connection; 100 is the usual limit.
MOST_MESSAGES = 100


@dataclass(eq=False)
class _Kept:
    wire: Wire
    connection: Connection
    since_s: float = 0.0


class SmtpTransport:
    """A transport that hands messages to one mail server. One serves any thread, and several at once.

    A message goes out once: its intent is on disk before its dot, and nothing is tried again here that the
    server may have taken. After `halt` it stays halted. `refused` is told the secret that a server refused for good.
    """

    is_idempotent = False

    def __init__(
        self,
        server: Server,
        secret: Callable[[], str],
        *,
        refused: Callable[[str], None] = lambda _: None,
        deadlines: Deadlines = Deadlines(),  # noqa: B008 - a frozen value
        reached: Callable[[str], None] = lambda _: None,
        monotonic_s: Callable[[], float] = time.monotonic,
        most_messages: int = MOST_MESSAGES,
    ) -> None:
        self._deadlines = deadlines
        self._reached = reached
        self._monotonic_s = monotonic_s
        self._most_messages = most_messages
        self._waker = Waker()
        weakref.finalize(self, self._waker.close)
        self._opener = Opener(
            server,
            secret,
            refused=refused,
            deadlines=deadlines,
            waker=self._waker,
            monotonic_s=monotonic_s,
            reached=reached,
        )
        self._lock = threading.Lock()
        #: The one used last is at the end, and is used first.
        self._kept: list[_Kept] = []

    def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
        """Hand over each parcel in order and settle it. Blocks; returns when every outcome is on disk.

        Ends early when the desk says so, when halted, and when the connection failed: the message it was at is
        settled with that then, and the others are left.
        """
        left = Run(run, desk)
        with contextlib.suppress(Halted):
            while left.waiting and not self._waker.is_set and desk.may_go_on() and self._serve(left):
                pass
        desk.flush()

    def let_go(self, idle_s: float) -> bool:
        """Close the connections that nobody used for so long; say whether any is kept."""
        now_s = self._monotonic_s()
        with self._lock:
            idle = [kept for kept in self._kept if now_s - kept.since_s >= idle_s]
            self._kept = [kept for kept in self._kept if kept not in idle]
            is_any_kept = bool(self._kept)
        self._end(idle)
        return is_any_kept

    def halt(self) -> None:
        """Break off what is not yet handed over; a wait for the answer to the dot goes on."""
        self._waker.set()
        self._opener.gate.wake()

    def _serve(self, left: Run) -> bool:
        """Hand over on one connection, kept or new. True: what is left may go on with another one."""
        kept = self._take()
        if kept is None:
            try:
                wire, judge, offers = self._opener.open()
            except Failed as failed:
                left.settle(left.waiting[0], failed.outcome)
                return False
            connection = Connection(judge, offers, most_messages=self._most_messages, reached=self._reached)
            kept = _Kept(wire, connection)
        try:
            end = run(kept.connection.hand_over(left), kept.wire)
            # Nothing is said or kept before the outcomes are on disk.
            left.desk.flush()
        except BaseException:
            kept.wire.close()
            raise
        if end is not End.KEPT:
            kept.wire.close()
            return end is End.SPENT
        if kept.connection.is_full:
            self._end([kept])
            return True
        self._keep(kept)
        return False

    def _take(self) -> _Kept | None:
        """Return the connection used last, if it is still in order; close those that are not."""
        while True:
            with self._lock:
                if not self._kept:
                    return None
                kept = self._kept.pop()
                is_fresh = self._monotonic_s() - kept.since_s < IDLE_S
            if is_fresh and kept.wire.is_quiet():
                return kept
            kept.wire.close()

    def _keep(self, kept: _Kept) -> None:
        kept.since_s = self._monotonic_s()
        with self._lock:
            if not self._waker.is_set:
                self._kept.append(kept)
                return
        self._end([kept])

    def _end(self, connections: Sequence[_Kept]) -> None:
        """Say goodbye on all of them, then wait for the answers."""
        for kept in connections:
            kept.wire.begin_quit()
        until_s = self._monotonic_s() + self._deadlines.quit_s
        for kept in connections:
            kept.wire.end_quit(until_s)
