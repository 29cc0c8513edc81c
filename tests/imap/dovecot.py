"""A Dovecot of the tests' own: its configuration, mail and log in a folder of its own, on ports that are free."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.smtp.certificates import Authority

_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
_PATIENCE_S = 30.0

#: Dovecot 2.3. All of it runs below `root`; the mail belongs to nobody's account of this machine.
_CONF = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {log}
auth_verbose = yes
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{pem}
ssl_key = <{pem}
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:{root}/mail/%u
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {users}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox "Gesendete Objekte" {{
    auto = create
    special_use = \\Sent
  }}
}}
"""


class Dovecot:
    """A running Dovecot. Made by `running`."""

    def __init__(self, root: Path, imap: int, imaps: int) -> None:
        #: STARTTLS is required here.
        self.imap = imap
        #: TLS from the first byte.
        self.imaps = imaps
        self._root = root

    def keep(self, user: str, message: bytes, folder: str = "Gesendete Objekte") -> None:
        """Put a message into a folder, as a server does with what it sends."""
        subprocess.run(
            [_program("doveadm"), "-c", self._root / "dovecot.conf", "save", "-u", user, "-m", folder],
            input=message,
            check=True,
            timeout=_PATIENCE_S,
            capture_output=True,
        )

    def flags(self, user: str, folder: str = "Gesendete Objekte") -> list[str]:
        """Return the flags of every message in a folder."""
        words = ["fetch", "-u", user, "flags", "mailbox", folder]
        done = subprocess.run(
            [_program("doveadm"), "-c", self._root / "dovecot.conf", "-f", "tab", *words],
            check=True,
            timeout=_PATIENCE_S,
            capture_output=True,
            text=True,
        )
        return done.stdout.splitlines()[1:]

    def logged(self) -> str:
        return (self._root / "dovecot.log").read_text(encoding="utf-8")


@contextlib.contextmanager
def running(authority: Authority, users: dict[str, str]) -> Iterator[Dovecot]:
    """Run a Dovecot for these users and their passwords, with a certificate for 127.0.0.1 and localhost.

    Skips the test, and says why, where Dovecot is missing or we are not root.
    """
    for program in ("dovecot", "doveadm"):
        if shutil.which(program, path=_PATH) is None:
            pytest.skip(f"Needs {program}: apt-get install dovecot-imapd.")
    if os.geteuid() != 0:
        pytest.skip("Needs root: Dovecot starts as root, and gives that up for each of its parts.")
    # Not below pytest's folder: its parts are other users, who may not enter there.
    root = Path(tempfile.mkdtemp(prefix="outtray-dovecot-"))
    master = None
    try:
        dovecot = _prepared(root, authority, users)
        master = _started(root)
        _answering(dovecot.imap, master, root)
        yield dovecot
    finally:
        if master is not None:
            _ended(master)
        shutil.rmtree(root)


def _prepared(root: Path, authority: Authority, users: dict[str, str]) -> Dovecot:
    root.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    for name in ("run", "state", "mail"):
        (root / name).mkdir(mode=0o755)
    os.chown(root / "mail", nobody.pw_uid, nobody.pw_gid)
    passwords = root / "users"
    passwords.write_text("".join(f"{name}:{{PLAIN}}{secret}\n" for name, secret in users.items()))
    shutil.chown(passwords, "root", "dovecot")
    passwords.chmod(0o640)
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        imap, imaps = (sock.getsockname()[1] for sock in sockets)
    places = {
        "root": root,
        "log": root / "dovecot.log",
        "users": passwords,
        "pem": authority.write(root, "127.0.0.1", "localhost"),
        "uid": nobody.pw_uid,
        "gid": nobody.pw_gid,
        "imap": imap,
        "imaps": imaps,
    }
    (root / "dovecot.conf").write_text(_CONF.format(**places))
    return Dovecot(root, imap, imaps)


def _started(root: Path) -> "subprocess.Popen[bytes]":
    # It ends with the tests, also where they are killed.
    bound = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    # -F: stay our child, in our hands.
    return subprocess.Popen(
        [*bound, _program("dovecot"), "-F", "-c", root / "dovecot.conf"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _answering(port: int, master: "subprocess.Popen[bytes]", root: Path) -> None:
    pause = threading.Event()
    for _ in range(int(_PATIENCE_S / 0.02)):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S) as sock:
            if sock.recv(4) == b"* OK":
                return
        if master.poll() is not None:
            break
        pause.wait(0.02)
    log = root / "dovecot.log"
    raise AssertionError(f"Dovecot did not start: {log.read_text() if log.exists() else 'it said nothing'}")


def _ended(master: "subprocess.Popen[bytes]") -> None:
    """End the master, which ends its parts; and what is left of the session that we started."""
    master.terminate()
    try:
        master.wait(_PATIENCE_S)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(master.pid, signal.SIGKILL)
        master.wait()


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    assert found is not None, name
    return found
