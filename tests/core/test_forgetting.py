"""Forgetting somebody: nothing of them is left in any file of the outbox, and everybody else's is as it was."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace

import pytest

from core.clock import SystemClock
from core.mail import mime
from core.outbox import checking
from core.outbox.forgetting import Progress, Step
from core.outbox.notification import Draft, Recipient, Terms, new_token
from core.outbox.outbox import Order
from core.outbox.states import LEASED, State
from core.paths import Home
from core.program import Program
from tests import damage, judge
from tests.crashes import ROOT
from tests.fakes import FakeClock
from tests.outboxes import BEN, accept, bring_to, claim, contradictions, draft, opened, settle, states

ZOE = Recipient("zoe.quark@example.org", "Zoe Quark")
#: What is in nobody else's messages: of the address, the name, the words that found her, a text, a subject, a file.
SECRETS = (
    b"zoe.quark",
    b"ZOE.QUARK",
    b"Zoe Quark",
    b"quarkwords",
    b"plumtext",
    b"plumsubject",
    b"plumfile",
    b"plumdraft",
)


def seen(home: Home) -> dict[str, list[str]]:
    """Return where any of the secrets stands in the files of a home."""
    found = {}
    for path in home.root.rglob("*"):
        if path.is_file():
            data = path.read_bytes() + path.name.encode()
            if there := [secret.decode() for secret in SECRETS if secret in data]:
                found[str(path.relative_to(home.root))] = there
    return found


def fill(program: Program) -> None:
    """Put traces of her into every corner, among those of others."""
    letter = draft(ZOE, subject="plumsubject", text="plumtext " * 40, query="quarkwords")
    file = program.spool.add_bytes("a.txt", b"plumfile")
    for number in range(12):
        for state in set(State) - LEASED:
            bring_to(program, state)
        program.outbox.accept(replace(letter, attachments=(file,)), token=new_token()).wait()
        program.outbox.accept(letter, Terms(is_held=True), token=f"zoe.quark-{number}").wait()
        accept(program, BEN, ZOE, subject="to both", text="theirs too", query="quarkwords")
        program.outbox.remember(letter.to, "quarkwords").wait()
    program.inline_engine().deliver()
    (failed,) = claim(program, 1, "again", accept(program, ZOE, text="plumtext once more").notification)
    settle(program, failed, State.FAILED)
    program.outbox.set_aside("one", replace(letter, text="plumdraft")).wait()
    program.outbox.set_aside("two", replace(letter, to=(BEN, ZOE), text="kept for Ben", subject="")).wait()
    for text in ("plumdraft", "plumdraft plumdraft", "plumdraft" * 900):
        program.outbox.save_draft("three", replace(letter, text=text)).wait()
    program.outbox.drop_draft("three").wait()
    program.log.catch_up()


@pytest.fixture
def full(home: Home) -> Home:
    """An outbox with her in every corner."""
    with opened(home, SystemClock()) as program:
        fill(program)
        assert set().union(*seen(home).values()) >= {"zoe.quark", "quarkwords", "plumtext", "plumfile", "plumdraft"}
    judge.made_by_hand(home)
    return home


@contextmanager
def _program(home: Home) -> Iterator[Program]:
    with opened(home, SystemClock()) as program:
        yield program


def forget(program: Program, address: str = ZOE.address) -> None:
    program.outbox.ask_to_forget(address, program.forgetting.traces(address).on_the_way).wait()
    program.forgetting.run()


def other_lines(home: Home) -> list[str]:
    """Return the lines of log.txt that nobody is forgotten in."""
    return [each for each in home.log.read_text("utf-8").splitlines() if not each.endswith("  forgotten")]


def lines_of_others(home: Home) -> list[str]:
    text = home.log.read_text("utf-8")
    return [each for each in text.splitlines() if "zoe" not in each and "quarkwords" not in each]


def found_wrong(home: Home) -> list[checking.Wrong]:
    looking = checking.Check(home, is_sealed=mime.is_sealed, named_files=mime.named_files)
    return looking.run(is_owned=True).wrong


def test_nothing_of_her_is_in_any_file(full: Home) -> None:
    """Not the address, not a word of a message, not a name: in no table, no free page, no -wal, no log, no folder."""
    before, lines = damage.contents(full), lines_of_others(full)
    with _program(full) as program:
        forget(program)
        assert seen(full) == {}
        assert found_wrong(full) == []
        assert contradictions(full) == []
        # What is Ben's is as it was.
        rows = [each for each in program.reader.list() if each.to == BEN.address]
        assert len(rows) == 12
        details = program.reader.details(rows[0].id)
        assert (details.draft.to, details.draft.query, details.draft.text) == ((BEN,), "", "theirs too")
        assert [(each.draft.text, each.draft.to) for each in program.reader.drafts()] == [("kept for Ben", (BEN,))]
    assert seen(full) == {}
    after = damage.contents(full)
    mine = {row[0] for row in after["delivery"]}
    assert after["delivery"] == [row for row in before["delivery"] if row[0] in mine]
    assert {row[0] for row in before["delivery"] if row[2] != ZOE.address} == mine
    assert after["message"] == [row for row in before["message"] if row[0] in mine]
    assert other_lines(full) == lines
    assert after["forgetting"] == after["forgetting_file"] == []


def test_what_will_be_removed_is_said_first(full: Home) -> None:
    """The numbers of the dialog: as they are in the outbox, and looking changes nothing."""
    with _program(full) as program:
        traces = program.forgetting.traces("ZOE.quark@example.org")
        assert (len(traces.on_the_way), traces.under_way, traces.ended) == (12, 0, 25)
        assert (traces.practised, traces.drafts, traces.shared_drafts, traces.is_known) == (24, 1, 1, True)
        assert (
            traces.log_lines == sum(1 for each in full.log.read_text("utf-8").splitlines() if "zoe.quark" in each) + 36
        )
        assert program.forgetting.traces("nobody@example.org").is_nothing
        assert len(states(program)) > 60


def test_a_token_that_names_her_is_still_accepted_once(full: Home) -> None:
    """Also what was forgotten is not sent a second time by a repeated press; the token itself is nowhere."""
    with _program(full) as program:
        forget(program)
        again = program.outbox.accept(draft(), token="zoe.quark-3").wait()
        assert (again.is_new, again.deliveries) == (False, ())
    assert seen(full) == {}


def test_what_is_sent_to_her_later_begins_anew(full: Home) -> None:
    """A message accepted after the asking stays, with its lines, whatever was still to be done then."""
    with _program(full) as program:
        program.outbox.ask_to_forget(ZOE.address, program.forgetting.traces(ZOE.address).on_the_way).wait()
        new = accept(program, ZOE).deliveries[0].id
        program.log.catch_up()
        program.forgetting.run()
        assert [each.id for each in program.reader.list() if each.to == ZOE.address] == [new]
        assert [each for each in other_lines(full) if "zoe" in each] == [
            each for each in other_lines(full) if f"  {new}  " in each
        ]
        assert contradictions(full) == []


def test_what_is_being_handed_over_is_waited_for(home: Home) -> None:
    """Nobody knows yet whether it goes: it is removed when its server has answered, and not before."""
    with _program(home) as program:
        (held,) = claim(program, 1, "lease", accept(program, ZOE, text="plumtext").notification)
        program.outbox.intend(held).wait()
        steps: list[Step] = []

        def told(progress: Progress) -> None:
            steps.append(progress.step)
            if progress.step is Step.WAITING:
                assert [each.state for each in program.reader.list()] == [State.HANDING_OVER]
                settle(program, held, State.SENT)

        program.forgetting.told = told
        forget(program)
        assert steps[0] is Step.WAITING
        assert steps[-1] is Step.DONE
        assert states(program) == []
    assert seen(home) == {}


def test_a_file_that_others_got_too_stays(home: Home) -> None:
    """The same file in a message to Ben: it is his, and whole."""
    with _program(home) as program:
        file = program.spool.add_bytes("a.txt", b"shared by both")
        for to in (ZOE, BEN):
            program.outbox.accept(replace(draft(to), attachments=(file,)), token=new_token()).wait()
        forget(program)
        assert program.spool.has(file)
        assert found_wrong(home) == []


def test_a_file_attached_again_since_stays(home: Home) -> None:
    """What is in a form by now, under the same content, is not taken away."""
    with _program(home) as program:
        file = program.spool.add_bytes("a.txt", b"attached twice")
        program.outbox.accept(replace(draft(ZOE), attachments=(file,)), token=new_token()).wait()
        later_s = time.time() + 5
        os.utime(home.spool / file.sha256[:2] / file.sha256, (later_s, later_s))
        forget(program)
        assert program.spool.has(file)


def test_the_address_book_forgets_her_whole_entry(home: Home) -> None:
    """Name, note, groups and her other addresses; it is said before that those are hers too."""
    from core.outbox.book_tables import Person, new_id

    with _program(home) as program:
        program.book.put(Person(new_id(), "Zoe Quark", (ZOE.address, "zq@example.net"), "plumtext"))
        traces = program.forgetting.traces(ZOE.address)
        assert (traces.book_name, traces.other_addresses) == ("Zoe Quark", ("zq@example.net",))
        forget(program)
        assert program.book.ids() == ()
    assert seen(home) == {}


def test_a_log_that_cannot_be_written_is_said_and_done_later(home: Home) -> None:
    """log.txt is a link: a sentence; she stays written down, and the next run ends it."""
    with _program(home) as program:
        accept(program, ZOE, text="plumtext")
        program.log.catch_up()
        moved = home.root.with_name("elsewhere.txt")
        home.log.rename(moved)
        home.log.symlink_to(moved)
        with pytest.raises(Exception, match="it is a link"):
            forget(program)
        home.log.unlink()
        moved.rename(home.log)
        program.forgetting.run()
    assert seen(home) == {}


@pytest.mark.parametrize(
    ("point", "number"),
    [("removed", 1), ("renaming", 1), ("log", 1), ("rewritten", 1), ("ended", 1)],
)
def test_killed_at_any_step_the_next_start_goes_on(full: Home, point: str, number: int) -> None:
    """kill -9 in the middle: nothing contradicts, she stays written down as long as anything of her is there, and then
    nothing is. Every other line of log.txt is there once."""
    lines = lines_of_others(full)

    def run(*words: str) -> int:
        return subprocess.run(
            [sys.executable, ROOT / "tests" / "forgetting_entry.py", full.root, *words],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=100,
        ).returncode

    assert run(point, str(number), ZOE.address) == -signal.SIGKILL
    assert contradictions(full) == []
    with _program(full) as program:  # a program that only goes on with its work
        program.log.catch_up()
        accept(program, BEN, text="later")
        program.log.catch_up()
    assert run("-", "0") == 0
    assert seen(full) == {}
    assert contradictions(full) == []
    kept = other_lines(full)
    assert kept[: len(lines)] == lines
    assert [each.split("  ", 2)[2] for each in kept[len(lines) :]] == [
        "message to ben@example.net",
        "notification for ben@example.net: accepted",
    ]
    assert found_wrong(full) == []


def test_drafts_in_the_form_are_the_persons(home: Home) -> None:
    """What is being written to her just now stays in the form."""
    with _program(home) as program:
        program.outbox.save_draft("form", Draft(to=(ZOE,), text="still writing")).wait()
        accept(program, ZOE)
        forget(program)
        assert [each.draft.to for each in program.reader.drafts()] == [(ZOE,)]


def test_what_is_accepted_while_the_dialog_is_open_stays(home: Home) -> None:
    """Nobody agreed to cancel it: it was not there yet when it was said what goes."""
    with _program(home) as program:
        accept(program, ZOE)
        traces = program.forgetting.traces(ZOE.address)
        new = accept(program, ZOE).deliveries[0].id
        program.outbox.ask_to_forget(ZOE.address, traces.on_the_way, traces.up_to).wait()
        program.forgetting.run()
        assert [(each.id, each.state) for each in program.reader.list()] == [(new, State.QUEUED)]


def test_whoever_is_asked_for_again_meanwhile_is_forgotten_again(home: Home) -> None:
    """What was accepted after the first asking, and before the second: that the first ends does not end the second."""
    with _program(home) as program:
        accept(program, ZOE, text="plumtext")

        def told(progress: Progress) -> None:
            if progress.step is Step.REWRITING:
                program.forgetting.told = lambda _: None
                accept(program, ZOE, text="plumtext")
                traces = program.forgetting.traces(ZOE.address)
                program.outbox.ask_to_forget(ZOE.address, traces.on_the_way, traces.up_to).wait()

        program.forgetting.told = told
        forget(program)
        assert states(program) == []
    assert seen(home) == {}


def test_a_draft_keeps_what_was_typed_of_others(home: Home) -> None:
    """An address that only ends like hers is somebody else's, also where it is not whole yet."""
    with _program(home) as program:
        typed = ("xzoe.quark@example.org <", "zoe.quark@example.org.uk,", "Zoe <zoe.quark@example.org")
        program.outbox.set_aside("one", Draft(unread_to=typed, text="for all")).wait()
        traces = program.forgetting.traces(ZOE.address)
        assert (traces.drafts, traces.shared_drafts) == (0, 1)
        forget(program)
        assert [each.draft.unread_to for each in program.reader.drafts()] == [typed[:2]]


