"""The address book: people and groups, their undoing, files of cards, and what a backup and a recovery carry."""

import io
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import DraftError, PersonError
from core.outbox import database, restoring, vcard
from core.outbox.book import Book, check
from core.outbox.book_tables import Before, Group, Person, new_id
from core.outbox.notification import Draft, Recipient
from core.outbox.states import State
from core.paths import Home
from core.program import Program
from tests import damage
from tests.fakes import FakeClock
from tests.outboxes import accept, bring_to, opened


def person(name: str, *addresses: str, note: str = "", into: Group | None = None) -> Person:
    return Person(new_id(), name, addresses, note, frozenset({into.id} if into else ()))


def everybody(program: Program, find: str = "") -> list[str]:
    """Return the people of the book, as a person would say them."""
    book = program.book
    names = {group.id: group.name for group in book.groups()}
    return [
        f"{each.name} <{', '.join(each.addresses)}>{''.join(f' [{names[group]}]' for group in each.groups)}"
        for each in book.people(book.ids(find))
    ]


def group_of(program: Program, name: str) -> Group:
    return next(group for group in program.book.groups() if group.name == name)


@pytest.fixture
def book(program: Program) -> Book:
    return program.book


@pytest.fixture
def filled(program: Program) -> Program:
    """A book with Ann and Ben, who are parents, and Özil, who is not."""
    book = program.book
    book.name_group("Parents")
    parents = group_of(program, "Parents")
    book.put(person("Ben Ito", "ben@example.net", into=parents))
    book.put(person("Ann Bell", "ann@example.com", "ann@work.example", into=parents))
    book.put(person("Özil Ärzte", "o@example.de"))
    return program


# -- people and groups ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("find", "names"),
    [
        ("", ["Ann Bell", "Ben Ito", "Özil Ärzte"]),
        ("be", ["Ann Bell", "Ben Ito"]),
        ("work.ex", ["Ann Bell"]),
        ("parents ito", ["Ben Ito"]),
        ("ÄRZTE", ["Özil Ärzte"]),
        ("%", []),
    ],
)
def test_finding_in_the_book(filled: Program, find: str, names: list[str]) -> None:
    """Each word stands somewhere in the name, an address or a group; in order of their names."""
    assert [each.name for each in filled.book.people(filled.book.ids(find))] == names


def test_a_person_is_changed_and_deleted_and_each_is_undone(filled: Program) -> None:
    """What was there comes back whole: name, addresses in order, groups."""
    book = filled.book
    before = everybody(filled)
    (ann,) = book.people(book.ids("ann"))
    changed = book.put(Person(ann.id, "Ann Smith", ("ann@work.example",), "moved"))
    assert everybody(filled)[0] == "Ann Smith <ann@work.example>"
    book.restore(changed)
    assert everybody(filled) == before
    removed = book.remove(book.ids())
    assert everybody(filled) == []
    again = book.restore(removed)
    assert everybody(filled) == before
    book.restore(again)
    assert everybody(filled) == []


def test_a_group_is_renamed_left_and_deleted_and_each_is_undone(filled: Program) -> None:
    """Its people stay when it goes, and are in it again when it comes back."""
    book = filled.book
    before = everybody(filled)
    parents = group_of(filled, "Parents")
    assert parents.size == 2
    changes: tuple[Callable[[], Before], ...] = (
        lambda: book.name_group("Mothers", parents.id),
        lambda: book.set_members(parents.id, book.ids(), is_in=False),
        lambda: book.set_members(parents.id, book.ids(), is_in=True),
        lambda: book.remove_group(parents.id),
    )
    for change in changes:
        undo = change()
        assert everybody(filled) != before
        assert len(book.ids()) == 3
        book.restore(undo)
        assert everybody(filled) == before
    assert [each.address for each in book.members(parents.id)] == ["ann@example.com", "ben@example.net"]


