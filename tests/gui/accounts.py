"""Stand-ins for the tests of accounts in the window: a way to a server that the test lays, and an outbox of states."""

from collections.abc import Callable
from dataclasses import dataclass, field

from core.accounts.accounts import Account
from core.errors import Problem
from core.mail.smtp.diagnosis import Finding, Step
from core.mail.stop import Stop
from tests.fakes import Gate

GOOD = (
    Finding(Step.NAME, True, "203.0.113.5"),
    Finding(Step.CONNECTION, True, "port 465"),
    Finding(Step.TLS, True, "TLSv1.3"),
    Finding(Step.CERTIFICATE, True, "2027-03-03"),
    Finding(Step.LOGIN, True, "info@school.example"),
)
REFUSED = (
    *GOOD[:4],
    Finding(
        Step.LOGIN,
        False,
        "5.7.8 no",
        Problem(
            "user", "auth_refused", (("user", "info@school.example"), ("host", "mail.school.example"), ("reply", "no"))
        ),
    ),
)


def account(name: str = "school", **changes: object) -> Account:
    """Make an account."""
    values: dict[str, object] = {
        "name": name,
        "address": "info@school.example",
        "host": "mail.school.example",
        "user": "info@school.example",
    }
    return Account(**{**values, **changes})  # type: ignore[arg-type]  # a test names the fields it means


@dataclass
class Way:
    """A tester (`gui.accounts.trial.Tester`) that finds what the test says, and stops before its gates."""

    findings: tuple[Finding, ...] = GOOD
    #: Waited at before the finding of that place.
    gates: dict[int, Gate] = field(default_factory=dict)
    #: What was tested, and with which secret.
    asked: list[tuple[Account, str | None]] = field(default_factory=list)
    error: Exception | None = None

    def test_account(
        self,
        account: Account,
        report: Callable[[Finding], None],
        secret: str | None,
        stop: Stop,
    ) -> bool:
        self.asked.append((account, secret))
        if self.error is not None:
            raise self.error
        for place, finding in enumerate(self.findings):
            if place in self.gates:
                self.gates[place].wait()
            report(finding)
            if stop.is_set:
                return False
        return all(finding.is_good for finding in self.findings)
