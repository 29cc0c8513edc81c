"""The address book by its keys: people, groups, files, writing to them, and finding them in To."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu

from core.outbox.book_tables import Group, Person, new_id
from core.outbox.notification import Recipient
from gui.book.desk import BookDesk
from gui.book.left_out import LeftOutDialog
from gui.book.person import PersonDialog
from gui.book.window import BookWindow
from gui.session import Session
from tests.sessions import Sessions, fill_in, focused, log_lines, press, stored, write

ANN = Person(new_id(), "Ann Bell", ("ann@example.com", "ann@work.example"), "Class 3")
BEN = Person(new_id(), "Ben Ito", ("ben@example.net",))
EVE = Person(new_id(), "Eve", ("eve@example.org",))


@pytest.fixture
def filled(session: Session, sessions: Sessions) -> Session:
    """The window on a book with Ann and Ben, who are parents, and Eve."""
    group = new_id()
    book = session.program.book

    def fill() -> None:
        session.program.outbox.change_book(lambda tables, _: tables.name_group(group, "Parents")).wait()
        for person in (ANN, BEN, EVE):
            book.put(person)
        book.set_members(group, (ANN.id, BEN.id), is_in=True)

    done(session, sessions, fill)
    return session


def done(session: Session, sessions: Sessions, job: Callable[[], object]) -> None:
    """Have something done behind the window, and wait for it."""
    ended: list[object] = []
    session.runner.submit("accounts", job, ended.append)
    sessions.wait(lambda: bool(ended))


def opened(session: Session, sessions: Sessions) -> BookDesk:
    """Press the key, and return the book with its people read and the keys in its find field."""
    press("Ctrl+Shift+B")
    sessions.wait(lambda: session.places.book is not None)
    desk = session.places.book
    assert desk is not None
    sessions.wait(lambda: focused_in(desk.window) and focused() is desk.window.find_field)
    sessions.wait(lambda: bool(desk.window.people.sentence() or (rows(desk) and all(rows(desk)))))
    return desk


def focused_in(window: BookWindow) -> bool:
    return QApplication.focusWidget() is not None and QApplication.activeWindow() is window


def rows(desk: BookDesk) -> list[str]:
    return desk.window.people.rows()


def said(desk: BookDesk) -> str:
    return desk.window.notices.sentence()


def form(sessions: Sessions) -> PersonDialog:
    """Wait for the form of a person, with the keys in it."""

    def shown() -> list[PersonDialog]:
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, PersonDialog) and each.isVisible()]

    sessions.wait(lambda: bool(shown()) and QApplication.focusWidget() is shown()[0].name)
    return shown()[0]


def go_to_people(desk: BookDesk, sessions: Sessions) -> None:
    desk.window.activateWindow()
    sessions.wait(lambda: QApplication.focusWidget() is not None and focused_in(desk.window))
    press("Ctrl+F")
    sessions.wait(lambda: focused() is desk.window.find_field)
    press("Down")
    sessions.wait(lambda: focused() is desk.window.people)


ALL = ["Ann Bell, ann@example.com, ann@work.example", "Ben Ito, ben@example.net", "Eve, eve@example.org"]


# -- people -----------------------------------------------------------------------------------------------------------


def test_an_empty_book_says_one_sentence(session: Session, sessions: Sessions) -> None:
    """What it is for, and what to do; there is nobody to write to, to edit or to delete."""
    desk = opened(session, sessions)
    assert desk.window.people.sentence().startswith("Nobody is in the book yet.")
    for button in (desk.window.write, desk.window.edit, desk.window.group, desk.window.delete, desk.window.export):
        assert not button.isEnabled()
    press("Esc")


def test_somebody_is_added_changed_and_deleted_by_keys(session: Session, sessions: Sessions) -> None:
    """Ctrl+N, a name, two addresses, Enter; F2 changes them, Delete deletes, Ctrl+Z brings them back."""
    desk = opened(session, sessions)
    press("Ctrl+N")
    form(sessions)
    write("Ann Bell\tann@example.com\nann@work.example\tClass 3")
    press("Shift+Tab")
    press("Shift+Tab")
    press("Return")
    sessions.wait(lambda: rows(desk) == ALL[:1])
    assert said(desk) == "Ann Bell is in the book."
    go_to_people(desk, sessions)
    press("F2")
    dialog = form(sessions)
    assert dialog.addresses.toPlainText() == "ann@example.com\nann@work.example"
    assert dialog.note.toPlainText() == "Class 3"
    dialog.name.selectAll()
    write("Ann Smith")
    press("Return")
    sessions.wait(lambda: rows(desk) == ["Ann Smith, ann@example.com, ann@work.example"])
    go_to_people(desk, sessions)
    press("Delete")
    sessions.wait(lambda: rows(desk) == [] and "Deleted Ann Smith." in said(desk))
    press("Ctrl+Z")
    sessions.wait(lambda: rows(desk) == ["Ann Smith, ann@example.com, ann@work.example"])
    press("Ctrl+Z")
    sessions.wait(lambda: rows(desk) == ALL[:1])
    press("Ctrl+Z")
    sessions.wait(lambda: rows(desk) == [])
    assert not desk.window.undo.isEnabled()


@pytest.mark.parametrize(
    ("typed", "wrong", "sentence"),
    [
        ("Ann\tann@", "addresses", "nothing after the @"),
        ("Ann\t", "addresses", "at least one address"),
        ("Ann\tBEN@example.net", "addresses", "already in the book: Ben Ito"),
        ("x" * 201 + "\tann@other.example", "name", "longer than 200"),
    ],
)
def test_what_is_wrong_is_said_under_its_field(
    filled: Session, sessions: Sessions, typed: str, wrong: str, sentence: str
) -> None:
    """A wrong address, none, somebody else's, a name that is too long: a sentence, and all that was typed stays."""
    desk = opened(filled, sessions)
    press("Ctrl+N")
    dialog = form(sessions)
    name, _, address = typed.partition("\t")
    dialog.name.setText(name)
    press("Tab")
    write(address)
    dialog.buttons.button(dialog.buttons.StandardButton.Save).click()
    sessions.wait(lambda: bool(dialog.wrong()))
    assert list(dialog.wrong()) == [wrong]
    assert sentence in dialog.wrong()[wrong][0]
    assert dialog.name.text() == name
    assert dialog.addresses.toPlainText() == address
    dialog.reject()
    sessions.wait(lambda: rows(desk) == ALL)


