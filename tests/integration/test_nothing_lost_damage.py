"""A damaged outbox: what can be read is saved, nothing that may have gone goes again, and the damaged file is kept."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import OutboxError, PersonError
from core.outbox import wal
from core.outbox.reader import Reader
from core.outbox.recovery import salvage
from core.outbox.recovery.salvaged import Salvaged
from core.outbox.states import Reason, State
from core.outbox.store import Store
from core.paths import Home
from core.program import Program
from tests import damage
from tests.commands import Outtray, wait_for
from tests.fakes import FakeClock
from tests.outboxes import (
    accept,
    claim,
    contradictions,
    fingerprint,
    opened,
    settle,
    state_of,
    states,
)

_ROOT = Path(__file__).parents[2]

#: Nothing goes by itself from these.
_RESTING = {"held", "sent", "failed", "unconfirmed", "cancelled", "corrupt"}
#: Where the server may have it, or a person said that it is not to go.
_NEVER_AGAIN = {"sent", "failed", "unconfirmed", "cancelled", "corrupt", "held"}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An outbox with deliveries in every state. Tests damage copies of it."""
    home = Home(tmp_path_factory.mktemp("sound") / "home")
    home.create()
    damage.fill(home)
    return home


@pytest.fixture
def copies(sound: Home, tmp_path: Path) -> Iterator[Home]:
    """Copies of it, as many as are asked for."""

    def each() -> Iterator[Home]:
        number = 0
        while True:
            number += 1
            yield damage.copy(sound, tmp_path / str(number))

    return each()


def start(home: Home) -> tuple[Salvaged | None, dict[int, str]]:
    """Open an outbox as every program does, and return what was recovered, and the states before anything goes."""
    with opened(home) as program:
        return program.outbox.salvaged, {row.id: row.state.value for row in program.reader.list()}


def judged(before: Home, after: Home, salvaged: Salvaged | None) -> list[str]:
    """Return what a recovery did that it must not do: lost what it does not name, moved what may have gone."""
    old = {row[0]: row for row in damage.rows_by_id(before)}
    new = {row[0]: row for row in damage.rows_by_id(after)}
    wrong = contradictions(after)
    named = set(salvaged.lost) if salvaged else set()
    if set(old) - set(new) != named:
        wrong.append(f"{sorted(set(old) - set(new))} are gone, {sorted(named)} are said to be lost")
    for number, state, _, message_id in new.values():
        if number not in old:
            wrong.append(f"{number} is new")
            continue
        was = old[number][1]
        # Of one whose message is lost as well, nothing says what a flipped bit was; it is damaged, and goes nowhere.
        if message_id != old[number][3] and state != "corrupt":
            wrong.append(f"{number} has another Message-ID")
        if state not in _RESTING and was in _NEVER_AGAIN:
            wrong.append(f"{number} was {was} and is {state}: it would go")
        if was == "handing_over" and state not in (was, "unconfirmed", "sent"):
            wrong.append(f"{number} was {was} and is {state}")
        if state == "queued" and was not in ("queued", "sending"):
            wrong.append(f"{number} was {was} and is queued")
        if state == "sent" and was != "sent":
            wrong.append(f"{number} was {was} and is sent")
        if state != was and salvaged and number not in salvaged.changed and state in ("held", "corrupt"):
            wrong.append(f"{number} was {was} and is {state}, and nobody is told")
    return wrong


@pytest.mark.parametrize("kind", damage.DAMAGES)
def test_a_damaged_page(sound: Home, copies: Iterator[Home], kind: str) -> None:
    """A9: each page of an outbox in turn, as garbage, as zeros and with one flipped bit: every delivery is saved or
    named, every one whose record is whole stays as it was, and none that may have gone goes again.
    """
    tables = damage.table_of(sound.database)
    before = damage.contents(sound)
    for number in range(1, damage.pages(sound.database) + 1):
        home = next(copies)
        damage.overwrite(home.database, number, kind, seed=1)
        damaged = home.database.read_bytes()
        salvaged = salvage.recover(home, 1_800_000_000_000, _is_sealed)
        assert salvaged.kept.read_bytes() == damaged
        where = f"page {number}, of {tables.get(number)}"
        assert judged(sound, home, salvaged) == [], where
        after = damage.contents(home)
        if tables and kind != "one-bit":  # one bit may be in the middle of a text, where nothing shows it
            tables_to_keep = ("notification", "delivery", "message", "attempt", "event", "draft", "contact", "switch")
            for table in (*tables_to_keep, "template"):
                if not tables[number].startswith((table, "sqlite_schema")) and not salvaged.changed:
                    assert after[table] == before[table], f"{where}: {table} is another"
        with opened(home) as program:
            assert program.outbox.salvaged == salvaged  # nobody was told of it yet
            accept(program)
        assert contradictions(home) == []


