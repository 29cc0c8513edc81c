"""A line without a socket, that follows a script: what the client has to write, and what it is answered.

A script is text. `C:` lines that follow each other have to come in one write; `S:` lines are what the server says.
`body` takes the blocks of a message, `body TEXT` (a Python literal) wants exactly these bytes. `early: 552 No` is said
while the body is written, or before the dot. `tls` is a handshake. `cut`, `silent` and `garbled` end the connection,
`halt` the program.
"""

import ast
from collections import deque

from core.mail.smtp.replies import Reply, ReplyReader
from core.mail.smtp.steps import Closed, Dot, Garbled, Halted, Line, Pour, Say, Silent, Step, TlsFailed

_ENDS = {
    "cut": Closed(),
    "silent": Silent(300),
    "garbled": Garbled("25"),
    "halt": Halted(),
    "tls fails": TlsFailed("certificate_unknown", 20),
}


class Script(Line):
    """Performs steps by a script. What differs is an AssertionError; so is a script that is not at its end."""

    def __init__(self, text: str) -> None:
        self._left = deque(line.strip() for line in text.strip().splitlines() if line.strip())
        self._reader = ReplyReader()
        self._body = b""
        #: Every step, in order.
        self.steps: list[Step] = []

    def perform(self, step: Step) -> Reply | None:
        self.steps.append(step)
        match step:
            case Say(data):
                self._wants(data)
                return self._reply()
            case Pour(block):
                self._body += block
                return self._early()
            case Dot(data):
                self._ends_body()
                if (early := self._early()) is not None:
                    return early
                self._wants(data)
                return None
            case _:
                if self._next() == "tls":
                    self._left.popleft()
                else:
                    self._end()
                return None

    def assert_done(self) -> None:
        assert not self._left, f"the client ended before: {list(self._left)}"

    def _next(self) -> str:
        return self._left[0] if self._left else "(the end)"

    def _wants(self, data: bytes) -> None:
        written = data.decode()
        wanted = ""
        while written and self._next().startswith("C:"):
            wanted += self._left.popleft().removeprefix("C:").removeprefix(" ") + "\r\n"
        assert written == wanted, f"written {written!r}, wanted {wanted!r}, then {self._next()}"

    def _reply(self) -> Reply:
        while (reply := self._reader.take()) is None:
            self._end()
            assert self._next().startswith("S: "), f"a reply is waited for at: {self._next()}"
            self._reader.feed(self._left.popleft().removeprefix("S: ").encode() + b"\r\n")
        return reply

    def _early(self) -> Reply | None:
        self._end()
        if not self._next().startswith("early: "):
            return None
        self._body = b""
        reader = ReplyReader()
        reader.feed(self._left.popleft().removeprefix("early: ").encode() + b"\r\n")
        return reader.take()

    def _ends_body(self) -> None:
        word, _, literal = self._left.popleft().partition(" ")
        assert word == "body", f"the dot came where this was due: {word} {literal}"
        if literal:
            assert self._body == ast.literal_eval(literal)
        self._body = b""

    def _end(self) -> None:
        if error := _ENDS.get(self._next()):
            self._left.popleft()
            raise error