def test_words_find(filled: Session, sessions: Sessions) -> None:
    """Typing narrows the list; Esc shows everybody again, and closes it then."""
    desk = opened(filled, sessions)
    assert rows(desk) == ALL
    write("be")
    sessions.wait(lambda: rows(desk) == ALL[:2])
    write("n i")
    sessions.wait(lambda: rows(desk) == ALL[1:2])
    write("x")
    sessions.wait(lambda: desk.window.people.sentence() == "Nobody fits “ben ix”.")
    press("Esc")
    sessions.wait(lambda: rows(desk) == ALL)
    press("Esc")
    sessions.wait(lambda: not desk.window.isVisible())


def test_all_are_deleted_and_come_back(filled: Session, sessions: Sessions) -> None:
    """Ctrl+A, Delete: nobody is left, and one press of Undo brings everybody, with their groups."""
    desk = opened(filled, sessions)
    go_to_people(desk, sessions)
    press("Ctrl+A")
    press("Delete")
    sessions.wait(lambda: rows(desk) == [])
    assert desk.window.groups.names() == ["Everybody, 0", "Parents, 0"]
    desk.window.undo.click()
    sessions.wait(lambda: rows(desk) == ALL)
    assert desk.window.groups.names() == ["Everybody, 3", "Parents, 2"]


# -- groups -----------------------------------------------------------------------------------------------------------


def go_to_groups(desk: BookDesk, sessions: Sessions) -> None:
    desk.window.groups.setFocus()
    sessions.wait(lambda: focused() is desk.window.groups)


