"""The row of attachments: files on their way into the outbox, and files that are there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolTip, QWidget

from core.outbox.notification import Attachment
from gui import wording
from gui.theme import Theme, elided

_translate = QCoreApplication.translate

_HEIGHT = 28
_GAP = 6
_PAD = 9
_ICON = 14
_MOST_WIDTH = 260


@dataclass
class _Entry:
    name: str
    path: Path | None = None
    attachment: Attachment | None = None
    #: Why it could not be attached, as a sentence; "" while it can.
    why: str = ""
    rect: QRect = field(default_factory=QRect)

    @property
    def note(self) -> str:
        """What stands behind the name."""
        if self.why:
            return _translate("Attachments", "not attached")
        if self.attachment is None:
            return _translate("Attachments", "copying…")
        return wording.size(self.attachment.size_bytes)


class AttachmentRow(QWidget):
    """Shows each file as a small card with its size, or "copying…", or why it could not be attached.

    `removed()`: a person took one off. Hidden while it is empty. Left, Right and Delete work when it has the focus.
    """

    removed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: list[_Entry] = []
        self._chosen = 0
        self._is_read_only = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_translate("Attachments", "Attachments"))
        self.setAccessibleDescription(_translate("Attachments", "No files"))
        theme.changed.connect(self.update)
        self.hide()

    def attachments(self) -> tuple[Attachment, ...]:
        """Return those that are in the outbox."""
        return tuple(entry.attachment for entry in self._entries if entry.attachment is not None)

    def is_copying(self) -> bool:
        """Say whether a file is still on its way into the outbox."""
        return any(entry.attachment is None and not entry.why for entry in self._entries)

    def failures(self) -> tuple[str, ...]:
        """Return why files could not be attached, a sentence each."""
        return tuple(entry.why for entry in self._entries if entry.why)

    def names(self) -> tuple[str, ...]:
        """Return what is shown, in order: each name with what stands behind it."""
        return tuple(f"{entry.name} ({entry.note})" for entry in self._entries)

    def set_content(self, attachments: Sequence[Attachment]) -> None:
        """Show these and nothing else; files still being copied are forgotten."""
        self._entries = [_Entry(attachment.name, attachment=attachment) for attachment in attachments]
        self._arrange()

    def add_copying(self, paths: Sequence[Path]) -> list[Path]:
        """Show files as being copied. Return those that were not already on their way."""
        waiting = {entry.path for entry in self._entries if entry.attachment is None and not entry.why}
        fresh = [path for path in dict.fromkeys(paths) if path not in waiting]
        # A second try at a file takes the place of the first one's failure.
        self._entries = [entry for entry in self._entries if not (entry.why and entry.path in fresh)]
        self._entries += [_Entry(path.name or str(path), path) for path in fresh]
        self._arrange()
        return fresh

    def add(self, path: Path, attachment: Attachment) -> None:
        """Show that a file is in the outbox. One that was taken off meanwhile stays off."""
        for entry in self._entries:
            if entry.path == path and entry.attachment is None:
                entry.attachment, entry.name, entry.why = attachment, attachment.name, ""
                break
        self._arrange()

    def fail(self, path: Path, sentence: str) -> None:
        """Show that a file could not be attached, and why."""
        for entry in self._entries:
            if entry.path == path and entry.attachment is None:
                entry.why = sentence
                break
        self._arrange()

    def set_read_only(self, is_read_only: bool) -> None:
        self._is_read_only = is_read_only

    def remove(self, index: int) -> None:
        """Take one off, as its cross and the Delete key do."""
        if not self._is_read_only and 0 <= index < len(self._entries):
            del self._entries[index]
            self._arrange()
            self.removed.emit()

    def _arrange(self) -> None:
        metrics, small = QFontMetrics(self._theme.body), QFontMetrics(self._theme.caption_digits)
        width = max(120, self.width())
        x = line = 0
        for entry in self._entries:
            words = metrics.horizontalAdvance(entry.name) + 8 + small.horizontalAdvance(entry.note)
            wide = min(words + 2 * _PAD + 2 * (_ICON + 6), _MOST_WIDTH, width)
            if x and x + wide > width:
                x, line = 0, line + 1
            entry.rect = QRect(x, line * (_HEIGHT + _GAP), wide, _HEIGHT)
            x += wide + _GAP
        self._chosen = min(self._chosen, max(0, len(self._entries) - 1))
        height = (line + 1) * (_HEIGHT + _GAP) - _GAP
        if self._entries and self.minimumHeight() != height:
            self.setFixedHeight(height)
        if not self._entries and self.hasFocus():
            self.focusNextChild()
        self.setVisible(bool(self._entries))
        self.setAccessibleDescription(", ".join(self.names()[:20]) or _translate("Attachments", "No files"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self._chosen = max(0, self._chosen - 1)
            case Qt.Key.Key_Right:
                self._chosen = min(len(self._entries) - 1, self._chosen + 1)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.remove(self._chosen)
            case _:
                super().keyPressEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        for index, entry in enumerate(self._entries):
            if entry.rect.contains(at):
                self._chosen = index
                if at.x() >= entry.rect.right() - _PAD - _ICON:
                    self.remove(index)
                break
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = [entry for entry in self._entries if entry.rect.contains(event.pos())]
            QToolTip.showText(event.globalPos(), (found[0].why or found[0].name) if found else "", self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body, small = QFontMetrics(theme.body), QFontMetrics(theme.caption_digits)
        ratio = self.devicePixelRatioF()
        flags = Qt.AlignmentFlag.AlignVCenter
        for index, entry in enumerate(self._entries):
            is_wrong = bool(entry.why)
            rect = entry.rect
            is_chosen = self.hasFocus() and index == self._chosen
            painter.setPen(theme.color("accent" if is_chosen else "failed" if is_wrong else "line"))
            painter.setBrush(theme.color("failed-soft" if is_wrong else "sunken"))
            painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), 6, 6)
            top = rect.top() + (_HEIGHT - _ICON) // 2
            icon = "warning" if is_wrong else "file" if entry.attachment else "clock"
            ink = "failed" if is_wrong else "muted"
            painter.drawPixmap(QPoint(rect.left() + _PAD, top), theme.icons.pixmap(icon, ink, _ICON, ratio))
            cross = QPoint(rect.right() - _PAD - _ICON + 4, top)
            painter.drawPixmap(cross, theme.icons.pixmap("close-small", ink, _ICON, ratio))
            note_width = small.horizontalAdvance(entry.note)
            words = QRect(rect.left() + _PAD + _ICON + 6, rect.top(), 0, _HEIGHT)
            words.setRight(cross.x() - 5)
            name = elided(body, entry.name, words.width() - note_width - 8)
            painter.setFont(theme.body)
            painter.setPen(theme.color("failed" if is_wrong else "text"))
            painter.drawText(words, flags, name)
            painter.setFont(theme.caption_digits)
            painter.setPen(theme.color(ink))
            painter.drawText(words.adjusted(body.horizontalAdvance(name) + 8, 0, 0, 0), flags, entry.note)


class AttachmentArea(QScrollArea):
    """Gives the attachments up to three lines, then scrolls."""

    _MOST_HEIGHT = 3 * 34

    def __init__(self, row: AttachmentRow, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = row
        self.setObjectName("attachments")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(row)
        self.hide()

    def fit(self) -> None:
        """Take the height of what is attached; nothing is shown of nothing."""
        names = self._row.names()
        self.setFixedHeight(min(self._MOST_HEIGHT, self._row.minimumHeight() + 10))
        self.setVisible(bool(names))
