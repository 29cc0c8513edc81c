"""One run of attempts: hand each message over by its transport, and record what came of it."""

import math
import random
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from core.clock import Clock
from core.delivery import retry
from core.errors import StorageError
from core.mail.transport import Outcome, Parcel, Phase, Transport, Verdict
from core.outbox.leases import Finished
from core.outbox.notification import Claim
from core.outbox.outbox import Outbox
from core.outbox.states import Reason

if TYPE_CHECKING:
    from core.delivery.pacing import Served

#: Seconds between two tries to put an outcome on a disk that is full. Meanwhile it is held in memory.
UNTIL_ROOM_S = 2.0

#: A run that takes longer (s) than it was thought to ends after the message it is at: others may wait for its thread.
MOST_RUN_S = 3.0
#: So long (s) at most a message waits to be begun because a person waits for an answer.
MOST_ASIDE_S = 0.1
#: A connection that nobody used for so long (s) is let go: many servers end it soon after.
KEPT_S = 30.0

#: Yields the stored bytes of a claim's message.
BytesOf = Callable[[Claim], Iterator[bytes]]


class Ways(Protocol):
    """The transport of each account; the only one that keeps them. Callable from any thread."""

    def of(self, account: str) -> Transport:
        """Return what an account goes by now. Blocks for moments."""
        ...

    def let_go(self, idle_s: float) -> bool:
        """Close the connections that nobody used for so long; say whether any is kept. Blocks for moments."""
        ...

    def halt(self) -> None:
        """Break off what is not handed over yet, by every transport, and by those to come."""
        ...


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
        ways: Ways,
        bytes_of: BytesOf,
        policy: retry.RetryPolicy | None = None,
        reached: Callable[[str], None] = lambda _: None,
        until_room_s: float = UNTIL_ROOM_S,
        most_aside_s: float = MOST_ASIDE_S,
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._ways = ways
        self._bytes_of = bytes_of
        #: How long to wait before each further try. Replaced whole, from any thread.
        self.policy = policy or retry.RetryPolicy()
        self._reached = reached
        self._until_room_s = until_room_s
        self._most_aside_s = most_aside_s
        self._halted = threading.Event()
        #: Set while no person waits for an answer.
        self._is_clear = threading.Event()
        self._is_clear.set()

    def halt(self) -> None:
        """Break off what is not handed over yet; a wait for the answer to a dot goes on. Callable from any thread."""
        self._halted.set()
        self._is_clear.set()
        self._ways.halt()

    def step_aside(self) -> None:
        """Begin no message until `go_on`, for moments at most: a person waits for an answer. Callable from any thread.

        What delivers beside a window shares the interpreter and the disk with it.
        """
        self._is_clear.clear()

    def go_on(self) -> None:
        """The person has their answer. Callable from any thread."""
        self._is_clear.set()

    def let_go(self, idle_s: float) -> bool:
        """Close the connections that nobody used for so long; say whether any is kept. Blocks for moments."""
        return self._ways.let_go(idle_s)

    def serve(self, claims: Sequence[Claim]) -> "Served":
        """Attempt each claim of one account; return how it went, when every outcome is on disk.

        What was not started is given back. Blocks; on a thread that is not the writes thread. Raises what the
        transport raised, which is our fault: the message it was at waits then, or is not confirmed.
        """
        self._reached("C2")
        account = claims[0].account
        began_s = self._clock.monotonic_s()
        desk = _RunDesk(self, claims)
        is_kept = False
        try:
            transport = self._ways.of(account)
            if self.may_go_on():
                transport.hand_over([_ClaimParcel(claim, self._bytes_of) for claim in claims], desk)
                is_kept = transport.let_go(KEPT_S)
        except BaseException as error:
            desk.break_off(error)
            raise
        desk.finish()
        return replace(desk.served, took_s=self._clock.monotonic_s() - began_s, is_kept=is_kept)

    # -- for the desk ---------------------------------------------------------------------------------------------

    def intend(self, claim: Claim) -> "Future[bool]":
        return self._outbox.intend(claim).future()

    def write(self, claim: Claim, outcome: Outcome) -> "Callable[[], Future[bool]]":
        """Decide what the outcome makes of the delivery, and return what writes that, as often as it is called."""
        settlement = retry.settle(
            outcome, claim, now_ms=self._clock.now_ms(), chance=self._chance(), policy=self.policy
        )
        settlement = replace(settlement, turn=retry.turn_of(outcome))
        finished = Finished(outcome.phase, outcome.code, outcome.reply, outcome.tls, outcome.server)
        return lambda: self._outbox.settle(claim, settlement, finished).future()

    def break_off(self, claim: Claim, error: BaseException) -> "Callable[[], Future[bool]]":
        """As `write`, where an error of ours is all there is of an outcome."""
        later = retry.later(claim, now_ms=self._clock.now_ms(), chance=self._chance(), policy=self.policy)
        reply = f"A fault of Outtray broke this try off ({type(error).__name__})."
        finished = Finished(Phase.NONE, None, reply, "", "")
        return lambda: self._outbox.break_off(claim, later, finished).future()

    def give_back(self, claims: Sequence[Claim]) -> "Future[None]":
        return self._outbox.give_back(claims).future()

    def note_waiting(self, error: StorageError | None) -> None:
        self._outbox.note_waiting(error)

    def run_ends_at_s(self) -> float:
        return self._clock.monotonic_s() + MOST_RUN_S

    def may_go_on(self, ends_at_s: float = math.inf) -> bool:
        self._is_clear.wait(self._most_aside_s)
        return not self._halted.is_set() and self._clock.monotonic_s() < ends_at_s

    def wait_for_room(self) -> bool:
        """Wait a little for the disk; False when the program is quitting."""
        return not self._halted.wait(self._until_room_s)

    @staticmethod
    def _chance() -> float:
        return random.random()  # noqa: S311 - spreads tries over time, keeps no secret


