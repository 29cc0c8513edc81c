"""Nobody finds the password: one goes through everything, and is then searched in all that Outtray left (C8)."""

import base64
import signal
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from core.delivery.attempt import Attempts
from core.errors import OuttrayError
from core.mail.smtp.server import Security, Server
from core.mail.smtp.transport import SmtpTransport
from core.outbox.notification import Claim
from core.program import Program
from tests.commands import Outtray
from tests.outboxes import Going, accept, claim
from tests.smtp.certificates import Authority
from tests.smtp.delivering import PATIENT, closing
from tests.smtp.scripted import AUTH, LOGGED_IN, LOGIN_HELLO, TAKEN, ScriptedServer

CANARY = "c4n4ry-Kanarienvogel-7f3a"
GOOD = f"tls\n{LOGIN_HELLO}{LOGGED_IN}"
SENT = f"{GOOD}{TAKEN}"
#: A server that says what it was given: in clear, and as PLAIN carried it.
_SAID_BACK = base64.b64encode(f"\0info\0{CANARY}".encode()).decode()
_ENCODED = base64.b64encode(CANARY.encode()).decode()
ECHO = f"tls\n{LOGIN_HELLO}{AUTH}S: 535 5.7.8 Wrong: {CANARY}, {_SAID_BACK}, {_ENCODED}\n"
LOGGED_IN_AND_SILENT = f"{GOOD}tell in\nhang\n"

#: Whatever of it a reader could make the password of again.
FORMS = (
    CANARY,
    CANARY[::-1],
    quote(CANARY, safe="").replace("-", "%2D"),
    CANARY.encode().hex(),
    *(base64.b64encode(b"\0" * skip + CANARY.encode())[4:-4].decode() for skip in range(3)),
    _SAID_BACK[8:-4],
)


def check_none(what: str, data: bytes) -> None:
    for form in FORMS:
        assert form.encode() not in data, f"{what} holds the password"


def check_files(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        check_none(str(path), str(path).encode())
        if path.is_file():
            check_none(str(path), path.read_bytes())


@pytest.fixture(params=["keyring", "file", "environment"])
def way(request: pytest.FixtureRequest, outtray: Outtray, tmp_path: Path) -> tuple[list[str], bytes]:
    """Each way in which a password comes: the words of `account add` for it, and what is typed."""
    aside = tmp_path / "aside"
    aside.mkdir()
    match request.param:
        case "keyring":
            kept = {"PYTHON_KEYRING_BACKEND": "tests.keyrings.FileKeyring", "TESTS_KEYRING": str(aside / "keyring")}
            outtray.environ |= kept
            return ["--password-stdin"], f"{CANARY}\n".encode()
        case "file":
            file = aside / "password"
            file.touch(0o600)
            file.write_text(f"{CANARY}\n")
            return ["--password-file", str(file)], b""
    outtray.environ["OUTTRAY_PASSWORD_SCHOOL"] = CANARY
    return [], b""


def test_the_password_is_in_nothing(outtray: Outtray, authority: Authority, way: tuple[list[str], bytes]) -> None:
    """C8: added, tested, sent with, refused, repeated by the server, killed -9 while it is in use: it is in no file of
    the home, in no output of any command, and in no process' arguments."""
    words, typed = way
    said = b""

    def do(*command: str, exits: int = 0, typed: bytes = b"") -> None:
        nonlocal said
        done = outtray(*command, exits=exits, typed=typed)
        said += done.stdout + done.stderr

    script = [GOOD, SENT, ECHO, ECHO, LOGGED_IN_AND_SILENT]
    with ScriptedServer(*script, tls=authority.good("127.0.0.1")) as server:
        where = ("--address", "info@school.example", "--host", "127.0.0.1", "--port", str(server.port))
        do("account", "add", "school", *where, "--user", "info", "--ca", str(authority.ca_file), *words, typed=typed)
        do("account", "test", "school")
        do("send", "ann@example.com", "-m", "Hello", "--from", "school")
        do("send", "ben@example.com", "-m", "Hello", "--from", "school", exits=77)
        do("account", "test", "school", exits=77)
        do("release", "2")
        with outtray.running() as process:
            server.hear("in")
            for each in Path("/proc").glob("[0-9]*/cmdline"):
                check_none(str(each), _read(each))
            if "OUTTRAY_PASSWORD_SCHOOL" not in outtray.environ:
                check_none("its environment", _read(Path(f"/proc/{process.pid}/environ")))
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            for child in children:
                check_none(f"the environment of {child}", _read(Path(f"/proc/{child}/environ")))
            check_files(outtray.home)
            process.send_signal(signal.SIGKILL)
            process.wait(60)
    check_files(outtray.home)
    do("doctor")
    do("status", "--json")
    do("list", "--json")
    do("show", "1", "--json")
    do("show", "2")
    do("show", "1", "--raw")
    do("export", str(outtray.home.parent / "out.csv"))
    check_none("the export", (outtray.home.parent / "out.csv").read_bytes())
    do("log")
    do("account", "list")
    do("account", "remove", "school")
    check_none("what was said", said)
    check_files(outtray.home)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it ended meanwhile


class _Broken(OuttrayError):
    """A fault somewhere under a login."""


def _everything_of(error: BaseException | None) -> Iterator[str]:
    """Yield what a report could make of an error: its words, its values, those behind it, and its traceback."""
    while error is not None:
        yield str(error)
        yield repr(error)
        yield repr(error.args)
        yield repr(vars(error))
        yield "".join(traceback.format_exception(error))
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("at", ["secret", "handshake", "login"])
def test_no_error_holds_the_password(authority: Authority, program: Program, at: str) -> None:
    """C8: a fault of ours while the password is in use: neither its words nor its values nor its traceback hold it, and
    no object that a report could print does."""

    def secret() -> str:
        if at == "secret":
            raise _Broken
        return CANARY

    script = {
        "secret": "tls\n" + LOGIN_HELLO,
        "handshake": "cut\n",
        "login": f"tls\n{LOGIN_HELLO}{AUTH}S: 535 5.7.8 {CANARY}\n",
    }[at]
    with ScriptedServer(script, tls=authority.good("127.0.0.1")) as server:
        where = Server("127.0.0.1", server.port, Security.TLS, user="info", ca_file=authority.ca_file)
        with closing(SmtpTransport(where, secret, deadlines=PATIENT)) as transport:
            accept(program)
            (claimed,) = claim(program)
            try:
                _serve(program, transport, claimed)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is looked through
                for words in _everything_of(error):
                    check_none("the error", words.encode())
            check_none("an object", repr([transport, vars(transport), where, program]).encode())
    check_files(program.home.root)


def _serve(program: Program, transport: SmtpTransport, claimed: Claim) -> None:
    attempts = Attempts(
        program.outbox,
        program.clock,
        ways=Going(lambda _: transport),
        bytes_of=lambda each: program.raw(each.delivery),
    )
    attempts.serve([claimed])
    program.log.catch_up()
