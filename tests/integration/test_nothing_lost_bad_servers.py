"""Servers that answer nonsense, too much, too slowly or not at all: bounded in time and memory, and said in words."""

import threading
import tracemalloc
from pathlib import Path

import pytest

from core.mail.smtp.server import Security, Server
from core.mail.smtp.transport import SmtpTransport
from core.outbox.states import Reason, State
from core.program import Program
from tests.smtp.certificates import HOST, Authority
from tests.smtp.delivering import PATIENT, SHORT, Desktop, client, closing
from tests.smtp.desks import Ledger, letters
from tests.smtp.proxy import FaultProxy, Faults, How
from tests.smtp.scripted import (
    AUTH,
    BODY_TAKEN,
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
    STARTTLS,
    ScriptedServer,
)

#: What is said in place of a reply. After each the server waits for the client to leave.
NONSENSE = {
    "two digits": "S: 25\nhang",
    "999": "S: 999 What?\nhang",
    "empty": "S: \nhang",
    "binary": r"B: \x00\xff\x80\xfe\x00\x01\r\n" + "\nhang",
    "without CRLF": "B: 250 Ok\nhang",
    "a line of 1 MiB": "B: 250 \nlong 1048576\nhang",
    "an endless line": "B: 250 \nlong 1000000000",
    "a million continuation lines": "endless: 250-More",
    "one byte at a time": f"drip: 250 {'slowly ' * 100}",
}
BEFORE = {
    "greeting": "",
    "ehlo": GREETING + EHLO,
    "mail": HELLO + MAIL,
    "rcpt": HELLO + MAIL_TAKEN + RCPT,
    "data": HELLO + MAIL_TAKEN + RCPT_TAKEN + "C: DATA\n",
    "dot": HELLO + ENVELOPE + "body\n",
}


@pytest.mark.parametrize("phase", BEFORE)
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_replies_that_are_none(program: Program, nonsense: str, phase: str) -> None:
    """B4: whatever comes, it ends soon, holds little, and is no success: queued, and behind the dot not confirmed.

    The deadlines are a quarter of a second and in all: the server that says a byte each hundredth of one is left long
    before it has said its line.
    """
    with ScriptedServer(BEFORE[phase] + NONSENSE[nonsense], then=SERVE) as server:  # noqa: SIM117
        with closing(client(server.port, SHORT)) as transport:
            desktop = Desktop(program, transport)
            desktop.accept()
            tracemalloc.start()
            states = desktop.deliver()
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert states == [State.UNCONFIRMED if phase == "dot" else State.QUEUED]
            assert most < 1024 * 1024
            (row,) = desktop.rows()
            assert row.last_reply.isprintable()
            assert len(row.last_reply) < 2500
            session = server.until_gone()
            if nonsense == "one byte at a time":
                assert session.said_bytes < 700
            assert len(server.sessions) == 1
            desktop.deliver_again()
    assert len(server.taken) == (0 if phase == "dot" else 1)


@pytest.mark.parametrize(("lines", "state"), [(100, State.SENT), (101, State.UNCONFIRMED)])
def test_a_reply_at_the_very_limit(program: Program, lines: int, state: State) -> None:
    """B4: a hundred lines are still a reply, judged by its first digit; one line more is none."""
    said = "".join(f"S: 250-Line {number}\n" for number in range(lines - 1))
    with (
        ScriptedServer(HELLO + ENVELOPE + f"body\n{said}S: 250 The last\n") as server,
        closing(client(server.port)) as transport,
    ):
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [state]


@pytest.mark.parametrize("code", ["200", "252", "299"])
def test_the_first_digit_decides(program: Program, code: str) -> None:
    """B4: an unusual success is a success."""
    with (
        ScriptedServer(HELLO + ENVELOPE + f"body\nS: {code} Taken all the same") as server,
        closing(client(server.port)) as transport,
    ):
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.SENT]


# -- silence ----------------------------------------------------------------------------------------------------------


