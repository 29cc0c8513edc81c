"""`send`: a message from the command line, on the way the window's Send takes."""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from core import door
from core.accounts import accounts
from core.background import BackgroundTasks, GroupError
from core.cli import answers, console
from core.cli.console import CommandError, Exit
from core.cli.verbs import accept, catch_up, own
from core.clock import Clock, SystemClock
from core.errors import DraftError, PersonError, Problem, StorageError
from core.moments import read_moment
from core.outbox import draft_json, validation
from core.outbox.notification import (
    UNDO_MAX_S,
    Attachment,
    Delivery,
    Draft,
    Recipient,
    Terms,
    new_token,
)
from core.outbox.spool import Spool
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program

#: More than any message may have, in UTF-8: /dev/zero as standard input ends here.
_MOST_INPUT_BYTES = 64 << 20


def send(home: Home, options: argparse.Namespace) -> Exit:
    """Accept a message and print the receipt; then, unless an owner of the outbox does it, deliver it."""
    clock = SystemClock()
    draft, terms = _read(home, options, clock)
    token = options.token or new_token()
    arguments = {
        "draft": draft_json.to_dict(draft),
        "terms": {
            "undo_s": terms.undo_s,
            "at_ms": terms.at_ms,
            "not_after_ms": terms.not_after_ms,
            "is_held": terms.is_held,
        },
        "token": token,
    }
    owned = door.own_or_ask(partial(own, home, clock), home, "send", arguments)
    if isinstance(owned, dict):
        _print(owned["receipt"], owned["text"], options)
        return Exit.DONE
    try:
        return _send(owned, draft, terms, token, options)
    finally:
        owned.close()


def _send(program: Program, draft: Draft, terms: Terms, token: str, options: argparse.Namespace) -> Exit:
    receipt, tasks = accept(program, draft, terms, token)
    unread: Exception | None = None
    try:
        _print(answers.receipt_json(receipt), answers.receipt_text(receipt), options)
    except (BrokenPipeError, CommandError) as error:
        unread = error  # whoever wanted the receipt is gone; what was accepted goes all the same
    faults = _run(tasks)
    if not options.no_deliver:
        program.inline_engine().deliver(receipt.notification)
    catch_up(program)
    deliveries = program.reader.deliveries(delivery.id for delivery in receipt.deliveries)
    wrong = {state.account: state for state in program.reader.account_states()}
    if unread is not None:
        raise unread
    _print_outcomes(deliveries, options)
    for account in dict.fromkeys(each.account for each in deliveries if each.state is State.HELD):
        if account in wrong:
            console.complain(answers.one_line(wrong[account].detail))  # and what to do about it
    if faults:
        raise faults[0]
    return exit_for(deliveries, {account: state.code for account, state in wrong.items()})


def _run(tasks: BackgroundTasks) -> Sequence[Exception]:
    """Run what follows the receipt; return what is our fault. That the log cannot be written is said at the end."""
    try:
        tasks.run()
    except GroupError as group:
        for error in group.exceptions:
            if isinstance(error, PersonError) and error.code != "log_unwritable":
                console.complain(str(error))
        return [error for error in group.exceptions if not isinstance(error, PersonError)]
    return ()


def exit_for(deliveries: Iterable[Delivery], wrong: Mapping[str, str]) -> Exit:
    """Return how `send` ends with these outcomes: what is gravest for the person decides.

    `wrong` has what is wrong with each account, as a code of `core.words`.
    """
    found = {_exit_of(delivery, wrong.get(delivery.account, "")) for delivery in deliveries}
    gravest = (Exit.UNCONFIRMED, Exit.REFUSED, Exit.DISK, Exit.NO_PERMISSION, Exit.SETTINGS, Exit.LATER)
    return next((exit_ for exit_ in gravest if exit_ in found), Exit.DONE)


def _exit_of(delivery: Delivery, wrong: str = "") -> Exit:
    match delivery.state:
        case State.UNCONFIRMED:
            return Exit.UNCONFIRMED
        case State.FAILED:
            return Exit.REFUSED
        case State.CORRUPT:
            return Exit.DISK
        case State.HELD if delivery.reason is Reason.ACCOUNT:
            return console.exit_of_account(wrong) if wrong else Exit.NO_PERMISSION
        case State.QUEUED if delivery.reason in (Reason.BACKOFF, Reason.OFFLINE, Reason.RATE):
            return Exit.LATER
    return Exit.DONE


def _print(receipt: dict[str, Any], text: str, options: argparse.Namespace) -> None:
    line = answers.json_line(receipt, is_ascii_only=console.is_ascii_only()) if options.json else text
    console.answer(line)
    console.flush()


