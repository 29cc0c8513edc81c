"""The five steps to a mail server, each with what was found there in plain words."""

from enum import Enum

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from core.mail.smtp.diagnosis import Finding, Step
from gui import wording
from gui.said import said
from gui.theme import Theme, announce, let_select, muted_label

_translate = QCoreApplication.translate

_ICON = 16


class _Mark(Enum):
    """How a step stands: its icon and colour."""

    WAITING = ("dash", "line-strong")
    RUNNING = ("ellipsis", "accent")
    GOOD = ("check", "sent")
    BAD = ("x", "failed")
    LEFT_OUT = ("dash", "muted")


class StepList(QWidget):
    """Shows a test as it goes: each step with a tick or a cross and what was found, as it comes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks: dict[Step, _Mark] = dict.fromkeys(Step, _Mark.WAITING)
        self._icons: dict[Step, QLabel] = {}
        self._words: dict[Step, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        for row, step in enumerate(Step):
            icon = self._icons[step] = QLabel()
            icon.setFixedWidth(_ICON)
            name = QLabel(step_word(step))
            name.setMinimumWidth(96)
            words = self._words[step] = muted_label("", theme.body)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setWordWrap(True)
            let_select(words)
            words.setAccessibleName(step_word(step))
            words.setMinimumWidth(160)  # else a long word of a server would widen the dialog
            words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            for column, label in enumerate((icon, name, words)):
                grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(_translate("Steps", "What the test found"))
        theme.changed.connect(self._paint_again)
        self._paint_again()

    def begin(self) -> None:
        """Forget the last test; the first step is under way."""
        for step in Step:
            self._set(step, _Mark.WAITING, "")
        self._run(Step.NAME)

    def add(self, finding: Finding) -> None:
        """Show what was found at a step; the one after it is under way."""
        words = said(finding.detail)
        if finding.problem is not None:
            words = wording.problem_sentence(finding.problem)
        elif finding.step is Step.CERTIFICATE and words:
            words = _translate("Steps", "valid until {day}").format(day=words)
        self._set(finding.step, _Mark.GOOD if finding.is_good else _Mark.BAD, words)
        announce(self, f"{step_word(finding.step)}: {_mark_word(finding.is_good)}. {words}")
        steps = list(Step)
        after = steps[steps.index(finding.step) + 1 :]
        if finding.is_good and after:
            self._run(after[0])

    def end(self, is_good: bool) -> None:
        """Say of the steps without a finding that they were not needed, or not reached."""
        words = _translate("Steps", "Not needed here") if is_good else _translate("Steps", "Not tried")
        for step, mark in self._marks.items():
            if mark in (_Mark.WAITING, _Mark.RUNNING):
                self._set(step, _Mark.LEFT_OUT, words)

    def text(self) -> str:
        """Return what a person reads, a line for each step that was come to."""
        lines = []
        for step, mark in self._marks.items():
            if mark is not _Mark.WAITING:
                sign = {_Mark.GOOD: "✓", _Mark.BAD: "✕", _Mark.RUNNING: "…"}.get(mark, "–")
                lines.append(f"{sign} {step_word(step)}  {self._words[step].text()}".rstrip())
        return "\n".join(lines)

    def _run(self, step: Step) -> None:
        # A step that has nothing to do here (TLS without TLS) is passed over by the finding after it.
        self._set(step, _Mark.RUNNING, _translate("Steps", "Looking…"))

    def _set(self, step: Step, mark: _Mark, words: str) -> None:
        if mark in (_Mark.GOOD, _Mark.BAD):
            steps = list(Step)
            for earlier in steps[: steps.index(step)]:
                if self._marks[earlier] in (_Mark.RUNNING, _Mark.WAITING):
                    self._set(earlier, _Mark.LEFT_OUT, _translate("Steps", "Not needed here"))
        self._marks[step] = mark
        label = self._words[step]
        label.setText(words)
        label.setAccessibleName(f"{step_word(step)}: {words}" if words else step_word(step))
        tone = "failed" if mark is _Mark.BAD else "muted"
        if label.property("tone") != tone:
            label.setProperty("tone", tone)
            label.style().unpolish(label)
            label.style().polish(label)
        self._paint(step)

    def _paint(self, step: Step) -> None:
        icon, color = self._marks[step].value
        self._icons[step].setPixmap(self._theme.icons.pixmap(icon, color, _ICON, self.devicePixelRatioF()))
        self._icons[step].setAccessibleName(_mark_words()[self._marks[step]])

    @Slot()
    def _paint_again(self) -> None:
        for step in Step:
            self._paint(step)


def step_word(step: Step) -> str:
    """Return what a step is called."""
    match step:
        case Step.NAME:
            return _translate("Steps", "Name")
        case Step.CONNECTION:
            return _translate("Steps", "Connection")
        case Step.TLS:
            return _translate("Steps", "Encryption")
        case Step.CERTIFICATE:
            return _translate("Steps", "Certificate")
        case Step.LOGIN:
            return _translate("Steps", "Login")


def _mark_word(is_good: bool) -> str:
    return _mark_words()[_Mark.GOOD if is_good else _Mark.BAD]


def _mark_words() -> dict[_Mark, str]:
    return {
        _Mark.WAITING: _translate("Steps", "to come"),
        _Mark.RUNNING: _translate("Steps", "under way"),
        _Mark.GOOD: _translate("Steps", "good"),
        _Mark.BAD: _translate("Steps", "failed"),
        _Mark.LEFT_OUT: _translate("Steps", "left out"),
    }
