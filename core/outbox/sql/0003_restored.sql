-- The outbox, format 3: what comes from a backup or out of a damaged outbox is held until a person lets it go.

DROP TRIGGER delivery_added;
DROP TRIGGER delivery_moved;
DROP INDEX delivery_place;
-- A column that is computed and not stored: no row is rewritten.
ALTER TABLE delivery DROP COLUMN place;
ALTER TABLE delivery ADD COLUMN place TEXT NOT NULL GENERATED ALWAYS AS (
    CASE WHEN state IN ('failed', 'unconfirmed', 'corrupt') THEN 'needs_you'
         WHEN state = 'held' AND reason IN ('account', 'missed', 'restored') THEN 'needs_you'
         WHEN state = 'sent' THEN 'sent'
         WHEN state = 'cancelled' THEN 'ended'
         ELSE 'on_the_way' END) VIRTUAL;
CREATE INDEX delivery_place ON delivery (place, id);

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
