"""The commands as Qt's actions: in the menus and context menus, with their keys, enabled where they can be done."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from core.errors import Fault
from gui.commands import Command, Scope, commands, menus
from gui.situation import Situation
from gui.theme import Theme


class Actions(dict[str, QAction]):
    """The commands as actions, by their ids. Made by `build_actions`."""

    def __init__(self, made: Mapping[str, QAction], of: tuple[Command, ...]) -> None:
        super().__init__(made)
        self.commands = of

    def take_keys(self, keys_of: Callable[[str], Sequence[str]]) -> None:
        """Give each command the keys that `keys_of` returns for its id, as `QKeySequence` reads them."""
        for command in self.commands:
            self[command.id].setShortcuts([QKeySequence(key) for key in keys_of(command.id)])

    def take_usual_keys(self) -> None:
        """Give each command the keys it comes with."""
        for command in self.commands:
            self[command.id].setShortcuts(command.sequences())

    def show_icons(self, theme: Theme) -> None:
        """Show the icons in the colours of the theme as it is now."""
        for command in self.commands:
            if command.icon:
                self[command.id].setIcon(theme.icons.icon(command.icon, "muted"))

    def of_scope(self, scope: Scope) -> list[QAction]:
        """Return the actions whose keys work there, to be added to the widget."""
        return [self[command.id] for command in self.commands if command.scope is scope]

    def show(self, now: Situation) -> None:
        """Enable what can be done, and show the words and marks that fit."""
        for command in self.commands:
            action = self[command.id]
            action.setEnabled(command.is_enabled(now))
            if command.is_other is not None:
                action.setText(command.other_words if command.is_other(now) else command.words)
            if command.is_checked is not None:
                action.setChecked(command.is_checked(now))


def build_actions(parent: QObject, handlers: Mapping[str, Callable[[], None]], theme: Theme | None = None) -> Actions:
    """Make an action of every command. `handlers` says what each does, by its id.

    Add the actions of a scope to its widget (`Actions.of_scope`): there their keys work. They go with their parent.
    After the theme has changed, show the icons again (`Actions.show_icons`).
    Raises `Fault` when a command has no handler, or a handler no command.
    """
    known = commands()
    if wrong := {command.id for command in known} ^ set(handlers):
        raise Fault(f"commands and handlers do not match: {', '.join(sorted(wrong))}")
    groups: dict[str, QActionGroup] = {}
    made: dict[str, QAction] = {}
    for command in known:
        action = made[command.id] = QAction(command.words, parent)
        action.setObjectName(command.id)
        action.setShortcutContext(_CONTEXTS[command.scope])
        # A key that is held down repeats; none of these is meant twice.
        action.setAutoRepeat(False)
        action.setMenuRole(_ROLES.get(command.id, QAction.MenuRole.NoRole))
        if command.is_checked is not None:
            action.setCheckable(True)
        if command.group:
            groups.setdefault(command.group, QActionGroup(parent)).addAction(action)
        action.triggered.connect(_caller(handlers[command.id]))
    actions = Actions(made, known)
    actions.take_usual_keys()
    actions.show(Situation())
    if theme is not None:
        actions.show_icons(theme)
    return actions


def fill_menus(bar: QMenuBar, actions: Actions) -> dict[str, QMenu]:
    """Put every command into its menu; return the menus by id. `file.drafts` is left empty, for its owner."""
    words = menus()
    made = {menu_id: bar.addMenu(words[menu_id]) for menu_id in words if "." not in menu_id}

    def submenu(menu_id: str) -> QMenu:
        made[menu_id] = made[menu_id.partition(".")[0]].addMenu(words[menu_id])
        return made[menu_id]

    for command in actions.commands:
        menu = made.get(command.menu) or submenu(command.menu)
        if command.is_first and menu.actions():
            menu.addSeparator()
        menu.addAction(actions[command.id])
        if command.id == "set_aside":
            submenu("file.drafts")
    return made


def row_menu(parent: QWidget, actions: Actions) -> QMenu:
    """Make the context menu of the selected rows: what can be done with them. It deletes itself when closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    part = 0
    for command in sorted(actions.commands, key=lambda command: command.row_part):
        if not command.row_part or not actions[command.id].isEnabled():
            continue
        if part and command.row_part != part:
            menu.addSeparator()
        part = command.row_part
        menu.addAction(actions[command.id])
    return menu


#: What macOS puts into the menu of the program itself.
_ROLES = {"quit": QAction.MenuRole.QuitRole, "about": QAction.MenuRole.AboutRole}
_CONTEXTS = {
    Scope.WINDOW: Qt.ShortcutContext.WindowShortcut,
    Scope.PANE: Qt.ShortcutContext.WidgetWithChildrenShortcut,
    Scope.LIST: Qt.ShortcutContext.WidgetShortcut,
}


def _caller(handler: Callable[[], None]) -> Callable[[bool], None]:
    """Leave out the mark that `triggered` tells."""
    return lambda _is_checked: handler()
