"""The tables of the address book: all SQL of it, for the thread that writes and for those that read."""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import PersonError
from core.outbox.likeness import escaped, folded
from core.outbox.notification import Recipient

#: SQLite takes at most 32,766 variables in a statement; ids are asked for in parts of this size.
_PART = 500
#: Of the id of a person or a group.
ID_BYTES = 16


@dataclass(frozen=True)
class Person:
    """One person of the address book."""

    id: bytes
    #: May be "".
    name: str
    #: The first is the one that is written to.
    addresses: tuple[str, ...]
    note: str = ""
    #: The ids of the groups they are in.
    groups: frozenset[bytes] = frozenset()

    @property
    def recipient(self) -> Recipient:
        """The person as a recipient, at their first address."""
        return Recipient(self.addresses[0], self.name)


@dataclass(frozen=True)
class Group:
    """A group of the address book."""

    id: bytes
    name: str
    #: How many people are in it.
    size: int


@dataclass(frozen=True)
class Before:
    """What a change of the book found there, so that it can be undone: None for what was not there."""

    people: tuple[tuple[bytes, Person | None], ...] = ()
    #: A group's name and the ids of who is in it.
    groups: tuple[tuple[bytes, tuple[str, tuple[bytes, ...]] | None], ...] = ()

    def __or__(self, later: "Before") -> "Before":
        """Return what both found. Of what both changed, the first found what there was."""
        people, groups = dict(later.people) | dict(self.people), dict(later.groups) | dict(self.groups)
        return Before(tuple(people.items()), tuple(groups.items()))


@dataclass(frozen=True)
class Entry:
    """What one card says, checked."""

    name: str
    addresses: tuple[str, ...]
    note: str = ""
    #: The names of groups.
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Merged:
    """What became of one card."""

    #: None: its addresses are somebody else's, see `taken_by`.
    person: bytes | None
    before: Before
    is_new: bool = False
    is_changed: bool = False
    taken_by: str = ""


def new_id() -> bytes:
    """Make the id of a person or a group."""
    return secrets.token_bytes(ID_BYTES)


def has_book(db: sqlite3.Connection) -> bool:
    """False for an outbox of an older format that nobody has opened for writing since."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'book_person'").fetchone() is not None


# -- reading ----------------------------------------------------------------------------------------------------------


def groups(db: sqlite3.Connection) -> tuple[Group, ...]:
    """Return every group with its size, by name."""
    rows = db.execute(
        "SELECT g.id, g.name, (SELECT count(*) FROM book_member m WHERE m.book_group = g.id) FROM book_group g"
    )
    return tuple(sorted((Group(*row) for row in rows), key=lambda group: (group.name.casefold(), group.id)))


def ids(db: sqlite3.Connection, find: str = "", group: bytes | None = None) -> tuple[bytes, ...]:
    """Return who has every word somewhere in the name, an address or a group's name; by name."""
    clauses: list[str] = []
    values: dict[str, object] = {}
    if group is not None:
        clauses.append("p.id IN (SELECT person FROM book_member WHERE book_group = :group)")
        values["group"] = group
    for number, typed in enumerate(find.split()):
        address, name, word = folded(typed, "a.address", "g.name")
        clauses.append(
            f"(p.sort LIKE :f{number} ESCAPE '\\'"
            f" OR EXISTS (SELECT 1 FROM book_address a WHERE a.person = p.id AND {address} LIKE :f{number} ESCAPE '\\')"
            f" OR p.id IN (SELECT m.person FROM book_member m JOIN book_group g ON g.id = m.book_group"
            f" WHERE {name} LIKE :f{number} ESCAPE '\\'))"
        )
        values[f"f{number}"] = f"%{escaped(word)}%"
    where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
    return tuple(row[0] for row in db.execute(f"SELECT p.id FROM book_person p{where} ORDER BY p.sort, p.id", values))


