"""The command line where words are wrong, or the machine is: one sentence and one number each."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands import MAIN, PATIENCE_S, Outtray
from tests.others import as_another_user


@pytest.mark.parametrize(
    "words",
    [
        ["frob"],
        ["account", "add", "school"],
        ["send"],
        ["send", "a@b.example", "--frob"],
        ["send", "a@b.example", "--undo", "soon"],
        ["show", "x"],
        ["show", "1", "--json", "--raw"],
        ["list", "--state", "frobbed"],
        ["export", "x", "--format", "xls"],
        ["cancel"],
    ],
    ids=" ".join,
)
def test_wrong_words_are_64(outtray: Outtray, words: list[str]) -> None:
    """One sentence that says what was wrong and where help is; nothing is made."""
    done = outtray(*words, exits=64)
    assert done.stdout == b""
    assert len(done.stderr.decode().splitlines()) == 1
    assert not outtray.home.exists()


def test_help_is_an_answer(outtray: Outtray) -> None:
    """It names every command there is, and none that there is not."""
    said = outtray("--help").stdout.decode()
    for word in (
        "send",
        "run",
        "mark-sent",
        "account",
        "export",
        "check",
        "backup",
        "restore",
        "tour",
        "doctor",
        "--home",
        "--in-tray",
    ):
        assert word in said
    for word in ("import", "worker", "sendmail"):
        assert not re.search(rf"^ +{word}\b", said, re.MULTILINE)
    assert b"--at TIME" in outtray("send", "--help").stdout


def test_the_home_may_come_from_the_environment(outtray: Outtray, tmp_path: Path) -> None:
    """OUTTRAY_HOME; --home before it; --home without a folder is wrong."""
    home = {"OUTTRAY_HOME": str(tmp_path / "chosen")}
    words = [sys.executable, MAIN, "send", "ann@example.com", "-m", "Hello"]
    subprocess.run(words, env={**outtray.environ, **home}, check=True, capture_output=True, timeout=PATIENCE_S)
    assert len(Outtray(tmp_path / "chosen").mail()) == 1
    done = subprocess.run(
        [sys.executable, MAIN, "--home"], env=outtray.environ, capture_output=True, timeout=PATIENCE_S
    )
    assert done.returncode == 64
    done = subprocess.run(
        [sys.executable, MAIN, f"--home={tmp_path / 'chosen'}", "status", "--json"],
        env=outtray.environ,
        capture_output=True,
        timeout=PATIENCE_S,
    )
    assert json.loads(done.stdout)["sent"] == 1


@pytest.mark.parametrize("words", [["status"], ["list"], ["log"], ["show", "1"], ["export", "x.csv"]], ids=" ".join)
def test_reading_where_there_is_no_outbox_makes_none(outtray: Outtray, words: list[str], tmp_path: Path) -> None:
    """A mistyped --home is said, not filled."""
    done = outtray(*words, exits=73, cwd=tmp_path)
    assert "There is no outbox in" in done.stderr.decode()
    assert list(tmp_path.iterdir()) == []


def test_a_delivery_that_is_not_there_is_64(sent: Outtray) -> None:
    for words in (["show", "99"], ["show", "99", "--raw"], ["show", "99", "--json"], ["show", "9" * 18]):
        assert "There is no delivery 9" in sent(*words, exits=64).stderr.decode()


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE mine (x)")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA user_version = 9999")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (foreign, "not an outbox"),
        (lambda path: path.write_bytes(b"My letters\n" * 50), "not an outbox"),
        (lambda path: path.mkdir(), "not an outbox"),
    ],
    ids=["a database", "a text", "a folder"],
)
def test_a_foreign_outbox_is_refused_untouched(outtray: Outtray, spoil: Callable[[Path], None], words: str) -> None:
    """A10: 73, a sentence, and the file is as it was, with nothing beside it."""
    outtray.home.mkdir(mode=0o700)
    file = outtray.home / "outbox.db"
    spoil(file)
    before = file.read_bytes() if file.is_file() else b""
    assert words in outtray("send", "ann@example.com", "-m", "Hello", exits=73).stderr.decode()
    outtray("run", "--until-empty", exits=73)
    outtray("status", exits=73)
    assert (file.read_bytes() if file.is_file() else b"") == before
    assert {path.name for path in outtray.home.iterdir()} <= {"outbox.db", "lock"}


def test_a_newer_outbox_is_refused_untouched(outtray: Outtray) -> None:
    """A10: written by a newer Outtray: 73, and not a byte of it changes."""
    outtray("send", "ann@example.com", "-m", "Hello")
    file = outtray.home / "outbox.db"
    newer(file)
    before = file.read_bytes()
    assert "newer Outtray" in outtray("send", "ben@example.com", "-m", "Hello", exits=73).stderr.decode()
    assert "newer Outtray" in outtray("list", exits=73).stderr.decode()
    assert file.read_bytes() == before
    assert len(outtray.mail()) == 1


def test_a_home_that_is_a_file_is_73(outtray: Outtray) -> None:
    outtray.home.write_text("mine")
    for words in (["send", "ann@example.com", "-m", "Hello"], ["run"], ["pause"]):
        assert "is not a folder" in outtray(*words, exits=73).stderr.decode()
    assert outtray.home.read_text() == "mine"


@pytest.fixture
def stranger() -> Iterator[tuple[list[str], Path]]:
    """Words that begin a command of a user who is not root, and a folder that they can reach and not write in."""
    folder = Path(tempfile.mkdtemp())  # unlike pytest's own folders, others may be let in
    try:
        if os.geteuid() != 0:
            folder.chmod(0o555)
            yield [], folder
            return
        words = [*as_another_user()]
        folder.chmod(0o755)
        yield words, folder
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no modes")
def test_a_home_that_cannot_be_written_is_73(stranger: tuple[list[str], Path]) -> None:
    """A7: no permission: one sentence, no traceback, and no half start."""
    before, folder = stranger
    environ = {**Outtray(folder).environ, "PYTHONDONTWRITEBYTECODE": "1"}
    for home in (folder, folder / "new"):
        for words in (["send", "ann@example.com", "-m", "Hello"], ["run"]):
            done = subprocess.run(
                [*before, *Outtray(home).words(*words)],
                capture_output=True,
                timeout=PATIENCE_S,
                env=environ,
                stdin=subprocess.DEVNULL,
            )
            said = done.stderr.decode()
            assert done.returncode == 73, said
            assert len(said.splitlines()) == 1
            assert "cannot write in" in said
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no modes")
def test_somebody_elses_outbox_is_not_read(stranger: tuple[list[str], Path]) -> None:
    """Private means private: another user is told so in a sentence."""
    before, folder = stranger
    if not before:
        pytest.skip("without root there is no other user to try: run it as root")
    outtray = Outtray(folder / "home")
    outtray("send", "ann@example.com", "-m", "Hello")
    environ = {**outtray.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    for words in (["status"], ["list", "--json"], ["log"], ["show", "1", "--raw"], ["doctor"]):
        done = subprocess.run([*before, *outtray.words(*words)], capture_output=True, timeout=PATIENCE_S, env=environ)
        said = done.stderr.decode()
        assert done.returncode in (69, 73), (words, said)
        assert "Traceback" not in said
        assert "itself failed" not in said
        assert b"ann@" not in done.stdout


def test_settings_that_are_wrong_are_78(outtray: Outtray) -> None:
    """The line or the key is named; nothing is accepted, and reading still works."""
    outtray.home.mkdir(mode=0o700)
    (outtray.home / "settings.toml").write_text('theme = "pink"\n')
    for words in (["send", "ann@example.com", "-m", "Hello"], ["run"], ["pause"]):
        done = outtray(*words, exits=78)
        assert done.stderr.decode() == 'settings.toml: theme must be "system", "light" or "dark", not "pink".\n'
    assert not (outtray.home / "outbox.db").exists()


def test_the_senders_name_is_a_setting(outtray: Outtray) -> None:
    outtray.home.mkdir(mode=0o700)
    (outtray.home / "settings.toml").write_text('sender_name = "Ann Ito"\n')
    outtray("send", "ben@example.com", "-m", "Hello")
    assert str(outtray.mail()[0]["From"]).startswith("Ann Ito <")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no limits to set")
def test_a_disk_that_fails_is_74_and_accepts_nothing(outtray: Outtray) -> None:
    """A5: no file may grow past what the outbox has: a sentence, no receipt, and the next one works."""
    outtray("send", "ann@example.com", "-m", "Hello")
    most = max(path.stat().st_size for path in outtray.home.iterdir())

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    before = [row["id"] for row in outtray.rows()]
    done = outtray("send", "ben@example.com", "--json", typed=b"x" * 500_000, exits=74, preexec_fn=limit)
    assert done.stdout == b""
    assert [row["id"] for row in outtray.rows()] == before
    outtray("send", "ben@example.com", typed=b"x" * 500_000)
    assert len(outtray.mail()) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_an_answer_that_cannot_be_written_is_74(outtray: Outtray) -> None:
    """The receipt is lost, the message is not: it was accepted, and goes."""
    with Path("/dev/full").open("wb") as full:
        for words in (
            ["send", "ann@example.com", "-m", "Hello"],
            ["status"],
            ["list", "--json"],
            ["show", "1", "--raw"],
        ):
            done = subprocess.run(
                outtray.words(*words), stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE_S, env=outtray.environ
            )
            assert done.returncode == 74
            assert done.stderr == b"The answer could not be written: no space left on device.\n"
    assert len(outtray.mail()) == 1


def test_a_damaged_message_is_not_shown(outtray: Outtray) -> None:
    """A9: a flipped bit in a stored message is noticed by its seal: 74, in words."""
    (damaged,) = outtray.accepted("ann@example.com")
    with closing(sqlite3.connect(outtray.home / "outbox.db")) as db, db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE tbl_name = 'message' AND type = 'trigger'"):
            db.execute(f"DROP TRIGGER {name}")  # only a disk does this, not SQL
        db.execute("UPDATE message SET skeleton = CAST(replace(CAST(skeleton AS TEXT), 'Hello', 'Hallo') AS BLOB)")
    done = outtray("show", damaged, "--raw", exits=74)
    assert "damaged" in done.stderr.decode()
    assert b"Hallo" not in done.stdout
    outtray("run", "--until-empty")
    assert outtray.states() == {"ann@example.com": "corrupt"}
    assert outtray.mail() == []


def test_nobody_reads_is_no_error(sent: Outtray) -> None:
    """`list | head`: quiet, whatever was left to say."""
    for words in (["list"], ["list", "--json"], ["show", "1"], ["show", "1", "--raw"], ["log"], ["status"]):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            sent.words(*words), stdout=writing, stderr=subprocess.PIPE, timeout=PATIENCE_S, env=sent.environ
        )
        os.close(writing)
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_console_without_the_characters_is_no_error(sent: Outtray, encoding: str) -> None:
    """LANG=C: JSON is escaped and still says the same; text shows codes; errors too."""
    console = {"PYTHONIOENCODING": f"{encoding}:strict", "PYTHONUTF8": "0", "LC_ALL": "C", "LANG": "C"}
    lines = sent("list", "--json", environ=console).stdout.decode("ascii").splitlines()
    assert [json.loads(line) for line in lines] == sent.rows()
    assert b"\\u4f8b" in sent("list", environ=console).stdout
    assert sent("show", "2", environ=console).stdout
    assert sent("log", environ=console).stdout == (sent.home / "log.txt").read_bytes()


def test_without_qt_every_command_but_the_window_works(outtray: Outtray, tmp_path: Path) -> None:
    """A machine on which PySide6 cannot be loaded: `send` and the rest work; `run` and the window say what to type."""
    broken = tmp_path / "broken"
    for name in ("PySide6", "shiboken6"):
        (broken / name).mkdir(parents=True)
        (broken / name / "__init__.py").write_text(
            f"raise ImportError('libEGL.so.1: cannot open shared object file', name={name!r})\n"
        )
    environ = {"PYTHONPATH": str(broken)}
    outtray("send", "ann@example.com", "-m", "Hello", environ=environ)
    for words in (["list"], ["show", "1"], ["pause"]):
        outtray(*words, environ=environ)
    assert "libEGL.so.1" in outtray("run", exits=69, environ=environ).stderr.decode()
    done = subprocess.run(
        outtray.words("doctor"), capture_output=True, timeout=PATIENCE_S, env={**outtray.environ, **environ}
    )
    assert done.returncode == 69
    assert re.search(r"^LACK  PySide6 .*libEGL\.so\.1", done.stdout.decode(), re.MULTILINE)


def test_doctor_looks_and_changes_nothing(outtray: Outtray, tmp_path: Path) -> None:
    """A line for each thing; where nothing lacks, 0."""
    done = subprocess.run(outtray.words("doctor"), capture_output=True, timeout=PATIENCE_S, env=outtray.environ)
    lines = done.stdout.decode().splitlines()
    found = [line.split()[1] for line in lines]
    assert re.fullmatch(r"ok    Outtray +\d+\.\d+\.\d+, a checkout", lines[0])
    for subject in ("Python", "SQLite", "PySide6", "screen", "folder", "outbox", "settings", "accounts", "keyring"):
        assert subject in found
    assert b"processes   one was started and answered\n" in done.stdout
    assert (done.returncode == 0) == all(line.startswith("ok ") for line in lines), lines
    assert list(tmp_path.iterdir()) == []
