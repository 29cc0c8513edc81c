"""What of a file did not come into the book, each with its line and why."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from core.errors import Problem
from gui import wording
from gui.theme import Theme

_translate = QCoreApplication.translate


class LeftOutDialog(QDialog):
    """Shows a sentence for each, to read and to copy."""

    def __init__(self, theme: Theme, file: str, problems: Sequence[Problem], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_translate("Book", "What was left out"))
        head = QLabel(_translate("Book", "From {file}. Everything else is in the book.").format(file=file))
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        head.setFont(theme.strong)
        self.text = QPlainTextEdit("\n".join(map(wording.problem_sentence, problems)))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(_translate("Book", "What was left out"))
        self.text.setAccessibleDescription(_translate("Book", "A line for each, with the line of the file and why"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAccessibleDescription(
            _translate("Book", "Closes this window")
        )
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(head)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        self.resize(560, 360)
        self.finished.connect(parent.activateWindow)
