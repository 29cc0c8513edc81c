"""All pictures of one language, theme and scale on one sheet, to be looked at together."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import Image, ImageDraw

_COLUMNS, _WIDTH, _GAP, _LINE = 4, 640, 12, 16
_GROUND, _INK = "#888888", "#FFFFFF"


def make_sheet(pictures: Iterable[Path], target: Path) -> None:
    """Write them to one PNG, each under its name and none wider than the others' room. Blocks."""
    thumbs = [(path.stem, _thumb(path)) for path in sorted(pictures)]
    rows = list(_rows(thumbs))
    heights = [max(image.height for _, image in row) + _LINE + _GAP for row in rows]
    sheet = Image.new("RGB", (_COLUMNS * (_WIDTH + _GAP) + _GAP, sum(heights) + _GAP), _GROUND)
    draw = ImageDraw.Draw(sheet)
    top = _GAP
    for row, height in zip(rows, heights, strict=True):
        for column, (name, image) in enumerate(row):
            left = _GAP + column * (_WIDTH + _GAP)
            draw.text((left, top), name, fill=_INK)
            sheet.paste(image, (left, top + _LINE))
        top += height
    sheet.save(target)


def _thumb(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        thumb = picture.convert("RGB")
    thumb.thumbnail((_WIDTH, 4 * _WIDTH), Image.Resampling.LANCZOS)
    return thumb


def _rows(thumbs: list[tuple[str, Image.Image]]) -> Iterator[list[tuple[str, Image.Image]]]:
    for start in range(0, len(thumbs), _COLUMNS):
        yield thumbs[start : start + _COLUMNS]
