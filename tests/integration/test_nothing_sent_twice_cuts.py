"""Connections that break: what the server took is `sent` or asked about, what it cannot have taken goes again."""

from dataclasses import replace

import pytest

from core.mail.smtp.server import Security, Server
from core.mail.smtp.transport import SmtpTransport
from core.outbox.states import State
from core.program import Program
from tests.smtp.certificates import HOST, Authority
from tests.smtp.delivering import PATIENT, Desktop, client, closing
from tests.smtp.proxy import FaultProxy, Faults, How
from tests.smtp.scripted import (
    AUTH,
    EHLO,
    ENVELOPE,
    GREETING,
    HELLO,
    LOGGED_IN,
    LOGIN_HELLO,
    MAIL,
    MAIL_TAKEN,
    RCPT,
    RCPT_TAKEN,
    SERVE,
    SLOW_HELLO,
    STARTTLS,
    TAKEN,
    ScriptedServer,
    taking,
)

#: Larger than what the system holds for a connection, so that no client has sent it all when only a part was read.
LARGE = 3_500_000
CLOSING = "S: 421 4.3.2 Service not available, closing transmission channel\n"
#: A direction that is closed, where the other is open and silent, is found out by the deadline alone.
HURRIED = replace(PATIENT, command_s=0.5, data_s=0.5, dot_s=0.5, greeting_s=0.5)
#: Text behind a `body of` cannot be told from the message, so nothing is read: half-closed, as a server does that
#: wants its 421 to arrive.
ENDINGS = {
    "cut": "cut",
    "reset": "reset",
    "421": f"{CLOSING}half-close",
    "421 and reset": f"{CLOSING}reset",
}


def _before_the_dot(hello: str) -> dict[str, str]:
    """Return conversations up to each phase, with the place of the ending left open."""
    return {
        "connect": "",
        "ehlo": GREETING + EHLO,
        "mail": hello + MAIL,
        "rcpt": hello + MAIL_TAKEN + RCPT,
        "data": hello + MAIL_TAKEN + RCPT_TAKEN + "C: DATA\n",
        "body": hello + ENVELOPE + "body of 100000\n",
    }


PHASES = tuple(_before_the_dot(""))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("hello", [HELLO, SLOW_HELLO], ids=["pipelined", "one by one"])
def test_before_the_dot_it_is_queued_and_goes_once(program: Program, hello: str, phase: str, ending: str) -> None:
    """B2: cut, reset, and 421 at CONNECT, EHLO, MAIL, RCPT, DATA and in the body: queued, 0 copies; then 1."""
    broken = _before_the_dot(hello)[phase] + ENDINGS[ending]
    with ScriptedServer(broken, taking(1), receive_buffer_bytes=8192) as server:
        with closing(client(server.port)) as transport:
            desktop = Desktop(program, transport)
            sent = desktop.accept(large=LARGE if phase == "body" else 0)
            assert desktop.deliver() == [State.QUEUED]
            assert server.bodies == []
            (row,) = desktop.rows()
            assert row.attempts == 1
            assert row.last_code == 421 if ending == "421" else row.last_reply
            assert desktop.deliver_again() == [State.SENT]
        assert [body.count(sent[0].encode()) for body in server.taken] == [1]


@pytest.mark.parametrize(
    ("phase", "ending"),
    [*((phase, ending) for phase in ("starttls", "auth") for ending in ENDINGS), ("tls", "cut"), ("tls", "reset")],
)
def test_before_anything_was_said_of_a_message_it_is_queued(
    program: Program, authority: Authority, names: None, phase: str, ending: str
) -> None:
    """B2: the same at STARTTLS, inside the handshake, and at AUTH. A cut there is no refusal of the account."""
    begun = {
        "starttls": STARTTLS.removesuffix("S: 220 2.0.0 Go ahead\ntls\n"),
        "tls": STARTTLS.removesuffix("tls\n"),
        "auth": STARTTLS + LOGIN_HELLO.removeprefix(GREETING) + AUTH,
    }[phase]
    good = STARTTLS + LOGIN_HELLO.removeprefix(GREETING) + LOGGED_IN + TAKEN
    with ScriptedServer(begun + ENDINGS[ending], good, tls=authority.good()) as server:
        where = Server(HOST, server.port, Security.STARTTLS, user="ann", ca_file=authority.ca_file)
        with closing(SmtpTransport(where, lambda: "secret", deadlines=PATIENT)) as transport:
            desktop = Desktop(program, transport)
            desktop.accept()
            assert desktop.deliver() == [State.QUEUED]
            assert desktop.deliver_again() == [State.SENT]
        assert len(server.taken) == 1


