"""The promise, against servers that answer anything and break anywhere: what is said of a message is what became of it.

The server here is a small model with hypothesis's choices for replies: it keeps what it took, which is the judge.
"""

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from core.mail.mime import Damaged
from core.mail.smtp.auth import script
from core.mail.smtp.conversation import Offers, greet, log_in
from core.mail.smtp.dots import stuffed
from core.mail.smtp.handover import Connection, End, Run
from core.mail.smtp.outcomes import Failed, Judge
from core.mail.smtp.replies import BadReply, Reply, ReplyReader
from core.mail.smtp.server import Login, Security, Server
from core.mail.smtp.steps import Closed, Dot, Garbled, Line, Pour, Say, Silent, Step, run
from core.mail.transport import Parcel, Verdict
from tests.core.smtp.desks import SERVER, Book, Message

T = TypeVar("T")

_RCPT = re.compile(rb"RCPT TO:<([^>]*)>")

_MAIL = ("250", "250", "250", "450", "451", "550", "421", "cut", "25", "354")
_RCPTS = ("250", "250", "250", "450", "550", "552", "421", "cut", "silent", "999")
_DATAS = ("354", "354", "354", "354", "451", "554", "250", "421", "cut")
_DOTS = (
    "250",
    "250",
    "250",
    "450",
    "550",
    "421",
    "cut",
    "taken and cut",
    "taken and silent",
    "taken and garbled",
    "354",
)
_RSETS = ("250", "250", "250", "500", "421", "cut")
_EARLY = ("", "", "", "", "", "", "552", "421", "250", "cut")


@dataclass
class _Server(Line):
    """Answers commands as it is told by `choose`, and checks what only a faulty client would do."""

    choose: "_Choices"
    messages: dict[str, Message]
    book: Book
    #: The recipients of what it took, each with its copies.
    taken: Counter[str]
    _answers: "deque[str]" = field(default_factory=deque)
    _has_sender: bool = False
    _recipients: list[str] = field(default_factory=list)
    _is_data: bool = False
    #: RSET was refused. What was written behind it in the same write is answered; a body must not follow.
    _is_unreset: bool = False
    _body: bytes = b""
    _is_over: bool = False

    @property
    def owes_anything(self) -> bool:
        return bool(self._answers) or self._is_data or self._is_over or self._has_sender

    def perform(self, step: Step) -> Reply | None:
        match step:
            case Say(data):
                self._read(data)
                return self._answer()
            case Pour(block):
                assert not self._is_unreset, "a body behind a RSET that was refused"
                assert self._is_data, "a body where none is due"
                assert self._recipients, "a body to nobody"
                self._body += block
                return self._early()
            case Dot(data):
                if (early := self._early()) is not None:
                    return early
                assert self._is_data
                assert data.startswith(b".\r\n")
                recipient = self._recipients[-1]
                assert f"intend {recipient}" in self.book.calls, "a dot without its intent"
                assert self.book.calls[-1] == f"intend {recipient}", "something came between intent and dot"
                self._read(data)
                return None
            case _:
                raise AssertionError("TLS is not played here")

    def _read(self, data: bytes) -> None:
        """Take lines in, as they are written: what is written after the connection ended falls on the floor."""
        for line in data.split(b"\r\n")[:-1]:
            if self._is_over:
                return
            self._line(line)

    def _line(self, line: bytes) -> None:
        if self._is_data:
            assert line == b".", f"{line!r} was written where only the body or a dot may be"
            self._dot()
        elif line.startswith(b"MAIL FROM:"):
            if self._is_unreset:
                self._say("503")
                return
            assert not self._has_sender, "MAIL inside a transaction"
            self._has_sender = self._say(self.choose.of(_MAIL)) == "250"
        elif match := _RCPT.fullmatch(line):
            said = self._say(self.choose.of(_RCPTS) if self._has_sender or self.choose.of((True, False)) else "503")
            if said == "250":
                self._recipients.append(match[1].decode())
        elif line == b"DATA":
            is_looked_at = bool(self._recipients) or self.choose.of((False, True))
            said = self._say(self.choose.of(_DATAS) if is_looked_at else "554")
            self._is_data = said == "354"
        elif line == b"RSET":
            if self._say(self.choose.of(_RSETS)) == "250":
                self._forget()
            else:
                self._is_unreset = True
        else:
            raise AssertionError(f"no command: {line!r}")

    def _dot(self) -> None:
        """End the data: what is taken now must be a whole message, and the one it was meant to be."""
        self._is_data = False
        said = self.choose.of(_DOTS)
        if not self._recipients:
            assert self._body == b"", "a body to nobody"
            said = said.removeprefix("taken and ")
        else:
            assert len(self._recipients) == 1
            recipient = self._recipients[0]
            assert self._has_sender, "a dot without a sender would queue who knows what"
            assert self._body == b"".join(stuffed(self.messages[recipient].chunks())), "not the stored message"
            if said == "250" or said.startswith("taken"):
                self.taken[recipient] += 1
        self._say(said.removeprefix("taken and "))
        self._forget()

    def _forget(self) -> None:
        self._has_sender, self._recipients, self._body = False, [], b""

    def _say(self, answer: str) -> str:
        self._answers.append(answer)
        self._is_over = answer in ("cut", "silent", "garbled", "421", "25", "999")
        return answer

    def _early(self) -> Reply | None:
        said = self.choose.of(_EARLY)
        if not said:
            return None
        self._is_over = True
        if said == "cut":
            raise Closed
        return Reply(int(said), ("early",))

    def _answer(self) -> Reply:
        if not self._answers:
            assert self._is_over, "the client waits for a reply that nobody owes it"
            raise Closed
        answer = self._answers.popleft()
        if answer == "cut":
            raise Closed
        if answer == "silent":
            raise Silent(300)
        if answer in ("garbled", "25", "999"):
            raise Garbled(answer)
        return Reply(int(answer), ("said",))


