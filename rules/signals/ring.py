"""The readings of one series that signals still need: a sorted stretch of an array that slides forward.

All functions are compiled and work in place on the arrays of ``layout.State``. ``end`` and ``first`` are
places in the whole ring array, so that a window is ``ring_at[first:end]``.
"""

from typing import Any

import numpy as np
from numba import njit

Rec = Any  # a record of one of the dtypes in ``layout``; compiled code knows which


@njit(cache=True)
def as_count(series: Rec, value: float) -> int:
    """A value as a whole number of the sensor's resolutions."""
    if series.per_unit > 0.0:
        return int(np.rint(value * series.per_unit))
    return int(np.rint(value / series.resolution))


@njit(cache=True)
def as_value(series: Rec, count: float) -> float:
    """Resolutions as a value: 0.1 cm steps give the float nearest to the decimal number."""
    if series.per_unit > 0.0:
        return float(count / series.per_unit)
    return float(count * series.resolution)


@njit(cache=True)
def lower(at: Rec, first: int, end: int, time: int) -> int:
    """First place in the sorted ``at[first:end]`` that is not before ``time``."""
    while first < end:
        middle = (first + end) >> 1
        if at[middle] < time:
            first = middle + 1
        else:
            end = middle
    return first


@njit(cache=True)
def opens(at: Rec, first: int, end: int, time: int) -> int:
    """First place in ``at[first:end]`` that is after ``time``: where the window ``(time, …]`` begins."""
    return lower(at, first, end, time + 1)


@njit(cache=True)
def value_at(series: Rec, cursor: Rec, ring: Rec, time: int, now: int, longest: int) -> float:
    """The value at ``time``, linear between readings at most ``longest`` ms apart, else NaN; times in ms since 1970.

    Readings after ``now`` are not looked at. ``ring`` is (ring_at, ring_value) of the whole catchment.
    """
    at, value = ring
    first = series.ring + cursor.first
    end = opens(at, first, first + cursor.count, now - cursor.base)
    wanted = time - cursor.base
    place = lower(at, first, end, wanted)
    if place == end:
        return np.nan
    if at[place] == wanted:
        return as_value(series, value[place])
    if place == first:
        return np.nan
    apart = at[place] - at[place - 1]
    if apart > longest:
        return np.nan
    share = (wanted - at[place - 1]) / apart
    before, after = as_value(series, value[place - 1]), as_value(series, value[place])
    return float(before + share * (after - before))
