"""Moves in any order, legal or not, with crashes between: the outbox always agrees with itself."""

import random
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from core.errors import MoveError
from core.outbox.accounts import Turn
from core.outbox.leases import Settlement
from core.outbox.notification import PRACTICE, Claim, Terms
from core.outbox.states import Reason, State
from core.paths import Home
from tests.fakes import FakeClock
from tests.outboxes import ANN, ANSWERED, BEN, accept, claim, contradictions, opened, settle, state_of


class AnyOrder(RuleBasedStateMachine):
    """Moves in any order, legal or not, with crashes between: the outbox always agrees with itself."""

    deliveries = Bundle("deliveries")

    home: Home

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.home.database.unlink(missing_ok=True)
        for suffix in ("-wal", "-shm"):
            self.home.database.with_name(f"outbox.db{suffix}").unlink(missing_ok=True)
        self.context = opened(self.home, self.clock)
        self.program = self.context.__enter__()
        self.claims: list[Claim] = []
        self.random = random.Random(1)
        self.leases = 0

    def teardown(self) -> None:
        self.context.__exit__(None, None, None)

    @rule(target=deliveries)
    def accept(self) -> object:
        terms = self.random.choice([Terms(), Terms(undo_s=5), Terms(is_held=True)])
        return multiple(*(delivery.id for delivery in accept(self.program, ANN, BEN, terms=terms).deliveries))

    @rule(delivery_id=deliveries)
    def person(self, delivery_id: int) -> None:
        names = ("cancel", "hold", "release", "retry", "send_again", "mark_sent", "restore")
        getattr(self.program.outbox, self.random.choice(names))([delivery_id]).wait()

    @rule(delivery_id=deliveries)
    def undo(self, delivery_id: int) -> None:
        with suppress(MoveError):
            self.program.outbox.undo(self.program.reader.deliveries([delivery_id])[0].notification).wait()

    @rule()
    def claim(self) -> None:
        self.leases += 1
        self.claims += claim(self.program, 2, f"lease-{self.leases}")

    @rule()
    def attempt(self) -> None:
        if not self.claims:
            return
        claimed = self.random.choice(self.claims)
        was = state_of(self.program, claimed.delivery)
        outcomes = {
            State.SENDING: [State.SENT, State.QUEUED, State.FAILED, State.HELD, State.CORRUPT],
            State.HANDING_OVER: [State.SENT, State.QUEUED, State.FAILED, State.UNCONFIRMED],
        }.get(was, [State.SENT])
        match self.random.randrange(4):
            case 0:
                self.program.outbox.intend(claimed).wait()
            case 1:
                self.program.outbox.give_back([claimed]).wait()
            case _:
                settle(self.program, claimed, self.random.choice(outcomes))

    @rule()
    def account(self) -> None:
        """An attempt shows something of its account, a person mends it, or the dispatcher looks."""
        match self.random.randrange(4):
            case 0 if self.claims:
                claimed = self.random.choice(self.claims)
                if state_of(self.program, claimed.delivery) is State.SENDING:
                    turn = Turn(self.random.choice([Reason.NONE, Reason.OFFLINE, Reason.BACKOFF]), (15,))
                    settlement = Settlement(State.QUEUED, Reason.BACKOFF, self.clock.now_ms(), turn=turn)
                    self.program.outbox.settle(claimed, settlement, ANSWERED).wait()
            case 1 if self.claims:
                claimed = self.random.choice(self.claims)
                if state_of(self.program, claimed.delivery) is State.SENDING:
                    settlement = Settlement(State.HELD, Reason.ACCOUNT, turn=Turn(Reason.ACCOUNT))
                    self.program.outbox.settle(claimed, settlement, ANSWERED).wait()
            case 2:
                self.program.outbox.release_account(PRACTICE).wait()
            case _:
                step = self.program.dispatcher.look(2, 2).wait()
                self.claims += [each for run in step.runs for each in run]

    @rule()
    def time(self) -> None:
        self.clock.advance(self.random.choice([1, 20]))

    @rule()
    def restart(self) -> None:
        self.teardown()
        self.context = opened(self.home, self.clock)
        self.program = self.context.__enter__()

    @invariant()
    def agrees_with_itself(self) -> None:
        assert contradictions(self.home) == []


def test_any_order_of_moves(home: Home) -> None:
    """After each of any moves in any order, tally, places, leases and the last events say the same as the states."""
    here = type("AnyOrderHere", (AnyOrder,), {"home": home})
    frugal = settings(max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(here, settings=frugal)
