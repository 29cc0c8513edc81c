"""Handing messages over, read as conversations, with PIPELINING and without. No socket."""

import pytest

from core.mail.mime import Damaged
from core.mail.smtp.conversation import Offers
from core.mail.smtp.handover import Connection, End, Run
from core.mail.smtp.outcomes import Judge
from core.mail.smtp.steps import Halted, run
from core.mail.transport import Outcome, Parcel, Phase, Verdict
from tests.core.smtp.desks import BODY, SERVER, Book, Message, hand_over, messages
from tests.core.smtp.scripts import Script

_SLOW = Offers()


def _commands(number: int) -> str:
    return f"C: MAIL FROM:<me@example.org>\nC: RCPT TO:<r{number}@example.com>\nC: DATA\n"


_YES = "S: 250 2.1.0 Ok\nS: 250 2.1.5 Ok\nS: 354 Go\n"


def _end(
    text: str, count: int = 1, desk: Book | None = None, offers: Offers | None = None, most_messages: int = 100
) -> tuple[End, Book, list[str]]:
    """Play a script; return how the connection is, the desk, and who is left."""
    line = Script(text)
    desk = desk or Book()
    end, left = hand_over(
        line, messages(count), desk, offers or Offers(has_pipelining=True), most_messages=most_messages
    )
    line.assert_done()
    return end, desk, [parcel.recipient for parcel in left.waiting]


def _one(text: str, offers: Offers | None = None) -> tuple[End, Outcome]:
    end, desk, left = _end(text, offers=offers)
    assert not left
    return end, desk.outcomes["r1@example.com"]


# -- the good way -------------------------------------------------------------------------------------------------


def test_one_round_trip_a_message() -> None:
    """The dot of one message and MAIL, RCPT and DATA of the next are one write; the body waits for its 354."""
    end, desk, left = _end(
        f"""
        {_commands(1)}{_YES}
        body {BODY!r}
        C: .
        {_commands(2)}
        S: 250 2.0.0 queued as A
        {_YES}
        body {BODY!r}
        C: .
        S: 250 2.0.0 queued as B
        """,
        2,
    )
    assert (end, left) == (End.KEPT, [])
    assert desk.calls == [
        "intend r1@example.com",
        "settle r1@example.com taken",
        "intend r2@example.com",
        "settle r2@example.com taken",
    ]
    assert desk.outcomes["r2@example.com"] == Outcome(
        Verdict.TAKEN, Phase.DOT, 250, "2.0.0 queued as B", "", "mx.example.com"
    )


def test_one_command_at_a_time_without_pipelining() -> None:
    """Each command waits for its reply, and the next MAIL for the reply to the dot."""
    end, desk, _ = _end(
        """
        C: MAIL FROM:<me@example.org>
        S: 250 Ok
        C: RCPT TO:<r1@example.com>
        S: 250 Ok
        C: DATA
        S: 354 Go
        body
        C: .
        S: 250 Ok
        C: MAIL FROM:<me@example.org>
        S: 250 Ok
        C: RCPT TO:<r2@example.com>
        S: 550 No
        C: RSET
        S: 250 Ok
        """,
        2,
        offers=_SLOW,
    )
    assert end is End.KEPT
    assert desk.verdicts == [Verdict.TAKEN, Verdict.REFUSED]


def test_crash_points_are_passed_in_order() -> None:
    """A1 at C3 before commands, C4 in the body, C5 between intent and dot, C6 behind it, C7 or C8 at the answer."""
    passed: list[str] = []

    def allow(_: Parcel) -> bool:
        passed.append("intent")
        return True

    desk = Book(allows=allow)
    line = Script(f"{_commands(1)}{_YES}body\nC: .\n{_commands(2)}S: 250 Ok\n{_YES}body\nC: .\nS: 451 No")
    hand_over(line, messages(2), desk, reached=passed.append)
    assert passed == ["C3", "C4", "intent", "C5", "C6", "C7", "C4", "intent", "C5", "C6", "C8"]


# -- refusals -----------------------------------------------------------------------------------------------------

