"""A real Postfix, as an instance of its own in a temporary folder: never this machine's mail server.

Its master process is our child. Submission with STARTTLS and AUTH and with implicit TLS listen on 127.0.0.1, users are
in a Cyrus SASL database, and every message to `example.com` is kept in one mail folder, which is the judge.

Where it holds, every message stays in its queue instead, and that is the judge: Postfix writes and syncs the queue
file, then makes it executable, which says that it is whole, and says 250 only after that. After a crash it goes on with
what is whole, and looks at nothing else. A copy that its own delivery agent makes after a crash cannot come into it.
"""

import contextlib
import mailbox
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from core.mail.smtp.server import Security
from tests import judge
from tests.smtp.certificates import Authority
from tests.smtp.daemons import PATH, PATIENCE_S, Daemon, MailServer, count_ids, free_ports, need, program, until

_MAIN = """
compatibility_level = 3.6
config_directory = {etc}
queue_directory = {spool}
data_directory = {data}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {log}
maillog_file_prefixes = {root}
myhostname = mx.example.com
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = example.com
virtual_mailbox_base = {mail}
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
default_transport = error:5.7.1 only example.com is here
smtpd_tls_chain_files = {pem}
smtpd_tls_session_cache_database =
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = {sasl}
smtpd_sasl_local_domain = example.com
smtpd_sasl_security_options = noanonymous
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions =
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtputf8_enable = yes
{hold}
"""

_HOLD = "smtpd_data_restrictions = check_client_access static:HOLD"

_SASL = """
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {users}
mech_list: PLAIN LOGIN
"""

_MASTER = """
127.0.0.1:{submission} inet n - n - 20 smtpd
127.0.0.1:{smtps} inet n - n - 20 smtpd -o smtpd_tls_wrappermode=yes
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - 4 virtual
"""


class Postfix(MailServer):
    """A running Postfix. Made by `running`."""

    name = "Postfix"
    security = Security.STARTTLS

    def __init__(self, root: Path, submission: int, smtps: int) -> None:
        daemons = subprocess.run(
            [program("postconf"), "-dh", "daemon_directory"], capture_output=True, text=True, check=True
        ).stdout.strip()
        # -d: stay our child, in our hands.
        words = (Path(daemons) / "master", "-c", root / "etc", "-d")
        environ = {"PATH": PATH, "MAIL_CONFIG": str(root / "etc")}
        super().__init__(Daemon("Postfix", words, submission, root / "mail.log", environ), submission)
        #: STARTTLS and AUTH are required here.
        self.submission = submission
        #: TLS from the first byte, and AUTH.
        self.smtps = smtps
        self.log = self.daemon.log
        self.users = root / "etc" / "sasl" / "users"
        self._root = root
        self._mail = root / "mail" / "all"

    def add_user(self, user: str, secret: str) -> None:
        """Add a user, or give one another password. `user` is `name@example.com`."""
        name, _, domain = user.partition("@")
        subprocess.run(
            [program("saslpasswd2"), "-p", "-c", "-f", self.users, "-u", domain, name],
            input=secret.encode(),
            check=True,
            timeout=PATIENCE_S,
        )
        owner = pwd.getpwnam("postfix")
        os.chown(self.users, owner.pw_uid, owner.pw_gid)

    def refused_logins(self) -> list[str]:
        """Return the lines of its log that say that a login failed."""
        return re.findall(r".*SASL \S+ authentication failed.*", self.logged())

    def kept(self) -> Counter[str]:
        hold = self._root / "spool" / "hold"
        return count_ids(path for path in hold.rglob("*") if path.is_file() and path.stat().st_mode & 0o100)

    def auths(self) -> int:
        """Count the AUTH commands of every connection that has ended, from its log: `auth=1` or `auth=0/1`."""
        return sum(int(count) for count in re.findall(r" disconnect from .* auth=(?:\d+/)?(\d+)", self.logged()))

    def connections(self) -> int:
        """Count the connections that have ended."""
        return len(re.findall(r" disconnect from ", self.logged()))

    def queue_ids(self) -> dict[str, str]:
        """Return the queue id that each Message-ID was given."""
        found = re.findall(r"cleanup\[\d+\]: (\w+): message-id=(<[^>]*>)", self.logged())
        return {message_id: queue_id for queue_id, message_id in found}

    def mails(self) -> list[Message]:
        """Return what is in the mail folder."""
        if not self._mail.is_dir():
            return []
        folder = mailbox.Maildir(self._mail, factory=None, create=False)
        return list(folder)

    def arrived(self, count: int) -> Counter[str]:
        """Wait until `count` messages are in the mail folder and the queue is empty; count them by Message-ID."""
        until(lambda: self._kept() >= count and not self._is_queued())
        return Counter(message["Message-ID"] for message in self.mails())

    def empty(self) -> None:
        """Forget what was delivered so far."""
        for folder in ("new", "cur"):
            for path in (self._mail / folder).glob("*"):
                path.unlink()

    def raw(self) -> list[bytes]:
        """Return the files of the mail folder as they are: line ends are LF there."""
        return [path.read_bytes() for path in sorted((self._mail / "new").glob("*"))]

    def _kept(self) -> int:
        new = self._mail / "new"
        return sum(1 for _ in new.iterdir()) if new.is_dir() else 0

    def _is_queued(self) -> bool:
        spool = self._root / "spool"
        return any(
            path.is_file() for folder in ("incoming", "active", "maildrop") for path in (spool / folder).rglob("*")
        )


