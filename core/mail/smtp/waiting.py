"""Waiting for a socket: up to a deadline, and until somebody says that the program is quitting."""

import selectors
import socket
from collections.abc import Callable

from core.mail.smtp.steps import Halted

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE

#: Poll takes no file of its own, as epoll and kqueue do; Windows has only select.
_Selector: type[selectors.BaseSelector] = getattr(selectors, "PollSelector", selectors.DefaultSelector)


class Waker:
    """Ends the waits of other threads, for good."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        #: Set before anybody is woken, and never taken back.
        self.is_set = False

    def set(self) -> None:
        """Wake whoever waits, and whoever will. From any thread."""
        self.is_set = True
        self._far.close()  # the other end can be read from now on, and stays so

    def fileno(self) -> int:
        return self._near.fileno()

    def close(self) -> None:
        self._near.close()
        self._far.close()


class Waiter:
    """Waits for one socket. Used by one thread at a time."""

    def __init__(self, sock: socket.socket, waker: Waker, monotonic_s: Callable[[], float]) -> None:
        self._sock = sock
        self._waker = waker
        self._monotonic_s = monotonic_s
        self._selector = _Selector()
        self._events = READ
        self._selector.register(sock, READ)
        self._selector.register(waker, READ)
        self._hears_waker = True

    def wait(self, events: int, until_s: float, *, is_breakable: bool = True) -> int:
        """Return which of `events` came; 0 when the deadline has passed. Raises `Halted` where it may be broken."""
        while True:
            if self._waker.is_set:
                if is_breakable:
                    raise Halted
                if self._hears_waker:
                    self._selector.unregister(self._waker)
                    self._hears_waker = False
            left_s = until_s - self._monotonic_s()
            if left_s <= 0:
                return 0
            if events != self._events:
                self._selector.modify(self._sock, events)
                self._events = events
            for key, came in self._selector.select(left_s):
                if key.fileobj is self._sock:
                    return came

    def close(self) -> None:
        self._selector.close()
