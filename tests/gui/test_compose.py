"""The form as a whole, by its keys: what it holds, when it sends, and what it says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.errors import Problem
from core.outbox.notification import PRACTICE, Attachment, Draft, Recipient
from gui.compose.form import ComposePane
from gui.compose.sender import Sender
from gui.theme import Theme
from tests.fakes import FakeClock

PLAN = Attachment("plan.pdf", "application/pdf", "ab" * 32, 18_200)
DRAFT = Draft(
    to=(Recipient("ann@example.com"), Recipient("ben@example.net", "Ben Ito")),
    subject="Trip on Friday",
    text="Dear parents,\n\nwe leave at 8:15.",
    attachments=(PLAN,),
    query="ito",
    unread_to=("joe@",),
)
PRACTICE_SENDER = Sender(PRACTICE, "practice@localhost", "Practice")
SCHOOL = Sender("school", "info@school.example", "Riverside School")


@pytest.fixture
def window(theme: Theme, fake_clock: FakeClock, qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    pane = ComposePane(theme, fake_clock.monotonic_s)
    pane.set_senders([PRACTICE_SENDER, SCHOOL])
    pane.set_key_texts("Ctrl ↵", "Ctrl+Shift+A", "Ctrl+T", "Alt+U")
    window.setCentralWidget(pane)
    qtbot.addWidget(window)
    window.resize(440, 700)
    window.show()
    window.activateWindow()
    pane.focus_to()
    qtbot.waitUntil(pane.recipients.editor().hasFocus)
    return window


@pytest.fixture
def pane(window: QMainWindow) -> ComposePane:
    pane = window.centralWidget()
    assert isinstance(pane, ComposePane)
    return pane


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(focused(), key, modifier)


def write(text: str) -> None:
    """Type where the focus is."""
    QTest.keyClicks(focused(), text)


def test_tab_goes_through_the_form_in_order(pane: ComposePane) -> None:
    """Tab goes From, To, Subject, Message, Send, its other ways, Attach, Template; it leaves the message, too."""
    pane.from_field.setFocus()
    seen = []
    for _ in range(8):
        seen.append(QApplication.focusWidget())
        press(Qt.Key.Key_Tab)
    assert seen == [
        pane.from_field,
        pane.recipients.editor(),
        pane.subject,
        pane.message,
        pane.buttons.send,
        pane.buttons.more,
        pane.buttons.attach,
        pane.buttons.template,
    ]


def test_form_is_filled_by_keys(pane: ComposePane) -> None:
    """What is typed from To to Message is the draft."""
    write("ann@example.com")
    press(Qt.Key.Key_Tab)
    write("Hi")
    press(Qt.Key.Key_Tab)
    write("Hello")
    press(Qt.Key.Key_Return)
    write("there")
    assert pane.draft() == Draft((Recipient("ann@example.com"),), "Hi", "Hello\nthere")


def test_draft_comes_back_as_it_was(pane: ComposePane) -> None:
    """Undo puts everything back into the form, also what was wrong."""
    pane.set_draft(DRAFT)
    assert pane.draft() == DRAFT
    assert not pane.is_blank()


def test_putting_a_draft_in_is_no_edit(pane: ComposePane, qtbot: QtBot) -> None:
    """Only a person edits: what the program puts into the form is not kept as if it were typed."""
    with qtbot.assertNotEmitted(pane.edited):
        pane.set_draft(DRAFT)
        pane.clear()


def test_cleared_form_is_blank_and_keeps_the_account(pane: ComposePane) -> None:
    """After a send the form is empty; the account stays chosen."""
    pane.set_draft(Draft(DRAFT.to, "Hi", "Hello", account="school"))
    pane.clear()
    assert pane.is_blank()
    assert pane.draft() == Draft(account="school")


@pytest.mark.parametrize("text", ["", "ann@example.com", "ann"])
def test_enter_in_one_line_fields_never_sends(pane: ComposePane, qtbot: QtBot, text: str) -> None:
    """Enter in To and in Subject never sends."""
    with qtbot.assertNotEmitted(pane.send_requested, wait=20):
        write(text)
        press(Qt.Key.Key_Return)
        pane.focus_subject()
        press(Qt.Key.Key_Return)
        press(Qt.Key.Key_Enter)


def test_send_button_sends_by_mouse_and_key(pane: ComposePane, qtbot: QtBot) -> None:
    """Send is pressed by mouse and by Space."""
    with qtbot.waitSignal(pane.send_requested):
        QTest.mouseClick(pane.buttons.send, Qt.MouseButton.LeftButton)
    pane.buttons.send.setFocus()
    with qtbot.waitSignal(pane.send_requested):
        press(Qt.Key.Key_Space)


def test_send_ends_the_address_being_typed(pane: ComposePane, qtbot: QtBot) -> None:
    """An address that is still being typed when Send is pressed is a recipient."""
    write("ann@example.com")
    with qtbot.waitSignal(pane.send_requested):
        pane.request_send()
    assert pane.draft().to == (Recipient("ann@example.com"),)
    assert pane.recipients.chip_labels() == ("ann@example.com",)


def test_two_presses_in_one_turn_send_once(pane: ComposePane, qtbot: QtBot) -> None:
    """A double press is one send."""
    sent: list[Draft] = []
    pane.send_requested.connect(lambda: sent.append(pane.draft()))
    pane.request_send()
    pane.request_send()
    qtbot.waitUntil(lambda: bool(sent))
    qtbot.wait(1)
    assert len(sent) == 1


def focus_message(pane: ComposePane) -> QObject:
    pane.focus_message()
    return pane.message


def focus_subject(pane: ComposePane) -> QObject:
    pane.focus_subject()
    return pane.subject


def focus_to(pane: ComposePane) -> QObject:
    pane.focus_to()
    return pane.recipients.editor()


@pytest.mark.parametrize("focus", [focus_to, focus_subject, focus_message])
def test_send_takes_what_is_still_being_composed(
    pane: ComposePane, qtbot: QtBot, focus: Callable[[ComposePane], QObject]
) -> None:
    """Japanese text in composition is not lost by pressing Send."""
    QApplication.sendEvent(focus(pane), QInputMethodEvent("やまだ", []))
    assert pane.draft().is_blank
    with qtbot.waitSignal(pane.send_requested):
        pane.request_send()
    draft = pane.draft()
    assert "やまだ" in (draft.subject, draft.text, *draft.unread_to)


def test_form_is_still_while_saving(pane: ComposePane, qtbot: QtBot) -> None:
    """From the press of Send to the outbox's answer nothing can be typed, and Send does nothing."""
    pane.set_draft(DRAFT)
    pane.set_saving(True)
    for focus in (pane.focus_to, pane.focus_subject, pane.focus_message):
        focus()
        write("x")
    with qtbot.assertNotEmitted(pane.send_requested, wait=20):
        pane.request_send()
    assert pane.draft() == DRAFT
    pane.set_saving(False)
    write("x")
    assert pane.draft() != DRAFT


