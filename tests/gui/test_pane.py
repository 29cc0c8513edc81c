"""The pane shows what the outbox holds, keeps everything in its place, and is worked by keys."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.errors import OutboxError
from core.executor import Executor, Inline
from core.outbox.notification import Details, Draft, Recipient
from core.outbox.states import Place, Reason, State
from core.paths import Home
from core.program import Program
from core.runner import TaskRunner
from core.settings import Settings
from gui.actions import build_actions
from gui.commands import Scope, commands
from gui.outbox.model import DELIVERY_ROLE
from gui.outbox.pane import OutboxPane
from gui.situation import Situation
from gui.theme import Theme
from tests.fakes import FakeClock
from tests.gui.synthetic import Patient, SyntheticReader, delivery
from tests.seed import StoppedClock, seed

MILLION = 1_000_000


class _Reader(SyntheticReader):
    def details(self, delivery_id: int) -> Details:
        found = self._get(delivery_id)
        return Details(found, Draft((Recipient(found.to),), found.subject, f"Text of {delivery_id}"), (), ())


class Desk:
    """A pane with its commands, in a window, and a note of all that was asked for."""

    def __init__(self, qtbot: QtBot, theme: Theme, total: int, executor: Executor | None = None) -> None:
        self.clock = FakeClock()
        self.reader = _Reader(total)
        self.asked: list[tuple[str, object]] = []
        self.pane = OutboxPane(
            executor or Inline(), self.reader, theme, self.clock, lambda _: iter((b"Subject: x\r\n",))
        )
        qtbot.addWidget(self.pane)
        self.pane.resize(800, 700)
        for name in ("retry", "hold", "release", "cancel", "restore", "send_again", "mark_sent", "edit"):
            getattr(self.pane, f"{name}_requested").connect(self._noter(name))
        do: dict[str, Callable[[], None]] = {command.id: lambda: None for command in commands()}
        do |= {
            "open": self.pane.open,
            "edit": self.pane.edit,
            "retry": self.pane.retry,
            "hold": self.pane.hold_or_release,
            "cancel": self.pane.cancel,
            "send_again": self.pane.send_again,
            "mark_sent": self.pane.mark_sent,
            "clear": self.pane.clear,
            "find": self.pane.focus_find,
            "focus_list": self.pane.focus_list,
            "details": self.pane.toggle_details,
            "source": self.pane.show_source,
            "copy_address": self.pane.copy_address,
        }
        self.actions = build_actions(self.pane, do)
        self.pane.add_commands(self.actions)
        self.pane.addActions(self.actions.of_scope(Scope.WINDOW))
        self.pane.situation_changed.connect(self.look)
        self.pane.show()
        self.pane.activateWindow()
        qtbot.waitUntil(self.pane.isActiveWindow)
        self.pane.begin()

    def look(self) -> None:
        pane = self.pane
        self.actions.show(
            Situation(
                can_clear=pane.can_clear,
                has_details=pane.has_details,
                can_restore=pane.can_restore,
                chosen=pane.kinds,
            )
        )

    def _noter(self, name: str) -> Callable[[object], None]:
        return lambda what: self.asked.append((name, what))

    def shown(self) -> list[int]:
        """Return the ids of the rows, from the top."""
        rows = range(self.pane.model.rowCount())
        found = (self.pane.model.index(row, 0).data(DELIVERY_ROLE) for row in rows)
        return [row.id for row in found if row is not None]

    def in_sight(self) -> list[int]:
        """Return the ids of the rows a person sees, from the top."""
        view = self.pane.list
        height = view.rowHeight(0)
        first, last = view.rowAt(1), view.rowAt(view.viewport().height() // height * height - 1)
        found = map(self.pane.model.delivery_at, range(first, last + 1))
        return [row.id for row in found if row is not None]

    def chosen(self) -> list[int]:
        return [row.id for row in self.pane.list.chosen()]

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.pane.list, key, modifiers)


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme) -> Callable[[int], Desk]:
    return lambda total: Desk(qtbot, theme, total)


def active_timers(widget: QWidget) -> list[QTimer]:
    return [timer for timer in widget.findChildren(QTimer) if timer.isActive()]


# -- what it says ------------------------------------------------------------------------------------------------------


def test_an_empty_outbox_says_one_sentence(desk: Callable[[int], Desk]) -> None:
    """Nothing yet, nothing in a filter, nothing found: each is said in one sentence."""
    at = desk(0)
    assert at.pane.list.sentence() == "Nothing here yet. What you send appears here."
    said = set()
    for place in Place:
        at.pane.set_place(place)
        said.add(at.pane.list.sentence())
    assert len(said) == len(Place)
    at.pane.set_place(Place.SENT)
    at.pane.find_field.setText("zebra")
    at.pane.find_field.tell()
    assert at.pane.list.sentence() == "Nothing found for “zebra”."


def test_the_sentence_goes_when_something_comes(desk: Callable[[int], Desk]) -> None:
    """The first notification takes the sentence's place at once."""
    at = desk(0)
    at.pane.accepted(at.reader.add(1, state=State.QUEUED, reason=Reason.NONE))
    assert at.pane.list.sentence() == ""
    assert at.shown() == [1]


