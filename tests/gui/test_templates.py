"""Templates in the whole window: chosen by a few letters, saved out of the form, changed, deleted and put back."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from core.outbox.notification import Draft, Recipient
from core.outbox.templates import Template
from core.paths import Home
from gui.session import Session
from gui.templates.desk import TemplatesDesk
from gui.templates.dialog import TemplatesDialog
from gui.templates.naming import NameDialog
from gui.templates.picker import TemplatePicker
from tests.fakes import Gate
from tests.sessions import Sessions, fill_in, focused, full_disk, press, says, stored, write

READY = Template("01", "Order ready", "Your order is ready", "Dear {{ name }},\n\n🎉 it is ready on {{ day }}.")
TRIP = Template("02", "Trip", "Trip on Friday", "We leave at 8:15.")
REPLY = Template("03", "Thanks", "", "Thank you for your message.")
ANN = Recipient("ann@example.com")


def keep(session: Session, *templates: Template) -> None:
    for each in templates:
        session.program.outbox.save_template(each).wait()


def desk(session: Session, sessions: Sessions) -> TemplatesDesk:
    sessions.wait(lambda: session.workplace.templates is not None)
    assert session.workplace.templates is not None
    return session.workplace.templates


def picker(session: Session, sessions: Sessions) -> TemplatePicker:
    """Press Ctrl+T."""
    sessions.wait(session.window.isActiveWindow)
    press("Ctrl+T")
    of = desk(session, sessions)
    sessions.wait(lambda: of.picker is not None and of.picker.field.hasFocus())
    assert of.picker is not None
    return of.picker


def use(session: Session, sessions: Sessions, letters: str) -> None:
    """Press Ctrl+T, some letters, Enter."""
    shown = picker(session, sessions)
    write(f"{letters}\n")
    sessions.wait(lambda: not shown.isVisible() and QApplication.activeWindow() is session.window)


def naming(session: Session, sessions: Sessions) -> NameDialog:
    """Choose Message ▸ Save the form as a template."""
    session.actions["save_template"].trigger()
    of = desk(session, sessions)
    sessions.wait(lambda: of.naming is not None and of.naming.field.hasFocus())
    assert of.naming is not None
    return of.naming


def dialog(session: Session, sessions: Sessions) -> TemplatesDialog:
    """Choose Message ▸ Edit templates."""
    session.actions["templates"].trigger()
    of = desk(session, sessions)
    sessions.wait(lambda: of.dialog is not None and of.dialog.isActiveWindow())
    assert of.dialog is not None
    return of.dialog


def kept(session: Session) -> list[tuple[str, str, str]]:
    found = sorted(session.program.reader.templates(), key=lambda each: each.name)
    return [(each.name, each.subject, each.text) for each in found]


def aside(session: Session) -> list[Draft]:
    return [saved.draft for saved in session.program.reader.drafts() if not saved.is_open]


def notice(session: Session) -> str:
    return session.window.notices.sentence()


# -- using one ------------------------------------------------------------------------------------------------------


def test_a_few_letters_and_enter_fill_the_form(session: Session, sessions: Sessions) -> None:
    """Ctrl+T, letters, Enter: subject and message are in the form, recipients stay, and nothing is said."""
    keep(session, READY, TRIP)
    press("Alt+1")
    write("ann@example.com,")
    use(session, sessions, "trip")
    sessions.wait(lambda: session.compose.draft() == Draft((ANN,), TRIP.subject, TRIP.text))
    sessions.wait(session.compose.message.hasFocus)
    assert notice(session) == ""
    used = replace(TRIP, uses=1, used_at=session.program.clock.now_ms())
    sessions.wait(lambda: session.program.reader.templates() == (used, READY))
    assert aside(session) == []


def test_what_was_used_last_is_offered_first(session: Session, sessions: Sessions) -> None:
    """The list begins with what was used last; letters find a template by its subject too."""
    keep(session, READY, TRIP)
    shown = picker(session, sessions)
    assert shown.words() == ["Order ready", "Trip"]
    press("Esc")
    use(session, sessions, "friday")
    sessions.wait(lambda: session.compose.subject.text() == TRIP.subject)
    sessions.wait(lambda: session.program.reader.templates()[0].uses == 1)
    assert picker(session, sessions).words() == ["Trip", "Order ready"]
    press("Esc")


def test_no_templates_is_a_sentence(session: Session, sessions: Sessions) -> None:
    """Without a template the list says how to come by one; with letters that fit none it says that."""
    shown = picker(session, sessions)
    assert "There are no templates yet" in shown.nothing.text()
    assert shown.nothing.isVisible()
    press("Esc")
    sessions.wait(session.window.isActiveWindow)
    keep(session, READY)
    shown = picker(session, sessions)
    write("qqq\n")
    assert shown.nothing.text() == "No template is called that."
    press("Esc")


def test_half_typed_text_is_kept_under_drafts(session: Session, sessions: Sessions) -> None:
    """Over a typed text: that is kept under Drafts, one line says so, and its Undo brings back what was there."""
    keep(session, TRIP)
    fill_in()
    use(session, sessions, "trip")
    half = Draft((ANN,), "Hello", "Dear Ann")
    sessions.wait(lambda: aside(session) == [half])
    assert session.compose.draft() == Draft((ANN,), TRIP.subject, TRIP.text)
    assert notice(session) == "“Trip” is in the form. What was there is kept under File ▸ Drafts."
    undo = next(each for each in session.window.notices.findChildren(QPushButton) if each.text() == "Undo")
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert session.compose.draft() == half
    sessions.wait(lambda: aside(session) == [])


def test_ctrl_z_takes_the_template_out(session: Session, sessions: Sessions) -> None:
    """Ctrl+Z right after it: subject and message are as they were, and what was set aside is no draft any more."""
    keep(session, TRIP)
    fill_in()
    use(session, sessions, "trip")
    sessions.wait(lambda: len(aside(session)) == 1 and session.compose.message.hasFocus())
    press("Ctrl+Z")
    assert session.compose.draft() == Draft((ANN,), "Hello", "Dear Ann")
    sessions.wait(lambda: aside(session) == [])
    assert notice(session) == ""


def test_ctrl_z_takes_typing_back_first(session: Session, sessions: Sessions) -> None:
    """What was typed into a filled form is undone first; then the template; a changed one is not taken out."""
    keep(session, TRIP)
    use(session, sessions, "trip")
    press("Alt+3")
    write("Hi! ")
    press("Alt+1")
    press("Ctrl+Z")  # nothing to undo here, and the template was changed
    assert session.compose.message.toPlainText() == f"Hi! {TRIP.text}"
    press("Alt+3")
    press("Ctrl+Z")
    sessions.wait(lambda: session.compose.message.toPlainText() == TRIP.text)
    press("Ctrl+Z")
    assert session.compose.is_blank()


def test_undo_of_a_changed_fill_loses_nothing(session: Session, sessions: Sessions) -> None:
    """The line's Undo after more was typed: what was there comes back, and what was typed since is kept."""
    keep(session, TRIP)
    fill_in()
    use(session, sessions, "trip")
    sessions.wait(lambda: len(aside(session)) == 1)
    press("Alt+3")
    write("Hi! ")
    undo = next(each for each in session.window.notices.findChildren(QPushButton) if each.text() == "Undo")
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert session.compose.draft() == Draft((ANN,), "Hello", "Dear Ann")
    sessions.wait(lambda: aside(session) == [Draft((ANN,), TRIP.subject, f"Hi! {TRIP.text}")])


