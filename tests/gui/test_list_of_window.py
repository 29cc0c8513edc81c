"""The list in the whole window: what a person asks of rows by keys, done by the real outbox."""

from functools import partial

import pytest
from PySide6.QtWidgets import QPushButton, QToolButton

from core.outbox.notification import Draft, Recipient
from core.outbox.states import Place
from core.paths import Home
from gui.outbox.details import Tab
from gui.session import Session
from tests.fakes import FakeClock
from tests.seed import NOW_MS, seed
from tests.sessions import Sessions, fill_in, practised, press, rows, says, states, stored, write


@pytest.fixture
def filled(sessions: Sessions, home: Home, fake_clock: FakeClock) -> Session:
    """The window on an outbox with a row in every state. Its clock is that of the rows: nothing is due for a minute."""
    seed(home)
    fake_clock.jump((NOW_MS - fake_clock.now_ms()) / 1000)
    return sessions.start()


def send(session: Session, sessions: Sessions, to: str = "ann@example.com") -> None:
    """Send one; the list has the keys then, with its row selected."""
    before = len(stored(session))
    fill_in(to)
    press("Ctrl+Return")
    sessions.wait(lambda: len(rows(session)) == before + 1)
    press("Alt+4")
    session.outbox.list.selectRow(0)


def test_hold_and_release(session: Session, sessions: Sessions, home: Home, fake_clock: FakeClock) -> None:
    """H holds a queued row beyond its time, H again lets it go, and it arrives once."""
    send(session, sessions)
    press("H")
    sessions.wait(lambda: states(session) == ["Held"])
    fake_clock.advance(60)
    session.engine.wake()
    press("H")
    sessions.wait(lambda: states(session) == ["Practised"])
    assert len(practised(home)) == 1


def test_cancel_and_take_it_back(session: Session, sessions: Sessions, home: Home, fake_clock: FakeClock) -> None:
    """Delete cancels without a dialog; Ctrl+Z takes it back, and it goes."""
    send(session, sessions)
    press("Delete")
    sessions.wait(lambda: states(session) == ["Cancelled"])
    sessions.wait(lambda: session.outbox.can_restore)
    press("Ctrl+Z")
    sessions.wait(lambda: states(session) == ["Queued"])
    assert session.compose.is_blank()
    fake_clock.advance(6)
    session.engine.wake()
    sessions.wait(lambda: states(session) == ["Practised"])
    assert len(practised(home)) == 1


def test_cancelled_is_never_sent(session: Session, sessions: Sessions, home: Home, fake_clock: FakeClock) -> None:
    """What was cancelled does not go."""
    send(session, sessions)
    press("Delete")
    sessions.wait(lambda: states(session) == ["Cancelled"])
    fake_clock.advance(60)
    send(session, sessions, "ben@example.net")
    fake_clock.advance(6)
    session.engine.wake()
    sessions.wait(lambda: states(session) == ["Practised", "Cancelled"])
    assert len(practised(home)) == 1


def test_edit_brings_the_row_back_into_the_form(session: Session, sessions: Sessions) -> None:
    """Enter on a queued row brings it back into the form, whole; it does not go."""
    send(session, sessions)
    press("Return")
    sessions.wait(lambda: session.compose.draft() == Draft((Recipient("ann@example.com"),), "Hello", "Dear Ann"))
    sessions.wait(lambda: states(session) == ["Cancelled"])
    assert not session.composing.can_undo


def test_several_rows_at_once(session: Session, sessions: Sessions) -> None:
    """Ctrl+A and H hold all that can be held."""
    for to in ("ann@example.com", "ben@example.net", "eve@example.com"):
        send(session, sessions, to)
    press("Ctrl+A")
    press("H")
    sessions.wait(lambda: states(session) == ["Held"] * 3)


def test_one_bad_row_never_stops_the_others(session: Session, sessions: Sessions) -> None:
    """All rows selected, Delete cancels what can be cancelled; the rest stays as it is, and nobody is told off."""
    send(session, sessions)
    press("Delete")
    sessions.wait(lambda: states(session) == ["Cancelled"])
    send(session, sessions, "ben@example.net")
    press("Ctrl+A")
    press("Delete")
    sessions.wait(lambda: states(session) == ["Cancelled"] * 2)
    assert session.window.notices.sentence() == ""


def test_the_five_filters_add_up(filled: Session, sessions: Sessions) -> None:
    """Each filter shows its rows and their number; the four add up to All."""
    total = 0
    numbers = {}
    for number, place in enumerate(Place, start=1):
        press(f"Ctrl+{number}")
        sessions.wait(partial(_shows, filled, place))
        numbers[place] = len(rows(filled))
        assert any(str(numbers[place]) in name for name in filled.outbox.filters.names())
        total += 0 if place is Place.ALL else numbers[place]
    assert total == numbers[Place.ALL] == 11


