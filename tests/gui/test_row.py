"""A row as it is painted: seal, words, edge, placeholders, and what is cut short."""

import dataclasses

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView
from pytestqt.qtbot import QtBot

from core.outbox.notification import Counts, Delivery
from core.outbox.states import Place, Reason, State
from gui.outbox.filters import FilterBar
from gui.outbox.model import DELIVERY_ROLE
from gui.outbox.row import RowDelegate
from gui.theme import Theme
from gui.wording import SEALS
from tests.fakes import FakeClock

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Rows(QAbstractTableModel):
    """A model of a few rows."""

    def __init__(self, rows: list[Delivery | None]) -> None:
        super().__init__()
        self.rows = rows

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self.rows[index.row()] if role == DELIVERY_ROLE else None


class List(QTableView):
    """The list as the window has it, without what is around it."""

    def __init__(self, theme: Theme, clock: FakeClock, rows: list[Delivery | None]) -> None:
        super().__init__()
        self.rows = Rows(rows)
        self.setModel(self.rows)
        self.delegate = RowDelegate(theme, clock.now_ms, self)
        self.setItemDelegate(self.delegate)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.delegate.height)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.resize(800, 400)

    def picture(self) -> QImage:
        return self.viewport().grab().toImage()


def delivery(number: int, clock: FakeClock, state: str = "sent", reason: str = "", **other: object) -> Delivery:
    row = Delivery(
        id=number,
        notification="01J",
        to=f"person{number}@example.com",
        to_name="",
        from_="info@school.example",
        account="school",
        subject="Trip on Friday",
        state=State(state),
        reason=Reason(reason),
        due_at=0,
        accepted_at=clock.now_ms(),
        sent_at=None,
        attempts=0,
        generation=0,
        last_code=None,
        last_reply="",
        message_id="",
        size_bytes=400,
        updated_at=clock.now_ms(),
    )
    return dataclasses.replace(row, **other)  # type: ignore[arg-type]


def shown(theme: Theme, clock: FakeClock, qtbot: QtBot, *rows: Delivery | None) -> List:
    view = List(theme, clock, list(rows))
    qtbot.addWidget(view)
    view.show()
    return view


#: A place on the seal of the first row that its icon leaves free, and one in the empty middle of the row.
SEAL = QPoint(19, 25)
EMPTY = QPoint(600, 40)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["queued", "held", "sending", "sent", "unconfirmed", "failed", "corrupt"])
def test_seal_has_the_color_of_its_state(
    theme: Theme, fake_clock: FakeClock, qtbot: QtBot, qapp: QApplication, state: str, scheme: str
) -> None:
    """A row's seal stands on the soft ground of its state's colour, in both themes."""
    theme.apply(qapp, scheme)
    view = shown(theme, fake_clock, qtbot, delivery(1, fake_clock, state))
    assert view.picture().pixelColor(SEAL) == theme.color(f"{SEALS[state][1]}-soft")


def test_selected_row_has_a_soft_ground_and_an_edge(theme: Theme, fake_clock: FakeClock, qtbot: QtBot) -> None:
    """The selected row has the soft accent, and three pixels of accent at its edge."""
    view = shown(theme, fake_clock, qtbot, delivery(1, fake_clock), delivery(2, fake_clock))
    view.selectRow(0)
    # The selection is there at once; what the view paints of it may take a turn of the loop.
    qtbot.waitUntil(lambda: view.picture().pixelColor(EMPTY) == theme.color("accent-soft"))
    picture = view.picture()
    edge = [picture.pixelColor(x, 25) == theme.color("accent") for x in range(5)]
    assert edge == [True, True, True, False, False]
    assert picture.pixelColor(600, 52 + 40) == theme.color("surface")


@pytest.mark.parametrize(("density", "height"), [("comfortable", 52), ("compact", 44)])
def test_density_sets_the_height(theme: Theme, fake_clock: FakeClock, qtbot: QtBot, density: str, height: int) -> None:
    """A row is 52 high, 44 when compact."""
    view = shown(theme, fake_clock, qtbot, delivery(1, fake_clock))
    view.delegate.set_density(density)
    assert view.delegate.height == height


def test_row_that_is_not_loaded_has_quiet_bars(theme: Theme, fake_clock: FakeClock, qtbot: QtBot) -> None:
    """A row whose page is still being read shows where its words will be, and no words."""
    view = shown(theme, fake_clock, qtbot, None)
    picture = view.picture()
    bar = theme.color("on-the-way-soft")
    assert picture.pixelColor(SEAL) == bar
    assert picture.pixelColor(80, 16) == bar
    text = theme.color("text")
    assert not any(picture.pixelColor(x, y) == text for x in range(0, 800, 2) for y in range(52))