def people(db: sqlite3.Connection, wanted: Iterable[bytes]) -> tuple[Person, ...]:
    """Return these people in the order in which they were asked for; one that is gone is left out."""
    kept = tuple(wanted)
    found: dict[bytes, Person] = {}
    for first in range(0, len(kept), _PART):
        part = kept[first : first + _PART]
        marks = ",".join("?" * len(part))
        addresses: dict[bytes, list[str]] = {each: [] for each in part}
        member_of: dict[bytes, list[bytes]] = {each: [] for each in part}
        for person, address in db.execute(
            f"SELECT person, address FROM book_address WHERE person IN ({marks}) ORDER BY person, place", part
        ):
            addresses[person].append(address)
        for person, book_group in db.execute(
            f"SELECT person, book_group FROM book_member WHERE person IN ({marks})", part
        ):
            member_of[person].append(book_group)
        for row in db.execute(f"SELECT id, name, note FROM book_person WHERE id IN ({marks})", part):
            found[row[0]] = Person(row[0], row[1], tuple(addresses[row[0]]), row[2], frozenset(member_of[row[0]]))
    return tuple(found[each] for each in kept if each in found)


def members(db: sqlite3.Connection, group: bytes) -> tuple[Recipient, ...]:
    """Return a group's people as recipients, by name."""
    rows = db.execute(
        "SELECT a.address, p.name FROM book_member m JOIN book_person p ON p.id = m.person"
        " JOIN book_address a ON a.person = p.id AND a.place = 0 WHERE m.book_group = ? ORDER BY p.sort, p.id",
        (group,),
    )
    return tuple(Recipient(*row) for row in rows)


def found_people(db: sqlite3.Connection, words: str, limit: int) -> tuple[Recipient, ...]:
    """Return people in whose name or address every word begins a part: those written to most first, then by name."""
    clauses, values = [], {}
    for number, typed in enumerate(words.split()):
        address, word = folded(typed, "a.address")
        clauses.append(
            f"({address} LIKE :w{number} ESCAPE '\\' OR {address} LIKE :q{number} ESCAPE '\\'"
            f" OR p.sort LIKE :w{number} ESCAPE '\\' OR p.sort LIKE :p{number} ESCAPE '\\')"
        )
        plain = escaped(word)
        values[f"w{number}"] = f"{plain}%"
        values[f"p{number}"] = f"% {plain}%"
        values[f"q{number}"] = f"%@{plain}%"
    if not clauses:
        return ()
    rows = db.execute(
        "SELECT a.address, p.name FROM book_address a JOIN book_person p ON p.id = a.person"
        " LEFT JOIN contact c ON c.address = a.address"
        f" WHERE {' AND '.join(clauses)} ORDER BY coalesce(c.uses, 0) DESC, p.sort, p.id, a.place LIMIT :limit",
        {**values, "limit": limit},
    )
    return tuple(Recipient(*row) for row in rows)


def found_groups(db: sqlite3.Connection, words: str, limit: int) -> tuple[Group, ...]:
    """Return groups in whose name every word begins a part, and in which there is somebody."""
    wanted = words.casefold().split()
    if not wanted:
        return ()
    fitting = (
        group
        for group in groups(db)
        if group.size and all(f" {word}" in f" {group.name.casefold()}" for word in wanted)
    )
    return tuple(each for each, _ in zip(fitting, range(limit), strict=False))


def everybody(db: sqlite3.Connection) -> Iterator[Person]:
    """Yield everybody, by name."""
    every = ids(db)
    for first in range(0, len(every), _PART):
        yield from people(db, every[first : first + _PART])


# -- after a recovery -------------------------------------------------------------------------------------------------


