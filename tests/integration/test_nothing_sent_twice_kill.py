"""kill -9 while a mail server is talked to: the server says what arrived, the next start what is asked about."""

import dataclasses
import os

import pytest

from core.accounts import accounts
from core.accounts.accounts import Account
from core.mail.smtp.server import Security
from core.outbox.notification import Draft, Recipient, new_token
from core.outbox.states import Reason, State
from core.paths import Home
from tests.crashes import found_states, killed
from tests.outboxes import contradictions, opened, states
from tests.smtp.certificates import Authority
from tests.smtp.scripted import (
    ENVELOPE,
    GREETING,
    HELLO,
    LOGGED_IN,
    LOGIN_HELLO,
    SERVE,
    STARTTLS,
    TAKEN,
    ScriptedServer,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL.")

COUNT = 4
LOGIN = STARTTLS + LOGIN_HELLO.removeprefix(GREETING) + LOGGED_IN


def account(server: ScriptedServer) -> Account:
    """Return an account by which one message goes after the other."""
    return Account(
        name="work",
        address="me@example.org",
        host="127.0.0.1",
        port=server.port,
        security=Security.NONE,
        connections=1,
    )


def goes_by(home: Home, changed: Account) -> None:
    """Let everything in the outbox go by this server from now on."""
    if accounts.load(home).all:
        accounts.replace(home, changed)
    else:
        accounts.add(home, changed)


def accepted(home: Home, by: Account) -> list[str]:
    """Accept messages that go by this account; return their Message-IDs."""
    goes_by(home, by)
    with opened(home) as program:
        drafts = [
            Draft((Recipient(f"p{number}@example.com"),), "Hi", "Hello", account="work") for number in range(COUNT)
        ]
        receipts = [program.outbox.accept(draft, token=new_token()).wait() for draft in drafts]
        return [receipt.deliveries[0].message_id for receipt in receipts]


def copies(told: list[str], *servers: ScriptedServer) -> list[int]:
    """Count, for each message, how often a server took responsibility for it."""
    bodies = [body for server in servers for body in server.taken]
    return [sum(message_id.encode() in body for body in bodies) for message_id in told]


def ended(home: Home) -> list[State]:
    """Start again, and see what the recovery makes of it; deliver the rest; return the states."""
    with opened(home) as program:
        found = states(program)
        assert not {State.SENDING, State.HANDING_OVER} & set(found)
        for row in program.reader.list():
            assert row.state is not State.UNCONFIRMED or row.reason is Reason.CRASH
        program.inline_engine().deliver()
        found = states(program)
    assert contradictions(home) == []
    return found


@pytest.mark.parametrize("number", range(1, 8))
def test_c3_before_data_was_answered(
    home: Home, authority: Authority, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A1 at C3: killed before the connection, the greeting, EHLO, STARTTLS, EHLO again, AUTH, or MAIL, RCPT and DATA:
    `sending`, then queued; 0 copies, and 1 in the end.
    """
    monkeypatch.setenv("OUTTRAY_PASSWORD_WORK", "secret")
    with ScriptedServer(then=LOGIN + "serve", tls=authority.good(), may_leave=True) as server:
        by = dataclasses.replace(
            account(server), host="localhost", security=Security.STARTTLS, user="me", ca_file=str(authority.ca_file)
        )
        told = accepted(home, by)
        killed(home, "drain", "C3", str(number))
        assert set(found_states(home)) <= {State.SENDING, State.QUEUED}
        assert State.SENDING in found_states(home)
        assert server.bodies == []
        assert ended(home) == [State.SENT] * COUNT
        assert copies(told, server) == [1] * COUNT


@pytest.mark.parametrize("number", [1, 3])
def test_c4_in_the_body(home: Home, number: int) -> None:
    """A1 at C4: killed when the body was written and nothing behind it: queued, 0 copies of it; then 1.

    The outcome of the one before it may not be on disk yet, for the next dot waits for it, not the next body: that one
    is at C7.
    """
    with ScriptedServer(then=SERVE) as server:
        told = accepted(home, account(server))
        killed(home, "drain", "C4", str(number))
        assert found_states(home)[number - 1] is State.SENDING
        assert copies(told, server) == [1] * (number - 1) + [0] * (COUNT - number + 1)
        found = ended(home)
        assert found.count(State.SENT) >= COUNT - 1
        assert found[number - 1] is State.SENT
        assert set(found) - {State.SENT} <= {State.UNCONFIRMED}
        assert copies(told, server) == [1] * COUNT


@pytest.mark.parametrize("number", [1, 3])
def test_c5_the_intent_is_on_disk_and_no_dot_was_written(home: Home, number: int) -> None:
    """A1 at C5: `handing_over`, then not confirmed, although no copy is there: it asks. The others arrive once."""
    with ScriptedServer(then=SERVE) as server:
        told = accepted(home, account(server))
        killed(home, "drain", "C5", str(number))
        assert found_states(home)[number - 1] is State.HANDING_OVER
        assert len(server.bodies) == number - 1
        check_asks(ended(home), number)
        assert copies(told, server) == [int(each != number - 1) for each in range(COUNT)]


@pytest.mark.parametrize("number", [1, 3])
def test_c6_the_dot_was_written_and_nobody_answered(home: Home, number: int) -> None:
    """A1 at C6: not confirmed: 0 copies or 1, who knows. It is not sent again by itself."""
    silent = HELLO + TAKEN * (number - 1) + ENVELOPE + "body\nhang"
    with ScriptedServer(silent) as server, ScriptedServer(then=SERVE) as next_server:
        told = accepted(home, account(server))
        killed(home, "drain", "C6", str(number))
        assert found_states(home)[number - 1] is State.HANDING_OVER
        server.until_gone()
        goes_by(home, account(next_server))
        check_asks(ended(home), number)
        assert copies(told, next_server)[number - 1] == 0
        assert copies(told, server, next_server) == [int(each != number - 1) for each in range(COUNT)]


@pytest.mark.parametrize("number", [1, 3])
def test_c7_a_success_was_read_and_is_not_on_disk(home: Home, number: int) -> None:
    """A1 at C7: not confirmed, and the copy is there: exactly one, because it is not sent again by itself."""
    with ScriptedServer(then=SERVE) as server:
        told = accepted(home, account(server))
        killed(home, "drain", "C7", str(number))
        assert found_states(home)[number - 1] is State.HANDING_OVER
        check_asks(ended(home), number)
        assert copies(told, server) == [1] * COUNT


@pytest.mark.parametrize("reply", ["451 4.3.0 Later", "554 5.6.0 Refused"])
@pytest.mark.parametrize("number", [1, 3])
def test_c8_a_refusal_was_read_and_is_not_on_disk(home: Home, number: int, reply: str) -> None:
    """A1 at C8: 4xx and 5xx: not confirmed, and no copy is there: it asks."""
    refusing = HELLO + TAKEN * (number - 1) + ENVELOPE + f"body\nS: {reply}\nserve"
    with ScriptedServer(refusing, then=SERVE) as server:
        told = accepted(home, account(server))
        killed(home, "drain", "C8", "1")
        assert found_states(home)[number - 1] is State.HANDING_OVER
        check_asks(ended(home), number)
        assert copies(told, server) == [int(each != number - 1) for each in range(COUNT)]


@pytest.mark.parametrize("number", [1, 3])
def test_c9_the_outcome_is_on_disk(home: Home, number: int) -> None:
    """A1 at C9: sent, and nothing more happens with it: one copy. The intent of the next may share its commit: that
    one is at C5 then, and asks.
    """
    with ScriptedServer(then=SERVE) as server:
        told = accepted(home, account(server))
        killed(home, "drain", "C9", str(number))
        assert found_states(home)[number - 1] is State.SENT
        found = ended(home)
        assert found[:number] == [State.SENT] * number
        for state, count in zip(found, copies(told, server), strict=True):
            assert (state, count) in {(State.SENT, 1), (State.UNCONFIRMED, 0), (State.UNCONFIRMED, 1)}
        assert found.count(State.UNCONFIRMED) <= 1


def check_asks(found: list[State], number: int) -> None:
    """Everything was sent but the one that was under way."""
    assert found == [State.UNCONFIRMED if each == number - 1 else State.SENT for each in range(COUNT)]


def test_a_person_sends_it_again(home: Home) -> None:
    """After C7 a person says "send again": the second copy is the same, byte for byte, and there is no third."""
    with ScriptedServer(then=SERVE) as server:
        told = accepted(home, account(server))
        killed(home, "drain", "C7", "1")
        ended(home)
        with opened(home) as program:
            program.outbox.send_again([1]).wait()
        ended(home)
        ended(home)
        assert copies(told, server) == [2] + [1] * (COUNT - 1)
        twice = [body for body in server.taken if told[0].encode() in body]
        assert twice[0] == twice[1]
