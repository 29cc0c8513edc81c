"""The one door to the outbox: what the window, the command line and the engines may ask of it."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, Generic, Protocol, TypeVar

from core.clock import Clock, iso
from core.errors import DraftError, MoveError, Problem, StorageError
from core.executor import Executor, Failed, Ticket
from core.outbox import validation
from core.outbox.accounts import MOVED_AT_ONCE
from core.outbox.book_tables import BookTables
from core.outbox.forgetting_rows import ForgettingRows
from core.outbox.leases import Finished, Settlement
from core.outbox.moves import Moved
from core.outbox.notification import (
    UNDO_MAX_S,
    Changes,
    Claim,
    Draft,
    Receipt,
    Recipient,
    Sighting,
    StoredMessage,
    Terms,
    new_ulid,
)
from core.outbox.recovery.salvaged import IsSealed, Salvaged
from core.outbox.spool import Spool
from core.outbox.store import Store
from core.outbox.templates import Template
from core.outbox.writer import Kept, Operation, Writer
from core.paths import Home

T = TypeVar("T")

#: The end of the year 9999: no later time can be written as RFC 3339 has it.
_LATEST_MS = 253_402_300_799_999


class Compose(Protocol):
    """Makes the bytes of one message. Passed in, because the outbox knows no mail."""

    def __call__(
        self, *, draft: Draft, sender: Recipient, recipient: Recipient, message_id: str, date_ms: int
    ) -> StoredMessage:
        """Return the message. Raises `PersonError` when it would not arrive as it was written."""
        ...


class Order(Generic[T]):
    """A write that was asked for. Nothing happens before `then` or `wait`, and one of them is called once."""

    def __init__(
        self,
        writer: Writer,
        executor: Executor,
        operation: Operation[T],
        committed: Callable[[], None] | None = None,
        *,
        is_apart: bool = False,
    ) -> None:
        """`is_apart`: it runs alone and outside of a transaction."""
        self._writer = writer
        self._executor = executor
        self._operation = operation
        self._committed = committed
        self._is_apart = is_apart

    def then(self, done: Callable[[T], None] | None = None, failed: Failed | None = None) -> None:
        """Have it done behind the caller. Call on the main thread; `done` or `failed` is called there too."""
        self._ask(self._executor.ticket(done, failed))

    def wait(self) -> T:
        """Stay until it is on disk, and return what came of it. Never on a window's main thread."""
        return self.future().result()

    def future(self) -> "Future[T]":
        """Have it done, and return what can be waited for on a thread that is not a window's main thread."""
        kept = Kept()
        self._ask(kept)
        return kept.future

    def _ask(self, ticket: Ticket) -> None:
        self._writer.submit(self._operation, ticket, self._committed, is_apart=self._is_apart)


#: What is done next of a move of many, after these parts of it were done; None: that was all.
_Next = Callable[[list[Moved]], Operation[Moved] | None]


class ManyMoves(Order[Moved]):
    """A move of very many, in parts with a commit each: what is accepted meanwhile waits for one part only.

    The result is the sum. When a part fails, those before it stay done, and whoever asked is told of the failure.
    """

    def __init__(self, writer: Writer, executor: Executor, next_part: _Next) -> None:
        self._writer = writer
        self._executor = executor
        self._next = next_part

    def _ask(self, ticket: Ticket) -> None:
        _Parts(self._writer, self._next, ticket).go()


class _Parts:
    """The ticket of each part in turn: asks for the next one when a part is on disk."""

    def __init__(self, writer: Writer, next_part: _Next, ticket: Ticket) -> None:
        self._writer = writer
        self._next = next_part
        self._ticket = ticket
        self._done: list[Moved] = []
        self._lock = threading.Lock()
        #: Somebody is asking for a part now.
        self._is_asking = False
        #: It was done before that came back, as without threads.
        self._is_done_already = False

    def go(self) -> None:
        """Ask for the next part. Without threads each is done at once: a loop here, and no call within a call."""
        with self._lock:
            self._is_done_already = self._is_asking
            if self._is_asking:
                return
            self._is_asking = True
        while True:
            operation = self._next(self._done)
            if operation is None:
                self._ticket.resolve(Moved.sum(self._done))
                return
            self._writer.submit(operation, self)
            with self._lock:
                self._is_asking = self._is_done_already
                self._is_done_already = False
                if not self._is_asking:
                    return

    def resolve(self, value: Moved) -> None:
        self._done.append(value)
        self.go()

    def reject(self, error: BaseException) -> None:
        self._ticket.reject(error)