def complete(db: sqlite3.Connection, now: int) -> None:
    """Make the book whole of which only some rows were found: an address whose person is lost is a person again.

    What is left of a person without an address, and who was in a group that is lost, goes.
    """
    db.execute(
        "INSERT INTO book_person SELECT person, '', '', lower(address), ? FROM book_address a"
        " WHERE NOT EXISTS (SELECT 1 FROM book_person p WHERE p.id = a.person) GROUP BY person",
        (now,),
    )
    db.execute(
        "DELETE FROM book_person WHERE NOT EXISTS (SELECT 1 FROM book_address a WHERE a.person = book_person.id)"
    )
    # The first is 0 again, whichever it is.
    db.execute(
        "UPDATE book_address SET place = (SELECT count(*) FROM book_address b WHERE b.person = book_address.person"
        " AND (b.place, b.rowid) < (book_address.place, book_address.rowid))"
    )
    db.execute(
        "DELETE FROM book_member WHERE NOT EXISTS (SELECT 1 FROM book_person p WHERE p.id = book_member.person)"
        " OR NOT EXISTS (SELECT 1 FROM book_group g WHERE g.id = book_member.book_group)"
    )


# -- writing ----------------------------------------------------------------------------------------------------------


class BookTables:
    """The book through the one connection that writes. Not for any thread but the writes thread.

    Each change returns what it found, so that it can be undone. Names and addresses are what `core.outbox.book`
    checked. Raises `PersonError`, and then nothing of the change is there.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, person: Person, now: int) -> Before:
        """Add a person, or change them to this: addresses, name, note and groups.

        Raises `PersonError` ("person_taken") where an address is somebody else's.
        """
        before = Before(((person.id, self._person(person.id)),))
        for address in person.addresses:
            if (owner := self._owner(address)) is not None and owner.id != person.id:
                raise PersonError("person_taken", address=address, name=owner.name or owner.addresses[0])
        sort = (person.name or person.addresses[0]).casefold()
        self._db.execute(
            "INSERT INTO book_person VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
            " note = excluded.note, sort = excluded.sort, changed_at = excluded.changed_at",
            (person.id, person.name, person.note, sort, now),
        )
        self._db.execute("DELETE FROM book_address WHERE person = ?", (person.id,))
        self._db.executemany(
            "INSERT INTO book_address VALUES (?, ?, ?)",
            [(person.id, place, address) for place, address in enumerate(person.addresses)],
        )
        self._db.execute("DELETE FROM book_member WHERE person = ?", (person.id,))
        # Of groups that were deleted meanwhile nobody is a member.
        self._db.executemany(
            "INSERT INTO book_member SELECT id, ? FROM book_group WHERE id = ?",
            [(person.id, group) for group in sorted(person.groups)],
        )
        return before

    def remove(self, wanted: Sequence[bytes]) -> Before:
        """Remove people. What was sent to them, and what is on its way, stays."""
        before = tuple((person.id, person) for person in people(self._db, wanted))
        self._db.executemany("DELETE FROM book_person WHERE id = ?", [(each,) for each, _ in before])
        return Before(before)

    def name_group(self, group: bytes, name: str) -> Before:
        """Make a group, or give it another name. Raises `PersonError` ("group_taken") where there is such a one."""
        row = self._db.execute("SELECT id FROM book_group WHERE name = ?", (name,)).fetchone()
        if row is not None and row[0] != group:
            raise PersonError("group_taken", name=name)
        before = Before(groups=((group, self._group(group)),))
        self._db.execute(
            "INSERT INTO book_group VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name", (group, name)
        )
        return before

    def remove_group(self, group: bytes) -> Before:
        """Remove a group. Its people stay."""
        before = Before(groups=((group, self._group(group)),))
        self._db.execute("DELETE FROM book_group WHERE id = ?", (group,))
        return before

    def set_members(self, group: bytes, wanted: Sequence[bytes], *, is_in: bool) -> Before:
        """Put people into a group, or take them out of it."""
        before = Before(tuple((person.id, person) for person in people(self._db, wanted)))
        pairs = [(group, each) for each, _ in before.people]
        if is_in:
            self._db.executemany("INSERT OR IGNORE INTO book_member SELECT id, ?2 FROM book_group WHERE id = ?1", pairs)
        else:
            self._db.executemany("DELETE FROM book_member WHERE book_group = ? AND person = ?", pairs)
        return before

    def restore(self, before: Before, now: int) -> Before:
        """Bring back what a change found; return what there was instead, to do it again.

        Raises `PersonError` where an address or a name was given to another one since.
        """
        instead = Before()
        for group, found in before.groups:
            instead |= self.remove_group(group) if found is None else self.name_group(group, found[0])
        gone = [each for each, person in before.people if person is None]
        if gone:
            instead |= self.remove(gone)
        for _, person in before.people:
            if person is not None:
                instead |= self.put(person, now)
        for group, found in before.groups:
            if found is not None:
                instead |= self.set_members(group, found[1], is_in=True)
        return instead

    def merge(self, entries: Sequence[Entry], claimed: Mapping[bytes, str], now: int) -> tuple[Merged, ...]:
        """Put what cards say into the book: a card's person is whoever has one of its addresses, else a new one.

        A name or a note that it has counts; addresses and groups (made where there are none) come to what is there.
        `claimed`: whom earlier cards of the import are of, and under which name. One of another name is somebody else
        with the same address: it keeps its other addresses, and has no place in the book where it has none.
        """
        names = dict(claimed)
        merged = []
        for entry in entries:
            one = self._merge(entry, names, now)
            merged.append(one)
            if one.person is not None and (entry.name or one.person not in names):
                names[one.person] = entry.name
        return tuple(merged)

    def _merge(self, entry: Entry, names: Mapping[bytes, str], now: int) -> Merged:
        owners = [owner for owner in map(self._owner, entry.addresses) if owner is not None]
        known = {address.casefold() for owner in owners for address in owner.addresses}
        fresh = tuple(address for address in entry.addresses if address.casefold() not in known)
        others = [each for each in owners if _is_other(entry.name, names.get(each.id, ""))]
        same = next((each for each in owners if each not in others), None)
        if same is None and not fresh:
            return Merged(None, Before(), taken_by=others[0].name or others[0].addresses[0])
        before, member_of = self._groups_named(entry.groups)
        if same is None:
            person = Person(new_id(), entry.name, fresh, entry.note, member_of)
            return Merged(person.id, before | self.put(person, now), is_new=True)
        wanted = replace(
            same,
            name=entry.name or same.name,
            addresses=(*same.addresses, *fresh),
            note=entry.note or same.note,
            groups=same.groups | member_of,
        )
        if wanted == same:
            return Merged(same.id, before)
        return Merged(same.id, before | self.put(wanted, now), is_changed=True)

    def _groups_named(self, names: Iterable[str]) -> tuple[Before, frozenset[bytes]]:
        """Return the groups of these names, and make those that are not there."""
        before, found = Before(), set()
        for name in names:
            row = self._db.execute("SELECT id FROM book_group WHERE name = ?", (name,)).fetchone()
            group = new_id() if row is None else row[0]
            if row is None:
                before |= self.name_group(group, name)
            found.add(group)
        return before, frozenset(found)

    def _person(self, wanted: bytes) -> Person | None:
        return next(iter(people(self._db, (wanted,))), None)

    def _owner(self, address: str) -> Person | None:
        row = self._db.execute("SELECT person FROM book_address WHERE address = ?", (address,)).fetchone()
        return None if row is None else self._person(row[0])

    def _group(self, group: bytes) -> tuple[str, tuple[bytes, ...]] | None:
        row = self._db.execute("SELECT name FROM book_group WHERE id = ?", (group,)).fetchone()
        if row is None:
            return None
        inside = self._db.execute("SELECT person FROM book_member WHERE book_group = ?", (group,)).fetchall()
        return row[0], tuple(each for (each,) in inside)


def _is_other(name: str, claimed: str) -> bool:
    return bool(name and claimed) and name.casefold() != claimed.casefold()