def test_slow_disk_is_spoken_of(pane: ComposePane, qtbot: QtBot) -> None:
    """A disk that takes longer than 100 ms: "Saving…"; a quick one is not spoken of."""
    pane.set_saving(True)
    assert "Saving" not in pane.strip.text()
    qtbot.waitUntil(lambda: pane.strip.text() == "Saving…")
    pane.set_saving(False)
    pane.show_error("The disk is full, so this could not be saved. Make room and try again.")
    assert pane.strip.text().startswith("The disk is full")


def test_practice_says_that_nobody_receives_it(pane: ComposePane) -> None:
    """With the Practice account the button and a line say so; with another they do not."""
    assert pane.buttons.send.text() == "Send (practice)"
    assert pane.strip.text() == "Practice: nobody receives these messages."
    pane.set_draft(Draft(account="school"))
    assert pane.buttons.send.text() == "Send"
    assert pane.strip.text() == ""


def test_account_is_chosen_by_keys(pane: ComposePane, qtbot: QtBot) -> None:
    """Down in From chooses the next account; the draft goes by it."""
    pane.from_field.setFocus()
    with qtbot.waitSignal(pane.edited):
        press(Qt.Key.Key_Down)
    assert pane.draft().account == "school"
    assert pane.buttons.send.text() == "Send"


