"""What works on the way to a mail server and what does not, step by step, for a person to read."""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import Problem


class Step(StrEnum):
    """One step of the way, in order. Each is said by its own name in window and command line."""

    #: The host's name has an address.
    NAME = "name"
    #: Somebody answers there, and speaks SMTP.
    CONNECTION = "connection"
    TLS = "tls"
    CERTIFICATE = "certificate"
    #: The user and the secret were taken.
    LOGIN = "login"


@dataclass(frozen=True)
class Finding:
    """What was found at one step."""

    step: Step
    is_good: bool
    #: What was found, in a word or two (an address, `TLSv1.3`, a certificate's end), or the server's reply.
    detail: str = ""
    #: What is wrong and what to do about it; None where it is good.
    problem: Problem | None = None