def test_a_server_that_stops_reading(program: Program) -> None:
    """B5: in the middle of the body it reads no more: left after the deadline for a block, queued, no copy."""
    with (
        ScriptedServer(HELLO + ENVELOPE + "hang", then=SERVE, receive_buffer_bytes=8192) as server,
        closing(client(server.port, SHORT)) as transport,
    ):
        desktop = Desktop(program, transport)
        desktop.accept(large=3_500_000)
        assert desktop.deliver() == [State.QUEUED]
        assert server.bodies == []
        assert desktop.rows()[0].attempts == 1


def test_a_dot_answered_late(program: Program) -> None:
    """B5: a dot answered after 300 s, of the 600 it has: sent. Here: twice what any command may take."""
    patient_at_the_dot = type(SHORT)(
        connect_s=SHORT.connect_s,
        greeting_s=SHORT.greeting_s,
        command_s=SHORT.command_s,
        data_s=SHORT.data_s,
        block_s=SHORT.block_s,
        dot_s=PATIENT.dot_s,
        quit_s=SHORT.quit_s,
    )
    script = HELLO + ENVELOPE + "body\nstay 0.5\nS: 250 2.0.0 Ok at last"
    with ScriptedServer(script) as server, closing(client(server.port, patient_at_the_dot)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.SENT]
        assert desktop.rows()[0].last_reply == "2.0.0 Ok at last"


def test_a_dot_answered_too_late(program: Program) -> None:
    """B5: a dot answered after 700 s: not confirmed by then, whatever comes; and it does not go again."""
    script = HELLO + ENVELOPE + "body\nstay 5\nS: 250 2.0.0 Too late"
    with ScriptedServer(script, then=SERVE) as server, closing(client(server.port, SHORT)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.UNCONFIRMED]
        assert desktop.rows()[0].reason is Reason.NO_REPLY
        assert desktop.deliver_again() == [State.UNCONFIRMED]
        assert len(server.bodies) == 1


@pytest.mark.parametrize("phase", ["greeting", "ehlo", "mail", "rcpt", "data"])
def test_a_server_that_says_nothing(program: Program, phase: str) -> None:
    """B5: silence at any phase ends with its deadline; the sentence says so."""
    before = {**BEFORE, "mail": HELLO, "data": HELLO + ENVELOPE.replace("S: 354 End data with <CR><LF>.<CR><LF>\n", "")}
    with ScriptedServer(before[phase] + "hang") as server, closing(client(server.port, SHORT)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.QUEUED]
        assert server.bodies == []
        assert "0.25" in desktop.rows()[0].last_reply


@pytest.mark.parametrize(("after", "state"), [(0, State.QUEUED), (60, State.QUEUED), (250, State.UNCONFIRMED)])
def test_a_network_that_swallows_everything(program: Program, after: int, state: State) -> None:
    """B5: nothing gets through any more, and nobody says so: the deadline ends it, wherever it was. A dot that was
    written after a body that the network swallowed is asked about: only the network knows.
    """
    with (
        ScriptedServer(then=SERVE) as server,
        FaultProxy(("127.0.0.1", server.port), Faults(cut_up_bytes=after, how=How.HOLE)) as proxy,
        closing(client(proxy.port, SHORT)) as transport,
    ):
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [state]
        proxy.faults = Faults()
        desktop.deliver_again()
        assert len(server.taken) == (state is State.QUEUED)


def test_a_slow_line_is_no_fault(program: Program) -> None:
    """B4: one byte at a time, and yet within the deadline: it is sent."""
    with (
        ScriptedServer(then=SERVE) as server,
        FaultProxy(("127.0.0.1", server.port), Faults(rate_up=20_000, rate_down=2000)) as proxy,
        closing(client(proxy.port)) as transport,
    ):
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.SENT]
        assert len(server.taken) == 1