_AT = {
    "MAIL": "S: {} x\nS: 503 x\nS: 503 x\nC: RSET\nS: 250 x",
    "RCPT": "S: 250 x\nS: {} x\nS: 554 x\nC: RSET\nS: 250 x",
    "DATA": "S: 250 x\nS: 250 x\nS: {} x\nC: RSET\nS: 250 x",
    "DOT": f"{_YES}body\nC: .\nS: {{}} x",
}
_AT_SLOW = {
    "MAIL": "C: MAIL FROM:<me@example.org>\nS: {} x\nC: RSET\nS: 250 x",
    "RCPT": "C: MAIL FROM:<me@example.org>\nS: 250 x\nC: RCPT TO:<r1@example.com>\nS: {} x\nC: RSET\nS: 250 x",
    "DATA": "C: MAIL FROM:<me@example.org>\nS: 250 x\nC: RCPT TO:<r1@example.com>\nS: 250 x\n"
    "C: DATA\nS: {} x\nC: RSET\nS: 250 x",
    "DOT": "C: MAIL FROM:<me@example.org>\nS: 250 x\nC: RCPT TO:<r1@example.com>\nS: 250 x\n"
    "C: DATA\nS: 354 x\nbody\nC: .\nS: {} x",
}


@pytest.mark.parametrize("is_pipelined", [True, False])
@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize(
    ("code", "verdict"), [(450, Verdict.LATER), (451, Verdict.LATER), (552, Verdict.REFUSED), (554, Verdict.REFUSED)]
)
def test_a_refusal_is_definite_at_each_command(phase: str, code: int, verdict: Verdict, is_pipelined: bool) -> None:
    """4xx: later. 5xx: for good; but 552 to RCPT is "too many recipients" of old. The connection goes on."""
    text = (_commands(1) + _AT[phase] if is_pipelined else _AT_SLOW[phase]).format(code)
    end, outcome = _one(text, None if is_pipelined else _SLOW)
    if (phase, code) == ("RCPT", 552):
        verdict = Verdict.LATER
    assert (outcome.verdict, outcome.phase.value, outcome.code) == (verdict, phase.lower(), code)
    assert not outcome.is_crowded
    assert end is End.KEPT


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA", "DOT"])
def test_421_closes_and_asks_for_fewer_connections(phase: str) -> None:
    """It is definite, also to the dot; what is unanswered is left."""
    text = _AT[phase].format(421)
    text = text if phase == "DOT" else text.partition("421 x")[0] + "421 x"
    end, outcome = _one(_commands(1) + text)
    assert (outcome.verdict, outcome.phase.value, outcome.is_crowded) == (Verdict.LATER, phase.lower(), True)
    assert end is End.LOST


@pytest.mark.parametrize("code", [530, 535])
def test_a_login_that_is_wanted_holds_the_account(code: int) -> None:
    """Every message would be refused so: none is failed, a person is asked."""
    _, outcome = _one(f"{_commands(1)}S: {code} Log in first\nS: 503 x\nS: 503 x\nC: RSET\nS: 250 x")
    assert outcome.verdict is Verdict.ACCOUNT
    assert outcome.problem is not None
    assert outcome.problem.code == "auth_refused"


def test_too_many_connections_asks_for_fewer() -> None:
    """Whatever its code, when its words say so."""
    _, outcome = _one(
        f"{_commands(1)}S: 450 4.7.0 Error: too many connections from you\nS: 503 x\nS: 503 x\nC: RSET\nS: 250 x"
    )
    assert outcome.is_crowded


def test_five_in_a_row_each_with_its_own_answer() -> None:
    """Mixed answers on one connection stay apart."""
    end, desk, _ = _end(
        f"""
        {_commands(1)}{_YES}body\nC: .\n{_commands(2)}
        S: 250 Ok
        S: 250 Ok\nS: 550 No\nS: 554 No
        C: RSET\n{_commands(3)}
        S: 250 Ok
        S: 250 Ok\nS: 451 Greylisted\nS: 354 Go
        C: .\n{_commands(4)}
        S: 554 No valid recipients
        {_YES}body\nC: .\n{_commands(5)}
        S: 452 Full
        {_YES}body\nC: .
        S: 250 Ok
        """,
        5,
    )
    assert end is End.KEPT
    assert [verdict.value for verdict in desk.verdicts] == ["taken", "refused", "later", "later", "taken"]
    assert [outcome.phase.value for outcome in desk.outcomes.values()] == ["dot", "rcpt", "rcpt", "dot", "dot"]


