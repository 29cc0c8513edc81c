"""The faults that Outtray must bear, by the harm they would do. Each has a test whose docstring begins with its id.

A: disk and process. B: mail servers and the way to them. C: what people, files and other programs put in.
The crash points C0 to C12 are named behind A1: "A1 at C5: …".
"""

import re
from enum import StrEnum


class Harm(StrEnum):
    """What would be broken, if a fault came through."""

    LOST = "nothing lost"
    TWICE = "nothing sent twice"
    BLOCKS = "the window never blocks"
    GETS_IN = "nobody gets in"


#: What happens, and the harm that a test of it looks for first.
FAULTS: dict[str, tuple[Harm, str]] = {
    "A1": (Harm.LOST, "kill -9 at each crash point, and at random times"),
    "A2": (Harm.LOST, "a power cut at any system call: what was not synced is dropped or torn"),
    "A3": (Harm.LOST, "the order of syncs: before “Accepted”, before the dot, before “Sent”"),
    "A4": (Harm.BLOCKS, "Send is pressed a hundred times: the main thread waits for nothing"),
    "A5": (Harm.LOST, "the disk is full, fails at its sync, or lets a file grow no more"),
    "A6": (Harm.LOST, "the disk is full for log.txt only"),
    "A7": (Harm.LOST, "folder, database or WAL cannot be written"),
    "A8": (Harm.BLOCKS, "another process locks the database, for a moment or a minute"),
    "A9": (Harm.LOST, "a page of the database or a stored message is damaged"),
    "A10": (Harm.LOST, "the database is empty, truncated, foreign, newer, stale, or replaced"),
    "A11": (Harm.TWICE, "two starts at once; a lock that a kill left; an owner that was stopped"),
    "A12": (Harm.TWICE, "the clock is set: days forward, days back, 1970, 2040, summer time"),
    "A13": (Harm.TWICE, "stopped for minutes in any phase and continued, another worker meanwhile"),
    "A14": (Harm.LOST, "quit or a signal in the body, behind the dot, with thousands queued"),
    "A15": (Harm.LOST, "few open files"),
    "A16": (Harm.BLOCKS, "a hundred thousand rows in the queue"),
    "B1": (Harm.LOST, "refused, no route, no name, slow names"),
    "B2": (Harm.TWICE, "cut, and 421, at every phase"),
    "B3": (Harm.LOST, "4xx and 5xx at every phase, mixed over one connection; greylisting"),
    "B4": (Harm.GETS_IN, "replies that are none: bounded in time and memory"),
    "B5": (Harm.BLOCKS, "a server that stops reading, or answers the dot late"),
    "B6": (Harm.LOST, "too large: 552, SIZE, 550 in the middle of the body"),
    "B7": (Harm.LOST, "the connection is closed between messages"),
    "B8": (Harm.GETS_IN, "STARTTLS is not offered, stripped, refused, or followed by plaintext"),
    "B9": (Harm.GETS_IN, "certificates that must not be trusted, and those that must"),
    "B10": (Harm.GETS_IN, "a wrong password with a thousand queued; a login that fails for now"),
    "B11": (Harm.LOST, "dots, long lines, bare CR and LF, NUL, 8-bit"),
    "B12": (Harm.GETS_IN, "smuggling, to a server that is lenient in its end of data"),
    "B13": (Harm.LOST, "local parts and domains that are not ASCII"),
    "B14": (Harm.TWICE, "Postfix, Exim and OpenSMTPD, killed in the middle"),
    "B15": (Harm.LOST, "a slow server; one account beside another, one message beside a thousand"),
    "B16": (Harm.GETS_IN, "a captive portal; replies with escapes or the password"),
    "C1": (Harm.GETS_IN, "line breaks of any script and NUL in what becomes a header"),
    "C2": (Harm.GETS_IN, "names with commas, quotes, backslashes, encoded words"),
    "C5": (Harm.GETS_IN, "attachments that are links, pipes, devices, or change meanwhile"),
    "C6": (Harm.GETS_IN, "log.txt is a link, a pipe, a folder, a device, or replaced"),
    "C7": (Harm.GETS_IN, "exported cells that a spreadsheet would run"),
    "C8": (Harm.GETS_IN, "secrets: in no file, log, argument or report; keyrings that fail"),
    "C9": (Harm.GETS_IN, "mailto: addresses and the local door, fed anything"),
}

_LEADING = re.compile(r"((?:[ABC]\d+(?:, | and )?)+)(?: at | with |:)")


def faults_of(docstring: str | None) -> list[str]:
    """Return the faults that a test's docstring begins with."""
    found = _LEADING.match(docstring or "")
    return re.findall(r"[ABC]\d+", found[1]) if found else []
