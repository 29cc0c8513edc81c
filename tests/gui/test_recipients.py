"""The To field by its keys: chips, wrong ones, many at once, and words that find."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.outbox.notification import Recipient
from gui.compose.recipients import RecipientsField
from gui.theme import Theme

ANN = Recipient("ann@example.com")
BEN = Recipient("ben@example.net", "Ben Ito")


class Form(QWidget):
    """The field with another after it, to have somewhere to go."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.to = RecipientsField(theme)
        self.next = QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(self.to)
        column.addWidget(self.next)
        column.addStretch(1)
        self.resize(420, 400)


@pytest.fixture
def form(theme: Theme, qtbot: QtBot) -> Form:
    form = Form(theme)
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    form.to.setFocus()
    qtbot.waitUntil(form.to.editor().hasFocus)
    return form


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


def paste(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("end", [",", ";"])
def test_comma_or_semicolon_ends_an_address(form: Form, end: str) -> None:
    """Typing a comma or a semicolon makes a chip of the address before it."""
    write(f"ann@example.com{end}")
    assert form.to.chip_labels() == ("ann@example.com",)
    assert form.to.editor().text() == ""
    assert form.to.recipients() == (ANN,)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_ends_an_address_and_stays(form: Form, key: Qt.Key) -> None:
    """Enter makes a chip; the field keeps the focus for the next one."""
    write("ann@example.com")
    press(key)
    assert form.to.chip_labels() == ("ann@example.com",)
    assert form.to.editor().hasFocus()


def test_tab_ends_an_address_and_goes_on(form: Form) -> None:
    """Tab makes a chip and goes to the next field."""
    write("ann@example.com")
    press(Qt.Key.Key_Tab)
    assert form.to.chip_labels() == ("ann@example.com",)
    assert form.next.hasFocus()


def test_leaving_ends_an_address(form: Form) -> None:
    """Going elsewhere with the mouse makes a chip, too."""
    write("ann@example.com")
    QTest.mouseClick(form.next, Qt.MouseButton.LeftButton)
    form.next.setFocus()
    assert form.to.chip_labels() == ("ann@example.com",)


def test_words_stay_words(form: Form) -> None:
    """What holds no @ is not made a chip by leaving; it is still there, and not a recipient."""
    write("ann")
    press(Qt.Key.Key_Tab)
    assert form.to.chip_labels() == ()
    assert form.to.editor().text() == "ann"
    assert form.to.recipients() == ()
    assert form.to.unread() == ("ann",)


def test_half_typed_address_is_read_without_being_ended(form: Form) -> None:
    """Reading the field while an address is typed gives it and changes nothing."""
    write("ann@example.com")
    assert form.to.recipients() == (ANN,)
    assert form.to.chip_labels() == ()
    assert form.to.editor().text() == "ann@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.com, ben@example.net; carol@example.org",
        "ann@example.com\nben@example.net\ncarol@example.org\n",
        "ann@example.com\r\nben@example.net\r\ncarol@example.org",
        "Ann <ann@example.com>,\n<ben@example.net>;carol@example.org",
    ],
)
def test_many_are_pasted_at_once(form: Form, text: str) -> None:
    """Pasted addresses are separated at commas, semicolons and lines."""
    paste(text)
    form.to.finish()
    assert [recipient.address for recipient in form.to.recipients()] == [
        "ann@example.com",
        "ben@example.net",
        "carol@example.org",
    ]
    assert form.to.unread() == ()


def test_comma_in_a_quoted_name_separates_nothing(form: Form) -> None:
    """ "Ito, Ben" in quotes is one name."""
    write('"Ito, Ben" <ben@example.net>,')
    assert form.to.recipients() == (Recipient("ben@example.net", "Ito, Ben"),)


def test_wrong_address_marks_its_own_chip_and_the_others_stay(form: Form) -> None:
    """One wrong address is marked with the reason; the good ones beside it are recipients."""
    paste("ann@example.com, joe@, ben@example.net")
    form.to.finish()
    assert [recipient.address for recipient in form.to.recipients()] == ["ann@example.com", "ben@example.net"]
    assert form.to.unread() == ("joe@",)
    assert form.to.tool_tip(1) == "joe@: there is nothing after the @."
    assert form.to.tool_tip(0) == "ann@example.com"


