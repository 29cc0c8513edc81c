"""What went once does not go again by itself: not after a crash, not after a double click, not for a late worker."""

import mailbox
from collections import Counter
from collections.abc import Callable

import pytest

from core.delivery.attempt import Attempts
from core.mail.transport import Outcome, Parcel, Verdict
from core.outbox.notification import Terms
from core.outbox.states import State
from core.paths import Home
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import LATER, NO_JITTER, Going, Scripted, accept, claim, draft, opened, state_of, states


class Crash(BaseException):
    """Stands for the end of the process: what holds a lease afterwards is nobody."""


def serve(program: Program, transport: Scripted, lease: str = "lease") -> None:
    """Attempt what is due, as an engine does, up to a crash: a dead process gives nothing back."""
    serving = Attempts(
        program.outbox,
        program.clock,
        ways=Going(lambda _: transport),
        bytes_of=lambda claimed: program.raw(claimed.delivery),
        policy=NO_JITTER,
    )
    if claims := claim(program, 100, lease):
        serving.serve(claims)


def crash_at(moment: str, transport: Scripted, program: Program) -> None:
    """Serve until `moment`, leaving the rows as a killed process leaves them."""

    def die(_: Parcel) -> None:
        raise Crash

    if moment == "before the intent":
        transport.before = die
    else:
        transport.after_intent = die
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("core.delivery.attempt._RunDesk.break_off", lambda _desk, _error: None)
        with pytest.raises(Crash):
            serve(program, transport)


def test_a_crash_before_the_intent_is_tried_again(home: Home, fake_clock: FakeClock) -> None:
    """A1 at C3, C4: nothing was handed over, so it goes again, freely."""
    with opened(home, fake_clock) as program:
        accept(program)
        crash_at("before the intent", Scripted(), program)
        assert states(program) == [State.SENDING]
    with opened(home, fake_clock) as program:
        assert states(program) == [State.QUEUED]
        transport = Scripted()
        serve(program, transport)
        assert len(transport.handed_over) == 1


def test_a_crash_after_the_intent_asks(home: Home, fake_clock: FakeClock) -> None:
    """A1 at C5 to C8: nobody can know (RFC 1047). It is not sent again by itself, however often the program starts."""
    with opened(home, fake_clock) as program:
        accept(program)
        crash_at("after the intent", Scripted(), program)
        assert states(program) == [State.HANDING_OVER]
    transport = Scripted()
    for _ in range(3):
        with opened(home, fake_clock) as program:
            assert states(program) == [State.UNCONFIRMED]
            fake_clock.advance(86_400)
            serve(program, transport)
    assert transport.handed_over == []
    with opened(home, fake_clock) as program:
        program.outbox.send_again([1]).wait()
        serve(program, transport)
        assert transport.handed_over == [program.reader.deliveries([1])[0].message_id]


def test_no_answer_asks(program: Program, fake_clock: FakeClock) -> None:
    """A hand-over without an answer is not retried; a definite “not now” to it is."""
    accept(program)
    accept(program)
    transport = Scripted(Outcome(Verdict.UNKNOWN), LATER)
    serve(program, transport)
    fake_clock.advance(3600)
    again = Scripted()
    serve(program, again, "later")
    assert states(program) == [State.UNCONFIRMED, State.SENT]
    assert again.handed_over == [program.reader.deliveries([2])[0].message_id]


def test_a_double_click_sends_once(program: Program, home: Home) -> None:
    """The same press twice, also when the first was already delivered."""
    for _ in range(3):
        program.outbox.accept(draft(), token="one").wait()
        program.inline_engine().deliver()
    assert len(mailbox.Maildir(home.mail, create=False)) == 1


def test_the_mail_folder_keeps_one_copy(home: Home, fake_clock: FakeClock) -> None:
    """Practice needs no intent: a crash between the file and its outcome hands over again, and one copy is there."""
    for _ in range(3):
        with opened(home, fake_clock) as program:
            if not states(program):
                accept(program)
            run = claim(program, 10)
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr("core.delivery.attempt._RunDesk.settle", lambda *_: None)
                patched.setattr("core.delivery.attempt._RunDesk.finish", lambda _: None)
                program.attempts.serve(run)
            assert states(program) == [State.SENDING]
    with opened(home, fake_clock) as program:
        program.inline_engine().deliver()
        assert states(program) == [State.SENT]
    folder = mailbox.Maildir(home.mail, create=False)
    assert Counter(message["Message-ID"] for message in folder) == {program.reader.deliveries([1])[0].message_id: 1}


def test_a_copy_that_was_read_is_not_made_again(home: Home, fake_clock: FakeClock) -> None:
    """A mail program moved it to cur/ and marked it: a further hand-over finds it there."""
    with opened(home, fake_clock) as program:
        accept(program)
        (run,) = [claim(program, 10)]
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("core.delivery.attempt._RunDesk.settle", lambda *_: None)
            patched.setattr("core.delivery.attempt._RunDesk.finish", lambda _: None)
            program.attempts.serve(run)
    (message,) = (home.mail / "new").iterdir()
    message.rename(home.mail / "cur" / f"{message.name}:2,S")
    with opened(home, fake_clock) as program:
        program.inline_engine().deliver()
        assert states(program) == [State.SENT]
    assert len(mailbox.Maildir(home.mail, create=False)) == 1


@pytest.mark.parametrize("act", ["cancel", "undo", "hold"])
def test_what_a_person_stopped_does_not_go(program: Program, act: str) -> None:
    """Cancelled, undone or held before it was claimed: no engine takes it."""
    receipt = accept(program, terms=Terms(undo_s=0))
    acts: dict[str, Callable[[], object]] = {
        "cancel": lambda: program.outbox.cancel([1]).wait(),
        "undo": lambda: program.outbox.undo(receipt.notification).wait(),
        "hold": lambda: program.outbox.hold([1]).wait(),
    }
    acts[act]()
    transport = Scripted()
    serve(program, transport)
    assert transport.handed_over == []


def test_a_stopped_worker_that_comes_back(program: Program) -> None:
    """A13: stopped in the body, its lease was taken and the message sent by another: one copy, and its word counts
    for nothing.
    """
    accept(program)
    first, second = Scripted(), Scripted()

    def meanwhile(_: Parcel) -> None:
        program.outbox.recover().wait()
        serve(program, second, "another")

    first.before = meanwhile
    serve(program, first, "stopped")
    assert (len(first.handed_over), len(second.handed_over)) == (0, 1)
    assert state_of(program, 1) is State.SENT
