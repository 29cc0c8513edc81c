"""The list itself: rows of fixed height, kept in place while rows come and go around them."""

from collections.abc import Iterable

from PySide6.QtCore import (
    QCoreApplication,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from core.clock import Clock
from core.outbox.notification import Delivery
from core.outbox.states import Place
from gui import wording
from gui.outbox.model import OutboxModel
from gui.outbox.reading import KEPT_IDS, Filter, Watch
from gui.outbox.row import RowDelegate
from gui.situation import What
from gui.theme import Theme, muted_label

_translate = QCoreApplication.translate

#: Selected rows that are looked at to say what can be done; of more, the first speak for all.
_LOOKED_AT = 2000


class DeliveryList(QTableView):
    """Shows an `OutboxModel`. What a person selected and where they scrolled to stays with its delivery.

    Newly accepted rows are seen by who is at the very top; for everybody else nothing moves.
    `chosen_changed()`: other deliveries are selected, or something became of a selected one.
    `menu_requested(QPoint)`: a context menu is wanted there, in global coordinates.
    `offer_taken(str)`: the words of this command were pressed in a row, which is the one that is selected.
    """

    offer_taken = Signal(str)
    chosen_changed = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, model: OutboxModel, delegate: RowDelegate, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self._model = model
        self._delegate = delegate
        self._clock = clock
        self._kept = Watch()
        #: Of another list, in whose place this one comes: until the first rows are there.
        self._before: Watch | None = None
        self._kept_offset = 0
        self._kept_row = -1
        self._kept_chosen: set[int] = set()
        self._last_shown: Filter | None = None
        self._pressed_offer = ""
        self._last_chosen: tuple[int | None, frozenset[What], int] = (None, frozenset(), 0)
        # Of Python's making: asked for Qt's own, PySide6 looks for what it is among all widgets there are, 10 ms long.
        self.setViewport(QWidget())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(_translate("List", "Outbox"))
        self._use = _translate(
            "List", "Up and Down choose a message, Enter opens it, the menu key says what can be done"
        )
        self.setAccessibleDescription(self._use)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        # Fixed: with rows that fit their content, a million of them would be measured.
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.setItemDelegate(delegate)
        self.setModel(model)
        self.fit_rows()
        self._empty = muted_label("", theme.body)
        self._empty.setParent(self.viewport())
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # Runs only while a row in sight counts seconds.
        self._second = QTimer(self)
        self._second.setSingleShot(True)
        self._second.setTimerType(Qt.TimerType.PreciseTimer)
        self._second.timeout.connect(self._on_second_timeout)
        model.set_watch(self.watch)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._take_place)
        model.rowsInserted.connect(self._on_model_rows_inserted)
        model.rowsRemoved.connect(self._on_model_rows_removed)
        model.dataChanged.connect(self._on_model_data_changed)
        self.selectionModel().selectionChanged.connect(self._tell_chosen)
        self.selectionModel().currentChanged.connect(self._tell_chosen)
        self.verticalScrollBar().valueChanged.connect(self._plan_second)

        theme.changed.connect(self._fill_ground)

    # What is selected

    def chosen_id(self) -> int | None:
        """Return the delivery whose details are wanted: the current one of the selected."""
        current = self.currentIndex()
        if not current.isValid() or not self.selectionModel().isRowSelected(current.row()):
            return None
        delivery = self._model.delivery_at(current.row())
        return None if delivery is None else delivery.id

    def chosen_ranges(self) -> list[tuple[int, int]]:
        """Return the selected rows as first and last of each range, from the top."""
        chosen = self.selectionModel().selection()
        parts = map(chosen.at, range(chosen.count()))
        return sorted((part.top(), part.bottom()) for part in parts)

    def chosen(self) -> list[Delivery]:
        """Return the selected deliveries, as far as they are loaded and not too many to look at."""
        found: list[Delivery] = []
        looked_at = 0
        for first, last in self.chosen_ranges():
            for row in range(first, last + 1):
                looked_at += 1
                if looked_at > _LOOKED_AT:
                    return found
                if (delivery := self._model.delivery_at(row)) is not None:
                    found.append(delivery)
        return found

    def kinds(self) -> frozenset[What]:
        """Return what the selected deliveries are."""
        return self._last_chosen[1]

    def choose(self, delivery_id: int) -> bool:
        """Select one delivery and scroll to it; False when it is not loaded."""
        row = self._model.row_of(delivery_id)
        if row is None:
            return False
        self.selectRow(row)
        self.scrollTo(self._model.index(row, 0))
        return True

    @Slot()
    def _tell_chosen(self) -> None:
        chosen = self.chosen()
        total = sum(last - first + 1 for first, last in self.chosen_ranges())
        now = (self.chosen_id(), frozenset((each.state, each.reason) for each in chosen), total)
        if now != self._last_chosen:
            self._last_chosen = now
            self.chosen_changed.emit()

    def go_on(self, before: Watch, chosen: Iterable[int]) -> None:
        """Come in the place of another list: what was selected there is, once it is read. Call before anything is."""
        self._before = before
        self._kept_chosen = set(chosen)

    # What is in sight

    def watch(self) -> Watch:
        """Return which rows are in sight and which deliveries a person holds on to."""
        if self._before is not None:
            return self._before
        height = self._delegate.height
        value = self.verticalScrollBar().value()
        first = value // height
        last = first + max(1, self.viewport().height()) // height + 1
        anchor = self._model.delivery_at(first) if value > 0 else None
        ids: list[int] = []
        current = self._model.delivery_at(self.currentIndex().row()) if self.currentIndex().isValid() else None
        if current is not None:
            ids.append(current.id)
        for delivery in self.chosen():
            if len(ids) >= KEPT_IDS:
                break
            ids.append(delivery.id)
        return Watch(first, last, None if anchor is None else anchor.id, tuple(dict.fromkeys(ids)))

    @Slot()
    def _keep_place(self) -> None:
        self._kept = self.watch()
        self._kept_row = self.currentIndex().row()
        self._kept_offset = self.verticalScrollBar().value() % self._delegate.height
        if self._before is None:
            self._kept_chosen = {delivery.id for delivery in self.chosen()}
        self._before = None

    @Slot()
    def _take_place(self) -> None:
        """Find everything again by its delivery, after the rows were read anew."""
        shown = self._model.shown
        is_other = shown != self._last_shown
        self._last_shown = shown
        self.updateGeometries()
        self._show_empty()
        selection = QItemSelection()
        for delivery_id in self._kept.ids:
            row = self._model.row_of(delivery_id)
            if row is not None and delivery_id in self._kept_chosen:
                index = self._model.index(row, 0)
                selection.select(index, index)
        chooser = self.selectionModel()
        current = self._model.row_of(self._kept.ids[0]) if self._kept.ids else None
        if current is None and not is_other and self._model.rowCount():
            # What was current has left: the keys go on from where it stood, with nothing selected.
            current = min(max(self._kept_row, 0), self._model.rowCount() - 1) if self._kept_row >= 0 else None
        if current is not None:
            chooser.setCurrentIndex(self._model.index(current, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        chooser.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        bar = self.verticalScrollBar()
        if is_other:
            if current is not None and not selection.isEmpty():
                self.scrollTo(self._model.index(current, 0), QAbstractItemView.ScrollHint.PositionAtCenter)
            else:
                bar.setValue(0)
        elif self._kept.anchor is not None:
            row = self._model.row_of(self._kept.anchor)
            row = self._kept.first_row if row is None else row
            bar.setValue(row * self._delegate.height + self._kept_offset)
        else:
            bar.setValue(0)
        self._tell_chosen()
        self._plan_second()

    @Slot(QModelIndex, int, int)
    def _on_model_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._move(first, last - first + 1)

    @Slot(QModelIndex, int, int)
    def _on_model_rows_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._move(first, first - last - 1)

    def _move(self, first: int, more: int) -> None:
        """Keep in place what is seen while rows come or go above it."""
        bar = self.verticalScrollBar()
        value = bar.value()
        self.executeDelayedItemsLayout()  # now, so that it is painted together with what else came of the same change
        self.updateGeometries()
        if first == 0 and value > 0:
            bar.setValue(value + more * self._delegate.height)
        self._show_empty()
        self._tell_chosen()
        self._plan_second()

    @Slot()
    def _on_model_data_changed(self) -> None:
        self._tell_chosen()
        self._plan_second()

    # How it looks

    @Slot()
    def _fill_ground(self) -> None:
        """Paint nothing below the rows but their own ground: with a style sheet, Qt paints what is behind as well.

        That was half of what painting the list took. A style sheet takes this back whenever it is applied.
        """
        self.viewport().setAutoFillBackground(True)

    def fit_rows(self) -> None:
        """Take the delegate's height: the density was changed."""
        self.verticalHeader().setDefaultSectionSize(self._delegate.height)
        self.verticalScrollBar().setSingleStep(self._delegate.height // 2)
        self.viewport().update()

    def show_sentence(self, sentence: str) -> None:
        """Set what stands in the middle of the list while it has no rows."""
        self._empty.setText(sentence)
        self._show_empty()

    def sentence(self) -> str:
        """Return what stands there instead of rows; "" while there are rows."""
        return "" if self._empty.isHidden() else self._empty.text()

    def _show_empty(self) -> None:
        sentence = self._empty.text() if self._model.rowCount() == 0 else ""
        self._empty.setVisible(bool(sentence))
        self.setAccessibleDescription(sentence or self._use)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._empty.setGeometry(self.viewport().rect().adjusted(24, 0, -24, 0))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill_ground()
        self._plan_second()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._plan_second()

    @Slot()
    def _plan_second(self) -> None:
        """Wake up at the next second that a row in sight counts down to; never without such a row."""
        if not self.isVisible():
            self._second.stop()
            return
        now = self._clock.now_ms()
        left = [
            (delivery.due_at - now - 1) % 1000 + 1
            for _row, delivery in self._in_sight()
            if wording.is_counting(delivery, now)
        ]
        if left:
            self._second.start(min(left) + 1)
        else:
            self._second.stop()

    @Slot()
    def _on_second_timeout(self) -> None:
        for row, delivery in self._in_sight():
            # Those that have just ended, too.
            if wording.is_counting(delivery, self._clock.now_ms() - 2000):
                self.update(self._model.index(row, 0))
        self._plan_second()

    def _in_sight(self) -> list[tuple[int, Delivery]]:
        watch_first = self.verticalScrollBar().value() // self._delegate.height
        last = watch_first + self.viewport().height() // self._delegate.height + 1
        rows = ((row, self._model.delivery_at(row)) for row in range(watch_first, last + 1))
        return [(row, delivery) for row, delivery in rows if delivery is not None]

    # Keys

    def keyboardSearch(self, _search: str) -> None:
        """Nothing: letters are commands here, and finding has its own field."""

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        # With one column Home and End would go nowhere.
        rows = self._model.rowCount()
        if rows and action is QAbstractItemView.CursorAction.MoveHome:
            return self._model.index(0, 0)
        if rows and action is QAbstractItemView.CursorAction.MoveEnd:
            return self._model.index(rows - 1, 0)
        return super().moveCursor(action, modifiers)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed_offer = self._offer_at(event) if event.button() == Qt.MouseButton.LeftButton else ""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed_offer = self._pressed_offer, ""
        row = self.rowAt(event.position().toPoint().y())
        if pressed and pressed == self._offer_at(event) and self.chosen_ranges() == [(row, row)]:
            self.offer_taken.emit(pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        is_offer = bool(self._offer_at(event))
        if is_offer != (self.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor):
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_offer else Qt.CursorShape.ArrowCursor)

    def _offer_at(self, event: QMouseEvent) -> str:
        place = event.position().toPoint()
        index = self.indexAt(place)
        delivery = self._model.delivery_at(index.row()) if index.isValid() else None
        if delivery is None:
            return ""
        rect = self.visualRect(index)
        return self._delegate.offer_at(delivery, rect.width(), place - rect.topLeft())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            self.menu_requested.emit(event.globalPos())
            return
        # By the keyboard: beside the row it is about, wherever the mouse is.
        rect = self.visualRect(self.currentIndex())
        self.menu_requested.emit(self.viewport().mapToGlobal(QPoint(rect.left() + 60, rect.center().y())))


def empty_sentence(shown: Filter) -> str:
    """Return what the list says when a filter shows nothing."""
    if shown.find:
        return _translate("List", "Nothing found for “{words}”.").format(words=shown.find)
    match shown.place:
        case Place.ON_THE_WAY:
            return _translate("List", "Nothing is on the way.")
        case Place.NEEDS_YOU:
            return _translate("List", "Nothing needs you.")
        case Place.SENT:
            return _translate("List", "Nothing sent yet.")
        case Place.ENDED:
            return _translate("List", "Nothing was cancelled.")
    return _translate("List", "Nothing here yet. What you send appears here.")
