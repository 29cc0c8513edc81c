"""Keeping: what ended long ago goes, nothing else does, and neither a crash nor a second press changes that."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import OutboxError
from core.mail import mime
from core.outbox import archive, checking
from core.outbox.notification import Changes, Draft, Recipient, Terms, new_token
from core.outbox.removals import REMOVED_AT_ONCE
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program
from tests import damage, judge
from tests.crashes import ROOT
from tests.fakes import FakeClock
from tests.outboxes import (
    ANN,
    BEN,
    accept,
    bring_to,
    claim,
    contradictions,
    draft,
    events_of,
    opened,
    settle,
    state_of,
    states,
)

_DAY_S = 24 * 3600


def keep(program: Program, sent_days: int = 0, ended_days: int = 0) -> int:
    """Look once, with these settings."""
    program.log.catch_up()
    program.settings = replace(program.settings, keep_sent_days=sent_days, keep_ended_days=ended_days)
    return program.keeping.look()


def found_wrong(home: Home) -> list[checking.Wrong]:
    looking = checking.Check(home, is_sealed=mime.is_sealed, named_files=mime.named_files)
    return looking.run(is_owned=True).wrong


def test_what_was_sent_long_ago_goes_with_all_that_belongs_to_it(home: Home, fake_clock: FakeClock) -> None:
    """Sent 31 days ago: gone at 30 days, with message, attempts and events. Sent today: there. The counts are right."""
    with opened(home, fake_clock) as program:
        old = bring_to(program, State.SENT)
        fake_clock.advance(31 * _DAY_S)
        new = bring_to(program, State.SENT)
        assert keep(program, sent_days=30) == 1
        assert [each.id for each in program.reader.list()] == [new]
        counts = program.reader.counts()
        assert counts.by_state[State.SENT] == 1
        with program.reader.snapshot() as db:
            for table in ("message", "attempt", "event"):
                assert db.execute(f"SELECT count(*) FROM {table} WHERE delivery = ?", (old,)).fetchone() == (0,)
            assert db.execute("SELECT count(*) FROM notification").fetchone() == (1,)
        assert contradictions(home) == []
        assert found_wrong(home) == []


def test_nothing_is_deleted_unless_it_was_chosen(home: Home, fake_clock: FakeClock) -> None:
    """With 0 days, which is the default, everything stays for ever."""
    with opened(home, fake_clock) as program:
        bring_to(program, State.SENT)
        bring_to(program, State.CANCELLED)
        fake_clock.advance(3650 * _DAY_S)
        assert (program.settings.keep_sent_days, program.settings.keep_ended_days) == (0, 0)
        assert keep(program) == 0
        assert len(states(program)) == 2


def test_what_is_not_at_its_end_is_never_deleted(home: Home, fake_clock: FakeClock) -> None:
    """Queued, held, being sent, not confirmed, damaged: whatever its age and the settings."""
    lasting = (
        State.QUEUED,
        State.HELD,
        State.UNCONFIRMED,
        State.CORRUPT,
        State.SENDING,
        State.HANDING_OVER,
    )
    with opened(home, fake_clock) as program:
        for state in lasting:
            bring_to(program, state)
        fake_clock.advance(3650 * _DAY_S)
        assert keep(program, sent_days=1, ended_days=1) == 0
        assert states(program) == list(lasting)


def test_what_failed_or_was_cancelled_has_a_time_of_its_own(home: Home, fake_clock: FakeClock) -> None:
    """Sent ones stay when only the others have a time, and the other way round; it counts from when they ended."""
    with opened(home, fake_clock) as program:
        for state in (State.SENT, State.FAILED, State.CANCELLED):
            bring_to(program, state)
        fake_clock.advance(8 * _DAY_S)
        assert keep(program, ended_days=9) == 0
        assert keep(program, ended_days=7) == 2
        assert states(program) == [State.SENT]
        assert contradictions(home) == []


def test_what_was_practised_is_deleted_too_and_its_mail_stays(home: Home, fake_clock: FakeClock) -> None:
    """The delivery goes from the outbox; the file in the mail folder is the recipient's, and stays."""
    with opened(home, fake_clock) as program:
        accept(program)
        program.inline_engine().deliver()
        (row,) = program.reader.list()
        assert row.reason is Reason.PRACTISED
        judge.made_by_hand(home)
        fake_clock.advance(2 * _DAY_S)
        assert keep(program, sent_days=1) == 1
        assert states(program) == []
        assert len(list((home.mail / "new").iterdir())) == 1


