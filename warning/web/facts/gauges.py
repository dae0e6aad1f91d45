"""One series in facts: its latest usable reading, whether that is recent, its trend and its mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from sensors.doubts import Doubt
from sensors.readings import Flag, Series
from sensors.stations import Sensor, Station
from sensors.units import HOUR_MS, MINUTE_MS, UNIT_OF, parse_quantity
from warning.stores.history import Point, StationNow

USABLE = (Flag.PASS, Flag.NOT_EVALUATED, Flag.SUSPECT)
LEAST_SILENCE_MS = 10 * MINUTE_MS
TREND_MS = HOUR_MS
ABOVE_LEVELS = 4  # a mark above the highest warning level is passed


@dataclass(frozen=True, slots=True)
class Reached:
    """The highest mark that a reading reaches."""

    name: str
    limit: float  # in the unit of the series
    band: int  # warning level 1..3, or 4 above them


class Trouble(StrEnum):
    """What can be wrong with a station; each is told in words of its own."""

    NEVER = "never"  # nothing ever came
    SILENT = "silent"  # nothing comes any more
    AHEAD = "ahead"  # its clock is wrong, so nobody knows what its values belong to
    FAULTY = "faulty"  # values come, and none can be true
    SUSPENDED = "suspended"  # staff have taken it out of service
    GAP = "gap"  # it says itself that it has no value
    LATELY_FAULTY = "lately-faulty"  # the newest value cannot be true, one shortly before can
    LATELY_GAP = "lately-gap"
    SUSPECT = "suspect"  # the newest value is odd: wrong, or the flood


@dataclass(frozen=True, slots=True)
class StationFact:
    """One series as a page shows it."""

    series: Series
    name: str
    unit: str
    now: StationNow | None  # the latest usable reading, or where none is recent the latest; None: never heard of
    newest_flag: Flag | None  # of the newest reading, which may not be usable
    newest_doubt: int  # reasons of that flag, bits of ``sensors.doubts.Doubt``
    age_ms: int | None
    fresh: bool  # a usable reading came lately
    rise_cm_per_h: float | None  # None: not a stage, or too little to tell
    has_marks: bool
    reached: Reached | None  # None with ``fresh`` and ``has_marks``: below every mark
    trouble: Trouble | None  # what is wrong with the station, None while it is well

    @property
    def shade(self) -> str:
        """Which of the colours: a number 0..4, ``unknown``, or ``plain`` where no limit is set."""
        if not self.fresh:
            return "unknown"
        if not self.has_marks:
            return "plain"
        return str(self.reached.band) if self.reached else "0"


def silence_limit_ms(step_ms: int) -> int:
    """After this age of its last reading a gauge counts as silent: three steps and the time of delivery."""
    return max(3 * step_ms, LEAST_SILENCE_MS) + step_ms


def trend_cm_per_h(now: StationNow, recent: Sequence[Point]) -> float | None:
    """The engine's slope over its shortest window, else the median of all slopes of the last hour."""
    rises = {name: value for name, value in now.point.signals.items() if name.startswith("rise_") and value is not None}
    if rises:
        return rises[min(rises, key=lambda name: parse_quantity(name.removeprefix("rise_")).amount)]
    points = [(p.at, p.value) for p in recent if p.value is not None and p.flag in USABLE][-60:]
    if len(points) < 3 or points[-1][0] > now.point.at:
        return None
    slopes = [(y - x) / (t - s) * HOUR_MS for i, (s, x) in enumerate(points) for t, y in points[i + 1 :]]
    return median(slopes)


def station_fact(
    series: Series, station: Station, now: StationNow | None, recent: Sequence[Point], now_ms: int | None
) -> StationFact:
    """One series; ``recent`` are its readings of the last hour."""
    newest_flag, newest_doubt = (now.point.flag, now.point.doubt) if now else (None, 0)
    limit = silence_limit_ms(sensor_of(station, series.parameter).step)
    good = _last_usable(recent)
    if now is not None and good is not None and now.point.at - good.at <= limit:
        now = StationNow(series, good, now.received_at)
    age = None if now is None or now_ms is None else now_ms - now.point.at
    value = now.point.value if now is not None and now.point.flag in USABLE else None
    fresh = value is not None and age is not None and abs(age) <= limit
    unit = UNIT_OF[series.parameter]
    marks = {name: mark.value.amount for name, mark in station.marks.items() if mark.value.unit == unit}
    rising = now is not None and fresh and series.parameter == "stage"
    return StationFact(
        series=series,
        name=station.name,
        unit=unit,
        now=now,
        newest_flag=newest_flag,
        newest_doubt=newest_doubt,
        age_ms=age,
        fresh=fresh,
        rise_cm_per_h=trend_cm_per_h(now, recent) if now is not None and rising else None,
        has_marks=bool(marks),
        reached=None if value is None else _reached(value, marks, station.levels),
        trouble=_trouble(newest_flag, newest_doubt, age, limit, fresh=fresh),
    )


def _trouble(newest: Flag | None, doubt: int, age: int | None, limit: int, *, fresh: bool) -> Trouble | None:
    """``newest`` and ``doubt`` are of the newest reading, ``age`` that of the one that is shown."""
    if newest is None:
        return Trouble.NEVER
    if fresh:
        lately = {Flag.FAIL: Trouble.LATELY_FAULTY, Flag.MISSING: Trouble.LATELY_GAP, Flag.SUSPECT: Trouble.SUSPECT}
        return lately.get(newest)
    if age is None or age > limit:
        return Trouble.SILENT
    if age < -limit:
        return Trouble.AHEAD
    if doubt & Doubt.OUT_OF_SERVICE:
        return Trouble.SUSPENDED
    return Trouble.FAULTY if newest is Flag.FAIL else Trouble.GAP


def _last_usable(recent: Sequence[Point]) -> Point | None:
    return next((point for point in reversed(recent) if point.value is not None and point.flag in USABLE), None)


def sensor_of(station: Station, parameter: str) -> Sensor:
    """Raises KeyError where the station has no such sensor."""
    return {str(name): sensor for name, sensor in station.sensors.items()}[parameter]


def _reached(value: float, marks: Mapping[str, float], levels: Sequence[str]) -> Reached | None:
    passed = [(limit, name) for name, limit in marks.items() if value >= limit]
    if not passed:
        return None
    limit, name = max(passed)
    below = [level for level, mark in enumerate(levels, start=1) if mark in marks and marks[mark] <= limit]
    band = max(below, default=0) if name in levels or len(below) < len(levels) else ABOVE_LEVELS
    return Reached(name, limit, band)
