"""A TCP proxy that does to a connection what networks do: it delays, slows, cuts, resets and swallows.

In a test: `with FaultProxy(("127.0.0.1", port), Faults(cut_up_bytes=100)) as proxy:` and connect to `proxy.port`.
As a process of its own, for measuring, where it prints `ready PORT`:

    python -m tests.smtp.proxy --listen 127.0.0.1:0 --to 127.0.0.1:2525 --delay-ms 10

*Up* is from the client to the server, *down* the other way. Everything runs on one thread with `select`, whose timeout
counts in microseconds: a round trip of 20 ms takes 20.5, with one connection or with 64 and 3,000 messages a second.
"""

import argparse
import contextlib
import heapq
import itertools
import select
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

_CHUNK_BYTES = 65536


class How(StrEnum):
    """How a connection ends that is cut."""

    #: Both ends are closed in order.
    CUT = "cut"
    #: Both ends see "connection reset".
    RESET = "reset"
    #: The direction that was cut is closed, the other goes on.
    HALF_CLOSE = "half-close"
    #: Nothing more is passed on, either way, and nobody is told.
    HOLE = "hole"


@dataclass(frozen=True)
class Faults:
    """What is done to each connection made from now on."""

    #: Each way: half of what a round trip gains.
    delay_s: float = 0.0
    #: Cut when so many bytes were passed on in this direction; None for never.
    cut_up_bytes: int | None = None
    cut_down_bytes: int | None = None
    how: How = How.CUT
    #: Bytes a second in this direction; None for as many as come.
    rate_up: float | None = None
    rate_down: float | None = None


@dataclass
class _Way:
    """One direction of one connection."""

    source: socket.socket
    target: socket.socket
    faults: Faults
    #: How many bytes may still pass; None for any number.
    left: int | None
    rate: float | None
    #: What is on its way, with the time at which it is passed on. b"" is the end.
    under_way: deque[tuple[float, bytes]] = field(default_factory=deque)
    #: When the last byte leaves that was taken in, where a rate is kept.
    busy_until: float = 0.0
    #: What the target does not take yet.
    stuck: bytes = b""
    has_ended: bool = False


