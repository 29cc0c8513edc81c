"""The box "Start Outtray when I log in": it shows what is so, and under it why that could not be changed."""

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from core.errors import PersonError
from core.executor import Executor
from gui import wording
from gui.autostart import Autostart
from gui.theme import Theme, announce, muted_label

_translate = QCoreApplication.translate


class AtLogin(QWidget):
    """Looks at the entry whenever it is shown, and changes it at once. Both on `files`."""

    def __init__(self, theme: Theme, entry: Autostart, executor: Executor) -> None:
        super().__init__()
        self._entry = entry
        self._executor = executor
        self.box = QCheckBox(_translate("Preferences", "Start &Outtray when I log in"))
        self.box.clicked.connect(self._on_box_clicked)
        self._wrong = muted_label("", theme.caption)
        self._wrong.setProperty("tone", "failed")
        self._wrong.setTextFormat(Qt.TextFormat.PlainText)
        self._wrong.setWordWrap(True)
        self._wrong.setMinimumWidth(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.box)
        column.addWidget(self._wrong)
        self._say("")

    def wrong(self) -> str:
        """Return why it could not be changed, or seen."""
        return self._wrong.text()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._executor.submit("files", self._entry.is_on, self._on_looked, self._on_failed)

    @Slot(bool)
    def _on_box_clicked(self, is_on: bool) -> None:
        self._executor.submit("files", partial(self._entry.turn, is_on), self._on_looked, self._on_failed)

    def _on_looked(self, is_on: bool) -> None:
        self.box.setChecked(is_on)
        self._say("")

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, PersonError):
            raise error
        self._say(wording.error_sentence(error))
        # What cannot be read starts nothing: the desktop reads the same.
        self._executor.submit("files", self._entry.is_on, self.box.setChecked, lambda _: self.box.setChecked(False))

    def _say(self, sentence: str) -> None:
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))
        use = _translate("Preferences", "In the tray, where its icon is shown there; else with its window")
        self.box.setAccessibleDescription(sentence or use)
        if sentence:
            announce(self.box, sentence)
