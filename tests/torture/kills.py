"""kill -9 at every crash point and at random times, under mixed load, to a server that keeps what it got."""

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from tests.judge import Verdict
from tests.ordeal import Ordeal
from tests.torture.result import Result

POINTS = ("C0", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C12")
RANDOM = "random kills"

#: Kills in the life of one outbox. It grows with each, and so does the time that judging it takes.
_KILLS_EACH = 25
#: After so many, it is delivered what is due, and judged again.
_DRAIN_AFTER = 5
#: A crash point may not be reached in a life, or the life may end first: so many lives for each kill, at most.
_LIVES_EACH = 6


@dataclass
class Ended:
    """What became of one outbox."""

    name: str
    verdict: Verdict = field(default_factory=Verdict)
    wrong: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    lives: int = 0


def run(
    say: Callable[[str], None], *, kills: int = 1000, at_each_point: int = 30, lanes: int = 2, seed: str = ""
) -> Result:
    """Kill so often at random, and at each crash point; `lanes` outboxes are at work at a time.

    Only kills that met a living process count. With another `seed` the times and the load are others.
    """
    seed = seed or f"{time.time_ns():x}"
    say(f"kill -9, {kills} times at random and {at_each_point} times at each of {len(POINTS)} points (seed {seed})")
    result = Result({name: Verdict() for name in (*POINTS, RANDOM)})
    met = Counter[str]()
    lives = 0
    folder = Path(tempfile.mkdtemp(prefix="outtray-kills-"))
    began_s = time.monotonic()
    # Processes of their own, spawned: the threads of one lane must not hold up another's, or be forked.
    with ProcessPoolExecutor(lanes, mp_context=get_context("spawn")) as pool:
        jobs = {
            pool.submit(ordeal, folder, name, count, f"{seed}-{number}"): name
            for number, (name, count) in enumerate(_shares(kills, at_each_point))
        }
        for job in as_completed(jobs):
            error = job.exception()
            ended = job.result() if error is None else Ended(jobs[job], wrong=[f"the ordeal broke off: {error!r}"])
            result.add(ended.name, ended.verdict, ended.wrong)
            for sentence in ended.wrong:
                say(f"{ended.name}: {sentence}")
            if ended.name == RANDOM:
                met += ended.met
                lives += ended.lives
            done = sum(verdict.faults for verdict in result.verdicts.values())
            say(f"{done} kills in {time.monotonic() - began_s:.0f} s; {len(result.wrong)} things are wrong")
    if result.wrong:
        result.notes.append(f"The outboxes in which something was wrong are kept in {folder}.")
    else:
        folder.rmdir()
    result.notes += _notes(result, met, lives)
    return result


def _shares(kills: int, at_each_point: int) -> Iterator[tuple[str, int]]:
    for name, count in (*((point, at_each_point) for point in POINTS), (RANDOM, kills)):
        for first in range(0, count, _KILLS_EACH):
            yield name, min(_KILLS_EACH, count - first)


def ordeal(folder: Path, name: str, kills: int, seed: str, how: str = "") -> Ended:
    """Take one outbox through so many kills, or to the first thing that is wrong. `how` names a broken build."""
    home = folder / seed
    home.mkdir()
    ended = Ended(name)
    with Ordeal(home, seed, how) as outbox:
        while outbox.hits < kills and not outbox.wrong:
            if ended.lives >= _LIVES_EACH * kills:
                outbox.wrong.append(f"{seed}: of {ended.lives} lives, only {outbox.hits} were killed")
                break
            ended.lives += 1
            is_hit = outbox.at_random() if name == RANDOM else outbox.at(name)
            if is_hit and outbox.hits % _DRAIN_AFTER == 0 and not outbox.wrong:
                outbox.drain()
        ended.verdict = outbox.check() if outbox.wrong or how else outbox.end()
        ended.wrong, ended.met = outbox.wrong, outbox.met
    return ended


def _notes(result: Result, met: Counter[str], lives: int) -> Iterator[str]:
    total = sum(result.verdicts.values(), Verdict())
    bad = total.lost + total.twice
    for name, count, what in (
        (RANDOM, result.verdicts[RANDOM].faults, "at random times"),
        ("", total.faults, "in all"),
    ):
        if count and not bad:
            yield (
                f"kill -9 {what}: 0 of {count} lost a message or sent one twice; so fewer than 3/{count}"
                f" ({300 / count:.2g} %) do, at 95 % confidence.{'' if name else f' {total.accepted} were accepted.'}"
            )
    said = ", ".join(f"{count} {what}" for what, count in sorted(met.items()) if count)
    yield f"The random kills met, of {lives} lives of the program on {os.cpu_count()} processors: {said}."
