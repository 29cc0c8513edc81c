"""The chart: bars of how many, below them lines of how long, and a place in it that the person looks at."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.outbox.tallies import Unit
from gui import wording
from gui.charts.bars import bar_meanings, paint_bars
from gui.charts.lines import has_times, length_numbers, line_meanings, paint_lines
from gui.charts.plot import GAP, Plot, paint_cursor, paint_title
from gui.charts.words import Entry, count_sentence, is_round, mark_words, time_sentences
from gui.theme import FIELD_RADIUS, Theme, announce

_translate = QCoreApplication.translate

_PAD = 12
_TITLE = 24
#: Between the two parts.
_BETWEEN = 12
#: Of the room of both, what the bars take.
_BARS_SHARE = 0.58
#: Left and Right go by one, these by so many.
_PAGE = 10


class Chart(QWidget):
    """Shows what it is told. The arrow keys, and the mouse, go along it: `moved()` says that it is somewhere else.

    What is there stands in its accessible description, and is said to screen readers.
    """

    moved = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._entries: tuple[Entry, ...] = ()
        self._unit = Unit.MINUTE
        self._cursor = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(480, 280)
        self.setAccessibleName(_translate("Charts", "Chart of what was sent, and what failed"))
        theme.changed.connect(self.update)

    def show_entries(self, entries: Sequence[Entry], unit: Unit) -> None:
        """Show these periods, oldest first. The place that is looked at stays with its time, or at the newest."""
        before = self.entry()
        was_last = self._cursor == len(self._entries) - 1
        is_same_unit = unit is self._unit
        self._entries, self._unit = tuple(entries), unit
        self._cursor = max(0, len(self._entries) - 1)
        if before is not None and is_same_unit and not was_last:
            starts = [entry.period.start_ms for entry in self._entries]
            self._cursor = starts.index(before.period.start_ms) if before.period.start_ms in starts else 0
        self._describe()
        self.update()
        self.moved.emit()

    def entry(self) -> Entry | None:
        """Return the period that is looked at; None while there is none."""
        return self._entries[self._cursor] if self._cursor < len(self._entries) else None

    def sentences(self) -> list[str]:
        """Return what is said of the period that is looked at."""
        entry = self.entry()
        return [] if entry is None else [count_sentence(entry, self._unit), *time_sentences(entry)]

    def sizeHint(self) -> QSize:
        return QSize(820, 400)

    # -- the place that is looked at ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._entries) - 1
        match event.key():
            case Qt.Key.Key_Left:
                wanted = self._cursor - 1
            case Qt.Key.Key_Right:
                wanted = self._cursor + 1
            case Qt.Key.Key_PageUp:
                wanted = self._cursor - _PAGE
            case Qt.Key.Key_PageDown:
                wanted = self._cursor + _PAGE
            case Qt.Key.Key_Home:
                wanted = 0
            case Qt.Key.Key_End:
                wanted = last
            case _:
                super().keyPressEvent(event)
                return
        self._go_to(wanted)
        announce(self, " ".join(self.sentences()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._entries:
            self._go_to(self._plots()[0].column_at(event.position().x()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _go_to(self, number: int) -> None:
        wanted = max(0, min(number, len(self._entries) - 1))
        if wanted != self._cursor:
            self._cursor = wanted
            self._describe()
            self.update()
            self.moved.emit()

    def _describe(self) -> None:
        hint = _translate("Charts", "Left and Right go along it, Home and End to its ends.")
        self.setAccessibleDescription(" ".join([*self.sentences(), hint]))

    # -- painting -------------------------------------------------------------------------------------------------

    def _plots(self) -> tuple[Plot, Plot]:
        """Return the parts for how many and for how long; the second is empty where no time is known."""
        metrics = QFontMetrics(self._theme.caption_digits)
        numbers = [wording.count(max((entry.period.total for entry in self._entries), default=0) * 10)]
        is_timed = has_times(self._entries)
        if is_timed:
            numbers += length_numbers(self._entries)
        left = _PAD + max(metrics.horizontalAdvance(words) for words in numbers) + GAP
        width = max(1, self.width() - left - _PAD)
        room = self.height() - 2 * _PAD - metrics.height() - _TITLE
        first = round((room - _TITLE - _BETWEEN) * _BARS_SHARE) if is_timed else room
        top = _PAD + _TITLE
        bars = QRect(left, top, width, max(1, first))
        below = bars.bottom() + 1 + _BETWEEN + _TITLE
        lines = QRect(left, below, width, max(1, top + room - below) if is_timed else 0)
        return Plot(bars, len(self._entries), self._cursor), Plot(lines, len(self._entries), self._cursor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._entries:
            return
        theme = self._theme
        painter = QPainter(self)
        bars, lines = self._plots()
        is_focused = self.hasFocus()
        paint_cursor(painter, theme, bars, is_focused=is_focused)
        title = QRect(_PAD, bars.rect.top() - _TITLE - 2, self.width() - 2 * _PAD, 20)
        paint_title(painter, theme, title, _translate("Charts", "How many"), bar_meanings(theme))
        paint_bars(painter, theme, bars, self._entries)
        if lines.rect.height():
            paint_cursor(painter, theme, lines, is_focused=is_focused)
            title.moveTop(lines.rect.top() - _TITLE - 2)
            paint_title(painter, theme, title, _translate("Charts", "How long"), line_meanings(theme))
            paint_lines(painter, theme, lines, self._entries)
        self._paint_times(painter, lines if lines.rect.height() else bars)
        if is_focused:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(ring, FIELD_RADIUS, FIELD_RADIUS)

    def _paint_times(self, painter: QPainter, plot: Plot) -> None:
        """Paint the times under the columns, as many as have room."""
        metrics = QFontMetrics(self._theme.caption_digits)
        painter.setFont(self._theme.caption_digits)
        painter.setPen(self._theme.color("muted"))
        top = plot.rect.bottom() + 1
        free = 0
        for number, entry in enumerate(self._entries):
            start_ms = entry.period.start_ms
            if not is_round(start_ms, self._unit):
                continue
            words = mark_words(start_ms, self._unit)
            width = metrics.horizontalAdvance(words)
            x = plot.column(number)[0]
            left = max(plot.rect.left(), min(x - width // 2, self.width() - _PAD - width))
            painter.fillRect(QRect(x, top, 1, 4), self._theme.color("line-strong"))
            if left < free:
                continue
            painter.drawText(left, top + 4 + metrics.ascent(), words)
            free = left + width + 12
