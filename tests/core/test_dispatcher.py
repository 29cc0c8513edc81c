"""What is due now, and how it is shared out."""

from hypothesis import given
from hypothesis import strategies as st

from core.delivery.dispatcher import RUN, Dispatcher
from core.outbox.notification import Claim, StoredMessage, Terms
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import accept


def claims(*accounts: str) -> tuple[Claim, ...]:
    return tuple(
        Claim(number, "N", account, "", "", f"<{number}>", StoredMessage(b"", b"", 0), 1, 0, "lease", 0, None, 0)
        for number, account in enumerate(accounts, start=1)
    )


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=300), st.integers(1, 8))
def test_each_claim_is_in_one_run(accounts: list[str], free: int) -> None:
    """Nothing is left out and nothing twice; a run is of one account, in the order due, and not too long."""
    shared = claims(*accounts)
    step = Dispatcher.step((shared, None), free, 0)
    assert sorted(claim.delivery for run in step.runs for claim in run) == [claim.delivery for claim in shared]
    for run in step.runs:
        assert 1 <= len(run) <= RUN
        assert len({claim.account for claim in run}) == 1
        assert [claim.delivery for claim in run] == sorted(claim.delivery for claim in run)


def test_few_are_spread_over_all_threads() -> None:
    """Four slow messages and four threads: none waits behind another."""
    step = Dispatcher.step((claims(*"aaaa"), None), 4, 0)
    assert [len(run) for run in step.runs] == [1, 1, 1, 1]


def test_whether_more_is_due() -> None:
    """More is due when the next due time has come; not when nothing could be claimed."""
    assert Dispatcher.step((claims("a"), 1000), 1, 1000).is_more
    assert not Dispatcher.step((claims("a"), 1001), 1, 1000).is_more
    assert not Dispatcher.step((claims("a"), None), 1, 1000).is_more
    assert not Dispatcher.step(((), 1000), 1, 1000).is_more


def test_a_look_claims_what_the_threads_can_take(program: Program, fake_clock: FakeClock) -> None:
    """A look leases a run for each free thread, no more, and says when the next is due."""
    for _ in range(RUN + 1):
        accept(program)
    later = accept(program, terms=Terms(at_ms=fake_clock.now_ms() + 9000)).deliveries[0]
    claimed = program.dispatcher.claim(1).wait()
    step = program.dispatcher.step(claimed, 1, fake_clock.now_ms())
    assert ([len(run) for run in step.runs], step.is_more) == ([RUN], True)
    claimed = program.dispatcher.claim(1).wait()
    step = program.dispatcher.step(claimed, 1, fake_clock.now_ms())
    assert ([len(run) for run in step.runs], step.is_more) == ([1], False)
    assert step.next_due_at == later.due_at


def test_each_look_has_a_lease_of_its_own(program: Program) -> None:
    """What one look claimed, another cannot settle."""
    accept(program)
    accept(program)
    leases = {program.dispatcher.claim(1).wait()[0][0].lease for _ in range(1)}
    program.outbox.recover().wait()
    leases |= {claim.lease for claim in program.dispatcher.claim(1).wait()[0]}
    assert len(leases) == 2


def test_one_notification_alone(program: Program) -> None:
    """One command of the command line delivers what it accepted, and leaves the rest to whoever owns the outbox."""
    accept(program)
    mine = accept(program)
    claimed = program.dispatcher.claim(1, mine.notification).wait()[0]
    assert [claim.notification for claim in claimed] == [mine.notification]
