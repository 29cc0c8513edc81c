"""How each account stands, in words: ready, waiting, or in need of its person."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from core.accounts.accounts import Account, Accounts
from core.mail.smtp.server import Security
from core.outbox.notification import PRACTICE, AccountState
from gui import wording
from gui.accounts.trouble import OF_PASSWORD

_translate = QCoreApplication.translate


@dataclass(frozen=True)
class Standing:
    """One account as the list of accounts shows it."""

    account: str
    address: str
    sender_name: str
    server: str
    state: str
    #: The colour of the state, a token of the palette, and its icon.
    color: str
    icon: str
    is_default: bool

    def text(self) -> str:
        """Return it as one line, for screen readers."""
        default = _translate("Accounts", "default") if self.is_default else ""
        return ", ".join(part for part in (self.address, self.sender_name, self.state, self.server, default) if part)


def standings(accounts: Accounts, states: Iterable[AccountState], now_ms: int) -> tuple[Standing, ...]:
    """Return every account, Practice last."""
    by_name = {state.account: state for state in states}
    found = [_standing(account, by_name.get(account.name), accounts.default, now_ms) for account in accounts.all]
    practice = Standing(
        PRACTICE,
        _translate("Sender", "Practice"),
        "",
        _translate("Accounts", "Nobody receives it."),
        _translate("Accounts", "Kept on this computer"),
        "practised",
        "inbox",
        accounts.default == PRACTICE,
    )
    return (*found, practice)


def status_words(accounts: Accounts, states: Iterable[AccountState]) -> tuple[str, str]:
    """Return what the foot of the window says of the way to the servers, and the colour of its dot."""
    if not accounts.all:
        return _translate("Status", "Practice"), "sent"
    real = [state for state in states if accounts.find(state.account) is not None]
    broken = [state for state in real if state.reason == "account"]
    if any(state.reason == "offline" for state in real):
        return _translate("Status", "No network"), "waiting"
    if any(state.code in OF_PASSWORD for state in broken):
        return _translate("Status", "Waiting for the password"), "failed"
    if broken:
        return _translate("Status", "An account needs you"), "failed"
    return _translate("Status", "Online"), "sent"


def server_words(account: Account) -> str:
    """Return the server, its port, and how the way to it is kept: "smtp.example.com:465, TLS"."""
    kinds = {
        Security.TLS: "TLS",
        Security.STARTTLS: "STARTTLS",
        Security.NONE: _translate("Accounts", "no encryption"),
    }
    host = f"[{account.host}]" if ":" in account.host else account.host
    return f"{host}:{account.port}, {kinds[account.security]}"


def _standing(account: Account, state: AccountState | None, default: str, now_ms: int) -> Standing:
    words, color, icon = _state_words(state, now_ms)
    return Standing(
        account.name,
        account.address,
        account.sender_name,
        server_words(account),
        words,
        color,
        icon,
        account.name == default,
    )


def _state_words(state: AccountState | None, now_ms: int) -> tuple[str, str, str]:
    time = "" if state is None or state.until is None else wording.short_time(state.until, now_ms)
    match "" if state is None else state.reason:
        case "offline":
            return _translate("Accounts", "No network"), "waiting", "clock"
        case "backoff":
            return _translate("Accounts", "Server busy. Next try {time}").format(time=time), "waiting", "clock"
        case "rate":
            return _translate("Accounts", "Rate limit. Next try {time}").format(time=time), "waiting", "clock"
        case "account":
            assert state is not None
            return _broken_words(state), "failed", "key" if state.code in OF_PASSWORD else "warning"
    return _translate("Accounts", "Ready"), "sent", "check"


def _broken_words(state: AccountState) -> str:
    match state.code:
        case "auth_refused":
            return _translate("Accounts", "Password refused")
        case "password_missing":
            return _translate("Accounts", "Waiting for the password")
    return _translate("Accounts", "Cannot send")
