"""The state machine: everything that can happen to an outbox, in any order."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from core.delivery import retry
from core.delivery.pacing import Served
from core.errors import MoveError, PersonError, StorageError
from core.mail.transport import Outcome
from core.outbox.leases import Finished
from core.outbox.moves import Moved
from core.outbox.notification import PRACTICE, Claim, Draft, Receipt, Recipient, Terms
from core.outbox.states import Reason, State
from tests.any_order import disk
from tests.any_order.lives import ACCOUNTS, BUDGET, Lives
from tests.any_order.workers import BEFORE_THE_DOT, PRACTISED, Died, Dot, Run, Server, Stage, Worker
from tests.outboxes import claim

T = TypeVar("T")

_DAY_S = 86_400
_YEAR_2040_S = 2_208_988_800

_pick = st.integers(0, 40)
_account = st.sampled_from(ACCOUNTS)
_dot = st.sampled_from(Dot)
#: Most go at once. Times are counted from the press.
_terms = st.sampled_from(
    [
        *[Terms()] * 6,
        Terms(undo_s=5),
        Terms(is_held=True),
        Terms(at_ms=60_000),
        Terms(at_ms=4 * _DAY_S * 1000),
        Terms(not_after_ms=90_000),
        Terms(at_ms=60_000, not_after_ms=90_000),
    ]
)
_ending = st.one_of(_dot, st.sampled_from(BEFORE_THE_DOT))


class AnyOrder(Lives):
    """People, workers, crashes, clocks and disks, in any order. `home` is set by who runs it."""

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.everything_ends()
        finally:
            self.program.close()

    # -- people ---------------------------------------------------------------------------------------------------

    @rule(
        account=_account,
        people=st.sampled_from([1, 1, 1, 2, 3, 21]),
        terms=_terms,
        dies_at=st.sampled_from([None, None, None, None, ("C0", 0), ("C1", 0)]),
        again=st.one_of(st.none(), st.none(), _pick),
    )
    def press_send(
        self, account: str, people: int, terms: Terms, dies_at: tuple[str, int] | None, again: int | None
    ) -> None:
        """A person presses Send; the program may die before they are told.

        `again`: an earlier press comes once more, because nobody was told of it, or by a double click.
        """
        if again is not None:
            self.press(_nth(list(self.drafts), again), Terms())
            return
        now, token = self.clock.now_ms(), f"press {next(self.numbers)}"
        to = tuple(Recipient(f"p{number}@example.com") for number in range(people))
        self.drafts[token] = Draft(to=to, subject="Hello", text=token, account=account, query="p")
        self.dies_at = dies_at
        self.press(token, _from(terms, now))

    @initialize(account=st.sampled_from(["a", "b"]))
    def first(self, account: str) -> None:
        """There is something to deliver."""
        self.press_send(account, 2, Terms(), None, None)

    def press(self, token: str, terms: Terms) -> None:
        draft = self.drafts[token]
        order = self.program.outbox.accept(draft, terms, token=token)
        try:
            receipt = self.ask(order)
        except Died as died:
            self.witness.untold[token] = len(draft.to)
            self.die(died.left)
            return
        self.dies_at = None
        if receipt is None:
            return
        first = self.witness.told.get(token)
        assert first is None or (not receipt.is_new and _names(receipt) == _names(first))
        self.witness.told.setdefault(token, receipt)

    @rule(
        picks=st.lists(_pick, min_size=1, max_size=3),
        move=st.sampled_from(
            ["send_again", "retry", "release", "release", "restore", "hold", "cancel", "mark_sent", "undo"]
        ),
    )
    @precondition(lambda self: self.witness.states)
    def person(self, picks: list[int], move: str) -> None:
        """A person asks for a move, whether the state allows it or not."""
        if move == "undo":
            if self.witness.told:
                self.undo(picks[0])
            return
        ids = list(dict.fromkeys(_nth(list(self.witness.states), pick) for pick in picks))
        before = self.witness.states
        moved = self.ask(getattr(self.program.outbox, move)(ids)) or Moved()
        for each in moved.ids:
            if move == "send_again" or (move == "retry" and before[each] is State.FAILED):
                self.witness.asked[each] += 1
            elif move == "mark_sent":
                self.witness.marked.add(each)
            elif move == "cancel" and before[each] is State.SENDING:
                self.cancels_asked.add(each)

    def undo(self, pick: int) -> None:
        """Undo gives back what was typed, and nothing of it has gone out unless a person asked for that."""
        token = _nth(list(self.witness.told), pick)
        receipt = self.witness.told[token]
        try:
            draft = self.ask(self.program.outbox.undo(receipt.notification))
        except MoveError:
            return
        # When it was to go comes back as well; which of its presses was accepted, and with what time, is not told here.
        typed = draft and replace(draft, at_ms=None, not_after_ms=None)
        assert typed in (None, self.drafts[token])
        if draft is not None:
            assert not any(self.witness.arrived[each.message_id] for each in receipt.deliveries)

    @rule(what=st.sampled_from(["retry", "mend", "mend", "pause", "resume", "resume", "log"]), account=_account)
    def tend(self, what: str, account: str) -> None:
        """A person tries all that waits, mends an account, pauses, or resumes; or log.txt is written."""
        outbox = self.program.outbox
        match what:
            case "retry":
                self.ask(outbox.retry_waiting())
            case "mend":
                self.ask(outbox.release_account(account))
            case "log":
                self.write_log()
            case _:
                self.ask(outbox.pause() if what == "pause" else outbox.resume())

    # -- workers --------------------------------------------------------------------------------------------------

    @rule(account=_account, limit=st.integers(1, 4), is_looked=st.booleans())
    def begin(self, account: str, limit: int, is_looked: bool) -> None:
        """The dispatcher looks and begins what is due, or somebody leases it by hand."""
        runs: list[tuple[Claim, ...]] = []
        with suppress(StorageError):
            if is_looked:
                runs += self.dispatcher.look(limit, BUDGET).wait().runs
            else:
                runs.append(claim(self.program, limit, f"by hand {next(self.numbers)}", account=account))
            for run in runs:
                self.began(run, is_looked)
            return
        assert self.is_full

    def began(self, claims: tuple[Claim, ...], is_looked: bool) -> None:
        if not claims:
            return
        workers = [Worker(each, self.life) for each in claims]
        self.runs.append(Run(workers, self.life, is_looked))
        for worker in workers:
            holder = self.holders.get(worker.claim.delivery)
            assert holder is None, f"{worker.claim.delivery} was claimed and has a live lease"
            self.holders[worker.claim.delivery] = worker
            self.witness.leases.add(worker.claim.lease)

    def one_at(self, *stages: Stage) -> list[Worker]:
        return [worker for run in self.runs for worker in run.workers if worker.stage in stages]

    def holds(self, worker: Worker) -> bool:
        return worker.life == self.life and self.holders.get(worker.claim.delivery) is worker

    def gone(self, worker: Worker, is_moved: bool) -> None:
        """See that only who holds the live lease moved anything; they hold it no more."""
        assert not is_moved or self.holds(worker), f"an old lease moved {worker.claim.delivery}"
        worker.stage = Stage.GONE
        if self.holds(worker):
            del self.holders[worker.claim.delivery]
            self.cancels_asked.discard(worker.claim.delivery)
        for run in self.runs:
            if worker in run.workers and run.is_over and run.is_looked and run.life == self.life:
                self.dispatcher.ended(tuple(each.claim for each in run.workers), Served(worker.claim.account))

    @rule(pick=_pick)
    @precondition(lambda self: self.one_at(Stage.CLAIMED))
    def go_to_the_dot(self, pick: int) -> None:
        """A worker asks whether it may write the dot, and writes none yet."""
        self.intend(_nth(self.rivals_first(self.one_at(Stage.CLAIMED)), pick))

    @rule(pick=_pick, dot=_dot, steps=st.integers(1, 3))
    @precondition(lambda self: self.one_at(Stage.CLAIMED, Stage.INTENDED, Stage.ANSWERED))
    def work(self, pick: int, dot: Dot, steps: int) -> None:
        """A worker goes on by some steps: the intent, the dot, the outcome."""
        worker = _nth(self.one_at(Stage.CLAIMED, Stage.INTENDED, Stage.ANSWERED), pick)
        for _ in range(steps):
            if worker.stage is Stage.CLAIMED:
                self.intend(worker)
            elif worker.stage is Stage.INTENDED:
                self.write_dot(worker, dot)
            elif worker.stage is Stage.ANSWERED:
                self.tell(worker)

    def intend(self, worker: Worker) -> None:
        """A worker asks whether it may write the dot."""
        if worker.is_practice:
            self.witness.practised.add(worker.claim.message_id)
            worker.stage, worker.outcome = Stage.ANSWERED, PRACTISED
            return
        answer = self.ask(self.program.outbox.intend(worker.claim))
        if answer:
            assert self.holds(worker), f"an old lease intended {worker.claim.delivery}"
            assert worker.claim.delivery not in self.cancels_asked, "a cancel was not honoured at the intent"
            worker.stage = Stage.INTENDED
        elif answer is False:
            self.gone(worker, is_moved=False)

    def write_dot(self, worker: Worker, dot: Dot) -> None:
        """A worker writes the dot, perhaps long after its program died, and the server makes something of it."""
        self.witness.arrived[worker.claim.message_id] += dot.is_taken
        worker.stage, worker.outcome = Stage.ANSWERED, dot.value

    @rule(pick=_pick, outcome=st.sampled_from(BEFORE_THE_DOT))
    @precondition(lambda self: self.one_at(Stage.CLAIMED))
    def fail_before_the_dot(self, pick: int, outcome: Outcome) -> None:
        worker = _nth(self.one_at(Stage.CLAIMED), pick)
        worker.stage, worker.outcome = Stage.ANSWERED, outcome

    @rule(pick=_pick, dot=_dot, is_settling=st.booleans())
    @precondition(lambda self: self.one_at(Stage.GONE))
    def come_too_late(self, pick: int, dot: Dot, is_settling: bool) -> None:
        """A worker that was settled, given back or fenced off asks for its intent, or tells an outcome."""
        worker = _nth(self.rivals_first(self.one_at(Stage.GONE)), pick)
        if is_settling:
            worker.outcome = dot.value
            self.tell(worker)
        elif not worker.is_practice:
            self.intend(worker)

    def rivals_first(self, workers: list[Worker]) -> list[Worker]:
        """Those first whose message another is at now."""
        return sorted(workers, key=lambda worker: self.holders.get(worker.claim.delivery, worker) is worker)

    def tell(self, worker: Worker) -> None:
        """A worker tells its outcome; where the disk refuses, it keeps it and comes again."""
        assert worker.outcome is not None
        settlement = retry.settle(
            worker.outcome, worker.claim, now_ms=self.clock.now_ms(), chance=0.5, policy=retry.RetryPolicy()
        )
        turn = retry.turn_of(worker.outcome)
        told = Finished(worker.outcome.phase, worker.outcome.code, worker.outcome.reply, "TLSv1.3", "mx.example.com")
        order = self.program.outbox.settle(worker.claim, replace(settlement, turn=turn), told)
        is_settled = self.ask(order)
        if is_settled is not None:
            self.gone(worker, is_settled)

    @rule(pick=_pick, is_fault=st.booleans())
    @precondition(lambda self: self.one_at(*Stage))
    def leave(self, pick: int, is_fault: bool) -> None:
        """A run ends before it came to a message, or a fault of ours broke it off; an old one says so as well."""
        worker = _nth(self.one_at(*Stage), pick)
        claimed = worker.claim
        if is_fault:
            later = retry.later(claimed, now_ms=self.clock.now_ms(), chance=0.5, policy=retry.RetryPolicy())
            order = self.program.outbox.break_off(claimed, later, Finished("", None, "A fault of Outtray.", "", ""))
        else:
            order = self.program.outbox.look(lambda store, now: store.give_back(claimed, now))
        is_moved = self.ask(order)
        if is_moved is not None:
            self.gone(worker, is_moved)

    @rule(
        pick=_pick,
        endings=st.lists(_ending, min_size=1, max_size=3),
        dies_at=st.sampled_from(
            [None, None, ("begun", 0), ("begun", 1), ("intended", 0), ("dot", 0), ("dot", 1), ("settled", 0), ("C9", 0)]
        ),
    )
    @precondition(lambda self: any(run.is_untouched for run in self.runs))
    def serve(self, pick: int, endings: list[Dot | Outcome], dies_at: tuple[str, int] | None) -> None:
        """The program's own attempts serve a run, and may be killed in it."""
        run = _nth([run for run in self.runs if run.is_untouched], pick)
        claims = tuple(worker.claim for worker in run.workers)
        server = Server(self.witness, run.workers[0].is_practice, endings, self.reached)
        self.dies_at = dies_at
        try:
            served = self.attempts_by(server).serve(claims)
        except Died as died:
            for worker in run.workers:
                worker.stage = Stage.GONE
            self.die(died.left)
            return
        self.dies_at = None
        if run.life != self.life:
            assert not server.handed_over, "a run of an earlier life handed something over"
        for worker in run.workers:
            worker.stage = Stage.GONE
            if self.holds(worker):
                del self.holders[worker.claim.delivery]
                self.cancels_asked.discard(worker.claim.delivery)
        if run.is_looked and run.life == self.life:
            self.dispatcher.ended(claims, served)

    # -- what nobody asked for ------------------------------------------------------------------------------------

    @rule(how=st.sampled_from(["kill", "kill", "restart", "kill while logging"]), kept=st.integers(0, 300))
    def end(self, how: str, kept: int) -> None:
        """kill -9, or a restart; workers were stopped meanwhile and did not notice.

        Killed while logging: lines were written and their mark was not, and a part of them may be on disk.
        """
        left = disk.as_left(self.home)
        if how == "kill while logging":
            start = self.program.reader.log_mark()[1]
            with suppress(PersonError):
                self.program.log.catch_up()
            if self.home.log.exists():
                self.home.log.write_bytes(self.home.log.read_bytes()[: start + kept])
        if how == "restart":
            self.program.close()
            self.start()
        else:
            self.die(left)

    @rule(
        what=st.sampled_from(
            [1, 6, 20, 400, 4000, "right", "right", "full", "room", "room", "fails", "back", "forth", "1970", "2040"]
        )
    )
    def world(self, what: int | str) -> None:
        """Time passes; somebody sets the clock, wrong or right; the disk is full, has room, or fails once."""
        now_s = self.clock.now_ms() / 1000
        match what:
            case int(seconds):
                self.clock.advance(seconds)
            case "right":
                self.clock.jump(self.began_s + self.clock.monotonic_s() - now_s)
            case "back" | "forth":
                self.clock.jump(max(3 * _DAY_S * (1 if what == "forth" else -1), 1 - now_s))
            case "1970" | "2040":
                self.clock.jump((_YEAR_2040_S if what == "2040" else 1) - now_s)
            case "fails":
                self.is_failing = True
            case "full":
                disk.fill(self.program)
                self.is_full = True
            case _:
                self.find_room()

    # -- what must be true ----------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_wrong(self) -> None:
        wrong = self.witness.look()
        assert not wrong, "; ".join(wrong)

    def write_log(self) -> None:
        try:
            wrong = self.witness.read_log(self.program.log, self.program.reader)
        except StorageError:
            assert self.is_full
        else:
            assert not wrong, "; ".join(wrong)

    def everything_ends(self) -> None:
        """With room, a good network and time, nothing is left that neither ended nor waits for a person."""
        self.die()
        self.ask(self.program.outbox.resume())
        for number in range(400):
            step = self.dispatcher.look(4, BUDGET).wait()
            if not number:
                now = self.clock.now_ms()
                late = [
                    each.id
                    for each in self.program.reader.list()
                    if each.state is State.QUEUED and each.reason is Reason.NONE and each.due_at > now
                ]
                assert not late, f"{late} wait for a time that nobody chose"
            for run in step.runs:
                server = Server(self.witness, run[0].account == PRACTICE, [Dot.TAKEN], lambda _: None)
                self.witness.leases.add(run[0].lease)
                self.dispatcher.ended(run, self.attempts_by(server).serve(run))
            if not step.runs and not step.is_more:
                if step.next_due_at is None:
                    break
                self.clock.advance(max(0.001, (step.next_due_at - self.clock.now_ms()) / 1000))
        self.nothing_is_wrong()
        self.write_log()
        left = set(self.witness.states.values())
        assert not left & {State.QUEUED, State.SENDING, State.HANDING_OVER}, f"something never ends: {left}"


def _nth(things: Sequence[T], pick: int) -> T:
    return things[pick % len(things)]


def _names(receipt: Receipt) -> list[tuple[int, str]]:
    return [(each.id, each.message_id) for each in receipt.deliveries]


def _from(terms: Terms, now: int) -> Terms:
    """Count the times of terms from now."""
    at_ms, not_after_ms = (None if each is None else now + each for each in (terms.at_ms, terms.not_after_ms))
    return replace(terms, at_ms=at_ms, not_after_ms=not_after_ms)