def test_same_address_twice_is_one_recipient(form: Form) -> None:
    """An address that is there already is not added again."""
    write("ann@example.com,ann@EXAMPLE.com,")
    assert form.to.chip_labels() == ("ann@example.com",)


def test_backspace_chooses_the_last_chip_and_then_removes_it(form: Form) -> None:
    """Backspace with nothing typed first chooses the last chip, so that nothing goes by accident."""
    form.to.set_content([ANN, BEN])
    press(Qt.Key.Key_Backspace)
    assert form.to.chip_labels() == ("ann@example.com", "Ben Ito")
    press(Qt.Key.Key_Backspace)
    assert form.to.chip_labels() == ("ann@example.com",)


def test_arrows_go_between_chips_and_delete_removes(form: Form) -> None:
    """Left and Right go over the chips, Delete removes the chosen one."""
    form.to.set_content([ANN, BEN, Recipient("carol@example.org")])
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Delete)
    assert form.to.chip_labels() == ("ann@example.com", "carol@example.org")


def test_typing_on_a_chosen_chip_removes_nothing(form: Form) -> None:
    """Letters typed while a chip is chosen begin a new address."""
    form.to.set_content([ANN])
    press(Qt.Key.Key_Left)
    write("ben@example.net,")
    assert form.to.chip_labels() == ("ann@example.com", "ben@example.net")


def test_enter_on_a_chip_makes_it_text_again(form: Form) -> None:
    """A chosen chip goes back to text with Enter, and can be mended."""
    form.to.set_content([], ["joe@"])
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Return)
    assert form.to.chip_labels() == ()
    assert form.to.editor().text() == "joe@"
    write("example.com,")
    assert form.to.recipients() == (Recipient("joe@example.com"),)


def test_double_click_makes_a_chip_text_again(form: Form) -> None:
    """A double click on a chip does what Enter does."""
    form.to.set_content([ANN, BEN])
    QTest.mouseDClick(form.to, Qt.MouseButton.LeftButton, pos=form.to.chip_rect(1).center() - QPoint(12, 0))
    assert form.to.editor().text() == "Ben Ito <ben@example.net>"
    assert form.to.chip_labels() == ("ann@example.com",)


def test_cross_removes_its_chip(form: Form) -> None:
    """A click on a chip's cross removes that chip."""
    form.to.set_content([ANN, BEN])
    rect = form.to.chip_rect(0)
    QTest.mouseClick(form.to, Qt.MouseButton.LeftButton, pos=QPoint(rect.right() - 10, rect.center().y()))
    assert form.to.chip_labels() == ("Ben Ito",)


def test_all_chips_can_be_copied_and_removed(form: Form) -> None:
    """Ctrl+A chooses all chips: they can be copied as text and removed at once."""
    form.to.set_content([ANN, BEN])
    press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "ann@example.com, Ben Ito <ben@example.net>"
    press(Qt.Key.Key_Delete)
    assert form.to.recipients() == ()


def test_removed_chip_comes_back_with_undo(form: Form) -> None:
    """Ctrl+Z brings back a chip that was removed."""
    form.to.set_content([ANN])
    assert not form.to.can_undo()
    press(Qt.Key.Key_Backspace)
    press(Qt.Key.Key_Backspace)
    assert form.to.recipients() == ()
    assert form.to.can_undo()
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert form.to.recipients() == (ANN,)


def test_words_are_searched_and_kept_as_the_query(form: Form, qtbot: QtBot) -> None:
    """Words search; choosing one of what was found keeps the words as the query."""
    with qtbot.waitSignals([form.to.search_requested] * 3):
        write("ito")
    form.to.show_matches("ito", [BEN])
    assert form.to.matches() == (BEN,)
    press(Qt.Key.Key_Return)
    assert form.to.recipients() == (BEN,)
    assert form.to.query() == "ito"
    assert form.to.matches() == ()


