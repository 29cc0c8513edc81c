"""Very many moved at once: in parts with a commit each, so that nobody else waits for all of them."""

from collections.abc import Iterable

import pytest

from core.errors import StorageError
from core.outbox.accounts import MOVED_AT_ONCE
from core.outbox.moves import Moved
from core.outbox.notification import Changes, Claim, Draft, Recipient, Terms, new_token
from core.outbox.outbox import Order
from core.outbox.states import Reason, State
from core.outbox.store import Store
from core.program import Program
from tests.dispatching import Engine, send_bulk
from tests.fakes import FakeClock
from tests.outboxes import ANN, accept, settle, states

MANY = 5 * MOVED_AT_ONCE + 3


def heard_of(program: Program) -> list[Changes]:
    heard: list[Changes] = []
    program.outbox.subscribe(heard.append)
    return heard


def most(heard: list[Changes]) -> int:
    return max(len(changes.deliveries) for changes in heard)


def test_few_expire_in_each_commit(engine: Engine, program: Program) -> None:
    """A week's bulk whose time ran out fails some at a time; what is behind it goes in the end."""
    now = engine.clock.now_ms()
    for _ in range(3):
        people = tuple(Recipient(f"p{number}@example.com") for number in range(MOVED_AT_ONCE))
        draft = Draft(to=people, subject="News", text="News.", account="a")
        program.outbox.accept(draft, Terms(not_after_ms=now + 1000), token=new_token()).wait()
    engine.clock.advance(2)
    fine = send_bulk(program, "a", 30)
    heard = heard_of(program)
    assert engine.look().is_more
    engine.settle_down()
    counts = program.reader.counts().by_state
    assert (counts[State.FAILED], counts[State.SENT]) == (3 * MOVED_AT_ONCE, len(fine))
    assert most(heard) <= MOVED_AT_ONCE + len(fine)


@pytest.mark.parametrize("is_waited_for", [True, False], ids=["waited for", "told"])
def test_a_person_moves_very_many_in_parts(engine: Engine, program: Program, is_waited_for: bool) -> None:
    """Hold, release, cancel of all that is selected: the sum of what moved and of what was refused, in order."""
    ids = [*send_bulk(program, "a", MANY), 999_999]
    heard = heard_of(program)

    def come_of(order: Order[Moved]) -> Moved:
        if is_waited_for:
            return order.wait()
        told: list[Moved] = []
        order.then(told.append)
        (moved,) = told
        return moved

    for move in (program.outbox.hold, program.outbox.release, program.outbox.cancel):
        moved = come_of(move(ids))
        assert (list(moved.ids), moved.refused) == (ids[:-1], ((999_999, None),))
        assert most(heard) == MOVED_AT_ONCE
    assert set(states(program)) == {State.CANCELLED}


def test_a_move_of_none_is_none(program: Program) -> None:
    """Nothing selected: nothing moves, and whoever asked is told."""
    accept(program)
    assert program.outbox.hold([]).wait() == Moved()


def test_what_is_accepted_meanwhile_comes_between(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """An accept asked for during the first part is on disk before the last one."""
    ids = send_bulk(program, "practice", MANY)
    hold = Store.hold
    order: list[str] = []

    def held(store: Store, part: Iterable[int], now: int) -> Moved:
        order.append("part")
        if len(order) == 1:
            draft = Draft(to=(ANN,), subject="Hello", text="Hello.")
            program.outbox.accept(draft, token=new_token()).then(lambda _: order.append("accepted"))
        return hold(store, part, now)

    monkeypatch.setattr(Store, "hold", held)
    program.outbox.hold(ids).wait()
    assert order.index("accepted") < 3
    assert order.count("part") == 6


def test_a_part_that_fails_is_told_of(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full in the middle: what was moved stays moved, and the person hears why the rest is not."""
    ids = send_bulk(program, "practice", MANY)
    hold = Store.hold
    parts: list[int] = []

    def held(store: Store, part: Iterable[int], now: int) -> Moved:
        parts.append(1)
        if len(parts) == 3:
            raise StorageError("storage_full", path="outbox.db")
        return hold(store, part, now)

    monkeypatch.setattr(Store, "hold", held)
    refused: list[BaseException] = []
    program.outbox.hold(ids).then(failed=refused.append)
    assert [type(error) for error in refused] == [StorageError]
    assert states(program).count(State.HELD) == 2 * MOVED_AT_ONCE


def test_all_that_waits_is_tried_again_in_parts(program: Program, fake_clock: FakeClock) -> None:
    """F5 with very many that wait: each once, some in each commit."""
    ids = send_bulk(program, "practice", MANY)
    claims: list[Claim] = []
    while found := program.outbox.look(lambda store, now: store.claim("practice", now=now, limit=64, lease="x")).wait():
        claims += found
    for each in claims:
        settle(program, each, State.QUEUED, Reason.BACKOFF, fake_clock.now_ms() + 60_000)
    heard = heard_of(program)
    assert sorted(program.outbox.retry_waiting().wait().ids) == ids
    assert most(heard) == MOVED_AT_ONCE
    assert program.outbox.retry_waiting().wait() == Moved()
