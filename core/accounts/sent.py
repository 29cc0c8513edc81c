"""Looking for deliveries that are not confirmed in the Sent folders of their accounts, an account after another."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.accounts.accounts import Account, Accounts
from core.accounts.refusals import Refusals
from core.accounts.secrets import Secrets
from core.errors import PersonError, Problem
from core.mail.smtp.server import Server
from core.mail.stop import Stop
from core.outbox.notification import PRACTICE, AccountState, Delivery, Sighting
from core.outbox.states import Reason, State

if TYPE_CHECKING:
    from core.mail.imap.sent_folder import Answer

_IMAP_REFUSED = "imap_auth_refused"
#: Why a mail server lets nothing of an account through, where that is its password.
_REFUSED = "auth_refused"


#: What is sent again in these states can still be kept from it.
GOING = frozenset({State.QUEUED, State.HELD, State.SENDING})


@dataclass(frozen=True)
class Looked:
    """What is known of one delivery after a look."""

    delivery: Delivery
    #: Where it was found, or not; where neither, `problem` says why nobody could look.
    sighting: Sighting | None = None
    problem: Problem | None = None


def look_for(
    accounts: Accounts,
    secrets: Secrets,
    deliveries: Iterable[Delivery],
    stop: Stop | None = None,
    *,
    refusals: Refusals | None = None,
    broken: Iterable[AccountState] = (),
) -> tuple[Looked, ...]:
    """Look for each delivery in its account's Sent folder: one connection and one login an account.

    Nothing is changed, here or there: `Outbox.sighted` takes in what came of it. What was not come to before it was
    stopped is left out. A password that a server refused is not sent again: what `refusals` remembers, and nothing of
    the accounts in `broken` whose mail server refused it. Blocks for as long as servers may take; on any thread but a
    window's main thread.
    """
    asking = _Asking(secrets, refusals or Refusals(), stop)
    refused = {state.account: state for state in broken if state.reason is Reason.ACCOUNT and state.code == _REFUSED}
    by_account: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_account.setdefault(delivery.account, []).append(delivery)
    looked: list[Looked] = []
    for name, wanted in by_account.items():
        if stop is not None and stop.is_set:
            break
        if (state := refused.get(name)) is not None:
            problem = Problem("account", state.code, state.values)
            looked += [Looked(each, problem=problem) for each in wanted]
        else:
            looked += _look(name, accounts.find(name), asking, wanted)
    return tuple(looked)


class _Asking:
    """How servers are asked: with which passwords, and until when."""

    def __init__(self, secrets: Secrets, refusals: Refusals, stop: Stop | None) -> None:
        self._secrets = secrets
        self._refusals = refusals
        self._stop = stop

    def ask(self, account: Account, server: Server, message_ids: list[str]) -> "dict[str, Answer]":
        """Look for messages, and remember a password that the server refused."""
        from core.mail.imap.sent_folder import look  # here: ssl takes 20 ms, and nearly nobody ever looks

        said: list[str] = []

        def secret() -> str:
            found = self._secrets.get(account)
            if self._refusals.has(account.name, server, found):
                raise PersonError("imap_auth_known", user=server.user)
            said.append(found)
            return found

        answers = look(server, secret, message_ids, folder=account.sent_folder, stop=self._stop)
        is_refused = any(each.problem is not None and each.problem.code == _IMAP_REFUSED for each in answers.values())
        if said and is_refused:
            self._refusals.add(account.name, server, said[-1])
        return answers


def _look(name: str, account: Account | None, asking: _Asking, wanted: list[Delivery]) -> Iterable[Looked]:
    if account is None:
        code = "sent_practice" if name == PRACTICE else "account_gone"
        return [Looked(each, problem=Problem("account", code, (("account", name),))) for each in wanted]
    if (server := account.imap_server) is None:
        missing = Problem("imap_host", "sent_not_set", (("account", account.address),))
        return [Looked(each, problem=missing) for each in wanted]
    answers = asking.ask(account, server, [each.message_id for each in wanted])
    return [_looked(each, answers[each.message_id]) for each in wanted if each.message_id in answers]


def _looked(delivery: Delivery, answer: "Answer") -> Looked:
    if answer.problem is not None:
        return Looked(delivery, problem=answer.problem)
    from core.mail.imap.sent_folder import Kind

    is_found = answer.kind is Kind.FOUND
    return Looked(delivery, Sighting(delivery.id, delivery.generation, is_found, answer.where, answer.kept_at))
