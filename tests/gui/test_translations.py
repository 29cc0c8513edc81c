"""Every text of the window is there in every language, whole, and its keys are its own."""

import re
import shutil
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMainWindow,
    QMenu,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.moments import read_moment
from core.outbox.states import Reason, State
from core.paths import Home
from core.words import PARTS
from gui.actions import build_actions, fill_menus, row_menu
from gui.commands import commands, menus
from gui.language import LANGUAGES, Language
from gui.session import Session
from gui.situation import Situation
from resources.packaging import translations
from resources.packaging.translations import FOLDER, TextError, texts
from tests.sessions import Sessions, fill_in, press


@dataclass(frozen=True)
class Entry:
    """A text and what it is in a language; a plural has several forms."""

    context: str
    source: str
    forms: tuple[str, ...]
    is_plural: bool
    is_finished: bool


def entries(language: str) -> list[Entry]:
    found = []
    for context in ET.parse(FOLDER / f"outtray_{language}.ts").getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [each.text or "" for each in translation.findall("numerusform")] or [translation.text or ""]
            found.append(
                Entry(
                    context.findtext("name", ""),
                    message.findtext("source", ""),
                    tuple(forms),
                    message.get("numerus") == "yes",
                    translation.get("type") is None,
                )
            )
    return found


def test_every_text_is_in_the_files(tmp_path: Path) -> None:
    """Bringing the texts of the window into the files changes nothing: none is missing, none is left over."""
    for language in translations.LANGUAGES:
        shutil.copy(FOLDER / f"outtray_{language}.ts", tmp_path)
    translations.update(tmp_path)
    for language in translations.LANGUAGES:
        name = f"outtray_{language}.ts"
        is_same = (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()
        assert is_same, f"{name}: run `make translations`"  # a comparison of texts so long takes pytest minutes


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    """None is unfinished or empty; English has both forms of every plural."""
    assert [each for each in entries(language) if not each.is_finished or not all(each.forms)] == []
    assert {len(each.forms) for each in entries(language) if each.is_plural} == {{"en": 2, "ja": 1}[language]}


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_what_is_filled_in_is_the_same(language: str) -> None:
    """A translation has the places, the number and the mnemonic of its text, and an ellipsis where more is asked."""
    wrong = []
    for each in entries(language):
        for form in each.forms:
            places = [Counter(re.findall(r"\{\w+\}", text)) for text in (each.source, form)]
            # "one" may be written out in a singular.
            may_lack = language == "en" and form == each.forms[0]
            numbers = each.source.count("%Ln"), form.count("%Ln")
            if places[0] != places[1] or (numbers[0] != numbers[1] and not may_lack):
                wrong.append((each.source, form))
            keys = [
                [key.upper() for key in re.findall(r"&(\w)", text.replace("&&", ""))] for text in (each.source, form)
            ]
            if keys[0] != keys[1] or each.source.endswith("…") != form.endswith("…"):
                wrong.append((each.source, form))
    assert wrong == []


def test_japanese_promises_no_more_than_english() -> None:
    """ "Sent" is 送信済み, and nothing succeeded or was delivered; punctuation is that of Japanese."""
    words = {each.source: each.forms[0] for each in entries("ja")}
    assert [text for text in words.values() if "成功" in text or "配達" in text] == []
    assert (words["Accepted"], words["Sent"], words["Outbox"]) == ("受け付けました", "送信済み", "送信トレイ")
    japanese = "[\\u3040-\\u30ff\\u4e00-\\u9fff]"
    assert [text for text in words.values() if re.search(rf"{japanese}(?:, |\. |\.$|\?|“)", text)] == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('def f(name: str) -> str:\n    return _translate("Row", f"To {name}")\n', 'write it as _translate("Context"'),
        ('def f(words: str) -> str:\n    return _translate("Row", words)\n', 'write it as _translate("Context"'),
        ('def f(n: int) -> str:\n    return _translate("Row", "%Ln", "many", n)\n', 'is "plural"'),
        ('\nWORDS = _translate("Row", "To")\n', "when it is imported"),
        ('\nclass A:\n    words = _translate("Row", "To")\n', "when it is imported"),
    ],
)
def test_what_nobody_could_translate_is_refused(tmp_path: Path, source: str, why: str) -> None:
    """A text that is put together, has no words of its own, or is translated too early is named with file and line."""
    folder = tmp_path / "gui" / "outbox"
    folder.mkdir(parents=True)
    (folder / "row.py").write_text(source, "utf-8")
    line = source[: source.index("_translate")].count("\n") + 1
    with pytest.raises(TextError, match=re.escape(why)) as refused:
        texts(tmp_path / "gui")
    assert str(refused.value).startswith(f"gui/outbox/row.py:{line}: ")


def test_a_part_of_core_is_one_of_core() -> None:
    """Each phrase that the window translates because core writes it, core does write."""
    core = "".join(file.read_text("utf-8") for file in sorted((translations.ROOT / "core").rglob("*.py")))
    table = core.index("PARTS: tuple"), core.index("#: State and reason, as shown")
    core = core[: table[0]] + core[table[1] :]
    of_the_system = PARTS[PARTS.index("no space left on device") : PARTS.index("no permission")]
    for part in PARTS:
        pieces = re.split(r"\{\w+\}|[“”:]", part)
        assert part in of_the_system or all(piece.strip() in core for piece in pieces), part


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """A language that is spoken; everything that a test builds is built in it."""
    spoken = Language(qapp)
    spoken.speak(request.param)
    yield request.param
    spoken.silence()


