"""The frame: the menus, two panes, the notice above them and the status bar below. No logic."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from gui.compose.form import ComposePane
from gui.notices import NoticeBar
from gui.outbox.pane import OutboxPane
from gui.status_bar import StatusBar
from gui.theme import Theme

#: Narrower than this, the form stands above the list.
_SIDE_BY_SIDE = 1000
_FORM_WIDTH = 440
#: At the first start, where the screen has room for it.
_SIZE = QSize(1280, 780)


class MainWindow(QMainWindow):
    """Holds the panes of the window, which may be exchanged for others. `may_close` is asked when a person closes it;
    True lets it go.
    """

    def __init__(self, theme: Theme, may_close: Callable[[], bool]) -> None:
        super().__init__()
        self.notices = NoticeBar(theme)
        self._may_close = may_close
        self._compose: ComposePane | None = None
        self.setWindowTitle("Outtray")
        self.setWindowIcon(theme.icons.app())
        self._panes = QSplitter(Qt.Orientation.Horizontal)
        self._panes.setHandleWidth(16)
        self._panes.setChildrenCollapsible(False)
        middle = QWidget()
        column = self._column = QVBoxLayout(middle)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.notices)
        column.addWidget(self._panes, 1)
        self.setCentralWidget(middle)
        self.setMinimumSize(440, 480)
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))

    def show_panes(self, compose: ComposePane, outbox: OutboxPane, status: StatusBar) -> None:
        """Show these. Those that stood there before are hidden, without a parent, and their status bar is gone."""
        sizes = self._panes.sizes()
        for number, pane in enumerate((compose, outbox)):
            before = self._panes.widget(number)
            if before is not None:
                self._panes.replaceWidget(number, pane)
                before.hide()
                before.setParent(None)
                pane.show()
            else:
                self._panes.addWidget(pane)
            self._panes.setStretchFactor(number, number)
        if self._compose is not None:
            compose.set_stacked(self._panes.orientation() == Qt.Orientation.Vertical)
            self._panes.setSizes(sizes)
        self._compose = compose
        self.setStatusBar(status)

    def add_bar(self, bar: QWidget) -> None:
        """Put a bar above the panes and below the notice."""
        self._column.insertWidget(1, bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _SIDE_BY_SIDE
        wanted = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if self._panes.orientation() != wanted or event.oldSize().width() < 0:
            self._panes.setOrientation(wanted)
            if self._compose is not None:
                self._compose.set_stacked(not beside)
            if beside:
                self._panes.setSizes([_FORM_WIDTH, max(1, self.width() - _FORM_WIDTH)])
            else:
                self._panes.setSizes([self.height() * 3 // 5, self.height() * 2 // 5])

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close():
            event.accept()
        else:
            event.ignore()


def bring(window: QWidget) -> None:
    """Show a window in front of the others, with the keys."""
    window.show()
    window.raise_()
    window.activateWindow()


def bring_back(window: QWidget) -> None:
    """Show a window in front of the others, also where it was minimised."""
    if window.isMinimized():
        window.showNormal()
    bring(window)
