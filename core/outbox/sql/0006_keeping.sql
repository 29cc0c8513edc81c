-- The outbox, format 6: deliveries that have ended can be deleted.

CREATE TRIGGER delivery_removed AFTER DELETE ON delivery BEGIN
    UPDATE tally SET n = n - 1 WHERE state = old.state AND place = old.place;
END;

-- The presses of Send whose notification was deleted since: the same token is still accepted once.
CREATE TABLE spent (
    token        BLOB PRIMARY KEY,              -- sha256 of the token: whoever chose it may have put a name into it
    notification TEXT NOT NULL,
    accepted_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- People who are being forgotten, until all of it is done: a crash in between goes on from here.
CREATE TABLE forgetting (
    address  TEXT PRIMARY KEY,
    asked_at INTEGER NOT NULL,
    up_to    INTEGER NOT NULL                   -- the last delivery then: what was accepted later stays
) STRICT;

-- Files of the spool that a deleted message named: removed as soon as nothing else does.
CREATE TABLE forgetting_file (
    sha256      TEXT PRIMARY KEY,
    attached_by INTEGER NOT NULL                -- attached again after this time (ms), it is somebody else's too
) STRICT;
