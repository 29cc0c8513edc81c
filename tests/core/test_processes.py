"""Whether a process can be started: one that answers, and each way in which none does."""

import errno
import multiprocessing.context
import subprocess
import sys
from pathlib import Path

import pytest

from core.processes import why_none

_ROOT = Path(__file__).resolve().parents[2]
#: Stands for a Python that cannot be used; what else `multiprocessing` starts beside it is let go on.
_BROKEN = """#!/bin/sh
case "$*" in
*spawn_main*) {does} ;;
*) exec {python} "$@" ;;
esac
"""


def why_with(does: str, folder: Path, limit_s: float) -> str:
    """Ask in a process of its own, whose own processes do this instead."""
    broken = folder / "python"
    broken.write_text(_BROKEN.format(does=does, python=sys.executable))
    broken.chmod(0o755)
    words = f"import multiprocessing; multiprocessing.set_executable({str(broken)!r})"
    words += f"; from core.processes import why_none; print(why_none({limit_s}))"
    done = subprocess.run([sys.executable, "-c", words], cwd=_ROOT, capture_output=True, text=True, timeout=100)
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows runs no shell script")
@pytest.mark.parametrize(
    ("does", "limit_s", "why"),
    [
        ("exit 3", 20, "it ended with 3"),
        ("kill -9 $$", 20, "it ended with -9"),
        ("exec sleep 60", 0.3, "it did not answer within 0.3 seconds"),
    ],
)
def test_a_process_that_does_not_answer_is_told(does: str, limit_s: float, why: str, tmp_path: Path) -> None:
    """One that ends at once, is killed, or hangs: why, within the limit."""
    assert why_with(does, tmp_path, limit_s) == why


@pytest.mark.skipif(sys.platform == "win32", reason="Windows runs no shell script")
def test_a_process_that_answers_is_no_news(tmp_path: Path) -> None:
    """Python itself answers and ends."""
    assert why_with(f'exec {sys.executable} "$@"', tmp_path, 60) == ""


def test_a_machine_that_starts_none_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a user may have no more processes."""

    def refuse(_: object) -> None:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(multiprocessing.context.SpawnProcess, "start", refuse)
    assert why_none() == "resource temporarily unavailable"
