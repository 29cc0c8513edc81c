"""`check-sent` as a script meets it: a mail server that took a message and said nothing, and its Sent folder."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.commands import Outtray, wait_for
from tests.imap.talk import AUTH, HELLO, LEFT, MISSING, SEARCH, THERE, has, inside_tls
from tests.smtp.certificates import Authority
from tests.smtp.scripted import ENVELOPE, LOGGED_IN, LOGIN_HELLO, TAKEN, ScriptedServer

SECRET = "c4n4ry-Passwort"
#: The message is taken, and the connection ends before that is said.
IN_DOUBT = f"tls\n{LOGIN_HELLO}{LOGGED_IN}{ENVELOPE}body\ncut\n"


@pytest.fixture
def doubtful(outtray: Outtray, authority: Authority) -> Iterator[tuple[str, str]]:
    """An account of this computer's, and one message by it that is not confirmed: its number and its Message-ID."""
    outtray.environ["OUTTRAY_PASSWORD_SCHOOL"] = SECRET
    then = f"tls\n{LOGIN_HELLO}{LOGGED_IN}{TAKEN}"
    with ScriptedServer(IN_DOUBT, then=then, tls=authority.good(), may_leave=True) as server:
        outtray(
            *("account", "add", "school", "--address", "info@school.example", "--host", "127.0.0.1"),
            *("--port", str(server.port), "--ca", str(authority.ca_file), "--user", "info"),
        )
        receipt = outtray.json("send", "ann@example.com", "-m", "Hello", "--json", exits=76)
        (delivery,) = receipt["deliveries"]
        assert outtray.states() == {"ann@example.com": "unconfirmed"}
        yield str(delivery["id"]), delivery["message_id"]


@contextmanager
def sent_folder(outtray: Outtray, authority: Authority, *conversations: str) -> Iterator[ScriptedServer]:
    """Give the account an IMAP server that follows a script, written into settings.toml as a person does."""
    with inside_tls(authority, *conversations) as server:
        write_imap(outtray, server, "tls")
        yield server


def write_imap(outtray: Outtray, server: ScriptedServer, security: str) -> None:
    with (outtray.home / "settings.toml").open("a", encoding="utf-8") as file:
        file.write(f'imap_host = "127.0.0.1"\nimap_port = {server.port}\nimap_security = "{security}"\n')


def last_event(outtray: Outtray, delivery_id: str) -> tuple[str, str]:
    event = outtray.json("show", delivery_id, "--json")["events"][-1]
    return event["event"], event["detail"]


def test_what_is_found_is_sent(outtray: Outtray, doubtful: tuple[str, str], authority: Authority) -> None:
    """B2: cut after the dot, and found in the Sent folder: sent, nothing goes out again, and the log says so."""
    number, message_id = doubtful
    with sent_folder(outtray, authority, THERE + has(message_id) + LEFT):
        done = outtray("check-sent", number)
    assert done.stdout.decode() == f"{number}  ann@example.com  Sent. Found in “Sent” of 127.0.0.1: it was sent.\n"
    (row,) = outtray.rows()
    assert (row["state"], row["reason"], row["last_reply"]) == ("sent", "found", "“Sent” of 127.0.0.1")
    assert last_event(outtray, number)[0] == "found"
    assert "notification for ann@example.com: found (“Sent” of 127.0.0.1" in outtray.log()[-1]
    again = outtray("check-sent", number, exits=69)
    assert again.stderr.decode() == f"{number} is sent: it cannot be checked.\n"


def test_what_is_not_found_stays_in_doubt(outtray: Outtray, doubtful: tuple[str, str], authority: Authority) -> None:
    """Exit 76: it is not there, which proves nothing, and the sentence says so."""
    number, _ = doubtful
    with sent_folder(outtray, authority, THERE + MISSING + LEFT):
        done = outtray("check-sent", number, exits=76)
    said = done.stderr.decode()
    assert said.startswith(f"{number}: ")
    assert "Not in “Sent” of 127.0.0.1 at " in said
    assert "it may have arrived all the same" in said
    assert outtray.states() == {"ann@example.com": "unconfirmed"}
    assert last_event(outtray, number) == ("not_found", "“Sent” of 127.0.0.1")


