"""What the tests of core get besides."""

from collections.abc import Callable, Iterator

import pytest

from core.delivery.attempt import Attempts
from core.mail.transport import Transport
from core.outbox.notification import PRACTICE, Recipient
from core.paths import Home
from core.program import Program
from tests.dispatching import Engine, Server
from tests.fakes import FakeClock
from tests.outboxes import NO_JITTER, Going, contradictions, opened
from tests.smtp.certificates import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority of the tests."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def program(home: Home, fake_clock: FakeClock) -> Iterator[Program]:
    """An outbox, owned and empty, without threads. It must agree with itself when the test ends."""
    with opened(home, fake_clock) as program:
        yield program
    assert contradictions(home) == []


@pytest.fixture
def engine(program: Program, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Accounts a and b beside Practice, each with a server of its own."""
    monkeypatch.setattr(program.outbox, "_sender_of", lambda _: Recipient("me@example.com"))
    return Engine(program, fake_clock, {name: Server(fake_clock) for name in ("a", "b", PRACTICE)})


@pytest.fixture
def attempts(program: Program) -> Callable[..., Attempts]:
    """What serves runs by the transport it is given."""

    def make(transport: Transport, most_aside_s: float = 0) -> Attempts:
        return Attempts(
            program.outbox,
            program.clock,
            ways=Going(lambda _: transport),
            bytes_of=lambda claim: program.raw(claim.delivery),
            policy=NO_JITTER,
            until_room_s=0,
            most_aside_s=most_aside_s,
        )

    return make
