"""The command line: the same outbox without a window. A file for each family of commands."""

import gc
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli import console
from core.cli.arguments import IN_TRAY, parse, split_home
from core.cli.console import CommandError, Exit
from core.errors import PersonError
from core.paths import Home, is_out_of_files
from core.version import how_to_mend
from core.words import sentence

if TYPE_CHECKING:
    import argparse

#: What Outtray needs from outside the standard library, as it is imported.
_LIBRARIES = frozenset({"PySide6", "shiboken6", "email_validator", "filelock", "idna", "platformdirs", "tomlkit"})


def main(
    words: Sequence[str],
    *,
    window: Callable[[Home, list[str]], int],
    tour: Callable[[Home, Path | None], int],
) -> int:
    """Do what the words say and return how it ended. Without a command, with a `mailto:` or `--in-tray`, call `window`.

    `window` and `tour` are passed in, because core knows nothing of them. Every error leaves as one sentence on
    standard error and a number of `Exit`.
    """
    console.prepare()
    try:
        home, rest = split_home(words, os.environ)
        if not rest or rest == [IN_TRAY] or rest[0].lower().startswith("mailto:"):
            return window(home, rest)
        options = parse(rest)
        gc.freeze()  # what is there now stays; `main.py` turned the collector off until here
        gc.enable()
        ended = tour(home, options.shots) if options.command == "tour" else _command(home, options)
        console.flush()
    except BrokenPipeError:  # as with `| head`: whoever read has enough
        console.forget_output()
        return Exit.DONE
    except CommandError as error:
        console.complain(str(error))
        return error.exit
    except PersonError as error:
        console.complain(str(error))
        return console.exit_of(error)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except ImportError as error:
        if (name := (error.name or "").partition(".")[0]) not in _LIBRARIES:
            console.complain(console.fault_sentence(error))
            return Exit.FAULT
        console.complain(f"{name} cannot be loaded here ({error}). {how_to_mend()}")
        return Exit.REFUSED
    except Exception as error:  # noqa: BLE001 - a fault of ours, which is said as well, and without a traceback
        if is_out_of_files(error):
            console.complain(sentence("files_out", {}))
            return Exit.LATER
        console.complain(console.fault_sentence(error))
        return Exit.FAULT
    return ended


def _command(home: Home, options: "argparse.Namespace") -> int:
    """Call the command's function. Each is imported when it is needed: `send` answers before Qt would be loaded."""
    match options.command:
        case "send":
            from core.cli.send import send

            return send(home, options)
        case "run":
            from core.cli.run import run

            return run(home, options)
        case "status" | "list" | "show" | "log":
            from core.cli import reading

            return reading.COMMANDS[options.command](home, options)
        case "pause" | "resume":
            from core.cli.moves import switch

            return switch(home, options)
        case "export":
            from core.cli.export import export

            return export(home, options)
        case "check" | "backup" | "restore":
            from core.cli import keeping

            return keeping.COMMANDS[options.command](home, options)
        case "account":
            from core.cli.account import account

            return account(home, options)
        case "check-sent":
            from core.cli.check_sent import check_sent

            return check_sent(home, options)
        case "doctor":
            from core.cli.doctor import doctor

            return doctor(home)
    from core.cli.moves import move

    return move(home, options)
