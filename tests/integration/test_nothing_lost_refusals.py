"""What a server refuses, for now or for good, and what it says of size and of full connections."""

import pytest

from core.mail.smtp.server import Security, Server
from core.mail.smtp.transport import SmtpTransport
from core.outbox.states import Reason, State
from core.program import Program
from tests.outboxes import events_of
from tests.smtp.certificates import HOST, Authority
from tests.smtp.delivering import PATIENT, Desktop, client, closing
from tests.smtp.desks import Ledger, letters
from tests.smtp.scripted import (
    AUTH,
    BODY_TAKEN,
    DATA_TAKEN,
    EHLO,
    ENVELOPE,
    GREETING,
    HELLO,
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

HELLOS = pytest.mark.parametrize("hello", [HELLO, SLOW_HELLO], ids=["pipelined", "one by one"])
NOBODY = "C: DATA\nS: 554 5.5.1 No valid recipients\n"


def refusing(hello: str, phase: str, reply: str) -> str:
    """Return a conversation in which one phase is refused, and the client puts itself in order again."""
    said = f"S: {reply}\n"
    if hello is SLOW_HELLO:
        return {
            "mail": f"{hello}{MAIL}{said}C: RSET\nS: 250 2.0.0 Ok\n",
            "rcpt": f"{hello}{MAIL_TAKEN}{RCPT}{said}C: RSET\nS: 250 2.0.0 Ok\n",
            "data": f"{hello}{MAIL_TAKEN}{RCPT_TAKEN}C: DATA\n{said}C: RSET\nS: 250 2.0.0 Ok\n",
            "dot": f"{hello}{ENVELOPE}body\n{said}",
        }[phase]
    return {
        "mail": f"{hello}{MAIL}{said}{RCPT}S: 503 5.5.1 Need MAIL\n{NOBODY}C: RSET\nS: 250 2.0.0 Ok\n",
        "rcpt": f"{hello}{MAIL_TAKEN}{RCPT}{said}{NOBODY}C: RSET\nS: 250 2.0.0 Ok\n",
        "data": f"{hello}{MAIL_TAKEN}{RCPT_TAKEN}C: DATA\n{said}C: RSET\nS: 250 2.0.0 Ok\n",
        "dot": f"{hello}{ENVELOPE}body\n{said}",
    }[phase]


@HELLOS
@pytest.mark.parametrize(
    ("phase", "reply", "state"),
    [
        ("mail", "451 4.3.0 Try again later", State.QUEUED),
        ("mail", "550 5.7.1 Not you", State.FAILED),
        ("rcpt", "450 4.2.1 Mailbox busy", State.QUEUED),
        ("rcpt", "550 5.1.1 No such user", State.FAILED),
        ("rcpt", "571 Blocked", State.FAILED),
        ("data", "451 4.3.5 Try again later", State.QUEUED),
        ("data", "554 5.7.1 Denied", State.FAILED),
        ("dot", "452 4.3.1 Insufficient system storage", State.QUEUED),
        ("dot", "554 5.6.0 Content rejected", State.FAILED),
        ("mail", "552 5.3.4 Message too big", State.FAILED),
        ("mail", "452 4.3.1 Insufficient system storage", State.QUEUED),
        ("dot", "552 5.3.4 Message too big", State.FAILED),
        # RFC 5321, section 4.5.3.1.10: to RCPT, 552 was once "too many recipients".
        ("rcpt", "552 5.5.3 Too many recipients", State.QUEUED),
    ],
)
def test_a_message_is_refused(program: Program, hello: str, phase: str, reply: str, state: State) -> None:
    """B3, B6: 4xx and 5xx at MAIL, RCPT, DATA and the dot, by the first digit; the reply's own words are kept. What
    is behind it goes on the same connection; what was refused for now goes later, once.
    """
    retried = state is State.QUEUED
    with (
        ScriptedServer(refusing(hello, phase, reply) + TAKEN * (1 + retried)) as server,
        closing(client(server.port)) as transport,
    ):
        desktop = Desktop(program, transport)
        first, second = desktop.accept(2)
        assert desktop.deliver() == [state, State.SENT]
        row = desktop.rows()[0]
        assert (row.last_code, row.last_reply) == (int(reply[:3]), reply[4:])
        assert desktop.deliver_again() == [State.SENT if retried else state, State.SENT]
        assert [sum(each.encode() in body for body in server.taken) for each in (first, second)] == [retried, 1]
        assert len(server.sessions) == 1


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ("S: 450 4.3.2 Busy\n", State.QUEUED),
        ("S: 554 5.3.2 No mail today\n", State.QUEUED),
        (f"{GREETING}{EHLO}S: 451 4.3.0 Later\n", State.QUEUED),
        (f"{GREETING}{EHLO}S: 502 5.5.1 What?\nC: HELO .*\nS: 550 5.7.0 No\n", State.QUEUED),
    ],
    ids=["greeting 4xx", "greeting 5xx", "ehlo 4xx", "ehlo 5xx"],
)
def test_a_connection_is_refused(program: Program, script: str, state: State) -> None:
    """B3: 4xx and 5xx at the greeting and at EHLO: no message is at fault, so it waits, and says what was answered."""
    with ScriptedServer(script, taking(1)) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [state]
        assert desktop.rows()[0].last_reply
        assert desktop.deliver_again() == [State.SENT]
        assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("script", "state"),
    [
        (STARTTLS.replace("S: 220 2.0.0 Go ahead\ntls\n", "S: 454 4.7.0 TLS not available\n"), State.QUEUED),
        (STARTTLS.replace("S: 220 2.0.0 Go ahead\ntls\n", "S: 554 5.7.0 No TLS here\n"), State.HELD),
        (
            f"{STARTTLS}{LOGIN_HELLO.removeprefix(GREETING)}{AUTH}S: 454 4.7.0 Temporary authentication failure\n",
            State.QUEUED,
        ),
        (f"{STARTTLS}{LOGIN_HELLO.removeprefix(GREETING)}{AUTH}S: 535 5.7.8 Authentication failed\n", State.HELD),
    ],
    ids=["starttls 4xx", "starttls 5xx", "auth 4xx", "auth 5xx"],
)
def test_an_account_is_refused(program: Program, authority: Authority, names: None, script: str, state: State) -> None:
    """B3: 4xx and 5xx at STARTTLS and AUTH: for now it waits; for good it is held until a person acts."""
    with ScriptedServer(script, tls=authority.good()) as server:
        where = Server(HOST, server.port, Security.STARTTLS, user="ann", ca_file=authority.ca_file)
        with closing(SmtpTransport(where, lambda: "secret", deadlines=PATIENT)) as transport:
            desktop = Desktop(program, transport)
            desktop.accept()
            assert desktop.deliver() == [state]
            (row,) = desktop.rows()
            assert state is State.QUEUED or row.reason is Reason.ACCOUNT
        assert server.bodies == []
        assert not any(command.startswith("MAIL") for command in server.commands)