def test_a_group_is_made_named_and_deleted(filled: Session, sessions: Sessions) -> None:
    """New group: its name is typed in its place; F2 names it again, Delete deletes it and nobody in it."""
    desk = opened(filled, sessions)
    desk.window.new_group.click()
    sessions.wait(lambda: isinstance(focused(), QLineEdit) and focused() is not desk.window.find_field)
    write("Choir\n")
    sessions.wait(lambda: desk.window.groups.names() == ["Everybody, 3", "Choir, 0", "Parents, 2"])
    assert desk.window.people.sentence().startswith("Nobody is in this group yet.")
    go_to_groups(desk, sessions)
    press("Down")
    sessions.wait(lambda: rows(desk) == ALL[:2])
    press("F2")
    sessions.wait(lambda: isinstance(focused(), QLineEdit))
    write("Mothers\n")
    sessions.wait(lambda: desk.window.groups.names() == ["Everybody, 3", "Choir, 0", "Mothers, 2"])
    go_to_groups(desk, sessions)
    press("Delete")
    sessions.wait(lambda: desk.window.groups.names() == ["Everybody, 3", "Choir, 0"])
    assert "Its people are still in the book." in said(desk)
    sessions.wait(lambda: rows(desk) == ALL)
    press("Ctrl+Z")
    sessions.wait(lambda: desk.window.groups.names() == ["Everybody, 3", "Choir, 0", "Mothers, 2"])


def test_a_name_that_is_taken_is_typed_on(filled: Session, sessions: Sessions) -> None:
    """A group named as another one: said, and what was typed stands there to be changed."""
    desk = opened(filled, sessions)
    desk.window.new_group.click()
    sessions.wait(lambda: isinstance(focused(), QLineEdit) and focused() is not desk.window.find_field)
    write("parents\n")
    sessions.wait(lambda: said(desk) == "There is already a group named parents.")
    sessions.wait(lambda: isinstance(focused(), QLineEdit))
    field = focused()
    assert isinstance(field, QLineEdit)
    assert field.text() == "parents"
    press("Esc")


def test_people_come_into_a_group_and_out_of_it_by_the_menu(filled: Session, sessions: Sessions) -> None:
    """The menu says with marks who is in which group; choosing one puts them in or takes them out."""
    desk = opened(filled, sessions)
    go_to_people(desk, sessions)
    press("Ctrl+A")

    def menu() -> QMenu:
        desk.window.group_menu.aboutToShow.emit()
        return desk.window.group_menu

    (parents, *_) = menu().actions()
    assert (parents.text(), parents.isChecked()) == ("Parents", False)  # not all of them
    parents.trigger()
    sessions.wait(lambda: desk.window.groups.names() == ["Everybody, 3", "Parents, 3"])
    sessions.wait(lambda: all(rows(desk)))
    assert len(desk.window.people.chosen()) == 3

    def is_marked() -> bool:
        (parents, *_) = menu().actions()
        return parents.isChecked()

    sessions.wait(is_marked)
    desk.window.group_menu.actions()[0].trigger()
    sessions.wait(lambda: desk.window.groups.names() == ["Everybody, 3", "Parents, 0"])
    *_, new = menu().actions()
    new.trigger()
    sessions.wait(lambda: desk.window.groups.names() == ["Everybody, 3", "New group, 3", "Parents, 0"])


# -- writing to them --------------------------------------------------------------------------------------------------


def test_enter_writes_to_who_is_chosen(filled: Session, sessions: Sessions) -> None:
    """They become chips behind those that are there; subject and message stay as they are."""
    fill_in("pat@example.com", "Trip", "Half typed")
    desk = opened(filled, sessions)
    write("be")
    sessions.wait(lambda: rows(desk) == ALL[:2])
    press("Down")
    sessions.wait(lambda: focused() is desk.window.people)
    press("Ctrl+A")
    press("Return")
    sessions.wait(lambda: len(filled.compose.recipients.recipients()) == 3)
    assert not desk.window.isVisible()
    draft = filled.compose.draft()
    assert [str(each) for each in draft.to] == [
        "pat@example.com",
        "Ann Bell <ann@example.com>",
        "Ben Ito <ben@example.net>",
    ]
    assert (draft.subject, draft.text, draft.query) == ("Trip", "Half typed", "")


def test_enter_on_a_group_writes_to_all_in_it(filled: Session, sessions: Sessions) -> None:
    """Its people are in To, each once, though one was there before."""
    fill_in("ben@example.net", "Trip", "Dear all")
    desk = opened(filled, sessions)
    go_to_groups(desk, sessions)
    press("Down")
    sessions.wait(lambda: desk.window.write.text() == "&Write to all" and rows(desk) == ALL[:2])
    press("Return")
    sessions.wait(lambda: len(filled.compose.recipients.recipients()) == 2)
    assert [each.address for each in filled.compose.draft().to] == ["ben@example.net", "ann@example.com"]


