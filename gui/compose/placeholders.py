"""Placeholders: the {{ words }} in a subject or a message that a person still has to replace."""

from PySide6.QtCore import QCoreApplication, QObject, QRegularExpression, Qt, Slot

from core.outbox.notification import Draft
from gui.compose.form import ComposePane

_translate = QCoreApplication.translate

_OPENS = "{{"
#: Words on one line, of which a placeholder has few.
_PATTERN = r"\{\{[^{}\n]{1,80}\}\}"
#: So many are named; whoever replaces them hears of the others the next time.
_MOST_NAMED = 3


def first_in(text: str) -> tuple[int, int] | None:
    """Return where the first placeholder begins and how long it is, as Qt's editors count (in UTF-16)."""
    if _OPENS not in text:
        return None
    found = QRegularExpression(_PATTERN).match(text)
    return (found.capturedStart(), found.capturedLength()) if found.hasMatch() else None


def all_in(text: str) -> list[str]:
    """Return the placeholders in their order, each once."""
    found: list[str] = []
    if _OPENS in text:
        matches = QRegularExpression(_PATTERN).globalMatch(text)
        while matches.hasNext():
            found.append(matches.next().captured())
    return list(dict.fromkeys(found))


def select_first(pane: ComposePane) -> bool:
    """Select the first placeholder, in the message or else in the subject, so that typing replaces it.

    False where there is none.
    """
    if (place := first_in(pane.message.toPlainText())) is not None:
        cursor = pane.message.textCursor()
        cursor.setPosition(place[0])
        cursor.setPosition(sum(place), cursor.MoveMode.KeepAnchor)
        pane.message.setTextCursor(cursor)
        pane.message.setFocus(Qt.FocusReason.OtherFocusReason)
        return True
    if (place := first_in(pane.subject.text())) is not None:
        pane.subject.setFocus(Qt.FocusReason.OtherFocusReason)
        pane.subject.setSelection(*place)
        return True
    return False


class PlaceholderCheck(QObject):
    """Stops the first Send of a text that still holds placeholders, and says so; the second one goes."""

    def __init__(self, pane: ComposePane, parent: QObject) -> None:
        super().__init__(parent)
        self._pane = pane
        #: The subject and the message of which it was said.
        self._said: tuple[str, str] | None = None
        pane.edited.connect(self._on_pane_edited)

    def lets_go(self, draft: Draft) -> bool:
        """Say whether a draft may go: nothing in it is to be replaced, or the person was told of it and sends it so."""
        left = all_in(f"{draft.subject}\n{draft.text}")
        letter = (draft.subject, draft.text)
        if not left or letter == self._said:
            self._said = None
            return True
        self._said = letter
        self._pane.show_warning(_sentence(left))
        select_first(self._pane)
        return False

    @Slot()
    def _on_pane_edited(self) -> None:
        if self._said is not None:
            self._said = None
            self._pane.strip.forget_form()


def _sentence(left: list[str]) -> str:
    if len(left) == 1:
        return _translate("Form", "{placeholder} is still to be replaced. Send once more to send it as it is.").format(
            placeholder=left[0]
        )
    named = left if len(left) <= _MOST_NAMED else [*left[: _MOST_NAMED - 1], "…"]
    return _translate("Form", "{placeholders} are still to be replaced. Send once more to send it as it is.").format(
        placeholders=", ".join(named)
    )
