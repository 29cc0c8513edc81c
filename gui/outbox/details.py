"""Everything known of one delivery: the message as it goes out, its source, its attempts, its history."""

from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.clock import Clock, SystemClock
from core.errors import NotFoundError, PersonError
from core.executor import Executor
from core.outbox.notification import Details
from gui import wording
from gui.outbox.doubt import DoubtStrip
from gui.outbox.history import attempt_lines, event_lines
from gui.outbox.parts import Ledger, MessageView, text_view
from gui.theme import Theme, muted_label

_translate = QCoreApplication.translate

#: What loads quicker than this is simply there.
_LOADING_AFTER_MS = 100
#: Of a longer source only the beginning is shown: nobody reads a megabyte of Base64.
_SOURCE_BYTES = 512 * 1024


class OneReader(Protocol):
    """What is asked of `core.outbox.reader.Reader`. Blocks; called on the `reads` pool."""

    def details(self, delivery_id: int) -> Details: ...


class Tab(IntEnum):
    """The parts, in order."""

    MESSAGE = 0
    SOURCE = 1
    ATTEMPTS = 2
    HISTORY = 3


class DetailsPane(QFrame):
    """Shows one delivery, and keeps up with it. Text is text: nothing in a message is interpreted.

    `raw` yields the exact bytes of a message; it blocks, and is called on the `reads` pool.
    `closed()`: a person pressed Close.
    """

    closed = Signal()

    def __init__(
        self,
        executor: Executor,
        reader: OneReader,
        raw: Callable[[int], Iterator[bytes]],
        theme: Theme,
        parent: QWidget | None = None,
        *,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(parent)
        self._executor = executor
        self._reader = reader
        self._raw = raw
        self._now_ms = (clock or SystemClock()).now_ms
        self._theme = theme
        self._id: int | None = None
        self._shown_id: int | None = None
        self._source_id: int | None = None
        self._is_reading = False
        self._read_again = False
        self.setProperty("card", True)
        self.setAccessibleName(_translate("Details", "Details"))
        self._message = MessageView(theme)
        self._source = text_view(
            _translate("Details", "Source"),
            _translate("Details", "The message with all its headers, as it is sent; can be selected and copied"),
        )
        self._source.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._source.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._attempts = Ledger(theme, _translate("Details", "Attempts"), _translate("Details", "Not tried yet."))
        self._history = Ledger(theme, _translate("Details", "History"), "")
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setAccessibleName(_translate("Details", "Parts of the details"))
        self._tabs.setAccessibleDescription(_translate("Details", "Left and Right go to the other parts"))
        self._parts = QStackedWidget()
        for part, name in (
            (self._message, _translate("Details", "Message")),
            (self._source, _translate("Details", "Source")),
            (self._attempts, _translate("Details", "Attempts")),
            (self._history, _translate("Details", "History")),
        ):
            self._tabs.addTab(name)
            self._parts.addWidget(part)
        self.doubt = DoubtStrip(theme)
        self._tabs.currentChanged.connect(self._on_tabs_current_changed)
        self._words = muted_label("", theme.body)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._parts.addWidget(self._words)
        line = QFrame()
        line.setFixedHeight(1)
        line.setObjectName("line")
        self._line = line
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 5, 1, 8)
        column.setSpacing(0)
        column.addLayout(self._make_head())
        column.addWidget(line)
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 6, 6, 0)
        inside.setSpacing(6)
        inside.addWidget(self.doubt)
        inside.addWidget(self._parts, 1)
        column.addLayout(inside, 1)
        self._loading = QTimer(self)
        self._loading.setSingleShot(True)
        self._loading.setInterval(_LOADING_AFTER_MS)
        self._loading.timeout.connect(self._on_loading_timeout)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._say(_translate("Details", "Select a message to read it."))

    # What is shown

    def delivery_id(self) -> int | None:
        """Return the delivery that is shown or on its way."""
        return self._id

    def show_delivery(self, delivery_id: int) -> None:
        """Read a delivery and show it."""
        if delivery_id == self._id:
            return
        self._id = delivery_id
        if self._parts.currentWidget() is self._words:
            self._say("")  # nothing for the blink of an eye in which it is read
        self._loading.start()
        self._read()

    def changed(self, ids: Iterable[int]) -> None:
        """Read what is shown again if it is among these."""
        if self._id is not None and self._id in set(ids):
            self._read()

    def show_tab(self, tab: Tab) -> None:
        """Bring a part to the front and let the keys go there."""
        self._tabs.setCurrentIndex(tab)

    def tab(self) -> Tab:
        """Return the part in front."""
        return Tab(self._tabs.currentIndex())

    def text(self) -> str:
        """Return what the part in front says, as plain text."""
        if self._parts.currentWidget() is self._words:
            return self._words.text()
        match self.tab():
            case Tab.MESSAGE:
                return self._message.text()
            case Tab.SOURCE:
                return self._source.toPlainText()
            case Tab.ATTEMPTS:
                return self._attempts.text()
            case Tab.HISTORY:
                return self._history.text()

    def take_focus(self) -> None:
        """Let the keys scroll and select in the part in front."""
        part = (self._message.editor, self._source, self._attempts, self._history)[self.tab()]
        part.setFocus(Qt.FocusReason.OtherFocusReason)

    # Reading

    def _read(self) -> None:
        if self._is_reading:
            self._read_again = True
            return
        assert self._id is not None
        self._is_reading = True
        self._read_again = False
        wanted = self._id
        self._executor.submit(
            "reads", partial(self._reader.details, wanted), self._on_details, partial(self._on_failed, wanted)
        )

    def _on_details(self, details: Details) -> None:
        self._is_reading = False
        if details.delivery.id == self._id:
            self._loading.stop()
            self._show(details)
        if self._read_again or details.delivery.id != self._id:
            self._read()

    def _on_failed(self, wanted: int, error: BaseException) -> None:
        self._is_reading = False
        if not isinstance(error, PersonError):
            raise error
        if wanted != self._id:
            self._read()
        elif error.code != "outbox_closed":
            self._loading.stop()
            was_shown, self._shown_id = self._shown_id == wanted, None
            is_gone = was_shown and isinstance(error, NotFoundError)
            gone = _translate("Details", "This message is not in the outbox any more: it was deleted.")
            self._say(gone if is_gone else wording.error_sentence(error))

    def _show(self, details: Details) -> None:
        is_other = self._shown_id != details.delivery.id
        self._shown_id = details.delivery.id
        self.doubt.show_delivery(details.delivery, details.events, self._now_ms())
        self._message.show_message(details, is_other)
        self._attempts.show_lines(attempt_lines(details.attempts))
        self._history.show_lines(event_lines(details.events))
        if is_other:
            self._source_id = None
            self._source.clear()
        self._parts.setCurrentIndex(self._tabs.currentIndex())
        self._read_source()

    def _read_source(self) -> None:
        """Read the bytes, once they are looked at: they never change after they were accepted."""
        wanted = self._shown_id
        if self.tab() is not Tab.SOURCE or wanted is None or self._source_id == wanted:
            return
        self._source_id = wanted
        self._executor.submit(
            "reads",
            partial(_beginning, self._raw, wanted),
            partial(self._on_source, wanted),
            partial(self._on_source_failed, wanted),
        )

    def _on_source(self, wanted: int, text: str) -> None:
        if wanted == self._shown_id:
            self._source.setPlainText(text)

    def _on_source_failed(self, wanted: int, error: BaseException) -> None:
        if wanted == self._shown_id:
            words = wording.error_sentence(error) if isinstance(error, PersonError) else str(error)
            self._source.setPlainText(words)

    @Slot()
    def _on_loading_timeout(self) -> None:
        self._say(_translate("Details", "Loading…"))

    @Slot()
    def _on_tabs_current_changed(self) -> None:
        if self._shown_id is not None:
            self._parts.setCurrentIndex(self._tabs.currentIndex())
        self._read_source()

    def _say(self, words: str) -> None:
        self.doubt.hide()
        self._words.setText(words)
        self._parts.setCurrentWidget(self._words)

    # The head

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(7, 0, 8, 0)
        row.setSpacing(4)
        row.addWidget(self._tabs)
        row.addStretch(1)
        self._copy = QToolButton()
        self._copy.setText(_translate("Details", "Copy"))
        self._copy.setToolTip(_translate("Details", "Copy the whole of this part"))
        self._copy.clicked.connect(self._on_copy_clicked)
        self._close = QToolButton()
        self._close.setIconSize(QSize(16, 16))
        self._close.setAccessibleName(_translate("Details", "Close the details"))
        self._close.setAccessibleDescription(_translate("Details", "The list has all the room again"))
        self._close.setToolTip(_translate("Details", "Close"))
        self._close.clicked.connect(self.closed)
        row.addWidget(self._copy)
        row.addWidget(self._close)
        return row

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.text())

    @Slot()
    def _on_theme_changed(self) -> None:
        self._close.setIcon(self._theme.icons.icon("x", "muted"))
        self._line.setStyleSheet(f"QFrame#line {{ background: {self._theme.color('line').name()}; border: none; }}")


def _beginning(raw: Callable[[int], Iterator[bytes]], delivery_id: int) -> str:
    """Read the beginning of a message's bytes. Blocks; on the `reads` pool."""
    found = bytearray()
    left = 0
    for chunk in raw(delivery_id):
        room = max(0, _SOURCE_BYTES - len(found))
        found += chunk[:room]
        left += len(chunk[room:])
    text = found.decode("utf-8", "replace").replace("\r\n", "\n")
    if left:
        text += "\n" + _translate("Details", "… and {size} more, not shown here.").format(size=wording.size(left))
    return text