def test_an_address_is_one_persons(filled: Program) -> None:
    """A second person with it is refused by the name of the first, in any case of letters; nothing is changed."""
    before = everybody(filled)
    with pytest.raises(PersonError, match="already in the book: Ben Ito") as caught:
        filled.book.put(person("Other", "other@example.com", "BEN@example.net"))
    assert caught.value.code == "person_taken"
    with pytest.raises(PersonError, match="already a group named parents"):
        filled.book.name_group("parents")
    assert everybody(filled) == before


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        (person("Ann"), ["addresses"]),
        (person("Ann", "ann@"), ["addresses"]),
        (person("A\x07", "ann@example.com"), ["name"]),
        (person("x" * 201, "ann@example", note="y" * 10_001), ["name", "addresses", "note"]),
        (person("", *(f"a{number}@example.com" for number in range(51))), ["addresses"]),
    ],
)
def test_what_is_wrong_with_a_person_is_named_by_its_field(wrong: Person, fields: list[str]) -> None:
    """No address, a wrong one, control characters, too long: a sentence for each."""
    with pytest.raises(DraftError) as caught:
        check(wrong)
    assert [problem.field for problem in caught.value.problems] == fields
    assert str(caught.value)


def test_an_undo_that_cannot_be_done_any_more_is_said(filled: Program) -> None:
    """The address was given to somebody else since: that stays as it is."""
    book = filled.book
    removed = book.remove(book.ids("ben"))
    book.put(person("Heir", "ben@example.net"))
    with pytest.raises(PersonError, match="already in the book: Heir"):
        book.restore(removed)
    assert "Heir <ben@example.net>" in everybody(filled)


# -- writing to them --------------------------------------------------------------------------------------------------


def test_the_book_wins_over_an_earlier_recipient(filled: Program) -> None:
    """Typing finds who is in the book by the book's name, and once; others as before; groups between."""
    filled.contacts.remember(Draft(to=(Recipient("BEN@example.net", "Wrong"), Recipient("pat@example.org", "Pat"))))
    assert filled.contacts.search("ben") == (Recipient("ben@example.net", "Ben Ito"),)
    parents = group_of(filled, "Parents")
    assert filled.contacts.search("pa") == (parents, Recipient("pat@example.org", "Pat"))
    assert filled.contacts.search("bell") == (
        Recipient("ann@example.com", "Ann Bell"),
        Recipient("ann@work.example", "Ann Bell"),
    )
    filled.book.set_members(parents.id, filled.book.ids(), is_in=False)
    assert filled.contacts.search("parents") == ()  # there is nobody in it


def test_who_was_written_to_most_is_first(filled: Program) -> None:
    """As among earlier recipients."""
    filled.contacts.remember(Draft(to=(Recipient("ben@example.net"),)))
    assert [str(each) for each in filled.contacts.search("be", limit=2)] == [
        "Ben Ito <ben@example.net>",
        "Ann Bell <ann@example.com>",
    ]


def test_deleting_somebody_loses_no_mail(filled: Program) -> None:
    """What was sent to them, what waits, and that they were written to: all of it stays."""
    receipt = accept(filled, Recipient("ben@example.net", "Ben Ito"))
    filled.contacts.remember(Draft(to=(Recipient("ben@example.net", "Ben Ito"),)))
    filled.book.remove(filled.book.ids("ben"))
    assert filled.reader.details(receipt.deliveries[0].id).delivery.to == "ben@example.net"
    assert filled.reader.counts().by_state[State.QUEUED] == 1
    assert filled.contacts.search("ben") == (Recipient("ben@example.net", "Ben Ito"),)


# -- files of cards ---------------------------------------------------------------------------------------------------


def card(name: str, *more: str) -> str:
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", *more, "END:VCARD", ""))


def written(tmp_path: Path, *cards: str) -> Path:
    path = tmp_path / "cards.vcf"
    path.write_text("".join(cards), newline="")
    return path


