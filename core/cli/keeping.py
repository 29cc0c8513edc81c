"""The commands that look after an outbox: `check`, `backup` and `restore`."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.cli import answers, console
from core.cli.console import CommandError, Exit
from core.clock import SystemClock
from core.errors import OwnedError, PersonError
from core.mail import mime
from core.outbox import archive, checking, restoring
from core.outbox.reader import Reader
from core.outbox.spool import size_words
from core.outbox.states import State
from core.owner import Owner, describe_owner, is_owned
from core.paths import Home, reason
from core.words import STATE_WORDS


def check(home: Home, options: argparse.Namespace) -> Exit:
    """Look through the whole outbox and say what is wrong, with the numbers of the deliveries."""
    with _progress("Checking") as told:
        looking = checking.Check(
            home,
            is_sealed=mime.is_sealed,
            named_files=mime.named_files,
            progress=lambda done, total: told(done / max(1, total)),
        )
        found = looking.run(is_owned=_is_owned(home))
    if options.json:
        console.answer(checking.found_json(found))
    else:
        for line in _lines(found):
            console.answer(line)
    if found.is_sound:
        return Exit.DONE
    console.flush()
    console.complain(_sentence(found))
    return Exit.DISK


def _lines(found: checking.Found) -> Iterator[str]:
    yield ", ".join(
        (
            _count(found.deliveries, "delivery", "deliveries"),
            _count(found.messages, "message", "messages"),
            _count(found.files, "attached file", "attached files"),
        )
    )
    for what, label in _PARTS.items():
        wrong = [each for each in found.wrong if each.what == what]
        yield f"{label:<12}{'damaged' if wrong else 'sound'}"
        for each in wrong:
            number = "" if each.delivery is None else f"{each.delivery}: "
            yield f"            {number}{answers.one_line(each.words)}"
    if found.known:
        yield f"Known to be damaged, and not sent again: {', '.join(map(str, found.known))}"
    if found.is_sound:
        yield "Sound."


def _sentence(found: checking.Found) -> str:
    """Say what follows from what was found."""
    if any(each.what == "pages" for each in found.wrong):
        return "The outbox is damaged. What can be read is recovered when Outtray starts."
    return (
        f"The outbox is damaged ({len(found.wrong):,} found). A damaged message is not sent: it says so when it is due."
    )


_PARTS = {
    "pages": "Pages",
    "seal": "Seals",
    "file": "Files",
    "count": "Counts",
    "find": "Finding",
    "state": "States",
    "log": "Log",
}


def backup(home: Home, options: argparse.Namespace) -> Exit:
    """Write a consistent copy of the outbox to one file, also while the window or `run` works."""
    path = Path(os.path.realpath(options.file))
    if path.is_dir() or (path.exists() and not path.is_file()):
        raise CommandError(f"{options.file} is there already and is not a regular file.", Exit.CANNOT_CREATE)
    if path.exists() and not options.force:
        raise CommandError(f"{options.file} is there already. With --force it is replaced.", Exit.CANNOT_CREATE)
    if Path(os.path.realpath(home.root)) in path.parents:
        raise CommandError(f"{options.file} is in the outbox's own folder; choose another.", Exit.CANNOT_CREATE)
    with closing(Reader(home)) as reader:
        reader.log_mark()  # says in words where there is no outbox, before a file is begun
    try:
        with _progress("Copying") as told:
            made = archive.back_up(
                home,
                path,
                SystemClock().now_ms(),
                mime.named_files,
                lambda _what, share: told(share),
                is_owned=_is_owned(home),
            )
    except OSError as error:
        raise CommandError(
            f"{options.file} cannot be written: {reason(error)}. There is no backup.", Exit.DISK
        ) from error
    console.answer(
        f"{options.file}: {_count(made.deliveries, 'delivery', 'deliveries')} and"
        f" {_count(made.files, 'attached file', 'attached files')}, {size_words(made.size_bytes)}"
    )
    if made.missing:
        console.complain(
            f"Missing or damaged, and not in it: {_count(len(made.missing), 'attached file', 'attached files')}."
            " To see of which deliveries: check"
        )
        return Exit.DISK
    return Exit.DONE


def restore(home: Home, options: argparse.Namespace) -> Exit:
    """Put a backup into an empty home. What was on the way is held: it may have been sent since."""
    try:
        restoring.look(options.file)  # before a home is made for what is no backup
    except OSError as error:
        raise CommandError(f"{options.file}: {reason(error)}. Nothing was restored.", Exit.DISK) from error
    home.create()
    owner = Owner(home)
    if not owner.try_take():
        raise OwnedError("outbox_owned", owner=describe_owner(home))
    try:
        with _progress("Restoring") as told:
            restored = restoring.restore(
                home, options.file, SystemClock().now_ms(), lambda done, total: told(done / max(1, total))
            )
    except OSError as error:
        where = error.filename or options.file
        raise CommandError(f"{where}: {reason(error)}. Nothing was restored.", Exit.DISK) from error
    finally:
        owner.release()
    total = sum(restored.by_state.values())
    what = _count(total, "delivery", "deliveries")
    console.answer(f"Restored {what} from a backup of {answers.time_text(restored.made_at)}")
    for state in State:
        if count := restored.by_state.get(state, 0):
            console.answer(f"{STATE_WORDS[state.value]:<15}{count:,}")
    if restored.held:
        console.answer(f"Held, because it may have been sent since: {restored.held:,}. Release or cancel.")
    if restored.unconfirmed:
        console.answer(f"Not confirmed, because it was being handed over: {restored.unconfirmed:,}.")
    return Exit.DONE


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _is_owned(home: Home) -> bool:
    try:
        return is_owned(home)
    except PersonError:
        return True  # whoever may not try the lock leaves the -wal alone


@contextmanager
def _progress(what: str) -> "Iterator[_Told]":
    """Say how far it is, where a person looks on."""
    told = _Told(what)
    try:
        yield told
    finally:
        told.end()


class _Told:
    """One line on standard error, written again and again; nothing where that is no terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._is_shown = sys.stderr is not None and sys.stderr.isatty()
        self._last = -1

    def __call__(self, share: float) -> None:
        percent = int(share * 100)
        if self._is_shown and percent != self._last:
            self._last = percent
            print(f"\r{self._what} {percent} %", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._last >= 0:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._last = -1


COMMANDS = {"check": check, "backup": backup, "restore": restore}
