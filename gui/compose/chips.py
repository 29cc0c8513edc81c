"""Chips: what the To field holds, one by one, how they flow into lines and how each is painted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from core.errors import PersonError
from core.outbox.notification import Recipient
from core.outbox.validation import read_address
from gui import wording
from gui.theme import Theme, elided

#: Of a chip and of the lines between chips, logical pixels.
CHIP = 22
GAP = 6
#: From the field's edge to its chips: 36 is then a field of one line.
MARGIN_X = 11
MARGIN_Y = 7

_PAD = 11
_CROSS = 14
_LEAST_TYPING = 72


@dataclass
class Chip:
    """One part of the field: a recipient, or text that is no address, with the reason."""

    #: As typed; the recipient's own form where it is one.
    text: str
    recipient: Recipient | None
    #: What is wrong with it, as a sentence; "" when nothing is.
    why: str = ""
    #: The words by which it was found, or "".
    query: str = ""
    #: In the field's content, before scrolling; set by `flow`.
    rect: QRect = field(default_factory=QRect)

    @property
    def label(self) -> str:
        """What stands on it: a name where there is one."""
        if self.recipient is None:
            return " ".join(self.text.split())
        return self.recipient.name or self.recipient.address

    def is_cross(self, at: QPoint) -> bool:
        """Say whether a place on the chip belongs to its cross."""
        return at.x() >= self.rect.right() - _CROSS - _PAD // 2


def read_chip(text: str) -> Chip:
    """Make a chip of typed text; what is no address carries the sentence that says why."""
    try:
        recipient = read_address(text)
    except PersonError as error:
        return Chip(text, None, wording.error_sentence(error))
    return Chip(text.strip(), recipient)


def flow(chips: Sequence[Chip], typed: str, metrics: QFontMetrics, width: int) -> tuple[int, QRect]:
    """Give every chip its place in lines of `width`. Return the number of lines and the place of the text."""
    x = line = 0
    for chip in chips:
        wide = metrics.horizontalAdvance(chip.label) + 2 * _PAD + _CROSS
        wide = min(wide + (_CROSS + 4 if chip.why else 0), width)
        if x and x + wide > width:
            x, line = 0, line + 1
        chip.rect = QRect(MARGIN_X + x, MARGIN_Y + line * (CHIP + GAP), wide, CHIP)
        x += wide + GAP
    needed = max(_LEAST_TYPING, metrics.horizontalAdvance(typed) + 16)
    if x and x + min(needed, width) > width:
        x, line = 0, line + 1
    return line + 1, QRect(MARGIN_X + x, MARGIN_Y + line * (CHIP + GAP), width - x, CHIP)


def paint_chip(
    painter: QPainter, theme: Theme, chip: Chip, rect: QRect, *, is_chosen: bool, is_cross_under: bool
) -> None:
    """Paint a chip at `rect`: a pill in the soft accent, in the accent when chosen, in failed when wrong."""
    if is_chosen:
        ground, ink, cross = "accent", "on-accent", "on-accent"
    elif chip.why:
        ground, ink, cross = "failed-soft", "failed", "failed"
    else:
        ground, ink, cross = "accent-soft", "text", "text" if is_cross_under else "muted"
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(ground))
    painter.drawRoundedRect(rect, CHIP / 2, CHIP / 2)
    ratio = painter.device().devicePixelRatioF()
    x = rect.left() + _PAD
    top = rect.top() + (CHIP - _CROSS) // 2
    if chip.why:
        painter.drawPixmap(x - 2, top, theme.icons.pixmap("warning", ink, _CROSS, ratio))
        x += _CROSS + 2
    right = rect.right() + 1 - _PAD // 2 - _CROSS
    words = QRect(x, rect.top(), right - x - 2, CHIP)
    painter.setFont(theme.body)
    painter.setPen(theme.color(ink))
    label = elided(painter.fontMetrics(), chip.label, words.width() + 1)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, label)
    painter.drawPixmap(right - 1, top, theme.icons.pixmap("close-small", cross, _CROSS, ratio))
