"""A backup holds all there was at one moment, comes back whole, and nothing of it is sent a second time unasked."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import OutboxError
from core.mail import mime
from core.outbox import archive, restoring
from core.outbox.notification import Draft, Recipient
from core.outbox.spool import Spool
from core.outbox.states import Reason, State
from core.paths import Home
from tests import damage
from tests.commands import Outtray, wait_for
from tests.judge import in_the_folder, judge
from tests.outboxes import contradictions, fingerprint, opened

_ROOT = Path(__file__).parents[2]
_NOW = 1_800_000_000_000


@pytest.fixture
def full(home: Home) -> Home:
    """An outbox with deliveries in every state, an attached file, a draft that names another, and settings."""
    damage.fill(home)
    spool = Spool(home)
    with opened(home) as program:
        attached = spool.add_bytes("a.txt", b"attached")
        kept = spool.add_bytes("b.txt", b"of a draft")
        draft = Draft(to=(Recipient("ann@example.com"),), subject="With a file", text="Hi", attachments=(attached,))
        program.outbox.accept(draft, token="once").wait()
        program.outbox.save_draft("d", Draft(text="Later", attachments=(kept,))).wait()
        program.log.catch_up()
    home.settings.write_text('sender_name = "Ann"\n', encoding="utf-8")
    spool.add_bytes("unused.txt", b"nobody names this")
    return home


def backed_up(home: Home, target: Path) -> Path:
    archive.back_up(home, target, _NOW, mime.named_files)
    return target


def restored(source: Path, root: Path) -> tuple[Home, restoring.Restored]:
    home = Home(root)
    home.create()
    return home, restoring.restore(home, source, _NOW + 1000)


def test_all_comes_back(full: Home, tmp_path: Path) -> None:
    """Every row of every table, the files that messages and drafts name, the settings and the log are there again."""
    before = damage.contents(full)
    home, _ = restored(backed_up(full, tmp_path / "backup.zip"), tmp_path / "new")
    after = damage.contents(home)
    book = ("book_person", "book_address", "book_group", "book_member")
    for table in ("notification", "message", "draft", "contact", "template", *book, "switch", "rate"):
        assert after[table] == before[table]
    assert [(row[0], row[1], row[2]) for row in after["attempt"]] == [(r[0], r[1], r[2]) for r in before["attempt"]]
    assert set(before["event"]) <= set(after["event"])
    assert [(row[0], row[3]) for row in damage.rows_by_id(home)] == [(r[0], r[3]) for r in damage.rows_by_id(full)]
    assert home.settings.read_text(encoding="utf-8") == full.settings.read_text(encoding="utf-8")
    assert full.log.read_bytes().startswith(home.log.read_bytes())
    files = [path.read_bytes() for path in sorted(home.spool.rglob("*")) if path.is_file()]
    assert sorted(files) == [b"attached", b"of a draft"]
    assert contradictions(home) == []
    assert Outtray(home.root)("check").stdout.endswith(b"Sound.\n")
    with opened(home) as program:
        program.log.catch_up()
    assert home.log.read_bytes().count(b"message to") == full.log.read_bytes().count(b"message to")


def test_nothing_of_a_backup_goes_by_itself(full: Home, tmp_path: Path) -> None:
    """What was queued, held or on its way when the backup was made is held; what was being handed over is not
    confirmed; what was final stays. A person who releases one has it sent.
    """
    old = {row[0]: row[1] for row in damage.rows_by_id(full)}
    home, found = restored(backed_up(full, tmp_path / "backup.zip"), tmp_path / "new")
    new = {row[0]: (row[1], row[2]) for row in damage.rows_by_id(home)}
    for number, was in old.items():
        if was in ("queued", "sending", "held"):
            assert new[number] == ("held", Reason.RESTORED)
        elif was == "handing_over":
            assert new[number][0] == "unconfirmed"
        else:
            assert new[number][0] == was
    assert found.held == sum(was in ("queued", "sending", "held") for was in old.values())
    assert sum(found.by_state.values()) == len(old)
    with opened(home) as program:
        program.inline_engine().deliver()
        assert program.reader.counts().next_due_at is None
        (first, *_) = [row.id for row in program.reader.list(State.HELD)]
        assert program.outbox.release([first]).wait().ids == (first,)
        program.inline_engine().deliver()
        assert program.reader.deliveries([first])[0].state is State.SENT
    assert contradictions(home) == []


def test_sent_after_the_backup(tmp_path: Path) -> None:
    """What was sent after the backup was made is not sent again by whoever restores it. The judge is the mail folder
    of both.
    """
    outtray = Outtray(tmp_path / "home")
    ids = outtray.accepted("ann@example.com", "ben@example.com")
    outtray("backup", str(tmp_path / "b.zip"))
    outtray("run", "--until-empty")
    assert len(outtray.mail()) == 2
    again = Outtray(tmp_path / "again")
    said = again("restore", str(tmp_path / "b.zip")).stdout.decode()
    assert "Held, because it may have been sent since: 2" in said
    again("run", "--until-empty")
    assert again.mail() == []
    home = Home(again.home)
    arrived = in_the_folder(Home(outtray.home)) + in_the_folder(home)
    assert set(arrived.values()) == {1}
    again("cancel", *ids)
    verdict, _ = judge(home, in_the_folder(home))
    assert (verdict.lost, verdict.twice, verdict.cancelled) == (0, 0, 2)


def test_a_backup_while_it_works(tmp_path: Path) -> None:
    """While `run` accepts and delivers, each backup is one moment of it: sound, and every receipt before it is in."""
    outtray = Outtray(tmp_path / "home")
    with outtray.running():
        for number in range(4):
            outtray("send", f"p{number}@example.com", "-m", "Hello")
            outtray("backup", str(tmp_path / f"{number}.zip"))
            home, _ = restored(tmp_path / f"{number}.zip", tmp_path / f"new-{number}")
            assert len(list(damage.rows_by_id(home))) == number + 1
            assert contradictions(home) == []
        wait_for(lambda: set(outtray.states().values()) == {"sent"})
    assert len(outtray.mail()) == 4
    assert contradictions(Home(outtray.home)) == []


def test_only_the_owner_can_read_it_and_no_secret_is_in_it(full: Home, tmp_path: Path) -> None:
    """C8: 0600, whatever the umask; a password of the environment, a file or the settings' folder is not in it."""
    canary = "canary-4711-secret"
    (full.root / "password").write_text(canary, encoding="utf-8")
    outtray = Outtray(full.root)
    target = tmp_path / "b.zip"
    outtray("backup", str(target), environ={"OUTTRAY_PASSWORD_SCHOOL": canary})
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with zipfile.ZipFile(target) as opened_zip:
        names = opened_zip.namelist()
        assert all(canary.encode() not in opened_zip.read(name) for name in names)
    spooled = [name for name in names if name.startswith("spool/")]
    assert {*names} == {"outbox.db", "settings.toml", "log.txt", "manifest.json", *spooled}
    assert len(spooled) == 2
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["b.zip"]
    home, _ = restored(target, tmp_path / "new")
    for path in home.root.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_file_that_is_there_stays(full: Home, tmp_path: Path) -> None:
    """A file of that name is refused in a sentence and stays; with --force it is replaced by a whole backup."""
    outtray = Outtray(full.root)
    target = tmp_path / "b.zip"
    target.write_bytes(b"mine")
    assert b"is there already" in outtray("backup", str(target), exits=73).stderr
    assert target.read_bytes() == b"mine"
    assert b"own folder" in outtray("backup", str(full.root / "b.zip"), exits=73).stderr
    outtray("backup", "--force", str(target))
    assert zipfile.is_zipfile(target)


