"""Every command works in the whole window: by each of its keys, pressed for real, or from its menu."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from core.outbox.accounts import Turn
from core.outbox.states import Place, Reason
from core.paths import Home
from gui.commands import Command, Scope, commands
from gui.compose.later import LaterDialog
from gui.forgetting import ForgettingDialog
from gui.outbox.details import Tab
from gui.session import Session
from gui.step_dialog import StepDialog
from tests.fakes import FakeClock
from tests.seed import NOW_MS, seed
from tests.sessions import Sessions, fill_in, focused, press, rows, says, write

Check = Callable[[Session], bool]


def _row(session: Session, who: str) -> str:
    found = [row for row in rows(session) if who in row]
    return found[0] if found else ""


def _is(who: str, state: str) -> Check:
    return lambda session: _row(session, who).startswith(f"{state},")


def _choose(who: str) -> Callable[[Session], None]:
    def choose(session: Session) -> None:
        press("Alt+4")
        found = [each.id for each in session.program.reader.list(None, who, 10)]
        assert session.outbox.list.choose(found[0])

    return choose


def _send_one(_session: Session) -> None:
    """The command can be done when it is accepted."""
    fill_in("new@example.com")
    press("Ctrl+Return")


def _dialogs() -> list[QWidget]:
    kinds = (QFileDialog, LaterDialog, ForgettingDialog, StepDialog)
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, kinds) and each.isVisible()]


def _to_message(_session: Session) -> None:
    """The most greedy of the editors has the keys."""
    press("Alt+3")


def _show_sent(session: Session) -> None:
    press("Ctrl+4")
    session.outbox.focus_list()


def _fill_in(_session: Session) -> None:
    fill_in("new@example.com")


def _break_account(session: Session) -> None:
    """An account waits for its password."""
    turn = Turn(Reason.ACCOUNT, code="password_missing", values=(("user", "info"), ("host", "mail.school.example")))
    session.program.outbox.look(lambda store, now: store.take_turn("school", "", turn, now)).then()
    press("Alt+3")


def _depart(session: Session) -> None:
    """It was moved to another computer."""
    session.program.outbox.depart().then()


@dataclass(frozen=True)
class _Case:
    """What is seen when a command was done, and what must be so before."""

    is_seen: Check
    prepare: Callable[[Session], None] = _to_message


_CASES: dict[str, _Case] = {
    "new": _Case(lambda now: now.compose.is_blank() and len(now.program.reader.drafts()) == 1, _fill_in),
    "set_aside": _Case(lambda now: now.compose.is_blank() and len(now.program.reader.drafts()) == 1, _fill_in),
    "back_up": _Case(lambda _: bool(_dialogs())),
    "forget": _Case(lambda _: bool(_dialogs()), _choose("joe")),
    "restore": _Case(lambda _: bool(_dialogs())),
    "move": _Case(lambda _: bool(_dialogs())),
    "come_back": _Case(lambda now: not now.program.reader.counts().is_moved, _depart),
    "accounts": _Case(lambda now: now.workplace.accounts is not None and now.workplace.accounts.overview is not None),
    "preferences": _Case(lambda now: now.places.preferences is not None),
    "mend": _Case(
        lambda now: now.workplace.accounts is not None and now.workplace.accounts.bar.isAncestorOf(focused()),
        _break_account,
    ),
    "quit": _Case(lambda now: not now.window.isVisible()),
    "undo": _Case(lambda now: now.compose.message.toPlainText() == "Dear Ann", _send_one),
    "copy_address": _Case(lambda _: QGuiApplication.clipboard().text() == "joe@example.org", _choose("joe")),
    "find": _Case(lambda now: now.outbox.find_field.hasFocus()),
    "clear": _Case(
        lambda now: now.outbox.filters.place() is Place.ALL,
        _show_sent,
    ),
    "send": _Case(lambda now: says(now).startswith("Accepted") and bool(_row(now, "new@example.com")), _fill_in),
    "send_later": _Case(lambda _: any(isinstance(each, LaterDialog) for each in _dialogs())),
    "send_test": _Case(
        lambda now: bool(_row(now, "practice@outtray.invalid")) and now.compose.subject.text() == "Hello", _fill_in
    ),
    "attach": _Case(lambda _: bool(_dialogs())),
    "template": _Case(lambda now: now.workplace.templates is not None and now.workplace.templates.picker is not None),
    "save_template": _Case(
        lambda now: now.workplace.templates is not None and now.workplace.templates.naming is not None, _fill_in
    ),
    "templates": _Case(lambda now: now.workplace.templates is not None and now.workplace.templates.dialog is not None),
    "book": _Case(lambda now: now.places.book is not None and now.places.book.window.find_field.hasFocus()),
    "use_again": _Case(
        lambda now: (
            now.compose.subject.text() == "Draft contract"
            and [each.address for each in now.compose.draft().to] == ["dora@example.com"]
        ),
        _choose("dora"),
    ),
    "save_as": _Case(lambda _: bool(_dialogs()), _choose("joe")),
    "open": _Case(lambda now: "please see below" in now.outbox.details.text(), _choose("me@example.com")),
    "edit": _Case(lambda now: now.compose.subject.text() == "Draft contract", _choose("dora")),
    "retry": _Case(_is("joe", "Practised"), _choose("joe")),
    "hold": _Case(_is("ben", "Held"), _choose("ben")),
    "cancel": _Case(_is("dora", "Cancelled"), _choose("dora")),
    "check_sent": _Case(lambda now: "has no Sent folder" in now.window.notices.sentence(), _choose("eve")),
    "send_again": _Case(_is("eve", "Practised"), _choose("eve")),
    "mark_sent": _Case(_is("eve", "Sent"), _choose("eve")),
    "retry_all": _Case(_is("ben", "Practised")),
    "pause": _Case(lambda now: now.actions["pause"].text() == "&Go on"),
    "focus_to": _Case(lambda now: now.compose.recipients.editor().hasFocus()),
    "focus_subject": _Case(lambda now: now.compose.subject.hasFocus()),
    "focus_message": _Case(lambda now: now.compose.message.hasFocus(), lambda _: press("Alt+1")),
    "focus_list": _Case(lambda now: now.outbox.list.hasFocus() and bool(now.outbox.kinds)),
    "next_pane": _Case(lambda now: now.outbox.list.hasFocus()),
    "previous_pane": _Case(lambda now: now.compose.recipients.editor().hasFocus(), lambda _: press("Alt+4")),
    "filter_all": _Case(
        lambda now: now.outbox.filters.place() is Place.ALL, lambda now: now.outbox.set_place(Place.SENT)
    ),
    "filter_on_the_way": _Case(lambda now: _only(now, "Waiting", "Scheduled", "Held")),
    "filter_needs_you": _Case(lambda now: _only(now, "Not confirmed", "Failed", "Damaged")),
    "filter_sent": _Case(lambda now: _only(now, "Sent", "Practised")),
    "filter_ended": _Case(lambda now: _only(now, "Cancelled")),
    "details": _Case(
        lambda now: "No such user" not in now.outbox.details.text() and now.outbox.has_details, _choose("joe")
    ),
    "source": _Case(
        lambda now: now.outbox.details.tab() is Tab.SOURCE and "Message-ID:" in now.outbox.details.text(),
        _choose("joe"),
    ),
    "theme_system": _Case(
        lambda now: now.choices.settings.theme == "system", lambda now: now.actions["theme_dark"].trigger()
    ),
    "theme_light": _Case(lambda now: now.theme.color("text").lightness() < 128),
    "theme_dark": _Case(lambda now: now.theme.color("text").lightness() > 128),
    "language_system": _Case(
        lambda now: (now.choices.settings.language, now.language.code) == ("system", "en"),
        lambda now: now.actions["language_en"].trigger(),
    ),
    "language_en": _Case(lambda now: (now.choices.settings.language, now.language.code) == ("en", "en")),
    "language_ja": _Case(lambda now: now.language.code == "ja" and now.window.menuBar().actions()[0].text()[0] == "フ"),
    "charts": _Case(lambda now: now.places.charts is not None and "failed" in now.places.charts.total.text()),
    "compact": _Case(lambda now: now.outbox.list.rowHeight(0) == 44),
    "palette": _Case(lambda now: now.places.palette is not None),
    "keys": _Case(lambda now: now.places.sheet is not None),
    "about": _Case(lambda now: now.places.about is not None),
}


def _only(session: Session, *words: str) -> bool:
    """All rows that are read are in these states, and there are some of each."""
    return {row.partition(",")[0] for row in rows(session)} == set(words)


def test_every_command_has_a_case() -> None:
    """No command is left out below."""
    assert set(_CASES) == {command.id for command in commands()}


#: Each key by its place: which it is on this platform, Qt says only while the program runs.
_KEYS = [
    pytest.param(command.id, place, id=f"{command.id}-{key}")
    for command in commands()
    for place, key in enumerate(command.keys)
]


@pytest.fixture
def filled(sessions: Sessions, home: Home, fake_clock: FakeClock) -> Session:
    """The window on an outbox with a row in every state. Its clock is that of the rows: nothing is due for a minute."""
    seed(home)
    fake_clock.jump((NOW_MS - fake_clock.now_ms()) / 1000)
    account = '[account.school]\naddress = "info@school.example"\nhost = "mail.school.example"\n'
    home.settings.write_text(f'default_account = "practice"\nclosing = "wait"\n{account}')
    return sessions.start()


def _clean_up(session: Session) -> None:
    for dialog in _dialogs():
        dialog.close()
    if session.workplace.accounts is not None and session.workplace.accounts.overview is not None:
        session.workplace.accounts.overview.close()
    for shown in (session.places.sheet, session.places.palette, session.places.preferences, session.places.charts):
        if shown is not None:
            shown.close()


@pytest.mark.parametrize(("command", "place"), _KEYS)
def test_key_works(filled: Session, sessions: Sessions, command: str, place: int) -> None:
    """Each key of each command does what the command says."""
    keys = filled.actions[command].shortcuts()[place].toString()
    case = _CASES[command]
    case.prepare(filled)
    sessions.wait(filled.actions[command].isEnabled)
    press(keys)
    if command == "quit":  # it hides the window at once; what it waits for is the end of the loop
        assert case.is_seen(filled)
        assert sessions.end(filled) == 0
        return
    sessions.wait(lambda: case.is_seen(filled))
    _clean_up(filled)


@pytest.mark.parametrize("command", [command.id for command in commands() if not command.keys])
def test_command_without_a_key_works_from_its_menu(filled: Session, sessions: Sessions, command: str) -> None:
    """Each command that has no key is done from its menu."""
    case = _CASES[command]
    case.prepare(filled)
    sessions.wait(filled.actions[command].isEnabled)
    filled.actions[command].trigger()
    sessions.wait(lambda: case.is_seen(filled))


def test_no_field_swallows_a_command(filled: Session) -> None:
    """Whatever field has the keys, it leaves every key of the window's commands to the window."""
    places: tuple[QWidget, ...] = (
        filled.compose.from_field,
        filled.compose.recipients.editor(),
        filled.compose.subject,
        filled.compose.message,
        filled.compose.buttons.send,
        filled.outbox.find_field,
        filled.outbox.list,
    )
    swallowed = []
    for place in places:
        for command in commands():
            if command.scope is Scope.WINDOW:
                swallowed += [f"{type(place).__name__}: {key}" for key in _swallowed(place, command)]
    assert swallowed == []


