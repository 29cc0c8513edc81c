"""A trace: what processes asked of the system, in the order in which it happened, as strace saw it from outside.

A call is two events, its beginning and its end. Between the two it may have taken effect or not; calls of several
threads overlap. A call that failed is none. Only calls that touch what lies under `root` are read, and those by which
something is said: standard output, sockets, and looks for a file, which tests use as marks.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

#: Everything by which a file, a name or a promise can change; `?`: where the machine has no such call, no matter.
_CALLS = [
    "open",
    "openat",
    "openat2",
    "creat",
    "close_range",
    "write",
    "pwrite64",
    "writev",
    "pwritev",
    "pwritev2",
    "sendfile",
    "copy_file_range",
    "splice",
    "truncate",
    "ftruncate",
    "fallocate",
    "fsync",
    "fdatasync",
    "sync",
    "syncfs",
    "sync_file_range",
    "msync",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "lseek",
    "mmap",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "read",
    "recvfrom",
    "access",
    "faccessat",
    "faccessat2",
]
#: They change files in ways that are not modelled: met under `root`, the trace is refused.
_UNKNOWN = frozenset(
    [
        "creat",
        "openat2",
        "writev",
        "pwritev",
        "pwritev2",
        "sendfile",
        "copy_file_range",
        "splice",
        "truncate",
        "fallocate",
        "sync",
        "syncfs",
        "sync_file_range",
        "msync",
        "symlink",
        "symlinkat",
        "rmdir",
        "sendmsg",
        "sendmmsg",
    ]
)

_LINE = re.compile(r"(\d+) +(.*)", re.DOTALL)
_WHOLE = re.compile(r"(\w+)\((.*)\)\s+= (\S+)", re.DOTALL)
_UNFINISHED = re.compile(r"(\w+)\((.*) <unfinished \.\.\.>$", re.DOTALL)
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
_DESCRIPTOR = re.compile(r"(\d+|AT_FDCWD)<([^>]*)>(\(deleted\))?")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


class UnknownCall(Exception):
    """A call that the model of the disk does not know."""


@dataclass(frozen=True)
class Opened:
    """A file or folder was opened for writing, or made."""

    path: str
    is_made: bool = False
    is_folder: bool = False
    is_emptied: bool = False
    is_appending: bool = False


@dataclass(frozen=True)
class Wrote:
    path: str
    data: bytes
    #: None: where the last write ended.
    offset: int | None


@dataclass(frozen=True)
class Seeked:
    path: str
    offset: int


@dataclass(frozen=True)
class Resized:
    path: str
    size: int


@dataclass(frozen=True)
class Synced:
    path: str


@dataclass(frozen=True)
class Renamed:
    path: str
    to: str


@dataclass(frozen=True)
class Linked:
    path: str
    to: str


@dataclass(frozen=True)
class Removed:
    path: str


@dataclass(frozen=True)
class Said:
    """Something was written to standard output."""

    text: str


@dataclass(frozen=True)
class Talked:
    """Something was written to a socket, or read from it."""

    socket: str
    data: bytes
    is_heard: bool


@dataclass(frozen=True)
class Marked:
    """Somebody looked for a file, there or not."""

    path: str


Action = Opened | Wrote | Seeked | Resized | Synced | Renamed | Linked | Removed | Said | Talked | Marked


@dataclass(frozen=True)
class Event:
    """The beginning or the end of a call; `call` is the same for both."""

    call: int
    is_end: bool
    action: Action


def record(words: Sequence[str], file: Path, *, environ: Mapping[str, str], cwd: Path, killed_at: str = "") -> int:
    """Run a program and all that it starts under strace; return its exit code. Skips where that cannot be.

    `killed_at`: it is killed in a sync of its own, which then has not happened: "fsync:3" is its third fsync.
    """
    if shutil.which("strace") is None:
        pytest.skip("Looks at system calls: apt-get install strace.")
    how = ["strace", "-f", "-y", "-xx", "-s", str(1 << 28), "-e", f"trace=?{',?'.join(_CALLS)}", "-o", str(file)]
    if killed_at:
        call, number = killed_at.split(":")
        how += ["-e", f"inject={call}:error=EIO:signal=SIGKILL:when={number}"]
    else:
        how.append("--seccomp-bpf")
    done = subprocess.run([*how, *words], cwd=cwd, env=environ, capture_output=True, text=True, timeout=300)
    if "PTRACE" in done.stderr and "Operation not permitted" in done.stderr:
        pytest.skip("This machine lets nobody trace a process: allow ptrace (SYS_PTRACE) to look at system calls.")
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


def read(file: Path, root: Path, first_call: int = 0) -> list[Event]:
    """Read a trace. Raises `UnknownCall` for what is not modelled."""
    begun: dict[str, tuple[int, str, str]] = {}
    #: In order; a call that is not ended yet has a place, and its action only when it is known.
    found: list[tuple[int, bool]] = []
    actions: dict[int, Action | None] = {}
    reader = _Reader(str(root))
    number = first_call
    with file.open(encoding="ascii", newline="\n") as lines:
        for number, line in enumerate(lines, first_call + 1):
            match = _LINE.match(line.rstrip("\n"))
            assert match is not None, line
            process, rest = match.groups()
            if (whole := _WHOLE.match(rest)) is not None:
                found += [(number, False), (number, True)]
                actions[number] = reader.action(whole[1], whole[2], whole[3])
                if whole[3] == "?":  # killed in it
                    found.pop()
            elif (unfinished := _UNFINISHED.match(rest)) is not None:
                found.append((number, False))
                begun[process] = (number, unfinished[1], unfinished[2])
            elif (resumed := _RESUMED.match(rest)) is not None and process in begun:
                call, name, head = begun.pop(process)
                whole = _WHOLE.match(f"{name}({head}{resumed[2]}")
                assert whole is not None, line
                if whole[3] == "?":
                    begun[process] = (call, name, head)
                else:
                    found.append((call, True))
                    actions[call] = reader.action(name, whole[2], whole[3])
    for call, name, head in begun.values():  # never came back: killed in it
        actions[call] = reader.action(name, head, "?")
    return [Event(call, is_end, action) for call, is_end in found if (action := actions.get(call)) is not None]


class _Reader:
    """Reads one call."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._inside = f"{root}/"

    def action(self, name: str, arguments: str, result: str) -> Action | None:
        """Return what a call does, where it matters. `result` is `?` where nobody knows how it ended."""
        if result.startswith("-"):
            return self._mark(name, arguments)
        if name in ("access", "faccessat", "faccessat2"):
            return self._mark(name, arguments)
        if name in ("open", "openat"):
            return self._opened(arguments)
        if name in ("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat"):
            return self._named(name, arguments)
        return self._on_descriptor(name, arguments, result)

    def _is_ours(self, path: str) -> bool:
        return path.startswith(self._inside) or path == self._root

    def _mark(self, name: str, arguments: str) -> Action | None:
        if name not in ("access", "faccessat", "faccessat2"):
            return None
        (path,) = _paths(arguments)
        return Marked(path) if self._is_ours(path) else None

    def _opened(self, arguments: str) -> Action | None:
        (path,) = _paths(arguments)
        flags = arguments[arguments.rindex('"') :]
        if not self._is_ours(path) or not ("O_CREAT" in flags or "O_WRONLY" in flags or "O_RDWR" in flags):
            return None
        return Opened(
            path,
            is_made="O_CREAT" in flags,
            is_emptied="O_TRUNC" in flags,
            is_appending="O_APPEND" in flags,
        )

    def _named(self, name: str, arguments: str) -> Action | None:
        paths = list(_paths(arguments))
        if not any(map(self._is_ours, paths)):
            return None
        if not all(map(self._is_ours, paths)) or "RENAME_EXCHANGE" in arguments or "AT_REMOVEDIR" in arguments:
            raise UnknownCall(f"{name} {paths}")
        if name.startswith("mkdir"):
            return Opened(paths[0], is_made=True, is_folder=True)
        if name.startswith("unlink"):
            return Removed(paths[0])
        return Renamed(*paths) if name.startswith("rename") else Linked(*paths)

    def _on_descriptor(self, name: str, arguments: str, result: str) -> Action | None:
        if name == "mmap":
            self._check_mapping(arguments)
            return None
        found = _DESCRIPTOR.match(arguments)
        path = _unescaped(found[2]) if found else ""
        if path.startswith("socket:") and name in ("write", "sendto", "read", "recvfrom"):
            return Talked(path, _sent(arguments, result), name in ("read", "recvfrom"))
        if name == "write" and found and found[1] == "1" and not self._is_ours(path):
            return Said(_sent(arguments, result).decode("utf-8", "replace"))
        if not self._is_ours(path):
            if name in _UNKNOWN and self._inside in _unescaped_all(arguments):
                raise UnknownCall(f"{name}({arguments})")
            return None
        if name in ("read", "close_range"):
            return None
        assert found is not None
        if name in _UNKNOWN or found[3]:
            raise UnknownCall(f"{name} of {path} {found[3] or ''}")
        return _changed(name, path, arguments, result)

    def _check_mapping(self, arguments: str) -> None:
        found = _DESCRIPTOR.search(arguments)
        path = _unescaped(found[2]) if found else ""
        # SQLite's index of the WAL is made anew from the WAL: what is in it does not matter.
        is_index = path.endswith("-shm")
        if self._is_ours(path) and not is_index and "PROT_WRITE" in arguments and "MAP_SHARED" in arguments:
            raise UnknownCall(f"{path} is written through a mapping")