def test_the_filters_show_the_outboxs_numbers(desk: Callable[[int], Desk]) -> None:
    """Each filter carries how many there are, kept up to date with every commit."""
    at = desk(12)
    at.reader.set(3, state=State.FAILED, reason=Reason.NONE)
    at.pane.changed([3])
    tabs = [tab.accessibleName() for tab in at.pane.filters.findChildren(QWidget) if tab.accessibleName()]
    assert tabs == ["All: 12", "On the way: 0", "Needs you: 1", "Sent: 11", "Ended: 0"]


def test_an_outbox_that_cannot_be_read_says_why(desk: Callable[[int], Desk]) -> None:
    """A reading that fails is a sentence in the list, and the list comes back when it can be read again."""
    at = desk(0)
    at.reader.error = OutboxError("outbox_missing", path="/home/ann/outtray")
    at.pane.set_place(Place.SENT)
    assert at.pane.list.sentence() == "There is no outbox in /home/ann/outtray yet."
    at.reader.error = None
    at.reader.total = 2
    at.pane.begin()
    assert at.shown() == [2, 1]


# -- everything stays in its place -------------------------------------------------------------------------------------


def test_whoever_is_at_the_top_sees_what_comes(desk: Callable[[int], Desk]) -> None:
    """At the very top, a newly accepted row is the first one in sight."""
    at = desk(100)
    at.pane.accepted(at.reader.add(1))
    assert at.in_sight()[0] == 101


def test_whoever_has_scrolled_keeps_their_place(desk: Callable[[int], Desk]) -> None:
    """Further down, rows that come at the top move nothing in sight; the selected one stays selected."""
    at = desk(100)
    at.pane.list.verticalScrollBar().setValue(1000)
    at.pane.list.selectRow(20)
    before, chosen = at.in_sight(), at.chosen()
    at.pane.accepted(at.reader.add(3))
    assert at.in_sight() == before
    assert at.chosen() == chosen
    at.reader.add(2)
    at.pane.changed([104, 105])
    assert at.in_sight() == before
    assert at.chosen() == chosen


def test_rows_that_leave_above_move_nothing_in_sight(desk: Callable[[int], Desk]) -> None:
    """In a filter, rows above and among what is seen may go: what is left stays where it was, with its selection."""
    at = desk(0)
    at.reader.add(200, state=State.QUEUED, reason=Reason.NONE)
    at.pane.set_place(Place.ON_THE_WAY)
    at.pane.changed([1])
    at.pane.list.verticalScrollBar().setValue(2000)
    at.pane.list.selectRow(at.pane.model.row_of(at.in_sight()[4]) or 0)
    before, chosen = at.in_sight(), at.chosen()
    gone = (200, 190, before[2], 5)
    for each in gone:
        at.reader.set(each, state=State.SENT)
    at.pane.changed(gone)
    left = [each for each in before if each not in gone]
    assert at.in_sight()[: len(left)] == left
    assert at.chosen() == chosen


