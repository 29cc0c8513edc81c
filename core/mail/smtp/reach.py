"""From a host's name to a connected socket, within one deadline."""

import contextlib
import errno
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

from core.mail.smtp.hosts import ascii_host, ip_address, is_loopback
from core.mail.smtp.outcomes import Failed, Judge
from core.mail.smtp.server import Security
from core.mail.smtp.waiting import READ, WRITE, Waiter, Waker
from core.mail.transport import Outcome, Phase, Verdict
from core.paths import is_out_of_files

#: What a computer without network says.
_OFFLINE = frozenset((errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL))
_CODES = {
    errno.ECONNREFUSED: "connect_refused",
    errno.ETIMEDOUT: "connect_timeout",
    # An address of one link that does not say of which (RFC 4007, section 6).
    errno.EINVAL: "name_unknown",
    errno.EMFILE: "files_out",
    errno.ENFILE: "files_out",
}
_UNDER_WAY = frozenset((errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EWOULDBLOCK)))
#: The name does not exist, or has no address. Every other failure is the lookup's own.
_UNKNOWN = frozenset(getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name))
#: The deadline is shared between the addresses; with more, none would have time enough.
_MOST_ADDRESSES = 4

#: What the system may hold of a body that the server does not read. The less it is, the more often it is known that
#: a message did not arrive, and the more a deadline says; it still fills a line of 1 MB/s at 100 ms.
_SEND_BYTES = 128 * 1024

Address = tuple[socket.AddressFamily, tuple[Any, ...]]


class Reach:
    """Finds and connects to one server. Raises `Failed` or `Halted`. Used by one thread at a time."""

    def __init__(self, judge: Judge, waker: Waker, monotonic_s: Callable[[], float]) -> None:
        self._judge = judge
        self._waker = waker
        self._monotonic_s = monotonic_s

    def look_up(self, until_s: float) -> Sequence[Address]:
        """Return the addresses of the host, in the order to try. Blocks up to the deadline."""
        server = self._judge.server
        try:
            name = ascii_host(server.host)
        except UnicodeError:
            raise self._failed(Verdict.LATER, "name_unknown") from None
        found = self._ask(name, server.port, until_s) if ip_address(name) is None else self._read(name, server.port)
        addresses = [(family, address) for family, _, _, _, address in found][:_MOST_ADDRESSES]
        # The address decides, not the name: "localhost" may be anybody's.
        if server.security is Security.NONE and not all(is_loopback(str(address[0])) for _, address in addresses):
            raise self._failed(Verdict.ACCOUNT, "security_none_far")
        return addresses

    def connect(self, addresses: Sequence[Address], until_s: float) -> socket.socket:
        """Return a socket connected to the first address that answers. Blocks up to the deadline."""
        failures: list[Outcome] = []
        for turn, (family, address) in enumerate(addresses):
            now_s = self._monotonic_s()
            # Each gets its share, so that one that swallows everything leaves time for the next.
            share_until_s = now_s + (until_s - now_s) / (len(addresses) - turn)
            try:
                return self._connect(family, address, share_until_s)
            except OSError as error:
                failures.append(self._judged(error))
        # One that is there but refuses says more than one that cannot be reached.
        raise Failed(min(failures, key=lambda outcome: outcome.verdict is Verdict.OFFLINE))

    def _read(self, address: str, port: int) -> list[Any]:
        """Read an address; nobody is asked. Its scope may be an interface that this computer does not have."""
        try:
            return socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        except OSError as error:
            if is_out_of_files(error):
                raise Failed(self._judged(error)) from None
            raise self._failed(Verdict.LATER, "name_unknown") from None

    def _ask(self, name: str, port: int, until_s: float) -> list[Any]:
        """Look the name up on a thread of its own: `getaddrinfo` cannot be broken off, so it is left behind."""
        try:
            near, far = socket.socketpair()
        except OSError as error:
            raise Failed(self._judged(error)) from None
        answer: list[list[Any] | Exception] = []

        def ask() -> None:
            try:
                answer.append(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
            except Exception as error:  # noqa: BLE001 - told on the thread that waits
                answer.append(_cause(error))
            finally:
                far.close()  # whoever waits at the other end can read this

        with near:
            waiter = Waiter(near, self._waker, self._monotonic_s)
            threading.Thread(target=ask, name=f"look up {name}", daemon=True).start()
            with contextlib.closing(waiter):
                waiter.wait(READ, until_s)
        found = answer[0] if answer else TimeoutError()
        if isinstance(found, Exception) and is_out_of_files(found):
            raise Failed(self._judged(found))
        if isinstance(found, UnicodeError) or (isinstance(found, socket.gaierror) and found.errno in _UNKNOWN):
            raise self._failed(Verdict.LATER, "name_unknown")
        if isinstance(found, OSError):
            raise self._failed(Verdict.OFFLINE, "name_failed")
        if isinstance(found, Exception):
            raise found
        return found

    def _connect(self, family: socket.AddressFamily, address: tuple[Any, ...], until_s: float) -> socket.socket:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
            code = sock.connect_ex(address)
            if code in _UNDER_WAY:
                with contextlib.closing(Waiter(sock, self._waker, self._monotonic_s)) as waiter:
                    came = waiter.wait(WRITE, until_s)
                code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if came else errno.ETIMEDOUT
            if code:
                raise OSError(code, "")
            # A dot and the commands behind it are small writes, and each is waited for.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            sock.close()
            raise
        return sock

    def _judged(self, error: OSError) -> Outcome:
        if error.errno in _OFFLINE:
            return self._failed(Verdict.OFFLINE, "network_gone").outcome
        return self._failed(Verdict.LATER, _CODES.get(error.errno or 0, "server_closed")).outcome

    def _failed(self, verdict: Verdict, code: str) -> Failed:
        return Failed(self._judge.of_problem(verdict, Phase.CONNECT, code))


def _cause(error: Exception) -> Exception:
    """Return why a lookup failed: glibc calls a name unknown, too, where it could open no file to ask for it."""
    try:
        socket.socket().close()
    except OSError as out:
        return out
    return error
