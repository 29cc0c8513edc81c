"""Paints one row of the list: a seal, two calm lines, and the time."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from core.outbox.notification import Delivery
from core.outbox.states import State
from gui import wording
from gui.outbox.model import DELIVERY_ROLE
from gui.theme import Theme, elided

#: Heights in logical pixels, by density.
ROW_HEIGHTS = {"comfortable": 52, "compact": 44}

_SEAL = 26
_ICON = 16
_LEFT = 15
_TEXT_LEFT = 53
_RIGHT = 18
_EDGE = 3
_GAP = 12
_SMALL_GAP = 9

#: A narrower row has no room for what it offers: the menu and the details have it too.
_LEAST_FOR_OFFERS = 480

#: Rows that are kept as they were painted: a screen of the list, so that one row more at the top, which moves all
#: others down, paints one row. A row takes 160 KB at 800 × 52 pixels.
_KEPT_PAINTED = 48
#: Rows whose words are kept: several screens of the list, so scrolling back costs nothing.
_KEPT = 600


@dataclass(frozen=True)
class _Words:
    """What a row says, cut to the width it has."""

    delivery: Delivery
    width: int
    recipient: str
    recipient_width: int
    subject: str
    time: str
    time_width: int
    state: str
    state_width: int
    reason: str
    full_reason: str
    icon: str
    color: str
    #: Commands that are offered in the row, with their words and where those begin, from the row's left.
    offers: tuple[tuple[str, str, int], ...]
    #: Until when these words are true, in ms since 1970.
    until: int


class RowDelegate(QStyledItemDelegate):
    """Paints rows from `Delivery` values. Words are made once for each change of a row, not at each paint.

    `now_ms` tells wall time. A row whose sentence counts seconds (`gui.wording.is_counting`) says the
    right number whenever it is painted; who owns the view repaints it once a second while it does.
    """

    def __init__(self, theme: Theme, now_ms: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._now_ms = now_ms
        self._height = ROW_HEIGHTS["comfortable"]
        self._kept: dict[int, _Words] = {}
        self._painted: dict[int, tuple[_Words, QPixmap]] = {}
        self._take_fonts()
        theme.changed.connect(self._on_theme_changed)

    @property
    def height(self) -> int:
        """Of every row, logical pixels: set it as the view's section size."""
        return self._height

    def set_density(self, density: str) -> None:
        """Take `comfortable` or `compact`. The view's section size is the caller's to set."""
        self._height = ROW_HEIGHTS[density]

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(320, self._height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        delivery = index.data(DELIVERY_ROLE)
        if not isinstance(delivery, Delivery):
            self._paint_placeholder(painter, rect, index.row())
            return
        from PySide6.QtWidgets import QStyle  # 10 ms that the first paint, of placeholders, need not wait for

        state: QStyle.StateFlag = option.state
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        is_under_mouse = bool(state & QStyle.StateFlag.State_MouseOver)
        words = self._words_of(delivery, rect.width())
        ratio = painter.device().devicePixelRatioF()
        # At 125 % a row may begin between two pixels, and a picture of it would be blurred.
        if is_chosen or is_under_mouse or ratio != int(ratio):
            self._paint_row(painter, rect, words, is_chosen, is_under_mouse)
        else:
            painter.drawPixmap(rect.topLeft(), self._picture_of(delivery.id, words, rect.size() * ratio, ratio))

    def _picture_of(self, delivery_id: int, words: _Words, pixels: QSize, ratio: float) -> QPixmap:
        """Return a row as it is painted while nobody points at it."""
        kept = self._painted.get(delivery_id)
        if kept and kept[0] is words and kept[1].size() == pixels and kept[1].devicePixelRatioF() == ratio:
            return kept[1]
        picture = QPixmap(pixels)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._theme.color("surface"))
        with QPainter(picture) as painter:
            self._paint_row(painter, QRect(QPoint(), picture.deviceIndependentSize().toSize()), words, False, False)
        if len(self._painted) >= _KEPT_PAINTED:
            self._painted.clear()
        self._painted[delivery_id] = words, picture
        return picture

    def _paint_row(self, painter: QPainter, rect: QRect, words: _Words, is_chosen: bool, is_under_mouse: bool) -> None:
        theme = self._theme
        if is_chosen:
            painter.fillRect(rect, theme.color("accent-soft"))
            painter.fillRect(QRect(rect.left(), rect.top(), _EDGE, rect.height()), theme.color("accent"))
        elif is_under_mouse:
            painter.fillRect(rect, theme.color("sunken"))
        line = QRect(rect.left() + _TEXT_LEFT, rect.bottom(), rect.width() - _TEXT_LEFT, 1)
        painter.fillRect(line, theme.color("line"))
        self._paint_words(painter, rect, words)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        if event.type() != QEvent.Type.ToolTip:
            return super().helpEvent(event, view, option, index)
        delivery = index.data(DELIVERY_ROLE)
        text = self.tool_tip(delivery, view.visualRect(index).width()) if isinstance(delivery, Delivery) else ""
        QToolTip.showText(event.globalPos(), text, view)
        return True

    def tool_tip(self, delivery: Delivery, width: int) -> str:
        """Return the whole of what is cut short in a row of that width; "" when nothing is."""
        words = self._words_of(delivery, width)
        cut: list[str] = []
        if words.recipient != wording.recipient_words(delivery) or words.subject != (
            delivery.subject or wording.no_subject()
        ):
            cut += [wording.recipient_words(delivery), delivery.subject]
        if words.reason != words.full_reason:
            cut.append(words.full_reason)
        return "\n".join(part for part in cut if part)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._take_fonts()
        self._kept.clear()
        self._painted.clear()

    def _take_fonts(self) -> None:
        theme = self._theme
        self._body = QFontMetrics(theme.body)
        self._strong = QFontMetrics(theme.strong)
        self._caption = QFontMetrics(theme.caption)
        self._caption_strong = QFontMetrics(theme.caption_strong)
        self._digits = QFontMetrics(theme.caption_digits)

    def _words_of(self, delivery: Delivery, width: int) -> _Words:
        now = self._now_ms()
        kept = self._kept.get(delivery.id)
        if kept and kept.delivery == delivery and kept.width == width and now < kept.until:
            return kept
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        made = self._kept[delivery.id] = self._make_words(delivery, width, now)
        return made

    def _make_words(self, delivery: Delivery, width: int, now: int) -> _Words:
        room = max(0, width - _TEXT_LEFT - _RIGHT)
        time = wording.row_time(delivery.accepted_at, now)
        time_width = self._digits.horizontalAdvance(time)
        first = max(0, room - time_width - _GAP)
        # The subject keeps at least two fifths of the line, however long the name is.
        recipient = wording.recipient_words(delivery)
        subject = delivery.subject or wording.no_subject()
        wanted = self._body.horizontalAdvance(subject)
        most = max(first * 3 // 5, first - wanted - _GAP)
        recipient = elided(self._strong, recipient, most)
        recipient_width = self._strong.horizontalAdvance(recipient)
        state = wording.state_word(delivery)
        state_width = self._caption_strong.horizontalAdvance(state)
        reason = wording.reason_sentence(delivery, now)
        offers, offers_width = self._offers(delivery, width)
        icon, color = wording.seal_of(delivery)
        if wording.is_counting(delivery, now):
            # Up to the moment when one second less is left.
            until = delivery.due_at - (wording.seconds_until(delivery.due_at, now) - 1) * 1000
        else:
            # Times lose their day at midnight: an hour is soon enough to look again.
            until = now + 3_600_000
        return _Words(
            delivery=delivery,
            width=width,
            recipient=recipient,
            recipient_width=recipient_width,
            subject=elided(self._body, subject, first - recipient_width - _GAP),
            time=time,
            time_width=time_width,
            state=state,
            state_width=state_width,
            reason=elided(self._caption, reason, room - state_width - _SMALL_GAP - offers_width),
            full_reason=reason,
            icon=icon,
            color=color,
            offers=offers,
            until=until,
        )

    def _offers(self, delivery: Delivery, width: int) -> tuple[tuple[tuple[str, str, int], ...], int]:
        """Return what is offered in a row, the first farthest to the left, and the room it takes with its gap."""
        if delivery.state is not State.UNCONFIRMED or width < _LEAST_FOR_OFFERS:
            return (), 0
        x = width - _RIGHT
        offers: list[tuple[str, str, int]] = []
        for command, words in reversed(wording.doubt_offers()):
            x -= self._caption_strong.horizontalAdvance(words)
            offers.insert(0, (command, words, x))
            x -= _GAP
        return tuple(offers), width - _RIGHT - x

    def offer_at(self, delivery: Delivery, width: int, at: QPoint) -> str:
        """Return the command whose words are at a place in a row of that width; "" where there are none."""
        if at.y() < self._height // 2:
            return ""
        for command, words, x in self._words_of(delivery, width).offers:
            if x - _GAP // 2 <= at.x() < x + self._caption_strong.horizontalAdvance(words) + _GAP // 2:
                return command
        return ""

    def _paint_words(self, painter: QPainter, rect: QRect, words: _Words) -> None:
        theme = self._theme
        left, middle = rect.left(), rect.top() + (rect.height() - 1) // 2
        color = theme.color(words.color)
        self._paint_seal(painter, QPoint(left + _LEFT, middle - _SEAL // 2), words.icon, words.color)

        # Two lines about the middle; the compact row has them closer.
        spread = 19 if self._height >= ROW_HEIGHTS["comfortable"] else 17
        first = middle - spread // 2 + self._strong.capHeight() // 2
        second = middle + (spread + 1) // 2 + self._caption.capHeight() // 2
        x = left + _TEXT_LEFT
        painter.setPen(theme.color("text"))
        painter.setFont(theme.strong)
        painter.drawText(x, first, words.recipient)
        painter.setFont(theme.body)
        painter.drawText(x + words.recipient_width + _GAP, first, words.subject)
        painter.setPen(color)
        painter.setFont(theme.caption_strong)
        painter.drawText(x, second, words.state)
        painter.setPen(theme.color("muted"))
        painter.setFont(theme.caption)
        painter.drawText(x + words.state_width + _SMALL_GAP, second, words.reason)
        painter.setPen(theme.color("accent"))
        painter.setFont(theme.caption_strong)
        for _, offered, offset in words.offers:
            painter.drawText(left + offset, second, offered)
        painter.setPen(theme.color("muted"))
        painter.setFont(theme.caption_digits)
        painter.drawText(rect.right() + 1 - _RIGHT - words.time_width, first, words.time)

    def _paint_seal(self, painter: QPainter, at: QPoint, icon: str, token: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(f"{token}-soft"))
        painter.drawEllipse(QRect(at.x(), at.y(), _SEAL, _SEAL))
        ratio = painter.device().devicePixelRatioF()
        inset = (_SEAL - _ICON) // 2
        painter.drawPixmap(at.x() + inset, at.y() + inset, self._theme.icons.pixmap(icon, token, _ICON, ratio))

    def _paint_placeholder(self, painter: QPainter, rect: QRect, row: int) -> None:
        # Quiet bars of uneven length stand where the words will be, so that scrolling never shows a hole.
        middle = rect.top() + (rect.height() - 1) // 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("on-the-way-soft"))
        painter.drawEllipse(QRect(rect.left() + _LEFT, middle - _SEAL // 2, _SEAL, _SEAL))
        x = rect.left() + _TEXT_LEFT
        room = max(0, rect.width() - _TEXT_LEFT - _RIGHT)
        for y, share in ((middle - 13, 30 + row * 7 % 17), (middle + 6, 42 + row * 11 % 23)):
            painter.drawRoundedRect(QRect(x, y, room * share // 100, 8), 4, 4)
