"""Nothing sent twice: what a server took without a word is found in its Sent folder, by a real IMAP server."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes

import pytest

from core.paths import Home
from tests.commands import Outtray
from tests.imap.dovecot import Dovecot, running
from tests.judge import judge
from tests.smtp.certificates import Authority
from tests.smtp.scripted import ENVELOPE, LOGGED_IN, LOGIN_HELLO, ScriptedServer

SECRET = "c4n4ry-Pässwort"


@pytest.fixture
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    with running(authority, {"info": SECRET}) as dovecot:
        yield dovecot


def test_b2_what_was_cut_after_the_dot_is_settled_by_its_own_copy(
    outtray: Outtray, authority: Authority, dovecot: Dovecot
) -> None:
    """B2: of two that are not confirmed, the server kept a copy of one: that one is sent, the other still asks; and
    nothing went out a second time.
    """
    outtray.environ["OUTTRAY_PASSWORD_SCHOOL"] = SECRET
    in_doubt = f"tls\n{LOGIN_HELLO}{LOGGED_IN}{ENVELOPE}body\ncut\n"
    never_there = f"tls\n{LOGIN_HELLO}{LOGGED_IN}{ENVELOPE}body\nreset\n"
    with ScriptedServer(in_doubt, never_there, tls=authority.good("127.0.0.1"), may_leave=True) as server:
        outtray(
            *("account", "add", "school", "--address", "info@school.example", "--host", "127.0.0.1"),
            *("--port", str(server.port), "--user", "info", "--ca", str(authority.ca_file)),
            *("--imap", "127.0.0.1", "--imap-port", str(dovecot.imaps)),
        )
        send = ("send", "-m", "Hello", "--json")
        told = outtray.json(*send, "ann@example.com", exits=76)["deliveries"]
        # The account waits for seconds now; a person does not.
        told += outtray.json(*send, "ben@example.com", exits=75)["deliveries"]
        outtray("retry", str(told[1]["id"]))
        outtray("run", "--until-empty")
        assert outtray.states() == {"ann@example.com": "unconfirmed", "ben@example.com": "unconfirmed"}
        # The server's own copy, as providers keep one; of the second it has none.
        dovecot.keep("info", server.bodies[0])
        arrived = Counter(str(message_from_bytes(body)["Message-ID"]) for body in server.bodies[:1])
        done = outtray("check-sent", *(str(each["id"]) for each in told), exits=76)
        assert len(server.bodies) == 2
    assert "Found in “Gesendete Objekte” of 127.0.0.1" in done.stdout.decode()
    assert "Not in “Gesendete Objekte” of 127.0.0.1" in done.stderr.decode()
    assert outtray.states() == {"ann@example.com": "sent", "ben@example.com": "unconfirmed"}
    verdict, wrong = judge(Home(outtray.home), arrived, [each["message_id"] for each in told])
    assert wrong == []
    assert (verdict.sent, verdict.unconfirmed, verdict.lost, verdict.twice) == (1, 1, 0, 0)
    with closing(sqlite3.connect(outtray.home / "outbox.db")) as db:
        assert db.execute("SELECT reason FROM delivery ORDER BY id").fetchall() == [("found",), ("no_reply",)]
    assert SECRET not in dovecot.logged()
    assert dovecot.logged().count("Login: user=<info>") == 1
