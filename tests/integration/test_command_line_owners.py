"""Two commands and more at once: the owner, its door, and who waits for it."""

import email.policy
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core import cli, door
from core.owner import Owner
from core.paths import Home
from tests.commands import (
    PATIENCE_S,
    RECEIPT_DELIVERY_KEYS,
    RECEIPT_KEYS,
    Outtray,
    wait_for,
)
from tests.others import as_another_user, let_in


def test_a_message_goes_through_the_owner(outtray: Outtray) -> None:
    """While `run` owns the outbox, `send` hands its draft to it and prints the same receipt; `run` delivers it."""
    with outtray.running():
        assert outtray.json("status", "--json")["owner"] == "run"
        receipt = outtray.json(
            "send", "ann@example.com", "-m", "Hello 日本語", "-s", "Hi", "-q", "an", "--token", "t", "--json"
        )
        assert list(receipt) == RECEIPT_KEYS
        assert list(receipt["deliveries"][0]) == RECEIPT_DELIVERY_KEYS
        again = outtray.json("send", "ann@example.com", "-m", "Hello", "--token", "t", "--json")
        assert again["notification"] == receipt["notification"]
        wait_for(lambda: outtray.states() == {"ann@example.com": "sent"})
        wait_for(lambda: len(outtray.log()) >= 5)
    assert len(outtray.mail()) == 1
    assert [line[26:].split("  ")[1] for line in outtray.log()[:2]] == ["found query: an", "message to ann@example.com"]


def test_the_owner_carries_out_every_command(outtray: Outtray) -> None:
    """Moves, pause and their errors come through the door with the same sentences and numbers."""
    with outtray.running():
        assert "Accepted" in outtray("send", "ann@example.com", "-m", "Hello", "--at", "+2h").stdout.decode()
        outtray("hold", "1")
        assert outtray("release", "1").stdout.decode().startswith("1  ann@example.com  Scheduled, not before ")
        outtray("undo", "1")
        assert "too late" in outtray("undo", "1", exits=69).stderr.decode()
        assert "cannot be cancelled" in outtray("cancel", "1", exits=69).stderr.decode()
        assert "There is no delivery 7." in outtray("retry", "7", exits=64).stderr.decode()
        outtray("pause")
        assert outtray.json("status", "--json")["paused"] is True
        outtray("send", "ben@example.com", "-m", "Hello")
        outtray("resume")
        wait_for(lambda: outtray.states()["ben@example.com"] == "sent")
        assert "bob" in outtray("send", "bob", "-m", "Hello", exits=65).stderr.decode()
        outtray("send", "ann@example.com", typed="日本語".encode() * 120_000, exits=65)


def test_a_file_goes_through_the_owner(outtray: Outtray, tmp_path: Path) -> None:
    """An attachment of any allowed size: it is in the spool already, and the door carries its name only."""
    (tmp_path / "big.bin").write_bytes(os.urandom(3 << 20))
    with outtray.running():
        outtray("send", "ann@example.com", "-m", "Hello", "--attach", str(tmp_path / "big.bin"))
        wait_for(lambda: outtray.states() == {"ann@example.com": "sent"})
    (message,) = outtray.mail()
    parsed = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert [part.get_content() for part in parsed.iter_attachments()] == [(tmp_path / "big.bin").read_bytes()]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_run_ends_on_a_signal(outtray: Outtray, name: str) -> None:
    """A14: quiet, 0, the door closed and the lock free; what is scheduled stays."""
    outtray.accepted("ann@example.com", "--at", "+2h")
    with outtray.running() as process:
        process.send_signal(getattr(signal, name))
        out, said = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out, said) == (0, b"", b"")
    assert not (outtray.home / "door.json").exists()
    assert outtray.json("status", "--json")["owner"] is None
    assert outtray.states() == {"ann@example.com": "queued"}


def test_run_until_empty_delivers_what_is_due(outtray: Outtray) -> None:
    """It ends by itself; what is not due now waits."""
    outtray.accepted("ann@example.com", "ben@example.com", "eve@example.com")
    outtray.accepted("late@example.com", "--at", "+2h")
    done = outtray("run", "--until-empty")
    assert (done.stdout, done.stderr) == (b"", b"")
    assert list(outtray.states().values()) == ["sent", "sent", "sent", "queued"]
    assert len(outtray.mail()) == 3
    assert len([line for line in outtray.log() if "practised" in line]) == 3
    assert len(outtray.log()) == 14, "the log is whole when the command ends"


def test_a_killed_owner_leaves_nothing_in_the_way(outtray: Outtray) -> None:
    """A11: after kill -9 the next command takes the lock, though door.json still names the dead one."""
    with outtray.running() as process:
        process.kill()
        process.wait(PATIENCE_S)
        assert (outtray.home / "door.json").exists()
        assert outtray.json("status", "--json")["owner"] is None
        outtray("send", "ann@example.com", "-m", "Hello")
    assert len(outtray.mail()) == 1
    assert not (outtray.home / "door.json").exists()


def test_while_another_owns_it_run_waits_and_is_75(outtray: Outtray) -> None:
    """`run` waits 5 s for a stopped owner to go; then it says who owns the outbox."""
    with outtray.running() as owner:
        owner.send_signal(signal.SIGSTOP)
        try:
            assert outtray.json("status", "--json")["owner"] == "run", "a stopped owner owns"
            done = outtray("run", exits=75)
            assert done.stdout == b""
            assert done.stderr.decode().count("\n") == 1
            assert f"run, process {owner.pid}" in done.stderr.decode()
        finally:
            owner.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("words", [["send", "ann@example.com", "-m", "Hello"], ["pause"]], ids=" ".join)
