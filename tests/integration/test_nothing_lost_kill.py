"""kill -9 at the named crash points and in the middle of a drain: the mail folder says what arrived, and how often."""

import mailbox
import os
import random
import subprocess
import sys
from collections import Counter

import pytest

from core.outbox.states import State
from core.paths import Home
from tests.crashes import ROOT, drained, found_states, killed, run
from tests.outboxes import contradictions, opened, states

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL.")


def arrived(home: Home) -> Counter[str]:
    """Count what is in the mail folder by Message-ID, with the standard library's eyes."""
    return Counter(message["Message-ID"] for message in mailbox.Maildir(home.mail, create=False))


def log_lines(home: Home) -> list[str]:
    return [row.split("  ", 1)[1] for row in home.log.read_text(encoding="utf-8").splitlines()]


def expected_lines(home: Home) -> list[str]:
    """Return the lines the log must have: one for each event in the outbox, in their order."""
    from core.outbox.log import line

    with opened(home) as program:
        events = program.reader.events(0, limit=1_000_000)
        return [line(event).rstrip("\n").split("  ", 1)[1] for event in events]


def check(home: Home, told: list[str], *, rows: int) -> None:
    """After the restart everything accepted has arrived exactly once, and outbox, folder and log agree."""
    drained(home)
    with opened(home) as program:
        stored = [row.message_id for row in program.reader.list()]
        assert set(states(program)) == {State.SENT}
    assert len(stored) == rows
    assert set(told) <= set(stored)
    assert arrived(home) == Counter(stored)
    assert contradictions(home) == []
    assert log_lines(home) == expected_lines(home)


def test_c0_before_the_accept_is_committed(home: Home) -> None:
    """C0: killed in the accept, before its commit: nothing of it is there, and nothing had been told."""
    told = killed(home, "accept", "3", "C0")
    assert found_states(home) == [State.QUEUED] * 2
    assert len(told) == 2
    check(home, told, rows=2)


def test_c1_accepted_and_not_told(home: Home) -> None:
    """C1: killed after the commit, before anybody heard: it is there, and it is delivered once."""
    told = killed(home, "accept", "3", "C1")
    assert found_states(home) == [State.QUEUED] * 3
    assert len(told) == 2
    check(home, told, rows=3)


def test_c2_claimed(home: Home) -> None:
    """C2: killed with a run claimed and nothing handed over: `sending`, and queued at the next start."""
    told = run(home, "accept", "5", "-").stdout.split()
    killed(home, "drain", "C2", "1")
    assert State.SENDING in found_states(home)
    assert set(found_states(home)) <= {State.SENDING, State.SENT}
    with opened(home) as program:
        assert set(states(program)) <= {State.QUEUED, State.SENT}
    check(home, told, rows=5)


def test_c9_the_outcome_is_on_disk(home: Home) -> None:
    """C9: killed when an outcome was just committed: that one is done, and does not go again."""
    told = run(home, "accept", "5", "-").stdout.split()
    killed(home, "drain", "C9", "1")
    assert State.SENT in found_states(home)
    before = arrived(home)
    check(home, told, rows=5)
    assert all(arrived(home)[message_id] == count == 1 for message_id, count in before.items())


def test_killed_at_random_in_a_drain_of_500(home: Home) -> None:
    """Killed again and again while 500 go, at moments nobody chose: each arrives exactly once, and the log has each
    event once.
    """
    told = run(home, "accept", "500", "-").stdout.split()
    assert len(told) == 500
    chance = random.Random(os.environ.get("PYTEST_SEED", "outtray"))
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, ROOT / "tests" / "crash_entry.py", home.root, "drain", "-", "0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        )
        # The start takes about 0.2 s; delivering the rest, about 0.5. Whatever is hit, what follows must hold.
        try:
            process.wait(timeout=chance.uniform(0.15, 0.6))
        except subprocess.TimeoutExpired:
            process.kill()
        _, said = process.communicate()
        assert said == b""
    for point, number in (("C2", 2), ("C9", 40)):
        run(home, "drain", point, str(number))
    check(home, told, rows=500)


def test_killed_at_every_outcome_in_turn(home: Home) -> None:
    """Killed at the first outcome each time, ten times over: it goes on where it stopped, and nothing goes twice."""
    told = run(home, "accept", "40", "-").stdout.split()
    for _ in range(10):
        before = found_states(home).count(State.SENT)
        if before == 40:
            break
        killed(home, "drain", "C9", "1")
        assert found_states(home).count(State.SENT) > before
    check(home, told, rows=40)