def test_whole_reason_is_in_the_tool_tip_when_it_is_cut(theme: Theme, fake_clock: FakeClock, qtbot: QtBot) -> None:
    """A reason that does not fit is cut with its whole text as tooltip; what fits has none."""
    reply = "5.7.1 " + "this server takes no mail from such places " * 6
    view = shown(theme, fake_clock, qtbot)
    long = delivery(1, fake_clock, "failed", last_code=550, last_reply=reply)
    assert view.delegate.tool_tip(long, 500).startswith("this server takes no mail from such places this")
    assert view.delegate.tool_tip(long, 500).endswith("(550 5.7.1)")
    assert view.delegate.tool_tip(delivery(2, fake_clock, "failed", last_code=550), 500) == ""


def test_long_name_leaves_room_for_the_subject(theme: Theme, fake_clock: FakeClock, qtbot: QtBot) -> None:
    """A very long recipient and a very long subject are both cut, and both are in the tooltip."""
    row = delivery(1, fake_clock, to="x" * 200 + "@example.com", subject="Subject " * 40)
    view = shown(theme, fake_clock, qtbot, row)
    tip = view.delegate.tool_tip(row, 500)
    assert row.to in tip
    assert row.subject in tip


def test_countdown_is_painted_anew_each_second(theme: Theme, fake_clock: FakeClock, qtbot: QtBot) -> None:
    """ "Sends in 4 s" becomes "Sends in 3 s" at the next paint after a second, and nothing else changes it."""
    row = delivery(1, fake_clock, "queued", "undo", due_at=fake_clock.now_ms() + 4000)
    view = shown(theme, fake_clock, qtbot, row)
    first = view.picture()
    fake_clock.advance(0.4)
    assert view.picture() == first
    fake_clock.advance(0.7)
    assert view.picture() != first


def test_changed_delivery_is_painted_anew(theme: Theme, fake_clock: FakeClock, qtbot: QtBot) -> None:
    """When a delivery has changed, its row says the new state, not what was kept of the old one."""
    view = shown(theme, fake_clock, qtbot, delivery(1, fake_clock, "queued"))
    before = view.picture()
    fake_clock.advance(1)
    view.rows.rows[0] = delivery(1, fake_clock, "sent", "practised")
    assert view.picture() != before


def test_filters_show_their_counts(theme: Theme, qtbot: QtBot) -> None:
    """The filters say how many are in each, with thousands marks; All is the sum."""
    bar = FilterBar(theme)
    qtbot.addWidget(bar)
    bar.set_counts(Counts({}, {Place.ON_THE_WAY: 4, Place.NEEDS_YOU: 2, Place.SENT: 1198, Place.ENDED: 2}))
    assert bar.names() == ("All: 1,206", "On the way: 4", "Needs you: 2", "Sent: 1,198", "Ended: 2")


def test_filter_is_chosen_by_mouse_and_arrows(theme: Theme, qtbot: QtBot) -> None:
    """A click or an arrow key chooses a filter and says so; one is always chosen."""
    bar = FilterBar(theme)
    qtbot.addWidget(bar)
    bar.show()
    bar.activateWindow()
    with qtbot.waitSignal(bar.place_chosen) as chosen:
        QTest.mouseClick(bar.tab(Place.NEEDS_YOU), Qt.MouseButton.LeftButton)
    assert chosen.args == [Place.NEEDS_YOU]
    bar.tab(Place.NEEDS_YOU).setFocus()
    with qtbot.waitSignal(bar.place_chosen) as chosen:
        QTest.keyClick(bar.tab(Place.NEEDS_YOU), Qt.Key.Key_Right)
    assert chosen.args == [Place.SENT]
    assert bar.place() is Place.SENT


def test_filter_set_by_the_program_is_not_chosen_again(theme: Theme, qtbot: QtBot) -> None:
    """Setting the filter, as a key does after it changed the list, does not ask for it again."""
    bar = FilterBar(theme)
    qtbot.addWidget(bar)
    with qtbot.assertNotEmitted(bar.place_chosen):
        bar.set_place(Place.ENDED)
    assert bar.place() is Place.ENDED


def test_choosing_a_filter_moves_nothing(theme: Theme, qtbot: QtBot) -> None:
    """Every filter keeps its width when it is chosen."""
    bar = FilterBar(theme)
    qtbot.addWidget(bar)
    before = [bar.tab(place).sizeHint() for place in Place]
    bar.set_place(Place.SENT)
    assert [bar.tab(place).sizeHint() for place in Place] == before


def test_row_that_moved_twice_in_one_millisecond_shows_the_last(
    theme: Theme, fake_clock: FakeClock, qtbot: QtBot
) -> None:
    """What a row says follows the delivery, not its time: two moves may have the same one."""
    first = delivery(1, fake_clock, "queued")
    view = shown(theme, fake_clock, qtbot, first)
    before = view.picture()
    view.rows.rows[0] = dataclasses.replace(first, state=State.CANCELLED, reason=Reason.UNDONE)
    assert view.picture() != before
