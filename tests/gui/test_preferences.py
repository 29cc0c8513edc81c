"""Preferences: what is chosen is applied at once, kept in settings.toml, and refused in words where it cannot be."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from core.outbox.notification import PRACTICE
from core.paths import Home
from core.settings import Settings, load
from gui.language import Language
from gui.preferences import Preferences
from gui.session import Session
from gui.spans import read_spans, spans_text
from tests.fakes import FakeClock
from tests.sessions import Sessions, fill_in, press, says, stored, write


def opened(session: Session, sessions: Sessions) -> Preferences:
    press("Ctrl+,")
    sessions.wait(lambda: session.places.preferences is not None and session.places.preferences.isActiveWindow())
    assert session.places.preferences is not None
    return session.places.preferences


def test_undo_time_is_applied_and_kept(session: Session, sessions: Sessions, home: Home) -> None:
    """Undo for 30 seconds: the next send has them, without a restart, and so has the next start."""
    shown = opened(session, sessions)
    shown.undo_s.setFocus()
    press("End")
    press("Up")
    assert shown.undo_s.currentText() == "30 seconds"
    press("Esc")
    sessions.wait(lambda: load(home).undo_s == 30)
    sessions.wait(lambda: session.places.preferences is None and session.window.isActiveWindow())
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    (delivery,) = stored(session)
    assert delivery.due_at - delivery.accepted_at == 30_000


def test_theme_and_rows_change_before_the_eyes(session: Session, sessions: Sessions, home: Home) -> None:
    """Dark and compact: the window is so at once; the menu's marks follow."""
    shown = opened(session, sessions)
    shown.theme.setCurrentIndex(shown.theme.findData("dark"))
    shown.density.setCurrentIndex(shown.density.findData("compact"))
    assert session.theme.is_dark
    assert session.actions["theme_dark"].isChecked()
    assert session.actions["compact"].isChecked()
    press("Esc")
    sessions.wait(lambda: (load(home).theme, load(home).density) == ("dark", "compact"))


def test_nothing_moves_where_a_person_wishes_so(session: Session, sessions: Sessions, home: Home) -> None:
    """Motion: nothing moves. The window is painted the same while Undo runs out, also after the next start."""
    assert session.theme.has_motion
    shown = opened(session, sessions)
    shown.tabs.setCurrentIndex(1)
    shown.motion.setFocus()
    press("End")
    assert shown.motion.currentText() == "Nothing moves"
    press("Esc")
    sessions.wait(lambda: load(home).motion == "reduced")
    session = sessions.restart(session)
    assert not session.theme.has_motion
    assert QApplication.cursorFlashTime() == 0
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted") and session.compose.is_blank())
    sessions.wait(lambda: session.outbox.model.rowCount() == 1)
    sessions.wait(lambda: session.status.findChildren(QLabel)[0].text().startswith("1 on the way"))
    before = session.window.grab().toImage()
    clock = session.program.clock
    assert isinstance(clock, FakeClock)
    clock.advance(0.4)
    assert session.window.grab().toImage() == before
    session.theme.set_motion("system")  # of the whole process: the caret
    assert QApplication.cursorFlashTime() > 0
    assert session.window.grab().toImage() != before


def test_what_the_menu_changes_is_shown(session: Session, sessions: Sessions) -> None:
    """A theme chosen in the menu while the preferences are open: they say the same."""
    shown = opened(session, sessions)
    session.actions["theme_light"].trigger()
    assert shown.theme.currentData() == "light"
    press("Esc")


def test_the_times_between_tries_are_written_in_words(session: Session, sessions: Sessions, home: Home) -> None:
    """ "10 s, 2 min": taken when the field is left, and what waits for another try goes by it from now on."""
    shown = opened(session, sessions)
    shown.retry_s.setFocus()
    press("Ctrl+A")
    write("10 s, 2 min\t")
    sessions.wait(lambda: load(home).retry_s == (10, 120))
    assert session.program.attempts.policy.delays_s == (10, 120)
    press("Esc")


