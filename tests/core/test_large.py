"""The outboxes of any size, by which a list of a million rows is measured, are as the program writes them."""

from dataclasses import replace

from core.mail import mime
from core.outbox import checking
from core.outbox.notification import Delivery
from core.outbox.states import Place
from core.paths import Home
from tests import judge, large
from tests.outboxes import contradictions, opened

TOTAL = 300


def test_a_large_outbox_is_as_the_program_would_have_left_it(home: Home) -> None:
    """The outbox's own check and the tests' find nothing; opened again, nothing is missing in log.txt."""
    large.make(home, TOTAL)
    judge.made_by_hand(home)
    found = checking.Check(home, is_sealed=mime.is_sealed, named_files=mime.named_files).run(is_owned=False)
    assert (found.wrong, found.known, found.deliveries, found.messages) == ([], [], TOTAL, TOTAL)
    assert contradictions(home) == []
    log = home.log.read_text()
    with opened(home) as program:
        program.log.catch_up()
        assert program.reader.counts().of(Place.ALL) == TOTAL
        assert len({recipient.address for recipient in program.reader.contacts("reader", 2 * TOTAL)}) == TOTAL
    assert home.log.read_text() == log


def test_a_copy_differs_by_its_number_only(home: Home) -> None:
    """Of each kind, what was copied by SQL says of itself what the program's own says, under its own names."""
    large.make(home, TOTAL)
    judge.made_by_hand(home)
    with opened(home) as program:
        own = {_kind(each): each for each in program.reader.deliveries(range(1, 7))}
        copies = program.reader.deliveries(range(7, TOTAL + 1))
        assert {_kind(each) for each in copies} == set(own)
        for copy in copies:
            original = own[_kind(copy)]
            assert copy == replace(
                original,
                id=copy.id,
                notification=copy.notification,
                to=large.address(copy.id),
                subject=large.subject(copy.id),
                message_id=original.message_id.replace(original.notification, copy.notification),
            )
        for copy in copies[:100]:
            raw = b"".join(program.raw(copy.id)).decode()
            assert all(words in raw for words in (copy.to, copy.subject, copy.message_id))
            details = program.reader.details(copy.id)
            own_events = program.reader.details(own[_kind(copy)].id).events
            assert [(each.kind, each.detail) for each in details.events] == [(e.kind, e.detail) for e in own_events]
            assert details.draft.subject == copy.subject


def _kind(delivery: Delivery) -> tuple[str, str]:
    return delivery.state, delivery.reason
