"""Handing messages over on an open connection, as it is said, and the order that the promise hangs on.

For each message: MAIL, RCPT, DATA; the body after 354; the intent on disk; the dot; its reply; the outcome. With
PIPELINING (RFC 2920) the dot of one message and MAIL, RCPT and DATA of the next are one write: one round trip a
message. What that must not do is said where it is taken care of.

Talks that know no socket: see `core.mail.smtp.steps`.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from core.errors import PersonError
from core.mail.mime import Damaged, envelope_address, needs_smtputf8
from core.mail.smtp.conversation import Offers
from core.mail.smtp.dots import DOT, stuffed
from core.mail.smtp.outcomes import Judge
from core.mail.smtp.replies import Reply
from core.mail.smtp.steps import Closed, Dot, Lost, Pour, Talk, say
from core.mail.transport import Desk, Outcome, Parcel, Phase, Verdict

_RSET = b"RSET\r\n"
_DATA = b"DATA\r\n"


class End(Enum):
    """How the connection is when a handing over has ended."""

    #: In order, nothing outstanding.
    KEPT = auto()
    #: Of no more use; what is left may be tried with another one at once.
    SPENT = auto()
    #: Of no more use, and its message was told so: what is left has to wait.
    LOST = auto()


@dataclass(frozen=True, slots=True)
class Envelope:
    """The commands of one message."""

    parcel: Parcel
    mail: bytes
    rcpt: bytes


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A message that did not come as far as its body."""

    #: None where it costs the message nothing: only this connection is used up.
    outcome: Outcome | None
    #: What brings the connection back in order; b"" where nothing does.
    closing: bytes = b""


class Run:
    """The messages still to hand over, in order. A message is in it until it is settled."""

    def __init__(self, parcels: Sequence[Parcel], desk: Desk) -> None:
        self.waiting = deque(parcels)
        self.desk = desk

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        """Tell the desk, once. The message is one of the first two that wait."""
        del self.waiting[0 if self.waiting[0] is parcel else 1]
        self.desk.settle(parcel, outcome)


