"""Which Outtray this is: its version, whether it is packaged, and how it is called."""

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[1]


def version() -> str:
    """Return the version, as pyproject.toml says it: beside main.py, and in the package too. Reads that file."""
    import tomllib  # nearly no start asks

    text = (_ROOT / "pyproject.toml").read_text("utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def is_packaged() -> bool:
    """Say whether this is the packaged program, which needs no Python; else it runs from a checkout."""
    return bool(getattr(sys, "frozen", False))


def called() -> str:
    """Return what a person types to call this program."""
    return "outtray" if is_packaged() else "python main.py"


def how_to_mend() -> str:
    """Return the sentence that says what a person does where a part of this program is missing or damaged."""
    return "Install Outtray again." if is_packaged() else "Type: make run"


def program() -> list[str]:
    """Return the words that start this program from any folder."""
    return [sys.executable] if is_packaged() else [sys.executable, str(_ROOT / "main.py")]
