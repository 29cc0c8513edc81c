"""Outtray: nothing or a `mailto:` opens the window, every other word is a command."""

import sys
from pathlib import Path

from core.cli import main
from core.paths import Home


def _window(home: Home, words: list[str]) -> int:
    from gui.app import main as open_window

    return open_window(home, words)


def _tour(home: Home, shots: Path | None) -> int:
    from gui.tour import main as show_tour

    return show_tour(home, shots)


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()
    sys.exit(main(sys.argv[1:], window=_window, tour=_tour))
