"""The command line: its answers, whose names and keys others build on."""

import csv
import email.policy
import json
import re
import stat
from pathlib import Path
from typing import Any

from tests.commands import (
    DELIVERY_KEYS,
    RECEIPT_DELIVERY_KEYS,
    RECEIPT_KEYS,
    STATES,
    TIME,
    Outtray,
)


def receipt_of(sent: Outtray) -> dict[str, Any]:
    (line,) = (sent.home / "receipt").read_bytes().splitlines()
    receipt: dict[str, Any] = json.loads(line)
    return receipt


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
