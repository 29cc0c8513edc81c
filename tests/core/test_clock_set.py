"""A clock that is set while a thousand wait: no storm, and a list and a log whose order is that of what happened."""

from collections import Counter

import pytest

from core.delivery.dispatcher import Step
from core.outbox.states import State
from core.paths import Home
from core.program import Program
from tests.dispatching import NOBODY, THREADS, Engine, send
from tests.fakes import FakeClock
from tests.outboxes import LATER, accept, states

_DAY_S = 86_400
#: Days that the clock jumps by: a trip, a flat battery (1970), a typing error (2040).
_JUMPS = (3, -3, -365 * 56, 365 * 70, -365 * 14)


@pytest.mark.parametrize(("days", "many"), [(2, 100), (365 * 14, 1000)])
def test_a_jump_forth_with_a_thousand_waiting_is_no_storm(
    engine: Engine, program: Program, monkeypatch: pytest.MonkeyPatch, days: int, many: int
) -> None:
    """A12: a thousand wait for an account that cannot be reached and the clock jumps forth: the server is asked a few
    times, not a thousand; the queue is looked at as seldom; and when it can be reached, each goes once."""
    ids = send(program, "a", many)
    server = engine.servers["a"]
    server.meets = NOBODY
    engine.settle_down()
    engine.clock.jump(days * _DAY_S)
    server.logins.clear()
    looks = 0
    real = engine.look

    def look(free: int = THREADS) -> Step:
        nonlocal looks
        looks += 1
        return real(free)

    with monkeypatch.context() as patched:
        patched.setattr(engine, "look", look)
        engine.live(60)
    assert 1 <= len(server.logins) <= 10
    assert looks <= 40
    server.meets = None
    program.outbox.retry_waiting().wait()
    program.outbox.retry([each.id for each in program.reader.deliveries(ids) if each.state is State.FAILED]).wait()
    engine.live(3600)
    assert {each.state for each in program.reader.deliveries(ids)} == {State.SENT}
    assert set(Counter(server.taken).values()) == {1}
    assert len(server.taken) == many


def test_what_a_server_puts_off_is_tried_once_after_a_jump(engine: Engine, program: Program) -> None:
    """A12: a hundred were put off each by itself; after a jump of a day all are due, and each is tried once more."""
    ids = send(program, "a", 100)
    engine.servers["a"].meets = LATER
    engine.settle_down()
    engine.live(7200)
    before = {each.id: each.attempts for each in program.reader.deliveries(ids)}
    engine.clock.jump(_DAY_S)
    engine.settle_down()
    after = {each.id: each.attempts for each in program.reader.deliveries(ids)}
    assert all(after[each] - before[each] <= 1 for each in ids)
    assert sum(after.values()) > sum(before.values())


def test_the_order_is_that_of_what_happened(program: Program, home: Home, fake_clock: FakeClock) -> None:
    """A12: accepted before and after jumps of the clock to 1970 and 2040: the list has the newest first as they came,
    page by page, and the log has each line once, in the order in which things happened."""
    told = []
    for days in (0, *_JUMPS):
        fake_clock.jump(days * _DAY_S)
        told += [each.id for each in accept(program).deliveries]
        program.log.catch_up()
    for _ in range(3):
        program.inline_engine().deliver()
        fake_clock.jump(400 * 365 * _DAY_S // 10)
    assert set(states(program)) == {State.SENT}
    assert [each.id for each in program.reader.list()] == told[::-1]
    first = program.reader.list(None, "", 2)
    assert [each.id for each in first] == told[::-1][:2]
    numbers = [line.split("  ")[1:3] for line in home.log.read_text().splitlines()]
    accepted = [int(number) for number, what in numbers if what.endswith(": accepted")]
    assert accepted == told
    for each in told:
        assert [what.split()[0] for number, what in numbers if int(number) == each][:2] == ["message", "notification"]
    assert len({tuple(each) for each in numbers}) == len(numbers)
