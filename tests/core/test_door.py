"""The door: how another process reaches the owner, and what it bears from whoever else knocks."""

import json
import os
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core import door, errors
from core.door import Answer, Door, NoAnswer, ask, own_or_ask
from core.owner import describe_owner, owner_kind
from core.paths import Home

Json = dict[str, Any]
Open = Callable[..., Door]


class Heard:
    """Answers with what was asked, and keeps it."""

    def __init__(self) -> None:
        self.requests: list[Json] = []

    def __call__(self, request: Json) -> Json:
        self.requests.append(request)
        return {"echo": request}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def open_door(home: Home) -> Iterator[Open]:
    """Opens doors that are closed at the end, and whose threads are then gone."""
    doors: list[Door] = []

    def open_one(handle: Callable[[Json], Json | Answer], kind: str = "window") -> Door:
        one = Door(home, handle, kind)
        one.open()
        doors.append(one)
        return one

    yield open_one
    for one in doors:
        one.close(limit_s=20)
    assert not [thread for thread in threading.enumerate() if thread.name == "door"]


def knock(home: Home) -> socket.socket:
    """Connect as anybody on this machine can, without a word."""
    port = json.loads(home.door.read_text())["port"]
    connection = socket.create_connection(("127.0.0.1", port), 20)
    connection.settimeout(20)
    return connection


def said_to(home: Home, data: bytes) -> bytes:
    """Send bytes and return all that comes back before the door closes; b"" also when it closes hard."""
    with knock(home) as connection:
        try:
            connection.sendall(data)
            received = b""
            while chunk := connection.recv(65536):
                received += chunk
        except ConnectionError:
            return b""
    return received


def test_a_question_is_answered(home: Home, open_door: Open, heard: Heard) -> None:
    """One JSON line each way; a text in any script, and half of a character, arrive."""
    open_door(heard)
    arguments = {"text": "日本語 🙂 \n\u2028", "number": 1, "nothing": None}
    assert ask(home, "send", arguments) == {"echo": {"verb": "send", "arguments": arguments}}
    assert ask(home, "raise", {"words": ["mailto:\udcff"]})["echo"]["arguments"] == {"words": ["mailto:?"]}


def test_the_handler_runs_on_the_doors_thread(home: Home, open_door: Open) -> None:
    """The main thread never waits for a caller, nor a caller for the main thread."""
    names: list[str] = []

    def handle(_: Json) -> Json:
        names.append(threading.current_thread().name)
        return {}

    open_door(handle)
    ask(home, "owner", {})
    assert names == ["door"]


def test_where_the_door_is_stands_in_a_private_file(home: Home, open_door: Open, heard: Heard) -> None:
    """door.json is 0600, whole from the start, with a fresh token each time, and gone when the door is closed."""
    first = open_door(heard, "run")
    assert stat.S_IMODE(home.door.stat().st_mode) == 0o600
    where = json.loads(home.door.read_text())
    assert set(where) == {"port", "token", "kind", "pid"}
    assert (where["kind"], where["pid"]) == ("run", os.getpid())
    assert len(where["token"]) >= 32
    assert [each.name for each in home.root.iterdir()] == ["door.json"]
    assert owner_kind(home) == "run"
    assert describe_owner(home) == f"run, process {os.getpid()}"
    first.close()
    first.close()
    assert not home.door.exists()
    assert owner_kind(home) is None
    open_door(heard)
    assert json.loads(home.door.read_text())["token"] != where["token"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8 to bind to")
def test_it_listens_on_this_machine_only(home: Home, open_door: Open, heard: Heard) -> None:
    open_door(heard)
    with knock(home) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"
    port = json.loads(home.door.read_text())["port"]
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))  # free, so the door has not taken every address


