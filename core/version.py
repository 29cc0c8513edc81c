"""Which Outtray this is: its version, and whether it is packaged."""

import sys
import tomllib
from pathlib import Path


def version() -> str:
    """Return the version, as pyproject.toml says it: beside main.py, and in the package too. Reads that file."""
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def is_packaged() -> bool:
    """Say whether this is the packaged program, which needs no Python; else it runs from a checkout."""
    return bool(getattr(sys, "frozen", False))
