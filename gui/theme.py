"""The look: two palettes, the fonts, the style sheet and the icons, applied to the whole program."""

import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDir, QObject, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QStyle, QWidget

import resources
from gui.icons import Icons

#: The corner radii of LOOK: fields, cards.
FIELD_RADIUS = 6
CARD_RADIUS = 10

#: What the application is made with to have Fusion from the start: asking for it afterwards makes PySide6
#: build the type QStyle with all its enums, which takes 10 ms of the first paint.
STYLE_ARGUMENTS = ("-style", "Fusion")

#: Body text. macOS counts a point as a pixel, so its own 13 is what 10 is elsewhere.
_BODY_PT = 13.0 if sys.platform == "darwin" else 10.0
_CAPTION_PT = 11.5 if sys.platform == "darwin" else 9.0

#: Where the platform names no font of its own ("Sans Serif" on a bare X server), the best one present. Of fonts with
#: Chinese characters, those that draw them as Japanese does.
_FALLBACKS = [
    "Inter",
    "Noto Sans",
    "Cantarell",
    "Ubuntu",
    "Open Sans",
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "Sans Serif",
]

_translate = QCoreApplication.translate

_TOKEN = re.compile(r"@([a-z]+(?:-[a-z]+)*)")


def load_palettes(file: Path) -> dict[str, dict[str, str]]:
    """Read `palette.toml`: for `light` and `dark`, each token's colour as `#RRGGBB`. Blocks."""
    return {scheme: dict(colors) for scheme, colors in tomllib.loads(file.read_text("utf-8")).items()}


def fill_style(template: str, colors: Mapping[str, str]) -> str:
    """Put the colours into a style sheet; a token that the palette lacks is our fault and raises KeyError."""
    return _TOKEN.sub(lambda found: colors[found[1]], template)


class Theme(QObject):
    """The colours, fonts and icons in use. Made once by the composition root, passed to every widget.

    Its files are read when it is made. `changed` is emitted after another palette was applied, and when things begin
    or cease to move: who keeps an icon or a colour takes it again then. Main thread only.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._palettes = load_palettes(resources.path("styles/palette.toml"))
        styles = resources.path("styles")
        self._style = (styles / "outtray.qss").read_text("utf-8")
        QDir.setSearchPaths("styles", [str(styles)])  # what the style sheet names by `styles:`
        self._colors: dict[str, QColor] = {}
        self._setting = "system"
        self._is_dark = False
        self._app: QApplication | None = None
        self._is_sheet_due = False
        self._is_motion_followed = False
        self._motion = "system"
        #: False: nothing moves (a person's wish for less motion).
        self.has_motion = True
        self.icons = Icons(resources.path("icons"), self.color)
        self._take("light")
        self._make_fonts(QFont())

    def apply(self, app: QApplication, scheme: str, *, has_style: bool = False, is_building: bool = False) -> None:
        """Give the program its look: `system` (follows the platform), `light` or `dark`.

        `has_style`: the application was made with `STYLE_ARGUMENTS` and need not be given Fusion here.
        `is_building`: the style sheet waits for `finish`.
        """
        self._is_sheet_due = is_building
        self._setting = scheme
        hints = QGuiApplication.styleHints()
        if self._app is None:
            self._app = app
            if not has_style:
                app.setStyle("Fusion")
            self._make_fonts(app.font())
            app.setFont(self.body)
            hints.colorSchemeChanged.connect(self._on_hints_scheme_changed)
        if scheme == "system":
            is_dark = hints.colorScheme() == Qt.ColorScheme.Dark
        else:
            is_dark = scheme == "dark"
            # Title bars and native dialogs follow where the platform lets them; a bare X server does not.
            hints.setColorScheme(Qt.ColorScheme.Dark if is_dark else Qt.ColorScheme.Light)
        self._paint_with("dark" if is_dark else "light")

    def finish(self) -> None:
        """Put the style sheet on what was built.

        Once for all: else each widget is polished whenever it is put into another, which took 20 ms of the first paint.
        """
        self._is_sheet_due = False
        self._put_sheet()

    def set_motion(self, motion: str) -> None:
        """Let things move, or not: `system` (as the platform wishes, where it says so) or `reduced` (nothing moves).

        Qt is told of the platform's wish from 6.12 on; before, `system` lets things move.
        """
        self._motion = motion
        hints = QGuiApplication.styleHints()  # held: what it returns is gone with it (PySide6 6.12.0)
        changed = getattr(hints.accessibility(), "motionPreferenceChanged", None)  # Qt 6.12; Python 3.11 has 6.11
        if changed is not None and not self._is_motion_followed:
            self._is_motion_followed = True
            changed.connect(self._on_hints_motion_changed)
        self._take_motion()

    def _take_motion(self) -> None:
        has_motion = self._motion == "system" and not is_less_motion_wished()
        # A caret that blinks moves, too. -1: as the platform has it.
        QGuiApplication.styleHints().setCursorFlashTime(-1 if has_motion else 0)
        if has_motion != self.has_motion:
            self.has_motion = has_motion
            self.changed.emit()

    @Slot()
    def _on_hints_motion_changed(self) -> None:
        self._take_motion()

    @property
    def is_dark(self) -> bool:
        return self._is_dark

    def color(self, token: str) -> QColor:
        """Return the colour of a token of `palette.toml`."""
        return self._colors[token]

    def _take(self, scheme: str) -> None:
        self._is_dark = scheme == "dark"
        self._colors = {token: QColor(value) for token, value in self._palettes[scheme].items()}
        self.icons.forget()

    def _paint_with(self, scheme: str) -> None:
        assert self._app is not None
        self._take(scheme)
        self._app.setPalette(self._qpalette())
        if not self._is_sheet_due:
            self._put_sheet()
        self.changed.emit()

    def _put_sheet(self) -> None:
        assert self._app is not None
        scheme = "dark" if self._is_dark else "light"
        self._app.setStyleSheet(fill_style(self._style, {**self._palettes[scheme], "scheme": scheme}))

    @Slot(Qt.ColorScheme)
    def _on_hints_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        if self._setting == "system":
            self._paint_with("dark" if scheme == Qt.ColorScheme.Dark else "light")

    def _qpalette(self) -> QPalette:
        palette = QPalette()
        role = QPalette.ColorRole
        for where, token in {
            role.Window: "window",
            role.WindowText: "text",
            role.Base: "surface",
            role.AlternateBase: "sunken",
            role.Text: "text",
            role.PlaceholderText: "muted",
            role.Button: "surface",
            role.ButtonText: "text",
            role.BrightText: "failed",
            role.Light: "surface",
            role.Midlight: "line",
            role.Mid: "line-strong",
            role.Dark: "muted",
            role.Highlight: "accent",
            role.HighlightedText: "on-accent",
            role.Accent: "accent",
            role.Link: "accent",
            role.LinkVisited: "not-confirmed",
            role.ToolTipBase: "surface",
            role.ToolTipText: "text",
        }.items():
            palette.setColor(where, self.color(token))
        for where in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, where, self.color("muted"))
        palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, self.color("line-strong"))
        return palette

    def _make_fonts(self, platform: QFont) -> None:
        body = QFont(platform)
        if body.family().lower() in ("", "sans serif", "sans-serif", "sans"):
            body.setFamilies(_FALLBACKS)
        body.setPointSizeF(_BODY_PT)
        #: Body text; half-bold; body with digits of equal width; the same for captions.
        self.body = body
        self.strong = _variant(body, strong=True)
        self.digits = _variant(body, tabular=True)
        self.strong_digits = _variant(body, strong=True, tabular=True)
        self.caption = _variant(body, size_pt=_CAPTION_PT)
        self.caption_strong = _variant(body, size_pt=_CAPTION_PT, strong=True)
        self.caption_digits = _variant(body, size_pt=_CAPTION_PT, tabular=True)


def is_motion_told() -> bool:
    """Say whether Qt can be told by the platform that the person wants less motion: from 6.12 on."""
    hints = QGuiApplication.styleHints()
    return hasattr(hints.accessibility(), "motionPreference")


def is_less_motion_wished() -> bool:
    """Say whether the platform told Qt that the person wants less motion. False where Qt cannot be told."""
    hints = QGuiApplication.styleHints()
    asked = getattr(hints.accessibility(), "motionPreference", None)
    return asked is not None and asked().name != "NoPreference"


def _variant(font: QFont, size_pt: float = 0.0, strong: bool = False, tabular: bool = False) -> QFont:
    made = QFont(font)
    if size_pt:
        made.setPointSizeF(size_pt)
    if strong:
        made.setWeight(QFont.Weight.DemiBold)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def muted_label(text: str, font: QFont | None = None) -> QLabel:
    """Make a label that stands back: the name of a field, or a caption."""
    label = QLabel(text)
    label.setProperty("tone", "muted")
    if font is not None:
        label.setFont(font)
    return label


def let_select(label: QLabel) -> None:
    """Let a label's text be selected by the mouse. A click gives it the keys, for Ctrl+C; Tab passes over it."""
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAccessibleDescription(_translate("Label", "Text that can be selected by the mouse and copied"))