def test_account_survives_a_new_list_of_senders(pane: ComposePane) -> None:
    """When accounts change, the one chosen stays chosen."""
    pane.set_draft(Draft(account="school"))
    pane.set_senders([SCHOOL, PRACTICE_SENDER])
    assert pane.draft().account == "school"


PROBLEMS = (
    Problem("to", "address_no_domain", (("address", "joe@"),)),
    Problem("text", "text_empty"),
)


def test_everything_wrong_is_said_at_once(pane: ComposePane) -> None:
    """Each problem is a sentence on the strip, and the first wrong field has the focus."""
    pane.set_draft(Draft(unread_to=("joe@",)))
    pane.focus_message()
    pane.show_problems(PROBLEMS)
    assert pane.strip.text().splitlines() == [
        "joe@: there is nothing after the @.",
        "There is nothing to send: the message is empty.",
    ]
    assert pane.recipients.editor().hasFocus()


def test_problem_goes_when_its_field_is_mended(pane: ComposePane) -> None:
    """Editing a field takes its problem off and leaves the others."""
    pane.set_draft(Draft(unread_to=("joe@",)))
    pane.show_problems(PROBLEMS)
    pane.focus_message()
    write("H")
    assert pane.strip.text() == "joe@: there is nothing after the @."
    pane.focus_to()
    press(Qt.Key.Key_Backspace)
    press(Qt.Key.Key_Backspace)
    assert pane.strip.text().startswith("Practice")


def test_accepted_stays_while_the_next_is_typed(pane: ComposePane, qtbot: QtBot) -> None:
    """Clearing the form and typing on leave "Accepted" and Undo where they are."""
    pane.set_draft(DRAFT)
    pane.clear()
    pane.show_accepted(0, 5)
    pane.focus_to()
    write("b")
    assert pane.strip.text().startswith("Accepted")
    with qtbot.waitSignal(pane.undo_requested):
        press(Qt.Key.Key_Tab)
        undo = pane.strip.findChild(QPushButton, "undo")
        assert isinstance(undo, QPushButton)
        QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    pane.rest()


def test_files_are_attached_through_the_outbox(pane: ComposePane, qtbot: QtBot) -> None:
    """A file is shown as being copied until it is in the outbox, then with its size."""
    path = Path("/somewhere/plan.pdf")
    with qtbot.waitSignal(pane.attach_requested) as asked:
        pane.attach([path])
    assert asked.args == [[path]]
    assert pane.attachments.names() == ("plan.pdf (copying…)",)
    assert pane.draft().attachments == ()
    assert not pane.is_blank()
    with qtbot.waitSignal(pane.edited):
        pane.add_attachment(path, PLAN)
    assert pane.attachments.names() == ("plan.pdf (18 KB)",)
    assert pane.draft().attachments == (PLAN,)


def test_send_waits_for_files_being_copied(pane: ComposePane, qtbot: QtBot) -> None:
    """Send pressed while a file is copied goes as soon as it is there, with the file."""
    path = Path("/somewhere/plan.pdf")
    pane.attach([path])
    with qtbot.assertNotEmitted(pane.send_requested, wait=20):
        pane.request_send()
    assert pane.strip.text() == "Sends as soon as the files are copied…"
    with qtbot.waitSignal(pane.send_requested):
        pane.add_attachment(path, PLAN)
    assert pane.draft().attachments == (PLAN,)


