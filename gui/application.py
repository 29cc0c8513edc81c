"""Qt's application object, and what the system hands to a program that runs already."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """Made once, by `gui.app.make_application`.

    `link_opened(str)`: a `mailto:` was clicked somewhere. macOS tells it so; elsewhere the program is started with it.
    """

    link_opened = Signal(str)

    def event(self, event: QEvent) -> bool:
        # Only what is for the application itself: an event filter would be called for every event of the program.
        if isinstance(event, QFileOpenEvent) and event.url().scheme() == "mailto":
            self.link_opened.emit(bytes(event.url().toEncoded().data()).decode("ascii"))
            return True
        return super().event(event)
