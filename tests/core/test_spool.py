"""The spool: what was attached is what is sent, whatever a file is or does meanwhile."""

import errno
import hashlib
import os
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import PersonError, StorageError
from core.outbox import spool as spool_module
from core.outbox.notification import Attachment, Draft, Recipient
from core.outbox.spool import NAME_MOST_BYTES, Spool, fit_name, media_type, size_words
from core.outbox.validation import check
from core.paths import Home
from tests.fakes import FakeClock


@pytest.fixture
def spool(home: Home) -> Spool:
    return Spool(home)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the person's files are."""
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def in_spool(home: Home) -> list[Path]:
    return sorted(path for path in home.spool.rglob("*") if not path.is_dir())


def code_of(spool: Spool, path: Path) -> str:
    """Return the code with which attaching is refused; its sentence must be safe to print."""
    with pytest.raises(PersonError) as caught:
        spool.attach(path)
    assert str(caught.value).isprintable()
    return caught.value.code


def test_attached_and_read_back(spool: Spool, home: Home, folder: Path) -> None:
    """A file is copied under its sha256, for its owner only, and reads back; the file itself may go."""
    content = b"%PDF " + bytes(range(256)) * 1000
    (folder / "report.pdf").write_bytes(content)
    attachment = spool.attach(folder / "report.pdf")
    sha256 = hashlib.sha256(content).hexdigest()
    assert attachment == Attachment("report.pdf", "application/pdf", sha256, len(content))
    (folder / "report.pdf").unlink()
    assert spool.has(attachment)
    with spool.open(sha256) as file:
        assert file.read() == content
    [copy] = in_spool(home)
    assert copy == home.spool / sha256[:2] / sha256
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    for made in (home.spool, copy.parent, home.spool / "tmp"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_empty_file_and_same_file_twice(spool: Spool, home: Home, folder: Path) -> None:
    """An empty file is a file; the same content under two names is kept once."""
    for name in ("a.txt", "b.txt"):
        (folder / name).touch()
    first, second = spool.attach(folder / "a.txt"), spool.attach(folder / "b.txt")
    assert (first.name, second.name) == ("a.txt", "b.txt")
    assert first.sha256 == second.sha256
    assert first.size_bytes == 0
    assert len(in_spool(home)) == 1
    assert spool.add_bytes("c.txt", b"") == Attachment("c.txt", "text/plain; charset=utf-8", first.sha256, 0)


def test_damaged_copy_is_healed(spool: Spool, home: Home, folder: Path) -> None:
    """Attaching a file again makes its damaged copy whole."""
    (folder / "a").write_bytes(b"content")
    attachment = spool.attach(folder / "a")
    [copy] = in_spool(home)
    copy.write_bytes(b"other")
    assert not spool.has(attachment)
    assert spool.attach(folder / "a") == attachment
    assert spool.has(attachment)


def test_on_disk_in_order(spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is synced, renamed, and the folder synced, before the attachment is there (DELIVERY)."""
    steps: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_sync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        steps.append("rename")
        return real_replace(path, target)

    spool.add_bytes("a", b"x")
    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    spool.add_bytes("a", b"x")
    assert steps == ["file", "rename", "folder"]


def test_link_to_a_file_is_followed(spool: Spool, folder: Path) -> None:
    """A link that a person attaches stands for its file; the name is the link's."""
    (folder / "real").write_bytes(b"x")
    (folder / "link.txt").symlink_to("real")
    assert spool.attach(folder / "link.txt").name == "link.txt"


def test_what_is_no_file(spool: Spool, home: Home, folder: Path) -> None:
    """C5: a folder, a FIFO, a device, a link to one, one that goes nowhere: a sentence each, at once."""
    os.mkfifo(folder / "fifo")
    (folder / "to fifo").symlink_to("fifo")
    (folder / "to nothing").symlink_to("nothing")
    (folder / "loop").symlink_to("loop")
    assert code_of(spool, folder) == "attachment_folder"
    assert code_of(spool, folder / "..") == "attachment_folder"
    assert code_of(spool, folder / "fifo") == "attachment_special"
    assert code_of(spool, folder / "to fifo") == "attachment_special"
    assert code_of(spool, Path("/dev/zero")) == "attachment_special"
    assert code_of(spool, folder / "none") == "attachment_missing"
    assert code_of(spool, folder / "to nothing") == "attachment_missing"
    assert code_of(spool, folder / "a\0b" / "c") == "attachment_missing"
    assert code_of(spool, folder / "loop") == "attachment_unreadable"
    assert code_of(spool, folder / ("x" * 300)) == "attachment_unreadable"
    assert in_spool(home) == []


def test_file_that_becomes_a_fifo(spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C5: a file that is replaced by a FIFO between the look and the opening is refused, and nothing waits for it."""
    (folder / "a").write_bytes(b"x")
    real_stat = Path.stat

    def swap(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = real_stat(path, follow_symlinks=follow_symlinks)
        if path.name == "a" and stat.S_ISREG(found.st_mode):
            path.unlink()
            os.mkfifo(path)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", swap)
        assert code_of(spool, folder / "a") == "attachment_special"


def test_no_permission(spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read: a sentence. (Told by the system call, since root may read everything.)"""

    def fail(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    (folder / "a").write_bytes(b"x")
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", fail)
        with pytest.raises(PersonError, match=r"a cannot be read: permission denied\.") as caught:
            spool.attach(folder / "a")
    assert caught.value.code == "attachment_unreadable"


def test_read_that_fails(spool: Spool, home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose disk fails while it is read: a sentence, and nothing half is left."""

    class Failing:
        def read(self, _: int) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    real = spool_module._blocks
    monkeypatch.setattr(spool_module, "_blocks", lambda file, shown, most: real(Failing(), shown, most))  # type: ignore[arg-type]
    (folder / "a").write_bytes(b"x")
    assert code_of(spool, folder / "a") == "attachment_unreadable"
    assert in_spool(home) == []


@pytest.mark.parametrize("change", ["grow", "shrink", "touch", "rewrite"])
def test_file_that_changes_while_copied(
    spool: Spool, home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """C5: a file that grows, shrinks or is rewritten while it is copied is refused: it is neither old nor new."""
    path = folder / "a"
    path.write_bytes(b"x" * 300_000)
    os.utime(path, ns=(0, 0))
    real = spool_module._decodes
    calls = 0

    def meanwhile(*arguments: object, **more: object) -> bool:
        nonlocal calls
        calls += 1
        if calls == 2:
            if change == "grow":
                with path.open("ab") as file:
                    file.write(b"more")
            elif change == "shrink":
                os.truncate(path, 100_000)
            elif change == "touch":
                path.touch()
            else:
                path.write_bytes(b"y" * 300_000)
        return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(spool_module, "_decodes", meanwhile)
    assert code_of(spool, path) == "attachment_changed"
    assert calls > 2


def test_file_that_vanishes_while_copied(spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C5: a file that is deleted while it is copied was whole: it is attached."""
    path = folder / "a"
    path.write_bytes(b"x" * 300_000)
    real = spool_module._decodes

    def meanwhile(*arguments: object, **more: object) -> bool:
        path.unlink(missing_ok=True)
        return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(spool_module, "_decodes", meanwhile)
    assert spool.has(spool.attach(path))


def test_too_large(spool: Spool, home: Home, folder: Path) -> None:
    """A file over the limit is refused before it is copied; one that has no end is read no further than the limit."""
    with (folder / "big.bin").open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    with pytest.raises(PersonError, match=r"big\.bin has 26 MB; a message may have 25 MB in all\.") as caught:
        spool.attach(folder / "big.bin")
    assert caught.value.code == "attachment_large"
    with Path("/dev/zero").open("rb") as endless, pytest.raises(PersonError, match="may have 977 KB in all"):
        list(spool_module._blocks(endless, "zero", 1_000_000))
    with pytest.raises(PersonError, match="may have 10 bytes"):
        spool.add_bytes("a", b"x" * 11, most_bytes=10)
    assert in_spool(home) == []


def test_only_files_are_opened(spool: Spool, home: Home, folder: Path) -> None:
    """What is in the spool but is a link, a folder or a FIFO counts as not there; so does what is no hash."""
    names = [digit * 64 for digit in "abc"]
    for name in names:
        (home.spool / name[:2]).mkdir(parents=True)
    (folder / "secret").write_bytes(b"secret")
    (home.spool / "aa" / names[0]).symlink_to(folder / "secret")
    (home.spool / "bb" / names[1]).mkdir()
    os.mkfifo(home.spool / "cc" / names[2])
    for name in [*names, "d" * 64, "../../etc/passwd", "", "A" * 64, "a" * 64 + "\n"]:
        with pytest.raises(FileNotFoundError):
            spool.open(name)
        assert not spool.has(Attachment("a", "text/plain", name, 6))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "disk_readonly"),
        (errno.EACCES, "disk_readonly"),
        (errno.EIO, "disk_failed"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_disk_that_refuses(
    spool: Spool, home: Home, monkeypatch: pytest.MonkeyPatch, number: int, code: str, step: str
) -> None:
    """A5: a full, failing or read-only disk: a sentence, and nothing half is left."""

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    spool.add_bytes("first", b"first")
    with monkeypatch.context() as patch:
        patch.setattr(Path if step == "replace" else os, step, fail)
        with pytest.raises(StorageError) as caught:
            spool.add_bytes("a", b"content")
    assert caught.value.code == code
    assert len(in_spool(home)) == 1
    assert spool.has(spool.add_bytes("a", b"content"))


def test_sweep(home: Home, fake_clock: FakeClock) -> None:
    """At start, copies that a crash left half made are removed; whole ones and those being made now stay."""
    spool = Spool(home, fake_clock)
    assert spool.sweep() == 0  # there is no spool yet
    kept = spool.add_bytes("a", b"content")
    now_s = fake_clock.now_ms() / 1000
    for name, age_s in (("old", 3700), ("new", 10)):
        (home.spool / "tmp" / name).write_bytes(b"half")
        os.utime(home.spool / "tmp" / name, (now_s - age_s,) * 2)
    assert spool.sweep() == 1
    assert [each.name for each in (home.spool / "tmp").iterdir()] == ["new"]
    assert spool.has(kept)


@pytest.mark.parametrize(
    ("name", "fitting"),
    [
        ("report.pdf", "report.pdf"),
        ("日本語 の.txt", "日本語 の.txt"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\Users\\ann.txt", "C:_Users_ann.txt"),
        ("", "file"),
        (".", "file"),
        ("..", "file"),
        ("\u202e", "file"),
        (".bashrc", ".bashrc"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2067a\u2069\u200f.txt", "a.txt"),
        ("e\u0301.txt", "é.txt"),
        ("bad\udcff.txt", "bad\ufffd.txt"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("語" * 100 + ".pdf", "語" * 83 + ".pdf"),
        ("x" * 10 + "." + "y" * 300, "x" * 10 + "." + "y" * 244),
    ],
)
def test_names_fit(name: str, fitting: str) -> None:
    """C5: a name has no folder in it, no mark that turns it, at most 255 bytes, and keeps its ending."""
    assert fit_name(name) == fitting


@pytest.mark.parametrize("control", ["\n", "\r", "\0", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"])
def test_names_with_control_characters(spool: Spool, folder: Path, control: str) -> None:
    """C1: a file name with a line break or another control character is refused, and shown as a code."""
    name = f"a{control}Bcc: eve"
    if control != "\0":
        (folder / name).write_bytes(b"x")
    assert code_of(spool, folder / name) == "attachment_name"
    with pytest.raises(PersonError):
        spool.add_bytes(name, b"x")


@given(st.text(max_size=300))
def test_fitting_names_are_accepted(name: str) -> None:
    """Whatever a file is called, the name that the spool gives it is one that a draft may have."""
    try:
        fitting = fit_name(name)
    except PersonError as error:
        sentence = str(error)
    else:
        sentence = ""
    if sentence:
        assert "control character cannot be sent" in sentence
        assert sentence.isprintable()
        return
    assert 0 < len(fitting.encode()) <= NAME_MOST_BYTES
    assert unicodedata.is_normalized("NFC", fitting)
    attachment = Attachment(fitting, "text/plain", "0" * 64, 1)
    assert check(Draft(to=(Recipient("a@b.org"),), text="x", attachments=(attachment,))) == ()


def test_media_types(spool: Spool) -> None:
    """By the ending; packed files by their packing; text says that it is UTF-8 when it is."""
    assert media_type("a.pdf", is_utf8=False) == "application/pdf"
    assert media_type("a.tar.gz", is_utf8=False) == "application/gzip"
    assert media_type("a.zzzz", is_utf8=True) == "application/octet-stream"
    assert media_type("noending", is_utf8=True) == "application/octet-stream"
    assert spool.add_bytes("a.txt", "日本".encode()).media_type == "text/plain; charset=utf-8"
    assert spool.add_bytes("a.txt", "日本".encode("cp932")).media_type == "text/plain"
    assert spool.add_bytes("a.txt", "日".encode()[:2]).media_type == "text/plain"
    assert spool.add_bytes("a.txt", ("x" * 65535 + "日本").encode()).media_type == "text/plain; charset=utf-8"


def test_sizes_in_words() -> None:
    """Sizes read as in a file manager."""
    sizes = (0, 1023, 1024, 1536, 10 * 1024, 25 * 1024**2, 3 * 1024**3)
    assert [size_words(size) for size in sizes] == [
        "0 bytes",
        "1023 bytes",
        "1.0 KB",
        "1.5 KB",
        "10 KB",
        "25 MB",
        "3.0 GB",
    ]


def test_crash_leaves_a_whole_copy_or_none(home: Home, folder: Path) -> None:
    """A process that is killed while it copies leaves nothing that has a hash for its name."""
    (folder / "a").write_bytes(os.urandom(5_000_000))
    program = (
        "import os, sys; from pathlib import Path; from core.paths import Home; from core.outbox import spool\n"
        "spool.sync_folder = lambda _: None\n"
        "os.fsync = lambda _: os.kill(os.getpid(), 9)\n"
        "spool.Spool(Home(Path(sys.argv[1]))).attach(Path(sys.argv[2]))\n"
    )
    home.spool.mkdir(mode=0o700)
    (home.spool / "tmp").mkdir()
    ended = subprocess.run([sys.executable, "-c", program, home.root, folder / "a"], env={"PYTHONPATH": "."})
    assert ended.returncode == -9
    assert [path.parent.name for path in in_spool(home)] == ["tmp"]
    spool = Spool(home)
    assert spool.has(spool.attach(folder / "a"))
