"""The notice of the desktop: one for all that came to need the person, and none while they look at the window."""

import pytest
from pytestqt.qtbot import QtBot

from core.outbox.notification import Counts
from core.outbox.states import Place
from core.paths import Home
from gui import digest as digests
from gui.digest import Digest
from gui.theme import Theme
from tests.fakes import FakeClock
from tests.seed import NOW_MS, seed
from tests.sessions import Sessions, press, rows, write


def needing(count: int) -> Counts:
    return Counts({}, {Place.NEEDS_YOU: count})


@pytest.fixture
def looked_at() -> list[bool]:
    return [False]


@pytest.fixture
def digest(theme: Theme, looked_at: list[bool], monkeypatch: pytest.MonkeyPatch) -> Digest:
    monkeypatch.setattr(digests, "_QUIET_MS", 20)
    return Digest(lambda: looked_at[0], theme)


def test_many_are_one_notice(digest: Digest, qtbot: QtBot) -> None:
    """Three that fail within seconds are one sentence, with their number."""
    told: list[str] = []
    digest.due.connect(told.append)
    for count in (5, 6, 8):  # five needed the person before
        digest.on_counted(needing(count))
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["3 messages need you: they failed, or may not have arrived."]


def test_what_was_there_at_the_start_is_no_news(digest: Digest, qtbot: QtBot) -> None:
    """The first numbers after a start are not told."""
    told: list[str] = []
    digest.due.connect(told.append)
    digest.on_counted(needing(4))
    digest.on_counted(needing(5))
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["A message needs you: it failed, or may not have arrived."]


def test_nothing_is_told_to_who_looks_at_it(digest: Digest, looked_at: list[bool], qtbot: QtBot) -> None:
    """With the window before them, the person sees the row; and what they have seen is not told later."""
    told: list[str] = []
    digest.due.connect(told.append)
    digest.on_counted(needing(0))
    digest.on_counted(needing(2))
    looked_at[0] = True
    digest.on_counted(needing(3))
    looked_at[0] = False
    digest.on_counted(needing(4))
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["A message needs you: it failed, or may not have arrived."]


def test_what_was_mended_meanwhile_is_not_told(digest: Digest, qtbot: QtBot) -> None:
    """One fails and is tried again before the notice: there is none."""
    told: list[str] = []
    digest.due.connect(told.append)
    for count in (0, 1, 0):
        digest.on_counted(needing(count))
    qtbot.waitUntil(lambda: not digest._timer.isActive())
    assert told == []


def test_a_click_on_the_notice_goes_to_the_row(sessions: Sessions, home: Home, fake_clock: FakeClock) -> None:
    """The last that came to need the person is selected in its filter, with its details open, whatever was shown."""
    seed(home)
    fake_clock.jump((NOW_MS - fake_clock.now_ms()) / 1000)
    session = sessions.start()
    sessions.wait(lambda: len(rows(session)) > 3)
    session.workplace.show_tray(is_shown=True)
    assert session.workplace.tray is not None
    press("Ctrl+F")
    write("nothing like it")
    sessions.wait(lambda: rows(session) == [])
    session.workplace.tray.needs_requested.emit()
    sessions.wait(lambda: len(rows(session)) == 4)
    sessions.wait(lambda: session.outbox.list.chosen_id() == session.program.reader.latest(Place.NEEDS_YOU))
    assert session.outbox.details.isVisible()
    assert session.outbox.filters.place() is Place.NEEDS_YOU
