"""The place of the charts: what is looked at, as a picture and as a table, and what stands behind the numbers."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from core.clock import Clock
from core.errors import PersonError
from core.executor import Executor
from core.outbox.tallies import Period, Reach
from gui import wording
from gui.charts.chart import Chart
from gui.charts.counting import Counted, Counting
from gui.charts.table import NumbersTable
from gui.charts.words import REACHES, Entry, empty_words, entries, reach_words, total_words
from gui.feed import ChangeFeed
from gui.field import Choice
from gui.theme import Theme, announce, muted_label

_translate = QCoreApplication.translate


class ChartsDialog(QDialog):
    """Counts while it is shown, beside the window; closed, it rests. Esc closes it."""

    def __init__(
        self,
        executor: Executor,
        reader: Counted,
        clock: Clock,
        feed: ChangeFeed,
        accepted: Callable[[], Iterable[tuple[int, float]]],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        """`accepted`: when something was accepted in this window (ms since 1970), and how long that took (ms)."""
        super().__init__(parent)
        self._theme = theme
        self._accepted = accepted
        self.setWindowTitle(_translate("Charts", "Charts"))
        self.counting = Counting(executor, reader, clock, self)
        self.counting.counted.connect(self._on_counting_counted)
        self.counting.failed.connect(self._on_counting_failed)
        feed.changed.connect(self.counting.note_changed)
        self.reach = Choice(theme)
        self.reach.setAccessibleName(_translate("Charts", "Period"))
        self.reach.setAccessibleDescription(_translate("Charts", "How far the charts go back, and in which steps"))
        for each in REACHES:
            self.reach.addItem(reach_words(each), each)
        self.reach.currentIndexChanged.connect(self._begin)
        self.total = QLabel()
        self.total.setFont(theme.strong_digits)
        self.chart = Chart(theme)
        self.chart.moved.connect(self._show_sentences)
        self.table = NumbersTable(theme)
        self._counts = QLabel()
        self._counts.setFont(theme.digits)
        self._times = muted_label("", theme.caption_digits)
        self._empty = [self._sentence(), self._sentence()]
        self._chart_page = _Page(self._chart_part(), self._empty[0])
        self._table_page = _Page(self.table, self._empty[1])
        self.tabs = QTabWidget()
        self.tabs.addTab(_card(self._chart_page), _translate("Charts", "&Chart"))
        self.tabs.addTab(_card(self._table_page), _translate("Charts", "As a &table"))
        self.tabs.tabBar().setAccessibleDescription(_translate("Charts", "Left and Right go to the other page"))
        self.copy_button = QPushButton(_translate("Charts", "C&opy the table"))
        self.copy_button.setAutoDefault(False)
        self.copy_button.setAccessibleDescription(
            _translate("Charts", "Puts the selected rows of the table, or all, into the clipboard, for a sheet")
        )
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self._note = muted_label("", theme.caption)
        self._lay_out()
        self.finished.connect(parent.activateWindow)

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setAutoDefault(False)
        close.setAccessibleDescription(_translate("Charts", "Closes this window; Esc does the same"))
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        name = muted_label(_translate("Charts", "&Period"), self._theme.body)
        name.setBuddy(self.reach)
        self.reach.setMinimumWidth(260)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(name)
        head.addWidget(self.reach)
        head.addSpacing(12)
        head.addWidget(self.total)
        head.addStretch(1)
        head.setStretchFactor(self.reach, 0)
        for label in (self.total, self._counts, self._times, self._note):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.tabs, 1)
        column.addWidget(self._note)
        column.addWidget(buttons)
        self.resize(880, 600)

    def _chart_part(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addWidget(self.chart, 1)
        for label in (self._counts, self._times):
            label.setContentsMargins(12, 0, 12, 0)
            column.addWidget(label)
        return part

    def _sentence(self) -> QLabel:
        label = muted_label("", self._theme.body)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        return label

    def chosen(self) -> Reach:
        """Return what is looked at."""
        reach = self.reach.currentData()
        assert isinstance(reach, Reach)
        return reach

    def sentences(self) -> list[str]:
        """Return what is said below the chart."""
        return [label.text() for label in (self._counts, self._times) if label.text()]

    def empty_sentence(self) -> str:
        """Return what is said instead of the chart; "" while there is one."""
        return "" if self._chart_page.is_full else self._empty[0].text()

    # -- what is shown --------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._begin()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.counting.stop()

    @Slot()
    def _begin(self) -> None:
        if self.isVisible():
            self._say(_translate("Charts", "Reading…"))
            self.counting.begin(self.chosen())

    @Slot(object)
    def _on_counting_counted(self, periods: tuple[Period, ...]) -> None:
        shown = entries(periods, self._accepted())
        reach = self.chosen()
        self.chart.show_entries(shown, reach.unit)
        self.table.numbers.show_entries(shown, reach.unit)
        if any(not entry.is_empty for entry in shown):
            self._show_numbers(reach, shown)
        elif not self.counting.is_reading:
            self._say(empty_words(reach))

    def _show_numbers(self, reach: Reach, shown: tuple[Entry, ...]) -> None:
        self.total.setText(total_words(reach, shown))
        for page in (self._chart_page, self._table_page):
            page.set_full(is_full=True)
        self.copy_button.setEnabled(True)
        self._note.setText(
            _translate("Charts", "What is older is still being read.")
            if self.counting.is_reading
            else _translate(
                "Charts",
                "To send: from accepted until it was sent; what was put off or sent again does not count."
                " To accept: from the press of Send until it was on disk, since this window was opened."
                " What was deleted is counted no more.",
            )
        )

    def _say(self, sentence: str) -> None:
        """Say something where there is nothing to show."""
        for label, page in zip(self._empty, (self._chart_page, self._table_page), strict=True):
            label.setText(sentence)
            page.set_full(is_full=False)
        self.total.setText("")
        self._note.setText("")
        self.copy_button.setEnabled(False)

    @Slot(object)
    def _on_counting_failed(self, error: BaseException) -> None:
        if not isinstance(error, PersonError):
            self._say(_translate("Charts", "The numbers could not be read."))
            raise error
        self._say(wording.error_sentence(error))

    @Slot()
    def _show_sentences(self) -> None:
        sentences = self.chart.sentences()
        self._counts.setText("".join(sentences[:1]))
        self._times.setText("  ".join(sentences[1:]))

    @Slot()
    def _on_copy_clicked(self) -> None:
        number = self.table.copy()
        self._note.setText(_translate("Charts", "%Ln row(s) copied.", "plural", number))
        announce(self, self._note.text())


class _Page(QWidget):
    """Something to look at, or a sentence where there is nothing."""

    def __init__(self, content: QWidget, sentence: QLabel) -> None:
        super().__init__()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(content)
        self._stack.addWidget(sentence)

    @property
    def is_full(self) -> bool:
        return self._stack.currentIndex() == 0

    def set_full(self, *, is_full: bool) -> None:
        self._stack.setCurrentIndex(0 if is_full else 1)


def _card(content: QWidget) -> QWidget:
    page = QWidget()
    outer = QVBoxLayout(page)
    outer.setContentsMargins(0, 12, 0, 0)
    card = QFrame()
    card.setProperty("card", True)
    inside = QVBoxLayout(card)
    inside.setContentsMargins(6, 6, 6, 6)
    inside.addWidget(content)
    outer.addWidget(card)
    return page
