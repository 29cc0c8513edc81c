"""`account`: adding, listing, testing and removing accounts, and choosing the default."""

import argparse
import os
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import door
from core.accounts import accounts
from core.accounts.accounts import USUAL_IMAP_PORTS, USUAL_PORTS, Account
from core.accounts.secrets import Secrets, fit, no_keyring, read_file
from core.accounts.transports import examine
from core.cli import answers, console
from core.cli.account_verbs import perform
from core.cli.console import CommandError, Exit
from core.cli.verbs import catch_up, own
from core.clock import SystemClock, iso
from core.errors import PersonError
from core.mail.smtp.server import Login, Security
from core.outbox.notification import PRACTICE, AccountState
from core.outbox.reader import Reader
from core.paths import Home
from core.words import problem_sentence

if TYPE_CHECKING:
    from core.mail.smtp.diagnosis import Finding

#: A password is a line; /dev/zero as standard input ends here.
_MOST_INPUT_BYTES = 1 << 16


def account(home: Home, options: argparse.Namespace) -> Exit:
    """Do what `account` was asked."""
    commands = {"add": _add, "list": _list, "test": _test, "remove": _remove, "default": _default}
    return commands[options.action](home, options)


def _add(home: Home, options: argparse.Namespace) -> Exit:
    """Add an account; a password from standard input goes into the keyring, or the account is not added."""
    new = _typed(options)
    if problems := accounts.check(new):
        raise CommandError("\n".join(map(problem_sentence, problems)), Exit.WRONG_WORDS)
    if accounts.load(home).find(new.name) is not None:
        raise PersonError("account_exists", name=new.name)
    secrets = Secrets(home, os.environ)
    if options.password_file is not None:
        fit(read_file(Path(new.password_file)))
    if new.ca_file:
        from core.mail.smtp import tls  # here: ssl takes 20 ms

        tls.context(Path(new.ca_file))
    if options.password_stdin:
        secrets.keep_in_keyring(new, _password())
    try:
        result = _carry_out(home, "account-add", {"name": new.name, "account": accounts.to_table(new)})
    except BaseException:
        if options.password_stdin:
            secrets.forget(new)
        raise
    is_default = result["default"] == new.name
    console.answer(f"Added {new.name}{', which is the default now' if is_default else ''}")
    console.answer(f"Test it: outtray account test {new.name}")
    return Exit.DONE


def _typed(options: argparse.Namespace) -> Account:
    """Return the account that the words describe, not yet looked at."""
    for name in ("name", "address", "sender_name", "host", "user", "reply_to", "ehlo", "imap_host", "sent_folder"):
        _refuse_undecoded(f"--{name}", getattr(options, name) or "")
    security, imap_security = Security(options.security), Security(options.imap_security)
    has_password = options.password_stdin or options.password_file is not None
    return Account(
        name=options.name,
        address=options.address.strip(),
        sender_name=options.sender_name.strip(),
        host=options.host.strip(),
        port=USUAL_PORTS[security] if options.port is None else options.port,
        security=security,
        # Whoever gives a password logs in, and most providers know a person by the address.
        user=options.user if options.user is not None else options.address.strip() if has_password else "",
        login=Login(options.login),
        password_file=_absolute(options.password_file),
        ca_file=_absolute(options.ca),
        reply_to=options.reply_to.strip(),
        ehlo_name=options.ehlo,
        imap_host=options.imap_host.strip(),
        imap_port=USUAL_IMAP_PORTS[imap_security] if options.imap_port is None else options.imap_port,
        imap_security=imap_security,
        sent_folder=options.sent_folder.strip(),
    )


def _refuse_undecoded(name: str, typed: str) -> None:
    try:
        typed.encode()
    except UnicodeEncodeError as error:
        raise CommandError(f"{name} holds bytes that are no text.", Exit.WRONG_WORDS) from error


def _absolute(path: Path | None) -> str:
    return "" if path is None else str(path.expanduser().absolute())


def _password() -> str:
    """Read the password, which is the first line of standard input. It is echoed nowhere."""
    if sys.stdin is None:
        raise CommandError("There is no standard input to read the password from.", Exit.WRONG_WORDS)
    if sys.stdin.isatty():
        from getpass import getpass

        return fit(getpass("Password: "))
    line = sys.stdin.buffer.readline(_MOST_INPUT_BYTES).rstrip(b"\n").removesuffix(b"\r")
    try:
        password = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError("The password on standard input is not UTF-8.", Exit.WRONG_WORDS) from error
    if not password:
        raise CommandError("There is no password in the first line of standard input.", Exit.WRONG_WORDS)
    return fit(password)


