"""The account's signature as the form shows it: under the message, and no part of what is typed."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from gui.theme import Theme

_translate = QCoreApplication.translate


class SignatureNote(QLabel):
    """Shows the first lines, muted; hidden where the account has none."""

    _MOST_LINES = 4

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("tone", "muted")
        self.setFont(theme.caption)
        self.setContentsMargins(2, 8, 0, 0)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_signature(self, signature: str) -> None:
        """Show a signature; the whole of it is in the tip."""
        lines = signature.rstrip().splitlines()
        shown = lines[: self._MOST_LINES]
        if len(lines) > len(shown):
            shown[-1] += " …"
        self.setText("\n".join(["--", *shown]))
        self.setToolTip(signature)
        self.setAccessibleName(_translate("Form", "Signature: {text}").format(text=signature))
        self.setVisible(bool(lines))