def test_no_room_leaves_no_half_backup(full: Home, tmp_path: Path) -> None:
    """A full disk, or a folder that is not there: a sentence, 74, and no file."""
    outtray = Outtray(full.root)
    limit = ["sh", "-c", 'ulimit -f 200 && exec "$@"', "sh", *outtray.words("backup", str(tmp_path / "b.zip"))]
    done = subprocess.run(limit, capture_output=True, env=outtray.environ, timeout=60)
    assert done.returncode == 74, done.stderr
    assert b"There is no backup." in done.stderr
    outtray("backup", str(tmp_path / "nowhere" / "b.zip"), exits=74)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_damaged_outbox_is_not_backed_up(full: Home, tmp_path: Path) -> None:
    """A backup of damage would look like one: it is refused with what to do, and an older one stays as it was."""
    target = backed_up(full, tmp_path / "b.zip")
    before = target.read_bytes()
    damage.overwrite(full.database, 5, "garbage", 1)
    done = Outtray(full.root)("backup", "--force", str(target), exits=74)
    assert b"no backup was made" in done.stderr
    assert target.read_bytes() == before


def test_a_lost_file_is_said(full: Home, tmp_path: Path) -> None:
    """A spool file that is damaged is not in the backup: 74, which deliveries is said by check, all else is in it."""
    (path,) = [each for each in full.spool.rglob("*") if each.is_file() and each.read_bytes() == b"attached"]
    path.write_bytes(b"atta-hed")
    outtray = Outtray(full.root)
    assert b"1 attached file" in outtray("backup", str(tmp_path / "b.zip"), exits=74).stderr
    said = outtray("check", exits=74).stdout.decode()
    assert "27: its attachment" in said
    home, _ = restored(tmp_path / "b.zip", tmp_path / "new")
    assert contradictions(home) == []


