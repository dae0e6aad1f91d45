"""The robust rate of rise."""

from bisect import bisect_right
from functools import lru_cache
from statistics import median

import numpy as np
from numpy.typing import NDArray

from sensors.units import HOUR_MS

#: points a slope is taken over at most; beyond that each time bucket gives its median
MOST_POINTS = 60
FEWEST_POINTS = 4


def rise_cm_per_h(times: list[int], values: list[float], now: int, window_ms: int, step_ms: int) -> float | None:
    """Theil–Sen slope over ``(now - window, now]``: the median over all pairs of readings.

    None with fewer than 4 readings, with readings over less than half the window, and when the
    newest one is more than two steps old.
    """
    end = bisect_right(times, now)
    start = bisect_right(times, now - window_ms, 0, end)
    if end - start < FEWEST_POINTS or 2 * (times[end - 1] - times[start]) < window_ms:
        return None
    if now - times[end - 1] > 2 * step_ms:
        return None
    hours, stages = times[start:end], values[start:end]
    if end - start > MOST_POINTS:
        hours, stages = _bucket_medians(hours, stages, window_ms)
    return _theil_sen(np.array(hours, dtype=np.float64), np.array(stages))


def _theil_sen(times_ms: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Median slope per hour of arrays of the same length n ≥ 2, times rising."""
    pairs = _pairs(len(values))
    between = np.subtract.outer(times_ms, times_ms).take(pairs)
    slopes = np.subtract.outer(values, values).take(pairs)
    slopes /= between
    middle = len(slopes) // 2
    if len(slopes) % 2:
        slopes.partition(middle)
        return float(slopes[middle]) * HOUR_MS
    slopes.partition((middle - 1, middle))
    return float(slopes[middle - 1] + slopes[middle]) / 2 * HOUR_MS


@lru_cache(maxsize=MOST_POINTS + 2)
def _pairs(count: int) -> NDArray[np.intp]:
    """Where the pairs (later, earlier) lie in a flattened ``count`` × ``count`` table."""
    later, earlier = np.tril_indices(count, -1)
    flat: NDArray[np.intp] = later * count + earlier
    return flat


def _bucket_medians(times: list[int], values: list[float], window_ms: int) -> tuple[list[int], list[float]]:
    """One point per bucket; buckets are fixed on the time axis, whatever arrives in which order."""
    width = -(-window_ms // (MOST_POINTS - 1))
    thinned_times, thinned_values = [], []
    start = 0
    while start < len(times):
        end = bisect_right(times, (times[start] // width + 1) * width - 1, start)
        thinned_times.append(times[(start + end - 1) // 2])
        thinned_values.append(median(values[start:end]))
        start = end
    return thinned_times, thinned_values
