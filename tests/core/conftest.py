"""What the tests of core get besides."""

from collections.abc import Iterator

import pytest

from core.paths import Home
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import contradictions, opened


@pytest.fixture
def program(home: Home, fake_clock: FakeClock) -> Iterator[Program]:
    """An outbox, owned and empty, without threads. It must agree with itself when the test ends."""
    with opened(home, fake_clock) as program:
        yield program
    assert contradictions(home) == []
