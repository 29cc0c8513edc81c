"""Keyrings for tests: none of them is the platform's own."""

import json
import os
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """Keeps passwords while the test runs, and counts what it is asked."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no type there
        self.kept: dict[tuple[str, str], str] = {}
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("there is none")


class LockedKeyring(MemoryKeyring):
    """Refuses everything, as a keyring whose person dismissed the dialog."""

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        raise KeyringError("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringError("locked")


class ForgetfulKeyring(MemoryKeyring):
    """Says that it keeps everything, and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Forget it."""


class SilentKeyring(MemoryKeyring):
    """Does not answer until it is let: as one that shows a dialog nobody sees."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.answers.wait(60)
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.answers.wait(60)
        super().set_password(service, username, password)


class FileKeyring(KeyringBackend):
    """Keeps passwords in the file `TESTS_KEYRING`, for commands that are processes of their own."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service}\n{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self._read(), f"{service}\n{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._read()
        if kept.pop(f"{service}\n{username}", None) is None:
            raise PasswordDeleteError("there is none")
        self._write(kept)

    @staticmethod
    def _path() -> Path:
        return Path(os.environ["TESTS_KEYRING"])

    def _read(self) -> dict[str, str]:
        if not self._path().exists():
            return {}
        kept: dict[str, str] = json.loads(self._path().read_text())
        return kept

    def _write(self, kept: dict[str, str]) -> None:
        self._path().write_text(json.dumps(kept))
