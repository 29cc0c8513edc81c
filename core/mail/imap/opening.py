"""From nothing to an IMAP server that knows who we are: connected, inside verified TLS, logged in once."""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

from core.errors import PersonError, Problem
from core.mail.imap.channel import Channel
from core.mail.imap.client import Client, Refused
from core.mail.smtp import tls
from core.mail.smtp.auth import Mask, fit
from core.mail.smtp.hosts import ascii_host
from core.mail.smtp.outcomes import Failed, Judge
from core.mail.smtp.reach import Reach
from core.mail.smtp.server import Security, Server
from core.mail.smtp.steps import Closed, Garbled, Lost, Silent, TlsFailed
from core.mail.smtp.waiting import Waker

_CONNECT_S = 20.0
_REPLY_CHARACTERS = 200
#: What a server says in "[…]" where it would not do what it could do at another time (RFC 5530).
_NOT_NOW = re.compile(r"\[(?:UNAVAILABLE|INUSE|SERVERBUG|LIMIT|OVERQUOTA)\b", re.IGNORECASE)


class Trouble(Exception):
    """There is no way to the server, or it does not do what is asked. `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def is_not_now(reply: str) -> bool:
    """Say whether a refusal may be another answer at another time."""
    return bool(_NOT_NOW.search(reply))


class Opening:
    """The way to one server, for one look: everything within one deadline. Raises `Trouble` and `Halted`."""

    def __init__(
        self,
        server: Server,
        secret: Callable[[], str],
        waker: Waker,
        monotonic_s: Callable[[], float],
        *,
        limit_s: float,
        most_bytes: int,
    ) -> None:
        self._server = server
        self._secret = secret
        self._waker = waker
        self._monotonic_s = monotonic_s
        self._limit_s = limit_s
        self._until_s = monotonic_s() + limit_s
        self._most_bytes = most_bytes
        self._reach = Reach(Judge(server), waker, monotonic_s)
        self._mask: Mask | None = None

    @contextmanager
    def opened(self) -> Iterator[Client]:
        """Give the server, logged in, until the end of the block; what goes wrong in there is told as `Trouble` too."""
        if not self._server.user:
            raise self.trouble("sent_no_user")
        with self._told(), closing(self._connected()) as channel:
            client = self._greeted(channel)
            self._log_in(client, channel)
            yield client
            with suppress(Lost):
                client.leave()

    def _connected(self) -> Channel:
        """Connect, inside TLS where that is from the first byte."""
        channel = self._channel()
        if self._server.security is Security.TLS:
            try:
                channel.secure(self._context(), self._host)
            except TlsFailed as failed:
                channel.close()
                raise self._explained(failed) from failed
            except BaseException:
                channel.close()
                raise
        return channel

    def _greeted(self, channel: Channel) -> Client:
        """Hear the greeting; begin TLS where the server is asked for it. Nothing that came before it counts."""
        client = self._client(channel)
        if self._server.security is Security.STARTTLS:
            if client.state != "NONAUTH" or not client.offers("STARTTLS"):
                raise self.trouble("imap_tls_not_offered")
            try:
                refused = client.secure(self._context(), self._host)
            except TlsFailed as failed:
                raise self._explained(failed) from failed
            if refused is not None:
                raise self.trouble("tls_refused", reply=self.shown(refused))
        return client

    def _explained(self, failed: TlsFailed) -> Trouble:
        """Look at a certificate that was refused, to say what is wrong with it. Nobody logs in there."""
        if tls.is_explainable(failed):
            # It stays as it was told, where the second look goes wrong.
            with suppress(Trouble, PersonError), self._told(), closing(self._channel()) as channel:
                made = tls.looking_context(self._server.ca_file)
                if self._server.security is Security.TLS:
                    channel.secure(made, self._host)
                else:
                    Client(channel).secure(made, self._host)
                failed = tls.explain(failed, channel.certificate())
        code = "imap_not_tls" if failed.code == "tls_not_tls" else failed.code
        return self.trouble(code, **failed.values)

    def _client(self, channel: Channel) -> Client:
        try:
            return Client(channel)
        except (imaplib.IMAP4.error, Garbled) as error:
            if isinstance(error, Garbled) and error.is_tls:
                raise self.trouble("imap_not_tls") from None
            greeting = self.shown(channel.first.decode("utf-8", "replace"))
            if greeting.upper().startswith("* BYE"):
                raise self.trouble("server_busy", reply=greeting[5:].strip() or "BYE") from None
            raise self.trouble("imap_not_imap", reply=greeting or "?") from None

    def _log_in(self, client: Client, channel: Channel) -> None:
        """Log in, in one try. The secret is asked for only here, and only inside TLS."""
        if not channel.is_tls:
            raise self.trouble("imap_auth_in_clear")
        if client.state == "AUTH":
            return  # PREAUTH: the server knows who we are
        server = self._server
        mechanism = client.mechanism(server.login)
        if mechanism is None:
            raise self.trouble("imap_auth_missing")
        try:
            secret = fit(server.user, self._secret())
        except PersonError as error:
            raise self.trouble(error.code, **error.values) from None
        self._mask = Mask(server.user, secret)
        refused = client.log_in(mechanism, server.user, secret)
        if refused is not None:
            code = "imap_auth_later" if is_not_now(refused) else "imap_auth_refused"
            raise self.trouble(code, user=server.user, reply=self.shown(refused))
        client.introduce()

    # -- what goes wrong ----------------------------------------------------------------------------------------------

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn whatever ends a connection into what a person is told of it."""
        try:
            yield
        except Failed as failed:
            raise Trouble(failed.outcome.problem or self.problem("server_closed")) from None
        except Silent as silent:
            raise self.trouble("imap_slow", seconds=f"{silent.seconds:g}") from None
        except Closed:
            raise self.trouble("server_closed") from None
        except Lost:
            raise self.trouble("imap_garbled") from None
        except Refused as refused:
            raise self.trouble("imap_refused", reply=self.shown(refused.reply)) from None
        # What imaplib makes of nonsense. Its words are not told: they repeat what was said.
        except (imaplib.IMAP4.error, ValueError, LookupError, TypeError, AttributeError):
            raise self.trouble("imap_garbled") from None

    def trouble(self, code: str, /, **values: str) -> Trouble:
        """Return the error with its problem; what the server said of the secret is hidden in it."""
        return Trouble(self.problem(code, **values))

    def problem(self, code: str, /, **values: str) -> Problem:
        whole = {"host": self._server.host, "port": str(self._server.port)} | values
        return Problem("account", code, tuple(whole.items()))

    def shown(self, reply: str) -> str:
        """Return a server's words on one line, without the secret."""
        hidden = self._mask.hide(reply) if self._mask else reply
        plain = " ".join("".join(char if char.isprintable() else " " for char in hidden).split())
        return plain if len(plain) <= _REPLY_CHARACTERS else f"{plain[: _REPLY_CHARACTERS - 1]}…"

    # -- parts --------------------------------------------------------------------------------------------------------

    @property
    def _host(self) -> str:
        return ascii_host(self._server.host)

    def _channel(self) -> Channel:
        until_s = min(self._monotonic_s() + _CONNECT_S, self._until_s)
        return Channel(
            self._reach.connect(self._reach.look_up(until_s), until_s),
            self._waker,
            self._monotonic_s,
            until_s=self._until_s,
            limit_s=self._limit_s,
            most_bytes=self._most_bytes,
        )

    def _context(self) -> ssl.SSLContext:
        try:
            return tls.context(self._server.ca_file)
        except PersonError as error:
            raise self.trouble(error.code, **error.values) from None
