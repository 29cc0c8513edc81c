"""What Outtray is: its version, its licence, and those of what it is made with."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.step_dialog import fit
from gui.theme import Theme, let_select, muted_label

_translate = QCoreApplication.translate

_WIDTH = 440
_ICON = 64


class AboutDialog(QDialog):
    """Says it. Esc closes."""

    def __init__(self, theme: Theme, version: str, licences: Path | None, parent: QWidget) -> None:
        """`licences`: the folder that holds their texts; None where there is none."""
        super().__init__(parent)
        self._folder = licences
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_translate("About", "About Outtray"))
        icon = QLabel()
        icon.setPixmap(theme.icons.app().pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF()))
        name = QLabel("Outtray")
        name.setFont(theme.strong)
        self.version = muted_label(_translate("About", "Version {version}").format(version=version), theme.body)
        let_select(self.version)
        self.words = QLabel(
            _translate(
                "About",
                "Outtray is free software under the MIT licence. It uses Qt under the GNU Lesser General Public "
                "License (LGPL), version 3.",
            )
        )
        for label in (name, self.version, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setAccessibleDescription(_translate("About", "Closes this window; Esc does the same"))
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        #: Opens the folder of the licences, where there is one.
        self.licences = QPushButton(_translate("About", "&Licences"))
        self.licences.setAutoDefault(False)
        self.licences.setAccessibleDescription(
            _translate("About", "Shows the licences of all that Outtray is made with, in the program for files")
        )
        self.licences.clicked.connect(self._on_licences_clicked)
        buttons.addButton(self.licences, QDialogButtonBox.ButtonRole.ActionRole)
        self.licences.setVisible(licences is not None)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(icon, 0, 0, 3, 1, Qt.AlignmentFlag.AlignTop)
        for row, label in enumerate((name, self.version, self.words)):
            grid.addWidget(label, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addSpacing(8)
        column.addWidget(buttons)
        fit(self, column, _WIDTH)
        self.finished.connect(parent.activateWindow)
        close.setFocus()

    @Slot()
    def _on_licences_clicked(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder))
