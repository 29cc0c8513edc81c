"""`send` without an owner while another program keeps the outbox locked: it waits, and says for what."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands import PATIENCE_S, Outtray


@pytest.fixture
def outtray(tmp_path: Path) -> Outtray:
    return Outtray(tmp_path / "home")


def test_send_says_what_it_waits_for(outtray: Outtray) -> None:
    """A8: the outbox is locked: after some seconds one sentence on standard error, no receipt before the commit;
    when the other lets go, the receipt, and the message goes once."""
    outtray.accepted("ben@example.net")
    with closing(sqlite3.connect(outtray.home / "outbox.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        process = outtray.start("send", "ann@example.com", "-m", "Hello", "--json")
        assert process.stderr is not None
        assert process.stdout is not None
        said = process.stderr.readline()
        assert said == b"Still saving: another program keeps the outbox locked. Nothing is lost.\n"
        assert process.poll() is None
        other.execute("ROLLBACK")
    receipt, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert receipt.count(b"ann@example.com") == 1
    assert errors == b""
    assert len([each for each in outtray.mail() if each["To"] == "ann@example.com"]) == 1
