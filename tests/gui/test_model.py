"""The list holds any number of deliveries, reads only what is in sight, and keeps everything in its place."""

from functools import partial
from itertools import accumulate, chain, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from core.errors import OutboxError
from core.outbox.states import Place, Reason, State
from gui.outbox.model import DELIVERY_ROLE, OutboxModel
from gui.outbox.pages import KEPT_PAGES, PAGE
from gui.outbox.reading import SOON, Filter, Found, Watch
from tests.gui.synthetic import SEARCHED, Patient, Split, SyntheticReader, delivery

MILLION = 1_000_000


def shown(model: OutboxModel, first: int = 0, last: int | None = None) -> list[int | None]:
    """Return the ids of loaded rows, None for those that are not."""
    last = model.rowCount() - 1 if last is None else last
    found = map(model.delivery_at, range(first, last + 1))
    return [None if row is None else row.id for row in found]


def look(model: OutboxModel, first: int, last: int) -> None:
    """Ask for rows as painting does."""
    for row in range(first, last + 1):
        model.index(row, 0).data(DELIVERY_ROLE)


def read(qtbot: QtBot, model: OutboxModel, executor: Patient, row: int) -> None:
    """Have the page of a row read, as painting does."""
    look(model, row, row + 20)
    qtbot.waitUntil(lambda: bool(executor.waiting) or model.delivery_at(row) is not None)
    executor.run()


def ready(total: int, place: Place = Place.ALL, find: str = "") -> tuple[OutboxModel, SyntheticReader, Patient]:
    executor, reader = Patient(), SyntheticReader(total)
    model = OutboxModel(executor, reader)
    model.set_filter(place, find)
    model.refresh()
    executor.run()
    reader.calls.clear()
    return model, reader, executor


def changes_of(model: OutboxModel) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    return told


def test_nothing_is_read_by_the_one_who_asks(qtbot: QtBot) -> None:
    """Setting a filter, asking for rows and taking in changes read nothing: the reads pool does."""
    executor, reader = Patient(), SyntheticReader(MILLION)
    model = OutboxModel(executor, reader)
    model.set_filter(Place.SENT, "")
    model.changed([1, 2])
    look(model, 0, 30)
    assert reader.calls == []
    assert model.rowCount() == 0


def test_opening_a_million_reads_the_pages_in_sight_only(qtbot: QtBot) -> None:
    """Opening a list of a million rows reads the pages of one screen, newest first."""
    executor, reader = Patient(), SyntheticReader(MILLION)
    model = OutboxModel(executor, reader)
    model.refresh()
    executor.run()
    assert model.rowCount() == MILLION
    assert shown(model, 0, 2) == [MILLION, MILLION - 1, MILLION - 2]
    assert len(reader.asked("rows")) <= 2


def test_scrolling_reads_one_page_for_all_its_rows(qtbot: QtBot) -> None:
    """Rows that are asked for while a page is on its way are placeholders, and it is read once."""
    model, reader, executor = ready(MILLION)
    model.set_watch(lambda: Watch(500_000, 500_030))
    look(model, 500_000, 500_030)
    assert model.index(500_000, 0).data() == "…"
    qtbot.waitUntil(lambda: bool(executor.waiting))
    look(model, 500_000, 500_030)
    told = changes_of(model)
    executor.run()
    assert shown(model, 500_000, 500_002) == [500_000, 499_999, 499_998]
    assert len(reader.asked("rows")) == 1
    assert len(told) == 1


def test_pages_passed_over_while_scrolling_are_not_read(qtbot: QtBot) -> None:
    """Dragging the scroll bar over a million rows reads what is in sight when it stops."""
    model, reader, executor = ready(MILLION)
    for row in range(1000, 900_000, 10_000):
        look(model, row, row + 20)
    model.set_watch(lambda: Watch(900_000, 900_020))
    look(model, 900_000, 900_020)
    qtbot.waitUntil(lambda: bool(executor.waiting))
    executor.run()
    assert shown(model, 900_000, 900_001) == [100_000, 99_999]
    assert len(reader.asked("rows")) <= 2


