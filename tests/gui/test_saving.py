"""A press of Send while another program keeps the outbox locked: what is said, and that the window lives."""

import threading

import pytest

from core.outbox import database
from core.outbox.notification import Draft, Recipient
from core.outbox.states import State
from core.paths import Home
from gui.compose import form
from gui.session import Session
from tests.fakes import Gate
from tests.sessions import Sessions, fill_in, focused, locked, press, rows, says, stored, write

_LOCKED = "Still saving: another program keeps the outbox locked. Nothing is lost."


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds pass in hundredths: a minute's lock is looked at from its start to its end."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 20)
    settings = [setting for setting in database._SETTINGS if setting[0] != "busy_timeout"]
    monkeypatch.setattr(database, "_SETTINGS", tuple(settings))
    monkeypatch.setattr(form, "_STILL_SAVING_MS", 40)


@pytest.mark.usefixtures("hasty")
def test_a_long_lock_is_spoken_of_and_loses_nothing(sessions: Sessions, home: Home) -> None:
    """A8: locked by another process for a minute: the window says "Saving…", then that it still saves, for what it
    waits and that nothing is lost; it lives; nothing is accepted before it is on disk, and nothing twice."""
    session = sessions.start()
    told: list[str] = []
    session.program.outbox.subscribe_waiting(lambda error: told.append(error.code if error else ""))
    fill_in()
    with locked(home):
        press("Ctrl+Return")
        sessions.wait(lambda: says(session) == "Saving…")
        sessions.wait(lambda: says(session) == _LOCKED)
        assert session.compose.strip.accessibleName() == _LOCKED
        assert session.compose.strip.height() >= session.compose.strip._wrapped().height()
        assert session.compose.draft() == Draft((Recipient("ann@example.com"),), "Hello", "Dear Ann")
        assert stored(session) == ()
        assert rows(session) == []
        press("Ctrl+F")
        write("ann")
        assert focused() is session.outbox.find_field
        assert session.outbox.find_field.text() == "ann"
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert told == ["storage_busy", ""]
    assert session.program.outbox.waits_for is None
    assert [each.to for each in stored(session)] == ["ann@example.com"]


@pytest.mark.usefixtures("hasty")
def test_what_is_asked_of_a_row_meanwhile_is_done_afterwards(sessions: Sessions, home: Home) -> None:
    """A8: Hold pressed while another process keeps the lock: a line above says what it waits for, until it is done."""
    session = sessions.start()
    press("Ctrl+Shift+P")
    sessions.wait(lambda: session.program.reader.counts().is_paused)
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: len(rows(session)) == 1)
    with locked(home):
        press("Alt+4")
        press("H")
        sessions.wait(lambda: session.waiting.sentence() == _LOCKED)
        assert [each.state for each in stored(session)] == [State.QUEUED]
    sessions.wait(lambda: [each.state for each in stored(session)] == [State.HELD])
    sessions.wait(lambda: session.waiting.sentence() == "")


@pytest.mark.usefixtures("hasty")
def test_a_disk_that_is_only_slow_is_spoken_of(sessions: Sessions) -> None:
    """A8: where nobody knows what it waits for, it says that it still saves and that nothing is lost."""
    session = sessions.start()
    gate = Gate()
    fill_in()
    session.runner.start("writes", gate.wait)
    press("Ctrl+Return")
    sessions.wait(lambda: says(session) == "Still saving. Nothing is lost.")
    gate.open()
    sessions.wait(lambda: says(session).startswith("Accepted"))


def test_a_short_lock_is_waited_for(session: Session, sessions: Sessions, home: Home) -> None:
    """A8: locked by another process for 1.5 s: accept waits; "Accepted" is said once it is on disk, and no error."""
    fill_in()
    is_over = threading.Event()
    said: list[str] = []
    timer = threading.Timer(1.5, is_over.set)
    with locked(home):
        timer.start()
        press("Ctrl+Return")
        while not is_over.is_set():
            sessions.wait(lambda: is_over.is_set() or says(session) not in said)
            said.append(says(session))
        assert stored(session) == ()
    timer.join()
    sessions.wait(lambda: says(session).startswith("Accepted"))
    assert "Saving…" in said
    assert not any("failed" in each or each.startswith("Accepted") for each in said)
    assert [each.to for each in stored(session)] == ["ann@example.com"]
