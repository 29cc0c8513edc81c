"""The charts in words: what a period is called, and what happened in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from core.outbox.tallies import Period, Reach, Unit
from gui import wording

_translate = QCoreApplication.translate

#: What can be looked at: the last hour, two days, 30 and 90 days.
REACHES = (Reach(Unit.MINUTE, 60), Reach(Unit.HOUR, 48), Reach(Unit.DAY, 30), Reach(Unit.DAY, 90))


@dataclass(frozen=True)
class Entry:
    """A period as it is shown."""

    period: Period
    #: From the press of Send to its commit, in ms: half of those in this window took no longer. None: there were none.
    accept_ms: float | None = None

    @property
    def is_empty(self) -> bool:
        return not self.period.total and self.accept_ms is None


def entries(periods: Iterable[Period], accepted: Iterable[tuple[int, float]]) -> tuple[Entry, ...]:
    """Put beside each period how long accepting took in it. `accepted`: when (ms since 1970), and how long (ms)."""
    known = tuple(accepted)
    found = []
    for period in periods:
        took = sorted(length for at, length in known if period.start_ms <= at < period.end_ms)
        found.append(Entry(period, took[(len(took) - 1) // 2] if took else None))
    return tuple(found)


def reach_words(reach: Reach) -> str:
    """Return what is looked at, as one chooses it."""
    match REACHES.index(reach):
        case 0:
            return _translate("Charts", "The last hour, by minute")
        case 1:
            return _translate("Charts", "The last two days, by hour")
        case 2:
            return _translate("Charts", "The last 30 days, by day")
    return _translate("Charts", "The last 90 days, by day")


def total_words(reach: Reach, shown: Sequence[Entry]) -> str:
    """Return what all periods together hold."""
    match REACHES.index(reach):
        case 0:
            words = _translate("Charts", "In the last hour: {sent} sent, {practised} practised, {failed} failed.")
        case 1:
            words = _translate("Charts", "In the last two days: {sent} sent, {practised} practised, {failed} failed.")
        case 2:
            words = _translate("Charts", "In the last 30 days: {sent} sent, {practised} practised, {failed} failed.")
        case _:
            words = _translate("Charts", "In the last 90 days: {sent} sent, {practised} practised, {failed} failed.")
    return words.format(
        sent=wording.count(sum(entry.period.sent for entry in shown)),
        practised=wording.count(sum(entry.period.practised for entry in shown)),
        failed=wording.count(sum(entry.period.failed for entry in shown)),
    )


def empty_words(reach: Reach) -> str:
    """Return what is said where nothing is to be shown."""
    match REACHES.index(reach):
        case 0:
            return _translate("Charts", "Nothing was sent in the last hour, and nothing failed.")
        case 1:
            return _translate("Charts", "Nothing was sent in the last two days, and nothing failed.")
        case 2:
            return _translate("Charts", "Nothing was sent in the last 30 days, and nothing failed.")
    return _translate("Charts", "Nothing was sent in the last 90 days, and nothing failed.")


def unit_words(unit: Unit) -> str:
    """Return what the column of periods is called."""
    match unit:
        case Unit.MINUTE:
            return _translate("Charts", "Minute")
        case Unit.HOUR:
            return _translate("Charts", "Hour from")
        case Unit.DAY:
            return _translate("Charts", "Day")


def period_words(period: Period, unit: Unit) -> str:
    """Return what a period is called."""
    match unit:
        case Unit.MINUTE:
            return wording.clock_time(period.start_ms)
        case Unit.HOUR:
            return wording.day_and_time(period.start_ms)
        case Unit.DAY:
            return _format(period.start_ms, _translate("Time", "ddd d MMM"))


def mark_words(start_ms: int, unit: Unit) -> str:
    """Return what stands under the beginning of a period: short."""
    moment = QDateTime.fromMSecsSinceEpoch(start_ms).time()
    if unit is Unit.DAY or (unit is Unit.HOUR and moment.hour() == 0):
        return _format(start_ms, _translate("Time", "d MMM"))
    return wording.clock_time(start_ms)


def is_round(start_ms: int, unit: Unit) -> bool:
    """Say whether a period begins at a time that is worth a mark: ten minutes, six hours, a Monday."""
    moment = QDateTime.fromMSecsSinceEpoch(start_ms)
    match unit:
        case Unit.MINUTE:
            return moment.time().minute() % 10 == 0
        case Unit.HOUR:
            return moment.time().hour() % 6 == 0
        case Unit.DAY:
            return moment.date().dayOfWeek() == 1


def count_sentence(entry: Entry, unit: Unit) -> str:
    """Return what happened in a period."""
    period = entry.period
    name = period_words(period, unit)
    if not period.total:
        return _translate("Charts", "{period}: nothing sent, nothing failed.").format(period=name)
    return _translate("Charts", "{period}: {sent} sent, {practised} practised, {failed} failed.").format(
        period=name,
        sent=wording.count(period.sent),
        practised=wording.count(period.practised),
        failed=wording.count(period.failed),
    )


def time_sentences(entry: Entry) -> list[str]:
    """Return how long it took in a period; nothing where nothing is known."""
    found = []
    period = entry.period
    if period.half_ms is not None and period.most_ms is not None:
        words = _translate("Charts", "Time to send: half within {half}, 95 of 100 within {most}.")
        found.append(words.format(half=length_words(period.half_ms), most=length_words(period.most_ms)))
    if entry.accept_ms is not None:
        words = _translate("Charts", "Time to accept: half within {half}.")
        found.append(words.format(half=length_words(entry.accept_ms)))
    return found


def length_words(length_ms: float) -> str:
    """Return a length of time as it is measured: 1.2 ms, 640 ms, 5.3 s, 12 min, 3 h."""
    if length_ms < 9.95:
        return _translate("Charts", "{number} ms").format(number=_decimal(length_ms))
    if length_ms < 999.5:
        return _translate("Charts", "{number} ms").format(number=wording.count(round(length_ms)))
    if length_ms < 9_950:
        return _translate("Charts", "{number} s").format(number=_decimal(length_ms / 1000))
    return wording.span(round(length_ms))


def _decimal(number: float) -> str:
    return QLocale().toString(float(number), "f", 0 if number == int(number) else 1)


def _format(at_ms: int, pattern: str) -> str:
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(at_ms), pattern)
