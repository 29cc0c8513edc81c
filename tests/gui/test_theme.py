"""The look: colours that can be read, both palettes complete, the system followed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import resources
from gui.theme import Theme, fill_style, load_palettes

PALETTES = load_palettes(resources.path("styles/palette.toml"))
SCHEMES = ("light", "dark")

GROUNDS = ("window", "surface", "sunken", "accent-soft")
STATES = ("sent", "on-the-way", "waiting", "failed", "not-confirmed", "practised")
PAIRS = [
    *((ink, ground) for ink in ("text", "muted", "accent", *STATES) for ground in GROUNDS),
    *((state, f"{state}-soft") for state in STATES),
    *(("text", ground) for ground in ("hover", "pressed", *(f"{state}-soft" for state in STATES))),
    *((ink, "hover") for ink in ("muted", "failed")),
    *(("on-accent", ground) for ground in ("accent", "accent-hover", "accent-pressed")),
    ("on-accent-disabled", "accent-disabled"),
]

#: LOOK's table: token, light, dark.
TABLE = """
window #F4F3EF #191B1F
surface #FFFFFF #212429
sunken #FAF9F6 #1D2024
line #E2DFD8 #33383F
line-strong #CBC7BE #474D56
text #1E2227 #E9EBEE
muted #5E656F #A5ADB8
accent #2C5CC5 #7FA6FF
on-accent #FFFFFF #0D1526
accent-soft #E7EEFB #28344F
sent #1A7A49 #6FCF97
sent-soft #E2F3E9 #1E3A2B
on-the-way #4A5568 #B4BECB
on-the-way-soft #ECEFF3 #2C3138
waiting #8A5A00 #F2C063
waiting-soft #FAEFD8 #3D3220
failed #B3261E #FF8A80
failed-soft #FAE6E4 #43262A
not-confirmed #6B3FA0 #C4A1F0
not-confirmed-soft #EFE7F8 #35294A
practised #0F6E73 #6FD3D6
practised-soft #DDF1F1 #1C3B3D
"""


def contrast(one: str, other: str) -> float:
    """Compute the contrast of two colours (WCAG 2.2, relative luminance)."""

    def luminance(value: str) -> float:
        def linear(channel: float) -> float:
            return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

        color = QColor(value)
        return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_every_ink_can_be_read_on_its_ground(scheme: str, ink: str, ground: str) -> None:
    """Every text and state colour stands on its grounds with a contrast of at least 4.5."""
    colors = PALETTES[scheme]
    assert contrast(colors[ink], colors[ground]) >= 4.5


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_palettes_are_the_agreed_ones(line: str) -> None:
    """The palettes hold the agreed colours exactly."""
    token, light, dark = line.split()
    assert (PALETTES["light"][token], PALETTES["dark"][token]) == (light, dark)


def test_palettes_name_the_same_colors() -> None:
    """What one palette names the other names too."""
    assert PALETTES["light"].keys() == PALETTES["dark"].keys()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_style_sheet_uses_colors_of_the_palette_only(scheme: str) -> None:
    """The style sheet names no colour that the palette lacks, and writes none itself."""
    template = resources.path("styles/outtray.qss").read_text("utf-8")
    assert "@" not in fill_style(template, {**PALETTES[scheme], "scheme": scheme})
    assert not any(f": #{digit}" in template for digit in "0123456789abcdefABCDEF")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_tick_has_the_colour_of_its_palette(scheme: str) -> None:
    """The style sheet cannot recolour the tick of a check box, so each scheme has its own file."""
    tick = resources.path(f"styles/tick-{scheme}.svg").read_text("utf-8")
    assert f'stroke="{PALETTES[scheme]["on-accent"]}"' in tick


def test_unknown_color_in_the_style_sheet_is_our_fault() -> None:
    """A token that does not exist is never silently left in the style sheet."""
    with pytest.raises(KeyError):
        fill_style("QLabel { color: @nothing; }", PALETTES["light"])


def window_color(app: QApplication) -> str:
    return app.palette().color(QPalette.ColorRole.Window).name().upper()


def test_chosen_scheme_is_applied_at_once(qapp: QApplication, theme: Theme, qtbot: QtBot) -> None:
    """Light and dark are applied to a running program, and who keeps a colour is told."""
    assert window_color(qapp) == "#F4F3EF"
    with qtbot.waitSignal(theme.changed):
        theme.apply(qapp, "dark")
    assert theme.is_dark
    assert window_color(qapp) == "#191B1F"
    theme.apply(qapp, "light")
    assert window_color(qapp) == "#F4F3EF"


def test_system_is_followed_where_it_says_so(qapp: QApplication, theme: Theme) -> None:
    """With the setting `system` a change of the platform's scheme is followed; with `light` it is not."""
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert not theme.is_dark
    theme.apply(qapp, "system")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.is_dark
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not theme.is_dark


def test_digits_have_one_width(theme: Theme) -> None:
    """Times and counts stand still while they change: their digits have one width."""
    for font in (theme.digits, theme.strong_digits, theme.caption_digits):
        metrics = QFontMetrics(font)
        assert metrics.horizontalAdvance("11:11") == metrics.horizontalAdvance("00:00")


def test_captions_are_smaller_than_the_body(theme: Theme) -> None:
    """Captions and reasons are 9 to 9.5 points where the body is 10."""
    if theme.body.pointSizeF() == 10:
        assert 9 <= theme.caption.pointSizeF() <= 9.5
    assert theme.caption.pointSizeF() < theme.body.pointSizeF()
