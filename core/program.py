"""Core, built from its parts: for the window, for `run`, and for one command of the command line."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from core import settings
from core.accounts import accounts
from core.accounts.accounts import Account, Accounts
from core.accounts.refusals import Refusals
from core.accounts.secrets import Secrets
from core.accounts.transports import Transports, examine
from core.background import BackgroundTasks
from core.clock import Clock, SystemClock
from core.delivery.attempt import Attempts
from core.delivery.dispatcher import Dispatcher
from core.delivery.engine import InlineEngine
from core.delivery.retry import RetryPolicy
from core.errors import DraftError, OwnedError, Problem
from core.executor import Executor
from core.mail import guard, mime
from core.mail.maildir import MailFolder
from core.mail.stop import Stop
from core.outbox import database
from core.outbox.book import Book
from core.outbox.contacts import Contacts
from core.outbox.log import Log
from core.outbox.notification import PRACTICE, Claim, Draft, Recipient, StoredMessage
from core.outbox.outbox import Order, Outbox
from core.outbox.reader import Reader
from core.outbox.spool import Spool
from core.outbox.states import State
from core.owner import Owner, describe_owner
from core.paths import Home

if TYPE_CHECKING:
    from core.accounts.sent import Looked
    from core.delivery.pacing import AccountLimits
    from core.mail.smtp.diagnosis import Finding
    from core.outbox.archive import Backup
    from core.outbox.forgetting import Forgetting
    from core.outbox.keeping import Keeping

#: The sender of what is practised: RFC 2606 keeps `.invalid` from ever being anybody's.
PRACTICE_ADDRESS = "practice@outtray.invalid"


class Program:
    """Owns an outbox: holds its lock, and has every part that works on it.

    Making one takes the lock and reads the accounts; `open` opens the outbox and recovers it. Raises `OwnedError`
    when another process holds the lock, `OutboxError` when the folder cannot be used, `SettingsError`.
    """

    def __init__(
        self,
        home: Home,
        executor: Executor,
        chosen: settings.Settings,
        *,
        clock: Clock | None = None,
        environ: Mapping[str, str] = os.environ,
        reached: Callable[[str], None] = lambda _: None,
        folder: int = 0,
    ) -> None:
        """`folder`: at most so many runs go to the folder of Practice at once; 0: as many as there may be."""
        self.home = home
        self.settings = chosen
        self.executor = executor
        self.clock = clock or SystemClock()
        self.owner = Owner(home)
        if not self.owner.try_take():
            raise OwnedError("outbox_owned", owner=describe_owner(home))
        try:
            if (home.root / database.RESTORING / database.RESTORING_READY).exists():
                from core.outbox import restoring  # here: only where an exchange was broken off

                restoring.finish(home)
            self._accounts = accounts.load(home)
        except BaseException:
            self.owner.release()
            raise
        self._told_of_accounts: list[Callable[[Accounts], None]] = []
        self.secrets = Secrets(home, environ)
        #: Passwords that a server of a Sent folder refused.
        self.refusals = Refusals()
        self._mail_folder = MailFolder(home.mail, self.clock)
        self._reached = reached
        self.transports = Transports(self.accounts, self.secrets, self._mail_folder, reached)
        self.spool = Spool(home)
        self.reader = Reader(home, self.clock)
        self.outbox = Outbox(
            home,
            executor,
            self.clock,
            compose=self._compose,
            sender_of=self.sender_of,
            spool=self.spool,
            is_sealed=mime.is_sealed,
            reached=reached,
        )
        self.outbox.subscribe_salvaged(lambda _: self.reader.forget())
        self.outbox.subscribe_moving(self.reader.forget)
        self.log = Log(home.log, self.outbox, self.reader)
        self.book = Book(self.outbox, self.reader)
        self.contacts = Contacts(self.outbox, self.reader, self.log)
        policy = _policy(chosen)
        self.dispatcher = Dispatcher(
            self.outbox,
            self._limits_of,
            self.clock,
            longest_backoff_s=policy.longest_s,
            folder=folder,
            late_s=lambda: self.settings.late_min * 60,
        )
        self.attempts = Attempts(
            self.outbox,
            self.clock,
            ways=self.transports,
            bytes_of=self._bytes_of,
            policy=policy,
            reached=reached,
        )

    @cached_property
    def keeping(self) -> "Keeping":
        """What deletes after some days; made when it is first asked for, on the main thread."""
        from core.outbox.keeping import Keeping, Terms  # here: a window paints before anything is deleted

        return Keeping(
            self.outbox,
            self.reader,
            self.spool,
            self.clock,
            self.executor,
            terms=lambda: Terms(self.settings.keep_sent_days, self.settings.keep_ended_days),
            named_files=mime.named_files,
        )

    @cached_property
    def forgetting(self) -> "Forgetting":
        """What forgets somebody; made when it is first asked for, on the main thread."""
        from core.outbox.forgetting import Forgetting  # here: a window paints before anybody is forgotten

        return Forgetting(
            self.home,
            self.outbox,
            self.reader,
            self.log,
            self.keeping,
            self.executor,
            remove_mail=self._mail_folder.remove,
            reached=self._reached,
        )

    def open(self) -> Order[tuple[int, int]]:
        """Open the outbox and put right what a crash left: (how many were put back, how many are not confirmed)."""
        return self.outbox.recover()

    def inline_engine(self) -> InlineEngine:
        """Return an engine that delivers on the thread that asks."""
        return InlineEngine(self.dispatcher, self.attempts, self.log)

    def choose(self, chosen: settings.Settings) -> None:
        """Go by other settings from now on. Callable from any thread; blocks for nothing."""
        before, self.settings = self.settings, chosen
        if (before.keep_sent_days, before.keep_ended_days) != (chosen.keep_sent_days, chosen.keep_ended_days):
            self.keeping.begin()
        self.attempts.policy = policy = _policy(chosen)
        self.dispatcher.longest_backoff_s = policy.longest_s

    @property
    def accounts(self) -> Accounts:
        """Every account there is now."""
        return self._accounts

    def change(self, changed: Accounts) -> None:
        """Go by other accounts from now on, and tell who subscribed. Callable from any thread; blocks for nothing."""
        self._accounts = changed
        self.transports.change(changed)
        for told in self._told_of_accounts:
            told(changed)

    def subscribe_accounts(self, told: Callable[[Accounts], None]) -> None:
        """Have `told` called when the accounts changed, on the thread that changed them (it may be the door's)."""
        self._told_of_accounts.append(told)

    def renew(self, name: str) -> None:
        """Begin anew with an account whose password may be another now. Callable from any thread."""
        if (account := self._accounts.find(name)) is not None:
            self.secrets.look_again(account)
        self.refusals.forget(name)
        self.transports.renew(name)

    def test_account(
        self,
        account: Account,
        report: "Callable[[Finding], None]",
        secret: str | None = None,
        stop: Stop | None = None,
    ) -> bool:
        """Go the way to an account's server and report each step, as `core.accounts.transports.examine` does."""
        self.refusals.forget(account.name)
        return examine(account, self.secrets, report, secret, stop)

    def look_for(self, ids: Iterable[int], stop: Stop | None = None) -> "tuple[Looked, ...]":
        """Look for what is not confirmed among these in the Sent folders, as `core.accounts.sent.look_for` does."""
        from core.accounts.sent import look_for  # here: a window paints before anything is looked for

        found = [each for each in self.reader.deliveries(ids) if each.state is State.UNCONFIRMED]
        broken = self.reader.account_states()
        return look_for(self._accounts, self.secrets, found, stop, refusals=self.refusals, broken=broken)

    def sender_of(self, account: str) -> Recipient:
        """Return who an account sends as. Raises `DraftError` when there is no such account."""
        if account == PRACTICE:
            return Recipient(PRACTICE_ADDRESS, self.settings.sender_name)
        found = self._accounts.find(account)
        if found is None:
            raise DraftError([Problem("from", "account_unknown", (("account", account),))])
        return Recipient(found.address, found.sender_name)

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

    def back_up(self, path: Path, progress: Callable[[str, float], None]) -> "Backup":
        """Write a backup of the outbox to one file; `progress` is told of each part. Blocks.

        Raises `OutboxError` where the outbox is damaged, `OSError`.
        """
        from core.outbox import archive  # nearly no run of the program makes one

        return archive.back_up(self.home, path, self.clock.now_ms(), mime.named_files, progress, is_owned=True)

    def is_blank(self) -> bool:
        """Say whether there is nothing here that anybody would miss: as after a first start. Blocks."""
        from core.outbox import restoring  # nearly no run of the program asks

        with self.reader.snapshot() as db:
            return not self._accounts.all and restoring.is_blank(db)

    def sweep(self) -> None:
        """Remove what a crash left half made: files of the spool, a backup that was being unpacked. Blocks."""
        self.spool.sweep()
        if (self.home.root / database.RESTORING).exists():
            from core.outbox import restoring  # here: only where a restore was broken off

            restoring.clean(self.home)

    def close(self) -> None:
        """Close the outbox and give the lock back. Call when nothing runs any more."""
        try:
            self.transports.let_go(0)
            # The reader first: whoever closes last brings the -wal into the database, and only a writer can.
            self.reader.close()
            self.outbox.close()
        finally:
            self.owner.release()

    def _compose(
        self, *, draft: Draft, sender: Recipient, recipient: Recipient, message_id: str, date_ms: int
    ) -> StoredMessage:
        account = self._accounts.find(draft.account)
        return compose(
            draft=draft,
            sender=sender,
            recipient=recipient,
            message_id=message_id,
            date_ms=date_ms,
            reply_to=account.reply_to if account else "",
            signature=account.signature if account else "",
        )

    def _limits_of(self, account: str) -> "AccountLimits":
        """Return what an account may use; asked on the writes thread and on those that deliver."""
        from core.delivery.pacing import AccountLimits  # here: a window paints before anything is delivered

        found = self._accounts.find(account)
        if found is None:
            return AccountLimits()
        return AccountLimits(
            found.per_minute, found.per_hour, found.per_day, found.connections, has_login=bool(found.user)
        )

    def _bytes_of(self, claim: Claim) -> Iterator[bytes]:
        return stream(claim.message, self.spool)


def _policy(chosen: settings.Settings) -> RetryPolicy:
    return RetryPolicy(
        delays_s=chosen.retry_s, give_up_s=chosen.give_up_days * 24 * 3600, warn_after_s=chosen.warn_after_h * 3600
    )


def stream(message: StoredMessage, spool: Spool) -> Iterator[bytes]:
    """Yield a stored message whole: the same bytes for the wire, for Practice and for `show --raw`."""
    return mime.stream(message.skeleton, message.seal, spool.open)


def compose(
    *,
    draft: Draft,
    sender: Recipient,
    recipient: Recipient,
    message_id: str,
    date_ms: int,
    reply_to: str = "",
    signature: str = "",
) -> StoredMessage:
    """Make the bytes of a draft for one recipient, and have the guard read them back."""
    letter = mime.Letter(
        sender=mime.Mailbox(sender.address, sender.name),
        recipient=mime.Mailbox(recipient.address, recipient.name),
        subject=draft.subject,
        text=_signed(draft.text, signature),
        message_id=message_id,
        date_ms=date_ms,
        enclosures=tuple(
            mime.Enclosure(file.name, file.media_type, file.sha256, file.size_bytes) for file in draft.attachments
        ),
        reply_to=mime.Mailbox(reply_to) if reply_to else None,
    )
    composed = mime.compose(letter)
    guard.check(composed, letter)
    return StoredMessage(composed.skeleton, composed.seal, composed.size_bytes)


def _signed(text: str, signature: str) -> str:
    """Put a signature under a text, behind the line by which mail programs know it (RFC 3676, section 4.3)."""
    if not signature.strip():
        return text
    above = "\n\n" if text and not text.endswith("\n") else "\n" if text else ""
    return f"{text}{above}-- \n{signature.rstrip()}\n"
