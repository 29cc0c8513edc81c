"""The one door to the outbox: accepting, tokens, kept drafts, and what is refused."""

from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DraftError, StorageError
from core.outbox import draft_json
from core.outbox.notification import Attachment, Draft, Recipient, Terms, new_token, new_ulid
from core.outbox.reader import Reader
from core.outbox.states import State
from core.paths import Home
from core.program import Program
from tests.fakes import FakeClock
from tests.outboxes import ANN, BEN, accept, contradictions, draft, opened, states


def test_the_receipt_is_what_the_outbox_holds(program: Program) -> None:
    """The receipt names each delivery as a reader finds it on disk."""
    receipt = accept(program, ANN, BEN)
    assert program.reader.deliveries(delivery.id for delivery in receipt.deliveries) == receipt.deliveries
    assert [delivery.to for delivery in receipt.deliveries] == [ANN.address, BEN.address]
    assert receipt.is_new


def test_a_double_click_inserts_once(program: Program) -> None:
    """The same token is accepted once, however often it is pressed; the first receipt is given again."""
    first = program.outbox.accept(draft(), token="one").wait()
    again = program.outbox.accept(draft(text="typed on"), token="one").wait()
    assert (again.notification, again.deliveries, again.is_new) == (first.notification, first.deliveries, False)
    assert len(states(program)) == 1
    assert program.reader.details(1).draft.text == "Hello there."


def test_two_presses_are_two(program: Program) -> None:
    """The same words with another token are another notification."""
    for _ in range(2):
        program.outbox.accept(draft(), token=new_token()).wait()
    assert len(states(program)) == 2


def test_each_recipient_has_a_message_of_its_own(program: Program, fake_clock: FakeClock) -> None:
    """Exactly one To, a Message-ID of its own and no other recipient's address: nobody sees the others."""
    receipt = accept(program, ANN, BEN)
    first, second = (b"".join(program.raw(delivery.id)) for delivery in receipt.deliveries)
    assert b"ben@example.net" not in first
    assert b"ann@example.com" not in second
    assert len({delivery.message_id for delivery in receipt.deliveries}) == 2
    assert receipt.deliveries[0].message_id.encode() in first


def test_the_caller_may_name_the_notification(program: Program) -> None:
    """Whoever adds tasks before the answer is there makes the id first."""
    wanted = new_ulid(1_767_258_000_000)
    receipt = program.outbox.accept(draft(), token="one", notification=wanted).wait()
    assert receipt.notification == wanted


def test_an_id_that_is_taken_is_refused(program: Program) -> None:
    """Two notifications never share an id; the first stays as it was."""
    program.outbox.accept(draft(), token="one", notification="N").wait()
    with pytest.raises(StorageError):
        program.outbox.accept(draft(), token="two", notification="N").wait()
    assert len(states(program)) == 1


def test_every_problem_is_said_at_once(program: Program) -> None:
    """A draft that is not valid is refused with each reason, and nothing of it is stored."""
    bad = Draft(to=(), subject="a\nb", text="", attachments=(Attachment("a.txt", "text/plain", "0" * 64, 3),))
    with pytest.raises(DraftError) as caught:
        program.outbox.accept(bad, Terms(undo_s=-1), token="one").wait()
    codes = [problem.code for problem in caught.value.problems]
    assert {"to_empty", "subject_control", "attachment_lost", "undo_bad"} <= set(codes)
    assert states(program) == []


def test_an_account_that_is_none_is_refused(program: Program) -> None:
    """A draft whose account was removed is not accepted by another in its place."""
    with pytest.raises(DraftError, match="work"):
        program.outbox.accept(Draft(to=(ANN,), text="Hello", account="work"), token="one").wait()


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms(undo_s=3601), "undo_bad"),
        (Terms(not_after_ms=1_767_257_999_999), "at_past"),
        (Terms(at_ms=1_767_258_060_000, not_after_ms=1_767_258_030_000), "not_after_first"),
        (Terms(at_ms=10**18), "at_bad"),
        (Terms(at_ms=-1), "at_bad"),
        (Terms(not_after_ms=10**30), "at_bad"),
    ],
)
def test_terms_that_cannot_be_kept_are_refused(program: Program, terms: Terms, code: str) -> None:
    """A time that is over, or that no calendar has, is a sentence and not a row that nobody can show."""
    with pytest.raises(DraftError) as caught:
        program.outbox.accept(draft(), terms, token="one").wait()
    assert [problem.code for problem in caught.value.problems] == [code]
    assert str(caught.value)
    assert states(program) == []


def test_text_that_no_database_takes_is_refused(program: Program) -> None:
    """A lone surrogate, as a console or a clipboard may hand on, is a sentence; the next accept works."""
    with pytest.raises(DraftError):
        program.outbox.accept(Draft(to=(ANN,), text="a\ud800b"), token="one").wait()
    accept(program)


# -- kept drafts ----------------------------------------------------------------------------------------------------


def test_a_kept_draft_ends_in_the_commit_that_accepts_it(program: Program) -> None:
    """After a crash the draft is either in the form or accepted: never both, never neither."""
    typed = draft(query="an")
    program.outbox.save_draft("d1", typed).wait()
    with pytest.raises(DraftError):
        program.outbox.accept(Draft(to=(ANN,)), token="one", draft_id="d1").wait()
    assert [kept.draft for kept in program.reader.drafts()] == [typed]
    program.outbox.accept(typed, token="one", draft_id="d1").wait()
    assert program.reader.drafts() == ()


