"""The pictures of real mail for `tests.shots`: a window, a mail server on this computer, and names that lead to it."""

import logging
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from PySide6.QtCore import QCoreApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from core.outbox.notification import Draft, Recipient
from core.outbox.states import State
from gui.accounts.dialog import AccountDialog
from gui.outbox.details import Tab
from gui.session import Session
from tests.gui.mail_server import HOST, MailServer, mail_server
from tests.sessions import press, write
from tests.smtp.certificates import Authority

SERVER = "mail.school.example"
#: The name under which the same server is found, and which its certificate does not have.
WRONG_SERVER = "mx.provider.example"
_ADDRESS = "info@school.example"
_SECRET = "open sesame"

Take = Callable[..., Path]
Wait = Callable[[Callable[[], bool]], None]


@contextmanager
def reachable() -> Iterator[tuple[MailServer, Authority]]:
    """Serve mail as `SERVER` at any port, until the `with` statement ends. No name is looked up anywhere else."""
    with tempfile.TemporaryDirectory(prefix="outtray-shots-") as folder:
        authority = Authority(Path(folder))
        with mail_server(authority.good(SERVER)) as server:

            def lead_here(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
                return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (HOST, server.port))]

            # A certificate that is refused, as one picture shows, is no news of the server's.
            logging.getLogger("mail.log").setLevel(logging.CRITICAL)
            logging.getLogger("asyncio").setLevel(logging.CRITICAL)
            with mock.patch("socket.getaddrinfo", lead_here):
                yield server, authority


class AccountPhotographer:
    """Adds an account, has its password refused and mended, and takes a picture at each place."""

    def __init__(self, session: Session, take: Take, wait: Wait, server: MailServer, authority: Authority) -> None:
        self._session = session
        self._take = take
        self._wait = wait
        self._server = server
        self._authority = authority

    def walk(self) -> None:
        """Go through every place of accounts."""
        session = self._session
        self._wait(lambda: session.is_open and session.outbox.model.shown is not None)
        dialog = self._open()
        write("ann@gmail.com\tAnn Lee\tabcd efgh ijkl")
        self._take("20-account-app-password", dialog)
        press("Alt+A")
        press("Ctrl+A")
        write("ann@outlook.com")
        self._take("21-account-sign-in-only", dialog)
        self._add(dialog)
        self._send_refused()
        self._look_at_sent()
        self._look_at_more()

    def _open(self) -> AccountDialog:
        self._session.compose.account_requested.emit()
        self._wait(lambda: any(isinstance(each, AccountDialog) for each in QApplication.topLevelWidgets()))
        (dialog,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, AccountDialog)]
        self._activate(dialog)
        return dialog

    def _activate(self, window: QWidget) -> None:
        window.activateWindow()  # off screen there is no window manager to do it
        self._wait(window.isActiveWindow)

    def _add(self, dialog: AccountDialog) -> None:
        for keys, words in (("Alt+A", _ADDRESS), ("Alt+N", "Riverside School"), ("Alt+P", _SECRET)):
            press(keys)
            press("Ctrl+A")
            write(words)
        press("Alt+S")
        press("Ctrl+A")
        write(f"{WRONG_SERVER}\t")
        press("Ctrl+A")
        write("587\t")
        press("Home")
        press("Down")
        press("Alt+M")
        self._wait(dialog.form.ca_file.isVisible)
        press("Alt+R")
        write("office@school.example")
        press("Alt+I")
        write("Riverside School")
        press("Return")
        write("Main Street 4")
        press("Alt+L")
        write("60")
        press("Alt+F")
        write("/etc/ssl/school.pem")
        self._take("22-account-more", dialog)
        press("Ctrl+A")
        write(str(self._authority.ca_file))
        press("Alt+M")
        self._wait(lambda: not dialog.form.ca_file.isVisible())
        press("Alt+S")
        press("Return")
        self._wait(lambda: not dialog.is_testing() and dialog.go.hasFocus())
        self._take("23-account-failed-test", dialog)
        press("Alt+S")
        press("Ctrl+A")
        write(SERVER)
        press("Return")
        self._wait(lambda: bool(self._session.program.accounts.all) and dialog.go.hasFocus())
        self._take("24-account-good-test", dialog)
        press("Return")
        self._activate(self._session.window)

    def _send_refused(self) -> None:
        session = self._session
        assert session.workplace.accounts is not None
        bar = session.workplace.accounts.bar
        account = session.program.accounts.all[0]
        session.program.secrets.keep(account, "mistyped")
        names = ("ann", "ben", "carol", "dora", "eve", "fay", "gus", "hana", "ida", "joe", "kim", "li")
        session.compose.set_draft(
            Draft(
                tuple(Recipient(f"{name}@example.com") for name in names),
                "Trip on Friday: what to bring",
                "Dear parents,\n\nplease send a packed lunch, a rain jacket and good shoes on Friday.\n\nKind regards",
                account=account.name,
            )
        )
        self._take("25-from-a-real-account")
        press("Alt+1")
        press("Ctrl+Return")
        self._wait(lambda: session.workplace.counts.by_state.get(State.HELD) == 12)
        self._wait(lambda: bar.sentences()[:1] != () and bar.sentences()[0].startswith("12"))
        press("Alt+5")
        self._take("26-refused-password")
        write("still wrong\n")
        stop = QCoreApplication.translate("AccountBar", "Stop the test")
        self._wait(lambda: stop not in _buttons(bar) and len(self._server.given) > 2)
        QTest.qWait(50)
        self._take("27-refused-again")
        session.window.resize(900, 700)
        self._take("28-refused-narrow")
        session.window.resize(1280, 780)
        press("Alt+5")
        press("Ctrl+A")
        write(f"{_SECRET}\n")
        self._wait(lambda: session.workplace.counts.by_state.get(State.SENT) == 12)
        self._wait(lambda: not bar.isVisible())

    def _look_at_sent(self) -> None:
        session = self._session
        press("Alt+4")
        press("Return")
        session.outbox.details.show_tab(Tab.ATTEMPTS)
        self._wait(lambda: "queued as" in session.outbox.details.text())
        self._take("29-attempts")
        session.outbox.close_details()
        session.window.notices.clear()

    def _look_at_more(self) -> None:
        session = self._session
        assert session.workplace.accounts is not None
        press("Ctrl+Shift+O")
        self._wait(lambda: session.workplace.accounts is not None and session.workplace.accounts.overview is not None)
        overview = session.workplace.accounts.overview
        assert overview is not None
        self._activate(overview)
        overview.list.setFocus()
        self._take("30-accounts", overview)
        press("Alt+T")
        self._wait(lambda: any(each in overview.text() for each in ("can send", "送信できます")))
        self._take("31-accounts-tested", overview)
        press("Esc")
        self._activate(session.window)
        session.composing.bring(Draft((Recipient("ann@example.com"),), "Hello", "Dear Ann", account="shop"))
        self._take("32-account-gone")


def _buttons(widget: QWidget) -> str:
    from PySide6.QtWidgets import QPushButton

    return " ".join(button.text() for button in widget.findChildren(QPushButton) if button.isVisible())
