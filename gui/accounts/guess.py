"""What follows from the address of a new account."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from core.accounts.presets import Preset
from core.accounts.presets import guess as guess_preset
from core.mail.smtp.server import Login, Security
from core.outbox.notification import PRACTICE

#: What no account's own name may hold (`core.accounts.accounts`).
_NOT_OF_A_NAME = re.compile("[^a-z0-9._-]+")
_NAME_MOST = 32


@dataclass(frozen=True)
class Guess:
    """What the fields of an account hold until its person types something else."""

    preset: Preset | None
    host: str
    #: None: the usual one of the security.
    port: int | None
    security: Security
    user: str
    login: Login
    name: str
    #: The server with the Sent folder, or "".
    imap_host: str = ""
    imap_port: int | None = None
    imap_security: Security = Security.TLS


def guess_account(address: str, taken: Collection[str]) -> Guess:
    """Guess the rest of an account from its address. `taken` are the names that others have. Pure, at every key."""
    preset = guess_preset(address)
    name = _short_name(address, preset is not None, taken)
    if preset is None:
        return Guess(None, "", None, Security.TLS, address, Login.AUTO, name)
    return Guess(
        preset,
        preset.host,
        preset.port,
        preset.security,
        preset.user_of(address),
        preset.login,
        name,
        preset.imap_host,
        preset.imap_port if preset.imap_host else None,
        preset.imap_security,
    )


def _short_name(address: str, is_of_provider: bool, taken: Collection[str]) -> str:
    """Make a name that nobody has: of the person at a provider that many use, else of their domain."""
    local, _, domain = address.rpartition("@")
    base = local if is_of_provider or not domain else domain.partition(".")[0]
    base = _NOT_OF_A_NAME.sub("-", base.lower()).strip("._-")[: _NAME_MOST - 4] or ("mail" if address else "")
    name, number = base, 2
    while name and (name in taken or name == PRACTICE):
        name, number = f"{base}-{number}", number + 1
    return name
