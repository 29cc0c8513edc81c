"""A power cut at any moment loses nothing that was accepted, and sends nothing twice: the program is traced from
outside, and each disk that a cut may leave is opened by it again. The whole run is `tests/torture/power_cut.py`.
"""

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.paths import Home
from tests import judge
from tests.power import history, trace
from tests.power.cut import Cut, cuts
from tests.power.history import History, Judged
from tests.power.order import order_of, without_syncs
from tests.power.promises import Listener

_ROOT = Path(__file__).resolve().parents[2]

#: So many cuts are looked at here of each history: some seconds.
COUNT = 200


@pytest.fixture(scope="module")
def alone() -> Iterator[History]:
    """Commands that own the outbox while they run, to the mail folder and to a server."""
    with history.recorded("alone") as found:
        yield found


@pytest.fixture(scope="module")
def owned() -> Iterator[History]:
    """A `run` that delivers on several threads, and commands that hand it messages."""
    with history.recorded("owned") as found:
        yield found


def sample(of: History, count: int = COUNT) -> list[Cut]:
    """Choose cuts: other ones each time the tests run with another seed, which pytest-randomly prints."""
    seed = os.environ.get("OUTTRAY_CUTS", str(random.randrange(1 << 30)))
    print(f"OUTTRAY_CUTS={seed}")  # shown where the test fails
    every = [cut for moment in history.moments(of.events(), of.root) for cut in cuts(moment, seed)]
    chosen = random.Random(seed).sample(range(len(every)), min(count, len(every)))
    return [every[number] for number in sorted(chosen)]


def said(judged: Judged) -> list[str]:
    return [f"{cut} ({cut.words}): {sentence}" for cut, sentence in judged.wrong]


def test_cut_while_commands_own_the_outbox(alone: History) -> None:
    """A2: whatever a cut leaves of what `account add`, `send` and `cancel` wrote, and at whatever call: what was
    accepted is there with its attachments, what was said to be sent or cancelled is, log.txt has each event once,
    and nothing goes twice."""
    judged = history.tried(alone, sample(alone))
    assert said(judged) == []
    assert judged.verdict.accepted > COUNT
    assert judged.verdict.lost == judged.verdict.twice == 0


def test_cut_while_run_delivers(owned: History) -> None:
    """A2: the same while `run` accepts, delivers and writes the log at once, on its threads."""
    judged = history.tried(owned, sample(owned))
    assert said(judged) == []
    assert judged.verdict.accepted > COUNT
    assert judged.verdict.lost == judged.verdict.twice == 0


@pytest.mark.parametrize("killed_at", ["fsync:4", "fsync:6", "fsync:11", "fsync:13", "fsync:14", "fdatasync:9"])
def test_killed_before_a_name_was_on_disk_and_then_cut(killed_at: str) -> None:
    """A2: a process was killed between making a folder or a file and its sync; what the next one accepts there
    outlives a power cut all the same."""
    with history.recorded("again", killed_first_at=killed_at) as found:
        judged = history.tried(found, sample(found, 40))
    assert said(judged) == []


def test_without_the_sync_of_a_commit_losses_are_found() -> None:
    """A2 can fail: with `synchronous = NORMAL` accepted rows are lost."""
    with history.recorded("alone", "weak=normal") as found:
        judged = history.tried(found, sample(found, 40))
    assert judged.verdict.lost > 0


def test_a_dot_before_its_intent_is_found() -> None:
    """A2 can fail: where the dot does not wait for its intent, messages go twice."""
    with history.recorded("alone", "weak=late-intent") as found:
        dots = _moments_of_dots(found)
        judged = history.tried(found, [Cut(moment, 0, 0, "dots") for moment in dots])
        order = order_of(found.events())
    assert judged.verdict.twice > 0
    assert any("handing_over was not on disk before its dot" in sentence for sentence in order.wrong)


def test_attachments_that_are_not_synced_are_found() -> None:
    """A2 can fail: where the spool is not synced, what was accepted cannot be read after a cut."""
    with history.recorded("alone", "weak=unsynced-spool") as found:
        judged = history.tried(found, sample(found, 40))
    assert any("cannot be read whole" in sentence for _, sentence in judged.wrong)


def test_order_of_commands_and_run(alone: History, owned: History) -> None:
    """A3: a sync of the WAL lies between the accept's write and its receipt, between the intent's write and the dot,
    between the outcome's write and "Sent", and between it and the next dot on the connection."""
    for found in (alone, owned):
        order = order_of(found.events())
        assert order.wrong == []
        assert order.accepted >= 5
        assert order.dots >= 4
    assert order_of(alone.events()).sent >= 5


def test_order_is_refused_without_the_syncs(alone: History) -> None:
    """A3 can fail: in the same trace without its syncs, each promise is found to be too early."""
    wrong = order_of(without_syncs(alone.events())).wrong
    for words in ("before its receipt", "before its dot", "was said", "on the same connection"):
        assert any(words in sentence for sentence in wrong), words


def test_order_in_the_window(home: Home, tmp_path: Path) -> None:
    """A3: when "Accepted" and "Practised" are painted, a sync has put them on disk; without it, that is seen."""
    home.settings.write_text("undo_s = 0\n", encoding="utf-8")
    file = tmp_path / "trace"
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, "-m", "tests.power.window_entry", str(home.root), "3"]
    assert trace.record(words, file, environ=environ, cwd=_ROOT) == 0
    events = trace.read(file, tmp_path)
    order = order_of(events, str(home.root))
    assert order.wrong == []
    assert (order.accepted, order.sent) == (3, 3)
    assert len(order_of(without_syncs(events), str(home.root)).wrong) == 6


def test_what_strace_saw_is_what_the_server_took(alone: History) -> None:
    """The dots that are read in the trace are those that arrived; after the last call nothing is left to a cut."""
    listener = Listener()
    for event in alone.events():
        listener.take(event)
    assert listener.promises.dotted == listener.promises.answered == tuple(alone.taken)
    moments = history.moments(alone.events(), alone.root)
    judged = history.tried(alone, [Cut(moments[-1], 1, 0, "end")])
    assert said(judged) == []
    expected = judge.Verdict(faults=1, accepted=10, sent=8, waiting=1, cancelled=1)
    assert judged.verdict == expected


def _moments_of_dots(found: History) -> list[int]:
    listener = Listener()
    return [number for number, event in enumerate(found.events(), 1) if listener.take(event)]
