"""Every command once: its words, keys, icon and menu, and when it can be done.

Menus, context menus, shortcuts (`gui.actions`), the palette and the sheet of keys are made from this page.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from core.outbox.states import Place
from gui import wording
from gui.situation import (
    Situation,
    can_cancel,
    can_edit,
    can_hold,
    can_release,
    can_retry,
    is_all_held,
    is_unconfirmed,
)

_translate = QCoreApplication.translate


class Scope(StrEnum):
    """Where a command's keys work."""

    #: Anywhere in the window.
    WINDOW = "window"
    #: While the list or something else of its pane has the focus.
    PANE = "pane"
    #: While the list itself has the focus, so that a single letter may be a key.
    LIST = "list"


def _always(_situation: Situation) -> bool:
    return True


@dataclass(frozen=True)
class Command:
    """One thing a person can do."""

    id: str
    #: In the person's language, with the menu's mnemonic.
    words: str
    #: The menu it is in; after a dot, the submenu.
    menu: str
    #: As QKeySequence reads them; the first is shown in menus.
    keys: tuple[str, ...] = ()
    #: The platform's own key, where it has one, instead of the first of `keys`.
    standard: QKeySequence.StandardKey | None = None
    icon: str = ""
    scope: Scope = Scope.WINDOW
    is_enabled: Callable[[Situation], bool] = _always
    #: Other words (and their condition) for a command that goes two ways.
    other_words: str = ""
    is_other: Callable[[Situation], bool] | None = None
    #: Whether it carries a mark; of those with the same group exactly one does.
    is_checked: Callable[[Situation], bool] | None = None
    group: str = ""
    #: Begins a part of its menu.
    is_first: bool = False
    #: The part of a row's context menu it is in too; 0: it is not.
    row_part: int = 0

    @property
    def plain_words(self) -> str:
        """The words without the mnemonic (or the digit that stands for one) and the ellipsis."""
        return self.plain(self.words)

    @staticmethod
    def plain(words: str) -> str:
        """Return words of a menu as they are read outside of one."""
        return wording.plain(words).removesuffix("…").lstrip("0123456789 ")

    def sequences(self) -> list[QKeySequence]:
        """Return its keys on this platform, the one shown in menus first."""
        found = [QKeySequence(_platform_key(key)) for key in self.keys]
        if self.standard is not None and not (own := QKeySequence(self.standard)).isEmpty():
            found = [own, *(key for key in found[1:] if key != own)]
        return found


def menus() -> dict[str, str]:
    """Return the words of the menus by id, as in the menu bar. A submenu's id begins with its menu's."""
    return {
        "file": _translate("Menu", "&File"),
        "edit": _translate("Menu", "&Edit"),
        "message": _translate("Menu", "&Message"),
        "outbox": _translate("Menu", "&Outbox"),
        "view": _translate("Menu", "&View"),
        "help": _translate("Menu", "&Help"),
        "file.drafts": _translate("Menu", "&Drafts"),
        "view.go": _translate("Menu", "&Go to"),
        "view.filter": _translate("Menu", "&Filter"),
        "view.theme": _translate("Menu", "&Theme"),
        "view.language": _translate("Menu", "&Language"),
    }


def commands() -> tuple[Command, ...]:
    """Return every command, in the order of the menus, in the language of the moment."""
    return (*_file(), *_edit(), *_message(), *_outbox(), *_view(), *_help())


def _file() -> tuple[Command, ...]:
    return (
        Command(
            "new",
            _translate("Command", "&New message"),
            "file",
            ("Ctrl+N",),
            QKeySequence.StandardKey.New,
            "document",
        ),
        Command(
            "set_aside",
            _translate("Command", "&Set the form aside"),
            "file",
            is_enabled=lambda now: now.has_form,
        ),
        Command(
            "save_as",
            _translate("Command", "Sa&ve as…"),
            "file",
            ("Ctrl+Shift+S",),
            QKeySequence.StandardKey.SaveAs,
            is_enabled=lambda now: bool(now.chosen),
            is_first=True,
            row_part=4,
        ),
        Command("back_up", _translate("Command", "&Back up…"), "file"),
        Command("restore", _translate("Command", "&Restore a backup…"), "file"),
        Command(
            "move",
            _translate("Command", "&Move to another computer…"),
            "file",
            is_enabled=lambda now: not now.is_moved,
        ),
        Command("come_back", _translate("Command", "Go on &here"), "file", is_enabled=lambda now: now.is_moved),
        Command(
            "accounts",
            _translate("Command", "&Accounts…"),
            "file",
            ("Ctrl+Shift+O",),
            icon="person",
            is_first=True,
        ),
        Command(
            "preferences",
            _translate("Command", "&Preferences…"),
            "file",
            ("Ctrl+,",),
            QKeySequence.StandardKey.Preferences,
        ),
        Command(
            "mend",
            _translate("Command", "&Enter the password"),
            "file",
            ("Alt+5",),
            icon="key",
            is_enabled=lambda now: now.has_account_trouble,
        ),
        Command(
            "quit",
            _translate("Command", "&Quit"),
            "file",
            ("Ctrl+Q",),
            QKeySequence.StandardKey.Quit,
            is_first=True,
        ),
    )


