"""The palette: every command that can be done now, found by a few letters and done by Enter."""

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from gui import wording
from gui.actions import Actions
from gui.chooser import Chooser, Entry
from gui.commands import Command, menus
from gui.theme import Theme

_translate = QCoreApplication.translate


class Palette(Chooser):
    """Offers the commands of the window. Esc closes it; Enter or a click does the chosen one.

    It is asked for again and again: what was done last stands first while nothing is typed.
    """

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._actions = actions
        #: What was done from here, the newest first.
        self._done: list[str] = []
        self.setWindowTitle(_translate("Palette", "All commands"))
        self.field.setPlaceholderText(_translate("Palette", "Type a command"))
        self.field.setAccessibleName(_translate("Palette", "Command"))
        self.field.setAccessibleDescription(
            _translate("Palette", "Type a few letters, choose by the arrow keys, and press Enter")
        )
        self.list.setAccessibleName(_translate("Palette", "Commands"))

    def offer(self) -> None:
        """Open with what can be done now, at the top of the window."""
        words = menus()
        offered = [each for each in self._actions.commands if self._is_offered(each)]
        last = {command: place for place, command in enumerate(self._done)}
        offered.sort(key=lambda each: last.get(each.id, len(last)))
        self.offer_entries([self._entry(each, words) for each in offered])

    def take(self, entry: Entry) -> None:
        """Do the command, when the focus is back where it was: some commands are about what has it."""
        if entry.id in self._done:
            self._done.remove(entry.id)
        self._done.insert(0, entry.id)
        QTimer.singleShot(0, self._actions[entry.id], self._actions[entry.id].trigger)

    def sentence(self, is_any: bool) -> str:
        """Return what is said where none fits."""
        return _translate("Palette", "No command is called that, or none that fits now.")

    def _is_offered(self, command: Command) -> bool:
        return self._actions[command.id].isEnabled() and command.id != "palette"

    def _entry(self, command: Command, words: dict[str, str]) -> Entry:
        action = self._actions[command.id]
        menu, _, submenu = command.menu.partition(".")
        place = words[menu] + (f" › {words[command.menu]}" if submenu else "")
        return Entry(
            command.id,
            command.plain(action.text()),
            wording.plain(place),
            action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
            command.icon,
        )
