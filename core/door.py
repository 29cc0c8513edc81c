"""The door: how another process reaches the one that owns the outbox.

The owner listens on 127.0.0.1; port and a fresh token stand in `door.json`, which only its user can read. One
connection carries one JSON line each way: `{"token": …, "verb": …, "arguments": {…}}`, then
`{"answer": {…}}` or `{"error": {…}}`.
"""

import contextlib
import hmac
import json
import os
import secrets
import selectors
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core import errors
from core.owner import describe_owner, door_file
from core.paths import Home

T = TypeVar("T")
Json = dict[str, Any]

#: A request is no longer than this. Files do not go through the door: the spool has them.
REQUEST_BYTES = 1 << 20
#: An answer names every recipient of a request with more words than the request did.
ANSWER_BYTES = 16 << 20
#: In all, from the first byte to the last: a deadline for each read would let one byte a second live for ever.
DEADLINE_S = 5.0
#: How long whoever wants to write goes on trying, before it says who owns the outbox.
PATIENCE_S = 15.0

#: Callers heard at one time. A further one takes the place of the oldest, who had the most time.
_CALLERS = 16
_CHUNK_BYTES = 1 << 16
#: A lock held by one command is free again after a few milliseconds.
_TRY_AGAIN_S = 0.05


class NoAnswer(errors.OuttrayError):
    """Nobody answered at the door, or nobody who could be understood: what was asked may or may not be done."""


@dataclass(frozen=True)
class Answer:
    """An answer with something to be done behind it, once it was given."""

    content: Json
    #: Called on the door's thread after the answer has left; hands on what is slow.
    afterwards: Callable[[], None]


@dataclass
class _Caller:
    connection: socket.socket
    #: On the monotonic clock.
    deadline_s: float
    received: bytearray = field(default_factory=bytearray)