def _edit() -> tuple[Command, ...]:
    return (
        Command(
            "undo",
            _translate("Command", "&Undo the send"),
            "edit",
            ("Ctrl+Z", "Alt+U"),
            QKeySequence.StandardKey.Undo,
            "undo",
            is_enabled=lambda now: now.can_undo or now.can_restore,
            other_words=_translate("Command", "&Undo the cancelling"),
            is_other=lambda now: now.can_restore,
        ),
        Command(
            "copy_address",
            _translate("Command", "Copy the &address"),
            "edit",
            is_enabled=lambda now: bool(now.chosen),
            is_first=True,
            row_part=5,
        ),
        Command(
            "find",
            _translate("Command", "&Find in the outbox"),
            "edit",
            ("Ctrl+F",),
            QKeySequence.StandardKey.Find,
            "search",
            is_first=True,
        ),
        Command(
            "clear",
            _translate("Command", "C&lear the filter"),
            "edit",
            ("Esc",),
            scope=Scope.PANE,
            is_enabled=lambda now: now.can_clear,
        ),
    )


def _message() -> tuple[Command, ...]:
    return (
        # The keypad's Enter is another key than Return.
        Command("send", _translate("Command", "&Send"), "message", ("Ctrl+Return", "Ctrl+Enter"), icon="send"),
        Command(
            "send_later",
            _translate("Command", "Send &later…"),
            "message",
            ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
            icon="clock",
        ),
        Command(
            "send_test", _translate("Command", "Send a &test to me"), "message", is_enabled=lambda now: now.has_form
        ),
        Command("attach", _translate("Command", "&Attach…"), "message", ("Ctrl+Shift+A",), icon="attach"),
        Command("book", _translate("Command", "Address &book…"), "message", ("Ctrl+Shift+B",), icon="book"),
        Command(
            "template", _translate("Command", "Te&mplate…"), "message", ("Ctrl+T",), icon="template", is_first=True
        ),
        Command(
            "save_template",
            _translate("Command", "Save the &form as a template…"),
            "message",
            is_enabled=lambda now: now.has_letter,
        ),
        Command("templates", _translate("Command", "&Edit templates…"), "message"),
        Command(
            "use_again",
            _translate("Command", "&Use again"),
            "message",
            ("Ctrl+Shift+N",),
            icon="document",
            is_enabled=lambda now: bool(now.chosen),
            is_first=True,
            row_part=1,
        ),
    )


def _outbox() -> tuple[Command, ...]:
    return (
        Command(
            "open",
            _translate("Command", "&Open: edit it, or show its details"),
            "outbox",
            ("Return", "Enter"),
            scope=Scope.LIST,
            is_enabled=lambda now: bool(now.chosen),
        ),
        Command(
            "edit",
            _translate("Command", "&Edit"),
            "outbox",
            is_enabled=lambda now: any(map(can_edit, now.chosen)),
            row_part=1,
        ),
        Command(
            "retry",
            _translate("Command", "&Retry"),
            "outbox",
            ("R", "Ctrl+R"),
            icon="retry",
            scope=Scope.LIST,
            is_enabled=lambda now: any(map(can_retry, now.chosen)),
            is_first=True,
            row_part=2,
        ),
        Command(
            "hold",
            _translate("Command", "&Hold"),
            "outbox",
            ("H", "Ctrl+Shift+H"),
            icon="held",
            scope=Scope.LIST,
            is_enabled=lambda now: any(can_hold(each) or can_release(each) for each in now.chosen),
            other_words=_translate("Command", "Re&lease"),
            is_other=is_all_held,
            row_part=2,
        ),
        Command(
            "cancel",
            _translate("Command", "&Cancel"),
            "outbox",
            ("Del",),
            icon="ban",
            scope=Scope.LIST,
            is_enabled=lambda now: any(map(can_cancel, now.chosen)),
            row_part=2,
        ),
        Command(
            "check_sent",
            _translate("Command", "Chec&k the Sent folder"),
            "outbox",
            ("C", "Ctrl+Shift+C"),
            icon="search",
            scope=Scope.LIST,
            is_enabled=lambda now: any(map(is_unconfirmed, now.chosen)),
            is_first=True,
            row_part=3,
        ),
        Command(
            "send_again",
            _translate("Command", "&Send again (may arrive twice)"),
            "outbox",
            ("Ctrl+Shift+R",),
            scope=Scope.LIST,
            is_enabled=lambda now: any(map(is_unconfirmed, now.chosen)),
            row_part=3,
        ),
        Command(
            "mark_sent",
            _translate("Command", "&Mark as sent"),
            "outbox",
            ("Ctrl+Shift+M",),
            scope=Scope.LIST,
            is_enabled=lambda now: any(map(is_unconfirmed, now.chosen)),
            row_part=3,
        ),
        Command(
            "forget",
            _translate("Command", "&Forget this person…"),
            "outbox",
            is_enabled=lambda now: bool(now.chosen),
            is_first=True,
            row_part=6,
        ),
        Command(
            "retry_all",
            _translate("Command", "Retry &all that wait"),
            "outbox",
            ("F5",),
            is_enabled=lambda now: now.has_waiting,
            is_first=True,
        ),
        Command(
            "pause",
            _translate("Command", "&Pause everything"),
            "outbox",
            ("Ctrl+Shift+P",),
            icon="pause",
            other_words=_translate("Command", "&Go on"),
            is_other=lambda now: now.is_paused,
        ),
    )


