"""The address book: people and groups, found, changed, taken from files and written to one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import DraftError, PersonError, Problem
from core.outbox import book_tables
from core.outbox.book_tables import Before, BookTables, Entry, Group, Merged, Person, new_id
from core.outbox.notification import Recipient
from core.outbox.outbox import Outbox
from core.outbox.reader import Reader
from core.outbox.validation import control_in, read_address
from core.paths import reason, whole_file

if TYPE_CHECKING:
    from core.outbox.vcard import Card

NAME_MOST = 200
NOTE_MOST = 10_000
ADDRESSES_MOST = 50

#: So many people are changed in a commit: what is accepted meanwhile waits for some ten milliseconds.
_AT_ONCE = 200
#: A person who reads what was left out reads no more than this; the number says how many there are.
_MOST_TOLD = 500
#: Google's word for everybody.
_NO_GROUPS = frozenset({"mycontacts"})

_ChangePart = Callable[[BookTables, Sequence[bytes]], Before]
#: Called with how much of a file was read, between 0 and 1.
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Imported:
    """What became of a file of cards."""

    new: int
    changed: int
    #: They say what the book knows already.
    same: int
    #: Cards that did not come in.
    left_out: int
    #: Why, each with its line; also of single addresses of cards that did come in. Of very many, the first.
    problems: tuple[Problem, ...]
    before: Before


class Book:
    """The address book. All of it blocks: reading is for the `reads` pool, and no change for a window's main thread.

    A change returns what it found, for `restore`. Raises `PersonError`, and then nothing of it is there; of very many
    people those before it are.
    """

    def __init__(self, outbox: Outbox, reader: Reader) -> None:
        self._outbox = outbox
        self._reader = reader

    # -- reading ------------------------------------------------------------------------------------------------------

    def groups(self) -> tuple[Group, ...]:
        """Return every group, by name."""
        return self._reader.read(book_tables.groups)

    def ids(self, find: str = "", group: bytes | None = None) -> tuple[bytes, ...]:
        """Return who has every word somewhere in the name, an address or a group's name; by name."""
        return self._reader.read(partial(book_tables.ids, find=find, group=group))

    def people(self, ids: Iterable[bytes]) -> tuple[Person, ...]:
        """Return these people in this order; one that is gone is left out."""
        return self._reader.read(partial(book_tables.people, wanted=ids))

    def members(self, group: bytes) -> tuple[Recipient, ...]:
        """Return a group's people as recipients, each at the first address."""
        return self._reader.read(partial(book_tables.members, group=group))

    # -- changing -----------------------------------------------------------------------------------------------------

    def put(self, person: Person) -> Before:
        """Add a person, or change one. Raises `DraftError` where something typed is wrong, `PersonError`."""
        checked = check(person)
        return self._outbox.change_book(lambda tables, now: tables.put(checked, now)).wait()

    def remove(self, ids: Sequence[bytes]) -> Before:
        """Remove people from the book. No mail to them changes."""
        return self._in_parts(ids, lambda tables, part: tables.remove(part))

    def name_group(self, name: str, group: bytes | None = None) -> Before:
        """Make a group, or give it another name."""
        checked = check_group_name(name)
        wanted = group or new_id()
        return self._outbox.change_book(lambda tables, _: tables.name_group(wanted, checked)).wait()

    def remove_group(self, group: bytes) -> Before:
        """Remove a group; its people stay."""
        return self._outbox.change_book(lambda tables, _: tables.remove_group(group)).wait()

    def set_members(self, group: bytes, ids: Sequence[bytes], *, is_in: bool) -> Before:
        """Put people into a group, or take them out."""
        return self._in_parts(ids, lambda tables, part: tables.set_members(group, part, is_in=is_in))

    def restore(self, before: Before) -> Before:
        """Undo a change; what this returns does it again. Raises `PersonError` where it can no longer be undone."""
        instead = self._outbox.change_book(partial(_restore, Before(groups=before.groups))).wait()
        for start in range(0, len(before.people), _AT_ONCE):
            part = Before(before.people[start : start + _AT_ONCE])
            instead |= self._outbox.change_book(partial(_restore, part)).wait()
        return instead

    def _in_parts(self, ids: Sequence[bytes], change: _ChangePart) -> Before:
        before = Before()
        for start in range(0, len(ids), _AT_ONCE):
            part = tuple(ids[start : start + _AT_ONCE])
            before |= self._outbox.change_book(partial(_change, change, part)).wait()
        return before

    # -- files --------------------------------------------------------------------------------------------------------

    def bring_in(self, path: Path, progress: Progress = lambda _: None) -> Imported:
        """Put the cards of a file into the book, some in each commit; a wrong card is named, and the others come in.

        Raises `PersonError` where the file cannot be read or holds no card. Those before it are in the book then.
        """
        from core.outbox import vcard  # nearly no run of the program reads one

        import_ = _Import(self._outbox)
        try:
            size = max(1, path.stat().st_size)
            with path.open("rb") as file:
                for card in vcard.read(file):
                    import_.add(card)
                    if import_.is_full:
                        import_.go()
                        progress(min(1.0, file.tell() / size))
        except OSError as error:
            raise PersonError("cards_unreadable", path=path, why=reason(error)) from error
        if not import_.has_any:
            raise PersonError("cards_none", path=path)
        return import_.end()

    def write_out(self, path: Path, ids: Sequence[bytes], progress: Progress = lambda _: None) -> int:
        """Write people as cards into a file, replacing what is there; return how many. Raises `PersonError`."""
        from core.outbox import vcard

        names = {group.id: group.name for group in self.groups()}
        written = 0
        try:
            with whole_file(path) as file:
                for start in range(0, len(ids), _AT_ONCE):
                    people = self.people(ids[start : start + _AT_ONCE])
                    cards = [_card(vcard.Card, person, names) for person in people]
                    file.writelines(vcard.write(cards))
                    written += len(cards)
                    progress(written / len(ids))
        except OSError as error:
            raise PersonError("file_unwritable", path=path, why=reason(error)) from error
        return written


