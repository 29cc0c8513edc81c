"""The icons: one family, in every colour of the palette, sharp at every scale."""

import re
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QApplication

import resources
from gui.theme import Theme
from gui.wording import SEALS

FILES = sorted(path for path in resources.path("icons").glob("*.svg") if not path.stem.startswith("app"))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_icon_is_of_the_family(file: Path) -> None:
    """Each icon is drawn on 24 units, stroke 1.75, round ends, no fill, no colour of its own."""
    head, _, body = file.read_text("utf-8").partition(">")
    for part in ('viewBox="0 0 24 24"', 'fill="none"', 'stroke="currentColor"', 'stroke-linecap="round"'):
        assert part in head
    assert 'stroke-width="1.75"' in head
    assert "#" not in body
    # A dot is a line without length: only its width makes it one.
    assert all("h.01" in element for element in re.findall(r"<[^>]*stroke-width[^>]*>", body))


def inks(pixmap: QPixmap) -> set[str]:
    """Return the colours of the pixels that are wholly covered."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {QColor(image.pixel(x, y)).name() for x, y in points if image.pixelColor(x, y).alpha() == 255}


@pytest.mark.parametrize("name", [file.stem for file in FILES])
def test_icon_has_the_color_it_was_asked_in(theme: Theme, name: str) -> None:
    """An icon is drawn, in the palette's colour and in no other."""
    assert inks(theme.icons.pixmap(name, "failed", 48, 1.0)) == {theme.color("failed").name()}


def _contrast(one: QColor, other: QColor) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: QColor) -> float:
    """WCAG 2.2, relative luminance."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in color.getRgbF()[:3]]  # type: ignore[index]
    return float(sum(part * value for part, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [16, 20, 24, 32, 48, 64])
def test_icon_is_crisp(qapp: QApplication, theme: Theme, scheme: str, size: int) -> None:
    """From 16 to 64 pixels much of each icon's ink stands 4.5:1 against every ground, as text must:
    lines fall on pixels and not between them.
    """
    theme.apply(qapp, scheme)
    grounds = [theme.color(token) for token in ("window", "surface", "sunken")]
    blurred = {}
    for file in FILES:
        image = theme.icons.pixmap(file.stem, "text", size, 1.0).toImage().convertToFormat(QImage.Format.Format_ARGB32)
        alphas = Counter(image.pixelColor(x, y).alphaF() for x in range(size) for y in range(size))
        ink = sum(alpha * count for alpha, count in alphas.items())
        for ground in grounds:
            seen = sum(
                alpha * count
                for alpha, count in alphas.items()
                if _contrast(_mixed(theme.color("text"), ground, alpha), ground) >= 4.5
            )
            blurred[f"{file.stem} on {ground.name()}"] = seen / ink
    assert {name: share for name, share in blurred.items() if share < 0.4} == {}


def _mixed(ink: QColor, ground: QColor, alpha: float) -> QColor:
    parts = zip(ink.getRgbF()[:3], ground.getRgbF()[:3], strict=True)  # type: ignore[index]
    return QColor.fromRgbF(*(alpha * a + (1 - alpha) * b for a, b in parts))


def test_icon_changes_with_the_theme(qapp: QApplication, theme: Theme) -> None:
    """In the dark theme an icon has the dark palette's colour."""
    light = inks(theme.icons.pixmap("check", "sent", 48, 1.0))
    theme.apply(qapp, "dark")
    dark = inks(theme.icons.pixmap("check", "sent", 48, 1.0))
    assert (light, dark) == ({"#1a7a49"}, {"#6fcf97"})


def test_icon_is_sharp_at_double_scale(theme: Theme) -> None:
    """At 200 % an icon of 16 has 32 pixels and still takes the room of 16."""
    pixmap = theme.icons.pixmap("send", "text", 16, 2.0)
    assert pixmap.size() == QSize(32, 32)
    assert pixmap.deviceIndependentSize().toSize() == QSize(16, 16)


def test_icon_is_drawn_once(theme: Theme) -> None:
    """The same icon in the same colour and size is taken from where it is kept."""
    first = theme.icons.pixmap("send", "text", 16, 1.0)
    assert theme.icons.pixmap("send", "text", 16, 1.0).cacheKey() == first.cacheKey()


def test_disabled_button_has_a_muted_icon(theme: Theme) -> None:
    """A button that cannot be pressed shows its icon in the muted colour."""
    icon = theme.icons.icon("attach", "text", 48)
    assert inks(icon.pixmap(QSize(48, 48), QIcon.Mode.Disabled)) == {theme.color("muted").name()}


def test_every_state_has_an_icon_and_colors(theme: Theme) -> None:
    """Each state has an icon of the family, a colour and that colour's ground."""
    for icon, token in SEALS.values():
        assert icon in theme.icons.names()
        assert theme.color(token).isValid()
        assert theme.color(f"{token}-soft").isValid()


def test_app_icon_has_the_sizes_that_desktops_ask_for(theme: Theme) -> None:
    """The program's own icon is there from 16 to 256."""
    sizes = {size.width() for size in theme.icons.app().availableSizes()}
    assert {16, 24, 32, 48, 64, 128, 256} <= sizes
