"""Asks for the name under which the form is saved as a template."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.outbox.templates import Template, check, named
from gui import wording
from gui.theme import Theme, muted_label, set_wrong

_translate = QCoreApplication.translate

_WIDTH = 420
_NEVER = "template_exists"  # the name of another one is no mistake here: it is replaced


class NameDialog(QDialog):
    """A field, and under it what the name would do. Enter takes it, Esc does not.

    `named(str, object)`: the name, and the template that it replaces, or None.
    """

    named = Signal(str, object)

    def __init__(self, theme: Theme, suggestion: str, templates: Sequence[Template], parent: QWidget) -> None:
        super().__init__(parent)
        self._templates = templates
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(_translate("Templates", "Save as a template"))
        self.field = QLineEdit(suggestion)
        self.field.setAccessibleName(_translate("Templates", "Name of the template"))
        self.field.selectAll()
        label = muted_label(_translate("Templates", "&Name of the template"), theme.body)
        label.setBuddy(self.field)
        self._said = muted_label("", theme.caption)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._said.setMinimumHeight(2 * self._said.fontMetrics().lineSpacing())  # so that nothing jumps while typing
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setAccessibleDescription(
            _translate("Templates", "Closes this window; nothing is saved, and the form stays")
        )
        self.save = QPushButton(_translate("Templates", "Save"))
        self.save.setDefault(True)
        buttons.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._on_buttons_accepted)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(6)
        column.addWidget(label)
        column.addWidget(self.field)
        column.addWidget(self._said)
        column.addSpacing(10)
        column.addWidget(buttons)
        self.setFixedWidth(_WIDTH)
        self.finished.connect(parent.activateWindow)
        self.field.textChanged.connect(self._show)
        self._show()

    def said(self) -> str:
        """Return what stands under the field."""
        return self._said.text()

    @Slot()
    def _show(self) -> None:
        name = self.field.text()
        wrong = [each for each in check(Template("", name), self._templates) if each.code != _NEVER]
        other = named(self._templates, name)
        words = _translate("Templates", "Subject and message are saved; recipients and files are not.")
        if wrong:
            words = wording.problem_sentence(wrong[0])
        elif other is not None:
            words = _translate(
                "Templates", "There is already a template named “{name}”. Its subject and message will be replaced."
            ).format(name=other.name)
        self._said.setText(words)
        self.field.setAccessibleDescription(words)
        tone = "failed" if wrong and name else "muted"
        if self._said.property("tone") != tone:
            self._said.setProperty("tone", tone)
            self._said.style().unpolish(self._said)
            self._said.style().polish(self._said)
        set_wrong(self.field, bool(wrong and name))
        self.save.setEnabled(not wrong)
        self.save.setText(_translate("Templates", "Replace") if other else _translate("Templates", "Save"))
        self.save.setAccessibleDescription(
            _translate("Templates", "The template of that name gets this subject and message")
            if other
            else _translate("Templates", "Keeps this subject and message under the name")
        )

    @Slot()
    def _on_buttons_accepted(self) -> None:
        if self.save.isEnabled():
            self.accept()
            self.named.emit(self.field.text(), named(self._templates, self.field.text()))
