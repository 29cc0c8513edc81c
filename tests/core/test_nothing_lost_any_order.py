"""Nothing is lost and nothing sent twice, whatever people, workers, crashes, clocks and disks do, in any order."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from core.errors import Fault
from core.outbox.leases import Finished, Leases, Settlement
from core.outbox.notification import Claim
from core.outbox.states import LEGAL, State
from core.paths import Home
from tests.any_order.machine import AnyOrder

#: What `make test` has time for; `make torture` plays for minutes.
SHORT = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
#: The same orders each time, none made shorter: whether it is found matters here, not how.
HUNT = settings(
    SHORT, max_examples=300, stateful_step_count=20, derandomize=True, phases=[Phase.generate], print_blob=False
)


class AboutLeases(AnyOrder):
    """Begins, dots, outcomes, ends and who comes too late, and nothing else: what has to do with leases comes soon."""

    person = tend = world = fail_before_the_dot = leave = serve = None  # type: ignore[assignment]  # no rules here

    def press_send(self, *press: Any) -> None:
        """Once, at the beginning."""
        super().press_send(*press)


@pytest.fixture
def home() -> Iterator[Home]:
    """A home in memory where there is such a place: thousands of commits, and none of their syncs is looked at."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        home = Home(Path(folder) / "home")
        home.create()
        yield home


def play(home: Home, profile: settings, machine: type[AnyOrder] = AnyOrder) -> None:
    run_state_machine_as_test(type("Here", (machine,), {"home": home}), settings=profile)


def test_any_order_of_anything(home: Home) -> None:
    """A1, A5, A12, A13: after each step of any order, what was told is there, no copy is more than was asked for, only
    the living lease moves a delivery, moves are legal, bytes stay, and states, tally, events and log.txt agree."""
    play(home, SHORT)


def found(home: Home) -> str:
    with pytest.raises((AssertionError, Fault)) as raised:  # a move that is not legal shows itself
        play(home, HUNT, AboutLeases)
    return str(raised.value)


def test_an_intent_without_its_lease_is_found(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine finds it where whoever comes back with an old lease may write the dot."""
    intend = Leases.intend

    def broken(self: Leases, claim: Claim, now: int) -> bool:
        row = self._db.execute("SELECT lease FROM delivery WHERE id = ?", (claim.delivery,)).fetchone()
        return intend(self, replace(claim, lease=row[0] or ""), now)

    monkeypatch.setattr(Leases, "intend", broken)
    assert found(home)


def test_a_recovery_that_sends_again_is_found(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine finds it where a start puts what may have been handed over back into the queue."""

    def broken(self: Leases, now: int) -> tuple[int, int]:
        rows = self._db.execute(
            "SELECT id, notification, state FROM delivery WHERE state IN ('sending', 'handing_over')"
        ).fetchall()
        for delivery_id, notification, state in rows:
            self._move(
                delivery_id,
                State(state),
                State.QUEUED,
                now,
                notification=notification,
                kind="recovered",
                changes="lease = NULL",
            )
        return len(rows), 0

    assert State.QUEUED in LEGAL[State.HANDING_OVER]
    monkeypatch.setattr(Leases, "recover", broken)
    assert found(home)


def test_a_settlement_without_its_lease_is_found(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine finds it where an outcome counts whoever tells it."""
    settle = Leases.settle

    def broken(self: Leases, claim: Claim, settlement: Settlement, finished: Finished, now: int) -> bool:
        row = self._db.execute("SELECT lease FROM delivery WHERE id = ?", (claim.delivery,)).fetchone()
        return settle(self, replace(claim, lease=row[0] or ""), settlement, finished, now)

    monkeypatch.setattr(Leases, "settle", broken)
    assert found(home)