@contextlib.contextmanager
def running(authority: Authority, *names: str, is_holding: bool = False) -> Iterator[Postfix]:
    """Run a Postfix whose certificate is for `names` (`localhost` and 127.0.0.1), until the `with` statement ends.

    It delivers to its mail folder, or keeps everything in its queue where it `is_holding`. Skips the test, and says
    why, where Postfix or Cyrus SASL is missing or we are not root.
    """
    need("Postfix", {"postfix": "postfix", "saslpasswd2": "sasl2-bin", "setpriv": "util-linux"})
    if not any(folder.glob("libplain.so*") for folder in Path("/usr/lib").glob("*/sasl2")):
        pytest.skip("Needs Cyrus SASL's PLAIN and LOGIN: apt-get install libsasl2-modules.")
    # Not below pytest's folder: its daemons are another user, who may not enter there.
    root = Path(tempfile.mkdtemp(prefix="outtray-postfix-"))
    try:
        postfix = _prepared(root, authority, names or ("localhost", "127.0.0.1"), _HOLD if is_holding else "")
        if is_holding:
            postfix.add_user(postfix.user, postfix.secret)
        postfix.start()
        try:
            yield postfix
            if not is_holding:
                judge.took(Counter(str(message["Message-ID"]) for message in postfix.mails()))
        finally:
            postfix.daemon.end()
    finally:
        shutil.rmtree(root)


def _prepared(root: Path, authority: Authority, names: tuple[str, ...], hold: str) -> Postfix:
    """Write the configuration, and make the folders that Postfix's own installation would make."""
    root.chmod(0o755)
    owner, nobody = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
    for name in ("etc", "etc/sasl", "spool", "data", "mail"):
        (root / name).mkdir(mode=0o755)
    os.chown(root / "data", owner.pw_uid, owner.pw_gid)
    os.chown(root / "mail", nobody.pw_uid, nobody.pw_gid)
    _make_queue(root / "spool", owner.pw_uid, owner.pw_gid)
    submission, smtps = free_ports(2)
    places = {
        "root": root,
        "etc": root / "etc",
        "spool": root / "spool",
        "data": root / "data",
        "mail": root / "mail",
        # Debian looks there whatever `cyrus_sasl_config_path` says.
        "sasl": root / "etc" / "sasl",
        "log": root / "mail.log",
        "users": root / "etc" / "sasl" / "users",
        "pem": authority.write(root, *names),
        "uid": nobody.pw_uid,
        "gid": nobody.pw_gid,
        "submission": submission,
        "smtps": smtps,
        "hold": hold,
    }
    (root / "etc" / "main.cf").write_text(_MAIN.format(**places))
    (root / "etc" / "master.cf").write_text(_MASTER.format(**places))
    (root / "etc" / "sasl" / "smtpd.conf").write_text(_SASL.format(**places))
    return Postfix(root, submission, smtps)


def _make_queue(spool: Path, uid: int, gid: int) -> None:
    drop = _group_of_postdrop()
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved"):
        (spool / name).mkdir(mode=0o700)
        os.chown(spool / name, uid, gid)
    for name, mode in (("public", 0o710), ("maildrop", 0o730)):
        (spool / name).mkdir()
        os.chown(spool / name, uid, drop)
        (spool / name).chmod(mode)
    (spool / "trace").mkdir(mode=0o700)
    os.chown(spool / "trace", uid, gid)
    (spool / "pid").mkdir(mode=0o755)


def _group_of_postdrop() -> int:
    import grp

    return grp.getgrnam("postdrop").gr_gid
