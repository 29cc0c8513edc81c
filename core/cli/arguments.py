"""The words of the command line: what may be typed, and what is said of anything else."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from core.cli import console
from core.cli.console import CommandError, Exit
from core.mail.smtp.server import Login, Security
from core.outbox.states import State
from core.paths import Home, default_home

#: Stands where a command would: the window opens, but stays hidden where its icon is in a tray.
IN_TRAY = "--in-tray"


def split_home(words: Sequence[str], environ: Mapping[str, str]) -> tuple[Home, list[str]]:
    """Take `--home DIR` from before the command; return the chosen home and the other words.

    Raises `CommandError` where there is no DIR.
    """
    if not words or words[0].partition("=")[0] != "--home":
        return default_home(environ), list(words)
    chosen, rest = (words[0].partition("=")[2], words[1:]) if "=" in words[0] else ("".join(words[1:2]), words[2:])
    if not chosen:
        raise CommandError("outtray: --home wants a folder, as in --home ~/outbox.", Exit.WRONG_WORDS)
    return Home(Path(chosen).absolute()), list(rest)


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read the words behind `--home`. Raises `CommandError`, and SystemExit after printing a help page."""
    return _parser().parse_args(words)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say it in one sentence; argparse itself prints the usage too and ends with 2."""
        raise CommandError(f"{self.prog}: {message} (see {self.prog} --help)", Exit.WRONG_WORDS)


class _Version(argparse.Action):
    """Says the version. argparse's own action would have it read for every command."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from core.version import version

        console.answer(f"Outtray {version()}")
        console.flush()
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="outtray",
        description="A desktop outbox. Without a command it opens the window.",
        epilog=(
            "--home DIR (or OUTTRAY_HOME), before the command, chooses the outbox.\n"
            f"{IN_TRAY}, without a command, leaves the window hidden where its icon is in\n"
            "the tray: for a start at log in."
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,  # the other breaks a line inside of a word
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say the version, and end")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)

    _add_send(command("send", "accept a message, print the receipt, and deliver it"))
    run = command("run", "own the outbox and deliver, without a window")
    run.add_argument("--until-empty", action="store_true", help="end when nothing is due now")
    status = command("status", "how many are in each state, what is next, who owns the outbox")
    status.add_argument("--json", action="store_true", help="answer with one line of JSON")
    _add_list(command("list", "the deliveries, newest first"))
    show = command("show", "one delivery with its attempts and events")
    show.add_argument("id", type=_delivery_id, metavar="ID")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="answer with one line of JSON")
    form.add_argument("--raw", action="store_true", help="the exact bytes of the message")
    check_sent = command("check-sent", "look for what is not confirmed in the Sent folder of its account")
    check_sent.add_argument("ids", type=_delivery_id, nargs="+", metavar="ID")
    for name, summary in _MOVES.items():
        command(name, summary).add_argument("ids", type=_delivery_id, nargs="+", metavar="ID")
    command("pause", "start no delivery until resume")
    command("resume", "deliver again")
    _add_account(command("account", "the accounts mail goes out by"))
    log = command("log", "log.txt")
    log.add_argument("--follow", action="store_true", help="go on printing what is added, until Ctrl+C")
    export = command("export", "write the deliveries with their outcomes to a file")
    export.add_argument("file", type=Path, metavar="FILE")
    export.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    backup = command("backup", "a consistent copy of the outbox in one file, also while it is in use")
    backup.add_argument("file", type=Path, metavar="FILE")
    backup.add_argument("--force", action="store_true", help="replace FILE where it is there")
    restore = command("restore", "put a backup into an empty home; what was on the way is held")
    restore.add_argument("file", type=Path, metavar="FILE")
    check = command("check", "look through pages, seals, files, counts and states")
    check.add_argument("--json", action="store_true", help="answer with one line of JSON")
    tour = command("tour", "the main job in the real window, by real key presses")
    tour.add_argument("--shots", type=Path, metavar="DIR", help="where the pictures are saved")
    command("doctor", "what this machine has and lacks")
    return parser


_MOVES = {
    "undo": "take a message back, for all its recipients, before it is on its way",
    "cancel": "cancel what has not been handed over",
    "hold": "keep what is queued until it is released",
    "release": "let go what is held",
    "retry": "try what failed, or waits, again now",
    "send-again": "send what is not confirmed again: it may arrive twice",
    "mark-sent": "believe that what is not confirmed was sent",
}