def test_query_goes_with_its_recipient(form: Form) -> None:
    """When the recipient who was found is removed, the query goes too."""
    write("ito")
    form.to.show_matches("ito", [BEN])
    press(Qt.Key.Key_Tab)
    assert form.to.query() == "ito"
    press(Qt.Key.Key_Backspace)
    press(Qt.Key.Key_Backspace)
    assert form.to.query() == ""


def test_arrows_choose_among_the_found(form: Form) -> None:
    """Down and Up go through what was found."""
    write("exa")
    form.to.show_matches("exa", [ANN, BEN])
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Enter)
    assert form.to.recipients() == (BEN,)


def test_escape_closes_the_found_and_keeps_the_words(form: Form) -> None:
    """Esc closes what was found; what was typed stays."""
    write("exa")
    form.to.show_matches("exa", [ANN])
    press(Qt.Key.Key_Escape)
    assert form.to.matches() == ()
    assert form.to.editor().text() == "exa"


def test_late_answer_is_dropped(form: Form) -> None:
    """The answer to words that have been typed over is not shown."""
    write("be")
    form.to.show_matches("b", [ANN, BEN])
    assert form.to.matches() == ()


def test_whole_address_is_meant_as_typed(form: Form) -> None:
    """Enter on an address takes what was typed, not the first of what it found."""
    write("ann@example.co")
    form.to.show_matches("ann@example.co", [ANN])
    press(Qt.Key.Key_Return)
    assert form.to.recipients() == (Recipient("ann@example.co"),)
    assert form.to.query() == ""


def test_who_is_there_already_is_not_offered(form: Form) -> None:
    """A recipient that has a chip is not found again."""
    form.to.set_content([ANN])
    write("exa")
    form.to.show_matches("exa", [ANN, BEN])
    assert form.to.matches() == (BEN,)


def test_text_being_composed_is_no_search(form: Form) -> None:
    """What an input method composes is searched when it is text, and its Enter ends nothing."""
    asked: list[str] = []
    form.to.search_requested.connect(asked.append)
    QApplication.sendEvent(form.to.editor(), QInputMethodEvent("やまだ", []))
    assert asked == []
    done = QInputMethodEvent()
    done.setCommitString("山田")
    QApplication.sendEvent(form.to.editor(), done)
    assert asked == ["山田"]


def test_thousand_addresses_are_taken_in_the_loop(form: Form, qtbot: QtBot) -> None:
    """A paste of a thousand is read in slices; all become chips, and the field stays four lines high."""
    many = [f"person{number}@example.com" for number in range(1000)]
    paste("\n".join(many))
    qtbot.waitUntil(lambda: len(form.to.chip_labels()) == 1000, timeout=20_000)
    assert form.to.height() < 140
    assert [recipient.address for recipient in form.to.recipients()] == many


def test_reading_at_once_after_a_large_paste_misses_nobody(form: Form) -> None:
    """What is still being read of a large paste is part of what the field holds."""
    many = [f"person{number}@example.com" for number in range(150)]
    paste(",".join(many))
    assert [recipient.address for recipient in form.to.recipients()] == many
    form.to.finish()
    assert len(form.to.chip_labels()) == 150


def test_field_grows_by_lines(form: Form) -> None:
    """The field is one line high with one address and higher with more."""
    assert form.to.height() == 36
    form.to.set_content([Recipient(f"person{number}@example.com") for number in range(6)])
    assert 36 < form.to.height() < 140


def test_content_comes_back_as_it_was(form: Form) -> None:
    """What was read of the field can be put back: recipients, wrong ones, and the query."""
    form.to.set_content([ANN, BEN], ["joe@"], "ito")
    assert (form.to.recipients(), form.to.unread(), form.to.query()) == ((ANN, BEN), ("joe@",), "ito")
    form.to.set_content([], ["jo"])
    assert form.to.editor().text() == "jo"


def test_field_says_what_it_is(form: Form) -> None:
    """A screen reader hears the field's name, and how many and who."""
    form.to.set_content([ANN, BEN])
    assert form.to.editor().accessibleName() == "To"
    assert form.to.editor().accessibleDescription() == "2 recipients: ann@example.com, Ben Ito <ben@example.net>"
