"""How many copies of each message may have arrived, by the outbox's own events: the receiver's record must fit."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing

from core.outbox.log import line
from core.outbox.notification import PRACTICE
from core.outbox.reader import Reader
from core.paths import Home


def misfits(home: Home, arrived: Mapping[str, int]) -> list[str]:
    """Return a sentence for each message that arrived more or less often than its events allow.

    Each `sent` is one copy; each `unconfirmed`, and a hand-over that is under way, is one or none. Anything else is
    none: what was cancelled, refused or put back was never handed over. Practice may hold one copy of what is under
    way, whatever becomes of it: it hands over without an intent, and never twice.
    """
    wrong = []
    with closing(sqlite3.connect(f"{home.database.as_uri()}?mode=ro", uri=True)) as db:
        counts: dict[int, Counter[str]] = {}
        for delivery_id, kind, number in db.execute("SELECT delivery, kind, count(*) FROM event GROUP BY 1, 2"):
            counts.setdefault(delivery_id, Counter())[kind] = number
        for delivery_id, message_id, account, state in db.execute(
            "SELECT id, message_id, account, state FROM delivery"
        ):
            events = counts[delivery_id]
            least = events["sent"] + events["practised"]
            most = least + events["unconfirmed"] + (state == "handing_over")
            if account == PRACTICE:
                most = min(1, events["sending"])
            copies = arrived.get(message_id, 0)
            if not least <= copies <= most:
                wrong.append(
                    f"{message_id}, {state}, arrived {copies} times; its events allow {least} to {most}: {dict(events)}"
                )
    return wrong


def broken_words(home: Home, cancelled: Iterable[int]) -> list[str]:
    """Return a sentence for each delivery that was said to be cancelled, and goes or went all the same."""
    with closing(sqlite3.connect(f"{home.database.as_uri()}?mode=ro", uri=True)) as db:
        rows = db.execute(
            "SELECT id, state FROM delivery WHERE state NOT IN ('cancelled', 'failed', 'corrupt')"
            " AND NOT (state = 'sending' AND cancel_asked) AND account <> ?",
            (PRACTICE,),
        ).fetchall()
    said = set(cancelled)
    return [f"{row[0]} was said to be cancelled, and is {row[1]}" for row in rows if row[0] in said]


def torn_log(home: Home, *, is_whole: bool) -> list[str]:
    """Return what is wrong with log.txt: it is the events' lines in their order, or, where not whole, a beginning."""
    with closing(Reader(home)) as reader:
        expected = "".join(line(event) for event in reader.events(0, limit=10_000_000)).encode()
    found = home.log.read_bytes() if home.log.exists() else b""
    if found == expected or (not is_whole and expected.startswith(found)):
        return []
    same = next((at for at, (one, other) in enumerate(zip(found, expected, strict=False)) if one != other), len(found))
    return [f"log.txt has {len(found)} bytes of {len(expected)}, and leaves the events at byte {same}"]
