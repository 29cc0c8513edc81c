"""The mail folder of the Practice account: kept once, on disk first, read by real mail programs."""

import errno
import hashlib
import io
import mailbox
import os
import select
import shutil
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

from core.mail.maildir import MailFolder
from core.mail.mime import Composed, Damaged, Enclosure, Letter, Mailbox, compose, stream
from core.mail.transport import Desk, Outcome, Parcel, Phase, Transport, Verdict
from tests.fakes import FakeClock

ATTACHED = "添付の中身\n".encode()


@dataclass(frozen=True)
class Packet:
    """A parcel whose bytes the test gives."""

    message_id: str
    make: Callable[[], Iterator[bytes]] = field(default=lambda: iter([b"Subject: Hi\r\n\r\n", b"Hello\r\n"]))
    sender: str = "info@school.example"
    recipient: str = "ann@example.com"
    size_bytes: int = 22

    def chunks(self) -> Iterator[bytes]:
        return self.make()


class Counter(Desk):
    """A desk that notes what it is told, and what the folder held then."""

    def __init__(self, mail: Path, most: int = 10_000) -> None:
        self._mail = mail
        self._most = most
        self.settled: list[tuple[Parcel, Outcome]] = []
        self.kept_when_settled: list[int] = []
        self.asked = 0

    def intend(self, parcel: Parcel) -> bool:
        raise AssertionError("an idempotent transport asks for no intent")

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        self.settled.append((parcel, outcome))
        self.kept_when_settled.append(len(kept(self._mail)))

    def flush(self) -> None:
        raise AssertionError("a mail folder has no connection to end")

    def may_go_on(self) -> bool:
        self.asked += 1
        return self.asked <= self._most

    @property
    def verdicts(self) -> list[Verdict]:
        return [outcome.verdict for _, outcome in self.settled]


def kept(mail: Path) -> list[Path]:
    return sorted([*(mail / "new").iterdir(), *(mail / "cur").iterdir()]) if mail.is_dir() else []


