"""The socket: total deadlines, early replies, what is handed over and what is not. One end is the test's own."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from core.mail.smtp.replies import Reply
from core.mail.smtp.server import Deadlines
from core.mail.smtp.steps import Closed, Dot, Garbled, Halted, Pour, Say, Secure, Silent, TlsFailed
from core.mail.smtp.waiting import Waker
from core.mail.smtp.wire import Wire
from core.mail.transport import Phase

#: More than any buffer of the system takes in.
_LARGE = b"x" * 4_000_000
_EARLY = Reply(552, ("Too large",))


class _Clock:
    """A clock that does not move by itself. `hooks` are called one after the other, each time it is asked."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.hooks: list[Callable[[], object]] = []

    def __call__(self) -> float:
        if self.hooks:
            self.hooks.pop(0)()
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds


@dataclass
class _Ends:
    """A wire, and the server's end of it."""

    clock: _Clock = field(default_factory=_Clock)
    waker: Waker = field(default_factory=Waker)

    def __post_init__(self) -> None:
        near, self.far = socket.socketpair()
        near.setblocking(False)
        self.wire = Wire(near, self.waker, Deadlines(), self.clock, context=None, host="mx.example.com")

    def arrived(self) -> bytes:
        """Return what the server can read now."""
        self.far.setblocking(False)
        data = b""
        with contextlib.suppress(BlockingIOError):
            while piece := self.far.recv(1_000_000):
                data += piece
        return data

    def close(self) -> None:
        self.wire.close()
        self.waker.close()
        self.far.close()


@pytest.fixture
def ends() -> Iterator[_Ends]:
    ends = _Ends()
    yield ends
    ends.close()


def test_a_reply_to_what_was_written(ends: _Ends) -> None:
    """What is said goes out as it is; the next reply comes back."""
    ends.far.sendall(b"250-one\r\n250 two\r\n354 go\r\n")
    assert ends.wire.perform(Say(b"MAIL\r\nDATA\r\n", Phase.MAIL)) == Reply(250, ("one", "two"))
    assert ends.wire.perform(Say(b"", Phase.DATA)) == Reply(354, ("go",))
    assert ends.arrived() == b"MAIL\r\nDATA\r\n"


@pytest.mark.parametrize(
    ("phase", "limit_s"),
    [
        (Phase.GREETING, 300),
        (Phase.EHLO, 300),
        (Phase.AUTH, 300),
        (Phase.RCPT, 300),
        (Phase.DATA, 120),
        (Phase.DOT, 600),
    ],
)
def test_a_deadline_is_for_the_whole_reply(ends: _Ends, phase: Phase, limit_s: float) -> None:
    """A byte now and then does not prolong it."""

    def drip() -> None:
        ends.far.send(b"2")
        ends.clock.advance(50)

    ends.clock.hooks = [drip] * 50
    begun_s = ends.clock.now_s
    with pytest.raises(Silent) as silent:
        ends.wire.perform(Say(b"", phase))
    assert silent.value.seconds == limit_s
    assert ends.clock.now_s - begun_s <= limit_s + 100  # it was looked at every 50 seconds


@pytest.mark.parametrize("step", [Say(b"MAIL\r\n", Phase.MAIL), Pour(b"body\r\n"), Dot(b".\r\n")])
def test_what_was_said_before_closing_is_read(ends: _Ends, step: Say | Pour | Dot) -> None:
    """A 421 before the end is the answer, whether the write still worked or not; then the end."""
    ends.far.sendall(b"421 Bye\r\n")
    ends.far.close()
    assert ends.wire.perform(step) == Reply(421, ("Bye",))
    with pytest.raises(Closed):
        ends.wire.perform(step)


# -- the body -----------------------------------------------------------------------------------------------------


def test_an_early_reply_stops_the_body(ends: _Ends) -> None:
    """It is seen before a block, and nothing more is written."""
    assert ends.wire.perform(Pour(b"one\r\n")) is None
    ends.far.sendall(b"552 Too large\r\n")
    assert ends.wire.perform(Pour(b"two\r\n")) == _EARLY
    assert ends.arrived() == b"one\r\n"


def test_an_early_reply_is_seen_while_a_block_cannot_be_written(ends: _Ends) -> None:
    """A server that refuses and reads no further does not cost the whole deadline."""
    ends.clock.hooks = [lambda: None, lambda: ends.far.sendall(b"552 Too large\r\n")]
    assert ends.wire.perform(Pour(_LARGE)) == _EARLY


def test_a_server_that_stops_reading_is_bounded(ends: _Ends) -> None:
    """Each block of the body has its deadline."""
    ends.clock.hooks = [lambda: None, lambda: ends.clock.advance(181)]
    with pytest.raises(Silent) as silent:
        ends.wire.perform(Pour(_LARGE))
    assert silent.value.seconds == 180


