"""One workplace in the place of another, in the middle of its use: what a person has there goes over into the next."""

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QApplication, QWidget

from core.outbox.notification import Counts
from core.outbox.states import Place
from gui.compose.composing import InForm
from gui.compose.recipients import Held
from gui.outbox.checking import Checking
from gui.outbox.details import Tab
from gui.outbox.reading import Watch
from gui.status_bar import Pace
from gui.workplace import Workplace


@dataclass(frozen=True)
class InList:
    """What is chosen in the list, and what is open beside it."""

    place: Place
    find: str
    watch: Watch
    chosen: frozenset[int]
    #: The delivery whose details are open, and the part in front.
    details_id: int | None
    tab: Tab
    #: How high list and details are.
    layout: QByteArray
    #: What was cancelled and can be taken back, its name where it is one, and for how long.
    cancelled: tuple[int, ...]
    cancelled_name: str
    cancelled_ms: int


@dataclass(frozen=True)
class InPreferences:
    """The page that is in front, whether its language has the keys, and where the window stands."""

    page: int
    is_at_language: bool
    geometry: QByteArray


@dataclass(frozen=True)
class Left:
    """How a person left a workplace."""

    in_form: InForm
    to: Held
    #: Where the caret stands in subject and message.
    subject_at: int
    message_at: int
    #: In which of `_fields` the keys were.
    focus: int | None
    in_list: InList
    in_preferences: InPreferences | None
    #: Other places that were open, by the commands that open them.
    open_places: tuple[str, ...]
    counts: Counts
    pace: Pace
    checking: Checking
    #: Somebody may still be on the way to be forgotten.
    is_forgetting: bool
    #: The program ends when what is on the way is sent.
    is_leaving: bool


def leave(old: Workplace) -> Left:
    """Take everything a person has in a workplace, and close it. Call when its `composing` is settled."""
    compose = old.compose
    compose.commit_input_method()
    for editor in (compose.recipients.editor(), compose.subject, compose.message):
        editor.commit_composed()
    focused = QApplication.focusWidget()
    left = Left(
        to=compose.recipients.held(),
        subject_at=compose.subject.cursorPosition(),
        message_at=compose.message.textCursor().position(),
        focus=next((number for number, field in enumerate(_fields(old)) if field is focused), None),
        in_list=_in_list(old),
        in_preferences=_in_preferences(old),
        open_places=_open_places(old),
        counts=old.counts,
        pace=old.status.pace,
        checking=old.checking,
        is_forgetting=old.places.has_forgetting,
        is_leaving=old.leaving.is_sending,
        in_form=old.composing.give_up(),
    )
    old.close()
    old.checking.setParent(None)
    return left


def take_over(new: Workplace, left: Left) -> None:
    """Go on in a new workplace where the person was in another one."""
    compose, outbox, in_list = new.compose, new.outbox, left.in_list
    new.composing.take_over(left.in_form)
    compose.recipients.take_held(left.to)
    compose.subject.setCursorPosition(left.subject_at)
    caret = compose.message.textCursor()
    caret.setPosition(min(left.message_at, compose.message.document().characterCount() - 1))
    compose.message.setTextCursor(caret)
    new.status.take_pace(left.pace)
    new.take_counts(left.counts)
    if left.is_leaving:
        new.leaving.wait_for_the_rest()
    outbox.take_layout(in_list.layout)
    outbox.list.go_on(in_list.watch, in_list.chosen)
    outbox.find_field.take(in_list.find)
    outbox.set_place(in_list.place)
    if in_list.details_id is not None:
        outbox.open_details(in_list.details_id, in_list.tab)
    if in_list.cancelled:
        outbox.restoring.offer(in_list.cancelled, in_list.cancelled_name, in_list.cancelled_ms)
    if left.is_forgetting:
        new.places.hear_of_forgetting()
    new.go_on()
    _fields(new)[left.focus or 0].setFocus(Qt.FocusReason.OtherFocusReason)
    _open_again(new, left)


def _fields(workplace: Workplace) -> tuple[QWidget, ...]:
    compose, outbox = workplace.compose, workplace.outbox
    return (compose.recipients.editor(), compose.subject, compose.message, outbox.list, outbox.find_field)


def _in_list(old: Workplace) -> InList:
    outbox = old.outbox
    return InList(
        place=outbox.filters.place(),
        find=outbox.find_field.text(),
        watch=outbox.list.watch(),
        chosen=frozenset(each.id for each in outbox.list.chosen()),
        details_id=outbox.details.delivery_id() if outbox.has_details else None,
        tab=outbox.details.tab(),
        layout=outbox.keep_layout(),
        cancelled=outbox.restoring.ids(),
        cancelled_name=outbox.restoring.name(),
        cancelled_ms=outbox.restoring.left_ms(),
    )


def _in_preferences(old: Workplace) -> InPreferences | None:
    shown = old.places.preferences
    if shown is None:
        return None
    return InPreferences(shown.tabs.currentIndex(), shown.language.hasFocus(), shown.saveGeometry())


def _open_places(old: Workplace) -> tuple[str, ...]:
    shown = {
        "keys": old.places.sheet,
        "charts": old.places.charts,
        "accounts": None if old.accounts is None else old.accounts.overview,
    }
    return tuple(name for name, place in shown.items() if place is not None)


def _open_again(new: Workplace, left: Left) -> None:
    for name in left.open_places:
        new.actions[name].trigger()
    before = left.in_preferences
    if before is not None:
        new.places.show_preferences(before.page)
        shown = new.places.preferences
        assert shown is not None
        shown.restoreGeometry(before.geometry)
        if before.is_at_language:
            shown.language.setFocus(Qt.FocusReason.OtherFocusReason)
