"""Everything the window does with accounts, between its widgets and core: made after the outbox is open."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from core.accounts import accounts as kept
from core.accounts.accounts import Account, Accounts
from core.accounts.secrets import Secrets
from core.errors import PersonError
from core.outbox.notification import PRACTICE, AccountState, Changes
from core.paths import Home
from core.program import Program
from gui import operations
from gui.accounts.bar import AccountBar
from gui.accounts.mending import Mending
from gui.accounts.standing import Standing, standings, status_words
from gui.accounts.trial import Trials
from gui.accounts.trouble import troubles
from gui.compose.form import ComposePane
from gui.compose.sender import senders_of
from gui.feed import ChangeFeed
from gui.main_window import MainWindow, bring
from gui.status_bar import StatusBar
from gui.theme import Theme

if TYPE_CHECKING:  # imported when they are asked for: the SMTP client comes with ssl
    from gui.accounts.dialog import AccountDialog
    from gui.accounts.overview import AccountsDialog

_translate = QCoreApplication.translate

#: While an account holds what is sent, the number in its line may be so old.
_COUNT_AGAIN_MS = 200

Done = Callable[[], None]
Failed = Callable[[BaseException], None]


class AccountsDesk(QObject):
    """Keeps what the window shows of accounts as core has it, and does what a person asks of them.

    `troubled()`: whether an account needs its person may be different now.
    """

    troubled = Signal()

    def __init__(
        self,
        program: Program,
        theme: Theme,
        window: MainWindow,
        compose: ComposePane,
        status: StatusBar,
        feed: ChangeFeed,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._program = program
        self._theme = theme
        self._window = window
        self._compose = compose
        self._status = status
        self._feed = feed
        self._trials = Trials(program, program.executor, self)
        self._states: tuple[AccountState, ...] = ()
        self._overview: AccountsDialog | None = None
        self._overview_test: int | None = None
        #: Whether an account is to be removed is being asked.
        self._is_asking = False
        self._is_reading = False
        self._must_read_again = False
        self._is_closed = False
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_COUNT_AGAIN_MS)
        self._again.timeout.connect(self.read)
        self.bar = AccountBar(theme)
        self._mending = Mending(program, self._trials, self.bar, self._release, self)
        window.add_bar(self.bar)
        self._connect()
        self.read()

    def _connect(self) -> None:
        bar = self.bar
        bar.edit_requested.connect(self.edit)
        bar.overview_requested.connect(self.show_overview)
        bar.left.connect(self._compose.focus_to)
        self._compose.account_requested.connect(self._on_compose_account_requested)
        self._feed.changed.connect(self._on_feed_changed)

    # how they stand

    @Slot(object)
    def _on_feed_changed(self, changes: Changes) -> None:
        if changes.accounts:
            self.read()
        elif changes.deliveries and any(state.reason == "account" for state in self._states):
            self._again.start()  # more is held by it, or less: counted now and then, and not with every commit

    @Slot()
    def read(self) -> None:
        """Read how the accounts stand; asked for while it is being read, once more after that."""
        if self._is_reading:
            self._must_read_again = True
            return
        self._is_reading, self._must_read_again = True, False
        self._program.executor.submit("reads", self._program.reader.account_states, self._on_read, self._on_not_read)

    def _on_read(self, states: tuple[AccountState, ...]) -> None:
        self._is_reading = False
        self._states = states
        self._show()
        if self._must_read_again:
            self.read()

    def _on_not_read(self, error: BaseException) -> None:
        self._is_reading = False
        if not (isinstance(error, PersonError) and error.code == "outbox_closed"):
            raise error

    def _show(self) -> None:
        if self._is_closed:
            return  # its status bar is gone, and the desk of another language shows it
        found = troubles(self._states, self._program.accounts, self._program.secrets.elsewhere)
        self._mending.show_troubles(found)
        self._compose.set_broken([trouble.account for trouble in found])
        self._status.set_engine(*status_words(self._program.accounts, self._states))
        if self._overview is not None:
            self._overview.show_standings(self._standings())
        self.troubled.emit()

    def _standings(self) -> tuple[Standing, ...]:
        return standings(self._program.accounts, self._states, self._program.clock.now_ms())

    # the list of accounts

    @Slot()
    def show_overview(self) -> None:
        """Show the list of accounts."""
        from gui.accounts.overview import AccountsDialog

        if self._overview is None:
            self._overview = overview = AccountsDialog(self._theme, self._window)
            overview.add_requested.connect(self.add)
            overview.edit_requested.connect(self.edit)
            overview.test_requested.connect(self._on_overview_test_requested)
            overview.stop_requested.connect(self._on_overview_stop_requested)
            overview.default_requested.connect(self._make_default)
            overview.remove_requested.connect(self._ask_to_remove)
        self._overview.show_standings(self._standings())
        bring(self._overview)
        self._overview.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def overview(self) -> "AccountsDialog | None":
        """The list of accounts while it is shown."""
        return self._overview if self._overview is not None and self._overview.isVisible() else None

    # adding and changing

    @Slot()
    def add(self) -> None:
        """Ask for a new account."""
        self._open(None)

    @Slot()
    def _on_compose_account_requested(self) -> None:
        self._open(None, is_for_form=True)

    @Slot(str)
    def edit(self, name: str) -> None:
        """Ask what is to be different with an account; one that is gone is added again."""
        self._open(self._program.accounts.find(name), name)

    def set_up_sent_folder(self, name: str) -> None:
        """Ask where an account's Sent folder is."""
        if (account := self._program.accounts.find(name)) is not None:
            self._open(account).form.show_sent_folder()

    def _open(self, account: Account | None, name: str = "", *, is_for_form: bool = False) -> "AccountDialog":
        from gui.accounts.dialog import AccountDialog

        parent = self.overview or self._window
        taken = [each.name for each in self._program.accounts.all]
        save = partial(self._save, account is None, is_for_form)
        dialog = AccountDialog(self._theme, self._trials, save, taken, account, parent)
        if account is None and name:
            dialog.form.set_name(name)  # what the account that is gone held goes by its name
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        self._program.executor.submit(
            "accounts",
            self._program.secrets.keyring,
            partial(self._on_keyring, dialog),
            partial(self._on_no_keyring, dialog),
        )
        bring(dialog)
        return dialog

    def _on_keyring(self, dialog: "AccountDialog", name: str) -> None:
        if _is_alive(dialog):
            dialog.form.set_place(bool(name))

    def _on_no_keyring(self, dialog: "AccountDialog", error: BaseException) -> None:
        if not isinstance(error, PersonError):
            raise error
        self._on_keyring(dialog, "")

    def _save(
        self,
        is_new: bool,
        is_for_form: bool,
        account: Account,
        secret: str | None,
        is_tested: bool,
        done: Done,
        failed: Failed,
    ) -> None:
        # As it was when it was asked for: one of that name that came by the door meanwhile is not overwritten.
        save = partial(_add if is_new else _replace, self._program.home, self._program.secrets, account, secret)

        def saved(accounts: Accounts) -> None:
            self._take(accounts, account.name if is_for_form else "")
            if is_tested:
                self._release(account.name)
            done()

        self._program.executor.submit("files", save, saved, failed)

    def _take(self, accounts: Accounts, chosen: str = "") -> None:
        self._program.change(accounts)
        self.show_senders(chosen)

    def show_senders(self, chosen: str = "") -> None:
        """Offer the accounts as they are now in From; `chosen` is chosen there."""
        senders = senders_of(self._program.accounts, self._program.sender_of(PRACTICE))
        self._compose.set_senders(senders, chosen)
        self._show()

    @Slot(str)
    def _make_default(self, name: str) -> None:
        self._program.executor.submit("files", partial(kept.set_default, self._program.home, name), self._take)

    # removing

    @Slot(str)
    def _ask_to_remove(self, name: str) -> None:
        account = self._program.accounts.find(name)
        if account is not None and not self._is_asking:
            self._is_asking = True
            ask = partial(self._show_question, account)
            self._program.executor.submit(
                "reads", partial(self._program.reader.waiting_of, name), ask, self._on_no_question
            )

    def _on_no_question(self, error: BaseException) -> None:
        self._is_asking = False
        raise error

    @Slot()
    def _on_question_finished(self) -> None:
        self._is_asking = False

    def _show_question(self, account: Account, waiting: int) -> None:
        box = QMessageBox(self.overview or self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(_translate("Accounts", "Remove the account"))
        box.setText(_translate("Accounts", "Remove {address}?").format(address=account.address))
        box.setInformativeText(removal_words(waiting))
        remove = box.addButton(_translate("Accounts", "&Remove"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        remove.clicked.connect(partial(self._remove, account))
        box.finished.connect(self._on_question_finished)
        box.open()

    def _remove(self, account: Account) -> None:
        home, secrets = self._program.home, self._program.secrets

        def remove() -> Accounts:
            left = kept.remove(home, account.name)
            secrets.forget(account)
            return left

        self._program.executor.submit("files", remove, self._take)

    # testing in the list

    @Slot(str)
    def _on_overview_test_requested(self, name: str) -> None:
        account, overview = self._program.accounts.find(name), self._overview
        if account is None or overview is None:
            return
        overview.show_testing(account.address)
        self._overview_test = self._trials.begin(
            account, None, overview.add_finding, partial(self._on_overview_test_ended, account)
        )

    @Slot()
    def _on_overview_stop_requested(self) -> None:
        if self._overview_test is not None and self._overview is not None:
            self._trials.stop(self._overview_test)
            self._overview_test = None
            self._overview.show_outcome(_translate("Accounts", "Stopped."), is_good=False)

    def _on_overview_test_ended(self, account: Account, is_good: bool, sentence: str) -> None:
        self._overview_test = None
        assert self._overview is not None
        words = (
            _translate("Accounts", "{address} can send.")
            if is_good
            else _translate("Accounts", "{address} cannot send.")
        )
        self._overview.show_outcome(sentence or words.format(address=account.address), is_good=is_good)
        if is_good:
            self._release(account.name)

    # letting go

    def stop(self) -> None:
        """Break off every test: the program is quitting."""
        self._trials.stop_all()

    def close(self) -> None:
        """Break off every test, hear of no more changes, and take away the list and the bar."""
        self.stop()
        self._is_closed = True
        self._feed.changed.disconnect(self._on_feed_changed)
        self._again.stop()
        self.bar.deleteLater()
        if self._overview is not None:
            self._overview.close()
            self._overview.deleteLater()

    @Slot()
    def focus_bar(self) -> None:
        """Let the keys go to the first account that needs its person."""
        self.bar.focus_first()

    @property
    def has_trouble(self) -> bool:
        """Whether a line of the bar waits for its person."""
        return not self.bar.isHidden()

    def _release(self, name: str) -> None:
        """Begin anew with an account that works, and let go what it held."""

        def renewed(_: object) -> None:
            self._program.outbox.release_account(name).then(self._on_released)

        # Behind the window: it waits for whoever asks the keyring just now.
        self._program.executor.submit("files", partial(self._program.renew, name), renewed)

    def _on_released(self, count: int) -> None:
        if count:
            self._window.notices.show_notice(_translate("Accounts", "%Ln go(es) out again.", "plural", count))
        operations.catch_up(self._program)
        self.read()


def _add(home: Home, secrets: Secrets, account: Account, secret: str | None) -> Accounts:
    """Keep a new account with its password, or nothing of it. Blocks."""
    accounts = kept.add(home, account)  # first: another account of this name keeps its password
    try:
        if secret is not None:
            secrets.keep(account, secret)
    except BaseException:
        kept.remove(home, account.name)
        raise
    return accounts


def _replace(home: Home, secrets: Secrets, account: Account, secret: str | None) -> Accounts:
    """Keep what was changed of an account. Blocks."""
    if secret is not None:
        secrets.keep(account, secret)
    return kept.replace(home, account)


def removal_words(waiting: int) -> str:
    """Say what becomes of what is queued by an account that is removed."""
    password = _translate("Accounts", "Its password is forgotten too.")
    if not waiting:
        return _translate("Accounts", "Nothing waits to be sent by it. {password}").format(password=password)
    words = _translate(
        "Accounts",
        "%Ln message(s) wait(s) to be sent by it, held until you add the account again or cancel. {password}",
        "plural",
        waiting,
    )
    return words.format(password=password)


def _is_alive(dialog: QWidget) -> bool:
    import shiboken6

    return shiboken6.isValid(dialog)
