"""Builds that break a promise, each in one place: the tests must see it, or they see nothing."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from core.outbox.leases import Leases
from core.outbox.notification import Claim, Receipt
from core.outbox.outbox import Order, Outbox
from core.outbox.store import Store

#: Long enough that a kill meets it.
_BETWEEN_S = 0.03


def _without_intent() -> None:
    """The dot goes out with nothing on disk that says so."""

    intend = Leases.intend

    def skip(store: Leases, claim: Claim, now: int) -> bool:
        asked = store._db.execute("SELECT cancel_asked FROM delivery WHERE id = ?", (claim.delivery,)).fetchone()
        return intend(store, claim, now) if asked[0] else True

    Leases.intend = skip  # type: ignore[method-assign,assignment]


def _puts_all_back() -> None:
    """After a crash, what was being handed over goes into the queue again, as if nothing of it could be there."""
    recover = Leases.recover

    def put_back(store: Leases, now: int) -> tuple[int, int]:
        for (delivery,) in store._db.execute("SELECT id FROM delivery WHERE state = 'handing_over'").fetchall():
            store._db.execute("UPDATE delivery SET state = 'sending' WHERE id = ?", (delivery,))
        return recover(store, now)

    Leases.recover = put_back  # type: ignore[method-assign,assignment]


def _tells_too_soon() -> None:
    """The receipt is given before the commit."""
    accept = Outbox.accept

    def tell(outbox: Outbox, *words: Any, **more: Any) -> Order[Receipt]:
        order = accept(outbox, *words, **more)
        told: Future[Receipt] = Future()
        write = order._operation

        def operation(store: Store) -> Receipt:
            receipt = write(store)
            told.set_result(receipt)
            threading.Event().wait(_BETWEEN_S)
            return receipt

        def wait() -> Receipt:
            order.future()
            return told.result()

        order._operation = operation
        order.wait = wait  # type: ignore[method-assign]
        return order

    Outbox.accept = tell  # type: ignore[method-assign,assignment]


def _forgets_the_cancel() -> None:
    """A cancel that came while the message was going is not looked at by the intent."""
    intend = Leases.intend

    def forget(store: Leases, claim: Claim, now: int) -> bool:
        store._db.execute("UPDATE delivery SET cancel_asked = 0 WHERE id = ?", (claim.delivery,))
        return intend(store, claim, now)

    Leases.intend = forget  # type: ignore[method-assign,assignment]


BREAK: dict[str, Callable[[], None]] = {
    "without intent": _without_intent,
    "puts all back": _puts_all_back,
    "tells too soon": _tells_too_soon,
    "forgets the cancel": _forgets_the_cancel,
}
