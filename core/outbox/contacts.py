"""Whom typing a few letters finds: the address book and earlier recipients; the words that did are noted."""

from sqlite3 import Connection

from core.background import BackgroundTasks
from core.outbox.book_tables import Group, found_groups, found_people, has_book
from core.outbox.log import Log
from core.outbox.notification import Draft, Recipient
from core.outbox.outbox import Outbox
from core.outbox.reader import Reader

#: So many of what is found may be groups: they leave room for people.
_MOST_GROUPS = 3


class Contacts:
    """Who can be written to by typing some letters: who is in the address book, and who was written to before."""

    def __init__(self, outbox: Outbox, reader: Reader, log: Log) -> None:
        self._outbox = outbox
        self._reader = reader
        self._log = log

    def search(self, words: str, limit: int = 8) -> tuple[Recipient | Group, ...]:
        """Return whom these words find: people of the book, its groups, then earlier recipients.

        Each kind most used first; of earlier recipients those that are not in the book. Blocks, on the `reads` pool.
        """
        people, groups = self._in_book(words, limit)
        found: tuple[Recipient | Group, ...] = (*people[: limit - len(groups)], *groups)
        return (*found, *self._reader.contacts(words, limit - len(found)))

    def _in_book(self, words: str, limit: int) -> tuple[tuple[Recipient, ...], tuple[Group, ...]]:
        def found(db: Connection) -> tuple[tuple[Recipient, ...], tuple[Group, ...]]:
            if not has_book(db):
                return (), ()
            return found_people(db, words, limit), found_groups(db, words, min(_MOST_GROUPS, limit))

        return self._reader.read(found)

    def note_query(self, tasks: BackgroundTasks, notification: str, query: str) -> None:
        """Add the log line of the words that found a recipient; nothing when there were none."""
        if query:
            tasks.add_task(self._log.write, notification, "query")

    def remember(self, draft: Draft) -> None:
        """Keep the recipients of an accepted draft. Blocks for a commit; not on a window's main thread."""
        self._outbox.remember(draft.to, draft.query).wait()
