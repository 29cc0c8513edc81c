"""The stranger's test: ten things people come to do, done in the window by keys alone, and the keys counted.

`.venv/bin/python -m pytest -s tests/gui/test_stranger.py` prints them beside what the same takes in Thunderbird 128, by
the keys that its own documentation names; Thunderbird itself is not run.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from core.clock import Clock, SystemClock
from core.executor import Inline
from core.outbox.leases import Finished, Settlement
from core.outbox.notification import Draft, Recipient, Terms, new_token
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program
from core.settings import Settings
from gui.outbox.details import Tab
from gui.session import Session
from tests import judge
from tests import sessions as keyboard
from tests.gui.mail_server import HOST, MailServer, mail_server
from tests.gui.test_accounts import ADDRESS, desk_of, dialog_of
from tests.outboxes import claim as lease
from tests.seed import StoppedClock
from tests.sessions import Sessions, practised, rows, says, states, stored
from tests.smtp.certificates import Authority

_MONTH_MS = 32 * 24 * 3600 * 1000
_WORDS = {
    "address": "ann@example.com",
    "subject": "Hello",
    "text": "Dear Ann",
    "name": "Riverside School",
    "own": ADDRESS,
    "password": "open sesame",
    "wrong": "open sesam",
    "bad": "joe@example.com",
    "good": "joel@example.com",
    "time": "tomorrow 9:00",
    "find": "invoice",
}
#: The keys of Thunderbird 128 for the same; {…} is typed. None: it has no way to do this without an add-on.
_THEIRS: dict[str, str | None] = {
    "first send": "Ctrl+N {address} Tab {subject} Tab {text} Ctrl+Enter Enter",
    "undo it": None,
    "add an account from its address": "Alt+F N A {name} Tab {own} Tab {password} Enter Enter",
    "mend a wrong password": "Tab Enter {password} Enter",
    "mend one that failed": "Enter Shift+Tab Shift+Tab Backspace {good} Ctrl+Enter Enter",
    "schedule": None,
    "find one from last month": "Ctrl+K {find} Enter Tab Tab Enter",
    "hold everything": "Alt+F O W",
    "use one again": "Ctrl+E",
    "read the source": "Ctrl+U",
}


@dataclass
class Stranger:
    """Somebody who knows the keys of a keyboard, and counts how often one is pressed."""

    keys: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def press(self, *combinations: str) -> None:
        for combination in combinations:
            keyboard.press(combination)
            self.keys += 1

    def type(self, text: str) -> None:
        keyboard.write(text)
        self.keys += len(text)

    def has_done(self, task: str) -> None:
        self.counts[task], self.keys = self.keys, 0

    def fill_in(self, address: str) -> None:
        self.press("Alt+1")
        self.type(f"{address}\t{_WORDS['subject']}\t{_WORDS['text']}")


def _count(keys: str | None) -> str:
    if keys is None:
        return "—"
    return str(sum(len(_WORDS[key.strip("{}")]) if key.startswith("{") else 1 for key in keys.split()))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def server(authority: Authority, expected_logs: list[str]) -> Iterator[MailServer]:
    expected_logs.append("login_data is deprecated")  # aiosmtpd 1.4 says it of itself
    with mail_server(authority.good(HOST)) as server:
        server.unknown.add(_WORDS["bad"])
        yield server


@pytest.fixture
def clock(real_clock: Clock, server: MailServer) -> Clock:
    """Servers answer in their own time."""
    return real_clock


@pytest.fixture
def last_month(home: Home) -> None:
    """An outbox that was used a month ago."""
    clock = StoppedClock(SystemClock().now_ms() - _MONTH_MS)
    program = Program(home, Inline(), Settings(), clock=clock)
    try:
        program.open().wait()
        draft = Draft(to=(Recipient("eve@example.com"),), subject="Invoice 2026-114", text="Dear Eve")
        receipt = program.outbox.accept(draft, Terms(), token=new_token()).wait()
        (claim,) = lease(program, 1, "last month", receipt.notification)
        finished = Finished("folder", None, "", "", "")
        assert program.outbox.settle(claim, Settlement(State.SENT, Reason.PRACTISED), finished).wait()
    finally:
        program.close()
    judge.made_by_hand(home)


@pytest.mark.usefixtures("last_month")
def test_ten_things_by_keys_alone(sessions: Sessions, home: Home, server: MailServer, authority: Authority) -> None:
    """First send, undo, an account, a wrong password, a failed one, a schedule, an old one found, a pause, one used
    again, the source: each by keys in the window, without a page to read first, in fewer keys than Thunderbird's.
    """
    session = sessions.start()
    stranger = Stranger()
    _send_and_undo(stranger, sessions, session, home)
    _have_an_account(stranger, sessions, session, server, authority)
    _mend_one_that_failed(stranger, sessions, session, server)
    _do_the_rest(stranger, sessions, session)
    width = max(map(len, _THEIRS))
    print(f"\n{'task':{width}}  keys  Thunderbird")
    for task, theirs in _THEIRS.items():
        print(f"{task:{width}}  {stranger.counts[task]:4}  {_count(theirs):>11}")
    assert list(stranger.counts) == list(_THEIRS)
    for task, theirs in _THEIRS.items():
        assert theirs is None or stranger.counts[task] <= int(_count(theirs)), f"{task} takes more keys than theirs"


def _send_and_undo(stranger: Stranger, sessions: Sessions, session: Session, home: Home) -> None:
    stranger.type(f"{_WORDS['address']}\t{_WORDS['subject']}\t{_WORDS['text']}")  # the keys are in To at the start
    stranger.press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted"))
    stranger.has_done("first send")
    stranger.press("Ctrl+Z")
    sessions.wait(lambda: session.compose.message.toPlainText() == _WORDS["text"])
    stranger.has_done("undo it")
    assert practised(home) == []
    keyboard.press("Ctrl+N")  # set aside: what follows begins with an empty form


def _have_an_account(
    stranger: Stranger, sessions: Sessions, session: Session, server: MailServer, authority: Authority
) -> None:
    stranger.press("Ctrl+Shift+O")
    sessions.wait(lambda: desk_of(session).overview is not None)
    overview = _activate(sessions, desk_of(session).overview)
    stranger.press("Alt+A")
    sessions.wait(lambda: QApplication.activeModalWidget() is not None)
    dialog = dialog_of()
    dialog.activateWindow()
    sessions.wait(lambda: QApplication.focusWidget() is dialog.form.address)
    stranger.type(f"{ADDRESS}\t{_WORDS['name']}\t{_WORDS['wrong']}")
    # Where the provider is one that is known, that was all. This one is a test's own, on this computer.
    _name_the_server(sessions, server, authority)
    stranger.press("Return")
    sessions.wait(lambda: server.given == [_WORDS["wrong"].encode()])
    sessions.wait(lambda: QApplication.focusWidget() is dialog.form.password)
    stranger.has_done("add an account from its address")
    stranger.type(_WORDS["password"])
    stranger.press("Return")
    sessions.wait(lambda: QApplication.focusWidget() is dialog.go and not dialog.is_testing())
    stranger.press("Return")
    sessions.wait(lambda: not dialog.isVisible())
    stranger.has_done("mend a wrong password")
    overview.close()
    session.window.activateWindow()
    sessions.wait(session.window.isActiveWindow)


def _activate(sessions: Sessions, window: QWidget | None) -> QWidget:
    """Do what a window manager does with a new window: it gets the keys."""
    assert window is not None
    window.activateWindow()
    sessions.wait(lambda: any(window.isAncestorOf(each) for each in [QApplication.focusWidget()] if each is not None))
    return window


def _name_the_server(sessions: Sessions, server: MailServer, authority: Authority) -> None:
    dialog = dialog_of()
    keyboard.write(f"\t\t{HOST}\t")
    keyboard.press("Ctrl+A")
    keyboard.write(f"{server.port}\t")
    keyboard.press("Down")  # STARTTLS
    keyboard.press("Alt+M")
    sessions.wait(dialog.form.ca_file.isVisible)
    keyboard.press("Alt+F")
    keyboard.write(str(authority.ca_file))


def _mend_one_that_failed(stranger: Stranger, sessions: Sessions, session: Session, server: MailServer) -> None:
    keyboard.press("Alt+1")
    keyboard.write(f"{_WORDS['bad']}\t{_WORDS['subject']}\t{_WORDS['text']}")
    keyboard.press("Ctrl+Return")
    sessions.wait(lambda: "Failed" in states(session))
    stranger.press("Alt+4", "Ctrl+Shift+N")  # the list, and the first row used again
    sessions.wait(lambda: session.compose.message.toPlainText() == _WORDS["text"])
    stranger.press("Alt+1", "Backspace")
    stranger.type(_WORDS["good"])
    stranger.press("Ctrl+Return")
    sessions.wait(lambda: server.recipients == [_WORDS["good"]])
    stranger.has_done("mend one that failed")


def _do_the_rest(stranger: Stranger, sessions: Sessions, session: Session) -> None:
    keyboard.fill_in()
    stranger.press("Ctrl+Shift+Return")
    sessions.wait(lambda: QApplication.activeModalWidget() is not None)
    _activate(sessions, QApplication.activeModalWidget())
    stranger.type(_WORDS["time"])
    stranger.press("Return")
    sessions.wait(lambda: stored(session)[0].reason is Reason.SCHEDULE)
    stranger.has_done("schedule")
    session.window.activateWindow()
    sessions.wait(session.window.isActiveWindow)

    stranger.press("Ctrl+F")
    stranger.type(_WORDS["find"])
    stranger.press("Return")
    sessions.wait(lambda: len(rows(session)) == 1)
    stranger.press("Return")
    sessions.wait(lambda: "Dear Eve" in session.outbox.details.text())
    stranger.has_done("find one from last month")

    stranger.press("Ctrl+Shift+P")
    sessions.wait(lambda: session.workplace.counts.is_paused)
    stranger.has_done("hold everything")

    stranger.press("Ctrl+Shift+N")
    sessions.wait(lambda: session.compose.message.toPlainText() == "Dear Eve")
    stranger.has_done("use one again")

    keyboard.press("Alt+4")
    stranger.press("Ctrl+U")
    sessions.wait(lambda: session.outbox.details.tab() is Tab.SOURCE)
    sessions.wait(lambda: "Message-ID:" in session.outbox.details.text())
    stranger.has_done("read the source")
