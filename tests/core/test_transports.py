"""Which transport an account goes by, and what a message of it says about itself."""

import dataclasses
import email
import email.policy
import errno
import gc
import socket
import subprocess
import sys
import weakref
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest

from core.accounts import accounts
from core.accounts.accounts import Account, Accounts
from core.accounts.secrets import Secrets
from core.accounts.transports import Transports
from core.clock import Clock
from core.errors import DraftError, PersonError
from core.mail.maildir import MailFolder
from core.mail.smtp.transport import SmtpTransport
from core.mail.transport import Desk, Outcome, Parcel, Transport, Verdict
from core.outbox.notification import Draft, Recipient, new_token
from core.paths import Home
from core.program import Program, compose
from tests.fakes import FakeClock
from tests.outboxes import claim, opened
from tests.smtp.certificates import Authority
from tests.smtp.desks import Ledger, letters
from tests.smtp.scripted import AUTH, LOGIN_HELLO, ScriptedServer

SCHOOL = Account(
    name="school",
    address="info@school.example",
    sender_name="Büro, Schule",
    host="smtp.school.example",
    reply_to="office@school.example",
    signature="Ann Ito\nSchool of 学校\n",
)
CLUB = dataclasses.replace(SCHOOL, name="club", reply_to="", signature="")


@pytest.fixture
def transports(tmp_path: Path, fake_clock: Clock) -> Iterator[Transports]:
    home = Home(tmp_path)
    made = Transports(Accounts((SCHOOL, CLUB), "school"), Secrets(home, {}), MailFolder(home.mail, fake_clock))
    yield made
    made.halt()
    made.let_go(0)


@pytest.fixture
def program(tmp_path: Path, fake_clock: Clock) -> Iterator[Program]:
    accounts.add(Home(tmp_path), SCHOOL)
    with opened(Home(tmp_path), fake_clock) as made:
        yield made


class Recording:
    """A desk that writes down what is settled."""

    def __init__(self) -> None:
        self.settled: list[tuple[Parcel, Outcome]] = []

    def intend(self, parcel: Parcel) -> bool:
        raise AssertionError("nothing is handed over")

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        self.settled.append((parcel, outcome))

    def flush(self) -> None: ...

    def may_go_on(self) -> bool:
        return True


def hand_over(transport: Transport, run: Sequence[object]) -> list[tuple[Parcel, Outcome]]:
    desk = Recording()
    wide_desk: Desk = desk
    transport.hand_over(run, wide_desk)  # type: ignore[arg-type]  # this one looks into no parcel
    return desk.settled


def test_each_account_has_one_transport(transports: Transports) -> None:
    """Made when it is needed, and kept: its connections are reused."""
    assert transports.of("practice") is transports.of("practice")
    assert transports.of("school") is transports.of("school")
    assert transports.of("school") is not transports.of("club")
    assert transports.of("practice").is_idempotent
    assert not transports.of("school").is_idempotent
    assert transports.let_go(0) is False


def test_an_account_that_is_gone_holds_its_messages_in_words(transports: Transports) -> None:
    """What waits for it is held, not lost and not sent by another."""
    first, second = object(), object()
    ((parcel, outcome),) = hand_over(transports.of("choir"), [first, second])
    assert parcel is first
    assert outcome.verdict is Verdict.ACCOUNT
    assert outcome.problem is not None
    assert outcome.problem.code == "account_gone"
    assert outcome.reply == ("The account choir was removed. Add it again under this name, or cancel the message.")


def test_only_another_way_needs_another_transport(transports: Transports) -> None:
    """A new signature leaves connections alone; a new server, password file or new password does not."""
    school, club = transports.of("school"), transports.of("club")
    signed = dataclasses.replace(SCHOOL, signature="Ben", sender_name="", per_day=7)
    transports.change(Accounts((signed, CLUB), "club"))
    assert transports.of("school") is school
    transports.change(Accounts((dataclasses.replace(signed, host="mail.school.example"), CLUB)))
    assert transports.of("school") is not school
    assert transports.of("club") is club
    transports.renew("club")
    assert transports.of("club") is not club
    transports.change(Accounts())
    assert hand_over(transports.of("school"), [object()])


