"""The whole window and a real Postfix: an account added by keys, 200 sent, each in the mailbox once."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from core.accounts import accounts as kept
from core.accounts.accounts import Account
from core.clock import Clock
from core.mail.smtp.server import Security
from core.outbox.states import State
from core.paths import Home
from gui.accounts.dialog import AccountDialog
from gui.outbox.details import Tab
from gui.session import Session
from tests.sessions import Sessions, press, rows, says, states, stored, write
from tests.smtp import postfix
from tests.smtp.certificates import Authority
from tests.smtp.postfix import Postfix

USER = "info@example.com"
SECRET = "open sesame"
#: One press of Send for all of them: each gets their own message.
COUNT = 200

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def running(authority: Authority) -> Iterator[Postfix]:
    with postfix.running(authority) as server:
        server.add_user(USER, SECRET)
        yield server


@pytest.fixture
def server(running: Postfix) -> Postfix:
    running.empty()
    return running


@pytest.fixture
def clock(real_clock: Clock) -> Clock:
    return real_clock


@pytest.fixture(autouse=True)
def _at_once(home: Home) -> None:
    home.settings.write_text("undo_s = 0\n")


def add_by_keys(sessions: Sessions, session: Session, authority: Authority, port: int, kind: Security) -> None:
    """Open the dialog from its command, type an account, and wait for its good test."""
    press("Ctrl+Shift+O")
    sessions.wait(lambda: session.workplace.accounts is not None and session.workplace.accounts.overview is not None)
    assert session.workplace.accounts is not None
    overview = session.workplace.accounts.overview
    assert overview is not None
    overview.activateWindow()
    sessions.wait(overview.list.hasFocus)
    press("Alt+A")
    sessions.wait(lambda: any(isinstance(each, AccountDialog) for each in QApplication.topLevelWidgets()))
    (dialog,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, AccountDialog)]
    dialog.activateWindow()
    sessions.wait(dialog.form.address.hasFocus)
    write(f"{USER}\tRiverside School\t{SECRET}\t\tlocalhost\t")
    press("Ctrl+A")
    write(f"{port}\t")
    if kind is Security.STARTTLS:
        press("Down")
    press("Alt+M")
    sessions.wait(dialog.form.ca_file.isVisible)
    press("Alt+F")
    write(str(authority.ca_file))
    press("Return")
    sessions.wait(lambda: "can send" in dialog.outcome())
    assert dialog.steps.text().count("✓") == 5
    press("Return")
    sessions.wait(lambda: len(overview.rows()) == 2)
    overview.activateWindow()
    sessions.wait(overview.isActiveWindow)
    press("Esc")
    session.window.activateWindow()
    sessions.wait(session.window.isActiveWindow)


def send_to_many(sessions: Sessions, session: Session) -> None:
    """Paste the addresses into To, and press Send once."""
    addresses = ", ".join(f"person{number}@example.com" for number in range(COUNT))
    QApplication.clipboard().setText(f"{addresses},")
    press("Alt+1")
    press("Ctrl+V")
    sessions.wait(lambda: len(session.compose.draft().to) == COUNT)
    press("Alt+2")
    write("Trip on Friday\tDear parents")
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted") and len(stored(session)) == 100)


def count_of(session: Session, state: State) -> int:
    return session.program.reader.counts().by_state[state]


def until(sessions: Sessions, session: Session, state: State) -> None:
    """Wait until all are in a state, as long as it goes on."""
    before = -1
    while count_of(session, state) < COUNT:
        assert count_of(session, state) > before, f"{before} of {COUNT} are {state}: {rows(session)[:3]}"
        before = count_of(session, state)
        step = min(COUNT, before + 20)
        sessions.wait(lambda step=step: count_of(session, state) >= step)  # type: ignore[misc]


@pytest.mark.parametrize("kind", [Security.STARTTLS, Security.TLS])
def test_added_tested_and_sent(
    session: Session, sessions: Sessions, server: Postfix, authority: Authority, kind: Security
) -> None:
    """By keys alone: the account is added and tested, 200 are sent, all are in the mailbox once, and the details show
    the queue id that Postfix gave."""
    port = server.submission if kind is Security.STARTTLS else server.smtps
    add_by_keys(sessions, session, authority, port, kind)
    send_to_many(sessions, session)
    until(sessions, session, State.SENT)
    arrived = server.arrived(COUNT)
    assert arrived == dict.fromkeys(arrived, 1)
    assert len(arrived) == COUNT
    sessions.wait(
        lambda: set(states(session)) == {"Sent"}
    )  # the list follows the outbox; Enter on a queued one edits it
    press("Alt+4")
    press("Return")
    (chosen,) = session.outbox.list.chosen()
    queue_id = server.queue_ids()[chosen.message_id]
    sessions.wait(lambda: any("localhost took it, " in row and queue_id in row for row in rows(session)))
    session.outbox.details.show_tab(Tab.ATTEMPTS)
    sessions.wait(lambda: queue_id in session.outbox.details.text())
    assert "TLSv1.3" in session.outbox.details.text()


def test_a_wrong_password_is_tried_once_and_all_go_when_it_is_right(
    home: Home, sessions: Sessions, server: Postfix, authority: Authority
) -> None:
    """200 are sent with a wrong password: one AUTH in Postfix's log, all held, one bar; the right password in the bar,
    and all 200 arrive, each once."""
    account = Account(
        name="school",
        address=USER,
        host="localhost",
        port=server.submission,
        security=Security.STARTTLS,
        user=USER,
        ca_file=str(authority.ca_file),
    )
    kept.add(home, account)
    before = len(server.refused_logins())
    session = sessions.start()
    session.program.secrets.keep(account, "wrong")
    send_to_many(sessions, session)
    until(sessions, session, State.HELD)
    desk = session.workplace.accounts
    assert desk is not None
    sessions.wait(lambda: desk.bar.sentences()[:1] != () and desk.bar.sentences()[0].startswith(f"{COUNT} held"))
    assert f"the password for {USER} was refused" in desk.bar.sentences()[0]
    assert len(server.refused_logins()) == before + 1
    assert set(states(session)) == {"Held"}
    press("Alt+5")
    write(f"{SECRET}\n")
    until(sessions, session, State.SENT)
    sessions.wait(lambda: not desk.bar.isVisible())
    arrived = server.arrived(COUNT)
    assert arrived == dict.fromkeys(arrived, 1)
    assert len(arrived) == COUNT
    assert len(server.refused_logins()) == before + 1
