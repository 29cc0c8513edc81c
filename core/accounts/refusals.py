"""Passwords that a server of an account refused: what is known to be wrong is not sent again."""

import secrets
from hashlib import blake2b

from core.mail.smtp.server import Server


class Refusals:
    """Remembers, while the program runs, which password each account's server refused. Callable from any thread.

    Of a password only a digest is kept, by a key of this run.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        #: Each step on it is one of the interpreter.
        self._refused: dict[str, tuple[Server, bytes]] = {}

    def add(self, account: str, server: Server, secret: str) -> None:
        """Note that a server refused this."""
        self._refused[account] = server, self._digest(secret)

    def has(self, account: str, server: Server, secret: str) -> bool:
        """Say whether this server refused this, so that only another password, or a test, is worth a try."""
        return self._refused.get(account) == (server, self._digest(secret))

    def forget(self, account: str) -> None:
        """Have the account's password tried again: a person asked for it, or it works now."""
        self._refused.pop(account, None)

    def _digest(self, secret: str) -> bytes:
        return blake2b(secret.encode("utf-8", "surrogatepass"), key=self._key).digest()
