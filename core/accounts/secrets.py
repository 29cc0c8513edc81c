"""The passwords of accounts: where each is found, and where one is kept. Never in a file, log or argument of ours."""

import contextlib
import os
import queue
import stat
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, TypeVar

from core.accounts.accounts import Account
from core.errors import PersonError
from core.mail.smtp.auth import is_fit
from core.paths import Home, is_out_of_files, reason

T = TypeVar("T")

#: A keyring may ask its person to unlock it; nobody waits longer than this, and not twice.
DEADLINE_S = 10.0
#: A password is a line; a file that is longer is another file.
_FILE_BYTES = 1 << 16
#: With the home behind it: two outboxes may each have an account of one name.
_SERVICE = "Outtray"


class Secrets:
    """Finds the password of an account: in the environment, in its file, else what was typed, else in the keyring.

    What the keyring gave is remembered while the program runs, so a locked keyring asks once. Callable from any
    thread, but it blocks, for `DEADLINE_S` at most where a keyring does not answer: not on a window's main thread.
    The keyring is imported when it is first needed (up to a second).
    """

    def __init__(self, home: Home, environ: Mapping[str, str], *, deadline_s: float = DEADLINE_S) -> None:
        self._service = f"{_SERVICE} {home.root}"
        self._environ = environ
        self._deadline_s = deadline_s
        #: By account, what was typed and could not be kept, and what the keyring gave.
        self._typed: dict[str, str] = {}
        self._remembered: dict[str, str] = {}
        #: The keyring did not answer: it is asked no more, until somebody does something about it.
        self._is_silent = False
        #: Counts what made an answer that is still awaited an old one.
        self._changes = 0
        # Four connections begin together: one asks the keyring, and the others have its answer. Not needed for what is
        # in memory: each of these is one step of the interpreter, and `look_again` must wait for nobody.
        self._asking = threading.Lock()

    def get(self, account: Account) -> str:
        """Return the password. Raises `PersonError`: `password_missing`, `password_file_bad`, `password_unfit`,
        `keyring_silent`.
        """
        if secret := self._environ.get(account.password_variable, ""):
            return fit(secret)
        if account.password_file:
            return fit(read_file(Path(account.password_file)))
        if found := self._in_memory(account.name):
            return found
        with self._asking:
            if found := self._in_memory(account.name):
                return found
            changes = self._changes
            if found := self._ask(lambda: self._read(account.name)):
                fit(found)  # before it is remembered: nobody looks at what is in memory again
                if changes == self._changes:
                    self._remembered[account.name] = found
                return found
        raise PersonError("password_missing", user=account.user, host=account.host)

    def _in_memory(self, name: str) -> str | None:
        return self._typed.get(name) or self._remembered.get(name)

    def keep(self, account: Account, secret: str) -> Literal["keyring", "session"]:
        """Keep a password that was typed: in the keyring or, where there is none that works, until the program ends.

        Raises `PersonError`: `password_unfit`; `password_elsewhere` where the environment or a file comes first.
        """
        fit(secret)
        self.refuse_elsewhere(account)
        try:
            self.keep_in_keyring(account, secret)
        except PersonError:
            self._typed[account.name] = secret
            return "session"
        return "keyring"

    def refuse_elsewhere(self, account: Account) -> None:
        """Raise `PersonError` (`password_elsewhere`) where a password that is typed would never be looked at."""
        if where := self.elsewhere(account):
            raise PersonError("password_elsewhere", user=account.user, where=where)

    def elsewhere(self, account: Account) -> str:
        """Return the variable or the file that a password comes from, before what is typed; "" for neither."""
        return account.password_variable if self._environ.get(account.password_variable) else account.password_file

    def keep_in_keyring(self, account: Account, secret: str) -> None:
        """Keep a password in the keyring, or nowhere.

        Raises `PersonError`: `password_unfit`, `keyring_silent`, and `keyring_missing`, which names the other ways.
        """
        fit(secret)
        with self._asking:
            if self._ask(lambda: self._store(account.name, secret)) is not True:
                raise no_keyring(account)
            self._remembered[account.name] = secret
            self._typed.pop(account.name, None)

    def forget(self, account: Account) -> None:
        """Forget the password of an account that is no more, in the keyring as well."""
        with self._asking:
            self._typed.pop(account.name, None)
            self._remembered.pop(account.name, None)
            with contextlib.suppress(PersonError):  # what does not answer cannot be told to forget
                self._ask(lambda: self._delete(account.name))

    def refused(self, account: Account, secret: str) -> None:
        """Forget a password that the server refused: the next time all places are asked afresh. Waits for nobody.

        What was typed meanwhile, or is in the environment or a file, is not touched.
        """
        self._changes += 1
        for place in (self._typed, self._remembered):
            if place.get(account.name) == secret:
                place.pop(account.name, None)

    def look_again(self, account: Account) -> None:
        """Ask the keyring afresh the next time: it may have another password by now. Waits for nobody."""
        self._changes += 1
        self._remembered.pop(account.name, None)
        self._is_silent = False

    def place(self) -> Literal["keyring", "session"]:
        """Return where `keep` would keep a password, so that it can be said before one is typed."""
        try:
            return "keyring" if self.keyring() else "session"
        except PersonError:
            return "session"

    def keyring(self) -> str:
        """Return the name of the keyring that keeps passwords here; "" where there is none. Reads it, changes nothing.

        Raises `PersonError` (`keyring_silent`) where it does not answer.
        """
        with self._asking:
            return self._ask(self._probe) or ""

    def _ask(self, question: Callable[[], T]) -> T | None:
        """Return what the keyring answers; None where there is none that works. Call with `_asking` held.

        On a thread of its own, which is left to itself after the deadline: D-Bus and the dialogs behind it cannot be
        broken off. Raises `keyring_silent` then, and at once from there on.
        """
        if self._is_silent:
            raise PersonError("keyring_silent")
        answers: queue.SimpleQueue[T | None] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(question())
            except Exception:  # noqa: BLE001 - backends raise what their libraries do; all of it means: no keyring
                answers.put(None)

        threading.Thread(target=ask, name="keyring", daemon=True).start()
        try:
            return answers.get(timeout=self._deadline_s)
        except queue.Empty:
            self._is_silent = True
            raise PersonError("keyring_silent") from None

    def _read(self, name: str) -> str | None:
        import keyring

        return keyring.get_password(self._service, name)

    def _store(self, name: str, secret: str) -> bool:
        """Store a password and read it back: a backend that keeps nothing says nothing of it either."""
        import keyring

        keyring.set_password(self._service, name, secret)
        return keyring.get_password(self._service, name) == secret

    def _delete(self, name: str) -> None:
        import keyring

        keyring.delete_password(self._service, name)

    def _probe(self) -> str:
        import keyring

        keyring.get_password(self._service, "doctor")
        backend = keyring.get_keyring()
        # The null backend answers everything and keeps nothing.
        return "" if backend.priority < 0 else str(backend.name)


