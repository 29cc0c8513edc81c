"""Stand-ins for the window's tests: an outbox of any size, and an executor that runs when it is told to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from core.executor import Done, Failed, Inline, Ticket
from core.outbox.notification import Counts, Delivery
from core.outbox.states import Place, Reason, State

T = TypeVar("T")

#: Tuesday 24 November 2026, 02:03:04 UTC, in milliseconds.
NOW_MS = 1_795_485_784_000


def delivery(delivery_id: int, **changes: Any) -> Delivery:
    """Make one delivery. Its values follow from its id, so that two of the same id are equal."""
    made = Delivery(
        id=delivery_id,
        notification=f"01J{delivery_id:023d}",
        to=f"person{delivery_id}@example.com",
        to_name="",
        from_="info@school.example",
        account="practice",
        subject=f"Letter {delivery_id}",
        state=State.SENT,
        reason=Reason.PRACTISED,
        due_at=NOW_MS,
        accepted_at=NOW_MS,
        sent_at=NOW_MS,
        attempts=1,
        generation=0,
        last_code=None,
        last_reply="",
        message_id=f"<{delivery_id}@outtray.invalid>",
        size_bytes=2000,
        updated_at=NOW_MS,
    )
    return replace(made, **changes)


#: Ids that one part of a search goes through.
SEARCHED = 50


class SyntheticReader:
    """Deliveries 1 … total, made when asked for; `calls` says what was asked for, in order."""

    def __init__(self, total: int = 0) -> None:
        self.total = total
        self.changed: dict[int, Delivery] = {}
        self.calls: list[tuple[str, Any]] = []
        self.error: Exception | None = None

    def add(self, count: int = 1, **changes: Any) -> tuple[Delivery, ...]:
        """Accept more deliveries."""
        first = self.total + 1
        self.total += count
        for delivery_id in range(first, self.total + 1):
            self.set(delivery_id, **changes)
        return tuple(self._get(delivery_id) for delivery_id in range(first, self.total + 1))

    def set(self, delivery_id: int, **changes: Any) -> None:
        """Let something become of a delivery."""
        self.changed[delivery_id] = replace(self._get(delivery_id), **changes)

    def counts(self) -> Counts:
        self._called("counts", None)
        by_place: dict[Place, int] = {place: 0 for place in Place if place is not Place.ALL}
        by_place[Place.SENT] = self.total - len(self.changed)
        by_state = dict.fromkeys(State, 0)
        by_state[State.SENT] = by_place[Place.SENT]
        for changed in self.changed.values():
            by_place[changed.place] += 1
            by_state[changed.state] += 1
        return Counts(by_state, by_place)

    def count(self, place: Place, find: str) -> int:
        self._called("count", (place, find))
        return self.total if self._is_all(place, find) else len(self._ids(place, find))

    def rows(self, place: Place, find: str, start: int, count: int) -> tuple[Delivery, ...]:
        self._called("rows", (start, count))
        if self._is_all(place, find):
            return tuple(map(self._get, range(start + 1, min(start + count, self.total) + 1)))
        return tuple(map(self._get, self._ids(place, find)[start : start + count]))

    def deliveries(self, ids: Sequence[int]) -> tuple[Delivery, ...]:
        self._called("deliveries", tuple(ids))
        return tuple(map(self._get, ids))

    def position(self, place: Place, find: str, delivery_id: int) -> int | None:
        self._called("position", delivery_id)
        if self._is_all(place, find):
            return delivery_id - 1
        ids = self._ids(place, find)
        return ids.index(delivery_id) if delivery_id in ids else None

    def search(self, place: Place, find: str, below: int | None = None) -> tuple[tuple[int, ...], int]:
        self._called("search", (place, find, below))
        below = self.total + 1 if below is None else below
        first = max(1, below - SEARCHED)
        found = self.fitting(place, find, range(first, below))
        return tuple(sorted(found, reverse=True)), first if first > 1 else 0

    def fitting(self, place: Place, find: str, ids: Iterable[int]) -> frozenset[int]:
        return frozenset(each for each in ids if _is_in(self._get(each), place, find))

    def asked(self, name: str) -> list[Any]:
        """Return the arguments of every call of that name."""
        return [arguments for called, arguments in self.calls if called == name]

    def _called(self, name: str, arguments: Any) -> None:
        self.calls.append((name, arguments))
        if self.error is not None:
            raise self.error

    def _get(self, delivery_id: int) -> Delivery:
        return self.changed.get(delivery_id) or delivery(delivery_id)

    def _is_all(self, place: Place, find: str) -> bool:
        return place is Place.ALL and not find

    def _ids(self, place: Place, find: str) -> list[int]:
        return [found.id for found in map(self._get, range(1, self.total + 1)) if _is_in(found, place, find)]


def _is_in(found: Delivery, place: Place, find: str) -> bool:
    return place in (Place.ALL, found.place) and find in f"{found.to} {found.subject}"


class Patient:
    """An executor whose jobs wait until the test runs them, one by one, in any order."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def start(self, pool: str, job: Callable[[], None]) -> None:
        self.waiting.append(job)

    def submit(
        self,
        pool: str,
        job: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        self.waiting.append(lambda: Inline().submit(pool, job, done, failed))

    def ticket(self, done: Done | None, failed: Failed | None) -> Ticket:
        return Inline().ticket(done, failed)

    def post(self, call: Callable[[], None]) -> None:
        self.waiting.append(call)

    def run_one(self, which: int = 0) -> None:
        self.waiting.pop(which)()

    def run(self) -> None:
        """Run everything that waits, and what comes of it."""
        while self.waiting:
            self.run_one()


class Split:
    """As `Patient`, but jobs run when they are asked for, and only their answers wait: they arrive old."""

    def __init__(self) -> None:
        self.answers: list[Callable[[], None]] = []

    def start(self, pool: str, job: Callable[[], None]) -> None:
        job()

    def submit(
        self,
        pool: str,
        job: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        value = job()
        if done is not None:
            self.answers.append(lambda: done(value))

    def ticket(self, done: Done | None, failed: Failed | None) -> Ticket:
        return Inline().ticket(done, failed)

    def post(self, call: Callable[[], None]) -> None:
        self.answers.append(call)

    def run(self) -> None:
        while self.answers:
            self.answers.pop(0)()