def test_a_template_without_a_subject_leaves_it(session: Session, sessions: Sessions) -> None:
    """A template that has only a message leaves the subject as it is, and sets nothing aside."""
    keep(session, REPLY)
    press("Alt+2")
    write("Re: Trip")
    use(session, sessions, "thanks")
    sessions.wait(lambda: session.compose.draft() == Draft((), "Re: Trip", REPLY.text))
    sessions.wait(session.compose.recipients.editor().hasFocus)  # nobody is in To yet
    assert aside(session) == []


def test_the_first_placeholder_is_typed_over(session: Session, sessions: Sessions) -> None:
    """The first {{ words }} are selected, so that typing replaces them, also behind an emoji."""
    keep(session, READY)
    use(session, sessions, "order")
    sessions.wait(session.compose.message.hasFocus)
    write("Ann")
    assert session.compose.message.toPlainText() == "Dear Ann,\n\n🎉 it is ready on {{ day }}."


def test_send_stops_once_over_a_placeholder(session: Session, sessions: Sessions) -> None:
    """The first Ctrl+Enter says what is still to be replaced and selects it; typed over, it goes."""
    keep(session, READY)
    press("Alt+1")
    write("ann@example.com,")
    use(session, sessions, "order")
    sessions.wait(session.compose.message.hasFocus)
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("{{ name }}, {{ day }} are still to be replaced."))
    write("Ann")
    assert "still to be replaced" not in says(session)
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("{{ day }} is still to be replaced."))
    assert stored(session) == ()
    write("Friday")
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert "🎉 it is ready on Friday." in session.program.reader.details(1).draft.text


