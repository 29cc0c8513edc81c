"""Secrets: where a password is found, that each way is judged, and that none leaves a trace."""

import dataclasses
import logging
import os
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from core.accounts.accounts import Account
from core.accounts.secrets import Secrets, read_file
from core.errors import PersonError
from core.paths import Home
from tests.keyrings import ForgetfulKeyring, LockedKeyring, MemoryKeyring, SilentKeyring

SCHOOL = Account(name="school", address="info@school.example", host="smtp.school.example", user="info")
CLUB = dataclasses.replace(SCHOOL, name="my-club")
CANARY = "c4n4ry-Pässwort"

Use = Callable[[KeyringBackend], None]


@pytest.fixture
def use() -> Iterator[Use]:
    """Have a keyring take the place of the platform's for one test."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture
def kept(use: Use) -> MemoryKeyring:
    backend = MemoryKeyring()
    use(backend)
    return backend


@pytest.fixture
def silent(use: Use) -> Iterator[SilentKeyring]:
    backend = SilentKeyring()
    use(backend)
    yield backend
    backend.answers.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(10)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def code_of(call: Callable[[], object]) -> str:
    """Return the code of the error a person is shown for this call."""
    with pytest.raises(PersonError) as caught:
        call()
    assert CANARY not in str(caught.value)
    return caught.value.code


def password_file(folder: Path, text: str | bytes = f"{CANARY}\n", mode: int = 0o600) -> Account:
    path = folder / "password"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return dataclasses.replace(SCHOOL, password_file=str(path))


def test_the_environment_comes_first(home: Home, kept: MemoryKeyring, tmp_path: Path) -> None:
    """`OUTTRAY_PASSWORD_<NAME>` before the file, and the keyring is not asked."""
    account = password_file(tmp_path, "from the file\n")
    assert Secrets(home, {"OUTTRAY_PASSWORD_SCHOOL": CANARY}).get(account) == CANARY
    assert Secrets(home, {"OUTTRAY_PASSWORD_SCHOOL": ""}).get(account) == "from the file"
    assert Secrets(home, {"OUTTRAY_PASSWORD_MY_CLUB": CANARY}).get(CLUB) == CANARY
    assert kept.asked == 0


def test_a_file_comes_before_the_keyring(home: Home, kept: MemoryKeyring, tmp_path: Path) -> None:
    """Its first line, whatever ends it, and read again each time: a token may be written there anew."""
    secrets = Secrets(home, {})
    secrets.keep_in_keyring(SCHOOL, "from the keyring")
    for text in (f"{CANARY}\n", f"{CANARY}\r\nmore\n", CANARY, f"\ufeff{CANARY}\n"):
        assert secrets.get(password_file(tmp_path, text)) == CANARY
    assert secrets.get(password_file(tmp_path, " two words \n")) == " two words "
    assert secrets.get(SCHOOL) == "from the keyring"


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("x\n", 0o640, "others may read it"),
        ("x\n", 0o604, "others may read it"),
        ("", 0o600, "first line is empty"),
        ("\nx\n", 0o600, "first line is empty"),
        (b"\xff\xfe\n", 0o600, "not UTF-8"),
        ("x\n" * 40_000, 0o600, "too long"),
    ],
)
def test_a_file_that_others_could_read_is_refused(
    home: Home, tmp_path: Path, text: str | bytes, mode: int, said: str
) -> None:
    """0600 and a line of text; anything else is said, and the keyring does not stand in for it."""
    account = password_file(tmp_path, text, mode)
    with pytest.raises(PersonError, match=said) as caught:
        Secrets(home, {}).get(account)
    assert caught.value.code == "password_file_bad"
    assert account.password_file in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="Windows has neither links nor pipes of this kind")
def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    """A link, a pipe (which would block), a folder, a device, nothing: each in words."""
    target = tmp_path / "target"
    target.write_text("x\n")
    target.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to(target)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for path, said in (
        (link, "link"),
        (pipe, "regular"),
        (tmp_path, "regular"),
        (Path("/dev/zero"), "regular"),
        (tmp_path / "nowhere", "no such file"),
    ):
        with pytest.raises(PersonError, match=said):
            read_file(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="Needs root, to own what it does not.")
def test_somebody_elses_file_is_refused(tmp_path: Path) -> None:
    """Whoever may write it could choose the password that we send to a server."""
    account = password_file(tmp_path)
    os.chown(account.password_file, 65534, 65534)
    with pytest.raises(PersonError, match="another user"):
        read_file(Path(account.password_file))


def test_the_keyring_keeps_what_is_typed(home: Home, kept: MemoryKeyring) -> None:
    """Over restarts; and each outbox has its own, also where accounts have one name."""
    assert Secrets(home, {}).place() == "keyring"
    assert Secrets(home, {}).keep(SCHOOL, CANARY) == "keyring"
    assert Secrets(home, {}).get(SCHOOL) == CANARY
    assert code_of(lambda: Secrets(home, {}).get(CLUB)) == "password_missing"
    assert code_of(lambda: Secrets(Home(home.root / "other"), {}).get(SCHOOL)) == "password_missing"


def test_the_keyring_is_asked_once_a_session(home: Home, kept: MemoryKeyring) -> None:
    """Four connections and a thousand messages need one answer; a person's change is seen all the same."""
    secrets = Secrets(home, {})
    secrets.keep(SCHOOL, "old")
    secrets = Secrets(home, {})
    kept.asked = 0
    assert [secrets.get(SCHOOL) for _ in range(5)] == ["old"] * 5
    assert kept.asked == 1
    Secrets(home, {}).keep(SCHOOL, "new")
    assert secrets.get(SCHOOL) == "old"
    secrets.look_again(SCHOOL)
    assert secrets.get(SCHOOL) == "new"


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, LockedKeyring, ForgetfulKeyring])
def test_without_a_keyring_that_works_it_is_asked_once_a_session(
    home: Home, use: Use, backend: type[KeyringBackend]
) -> None:
    """None, a locked one, one that keeps nothing: what is typed serves until the program ends, and no longer."""
    use(backend())
    secrets = Secrets(home, {})
    assert code_of(lambda: secrets.get(SCHOOL)) == "password_missing"
    assert secrets.keep(SCHOOL, CANARY) == "session"
    assert secrets.get(SCHOOL) == CANARY
    assert code_of(lambda: Secrets(home, {}).get(SCHOOL)) == "password_missing"


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, LockedKeyring])
def test_without_a_keyring_that_works_the_other_ways_are_named(
    home: Home, use: Use, backend: type[KeyringBackend]
) -> None:
    use(backend())
    with pytest.raises(PersonError, match=r"OUTTRAY_PASSWORD_SCHOOL .*--password-file") as caught:
        Secrets(home, {}).keep_in_keyring(SCHOOL, CANARY)
    assert caught.value.code == "keyring_missing"
    assert Secrets(home, {}).place() == "session"


