"""What arrives is what was stored, byte for byte, and it is one message, however the server reads its end."""

from pathlib import Path

import pytest

from core.mail.transport import Verdict
from core.outbox.notification import Draft, Recipient
from core.outbox.states import State
from core.program import Program
from tests.smtp.delivering import Desktop, client, closing
from tests.smtp.desks import Ledger, Letter
from tests.smtp.scripted import HELLO, MAIL_TAKEN, RCPT_TAKEN, TAKEN, ScriptedServer, taking

TEXTS = {
    "dots": ".begins with a dot\n..two\n...three\nends with a dot.\n",
    "lone dots": ".\n.\n\n.\n",
    "a lone dot at the end": "Hello\n.",
    "long lines": "x" * 998 + "\n" + "y" * 999 + "\n" + "." * 5000 + "\n",
    "a long line of dots behind dots": ("." * 77 + "\n") * 50,
    "no final newline": "Hello",
    "many final newlines": "Hello\n\n\n\n",
    "bare CR": "one\rtwo\r.\rthree",
    "bare LF and CRLF": "one\ntwo\r\nthree\n.\r\nfour",
    "8-bit": "Grüße, 日本語, 🙂\n.\n",
    "From": "From me\n>From you\n",
}
DATA = {
    "NUL": b"\x00" * 1000 + b".\r\n",
    "lone dots": b"\r\n.\r\n" * 100,
    "every byte": bytes(range(256)) * 40,
    "bare CR and LF": b"\r.\r\n.\n\r\r.\n",
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_arrives_as_it_was_stored(program: Program, text: str) -> None:
    """B11: dots, lone dots, long lines, no final newline, bare CR, bare LF, 8-bit: equal to the stored bytes, CRLF
    only, in lines of at most 998.
    """
    draft = Draft((Recipient("ann@example.com"),), "Hello", TEXTS[text])
    check_arrives(program, draft)


@pytest.mark.parametrize("data", DATA)
def test_an_attachment_arrives_as_it_was_stored(program: Program, data: str) -> None:
    """B11: NUL, and all that an attachment may hold."""
    file = program.spool.add_bytes("file.bin", DATA[data])
    check_arrives(program, Draft((Recipient("ann@example.com"),), "Hello", "See it.", (file,)))


def check_arrives(program: Program, draft: Draft) -> None:
    with ScriptedServer(taking(1)) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept_draft(draft)
        assert desktop.deliver() == [State.SENT]
        (row,) = desktop.rows()
        stored = b"".join(program.raw(row.id))
        assert server.taken == [stored]
        assert len(stored) == row.size_bytes
        (wire,) = server.sessions
        lines = bytes(wire.clear).split(b"\r\n")
        assert not any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines)
        # A dot that was stuffed does not count (RFC 5321, section 4.5.3.1.6).
        assert max(len(line.removeprefix(b".")) for line in lines) <= 998


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 8192])
def test_however_the_bytes_come(chunk: int) -> None:
    """B11: the same, with line ends and dots cut anywhere between two pieces."""
    body = b"Subject: x\r\n\r\n.\r\n..\r\n.a\r\n\r\n.\r\n"
    ledger = Ledger()
    with ScriptedServer(taking(1)) as server, closing(client(server.port)) as transport:
        transport.hand_over([Letter("<1@example.org>", body, chunk_bytes=chunk)], ledger)
        assert server.taken == [body]


@pytest.mark.parametrize("body", [b"a\r\n.\rb\r\n", b"a\n.\nb\r\n", b"a\0b\r\n", b"a\r\n\r", b"a\r.\r\n"])
def test_bytes_that_a_server_may_read_otherwise_are_not_sent(body: bytes) -> None:
    """B11, B12: a bare CR, a bare LF or a NUL was not stored by us: damaged, and not one dot is written."""
    ledger = Ledger()
    with ScriptedServer(HELLO + MAIL_TAKEN + RCPT_TAKEN + "C: DATA\nS: 354 Go\nbody of 0\nhang") as server:
        with closing(client(server.port)) as transport:
            transport.hand_over([Letter("<1@example.org>", b"Subject: x\r\n\r\n" + body)], ledger)
        assert ledger.outcome().verdict is Verdict.DAMAGED
        assert server.bodies == []


def test_a_file_that_is_no_longer_the_same_is_not_sent(program: Program) -> None:
    """A stored attachment was changed on disk: damaged, no dot; and what is behind it goes."""
    with (
        ScriptedServer(HELLO + MAIL_TAKEN + RCPT_TAKEN + "C: DATA\nS: 354 Go\nbody of 0\nhang", taking(1)) as server,
        closing(client(server.port)) as transport,
    ):
        desktop = Desktop(program, transport)
        desktop.accept(large=100_000)
        desktop.accept()
        (file,) = [path for path in (program.home.root / "spool").rglob("*") if path.is_file()]
        data = bytearray(file.read_bytes())
        data[50_000] ^= 1
        file.chmod(0o600)
        file.write_bytes(data)
        assert desktop.deliver() == [State.CORRUPT, State.SENT]
        assert len(server.bodies) == 1


# -- smuggling --------------------------------------------------------------------------------------------------------

