"""Pictures of every place in the window: `make shots`, or python -m tests.shots [FOLDER].

Drawn off screen in both languages and both themes, at 100 % and 200 %, with a clock that stands still; all of one kind
are together on a contact sheet. The two pictures of the README and its recording (tests/recording.py) are written to
resources/pictures.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import Path

from PySide6.QtCore import QEvent, QLocale, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from core.outbox.notification import Draft, Recipient, Sighting
from core.outbox.states import Place
from core.outbox.templates import Template
from core.paths import Home
from gui.app import make_application
from gui.application import Application
from gui.compose.later import LaterDialog
from gui.outbox.details import Tab
from gui.session import Session
from tests.account_shots import AccountPhotographer, reachable
from tests.contact_sheet import make_sheet
from tests.seed import StoppedClock, fill
from tests.sessions import press, rows, says, write

_ROOT = Path(__file__).resolve().parents[1]
_README_PICTURES = _ROOT / "resources" / "pictures"
_LANGUAGES = ("en", "ja")
_THEMES = ("light", "dark")
_SCALES = (1, 2)
#: A step of a picture that takes longer has failed.
_PATIENCE_MS = 20_000

#: What a person reads in each part of the details once it is there, in one of the languages.
_SEEN = {
    Tab.MESSAGE: ("Invoice",),
    Tab.SOURCE: ("Message-ID",),
    Tab.ATTEMPTS: ("closed", "切断"),
    Tab.HISTORY: ("Accepted", "受け付けました"),
}

_LETTER = Draft(
    to=(Recipient("ann@example.com"), Recipient("ben@example.net", "Ben Ito")),
    subject="Trip on Friday: what to bring",
    text=(
        "Dear parents,\n\nplease send a packed lunch, a rain jacket and good shoes on Friday. We leave at 8:15 sharp "
        "from the south gate and are back by 16:00.\n\nKind regards,\nRiverside School"
    ),
)


_TEMPLATES = (
    Template(
        "01",
        "Order ready",
        "Your order is ready",
        "Dear {{ name }},\n\nyour order {{ number }} is ready. You find us in {{ room }} until six.\n\nKind regards,\n"
        "Riverside School",
    ),
    Template("02", "Trip: what to bring", _LETTER.subject, _LETTER.text),
    Template("03", "Thanks for your message", "", "Thank you for your message. We answer within two days."),
)


def main(folder: Path) -> int:
    """Take all pictures, each language, theme and scale in a process of its own; print what was made."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, theme, scale in product(_LANGUAGES, _THEMES, _SCALES):
        environ = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "QT_SCALE_FACTOR": str(scale),
            "TZ": "UTC",
            "PYTHONPATH": str(_ROOT),
        }
        words = [sys.executable, "-m", "tests.shots", str(folder), language, theme, str(scale)]
        if code := subprocess.run(words, env=environ, cwd=_ROOT).returncode:
            return code
        name = _suffix(language, theme, scale)
        sheet = folder / f"contact-sheet-{name}.png"
        make_sheet(folder.glob(f"[0-9]*-{name}.png"), sheet)
        print(sheet)
    words = [sys.executable, "-m", "tests.recording"]
    return subprocess.run(words, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, cwd=_ROOT).returncode


