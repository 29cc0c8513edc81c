"""The program with a promise broken on purpose, so that it is seen whether the tests see it.

    python weak_entry.py WEAKNESS words of main.py…

WEAKNESS is one of
    strong      nothing is broken: what the others are compared with
    normal      SQLite does not sync at a commit (`synchronous = NORMAL`)
    late-intent the dot does not wait for the intent: it is written to the outbox with the outcome
    unsynced-spool, unsynced-mail    attachments, messages of the mail folder are not synced
"""

import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.cli import main
from core.delivery.attempt import Attempts
from core.mail import maildir
from core.outbox import database, spool
from core.outbox.notification import Claim


def _normal() -> None:
    database._SETTINGS = tuple(
        ("synchronous", "NORMAL", 1) if name == "synchronous" else (name, wanted, expected)
        for name, wanted, expected in database._SETTINGS
    )


def _late_intent() -> None:
    write = Attempts.write

    def intend(self: Attempts, claim: Claim) -> "Future[bool]":
        done: Future[bool] = Future()
        done.set_result(True)
        return done

    def intend_and_write(self: Attempts, claim: Claim, outcome: Any) -> Any:
        self._outbox.intend(claim).wait()
        return write(self, claim, outcome)

    Attempts.intend = intend  # type: ignore[method-assign]
    Attempts.write = intend_and_write  # type: ignore[method-assign]


class _Unsynced:
    """`os`, whose `fsync` does nothing."""

    def __getattr__(self, name: str) -> Any:
        return (lambda _: None) if name == "fsync" else getattr(os, name)


WEAKNESSES: dict[str, Callable[[], None]] = {
    "strong": lambda: None,
    "normal": _normal,
    "late-intent": _late_intent,
    "unsynced-spool": lambda: setattr(spool, "os", _Unsynced()),
    "unsynced-mail": lambda: setattr(maildir, "os", _Unsynced()),
}

if __name__ == "__main__":
    WEAKNESSES[sys.argv[1]]()
    sys.exit(main(sys.argv[2:], window=lambda *_: 1, tour=lambda *_: 1))
