"""`send` and the moves of a person, each a process of its own."""

import email.policy
import json
import subprocess
from pathlib import Path

import pytest

from tests.commands import (
    PATIENCE_S,
    RECEIPT_KEYS,
    Outtray,
)


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
