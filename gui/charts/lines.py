"""How long, as lines: half of what was sent, 95 of 100, and how long accepting took."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.charts.axis import height_of, lengths_around
from gui.charts.plot import Plot, Swatch, dashed, paint_line, triangle
from gui.charts.words import Entry, length_words
from gui.theme import Theme

_translate = QCoreApplication.translate

#: At most so many steps between numbers.
_STEPS = 3
_SIZE = 2.5


@dataclass(frozen=True)
class _Line:
    """One line: told from the others by its strokes and its marks, and by its colour besides."""

    value: Callable[[Entry], float | None]
    color: str
    strokes: Qt.PenStyle
    mark: Callable[[QPainter, QPointF], None]


def _dot(painter: QPainter, at: QPointF) -> None:
    painter.drawEllipse(at, _SIZE, _SIZE)


def _square(painter: QPainter, at: QPointF) -> None:
    side = 2 * _SIZE + 1
    painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))


def _triangle(painter: QPainter, at: QPointF) -> None:
    painter.drawPolygon(triangle(at, _SIZE + 1))


_LINES = (
    _Line(lambda entry: entry.period.half_ms, "accent", Qt.PenStyle.SolidLine, _dot),
    _Line(lambda entry: entry.period.most_ms, "waiting", Qt.PenStyle.DashLine, _square),
    _Line(lambda entry: entry.accept_ms, "not-confirmed", Qt.PenStyle.DotLine, _triangle),
)


def has_times(entries: Sequence[Entry]) -> bool:
    """Say whether there is anything to draw."""
    return any(line.value(entry) is not None for line in _LINES for entry in entries)


def length_numbers(entries: Sequence[Entry]) -> list[str]:
    """Return the numbers of the axis, as far as they are written, for who wants to know their width."""
    return [length_words(length) for length in _axis(entries)]


def paint_lines(painter: QPainter, theme: Theme, plot: Plot, entries: Sequence[Entry]) -> None:
    """Paint the lines, and those across with their lengths of time: ten times as long is as far, wherever it is."""
    lengths = _axis(entries)
    rect = plot.rect
    step = -(-(len(lengths) - 1) // _STEPS)

    def y_of(length_ms: float) -> float:
        return rect.bottom() - height_of(length_ms, lengths) * rect.height()

    for number, length in enumerate(lengths[::step]):
        paint_line(painter, theme, plot, round(y_of(length)), length_words(length), is_base=number == 0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for line in reversed(_LINES):  # where two are the same, the corners of the square are seen behind the dot
        points = [(number, line.value(entry)) for number, entry in enumerate(entries)]
        before: tuple[int, QPointF] | None = None
        for number, value in points:
            if value is None:
                continue
            at = QPointF(plot.middle(number), y_of(value))
            if before is not None and before[0] == number - 1:
                painter.setPen(_pen(theme, line))
                painter.drawLine(before[1], at)
            before = number, at
            _paint_mark(painter, theme, line, at)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def line_meanings(theme: Theme) -> list[tuple[Swatch, str]]:
    """Return what each line stands for."""

    def swatch(line: _Line) -> Swatch:
        def paint(painter: QPainter, rect: QRectF) -> None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(_pen(theme, line))
            painter.drawLine(QPointF(rect.left() - 2, rect.center().y()), QPointF(rect.right() + 2, rect.center().y()))
            _paint_mark(painter, theme, line, rect.center())

        return paint

    return [
        (swatch(line), words)
        for line, words in zip(
            _LINES,
            (
                _translate("Charts", "To send: half within"),
                _translate("Charts", "95 of 100 within"),
                _translate("Charts", "To accept: half within"),
            ),
            strict=True,
        )
    ]


def _axis(entries: Sequence[Entry]) -> tuple[float, ...]:
    values = [value for line in _LINES for entry in entries if (value := line.value(entry)) is not None]
    return lengths_around(min(values, default=1), max(values, default=1000))


def _pen(theme: Theme, line: _Line) -> QPen:
    return dashed(QPen(theme.color(line.color), 1.5), line.strokes)


def _paint_mark(painter: QPainter, theme: Theme, line: _Line, at: QPointF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(line.color))
    line.mark(painter, at)
    painter.setBrush(Qt.BrushStyle.NoBrush)