# -- the traps of RFC 2920 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["554 No valid recipients", "250 Ok", "503 What", "450 x"])
def test_354_with_nobody_accepted_is_ended_by_a_lone_dot(answer: str) -> None:
    """Nothing is handed over by it, so there is no intent; whatever it is answered, the connection is in order."""
    end, desk, _ = _end(f"{_commands(1)}S: 250 x\nS: 550 No\nS: 354 Go\nC: .\nS: {answer}")
    assert desk.calls == ["settle r1@example.com refused"]
    assert end is End.KEPT


def test_354_with_a_recipient_but_no_sender_is_only_closed() -> None:
    """A dot there would queue an empty message."""
    end, outcome = _one(f"{_commands(1)}S: 550 No\nS: 250 x\nS: 354 Go")
    assert (end, outcome.verdict, outcome.phase) == (End.SPENT, Verdict.REFUSED, Phase.MAIL)


@pytest.mark.parametrize("data", ["250 Ok", "235 x"])
def test_a_success_where_354_is_due_is_out_of_step(data: str) -> None:
    """The body is never written before 354."""
    end, outcome = _one(f"{_commands(1)}S: 250 x\nS: 250 x\nS: {data}")
    assert (end, outcome.verdict, outcome.phase) == (End.LOST, Verdict.LATER, Phase.DATA)


def test_rset_that_is_refused_ends_the_connection() -> None:
    """What is left goes on with another one; what was written ahead counts for nothing."""
    end, desk, left = _end(f"{_commands(1)}S: 250 x\nS: 550 No\nS: 554 x\nC: RSET\n{_commands(2)}S: 500 What", 2)
    assert (end, left) == (End.SPENT, ["r2@example.com"])
    assert len(desk.calls) == 1


def test_a_refusal_stands_when_the_connection_ends_behind_it() -> None:
    """RCPT was refused for good; that DATA was not answered changes nothing."""
    end, outcome = _one(f"{_commands(1)}S: 250 x\nS: 550 No\ncut")
    assert (outcome.verdict, outcome.phase, end) == (Verdict.REFUSED, Phase.RCPT, End.SPENT)


# -- connections that end -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["cut", "silent", "garbled"])
@pytest.mark.parametrize(
    ("before", "phase"),
    [
        ("", Phase.MAIL),
        ("S: 250 x\n", Phase.RCPT),
        ("S: 250 x\nS: 250 x\n", Phase.DATA),
        (f"{_YES}", Phase.BODY),
        (f"{_YES}body\n", Phase.BODY),
    ],
)
def test_what_ends_before_the_dot_is_tried_again(before: str, phase: Phase, how: str) -> None:
    """Nothing was handed over, and that is known."""
    end, outcome = _one(f"{_commands(1)}{before}{how}")
    assert (outcome.verdict, outcome.phase, end) == (Verdict.LATER, phase, End.LOST)
    assert outcome.reply


@pytest.mark.parametrize("how", ["cut", "silent", "garbled", "S: 354 What", "S: 334 What"])
def test_what_ends_after_the_dot_is_unknown(how: str) -> None:
    """Nobody can know (RFC 1047). What was written ahead of the next message counts for nothing."""
    end, desk, left = _end(f"{_commands(1)}{_YES}body\nC: .\n{_commands(2)}{how}", 2)
    assert desk.calls == ["intend r1@example.com", "settle r1@example.com unknown"]
    assert desk.outcomes["r1@example.com"].phase is Phase.DOT
    assert (end, left) == (End.LOST, ["r2@example.com"])


@pytest.mark.parametrize("how", ["cut", "S: 421 Too many messages", "S: 451 Too many messages"])
def test_a_server_that_has_had_enough_costs_no_attempt(how: str) -> None:
    """Closed between two messages, or told so at MAIL: the next message goes on with another connection."""
    end, desk, left = _end(f"{_commands(1)}{_YES}body\nC: .\n{_commands(2)}S: 250 Ok\n{how}", 2)
    assert (end, left) == (End.SPENT, ["r2@example.com"])
    assert desk.verdicts == [Verdict.TAKEN]


def test_enough_on_a_new_connection_is_an_attempt() -> None:
    """A server that never takes anything is not asked without end."""
    end, outcome = _one(f"{_commands(1)}S: 421 Too many messages")
    assert (end, outcome.verdict) == (End.LOST, Verdict.LATER)


