"""A person wants something no more: said on one thread, heard on another."""

import contextlib
import threading
from collections.abc import Callable, Iterator


class Stop:
    """Breaks off what waits, for good. Callable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wake: list[Callable[[], None]] = []
        #: Nobody wants it any more.
        self.is_set = False

    def set(self) -> None:
        """Break off whatever waits now, or will."""
        with self._lock:
            self.is_set = True
            for wake in self._wake:
                wake()

    @contextlib.contextmanager
    def wakes(self, wake: Callable[[], None]) -> Iterator[None]:
        """Have `wake` called by `set` until the `with` statement ends, and never after that. It must not block."""
        with self._lock:
            self._wake.append(wake)
            if self.is_set:
                wake()
        try:
            yield
        finally:
            with self._lock:
                self._wake.remove(wake)
