"""What a command says: answers on standard output, one sentence on standard error, a number at the end."""

import contextlib
import errno
import os
import sys
import traceback
from enum import IntEnum
from pathlib import Path

from core.errors import (
    DraftError,
    MoveError,
    NotFoundError,
    OutboxError,
    OuttrayError,
    OwnedError,
    PersonError,
    SettingsError,
    StorageError,
)


class Exit(IntEnum):
    """How a command ended, as sysexits(3) has it where it has one."""

    #: Sent, handed to an owner, or waiting on purpose.
    DONE = 0
    FAULT = 1
    WRONG_WORDS = 64
    DRAFT = 65
    #: Refused for good; or this machine lacks what is needed.
    REFUSED = 69
    CANNOT_CREATE = 73
    DISK = 74
    #: To be tried again; or the outbox is owned by another.
    LATER = 75
    UNCONFIRMED = 76
    NO_PERMISSION = 77
    SETTINGS = 78
    #: Ended from the keyboard, as a shell counts it: 128 and SIGINT's number.
    INTERRUPTED = 130


#: The first that fits decides.
_EXITS: tuple[tuple[type[PersonError], Exit], ...] = (
    (DraftError, Exit.DRAFT),
    (OutboxError, Exit.CANNOT_CREATE),
    (StorageError, Exit.DISK),
    (OwnedError, Exit.LATER),
    (NotFoundError, Exit.WRONG_WORDS),
    (MoveError, Exit.REFUSED),
    (SettingsError, Exit.SETTINGS),
)

#: Errors of any kind that say with their code how the command ends.
_EXITS_BY_CODE = {
    "outbox_closed": Exit.LATER,
    "log_unwritable": Exit.DISK,
    "backup_of_damaged": Exit.DISK,
    "outbox_unsaved": Exit.DISK,
    "restore_damaged": Exit.DISK,
    "restore_room": Exit.DISK,
    "restore_foreign": Exit.DRAFT,
    "restore_newer": Exit.DRAFT,
    "files_out": Exit.LATER,
    "ca_file_bad": Exit.SETTINGS,
    "account_unknown": Exit.WRONG_WORDS,
    "account_exists": Exit.WRONG_WORDS,
    "account_alike": Exit.WRONG_WORDS,
    "keyring_missing": Exit.REFUSED,
    "keyring_silent": Exit.LATER,
    "password_file_bad": Exit.NO_PERMISSION,
    "password_unfit": Exit.WRONG_WORDS,
    "password_elsewhere": Exit.WRONG_WORDS,
}

#: What is wrong on the way to a mail server, where that is not the settings.
_EXITS_OF_ACCOUNT = {
    **dict.fromkeys(("name_unknown", "connect_refused", "connect_timeout", "not_smtp", "server_refused"), Exit.REFUSED),
    **dict.fromkeys(("name_failed", "network_gone", "server_busy", "server_closed", "server_silent"), Exit.LATER),
    **dict.fromkeys(("server_garbled", "server_unsealed", "auth_later", "tls_later", "files_out"), Exit.LATER),
    **dict.fromkeys(("auth_refused", "auth_wanted", "password_missing", "password_file_bad"), Exit.NO_PERMISSION),
    **dict.fromkeys(("password_unfit", "keyring_silent"), Exit.NO_PERMISSION),
    # on the way to its Sent folder
    **dict.fromkeys(("imap_not_imap", "imap_refused"), Exit.REFUSED),
    **dict.fromkeys(("imap_garbled", "imap_slow", "imap_auth_later"), Exit.LATER),
    **dict.fromkeys(("imap_auth_refused", "imap_auth_known", "sent_no_user"), Exit.NO_PERMISSION),
}


class CommandError(OuttrayError):
    """A command cannot go on, for a reason that only the command line knows: its sentence and its number."""

    def __init__(self, sentence: str, exit_: Exit) -> None:
        super().__init__(sentence)
        self.exit = exit_


def exit_of(error: PersonError) -> Exit:
    """Return how a command ends with this error."""
    if error.code in _EXITS_BY_CODE:
        return _EXITS_BY_CODE[error.code]
    return next((exit_ for kind, exit_ in _EXITS if isinstance(error, kind)), Exit.DRAFT)


def exit_of_account(code: str) -> Exit:
    """Return how a command ends with this wrong with an account: a code of `core.words`."""
    return _EXITS_OF_ACCOUNT.get(code, Exit.SETTINGS)


def prepare() -> None:
    """Have the console take any character: what its encoding lacks is shown as a code, never an error."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a text stream here


def is_ascii_only() -> bool:
    """Say whether standard output may not carry every character; JSON then writes them as escapes."""
    return sys.stdout is None or (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"


def answer(line: str) -> None:
    """Write a line of the answer. Raises BrokenPipeError where nobody reads, `CommandError` where it failed."""
    answer_part(f"{line}\n")


def answer_part(part: bytes | str) -> None:
    """Write a part of the answer as it is. Raises as `answer` does."""
    if sys.stdout is None:  # a windowed program of Windows has none
        return
    try:
        if isinstance(part, bytes):
            sys.stdout.buffer.write(part)
        else:
            sys.stdout.write(part)
    except OSError as error:
        raise _unwritten(error) from error


def flush() -> None:
    """Have what was answered leave this process now. Raises as `answer` does."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _unwritten(error) from error


def forget_output() -> None:
    """Let what is still to be written go nowhere, so that Python does not fail over it when it ends."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def complain(sentence: str) -> None:
    """Write one sentence to standard error."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(sentence, file=sys.stderr)


def fault_sentence(error: BaseException) -> str:
    """Say in one sentence that we failed, and where, for whoever mends it."""
    place = ""
    if error.__traceback__ is not None:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f", {Path(frame.filename).name} line {frame.lineno}"
    text = " ".join(str(error).split())
    return f"Outtray itself failed ({type(error).__name__}{f': {text}' if text else ''}{place}); please report it."


def _unwritten(error: OSError) -> Exception:
    forget_output()
    if isinstance(error, BrokenPipeError) or error.errno == errno.EINVAL:  # Windows' form of a broken pipe
        return BrokenPipeError()
    why = (error.strerror or str(error)).lower()
    return CommandError(f"The answer could not be written: {why}.", Exit.DISK)