#: What servers of 2023 took for the end of a message, each followed by a message of somebody else's.
ENDS = (
    "\n.\n",
    "\n.\r\n",
    "\r\n.\n",
    "\r.\r",
    "\r.\r\n",
    "\r\n.\r",
    "\n.\r",
    "\r\n\x00.\r\n",
    "\r\n.\x00\r\n",
    "\r\n.\r\n",
)
SMUGGLED = (
    "mail from:<smuggled@example.org>\r\nrcpt to:<victim@example.com>\r\ndata\r\nSubject: smuggled\r\n\r\nHa\r\n.\r\n"
)
LENIENT = HELLO + TAKEN.replace("\nbody\n", "\nlenient body\n")


@pytest.mark.parametrize("end", ENDS, ids=repr)
@pytest.mark.parametrize("where", ["text", "attachment"])
def test_one_message_arrives(program: Program, where: str, end: str) -> None:
    """B12: smuggling sequences in body and attachment, against a server lenient in its end of data: one message, and
    not one command that we did not say.
    """
    words = f"Hello{end}{SMUGGLED}"
    files = (program.spool.add_bytes("a.eml", words.encode()),) if where == "attachment" else ()
    text = words.replace("\x00", "") if where == "text" else "Hello"
    with ScriptedServer(LENIENT) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept_draft(Draft((Recipient("ann@example.com"),), "Hello", text, files))
        assert desktop.deliver() == [State.SENT]
        assert server.taken == [b"".join(program.raw(1))]
    check_commands(server)


@pytest.mark.parametrize("name", ["subject", "file name"])
def test_headers_smuggle_nothing(program: Program, tmp_path: Path, name: str) -> None:
    """B12: the same in the subject and in a file's name, as a mail program would read it there: it is text."""
    odd = "Hello =?utf-8?q?=0D=0A.=0D=0Amail_from:=3Cx=40y=3E?= .. mail from:<smuggled@example.org>"
    file = program.spool.add_bytes(odd if name == "file name" else "a.txt", b"Hello")
    subject = odd if name == "subject" else "Hello"
    with ScriptedServer(LENIENT) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept_draft(Draft((Recipient("ann@example.com"),), subject, "Hello", (file,)))
        assert desktop.deliver() == [State.SENT]
        assert len(server.taken) == 1
    check_commands(server)


def check_commands(server: ScriptedServer) -> None:
    words = [command.split(":")[0].split(" ")[0].upper() for command in server.commands]
    assert [word for word in words if word not in ("EHLO", "QUIT")] == ["MAIL", "RCPT", "DATA"]


# -- addresses --------------------------------------------------------------------------------------------------------


def test_an_address_that_is_not_ascii_to_a_server_that_can(program: Program) -> None:
    """B13: SMTPUTF8 is asked for where it is needed and offered, and only there."""
    offering = HELLO.replace("S: 250-8BITMIME", "S: 250-8BITMIME\nS: 250-SMTPUTF8") + TAKEN * 2
    with ScriptedServer(offering) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept_draft(Draft((Recipient("jörg@example.com"),), "Hello", "Hello"))
        desktop.accept()
        assert desktop.deliver() == [State.SENT, State.SENT]
        mails = [command for command in server.commands if command.startswith("MAIL")]
        assert ["SMTPUTF8" in mail for mail in mails] == [True, False]
        assert "RCPT TO:<jörg@example.com>" in server.commands


def test_an_address_that_is_not_ascii_to_a_server_that_cannot(program: Program) -> None:
    """B13: failed here, in words, and the server hears nothing of it; the others of the run go."""
    with ScriptedServer(taking(1)) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept_draft(Draft((Recipient("jörg@example.com"),), "Hello", "Hello"))
        desktop.accept()
        assert desktop.deliver() == [State.FAILED, State.SENT]
        assert "jörg@example.com" in desktop.rows()[0].last_reply
        assert sum(command.startswith("MAIL") for command in server.commands) == 1


@pytest.mark.parametrize("hello", [HELLO, HELLO.replace("S: 250-8BITMIME", "S: 250-SMTPUTF8"), "HELO"])
def test_a_domain_that_is_not_ascii(program: Program, hello: str) -> None:
    """B13: an IDN domain goes to any server, as A-labels, one from before extensions among them."""
    if hello == "HELO":
        hello = "S: 220 old\nC: EHLO .*\nS: 500 What?\nC: HELO .*\nS: 250 old\n"
    with ScriptedServer(hello + TAKEN) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept_draft(Draft((Recipient("ann@bücher.example"),), "Hello", "Hello"))
        assert desktop.deliver() == [State.SENT]
        assert "RCPT TO:<ann@xn--bcher-kva.example>" in server.commands
        assert not any("SMTPUTF8" in command for command in server.commands)
        assert b"ann@xn--bcher-kva.example" in server.taken[0]


def test_ehlo_does_not_name_this_computer(program: Program) -> None:
    """What EHLO says is an address literal, unless a name was chosen."""
    import socket

    with ScriptedServer(taking(1)) as server, closing(client(server.port)) as transport:
        desktop = Desktop(program, transport)
        desktop.accept()
        desktop.deliver()
        assert server.commands[0] == "EHLO [127.0.0.1]"
        assert socket.gethostname().encode() not in bytes(server.sessions[0].clear)
