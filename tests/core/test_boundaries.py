"""core runs where there is no Qt: a Celery worker, a machine without a screen."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QT_FILES = ("core/runner.py", "core/delivery/local.py")

IMPORT_ALL = """
import importlib, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6", "gui"):
            raise ImportError(f"core must not import {name}")

sys.meta_path.insert(0, Refuse())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def core_modules() -> list[str]:
    """Every module of core but the two that may use Qt, by its dotted name."""
    names = []
    for file in sorted((ROOT / "core").rglob("*.py")):
        relative = file.relative_to(ROOT)
        if relative.as_posix() not in QT_FILES:
            names.append(".".join(relative.with_suffix("").parts).removesuffix(".__init__"))
    return names


def test_every_module_of_core_imports_without_qt_and_without_the_window() -> None:
    modules = core_modules()
    assert "core.platform_check" in modules
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *modules], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_the_check_itself_notices_qt(tmp_path: Path) -> None:
    """A module that does import Qt fails it: the test above is not blind."""
    (tmp_path / "offender.py").write_text("from PySide6 import QtCore\n")
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, "offender"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "core must not import PySide6" in done.stderr


@pytest.mark.parametrize("name", QT_FILES)
def test_the_two_qt_files_use_qtcore_and_no_window(name: str) -> None:
    """The runner and the local engine also run under QCoreApplication, on a machine without a screen."""
    file = ROOT / name
    source = file.read_text(encoding="utf-8") if file.exists() else ""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            used = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "PySide6" else []
            used += [node.module] if node.module else []
        elif isinstance(node, ast.Import):
            used = [alias.name for alias in node.names]
        else:
            continue
        for module in used:
            parts = module.split(".")
            assert parts[0] != "gui", f"{name} imports {module}"
            assert parts[0] != "PySide6" or parts[1:2] in ([], ["QtCore"]), f"{name} imports {module}"
