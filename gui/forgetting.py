"""Forget this person: what there is of an address is said first, and then removed behind the window."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import PersonError
from core.outbox.forgetting import Progress, Step, Traces
from core.paths import reason
from core.program import Program
from core.runner import TaskRunner
from gui import wording
from gui.step_dialog import fit
from gui.theme import Theme, muted_label

_translate = QCoreApplication.translate

_WIDTH = 500


class Forgetting(QObject):
    """Asks, has it done, and says how far it is.

    `noticed(str)`: how far it is, and that it is done. `failed(str)`: why it is not done yet. `forgotten()`: nothing of
    somebody is there any more.
    """

    noticed = Signal(str)
    failed = Signal(str)
    forgotten = Signal()

    def __init__(self, theme: Theme, program: Program, runner: TaskRunner, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._program = program
        self._runner = runner
        self._window = window
        self._is_closed = False
        #: While it is open.
        self.dialog: ForgettingDialog | None = None
        program.forgetting.told = lambda progress: runner.post(partial(self._on_told, progress))
        program.forgetting.failed = lambda error: runner.post(partial(self._on_failed, error))

    def close(self) -> None:
        """Hear of nothing more, and ask nothing that is still being looked for."""
        self._is_closed = True
        self._program.forgetting.told = lambda _: None
        self._program.forgetting.failed = None
        if self.dialog is not None:
            self.dialog.close()

    def ask(self, address: str) -> None:
        """Look what there is of an address, and ask. Returns at once."""
        if self.dialog is None:
            job = partial(self._program.forgetting.traces, address)
            self._runner.submit("reads", job, self._on_found, self._on_failed)

    def _on_found(self, traces: Traces) -> None:
        if self.dialog is not None or self._is_closed:
            return
        self.dialog = ForgettingDialog(self._theme, traces, self._window)
        self.dialog.accepted.connect(partial(self._forget, traces))
        self.dialog.finished.connect(self._on_dialog_finished)
        self.dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self.dialog = None
        self._window.activateWindow()

    def _forget(self, traces: Traces) -> None:
        self.noticed.emit(_translate("Forgetting", "Forgetting {address}…").format(address=traces.address))
        order = self._program.outbox.ask_to_forget(traces.address, traces.on_the_way, traces.up_to)
        order.then(lambda _: self._program.forgetting.begin(), self._on_failed)

    def _on_told(self, progress: Progress) -> None:
        if self._is_closed:
            return  # on its way already when another language came
        self.noticed.emit(progress_sentence(progress))
        if progress.step is Step.DONE:
            self.forgotten.emit()

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, OSError):
            error = PersonError("log_unwritable", path=self._program.home.log, why=reason(error))
        if not isinstance(error, PersonError):
            raise error
        if not self._is_closed:
            self.failed.emit(wording.error_sentence(error))


class ForgettingDialog(QDialog):
    """Says what will be removed, and what will not. Esc, and Enter where nothing else has the keys, change nothing.

    `accepted()`: all of it is to go; what is on the way was ticked.
    """

    def __init__(self, theme: Theme, traces: Traces, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_translate("Forgetting", "Forget this person"))
        title = QLabel(_translate("Forgetting", "Forget {address}?").format(address=traces.address))
        title.setFont(theme.strong)
        self.lines = tuple(map(QLabel, trace_lines(traces)))
        self.notes = tuple(map(QLabel, note_lines(traces)))
        self.agreed = QCheckBox(
            _translate(
                "Forgetting",
                "&Cancel %Ln message(s) that has (have) not been sent yet",
                "plural",
                len(traces.on_the_way),
            )
        )
        self.agreed.setAccessibleDescription(
            _translate("Forgetting", "What has not gone is cancelled first; without that, nothing can be removed")
        )
        self.agreed.setVisible(bool(traces.on_the_way))
        self.agreed.toggled.connect(self._show)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setAccessibleDescription(_translate("Forgetting", "Nothing is removed"))
        cancel.setDefault(True)
        self.forget = QPushButton(_translate("Forgetting", "&Forget"))
        self.forget.setAutoDefault(False)
        self.forget.setAccessibleDescription(
            _translate("Forgetting", "Removes all of it for good; it cannot be brought back")
        )
        self.buttons.addButton(self.forget, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        for label in (title, muted_label(_translate("Forgetting", "This is removed from here for good:"), theme.body)):
            column.addWidget(label)
        for label in (title, *self.lines, *self.notes):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, label in enumerate(self.lines):
            grid.addWidget(muted_label("•", theme.body), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 1)
        column.addLayout(grid)
        column.addSpacing(4)
        for label in self.notes:
            label.setProperty("tone", "muted")
            column.addWidget(label)
        column.addSpacing(4)
        column.addWidget(self.agreed)
        column.addSpacing(8)
        column.addWidget(self.buttons)
        fit(self, column, _WIDTH)
        self._show()
        (self.agreed if traces.on_the_way else cancel).setFocus()

    @Slot()
    def _show(self) -> None:
        self.forget.setEnabled(self.agreed.isChecked() or self.agreed.isHidden())


def trace_lines(traces: Traces) -> Iterator[str]:
    """Yield what will be removed, a line each."""
    count = traces.ended + len(traces.on_the_way)
    if count:
        yield _translate("Forgetting", "%Ln message(s) to them, and what became of it (them)", "plural", count)
    if traces.practised:
        yield _translate("Forgetting", "%Ln message(s) in the practice mail folder", "plural", traces.practised)
    if traces.is_known:
        yield _translate("Forgetting", "The address among earlier recipients")
    if traces.book_name is not None and traces.other_addresses:
        yield _translate(
            "Forgetting", "The entry of {name} in the address book, with {addresses}; messages there stay"
        ).format(name=traces.book_name or traces.address, addresses=", ".join(traces.other_addresses))
    elif traces.book_name is not None:
        yield _translate("Forgetting", "The entry of {name} in the address book").format(
            name=traces.book_name or traces.address
        )
    if traces.drafts:
        yield _translate("Forgetting", "%Ln draft(s) to nobody else", "plural", traces.drafts)
    if traces.shared_drafts:
        yield _translate("Forgetting", "The address in %Ln draft(s) to others too", "plural", traces.shared_drafts)
    if traces.log_lines:
        yield _translate(
            "Forgetting", "%Ln line(s) of log.txt: only time, number and “forgotten” stay", "plural", traces.log_lines
        )


def note_lines(traces: Traces) -> Iterator[str]:
    """Yield what the person should know before, a line each."""
    if traces.under_way:
        yield _translate(
            "Forgetting",
            "%Ln is (are) being sent just now: removed when the server has answered.",
            "plural",
            traces.under_way,
        )
    if traces.unconfirmed:
        yield _translate(
            "Forgetting",
            "%Ln is (are) not confirmed: afterwards nobody can look whether it (they) arrived.",
            "plural",
            traces.unconfirmed,
        )
    yield _translate(
        "Forgetting",
        "Backups, what mail servers and recipients have, and messages to others stay as they are. "
        "Sending waits for a moment while the outbox is written anew.",
    )
    if traces.damaged:
        yield _translate(
            "Forgetting", "Kept from when the outbox was damaged, and not changed: {names}. Delete it yourself."
        ).format(names=", ".join(traces.damaged))


def progress_sentence(progress: Progress) -> str:
    """Say how far it is."""
    match progress.step:
        case Step.WAITING:
            words = _translate("Forgetting", "Forgetting {address}: waiting for the server that is being sent to…")
        case Step.REMOVING:
            words = _translate("Forgetting", "Forgetting {address}: {removed} of {total} messages removed…")
        case Step.LOG:
            words = _translate("Forgetting", "Forgetting {address}: log.txt is written anew…")
        case Step.REWRITING:
            words = _translate("Forgetting", "Forgetting {address}: the outbox is written anew…")
        case Step.DONE:
            words = _translate("Forgetting", "{address} is forgotten.")
    return words.format(
        address=progress.address, removed=wording.count(progress.removed), total=wording.count(progress.total)
    )