def _add_send(send: argparse.ArgumentParser) -> None:
    send.add_argument("to", nargs="+", metavar="TO", help="an address, or several with commas")
    send.add_argument("-m", dest="text", metavar="TEXT", help="the message; standard input where it is not given")
    send.add_argument("-s", dest="subject", default="", metavar="SUBJECT")
    send.add_argument("-q", dest="query", default="", metavar="QUERY", help="the words that found the recipient")
    send.add_argument("--from", dest="account", metavar="ACCOUNT")
    send.add_argument("--at", metavar="TIME", help="not before: 2026-11-30T09:00, with Z or +09:00; 09:00; +2h")
    send.add_argument("--not-after", metavar="TIME", help="fail where it could not be sent by then")
    send.add_argument("--attach", action="append", default=[], type=Path, metavar="FILE", help="as often as needed")
    send.add_argument("--hold", action="store_true", help="keep it until it is released")
    send.add_argument("--undo", type=int, default=0, metavar="SECONDS", help="leave this time for undo")
    send.add_argument("--token", metavar="T", help="the same token is accepted once, however often it is sent")
    send.add_argument("--no-deliver", action="store_true", help="accept it only")
    send.add_argument("--json", action="store_true", help="answer with one line of JSON")


def _add_account(account: argparse.ArgumentParser) -> None:
    actions = account.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, summary: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=summary, description=summary, allow_abbrev=False)

    add = action("add", "add an account; the first one is the default")
    add.add_argument("name", metavar="NAME", help="what it is called here, as in: send --from NAME")
    add.add_argument("--address", required=True, metavar="A", help="the address it sends from")
    add.add_argument("--name", dest="sender_name", default="", metavar="N", help="the name recipients see")
    add.add_argument("--host", required=True, metavar="H", help="the mail server")
    add.add_argument("--port", type=_port, metavar="P", help="465 for tls, 587 for starttls, 25 for none")
    add.add_argument("--security", choices=[each.value for each in Security], default="tls")
    add.add_argument("--user", metavar="U", help="to log in as; the address where only a password is given")
    password = add.add_mutually_exclusive_group()
    password.add_argument("--password-stdin", action="store_true", help="put it from standard input into the keyring")
    password.add_argument("--password-file", type=Path, metavar="F", help="a file of yours that only you can read")
    add.add_argument("--login", choices=[each.value for each in Login], default="auto", help="xoauth2: with a token")
    add.add_argument("--ca", type=Path, metavar="FILE", help="certificates to trust instead of the machine's own")
    add.add_argument(
        "--imap", dest="imap_host", default="", metavar="HOST", help="the IMAP server with its Sent folder"
    )
    add.add_argument("--imap-port", type=_port, metavar="P", help="993 for tls, 143 for starttls")
    # None without TLS: nobody looks into a Sent folder without a password.
    add.add_argument("--imap-security", choices=[Security.TLS.value, Security.STARTTLS.value], default="tls")
    add.add_argument("--sent-folder", default="", metavar="NAME", help="the one that the server marks, otherwise")
    add.add_argument("--reply-to", default="", metavar="A", help="where answers go")
    add.add_argument("--ehlo", default="", metavar="DOMAIN", help="what is said to the server; an address otherwise")
    action("list", "the accounts").add_argument("--json", action="store_true", help="one JSON object a line")
    test = action("test", "say in words what works: name, connection, TLS, certificate, login")
    test.add_argument("name", metavar="NAME")
    test.add_argument("--password-stdin", action="store_true", help="try this password, and keep it where it is good")
    for name, summary in (
        ("remove", "remove an account and its password"),
        ("default", "the account that is used where --from is not given; practice is one too"),
    ):
        action(name, summary).add_argument("name", metavar="NAME")


def _add_list(list_: argparse.ArgumentParser) -> None:
    list_.add_argument("--state", choices=[state.value for state in State], metavar="STATE")
    list_.add_argument("--find", default="", metavar="WORDS", help="in recipients, subjects and replies")
    list_.add_argument("--limit", type=_count, metavar="N", help="at most so many; all where it is not given")
    list_.add_argument("--json", action="store_true", help="one JSON object a line")


def _delivery_id(text: str) -> int:
    """Read the number of a delivery: no sign, no underscore, and what SQLite can hold."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise argparse.ArgumentTypeError(f"{text} is not the number of a delivery")
    return int(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 65535):
        raise argparse.ArgumentTypeError(f"{text} is not a port (1 to 65535)")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise argparse.ArgumentTypeError(f"{text} is not a number of rows")
    return int(text)
