"""The window as the system meets it: real processes, drawn off screen, started twice, refused, ended by signals."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import OutboxError
from core.outbox.notification import Recipient, SavedDraft
from core.outbox.reader import Reader
from core.owner import door_file, owner_kind
from core.paths import Home
from tests.outboxes import draft, opened
from tests.sessions import practised

_ROOT = Path(__file__).resolve().parents[2]
#: A process on a slow machine is given this long, in seconds, before the test is given up.
_PATIENCE_S = 60.0


def wait(condition: Callable[[], bool], process: "subprocess.Popen[str] | None" = None) -> None:
    """Wait until something outside of this process is so."""
    deadline_s = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, "waited in vain"
        assert process is None or process.poll() is None, "the window has ended"
        time.sleep(0.01)  # what happens in another process sends no signal


class Windows:
    """Starts the program as a person does; what still runs at the end is killed."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home = home
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OUTTRAY")},
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *words: str, before: tuple[str, ...] = ()) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [*before, sys.executable, str(_ROOT / "main.py"), "--home", str(self.home.root), *words],
            env=self._environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process

    def open(self, *words: str) -> "subprocess.Popen[str]":
        """Start the window, and wait until it can be reached."""
        process = self.start(*words)
        wait(lambda: owner_kind(self.home) == "window", process)
        return process

    def refused(self, *words: str, before: tuple[str, ...] = ()) -> tuple[int, str]:
        """Start the window where it cannot open; return the exit code and the sentence."""
        process = self.start(*words, before=before)
        said, errors = process.communicate(timeout=_PATIENCE_S)
        sentence = "\n".join(line for line in errors.splitlines() if not line.startswith("This plugin does not"))
        assert "Traceback" not in sentence
        assert said == ""
        return process.returncode, sentence

    def kill(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def windows(home: Home, tmp_path: Path) -> Iterator[Windows]:
    windows = Windows(home, tmp_path)
    yield windows
    windows.kill()


def drafts(home: Home) -> tuple[SavedDraft, ...]:
    """Return the kept drafts; none where the outbox is just being made."""
    with contextlib.closing(Reader(home)) as reader:
        try:
            return reader.drafts()
        except OutboxError:
            return ()


def counts(home: Home) -> dict[str, int]:
    with contextlib.closing(Reader(home)) as reader:
        return {state.value: number for state, number in reader.counts().by_state.items() if number}


def fingerprint(home: Home) -> dict[str, bytes]:
    """Return every file of the home with what is in it, but the lock."""
    return {path.name: path.read_bytes() for path in home.root.iterdir() if path.is_file() and path != home.lock}


# -- what cannot be opened --------------------------------------------------------------------------------------------


def _foreign(home: Home) -> None:
    with contextlib.closing(sqlite3.connect(home.database)) as other:
        other.execute("CREATE TABLE song (name)")
        other.commit()


def _newer(home: Home) -> None:
    with opened(home):
        pass
    with contextlib.closing(sqlite3.connect(home.database)) as other:
        other.execute("PRAGMA user_version = 999")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _garbage(home: Home) -> None:
    home.database.write_bytes(b"Dear diary, " * 1000)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_foreign, "is not an outbox of Outtray"),
        (_garbage, "is not an outbox of Outtray"),
        (_newer, "was written by a newer Outtray"),
        (lambda home: home.database.touch(), "cannot be used: it is empty"),
    ],
    ids=["foreign", "garbage", "newer", "empty"],
)
def test_file_that_is_no_outbox_is_left_untouched(
    windows: Windows, home: Home, make: Callable[[Home], None], sentence: str
) -> None:
    """A10: a foreign, newer, garbage or empty outbox.db: one sentence, exit code 73, no file touched."""
    make(home)
    before = fingerprint(home)
    code, said = windows.refused()
    assert code == 73
    assert sentence in said
    assert len(said.splitlines()) == 1
    assert fingerprint(home) == before


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no modes")
def test_home_that_cannot_be_written_is_a_sentence(windows: Windows, home: Home) -> None:
    """A7: a read-only folder: one sentence that names it, exit code 73, no half start."""
    before: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write everywhere: install setpriv (util-linux) to take that right away")
        before = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--")
    with opened(home):
        pass
    seen = fingerprint(home)
    home.root.chmod(0o555)
    try:
        code, said = windows.refused(before=before)
    finally:
        home.root.chmod(0o700)
    assert code == 73
    assert str(home.root) in said
    assert len(said.splitlines()) == 1
    assert fingerprint(home) == seen


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("undo_s = ", "settings.toml, line 1"), ('theme = "pink"\n', "theme must be")],
)
def test_wrong_settings_are_a_sentence(windows: Windows, home: Home, text: str, sentence: str) -> None:
    """settings.toml that is wrong: the line or the key, exit code 78, the file untouched."""
    home.settings.write_text(text)
    code, said = windows.refused()
    assert code == 78
    assert sentence in said
    assert home.settings.read_text() == text
    assert not home.database.exists()