class _Choices:
    """What hypothesis chooses, as it is needed."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def of(self, options: Sequence[T]) -> T:
        return self._data.draw(st.sampled_from(options))


_PIECES = st.lists(st.sampled_from([b".\r\n", b"x\r\n", b"..\r\n", b"y" * 70_000 + b"\r\n"]), max_size=3)


def _damaged(message: Message) -> bool:
    return any(isinstance(piece, Exception) for piece in message.pieces)


@settings(max_examples=400, deadline=None)
@given(st.data(), st.booleans(), st.lists(_PIECES, min_size=1, max_size=6))
def test_what_is_said_of_a_message_is_what_became_of_it(
    data: st.DataObject, has_pipelining: bool, bodies: list[list[bytes]]
) -> None:
    """Taken: one copy. Later, refused, dropped, damaged, left: none. Unknown: one or none. Never two.

    And on the way: no body before 354, no dot without its intent, nothing between the two; every earlier message
    is settled before an intent; MAIL never inside a transaction; after 354 with a recipient only the body or closing.
    """
    choices = _Choices(data)
    messages: dict[str, Message] = {}
    for number, pieces in enumerate(bodies):
        more: list[bytes | Exception] = [*pieces]
        if choices.of((False,) * 9 + (True,)):
            more.append(Damaged("The copy of an attachment has changed."))
        messages[f"r{number}@example.com"] = Message(f"r{number}@example.com", pieces=more)
    taken: Counter[str] = Counter()
    book = Book()

    def allow(parcel: Parcel) -> bool:
        before = list(messages)[: list(messages).index(parcel.recipient)]
        assert set(before) <= set(book.outcomes), "an intent before an earlier outcome"
        return choices.of((True,) * 9 + (False,))

    book.allows = allow
    book.goes_on = lambda: choices.of((True,) * 9 + (False,))
    offers = Offers(has_pipelining=has_pipelining)
    left = Run(list(messages.values()), book)
    end = End.SPENT
    connections = 0
    while left.waiting and end is End.SPENT and book.may_go_on():
        connections += 1
        assert connections <= len(messages) + 1, "connections without end"
        connection = Connection(Judge(SERVER), offers, most_messages=choices.of((1, 2, 100)))
        server = _Server(choices, messages, book, taken)
        end = run(connection.hand_over(left), server)
        if end is End.KEPT:
            assert not server.owes_anything, "a connection is kept with something outstanding"
            end = End.SPENT if connection.is_full else end
    for recipient, message in messages.items():
        copies = taken[recipient]
        outcome = book.outcomes.get(recipient)
        if outcome is None or outcome.verdict is not Verdict.UNKNOWN:
            is_taken = outcome is not None and outcome.verdict is Verdict.TAKEN
            assert copies == int(is_taken), f"{recipient}: {copies} copies, {outcome}"
        else:
            assert copies <= 1
        if _damaged(message):
            assert copies == 0


class _Babbler(Line):
    """Answers every step with bytes, as they come from anybody."""

    def __init__(self, said: list[bytes]) -> None:
        self._left = list(said)
        self._reader = ReplyReader()
        self.written = b""

    def perform(self, step: Step) -> Reply | None:
        match step:
            case Say(data) | Dot(data):
                self.written += data
            case Pour(block):
                self.written += block
                return None
        if isinstance(step, Dot):
            return None
        try:
            while (reply := self._reader.take()) is None:
                if not self._left:
                    raise Closed
                self._reader.feed(self._left.pop(0))
        except BadReply as bad:
            raise Garbled(bad.excerpt) from bad
        return reply


_LINES = st.sampled_from(
    [
        b"220 hi\r\n",
        b"250 ok\r\n",
        b"250-PIPELINING\r\n",
        b"250-mx\r\n250 AUTH PLAIN\r\n",
        b"334 \r\n",
        b"235 ok\r\n",
        b"354 go\r\n",
        b"421 no\r\n",
        b"550 no\r\n",
        b"25\r\n",
        b"\xff\x00",
        b"250 ok\n",
        b"250-",
        b"\r\n",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_LINES | st.binary(max_size=30), max_size=20))
def test_whatever_bytes_come_the_conversation_ends(said: list[bytes]) -> None:
    """Any bytes, in any pieces, at any place: an outcome in words, and never two AUTH."""
    line = _Babbler(said)
    judge = Judge(Server("mx.example.com", 587, Security.NONE, user="ann"))
    try:
        offers = run(greet(judge, "[127.0.0.1]"), line)
        run(log_in(judge, script(Login.LOGIN, "ann", "secret")), line)
    except Failed as failed:
        outcome = failed.outcome
        assert outcome.verdict in (Verdict.LATER, Verdict.ACCOUNT)
        assert outcome.reply.isprintable()
    else:
        book = Book()
        message = Message("r@example.com")
        run(Connection(judge, offers, most_messages=9).hand_over(Run([message], book)), line)
        assert len(book.outcomes) == 1
        assert (book.verdicts[0] is Verdict.TAKEN) <= (f"intend {message.recipient}" in book.calls)
    assert line.written.count(b"AUTH") <= 1
