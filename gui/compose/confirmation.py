"""The strip under Send: saving, accepted with Undo, or what is wrong."""

from collections.abc import Callable, Sequence
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from gui import wording
from gui.theme import FIELD_RADIUS, Theme, announce, elided

_translate = QCoreApplication.translate

_HEIGHT = 32
_PAD = 12
_ICON = 16
_TEXT_LEFT = 34
#: The line runs out in steps of a pixel, but no faster than 30 a second and no slower than the words change.
_LEAST_STEP_MS = 33
_MOST_STEP_MS = 1000
#: Sentences shown at once; the rest are counted. Their fields are marked all the same.
_MOST_SENTENCES = 6


class _Mode(Enum):
    REST = auto()
    SAVING = auto()
    ACCEPTED = auto()
    WARNED = auto()
    WRONG = auto()


class ConfirmationStrip(QWidget):
    """Says what became of the press of Send, in one place.

    At rest it holds a quiet note. "Accepted" stands with Undo while it can be undone, then without, until the
    form is used again. One timer runs, and only while Undo is open. `monotonic_s` tells time that never goes
    backwards. `undo_requested()`: Undo was pressed. `undo_closed()`: its time has run out. `note_acted()`: what the
    note offers was asked for.
    """

    undo_requested = Signal()
    undo_closed = Signal()
    note_acted = Signal()

    def __init__(self, theme: Theme, monotonic_s: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._monotonic_s = monotonic_s
        self._mode = _Mode.REST
        self._note = ""
        self._strong = ""
        self._words = ""
        self._accepted_ms = 0
        self._undo_s = 0.0
        self._ends_s = 0.0
        self._is_used_again = False

        self._undo = QPushButton(_translate("Strip", "Undo"), self)
        self._undo.setObjectName("undo")
        self._undo.setFont(theme.strong)
        self._undo.setAccessibleName(_translate("Strip", "Undo the send"))
        self._undo.setCursor(Qt.CursorShape.PointingHandCursor)
        self._undo.clicked.connect(self.undo_requested)
        self._undo.hide()
        self._act = QPushButton(self)
        self._act.setObjectName("link")
        self._act.setAccessibleDescription(_translate("Strip", "With an account of your own, mail reaches people"))
        self._act.setFont(theme.caption)
        self._act.setCursor(Qt.CursorShape.PointingHandCursor)
        self._act.clicked.connect(self.note_acted)
        self._act.hide()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer_due)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.setFixedHeight(_HEIGHT)
        theme.changed.connect(self.update)

    def text(self) -> str:
        """Return what a person reads here."""
        return " ".join(part for part in (self._strong, self._words) if part)

    def is_undo_open(self) -> bool:
        """Say whether what was accepted last can still be taken back."""
        return self._timer.isActive()

    def undo_left_s(self) -> float:
        """Return the seconds in which it can still be taken back; 0 when it cannot."""
        return max(0.0, self._ends_s - self._monotonic_s()) if self.is_undo_open() else 0.0

    def set_undo_key(self, key: str) -> None:
        """Show Undo's key, where it is pressed by mouse."""
        self._undo.setToolTip(key)

    def set_note(self, note: str, act: str = "") -> None:
        """Set what stands here while there is nothing to say, and the words of what can be done about it."""
        if note == self._note:
            return
        self._note = note
        self._act.setText(act)
        if self._mode is _Mode.REST:
            self.rest()

    def rest(self) -> None:
        """Show the note. An open Undo is closed: what it belonged to is taken back or on its way."""
        self._stop()
        self._show(_Mode.REST, "", self._note)

    def forget_form(self) -> None:
        """Take back what was said of a form that something else came into. "Accepted" is of the outbox, and stays."""
        if self._mode is not _Mode.ACCEPTED:
            self.rest()

    def show_saving(self) -> None:
        """Say that the disk takes its time."""
        self._stop()
        self._show(_Mode.SAVING, "", _translate("Strip", "Saving…"))

    def show_still_saving(self, sentence: str) -> None:
        """Say that it is still not on disk; said aloud when what it waits for is another than before."""
        self._stop()
        is_news = sentence != self._words
        self._show(_Mode.SAVING, "", sentence)
        if is_news:
            announce(self, self.text())

    def show_waiting(self) -> None:
        """Say that the send waits for files that are still being copied."""
        self._stop()
        self._show(_Mode.SAVING, "", _translate("Strip", "Sends as soon as the files are copied…"))

    def show_accepted(self, accepted_ms: int, undo_s: float) -> None:
        """Say that it is in the outbox, and offer Undo for `undo_s` seconds from now (0: no Undo)."""
        self._stop()
        self._accepted_ms = accepted_ms
        self._is_used_again = False
        self._undo_s = undo_s
        self._ends_s = self._monotonic_s() + undo_s
        if undo_s > 0:
            step = undo_s * 1000 / max(1, self.width())
            if not self._theme.has_motion:
                step = _MOST_STEP_MS / 4  # for the words, which change once a second
            self._timer.start(round(min(_MOST_STEP_MS, max(_LEAST_STEP_MS, step))))
        self._undo.setVisible(undo_s > 0)
        self._show(_Mode.ACCEPTED, _translate("Strip", "Accepted"), self._accepted_words())
        announce(self, self.text())

    def show_sentences(self, sentences: Sequence[str]) -> None:
        """Say what is wrong, a sentence each."""
        self._stop()
        lines = list(sentences[:_MOST_SENTENCES])
        more = len(sentences) - len(lines)
        if more > 0:
            lines.append(_translate("Strip", "… and {count} more.").format(count=wording.count(more)))
        self._show(_Mode.WRONG, "", "\n".join(lines))
        announce(self, self.text())

    def show_warning(self, sentence: str) -> None:
        """Say something that the person may want otherwise."""
        self._stop()
        self._show(_Mode.WARNED, "", sentence)
        announce(self, self.text())

    def note_edited(self) -> None:
        """Take note that the form is used again: "Accepted" goes when Undo has run out."""
        self._is_used_again = True
        if self._mode is _Mode.ACCEPTED and not self.is_undo_open():
            self.rest()

    @Slot()
    def _on_timer_due(self) -> None:
        left = self._ends_s - self._monotonic_s()
        if left > 0:
            words = self._accepted_words()
            if words != self._words:
                self._words = words
                self.setAccessibleName(self.text())
                self.update()
            elif self._theme.has_motion:
                self.update(QRect(0, self.height() - 2, self.width(), 2))
            return
        self._stop()
        if self._is_used_again:
            self.rest()
        else:
            self._show(_Mode.ACCEPTED, self._strong, self._accepted_words())
        self.undo_closed.emit()

    def _accepted_words(self) -> str:
        left = self._ends_s - self._monotonic_s()
        return wording.accepted_text(self._accepted_ms, max(0, -int(-left // 1)))

    def _stop(self) -> None:
        self._timer.stop()
        # Focus on a button that goes would jump to wherever Tab leads next.
        form = self.parentWidget()
        if self._undo.hasFocus() and form is not None:
            form.setFocus()
        self._undo.hide()

    def _show(self, mode: _Mode, strong: str, words: str) -> None:
        self._mode, self._strong, self._words = mode, strong, words
        self._act.setVisible(mode is _Mode.REST and bool(self._act.text()) and bool(words))
        self.setAccessibleName(self.text())
        self._fit()
        self.update()

    def _fit(self) -> None:
        height = _HEIGHT
        if self._mode in (_Mode.SAVING, _Mode.WARNED, _Mode.WRONG):
            height = max(_HEIGHT, self._wrapped().height() + 16)
        if self.minimumHeight() != height:
            self.setFixedHeight(height)

    def _wrapped(self) -> QRect:
        room = QRect(0, 0, max(80, self.width() - (0 if self._mode is _Mode.SAVING else _TEXT_LEFT + _PAD)), 10_000)
        return QFontMetrics(self._theme.body).boundingRect(room, Qt.TextFlag.TextWordWrap, self._words)

    def sizeHint(self) -> QSize:
        return QSize(300, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self._undo.sizeHint().width()
        self._undo.setGeometry(self.width() - wide - 5, (_HEIGHT - 26) // 2, wide, 26)
        wide = self._act.sizeHint().width()
        self._act.setGeometry(self.width() - wide, (_HEIGHT - 26) // 2, wide, 26)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._mode in (_Mode.REST, _Mode.SAVING):
            is_saving = self._mode is _Mode.SAVING
            painter.setFont(theme.body if is_saving else theme.caption)
            painter.setPen(theme.color("muted"))
            room = self.rect()
            if self._act.isVisible():
                room.setRight(self._act.x() - 8)
            if is_saving:
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, self._words)
                return
            words = elided(painter.fontMetrics(), self._words, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
            return
        is_wrong = self._mode in (_Mode.WARNED, _Mode.WRONG)
        token = {_Mode.WRONG: "failed", _Mode.WARNED: "waiting"}.get(self._mode, "sent")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"{token}-soft"))
        painter.drawRoundedRect(self.rect(), FIELD_RADIUS, FIELD_RADIUS)
        icon = theme.icons.pixmap("warning" if is_wrong else "check", token, _ICON, self.devicePixelRatioF())
        painter.drawPixmap(_PAD - 1, (_HEIGHT - _ICON) // 2, icon)
        painter.setPen(theme.color(token))
        if is_wrong:
            painter.setFont(theme.body)
            room = self._wrapped()
            top = max(8, (self.height() - room.height()) // 2)
            painter.drawText(room.translated(_TEXT_LEFT, top), Qt.TextFlag.TextWordWrap, self._words)
            return
        room = QRect(_TEXT_LEFT, 0, self.width() - _TEXT_LEFT, _HEIGHT)
        painter.setFont(theme.strong)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._strong)
        room.setLeft(room.left() + painter.fontMetrics().horizontalAdvance(self._strong) + 5)
        painter.setFont(theme.digits)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._words)
        if self.is_undo_open():
            self._paint_line(painter)

    def _paint_line(self, painter: QPainter) -> None:
        share = 1.0
        if self._theme.has_motion and self._undo_s > 0:
            share = max(0.0, (self._ends_s - self._monotonic_s()) / self._undo_s)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("sent"))
        line = QRectF(FIELD_RADIUS, self.height() - 2, (self.width() - 2 * FIELD_RADIUS) * share, 2)
        painter.drawRect(line)
