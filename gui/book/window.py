"""The window of the address book: groups at the left, people at the right, what can be done below."""

from itertools import pairwise

from PySide6.QtCore import QCoreApplication, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from gui.book.group_list import GroupList
from gui.book.model import PeopleModel
from gui.book.people_list import PeopleList
from gui.notices import NoticeBar
from gui.outbox.finding import FindField
from gui.theme import Theme

_translate = QCoreApplication.translate

_GROUPS_WIDTH = 216


class BookWindow(QDialog):
    """Shows the book, and asks for what a person chose: see the signals, none of which it answers itself."""

    write_requested = Signal()
    add_requested = Signal()
    edit_requested = Signal()
    delete_requested = Signal()
    new_group_requested = Signal()
    group_menu_requested = Signal()
    import_requested = Signal()
    export_requested = Signal()
    undo_requested = Signal()

    def __init__(self, theme: Theme, model: PeopleModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(_translate("Book", "Address book"))
        self.groups = GroupList(theme)
        self.find_field = FindField(theme, _translate("Book", "Find in the address book"))
        self.people = PeopleList(theme, model)
        self.notices = NoticeBar(theme)
        self.group_menu = QMenu(self)
        self.group_menu.aboutToShow.connect(self.group_menu_requested)
        self.write = self._button(
            _translate("Book", "&Write to"),
            _translate("Book", "Puts who is chosen into To; what is in the form stays"),
            self.write_requested,
        )
        self.add = self._button(
            _translate("Book", "&Add…"), _translate("Book", "Opens an empty form for somebody"), self.add_requested
        )
        self.edit = self._button(
            _translate("Book", "&Edit…"), _translate("Book", "Opens the form of who is chosen"), self.edit_requested
        )
        self.group = self._button(
            _translate("Book", "&Groups"), _translate("Book", "A menu: the groups that who is chosen is in"), None
        )
        self.group.setMenu(self.group_menu)
        self.delete = self._button(
            _translate("Book", "&Delete"),
            _translate("Book", "Takes who is chosen out of the book; it can be undone, and no mail is lost"),
            self.delete_requested,
        )
        self.new_group = self._button(
            _translate("Book", "&New group"),
            _translate("Book", "Makes a group, and has its name typed"),
            self.new_group_requested,
        )
        self.bring_in = self._button(
            _translate("Book", "&Import…"),
            _translate("Book", "Takes people from a file of vCards; nobody comes in twice"),
            self.import_requested,
        )
        self.export = self._button(
            _translate("Book", "E&xport…"),
            _translate("Book", "Writes who is shown into a file of vCards"),
            self.export_requested,
        )
        self.undo = self._button(
            _translate("Book", "&Undo"),
            _translate("Book", "Takes the last change of the book back"),
            self.undo_requested,
        )
        self.close_button = self._button(_translate("Book", "&Close"), _translate("Book", "Closes this window"), None)
        self.close_button.clicked.connect(self.accept)
        self.undo.setEnabled(False)
        self._lay_out()
        self._connect()
        model.setParent(self)  # they go together: a list without its model complains
        self.finished.connect(parent.window().activateWindow)

    def _button(self, words: str, use: str, asks: SignalInstance | None) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("framed", True)
        button.setAutoDefault(False)
        button.setAccessibleDescription(use)
        if asks is not None:
            button.clicked.connect(asks)
        return button

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        card = _card(self.groups)
        card.setFixedWidth(_GROUPS_WIDTH)
        left.addWidget(card, 1)
        left.addWidget(self.new_group)
        verbs = QHBoxLayout()
        verbs.setSpacing(8)
        for button in (self.write, self.add, self.edit, self.group):
            verbs.addWidget(button)
        verbs.addStretch(1)
        verbs.addWidget(self.delete)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.find_field)
        right.addWidget(_card(self.people), 1)
        right.addLayout(verbs)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(left)
        both.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in (self.bring_in, self.export, self.undo):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        rule = QFrame()
        rule.setObjectName("rule")
        rule.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addLayout(both, 1)
        column.addWidget(self.notices)
        column.addWidget(rule)
        column.addLayout(foot)
        self.resize(880, 600)
        self.setMinimumSize(720, 420)
        order: tuple[QWidget, ...] = (
            self.find_field,
            self.people,
            self.write,
            self.add,
            self.edit,
            self.group,
            self.delete,
            self.groups,
        )
        order = (*order, self.new_group, self.bring_in, self.export, self.undo, self.close_button)
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def _connect(self) -> None:
        self.people.write_requested.connect(self.write_requested)
        self.people.edit_requested.connect(self.edit_requested)
        self.people.delete_requested.connect(self.delete_requested)
        self.find_field.left.connect(self._go_to_people)
        for keys, asks in (
            (QKeySequence(QKeySequence.StandardKey.Find), self.focus_find),
            (QKeySequence(QKeySequence.StandardKey.New), self.add_requested.emit),
            (QKeySequence(QKeySequence.StandardKey.Undo), self.undo_requested.emit),
        ):
            QShortcut(keys, self).activated.connect(asks)

    def set_chosen(self, count: int, *, is_in_group: bool, has_people: bool) -> None:
        """Offer what can be done with so many people; without any, with the group that is chosen."""
        is_of_all = is_in_group and not count
        self.write.setText(_translate("Book", "&Write to all") if is_of_all else _translate("Book", "&Write to"))
        self.write.setEnabled(bool(count) or (is_in_group and has_people))
        self.edit.setEnabled(count == 1)
        self.group.setEnabled(bool(count))
        self.delete.setEnabled(bool(count))
        self.export.setEnabled(has_people)

    @Slot()
    def focus_find(self) -> None:
        """Go to the find field."""
        self.find_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_field.selectAll()

    @Slot()
    def _go_to_people(self) -> None:
        self.people.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.people.chosen():
            self.people.choose_first()

    def reject(self) -> None:
        """Esc takes the words away first; without any it closes."""
        if self.find_field.text():
            self.find_field.clear()
            self.find_field.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().reject()


def _card(inside: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    column = QVBoxLayout(card)
    column.setContentsMargins(1, 6, 1, 6)
    column.addWidget(inside)
    return card