def test_to_finds_people_and_groups_of_the_book(filled: Session, sessions: Sessions) -> None:
    """Choosing a group makes chips of all in it; each gets their own message, and the log has the words."""
    press("Alt+1")
    write("par")
    sessions.wait(lambda: bool(filled.compose.recipients.matches()))
    (group,) = filled.compose.recipients.matches()
    assert isinstance(group, Group)
    press("Return")
    sessions.wait(lambda: filled.compose.recipients.chip_labels() == ("Ann Bell", "Ben Ito"))
    assert filled.compose.recipients.editor().text() == ""
    write("eve")
    sessions.wait(lambda: filled.compose.recipients.matches() == (Recipient("eve@example.org", "Eve"),))
    press("Return")
    assert filled.compose.recipients.query() == "par, eve"
    press("Alt+2")
    write("Trip\tDear all")
    press("Ctrl+Return")
    sessions.wait(lambda: len(stored(filled)) == 3)
    assert {each.to for each in stored(filled)} == {"ann@example.com", "ben@example.net", "eve@example.org"}
    sessions.wait(lambda: any("found query: par, eve" in line for line in log_lines(filled.program.home)))


def test_undo_in_to_takes_a_whole_group_back(filled: Session, sessions: Sessions) -> None:
    """Ctrl+Z after a group was chosen: its chips are gone, and the words are there again."""
    press("Alt+1")
    write("parents")
    sessions.wait(lambda: bool(filled.compose.recipients.matches()))
    press("Return")
    sessions.wait(lambda: len(filled.compose.recipients.chip_labels()) == 2)
    press("Ctrl+Z")
    assert filled.compose.recipients.chip_labels() == ()
    assert filled.compose.recipients.editor().text() == "parents"


def test_nobody_of_a_group_is_missing_in_what_is_sent_at_once(filled: Session, sessions: Sessions) -> None:
    """Send pressed before the group's people are read is refused: until they are there, the words are no address."""
    fill_in("", "Trip", "Dear all")
    press("Alt+1")
    write("pat@example.com,parents")
    sessions.wait(lambda: bool(filled.compose.recipients.matches()))
    press("Return")
    press("Ctrl+Return")
    sessions.wait(lambda: len(filled.compose.recipients.chip_labels()) == 3 or bool(stored(filled)))
    sessions.wait(lambda: not filled.compose.is_saving())
    assert len(stored(filled)) in (0, 3)


# -- files ------------------------------------------------------------------------------------------------------------


def chosen_file(sessions: Sessions, path: Path) -> None:
    """Answer the file dialog that is open."""

    def shown() -> list[QFileDialog]:
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible()]

    sessions.wait(lambda: bool(shown()))
    dialog = shown()[0]
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def card(number: int) -> str:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Person {number:05}\r\nEMAIL:p{number}@example.com\r\nEND:VCARD\r\n"


def test_a_file_is_imported_with_what_became_of_it(filled: Session, sessions: Sessions, tmp_path: Path) -> None:
    """How many are new, known and left out, and why; Undo takes all of it back."""
    path = tmp_path / "cards.vcf"
    wrong = "BEGIN:VCARD\r\nFN:No Mail\r\nEND:VCARD\r\n"
    ann = "BEGIN:VCARD\r\nFN:Ann Bell\r\nEMAIL:ann@example.com\r\nEND:VCARD\r\n"
    path.write_text(card(1) + wrong + ann, newline="")
    desk = opened(filled, sessions)
    desk.window.bring_in.click()
    chosen_file(sessions, path)
    sessions.wait(lambda: said(desk).startswith("Imported"))
    assert said(desk) == "Imported cards.vcf: 1 new, 0 changed, 1 known already, 1 left out."
    sessions.wait(lambda: len(rows(desk)) == 4)
    show = next(each for each in desk.window.notices.children() if getattr(each, "text", str)() == "Show why")
    show.click()  # type: ignore[attr-defined]

    def dialogs() -> list[LeftOutDialog]:
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, LeftOutDialog) and each.isVisible()]

    sessions.wait(lambda: bool(dialogs()))
    assert dialogs()[0].text.toPlainText() == "Line 6: No Mail has no mail address."
    dialogs()[0].reject()
    desk.window.undo.click()
    sessions.wait(lambda: rows(desk) == ALL)