def test_the_same_file_twice_makes_no_doubles(book: Book, program: Program, tmp_path: Path) -> None:
    """The first time all are new, the second time the book knows all of it."""
    path = written(
        tmp_path,
        card("Ann", "EMAIL:ann@example.com", "CATEGORIES:Parents,myContacts"),
        card("Mum", "EMAIL:family@example.com", "UID:urn:uuid:7"),
        card("Dad", "EMAIL:family@example.com", "EMAIL:dad@example.com"),
        card("Ann", "EMAIL:ANN@example.com", "EMAIL:ann@work.example"),
        card("Choir", "KIND:group", "MEMBER:urn:uuid:7", "MEMBER:mailto:new@example.com"),
    )
    first = book.bring_in(path)
    assert (first.new, first.changed, first.same, first.left_out) == (4, 0, 0, 0)
    there = everybody(program)
    assert there == [
        "Ann <ann@example.com, ann@work.example> [Parents]",
        "Dad <dad@example.com>",
        "Mum <family@example.com> [Choir]",
        " <new@example.com> [Choir]",
    ]
    second = book.bring_in(path)
    assert (second.new, second.changed, second.same, second.left_out) == (0, 0, 4, 0)
    assert everybody(program) == there
    assert second.before == Before()
    book.restore(first.before)
    assert everybody(program) == []
    assert book.groups() == ()


def test_a_card_changes_who_is_there_already(filled: Program, tmp_path: Path) -> None:
    """Its name counts; addresses and groups come to those that are there; what it does not say stays. All is undone."""
    before = everybody(filled)
    path = written(
        tmp_path, card("Benjamin Ito", "EMAIL:ben@work.example", "EMAIL:ben@example.net", "CATEGORIES:Choir")
    )
    done = filled.book.bring_in(path)
    assert (done.new, done.changed) == (0, 1)
    (ben,) = filled.book.people(filled.book.ids("benjamin"))
    assert ben.addresses == ("ben@example.net", "ben@work.example")
    assert len(ben.groups) == 2
    filled.book.restore(done.before)
    assert everybody(filled) == before
    assert [group.name for group in filled.book.groups()] == ["Parents"]


def test_what_is_left_out_is_named_by_its_line(book: Book, program: Program, tmp_path: Path) -> None:
    """No address, a wrong one, somebody else's, an unknown charset: each has its line, and the others came in."""
    path = written(
        tmp_path,
        card("No Mail"),
        card("Ann", "EMAIL:ann@", "EMAIL:ann@example.com"),
        card("Wrong", "EMAIL:wrong@"),
        card("Other", "EMAIL:ann@example.com"),
        card("Odd", "NOTE;CHARSET=NOPE:x"),
        card("Ben", "EMAIL:ben@example.net"),
    )
    done = book.bring_in(path)
    assert everybody(program) == ["Ann <ann@example.com>", "Ben <ben@example.net>"]
    assert (done.new, done.left_out) == (2, 4)
    found = {(problem.code, problem.value("line")) for problem in done.problems}
    assert found == {
        ("card_no_address", "1"),
        ("card_address", "5"),
        ("card_address", "11"),
        ("card_taken", "16"),
        ("card_charset", "24"),
    }


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "cards_none"), (b"\x89PNG\r\n", "cards_none"), (None, "cards_unreadable")]
)
def test_a_file_without_cards_is_refused(book: Book, tmp_path: Path, content: bytes | None, code: str) -> None:
    """A picture, an empty file, a folder: one sentence, and nothing changes."""
    path = tmp_path / "cards.vcf"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(PersonError) as caught:
        book.bring_in(path)
    assert caught.value.code == code
    assert str(path) in str(caught.value)


def test_what_is_exported_comes_in_again(filled: Program, tmp_path: Path) -> None:
    """People, addresses in order, notes and groups, into an empty book."""
    filled.book.put(person("", "nameless@example.com", note="one\ntwo"))
    before = everybody(filled)
    path = tmp_path / "out.vcf"
    told: list[float] = []
    assert filled.book.write_out(path, filled.book.ids(), told.append) == 4
    assert told == [1.0]
    filled.book.remove(filled.book.ids())
    assert filled.book.bring_in(path).new == 4
    there = {each.addresses[0]: each for each in filled.book.people(filled.book.ids())}
    assert there["nameless@example.com"].note == "one\ntwo"
    assert there["nameless@example.com"].name in ("", "nameless@example.com")
    assert [each.replace("nameless@example.com <", " <") for each in everybody(filled)] == before
    assert sum(isinstance(each, vcard.Card) for each in vcard.read(io.BytesIO(path.read_bytes()))) == 4