def test_a_selected_row_that_leaves_selects_no_other(desk: Callable[[int], Desk]) -> None:
    """When the selected row leaves the filter, no other slides under the next press of Delete."""
    at = desk(0)
    at.reader.add(9, state=State.QUEUED, reason=Reason.NONE)
    at.pane.set_place(Place.ON_THE_WAY)
    at.pane.changed([1])
    at.pane.focus_list()
    at.press(Qt.Key.Key_Down)
    at.press(Qt.Key.Key_Down)
    assert at.chosen() == [7]
    at.reader.set(7, state=State.SENT)
    at.pane.changed([7])
    assert at.chosen() == []
    at.press(Qt.Key.Key_Delete)
    assert at.asked == []
    at.press(Qt.Key.Key_Down)
    assert at.chosen() == [5]  # the keys go on from where it stood


def test_choosing_another_filter_keeps_a_selected_row_that_is_in_it(desk: Callable[[int], Desk]) -> None:
    """From a filter back to All, the selected delivery stays selected and in sight."""
    at = desk(3000)
    at.reader.set(700, state=State.FAILED, reason=Reason.NONE)
    at.pane.set_place(Place.NEEDS_YOU)
    at.pane.changed([700])
    at.pane.list.selectRow(0)
    at.pane.set_place(Place.ALL)
    assert at.chosen() == [700]
    assert 700 in at.in_sight()


def test_a_million_rows_are_scrolled_by_key(desk: Callable[[int], Desk], qtbot: QtBot) -> None:
    """End on a million rows reads the last page and shows the oldest row; Home comes back."""
    at = desk(MILLION)
    at.pane.focus_list()
    at.reader.calls.clear()
    at.press(Qt.Key.Key_End)
    qtbot.waitUntil(lambda: at.chosen() == [1])
    assert at.in_sight()[-1] == 1
    assert len(at.reader.asked("rows")) <= 3
    at.press(Qt.Key.Key_Home)
    assert at.chosen() == [MILLION]


# -- keys --------------------------------------------------------------------------------------------------------------


_THREE = {State.FAILED, State.QUEUED, State.HELD}


def test_keys_of_the_list_ask_for_what_they_say(desk: Callable[[int], Desk], qtbot: QtBot) -> None:
    """R, H and Delete ask for retry, hold or release, and cancel of the selected delivery."""
    at = desk(3)
    at.reader.set(3, state=State.FAILED, reason=Reason.NONE)
    at.reader.set(2, state=State.QUEUED, reason=Reason.NONE)
    at.reader.set(1, state=State.HELD, reason=Reason.PERSON)
    at.pane.changed([1, 2, 3])
    at.pane.focus_list()
    qtbot.waitUntil(lambda: {each.state for each in map(at.pane.model.delivery_at, range(3)) if each} == _THREE)
    at.press(Qt.Key.Key_R)
    at.press(Qt.Key.Key_Down)
    at.press(Qt.Key.Key_H)
    at.press(Qt.Key.Key_Delete)
    at.press(Qt.Key.Key_Down)
    at.press(Qt.Key.Key_H)
    assert at.asked == [("retry", (3,)), ("hold", (2,)), ("cancel", (2,)), ("release", (1,))]


def test_of_many_only_those_are_asked_for_that_it_fits(desk: Callable[[int], Desk]) -> None:
    """Delete on a mixed selection cancels what can be cancelled and leaves what was sent alone."""
    at = desk(5)
    at.reader.set(2, state=State.QUEUED, reason=Reason.NONE)
    at.reader.set(4, state=State.UNCONFIRMED, reason=Reason.CRASH)
    at.pane.changed([2, 4])
    at.pane.focus_list()
    at.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    at.press(Qt.Key.Key_Delete)
    assert at.asked == [("cancel", (4, 2))]


