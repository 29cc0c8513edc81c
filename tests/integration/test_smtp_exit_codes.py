"""`send` as a script sees it, by a mail server: each exit code, with the sentence and the state behind it."""

import json
import socket

import pytest

from tests.commands import Outtray
from tests.smtp.certificates import Authority
from tests.smtp.scripted import (
    ENVELOPE,
    HELLO,
    LOGIN_HELLO,
    MAIL_TAKEN,
    RCPT,
    SERVE,
    ScriptedServer,
)


def refusing(reply: str) -> str:
    """Return a conversation in which every recipient is refused."""
    refused = f"{MAIL_TAKEN}{RCPT}S: {reply}\nC: DATA\nS: 554 5.5.1 No valid recipients\nC: RSET\nS: 250 2.0.0 Ok\n"
    return HELLO + refused


def add_account(outtray: Outtray, port: int) -> None:
    outtray(
        *("account", "add", "work", "--address", "me@example.org", "--host", "127.0.0.1", "--port", str(port)),
        *("--security", "none"),
    )


def states(outtray: Outtray) -> list[tuple[str, str]]:
    return [(row["state"], row["reason"]) for row in outtray.rows()]


def test_0_sent(outtray: Outtray) -> None:
    """Exit 0: the server took it, and nothing is said on standard error."""
    with ScriptedServer(then=SERVE) as server:
        add_account(outtray, server.port)
        done = outtray("send", "-m", "Hello", "ann@example.com")
        assert done.stderr == b""
        assert states(outtray) == [("sent", "")]
        assert len(server.taken) == 1


def test_65_the_draft_is_not_valid(outtray: Outtray) -> None:
    """Exit 65: every problem on a line of its own, and nothing is said to the server."""
    with ScriptedServer(then=SERVE) as server:
        add_account(outtray, server.port)
        done = outtray("send", "-m", "", "not an address", exits=65)
        assert len(done.stderr.splitlines()) == 2
        assert server.sessions == []


def test_69_refused_for_good(outtray: Outtray) -> None:
    """Exit 69: 5xx: failed, with the server's words on standard error."""
    with ScriptedServer(refusing("550 5.1.1 No such user here")) as server:
        add_account(outtray, server.port)
        done = outtray("send", "-m", "Hello", "ann@example.com", exits=69)
        assert b"No such user here" in done.stderr
        assert states(outtray) == [("failed", "")]
        assert server.bodies == []


def test_69_a_test_that_finds_no_server(outtray: Outtray) -> None:
    """Exit 69: `account test` where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    add_account(outtray, port)
    outtray("account", "test", "work", exits=69)


@pytest.mark.parametrize("reply", ["451 4.7.1 Greylisted", "421 4.3.2 Closing"])
def test_75_it_will_be_tried_again(outtray: Outtray, reply: str) -> None:
    """Exit 75: accepted, tried, and not now: it waits, and a later `run` delivers it, once."""
    script = HELLO + f"{MAIL_TAKEN}{RCPT}S: {reply}\nhalf-close" if reply.startswith("421") else refusing(reply)
    with ScriptedServer(script, then=SERVE) as server:
        add_account(outtray, server.port)
        done = outtray("send", "-m", "Hello", "ann@example.com", exits=75)
        assert done.stderr.strip()
        ((state, reason),) = states(outtray)
        assert (state, reason) == ("queued", "backoff")
        outtray("retry", "1")
        outtray("run", "--until-empty")
        assert states(outtray) == [("sent", "")]
        assert len(server.taken) == 1


def test_75_nobody_listens(outtray: Outtray) -> None:
    """Exit 75: the server is not there just now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    add_account(outtray, port)
    done = outtray("send", "-m", "Hello", "ann@example.com", exits=75)
    assert str(port).encode() in done.stderr
    assert states(outtray)[0][0] == "queued"


@pytest.mark.parametrize("act", ["send-again", "mark-sent"])
def test_76_not_confirmed(outtray: Outtray, act: str) -> None:
    """Exit 76: nobody answered the dot: a sentence of its own, and it stays so; a person sends it again or marks it."""
    with ScriptedServer(HELLO + ENVELOPE + "body\ncut", then=SERVE) as server:
        add_account(outtray, server.port)
        done = outtray("send", "-m", "Hello", "ann@example.com", exits=76)
        assert done.stderr.strip()
        assert states(outtray) == [("unconfirmed", "no_reply")]
        outtray("run", "--until-empty")
        assert states(outtray) == [("unconfirmed", "no_reply")]
        outtray(act, "1")
        outtray("run", "--until-empty")
        assert states(outtray) == [("sent", "marked" if act == "mark-sent" else "")]
        assert len(server.bodies) == (2 if act == "send-again" else 1)
        assert len(set(server.bodies)) == 1


def test_77_a_refused_password(outtray: Outtray, authority: Authority) -> None:
    """Exit 77: the password was refused: held, and the sentence says whose."""
    script = f"tls\n{LOGIN_HELLO}C: AUTH PLAIN .*\nS: 535 5.7.8 Authentication failed\n"
    with ScriptedServer(script, tls=authority.good("localhost")) as server:
        outtray(
            *("account", "add", "work", "--address", "me@example.org", "--host", "localhost", "--user", "me"),
            *("--port", str(server.port), "--security", "tls", "--ca", str(authority.ca_file)),
        )
        outtray.environ["OUTTRAY_PASSWORD_WORK"] = "wrong"
        done = outtray("send", "-m", "Hello", "ann@example.com", exits=77)
        *rows, what_to_do = done.stderr.decode().splitlines()
        assert "Authentication failed" in rows[0]
        assert what_to_do.startswith("localhost refused the password of me")
        assert states(outtray) == [("held", "account")]
        assert server.auths == 1


def test_77_a_password_that_is_missing(outtray: Outtray, authority: Authority) -> None:
    """Exit 77: no password anywhere: held, and no AUTH is tried."""
    script = f"tls\n{LOGIN_HELLO}"
    with ScriptedServer(then=script, tls=authority.good("localhost")) as server:
        outtray(
            *("account", "add", "work", "--address", "me@example.org", "--host", "localhost", "--user", "me"),
            *("--port", str(server.port), "--security", "tls", "--ca", str(authority.ca_file)),
        )
        outtray("send", "-m", "Hello", "ann@example.com", exits=77)
        assert states(outtray) == [("held", "account")]
        assert server.auths == 0


def test_several_recipients_answer_with_the_worst(outtray: Outtray) -> None:
    """76 before 69 before 75: one of each."""
    refused = MAIL_TAKEN + RCPT + "S: {}\nC: DATA\nS: 554 No\nC: RSET\nS: 250 Ok\n"
    first = refused.format("451 4.2.0 Later") + refused.format("550 5.1.1 No")
    with ScriptedServer(HELLO + first + ENVELOPE + "body\ncut") as server:
        add_account(outtray, server.port)
        done = outtray(
            *("send", "--json", "-m", "Hello", "ann@example.com", "ben@example.com", "cleo@example.com"), exits=76
        )
        assert len(json.loads(done.stdout.splitlines()[0])["deliveries"]) == 3
        assert sorted(state for state, _ in states(outtray)) == ["failed", "queued", "unconfirmed"]
    with ScriptedServer(HELLO + first) as server:
        outtray("account", "remove", "work")
        add_account(outtray, server.port)
        outtray("send", "-m", "Hello", "ann@example.com", "ben@example.com", exits=69)
