"""Moving to another computer: what waits goes from neither unasked, and whoever goes on here finds it as it was."""

import shutil
from pathlib import Path

import pytest

from core.errors import OutboxError
from core.outbox import restoring
from core.outbox.archive import Backup
from core.outbox.departure import Departure
from core.outbox.leases import Settlement
from core.outbox.notification import Draft, Terms
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program
from tests import judge
from tests.fakes import FakeClock
from tests.outboxes import ANSWERED, accept, bring_to, claim, contradictions, opened, state_of


def departure(program: Program) -> Departure:
    def back_up(target: Path) -> Backup:
        return program.back_up(target, lambda _what, _share: None)

    return Departure(program.outbox, program.reader, back_up)


def kinds(program: Program) -> list[tuple[State, Reason]]:
    return [(each.state, each.reason) for each in program.reader.list()][::-1]


def test_what_waits_is_held_here_and_there(home: Home, tmp_path: Path, fake_clock: FakeClock) -> None:
    """After the move both computers have it, held; on the other one the program is not paused, and says from when the
    backup is. What a person holds stays theirs to let go."""
    path = tmp_path / "move.zip"
    with opened(home, fake_clock) as program:
        bring_to(program, State.SENT)
        accept(program, terms=Terms(is_held=True))
        accept(program, terms=Terms(at_ms=fake_clock.now_ms() + 3_600_000))
        accept(program)
        made = departure(program).leave(path)
        assert made.deliveries == 4
        held = (State.HELD, Reason.RESTORED)
        assert kinds(program) == [(State.SENT, Reason.NONE), (State.HELD, Reason.PERSON), held, held]
        assert [each.last_reply[:41] for each in program.reader.list()][:2] == [
            "Moved to another computer on 2026-01-01 0"
        ] * 2
        counts = program.reader.counts()
        assert (counts.is_paused, counts.is_moved) == (True, True)
        program.inline_engine().deliver()
        assert not home.mail.exists()
    other = Home(tmp_path / "other")
    other.root.mkdir()
    restoring.restore(other, path, fake_clock.now_ms())
    with opened(other, fake_clock) as program:
        counts = program.reader.counts()
        assert (counts.is_paused, counts.is_moved) == (False, False)
        assert kinds(program) == [(State.SENT, Reason.NONE), held, held, held]
        assert all(
            each.last_reply.startswith("From a backup of") for each in program.reader.list() if each.state == "held"
        )
    assert contradictions(home) == contradictions(other) == []


def test_going_on_here_lets_go_what_was_held_for_the_move(home: Home, tmp_path: Path, fake_clock: FakeClock) -> None:
    """Each goes its way again, at its time where it has one; what a person held stays held."""
    path = tmp_path / "move.zip"
    with opened(home, fake_clock) as program:
        accept(program, terms=Terms(is_held=True))
        later = accept(program, terms=Terms(at_ms=fake_clock.now_ms() + 3_600_000)).deliveries[0].id
        now = accept(program).deliveries[0].id
        leaving = departure(program)
        leaving.leave(path)
        leaving.come_back()
        assert kinds(program)[0] == (State.HELD, Reason.PERSON)
        assert [each.reason for each in program.reader.deliveries([later])] == [Reason.SCHEDULE]
        assert state_of(program, now) is State.QUEUED
        counts = program.reader.counts()
        assert (counts.is_paused, counts.is_moved) == (False, False)
        program.inline_engine().deliver()
        assert state_of(program, now) is State.SENT
    assert contradictions(home) == []


def test_who_had_paused_before_is_paused_afterwards(home: Home, tmp_path: Path) -> None:
    """Going on here ends the move, and not a pause that somebody wanted; so on the other computer."""
    path = tmp_path / "move.zip"
    with opened(home) as program:
        accept(program)
        program.outbox.pause().wait()
        leaving = departure(program)
        leaving.leave(path)
        leaving.come_back()
        assert program.reader.counts().is_paused
    other = Home(tmp_path / "other")
    other.root.mkdir()
    restoring.restore(other, path, 0)
    with opened(other) as program:
        assert program.reader.counts().is_paused


def test_what_is_being_handed_over_ends_first(home: Home, tmp_path: Path) -> None:
    """The file has its outcome: so nobody finds it not confirmed on the other computer."""
    path = tmp_path / "move.zip"
    with opened(home) as program:
        (held,) = claim(program, 1, "lease", accept(program).notification)
        program.outbox.intend(held).wait()
        waits: list[State] = []

        def told() -> None:
            waits.append(state_of(program, held.delivery))
            program.outbox.settle(held, Settlement(State.FAILED), ANSWERED).wait()

        departure(program).leave(path, told)
        assert waits == [State.HANDING_OVER]
    other = Home(tmp_path / "other")
    other.root.mkdir()
    assert restoring.restore(other, path, 0).unconfirmed == 0