def _is_sealed(skeleton: bytes, seal: bytes) -> bool:
    from core.mail import mime

    return mime.is_sealed(skeleton, seal)


@pytest.mark.parametrize("seed", range(3))
def test_several_damaged_pages(sound: Home, copies: Iterator[Home], seed: int) -> None:
    """A9: a fifth of all pages, of any kind: what is saved and what is lost are all there were, with their numbers."""
    chance = random.Random(seed)
    for _ in range(12):
        home = next(copies)
        count = damage.pages(home.database)
        for number in chance.sample(range(2, count + 1), count // 5):
            damage.overwrite(home.database, number, chance.choice(list(damage.DAMAGES)), chance.randrange(1000))
        salvaged = salvage.recover(home, 1_800_000_000_000, _is_sealed)
        assert judged(sound, home, salvaged) == []
        assert salvaged.saved + len(salvaged.lost) == salvaged.known


@pytest.mark.parametrize("number", [1 << 39, 60_000, (1 << 62) + 1])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sqlite_sequence SET seq = ? WHERE name = 'delivery'",
        "UPDATE sqlite_sequence SET seq = ? WHERE name = 'event'",
        "UPDATE event SET delivery = ? WHERE id = 3",
        "UPDATE log_mark SET event = ?",
    ],
)
def test_one_number_that_is_wrong(copies: Iterator[Home], statement: str, number: int) -> None:
    """A9: one number far beyond any that was given: the outbox is recovered at once, and counts on where it was."""
    home = next(copies)
    with closing(sqlite3.connect(home.database)) as db:
        db.execute(statement, (number,))
        db.commit()
    tracemalloc.start()
    salvaged = salvage.recover(home, 1_800_000_000_000, _is_sealed)
    (_, most) = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64 << 20
    assert (salvaged.saved, salvaged.known, salvaged.lost) == (26, 26, ())
    with opened(home) as program:
        assert accept(program).deliveries[0].id == 27
    assert contradictions(home) == []


def test_very_many_lost_are_runs() -> None:
    """A9: however many are lost, the sentence and the news of them stay small."""
    salvaged = Salvaged(1, 1 << 39, lost_runs=((2, 2), (4, 1 << 39)))
    assert salvaged.lost_numbers == f"2, 4–{1 << 39}"
    assert len(salvaged.changed) <= 100_000


@pytest.mark.parametrize("share", [0.9, 0.5, 0.2])
def test_a_truncated_outbox(sound: Home, copies: Iterator[Home], share: float) -> None:
    """A9, A10: what is in front of the cut is saved by whoever starts next; the rest is named."""
    home = next(copies)
    os.truncate(home.database, int(home.database.stat().st_size * share))
    salvaged, _ = start(home)
    assert salvaged is not None
    assert salvaged.saved + len(salvaged.lost) == salvaged.known
    assert judged(sound, home, salvaged) == []


def test_every_program_recovers_at_its_start(sound: Home, copies: Iterator[Home]) -> None:
    """A9: a page above all others of a table: whoever starts finds it, says the count, and goes on."""
    home = next(copies)
    damage.overwrite(home.database, 5, "garbage", 1)
    outtray = Outtray(home.root)
    done = outtray("send", "new@example.com", "-m", "Hello")
    said = done.stderr.decode()
    assert "The outbox was damaged. Recovered 26 of 26 deliveries." in said
    assert "outbox.db.damaged-" in said
    assert len(list(home.root.glob("outbox.db.damaged-*Z"))) == 1
    assert outtray.states()["new@example.com"] == "sent"
    assert outtray("check").returncode == 0