def test_select_all_reaches_rows_that_were_never_read(desk: Callable[[int], Desk]) -> None:
    """Select All and Hold on a long list asks for every row, also for those nobody has looked at."""
    at = desk(0)
    at.reader.add(1500, state=State.QUEUED, reason=Reason.NONE)
    at.pane.begin()
    at.pane.focus_list()
    at.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    at.press(Qt.Key.Key_H)
    assert at.asked == [("hold", tuple(range(1500, 0, -1)))]


def test_typing_in_the_list_searches_nothing(desk: Callable[[int], Desk]) -> None:
    """A letter that is no command leaves the selection where it is."""
    at = desk(9)
    at.pane.focus_list()
    at.press(Qt.Key.Key_P)
    assert at.chosen() == [9]
    assert at.pane.find_field.text() == ""


def test_enter_edits_what_is_queued_and_opens_what_is_not(desk: Callable[[int], Desk]) -> None:
    """Enter takes a queued delivery back into the form, and shows the details of a sent one."""
    at = desk(2)
    at.reader.set(2, state=State.QUEUED, reason=Reason.UNDO)
    at.pane.changed([2])
    at.pane.focus_list()
    at.press(Qt.Key.Key_Return)
    assert at.asked == [("edit", 2)]
    assert not at.pane.has_details
    at.press(Qt.Key.Key_Down)
    at.press(Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert at.pane.has_details
    assert "Text of 1" in at.pane.details.text()


def test_details_follow_the_selection(desk: Callable[[int], Desk], qtbot: QtBot) -> None:
    """While the details are open they show the selected delivery."""
    at = desk(5)
    at.pane.focus_list()
    at.press(Qt.Key.Key_Return)
    at.press(Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "Text of 4" in at.pane.details.text())


def test_escape_takes_back_one_thing_at_a_time(desk: Callable[[int], Desk]) -> None:
    """Esc clears the words, then the filter, then closes the details; then it does nothing."""
    at = desk(5)
    at.pane.focus_list()
    at.press(Qt.Key.Key_Return)
    at.pane.set_place(Place.SENT)
    at.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert at.pane.find_field.hasFocus()
    QTest.keyClicks(at.pane.find_field, "Letter 3")
    QTest.keyClick(at.pane.find_field, Qt.Key.Key_Return)
    assert at.shown() == [3]
    at.press(Qt.Key.Key_Escape)
    assert at.pane.find_field.text() == ""
    assert at.shown() == [5, 4, 3, 2, 1]
    at.press(Qt.Key.Key_Escape)
    assert at.pane.filters.place() is Place.ALL
    at.press(Qt.Key.Key_Escape)
    assert not at.pane.has_details
    at.press(Qt.Key.Key_Escape)
    assert at.chosen() == [3]


def test_escape_in_the_details_closes_them(desk: Callable[[int], Desk]) -> None:
    """Esc while reading closes the details first, and the keys are in the list again."""
    at = desk(5)
    at.pane.focus_list()
    at.press(Qt.Key.Key_Return)
    at.pane.set_place(Place.SENT)
    at.pane.details.take_focus()
    QTest.keyClick(at.pane.window().focusWidget(), Qt.Key.Key_Escape)
    assert not at.pane.has_details
    assert at.pane.list.hasFocus()
    assert at.pane.filters.place() is Place.SENT


def test_finding_waits_until_typing_rests(qtbot: QtBot, theme: Theme) -> None:
    """Words typed quickly are one search, not one a letter."""
    at = Desk(qtbot, theme, 30)
    at.reader.calls.clear()
    at.pane.focus_find()
    QTest.keyClicks(at.pane.find_field, "Letter 12")
    assert at.reader.asked("search") == []
    qtbot.waitUntil(lambda: at.shown() == [12])
    assert at.reader.asked("search") == [(Place.ALL, "Letter 12", None)]


def test_enter_in_the_find_field_goes_on_to_what_was_found(desk: Callable[[int], Desk]) -> None:
    """Enter or Down in the find field searches now and moves to the first row."""
    at = desk(30)
    at.pane.focus_find()
    QTest.keyClicks(at.pane.find_field, "Letter 12")
    QTest.keyClick(at.pane.find_field, Qt.Key.Key_Down)
    assert at.pane.list.hasFocus()
    assert at.chosen() == [12]


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
def test_the_context_menu_does_what_it_says(desk: Callable[[int], Desk], qtbot: QtBot) -> None:
    """On a delivery that is not confirmed, the menu offers Send again, and that asks for it."""
    at = desk(3)
    at.reader.set(3, state=State.UNCONFIRMED, reason=Reason.NO_REPLY)
    at.pane.changed([3])
    at.pane.list.selectRow(0)
    at.pane.list.menu_requested.emit(QPoint(0, 0))
    menu = at.pane.findChild(QMenu)
    assert menu is not None
    next(each for each in menu.actions() if each.objectName() == "send_again").trigger()
    assert at.asked == [("send_again", (3,))]
    menu.close()
    qtbot.waitUntil(lambda: at.pane.findChild(QMenu) is None)


def test_the_addresses_are_copied_as_to_takes_them(desk: Callable[[int], Desk]) -> None:
    """Copy the address puts the selected ones on the clipboard, separated by commas."""
    at = desk(2)
    at.pane.list.selectAll()
    at.actions["copy_address"].trigger()
    assert QGuiApplication.clipboard().text() == "person2@example.com, person1@example.com"


def test_the_end_of_what_was_sent_here_is_announced(desk: Callable[[int], Desk]) -> None:
    """Who cannot see the row hears once that it was sent or failed; rows of others, and of many, stay silent."""
    at = desk(5)
    heard: list[str] = []
    at.pane.announced.connect(heard.append)
    (own,) = at.reader.add(1, state=State.QUEUED, reason=Reason.NONE)
    at.pane.accepted([own])
    (other,) = at.reader.add(1, state=State.QUEUED, reason=Reason.NONE)
    at.pane.changed([own.id, other.id])
    many = at.reader.add(20, state=State.QUEUED, reason=Reason.NONE)
    at.pane.accepted(many)
    assert heard == []
    for each in (own, other, *many):
        at.reader.set(each.id, state=State.SENT, reason=Reason.PRACTISED)
        at.pane.changed([each.id])
        at.pane.changed([each.id])
    assert heard == ["Practised: person6@example.com"]


# -- taking a cancel back ----------------------------------------------------------------------------------------------


def undo_button(at: Desk) -> QPushButton:
    return next(
        button for button in at.pane.findChildren(QPushButton) if button.accessibleName() == "Undo the cancelling"
    )


def test_a_cancel_is_taken_back_by_undo(desk: Callable[[int], Desk]) -> None:
    """After a cancel, Undo under the list asks to restore exactly what was cancelled, once."""
    at = desk(3)
    at.pane.offer_restore((3, 1))
    assert at.pane.can_restore
    QTest.mouseClick(undo_button(at), Qt.MouseButton.LeftButton)
    assert at.asked == [("restore", (3, 1))]
    assert not at.pane.can_restore
    assert not undo_button(at).isVisible()


def test_the_offer_to_take_back_runs_out(
    desk: Callable[[int], Desk], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its time the offer goes by itself."""
    monkeypatch.setattr("gui.outbox.restoring._OFFERED_MS", 20)
    at = desk(3)
    at.pane.offer_restore((3,))
    assert undo_button(at).isVisible()
    qtbot.waitUntil(lambda: not at.pane.can_restore)
    assert not undo_button(at).isVisible()


# -- the main thread, and rest -----------------------------------------------------------------------------------------


def test_the_pane_reads_nothing_itself(qtbot: QtBot, theme: Theme) -> None:
    """Showing, scrolling, filtering, finding and opening details hand every read to the reads pool."""
    executor = Patient()
    at = Desk(qtbot, theme, 0, executor)
    at.reader.total = 1000
    at.pane.set_place(Place.SENT)
    at.pane.find_field.setText("x")
    at.pane.find_field.tell()
    at.pane.changed([1])
    at.pane.details.show_delivery(1)
    assert at.reader.calls == []
    executor.run()
    assert at.reader.calls != []


def test_at_rest_nothing_wakes_up(desk: Callable[[int], Desk], qtbot: QtBot) -> None:
    """A list in which nothing counts down has no timer running."""
    at = desk(50)
    qtbot.waitUntil(lambda: not active_timers(at.pane))


def test_a_row_that_counts_down_is_repainted_each_second(desk: Callable[[int], Desk], qtbot: QtBot) -> None:
    """While "Sends in 4 s" is in sight one timer runs, until it has run out."""
    at = desk(50)
    qtbot.waitUntil(lambda: not active_timers(at.pane))
    due = at.clock.now_ms() + 30
    at.pane.accepted(at.reader.add(1, state=State.QUEUED, reason=Reason.UNDO, due_at=due))
    assert len(active_timers(at.pane)) == 1
    at.clock.advance(1)
    qtbot.waitUntil(lambda: not active_timers(at.pane))


# -- with the real outbox ----------------------------------------------------------------------------------------------


@pytest.fixture
def real(home: Home, qtbot: QtBot, theme: Theme, runner: TaskRunner) -> Iterator[OutboxPane]:
    """A pane over an outbox with a row in every state, read on the runner's own pool."""
    seed(home)
    clock = StoppedClock()
    program = Program(home, Inline(), Settings(), clock=clock)
    program.open().wait()
    pane = OutboxPane(runner, program.reader, theme, clock, program.raw)
    qtbot.addWidget(pane)
    pane.resize(800, 800)
    pane.show()
    pane.begin()
    qtbot.waitUntil(lambda: pane.model.rowCount() > 0)
    yield pane
    runner.drain(5)
    program.close()


def test_every_state_of_a_real_outbox_is_shown(real: OutboxPane, qtbot: QtBot) -> None:
    """Each row of a real outbox says its state in a word, and the filters add up."""
    texts = [str(real.model.index(row, 0).data()) for row in range(real.model.rowCount())]
    words = {text.split(",")[0] for text in texts}
    assert {"Sent", "Waiting", "Not confirmed", "Failed", "Scheduled", "Held", "Practised", "Cancelled"} <= words
    assert {"Damaged"} <= words
    real.set_place(Place.NEEDS_YOU)
    qtbot.waitUntil(lambda: real.model.shown is not None and real.model.shown.place is Place.NEEDS_YOU)
    rows = [real.model.delivery_at(row) for row in range(real.model.rowCount())]
    assert rows
    assert all(row is not None and row.place is Place.NEEDS_YOU for row in rows)


def test_words_are_found_in_a_real_outbox(real: OutboxPane, qtbot: QtBot) -> None:
    """Japanese words find the row that holds them."""
    real.find_field.setText("ご予約")
    qtbot.waitUntil(lambda: real.model.rowCount() == 1)
    found = real.model.delivery_at(0)
    assert found is not None
    assert found.to_name == "山田 花子"


def test_details_of_a_real_delivery_are_read_behind(real: OutboxPane, qtbot: QtBot) -> None:
    """Details of a real outbox show the message and the exact source."""
    real.focus_list()
    real.show_source()
    qtbot.waitUntil(lambda: "Message-ID" in real.details.text())
    assert "To: ann@example.com" in real.details.text()


def test_a_synthetic_delivery_is_a_value() -> None:
    """Two readings of an unchanged row are equal, so that nothing is painted again."""
    assert delivery(3) == delivery(3)