def name_of(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()


def packets(count: int) -> list[Packet]:
    return [Packet(f"<{number}@outtray.invalid>") for number in range(count)]


def hand_over(mail: Path, run: list[Packet], most: int = 10_000) -> Counter:
    desk = Counter(mail, most)
    transport: Transport = MailFolder(mail)
    transport.hand_over(run, desk)
    return desk


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def letter() -> Composed:
    """A letter with a Japanese subject and text, and a Japanese file."""
    return compose(
        Letter(
            Mailbox("info@school.example", "学校 事務局"),
            Mailbox("ann@example.com", "Ito, Ben"),
            "ご注文の確認",
            "こんにちは。\nご注文を受け付けました。\n",
            "<01J.1@outtray.invalid>",
            1_795_485_784_123,
            (Enclosure("添付.txt", "text/plain; charset=utf-8", hashlib.sha256(ATTACHED).hexdigest(), len(ATTACHED)),),
        )
    )


def packet_of(composed: Composed) -> Packet:
    return Packet(
        "<01J.1@outtray.invalid>",
        lambda: stream(composed.skeleton, composed.seal, lambda _: io.BytesIO(ATTACHED)),
        size_bytes=composed.size_bytes,
    )


def test_nothing_is_kept_open(mail: Path) -> None:
    """Between two runs there is no connection to let go of, and a run that is halted ends by its desk."""
    folder = MailFolder(mail)
    folder.halt()
    assert not folder.let_go(0)


def test_kept_as_the_message_id_says(mail: Path) -> None:
    """A message is kept once, in new/, under the sha256 of its Message-ID, for its owner only."""
    desk = hand_over(mail, packets(1))
    assert desk.verdicts == [Verdict.TAKEN]
    assert desk.settled[0][1].phase is Phase.FOLDER
    assert desk.settled[0][1].reply == "Kept on this computer. Nobody received it."
    [file] = kept(mail)
    assert file == mail / "new" / name_of("<0@outtray.invalid>")
    assert file.read_bytes() == b"Subject: Hi\r\n\r\nHello\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for folder in (mail, mail / "tmp", mail / "new", mail / "cur"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list((mail / "tmp").iterdir()) == []


def test_again_is_one_copy(mail: Path) -> None:
    """The same message handed over again, by the same run or the next, leaves one copy and is taken each time."""
    [packet] = packets(1)
    assert hand_over(mail, [packet, packet]).verdicts == [Verdict.TAKEN] * 2
    assert hand_over(mail, [packet]).verdicts == [Verdict.TAKEN]
    assert len(kept(mail)) == 1


@pytest.mark.parametrize("mark", [":2,", ":2,S", ":2,RS"])
def test_read_by_a_mail_program_is_done(mail: Path, mark: str) -> None:
    """A message that a mail program moved to cur/ is there: it is not written again."""
    [packet] = packets(1)
    hand_over(mail, [packet])
    name = name_of(packet.message_id)
    (mail / "new" / name).rename(mail / "cur" / (name + mark))
    assert hand_over(mail, [packet]).verdicts == [Verdict.TAKEN]
    assert kept(mail) == [mail / "cur" / (name + mark)]


def test_all_of_a_run_once(mail: Path) -> None:
    """Forty in a run, half of them kept before: each settled once, each kept once."""
    run = packets(40)
    hand_over(mail, run[::2])
    desk = hand_over(mail, run)
    assert desk.verdicts == [Verdict.TAKEN] * 40
    assert {parcel.message_id for parcel, _ in desk.settled} == {packet.message_id for packet in run}
    assert len(kept(mail)) == 40


def test_on_disk_before_settled(mail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Order (A3): a message's own sync, its rename, the folder's sync, then it is settled; never fewer are synced than
    settled."""
    steps: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace
    new = mail / "new"

    def sync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_sync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        steps.append("rename")
        return real_replace(path, target)

    folder = MailFolder(mail)
    folder.hand_over(packets(1), Counter(mail))  # makes the folders, and has their names on disk
    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    desk = Counter(mail)
    settle = desk.settle

    def noted(parcel: Parcel, outcome: Outcome) -> None:
        steps.append("settle")
        settle(parcel, outcome)

    monkeypatch.setattr(desk, "settle", noted)
    folder.hand_over(packets(21), desk)
    assert steps == (["file", "rename"] * 15 + ["folder"] + ["settle"] * 16) + (
        ["file", "rename"] * 5 + ["folder"] + ["settle"] * 5
    )
    assert len(list(new.iterdir())) == 21


def test_stops_between_parcels(mail: Path) -> None:
    """When the program is quitting, what was written is settled and what was not begun is left."""
    desk = hand_over(mail, packets(40), most=18)
    assert desk.verdicts == [Verdict.TAKEN] * 18
    assert len(kept(mail)) == 18


def test_damaged_is_not_kept(mail: Path) -> None:
    """A message that no longer matches its seal is settled as damaged, leaves nothing, and the next one goes."""

    def damaged() -> Iterator[bytes]:
        yield b"half"
        raise Damaged("The copy of an attachment has changed.")

    run = [Packet("<bad@x>", damaged), *packets(1)]
    desk = hand_over(mail, run)
    assert sorted(desk.verdicts) == [Verdict.DAMAGED, Verdict.TAKEN]
    assert "attachment has changed" in next(o.reply for _, o in desk.settled if o.verdict is Verdict.DAMAGED)
    assert kept(mail) == [mail / "new" / name_of(run[1].message_id)]
    assert list((mail / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full."),
        (errno.EDQUOT, "The disk quota is used up."),
        (errno.EIO, "The disk failed: input/output error."),
        (errno.EROFS, "The mail folder is on a disk that cannot be written."),
        (errno.EACCES, "The mail folder may not be written by you."),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "open", "replace"])
def test_disk_that_refuses_is_later(
    mail: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str, step: str
) -> None:
    """A5: ENOSPC, EIO, a read-only disk, no permission, at each step: later, the reason in words, no half file."""

    def fail(*_arguments: object, **_more: object) -> int:
        raise OSError(number, os.strerror(number))

    hand_over(mail, packets(1))
    run = packets(4)[1:]
    with monkeypatch.context() as patch:
        patch.setattr(Path if step == "replace" else os, step, fail)
        desk = hand_over(mail, run)
    assert desk.verdicts == [Verdict.LATER] * 3
    assert {outcome.reply for _, outcome in desk.settled} == {words}
    assert {outcome.phase for _, outcome in desk.settled} == {Phase.FOLDER}
    assert list((mail / "tmp").iterdir()) == []
    assert hand_over(mail, run).verdicts == [Verdict.TAKEN] * 3
    assert len(kept(mail)) == 4


def test_folder_that_cannot_be_synced_is_later(mail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the folder's sync fails nothing is taken, and a later try of the same messages keeps one copy of each."""
    hand_over(mail, packets(1))
    real_sync = os.fsync

    def sync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "Input/output error")
        real_sync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", sync)
        assert hand_over(mail, packets(3)).verdicts == [Verdict.LATER] * 3
    assert hand_over(mail, packets(3)).verdicts == [Verdict.TAKEN] * 3
    assert len(kept(mail)) == 3


def test_file_that_may_not_grow_is_later(mail: Path) -> None:
    """A5: a real limit of the file size (RLIMIT_FSIZE): the message waits, the temporary file is gone."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hand_over(mail, packets(1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        desk = hand_over(mail, [Packet("<big@x>", lambda: iter([b"x" * 100] * 1000))])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert desk.verdicts == [Verdict.LATER]
    assert "larger" in desk.settled[0][1].reply
    assert list((mail / "tmp").iterdir()) == []


@pytest.mark.parametrize("what", ["file", "inner link", "inner file"])
def test_folder_that_is_none_is_later(mail: Path, tmp_path: Path, what: str) -> None:
    """A file where the folder should be, or a link in place of new/: later, in words; the link is not followed."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if what == "file":
        mail.write_text("mine")
    else:
        mail.mkdir()
        if what == "inner link":
            (mail / "new").symlink_to(elsewhere)
        else:
            (mail / "new").write_text("mine")
    desk = Counter(tmp_path / "none")
    MailFolder(mail).hand_over(packets(2), desk)
    assert desk.verdicts == [Verdict.LATER] * 2
    assert "folder" in desk.settled[0][1].reply
    assert list(elsewhere.iterdir()) == []


def test_mail_folder_may_be_a_link(mail: Path, tmp_path: Path) -> None:
    """The folder itself may be a link that the person made to a disk with more room."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    mail.symlink_to(elsewhere)
    assert hand_over(mail, packets(1)).verdicts == [Verdict.TAKEN]
    assert len(kept(elsewhere)) == 1


def test_stale_temporary_files_go(mail: Path, fake_clock: FakeClock) -> None:
    """What is in tmp/ for more than 36 hours is removed; what is younger may be another program's (Maildir)."""
    hand_over(mail, packets(1))
    now_s = fake_clock.now_ms() / 1000
    for name, age_h in (("old", 37), ("young", 35)):
        (mail / "tmp" / name).write_text("x")
        os.utime(mail / "tmp" / name, (now_s - age_h * 3600,) * 2)
    MailFolder(mail, fake_clock).hand_over([], Counter(mail))
    assert [each.name for each in (mail / "tmp").iterdir()] == ["young"]


def test_bug_while_writing_settles_the_rest(mail: Path) -> None:
    """An error of ours in one message does not lose the outcome of those before it."""

    def broken() -> Iterator[bytes]:
        yield b"x"
        raise ZeroDivisionError

    desk = Counter(mail)
    with pytest.raises(ZeroDivisionError):
        MailFolder(mail).hand_over([*packets(3), Packet("<bug@x>", broken)], desk)
    assert desk.verdicts == [Verdict.TAKEN] * 3
    assert list((mail / "tmp").iterdir()) == []


def test_read_back_by_the_standard_library(mail: Path, letter: Composed) -> None:
    """Python's own Maildir reader finds the message whole: names, subject, text, file."""
    hand_over(mail, [packet_of(letter)])
    box = mailbox.Maildir(mail, factory=None, create=False)
    [key] = box.keys()
    data = box.get_bytes(key)
    assert (mail / "new" / key).read_bytes() == b"".join(packet_of(letter).chunks())
    message = BytesParser(EmailMessage, policy=default).parsebytes(data)
    assert message["Subject"] == "ご注文の確認"
    assert message["To"].addresses[0].display_name == "Ito, Ben"
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "こんにちは。\nご注文を受け付けました。\n"
    [file] = message.iter_attachments()
    assert file.get_filename() == "添付.txt"
    assert file.get_payload(decode=True) == ATTACHED
    box.close()


def needs(program: str, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"Install {package} (apt-get install {package}).")


@needs("mshow", "mblaze")
def test_read_back_by_mblaze(mail: Path, letter: Composed, tmp_path: Path) -> None:
    """mblaze shows subject, names, Japanese text and the file of a message as it is kept, with its CRLF."""
    hand_over(mail, [packet_of(letter)])
    [file] = kept(mail)
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}

    def shown(*words: str) -> bytes:
        return subprocess.run(words, env=environ, capture_output=True, check=True).stdout

    listed = shown("mshow", "-t", str(file)).decode()
    assert "添付.txt" in listed
    text = shown("mshow", str(file)).decode()
    assert "Subject: ご注文の確認\n" in text
    assert "学校 事務局 <info@school.example>" in text
    assert "こんにちは。\nご注文を受け付けました。\n" in text
    assert "\r" not in text
    assert shown("mshow", "-O", str(file), "3") == ATTACHED