def _print_outcomes(deliveries: Iterable[Delivery], options: argparse.Namespace) -> None:
    """Say what became of each: a good end on standard output, for a person; any other on standard error."""
    for delivery in deliveries:
        line = f"{delivery.id}  {delivery.to}  {answers.state_text(delivery)}"
        if _exit_of(delivery) is not Exit.DONE:
            console.complain(line)
        elif delivery.state is State.SENT and not options.json:
            console.answer(line)


# -- reading what was typed ---------------------------------------------------------------------------------------


def _read(home: Home, options: argparse.Namespace, clock: Clock) -> tuple[Draft, Terms]:
    """Read the draft and its terms. Raises `DraftError` with every problem that can be seen from here."""
    for name, typed in (("recipient", " ".join(options.to)), ("subject", options.subject), ("query", options.query)):
        _refuse_undecoded(name, typed)
    text = _standard_input() if options.text is None else options.text
    _refuse_undecoded("message", text)
    every = accounts.load(home)
    to, unread_to = _recipients(options.to)
    attachments, problems = _attach(home, options)
    terms, trouble = _terms(options, clock.now_ms())
    draft = Draft(
        to=to,
        unread_to=unread_to,
        subject=options.subject,
        text=text,
        attachments=attachments,
        account=every.default if options.account is None else options.account,
        query=options.query,
    )
    if not every.has(draft.account):
        problems.insert(0, Problem("from", "account_unknown", (("account", draft.account),)))
    problems = [*validation.check(draft), *problems, *trouble]
    if problems:
        raise DraftError(problems)
    return draft, terms


def _refuse_undecoded(name: str, typed: str) -> None:
    """Refuse bytes that were no text in the console's encoding; Python hands them on as lone surrogates."""
    try:
        typed.encode()
    except UnicodeEncodeError as error:
        raise CommandError(f"The {name} holds bytes that are not {_encoding()}.", Exit.DRAFT) from error


def _encoding() -> str:
    return sys.getfilesystemencoding().upper()


def _standard_input() -> str:
    """Read the message from standard input, to its end. Raises `CommandError` where it is not UTF-8."""
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        console.complain("Type the message; Ctrl+D on a line of its own ends it.")
    try:
        data = sys.stdin.buffer.read(_MOST_INPUT_BYTES + 1)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise CommandError(f"The message could not be read from standard input: {why}.", Exit.DRAFT) from error
    if len(data) > _MOST_INPUT_BYTES:
        raise CommandError("The message on standard input is longer than a message may be.", Exit.DRAFT)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = f"line {line} holds the byte 0x{data[error.start]:02x}"
        raise CommandError(f"The message on standard input is not UTF-8: {where}.", Exit.DRAFT) from error
    return text.replace("\r\n", "\n")


def _recipients(typed: Iterable[str]) -> tuple[tuple[Recipient, ...], tuple[str, ...]]:
    """Read the addresses; what is none is kept as it was typed, for its own problem."""
    found: list[Recipient] = []
    unread: list[str] = []
    for text in typed:
        for part in validation.split_addresses(text) or [text]:
            try:
                found.append(validation.read_address(part))
            except PersonError:
                unread.append(part)
    return tuple(found), tuple(unread)


def _attach(home: Home, options: argparse.Namespace) -> tuple[tuple[Attachment, ...], list[Problem]]:
    """Copy the files into the spool: what is accepted does not change with them afterwards."""
    files: list[Attachment] = []
    problems: list[Problem] = []
    if options.attach:
        home.create()
    spool = Spool(home)
    for path in options.attach:
        try:
            files.append(spool.attach(path))
        except StorageError:
            raise
        except PersonError as error:
            problems.append(Problem("attachment", error.code, tuple(error.values.items())))
    return tuple(files), problems


def _terms(options: argparse.Namespace, now_ms: int) -> tuple[Terms, list[Problem]]:
    problems: list[Problem] = []

    def moment(name: str, typed: str | None) -> int | None:
        if typed is None:
            return None
        try:
            at_ms = read_moment(typed, now_ms)
        except ValueError:
            problems.append(Problem(name, "at_bad", (("value", typed),)))
            return None
        # With a token, this may be a second try for what was accepted in time.
        if at_ms < now_ms and options.token is None:
            problems.append(Problem(name, "at_past", (("value", typed),)))
        return at_ms

    at_ms, not_after_ms = moment("at", options.at), moment("not_after", options.not_after)
    if not problems and at_ms is not None and not_after_ms is not None and not_after_ms < at_ms:
        problems.append(Problem("not_after", "not_after_first", (("value", options.not_after),)))
    if not 0 <= options.undo <= UNDO_MAX_S:
        values = (("most", str(UNDO_MAX_S)), ("value", str(options.undo)))
        problems.append(Problem("undo", "undo_bad", values))
    return Terms(undo_s=options.undo, at_ms=at_ms, not_after_ms=not_after_ms, is_held=options.hold), problems
