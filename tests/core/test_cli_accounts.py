"""What `account` asks of the outbox's owner."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from core.accounts import accounts
from core.accounts.accounts import Account
from core.accounts.secrets import Secrets
from core.cli.verbs import Verbs
from core.clock import Clock
from core.door import Answer
from core.paths import Home
from core.program import Program
from tests.keyrings import MemoryKeyring
from tests.outboxes import opened

SCHOOL = Account(name="school", address="info@school.example", host="smtp.school.example", user="info")


@pytest.fixture
def program(tmp_path: Path, fake_clock: Clock) -> Iterator[Program]:
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    accounts.add(Home(tmp_path), SCHOOL)
    with opened(Home(tmp_path), fake_clock) as made:
        yield made
    keyring.set_keyring(before)


def test_an_account_that_is_added_again_keeps_its_new_password(program: Program) -> None:
    """What follows the answer to a removal takes nothing from whoever takes the name next."""
    another_process = Secrets(program.home, {})
    another_process.keep(SCHOOL, "old")
    ask = Verbs(program, "window")
    removed = ask({"verb": "account-remove", "arguments": {"name": "school"}})
    another_process.keep(SCHOOL, "new")
    table = accounts.to_table(SCHOOL)
    ask({"verb": "account-add", "arguments": {"name": "school", "account": table}})
    assert isinstance(removed, Answer)
    removed.afterwards()
    assert program.secrets.get(SCHOOL) == "new"