def _changed(name: str, path: str, arguments: str, result: str) -> Action:
    last = arguments.rsplit(", ", 1)[-1]
    match name:
        case "write":
            return Wrote(path, _sent(arguments, result), None)
        case "pwrite64":
            return Wrote(path, _sent(arguments, result), int(last))
        case "lseek":
            return Seeked(path, int(result))
        case "ftruncate":
            return Resized(path, int(last))
        case "fsync" | "fdatasync":
            return Synced(path)
    raise UnknownCall(f"{name} of {path}")


def _sent(arguments: str, result: str) -> bytes:
    found = _TEXT.search(arguments)
    if found is None:
        return b""
    assert not found[2], "the trace holds a part of a write only"
    data = bytes.fromhex(found[1].replace("\\x", ""))
    return data if result == "?" else data[: int(result)]


def _paths(arguments: str) -> Iterator[str]:
    """Yield each path that a call names, whole: one that is not begins at the folder that stands before it."""
    folder = ""
    for found in re.finditer(rf"{_DESCRIPTOR.pattern}|{_TEXT.pattern}", arguments):
        if found[2] is not None:
            folder = _unescaped(found[2])
        else:
            yield os.path.normpath(os.path.join(folder or "/", _unescaped(found[4])))  # noqa: PTH118 - text, not a path


def _unescaped(text: str) -> str:
    return os.fsdecode(bytes.fromhex(text.replace("\\x", ""))) if text.startswith("\\x") else text


def _unescaped_all(arguments: str) -> str:
    return re.sub(r"(?:\\x[0-9a-f]{2})+", lambda found: _unescaped(found[0]), arguments)
