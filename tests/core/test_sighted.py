"""What a look into a Sent folder does to the outbox: it settles what was found, and notes what was not."""

import pytest

from core.accounts.accounts import Account, Accounts
from core.accounts.refusals import Refusals
from core.accounts.secrets import Secrets
from core.accounts.sent import look_for
from core.mail.stop import Stop
from core.outbox.notification import AccountState, Delivery, Sighting
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program
from core.words import problem_sentence
from tests.fakes import FakeClock
from tests.gui.synthetic import delivery
from tests.imap.talk import AUTH, HELLO, LEFT, MISSING, THERE, has, inside_tls
from tests.outboxes import bring_to, events_of, state_of
from tests.smtp.certificates import Authority

WHERE = "“Sent” of imap.example.com"


def sighting(delivery_id: int, *, is_found: bool = True, generation: int = 0, kept_at: int | None = None) -> Sighting:
    return Sighting(delivery_id, generation, is_found, WHERE, kept_at)


def row(program: Program, delivery_id: int) -> Delivery:
    return program.reader.deliveries([delivery_id])[0]


def test_what_was_found_is_sent_by_an_event_of_its_own(program: Program, fake_clock: FakeClock) -> None:
    """Nobody's reply and nobody's word: `found`, with where it was, and when the server put it there."""
    delivery_id = bring_to(program, State.UNCONFIRMED)
    moved = program.outbox.sighted([sighting(delivery_id, kept_at=1_795_525_402_000)]).wait()
    assert moved.ids == (delivery_id,)
    found = row(program, delivery_id)
    assert (found.state, found.reason) == (State.SENT, Reason.FOUND)
    assert (found.last_code, found.last_reply, found.sent_at) == (None, WHERE, fake_clock.now_ms())
    last = program.reader.details(delivery_id).events[-1]
    assert (last.kind, last.detail) == ("found", f"{WHERE}, kept there 2026-11-24T13:03:22.000Z")
    program.log.catch_up()
    line = program.home.log.read_text().splitlines()[-1]
    assert line.endswith(f"notification for {found.to}: found ({WHERE}, kept there 2026-11-24T13:03:22.000Z)")


def test_what_was_not_found_stays_and_is_noted(program: Program) -> None:
    """The row is as it was; its history says where it is not."""
    delivery_id = bring_to(program, State.UNCONFIRMED)
    before = row(program, delivery_id)
    moved = program.outbox.sighted([sighting(delivery_id, is_found=False)]).wait()
    assert (moved.ids, moved.refused) == ((), ())
    assert row(program, delivery_id) == before
    assert events_of(program, delivery_id)[-1] == "not_found"


@pytest.mark.parametrize("is_found", [True, False])
@pytest.mark.parametrize("state", [each for each in State if each is not State.UNCONFIRMED])
def test_only_what_is_not_confirmed_is_touched(program: Program, state: State, is_found: bool) -> None:
    """In every other state a look changes nothing and leaves no trace: somebody settled it meanwhile."""
    delivery_id = bring_to(program, state)
    before, events = row(program, delivery_id), events_of(program, delivery_id)
    moved = program.outbox.sighted([sighting(delivery_id, is_found=is_found)]).wait()
    assert (moved.ids, moved.refused) == ((), ((delivery_id, state),))
    assert (row(program, delivery_id), events_of(program, delivery_id)) == (before, events)


@pytest.mark.parametrize("is_found", [True, False])
def test_what_was_found_and_goes_again_is_noted(program: Program, is_found: bool) -> None:
    """Send again was pressed while somebody looked: it goes, as was wanted, but that it was found is not forgotten."""
    delivery_id = bring_to(program, State.UNCONFIRMED)
    program.outbox.send_again([delivery_id]).wait()
    before, events = row(program, delivery_id), events_of(program, delivery_id)
    for _ in range(2):
        moved = program.outbox.sighted([sighting(delivery_id, is_found=is_found)]).wait()
        assert (moved.ids, moved.refused) == ((), ((delivery_id, State.QUEUED),))
    assert row(program, delivery_id) == before
    assert events_of(program, delivery_id) == [*events, *["found_late"] * is_found]


@pytest.mark.parametrize("is_found", [True, False])
def test_what_was_sent_again_meanwhile_is_not_touched(program: Program, is_found: bool) -> None:
    """What was looked for in an earlier generation says nothing of a later one, though it is in doubt again."""
    from tests.outboxes import claim, settle

    delivery_id = bring_to(program, State.UNCONFIRMED)
    program.outbox.send_again([delivery_id]).wait()
    (again,) = claim(program)
    assert program.outbox.intend(again).wait()
    settle(program, again, State.UNCONFIRMED, Reason.NO_REPLY)
    events = events_of(program, delivery_id)
    moved = program.outbox.sighted([sighting(delivery_id, is_found=is_found)]).wait()
    assert moved.refused == ((delivery_id, State.UNCONFIRMED),)
    noted = [*events, *["found_late"] * is_found]
    assert (state_of(program, delivery_id), events_of(program, delivery_id)) == (State.UNCONFIRMED, noted)
    assert program.outbox.sighted([sighting(delivery_id, generation=1)]).wait().ids == (delivery_id,)


def test_a_row_that_is_gone_is_no_row(program: Program) -> None:
    assert program.outbox.sighted([sighting(99)]).wait().refused == ((99, None),)


