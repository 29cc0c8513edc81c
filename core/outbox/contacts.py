"""Earlier recipients: typing a few letters finds them, and the words that did are noted."""

from core.background import BackgroundTasks
from core.outbox.log import Log
from core.outbox.notification import Draft, Recipient
from core.outbox.outbox import Outbox
from core.outbox.reader import Reader


class Contacts:
    """Who was written to before."""

    def __init__(self, outbox: Outbox, reader: Reader, log: Log) -> None:
        self._outbox = outbox
        self._reader = reader
        self._log = log

    def search(self, words: str, limit: int = 8) -> tuple[Recipient, ...]:
        """Return whom these words find, most used first. Blocks, on the `reads` pool."""
        return self._reader.contacts(words, limit)

    def note_query(self, tasks: BackgroundTasks, notification: str, query: str) -> None:
        """Add the log line of the words that found a recipient; nothing when there were none."""
        if query:
            tasks.add_task(self._log.write, notification, "query")

    def remember(self, draft: Draft) -> None:
        """Keep the recipients of an accepted draft. Blocks for a commit; not on a window's main thread."""
        self._outbox.remember(draft.to, draft.query).wait()
