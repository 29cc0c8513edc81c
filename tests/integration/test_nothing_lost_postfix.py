"""A real Postfix, with STARTTLS and AUTH and with implicit TLS: its mail folder, its log and ours say the same."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Outtray
from tests.smtp import postfix
from tests.smtp.certificates import Authority
from tests.smtp.postfix import Postfix

USER = "me@example.com"
CANARY = "Kanarienvogel-7f3a9"
COUNT = 200
RECIPIENTS = tuple(f"p{number}@example.com" for number in range(COUNT))


@pytest.fixture(scope="module")
def running_postfix(authority: Authority) -> Iterator[Postfix]:
    with postfix.running(authority) as server:
        server.add_user(USER, CANARY)
        yield server


@pytest.fixture
def server(running_postfix: Postfix) -> Postfix:
    """A Postfix whose mail folder is empty. Its log goes on."""
    running_postfix.empty()
    return running_postfix


@pytest.fixture
def add_account(outtray: Outtray, server: Postfix, authority: Authority) -> None:
    outtray(
        *("account", "add", "work", "--address", USER, "--name", "Me", "--host", "localhost", "--user", USER),
        *("--port", str(server.submission), "--security", "starttls", "--ca", str(authority.ca_file)),
    )


def check_canary(folder: Path, *said: bytes) -> None:
    """Look for the password, as it is and as AUTH says it, in every file and in what was printed."""
    forms = [CANARY.encode(), base64.b64encode(CANARY.encode()), base64.b64encode(f"\0{USER}\0{CANARY}".encode())]
    for data in (*said, *(path.read_bytes() for path in folder.rglob("*") if path.is_file())):
        assert not any(form in data for form in forms)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_200_arrive_once(outtray: Outtray, server: Postfix, authority: Authority, security: str) -> None:
    """200 sent over STARTTLS and AUTH, and over implicit TLS: all in the mail folder once, as they were stored; the
    queue id that Postfix wrote into its log is what `show` says.
    """
    port = server.submission if security == "starttls" else server.smtps
    outtray(
        *("account", "add", "work", "--address", USER, "--host", "localhost", "--port", str(port), "--user", USER),
        *("--security", security, "--ca", str(authority.ca_file)),
    )
    outtray.environ["OUTTRAY_PASSWORD_WORK"] = CANARY
    tested = outtray("account", "test", "work")
    receipt = outtray.json(
        *("send", "--json", "--no-deliver", "-s", "Grüße", "-m", ".Hello\n.\n..\nGrüße, 日本語\n"), *RECIPIENTS
    )
    ran = outtray("run", "--until-empty")
    message_ids = {each["message_id"]: each["id"] for each in receipt["deliveries"]}
    assert server.arrived(COUNT) == dict.fromkeys(message_ids, 1)
    assert outtray.json("status", "--json")["sent"] == COUNT
    queue_ids = server.queue_ids()
    rows = {row["message_id"]: row for row in outtray.rows("--limit", str(COUNT))}
    for message_id in message_ids:
        assert rows[message_id]["last_reply"] == f"2.0.0 Ok: queued as {queue_ids[message_id]}"
        assert (rows[message_id]["last_code"], rows[message_id]["attempts"]) == (250, 1)
    one = receipt["deliveries"][0]
    (attempt,) = outtray.json("show", str(one["id"]), "--json")["attempt_log"]
    assert queue_ids[one["message_id"]] in attempt["reply"]
    assert attempt["tls"].startswith("TLSv1.3")
    assert attempt["server"].startswith("localhost")
    assert (attempt["phase"], attempt["code"]) == ("dot", 250)
    raw = outtray("show", str(one["id"]), "--raw").stdout.replace(b"\r\n", b"\n")
    # Postfix puts its trace in front, and changes nothing.
    assert [data.endswith(raw) for data in server.raw()].count(True) == 1
    check_canary(outtray.home, tested.stdout, tested.stderr, ran.stdout, ran.stderr)


def test_a_wrong_password_is_said_once(outtray: Outtray, server: Postfix, add_account: None) -> None:
    """Wrong password: exactly one AUTH in Postfix's log, whatever is tried; all held; the right password: all go."""
    outtray.environ["OUTTRAY_PASSWORD_WORK"] = "wrong-Kanarienvogel"
    before = len(server.refused_logins())
    said = outtray("send", "-m", "Hello", *RECIPIENTS, exits=77).stderr.decode()
    assert "password" in said
    assert outtray.json("status", "--json")["held"] == COUNT
    outtray("send", "-m", "Hello", "late@example.com", exits=77)
    outtray("run", "--until-empty")
    assert len(server.refused_logins()) - before == 1
    assert outtray.json("status", "--json")["held"] == COUNT + 1
    assert server.raw() == []
    assert {row["reason"] for row in outtray.rows("--limit", "300")} == {"account"}

    outtray.environ["OUTTRAY_PASSWORD_WORK"] = CANARY
    outtray("account", "test", "work")
    outtray("run", "--until-empty")
    assert set(outtray.states().values()) == {"sent"}
    arrived = server.arrived(COUNT + 1)
    assert len(arrived) == COUNT + 1
    assert set(arrived.values()) == {1}
    assert len(server.refused_logins()) - before == 1
    log = (outtray.home / "log.txt").read_text(encoding="utf-8")
    assert "wrong-Kanarienvogel" not in log
    check_canary(outtray.home)


