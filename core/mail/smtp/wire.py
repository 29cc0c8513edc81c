"""The socket of one connection: performs the steps of talks, each within its total deadline, TLS or not."""

import contextlib
import socket
import ssl
from collections.abc import Callable

from core.mail.smtp.replies import BadReply, Reply, ReplyReader
from core.mail.smtp.server import Deadlines
from core.mail.smtp.steps import (
    Closed,
    Dot,
    Garbled,
    Halted,
    Lost,
    Pour,
    Say,
    Secure,
    Silent,
    Step,
    TlsFailed,
    Unsealed,
)
from core.mail.smtp.tls import Layer
from core.mail.smtp.waiting import READ, WRITE, Waiter, Waker
from core.mail.transport import Phase

_READ_BYTES = 64 * 1024
#: The beginning of TLS records: a server for TLS from the first byte complains so about clear text.
_TLS_RECORDS = (b"\x15\x03", b"\x16\x03")


class Wire:
    """A connected socket. Blocks, on the thread of whoever uses it; one at a time.

    `halt` breaks every wait but those behind a dot. Memory is bounded: one block out, one reply in.
    """

    def __init__(
        self,
        sock: socket.socket,
        waker: Waker,
        deadlines: Deadlines,
        monotonic_s: Callable[[], float],
        *,
        context: ssl.SSLContext | None,
        host: str,
    ) -> None:
        self._sock = sock
        self._waker = waker
        self._waiter = Waiter(sock, waker, monotonic_s)
        self._deadlines = deadlines
        self._monotonic_s = monotonic_s
        self._context = context
        self._host = host
        self._reader = ReplyReader()
        self._layer: Layer | None = None
        #: What happened after the first byte of a dot was out: said when its reply is asked for.
        self._broken: Lost | None = None

    @property
    def tls(self) -> str:
        """Protocol and cipher; "" while it is clear text."""
        return self._layer.words if self._layer else ""

    def certificate(self) -> dict[str, object]:
        """Return what the server's certificate says; nothing without TLS."""
        return self._layer.certificate() if self._layer else {}

    @property
    def local_address(self) -> str:
        return str(self._sock.getsockname()[0])

    def perform(self, step: Step) -> Reply | None:
        """Do what a talk asks. Raises `Lost` and `Halted`."""
        if isinstance(step, Dot):
            return self._dot(step.data)
        is_behind_dot = isinstance(step, Say) and step.phase is Phase.DOT
        if self._waker.is_set and not is_behind_dot:
            raise Halted  # also where nothing would have to be waited for
        if isinstance(step, Say):
            return self.ask(step.data, self._limit_s(step.phase), is_breakable=not is_behind_dot)
        if isinstance(step, Pour):
            return self._pour(step.block)
        assert isinstance(step, Secure)
        self._secure()
        return None

    def ask(self, data: bytes, limit_s: float, *, is_breakable: bool = True) -> Reply:
        """Write, and return the next reply; both within `limit_s`. Raises `Lost` and `Halted`."""
        until_s = self._monotonic_s() + limit_s
        if data:
            # Where it cannot be written, the server has closed: what it said before is read, and then the end.
            with contextlib.suppress(Closed):
                self._write(self._encoded(data), until_s, limit_s, is_breakable=is_breakable)
        return self._hear(until_s, limit_s, is_breakable=is_breakable)

    def is_quiet(self) -> bool:
        """Say whether the server has neither spoken nor closed since its last reply. Does not block."""
        try:
            self._glance()
        except Lost:
            return False
        return self._reader.is_empty

    def begin_quit(self) -> None:
        """Say QUIT, and that nothing follows. Does not block."""
        with contextlib.suppress(OSError, Lost):
            self._sock.send(self._encoded(b"QUIT\r\n") + (self._layer.goodbye() if self._layer else b""))

    def end_quit(self, until_s: float) -> None:
        """Wait for the answer to QUIT, whatever it is, and close."""
        with contextlib.suppress(Lost, Halted):
            self._hear(until_s, 0, is_breakable=True)
        self.close()

    def close(self) -> None:
        """Close at once, whatever is outstanding. Safe to call twice."""
        self._waiter.close()
        self._sock.close()

    # -- the steps ------------------------------------------------------------------------------------------------

    def _pour(self, block: bytes) -> Reply | None:
        """Write a block; stop where the server speaks or closes. What it said before it closed is brought."""
        limit_s = self._deadlines.block_s
        until_s = self._monotonic_s() + limit_s
        left = memoryview(self._encoded(block))
        while True:
            try:
                self._read()
                if (reply := self._taken()) is not None:
                    return reply
                left = left[self._send(left) :]
            except Closed:
                return self._last_words()
            if not left:
                return None
            if not self._waiter.wait(READ | WRITE, until_s):
                raise Silent(limit_s)

    def _dot(self, data: bytes) -> Reply | None:
        """Write the dot if nothing came before it. After its first byte is out, nothing is raised: see `steps.Dot`."""
        limit_s = self._deadlines.block_s
        until_s = self._monotonic_s() + limit_s
        handed = 0
        try:
            left = memoryview(self._encoded(data))
            while left:
                if not handed:
                    self._glance()
                    if not self._reader.is_empty:
                        return self.ask(b"", limit_s, is_breakable=False)
                sent = self._send(left)
                handed += sent
                left = left[sent:]
                if left and not self._waiter.wait(WRITE if handed else READ | WRITE, until_s, is_breakable=False):
                    raise Silent(limit_s)
        except Lost as lost:
            if not handed:
                if isinstance(lost, Closed):
                    return self._last_words()
                raise
            if not isinstance(lost, Closed):  # after a close, what was said before is read, and then the end
                self._broken = lost
        return None

    def _last_words(self) -> Reply:
        """Return what the server said before it closed. Raises `Closed` where that was nothing."""
        while (reply := self._taken()) is None:
            if not self._read():
                raise Closed
        return reply

    def _secure(self) -> None:
        """Begin TLS and wait for the handshake."""
        if not self._reader.is_empty:
            # CVE-2011-0411: text behind the answer to STARTTLS would be taken for what is said inside TLS.
            raise TlsFailed("tls_failed", why="there was text behind the answer to STARTTLS")
        assert self._context is not None, "nobody asks for TLS without a context"
        limit_s = self._deadlines.command_s
        until_s = self._monotonic_s() + limit_s
        layer = Layer(self._context, self._host)
        received = b""
        try:
            while not layer.shake(received):
                self._write(layer.outgoing(), until_s, limit_s, is_breakable=True)
                if not self._waiter.wait(READ, until_s):
                    raise Silent(limit_s)
                received = self._received() or b""
        except TlsFailed:
            with contextlib.suppress(Lost):
                self._send(memoryview(layer.outgoing()))  # the alert that says why, if there is room for it
            raise
        self._write(layer.outgoing(), until_s, limit_s, is_breakable=True)
        self._layer = layer
        self._reader = ReplyReader()
        self._reader.feed(self._decoded(b""))  # a greeting may have come along

    # -- bytes ----------------------------------------------------------------------------------------------------

    def _hear(self, until_s: float, limit_s: float, *, is_breakable: bool) -> Reply:
        while (reply := self._taken()) is None:
            if self._broken is not None:
                raise self._broken
            if self._layer is not None and self._layer.is_ended:
                raise Closed  # also where the connection below TLS stays open
            if not self._waiter.wait(READ, until_s, is_breakable=is_breakable):
                raise Silent(limit_s)
            self._read()
        return reply

    def _write(self, data: bytes, until_s: float, limit_s: float, *, is_breakable: bool) -> None:
        """Write all of it. Raises `Closed`, `Silent` and `Halted`."""
        left = memoryview(data)
        while left:
            left = left[self._send(left) :]
            if left and not self._waiter.wait(WRITE, until_s, is_breakable=is_breakable):
                raise Silent(limit_s)

    def _send(self, data: memoryview) -> int:
        try:
            return self._sock.send(data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as error:
            raise Closed from error

    def _received(self) -> bytes | None:
        """Return what is there; None when that is nothing. Raises `Closed`."""
        try:
            data = self._sock.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError as error:
            raise Closed from error
        if not data:
            raise Closed
        return data

    def _read(self) -> bool:
        """Take in what is there; False when that is nothing. Raises `Closed` and `Garbled`."""
        if self._layer is not None and self._layer.is_ended:
            raise Closed
        data = self._received()
        if data is None:
            return False
        self._reader.feed(self._decoded(data))
        return True

    def _glance(self) -> None:
        """Take in what is there until there is something. Raises `Closed` where that is the end."""
        while self._reader.is_empty and self._read():
            pass

    def _taken(self) -> Reply | None:
        try:
            return self._reader.take()
        except BadReply as bad:
            raise Garbled(bad.excerpt, is_tls=self._layer is None and bad.raw.startswith(_TLS_RECORDS)) from bad

    def _encoded(self, data: bytes) -> bytes:
        if self._layer is None:
            return data
        try:
            return self._layer.encode(data)
        except ssl.SSLError as error:
            raise Closed from error

    def _decoded(self, data: bytes) -> bytes:
        if self._layer is None:
            return data
        try:
            return self._layer.decode(data)
        except ssl.SSLError as error:
            # Exim that is ended by SIGTERM says its 421 in clear, as anybody on the way could: not to be believed.
            raise Unsealed from error

    def _limit_s(self, phase: Phase) -> float:
        limits = self._deadlines
        match phase:
            case Phase.GREETING:
                return limits.greeting_s
            case Phase.DATA:
                return limits.data_s
            case Phase.DOT:
                return limits.dot_s
            case _:
                return limits.command_s
