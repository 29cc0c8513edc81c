"""Durable deliveries to a mail server, and one send: Outtray beside programs that keep nothing.

The server is Postfix's smtp-sink, which takes everything and keeps nothing, so that the sender is what is measured.
The slow way to it is a proxy that makes a round trip 20 ms long.
"""

import contextlib
import csv
import os
import re
import shutil
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core import settings
from core.accounts import accounts
from core.accounts.accounts import Account
from core.mail.smtp.server import Security
from core.outbox.notification import Draft, Recipient
from core.paths import Home
from core.runner import BUDGET_UNDER_RUN
from tests.bench.measure import FRAME_MS, ROOT, TEXT, Figure, Peer, Size, answer, environment, percentile, spawn
from tests.bench.throughput import deliver
from tests.bench.windows import open_session

#: Debian keeps Postfix's programs where an ordinary user's PATH does not look.
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
_DELAY_MS = 10.0
_ROUNDS = 3
#: Of mailmerge, which opens a connection for each message: many where that is quick, for its start is subtracted.
_MERGED = {"no latency": 1000, "20 ms": 60}
_ACCOUNT = "bench"
_SENDER = "sender@example.com"


def figures(folder: Path, size: Size) -> list[Figure]:
    """Measure rates at no latency and at 20 ms, then one send, then the window while it delivers."""
    if shutil.which("smtp-sink", path=_PATH) is None:
        print("Left out: mail servers need smtp-sink (apt-get install postfix).", file=sys.stderr)
        return []
    folder.mkdir(exist_ok=True)
    with _sink() as near, _proxy(near) as far:
        return [
            *_rates(folder / "near", near, size.deliveries // 2, "no latency"),
            *_rates(folder / "far", far, size.deliveries // 10, "20 ms"),
            *_one_send(folder / "one", near, size),
            *_beside_window(folder / "window", near, size),
        ]


# -- rates ------------------------------------------------------------------------------------------------------------


def _rates(folder: Path, port: int, count: int, way: str) -> list[Figure]:
    """Return our rate with 1, 4 and 8 connections, each beside its three peers, in turns."""
    folder.mkdir()
    found: list[Figure] = []
    merged = [_mailmerge(folder / f"mailmerge-{number}", port, _MERGED[way]) for number in range(_ROUNDS)]
    with Peer("tests.bench.smtp", ("run", str(folder / "ours"))) as ours, Peer("tests.bench.smtp", ("loop",)) as loop:
        for connections in (1, 4, 8):
            rates: dict[str, list[float]] = {"ours": [], "smtp-source": [], "smtplib": []}
            for _ in range(_ROUNDS):
                some = count if connections > 1 else max(20, count // 2)
                rates["ours"].append(ours.ask(port=port, count=some, connections=connections))
                rates["smtp-source"].append(_smtp_source(port, some, connections))
                rates["smtplib"].append(loop.ask(port=port, count=some, connections=connections))
            found += _figures_of_rates(way, connections, rates, merged)
    return found


def _figures_of_rates(way: str, connections: int, rates: dict[str, list[float]], merged: list[float]) -> list[Figure]:
    ours = rates["ours"]
    is_near = way == "no latency"

    def figure(peer: str, floor: list[float], least: float | None) -> Figure:
        is_met = None if least is None else percentile(ours, 50) >= least * percentile(floor, 50)
        goal = "" if least is None else f"≥ {least:g} × {peer}"
        name = f"Deliveries a second, {connections} connections, {way}; {peer}"
        return Figure(name, "/s", ours, floor, goal, is_met, tail=0, is_rate=True)

    return [
        figure("smtp-source", rates["smtp-source"], 0.2 if is_near else None),
        figure("smtplib", rates["smtplib"], None if is_near else 3),
        figure("mailmerge", merged, 1 if is_near else None),
    ]


class _UnderRun:
    """As under `run`: its threads, a QCoreApplication and no window."""

    def __init__(self, folder: Path) -> None:
        self._app = QCoreApplication(["bench"])
        self._folder = folder
        self._round = 0

    def measure(self, port: int, count: int, connections: int) -> float:
        """Return how many went in a second; their outcomes are on disk."""
        self._round += 1
        folder = self._folder / str(self._round)
        _add_account(folder, port, connections)
        return deliver(folder, count, BUDGET_UNDER_RUN, account=_ACCOUNT)


class _Loop:
    """A plain loop over smtplib: kept connections, a thread for each, nothing on disk."""

    def measure(self, port: int, count: int, connections: int) -> float:
        """Return how many went in a second."""
        ready = threading.Barrier(connections + 1)

        def send(number: int) -> None:
            with smtplib.SMTP("127.0.0.1", port, local_hostname="[127.0.0.1]") as server:
                server.ehlo()
                ready.wait()
                for part in range(number, count, connections):
                    recipient = f"reader{part}@example.com"
                    server.sendmail(_SENDER, [recipient], _message(recipient))
                ready.wait()

        workers = [threading.Thread(target=send, args=(number,)) for number in range(connections)]
        for worker in workers:
            worker.start()
        ready.wait()
        began_s = time.monotonic()
        ready.wait()
        took_s = time.monotonic() - began_s
        for worker in workers:
            worker.join()
        return count / took_s


def _smtp_source(port: int, count: int, connections: int) -> float:
    words = [_program("smtp-source"), "-d", "-s", str(connections), "-m", str(count), "-l", str(len(TEXT))]
    words += ["-M", "localhost"]
    began_s = time.monotonic()
    spawn([*words, "-f", _SENDER, "-t", "reader@example.com", f"127.0.0.1:{port}"])
    return count / (time.monotonic() - began_s)


def _mailmerge(folder: Path, port: int, count: int) -> float:
    """Return how many go in a second, its start not counted: from the time for many, less that for one."""
    folder.mkdir()
    (folder / "mailmerge_template.txt").write_text(f"TO: {{{{email}}}}\nSUBJECT: Hi\nFROM: {_SENDER}\n\n{TEXT}")
    (folder / "mailmerge_server.conf").write_text(f"[smtp_server]\nhost = 127.0.0.1\nport = {port}\n")
    with (folder / "mailmerge_database.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["email"], *([f"reader{number}@example.com"] for number in range(count))])
    took_s = [_time_mailmerge(folder, limit) for limit in (1, count)]
    return (count - 1) / (took_s[1] - took_s[0])


def _time_mailmerge(folder: Path, limit: int) -> float:
    command = [str(Path(sys.executable).with_name("mailmerge")), "--no-dry-run", "--limit", str(limit)]
    began_s = time.monotonic()
    subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=True, timeout=120)
    return time.monotonic() - began_s


# -- one send ---------------------------------------------------------------------------------------------------------


def _one_send(folder: Path, port: int, size: Size) -> list[Figure]:
    """Measure from Ctrl+Enter to the server's 250, undo 0, against smtplib that sends the same."""
    ours: dict[str, list[float]] = {"cold": [], "warm": []}
    floor: dict[str, list[float]] = {"cold": [], "warm": []}
    _add_account(folder, port, 1)
    settings.save(Home(folder), settings.Settings(undo_s=0))
    with Peer("tests.bench.smtp", ("one", str(folder))) as our_peer, Peer("tests.bench.smtp", ("smtplib",)) as peer:
        our_peer.ask(way="warm", count=10)
        block = 20
        for _ in range(max(1, size.presses // block)):
            for way in ("cold", "warm"):
                ours[way] += our_peer.ask(way=way, count=block)
                floor[way] += peer.ask(way=way, count=block, port=port)
    return [
        Figure(f"Ctrl+Enter → 250, {way} connection", "ms", ours[way], floor[way], note="floor: smtplib, no window")
        for way in ("cold", "warm")
    ]


class _One:
    def __init__(self, folder: Path) -> None:
        self._session, self._loop = open_session(folder, self._reached)
        self._session.program.outbox.resume().then()
        self._taken_ns = 0
        self._number = 0

    def _reached(self, name: str) -> None:
        if name == "C7":  # the 2xx has been read, on the thread that sends
            self._taken_ns = time.perf_counter_ns()

    def measure(self, way: str, count: int) -> list[float]:
        """Send so often; return how long each took, in ms."""
        return [self._send(way) for _ in range(count)]

    def _send(self, way: str) -> float:
        session, loop = self._session, self._loop
        self._number += 1
        if way == "cold":
            session.program.transports.let_go(0)
        session.compose.rest()
        recipient = Recipient(f"ann{self._number}@example.com")
        session.composing.bring(Draft(to=(recipient,), subject="Hi", text=TEXT, account=_ACCOUNT))
        session.composing.keeper.keep()
        loop.rest(40)
        self._taken_ns = 0
        field = QApplication.focusWidget()
        assert field is not None
        began_ns = time.perf_counter_ns()
        QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        loop.until(lambda: bool(self._taken_ns) and session.engine.is_idle)
        loop.rest(40)
        return (self._taken_ns - began_ns) / 1e6


class _Smtplib:
    def __init__(self) -> None:
        self._kept: smtplib.SMTP | None = None

    def measure(self, way: str, count: int, port: int) -> list[float]:
        """Send so often; return how long each took, in ms."""
        took: list[float] = []
        for number in range(count):
            recipient = f"ann{number}@example.com"
            if way == "warm" and self._kept is None:
                self._kept = _greeted(port)
            began_ns = time.perf_counter_ns()
            server = _greeted(port) if way == "cold" else self._kept
            assert server is not None
            server.sendmail(_SENDER, [recipient], _message(recipient))
            took.append((time.perf_counter_ns() - began_ns) / 1e6)
            if way == "cold":
                server.quit()
        return took


def _greeted(port: int) -> smtplib.SMTP:
    server = smtplib.SMTP("127.0.0.1", port, local_hostname="[127.0.0.1]")
    server.ehlo()
    return server


# -- the window while it delivers -------------------------------------------------------------------------------------


def _beside_window(folder: Path, port: int, size: Size) -> list[Figure]:
    """Measure frames, and "Accepted", while the window's four threads deliver."""
    late: list[float] = []
    rates: list[float] = []
    pressed: list[float] = []
    for name in ("frames", "accepted"):
        _add_account(folder / name, port, 4)
    with Peer("tests.bench.frames", ("ours", str(folder / "frames"), _ACCOUNT)) as peer:
        for _ in range(size.frame_rounds):
            delivered = peer.ask(deliveries=size.deliveries)
            late += delivered["late_ms"]
            rates.append(size.deliveries / delivered["seconds"])
    with Peer("tests.bench.accepted", ("ours", str(folder / "accepted"), _ACCOUNT)) as peer:
        peer.ask(presses=20)
        while len(pressed) < size.presses:
            pressed += peer.ask(presses=40, deliveries=12 * size.presses)
    p999, p99 = percentile(late, 99.9), percentile(pressed, 99)
    return [
        Figure(f"Frame late while {size.deliveries:,} go to a server", "ms", late, (), *_frame_goal(99.9, p999), 99.9),
        Figure("Ctrl+Enter → “Accepted” meanwhile", "ms", pressed, (), *_frame_goal(99, p99)),
        Figure("Deliveries a second, 4 connections beside the window", "/s", rates, (), tail=0, is_rate=True),
    ]


def _frame_goal(percent: float, found: float) -> tuple[str, bool]:
    return f"p{percent:g} < 16.7 ms", found < FRAME_MS


# -- servers and words ------------------------------------------------------------------------------------------------


def _add_account(folder: Path, port: int, connections: int) -> None:
    home = Home(folder)
    home.create()
    account = Account(
        name=_ACCOUNT, address=_SENDER, host="127.0.0.1", port=port, security=Security.NONE, connections=connections
    )
    accounts.add(home, account)


def _message(recipient: str) -> bytes:
    head = (
        f"From: {_SENDER}\r\nTo: {recipient}\r\nSubject: Hi\r\nMessage-ID: <{time.monotonic_ns()}@example.com>\r\n\r\n"
    )
    return (head + TEXT.replace("\n", "\r\n")).encode()


def _program(name: str) -> str:
    return shutil.which(name, path=_PATH) or name


@contextlib.contextmanager
def _sink() -> Iterator[int]:
    """Run smtp-sink, and yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with _running([_program("smtp-sink"), *user, f"127.0.0.1:{port}", "128"]) as process:
        for _ in range(500):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            if process.poll() is not None:
                raise RuntimeError("smtp-sink did not start")
            time.sleep(0.01)
        yield port


@contextlib.contextmanager
def _proxy(port: int) -> Iterator[int]:
    """Run the proxy that makes a round trip 20 ms long, and yield its port."""
    words = [sys.executable, "-m", "tests.smtp.proxy", "--to", f"127.0.0.1:{port}", "--delay-ms", str(_DELAY_MS)]
    with _running(words) as process:
        assert process.stdout is not None
        ready = re.fullmatch(r"ready (\d+)\n", process.stdout.readline())
        assert ready, "the proxy did not start"
        yield int(ready[1])


@contextlib.contextmanager
def _running(words: list[str]) -> "Iterator[subprocess.Popen[str]]":
    process = subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


_SIDES: dict[str, Callable[..., Any]] = {
    "run": lambda folder: _UnderRun(Path(folder)),
    "loop": _Loop,
    "one": lambda folder: _One(Path(folder)),
    "smtplib": _Smtplib,
}

if __name__ == "__main__":
    answer(_SIDES[sys.argv[1]](*sys.argv[2:]).measure)
