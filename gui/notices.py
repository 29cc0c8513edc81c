"""One line above the panes for what the person should know once: a recovery, a draft set aside, a full disk."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize, Qt, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.theme import Theme, announce, let_select, paint_strip

_translate = QCoreApplication.translate

_ICONS = {"on-the-way": "dot", "waiting": "warning", "failed": "warning"}


class NoticeBar(QWidget):
    """Shows the newest notice until it is closed, acted on, or another comes. Hidden while there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = "on-the-way"
        self._act: Callable[[], None] | None = None
        self._icon = QLabel()
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        let_select(self._words)
        self._button = QPushButton()
        self._button.clicked.connect(self._on_button_clicked)
        self._close = QToolButton()
        self._close.setIconSize(QSize(16, 16))
        self._close.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(8)
        for widget in (self._icon, self._words, self._button, self._close):
            row.addWidget(widget)
        theme.changed.connect(self._paint_again)
        self.name_parts()
        self.hide()

    def name_parts(self) -> None:
        """Give the parts their names in the language of the moment; a notice that is shown stays as it is."""
        self._words.setAccessibleName(self._words.text() or _translate("Notice", "Notice"))
        self._button.setAccessibleName(self._button.text() or _translate("Notice", "What can be done"))
        self._button.setAccessibleDescription(_translate("Notice", "Answers the notice, and closes it"))
        self._close.setAccessibleName(_translate("Notice", "Close the notice"))
        self._close.setAccessibleDescription(_translate("Notice", "Nothing else changes"))
        self._close.setToolTip(_translate("Notice", "Close"))
        self.setAccessibleName(_translate("Notice", "Notice"))

    def show_notice(
        self, sentence: str, *, tone: str = "on-the-way", word: str = "", act: Callable[[], None] | None = None
    ) -> None:
        """Show a sentence in a tone (`on-the-way`, `waiting`, `failed`), with one thing to do about it where given."""
        self._tone = tone
        self._act = act
        self._words.setText(sentence)
        self._words.setAccessibleName(sentence)
        self._button.setText(word)
        self._button.setAccessibleName(word or _translate("Notice", "What can be done"))
        self._button.setVisible(act is not None)
        self._paint_again()
        self.show()
        announce(self, sentence)

    def sentence(self) -> str:
        """Return what is shown; "" when nothing is."""
        return self._words.text() if self.isVisible() else ""

    @Slot()
    def clear(self) -> None:
        """Take the notice away."""
        self._act = None
        self._words.clear()
        self.hide()

    @Slot()
    def _on_button_clicked(self) -> None:
        act = self._act
        self.clear()
        if act is not None:
            act()

    @Slot()
    def _paint_again(self) -> None:
        icons = self._theme.icons
        self._icon.setPixmap(icons.pixmap(_ICONS[self._tone], self._tone, 16, self.devicePixelRatioF()))
        self._close.setIcon(icons.icon("close-small", "muted"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_strip(self, self._theme, self._tone)
