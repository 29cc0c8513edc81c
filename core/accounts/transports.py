"""Which transport each account goes by: built when it is first needed, dropped when the account changes."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.accounts.accounts import Account, Accounts
from core.accounts.secrets import Secrets, fit
from core.errors import Problem
from core.mail.smtp.server import Deadlines
from core.mail.stop import Stop
from core.mail.transport import Desk, Outcome, Parcel, Phase, Transport, Verdict
from core.outbox.notification import PRACTICE
from core.paths import is_out_of_files
from core.words import problem_sentence

if TYPE_CHECKING:
    from core.mail.smtp.diagnosis import Finding
    from core.mail.smtp.transport import SmtpTransport

#: Somebody looks on: what is silent for half a minute is not worth their five.
_WATCHED = Deadlines(connect_s=20, greeting_s=30, command_s=30)


class Transports:
    """One transport for each account that something was sent by. Callable from any thread."""

    def __init__(
        self,
        accounts: Accounts,
        secrets: Secrets,
        practice: Transport,
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._accounts = accounts
        self._secrets = secrets
        self._practice = practice
        self._reached = reached
        self._made: dict[str, tuple[Account, Transport]] = {}
        #: Of accounts that changed: halted, and their connections still to be closed.
        self._dropped: list[Transport] = []
        self._is_halted = False
        self._lock = threading.Lock()

    def of(self, name: str) -> Transport:
        """Return the transport of an account; for one that is gone, a transport that says so; the same where too many
        files are open to make one.

        Closes what is left of accounts that changed. Blocks for moments: on a deliveries thread.
        """
        with self._lock:
            dropped, self._dropped = self._dropped, []
            found = self._practice if name == PRACTICE else self._found(name)
        for transport in dropped:
            transport.let_go(0)
        return found

    def _found(self, name: str) -> Transport:
        account = self._accounts.find(name)
        if account is None:
            gone = Problem("account", "account_gone", (("account", name),))
            return _NoWay(Outcome(Verdict.ACCOUNT, reply=problem_sentence(gone), problem=gone))
        if name not in self._made:
            try:
                transport = self._smtp(account)
            except OSError as error:
                if not is_out_of_files(error):
                    raise
                full = Problem("account", "files_out")
                return _NoWay(Outcome(Verdict.LATER, Phase.CONNECT, reply=problem_sentence(full), problem=full))
            if self._is_halted:
                transport.halt()
            self._made[name] = account, transport
        return self._made[name][1]

    def _smtp(self, account: Account) -> "SmtpTransport":
        from core.mail.smtp.transport import SmtpTransport  # here: ssl alone takes 20 ms, and Practice needs none

        return SmtpTransport(
            account.server,
            lambda: self._secrets.get(account),
            refused=lambda secret: self._secrets.refused(account, secret),
            reached=self._reached,
        )

    def change(self, accounts: Accounts) -> None:
        """Go by other accounts from now on. What is under way with a changed server is broken off, before its dot."""
        with self._lock:
            self._accounts = accounts
            for name, (account, _) in list(self._made.items()):
                now = accounts.find(name)
                if now is None or _way(now) != _way(account):
                    self._drop(name)

    def renew(self, name: str) -> None:
        """Begin anew with an account: its kept connections are not used again."""
        with self._lock:
            if name in self._made:
                self._drop(name)

    def _drop(self, name: str) -> None:
        _, transport = self._made.pop(name)
        transport.halt()
        self._dropped.append(transport)

    def let_go(self, idle_s: float) -> bool:
        """Close the kept connections that nobody used for so long, and all of accounts that changed.

        Say whether any is kept. Blocks for moments.
        """
        with self._lock:
            made = [transport for _, transport in self._made.values()]
            dropped, self._dropped = self._dropped, []
        for transport in dropped:
            transport.let_go(0)
        is_kept = False
        for transport in made:
            is_kept |= transport.let_go(idle_s)
        return is_kept

    def halt(self) -> None:
        """Break off what is not yet handed over, by every account."""
        with self._lock:
            self._is_halted = True
            transports = [transport for _, transport in self._made.values()]
        for transport in transports:
            transport.halt()


def examine(
    account: Account,
    secrets: Secrets,
    report: "Callable[[Finding], None]",
    secret: str | None = None,
    stop: Stop | None = None,
) -> bool:
    """Go the way to an account's server up to its login, and report each step; say whether all was good.

    A `secret` that is given is used in the place of the kept one. It ends when it is stopped.
    Blocks for as long as a server may take; on any thread but a window's main thread.
    """
    from core.mail.smtp.diagnosis import diagnose

    def find() -> str:
        return secrets.get(account) if secret is None else fit(secret)

    return diagnose(account.server, find, report, _WATCHED, stop)


def _way(account: Account) -> tuple[object, ...]:
    """Return what a connection depends on: a new signature leaves it alone."""
    return account.server, account.password_file


class _NoWay:
    """The transport where there is none: what waits for the account is told why, in words."""

    is_idempotent = False

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
        """Settle the first; what becomes of the account takes the others along."""
        desk.settle(run[0], self._outcome)

    def let_go(self, idle_s: float) -> bool:
        return False

    def halt(self) -> None:
        """Nothing is ever under way."""