def test_greylisting(program: Program) -> None:
    """B3: refused at first, taken when it comes again: waits with a reason, then one copy."""
    greylisted = refusing(HELLO, "rcpt", "451 4.7.1 Greylisted, come back in 5 minutes") + TAKEN
    with ScriptedServer(greylisted) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.QUEUED]
        (row,) = desktop.rows()
        assert (row.reason, row.due_at) == (Reason.BACKOFF, program.clock.now_ms() + 15_000)
        assert desktop.deliver_again() == [State.SENT]
        assert len(server.taken) == 1


MIXED = ("250 2.1.5 Ok", "550 5.1.1 No such user", "451 4.7.1 Later", "452 4.2.2 Full", "250 2.1.5 Ok")
MIXED_STATES = [State.SENT, State.FAILED, State.QUEUED, State.QUEUED, State.SENT]


@HELLOS
def test_recipients_refused_in_a_row(program: Program, hello: str) -> None:
    """B3: 250, 550, 451, 452, 250 to RCPT of five deliveries in a row: each has its own answer, on one connection."""
    script = hello
    for reply in MIXED:
        script += MAIL_TAKEN + RCPT + f"S: {reply}\n"
        if reply.startswith("250"):
            script += DATA_TAKEN + BODY_TAKEN
        else:
            script += (NOBODY if hello is HELLO else "") + "C: RSET\nS: 250 2.0.0 Ok\n"
    check_mixed(program, script)


