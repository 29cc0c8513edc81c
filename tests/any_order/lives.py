"""The lives of one program after another over one outbox, and the ways in which each ends."""

from contextlib import nullcontext
from itertools import count
from typing import TypeVar

from hypothesis.stateful import RuleBasedStateMachine

from core.delivery.dispatcher import Dispatcher
from core.delivery.pacing import AccountLimits
from core.errors import StorageError
from core.executor import Inline
from core.outbox.notification import PRACTICE, Draft, Recipient
from core.outbox.outbox import Order
from core.paths import Home
from core.program import Program
from core.settings import Settings
from tests.any_order import disk
from tests.any_order.witness import Witness
from tests.any_order.workers import Died, Patient, Run, Server, Worker
from tests.fakes import FakeClock
from tests.outboxes import NO_JITTER, Going

T = TypeVar("T")

#: "a" sends as it likes, "b" three a minute and on one connection.
ACCOUNTS = (PRACTICE, "a", "b")
LIMITS = {"b": AccountLimits(per_minute=3, connections=1)}
BUDGET = 8


class Lives(RuleBasedStateMachine):
    """A program that can die anywhere and begin anew, a disk that can refuse, and a witness of it all."""

    home: Home

    def __init__(self) -> None:
        super().__init__()
        disk.put_back(self.home, {})
        self.home.log.unlink(missing_ok=True)
        self.clock = FakeClock()
        self.began_s = self.clock.now_ms() / 1000 - self.clock.monotonic_s()
        self.witness = Witness(self.home)
        self.runs: list[Run] = []
        #: By delivery, who may move it on.
        self.holders: dict[int, Worker] = {}
        self.cancels_asked: set[int] = set()
        self.drafts: dict[str, Draft] = {}
        self.life = 0
        self.numbers = count(1)
        self.is_full = self.is_failing = False
        #: Where the program dies next: the name of a point, and how often it is reached before.
        self.dies_at: tuple[str, int] | None = None
        self.start()

    # -- the program ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin a life of the program."""
        self.life += 1
        self.holders.clear()
        self.cancels_asked.clear()
        self.witness.leases.clear()
        self.is_full = self.is_failing = False
        self.dies_at = None
        self.program = Program(self.home, Inline(), Settings(), clock=self.clock, reached=self.reached)
        self.program.outbox._sender_of = lambda account: Recipient(f"{account}@example.org")
        self.dispatcher = Dispatcher(
            self.program.outbox, lambda account: LIMITS.get(account, AccountLimits()), self.clock
        )
        self.program.open().wait()

    def reached(self, name: str) -> None:
        """Die, if it is to be here."""
        if self.dies_at is not None and self.dies_at[0] == name:
            self.dies_at = (name, self.dies_at[1] - 1)
            if self.dies_at[1] < 0:
                self.dies_at = None
                raise Died(disk.as_left(self.home))

    def die(self, left: dict[str, bytes] | None = None) -> None:
        """Be killed: what is on disk stays, nothing else."""
        left = disk.as_left(self.home) if left is None else left
        self.program.close()
        disk.put_back(self.home, left)
        self.start()

    def ask(self, order: Order[T]) -> T | None:
        """Have something written; None where the disk would not have it, which only a bad disk may say."""
        is_bad = self.is_full or self.is_failing
        try:
            with disk.refusing(self.home) if self.is_failing else nullcontext():
                return order.wait()
        except StorageError:
            assert is_bad, "a good disk refused"
            return None
        finally:
            self.is_failing = False

    def attempts_by(self, server: Server) -> Patient:
        attempts = Patient(
            self.program.outbox,
            self.clock,
            ways=Going(lambda _: server),
            bytes_of=lambda claimed: self.program.raw(claimed.delivery),
            policy=NO_JITTER,
            until_room_s=0,
            most_aside_s=0,
        )
        attempts.make_room = self.find_room
        return attempts

    def find_room(self) -> None:
        disk.make_room(self.program)
        self.is_full = False