def test_a_server_that_takes_nothing_now_is_asked_on_one_connection() -> None:
    """451 at MAIL to one after the other (a rate, greylisting): each waits, and no login is made for the next."""
    refused = "S: 451 4.7.1 Rate exceeded\nS: 503 x\nS: 503 x\n"
    end, desk, left = _end(
        f"{_commands(1)}{refused}C: RSET\n{_commands(2)}S: 250 x\n{refused}C: RSET\nS: 250 x",
        2,
    )
    assert (end, left) == (End.KEPT, [])
    assert [(each.verdict, each.phase) for each in desk.outcomes.values()] == [(Verdict.LATER, Phase.MAIL)] * 2


@pytest.mark.parametrize("how", ["cut", "S: 421 4.7.0 Too many errors"])
def test_the_end_behind_a_refusal_is_an_attempt(how: str) -> None:
    """Nothing was taken on this connection, so another one promises nothing: what is left waits."""
    end, desk, left = _end(f"{_commands(1)}S: 250 x\nS: 550 No\nS: 554 x\nC: RSET\n{_commands(2)}S: 250 x\n{how}", 3)
    assert (end, left) == (End.LOST, ["r3@example.com"])
    assert desk.verdicts == [Verdict.REFUSED, Verdict.LATER]


# -- before the dot -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reply", "verdict"), [("552 Too large", Verdict.REFUSED), ("451 No", Verdict.LATER)])
@pytest.mark.parametrize("is_after_the_body", [False, True])
def test_an_early_reply_is_used(reply: str, verdict: Verdict, is_after_the_body: bool) -> None:
    """A server may refuse in the middle of the body, or just before the dot: that is definite, and nothing more is
    written, since only the body or closing are left."""
    body = "body\n" if is_after_the_body else ""
    end, desk, left = _end(f"{_commands(1)}{_YES}{body}early: {reply}", 2)
    assert (desk.verdicts, end, left) == ([verdict], End.SPENT, ["r2@example.com"])
    assert desk.outcomes["r1@example.com"].phase is Phase.BODY


def test_an_early_421_lets_the_rest_wait() -> None:
    """The server closes, and has too much to do."""
    end, outcome = _one(f"{_commands(1)}{_YES}early: 421 Closing")
    assert (end, outcome.verdict, outcome.is_crowded) == (End.LOST, Verdict.LATER, True)


def test_an_early_success_is_no_success() -> None:
    """250 before the dot is out of step: nobody took a message that has not ended."""
    end, outcome = _one(f"{_commands(1)}{_YES}body\nearly: 250 Ok")
    assert (end, outcome.verdict) == (End.LOST, Verdict.LATER)


def test_no_dot_without_the_intent() -> None:
    """Cancelled at the intent, or the disk refused: only closing is left; the rest goes on elsewhere."""
    desk = Book(allows=lambda _: False)
    end, _, left = _end(f"{_commands(1)}{_YES}", 2, desk)
    assert desk.calls == ["intend r1@example.com", "settle r1@example.com dropped"]
    assert (end, left) == (End.SPENT, ["r2@example.com"])


def test_what_is_damaged_gets_no_dot() -> None:
    """The hash of a file was wrong: what was written of it is cut off."""
    desk = Book()
    line = Script(f"{_commands(1)}{_YES}")
    damaged = Message("r1@example.com", pieces=(BODY, Damaged("The copy of an attachment has changed.")))
    end, left = hand_over(line, [damaged, *messages(2)[1:]], desk)
    line.assert_done()
    assert desk.calls == ["settle r1@example.com damaged"]
    assert (end, len(left.waiting)) == (End.SPENT, 1)


@pytest.mark.parametrize("body", [b"a\rb\r\n", b"a\nb\r\n", b"a\0b\r\n", b"a\r\n.\nQUIT\r\n"])
def test_bytes_that_are_not_canonical_never_reach_the_dot(body: bytes) -> None:
    """A bare CR or LF could be taken for the end of a line, and a dot behind it for the end of the message."""
    desk = Book()
    line = Script(f"{_commands(1)}{_YES}")
    hand_over(line, [Message("r1@example.com", pieces=(body,))], desk)
    assert desk.calls == ["settle r1@example.com damaged"]


def test_a_disk_that_fails_in_the_body_is_not_the_messages_fault() -> None:
    """A file that cannot be read today is tried again."""
    desk = Book()
    line = Script(f"{_commands(1)}{_YES}")
    end, _ = hand_over(line, [Message("r1@example.com", pieces=(OSError(5, "Input/output error"),))], desk)
    assert (desk.verdicts, end) == ([Verdict.LATER], End.LOST)


# -- stopping -----------------------------------------------------------------------------------------------------


