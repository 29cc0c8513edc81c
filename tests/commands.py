"""The command line as a script meets it: real processes, their output, their exit codes, what they leave on disk."""

import json
import mailbox
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from core.outbox.reader import Reader
from core.owner import owner_kind
from core.paths import Home

ROOT = Path(__file__).resolve().parents[1]
MAIN = str(ROOT / "main.py")

RECEIPT_KEYS = ["notification", "accepted_at", "deliveries"]
RECEIPT_DELIVERY_KEYS = ["id", "to", "state", "message_id"]
DELIVERY_KEYS = [
    "id",
    "notification",
    "to",
    "from",
    "subject",
    "state",
    "reason",
    "due_at",
    "accepted_at",
    "sent_at",
    "attempts",
    "generation",
    "last_code",
    "last_reply",
    "message_id",
    "size_bytes",
]
STATES = ["queued", "held", "sending", "handing_over", "sent", "failed", "unconfirmed", "cancelled", "corrupt"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

#: A process on a slow machine is given this long before the test is given up.
PATIENCE_S = 60.0

Done = subprocess.CompletedProcess[bytes]


class Outtray:
    """One outbox, used by commands that are processes of their own. Each must keep to what all commands promise."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("OUTTRAY")}
        self.environ["LC_ALL"] = "C.UTF-8"
        # The keyring of whoever runs the tests is not for them.
        self.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

    def words(self, *words: str) -> list[str]:
        return [sys.executable, MAIN, "--home", str(self.home), *words]

    def __call__(self, *words: str, typed: bytes = b"", exits: int = 0, **options: Any) -> Done:
        """Run a command to its end; its exit code must be `exits`. No error is a traceback or a page of usage."""
        environ = {**self.environ, **options.pop("environ", {})}
        done = subprocess.run(
            self.words(*words), input=typed, capture_output=True, timeout=PATIENCE_S, env=environ, **options
        )
        said = done.stderr.decode("utf-8", "replace")
        assert "Traceback" not in said, said
        assert "usage:" not in said, said
        assert done.returncode == exits, f"{done.returncode}: {said}{done.stdout!r}"
        assert (exits == 0) or said.strip(), "an error says why"
        return done

    def json(self, *words: str, **options: Any) -> Any:
        """Run a command that answers with one line of JSON."""
        (line,) = self(*words, **options).stdout.splitlines()
        return json.loads(line)

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self("list", "--json", *words).stdout.splitlines()]

    def states(self) -> dict[str, str]:
        """Return the state of each recipient's latest delivery, read without a process: tests look often."""
        with closing(Reader(Home(self.home))) as reader:
            return {each.to: each.state.value for each in reversed(list(reader.list()))}

    def owner(self) -> str | None:
        return owner_kind(Home(self.home))

    def mail(self) -> list[mailbox.MaildirMessage]:
        """Read the mail folder with the standard library, which shares no line with ours."""
        if not (self.home / "mail").exists():
            return []
        with closing(mailbox.Maildir(self.home / "mail", create=False)) as folder:
            return list(folder)

    def log(self) -> list[str]:
        return (self.home / "log.txt").read_text(encoding="utf-8").splitlines()

    def accepted(self, *words: str) -> list[str]:
        """Accept a message that is not delivered; return the numbers of its deliveries."""
        receipt = self.json("send", "--json", "--no-deliver", "-m", "Hello", *words)
        return [str(each["id"]) for each in receipt["deliveries"]]

    def force(self, delivery_id: str, state: str, reason: str = "") -> None:
        """Put a delivery where only a mail server or a crash can bring it."""
        with closing(sqlite3.connect(self.home / "outbox.db")) as db, db:
            db.execute("UPDATE delivery SET state = ?, reason = ? WHERE id = ?", (state, reason, delivery_id))

    @contextmanager
    def running(self, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Have `run` own the outbox."""
        process = self.start("run", *words)
        try:
            wait_for(lambda: self.owner() == "run" or process.poll() is not None)
            assert process.poll() is None
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=PATIENCE_S)

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self.words(*words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environ,
        )


def wait_for(condition: Callable[[], object]) -> None:
    """Look until the condition holds; fail when it never does."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, "it never happened"
        time.sleep(0.02)  # between two looks: the condition decides, not the time