def test_what_is_no_time_is_said_and_not_taken(session: Session, sessions: Sessions, home: Home) -> None:
    """ "soon": a sentence under the field, which is marked; the setting stays, and so does what was typed."""
    shown = opened(session, sessions)
    shown.retry_s.setFocus()
    press("Ctrl+A")
    write("15 s, soon\t")
    assert "“soon” is no length of time" in shown._fields["retry_s"].caption()
    assert shown.retry_s.text() == "15 s, soon"
    press("Esc")
    assert session.choices.settings.retry_s == Settings().retry_s
    assert load(home).retry_s == Settings().retry_s


def test_a_number_is_taken_when_it_is_whole(session: Session, sessions: Sessions, home: Home) -> None:
    """ "30" days is not 3 days on the way: it is taken when the field is left; what is too much cannot be typed."""
    shown = opened(session, sessions)
    shown.give_up_days.setFocus()
    shown.give_up_days.selectAll()
    write("30")
    assert session.choices.settings.give_up_days == 3
    press("Esc")  # closing takes it too
    sessions.wait(lambda: load(home).give_up_days == 30)
    assert session.program.attempts.policy.give_up_s == 30 * 86_400


def test_the_name_beside_practice_is_used_by_the_next_message(session: Session, sessions: Sessions) -> None:
    """A name typed here is what From shows and what the next message says."""
    shown = opened(session, sessions)
    shown.tabs.setCurrentIndex(2)
    shown.sender_name.setFocus()
    write("The office\t")
    assert session.program.sender_of(PRACTICE).name == "The office"
    press("Esc")


def test_a_name_with_a_control_character_is_refused(session: Session, sessions: Sessions) -> None:
    """What could become a header of its own is refused where it is typed."""
    shown = opened(session, sessions)
    shown.tabs.setCurrentIndex(2)
    shown.sender_name.setText("Ann\x07Bcc: eve@example.com")
    shown._take_text("sender_name", shown.sender_name)
    assert "control characters" in shown._fields["sender_name"].caption()
    assert session.choices.settings.sender_name == ""
    press("Esc")


def test_accounts_are_reached_from_here(session: Session, sessions: Sessions) -> None:
    """The button opens the accounts."""
    shown = opened(session, sessions)
    shown.accounts_requested.emit()
    sessions.wait(lambda: session.workplace.accounts is not None and session.workplace.accounts.overview is not None)
    assert session.workplace.accounts is not None
    assert session.workplace.accounts.overview is not None
    session.workplace.accounts.overview.close()
    shown.close()


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("15 s", (15,)),
        ("1 min, 90 s,", (60, 90)),
        ("2h, 1 d", (7200, 86_400)),
        ("15秒、５分，2時間", (15, 300, 7200)),
    ],
)
@pytest.mark.parametrize("code", ["en", "ja"])
def test_lengths_of_time_are_read(qapp: QApplication, text: str, spans: tuple[int, ...], code: str) -> None:
    """A number and a unit, with commas between them; what one language writes, every one reads."""
    language = Language(qapp)
    language.speak(code)
    try:
        assert read_spans(text) == spans
        assert read_spans(spans_text(spans)) == spans
    finally:
        language.silence()


@pytest.mark.parametrize("text", ["", "15", "s", "1 week", "-1 s", "1.5 h", "15 s 5 min"])
def test_other_texts_are_not(text: str) -> None:
    """Half a length, or two without a comma, are refused with an example."""
    with pytest.raises(ValueError, match="15 s, 5 min, 1 h"):
        read_spans(text)


def test_a_low_screen_scrolls_to_the_field_with_the_keys(session: Session, sessions: Sessions) -> None:
    """Where a page has no room it scrolls: nothing on it is squeezed, and a mnemonic shows its field."""
    shown = opened(session, sessions)
    whole = shown.closing.height()
    shown.resize(shown.width(), 300)
    sessions.wait(lambda: shown.closing.visibleRegion().isEmpty())
    press("Alt+C")
    sessions.wait(lambda: shown.closing.hasFocus() and not shown.closing.visibleRegion().isEmpty())
    assert shown.closing.height() == whole
    press("Esc")
