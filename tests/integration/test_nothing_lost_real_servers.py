"""Real mail servers of three makes: killed -9 in the middle, restarted beneath us, and each with words of its own.

The long form of the first is `make torture`. A server that is not there skips its tests, and says what to do.
"""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Outtray, wait_for
from tests.smtp import exim, opensmtpd
from tests.smtp.certificates import Authority
from tests.smtp.daemons import MailServer
from tests.torture.servers import SERVERS, play

COUNT = 200
RECIPIENTS = tuple(f"p{number}@example.com" for number in range(COUNT))

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, authority: Authority) -> Iterator[MailServer]:
    """Each of the three in turn, keeping what it takes in its queue."""
    with SERVERS[request.param](authority) as server:
        yield server


def add_account(outtray: Outtray, server: MailServer, authority: Authority, security: str = "") -> None:
    """Add the account that goes by this server."""
    login = ("--user", server.user, "--ca", str(authority.ca_file)) if server.user else ()
    outtray(
        *("account", "add", "work", "--address", server.address, "--host", "localhost", "--port", str(server.port)),
        *("--security", security or server.security.value, *login),
    )
    outtray.environ |= server.environ


def tried(outtray: Outtray, *words: str, typed: bytes = b"") -> "tuple[int, str]":
    """Send one message; return the exit code, and what is said of it."""
    done = subprocess.run(outtray.words("send", *words), input=typed, capture_output=True, env=outtray.environ)
    return done.returncode, done.stderr.decode("utf-8")


def test_killed_in_the_middle(server: MailServer, authority: Authority, tmp_path: Path) -> None:
    """B14: 200 go, the server is killed -9 in the middle and started again: what is sent is in its queue, none is
    there twice, and what is not confirmed is twice only after a person sent it again.
    """
    killed = play(server, authority, tmp_path / "killed", COUNT, 1, random.Random())
    assert killed.wrong == []
    verdict = killed.verdict
    assert (verdict.accepted, verdict.sent + verdict.unconfirmed) == (COUNT, COUNT)
    assert (verdict.lost, verdict.twice) == (0, 0)


def test_all_that_is_said_to_be_sent_is_there(outtray: Outtray, server: MailServer, authority: Authority) -> None:
    """200 by several connections, with and without PIPELINING: all in its queue once, with its own words kept."""
    add_account(outtray, server, authority)
    receipt = outtray.json("send", "--json", "--no-deliver", "-m", "Hello\n.\n", *RECIPIENTS)
    outtray("run", "--until-empty")
    assert server.kept() == dict.fromkeys((each["message_id"] for each in receipt["deliveries"]), 1)
    words = {"Postfix": "2.0.0 Ok: queued as ", "Exim": "OK id=", "OpenSMTPD": "2.0.0 "}[server.name]
    for row in outtray.rows("--limit", str(COUNT)):
        assert (row["state"], row["attempts"], row["last_code"]) == ("sent", 1, 250)
        assert row["last_reply"].startswith(words)


def test_a_restart_costs_no_attempt(outtray: Outtray, server: MailServer, authority: Authority) -> None:
    """B7: restarted as an administrator does, while we keep a connection to it: the next message goes at its first
    attempt.
    """
    add_account(outtray, server, authority)
    with outtray.running() as process:
        outtray("send", "-m", "Hello", "first@example.com")
        wait_for(lambda: outtray.states()["first@example.com"] == "sent")
        server.daemon.end()
        server.start()
        outtray("send", "-m", "Hello", "second@example.com")
        wait_for(lambda: outtray.states()["second@example.com"] == "sent")
        process.terminate()
        process.wait()
    assert [row["attempts"] for row in outtray.rows()] == [1, 1]
    assert sum(server.kept().values()) == 2


def test_exim_takes_what_is_not_ascii(outtray: Outtray, authority: Authority) -> None:
    """B13 with Exim, which offers SMTPUTF8: a local part that is not ASCII arrives; IDN domains as A-labels."""
    with exim.running(authority) as server:
        add_account(outtray, server, authority)
        outtray("send", "-m", "Hello", "jörg@example.com", "ann@例え.jp")
        assert sum(server.kept().values()) == 2
        assert set(outtray.states().values()) == {"sent"}
        assert server.recipients() == {"jörg@example.com", "ann@xn--r8jz45g.jp"}


def test_opensmtpd_is_not_given_what_it_cannot_carry(outtray: Outtray, authority: Authority) -> None:
    """B13, B6 and B8 with OpenSMTPD, which offers neither SMTPUTF8 nor STARTTLS: a local part that is not ASCII, a
    message over its limit and a demand for TLS end in a sentence that names the reason, and nothing arrives; IDN
    domains do.
    """
    with opensmtpd.running() as server:
        add_account(outtray, server, authority)
        code, said = tried(outtray, "-m", "Hello", "jörg@example.com")
        assert code == 69
        assert "cannot carry the address jörg@example.com: what stands before its @ is not plain ASCII." in said
        code, said = tried(outtray, "ann@example.com", typed=(b"y" * 70 + b"\n") * 3000)
        assert code == 69
        assert "211 KB" in said
        assert "98 KB" in said
        assert server.kept() == {}
        outtray("send", "-m", "Hello", "ann@例え.jp")
        assert sum(server.kept().values()) == 1

        outtray("account", "remove", "work")
        add_account(outtray, server, authority, "starttls")
        code, said = tried(outtray, "-m", "Hello", "ben@example.com")
        assert code in (77, 78)
        assert "STARTTLS" in said
        assert outtray.states()["ben@example.com"] == "held"
        assert sum(server.kept().values()) == 1


def test_exim_hears_a_wrong_password_once(outtray: Outtray, authority: Authority) -> None:
    """B10 with Exim: a wrong password, 200 queued, several connections, three starts: one AUTH in its log; all held.
    With the right one all go.
    """
    with exim.running(authority) as server:
        add_account(outtray, server, authority)
        outtray.environ["OUTTRAY_PASSWORD_WORK"] = "wrong"
        outtray("send", "--no-deliver", "-m", "Hello", *RECIPIENTS)
        for _ in range(3):
            outtray("run", "--until-empty")
        assert len(server.refused_logins()) == 1
        assert outtray.json("status", "--json")["held"] == COUNT
        outtray.environ |= server.environ
        outtray("account", "test", "work")
        outtray("run", "--until-empty")
        assert sum(server.kept().values()) == COUNT
        assert len(server.refused_logins()) == 1
