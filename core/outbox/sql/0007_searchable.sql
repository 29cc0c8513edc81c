-- The outbox, format 7: what words are looked for in, apart from all else. Looking through a million of these rows
-- reads a twentieth of what looking through deliveries and notifications would.

CREATE TABLE searchable (
    delivery INTEGER PRIMARY KEY,
    words    TEXT NOT NULL                      -- address, name, subject and last reply, a line each
) STRICT;

INSERT INTO searchable SELECT delivery, words FROM (
    SELECT d.id AS delivery, d.recipient || char(10) || d.recipient_name || char(10) || n.subject || char(10)
        || d.last_reply AS words FROM delivery d JOIN notification n ON n.id = d.notification) ORDER BY delivery;

-- Kept by triggers, so that whoever writes a delivery cannot miss it.
CREATE TRIGGER delivery_searchable AFTER INSERT ON delivery BEGIN
    INSERT OR REPLACE INTO searchable VALUES (new.id, new.recipient || char(10) || new.recipient_name || char(10)
        || coalesce((SELECT subject FROM notification WHERE id = new.notification), '') || char(10) || new.last_reply);
END;

CREATE TRIGGER delivery_answered AFTER UPDATE OF last_reply ON delivery WHEN old.last_reply <> new.last_reply BEGIN
    UPDATE searchable SET words = new.recipient || char(10) || new.recipient_name || char(10)
        || coalesce((SELECT subject FROM notification WHERE id = new.notification), '') || char(10) || new.last_reply
        WHERE delivery = new.id;
END;

CREATE TRIGGER delivery_not_searchable AFTER DELETE ON delivery BEGIN
    DELETE FROM searchable WHERE delivery = old.id;
END;