def _list(home: Home, options: argparse.Namespace) -> Exit:
    """Print the accounts in the order of settings.toml, and what each waits for; with `--json`, an object a line.

    No secret is in it.
    """
    every = accounts.load(home)
    states = _states(home)
    for each in every.all:
        if options.json:
            is_default = each.name == every.default
            line = {"name": each.name, "is_default": is_default, **accounts.to_table(each), **_state_json(states, each)}
            console.answer(answers.json_line(line, is_ascii_only=console.is_ascii_only()))
            continue
        mark = "*" if each.name == every.default else " "
        way = f"{each.host}:{each.port} {each.security}{f', as {each.user}' if each.user else ''}"
        console.answer(f"{mark} {answers.padded(each.name, 16)}  {answers.padded(each.address, 30)}  {way}")
        if (state := states.get(each.name)) is not None:
            held = f"{state.held} held: " if state.held else ""
            console.answer(f"  {'':16}  {held}{answers.one_line(state.detail) or state.reason}")
    if not options.json:
        mark = "*" if every.default == PRACTICE else " "
        console.answer(f"{mark} {answers.padded(PRACTICE, 16)}  kept on this computer, nobody receives it")
    return Exit.DONE


def _states(home: Home) -> dict[str, AccountState]:
    """Return what stands between each account and its server, if anything; nothing where there is no outbox yet."""
    if not home.database.exists():
        return {}
    with closing(Reader(home)) as reader:
        return {state.account: state for state in reader.account_states()}


def _state_json(states: dict[str, AccountState], account: Account) -> dict[str, Any]:
    state = states.get(account.name)
    if state is None:
        return {"reason": "", "until": None, "held": 0, "detail": ""}
    until = None if state.until is None else iso(state.until)
    return {"reason": state.reason.value, "until": until, "held": state.held, "detail": state.detail}


def _test(home: Home, options: argparse.Namespace) -> Exit:
    """Go the way to the account's server and say what works; a good end lets go what the account held.

    A password from standard input is tried, and takes the place of the one in the keyring where it was good.
    """
    tested = _known(home, options.name)
    secrets = Secrets(home, os.environ)
    typed: str | None = None
    if options.password_stdin:
        secrets.refuse_elsewhere(tested)
        if not secrets.keyring():
            raise no_keyring(tested)
        typed = _password()
    ended: list[Exit] = []

    def report(finding: "Finding") -> None:
        sentence = "" if finding.problem is None else problem_sentence(finding.problem)
        mark, detail = ("ok  " if finding.is_good else "FAIL"), finding.detail
        console.answer(f"{mark}  {finding.step:<12}{answers.one_line('' if detail == sentence else detail)}".rstrip())
        console.flush()
        if finding.problem is not None:
            console.complain(answers.one_line(sentence))
            ended.append(console.exit_of_account(finding.problem.code))

    if not examine(tested, secrets, report, typed):
        return ended[0] if ended else Exit.REFUSED
    if typed is not None:
        secrets.keep_in_keyring(tested, typed)
    if home.database.exists():
        released = _carry_out(home, "account-release", {"name": tested.name})["released"]
        if released:
            console.answer(f"{released} held for {tested.name} {'is' if released == 1 else 'are'} queued again")
    return Exit.DONE


def _remove(home: Home, options: argparse.Namespace) -> Exit:
    _known(home, options.name)
    result = _carry_out(home, "account-remove", {"name": options.name})
    console.answer(f"Removed {options.name}; the default is {result['default']}")
    return Exit.DONE


def _default(home: Home, options: argparse.Namespace) -> Exit:
    if options.name != PRACTICE:
        _known(home, options.name)
    _carry_out(home, "account-default", {"name": options.name})
    console.answer(f"The default is {options.name}")
    return Exit.DONE


def _known(home: Home, name: str) -> Account:
    found = accounts.load(home).find(name)
    if found is None:
        raise PersonError("account_unknown", account=name)
    return found


def _carry_out(home: Home, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Have the owner of the outbox do it, so that a window goes by it at once; else do it here."""
    owned = door.own_or_ask(partial(own, home, SystemClock()), home, verb, arguments)
    if isinstance(owned, dict):
        return owned
    with closing(owned):
        result = perform(owned, verb, arguments)
        catch_up(owned)
        return result