class Door:
    """The owner's side. One daemon thread hears all callers, so none of them can keep another out.

    `handle` is given `{"verb": …, "arguments": {…}}` of a caller that knows the token, on the door's thread,
    where it may wait for the disk. Its `PersonError` reaches the caller as the same error; any other exception
    reaches `sys.excepthook`, and the caller as a `Fault`. Only the holder of the lock opens a door.
    """

    def __init__(self, home: Home, handle: Callable[[Json], Json | Answer], kind: str = "window") -> None:
        self._home = home
        self._handle = handle
        self._kind = kind
        self._token = secrets.token_urlsafe(32)
        self._callers: dict[socket.socket, _Caller] = {}
        self._thread: threading.Thread | None = None
        self._bell_button: socket.socket | None = None

    def open(self) -> None:
        """Listen, and say where in `door.json`. Raises `OutboxError` where that cannot be."""
        listener = socket.socket()
        try:
            listener.bind(("127.0.0.1", 0))
            listener.listen(_CALLERS)
            listener.setblocking(False)
            self._write_door_file(listener.getsockname()[1])
        except OSError as error:
            listener.close()
            why = error.strerror or str(error)
            raise errors.OutboxError("home_unwritable", path=self._home.door, why=why) from error
        self._bell_button, bell = socket.socketpair()
        thread = threading.Thread(target=self._serve, args=(listener, bell), name="door", daemon=True)
        thread.start()
        self._thread = thread  # not before it runs: `close` on another thread waits for it

    def close(self, limit_s: float = 1.0) -> None:
        """Take no further caller, and let the answer being given be given, for at most `limit_s`.

        Callable from any thread. A door that another thread is just opening stays open: close it again.
        """
        if self._thread is None or self._bell_button is None:
            return
        with contextlib.suppress(OSError):
            self._home.door.unlink(missing_ok=True)
        self._bell_button.close()
        if self._thread is not threading.current_thread():
            self._thread.join(limit_s)
        self._thread = None

    def _write_door_file(self, port: int) -> None:
        where = {"port": port, "token": self._token, "kind": self._kind, "pid": os.getpid()}
        unfinished = self._home.door.with_name(f"door.json.{os.getpid()}")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(where, file)
        unfinished.replace(self._home.door)

    def _serve(self, listener: socket.socket, bell: socket.socket) -> None:
        with listener, bell, selectors.DefaultSelector() as selector:
            selector.register(listener, selectors.EVENT_READ, listener)
            selector.register(bell, selectors.EVENT_READ, bell)
            while True:
                for key, _ in selector.select(self._patience_s()):
                    if key.data is bell:
                        for caller in self._callers.values():
                            caller.connection.close()
                        return
                    if key.data is listener:
                        self._welcome(listener, selector)
                    elif key.data.connection in self._callers:  # not sent away a moment ago
                        self._read(key.data, selector)
                now_s = time.monotonic()
                for caller in [each for each in self._callers.values() if each.deadline_s <= now_s]:
                    self._dismiss(caller, selector)

    def _patience_s(self) -> float | None:
        """Return the time to the next deadline; None, so that an idle door never wakes, where nobody calls."""
        if not self._callers:
            return None
        return max(0.0, min(caller.deadline_s for caller in self._callers.values()) - time.monotonic())

    def _welcome(self, listener: socket.socket, selector: selectors.BaseSelector) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:  # the caller is gone already, or there is no descriptor left for one
            time.sleep(_TRY_AGAIN_S)  # it may go on knocking
            return
        connection.setblocking(False)
        if len(self._callers) >= _CALLERS:
            self._dismiss(next(iter(self._callers.values())), selector)
        caller = _Caller(connection, time.monotonic() + DEADLINE_S)
        self._callers[connection] = caller
        selector.register(connection, selectors.EVENT_READ, caller)

    def _dismiss(self, caller: _Caller, selector: selectors.BaseSelector) -> None:
        selector.unregister(caller.connection)
        del self._callers[caller.connection]
        caller.connection.close()

    def _read(self, caller: _Caller, selector: selectors.BaseSelector) -> None:
        try:
            chunk = caller.connection.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        caller.received += chunk
        is_whole = b"\n" in chunk
        if is_whole and len(caller.received) <= REQUEST_BYTES:
            self._answer(caller)
        elif chunk and not is_whole and len(caller.received) < REQUEST_BYTES:
            return
        self._dismiss(caller, selector)

    def _answer(self, caller: _Caller) -> None:
        afterwards: Callable[[], None] | None = None
        request = _understood(bytes(caller.received.partition(b"\n")[0]))
        if request is None or not _is_same(request.pop("token", None), self._token):
            reply: Json = {"error": {"type": "refused"}}
        else:
            try:
                answer = self._handle(request)
            except Exception as error:  # noqa: BLE001 - it is told here and there
                reply = {"error": _packed(error)}
                if not isinstance(error, errors.PersonError):
                    sys.excepthook(type(error), error, error.__traceback__)
            else:
                if isinstance(answer, Answer):
                    afterwards = answer.afterwards
                    reply = {"answer": answer.content}
                else:
                    reply = {"answer": answer}
        with contextlib.suppress(OSError):  # who does not wait for the answer asks again with the same token
            caller.connection.settimeout(DEADLINE_S)
            caller.connection.sendall(json.dumps(reply).encode("ascii") + b"\n")
        if afterwards is not None:
            try:
                afterwards()
            except Exception as error:  # noqa: BLE001 - the answer is given; the door stays open
                sys.excepthook(type(error), error, error.__traceback__)


