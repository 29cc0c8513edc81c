"""Mail servers as processes of the tests' own: started, killed -9 whole, started again on the same queue and ports."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from core.accounts.accounts import Account
from core.mail.smtp.server import Security
from tests.smtp.certificates import Authority

#: Where Debian and its like keep daemons; an ordinary user's PATH does not look there.
PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"))
#: How long a server may take to start, to deliver what it took, or to end.
PATIENCE_S = 30.0

_MESSAGE_ID = re.compile(rb"Message-ID: *(<[^>]*>)", re.IGNORECASE)


class Daemon:
    """One server's processes: all that are in the session that `words` begin. Its log is what it says, or writes."""

    def __init__(
        self, name: str, words: Sequence[str | Path], port: int, log: Path, environ: Mapping[str, str]
    ) -> None:
        self._name = name
        # It ends with the tests, also where they are killed.
        self._words = ["setpriv", "--pdeathsig", "KILL", *map(str, words)]
        self._port = port
        self.log = log
        self._environ = dict(environ)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and stay until it says 220."""
        assert self._process is None, f"{self._name} is running"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._words,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            assert until(self._answers), f"{self._name} did not start: {self.log.read_text(errors='replace')}"
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """Kill -9 all of it at once; return when nothing of it is left."""
        self._signal(signal.SIGKILL)
        self._reap()

    def end(self) -> None:
        """End it as its system would, with SIGTERM; what does not go is killed."""
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        session = self._process.pid
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE_S)
            until(lambda: not in_session(session))
        self.kill()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, f"{self._name} is not running"
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _reap(self) -> None:
        """Kill what is in another process group or was being forked, until the session is empty."""
        assert self._process is not None
        session = self._process.pid

        def is_empty() -> bool:
            left = in_session(session)
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return not left

        self._process.wait(PATIENCE_S)
        self._process = None
        assert until(is_empty), f"something of {self._name} does not end"

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"{self._name} did not start: {self.log.read_text(errors='replace')}")
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE_S) as sock,
        ):
            return sock.recv(3) == b"220"
        return False


class MailServer(ABC):
    """A real server on this computer that takes every message of its user and keeps it in its queue.

    It delivers nothing, so a copy more than was handed over can only be ours.
    """

    #: What it is called in tables.
    name: str
    security: Security
    address = "me@example.com"
    #: Who has to log in; "" for nobody.
    user = address
    secret = "Kanarienvogel-7f3a9"

    def __init__(self, daemon: Daemon, port: int) -> None:
        self.daemon = daemon
        self.port = port

    def account(self, authority: Authority) -> Account:
        """Return the account `work`, which goes by it; its password is in the environment (`environ`)."""
        return Account(
            name="work",
            address=self.address,
            host="localhost",
            port=self.port,
            security=self.security,
            user=self.user,
            ca_file=str(authority.ca_file) if self.user else "",
        )

    @property
    def environ(self) -> dict[str, str]:
        """What the program has to find in its environment."""
        return {"OUTTRAY_PASSWORD_WORK": self.secret}

    def kill(self) -> None:
        """Kill -9 all its processes."""
        self.daemon.kill()

    def start(self) -> None:
        """Start it again, on the queue and the port that it had."""
        self.daemon.start()

    def logged(self) -> str:
        """Return its log."""
        return self.daemon.log.read_text(encoding="utf-8", errors="replace")

    @abstractmethod
    def kept(self) -> Counter[str]:
        """Count what it took responsibility for by Message-ID, from the files of its queue."""


def count_ids(files: Iterable[Path]) -> Counter[str]:
    """Count the messages of queue files by their Message-ID. A file without one counts as such, under its name."""
    found: Counter[str] = Counter()
    for path in files:
        match = _MESSAGE_ID.search(path.read_bytes())
        found[match[1].decode() if match else f"no Message-ID in {path.name}"] += 1
    return found


def until(condition: Callable[[], bool]) -> bool:
    """Look until it holds; False where it never does. Daemons tell nobody what they are about."""
    pause = threading.Event()  # nobody sets it
    for _ in range(int(PATIENCE_S / 0.02)):
        if condition():
            return True
        pause.wait(0.02)
    return False


def in_session(session: int) -> list[int]:
    """Return the processes of a session that still run, from /proc; those that only wait to be reaped do not."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                # Behind the name, which may hold anything: state, parent, group, session (proc(5)).
                state, _parent, _group, its_session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
                if int(its_session) == session and state not in "ZX":
                    found.append(int(folder.name))
    return found


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody uses."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [sock.getsockname()[1] for sock in sockets]


def program(name: str) -> str:
    """Return where a program is that is known to be there."""
    found = shutil.which(name, path=PATH)
    assert found is not None, name
    return found


def need(what: str, packages: Mapping[str, str]) -> None:
    """Skip the test, and say why, where one of these programs (and its package) is missing or we are not root."""
    for name, package in packages.items():
        if shutil.which(name, path=PATH) is None:
            pytest.skip(f"Needs {name}: apt-get install {package}.")
    if os.geteuid() != 0:
        pytest.skip(f"Needs root: {what} starts as root, also where it serves ports above 1024.")
