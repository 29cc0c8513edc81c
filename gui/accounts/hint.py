"""What the provider of an address wants, in words, with the page that tells how."""

from PySide6.QtCore import QCoreApplication, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout

from core.accounts.presets import Preset
from gui import wording
from gui.theme import Theme, announce

_translate = QCoreApplication.translate


class ProviderHint(QFrame):
    """Stands under the address. One that can never work is said in the colour of failed. Hidden with nothing to say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._url = ""
        self.setObjectName("hint")
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setFont(theme.caption)
        self.page = QPushButton(_translate("Account", "Open the provider's page"))
        self.page.setObjectName("link")
        self.page.setFont(theme.caption)
        self.page.setAccessibleDescription(_translate("Account", "It tells in the browser how a program may send"))
        self.page.setCursor(Qt.CursorShape.PointingHandCursor)
        self.page.clicked.connect(self._on_page_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 6)
        column.setSpacing(2)
        column.addWidget(self._words)
        column.addWidget(self.page, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_preset(self, preset: Preset | None, address: str) -> None:
        """Say what is known of the provider; of an unknown one, where a person finds the server's name."""
        words, url, tone = "", "", "plain"
        if preset is not None:
            words, url = wording.code_sentence(preset.words, preset.values), preset.url
            tone = "failed" if preset.is_oauth_only else "plain"
        elif "." in address.rpartition("@")[2].strip("."):
            words = _translate(
                "Account", "Your provider's help pages name the server for outgoing mail (SMTP), and the port."
            )
        self._url = url
        self._words.setText(words)
        self.page.setVisible(bool(url))
        self.setVisible(bool(words))
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)
        if tone == "failed" and words:
            announce(self, words)

    def text(self) -> str:
        return "" if self.isHidden() else self._words.text()

    @Slot()
    def _on_page_clicked(self) -> None:
        QDesktopServices.openUrl(QUrl(self._url))
