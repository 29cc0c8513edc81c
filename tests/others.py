"""Another user, for tests of what that user may not do: root itself ignores file modes."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def as_another_user() -> tuple[str, ...]:
    """Return the words before a command that make it another user's; skip the test where that cannot be."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("Needs root and setpriv, to be another user: apt-get install util-linux.")
    words = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")
    reads = [*words, sys.executable, "-c", f"open({str(ROOT / 'main.py')!r})"]
    if subprocess.run(reads, capture_output=True).returncode:
        pytest.skip("Another user cannot read this checkout or its Python: move it below a folder that all may enter.")
    return words


def let_in(folder: Path) -> None:
    """Let every user look into a folder of pytest's, by all folders that lead to it."""
    top = Path(tempfile.gettempdir()).resolve()
    for path in (folder.resolve(), *folder.resolve().parents):
        if path in (top, *top.parents):
            return
        path.chmod(path.stat().st_mode | 0o055)
