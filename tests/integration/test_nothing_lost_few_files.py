"""Nothing is lost where few files may be open: `run` delivers with the few it has."""

import resource

from core.paths import Home
from core.words import sentence
from tests.commands import Outtray, wait_for
from tests.judge import by_message_id, judge
from tests.smtp.scripted import SERVE, ScriptedServer

PEOPLE = [f"p{number}@example.com" for number in range(120)]


def account(outtray: Outtray, server: ScriptedServer) -> None:
    where = ("--host", "127.0.0.1", "--port", str(server.port), "--security", "none")
    outtray("account", "add", "school", "--address", "info@school.example", *where)
    settings = outtray.home / "settings.toml"
    settings.write_text(
        "retry_s = [1, 1, 1, 1]\n"
        + settings.read_text().replace("[account.school]", "[account.school]\nconnections = 8")
    )


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


def test_no_file_left_ends_nothing(outtray: Outtray) -> None:
    """A15: no further file may be open while `run` delivers: it lives, says so, and sends everything once there may."""
    few = PEOPLE[:20]
    with ScriptedServer(then=SERVE) as server:
        account(outtray, server)
        with outtray.running() as process:
            wait_for((outtray.home / "door.json").exists)
            outtray("send", "--from", "school", "--at", "+2s", "-m", "Hello", *few)
            _, most = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (3, most))
            wait_for(lambda: process.poll() is not None or last_replies(outtray) == {sentence("files_out", {})})
            assert process.poll() is None
            assert recipients(server) == []
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (most, most))
            wait_for(lambda: set(outtray.states().values()) == {"sent"})
            process.terminate()
            said = process.communicate(timeout=60)[1].decode()
        assert process.returncode == 0, said
        assert len(said.splitlines()) <= 1, said
        assert recipients(server) == sorted(few)
        verdict, wrong = judge(Home(outtray.home), by_message_id(server.taken))
        assert (wrong, verdict.sent, verdict.lost, verdict.twice) == ([], len(few), 0, 0)


def last_replies(outtray: Outtray) -> set[str]:
    return {row["last_reply"] for row in outtray.rows()}


def test_too_few_for_its_threads_is_a_sentence(outtray: Outtray) -> None:
    """A15: fewer files than `run` has threads: it does not begin, says why, and leaves the outbox as it was."""
    outtray.accepted("ann@example.com")
    done = outtray("run", exits=75, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24)))
    assert done.stderr.decode().splitlines() == [sentence("files_out", {})]
    assert outtray.states() == {"ann@example.com": "queued"}