class Outbox:
    """Everything that was accepted. Its writes are `Order`s; its reads are `core.outbox.reader.Reader`."""

    def __init__(
        self,
        home: Home,
        executor: Executor,
        clock: Clock,
        *,
        compose: Compose,
        sender_of: Callable[[str], Recipient],
        spool: Spool,
        is_sealed: IsSealed,
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._executor = executor
        self._clock = clock
        self._compose = compose
        self._sender_of = sender_of
        self._spool = spool
        self._reached = reached
        self._home = home
        self._is_sealed = is_sealed
        self._writer = Writer(home, executor, self._recover_damaged)
        self._told_moving: list[Callable[[], None]] = []
        self._writer.on_salvaged = self._note_salvaged
        self._writer.on_waiting = self.note_waiting
        self._told_waiting: list[Callable[[StorageError | None], None]] = []
        #: What a write waits for now: another program's lock, or room on the disk; None while none waits.
        self.waits_for: StorageError | None = None
        self._told_salvaged: list[Callable[[Salvaged], None]] = []
        #: What the last recovery of a damaged outbox saved; None where there was none.
        self.salvaged: Salvaged | None = None

    def subscribe(self, callback: Callable[[Changes], None]) -> None:
        """Have `callback` called after each commit that changed something, on the writes thread."""
        self._writer.subscribe(callback)

    def subscribe_salvaged(self, told: Callable[[Salvaged], None]) -> None:
        """Have `told` called after a damaged outbox was recovered, on the writes thread, before other news."""
        self._told_salvaged.append(told)

    def subscribe_salvaging(self, told: Callable[[], None]) -> None:
        """Have `told` called when the recovery of a damaged outbox begins, on the writes thread."""
        self._writer.on_salvaging = told

    def subscribe_moving(self, told: Callable[[], None]) -> None:
        """Have `told` called before a damaged outbox is moved aside: where it is open, Windows moves no file."""
        self._told_moving.append(told)

    def _recover_damaged(self) -> Salvaged:
        from core.outbox.recovery import salvage  # here: a window paints before, and nearly no outbox is ever damaged

        return salvage.recover(self._home, self._clock.now_ms(), self._is_sealed, self._recovery_reached)

    def _recovery_reached(self, name: str) -> None:
        self._reached(f"A9 {name}")
        if name == "recovered":
            for told in self._told_moving:
                told()

    def subscribe_waiting(self, told: Callable[[StorageError | None], None]) -> None:
        """Have `told` called on the thread that writes: when it begins to wait, with what for; None: it goes on."""
        self._told_waiting.append(told)

    def note_waiting(self, error: StorageError | None) -> None:
        """Take note that a write waits, and for what; None: it goes on. Callable from any thread."""
        self.waits_for = error
        for told in self._told_waiting:
            told(error)

    def _note_salvaged(self, salvaged: Salvaged) -> None:
        self.salvaged = salvaged
        for told in self._told_salvaged:
            told(salvaged)

    def mend(self) -> Order[None]:
        """Recover the outbox, which was found to be damaged, into a new one. Nothing is claimed before that."""
        self._writer.mend()
        return self._order(lambda _: None)

    def close(self) -> None:
        """Take nothing more and close the database. Call when the writes pool is idle."""
        self._writer.close()

    # -- accepting ------------------------------------------------------------------------------------------------

    def accept(
        self,
        draft: Draft,
        terms: Terms | None = None,
        *,
        token: str,
        notification: str | None = None,
        draft_id: str | None = None,
    ) -> Order[Receipt]:
        """Make a draft a notification: one synced commit that holds all of it.

        `notification` is an id the caller made (`new_ulid`), `draft_id` the kept draft that ends with it. The same
        `token` is accepted once; a second time returns the first receipt. Raises `DraftError` with every problem,
        `StorageError` when the disk refused: then nothing is kept, and the draft is still the caller's.
        """
        terms = terms or Terms()

        def operation(store: Store) -> Receipt:
            receipt = store.receipt_of(token)
            if receipt is None:
                receipt = self._accept(store, draft, terms, token, notification)
            if draft_id is not None:
                store.drop_draft(draft_id)
            self._reached("C0")
            return receipt

        return self._order(operation, lambda: self._reached("C1"))

    def _accept(self, store: Store, draft: Draft, terms: Terms, token: str, notification: str | None) -> Receipt:
        now = self._clock.now_ms()
        problems = [*validation.check(draft), *self._missing(draft), *_problems_of(terms, now)]
        if problems:
            raise DraftError(problems)
        sender = self._sender_of(draft.account)
        notification = notification or new_ulid(now)
        domain = sender.address.rpartition("@")[2]
        messages = []
        for number, recipient in enumerate(draft.to, start=1):
            message_id = f"<{notification}.{number}@{domain}>"
            message = self._compose(draft=draft, sender=sender, recipient=recipient, message_id=message_id, date_ms=now)
            messages.append((recipient, message_id, message))
        return store.accept(
            notification=notification,
            token=token,
            draft=draft,
            terms=terms,
            sender=sender,
            messages=messages,
            now=now,
        )

    def _missing(self, draft: Draft) -> list[Problem]:
        return [
            Problem("attachment", "attachment_lost", (("name", file.name),))
            for file in draft.attachments
            if not self._spool.has(file)
        ]

    # -- what a person does ---------------------------------------------------------------------------------------

    def undo(self, notification: str) -> Order[Draft]:
        """Take a notification back, whole, and return what was typed. Raises `MoveError` when it is too late."""

        def operation(store: Store) -> Draft:
            draft = store.undo(notification, self._clock.now_ms())
            if draft is None:
                raise MoveError("undo_late")
            self._spool.touch(draft.attachments)  # until the form is kept, nothing names them
            return draft

        return self._order(operation)

    def cancel(self, ids: Iterable[int]) -> Order[Moved]:
        """Cancel what has not been handed over."""
        return self._moves(Store.cancel, ids)

    def restore(self, ids: Iterable[int]) -> Order[Moved]:
        """Take back a cancel of the last ten seconds."""
        return self._moves(Store.restore, ids)

    def hold(self, ids: Iterable[int]) -> Order[Moved]:
        """Keep queued deliveries until they are released."""
        return self._moves(Store.hold, ids)

    def release(self, ids: Iterable[int]) -> Order[Moved]:
        """Let held deliveries go."""
        return self._moves(Store.release, ids)

    def retry(self, ids: Iterable[int]) -> Order[Moved]:
        """Try failed or waiting deliveries again, now."""
        return self._moves(Store.retry, ids)

    def retry_waiting(self) -> Order[Moved]:
        """Try everything that waits again, now."""

        def next_part(done: list[Moved]) -> Operation[Moved] | None:
            if done and len(done[-1].ids) + len(done[-1].refused) < MOVED_AT_ONCE:
                return None
            last = [*done[-1].ids, *(refusal[0] for refusal in done[-1].refused)] if done else [0]
            return lambda store: store.retry_waiting(self._clock.now_ms(), max(last))

        return ManyMoves(self._writer, self._executor, next_part)

    def end_undo(self) -> Order[None]:
        """Let what can still be taken back go now: the person does not wait for that."""
        return self._order(lambda store: store.end_undo(self._clock.now_ms()))

    def send_again(self, ids: Iterable[int]) -> Order[Moved]:
        """Send what is not confirmed again; it may arrive twice."""
        return self._moves(Store.send_again, ids)

    def mark_sent(self, ids: Iterable[int]) -> Order[Moved]:
        """Mark what is not confirmed as sent, because a person says so."""
        return self._moves(Store.mark_sent, ids)

    def sighted(self, sightings: Iterable[Sighting]) -> Order[Moved]:
        """Take in what a look into a Sent folder says of what is not confirmed; what was found is moved to `sent`."""
        return self._moves(Store.sighted, sightings)

    def release_account(self, account: str) -> Order[int]:
        """Believe that an account works again, because a test was good or a new password was given.

        Closes its breaker and lets go what it held; returns how many that are. The last of very many go back into
        the queue in later commits.
        """
        return self._order(lambda store: store.release_account(account, self._clock.now_ms()))

    def pause(self) -> Order[None]:
        """Start no further delivery until `resume`, across restarts too."""
        return self._order(lambda store: store.set_paused(True))

    def resume(self) -> Order[None]:
        """Deliver again."""
        return self._order(lambda store: store.set_paused(False))

    # -- drafts and what is remembered ----------------------------------------------------------------------------

    def save_draft(self, draft_id: str, draft: Draft) -> Order[None]:
        """Keep what is in the form, so that it is there after a crash."""
        return self._order(lambda store: store.save_draft(draft_id, draft, self._clock.now_ms()))

    def set_aside(self, draft_id: str, draft: Draft) -> Order[None]:
        """Put a draft under Drafts, because something else comes into the form."""

        def operation(store: Store) -> None:
            store.save_draft(draft_id, draft, self._clock.now_ms())
            store.set_draft_open(draft_id, False, self._clock.now_ms())

        return self._order(operation)

    def take_up(self, draft_id: str) -> Order[None]:
        """Make a draft that was set aside the one in the form."""
        return self._order(lambda store: store.set_draft_open(draft_id, True, self._clock.now_ms()))

    def drop_draft(self, draft_id: str) -> Order[None]:
        """Forget a kept draft."""
        return self._order(lambda store: store.drop_draft(draft_id))

    def save_template(self, template: Template) -> Order[Template]:
        """Keep a template, new or changed. Raises `DraftError` with every problem, also where its name is taken."""
        return self._order(lambda store: store.save_template(template, self._clock.now_ms()))

    def drop_template(self, template_id: str) -> Order[None]:
        """Forget a template."""
        return self._order(lambda store: store.drop_template(template_id))

    def note_template_used(self, template_id: str) -> Order[None]:
        """Record that a template was put into the form: what was used last is offered first."""
        return self._order(lambda store: store.note_template_used(template_id, self._clock.now_ms()))

    def remember(self, recipients: Iterable[Recipient], query: str) -> Order[None]:
        """Keep recipients, so that typing finds them again."""
        kept = tuple(recipients)
        return self._order(lambda store: store.remember(kept, query, self._clock.now_ms()))

    def note(self, delivery_id: int, kind: str, detail: str) -> Order[None]:
        """Record an event that moves nothing."""
        return self._order(lambda store: store.note(delivery_id, kind, detail, self._clock.now_ms()))

    def change_book(self, change: Callable[[BookTables, int], T]) -> Order[T]:
        """Change the address book, in one transaction: `change(tables, now_ms)` on the writes thread."""
        return self._order(lambda store: change(store.book, self._clock.now_ms()))

    def remove_old(self, ids: Iterable[int], sent_before: int, ended_before: int) -> Order[int]:
        """Delete those of a few deliveries that ended before a time (ms since 1970, UTC); return how many."""
        kept = tuple(ids)
        return self._order(lambda store: store.remove_old(kept, sent_before, ended_before))

    # -- moving to another computer: see core.outbox.departure -----------------------------------------------------

    def depart(self) -> Order[None]:
        """Pause everything, because the outbox is being moved."""
        return self._order(lambda store: store.depart())

    def hold_departing(self) -> Order[int]:
        """Hold a part of what waits, until it is let go on one of the computers; return how many, 0 at the end."""
        return self._order(lambda store: store.hold_departing(self._clock.now_ms()))

    def release_departed(self) -> Order[int]:
        """Let go a part of what was held because the outbox was moved; return how many, 0 at the end."""
        return self._order(lambda store: store.release_departed(self._clock.now_ms()))

    def end_departure(self) -> Order[None]:
        """Go on here."""
        return self._order(lambda store: store.end_departure())

    # -- forgetting somebody: see core.outbox.forgetting -----------------------------------------------------------

    def ask_to_forget(self, address: str, ids: Iterable[int], up_to: int | None = None) -> Order[None]:
        """Write down that somebody is to be forgotten, and cancel these deliveries to them, which have not gone yet.

        From then on it is done, also after a crash. Deliveries behind `up_to` stay; None: behind the last one now.
        """
        kept = tuple(ids)

        def operation(store: Store) -> None:
            store.cancel(kept, self._clock.now_ms())
            store.ask_to_forget(address, self._clock.now_ms(), up_to)

        return self._order(operation)

    def forget(self, forgetting: Callable[[ForgettingRows], T]) -> Order[T]:
        """Do a step of forgetting somebody, in one transaction, on the writes thread."""
        return self._order(forgetting)

    def rewrite(self) -> Order[None]:
        """Write the whole file anew, without anything that was deleted. What is accepted meanwhile waits for it."""
        return Order(self._writer, self._executor, lambda store: store.rewrite(), is_apart=True)

    def empty_wal(self) -> Order[bool]:
        """Bring the -wal into the database and cut it off. False while somebody reads who still needs it."""
        return Order(self._writer, self._executor, lambda store: store.empty_wal(), is_apart=True)

    def set_log_mark(self, event: int, offset_bytes: int) -> Order[None]:
        """Record how far log.txt has been written."""
        return self._order(lambda store: store.set_log_mark(event, offset_bytes))

    # -- what engines and attempts do -----------------------------------------------------------------------------

    def recover(self) -> Order[tuple[int, int]]:
        """Open the outbox and put right what a crash left: how many were put back, how many are not confirmed."""
        return self._order(lambda store: store.recover(self._clock.now_ms()))

    def look(self, decide: Callable[[Store, int], T], committed: Callable[[], None] | None = None) -> Order[T]:
        """Have the dispatcher look at the queue, in one transaction: `decide(store, now_ms)` on the writes thread.

        `committed` is called there too, when what was decided is on disk.
        """
        return self._order(lambda store: decide(store, self._clock.now_ms()), committed)

    def intend(self, claim: Claim) -> Order[bool]:
        """Put the intent on disk. False: do not hand it over."""
        return self._order(lambda store: store.intend(claim, self._clock.now_ms()))

    def settle(self, claim: Claim, settlement: Settlement, finished: Finished) -> Order[bool]:
        """Put an outcome on disk. False: the lease was lost, nothing was written."""
        return self._order(
            lambda store: store.settle(claim, settlement, finished, self._clock.now_ms()),
            lambda: self._reached("C9"),
        )

    def break_off(self, claim: Claim, later: Settlement, finished: Finished) -> Order[bool]:
        """End an attempt that our own fault broke off: it goes where `later` says, or nobody knows where it is."""
        return self._order(lambda store: store.break_off(claim, later, finished, self._clock.now_ms()))

    def give_back(self, claims: Iterable[Claim]) -> Order[None]:
        """Put claims that were never started back into the queue."""
        kept = tuple(claims)

        def operation(store: Store) -> None:
            for claim in kept:
                store.give_back(claim, self._clock.now_ms())

        return self._order(operation)

    # -------------------------------------------------------------------------------------------------------------

    def _moves(self, move: Callable[[Store, tuple[T, ...], int], Moved], what: Iterable[T]) -> Order[Moved]:
        kept = tuple(what)

        def next_part(done: list[Moved]) -> Operation[Moved] | None:
            first = len(done) * MOVED_AT_ONCE
            part = kept[first : first + MOVED_AT_ONCE]
            if done and not part:
                return None
            return lambda store: move(store, part, self._clock.now_ms())

        return ManyMoves(self._writer, self._executor, next_part)

    def _order(self, operation: Operation[Any], committed: Callable[[], None] | None = None) -> Order[Any]:
        return Order(self._writer, self._executor, operation, committed)


def _problems_of(terms: Terms, now: int) -> list[Problem]:
    problems = []
    if not 0 <= terms.undo_s <= UNDO_MAX_S:
        problems.append(Problem("undo", "undo_bad", (("most", str(UNDO_MAX_S)), ("value", str(terms.undo_s)))))
    for field, at_ms in (("at", terms.at_ms), ("not_after", terms.not_after_ms)):
        if at_ms is not None and not 0 <= at_ms <= _LATEST_MS:
            problems.append(Problem(field, "at_bad", (("value", str(at_ms)),)))
    if terms.not_after_ms is not None and not problems:
        if terms.not_after_ms < now:
            problems.append(Problem("not_after", "at_past", (("value", iso(terms.not_after_ms)),)))
        elif terms.at_ms is not None and terms.not_after_ms < terms.at_ms:
            problems.append(Problem("not_after", "not_after_first", (("value", iso(terms.not_after_ms)),)))
    return problems
