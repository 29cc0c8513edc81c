"""Errors nobody handled: in words, once, with the details to copy. The program goes on."""

import contextlib
import sys
import threading
import time
import traceback
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import DraftError, PersonError
from gui import wording
from gui.theme import Theme

_translate = QCoreApplication.translate

#: The same sentence is not said again within this time: a full disk fails many writes.
_ONCE_IN_S = 60.0
#: Traces that the dialog shows; an error in every frame must not fill the memory.
_MOST_TRACES = 20


class ErrorReporter(QObject):
    """Receives every error that nobody handled, from any thread, and tells the person.

    `noticed(str)`: something a person can act on, as a sentence. Everything else is our fault and opens the dialog.
    """

    noticed = Signal(str)
    _caught = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._window = parent
        #: When each sentence was said last, on the monotonic clock.
        self._said: dict[str, float] = {}
        self._dialog: ErrorDialog | None = None
        self._caught.connect(self.report, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take the hooks of Python. A hook only emits: it may be called on any thread."""
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _hook(self, _kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None) -> None:
        if error is not None:
            self._caught.emit(error)

    @Slot(object)
    def report(self, error: BaseException) -> None:
        """Tell one error. Main thread."""
        if isinstance(error, ExceptionGroup):
            for each in error.exceptions:
                self.report(each)
        elif isinstance(error, PersonError):
            self._say(str(error) if isinstance(error, DraftError) else wording.error_sentence(error))
        else:
            with contextlib.suppress(OSError, ValueError):  # a terminal that is gone must not be an error of its own
                print("".join(traceback.format_exception(error)), file=sys.stderr)
            self._show(error)

    def _say(self, sentence: str) -> None:
        now_s = time.monotonic()
        self._said = {each: said_s for each, said_s in self._said.items() if now_s - said_s < _ONCE_IN_S}
        if sentence not in self._said:
            self._said[sentence] = now_s
            self.noticed.emit(sentence)

    def dialog(self) -> "ErrorDialog | None":
        """Return the dialog while it is open."""
        return self._dialog

    def _show(self, error: BaseException) -> None:
        if self._dialog is None:
            self._dialog = ErrorDialog(self._theme, self._window)
            if QApplication.activeModalWidget() is not None:  # behind a modal dialog nobody could reach it
                self._dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
            self._dialog.finished.connect(self._on_dialog_finished)
            self._dialog.show()
        self._dialog.add(error)

    @Slot()
    def _on_dialog_finished(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


class ErrorDialog(QDialog):
    """One dialog for all that went wrong while it is open."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_translate("ErrorDialog", "Outtray made a mistake"))
        words = QLabel(
            _translate(
                "ErrorDialog",
                "Something went wrong inside Outtray. What was accepted is safe on disk, and Outtray goes on.\n"
                "If you report it, please copy the details.",
            )
        )
        words.setWordWrap(True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setAccessibleName(_translate("ErrorDialog", "Details of the error"))
        self._details.setAccessibleDescription(
            _translate("ErrorDialog", "Where in Outtray it happened, for whoever mends it; can be selected and copied")
        )
        self._details.setMinimumSize(280, 80)
        self._details.setTabChangesFocus(True)
        copy = QPushButton(_translate("ErrorDialog", "&Copy the details"))
        copy.setAccessibleDescription(_translate("ErrorDialog", "Puts them on the clipboard, for a report"))
        copy.clicked.connect(self._on_copy_clicked)
        self._traces = 0
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAccessibleDescription(
            _translate("ErrorDialog", "Closes this window; Esc does the same")
        )
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (words, self._details, buttons):
            column.addWidget(widget)
        self.resize(592, 360)  # less where the screen is less

    def add(self, error: BaseException) -> None:
        """Add one error's trace: places in the program and the error's own words, no values of variables."""
        self._traces += 1
        if self._traces <= _MOST_TRACES:
            self._details.appendPlainText("".join(traceback.format_exception(error)))
        elif self._traces == _MOST_TRACES + 1:
            self._details.appendPlainText(_translate("ErrorDialog", "… and more of them."))

    def details(self) -> str:
        """Return the details, as they are copied."""
        return self._details.toPlainText()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())
