"""What is attached on the command line: only regular files go, by the name that a recipient can take."""

import os
import time
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from tests.commands import Outtray


@pytest.fixture
def outtray(tmp_path: Path) -> Outtray:
    return Outtray(tmp_path / "home")


def names(outtray: Outtray) -> list[str | None]:
    """Return the names of what was attached to the only message."""
    (stored,) = outtray.mail()
    message = BytesParser(_class=EmailMessage, policy=policy.SMTP).parsebytes(stored.as_bytes())
    return [part.get_filename() for part in message.iter_attachments()]


def test_what_is_no_file_is_refused(outtray: Outtray, tmp_path: Path) -> None:
    """C5: a FIFO, a link to one, /dev/zero, a folder, `..`, a vanished file, a name of 300 bytes: a sentence each, at
    once and all of them; nothing is accepted."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "to pipe").symlink_to("pipe")
    (tmp_path / "to nothing").symlink_to("nothing")
    wrong = ["pipe", "to pipe", "/dev/zero", "..", "gone", "to nothing", "x" * 300]
    words = [word for each in wrong for word in ("--attach", str(tmp_path / each))]
    began = time.monotonic()
    done = outtray("send", "ann@example.com", "-m", "Hello", *words, exits=65)
    assert time.monotonic() - began < 30
    said = done.stderr.decode().splitlines()
    assert len(said) == len(wrong)
    for name in ("pipe", "to pipe", "zero"):
        assert any(f"{name} is not a regular file" in line for line in said)
    for name in ("gone", "to nothing"):
        assert any(f"{name} is not there any more" in line for line in said)
    assert not (outtray.home / "outbox.db").exists() or outtray.rows() == []


def test_names_that_reach_the_recipient(outtray: Outtray, tmp_path: Path) -> None:
    """C5: a path with `..`, an absolute one, a link: the last name and no folder; right-to-left marks are taken out;
    the longest name of a file system goes whole."""
    folder = tmp_path / "folder"
    folder.mkdir()
    longest = "語" * 83 + ".txt"  # 253 bytes
    for name in ("plain.txt", "photo\u202egpj.exe", "\u2067a\u2069\u200f.txt", longest):
        (folder / name).write_text("content")
    (folder / "link.txt").symlink_to(folder / "plain.txt")
    files = [
        folder / ".." / "folder" / "plain.txt",
        folder / "photo\u202egpj.exe",
        folder / "\u2067a\u2069\u200f.txt",
        folder / longest,
        folder / "link.txt",
    ]
    words = [word for each in files for word in ("--attach", str(each))]
    outtray("send", "ann@example.com", "-m", "Hello", *words)
    assert names(outtray) == ["plain.txt", "photogpj.exe", "a.txt", longest, "link.txt"]


def test_what_was_attached_does_not_change_with_its_file(outtray: Outtray, tmp_path: Path) -> None:
    """C5: a file that grows, is exchanged for a link, or vanishes between Send and the delivery: what was attached
    goes."""
    for name in ("grows", "changes", "vanishes"):
        (tmp_path / name).write_text(f"old {name}\n")
    words = [word for name in ("grows", "changes", "vanishes") for word in ("--attach", str(tmp_path / name))]
    outtray("send", "ann@example.com", "-m", "Hello", "--no-deliver", *words)
    with (tmp_path / "grows").open("a") as file:
        file.write("more")
    (tmp_path / "changes").unlink()
    (tmp_path / "changes").symlink_to("/etc/passwd")
    (tmp_path / "vanishes").unlink()
    outtray("run", "--until-empty")
    (stored,) = outtray.mail()
    message = BytesParser(_class=EmailMessage, policy=policy.SMTP).parsebytes(stored.as_bytes())
    contents = [part.get_payload(decode=True) for part in message.iter_attachments()]
    assert contents == [b"old grows\n", b"old changes\n", b"old vanishes\n"]