@HELLOS
def test_messages_refused_in_a_row(program: Program, hello: str) -> None:
    """B3: the same replies to the dot."""
    check_mixed(program, hello + "".join(f"{ENVELOPE}body\nS: {reply}\n" for reply in MIXED))


def check_mixed(program: Program, script: str) -> None:
    with ScriptedServer(script) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        message_ids = desktop.accept(5)
        assert desktop.deliver() == MIXED_STATES
        assert [row.last_code for row in desktop.rows()] == [int(reply[:3]) for reply in MIXED]
        arrived = [each for each in message_ids for body in server.taken if each.encode() in body]
        assert arrived == [message_ids[0], message_ids[4]]
        assert len(server.sessions) == 1


@pytest.mark.parametrize("lost_at", ["mail", "rcpt", "dot"])
def test_421_at_the_second_of_three(program: Program, lost_at: str) -> None:
    """B3: the first is sent, the second and the third wait; then each arrives once."""
    closing_words = "S: 421 4.3.2 Closing\nhalf-close"
    second = {"mail": MAIL, "rcpt": MAIL_TAKEN + RCPT, "dot": ENVELOPE + "body\n"}[lost_at] + closing_words
    with (
        ScriptedServer(HELLO + TAKEN + second, then=SERVE) as server,
        closing(client(server.port)) as transport,
    ):
        desktop = Desktop(program, transport)
        message_ids = desktop.accept(3)
        states = desktop.deliver()
        assert states[0] is State.SENT
        if lost_at != "mail":  # at MAIL the connection is full, which is no attempt
            assert states[1:] == [State.QUEUED, State.QUEUED]
        assert desktop.deliver_again() == [State.SENT] * 3
        assert [sum(each.encode() in body for body in server.taken) for each in message_ids] == [1, 1, 1]


# -- size -------------------------------------------------------------------------------------------------------------


def test_a_message_larger_than_the_server_takes(program: Program) -> None:
    """B6: SIZE smaller than the message: failed in words, without having said MAIL; a smaller one goes."""
    small = HELLO.replace("SIZE 52428800", "SIZE 100000")
    with ScriptedServer(small + TAKEN) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept(large=200_000)
        desktop.accept()
        assert desktop.deliver() == [State.FAILED, State.SENT]
        assert "takes at most" in desktop.rows()[0].last_reply
        assert sum(command.startswith("MAIL") for command in server.commands) == 1


@pytest.mark.parametrize(
    ("offer", "parameter"), [("SIZE 0", True), ("SIZE", True), ("SIZE much", True), ("DSN", False)]
)
def test_a_server_that_names_no_limit(program: Program, offer: str, parameter: bool) -> None:
    """B6: SIZE zero, without a number, or not there: no limit is made of it. The size is said where it is asked for."""
    with (
        ScriptedServer(HELLO.replace("SIZE 52428800", offer) + TAKEN) as server,
        closing(client(server.port)) as transport,
    ):
        desktop = Desktop(program, transport)
        desktop.accept(large=200_000)
        assert desktop.deliver() == [State.SENT]
        size = desktop.rows()[0].size_bytes
        (mail,) = [command for command in server.commands if command.startswith("MAIL")]
        assert (f"SIZE={size}" in mail) == parameter


@pytest.mark.parametrize("ending", ["half-close", "hang", "cut", "reset"])
def test_a_refusal_in_the_middle_of_the_body(program: Program, ending: str) -> None:
    """B6: 550 while the body is written, and then a close, or a server that reads no more: failed at once, with the
    server's words; no dot, no copy.
    """
    script = HELLO + ENVELOPE + f"body of 100000\nS: 550 5.7.1 Virus found\n{ending}\n"
    with (
        ScriptedServer(script, taking(1), receive_buffer_bytes=8192) as server,
        closing(client(server.port)) as transport,
    ):
        desktop = Desktop(program, transport)
        desktop.accept(large=3_500_000)
        desktop.accept()
        assert desktop.deliver() == [State.FAILED, State.SENT]
        assert desktop.rows()[0].last_reply == "5.7.1 Virus found"
        assert len(server.bodies) == 1


