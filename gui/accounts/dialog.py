"""Adding an account, or changing one: saving runs the test, and every step of it is shown."""

from collections.abc import Callable, Collection, Sequence
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.accounts.accounts import Account
from core.errors import PersonError, Problem
from core.mail.smtp.diagnosis import Finding, Step
from gui import wording
from gui.accounts.form import AccountForm
from gui.accounts.steps import StepList
from gui.accounts.trial import Trials
from gui.theme import Theme, announce

_translate = QCoreApplication.translate

_WIDTH = 560

#: Save an account with the password typed for it; `is_tested`: it works. Answers on the main thread.
Save = Callable[[Account, str | None, bool, Callable[[], None], Callable[[BaseException], None]], None]


class _Mode(Enum):
    EDITING = auto()
    TESTING = auto()
    #: The test failed; what was typed is all there.
    FAILED = auto()
    SAVING = auto()
    SAVED = auto()


class AccountDialog(QDialog):
    """Takes one account in, tests it, and has it saved. What was typed stays until it is saved or thrown away."""

    def __init__(
        self,
        theme: Theme,
        trials: Trials,
        save: Save,
        taken: Collection[str],
        account: Account | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`taken` are the names of all accounts; `account` is the one to change, None for a new one."""
        super().__init__(parent)
        self._theme = theme
        self._trials = trials
        self._save = save
        self._mode = _Mode.EDITING
        self._trial: int | None = None
        self._tested: Account | None = None
        #: Where the last test ended, when it was bad.
        self._failed_at: Step | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(
            _translate("Account", "Add an account")
            if account is None
            else _translate("Account", "Account {address}").format(address=account.address)
        )
        self.form = AccountForm(theme, account, taken)
        self.steps = StepList(theme)
        self._outcome = QLabel()
        self._outcome.setTextFormat(Qt.TextFormat.PlainText)
        self._outcome.setWordWrap(True)
        self._outcome.setFont(theme.strong)
        self._test_part = QWidget()
        tested = QVBoxLayout(self._test_part)
        tested.setContentsMargins(0, 4, 0, 0)
        tested.setSpacing(10)
        line = QFrame()
        line.setObjectName("rule")
        line.setFixedHeight(1)
        tested.addWidget(line)
        tested.addWidget(self.steps)
        tested.addWidget(self._outcome)
        self._test_part.hide()
        self._make_buttons()
        self._lay_out()
        self.form.edited.connect(self._on_form_edited)
        self.form.grown.connect(self._fit)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]
        self._show_mode(_Mode.EDITING)

    def _make_buttons(self) -> None:
        self.anyway = QPushButton(_translate("Account", "Save any&way"))
        self.anyway.setAccessibleDescription(_translate("Account", "Keeps the account although the test failed"))
        self.dismiss = QPushButton()
        self.go = QPushButton()
        self.go.setDefault(True)
        for button in (self.anyway, self.dismiss, self.go):
            button.setProperty("primary" if button is self.go else "framed", True)
            button.setAutoDefault(button is self.go)
        self.anyway.clicked.connect(self._on_anyway_clicked)
        self.dismiss.clicked.connect(self.reject)
        self.go.clicked.connect(self._on_go_clicked)

    def _lay_out(self) -> None:
        self._body = QWidget()
        self._body.setObjectName("body")
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(24, 20, 24, 12)
        inside.setSpacing(12)
        inside.addWidget(self.form)
        inside.addWidget(self._test_part)
        inside.addStretch(1)
        self._area = QScrollArea()
        self._area.setObjectName("clear")
        self._area.setWidget(self._body)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 20)
        foot.setSpacing(8)
        foot.addWidget(self.anyway)
        foot.addStretch(1)
        foot.addWidget(self.dismiss)
        foot.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._area, 1)
        column.addLayout(foot)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
        self.form.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _fit(self) -> None:
        """Take the height of what is shown, as far as the screen has room."""
        if not self.isVisible():
            return
        self._body.ensurePolished()
        width = max(_WIDTH, self.width())
        layout = self._body.layout()
        assert layout is not None
        layout.activate()
        height = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
        most = int(self.screen().availableSize().height() * 0.92)
        self.resize(width, min(most, height + self.go.sizeHint().height() + 28))

    @Slot()
    def _on_focus_changed(self) -> None:
        """Scroll to the field that has the keys: Tab does it by itself, a mnemonic does not."""
        self._show_focused()
        QTimer.singleShot(0, self, self._show_focused)  # again: what was opened just now has its place then

    @Slot()
    def _show_focused(self) -> None:
        focused = QApplication.focusWidget()
        if focused is not None and self._body.isAncestorOf(focused):
            self._area.ensureWidgetVisible(focused)

    # what it says

    def outcome(self) -> str:
        """Return the sentence under the steps."""
        return "" if self._outcome.isHidden() else self._outcome.text()

    def is_testing(self) -> bool:
        """Say whether a test is under way."""
        return self._mode is _Mode.TESTING

    # what a person does

    @Slot()
    def _on_go_clicked(self) -> None:
        if self._mode in (_Mode.TESTING, _Mode.SAVING):
            return
        if self._mode is _Mode.SAVED:
            self.accept()
            return
        problems = self.form.problems()
        self.form.show_problems(problems)
        if problems:
            return
        self._tested = self.form.account()
        self._failed_at = None
        self.steps.begin()
        self._show_mode(_Mode.TESTING)
        self._trial = self._trials.begin(self._tested, self.form.secret(), self._on_found, self._on_trial_ended)

    @Slot()
    def _on_anyway_clicked(self) -> None:
        problems = self.form.problems()
        self.form.show_problems(problems)
        if not problems:
            self._keep(self.form.account(), is_tested=False)

    @Slot()
    def reject(self) -> None:
        """Stop the test that is under way; else close. Nothing is closed while it is being saved."""
        match self._mode:
            case _Mode.TESTING:
                self._stop()
                self._tell(_translate("Account", "Stopped."), "muted")
                self.steps.end(False)
                self._show_mode(_Mode.FAILED)
                self.go.setFocus(Qt.FocusReason.OtherFocusReason)
            case _Mode.SAVING:
                pass
            case _:
                super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._mode is _Mode.SAVING:
            event.ignore()
            return
        self._stop()
        self._mode = _Mode.EDITING  # the window's own button closes, also during a test; Esc only stops that
        super().closeEvent(event)

    def done(self, result: int) -> None:
        self._stop()
        super().done(result)

    def _stop(self) -> None:
        if self._trial is not None:
            self._trials.stop(self._trial)
            self._trial = None

    @Slot()
    def _on_form_edited(self) -> None:
        """What was tested is not what stands here any more."""
        if self._mode is _Mode.FAILED:
            self._test_part.hide()
            self._show_mode(_Mode.EDITING)

    # what the test tells

    def _on_found(self, finding: Finding) -> None:
        self.steps.add(finding)
        if not finding.is_good:
            self._failed_at = finding.step
        self._fit()
        QTimer.singleShot(0, self, self._show_test)

    def _on_trial_ended(self, is_good: bool, sentence: str) -> None:
        self._trial = None
        self.steps.end(is_good)
        if is_good:
            assert self._tested is not None
            self._keep(self._tested, is_tested=True)
            return
        self._tell(sentence or _translate("Account", "It does not work yet. Nothing was saved."), "failed")
        self._show_mode(_Mode.FAILED)
        if self._failed_at is Step.LOGIN and self.form.password.isEnabled():
            self.form.password.setFocus(Qt.FocusReason.OtherFocusReason)  # typed anew, and Enter: that is all
            self.form.password.selectAll()
            QTimer.singleShot(0, self, self._show_test)  # on a small screen, why is more than where
        else:
            self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    # saving

    def _keep(self, account: Account, *, is_tested: bool) -> None:
        self._tell(_translate("Account", "Saving…"), "muted")
        self._show_mode(_Mode.SAVING)
        self._save(
            account, self.form.secret(), is_tested, lambda: self._on_saved(account, is_tested), self._on_not_saved
        )

    def _on_saved(self, account: Account, is_tested: bool) -> None:
        if not is_tested:
            self._mode = _Mode.SAVED
            self.accept()
            return
        self._tell(_translate("Account", "Saved. {address} can send.").format(address=account.address), "sent")
        self._show_mode(_Mode.SAVED)
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_not_saved(self, error: BaseException) -> None:
        self._show_mode(_Mode.FAILED)
        if not isinstance(error, PersonError):
            self._tell(_translate("Account", "It could not be saved."), "failed")
            raise error
        self._tell(wording.error_sentence(error), "failed")
        problems: Sequence[Problem] = getattr(error, "problems", ())
        if not problems and error.code in ("account_exists", "account_alike"):
            problems = [Problem("name", error.code, tuple(error.values.items()))]
        if problems:
            self.form.show_problems(problems)

    # how it stands

    def _tell(self, words: str, tone: str) -> None:
        self._outcome.setText(words)
        if self._outcome.property("tone") != tone:
            self._outcome.setProperty("tone", tone)
            self._outcome.style().unpolish(self._outcome)
            self._outcome.style().polish(self._outcome)
        announce(self, words)

    def _show_mode(self, mode: _Mode) -> None:
        self._mode = mode
        is_busy = mode in (_Mode.TESTING, _Mode.SAVING)
        self.form.set_read_only(is_busy or mode is _Mode.SAVED)
        self.anyway.setVisible(mode is _Mode.FAILED)
        self.dismiss.setVisible(mode not in (_Mode.SAVED, _Mode.SAVING))
        self.dismiss.setText(
            _translate("Account", "Stop the test") if mode is _Mode.TESTING else _translate("Account", "Cancel")
        )
        self.dismiss.setAccessibleDescription(
            _translate("Account", "Nothing more is tried; what is typed stays")
            if mode is _Mode.TESTING
            else _translate("Account", "Closes this window; nothing is saved")
        )
        self.go.setAccessibleDescription(
            _translate("Account", "Closes this window; the account is saved")
            if mode is _Mode.SAVED
            else _translate("Account", "Tries to log in to the server, and saves the account when that works")
        )
        self.go.setText(
            {
                _Mode.TESTING: _translate("Account", "Testing…"),
                _Mode.FAILED: _translate("Account", "&Test again and save"),
                _Mode.SAVING: _translate("Account", "Saving…"),
                _Mode.SAVED: _translate("Account", "Done"),
            }.get(mode, _translate("Account", "&Test and save"))
        )
        self._outcome.setVisible(mode not in (_Mode.TESTING, _Mode.EDITING))
        if mode is not _Mode.EDITING:
            self._test_part.show()
        self._fit()
        if mode is not _Mode.EDITING:
            QTimer.singleShot(0, self, self._show_test)  # when it has its place

    @Slot()
    def _show_test(self) -> None:
        """Scroll to what the test said, where the screen has not room for all."""
        self._area.ensureWidgetVisible(self._outcome if self._outcome.isVisible() else self.steps)