def _swallowed(place: QWidget, command: Command) -> list[str]:
    """Return the keys that a widget claims for itself before the window's shortcuts are looked at."""
    found = []
    for sequence in command.sequences():
        combination = sequence[0]  # type: ignore[index]  # missing in PySide6's stubs
        event = QKeyEvent(QEvent.Type.ShortcutOverride, combination.key(), combination.keyboardModifiers())
        event.ignore()
        QApplication.sendEvent(place, event)
        if event.isAccepted():
            found.append(sequence.toString())
    return found


def test_single_letters_are_commands_in_the_list_only(filled: Session, sessions: Sessions) -> None:
    """R, H and Delete are text in a field and commands in the list."""
    press("Alt+2")
    write("rhRH")
    press("Delete")
    assert filled.compose.subject.text() == "rhRH"
    _choose("dora")(filled)

    press("H")
    sessions.wait(lambda: not _row(filled, "dora").startswith("Held,"))


def test_enter_in_a_one_line_field_never_sends(filled: Session, sessions: Sessions) -> None:
    """Enter in To, in Subject and in the find field sends nothing; in the message it is a line."""
    before = len(rows(filled))
    fill_in("new@example.com")
    for keys in ("Alt+1", "Alt+2", "Ctrl+F"):
        press(keys)
        press("Return")
        press(keys)
        press("Enter")
    press("Alt+3")
    press("Return")
    QTest.qWait(0)
    assert filled.compose.message.toPlainText() == "Dear Ann\n"
    assert says(filled).startswith("Practice")
    assert len(rows(filled)) == before


def test_tab_goes_from_the_form_to_the_list_and_back(filled: Session, sessions: Sessions) -> None:
    """Tab goes From, To, Subject, Message, Send, its arrow, Attach, Template, then to the list; Shift+Tab back."""
    form = filled.compose
    filled.compose.from_field.setFocus()
    seen: list[QWidget] = []
    while filled.outbox.list not in seen and len(seen) < 40:
        seen.append(focused())
        press("Tab")
    expected: list[QWidget] = [
        form.from_field,
        form.recipients.editor(),
        form.subject,
        form.message,
        form.buttons.send,
        form.buttons.more,
        form.buttons.attach,
        form.buttons.template,
    ]
    assert seen[:8] == expected
    assert filled.outbox.find_field in seen
    assert seen[-1] is filled.outbox.list
    filled.outbox.list.setFocus()
    back: list[QWidget] = []
    while form.from_field not in back and len(back) < 40:
        back.append(focused())
        press("Shift+Tab")
    assert back[-8:] == expected[::-1]
