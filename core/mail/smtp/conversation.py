"""Opening a connection, as it is said: greeting, EHLO, STARTTLS, AUTH (RFC 5321, 3207, 4954).

Talks that know no socket: see `core.mail.smtp.steps`.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from core.mail.smtp.auth import Script
from core.mail.smtp.outcomes import Failed, Judge
from core.mail.smtp.replies import Reply
from core.mail.smtp.server import Security
from core.mail.smtp.steps import Closed, Lost, Secure, Talk, TlsFailed, say
from core.mail.transport import Phase, Verdict

#: A domain or an address literal. Anything else would be more than one word of a command.
_NAME = re.compile(r"[A-Za-z0-9._-]{1,255}|\[[A-Za-z0-9:.]{1,60}\]")


@dataclass(frozen=True)
class Offers:
    """What a server said it can do, after the last EHLO: nothing from before TLS is in it."""

    has_starttls: bool = False
    has_pipelining: bool = False
    has_smtputf8: bool = False
    #: The largest message; 0 for no limit, None where SIZE is not offered (RFC 1870, section 4).
    size_bytes: int | None = None
    mechanisms: frozenset[str] = field(default_factory=frozenset)


def offers(reply: Reply) -> Offers:
    """Read an EHLO reply. What cannot be read is not offered."""
    words = [line.upper().replace("AUTH=", "AUTH ", 1).split() for line in reply.lines[1:]]
    keywords = {line[0]: line[1:] for line in words if line}
    size = keywords.get("SIZE")
    return Offers(
        has_starttls="STARTTLS" in keywords,
        has_pipelining="PIPELINING" in keywords,
        has_smtputf8="SMTPUTF8" in keywords,
        size_bytes=None if size is None else int(size[0]) if size and _is_number(size[0]) else 0,
        # Some servers say it in two lines, once as AUTH= for programs of the nineties.
        mechanisms=frozenset(word for line in words if line and line[0] == "AUTH" for word in line[1:]),
    )


def ehlo_name(configured: str, local_address: str) -> str:
    """Return what EHLO says: what was configured (A-labels), else an address literal (RFC 5321, section 4.1.3)."""
    if _NAME.fullmatch(configured):
        return configured
    address = ipaddress.ip_address(local_address.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        return f"[{address.ipv4_mapped}]" if address.ipv4_mapped else f"[IPv6:{address}]"
    return f"[{address}]"


def greet(judge: Judge, name: str, reached: Callable[[str], None] = lambda _: None) -> Talk[Offers]:
    """Come to where one can log in, or send: TLS is there if it is wanted. Raises `Failed`."""
    hello = name.encode("ascii")
    phase = Phase.STARTTLS
    try:
        if judge.server.security is Security.TLS:
            yield Secure()
        phase = Phase.GREETING
        reached("C3")
        reply = yield from say(b"", phase)
        if reply.kind != 2:
            raise Failed(judge.of_reply(reply, phase))
        phase = Phase.EHLO
        found = yield from _hello(judge, hello, reached)
        if judge.server.security is not Security.STARTTLS:
            return found
        phase = Phase.STARTTLS
        if not found.has_starttls:
            raise Failed(judge.of_problem(Verdict.ACCOUNT, phase, "tls_not_offered"))
        reached("C3")
        reply = yield from say(b"STARTTLS\r\n", phase)
        if reply.kind != 2:
            raise Failed(judge.of_reply(reply, phase))
        yield Secure()
        phase = Phase.EHLO
        # Asked anew: what was said before could have been anybody's word (RFC 3207, section 4.2).
        return (yield from _hello(judge, hello, reached))
    except TlsFailed as lost:
        if lost.code == "tls_not_tls" and judge.server.security is Security.STARTTLS:
            # The port is right, since STARTTLS was answered there.
            lost = TlsFailed("tls_failed", why="what follows STARTTLS is not TLS")
        raise Failed(judge.of_lost(lost, Phase.STARTTLS)) from lost
    except Lost as lost:
        raise Failed(judge.of_lost(lost, phase)) from lost


def _hello(judge: Judge, name: bytes, reached: Callable[[str], None]) -> Talk[Offers]:
    reached("C3")
    reply = yield from say(b"EHLO " + name + b"\r\n", Phase.EHLO)
    if reply.kind == 2:
        return offers(reply)
    if reply.kind == 5:
        # RFC 5321, section 3.2: a server from before extensions knows HELO, and offers nothing.
        try:
            reply = yield from say(b"HELO " + name + b"\r\n", Phase.EHLO)
        except Closed:
            raise Failed(judge.of_reply(reply, Phase.EHLO)) from None
        if reply.kind == 2:
            return Offers()
    raise Failed(judge.of_reply(reply, Phase.EHLO))


def log_in(judge: Judge, script: Script, reached: Callable[[str], None] = lambda _: None) -> Talk[None]:
    """Log in: one AUTH, whatever is answered. Raises `Failed`; the connection is of no more use then."""
    reached("C3")
    try:
        reply = yield from say(script.command, Phase.AUTH)
        for response in script.responses:
            if reply.code != 334:
                break
            reply = yield from say(response, Phase.AUTH)
    except Lost as lost:
        raise Failed(judge.of_lost(lost, Phase.AUTH)) from lost
    if reply.kind != 2:
        raise Failed(judge.of_reply(reply, Phase.AUTH))


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 20
