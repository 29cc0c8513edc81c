"""The standard library's IMAP client over a channel: its protocol, our bytes, deadline and TLS."""

import imaplib
import re
import ssl
from collections.abc import Collection
from contextlib import suppress

from core.mail.imap.channel import Channel
from core.mail.imap.folders import Folder, listed, quoted
from core.mail.smtp.auth import bearer
from core.mail.smtp.server import Login
from core.mail.smtp.steps import Closed, Garbled

#: Of what a search finds, the newest are looked at: a server that finds more by a Message-ID did not search for it.
_MOST_HITS = 20


class Refused(Exception):
    """The server will not do what it was asked for. `reply` is what it said."""

    def __init__(self, reply: str) -> None:
        super().__init__("refused")
        self.reply = reply


class Client(imaplib.IMAP4):
    """One connection. Raises what the channel raises, `Refused` and, for nonsense, `imaplib.IMAP4.error`, `ValueError`.

    It never writes into the mailbox: a folder is only examined, and nothing that is read is marked as read.
    """

    def __init__(self, channel: Channel) -> None:
        """Hear the greeting and ask for the capabilities."""
        self._channel = channel
        super().__init__()

    # -- what imaplib asks of whoever has a connection of their own ---------------------------------------------------

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Nothing: the channel is connected."""

    def read(self, size: int) -> bytes:
        return self._channel.read(size)

    def readline(self) -> bytes:
        return self._channel.readline()

    def send(self, data: bytes) -> None:  # type: ignore[override]  # imaplib sends bytes and nothing else
        self._channel.write(data)

    def shutdown(self) -> None:
        self._channel.close()

    def _check_bye(self) -> None:
        """Take a goodbye that nobody asked for as what it is."""
        if "BYE" in self.untagged_responses:
            raise Closed

    def _command_complete(self, name: str, tag: bytes) -> tuple[str, list[bytes]]:
        """Return the answer, BAD as well: imaplib would raise it, in Python's own writing of what the server said."""
        self._check_bye()
        answer: tuple[str, list[bytes]] = self._get_tagged_response(tag)
        self._check_bye()
        return answer

    def _log(self, line: str) -> None:
        """Keep nothing: imaplib would remember the last lines, with the password among them."""

    # -- coming in ----------------------------------------------------------------------------------------------------

    def offers(self, name: str) -> bool:
        """Say whether the server can do something, by its name in CAPABILITY."""
        return name in self.capabilities

    def secure(self, made: ssl.SSLContext, host: str) -> str | None:
        """Begin TLS by STARTTLS, and forget everything that was said before it. Return why the server will not."""
        kind, data = self._simple_command("STARTTLS")
        if kind != "OK":
            return said(data)
        self._channel.secure(made, host)
        self.untagged_responses.clear()
        self._get_capabilities()
        return None

    def mechanism(self, wanted: Login) -> str | None:
        """Choose the one way to log in; None where the server offers none that may be used.

        AUTHENTICATE before LOGIN, whose words go quoted and not every server reads as they were meant.
        """
        ways: Collection[Login] = (Login.PLAIN, Login.LOGIN) if wanted is Login.AUTO else (wanted,)
        for way in ways:
            if self.offers(f"AUTH={way.value.upper()}"):
                return way.value.upper()
        is_open = Login.LOGIN in ways and not self.offers("LOGINDISABLED")
        return "" if is_open else None

    def log_in(self, mechanism: str, user: str, secret: str) -> str | None:
        """Log in, in one try. Return the server's words where it refused, "[CODE]" among them."""
        if not mechanism:
            kind, data = self._simple_command("LOGIN", quoted(user.encode()), quoted(secret.encode()))
            if kind == "OK":
                self.state = "AUTH"
                return None
            return said(data)
        responses = _responses(mechanism, user, secret)
        try:
            self.authenticate(mechanism, lambda _: _next(responses))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            return str(error)
        return None

    def introduce(self) -> None:
        """Say what we are, where that can be said: some servers let nobody in who does not (RFC 2971)."""
        if self.offers("ID"):
            self.xatom("ID", '("name" "Outtray")')

    # -- looking ------------------------------------------------------------------------------------------------------

    def folders(self) -> list[Folder]:
        """Return the folders of the mailbox: those that are marked for what they hold, where the server tells them."""
        found: list[Folder] = []
        if self.offers("SPECIAL-USE") and self.offers("LIST-EXTENDED"):
            with suppress(Refused):  # a courtesy
                found = self._listed("(SPECIAL-USE)", '""', '"*"')
        return found if any("\\sent" in folder.marks for folder in found) else self._listed('""', '"*"')

    def examine(self, folder: Folder) -> str | None:
        """Open a folder for reading only. Return the server's words where it does not."""
        kind, data = self.select(quoted(folder.wire), readonly=True)  # type: ignore[arg-type]  # bytes go as they are
        return None if kind == "OK" else said(data)

    def find(self, message_id: str) -> tuple[bool, bytes]:
        """Look for a message in the folder that is examined: whether it is there, and what is said of it.

        A search finds parts of words; so what it found is read, and compared letter by letter.
        """
        wanted = message_id.encode("ascii")
        kind, data = self._uid("SEARCH", b"HEADER Message-ID " + quoted(wanted))
        if kind != "OK":
            raise Refused(said(data))
        numbers = sorted({int(word) for line in data if isinstance(line, bytes) for word in line.split()})
        for number in reversed(numbers[-_MOST_HITS:]):
            kind, parts = self._uid("FETCH", b"%d (INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])" % number)
            about = b" ".join(part if isinstance(part, bytes) else part[0] for part in parts if part)
            if kind == "OK" and any(isinstance(part, tuple) and has_id(part[1], wanted) for part in parts):
                return True, about
        return False, b""

    def leave(self) -> None:
        """Say goodbye. The answer is not waited for."""
        self._command("LOGOUT")

    def _listed(self, *words: str) -> list[Folder]:
        self.untagged_responses.pop("LIST", None)  # what came unasked
        kind, data = self._simple_command("LIST", *words)
        if kind != "OK":
            raise Refused(said(data))
        kind, data = self._untagged_response(kind, data, "LIST")
        return listed(data)

    def _uid(self, name: str, words: bytes) -> tuple[str, list[bytes | tuple[bytes, bytes] | None]]:
        self.untagged_responses.pop(name, None)  # what came unasked
        kind, data = self._simple_command("UID", name, words)
        if kind != "OK":
            return kind, data
        answer: tuple[str, list[bytes | tuple[bytes, bytes] | None]] = self._untagged_response(kind, data, name)
        return answer


def has_id(header: bytes, message_id: bytes) -> bool:
    """Say whether a header's Message-ID is exactly this one."""
    for line in re.sub(rb"\r?\n[ \t]+", b" ", header).splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"message-id" and value.strip() == message_id:
            return True
    return False


def said(data: object) -> str:
    """Return a server's words as text; `data` as `imaplib` gives it."""
    last = data[-1] if isinstance(data, list) and data else b""
    return last.decode("utf-8", "replace") if isinstance(last, bytes) else ""


def _responses(mechanism: str, user: str, secret: str) -> list[str]:
    """Return what is answered to each challenge."""
    match Login(mechanism.lower()):
        case Login.LOGIN:
            return [user, secret]
        case Login.XOAUTH2:
            # A refusal is told in a challenge first, which wants an empty answer.
            return [bearer(user, secret), ""]
    return [f"\0{user}\0{secret}"]


def _next(responses: list[str]) -> bytes:
    """Take the next response. Raises `Garbled` for a challenge that no such login has."""
    if not responses:
        raise Garbled
    return responses.pop(0).encode()
