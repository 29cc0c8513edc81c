"""Closing the window while something is still to be sent: what is asked, and what each answer does."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from core.clock import Clock
from core.outbox.notification import Counts
from core.outbox.states import Place, State
from core.paths import Home
from core.settings import load
from gui.leaving import LeavingDialog, waiting
from gui.session import Session
from tests.outboxes import opened
from tests.sessions import Sessions, fill_in, practised, press, says, stored

_HOUR_MS = 3600 * 1000


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (Counts(), 0),
        (Counts({State.QUEUED: 3}, {}, 1000), 3),
        (Counts({State.QUEUED: 3, State.SENDING: 1}, {}, 1000), 4),
        (Counts({State.QUEUED: 3}, {}, 2 * _HOUR_MS), 0),  # only scheduled ones: they wait for their time anyway
        (Counts({State.QUEUED: 3}, {}, 1000, is_paused=True), 0),  # the person said that nothing is to go
        (Counts({State.HELD: 3, State.FAILED: 1, State.SENT: 9}), 0),
    ],
)
def test_what_would_be_sent_soon_counts(counts: Counts, expected: int) -> None:
    """Queued and due within the hour, or being sent; not what is held, paused, or scheduled for another day."""
    assert waiting(counts, now_ms=0) == expected


@pytest.fixture
def clock(real_clock: Clock) -> Clock:
    """Time passes: what is accepted goes when its undo time is over."""
    return real_clock


@pytest.fixture
def unsent(sessions: Sessions, home: Home) -> Session:
    """A window with one message that waits for its undo time: a minute."""
    home.settings.write_text("undo_s = 60\n")
    session = sessions.start()
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    sessions.wait(lambda: waiting(session.workplace.counts, session.program.clock.now_ms()) == 1)
    return session


def asked(session: Session, sessions: Sessions, close: Callable[[Session], object]) -> LeavingDialog:
    close(session)
    sessions.wait(lambda: session.leaving.dialog is not None)
    dialog = session.leaving.dialog
    assert dialog is not None
    sessions.wait(dialog.isActiveWindow)
    assert session.window.isVisible()
    return dialog


@pytest.mark.parametrize("close", [lambda session: session.window.close(), lambda _: press("Ctrl+Q")])
def test_it_asks_and_esc_stays(unsent: Session, sessions: Sessions, close: Callable[[Session], object]) -> None:
    """The window's cross and Ctrl+Q ask alike; Esc goes back to the window, and nothing has happened."""
    dialog = asked(unsent, sessions, close)
    assert dialog.wait.text() == "&Quit (1 will wait)"
    press("Esc")
    sessions.wait(lambda: unsent.leaving.dialog is None)
    assert unsent.window.isVisible()
    assert [each.state for each in stored(unsent)] == [State.QUEUED]


def test_quit_leaves_it_for_the_next_start(unsent: Session, sessions: Sessions, home: Home) -> None:
    """ "Quit (1 will wait)": the program ends at once; the message is in the outbox and not yet anywhere else."""
    dialog = asked(unsent, sessions, lambda session: session.window.close())
    dialog.wait.click()
    assert sessions.end_by_itself(unsent) == 0
    assert practised(home) == []
    with opened(home) as program:
        assert [each.state for each in program.reader.list()] == [State.QUEUED]


def test_send_now_and_quit(unsent: Session, sessions: Sessions, home: Home) -> None:
    """ "Send now and quit": it is sent, though its undo time is not over, and then the program ends by itself."""
    dialog = asked(unsent, sessions, lambda session: session.window.close())
    assert dialog.send.hasFocus()
    press("Return")
    assert sessions.end_by_itself(unsent) == 0
    assert len(practised(home)) == 1


def test_send_now_waits_for_what_was_put_off(session: Session, sessions: Sessions) -> None:
    """What waits minutes for another try is made due first: the numbers from before do not end the program."""
    quits: list[None] = []
    session.workplace.quit_chosen.disconnect(session.quit)
    session.leaving.send_chosen.disconnect()
    session.leaving.quit_chosen.connect(lambda: quits.append(None))
    in_5_min = Counts({State.QUEUED: 1}, {}, session.program.clock.now_ms() + 300_000)
    session.leaving.leave("send", in_5_min, has_tray=False)
    session.leaving.on_counted(in_5_min)
    assert quits == []
    session.leaving.wait_for_the_rest()
    session.leaving.on_counted(Counts({State.QUEUED: 1}, {}, session.program.clock.now_ms()))
    assert quits == []
    session.leaving.on_counted(Counts({State.SENT: 1}))
    assert len(quits) == 1
    session.workplace.quit_chosen.connect(session.quit)


def test_an_answer_can_be_remembered(unsent: Session, sessions: Sessions, home: Home) -> None:
    """With the mark set, the next close does the same without asking; the preferences can take it back."""
    dialog = asked(unsent, sessions, lambda session: session.window.close())
    dialog.remember.setChecked(True)
    dialog.wait.click()
    assert sessions.end_by_itself(unsent) == 0
    assert load(home).closing == "wait"
    again = sessions.start()
    sessions.wait(lambda: waiting(again.workplace.counts, again.program.clock.now_ms()) == 1)
    assert again.window.close()
    assert sessions.end_by_itself(again) == 0


def test_nothing_to_send_asks_nothing(sessions: Sessions) -> None:
    """An outbox with nothing to be sent: the window closes as any window does."""
    session = sessions.start()
    assert session.window.close()
    assert sessions.end_by_itself(session) == 0


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)  # no tray of its own off screen
def test_the_tray_is_offered_only_where_there_is_one(
    unsent: Session, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a tray nobody is hidden where they cannot be found; with one, the window goes and the program stays."""
    dialog = asked(unsent, sessions, lambda session: session.window.close())
    assert not dialog.stay.isVisible()
    dialog.reject()
    sessions.wait(lambda: unsent.leaving.dialog is None)
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    dialog = asked(unsent, sessions, lambda session: session.window.close())
    assert dialog.stay.isVisible()
    dialog.stay.click()
    sessions.wait(lambda: not unsent.window.isVisible())
    assert unsent.workplace.tray is not None
    sessions.wait(
        lambda: unsent.workplace.tray is not None and unsent.workplace.tray.numbers() == "1 on the way · 0 need you"
    )
    unsent.workplace.tray.window_requested.emit()
    assert unsent.window.isVisible()


def test_the_tray_says_how_things_stand(sessions: Sessions, home: Home) -> None:
    """The setting shows it; its numbers are those of the window."""
    home.settings.write_text("tray = true\n")
    session = sessions.start()
    assert session.workplace.tray is not None
    session.workplace.tray.set_counts(Counts({}, {Place.ON_THE_WAY: 1204, Place.NEEDS_YOU: 2}, is_paused=True))
    assert session.workplace.tray.numbers() == "1,204 on the way · 2 need you · paused"
    assert QApplication.instance() is not None
