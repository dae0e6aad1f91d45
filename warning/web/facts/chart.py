"""The last 24 hours of one series, and its forecast, as lines of an SVG. Pure geometry; the template writes the words.

A line is only drawn where readings follow each other: over a gap of more than three nominal steps,
or over a missing or failed value, nothing is joined.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil, floor, log10

from sensors.readings import Flag
from sensors.times import to_ms
from sensors.units import HOUR_MS
from warning.stores.history import Point
from warning.web.facts.gauges import USABLE
from warning.web.facts.outlook import Outlook

WIDTH, HEIGHT = 480, 280
LEFT, RIGHT, TOP, BOTTOM = 44, 10, 14, 24
SPAN_MS = 86_400_000
DENSE = 400  # more points than this nobody can see
TICK_HOURS = 6


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis, in SVG units."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class MarkLine:
    """A limit across the chart; ``band`` 1..4 gives its colour."""

    y: float
    name: str
    limit: float
    band: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything to be drawn, in SVG units."""

    lines: tuple[str, ...]  # points of polylines
    dots: tuple[tuple[float, float], ...]  # readings with a gap on both sides
    bars: tuple[tuple[float, float, float, float], ...]  # x, y, width, height: rain
    doubtful: tuple[tuple[float, float], ...]  # suspect readings
    marks: tuple[MarkLine, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    now: float  # where the present is
    band: str  # points of a polygon: where the stage may come to lie; empty without a forecast
    ahead: str  # points of a polyline: the forecast itself
    low: float
    high: float
    last: float


@dataclass(frozen=True, slots=True)
class Scale:
    """From time and value to SVG units."""

    begin_ms: int
    end_ms: int
    bottom: float
    top: float

    def x(self, at_ms: int) -> float:
        """The end lies a little before the right edge."""
        return round(LEFT + self.wide(at_ms - self.begin_ms), 1)

    def wide(self, ms: int) -> float:
        """How wide a time is."""
        return ms / (self.end_ms - self.begin_ms) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """High values lie above."""
        share = (value - self.bottom) / (self.top - self.bottom)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def chart(  # noqa: PLR0913 - what is seen of one series
    points: Sequence[Point],
    step_ms: int,
    until_ms: int,
    marks: Mapping[str, tuple[float, int]],
    local: Callable[[int], datetime],
    *,
    rain: bool,
    outlook: Outlook | None = None,
) -> Chart | None:
    """Draw readings of the 24 hours before ``until_ms``, and what may follow; None where there is nothing to draw.

    ``marks`` are name → (limit in the unit of the series, band); those far above are left out.
    """
    usable = [(p.at, p.value) for p in points if p.value is not None and p.flag in USABLE]
    if not usable:
        return None
    values = [value for _, value in usable]
    coming = outlook.coming if outlook else ()
    reach = [*values, *(bound for one in coming for bound in (one.low, one.high))]
    shown = _near_marks(marks, max(reach))
    times = (until_ms - SPAN_MS, max([until_ms, *(one.at for one in coming)]))
    scale = _scale(times, reach, [limit for limit, _ in shown.values()], from_zero=rain)
    runs = [] if rain else [_thinned(run) for run in _runs(points, step_ms)]
    return Chart(
        lines=tuple(" ".join(f"{scale.x(at)},{scale.y(v)}" for at, v in run) for run in runs if len(run) > 1),
        dots=tuple((scale.x(run[0][0]), scale.y(run[0][1])) for run in runs if len(run) == 1),
        bars=tuple(_bars(usable, step_ms, scale)) if rain else (),
        doubtful=tuple(
            (scale.x(p.at), scale.y(p.value)) for p in points if p.value is not None and p.flag is Flag.SUSPECT
        ),
        marks=tuple(MarkLine(scale.y(limit), name, limit, band) for name, (limit, band) in shown.items()),
        across=tuple(_hours(scale, local)),
        now=scale.x(until_ms),
        band=_band(scale, outlook) if outlook and coming else "",
        ahead=_ahead(scale, outlook) if outlook and coming else "",
        up=tuple(Tick(scale.y(value), f"{value:g}") for value in _round_values(scale.bottom, scale.top)),
        low=min(values),
        high=max(values),
        last=usable[-1][1],
    )


def _ahead(scale: Scale, outlook: Outlook) -> str:
    """The forecast, from the newest reading on."""
    stages = [(outlook.since, outlook.value), *((one.at, one.cm) for one in outlook.coming)]
    return " ".join(f"{scale.x(at)},{scale.y(cm)}" for at, cm in stages)


def _band(scale: Scale, outlook: Outlook) -> str:
    """There and back again."""
    upper = [(one.at, one.high) for one in outlook.coming]
    lower = [(one.at, one.low) for one in reversed(outlook.coming)]
    edge = [(outlook.since, outlook.value), *upper, *lower]
    return " ".join(f"{scale.x(at)},{scale.y(cm)}" for at, cm in edge)


def _runs(points: Sequence[Point], step_ms: int) -> Iterator[list[tuple[int, float]]]:
    """Readings that may be joined by a line."""
    run: list[tuple[int, float]] = []
    for point in points:
        if point.value is None or point.flag not in USABLE or (run and point.at - run[-1][0] > 3 * step_ms):
            if run:
                yield run
            run = []
        if point.value is not None and point.flag in USABLE:
            run.append((point.at, point.value))
    if run:
        yield run


def _thinned(run: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """At most ``DENSE`` points, with the lowest and highest of each stretch kept."""
    if len(run) <= DENSE:
        return run
    size = ceil(2 * len(run) / DENSE)
    kept: set[tuple[int, float]] = {run[0], run[-1]}
    for start in range(0, len(run), size):
        stretch = run[start : start + size]
        kept |= {min(stretch, key=lambda point: point[1]), max(stretch, key=lambda point: point[1])}
    return sorted(kept)


def _bars(
    usable: Sequence[tuple[int, float]], step_ms: int, scale: Scale
) -> Iterator[tuple[float, float, float, float]]:
    """Rain fell in the step before its time. Dense records add up within a pixel's time."""
    wide = max(step_ms, SPAN_MS // DENSE)
    sums: dict[int, float] = {}
    for at, value in usable:
        sums[ceil(at / wide)] = max(value, sums.get(ceil(at / wide), 0.0))
    width = round(scale.wide(wide), 1)
    for slot, value in sums.items():
        if value > 0:
            y = scale.y(value)
            yield round(scale.x(slot * wide) - width, 1), y, width, round(scale.y(0) - y, 1)


def _near_marks(marks: Mapping[str, tuple[float, int]], highest: float) -> dict[str, tuple[float, int]]:
    """Marks reached, and the next one above: a flood far away must not flatten the curve."""
    above = min((limit for limit, _ in marks.values() if limit > highest), default=highest)
    return {name: mark for name, mark in marks.items() if mark[0] <= above}


def _scale(times: tuple[int, int], values: Sequence[float], limits: Sequence[float], *, from_zero: bool) -> Scale:
    low, high = min([*values, *limits]), max([*values, *limits])
    if from_zero:
        return Scale(*times, 0.0, max(high * 1.1, 1.0))
    margin = max(0.08 * (high - low), 1.0)
    return Scale(*times, low - margin, high + margin)


def _round_values(bottom: float, top: float) -> list[float]:
    """Four to eight round numbers between the ends."""
    rough = (top - bottom) / 5
    power = 10.0 ** floor(log10(rough))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [round(number * step, 6) for number in range(ceil(bottom / step), floor(top / step) + 1)]


def _hours(scale: Scale, local: Callable[[int], datetime]) -> Iterator[Tick]:
    """Every sixth full hour of the city's time."""
    first = local(scale.begin_ms).replace(minute=0, second=0, microsecond=0)
    hours = range(ceil((scale.end_ms - scale.begin_ms) / HOUR_MS) + 2)
    instants = [to_ms(first) + round(timedelta(hours=hour) / timedelta(milliseconds=1)) for hour in hours]
    for before, at in pairwise(instants):
        inside = scale.begin_ms <= at <= scale.end_ms
        if inside and local(at).hour % TICK_HOURS == 0 and local(at).hour != local(before).hour:
            yield Tick(scale.x(at), f"{local(at):%H:%M}")