def test_where_too_many_files_are_open_it_waits(transports: Transports, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transport takes two descriptors; where there are none, that is no fault of ours and passes by itself."""

    def none() -> socket.socket:
        raise OSError(errno.EMFILE, "Too many open files")

    desk = Ledger()
    with monkeypatch.context() as patch:
        patch.setattr(socket, "socketpair", none)
        transports.of("school").hand_over(letters(2), desk)
    outcome = desk.outcome()
    assert (outcome.verdict, outcome.problem and outcome.problem.code) == (Verdict.LATER, "files_out")
    assert len(desk.outcomes) == 1
    assert isinstance(transports.of("school"), SmtpTransport)


def test_of_a_removed_account_nothing_is_kept(program: Program) -> None:
    """A transport holds two descriptors: of an account that was served and then removed none stays open."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: refused
        port = nobody.getsockname()[1]
        program.change(Accounts((dataclasses.replace(SCHOOL, host="127.0.0.1", port=port),)))
        draft = Draft((Recipient("ann@example.com"),), text="Hello", account="school")
        program.outbox.accept(draft, token=new_token()).wait()
        made = weakref.ref(program.transports.of("school"))
        program.attempts.serve(claim(program, account="school"))
    program.change(Accounts())
    program.attempts.let_go(0)
    gc.collect()
    assert made() is None


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


def test_a_message_goes_out_as_its_account(program: Program) -> None:
    """Sender, Message-ID, Reply-To and signature are the account's; the draft keeps what was typed."""
    draft = Draft(to=(Recipient("ann@example.com"),), subject="Trip", text="Hello", account="school")
    receipt = program.outbox.accept(draft, token=new_token()).wait()
    delivery = receipt.deliveries[0]
    message = read(b"".join(program.raw(delivery.id)))
    assert message["From"] == '"Büro, Schule" <info@school.example>'
    assert message["Reply-To"] == "office@school.example"
    assert str(message["Message-ID"]).endswith("@school.example>")
    assert text_of(message) == "Hello\n\n-- \nAnn Ito\nSchool of 学校\n"
    details = program.reader.details(delivery.id)
    assert details.draft == draft
    assert details.delivery.account == "school"


def test_practice_has_neither(program: Program) -> None:
    draft = Draft(to=(Recipient("ann@example.com"),), text="Hello")
    receipt = program.outbox.accept(draft, token=new_token()).wait()
    message = read(b"".join(program.raw(receipt.deliveries[0].id)))
    assert message["Reply-To"] is None
    assert text_of(message) == "Hello\n"


@pytest.mark.parametrize(
    ("text", "signature", "signed"),
    [
        ("Hello", "Ann", "Hello\n\n-- \nAnn\n"),
        ("Hello\n", "Ann\n", "Hello\n\n-- \nAnn\n"),
        ("", "Ann", "-- \nAnn\n"),
        ("Hello", "", "Hello\n"),
        ("Hello", " \n", "Hello\n"),
    ],
)
def test_a_signature_stands_behind_its_line(text: str, signature: str, signed: str) -> None:
    """Two hyphens and a space: mail programs know it by that, and leave it out of answers (RFC 3676)."""
    message = compose(
        draft=Draft(text=text),
        sender=Recipient("info@school.example"),
        recipient=Recipient("ann@example.com"),
        message_id="<1.1@school.example>",
        date_ms=0,
        signature=signature,
    )
    assert text_of(read(message.skeleton)) == signed


def test_changes_are_gone_by_at_once(program: Program) -> None:
    """Whoever shows accounts is told; a message by an account that is gone is not accepted."""
    told: list[Accounts] = []
    program.subscribe_accounts(told.append)
    program.change(accounts.remove(program.home, "school"))
    assert told == [Accounts()]
    draft = Draft(to=(Recipient("ann@example.com"),), text="Hello", account="school")
    with pytest.raises(DraftError, match="There is no account named school"):
        program.outbox.accept(draft, token=new_token()).wait()


def test_practice_needs_neither_tls_nor_keyring(tmp_path: Path) -> None:
    """A start with only Practice loads none of what real mail needs: which takes a third of a second."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from core.executor import Inline\n"
        "from core.paths import Home\n"
        "from core.program import Program\n"
        "from core.settings import Settings\n"
        "program = Program(Home(Path(sys.argv[1])), Inline(), Settings())\n"
        "program.open().wait()\n"
        "program.transports.of('practice')\n"
        "program.close()\n"
        "print(*sorted({'ssl', 'keyring', 'tomlkit', 'core.mail.smtp.transport'} & set(sys.modules)))\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=root, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("\n", "")


def test_a_password_that_was_refused_is_looked_for_anew(tmp_path: Path, fake_clock: FakeClock) -> None:
    """What the server refused is used no more: the next try asks all places for another."""
    authority = Authority(tmp_path)
    refused = f"tls\n{LOGIN_HELLO}{AUTH}S: 535 5.7.8 Authentication failed\n"
    with ScriptedServer(refused, tls=authority.good("localhost")) as server:
        account = dataclasses.replace(
            SCHOOL, host="localhost", port=server.port, user="info", ca_file=str(authority.ca_file)
        )
        secrets = Secrets(Home(tmp_path), {})
        secrets.keep(account, "wrong")
        made = Transports(Accounts((account,), "school"), secrets, MailFolder(Home(tmp_path).mail, fake_clock))
        try:
            made.of("school").hand_over(letters(1), Ledger())
        finally:
            made.halt()
            made.let_go(0)
        with pytest.raises(PersonError, match="not known"):
            secrets.get(account)