def test_drafts_are_kept_and_never_overwritten(program: Program, fake_clock: FakeClock) -> None:
    """One is in the form, others are set aside; taking one up again changes no word of it."""
    program.outbox.save_draft("d1", draft(text="one")).wait()
    fake_clock.advance(1)
    program.outbox.set_aside("d1", draft(text="one more")).wait()
    program.outbox.save_draft("d2", Draft(unread_to=("half@",))).wait()
    kept = {each.id: each for each in program.reader.drafts()}
    assert (kept["d1"].is_open, kept["d1"].draft.text) == (False, "one more")
    assert (kept["d2"].is_open, kept["d2"].draft.unread_to) == (True, ("half@",))
    program.outbox.take_up("d1").wait()
    assert {each.id for each in program.reader.drafts() if each.is_open} == {"d1", "d2"}
    program.outbox.drop_draft("d1").wait()
    assert [each.id for each in program.reader.drafts()] == ["d2"]


_text = st.text(st.characters(codec="utf-8"))
_drafts = st.builds(
    Draft,
    to=st.lists(st.builds(Recipient, _text, _text), max_size=3).map(tuple),
    subject=_text,
    text=_text,
    attachments=st.lists(
        st.builds(Attachment, _text, _text, st.from_regex(r"[0-9a-f]{64}", fullmatch=True), st.integers(0, 1 << 40)),
        max_size=2,
    ).map(tuple),
    account=_text,
    query=_text,
    unread_to=st.lists(_text, max_size=2).map(tuple),
)


@given(_drafts)
def test_a_draft_is_kept_to_the_letter(typed: Draft) -> None:
    """Whatever was typed, valid or not, comes back the same."""
    assert draft_json.load(draft_json.dump(typed)) == typed


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(typed=_drafts)
def test_a_draft_comes_back_from_the_outbox_to_the_letter(program: Program, typed: Draft) -> None:
    """Also through the database, NUL and all."""
    program.outbox.save_draft("d", typed).wait()
    assert program.reader.drafts()[0].draft == typed


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "to",
        {},
        {"to": "ab"},
        {"to": ["ab"]},
        {"to": {"ab": 1}},
        {"to": [["ann@example.com"]]},
        {"to": [["ann@example.com", 1]]},
        {"to": [], "text": None},
        {"to": [], "text": "a\ud800"},
        {"to": [], "unread_to": "abc"},
        {"to": [], "attachments": [["a", "b", "../../etc/passwd", 1]]},
        {"to": [], "attachments": [["a", "b", "0" * 64, -1]]},
        {"to": [], "attachments": [["a", "b", "0" * 64, True]]},
        {"to": [], "attachments": [["a", "b", "0" * 64, float("inf")]]},
        {"to": [], "attachments": [["a", "b", "0" * 64, "12"]]},
        {"to": [], "attachments": [["a", "b", "0" * 64]]},
    ],
)
def test_what_is_no_draft_is_refused_with_a_sentence(body: object) -> None:
    """What another process hands over may be anything: it is refused in words, not by an error of ours."""
    with pytest.raises(DraftError, match="not a draft"):
        draft_json.from_dict(body)


# -- one outbox, several programs -------------------------------------------------------------------------------


def test_what_was_accepted_is_there_after_a_restart(home: Home, fake_clock: FakeClock) -> None:
    """Closing and opening again changes nothing of what was accepted."""
    with opened(home, fake_clock) as program:
        receipt = accept(program, ANN, BEN)
        raw = [b"".join(program.raw(delivery.id)) for delivery in receipt.deliveries]
    with opened(home, fake_clock) as program:
        assert program.reader.deliveries([1, 2]) == receipt.deliveries
        assert [b"".join(program.raw(delivery.id)) for delivery in receipt.deliveries] == raw
    assert contradictions(home) == []


def test_pause_lasts(home: Home, fake_clock: FakeClock) -> None:
    """A person who paused everything and closed the program finds it paused."""
    with opened(home, fake_clock) as program:
        program.outbox.pause().wait()
    with opened(home, fake_clock) as program, closing(Reader(home)) as reader:
        assert reader.counts().is_paused
        program.outbox.resume().wait()
        assert not reader.counts().is_paused


def test_a_note_is_an_event_that_moves_nothing(program: Program) -> None:
    """Trouble after the confirmation is kept with the delivery, and its state is what it was."""
    delivery_id = accept(program).deliveries[0].id
    program.outbox.note(delivery_id, "trouble", "the log could not be written").wait()
    program.outbox.note(999, "trouble", "nobody's").wait()
    details = program.reader.details(delivery_id)
    assert (details.events[-1].kind, details.events[-1].detail) == ("trouble", "the log could not be written")
    assert details.delivery.state is State.QUEUED


def test_ids_sort_by_time() -> None:
    """A notification's id is a ULID: 26 characters that sort as the times do, and are never the same."""
    ids = [new_ulid(at) for at in (0, 1, 1_767_258_000_000, 1_767_258_000_001, (1 << 48) - 1)]
    assert ids == sorted(ids)
    assert {len(each) for each in ids} == {26}
    assert len({new_ulid(1) for _ in range(1000)}) == 1000