def test_asked_twice_it_is_found_once(program: Program) -> None:
    """A command that asks the owner again, because it heard nothing, does no harm."""
    delivery_id = bring_to(program, State.UNCONFIRMED)
    for _ in range(2):
        program.outbox.sighted([sighting(delivery_id)]).wait()
    assert events_of(program, delivery_id).count("found") == 1


# -- which account is asked -----------------------------------------------------------------------------------------


def account(authority: Authority, port: int, name: str = "school", **changes: object) -> Account:
    values: dict[str, object] = {
        "name": name,
        "address": f"{name}@school.example",
        "host": "smtp.school.example",
        "user": "info",
        "imap_host": "127.0.0.1",
        "imap_port": port,
        "ca_file": str(authority.ca_file),
    }
    return Account(**{**values, **changes})  # type: ignore[arg-type]  # a test names the fields it means


def secrets(home: Home) -> Secrets:
    return Secrets(home, {"OUTTRAY_PASSWORD_SCHOOL": "open sesame", "OUTTRAY_PASSWORD_CLUB": "open sesame"})


def in_doubt(delivery_id: int, account: str = "school") -> Delivery:
    return delivery(delivery_id, account=account, state=State.UNCONFIRMED, reason=Reason.NO_REPLY)


def test_each_account_is_asked_once_for_all_of_its_rows(authority: Authority, home: Home) -> None:
    """Rows of two accounts are two connections, whatever their order; each row has its own answer."""
    rows = [in_doubt(1), in_doubt(2, "club"), in_doubt(3)]
    ids = {each.id: each.message_id for each in rows}
    with (
        inside_tls(authority, THERE + has(ids[1]) + MISSING + LEFT) as school,
        inside_tls(authority, THERE + MISSING + LEFT) as club,
    ):
        accounts = Accounts((account(authority, school.port), account(authority, club.port, "club")))
        looked = {each.delivery.id: each.sighting for each in look_for(accounts, secrets(home), rows)}
    assert {number: seen.is_found for number, seen in looked.items() if seen} == {1: True, 2: False, 3: False}


def test_an_account_without_a_sent_folder_says_what_to_do(authority: Authority, home: Home) -> None:
    """Not set up, removed, or the Practice account: a sentence, and no server is asked."""
    accounts = Accounts((account(authority, 1, imap_host=""),))
    rows = [in_doubt(1), in_doubt(2, "gone"), in_doubt(3, "practice")]
    said = [problem_sentence(each.problem) for each in look_for(accounts, secrets(home), rows) if each.problem]
    assert said[0].startswith("school@school.example has no Sent folder to look into.")
    assert "was removed" in said[1]
    assert said[2].startswith("Practice has no Sent folder")


def test_one_that_cannot_be_asked_does_not_keep_the_others_from_it(authority: Authority, home: Home) -> None:
    """A wrong password for one account, and the other's rows are found all the same."""
    rows = [in_doubt(1, "club"), in_doubt(2)]
    with inside_tls(authority, THERE + has(rows[1].message_id) + LEFT) as school:
        accounts = Accounts((account(authority, school.port), account(authority, 1, "club")))
        looked = look_for(accounts, secrets(home), rows)
    assert looked[0].problem is not None
    assert looked[1].sighting is not None


def test_a_refused_password_is_sent_once(authority: Authority, home: Home) -> None:
    """B10, in IMAP: however often somebody checks, a refused password is not sent again until it is another, or the
    account was tested.
    """
    refusals, rows = Refusals(), [in_doubt(1)]
    refused = f"{HELLO}{AUTH}T: NO [AUTHENTICATIONFAILED] No\nstay 5\n"
    with inside_tls(authority, refused, f"{HELLO}stay 5\n", refused, f"{HELLO}stay 5\n", refused) as server:
        accounts = Accounts((account(authority, server.port),))

        def tries(secret: str) -> int:
            known = Secrets(home, {"OUTTRAY_PASSWORD_SCHOOL": secret})
            (looked,) = look_for(accounts, known, rows, refusals=refusals)
            assert looked.problem is not None
            assert "refused" in problem_sentence(looked.problem)
            return sum("AUTHENTICATE" in command for command in server.commands)

        assert [tries("open sesame"), tries("open sesame"), tries("another"), tries("another")] == [1, 1, 2, 2]
        refusals.forget("school")
        assert tries("another") == 3


def test_an_account_whose_password_the_mail_server_refused_is_not_asked(authority: Authority, home: Home) -> None:
    """B10: where sending is stopped for the password, a look does not send it either."""
    values = (("host", "smtp.school.example"), ("user", "info"), ("reply", "535 no"))
    broken = AccountState("school", Reason.ACCOUNT, None, "auth_refused", values, "", 1)
    with inside_tls(authority) as server:
        accounts = Accounts((account(authority, server.port),))
        (looked,) = look_for(accounts, secrets(home), [in_doubt(1)], broken=[broken])
        assert not server.sessions
    assert looked.problem is not None
    assert "smtp.school.example refused the password of info" in problem_sentence(looked.problem)


def test_stopped_no_further_account_is_asked(authority: Authority, home: Home) -> None:
    stop = Stop()
    stop.set()
    assert look_for(Accounts((account(authority, 1),)), secrets(home), [in_doubt(1)], stop) == ()
