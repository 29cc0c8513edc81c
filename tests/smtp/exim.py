"""A real Exim in a root of its own, with STARTTLS and AUTH; everything it takes stays in its queue.

Why the queue is a judge: Exim writes and syncs a message's body (`-D`), then its envelope and headers under another
name, which it syncs and renames to `-H`, and says 250 only after that. A message with a whole `-H` file is one that it
will deliver, also after a crash; one without is removed at some time. `queue_only` and no queue runner: it delivers
nothing.
"""

import contextlib
import re
from collections import Counter
from collections.abc import Iterator

from core.mail.smtp.server import Security
from tests.smtp import roots
from tests.smtp.certificates import Authority
from tests.smtp.daemons import Daemon, MailServer, count_ids, free_ports
from tests.smtp.roots import INSIDE, Root

_CONFIGURATION = """
primary_hostname = mx.example.com
spool_directory = {inside}/spool
log_file_path = {inside}/%slog
pid_file_path = {inside}/exim.pid
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = {inside}/server.pem
tls_privatekey = {inside}/server.pem
auth_advertise_hosts = ${{if def:tls_in_cipher{{*}}}}
message_size_limit = {most_bytes}
queue_only
host_lookup =
acl_smtp_rcpt = check
begin acl
check:
  accept authenticated = *
  deny message = log in first
begin routers
begin transports
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{secret}}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{{user}}}}}{{eq{{$auth2}}{{{secret}}}}}}}}}
  server_set_id = $auth1
"""
#: Larger is refused.
MOST_BYTES = 100_000


class Exim(MailServer):
    """A running Exim. Made by `running`."""

    name = "Exim"
    security = Security.STARTTLS

    def __init__(self, daemon: Daemon, port: int, root: Root) -> None:
        super().__init__(daemon, port)
        self._root = root

    def kept(self) -> Counter[str]:
        spool = self._root.folder / "spool" / "input"
        return count_ids(path for path in spool.rglob("*-H") if path.with_name(f"{path.name[:-1]}D").exists())

    def recipients(self) -> set[str]:
        """Return whom the messages of its queue are to."""
        spool = self._root.folder / "spool" / "input"
        heads = [path.read_text(encoding="utf-8").partition("\n\n")[0] for path in spool.rglob("*-H")]
        # Behind a line with their number.
        return {head.rpartition("\n")[2] for head in heads}

    def logged(self) -> str:
        path = self._root.folder / "mainlog"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def refused_logins(self) -> list[str]:
        """Return the lines of its log that say that a login failed."""
        return re.findall(r".*authenticator failed.*", self.logged())


@contextlib.contextmanager
def running(authority: Authority) -> Iterator[Exim]:
    """Run an Exim whose certificate is for `localhost` and 127.0.0.1, until the `with` statement ends.

    Skips the test, and says why, where there is no root for it.
    """
    with roots.instance("Exim", "exim") as root:
        (port,) = free_ports(1)
        authority.write(root.folder, "localhost", "127.0.0.1")
        (root.folder / "spool").mkdir()
        root.owned_by("Debian-exim", "", "spool", "server.pem")
        (root.folder / "exim.conf").write_text(
            _CONFIGURATION.format(inside=INSIDE, port=port, user=Exim.user, secret=Exim.secret, most_bytes=MOST_BYTES)
        )
        daemon = root.daemon("Exim", ("exim", "-C", f"{INSIDE}/exim.conf", "-bdf"), port, {})
        exim = Exim(daemon, port, root)
        exim.start()
        try:
            yield exim
        finally:
            daemon.end()