def test_of_a_notification_to_two_the_rest_stays_whole(home: Home, fake_clock: FakeClock) -> None:
    """One recipient's message was sent and goes; the other's failed, and is there with its message and its draft."""
    with opened(home, fake_clock) as program:
        receipt = accept(program, ANN, BEN)
        first, second = (each.id for each in receipt.deliveries)
        one, other = claim(program, 2)
        program.outbox.intend(one).wait()
        settle(program, one, State.SENT)
        settle(program, other, State.FAILED)
        fake_clock.advance(2 * _DAY_S)
        assert keep(program, sent_days=1) == 1
        assert program.reader.details(second).draft.to == (ANN, BEN)
        assert program.outbox.retry([second, first]).wait().refused == ((first, None),)
        assert state_of(program, second) is State.QUEUED
        assert contradictions(home) == []


def test_the_same_token_is_accepted_once_also_when_its_notification_is_gone(home: Home, fake_clock: FakeClock) -> None:
    """A press of Send that is repeated after a year is told that it was accepted then. Nothing is sent again."""
    token = new_token()
    with opened(home, fake_clock) as program:
        first = program.outbox.accept(draft(), token=token).wait()
        program.inline_engine().deliver()
        judge.made_by_hand(home)
        fake_clock.advance(365 * _DAY_S)
        assert keep(program, sent_days=30) == 1
        again = program.outbox.accept(draft(), token=token).wait()
        assert (again.notification, again.accepted_at) == (first.notification, first.accepted_at)
        assert (again.is_new, again.deliveries) == (False, ())
        assert states(program) == []
    assert token.encode() not in home.database.read_bytes()


def test_what_log_txt_does_not_have_yet_stays(home: Home, fake_clock: FakeClock) -> None:
    """Every event becomes a line: a delivery whose last one could not be written is not deleted before it is."""
    with opened(home, fake_clock) as program:
        bring_to(program, State.SENT)
        fake_clock.advance(2 * _DAY_S)
        program.settings = replace(program.settings, keep_sent_days=1)
        assert program.keeping.look() == 0
        program.log.catch_up()
        assert program.keeping.look() == 1


def test_log_txt_keeps_its_lines_and_goes_on(home: Home, fake_clock: FakeClock) -> None:
    """The lines of what was deleted stay, and what comes later is written behind them, each once."""
    with opened(home, fake_clock) as program:
        bring_to(program, State.SENT)
        program.log.catch_up()
        before = home.log.read_text("utf-8")
        fake_clock.advance(2 * _DAY_S)
        assert keep(program, sent_days=1) == 1
        assert found_wrong(home) == []
    with opened(home, fake_clock) as program:
        accept(program)
        program.log.catch_up()
        text = home.log.read_text("utf-8")
        assert text.startswith(before)
        assert [line.split("  ")[2] for line in text.removeprefix(before).splitlines()] == [
            "message to ann@example.com",
            "notification for ann@example.com: accepted",
        ]


def test_many_go_a_few_in_each_commit_and_sending_comes_between(home: Home, fake_clock: FakeClock) -> None:
    """Of 700, each commit deletes a hundred at most; what is retried meanwhile is not deleted."""
    with opened(home, fake_clock) as program:
        for _ in range(7):
            accept(program, *(replace(ANN, address=f"p{number}@example.com") for number in range(100)))
        program.outbox.cancel(each.id for each in program.reader.list()).wait()
        again = bring_to(program, State.FAILED)
        program.log.catch_up()
        fake_clock.advance(2 * _DAY_S)
        parts: list[int] = []

        def on_commit(changes: Changes) -> None:
            parts.append(len(changes.gone))
            if len(parts) == 1:
                program.outbox.retry([again]).wait()

        program.outbox.subscribe(on_commit)
        assert keep(program, ended_days=1) == 700
        assert max(parts) == REMOVED_AT_ONCE
        assert states(program) == [State.QUEUED]
        assert events_of(program, again)[-1] == "retry"
        assert contradictions(home) == []


