"""A mail server on this computer, with TLS and a login, for tests of the whole window."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests import judge

HOST = "127.0.0.1"


class MailServer:
    """Takes mail from whoever gives the password, and counts how often one is given."""

    def __init__(self) -> None:
        self.port = 0
        self.password = b"open sesame"
        #: The passwords that were given, right or wrong.
        self.given: list[bytes] = []
        self.messages: list[bytes] = []
        self.recipients: list[str] = []
        #: Addresses that nobody has here.
        self.unknown: set[str] = set()

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.given.append(given.password)
        return AuthResult(success=given.password == self.password, handled=False)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.unknown:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.messages.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        return f"250 2.0.0 Ok: queued as 4XyZ{len(self.messages)}"


@contextmanager
def mail_server(tls: ssl.SSLContext) -> Iterator[MailServer]:
    """Serve, STARTTLS required, until the `with` statement ends."""
    server = MailServer()
    with socket.create_server((HOST, 0)) as free:
        server.port = free.getsockname()[1]
    controller = Controller(
        server,
        hostname=HOST,
        port=server.port,
        tls_context=tls,
        require_starttls=True,
        authenticator=server.authenticate,
        auth_required=True,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
        judge.took(judge.by_message_id(server.messages))
