"""People at one outbox: they press Send and everything else at its owner's door, and keep what they were told."""

import contextlib
import random
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from core import door
from core.door import NoAnswer
from core.errors import PersonError
from core.outbox import draft_json
from core.outbox.notification import PRACTICE, Attachment, Draft, Recipient, new_token
from core.outbox.spool import Spool
from core.paths import Home

#: Of these they send by each as often as by another, and to Practice less often.
ACCOUNTS = ("ann", "ben", "cyd")

#: What a person may want of a delivery in this state, and get.
_WISHES = {
    "queued": ("cancel", "hold", "undo", "retry"),
    "held": ("release", "release", "cancel", "undo"),
    "sending": ("cancel",),
    "failed": ("retry",),
    "unconfirmed": ("send-again", "mark-sent", "cancel"),
    "cancelled": ("restore",),
}
_VERBS = ("cancel", "hold", "release", "retry", "send-again", "mark-sent", "undo")
_LONGEST_REST_S = 0.01
#: More is not sent while so many wait.
_ENOUGH = 60


@dataclass
class People:
    """What they know. `act` is for several threads at a time."""

    home: Home
    #: The Message-IDs of the receipts that were given.
    told: list[str] = field(default_factory=list)
    #: Requests to send that nobody answered: they are made again, with the same token.
    unanswered: list[dict[str, Any]] = field(default_factory=list)
    #: Deliveries of which somebody was told that they are cancelled, or will be if they are not too far yet.
    cancelled: set[int] = field(default_factory=set)
    #: Deliveries that may be going again because a person said so.
    revived: set[int] = field(default_factory=set)
    #: How many wait for an answer to a Send.
    sending: int = 0

    def act(self, chance: random.Random, is_over: threading.Event, *, may_restore: bool) -> None:
        """Do one thing after the other, until it is over."""
        while not is_over.is_set():
            # It is not there yet, or no more; or the state has changed meanwhile.
            with contextlib.suppress(NoAnswer, PersonError, sqlite3.Error):
                self._do_something(chance, may_restore)
            is_over.wait(chance.uniform(0, _LONGEST_REST_S))

    def _do_something(self, chance: random.Random, may_restore: bool) -> None:
        if chance.random() < 0.04:
            door.ask(self.home, chance.choice(("pause", "resume", "resume", "resume")), {}, 1)
        elif chance.random() < 0.6:
            self._send(chance)
        else:
            rows = self._some_rows(is_leased_first=chance.random() < 0.4)
            verb = chance.choice(_WISHES.get(rows[0][1], _VERBS) if rows else _VERBS)
            if rows and (may_restore or verb != "restore"):
                self.move(verb, [row[0] for row in rows if row[1] == rows[0][1]])

    def _some_rows(self, *, is_leased_first: bool) -> list[tuple[int, str]]:
        with self._reading() as db:
            return db.execute(
                "SELECT id, state FROM delivery WHERE state <> 'sent' OR id % 20 = 0"
                " ORDER BY lease IS NULL AND :leased_first, random() LIMIT 3",
                {"leased_first": is_leased_first},
            ).fetchall()

    def _is_enough(self) -> bool:
        with self._reading() as db:
            return (db.execute("SELECT sum(n) FROM tally WHERE state = 'queued'").fetchone()[0] or 0) > _ENOUGH

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(f"{self.home.database.as_uri()}?mode=ro", uri=True)) as db:
            yield db

    # -- verbs --------------------------------------------------------------------------------------------------------

    def move(self, verb: str, ids: Sequence[int]) -> None:
        """Ask the owner for a move, and note what it promises."""
        if verb in ("restore", "retry"):
            self.revived.update(ids)
        moved = door.ask(self.home, verb, {"ids": list(ids)}, 5)["moved"]
        if verb in ("cancel", "undo"):
            self.cancelled.update(moved)

    def _send(self, chance: random.Random) -> None:
        try:
            request = self.unanswered.pop()
        except IndexError:
            if self._is_enough():
                return
            request = self._request(chance)
        self.sending += 1
        try:
            answer = door.ask(self.home, "send", request, 5)
        except NoAnswer:
            self.unanswered.append(request)
            raise
        finally:
            self.sending -= 1
        self.hear(answer["receipt"])

    def hear(self, receipt: dict[str, Any]) -> None:
        """Note a receipt."""
        self.told += [delivery["message_id"] for delivery in receipt["deliveries"]]

    def _request(self, chance: random.Random) -> dict[str, Any]:
        files: tuple[Attachment, ...] = ()
        if chance.random() < 0.07:
            files = (Spool(self.home).add_bytes("large.bin", chance.randbytes(chance.randrange(300_000))),)
        draft = Draft(
            to=tuple(Recipient(f"p{number}@example.com") for number in range(chance.choice((1, 1, 1, 2, 3)))),
            subject="Hi",
            text="Hello there.\n" * chance.randrange(1, 60),
            attachments=files,
            account=PRACTICE if chance.random() < 0.15 else chance.choice(ACCOUNTS),
            query="p",
        )
        return {"draft": draft_json.to_dict(draft), "terms": _terms(chance), "token": new_token()}


def _terms(chance: random.Random) -> dict[str, Any]:
    now_ms = time.time_ns() // 1_000_000
    some = (
        {"undo_s": 1},
        {"is_held": True},
        {"at_ms": now_ms + chance.randrange(2000)},
        {"not_after_ms": now_ms + chance.randrange(200, 4000)},
    )
    return chance.choice(some) if chance.random() < 0.25 else {}
