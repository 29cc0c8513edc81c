"""The servers of the tests themselves, looked at with the standard library's client."""

import smtplib
import socket
import ssl
import time
from pathlib import Path

import pytest

from tests.smtp import sink
from tests.smtp.certificates import Authority
from tests.smtp.proxy import FaultProxy, Faults, How
from tests.smtp.scripted import HELLO, MAIL, TAKEN, ScriptedServer, taking

_MAIL = "Message-ID: <1@example.org>\r\n\r\n.dot\r\n..\r\n"


def send(port: int, **words: object) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail("me@example.org", ["ann@example.com"], _MAIL)


def test_a_conversation_is_followed() -> None:
    """What the client said and sent is there to be read, the message as it was before its dots were stuffed."""
    with ScriptedServer(taking(1)) as server:
        send(server.port)
        session = server.until_gone()
    assert server.bodies == [_MAIL.encode()]
    assert session.commands[-1].upper() == "QUIT"
    assert (session.auths, session.left, session.trouble) == (0, "closed", "")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (HELLO.replace("EHLO", "HELO"), r"line 2, `C: HELO \\S\+`: the client said 'ehlo "),
        (HELLO + MAIL + "S: 250 Ok\nC: NOOP", "line 10, `C: NOOP`: the client said 'rcpt "),
        (HELLO, "after the script: the client said 'mail "),
    ],
)
def test_where_a_conversation_leaves_its_script_is_said(script: str, words: str) -> None:
    """The line, the step, and what came instead."""
    with pytest.raises(AssertionError, match=words), ScriptedServer(script) as server:  # noqa: PT012
        with pytest.raises(smtplib.SMTPException):
            send(server.port)
        server.until_gone()


def test_connections_too_many_and_too_few_are_said() -> None:
    with pytest.raises(AssertionError, match="1 of 1 connections never came"), ScriptedServer(taking(1)):
        pass
    with (
        pytest.raises(AssertionError, match="1 connections more"),
        ScriptedServer() as server,
        pytest.raises((smtplib.SMTPException, OSError)),
    ):
        send(server.port)


@pytest.mark.parametrize("ending", ["cut", "reset"])
def test_a_connection_ends_as_the_script_says(ending: str) -> None:
    with (
        ScriptedServer(f"S: 220 hello\n{ending}") as server,
        socket.create_connection(("127.0.0.1", server.port)) as sock,
    ):
        server.until_gone()
        assert sock.recv(100) == b"220 hello\r\n"
        if ending == "reset":
            with pytest.raises(ConnectionResetError):
                sock.recv(100)
        else:
            assert sock.recv(100) == b""


def test_tls_and_what_came_before_it(tmp_path: Path) -> None:
    """What was said in clear is kept apart."""
    authority = Authority(tmp_path)
    script = f"""
        S: 220 hello
        C: EHLO .*
        S: 250-mx
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        tls
        C: EHLO .*
        S: 250 mx
        {TAKEN}
    """
    with ScriptedServer(script, tls=authority.good()) as server:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as client:
            client.starttls(context=ssl.create_default_context(cafile=authority.ca_file))
            client.sendmail("me@example.org", ["ann@example.com"], _MAIL)
        session = server.until_gone()
    assert session.clear.upper().endswith(b"STARTTLS\r\n")
    assert len(session.bodies) == 1


def test_a_lenient_server_ends_where_a_strict_one_does_not() -> None:
    """The lenient reading is the bad one: it takes `LF . LF` for the end, and what follows for commands."""
    hello = HELLO + TAKEN.replace("\nbody\n", "\nlenient body\n")
    server = ScriptedServer(hello)
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(
            b"EHLO me\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
            b"Hi\n.\nmail from:<smuggled@example.org>\r\n.\r\n"
        )
        server.until_gone()
    assert server.close() == ["Connection 1: after the script: the client said 'mail from:<smuggled@example.org>'"]


def test_the_proxy_passes_on_and_counts() -> None:
    with ScriptedServer(taking(1)) as server, FaultProxy(("127.0.0.1", server.port)) as proxy:
        send(proxy.port)
    assert server.bodies == [_MAIL.encode()]
    assert proxy.connections == 1


def test_the_proxy_delays() -> None:
    """Each way takes its time, however much is under way: five round trips and the greeting."""
    with ScriptedServer(taking(1)) as server, FaultProxy(("127.0.0.1", server.port), Faults(delay_s=0.01)) as proxy:
        began = time.monotonic()
        send(proxy.port)
        assert time.monotonic() - began >= 0.12


@pytest.mark.parametrize("how", [How.CUT, How.RESET, How.HALF_CLOSE])
def test_the_proxy_cuts(how: How) -> None:
    """After so many bytes down, and not one more."""
    with (
        ScriptedServer("S: 220 hello\nhang") as server,
        FaultProxy(("127.0.0.1", server.port), Faults(cut_down_bytes=5, how=how)) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as sock,
    ):
        got = b""
        try:
            while data := sock.recv(100):
                got += data
        except ConnectionResetError:
            assert how is How.RESET
        assert got in (b"220 h", b"") if how is How.RESET else got == b"220 h"


def test_the_proxy_swallows() -> None:
    """A hole takes what is sent and gives nothing back; the connection stays."""
    with (
        ScriptedServer("S: 220 hello\nhang") as server,
        FaultProxy(("127.0.0.1", server.port), Faults(cut_up_bytes=0, how=How.HOLE)) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=0.2) as sock,
    ):
        sock.sendall(b"EHLO me\r\n")
        with pytest.raises(TimeoutError):
            sock.recv(100)


def test_the_proxy_keeps_a_rate() -> None:
    """Byte by byte, and all of them."""
    with (
        ScriptedServer("S: 220 hello\nhang") as server,
        FaultProxy(("127.0.0.1", server.port), Faults(rate_down=200)) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as sock,
    ):
        began = time.monotonic()
        got = [sock.recv(100)]
        while b"".join(got) != b"220 hello\r\n":
            got.append(sock.recv(100))
        assert time.monotonic() - began >= 0.05
        assert len(got) > 3


def test_the_sink_says_what_it_took() -> None:
    with sink.running() as kept:
        send(kept.port)
        send(kept.port)
        assert kept.arrived() == {"<1@example.org>": 2}


def test_the_sink_dumps_what_it_refuses_too() -> None:
    """A message whose dot it refused stands in the dump as well: where it refuses, the dump is no judge."""
    with sink.running("-f", ".") as kept:
        with pytest.raises(smtplib.SMTPDataError):
            send(kept.port)
        assert kept.arrived() == {"<1@example.org>": 1}
