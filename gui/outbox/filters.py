"""The five filters of the list, with their counts."""

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from core.outbox.notification import Counts
from core.outbox.states import Place
from gui import wording
from gui.theme import Theme

_translate = QCoreApplication.translate

_PADDING = 12
_GAP = 7
_RADIUS = 6


class FilterBar(QWidget):
    """Five filters, of which one is chosen. Left and Right move between them; Tab passes over the rest.

    `place_chosen(Place)`: the person chose another. `set_place` does not emit it.
    """

    place_chosen = Signal(Place)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._tabs: dict[Place, _FilterTab] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for place in Place:
            tab = self._tabs[place] = _FilterTab(theme, place, self)
            self._group.addButton(tab)
            row.addWidget(tab)
        row.addStretch(1)
        self._tabs[Place.ALL].setChecked(True)
        self.setAccessibleName(_translate("Filters", "Filters of the outbox"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._group.buttonToggled.connect(self._on_group_toggled)

    def place(self) -> Place:
        """Return the filter that is chosen."""
        return next(place for place, tab in self._tabs.items() if tab.isChecked())

    def tab(self, place: Place) -> QAbstractButton:
        """Return the button of a filter."""
        return self._tabs[place]

    def names(self) -> tuple[str, ...]:
        """Return each filter with its count, as a screen reader says it."""
        return tuple(tab.accessibleName() for tab in self._tabs.values())

    def set_place(self, place: Place) -> None:
        """Choose a filter, as Ctrl+1 … Ctrl+5 do after they changed the list."""
        self._group.blockSignals(True)
        self._tabs[place].setChecked(True)
        self._group.blockSignals(False)

    def set_counts(self, counts: Counts) -> None:
        """Show how many deliveries are in each."""
        for place, tab in self._tabs.items():
            tab.set_count(counts.of(place))

    def go_to_neighbour(self, place: Place, step: int) -> None:
        """Choose the filter beside `place` and take the focus there; the ends do not meet."""
        places = list(self._tabs)
        index = places.index(place) + step
        if 0 <= index < len(places):
            self._tabs[places[index]].setFocus(Qt.FocusReason.TabFocusReason)
            self._tabs[places[index]].setChecked(True)

    @Slot(QAbstractButton, bool)
    def _on_group_toggled(self, button: QAbstractButton, is_checked: bool) -> None:
        if is_checked and isinstance(button, _FilterTab):
            self.place_chosen.emit(button.place)


class _FilterTab(QAbstractButton):
    def __init__(self, theme: Theme, place: Place, bar: FilterBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self.place = place
        self._theme = theme
        self._count = 0
        self._is_under = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setText(wording.place_word(place))
        self.setAccessibleDescription(
            _translate("Filters", "What the list shows; Left and Right go to the other filters")
        )
        self.set_count(0)
        theme.changed.connect(self.update)

    def set_count(self, number: int) -> None:
        old = wording.count(self._count)
        self._count = number
        self.setAccessibleName(
            _translate("Filters", "{filter}: {count}").format(filter=self.text(), count=wording.count(number))
        )
        if len(old) != len(wording.count(number)):
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        # As wide as when it is chosen, so that choosing moves nothing.
        words = QFontMetrics(self._theme.strong).horizontalAdvance(self.text())
        digits = QFontMetrics(self._theme.strong_digits).horizontalAdvance(wording.count(self._count))
        return QSize(words + digits + _GAP + 2 * _PADDING, 30)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._bar.go_to_neighbour(self.place, 1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, _event: QEnterEvent) -> None:
        self._is_under = True
        self.update()

    def leaveEvent(self, _event: object) -> None:
        self._is_under = False
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        is_chosen = self.isChecked()
        needs_you = self.place is Place.NEEDS_YOU and self._count > 0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if is_chosen:
            painter.setBrush(theme.color("surface"))
            painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "line"), 1))
            painter.drawRoundedRect(ground, _RADIUS, _RADIUS)
        elif self._is_under:
            painter.setBrush(theme.color("hover"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(ground, _RADIUS, _RADIUS)
        is_strong = is_chosen or needs_you
        painter.setPen(theme.color("failed" if needs_you else "text" if is_chosen else "muted"))
        word_font = theme.strong if is_strong else theme.body
        digit_font = theme.strong_digits if is_strong else theme.digits
        word_width = QFontMetrics(word_font).horizontalAdvance(self.text())
        number = wording.count(self._count)
        number_width = QFontMetrics(digit_font).horizontalAdvance(number)
        x = (self.width() - word_width - _GAP - number_width) // 2
        area = self.rect().adjusted(x, 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(word_font)
        painter.drawText(area, flags, self.text())
        painter.setFont(digit_font)
        painter.drawText(area.adjusted(word_width + _GAP, 0, 0, 0), flags, number)
