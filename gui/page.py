"""A page of fields that scrolls where the screen has no room for all of it."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget


class Page(QScrollArea):
    """Asks for all the room that its fields need in this language; with less, it follows the keys by scrolling."""

    def __init__(self, fields: QWidget, width: int) -> None:
        """`width`: that the page will have, by which its sentences break into lines."""
        super().__init__()
        self._fields = fields
        self._width = width
        self.setObjectName("clear")
        self.setWidget(fields)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Tab scrolls by itself, a mnemonic does not.
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]

    def sizeHint(self) -> QSize:
        wanted = self._fields.sizeHint()
        return QSize(wanted.width(), max(wanted.height(), self._fields.heightForWidth(self._width)))

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._fields.isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, 12)
