"""log.txt: each event once, in order, whatever happened; and never what it should not be."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import PersonError, StorageError
from core.outbox import log as log_module
from core.outbox.log import Log, follow, line, plain
from core.outbox.notification import Event, Recipient
from core.outbox.outbox import Order
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import ANN, BEN, accept, claim, opened, settle


def lines(home: Home) -> list[str]:
    """Return the log's lines without their times."""
    return [row.split("  ", 1)[1] for row in home.log.read_text(encoding="utf-8").splitlines()]


def again(program: Program) -> Log:
    """Return the log as the next start of the program sees it."""
    return Log(program.home.log, program.outbox, program.reader)


def test_the_lines_are_those_of_the_tutorial(program: Program, home: Home, fake_clock: FakeClock) -> None:
    """The query first, then `message to …`, then what became of it: exact words and times, for others to read."""
    accept(program, ANN, query="ann")
    (claimed,) = claim(program)
    fake_clock.advance(1.5)
    settle(program, claimed, State.SENT, Reason.PRACTISED)
    program.log.catch_up()
    assert home.log.read_text(encoding="utf-8") == (
        "2026-01-01T09:00:00.000Z  1  found query: ann\n"
        "2026-01-01T09:00:00.000Z  1  message to ann@example.com\n"
        "2026-01-01T09:00:00.000Z  1  notification for ann@example.com: accepted\n"
        "2026-01-01T09:00:00.000Z  1  notification for ann@example.com: sending\n"
        "2026-01-01T09:00:01.500Z  1  notification for ann@example.com: practised (250 2.0.0 Ok)\n"
    )


def test_a_task_writes_up_to_its_event(program: Program, home: Home) -> None:
    """The task of the query writes the query's line and no later one; the next goes on behind it."""
    receipt = accept(program, ANN, BEN, query="an")
    program.log.write(receipt.notification, "query")
    assert lines(home) == ["1  found query: an"]
    program.log.write(receipt.notification, "message")
    assert lines(home)[1:] == ["1  message to ann@example.com", "2  message to ben@example.net"]
    program.log.write(receipt.notification, "query")
    program.log.write("no such", "message")
    assert len(lines(home)) == 3


def test_what_another_left_unwritten_comes_first(program: Program, home: Home) -> None:
    """Events are written in the order in which they happened, also those whose own task never ran."""
    accept(program, ANN)
    second = accept(program, BEN)
    program.log.write(second.notification, "message")
    assert lines(home) == [
        "1  message to ann@example.com",
        "1  notification for ann@example.com: accepted",
        "2  message to ben@example.net",
    ]


def test_a_torn_tail_is_written_again(program: Program, home: Home) -> None:
    """After a crash at any byte, each line is there once and whole: a torn one is cut off, a whole one not repeated."""
    accept(program, ANN, BEN, query="an")
    program.log.catch_up()
    whole = home.log.read_bytes()
    for kept in range(len(whole) + 1):
        # The crash: so many bytes had reached the file, and the mark had not.
        program.outbox.set_log_mark(0, 0).wait()
        home.log.write_bytes(whole[:kept])
        again(program).catch_up()
        assert home.log.read_bytes() == whole
    again(program).catch_up()
    assert home.log.read_bytes() == whole


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_crash_between_any_two_writes(home: Home, data: st.DataObject) -> None:
    """However far the file was when the mark was written last: nothing is missing, nothing is there twice."""
    for path in home.root.iterdir():
        if path.is_file():
            path.unlink()
    clock = FakeClock()
    with opened(home, clock) as program:
        for _ in range(3):
            accept(program, ANN, query="日本")
            again(program).catch_up()
        whole = home.log.read_bytes()
        ends = [0, *(at + 1 for at, byte in enumerate(whole) if byte == 10)]
        mark = data.draw(st.integers(0, len(ends) - 1))
        kept = data.draw(st.integers(ends[mark], len(whole)))
        program.outbox.set_log_mark(mark, ends[mark]).wait()
        home.log.write_bytes(whole[:kept])
        again(program).catch_up()
        assert home.log.read_bytes() == whole


def test_blocks_that_a_power_cut_left_empty(program: Program, home: Home) -> None:
    """A2: zeros stand where a block was not on disk, whole lines perhaps behind them: each event is there once."""
    accept(program, ANN, BEN, query="an")
    program.log.catch_up()
    whole = home.log.read_bytes()
    for start in range(0, len(whole), 7):
        for count in (1, 64, len(whole)):
            program.outbox.set_log_mark(0, 0).wait()
            home.log.write_bytes((whole[:start] + bytes(count) + whole[start + count :])[: len(whole)])
            again(program).catch_up()
            assert home.log.read_bytes() == whole


