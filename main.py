"""Outtray: nothing, a `mailto:` or `--in-tray` opens the window, every other word is a command."""

import gc
import sys
from pathlib import Path

# A process that the packaged program starts for work of its own begins here, and does that work instead.
if __name__ == "__main__" and getattr(sys, "frozen", False):
    import multiprocessing

    multiprocessing.freeze_support()

# A start makes a hundred thousand objects and no garbage: looking for it took 8 ms of the first paint. And until the
# window has its own collector, no worker may collect. Commands turn it on again, once they are known.
gc.disable()

from core.cli import main  # noqa: E402
from core.paths import Home  # noqa: E402


def _window(home: Home, words: list[str]) -> int:
    from gui.app import main as open_window

    return open_window(home, words)


def _tour(home: Home, shots: Path | None) -> int:
    from gui.tour import main as show_tour

    return show_tour(home, shots)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], window=_window, tour=_tour))
