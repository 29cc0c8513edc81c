"""Outboxes for tests: made in one line, filled by the outbox's own moves, read as an outsider would."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from core.clock import Clock
from core.delivery.retry import RetryPolicy
from core.executor import Done, Executor, Failed, Inline, Ticket
from core.mail.transport import Desk, Outcome, Parcel, Phase, Transport, Verdict
from core.outbox.leases import Finished, Settlement
from core.outbox.notification import PRACTICE, Claim, Draft, Receipt, Recipient, Terms, new_token
from core.outbox.searchable import not_as_it_is
from core.outbox.states import Reason, State, place_of
from core.outbox.store import Store
from core.paths import Home
from core.program import Program
from core.settings import Settings

ANN = Recipient("ann@example.com", "Ann")
BEN = Recipient("ben@example.net")

#: As an attempt that got an answer ends.
ANSWERED = Finished("dot", 250, "2.0.0 Ok", "TLSv1.3", "smtp.example.com")


@contextmanager
def opened(
    home: Home,
    clock: Clock | None = None,
    executor: Executor | None = None,
    reached: Callable[[str], None] = lambda _: None,
) -> Iterator[Program]:
    """Own an outbox, recovered; without threads unless an executor is given."""
    program = Program(home, executor or Inline(), Settings(), clock=clock, reached=reached)
    try:
        program.open().wait()
        yield program
    finally:
        program.close()


def draft(*to: Recipient, subject: str = "Hello", text: str = "Hello there.", query: str = "") -> Draft:
    return Draft(to=to or (ANN,), subject=subject, text=text, query=query)


def accept(program: Program, *to: Recipient, terms: Terms | None = None, **words: str) -> Receipt:
    return program.outbox.accept(draft(*to, **words), terms, token=new_token()).wait()


def claim(
    program: Program, limit: int = 1, lease: str = "lease", notification: str | None = None, account: str = PRACTICE
) -> tuple[Claim, ...]:
    """Lease what is due of an account, as a look of the dispatcher does."""

    def decide(store: Store, now: int) -> tuple[Claim, ...]:
        return store.claim(account, now=now, limit=limit, lease=lease, notification=notification)

    return program.outbox.look(decide).wait()


def settle(program: Program, claim: Claim, state: State, reason: Reason = Reason.NONE, due_at: int = 0) -> bool:
    return program.outbox.settle(claim, Settlement(state, reason, due_at), ANSWERED).wait()


def bring_to(program: Program, state: State) -> int:
    """Accept a delivery, bring it to `state` by legal moves, and return its id."""
    terms = Terms(is_held=True) if state is State.HELD else Terms()
    receipt = accept(program, terms=terms)
    delivery_id = receipt.deliveries[0].id
    if state in (State.QUEUED, State.HELD):
        return delivery_id
    if state is State.CANCELLED:
        program.outbox.cancel([delivery_id]).wait()
        return delivery_id
    (claimed,) = claim(program, 1, f"lease-{delivery_id}", receipt.notification)
    if state is State.SENDING:
        return delivery_id
    if state in (State.FAILED, State.CORRUPT):
        settle(program, claimed, state)
        return delivery_id
    assert program.outbox.intend(claimed).wait()
    if state in (State.SENT, State.UNCONFIRMED):
        settle(program, claimed, state)
    return delivery_id


def lease_of(program: Program, delivery_id: int) -> Claim:
    """Return the claim that holds a delivery brought to `sending` or `handing_over` by `bring_to`."""
    delivery = program.reader.deliveries([delivery_id])[0]
    return Claim(
        delivery=delivery_id,
        notification=delivery.notification,
        account=delivery.account,
        sender=delivery.from_,
        recipient=delivery.to,
        message_id=delivery.message_id,
        message=program.reader.message(delivery_id),
        attempt=delivery.attempts,
        generation=delivery.generation,
        lease=f"lease-{delivery_id}",
        accepted_at=delivery.accepted_at,
        not_after=None,
        tried_since=delivery.updated_at,
    )


def state_of(program: Program, delivery_id: int) -> State:
    return program.reader.deliveries([delivery_id])[0].state


def events_of(program: Program, delivery_id: int) -> list[str]:
    return [event.kind for event in program.reader.details(delivery_id).events]


def states(program: Program) -> list[State]:
    return [delivery.state for delivery in program.reader.list()][::-1]


class Going:
    """The ways of `Attempts`, as the test finds them. What was gone by is let go and halted."""

    def __init__(self, find: Callable[[str], Transport]) -> None:
        self._find = find
        self._found: dict[str, Transport] = {}

    def of(self, account: str) -> Transport:
        self._found[account] = self._find(account)
        return self._found[account]

    def let_go(self, idle_s: float) -> bool:
        kept = [transport.let_go(idle_s) for transport in tuple(self._found.values())]
        return any(kept)

    def halt(self) -> None:
        for transport in tuple(self._found.values()):
            transport.halt()


# -- what must be true of any outbox at any time -----------------------------------------------------------------

#: What the last of these events of a delivery says about its state. `restored` says it in its detail.
STATE_AFTER = {
    "accepted": State.QUEUED,
    "queued": State.QUEUED,
    "waiting": State.QUEUED,
    "released": State.QUEUED,
    "retry": State.QUEUED,
    "send_again": State.QUEUED,
    "recovered": State.QUEUED,
    "held": State.HELD,
    "sending": State.SENDING,
    "handing_over": State.HANDING_OVER,
    "sent": State.SENT,
    "practised": State.SENT,
    "marked": State.SENT,
    "found": State.SENT,
    "failed": State.FAILED,
    "unconfirmed": State.UNCONFIRMED,
    "cancelled": State.CANCELLED,
    "undone": State.CANCELLED,
    "corrupt": State.CORRUPT,
}


def contradictions(home: Home) -> list[str]:
    """Read an outbox with SQL of the tests' own, and list what does not agree with itself. Empty is good."""
    found = []
    with closing(sqlite3.connect(f"{home.database.as_uri()}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT id, state, reason, place, lease, notification FROM delivery").fetchall()
        for delivery_id, state, reason, place, lease, _ in rows:
            if place != place_of(State(state), reason):
                found.append(f"{delivery_id} is {state} ({reason}), and stands in {place}")
            if (lease is not None) != (state in ("sending", "handing_over")):
                found.append(f"{delivery_id} is {state} with the lease {lease}")
            said = [
                State(detail) if kind == "restored" else STATE_AFTER[kind]
                for kind, detail in db.execute(
                    "SELECT kind, detail FROM event WHERE delivery = ? ORDER BY id", (delivery_id,)
                )
                if kind in STATE_AFTER or kind == "restored"
            ]
            if said[-1:] != [state]:
                found.append(f"{delivery_id} is {state}, its last event says {said[-1:]}")
            if not db.execute("SELECT 1 FROM message WHERE delivery = ?", (delivery_id,)).fetchone():
                found.append(f"{delivery_id} has no message")
        tally = {(state, place): n for state, place, n in db.execute("SELECT state, place, n FROM tally") if n}
        counted = dict(Counter((row[1], row[3]) for row in rows))
        if tally != counted:
            found.append(f"the tally says {tally}, there are {counted}")
        found += [f"{each} is found by words it does not say" for each in not_as_it_is(db, 10)]
        empty = db.execute(
            "SELECT id FROM notification WHERE NOT EXISTS"
            " (SELECT 1 FROM delivery WHERE delivery.notification = notification.id)"
        ).fetchall()
        found += [f"notification {row[0]} has no delivery" for row in empty]
        found += [str(row) for row in db.execute("PRAGMA foreign_key_check")]
        found += [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    return found


# -- doubles ------------------------------------------------------------------------------------------------------

TAKEN = Outcome(Verdict.TAKEN, Phase.DOT, 250, "2.0.0 Ok")
LATER = Outcome(Verdict.LATER, Phase.RCPT, 450, "4.2.0 Try again later")
NO_JITTER = RetryPolicy(jitter=0)


class Scripted:
    """A transport that does what a test says: for each parcel an outcome, or an error to raise."""

    def __init__(self, *script: Outcome | BaseException, is_idempotent: bool = False, then: Outcome = TAKEN) -> None:
        self.is_idempotent = is_idempotent
        self._script = list(script)
        self._then = then
        #: The Message-IDs of what was handed over: intended (where that is needed), and then not refused.
        self.handed_over: list[str] = []
        #: Called before each parcel.
        self.before: Callable[[Parcel], None] = lambda _: None
        #: Called between the intent and the outcome.
        self.after_intent: Callable[[Parcel], None] = lambda _: None

    def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
        for parcel in run:
            if not desk.may_go_on():
                return
            self.before(parcel)
            step = self._script.pop(0) if self._script else self._then
            if not self.is_idempotent and not desk.intend(parcel):
                desk.settle(parcel, Outcome(Verdict.DROPPED))
                continue
            self.after_intent(parcel)
            if isinstance(step, BaseException):
                raise step
            if step.verdict in (Verdict.TAKEN, Verdict.UNKNOWN):
                self.handed_over.append(parcel.message_id)
            desk.settle(parcel, step)

    def let_go(self, idle_s: float) -> bool:
        return False

    def halt(self) -> None:
        """Break nothing off."""


class Keeping(Scripted):
    """A transport that keeps a connection, and notes what it is told."""

    def __init__(self) -> None:
        super().__init__(is_idempotent=True)
        self.is_kept = True
        self.let_go_after: list[float] = []
        self.is_halted = False

    def let_go(self, idle_s: float) -> bool:
        self.let_go_after.append(idle_s)
        self.is_kept = self.is_kept and idle_s > 0
        return self.is_kept

    def halt(self) -> None:
        self.is_halted = True


class ByHand:
    """An executor whose jobs wait until the test runs them: what happens at once can be told from what queues."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, Callable[[], Any]]] = []
        self.errors: list[BaseException] = []
        #: Raised by `start`, as a runner does that takes nothing more.
        self.refusal: BaseException | None = None
        self._inline = Inline()

    def start(self, pool: str, job: Callable[[], None]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.jobs.append((pool, job))

    def submit(self, pool: str, job: Callable[[], Any], done: Done | None = None, failed: Failed | None = None) -> None:
        self.start(pool, lambda: self._inline.submit(pool, job, done, failed))

    def ticket(self, done: Done | None, failed: Failed | None) -> Ticket:
        return self._inline.ticket(done, failed)

    def post(self, call: Callable[[], None]) -> None:
        self.start("main", call)

    def run(self) -> int:
        """Run the jobs that wait, and those that they start; return how many ran."""
        count = 0
        while self.jobs:
            self.jobs.pop(0)[1]()
            count += 1
        return count


def fingerprint(home: Home) -> dict[str, str]:
    """Return a hash of each file in a home, by name: no file more, none less, none changed."""
    found = {}
    for path in sorted(home.root.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(home.root))] = f"→ {path.readlink()}"
        elif path.is_file():
            found[str(path.relative_to(home.root))] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[str(path.relative_to(home.root))] = "not a file"
    return found