def test_no_more_than_a_fixed_number_of_pages_is_kept(qtbot: QtBot) -> None:
    """However far a person scrolls, no more than 32 pages are in memory."""
    model, _, executor = ready(MILLION)
    for row in range(0, 100 * PAGE, PAGE):
        model.set_watch(partial(Watch, row, row + 20))
        read(qtbot, model, executor, row)
    loaded = sum(found is not None for found in map(model.delivery_at, range(110 * PAGE)))
    assert loaded <= KEPT_PAGES * PAGE
    assert model.row_of(MILLION) is None
    assert model.delivery_at(99 * PAGE) is not None


def test_accepted_is_shown_without_reading(qtbot: QtBot) -> None:
    """What was accepted is the first row at once: no read comes between, and no row below is told to change."""
    model, reader, _ = ready(MILLION)
    told = changes_of(model)
    model.accepted([delivery(MILLION + 1, state=State.QUEUED)])
    assert shown(model, 0, 1) == [MILLION + 1, MILLION]
    assert model.rowCount() == MILLION + 1
    assert reader.calls == []
    assert told == []


def test_accepted_and_its_own_change_make_one_row(qtbot: QtBot) -> None:
    """The notice of the commit that accepted it does not show it a second time."""
    model, reader, executor = ready(3)
    new = reader.add(2, state=State.QUEUED, reason=Reason.NONE)
    model.accepted(new)
    model.changed([row.id for row in new])
    executor.run()
    model.accepted(new)
    assert shown(model) == [5, 4, 3, 2, 1]


def test_accepted_by_another_process_appears(qtbot: QtBot) -> None:
    """What the command line handed over appears on top, read together with the numbers."""
    model, reader, executor = ready(600)
    reader.add(2)
    model.changed([601, 602])
    executor.run()
    assert shown(model, 0, 2) == [602, 601, 600]


def test_an_older_row_accepted_by_another_process_is_put_right(qtbot: QtBot) -> None:
    """Two processes accept at once: whichever is told first, the rows end in the order of the outbox."""
    model, reader, executor = ready(5)
    other, own = reader.add(2, state=State.QUEUED, reason=Reason.NONE)
    model.accepted([own])
    model.changed([other.id, own.id])
    executor.run()
    assert shown(model) == [7, 6, 5, 4, 3, 2, 1]


def test_accepted_does_not_show_in_a_filter_it_does_not_fit(qtbot: QtBot) -> None:
    """A queued delivery does not appear among the sent ones."""
    model, reader, executor = ready(3, Place.SENT)
    model.accepted(reader.add(1, state=State.QUEUED, reason=Reason.NONE))
    model.changed([4])
    executor.run()
    assert shown(model) == [3, 2, 1]


def test_a_change_reads_loaded_rows_only_and_tells_exactly_those(qtbot: QtBot) -> None:
    """Of a commit's rows only the loaded ones are read again, and only rows that differ are painted again."""
    model, reader, executor = ready(MILLION)
    told = changes_of(model)
    reader.set(MILLION - 3, state=State.FAILED, reason=Reason.NONE)
    reader.set(MILLION - 4, state=State.FAILED, reason=Reason.NONE)
    reader.set(17, state=State.FAILED, reason=Reason.NONE)
    model.changed([17, MILLION - 4, MILLION - 3, MILLION - 9])
    executor.run()
    assert reader.asked("deliveries") == [(MILLION - 9, MILLION - 4, MILLION - 3)]
    assert reader.asked("rows") == []
    assert told == [(3, 4)]


def test_changes_that_come_while_one_is_read_go_together(qtbot: QtBot) -> None:
    """A hundred commits during one reading make one more reading, not a hundred."""
    model, reader, executor = ready(1000)
    for number in range(100):
        model.changed([1000 - number])
    executor.run()
    assert len(reader.asked("deliveries")) == 2


