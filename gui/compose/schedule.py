"""When the message in the form goes, where that is not at once: a line above Send, with a cross."""

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from gui import wording
from gui.theme import Theme

_translate = QCoreApplication.translate

_ICON = 16


class ScheduleNote(QWidget):
    """Keeps the two times of the form. Hidden while there is none.

    `changed()`: a person took them away.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._at_ms: int | None = None
        self._not_after_ms: int | None = None
        self._icon = QLabel()
        self._icon.setContentsMargins(0, 4, 0, 0)  # level with the first line
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.close_button = QToolButton()
        self.close_button.setIconSize(QSize(_ICON, _ICON))
        words = _translate("Schedule", "Send it at once instead")
        self.close_button.setAccessibleName(words)
        self.close_button.setAccessibleDescription(_translate("Schedule", "Forgets the chosen times"))
        self.close_button.setToolTip(words)
        self.close_button.clicked.connect(self._on_close_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 10, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self._paint_again)
        self._paint_again()
        self.hide()

    @property
    def at_ms(self) -> int | None:
        """Not before this time (ms since 1970, UTC)."""
        return self._at_ms

    @property
    def not_after_ms(self) -> int | None:
        """It fails where it could not be sent by this time (ms since 1970, UTC)."""
        return self._not_after_ms

    def set_times(self, at_ms: int | None, not_after_ms: int | None) -> None:
        """Show other times; None for none."""
        self._at_ms, self._not_after_ms = at_ms, not_after_ms
        self._words.setText(wording.schedule_words(at_ms, not_after_ms))
        self.setAccessibleName(self._words.text())
        self.setVisible(at_ms is not None or not_after_ms is not None)

    def words(self) -> str:
        """Return what is said; "" where nothing is."""
        return self._words.text()

    @Slot()
    def _on_close_clicked(self) -> None:
        self.set_times(None, None)
        self.changed.emit()

    @Slot()
    def _paint_again(self) -> None:
        icons = self._theme.icons
        self._icon.setPixmap(icons.pixmap("clock", "muted", _ICON, self.devicePixelRatioF()))
        self.close_button.setIcon(icons.icon("close-small", "muted"))
