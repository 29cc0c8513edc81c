"""A disk that is full, that fails at its sync, that cannot be written: a sentence, nothing lost, and it goes on."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.paths import Home
from tests.others import as_another_user, let_in
from tests.outboxes import accept, fingerprint, opened

_ROOT = Path(__file__).parents[2]
_ENTRY = _ROOT / "tests" / "disk_entry.py"
_IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def run(home: Home, *words: object, before: tuple[object, ...] = ()) -> dict[str, Any]:
    """Run the program whose disk fails, behind the words of `before`, and return what it saw."""
    ended = subprocess.run(
        [*map(str, before), sys.executable, str(_ENTRY), str(home.root), *map(str, words)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=100,
    )
    assert ended.stdout, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def check(found: dict[str, Any], codes: set[str]) -> None:
    """Rows are acknowledgements: each receipt once, in order; what was refused is not there; all of it arrived."""
    assert set(found["refusals"]) == codes
    assert found["rows"] == found["receipts"]
    assert len(set(found["rows"])) == len(found["rows"])
    assert found["states"] == ["sent"]
    assert found["wrong"] == []


def _can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-f", "-qq", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not _can_trace(), reason="Needs strace, and the right to trace: apt-get install strace.")
@pytest.mark.parametrize("when", ["9", "12..15", "20..32+3"])
def test_a_sync_that_fails(home: Home, when: str) -> None:
    """A5: EIO at the sync of the commit: it was not accepted, the same press is accepted once afterwards."""
    trace = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e")
    found = run(home, "press", 12, before=(*trace, f"inject=fsync,fdatasync:error=EIO:when={when}"))
    assert found["refusals"]
    assert set(found["states"]) <= {"sent", "queued"}  # the mail folder's syncs fail as well: those wait
    found["states"] = ["sent"]
    check(found, {"disk_failed"})
    assert len(found["rows"]) == 12


@pytest.mark.skipif(not _can_trace(), reason="Needs strace, and the right to trace: apt-get install strace.")
@pytest.mark.parametrize(
    ("presses", "refused", "failing"),
    [((1, 60, 25, 1), (60, 25), 3), ((1, 60, 1), (60,), 2), ((1, 2), (2,), 1)],
    ids=["two, and another behind them", "another behind it", "nothing behind it"],
)
def test_what_a_failed_commit_left_is_no_commit(
    home: Home, tmp_path: Path, presses: tuple[int, ...], refused: tuple[int, ...], failing: int
) -> None:
    """A5: commits fail at their sync; what they left in the file is not taken for commits after a kill: what was
    accepted is there, and nothing that was refused.
    """
    with opened(home) as program:
        accept(program)
    expected = [f"{'refused' if count in refused else 'accepted'} {count}" for count in presses]
    for first in range(1, 30):
        here = Home(tmp_path / str(first))
        shutil.copytree(home.root, here.root)
        if _layers(here, first, failing, presses) == expected:
            break
    else:
        pytest.fail("no syncs are those of the commits alone")
    with opened(here) as program:
        rows = list(program.reader.list(None, "", 1000))
        assert len(rows) == 1 + sum(count for count in presses if count not in refused)
        assert {row.state.value for row in rows} == {"queued"}
    assert not list(here.root.glob("*damaged*"))


def _layers(home: Home, first: int, failing: int, presses: tuple[int, ...]) -> list[str]:
    """Press, with so many syncs failing from the `first` on; return what each press was told."""
    trace = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e")
    fail = f"inject=fsync,fdatasync:error=EIO:when={first}..{first + failing - 1}"
    ended = subprocess.run(
        [*trace, fail, sys.executable, _ENTRY, home.root, "layers", *map(str, presses)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=100,
    )
    return ended.stdout.splitlines()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files.")
def test_a_file_that_may_not_grow(home: Home) -> None:
    """A5: RLIMIT_FSIZE, as `ulimit -f` sets it: refused in words, and the next press works when there is room."""
    found = run(home, "limit", 600_000)
    check(found, {"disk_failed"})
    assert len(found["rows"]) > 5


@pytest.mark.skipif(not _IS_ROOT, reason="Needs root, to mount a small disk.")
def test_a_full_disk(home: Home) -> None:
    """A5: no space left: refused in words; with room again the same press is accepted once, and everything goes."""
    script = (
        f'mount -t tmpfs -o size=3m none {home.root} && head -c 1500000 /dev/zero > {home.root}/ballast && exec "$@"'
    )
    mounted = subprocess.run(["unshare", "-m", "sh", "-c", f"mount -t tmpfs none {home.root}"], capture_output=True)
    if mounted.returncode:
        pytest.skip("This machine does not let root mount a tmpfs: run the tests where it does.")
    before = ("unshare", "-m", "sh", "-c", script, "sh")
    found = run(home, "fill", home.root / "ballast", before=before)
    check(found, {"disk_full"})
    assert len(found["rows"]) > 5


@pytest.fixture
def nobody() -> tuple[str, ...]:
    """The words that make a command another user's."""
    return as_another_user()


@pytest.fixture
def others_home(home: Home, nobody: tuple[str, ...]) -> Home:
    """An outbox with one delivery, whose folder another user may look into."""
    with opened(home) as program:
        accept(program)
    let_in(home.root)
    for path in home.root.iterdir():
        path.chmod(0o644)
    return home


def test_a_home_that_cannot_be_written(others_home: Home, nobody: tuple[str, ...]) -> None:
    """A7: a read-only folder is a sentence at the start, with the folder in it, and no half start."""
    before = fingerprint(others_home)
    found = run(others_home, "open", before=nobody)
    assert found["error"] == "home_unwritable"
    assert str(others_home.root) in found["sentence"]
    assert fingerprint(others_home) == before


def test_a_database_that_cannot_be_written(others_home: Home, nobody: tuple[str, ...]) -> None:
    """A7: a folder that can be written with a database that cannot: a sentence, and the database as it was."""
    others_home.root.chmod(0o777)
    others_home.lock.chmod(0o666)
    before = others_home.database.read_bytes()
    found = run(others_home, "open", before=nobody)
    assert found["error"] == "outbox_readonly"
    assert others_home.database.read_bytes() == before


def test_a_wal_that_cannot_be_written(others_home: Home, nobody: tuple[str, ...]) -> None:
    """A7: a -wal that is another user's: a sentence, and nothing is written around it."""
    others_home.root.chmod(0o777)
    others_home.lock.chmod(0o666)
    others_home.database.chmod(0o666)
    script = (
        "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute('UPDATE switch SET is_on = 1'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, others_home.database], check=True)
    for suffix in ("-wal", "-shm"):
        others_home.database.with_name(f"outbox.db{suffix}").chmod(0o644)
    before = fingerprint(others_home)
    found = run(others_home, "open", before=nobody)
    assert found["error"] in ("outbox_readonly", "disk_readonly")
    after = fingerprint(others_home)
    assert {name: after[name] for name in before if name != "outbox.db-shm"} == {
        name: value for name, value in before.items() if name != "outbox.db-shm"
    }
