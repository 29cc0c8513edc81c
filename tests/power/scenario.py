"""What is done while it is traced: the program's own commands, each a process, as a person or a script gives them.

    python -m tests.power.scenario FOLDER PORT how…

The home is FOLDER/data/home; PORT is a mail server's. `how`: `alone` gives commands with no owner of the outbox;
`again` gives only one, with what a first one that was killed had attached; `owned` gives them to a `run` that delivers
with its threads; `long` adds so much that the WAL is brought into the database while the owner runs. `weak=KIND` uses
a build that `weak_entry.py` weakened.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 60.0
#: A file to attach is of this size: some sectors, and not whole ones.
_ATTACHED_BYTES = 3001


class Commands:
    """The program, used by processes."""

    def __init__(self, folder: Path, port: int, weakness: str = "") -> None:
        self.home = folder / "data" / "home"
        self.folder = folder
        self._port = port
        program = [str(ROOT / "tests" / "power" / "weak_entry.py"), weakness] if weakness else [str(ROOT / "main.py")]
        self._words = [sys.executable, *program, "--home", str(self.home)]
        self._people = 0

    def __call__(self, *words: str) -> bytes:
        return self.ended(self.start(*words))

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([*self._words, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)

    def ended(self, process: "subprocess.Popen[bytes]") -> bytes:
        said, _ = process.communicate(timeout=_PATIENCE_S)
        if process.returncode:
            sys.exit(f"{process.args!r}: {process.returncode} {said!r}")
        return said

    def message(self, account: str, *more: str, people: int = 1, text: str = "Hello there.") -> list[str]:
        """Return the words that send to people who get nothing else."""
        to = []
        for _ in range(people):
            self._people += 1
            to.append(f"p{self._people}@example.com")
        return ["send", *to, "-m", text, "-s", "Hi", "-q", to[0][:2], "--from", account, *more]

    def attached(self) -> list[str]:
        """Return the words that attach a file that was never attached before."""
        file = self.folder / "attached.bin"
        file.write_bytes(os.urandom(_ATTACHED_BYTES))
        return ["--attach", str(file)]

    def add_account(self) -> None:
        self(
            *("account", "add", "work", "--address", "me@example.org", "--host", "127.0.0.1"),
            *("--port", str(self._port), "--security", "none"),
        )


def alone(commands: Commands) -> None:
    """Each command owns the outbox while it runs."""
    commands(*commands.message("practice", "--json", *commands.attached()))
    commands.add_account()
    commands(*commands.message("work", "--json", *commands.attached()))
    commands(*commands.message("work", people=3))
    held = json.loads(commands(*commands.message("work", "--json", "--hold", *commands.attached())))
    commands("cancel", str(held["deliveries"][0]["id"]))
    commands(*commands.message("work", "--json", "--hold", *commands.attached()))
    commands(*commands.message("practice", people=2))
    commands(*commands.message("work", "--json", "--no-deliver"))


def again(commands: Commands) -> None:
    """One command, where another one was killed before."""
    commands(*commands.message("practice", "--json", "--attach", str(commands.folder.parent / "first.bin")))


def owned(commands: Commands, *, is_long: bool) -> None:
    """A `run` owns the outbox and delivers, while others give it messages at once."""
    if not commands.home.exists():
        commands.add_account()
    run = commands.start("run")
    try:
        _until(lambda: (commands.home / "door.json").exists() or run.poll() is not None)
        for text in ["Hello there."] * 2 + (["word " * 20_000] * 10 if is_long else []):
            at_once = [
                commands.start(*commands.message("work", "--json", *commands.attached(), people=3)),
                commands.start(*commands.message("practice", "--json", people=2)),
                commands.start(*commands.message("work", "--json", text=text, people=len(text) // 40_000 + 1)),
            ]
            for process in at_once:
                commands.ended(process)
        held = json.loads(commands(*commands.message("work", "--json", "--hold")))
        commands("cancel", str(held["deliveries"][0]["id"]))
        _until(lambda: _waiting(commands) == 0)
    finally:
        run.terminate()
        commands.ended(run)


def _waiting(commands: Commands) -> int:
    counts = json.loads(commands("status", "--json"))
    return int(counts["queued"] + counts["sending"] + counts["handing_over"])


def _until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > deadline_s:
            sys.exit("it never happened")
        time.sleep(0.02)  # between two looks: the condition decides, not the time


def main() -> None:
    folder, port, *how = sys.argv[1:]
    weakness = next((each.removeprefix("weak=") for each in how if each.startswith("weak=")), "")
    commands = Commands(Path(folder), int(port), weakness)
    if "alone" in how:
        alone(commands)
    if "again" in how:
        again(commands)
    if "owned" in how:
        owned(commands, is_long="long" in how)


if __name__ == "__main__":
    main()
