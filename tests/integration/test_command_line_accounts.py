"""`account` and `send --from`: real processes, a server that follows a script, and the number each ends with."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.mail.smtp.server import Security
from tests.commands import Outtray, wait_for
from tests.smtp.certificates import Authority
from tests.smtp.scripted import (
    AUTH,
    ENVELOPE,
    GREETING,
    HELLO,
    LOGGED_IN,
    LOGIN_HELLO,
    MAIL_TAKEN,
    SERVE,
    TAKEN,
    ScriptedServer,
)

CANARY = "c4n4ry-Pässwort"
REFUSED = f"tls\n{LOGIN_HELLO}{AUTH}S: 535 5.7.8 Authentication failed\n"
TEST_TAKEN = f"tls\n{LOGIN_HELLO}{LOGGED_IN}"
SENT = f"tls\n{LOGIN_HELLO}{LOGGED_IN}{TAKEN}"
SAY = ("send", "ann@example.com", "-m", "Hello")


def add(outtray: Outtray, server: ScriptedServer, name: str = "school", *words: str) -> None:
    """Add an account that reaches a server of the tests, in clear: it is this computer."""
    outtray(
        *("account", "add", name, "--address", "info@school.example", "--host", "127.0.0.1"),
        *("--port", str(server.port), "--security", "none", *words),
    )


@contextmanager
def with_login(
    outtray: Outtray, authority: Authority, *conversations: str, then: str | None = None
) -> Iterator[ScriptedServer]:
    """Serve with TLS, and have an account with a user there. Its password is in no place yet."""
    with ScriptedServer(*conversations, then=then, tls=authority.good("127.0.0.1")) as server:
        outtray(
            *("account", "add", "school", "--address", "info@school.example", "--host", "127.0.0.1"),
            *("--port", str(server.port), "--user", "info", "--ca", str(authority.ca_file)),
        )
        yield server


@pytest.fixture
def kept(outtray: Outtray, tmp_path: Path) -> Path:
    """Give the commands a keyring that works; the file it keeps everything in."""
    file = tmp_path / "keyring.json"
    outtray.environ |= {"PYTHON_KEYRING_BACKEND": "tests.keyrings.FileKeyring", "TESTS_KEYRING": str(file)}
    return file


def assert_no_trace(outtray: Outtray, *said: bytes) -> None:
    """The password is in no file of the home and in nothing that was said."""
    secrets = (CANARY.encode(), base64.b64encode(CANARY.encode()), base64.b64encode(f"\0info\0{CANARY}".encode()))
    files = [path.read_bytes() for path in outtray.home.rglob("*") if path.is_file()]
    assert files
    assert not [secret for secret in secrets for text in (*files, *said) if secret in text]


def test_accounts_are_listed(outtray: Outtray) -> None:
    """For a person, the default with its star; for a program, an object a line."""
    assert outtray("account", "list").stdout.decode().splitlines() == [
        "* practice          kept on this computer, nobody receives it"
    ]
    assert outtray("account", "list", "--json").stdout == b""
    words = ("--host", "smtp.school.example", "--name", "Büro, Schule", "--security", "starttls", "--user", "info")
    added = outtray("account", "add", "school", "--address", "info@school.example", *words)
    assert added.stdout.decode().splitlines()[0] == "Added school, which is the default now"
    outtray("account", "add", "club", "--address", "club@school.example", "--host", "mx.club.example")
    assert outtray("account", "list").stdout.decode().splitlines() == [
        "* school            info@school.example             smtp.school.example:587 starttls, as info",
        "  club              club@school.example             mx.club.example:465 tls",
        "  practice          kept on this computer, nobody receives it",
    ]
    rows = [json.loads(line) for line in outtray("account", "list", "--json").stdout.splitlines()]
    assert [(row["name"], row["is_default"], row["port"]) for row in rows] == [
        ("school", True, 587),
        ("club", False, 465),
    ]
    assert rows[0]["sender_name"] == "Büro, Schule"
    assert (rows[0]["reason"], rows[0]["held"]) == ("", 0)
    outtray("account", "default", "club")
    assert outtray("account", "remove", "club").stdout.decode() == "Removed club; the default is school\n"
    outtray("account", "default", "practice")
    assert [json.loads(line)["is_default"] for line in outtray("account", "list", "--json").stdout.splitlines()] == [
        False
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["School", "--address", "a@b.example", "--host", "h.example"], "School cannot be the name of an account"),
        (["a", "--address", "info", "--host", "h.example"], "info: an address needs an @, as in ann@example.com."),
        (["a", "--address", "a@b.example", "--host", "h example"], "h example is not the name of a mail server."),
        (["a", "--address", "a@b.example", "--host", "h.example", "--security", "none"], "is another computer"),
        (["a", "--address", "a@b.example", "--host", "h.example", "--port", "0"], "0 is not a port (1 to 65535)"),
        (["a", "--address", "a@b.example", "--host", "h.example", "--security", "ssl"], "invalid choice: 'ssl'"),
        (["a", "--address", "a@b.example"], "required: --host"),
        (["a", "--address", "a@b.example", "--host", "h.example", "--reply-to", "x"], "Replies to: x: "),
        (["a", "--address", "a@b.example", "--host", "h.example", "--ehlo", "a b"], "a b is not a name"),
        (["a", "--address", "a@b.example", "--host", "h.example", "--name", "A\nB"], "The sender's name"),
        (["a", "--address", "a@b.example", "--host", "h.example", "--user", "A\nB"], "The user name"),
    ],
)
def test_a_bad_account_is_64_in_one_sentence(outtray: Outtray, words: list[str], said: str) -> None:
    """It names the field, and nothing is made."""
    done = outtray("account", "add", *words, exits=64)
    assert said in done.stderr.decode()
    assert len(done.stderr.decode().splitlines()) == 1
    assert not outtray.home.exists()


def test_every_problem_of_an_account_has_its_line(outtray: Outtray) -> None:
    done = outtray("account", "add", "!", "--address", "info", "--host", "", exits=64)
    assert len(done.stderr.decode().splitlines()) == 3


def test_a_ca_file_is_read_when_it_is_given(outtray: Outtray, tmp_path: Path) -> None:
    """78: not found out by the first message."""
    words = ("account", "add", "school", "--address", "info@school.example", "--host", "mx.example")
    no_certificate = tmp_path / "ca.pem"
    no_certificate.write_text("no certificate\n")
    for file in (tmp_path / "nobody.pem", no_certificate):
        done = outtray(*words, "--ca", str(file), exits=78)
        assert done.stderr.decode().startswith(f"The CA file {file} cannot be used")
    assert not outtray.home.exists()


def test_who_is_not_there_is_64(outtray: Outtray) -> None:
    """Nor is a name taken twice."""
    for words in (["test"], ["remove"], ["default"]):
        done = outtray("account", *words, "choir", exits=64)
        assert done.stderr.decode() == "There is no account named choir.\n"
    assert not outtray.home.exists()
    words = ["account", "add", "school", "--address", "info@school.example", "--host", "smtp.school.example"]
    outtray(*words)
    assert "already an account named school" in outtray(*words, exits=64).stderr.decode()
    assert outtray(*SAY, "--from", "choir", exits=65).stderr.decode() == "There is no account named choir.\n"


def test_without_a_keyring_a_password_from_standard_input_is_refused(outtray: Outtray) -> None:
    """The other ways are named, and no account is left half made."""
    words = ("account", "add", "school", "--address", "a@b.example", "--host", "h.example", "--password-stdin")
    done = outtray(*words, typed=CANARY.encode(), exits=69)
    assert "OUTTRAY_PASSWORD_SCHOOL in the environment, or --password-file FILE" in done.stderr.decode()
    assert not outtray.home.exists()
    for typed in (b"", b"\n", b"\xff\n", b"a\0b\n"):
        outtray(*words, typed=typed, exits=64)


def test_a_password_from_standard_input_goes_into_the_keyring(
    outtray: Outtray, kept: Path, authority: Authority
) -> None:
    """It logs in by it; the keyring alone has it; with the account it goes."""
    with ScriptedServer(TEST_TAKEN, SENT, tls=authority.good("127.0.0.1")) as server:
        words = ("--host", "127.0.0.1", "--port", str(server.port), "--ca", str(authority.ca_file))
        added = outtray(
            *("account", "add", "school", "--address", "info@school.example", "--user", "info", *words),
            "--password-stdin",
            typed=f"{CANARY}\n".encode(),
        )
        assert CANARY in json.loads(kept.read_text()).values()
        tested = outtray("account", "test", "school")
        assert [line.split()[:2] for line in tested.stdout.decode().splitlines()] == [
            ["ok", "name"],
            ["ok", "connection"],
            ["ok", "tls"],
            ["ok", "certificate"],
            ["ok", "login"],
        ]
        sent = outtray(*SAY)
        assert "Sent (250 2.0.0 Ok: queued as 4fXyZ)" in sent.stdout.decode()
        (plain, _) = (line for line in server.commands if line.startswith("AUTH PLAIN"))
        assert base64.b64decode(plain.split()[2]).decode() == f"\0info\0{CANARY}"
    show = outtray("show", "1", "--json").stdout
    assert_no_trace(outtray, added.stdout, tested.stdout, sent.stdout, show, outtray("log").stdout)
    outtray("account", "remove", "school")
    assert json.loads(kept.read_text()) == {}


def test_a_password_file_must_be_private(outtray: Outtray, tmp_path: Path) -> None:
    """77, before an account is added; and its path is kept, not what is in it."""
    file = tmp_path / "password"
    file.write_text(f"{CANARY}\n")
    file.chmod(0o644)
    words = ("account", "add", "school", "--address", "a@b.example", "--host", "h.example", "--password-file")
    assert "others may read it" in outtray(*words, str(file), exits=77).stderr.decode()
    assert "no such file" in outtray(*words, str(tmp_path / "none"), exits=77).stderr.decode()
    assert not outtray.home.exists()
    file.chmod(0o600)
    outtray(*words, "password", cwd=tmp_path)
    (row,) = (json.loads(line) for line in outtray("account", "list", "--json").stdout.splitlines())
    assert (row["password_file"], row["user"]) == (str(file), "a@b.example")
    assert_no_trace(outtray)


def test_what_a_test_finds_has_its_number(outtray: Outtray, authority: Authority) -> None:
    """No server 69; later 75; password 77; TLS and settings 78. The last line says what to do."""
    environ = {"OUTTRAY_PASSWORD_SCHOOL": CANARY}
    later = f"tls\n{LOGIN_HELLO}{AUTH}S: 454 4.7.0 Temporary failure\n"
    with with_login(outtray, authority, REFUSED, later, f"tls\n{LOGIN_HELLO}") as server:
        done = outtray("account", "test", "school", environ=environ, exits=77)
        assert done.stdout.decode().splitlines()[-1].startswith("FAIL  login")
        assert "refused the password of info" in done.stderr.decode()
        outtray("account", "test", "school", environ=environ, exits=75)
        assert server.auths == 2
        done = outtray("account", "test", "school", exits=77)
        assert "The password of info at 127.0.0.1 is not known" in done.stderr.decode()
        assert server.auths == 2
    done = outtray("account", "test", "school", environ=environ, exits=69)
    assert "takes no connection" in done.stderr.decode()
    assert_no_trace(outtray, done.stdout, done.stderr)


def test_a_certificate_that_is_not_trusted_is_78(outtray: Outtray, authority: Authority) -> None:
    """Before any password is looked for."""
    with ScriptedServer("tls\n", tls=authority.good("127.0.0.1"), then="tls\n") as server:
        outtray(
            *("account", "add", "school", "--address", "a@b.example", "--host", "127.0.0.1"),
            *("--port", str(server.port), "--user", "info"),
        )
        done = outtray("account", "test", "school", exits=78)
        assert done.stdout.decode().splitlines()[-1].startswith("FAIL  certificate")
        assert "certificate of 127.0.0.1" in done.stderr.decode()
        done = outtray(*SAY, exits=78)
        assert "Held" in done.stderr.decode()
        assert server.auths == 0


@pytest.mark.parametrize(
    ("conversation", "exits", "state"),
    [
        (f"{HELLO}{TAKEN}", 0, "sent"),
        (
            f"{HELLO}C: MAIL.*\nS: 550 5.7.1 Not you\nC: RCPT.*\nS: 503 no\nC: DATA\nS: 503 no\nC: RSET\nS: 250 Ok\n",
            69,
            "failed",
        ),
        (
            f"{HELLO}{MAIL_TAKEN}C: RCPT.*\nS: 450 4.2.0 Greylisted\nC: DATA\nS: 503 no\nC: RSET\nS: 250 Ok\n",
            75,
            "queued",
        ),
        (f"{GREETING.replace('220', '421')}cut\n", 75, "queued"),
        (f"{HELLO}{ENVELOPE}body\ncut\n", 76, "unconfirmed"),
    ],
    ids=["taken", "refused", "later", "busy", "cut behind the dot"],
)
def test_send_ends_with_what_became_of_it(outtray: Outtray, conversation: str, exits: int, state: str) -> None:
    """0 sent, 69 refused for good, 75 to be tried again, 76 not confirmed."""
    with ScriptedServer(conversation) as server:
        add(outtray, server)
        done = outtray(*SAY, exits=exits)
        assert done.stdout.startswith(b"Accepted ")
    (row,) = outtray.rows()
    assert (row["state"], row["from"]) == (state, "info@school.example")
    assert outtray.mail() == []


def test_a_refused_password_is_77_and_a_good_test_lets_go(outtray: Outtray, authority: Authority) -> None:
    """One AUTH whatever waits; what is held goes out after the test with the right password."""
    wrong, right = {"OUTTRAY_PASSWORD_SCHOOL": "wrong"}, {"OUTTRAY_PASSWORD_SCHOOL": CANARY}
    with with_login(outtray, authority, REFUSED, TEST_TAKEN, then=f"tls\n{LOGIN_HELLO}{LOGGED_IN}serve\n") as server:
        words = ("send", "ann@example.com, ben@example.com", "-m", "Hello")
        done = outtray(*words, environ=wrong, exits=77)
        assert "Held" in done.stderr.decode()
        outtray(*SAY, environ=wrong, exits=77)
        assert server.auths == 1
        assert [row["state"] for row in outtray.rows()] == ["held"] * 3
        assert "3 held: 127.0.0.1 refused the password of info" in outtray("account", "list").stdout.decode()
        listed = outtray.json("account", "list", "--json")
        assert (listed["reason"], listed["until"], listed["held"]) == ("account", None, 3)
        tested = outtray("account", "test", "school", environ=right)
        assert tested.stdout.decode().splitlines()[-1] == "3 held for school are queued again"
        outtray("run", "--until-empty", environ=right)
        assert [row["state"] for row in outtray.rows()] == ["sent"] * 3
        assert len(server.bodies) == 3
    assert_no_trace(outtray)


def test_a_right_password_is_kept_and_lets_the_owner_go_on(outtray: Outtray, kept: Path, authority: Authority) -> None:
    """What a wrong password stopped is held; the right one from standard input is tried, kept and used by the owner."""
    right = f"tls\n{LOGIN_HELLO}{LOGGED_IN}serve\n"
    with ScriptedServer(REFUSED, REFUSED, then=right, tls=authority.good("127.0.0.1")) as server:
        words = ("--host", "127.0.0.1", "--port", str(server.port), "--ca", str(authority.ca_file), "--password-stdin")
        outtray("account", "add", "school", "--address", "info@school.example", *words, typed=b"wrong\n")
        with outtray.running():
            outtray(*SAY)
            wait_for(lambda: outtray.states() == {"ann@example.com": "held"})
            assert server.auths == 1
            outtray("account", "test", "school", "--password-stdin", typed=b"wrong too\n", exits=77)
            assert "wrong" in json.loads(kept.read_text()).values()
            done = outtray("account", "test", "school", "--password-stdin", typed=f"{CANARY}\n".encode())
            assert done.stdout.decode().splitlines()[-1] == "1 held for school is queued again"
            wait_for(lambda: outtray.states() == {"ann@example.com": "sent"})
    assert CANARY in json.loads(kept.read_text()).values()
    assert_no_trace(outtray, done.stdout, done.stderr)


def test_a_password_that_would_not_be_used_is_refused(outtray: Outtray, tmp_path: Path) -> None:
    """Where the environment or a file comes first, or no keyring could keep it: before anything is tried."""
    outtray("account", "add", "school", "--address", "a@b.example", "--host", "h.example", "--user", "a")
    words = ("account", "test", "school", "--password-stdin")
    done = outtray(*words, typed=b"x\n", environ={"OUTTRAY_PASSWORD_SCHOOL": CANARY}, exits=64)
    assert "comes from OUTTRAY_PASSWORD_SCHOOL" in done.stderr.decode()
    assert "--password-file" in outtray(*words, typed=b"x\n", exits=69).stderr.decode()


def test_the_default_account_is_used_where_none_is_named(outtray: Outtray) -> None:
    """`--from practice` practises all the same."""
    with ScriptedServer(f"{HELLO}{TAKEN}") as server:
        add(outtray, server)
        outtray(*SAY, "--from", "practice")
        outtray(*SAY)
        assert len(server.taken) == 1
    assert [row["from"] for row in outtray.rows()] == ["info@school.example", "practice@outtray.invalid"]


def test_the_owner_goes_by_an_account_at_once(outtray: Outtray, kept: Path) -> None:
    """Added and removed through the door of a running owner; what waits for a removed one is held until it is back."""
    with ScriptedServer(then=SERVE) as server, outtray.running():
        add(outtray, server)
        outtray(*SAY)
        wait_for(lambda: outtray.states() == {"ann@example.com": "sent"})
        outtray("send", "ben@example.com", "-m", "Hello", "--hold")
        outtray("account", "remove", "school")
        outtray("send", "eve@example.com", "-m", "Hello", "--from", "school", exits=65)
        outtray("release", "2")
        wait_for(lambda: outtray.rows()[0]["reason"] == "account")
        (row, _) = outtray.rows()
        assert (row["state"], row["last_reply"]) == (
            "held",
            "The account school was removed. Add it again under this name, or cancel the message.",
        )
        add(outtray, server)
        wait_for(lambda: outtray.states() == {"ann@example.com": "sent", "ben@example.com": "sent"})


def test_settings_of_an_account_that_are_wrong_are_78(outtray: Outtray) -> None:
    """The account and the field are named, by every command that needs them."""
    outtray.home.mkdir(mode=0o700)
    (outtray.home / "settings.toml").write_text('[account.school]\naddress = "a@b.example"\nhost = "h"\nport = 0\n')
    for words in (SAY, ("account", "list"), ("account", "test", "school"), ("run",)):
        done = outtray(*words, exits=78)
        assert done.stderr.decode().startswith("settings.toml, account school: 0 is not a port")
    assert not (outtray.home / "outbox.db").exists()


def test_security_words_are_the_ones_of_the_settings() -> None:
    """What is typed, what is stored and what the client knows are one word."""
    assert [each.value for each in Security] == ["tls", "starttls", "none"]