def test_edit_while_waiting_for_files_takes_the_send_back(pane: ComposePane, qtbot: QtBot) -> None:
    """What is sent is what was there when Send was pressed: typing on takes the press back."""
    path = Path("/somewhere/plan.pdf")
    pane.attach([path])
    pane.request_send()
    qtbot.waitUntil(lambda: pane.strip.text().startswith("Sends as soon"))
    pane.focus_subject()
    write("x")
    with qtbot.assertNotEmitted(pane.send_requested, wait=20):
        pane.add_attachment(path, PLAN)


def test_file_that_failed_is_never_silently_missing(pane: ComposePane, qtbot: QtBot) -> None:
    """A file that could not be attached says why, and nothing is sent until it is taken off."""
    path = Path("/somewhere/gone.txt")
    pane.attach([path])
    pane.attachment_failed(path, "gone.txt is not there any more. Attach it again.")
    assert pane.strip.text() == "gone.txt is not there any more. Attach it again."
    with qtbot.assertNotEmitted(pane.send_requested, wait=20):
        pane.request_send()
    pane.attachments.setFocus()
    press(Qt.Key.Key_Delete)
    assert pane.attachments.names() == ()
    with qtbot.waitSignal(pane.send_requested):
        pane.request_send()


def test_same_file_is_not_copied_twice_at_once(pane: ComposePane, qtbot: QtBot) -> None:
    """A file that is already on its way is not asked for again."""
    path = Path("/somewhere/plan.pdf")
    pane.attach([path, path])
    with qtbot.assertNotEmitted(pane.attach_requested):
        pane.attach([path])
    assert pane.attachments.names() == ("plan.pdf (copying…)",)


def test_files_pasted_into_the_message_are_attached(pane: ComposePane, qtbot: QtBot, tmp_path: Path) -> None:
    """Pasting files into the message attaches them; no file name lands in the text."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.txt"))])
    QGuiApplication.clipboard().setMimeData(data)
    pane.focus_message()
    with qtbot.waitSignal(pane.attach_requested) as asked:
        press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [[tmp_path / "a.txt"]]
    assert pane.message.toPlainText() == ""
    pane.attachment_failed(tmp_path / "a.txt", "a.txt is not there any more. Attach it again.")


def test_undo_key_goes_to_the_window_when_there_is_nothing_to_undo(window: QMainWindow, pane: ComposePane) -> None:
    """Ctrl+Z in an untouched field is the window's; in a field with typed text it is the field's."""
    pressed: list[str] = []
    QShortcut(QKeySequence.StandardKey.Undo, window, lambda: pressed.append("window"))
    for focus in (pane.focus_to, pane.focus_subject, pane.focus_message):
        pressed.clear()
        focus()
        assert not pane.can_undo_text()
        press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert pressed == ["window"]
        write("x")
        assert pane.can_undo_text()
        press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert pressed == ["window"]
        assert pane.draft().is_blank


def test_cleared_form_gives_undo_to_the_window(pane: ComposePane) -> None:
    """After a send nothing typed before can be undone in the fields: Ctrl+Z means the send."""
    write("ann@example.com,")
    pane.focus_subject()
    write("Hi")
    pane.focus_message()
    write("Hello")
    pane.clear()
    for focus in (pane.focus_to, pane.focus_subject, pane.focus_message):
        focus()
        assert not pane.can_undo_text()


def test_every_field_has_a_name(pane: ComposePane) -> None:
    """A screen reader hears what each field and button is."""
    names = [
        pane.from_field.accessibleName(),
        pane.recipients.editor().accessibleName(),
        pane.subject.accessibleName(),
        pane.message.accessibleName(),
        pane.buttons.send.accessibleName(),
        pane.buttons.attach.accessibleName(),
        pane.attachments.accessibleName(),
    ]
    assert names == ["From", "To", "Subject", "Message", "Send (practice)", "Attach files", "Attachments"]


def test_form_fits_a_low_screen(pane: ComposePane) -> None:
    """On 1280×720 the form needs less height than the window has, also with files and problems."""
    pane.set_draft(DRAFT)
    pane.show_problems(PROBLEMS)
    assert pane.minimumSizeHint().height() < 640


def test_form_above_the_list_is_low_and_wide(window: QMainWindow, pane: ComposePane) -> None:
    """In a narrow window the form takes the whole width, its labels beside the fields, and needs less height."""
    high = pane.minimumSizeHint().height()
    pane.set_stacked(True)
    window.resize(900, 420)
    assert pane.minimumSizeHint().height() < high - 60
    assert pane.width() > 800
    assert pane.subject.mapTo(pane, pane.subject.rect().topLeft()).x() > 60
    pane.set_stacked(False)
    assert pane.minimumSizeHint().height() == high
    assert pane.maximumWidth() == 520


def test_escape_closes_what_is_open_in_to_first(window: QMainWindow, pane: ComposePane) -> None:
    """Esc closes the found recipients before it is the window's."""
    pressed: list[str] = []
    QShortcut(QKeySequence(Qt.Key.Key_Escape), window, lambda: pressed.append("window"))
    write("ann")
    pane.show_matches("ann", [Recipient("ann@example.com")])
    press(Qt.Key.Key_Escape)
    assert (pane.recipients.matches(), pressed) == ((), [])
    press(Qt.Key.Key_Escape)
    assert pressed == ["window"]


