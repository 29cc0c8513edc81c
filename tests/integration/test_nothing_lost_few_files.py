"""Nothing is lost where few files may be open: `run` delivers with the few it has."""

import resource

from tests.commands import Outtray
from tests.smtp.scripted import SERVE, ScriptedServer

PEOPLE = [f"p{number}@example.com" for number in range(120)]


def account(outtray: Outtray, server: ScriptedServer) -> None:
    where = ("--host", "127.0.0.1", "--port", str(server.port), "--security", "none")
    outtray("account", "add", "school", "--address", "info@school.example", *where)
    settings = outtray.home / "settings.toml"
    settings.write_text(settings.read_text().replace("[account.school]", "[account.school]\nconnections = 8"))


def recipients(server: ScriptedServer) -> list[str]:
    return sorted(each[9:-1] for each in server.commands if each.startswith("RCPT TO:<"))


def test_with_64_files_everything_goes(outtray: Outtray) -> None:
    """A15: open files limited to 64, eight connections: everything is sent, once, and nothing is said."""
    with ScriptedServer(then=SERVE) as server:
        account(outtray, server)
        outtray.accepted("--from", "school", *PEOPLE)
        done = outtray(
            *("run", "--until-empty"), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        )
        assert (done.stdout, done.stderr) == (b"", b"")
        assert recipients(server) == sorted(PEOPLE)
    assert set(outtray.states().values()) == {"sent"}
