"""A newer package keeps the outbox: of every format there ever was, with a million rows; and removal leaves it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.outbox import database
from core.paths import Home
from tests.outboxes import contradictions
from tests.package.bare import HOME, USER, Bare
from tests.package.conftest import new_root

_ROWS = 1_000_000
#: One of each hundred waits; nothing is due before the year 2100.
_FAR_OFF_MS = 4_102_444_800_000


@pytest.fixture
def own_root(deb: Path) -> Iterator[Bare]:
    """A bare Debian with the package, which the test may take apart."""
    with new_root() as made:
        made.install(str(deb))
        yield made


def of_format(home: Home, number: int, rows: int) -> None:
    """Make an outbox as the Outtray of that format left it, by its own tables and triggers."""
    home.root.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patched:
        files = database.migrations()[:number]
        patched.setattr(database, "migrations", lambda: files)
        connection = database.open_for_writing(home)
    with closing(connection) as db:
        db.execute("PRAGMA journal_mode = OFF").fetchone()
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("BEGIN")
        numbers = f"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {rows})"
        db.execute(
            f"{numbers} INSERT INTO notification SELECT printf('%026d', i), 'token-' || i, 'practice', 'me@x', '',"
            ' \'Order \' || i, \'{"to":[{"address":"ann@example.com"}]}\', 1000, NULL FROM c'
        )
        db.execute(
            f"{numbers} INSERT INTO delivery (id, notification, recipient, recipient_name, state, reason, due_at,"
            " message_id, updated_at, sent_at) SELECT i, printf('%026d', i), 'ann@example.com', '',"
            f" iif(i % 100, 'sent', 'queued'), iif(i % 100, 'practised', 'schedule'), {_FAR_OFF_MS},"
            " '<' || i || '@x>', 1000, iif(i % 100, 1000, NULL) FROM c"
        )
        db.execute(f"{numbers} INSERT INTO message SELECT i, zeroblob(300), zeroblob(32), 300 FROM c")
        db.execute(
            f"{numbers} INSERT INTO event (at, notification, delivery, kind) SELECT 1000, printf('%026d', i), i,"
            " iif(i % 100, 'practised', 'accepted') FROM c"
        )
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL").fetchone()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(1, len(database.migrations()) + 1))
def test_an_outbox_of_every_format_goes_on(installed: Bare, number: int) -> None:
    """The program that is installed opens it, keeps all its rows, finds by words, and takes one more."""
    of_format(Home(installed.outbox), number, _ROWS)
    installed.as_root("chown", "-R", f"{USER}:{USER}", HOME)
    receipt = json.loads(installed.run("outtray", "send", "ben@example.com", "-m", "New", "--json").stdout)
    assert receipt["deliveries"][0]["id"] == _ROWS + 1
    status = json.loads(installed.run("outtray", "status", "--json").stdout)
    assert (status["total"], status["queued"]) == (_ROWS + 1, _ROWS // 100)
    found = installed.run("outtray", "list", "--find", "order 777777", "--json").stdout.splitlines()
    assert [json.loads(line)["id"] for line in found] == [777_777]
    with closing(sqlite3.connect(installed.outbox / "outbox.db")) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(database.migrations()),)


@pytest.mark.parametrize("number", range(1, len(database.migrations()) + 1))
def test_nothing_contradicts_itself_afterwards(installed: Bare, number: int) -> None:
    """Of fewer rows, everything is compared with everything: states, events, counts, what is found, every page."""
    of_format(Home(installed.outbox), number, 1000)
    installed.as_root("chown", "-R", f"{USER}:{USER}", HOME)
    installed.run("outtray", "send", "ben@example.com", "-m", "New")
    assert contradictions(Home(installed.outbox)) == []


def test_upgrade_and_removal_leave_the_outbox(own_root: Bare, deb: Path) -> None:
    """Installed again over itself, removed, purged: the outbox is as it was, and nothing of the program is left."""
    own_root.run("outtray", "send", "ann@example.com", "-m", "Kept")
    own_root.as_root("apt-get", "-q", "-y", "install", "--reinstall", f"/tmp/{deb.name}")
    assert json.loads(own_root.run("outtray", "status", "--json").stdout)["sent"] == 1
    before = {path.name: path.read_bytes() for path in own_root.outbox.iterdir() if path.is_file()}
    own_root.as_root("apt-get", "-q", "-y", "purge", "outtray")
    assert not (own_root.folder / "usr/lib/outtray").exists()
    assert not list((own_root.folder / "usr/share").rglob("*outtray*"))
    assert {path.name: path.read_bytes() for path in own_root.outbox.iterdir() if path.is_file()} == before


def test_a_missing_library_is_said_in_the_first_line(own_root: Bare) -> None:
    """Without a library that the window needs: one sentence names it and the line to type; commands go on working."""
    own_root.as_root("dpkg", "--remove", "--force-depends", "libxcb-cursor0")
    said = own_root.run("outtray", environ={"DISPLAY": ":99"}, ends_with=69).stderr.splitlines()
    assert len(said) == 1
    said = own_root.run("outtray", "doctor", environ={"DISPLAY": ":99"}, ends_with=69).stdout.splitlines()
    (lack,) = [line for line in said if line.startswith("LACK")]
    assert "libxcb-cursor.so.0" in lack
    assert "apt-get install libxcb-cursor0" in lack
    own_root.run("outtray", "send", "ann@example.com", "-m", "Still works")
