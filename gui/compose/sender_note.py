"""What belongs to the chosen account, or is wrong with it, in a line under From."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from gui.compose.sender import Sender
from gui.theme import Theme

_translate = QCoreApplication.translate


class SenderNote(QLabel):
    """Says it; hidden where there is nothing to say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("tone", "muted")
        self.setFont(theme.caption)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.hide()

    def show_sender(self, sender: Sender | None, *, is_broken: bool, has_room: bool) -> None:
        """Say it of this account. Without room only what must be mended is said."""
        is_gone = sender is not None and sender.is_gone
        if self.property("tone") != (tone := "failed" if is_gone or is_broken else "muted"):
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setText(_words(sender, is_broken))
        self.setVisible(bool(self.text()) and (is_gone or has_room))


def _words(sender: Sender | None, is_broken: bool) -> str:
    if sender is None:
        return ""
    if sender.is_gone:
        return _translate("Form", "Choose the account that it goes by now.")
    if is_broken:
        return _translate("Form", "This account cannot send now. What you send is held until it can.")
    if sender.reply_to:
        return _translate("Form", "Replies go to {address}").format(address=sender.reply_to)
    return ""