def test_halt_ends_every_wait_before_the_dot() -> None:
    """A quit does not wait for a silent server: nothing is settled, and what was claimed can be given back."""
    ledger = Ledger()
    with ScriptedServer(GREETING + EHLO + "tell waiting\nhang") as server, closing(client(server.port)) as transport:
        thread = threading.Thread(target=transport.hand_over, args=(letters(2), ledger))
        thread.start()
        server.hear("waiting")
        transport.halt()
        thread.join(20)
        assert not thread.is_alive()
        assert ledger.outcomes == {}


def test_halt_waits_for_the_answer_to_the_dot() -> None:
    """A quit behind the dot: the answer is still read, for nobody could know it later. Nothing more is begun."""
    ledger = Ledger()
    script = HELLO + ENVELOPE + "body\ntell dotted\nwait halted\nS: 250 2.0.0 Ok\nserve"
    with ScriptedServer(script) as server, closing(client(server.port)) as transport:
        thread = threading.Thread(target=transport.hand_over, args=(letters(3), ledger))
        thread.start()
        server.hear("dotted")
        ledger.go_on = lambda: False
        transport.halt()
        server.tell("halted")
        thread.join(20)
        assert not thread.is_alive()
        assert ledger.verdicts == ["taken"]
        assert len(server.bodies) == 1


# -- strangers --------------------------------------------------------------------------------------------------------

PORTAL = (
    r"B: HTTP/1.1 302 Found\r\nLocation: http://portal.example/login\r\n\r\n<html><body>Please log in</body></html>\r\n"
    "\n"
)


@pytest.mark.parametrize("script", [PORTAL + "cut", PORTAL + "hang", "S: <html>\nhang"])
def test_a_captive_portal(program: Program, script: str) -> None:
    """B16: it answers HTML: what came is no mail server's, which the sentence says; the message waits."""
    with ScriptedServer(script) as server, closing(client(server.port, SHORT)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.QUEUED]
        assert "no mail server" in desktop.rows()[0].last_reply
        assert server.bodies == []


@pytest.mark.parametrize(
    ("script", "security"),
    [
        ("tls\n" + PORTAL + "hang", Security.TLS),
        (f"tls\n{GREETING}{EHLO}" + PORTAL + "hang", Security.TLS),
        (PORTAL + "hang", Security.TLS),
        (PORTAL + "cut", Security.STARTTLS),
        (f"{STARTTLS}{EHLO}" + PORTAL + "cut", Security.STARTTLS),
    ],
    ids=["greeting inside TLS", "EHLO inside TLS", "instead of TLS", "instead of STARTTLS", "behind STARTTLS"],
)
def test_a_captive_portal_and_tls(
    program: Program, authority: Authority, names: None, script: str, security: Security
) -> None:
    """B16: HTML inside TLS, in its place, and behind it: not one AUTH, not one message, and nothing failed for good."""
    with ScriptedServer(script, tls=authority.good(), may_leave=True) as server:
        where = Server(HOST, server.port, security, user="ann", ca_file=authority.ca_file)
        with closing(SmtpTransport(where, lambda: CANARY, deadlines=SHORT)) as transport:
            desktop = Desktop(program, transport)
            desktop.accept()
            assert desktop.deliver() in ([State.QUEUED], [State.HELD])
            assert desktop.rows()[0].last_reply.isprintable()
        assert server.auths == 0
        assert server.bodies == []


def test_a_password_is_not_said_in_clear(program: Program) -> None:
    """B8: an account with a user and without TLS, to this computer: no AUTH; it is held, in words."""
    with ScriptedServer(LOGIN_HELLO) as server:
        where = Server("127.0.0.1", server.port, Security.NONE, user="ann")
        with closing(SmtpTransport(where, lambda: CANARY, deadlines=PATIENT)) as transport:
            desktop = Desktop(program, transport)
            desktop.accept()
            assert desktop.deliver() == [State.HELD]
            assert "only said inside TLS" in desktop.rows()[0].last_reply
        assert server.auths == 0


