"""Lengths of time as a person reads and writes them, in a row: 15 s, 5 min, 1 h."""

import re
import unicodedata
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

_translate = QCoreApplication.translate

#: What may be typed as a unit, in any language of the window; seconds.
_UNITS = {"s": 1, "秒": 1, "min": 60, "分": 60, "h": 3600, "時間": 3600, "d": 86_400, "日": 86_400}
_SPAN = re.compile(rf"(\d{{1,6}}) ?({'|'.join(_UNITS)})")


def spans_text(spans_s: Sequence[int]) -> str:
    """Return lengths of time in the language of the moment, each in its largest unit that leaves no rest."""
    return _translate("Spans", ", ").join(_span_text(each) for each in spans_s)


def _span_text(seconds: int) -> str:
    if seconds % 86_400 == 0:
        return _translate("Spans", "{number} d").format(number=seconds // 86_400)
    if seconds % 3600 == 0:
        return _translate("Spans", "{number} h").format(number=seconds // 3600)
    if seconds % 60 == 0:
        return _translate("Spans", "{number} min").format(number=seconds // 60)
    return _translate("Spans", "{number} s").format(number=seconds)


def read_spans(text: str) -> tuple[int, ...]:
    """Read what `spans_text` writes, in any language of the window; in seconds. Raises ValueError with a sentence."""
    spans = []
    for part in filter(None, (each.strip() for each in re.split(r"[,、]", unicodedata.normalize("NFKC", text)))):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise ValueError(
                _translate("Spans", "“{part}” is no length of time. Write: 15 s, 5 min, 1 h").format(part=part)
            )
        spans.append(int(found[1]) * _UNITS[found[2]])
    if not spans:
        raise ValueError(_translate("Spans", "Write at least one length of time: 15 s, 5 min, 1 h"))
    return tuple(spans)
