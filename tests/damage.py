"""Outboxes that are damaged page by page, and what each page held before: the tests' own reading of the file."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from core.outbox.book_tables import Person, new_id
from core.outbox.notification import Draft, Recipient, Terms
from core.outbox.states import Reason, State
from core.outbox.templates import Template
from core.paths import Home
from core.program import Program
from tests.outboxes import accept, bring_to, claim, opened, settle

PAGE = 4096


def fill(home: Home, each: int = 2) -> None:
    """Make an outbox with deliveries in every state, some with several tries, a notification to three, drafts."""
    with opened(home) as program:
        _fill(program, each)
    with closing(sqlite3.connect(home.database)) as db:  # what was copied into the file at the last goodbye
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _fill(program: Program, each: int) -> None:
    program.outbox.remember([Recipient("ann@example.com", "Ann")], "ann").wait()
    for number in range(each):
        for state in State:
            bring_to(program, state)
        receipt = accept(program, *(Recipient(f"p{name}@example.com") for name in range(3)), text="Words. " * 50)
        accept(program, text="Long. " * 2000, terms=Terms(is_held=True))
        (first,) = claim(program, 1, f"again-{number}", receipt.notification)
        settle(program, first, State.QUEUED, Reason.BACKOFF, due_at=program.clock.now_ms() + 60_000)
        program.outbox.save_draft(f"draft-{number}", Draft(subject="Kept", text="A draft.")).wait()
        _fill_book(program, number)
        program.outbox.save_template(Template(f"template-{number}", f"Ready {number}", "Ready", "It is. " * 9)).wait()
    program.outbox.note_template_used("template-0").wait()


def _fill_book(program: Program, number: int) -> None:
    group = new_id()
    program.outbox.change_book(lambda tables, _: tables.name_group(group, f"Group {number}")).wait()
    program.book.put(Person(new_id(), f"Person {number}", (f"p{number}@example.com",), "A note.", frozenset({group})))


def _garbage(page: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(len(page))


def _zeros(page: bytes, _chance: random.Random) -> bytes:
    return bytes(len(page))


def _one_bit(page: bytes, chance: random.Random) -> bytes:
    bit = chance.randrange(len(page) * 8)
    damaged = bytearray(page)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "garbage": _garbage,
    "zeros": _zeros,
    "one-bit": _one_bit,
}


def overwrite(path: Path, number: int, damage: str, seed: int) -> None:
    """Damage one page of a file, counted from 1."""
    with path.open("r+b") as file:
        file.seek((number - 1) * PAGE)
        page = file.read(PAGE)
        file.seek((number - 1) * PAGE)
        file.write(DAMAGES[damage](page, random.Random(f"{damage} {number} {seed}")))


def pages(path: Path) -> int:
    return path.stat().st_size // PAGE


def copy(home: Home, to: Path) -> Home:
    shutil.copytree(home.root, to)
    return Home(to)


def table_of(path: Path) -> dict[int, str]:
    """Return the table or index that each page belongs to, as SQLite itself says of a sound file."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        try:
            rows = db.execute("SELECT pageno, name FROM dbstat").fetchall()
        except sqlite3.OperationalError:
            return {}
    return dict(rows)


def contents(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table but those that a recovery adds to."""
    with closing(sqlite3.connect(f"{home.database.as_uri()}?mode=ro", uri=True)) as db:
        names = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith("sqlite_stat")
        ]
        return {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}


def rows_by_id(home: Home) -> Iterator[tuple[int, str, str, str]]:
    """Yield (number, state, reason, Message-ID)."""
    with closing(sqlite3.connect(f"{home.database.as_uri()}?mode=ro", uri=True)) as db:
        yield from db.execute("SELECT id, state, reason, message_id FROM delivery ORDER BY id").fetchall()
