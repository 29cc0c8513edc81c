"""The session: what it keeps, what it says when something goes wrong, and how it ends."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QRect, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from core import settings
from core.clock import Clock
from core.errors import Fault
from core.outbox.notification import Draft, Recipient
from core.paths import Home
from gui import app
from gui.errors import ErrorDialog
from gui.session import Session
from tests.fakes import FakeClock, Gate
from tests.outboxes import opened
from tests.seed import seed
from tests.sessions import Sessions, fill_in, full_disk, practised, press, rows, says, states, stored


def dialog_of(session: Session) -> ErrorDialog:
    dialog = session.reporter.dialog()
    assert dialog is not None
    return dialog


# -- errors -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def faulty(session: Session, sessions: Sessions) -> Session:
    """The window with its hooks taken, as when it runs. Errors are expected."""
    sessions.are_errors_expected = True
    return session


def test_unhandled_errors_open_one_dialog_and_the_program_goes_on(
    faulty: Session, sessions: Sessions, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error nobody handled, in a slot, in a worker, in another thread: one dialog, in words, with all the details
    to copy; the program goes on."""

    def fail(where: str) -> None:
        raise ZeroDivisionError(f"in a {where}")

    faulty.reporter.install()
    try:
        QTimer.singleShot(0, lambda: fail("slot"))
        faulty.runner.start("files", lambda: fail("worker"))
        thread = threading.Thread(target=fail, args=("thread",))
        thread.start()
        thread.join()
        sessions.wait(
            lambda: (
                (dialog := faulty.reporter.dialog()) is not None
                and all(f"in a {each}" in dialog.details() for each in ("slot", "worker", "thread"))
            )
        )
    finally:
        faulty.reporter.uninstall()
    dialogs = [each for each in QApplication.topLevelWidgets() if isinstance(each, ErrorDialog) and each.isVisible()]
    assert dialogs[0].minimumSizeHint().height() <= 240  # two thirds of a screen of 1280×720 at 200 %
    assert len(dialogs) == 1
    copy = next(each for each in dialogs[0].findChildren(QPushButton) if "Copy" in each.text())
    copy.click()
    assert "ZeroDivisionError: in a worker" in QGuiApplication.clipboard().text()
    dialogs[0].reject()
    faulty.window.activateWindow()
    sessions.wait(lambda: QApplication.focusWidget() is not None)
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(faulty).startswith("Accepted"))
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_an_error_above_a_modal_dialog_can_be_read_and_outlives_it(
    faulty: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    """The dialog of our mistake is above the other, and stays when that one closes and is deleted."""
    other = QDialog(faulty.window)
    other.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    other.open()
    faulty.reporter.report(ZeroDivisionError("first"))
    assert QApplication.activeModalWidget() is dialog_of(faulty)
    other.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    faulty.reporter.report(ZeroDivisionError("second"))
    assert dialog_of(faulty).isVisible()
    assert "second" in dialog_of(faulty).details()
    dialog_of(faulty).reject()
    capsys.readouterr()


def test_thousand_errors_do_not_fill_the_dialog(faulty: Session, capsys: pytest.CaptureFixture[str]) -> None:
    """An error in every frame is not a page for each."""
    for number in range(1000):
        faulty.reporter.report(ZeroDivisionError(f"number {number}"))
    assert dialog_of(faulty).details().count("ZeroDivisionError") < 50
    assert "and more of them" in dialog_of(faulty).details()
    dialog_of(faulty).reject()
    capsys.readouterr()


# -- the log, the disk ------------------------------------------------------------------------------------------------


def test_log_that_cannot_be_written_stops_no_delivery(
    sessions: Sessions, home: Home, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A6: log.txt cannot be written: deliveries go on, one notice; when it can be again, nothing is missing."""
    monkeypatch.setattr("gui.errors._ONCE_IN_S", 1e9)  # however slow this machine is
    home.log.mkdir()
    session = sessions.start()
    said: list[str] = []
    sessions.wait(lambda: "log.txt cannot be written" in session.window.notices.sentence())
    session.reporter.noticed.connect(said.append)
    for number in range(3):
        fill_in(f"ann{number}@example.com")
        press("Ctrl+Return")
        sessions.wait(lambda number=number: len(rows(session)) == number + 1)  # type: ignore[misc]
    fake_clock.advance(6)
    session.engine.wake()
    sessions.wait(lambda: states(session) == ["Practised"] * 3)
    assert said == []  # it was said at the start, once
    home.log.rmdir()
    again = sessions.restart(session)
    sessions.wait(lambda: home.log.is_file() and home.log.read_text().count("practised") == 3)
    assert again.window.notices.sentence() == ""


def test_full_disk_while_delivering_is_met_again(
    session: Session, sessions: Sessions, home: Home, fake_clock: FakeClock
) -> None:
    """A5: a disk that is full while a delivery is due: said once; when there is room, it goes by itself, once."""
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: bool(rows(session)))
    with full_disk(home):
        fake_clock.advance(6)
        session.engine.wake()
        sessions.wait(lambda: "disk" in session.window.notices.sentence())
    sessions.wait(lambda: states(session) == ["Practised"])
    assert len(practised(home)) == 1


# -- opening ----------------------------------------------------------------------------------------------------------


def test_outbox_that_cannot_be_opened_ends_the_run(sessions: Sessions, home: Home) -> None:
    """What is not an outbox: the run ends by itself with 73 and the sentence."""
    home.database.write_bytes(b"Dear diary, " * 1000)
    session = sessions.start(must_open=False)
    code = sessions.end_by_itself(session)
    assert code == 73
    assert "is not an outbox of Outtray" in session.failure
    assert home.database.read_bytes() == b"Dear diary, " * 1000


def test_refusal_is_printed_where_nobody_reads_boxes(capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence goes to standard error; where there is no screen, no box waits for a click."""
    assert app._refuse("It cannot be opened.", 73) == 73
    assert capsys.readouterr().err == "It cannot be opened.\n"


def test_refusal_without_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A packaged program without a console has no standard error: that is no error of its own."""
    monkeypatch.setattr("sys.stderr", None)
    monkeypatch.setattr("sys.stdout", None)
    assert app._refuse("It cannot be opened.", 73) == 73


def test_recovery_is_said_with_a_way_to_it(sessions: Sessions, home: Home) -> None:
    """After a crash one bar says what was recovered; Review shows exactly that."""
    seed(home)
    session = sessions.start()
    assert "1 not confirmed" in session.window.notices.sentence()
    review = next(each for each in session.window.notices.findChildren(QPushButton) if each.text() == "Review")
    review.click()
    sessions.wait(lambda: set(states(session)) == {"Not confirmed", "Failed", "Damaged"})
    assert session.window.notices.sentence() == ""


def test_a_fault_while_it_ends_keeps_no_process_alive(
    session: Session, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """A14: whatever goes wrong in the end, the loop ends: a program without a window would stay for ever."""

    def fail() -> None:
        close()
        raise Fault("in the end")

    close = session.program.close
    monkeypatch.setattr(session.program, "close", fail)
    with qtbot.captureExceptions() as exceptions:
        assert sessions.end(session) == 0
    assert [str(each[1]) for each in exceptions] == ["in the end"]


def test_quit_before_the_outbox_is_open_starts_nothing(sessions: Sessions, home: Home) -> None:
    """Who quits in the moment of starting leaves no door behind."""
    session = sessions.start(must_open=False)
    assert sessions.end(session) == 0
    assert not home.door.exists()
    assert not session.is_open


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_theme_and_density_are_kept(session: Session, sessions: Sessions, home: Home) -> None:
    """Theme and density chosen in the menu are in settings.toml, and at the next start; comments there survive."""
    home.settings.write_text("# mine\nundo_s = 10\n")
    again = sessions.restart(session)
    again.actions["theme_dark"].trigger()
    again.actions["compact"].trigger()
    third = sessions.restart(again)
    assert home.settings.read_text().startswith("# mine\n")
    assert settings.load(home) == settings.Settings(undo_s=10, theme="dark", density="compact")
    assert third.theme.color("text").lightness() > 128
    assert third.actions["theme_dark"].isChecked()
    assert third.actions["compact"].isChecked()
    assert not third.actions["theme_light"].isChecked()


@pytest.fixture
def layout(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


def test_window_is_where_it_was(qapp: QApplication, sessions: Sessions, layout: QSettings) -> None:
    """The window's place and size, and nothing else, are kept apart from the settings."""
    first = sessions.start(layout=layout)
    first.window.setGeometry(QRect(40, 50, 700, 500))
    sessions.end(first)
    second = sessions.start(layout=layout)
    assert second.window.geometry() == QRect(40, 50, 700, 500)
    assert set(layout.allKeys()) <= {"geometry", "list", "panes"}


def test_window_of_a_screen_that_is_gone_is_seen(qapp: QApplication, sessions: Sessions, layout: QSettings) -> None:
    """A window that stood on another screen comes where it can be seen, and a broken geometry is no matter."""
    first = sessions.start(layout=layout)
    first.window.setGeometry(QRect(9000, 9000, 700, 500))
    sessions.end(first)
    second = sessions.start(layout=layout)
    screen = second.window.screen().availableGeometry()
    assert screen.contains(second.window.geometry().topLeft())
    sessions.end(second)
    layout.setValue("geometry", QByteArray(b"nonsense"))
    layout.setValue("list", 17)
    assert sessions.start(layout=layout).window.isVisible()


def test_window_fits_a_small_screen(session: Session) -> None:
    """At the first start the window is no larger than the screen."""
    assert session.window.size().boundedTo(session.window.screen().availableSize()) == session.window.size()


def test_narrow_window_stacks_its_panes(session: Session, qtbot: QtBot) -> None:
    """Narrow, the form stands above the list and takes the whole width; wide again, beside it."""
    window = session.window
    window.resize(QSize(900, 700))
    qtbot.waitUntil(lambda: session.compose.width() > 800)
    assert (
        session.compose.mapTo(window, session.compose.rect().bottomLeft()).y()
        < session.outbox.mapTo(window, session.outbox.rect().topLeft()).y()
    )
    window.resize(QSize(1280, 780))
    qtbot.waitUntil(lambda: session.compose.width() < 600)


# -- the end ----------------------------------------------------------------------------------------------------------


def test_closing_the_window_ends_the_session(session: Session, sessions: Sessions) -> None:
    """The window's close button quits; it is not refused, which would stop the end of a desktop session."""
    assert session.window.close()
    assert not session.window.isVisible()
    assert sessions.end(session) == 0


def test_accepted_in_the_last_moment_is_accepted(session: Session, sessions: Sessions, home: Home) -> None:
    """Quit right after Ctrl+Enter: it is in the list or in the form at the next start, never in both or neither."""
    fill_in()
    press("Ctrl+Return")
    again = sessions.restart(session)
    sessions.wait(lambda: bool(rows(again)) or not again.compose.is_blank())
    assert bool(rows(again)) != (not again.compose.is_blank())


def test_raised_while_quitting_keeps_what_was_handed_over(session: Session, sessions: Sessions) -> None:
    """A mailto: that a second start hands over while the first quits is in the form at the next start."""
    session.runner.start("files", lambda: session.runner.post(lambda: session._raise(["mailto:ann@example.com"])))
    again = sessions.restart(session)
    sessions.wait(lambda: again.compose.draft().to == (Recipient("ann@example.com"),))


def test_work_under_way_ends_before_the_program(session: Session, sessions: Sessions) -> None:
    """What was begun is finished within the limit; what comes after is refused without a word."""
    done: list[str] = []
    gate = Gate()
    session.runner.start("files", gate.wait)
    session.runner.submit("files", lambda: "saved", done.append)
    threading.Timer(0.05, gate.open).start()
    assert sessions.end(session) == 0
    assert done == ["saved"]


def test_another_program_may_lock_the_outbox_for_a_while(session: Session, sessions: Sessions, home: Home) -> None:
    """A8: what is asked while another program locks the outbox is done afterwards."""
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: bool(rows(session)))
    press("Alt+4")
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        press("H")
        other.execute("ROLLBACK")
    sessions.wait(lambda: states(session) == ["Held"])


def test_undo_time_is_a_setting(sessions: Sessions, home: Home, clock: Clock) -> None:
    """undo_s = 0: no Undo is offered, and it goes at once."""
    home.settings.write_text("undo_s = 0\n")
    session = sessions.start()
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: states(session) == ["Practised"])
    assert not session.composing.can_undo


def test_outbox_of_another_run_is_shown(sessions: Sessions, home: Home) -> None:
    """What the command line accepted before is in the list."""
    with opened(home) as program:
        program.outbox.accept(Draft((Recipient("ann@example.com"),), "Hi", "Hello"), token="t").wait()
    session = sessions.start()
    assert [each.to for each in stored(session)] == ["ann@example.com"]
    sessions.wait(lambda: len(rows(session)) == 1)
