"""From nothing to a connection that messages can be handed over on; the same way for delivering and for diagnosing."""

import hashlib
import os
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.errors import PersonError
from core.mail.smtp import tls
from core.mail.smtp.auth import Mask, mechanism, script
from core.mail.smtp.conversation import Offers, ehlo_name, greet, log_in
from core.mail.smtp.hosts import ascii_host
from core.mail.smtp.outcomes import Failed, Judge
from core.mail.smtp.reach import Address, Reach
from core.mail.smtp.server import Deadlines, Security, Server
from core.mail.smtp.steps import Halted, Lost, Secure, TlsFailed, run
from core.mail.smtp.waiting import Waker
from core.mail.smtp.wire import Wire
from core.mail.transport import Outcome, Phase, Verdict

#: How long a refused secret is not tried again. Messages that were on their way to a login when it was refused
#: come within moments; by then the account's breaker is open.
_REFUSED_S = 10.0


@dataclass(frozen=True)
class _Refusal:
    digest: bytes
    at_s: float
    outcome: Outcome


class Gate:
    """Lets one login through at a time, and none with a secret that was just refused.

    So one wrong password makes one AUTH, however many connections are being opened. A refusal for now, or a server
    that closed, counts for those that were being opened meanwhile; a refusal for good also for those who come in the
    next moments.
    """

    def __init__(self, waker: Waker, monotonic_s: Callable[[], float]) -> None:
        self._waker = waker
        self._monotonic_s = monotonic_s
        self._condition = threading.Condition()
        self._is_taken = False
        self._key = os.urandom(16)
        self._refusal: _Refusal | None = None
        #: The secret that the server took last, until it closes in a login with it.
        self._taken = b""

    @property
    def last(self) -> _Refusal | None:
        """The last login that failed: whoever begins to open a connection takes it along to its turn."""
        return self._refusal

    @contextmanager
    def turn(self, before: _Refusal | None) -> Iterator[Callable[[str], Outcome | None]]:
        """Wait for one's turn, and have it until the end of the block. Raises `Halted`.

        Gives what tells, for a secret, the outcome that is known already: None for go and try.
        """
        with self._condition:
            self._condition.wait_for(lambda: not self._is_taken or self._waker.is_set)
            if self._waker.is_set:
                raise Halted
            self._is_taken = True
        try:
            yield lambda secret: self._known(secret, before)
        finally:
            with self._condition:
                self._is_taken = False
                self._condition.notify_all()

    def refuse(self, secret: str, outcome: Outcome) -> None:
        """Keep what came of a login with this secret that failed; by whose turn it is."""
        self._refusal = _Refusal(self._digest(secret), self._monotonic_s(), outcome)

    def take(self, secret: str) -> None:
        """Keep that the server took this secret; by whose turn it is."""
        self._taken = self._digest(secret)

    def forget_taken(self, secret: str) -> bool:
        """Say whether the server took this secret last, once for each time that it did; by whose turn it is.

        A server that closes in such a login was restarted, most likely. One that does so twice may count guesses.
        """
        is_taken = self._taken == self._digest(secret)
        self._taken = b""
        return is_taken

    def _known(self, secret: str, before: _Refusal | None) -> Outcome | None:
        last = self._refusal
        if last is None or last.digest != self._digest(secret):
            return None
        is_recent = self._monotonic_s() - last.at_s < _REFUSED_S and last.outcome.verdict is Verdict.ACCOUNT
        return last.outcome if last is not before or is_recent else None

    def wake(self) -> None:
        with self._condition:
            self._condition.notify_all()

    def _digest(self, secret: str) -> bytes:
        return hashlib.blake2b(secret.encode("utf-8", "surrogatepass"), key=self._key).digest()


@dataclass
class _Contexts:
    """The context of one server, made once: reading the machine's certificates takes tens of milliseconds."""

    ca_file: Path | None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _made: tuple[object, ssl.SSLContext] | None = None

    def get(self) -> ssl.SSLContext:
        """Return it; made anew when the account's file was changed. Raises `PersonError`."""
        with self._lock:
            mark = self._mark()
            if self._made is None or self._made[0] != mark:
                self._made = (mark, tls.context(self.ca_file))
            return self._made[1]

    def _mark(self) -> object:
        try:
            found = self.ca_file.stat() if self.ca_file else None
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None