def _shows(session: Session, place: Place) -> bool:
    shown = session.outbox.model.shown
    return shown is not None and shown.place is place


def test_find(filled: Session, sessions: Sessions) -> None:
    """Ctrl+F and words find by address, name and subject; Esc shows all again; nothing found is a sentence."""
    press("Ctrl+F")
    write("order ready ben")
    sessions.wait(lambda: len(rows(filled)) == 1)
    assert "ben@example.net" in rows(filled)[0]
    press("Esc")
    sessions.wait(lambda: len(rows(filled)) == 11)
    press("Ctrl+F")
    write("nobody at all")
    sessions.wait(lambda: "Nothing found" in filled.outbox.list.sentence())


def test_details_show_every_part(filled: Session, sessions: Sessions) -> None:
    """Details: the message, the exact source, each attempt with the server's reply, the history."""
    press("Alt+4")
    waiting = filled.program.reader.list(None, "ben", 1)
    assert filled.outbox.show_delivery(next(iter(waiting)).id)
    details = filled.outbox.details
    sessions.wait(lambda: "please see below" in details.text())
    details.show_tab(Tab.SOURCE)
    sessions.wait(lambda: "To: ben@example.net" in details.text())
    details.show_tab(Tab.ATTEMPTS)
    assert details.text().count("Try again later") == 3
    details.show_tab(Tab.HISTORY)
    assert "ccepted" in details.text()


def test_details_follow_the_delivery(session: Session, sessions: Sessions, fake_clock: FakeClock) -> None:
    """What becomes of a delivery while its details are open is seen in them."""
    send(session, sessions)
    session.outbox.toggle_details()
    session.outbox.details.show_tab(Tab.HISTORY)
    sessions.wait(lambda: "ccepted" in session.outbox.details.text())
    fake_clock.advance(6)
    session.engine.wake()
    sessions.wait(lambda: "Practised" in session.outbox.details.text() or "practised" in session.outbox.details.text())


def test_pause_holds_everything_across_a_restart(
    session: Session, sessions: Sessions, home: Home, fake_clock: FakeClock
) -> None:
    """Paused, nothing goes, also after a restart; the button in the status bar lets everything go on."""
    press("Ctrl+Shift+P")
    sessions.wait(lambda: session.actions["pause"].text() == "&Go on")
    send(session, sessions)
    fake_clock.advance(60)
    again = sessions.restart(session)
    sessions.wait(lambda: again.actions["pause"].text() == "&Go on")
    assert states(again) == ["Queued"]
    assert practised(home) == []
    button = next(each for each in again.status.findChildren(QToolButton) if each.text() == "Go on")
    button.click()
    sessions.wait(lambda: states(again) == ["Practised"])
    sessions.wait(lambda: button.text() == "Pause")


def test_unconfirmed_is_sent_again_only_when_a_person_says_so(filled: Session, sessions: Sessions, home: Home) -> None:
    """What is not confirmed stays so; Send again from the menu sends it once more."""
    assert practised(home) == []
    press("Alt+4")
    unconfirmed = next(iter(filled.program.reader.list(None, "eve", 1)))
    assert filled.outbox.list.choose(unconfirmed.id)
    filled.actions["send_again"].trigger()
    sessions.wait(lambda: len(practised(home)) == 1)


def test_new_row_and_its_undo_keep_the_selection(filled: Session, sessions: Sessions) -> None:
    """While a row is selected, a newly accepted one comes on top and the same row stays selected."""
    press("Alt+4")
    joe = next(iter(filled.program.reader.list(None, "joe", 1)))
    assert filled.outbox.list.choose(joe.id)
    fill_in("new@example.com")
    press("Ctrl+Return")
    sessions.wait(lambda: "new@example.com" in rows(filled)[0])
    assert says(filled).startswith("Accepted")
    assert filled.outbox.list.chosen_id() == joe.id


@pytest.mark.parametrize(
    ("button", "state"), [("Mark as sent", "Sent"), ("Send again (may arrive twice)", "Practised")]
)
def test_doubt_is_ended_in_the_details(
    filled: Session, sessions: Sessions, fake_clock: FakeClock, button: str, state: str
) -> None:
    """What is not confirmed says so in its details, with the two ways out; then the strip is gone."""
    press("Alt+4")
    (eve,) = [each for each in stored(filled) if each.to == "eve@example.com"]
    assert filled.outbox.list.choose(eve.id)
    filled.outbox.show_details()
    doubt = filled.outbox.details.doubt
    sessions.wait(doubt.isVisible)
    assert doubt.accessibleName() == "smtp.example.com closed the connection before it confirmed. It may have arrived."
    next(each for each in doubt.findChildren(QPushButton) if each.text() == button).click()
    sessions.wait(lambda: any(row.startswith(f"{state}, eve@example.com") for row in rows(filled)))
    sessions.wait(lambda: not doubt.isVisible())
