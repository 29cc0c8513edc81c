"""A program that forgets somebody, and kills itself at a named point.

    python forgetting_entry.py HOME POINT NUMBER [ADDRESS]

POINT is what `core.outbox.forgetting` tells that it reached, `renaming` (the new log.txt is there and has not got its
name), or `-` for none. Without ADDRESS, it goes on with what is written down. The end is SIGKILL to itself: nothing is
flushed, closed or given back.
"""

import os
import signal
import sys
from pathlib import Path

from core.executor import Inline
from core.paths import Home
from core.program import Program
from core.settings import Settings
from tests.crash_entry import killer


def main(home: Home, point: str, number: int, address: str | None) -> None:
    """Forget, to the end or to the kill."""
    if point == "renaming":
        rename = Path.replace

        def replace(path: Path, target: Path) -> Path:
            if path.name == "log.txt.new":
                os.kill(os.getpid(), signal.SIGKILL)
            return rename(path, target)

        Path.replace = replace  # type: ignore[method-assign,assignment]  # in this process, which ends by it
    program = Program(home, Inline(), Settings(), reached=killer(point, number))
    program.open().wait()
    if address is not None:
        program.outbox.ask_to_forget(address, program.forgetting.traces(address).on_the_way).wait()
    program.forgetting.run()
    program.close()


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3]), next(iter(sys.argv[4:]), None))
