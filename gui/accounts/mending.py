"""What a line of the bar begins: the account is tested, its password kept, and what it held goes out."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Slot

from core.accounts.accounts import Account
from core.errors import PersonError
from core.program import Program
from gui import wording
from gui.accounts.bar import AccountBar
from gui.accounts.trial import Trials
from gui.accounts.trouble import Trouble

if TYPE_CHECKING:  # the SMTP client comes with ssl, which nobody needs before the first test
    from core.mail.smtp.diagnosis import Finding

_translate = QCoreApplication.translate


class Mending(QObject):
    """Stands between the bar and core. `release` lets go what an account held."""

    def __init__(
        self, program: Program, trials: Trials, bar: AccountBar, release: Callable[[str], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._program = program
        self._trials = trials
        self._bar = bar
        self._release = release
        self._troubles: dict[str, Trouble] = {}
        #: Lines a person closed: not shown again until something else is wrong.
        self._put_off: dict[str, Trouble] = {}
        #: The tests under way, by account.
        self._tests: dict[str, int] = {}
        bar.password_given.connect(self._mend)
        bar.retry_requested.connect(self._on_bar_retry_requested)
        bar.stop_requested.connect(self._stop)
        bar.closed.connect(self._on_bar_closed)

    def show_troubles(self, troubles: Sequence[Trouble]) -> None:
        """Show what is wrong now, but for what was put off."""
        self._troubles = {trouble.account: trouble for trouble in troubles}
        self._put_off = {
            name: before for name, before in self._put_off.items() if _is_same(self._troubles.get(name), before)
        }
        self._bar.show_troubles([trouble for trouble in troubles if trouble.account not in self._put_off])

    @Slot(str)
    def _on_bar_retry_requested(self, name: str) -> None:
        self._mend(name, None)

    @Slot(str, str)
    def _mend(self, name: str, secret: str | None) -> None:
        """Test the account, with the new password if there is one; then keep it, then let what is held go."""
        account = self._program.accounts.find(name)
        if account is None or name in self._tests:
            return
        wrong: list[Finding] = []
        self._bar.show_testing(name)

        def found(finding: "Finding") -> None:
            if not finding.is_good:
                wrong.append(finding)

        def ended(is_good: bool, sentence: str) -> None:
            self._tests.pop(name, None)
            if self._program.accounts.find(name) != account:
                self._bar.show_mended(name)  # removed or changed meanwhile: what was tested is no more
            elif is_good:
                self._keep(account, secret)
            else:
                why = _why(wrong) or sentence or _translate("Trouble", "It does not work yet.")
                self._bar.show_refused(name, why)

        self._tests[name] = self._trials.begin(account, secret, found, ended)

    def _keep(self, account: Account, secret: str | None) -> None:
        def kept(_: object = None) -> None:
            self._bar.show_mended(account.name)
            self._release(account.name)

        def not_kept(error: BaseException) -> None:
            if not isinstance(error, PersonError):
                raise error
            self._bar.show_refused(account.name, wording.error_sentence(error))

        if secret is None:
            kept()
        else:
            self._program.executor.submit("files", partial(self._program.secrets.keep, account, secret), kept, not_kept)

    @Slot(str)
    def _stop(self, name: str) -> None:
        if (number := self._tests.pop(name, None)) is not None:
            self._trials.stop(number)

    @Slot(str)
    def _on_bar_closed(self, name: str) -> None:
        self._stop(name)
        if name in self._troubles:
            self._put_off[name] = self._troubles[name]
        self.show_troubles(tuple(self._troubles.values()))


def _why(wrong: Sequence["Finding"]) -> str:
    if not wrong:
        return ""
    problem = wrong[-1].problem
    return wrong[-1].detail if problem is None else wording.problem_sentence(problem)


def _is_same(now: Trouble | None, before: Trouble) -> bool:
    """Say whether the trouble is the one a person put off: more held by it make no other of it."""
    return now is not None and (now.detail, now.is_of_password) == (before.detail, before.is_of_password)
