"""Nobody gets in by the files: all that Outtray makes is its person's alone, and no planted link is followed."""

import hashlib
import os
import stat
from pathlib import Path

import pytest

from tests.commands import Outtray
from tests.smtp.scripted import SERVE, ScriptedServer

SAY = ("send", "ann@example.com", "-m", "Hello", "-s", "Hi")


def use_all(outtray: Outtray, folder: Path, umask: int) -> None:
    """Use everything that makes a file: accounts, settings, attachments, Practice, the log, an export."""
    file = folder / "note.txt"
    file.write_text("a note\n")
    outtray(*SAY, "--attach", str(file), umask=umask)
    with ScriptedServer(then=SERVE) as server:
        where = ("--host", "127.0.0.1", "--port", str(server.port), "--security", "none")
        outtray("account", "add", "school", "--address", "info@school.example", *where, umask=umask)
        outtray(*SAY, "--from", "school", umask=umask)
        outtray(*SAY, "--from", "school", "--at", "2040-01-01", umask=umask)
    outtray("export", str(folder / "out.csv"), umask=umask)


def too_open(folder: Path) -> list[str]:
    """List what others could read or write, and what is no file, folder or socket of its person's."""
    found = []
    for path in [folder, *folder.rglob("*")]:
        mode = path.lstat().st_mode
        wanted = 0o700 if stat.S_ISDIR(mode) else 0o600
        if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)) or stat.S_IMODE(mode) != wanted:
            found.append(f"{path.relative_to(folder)} {stat.filemode(mode)}")
    return sorted(found)


@pytest.mark.parametrize("umask", [0, 0o022], ids=oct)
def test_all_that_is_made_is_private(outtray: Outtray, tmp_path: Path, umask: int) -> None:
    """C8: after a full use, while `run` owns it, and after kill -9: each file is 0600 and each folder 0700."""
    use_all(outtray, tmp_path, umask)
    assert too_open(outtray.home) == []
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o600
    old = os.umask(umask)
    try:
        with outtray.running() as process:
            names = {path.name for path in outtray.home.iterdir()}
            assert too_open(outtray.home) == []
            process.kill()
            process.wait(60)
    finally:
        os.umask(old)
    assert names >= {"outbox.db", "outbox.db-wal", "outbox.db-shm", "log.txt", "settings.toml", "door.json", "lock"}
    assert names >= {"spool", "mail"}
    assert too_open(outtray.home) == []


@pytest.mark.parametrize(
    "name", ["outbox.db", "outbox.db-wal", "outbox.db-shm", "outbox.db.new", "log.txt", "lock", "door.json"]
)
@pytest.mark.parametrize("is_used", [False, True], ids=["new", "used"])
def test_no_file_is_written_through_a_link(outtray: Outtray, tmp_path: Path, name: str, is_used: bool) -> None:
    """C6, C8: whichever of its files is a link to another file, that one keeps every byte, and nobody sees a
    traceback."""
    outtray.home.mkdir(mode=0o700)
    if is_used:
        outtray(*SAY)
    (outtray.home / name).unlink(missing_ok=True)
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious\n")
    (outtray.home / name).symlink_to(victim)
    for words in (SAY, ("run", "--until-empty"), ("log",), ("status",)):
        _any_end(outtray, *words)
    assert victim.read_bytes() == b"precious\n"
    assert stat.S_IMODE(victim.stat().st_mode) == stat.S_IMODE((tmp_path / "victim").lstat().st_mode)


@pytest.mark.parametrize("name", ["mail/tmp", "mail/new", "mail/cur", "spool/tmp", "spool/03"])
def test_nothing_is_kept_through_a_link(outtray: Outtray, tmp_path: Path, name: str) -> None:
    """C6, C8: where a folder in the mail folder or in the spool is a link to another folder, nothing is put there or
    taken away. (The mail folder and the spool themselves may be links that a person made to a larger disk.)"""
    (outtray.home / name).parent.mkdir(mode=0o700, parents=True)
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "precious").write_text("precious\n")
    (outtray.home / name).symlink_to(victim)
    file = tmp_path / "note.txt"
    file.write_text("a note\n")
    assert hashlib.sha256(file.read_bytes()).hexdigest().startswith("03")
    _any_end(outtray, *SAY, "--attach", str(file))
    assert [path.name for path in victim.rglob("*")] == ["precious"]


def _any_end(outtray: Outtray, *words: str) -> None:
    """Run a command to whatever end: a sentence is one, a traceback is none."""
    process = outtray.start(*words)
    _, said = process.communicate(timeout=60)
    assert b"Traceback" not in said, said.decode()