def test_an_old_page_does_not_overwrite_a_newer_row(qtbot: QtBot) -> None:
    """A page that was read before a change and arrives after it is corrected."""
    executor, reader = Split(), SyntheticReader(2000)
    model = OutboxModel(executor, reader)
    model.refresh()
    executor.run()
    model.set_watch(lambda: Watch(1000, 1020))
    look(model, 1000, 1020)
    qtbot.waitUntil(lambda: bool(executor.answers))
    reader.set(1000, state=State.FAILED, reason=Reason.NONE)
    model.changed([1000])
    executor.run()
    row = model.row_of(1000)
    assert row == 1000
    found = model.delivery_at(row)
    assert found is not None
    assert found.state is State.FAILED


def test_the_answer_for_a_filter_that_is_left_is_dropped(qtbot: QtBot) -> None:
    """Typing on while a search runs shows only what was asked for last."""
    model, _reader, executor = ready(300)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(model.rowCount()))
    model.set_filter(Place.ALL, "Letter 1")
    model.set_filter(Place.ALL, "Letter 12")
    model.set_filter(Place.ALL, "Letter 123")
    executor.run()
    assert shown(model) == [123]
    assert resets == [1]


def resets_of(model: OutboxModel) -> list[int]:
    """Note how many rows there are after each time that all rows are other ones."""
    found: list[int] = []
    model.modelReset.connect(lambda: found.append(model.rowCount()))
    return found


def test_the_newest_that_are_found_are_shown_before_all_are_searched(qtbot: QtBot) -> None:
    """A screen of rows is shown as soon as it is found; the others come below it and move nothing."""
    model, reader, executor = ready(1000)
    resets = resets_of(model)
    model.set_filter(Place.ALL, "Letter")
    executor.run_one()
    assert shown(model) == list(range(1000, 1000 - SEARCHED, -1))
    assert model.shown == Filter(Place.ALL, "Letter")
    assert model.is_reading
    assert len(reader.asked("search")) == 1
    executor.run()
    assert model.rowCount() == 1000
    assert shown(model, 0, 40) == list(range(1000, 959, -1))
    assert not model.is_reading
    assert resets == [SEARCHED]


def test_a_few_are_shown_when_no_more_are_found_for_a_while(qtbot: QtBot) -> None:
    """Fewer than a screen of rows do not wait for the end of a long search."""
    model, reader, executor = ready(1000)
    model.set_filter(Place.ALL, "Letter 99")
    executor.run_one()
    assert shown(model) == list(range(999, 989, -1))
    assert len(reader.asked("search")) == SOON
    executor.run()
    assert shown(model) == [*range(999, 989, -1), 99]


def test_nothing_is_said_to_be_found_before_all_is_searched(qtbot: QtBot) -> None:
    """The rows that were there stay until the search has ended, however long it finds nothing."""
    model, reader, executor = ready(1000)
    resets = resets_of(model)
    model.set_filter(Place.ALL, "zebra")
    executor.run()
    assert len(reader.asked("search")) == 1000 // SEARCHED
    assert resets == [0]


def test_a_search_ends_when_other_words_are_wanted(qtbot: QtBot) -> None:
    """Typing on ends the search for what was typed before; also when its first rows are shown already."""
    model, reader, executor = ready(1000)
    model.set_filter(Place.ALL, "Letter")
    executor.run_one()
    model.set_filter(Place.ALL, "Letter 12")
    model.set_filter(Place.ALL, "Letter 123")
    executor.run()
    assert shown(model) == [123]
    assert [find for _, find, _ in reader.asked("search")].count("Letter") == 1
    assert "Letter 12" not in [find for _, find, _ in reader.asked("search")]
    assert model.shown == Filter(Place.ALL, "Letter 123")


def test_words_that_are_wanted_again_are_searched_to_the_end(qtbot: QtBot) -> None:
    """Typing on and taking it back before the search has seen either ends with all that fits."""
    model, _, executor = ready(1000)
    model.set_filter(Place.ALL, "Letter")
    executor.run_one()
    model.set_filter(Place.ALL, "Letter 12")
    model.set_filter(Place.ALL, "Letter")
    executor.run()
    assert model.rowCount() == 1000