def test_a_sentence_that_ends_with_her_address_is_of_her(home: Home) -> None:
    """A server's reply about somebody else's message, with a full stop behind it, or an equals sign before."""
    with _program(home) as program:
        (first,) = accept(program, BEN).deliveries
        for text in ("no such user zoe.quark@example.org.", "to=zoe.quark@example.org", "xzoe.quark@example.org"):
            program.outbox.note(first.id, "waiting", text).wait()
        program.log.catch_up()
        forget(program)
        assert [each.rpartition("(")[2] for each in other_lines(home) if "quark" in each] == ["xzoe.quark@example.org)"]


def test_a_clock_that_was_set_back_keeps_nobody(home: Home, fake_clock: FakeClock) -> None:
    """She was noted tomorrow, as it was said then: she is forgotten, with her entry in the address book."""
    from core.outbox.book_tables import Person, new_id

    with opened(home, fake_clock) as program:
        fake_clock.advance(24 * 3600)
        program.book.put(Person(new_id(), "Zoe Quark", (ZOE.address,), "plumtext"))
        program.outbox.remember([ZOE], "quarkwords").wait()
    with opened(home, FakeClock()) as program:
        forget(program)
        assert program.book.ids() == ()
        assert program.forgetting.traces(ZOE.address).is_nothing
    assert seen(home) == {}