# -- started twice ----------------------------------------------------------------------------------------------------


def test_second_start_raises_the_first_and_hands_over(windows: Windows, home: Home) -> None:
    """A11: a second start ends with 0 and hands its mailto: to the first window: it fills the form, and never sends."""
    first = windows.open()
    code, said = windows.refused("mailto:ann@example.com?subject=Hello")
    assert (code, said) == (0, "")
    wait(lambda: [saved.draft.subject for saved in drafts(home)] == ["Hello"], first)
    assert windows.refused() == (0, "")
    assert windows.refused("--in-tray") == (0, "")
    assert counts(home) == {}
    assert first.poll() is None


def test_two_starts_at_once_are_one_window(windows: Windows, home: Home) -> None:
    """A11: of two starts at the same moment one owns the outbox; the other hands over and ends."""
    both = [windows.start("mailto:ann@example.com?subject=A"), windows.start("mailto:ben@example.net?subject=B")]
    wait(lambda: any(process.poll() is not None for process in both))
    assert [process.returncode for process in both if process.poll() is not None] == [0]
    wait(lambda: sorted(saved.draft.subject for saved in drafts(home)) == ["A", "B"])
    assert counts(home) == {}


def test_lock_of_a_killed_window_is_taken(windows: Windows, home: Home) -> None:
    """A11: the lock and the door that kill -9 leaves do not keep the next start out."""
    first = windows.open()
    first.kill()
    first.wait()
    second = windows.start()
    wait(lambda: (door_file(home) or {}).get("pid") == second.pid, second)


# -- ended ------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_signal_ends_it_and_keeps_the_form(windows: Windows, home: Home, name: str) -> None:
    """A14: SIGTERM, SIGINT and SIGHUP end the window at once and without a dialog; what was typed is kept."""
    window = windows.open()
    assert windows.refused("mailto:ann@example.com?subject=Hello")[0] == 0
    window.send_signal(getattr(signal, name))
    _, said = window.communicate(timeout=_PATIENCE_S)
    assert window.returncode == 0
    assert "Traceback" not in said
    assert not home.door.exists()
    assert [saved.draft.subject for saved in drafts(home)] == ["Hello"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_quit_with_a_full_pool_is_soon_and_loses_nothing(windows: Windows, home: Home) -> None:
    """A14: ended in the middle of thousands, it is gone within seconds; each is sent or waits, and in the end each
    arrives once."""
    total = 3000
    with opened(home) as program:
        for number in range(30):
            many = draft(*(Recipient(f"a{number}.{each}@example.com") for each in range(total // 30)))
            program.outbox.accept(many, token=f"token-{number}").wait()
    window = windows.open()
    wait(lambda: counts(home).get("sent", 0) > 50, window)
    began_s = time.monotonic()
    window.send_signal(signal.SIGTERM)
    window.communicate(timeout=_PATIENCE_S)
    took_s = time.monotonic() - began_s
    found = counts(home)
    assert window.returncode == 0
    assert took_s < 10, took_s  # 2 s, on a machine that does nothing else
    assert sum(found.values()) == total
    assert found.get("queued", 0) > 0, "it was to be ended in the middle"
    assert len(practised(home)) == found["sent"]
    assert set(found) == {"queued", "sent"}
    done = windows.start("run", "--until-empty")
    done.communicate(timeout=_PATIENCE_S)
    assert done.returncode == 0
    assert len(practised(home)) == total
    assert len({_recipient(message) for message in practised(home)}) == total


def _recipient(message: bytes) -> bytes:
    return next(line for line in message.splitlines() if line.startswith(b"To: "))


def test_window_recovers_what_a_kill_left(windows: Windows, home: Home) -> None:
    """kill -9 in the middle of a drain, and the next window sends the rest: each arrives, none twice unasked."""
    with opened(home) as program:
        many = draft(*(Recipient(f"a{each}@example.com") for each in range(400)))
        program.outbox.accept(many, token="token").wait()
    window = windows.open()
    wait(lambda: counts(home).get("sent", 0) > 20, window)
    window.kill()
    window.wait()
    again = windows.start()
    wait(lambda: counts(home).get("sent", 0) == 400, again)
    assert len({_recipient(message) for message in practised(home)}) == 400
    assert len(practised(home)) == 400


def test_quit_does_not_wait_for_a_disk_that_never_answers(home: Home) -> None:
    """A14: a Send that waits for the disk when the person quits: the program is gone soon all the same, and the
    message is in the form at the next start, not accepted."""
    began_s = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.window_entry", str(home.root), "stuck"],
        cwd=_ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - began_s < 20, "2 s for the quit, the rest for the start"
    assert [(saved.draft.subject, saved.is_open) for saved in drafts(home)] == [("Hello", True)]
    assert counts(home) == {}
