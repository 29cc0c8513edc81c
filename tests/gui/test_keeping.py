"""Keeping in the window: a time that is chosen deletes what is older, after a question, and the list follows."""

import pytest

from core.outbox.states import State
from core.paths import Home
from core.settings import load
from gui.keeping import KeepingPage
from gui.session import Session
from tests.fakes import FakeClock
from tests.outboxes import bring_to, opened
from tests.sessions import Sessions, press, rows, states, stored, write

_DAY_S = 24 * 3600


@pytest.fixture
def aged(home: Home, fake_clock: FakeClock) -> Home:
    """Three were sent and one failed forty days ago; one was sent and one is held since yesterday."""
    with opened(home, fake_clock) as program:
        for state in (State.SENT, State.FAILED, State.SENT, State.SENT):
            bring_to(program, state)
        fake_clock.advance(39 * _DAY_S)
        for state in (State.SENT, State.HELD):
            bring_to(program, state)
        program.log.catch_up()
    fake_clock.advance(_DAY_S)
    return home


def page_of(session: Session, sessions: Sessions) -> KeepingPage:
    """Open the page by keys."""
    press("Ctrl+,")
    sessions.wait(lambda: session.places.preferences is not None and session.places.preferences.isActiveWindow())
    shown = session.places.preferences
    assert shown is not None
    press("Alt+P")
    sessions.wait(shown.keeping.isVisible)
    press("Alt+D")
    sessions.wait(shown.keeping.sent.spin.hasFocus)
    return shown.keeping


def test_what_is_older_goes_after_a_question(aged: Home, sessions: Sessions, fake_clock: FakeClock) -> None:
    """30 days: three are named first; "Delete them" deletes them, keeps the setting, and the list has the others."""
    session = sessions.start()
    assert len(rows(session)) == 6
    page = page_of(session, sessions)
    press("Ctrl+A")
    write("30\n")
    sessions.wait(page.sent.keep.hasFocus)
    assert page.sent.keep.accessibleName() == "Keep them: 3 messages are older than that, and would be deleted now."
    assert load(aged).keep_sent_days == 0
    press("Tab")
    assert page.sent.delete.hasFocus()
    press("Space")
    sessions.wait(lambda: len(stored(session)) == 3)
    sessions.wait(lambda: load(aged).keep_sent_days == 30)
    press("Esc")
    sessions.wait(lambda: states(session) == ["Held", "Sent", "Failed"])
    assert session.outbox.model.rowCount() == 3


def test_nothing_goes_when_the_person_keeps_them(aged: Home, sessions: Sessions) -> None:
    """A number that was mistyped deletes nothing: "Keep them" is where the keys are, and the time is as it was."""
    session = sessions.start()
    page = page_of(session, sessions)
    press("Ctrl+A")
    write("3\t")
    sessions.wait(page.sent.keep.hasFocus)
    press("Space")
    sessions.wait(lambda: page.sent.spin.text() == "Never")
    press("Esc")
    assert load(aged).keep_sent_days == 0
    assert len(stored(session)) == 6


def test_a_time_that_deletes_nothing_is_taken_at_once(aged: Home, sessions: Sessions) -> None:
    """A year: nothing is that old, so nothing is asked; also where the window is closed right behind the number."""
    session = sessions.start()
    page_of(session, sessions)
    press("Ctrl+A")
    write("365")
    press("Esc")
    sessions.wait(lambda: load(aged).keep_sent_days == 365)
    assert len(stored(session)) == 6


def test_at_the_start_what_became_old_goes(aged: Home, sessions: Sessions, fake_clock: FakeClock) -> None:
    """With a time that was chosen before, a start deletes what has become old since, behind the window."""
    aged.settings.write_text("keep_sent_days = 30\nkeep_ended_days = 30\n", encoding="utf-8")
    session = sessions.start()
    sessions.wait(lambda: states(session) == ["Held", "Sent"])


def test_details_of_what_was_deleted_say_so(aged: Home, sessions: Sessions) -> None:
    """The row that is read goes: the details say that it was deleted, and nothing of it is left there."""
    session = sessions.start()
    press("Alt+4")
    press("End")
    press("Return")
    sessions.wait(lambda: "Hello there." in session.outbox.details.text())
    (oldest,) = [each.id for each in stored(session)][-1:]
    session.program.outbox.remove_old([oldest], session.program.clock.now_ms(), 0).then()
    sessions.wait(lambda: session.outbox.model.rowCount() == 5)
    sessions.wait(
        lambda: "Hello there." not in session.outbox.details.text() or session.outbox.details.delivery_id() != oldest
    )
    assert "not in the outbox any more" in session.outbox.details.text()


def test_what_comes_and_goes_in_one_moment_is_shown(aged: Home, sessions: Sessions, fake_clock: FakeClock) -> None:
    """As many are accepted as are deleted: the numbers are the same, and the rows are the right ones all the same."""
    session = sessions.start()
    gone = [each.id for each in stored(session)][-1]
    session.program.outbox.remove_old([gone], fake_clock.now_ms(), 0).then()
    new = bring_to_held(session)
    sessions.wait(lambda: session.outbox.model.row_of(new) == 0)
    sessions.wait(lambda: session.outbox.model.row_of(gone) is None)
    assert [session.outbox.model.row_of(each.id) for each in stored(session)] == [0, 1, 2, 3, 4, 5]


def bring_to_held(session: Session) -> int:
    """Accept one behind the window's back, as the door does, and return it."""
    from core.outbox.notification import Terms, new_token
    from tests.outboxes import draft

    terms = Terms(is_held=True)
    return session.program.outbox.accept(draft(), terms, token=new_token()).wait().deliveries[0].id