def test_the_first_page(sound: Home, copies: Iterator[Home]) -> None:
    """A9: a first page that is no database's any more, in front of pages of ours: recovered, not called foreign."""
    home = next(copies)
    damage.overwrite(home.database, 1, "zeros", 1)
    salvaged, _ = start(home)
    assert salvaged is not None
    assert (salvaged.saved, salvaged.lost) == (26, ())
    assert judged(sound, home, salvaged) == []


def test_a_flipped_bit_in_a_message(home: Home, fake_clock: FakeClock) -> None:
    """A9: a bit in a stored message, which SQLite does not see: it becomes corrupt when it is due, the others go."""
    with opened(home, fake_clock) as program:
        receipts = [accept(program, text=f"A text of number {number}.") for number in range(3)]
    data = home.database.read_bytes()
    at = data.index(b"A text of number 1.\r\n")
    damaged = bytearray(data)
    damaged[at] ^= 1
    home.database.write_bytes(damaged)
    with opened(home, fake_clock) as program:
        program.inline_engine().deliver()
        assert program.outbox.salvaged is None
        found = {row.id: row.state for row in program.reader.list()}
        assert [found[receipt.deliveries[0].id] for receipt in receipts] == [State.SENT, State.CORRUPT, State.SENT]
    assert len(list((home.mail / "new").iterdir())) == 2
    assert contradictions(home) == []


# -- while it runs ------------------------------------------------------------------------------------------------


def test_damage_found_while_running(home: Home, fake_clock: FakeClock) -> None:
    """A9: found by a look through the file: recovered before the next claim. An attempt under way keeps its lease and
    ends as it ends; nothing is handed over twice.
    """
    with opened(home, fake_clock) as program:
        first, second = (accept(program).deliveries[0].id for _ in range(2))
        (under_way,) = claim(program, 1, "mine")
        assert program.outbox.intend(under_way).wait()
        told: list[Salvaged] = []
        program.outbox.subscribe_salvaged(told.append)
        program.outbox.mend().wait()
        assert [each.saved for each in told] == [2]
        assert settle(program, under_way, State.SENT)
        assert (state_of(program, first), state_of(program, second)) == (State.SENT, State.QUEUED)
        assert accept(program).deliveries[0].id == 3
    assert contradictions(home) == []


def test_damage_met_by_a_write(sound: Home, copies: Iterator[Home]) -> None:
    """A9: SQLite meets damage in the middle of a write: the outbox is recovered, the write is done once, in the new."""
    home = next(copies)
    tables = damage.table_of(home.database)
    root = min(number for number, name in tables.items() if name == "event_notification")
    with opened(home) as program:
        with home.database.open("r+b") as file:  # as a failing disk, behind SQLite
            file.seek((root - 1) * damage.PAGE)
            file.write(b"\xff" * damage.PAGE)
        receipt = accept(program)
        rows = [row for row in program.reader.list() if row.notification == receipt.notification]
        assert len(rows) == 1
    assert contradictions(home) == []


def test_a_disk_that_is_full_recovers_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A9: no room for the recovered outbox: a sentence, the damaged one as it was, and no half one beside it."""
    with opened(home) as program:
        for _ in range(30):
            accept(program, text="Words. " * 100)
    os.truncate(home.database, home.database.stat().st_size // 2)
    before = fingerprint(home)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(salvage, "sync_file", full)
    with pytest.raises(PersonError) as caught, opened(home):
        pass
    assert caught.value.code == "disk_full"
    assert fingerprint(home) == before


# -- killed in the middle -----------------------------------------------------------------------------------------

_KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from core.mail import mime
from core.outbox import wal
from core.outbox.recovery import salvage
from core.paths import Home
from core.program import Program

left = [int(sys.argv[3])]

def reached(name):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)

salvage.recover(Home(Path(sys.argv[2])), 1_800_000_000_000, mime.is_sealed, reached)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL.")
def test_killed_at_each_step(sound: Home, copies: Iterator[Home]) -> None:
    """A9: kill -9 at each step of a recovery: the next start finds the damaged outbox as it was, or the recovered one;
    it ends with one outbox, one damaged file, and every delivery.
    """
    for number in range(1, 20):
        home = next(copies)
        damage.overwrite(home.database, 5, "garbage", 1)
        child = subprocess.run([sys.executable, "-c", _KILLED, _ROOT, home.root, str(number)], timeout=60)
        with closing(Reader(home)) as reader, contextlib.suppress(OutboxError):
            reader.counts()  # whoever only reads is told, or reads the one that was recovered
        salvaged, _ = start(home)
        assert salvaged is not None, f"at step {number} nobody is told"
        assert salvaged.saved == 26
        assert {row[0] for row in damage.rows_by_id(home)} == {row[0] for row in damage.rows_by_id(sound)}
        assert contradictions(home) == []
        names = sorted(path.name for path in home.root.iterdir() if path.name.startswith("outbox.db"))
        assert [name for name in names if "recover" in name] == []
        assert len([name for name in names if ".damaged-" in name and not name.endswith(("-wal", "-shm"))]) == 1
        if not child.returncode:
            break
        assert child.returncode == -signal.SIGKILL
    assert number > 5


# -- the write-ahead log ------------------------------------------------------------------------------------------

_LEFT = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from core.outbox.states import Reason, State
from core.outbox.store import Store
from core.paths import Home
from core.program import Program
from core.program import Program
from core.executor import Inline
from core.settings import Settings
from tests.outboxes import accept, bring_to

program = Program(Home(Path(sys.argv[2])), Inline(), Settings())
program.open().wait()
for number in range(int(sys.argv[3])):
    accept(program, text=f"Number {number}")
    bring_to(program, State.SENT)
os._exit(0)
"""