def test_a_reply_with_terminal_escapes(program: Program) -> None:
    """B16: escapes, bells, line separators and right-to-left marks of a reply reach neither a row nor the log."""
    nasty = r"S: 550 5.7.1 \x1b[2J\x1b]0;owned\x07 no\x9b31m \xe2\x80\xae\xe2\x80\xa8reversed\x00\x7f"
    with (
        ScriptedServer(HELLO + MAIL_TAKEN + RCPT + nasty + "\nC: DATA\nS: 554 No\nC: RSET\nS: 250 Ok\n") as server,
        closing(client(server.port)) as transport,
    ):
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.FAILED]
        reply = desktop.rows()[0].last_reply
        assert reply.isprintable()
        assert reply.startswith("5.7.1 ")
        program.log.catch_up()
        assert all(line.isprintable() for line in program.home.log.read_text(encoding="utf-8").splitlines())


CANARY = "canary-Kanarienvogel-7f3a"


@pytest.mark.parametrize(
    "reply",
    [
        f"535 5.7.8 Wrong password: {CANARY}",
        # base64 of \0ann\0 and the canary, as PLAIN said it
        "535 5.7.8 You said AGFubgBjYW5hcnktS2FuYXJpZW52b2dlbC03ZjNh",
        "535 5.7.8 you said Y2FuYXJ5LUthbmFyaWVudm9nZWwtN2YzYQ==",
    ],
)
def test_a_reply_that_repeats_the_password(
    program: Program, authority: Authority, names: None, tmp_path: Path, reply: str
) -> None:
    """B16, C8: a server that repeats the password, in clear or encoded: it is in no row, no log and no file."""
    script = f"tls\n{LOGIN_HELLO}{AUTH}S: {reply}\n"
    with ScriptedServer(script, tls=authority.good()) as server:
        where = Server(HOST, server.port, Security.TLS, user="ann", ca_file=authority.ca_file)
        with closing(SmtpTransport(where, lambda: CANARY, deadlines=PATIENT)) as transport:
            desktop = Desktop(program, transport)
            desktop.accept()
            assert desktop.deliver() == [State.HELD]
            assert "5.7.8" in desktop.rows()[0].last_reply
            program.log.catch_up()
        assert server.auths == 1
    check_no_canary(tmp_path)


@pytest.mark.parametrize("phase", ["mail", "dot"])
def test_a_later_reply_that_repeats_the_password(
    program: Program, authority: Authority, names: None, tmp_path: Path, phase: str
) -> None:
    """B16, C8: the same where the server says it of the message."""
    said = f"S: 550 5.7.1 {CANARY} is a bad password\n"
    envelope = MAIL_TAKEN + RCPT if phase == "mail" else ENVELOPE + "body\n"
    rest = "C: DATA\nS: 554 No\nC: RSET\nS: 250 Ok\n" if phase == "mail" else ""
    script = f"tls\n{LOGIN_HELLO}{LOGGED_IN}{envelope}{said}{rest}"
    with ScriptedServer(script, tls=authority.good()) as server:
        where = Server(HOST, server.port, Security.TLS, user="ann", ca_file=authority.ca_file)
        with closing(SmtpTransport(where, lambda: CANARY, deadlines=PATIENT)) as transport:
            desktop = Desktop(program, transport)
            desktop.accept()
            assert desktop.deliver() == [State.FAILED]
            program.log.catch_up()
    check_no_canary(tmp_path)


def check_no_canary(folder: Path) -> None:
    """Look into every file of the test, the database and its journal among them."""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for word in (CANARY, "AGFubgBjYW5hcnkt", "Y2FuYXJ5LUthbmFy"):
                assert word.encode() not in data, path


def test_a_body_is_taken_after_a_strange_greeting(program: Program) -> None:
    """B4: a greeting of several lines, without a name, is a greeting."""
    script = "S: 220-Hello\nS: 220-This is a long one\nS: 220\n" + HELLO.removeprefix(GREETING) + ENVELOPE + BODY_TAKEN
    with ScriptedServer(script) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        assert desktop.deliver() == [State.SENT]
