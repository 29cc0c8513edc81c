"""Asks when the message is to go, and until when: times in words, with what they were understood as."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.moments import read_moment
from gui import wording
from gui.theme import Theme, muted_label, set_wrong

_translate = QCoreApplication.translate

_WIDTH = 460


class LaterDialog(QDialog):
    """Two fields, and under each the time it stands for. Enter takes both; Esc takes neither.

    `chosen(at_ms, not_after_ms)`: times in ms since 1970 (UTC), or None.
    """

    chosen = Signal(object, object)

    def __init__(self, theme: Theme, now_ms: Callable[[], int], parent: QWidget) -> None:
        super().__init__(parent)
        self._now_ms = now_ms
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_translate("Later", "Send later"))
        self.at = _TimeField(theme, _translate("Later", "Send at"), _translate("Later", "tomorrow 9:00"))
        self.not_after = _TimeField(theme, _translate("Later", "Not after (may be empty)"), "")
        self.not_after.say(_translate("Later", "If it could not be sent by then, it fails instead."))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.send = QPushButton(_translate("Later", "Send later"))
        self.send.setDefault(True)
        self.send.setAccessibleDescription(_translate("Later", "Takes the message into the outbox, with these times"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAccessibleDescription(
            _translate("Later", "Closes this window; the message stays in the form")
        )
        self.buttons.addButton(self.send, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self._on_buttons_accepted)
        self.buttons.rejected.connect(self.reject)
        suggestions = QHBoxLayout()
        suggestions.setSpacing(8)
        for words in (
            _translate("Later", "in 1 hour"),
            _translate("Later", "today 18:00"),
            _translate("Later", "tomorrow 9:00"),
            _translate("Later", "Monday 9:00"),
        ):
            suggestions.addWidget(self._suggestion(words))
        suggestions.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(0)
        column.addWidget(self.at)
        column.addSpacing(6)
        column.addLayout(suggestions)
        column.addSpacing(16)
        column.addWidget(self.not_after)
        column.addSpacing(20)
        column.addWidget(self.buttons)
        self.setMinimumWidth(_WIDTH)
        self.finished.connect(parent.activateWindow)
        self.at.field.textChanged.connect(self._show)
        self.not_after.field.textChanged.connect(self._show)
        self._show()

    def set_times(self, at_ms: int | None, not_after_ms: int | None) -> None:
        """Begin with the times that are chosen already."""
        for field, chosen_ms in ((self.at, at_ms), (self.not_after, not_after_ms)):
            field.field.setText("" if chosen_ms is None else wording.exact_time(chosen_ms))
            field.field.selectAll()

    def _suggestion(self, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("framed", True)
        button.setAutoDefault(False)
        button.setAccessibleName(_translate("Later", "Send at: {words}").format(words=words))
        button.setAccessibleDescription(_translate("Later", "Puts this time into the field"))
        button.clicked.connect(lambda: self._take(words))
        return button

    def _take(self, words: str) -> None:
        self.at.field.setText(words)
        self.at.field.setFocus()

    @Slot()
    def _show(self) -> None:
        """Say under each field what it stands for, or why it cannot be taken."""
        now_ms = self._now_ms()
        at_ms = self._read(self.at, now_ms)
        not_after_ms = self._read(self.not_after, now_ms)
        if at_ms is not None and not_after_ms is not None and not_after_ms < at_ms:
            self.not_after.complain(_translate("Later", "That is before the time to send."))
        if not self.at.text():
            self.at.say(_translate("Later", "A day, a time, or both: “Monday”, “18:00”, “30 Nov 9:00”, “in 2 hours”"))
        if not self.not_after.text():
            self.not_after.say(_translate("Later", "If it could not be sent by then, it fails instead."))
        is_any = bool(self.at.text() or self.not_after.text())
        self.send.setEnabled(is_any and not (self.at.is_wrong or self.not_after.is_wrong))
        self.send.setText(_translate("Later", "Send later") if self.at.text() else _translate("Later", "Send"))

    @staticmethod
    def _read(field: "_TimeField", now_ms: int) -> int | None:
        if not field.text():
            return None
        try:
            moment_ms = read_moment(field.text(), now_ms)
        except ValueError:
            field.complain(_translate("Later", "That is not understood as a time."))
            return None
        if moment_ms <= now_ms:
            field.complain(_translate("Later", "{time} has passed.").format(time=wording.full_time(moment_ms)))
            return None
        field.say(wording.full_time(moment_ms))
        return moment_ms

    @Slot()
    def _on_buttons_accepted(self) -> None:
        self._show()  # time goes on while the dialog is open
        if self.send.isEnabled():
            now_ms = self._now_ms()
            times = self._read(self.at, now_ms), self._read(self.not_after, now_ms)
            self.accept()
            self.chosen.emit(*times)


class _TimeField(QWidget):
    """A label, a field, and what it stands for."""

    def __init__(self, theme: Theme, name: str, example: str) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setPlaceholderText(example)
        self.field.setAccessibleName(name)
        self.is_wrong = False
        label = muted_label(name, theme.body)
        label.setBuddy(self.field)
        self._said: QLabel = muted_label("", theme.caption)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(label)
        column.addWidget(self.field)
        column.addWidget(self._said)

    def text(self) -> str:
        return self.field.text().strip()

    def said(self) -> str:
        """Return what stands under the field."""
        return self._said.text()

    def say(self, words: str) -> None:
        self._set(words, is_wrong=False)

    def complain(self, words: str) -> None:
        self._set(words, is_wrong=True)

    def _set(self, words: str, *, is_wrong: bool) -> None:
        self.is_wrong = is_wrong
        self._said.setText(words)
        self.field.setAccessibleDescription(words)
        tone = "failed" if is_wrong else "muted"
        if self._said.property("tone") != tone:
            self._said.setProperty("tone", tone)
            self._said.style().unpolish(self._said)
            self._said.style().polish(self._said)
        set_wrong(self.field, is_wrong)
