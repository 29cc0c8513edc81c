"""The language of the window: its texts and Qt's own, and how times and numbers are written."""

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

import resources

#: The languages the window speaks, each by its own name.
LANGUAGES = {"en": "English", "ja": "日本語"}


class Language(QObject):
    """Gives the program its language, also anew. What was built before keeps its words: it is built again.

    Its files are read when a language is chosen. Main thread only.
    """

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._translators: list[QTranslator] = []
        #: The language in use, as in `LANGUAGES`, and the setting it was chosen by; "" before.
        self.code = self.setting = ""

    def speak(self, setting: str) -> None:
        """Go by this language from now on: `system` is the platform's, or English. Blocks for files of 200 KB."""
        self.setting = setting
        code = setting if setting in LANGUAGES else _code_of_system()
        if code == self.code:
            return
        self.silence()
        self.code, self.setting = code, setting
        QLocale.setDefault(_locale_of(code))
        # Qt's own first: of two that know a text, the one that was installed last is asked first.
        for name, folder in (
            (f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
            (f"outtray_{code}", str(resources.path("translations"))),
        ):
            translator = QTranslator(self)
            if translator.load(name, folder):
                self._app.installTranslator(translator)
                self._translators.append(translator)

    def silence(self) -> None:
        """Take the translations away again."""
        for translator in self._translators:
            self._app.removeTranslator(translator)
            translator.deleteLater()
        self._translators.clear()
        self.code = self.setting = ""


def _code_of_system() -> str:
    first = next(iter(QLocale.system().uiLanguages()), "")
    code = first.replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else "en"


def _locale_of(code: str) -> QLocale:
    """Return how a language writes times and numbers: as the platform has it, where that is its language."""
    system = QLocale.system()
    wanted = {"en": QLocale.Language.English, "ja": QLocale.Language.Japanese}[code]
    return system if system.language() == wanted else QLocale(wanted)
