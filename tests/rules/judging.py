"""Judges whole series the way the kernel does, reading by reading."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from rules.signals.layout import HOURS, QUALITY, RUN, SERIES
from rules.signals.quality import doubts, follow, nothing_seen, reverses, unusable
from rules.signals.surroundings import attenuated, note_extremes
from sensors.doubts import FAILS, Doubt
from sensors.quality import Quality, numbers
from sensors.units import MINUTE_MS

SPIKE, ATTENUATED = int(Doubt.SPIKE), int(Doubt.ATTENUATED)


class Gauge(NamedTuple):
    """One sensor: rows of SERIES and QUALITY, each an array of one."""

    series: NDArray[np.void]
    quality: NDArray[np.void]


def gauge(
    quality: Quality | None = None,
    parameter: str = "stage",
    step: int = 5 * MINUTE_MS,
    resolution: float = 0.1,
    span: tuple[float, float] = (-50.0, 700.0),
) -> Gauge:
    series, limits = np.zeros(1, SERIES), np.zeros(1, QUALITY)
    series["step"], series["resolution"] = step, resolution
    series["low"], series["high"] = span
    series["rain"] = parameter == "rain"
    for name, number in numbers(quality, parameter, step, resolution).items():
        limits[name] = number
    return Gauge(series, limits)


def fresh_run() -> NDArray[np.void]:
    run = np.zeros(1, RUN)
    nothing_seen(run[0])
    return run


def judge(
    of: Gauge, at: list[int], values: list[float], run: NDArray[np.void] | None = None, lag: int = 0
) -> list[Doubt]:
    """What is doubted about each reading once the one after it is known; NaN is a missing value."""
    found = np.zeros(len(at), np.uint32)
    hours = np.full((HOURS, 3), np.nan, np.float32)
    run = fresh_run() if run is None else run
    _judge(of, run, hours, (np.array(at, np.int64), np.array(values, float)), lag, found)
    return [Doubt(int(bits)) for bits in found]


@njit  # not cached: a cache does not notice what changes in other files
def _judge(of, run, hours, readings, lag, found):  # type: ignore[no-untyped-def]
    series, quality = of
    at, values = readings
    newest = -1
    for place in range(len(at)):
        now, value = at[place], values[place]
        found[place] = unusable(series[0], quality[0], now, value, now + lag)
        if found[place] != 0:
            continue
        found[place] = doubts(series[0], quality[0], run[0], now, value)
        if found[place] & FAILS:
            continue
        if attenuated(quality[0], hours, now, value):
            found[place] |= ATTENUATED
        if newest >= 0 and reverses(quality[0], run[0], now, value):
            found[newest] |= SPIKE
        follow(series[0], quality[0], run[0], now, value)
        note_extremes(hours, now, value)
        newest = place
