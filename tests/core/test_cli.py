"""The parts of the command line that need no process: exit codes, cells, texts."""

import dataclasses
import errno
from pathlib import Path

import pytest

from core.cli import main
from core.cli.answers import csv_cells, list_text, padded, state_text
from core.cli.console import Exit, exit_of_account
from core.cli.send import exit_for
from core.outbox.notification import Delivery
from core.outbox.states import Reason, State

NOW = 1_795_485_784_000


def delivery(state: State = State.SENT, reason: Reason = Reason.NONE, **values: object) -> Delivery:
    made = Delivery(
        id=17,
        notification="01J",
        to="ann@example.com",
        to_name="",
        from_="practice@outtray.invalid",
        account="practice",
        subject="Hi",
        state=state,
        reason=reason,
        due_at=NOW,
        accepted_at=NOW,
        sent_at=None,
        attempts=0,
        generation=0,
        last_code=None,
        last_reply="",
        message_id="<a@b>",
        size_bytes=1,
        updated_at=NOW,
    )
    return dataclasses.replace(made, **values)  # type: ignore[arg-type]  # each test names real fields


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([(State.SENT, Reason.NONE)], Exit.DONE),
        ([(State.QUEUED, Reason.SCHEDULE)], Exit.DONE),
        ([(State.QUEUED, Reason.UNDO)], Exit.DONE),
        ([(State.QUEUED, Reason.NONE)], Exit.DONE),
        ([(State.HELD, Reason.PERSON)], Exit.DONE),
        ([(State.CANCELLED, Reason.NONE)], Exit.DONE),
        ([(State.QUEUED, Reason.BACKOFF)], Exit.LATER),
        ([(State.QUEUED, Reason.OFFLINE)], Exit.LATER),
        ([(State.FAILED, Reason.NONE)], Exit.REFUSED),
        ([(State.UNCONFIRMED, Reason.NO_REPLY)], Exit.UNCONFIRMED),
        ([(State.HELD, Reason.ACCOUNT)], Exit.NO_PERMISSION),
        ([(State.CORRUPT, Reason.NONE)], Exit.DISK),
        ([(State.SENT, Reason.NONE), (State.QUEUED, Reason.BACKOFF)], Exit.LATER),
        ([(State.QUEUED, Reason.BACKOFF), (State.FAILED, Reason.NONE)], Exit.REFUSED),
        ([(State.FAILED, Reason.NONE), (State.UNCONFIRMED, Reason.NO_REPLY)], Exit.UNCONFIRMED),
    ],
)
def test_the_gravest_outcome_is_the_exit_code(states: list[tuple[State, Reason]], expected: Exit) -> None:
    """Several recipients: 76 before 69 before 75. What waits on purpose is 0."""
    assert exit_for([delivery(state, reason) for state, reason in states], {}) is expected


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    """C7: a subject from a stranger's reply must not run in a spreadsheet."""
    cells = csv_cells(delivery(subject=cell))
    assert f"'{cell}" in cells
    assert cell not in cells


def test_a_row_cannot_steer_the_terminal() -> None:
    """B16: a reply or subject that holds an escape sequence, or a line of its own, is shown harmless."""
    shown = list_text(delivery(subject="a\x1b]0;x\x07\nb", last_reply="\x1b[2J"))
    assert shown.isprintable()
    assert (
        state_text(delivery(State.FAILED, last_code=550, last_reply="No\r\nsuch user")) == "Failed (550 No��such user)"
    )


def test_columns_count_as_a_terminal_does() -> None:
    """Japanese characters take two places, marks above a letter none."""
    assert padded("日本", 6) == "日本  "
    assert padded("e\u0301", 3) == "e\u0301  "
    assert padded("longer than", 3) == "longer than"


@pytest.mark.parametrize(
    ("code", "expected"),
    [("tls_refused", Exit.SETTINGS), ("tls_later", Exit.LATER), ("server_refused", Exit.REFUSED)],
)
def test_what_is_wrong_with_an_account_is_the_exit_code(code: str, expected: Exit) -> None:
    """What passes by itself is 75; what a person has to mend is not."""
    assert exit_of_account(code) is expected


def test_too_few_open_files_are_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """75 and a sentence, wherever the limit was met."""

    def window(*_: object) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    assert main(["--home", str(tmp_path)], window=window, tour=window) is Exit.LATER
    assert capsys.readouterr().err == "Too many files are open on this computer just now. It is tried again.\n"