# -- what is no backup --------------------------------------------------------------------------------------------


def _repacked(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(source) as old:
        files = {name: old.read(name) for name in old.namelist()}
    change(files)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in files.items():
            new.writestr(name, data)
    return target


def _manifest(change: Callable[[dict[str, object]], None]) -> Callable[[dict[str, bytes]], None]:
    def changed(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["manifest.json"])
        change(manifest)
        files["manifest.json"] = json.dumps(manifest).encode()

    return changed


def _named(name: str) -> Callable[[dict[str, bytes]], None]:
    def changed(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["manifest.json"])
        files[name] = b"x"
        manifest["files"][name] = [1, "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"]
        files["manifest.json"] = json.dumps(manifest).encode()

    return changed


def _other(files: dict[str, bytes]) -> None:
    files["outbox.db"] = b"x" * len(files["outbox.db"])


def _grown(files: dict[str, bytes]) -> None:
    files["log.txt"] = bytes(200 << 20)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda files: files.pop("manifest.json"), "restore_foreign"),
        (lambda files: files.pop("outbox.db"), "restore_foreign"),
        (_named("../evil"), "restore_foreign"),
        (_named("/tmp/evil"), "restore_foreign"),
        (_named("spool/aa/../../../evil"), "restore_foreign"),
        (_named("spool\\aa\\evil"), "restore_foreign"),
        (_named("mail/new/evil"), "restore_foreign"),
        (_named("lock"), "restore_foreign"),
        (lambda files: files.update({"manifest.json": b"[" * 100_000}), "restore_foreign"),
        (lambda files: files.update({"manifest.json": b"[]"}), "restore_foreign"),
        (_manifest(lambda manifest: manifest.update(outtray_backup=2)), "restore_newer"),
        (_manifest(lambda manifest: manifest.update(format=99)), "restore_newer"),
        (_manifest(lambda manifest: manifest.update(made_at=10**30)), "restore_foreign"),
        (_other, "restore_damaged"),
        (_grown, "restore_damaged"),
    ],
)
def test_what_is_no_backup(full: Home, tmp_path: Path, change: Callable[[dict[str, bytes]], None], code: str) -> None:
    """Foreign, newer, damaged, with names that lead elsewhere, or a bomb: a sentence, and the home stays empty."""
    source = _repacked(backed_up(full, tmp_path / "b.zip"), tmp_path / "changed.zip", change)
    home = Home(tmp_path / "new")
    home.create()
    with pytest.raises(OutboxError) as caught:
        restoring.restore(home, source, _NOW)
    assert caught.value.code == code
    assert str(caught.value)
    assert list(home.root.iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_a_backup_that_was_cut(full: Home, tmp_path: Path) -> None:
    """A backup that was copied in part, or has a flipped byte: refused, and the home stays empty."""
    source = backed_up(full, tmp_path / "b.zip")
    data = source.read_bytes()
    for number, damaged in enumerate((data[: len(data) // 2], data[:5000] + b"\x00\xff\x00" + data[5003:], b"", b"PK")):
        source.write_bytes(damaged)
        home = Home(tmp_path / f"new-{number}")
        home.create()
        with pytest.raises(OutboxError) as caught:
            restoring.restore(home, source, _NOW)
        assert caught.value.code in ("restore_foreign", "restore_damaged")
        assert list(home.root.iterdir()) == []


def test_only_into_an_empty_home(full: Home, tmp_path: Path) -> None:
    """A home that has anything in it, or an owner, is refused in a sentence, and nothing in it changes."""
    target = backed_up(full, tmp_path / "b.zip")
    before = fingerprint(full)
    assert b"is not empty" in Outtray(full.root)("restore", str(target), exits=73).stderr
    assert {name: each for name, each in fingerprint(full).items() if name != "lock"} == {
        name: each for name, each in before.items() if name != "lock"
    }
    other = tmp_path / "other"
    other.mkdir()
    (other / "photo.jpg").write_bytes(b"x")
    assert b"is not empty" in Outtray(other)("restore", str(target), exits=73).stderr
    assert b"no such file" in Outtray(tmp_path / "new")("restore", str(tmp_path / "no.zip"), exits=74).stderr.lower()


_KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from core.outbox import restoring
from core.paths import Home

left = [int(sys.argv[4])]

def count(frame, event, arg):
    if event == "c_call" and getattr(arg, "__name__", "") in ("fsync", "rename", "replace", "open", "mkdir"):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

home = Home(Path(sys.argv[2]))
home.create()
sys.setprofile(count)
restoring.restore(home, Path(sys.argv[3]), 1_800_000_000_000)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL.")
def test_killed_while_restoring(full: Home, tmp_path: Path) -> None:
    """Killed at any step, there is no outbox yet or the whole one; where there is none, the same command restores."""
    source = backed_up(full, tmp_path / "b.zip")
    count = len(list(damage.rows_by_id(full)))
    for number in range(1, 200, 3):
        root = tmp_path / f"new-{number}"
        child = subprocess.run([sys.executable, "-c", _KILLED, _ROOT, root, source, str(number)], timeout=60)
        home = Home(root)
        home.create()
        if not home.database.exists():
            restoring.restore(home, source, _NOW)
        with closing(sqlite3.connect(home.database)) as db:
            assert db.execute("SELECT count(*) FROM delivery").fetchone() == (count,)
            assert not db.execute("SELECT 1 FROM delivery WHERE state IN ('queued', 'sending')").fetchone()
        assert contradictions(home) == []
        assert len([path for path in home.spool.rglob("*") if path.is_file()]) == 2
        if not child.returncode:
            break
        assert child.returncode == -signal.SIGKILL
    assert number > 20


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL.")
def test_nobody_begins_an_outbox_in_a_half_restored_home(full: Home, tmp_path: Path) -> None:
    """Killed before its last rename: every command says that a restore was broken off, none makes an empty outbox in
    its place, and the same restore goes on.
    """
    source = backed_up(full, tmp_path / "b.zip")
    count = len(list(damage.rows_by_id(full)))
    root = tmp_path / "new"
    child = subprocess.run([sys.executable, "-c", _KILLED_AT_THE_LAST, _ROOT, root, source], timeout=60)
    assert child.returncode == -signal.SIGKILL
    outtray = Outtray(root)
    for words in (("list",), ("status",), ("check",), ("send", "ann@example.com", "-m", "x"), ("run", "--until-empty")):
        done = subprocess.run(outtray.words(*words), capture_output=True, timeout=60)
        assert done.returncode != 0, words
        assert b"restoring a backup was broken off" in done.stderr, words
    outtray("restore", str(source))
    assert len(list(damage.rows_by_id(Home(root)))) == count


_KILLED_AT_THE_LAST = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from core.outbox import restoring
from core.paths import Home

move = Path.rename

def rename(self, target):
    if Path(target).name == "outbox.db" and Path(target).parent == home.root:
        os.kill(os.getpid(), signal.SIGKILL)
    return move(self, target)

home = Home(Path(sys.argv[2]))
home.create()
Path.rename = rename
restoring.restore(home, Path(sys.argv[3]), 1_800_000_000_000)
"""


def test_a_broken_wal_is_not_backed_up(tmp_path: Path) -> None:
    """A9: commits are lost in the -wal of an outbox that nobody owns: `backup` says so, and leaves no file."""
    home = Home(tmp_path / "home")
    subprocess.run([sys.executable, "-c", _LEFT, _ROOT, home.root], check=True, timeout=60)
    path = home.root / "outbox.db-wal"
    with path.open("r+b") as file:
        file.seek(32 + (24 + damage.PAGE) * (path.stat().st_size // (24 + damage.PAGE) // 2) + 100)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    target = tmp_path / "b.zip"
    assert b"is damaged" in Outtray(home.root)("backup", str(target), exits=74).stderr
    assert not target.exists()


_LEFT = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from core.paths import Home
from tests.outboxes import accept, opened

with opened(Home(Path(sys.argv[2]))) as program:
    for number in range(6):
        accept(program, text=f"Number {number}")
    os._exit(0)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipe among its files.")
def test_restoring_what_is_no_file(tmp_path: Path) -> None:
    """A pipe, a folder and garbage instead of a backup: a sentence, at once, and no home is made for it."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "garbage").write_bytes(b"garbage" * 1000)
    for name in ("pipe", "folder", "garbage"):
        assert Outtray(tmp_path / "new")("restore", str(tmp_path / name), exits=65).stderr
        assert not (tmp_path / "new").exists()


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    """A10: --home names a file: every command that looks after an outbox says so, as the others do."""
    (tmp_path / "file").write_bytes(b"x")
    for words in (["check"], ["backup", str(tmp_path / "b.zip")], ["restore", str(tmp_path / "no.zip")]):
        code = 74 if words[0] == "restore" else 73
        assert Outtray(tmp_path / "file")(*words, exits=code).stderr


def test_a_wal_that_cannot_be_read(tmp_path: Path) -> None:
    """A10: a -wal that cannot be read: `check` and `backup` end with a sentence, and there is no backup."""
    home = Home(tmp_path / "home")
    with opened(home):
        pass
    (home.root / "outbox.db-wal").mkdir()
    for words in (["check"], ["backup", str(tmp_path / "b.zip")]):
        assert b"outbox.db" in Outtray(home.root)(*words, exits=73).stderr
    assert not (tmp_path / "b.zip").exists()
