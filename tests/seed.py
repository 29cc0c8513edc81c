"""An outbox in which every state occurs, reached by legal moves: for pictures and tests of the window."""

from dataclasses import dataclass, replace

from core.executor import Inline
from core.outbox.leases import Finished, Settlement
from core.outbox.notification import Claim, Draft, Receipt, Recipient, Terms, new_token
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program
from core.settings import Settings
from tests import judge
from tests.outboxes import claim as lease

#: Tue 24 Nov 2026, 14:03:30 UTC.
NOW_MS = 1_795_529_010_000
_MINUTE = 60_000


@dataclass
class StoppedClock:
    """A clock that stands where it is put."""

    now: int = NOW_MS

    def now_ms(self) -> int:
        return self.now

    def monotonic_s(self) -> float:
        return self.now / 1000


def seed(home: Home) -> None:
    """Make an outbox with a row in every state, and close it. A row that was being handed over is one no more."""
    clock = StoppedClock()
    program = Program(home, Inline(), Settings(), clock=clock)
    try:
        program.open().wait()
        fill(program, clock)
    finally:
        program.close()


def fill(program: Program, clock: StoppedClock) -> None:
    """Add a row in every state to an open outbox whose engine does not run. The clock is back where it was after."""
    now_ms = clock.now
    for row in reversed(_ROWS):
        clock.now = now_ms - row.minutes_ago * _MINUTE
        _add(program, clock, row, now_ms)
    clock.now = now_ms
    judge.made_by_hand(program.home)


@dataclass(frozen=True)
class _Row:
    minutes_ago: int
    to: Recipient
    subject: str
    how: str
    text: str = "Dear all,\n\nplease see below.\n\nKind regards,\nRiverside School"


_ROWS = (
    _Row(0, Recipient("ann@example.com"), "Your order is ready", "sent"),
    _Row(0, Recipient("carol@example.com"), "Delivery window for Thursday", "handing_over"),
    _Row(1, Recipient("ben@example.net"), "Your order is ready", "waiting"),
    _Row(2, Recipient("eve@example.com"), "Invoice 2026-114", "unconfirmed"),
    _Row(5, Recipient("joe@example.org"), "Your order is ready", "failed"),
    _Row(8, Recipient("parents@school.example"), "Trip on Friday: what to bring", "scheduled"),
    _Row(12, Recipient("dora@example.com"), "Draft contract", "held"),
    _Row(23, Recipient("me@example.com"), "Testing the form", "practised"),
    _Row(41, Recipient("hanako@example.jp", "山田 花子"), "ご予約の確認", "sent"),
    _Row(43, Recipient("li@example.com"), "Your order is ready", "cancelled"),
    _Row(44, Recipient("omar@example.com"), "Your order is ready", "corrupt"),
)


def _add(program: Program, clock: StoppedClock, row: _Row, now_ms: int) -> None:
    draft = Draft(to=(row.to,), subject=row.subject, text=row.text)
    terms = Terms()
    if row.how == "scheduled":
        terms = replace(terms, at_ms=now_ms + 2 * 24 * 60 * _MINUTE + 17 * 60 * _MINUTE)
    if row.how == "held":
        terms = replace(terms, is_held=True)
    receipt = program.outbox.accept(draft, terms, token=new_token()).wait()
    if row.how == "cancelled":
        program.outbox.cancel([receipt.deliveries[0].id]).wait()
    elif row.how not in ("scheduled", "held"):
        _attempt(program, clock, receipt, row.how)


def _attempt(program: Program, clock: StoppedClock, receipt: Receipt, how: str) -> None:
    (claim,) = lease(program, 1, f"seed-{receipt.notification}", receipt.notification)
    clock.now += 640
    if how == "practised":
        _settle(program, claim, Settlement(State.SENT, Reason.PRACTISED), Finished("folder", None, "", "", ""))
        return
    server = "smtp.example.com"
    if how == "waiting":
        for minutes in (1, 3):
            due = Settlement(State.QUEUED, Reason.BACKOFF, clock.now)
            _settle(program, claim, due, Finished("connect", 421, "4.7.0 Try again later", "TLSv1.3", server))
            clock.now += minutes
            (claim,) = lease(program, 1, f"seed-{clock.now}", receipt.notification)
        due = Settlement(State.QUEUED, Reason.BACKOFF, clock.now + 2 * _MINUTE)
        _settle(program, claim, due, Finished("connect", 421, "4.7.0 Try again later", "TLSv1.3", server))
        return
    if how == "corrupt":
        _settle(program, claim, Settlement(State.CORRUPT), Finished("", None, "", "", ""))
        return
    program.outbox.intend(claim).wait()
    clock.now += 210
    if how == "sent":
        taken = Finished("dot", 250, "2.0.0 Ok: queued as 4XyZ", "TLSv1.3", server)
        _settle(program, claim, Settlement(State.SENT), taken)
    elif how == "failed":
        gone = Finished("rcpt", 550, "5.1.1 No such user here", "TLSv1.3", server)
        _settle(program, claim, Settlement(State.FAILED), gone)
    elif how == "unconfirmed":
        silent = Finished("dot", None, "smtp.example.com closed the connection before it confirmed.", "TLSv1.3", server)
        _settle(program, claim, Settlement(State.UNCONFIRMED, Reason.NO_REPLY), silent)


def _settle(program: Program, claim: Claim, settlement: Settlement, finished: Finished) -> None:
    assert program.outbox.settle(claim, settlement, finished).wait()
