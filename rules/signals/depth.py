"""Rain depth over a duration, from readings that are sums over the step before their stamp."""

from typing import Any

from numba import njit

from rules.signals.ring import opens

#: below this share of the window measured, a depth says only "so much at least"
RAIN_COVERAGE = 0.9

Rec = Any


@njit(cache=True)
def depth(series: Rec, at: Rec, value: Rec, first: int, end: int, window: int) -> tuple[float, float]:
    """Rain in ``(t - window, t]`` with t the time of ``at[end - 1]``: (mm, measured share 0..1).

    A reading is the sum of the step that ends at its stamp, or of the time since the reading before
    where that is shorter; at the window's edge the part inside is taken.
    """
    now = at[end - 1]
    since = now - window
    place = opens(at, first, end, since)
    step = series.step
    whole = 0
    part = 0.0
    covered = 0
    if place < end:
        # the first reading may reach over the window's edge
        begins = at[place] - step
        if place > first and at[place - 1] > begins:
            begins = at[place - 1]
        length = at[place] - begins
        inside = at[place] - max(begins, since)
        part = value[place] * (inside / length)
        covered = inside
    for i in range(place + 1, end):
        whole += value[i]
        covered += min(step, at[i] - at[i - 1])
    total = whole + part
    millimetres = total / series.per_unit if series.per_unit > 0.0 else total * series.resolution
    return millimetres, covered / window
