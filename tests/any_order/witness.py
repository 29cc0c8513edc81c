"""Keeps what receivers got and what people were told, and says what an outbox has of it that cannot be true."""

import sqlite3
from collections import Counter
from contextlib import closing

from core.outbox.log import Log, line
from core.outbox.notification import PRACTICE, Receipt
from core.outbox.reader import Reader
from core.outbox.states import State, is_legal
from core.paths import Home
from tests.judge import Verdict, judge
from tests.outboxes import STATE_AFTER, contradictions

_ROWS = (
    "SELECT d.id, d.message_id, d.account, d.state, d.reason, d.lease, d.generation, n.client_token, n.accepted_at,"
    " hex(m.skeleton) || hex(m.seal)"
    " FROM delivery d JOIN notification n ON n.id = d.notification JOIN message m ON m.delivery = d.id"
)


class Witness:
    """Sees everything that happens outside of one outbox, and looks into it after each step."""

    def __init__(self, home: Home) -> None:
        self._home = home
        #: What servers took, by Message-ID.
        self.arrived: Counter[str] = Counter()
        #: What is in the mail folder. The same message twice is one file.
        self.practised: set[str] = set()
        #: The receipts that people were given, by the token of their press.
        self.told: dict[str, Receipt] = {}
        #: Presses that were answered by nothing: the program died. They are in the outbox whole, or not at all.
        self.untold: dict[str, int] = {}
        #: How often a person asked for a delivery once more, knowing that it may have arrived.
        self.asked: Counter[int] = Counter()
        #: What a person said has arrived.
        self.marked: set[int] = set()
        #: The leases that the living program gave.
        self.leases: set[str] = set()
        self.states: dict[int, State] = {}
        self._written: dict[str, tuple[int, str]] = {}
        self._last_event = 0

    def verdict(self) -> Verdict:
        """Return what became of everything, as the judge counts it."""
        verdict, _ = judge(self._home, self.arrived, is_practice=False)
        practised, _ = judge(self._home, Counter(self.practised), is_practice=True, faults=0)
        return verdict + practised

    def look(self) -> list[str]:
        """List what is wrong in the outbox as it is on disk now. Empty is good."""
        with closing(sqlite3.connect(f"{self._home.database.as_uri()}?mode=ro", uri=True)) as db:
            rows = db.execute(_ROWS).fetchall()
            events = db.execute(
                "SELECT id, delivery, kind, detail FROM event WHERE id > ? ORDER BY id", (self._last_event,)
            ).fetchall()
            answered = {row[0] for row in db.execute("SELECT delivery FROM attempt WHERE code BETWEEN 200 AND 299")}
        wrong = self._moved(events, {row[0]: State(row[3]) for row in rows})
        for delivery_id, message_id, account, state, reason, lease, generation, _token, accepted_at, written in rows:
            if self._written.setdefault(message_id, (accepted_at, written)) != (accepted_at, written):
                wrong.append(f"{delivery_id} was written anew")
            if lease is not None and lease not in self.leases:
                wrong.append(f"{delivery_id} has a lease that the living program did not give")
            if generation != self.asked[delivery_id]:
                wrong.append(f"{delivery_id} is generation {generation}, asked for {self.asked[delivery_id]} times")
            if state == State.SENT:
                wrong += self._not_sent(delivery_id, message_id, account, reason, delivery_id in answered)
        wrong += [f"{message_id} was rewritten" for message_id in set(self._written) - {row[1] for row in rows}]
        wrong += self._not_told(Counter(row[7] for row in rows))
        told = [each.message_id for receipt in self.told.values() for each in receipt.deliveries]
        wrong += judge(self._home, self.arrived, is_practice=False)[1]
        wrong += [f"{message_id} was told and is missing" for message_id in told if message_id not in self._written]
        return wrong + contradictions(self._home)

    def _moved(self, events: list[tuple[int, int, str, str]], now: dict[int, State]) -> list[str]:
        """Follow each delivery from where it was along its events to where it is: every step is a legal move."""
        wrong = []
        at = dict(self.states)
        for event_id, delivery_id, kind, detail in events:
            self._last_event = event_id
            if kind != "restored" and kind not in STATE_AFTER:
                continue
            new = State(detail) if kind == "restored" else STATE_AFTER[kind]
            old = at.get(delivery_id)
            if old is None and new is not State.QUEUED:
                wrong.append(f"{delivery_id} began as {new}")
            elif old is not None and not is_legal(old, new):
                wrong.append(f"{delivery_id} went from {old} to {new}")
            at[delivery_id] = new
        wrong += [f"{each} is {now.get(each)} without an event" for each in at | now if at.get(each) != now.get(each)]
        self.states = now
        return wrong

    def _not_sent(self, delivery_id: int, message_id: str, account: str, reason: str, is_answered: bool) -> list[str]:
        if reason == "marked":
            return [] if delivery_id in self.marked else [f"{delivery_id} is marked, by nobody"]
        if account == PRACTICE:
            return [] if message_id in self.practised else [f"{delivery_id} is practised and in no folder"]
        return [] if is_answered else [f"{delivery_id} is sent, and no server said so"]

    def _not_told(self, found: Counter[str]) -> list[str]:
        wrong = [
            f"of {token} there are {found[token]}"
            for token, receipt in self.told.items()
            if found[token] != len(receipt.deliveries)
        ]
        wrong += [
            f"of {token} there are {found[token]}"
            for token, count in self.untold.items()
            if found[token] not in (0, count)
        ]
        return wrong + [f"nobody pressed {token}" for token in found if token not in self.told | self.untold]

    def read_log(self, log: Log, reader: Reader) -> list[str]:
        """Have log.txt written, and list where it says other than the outbox: each event is in it once, in order."""
        log.catch_up()
        events = reader.events(0, limit=1_000_000)
        lines = self._home.log.read_text(encoding="utf-8").splitlines(keepends=True)
        if lines != [line(event) for event in events]:
            return ["log.txt is not the events, each once"]
        return []
