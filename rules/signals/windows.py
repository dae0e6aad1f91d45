"""Maximum and mean over irregular event time, in place on a ring."""

from typing import Any

import numpy as np
from numba import njit

from rules.signals.ring import as_value, opens
from sensors.doubts import SUSPECTS

#: a gap longer than this many steps is not measured water
LONGEST_GAP_STEPS = 3
MEAN_COVERAGE = 0.8

Rec = Any


@njit(cache=True)
def maximum(series: Rec, at: Rec, value: Rec, first: int, end: int, window: int) -> float:
    """Highest value in ``(t - window, t]`` with t the time of ``at[end - 1]``."""
    place = opens(at, first, end, at[end - 1] - window)
    highest = value[place]
    for i in range(place + 1, end):
        highest = max(highest, value[i])
    return as_value(series, highest)


@njit(cache=True)
def seen(series: Rec, at: Rec, first: int, end: int, window: int) -> float:
    """Share of ``(t - window, t]`` in which water was looked at: without gaps longer than 3 nominal steps."""
    since = at[end - 1] - window
    longest = LONGEST_GAP_STEPS * series.step
    covered = 0
    for i in range(max(opens(at, first, end, since), first + 1), end):
        lasted = at[i] - at[i - 1]
        if lasted <= longest:
            covered += min(lasted, at[i] - since)
    return float(covered / window)


@njit(cache=True)
def vouched(
    series: Rec, ring: tuple[Rec, Rec, Rec], first: int, end: int, window: int, limit: float, strict: int
) -> bool:
    """Whether a reading in ``(t - window, t]`` that nothing speaks against is beyond a limit.

    ``ring`` is (times, values, doubts).
    """
    at, value, doubt = ring
    for i in range(opens(at, first, end, at[end - 1] - window), end):
        if not doubt[i] & SUSPECTS:
            amount = as_value(series, value[i])
            if amount > limit or (amount == limit and not strict):
                return True
    return False


@njit(cache=True)
def mean(series: Rec, at: Rec, value: Rec, first: int, end: int, window: int) -> float:
    """Mean over ``[t - window, t]`` by trapezoids; a step across the window's edge is cut there.

    Gaps longer than 3 nominal steps do not count; NaN where less than 0.8 of the window is covered.
    """
    since = at[end - 1] - window
    place = opens(at, first, end, since)
    longest = LONGEST_GAP_STEPS * series.step
    area = 0.0
    covered = 0
    if place > first:
        lasted = at[place] - at[place - 1]
        if lasted <= longest:
            inside = at[place] - since
            edge = value[place - 1] + (value[place] - value[place - 1]) * ((lasted - inside) / lasted)
            area += (edge + value[place]) * inside
            covered += inside
    for i in range(place + 1, end):
        lasted = at[i] - at[i - 1]
        if lasted <= longest:
            area += (float(value[i - 1]) + value[i]) * lasted
            covered += lasted
    if covered < MEAN_COVERAGE * window:
        return np.nan
    return as_value(series, area / (2.0 * covered))
