"""Accounts: what makes one valid, and how settings.toml keeps them for a person who reads it."""

import dataclasses
import stat
from pathlib import Path
from typing import Any

import pytest

from core import settings
from core.accounts import accounts
from core.accounts.accounts import Account, AccountError, Accounts, add, check, load, remove, replace, set_default
from core.errors import PersonError, SettingsError
from core.mail.smtp.server import Login, Security, Server
from core.paths import Home
from core.words import problem_sentence

SCHOOL = Account(name="school", address="info@school.example", host="smtp.school.example", user="info")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_without_an_account_everything_is_practised(home: Home) -> None:
    """No file, no account; the default is Practice, which is always there."""
    every = load(home)
    assert every == Accounts((), "practice")
    assert every.has("practice")
    assert every.find("practice") is None
    assert not home.settings.exists()


def test_what_is_added_is_read_back(home: Home) -> None:
    """Every field, also those of many lines and other scripts."""
    full = Account(
        name="a.b-c_1",
        address="info@school.example",
        sender_name="学校 “Q”",
        host="smtp.school.example",
        port=2465,
        security=Security.STARTTLS,
        user="info",
        login=Login.PLAIN,
        password_file="/run/secrets/school",
        ca_file="/etc/ssl/school.pem",
        reply_to="office@school.example",
        signature="Ann Ito\n-- \n学校\t1",
        ehlo_name="desk.school.example",
        imap_host="imap.school.example",
        imap_port=1143,
        imap_security=Security.STARTTLS,
        sent_folder="送信済み & Co",
        per_minute=1,
        per_hour=2,
        per_day=3,
        connections=2,
    )
    assert add(home, full).find("a.b-c_1") == full
    assert load(home).find("a.b-c_1") == full


def test_the_file_says_what_a_person_needs_to_know(home: Home) -> None:
    """What is as usual is not written, except what every account is about."""
    add(home, SCHOOL)
    assert home.settings.read_text() == (
        "[account.school]\n"
        'address = "info@school.example"\n'
        'host = "smtp.school.example"\n'
        "port = 465\n"
        'security = "tls"\n'
        'user = "info"\n'
    )
    assert stat.S_IMODE(home.settings.stat().st_mode) == 0o600


def test_an_imap_server_is_written_with_its_port_and_security(home: Home) -> None:
    """Whoever reads the file sees how it is reached; one that is written by hand has the usual port of its security."""
    add(home, dataclasses.replace(SCHOOL, imap_host="imap.school.example"))
    assert home.settings.read_text().endswith(
        'imap_host = "imap.school.example"\nimap_port = 993\nimap_security = "tls"\n'
    )
    text = home.settings.read_text().replace("imap_port = 993\n", "").replace('"tls"\n', '"starttls"\n')
    home.settings.write_text(text)
    (account,) = load(home).all
    assert (account.imap_port, account.imap_security) == (143, Security.STARTTLS)
    server = account.imap_server
    assert server is not None
    assert (server.host, server.port, server.security, server.user) == ("imap.school.example", 143, "starttls", "info")
    assert SCHOOL.imap_server is None


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"imap_host": "imap.school.example:993"}, "imap_host", "not the name of an IMAP server"),
        ({"imap_host": "imap.school.example", "imap_port": 0}, "imap_port", "for IMAP 993"),
        ({"imap_host": "imap.school.example", "imap_security": Security.NONE}, "imap_security", "another computer"),
        ({"sent_folder": "Sent"}, "imap_host", "name that server too"),
        ({"imap_host": "imap.school.example", "sent_folder": "a\nb"}, "sent_folder", "control character"),
        ({"imap_host": "imap.school.example", "sent_folder": "x" * 201}, "sent_folder", "longer than 200"),
    ],
)
def test_what_is_wrong_with_the_sent_folder_has_its_field(changes: dict[str, Any], field: str, words: str) -> None:
    """Each is a sentence beside the field that mends it, as it is typed and as it is read."""
    (problem,) = check(dataclasses.replace(SCHOOL, **changes))
    assert problem.field == field
    assert words in problem_sentence(problem)
    with pytest.raises(SettingsError, match=r"settings\.toml, account school"):
        accounts.from_table("school", accounts.to_table(dataclasses.replace(SCHOOL, **changes)))


def test_the_first_is_the_default_until_another_is_chosen(home: Home) -> None:
    assert add(home, SCHOOL).default == "school"
    assert add(home, dataclasses.replace(SCHOOL, name="club")).default == "school"
    assert set_default(home, "club").default == "club"
    assert remove(home, "club").default == "school"
    assert set_default(home, "practice").default == "practice"
    assert [each.name for each in load(home).all] == ["school"]
    with pytest.raises(PersonError, match="There is no account named choir"):
        set_default(home, "choir")


