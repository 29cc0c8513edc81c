"""Postfix's smtp-sink: takes mail fast, breaks where it is told to, and dumps what it took, which is the judge."""

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import judge

#: Debian keeps it where an ordinary user's PATH does not look.
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
_PATIENCE_S = 30.0


class Sink:
    """A running smtp-sink. Made by `running`."""

    def __init__(self, port: int, dump: Path) -> None:
        self.port = port
        self._dump = dump

    def arrived(self) -> Counter[str]:
        """Count what it took by Message-ID: one copy for each message that ended with its dot.

        That is also where its dot was refused (`-f .`, `-r .`): then the reply says that it took nothing.
        """
        if not self._dump.exists():
            return Counter()
        return Counter(re.findall(r"(?mi)^Message-ID: *(<[^>]*>)", self._dump.read_text(encoding="latin-1")))


@contextlib.contextmanager
def running(*options: str, backlog: int = 128) -> Iterator[Sink]:
    """Run smtp-sink on a port of its own until the `with` statement ends; `options` are its own, see smtp-sink(1).

    Skips the test, and says why, where it is missing.
    """
    program = shutil.which("smtp-sink", path=_PATH)
    if program is None:
        pytest.skip("Needs smtp-sink: apt-get install postfix.")
    folder = Path(tempfile.mkdtemp(prefix="outtray-sink-"))
    words = [program, *options, "-D", str(folder / "dump")]
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")  # smtp-sink does not stay root
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        words += ["-u", "nobody"]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    process = subprocess.Popen([*words, f"127.0.0.1:{port}", str(backlog)], stdin=subprocess.DEVNULL)
    try:
        _until_it_listens(port, process)
        yield Sink(port, folder / "dump")
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)
        if "." not in options:  # what it refused or broke off at the dot is in its dump all the same
            judge.took(Sink(port, folder / "dump").arrived())
        shutil.rmtree(folder)


def _until_it_listens(port: int, process: "subprocess.Popen[bytes]") -> None:
    pause = threading.Event()  # nobody sets it: smtp-sink tells nobody that it is there
    for _ in range(int(_PATIENCE_S / 0.01)):
        assert process.poll() is None, "smtp-sink did not start"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S):
            return
        pause.wait(0.01)
    raise AssertionError("smtp-sink does not listen")
