"""Looks at one cut again: lays down what it left, starts on it, and says what is wrong.

    python -m tests.power.replay FOLDER CUT SEED

FOLDER has the traces, as a long run that found something keeps them; CUT and SEED stand in what it said. What the
cut left stays in FOLDER/found, to be looked at before anything was started on it.
"""

import shutil
import sys
from pathlib import Path

from tests.power.cut import Cut
from tests.power.disk import Disk
from tests.power.history import History, beginning, tried
from tests.power.next_start import lay


def main() -> int:
    folder, name, seed = sys.argv[1:]
    history = History(Path(folder))
    events, kind, number = map(int, name.split("/"))
    cut = Cut(events, kind, number, seed)
    disk, listener = beginning(history.root)
    for event in history.events()[: cut.events]:
        disk.take(event)
        listener.take(event)
    _lay_down(history, cut, disk)
    print(f"{cut.words}, after {event.action if cut.events else 'nothing'}"[:400])
    print(f"promised: {listener.promises}")
    judged = tried(history, [cut])
    print(judged.verdict, *(sentence for _, sentence in judged.wrong), sep="\n")
    return 1 if judged.wrong else 0


def _lay_down(history: History, cut: Cut, disk: Disk) -> None:
    found = history.folder / "found"
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir()
    lay(cut.of(disk), found)


if __name__ == "__main__":
    sys.exit(main())