def test_what_is_not_ours_stays(program: Program, home: Home) -> None:
    """Text that another program appended is neither cut off nor continued in its line."""
    accept(program, ANN)
    program.log.catch_up()
    before = home.log.read_bytes()
    home.log.write_bytes(before + b"a note without an end")
    accept(program, BEN)
    again(program).catch_up()
    after = home.log.read_bytes()
    assert after.startswith(before + b"a note without an end\n")
    assert after.count(b"message to ben@example.net\n") == 1
    assert after.count(b"message to ann@example.com\n") == 1


def test_a_log_that_was_taken_away_begins_anew(program: Program, home: Home) -> None:
    """A person may delete or rotate it, while the program runs and while not: what comes later is written."""
    accept(program, ANN)
    program.log.catch_up()
    home.log.unlink()
    accept(program, BEN)
    program.log.catch_up()
    assert lines(home) == ["2  message to ben@example.net", "2  notification for ben@example.net: accepted"]
    home.log.rename(home.root / "log.1.txt")
    accept(program, ANN)
    again(program).catch_up()
    assert lines(home) == ["3  message to ann@example.com", "3  notification for ann@example.com: accepted"]


def test_another_file_in_its_place_is_appended_to(program: Program, home: Home) -> None:
    """A file that came into its place while the program runs keeps what it has."""
    accept(program, ANN)
    program.log.catch_up()
    home.log.write_text("somebody's own text\n" * 40)
    accept(program, BEN)
    program.log.catch_up()
    assert home.log.read_text().startswith("somebody's own text\n" * 40)
    assert home.log.read_text().endswith("notification for ben@example.net: accepted\n")


@pytest.mark.parametrize("kind", ["link", "dangling link", "folder", "pipe", "device"])
def test_what_is_no_log_is_not_written_to(program: Program, home: Home, kind: str) -> None:
    """C6: a link is not followed, a pipe not waited for, a device not written; one sentence, and nothing is lost."""
    target = home.root / "target"
    match kind:
        case "link":
            target.write_text("precious")
            home.log.symlink_to(target)
        case "dangling link":
            home.log.symlink_to(target)
        case "folder":
            home.log.mkdir()
        case "pipe":
            os.mkfifo(home.log)
        case "device":
            try:
                os.mknod(home.log, 0o20600, os.makedev(1, 7))  # what /dev/full is
            except PermissionError:
                pytest.skip("Only root makes devices: run the tests as root to see this one.")
    accept(program)
    with pytest.raises(PersonError) as caught:
        program.log.catch_up()
    assert caught.value.code == "log_unwritable"
    assert "it is" in str(caught.value)
    if kind == "link":
        assert target.read_text() == "precious"
    else:
        assert not target.exists()
    # When the trouble is gone, everything is written.
    home.log.rmdir() if kind == "folder" else home.log.unlink()
    program.log.catch_up()
    assert len(lines(home)) == 2