def test_the_ids_of_what_is_gone_are_not_given_again(home: Home, fake_clock: FakeClock) -> None:
    """The next delivery has a new number, so that no line of log.txt means two."""
    with opened(home, fake_clock) as program:
        old = bring_to(program, State.SENT)
        fake_clock.advance(2 * _DAY_S)
        assert keep(program, sent_days=1) == 1
    with opened(home, fake_clock) as program:
        assert accept(program).deliveries[0].id > old


# -- files --------------------------------------------------------------------------------------------------------


def attach(program: Program, name: str, data: bytes, age_s: float = 0) -> Draft:
    """Attach a file, as if it had been some time ago."""
    file = program.spool.add_bytes(name, data)
    path = program.home.spool / file.sha256[:2] / file.sha256
    at_s = program.clock.now_ms() / 1000 - age_s
    os.utime(path, (at_s, at_s))
    return replace(draft(), attachments=(file,))


def files(home: Home) -> list[bytes]:
    """Return what is in the spool."""
    return sorted(path.read_bytes() for path in home.spool.rglob("*") if path.is_file())


def test_a_file_goes_with_the_last_message_that_names_it(home: Home, fake_clock: FakeClock) -> None:
    """Two messages share a file: it is there as long as one of them is, and gone after both."""
    with opened(home, fake_clock) as program:
        letter = attach(program, "a.txt", b"shared", 3 * _DAY_S)
        first, second = (program.outbox.accept(letter, token=new_token()).wait() for _ in range(2))
        program.outbox.cancel([first.deliveries[0].id]).wait()
        fake_clock.advance(2 * _DAY_S)
        assert keep(program, ended_days=1) == 1
        assert files(home) == [b"shared"]
        program.outbox.cancel([second.deliveries[0].id]).wait()
        fake_clock.advance(2 * _DAY_S)
        assert keep(program, ended_days=1) == 1
        assert files(home) == []
        assert found_wrong(home) == []


def test_files_of_drafts_and_files_just_attached_stay(home: Home, fake_clock: FakeClock) -> None:
    """A kept draft names its file; one attached today may be in a form that is not kept yet. An old one nobody names
    goes, also where nothing is ever deleted."""
    with opened(home, fake_clock) as program:
        kept = attach(program, "kept.txt", b"kept", 9 * _DAY_S)
        program.outbox.save_draft("draft", kept).wait()
        attach(program, "new.txt", b"new", 3600)
        attach(program, "old.txt", b"old", 2 * _DAY_S)
        assert keep(program) == 0
        assert files(home) == [b"kept", b"new"]


def test_a_file_that_comes_into_a_form_again_stays(home: Home, fake_clock: FakeClock) -> None:
    """Use again touches it: that its message is deleted in the next moment does not take it away."""
    with opened(home, fake_clock) as program:
        letter = attach(program, "a.txt", b"again", 9 * _DAY_S)
        program.spool.touch(letter.attachments)
        assert keep(program) == 0
        assert files(home) == [b"again"]


def test_a_file_that_undo_gives_back_stays(home: Home, fake_clock: FakeClock) -> None:
    """Attached long ago, sent and taken back: between the outbox and the form, nothing names it for a moment."""
    with opened(home, fake_clock) as program:
        letter = attach(program, "a.txt", b"taken back", 9 * _DAY_S)
        receipt = program.outbox.accept(letter, Terms(undo_s=10), token=new_token()).wait()
        assert program.outbox.undo(receipt.notification).wait().attachments == letter.attachments
        assert keep(program) == 0
        assert files(home) == [b"taken back"]


def test_no_file_goes_while_a_backup_reads(home: Home, fake_clock: FakeClock, tmp_path: Path) -> None:
    """A backup copies what its moment named: what is deleted while it is written is in it, whole. Then it goes."""
    with opened(home, fake_clock) as program:
        letter = attach(program, "a.txt", b"needed by the backup", 9 * _DAY_S)
        receipt = program.outbox.accept(letter, token=new_token()).wait()
        program.outbox.cancel([receipt.deliveries[0].id]).wait()
        fake_clock.advance(2 * _DAY_S)
        looks: list[int] = []

        def progress(what: str, _share: float) -> None:
            if what == "spool" and not looks:
                looks.append(keep(program, ended_days=1))

        made = archive.back_up(home, tmp_path / "b.zip", 0, mime.named_files, progress, is_owned=True)
        assert (looks, made.files, made.missing) == ([1], 1, ())
        keep(program)
        assert files(home) == []


