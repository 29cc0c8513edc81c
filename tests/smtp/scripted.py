r"""A mail server that follows a script: what it says, what it wants to hear, and how it breaks.

A *conversation* is text, one step a line, for one connection. Blank lines, and lines that begin with `#`, count for
nothing.

    S: 220 mx.example.test ESMTP    say this line, CRLF added; `\xNN`, `\t`, `\x5c` … as in a Python literal
    B: \xff\x00                     say exactly these bytes
    T: OK Done                      the same, behind the tag of the last command, as IMAP has it
    C: MAIL FROM:<.*>               want a line that this pattern matches whole, upper and lower case alike
    body                            read up to the lone dot, and keep the message without its dot-stuffing
    lenient body                    the same, but any mixture of CR and LF around a dot ends it, as in bad servers
    body of 20                      read at least so many bytes of the message, and not all of it
    tls                             be the server of a TLS handshake: at the top, or after `S: 220` to STARTTLS
    clear: 421 Closing              say this line outside of TLS, in the middle of it
    drip: 250 Ok                    say this line one byte at a time, `pace_s` between two, until the client has gone
    long 1048576                    say a line of so many bytes, until the client has gone
    endless: 250-more               say this line again and again, until the client has gone
    hang                            neither read nor say anything, until the client has gone
    stay 0.5                        the same, for so many seconds at most
    serve                           take whatever comes, as a plain server, until the client has gone
    slowly serve 2                  the same, and let each message wait for its answer so many seconds
    wait NAME                       wait until the test calls `server.tell("NAME")`
    tell NAME                       wakes the test that waits in `server.hear("NAME")`
    tls end                         say inside TLS that nothing follows, and stay until the client has gone
    half-close                      say nothing more, but read what still comes, until the client has gone
    cut                             close the connection in order
    reset                           break it off, so that the client sees "connection reset"

Where the steps end without a cut, a QUIT is answered with 221, and the client may leave in any way; whatever else it
says is trouble. Trouble is kept, a sentence each, and raised when the server closes: nothing goes unnoticed.
"""

import contextlib
import os
import re
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests import judge

#: How long a script waits for anything before that is trouble. Reached only by a test that fails.
_PATIENCE_S = 20.0

_END = {
    # RFC 5321, section 4.1.1.4, and what servers in the SMTP smuggling papers of 2023 took for the same.
    "body": re.compile(rb"(?:\A|(?<=\r\n))\.\r\n"),
    "lenient body": re.compile(rb"(?:\A|(?<=[\r\n]))\.(?:\r\n|\r|\n)"),
}
#: RFC 5321, section 4.5.2: the dot that was put before a line's own.
_STUFFED = re.compile(rb"(?:\A|(?<=\r\n))\.")
_WORDS = re.compile(r"(body of|long|stay|slowly serve|wait|tell) (\S+)")


@dataclass
class Session:
    """What one connection brought, as this server saw it."""

    #: The lines it sent that were not part of a message.
    commands: list[str] = field(default_factory=list)
    #: The messages that ended with their dot, as a mailbox would keep them.
    bodies: list[bytes] = field(default_factory=list)
    #: Every byte that came before TLS, in clear.
    clear: bytearray = field(default_factory=bytearray)
    #: Of these, the ones that were answered with a success.
    taken: list[bytes] = field(default_factory=list)
    #: How many bytes were said to the client.
    said_bytes: int = 0
    #: What of a message came without its dot.
    partial: bytes = b""
    #: The reason for which a TLS handshake failed.
    tls_error: str = ""
    trouble: str = ""
    #: How it ended: "" while it goes on; "closed" or "reset" by the client; "ended" by the script.
    left: str = ""

    @property
    def auths(self) -> int:
        """How many AUTH commands came."""
        return sum(command.upper().startswith("AUTH") for command in self.commands)


class _Gone(Exception):
    """The client has left."""


class _Ends(Exception):
    """The script ended the connection."""


class _Trouble(Exception):
    """The conversation left its script."""


