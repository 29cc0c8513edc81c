"""Connections that break inside TLS: only what was sealed is believed, and nothing more is waited for than may come."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.mail.smtp.server import Security, Server
from core.mail.smtp.transport import SmtpTransport
from core.outbox.states import Reason, State
from core.program import Program
from tests.smtp.certificates import HOST, Authority
from tests.smtp.delivering import PATIENT, Desktop, closing
from tests.smtp.scripted import (
    AUTH,
    ENVELOPE,
    LOGGED_IN,
    LOGIN_HELLO,
    MAIL,
    MAIL_TAKEN,
    RCPT,
    RCPT_TAKEN,
    TAKEN,
    ScriptedServer,
)

HELLO = f"tls\n{LOGIN_HELLO}{LOGGED_IN}"
GOOD = HELLO + TAKEN
CLEAR_421 = "clear: 421 mx.example.test Service not available - SIGTERM or SIGINT received - closing connection.\n"
ENDINGS = {
    "cut": "cut",
    "reset": "reset",
    "421": "S: 421 4.3.2 Closing\ncut",
    # As Exim does it when it is stopped.
    "421 in clear": f"{CLEAR_421}cut",
    # Anybody on the way can say it.
    "250 in clear": "clear: 250 2.0.0 Ok\nhang",
    "end of TLS": "tls end",
    "the password in clear": "clear: secret\nhang",
}
PHASES = {
    "greeting": "tls\n",
    "auth": f"tls\n{LOGIN_HELLO}{AUTH}",
    "mail": HELLO + MAIL,
    "rcpt": HELLO + MAIL_TAKEN + RCPT,
    "data": HELLO + MAIL_TAKEN + RCPT_TAKEN + "C: DATA\n",
    "body": HELLO + ENVELOPE + "body of 100000\n",
}


@contextmanager
def desktop(program: Program, authority: Authority, server: ScriptedServer) -> Iterator[Desktop]:
    where = Server(HOST, server.port, Security.TLS, user="ann", ca_file=authority.ca_file)
    with closing(SmtpTransport(where, lambda: "secret", deadlines=PATIENT)) as transport:
        yield Desktop(program, transport)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("phase", PHASES)
def test_before_the_dot_it_is_queued(
    program: Program, authority: Authority, names: None, phase: str, ending: str
) -> None:
    """B2: inside TLS cut, reset, ended by TLS alone, 421, and what is said in clear: queued without waiting for a
    deadline, the account is not held, 0 copies; then 1.
    """
    began_s = time.monotonic()
    broken = PHASES[phase] + ENDINGS[ending]
    with ScriptedServer(broken, GOOD, tls=authority.good(), receive_buffer_bytes=8192, may_leave=True) as server:
        with desktop(program, authority, server) as desk:
            desk.accept(large=3_500_000 if phase == "body" else 0)
            assert desk.deliver() == [State.QUEUED]
            assert server.bodies == []
            assert time.monotonic() - began_s < PATIENT.command_s / 2
            assert desk.deliver_again() == [State.SENT]
        assert len(server.taken) == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_after_the_dot(program: Program, authority: Authority, names: None, ending: str) -> None:
    """B2, B4: after the dot, inside TLS: only a sealed 421 decides; all else is asked about at once, in words."""
    began_s = time.monotonic()
    with (
        ScriptedServer(HELLO + ENVELOPE + "body\n" + ENDINGS[ending], GOOD, tls=authority.good()) as server,
        desktop(program, authority, server) as desk,
    ):
        desk.accept()
        state = State.QUEUED if ending == "421" else State.UNCONFIRMED
        assert desk.deliver() == [state]
        assert time.monotonic() - began_s < PATIENT.dot_s / 2
        (row,) = desk.rows()
        if "clear" in ending:
            assert row.reason is Reason.NO_REPLY
            assert "outside of TLS was not believed" in row.last_reply
        desk.accept()  # goes by another connection
        assert desk.deliver() == [state, State.SENT]
        assert len(server.taken) == 1
