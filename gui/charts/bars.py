"""How many, as bars: sent, on it practised, and below the line what failed."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui import wording
from gui.charts.axis import count_step
from gui.charts.plot import Plot, Swatch, paint_line
from gui.charts.words import Entry
from gui.theme import Theme

_translate = QCoreApplication.translate

#: At most so many steps above the line.
_STEPS = 3
#: One among thousands is still seen.
_LEAST = 3
#: Room below the line where something failed.
_LEAST_BELOW = 14
_HATCH = 4


def paint_bars(painter: QPainter, theme: Theme, plot: Plot, entries: Sequence[Entry]) -> None:
    """Paint the bars with their lines and numbers."""
    above = max((entry.period.sent + entry.period.practised for entry in entries), default=0)
    below = max((entry.period.failed for entry in entries), default=0)
    step = count_step(max(above, below), _STEPS)
    top = max(1, -(-above // step)) * step
    rect = plot.rect
    under = max(_LEAST_BELOW, round(rect.height() * below / (top + below))) if below else 0
    base = rect.bottom() - under
    scale = (base - rect.top()) / top
    for number in range(0, top + 1, step):
        paint_line(painter, theme, plot, round(base - number * scale), wording.count(number), is_base=number == 0)
    if below * scale >= step * scale > _LEAST_BELOW:
        for number in range(step, below + 1, step):
            paint_line(painter, theme, plot, round(base + number * scale), wording.count(number))
    for number, entry in enumerate(entries):
        left, right = plot.column(number)
        width = max(2, right - left - (2 if right - left > 5 else 1))
        _paint_bar(painter, theme, QRect(left, base, width, under), entry, scale)


def _paint_bar(painter: QPainter, theme: Theme, place: QRect, entry: Entry, scale: float) -> None:
    period = entry.period
    y = place.top()
    if period.sent:
        height = max(_LEAST, round(period.sent * scale))
        y -= height
        painter.fillRect(QRect(place.left(), y, place.width(), height), theme.color("sent"))
    if period.practised:
        height = max(_LEAST, round(period.practised * scale))
        y -= height
        paint_hatched(painter, theme, QRectF(place.left(), y, place.width(), height))
    if period.failed:
        height = min(place.height(), max(_LEAST, round(period.failed * scale)))
        painter.fillRect(QRect(place.left(), place.top() + 1, place.width(), height), theme.color("failed"))


def paint_hatched(painter: QPainter, theme: Theme, rect: QRectF) -> None:
    """Paint what was practised: an outline with slanted lines in it, so that it is told from sent without colour."""
    painter.save()
    painter.setClipRect(rect)
    painter.fillRect(rect, theme.color("practised-soft"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("practised"), 1.25))
    at = rect.left() - rect.height()
    at -= at % _HATCH
    while at < rect.right():
        painter.drawLine(QPointF(at, rect.bottom()), QPointF(at + rect.height(), rect.top()))
        at += _HATCH
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(QPen(theme.color("practised"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0, 0, -1, -1))
    painter.restore()


def bar_meanings(theme: Theme) -> list[tuple[Swatch, str]]:
    """Return what each bar stands for."""

    def block(color: QColor, top: float) -> Swatch:
        return lambda painter, rect: painter.fillRect(rect.adjusted(1, top, -1, top + 6 - rect.height()), color)

    def hatched(painter: QPainter, rect: QRectF) -> None:
        paint_hatched(painter, theme, rect.adjusted(1, 1, -1, -1))

    def below(painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(QRectF(rect.left() - 1, rect.top() + 3, rect.width() + 2, 1), theme.color("line-strong"))
        block(theme.color("failed"), 4)(painter, rect)

    def sent(painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(rect.adjusted(1, 1, -1, -1), theme.color("sent"))

    return [
        (sent, _translate("Charts", "Sent")),
        (hatched, _translate("Charts", "Practised")),
        (below, _translate("Charts", "Failed, below the line")),
    ]
