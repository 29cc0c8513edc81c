"""Forget this person in the window: it is said what goes, what is on the way needs a tick, and then nothing is left."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from core.outbox.notification import Draft, Recipient, Terms
from core.outbox.states import State
from core.paths import Home
from gui.forgetting import ForgettingDialog
from gui.session import Session
from tests import judge
from tests.fakes import FakeClock
from tests.outboxes import BEN, accept, bring_to, opened
from tests.sessions import Sessions, press, rows, stored

ZOE = Recipient("zoe.quark@example.org", "Zoe Quark")


@pytest.fixture
def known(home: Home, fake_clock: FakeClock) -> Home:
    """She got two messages, a third is held; Ben got one of them too."""
    with opened(home, fake_clock) as program:
        bring_to(program, State.SENT)
        accept(program, ZOE, text="plumtext")
        accept(program, BEN, ZOE, text="for both")
        accept(program, ZOE, text="plumtext again", terms=Terms(is_held=True))
        program.outbox.remember([ZOE], "zoe").wait()
        program.outbox.set_aside("aside", Draft(to=(ZOE,), text="plumtext in a draft")).wait()
        program.inline_engine().deliver()
    judge.made_by_hand(home)
    return home


def asked(session: Session, sessions: Sessions) -> ForgettingDialog:
    """Find her by keys, and ask for the dialog."""
    press("Alt+4")
    press("Home")
    sessions.wait(lambda: session.outbox.chosen_address() == ZOE.address)
    session.actions["forget"].trigger()
    sessions.wait(lambda: bool(dialogs()))
    (dialog,) = dialogs()
    sessions.wait(dialog.isActiveWindow)
    return dialog


def dialogs() -> list[ForgettingDialog]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, ForgettingDialog) and each.isVisible()]


def anywhere(home: Home, *words: bytes) -> list[Path]:
    return [
        path for path in home.root.rglob("*") if path.is_file() and any(word in path.read_bytes() for word in words)
    ]


def test_what_goes_is_said_and_then_it_is_gone(known: Home, sessions: Sessions) -> None:
    """The dialog names it by numbers; the tick for what is held lets Forget be pressed; a sentence says when it is
    done, and no file of the outbox has a word of it. Ben's message is there."""
    session = sessions.start()
    dialog = asked(session, sessions)
    lines = [each.text() for each in dialog.lines]
    assert lines[:5] == [
        "3 messages to them, and what became of them",
        "2 messages in the practice mail folder",
        "The address among earlier recipients",
        "1 draft to nobody else",
        "11 lines of log.txt: only time, number and “forgotten” stay",
    ]
    assert dialog.agreed.text().replace("&", "") == "Cancel 1 message that has not been sent yet"
    assert not dialog.forget.isEnabled()
    press("Space")
    assert dialog.forget.isEnabled()
    press("Alt+F")
    sessions.wait(lambda: session.window.notices.sentence() == f"{ZOE.address} is forgotten.")
    sessions.wait(lambda: len(rows(session)) == 2)
    assert [each.to for each in stored(session)] == ["ben@example.net", "ann@example.com"]
    assert anywhere(known, b"zoe.quark", b"plumtext") == []
    sessions.wait(lambda: not session.workplace._drafts_menu.actions())
    sessions.end(session)
    assert anywhere(known, b"zoe.quark", b"plumtext") == []


def test_enter_and_esc_remove_nothing(known: Home, sessions: Sessions) -> None:
    """Cancel has Enter, so that a key that was meant for something else forgets nobody."""
    session = sessions.start()
    for key in ("Return", "Esc"):
        dialog = asked(session, sessions)
        dialog.agreed.click()
        press(key)
        sessions.wait(lambda: not dialogs())
        sessions.wait(session.window.isActiveWindow)
    assert len(stored(session)) == 5
    assert anywhere(known, b"zoe.quark")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_all_of_it_can_be_read(known: Home, sessions: Sessions, language: str) -> None:
    """No line of the dialog is cut off, however small the screen is: each label has the height that its words need."""
    known.settings.write_text(f'language = "{language}"\n')
    for day in range(10, 30):
        (known.root / f"outbox.db.damaged-202611{day}T000000Z").write_bytes(b"")
    session = sessions.start()
    dialog = asked(session, sessions)
    assert dialog.height() > dialog.screen().size().height() * 2 // 3  # as high as Qt would make it at most
    for label in dialog.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
    press("Esc")
    sessions.wait(lambda: not dialogs())


def test_a_start_goes_on_with_it(known: Home, sessions: Sessions, fake_clock: FakeClock) -> None:
    """Asked for, and then the program ended: the next start does it, behind the window."""
    with opened(known, fake_clock) as program:
        program.outbox.ask_to_forget(ZOE.address, program.forgetting.traces(ZOE.address).on_the_way).wait()
    session = sessions.start()
    sessions.wait(lambda: len(rows(session)) == 2)
    sessions.wait(lambda: anywhere(known, b"zoe.quark", b"plumtext") == [])


def test_why_it_is_not_done_is_said(known: Home, sessions: Sessions) -> None:
    """log.txt cannot be written: a sentence says so, and that it goes on at the next start, as it does."""
    session = sessions.start()
    sessions.wait(known.log.is_file)
    moved = known.root.with_name("elsewhere.txt")
    known.log.rename(moved)
    known.log.symlink_to(moved)
    dialog = asked(session, sessions)
    dialog.agreed.click()
    dialog.forget.click()
    sessions.wait(lambda: "not forgotten yet" in session.window.notices.sentence())
    known.log.unlink()
    moved.rename(known.log)
    session = sessions.restart(session)
    sessions.wait(lambda: anywhere(known, b"zoe.quark", b"plumtext") == [])