def test_the_second_send_goes_as_it_is(session: Session, sessions: Sessions) -> None:
    """Who means the braces presses Ctrl+Enter twice."""
    fill_in(text="Write {{ name }} there")
    press("Ctrl+Return")
    sessions.wait(lambda: "Send once more" in says(session))
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))


def test_f2_in_the_list_changes_the_template(session: Session, sessions: Sessions) -> None:
    """F2 on a template that was found opens it to be changed."""
    keep(session, READY, TRIP)
    picker(session, sessions)
    write("trip")
    press("F2")
    of = desk(session, sessions)
    sessions.wait(lambda: of.dialog is not None and of.dialog.list.hasFocus())
    assert of.dialog is not None
    assert of.dialog.name.text() == "Trip"
    press("Esc")


def test_the_button_beside_attach_offers_them(session: Session, sessions: Sessions) -> None:
    """Tab leads from Attach to Template; Space opens its menu, and its first entry the list."""
    session.compose.buttons.attach.setFocus()
    press("Tab")
    assert focused() is session.compose.buttons.template
    menu = session.compose.buttons.template.menu()
    assert [each.text() for each in menu.actions()] == [
        "Te&mplate…",
        "Save the &form as a template…",
        "&Edit templates…",
    ]
    assert not menu.actions()[1].isEnabled()  # nothing is typed


def test_the_row_of_buttons_fits_whatever_the_width(session: Session, sessions: Sessions) -> None:
    """Where there is no room for all words Template shows its icon alone, with the word as its tip; none is cut."""
    row = session.compose.buttons
    session.window.resize(1280, 780)
    sessions.wait(lambda: row.template.geometry().right() <= row.width())
    assert row.template.text() or row.template.toolTip().startswith("Template")
    row.set_send_word("Send a long way round")
    sessions.wait(lambda: row.template.geometry().right() <= row.width())
    assert row.template.text() == ""
    assert row.template.accessibleName() == "Template"
    row.set_send_word("Send")
    assert row.template.text() == "Template"


# -- saving the form as one -----------------------------------------------------------------------------------------


def test_the_form_is_saved_as_a_template(session: Session, sessions: Sessions) -> None:
    """A name, Enter: subject and message are a template, the form stays, and a line says so."""
    fill_in()
    asked = naming(session, sessions)
    assert asked.field.selectedText() == "Hello"
    write("My hello\n")
    sessions.wait(lambda: kept(session) == [("My hello", "Hello", "Dear Ann")])
    sessions.wait(lambda: notice(session) == "Saved as the template “My hello”.")
    assert session.compose.draft() == Draft((ANN,), "Hello", "Dear Ann")


def test_a_name_that_is_taken_is_said_and_replaced(session: Session, sessions: Sessions) -> None:
    """The name of another template: the sentence says what it will do, the button says Replace, and Undo puts back."""
    keep(session, TRIP)
    fill_in()
    asked = naming(session, sessions)
    write("TRIP")
    assert asked.said() == "There is already a template named “Trip”. Its subject and message will be replaced."
    assert asked.save.text() == "Replace"
    press("Return")
    sessions.wait(lambda: kept(session) == [("TRIP", "Hello", "Dear Ann")])
    sessions.wait(lambda: "has this subject and message now" in notice(session))
    undo = next(each for each in session.window.notices.findChildren(QPushButton) if each.text() == "Undo")
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    sessions.wait(lambda: kept(session) == [("Trip", TRIP.subject, TRIP.text)])