def test_comments_and_what_outtray_does_not_know_survive(home: Home) -> None:
    """A person's file stays theirs, whatever is added, changed, removed or saved beside it."""
    home.settings.write_text(
        '# mine\ntheme = "dark"  # at night\n\n'
        "[account.school]  # the big one\n"
        "# as the provider says\n"
        'host = "smtp.school.example"\nport = 465\naddress = "info@school.example"\ncolour = "red"\n\n'
        "[future]\nx = 1\n"
    )
    add(home, dataclasses.replace(SCHOOL, name="club"))
    replace(home, dataclasses.replace(SCHOOL, host="mail.school.example"))
    set_default(home, "club")
    settings.save(home, dataclasses.replace(settings.load(home), theme="light"))
    remove(home, "club")
    text = home.settings.read_text()
    for kept in (
        "# mine\n",
        "# at night\n",
        "# the big one\n",
        "# as the provider says\n",
        'colour = "red"',
        "[future]",
    ):
        assert kept in text
    assert "club" not in text
    assert load(home).find("school") == dataclasses.replace(SCHOOL, host="mail.school.example")
    assert settings.load(home).theme == "light"
    assert settings.unknown_keys(home) == ("future",)


def test_an_account_that_is_removed_leaves_nothing(home: Home) -> None:
    add(home, SCHOOL)
    assert remove(home, "school") == Accounts()
    assert home.settings.read_text().strip() == ""
    with pytest.raises(PersonError, match="There is no account named school"):
        remove(home, "school")
    with pytest.raises(PersonError, match="There is no account named school"):
        replace(home, SCHOOL)


def test_a_name_is_taken_once(home: Home) -> None:
    """Neither twice, nor so that two accounts would find each other's password in the environment."""
    add(home, SCHOOL)
    with pytest.raises(PersonError, match="already an account named school"):
        add(home, SCHOOL)
    add(home, dataclasses.replace(SCHOOL, name="a-b"))
    with pytest.raises(PersonError, match="OUTTRAY_PASSWORD_A_B"):
        add(home, dataclasses.replace(SCHOOL, name="a.b"))
    assert len(load(home).all) == 2


def test_addresses_are_kept_as_they_are_sent(home: Home) -> None:
    added = add(home, dataclasses.replace(SCHOOL, address=" Ann@School.EXAMPLE ")).find("school")
    assert added is not None
    assert added.address == "Ann@school.example"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "cannot be the name"),
        ("name", "School", "cannot be the name"),
        ("name", "practice", "cannot be the name"),
        ("name", "a" * 33, "cannot be the name"),
        ("name", "a/b", "cannot be the name"),
        ("address", "", "needs the address"),
        ("address", "info", "an address needs an @"),
        ("address", "Ann <info@school.example>", "write it as"),
        ("address", "a@b.example\r\nBcc: x@y.example", "a line break"),
        ("sender_name", "Ann\r\nBcc: x@y.example", "sender's name"),
        ("sender_name", "a" * 201, "sender's name"),
        ("host", "", "needs its mail server"),
        ("host", "smtp.school.example:465", "not the name of a mail server"),
        ("host", "smtp school", "not the name of a mail server"),
        ("host", "https://x.example", "not the name of a mail server"),
        ("host", "school..", "not the name of a mail server"),
        ("host", "1.2.3", "not the name of a mail server"),
        ("host", "-x.example", "not the name of a mail server"),
        ("port", 0, "not a port"),
        ("port", 65536, "not a port"),
        ("user", "in\0fo", "user name"),
        ("reply_to", "nobody", "Replies to"),
        ("reply_to", "Ann <ann@example.com>", "Replies to"),
        ("reply_to", "ä@example.com", "Replies to"),
        ("signature", "a\x1b[31m", "signature"),
        ("host", "a b", "not the name of a mail server"),
        ("signature", "a" * 4001, "signature"),
        ("ehlo_name", "my desk", "said to a server"),
        ("per_minute", -1, "per_minute"),
        ("connections", 9, "connections"),
        ("password_file", "secrets/school", "whole path"),
        ("ca_file", "ca.pem", "whole path"),
    ],
)
def test_each_bad_value_has_a_sentence_beside_its_field(home: Home, field: str, value: Any, said: str) -> None:
    """One problem, which names its field, and nothing is written."""
    bad = dataclasses.replace(SCHOOL, **{field: value})
    problems = check(bad)
    assert [problem.field for problem in problems] == [field]
    sentence = problem_sentence(problems[0])
    assert said in sentence
    assert sentence.isprintable()
    with pytest.raises(AccountError) as caught:
        add(home, bad)
    assert caught.value.problems == tuple(problems)
    assert not home.settings.exists()


def test_everything_wrong_is_said_at_once() -> None:
    wrong = dataclasses.replace(SCHOOL, name="!", address="", host="", port=0)
    assert [problem.field for problem in check(wrong)] == ["name", "address", "host", "port"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "LOCALHOST.", "127.8.9.1", "::ffff:127.0.0.1"])
def test_without_tls_only_to_this_computer(host: str) -> None:
    assert check(dataclasses.replace(SCHOOL, host=host, security=Security.NONE, user="")) == []


