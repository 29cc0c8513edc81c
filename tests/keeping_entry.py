"""A program that keeps to a time of one day, and kills itself after some of its commits.

    python keeping_entry.py HOME COMMITS

The end is SIGKILL to itself: nothing is flushed, closed or given back.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from core.executor import Inline
from core.outbox.notification import Changes
from core.paths import Home
from core.program import Program
from core.settings import Settings


def main(home: Home, commits: int) -> None:
    """Look once, to the end or to the kill."""
    program = Program(home, Inline(), replace(Settings(), keep_sent_days=1, keep_ended_days=1))
    program.open().wait()
    left = commits

    def on_commit(changes: Changes) -> None:
        nonlocal left
        left -= bool(changes.gone)
        if changes.gone and not left:
            os.kill(os.getpid(), signal.SIGKILL)

    program.outbox.subscribe(on_commit)
    program.keeping.look()
    program.close()


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])), int(sys.argv[2]))
