"""The bytes of one connection, TLS or not: all of it within one deadline, and no more of it than was allowed for."""

import contextlib
import socket
import ssl
from collections.abc import Callable

from core.mail.smtp.steps import Closed, Garbled, Silent, TlsFailed
from core.mail.smtp.tls import Layer
from core.mail.smtp.waiting import READ, WRITE, Waiter, Waker

_PART_BYTES = 16 * 1024
#: A line, or a literal, that is longer is none that was asked for.
_PIECE_BYTES = 64 * 1024
_FIRST_BYTES = 200
#: The beginning of TLS records: a server for TLS from the first byte complains so about clear text.
_TLS_RECORDS = (b"\x15\x03", b"\x16\x03")


class Channel:
    """A connected socket, read in lines and pieces. Blocks, on the thread of whoever uses it; one at a time.

    Every call raises `Lost` where the connection is of no more use, and `Halted` where nobody wants it any more. What
    is kept in memory is one piece at a time; `most_bytes` are read in all.
    """

    def __init__(
        self,
        sock: socket.socket,
        waker: Waker,
        monotonic_s: Callable[[], float],
        *,
        until_s: float,
        limit_s: float,
        most_bytes: int,
    ) -> None:
        """`until_s` is the deadline for everything; `limit_s` says how long that is, for the sentence."""
        self._sock = sock
        self._waiter = Waiter(sock, waker, monotonic_s)
        self._until_s = until_s
        self._limit_s = limit_s
        self._left_bytes = most_bytes
        self._received = bytearray()
        self._layer: Layer | None = None
        #: The beginning of what came first: what is no greeting is shown to a person.
        self.first = b""

    @property
    def is_tls(self) -> bool:
        """Whether what is said now goes inside TLS."""
        return self._layer is not None

    def certificate(self) -> dict[str, object]:
        """Return what the server's certificate says; nothing without TLS."""
        return self._layer.certificate() if self._layer else {}

    def readline(self) -> bytes:
        """Return the next line with its end."""
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            if searched > _PIECE_BYTES:
                raise Garbled
            self._fill()
            if self._layer is None and self._received.startswith(_TLS_RECORDS):
                raise Garbled(is_tls=True)
        line = self._take(end + 1)
        self.first = self.first or line[:_FIRST_BYTES]
        return line

    def read(self, size: int) -> bytes:
        """Return exactly so many bytes. The size is the server's word: a large one is refused at once."""
        if not 0 <= size <= _PIECE_BYTES:
            raise Garbled
        while len(self._received) < size:
            self._fill()
        return self._take(size)

    def write(self, data: bytes) -> None:
        """Write all of it."""
        self._write(self._layer.encode(data) if self._layer else data)

    def secure(self, made: ssl.SSLContext, host: str) -> None:
        """Begin TLS, and wait for the handshake. Raises `TlsFailed`."""
        if self._received:
            # CVE-2011-0411: text behind the answer to STARTTLS would be taken for what is said inside TLS.
            raise TlsFailed("tls_failed", why="there was text behind the answer to STARTTLS")
        layer = Layer(made, host)
        received = b""
        try:
            while not layer.shake(received):
                self._write(layer.outgoing())
                received = self._heard()
        except TlsFailed:
            with contextlib.suppress(OSError):
                self._sock.send(layer.outgoing())  # the alert that says why, if there is room for it
            raise
        self._write(layer.outgoing())
        self._layer = layer
        self._received += self._decoded(b"")  # a greeting may have come along

    def close(self) -> None:
        """Close at once. Safe to call twice."""
        self._waiter.close()
        self._sock.close()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    def _fill(self) -> None:
        """Take in what comes next."""
        if self._layer is not None and self._layer.is_ended:
            raise Closed
        self._received += self._decoded(self._heard())

    def _heard(self) -> bytes:
        """Wait for bytes of the socket, and count them."""
        while True:
            if not self._waiter.wait(READ, self._until_s):
                raise Silent(self._limit_s)
            try:
                data = self._sock.recv(_PART_BYTES)
            except (BlockingIOError, InterruptedError):
                continue
            except OSError as error:
                raise Closed from error
            if not data:
                raise Closed
            self._left_bytes -= len(data)
            if self._left_bytes < 0:
                raise Garbled
            return data

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            try:
                left = left[self._sock.send(left) :]
            except (BlockingIOError, InterruptedError):
                pass
            except OSError as error:
                raise Closed from error
            if left and not self._waiter.wait(WRITE, self._until_s):
                raise Silent(self._limit_s)

    def _decoded(self, data: bytes) -> bytes:
        if self._layer is None:
            return data
        try:
            return self._layer.decode(data)
        except ssl.SSLError as error:
            raise Garbled from error
