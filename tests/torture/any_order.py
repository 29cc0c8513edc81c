"""The state machine of `tests/any_order` for as long as there is time: longer orders, and ever other ones."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Verbosity, settings
from hypothesis.stateful import run_state_machine_as_test

from core.paths import Home
from tests.any_order.machine import AnyOrder
from tests.torture.result import Result

#: Longer than the tests' own: what needs many steps is found here.
LONG = settings(
    max_examples=100,
    stateful_step_count=120,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    verbosity=Verbosity.quiet,
)


def run(say: Callable[[str], None], *, seconds: float = 300) -> Result:
    """Play until the time is over, or something is wrong. At least one round of `LONG`."""
    result = Result()
    ends = time.monotonic() + seconds
    orders = 0
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        home = Home(Path(folder) / "home")
        home.create()

        class Counted(AnyOrder):
            def teardown(self) -> None:
                nonlocal orders
                super().teardown()
                orders += 1
                result.add("any order", self.witness.verdict(), [])

        Counted.home = home
        while not orders or time.monotonic() < ends:
            try:
                run_state_machine_as_test(Counted, settings=LONG)
            except AssertionError as error:
                result.wrong.append(f"any order: {error}\n{chr(10).join(getattr(error, '__notes__', []))}")
                break
            say(f"any order: {orders} orders of up to {LONG.stateful_step_count} steps")
    result.notes.append(
        f"{orders} orders of up to {LONG.stateful_step_count} steps each, with all invariants after each."
    )
    return result