class _Disk:
    """Stands for `os` in the log: a disk that is full after so many bytes, or fails at a sync."""

    def __init__(self, room: int = 1 << 30, is_sync_failing: bool = False) -> None:
        self.room = room
        self.is_sync_failing = is_sync_failing
        self.syncs = 0
        self.writes = 0

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)

    def write(self, descriptor: int, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = os.write(descriptor, data[: self.room])
        self.room -= written
        self.writes += 1
        return written

    def fsync(self, descriptor: int) -> None:
        self.syncs += 1
        if self.is_sync_failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        os.fsync(descriptor)


@pytest.mark.parametrize("room", [0, 1, 60, 100, 150])
def test_a_disk_that_is_full_for_the_log(
    program: Program, home: Home, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """A6: the line that did not fit is written whole when there is room again, and none twice."""
    accept(program, ANN, query="ann")
    with monkeypatch.context() as patched:
        patched.setattr(log_module, "os", _Disk(room))
        for _ in range(2):
            with pytest.raises(PersonError, match="no space left"):
                program.log.catch_up()
    program.log.catch_up()
    assert lines(home) == [
        "1  found query: ann",
        "1  message to ann@example.com",
        "1  notification for ann@example.com: accepted",
    ]


def test_a_sync_that_fails_repeats_no_line(program: Program, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that are in the file stay there once, also when their sync failed and they are tried again."""
    accept(program, ANN)
    with monkeypatch.context() as patched:
        patched.setattr(log_module, "os", _Disk(is_sync_failing=True))
        with pytest.raises(PersonError):
            program.log.catch_up()
    program.log.catch_up()
    assert len(lines(home)) == 2


def test_a_mark_that_could_not_be_kept_repeats_no_line(
    program: Program, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines were written and the commit of the mark failed: the next time they are found, not written again."""
    accept(program, ANN)

    def fail(_order: Order[object]) -> object:
        raise StorageError("disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(Order, "wait", fail)
        with pytest.raises(StorageError):
            program.log.catch_up()
    accept(program, BEN)
    program.log.catch_up()
    assert len(lines(home)) == 4


def test_many_events_cost_one_sync_and_one_mark(program: Program, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bulk run does not pay a sync and a commit a line; each line is still a write of its own (X8)."""
    for _ in range(1100):
        accept(program)
    marks: list[int] = []
    real = program.outbox.set_log_mark

    def noted(event: int, at: int) -> Order[None]:
        marks.append(event)
        return real(event, at)

    monkeypatch.setattr(program.outbox, "set_log_mark", noted)
    disk = _Disk()
    monkeypatch.setattr(log_module, "os", disk)
    program.log.catch_up()
    assert (disk.syncs, marks, disk.writes) == (1, [2200], 2200)
    program.log.catch_up()
    assert (disk.syncs, len(marks)) == (1, 1)
    assert len(lines(home)) == 2200


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes.")
def test_only_the_owner_may_read_it(program: Program, home: Home) -> None:
    """Addresses and search words are nobody else's."""
    accept(program)
    old = os.umask(0)
    try:
        program.log.catch_up()
    finally:
        os.umask(old)
    assert home.log.stat().st_mode & 0o777 == 0o600


def test_no_body_is_in_the_log(program: Program, home: Home) -> None:
    """The log says that, to whom and when; never what."""
    accept(program, text="the secret body", subject="the secret subject")
    program.log.catch_up()
    assert "secret" not in home.log.read_text()


# -- a line cannot be forged ---------------------------------------------------------------------------------------


def event(detail: str, to: str = "ann@example.com", kind: str = "failed") -> Event:
    return Event(1, 0, "N", 1, to, kind, detail)


@given(st.text())
def test_whatever_a_server_says_is_one_line(said: str) -> None:
    """One event is one line, for every reader that splits lines in its own way, and it is UTF-8."""
    for each in (event(said), event("", to=said), event(said, kind="query")):
        text = line(each)
        assert text.endswith("\n")
        assert len(text.splitlines()) == 1
        text.encode()
        assert "\x1b" not in text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("550 no\r\n2026  1  notification", "550 no\\x0d\\x0a2026  1  notification"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\u202egnp.exe", "a\\u202egnp.exe"),
        ("a\u2028b\u0085c\x00", "a\\u2028b\\x85c\\x00"),
        ("\U000e0001", "\\U000e0001"),
        ("田中　太郎", "田中　太郎"),
        ("👩\u200d🚀 می\u200cخواهم", "👩\u200d🚀 می\u200cخواهم"),
        ("plain", "plain"),
    ],
)
def test_what_steers_a_terminal_is_shown_as_its_code(said: str, shown: str) -> None:
    """Control characters, line breaks of any script and direction marks are shown; words of all scripts stay words."""
    assert plain(said) == shown


# -- following -----------------------------------------------------------------------------------------------------


def test_following_gives_each_byte_once(tmp_path: Path) -> None:
    """`log --follow`: what is there, what is added, a file that comes later, and a new one in its place."""
    path = tmp_path / "log.txt"
    out: list[bytes] = []

    def steps() -> Iterator[bool]:
        yield True  # there is none yet
        path.write_bytes(b"one\n")
        yield True
        with path.open("ab") as file:
            file.write(b"two\n" * 40_000)
        yield True
        path.unlink()
        path.write_bytes(b"new\n")
        yield True
        path.write_bytes(b"")
        yield True
        path.write_bytes(b"cut\n")
        yield True
        yield False

    step = steps()
    follow(path, out.append, lambda: next(step))
    assert b"".join(out) == b"one\n" + b"two\n" * 40_000 + b"new\ncut\n"
    assert max(map(len, out)) <= 65536


def test_following_waits_for_no_pipe(tmp_path: Path) -> None:
    """A pipe in the log's place is said and does not hang the command."""
    os.mkfifo(tmp_path / "log.txt")
    with pytest.raises(OSError, match="regular file"):
        follow(tmp_path / "log.txt", lambda _: None, lambda: False)


def test_names_of_all_scripts_are_written_as_they_are(program: Program, home: Home) -> None:
    """The file is UTF-8, also where the locale is not."""
    accept(program, Recipient("花子@example.jp", "山田 花子"), query="山田")
    program.log.catch_up()
    assert lines(home)[:2] == ["1  found query: 山田", "1  message to 花子@example.jp"]
