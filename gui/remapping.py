"""The page of the preferences on which every command can be given another key."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui import wording
from gui.commands import Command, menus
from gui.keymap import Keymap, key_text
from gui.theme import Theme, announce, muted_label

_translate = QCoreApplication.translate

_ID = Qt.ItemDataRole.UserRole
_ROW = 32


class KeysPage(QWidget):
    """Lists the commands with their keys; a key pressed in the field below is the chosen command's.

    `changed(dict)`: what is not as it comes, by the command's id, as `Keymap.chosen` has it.
    """

    changed = Signal(object)

    def __init__(self, theme: Theme, commands: tuple[Command, ...], chosen: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self._keymap = Keymap(commands, chosen)
        self._words = {command.id: command.plain_words for command in commands}
        self._rows = {command.id: row for row, command in enumerate(commands)}
        self._cells: dict[str, QTableWidgetItem] = {}
        self.table = QTableWidget(len(commands), 2)
        self.table.setProperty("card", True)
        self.table.setAccessibleName(_translate("Keys", "Commands and their keys"))
        self.table.setAccessibleDescription(
            _translate("Keys", "Up and Down choose a command; below, it gets another key")
        )
        self.table.setHorizontalHeaderLabels([_translate("Keys", "Command"), _translate("Keys", "Keys")])
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().hide()
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        words = menus()
        for row, command in enumerate(commands):
            name = QTableWidgetItem(command.plain_words)
            name.setData(_ID, command.id)
            name.setToolTip(wording.plain(words[command.menu]))
            self.table.setItem(row, 0, name)
            cell = self._cells[command.id] = QTableWidgetItem()
            self.table.setItem(row, 1, cell)
        self.field = QKeySequenceEdit()
        self.field.setMaximumSequenceLength(1)
        self.field.setClearButtonEnabled(True)
        self.field.setAccessibleName(_translate("Keys", "New key"))
        self.give = QPushButton(_translate("Keys", "&Give it this key"))
        self.take = QPushButton(_translate("Keys", "&No key"))
        self.reset = QPushButton(_translate("Keys", "As it &comes"))
        self.reset_all = QPushButton(_translate("Keys", "A&ll as they come"))
        for button, use in (
            (self.give, _translate("Keys", "The typed key is the chosen command's from now on")),
            (self.take, _translate("Keys", "Takes the chosen command's keys away")),
            (self.reset, _translate("Keys", "Gives the chosen command back the keys it came with")),
            (self.reset_all, _translate("Keys", "Gives every command back the keys it came with")),
        ):
            button.setProperty("framed", True)
            button.setAutoDefault(False)
            button.setAccessibleDescription(use)
        self._said: QLabel = muted_label("", theme.caption)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        label = muted_label(_translate("Keys", "Ne&w key"), theme.body)
        label.setBuddy(self.field)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(label)
        line.addWidget(self.field, 1)
        line.addWidget(self.give)
        others = QHBoxLayout()
        others.setSpacing(8)
        others.addWidget(self.take)
        others.addWidget(self.reset)
        others.addStretch(1)
        others.addWidget(self.reset_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.table, 1)
        column.addLayout(line)
        column.addWidget(self._said)
        column.addLayout(others)
        self.table.currentCellChanged.connect(self._on_table_moved)
        self.field.keySequenceChanged.connect(self._show)
        self.give.clicked.connect(self._on_give_clicked)
        self.take.clicked.connect(self._on_take_clicked)
        self.reset.clicked.connect(self._on_reset_clicked)
        self.reset_all.clicked.connect(self._on_reset_all_clicked)
        self._fill()
        self.table.selectRow(0)

    def command(self) -> str:
        """Return the chosen command."""
        item = self.table.item(self.table.currentRow(), 0)
        return "" if item is None else str(item.data(_ID))

    def choose(self, command: str) -> None:
        """Choose a command by its id."""
        self.table.selectRow(self._rows[command])

    def said(self) -> str:
        """Return what stands under the field."""
        return self._said.text()

    def keys_shown(self, command: str) -> str:
        """Return the keys that stand beside a command."""
        return ", ".join(
            QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in self._keymap.keys(command)
        )

    def _fill(self) -> None:
        for command, cell in self._cells.items():
            cell.setText(self.keys_shown(command))
        self._show()

    @Slot()
    def _show(self) -> None:
        """Say what the typed key does now, and what can be done with it."""
        command, key = self.command(), key_text(self.field.keySequence())
        owner = self._keymap.owner(key) if key else ""
        words = _translate("Keys", "Choose a command, then press its new key here.")
        if owner == command and owner:
            words = _translate("Keys", "That is its key already.")
        elif owner:
            words = _translate("Keys", "That is the key of “{command}”, which would lose it.").format(
                command=self._words[owner]
            )
        elif key:
            words = _translate("Keys", "That key is free.")
        if words != self._said.text():
            self._said.setText(words)
            self.field.setAccessibleDescription(words)
            if key:
                announce(self.field, words)
        self.give.setEnabled(bool(command and key) and owner != command)
        self.take.setEnabled(bool(command and self._keymap.keys(command)))
        self.reset.setEnabled(bool(command) and not self._keymap.is_usual(command))
        self.reset_all.setEnabled(bool(self._keymap.chosen()))

    def _tell(self) -> None:
        self.table.setFocus()  # in the field, every key is taken for the new one, also Esc and Tab
        self.field.clear()
        self._fill()
        self.changed.emit(self._keymap.chosen())

    @Slot()
    def _on_table_moved(self) -> None:
        self.field.clear()
        self._show()

    @Slot()
    def _on_give_clicked(self) -> None:
        self._keymap.set_keys(self.command(), [key_text(self.field.keySequence())])
        self._tell()

    @Slot()
    def _on_take_clicked(self) -> None:
        self._keymap.set_keys(self.command(), [])
        self._tell()

    @Slot()
    def _on_reset_clicked(self) -> None:
        self._keymap.reset(self.command())
        self._tell()

    @Slot()
    def _on_reset_all_clicked(self) -> None:
        self._keymap.reset_all()
        self._tell()