def mnemonics(words: list[str]) -> Counter[str]:
    return Counter(key.lower() for text in words for key in re.findall(r"&(\w)", text.replace("&&", "")))


def leaves(menu: QMenu) -> list[QAction]:
    return [each for each in menu.actions() if not each.isSeparator()]


_MANY = frozenset({(State.QUEUED, Reason.NONE), (State.FAILED, Reason.NONE), (State.UNCONFIRMED, Reason.CRASH)})
_SITUATIONS = (
    Situation(),
    Situation(has_form=True, can_undo=True, has_waiting=True, can_clear=True, chosen=_MANY),
    Situation(is_paused=True, can_restore=True, chosen=frozenset({(State.HELD, Reason.PERSON)})),
)


def test_menus_have_a_key_for_each_item(language: str, qtbot: QtBot) -> None:
    """In each language no key is given twice where both work, and within a menu each letter chooses one item."""
    seen: dict[str, str] = {}
    for command in commands():
        for key in command.sequences():
            assert seen.setdefault(key.toString(), command.id) == command.id
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = build_actions(window, {each.id: lambda: None for each in commands()})
    made = fill_menus(window.menuBar(), actions)
    for now in _SITUATIONS:
        actions.show(now)
        for name, menu in made.items():
            letters = mnemonics([each.text() for each in leaves(menu)])
            assert letters.total() == len(leaves(menu)), f"{name}: an item has no mnemonic"
            assert max(letters.values(), default=1) == 1, f"{name}: {letters}"
        rows = row_menu(window, actions)
        assert max(mnemonics([each.text() for each in leaves(rows)]).values(), default=1) == 1
        rows.close()
    bar = mnemonics([words for name, words in menus().items() if "." not in name])
    assert max(bar.values()) == 1


@pytest.mark.parametrize(
    "keys", ["Ctrl+,", "Ctrl+Shift+O", "account", "Ctrl+Shift+Return", "templates", "leaving", "charts", "book"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_dialogs_have_a_key_for_each_field(sessions: Sessions, home: Home, language: str, keys: str) -> None:
    """In each language no mnemonic is given twice in a dialog, nor on a page of one; Qt's own buttons speak it too."""
    home.settings.write_text(f'language = "{language}"\n')
    session = sessions.start()
    dialog = _dialog(session, sessions, keys)
    pages: list[QWidget | None] = [None]
    for tabs in dialog.findChildren(QTabWidget):
        pages = [tabs.widget(number) for number in range(tabs.count())]
    given = []
    for page in pages:
        words = _words(dialog, [each for each in pages if each is not None and each is not page])
        given += [key for key, times in mnemonics(words).items() if times > 1]
    assert given == []
    for box in dialog.findChildren(QDialogButtonBox):
        for kind, word in ((QDialogButtonBox.StandardButton.Close, "閉じる"), (_CANCEL, "キャンセル")):
            if (button := box.button(kind)) is not None:
                assert (word in button.text()) is (language == "ja")
    for shown in QApplication.topLevelWidgets():
        if isinstance(shown, QDialog) and shown.isVisible():
            shown.close()


_CANCEL = QDialogButtonBox.StandardButton.Cancel


def _dialog(session: Session, sessions: Sessions, keys: str) -> QDialog:
    before: QWidget | None = session.window
    match keys:
        case "account":
            press("Ctrl+Shift+O")
            sessions.wait(lambda: isinstance(QApplication.activeWindow(), QDialog))
            before = QApplication.activeWindow()
            press("Alt+A")
        case "templates" | "charts" | "book":
            session.actions[keys].trigger()
        case "leaving":
            fill_in()
            press("Ctrl+Return")
            sessions.wait(lambda: session.composing.can_undo)
            sessions.wait(lambda: session.workplace.counts.by_state.get(State.QUEUED, 0) > 0)
            session.workplace.leave()
        case _:
            press(keys)
    sessions.wait(lambda: QApplication.activeWindow() not in (None, before))
    shown = QApplication.activeWindow()
    assert isinstance(shown, QDialog)
    return shown


def _words(dialog: QDialog, other_pages: list[QWidget]) -> list[str]:
    """Return the words that stand on a dialog while one of its pages is in front."""
    words = []
    for widget in dialog.findChildren(QWidget):
        if any(page.isAncestorOf(widget) for page in other_pages) or widget.window() is not dialog:
            continue
        if isinstance(widget, QTabWidget):
            words += [widget.tabText(number) for number in range(widget.count())]
        elif isinstance(widget, QLabel | QAbstractButton):
            words.append(widget.text())
    return words


@pytest.mark.parametrize(
    "words",
    ["in 1 hour", "today 18:00", "tomorrow 9:00", "Monday 9:00", "Monday", "18:00", "30 Nov 9:00", "in 2 hours"],
)
def test_a_time_in_words_is_understood_in_each_language(language: str, words: str) -> None:
    """What the window offers or names as an example in Send later is a time, in Japanese the same one."""
    now_ms = 1_795_000_000_000
    japanese = {
        **{each.source: each.forms[0] for each in entries("ja") if each.context == "Later"},
        "Monday": "月曜",
        "18:00": "18:00",
        "30 Nov 9:00": "11月30日 9:00",
        "in 2 hours": "2時間後",
    }
    text = japanese[words] if language == "ja" else words
    assert read_moment(text, now_ms) == read_moment(words, now_ms)
    example = next(each for each in entries("ja") if each.source.startswith("A day, a time, or both"))
    if words in ("Monday", "in 2 hours"):
        assert f"「{japanese[words]}」" in example.forms[0]
