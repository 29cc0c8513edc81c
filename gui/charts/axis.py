"""Round numbers for axes: few, and such that a person reads what is between them."""

import math
from collections.abc import Sequence

#: Lengths of time that have a name of their own, in ms.
_LENGTHS: tuple[float, ...] = (
    0.1,
    1,
    10,
    100,
    1000,
    10_000,
    60_000,
    600_000,
    3_600_000,
    6 * 3_600_000,
    24 * 3_600_000,
    7 * 24 * 3_600_000,
)


def count_step(most: int, marks: int) -> int:
    """Return 1, 2 or 5 with as many noughts as needed, so that at most `marks` steps reach `most`."""
    wanted = max(1, most) / max(1, marks)
    power: int = 10 ** max(0, math.floor(math.log10(wanted)))
    return next(power * each for each in (1, 2, 5, 10) if power * each >= wanted)


def lengths_around(least_ms: float, most_ms: float) -> tuple[float, ...]:
    """Return lengths of time in ms that have a name of their own and enclose all between two; at least two."""
    first = max((number for number, each in enumerate(_LENGTHS) if each <= least_ms), default=0)
    first = min(first, len(_LENGTHS) - 2)
    last = next((number for number, each in enumerate(_LENGTHS) if each >= most_ms), len(_LENGTHS) - 1)
    return _LENGTHS[first : max(last, first + 1) + 1]


def height_of(length_ms: float, lengths: Sequence[float]) -> float:
    """Return where a length of time stands between the first (0) and the last (1): ten times as long is as far."""
    low, high = math.log10(lengths[0]), math.log10(lengths[-1])
    return min(1.0, max(0.0, (math.log10(max(length_ms, 1e-6)) - low) / (high - low)))
