"""What was accepted is never lost: the mail folder, read by the standard library, is the judge."""

import mailbox
from collections import Counter

import pytest

from core.errors import StorageError
from core.outbox.notification import Recipient
from core.outbox.states import State
from core.outbox.store import Store
from core.paths import Home
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import accept, claim, contradictions, opened, states


def delivered(home: Home) -> Counter[str]:
    """Count the messages of the mail folder by their Message-ID, as a mail program reads them."""
    folder = mailbox.Maildir(home.mail, create=False)
    return Counter(message["Message-ID"] for message in folder)


def accepted(program: Program) -> list[str]:
    return [delivery.message_id for delivery in program.reader.list()]


def test_every_accepted_one_arrives(program: Program, home: Home) -> None:
    """A hundred recipients over three notifications: each has one message in the folder."""
    for part in range(3):
        accept(program, *(Recipient(f"p{part}-{number}@example.com") for number in range(33)))
    program.inline_engine().deliver()
    assert delivered(home) == Counter(accepted(program))
    assert set(states(program)) == {State.SENT}


def test_claimed_when_the_program_ended(home: Home, fake_clock: FakeClock) -> None:
    """A1 at C2: a claim is no promise to anybody; after the restart it is queued and delivered."""
    with opened(home, fake_clock) as program:
        for _ in range(3):
            accept(program)
        claim(program, 2)
    with opened(home, fake_clock) as program:
        assert states(program) == [State.QUEUED] * 3
        assert [program.reader.details(1).events[-1].kind, program.reader.details(3).events[-1].kind] == [
            "recovered",
            "accepted",
        ]
        program.inline_engine().deliver()
        assert delivered(home) == Counter(accepted(program))
    assert contradictions(home) == []


def test_an_accept_that_fails_leaves_nothing_and_takes_nothing(
    program: Program, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are acknowledgements: what was refused is not there, what was accepted before and after is."""
    receipts = [accept(program)]
    real = Store.accept

    def half(store: Store, **words: object) -> object:
        real(store, **words)  # type: ignore[arg-type]
        raise StorageError("disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "accept", half)
        with pytest.raises(StorageError):
            accept(program)
    receipts.append(accept(program))
    assert accepted(program)[::-1] == [receipt.deliveries[0].message_id for receipt in receipts]
    program.inline_engine().deliver()
    assert delivered(home) == Counter(accepted(program))


def test_a_folder_that_cannot_be_written_loses_nothing(program: Program, home: Home, fake_clock: FakeClock) -> None:
    """While the mail folder cannot be written, deliveries wait and say why; then they go."""
    home.mail.write_text("not a folder")
    for _ in range(3):
        accept(program)
    program.inline_engine().deliver()
    assert states(program) == [State.QUEUED] * 3
    assert program.reader.deliveries([1])[0].last_reply
    home.mail.unlink()
    fake_clock.advance(60)
    program.inline_engine().deliver()
    assert delivered(home) == Counter(accepted(program))


def test_what_waits_too_long_says_so(program: Program, home: Home, fake_clock: FakeClock) -> None:
    """Everything ends: after three days of tries it is failed, with the reason, and a person may retry it."""
    home.mail.write_text("not a folder")
    accept(program)
    for _ in range(100):
        program.inline_engine().deliver()
        fake_clock.advance(3700)
    assert states(program) == [State.FAILED]
    home.mail.unlink()
    program.outbox.retry([1]).wait()
    program.inline_engine().deliver()
    assert delivered(home) == Counter(accepted(program))


@pytest.mark.parametrize("days", [3, -3, 365 * 14, -365 * 56])
def test_a_clock_that_jumps_loses_nothing(program: Program, home: Home, fake_clock: FakeClock, days: int) -> None:
    """A12: 2040 or 1970: what was accepted goes, at the latest when a person retries it; nothing goes twice."""
    accept(program)
    fake_clock.jump(days * 86_400)
    accept(program)
    program.inline_engine().deliver()
    if days < 0:
        fake_clock.jump(-days * 86_400)
        program.inline_engine().deliver()
    assert delivered(home) == Counter(accepted(program))
