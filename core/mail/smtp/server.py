"""What has to be known of a mail server to reach it, as a value."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Security(StrEnum):
    """How the way to the server is kept from others. The value is the word of settings and command line."""

    #: TLS from the first byte (RFC 8314, section 3.3).
    TLS = "tls"
    #: TLS after STARTTLS, which is required (RFC 3207).
    STARTTLS = "starttls"
    #: None at all: to this computer only.
    NONE = "none"


class Login(StrEnum):
    """Which AUTH mechanism is used: one, and tried once a connection (RFC 4954)."""

    #: PLAIN where it is offered, else LOGIN.
    AUTO = "auto"
    PLAIN = "plain"
    LOGIN = "login"
    #: The secret is an access token.
    XOAUTH2 = "xoauth2"


@dataclass(frozen=True)
class Server:
    """A mail server and how to log in to it. The secret is apart: it is asked for when it is needed."""

    host: str
    port: int
    security: Security = Security.TLS
    #: "" where nobody has to log in.
    user: str = ""
    login: Login = Login.AUTO
    #: Certificates to trust instead of the machine's own; None for those.
    ca_file: Path | None = None
    #: What EHLO says; "" for an address literal. Never the machine's own name.
    ehlo_name: str = ""


@dataclass(frozen=True)
class Deadlines:
    """How long each phase may take in all, in seconds: never a limit for each read (RFC 5321, section 4.5.3.2)."""

    connect_s: float = 30
    greeting_s: float = 300
    command_s: float = 300
    data_s: float = 120
    #: For each block of the body.
    block_s: float = 180
    dot_s: float = 600
    quit_s: float = 2