def test_what_is_selected_is_among_the_first_rows_of_a_search(qtbot: QtBot) -> None:
    """Rows are shown early only where the selected one is among them: else it would be let go."""
    for selected, first in ((990, SEARCHED), (900, 3 * SEARCHED), (600, 1000)):
        model, _, executor = ready(1000)
        model.set_watch(partial(Watch, 0, 40, None, (selected,)))
        model.set_filter(Place.ALL, "Letter")
        executor.run_one()
        assert (model.rowCount(), model.row_of(selected)) == (first, 1000 - selected)
        executor.run()
        assert (model.rowCount(), model.row_of(selected)) == (1000, 1000 - selected)


def test_what_changes_while_a_search_goes_on_is_seen(qtbot: QtBot) -> None:
    """A row that changes, and one that comes, after the search has passed them are right in the end."""
    model, reader, executor = ready(1000, Place.SENT)
    model.set_filter(Place.SENT, "Letter")
    executor.run_one()
    reader.set(998, state=State.FAILED, reason=Reason.NONE)
    reader.set(999, attempts=7)
    reader.add(1)
    model.changed([998, 999, 1001])
    executor.run()
    assert shown(model, 0, 3) == [1001, 1000, 999, 997]
    assert model.rowCount() == 1000
    changed = model.delivery_at(2)
    assert changed is not None
    assert changed.attempts == 7


def test_a_commit_searches_again_only_where_a_row_came_or_left(qtbot: QtBot) -> None:
    """With words to find, changes of rows that fit as before, or not, and new rows on top search through nothing."""
    model, reader, executor = ready(1000, Place.ALL, "Letter 1")
    rows = model.rowCount()
    for number in (5, 10, 199):
        reader.set(number, state=State.FAILED, reason=Reason.NONE)
    model.changed([5, 10, 199])
    executor.run()
    new = reader.add(2, subject="Letter 1, again")
    model.changed([each.id for each in new])
    executor.run()
    assert reader.asked("search") == []
    assert shown(model, 0, 2) == [1002, 1001, 1000]
    reader.set(500, subject="Letter 1, at last")
    model.changed([500])
    executor.run()
    assert reader.asked("search") != []
    assert model.rowCount() == rows + 3
    reader.set(1000, subject="Postcard")
    model.changed([1000])
    executor.run()
    assert shown(model, 0, 2) == [1002, 1001, 500]


def test_what_was_found_is_not_searched_for_again(qtbot: QtBot) -> None:
    """Scrolling through what was found, and selecting all of it, search through nothing more."""
    model, reader, executor = ready(5000, Place.ALL, "Letter")
    model.set_watch(lambda: Watch(3000, 3020))
    read(qtbot, model, executor, 3000)
    assert shown(model, 3000, 3001) == [2000, 1999]
    got: list[tuple[int, ...]] = []
    model.ids_of([(0, 1), (3, 4999)], got.append)
    executor.run()
    assert got == [(5000, 4999, *range(4997, 0, -1))]
    assert reader.asked("search") == reader.asked("rows") == reader.asked("count") == []


def test_a_change_that_could_not_be_read_is_not_missed_in_what_was_found(qtbot: QtBot) -> None:
    """With words to find, the next change after one whose reading failed brings both."""
    model, reader, executor = ready(1000, Place.ALL, "Letter 1")
    for failing in ("update", "search"):
        wrong = 500 if failing == "update" else 600
        reader.set(wrong, subject=f"Letter 1, {wrong}")
        if failing == "update":
            reader.error = OutboxError("outbox_missing", path="/home")
        model.changed([wrong])
        executor.run_one()
        reader.error = OutboxError("outbox_missing", path="/home")
        executor.run()
        assert wrong not in shown(model)
        reader.error = None
        model.changed([5])
        executor.run()
        assert wrong in shown(model, 0, 20)


