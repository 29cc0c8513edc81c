"""The fixtures that every test gets: a test that leaves something behind fails and says what."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("threading.Thread(target=stop.wait, args=(20,), name='straggler').start()", "the thread straggler"),
        ("timer.start(5000)", "an active timer of 5000 ms named pulse"),
        ("window.show()", "a visible QWidget named stray"),
        ("pool.start(lambda: stop.wait(20))", "a thread pool with 1 running jobs named busy"),
        ("logging.getLogger('outtray').warning('odd')", "WARNING outtray: odd"),
        ("runner.start('log', lambda: 1 // 0)", "ZeroDivisionError"),
    ],
)
def test_what_is_left_behind_fails_the_test(tmp_path: Path, body: str, words: str) -> None:
    """A test fails on work, timers, windows or threads left behind, on a log, on an unhandled error."""
    (tmp_path / "test_it.py").write_text(
        "import logging, threading, pytest\n"
        "from PySide6.QtCore import QThreadPool, QTimer\n"
        "from PySide6.QtWidgets import QWidget\n"
        "stop = threading.Event()\n"
        "@pytest.fixture(scope='module')\n"
        "def things(qapp):\n"
        "    things = QTimer(objectName='pulse'), QWidget(objectName='stray'), QThreadPool(objectName='busy')\n"
        "    yield things\n"
        "    stop.set()\n"
        "    things[0].stop(); things[1].close(); things[2].waitForDone()\n"
        "def test_it(things, runner):\n"
        "    timer, window, pool = things\n"
        f"    {body}\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-q", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "1 passed, 1 error" in ended.stdout, ended.stdout + ended.stderr
    assert words in ended.stdout


def test_expected_logs_are_allowed(expected_logs: list[str]) -> None:
    """A test that expects a warning names it."""
    import logging

    expected_logs.append("WARNING outtray: .*expected")
    logging.getLogger("outtray").warning("this was expected")