@dataclass
class _Write:
    """A write under way, and how it is asked for again."""

    ask: "Callable[[], Future[Any]]"
    future: "Future[Any]"
    #: The disk refused it, and it is held in memory.
    is_held: bool = False


class _RunDesk:
    """The desk of one run: knows which parcels are settled, and which outcomes are not on disk yet."""

    def __init__(self, attempts: Attempts, claims: Sequence[Claim]) -> None:
        from core.delivery.pacing import Served  # here: a window paints before anything is served

        self._attempts = attempts
        self._claims = claims
        self._settled: set[int] = set()
        self._under_way: deque[_Write] = deque()
        self._ends_at_s = attempts.run_ends_at_s()
        #: The disk refused an intent, or the account has to wait: nothing more is begun in this run.
        self._is_ended = False
        #: How it goes.
        self.served = Served(claims[0].account, lease=claims[0].lease)

    def intend(self, parcel: Parcel) -> bool:
        claim = _claim(parcel)
        # Asked for before the outcomes ahead of it are waited for: it shares their commit.
        intent = self._attempts.intend(claim)
        try:
            is_intended = intent.result()
        except StorageError:
            self._is_ended = True
            return False  # nothing was written and nothing is handed over: it goes back into the queue
        if not is_intended:
            self._settled.add(claim.delivery)  # cancelled by the intent itself, or somebody else's by now
            return False
        return self._wait()  # every outcome is on disk before the next dot

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        claim = _claim(parcel)
        if outcome.verdict is Verdict.DROPPED:
            return  # not handed over: the intent settled it, or it goes back into the queue
        ask = self._attempts.write(claim, outcome)
        self._settled.add(claim.delivery)
        self._ask(ask)
        turn = retry.turn_of(outcome)
        is_bad = turn is not None and turn.reason is not Reason.NONE
        self._is_ended |= is_bad
        self.served = replace(
            self.served,
            count=self.served.count + 1,
            is_good=self.served.is_good or (turn is not None and not is_bad),
            is_bad=self.served.is_bad or is_bad,
            is_crowded=self.served.is_crowded or outcome.is_crowded,
        )

    def flush(self) -> None:
        self._wait()

    def may_go_on(self) -> bool:
        # The time a slow server takes to say hello is no reason to send nothing at all.
        return not self._is_ended and self._attempts.may_go_on(self._ends_at_s if self._settled else math.inf)

    def finish(self) -> None:
        """Wait for every outcome to be on disk, and give back what was not started."""
        self._give_back(self._left())
        self._wait()

    def break_off(self, error: BaseException) -> None:
        """End a run that raised: what it was at waits, or is not confirmed; the others are given back.

        Nothing stays leased, for nobody would come for it while the program runs.
        """
        left = self._left()
        # The first that is not settled is the one it was at. What is no Exception is the person's Ctrl+C.
        at = left[:1] if isinstance(error, Exception) else []
        for claim in at:
            self._ask(self._attempts.break_off(claim, error))
        self._give_back(left[len(at) :])
        self._wait()

    def _left(self) -> list[Claim]:
        return [claim for claim in self._claims if claim.delivery not in self._settled]

    def _give_back(self, claims: Sequence[Claim]) -> None:
        if claims:
            self._ask(lambda: self._attempts.give_back(claims))

    def _ask(self, ask: "Callable[[], Future[Any]]") -> None:
        self._under_way.append(_Write(ask, ask()))

    def _wait(self) -> bool:
        """Stay until everything asked for is on disk. Each is waited for, whatever became of the others.

        False: the program ends and the disk still refuses; what is not on disk is asked about at the next start.
        """
        errors: list[Exception] = []
        is_on_disk = True
        while self._under_way:
            write = self._under_way[0]
            try:
                write.future.result()
            except StorageError as error:
                # Held in memory until there is room; quitting leaves the row as it is, for the next start.
                if not write.is_held:
                    write.is_held = True
                    self._attempts.note_waiting(error)
                if self._attempts.wait_for_room():
                    write.future = write.ask()
                    continue
                is_on_disk = False
            except Exception as error:  # noqa: BLE001 - raised below, when the others are on disk
                errors.append(error)
            if write.is_held:
                self._attempts.note_waiting(None)
            self._under_way.popleft()
        if errors:
            raise errors[0] if len(errors) == 1 else ExceptionGroup("outcomes that could not be written", errors)
        return is_on_disk


def _claim(parcel: Parcel) -> Claim:
    assert isinstance(parcel, _ClaimParcel)
    return parcel.claim
