"""The list of accounts: how each stands, and what can be done with it."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from core.mail.smtp.diagnosis import Finding
from core.outbox.notification import PRACTICE
from gui.accounts.standing import Standing
from gui.accounts.steps import StepList
from gui.theme import Theme, announce, elided, muted_label, paint_chosen

_translate = QCoreApplication.translate

_STANDING = Qt.ItemDataRole.UserRole
_ROW = 56


class AccountsDialog(QDialog):
    """Shows what it is told, and asks for what a person chose.

    `add_requested()`, `edit_requested(account)`, `test_requested(account)`, `stop_requested()`,
    `default_requested(account)`, `remove_requested(account)`.
    """

    add_requested = Signal()
    edit_requested = Signal(str)
    test_requested = Signal(str)
    stop_requested = Signal()
    default_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_testing = False
        self.setWindowTitle(_translate("Accounts", "Accounts"))
        self.list = QListWidget()
        self.list.setAccessibleName(_translate("Accounts", "Accounts"))
        self.list.setAccessibleDescription(
            _translate("Accounts", "Up and Down choose an account, Enter edits it, Delete removes it")
        )
        self.list.setItemDelegate(_Delegate(theme, self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._show_what_can_be_done)
        self.list.itemActivated.connect(self._on_edit_clicked)
        self.add = QPushButton(_translate("Accounts", "&Add…"))
        self.edit = QPushButton(_translate("Accounts", "&Edit…"))
        self.test = QPushButton(_translate("Accounts", "&Test"))
        self.make_default = QPushButton(_translate("Accounts", "Make &default"))
        self.remove = QPushButton(_translate("Accounts", "&Remove…"))
        self.close_button = QPushButton(_translate("Accounts", "&Close"))
        for button, use in (
            (self.add, _translate("Accounts", "Opens an empty form for another account")),
            (self.edit, _translate("Accounts", "Opens the form of the chosen account")),
            (self.test, ""),  # see `_show_what_can_be_done`
            (self.make_default, _translate("Accounts", "Messages go by the chosen account from the next start")),
            (self.remove, _translate("Accounts", "Forgets the chosen account, after a question")),
            (self.close_button, _translate("Accounts", "Closes this window, and ends a test that is under way")),
        ):
            button.setProperty("framed", True)
            button.setAutoDefault(False)
            button.setAccessibleDescription(use)
        self.add.clicked.connect(self.add_requested)
        self.edit.clicked.connect(self._on_edit_clicked)
        self.test.clicked.connect(self._on_test_clicked)
        self.make_default.clicked.connect(lambda: self.default_requested.emit(self.chosen()))
        self.remove.clicked.connect(self._on_remove_clicked)
        self.close_button.clicked.connect(self._on_close_clicked)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._on_remove_clicked)
        self._steps = StepList(theme)
        self._outcome = QLabel()
        self._outcome.setFont(theme.strong)
        self._outcome.setTextFormat(Qt.TextFormat.PlainText)
        self._outcome.setWordWrap(True)
        self._test_part = QFrame()
        self._test_part.setProperty("card", True)
        self._test_part.hide()
        self._lay_out()
        self._show_what_can_be_done()

    def _lay_out(self) -> None:
        card = QFrame()
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 6, 1, 6)
        inside.addWidget(self.list)
        tested = QVBoxLayout(self._test_part)
        tested.setContentsMargins(16, 12, 16, 12)
        tested.setSpacing(10)
        tested.addWidget(self._outcome)
        tested.addWidget(self._steps)
        verbs = QHBoxLayout()
        verbs.setSpacing(8)
        for button in (self.add, self.edit, self.test, self.make_default):
            verbs.addWidget(button)
        verbs.addStretch(1)
        verbs.addWidget(self.remove)
        foot = QHBoxLayout()
        foot.addWidget(
            muted_label(_translate("Accounts", "The default is chosen when Outtray starts."), self._theme.caption)
        )
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(12)
        column.addWidget(card, 1)
        column.addLayout(verbs)
        column.addWidget(self._test_part)
        column.addLayout(foot)
        self.resize(640, 420)

    # what it is told

    def show_standings(self, standings: Sequence[Standing]) -> None:
        """Show these accounts; the chosen one stays chosen."""
        before = self.chosen()
        self.list.blockSignals(True)
        self.list.clear()
        for standing in standings:
            item = QListWidgetItem(standing.text())
            item.setData(_STANDING, standing)
            item.setSizeHint(QSize(300, _ROW))
            self.list.addItem(item)
            if standing.account == before:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        self._show_what_can_be_done()

    def show_testing(self, address: str) -> None:
        """Begin to show a test."""
        self._is_testing = True
        self._outcome.setText(_translate("Accounts", "Testing {address}…").format(address=address))
        self._set_tone("plain")
        self._steps.begin()
        self._test_part.show()
        self._grow()
        self._show_what_can_be_done()

    def add_finding(self, finding: Finding) -> None:
        """Show one step of the test."""
        self._steps.add(finding)
        self._grow()

    def show_outcome(self, sentence: str, *, is_good: bool) -> None:
        """Say how the test ended."""
        self._is_testing = False
        self._steps.end(is_good)
        self._outcome.setText(sentence)
        self._set_tone("sent" if is_good else "failed")
        announce(self, sentence)
        self._show_what_can_be_done()

    def text(self) -> str:
        """Return what the test says, as a person reads it; "" before one."""
        return "" if self._test_part.isHidden() else f"{self._outcome.text()}\n{self._steps.text()}"

    def chosen(self) -> str:
        """Return the name of the chosen account; "" where none is."""
        standing = self._standing()
        return "" if standing is None else standing.account

    def rows(self) -> list[str]:
        """Return what the rows say, from the top."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    # inside

    def _standing(self) -> Standing | None:
        data = self.list.currentIndex().data(_STANDING)
        return data if isinstance(data, Standing) else None

    @Slot()
    def _show_what_can_be_done(self) -> None:
        standing = self._standing()
        is_real = standing is not None and standing.account != PRACTICE
        self.edit.setEnabled(is_real and not self._is_testing)
        self.remove.setEnabled(is_real and not self._is_testing)
        self.test.setEnabled(is_real or self._is_testing)
        self.test.setText(
            _translate("Accounts", "S&top the test") if self._is_testing else _translate("Accounts", "&Test")
        )
        self.test.setAccessibleDescription(
            _translate("Accounts", "Nothing more is tried")
            if self._is_testing
            else _translate("Accounts", "Tries to log in to the chosen account's server; sends nothing")
        )
        can_be_default = standing is not None and not standing.is_default
        if self.make_default.hasFocus() and not can_be_default:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)  # else the keys go on to Remove
        self.make_default.setEnabled(can_be_default)

    @Slot()
    def _on_edit_clicked(self) -> None:
        if self.edit.isEnabled():
            self.edit_requested.emit(self.chosen())

    @Slot()
    def _on_test_clicked(self) -> None:
        if self._is_testing:
            self.stop_requested.emit()
        else:
            self.test_requested.emit(self.chosen())

    @Slot()
    def _on_remove_clicked(self) -> None:
        if self.remove.isEnabled():
            self.remove_requested.emit(self.chosen())

    @Slot()
    def _on_close_clicked(self) -> None:
        if self._is_testing:
            self.stop_requested.emit()
        super().reject()

    def reject(self) -> None:
        """Esc stops a test that is under way; else it closes."""
        if self._is_testing:
            self.stop_requested.emit()
        else:
            super().reject()

    def _set_tone(self, tone: str) -> None:
        self._outcome.setProperty("tone", tone)
        self._outcome.style().unpolish(self._outcome)
        self._outcome.style().polish(self._outcome)

    def _grow(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        most = int(self.screen().availableSize().height() * 0.92)
        self.resize(self.width(), min(most, max(self.height(), 300 + self._test_part.sizeHint().height())))


class _Delegate(QStyledItemDelegate):
    """Paints an account as the list of deliveries paints a row: a seal and two calm lines."""

    _SEAL, _ICON = 26, 16
    _LEFT, _TEXT_LEFT, _RIGHT = 15, 53, 18

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(300, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        standing = index.data(_STANDING)
        if not isinstance(standing, Standing):
            return
        theme, rect = self._theme, option.rect
        state: QStyle.StateFlag = option.state
        paint_chosen(painter, theme, rect, state)
        left, middle = rect.left(), rect.top() + rect.height() // 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"{standing.color}-soft"))
        painter.drawEllipse(QRect(left + self._LEFT, middle - self._SEAL // 2, self._SEAL, self._SEAL))
        inset = self._LEFT + (self._SEAL - self._ICON) // 2
        icon = theme.icons.pixmap(standing.icon, standing.color, self._ICON, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPoint(left + inset, middle - self._ICON // 2), icon)
        self._paint_words(painter, rect, standing)

    def _paint_words(self, painter: QPainter, rect: QRect, standing: Standing) -> None:
        theme = self._theme
        room = rect.adjusted(self._TEXT_LEFT, 0, -self._RIGHT, 0)
        first = QRect(room.left(), room.center().y() - 20, room.width(), 20)
        second = QRect(room.left(), room.center().y() + 1, room.width(), 18)
        if standing.is_default:
            word = _translate("Accounts", "Default")
            painter.setFont(theme.caption)
            painter.setPen(theme.color("muted"))
            painter.drawText(first, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, word)
            first.setRight(first.right() - painter.fontMetrics().horizontalAdvance(word) - 12)
        self._draw(painter, first, (standing.address, "strong", "text"), (standing.sender_name, "body", "text"))
        self._draw(
            painter, second, (standing.state, "caption_strong", standing.color), (standing.server, "caption", "muted")
        )

    def _draw(self, painter: QPainter, room: QRect, *parts: tuple[str, str, str]) -> None:
        room = QRect(room)
        for words, font_name, color in parts:
            font = getattr(self._theme, font_name)
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(self._theme.color(color))
            shown = elided(metrics, words, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
            room.setLeft(room.left() + metrics.horizontalAdvance(shown) + 10)
