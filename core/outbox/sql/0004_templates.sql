-- The outbox, format 4: templates, a subject and a message under a name, to be put into the form.

CREATE TABLE template (
    id         TEXT PRIMARY KEY,                -- ULID
    name       TEXT NOT NULL,                   -- no other has it, large and small letters being the same
    subject    TEXT NOT NULL,
    text       TEXT NOT NULL,
    uses       INTEGER NOT NULL DEFAULT 0,
    used_at    INTEGER,                         -- the last time it was put into the form; NULL: never
    updated_at INTEGER NOT NULL
) STRICT;
