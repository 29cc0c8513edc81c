"""The charts as a table: the same numbers, to be read, searched by a screen reader, and copied."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from core.outbox.tallies import Unit
from gui import wording
from gui.charts.words import Entry, length_words, period_words, unit_words
from gui.theme import Theme

_translate = QCoreApplication.translate

_ROW = 32
_LEAST_COLUMN = 88
_Index = QModelIndex | QPersistentModelIndex
#: The column of the periods' names; numbers stand in those after it.
_NAME = 0


class Numbers(QAbstractTableModel):
    """The periods that hold something, newest first; with `is_whole` all of them."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._unit = Unit.MINUTE
        self._entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: Sequence[Entry], unit: Unit) -> None:
        """Show these periods, given oldest first. Where only numbers changed, what is selected stays."""
        rows = tuple(reversed(entries))
        starts = [entry.period.start_ms for entry in rows]
        if unit is self._unit and starts == [entry.period.start_ms for entry in self._entries]:
            self._entries = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, self.columnCount() - 1))
            return
        self.beginResetModel()
        self._unit, self._entries = unit, rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.headers())

    def headers(self) -> list[str]:
        """Return the names of the columns."""
        return [
            unit_words(self._unit),
            _translate("Charts", "Sent"),
            _translate("Charts", "Practised"),
            _translate("Charts", "Failed"),
            _translate("Charts", "To send, half within"),
            _translate("Charts", "95 of 100 within"),
            _translate("Charts", "To accept, half within"),
        ]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | Qt.AlignmentFlag | None:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return self.headers()[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.FontRole:
            return self._theme.digits
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._theme.color("muted" if self._entries[index.row()].is_empty else "text")
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        entry = self._entries[index.row()]
        period = entry.period
        match index.column():
            case 0:
                return period_words(period, self._unit)
            case 1:
                return wording.count(period.sent)
            case 2:
                return wording.count(period.practised)
            case 3:
                return wording.count(period.failed)
            case 4:
                return _length(period.half_ms)
            case 5:
                return _length(period.most_ms)
        return _length(entry.accept_ms)

    def as_text(self, rows: Sequence[int]) -> str:
        """Return rows with the names of the columns, as a sheet takes them: tabs between, plain numbers, seconds."""
        lines = ["\t".join([*self.headers()[:4], *(_in_seconds(name) for name in self.headers()[4:])])]
        for row in rows:
            entry = self._entries[row]
            period = entry.period
            lengths = (_seconds(length) for length in (period.half_ms, period.most_ms, entry.accept_ms))
            counts = (str(number) for number in (period.sent, period.practised, period.failed))
            lines.append("\t".join([wording.exact_time(period.start_ms), *counts, *lengths]))
        return "\n".join(lines) + "\n"


class NumbersTable(QTableView):
    """Shows the numbers. Copying takes the selected rows, or all where none is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.numbers = Numbers(theme, self)
        self.setModel(self.numbers)
        self.setObjectName("numbers")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        head.setMinimumSectionSize(_LEAST_COLUMN)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setFixedHeight(_ROW)
        head.setFont(theme.caption_strong)
        self.setAccessibleName(_translate("Charts", "The numbers as a table"))
        self.setAccessibleDescription(
            _translate("Charts", "A row for each period, the newest first; Ctrl+C copies the selected rows")
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> int:
        """Put the selected rows, or all, into the clipboard; return how many they are."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        rows = rows or list(range(self.numbers.rowCount()))
        QGuiApplication.clipboard().setText(self.numbers.as_text(rows))
        return len(rows)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == _NAME else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _length(length_ms: float | None) -> str:
    return "–" if length_ms is None else length_words(length_ms)


def _seconds(length_ms: float | None) -> str:
    return "" if length_ms is None else f"{length_ms / 1000:.4f}".rstrip("0").rstrip(".")


def _in_seconds(name: str) -> str:
    return _translate("Charts", "{name} (s)").format(name=name)