def test_without_the_file_nothing_has_changed_here(home: Home, tmp_path: Path) -> None:
    """The disk of the file refuses: the error is the backup's, and everything goes on as before."""
    with opened(home) as program:
        accept(program)
        with pytest.raises(OSError, match="No such file"):
            departure(program).leave(tmp_path / "missing" / "move.zip")
        assert kinds(program) == [(State.QUEUED, Reason.NONE)]
        counts = program.reader.counts()
        assert (counts.is_paused, counts.is_moved) == (False, False)


def test_resume_is_going_on_here_too(home: Home, tmp_path: Path) -> None:
    """Whoever ends the pause has not moved; what was held for the move asks in its row."""
    path = tmp_path / "move.zip"
    with opened(home) as program:
        accept(program)
        departure(program).leave(path)
        program.outbox.resume().wait()
        assert not program.reader.counts().is_moved
        assert kinds(program) == [(State.HELD, Reason.RESTORED)]


# -- a backup in the place of an outbox that has nothing in it --------------------------------------------------------


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of another outbox, with settings, a log and a file."""
    other = Home(tmp_path / "other")
    with opened(other) as program:
        file = program.spool.add_bytes("a.txt", b"attached")
        program.outbox.accept(Draft(to=(), text="x", attachments=(file,)), token="t").then(failed=lambda _: None)
        accept(program)
        program.log.catch_up()
        other.settings.write_text("undo_s = 30\n", encoding="utf-8")
        program.back_up(tmp_path / "b.zip", lambda _what, _share: None)
    return tmp_path / "b.zip"


def blank(home: Home) -> None:
    with opened(home):
        pass
    home.settings.write_text('theme = "dark"\n', encoding="utf-8")


def test_it_takes_the_place_of_an_empty_outbox(home: Home, backup: Path) -> None:
    """Prepared beside it while it is open, exchanged when it is closed: the backup's outbox, log and settings are
    there, and nothing of the preparation is."""
    blank(home)
    with opened(home) as program:
        with program.reader.snapshot() as db:
            assert restoring.is_blank(db)
        restored = restoring.prepare(home, backup, 0)
        assert restored.held == 1
        assert kinds(program) == []
    restoring.exchange(home)
    with opened(home) as program:
        assert kinds(program) == [(State.HELD, Reason.RESTORED)]
    assert home.settings.read_text("utf-8") == "undo_s = 30\n"
    assert home.log.read_text("utf-8").count("accepted") == 1
    assert not (home.root / "restoring").exists()


def test_an_outbox_with_something_in_it_is_never_replaced(home: Home, backup: Path) -> None:
    """Something was accepted meanwhile: the exchange is refused, and the outbox is as it was."""
    with opened(home):
        restoring.prepare(home, backup, 0)
    with opened(home) as program:
        kept = accept(program).deliveries[0].id
    with pytest.raises(OutboxError) as caught:
        restoring.exchange(home)
    assert caught.value.code == "restore_not_blank"
    with opened(home) as program:
        assert [each.id for each in program.reader.list()] == [kept]
        program.sweep()
    assert not (home.root / "restoring").exists()


@pytest.mark.parametrize("moved", ["", "outbox.db", "outbox.db settings.toml", "outbox.db settings.toml log.txt"])
def test_an_exchange_that_was_broken_off_goes_on(home: Home, backup: Path, moved: str) -> None:
    """Killed behind the mark, and behind each rename: the next start ends it."""
    blank(home)
    restoring.prepare(home, backup, 0)
    folder = home.root / "restoring"
    (folder / "ready").touch()
    for name in moved.split():
        (home.root / name).unlink(missing_ok=True)
        if name != "outbox.db":
            shutil.move(folder / name, home.root / name)
    with opened(home) as program:
        assert kinds(program) == [(State.HELD, Reason.RESTORED)]
    assert home.settings.read_text("utf-8") == "undo_s = 30\n"
    assert not folder.exists()
    judge.made_by_hand(home)


def test_a_backup_says_what_it_holds(backup: Path) -> None:
    """Looked at before anything is asked."""
    assert restoring.look(backup).deliveries == 1