# -- connections that have done their share ---------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["cut", "reset", "S: 421 4.4.2 Idle too long\ncut"])
def test_closed_between_messages(program: Program, ending: str) -> None:
    """B7: a kept connection that the server has closed meanwhile costs no attempt: the next goes by another."""
    with ScriptedServer(taking(1) + ending, taking(1)) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.SENT]
        server.until_gone()
        desktop.accept()
        assert desktop.deliver() == [State.SENT, State.SENT]
        assert [row.attempts for row in desktop.rows()] == [1, 1]
        assert len(server.taken) == 2


@HELLOS
@pytest.mark.parametrize(
    "ending",
    [
        "cut",
        "reset",
        f"{MAIL}S: 421 4.7.0 Too many messages on this connection\ncut",
        f"{MAIL}S: 451 4.7.1 Too many messages on this connection\nhalf-close",
    ],
    ids=["closed", "reset", "421", "451"],
)
def test_a_connection_that_takes_two_messages(program: Program, hello: str, ending: str) -> None:
    """B7: closed, reset, or "too many messages on this connection" after two, in the middle of a run: the others go by
    further connections; each arrives once, at its first attempt.
    """
    two = hello + TAKEN * 2 + ending
    with ScriptedServer(two, two, hello + TAKEN) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        message_ids = desktop.accept(5)
        assert desktop.deliver() == [State.SENT] * 5
        assert [row.attempts for row in desktop.rows()] == [1] * 5
        assert [sum(each.encode() in body for body in server.taken) for each in message_ids] == [1] * 5


def test_one_connection_serves_run_after_run(program: Program) -> None:
    """B7: what stays open is used again."""
    with ScriptedServer(taking(4)) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        for _ in range(2):
            desktop.accept(2)
            desktop.deliver()
        assert desktop.states == [State.SENT] * 4
        assert len(server.sessions) == 1


def test_a_program_that_stops_between_two_messages_leaves_none_behind() -> None:
    """Stopping in a run: what was begun is ended and settled, the reply that is outstanding is read, and the others are
    not begun.
    """
    ledger = Ledger()
    ledger.go_on = lambda: not ledger.intended
    with ScriptedServer(then=SERVE) as server, closing(client(server.port)) as transport:
        transport.hand_over(letters(4), ledger)
        transport.let_go(0)
        server.until_gone()
        assert 1 <= len(ledger.outcomes) <= 2
        assert list(ledger.outcomes) == ledger.intended
        assert len(server.taken) == len(server.bodies) == len(ledger.outcomes)


# -- what must not be done with PIPELINING (RFC 2920, section 3.1) ----------------------------------------------------


@pytest.mark.parametrize("answer", ["554 5.5.1 No valid recipients", "250 2.0.0 Ok"])
def test_a_server_that_waits_for_a_body_for_nobody(program: Program, answer: str) -> None:
    """354 although no recipient was taken: a lone dot ends it, whatever is answered; nothing of the message was sent,
    and the next goes on the same connection.
    """
    to_nobody = f"{MAIL_TAKEN}{RCPT}S: 550 5.1.1 No such user\nC: DATA\nS: 354 Go ahead\nbody\nS: {answer}\n"
    with ScriptedServer(HELLO + to_nobody + TAKEN) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        _, second = desktop.accept(2)
        assert desktop.deliver() == [State.FAILED, State.SENT]
        assert server.bodies[0] == b""
        assert [second.encode() in body for body in server.bodies] == [False, True]
        assert "handing_over" not in events_of(program, 1)


def test_a_server_that_waits_for_a_body_after_all(program: Program) -> None:
    """354 with a recipient, although MAIL was refused: a lone dot would queue an empty message for somebody, so the
    connection is closed; the next goes by another.
    """
    odd = f"{MAIL}S: 550 5.7.1 Not you\n{RCPT_TAKEN}{DATA_TAKEN}serve"
    with ScriptedServer(HELLO + odd, taking(1)) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept(2)
        assert desktop.deliver() == [State.FAILED, State.SENT]
        assert "." not in server.until_gone().commands
        assert len(server.bodies) == 1


def test_the_body_waits_for_354(program: Program) -> None:
    """However much is written at once, never a body before its 354: where DATA is refused at last, none of it came."""
    script = HELLO + MAIL_TAKEN + RCPT_TAKEN + "C: DATA\nstay 0.1\nS: 451 4.3.0 Not now\nC: RSET\nS: 250 2.0.0 Ok\n"
    with ScriptedServer(script) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.QUEUED]
