"""Between the window of the address book and the book: what is asked for there is done behind it, and can be undone."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.errors import DraftError, PersonError, Problem
from core.outbox.book_tables import Before, Group, Person, new_id
from core.outbox.notification import Recipient
from core.outbox.validation import RECIPIENTS_MOST
from core.program import Program
from core.runner import TaskRunner
from gui import wording
from gui.book.cards import POOL, Cards
from gui.book.model import PeopleModel
from gui.book.person import PersonDialog
from gui.book.window import BookWindow
from gui.main_window import bring
from gui.theme import Theme

_translate = QCoreApplication.translate

#: What can be undone: each change keeps who was there before.
_UNDO_STEPS = 20


class BookDesk(QObject):
    """Owns the window of the book. Main thread only; the book is read on `reads` and changed behind the window.

    `write_requested(tuple[Recipient])`: put these into To.
    """

    write_requested = Signal(object)

    def __init__(
        self, theme: Theme, program: Program, runner: TaskRunner, over: QWidget, parent: QObject | None = None
    ) -> None:
        """`over`: the window in front of which the book is shown."""
        super().__init__(parent)
        self._theme = theme
        self._book = program.book
        self._runner = runner
        self._groups: tuple[Group, ...] = ()
        self._size = 0
        self._past: list[Before] = []
        #: What is chosen, or named, when the book is read again.
        self._next_chosen: tuple[bytes, ...] = ()
        self._next_named: tuple[bytes, str] | None = None
        self._number = 0
        self._model = PeopleModel(runner, program.book)
        window = self.window = BookWindow(theme, self._model, over)
        window.find_field.words_changed.connect(self._search)
        window.groups.group_chosen.connect(self._search)
        window.groups.write_requested.connect(self._write_to_group)
        window.groups.delete_requested.connect(self._delete_group)
        window.groups.named.connect(self._name_group)
        window.people.chosen_changed.connect(self._show_chosen)
        window.write_requested.connect(self._write)
        window.add_requested.connect(self._add)
        window.edit_requested.connect(self._edit)
        window.delete_requested.connect(self._delete)
        window.new_group_requested.connect(self._new_group)
        window.group_menu_requested.connect(self._fill_group_menu)
        #: Takes people from files, and writes them into one.
        self.cards = Cards(theme, program.book, runner, window, self._model, self)
        window.import_requested.connect(self.cards.ask_import)
        window.export_requested.connect(self.cards.ask_export)
        self.cards.imported.connect(self._on_cards_imported)
        self.cards.undo_requested.connect(self._undo)
        window.undo_requested.connect(self._undo)
        self._model.shown.connect(self._on_model_shown)
        self.destroyed.connect(window.deleteLater)
        self._show_chosen()

    def show(self) -> None:
        """Show the book, as it is now."""
        self._read()
        bring(self.window)
        self.window.focus_find()

    def close(self) -> None:
        """Close the window for good: another language comes into it.

        What was asked for is still answered, so it goes with its parent and not before.
        """
        self.window.close()

    def forget_past(self) -> None:
        """Undo nothing of what was done before."""
        self._past.clear()
        self.window.undo.setEnabled(False)
        self.window.notices.clear()

    # -- reading ------------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        self._number = number = self._number + 1

        def read(found: tuple[int, tuple[Group, ...]]) -> None:
            if number == self._number:
                self._on_read(*found)

        self._runner.submit("reads", lambda: (len(self._book.ids()), self._book.groups()), read)

    def _on_read(self, size: int, groups: tuple[Group, ...]) -> None:
        self._size, self._groups = size, groups
        self.window.people.set_groups({group.id: group.name for group in groups})
        self.window.groups.show_groups(size, groups)
        self._search()
        if self._next_named is not None:
            named, self._next_named = self._next_named, None
            self.window.groups.begin_naming(*named)

    @Slot()
    def _search(self) -> None:
        self._model.search(self.window.find_field.words(), self.window.groups.chosen())

    @Slot()
    def _on_model_shown(self) -> None:
        if self._next_chosen:
            self.window.people.choose(self._next_chosen)
            self._next_chosen = ()
        self.window.people.set_sentence("" if self._model.ids() else self._empty_sentence())
        self._show_chosen()

    def _empty_sentence(self) -> str:
        if self._model.find:
            return _translate("Book", "Nobody fits “{words}”.").format(words=self._model.find)
        if self._model.group is not None:
            return _translate("Book", "Nobody is in this group yet. Choose people under Everybody, and then Groups.")
        return _translate("Book", "Nobody is in the book yet. Add somebody, or import a file of vCards.")

    @Slot()
    def _show_chosen(self) -> None:
        self.window.set_chosen(
            self.window.people.chosen_count(),
            is_in_group=self.window.groups.chosen() is not None,
            has_people=bool(self._model.ids()),
        )

    # -- writing to them ----------------------------------------------------------------------------------------------

    @Slot()
    def _write(self) -> None:
        if chosen := self.window.people.chosen():
            self._write_to(chosen)
        else:
            self._write_to_group()

    @Slot()
    def _write_to_group(self) -> None:
        group = self.window.groups.chosen()
        if group is not None:
            self._runner.submit("reads", lambda: self._book.members(group), self._on_recipients)

    def _write_to(self, ids: Sequence[bytes]) -> None:
        self._runner.submit(
            "reads", lambda: tuple(each.recipient for each in self._book.people(ids)), self._on_recipients
        )

    def _on_recipients(self, recipients: tuple[Recipient, ...]) -> None:
        if len(recipients) > RECIPIENTS_MOST:
            words = _translate("Book", "These are {count}, and one message may go to {most}.")
            most = wording.count(RECIPIENTS_MOST)
            self._tell(words.format(count=wording.count(len(recipients)), most=most), tone="failed")
        elif recipients:
            self.window.accept()
            self.write_requested.emit(recipients)

    # -- changing -----------------------------------------------------------------------------------------------------

    def _change(
        self,
        job: Callable[[], Before],
        sentence: str,
        *,
        choose: Sequence[bytes] = (),
        then: Callable[[], None] = lambda: None,
        failed: Callable[[PersonError], None] | None = None,
    ) -> None:
        """Change the book behind the window; say what was done, with Undo."""

        def done(before: Before) -> None:
            self._keep(before)
            then()
            self._tell(sentence, word=_translate("Book", "Undo"), act=self._undo)
            self._next_chosen = tuple(choose)
            self._read()

        def refused(error: BaseException) -> None:
            self._read()
            if not isinstance(error, PersonError):
                raise error
            if failed is None:
                self._tell(wording.error_sentence(error), tone="failed")
            else:
                failed(error)

        self._runner.submit(POOL, job, done, refused)

    def _keep(self, before: Before) -> None:
        if before != Before():
            self._past.append(before)
            del self._past[:-_UNDO_STEPS]
        self.window.undo.setEnabled(bool(self._past))

    @Slot(object)
    def _on_cards_imported(self, before: Before) -> None:
        self._keep(before)
        self._read()

    @Slot()
    def _undo(self) -> None:
        if not self._past:
            return
        before = self._past.pop()
        self.window.undo.setEnabled(bool(self._past))

        def done(_: Before) -> None:
            self._tell(_translate("Book", "Undone."))
            self._next_chosen = tuple(each for each, person in before.people if person is not None)
            self._read()

        def refused(error: BaseException) -> None:
            self._read()
            if not isinstance(error, PersonError):
                raise error
            self._tell(wording.error_sentence(error), tone="failed")

        self._runner.submit(POOL, partial(self._book.restore, before), done, refused)

    @Slot()
    def _add(self) -> None:
        group = self.window.groups.chosen()
        groups: frozenset[bytes] = frozenset() if group is None else frozenset({group})
        self._show_person(Person(new_id(), "", (), "", groups), is_new=True)

    @Slot()
    def _edit(self) -> None:
        chosen = self.window.people.chosen()
        person = self._model.person_at(self._model.row_of(chosen[0])) if len(chosen) == 1 else None
        if person is not None:
            self._show_person(person, is_new=False)

    def _show_person(self, person: Person, *, is_new: bool) -> None:
        dialog = PersonDialog(self._theme, person, is_new=is_new, parent=self.window)
        dialog.save_requested.connect(partial(self._save, dialog, is_new))
        dialog.open()

    def _save(self, dialog: PersonDialog, is_new: bool, typed: Person) -> None:
        def failed(error: PersonError) -> None:
            problems = error.problems if isinstance(error, DraftError) else (_problem_of(error),)
            dialog.show_problems(problems)

        name = " ".join(typed.name.split()) or next(iter(typed.addresses), "")
        words = _translate("Book", "{name} is in the book.") if is_new else _translate("Book", "{name} is changed.")
        self._change(
            partial(self._book.put, typed),
            words.format(name=name),
            choose=(typed.id,),
            then=dialog.accept,
            failed=failed,
        )

    @Slot()
    def _delete(self) -> None:
        chosen = self.window.people.chosen()
        if not chosen:
            return
        person = self._model.person_at(self._model.row_of(chosen[0])) if len(chosen) == 1 else None
        if person is not None:
            sentence = _translate("Book", "Deleted {name}.").format(name=person.name or person.addresses[0])
        else:
            sentence = _translate("Book", "Deleted %Ln person(s).", "plural", len(chosen))
        self._change(partial(self._book.remove, chosen), sentence)

    # -- groups -------------------------------------------------------------------------------------------------------

    @Slot()
    def _new_group(self) -> None:
        self._make_group(())

    def _make_group(self, ids: Sequence[bytes]) -> None:
        group, name = new_id(), self._free_name()

        def make() -> Before:
            before = self._book.name_group(name, group)
            return before | self._book.set_members(group, ids, is_in=True) if ids else before

        self._next_named = (group, "")
        self._change(make, _translate("Book", "The group {name} is in the book.").format(name=name))

    def _free_name(self) -> str:
        taken = {group.name.casefold() for group in self._groups}
        name, number = _translate("Book", "New group"), 1
        chosen = name
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{name} {number}"
        return chosen

    @Slot(object, str)
    def _name_group(self, group: bytes, typed: str) -> None:
        def failed(error: PersonError) -> None:
            self._tell(wording.error_sentence(error), tone="failed")
            self._next_named = (group, typed)  # in its place again, with what was typed

        sentence = _translate("Book", "The group is called {name} now.").format(name=typed)
        self._change(partial(self._book.name_group, typed, group), sentence, failed=failed)

    @Slot()
    def _delete_group(self) -> None:
        group = self.window.groups.chosen()
        if group is not None:
            name = self.window.groups.name_of(group)
            sentence = _translate("Book", "Deleted the group {name}. Its people are still in the book.")
            self._change(partial(self._book.remove_group, group), sentence.format(name=name))

    @Slot()
    def _fill_group_menu(self) -> None:
        menu = self.window.group_menu
        menu.clear()
        chosen = self.window.people.chosen()
        people = [self._model.person_at(self._model.row_of(each)) for each in chosen]
        for group in self._groups:
            action = QAction(group.name.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(all(person is not None and group.id in person.groups for person in people))
            action.triggered.connect(lambda is_in, group=group: self._put_into(group, chosen, is_in=is_in))
            menu.addAction(action)
        if self._groups:
            menu.addSeparator()
        new = menu.addAction(_translate("Book", "&New group with them"))
        new.triggered.connect(lambda _: self._make_group(chosen))

    def _put_into(self, group: Group, chosen: Sequence[bytes], *, is_in: bool) -> None:
        words = (
            _translate("Book", "They are in {name} now.")
            if is_in
            else _translate("Book", "They are out of {name} now.")
        )
        self._change(
            partial(self._book.set_members, group.id, chosen, is_in=is_in), words.format(name=group.name), choose=chosen
        )

    # -----------------------------------------------------------------------------------------------------------------

    def _tell(
        self, sentence: str, *, tone: str = "on-the-way", word: str = "", act: Callable[[], None] | None = None
    ) -> None:
        self.window.notices.show_notice(sentence, tone=tone, word=word, act=act)


def _problem_of(error: PersonError) -> Problem:
    return Problem("addresses", error.code, tuple(error.values.items()))
