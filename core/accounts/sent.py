"""Looking for deliveries that are not confirmed in the Sent folders of their accounts, an account after another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.accounts.accounts import Account, Accounts
from core.accounts.secrets import Secrets
from core.errors import Problem
from core.mail.stop import Stop
from core.outbox.notification import PRACTICE, Delivery, Sighting

if TYPE_CHECKING:
    from core.mail.imap.sent_folder import Answer


@dataclass(frozen=True)
class Looked:
    """What is known of one delivery after a look."""

    delivery: Delivery
    #: Where it was found, or not; where neither, `problem` says why nobody could look.
    sighting: Sighting | None = None
    problem: Problem | None = None


def look_for(
    accounts: Accounts, secrets: Secrets, deliveries: Iterable[Delivery], stop: Stop | None = None
) -> tuple[Looked, ...]:
    """Look for each delivery in its account's Sent folder: one connection and one login an account.

    Nothing is changed, here or there: `Outbox.sighted` takes in what came of it. What was not come to before it was
    stopped is left out. Blocks for as long as servers may take; on any thread but a window's main thread.
    """
    by_account: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_account.setdefault(delivery.account, []).append(delivery)
    looked: list[Looked] = []
    for name, wanted in by_account.items():
        if stop is not None and stop.is_set:
            break
        looked += _look(name, accounts.find(name), secrets, wanted, stop)
    return tuple(looked)


def _look(
    name: str, account: Account | None, secrets: Secrets, wanted: list[Delivery], stop: Stop | None
) -> Iterable[Looked]:
    if account is None:
        code = "sent_practice" if name == PRACTICE else "account_gone"
        return [Looked(each, problem=Problem("account", code, (("account", name),))) for each in wanted]
    if (server := account.imap_server) is None:
        missing = Problem("imap_host", "sent_not_set", (("account", account.address),))
        return [Looked(each, problem=missing) for each in wanted]
    from core.mail.imap.sent_folder import look  # here: ssl takes 20 ms, and nearly nobody ever looks

    secret: Callable[[], str] = partial(secrets.get, account)
    ids = [each.message_id for each in wanted]
    answers = look(server, secret, ids, folder=account.sent_folder, stop=stop)
    return [_looked(each, answers[each.message_id]) for each in wanted if each.message_id in answers]


def _looked(delivery: Delivery, answer: "Answer") -> Looked:
    if answer.problem is not None:
        return Looked(delivery, problem=answer.problem)
    is_found = answer.kind == "found"
    return Looked(delivery, Sighting(delivery.id, delivery.generation, is_found, answer.where, answer.kept_at))
