"""The password that is typed into the account's dialog is in nothing that a report, a file or a value could show."""

import gc
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from core.accounts import accounts as kept
from core.accounts.secrets import Secrets
from core.clock import Clock
from core.paths import Home
from gui.errors import ErrorDialog
from tests.gui.mail_server import HOST, MailServer, mail_server
from tests.gui.test_accounts import open_dialog, type_account
from tests.sessions import Sessions
from tests.smtp.certificates import Authority

CANARY = "c4n4ry-Kanarienvogel-7f3a"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def server(authority: Authority, expected_logs: list[str]) -> Iterator[MailServer]:
    expected_logs.append("login_data is deprecated")  # aiosmtpd 1.4 says it of itself
    with mail_server(authority.good(HOST)) as server:
        yield server


@pytest.fixture
def clock(real_clock: Clock, server: MailServer) -> Clock:
    return real_clock


class _Broken(Exception):
    """A fault of ours."""


@pytest.mark.parametrize("at", ["the test", "the keyring", "settings.toml"])
def test_a_fault_while_a_password_is_typed(
    home: Home,
    sessions: Sessions,
    server: MailServer,
    authority: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    at: str,
) -> None:
    """C8: the account's dialog meets a fault of ours at its test, in the keyring or in settings.toml: the password is
    not in the error dialog, what is copied from it, standard error, settings, the layout, or any label of the window;
    and nothing keeps a traceback whose variables hold it."""

    def broken(*_: object, **__: object) -> None:
        raise _Broken("in the middle")

    match at:
        case "the test":
            monkeypatch.setattr("core.program.examine", broken)
        case "the keyring":
            monkeypatch.setattr(Secrets, "keep", broken)
        case _:
            monkeypatch.setattr(kept, "add", broken)
    sessions.are_errors_expected = True
    file = tmp_path / "layout.ini"
    layout = QSettings(str(file), QSettings.Format.IniFormat)
    session = sessions.start(layout=layout)
    session.reporter.install()
    try:
        dialog = open_dialog(sessions, session.compose.from_field.add_requested.emit)
        type_account(sessions, dialog, server, authority, CANARY)
        if at != "the test":
            sessions.wait(dialog.anyway.isVisible)  # this server knows another password
            dialog.anyway.click()
        sessions.wait(lambda: session.reporter.dialog() is not None)
    finally:
        session.reporter.uninstall()
    report = session.reporter.dialog()
    assert isinstance(report, ErrorDialog)
    assert "_Broken: in the middle" in report.details()  # the fault is there: the search below can fail
    copy = next(each for each in report.findChildren(QPushButton) if "Copy" in each.text())
    copy.click()
    seen = [report.details(), QGuiApplication.clipboard().text(), *capfd.readouterr()]
    seen += [each.text() for top in QApplication.topLevelWidgets() for each in top.findChildren(QLabel)]
    assert not [words for words in seen if CANARY in words]
    if at == "the keyring":
        assert kept.load(home).all == ()  # an account is kept with its password, or not at all
    report.close()
    dialog.close()
    monkeypatch.undo()
    gc.collect()
    kept_errors = [each for each in gc.get_objects() if isinstance(each, _Broken)]
    for error in kept_errors:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            assert not [name for name, value in frame.f_locals.items() if CANARY in repr(value)], frame
    sessions.end(session)
    layout.sync()
    assert file.exists()
    for path in (file, *(each for each in home.root.rglob("*") if each.is_file())):
        assert CANARY.encode() not in path.read_bytes(), path
