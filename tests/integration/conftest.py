"""What the tests of whole paths get besides: an outbox of their own, an authority, names that lead home."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.paths import Home
from core.program import Program
from tests.commands import Outtray
from tests.displays import display
from tests.fakes import FakeClock
from tests.outboxes import contradictions, opened
from tests.smtp.certificates import Authority

__all__ = ["display"]  # a fixture: pytest finds it here


@pytest.fixture
def program(home: Home, fake_clock: FakeClock) -> Iterator[Program]:
    """An outbox, owned and empty, without threads. It must agree with itself when the test ends."""
    with opened(home, fake_clock) as program:
        yield program
    assert contradictions(home) == []


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority of the tests."""
    return Authority(Path(tmp_path_factory.mktemp("authority")))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every name below `example.test` lead to 127.0.0.1, as a name server would."""
    real = socket.getaddrinfo

    def here(host: Any, *words: Any, **more: Any) -> Any:
        is_ours = isinstance(host, str) and host.lower().endswith(".example.test")
        return real("127.0.0.1" if is_ours else host, *words, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)


@pytest.fixture
def outtray(tmp_path: Path) -> Outtray:
    """An outbox that is not made yet, used by commands that are processes of their own."""
    return Outtray(tmp_path / "home")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Outtray:
    """An outbox to read in: one message with everything, practised. Tests that use it change nothing."""
    outtray = Outtray(tmp_path_factory.mktemp("sent") / "home")
    done = outtray(
        *("send", "ann@example.com, Ben Ito <ben@例え.jp>", "-m", "Hello,\n\n.dots\nFrom me 日本語\n"),
        *("-s", "Hi, 🙂", "-q", "an", "--json"),
    )
    (outtray.home / "receipt").write_bytes(done.stdout)
    return outtray