class FaultProxy:
    """Passes connections to `to`, with faults. Each takes the `faults` that hold when it is made."""

    def __init__(
        self, to: tuple[str, int], faults: Faults | None = None, listen: tuple[str, int] | None = None
    ) -> None:
        self.faults = faults or Faults()
        #: How many connections there were.
        self.connections = 0
        self._to = to
        self._listener = socket.create_server(listen or ("127.0.0.1", 0), backlog=128)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._wake_r, self._wake_w = socket.socketpair()
        self._ways: dict[socket.socket, _Way] = {}
        self._stuck: dict[socket.socket, _Way] = {}
        self._due: list[tuple[float, int, _Way]] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.run, name="fault proxy", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wake_w.send(b"q")
        assert self._thread is not None
        self._thread.join(20)

    def run(self) -> None:
        """Pass on until the `with` statement ends. Blocks; the process of its own runs this."""
        try:
            while self._turn():
                pass
        finally:
            for way in list(self._ways.values()):
                way.source.close()
                way.target.close()
            for sock in (self._listener, self._wake_r, self._wake_w):
                sock.close()

    def _turn(self) -> bool:
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            self._pass_on(heapq.heappop(self._due)[2], now)
        wait = max(0.0, self._due[0][0] - time.monotonic()) if self._due else None
        # Whoever waits with something unsent is not read from: a slow end slows the other, as without a proxy.
        reading = [sock for sock, way in self._ways.items() if not way.has_ended and not way.stuck]
        readable, writable, _ = select.select([self._listener, self._wake_r, *reading], list(self._stuck), [], wait)
        now = time.monotonic()
        for sock in writable:
            if way := self._stuck.pop(sock, None):
                self._write(way)
        for sock in readable:
            if sock is self._wake_r:
                return False
            if sock is self._listener:
                self._accept()
            elif way := self._ways.get(sock):
                self._take(way, now)
        return True

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        self.connections += 1
        try:
            server = socket.create_connection(self._to, timeout=5)
        except OSError:
            _reset(client)
            return
        for sock in (client, server):
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        faults = self.faults
        up = _Way(client, server, faults, faults.cut_up_bytes, faults.rate_up)
        down = _Way(server, client, faults, faults.cut_down_bytes, faults.rate_down)
        self._ways[client], self._ways[server] = up, down
        for way in (up, down):
            if way.left == 0:
                self._cut(way)

    def _take(self, way: _Way, now: float) -> None:
        try:
            # Little at a time where a rate is kept, so that what waits here does not grow.
            data = way.source.recv(_CHUNK_BYTES if way.rate is None else 1024)
        except BlockingIOError:
            return
        except OSError:
            self._end(way, How.RESET)
            return
        due = now + way.faults.delay_s
        if not data:
            way.has_ended = True
        if way.rate is None or not data:
            self._plan(way, max(due, way.busy_until), data)
            return
        for number in range(len(data)):
            way.busy_until = max(due, way.busy_until) + 1 / way.rate
            self._plan(way, way.busy_until, data[number : number + 1])

    def _plan(self, way: _Way, due: float, data: bytes) -> None:
        way.under_way.append((due, data))
        heapq.heappush(self._due, (due, next(self._numbers), way))

    def _pass_on(self, way: _Way, now: float) -> None:
        """Pass on everything of this way that is due."""
        if way.source not in self._ways:
            return
        parts = []
        is_end = False
        while way.under_way and way.under_way[0][0] <= now:
            data = way.under_way.popleft()[1]
            is_end = not data
            parts.append(data)
        data = b"".join(parts)
        is_cut = False
        if way.left is not None:
            data = data[: way.left]
            way.left -= len(data)
            is_cut = way.left == 0
        way.stuck += data
        self._write(way)
        if is_cut:
            self._cut(way)
        elif is_end:
            self._shut(way)

    def _write(self, way: _Way) -> None:
        if not way.stuck:
            return
        try:
            sent = way.target.send(way.stuck)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._end(way, How.RESET)
            return
        way.stuck = way.stuck[sent:]
        if way.stuck:
            self._stuck[way.target] = way

    def _shut(self, way: _Way) -> None:
        """Pass on that one side says nothing more; close when both have."""
        with contextlib.suppress(OSError):
            way.target.shutdown(socket.SHUT_WR)
        other = self._ways.get(way.target)
        if other is None or (other.has_ended and not other.under_way):
            self._end(way, How.CUT)

    def _cut(self, way: _Way) -> None:
        match way.faults.how:
            case How.HOLE:
                for each in (way, self._ways[way.target]):
                    each.has_ended = True  # not read from any more, and nothing of it passed on
                    each.under_way.clear()
                    each.left = 0
            case How.HALF_CLOSE:
                way.has_ended = True
                way.under_way.clear()
                self._shut(way)
            case how:
                self._end(way, how)

    def _end(self, way: _Way, how: How) -> None:
        for sock in (way.source, way.target):
            self._ways.pop(sock, None)
            self._stuck.pop(sock, None)
            if how is How.RESET:
                _reset(sock)
            else:
                _close(sock)


def _close(sock: socket.socket) -> None:
    """Close in order: what came and was not read would make it a reset."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(_CHUNK_BYTES):
            pass
    sock.close()


def _reset(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def _address(words: str) -> tuple[str, int]:
    host, _, port = words.rpartition(":")
    return host, int(port)


def main() -> None:
    """Run as a process of its own, until it is ended."""
    parser = argparse.ArgumentParser(description="Pass TCP connections on, later.")
    parser.add_argument("--listen", type=_address, default=("127.0.0.1", 0))
    parser.add_argument("--to", type=_address, required=True)
    parser.add_argument("--delay-ms", type=float, default=0.0, help="each way")
    chosen = parser.parse_args()
    proxy = FaultProxy(chosen.to, Faults(delay_s=chosen.delay_ms / 1000), chosen.listen)
    print("ready", proxy.port, flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        proxy.run()


if __name__ == "__main__":
    main()
