"""The To field: addresses as chips, words that find people, groups and earlier recipients."""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QScrollBar,
    QSizePolicy,
    QToolTip,
    QWidget,
)

from core.outbox.book_tables import Group
from core.outbox.notification import Recipient
from core.outbox.validation import split_addresses
from gui.compose.chips import CHIP, GAP, MARGIN_X, MARGIN_Y, Chip, flow, paint_chip, read_chip
from gui.compose.editors import LineEdit
from gui.compose.matches import MatchList
from gui.theme import Theme, announce, paint_field

_translate = QCoreApplication.translate

_MOST_LINES = 4

#: What ends an address when it is typed or pasted. Inside quotes a comma belongs to a name.
_SEPARATORS = ",;\n\r\t\u2028\u2029"

#: A paste of thousands is read in slices of this length, so that the window goes on.
_SLICE_S = 0.008
_AT_ONCE = 40
_UNDO_STEPS = 40
#: Recipients named to a screen reader; more are counted.
_SPOKEN = 20


@dataclass(frozen=True)
class Held:
    """What a field holds: text, recipient where it is one, and words of each chip; and what is still being typed."""

    chips: tuple[tuple[str, Recipient | None, str], ...]
    typed: str


class RecipientsField(QWidget):
    """Takes addresses and words. It grows by lines up to four, then scrolls.

    `edited()`: a person changed what it holds. `search_requested(str)`: words were typed; answer with
    `show_matches`. `group_chosen(Group, str)`: one was chosen by these words; answer with `add`. A comma, a semicolon,
    a line's end, Enter, Tab and leaving make a chip of what holds an @.
    """

    edited = Signal()
    search_requested = Signal(str)
    group_chosen = Signal(object, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: list[Chip] = []
        #: The chip under the keys: its index, -1 for none. All of them at once after Ctrl+A.
        self._chosen = -1
        self._has_all = False
        self._under: tuple[int, bool] = (-1, False)
        self._is_wrong = False
        self._is_read_only = False
        self._incoming: deque[str] = deque()
        self._past: list[tuple[list[Chip], str]] = []
        #: Of the text before it was edited: more than one character more was pasted.
        self._length = 0

        self._edit = _ChipEdit(self)
        self._edit.setProperty("bare", True)
        self._edit.setPlaceholderText(_translate("Recipients", "Address, name or group"))
        self._edit.textEdited.connect(self._on_edit_text_edited)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.hide()
        self._bar.setSingleStep(CHIP + GAP)
        self._bar.valueChanged.connect(self._on_bar_moved)
        self._matches = MatchList(theme, self)
        self._matches.chosen.connect(self._on_match_chosen)
        self._slices = QTimer(self)
        self._slices.setInterval(0)
        self._slices.timeout.connect(self._on_slice_due)

        self.setFocusProxy(self._edit)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_translate("Recipients", "To"))
        self._edit.setAccessibleName(_translate("Recipients", "To"))
        theme.changed.connect(self._on_theme_changed)
        self._arrange()

    # what it holds

    def recipients(self) -> tuple[Recipient, ...]:
        """Return the recipients, among them what is typed and not yet a chip. Changes nothing."""
        found = [chip.recipient for chip in self._all_chips() if chip.recipient is not None]
        return tuple({recipient.address: recipient for recipient in reversed(found)}.values())[::-1]

    def unread(self) -> tuple[str, ...]:
        """Return what is no address, as typed."""
        return tuple(chip.text for chip in self._all_chips() if chip.recipient is None)

    def query(self) -> str:
        """Return the words by which recipients were found; "" when none was."""
        return ", ".join(dict.fromkeys(chip.query for chip in self._chips if chip.query))

    def set_content(self, recipients: Sequence[Recipient], unread: Sequence[str] = (), query: str = "") -> None:
        """Show these, as they were when they were read. Does not emit `edited`."""
        self._incoming.clear()
        self._slices.stop()
        self._chips = [Chip(str(recipient), recipient) for recipient in recipients]
        if self._chips:
            self._chips[0].query = query
        # A single word without an @ was being typed: it goes on being typed.
        typed = unread[0] if len(unread) == 1 and "@" not in unread[0] else ""
        if not typed:
            self._chips += [read_chip(text) for text in unread]
        self._edit.setText(typed)
        self._past.clear()
        self._is_wrong = False
        self._choose(-1)
        self._matches.hide()
        self._arrange()

    def held(self) -> Held:
        """Return the chips and what is typed beside them, for another field (`take_held`)."""
        self._take_incoming(None)
        return Held(tuple((chip.text, chip.recipient, chip.query) for chip in self._chips), self._edit.text())

    def take_held(self, held: Held) -> None:
        """Hold what another field held, also what was half typed in it. Does not emit `edited`."""
        self.set_content(())
        for text, recipient, query in held.chips:
            self._chips.append(read_chip(text) if recipient is None else Chip(text, recipient, query=query))
        self._edit.setText(held.typed)
        self._arrange()

    def editor(self) -> LineEdit:
        """Return the text beside the chips: it has the focus when the field has."""
        return self._edit

    def finish(self) -> None:
        """Make chips of everything that holds an @, as leaving the field does."""
        self._take_incoming(None)
        self._take_pending()
        self._matches.hide()

    def hold(self, is_held: bool) -> None:
        """Hold the chips; the editor beside them is held by `gui.compose.holding`."""
        self._is_read_only = is_held
        if is_held:
            self._matches.hide()

    def mark(self, sentence: str, address: str = "") -> None:
        """Mark the chip of `address` as wrong, with the sentence that says why; without one, the whole field."""
        for chip in self._chips:
            if address and address in (chip.text, chip.recipient and chip.recipient.address, str(chip.recipient)):
                chip.why = sentence
                self.update()
                return
        self._is_wrong = True
        self.update()

    def unmark(self) -> None:
        """Take off what `mark` put on; a chip that is no address stays marked."""
        self._is_wrong = False
        for chip in self._chips:
            if chip.recipient is not None:
                chip.why = ""
        self.update()

    def can_undo(self) -> bool:
        """Say whether Ctrl+Z has something to take back here."""
        return self._edit.isUndoAvailable() or bool(self._edit.composed) or bool(self._past)

    def add(self, recipients: Sequence[Recipient], query: str = "") -> None:
        """Put recipients behind those that are here; the words that found them are no longer being typed."""
        text = self._edit.text().strip()
        self._remember(text)
        here = {chip.recipient.address for chip in self._chips if chip.recipient is not None}
        fresh = {each.address: each for each in recipients if each.address not in here}
        self._chips += [Chip(str(each), each, query=query) for each in fresh.values()]
        if query and text == query:
            self._edit.setText("")
        self._is_wrong = False
        self._matches.hide()
        self._choose(-1)
        self._arrange()
        self.edited.emit()

    def show_matches(self, words: str, found: Sequence[Recipient | Group]) -> None:
        """Offer what a search found. An answer to words that are no longer there is dropped."""
        if words != self._edit.text().strip() or not self._edit.hasFocus() or self._is_read_only:
            return
        here = {chip.recipient.address for chip in self._chips if chip.recipient is not None}
        fresh = [each for each in found if isinstance(each, Group) or each.address not in here]
        # Words choose the first match at once; an address being typed is meant as it is typed.
        self._matches.offer(words, fresh, is_first_current="@" not in words)

    def has_open(self) -> bool:
        """Say whether Esc has something to close here, before it is the window's."""
        return self._matches.isVisible() or self._chosen >= 0 or self._has_all

    def matches(self) -> tuple[Recipient | Group, ...]:
        """Return whom is offered just now."""
        return self._matches.found() if self._matches.isVisible() else ()

    def _all_chips(self) -> list[Chip]:
        waiting = [*self._incoming]
        typed = self._edit.text().strip(_SEPARATORS + " ")
        if typed:
            waiting += split_addresses(typed) if "@" in typed else [typed]
        return [*self._chips, *(read_chip(text) for text in waiting)]

    # typing

    @Slot(str)
    def _on_edit_text_edited(self, text: str) -> None:
        self._is_wrong = False
        self._choose(-1)
        is_pasted = len(text) > self._length + 1
        parts = split_addresses(text) if "@" in text and any(mark in text for mark in _SEPARATORS) else []
        is_ended = text.rstrip(" ").endswith(tuple(_SEPARATORS))
        # Inside quotes that are still open a comma may belong to the name.
        if parts and (is_ended or len(parts) > 1) and (is_pasted or text.count('"') % 2 == 0):
            # What is not ended goes on being typed, but a pasted address is whole.
            rest = "" if is_ended or (is_pasted and "@" in parts[-1]) else parts.pop()
            self._remember(text)
            self._edit.setText(rest)
            self._add_parts(parts)
        words = self._edit.text().strip()
        if words:
            self.search_requested.emit(words)
        else:
            self._matches.hide()
        self._arrange()
        self.edited.emit()

    def _take_pending(self) -> bool:
        """Make chips of the typed text when it holds an @. Return whether it did."""
        text = self._edit.text().strip()
        if "@" not in text or self._is_read_only:
            return False
        self._remember(text)
        self._edit.setText("")
        self._add_parts(split_addresses(text))
        self._matches.hide()
        self._arrange()
        self.edited.emit()
        return True

    def _add_parts(self, parts: Sequence[str]) -> None:
        self._incoming.extend(parts)
        self._take_incoming(_AT_ONCE)
        if self._incoming:
            self._slices.start()

    @Slot()
    def _on_slice_due(self) -> None:
        end = time.perf_counter() + _SLICE_S
        while self._incoming and time.perf_counter() < end:
            self._take_incoming(8)
        if not self._incoming:
            self._slices.stop()
        self._arrange()
        self.edited.emit()

    def _take_incoming(self, most: int | None) -> None:
        here = {chip.recipient.address for chip in self._chips if chip.recipient is not None}
        while self._incoming and most != 0:
            chip = read_chip(self._incoming.popleft())
            most = None if most is None else most - 1
            # The same address twice is one recipient: nothing is lost by keeping the first.
            if chip.recipient is None or chip.recipient.address not in here:
                self._chips.append(chip)
            if chip.recipient is not None:
                here.add(chip.recipient.address)
        if not self._incoming:
            self._slices.stop()

    @Slot(object)
    def _on_match_chosen(self, found: Recipient | Group) -> None:
        words = self._edit.text().strip()
        if isinstance(found, Group):
            # Until its people are here, the words stay: what is sent meanwhile is refused, and nobody is missing.
            self._matches.hide()
            self.group_chosen.emit(found, words)
        else:
            self.add((found,), words)

    def _remember(self, text: str) -> None:
        self._past.append((list(self._chips), text))
        del self._past[:-_UNDO_STEPS]

    def _undo(self) -> None:
        if self._edit.isUndoAvailable():
            self._edit.undo()
        elif self._past:
            self._chips, text = self._past.pop()
            # A separator at the end would make the same chip again.
            self._edit.setText(text.rstrip(_SEPARATORS + " "))
            self._choose(-1)
        self._arrange()
        self.edited.emit()

    # keys

    def handle_key(self, event: QKeyEvent) -> bool:
        """Take a key before the text does. Return False for the keys that are the text's own."""
        if self._is_read_only:
            return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.matches(QKeySequence.StandardKey.Undo):
            self._undo()
            return True
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if plain and self._matches.isVisible() and self._handle_match_key(event.key()):
            return True
        if self._chosen >= 0 or self._has_all:
            return self._handle_chip_key(event, plain)
        return self._handle_text_key(event, plain)

    def _handle_match_key(self, key: int) -> bool:
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._matches.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            return bool(self._matches.choose_current())
        elif key == Qt.Key.Key_Escape:
            self._matches.hide()
        else:
            return False
        return True

    def _handle_text_key(self, event: QKeyEvent, plain: bool) -> bool:
        key = event.key()
        at_start = self._edit.cursorPosition() == 0 and not self._edit.hasSelectedText()
        if plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take_pending()
            return True
        if key == Qt.Key.Key_Tab and plain:
            self._take_pending()
            return False
        if self._chips and event.matches(QKeySequence.StandardKey.SelectAll) and not self._edit.text():
            self._has_all = True
            self.update()
            return True
        if self._chips and at_start and plain:
            if key == Qt.Key.Key_Left or (key == Qt.Key.Key_Backspace and not self._edit.text()):
                self._choose(len(self._chips) - 1)
                return True
            if key == Qt.Key.Key_Home:
                self._choose(0)
                return True
        return False

    def _handle_chip_key(self, event: QKeyEvent, plain: bool) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Cut):
            chips = self._chips if self._has_all else [self._chips[self._chosen]]
            QGuiApplication.clipboard().setText(", ".join(chip.text for chip in chips))
            if event.matches(QKeySequence.StandardKey.Cut):
                self._remove_chosen(self._chosen)
            return True
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self._has_all = True
            self.update()
            return True
        if plain and self._handle_plain_chip_key(event.key()):
            return True
        if event.text() and event.text().isprintable():
            self._choose(-1)
        return False

    def _handle_plain_chip_key(self, key: int) -> bool:
        last = len(self._chips) - 1
        at = last if self._has_all else self._chosen
        match key:
            case Qt.Key.Key_Left:
                self._choose(max(0, at - 1))
            case Qt.Key.Key_Right:
                self._choose(at + 1 if at < last else -1)
            case Qt.Key.Key_Home:
                self._choose(0)
            case Qt.Key.Key_End | Qt.Key.Key_Escape:
                self._choose(-1)
            case Qt.Key.Key_Delete:
                self._remove_chosen(at)
            case Qt.Key.Key_Backspace:
                self._remove_chosen(at - 1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_F2:
                self._edit_chip(at)
            case _:
                return False
        return True

    def _remove_chosen(self, then: int) -> None:
        self._remember(self._edit.text())
        if self._has_all:
            self._chips.clear()
            self._incoming.clear()
        else:
            del self._chips[self._chosen]
        self._choose(min(max(then, 0), len(self._chips) - 1))
        self._is_wrong = False
        self._arrange()
        self.edited.emit()

    def _edit_chip(self, index: int) -> None:
        """Turn a chip back into text; what was being typed becomes a chip where it can."""
        self._take_pending()
        self._remember(self._edit.text())
        chip = self._chips.pop(index)
        rest = self._edit.text().strip()
        if rest:
            self._chips.append(read_chip(rest))
        self._choose(-1)
        self._edit.setText(chip.text)
        self._edit.setFocus()
        self._arrange()
        self.edited.emit()

    def _choose(self, index: int) -> None:
        self._chosen = index if index < len(self._chips) else -1
        self._has_all = False
        if self._chosen >= 0:
            chip = self._chips[self._chosen]
            self._show_line(chip.rect)
            announce(self._edit, f"{chip.text}. {chip.why}" if chip.why else chip.text)
        self.update()

    # places

    def _arrange(self) -> None:
        """Give every chip and the text its place, and the field its height."""
        metrics = QFontMetrics(self._theme.body)
        self._length = len(self._edit.text())
        width = max(120, self.width() - 2 * MARGIN_X)
        lines, typing = flow(self._chips, self._edit.text(), metrics, width)
        if lines > _MOST_LINES:
            width -= self._bar.sizeHint().width() - GAP
            lines, typing = flow(self._chips, self._edit.text(), metrics, width)
        shown = min(lines, _MOST_LINES)
        height = 2 * MARGIN_Y + shown * CHIP + (shown - 1) * GAP
        hidden = (lines - shown) * (CHIP + GAP)
        self._bar.setRange(0, hidden)
        self._bar.setPageStep(height)
        self._bar.setVisible(hidden > 0)
        self._typing = typing
        if self.height() != height or self.minimumHeight() != height:
            self.setFixedHeight(height)
        self._place_children()
        if self._chosen < 0:
            self._show_line(typing)
        spoken = ", ".join(chip.text for chip in self._chips[:_SPOKEN])
        self._edit.setAccessibleDescription(
            _translate("Recipients", "%Ln recipient(s): {names}", "plural", len(self._chips)).format(names=spoken)
            if self._chips
            else ""
        )
        self._edit.setPlaceholderText("" if self._chips else _translate("Recipients", "Address, name or group"))
        self.update()

    def _place_children(self) -> None:
        self._edit.setGeometry(self._typing.translated(0, -self._bar.value()))
        wide = self._bar.sizeHint().width()
        self._bar.setGeometry(self.width() - wide - 2, 3, wide, self.height() - 6)
        self._matches.place_under(self)

    def _show_line(self, rect: QRect) -> None:
        top, bottom = rect.top() - MARGIN_Y, rect.bottom() + 1 + MARGIN_Y - self.height()
        self._bar.setValue(max(bottom, min(self._bar.value(), top)))

    @Slot()
    def _on_bar_moved(self) -> None:
        self._place_children()
        self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._bar.isVisible():
            QCoreApplication.sendEvent(self._bar, event)
        else:
            super().wheelEvent(event)

    # mouse

    def _chip_at(self, at: QPoint) -> tuple[int, bool]:
        """Return the index of the chip at a place and whether its cross is there; -1 for none."""
        at = at + QPoint(0, self._bar.value())
        for index, chip in enumerate(self._chips):
            if chip.rect.contains(at):
                return index, chip.is_cross(at)
        return -1, False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index, is_cross = self._chip_at(event.position().toPoint())
        self._edit.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton and not self._is_read_only:
            self._choose(index)
            if index >= 0 and is_cross:
                self._remove_chosen(-1)
                self._choose(-1)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index, is_cross = self._chip_at(event.position().toPoint())
        if index >= 0 and not is_cross and not self._is_read_only:
            self._edit_chip(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._chip_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover((-1, False))

    def _hover(self, under: tuple[int, bool]) -> None:
        if under != self._under:
            self._under = under
            self.setCursor(Qt.CursorShape.IBeamCursor if under[0] < 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index, _ = self._chip_at(event.pos())
            QToolTip.showText(event.globalPos(), self.tool_tip(index) if index >= 0 else "", self)
            return True
        return super().event(event)

    def tool_tip(self, index: int) -> str:
        """Return what is wrong with a chip; of a good one, its whole address."""
        chip = self._chips[index]
        return chip.why or chip.text

    def chip_labels(self) -> tuple[str, ...]:
        """Return what stands on the chips, in order."""
        return tuple(chip.label for chip in self._chips)

    def chip_rect(self, index: int) -> QRect:
        """Return where a chip is shown, in the field's own coordinates."""
        return self._chips[index].rect.translated(0, -self._bar.value())

    def handle_focus(self, has_focus: bool, reason: Qt.FocusReason) -> None:
        """Follow the text's focus: leaving makes chips, a menu of the text is no leaving."""
        if not has_focus and reason != Qt.FocusReason.PopupFocusReason:
            self._choose(-1)
            self._take_pending()
            self._matches.hide()
        self.update()

    # paint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_field(painter, self._theme, self.rect(), is_focused=self._edit.hasFocus(), is_wrong=self._is_wrong)
        painter.setClipRect(self.rect().adjusted(2, 2, -2, -2))
        offset = self._bar.value()
        area = event.rect().translated(0, offset)
        for index, chip in enumerate(self._chips):
            if chip.rect.intersects(area):
                paint_chip(
                    painter,
                    self._theme,
                    chip,
                    chip.rect.translated(0, -offset),
                    is_chosen=self._has_all or index == self._chosen,
                    is_cross_under=self._under == (index, True),
                )


class _ChipEdit(LineEdit):
    """The text of the field. It asks the field about every key first."""

    def __init__(self, owner: RecipientsField) -> None:
        super().__init__(owner)
        self._owner = owner

    def can_undo(self) -> bool:
        return self._owner.can_undo()

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self._owner.has_open()
        ):
            event.accept()
            return True
        # Qt moves the focus on Tab before keyPressEvent is asked.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._owner.handle_key(event):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._owner.handle_focus(True, event.reason())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._owner.handle_focus(False, event.reason())
