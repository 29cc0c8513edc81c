"""The plain editors of the form: they leave to the window the keys that they have no use for."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget


def is_for_window(event: QEvent, *, can_undo: bool, can_redo: bool) -> bool:
    """Say whether an editor should let a ShortcutOverride go on to the window's shortcuts.

    Qt's editors claim Ctrl+Z even when they have nothing to undo, and on X11 Ctrl+K (delete to the end of
    the line), which here is the palette of commands.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.matches(QKeySequence.StandardKey.Undo):
        return not can_undo
    if event.matches(QKeySequence.StandardKey.Redo):
        return not can_redo
    return event.matches(QKeySequence.StandardKey.DeleteEndOfLine)


def local_files(data: QMimeData) -> list[Path]:
    """Return the files of this computer that are dragged or pasted; [] when it is anything else."""
    if not data.hasUrls():
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class LineEdit(QLineEdit):
    """A line edit that gives Ctrl+Z to the window when it has nothing to undo, and files to the form."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        #: See `gui.compose.holding`.
        self.is_held = False
        #: What an input method is composing and has not yet put into the text.
        self.composed = ""

    def can_undo(self) -> bool:
        """Say whether Ctrl+Z has something to take back here."""
        return self.isUndoAvailable() or bool(self.composed)

    def commit_composed(self) -> None:
        """Put what is still being composed into the text, where the platform has not done it."""
        commit(self, self.composed)

    def event(self, event: QEvent) -> bool:
        if is_for_window(event, can_undo=self.can_undo(), can_redo=self.isRedoAvailable()):
            event.ignore()
            return True
        return super().event(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composed = event.preeditString()
        super().inputMethodEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.ignore()
        else:
            super().dragEnterEvent(event)


class MessageEdit(QPlainTextEdit):
    """The message. Tab leaves it. Files pasted or dropped on it are given on, not inserted as text.

    `files_given(list[Path])`: files were pasted or dropped.
    """

    files_given = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        #: See `gui.compose.holding`. A drop or a middle click reaches only the viewport, and ends here.
        self.is_held = False
        #: What an input method is composing and has not yet put into the text.
        self.composed = ""

    def can_undo(self) -> bool:
        """Say whether Ctrl+Z has something to take back here."""
        return self.document().isUndoAvailable() or bool(self.composed)

    def commit_composed(self) -> None:
        """Put what is still being composed into the text, where the platform has not done it."""
        commit(self, self.composed)

    def event(self, event: QEvent) -> bool:
        if is_for_window(event, can_undo=self.can_undo(), can_redo=self.document().isRedoAvailable()):
            event.ignore()
            return True
        return super().event(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composed = event.preeditString()
        super().inputMethodEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        if self.is_held:
            return False
        return bool(local_files(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if self.is_held:
            return
        files = local_files(source)
        if files:
            self.files_given.emit(files)
        else:
            super().insertFromMimeData(source)


def commit(editor: QWidget, text: str) -> None:
    """End a composition as an input method does: its text becomes the editor's."""
    if text:
        event = QInputMethodEvent()
        event.setCommitString(text)
        QCoreApplication.sendEvent(editor, event)
