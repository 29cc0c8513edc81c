"""The window never waits for a disk, a lock or the network: seen from outside, by its system calls (FAULTS A4)."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.paths import Home
from tests.window_entry import BEGIN, END

_ROOT = Path(__file__).resolve().parents[2]

#: Never on the main thread, whatever they are called with.
_FORBIDDEN = (
    "open",
    "openat",
    "openat2",
    "creat",
    "connect",
    "bind",
    "accept",
    "accept4",
    "fsync",
    "fdatasync",
    "sync",
    "syncfs",
    "sync_file_range",
    "msync",
    "flock",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "truncate",
    "ftruncate",
    "fallocate",
)
#: Not on the main thread with a regular file or a socket; pipes, eventfds and timers of the event loop may be.
_TRANSFERS = (
    "read",
    "pread64",
    "readv",
    "preadv",
    "preadv2",
    "write",
    "pwrite64",
    "writev",
    "pwritev",
    "pwritev2",
    "sendfile",
    "copy_file_range",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
)
#: To find the beginning and the end.
_LOOKS = ("access", "faccessat", "faccessat2")
_TRACED = (*_FORBIDDEN, *_TRANSFERS, *_LOOKS, "fcntl")

#: `1234 read(5</path of the descriptor>, …`
_CALL = re.compile(r"^(?P<thread>\d+) +(?P<name>\w+)\((?P<arguments>.*)")
_DESCRIPTOR = re.compile(r"^\d+<(?P<path>[^>]*)>")


@dataclass(frozen=True)
class Trace:
    """What the window's process did while Send was pressed."""

    #: Calls of the main thread that may wait.
    wrong: list[str]
    #: How often the other threads synced a file.
    syncs: int


def trace(home: Home, folder: Path, count: int, *more: str) -> Trace:
    """Press Send `count` times in a traced process."""
    if shutil.which("strace") is None:
        pytest.skip("Looks at system calls: apt-get install strace.")
    file = folder / "trace"
    entry = [sys.executable, "-m", "tests.window_entry", str(home.root), "press", str(count), *more]
    # With a question mark: where the machine has no such call, no matter.
    calls = f"trace=?{',?'.join(_TRACED)}"
    words = ["strace", "-f", "--seccomp-bpf", "-y", "-s", "64", "-e", calls, "-o", str(file), *entry]
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(words, cwd=_ROOT, env=environ, capture_output=True, text=True, timeout=110)
    if "PTRACE" in done.stderr and "Operation not permitted" in done.stderr:
        pytest.skip("This machine lets nobody trace a process: allow ptrace (SYS_PTRACE) to look at system calls.")
    assert done.returncode == 0, done.stderr
    lines = file.read_text("utf-8", "replace").splitlines()
    return read_trace(lines)


def read_trace(lines: list[str]) -> Trace:
    """Find what may wait between the two marks, on the thread that set them."""
    begin = next(number for number, line in enumerate(lines) if BEGIN in line)
    end = next(number for number, line in enumerate(lines) if END in line)
    main = lines[begin].split()[0]
    wrong: list[str] = []
    syncs = 0
    for line in lines[begin + 1 : end]:
        call = _CALL.match(line)
        if call is None:
            continue
        name = call["name"]
        if call["thread"] != main:
            syncs += name in ("fsync", "fdatasync")
        elif name in _FORBIDDEN or (name == "fcntl" and "LK" in call["arguments"]):
            wrong.append(line)
        elif name in _TRANSFERS:
            descriptor = _DESCRIPTOR.match(call["arguments"])
            path = descriptor["path"] if descriptor else ""
            if not path.startswith(("anon_inode:", "pipe:")):
                wrong.append(line)
    return Trace(wrong, syncs)


def test_main_thread_does_nothing_that_waits(home: Home, tmp_path: Path) -> None:
    """A4: while Send is pressed 100 times, the main thread opens, connects, syncs and locks nothing, and reads and
    writes no file and no socket; the commits are synced by another thread."""
    seen = trace(home, tmp_path, 100)
    assert seen.wrong == []
    assert seen.syncs >= 100


def test_trace_finds_what_waits(home: Home, tmp_path: Path) -> None:
    """The test above can fail: a file that is read on the main thread is found, opening and reading of it."""
    seen = trace(home, tmp_path, 2, "--open")
    assert any("window_entry.py" in line and "open" in line for line in seen.wrong)
    assert any("window_entry.py" in line and "read(" in line for line in seen.wrong)