def no_keyring(account: Account) -> PersonError:
    """Return the error that names the other ways in which an account's password can be had."""
    ways = f"{account.password_variable} in the environment, or --password-file FILE"
    return PersonError("keyring_missing", ways=ways)


def fit(secret: str) -> str:
    """Return a password as it is. Raises `PersonError` (`password_unfit`) where no server could be given it."""
    if not is_fit(secret):
        raise PersonError("password_unfit")
    return secret


def read_file(path: Path) -> str:
    """Return the first line of a password file. Blocks.

    It must be a regular file of this user that nobody else may read, and no link. Raises `PersonError`
    (`password_file_bad`) with the reason, or `files_out`.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    if path.is_symlink():
        raise _bad_file(path, "it is a link")
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if is_out_of_files(error):
            raise PersonError("files_out") from error
        raise _bad_file(path, reason(error)) from error
    try:
        _refuse_others(path, os.fstat(descriptor))
        data = _read_from(path, descriptor)
    finally:
        os.close(descriptor)
    line = data.split(b"\n", 1)[0].removesuffix(b"\r")
    if not line:
        raise _bad_file(path, "its first line is empty")
    if len(data) > _FILE_BYTES:
        raise _bad_file(path, "it is too long to be a password file")
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _bad_file(path, "its first line is not UTF-8") from None


def _refuse_others(path: Path, about: os.stat_result) -> None:
    if not stat.S_ISREG(about.st_mode):
        raise _bad_file(path, "it is not a regular file")
    if os.name == "posix":
        if about.st_uid != os.geteuid():
            raise _bad_file(path, "it belongs to another user")
        if about.st_mode & 0o077:
            raise _bad_file(path, "others may read it; type: chmod 600 on it")


def _read_from(path: Path, descriptor: int) -> bytes:
    """Read to the end, or to one byte more than a password file may have."""
    data = b""
    try:
        while len(data) <= _FILE_BYTES and (part := os.read(descriptor, _FILE_BYTES + 1 - len(data))):
            data += part
    except OSError as error:
        raise _bad_file(path, reason(error)) from error
    return data


def _bad_file(path: Path, why: str) -> PersonError:
    return PersonError("password_file_bad", path=path, why=why)
