"""One run of attempts: hand each message over by its transport, and record what came of it."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from core.clock import Clock
from core.delivery import retry
from core.errors import StorageError
from core.mail.transport import Outcome, Parcel, Transport, Verdict
from core.outbox.notification import Claim
from core.outbox.outbox import Outbox
from core.outbox.store import Finished, Settlement

#: Seconds between two tries to put an outcome on a disk that is full. Meanwhile it is held in memory.
_UNTIL_ROOM_S = 2.0

#: Yields the stored bytes of a claim's message.
BytesOf = Callable[[Claim], Iterator[bytes]]


@dataclass(frozen=True)
class _ClaimParcel:
    """A claim as a transport sees it."""

    claim: Claim
    bytes_of: BytesOf

    @property
    def sender(self) -> str:
        return self.claim.sender

    @property
    def recipient(self) -> str:
        return self.claim.recipient

    @property
    def message_id(self) -> str:
        return self.claim.message_id

    @property
    def size_bytes(self) -> int:
        return self.claim.message.size_bytes

    def chunks(self) -> Iterator[bytes]:
        return self.bytes_of(self.claim)


class Attempts:
    """Serves runs of claims, each on the thread that calls `serve`: a `deliveries` runnable, or the only one."""

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        *,
        transport_of: Callable[[str], Transport],
        bytes_of: BytesOf,
        policy: retry.RetryPolicy | None = None,
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._transport_of = transport_of
        self._bytes_of = bytes_of
        self._policy = policy or retry.RetryPolicy()
        self._reached = reached
        self._halted = threading.Event()

    def halt(self) -> None:
        """Let each run end after the message it is at. Callable from any thread."""
        self._halted.set()

    def serve(self, claims: Sequence[Claim]) -> None:
        """Attempt each claim of one account; return when every outcome is on disk.

        What was not started is given back. Blocks; on a thread that is not the writes thread.
        """
        self._reached("C2")
        transport = self._transport_of(claims[0].account)
        desk = _RunDesk(self, is_idempotent=transport.is_idempotent)
        try:
            transport.hand_over([_ClaimParcel(claim, self._bytes_of) for claim in claims], desk)
        finally:
            desk.finish(claims)

    # -- for the desk ---------------------------------------------------------------------------------------------

    def intend(self, claim: Claim) -> bool:
        return self._outbox.intend(claim).wait()

    def record(self, claim: Claim, outcome: Outcome) -> "tuple[Settlement, Finished]":
        """Decide what the outcome makes of the delivery."""
        chance = random.random()  # noqa: S311 - spreads tries over time, keeps no secret
        settlement = retry.settle(outcome, claim, now_ms=self._clock.now_ms(), chance=chance, policy=self._policy)
        finished = Finished(outcome.phase, outcome.code, outcome.reply, outcome.tls, outcome.server)
        return settlement, finished

    def write(self, claim: Claim, settlement: Settlement, finished: Finished) -> "Future[bool]":
        return self._outbox.settle(claim, settlement, finished).future()

    def give_back(self, claims: Sequence[Claim]) -> None:
        self._outbox.give_back(claims).wait()

    def may_go_on(self) -> bool:
        return not self._halted.is_set()

    def wait_for_room(self) -> bool:
        """Wait a little for the disk; False when the program is quitting."""
        return not self._halted.wait(_UNTIL_ROOM_S)


class _RunDesk:
    """The desk of one run: knows which parcels are settled, and which outcomes are not on disk yet."""

    def __init__(self, attempts: Attempts, *, is_idempotent: bool) -> None:
        self._attempts = attempts
        self._is_idempotent = is_idempotent
        self._settled: set[int] = set()
        self._on_the_way: list[tuple[Claim, Settlement, Finished, Future[bool]]] = []

    def intend(self, parcel: Parcel) -> bool:
        claim = _claim(parcel)
        if self._attempts.intend(claim):
            return True
        self._settled.add(claim.delivery)  # cancelled by the intent itself, or somebody else's by now
        return False

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        claim = _claim(parcel)
        self._settled.add(claim.delivery)
        if outcome.verdict is Verdict.DROPPED:
            return
        settlement, finished = self._attempts.record(claim, outcome)
        future = self._attempts.write(claim, settlement, finished)
        self._on_the_way.append((claim, settlement, finished, future))
        if not self._is_idempotent:
            self._wait()  # the outcome is on disk before the next dot
        # An idempotent transport needs no such wait: handing it over again would leave one copy all the same.

    def may_go_on(self) -> bool:
        return self._attempts.may_go_on()

    def finish(self, claims: Sequence[Claim]) -> None:
        """Wait for every outcome to be on disk, and give back what was not started."""
        self._wait()
        left = [claim for claim in claims if claim.delivery not in self._settled]
        if left:
            self._attempts.give_back(left)

    def _wait(self) -> None:
        while self._on_the_way:
            claim, settlement, finished, future = self._on_the_way[0]
            try:
                future.result()
            except StorageError:
                # Held in memory until there is room; quitting leaves the row as it is, for the next start.
                if self._attempts.wait_for_room():
                    again = self._attempts.write(claim, settlement, finished)
                    self._on_the_way[0] = (claim, settlement, finished, again)
                    continue
            del self._on_the_way[0]


def _claim(parcel: Parcel) -> Claim:
    assert isinstance(parcel, _ClaimParcel)
    return parcel.claim
