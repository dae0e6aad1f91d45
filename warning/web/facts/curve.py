"""Readings of one series over a time, few enough to be drawn: nothing that stands out is lost, and no gap is closed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from sensors.readings import Flag
from warning.stores.history import Point
from warning.web.facts.gauges import USABLE

MOST = 2000
_KEPT = 4  # of each stretch at most: its lowest, its highest, one that cannot be used, one that is odd


@dataclass(frozen=True, slots=True)
class Curve:
    """Readings, oldest first."""

    points: tuple[Point, ...]
    apart: tuple[bool, ...]  # by reading: something is missing between it and the one before
    count: int  # readings that there were

    @property
    def thinned(self) -> bool:
        """Whether a point stands for several readings."""
        return len(self.points) < self.count


def curve(points: Sequence[Point], step_ms: int) -> Curve:
    """At most ``MOST`` of the readings, which come oldest first."""
    kept = range(len(points)) if len(points) <= MOST else sorted(set(_outstanding(points)))
    before = [0, *kept]
    breaks = _breaks(points, step_ms)
    apart = [breaks[place] > breaks[last] for last, place in zip(before, kept, strict=False)]
    return Curve(tuple(points[place] for place in kept), tuple(apart), len(points))


def usable(point: Point) -> bool:
    """Whether it says how the water stood."""
    return point.value is not None and point.flag in USABLE


def _breaks(points: Sequence[Point], step_ms: int) -> list[int]:
    """How many gaps there were until each reading: longer than three steps, or a value that cannot be used."""
    found: list[int] = []
    for place, point in enumerate(points):
        last = points[place - 1] if place else point
        gap = point.at - last.at > 3 * step_ms or not usable(point) or not usable(last)
        found.append((found[-1] if found else 0) + int(gap and place > 0))
    return found


def _outstanding(points: Sequence[Point]) -> Iterator[int]:
    """Where the readings stand that are kept."""
    size = ceil(_KEPT * len(points) / MOST)
    for start in range(0, len(points), size):
        places = range(start, min(start + size, len(points)))
        values = {
            place: value for place in places if usable(points[place]) and (value := points[place].value) is not None
        }
        if values:
            yield min(values, key=lambda place: values[place])
            yield max(values, key=lambda place: values[place])
        yield from [place for place in places if not usable(points[place])][:1]
        yield from [place for place in places if points[place].flag is Flag.SUSPECT][:1]