def test_a_template_needs_a_name(session: Session, sessions: Sessions) -> None:
    """Without a name nothing is saved, and Esc leaves all as it was."""
    fill_in()
    asked = naming(session, sessions)
    press("Backspace")
    assert asked.said() == "The template needs a name."
    assert not asked.save.isEnabled()
    press("Return")
    assert asked.isVisible()
    press("Esc")
    sessions.wait(session.window.isActiveWindow)
    assert kept(session) == []
    assert session.compose.subject.text() == "Hello"


def test_an_empty_form_is_no_template(session: Session, sessions: Sessions) -> None:
    """With a recipient alone there is nothing to save."""
    press("Alt+1")
    write("ann@example.com,")
    assert not session.actions["save_template"].isEnabled()
    press("Alt+2")
    write("x")
    assert session.actions["save_template"].isEnabled()


def test_a_disk_that_refuses_saves_no_template_and_loses_nothing(
    session: Session, sessions: Sessions, home: Home
) -> None:
    """Where the disk refuses it the line says so, and the form still holds all of it."""
    fill_in()
    sessions.wait(lambda: bool(session.program.reader.drafts()))
    naming(session, sessions)
    with full_disk(home):
        write("My hello\n")
        sessions.wait(lambda: "disk" in notice(session))
    assert kept(session) == []
    assert session.compose.draft() == Draft((ANN,), "Hello", "Dear Ann")


# -- changing them --------------------------------------------------------------------------------------------------


def test_none_is_one_sentence(session: Session, sessions: Sessions) -> None:
    """Without templates the dialog says what to do, and New has the keys."""
    shown = dialog(session, sessions)
    assert shown.sentence().startswith("There are no templates yet")
    assert shown.new.hasFocus()
    assert not shown.delete.isEnabled()
    press("Esc")


def test_a_new_one_is_written_there(session: Session, sessions: Sessions) -> None:
    """New, a name, Tab, a subject, Tab, a message: kept as it is typed, without a button."""
    shown = dialog(session, sessions)
    press("Space")
    assert shown.name.hasFocus()
    write("Welcome\tGood to see you\tDear {{ name }},")
    sessions.wait(lambda: kept(session) == [("Welcome", "Good to see you", "Dear {{ name }},")])
    press("Esc")


def test_an_untouched_new_one_is_forgotten(session: Session, sessions: Sessions) -> None:
    """New and Esc leave nothing behind."""
    shown = dialog(session, sessions)
    press("Space")
    assert shown.list.names() == ["New template"]
    press("Esc")
    sessions.wait(session.window.isActiveWindow)
    assert kept(session) == []
    assert dialog(session, sessions).list.names() == []
    press("Esc")


def test_what_is_changed_is_kept_at_once(session: Session, sessions: Sessions) -> None:
    """A name, a subject and a message are changed by typing; going to another template or Esc keeps the last keys."""
    keep(session, READY, TRIP)
    shown = dialog(session, sessions)
    press("Down")
    assert shown.name.text() == "Trip"
    press("Alt+N")
    press("End")
    write(" to the sea")
    press("Esc")
    sessions.wait(lambda: [name for name, _, _ in kept(session)] == ["Order ready", "Trip to the sea"])


def test_a_bad_name_is_said_and_the_rest_kept(session: Session, sessions: Sessions) -> None:
    """A name that another has, or none: a sentence under it; the message is kept all the same, the name as it was."""
    keep(session, READY, TRIP)
    shown = dialog(session, sessions)
    press("Alt+N")
    press("Ctrl+A")
    write("trip\t")
    press("Alt+M")
    press("Ctrl+A")
    write("New words")
    sessions.wait(lambda: shown.wrong() == ["There is already a template named “Trip”."])
    sessions.wait(lambda: ("Order ready", READY.subject, "New words") in kept(session))
    assert shown.name.text() == "trip"
    press("Alt+N")
    press("Ctrl+A")
    press("Backspace")
    sessions.wait(lambda: shown.wrong() == ["The template needs a name."])
    write("Ready")
    sessions.wait(lambda: shown.wrong() == [] and kept(session)[0] == ("Ready", READY.subject, "New words"))
    press("Esc")