def test_ten_thousand_cards_come_in(book: Book, program: Program, tmp_path: Path) -> None:
    """In parts with a commit each, and with how far it is; and they are found."""
    path = written(tmp_path, *(card(f"Person {number}", f"EMAIL:p{number}@example.com") for number in range(10_000)))
    told: list[float] = []
    done = book.bring_in(path, told.append)
    assert (done.new, done.left_out) == (10_000, 0)
    assert len(told) == 50
    assert told == sorted(told)
    assert [each.name for each in book.people(book.ids("person 9999"))] == ["Person 9999"]


# -- what carries it --------------------------------------------------------------------------------------------------


def test_a_backup_carries_the_book(filled: Program, tmp_path: Path, fake_clock: FakeClock) -> None:
    """Restored somewhere else, everybody is there, in their groups."""
    before = everybody(filled)
    path = tmp_path / "backup.zip"
    filled.back_up(path, lambda _what, _share: None)
    home = Home(tmp_path / "other")
    home.create()
    restoring.restore(home, path, fake_clock.now_ms())
    with opened(home, fake_clock) as other:
        assert everybody(other) == before


def _with_book(home: Home) -> list[str]:
    with opened(home) as program:
        for state in (State.SENT, State.QUEUED):
            bring_to(program, state)
        program.book.name_group("Parents")
        parents = group_of(program, "Parents")
        for number in range(200):
            program.book.put(person(f"Person {number:03}", f"p{number}@example.com", note="n" * 50, into=parents))
        program.book.remove(program.book.ids("person 19"))  # twelve, who must stay away
        return everybody(program)


def _recovered(home: Home) -> list[str]:
    with opened(home) as program:
        program.outbox.mend().wait()
        assert program.outbox.salvaged is not None
        assert program.contacts.search("parents") or not program.book.groups()
        return everybody(program)


def test_a_recovery_carries_the_book(home: Home) -> None:
    """All of it comes out of the pages, and nobody who was deleted."""
    before = _with_book(home)
    assert len(before) == 188
    assert _recovered(home) == before


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_book_is_recovered_as_far_as_it_is_there(home: Home, seed: int) -> None:
    """With a page of it gone, what else there is comes out; nobody is without an address, and nobody comes back."""
    before = _with_book(home)
    with closing(sqlite3.connect(home.database)) as db:
        pages = [
            row[0] for row in db.execute("SELECT pageno FROM dbstat WHERE name LIKE 'book_%' AND pagetype = 'leaf'")
        ]
    lost = random.Random(seed).choice(pages)
    with home.database.open("r+b") as file:
        file.seek((lost - 1) * damage.PAGE)
        file.write(bytes(damage.PAGE))
    there = _recovered(home)
    addresses = {each.partition("<")[2].partition(">")[0] for each in before}
    assert len(there) > 150
    assert {each.partition("<")[2].partition(">")[0] for each in there} <= addresses


def test_an_outbox_of_the_format_before_gets_a_book(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was written to is still found, before and after; then there is an empty book."""
    every = database.migrations()
    with monkeypatch.context() as patched:
        before = [each for each in every if each.name < "0005_book.sql"]
        patched.setattr(database, "migrations", lambda: before)
        with opened(home) as program:
            program.contacts.remember(Draft(to=(Recipient("ann@example.com", "Ann"),)))
            assert program.contacts.search("ann") == (Recipient("ann@example.com", "Ann"),)
    with opened(home) as program:
        assert program.contacts.search("ann") == (Recipient("ann@example.com", "Ann"),)
        assert program.book.ids() == ()
