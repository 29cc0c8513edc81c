"""The ground of a chart: where its columns stand, its lines with numbers, and its title with what each mark means."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from gui.theme import Theme, elided

#: Between an axis's number and the plot.
GAP = 8
#: What a mark of a legend takes.
_SWATCH = 12

#: Paints what stands for something in a rectangle, as the chart does.
Swatch = Callable[[QPainter, QRectF], None]


@dataclass(frozen=True)
class Plot:
    """A part of a chart: a rectangle with so many columns, and which of them the person looks at."""

    rect: QRect
    count: int
    cursor: int

    def column(self, number: int) -> tuple[int, int]:
        """Return the first pixel of a column and the first behind it. Whole pixels, so that edges are sharp."""
        width = self.rect.width()
        left = self.rect.left() + round(number * width / self.count)
        return left, self.rect.left() + round((number + 1) * width / self.count)

    def middle(self, number: int) -> float:
        left, right = self.column(number)
        return (left + right) / 2

    def column_at(self, x: float) -> int:
        """Return the column under a pixel, or the nearest."""
        number = int((x - self.rect.left()) * self.count / max(1, self.rect.width()))
        return min(self.count - 1, max(0, number))


def paint_cursor(painter: QPainter, theme: Theme, plot: Plot, *, is_focused: bool) -> None:
    """Paint the ground of the column that the person looks at."""
    left, right = plot.column(plot.cursor)
    band = QRect(left - 1, plot.rect.top(), max(3, right - left + 1), plot.rect.height())
    painter.fillRect(band, theme.color("accent-soft" if is_focused else "hover"))
    if is_focused:
        for x in (band.left(), band.right()):
            painter.fillRect(QRect(x, band.top(), 1, band.height()), theme.color("accent"))


def paint_line(painter: QPainter, theme: Theme, plot: Plot, y: int, words: str, *, is_base: bool = False) -> None:
    """Paint a line across, with its number at the left."""
    painter.fillRect(
        QRect(plot.rect.left(), y, plot.rect.width(), 1), theme.color("line-strong" if is_base else "line")
    )
    painter.setFont(theme.caption_digits)
    painter.setPen(theme.color("muted"))
    height = QFontMetrics(theme.caption_digits).height()
    room = QRect(0, y - height // 2, plot.rect.left() - GAP, height)
    painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


def paint_title(
    painter: QPainter, theme: Theme, room: QRect, title: str, meanings: Sequence[tuple[Swatch, str]]
) -> None:
    """Paint what a part is about, and after it what each mark stands for."""
    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setFont(theme.caption_strong)
    painter.setPen(theme.color("text"))
    painter.drawText(room, align, title)
    left = room.left() + QFontMetrics(theme.caption_strong).horizontalAdvance(title) + 16
    metrics = QFontMetrics(theme.caption)
    for swatch, words in meanings:
        if left + _SWATCH + 6 >= room.right():
            return
        painter.save()
        swatch(painter, QRectF(left, room.center().y() - _SWATCH // 2 + 1, _SWATCH, _SWATCH))
        painter.restore()
        left += _SWATCH + 6
        shown = elided(metrics, words, room.right() - left)
        painter.setFont(theme.caption)
        painter.setPen(theme.color("muted"))
        painter.drawText(QRect(left, room.top(), room.right() - left, room.height()), align, shown)
        left += metrics.horizontalAdvance(shown) + 16


def dashed(pen: QPen, style: Qt.PenStyle) -> QPen:
    """Return a pen that draws dashes or dots of that width."""
    pen.setStyle(style)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def triangle(at: QPointF, size: float) -> list[QPointF]:
    """Return the corners of a triangle that stands on its side, around a point."""
    return [
        QPointF(at.x(), at.y() - size),
        QPointF(at.x() + size, at.y() + size * 0.8),
        QPointF(at.x() - size, at.y() + size * 0.8),
    ]