def _view() -> tuple[Command, ...]:
    return (
        Command("focus_to", _translate("Command", "&To"), "view.go", ("Alt+1",)),
        Command("focus_subject", _translate("Command", "&Subject"), "view.go", ("Alt+2",)),
        Command("focus_message", _translate("Command", "&Message"), "view.go", ("Alt+3",)),
        Command("focus_list", _translate("Command", "&List"), "view.go", ("Alt+4",)),
        Command("next_pane", _translate("Command", "&Next pane"), "view.go", ("F6",), is_first=True),
        Command("previous_pane", _translate("Command", "&Previous pane"), "view.go", ("Shift+F6",)),
        *(
            Command(f"filter_{place}", f"&{number} {wording.place_word(place)}", "view.filter", (f"Ctrl+{number}",))
            for number, place in enumerate(Place, start=1)
        ),
        Command(
            "details",
            _translate("Command", "&Details"),
            "view",
            is_enabled=lambda now: bool(now.chosen) or now.has_details,
            is_checked=lambda now: now.has_details,
            is_first=True,
            row_part=4,
        ),
        Command(
            "source",
            _translate("Command", "S&ource"),
            "view",
            ("Ctrl+U",),
            scope=Scope.PANE,  # elsewhere it empties the field, as on every X desktop
            is_enabled=lambda now: bool(now.chosen),
            row_part=4,
        ),
        Command("charts", _translate("Command", "C&harts…"), "view", ("Ctrl+Shift+G",), icon="chart"),
        Command(
            "compact",
            _translate("Command", "&Compact rows"),
            "view",
            is_checked=lambda now: now.is_compact,
            is_first=True,
        ),
        Command(
            "theme_system",
            _translate("Command", "As the &system"),
            "view.theme",
            is_checked=lambda now: now.theme == "system",
            group="theme",
        ),
        Command(
            "theme_light",
            _translate("Command", "&Light"),
            "view.theme",
            is_checked=lambda now: now.theme == "light",
            group="theme",
        ),
        Command(
            "theme_dark",
            _translate("Command", "&Dark"),
            "view.theme",
            is_checked=lambda now: now.theme == "dark",
            group="theme",
        ),
        Command(
            "language_system",
            _translate("Command", "As the &system"),
            "view.language",
            is_checked=lambda now: now.language == "system",
            group="language",
        ),
        # Each in its own words, so that whoever cannot read the window's language finds theirs.
        Command(
            "language_en",
            "&English",
            "view.language",
            is_checked=lambda now: now.language == "en",
            group="language",
        ),
        Command(
            "language_ja",
            "日本語(&J)",
            "view.language",
            is_checked=lambda now: now.language == "ja",
            group="language",
        ),
    )


def _help() -> tuple[Command, ...]:
    return (
        Command("palette", _translate("Command", "&All commands…"), "help", ("Ctrl+K",), icon="search"),
        Command(
            "keys",
            _translate("Command", "&Keys"),
            "help",
            ("F1", "Ctrl+?"),
            QKeySequence.StandardKey.HelpContents,
            "keyboard",
        ),
        Command("about", _translate("Command", "A&bout Outtray"), "help", is_first=True),
    )


def _platform_key(key: str) -> str:
    """Alt alone types characters on macOS, so Command goes with it there (Qt calls Command Ctrl)."""
    return f"Ctrl+{key}" if sys.platform == "darwin" and key.startswith("Alt+") else key
