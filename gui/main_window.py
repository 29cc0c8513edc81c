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
    """Holds the places of the window. `may_close` is asked when a person closes it; True lets it go."""

    def __init__(
        self,
        theme: Theme,
        compose: ComposePane,
        outbox: OutboxPane,
        status: StatusBar,
        may_close: Callable[[], bool],
    ) -> None:
        super().__init__()
        self.compose = compose
        self.outbox = outbox
        self.status = status
        self.notices = NoticeBar(theme)
        self._may_close = may_close
        self.setWindowTitle("Outtray")
        self.setWindowIcon(theme.icons.app())
        self._panes = QSplitter(Qt.Orientation.Horizontal)
        self._panes.setHandleWidth(16)
        self._panes.setChildrenCollapsible(False)
        self._panes.addWidget(compose)
        self._panes.addWidget(outbox)
        self._panes.setStretchFactor(0, 0)
        self._panes.setStretchFactor(1, 1)
        middle = QWidget()
        column = self._column = QVBoxLayout(middle)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.notices)
        column.addWidget(self._panes, 1)
        self.setCentralWidget(middle)
        self.setStatusBar(status)
        self.setMinimumSize(440, 480)
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))

    def add_bar(self, bar: QWidget) -> None:
        """Put a bar above the panes and below the notice."""
        self._column.insertWidget(1, bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _SIDE_BY_SIDE
        wanted = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if self._panes.orientation() != wanted or event.oldSize().width() < 0:
            self._panes.setOrientation(wanted)
            self.compose.set_stacked(not beside)
            if beside:
                self._panes.setSizes([_FORM_WIDTH, max(1, self.width() - _FORM_WIDTH)])
            else:
                self._panes.setSizes([self.height() * 3 // 5, self.height() * 2 // 5])

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close():
            event.accept()
        else:
            event.ignore()