def test_what_is_no_file_of_cards_is_said(filled: Session, sessions: Sessions, tmp_path: Path) -> None:
    """A picture: one sentence that names it, and nothing changes."""
    path = tmp_path / "cat.vcf"
    path.write_bytes(b"\x89PNG\r\n")
    desk = opened(filled, sessions)
    desk.window.bring_in.click()
    chosen_file(sessions, path)
    sessions.wait(lambda: said(desk) == f"There is no vCard in {path}.")
    sessions.wait(lambda: rows(desk) == ALL)


def test_who_is_shown_is_exported(filled: Session, sessions: Sessions, tmp_path: Path) -> None:
    """Two of three were found: two cards are written."""
    path = tmp_path / "out.vcf"
    desk = opened(filled, sessions)
    write("be")
    sessions.wait(lambda: rows(desk) == ALL[:2])
    desk.window.export.click()
    chosen_file(sessions, path)
    sessions.wait(lambda: said(desk) == f"Exported 2 to {path}.")
    assert path.read_text().count("BEGIN:VCARD") == 2
    assert "CATEGORIES:Parents" in path.read_text()


def test_ten_thousand_people_come_in_and_are_found(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """The import says how far it is while the window goes on; the last one is found and shown, also by End."""
    path = tmp_path / "many.vcf"
    path.write_text("".join(map(card, range(10_000))), newline="")
    desk = opened(session, sessions)
    told: list[str] = []
    beats: list[int] = []
    desk.cards.bring_in(path)

    def is_done() -> bool:
        told.append(said(desk))
        beats.append(len(told))
        return told[-1].startswith("Imported")

    sessions.wait(is_done)
    assert any(0 < int(each.split(": ")[1].removesuffix(" %")) < 100 for each in told if each.startswith("Importing"))
    sessions.wait(lambda: desk.window.groups.names() == ["Everybody, 10,000"])
    sessions.wait(lambda: len(desk.window.people.model().ids()) == 10_000)  # type: ignore[attr-defined]
    go_to_people(desk, sessions)
    press("End")
    model = desk.window.people.model()
    sessions.wait(lambda: model.data(model.index(9_999, 0)) == "Person 09999, p9999@example.com")
    press("Ctrl+F")
    write("05555")
    sessions.wait(lambda: rows(desk) == ["Person 05555, p5555@example.com"])


def test_a_click_of_the_mouse_edits(filled: Session, sessions: Sessions) -> None:
    """Twice on a row opens the form of its person."""
    desk = opened(filled, sessions)
    people = desk.window.people
    place = people.visualRect(people.model().index(1, 0)).center()
    QTest.mouseClick(people.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(people.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert form(sessions).name.text() == "Ben Ito"
    press("Esc")


def test_another_language_closes_the_book_and_it_opens_again(filled: Session, sessions: Sessions) -> None:
    """The window's language changes while the book is shown, in the middle of a change: that is done, and seen then."""
    desk = opened(filled, sessions)
    go_to_people(desk, sessions)
    press("Delete")
    before = filled.workplace
    filled.choices.choose(replace(filled.choices.settings, language="ja"), filled.runner)
    sessions.wait(lambda: filled.workplace is not before)
    assert filled.places.book is None
    filled.window.activateWindow()
    sessions.wait(lambda: filled.window.isActiveWindow() and QApplication.focusWidget() is not None)
    desk = opened(filled, sessions)
    sessions.wait(lambda: rows(desk) == ALL[1:])


def test_who_is_forgotten_is_not_brought_back_by_undo(filled: Session, sessions: Sessions) -> None:
    """Forget this person after a change of the book: there is nothing left there that an undo could bring back."""
    desk = opened(filled, sessions)
    go_to_people(desk, sessions)
    press("Delete")
    sessions.wait(lambda: len(rows(desk)) == 2 and desk.window.undo.isEnabled())
    filled.places.forget("ann@example.com")
    assert not desk.window.undo.isEnabled()
    sessions.wait(lambda: type(QApplication.activeWindow()).__name__ not in ("MainWindow", "BookWindow"))
    window = QApplication.activeWindow()
    assert window is not None
    window.close()
