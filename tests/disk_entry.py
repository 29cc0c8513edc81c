"""A program whose disk fails: presses Send, again with the same token where it was refused, and tells what it saw.

    python disk_entry.py HOME press COUNT     presses COUNT times; a refused press is pressed again, up to 40 times
    python disk_entry.py HOME limit BYTES     presses while no file may grow over BYTES; refused, it lifts the limit
    python disk_entry.py HOME fill BALLAST    presses until the disk is full, frees the file BALLAST, goes on
    python disk_entry.py HOME layers COUNT …  presses for COUNT recipients, then the next COUNT, and is killed
    python disk_entry.py HOME open            opens the outbox for writing

Prints one JSON object: the receipts it was given, the codes of the refusals, and the rows it finds at the end.
"""

import json
import os
import signal
import sys
from pathlib import Path

from core.errors import PersonError
from core.executor import Inline
from core.outbox.notification import Draft, Recipient, new_token
from core.paths import Home
from core.program import Program
from core.settings import Settings
from tests.outboxes import contradictions


class Presser:
    """Presses Send, and keeps count."""

    def __init__(self, home: Home) -> None:
        self.program = Program(home, Inline(), Settings())
        self.receipts: list[str] = []
        self.refusals: list[str] = []

    def press(self, token: str, text: str = "Hello there.") -> bool:
        draft = Draft(to=(Recipient("ann@example.com"),), subject="Hi", text=text)
        try:
            receipt = self.program.outbox.accept(draft, token=token).wait()
        except PersonError as error:
            self.refusals.append(error.code)
            return False
        self.receipts.append(receipt.notification)
        return True

    def press_until_taken(self, text: str = "Hello there.") -> None:
        token = new_token()
        if not any(self.press(token, text) for _ in range(40)):
            raise SystemExit("never taken")

    def tell(self, home: Home) -> None:
        self.program.inline_engine().deliver()
        rows = [row.notification for row in self.program.reader.list()][::-1]
        states = sorted({row.state.value for row in self.program.reader.list()})
        self.program.close()
        wrong = contradictions(home)
        print(
            json.dumps(
                {
                    "receipts": self.receipts,
                    "refusals": self.refusals,
                    "rows": rows,
                    "states": states,
                    "wrong": wrong,
                }
            )
        )


def main() -> None:
    where, what, *rest = sys.argv[1:]
    home = Home(Path(where))
    presser = Presser(home)
    presser.program.open().wait()
    match what:
        case "press":
            for _ in range(int(rest[0])):
                presser.press_until_taken()
        case "limit":
            import resource

            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(rest[0]), hard))
            token = new_token()
            while presser.press(token):
                token = new_token()
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            presser.press(token)
        case "layers":
            for count in map(int, rest):
                to = tuple(Recipient(f"p{number}@example.com") for number in range(count))
                try:
                    draft = Draft(to=to, subject="Hi", text="words " * 250)
                    presser.program.outbox.accept(draft, token=new_token()).wait()
                except PersonError:
                    print(f"refused {count}", flush=True)
                else:
                    print(f"accepted {count}", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        case "fill":
            token = new_token()
            while presser.press(token, "words " * 3000):
                token = new_token()
            Path(rest[0]).unlink()
            presser.press(token, "words " * 3000)
    presser.tell(home)


if __name__ == "__main__":
    try:
        main()
    except PersonError as error:
        print(json.dumps({"error": error.code, "sentence": str(error)}))