class ScriptedServer:
    """Serves one conversation a connection, in their order, on 127.0.0.1; `then` serves any further connection.

    The client may leave where the script says so; anywhere, with `may_leave`. What comes in is held back by the system
    beyond `receive_buffer_bytes`, where that is given.

    Use it in a `with` statement: at its end every connection is closed, and trouble is raised as an AssertionError.
    """

    def __init__(
        self,
        *conversations: str,
        then: str | None = None,
        tls: ssl.SSLContext | None = None,
        pace_s: float = 0.01,
        receive_buffer_bytes: int = 0,
        may_leave: bool = False,
    ) -> None:
        self.sessions: list[Session] = []
        self._scripts = [_parsed(text) for text in conversations]
        self._then = None if then is None else _parsed(then)
        self._tls = tls
        self._pace_s = pace_s
        self._may_leave = may_leave
        self._said: set[str] = set()
        self._change = threading.Condition()
        self._is_closing = False
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._unexpected = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        if receive_buffer_bytes:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)

    # -- what a test asks ---------------------------------------------------------------------------------------------

    @property
    def bodies(self) -> list[bytes]:
        """Every message that ended with its dot, over all connections."""
        return [body for session in self.sessions for body in session.bodies]

    @property
    def taken(self) -> list[bytes]:
        """Every message that was answered with a success: the copies that a recipient would find."""
        return [body for session in self.sessions for body in session.taken]

    @property
    def commands(self) -> list[str]:
        return [command for session in self.sessions for command in session.commands]

    @property
    def auths(self) -> int:
        return sum(session.auths for session in self.sessions)

    def tell(self, name: str) -> None:
        """Let a conversation that waits for `name` go on."""
        with self._change:
            self._said.add(name)
            self._change.notify_all()

    def hear(self, name: str) -> None:
        """Wait until a conversation tells `name`."""
        with self._change:
            heard = self._change.wait_for(lambda: name in self._said or self._is_closing, _PATIENCE_S)
        assert heard, f"no conversation came to `tell {name}`"

    def until_gone(self, number: int = 0) -> Session:
        """Wait until the client of a connection has left, or its script has ended it, and return the session."""
        with self._change:
            left = self._change.wait_for(
                lambda: len(self.sessions) > number and bool(self.sessions[number].left), _PATIENCE_S
            )
        assert left, f"connection {number + 1} did not end"
        return self.sessions[number]

    def close(self) -> list[str]:
        """Close every connection and return the trouble there was."""
        with self._change:
            self._is_closing = True
            self._change.notify_all()
            sockets = list(self._sockets)
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in sockets:
            with contextlib.suppress(OSError):
                # The plain socket's own: `SSLSocket` would from then on read what is encrypted.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_PATIENCE_S)
        trouble = [
            f"Connection {number}: {session.trouble}"
            for number, session in enumerate(self.sessions, 1)
            if session.trouble
        ]
        missing = len(self._scripts) - len(self.sessions)
        if missing > 0:
            trouble.append(f"{missing} of {len(self._scripts)} connections never came.")
        if self._unexpected:
            trouble.append(f"{self._unexpected} connections more than the script has.")
        return trouble

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        trouble = "\n".join(self.close())
        judge.took(judge.by_message_id(self.taken))
        if trouble and error is None:
            raise AssertionError(f"The conversation left its script.\n{trouble}")
        if trouble and error is not None:
            error.add_note(f"The conversation left its script.\n{trouble}")

    # -- connections --------------------------------------------------------------------------------------------------

    def _start(self, work: Callable[..., None], *words: object) -> None:
        thread = threading.Thread(target=work, args=words, name="scripted mail server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            number = len(self.sessions)
            script = self._scripts[number] if number < len(self._scripts) else self._then
            if script is None or self._is_closing:
                self._unexpected += script is None and not self._is_closing
                sock.close()
                continue
            session = Session()
            with self._change:
                self.sessions.append(session)
                self._sockets.add(sock)
            self._start(self._serve, sock, session, script)

    def _serve(self, sock: socket.socket, session: Session, script: "Sequence[_Step]") -> None:
        talk = _Talk(self, sock, session)
        at: _Step | None = None
        try:
            for at in script:
                talk.do(at)
            at = None
            talk.after()
        except _Ends:
            pass
        except _Gone:
            if at is not None and at.kind not in _PATIENT and not self._may_leave:
                session.trouble = f"line {at.line}, `{at}`: the client left ({_last(session)})."
        except _Trouble as trouble:
            session.trouble = f"line {at.line}, `{at}`: {trouble}" if at else f"after the script: {trouble}"
        finally:
            talk.sock.close()
            with self._change:
                session.left = session.left or "ended"
                self._sockets.discard(sock)
                self._sockets.discard(talk.sock)
                self._change.notify_all()

    # -- for the talk -------------------------------------------------------------------------------------------------

    def _wait(self, name: str) -> None:
        with self._change:
            if not self._change.wait_for(lambda: name in self._said or self._is_closing, _PATIENCE_S):
                raise _Trouble("the test never told it")
            if name not in self._said:
                raise _Ends

    def _wrapped(self, sock: socket.socket) -> ssl.SSLSocket:
        assert self._tls is not None, "the script says `tls`, and the server has no certificate"
        wrapped = self._tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        with self._change:
            self._sockets.discard(sock)
            self._sockets.add(wrapped)
        return wrapped


@dataclass(frozen=True)
class _Step:
    line: int
    #: The step's word: `S`, `B`, `C`, `body`, `cut` …
    kind: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}" if self.text else self.kind


