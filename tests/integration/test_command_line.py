"""The command line as a script meets it: real processes, their output, their exit codes, what they leave on disk."""

import csv
import email.policy
import json
import mailbox
import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from core import cli, door
from core.outbox.reader import Reader
from core.owner import Owner, owner_kind
from core.paths import Home
from tests.others import as_another_user

ROOT = Path(__file__).resolve().parents[2]
MAIN = str(ROOT / "main.py")

RECEIPT_KEYS = ["notification", "accepted_at", "deliveries"]
RECEIPT_DELIVERY_KEYS = ["id", "to", "state", "message_id"]
DELIVERY_KEYS = [
    "id",
    "notification",
    "to",
    "from",
    "subject",
    "state",
    "reason",
    "due_at",
    "accepted_at",
    "sent_at",
    "attempts",
    "generation",
    "last_code",
    "last_reply",
    "message_id",
    "size_bytes",
]
STATES = ["queued", "held", "sending", "handing_over", "sent", "failed", "unconfirmed", "cancelled", "corrupt"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

#: A process on a slow machine is given this long before the test is given up.
PATIENCE_S = 60.0

Done = subprocess.CompletedProcess[bytes]


class Outtray:
    """One outbox, used by commands that are processes of their own. Each must keep to what all commands promise."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("OUTTRAY")}
        self.environ["LC_ALL"] = "C.UTF-8"

    def words(self, *words: str) -> list[str]:
        return [sys.executable, MAIN, "--home", str(self.home), *words]

    def __call__(self, *words: str, typed: bytes = b"", exits: int = 0, **options: Any) -> Done:
        """Run a command to its end; its exit code must be `exits`. No error is a traceback or a page of usage."""
        environ = {**self.environ, **options.pop("environ", {})}
        done = subprocess.run(
            self.words(*words), input=typed, capture_output=True, timeout=PATIENCE_S, env=environ, **options
        )
        said = done.stderr.decode("utf-8", "replace")
        assert "Traceback" not in said, said
        assert "usage:" not in said, said
        assert done.returncode == exits, f"{done.returncode}: {said}{done.stdout!r}"
        assert (exits == 0) or said.strip(), "an error says why"
        return done

    def json(self, *words: str, **options: Any) -> Any:
        """Run a command that answers with one line of JSON."""
        (line,) = self(*words, **options).stdout.splitlines()
        return json.loads(line)

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self("list", "--json", *words).stdout.splitlines()]

    def states(self) -> dict[str, str]:
        """Return the state of each recipient's latest delivery, read without a process: tests look often."""
        with closing(Reader(Home(self.home))) as reader:
            return {each.to: each.state.value for each in reversed(list(reader.list()))}

    def owner(self) -> str | None:
        return owner_kind(Home(self.home))

    def mail(self) -> list[mailbox.MaildirMessage]:
        """Read the mail folder with the standard library, which shares no line with ours."""
        if not (self.home / "mail").exists():
            return []
        with closing(mailbox.Maildir(self.home / "mail", create=False)) as folder:
            return list(folder)

    def log(self) -> list[str]:
        return (self.home / "log.txt").read_text(encoding="utf-8").splitlines()

    def accepted(self, *words: str) -> list[str]:
        """Accept a message that is not delivered; return the numbers of its deliveries."""
        receipt = self.json("send", "--json", "--no-deliver", "-m", "Hello", *words)
        return [str(each["id"]) for each in receipt["deliveries"]]

    def force(self, delivery_id: str, state: str, reason: str = "") -> None:
        """Put a delivery where only a mail server or a crash can bring it."""
        with closing(sqlite3.connect(self.home / "outbox.db")) as db, db:
            db.execute("UPDATE delivery SET state = ?, reason = ? WHERE id = ?", (state, reason, delivery_id))

    @contextmanager
    def running(self, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Have `run` own the outbox."""
        process = self.start("run", *words)
        try:
            wait_for(lambda: self.owner() == "run" or process.poll() is not None)
            assert process.poll() is None
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=PATIENCE_S)

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self.words(*words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environ,
        )


def wait_for(condition: Callable[[], object]) -> None:
    """Look until the condition holds; fail when it never does."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, "it never happened"
        time.sleep(0.02)  # between two looks: the condition decides, not the time


@pytest.fixture
def outtray(tmp_path: Path) -> Outtray:
    return Outtray(tmp_path / "home")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Outtray:
    """An outbox to read in: one message with everything, practised. Tests that use it change nothing."""
    outtray = Outtray(tmp_path_factory.mktemp("sent") / "home")
    done = outtray(
        *("send", "ann@example.com, Ben Ito <ben@例え.jp>", "-m", "Hello,\n\n.dots\nFrom me 日本語\n"),
        *("-s", "Hi, 🙂", "-q", "an", "--json"),
    )
    (outtray.home / "receipt").write_bytes(done.stdout)
    return outtray


def receipt_of(sent: Outtray) -> dict[str, Any]:
    (line,) = (sent.home / "receipt").read_bytes().splitlines()
    receipt: dict[str, Any] = json.loads(line)
    return receipt


# -- what everybody builds on -------------------------------------------------------------------------------------


def test_the_receipt_has_exactly_its_keys(sent: Outtray) -> None:
    """One line; each recipient is a delivery with a message of its own."""
    receipt = receipt_of(sent)
    assert list(receipt) == RECEIPT_KEYS
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", receipt["notification"])
    assert TIME.fullmatch(receipt["accepted_at"])
    first, second = receipt["deliveries"]
    assert list(first) == list(second) == RECEIPT_DELIVERY_KEYS
    assert [first["to"], second["to"]] == ["ann@example.com", "ben@例え.jp"]
    assert first["state"] == second["state"] == "queued"
    assert re.fullmatch("<[^<>@]+@[^<>@]+>", first["message_id"])
    assert first["message_id"] != second["message_id"]


def test_the_mail_folder_holds_each_message_once(sent: Outtray) -> None:
    """Read back by the standard library: two messages, each to one person, the text as it was typed."""
    messages = {str(message["Message-ID"]): message for message in sent.mail()}
    assert set(messages) == {each["message_id"] for each in receipt_of(sent)["deliveries"]}
    for message in messages.values():
        parsed = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
        assert parsed["Subject"] == "Hi, 🙂"
        assert parsed.get_content().replace("\r\n", "\n") == "Hello,\n\n.dots\nFrom me 日本語\n"
        assert len(parsed["To"].addresses) == 1
        assert parsed["Cc"] is None
        assert parsed["Bcc"] is None


def test_list_json_has_exactly_its_keys_newest_first(sent: Outtray) -> None:
    """One object a line."""
    receipt = receipt_of(sent)
    rows = sent.rows()
    assert [list(row) for row in rows] == [DELIVERY_KEYS] * 2
    assert [row["id"] for row in rows] == sorted((each["id"] for each in receipt["deliveries"]), reverse=True)
    row = rows[-1]
    assert row["notification"] == receipt["notification"]
    assert row["message_id"] == receipt["deliveries"][0]["message_id"]
    assert row["accepted_at"] == receipt["accepted_at"]
    assert (row["to"], row["subject"]) == ("ann@example.com", "Hi, 🙂")
    assert (row["state"], row["reason"]) == ("sent", "practised")
    assert (row["attempts"], row["generation"], row["last_code"]) == (1, 0, None)
    assert TIME.fullmatch(row["sent_at"])
    assert row["from"].endswith(".invalid"), "what is practised comes from nobody's address"


def test_list_can_be_narrowed(sent: Outtray) -> None:
    assert [row["to"] for row in sent.rows("--limit", "1")] == ["ben@例え.jp"]
    assert [row["to"] for row in sent.rows("--find", "ann hi")] == ["ann@example.com"]
    assert sent.rows("--find", "eve") == []
    assert len(sent.rows("--state", "sent")) == 2
    assert sent.rows("--state", "queued") == []
    assert sent.rows("--limit", "0") == []


def test_show_json_has_exactly_its_keys(sent: Outtray) -> None:
    """One delivery with its attempts and events."""
    row = sent.rows()[-1]
    shown = sent.json("show", str(row["id"]), "--json")
    assert list(shown) == [*DELIVERY_KEYS, "attempt_log", "events"]
    assert {key: shown[key] for key in DELIVERY_KEYS} == row
    (attempt,) = shown["attempt_log"]
    assert list(attempt) == ["started_at", "ended_at", "phase", "code", "reply", "tls", "server"]
    assert TIME.fullmatch(attempt["started_at"])
    assert TIME.fullmatch(attempt["ended_at"])
    assert [list(event) for event in shown["events"]] == [["at", "event", "detail"]] * len(shown["events"])
    assert [event["event"] for event in shown["events"]] == ["query", "message", "accepted", "sending", "practised"]
    assert shown["events"][0]["detail"] == "an"


def test_show_raw_is_the_message_in_the_mail_folder(sent: Outtray) -> None:
    """The exact bytes: the same as were handed over, as far as line ends go."""
    for row in sent.rows():
        raw = sent("show", str(row["id"]), "--raw").stdout
        assert len(raw) == row["size_bytes"]
        assert b"\n" not in raw.replace(b"\r\n", b"")
        stored = [path.read_bytes() for path in (sent.home / "mail" / "new").iterdir()]
        assert [data for data in stored if data.replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")]


def test_status_json_has_exactly_its_keys(sent: Outtray) -> None:
    status = sent.json("status", "--json")
    assert list(status) == [*STATES, "total", "next_due_at", "paused", "owner"]
    expected = {**dict.fromkeys(STATES, 0), "sent": 2, "total": 2}
    assert status == {**expected, "next_due_at": None, "paused": False, "owner": None}


def test_the_log_has_a_line_for_each_event(sent: Outtray) -> None:
    """`found query` before `message to`, each with its time and number; `log` prints the file as it is."""
    lines = sent.log()
    assert sent("log").stdout.decode().splitlines() == lines
    first, second = sorted(row["id"] for row in sent.rows())
    assert [line[26:] for line in lines[:3]] == [
        f"{first}  found query: an",
        f"{first}  message to ann@example.com",
        f"{second}  message to ben@例え.jp",
    ]
    assert all(TIME.fullmatch(line[:24]) for line in lines)
    told = [line for line in lines if "notification for ann@example.com: " in line]
    assert [line.split(": ")[1].split(" ")[0] for line in told] == ["accepted", "sending", "practised"]


def test_a_person_reads_words(sent: Outtray) -> None:
    """Without --json: the window's words, never a promise that was not kept."""
    said = b"".join(sent(*words).stdout for words in (["status"], ["list"], ["show", "1"])).decode()
    for word in ("Practised", "ann@example.com", "Hi, 🙂", "nobody received it", "Not confirmed"):
        assert word in said
    assert not re.search("delivered|successful", said, re.IGNORECASE)


def test_everything_in_the_home_is_private(sent: Outtray) -> None:
    """Files 0600, folders 0700."""
    ours = [path for path in sent.home.rglob("*") if path.name != "receipt"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in ours if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in ours if path.is_file()} == {0o600}


def test_export_holds_every_delivery(sent: Outtray, tmp_path: Path) -> None:
    """CSV and JSON lines, with the keys of `list`; a file of that name is replaced whole."""
    as_csv, as_lines = tmp_path / "out.csv", tmp_path / "out.jsonl"
    as_csv.write_text("old")
    assert sent("export", str(as_csv)).stdout == b""
    sent("export", str(as_lines), "--format", "jsonl")
    with as_csv.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    listed = sent.rows()
    assert list(rows[0]) == DELIVERY_KEYS
    assert [row["subject"] for row in rows] == [row["subject"] for row in listed]
    assert [json.loads(line) for line in as_lines.read_text(encoding="utf-8").splitlines()] == listed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.jsonl"], "nothing unfinished is left"


def test_export_harms_nothing_else(sent: Outtray, tmp_path: Path) -> None:
    """Not a folder, not a device, not a file of the outbox; a place that is not there is said in words."""
    before = (sent.home / "outbox.db").read_bytes()
    for name in (str(tmp_path), "/dev/null", str(sent.home / "outbox.db"), str(tmp_path / "no" / "x.csv")):
        sent("export", name, exits=73)
    assert (sent.home / "outbox.db").read_bytes() == before
    assert Path("/dev/null").is_char_device()


# -- what is sent -------------------------------------------------------------------------------------------------


def test_the_message_may_come_from_standard_input(outtray: Outtray) -> None:
    """UTF-8, with or without a mark before it; line ends of any system."""
    for typed in ("Grüße\n".encode(), b"\xef\xbb\xbf" + "Grüße\r\n".encode()):
        outtray("send", "ann@example.com", typed=typed)
    texts = [message.get_payload(decode=True) for message in outtray.mail()]
    assert [bytes(text).replace(b"\r\n", b"\n") for text in texts if isinstance(text, bytes)] == [
        "Grüße\n".encode()
    ] * 2


def test_standard_input_that_is_not_utf8_is_refused(outtray: Outtray) -> None:
    """The sentence names the line and the byte; nothing is accepted."""
    done = outtray("send", "ann@example.com", typed=b"fine\nGr\xfc\xdfe\n", exits=65)
    assert done.stderr.decode() == "The message on standard input is not UTF-8: line 2 holds the byte 0xfc.\n"
    assert not outtray.home.exists()


def test_arguments_that_are_not_text_are_refused(outtray: Outtray) -> None:
    """Bytes that the console's encoding does not have."""
    for words in ((b"ann@example.com", b"-m", b"\xff"), (b"ann@example.com", b"-s", b"\xff"), (b"\xff@example.com",)):
        done = subprocess.run(
            [*(word.encode() for word in outtray.words("send")), *words, b"-q", b"q"],
            input=b"Hello",
            capture_output=True,
            timeout=PATIENCE_S,
            env=outtray.environ,
        )
        assert done.returncode == 65
        assert b"holds bytes that are not UTF-8" in done.stderr


@pytest.mark.parametrize(
    ("words", "typed", "sentences"),
    [
        (["ann@example.com"], b"", ["There is nothing to send: the message is empty."]),
        (["ann@example.com", "-m", " "], b"unread", ["There is nothing to send: the message is empty."]),
        (["ann", "-m", "x"], b"", ["ann: an address needs an @, as in ann@example.com."]),
        ([",", "-m", "x"], b"", None),
        (["ann@example.com", "-m", "x", "-s", "a\nBcc: eve@example.com"], b"", None),
        (["ann@example.com", "-m", "a\x07b"], b"", None),
        (["ann@example.com", "-m", "x", "-q", "a\nb"], b"", None),
        (["ann@example.com", "-m", "x", "--at", "soon"], b"", ["soon is not a time. Write it as 2026-11-30T09:00."]),
        (["ann@example.com", "-m", "x", "--at", "2001-01-01T09:00"], b"", ["2001-01-01T09:00 has passed."]),
        (["ann@example.com", "-m", "x", "--at", "+2h", "--not-after", "+1h"], b"", None),
        (["ann@example.com", "-m", "x", "--from", "work"], b"", ["There is no account named work."]),
        (["ann@example.com", "-m", "x", "--attach", "no such file"], b"", None),
        (["ann@example.com", "-m", "x", "--attach", "/dev/zero"], b"", None),
    ],
)
def test_a_draft_that_is_not_valid_is_refused(
    outtray: Outtray, words: list[str], typed: bytes, sentences: list[str] | None
) -> None:
    """65, a sentence for each problem, nothing accepted and nothing printed."""
    done = outtray("send", *words, "--json", typed=typed, exits=65)
    assert done.stdout == b""
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1
    assert sentences is None or lines == sentences
    assert not (outtray.home / "outbox.db").exists()


def test_every_problem_has_a_line_of_its_own(outtray: Outtray) -> None:
    """One wrong address among several: none of them goes, and all that is wrong is said at once."""
    done = outtray(
        *("send", "ann@example.com", "bob", "@example.com", "-m", "", "-s", "a\tb", "--from", "work"),
        *("--attach", "gone.pdf", "--at", "soon", "--undo", "99999"),
        exits=65,
    )
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 8
    for words in ("bob:", "@example.com:", "subject", "empty", "work", "gone.pdf", "soon", "99999"):
        assert sum(words in line for line in lines) == 1, (words, lines)
    assert not (outtray.home / "outbox.db").exists()


def test_a_file_goes_with_it(outtray: Outtray, tmp_path: Path) -> None:
    """What was attached is what arrives, though the file is gone by then."""
    data = bytes(range(256)) * 500
    file = tmp_path / "größe.bin"
    file.write_bytes(data)
    (tmp_path / "b.txt").write_text("second\n")
    outtray.accepted("ann@example.com", "--attach", str(file), "--attach", str(tmp_path / "b.txt"))
    file.unlink()
    outtray("run", "--until-empty")
    (message,) = outtray.mail()
    parsed = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    files = list(parsed.iter_attachments())
    assert [each.get_filename() for each in files] == ["größe.bin", "b.txt"]
    assert files[0].get_content() == data


def test_the_same_token_is_accepted_once(outtray: Outtray) -> None:
    """A script that does not know whether its send came through sends it again; also after its time has passed."""
    words = ["send", "ann@example.com", "-m", "Hello", "--token", "t1", "--json"]
    first = outtray.json(*words)
    again = outtray.json(*words, "--at", "2001-01-01T09:00")
    assert again["notification"] == first["notification"]
    assert [each["id"] for each in again["deliveries"]] == [each["id"] for each in first["deliveries"]]
    assert outtray.json(*words[:-2], "t2", "--json")["notification"] != first["notification"]
    assert len(outtray.mail()) == 2
    assert len([line for line in outtray.log() if "message to" in line]) == 2


@pytest.mark.parametrize(
    ("words", "state", "reason"),
    [
        (["--at", "+2h"], "queued", "schedule"),
        (["--undo", "600"], "queued", "undo"),
        (["--hold"], "held", "person"),
        (["--no-deliver"], "queued", ""),
    ],
)
def test_what_waits_on_purpose_is_no_error(outtray: Outtray, words: list[str], state: str, reason: str) -> None:
    """0, and nothing is handed over; the rest is up to `run`, the window, or a person."""
    outtray("send", "ann@example.com", "-m", "Hello", *words)
    (row,) = outtray.rows()
    assert (row["state"], row["reason"]) == (state, reason)
    assert outtray.mail() == []
    assert outtray.json("status", "--json")[state] == 1


def test_a_message_can_be_taken_back(outtray: Outtray) -> None:
    """`undo` takes back all of its recipients; a second time, and once it went, it is too late: 69."""
    receipt = outtray.json("send", "ann@example.com", "ben@example.com", "-m", "Hello", "--undo", "60", "--json")
    first, second = (str(each["id"]) for each in receipt["deliveries"])
    done = outtray("undo", first)
    assert done.stdout.decode() == f"{first}  ann@example.com  Cancelled\n"
    assert outtray.states() == {"ann@example.com": "cancelled", "ben@example.com": "cancelled"}
    assert "too late" in outtray("undo", second, exits=69).stderr.decode()
    outtray("run", "--until-empty")
    assert outtray.mail() == []
    outtray("undo", "99", exits=64)


def test_the_moves_of_a_person(outtray: Outtray) -> None:
    """hold, release, cancel: what cannot be moved is said by number, and the others move."""
    ids = outtray.accepted("ann@example.com", "ben@example.com", "eve@example.com")
    outtray("hold", ids[0], ids[1])
    assert list(outtray.states().values()) == ["held", "held", "queued"]
    outtray("release", ids[0])
    done = outtray("cancel", *ids[1:], "99", exits=64)
    assert done.stderr.decode() == "There is no delivery 99.\n"
    assert done.stdout.decode().splitlines() == [
        f"{ids[1]}  ben@example.com  Cancelled",
        f"{ids[2]}  eve@example.com  Cancelled",
    ]
    assert list(outtray.states().values()) == ["queued", "cancelled", "cancelled"]
    done = outtray("release", ids[0], ids[1], exits=69)
    assert done.stderr.decode().splitlines() == [
        f"{ids[0]} is queued: it cannot be released.",
        f"{ids[1]} is cancelled: it cannot be released.",
    ]


def test_what_is_not_confirmed_is_for_a_person_to_decide(outtray: Outtray) -> None:
    """send-again makes a new generation of the same bytes; mark-sent is an event of its own."""
    again, marked = outtray.accepted("ann@example.com", "ben@example.com")
    raw = outtray("show", again, "--raw").stdout
    for each in (again, marked):
        outtray.force(each, "unconfirmed", "no_reply")
    assert outtray.json("status", "--json")["unconfirmed"] == 2
    outtray("retry", again, exits=69)
    outtray("send-again", again)
    outtray("mark-sent", marked)
    outtray("run", "--until-empty")
    rows = {str(row["id"]): row for row in outtray.rows()}
    assert (rows[again]["state"], rows[again]["generation"]) == ("sent", 1)
    assert (rows[marked]["state"], rows[marked]["reason"]) == ("sent", "marked")
    assert outtray("show", again, "--raw").stdout == raw
    assert len(outtray.mail()) == 1


def test_a_failed_one_can_be_tried_again(outtray: Outtray) -> None:
    (failed,) = outtray.accepted("ann@example.com")
    outtray.force(failed, "failed")
    outtray("retry", failed)
    outtray("run", "--until-empty")
    (row,) = outtray.rows()
    assert (row["state"], row["generation"]) == ("sent", 1)


def test_while_paused_nothing_starts(outtray: Outtray) -> None:
    """`pause` outlives its process, holds for `send` and `run`, and ends with `resume`."""
    outtray.accepted("ann@example.com")
    outtray("pause")
    outtray("send", "ben@example.com", "-m", "Hello")
    outtray("run", "--until-empty")
    assert outtray.json("status", "--json")["paused"] is True
    assert set(outtray.states().values()) == {"queued"}
    outtray("resume")
    assert outtray.json("status", "--json")["paused"] is False
    outtray("run", "--until-empty")
    assert set(outtray.states().values()) == {"sent"}


def test_what_will_be_tried_again_is_75(outtray: Outtray, tmp_path: Path) -> None:
    """A folder that cannot be written: accepted, tried, waiting; the receipt is given, and the reason is said."""
    outtray.home.mkdir(mode=0o700)
    (outtray.home / "mail").write_text("in the way")
    done = outtray("send", "ann@example.com", "-m", "Hello", "--json", exits=75)
    assert list(json.loads(done.stdout)) == RECEIPT_KEYS
    assert "ann@example.com  Waiting" in done.stderr.decode()
    (row,) = outtray.rows()
    assert (row["state"], row["reason"], row["attempts"]) == ("queued", "backoff", 1)
    assert row["due_at"] > row["accepted_at"]
    assert outtray.json("status", "--json")["next_due_at"] == row["due_at"]
    (outtray.home / "mail").unlink()
    outtray("retry", str(row["id"]))
    outtray("run", "--until-empty")
    assert len(outtray.mail()) == 1


def test_a_log_that_cannot_be_written_stops_no_message(outtray: Outtray) -> None:
    """A6: one warning; the message goes, and what happened is in the outbox."""
    (outtray.home / "log.txt").mkdir(parents=True, mode=0o700)
    done = outtray("send", "ann@example.com", "-m", "Hello")
    assert "log.txt" in done.stderr.decode()
    assert len(outtray.mail()) == 1
    outtray("log", exits=74)
    (outtray.home / "log.txt").rmdir()
    outtray("send", "ben@example.com", "-m", "Hello")
    assert len([line for line in outtray.log() if "message to" in line]) == 2


# -- words that are wrong, and machines that are ------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["frob"],
        ["account", "list"],
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
    for word in ("send", "run", "mark-sent", "export", "tour", "doctor", "--home"):
        assert word in said
    for word in ("account", "backup", "restore", "check"):
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
    for subject in ("Python", "SQLite", "PySide6", "screen", "folder", "outbox", "settings"):
        assert subject in found
    assert (done.returncode == 0) == all(line.startswith("ok ") for line in lines), lines
    assert list(tmp_path.iterdir()) == []


# -- two processes and more ---------------------------------------------------------------------------------------


def test_a_message_goes_through_the_owner(outtray: Outtray) -> None:
    """While `run` owns the outbox, `send` hands its draft to it and prints the same receipt; `run` delivers it."""
    with outtray.running():
        assert outtray.json("status", "--json")["owner"] == "run"
        receipt = outtray.json(
            "send", "ann@example.com", "-m", "Hello 日本語", "-s", "Hi", "-q", "an", "--token", "t", "--json"
        )
        assert list(receipt) == RECEIPT_KEYS
        assert list(receipt["deliveries"][0]) == RECEIPT_DELIVERY_KEYS
        again = outtray.json("send", "ann@example.com", "-m", "Hello", "--token", "t", "--json")
        assert again["notification"] == receipt["notification"]
        wait_for(lambda: outtray.states() == {"ann@example.com": "sent"})
        wait_for(lambda: len(outtray.log()) >= 5)
    assert len(outtray.mail()) == 1
    assert [line[26:].split("  ")[1] for line in outtray.log()[:2]] == ["found query: an", "message to ann@example.com"]


def test_the_owner_carries_out_every_command(outtray: Outtray) -> None:
    """Moves, pause and their errors come through the door with the same sentences and numbers."""
    with outtray.running():
        assert "Accepted" in outtray("send", "ann@example.com", "-m", "Hello", "--at", "+2h").stdout.decode()
        outtray("hold", "1")
        assert outtray("release", "1").stdout.decode().startswith("1  ann@example.com  Scheduled, not before ")
        outtray("undo", "1")
        assert "too late" in outtray("undo", "1", exits=69).stderr.decode()
        assert "cannot be cancelled" in outtray("cancel", "1", exits=69).stderr.decode()
        assert "There is no delivery 7." in outtray("retry", "7", exits=64).stderr.decode()
        outtray("pause")
        assert outtray.json("status", "--json")["paused"] is True
        outtray("send", "ben@example.com", "-m", "Hello")
        outtray("resume")
        wait_for(lambda: outtray.states()["ben@example.com"] == "sent")
        assert "bob" in outtray("send", "bob", "-m", "Hello", exits=65).stderr.decode()
        outtray("send", "ann@example.com", typed="日本語".encode() * 120_000, exits=65)


def test_a_file_goes_through_the_owner(outtray: Outtray, tmp_path: Path) -> None:
    """An attachment of any allowed size: it is in the spool already, and the door carries its name only."""
    (tmp_path / "big.bin").write_bytes(os.urandom(3 << 20))
    with outtray.running():
        outtray("send", "ann@example.com", "-m", "Hello", "--attach", str(tmp_path / "big.bin"))
        wait_for(lambda: outtray.states() == {"ann@example.com": "sent"})
    (message,) = outtray.mail()
    parsed = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert [part.get_content() for part in parsed.iter_attachments()] == [(tmp_path / "big.bin").read_bytes()]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_run_ends_on_a_signal(outtray: Outtray, name: str) -> None:
    """A14: quiet, 0, the door closed and the lock free; what is scheduled stays."""
    outtray.accepted("ann@example.com", "--at", "+2h")
    with outtray.running() as process:
        process.send_signal(getattr(signal, name))
        out, said = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out, said) == (0, b"", b"")
    assert not (outtray.home / "door.json").exists()
    assert outtray.json("status", "--json")["owner"] is None
    assert outtray.states() == {"ann@example.com": "queued"}


def test_run_until_empty_delivers_what_is_due(outtray: Outtray) -> None:
    """It ends by itself; what is not due now waits."""
    outtray.accepted("ann@example.com", "ben@example.com", "eve@example.com")
    outtray.accepted("late@example.com", "--at", "+2h")
    done = outtray("run", "--until-empty")
    assert (done.stdout, done.stderr) == (b"", b"")
    assert list(outtray.states().values()) == ["sent", "sent", "sent", "queued"]
    assert len(outtray.mail()) == 3
    assert len([line for line in outtray.log() if "practised" in line]) == 3
    assert len(outtray.log()) == 14, "the log is whole when the command ends"


def test_a_killed_owner_leaves_nothing_in_the_way(outtray: Outtray) -> None:
    """A11: after kill -9 the next command takes the lock, though door.json still names the dead one."""
    with outtray.running() as process:
        process.kill()
        process.wait(PATIENCE_S)
        assert (outtray.home / "door.json").exists()
        assert outtray.json("status", "--json")["owner"] is None
        outtray("send", "ann@example.com", "-m", "Hello")
    assert len(outtray.mail()) == 1
    assert not (outtray.home / "door.json").exists()


def test_while_another_owns_it_run_waits_and_is_75(outtray: Outtray) -> None:
    """`run` waits 5 s for a stopped owner to go; then it says who owns the outbox."""
    with outtray.running() as owner:
        owner.send_signal(signal.SIGSTOP)
        try:
            assert outtray.json("status", "--json")["owner"] == "run", "a stopped owner owns"
            done = outtray("run", exits=75)
            assert done.stdout == b""
            assert done.stderr.decode().count("\n") == 1
            assert f"run, process {owner.pid}" in done.stderr.decode()
        finally:
            owner.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("words", [["send", "ann@example.com", "-m", "Hello"], ["pause"]], ids=" ".join)
def test_while_another_owns_it_and_does_not_answer_it_is_75(
    outtray: Outtray, words: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wants to write tries for 15 s (here, in this process, for less), and says who owns the outbox."""
    monkeypatch.setattr(door, "PATIENCE_S", 0.3)
    owner = Owner(Home(outtray.home))
    assert owner.try_take()
    try:
        assert cli.main(["--home", str(outtray.home), *words], window=no_window, tour=no_window) == 75
    finally:
        owner.release()
    out, said = capfd.readouterr()
    assert (out, said.count("\n")) == ("", 1)
    assert "in use by another Outtray (a command)" in said
    assert not (outtray.home / "outbox.db").exists()


def no_window(*_: object) -> int:
    raise AssertionError("no window was asked for")


def test_an_owner_that_goes_hands_over(outtray: Outtray) -> None:
    """A second `run` waits for the first to go, and then owns."""
    with outtray.running() as first:
        second = outtray.start("run", "--until-empty")
        try:
            first.send_signal(signal.SIGTERM)
            assert second.communicate(timeout=PATIENCE_S) == (b"", b"")
            assert second.returncode == 0
        finally:
            second.kill()


def test_many_at_once_lose_nothing(outtray: Outtray) -> None:
    """Eight sends at the same moment: each has its receipt, each message is there once."""
    senders = [outtray.start("send", f"p{n}@example.com", "-m", "Hello", "--json") for n in range(8)]
    receipts = []
    for sender in senders:
        out, said = sender.communicate(timeout=PATIENCE_S)
        assert (sender.returncode, said) == (0, b"")
        receipts.append(json.loads(out))
    assert len({receipt["notification"] for receipt in receipts}) == 8
    wanted = sorted(receipt["deliveries"][0]["message_id"] for receipt in receipts)
    assert sorted(str(message["Message-ID"]) for message in outtray.mail()) == wanted
    assert set(outtray.states().values()) == {"sent"}


def test_the_door_bears_anybody(outtray: Outtray) -> None:
    """C9: another user of this machine may connect and say anything: `run` goes on, and does nothing for them."""
    with outtray.running():
        port = json.loads((outtray.home / "door.json").read_text())["port"]
        for data in (b"\xff\x00\n", b'{"token": "x", "verb": "pause", "arguments": {}}\n', b"x" * (2 << 20), b"slow"):
            with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as connection:
                try:
                    connection.sendall(data)
                except ConnectionError:
                    continue
        assert outtray.json("status", "--json")["paused"] is False
        outtray("send", "ann@example.com", "-m", "Hello")


def test_the_log_can_be_followed(outtray: Outtray) -> None:
    """`log --follow` prints what is added, goes on with a new file, and ends on Ctrl+C without a word."""
    outtray.accepted("ann@example.com")
    follower = outtray.start("log", "--follow")
    assert follower.stdout is not None
    try:
        assert b"message to ann@example.com" in follower.stdout.readline()
        assert b"accepted" in follower.stdout.readline()
        outtray.accepted("ben@example.com")
        assert b"message to ben@example.com" in follower.stdout.readline()
        assert b"accepted" in follower.stdout.readline()
        new = outtray.home / "log.new"
        new.write_text("a new file\n")
        new.replace(outtray.home / "log.txt")
        assert follower.stdout.readline() == b"a new file\n"
        follower.send_signal(signal.SIGINT)
        assert follower.communicate(timeout=PATIENCE_S) == (b"", b"")
        assert follower.returncode == 0
    finally:
        if follower.poll() is None:
            follower.kill()
            follower.communicate(timeout=PATIENCE_S)
