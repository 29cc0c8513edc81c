"""What works on the way to a mail server and what does not, step by step, for a person to read."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum

from core.errors import Problem
from core.mail.smtp import tls
from core.mail.smtp.conversation import Offers
from core.mail.smtp.opening import Opener
from core.mail.smtp.outcomes import Failed, Judge
from core.mail.smtp.reach import Address
from core.mail.smtp.server import Deadlines, Security, Server
from core.mail.smtp.steps import Halted, Silent
from core.mail.smtp.waiting import Waker
from core.mail.smtp.wire import Wire
from core.mail.stop import Stop
from core.mail.transport import Outcome, Phase, Verdict

#: A server that awaits TLS says nothing to clear text. After so long it is asked whether it is one, instead of
#: letting a person wait for the whole deadline.
_PATIENCE_S = 5.0


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


def diagnose(
    server: Server,
    secret: Callable[[], str],
    report: Callable[[Finding], None],
    deadlines: Deadlines = Deadlines(),  # noqa: B008 - a frozen value
    stop: Stop | None = None,
) -> bool:
    """Go the whole way to a server as a delivery does, up to MAIL; report each step when it is known.

    True: messages would be handed over. Blocks up to the deadlines; on a thread for such. It ends at the first bad
    step, and at once when it is stopped. Lets through what `report` raises.
    """
    with closing(Waker()) as waker, (stop or Stop()).wakes(waker.set):
        return _Diagnosis(server, secret, report, deadlines, waker).go()


class _Diagnosis:
    def __init__(
        self,
        server: Server,
        secret: Callable[[], str],
        report: Callable[[Finding], None],
        deadlines: Deadlines,
        waker: Waker,
    ) -> None:
        self._server = server
        self._report = report
        self._deadlines = deadlines
        self._judge = Judge(server)
        self._secret = secret
        self._waker = waker
        self._opener = self._opener_with(deadlines)

    def go(self) -> bool:
        try:
            addresses, _ = self._opener.look_up(self._judge)
            self._say(Step.NAME, ", ".join(dict.fromkeys(str(address[0]) for _, address in addresses)))
            wire, offers = self._greeted(addresses)
            with closing(wire):
                self._say(Step.CONNECTION, f"port {self._server.port}")
                if wire.tls:
                    self._say(Step.TLS, wire.tls)
                    self._say(Step.CERTIFICATE, tls.day(wire.certificate(), "notAfter"))
                self._opener.log_in(wire, self._judge, offers)
                if self._server.user:
                    self._say(Step.LOGIN, self._server.user)
                wire.begin_quit()
                wire.end_quit(time.monotonic() + self._deadlines.quit_s)
        except Failed as failed:
            for finding in _findings(failed.outcome, self._server):
                self._report(finding)
            return False
        except Halted:
            return False
        return True

    def _greeted(self, addresses: Sequence[Address]) -> tuple[Wire, Offers]:
        """As `Opener.greeted`, but a port that awaits TLS is recognised where clear text is meant."""
        if self._server.security is Security.TLS or self._deadlines.greeting_s <= _PATIENCE_S:
            return self._opener.greeted(self._judge, addresses, self._until_s())
        try:
            impatient = self._opener_with(replace(self._deadlines, greeting_s=_PATIENCE_S))
            return impatient.greeted(self._judge, addresses, self._until_s())
        except Failed as failed:
            if not isinstance(failed.__cause__, Silent) or failed.outcome.phase is not Phase.GREETING:
                raise
        if self._opener.is_tls(self._judge, addresses, self._until_s()):
            raise Failed(self._judge.of_problem(Verdict.ACCOUNT, Phase.GREETING, "tls_not_tls"))
        return self._opener.greeted(self._judge, addresses, self._until_s())

    def _say(self, step: Step, detail: str) -> None:
        self._report(Finding(step, is_good=True, detail=detail))
        if self._waker.is_set:
            raise Halted

    def _until_s(self) -> float:
        return time.monotonic() + self._deadlines.connect_s

    def _opener_with(self, deadlines: Deadlines) -> Opener:
        return Opener(self._server, self._secret, deadlines=deadlines, waker=self._waker, monotonic_s=time.monotonic)


def _findings(outcome: Outcome, server: Server) -> Iterator[Finding]:
    """Yield what a failure shows: the steps that must have been good before it, and the bad one."""
    problem = outcome.problem
    assert problem is not None, "whatever fails before MAIL has a problem"
    bad = _step(outcome.phase, problem.code)
    # For an account's own file of certificates nobody was asked yet.
    if bad in (Step.TLS, Step.CERTIFICATE) and problem.code != "ca_file_bad":
        yield Finding(Step.CONNECTION, is_good=True, detail=f"port {server.port}")
        if bad is Step.CERTIFICATE:
            yield Finding(Step.TLS, is_good=True)
    yield Finding(bad, is_good=False, detail=outcome.reply, problem=problem)


def _step(phase: Phase, code: str) -> Step:
    if code.startswith("name_"):
        return Step.NAME
    if code.startswith("certificate_") or code == "ca_file_bad":
        return Step.CERTIFICATE
    if phase is Phase.STARTTLS or code == "tls_not_tls":
        return Step.TLS
    return Step.LOGIN if phase is Phase.AUTH else Step.CONNECTION
