"""Fuzzing: each target of `tests/fuzzing` in a process of its own, for its share of the time."""

import importlib.util
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.fuzzing.targets import TARGETS
from tests.torture.result import Result

_CHILD = Path(__file__).parents[1] / "fuzzing" / "child.py"
_TRIED = re.compile(r"(?:tried|stat::number_of_executed_units:)\s*(\d+)")
#: How much longer than its share a target may take: to import everything, and to end.
_GRACE_S = 120


def run(say: Callable[[str], None], *, seconds: float = 60) -> Result:
    """Try every target for its share of `seconds`; how many inputs were tried is in the notes."""
    result = Result()
    is_guided = importlib.util.find_spec("atheris") is not None
    for name in TARGETS:
        tried, trouble = _tried(name, seconds / len(TARGETS))
        say(f"fuzzing, {name}: {tried:,} inputs")
        result.notes.append(f"Fuzzing, {name}: {tried:,} inputs tried, {'one' if trouble else 'none'} broke it.")
        if trouble:
            result.wrong.append(f"fuzzing, {name}: {trouble}")
    if not is_guided:
        result.notes.append(
            "Fuzzing was hypothesis's: atheris is not here (uv sync --group fuzz), so no coverage guided it."
        )
    return result


def _tried(name: str, seconds: float) -> tuple[int, str]:
    """Return how many inputs were tried, and the end of what the process said where one broke the target."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        try:
            ended = subprocess.run(
                [sys.executable, _CHILD, name, str(max(1, round(seconds))), corpus],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds + _GRACE_S,
            )
        except subprocess.TimeoutExpired:
            return 0, "it did not end"
        broken = [f"\n{path.name}: {path.read_bytes()!r}" for path in Path(folder).glob("crash-*")]
    said = ended.stdout + ended.stderr
    found = _TRIED.findall(said)
    tried = int(found[-1]) if found else 0
    if ended.returncode == 0 and tried:
        return tried, ""
    return (
        tried,
        f"exit code {ended.returncode}\n{said[said.find('Uncaught Python exception') :][:2000]}{''.join(broken)}",
    )