def test_stopping_reads_what_is_outstanding_and_begins_nothing() -> None:
    """When the desk says stop, no MAIL is written ahead, and the dot's reply is read."""
    goes_on = iter([True, False, False])
    end, desk, left = _end(f"{_commands(1)}{_YES}body\nC: .\nS: 250 Ok", 3, Book(goes_on=lambda: next(goes_on)))
    assert (end, left) == (End.KEPT, ["r2@example.com", "r3@example.com"])
    assert desk.verdicts == [Verdict.TAKEN]


def test_a_full_connection_begins_nothing() -> None:
    """Servers count messages on a connection: the last one is the last."""
    end, _, left = _end(f"{_commands(1)}{_YES}body\nC: .\nS: 250 Ok", 2, most_messages=1)
    assert (end, left) == (End.KEPT, ["r2@example.com"])


@pytest.mark.parametrize("before", ["", "S: 250 x\n", f"{_YES}"])
def test_halting_decides_nothing(before: str) -> None:
    """What it was at is neither settled nor counted."""
    desk = Book()
    line = Script(f"{_commands(1)}{before}halt")
    left = Run(messages(1), desk)
    with pytest.raises(Halted):
        run(Connection(Judge(SERVER), Offers(has_pipelining=True), most_messages=9).hand_over(left), line)
    assert desk.calls == []
    assert len(left.waiting) == 1


# -- envelopes ----------------------------------------------------------------------------------------------------


def _envelope(message: Message, offers: Offers, mail: str, rcpt: str) -> None:
    line = Script(f"C: {mail}\nS: 250 x\nC: {rcpt}\nS: 550 x\nC: RSET\nS: 250 x")
    hand_over(line, [message], Book(), offers)
    line.assert_done()


def test_size_is_said_where_it_is_offered() -> None:
    """The size of the message, without doubled dots (RFC 1870)."""
    message = Message("r@example.com", pieces=(b"..\r\n",))
    _envelope(message, Offers(size_bytes=0), "MAIL FROM:<me@example.org> SIZE=4", "RCPT TO:<r@example.com>")


def test_a_domain_goes_out_as_a_labels() -> None:
    """To any server, whatever it offers."""
    message = Message("r@bücher.example")
    _envelope(message, Offers(), "MAIL FROM:<me@example.org>", "RCPT TO:<r@xn--bcher-kva.example>")


def test_a_local_part_in_another_script_needs_smtputf8() -> None:
    """Where it is offered, MAIL asks for it; and only where it is needed."""
    message = Message("jürgen@example.com")
    _envelope(message, Offers(has_smtputf8=True), "MAIL FROM:<me@example.org> SMTPUTF8", "RCPT TO:<jürgen@example.com>")
    _envelope(
        Message("r@example.com"), Offers(has_smtputf8=True), "MAIL FROM:<me@example.org>", "RCPT TO:<r@example.com>"
    )


@pytest.mark.parametrize(
    ("message", "offers", "words"),
    [
        (Message("jürgen@example.com"), Offers(), "jürgen@example.com"),
        (Message("r@example.com", sender="jürgen@example.com"), Offers(), "jürgen@example.com"),
        (Message("r@example.com"), Offers(size_bytes=5), "KB"),
        (Message("r@example.com>\r\nRCPT TO:<x"), Offers(), "r@example.com>"),
    ],
)
def test_what_this_server_cannot_take_is_not_offered_to_it(message: Message, offers: Offers, words: str) -> None:
    """It fails here, in words, and the next one goes out."""
    desk = Book()
    size = "" if offers.size_bytes is None else " SIZE=3"
    line = Script(f"C: MAIL FROM:<me@example.org>{size}\nS: 450 x\nC: RSET\nS: 250 x")
    hand_over(line, [message, Message("s@example.com", pieces=(b"x\r\n",))], desk, offers)
    line.assert_done()
    assert desk.verdicts == [Verdict.REFUSED, Verdict.LATER]
    assert words in desk.outcomes[message.recipient].reply


def test_the_size_is_checked_before_anything_is_sent() -> None:
    """Exactly the limit passes; 0 is no limit."""
    for size in (0, len(BODY)):
        desk = Book()
        line = Script(f"C: MAIL FROM:<me@example.org> SIZE={len(BODY)}\nS: 450 x\nC: RSET\nS: 250 x")
        hand_over(line, messages(1), desk, Offers(size_bytes=size))
        line.assert_done()
