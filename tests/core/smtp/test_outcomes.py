"""What is said of an outcome: the server's name, and no secret."""

import pytest

from core.mail.smtp.auth import script
from core.mail.smtp.outcomes import Judge, name_of
from core.mail.smtp.replies import Reply
from core.mail.smtp.server import Login, Server
from core.mail.smtp.steps import Say
from core.mail.transport import Phase, Verdict


@pytest.mark.parametrize(
    ("host", "port", "name"),
    [
        ("smtp.example.com", 465, "smtp.example.com"),
        ("smtp.example.com", 587, "smtp.example.com"),
        ("smtp.example.com", 2525, "smtp.example.com:2525"),
        ("::1", 2525, "[::1]:2525"),
    ],
)
def test_a_server_is_named_as_a_person_knows_it(host: str, port: int, name: str) -> None:
    """With its port where that is not a usual one."""
    assert name_of(Server(host, port)) == name


def test_a_step_of_the_login_shows_nothing() -> None:
    """Not even in a traceback of ours."""
    said = script(Login.PLAIN, "ann", "canary")
    assert said.command.decode().split()[-1] not in repr(Say(said.command, Phase.AUTH))


@pytest.mark.parametrize(("user", "code"), [("ann", "auth_refused"), ("", "auth_wanted")])
def test_a_server_that_wants_a_login_says_of_whom(user: str, code: str) -> None:
    """530 to MAIL is a refused password only where one was given: else the account needs a user."""
    outcome = Judge(Server("smtp.example.com", 465, user=user)).of_reply(Reply(530, ("5.7.0 Log in",)), Phase.MAIL)
    assert outcome.problem is not None
    assert (outcome.verdict, outcome.problem.code) == (Verdict.ACCOUNT, code)
