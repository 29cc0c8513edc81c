"""Postfix's smtp-sink as the server: it breaks at each phase by its own code, and its dump says what it took."""

import threading

import pytest

from core.outbox.states import State
from core.program import Program
from tests.smtp import sink
from tests.smtp.delivering import Desktop, client, closing
from tests.smtp.desks import Ledger, letters
from tests.smtp.sink import Sink

UP_TO_THE_DOT = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA")


def delivered(program: Program, server: Sink) -> tuple[Desktop, list[int]]:
    """Deliver two messages, and count the copies of each in the dump."""
    with closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        message_ids = desktop.accept(2)
        desktop.deliver()
    return desktop, [server.arrived()[message_id] for message_id in message_ids]


@pytest.mark.parametrize("option", ["-q", "-Q", "-r"])
@pytest.mark.parametrize("phase", UP_TO_THE_DOT)
def test_before_the_dot(program: Program, phase: str, option: str) -> None:
    """B2, B3: disconnected, 421 and 4xx at each phase: queued, and no copy."""
    with sink.running(option, phase) as server:
        desktop, copies = delivered(program, server)
    assert desktop.states == [State.QUEUED, State.QUEUED]
    assert copies == [0, 0]


@pytest.mark.parametrize(
    ("phase", "state"),
    [
        ("CONNECT", State.QUEUED),
        ("EHLO", State.SENT),  # a server from before extensions: HELO is said instead
        ("HELO EHLO", State.QUEUED),
        ("MAIL", State.FAILED),
        ("RCPT", State.FAILED),
        ("DATA", State.FAILED),
    ],
)
def test_refused_for_good(program: Program, phase: str, state: State) -> None:
    """B3: 5xx at each phase: failed, where it is said of the message; of the connection, it waits."""
    with sink.running("-f", phase) as server:
        desktop, copies = delivered(program, server)
    assert desktop.states == [state, state]
    assert copies == [int(state is State.SENT)] * 2


@pytest.mark.parametrize(
    ("option", "first"),
    [("-q", State.UNCONFIRMED), ("-Q", State.QUEUED), ("-r", State.QUEUED), ("-f", State.FAILED)],
)
def test_at_the_dot(program: Program, option: str, first: State) -> None:
    """B2, B3: at the dot: disconnected asks, a definite answer decides."""
    with sink.running(option, ".") as server:
        desktop, _ = delivered(program, server)
    assert desktop.states[0] is first
    assert State.SENT not in desktop.states


@pytest.mark.parametrize("option", ["-q", "-Q", "-r", "-f"])
@pytest.mark.parametrize("phase", ["QUIT", "RSET"])
def test_behind_the_last_answer(program: Program, phase: str, option: str) -> None:
    """B2: whatever becomes of QUIT or RSET: sent, one copy."""
    with sink.running(option, phase) as server:
        desktop, copies = delivered(program, server)
    assert desktop.states == [State.SENT, State.SENT]
    assert copies == [1, 1]


@pytest.mark.parametrize("options", [(), ("-p",), ("-e",), ("-8", "-E"), ("-L",)])
def test_servers_of_many_kinds(program: Program, options: tuple[str, ...]) -> None:
    """With and without PIPELINING, ESMTP, 8BITMIME: sent, one copy. An LMTP server is no mail server for us."""
    with sink.running(*options) as server:
        desktop, copies = delivered(program, server)
    expected = State.QUEUED if "-L" in options else State.SENT
    assert desktop.states == [expected, expected]
    assert copies == [int(expected is State.SENT)] * 2


def test_eight_connections_at_once() -> None:
    """Eight threads and one transport, which is told again and again to let its idle connections go: each letter is
    settled once, and arrives once.
    """
    with sink.running() as server, closing(client(server.port)) as transport:
        ledger = Ledger()
        everything = letters(400)

        def hand_over(first: int) -> None:
            for at in range(first, first + 50, 10):
                transport.hand_over(everything[at : at + 10], ledger)

        threads = [threading.Thread(target=hand_over, args=(first,)) for first in range(0, 400, 50)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            transport.let_go(0)
            threads[0].join(0.001)
        for thread in threads:
            thread.join()
        assert len(ledger.outcomes) == 400
        assert set(ledger.verdicts) == {"taken"}
        assert server.arrived() == {letter.message_id: 1 for letter in everything}