class Opener:
    """Opens connections to one server. Any thread; several at once. Everything raises `Failed` and `Halted`."""

    def __init__(
        self,
        server: Server,
        secret: Callable[[], str],
        *,
        refused: Callable[[str], None] = lambda _: None,
        deadlines: Deadlines,
        waker: Waker,
        monotonic_s: Callable[[], float],
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._server = server
        self._secret = secret
        self._refused = refused
        self._deadlines = deadlines
        self._waker = waker
        self._monotonic_s = monotonic_s
        self._reached = reached
        self._contexts = _Contexts(server.ca_file)
        self.gate = Gate(waker, monotonic_s)

    def open(self) -> tuple[Wire, Judge, Offers]:
        """Do all of it. Whatever fails, nothing is left open. Blocks for seconds, or up to the deadlines."""
        judge = Judge(self._server)
        before = self.gate.last
        self._reached("C3")
        addresses, until_s = self.look_up(judge)
        wire, offers = self.greeted(judge, addresses, until_s)
        try:
            self.log_in(wire, judge, offers, before)
        except BaseException:
            wire.close()
            raise
        return wire, judge, offers

    def look_up(self, judge: Judge) -> tuple[Sequence[Address], float]:
        """Return the host's addresses, and until when one of them has to answer."""
        until_s = self._monotonic_s() + self._deadlines.connect_s
        return Reach(judge, self._waker, self._monotonic_s).look_up(until_s), until_s

    def greeted(self, judge: Judge, addresses: Sequence[Address], until_s: float) -> tuple[Wire, Offers]:
        """Connect, and come to where one can log in, inside TLS where it is wanted."""
        made = self._context(judge)
        wire = self._wire(judge, addresses, until_s, made)
        try:
            offers = run(greet(judge, ehlo_name(self._server.ehlo_name, wire.local_address), self._reached), wire)
        except Failed as failed:
            wire.close()
            cause = failed.__cause__
            if isinstance(cause, TlsFailed) and tls.is_explainable(cause):
                raise self._explained(judge, cause, addresses) from cause
            raise
        except BaseException:
            wire.close()
            raise
        judge.tls = wire.tls
        return wire, offers

    def is_tls(self, judge: Judge, addresses: Sequence[Address], until_s: float) -> bool:
        """Say whether the port speaks TLS from the first byte; by a connection of its own, that carries nothing."""
        if (made := self._context(judge)) is None:
            made = tls.context(None)
        with closing(self._wire(judge, addresses, until_s, made)) as wire:
            try:
                wire.perform(Secure())
            except TlsFailed as failed:
                return failed.code != "tls_not_tls"
            except Lost:
                return False
        return True

    def log_in(self, wire: Wire, judge: Judge, offers: Offers, before: _Refusal | None = None) -> None:
        """Log in, where the account does so. The secret is asked for only here.

        `before` is the last failure (`Gate.last`) from before the connection was begun.
        """
        server = self._server
        if not server.user:
            return
        if not wire.tls:
            raise Failed(judge.of_problem(Verdict.ACCOUNT, Phase.AUTH, "auth_in_clear"))
        login = mechanism(server.login, offers.mechanisms)
        if login is None:
            raise Failed(judge.of_problem(Verdict.ACCOUNT, Phase.AUTH, "auth_missing"))
        with self.gate.turn(before) as known:
            try:
                secret = self._secret()
                said = script(login, server.user, secret)
            except PersonError as error:
                raise Failed(judge.of_error(error, _verdict(error), Phase.AUTH)) from None
            if outcome := known(secret):
                raise Failed(outcome)
            judge.mask = Mask(server.user, secret)
            try:
                run(log_in(judge, said, self._reached), wire)
            except Failed as failed:
                if self.gate.forget_taken(secret) and isinstance(failed.__cause__, Lost):
                    failed = Failed(replace(failed.outcome, is_login_known=True))
                # Also where the server only closed: who knows what it made of the AUTH that was written.
                self.gate.refuse(secret, failed.outcome)
                if failed.outcome.verdict is Verdict.ACCOUNT:
                    self._refused(secret)
                raise failed from None
            self.gate.take(secret)

    def _context(self, judge: Judge) -> ssl.SSLContext | None:
        if self._server.security is Security.NONE:
            return None
        try:
            return self._contexts.get()
        except PersonError as error:
            raise Failed(judge.of_error(error, _verdict(error), Phase.STARTTLS)) from None

    def _wire(self, judge: Judge, addresses: Sequence[Address], until_s: float, made: ssl.SSLContext | None) -> Wire:
        sock = Reach(judge, self._waker, self._monotonic_s).connect(addresses, until_s)
        host = ascii_host(self._server.host)
        return Wire(sock, self._waker, self._deadlines, self._monotonic_s, context=made, host=host)

    def _explained(self, judge: Judge, failed: TlsFailed, addresses: Sequence[Address]) -> Failed:
        """Look at a certificate that was refused, to say what is wrong with it.

        That it is from a trusted source is verified all the same. Inside TLS nothing is said there.
        """
        until_s = self._monotonic_s() + self._deadlines.connect_s
        with suppress(Failed, Lost, PersonError):  # it stays as it was told first
            made = tls.looking_context(self._server.ca_file)
            with closing(self._wire(judge, addresses, until_s, made)) as wire:
                talk = greet(judge, ehlo_name(self._server.ehlo_name, wire.local_address))
                step = next(talk)
                while not wire.tls:
                    step = talk.send(wire.perform(step))
                failed = tls.explain(failed, wire.certificate())
        return Failed(judge.of_lost(failed, Phase.STARTTLS))


def _verdict(error: PersonError) -> Verdict:
    """Say whether the account has to be mended for what kept it from its password or its certificates."""
    return Verdict.LATER if error.code == "files_out" else Verdict.ACCOUNT