def test_a_reader_who_does_not_let_go_stops_no_accept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody reads the outbox for long: the writing thread does not wait for that, and only when the -wal could be
    emptied it is said that she is forgotten."""
    with _program(home) as program, closing(sqlite3.connect(home.database, isolation_level=None)) as reading:
        accept(program, ZOE, text="plumtext")
        program.log.catch_up()
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM delivery").fetchone()
        begun_s = time.monotonic()
        assert program.outbox.empty_wal().wait() is False
        assert time.monotonic() - begun_s < 2.5  # the lock of another process is waited for 5 s
        tries: list[bool] = []
        empty_wal = program.outbox.empty_wal

        def tried() -> Order[bool]:
            tries.append(reading.in_transaction)
            if len(tries) == 3:
                reading.execute("COMMIT")
            return empty_wal()

        def told(progress: Progress) -> None:
            assert progress.step is not Step.DONE or not reading.in_transaction

        monkeypatch.setattr(program.outbox, "empty_wal", tried)
        program.forgetting.told = told
        forget(program)
        assert tries[:3] == [True, True, True]
        assert seen(home) == {}


def test_her_files_are_gone_when_it_is_said_also_while_a_backup_is_made(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup keeps every file until it is done: that is waited for."""
    with _program(home) as program, ExitStack() as backup:
        file = program.spool.add_bytes("a.txt", b"plumfile")
        program.outbox.accept(replace(draft(ZOE), attachments=(file,)), token=new_token()).wait()
        backup.enter_context(program.spool.kept())
        looks: list[bool] = []
        is_kept = program.spool.is_kept

        def looked() -> bool:
            looks.append(is_kept())
            if len(looks) == 3:
                backup.close()
            return looks[-1]

        monkeypatch.setattr(program.spool, "is_kept", looked)
        program.forgetting.told = lambda progress: None if progress.step is not Step.DONE else seen_nothing(home)
        forget(program)
        assert looks == [True, True, True, False]
    assert seen(home) == {}


def seen_nothing(home: Home) -> None:
    assert seen(home) == {}