def test_what_a_killed_backup_left_keeps_files_for_an_hour(home: Home, fake_clock: FakeClock) -> None:
    """A mark of somebody who reads there, and never ends, does not keep the files for ever."""
    with opened(home, fake_clock) as program:
        attach(program, "old.txt", b"old", 2 * _DAY_S)
        mark = home.spool / "tmp" / "kept-00"
        mark.touch()
        keep(program)
        assert b"old" in files(home)
        long_ago_s = time.time() - 2 * 3600
        os.utime(mark, (long_ago_s, long_ago_s))
        keep(program)
        assert b"old" not in files(home)


# -- crashes and damage -------------------------------------------------------------------------------------------


def killed_while_keeping(home: Home, commits: int) -> int:
    """Run it as a process of its own that kills itself; return its exit code."""
    return subprocess.run(
        [sys.executable, ROOT / "tests" / "keeping_entry.py", home.root, str(commits)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=100,
    ).returncode


@pytest.mark.parametrize("commits", [1, 2])
def test_killed_in_the_middle_it_goes_on(home: Home, commits: int) -> None:
    """kill -9 after some of the commits, the first of which took the oldest notification: the outbox opens with its
    -wal, nothing contradicts, and what is left is deleted the next time."""
    past = FakeClock()  # well over a day before the process that is killed
    with opened(home, past) as program:
        for _ in range(6):
            accept(program, *(Recipient(f"p{number}@example.com") for number in range(100)))
        program.outbox.cancel(each.id for each in program.reader.list()).wait()
        stays = bring_to(program, State.HELD)
        program.log.catch_up()
    assert killed_while_keeping(home, commits) == -signal.SIGKILL
    assert contradictions(home) == []
    with opened(home) as program:
        assert len(states(program)) == 601 - REMOVED_AT_ONCE * commits
    assert killed_while_keeping(home, 9) == 0
    with opened(home) as program:
        assert [each.id for each in program.reader.list()] == [stays]
    assert contradictions(home) == []


def test_a_wal_of_another_outbox_is_still_known(home: Home, tmp_path: Path, fake_clock: FakeClock) -> None:
    """That a first notification may be gone lets no -wal of another outbox in: it is known which ones were deleted."""
    other = Home(tmp_path / "other")
    for each in (home, other):
        with opened(each, fake_clock) as program:
            accept(program)
    with opened(other, fake_clock) as program:
        accept(program)
        shutil.copy(other.root / "outbox.db-wal", tmp_path / "wal")
    shutil.copy(tmp_path / "wal", home.root / "outbox.db-wal")
    with pytest.raises(OutboxError) as caught, opened(home, fake_clock):
        pass
    assert caught.value.code == "outbox_stale"


def test_no_recovery_brings_back_what_was_deleted(home: Home, fake_clock: FakeClock) -> None:
    """A damaged outbox is recovered out of its pages: what was deleted is in none of them, and its token is known."""
    token = new_token()
    with opened(home, fake_clock) as program:
        for number in range(60):
            program.outbox.accept(draft(text=f"Secret {number}. " * 90), token=f"{token}{number}").wait()
        program.outbox.cancel(each.id for each in program.reader.list()).wait()
        fake_clock.advance(2 * _DAY_S)
        assert keep(program, ended_days=1) == 60
        kept = accept(program).deliveries[0].id
    assert b"Secret" not in home.database.read_bytes()
    with closing(sqlite3.connect(home.database)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'delivery_place'").fetchone()
    damage.overwrite(home.database, page, "garbage", 1)
    with opened(home, fake_clock) as program:
        program.outbox.mend().wait()
        assert [each.id for each in program.reader.list()] == [kept]
        assert program.outbox.accept(draft(), token=f"{token}7").wait().is_new is False
    assert contradictions(home) == []
