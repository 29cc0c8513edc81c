"""The power cut, whole: at every call of the traced program, every kind of loss (FAULTS A2).

    python -m tests.torture.power_cut

`OUTTRAY_CUTS` is the seed: the same one chooses the same losses. What is found to be wrong is kept, and the way to look
at it again is said.
"""

import multiprocessing
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.judge import table
from tests.power import history
from tests.power.cut import Cut, cuts
from tests.power.history import History, Judged
from tests.torture.result import Result

_WORKERS = 2
#: So many cuts are one piece of work.
_PIECE = 600
#: Said of one line of the table: enough to begin with.
_SENTENCES = 10
#: Of a WAL of megabytes, and of each way in which a first process was killed.
_OF_LONG, _OF_KILLED, _OF_WEAK = 3000, 100, 600
#: A first `send` has about so many syncs of each kind.
_KILLED_AT = [f"{call}:{number}" for number in range(1, 18) for call in ("fsync", "fdatasync")]

Say = Callable[[str], None]


def run(say: Say) -> Result:
    """Try every cut; some minutes."""
    seed = os.environ.get("OUTTRAY_CUTS", str(random.randrange(1 << 30)))
    say(f"Power cuts are chosen by OUTTRAY_CUTS={seed}.")
    return Run(say, seed).run()


class Run:
    """One whole run."""

    def __init__(self, say: Say, seed: str) -> None:
        self._say = say
        self._seed = seed
        self._result = Result()
        self._context = multiprocessing.get_context("spawn")

    def run(self) -> Result:
        with ProcessPoolExecutor(_WORKERS, mp_context=self._context) as pool:
            self._strong(pool, "cut: commands", ["alone"])
            self._strong(pool, "cut: run", ["owned"])
            self._strong(pool, "cut: long run", ["owned", "long"], _OF_LONG)
            for at in _KILLED_AT:
                self._strong(pool, "killed, then cut", ["again"], _OF_KILLED, killed_first_at=at)
            self._weak(pool, "normal", "lost with synchronous = NORMAL", lambda judged: judged.verdict.lost)
            self._weak(pool, "late-intent", "sent twice with the dot before its intent", lambda j: j.verdict.twice)
            self._weak(pool, "unsynced-spool", "lost with a spool that is not synced", lambda j: j.verdict.lost)
            self._weak(pool, "unsynced-mail", "lost with a mail folder that is not synced", lambda j: j.verdict.lost)
        return self._result

    def _strong(
        self, pool: ProcessPoolExecutor, name: str, how: list[str], most: int | None = None, killed_first_at: str = ""
    ) -> None:
        with history.recorded(*how, killed_first_at=killed_first_at) as found:
            chosen = self._chosen(found, most)
            said = f"{name}{f' ({killed_first_at})' if killed_first_at else ''}"
            judged = self._tried(pool, found, chosen, said)
            self._result.add(name, judged.verdict, self._sentences(found, judged))
            if not killed_first_at:
                self._result.notes.append(
                    f"{name}: {judged.cuts:,} cuts at {len({cut.events for cut in chosen}):,} calls left "
                    f"{judged.homes:,} different outboxes; {judged.bad_cuts} are not as they must be."
                )

    def _weak(self, pool: ProcessPoolExecutor, weakness: str, what: str, count: Callable[[Judged], int]) -> None:
        """Have a build judged that breaks its promise: where nothing is found, the tests prove nothing."""
        with history.recorded("alone", f"weak={weakness}") as found:
            judged = self._tried(pool, found, self._chosen(found, _OF_WEAK), weakness)
        self._result.notes.append(
            f"To show that losses are seen: {count(judged)} {what}; {judged.bad_cuts} of {judged.cuts} cuts are bad."
        )
        if not count(judged):
            self._result.wrong.append(f"{what}: none was found, so this proves nothing")

    def _chosen(self, found: History, most: int | None) -> list[Cut]:
        every = [cut for moment in history.moments(found.events(), found.root) for cut in cuts(moment, self._seed)]
        if most is None or most >= len(every):
            return every
        chance = random.Random(f"{self._seed} {most}")
        return [every[number] for number in sorted(chance.sample(range(len(every)), most))]

    def _tried(self, pool: ProcessPoolExecutor, found: History, chosen: list[Cut], said: str) -> Judged:
        work = [pool.submit(history.tried, found, piece) for piece in _pieces(chosen)]
        sum_ = Judged()
        for done in as_completed(work):
            sum_ += done.result()
            verdict = sum_.verdict
            self._say(
                f"{said}: {sum_.cuts:,} of {len(chosen):,} cuts, {sum_.homes:,} outboxes, "
                f"lost {verdict.lost}, sent twice {verdict.twice}"
            )
        return sum_

    def _sentences(self, found: History, judged: Judged) -> list[str]:
        """Say what was wrong, and keep the traces where anything was."""
        if not judged.wrong:
            return []
        kept = Path(tempfile.mkdtemp(prefix="outtray-cut-found-"))
        for file in found.folder.iterdir():
            if file.is_file():
                shutil.copy(file, kept)
        sentences = [
            f"{sentence} ({cut.words}; python -m tests.power.replay {kept} {cut} {self._seed})"
            for cut, sentence in judged.wrong[:_SENTENCES]
        ]
        if len(judged.wrong) > _SENTENCES:
            sentences.append(f"and {len(judged.wrong) - _SENTENCES} more")
        return sentences


def _pieces(chosen: list[Cut]) -> Iterator[list[Cut]]:
    for first in range(0, len(chosen), _PIECE):
        yield chosen[first : first + _PIECE]


if __name__ == "__main__":
    whole = run(lambda sentence: print(sentence, flush=True))
    print(table(whole.verdicts), *whole.notes, *whole.wrong, sep="\n")
    sys.exit(1 if whole.wrong else 0)
