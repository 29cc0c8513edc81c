"""Which deliveries a filter of the list has, as SQL: those in a place, and of them those that have all of some words.

Words are looked for in a table of their own, kept by triggers: address, name, subject and last reply of a delivery.
"""

import sqlite3
from dataclasses import dataclass, replace
from typing import Any

from core.outbox.likeness import escaped, folded
from core.outbox.states import Place

#: The format that brought the table.
_FORMAT = 7
#: What the table says of every delivery: as a subquery it stands for the table where there is none yet.
_AS_IT_IS = (
    "(SELECT d.id AS delivery, d.recipient || char(10) || d.recipient_name || char(10) || n.subject || char(10)"
    " || d.last_reply AS words FROM delivery d JOIN notification n ON n.id = d.notification)"
)


@dataclass(frozen=True)
class Chosen:
    """The rows of a filter: `SELECT … FROM {tables}{where}`, with `values`, and an id of a delivery in `key`."""

    tables: str
    key: str
    values: dict[str, Any]
    clauses: tuple[str, ...]

    @property
    def where(self) -> str:
        """Return " WHERE …", or "" for all rows."""
        return f" WHERE {' AND '.join(self.clauses)}" if self.clauses else ""

    def having(self, *clauses: str) -> str:
        """Return " WHERE …" of those rows of which more is true."""
        return replace(self, clauses=(*self.clauses, *clauses)).where


def chosen(db: sqlite3.Connection, place: Place, find: str) -> Chosen:
    """Return what a filter has: every word of `find` stands somewhere in what can be searched."""
    words = find.split()
    clauses: list[str] = []
    values: dict[str, Any] = {}
    if place is not Place.ALL:
        clauses.append("d.place = :place")
        values["place"] = place
    for number, typed in enumerate(words):
        if typed == typed.upper() == typed.casefold():  # a number, or Japanese: a fifth sooner found than by LIKE
            clauses.append(f"instr(s.words, :f{number})")
            values[f"f{number}"] = typed
            continue
        searched, word = folded(typed, "s.words")
        like = f"{searched} LIKE :f{number} ESCAPE '\\'"
        # Python is asked, which takes long, only of rows that have such letters at all.
        clauses.append(like if word.isascii() else f"length(CAST(s.words AS BLOB)) <> length(s.words) AND {like}")
        values[f"f{number}"] = f"%{escaped(word)}%"
    if not words:
        return Chosen("delivery d", "d.id", values, tuple(clauses))
    table = f"{_table(db)} s"
    if place is Place.ALL:
        return Chosen(table, "s.delivery", values, tuple(clauses))
    # A CROSS JOIN is done in its order: of a place with few rows few are looked through, else the small rows first.
    if _has_few(db, place):
        return Chosen(f"delivery d CROSS JOIN {table} ON s.delivery = d.id", "d.id", values, tuple(clauses))
    tables = f"{table} CROSS JOIN delivery d INDEXED BY delivery_place ON d.id = s.delivery"
    return Chosen(tables, "s.delivery", values, tuple(clauses))


def search_again(db: sqlite3.Connection) -> None:
    """Write down anew what can be searched, from the deliveries and notifications as they are now."""
    db.execute("DELETE FROM searchable")
    db.execute(f"INSERT INTO searchable SELECT delivery, words FROM {_AS_IT_IS}")


def not_as_it_is(db: sqlite3.Connection, most: int) -> list[int]:
    """Return deliveries of which something else is searched than is there, `most` at most."""
    if _table(db) == _AS_IT_IS:
        return []
    rows = db.execute(
        f"SELECT a.delivery FROM {_AS_IT_IS} a LEFT JOIN searchable s ON s.delivery = a.delivery"
        " WHERE s.words IS NOT a.words"
        " UNION SELECT delivery FROM searchable WHERE delivery NOT IN (SELECT id FROM delivery) LIMIT ?",
        (most,),
    )
    return [row[0] for row in rows]


def _has_few(db: sqlite3.Connection, place: Place) -> bool:
    query = "SELECT coalesce(sum(n) FILTER (WHERE place = ?), 0) * 4 < sum(n) FROM tally"
    return bool(db.execute(query, (place,)).fetchone()[0])


def _table(db: sqlite3.Connection) -> str:
    """An older outbox, which nobody has opened for writing since, is searched as it is: that takes longer."""
    return "searchable" if int(db.execute("PRAGMA user_version").fetchone()[0]) >= _FORMAT else _AS_IT_IS