def left(home: Home, count: int = 6) -> Path:
    """Have a program end in the middle, with its last commits in the -wal; return that."""
    subprocess.run([sys.executable, "-c", _LEFT, _ROOT, home.root, str(count)], check=True, timeout=60)
    path = home.root / "outbox.db-wal"
    assert path.stat().st_size > 20 * damage.PAGE
    return path


def test_a_flipped_bit_in_the_wal(home: Home, tmp_path: Path) -> None:
    """A9: a bit in any frame of a -wal: SQLite would stop there without a word, and send again what it forgot. All
    that was acknowledged is still there, and nothing that was sent is queued.
    """
    path = left(home)
    frames = (path.stat().st_size - 32) // (24 + damage.PAGE)
    told = set()
    for frame in range(0, frames, 3):
        copy = damage.copy(home, tmp_path / f"copy-{frame}")
        with (copy.root / "outbox.db-wal").open("r+b") as file:
            at = 32 + frame * (24 + damage.PAGE) + random.Random(frame).randrange(24 + damage.PAGE)
            file.seek(at)
            byte = file.read(1)
            file.seek(at)
            file.write(bytes([byte[0] ^ 4]))
        salvaged, found = start(copy)
        told.add(salvaged is not None)
        if frame < frames - 20:
            assert salvaged is not None, f"frame {frame}"
        numbers = set(range(1, 13)) - (set(salvaged.lost) if salvaged else set())
        assert numbers - set(found) <= {11, 12}, f"frame {frame}"  # the last commit may be taken for a torn one
        again = [number for number, state in found.items() if number % 2 == 0 and state == "queued"]
        assert again == [] or (salvaged is None and again == [12]), f"frame {frame}: {again}"
        assert contradictions(copy) == []
    assert True in told


def test_held_for_its_account_and_sent_since(home: Home, tmp_path: Path) -> None:
    """A9: held for its account, let go and sent; then both pages that say “sent” are broken in the -wal: it is held as
    one that may have been sent, and repairing the account does not let it go.
    """
    with opened(home) as program:
        for _ in range(3):
            accept(program)
        _note(program, "held", State.HELD, Reason.ACCOUNT)
        connection = program.outbox._writer._connection
        assert connection is not None
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        for kind, state in (("released", State.QUEUED), ("sending", State.SENDING), ("sent", State.SENT)):
            _note(program, kind, state, Reason.NONE)
        roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_master"))
        copy = damage.copy(home, tmp_path / "copy")
    path = copy.root / "outbox.db-wal"
    log = wal.read(path)
    assert log is not None
    with path.open("r+b") as file:
        for frame in log.frames:
            if frame.page in (roots["delivery"], roots["event"]):
                file.seek(frame.offset + 50)
                file.write(b"XX")
    salvage.recover(copy, 1_800_000_000_000, _is_sealed)
    (first, *_) = damage.rows_by_id(copy)
    assert first[1:3] == ("held", "restored")
    with opened(copy) as program:
        program.outbox.release_account("practice").wait()
        assert state_of(program, 1) is State.HELD


