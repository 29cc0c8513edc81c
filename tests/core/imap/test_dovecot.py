"""The same against a real server, Dovecot, over TLS that is verified."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.mail.imap.sent_folder import Kind, look
from core.mail.smtp.server import Login, Security, Server
from core.words import problem_sentence
from tests.imap.dovecot import Dovecot, running
from tests.smtp.certificates import Authority

USER, SECRET = "info", 'p"ss w\\rd öß'
SENT = "<01J0000000000000000000000A.1@school.example>"
OTHER = "<01J0000000000000000000000A.11@school.example>"


@pytest.fixture(scope="module")
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    with running(authority, {USER: SECRET}) as dovecot:
        letter = f"From: info@school.example\r\nMessage-ID: {SENT}\r\nSubject: Hello\r\n\r\nHello.\r\n"
        dovecot.keep(USER, letter.encode())
        yield dovecot


@pytest.mark.parametrize("login", [Login.AUTO, Login.PLAIN, Login.LOGIN])
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_dovecot_is_looked_through(dovecot: Dovecot, authority: Authority, security: Security, login: Login) -> None:
    """By both ways of TLS and every login: what is in the folder that it marks as Sent is found, the rest is not."""
    port = dovecot.imaps if security is Security.TLS else dovecot.imap
    server = Server("127.0.0.1", port, security, USER, login, authority.ca_file)
    answers = look(server, lambda: SECRET, [SENT, OTHER])
    assert answers[SENT].kind is Kind.FOUND
    assert answers[SENT].where == "“Gesendete Objekte” of 127.0.0.1"
    assert answers[SENT].kept_at is not None
    assert answers[OTHER].kind is Kind.NOT_FOUND
    assert "\\Seen" not in "".join(dovecot.flags(USER))


def test_dovecot_refuses_a_wrong_password_once(dovecot: Dovecot, authority: Authority) -> None:
    """One try, by the server's own log, and a sentence."""
    before = dovecot.logged().count("Password mismatch")
    server = Server("127.0.0.1", dovecot.imaps, Security.TLS, USER, Login.AUTO, authority.ca_file)
    answer = look(server, lambda: "wrong", [SENT])[SENT]
    assert answer.problem is not None
    assert "refused the password of info for IMAP" in problem_sentence(answer.problem)
    assert dovecot.logged().count("Password mismatch") - before == 1


def test_dovecot_looks_into_the_folder_of_the_account(dovecot: Dovecot, authority: Authority) -> None:
    """A name that a person gave is opened as it is; one that is not there is said not to be."""
    server = Server("127.0.0.1", dovecot.imaps, Security.TLS, USER, Login.AUTO, authority.ca_file)
    assert look(server, lambda: SECRET, [SENT], folder="Gesendete Objekte")[SENT].kind is Kind.FOUND
    assert look(server, lambda: SECRET, [SENT], folder="Gibt es nicht")[SENT].kind is Kind.NO_FOLDER
    assert look(server, lambda: SECRET, [SENT], folder="INBOX")[SENT].kind is Kind.NOT_FOUND


def test_dovecot_with_another_certificate_is_not_trusted(dovecot: Dovecot, tmp_path: Path) -> None:
    """B9: an authority that the account does not name is nobody's."""
    other = Authority(tmp_path)
    server = Server("127.0.0.1", dovecot.imaps, Security.TLS, USER, Login.AUTO, other.ca_file)
    answer = look(server, lambda: SECRET, [SENT])[SENT]
    assert answer.problem is not None
    assert answer.problem.code == "certificate_unknown"