def test_who_cannot_look_says_why(outtray: Outtray, doubtful: tuple[str, str], authority: Authority) -> None:
    """The account's own exit codes: 78 without an IMAP server, 77 for a refused password, 75 for not now; no secret."""
    number, _ = doubtful
    assert "Give the account its IMAP server" in outtray("check-sent", number, exits=78).stderr.decode()
    token = base64.b64encode(f"\0info\0{SECRET}".encode()).decode()
    refused = f"{HELLO}{AUTH}T: NO [AUTHENTICATIONFAILED] {SECRET} {token}\nstay 5\n"
    with sent_folder(outtray, authority, refused, "cut\n"):
        said = outtray("check-sent", number, exits=77).stderr.decode()
        assert "refused the password of info for IMAP" in said
        assert SECRET not in said
        assert token not in said
        assert "closed the connection" in outtray("check-sent", number, exits=75).stderr.decode()
    assert outtray.states() == {"ann@example.com": "unconfirmed"}
    assert SECRET not in (outtray.home / "log.txt").read_text()


def test_without_tls_nobody_logs_in(outtray: Outtray, doubtful: tuple[str, str]) -> None:
    """B8: IMAP without TLS is not offered. Written by hand, the account is read all the same, and a look says why not.

    Exit 78, as for whatever is to be mended in settings.toml.
    """
    words = ("account", "add", "club", "--address", "info@club.example", "--host", "smtp.club.example")
    said = outtray(*words, "--imap", "127.0.0.1", "--imap-security", "none", exits=64).stderr.decode()
    assert "invalid choice: 'none'" in said
    number, _ = doubtful
    with ScriptedServer(f"{HELLO}stay 5\n", may_leave=True) as server:
        write_imap(outtray, server, "none")
        assert outtray.json("account", "list", "--json")["imap_security"] == "none"
        said = outtray("check-sent", number, exits=78).stderr.decode()
        assert "A password is only said inside TLS, also on this computer. Choose tls or starttls for IMAP." in said
        assert [command.split()[1] for command in server.commands] == ["CAPABILITY"]
    assert outtray.states() == {"ann@example.com": "unconfirmed"}


def test_numbers_that_cannot_be_checked(outtray: Outtray, doubtful: tuple[str, str], authority: Authority) -> None:
    """One that is not there is wrong words; one that needs no look is refused; the others are looked for."""
    number, message_id = doubtful
    assert outtray("check-sent", "99", exits=64).stderr.decode() == "There is no delivery 99.\n"
    with sent_folder(outtray, authority, THERE + has(message_id) + LEFT):
        done = outtray("check-sent", number, "99", exits=64)
    assert done.stdout.decode().startswith(f"{number}  ann@example.com  Sent.")


def test_the_owner_takes_in_what_a_slow_look_found(
    outtray: Outtray, doubtful: tuple[str, str], authority: Authority
) -> None:
    """While `run` owns the outbox, a look longer than anybody waits at the door is done by the command itself."""
    number, message_id = doubtful
    with sent_folder(outtray, authority, f"{THERE}stay 6\n{has(message_id)}{LEFT}"), outtray.running():
        assert b"Found in" in outtray("check-sent", number).stdout
        assert outtray.states() == {"ann@example.com": "sent"}
        wait_for(lambda: "found (“Sent”" in outtray.log()[-1])


def test_what_was_sent_again_during_the_look_is_left_alone(
    outtray: Outtray, doubtful: tuple[str, str], authority: Authority
) -> None:
    """A person did not wait for the answer: it is of an earlier generation and moves nothing; it is said and noted."""
    number, message_id = doubtful
    waits = f"{SEARCH}tell there\nwait again\n" + has(message_id).removeprefix(SEARCH)
    with sent_folder(outtray, authority, THERE + waits + LEFT) as server:
        checking = outtray.start("check-sent", number)
        server.hear("there")
        outtray("send-again", number)
        server.tell("again")
        _, said = checking.communicate(timeout=60)
    assert checking.returncode == 76
    assert said.decode().startswith(f"{number}: Found in “Sent” of 127.0.0.1, but it is being sent again. Cancel it")
    assert outtray.states() == {"ann@example.com": "queued"}
    kinds = [each["event"] for each in outtray.json("show", number, "--json")["events"]]
    assert "found" not in kinds
    assert kinds[-2:] == ["send_again", "found_late"]


def test_an_account_is_added_with_its_sent_folder(outtray: Outtray) -> None:
    """--imap and its like are kept, listed for programs, and looked at before anything is kept."""
    words = ("account", "add", "school", "--address", "info@school.example", "--host", "smtp.school.example")
    outtray(*words, "--imap", "imap.school.example", "--imap-security", "starttls", "--sent-folder", "送信済み")
    account = outtray.json("account", "list", "--json")
    kept = [account[name] for name in ("imap_host", "imap_port", "imap_security", "sent_folder")]
    assert kept == ["imap.school.example", 143, "starttls", "送信済み"]
    other = ("account", "add", "club", *words[3:])
    assert "IMAP server" in outtray(*other, "--imap", "not a host", exits=64).stderr.decode()
    assert "name that server too" in outtray(*other, "--sent-folder", "Sent", exits=64).stderr.decode()
