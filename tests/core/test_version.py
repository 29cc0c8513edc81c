"""Which Outtray this is."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from core.cli import main
from core.cli.console import Exit
from core.cli.doctor import doctor
from core.paths import Home
from core.version import is_packaged, version
from gui.app import why_no_window

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


@pytest.fixture(params=["checkout", "packaged"])
def mend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The program in each of its forms; what a person is told to do where a part of it is missing."""
    if request.param == "checkout":
        return "Type: make run"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    return "Install Outtray again."


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_what_to_type_without_a_screen_can_be_typed(mend: str) -> None:
    """The packaged program has no `python main.py`."""
    name = "outtray" if "Install" in mend else "python main.py"
    said = why_no_window({})
    assert said.endswith(f"type: {name} tour; to send without a window: {name} send --help")


def test_a_missing_part_can_be_mended(mend: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A library that cannot be loaded: what a person of either form can do."""

    def window(*_: object) -> int:
        raise ImportError("no such file", name="PySide6.QtGui")

    assert main([], window=window, tour=_no_window) is Exit.REFUSED
    assert capsys.readouterr().err == f"PySide6 cannot be loaded here (no such file). {mend}\n"


def test_doctor_says_how_to_mend(
    mend: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same in the line of what lacks; and the first line says which form it is."""
    monkeypatch.setitem(sys.modules, "core.runner", None)
    monkeypatch.setattr("core.cli.doctor.why_none", lambda: "")
    assert doctor(Home(tmp_path / "home")) is Exit.REFUSED
    said = capsys.readouterr().out
    assert said.startswith(f"ok    Outtray     {version()}, {'packaged' if 'Install' in mend else 'a checkout'}\n")
    assert re.search(rf"^LACK  PySide6 .*: .*\. {re.escape(mend)}$", said, re.MULTILINE)


def test_the_window_says_how_to_mend_qt(mend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt is there and cannot be loaded, though no library lacks."""
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)
    monkeypatch.setattr("gui.app.platform_check.missing_libraries", lambda *_: [])
    said = why_no_window({"QT_QPA_PLATFORM": "offscreen"})
    assert said.startswith("Qt cannot start: ")
    assert said.endswith(mend)
