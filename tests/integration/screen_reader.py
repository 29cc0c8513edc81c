"""What a screen reader does, from outside: finds the window's parts through AT-SPI, reads them and uses them.

Started by test_screen_reader.py in a session bus of its own: `python screen_reader.py HOME`. Prints what it read as
JSON, one step a line; ends with 1 and a sentence where something was not there.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import xa11y

_MAIN = Path(__file__).resolve().parents[2] / "main.py"
_PATIENCE_S = 60.0


class Reader:
    """Knows a program by what it tells assistive technology, and by nothing else."""

    def __init__(self, pid: int) -> None:
        self._app = xa11y.App.by_pid(pid, timeout=_PATIENCE_S)

    def part(self, role: str, name: str) -> xa11y.Element:
        """Return the part with this role whose name begins so, as soon as it is there to be seen."""
        found: list[xa11y.Element] = []

        def is_there() -> bool:
            found[:] = [each for each in self._app.locator(f'{role}[name^="{name}"]').elements() if each.visible]
            return bool(found)

        self.wait(is_there, f"{role} {name}")
        return found[0]

    def wait(self, is_so: Callable[[], bool], what: str) -> None:
        deadline_s = time.monotonic() + _PATIENCE_S
        while not is_so():
            if time.monotonic() > deadline_s:
                sys.exit(f"waited in vain for: {what}\n{self._app.dump(12)}")
            time.sleep(0.05)  # what happens in another process sends no signal

    def cells(self) -> list[str]:
        """Return what the list of the outbox says, row by row."""
        return [each.name or "" for each in self._app.locator("table table_cell").elements()]


def tell(**step: object) -> None:
    print(json.dumps(step, ensure_ascii=False), flush=True)


def use(reader: Reader) -> None:
    """Do the main job: write, send, hear Accepted, take it back, send again, hear Practised."""
    fields = {
        "To": ("text_field", "ann@example.com"),
        "Subject": ("text_field", "Hello"),
        "Message": ("text_area", "Dear Ann"),
    }
    for name, (role, text) in fields.items():
        field = reader.part(role, name)
        tell(field=name, description=field.description)
        field.set_value(text)
    reader.part("button", "Send").press()
    tell(said=reader.part("group", "Accepted").name)
    reader.wait(lambda: any("Queued" in each for each in reader.cells()), "a queued row")
    tell(rows=reader.cells())
    reader.part("button", "Undo the send").press()
    reader.wait(lambda: any("Cancelled" in each for each in reader.cells()), "a cancelled row")
    reader.wait(lambda: reader.part("text_area", "Message").value == "Dear Ann", "the text back in the form")
    tell(back={name: reader.part(role, name).value for name, (role, _) in fields.items() if name != "To"})
    tell(to_again=reader.part("text_field", "To").description)  # its chips
    reader.part("button", "Send").press()
    reader.wait(lambda: any("Practised" in each for each in reader.cells()), "a practised row")
    tell(rows=reader.cells())


def main(home: str) -> None:
    with subprocess.Popen([sys.executable, str(_MAIN), "--home", home]) as program:
        try:
            use(Reader(program.pid))
        finally:
            program.terminate()


if __name__ == "__main__":
    main(sys.argv[1])
