-- The outbox, format 5: the address book. Who was written to before stays in `contact`.
-- Ids are 16 bytes of chance: no other table begins with a BLOB, so a recovery knows these rows by their types.

CREATE TABLE book_person (
    id         BLOB NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    note       TEXT NOT NULL,
    sort       TEXT NOT NULL,                   -- the name without large letters, or the first address: order and finding
    changed_at INTEGER NOT NULL
) STRICT;

CREATE INDEX book_person_sort ON book_person (sort, id);

-- An address is one person's: it is what an import and an earlier recipient are known by.
CREATE TABLE book_address (
    person  BLOB NOT NULL REFERENCES book_person (id) ON DELETE CASCADE,
    place   INTEGER NOT NULL,                   -- 0: the one that is written to
    address TEXT NOT NULL COLLATE NOCASE UNIQUE
) STRICT;

-- With the address: it is read from here alone, and a recovery finds each one twice.
CREATE INDEX book_address_person ON book_address (person, place, address);

CREATE TABLE book_group (
    id   BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE
) STRICT;

CREATE TABLE book_member (
    book_group BLOB NOT NULL REFERENCES book_group (id) ON DELETE CASCADE,
    person     BLOB NOT NULL REFERENCES book_person (id) ON DELETE CASCADE,
    PRIMARY KEY (book_group, person)
) STRICT;

CREATE INDEX book_member_person ON book_member (person);