def test_delete_and_undo(session: Session, sessions: Sessions) -> None:
    """Delete in the list deletes at once; Undo beside the line brings it back with all it was."""
    keep(session, READY, TRIP)
    session.program.outbox.note_template_used("01").wait()
    before = session.program.reader.templates()
    shown = dialog(session, sessions)
    press("Delete")
    sessions.wait(lambda: [name for name, _, _ in kept(session)] == ["Trip"])
    assert shown.notices.sentence() == "“Order ready” is deleted."
    assert shown.name.text() == "Trip"
    undo = next(each for each in shown.notices.findChildren(QPushButton) if each.text() == "Undo")
    undo.setFocus()
    press("Space")
    sessions.wait(lambda: session.program.reader.templates() == before)
    assert shown.name.text() == "Order ready"
    press("Esc")


def test_the_last_one_deleted_leaves_the_sentence(session: Session, sessions: Sessions) -> None:
    """When the last template is deleted the sentence is there, and the keys are on New."""
    keep(session, TRIP)
    shown = dialog(session, sessions)
    press("Delete")
    assert shown.sentence().startswith("There are no templates yet")
    assert shown.new.hasFocus()
    press("Esc")


def test_use_closes_it_and_fills_the_form(session: Session, sessions: Sessions) -> None:
    """Enter in the list puts the template into the form, as it is after the last key."""
    keep(session, TRIP)
    shown = dialog(session, sessions)
    press("Alt+M")
    press("Ctrl+A")
    write("We leave at nine.")
    shown.list.setFocus()
    press("Return")
    sessions.wait(lambda: session.compose.message.toPlainText() == "We leave at nine.")
    assert not shown.isVisible()
    sessions.wait(lambda: kept(session) == [("Trip", TRIP.subject, "We leave at nine.")])


def test_a_disk_that_refuses_keeps_what_is_typed_in_the_dialog(
    session: Session, sessions: Sessions, home: Home
) -> None:
    """Where the disk refuses it the line says so; the text stays, and is kept with the next change."""
    keep(session, TRIP)
    shown = dialog(session, sessions)
    press("Alt+M")
    with full_disk(home):
        write("A")
        sessions.wait(lambda: "disk" in shown.notices.sentence())
    write("B")
    sessions.wait(lambda: kept(session) == [("Trip", TRIP.subject, f"AB{TRIP.text}")])
    press("Esc")


def test_what_is_typed_last_before_the_quit_is_kept(session: Session, sessions: Sessions) -> None:
    """Who quits while typing in the dialog finds all of it at the next start."""
    keep(session, TRIP)
    dialog(session, sessions)
    press("Alt+S")
    press("End")
    write("!")
    again = sessions.restart(session)
    assert kept(again) == [("Trip", "Trip on Friday!", TRIP.text)]


def test_another_language_closes_it_and_keeps_what_is_typed(session: Session, sessions: Sessions) -> None:
    """When the window's language changes while the dialog is open, what was typed in it is kept, and it opens again."""
    keep(session, TRIP)
    dialog(session, sessions)
    press("Alt+S")
    press("End")
    write("!")
    before = session.workplace
    session.choices.choose(replace(session.choices.settings, language="ja"), session.runner)
    sessions.wait(lambda: session.workplace is not before)
    sessions.wait(lambda: kept(session) == [("Trip", "Trip on Friday!", TRIP.text)])
    sessions.wait(session.window.isActiveWindow)
    assert dialog(session, sessions).subject.text() == "Trip on Friday!"
    press("Esc")


def test_a_file_that_is_still_copied_stays_in_the_form(session: Session, sessions: Sessions, tmp_path: Path) -> None:
    """A template over a text while a file is being copied: the file belongs to the form, and comes there."""
    (tmp_path / "plan.txt").write_text("the plan")
    keep(session, TRIP)
    fill_in()
    gate = Gate()
    session.runner.start("files", gate.wait)
    session.compose.attach([tmp_path / "plan.txt"])
    use(session, sessions, "trip")
    sessions.wait(lambda: session.compose.subject.text() == TRIP.subject)
    gate.open()
    sessions.wait(lambda: len(session.compose.draft().attachments) == 1)
    sessions.wait(lambda: aside(session) == [Draft((ANN,), "Hello", "Dear Ann")])
    assert session.compose.draft().text == TRIP.text
