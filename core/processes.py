"""Whether this machine lets Outtray start a process of its own, for work that would hold the window up."""

import multiprocessing
import time
from contextlib import suppress
from multiprocessing.connection import Connection

#: On a machine that is busy, with a cold disk, the first process takes seconds.
_LIMIT_S = 20.0
_ANSWER = b"here"


def why_none(limit_s: float = _LIMIT_S) -> str:
    """Start a process and have it answer and end; return why that failed, "" where it did not. Blocks.

    By `spawn`, as on every platform: a process that is forked beside threads may hang.
    """
    deadline_s = time.monotonic() + limit_s
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs,), daemon=True)
    with ours:
        try:
            with theirs:
                process.start()
        except OSError as error:
            return (error.strerror or str(error)).lower()
        has_answered = False
        with suppress(EOFError, OSError):  # it has ended: how, is seen below
            has_answered = ours.poll(limit_s) and ours.recv_bytes(len(_ANSWER)) == _ANSWER
        process.join(max(0.0, deadline_s - time.monotonic()))
        ended = process.exitcode
        process.kill()
        process.join()
        process.close()
    if ended is None:
        return f"it did not {'end' if has_answered else 'answer'} within {limit_s:g} seconds"
    return "" if has_answered and ended == 0 else f"it ended with {ended}"


def _answer(connection: Connection) -> None:
    """What the process does."""
    with connection:
        connection.send_bytes(_ANSWER)
