-- The outbox, format 2: deliveries are claimed by account, and an account can have to wait or be mended.

ALTER TABLE delivery ADD COLUMN account TEXT NOT NULL DEFAULT 'practice';
-- 1: of a notification to many. Those to one or a few go first.
ALTER TABLE delivery ADD COLUMN is_bulk INTEGER NOT NULL DEFAULT 0;

UPDATE delivery SET account = (SELECT n.account FROM notification n WHERE n.id = delivery.notification)
    WHERE notification IN (SELECT id FROM notification WHERE account <> 'practice');
UPDATE delivery SET is_bulk = 1
    WHERE notification IN (SELECT notification FROM delivery GROUP BY notification HAVING count(*) > 20);

DROP INDEX delivery_due;
CREATE INDEX delivery_due ON delivery (account, is_bulk, due_at, id) WHERE state = 'queued';
CREATE INDEX delivery_held ON delivery (account, reason, id) WHERE state = 'held';

-- What stands between an account and its server. Rows that wait for it are not rewritten: readers add this to them.
CREATE TABLE account_state (
    account      TEXT PRIMARY KEY,
    reason       TEXT NOT NULL CHECK (reason IN ('', 'offline', 'backoff', 'rate', 'account')),
    until        INTEGER,                       -- not tried before; NULL for 'account': until a person mends it
    code         TEXT NOT NULL DEFAULT '',      -- of core.words, with its words as JSON
    words        TEXT NOT NULL DEFAULT '[]',
    detail       TEXT NOT NULL DEFAULT '',      -- the sentence, or the server's reply
    reply_code   INTEGER,                       -- of that reply
    tries        INTEGER NOT NULL DEFAULT 0,    -- in a row that ended like this: each wait is longer
    is_releasing INTEGER NOT NULL DEFAULT 0,    -- 1: what it held goes back into the queue, some in each commit
    updated_at   INTEGER NOT NULL
) STRICT;

-- How many the server of an account that has a limit heard of lately, by slots of its span (s).
CREATE TABLE rate (
    account TEXT NOT NULL,
    span_s  INTEGER NOT NULL,
    slot    INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (account, span_s, slot)
) STRICT, WITHOUT ROWID;
