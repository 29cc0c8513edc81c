"""Core, built from its parts: for the window, for `run`, and for one command of the command line."""

from collections.abc import Callable, Iterator

from core import settings
from core.background import BackgroundTasks
from core.clock import Clock, SystemClock
from core.delivery.attempt import Attempts
from core.delivery.dispatcher import Dispatcher
from core.delivery.engine import InlineEngine
from core.errors import DraftError, OwnedError, Problem
from core.executor import Executor
from core.mail import guard, mime
from core.mail.maildir import MailFolder
from core.mail.transport import Transport
from core.outbox.contacts import Contacts
from core.outbox.log import Log
from core.outbox.notification import PRACTICE, Claim, Draft, Recipient, StoredMessage
from core.outbox.outbox import Order, Outbox
from core.outbox.reader import Reader
from core.outbox.spool import Spool
from core.owner import Owner, describe_owner
from core.paths import Home

#: The sender of what is practised: RFC 2606 keeps `.invalid` from ever being anybody's.
PRACTICE_ADDRESS = "practice@outtray.invalid"


class Program:
    """Owns an outbox: holds its lock, and has every part that works on it.

    Making one takes the lock and touches nothing else; `open` opens the outbox and recovers it. Raises `OwnedError`
    when another process holds the lock, `OutboxError` when the folder cannot be used.
    """

    def __init__(
        self,
        home: Home,
        executor: Executor,
        chosen: settings.Settings,
        *,
        clock: Clock | None = None,
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.home = home
        self.settings = chosen
        self.executor = executor
        self.clock = clock or SystemClock()
        self.owner = Owner(home)
        if not self.owner.try_take():
            raise OwnedError("outbox_owned", owner=describe_owner(home))
        self.spool = Spool(home)
        self.reader = Reader(home)
        self.outbox = Outbox(
            home,
            executor,
            self.clock,
            compose=compose,
            sender_of=self.sender_of,
            spool=self.spool,
            reached=reached,
        )
        self._mail_folder = MailFolder(home.mail, self.clock)
        self.log = Log(home.log, self.outbox, self.reader)
        self.contacts = Contacts(self.outbox, self.reader, self.log)
        self.dispatcher = Dispatcher(self.outbox)
        self.attempts = Attempts(
            self.outbox,
            self.clock,
            transport_of=self._transport_of,
            bytes_of=self._bytes_of,
            reached=reached,
        )

    def open(self) -> Order[tuple[int, int]]:
        """Open the outbox and put right what a crash left: (how many were put back, how many are not confirmed)."""
        return self.outbox.recover()

    def inline_engine(self) -> InlineEngine:
        """Return an engine that delivers on the thread that asks."""
        return InlineEngine(self.dispatcher, self.attempts, self.log, self.clock)

    def sender_of(self, account: str) -> Recipient:
        """Return who an account sends as. Raises `DraftError` when there is no such account."""
        if account != PRACTICE:
            raise DraftError([Problem("from", "account_unknown", (("account", account),))])
        return Recipient(PRACTICE_ADDRESS, self.settings.sender_name)

    def afterwards(self, draft: Draft, notification: str) -> BackgroundTasks:
        """Return the group to run once `draft` was confirmed as `notification`: whoever has something to do adds it.

        Delivering is no task of it: the commit itself wakes the engine, so it happens whatever becomes of the group.
        """
        tasks = BackgroundTasks(on_error="continue", clock=self.clock)
        self.contacts.note_query(tasks, notification, draft.query)
        # Up to "accepted", which the outbox recorded after "message to …": both lines are one write.
        tasks.add_task(self.log.write, notification, "accepted")
        tasks.add_task(self.contacts.remember, draft)
        return tasks

    def raw(self, delivery_id: int) -> Iterator[bytes]:
        """Yield the exact bytes of a message, as they go out. Blocks; not on a window's main thread."""
        return stream(self.reader.message(delivery_id), self.spool)

    def close(self) -> None:
        """Close the outbox and give the lock back. Call when nothing runs any more."""
        try:
            self.outbox.close()
            self.reader.close()
        finally:
            self.owner.release()

    def _transport_of(self, account: str) -> Transport:
        assert account == PRACTICE, account
        return self._mail_folder

    def _bytes_of(self, claim: Claim) -> Iterator[bytes]:
        return stream(claim.message, self.spool)


def stream(message: StoredMessage, spool: Spool) -> Iterator[bytes]:
    """Yield a stored message whole: the same bytes for the wire, for Practice and for `show --raw`."""
    return mime.stream(message.skeleton, message.seal, spool.open)


def compose(*, draft: Draft, sender: Recipient, recipient: Recipient, message_id: str, date_ms: int) -> StoredMessage:
    """Make the bytes of a draft for one recipient, and have the guard read them back."""
    letter = mime.Letter(
        sender=mime.Mailbox(sender.address, sender.name),
        recipient=mime.Mailbox(recipient.address, recipient.name),
        subject=draft.subject,
        text=draft.text,
        message_id=message_id,
        date_ms=date_ms,
        enclosures=tuple(
            mime.Enclosure(file.name, file.media_type, file.sha256, file.size_bytes) for file in draft.attachments
        ),
    )
    composed = mime.compose(letter)
    guard.check(composed, letter)
    return StoredMessage(composed.skeleton, composed.seal, composed.size_bytes)
