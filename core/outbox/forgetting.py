"""Forgetting somebody: everything here that is of one address, and every trace of it in the files."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.errors import PersonError
from core.executor import Executor
from core.outbox import aside, draft_json, log_rewriting
from core.outbox.forgetting_rows import (
    Delivered,
    Forgotten,
    deliveries_to,
    last_delivery,
    names,
    who_are_forgotten,
)
from core.outbox.keeping import Keeping
from core.outbox.log import Log
from core.outbox.outbox import Outbox
from core.outbox.reader import Reader
from core.outbox.removals import REMOVED_AT_ONCE
from core.outbox.states import LEASED, State
from core.outbox.writer import Kept
from core.paths import Home

#: So often (s) it is looked whether what is being sent has ended, or a reader has let go of the -wal.
_LOOK_AGAIN_S = 0.2


@dataclass(frozen=True)
class Traces:
    """What there is of an address. Nothing is changed by looking."""

    address: str
    #: The last delivery that was looked at: what is accepted later is not forgotten.
    up_to: int = 0
    #: Deliveries that have not gone yet: forgetting cancels them. Of these, those that are being sent just now.
    on_the_way: tuple[int, ...] = ()
    under_way: int = 0
    #: Those that have ended, or of which nobody knows whether they arrived.
    ended: int = 0
    unconfirmed: int = 0
    #: Messages in the mail folder of Practice.
    practised: int = 0
    log_lines: int = 0
    #: Drafts that were set aside: to nobody else, and to others too.
    drafts: int = 0
    shared_drafts: int = 0
    is_known: bool = False
    #: Who it is in the address book, with the other addresses they have there; None: nobody.
    book_name: str | None = None
    other_addresses: tuple[str, ...] = ()
    #: Damaged outboxes that are kept: what is in those stays.
    damaged: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        return not (
            self.on_the_way
            or self.ended
            or self.log_lines
            or self.drafts
            or self.shared_drafts
            or self.is_known
            or self.book_name is not None
        )


class Step(StrEnum):
    """What is being done."""

    WAITING = "waiting"
    REMOVING = "removing"
    LOG = "log"
    REWRITING = "rewriting"
    DONE = "done"


@dataclass(frozen=True)
class Progress:
    """How far it is with one address."""

    address: str
    step: Step
    #: Deliveries that were removed, of those there were.
    removed: int = 0
    total: int = 0


class Forgetting:
    """Forgets who is written down to be forgotten: one after another, on the pool `accounts`.

    Whatever breaks it off, the next start goes on, since it stays written down until nothing is left; and each step
    can be done again. `told` is called on the thread that works, `failed` too.
    """

    def __init__(
        self,
        home: Home,
        outbox: Outbox,
        reader: Reader,
        log: Log,
        keeping: Keeping,
        executor: Executor,
        *,
        remove_mail: Callable[[Iterable[str]], None],
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._home = home
        self._outbox = outbox
        self._reader = reader
        self._log = log
        self._keeping = keeping
        self._executor = executor
        self._remove_mail = remove_mail
        self._reached = reached
        self._lock = threading.Lock()
        self._is_at_work = False
        self._must_look_again = False
        self._pause = threading.Event()
        self.told: Callable[[Progress], None] = lambda _: None
        self.failed: Callable[[PersonError], None] | None = None

    # -- before ---------------------------------------------------------------------------------------------------

    def traces(self, address: str) -> Traces:
        """Look what there is of an address. Blocks, on the `reads` pool; raises `OSError`, `OutboxError`."""
        who = Forgotten(address, 1 << 62, 1 << 62)
        folded = address.casefold()
        with self._reader.snapshot() as db:
            up_to = last_delivery(db)
            deliveries = deliveries_to(db, who)
            is_known = db.execute("SELECT 1 FROM contact WHERE address = ? COLLATE NOCASE", (address,)).fetchone()
            practised = db.execute(
                "SELECT count(*) FROM delivery WHERE recipient = ? COLLATE NOCASE AND reason = 'practised'", (address,)
            ).fetchone()
            book = db.execute(
                "SELECT p.id, p.name FROM book_person p JOIN book_address a ON a.person = p.id"
                " WHERE a.address = ? COLLATE NOCASE",
                (address,),
            ).fetchone()
            others: list[str] = []
            if book is not None:
                rows = db.execute("SELECT address FROM book_address WHERE person = ? ORDER BY place", (book[0],))
                others = [row[0] for row in rows if row[0].casefold() != folded]
            drafts = shared = 0
            for (body,) in db.execute("SELECT body FROM draft WHERE NOT is_open"):
                draft = draft_json.load(body)
                of_them = [each.address.casefold() == folded for each in draft.to]
                of_them += [names(each, address) for each in draft.unread_to]
                drafts += bool(of_them) and all(of_them)
                shared += any(of_them) and not all(of_them)
        leased = [each for each in deliveries if each.state in LEASED]
        waiting = [each for each in deliveries if each.state in (State.QUEUED, State.HELD)]
        on_the_way = tuple(each.id for each in (*waiting, *leased))
        return Traces(
            address,
            up_to=up_to,
            on_the_way=on_the_way,
            under_way=len(leased),
            ended=len(deliveries) - len(on_the_way),
            unconfirmed=sum(each.state is State.UNCONFIRMED for each in deliveries),
            practised=practised[0],
            log_lines=log_rewriting.count(self._home.log, who),
            drafts=drafts,
            shared_drafts=shared,
            is_known=is_known is not None,
            book_name=None if book is None else book[1],
            other_addresses=tuple(others),
            damaged=tuple(aside.names_of(self._home.database, ".damaged-")),
        )

    # -- doing it -------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Forget who is to be forgotten, behind whoever asks. Callable from any thread."""
        with self._lock:
            self._must_look_again = self._is_at_work
            if self._is_at_work:
                return
            self._is_at_work = True
        try:
            self._executor.start("accounts", self._work)
        except PersonError:  # the program ends: the next start goes on
            with self._lock:
                self._is_at_work = False

    def _work(self) -> None:
        while True:
            try:
                self.run()
            except BaseException as error:
                with self._lock:
                    self._is_at_work = False
                if not isinstance(error, PersonError):
                    raise
                if error.code == "outbox_closed":
                    return
                problem = PersonError("forgetting_failed", why=error)
                if self.failed is None:
                    raise problem from error
                self.failed(problem)
                return
            with self._lock:
                self._is_at_work = self._must_look_again
                self._must_look_again = False
                if not self._is_at_work:
                    return

    def run(self) -> None:
        """Forget everybody who is written down, and return when nothing is left of them.

        Blocks; not on a window's main thread, nor on `writes`, `log`. Raises `StorageError`, `OutboxError`,
        `PersonError` (`log_unwritable`, `forgetting_mail`; `outbox_closed` when the program ends).
        """
        while who := self._next():
            self._forget(who)

    def _next(self) -> Forgotten | None:
        with self._reader.snapshot() as db:
            return next(iter(who_are_forgotten(db)), None)

    def _forget(self, who: Forgotten) -> None:
        self._remove_deliveries(who)
        self._outbox.forget(lambda store: store.forget_person(who)).wait()
        self.told(Progress(who.address, Step.LOG))
        self._on_log(lambda: self._log.forget(who))
        self._reached("log")
        self._keeping.sweep_forgotten()
        self.told(Progress(who.address, Step.REWRITING))
        self._outbox.rewrite().wait()
        self._reached("rewritten")
        self._empty_wal()
        while not self._keeping.sweep_forgotten():  # a backup is being made
            self._rest()
        # Its row alone is on its page: it is overwritten there, and nothing is left of it in the database.
        self._outbox.forget(lambda store: store.end_forgetting(who)).wait()
        self._reached("ended")
        self._empty_wal()
        self.told(Progress(who.address, Step.DONE))

    def _remove_deliveries(self, who: Forgotten) -> None:
        removed = 0
        while found := self._found(who):
            total = removed + len(found)
            free = [each for each in found if each.state not in LEASED]
            for first in range(0, len(free), REMOVED_AT_ONCE):
                self._go_on()
                part = free[first : first + REMOVED_AT_ONCE]
                self._remove_files(part)
                ids = [each.id for each in part]
                removed += self._outbox.forget(lambda store, ids=ids: store.forget_some(who, ids)).wait()  # type: ignore[misc]  # bound at once
                self._reached("removed")
                self.told(Progress(who.address, Step.REMOVING, removed, total))
            if len(free) < len(found):
                self.told(Progress(who.address, Step.WAITING, removed, total))
                self._rest()

    def _found(self, who: Forgotten) -> Sequence[Delivered]:
        with self._reader.snapshot() as db:
            return deliveries_to(db, who)

    def _remove_files(self, part: Sequence[Delivered]) -> None:
        """Remove the messages from the mail folder of Practice: before their rows, which name them."""
        try:
            self._remove_mail(each.message_id for each in part)
        except OSError as error:
            raise PersonError("forgetting_mail", path=self._home.mail, why=error.strerror or error) from error

    def _on_log(self, job: Callable[[], None]) -> None:
        """Do something on the `log` pool, and stay until it is done."""
        kept = Kept()

        def done() -> None:
            try:
                kept.resolve(job())  # type: ignore[func-returns-value]  # that it is done is what is told
            except BaseException as error:  # noqa: BLE001 - whatever it is, it goes to who waits
                kept.reject(error)

        self._executor.start("log", done)
        kept.future.result()

    def _empty_wal(self) -> None:
        """Have the -wal brought into the database and cut off, as soon as nobody reads who still needs it."""
        while not self._outbox.empty_wal().wait():
            self._rest()

    def _rest(self) -> None:
        self._go_on()
        self._pause.wait(_LOOK_AGAIN_S)

    def _go_on(self) -> None:
        if self._reader.is_leaving:
            raise PersonError("outbox_closed")
