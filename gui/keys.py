"""The sheet of keys: every command that has one, made from `gui.commands`."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QSize, Qt, Slot
from PySide6.QtGui import QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import wording
from gui.actions import Actions
from gui.commands import Command, Scope, menus
from gui.theme import Theme, muted_label

_translate = QCoreApplication.translate

#: Which menus stand in which column; together about as long.
_COLUMNS = (("message", "edit", "view.go", "view", "help"), ("outbox", "view.filter", "file"))


class KeySheet(QDialog):
    """Shows all keys, by menu. Esc closes it."""

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._actions = actions
        self.setWindowTitle(_translate("Keys", "Keys"))
        self.setModal(False)
        body = QWidget()
        columns = QHBoxLayout(body)
        columns.setContentsMargins(24, 20, 24, 12)
        columns.setSpacing(40)
        for wanted in _COLUMNS:
            columns.addLayout(self._column(wanted))
        area = QScrollArea()
        area.setWidget(body)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_translate("Keys", "Keys"))
        area.setAccessibleDescription(_translate("Keys", "Every command that has a key; Up and Down scroll"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAccessibleDescription(
            _translate("Keys", "Closes this window; Esc does the same")
        )
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 0, 24, 0)
        foot.addWidget(muted_label(_translate("Keys", "In the list, single letters are keys."), theme.caption))
        foot.addStretch(1)
        foot.addWidget(buttons)
        column.addLayout(foot)
        self._body = body
        self._area = area
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only now has the style sheet its say in how wide the keys are.
        self._body.ensurePolished()
        for label in self._body.findChildren(QLabel):
            label.ensurePolished()
        wanted = self._body.sizeHint()
        self._area.setMinimumWidth(wanted.width() + 16)
        screen = self.screen().availableSize()
        self.resize((wanted + QSize(16, 80)).boundedTo(screen * 0.9))

    def _column(self, wanted: tuple[str, ...]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        words = menus()
        for menu in wanted:
            shown = [
                each for each in self._actions.commands if each.menu == menu and self._actions[each.id].shortcuts()
            ]
            if not shown:
                continue
            heading = QLabel(wording.plain(words[menu]))
            heading.setFont(self._theme.strong)
            heading.setContentsMargins(0, 8, 0, 2)
            column.addWidget(heading)
            grid = QGridLayout()
            grid.setHorizontalSpacing(24)
            grid.setVerticalSpacing(5)
            grid.setColumnStretch(0, 1)
            for row, command in enumerate(shown):
                name = QLabel(_words(command))
                name.setTextFormat(Qt.TextFormat.PlainText)
                grid.addWidget(name, row, 0)
                grid.addWidget(
                    _key_row(keys_text(self._actions, command), self._theme), row, 1, Qt.AlignmentFlag.AlignRight
                )
            column.addLayout(grid)
        column.addStretch(1)
        return column

    @Slot()
    def _on_theme_changed(self) -> None:
        color = self._theme.color
        self._body.setStyleSheet(
            f'QLabel[keycap="true"] {{ background: {color("surface").name()}; color: {color("text").name()};'
            f" border: 1px solid {color('line-strong').name()}; border-bottom-width: 2px; border-radius: 5px;"
            " padding: 1px 7px; }"
        )


def keys_text(actions: Actions, command: Command) -> list[str]:
    """Return a command's keys as this platform writes them."""
    return [key.toString(QKeySequence.SequenceFormat.NativeText) for key in actions[command.id].shortcuts()]


def _words(command: Command) -> str:
    both = f"{command.plain_words} / {Command.plain(command.other_words)}"
    return both if command.scope is Scope.LIST and command.other_words else command.plain_words


def _key_row(texts: Sequence[str], theme: Theme) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(6)
    for number, text in enumerate(texts):
        if number:
            line.addWidget(muted_label(_translate("Keys", "or"), theme.caption))
        cap = QLabel(text)
        cap.setProperty("keycap", True)
        cap.setFont(theme.caption)
        cap.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        line.addWidget(cap)
    return row
