"""Accounts with servers of their own, and an engine that is driven by hand: for tests of what is tried when."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.delivery.attempt import Attempts
from core.delivery.dispatcher import Dispatcher, Step
from core.delivery.pacing import AccountLimits
from core.errors import Problem
from core.mail.transport import Desk, Outcome, Parcel, Phase, Verdict
from core.outbox.notification import Draft, Recipient, Terms, new_token
from core.outbox.states import Reason, State
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import ANN, NO_JITTER, TAKEN, Going

#: How many runs go at once, and how many threads there are for that.
BUDGET = 4
THREADS = 12
OFFLINE = Outcome(Verdict.OFFLINE, Phase.CONNECT, problem=Problem("account", "network_gone"))
NOBODY = Outcome(
    Verdict.LATER,
    Phase.CONNECT,
    reply="Nobody answers.",
    problem=Problem("account", "connect_refused", (("host", "smtp.example.com"), ("port", "465"))),
    is_crowded=True,
)
LOGIN_LATER = Outcome(Verdict.LATER, Phase.AUTH, 454, "4.7.0 Temporary authentication failure")
WRONG = Outcome(
    Verdict.ACCOUNT,
    Phase.AUTH,
    535,
    "5.7.8 Wrong",
    problem=Problem(
        "account",
        "auth_refused",
        (("user", "me"), ("host", "smtp.example.com"), ("port", "465"), ("reply", "5.7.8 Wrong")),
    ),
)


class Server:
    """A transport that takes each message after `message_s` of the clock, or ends a run by its first outcome."""

    is_idempotent = False

    def __init__(self, clock: FakeClock, message_s: float = 0.0) -> None:
        self._clock = clock
        self.message_s = message_s
        #: What every run meets instead of being served, or None.
        self.meets: Outcome | None = None
        #: When each run began (ms), whatever came of it: a login each, where the server keeps no connection.
        self.logins: list[int] = []
        self.taken: list[str] = []

    def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
        self.logins.append(self._clock.now_ms())
        for parcel in run:
            if not desk.may_go_on():
                return
            if self.meets is not None:
                desk.settle(parcel, self.meets)
                continue
            self._clock.advance(self.message_s)
            if desk.intend(parcel):
                self.taken.append(parcel.message_id)
                desk.settle(parcel, TAKEN)

    def let_go(self, idle_s: float) -> bool:
        return False

    def halt(self) -> None:
        """Break nothing off."""


@dataclass
class Engine:
    """An engine whose threads are turns: all runs of a step begin together, and are served one after the other."""

    program: Program
    clock: FakeClock
    servers: dict[str, Server]
    limits: dict[str, AccountLimits] = field(default_factory=dict)
    #: The accounts of the runs of each step that had any.
    steps: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(
            self.program.outbox, lambda account: self.limits.get(account, AccountLimits()), self.clock
        )
        self.attempts = Attempts(
            self.program.outbox,
            self.clock,
            ways=Going(lambda account: self.servers[account]),
            bytes_of=lambda claim: self.program.raw(claim.delivery),
            policy=NO_JITTER,
        )

    def look(self, free: int = THREADS) -> Step:
        return self.dispatcher.look(free, BUDGET).wait()

    def turn(self) -> Step:
        """Look once, and serve what was begun."""
        step = self.look()
        if step.runs:
            self.steps.append([run[0].account for run in step.runs])
        for run in step.runs:
            self.dispatcher.ended(run, self.attempts.serve(run))
        return step

    def settle_down(self) -> Step:
        """Look until nothing can be done now; a look too many would never end."""
        for _ in range(10_000):
            step = self.turn()
            if not (step.runs or step.is_more):
                return step
        raise AssertionError("the dispatcher spins")

    def live(self, seconds: float) -> None:
        """Let time pass, looking when the dispatcher says so."""
        end = self.clock.now_ms() + round(seconds * 1000)
        while True:
            due = self.settle_down().next_due_at
            if due is None or due > end:
                self.clock.advance(max(0, end - self.clock.now_ms()) / 1000)
                return
            assert due > self.clock.now_ms(), "it would look again at once, for ever"
            self.clock.advance((due - self.clock.now_ms()) / 1000)


def send(program: Program, account: str, count: int = 1, terms: Terms | None = None) -> list[int]:
    """Accept so many single notifications of an account; return their deliveries."""
    drafts = [Draft(to=(ANN,), subject="Hello", text="Hello.", account=account)] * count
    return [program.outbox.accept(draft, terms, token=new_token()).wait().deliveries[0].id for draft in drafts]


def send_bulk(program: Program, account: str, count: int) -> list[int]:
    """Accept so many in notifications of up to 600; return their deliveries."""
    ids: list[int] = []
    while len(ids) < count:
        people = tuple(Recipient(f"p{number}@example.com") for number in range(min(600, count - len(ids))))
        draft = Draft(to=people, subject="News", text="News.", account=account)
        ids += [each.id for each in program.outbox.accept(draft, token=new_token()).wait().deliveries]
    return ids


def row(program: Program, delivery_id: int) -> tuple[State, Reason]:
    delivery = program.reader.deliveries([delivery_id])[0]
    return delivery.state, delivery.reason
