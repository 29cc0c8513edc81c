"""The bar above the panes: an account that waits for its password or another repair, and the field to mend it."""

import html
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import wording
from gui.accounts.trouble import Trouble
from gui.theme import Theme, announce, let_select, muted_label, paint_strip

_translate = QCoreApplication.translate

#: Lines shown at once; of more accounts, the rest are counted. In a low window the form needs the room.
_MOST = 3
_LOW_WINDOW = 600
#: Of what a server said, this much is shown; the tip says all.
_MOST_DETAIL = 240
_LEAST_WORDS = 160


class AccountBar(QWidget):
    """One line for each account in trouble. No notice takes its place; hidden while there is none.

    `password_given(account, password)`, `retry_requested(account)`, `edit_requested(account)`,
    `stop_requested(account)`: what a person asked for. `closed(account)`: not now. `overview_requested()`.
    `left()`: the line that had the keys is gone, or Esc was pressed in one.
    """

    password_given = Signal(str, str)
    retry_requested = Signal(str)
    edit_requested = Signal(str)
    stop_requested = Signal(str)
    closed = Signal(str)
    overview_requested = Signal()
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: dict[str, _Line] = {}
        self._troubles: tuple[Trouble, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._more = QPushButton()
        self._more.setObjectName("link")
        self._more.clicked.connect(self.overview_requested)
        self._more.setAccessibleDescription(_translate("AccountBar", "Shows them in the list of accounts"))
        self._more.hide()
        self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(_translate("AccountBar", "Accounts that need you"))
        self.hide()

    def show_troubles(self, troubles: Sequence[Trouble]) -> None:
        """Show these. A line that stays keeps what is typed in it."""
        self._troubles = tuple(troubles)
        had_keys = False
        for account in set(self._lines) - {trouble.account for trouble in troubles}:
            had_keys |= self._lines.pop(account).leave()
        self._arrange()
        if had_keys:
            self.left.emit()

    def _arrange(self) -> None:
        """Show as many lines as there is room for: first those that a person is at, then from the top."""
        at_work = [each for each in self._troubles if each.account in self._lines and self._lines[each.account].is_busy]
        others = [each for each in self._troubles if each not in at_work]
        shown = [*at_work, *others[: max(0, self._most() - len(at_work))]]
        place = 0
        for trouble in self._troubles:
            line = self._lines.get(trouble.account)
            if line is None and trouble not in shown:
                continue
            if line is None:
                line = self._lines[trouble.account] = self._new_line(trouble.account)
                self._column.insertWidget(place, line)
                announce(self, trouble.sentence)
            line.show_trouble(trouble)
            line.setVisible(trouble in shown)
            place += 1
        rest = len(self._troubles) - len(shown)
        self._more.setText(_translate("AccountBar", "… and %Ln more account(s) need you", "plural", rest))
        self._more.setVisible(rest > 0)
        self.setVisible(bool(self._troubles))

    def _shown_lines(self) -> "list[_Line]":
        lines = [self._lines[each.account] for each in self._troubles if each.account in self._lines]
        return [line for line in lines if not line.isHidden()]

    def _most(self) -> int:
        return 1 if self.window().height() < _LOW_WINDOW else _MOST

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.window().installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.window().removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and len(self._shown_lines()) != min(len(self._troubles), self._most()):
            self._arrange()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives the keys back to the form."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def show_testing(self, account: str) -> None:
        """Say that the account is being tested."""
        if account in self._lines:
            self._lines[account].show_testing()

    def show_refused(self, account: str, sentence: str) -> None:
        """Say why it still does not work; what was typed stays, to be mended."""
        if account in self._lines:
            self._lines[account].show_refused(sentence)
            announce(self, sentence)

    def show_mended(self, account: str) -> None:
        """Take the test back: the account works. The line goes when its trouble is told no more."""
        if account in self._lines:
            self._lines[account].show_mended()

    def sentences(self) -> tuple[str, ...]:
        """Return what the lines say, from the top."""
        return tuple(line.text() for line in self._shown_lines()) if not self.isHidden() else ()

    def focus_first(self) -> bool:
        """Let the keys go to the first line; False where there is none."""
        if self.isHidden():
            return False
        self._shown_lines()[0].take_focus()
        return True

    def _new_line(self, account: str) -> "_Line":
        line = _Line(self._theme, account, self)
        line.password_given.connect(lambda secret: self.password_given.emit(account, secret))
        line.retry_requested.connect(lambda: self.retry_requested.emit(account))
        line.edit_requested.connect(lambda: self.edit_requested.emit(account))
        line.stop_requested.connect(lambda: self.stop_requested.emit(account))
        line.closed.connect(lambda: self.closed.emit(account))
        return line


class _Line(QWidget):
    """One account: the sentence, the field or the button that mends it, and what the last try said."""

    password_given = Signal(str)
    retry_requested = Signal()
    edit_requested = Signal()
    stop_requested = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, account: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._trouble = Trouble(account, "", "", False)
        self._is_testing = False
        self._refused = ""
        self._icon = QLabel()
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setFont(theme.strong)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._detail = muted_label("", theme.caption)
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setWordWrap(True)
        let_select(self._detail)
        for label in (self._words, self._detail):
            label.setMinimumWidth(_LEAST_WORDS)  # else a long word of a server would widen the window
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setProperty("ground", "surface")
        self.field.setMinimumWidth(110)
        self.field.setMaximumWidth(190)
        self.field.setPlaceholderText(_translate("AccountBar", "Enter password"))
        self.field.returnPressed.connect(self._on_field_return_pressed)
        self.field.textEdited.connect(self._on_field_edited)
        self._go = QPushButton()
        self._go.setProperty("framed", True)
        self._go.clicked.connect(self._on_go_clicked)
        self._edit = QPushButton(_translate("AccountBar", "Account…"))
        self._edit.setAccessibleDescription(
            _translate("AccountBar", "Opens the form of the account, with all its fields")
        )
        self._edit.clicked.connect(self.edit_requested)
        self._close = QToolButton()
        self._close.setIconSize(QSize(16, 16))
        self._close.setToolTip(_translate("AccountBar", "Not now"))
        self._close.setAccessibleName(_translate("AccountBar", "Not now"))
        self._close.setAccessibleDescription(_translate("AccountBar", "Hides this line; what waits stays"))
        self._close.clicked.connect(self.closed)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._words)
        words.addWidget(self._detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        for widget in (self.field, self._go, self._edit, self._close):
            row.addWidget(widget)
        theme.changed.connect(self._paint_again)
        self._paint_again()

    def show_trouble(self, trouble: Trouble) -> None:
        if trouble.detail != self._trouble.detail:
            self._refused = ""
        self._trouble = trouble
        self.setAccessibleName(trouble.sentence)
        self.field.setAccessibleName(_translate("AccountBar", "Password. {sentence}").format(sentence=trouble.sentence))
        self._show()

    def show_testing(self) -> None:
        self._is_testing = True
        self._refused = ""
        self._show()

    def show_mended(self) -> None:
        self._is_testing = False
        self.field.clear()
        self._show()

    def show_refused(self, sentence: str) -> None:
        self._is_testing = False
        self._refused = sentence
        self.field.selectAll()
        # The keys stay where they are: what is typed elsewhere must not become a password.
        if self._has_keys() and self.field.isVisible():
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show()

    def text(self) -> str:
        return wording.sentences(self._words.text(), self._detail.text())

    def take_focus(self) -> None:
        first = next(widget for widget in (self.field, self._go, self._edit) if not widget.isHidden())
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> bool:
        """Go away; say whether the keys were here."""
        had_keys = self._has_keys()
        self.hide()
        self.setParent(None)
        self.deleteLater()
        return had_keys

    @property
    def is_busy(self) -> bool:
        """Whether a person is at it: it has the keys or something typed, or it is being tested."""
        return self._has_keys() or self._is_testing or (not self.field.isHidden() and bool(self.field.text()))

    def _has_keys(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _show(self) -> None:
        trouble = self._trouble
        self._words.setText(trouble.sentence)
        detail = self._refused or trouble.detail
        is_long = len(detail) > _MOST_DETAIL
        self._detail.setText(f"{detail[:_MOST_DETAIL]}…" if is_long else detail)
        self._detail.setToolTip(f"<p>{html.escape(detail)}</p>" if is_long else "")
        self._detail.setVisible(bool(self._detail.text()))
        self.field.setVisible(trouble.is_of_password and trouble.is_known)
        # Read-only and not disabled: a field that is disabled gives the keys away.
        self.field.setReadOnly(self._is_testing)
        self._go.setVisible(trouble.is_known)
        if self._is_testing:
            self._go.setText(_translate("AccountBar", "Stop the test"))
        elif trouble.is_of_password:
            self._go.setText(_translate("AccountBar", "Test and send"))
        else:
            self._go.setText(_translate("AccountBar", "Test again"))
        self._go.setAccessibleDescription(
            _translate("AccountBar", "Nothing more is tried; what is typed stays")
            if self._is_testing
            else _translate("AccountBar", "When it works, what waits for the account goes out")
        )
        self._edit.setText(
            _translate("AccountBar", "Account…") if trouble.is_known else _translate("AccountBar", "Add an account…")
        )
        self._edit.setVisible(not trouble.is_of_password or not trouble.is_known)

    @Slot()
    def _on_go_clicked(self) -> None:
        if self._is_testing:
            self._is_testing = False
            self._show()
            self.stop_requested.emit()
        elif not self._trouble.is_of_password:
            self.retry_requested.emit()
        elif password := self.field.text().rstrip("\r\n"):  # a pasted one brings its line's end along
            self.password_given.emit(password)
        else:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_field_return_pressed(self) -> None:
        if not self._is_testing:  # a second Enter must not stop what the first began
            self._on_go_clicked()

    @Slot()
    def _on_field_edited(self) -> None:
        if self._refused:
            self._refused = ""
            self._show()

    @Slot()
    def _paint_again(self) -> None:
        icons = self._theme.icons
        self._icon.setPixmap(icons.pixmap("key", "failed", 16, self.devicePixelRatioF()))
        self._close.setIcon(icons.icon("close-small", "muted"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_strip(self, self._theme, "failed")
