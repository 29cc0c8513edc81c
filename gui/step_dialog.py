"""A dialog that goes on by steps: each says one thing, and has one button that leads on."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import Theme, announce

_translate = QCoreApplication.translate

_WIDTH = 500


def fit(dialog: QDialog, column: QVBoxLayout, width: int) -> None:
    """Give a dialog a width, and the height that its words need there.

    Left to itself, Qt gives it two thirds of the screen's height at most, and the last lines of the words are cut off.
    """
    dialog.setFixedWidth(width)
    column.activate()
    dialog.setFixedHeight(column.totalHeightForWidth(width))


class StepDialog(QDialog):
    """Shows one step at a time. Esc and the left button close it, where that is possible."""

    def __init__(self, theme: Theme, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._act: Callable[[], None] | None = None
        self._can_close = True
        self._head = QLabel()
        self._head.setFont(theme.strong)
        self._words = QLabel()
        for label in (self._head, self._words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.copied = QLineEdit()
        self.copied.setReadOnly(True)
        self._copy = QPushButton(_translate("Steps", "C&opy"))
        self._copy.setAccessibleDescription(_translate("Steps", "Puts the line beside it into the clipboard"))
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.copied.text()))
        self.main = QPushButton()
        self.main.clicked.connect(self._on_main_clicked)
        self.leave = QPushButton()
        self.leave.clicked.connect(self.reject)
        self._copy.setProperty("framed", True)
        self._copy.setAutoDefault(False)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.copied, 1)
        line.addWidget(self._copy)
        buttons = QDialogButtonBox()
        buttons.addButton(self.leave, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(self.main, QDialogButtonBox.ButtonRole.AcceptRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(self._head)
        column.addWidget(self._words)
        column.addWidget(self.bar)
        column.addLayout(line)
        column.addStretch(1)
        column.addSpacing(8)
        column.addWidget(buttons)
        self._column = column
        self.finished.connect(parent.activateWindow)

    def head(self) -> str:
        """Return the sentence at the top."""
        return self._head.text()

    def words(self) -> str:
        """Return what stands under it."""
        return self._words.text()

    def show_step(
        self,
        head: str,
        words: str = "",
        *,
        leave: str = "",
        main: str = "",
        use: str = "",
        act: Callable[[], None] | None = None,
        is_asked_for: bool = True,
        copied: str = "",
        copied_name: str = "",
    ) -> None:
        """Go on to a step. `act` is what the main button does, `use` what a screen reader is told of it; `leave`: the
        words of the button that closes, none where it cannot be closed. `is_asked_for`: the main button is what the
        person came for, and has Enter; else closing has. `copied`: a line to be copied.
        """
        self._act = act
        self._can_close = bool(leave)
        self._head.setText(head)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self.bar.hide()
        self.copied.setText(copied)
        self.copied.setCursorPosition(0)
        self.copied.setAccessibleName(copied_name)
        self.copied.setAccessibleDescription(words)
        self.copied.setFocusPolicy(Qt.FocusPolicy.StrongFocus if copied else Qt.FocusPolicy.NoFocus)
        for widget in (self.copied, self._copy):
            widget.setVisible(bool(copied))
        self.main.setText(main)
        self.main.setAccessibleDescription(use)
        self.main.setVisible(act is not None)
        self.leave.setText(leave)
        self.leave.setAccessibleDescription(_translate("Steps", "Closes this window"))
        self.leave.setVisible(bool(leave))
        leads = act is not None and is_asked_for
        for button, is_default in ((self.main, leads), (self.leave, not leads)):
            button.setAutoDefault(is_default)
            button.setDefault(is_default)
        (self.main if leads else self.leave).setFocus(Qt.FocusReason.OtherFocusReason)
        self._fit()
        announce(self, head)

    def show_share(self, percent: int | None) -> None:
        """Show how far a step is; None: nobody knows."""
        self.bar.setAccessibleName(self._head.text())
        self.bar.setRange(0, 0 if percent is None else 100)
        self.bar.setValue(percent or 0)
        self.bar.show()
        self._fit()

    def _fit(self) -> None:
        fit(self, self._column, _WIDTH)

    @Slot()
    def reject(self) -> None:
        """Close it, where that is possible."""
        if self._can_close:
            super().reject()

    @Slot()
    def _on_main_clicked(self) -> None:
        act = self._act
        if act is not None:
            act()
