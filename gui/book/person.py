"""The form of one person of the book."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from core.errors import Problem
from core.outbox.book_tables import Person
from core.outbox.validation import split_addresses
from gui import wording
from gui.field import Field, mark
from gui.theme import Theme, announce

_translate = QCoreApplication.translate

_WIDTH = 480


class PersonDialog(QDialog):
    """Takes one person in. What was typed stays until it is saved, or the dialog is closed.

    `save_requested(Person)`: answer with `show_problems`, or close it.
    """

    save_requested = Signal(object)

    def __init__(self, theme: Theme, person: Person, *, is_new: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._person = person
        self._is_saving = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(
            _translate("Book", "Add somebody")
            if is_new
            else _translate("Book", "Edit {name}").format(name=person.name or person.addresses[0])
        )
        self.name = QLineEdit(person.name)
        self.addresses = _lines(person.addresses, 4)
        self.note = _lines([person.note], 4)
        words = (
            ("name", _translate("Book", "&Name"), self.name, _translate("Book", "What they are called; may be empty")),
            ("addresses", _translate("Book", "&Addresses"), self.addresses, ""),
            ("note", _translate("Book", "N&ote"), self.note, _translate("Book", "Stays in the book; nobody gets it")),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        self._fields: dict[str, Field] = {}
        for row, (name, label, editor, use) in enumerate(words):
            self._fields[name] = Field(theme, label, editor, use=use)
            self._fields[name].put(grid, row)
        self._fields["addresses"].set_note(
            _translate("Book", "One on each line. The first is the one that is written to.")
        )
        save = QDialogButtonBox.StandardButton.Save
        self.buttons = QDialogButtonBox(save | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(save).setAccessibleDescription(_translate("Book", "Keeps the person in the book"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAccessibleDescription(
            _translate("Book", "Closes this window; nothing changes")
        )
        self.buttons.accepted.connect(self._on_buttons_accepted)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(20)
        column.addLayout(grid)
        column.addWidget(self.buttons)
        self.setMinimumWidth(_WIDTH)
        self.name.textEdited.connect(lambda: self._unmark("name"))
        self.addresses.textChanged.connect(lambda: self._unmark("addresses"))
        self.note.textChanged.connect(lambda: self._unmark("note"))
        if parent is not None:
            self.finished.connect(parent.activateWindow)
        self.name.setFocus()

    def person(self) -> Person:
        """Return who is typed, not checked."""
        addresses = tuple(split_addresses(self.addresses.toPlainText()))
        return Person(
            self._person.id, self.name.text(), addresses, self.note.toPlainText().strip(), self._person.groups
        )

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say what is wrong under each field, and go to the first. It can be typed in again."""
        self._set_saving(is_saving=False)
        for name, field in self._fields.items():
            wrong = [wording.problem_sentence(each) for each in problems if _field_of(each) == name]
            field.set_wrong(wrong)
            mark(field.editor, bool(wrong))
        first = next((field for field in self._fields.values() if field.wrong), None)
        if first is not None:
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, " ".join(wording.problem_sentence(each) for each in problems))
        self.adjustSize()

    def wrong(self) -> dict[str, list[str]]:
        """Return what is said to be wrong, by field."""
        return {name: field.wrong for name, field in self._fields.items() if field.wrong}

    def _unmark(self, name: str) -> None:
        self._fields[name].set_wrong([])
        mark(self._fields[name].editor, is_wrong=False)

    def _set_saving(self, *, is_saving: bool) -> None:
        self._is_saving = is_saving
        self.buttons.setEnabled(not is_saving)

    def reject(self) -> None:
        """Close it, but while it is being saved: what comes of that is said here."""
        if not self._is_saving:
            super().reject()

    @Slot()
    def _on_buttons_accepted(self) -> None:
        if self._is_saving:
            return  # pressed twice is meant once
        self._set_saving(is_saving=True)
        self.save_requested.emit(self.person())


def _field_of(problem: Problem) -> str:
    return problem.field if problem.field in ("name", "note") else "addresses"


def _lines(texts: Sequence[str], rows: int) -> QPlainTextEdit:
    editor = QPlainTextEdit("\n".join(texts))
    editor.setTabChangesFocus(True)
    editor.setFixedHeight(editor.fontMetrics().lineSpacing() * rows + 20)
    return editor