def check(person: Person) -> Person:
    """Return a person with name and addresses in their normal form.

    Raises `DraftError` with everything that is wrong, by the fields `name`, `addresses` and `note`.
    """
    name = " ".join(person.name.split())
    problems: list[Problem] = []
    if control_in(name):
        problems.append(Problem("name", "person_name_control"))
    if len(name) > NAME_MOST:
        problems.append(Problem("name", "person_name_long", (("most", str(NAME_MOST)),)))
    addresses: dict[str, str] = {}
    for typed in person.addresses:
        try:
            address = read_address(typed).address
        except PersonError as error:
            problems.append(Problem("addresses", error.code, tuple(error.values.items())))
        else:
            addresses.setdefault(address.casefold(), address)
    if not person.addresses:
        problems.append(Problem("addresses", "person_no_address"))
    if len(addresses) > ADDRESSES_MOST:
        problems.append(Problem("addresses", "person_addresses_many", (("most", str(ADDRESSES_MOST)),)))
    if len(person.note) > NOTE_MOST:
        problems.append(Problem("note", "person_note_long", (("most", f"{NOTE_MOST:,}"),)))
    if problems:
        raise DraftError(problems)
    return Person(person.id, name, tuple(addresses.values()), person.note.strip(), person.groups)


def check_group_name(typed: str) -> str:
    """Return a group's name in its normal form. Raises `PersonError`."""
    name = " ".join(typed.split())
    if not name:
        raise PersonError("group_no_name")
    if control_in(name):
        raise PersonError("group_name_control")
    if len(name) > NAME_MOST:
        raise PersonError("group_name_long", most=NAME_MOST)
    return name


def _restore(before: Before, tables: BookTables, now: int) -> Before:
    return tables.restore(before, now)


def _change(change: _ChangePart, part: Sequence[bytes], tables: BookTables, _now: int) -> Before:
    return change(tables, part)


def _card(make: "type[Card]", person: Person, names: dict[bytes, str]) -> "Card":
    groups = sorted(names[each] for each in person.groups if each in names)
    return make(0, person.name, list(person.addresses), person.note, groups)


