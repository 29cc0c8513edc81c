"""kill -9 at the named crash points and at random times: the receiving side says what arrived, and how often.

The long part is `tests/torture/kills.py`.
"""

import os
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from core.outbox.states import State
from core.paths import Home
from tests.arrivals import torn_log
from tests.broken_builds import BREAK
from tests.crashes import ROOT, drained, found_states, killed, run
from tests.judge import in_the_folder
from tests.outboxes import contradictions, opened, states
from tests.torture.kills import RANDOM, ordeal

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL.")


def check(home: Home, told: list[str], *, rows: int) -> None:
    """After the restart everything accepted has arrived exactly once, and outbox, folder and log agree."""
    drained(home)
    with opened(home) as program:
        stored = [row.message_id for row in program.reader.list()]
        assert set(states(program)) == {State.SENT}
    assert len(stored) == rows
    assert set(told) <= set(stored)
    assert in_the_folder(home) == Counter(stored)
    assert contradictions(home) == []
    assert torn_log(home, is_whole=True) == []


def test_c0_before_the_accept_is_committed(home: Home) -> None:
    """A1 at C0: killed in the accept, before its commit: nothing of it is there, and nothing had been told."""
    told = killed(home, "accept", "3", "C0")
    assert found_states(home) == [State.QUEUED] * 2
    assert len(told) == 2
    check(home, told, rows=2)


def test_c1_accepted_and_not_told(home: Home) -> None:
    """A1 at C1: killed after the commit, before anybody heard: it is there, and it is delivered once."""
    told = killed(home, "accept", "3", "C1")
    assert found_states(home) == [State.QUEUED] * 3
    assert len(told) == 2
    check(home, told, rows=3)


def test_c2_claimed(home: Home) -> None:
    """A1 at C2: killed with a run claimed and nothing handed over: `sending`, and queued at the next start."""
    told = run(home, "accept", "5", "-").stdout.split()
    killed(home, "drain", "C2", "1")
    assert State.SENDING in found_states(home)
    assert set(found_states(home)) <= {State.SENDING, State.SENT}
    with opened(home) as program:
        assert set(states(program)) <= {State.QUEUED, State.SENT}
    check(home, told, rows=5)


def test_c9_the_outcome_is_on_disk(home: Home) -> None:
    """A1 at C9: killed when an outcome was just committed: that one is done, and does not go again."""
    told = run(home, "accept", "5", "-").stdout.split()
    killed(home, "drain", "C9", "1")
    assert State.SENT in found_states(home)
    before = in_the_folder(home)
    check(home, told, rows=5)
    assert all(in_the_folder(home)[message_id] == count == 1 for message_id, count in before.items())


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
    """Killed at the first outcome each time, five times over: it goes on where it stopped, and nothing goes twice."""
    told = run(home, "accept", "40", "-").stdout.split()
    for _ in range(5):
        before = found_states(home).count(State.SENT)
        if before == 40:
            break
        killed(home, "drain", "C9", "1")
        assert found_states(home).count(State.SENT) > before
    check(home, told, rows=40)


def test_killed_at_random_under_mixed_load(tmp_path: Path) -> None:
    """A1: killed at random times while people send, undo, cancel, hold, release, retry, pause, and a server takes,
    refuses and cuts: nobody's message is lost, none goes twice unasked, and a cancel is a cancel.
    """
    ended = ordeal(tmp_path, RANDOM, 8, os.environ.get("PYTEST_SEED", "outtray"))
    assert ended.wrong == []
    assert (ended.verdict.lost, ended.verdict.twice) == (0, 0)
    assert ended.verdict.accepted > 0
    assert ended.verdict.sent > 0


def test_c12_the_disk_is_full_at_the_outcome(tmp_path: Path) -> None:
    """A1 at C12: killed while the outcome waits in memory for room on the disk: it asks; one copy, nothing is lost."""
    ended = ordeal(tmp_path, "C12", 3, "full")
    assert ended.wrong == []
    assert ended.verdict.unconfirmed > 0


#: What must be said of each broken build.
_SEEN = {
    "without intent": "it would go again|nobody asked for more|was said to be cancelled, and is",
    "puts all back": "it would go again|nobody asked for more|was said to be cancelled, and is|its events allow",
    "tells too soon": "was accepted and is not in the outbox",
    "forgets the cancel": "was said to be cancelled, and is",
}


@pytest.mark.parametrize("how", BREAK)
def test_a_broken_promise_is_seen(tmp_path: Path, how: str) -> None:
    """A build that breaks the promise in one place is found by the same kills, within some dozens."""
    ended = ordeal(tmp_path, RANDOM, 60, "broken", how)
    assert any(re.search(_SEEN[how], sentence) for sentence in ended.wrong), ended.wrong
