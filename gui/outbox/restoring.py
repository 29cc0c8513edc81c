"""The line under the list that takes back a cancel, for as long as that can be done."""

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from gui import wording
from gui.theme import FIELD_RADIUS, Theme

_translate = QCoreApplication.translate

#: The outbox allows a second more, so that a press in the last moment is not too late.
_OFFERED_MS = 10_000


class RestoreStrip(QFrame):
    """Says what was cancelled, with Undo. `restore_requested()`: Undo was pressed. `changed()`: it came or went."""

    restore_requested = Signal()
    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ids: tuple[int, ...] = ()
        self._name = ""
        self._icon = QLabel()
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton(_translate("Restore", "Undo"))
        self._button.setAccessibleName(_translate("Restore", "Undo the cancelling"))
        self._button.setAccessibleDescription(_translate("Restore", "What was just cancelled goes out after all"))
        self._button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._button.setFont(theme.strong)
        self._button.clicked.connect(self.restore_requested)
        self._close = QTimer(self)
        self._close.setSingleShot(True)
        self._close.timeout.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 5, 1)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        self.setObjectName("restore")
        self.setFixedHeight(34)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def ids(self) -> tuple[int, ...]:
        """Return what was cancelled and can be taken back; empty when the time has run out."""
        return self._ids

    def left_ms(self) -> int:
        """Return for how long that still is; 0 where there is none."""
        return max(0, self._close.remainingTime())

    def name(self) -> str:
        """Return the name of the one that was cancelled, if it was one."""
        return self._name

    def offer(self, ids: tuple[int, ...], name: str = "", for_ms: int = 0) -> None:
        """Offer to take back the cancelling of these, for ten seconds from now or for `for_ms`.

        `name` is the one, if it is one.
        """
        self._ids, self._name = ids, name
        self._words.setText(_translate("Restore", "Cancelled: {what}").format(what=name or wording.count(len(ids))))
        self._close.start(for_ms or _OFFERED_MS)
        self.show()
        self.changed.emit()

    @Slot()
    def clear(self) -> None:
        """Take the offer back."""
        if self._ids:
            self._ids = ()
            self._close.stop()
            self.hide()
            self.changed.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        color = self._theme.color
        self._icon.setPixmap(self._theme.icons.pixmap("ban", "on-the-way", 16, self.devicePixelRatioF()))
        self.setStyleSheet(
            f"QFrame#restore {{ background: {color('on-the-way-soft').name()}; border-radius: {FIELD_RADIUS}px; }}"
            f" QFrame#restore QPushButton {{ color: {color('on-the-way').name()}; min-height: 24px;"
            " text-decoration: underline; }"
        )