def test_a_reset_in_the_body_is_a_close(ends: _Ends) -> None:
    """Whatever the system calls it."""
    assert ends.wire.perform(Pour(b"one\r\n")) is None
    ends.far.close()
    with pytest.raises(Closed):
        ends.wire.perform(Pour(b"two\r\n"))


# -- the dot ------------------------------------------------------------------------------------------------------


def test_a_dot_goes_out_with_what_follows(ends: _Ends) -> None:
    """When the server is quiet, in one piece."""
    assert ends.wire.perform(Dot(b".\r\nMAIL\r\n")) is None
    assert ends.arrived() == b".\r\nMAIL\r\n"


def test_no_dot_after_an_early_reply(ends: _Ends) -> None:
    """The reply decides, and not one byte of the dot is written."""
    ends.far.sendall(b"552 Too large\r\n")
    assert ends.wire.perform(Dot(b".\r\n")) == _EARLY
    assert ends.arrived() == b""


def test_no_dot_in_the_middle_of_an_early_reply(ends: _Ends) -> None:
    """Half a reply is waited for: a dot behind it would make its rest the dot's answer."""
    ends.far.sendall(b"552 Too")
    ends.clock.hooks = [lambda: None, lambda: None, lambda: ends.far.sendall(b" large\r\n")]
    assert ends.wire.perform(Dot(b".\r\n")) == _EARLY
    assert ends.arrived() == b""


def test_no_dot_to_a_server_that_has_closed(ends: _Ends) -> None:
    """It says `Closed`, which is known to be before the dot."""
    ends.far.shutdown(socket.SHUT_WR)
    with pytest.raises(Closed):
        ends.wire.perform(Dot(b".\r\n"))
    assert ends.arrived() == b""


@pytest.mark.parametrize("how", ["silent", "closed"])
def test_a_dot_that_is_partly_out_may_have_arrived(ends: _Ends, how: str) -> None:
    """After its first byte nothing is raised; it is told when its reply is asked for."""
    ends.clock.hooks = [lambda: None, lambda: ends.clock.advance(181) if how == "silent" else ends.far.close()]
    assert ends.wire.perform(Dot(b".\r\n" + _LARGE)) is None
    with pytest.raises(Silent if how == "silent" else Closed):
        ends.wire.perform(Say(b"", Phase.DOT))


# -- quitting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [Say(b"MAIL\r\n", Phase.MAIL), Pour(_LARGE)])
def test_halting_breaks_a_wait_before_the_dot(ends: _Ends, step: Say | Pour) -> None:
    """Before it begins, and in the middle of it."""
    ends.clock.hooks = [lambda: None, ends.waker.set]
    with pytest.raises(Halted):
        ends.wire.perform(step)
    with pytest.raises(Halted):
        ends.wire.perform(step)


def test_halting_lets_the_answer_to_the_dot_come(ends: _Ends) -> None:
    """After the dot nothing is broken off, whenever the halt comes."""
    assert ends.wire.perform(Dot(b".\r\n")) is None
    ends.clock.hooks = [lambda: None, ends.waker.set, lambda: ends.far.sendall(b"250 Ok\r\n")]
    assert ends.wire.perform(Say(b"", Phase.DOT)) == Reply(250, ("Ok",))


def test_after_the_intent_the_dot_goes_out_also_when_halted(ends: _Ends) -> None:
    """The row says that it is handed over: so it is."""
    ends.waker.set()
    assert ends.wire.perform(Dot(b".\r\n")) is None
    assert ends.arrived() == b".\r\n"


# -- TLS and garbage ----------------------------------------------------------------------------------------------


def test_text_behind_the_answer_to_starttls_is_refused(ends: _Ends) -> None:
    """It would be taken for what is said inside TLS (CVE-2011-0411). Not even a handshake is begun."""
    ends.far.sendall(b"220 Go\r\n250 AUTH PLAIN\r\n")
    ends.wire.perform(Say(b"STARTTLS\r\n", Phase.STARTTLS))
    with pytest.raises(TlsFailed):
        ends.wire.perform(Secure())
    assert ends.arrived() == b"STARTTLS\r\n"


@pytest.mark.parametrize(
    ("said", "is_tls"), [(b"\x15\x03\x01\x00\x02\x02\x46\n", True), (b"HTTP/1.1 200 OK\r\n", False)]
)
def test_what_is_no_reply_is_garbled(ends: _Ends, said: bytes, is_tls: bool) -> None:
    """A TLS alert in clear is recognised: the port is for TLS from the first byte."""
    ends.far.sendall(said)
    with pytest.raises(Garbled) as garbled:
        ends.wire.perform(Say(b"", Phase.GREETING))
    assert garbled.value.is_tls is is_tls


def test_a_kept_wire_knows_whether_its_server_is_still_there(ends: _Ends) -> None:
    """A word out of turn, or the end, and it is not used again."""
    assert ends.wire.is_quiet()
    ends.far.sendall(b"421 Idle for too long\r\n")
    assert not ends.wire.is_quiet()
    other = _Ends()
    other.far.close()
    assert not other.wire.is_quiet()
    other.close()
