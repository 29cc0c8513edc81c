"""A server that never stops talking: what our process holds of it is measured by the system, TLS's own memory too."""

import subprocess
import sys

import pytest

from tests.commands import ROOT
from tests.smtp.certificates import HOST, Authority
from tests.smtp.scripted import EHLO, GREETING, ScriptedServer

CHILD = """
import resource, socket, sys
from core.mail.smtp.server import Deadlines, Security, Server
from core.mail.smtp.transport import SmtpTransport
from tests.smtp.desks import Ledger, letters
host, port, ca_file = sys.argv[1:]
looked_up = socket.getaddrinfo
socket.getaddrinfo = lambda name, *words, **more: looked_up("127.0.0.1" if name == host else name, *words, **more)
deadlines = Deadlines(connect_s=20, greeting_s=20, command_s=20)
def once():
    ledger = Ledger()
    where = Server(host, int(port), Security.TLS, ca_file=__import__("pathlib").Path(ca_file))
    SmtpTransport(where, lambda: "", deadlines=deadlines).hand_over(letters(1), ledger)
    return ledger.outcome().verdict
once()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(*{str(once()) for _ in range(20)}, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("flood", ["B: 250 \nlong 1000000000", "endless: 250-More"], ids=["a line", "lines"])
def test_what_a_flood_costs(authority: Authority, flood: str) -> None:
    """B4: a line of 1 GB and lines without end, inside TLS, twenty times: queued, and our process grows by less than
    4 MiB.
    """
    with ScriptedServer(then=f"tls\n{GREETING}{EHLO}{flood}", tls=authority.good(), may_leave=True) as server:
        words = [sys.executable, "-c", CHILD, HOST, str(server.port), str(authority.ca_file)]
        done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=100)
    assert done.stderr == ""
    verdict, grown_kib = done.stdout.split()
    assert verdict == "later"
    assert int(grown_kib) < 4096