#: Steps that end when the client leaves, as they should; and the handshake, whose failure is no trouble.
_PATIENT = frozenset(
    {"serve", "slowly serve", "long", "hang", "stay", "drip", "endless", "half-close", "wait", "tls", "tls end"}
)
_PLAIN = frozenset({"body", "lenient body", "tls", "tls end", "serve", "hang", "half-close", "cut", "reset"})


def _parsed(text: str) -> list[_Step]:
    steps = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        kind, colon, rest = line.partition(":")
        if colon and kind in ("S", "T", "B", "C", "clear", "drip", "endless"):
            steps.append(_Step(number, kind, rest.removeprefix(" ")))
        elif words := _WORDS.fullmatch(line):
            steps.append(_Step(number, words[1], words[2]))
        elif line in _PLAIN:
            steps.append(_Step(number, line))
        else:
            raise ValueError(f"line {number} of the conversation is no step: {line!r}")
    return steps


def _bytes(text: str) -> bytes:
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1")


def _last(session: Session) -> str:
    return f"its last line was {session.commands[-1]!r}" if session.commands else "it had said nothing"


class _Talk:
    """One connection, step by step."""

    def __init__(self, server: ScriptedServer, sock: socket.socket, session: Session) -> None:
        self.sock = sock
        self._server = server
        self._session = session
        self._buffer = bytearray()
        #: The message that ended last, until it is answered.
        self._unanswered: bytes | None = None

    def do(self, step: _Step) -> None:
        """Do one step. Raises `_Gone`, `_Ends` or `_Trouble`."""
        doing: dict[str, Callable[[str], None]] = {
            "S": self._answer,
            "T": lambda text: self._say(f"{self._tag()} ".encode() + _bytes(text) + b"\r\n"),
            "B": lambda text: self._say(_bytes(text)),
            "C": self._want,
            "body": lambda _: self._body(_END["body"]),
            "lenient body": lambda _: self._body(_END["lenient body"]),
            "body of": lambda text: self._part(int(text)),
            "tls": lambda _: self._tls(),
            "tls end": lambda _: self._tls_end(),
            "clear": lambda text: self._clear(_bytes(text) + b"\r\n"),
            "drip": lambda text: self._drip(_bytes(text) + b"\r\n"),
            "long": lambda text: self._long(int(text)),
            "endless": lambda text: self._endless(_bytes(text) + b"\r\n"),
            "serve": lambda _: self._serve(),
            "slowly serve": self._serve,
            "hang": lambda _: self._hang(),
            "stay": self._stay,
            "wait": self._server._wait,
            "tell": self._server.tell,
            "half-close": lambda _: self._half_close(),
            "cut": lambda _: self._cut(),
            "reset": lambda _: self._reset(),
        }
        doing[step.kind](step.text)

    def after(self) -> None:
        """Let the client leave."""
        while True:
            line = self._line()
            if line.upper() != "QUIT":
                raise _Trouble(f"the client said {line!r}")
            self._say(b"221 2.0.0 Bye\r\n")

    def _answer(self, text: str) -> None:
        if self._unanswered is not None and re.match(r"2\d\d", text):
            self._session.taken.append(self._unanswered)
        self._unanswered = None
        self._say(_bytes(text) + b"\r\n")

    def _tag(self) -> str:
        tagged = (re.match(r"([A-P]+\d+) ", line) for line in reversed(self._session.commands))
        return next((match[1] for match in tagged if match), "*")

    def _say(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
            self._session.said_bytes += len(data)
        except OSError as error:
            self._session.left = "closed"
            raise _Gone from error

    def _want(self, pattern: str) -> None:
        line = self._line()
        if not re.fullmatch(pattern, line, re.IGNORECASE):
            raise _Trouble(f"the client said {line!r}")

    def _line(self) -> str:
        while b"\n" not in self._buffer:
            self._read()
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer[:] = rest
        text = line.removesuffix(b"\r").decode("utf-8", "backslashreplace")
        self._session.commands.append(text)
        if not line.endswith(b"\r"):
            raise _Trouble(f"the client ended {text!r} without a carriage return")
        return text

    def _body(self, end: re.Pattern[bytes]) -> None:
        looked = 0
        while True:
            # From a few bytes before what is new: the end may have come in two parts.
            if found := end.search(self._buffer, max(0, looked - 5)):
                break
            looked = len(self._buffer)
            try:
                self._read()
            except _Gone:
                self._session.partial = bytes(self._buffer)
                raise
        stuffed = bytes(self._buffer[: found.start()])
        self._buffer[:] = self._buffer[found.end() :]
        self._unanswered = _STUFFED.sub(b"", stuffed)
        self._session.bodies.append(self._unanswered)

    def _part(self, size: int) -> None:
        while len(self._buffer) < size:
            self._read()
        self._session.partial = bytes(self._buffer)
        self._buffer.clear()
        if _END["body"].search(self._session.partial):
            raise _Trouble("the whole message came at once: make it larger")

    def _read(self) -> None:
        try:
            data = self.sock.recv(65536)
        except ssl.SSLError as error:
            self._session.tls_error = self._session.tls_error or str(error.reason)
            self._session.left = "closed"
            raise _Gone from error
        except OSError as error:
            self._session.left = "reset"
            raise _Gone from error
        if not data:
            self._session.left = "closed"
            raise _Gone
        if not isinstance(self.sock, ssl.SSLSocket):
            self._session.clear += data
        self._buffer += data

    def _tls(self) -> None:
        if self._buffer:
            raise _Trouble(f"{bytes(self._buffer)!r} came in clear, behind STARTTLS")
        try:
            # The socket is the wrapped one from here on, whatever comes of the handshake.
            self.sock = wrapped = self._server._wrapped(self.sock)
            wrapped.do_handshake()
        except (OSError, ValueError) as error:
            self._session.tls_error = getattr(error, "reason", None) or str(error)
            self._session.left = "closed"
            raise _Gone from error

    def _tls_end(self) -> None:
        assert isinstance(self.sock, ssl.SSLSocket)
        with contextlib.suppress(OSError):
            self.sock.unwrap()  # says it, and waits for the same, which comes with the client's leaving
        self._session.left = "closed"
        raise _Gone

    def _clear(self, data: bytes) -> None:
        os.write(self.sock.fileno(), data)

    def _drip(self, data: bytes) -> None:
        for number in range(len(data)):
            self._say(data[number : number + 1])
            if self._is_gone(self._server._pace_s):
                raise _Gone

    def _long(self, size: int) -> None:
        for _ in range(size // 65536):
            self._say(b"x" * 65536)
        self._say(b"x" * (size % 65536) + b"\r\n")

    def _endless(self, data: bytes) -> None:
        many = data * max(1, 65536 // len(data))
        while True:
            self._say(many)

    def _hang(self) -> None:
        while not self._is_gone(_PATIENCE_S):
            pass
        self._session.left = self._session.left or "closed"
        raise _Gone

    def _serve(self, wait_s: str = "0") -> None:
        while True:
            word = self._line()[:4].upper()
            if word == "DATA":
                self._say(b"354 Go ahead\r\n")
                self._body(_END["body"])
                self._stay(wait_s)
            elif word == "EHLO":
                self._say(b"250-mx.example.test\r\n250-PIPELINING\r\n")
            elif word == "QUIT":
                self._say(b"221 2.0.0 Bye\r\n")
                raise _Ends
            self._answer("250 2.0.0 Ok")

    def _stay(self, seconds: str) -> None:
        if self._is_gone(float(seconds)):
            raise _Gone

    def _half_close(self) -> None:
        self.sock.shutdown(socket.SHUT_WR)
        while True:
            self._read()

    def _cut(self) -> None:
        # What was not read would make this a reset.
        self.sock.setblocking(False)
        with contextlib.suppress(OSError):
            while self.sock.recv(65536):
                pass
        raise _Ends

    def _reset(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise _Ends

    def _is_gone(self, within_s: float) -> bool:
        """Wait until the client has left, whether or not it was read; False after so many seconds."""
        poll = select.poll()
        poll.register(self.sock, select.POLLRDHUP | select.POLLHUP | select.POLLERR)
        return bool(poll.poll(within_s * 1000))


# -- parts of conversations ---------------------------------------------------------------------------------------

_OFFERS = "S: 250-SIZE 52428800\nS: 250-8BITMIME\nS: 250 ENHANCEDSTATUSCODES\n"
GREETING = "S: 220 mx.example.test ESMTP\n"
EHLO = r"C: EHLO \S+" + "\n"
#: Greeting and EHLO of a server that offers what servers offer.
HELLO = f"{GREETING}{EHLO}S: 250-mx.example.test\nS: 250-PIPELINING\n{_OFFERS}"
#: The same, where each command has to wait for its reply.
SLOW_HELLO = HELLO.replace("S: 250-PIPELINING\n", "")
#: As they stand behind TLS, with a login.
LOGIN_HELLO = HELLO.replace(_OFFERS, f"S: 250-AUTH PLAIN LOGIN\n{_OFFERS}")
AUTH = "C: AUTH PLAIN .*\n"
LOGGED_IN = f"{AUTH}S: 235 2.7.0 Authentication successful\n"
#: Up to TLS, where it begins with STARTTLS. What follows TLS is EHLO again, without a greeting.
STARTTLS = f"{GREETING}{EHLO}S: 250-mx.example.test\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 2.0.0 Go ahead\ntls\n"
MAIL = r"C: MAIL FROM:<[^>]*>(?: \S+)*" + "\n"
RCPT = "C: RCPT TO:<[^>]+>\n"
MAIL_TAKEN = f"{MAIL}S: 250 2.1.0 Ok\n"
RCPT_TAKEN = f"{RCPT}S: 250 2.1.5 Ok\n"
DATA_TAKEN = "C: DATA\nS: 354 End data with <CR><LF>.<CR><LF>\n"
#: An envelope that is taken, up to the body.
ENVELOPE = MAIL_TAKEN + RCPT_TAKEN + DATA_TAKEN
BODY_TAKEN = "body\nS: 250 2.0.0 Ok: queued as 4fXyZ\n"
#: One message, taken.
TAKEN = ENVELOPE + BODY_TAKEN
#: A server without a script.
SERVE = GREETING + "serve\n"


def taking(count: int) -> str:
    """Return a conversation in which `count` messages are taken."""
    return HELLO + TAKEN * count