class Photographer:
    """Uses one window by keys, and takes its picture at each place."""

    def __init__(self, session: Session, clock: StoppedClock, folder: Path, suffix: str) -> None:
        self._session = session
        self._clock = clock
        self._folder = folder
        self._suffix = suffix

    def take(self, name: str, widget: QWidget | None = None) -> Path:
        """Save a picture of the window, or of another one, when all is painted."""
        QTest.qWait(30)
        path = self._folder / f"{name}-{self._suffix}.png"
        if not (widget or self._session.window).grab().save(str(path)):
            raise SystemExit(f"{path} cannot be written")
        print(path)
        return path

    def wait(self, is_so: Callable[[], bool]) -> None:
        for _ in range(_PATIENCE_MS // 5):
            if is_so():
                return
            QTest.qWait(5)
        raise SystemExit(f"waited in vain; the window says: {says(self._session)}, {rows(self._session)}")

    def _come_back(self) -> None:
        """Have the window in front again: off screen there is no window manager to do it."""
        window = self._session.window
        window.activateWindow()
        self.wait(lambda: QApplication.activeWindow() is window)

    @staticmethod
    def _dialog(kind: str) -> QWidget | None:
        """Return the dialog of that class which is open."""
        shown = (each for each in QApplication.topLevelWidgets() if type(each).__name__ == kind and each.isVisible())
        return next(shown, None)

    def _is_seen(self, words: Sequence[str]) -> bool:
        return any(each in self._session.outbox.details.text() for each in words)

    def walk(self) -> Iterator[Path]:
        """Go through every place. Yields the picture of the README."""
        session = self._session
        form, outbox, window = session.compose, session.outbox, session.window
        self.wait(lambda: session.is_open and outbox.model.shown is not None)
        self.take("01-empty")

        fill(session.program, self._clock)
        self.wait(lambda: len(rows(session)) == 11)
        form.set_draft(Draft(_LETTER.to[:1], "Lunch menu for December", "Dear Ann,\n\nhere it is.\n\nKind regards"))
        press("Ctrl+Return")
        self.wait(lambda: says(session).startswith(("Accepted", "受け付けました")) and len(rows(session)) == 12)
        form.set_draft(_LETTER)
        eve = next(iter(session.program.reader.list(None, "eve", 1)))
        outbox.list.choose(eve.id)
        press("Alt+1")
        window.resize(1280, 812)
        yield self.take("02-every-state")
        window.resize(1280, 780)
        form.clear()

        press("Alt+1")
        write("ann@example.com, ben@example.net, ")
        press("Alt+2")
        write("Trip on Friday")
        press("Alt+3")
        write("Dear parents,\n\nplease send a packed lunch")
        self.take("03-typing")
        press("Ctrl+Return")
        self.wait(lambda: says(session).startswith(("Accepted", "受け付けました")) and len(rows(session)) == 14)
        self.wait(lambda: outbox.filters.names()[0].endswith(": 14"))
        self.take("04-accepted")
        press("Alt+U")
        self.wait(lambda: not form.is_blank())

        form.clear()
        press("Alt+1")
        write("ann@example.com, joe@, eve@example,com, ")
        press("Ctrl+Return")
        self.wait(lambda: "joe@" in says(session))
        self.take("05-errors")
        form.clear()
        session.window.notices.clear()

        press("Alt+4")
        outbox.list.choose(eve.id)
        for number, tab in enumerate(Tab):
            outbox.show_details()
            outbox.details.show_tab(tab)
            self.wait(partial(self._is_seen, _SEEN[tab]))
            self.take(f"06-details-{number + 1}-{tab.name.lower()}")
        outbox.details.show_tab(Tab.MESSAGE)
        press("Alt+4")
        press("C")
        self.wait(lambda: any(each in window.notices.sentence() for each in ("Sent folder", "送信済みフォルダー")))
        sighting = Sighting(eve.id, eve.generation, is_found=False, where="“Sent” of imap.school.example")
        session.program.outbox.sighted([sighting]).then()
        self.wait(lambda: any(each in outbox.details.doubt.hint() for each in ("Not in", "にありません")))
        window.notices.clear()  # it says that this account has no such folder
        self.take("06-details-5-checked")
        window.notices.clear()
        outbox.close_details()

        outbox.list.choose(next(iter(session.program.reader.list(None, "Lunch", 1))).id)
        press("Delete")
        self.wait(lambda: outbox.can_restore)
        self.take("07-cancelled")
        press("Ctrl+5")
        self.wait(lambda: outbox.model.shown is not None and outbox.model.shown.place is Place.ENDED)
        press("Ctrl+F")
        write("nothing like it")
        self.wait(lambda: any(each in outbox.list.sentence() for each in ("Nothing found", "見つかりません")))
        self.take("08-nothing-found")
        press("Esc")
        press("Esc")
        self.wait(lambda: len(rows(session)) > 10)

        form.set_draft(_LETTER)
        press("Ctrl+N")
        press("Ctrl+Shift+P")
        self.wait(lambda: session.workplace.counts.is_paused)
        self.take("09-set-aside-and-paused")
        press("Ctrl+Shift+P")
        self.wait(lambda: not session.workplace.counts.is_paused)
        window.notices.clear()

        press("F1")
        self.wait(lambda: session.places.sheet is not None)
        assert session.places.sheet is not None
        self.take("10-keys", session.places.sheet)
        session.places.sheet.close()
        self._come_back()
        press("Ctrl+K")
        self.wait(lambda: session.places.palette is not None)
        assert session.places.palette is not None
        self.take("16-palette", session.places.palette)
        session.places.palette.close()
        self._come_back()
        press("Ctrl+Shift+G")
        self.wait(lambda: session.places.charts is not None and bool(session.places.charts.total.text()))
        assert session.places.charts is not None
        session.places.charts.chart.setFocus()
        for page, name in enumerate(("chart", "table")):
            session.places.charts.tabs.setCurrentIndex(page)
            self.take(f"41-charts-{page + 1}-{name}", session.places.charts)
        session.places.charts.close()
        self._come_back()
        press("Alt+1")
        write("ann@example.com\tTrip on Friday\tDear parents,")
        press("Ctrl+Shift+Return")
        self.wait(lambda: QApplication.activeWindow() is self._dialog("LaterDialog") is not None)
        asking = QApplication.activeWindow()
        assert isinstance(asking, LaterDialog)
        asking.at.field.setText(asking.at.field.placeholderText())  # no key types Japanese
        self.take("17-later", self._dialog("LaterDialog"))
        press("Return")
        self.wait(lambda: says(session).startswith(("Accepted", "受け付けました")))
        self._come_back()
        press("Alt+U")
        self.wait(lambda: session.compose.schedule.at_ms is not None)
        self.take("17-later-in-the-form")
        form.clear()
        self._walk_book()
        press("Ctrl+,")
        self.wait(lambda: session.places.preferences is not None)
        assert session.places.preferences is not None
        for page in range(session.places.preferences.tabs.count()):
            session.places.preferences.tabs.setCurrentIndex(page)
            self.take(f"18-preferences-{page + 1}", session.places.preferences)
        session.places.preferences.close()
        self._walk_templates()
        session.workplace.leave()
        self.wait(lambda: session.leaving.dialog is not None)
        self.take("19-leaving", session.leaving.dialog)
        assert session.leaving.dialog is not None
        session.leaving.dialog.reject()
        self._come_back()

        outbox.list.choose(eve.id)
        session.actions["forget"].trigger()
        self.wait(lambda: self._dialog("ForgettingDialog") is not None)
        self.take("19-forgetting", self._dialog("ForgettingDialog"))
        press("Esc")
        self._come_back()
        session.actions["move"].trigger()
        self.wait(lambda: self._dialog("StepDialog") is not None)
        self.take("19-moving", self._dialog("StepDialog"))
        press("Esc")
        self._come_back()
        session.actions["about"].trigger()
        self.wait(lambda: session.places.about is not None)
        self.take("19-about", session.places.about)
        press("Esc")
        self._come_back()

        form.set_draft(_LETTER)
        for name, size in (("11-narrow", QSize(900, 700)), ("12-small-screen", QSize(1280, 720))):
            window.resize(size)
            self.take(name)
        session.actions["compact"].trigger()
        outbox.list.choose(eve.id)
        outbox.show_details()
        self.wait(lambda: "Invoice" in outbox.details.text())
        self.take("13-compact-with-details")
        menu = window.menuBar().actions()[3].menu()
        assert isinstance(menu, QWidget)
        window.menuBar().setActiveAction(window.menuBar().actions()[3])
        self.take("14-menu", menu)
        QTest.keyClick(menu, Qt.Key.Key_Escape)
        session.reporter._show(ZeroDivisionError("division by zero"))
        dialog = session.reporter.dialog()
        assert dialog is not None
        self.take("15-our-mistake", dialog)
        dialog.reject()

    def _walk_templates(self) -> None:
        """Use a template over a half-typed text, send it too early, save the form as one, and look at them all."""
        session = self._session
        workplace, form = session.workplace, session.compose
        for template in _TEMPLATES:
            session.program.outbox.save_template(template).wait()
        self._come_back()
        form.set_draft(_LETTER)
        press("Ctrl+T")
        self.wait(lambda: workplace.templates is not None and workplace.templates.picker is not None)
        templates = workplace.templates
        assert templates is not None
        self.take("40-template-picker", templates.picker)
        write("ready\n")
        self.wait(lambda: form.subject.text() == _TEMPLATES[0].subject)
        self._come_back()
        press("Ctrl+Return")
        self.wait(lambda: any(each in says(session) for each in ("still to be replaced", "まだ置き換え")))
        self.take("40-template-in-the-form")
        session.actions["save_template"].trigger()
        self.wait(lambda: templates.naming is not None and QApplication.activeWindow() is templates.naming)
        write("order ready")
        self.take("40-template-name", templates.naming)
        press("Esc")
        self._come_back()
        session.actions["templates"].trigger()
        self.wait(lambda: templates.dialog is not None and QApplication.activeWindow() is templates.dialog)
        self.take("40-templates", templates.dialog)
        press("Esc")
        self._come_back()
        form.clear()
        session.window.notices.clear()

    def _walk_book(self) -> None:
        """Take the address book: empty, with people in groups, and the form of one."""
        session = self._session
        press("Ctrl+Shift+B")
        self.wait(lambda: session.places.book is not None and bool(session.places.book.window.people.sentence()))
        desk = session.places.book
        assert desk is not None
        self.take("20-book-1-empty", desk.window)
        cards = Path(tempfile.mkdtemp(prefix="outtray-shots-")) / "school.vcf"
        names = ("Ann Bell", "Ben Ito", "Carla Moreno", "山田 花子", "Özil Ärzte")
        cards.write_text(
            "".join(
                f"BEGIN:VCARD\r\nFN:{name}\r\nEMAIL:{number}@school.example\r\n"
                f"CATEGORIES:{('Parents', 'Choir')[number % 2]}\r\nEND:VCARD\r\n"
                for number, name in enumerate(names)
            )
            + "BEGIN:VCARD\r\nFN:No Mail\r\nEND:VCARD\r\n"
        )
        desk.cards.bring_in(cards)
        people = desk.window.people
        self.wait(lambda: len(people.rows()) == len(names) and all(people.rows()))
        press("Down")
        self.wait(lambda: bool(people.chosen()))
        self.take("20-book-2", desk.window)
        press("F2")
        self.wait(lambda: QApplication.activeWindow() is self._dialog("PersonDialog") is not None)
        self.take("20-book-3-person", self._dialog("PersonDialog"))
        press("Esc")
        self.wait(lambda: QApplication.activeWindow() is desk.window)
        desk.window.close()
        self._come_back()


def _suffix(language: str, theme: str, scale: int) -> str:
    """Return what the names of pictures end with."""
    return f"{theme}-{scale}00" if language == "en" else f"{theme}-{scale}00-{language}"


def photograph(folder: Path, language: str, theme: str, scale: int) -> int:
    """Take the pictures of one language, theme and scale, in this process."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app = make_application()
    settings = f'theme = "{theme}"\nlanguage = "{language}"\n'
    suffix = _suffix(language, theme, scale)
    if code := _photograph_accounts(app, folder, settings, suffix):
        return code
    clock = StoppedClock()
    with tempfile.TemporaryDirectory(prefix="outtray-shots-") as root:
        home = Home(Path(root))
        home.settings.write_text(f'{settings}sender_name = "Riverside School"\n')
        session = Session(app, home, clock=clock)
        session.start()
        session.window.resize(1280, 780)
        session.window.activateWindow()
        for picture in Photographer(session, clock, folder, suffix).walk():
            if suffix.endswith("-100"):
                _README_PICTURES.mkdir(exist_ok=True)
                target = _README_PICTURES / ("window.png" if theme == "light" else f"window-{theme}.png")
                target.write_bytes(picture.read_bytes())
                print(target)
        session.quit()
        code = app.exec()
        session.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return code


def _photograph_accounts(app: Application, folder: Path, settings: str, suffix: str) -> int:
    """Take the pictures of real mail, in a window and a home of their own."""
    clock = StoppedClock()
    with tempfile.TemporaryDirectory(prefix="outtray-shots-") as root, reachable() as (server, authority):
        home = Home(Path(root))
        home.settings.write_text(f"{settings}undo_s = 0\n")
        session = Session(app, home, clock=clock)
        session.start()
        session.window.resize(1280, 780)
        session.window.activateWindow()
        camera = Photographer(session, clock, folder, suffix)
        AccountPhotographer(session, camera.take, camera.wait, server, authority).walk()
        session.quit()
        code = app.exec()
        session.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return code


if __name__ == "__main__":
    match sys.argv[1:]:
        case [folder, language, theme, scale]:
            sys.exit(photograph(Path(folder), language, theme, int(scale)))
        case [folder]:
            sys.exit(main(Path(folder)))
        case _:
            sys.exit(main(_ROOT / "shots"))
