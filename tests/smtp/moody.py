"""A mail server that takes, delays, refuses and breaks off as chance has it, and outlives its clients.

It notes a message as taken in the moment in which it takes responsibility: when its dot has come, and before a word is
said of it.
"""

import contextlib
import random
import re
import socket
import threading
from collections import Counter
from dataclasses import dataclass
from types import TracebackType
from typing import Self

#: How long it is waited for that every client has gone, in seconds. Reached only where something is wrong.
_PATIENCE_S = 20.0

_MESSAGE_ID = re.compile(rb"(?mi)^Message-ID: *(<[^>\r]*>)")
_RECIPIENT = re.compile(r"RCPT TO:<([^>]*)>", re.IGNORECASE)


@dataclass(frozen=True)
class _Fate:
    """What becomes of a message."""

    #: So often, in a hundred.
    weight: int
    #: The command it is about; "body" is in the middle of it, "dot" when all of it has come.
    phase: str
    #: "" where the connection is cut without a word.
    reply: str
    is_taken: bool = False
    is_slow: bool = False


_KIND = _Fate(68, "dot", "250 2.0.0 Ok", is_taken=True)
_FATES = (
    _KIND,
    _Fate(10, "dot", "250 2.0.0 Ok", is_taken=True, is_slow=True),
    _Fate(4, "dot", "", is_taken=True),
    _Fate(2, "dot", ""),
    _Fate(2, "dot", "451 4.3.0 Later"),
    _Fate(2, "dot", "554 5.6.0 Refused"),
    _Fate(1, "dot", "421 4.3.2 Closing"),
    _Fate(2, "body", "250 2.0.0 Ok", is_taken=True, is_slow=True),
    _Fate(2, "body", ""),
    _Fate(1, "DATA", "451 4.3.0 Later"),
    _Fate(1, "DATA", ""),
    _Fate(1, "RCPT", "450 4.2.0 Greylisted"),
    _Fate(1, "RCPT", "550 5.1.1 No such user"),
    _Fate(1, "RCPT", "421 4.3.2 Closing"),
    _Fate(1, "MAIL", "451 4.3.0 Later"),
    _Fate(1, "MAIL", ""),
)
_WEIGHTS = tuple(fate.weight for fate in _FATES)
_WELCOME = "220 mx.example.test ESMTP"
#: Of connections, so often in a hundred.
_WELCOMES = {_WELCOME: 96, "421 4.3.2 Too many": 2, "": 2}
_LONGEST_PAUSE_S = 0.04
#: Before each reply, at most: a network.
_USUAL_PAUSE_S = 0.002


class _Ends(Exception):
    """The connection is over."""


class MoodyServer:
    """Listens on 127.0.0.1 until the `with` statement ends. One thread a connection; callable from any thread."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._change = threading.Condition()
        self._taken: Counter[str] = Counter()
        self._open: set[socket.socket] = set()
        #: Takes everything, at once: for the end.
        self.is_kind = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="moody mail server", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._change:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(_PATIENCE_S)
        self.arrived()

    def arrived(self) -> Counter[str]:
        """Count what it took by Message-ID, when every client has gone and all that they had said is read."""
        with self._change:
            assert self._change.wait_for(lambda: not self._open, _PATIENCE_S), "a client did not go"
            return self._taken.copy()

    # -----------------------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._change:
                self._open.add(sock)
            threading.Thread(target=self._serve, args=(sock,), name="moody mail server's talk", daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        chance = random.Random(f"{self._chance.random()}")
        try:
            with sock:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _Talk(self, sock, chance).go()
        except (_Ends, OSError):
            pass
        finally:
            with self._change:
                self._open.discard(sock)
                self._change.notify_all()

    def take(self, message: bytes) -> None:
        """Take responsibility for a message."""
        found = _MESSAGE_ID.search(message)
        assert found is not None
        with self._change:
            self._taken[found[1].decode()] += 1

    def pause(self, longest_s: float) -> None:
        """Stay a while, or not at all."""
        if not self.is_kind:
            threading.Event().wait(self._chance.uniform(0, longest_s))


class _Talk:
    """One connection."""

    def __init__(self, server: MoodyServer, sock: socket.socket, chance: random.Random) -> None:
        self._server = server
        self._sock = sock
        self._lines = sock.makefile("rb")
        self._chance = chance
        self._fate = _KIND
        self._is_refused = False

    def go(self) -> None:
        """Talk to the end, which is `_Ends`, an `OSError`, or that the client has gone."""
        with self._lines:
            welcomes = {_WELCOME: 1} if self._server.is_kind else _WELCOMES
            self._say(*self._chance.choices(list(welcomes), list(welcomes.values())))
            while line := self._lines.readline():
                self._hear(line[:4].decode("latin-1").upper())

    def _hear(self, word: str) -> None:
        if word == "MAIL":
            self._fate = _KIND if self._server.is_kind else self._chance.choices(_FATES, _WEIGHTS)[0]
            self._is_refused = False
        if word == self._fate.phase:
            self._is_refused = True
            self._say(self._fate.reply)
        elif word == "EHLO":
            self._say("250-mx.example.test\r\n250 PIPELINING" if self._chance.random() < 0.7 else "250 mx.example.test")
        elif word in ("RCPT", "DATA") and self._is_refused:
            self._say("503 5.5.1 No transaction")
        elif word == "DATA":
            self._say("354 Go ahead")
            self._body()
        elif word == "QUIT":
            self._say("221 2.0.0 Bye")
            raise _Ends
        else:
            self._say("250 2.0.0 Ok")

    def _body(self) -> None:
        fate = self._fate
        message: list[bytes] = []
        while (line := self._lines.readline()) != b".\r\n":
            if not line.endswith(b"\n") or (fate.phase == "body" and not fate.is_taken):
                raise _Ends  # it went before its dot, or we do
            if fate.phase == "body" and not message:
                self._server.pause(_LONGEST_PAUSE_S)
            message.append(line)
        if fate.is_taken:
            self._server.take(b"".join(message))
        if fate.is_slow:
            self._server.pause(_LONGEST_PAUSE_S)
        self._say(fate.reply)

    def _say(self, reply: str) -> None:
        if not reply:
            raise _Ends
        self._server.pause(_USUAL_PAUSE_S)
        self._sock.sendall(reply.encode("ascii") + b"\r\n")
        if reply.startswith("421"):
            raise _Ends