def test_a_password_that_was_refused_is_not_used_again(home: Home, use: Use) -> None:
    """Typed or remembered, all places are asked afresh; where there is no other, it is missing. A newer one stays."""
    use(LockedKeyring())
    secrets = Secrets(home, {})
    assert secrets.keep(SCHOOL, "wrong") == "session"
    secrets.refused(SCHOOL, "wrong")
    assert code_of(lambda: secrets.get(SCHOOL)) == "password_missing"
    secrets.keep(SCHOOL, CANARY)
    secrets.refused(SCHOOL, "wrong")  # by a login that was under way meanwhile
    assert secrets.get(SCHOOL) == CANARY
    secrets.refused(SCHOOL, CANARY)
    use(MemoryKeyring())
    Secrets(home, {}).keep(SCHOOL, "old")
    assert secrets.get(SCHOOL) == "old"
    Secrets(home, {}).keep(SCHOOL, "new")
    secrets.refused(SCHOOL, "old")
    assert secrets.get(SCHOOL) == "new"


def test_a_keyring_that_never_answers_is_waited_for_once(home: Home, silent: SilentKeyring) -> None:
    """C8: a keyring that never answers is asked once a session: after the deadline it is left alone, until a
    person does something about it."""
    secrets = Secrets(home, {}, deadline_s=0.05)
    assert code_of(lambda: secrets.get(SCHOOL)) == "keyring_silent"
    assert code_of(lambda: secrets.get(CLUB)) == "keyring_silent"
    assert secrets.keep(SCHOOL, CANARY) == "session"
    assert secrets.get(SCHOOL) == CANARY
    assert silent.asked == 1
    silent.answers.set()
    silent.kept[f"Outtray {home.root}", "my-club"] = "there all the time"
    secrets.look_again(CLUB)
    assert secrets.get(CLUB) == "there all the time"


