"""Tests of accounts behind the window: each step told as it comes, and broken off when nobody wants it any more."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from core.accounts.accounts import Account
from core.errors import PersonError
from core.executor import Executor
from core.mail.stop import Stop
from gui import wording

if TYPE_CHECKING:  # the SMTP client comes with ssl, which nobody needs before the first test
    from core.mail.smtp.diagnosis import Finding

Found = Callable[["Finding"], None]
#: Whether all was good; else, where no step says it, a sentence.
Ended = Callable[[bool, str], None]


class Tester(Protocol):
    """What is asked of `core.program.Program`. Blocks; called on the `accounts` pool."""

    def test_account(self, account: Account, report: Found, secret: str | None, stop: Stop) -> bool: ...


@dataclass(frozen=True)
class _Asked:
    found: Found
    ended: Ended
    stop: Stop


class Trials(QObject):
    """Runs tests, one or several at once. Lives as long as the window, so that no worker holds the last of it.

    Everything is told on the main thread, and nothing more of a test after `stop`.
    """

    def __init__(self, tester: Tester, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tester = tester
        self._executor = executor
        self._numbers = itertools.count(1)
        self._asked: dict[int, _Asked] = {}

    def begin(self, account: Account, secret: str | None, found: Found, ended: Ended) -> int:
        """Test an account, with `secret` where one is given, else with the one that is kept; return a number."""
        number = next(self._numbers)
        stop = Stop()
        self._asked[number] = _Asked(found, ended, stop)
        report = _Report(self._executor, self._on_found, number, stop)
        self._executor.submit(
            "accounts",
            partial(self._tester.test_account, account, report, secret, stop),
            partial(self._on_ended, number),
            partial(self._on_failed, number),
        )
        return number

    def stop(self, number: int) -> None:
        """Break a test off: it ends at once, and nobody hears of it."""
        asked = self._asked.pop(number, None)
        if asked is not None:
            asked.stop.set()

    def stop_all(self) -> None:
        """Break off every test: the program is quitting."""
        for number in list(self._asked):
            self.stop(number)

    def _on_found(self, number: int, finding: "Finding") -> None:
        asked = self._asked.get(number)
        if asked is not None:
            asked.found(finding)

    def _on_ended(self, number: int, is_good: bool) -> None:
        asked = self._asked.pop(number, None)
        if asked is not None:
            asked.ended(is_good, "")

    def _on_failed(self, number: int, error: BaseException) -> None:
        asked = self._asked.pop(number, None)
        is_for_person = isinstance(error, PersonError)
        if asked is not None:
            asked.ended(False, wording.error_sentence(error) if isinstance(error, PersonError) else "")
        if not is_for_person:
            raise error


class _Report:
    """Takes findings on the worker and sends them to the main thread."""

    def __init__(self, executor: Executor, tell: Callable[[int, "Finding"], None], number: int, stop: Stop) -> None:
        self._executor = executor
        self._tell = tell
        self._number = number
        self._stop = stop

    def __call__(self, finding: "Finding") -> None:
        if not self._stop.is_set:
            self._executor.post(partial(self._tell, self._number, finding))
