"""Which Outtray this is."""

import tomllib
from pathlib import Path

import pytest

from core.cli import main
from core.version import is_packaged, version

_ROOT = Path(__file__).resolve().parents[2]


def _no_window(*_: object) -> int:
    raise AssertionError("no window is wanted")


def test_the_version_is_that_of_the_project() -> None:
    """It is written in one place: pyproject.toml."""
    assert version() == tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert not is_packaged()


@pytest.mark.parametrize("words", [["--version"], ["--home", "/nowhere", "--version"]])
def test_the_version_is_an_answer(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """`--version` says the name and the version, and ends with 0."""
    with pytest.raises(SystemExit) as ended:
        main(words, window=_no_window, tour=_no_window)
    assert ended.value.code in (None, 0)
    assert capsys.readouterr() == (f"Outtray {version()}\n", "")