@pytest.mark.parametrize("ending", ["cut", "reset"])
@pytest.mark.parametrize("hello", [HELLO, SLOW_HELLO], ids=["pipelined", "one by one"])
def test_after_the_dot_nobody_can_know(program: Program, hello: str, ending: str) -> None:
    """B2: cut after the dot: not confirmed, and not sent again by itself; what was behind it goes, once."""
    with (
        ScriptedServer(hello + ENVELOPE + "body\n" + ending, taking(1)) as server,
        closing(client(server.port)) as transport,
    ):
        desktop = Desktop(program, transport)
        first, second = desktop.accept(2)
        assert desktop.deliver()[0] is State.UNCONFIRMED
        assert desktop.deliver_again() == [State.UNCONFIRMED, State.SENT]
        assert [first.encode() in body for body in server.bodies] == [True, False]
        assert [second.encode() in body for body in server.taken] == [True]


def test_421_to_the_dot_is_a_definite_answer(program: Program) -> None:
    """B2: 421 after the dot: it was not taken, so it is queued and goes again; as does what was behind it."""
    broken = HELLO + ENVELOPE + f"body\n{CLOSING}half-close"
    with ScriptedServer(broken, taking(2)) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept(2)
        assert desktop.deliver() == [State.QUEUED, State.QUEUED]
        assert server.taken == []
        assert desktop.deliver_again() == [State.SENT, State.SENT]
        assert len(server.taken) == 2


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_connection_that_breaks_at_rset(program: Program, ending: str) -> None:
    """B2: at RSET, after a refusal: the refused one is failed, and the one behind it goes by another connection."""
    refused = MAIL_TAKEN + RCPT + "S: 550 5.1.1 No such user\nC: DATA\nS: 554 5.5.1 No valid recipients\n"
    broken = HELLO + refused + "C: RSET\n" + ENDINGS[ending]
    with ScriptedServer(broken, taking(1)) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept(2)
        assert desktop.deliver() == [State.FAILED, State.SENT]
        assert len(server.taken) == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_connection_that_breaks_at_quit(program: Program, ending: str) -> None:
    """B2: at QUIT everything is on disk already: sent."""
    with ScriptedServer(taking(1) + "C: QUIT\n" + ENDINGS[ending]) as server:
        with closing(client(server.port)) as transport:
            desktop = Desktop(program, transport)
            desktop.accept()
            assert desktop.deliver() == [State.SENT]
        server.until_gone()
        assert desktop.states == [State.SENT]


@pytest.mark.parametrize("how", [How.CUT, How.RESET, How.HALF_CLOSE])
@pytest.mark.parametrize(
    "faults",
    [
        *(Faults(cut_up_bytes=after) for after in (1, 60, 100, 150, 300, 400, 600, 800)),
        *(Faults(cut_down_bytes=after) for after in (1, 40, 80, 110, 130, 160, 190, 220)),
    ],
    ids=lambda faults: f"up {faults.cut_up_bytes}" if faults.cut_up_bytes else f"down {faults.cut_down_bytes}",
)
def test_a_network_that_breaks_anywhere(program: Program, faults: Faults, how: How) -> None:
    """B2, B7: the way breaks after any number of bytes, up or down: never two copies, none lost, `sent` only what is
    there.
    """
    with (
        ScriptedServer(then=SERVE) as server,
        FaultProxy(("127.0.0.1", server.port), replace(faults, how=how)) as proxy,
        closing(client(proxy.port, HURRIED)) as transport,
    ):
        desktop = Desktop(program, transport)
        message_ids = desktop.accept(3)
        desktop.deliver()
        proxy.faults = Faults()
        states = desktop.deliver_again()
        copies = [sum(each.encode() in body for body in server.taken) for each in message_ids]
    for state, count in zip(states, copies, strict=True):
        assert (state, count) in {(State.SENT, 1), (State.UNCONFIRMED, 0), (State.UNCONFIRMED, 1)}
