"""The commands that only read: `status`, `list`, `show` and `log`. They need no lock and write nothing."""

import argparse
import time
from contextlib import closing

from core.cli import answers, console
from core.cli.console import CommandError, Exit
from core.clock import SystemClock
from core.errors import PersonError
from core.outbox.log import follow
from core.outbox.reader import Reader
from core.outbox.states import State
from core.owner import describe_owner, is_owned, owner_kind
from core.paths import Home, reason

#: A person sees a new line of the log at once; the look itself is one stat.
_LOOK_AGAIN_S = 0.25
_PART_BYTES = 1 << 16


def status(home: Home, options: argparse.Namespace) -> Exit:
    """Say how many are in each state, what is next, and who owns the outbox."""
    with closing(Reader(home)) as reader:
        counts = reader.counts()
    owner = _owner(home)
    if options.json:
        console.answer(answers.json_line(answers.status_json(counts, owner)))
    else:
        described = describe_owner(home) if owner else None
        console.answer(answers.status_text(counts, described, SystemClock().now_ms()))
    return Exit.DONE


def _owner(home: Home) -> str | None:
    """Return `window` or `run`, also while it is stopped; None for a door.json that a killed one left."""
    kind = owner_kind(home)
    try:
        return kind if kind and is_owned(home) else None
    except PersonError:
        return kind  # whoever may not try the lock believes what stands there


def list_(home: Home, options: argparse.Namespace) -> Exit:
    """Print the deliveries, newest first."""
    state = State(options.state) if options.state else None
    is_ascii_only = console.is_ascii_only()
    with closing(Reader(home)) as reader:
        for delivery in reader.list(state, options.find, options.limit):
            if options.json:
                line = answers.json_line(answers.delivery_json(delivery), is_ascii_only=is_ascii_only)
            else:
                line = answers.list_text(delivery)
            console.answer(line)
    return Exit.DONE


def show(home: Home, options: argparse.Namespace) -> Exit:
    """Print one delivery, or the exact bytes of its message."""
    with closing(Reader(home)) as reader:
        if options.raw:
            return _show_raw(home, reader, options.id)
        details = reader.details(options.id)
    if options.json:
        line = answers.json_line(answers.details_json(details), is_ascii_only=console.is_ascii_only())
        console.answer(line)
    else:
        console.answer(answers.details_text(details))
    return Exit.DONE


def _show_raw(home: Home, reader: Reader, delivery_id: int) -> Exit:
    from core.mail.mime import Damaged
    from core.outbox.spool import Spool
    from core.program import stream

    try:
        for chunk in stream(reader.message(delivery_id), Spool(home)):
            console.answer_part(chunk)
    except Damaged as error:
        raise CommandError(f"Delivery {delivery_id} is damaged on disk: {error}", Exit.DISK) from error
    return Exit.DONE


def log(home: Home, options: argparse.Namespace) -> Exit:
    """Print log.txt; with `--follow`, go on until the person ends it."""
    with closing(Reader(home)) as reader:
        reader.log_mark()  # says in words where there is no outbox, or none of ours
    if home.log.is_symlink() or (home.log.exists() and not home.log.is_file()):
        raise CommandError(f"{home.log} is not a regular file.", Exit.DISK)
    try:
        if options.follow:
            follow(home.log, _add, _wait)
        elif home.log.exists():
            with home.log.open("rb") as file:
                while part := file.read(_PART_BYTES):
                    console.answer_part(part)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"{home.log} cannot be read: {reason(error)}.", Exit.DISK) from error
    except KeyboardInterrupt:
        if not options.follow:
            raise
    return Exit.DONE


def _add(part: bytes) -> None:
    console.answer_part(part)
    console.flush()


def _wait() -> bool:
    time.sleep(_LOOK_AGAIN_S)
    return True


COMMANDS = {"status": status, "list": list_, "show": show, "log": log}
