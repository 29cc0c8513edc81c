"""Logging in: what is chosen, what is sent, and that the secret is said to nobody else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import PersonError
from core.mail.smtp.auth import Mask, mechanism, script
from core.mail.smtp.replies import Reply
from core.mail.smtp.server import Login

_CANARY = "kanarie-7f3a"


@pytest.mark.parametrize(
    ("wanted", "offered", "chosen"),
    [
        (Login.AUTO, {"LOGIN", "PLAIN", "CRAM-MD5"}, Login.PLAIN),
        (Login.AUTO, {"LOGIN"}, Login.LOGIN),
        (Login.AUTO, {"XOAUTH2", "CRAM-MD5"}, None),
        (Login.AUTO, set(), None),
        (Login.LOGIN, {"LOGIN", "PLAIN"}, Login.LOGIN),
        (Login.PLAIN, {"LOGIN"}, None),
        (Login.XOAUTH2, {"XOAUTH2", "PLAIN"}, Login.XOAUTH2),
        (Login.XOAUTH2, {"PLAIN"}, None),
    ],
)
def test_one_mechanism_is_chosen(wanted: Login, offered: set[str], chosen: Login | None) -> None:
    """What the account says, or PLAIN before LOGIN; a token is never sent as a password."""
    assert mechanism(wanted, offered) is chosen


@pytest.mark.parametrize("login", [Login.PLAIN, Login.LOGIN, Login.XOAUTH2])
@pytest.mark.parametrize("secret", ["", "a\0b", "a\r\nb", "a\x01b", "a\x7f", "a\ud800"])
def test_a_secret_that_cannot_be_sent_is_not(login: Login, secret: str) -> None:
    """It would end a field, or a line, or be no text at all."""
    with pytest.raises(PersonError) as raised:
        script(login, "ann", secret)
    assert raised.value.code == "password_unfit"
    assert not secret or secret not in str(raised.value)


def test_a_user_that_would_end_a_field_is_refused() -> None:
    """NUL in the user would say another user."""
    with pytest.raises(PersonError):
        script(Login.PLAIN, "ann\0admin", "secret")


def test_a_long_initial_response_waits_for_its_challenge() -> None:
    """A command line has at most 512 bytes (RFC 4954, section 4)."""
    said = script(Login.XOAUTH2, "ann", "t" * 2000)
    assert said.command == b"AUTH XOAUTH2\r\n"
    assert len(said.responses) == 2
    assert said.responses[1] == b"\r\n"
    assert len(script(Login.PLAIN, "ann", "p" * 300).command) <= 512


def test_letters_of_any_script_are_sent_as_utf8() -> None:
    """A password may have an umlaut."""
    assert (
        script(Login.PLAIN, "ann", "pässwört").command
        == b"AUTH PLAIN " + base64.b64encode("\0ann\0pässwört".encode()) + b"\r\n"
    )


def test_a_script_shows_nothing() -> None:
    """In a traceback or a log there is no secret."""
    assert _CANARY not in repr(script(Login.LOGIN, "ann", _CANARY))
    assert base64.b64encode(_CANARY.encode()).decode() not in repr(script(Login.LOGIN, "ann", _CANARY))


_ECHOES = [
    _CANARY,
    _CANARY.upper(),
    base64.b64encode(_CANARY.encode()).decode(),
    base64.b64encode(f"\0ann\0{_CANARY}".encode()).decode(),
    base64.b64encode(f"user=ann\x01auth=Bearer {_CANARY}\x01\x01".encode()).decode(),
]


@pytest.mark.parametrize("echo", _ECHOES)
def test_a_reply_that_repeats_the_secret_is_not_kept_so(echo: str) -> None:
    """As it is, as base64, as the whole response; at the end of the longest text too."""
    mask = Mask("ann", _CANARY)
    for line in (f"5.7.8 {echo} is wrong", f"{'x' * 1990} {echo}", echo):
        text = mask.text(Reply(535, ("No", line)))
        assert echo.lower() not in text.lower()
        assert _CANARY not in text
    assert echo not in mask.text(Reply(535, (f"no{echo}no",)))


_ODD = "Kan&rien=vögel/7f3a"


@pytest.mark.parametrize(
    "echo",
    [
        _ODD.encode().hex(),
        _ODD.encode().hex().upper(),
        "Kan%26rien%3Dv%C3%B6gel%2F7f3a",
        "Kan%26rien%3dv%c3%b6gel%2f7f3a",
        "Kan&amp;rien=vögel/7f3a",
        "Kan&rien=3Dv=C3=B6gel/7f3a",
        _ODD.encode().decode("latin-1"),
        _ODD.encode("latin-1").decode("utf-8", "replace"),
        *(base64.b64encode(b"x" * before + _ODD.encode() + b"yz").decode() for before in range(6)),
        *(base64.urlsafe_b64encode(b"x" * before + _ODD.encode() + b"yz").decode() for before in range(6)),
    ],
)
def test_a_secret_that_is_repeated_in_another_form(echo: str) -> None:
    """B16: hex, percent signs, HTML, quoted-printable, another character set, base64 in the middle of other text:
    nothing is left that it could be read from.
    """
    left = Mask("ann", _ODD).text(Reply(535, (f"5.7.8 you said {echo} to us",)))
    assert "•••" in left
    assert len(left) < len("5.7.8 you said  to us") + 3 + 14


@given(
    st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=12),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_no_secret_is_left_in_a_text(secret: str, before: str, after: str) -> None:
    """Whatever the secret is, and whatever stands beside it."""
    text = Mask("ann", secret).text(Reply(535, (before + secret + after,)))
    assert secret not in text.replace("•••", "")