def test_a_wrong_password_is_said_once_by_many_connections(
    outtray: Outtray, server: Postfix, add_account: None
) -> None:
    """The same under `run`, whose threads open connections side by side: one AUTH, over restarts too."""
    outtray.environ["OUTTRAY_PASSWORD_WORK"] = "wrong-Kanarienvogel"
    before = len(server.refused_logins())
    for _ in range(3):
        outtray("send", "--no-deliver", "-m", "Hello", *RECIPIENTS)
        outtray("run", "--until-empty")
    assert len(server.refused_logins()) - before == 1
    assert outtray.json("status", "--json")["held"] == 3 * COUNT
    assert server.raw() == []


def test_a_test_says_what_works_and_what_does_not(
    outtray: Outtray, server: Postfix, authority: Authority, add_account: None
) -> None:
    """`account test`, each step in its words: all good; a wrong password; a certificate that nobody signed for us."""
    outtray.environ["OUTTRAY_PASSWORD_WORK"] = CANARY
    good = outtray("account", "test", "work")
    assert "TLSv1.3" in good.stdout.decode()
    wrong = outtray("account", "test", "work", exits=77, environ={"OUTTRAY_PASSWORD_WORK": "wrong"})
    outtray(
        *("account", "add", "other", "--address", USER, "--host", "localhost", "--port", str(server.smtps)),
        *("--security", "tls", "--user", USER),
    )
    untrusted = outtray("account", "test", "other", exits=78, environ={"OUTTRAY_PASSWORD_OTHER": CANARY})
    check_canary(outtray.home, good.stdout, wrong.stdout, wrong.stderr, untrusted.stdout, untrusted.stderr)


def test_a_password_in_a_file(outtray: Outtray, server: Postfix, authority: Authority, tmp_path: Path) -> None:
    """The password is read from a file of the person's; no process ever has it among its arguments."""
    file = tmp_path / "password"
    file.touch(0o600)
    file.write_text(CANARY + "\n")
    outtray(
        *("account", "add", "work", "--address", USER, "--host", "localhost", "--port", str(server.smtps)),
        *("--security", "tls", "--user", USER, "--ca", str(authority.ca_file), "--password-file", str(file)),
    )
    done = outtray("send", "-m", "Hello", "ann@example.com")
    assert sum(server.arrived(1).values()) == 1
    check_canary(outtray.home, done.stdout, done.stderr, " ".join(outtray.words()).encode())


def test_one_connection_and_one_login_for_many(outtray: Outtray, server: Postfix, add_account: None) -> None:
    """Connections are kept: a message more costs no connection and no login more."""
    outtray.environ["OUTTRAY_PASSWORD_WORK"] = CANARY
    connections, auths = server.connections(), server.auths()
    outtray("send", "-m", "Hello", *RECIPIENTS[:60])
    assert sum(server.arrived(60).values()) == 60
    assert server.connections() - connections == server.auths() - auths == 1


def test_recipients_that_are_not_ascii(outtray: Outtray, server: Postfix, add_account: None) -> None:
    """B13 with a real server: SMTPUTF8 is offered, so a local part that is not ASCII arrives."""
    outtray.environ["OUTTRAY_PASSWORD_WORK"] = CANARY
    outtray("send", "-m", "Hello", "jörg@example.com")
    assert sum(server.arrived(1).values()) == 1
    assert "jörg@example.com".encode() in server.raw()[0]
