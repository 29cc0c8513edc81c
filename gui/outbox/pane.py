"""The right pane: filters, find, the list, and the details of the selected delivery."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from PySide6.QtCore import QByteArray, QCoreApplication, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFrame, QSplitter, QVBoxLayout, QWidget

from core.clock import Clock
from core.errors import PersonError
from core.executor import Executor
from core.outbox.notification import Counts, Delivery
from core.outbox.states import Place
from gui import wording
from gui.actions import Actions, row_menu
from gui.commands import Scope
from gui.outbox.delivery_list import DeliveryList, empty_sentence
from gui.outbox.details import DetailsPane, OneReader, Tab
from gui.outbox.filters import FilterBar
from gui.outbox.finding import FindField
from gui.outbox.model import OutboxModel
from gui.outbox.reading import Rows
from gui.outbox.restoring import RestoreStrip
from gui.outbox.row import RowDelegate
from gui.situation import What, can_cancel, can_edit, can_hold, can_release, can_retry, is_unconfirmed
from gui.theme import Theme

_translate = QCoreApplication.translate

#: Ends told to a screen reader at once, at most.
_ANNOUNCED = 3


class PaneReader(Rows, OneReader, Protocol):
    """What the pane asks of `core.outbox.reader.Reader`."""


class OutboxPane(QWidget):
    """Everything that was accepted, and what a person asks to be done with it.

    It reads by itself, behind the window, and writes nothing. `…_requested(tuple[int, ...])`: to be done with these
    deliveries; `edit_requested(int)`: back into the form with this one.
    `announced(str)`: said to screen readers, what became of something accepted in this window.
    `counted(Counts)`: the numbers after each reading. `situation_changed()`: what can be done is different now.
    """

    retry_requested = Signal(tuple)
    hold_requested = Signal(tuple)
    release_requested = Signal(tuple)
    cancel_requested = Signal(tuple)
    restore_requested = Signal(tuple)
    send_again_requested = Signal(tuple)
    mark_sent_requested = Signal(tuple)
    check_requested = Signal(tuple)
    use_again_requested = Signal(tuple)
    save_requested = Signal(tuple)
    edit_requested = Signal(int)
    announced = Signal(str)
    counted = Signal(object)
    situation_changed = Signal()

    def __init__(
        self,
        executor: Executor,
        reader: PaneReader,
        theme: Theme,
        clock: Clock,
        raw: Callable[[int], Iterator[bytes]],
        parent: QWidget | None = None,
    ) -> None:
        """Make an empty pane; `begin` reads. `raw` yields the exact bytes of a message, on the `reads` pool."""
        super().__init__(parent)
        self._actions: Actions | None = None
        #: Accepted in this window, and their end not yet told to who cannot see it.
        self._awaited: set[int] = set()
        self.model = OutboxModel(executor, reader, lambda row: wording.row_text(row, clock.now_ms()), self)
        self.filters = FilterBar(theme)
        self.find_field = FindField(theme, _translate("Find", "Find in the outbox"))
        self._delegate = RowDelegate(theme, clock.now_ms, self)
        self.list = DeliveryList(self.model, self._delegate, theme, clock)
        self.details = DetailsPane(executor, reader, raw, theme, clock=clock)
        #: What was cancelled, while that can be taken back.
        self.restoring = RestoreStrip(theme)
        card = QFrame()
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 6, 1, 6)
        inside.setSpacing(4)
        inside.addWidget(self.list, 1)
        strip = QVBoxLayout()
        strip.setContentsMargins(8, 0, 8, 2)
        strip.addWidget(self.restoring)
        inside.addLayout(strip)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setHandleWidth(10)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(card)
        self._split.addWidget(self.details)
        self._split.setSizes([300, 260])
        card.setMinimumHeight(120)
        self.details.setMinimumHeight(140)
        self.details.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.filters)
        column.addWidget(self.find_field)
        column.addWidget(self._split, 1)
        self.setAccessibleName(_translate("Pane", "Outbox"))
        self._connect()

    def _connect(self) -> None:
        self.filters.place_chosen.connect(self._on_filters_place_chosen)
        self.find_field.words_changed.connect(self._on_find_words_changed)
        self.find_field.left.connect(self.focus_list)
        self.model.moved.connect(self._on_model_moved)
        self.model.counted.connect(self._on_model_counted)
        self.model.filter_shown.connect(self._on_model_filter_shown)
        self.model.read_failed.connect(self._on_model_read_failed)
        self.list.chosen_changed.connect(self._on_list_chosen_changed)
        self.list.doubleClicked.connect(self.open)
        self.list.menu_requested.connect(self._on_list_menu_requested)
        self.list.offer_taken.connect(self._on_list_offer_taken)
        self.details.closed.connect(self.close_details)
        self.restoring.restore_requested.connect(self.restore)
        self.restoring.changed.connect(self.situation_changed)

    # What the window tells it

    def begin(self) -> None:
        """Read for the first time, or everything again."""
        self.model.refresh()

    def accepted(self, deliveries: Iterable[Delivery]) -> None:
        """Show at once what has just been accepted, without reading."""
        new = tuple(deliveries)
        if len(new) <= _ANNOUNCED:  # of many, nobody wants to hear each
            self._awaited |= {delivery.id for delivery in new}
        self.model.accepted(new)

    def changed(self, ids: Iterable[int]) -> None:
        """Take in what a commit changed."""
        ids = frozenset(ids)
        self.model.changed(ids)
        if self.details.isVisible():
            self.details.changed(ids)

    def gone(self, ids: Iterable[int]) -> None:
        """Take in that deliveries are not there any more: every row in sight is read again."""
        self.model.refresh()
        if self.details.isVisible():
            self.details.changed(ids)

    def add_commands(self, actions: Actions) -> None:
        """Take the commands whose keys work here, and those of the context menu."""
        self._actions = actions
        self.addActions(actions.of_scope(Scope.PANE))
        self.list.addActions(actions.of_scope(Scope.LIST))
        self.details.doubt.set_actions(actions["check_sent"], actions["send_again"], actions["mark_sent"])

    def set_density(self, density: str) -> None:
        """Make rows `comfortable` or `compact`."""
        self._delegate.set_density(density)
        self.list.fit_rows()

    def keep_layout(self) -> QByteArray:
        """Return how high list and details are, for the next start."""
        return self._split.saveState()

    def take_layout(self, state: QByteArray) -> None:
        """Take the heights of an earlier run."""
        self._split.restoreState(state)
        self.details.hide()

    # How things stand

    @property
    def kinds(self) -> frozenset[What]:
        """What the selected deliveries are, for `Situation.chosen`."""
        return self.list.kinds()

    @property
    def can_clear(self) -> bool:
        """Whether Esc has something to do here."""
        return bool(self.find_field.text()) or self.filters.place() is not Place.ALL or self.details.isVisible()

    @property
    def has_details(self) -> bool:
        """Whether the details are open."""
        return self.details.isVisible()

    @property
    def can_restore(self) -> bool:
        """Whether a cancel can still be taken back."""
        return bool(self.restoring.ids())

    # What a person does

    @Slot()
    def focus_list(self) -> None:
        """Let the keys go to the list, with a row selected for them."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.model.rowCount() and not self.list.chosen_ranges():
            self.list.selectRow(max(0, self.list.currentIndex().row()))

    @Slot()
    def focus_find(self) -> None:
        """Let the keys go to the find field, its words selected."""
        self.find_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_field.selectAll()

    def set_place(self, place: Place) -> None:
        """Choose a filter."""
        self.filters.set_place(place)
        self._on_filters_place_chosen(place)

    def show_delivery(self, delivery_id: int) -> bool:
        """Select a delivery and open its details; False when it is not among the loaded rows."""
        if not self.list.choose(delivery_id):
            return False
        self.show_details()
        return True

    def go_to(self, place: Place, delivery_id: int) -> None:
        """Choose a filter without words, open the details of a delivery there, and select its row when it is read."""

        def choose() -> None:
            if self.list.choose(delivery_id):
                self.model.filter_shown.disconnect(choose)

        self.find_field.clear()
        self.model.filter_shown.connect(choose)
        self.set_place(place)
        choose_now = self.model.shown is not None and self.model.shown.place is place
        self.open_details(delivery_id, Tab.MESSAGE)
        if choose_now:
            choose()

    def open_details(self, delivery_id: int, tab: Tab) -> None:
        """Open the details of a delivery, whether it is selected or not, with this part in front."""
        self.details.show_delivery(delivery_id)
        self.details.show_tab(tab)
        self.details.show()
        self.situation_changed.emit()

    @Slot()
    def clear(self) -> None:
        """Take back one narrowing: the details with the keys in them, the words, the filter, the details."""
        if self.details.isVisible() and _has_focus(self.details):
            self.close_details()
        elif self.find_field.text():
            self.find_field.clear()
            self.focus_list()
        elif self.filters.place() is not Place.ALL:
            self.set_place(Place.ALL)
        elif self.details.isVisible():
            self.close_details()

    @Slot()
    def open(self) -> None:
        """Edit the selected one while it is queued or held; else show its details."""
        chosen = self.list.chosen()
        if len(chosen) == 1 and can_edit((chosen[0].state, chosen[0].reason)):
            self.edit_requested.emit(chosen[0].id)
        elif chosen:
            self.show_details()

    @Slot()
    def edit(self) -> None:
        """Take the selected one back into the form."""
        chosen_id = self.list.chosen_id()
        if chosen_id is not None:
            self.edit_requested.emit(chosen_id)

    @Slot()
    def show_details(self) -> None:
        """Open the details of the selected one."""
        chosen_id = self.list.chosen_id()
        if chosen_id is not None:
            self.details.show_delivery(chosen_id)
        if not self.details.isVisible():
            self.details.show()
            self.list.scrollTo(self.list.currentIndex())
            self.situation_changed.emit()

    @Slot()
    def close_details(self) -> None:
        """Close the details; the keys go back to the list."""
        if self.details.isVisible():
            had_focus = _has_focus(self.details)
            self.details.hide()
            if had_focus:
                self.focus_list()
            self.situation_changed.emit()

    @Slot()
    def toggle_details(self) -> None:
        """Open the details, or close them."""
        if self.details.isVisible():
            self.close_details()
        else:
            self.show_details()

    @Slot()
    def show_source(self) -> None:
        """Open the details at the raw source."""
        self.show_details()
        self.details.show_tab(Tab.SOURCE)

    @Slot()
    def copy_address(self) -> None:
        """Copy the addresses of the selected ones, separated as To takes them."""
        addresses = dict.fromkeys(delivery.to for delivery in self.list.chosen())
        QGuiApplication.clipboard().setText(", ".join(addresses))

    def chosen_address(self) -> str:
        """Return to whom the current one of the selected ones is; "" where nothing is selected or read yet."""
        chosen_id = self.list.chosen_id()
        return next((each.to for each in self.list.chosen() if each.id == chosen_id), "")

    @Slot()
    def use_again(self) -> None:
        """Ask for a new message that says what the selected ones said, the current one first."""
        self._ask_copy(self.use_again_requested.emit)

    @Slot()
    def save(self) -> None:
        """Ask for the current one as a file."""
        self._ask_copy(self.save_requested.emit)

    def _ask_copy(self, ask: Callable[[tuple[int, ...]], None]) -> None:
        chosen_id = self.list.chosen_id()
        if chosen_id is not None:
            others = (each.id for each in self.list.chosen())
            ask(tuple(dict.fromkeys((chosen_id, *others))))

    @Slot()
    def retry(self) -> None:
        """Ask for another try of the selected ones."""
        self._ask(self.retry_requested.emit, can_retry)

    @Slot()
    def hold_or_release(self) -> None:
        """Hold the selected ones; release them when nothing among them can be held."""
        if any(map(can_hold, self.kinds)):
            self._ask(self.hold_requested.emit, can_hold)
        else:
            self._ask(self.release_requested.emit, can_release)

    @Slot()
    def cancel(self) -> None:
        """Ask to cancel the selected ones. `offer_restore` follows when it is done."""
        self._ask(self.cancel_requested.emit, can_cancel)

    @Slot()
    def check_sent(self) -> None:
        """Ask to look for what is not confirmed among the selected ones in the Sent folders of their accounts."""
        self._ask(self.check_requested.emit, is_unconfirmed)

    @Slot()
    def send_again(self) -> None:
        """Ask to send again what is not confirmed among the selected ones."""
        self._ask(self.send_again_requested.emit, is_unconfirmed)

    @Slot()
    def mark_sent(self) -> None:
        """Ask to mark as sent what is not confirmed among the selected ones."""
        self._ask(self.mark_sent_requested.emit, is_unconfirmed)

    def offer_restore(self, ids: Sequence[int]) -> None:
        """Offer for ten seconds to take back the cancelling of these."""
        if not ids:
            return
        row = self.model.row_of(ids[0]) if len(ids) == 1 else None
        delivery = None if row is None else self.model.delivery_at(row)
        self.restoring.offer(tuple(ids), "" if delivery is None else wording.recipient_words(delivery))

    def drop_restore(self) -> None:
        """Take the offer back: something newer is what Undo would mean."""
        self.restoring.clear()

    @Slot()
    def restore(self) -> None:
        """Ask to take the last cancel back."""
        ids = self.restoring.ids()
        self.restoring.clear()
        if ids:
            self.restore_requested.emit(ids)

    def _ask(self, ask: Callable[[tuple[int, ...]], None], fits: Callable[[What], bool]) -> None:
        """Have something done with the selected ones that it fits; what is not loaded is left to the outbox."""
        unfit = {each.id for each in self.list.chosen() if not fits((each.state, each.reason))}

        def asked(ids: tuple[int, ...]) -> None:
            if wanted := tuple(each for each in ids if each not in unfit):
                ask(wanted)

        self.model.ids_of(self.list.chosen_ranges(), asked)

    # What its parts tell it

    @Slot(Place)
    def _on_filters_place_chosen(self, place: Place) -> None:
        self.model.set_filter(place, self.find_field.words())
        self.situation_changed.emit()

    @Slot(str)
    def _on_find_words_changed(self, words: str) -> None:
        self.model.set_filter(self.filters.place(), words)
        self.situation_changed.emit()

    @Slot(tuple)
    def _on_model_moved(self, deliveries: tuple[Delivery, ...]) -> None:
        ended = [each for each in deliveries if each.id in self._awaited and each.place is not Place.ON_THE_WAY]
        self._awaited -= {each.id for each in ended}
        if not 0 < len(ended) <= _ANNOUNCED:
            return
        words = "; ".join(f"{wording.state_word(each)}: {wording.recipient_words(each)}" for each in ended)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.list, words))
        self.announced.emit(words)

    @Slot(object)
    def _on_model_counted(self, counts: Counts) -> None:
        self.filters.set_counts(counts)
        self.counted.emit(counts)

    @Slot()
    def _on_model_filter_shown(self) -> None:
        shown = self.model.shown
        if shown is not None:
            self.list.show_sentence(empty_sentence(shown))
            if self.list.hasFocus():
                self.focus_list()  # Enter in Find went to the list before there was a row to select

    @Slot(object)
    def _on_model_read_failed(self, error: BaseException) -> None:
        if not isinstance(error, PersonError):
            raise error
        if error.code != "outbox_closed":
            self.list.show_sentence(wording.error_sentence(error))

    @Slot()
    def _on_list_chosen_changed(self) -> None:
        chosen_id = self.list.chosen_id()
        if self.details.isVisible() and chosen_id is not None:
            self.details.show_delivery(chosen_id)
        self.situation_changed.emit()

    @Slot(QPoint)
    def _on_list_menu_requested(self, where: QPoint) -> None:
        if self._actions is not None and self.list.chosen_ranges():
            row_menu(self, self._actions).popup(where)

    @Slot(str)
    def _on_list_offer_taken(self, command: str) -> None:
        if command == "send_again":
            # It may arrive twice: a press beside a name is not enough for that. The details have the whole of it.
            self.show_details()
        elif self._actions is not None:
            self._actions[command].trigger()  # which does nothing where it cannot be done


def _has_focus(widget: QWidget) -> bool:
    """Say whether the keys go to a widget or to something in it."""
    focused = QApplication.focusWidget()
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))
