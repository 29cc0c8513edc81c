"""One field of a dialog: its name beside it, a sentence under it, and what is wrong with it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import wording
from gui.theme import Theme, elided, muted_label, paint_field, set_wrong, style_popup


class Field:
    """Puts a label with a mnemonic, one or more editors and a caption into a row of a grid.

    The caption holds a note; what is wrong takes its place until it is mended.
    """

    def __init__(self, theme: Theme, words: str, editor: QWidget, *beside: QWidget, use: str = "") -> None:
        """`use` tells a screen reader what it is for, while the caption says nothing."""
        self.editor = editor
        self._use = use
        self._note = ""
        self._wrong: list[str] = []
        self._label = muted_label(words, theme.body)
        self._label.setBuddy(editor.focusProxy() or editor)
        self._caption = muted_label("", theme.caption)
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._caption.setWordWrap(True)
        self._caption.setMinimumWidth(1)  # what was typed may be one long word
        self._caption.hide()
        self._beside = beside
        if not editor.accessibleName():
            editor.setAccessibleName(wording.plain(words))
        self._describe()

    def put(self, grid: QGridLayout, row: int) -> None:
        """Lay it out in a row of two columns."""
        is_high = isinstance(self.editor, QPlainTextEdit)
        self._label.setContentsMargins(0, 7 if is_high or not isinstance(self.editor, QLabel) else 0, 0, 0)
        grid.addWidget(self._label, row, 0, Qt.AlignmentFlag.AlignTop)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.editor, 1)
        for widget in self._beside:
            line.addWidget(widget)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self._caption)
        grid.addLayout(column, row, 1)

    def label_width(self) -> int:
        """Return how wide its label is."""
        return self._label.sizeHint().width()

    def set_note(self, note: str) -> None:
        """Say something quiet under it."""
        self._note = note
        self._show()

    def set_wrong(self, sentences: list[str]) -> None:
        """Say what is wrong with it; [] when nothing is. `mark` marks the editor."""
        self._wrong = sentences
        self._show()

    @property
    def wrong(self) -> list[str]:
        return self._wrong

    def caption(self) -> str:
        """Return what stands under it."""
        return self._caption.text()

    def _show(self) -> None:
        words = "\n".join(self._wrong) or self._note
        tone = "failed" if self._wrong else "muted"
        if self._caption.property("tone") != tone:
            self._caption.setProperty("tone", tone)
            self._caption.style().unpolish(self._caption)
            self._caption.style().polish(self._caption)
        self._caption.setText(words)
        self._caption.setVisible(bool(words))
        self._describe()

    def _describe(self) -> None:
        # Of several editors, to the one that gets the keys.
        told = self.editor.focusProxy() or self.editor
        told.setAccessibleDescription(self._caption.text() or self._use)


def mark(editor: QWidget, is_wrong: bool) -> None:
    """Mark an editor of a field as holding something that must be mended, or take the mark off."""
    if isinstance(editor, QLineEdit | QPlainTextEdit):
        set_wrong(editor, is_wrong)
    elif isinstance(editor, Choice):
        editor.set_wrong(is_wrong)


class Choice(QComboBox):
    """A combo box in the frame of the fields."""

    _HEIGHT = 32

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_wrong = False
        self.setFixedHeight(self._HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_wrong(self, is_wrong: bool) -> None:
        """Mark it as holding something that must be mended."""
        self._is_wrong = is_wrong
        self.update()

    def showPopup(self) -> None:
        style_popup(self)
        super().showPopup()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        paint_field(painter, theme, self.rect(), is_focused=self.hasFocus(), is_wrong=self._is_wrong)
        room = self.rect().adjusted(10, 0, -11, 0)
        chevron = theme.icons.pixmap(
            "chevron-down", "text" if self.underMouse() else "muted", 16, self.devicePixelRatioF()
        )
        painter.drawPixmap(room.right() - 15, room.center().y() - 7, chevron)
        room.setRight(room.right() - 22)
        painter.setFont(theme.body)
        painter.setPen(theme.color("text" if self.isEnabled() else "muted"))
        words = elided(painter.fontMetrics(), self.currentText(), room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
