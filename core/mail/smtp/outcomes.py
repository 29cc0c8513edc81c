"""What a reply, or the lack of one, means for the message and for the account."""

import re
from dataclasses import dataclass

from core.errors import PersonError, Problem
from core.mail.mime import Damaged
from core.mail.smtp.auth import Mask
from core.mail.smtp.replies import Reply
from core.mail.smtp.server import Server
from core.mail.smtp.steps import Closed, Garbled, Lost, Silent, TlsFailed, Unsealed
from core.mail.transport import Outcome, Phase, Verdict

#: Before MAIL no message is at fault: whatever goes wrong is the connection's, or the account's.
_OPENING = frozenset((Phase.CONNECT, Phase.GREETING, Phase.EHLO, Phase.STARTTLS, Phase.AUTH))
#: RFC 4954, section 6: what a server answers to MAIL from somebody whom it wants to log in first.
_LOGIN_WANTED = frozenset((530, 534, 535, 538))
_TOO_MANY = re.compile(r"too many (?:\w+ )?(?:connections|sessions)", re.IGNORECASE)
#: A server on a usual port is known by its name alone.
_USUAL_PORTS = frozenset((25, 465, 587))


class Failed(Exception):
    """The connection did not come about. `outcome` says why, with a problem."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


@dataclass
class Judge:
    """Makes outcomes for one connection: knows whom it is to, and hides the secret."""

    server: Server
    tls: str = ""
    mask: Mask | None = None

    def of_reply(self, reply: Reply, phase: Phase) -> Outcome:
        """Judge a reply that is not the success that `phase` waits for. Up to the dot; for its reply see `of_dot`."""
        if phase in _OPENING:
            return self._of_opening(reply, phase)
        if reply.code == 421:
            return self._told(Verdict.LATER, phase, reply, is_crowded=True)
        if reply.kind == 4:
            return self._told(Verdict.LATER, phase, reply, is_crowded=bool(_TOO_MANY.search(reply.text)))
        if reply.kind != 5:
            return self.of_lost(Garbled(reply.text), phase)
        if phase is Phase.MAIL and reply.code in _LOGIN_WANTED:
            code = "auth_refused" if self.server.user else "auth_wanted"
            problem = self._problem(code, user=self.server.user, reply=self._text(reply))
            return self._told(Verdict.ACCOUNT, phase, reply, problem)
        # RFC 5321, section 4.5.3.1.10: 552 to RCPT was once "too many recipients".
        is_later = phase is Phase.RCPT and reply.code == 552
        return self._told(Verdict.LATER if is_later else Verdict.REFUSED, phase, reply)

    def of_dot(self, reply: Reply) -> Outcome:
        """Judge the reply to the dot: only 2, 4 and 5 decide anything."""
        if reply.kind == 2:
            return self._told(Verdict.TAKEN, Phase.DOT, reply)
        if reply.kind == 4:
            return self._told(Verdict.LATER, Phase.DOT, reply, is_crowded=reply.code == 421)
        if reply.kind == 5:
            return self._told(Verdict.REFUSED, Phase.DOT, reply)
        return self.of_lost(Garbled(reply.text), Phase.DOT)

    def of_lost(self, lost: Lost, phase: Phase) -> Outcome:
        """Judge a connection that ended in `phase`. After the dot nobody can know (RFC 1047)."""
        code, values = self._words(lost, phase)
        if isinstance(lost, TlsFailed) or code == "tls_not_tls":
            return self.of_problem(Verdict.ACCOUNT, phase, code, **values)
        if phase is Phase.DOT:
            return self.of_problem(Verdict.UNKNOWN, phase, code, **values)
        return self.of_problem(Verdict.LATER, phase, code, **values)

    def of_problem(self, verdict: Verdict, phase: Phase, code: str, /, **values: str) -> Outcome:
        """Make the outcome of what is ours to say, with the sentence that a person reads."""
        problem = self._problem(code, **values)
        is_of_connection = phase in _OPENING or verdict is Verdict.ACCOUNT
        return Outcome(
            verdict,
            phase,
            reply=self._sentence(problem),
            tls=self.tls,
            server=name_of(self.server),
            problem=problem if is_of_connection else None,
            is_crowded=verdict is Verdict.LATER and phase in (Phase.CONNECT, Phase.GREETING),
        )

    def of_damage(self, damage: Damaged) -> Outcome:
        """Make the outcome of stored bytes that are not what was accepted: nothing of them was handed over."""
        return Outcome(Verdict.DAMAGED, Phase.BODY, reply=str(damage), tls=self.tls, server=name_of(self.server))

    def of_error(self, error: PersonError, verdict: Verdict, phase: Phase) -> Outcome:
        """As `of_problem`, for what was raised as an error."""
        return self.of_problem(verdict, phase, error.code, **error.values)

    def _of_opening(self, reply: Reply, phase: Phase) -> Outcome:
        text = self._text(reply)
        if reply.code == 421 or phase in (Phase.GREETING, Phase.EHLO):
            if reply.kind not in (4, 5):
                return self.of_problem(Verdict.LATER, phase, "not_smtp", reply=f"{reply.code} {text}")
            problem = self._problem("server_refused" if reply.kind == 5 else "server_busy", reply=text)
            is_crowded = reply.code == 421 or phase is Phase.GREETING
            return self._told(Verdict.LATER, phase, reply, problem, is_crowded=is_crowded)
        if reply.kind not in (4, 5):
            return self.of_lost(Garbled(text), phase)
        verdict = Verdict.LATER if reply.kind == 4 else Verdict.ACCOUNT
        if phase is Phase.STARTTLS:
            code = "tls_later" if verdict is Verdict.LATER else "tls_refused"
            return self._told(verdict, phase, reply, self._problem(code, reply=text))
        code = "auth_later" if verdict is Verdict.LATER else "auth_refused"
        return self._told(verdict, phase, reply, self._problem(code, user=self.server.user, reply=text))

    def _told(
        self, verdict: Verdict, phase: Phase, reply: Reply, problem: Problem | None = None, *, is_crowded: bool = False
    ) -> Outcome:
        return Outcome(
            verdict,
            phase,
            reply.code,
            self._text(reply),
            self.tls,
            name_of(self.server),
            problem,
            is_crowded,
        )

    def _words(self, lost: Lost, phase: Phase) -> tuple[str, dict[str, str]]:
        """Return code and values of what happened. Behind the dot nothing is tried again: it has its own sentences."""
        of = "dot" if phase is Phase.DOT else "server"
        match lost:
            case TlsFailed():
                return lost.code, lost.values
            case Silent():
                return f"{of}_silent", {"seconds": f"{lost.seconds:g}"}
            case Garbled() if phase is Phase.GREETING:
                return ("tls_not_tls", {}) if lost.is_tls else ("not_smtp", {"reply": self._hide(lost.excerpt)})
            case Garbled():
                return f"{of}_garbled", {}
            case Unsealed():
                return f"{of}_unsealed", {}
            case _:
                assert isinstance(lost, Closed), lost
                return f"{of}_closed", {}

    def _problem(self, code: str, **values: str) -> Problem:
        """Fill in what nearly every sentence names."""
        whole = {"host": self.server.host, "port": str(self.server.port)} | values
        return Problem("account", code, tuple(whole.items()))

    def _sentence(self, problem: Problem) -> str:
        from core.words import problem_sentence  # at run time: it is loaded only when something went wrong

        return self._hide(problem_sentence(problem))

    def _text(self, reply: Reply) -> str:
        return self.mask.text(reply) if self.mask else reply.text

    def _hide(self, text: str) -> str:
        return self.mask.hide(text) if self.mask else text


def name_of(server: Server) -> str:
    """Return the server's name for a person: its host, and its port where that is not a usual one."""
    if server.port in _USUAL_PORTS:
        return server.host
    return f"[{server.host}]:{server.port}" if ":" in server.host else f"{server.host}:{server.port}"
