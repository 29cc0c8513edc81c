"""What every test gets: garbage collected in its place, nothing left behind, a clock, a home, a runner."""

import gc
import logging
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QThreadPool, QTimer
from PySide6.QtWidgets import QWidget

from core.paths import Home
from core.runner import TaskRunner
from gui.application import Application
from gui.garbage import heal_garbage
from gui.theme import STYLE_ARGUMENTS
from resources.packaging import translations
from tests import judge, summary
from tests.fakes import FakeClock
from tests.summary import pytest_terminal_summary

# Where there is no screen, Qt aborts the process. To watch the windows: QT_QPA_PLATFORM=xcb (or what you have).
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# What is read on the screen is compared with English; another language is chosen by the tests that are about it.
os.environ.update(LC_ALL="C.UTF-8", LANGUAGE="en")

# The keyring of whoever runs the tests is not for them; a test that needs one brings its own (tests/keyrings.py).
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# A shell lets what it starts in the background ignore Ctrl+C, and so would every program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

heal_garbage()


def pytest_configure(config: pytest.Config) -> None:
    """Have the window's texts as the program reads them, however the tests are started."""
    if not hasattr(config, "workerinput"):  # once, not by each worker
        translations.release()


__all__ = ["pytest_terminal_summary"]  # a hook: pytest finds it here

#: How long the end of a test waits for its last jobs, in seconds. Reached only when the test fails.
_DRAIN_S = 10


@pytest.fixture(autouse=True)
def _garbage() -> Iterator[None]:
    """Collect garbage only here, on the main thread: a collection on a worker would destroy QObjects there."""
    gc.disable()
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _nothing_left_behind(_garbage: None) -> Iterator[None]:
    """Fail a test that leaves threads, running pools, timers or windows behind, and say which."""
    threads = set(threading.enumerate())
    things = _busy_things()
    yield
    left = [
        f"the thread {thread.name}"
        for thread in threading.enumerate()
        if thread not in threads and thread.is_alive() and not thread.daemon
    ]
    left += [words for key, words in _busy_things().items() if key not in things]
    if left:
        pytest.fail(f"The test left behind: {', '.join(sorted(left))}.")


def _busy_things() -> dict[int, str]:
    """Describe, by address, each timer that is active, pool that works and window that shows."""
    if QCoreApplication.instance() is None:
        return {}
    found = {}
    for thing in shiboken6.Shiboken.getAllValidWrappers():
        if words := _busy(thing):
            found[id(thing)] = words
    return found


def _busy(thing: object) -> str:
    if isinstance(thing, QTimer) and thing.isActive():
        return f"an active timer of {thing.interval()} ms{_named(thing)}"
    if isinstance(thing, QThreadPool) and thing.activeThreadCount():
        return f"a thread pool with {thing.activeThreadCount()} running jobs{_named(thing)}"
    if isinstance(thing, QWidget) and thing.isWindow() and thing.isVisible():
        return f"a visible {type(thing).__name__}{_named(thing)}"
    return ""


def _named(thing: QObject) -> str:
    parent = thing.parent()
    name = f" named {thing.objectName()}" if thing.objectName() else ""
    return f"{name} of {type(parent).__name__} {parent.objectName()}".rstrip() if parent is not None else name


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture
def expected_logs() -> list[str]:
    """Patterns (regular expressions) of the warnings that a test expects to be logged; it appends them."""
    return []


@pytest.fixture(autouse=True)
def _no_unexpected_log(expected_logs: list[str]) -> Iterator[None]:
    """Fail a test that logs a warning or worse which it did not expect."""
    records = _Records()
    logging.getLogger().addHandler(records)
    yield
    logging.getLogger().removeHandler(records)
    unexpected = [line for line in records.lines if not any(re.search(pattern, line) for pattern in expected_logs)]
    if unexpected:
        pytest.fail("The test logged what it did not expect:\n" + "\n".join(unexpected))


@pytest.fixture(autouse=True)
def _judged(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Have the judge compare the test's outbox with what arrived; its verdict is for the table at the end."""
    judge.taken()
    home = request.getfixturevalue("home") if "home" in request.fixturenames else None
    if "outtray" in request.fixturenames:  # commands, each a process of its own
        home = Home(request.getfixturevalue("outtray").home)
    yield
    verdict, wrong = judge.verdict_of_test(home)
    summary.record(record_property, request.function.__doc__, verdict)
    if wrong:
        pytest.fail("The judge says:\n" + "\n".join(wrong))


@pytest.fixture
def fake_clock() -> FakeClock:
    """A clock that the test moves."""
    return FakeClock()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home folder of an outbox, made."""
    home = Home(tmp_path / "home")
    home.create()
    return home


@pytest.fixture
def unhandled() -> list[BaseException]:
    """The errors nobody handled, as they reached the main thread. A test that expects some clears the list."""
    return []


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """What pytest-qt makes the application with: as `gui.app.make_application` does."""
    return ["outtray", *STYLE_ARGUMENTS]


@pytest.fixture(scope="session")
def qapp_cls() -> type[Application]:
    """What pytest-qt makes it of."""
    return Application


@pytest.fixture
def runner(qapp: Any, unhandled: list[BaseException]) -> Iterator[TaskRunner]:
    """A runner with the pools of a window. Fails a test that leaves work or an unhandled error."""
    runner = TaskRunner()
    runner.unhandled.connect(unhandled.append)
    yield runner
    left = runner.quit(_DRAIN_S)
    assert left.is_nothing, f"The test left work in the runner: {left}"
    if unhandled:
        raise BaseExceptionGroup("nobody handled", unhandled)