def test_nobody_logs_in_without_tls(home: Home) -> None:
    """A password is only said inside TLS, also on this computer: an account that could not go out is not made.

    One that was written so by hand is read, so that the other accounts go on; its own mail is held.
    """
    account = dataclasses.replace(SCHOOL, host="127.0.0.1", security=Security.NONE)
    (problem,) = check(account)
    assert (problem.field, problem.code) == ("security", "auth_in_clear")
    home.settings.write_text(
        "[account.school]\naddress = 'info@school.example'\nhost = '127.0.0.1'\nsecurity = 'none'\nuser = 'info'\n"
    )
    assert [each.user for each in load(home).all] == ["info"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_nobody_looks_into_a_sent_folder_without_tls(host: str, home: Home) -> None:
    """Nor is a password said to an IMAP server in clear, also on this computer: such an account is not made.

    One that was written so by hand is read all the same: its mail has nothing to do with that.
    """
    account = dataclasses.replace(SCHOOL, imap_host=host, imap_port=143, imap_security=Security.NONE)
    (problem,) = check(account)
    assert (problem.field, problem.code) == ("imap_security", "imap_auth_in_clear")
    assert "Choose tls or starttls for IMAP" in problem_sentence(problem)
    with pytest.raises(AccountError, match="only said inside TLS"):
        add(home, account)
    add(home, SCHOOL)
    with home.settings.open("a") as file:
        file.write(f'imap_host = "{host}"\nimap_security = "none"\n')
    assert load(home).all == (account,)


@pytest.mark.parametrize("host", ["smtp.school.example", "10.0.0.1", "localhost.evil.example", "fe80::1", "0.0.0.0"])
def test_without_tls_never_to_another_computer(host: str) -> None:
    (problem,) = check(dataclasses.replace(SCHOOL, host=host, security=Security.NONE))
    assert (problem.field, problem.code) == ("security", "security_none_far")


def test_its_server_is_what_the_client_wants() -> None:
    """An international name goes out as A-labels; a dot at the end is in no certificate; a CA file is a path."""
    assert dataclasses.replace(SCHOOL, host="smtp.school.example.").server.host == "smtp.school.example"
    account = dataclasses.replace(SCHOOL, host="smtp.bücher.example", ca_file="/ca.pem", ehlo_name="x.example")
    assert check(account) == []
    assert account.server == Server(
        "smtp.xn--bcher-kva.example", 465, Security.TLS, "info", Login.AUTO, Path("/ca.pem"), "x.example"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("account = 1\n", "account must be tables"),
        ("[account]\nschool = 1\n", "account must be tables"),
        ("[account.school]\nhost = 'h.example'\n", "account.school.address is missing"),
        ("[account.school]\naddress = 'a@b.example'\n", "account.school.host is missing"),
        ("[account.school]\naddress = 'a@b.example'\nhost = 'h.example'\nport = '465'\n", "port must be a number"),
        ("[account.school]\naddress = 'a@b.example'\nhost = 'h.example'\nport = true\n", "port must be a number"),
        (
            "[account.school]\naddress = 'a@b.example'\nhost = 'h.example'\nsecurity = 'ssl'\n",
            "tls or starttls or none",
        ),
        ("[account.school]\naddress = 'a@b.example'\nhost = 'h.example'\nsecurity = 'none'\n", "account school"),
        ("[account.School]\naddress = 'a@b.example'\nhost = 'h.example'\n", "account School"),
        ("[account.school]\naddress = 3\nhost = 'h.example'\n", "address must be a text"),
        ("default_account = 'school'\n", "default_account must be the name of an account"),
        ("default_account = ['school']\n", "default_account must be the name of an account"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_words(home: Home, text: str, said: str) -> None:
    """It names the key; and nothing writes over it."""
    home.settings.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(home)
    assert said in str(caught.value)
    with pytest.raises(SettingsError):
        add(home, dataclasses.replace(SCHOOL, name="club"))
    assert home.settings.read_text() == text


def test_a_person_may_write_an_account_by_hand(home: Home) -> None:
    """Three lines are an account; the port follows the security."""
    home.settings.write_text(
        "[account]\nschool = {address = 'info@school.example', host = 'h.example', security = 'starttls'}\n"
    )
    (account,) = load(home).all
    assert (account.port, account.security) == (587, Security.STARTTLS)
    add(home, dataclasses.replace(SCHOOL, name="club"))
    assert [each.name for each in load(home).all] == ["school", "club"]


@pytest.mark.parametrize(
    "text",
    [
        'account = {school = {address = "info@school.example", host = "h.example"}}\n',
        'account.school.address = "info@school.example"\naccount.school.host = "h.example"\n',
    ],
)
def test_a_layout_that_cannot_be_changed_is_left_alone(home: Home, text: str) -> None:
    """It is read all the same; what was written is never spoilt, and what to do is said."""
    home.settings.write_text(text)
    assert [each.name for each in load(home).all] == ["school"]
    with pytest.raises(SettingsError, match=r"Write each account as \[account\.NAME\]"):
        add(home, dataclasses.replace(SCHOOL, name="club"))
    assert home.settings.read_text() == text


def test_a_table_is_what_json_and_toml_have(home: Home) -> None:
    """What goes through the door comes out as the same account."""
    table = accounts.to_table(SCHOOL)
    assert "name" not in table
    assert accounts.from_table("school", table) == SCHOOL