def ask(home: Home, verb: str, arguments: Json, limit_s: float = DEADLINE_S) -> Json:
    """Ask the owner and return its answer; blocks for `limit_s` in all.

    Raises the owner's own `PersonError`, `Fault` where the owner failed, `DraftError` where the request is too
    large for the door, and `NoAnswer`.
    """
    deadline_s = time.monotonic() + limit_s
    where = door_file(home)
    if where is None:
        raise NoAnswer("there is no door")
    request = {"token": where["token"], "verb": verb, "arguments": arguments}
    # As UTF-8, not as escapes: a long Japanese message would be twice as long. Half characters become marks.
    line = json.dumps(request, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    if len(line) > REQUEST_BYTES:
        raise errors.DraftError([errors.Problem("text", "door_large")])
    try:
        with socket.create_connection(("127.0.0.1", where["port"]), limit_s) as connection:
            connection.settimeout(_left_s(deadline_s))
            connection.sendall(line)
            reply = _understood(_receive_line(connection, deadline_s))
    except OSError as error:
        raise NoAnswer(str(error)) from error
    if reply is None:
        raise NoAnswer("not an answer")
    if isinstance(answer := reply.get("answer"), dict):
        return answer
    raise _unpacked(reply.get("error"))


def own_or_ask(own: Callable[[], T], home: Home, verb: str, arguments: Json, limit_s: float | None = None) -> T | Json:
    """Return what `own` makes of the outbox or, while that raises `OwnedError`, what the owner answers.

    An owner that ends, or has not opened its door yet, is asked again, so what is asked must bear being asked
    twice (a Send does, by its token). After `limit_s`, 15 s unless given, raises the `OwnedError` that names the
    owner. Blocks.
    """
    deadline_s = time.monotonic() + (PATIENCE_S if limit_s is None else limit_s)
    while True:
        try:
            return own()
        except errors.OwnedError:
            pass
        try:
            return ask(home, verb, arguments, min(DEADLINE_S, max(0.1, deadline_s - time.monotonic())))
        except NoAnswer:
            pass
        except errors.PersonError as error:
            if error.code != "outbox_closed":
                raise
        if time.monotonic() >= deadline_s:
            raise errors.OwnedError("outbox_owned", owner=describe_owner(home))
        time.sleep(_TRY_AGAIN_S)


def _receive_line(connection: socket.socket, deadline_s: float) -> bytes:
    received = bytearray()
    while len(received) <= ANSWER_BYTES:
        connection.settimeout(_left_s(deadline_s))
        chunk = connection.recv(_CHUNK_BYTES)
        received += chunk
        if b"\n" in chunk:
            return bytes(received.partition(b"\n")[0])
        if not chunk:
            raise ConnectionError("the owner closed before it answered")
    raise ConnectionError("the answer has no end")


def _left_s(deadline_s: float) -> float:
    left_s = deadline_s - time.monotonic()
    if left_s <= 0:
        raise TimeoutError("the owner did not answer in time")
    return left_s


def _understood(line: bytes) -> Json | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or brackets nested a thousand deep
        return None
    return value if isinstance(value, dict) else None


def _is_same(given: object, token: str) -> bool:
    """Compare in constant time; a token that is no text is no token."""
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


#: The errors that keep their type on the way through the door.
_TRAVELLERS: dict[str, type[errors.PersonError]] = {
    kind.__name__: kind
    for kind in (
        errors.PersonError,
        errors.OutboxError,
        errors.StorageError,
        errors.OwnedError,
        errors.MoveError,
        errors.NotFoundError,
        errors.SettingsError,
    )
}


def _packed(error: Exception) -> Json:
    if isinstance(error, errors.DraftError):
        problems = [[problem.field, problem.code, dict(problem.values)] for problem in error.problems]
        return {"type": "DraftError", "problems": problems}
    if isinstance(error, errors.PersonError):
        kind = next(base.__name__ for base in type(error).__mro__ if base.__name__ in _TRAVELLERS)
        return {"type": kind, "code": error.code, "values": error.values}
    return {"type": "Fault", "text": f"{type(error).__name__}: {error}"}


def _unpacked(packed: Any) -> errors.OuttrayError:
    """Return the error that was told. Whatever answers at the port of an owner that is gone can say anything."""
    try:
        error = _as_told(packed)
        str(error)
    except (AttributeError, LookupError, TypeError, ValueError):  # not of this form, or no sentence of ours
        return NoAnswer("not an answer")
    return error


def _as_told(packed: Any) -> errors.OuttrayError:
    match packed:
        case {"type": "DraftError", "problems": [*problems]}:
            return errors.DraftError(
                [errors.Problem(name, code, tuple(values.items())) for name, code, values in problems]
            )
        case {"type": "Fault", "text": str(text)}:
            return errors.Fault(f"the owner of the outbox failed: {text}")
        case {"type": str(kind), "code": str(code), "values": dict(values)} if kind in _TRAVELLERS:
            return _TRAVELLERS[kind](code, **values)
    return NoAnswer("refused")  # the token of an owner that is gone: read door.json again
