"""Earlier recipients: typing a few letters finds them, and the words that did are logged first."""

import pytest

from core.background import BackgroundTasks
from core.outbox.notification import Draft, Recipient
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import ANN, BEN, accept, draft

ANNA = Recipient("ann@example.com", "Anna Bell")


def found(program: Program, words: str) -> list[str]:
    return [each.address for each in program.contacts.search(words) if isinstance(each, Recipient)]


@pytest.mark.parametrize("words", ["a", "an", "ANN", "be", "Bell ann", "exam an", "ann@ex", "example.com"])
def test_a_few_letters_find(program: Program, words: str) -> None:
    """Each word must begin the address, its domain, or one of the names."""
    program.contacts.remember(Draft(to=(ANNA,)))
    assert found(program, words) == ["ann@example.com"]


@pytest.mark.parametrize("words", ["", "  ", "nn", "ell", "ann ben", "%", "_nn", "a\\"])
def test_other_letters_do_not(program: Program, words: str) -> None:
    """What begins no part finds nothing; signs of SQL mean themselves; nothing typed lists nobody."""
    program.contacts.remember(Draft(to=(ANNA,)))
    assert found(program, words) == []


def test_names_of_other_scripts(program: Program) -> None:
    """A name is found as it is written, and large and small letters are the same beyond ASCII too."""
    program.contacts.remember(Draft(to=(Recipient("hanako@example.jp", "山田 花子"),)))
    program.contacts.remember(Draft(to=(Recipient("o@example.de", "Özil Ärzte"),)))
    assert found(program, "花") == ["hanako@example.jp"]
    assert found(program, "öz ÄR") == ["o@example.de"]


def test_who_is_written_to_often_comes_first(program: Program, fake_clock: FakeClock) -> None:
    """By uses, then by the last use."""
    program.contacts.remember(draft(ANN))
    fake_clock.advance(1)
    program.contacts.remember(draft(BEN))
    assert found(program, "example") == [BEN.address, ANN.address]
    program.contacts.remember(draft(ANN))
    assert found(program, "example") == [ANN.address, BEN.address]


def test_a_name_is_not_forgotten(program: Program) -> None:
    """Writing to the bare address keeps the name that was known; a new name replaces it."""
    program.contacts.remember(Draft(to=(ANNA,)))
    program.contacts.remember(Draft(to=(Recipient("ann@example.com"),)))
    assert program.contacts.search("ann") == (ANNA,)
    program.contacts.remember(Draft(to=(ANN,)))
    assert program.contacts.search("ann") == (ANN,)


def test_no_more_than_asked(program: Program) -> None:
    """The list under the field is short."""
    program.contacts.remember(Draft(to=tuple(Recipient(f"a{number}@example.com") for number in range(20))))
    assert len(program.contacts.search("a")) == 8
    assert len(program.contacts.search("a", limit=3)) == 3


def test_the_query_is_a_task_only_when_there_is_one(program: Program) -> None:
    """As in the tutorial: the dependency adds its own line to the same group, and only when q is not empty."""
    tasks = BackgroundTasks()
    program.contacts.note_query(tasks, "N", "")
    assert len(tasks) == 0
    receipt = accept(program, ANN, query="ann")
    program.contacts.note_query(tasks, receipt.notification, "ann")
    tasks.add_task(program.log.write, receipt.notification, "message")
    assert not program.home.log.exists()
    tasks.run()
    assert [row.split("  ", 2)[2] for row in program.home.log.read_text().splitlines()] == [
        "found query: ann",
        "message to ann@example.com",
    ]
