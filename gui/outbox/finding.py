"""A find field: words become a search when typing rests."""

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.compose.editors import LineEdit
from gui.theme import Theme

_translate = QCoreApplication.translate

#: Between two keys of somebody who types on: shorter, and each letter would be searched for.
_REST_MS = 120


class FindField(LineEdit):
    """Words to find in a list. `words_changed(str)`: search for these. `left()`: on to the list."""

    words_changed = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        """`name` says where it finds, as in "Find in the outbox"."""
        super().__init__(parent)
        self._theme = theme
        self._told = ""
        self.setProperty("ground", "surface")
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setAccessibleDescription(
            _translate("Find", "The list shows what has all of these words; Enter or Down goes there")
        )
        self.setClearButtonEnabled(True)
        self._icon = QAction(self)
        self.addAction(self._icon, LineEdit.ActionPosition.LeadingPosition)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.tell)
        self.textChanged.connect(self._on_text_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def words(self) -> str:
        """Return what is in the field, each gap one space."""
        return " ".join(self.text().split())

    def take(self, words: str) -> None:
        """Hold words that another field held; whoever gives them searches for them."""
        self.setText(words)
        self._rest.stop()
        self._told = self.words()

    @Slot()
    def tell(self) -> None:
        """Have it searched for now."""
        self._rest.stop()
        if self.words() != self._told:
            self._told = self.words()
            self.words_changed.emit(self._told)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            self.tell()
            self.left.emit()
            return
        super().keyPressEvent(event)

    @Slot()
    def _on_text_changed(self) -> None:
        if self.text():
            self._rest.start()
        else:
            self.tell()  # who has cleared it wants to see everything again, now

    @Slot()
    def _on_theme_changed(self) -> None:
        self._icon.setIcon(self._theme.icons.icon("search", "muted"))
