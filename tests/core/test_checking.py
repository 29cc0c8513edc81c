"""`check`: what is sound is said to be, and each kind of damage is found, with the number of its delivery."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from core.mail import mime
from core.outbox import checking
from core.outbox.notification import Draft, Recipient
from core.paths import Home
from tests import damage
from tests.outboxes import accept, fingerprint, opened


def checked(home: Home, *, is_owned: bool = False) -> checking.Found:
    check = checking.Check(home, is_sealed=mime.is_sealed, named_files=mime.named_files)
    return check.run(is_owned=is_owned)


@pytest.fixture
def full(home: Home) -> Home:
    """An outbox with everything in it; delivery 27 has an attached file."""
    damage.fill(home)
    with opened(home) as program:
        attached = program.spool.add_bytes("a.txt", b"attached")
        draft = Draft(to=(Recipient("ann@example.com"),), text="Hi", attachments=(attached,))
        program.outbox.accept(draft, token="once").wait()
        program.log.catch_up()
    return home


def test_what_is_sound(full: Home) -> None:
    """Nothing is found, everything was counted, and no byte of the outbox changes."""
    before = fingerprint(full)
    found = checked(full)
    assert (found.is_sound, found.deliveries, found.messages, found.files) == (True, 27, 27, 1)
    assert json.loads(checking.found_json(found))["sound"] is True
    assert {name: each for name, each in fingerprint(full).items() if name in before} == before


def test_beside_an_owner(home: Home) -> None:
    """While it is in use, also between two writes, it is sound."""
    with opened(home) as program:
        for _ in range(3):
            accept(program)
            assert checked(home, is_owned=True).is_sound


def _seal(home: Home) -> None:
    data = home.database.read_bytes()
    at = data.index(b"filename=")
    damaged = bytearray(data)
    damaged[at] ^= 2
    home.database.write_bytes(damaged)


def _file(home: Home) -> None:
    for path in home.spool.rglob("*"):
        if path.is_file():
            path.write_bytes(b"atta-hed")


def _no_file(home: Home) -> None:
    for path in home.spool.rglob("*"):
        if path.is_file():
            path.unlink()


def _sql(statement: str) -> Callable[[Home], None]:
    def run(home: Home) -> None:
        with closing(sqlite3.connect(home.database)) as db, db:
            db.execute("PRAGMA ignore_check_constraints = ON")
            db.execute(statement)

    return run


def _page(home: Home) -> None:
    damage.overwrite(home.database, 5, "garbage", 1)


def _first_page(home: Home) -> None:
    damage.overwrite(home.database, 1, "zeros", 1)


def _log(home: Home) -> None:
    home.log.write_bytes(b"")


@pytest.mark.parametrize(
    ("harm", "what", "number"),
    [
        (_seal, "seal", 27),
        (_file, "file", 27),
        (_no_file, "file", 27),
        (_sql("UPDATE tally SET n = n + 1 WHERE state = 'sent'"), "count", None),
        (_sql("UPDATE searchable SET words = 'nobody' WHERE delivery = 27"), "find", 27),
        (_sql("DELETE FROM searchable WHERE delivery = 27"), "find", 27),
        (_sql("INSERT INTO searchable VALUES (99, 'nobody')"), "find", 99),
        (_sql("UPDATE delivery SET state = 'sent' WHERE id = 27"), "state", 27),
        (_sql("UPDATE delivery SET lease = 'x' WHERE id = 27"), "state", 27),
        (_sql("DELETE FROM event WHERE delivery = 27"), "state", 27),
        (_sql("DELETE FROM message WHERE delivery = 27"), "state", 27),
        (_sql("DELETE FROM notification WHERE id = (SELECT notification FROM delivery WHERE id = 27)"), "pages", None),
        (_page, "pages", None),
        (_first_page, "pages", None),
        (_log, "log", None),
    ],
)
def test_each_kind_of_damage_is_found(full: Home, harm: Callable[[Home], None], what: str, number: int | None) -> None:
    """A9: a flipped bit in a message, a changed or missing file, counts, states, pages, the log: each is named."""
    harm(full)
    found = checked(full)
    assert not found.is_sound
    assert (what, number) in {(each.what, each.delivery) for each in found.wrong}
    assert all(each["words"] for each in json.loads(checking.found_json(found))["wrong"])