def _note(program: Program, kind: str, state: State, reason: Reason) -> None:
    """Move delivery 1 and say so in an event, in one commit, as every move does."""

    def move(store: Store) -> None:
        lease = "x" if state is State.SENDING else None
        store._db.execute("UPDATE delivery SET state = ?, reason = ?, lease = ? WHERE id = 1", (state, reason, lease))
        store._db.execute(
            "INSERT INTO event (at, notification, delivery, kind, detail)"
            " SELECT 1, notification, 1, ?, '' FROM delivery WHERE id = 1",
            (kind,),
        )

    program.outbox._writer.future(move).result()


def test_a_wal_without_its_head(home: Home) -> None:
    """A9: a bit in the head of a -wal: SQLite would take all of it for nothing. Its commits are still there."""
    path = left(home)
    data = bytearray(path.read_bytes())
    data[13] ^= 1
    path.write_bytes(data)
    salvaged, found = start(home)
    assert salvaged is not None
    assert set(found) == set(range(1, 13))
    assert {found[number] for number in range(2, 13, 2)} == {"sent"}
    assert contradictions(home) == []


def test_a_torn_end_is_no_damage(home: Home) -> None:
    """A2: the last transaction of a -wal is torn, as after a power cut: no recovery, and nothing else is missing."""
    path = left(home)
    os.truncate(path, path.stat().st_size - 3 * damage.PAGE)
    salvaged, found = start(home)
    assert salvaged is None
    assert set(range(1, 12)) <= set(found)
    assert not list(home.root.glob("*damaged*"))


def test_a_wal_of_another_outbox(home: Home, tmp_path: Path) -> None:
    """A10: the -wal of another outbox beside ours: a sentence that names it, and neither file is changed."""
    other = Home(tmp_path / "other")
    other.create()
    stale = left(other)
    damage.fill(home)
    (home.root / "outbox.db-wal").write_bytes(stale.read_bytes())
    before = {name: value for name, value in fingerprint(home).items() if not name.endswith("-shm")}
    with pytest.raises(OutboxError) as caught, opened(home):
        pass
    assert caught.value.code == "outbox_stale"
    assert "outbox.db-wal" in str(caught.value)
    after = {name: value for name, value in fingerprint(home).items() if not name.endswith("-shm")}
    assert after == before


def test_a_wal_of_an_older_generation(home: Home, tmp_path: Path) -> None:
    """A10: outbox.db was put back from a copy, the -wal is of what it became since: a sentence, and no file changed."""
    damage.fill(home)
    copy = (home.database).read_bytes()
    with opened(home) as program:
        for _ in range(60):
            accept(program, text="Later. " * 200)
    path = left(home, 3)
    home.database.write_bytes(copy)
    before = {name: value for name, value in fingerprint(home).items() if not name.endswith("-shm")}
    with pytest.raises(OutboxError) as caught, opened(home):
        pass
    assert caught.value.code == "outbox_stale"
    after = {name: value for name, value in fingerprint(home).items() if not name.endswith("-shm")}
    assert after == before
    path.unlink()
    (home.root / "outbox.db-shm").unlink(missing_ok=True)
    with opened(home) as program:
        assert len(states(program)) == 26


def test_run_recovers_while_it_works(sound: Home, copies: Iterator[Home]) -> None:
    """A9: `run` finds damage by its look through the file, where opening did not: it says the count, and goes on."""
    home = next(copies)
    tables = damage.table_of(home.database)
    index = min(number for number, name in tables.items() if name == "sqlite_autoindex_contact_1")
    damage.overwrite(home.database, index, "zeros", 1)
    outtray = Outtray(home.root)
    done = outtray("check", exits=74)
    assert b"Pages       damaged" in done.stdout
    with outtray.running() as process:
        wait_for(lambda: list(home.root.glob("outbox.db.damaged-*")) and not list(home.root.glob("*.recover*")))
        outtray("send", "new@example.com", "-m", "Hello")
        wait_for(lambda: outtray.states()["new@example.com"] == "sent")
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert b"Recovered 26 of 26 deliveries." in said
    assert outtray("check").stdout.endswith(b"Sound.\n")
    assert contradictions(home) == []