@dataclass
class _Import:
    """A file of cards on its way into the book."""

    _outbox: Outbox
    has_any: bool = False
    _due: list[tuple[int, Entry]] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)
    _left_out: int = 0
    #: Whose the cards before were, and under which name.
    _claimed: dict[bytes, str] = field(default_factory=dict)
    _new: set[bytes] = field(default_factory=set)
    _changed: set[bytes] = field(default_factory=set)
    _people: dict[bytes, Person | None] = field(default_factory=dict)
    _groups: dict[bytes, tuple[str, tuple[bytes, ...]] | None] = field(default_factory=dict)
    #: First addresses by the UIDs of their cards, for the cards of groups, which may come before them.
    _by_uid: dict[str, str] = field(default_factory=dict)
    _group_cards: "list[Card]" = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        return len(self._due) >= _AT_ONCE

    def add(self, card: "Card | Problem") -> None:
        """Take the next card."""
        self.has_any = True
        if isinstance(card, Problem):
            self._leave_out(card)
        elif card.is_group:
            self._group_cards.append(card)
        else:
            self._take(card)

    def _take(self, card: "Card") -> None:
        addresses = []
        problems = []
        for written in card.addresses:
            try:
                addresses.append(read_address(written).address)
            except PersonError as error:
                problems.append(_of_line("card_address", card.line, why=str(error)))
        try:
            person = check(Person(b"", card.name, tuple(addresses), _clean(card.note)[:NOTE_MOST]))
            groups = tuple(check_group_name(each) for each in card.groups if each.casefold() not in _NO_GROUPS)
        except DraftError as error:
            first = error.problems[0]
            if first.code != "person_no_address":
                problems = [_of_line("card_wrong", card.line, why=str(error))]
            elif not problems:
                code = "card_no_address" if card.name else "card_empty"
                problems = [_of_line(code, card.line, name=card.name)]
            self._leave_out(*problems)
            return
        except PersonError as error:
            self._leave_out(_of_line("card_wrong", card.line, why=str(error)))
            return
        self._tell(*problems)
        if card.uid:
            self._by_uid[_uid(card.uid)] = person.addresses[0]
        self._due.append((card.line, Entry(person.name, person.addresses, person.note, groups)))

    def go(self) -> None:
        """Put what is due into the book. Blocks."""
        due, self._due = self._due, []
        entries = [entry for _, entry in due]
        claimed = dict(self._claimed)
        merged = self._outbox.change_book(lambda tables, now: tables.merge(entries, claimed, now)).wait()
        for (line, entry), one in zip(due, merged, strict=True):
            self._note(line, entry, one)

    def _note(self, line: int, entry: Entry, one: Merged) -> None:
        for person, was in one.before.people:
            self._people.setdefault(person, was)
        for group, found in one.before.groups:
            self._groups.setdefault(group, found)
        if one.person is None:
            self._leave_out(_of_line("card_taken", line, address=entry.addresses[0], name=one.taken_by))
            return
        if entry.name or one.person not in self._claimed:
            self._claimed[one.person] = entry.name
        if one.is_new:
            self._new.add(one.person)
        elif one.is_changed:
            self._changed.add(one.person)

    def end(self) -> Imported:
        """Put in what is left, and the groups; say what became of it all. Blocks."""
        self.go()
        for card in self._group_cards:
            self._take_group(card)
        changed = len(self._changed - self._new)
        return Imported(
            len(self._new),
            changed,
            len(self._claimed) - len(self._new) - changed,
            self._left_out,
            tuple(self._problems),
            Before(tuple(self._people.items()), tuple(self._groups.items())),
        )

    def _take_group(self, card: "Card") -> None:
        try:
            name = check_group_name(card.name)
        except PersonError as error:
            self._leave_out(_of_line("card_wrong", card.line, why=str(error)))
            return
        for member in card.members:
            address = self._by_uid.get(_uid(member), "")
            if not address and member.lower().startswith("mailto:"):
                try:
                    address = read_address(member[7:]).address
                except PersonError as error:
                    self._tell(_of_line("card_address", card.line, why=str(error)))
            if address:
                self._due.append((card.line, Entry("", (address,), groups=(name,))))
            if self.is_full:
                self.go()
        self.go()

    def _leave_out(self, *why: Problem) -> None:
        self._left_out += 1
        self._tell(*why)

    def _tell(self, *why: Problem) -> None:
        self._problems += why[: max(0, _MOST_TOLD - len(self._problems))]


def _of_line(code: str, line: int, **values: str) -> Problem:
    return Problem("card", code, (("line", f"{line:,}"), *values.items()))


def _uid(written: str) -> str:
    return written.casefold().removeprefix("urn:uuid:")


def _clean(note: str) -> str:
    return "".join(each if each in "\n\t" or not control_in(each) else " " for each in note)