@given(st.lists(st.lists(st.integers(1, 200_000), unique=True, max_size=8), max_size=5), st.lists(st.integers(1, 300)))
def test_the_ids_that_were_found(gaps: list[list[int]], newer: list[int]) -> None:
    """Packed in parts, near each other or far, the ids are the same ones, each at its place."""
    ids = list(accumulate(chain.from_iterable(gaps)))
    places = list(accumulate(map(len, gaps), initial=0))
    parts = [ids[first:end] for first, end in pairwise(places)]
    found = Found(parts)
    for gap in newer:
        more = (ids[-1] if ids else 0) + gap
        assert found.is_newer(more)
        found = found.with_newer([more])
        ids.append(more)
    assert len(found) == len(ids)
    assert [found.position(each) for each in ids] == list(range(len(ids)))
    assert not any(each + 1 in found for each in ids if each + 1 not in ids)
    assert 0 not in found
    for start in range(len(ids) + 1):
        assert list(found.ids(start, 5)) == ids[start : start + 5]
    assert not ids or not found.is_newer(ids[-1])


def test_a_search_that_fails_after_its_first_rows_is_done_again(qtbot: QtBot) -> None:
    """A disk that fails in the middle is said; the rows stay, and the next change has all of them found."""
    model, reader, executor = ready(1000)
    told: list[BaseException] = []
    model.read_failed.connect(told.append)
    model.set_filter(Place.ALL, "Letter")
    executor.run_one()
    reader.error = OutboxError("outbox_missing", path="/home")
    executor.run()
    assert len(told) == 1
    assert model.rowCount() == SEARCHED
    reader.error = None
    model.changed([5])
    executor.run()
    assert model.rowCount() == 1000


def test_old_rows_stay_until_the_new_filter_is_read(qtbot: QtBot) -> None:
    """Choosing a filter never shows an empty list in between."""
    model, reader, executor = ready(10)
    reader.set(4, state=State.FAILED, reason=Reason.NONE)
    model.set_filter(Place.NEEDS_YOU)
    assert model.rowCount() == 10
    assert model.shown == Filter()
    with qtbot.waitSignal(model.filter_shown):
        executor.run()
    assert shown(model) == [4]
    assert model.shown == Filter(Place.NEEDS_YOU)


def test_a_row_that_leaves_the_filter_goes(qtbot: QtBot) -> None:
    """A sent delivery leaves On the way; the others stay in their order."""
    model, reader, executor = ready(0, Place.ON_THE_WAY)
    reader.add(5, state=State.QUEUED, reason=Reason.NONE)
    model.refresh()
    executor.run()
    reader.set(3, state=State.SENT)
    model.changed([3])
    executor.run()
    assert shown(model) == [5, 4, 2, 1]


def test_the_oldest_leave_without_a_reset(qtbot: QtBot) -> None:
    """While On the way drains, rows go at the end and come at the top: selection and scrolling are left alone."""
    model, reader, executor = ready(0, Place.ON_THE_WAY)
    reader.add(10, state=State.QUEUED, reason=Reason.NONE)
    model.refresh()
    executor.run()
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    reader.set(1, state=State.SENT)
    reader.set(2, state=State.SENT)
    reader.add(1, state=State.QUEUED, reason=Reason.NONE)
    model.changed([1, 2, 11])
    executor.run()
    assert shown(model) == [11, 10, 9, 8, 7, 6, 5, 4, 3]
    assert resets == []


def test_a_row_enters_a_filter_in_its_place(qtbot: QtBot) -> None:
    """A delivery that fails appears among Needs you at the place of its number."""
    model, reader, executor = ready(20, Place.NEEDS_YOU)
    for number in (3, 9):
        reader.set(number, state=State.FAILED, reason=Reason.NONE)
        model.changed([number])
        executor.run()
    reader.set(6, state=State.UNCONFIRMED, reason=Reason.CRASH)
    model.changed([6])
    executor.run()
    assert shown(model) == [9, 6, 3]


def test_the_numbers_come_with_every_reading(qtbot: QtBot) -> None:
    """The filters' counts are the outbox's own, read with the rows."""
    model, reader, executor = ready(5)
    reader.set(2, state=State.FAILED, reason=Reason.NONE)
    with qtbot.waitSignal(model.counted) as told:
        model.changed([2])
        executor.run()
    assert told.args is not None
    counts = told.args[0]
    assert (counts.of(Place.ALL), counts.of(Place.NEEDS_YOU)) == (5, 1)


