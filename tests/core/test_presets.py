"""Presets: what is filled in for the providers people have, and what they are told to do first."""

import dataclasses

import pytest

from core.accounts.accounts import Account, check
from core.accounts.presets import guess
from core.mail.smtp.server import Login, Security
from core.words import sentence


@pytest.mark.parametrize(
    ("address", "host", "port", "security", "user"),
    [
        ("ann@gmail.com", "smtp.gmail.com", 465, "tls", "ann@gmail.com"),
        ("Ann@GMAIL.com ", "smtp.gmail.com", 465, "tls", "Ann@GMAIL.com"),
        ("ann@hotmail.com", "smtp-mail.outlook.com", 587, "starttls", "ann@hotmail.com"),
        ("ann@school.onmicrosoft.com", "smtp.office365.com", 587, "starttls", "ann@school.onmicrosoft.com"),
        ("ann@yahoo.com", "smtp.mail.yahoo.com", 465, "tls", "ann@yahoo.com"),
        ("ann@yahoo.co.jp", "smtp.mail.yahoo.co.jp", 465, "tls", "ann"),
        ("ann@icloud.com", "smtp.mail.me.com", 587, "starttls", "ann@icloud.com"),
        ("ann@gmx.de", "mail.gmx.net", 465, "tls", "ann@gmx.de"),
        ("ann@web.de", "smtp.web.de", 587, "starttls", "ann@web.de"),
        ("ann@fastmail.com", "smtp.fastmail.com", 465, "tls", "ann@fastmail.com"),
        ("ann@proton.me", "127.0.0.1", 1025, "starttls", ""),
        ("ann@163.com", "smtp.163.com", 465, "tls", "ann@163.com"),
        ("ann@aa2.so-net.ne.jp", "mail.so-net.ne.jp", 587, "starttls", "ann@aa2.so-net.ne.jp"),
    ],
)
def test_the_server_follows_from_the_address(address: str, host: str, port: int, security: str, user: str) -> None:
    """What is filled in makes a valid account, and there is a sentence and a page about it."""
    preset = guess(address)
    assert preset is not None
    assert (preset.host, preset.port, preset.security, preset.user_of(address)) == (host, port, security, user)
    assert preset.name in sentence(preset.words, preset.values)
    assert preset.url.startswith("https://")
    account = Account(name="a", address=address, host=host, port=port, security=Security(security), user=user)
    whole = dataclasses.replace(
        account,
        login=preset.login,
        imap_host=preset.imap_host,
        imap_port=preset.imap_port,
        imap_security=preset.imap_security,
    )
    assert check(whole) == []


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("ann@gmail.com", "imap.gmail.com", 993),
        ("ann@outlook.com", "outlook.office365.com", 993),
        ("ann@yahoo.co.jp", "imap.mail.yahoo.co.jp", 993),
        ("ann@126.com", "imap.126.com", 993),
        ("ann@proton.me", "127.0.0.1", 1143),
        ("ann@aa2.so-net.ne.jp", "", 993),
    ],
)
def test_the_sent_folder_follows_from_the_address(address: str, host: str, port: int) -> None:
    """Where it is known; for the others the field stays empty."""
    preset = guess(address)
    assert preset is not None
    assert (preset.imap_host, preset.imap_port) == (host, port)


@pytest.mark.parametrize(
    "address", ["", "@", "ann", "gmail.com", "ann@", "ann@gmail", "ann@school.example", "ann@evilgmail.com", "a@ne.jp"]
)
def test_what_is_not_known_is_not_guessed(address: str) -> None:
    """Also while an address is being typed."""
    assert guess(address) is None


def test_who_takes_no_password_is_known_before_one_is_typed() -> None:
    """A password for these would be refused, whatever it is: the person is told at the address."""
    for address in ("ann@outlook.com", "ann@live.com", "ann@school.onmicrosoft.com"):
        preset = guess(address)
        assert preset is not None
        assert preset.is_oauth_only
        assert preset.login is Login.XOAUTH2
        assert "no passwords" in sentence(preset.words, preset.values)
    preset = guess("ann@gmail.com")
    assert preset is not None
    assert not preset.is_oauth_only
