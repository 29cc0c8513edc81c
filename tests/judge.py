"""The judge: what the receiving side took, by its own record, against what the outbox says of it.

Servers of the tests tell `took` what they took when they end; the mail folder is read as it lies there. At the end of
every test that has a home, `tests/conftest.py` asks for the verdict, and the closing table is made of all of them.
"""

import mailbox
import re
import sqlite3
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from contextlib import closing
from dataclasses import astuple, dataclass, fields

from core.outbox.notification import PRACTICE
from core.paths import Home

#: What the servers of the running test took, by Message-ID.
_taken: list[Counter[str]] = []
#: What the running test moved by hand.
_by_hand: set[str] = set()

#: A person said so, or a look into the Sent folder: no server's reply stands behind these.
_SAID_BY_OTHERS = ("marked", "found")


@dataclass(frozen=True)
class Verdict:
    """Deliveries, counted by what became of them; `lost` and `twice` must be 0."""

    faults: int = 0
    accepted: int = 0
    sent: int = 0
    waiting: int = 0
    failed: int = 0
    cancelled: int = 0
    unconfirmed: int = 0
    lost: int = 0
    twice: int = 0

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(*(mine + others for mine, others in zip(astuple(self), astuple(other), strict=True)))


_HEADS = {"faults": "faults tried", "twice": "sent twice"}
_COLUMN = {
    "sent": "sent",
    "failed": "failed",
    "corrupt": "failed",
    "cancelled": "cancelled",
    "unconfirmed": "unconfirmed",
}


def took(arrived: Counter[str]) -> None:
    """Note what a server took, by Message-ID; called by the servers of the tests when they end."""
    _taken.append(arrived)


def made_by_hand(home: Home) -> None:
    """Leave out what is in an outbox now: its states were set by a test, and nobody was sent anything."""
    _by_hand.update(row[0] for row in _rows(home))


def by_message_id(messages: Iterable[bytes]) -> Counter[str]:
    """Count messages by the Message-ID in their header."""
    found = (re.search(rb"(?mi)^Message-ID:\s*(<[^>\r\n]*>)", message) for message in messages)
    return Counter(each[1].decode("ascii", "replace") for each in found if each)


def taken() -> list[Counter[str]]:
    """Return what was noted since the last call, and forget it."""
    noted = _taken[:]
    _taken.clear()
    return noted


def in_the_folder(home: Home) -> Counter[str]:
    """Count what is in the Practice account's mail folder by Message-ID, with the standard library's eyes."""
    if any(not folder.is_dir() or folder.is_symlink() for folder in (home.mail / "new", home.mail / "cur")):
        return Counter()  # not made yet, or not all of it; a link leads to what a test put there
    return Counter(str(message["Message-ID"]) for message in mailbox.Maildir(home.mail, create=False))


def judge(
    home: Home,
    arrived: Counter[str],
    told: Iterable[str] = (),
    *,
    faults: int = 1,
    is_practice: bool | None = None,
    left_out: Container[str] = (),
) -> tuple[Verdict, list[str]]:
    """Compare an outbox with what arrived; return the verdict, and a sentence for each thing that is not as it must be.

    `told` are the Message-IDs of the receipts that somebody was given. `is_practice`: only the deliveries of the
    Practice account, or only the others. `left_out`: Message-IDs that nobody is asked about. An outbox that is not
    there has no rows.
    """
    wrong: list[str] = []
    counts = Counter[str](faults=faults)
    rows = [
        row
        for row in _rows(home)
        if row[0] not in left_out and (is_practice is None or (row[1] == PRACTICE) == is_practice)
    ]
    for message_id, account, state, reason, generation in rows:
        counts["accepted"] += 1
        counts[_COLUMN.get(state, "waiting")] += 1
        copies = arrived[message_id]
        if copies > generation + 1:
            counts["twice"] += copies - generation - 1
            wrong.append(f"{message_id} arrived {copies} times and nobody asked for more than {generation + 1}")
        elif account == PRACTICE:
            pass  # its file is named by the Message-ID: it may go again, and is there once
        elif copies and not generation and state in ("queued", "held", "sending", "failed", "corrupt"):
            counts["twice"] += 1
            wrong.append(f"{message_id} arrived and is {state} ({reason}): it would go again")
        # Tests that move rows by hand send nothing; what Practice sent says so.
        is_claimed = reason == "practised" if account == PRACTICE else reason not in _SAID_BY_OTHERS
        if state == "sent" and not copies and is_claimed:
            counts["lost"] += 1
            wrong.append(f"{message_id} is said to be sent and did not arrive")
    known = {row[0] for row in rows}
    for message_id in set(told) - known:
        counts["lost"] += 1
        wrong.append(f"{message_id} was accepted and is not in the outbox")
    strange = (message_id for message_id in set(arrived) - known if message_id not in left_out)
    wrong += [f"{message_id} arrived and is not in the outbox" for message_id in strange]
    return Verdict(*(counts[field.name] for field in fields(Verdict))), wrong


def _rows(home: Home) -> list[tuple[str, str, str, str, int]]:
    if home.database.is_symlink() or not home.database.is_file():
        return []
    with closing(sqlite3.connect(f"{home.database.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute("SELECT message_id, account, state, reason, generation FROM delivery").fetchall()


def table(rows: Mapping[str, Verdict]) -> str:
    """Return the verdicts as a table for a person, with their sum."""
    names = [field.name for field in fields(Verdict)]
    heads = [_HEADS.get(name, name) for name in names]
    total = sum(rows.values(), Verdict())
    lines = [(name, *map(str, astuple(verdict))) for name, verdict in [*rows.items(), ("all", total)]]
    wide = max(len(line[0]) for line in lines)
    out = [" " * wide + "".join(f"  {head:>{max(len(head), 7)}}" for head in heads)]
    for name, *cells in lines:
        out.append(
            f"{name:<{wide}}"
            + "".join(f"  {cell:>{max(len(head), 7)}}" for head, cell in zip(heads, cells, strict=True))
        )
    return "\n".join(out)


def verdict_of_test(home: Home | None) -> tuple[Verdict, list[str]]:
    """Judge the home of a test by everything that its servers noted and by its mail folder.

    Without either there is nobody who could say what arrived, and where a test put a link in the outbox's place, there
    is nothing to compare it with: then it counts as a fault tried, and nothing more.
    """
    servers, by_hand = taken(), frozenset(_by_hand)
    _by_hand.clear()
    if home is None or not (servers or home.mail.is_dir()) or home.database.is_symlink():
        return Verdict(1), []
    try:
        arrived = sum(servers, in_the_folder(home))
        return judge(home, arrived, is_practice=None if servers else True, left_out=by_hand)
    except sqlite3.DatabaseError:  # a test of damage
        return Verdict(1), []
