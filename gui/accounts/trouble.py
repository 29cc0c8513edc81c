"""What keeps an account from sending until a person mends it, as a value and in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from core.accounts.accounts import Account, Accounts
from core.outbox.notification import AccountState
from gui import wording
from gui.said import said

_translate = QCoreApplication.translate

#: What a new password mends.
OF_PASSWORD = frozenset({"auth_refused", "password_missing", "password_unfit"})


@dataclass(frozen=True)
class Trouble:
    """One account that waits for its person."""

    account: str
    #: "12 held: the password for info@… was refused."
    sentence: str
    #: What the server said, or the whole diagnosis; "" where the sentence says all.
    detail: str
    #: Typing the password mends it.
    is_of_password: bool
    #: The account is still there, so it can be changed and tried again.
    is_known: bool = True


def troubles(
    states: Iterable[AccountState], accounts: Accounts, elsewhere: Callable[[Account], str] = lambda _: ""
) -> tuple[Trouble, ...]:
    """Return the accounts that are broken or hold something for it, in the order of the accounts.

    One that is gone and holds nothing is nobody's trouble. `elsewhere` says of an account which variable or file its
    password comes from: that is not mended by typing it.
    """
    order = {account.name: place for place, account in enumerate(accounts.all)}
    broken = [state for state in states if state.held or (state.reason == "account" and state.account in order)]
    broken.sort(key=lambda state: (order.get(state.account, len(order)), state.account))
    return tuple(_trouble(state, accounts.find(state.account), elsewhere) for state in broken)


def _trouble(state: AccountState, account: Account | None, elsewhere: Callable[[Account], str]) -> Trouble:
    who = account.address if account is not None else state.account
    detail = wording.code_sentence(state.code, dict(state.values)) if state.code else said(state.detail)
    if state.code == "password_missing":
        words = _translate("Trouble", "Waiting for the password of {address}.").format(address=who)
        if state.held:
            words = _translate("Trouble", "{count} held: waiting for the password of {address}.")
        return Trouble(state.account, _filled(words, state.held, who), "", True, account is not None)
    if state.code == "auth_refused":
        words = _translate("Trouble", "The password for {address} was refused.")
        if state.held:
            words = _translate("Trouble", "{count} held: the password for {address} was refused.")
    else:
        words = _translate("Trouble", "{address} cannot send.")
        if state.held:
            words = _translate("Trouble", "{count} held: {address} cannot send.")
    is_of_password = state.code in OF_PASSWORD
    if is_of_password and account is not None and (where := elsewhere(account)):
        is_of_password = False
        mend = _translate("Trouble", "The password comes from {where}: mend it there, then test again.")
        detail = wording.sentences(detail, mend.format(where=said(where)))
    return Trouble(state.account, _filled(words, state.held, who), detail, is_of_password, account is not None)


def _filled(words: str, held: int, who: str) -> str:
    return words.format(count=wording.count(held), address=who)
