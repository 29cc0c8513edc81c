"""A disk: which of what was written to it is there for good, and which a power cut may take.

What is promised by a sync and nothing else (POSIX, fsync): a file's content and size by a sync of the file, begun
when the write had ended; a name by a sync of the folder it is in. Anything else may be on disk or not: each block as
it was at any moment since the last sync, the size apart from the content, each name apart from every other.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tests.power.trace import (
    Action,
    Event,
    Linked,
    Opened,
    Removed,
    Renamed,
    Resized,
    Seeked,
    Synced,
    UnknownCall,
    Wrote,
)


@dataclass(frozen=True)
class _Change:
    """A write, or (without data) a new size."""

    call: int
    offset: int
    data: bytes | None

    @property
    def end(self) -> int:
        return self.offset + len(self.data or b"")


@dataclass(eq=False)
class File:
    """A file, whatever its names."""

    kept: bytes = b""
    #: Not synced, in their order.
    changes: list[_Change] = field(default_factory=list)
    size: int = 0
    position: int = 0
    is_appending: bool = False

    def add(self, change: _Change) -> None:
        self.changes.append(change)
        self.size = change.offset if change.data is None else max(self.size, change.end)

    def keep(self, calls: set[int]) -> None:
        """What these calls wrote is on disk."""
        whole = bytearray(self.kept)
        for change in self.changes:
            if change.call in calls:
                _apply(whole, change)
        self.kept = bytes(whole)
        self.changes = [change for change in self.changes if change.call not in calls]


@dataclass(frozen=True)
class _Naming:
    call: int
    name: str
    #: None: the name is taken away.
    node: "File | Folder | None"


@dataclass(eq=False)
class Folder:
    """A folder: names that are on disk, and what was done to names since."""

    kept: "dict[str, File | Folder]" = field(default_factory=dict)
    changes: list[_Naming] = field(default_factory=list)
    #: As programs see it.
    now: "dict[str, File | Folder]" = field(default_factory=dict)

    def name(self, call: int, name: str, node: "File | Folder | None") -> None:
        self.changes.append(_Naming(call, name, node))
        if node is None:
            del self.now[name]
        else:
            self.now[name] = node

    def keep(self, calls: set[int]) -> None:
        for change in self.changes:
            if change.call in calls:
                if change.node is None:
                    self.kept.pop(change.name, None)
                else:
                    self.kept[change.name] = change.node
        self.changes = [change for change in self.changes if change.call not in calls]


#: Says how many of the calls that changed a thing, in their order, are on disk: `(what, calls)`, where `what` is
#: "name", "size" or "block".
Fate = Callable[[str, Sequence[int]], int]

#: What is found after a cut: the content by path below the root; None for a folder.
Found = dict[str, bytes | None]


class Disk:
    """What lies under one folder, which was empty and on disk before anything began."""

    def __init__(self, root: str) -> None:
        self._root = PurePosixPath(root)
        self.top = Folder()
        #: Of each sync under way: what it covers.
        self._syncs: dict[int, tuple[File | Folder, set[int]]] = {}
        self._ended: set[int] = set()

    def made_before(self, name: str) -> None:
        """A folder was there, and on disk, before anything began."""
        folder = Folder()
        self.top.kept[name] = self.top.now[name] = folder

    def take(self, event: Event) -> bool:
        """Let an event happen; say whether what is found after a cut may be another now."""
        action = event.action
        if isinstance(action, Synced):
            return self._sync(event, action)
        if event.is_end:
            self._ended.add(event.call)
            return False
        return self._begin(event.call, action)

    @property
    def calls(self) -> list[int]:
        """The calls of which something is not on disk yet, in order."""
        found: set[int] = set()
        for node in self._nodes():
            found.update(change.call for change in node.changes)
        return sorted(found)

    def file(self, path: str) -> File | None:
        """Return a file by the name that programs see."""
        node = self._find(path)
        return node if isinstance(node, File) else None

    def after_cut(self, fate: Fate, block_bytes: int) -> Found:
        """Return what is found when the power comes back."""
        found: Found = {}
        self._collect(self.top, "", fate, block_bytes, found)
        return found

    # -- what happens -------------------------------------------------------------------------------------------------

    def _begin(self, call: int, action: Action) -> bool:
        match action:
            case Opened():
                return self._open(call, action)
            case Wrote(path, data, offset):
                file = self._file(path)
                if offset is None:
                    offset = file.size if file.is_appending else file.position
                    file.position = offset + len(data)
                file.add(_Change(call, offset, data))
                return True
            case Seeked(path, offset):
                self._file(path).position = offset
            case Resized(path, size):
                self._file(path).add(_Change(call, size, None))
                return True
            case Renamed(path, to) | Linked(path, to):
                node = self._find(path)
                if node is None:
                    raise UnknownCall(f"{path} is not known")
                target, name = self._place(to)
                target.name(call, name, node)
                if isinstance(action, Renamed):
                    source, old = self._place(path)
                    source.name(call, old, None)
                return True
            case Removed(path):
                folder, name = self._place(path)
                folder.name(call, name, None)
                return True
        return False

    def _open(self, call: int, action: Opened) -> bool:
        if action.path == str(self._root):
            return False
        node = self._find(action.path)
        folder, name = self._place(action.path)
        if node is None:
            if not action.is_made:
                raise UnknownCall(f"{action.path} is not known")
            folder.name(call, name, Folder() if action.is_folder else File(is_appending=action.is_appending))
            return True
        if isinstance(node, File):
            node.position, node.is_appending = 0, action.is_appending
            if action.is_emptied and node.size:
                node.add(_Change(call, 0, None))
                return True
        return False

    def _sync(self, event: Event, action: Synced) -> bool:
        if not event.is_end:
            node = self._find(action.path)
            if node is None:
                raise UnknownCall(f"{action.path} is not known")
            self._syncs[event.call] = (node, {each.call for each in node.changes if each.call in self._ended})
            return False
        node, calls = self._syncs.pop(event.call)
        if calls:
            node.keep(calls)
        return bool(calls)

    # -- names --------------------------------------------------------------------------------------------------------

    def _find(self, path: str) -> File | Folder | None:
        node: File | Folder | None = self.top
        for part in PurePosixPath(path).relative_to(self._root).parts:
            node = node.now.get(part) if isinstance(node, Folder) else None
        return node

    def _file(self, path: str) -> File:
        file = self.file(path)
        if file is None:
            raise UnknownCall(f"{path} is not known")
        return file

    def _place(self, path: str) -> tuple[Folder, str]:
        whole = PurePosixPath(path)
        folder = self._find(str(whole.parent))
        if not isinstance(folder, Folder):
            raise UnknownCall(f"{whole.parent} is not known")
        return folder, whole.name

    def _nodes(self) -> list[File | Folder]:
        found: dict[int, File | Folder] = {}
        left: list[File | Folder] = [self.top]
        while left:
            node = left.pop()
            if id(node) not in found:
                found[id(node)] = node
                if isinstance(node, Folder):
                    left += [*node.kept.values(), *node.now.values()]
                    left += [change.node for change in node.changes if change.node is not None]
        return list(found.values())

    # -- a cut --------------------------------------------------------------------------------------------------------

    def _collect(self, folder: Folder, where: str, fate: Fate, block_bytes: int, found: Found) -> None:
        changed: dict[str, list[_Naming]] = {}
        for change in folder.changes:
            changed.setdefault(change.name, []).append(change)
        for name in [*folder.kept, *(name for name in changed if name not in folder.kept)]:
            node = folder.kept.get(name)
            if changes := changed.get(name):
                count = fate("name", [change.call for change in changes])
                node = changes[count - 1].node if count else node
            path = f"{where}{name}"
            if isinstance(node, Folder):
                found[path] = None
                self._collect(node, f"{path}/", fate, block_bytes, found)
            elif node is not None:
                found[path] = _content(node, fate, block_bytes)


def _content(file: File, fate: Fate, block_bytes: int) -> bytes:
    """Return what is found in a file: each block and the size as of some moment since the last sync."""
    if not file.changes:
        return file.kept
    blocks: dict[int, list[_Change]] = {}
    sizes = [len(file.kept)]
    resizing = []
    for change in file.changes:
        before = sizes[-1]
        size = change.offset if change.data is None else max(before, change.end)
        if size != before:
            sizes.append(size)
            resizing.append(change.call)
        # What stood behind a new end is zeros where the file grows again.
        write = _Change(change.call, size, bytes(before - size)) if size < before else change
        if write.data:
            for number in range(write.offset // block_bytes, (write.end - 1) // block_bytes + 1):
                blocks.setdefault(number, []).append(write)
    size = sizes[fate("size", resizing)] if resizing else sizes[0]
    whole = bytearray(file.kept[:size].ljust(size, b"\0"))
    for number, changes in sorted(blocks.items()):
        start, stop = number * block_bytes, min((number + 1) * block_bytes, size)
        for change in changes[: fate("block", [change.call for change in changes])]:
            assert change.data is not None
            first, last = max(start, change.offset), min(stop, change.end)
            if first < last:
                whole[first:last] = change.data[first - change.offset : last - change.offset]
    return bytes(whole)


def _apply(whole: bytearray, change: _Change) -> None:
    if change.data is None:
        del whole[change.offset :]
        whole.extend(bytes(change.offset - len(whole)))
        return
    whole.extend(bytes(max(0, change.end - len(whole))))
    whole[change.offset : change.end] = change.data


def up_to(call: int, calls: Sequence[int]) -> int:
    """Count the calls before this one."""
    return bisect_left(calls, call)


def fingerprint(found: Found) -> bytes:
    """Return a hash of all that is found."""
    whole = hashlib.blake2b(digest_size=16)
    for path, data in sorted(found.items()):
        whole.update(f"{path}\0{-1 if data is None else len(data)}\0".encode("utf-8", "surrogateescape"))
        whole.update(data or b"")
    return whole.digest()