def test_ids_of_rows_that_are_not_loaded_are_read(qtbot: QtBot) -> None:
    """Select All on a long list gives every id, though most rows were never read."""
    model, _, executor = ready(5000)
    got: list[tuple[int, ...]] = []
    model.ids_of([(0, 4999)], got.append)
    executor.run()
    assert got == [tuple(range(5000, 0, -1))]
    model.ids_of([(1, 2), (5, 5)], got.append)
    assert got[-1] == (4999, 4998, 4995)


def test_a_reading_that_fails_is_told_and_not_asked_for_ever(qtbot: QtBot) -> None:
    """A disk that fails is said once, and painting does not ask again at once; a change later does."""
    model, reader, executor = ready(2000)
    reader.error = OutboxError("outbox_missing", path="/home")
    told: list[BaseException] = []
    model.read_failed.connect(told.append)
    model.set_watch(lambda: Watch(1000, 1020))
    look(model, 1000, 1020)
    qtbot.waitUntil(lambda: bool(executor.waiting))
    executor.run()
    look(model, 1000, 1020)
    assert len(told) == 1
    assert not executor.waiting
    reader.error = None
    model.changed([5])
    executor.run()
    look(model, 1000, 1020)
    qtbot.waitUntil(lambda: bool(executor.waiting))
    executor.run()
    assert shown(model, 1000, 1000) == [1000]


def test_a_screen_reader_reads_the_row(qtbot: QtBot) -> None:
    """Each row has words of its own for a screen reader."""
    executor, reader = Patient(), SyntheticReader(2)
    model = OutboxModel(executor, reader, lambda row: f"Practised, {row.to}")
    model.refresh()
    executor.run()
    assert model.index(0, 0).data() == "Practised, person2@example.com"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), st.integers(1, 3)),
        st.tuples(st.just("other"), st.integers(1, 3)),
        st.tuples(st.just("move"), st.integers(1, 40)),
        st.tuples(st.just("filter"), st.integers(0, 4)),
        st.tuples(st.just("find"), st.integers(0, 4)),
        st.tuples(st.just("answer"), st.integers(0, 5)),
        st.tuples(st.just("look"), st.integers(0, 40)),
    ),
    max_size=40,
)
MOVES = (
    (State.QUEUED, Reason.NONE),
    (State.SENDING, Reason.NONE),
    (State.SENT, Reason.PRACTISED),
    (State.FAILED, Reason.NONE),
    (State.CANCELLED, Reason.NONE),
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([5, 300]), STEPS)
def test_whatever_happens_in_between_the_list_ends_as_the_outbox(total: int, steps: list[tuple[str, int]]) -> None:
    """Answers may come late and in any order among accepts, moves and filters: at rest the list is right."""
    executor, reader = Patient(), SyntheticReader(total)
    model = OutboxModel(executor, reader)
    model.refresh()
    for what, number in steps:
        match what:
            case "accept":
                new = reader.add(number, state=State.QUEUED, reason=Reason.NONE)
                model.accepted(new)
                model.changed([row.id for row in new])
            case "other":
                new = reader.add(number, state=State.QUEUED, reason=Reason.NONE)
                model.changed([row.id for row in new])
            case "move":
                moved = (number * number - 1) % reader.total + 1
                state, reason = MOVES[number % len(MOVES)]
                reader.set(moved, state=state, reason=reason)
                model.changed([moved])
            case "filter":
                model.set_filter(list(Place)[number], model.filter.find)
            case "find":
                model.set_filter(model.filter.place, ("", "Letter", "Letter 1", "person2", "zebra")[number])
            case "answer" if executor.waiting:
                executor.run_one(number % len(executor.waiting))
            case "look" if number < model.rowCount():
                model.index(number, 0).data(DELIVERY_ROLE)
    executor.run()
    truth = list(reversed(reader.rows(model.filter.place, model.filter.find, 0, reader.total)))
    rows = [model.delivery_at(row) for row in range(model.rowCount())]
    assert len(rows) == len(truth)
    # What is not loaded is read when it is painted; the first page always is.
    assert [row or there for row, there in zip(rows, truth, strict=True)] == truth
    assert None not in rows[:40]