def set_wrong(widget: QWidget, is_wrong: bool) -> None:
    """Mark a field as holding something that must be mended, or take the mark off."""
    if bool(widget.property("wrong")) != is_wrong:
        widget.setProperty("wrong", is_wrong)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def paint_field(painter: QPainter, theme: Theme, rect: QRect, *, is_focused: bool, is_wrong: bool = False) -> None:
    """Paint the frame that the style sheet gives a line edit, for fields that paint themselves."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = "failed" if is_wrong else "accent" if is_focused else "line"
    painter.setPen(QPen(theme.color(line), 1))
    painter.setBrush(theme.color("surface" if is_focused else "sunken"))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), FIELD_RADIUS, FIELD_RADIUS)


def paint_chosen(painter: QPainter, theme: Theme, rect: QRect, state: QStyle.StateFlag) -> None:
    """Paint the ground of a list's row: soft accent with an edge where it is chosen, sunken under the mouse."""
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rect, theme.color("accent-soft"))
        painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.color("accent"))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, theme.color("sunken"))


def paint_strip(strip: QWidget, theme: Theme, tone: str) -> None:
    """Paint the ground of a strip above the panes, in the soft colour of its tone. Call in its paintEvent."""
    painter = QPainter(strip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("line"), 1))
    painter.setBrush(theme.color(f"{tone}-soft"))
    painter.drawRoundedRect(QRectF(strip.rect()).adjusted(0.5, 0.5, -0.5, -0.5), FIELD_RADIUS, FIELD_RADIUS)


def style_popup(box: QComboBox) -> None:
    """Have the list of a combo box drawn as the style sheet says. Call before it opens: making it takes its time."""
    from PySide6.QtWidgets import QStyledItemDelegate

    if not isinstance(box.view().itemDelegate(), QStyledItemDelegate):
        box.view().setItemDelegate(QStyledItemDelegate(box))


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say something that happened away from the focus. Does nothing where none listens."""
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent  # 3 ms that the first paint need not wait for

    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def elided(metrics: QFontMetrics, text: str, width: int) -> str:
    """Shorten `text` to `width` logical pixels with an ellipsis at its end."""
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
