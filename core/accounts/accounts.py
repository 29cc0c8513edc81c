"""The accounts a person sends by: values, what makes them valid, and how settings.toml keeps them."""

import dataclasses
import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

from core import settings
from core.errors import PersonError, Problem, SettingsError
from core.mail.smtp.hosts import ascii_host, ip_address, is_loopback
from core.mail.smtp.server import Login, Security, Server
from core.outbox.notification import PRACTICE
from core.paths import Home
from core.settings import bad_value, shown
from core.words import problem_sentence

#: The usual port for each kind of security (RFC 8314, section 7.3; RFC 6409, section 3.1; RFC 5321, section 4.5.4.2).
USUAL_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}

#: The same for IMAP (RFC 8314, section 7.3; RFC 9051, section 2.1).
USUAL_IMAP_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}

NAME_MOST = 200
SIGNATURE_MOST = 4000
#: More messages in that time, or more connections, than any provider lets one person have.
_LIMITS = {"per_minute": 1_000_000, "per_hour": 1_000_000, "per_day": 1_000_000, "connections": 8}

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")


class AccountError(PersonError):
    """An account is not valid. `problems` holds every reason, each with its field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].code, **dict(problems[0].values))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(problem_sentence(problem) for problem in self.problems)


@dataclass(frozen=True, kw_only=True)
class Account:
    """One way to send: an address, a server and how to log in to it. The secret is never part of it.

    The names are the keys of `[account.NAME]` in settings.toml.
    """

    #: What it is called on the command line and in the outbox.
    name: str
    #: Whom it sends as, and where refused mail comes back to.
    address: str
    sender_name: str = ""
    host: str
    port: int = 465
    security: Security = Security.TLS
    #: "" where nobody has to log in.
    user: str = ""
    login: Login = Login.AUTO
    #: A file with the password in its first line, or "".
    password_file: str = ""
    #: Certificates to trust instead of the machine's own, or "".
    ca_file: str = ""
    #: Where answers go, or "" for `address`.
    reply_to: str = ""
    #: Put under every message that goes by it, or "".
    signature: str = ""
    #: What EHLO says; "" for an address literal.
    ehlo_name: str = ""
    #: The server in whose Sent folder is looked for what is not confirmed, by the same login; "" for none.
    imap_host: str = ""
    imap_port: int = 993
    imap_security: Security = Security.TLS
    #: The Sent folder's name there; "" for the one that the server marks as it.
    sent_folder: str = ""
    #: At most so many messages; 0 for no limit.
    per_minute: int = 0
    per_hour: int = 0
    per_day: int = 0
    #: At most so many connections; 0 for as many as Outtray finds good.
    connections: int = 0

    @property
    def server(self) -> Server:
        """Its mail server, as the SMTP client wants it."""
        ca_file = Path(self.ca_file) if self.ca_file else None
        return Server(ascii_host(self.host), self.port, self.security, self.user, self.login, ca_file, self.ehlo_name)

    @property
    def imap_server(self) -> Server | None:
        """Where its Sent folder is, with the login of its mail server; None where that is not set up."""
        if not self.imap_host:
            return None
        host = ascii_host(self.imap_host)
        return dataclasses.replace(self.server, host=host, port=self.imap_port, security=self.imap_security)

    @property
    def password_variable(self) -> str:
        """The environment variable that may hold its password."""
        return "OUTTRAY_PASSWORD_" + re.sub("[^A-Z0-9]", "_", self.name.upper())


@dataclass(frozen=True)
class Accounts:
    """Every account of an outbox, in the order of settings.toml. Practice is not among them: it is always there."""

    all: tuple[Account, ...] = ()
    #: The name of the one that is used where nobody chooses: the first, unless the person said another.
    default: str = PRACTICE

    def find(self, name: str) -> Account | None:
        """Return the account of that name, or None."""
        return next((each for each in self.all if each.name == name), None)

    def has(self, name: str) -> bool:
        """Say whether mail can go by that name: an account's, or Practice's."""
        return name == PRACTICE or self.find(name) is not None


def check(account: Account) -> list[Problem]:
    """Return everything that is wrong with an account, each with the field it belongs to; empty when valid.

    Pure. The first call imports email-validator (30 ms).
    """
    return [
        *_name_problems(account),
        *_address_problems(account),
        *_server_problems(account),
        *_imap_problems(account),
        *_login_problems(account),
        *_other_problems(account),
    ]


def _problem(field: str, code: str, **values: object) -> Problem:
    return Problem(field, code, tuple((name, str(value)) for name, value in values.items()))


def _name_problems(account: Account) -> list[Problem]:
    if _NAME.fullmatch(account.name) and account.name != PRACTICE:
        return []
    return [_problem("name", "account_bad_name", name=shown(account.name))]


def _address_problems(account: Account) -> list[Problem]:
    from core.outbox.validation import read_address

    problems = []
    try:
        if read_address(account.address).name:
            problems.append(_problem("address", "address_brackets", address=shown(account.address)))
    except PersonError as error:
        if error.code == "address_empty":
            problems.append(_problem("address", "account_no_address"))
        else:
            problems.append(_problem("address", error.code, **error.values))
    if len(account.sender_name) > NAME_MOST or not account.sender_name.isprintable():
        problems.append(_problem("sender_name", "account_bad_sender", most=NAME_MOST))
    if account.reply_to:
        problems += _reply_to_problems(account.reply_to)
    return problems


def _reply_to_problems(reply_to: str) -> list[Problem]:
    from core.outbox.validation import read_address

    try:
        read = read_address(reply_to)
    except PersonError as error:
        return [_problem("reply_to", "account_bad_reply_to", why=error)]
    # A header with UTF-8 in it would keep every message from every server without SMTPUTF8.
    if read.name or not read.address.rpartition("@")[0].isascii():
        return [_problem("reply_to", "account_reply_to_plain", address=shown(reply_to))]
    return []


def _tidied(account: Account) -> Account:
    """Return a valid account with its addresses in the form in which they are sent."""
    from core.outbox.validation import read_address

    reply_to = read_address(account.reply_to).address if account.reply_to else ""
    return dataclasses.replace(account, address=read_address(account.address).address, reply_to=reply_to)


def _server_problems(account: Account) -> list[Problem]:
    problems = []
    if not account.host:
        problems.append(_problem("host", "account_no_host"))
    elif not _is_host(account.host):
        problems.append(_problem("host", "account_bad_host", host=shown(account.host)))
    elif account.security is Security.NONE and not is_loopback(account.host):
        problems.append(_problem("security", "security_none_far", host=account.host))
    if not 1 <= account.port <= 65535:
        problems.append(_problem("port", "account_bad_port", port=account.port))
    if len(account.user) > NAME_MOST or not account.user.isprintable():
        problems.append(_problem("user", "account_bad_user", most=NAME_MOST))
    if account.ehlo_name and not (account.ehlo_name.isascii() and _is_host(account.ehlo_name)):
        problems.append(_problem("ehlo_name", "account_bad_ehlo", value=shown(account.ehlo_name)))
    return problems


def _imap_problems(account: Account) -> list[Problem]:
    problems = []
    if account.imap_host and not _is_host(account.imap_host):
        problems.append(_problem("imap_host", "account_bad_imap_host", host=shown(account.imap_host)))
    elif account.imap_host and account.imap_security is Security.NONE and not is_loopback(account.imap_host):
        problems.append(_problem("imap_security", "security_none_far", host=account.imap_host))
    elif account.sent_folder and not account.imap_host:
        problems.append(_problem("imap_host", "account_no_imap"))
    if not 1 <= account.imap_port <= 65535:
        problems.append(_problem("imap_port", "account_bad_imap_port", port=account.imap_port))
    if len(account.sent_folder) > NAME_MOST or not account.sent_folder.isprintable():
        problems.append(_problem("sent_folder", "account_bad_sent_folder", most=NAME_MOST))
    return problems


def _login_problems(account: Account) -> list[Problem]:
    """Return where it would say its password outside TLS.

    An account that is written so by hand is read all the same: its mail is held, and whoever looks into its Sent
    folder is told, while the other accounts go on.
    """
    problems = []
    if account.user and account.security is Security.NONE and is_loopback(account.host):
        problems.append(_problem("security", "auth_in_clear"))
    if account.imap_host and account.imap_security is Security.NONE and is_loopback(account.imap_host):
        problems.append(_problem("imap_security", "imap_auth_in_clear"))
    return problems


def _is_host(host: str) -> bool:
    """Say whether it is an IP address or a domain, also an international one (RFC 5891)."""
    if ip_address(host) is not None:
        return True
    try:
        host = ascii_host(host)
    except UnicodeError:
        return False
    # A name of digits and dots alone is an address with a mistake in it.
    return bool(_HOST.fullmatch(host)) and not host.rpartition(".")[2].isdigit()


def _other_problems(account: Account) -> list[Problem]:
    problems = []
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\n\t" for each in account.signature):
        problems.append(_problem("signature", "account_signature_control"))
    elif len(account.signature) > SIGNATURE_MOST:
        problems.append(_problem("signature", "account_signature_long", most=SIGNATURE_MOST))
    for field, most in _LIMITS.items():
        if not 0 <= (value := getattr(account, field)) <= most:
            problems.append(_problem(field, "account_bad_limit", limit=field, most=most, value=value))
    for field in ("password_file", "ca_file"):
        path = getattr(account, field)
        if path and not (path.isprintable() and Path(path).is_absolute()):
            problems.append(_problem(field, "account_bad_file", path=shown(path)))
    return problems


def load(home: Home) -> Accounts:
    """Read the accounts of settings.toml; none where it has none.

    Raises `SettingsError`, which names the line or the key. Blocks.
    """
    values = settings.values(home)
    tables = values.get("account", {})
    if not isinstance(tables, dict) or not all(isinstance(each, dict) for each in tables.values()):
        raise bad_value("account", "tables as [account.NAME]", tables)
    every = tuple(from_table(name, table) for name, table in tables.items())
    default = values.get("default_account", every[0].name if every else PRACTICE)
    if not isinstance(default, str) or (default != PRACTICE and default not in tables):
        raise bad_value("default_account", "the name of an account", default)
    return Accounts(every, default)


def add(home: Home, account: Account) -> Accounts:
    """Add an account and return all. Blocks.

    Raises `AccountError` with everything wrong with it, `PersonError` where its name is taken, and `SettingsError`.
    """
    account = _valid(account)
    with settings.editing(home) as document:
        for other in load(home).all:
            if other.name == account.name:
                raise PersonError("account_exists", name=account.name)
            if other.password_variable == account.password_variable:
                variable = account.password_variable
                raise PersonError("account_alike", name=account.name, other=other.name, variable=variable)
        _put(document, account)
    return load(home)


def replace(home: Home, account: Account) -> Accounts:
    """Put an account in the place of the one of its name, and return all; what Outtray does not know there stays.

    Raises `AccountError` with everything wrong with it, `PersonError` where there is none of its name, `SettingsError`.
    Blocks.
    """
    account = _valid(account)
    with settings.editing(home) as document:
        _known(home, account.name)
        _put(document, account)
    return load(home)


def remove(home: Home, name: str) -> Accounts:
    """Remove an account and return the others. Raises `PersonError` where there is none, `SettingsError`. Blocks."""
    with settings.editing(home) as document:
        _known(home, name)
        del document["account"][name]
        if not document["account"]:
            del document["account"]
        if document.get("default_account") == name:
            del document["default_account"]
    return load(home)


def set_default(home: Home, name: str) -> Accounts:
    """Make an account, or Practice, the one that is used where nobody chooses; return all.

    Raises `PersonError` where there is none of that name, `SettingsError`. Blocks.
    """
    with settings.editing(home) as document:
        if name != PRACTICE:
            _known(home, name)
        document["default_account"] = name
    return load(home)


def _known(home: Home, name: str) -> Account:
    account = load(home).find(name)
    if account is None:
        raise PersonError("account_unknown", account=shown(name))
    return account


def _valid(account: Account) -> Account:
    if problems := check(account):
        raise AccountError(problems)
    return _tidied(account)


def to_table(account: Account) -> dict[str, Any]:
    """Return an account as TOML and JSON have it: all but its name."""
    return {
        name: str(value) if isinstance(value, StrEnum) else value
        for name, value in dataclasses.asdict(account).items()
        if name != "name"
    }


def from_table(name: str, table: Mapping[str, Any]) -> Account:
    """Read one table. What is in it was valid when Outtray wrote it; a person may have written it since.

    Raises `SettingsError`, which names the key. Its addresses are not looked at.
    """
    values: dict[str, Any] = {}
    for each, kind in _KINDS.items():
        key = f"account.{name}.{each}"
        if each not in table:
            if each in ("address", "host"):
                raise SettingsError("settings_missing", key=key)
        elif kind is int:
            if type(table[each]) is not int:
                raise bad_value(key, "a number", table[each])
            values[each] = table[each]
        elif not isinstance(table[each], str):
            raise bad_value(key, "a text in quotes", table[each])
        elif issubclass(kind, StrEnum):
            if table[each] not in set(kind):
                raise bad_value(key, " or ".join(kind), table[each])
            values[each] = kind(table[each])
        else:
            values[each] = table[each]
    ports = {
        "port": USUAL_PORTS[values.get("security", Security.TLS)],
        "imap_port": USUAL_IMAP_PORTS[values.get("imap_security", Security.TLS)],
    }
    account = Account(name=name, **{**ports, **values})
    # All but the addresses, which need a library that is slow to import; whoever composes with them looks at them.
    looked_at = (_name_problems, _server_problems, _imap_problems, _other_problems)
    for problem in itertools.chain.from_iterable(look(account) for look in looked_at):
        raise SettingsError("settings_account", account=shown(name), why=problem_sentence(problem))
    return account


_KINDS: dict[str, Any] = {name: kind for name, kind in get_type_hints(Account).items() if name != "name"}


def _put(document: Any, account: Account) -> None:
    """Write an account into a TOML document: what it needs, and what is not as Outtray has it anyway."""
    import tomlkit

    tables = document.setdefault("account", tomlkit.table(is_super_table=True))
    table = tables.setdefault(account.name, tomlkit.table())
    usual = {each.name: each.default for each in dataclasses.fields(account)}
    always = _WRITTEN_ALWAYS + (_WRITTEN_WITH_IMAP if account.imap_host else ())
    for name, value in to_table(account).items():
        if name in table or name in always or value != usual[name]:
            table[name] = value


_WRITTEN_ALWAYS = ("address", "host", "port", "security")
_WRITTEN_WITH_IMAP = ("imap_port", "imap_security")
