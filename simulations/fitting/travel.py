"""How long water takes from one gauge to the next, told from a record."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sensors.readings import Series
from simulations.fitting.data import Arrays, Floats
from simulations.fitting.features import values_at
from simulations.fitting.scores import Moments

LONGEST_STEPS = 24
#: below two steps, tributaries and the readings' own noise make the lag
LEAST_STEPS = 2


class Travel(NamedTuple):
    """The lag of best correlation between two gauges' changes, in steps of the lower one."""

    series: Series
    lag_steps: int
    step_ms: int
    correlation: float

    @property
    def told(self) -> bool:
        """Whether the lag is long enough to be a travel time."""
        return self.lag_steps >= LEAST_STEPS


def travel_times(
    moments: Moments, known: Mapping[Series, Arrays], steps: Mapping[Series, int], upstream: Sequence[Series]
) -> list[Travel]:
    """Lag of greatest corr(Δh_up(t−k), Δh_down(t)) on the rising limbs of floods; series without it are left out."""
    found = []
    limb = moments.flood & moments.rising
    now, step = moments.now[limb], moments.step_ms
    before = values_at(Arrays(moments.now, moments.stage), now - step, step)
    change = moments.stage[limb] - before
    for series in upstream:
        correlations = []
        for lag in range(LONGEST_STEPS + 1):
            at = now - lag * step
            late, early = (values_at(known[series], one, steps[series]) for one in (at, at - step))
            correlations.append(_correlation(late - early, change))
        if np.isfinite(correlations).any():
            best = int(np.nanargmax(correlations))
            found.append(Travel(series, best, step, correlations[best]))
    return found


def _correlation(one: Floats, other: Floats) -> float:
    known = np.isfinite(one) & np.isfinite(other)
    if known.sum() < LONGEST_STEPS or not np.ptp(one[known]) or not np.ptp(other[known]):
        return float("nan")
    return float(np.corrcoef(one[known], other[known])[0, 1])
