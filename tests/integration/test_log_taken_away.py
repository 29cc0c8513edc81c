"""log.txt on a disk of its own that is full, or exchanged for something else while the program runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import MAIN, PATIENCE_S, Outtray, wait_for

_IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def outtray(tmp_path: Path) -> Outtray:
    return Outtray(tmp_path / "home")


@pytest.mark.skipif(not _IS_ROOT, reason="Needs root, to mount a small disk.")
def test_a_disk_that_is_full_for_the_log_alone(outtray: Outtray, tmp_path: Path) -> None:
    """A6: log.txt lies on a disk that is full: `send` and `run` deliver, with one warning each, and what could not be
    written is written, once, when there is room."""
    outtray("send", "ann@example.com", "-m", "Hello")
    small = tmp_path / "small"
    small.mkdir()
    log, ours = outtray.home / "log.txt", f"{sys.executable} {MAIN} --home {outtray.home}"
    own_bytes = log.stat().st_size
    with log.open("a") as file:  # a person's own line: what is left of the log's only block is less than a line
        file.write("x" * (4096 - own_bytes - 41) + "\n")
    script = f"""
        mount -t tmpfs -o size=64k none {small} && cp -p {log} {small}/log.txt || exit 99
        head -c 1000000 /dev/zero > {small}/ballast 2>/dev/null
        mount --bind {small}/log.txt {log} || exit 99
        {ours} send ben@example.com -m Hello 2> {tmp_path}/send.said || exit 1
        {ours} send cyd@example.com -m Hello --no-deliver 2> {tmp_path}/other.said || exit 2
        {ours} send dan@example.com -m Hello --no-deliver 2> {tmp_path}/other.said || exit 2
        {ours} run --until-empty 2> {tmp_path}/run.said || exit 3
        cp {log} {tmp_path}/full.log
        rm {small}/ballast
        {ours} send eve@example.com -m Hello 2> {tmp_path}/room.said || exit 4
        cp {log} {tmp_path}/room.log
    """
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script], capture_output=True, env=outtray.environ, timeout=PATIENCE_S
    )
    if done.returncode == 99 or b"unshare" in done.stderr:
        pytest.skip("This machine does not let root mount a tmpfs: run the tests where it does.")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "room.said").read_text() == ""
    for name in ("send.said", "other.said", "run.said"):
        (warning,) = (tmp_path / name).read_text().splitlines()
        assert "log.txt cannot be written (no space left" in warning
    assert set(outtray.states().values()) == {"sent"}
    assert len(outtray.mail()) == 5
    assert (tmp_path / "full.log").stat().st_size <= 4096
    lines = (tmp_path / "room.log").read_text().splitlines()
    assert len(lines) == len(set(lines))
    assert len([line for line in lines if ": practised" in line]) == 5


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "full device", "another file"])
def test_the_log_is_replaced_while_running(outtray: Outtray, tmp_path: Path, kind: str) -> None:
    """C6: log.txt is replaced while `run` owns the outbox, by a link, a FIFO, a folder, /dev/full or another file:
    never followed, mail goes on, the program lives, and it is written again when it can be."""
    precious = tmp_path / "precious"
    precious.write_text("precious")
    log = outtray.home / "log.txt"
    with outtray.running() as process:
        outtray("send", "ann@example.com", "-m", "Hello")
        wait_for(lambda: log.exists() and "practised" in log.read_text())
        log.rename(tmp_path / "old.log")
        match kind:
            case "link":
                log.symlink_to(precious)
            case "pipe":
                os.mkfifo(log)
            case "folder":
                log.mkdir()
            case "full device":
                try:
                    os.mknod(log, 0o20600, os.makedev(1, 7))
                except PermissionError:
                    pytest.skip("Only root makes devices: run the tests as root to see this one.")
            case _:
                log.write_text("another\n")
        outtray("send", "ben@example.com", "-m", "Hello")
        wait_for(lambda: outtray.states().get("ben@example.com") == "sent")
        assert precious.read_text() == "precious"
        assert process.poll() is None
        if kind == "folder":
            log.rmdir()
        elif kind != "another file":
            log.unlink()
        outtray("send", "cyd@example.com", "-m", "Hello")
        wait_for(lambda: log.is_file() and log.read_text().count("practised") >= 2)
        assert process.poll() is None
    assert precious.read_text() == "precious"
    lines = log.read_text().splitlines()
    assert len(lines) == len(set(lines))
    assert ("another" in lines) == (kind == "another file")
    assert len(outtray.mail()) == 3