def test_while_another_owns_it_and_does_not_answer_it_is_75(
    outtray: Outtray, words: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wants to write tries for 15 s (here, in this process, for less), and says who owns the outbox."""
    monkeypatch.setattr(door, "PATIENCE_S", 0.3)
    owner = Owner(Home(outtray.home))
    assert owner.try_take()
    try:
        assert cli.main(["--home", str(outtray.home), *words], window=no_window, tour=no_window) == 75
    finally:
        owner.release()
    out, said = capfd.readouterr()
    assert (out, said.count("\n")) == ("", 1)
    assert "in use by another Outtray (a command)" in said
    assert not (outtray.home / "outbox.db").exists()


def no_window(*_: object) -> int:
    raise AssertionError("no window was asked for")


def test_an_owner_that_goes_hands_over(outtray: Outtray) -> None:
    """A second `run` waits for the first to go, and then owns."""
    with outtray.running() as first:
        second = outtray.start("run", "--until-empty")
        try:
            first.send_signal(signal.SIGTERM)
            assert second.communicate(timeout=PATIENCE_S) == (b"", b"")
            assert second.returncode == 0
        finally:
            second.kill()


def test_many_at_once_lose_nothing(outtray: Outtray) -> None:
    """Eight sends at the same moment: each has its receipt, each message is there once."""
    senders = [outtray.start("send", f"p{n}@example.com", "-m", "Hello", "--json") for n in range(8)]
    receipts = []
    for sender in senders:
        out, said = sender.communicate(timeout=PATIENCE_S)
        assert (sender.returncode, said) == (0, b"")
        receipts.append(json.loads(out))
    assert len({receipt["notification"] for receipt in receipts}) == 8
    wanted = sorted(receipt["deliveries"][0]["message_id"] for receipt in receipts)
    assert sorted(str(message["Message-ID"]) for message in outtray.mail()) == wanted
    assert set(outtray.states().values()) == {"sent"}


def test_the_door_bears_anybody(outtray: Outtray) -> None:
    """C9: another user of this machine may connect and say anything: `run` goes on, and does nothing for them."""
    with outtray.running():
        port = json.loads((outtray.home / "door.json").read_text())["port"]
        for data in (b"\xff\x00\n", b'{"token": "x", "verb": "pause", "arguments": {}}\n', b"x" * (2 << 20), b"slow"):
            with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as connection:
                try:
                    connection.sendall(data)
                except ConnectionError:
                    continue
        assert outtray.json("status", "--json")["paused"] is False
        outtray("send", "ann@example.com", "-m", "Hello")


def test_another_user_is_kept_out(outtray: Outtray, tmp_path: Path) -> None:
    """C9: another user of this machine, by another uid: may not read door.json nor anything in the home, and what it
    says at the port, without the token or with a guessed one, moves nothing."""
    as_other = as_another_user()
    number = outtray.accepted("ann@example.com", "--hold")[0]
    let_in(tmp_path)
    with outtray.running() as process:
        port = json.loads((outtray.home / "door.json").read_text())["port"]
        script = f"""
import json, pathlib, socket
home = pathlib.Path({str(outtray.home)!r})
for path in (home / "door.json", home / "outbox.db", home / "log.txt", home / "settings.toml"):
    try:
        path.read_bytes()
    except PermissionError:
        pass
    else:
        raise SystemExit(f"{{path}} could be read")
for token in (None, "", "x" * 43, ["x"]):
    for verb, arguments in (("release", {{"ids": [{number}]}}), ("pause", {{}}), ("owner", {{}})):
        with socket.create_connection(("127.0.0.1", {port}), 20) as connection:
            request = {{"token": token, "verb": verb, "arguments": arguments}}
            connection.sendall(json.dumps(request).encode() + b"\\n")
            print(connection.makefile().readline().strip())
"""
        done = subprocess.run([*as_other, sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines() == ['{"error": {"type": "refused"}}'] * 12
        assert process.poll() is None
        assert outtray.json("status", "--json")["paused"] is False
    assert outtray.states() == {"ann@example.com": "held"}


def test_the_log_can_be_followed(outtray: Outtray) -> None:
    """`log --follow` prints what is added, goes on with a new file, and ends on Ctrl+C without a word."""
    outtray.accepted("ann@example.com")
    follower = outtray.start("log", "--follow")
    assert follower.stdout is not None
    try:
        assert b"message to ann@example.com" in follower.stdout.readline()
        assert b"accepted" in follower.stdout.readline()
        outtray.accepted("ben@example.com")
        assert b"message to ben@example.com" in follower.stdout.readline()
        assert b"accepted" in follower.stdout.readline()
        new = outtray.home / "log.new"
        new.write_text("a new file\n")
        new.replace(outtray.home / "log.txt")
        assert follower.stdout.readline() == b"a new file\n"
        follower.send_signal(signal.SIGINT)
        assert follower.communicate(timeout=PATIENCE_S) == (b"", b"")
        assert follower.returncode == 0
    finally:
        if follower.poll() is None:
            follower.kill()
            follower.communicate(timeout=PATIENCE_S)
