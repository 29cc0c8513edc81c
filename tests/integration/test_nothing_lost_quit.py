"""`run` told to end in the middle of its work: it is gone soon, nothing is lost, and nothing goes twice."""

import os
import shutil
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from core.accounts import accounts
from core.accounts.accounts import Account
from core.mail.smtp.server import Security
from core.outbox.notification import Recipient
from core.outbox.states import State
from core.paths import Home
from tests.commands import PATIENCE_S, Outtray, wait_for
from tests.crashes import found_states
from tests.judge import in_the_folder, judge
from tests.outboxes import contradictions, draft, opened
from tests.smtp.scripted import ENVELOPE, HELLO, SERVE, ScriptedServer

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals.")

SIGNALS = pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
#: It is to be gone within 2 s; this is for a machine that has more to do.
_SOON_S = 10.0
_MANY = 10_000


def account_at(home: Home, server: ScriptedServer) -> None:
    accounts.add(
        home,
        Account(name="work", address="me@example.org", host="127.0.0.1", port=server.port, security=Security.NONE),
    )


@SIGNALS
def test_in_the_body(home: Home, name: str) -> None:
    """A14: ended in the body, which a server does not read: gone at once; queued, 0 copies, and then 1."""
    outtray = Outtray(home.root)
    stuck = f"{HELLO}{ENVELOPE}body of 100000\ntell here\nhang\n"
    with ScriptedServer(stuck, then=SERVE, receive_buffer_bytes=8192) as server:
        account_at(home, server)
        large = home.root.parent / "large.bin"
        large.write_bytes(bytes(3_500_000))
        outtray.accepted("ann@example.com", "--attach", str(large))
        with outtray.running() as process:
            server.hear("here")
            began_s = time.monotonic()
            process.send_signal(getattr(signal, name))
            said = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, *said) == (0, b"", b"")
        assert time.monotonic() - began_s < _SOON_S
        assert found_states(home) == [State.QUEUED]
        assert server.bodies == []
        outtray("run", "--until-empty")
        assert found_states(home) == [State.SENT]
        assert len(server.taken) == 1


@SIGNALS
def test_in_the_wait_after_the_dot(home: Home, name: str) -> None:
    """A14: ended while the answer to the dot is waited for: gone soon, with a sentence; then it asks."""
    outtray = Outtray(home.root)
    with ScriptedServer(f"{HELLO}{ENVELOPE}body\ntell here\nhang\n", then=SERVE) as server:
        account_at(home, server)
        outtray.accepted("ann@example.com")
        with outtray.running() as process:
            server.hear("here")
            began_s = time.monotonic()
            process.send_signal(getattr(signal, name))
            _, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
        assert b"looked at when Outtray starts again" in said
        assert time.monotonic() - began_s < _SOON_S
        assert found_states(home) == [State.HANDING_OVER]
        outtray("run", "--until-empty")
        assert found_states(home) == [State.UNCONFIRMED]
        assert server.taken == []


@SIGNALS
def test_the_answer_comes_in_time(home: Home, name: str) -> None:
    """A14: ended while the answer to the dot is waited for, and it comes before the limit: it is sent."""
    outtray = Outtray(home.root)
    with ScriptedServer(f"{HELLO}{ENVELOPE}body\ntell here\nwait go\nS: 250 2.0.0 Ok\n") as server:
        account_at(home, server)
        outtray.accepted("ann@example.com")
        with outtray.running() as process:
            server.hear("here")
            process.send_signal(getattr(signal, name))
            server.tell("go")
            said = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, *said) == (0, b"", b"")
        assert found_states(home) == [State.SENT]
        assert len(server.taken) == 1


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with very many queued. Tests use a copy."""
    home = Home(tmp_path_factory.mktemp("full") / "home")
    home.create()
    with opened(home) as program:
        for number in range(_MANY // 500):
            many = draft(*(Recipient(f"a{number}.{each}@example.com") for each in range(500)))
            program.outbox.accept(many, token=f"token-{number}").wait()
    return home.root


@SIGNALS
def test_with_ten_thousand_queued(full: Path, tmp_path: Path, name: str) -> None:
    """A14: ended in the middle of 10,000: gone soon, none is lost or half done, and the rest stays queued."""
    home = Home(tmp_path / "copy")
    shutil.copytree(full, home.root)
    with Outtray(home.root).running() as process:
        wait_for(lambda: found_states(home).count(State.SENT) > 50)
        began_s = time.monotonic()
        process.send_signal(getattr(signal, name))
        said = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, *said) == (0, b"", b"")
    assert time.monotonic() - began_s < _SOON_S
    counts = Counter(found_states(home))
    assert set(counts) == {State.SENT, State.QUEUED}
    assert counts.total() == _MANY
    arrived = in_the_folder(home)
    assert counts[State.SENT] == arrived.total()
    verdict, wrong = judge(home, arrived)
    assert wrong == []
    assert (verdict.lost, verdict.twice) == (0, 0)
    assert contradictions(home) == []
