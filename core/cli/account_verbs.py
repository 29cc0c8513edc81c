"""What `account` asks of the outbox's owner. No password passes here: it goes by keyring, file or environment."""

from typing import Any

from core.accounts import accounts
from core.accounts.accounts import Accounts
from core.errors import Fault
from core.program import Program

Json = dict[str, Any]


def perform(program: Program, verb: str, arguments: Json) -> Json:
    """Change the accounts, in settings.toml and in the running program. Blocks for the disk, and for a keyring.

    Raises `PersonError` for what a person can act on, `Fault` where there is no such verb.
    """
    name = str(arguments["name"])
    match verb:
        case "account-add":
            new = accounts.from_table(name, arguments["account"])
            answer = _changed(program, accounts.add(program.home, new))
            if any(state.account == name for state in program.reader.account_states()):
                # It was removed while messages waited for it, or mended by hand: they may go out now.
                program.outbox.release_account(name).wait()
            return answer
        case "account-remove":
            removed = program.accounts.find(name)
            answer = _changed(program, accounts.remove(program.home, name))
            if removed is not None:
                # Before the answer: behind it, somebody may add the name again, with another password.
                program.secrets.forget(removed)
            return answer
        case "account-default":
            return _changed(program, accounts.set_default(program.home, name))
        case "account-release":
            program.renew(name)
            return {"released": program.outbox.release_account(name).wait()}
    raise Fault(f"there is no verb {verb!r}")


def _changed(program: Program, every: Accounts) -> Json:
    program.change(every)
    return {"default": every.default}