class Connection:
    """What is known of an open connection on which messages are handed over. Used by one thread at a time."""

    def __init__(
        self, judge: Judge, offers: Offers, *, most_messages: int, reached: Callable[[str], None] = lambda _: None
    ) -> None:
        self._judge = judge
        self._offers = offers
        self._most_messages = most_messages
        self._reached = reached
        #: Messages that were answered on it, one way or the other.
        self._done = 0
        self._has_taken = False

    @property
    def is_full(self) -> bool:
        """True when it has carried as many messages as one connection should."""
        return self._done >= self._most_messages

    def hand_over(self, run: Run) -> Talk[End]:
        """Hand over one message after the other, until none is left, the desk says stop, or the connection is full.

        At `End.KEPT` every reply has been read. Throws `Halted` with the message it was at unsettled.
        """
        current = self._next(run, 0)
        unsent = self._commands(current)
        while current is not None:
            refusal = yield from self._open(current, unsent)
            if refusal is None:
                end, current = yield from self._deliver(run, current.parcel)
            else:
                end, current = yield from self._refuse(run, current.parcel, refusal)
            if end is not End.KEPT:
                return end
            unsent = b""
        return End.KEPT

    def _open(self, envelope: Envelope, unsent: bytes) -> Talk[_Refusal | None]:
        """Say MAIL, RCPT and DATA, or only read their replies where they are written already. None: now the body."""
        refused: Outcome | None = None
        has_recipient = False
        kind = 0
        commands = ((Phase.MAIL, envelope.mail), (Phase.RCPT, envelope.rcpt), (Phase.DATA, _DATA))
        for phase, command in commands:
            if not self._offers.has_pipelining:
                unsent = command
            if unsent:
                self._reached("C3")
            try:
                reply = yield from say(unsent, phase)
            except Lost as lost:
                if self._is_used_up(phase, lost):
                    return _Refusal(None)
                return _Refusal(refused or self._judge.of_lost(lost, phase))
            unsent = b""
            if self._is_used_up(phase, reply):
                return _Refusal(None)
            kind = reply.kind
            if kind == (3 if phase is Phase.DATA else 2):
                has_recipient |= phase is Phase.RCPT
                continue
            refused = refused or self._judge.of_reply(reply, phase)
            if reply.code == 421 or kind not in (4, 5):
                return _Refusal(refused)  # it closes, or it is out of step with us
            if not self._offers.has_pipelining:
                return _Refusal(refused, _RSET)
        if refused is None:
            return None
        if kind != 3:
            # DATA was refused too, as it should be. A transaction may still be open.
            return _Refusal(refused, _RSET)
        # The server waits for a body (RFC 2920, section 3.1). To nobody, the dot ends it: no intent, since nothing
        # is handed over. To somebody, a dot would queue an empty message: only closing is left.
        return _Refusal(refused, b"" if has_recipient else DOT)

    def _is_used_up(self, phase: Phase, what: Reply | Lost) -> bool:
        """Say whether a server ends a connection that has done its share: that is no attempt of the next message.

        RFC 5321, section 4.2.2: 421 to any command. 451 is what some say for "too many messages". A server that has
        taken nothing on this connection would say the same on the next one, after one more login.
        """
        if phase is not Phase.MAIL or not self._has_taken:
            return False
        return isinstance(what, Closed) or (isinstance(what, Reply) and what.code in (421, 451))

    def _refuse(self, run: Run, parcel: Parcel, refusal: _Refusal) -> Talk[tuple[End, Envelope | None]]:
        """Settle a message that did not come as far as its body, and bring the connection back in order."""
        if refusal.outcome is None:
            return End.SPENT, None
        run.settle(parcel, refusal.outcome)
        self._done += 1
        if not refusal.closing:
            return _end(refusal.outcome), None
        following = self._next(run, 0)
        self._reached("C3")
        try:
            reply = yield from say(refusal.closing + self._commands(following), Phase.DATA)
        except Lost:
            return End.SPENT, None
        # To the lone dot a refusal is the usual answer; to RSET it would mean that nothing is in order.
        is_in_order = reply.kind == 2 or (refusal.closing is DOT and reply.code != 421)
        return (End.KEPT, following) if is_in_order else (End.SPENT, None)

    def _deliver(self, run: Run, parcel: Parcel) -> Talk[tuple[End, Envelope | None]]:
        """Write the body; put the intent on disk; write the dot; settle what it is answered."""
        outcome = yield from self._pour(parcel)
        if outcome is not None:
            run.settle(parcel, outcome)
            return _end(outcome), None
        following = self._next(run, 1)
        if not run.desk.intend(parcel):
            run.settle(parcel, Outcome(Verdict.DROPPED, Phase.BODY))
            return End.SPENT, None
        self._reached("C5")
        outcome = yield from self._dot(DOT + self._commands(following))
        run.settle(parcel, outcome)
        self._done += 1
        self._has_taken |= outcome.verdict is Verdict.TAKEN
        is_lost = outcome.phase is not Phase.DOT or outcome.verdict is Verdict.UNKNOWN or outcome.code == 421
        return (_end(outcome), None) if is_lost else (End.KEPT, following)

    def _pour(self, parcel: Parcel) -> Talk[Outcome | None]:
        """Write the body. None: all of it is on its way, and the server has said nothing."""
        judge = self._judge
        try:
            for block in stuffed(parcel.chunks()):
                early = yield Pour(block)
                self._reached("C4")
                if early is not None:
                    return judge.of_reply(early, Phase.BODY)
        except Lost as lost:
            return judge.of_lost(lost, Phase.BODY)
        except Damaged as damage:
            return judge.of_damage(damage)
        except OSError as error:
            return judge.of_problem(Verdict.LATER, Phase.BODY, "message_unreadable", why=error.strerror or str(error))
        return None

    def _dot(self, data: bytes) -> Talk[Outcome]:
        """Write the dot and read its reply. The one place where an outcome can be unknown."""
        try:
            early = yield Dot(data)
        except Lost as lost:
            return self._judge.of_lost(lost, Phase.BODY)  # not one byte of the dot was handed over
        if early is not None:
            return self._judge.of_reply(early, Phase.BODY)
        self._reached("C6")
        try:
            reply = yield from say(b"", Phase.DOT)
        except Lost as lost:
            return self._judge.of_lost(lost, Phase.DOT)
        self._reached("C7" if reply.kind == 2 else "C8")
        return self._judge.of_dot(reply)

    def _next(self, run: Run, skip: int) -> Envelope | None:
        """Return the next message to begin, `skip` of them being under way; settle those that cannot go at all.

        None: there is none, or it should not begin on this connection.
        """
        while len(run.waiting) > skip and self._done + skip < self._most_messages and run.desk.may_go_on():
            parcel = run.waiting[skip]
            envelope = self._envelope(parcel)
            if isinstance(envelope, Envelope):
                return envelope
            run.settle(parcel, envelope)
        return None

    def _envelope(self, parcel: Parcel) -> Envelope | Outcome:
        """Write the commands of a message, or say why this server cannot take it."""
        judge = self._judge
        try:
            sender, recipient = envelope_address(parcel.sender), envelope_address(parcel.recipient)
        except PersonError as error:
            return judge.of_error(error, Verdict.REFUSED, Phase.MAIL)
        parameters = ""
        most = self._offers.size_bytes
        if most is not None:
            if 0 < most < parcel.size_bytes:
                return judge.of_problem(
                    Verdict.REFUSED, Phase.MAIL, "too_large", size=_size(parcel.size_bytes), most=_size(most)
                )
            parameters = f" SIZE={parcel.size_bytes}"
        if needs_smtputf8(sender, recipient):
            if not self._offers.has_smtputf8:
                address = recipient if needs_smtputf8(recipient) else sender
                return judge.of_problem(Verdict.REFUSED, Phase.MAIL, "smtputf8_missing", address=address)
            parameters += " SMTPUTF8"
        return Envelope(parcel, f"MAIL FROM:<{sender}>{parameters}\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode())

    def _commands(self, envelope: Envelope | None) -> bytes:
        """Return what may be written of a message before anything of it is answered."""
        if envelope is None or not self._offers.has_pipelining:
            return b""
        return envelope.mail + envelope.rcpt + _DATA


def _end(outcome: Outcome) -> End:
    """Say what is to become of the rest when the connection is of no more use: after a definite answer, it goes on."""
    is_definite = outcome.verdict is Verdict.DAMAGED or outcome.code not in (None, 421)
    return End.SPENT if is_definite else End.LOST


def _size(size_bytes: int) -> str:
    """Write a size for a person; 1 MB is 1,048,576 bytes, as elsewhere in Outtray."""
    return f"{size_bytes / 1024:.0f} KB" if size_bytes < 1_048_576 else f"{size_bytes / 1_048_576:.1f} MB"
