"""The parts of the details: the message as it goes out, a history line by line, and a text to read."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.outbox.notification import Details
from gui import wording
from gui.outbox.history import Line
from gui.theme import Theme, let_select, muted_label

_translate = QCoreApplication.translate

#: Height left to a message's text (px).
_LEAST_TEXT = 60
#: Entries shown of a history; the newest are first.
_MOST_LINES = 200


class MessageView(QScrollArea):
    """The message as it goes out: its headers in words, and its text. Scrolls where there is no room for both."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._names: list[QLabel] = []
        self._values: list[QLabel] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 4, 8, 4)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        for row, word in enumerate(_head_words()):
            name, value = muted_label("", theme.body), _plain_label("")
            value.setAccessibleName(word)
            value.setMinimumWidth(1)  # a long address must not widen the pane; Copy has all of it
            self._names.append(name)
            self._values.append(value)
            self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, row, 1)
        self.editor = text_view(
            _translate("Details", "Message"),
            _translate("Details", "The text as it goes out; can be selected and copied"),
        )
        self.editor.setMinimumHeight(_LEAST_TEXT)
        body = QWidget()
        body.setObjectName("lines")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._grid)
        column.addWidget(self.editor, 1)
        _clear_ground(self)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(body)

    def show_message(self, details: Details, is_other: bool) -> None:
        """Show it. What is there already is left alone, with a person's selection in it."""
        delivery, draft = details.delivery, details.draft
        files = ", ".join(f"{file.name} ({wording.size(file.size_bytes)})" for file in draft.attachments)
        said = (
            delivery.from_,
            wording.recipient_words(delivery),
            delivery.subject or wording.no_subject(),
            wording.full_time(delivery.accepted_at),
            files,
        )
        for name, value, word, words in zip(self._names, self._values, _head_words(), said, strict=True):
            name.setVisible(bool(words))
            value.setVisible(bool(words))
            if value.text() != words:
                name.setText(word)
                value.setText(words)
                value.setAccessibleName(f"{word}: {words}")
        if is_other or self.editor.toPlainText() != draft.text:
            self.editor.setPlainText(draft.text)

    def text(self) -> str:
        """Return all of it as plain text: the headers, an empty line, the text."""
        pairs = zip(self._names, self._values, strict=True)
        heads = [f"{name.text()}: {value.text()}" for name, value in pairs if value.text()]
        return "\n".join([*heads, "", self.editor.toPlainText()])


class Ledger(QScrollArea):
    """Lines of a history: the time, what happened, and a quiet note."""

    def __init__(self, theme: Theme, name: str, empty: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._theme = theme
        self._empty = empty
        self._lines: list[Line] | None = None
        _clear_ground(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._describe()

    def show_lines(self, lines: list[Line]) -> None:
        """Show these, unless they are there already."""
        if lines == self._lines:
            return
        self._lines = lines
        place = self.verticalScrollBar().value()
        body = QWidget()
        body.setObjectName("lines")
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 4, 8, 4)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, line in enumerate(lines[:_MOST_LINES]):
            time = muted_label(line.time, self._theme.caption_digits)
            let_select(time)
            grid.addWidget(time, row, 0, Qt.AlignmentFlag.AlignTop)
            words = QVBoxLayout()
            words.setSpacing(1)
            words.addWidget(_plain_label(line.words))
            if line.note:
                note = muted_label(line.note, self._theme.caption)
                note.setTextFormat(Qt.TextFormat.PlainText)
                note.setWordWrap(True)
                let_select(note)
                words.addWidget(note)
            grid.addLayout(words, row, 1)
        if not lines:
            grid.addWidget(muted_label(self._empty, self._theme.body), 0, 0, 1, 2)
        grid.setRowStretch(grid.rowCount(), 1)
        self.setWidget(body)
        self.verticalScrollBar().setValue(place)
        self._describe()

    def text(self) -> str:
        """Return all of it as plain text, a line for each entry."""
        return "\n".join(line.text() for line in self._lines or ()) or self._empty

    def _describe(self) -> None:
        self.setAccessibleDescription(self.text() or _translate("Details", "Nothing yet; Up and Down scroll"))


def _head_words() -> tuple[str, ...]:
    """Return what stands before the lines above a message's text."""
    return (
        _translate("Details", "From"),
        _translate("Details", "To"),
        _translate("Details", "Subject"),
        _translate("Details", "Accepted"),
        _translate("Details", "Attached"),
    )


def _clear_ground(area: QScrollArea) -> None:
    """Let the card show through, around a body named "lines" that is as wide as the area."""
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setStyleSheet("QScrollArea, QWidget#lines { background: transparent; }")


def _plain_label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    let_select(label)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return label


def text_view(name: str, use: str) -> QPlainTextEdit:
    """Make a text that can be read, selected and copied, and not changed."""
    view = QPlainTextEdit()
    view.setReadOnly(True)
    view.setUndoRedoEnabled(False)
    view.setTabChangesFocus(True)
    view.setProperty("bare", True)
    view.document().setDocumentMargin(0)
    view.setAccessibleName(name)
    view.setAccessibleDescription(use)
    view.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return view