def test_what_is_elsewhere_is_not_kept_twice(home: Home, kept: MemoryKeyring, tmp_path: Path) -> None:
    """A typed password that would never be used is refused, and where the used one is, is said."""
    by_file = password_file(tmp_path)
    for secrets, account, where in (
        (Secrets(home, {"OUTTRAY_PASSWORD_SCHOOL": "x"}), SCHOOL, "OUTTRAY_PASSWORD_SCHOOL"),
        (Secrets(home, {}), by_file, by_file.password_file),
    ):
        with pytest.raises(PersonError, match=where):
            secrets.keep(account, CANARY)
    assert kept.kept == {}


def test_an_account_that_is_removed_takes_its_password_along(home: Home, kept: MemoryKeyring) -> None:
    secrets = Secrets(home, {})
    secrets.keep(SCHOOL, CANARY)
    secrets.forget(SCHOOL)
    secrets.forget(SCHOOL)
    assert kept.kept == {}
    assert code_of(lambda: secrets.get(SCHOOL)) == "password_missing"


@pytest.mark.parametrize("secret", ["", "a\nb", "a\r", "a\0b", "\x1b", "a\x85b", "\ud800"])
def test_what_no_server_takes_is_refused_everywhere(home: Home, kept: MemoryKeyring, secret: str) -> None:
    """A line break in a password would be a command of its own on some ways."""
    assert code_of(lambda: Secrets(home, {}).keep(SCHOOL, secret)) == "password_unfit"
    assert kept.kept == {}
    if secret:
        assert code_of(lambda: Secrets(home, {"OUTTRAY_PASSWORD_SCHOOL": secret}).get(SCHOOL)) == "password_unfit"


def test_an_unfit_password_of_the_keyring_is_never_given(home: Home, kept: MemoryKeyring) -> None:
    """What another program put into the keyring is judged each time it is asked for, not only the first time."""
    secrets = Secrets(home, {})
    secrets.keep(SCHOOL, CANARY)
    (service, name), _ = next(iter(kept.kept.items()))
    kept.kept[service, name] = "a\r\nx LOGOUT"
    secrets.look_again(SCHOOL)
    for _ in range(2):
        assert code_of(lambda: secrets.get(SCHOOL)) == "password_unfit"


def test_a_password_leaves_no_trace(
    home: Home, kept: MemoryKeyring, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Not in what is shown of an object, of an error, in the log or in any file of the home."""
    caplog.set_level(logging.DEBUG)
    secrets = Secrets(home, {})
    secrets.keep(SCHOOL, CANARY)
    assert secrets.get(SCHOOL) == CANARY
    shown = [repr(secrets), repr(SCHOOL), caplog.text]
    try:
        secrets.keep(password_file(tmp_path), CANARY)
    except PersonError as error:
        shown += [str(error), repr(error), "".join(traceback.format_exception(error))]
    assert not [each for each in shown if CANARY in each]
    assert not home.root.exists()