@pytest.mark.parametrize("token", ["", "wrong", None, 1, ["a"], "ü", "\ud800"])
def test_a_wrong_token_does_nothing(home: Home, open_door: Open, heard: Heard, token: object) -> None:
    """C9: another user of this machine may connect; without the token nothing is done."""
    open_door(heard)
    request = {"token": token, "verb": "pause", "arguments": {}}
    answer = said_to(home, json.dumps(request).encode() + b"\n")
    assert json.loads(answer) == {"error": {"type": "refused"}}
    assert heard.requests == []
    assert ask(home, "owner", {})


def test_an_old_token_is_no_answer(home: Home, open_door: Open, heard: Heard) -> None:
    """door.json of an owner that is gone leads to nothing: whoever asked begins again."""
    open_door(heard)
    where = json.loads(home.door.read_text())
    home.door.write_text(json.dumps({**where, "token": "old"}))
    with pytest.raises(NoAnswer):
        ask(home, "pause", {})
    assert heard.requests == []


@pytest.mark.parametrize(
    "garbage",
    [
        b"\n",
        b"\x00\xff\xfe\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"[]\n",
        b"null\n",
        b"{\n",
        b'{"verb": "pause"}\n',
        b"[" * 100_000 + b"\n",
        b'{"a": "' + b"x" * (1 << 20) + b'"}\n',
        b"x" * (3 << 20),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_garbage_is_closed_and_the_owner_lives(home: Home, open_door: Open, heard: Heard, garbage: bytes) -> None:
    """C9: no bytes, however many, do anything or end the door."""
    open_door(heard)
    assert b"answer" not in said_to(home, garbage)
    assert heard.requests == []
    assert ask(home, "owner", {})


def test_one_byte_a_time_ends_at_the_deadline(
    home: Home, open_door: Open, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deadline is for the whole request: who sends a byte now and then is closed all the same."""
    monkeypatch.setattr(door, "DEADLINE_S", 0.3)
    open_door(heard)
    with knock(home) as connection:
        connection.settimeout(0.02)
        began_s = time.monotonic()
        closed = False
        while not closed and time.monotonic() < began_s + 20:
            try:
                connection.sendall(b"x")
                closed = connection.recv(1) == b""
            except TimeoutError:
                continue
            except ConnectionError:
                closed = True
        assert closed
    assert ask(home, "owner", {})


def test_silent_callers_keep_nobody_out(home: Home, open_door: Open, heard: Heard) -> None:
    """However many hold a connection without a word, the next question is answered at once."""
    open_door(heard)
    silent = [knock(home) for _ in range(50)]
    try:
        assert ask(home, "owner", {}, limit_s=4)
    finally:
        for connection in silent:
            connection.close()


def test_a_caller_that_leaves_early_harms_nothing(home: Home, open_door: Open, heard: Heard) -> None:
    """What was asked is done; the answer goes nowhere."""
    open_door(heard)
    token = json.loads(home.door.read_text())["token"]
    with knock(home) as connection:
        connection.sendall(json.dumps({"token": token, "verb": "pause", "arguments": {}}).encode() + b"\n")
    assert ask(home, "owner", {})
    assert [request["verb"] for request in heard.requests] == ["pause", "owner"]


@pytest.mark.parametrize(
    "error",
    [
        errors.PersonError("undo_late"),
        errors.OutboxError("outbox_missing", path="/x"),
        errors.StorageError("disk_full"),
        errors.MoveError("move_refused", id=17, state="sent", verb="cancelled"),
        errors.NotFoundError("not_found", id=17),
        errors.SettingsError("settings_bad_line", line=3, why="so."),
        errors.DraftError(
            [errors.Problem("to", "to_empty"), errors.Problem("to", "address_no_at", (("address", "ä"),))]
        ),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_arrive_as_they_were(home: Home, open_door: Open, error: errors.PersonError) -> None:
    """The same type, code and sentence, so that the command ends with the same number."""

    def handle(_: Json) -> Json:
        raise error

    open_door(handle)
    with pytest.raises(errors.PersonError) as raised:
        ask(home, "send", {})
    assert type(raised.value) is type(error)
    assert (raised.value.code, str(raised.value)) == (error.code, str(error))
    if isinstance(error, errors.DraftError):
        assert isinstance(raised.value, errors.DraftError)
        assert raised.value.problems == error.problems


def test_an_error_of_a_kind_of_its_own_arrives_as_its_base(home: Home, open_door: Open) -> None:
    class Special(errors.StorageError):
        pass

    def handle(_: Json) -> Json:
        raise Special("disk_full")

    open_door(handle)
    with pytest.raises(errors.StorageError) as raised:
        ask(home, "send", {})
    assert type(raised.value) is errors.StorageError


def test_a_fault_is_shown_here_and_told_there(home: Home, open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that is a bug is never silent, and does not end the door."""
    shown: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: shown.append(kind))

    def handle(request: Json) -> Json:
        if request["verb"] == "owner":
            return {}
        raise ZeroDivisionError("by nought")

    open_door(handle)
    with pytest.raises(errors.Fault, match="ZeroDivisionError: by nought"):
        ask(home, "send", {})
    assert ask(home, "owner", {}) == {}
    assert shown == [ZeroDivisionError]


def test_what_comes_after_an_answer_comes_after_it(home: Home, open_door: Open) -> None:
    """S1: tasks run only after the confirmation. Here they cannot run before the caller has its answer."""
    answered = threading.Event()
    ran = threading.Event()

    def afterwards() -> None:
        assert answered.wait(20)
        ran.set()

    open_door(lambda _: Answer({"receipt": 1}, afterwards))
    assert ask(home, "send", {}) == {"receipt": 1}
    assert not ran.is_set()
    answered.set()
    assert ran.wait(20)


def test_a_fault_after_an_answer_is_shown(home: Home, open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """S8: the error never changes the confirmation already given, and is never silent."""
    shown: list[type[BaseException]] = []
    told = threading.Event()

    def hook(kind: type[BaseException], *_: object) -> None:
        shown.append(kind)
        told.set()

    monkeypatch.setattr(sys, "excepthook", hook)

    def afterwards() -> None:
        raise ZeroDivisionError

    open_door(lambda _: Answer({}, afterwards))
    assert ask(home, "send", {}) == {}
    assert told.wait(20)
    assert shown == [ZeroDivisionError]


def test_a_request_too_large_is_a_sentence(home: Home, open_door: Open, heard: Heard) -> None:
    """The caller says so itself, and the owner is not bothered."""
    open_door(heard)
    with pytest.raises(errors.DraftError, match="more than 1 MiB"):
        ask(home, "send", {"text": "x" * (1 << 20)})
    assert ask(home, "send", {"text": "あ" * 300_000})
    assert len(heard.requests) == 1


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff", b'{"port": "1"}', b"x" * 10_000])
def test_no_door_or_no_sense_in_its_file_is_no_answer(home: Home, content: bytes | None) -> None:
    if content is not None:
        home.door.write_bytes(content)
    with pytest.raises(NoAnswer):
        ask(home, "owner", {})
    assert describe_owner(home) == "a command"


def test_a_port_where_nobody_listens_is_no_answer(home: Home, open_door: Open, heard: Heard) -> None:
    """The owner was killed: door.json is still there."""
    one = open_door(heard)
    left = home.door.read_bytes()
    one.close()
    home.door.write_bytes(left)
    with pytest.raises(NoAnswer):
        ask(home, "owner", {})


@pytest.mark.parametrize(
    "said",
    [
        {"error": {"type": "DraftError", "problems": [1]}},
        {"error": {"type": "DraftError", "problems": [["to", "no such code", {}]]}},
        {"error": {"type": "PersonError", "code": "no such code", "values": {}}},
        {"error": {"type": "SettingsError", "code": "settings_bad_line", "values": {}}},
        {"error": {"type": "PersonError", "code": "undo_late", "values": {"code": "x"}}},
        {"answer": []},
    ],
    ids=str,
)
def test_a_stranger_at_the_port_of_an_owner_that_is_gone_is_no_answer(home: Home, said: object) -> None:
    """C9: door.json stayed, and another user's program listens there now: whatever it says, no traceback."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        where = {"port": listener.getsockname()[1], "token": "t", "kind": "window", "pid": 17}
        home.door.write_text(json.dumps(where))

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(json.dumps(said).encode() + b"\n")

        stranger = threading.Thread(target=answer)
        stranger.start()
        with pytest.raises(NoAnswer):
            ask(home, "owner", {})
        stranger.join(20)


def test_an_owner_that_says_nothing_is_no_answer_in_time(home: Home) -> None:
    """A stopped owner, or a stranger at its port: the caller waits no longer than its limit."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        where = {"port": listener.getsockname()[1], "token": "t", "kind": "window", "pid": 17}
        home.door.write_text(json.dumps(where))
        began_s = time.monotonic()
        with pytest.raises(NoAnswer):
            ask(home, "owner", {}, limit_s=0.2)
        assert time.monotonic() - began_s < 5


def test_who_finds_the_lock_free_owns(home: Home, open_door: Open, heard: Heard) -> None:
    open_door(heard)
    assert own_or_ask(lambda: "mine", home, "pause", {}) == "mine"
    assert heard.requests == []


def test_who_finds_it_taken_goes_through_the_door(home: Home, open_door: Open, heard: Heard) -> None:
    open_door(heard)
    answer = own_or_ask(owned, home, "pause", {"token": "t"})
    assert answer == {"echo": {"verb": "pause", "arguments": {"token": "t"}}}


def test_when_the_door_is_not_there_yet_it_begins_again(home: Home, open_door: Open, heard: Heard) -> None:
    """An owner takes the lock first and opens its door a moment later."""
    tries: list[int] = []

    def own() -> str:
        tries.append(1)
        if len(tries) == 3:
            open_door(heard)
        return owned()

    assert own_or_ask(own, home, "pause", {}, limit_s=20)
    assert len(tries) == 3


def test_when_the_owner_ends_it_takes_the_outbox(home: Home, open_door: Open) -> None:
    """An owner that is closing takes nothing more; the next try finds the lock free."""
    tries: list[int] = []

    def handle(_: Json) -> Json:
        raise errors.PersonError("outbox_closed")

    def own() -> str:
        tries.append(1)
        return owned() if len(tries) == 1 else "mine"

    open_door(handle)
    assert own_or_ask(own, home, "pause", {}, limit_s=20) == "mine"


def test_after_its_patience_it_says_who_owns(home: Home) -> None:
    """Exit 75, with the owner's kind and process: the person knows whom to end."""
    where = {"port": 9, "token": "t", "kind": "window", "pid": 4711}
    home.door.write_text(json.dumps(where))
    with pytest.raises(errors.OwnedError, match=r"window, process 4711"):
        own_or_ask(owned, home, "pause", {}, limit_s=0.2)


def test_other_errors_are_not_asked_again(home: Home, open_door: Open) -> None:
    """A draft that is not valid is refused once."""
    requests: list[Json] = []

    def handle(request: Json) -> Json:
        requests.append(request)
        raise errors.DraftError([errors.Problem("to", "to_empty")])

    open_door(handle)
    with pytest.raises(errors.DraftError):
        own_or_ask(owned, home, "send", {}, limit_s=20)
    assert len(requests) == 1


def owned() -> str:
    raise errors.OwnedError("outbox_owned", owner="a test")


def test_closed_in_the_moment_of_opening(home: Home, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A14: a program that quits while another thread opens its door does not fail; closed again, the door is shut."""
    one = Door(home, heard)

    class Hurried(threading.Thread):
        def start(self) -> None:
            one.close()
            super().start()

    monkeypatch.setattr("core.door.threading.Thread", Hurried)
    one.open()
    assert ask(home, "status", {}) == {"echo": {"verb": "status", "arguments": {}}}
    one.close(limit_s=20)
    assert not home.door.exists()
