"""Holds the form's editors still while the outbox has to answer, without touching them unless somebody does."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject

from gui.compose.editors import LineEdit, MessageEdit

_Kind = QEvent.Type
#: What a person can change a text with.
_TOUCHES = frozenset(
    {
        _Kind.KeyPress,
        _Kind.InputMethod,
        _Kind.MouseButtonPress,
        _Kind.MouseButtonRelease,
        _Kind.ContextMenu,
        _Kind.DragEnter,
        _Kind.Drop,
    }
)


class Hold(QObject):
    """Makes editors read-only at the first touch, or when it is told to, and editable again at the end.

    Read-only from the start, all of them would be painted anew while the commit waits for the same interpreter: that
    is a sixth of the time from the press to "Accepted", and almost always nobody can touch them so soon.
    """

    def __init__(self, editors: Sequence[LineEdit | MessageEdit], parent: QObject) -> None:
        super().__init__(parent)
        self._editors = editors
        self._is_tight = False

    def begin(self) -> None:
        """Hold them: what is typed, pasted or dropped from now on changes nothing."""
        for editor in self._editors:
            editor.is_held = True
            editor.installEventFilter(self)

    def tighten(self) -> None:
        """Show that they are held: make them read-only now."""
        if not self._is_tight:
            self._is_tight = True
            for editor in self._editors:
                editor.setReadOnly(True)

    def end(self) -> None:
        """Let them go."""
        for editor in self._editors:
            editor.is_held = False
            editor.removeEventFilter(self)
        if self._is_tight:
            self._is_tight = False
            for editor in self._editors:
                editor.setReadOnly(False)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.tighten()
        # Qt asks no input method about a read-only editor, but puts what one commits into it all the same.
        return event.type() == _Kind.InputMethod
