"""Moving to another computer: all of it in one file, and nothing goes from both computers unasked."""

import threading
from collections.abc import Callable
from pathlib import Path

from core.errors import PersonError
from core.outbox.archive import Backup
from core.outbox.outbox import Outbox
from core.outbox.reader import Reader
from core.outbox.states import LEASED

#: So often (s) it is looked whether what is being sent has ended.
_LOOK_AGAIN_S = 0.2


class Departure:
    """Moves an outbox, and takes that back. Every call blocks; not on a window's main thread, nor on `writes`."""

    def __init__(self, outbox: Outbox, reader: Reader, back_up: Callable[[Path], Backup]) -> None:
        self._outbox = outbox
        self._reader = reader
        self._back_up = back_up
        self._pause = threading.Event()

    def leave(self, path: Path, told_waiting: Callable[[], None] = lambda: None) -> Backup:
        """Pause, let what is being sent end, hold what waits, and write all of it to one file.

        Without that file nothing has changed here, whatever went wrong; but for a crash, after which this computer is
        paused until somebody goes on here. Raises what a backup raises, `StorageError`, and `PersonError`
        (`outbox_closed`) when the program ends.
        """
        self._outbox.depart().wait()
        try:
            while self._is_sending():
                told_waiting()
                self._rest()
            while self._outbox.hold_departing().wait():
                self._go_on()
            return self._back_up(path)
        except BaseException:
            if not self._reader.is_leaving:
                self.come_back()
            raise

    def come_back(self) -> None:
        """Go on here: what was held because of the move goes its way, and the pause ends unless it was there before."""
        while self._outbox.release_departed().wait():
            self._go_on()
        self._outbox.end_departure().wait()

    def _is_sending(self) -> bool:
        by_state = self._reader.counts().by_state
        return any(by_state.get(state) for state in LEASED)

    def _rest(self) -> None:
        self._go_on()
        self._pause.wait(_LOOK_AGAIN_S)

    def _go_on(self) -> None:
        if self._reader.is_leaving:
            raise PersonError("outbox_closed")
