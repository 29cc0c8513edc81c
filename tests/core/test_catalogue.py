"""Every fault of the catalogue has a test that says so."""

import ast
from pathlib import Path

from tests.catalogue import FAULTS, faults_of

_TESTS = Path(__file__).parents[1]


def shown() -> dict[str, list[str]]:
    """Return the tests of each fault, found by their docstrings."""
    found: dict[str, list[str]] = {}
    for path in sorted(_TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for fault in faults_of(ast.get_docstring(node)):
                    found.setdefault(fault, []).append(f"{path.name}::{node.name}")
    return found


def test_every_fault_has_a_test() -> None:
    """No line of the catalogue is without a test, and no test names a fault that the catalogue does not have."""
    assert set(FAULTS) == set(shown())
