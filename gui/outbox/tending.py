"""What a person asks of rows is done by the outbox; what the outbox did is shown in the rows."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Slot

from core.outbox.moves import Moved
from core.outbox.notification import Changes
from core.outbox.outbox import Order
from core.program import Program
from gui import operations
from gui.feed import ChangeFeed
from gui.outbox.pane import OutboxPane


class Tending(QObject):
    """Stands between the list and the outbox. A verb is one `Order`; what came of it arrives by the feed."""

    def __init__(
        self,
        pane: OutboxPane,
        program: Program,
        feed: ChangeFeed,
        take_back: Callable[[str], None],
        parent: QObject,
    ) -> None:
        """`take_back` brings a notification back into the form."""
        super().__init__(parent)
        self._pane = pane
        self._program = program
        self._take_back = take_back
        outbox = program.outbox
        self._feed = feed
        feed.changed.connect(self._on_feed_changed)
        pane.retry_requested.connect(lambda ids: self._move(outbox.retry(ids)))
        pane.hold_requested.connect(lambda ids: self._move(outbox.hold(ids)))
        pane.release_requested.connect(lambda ids: self._move(outbox.release(ids)))
        pane.send_again_requested.connect(lambda ids: self._move(outbox.send_again(ids)))
        pane.mark_sent_requested.connect(lambda ids: self._move(outbox.mark_sent(ids)))
        pane.restore_requested.connect(lambda ids: self._move(outbox.restore(ids)))
        pane.cancel_requested.connect(self._on_pane_cancel_requested)
        pane.edit_requested.connect(self._on_pane_edit_requested)

    def close(self) -> None:
        """Hear of no more changes."""
        self._feed.changed.disconnect(self._on_feed_changed)

    @Slot()
    def retry_all(self) -> None:
        """Try everything that waits again, now."""
        self._move(self._program.outbox.retry_waiting())

    def _move(self, order: Order[Moved], done: Callable[[Moved], None] | None = None) -> None:
        operations.move(self._program, order, done)

    @Slot(tuple)
    def _on_pane_cancel_requested(self, ids: Iterable[int]) -> None:
        self._move(self._program.outbox.cancel(ids), lambda moved: self._pane.offer_restore(moved.ids))

    @Slot(int)
    def _on_pane_edit_requested(self, delivery_id: int) -> None:
        row = self._pane.model.row_of(delivery_id)
        delivery = None if row is None else self._pane.model.delivery_at(row)
        if delivery is not None:
            self._take_back(delivery.notification)

    @Slot(object)
    def _on_feed_changed(self, changes: Changes) -> None:
        if changes.deliveries:
            self._pane.changed(changes.deliveries)
        if changes.gone:
            self._pane.gone(changes.gone)
        elif changes.accounts or not changes.deliveries:
            # A pause, or an account that waits, changes no delivery, but what the window says of all.
            self._pane.begin()
