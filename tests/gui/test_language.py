"""Another language, in the middle of the use of the window: everything is said in it at once, and nothing is lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QMenu, QPushButton

from core.clock import Clock
from core.errors import SettingsError
from core.outbox.notification import Draft, Recipient
from core.outbox.states import Place
from core.paths import Home
from core.runner import BESIDE_A_WINDOW
from core.settings import load
from gui.choices import Choices
from gui.forgetting import ForgettingDialog
from gui.outbox.details import Tab
from gui.preferences import Preferences
from gui.session import Session
from tests.fakes import FakeClock, Gate
from tests.seed import NOW_MS, seed
from tests.sessions import Sessions, fill_in, focused, press, rows, says, states, stored, write


@pytest.fixture
def filled(sessions: Sessions, home: Home, fake_clock: FakeClock) -> Session:
    """The window on an outbox with a row in every state."""
    seed(home)
    fake_clock.jump((NOW_MS - fake_clock.now_ms()) / 1000)
    return sessions.start()


def at_language(session: Session, sessions: Sessions) -> Preferences:
    """Open the preferences by keys and go to their languages."""
    press("Ctrl+,")
    sessions.wait(lambda: session.places.preferences is not None and session.places.preferences.isActiveWindow())
    shown = session.places.preferences
    assert shown is not None
    shown.tabs.tabBar().setFocus()
    press("Right")
    press("Alt+L")
    sessions.wait(shown.language.hasFocus)
    return shown


def choose(session: Session, sessions: Sessions, name: str) -> Preferences:
    """Choose a language there by its first letters; return the preferences that are shown then."""
    before, shown = session.workplace, at_language(session, sessions)
    while shown.language.currentText() != name and session.workplace is before:
        press("Down" if name == "日本語" else "Up")
    sessions.wait(lambda: session.workplace is not before)
    sessions.wait(lambda: session.places.preferences is not None and session.places.preferences.isActiveWindow())
    assert session.places.preferences is not None
    return session.places.preferences


def by_menu(session: Session, sessions: Sessions, code: str) -> None:
    """Choose a language in the menu View ▸ Language."""
    before = session.workplace
    session.actions[f"language_{code}"].trigger()
    sessions.wait(lambda: session.workplace is not before)


def close(session: Session, sessions: Sessions) -> None:
    press("Esc")
    session.window.activateWindow()
    sessions.wait(session.window.isActiveWindow)


def menus_of(session: Session) -> list[str]:
    return [each.text() for each in session.window.menuBar().actions()]


def labels(session: Session) -> str:
    return "\n".join(label.text() for label in session.window.findChildren(QLabel) if label.isVisible())


def test_everything_is_said_in_the_chosen_language(filled: Session, sessions: Sessions) -> None:
    """Japanese chosen in the preferences: menus, form, filters, states, status bar and the preferences themselves, on
    the same page with the same field under the keys, are Japanese at once.
    """
    session = filled
    assert menus_of(session)[0] == "&File"
    shown = choose(session, sessions, "日本語")
    assert (shown.windowTitle(), shown.tabs.currentIndex(), shown.language.currentText()) == ("環境設定", 1, "日本語")
    sessions.wait(shown.language.hasFocus)
    assert [each.accessibleName() for each in (shown.theme, shown.language, shown.density)] == [
        "テーマ",
        "言語",
        "一覧の行",
    ]
    assert "閉じる" in shown.findChildren(QDialogButtonBox)[0].buttons()[0].text()
    close(session, sessions)
    assert menus_of(session) == [
        "ファイル(&F)",
        "編集(&E)",
        "メッセージ(&M)",
        "送信トレイ(&O)",
        "表示(&V)",
        "ヘルプ(&H)",
    ]
    assert {"差出人", "宛先", "件名", "本文"} <= set(labels(session).splitlines())
    sessions.wait(lambda: session.outbox.model.shown is not None and len(rows(session)) == 11)
    names = session.outbox.filters.names()
    assert [name.partition(":")[0] for name in names] == ["すべて", "送信途中", "要対応", "送信済み", "終了"]
    assert names[0].endswith("11")
    said = {row.partition("、")[0] for row in rows(session)}
    assert {
        "予約済み",
        "待機中",
        "保留中",
        "送信済み",
        "練習済み",
        "送信結果不明",
        "送信失敗",
        "中止済み",
    } <= said
    assert "送信途中" in session.status.findChildren(QLabel)[0].text()
    assert QLocale().language() == QLocale.Language.Japanese


def test_nothing_is_left_in_english(filled: Session, sessions: Sessions) -> None:
    """No label, button, tip or description of the window is an English one any more."""
    session = filled
    by_menu(session, sessions, "ja")
    sessions.wait(lambda: len(rows(session)) == 11)
    session.outbox.list.choose(next(each.id for each in stored(session)))
    session.outbox.show_details()
    sessions.wait(lambda: bool(session.outbox.details.text()))
    words = [session.window.menuBar().actions()[2].text()]
    for widget in filter(QPushButton.isVisible, session.window.findChildren(QPushButton)):
        words += [widget.text(), widget.accessibleName(), widget.accessibleDescription()]
    for field in (session.compose.subject, session.compose.message, session.outbox.find_field, session.outbox.list):
        words += [field.accessibleName(), field.accessibleDescription()]
    words += [action.text() for action in session.actions.values() if not action.objectName().startswith("language_")]
    assert [text for text in words if text and text.isascii() and any(map(str.isalpha, text))] == []


def test_what_is_typed_stays(session: Session, sessions: Sessions, home: Home, tmp_path: Path) -> None:
    """Chips, a word that is still being typed, subject, text with the caret in it, a file, and the times: all stay."""
    (tmp_path / "plan.txt").write_text("the plan")
    fill_in(to="ann@example.com, joe@, be", subject="Trip", text="Dear Ann, dear Ben")
    session.compose.attach([tmp_path / "plan.txt"])
    sessions.wait(lambda: len(session.compose.draft().attachments) == 1)
    at_ms = session.program.clock.now_ms() + 3_600_000
    session.compose.schedule.set_times(at_ms, at_ms + 60_000)
    press("Alt+3")
    press("Ctrl+Home")
    press("Right")
    before = session.compose.draft()
    size = session.window.size()
    by_menu(session, sessions, "ja")
    assert session.compose.draft() == before
    assert "に送信" in session.compose.schedule.words()
    assert session.compose.recipients.editor().text().strip() == "be"
    assert session.window.size() == size
    sessions.wait(session.compose.message.hasFocus)
    write("!")
    assert session.compose.message.toPlainText() == "D!ear Ann, dear Ben"
    by_menu(session, sessions, "en")
    assert session.compose.draft().text == "D!ear Ann, dear Ben"
    assert session.compose.draft().attachments == before.attachments
    session = sessions.restart(session)
    sessions.wait(lambda: session.compose.draft().text == "D!ear Ann, dear Ben")
    assert session.compose.draft().at_ms == at_ms


def test_undo_stays_open(session: Session, sessions: Sessions) -> None:
    """Accepted in English, taken back in Japanese: the message comes back into the form."""
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted") and session.compose.is_blank())
    by_menu(session, sessions, "ja")
    assert says(session).startswith("受け付けました")
    press("Alt+U")
    sessions.wait(lambda: session.compose.draft() == Draft((Recipient("ann@example.com"),), "Hello", "Dear Ann"))
    sessions.wait(lambda: states(session) == ["中止済み"])


def test_a_cancelling_can_still_be_taken_back(filled: Session, sessions: Sessions) -> None:
    """The ten seconds in which a cancel can be undone go on in the other language."""
    session = filled
    press("Alt+4")
    session.outbox.list.choose(next(each.id for each in stored(session) if each.state == "queued"))
    press("Delete")
    sessions.wait(lambda: session.outbox.can_restore)
    by_menu(session, sessions, "ja")
    assert "中止しました" in labels(session)
    press("Ctrl+Z")
    sessions.wait(lambda: not session.outbox.can_restore)
    sessions.wait(lambda: states(session).count("中止済み") == 1)


def test_filter_find_row_and_details_stay(filled: Session, sessions: Sessions) -> None:
    """The filter, the words to find, the selected row and its open details, with the part in front, stay."""
    session = filled
    press("Ctrl+3")
    sessions.wait(
        lambda: session.outbox.model.shown is not None and session.outbox.model.shown.place is Place.NEEDS_YOU
    )
    press("Ctrl+F")
    write("example\n")
    sessions.wait(lambda: session.outbox.model.shown is not None and session.outbox.model.shown.find == "example")
    chosen = session.outbox.model.delivery_at(1)
    assert chosen is not None
    session.outbox.list.choose(chosen.id)
    session.outbox.show_details()
    session.outbox.details.show_tab(Tab.HISTORY)
    sessions.wait(lambda: "Accepted" in session.outbox.details.text())
    press("Alt+4")
    by_menu(session, sessions, "ja")
    assert (session.outbox.filters.place(), session.outbox.find_field.text()) == (Place.NEEDS_YOU, "example")
    sessions.wait(lambda: session.outbox.list.chosen_id() == chosen.id)
    assert session.outbox.has_details
    sessions.wait(lambda: "受け付けました" in session.outbox.details.text())
    assert session.outbox.details.delivery_id() == chosen.id
    sessions.wait(session.outbox.list.hasFocus)
    press("Esc")  # it clears one narrowing after the other, as ever
    assert session.outbox.find_field.text() == ""


def test_a_row_far_down_is_found_again(sessions: Sessions, home: Home, session: Session) -> None:
    """Selected among hundreds of rows, far below the first ones that are read: it is selected and in sight again."""
    for part in range(3):
        to = tuple(Recipient(f"p{part}-{number}@example.com") for number in range(400))
        session.compose.set_draft(Draft(to, "Trip", "Dear all"))
        press("Ctrl+Return")
        sessions.wait(lambda part=part: session.outbox.model.rowCount() == 400 * (part + 1))  # type: ignore[misc]
        session.compose.rest()
    listed = session.outbox.list
    press("Alt+4")
    press("End")
    sessions.wait(lambda: listed.chosen_id() is not None)
    chosen = listed.chosen_id()
    by_menu(session, sessions, "ja")
    sessions.wait(lambda: session.outbox.list.chosen_id() == chosen)
    assert session.outbox.list.currentIndex().row() == 1199
    assert (
        session.outbox.list.viewport()
        .rect()
        .intersects(session.outbox.list.visualRect(session.outbox.list.currentIndex()))
    )
    press("Ctrl+2")  # what is chosen later is not chosen away
    sessions.wait(
        lambda: session.outbox.model.shown is not None and session.outbox.model.shown.place is Place.ON_THE_WAY
    )


def test_drafts_stay_in_their_menu(session: Session, sessions: Sessions) -> None:
    """What was set aside is in the menu of drafts in the other language too, and comes back from there."""
    fill_in(subject="Kept for later")
    press("Ctrl+N")
    sessions.wait(session.compose.is_blank)
    by_menu(session, sessions, "ja")
    file = session.window.menuBar().actions()[0].menu()
    assert isinstance(file, QMenu)
    drafts = next(each.menu() for each in file.actions() if each.text() == "下書き(&D)")
    assert isinstance(drafts, QMenu)
    sessions.wait(lambda: len(drafts.actions()) == 1)
    drafts.actions()[0].trigger()
    sessions.wait(lambda: session.compose.subject.text() == "Kept for later")


def test_sending_works_in_japanese_and_back_in_english(session: Session, sessions: Sessions) -> None:
    """A message is sent from the Japanese window, and one from the English window after it."""
    by_menu(session, sessions, "ja")
    fill_in(subject="Trip")
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("受け付けました") and session.compose.is_blank())
    assert "秒後に送信" in says(session)
    assert rows(session) == ["送信待ち、ann@example.com、Trip、5秒後に送信 — 元に戻す、09:00"]
    by_menu(session, sessions, "en")
    fill_in(subject="The second")
    press("Ctrl+Return")
    sessions.wait(lambda: says(session).startswith("Accepted") and session.compose.is_blank())
    sessions.wait(lambda: states(session) == ["Queued", "Queued"])


class TestWhileItDelivers:
    """With a clock that goes on."""

    @pytest.fixture
    def clock(self, real_clock: Clock) -> Clock:
        return real_clock

    def test_nothing_is_told_to_what_is_gone(self, session: Session, sessions: Sessions) -> None:
        """Languages come and go while deliveries run and the list is read: no error, and all are sent."""
        to = tuple(Recipient(f"p{number}@example.com") for number in range(300))
        session.choices.choose(replace(session.choices.settings, undo_s=0), session.runner)
        session.compose.set_draft(Draft(to, "Trip", "Dear all"))
        press("Ctrl+Return")
        sessions.wait(lambda: session.outbox.model.rowCount() == 300)
        for code in ("ja", "en", "ja", "en", "ja"):
            by_menu(session, sessions, code)
            QTest.qWait(20)  # on the way are readings, commits and results of several workplaces
        sessions.wait(lambda: session.workplace.counts.of(Place.SENT) == 300)
        assert session.reporter.dialog() is None
        assert session.window.notices.sentence() == ""
        sessions.wait(lambda: session.outbox.filters.names()[3] == "送信済み: 300")


def test_a_dialog_that_asks_keeps_its_language_until_it_is_closed(session: Session, sessions: Sessions) -> None:
    """Send later is open with a time typed into it: the language changes when it is closed, and nothing is lost."""
    fill_in()
    press("Ctrl+Shift+Return")
    sessions.wait(lambda: QApplication.activeModalWidget() is not None)
    asking = QApplication.activeModalWidget()
    sessions.wait(lambda: QApplication.activeWindow() is asking)
    write("tomorrow 9:00")
    before = session.workplace
    session.actions["language_ja"].trigger()
    QTest.qWait(50)
    assert session.workplace is before
    assert asking is QApplication.activeModalWidget()
    press("Return")
    sessions.wait(lambda: session.workplace is not before)
    sessions.wait(lambda: [each.state for each in stored(session)] == ["queued"])
    sessions.wait(lambda: states(session) == ["予約済み"])
    assert says(session).startswith("受け付けました")


def test_a_dialog_that_is_given_up_lets_the_language_come(session: Session, sessions: Sessions) -> None:
    """Esc in it: the form is as it was, in Japanese."""
    fill_in()
    before, draft = session.workplace, session.compose.draft()
    press("Ctrl+Shift+Return")
    sessions.wait(lambda: QApplication.activeModalWidget() is not None)
    sessions.wait(lambda: QApplication.activeWindow() is QApplication.activeModalWidget())
    session.actions["language_ja"].trigger()
    press("Esc")
    sessions.wait(lambda: session.workplace is not before)
    assert session.compose.draft() == draft


def test_a_send_under_way_comes_first(session: Session, sessions: Sessions) -> None:
    """Send and the language in one breath, on a disk that takes its time: accepted, then Japanese; nothing twice."""
    gate = Gate()
    session.runner.start("writes", gate.wait)
    fill_in()
    before = session.workplace
    press("Ctrl+Return")
    session.actions["language_ja"].trigger()
    QTest.qWait(50)
    assert session.workplace is before
    gate.open()
    sessions.wait(lambda: session.workplace is not before)
    assert says(session).startswith("受け付けました")
    assert session.compose.is_blank()
    assert len(stored(session)) == 1


def test_a_look_into_the_sent_folder_goes_on(filled: Session, sessions: Sessions) -> None:
    """Check under way: the row says so in the other language too, and the answer comes in it."""
    session, gate = filled, Gate()
    for _ in range(BESIDE_A_WINDOW["accounts"]):
        session.runner.start("accounts", gate.wait)
    eve = next(each.id for each in stored(session) if each.state == "unconfirmed")
    press("Alt+4")
    session.outbox.list.choose(eve)
    press("C")
    sessions.wait(lambda: session.checking.looking == {eve})
    try:
        by_menu(session, sessions, "ja")
        looking = session.checking.looking
    finally:
        gate.open()
    assert looking == {eve}
    sessions.wait(lambda: "送信済みフォルダー" in session.window.notices.sentence())
    assert session.checking.looking == frozenset()


def test_who_quits_when_all_is_sent_still_does(session: Session, sessions: Sessions) -> None:
    """Send now and quit, and another language before the last one is sent: the program ends when it is."""
    gate = Gate()
    fill_in()
    press("Ctrl+Return")
    sessions.wait(lambda: session.workplace.counts.of(Place.ON_THE_WAY) == 1)
    for _ in range(BESIDE_A_WINDOW["deliveries"]):
        session.runner.start("deliveries", gate.wait)
    session.workplace.leave()
    sessions.wait(lambda: session.leaving.dialog is not None)
    assert session.leaving.dialog is not None
    session.leaving.dialog.send.click()
    sessions.wait(lambda: session.leaving.is_sending)
    by_menu(session, sessions, "ja")
    assert session.leaving.is_sending
    gate.open()
    assert sessions.end_by_itself(session) == 0


def test_the_language_is_kept(session: Session, sessions: Sessions, home: Home) -> None:
    """It is in settings.toml, and the next start speaks it from the first paint."""
    choose(session, sessions, "日本語")
    close(session, sessions)
    sessions.wait(lambda: load(home).language == "ja")
    session = sessions.restart(session)
    assert menus_of(session)[0] == "ファイル(&F)"
    assert session.actions["language_ja"].isChecked()


def test_a_language_that_is_none_is_refused(home: Home) -> None:
    """language = "xx" in settings.toml: one sentence that names it and what it can be."""
    home.settings.write_text('language = "xx"\n')
    with pytest.raises(SettingsError) as refused:
        Choices(home)
    sentence = str(refused.value)
    assert sentence.startswith("settings.toml: language must be ")
    assert all(each in sentence for each in ('"system"', '"en"', '"ja"', '"xx"'))


@pytest.mark.parametrize("keys", ["Alt+1", "Alt+2", "Alt+3"])
def test_the_enter_of_an_input_method_never_sends(session: Session, sessions: Sessions, keys: str) -> None:
    """Enter that ends a composition puts it into the field; whether the window sees the key or not, nothing is sent."""
    by_menu(session, sessions, "ja")
    fill_in(subject="", text="")
    press(keys)
    field = focused()
    QApplication.sendEvent(field, QInputMethodEvent("やまだ", []))
    QTest.keyClick(field, Qt.Key.Key_Return)  # as platforms do that leave the key to the window
    done = QInputMethodEvent("", [])
    done.setCommitString("山田")
    QApplication.sendEvent(field, done)
    QTest.qWait(50)
    assert stored(session) == ()
    assert not says(session).startswith("受け付けました")
    draft = session.compose.draft()
    assert "山田" in "".join((draft.subject, draft.text, *draft.unread_to))


def test_somebody_is_forgotten_in_the_other_language(filled: Session, sessions: Sessions) -> None:
    """Forget under way: it goes on, and that it is done is said in the other language."""
    session, gate = filled, Gate()
    session.runner.start("log", gate.wait)
    address = "eve@example.com"
    session.places.forget(address)
    sessions.wait(lambda: isinstance(QApplication.activeModalWidget(), ForgettingDialog))
    asking = QApplication.activeModalWidget()
    assert isinstance(asking, ForgettingDialog)
    if asking.agreed.isVisible():
        asking.agreed.click()
    asking.forget.click()
    sessions.wait(lambda: "log.txt" in session.window.notices.sentence())
    by_menu(session, sessions, "ja")
    gate.open()
    sessions.wait(lambda: address in session.window.notices.sentence())
    sessions.wait(lambda: "。" in session.window.notices.sentence())
    assert "…" not in session.window.notices.sentence()
    assert session.reporter.dialog() is None


def test_what_is_still_counted_or_read_is_not_shown_in_the_language_before(filled: Session, sessions: Sessions) -> None:
    """A time to keep is being counted, the templates and somebody's traces are being read: what comes of it is for
    nobody any more. No error, and no window that is of no use."""
    session, gate = filled, Gate()
    session.places.show_preferences()
    shown = session.places.preferences
    assert shown is not None
    shown.tabs.setCurrentIndex(3)
    shown.keeping.sent.spin.setFocus()
    sessions.wait(shown.keeping.sent.spin.hasFocus)
    for _ in range(BESIDE_A_WINDOW["reads"]):
        session.runner.start("reads", gate.wait)
    write("3")
    press("Return")
    session.actions["templates"].trigger()
    session.places.forget("eve@example.com")
    by_menu(session, sessions, "ja")
    gate.open()
    quiet: list[bool] = []
    session.runner.when_quiet(lambda: quiet.append(True))
    sessions.wait(lambda: quiet == [True])
    assert session.reporter.dialog() is None
    shown_now = {type(each).__name__ for each in QApplication.topLevelWidgets() if each.isVisible()}
    assert shown_now == {"MainWindow", "Preferences"}
