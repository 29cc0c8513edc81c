"""How the fields of the form stand: each label above its field, or beside it where the form is wide and low."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.theme import Theme, muted_label


class FieldGrid(QGridLayout):
    """Holds the fields in order, with a note under some of them; the last one takes what room is left."""

    def __init__(self, theme: Theme, fields: Mapping[str, QWidget], notes: Mapping[QWidget, QLabel]) -> None:
        """`fields`: by what is said before each. `notes`: what stands under a field."""
        super().__init__()
        self.setHorizontalSpacing(12)
        self._labels = {muted_label(words, theme.body): field for words, field in fields.items()}
        self._notes = notes

    def arrange(self, *, is_stacked: bool) -> None:
        """Put everything in its place; stacked, the form stands above the list and has little height."""
        for widget in (*self._notes.values(), *self._labels, *self._labels.values()):
            self.removeWidget(widget)
        for used in range(self.rowCount()):
            self.setRowStretch(used, 0)
        row = 0
        for label, field in self._labels.items():
            label.setBuddy(field)
            if is_stacked:
                label.setContentsMargins(0, 7, 0, 0)
                self.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
                self.addWidget(field, row, 1)
            else:
                label.setContentsMargins(0, 11 if row else 0, 0, 5)
                self.addWidget(label, row, 0, 1, 2)
                self.addWidget(field, row + 1, 0, 1, 2)
            row += 1 if is_stacked else 2
            if (note := self._notes.get(field)) is not None:
                note.setContentsMargins(0, 0 if is_stacked else 5, 0, 2 if is_stacked else 0)
                self.addWidget(note, row, *((1,) if is_stacked else (0, 1, 2)))
                row += 1
        self.setRowStretch(row - 1, 1)
        self.setVerticalSpacing(6 if is_stacked else 0)
        self.setColumnStretch(1, 1)
