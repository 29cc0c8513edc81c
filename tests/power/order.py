"""The order in a trace: what is promised is on disk before it is promised (FAULTS A3).

A row of the outbox is known in what is written to the WAL by the recipient's address, behind which, for a recipient
without a name, its state stands. Each recipient of a scenario gets one message only.
"""

import re
from dataclasses import dataclass, field

from tests.power.promises import Dot, Listener, mark_of
from tests.power.trace import Event, Said, Synced, Wrote

_ROW = re.compile(r"\d+  (\S+)  (Sent|Practised)\b")
#: How a mark of the window's tests begins, and what must be on disk by then.
_MARKED = {"accepted-": "queued", "practised-": "sent"}


@dataclass
class Order:
    """What was looked at in a trace, and a sentence for each thing that was promised too early."""

    accepted: int = 0
    dots: int = 0
    sent: int = 0
    wrong: list[str] = field(default_factory=list)


def order_of(events: list[Event], marks: str = "") -> Order:
    """Look at each promise of a trace; `marks` is the folder in which a window's marks are looked for."""
    order = Order()
    wal = _Wal()
    listener = Listener()
    #: Of each connection, whom the last message went to.
    last: dict[str, str] = {}
    for event in events:
        wal.take(event)
        for dot in listener.take(event):
            _look_at_dot(order, wal, dot, last)
        if event.is_end:
            continue
        if isinstance(event.action, Said):
            _look_at_answer(order, wal, event.action.text)
        elif mark := mark_of(event.action, marks):
            for word, state in _MARKED.items():
                if mark.startswith(word):
                    _want(order, wal, mark.removeprefix(word), state, f"“{word}” was painted")
                    order.accepted += state == "queued"
                    order.sent += state == "sent"
    return order


def _look_at_dot(order: Order, wal: "_Wal", dot: Dot, last: dict[str, str]) -> None:
    order.dots += 1
    _want(order, wal, dot.recipient, "handing_over", "its dot")
    if (before := last.get(dot.socket)) is not None:
        _want(order, wal, before, "sent", f"the dot of {dot.recipient} on the same connection")
    last[dot.socket] = dot.recipient


def _look_at_answer(order: Order, wal: "_Wal", text: str) -> None:
    for recipient in re.findall(r'"to": "([^"]+)"', text) if text.startswith('{"notification"') else ():
        order.accepted += 1
        _want(order, wal, recipient, "queued", "its receipt")
    for line in text.splitlines():
        if row := _ROW.match(line):
            order.sent += 1
            _want(order, wal, row[1], "sent", f"“{row[2]}” was said")


def _want(order: Order, wal: "_Wal", recipient: str, state: str, before: str) -> None:
    if not wal.is_synced(recipient, state):
        order.wrong.append(f"{recipient}: {state} was not on disk before {before}")


class _Wal:
    """What was written to a WAL, and what of it a sync had put on disk."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._ended: set[int] = set()
        self._calls: list[int] = []
        self._syncs: dict[int, set[int]] = {}
        self._synced: set[int] = set()

    def take(self, event: Event) -> None:
        match event.action:
            case Wrote(path, data, _) if path.endswith("outbox.db-wal"):
                if event.is_end:
                    self._ended.add(event.call)
                else:
                    self._calls.append(event.call)
                    self._written.append(data)
            case Synced(path) if path.endswith("outbox.db-wal"):
                if event.is_end:
                    self._synced |= self._syncs.pop(event.call)
                else:
                    self._syncs[event.call] = set(self._ended)

    def is_synced(self, recipient: str, state: str) -> bool:
        """Say whether the first page in which a row has this state is on disk.

        A held row was accepted as well, and so was one that a look of the same commit has leased.
        """
        words = [state, "held", "sending"] if state == "queued" else [state]
        wanted = [f"{recipient}{word}".encode() for word in words]
        for call, data in zip(self._calls, self._written, strict=True):
            if any(each in data for each in wanted):
                return call in self._synced
        return False


def without_syncs(events: list[Event], ending: str = "outbox.db-wal") -> list[Event]:
    """Return a trace from which the syncs of a file are taken out: what must be refused."""
    return [event for event in events if not (isinstance(event.action, Synced) and event.action.path.endswith(ending))]
