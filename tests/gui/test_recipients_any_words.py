"""The To field holds what was pasted, whatever it is: each part as a recipient or as a chip that says why not."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.errors import PersonError
from core.outbox.notification import Recipient
from core.outbox.validation import read_address, split_addresses
from gui.compose.chips import read_chip
from gui.compose.recipients import RecipientsField
from gui.theme import Theme

_PIECES = st.one_of(
    st.sampled_from(["ann@example.com", "ben@", "<c@d.example>", '"Ito, Ben" <ben@example.net>', "あ@日本.example"]),
    st.sampled_from(['"', "<", ">", ",", ";", " ", "x", "\\", "\u202e", "@", "..", "=?utf-8?q?a?="]),
)
_WORDS = st.lists(_PIECES, min_size=1, max_size=8).map("".join)


def read(part: str) -> Recipient | None:
    try:
        return read_address(part)
    except PersonError:
        return None


def test_any_words_that_are_pasted_are_all_there(theme: Theme, qtbot: QtBot) -> None:
    """C1, C2: no part of what was pasted vanishes or becomes two people; what is no address says so and is kept."""
    field = RecipientsField(theme)
    qtbot.addWidget(field)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(_WORDS)
    def pasted(text: str) -> None:
        field.set_content((), ())
        field.editor().setText("")
        QGuiApplication.clipboard().setText(text)
        field.editor().paste()
        field.finish()
        qtbot.waitUntil(lambda: "@" not in field.editor().text())
        parts = split_addresses(text) if "@" in text else [text.strip(" ,;")]
        readable = {each.address for part in parts if (each := read(part)) is not None}
        assert {each.address for each in field.recipients()} == readable
        kept = "".join(field.unread()) + field.editor().text()
        for part in parts:
            assert read(part) is not None or part in kept

    pasted()


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None, database=None)
def test_a_chip_is_a_recipient_or_says_why_not(text: str) -> None:
    """C1, C2: any text makes a chip: one recipient, or a sentence in one line."""
    chip = read_chip(text)
    assert (chip.recipient is None) == bool(chip.why)
    assert "\n" not in chip.why
    assert "\n" not in chip.label


def test_the_keys_of_the_field_are_real(theme: Theme, qtbot: QtBot) -> None:
    """Typed one by one it is the same as pasted."""
    field = RecipientsField(theme)
    qtbot.addWidget(field)
    field.show()
    QTest.keyClicks(_of(field), '"Ito, Ben" <ben@example.net>, ann@example.com,')
    assert [each.address for each in field.recipients()] == ["ben@example.net", "ann@example.com"]


def _of(field: RecipientsField) -> QWidget:
    return field.editor()