@needs("mutt", "mutt")
def test_read_back_by_mutt(mail: Path, letter: Composed, tmp_path: Path) -> None:
    """mutt opens the folder, shows the message decoded, and moves it to cur/, where it still counts as done."""
    hand_over(mail, [packet_of(letter)])
    out = tmp_path / "out"
    settings = tmp_path / "muttrc"
    settings.write_text(
        f"set folder={mail}\nset mbox_type=Maildir\nset wait_key=no\nset pipe_decode=yes\n"
        "set charset=utf-8\nset quit=yes\nset move=no\n"
    )
    keys = f"push <first-entry><pipe-message>cat>{out}<enter><sync-mailbox><quit>"
    run_in_terminal(["mutt", "-n", "-F", str(settings), "-f", str(mail), "-e", keys], tmp_path)
    text = out.read_bytes().decode().replace("\r", "")
    assert "Subject: ご注文の確認\n" in text
    assert "こんにちは。\nご注文を受け付けました。\n" in text
    assert "添付の中身" in text
    assert list((mail / "new").iterdir()) == []
    assert hand_over(mail, [packet_of(letter)]).verdicts == [Verdict.TAKEN]
    assert len(kept(mail)) == 1


def run_in_terminal(words: list[str], home: Path) -> None:
    """Run a program that insists on a terminal, until it ends. What it showed is told when it does not."""
    import pty  # here: Windows has none

    ours, theirs = pty.openpty()
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(words, env=environ, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    screen = b""
    try:
        while select.select([ours], [], [], 20)[0] and (shown := os.read(ours, 65536)):
            screen += shown
    except OSError:  # the terminal's other end was closed: the program ended
        pass
    finally:
        os.close(ours)
        if process.poll() is None:
            process.terminate()
        process.wait(20)
    assert process.returncode == 0, screen[-2000:]