def test_form_is_as_it_was_after_a_narrow_window(pane: ComposePane) -> None:
    """A window that was narrow for a while leaves no trace: every field is where it was, the message takes the rest."""

    def places() -> list[tuple[int, int]]:
        fields = (pane.from_field, pane.recipients, pane.subject, pane.message, pane.buttons.send)
        return [(field.y(), field.height()) for field in fields]

    QTest.qWait(0)
    before = places()
    pane.set_stacked(True)
    QTest.qWait(0)
    assert places() != before
    pane.set_stacked(False)
    QTest.qWait(0)
    assert places() == before


@pytest.mark.parametrize("field", ["recipients", "subject", "message"])
def test_nothing_can_be_changed_while_saving(pane: ComposePane, field: str) -> None:
    """From the press of Send until the outbox answers no key, paste or click changes the form, not even the first."""
    pane.set_draft(Draft((Recipient("ann@example.com"),), "Your order", "Dear Ann"))
    QGuiApplication.clipboard().setText("pasted")
    before = pane.draft()
    getattr(pane, f"focus_{'to' if field == 'recipients' else field}")()
    pane.set_saving(True)
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    write("x")
    press(Qt.Key.Key_Backspace)
    press(Qt.Key.Key_Delete)
    rect = pane.recipients.chip_rect(0)
    QTest.mouseClick(pane.recipients, Qt.MouseButton.LeftButton, pos=QPoint(rect.right() - 10, rect.center().y()))
    compose = QInputMethodEvent("", [])
    compose.setCommitString("日本")
    QApplication.sendEvent(focused(), compose)
    assert pane.draft() == before
    pane.set_saving(False)
    pane.focus_subject()
    write("!")
    assert pane.draft() != before


@pytest.mark.parametrize("field", ["recipients", "subject", "message"])
def test_an_input_method_is_the_first_touch_while_saving(pane: ComposePane, field: str) -> None:
    """What an input method commits, as the very first touch, changes nothing either."""
    pane.set_draft(Draft((Recipient("ann@example.com"),), "Your order", "Dear Ann"))
    before = pane.draft()
    getattr(pane, f"focus_{'to' if field == 'recipients' else field}")()
    pane.set_saving(True)
    commit = QInputMethodEvent("", [])
    commit.setCommitString("日本")
    QApplication.sendEvent(focused(), commit)
    assert pane.draft() == before
    pane.set_saving(False)
