"""Rain depth over a duration, from readings that are sums over the step before their stamp.

Sums over all readings so far stand beside the ring, so that a window costs two look-ups however long it is.
They run over four bytes now and then; their differences do not.
"""

from typing import Any

import numpy as np
from numba import njit

from rules.signals.ring import opens

#: below this share of the window measured, a depth says only "so much at least"
RAIN_COVERAGE = 0.9

Rec = Any


@njit(cache=True)
def add_up(series: Rec, at: Rec, value: Rec, sum_at: Rec, sum_value: Rec, first: int, place: int) -> None:
    """Bring the sums at a ring place up to date; those before it are right."""
    mine = series.thin + place - series.ring
    if place == first:
        sum_at[mine] = series.step
        sum_value[mine] = value[place]
    else:
        sum_at[mine] = np.int32(sum_at[mine - 1] + min(series.step, at[place] - at[place - 1]))
        sum_value[mine] = np.int32(sum_value[mine - 1] + value[place])


@njit(cache=True)
def depth(
    series: Rec, at: Rec, value: Rec, sum_at: Rec, sum_value: Rec, first: int, end: int, window: int
) -> tuple[float, float]:
    """Rain in ``(t - window, t]`` with t the time of ``at[end - 1]``: (mm, measured share 0..1).

    A reading is the sum of the step that ends at its stamp, or of the time since the reading before
    where that is shorter; at the window's edge the part inside is taken.
    """
    since = at[end - 1] - window
    place = opens(at, first, end, since)
    begins = at[place] - series.step
    if place > first:
        begins = max(begins, at[place - 1])
    inside = at[place] - max(begins, since)  # the first reading may reach over the window's edge
    part = value[place] * (inside / (at[place] - begins))
    aside = series.thin - series.ring
    whole = np.int32(sum_value[aside + end - 1] - sum_value[aside + place])
    covered = inside + np.int32(sum_at[aside + end - 1] - sum_at[aside + place])
    total = whole + part
    millimetres = total / series.per_unit if series.per_unit > 0.0 else total * series.resolution
    return millimetres, covered / window
