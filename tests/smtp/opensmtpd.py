"""A real OpenSMTPD in a root of its own; everything it takes stays in its queue.

Why the queue is a judge: OpenSMTPD writes message and envelopes below `incoming`, and takes responsibility by renaming
that folder into `queue`, before its 250. After a crash it goes on with what is in `queue` and removes the rest. Its
delivery agents are paused: it delivers nothing.

In clear and without a login, to which our client agrees on this computer only: OpenSMTPD 6.8 as Debian 12 builds it
cannot complete a TLS handshake with anybody, since it gives OpenSSL 3 a key in the way of OpenSSL 1.1.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator

from core.mail.smtp.server import Security
from tests.smtp import roots
from tests.smtp.daemons import Daemon, MailServer, count_ids, free_ports
from tests.smtp.roots import INSIDE, Root

_CONFIGURATION = """
smtp max-message-size {most_bytes}
listen on 127.0.0.1 port {port} hostname mx.example.com
action "keep" relay
match from any for any action "keep"
"""
#: Larger is refused.
MOST_BYTES = 100_000


class OpenSmtpd(MailServer):
    """A running OpenSMTPD. Made by `running`."""

    name = "OpenSMTPD"
    security = Security.NONE
    user = ""

    def __init__(self, daemon: Daemon, port: int, root: Root) -> None:
        super().__init__(daemon, port)
        self._root = root

    def kept(self) -> Counter[str]:
        queue = self._root.folder / "spool" / "queue"
        # queue/12/12345678/message, and beside it an envelope for each recipient.
        return count_ids(path for path in queue.rglob("message") if any(each != path for each in path.parent.iterdir()))


@contextlib.contextmanager
def running() -> Iterator[OpenSmtpd]:
    """Run an OpenSMTPD until the `with` statement ends. Skips the test, and says why, where there is no root for it."""
    with roots.instance("OpenSMTPD", "opensmtpd") as root:
        (port,) = free_ports(1)
        for name in ("spool", "run"):
            (root.folder / name).mkdir()
            (root.folder / name).chmod(0o711)
        (root.folder / "smtpd.conf").write_text(_CONFIGURATION.format(port=port, most_bytes=MOST_BYTES))
        # -d: stay our child, in our hands. -P: hand nothing to anybody.
        words = ("smtpd", "-d", "-P", "mta", "-P", "mda", "-f", f"{INSIDE}/smtpd.conf")
        daemon = root.daemon("OpenSMTPD", words, port, {"spool": "/var/spool/smtpd", "run": "/run"})
        server = OpenSmtpd(daemon, port, root)
        server.start()
        try:
            yield server
        finally:
            daemon.end()
