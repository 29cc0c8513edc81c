"""The list of templates over the window: a few letters and Enter put one into the form."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

from core.outbox.templates import Template
from gui.chooser import Chooser, Entry
from gui.theme import Theme, muted_label

_translate = QCoreApplication.translate

#: Of a template without a subject so much of its text is shown.
_MOST_CHARACTERS = 100


class TemplatePicker(Chooser):
    """Offers templates. `chosen_template(str)`: its id, by Enter or a click. `change_requested(str)`: by F2."""

    chosen_template = Signal(str)
    change_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setWindowTitle(_translate("Templates", "Templates"))
        self.field.setPlaceholderText(_translate("Templates", "Type a few letters of a template"))
        self.field.setAccessibleName(_translate("Templates", "Template"))
        self.field.setAccessibleDescription(
            _translate("Templates", "Type a few letters, choose by the arrow keys; Enter uses it, F2 changes it")
        )
        self.list.setAccessibleName(_translate("Templates", "Templates"))
        self._hint: QLabel = muted_label(
            _translate("Templates", "Enter puts it into the form; recipients and files stay. F2 changes it."),
            theme.caption,
        )
        self._hint.setWordWrap(True)
        self._hint.setContentsMargins(10, 0, 10, 2)
        self.column.addWidget(self._hint)

    def offer(self, templates: Sequence[Template]) -> None:
        """Open with these, in their order."""
        self._hint.setVisible(bool(templates))
        self.offer_entries([_entry(each) for each in templates])

    def sentence(self, is_any: bool) -> str:
        """Return what is said where none fits."""
        if is_any:
            return _translate("Templates", "No template is called that.")
        return _translate(
            "Templates",
            "There are no templates yet. Write a message, then choose Message ▸ Save the form as a template.",
        )

    def take(self, entry: Entry) -> None:
        """Tell that it was chosen, when the focus is back where it was."""
        QTimer.singleShot(0, self, lambda: self.chosen_template.emit(entry.id))

    def take_key(self, event: QKeyEvent) -> bool:
        """Take F2 too."""
        entry = self.chosen()
        if event.key() == Qt.Key.Key_F2 and entry is not None:
            self.accept()
            QTimer.singleShot(0, self, lambda: self.change_requested.emit(entry.id))
            return True
        return super().take_key(event)


def _entry(template: Template) -> Entry:
    said = " ".join((template.subject or template.text[:_MOST_CHARACTERS]).split())
    return Entry(template.id, template.name, said, "", "template")
