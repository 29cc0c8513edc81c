"""Owns when Python's garbage is collected: on the main thread only, and only after work was done.

A collection on a worker would destroy QObjects there, which Qt does not survive.
"""

import contextlib
import gc
import sys

import PySide6
import shiboken6
from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot


def heal_garbage() -> None:
    """Keep PySide6 6.11.3 from crashing when a cycle that holds a layout is collected. Call before any QObject.

    Its objects are marked as gone before the collector takes them apart. Can go when Python 3.11 is no longer
    supported: 6.12, which is used from Python 3.12 on, does not crash.
    """
    if tuple(int(part) for part in PySide6.__version__.split(".")[:2]) < (6, 12):
        QObject.__del__ = _invalidate  # type: ignore[attr-defined]


def _invalidate(thing: QObject) -> None:
    # An error raised in `__del__` is printed, never raised; at the end of the process there are some.
    with contextlib.suppress(Exception):
        shiboken6.Shiboken.invalidate(thing)


class GarbageCollector(QObject):
    """Collects on the main thread when the event loop has nothing else to do, if enough was allocated.

    Takes over from Python's own collector while it lives. Never wakes the loop: it is asked when the loop is
    about to sleep, and while the loop finds no time to sleep, once it has turned with far too much garbage.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._was_enabled = gc.isenabled()
        gc.collect()
        # What is alive after start-up stays alive; looking at it again would only take time.
        gc.freeze()
        gc.disable()
        self._blocks = sys.getallocatedblocks()
        self._dispatcher = QAbstractEventDispatcher.instance()
        self._dispatcher.aboutToBlock.connect(self._on_loop_about_to_sleep)
        self._dispatcher.awake.connect(self._on_loop_awake)

    def close(self) -> None:
        """Give collecting back to Python."""
        self._dispatcher.aboutToBlock.disconnect(self._on_loop_about_to_sleep)
        self._dispatcher.awake.disconnect(self._on_loop_awake)
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()

    @Slot()
    def _on_loop_about_to_sleep(self) -> None:
        if gc.get_count()[0] > self._thresholds[0]:
            self._collect()

    @Slot()
    def _on_loop_awake(self) -> None:
        # 20 times what Python allows itself: a busy loop must not grow for ever.
        if gc.get_count()[0] > 20 * self._thresholds[0]:
            self._collect()

    def _collect(self) -> None:
        """Collect as Python's own collector would: young objects first, all of them seldom.

        A young collection took 0.2 ms, a full one 2 ms for 60,000 new objects; so that one waits until a quarter
        more is alive than after the last (Python's own rule).
        """
        _, middle, old = gc.get_count()
        if old > self._thresholds[2] and sys.getallocatedblocks() > self._blocks * 5 // 4:
            gc.collect()
            self._blocks = sys.getallocatedblocks()
        else:
            gc.collect(1 if middle > self._thresholds[1] else 0)
