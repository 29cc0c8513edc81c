-- The outbox, format 1. Times are milliseconds since 1970 (UTC). State and reason words: core/outbox/states.py.

CREATE TABLE notification (
    id           TEXT PRIMARY KEY,              -- ULID, made by whoever pressed Send
    client_token TEXT NOT NULL UNIQUE,          -- of the press: the same one is accepted once
    account      TEXT NOT NULL,
    sender       TEXT NOT NULL,                 -- the envelope's sender
    sender_name  TEXT NOT NULL,
    subject      TEXT NOT NULL,
    draft        TEXT NOT NULL,                 -- JSON: what the person typed, to give back on Undo
    accepted_at  INTEGER NOT NULL,
    not_after    INTEGER
) STRICT;

CREATE TABLE delivery (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    notification   TEXT NOT NULL REFERENCES notification (id),
    recipient      TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('queued', 'held', 'sending', 'handing_over', 'sent', 'failed',
                                                  'unconfirmed', 'cancelled', 'corrupt')),
    reason         TEXT NOT NULL DEFAULT '',
    place          TEXT NOT NULL GENERATED ALWAYS AS (
                       CASE WHEN state IN ('failed', 'unconfirmed', 'corrupt') THEN 'needs_you'
                            WHEN state = 'held' AND reason IN ('account', 'missed') THEN 'needs_you'
                            WHEN state = 'sent' THEN 'sent'
                            WHEN state = 'cancelled' THEN 'ended'
                            ELSE 'on_the_way' END) VIRTUAL,
    due_at         INTEGER NOT NULL,
    lease          TEXT CHECK ((lease IS NOT NULL) = (state IN ('sending', 'handing_over'))),
    cancel_asked   INTEGER NOT NULL DEFAULT 0,
    cancelled_from TEXT,                        -- 'state reason due_at' before a cancel, to take it back for 10 s
    attempts       INTEGER NOT NULL DEFAULT 0,  -- of this generation
    generation     INTEGER NOT NULL DEFAULT 0,  -- one more each time a person sends it again
    last_code      INTEGER,
    last_reply     TEXT NOT NULL DEFAULT '',
    sent_at        INTEGER,
    message_id     TEXT NOT NULL UNIQUE,
    updated_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX delivery_due ON delivery (due_at, id) WHERE state = 'queued';
CREATE INDEX delivery_leased ON delivery (id) WHERE state IN ('sending', 'handing_over');
CREATE INDEX delivery_place ON delivery (place, id);
CREATE INDEX delivery_notification ON delivery (notification);

-- Apart from `delivery`, so that a page of the list reads no message.
CREATE TABLE message (
    delivery   INTEGER PRIMARY KEY REFERENCES delivery (id),
    skeleton   BLOB NOT NULL,
    seal       BLOB NOT NULL,
    size_bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE attempt (
    delivery   INTEGER NOT NULL REFERENCES delivery (id),
    generation INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    phase      TEXT NOT NULL DEFAULT '',
    code       INTEGER,
    reply      TEXT NOT NULL DEFAULT '',
    tls        TEXT NOT NULL DEFAULT '',
    server     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (delivery, generation, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    at           INTEGER NOT NULL,
    notification TEXT NOT NULL,
    delivery     INTEGER NOT NULL REFERENCES delivery (id),
    kind         TEXT NOT NULL,
    detail       TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX event_delivery ON event (delivery, id);
CREATE INDEX event_notification ON event (notification, kind, id);

-- How many deliveries are in each state and place: kept by triggers, so that nothing is ever counted.
CREATE TABLE tally (
    state TEXT NOT NULL,
    place TEXT NOT NULL,
    n     INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (state, place)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER delivery_added AFTER INSERT ON delivery BEGIN
    INSERT INTO tally (state, place, n) VALUES (new.state, new.place, 1)
        ON CONFLICT (state, place) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER delivery_moved AFTER UPDATE OF state, reason ON delivery
WHEN old.state <> new.state OR old.place <> new.place BEGIN
    UPDATE tally SET n = n - 1 WHERE state = old.state AND place = old.place;
    INSERT INTO tally (state, place, n) VALUES (new.state, new.place, 1)
        ON CONFLICT (state, place) DO UPDATE SET n = n + 1;
END;

-- The bytes of a message are made once, at accept.
CREATE TRIGGER message_is_final BEFORE UPDATE ON message BEGIN
    SELECT raise(ABORT, 'a stored message is never rewritten');
END;

CREATE TRIGGER message_id_is_final BEFORE UPDATE OF message_id ON delivery WHEN old.message_id <> new.message_id BEGIN
    SELECT raise(ABORT, 'a Message-ID is never rewritten');
END;

CREATE TABLE draft (
    id         TEXT PRIMARY KEY,
    body       TEXT NOT NULL,                   -- JSON, as notification.draft
    is_open    INTEGER NOT NULL,                -- 1: in the form; 0: set aside
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE contact (
    address TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    query   TEXT NOT NULL,                      -- the words by which it was found last
    uses    INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT;

-- How far log.txt has been written: the last event in it, and the length of the file after it.
CREATE TABLE log_mark (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    event       INTEGER NOT NULL,
    offset_bytes INTEGER NOT NULL
) STRICT;
INSERT INTO log_mark VALUES (1, 0, 0);

CREATE TABLE switch (
    name  TEXT PRIMARY KEY,
    is_on INTEGER NOT NULL
) STRICT;
INSERT INTO switch VALUES ('paused', 0);
