"""Quality tests that look at other series. They see what is known when the reading arrives, and stand then."""

from typing import Any

import numpy as np
from numba import njit

from rules.signals.forecast import depth_between
from rules.signals.ring import value_at
from rules.signals.surroundings import clogged, neighbour_differs, predicted, snowing
from rules.signals.windows import LONGEST_GAP_STEPS
from sensors.doubts import Doubt
from sensors.units import HOUR_MS

_NEIGHBOUR, _CLOGGED, _SNOW = int(Doubt.NEIGHBOUR), int(Doubt.CLOGGED), int(Doubt.SNOW)
CLOGGING_MS = 3 * HOUR_MS
#: a temperature older than this says nothing about the rain of now
WARM_MS = 2 * HOUR_MS

Rec = Any


@njit(cache=True)
def among(plan: Rec, state: Rec, s: int, at: int, value: float) -> int:
    """Doubts about a reading that is not in its ring yet, from what its neighbours say."""
    quality = plan.quality[s]
    found = 0
    ring = (state.ring_at, state.ring_value)
    if quality.neighbour >= 0:
        other = plan.series[quality.neighbour]
        longest = LONGEST_GAP_STEPS * other.step
        beside = value_at(other, state.cursors[quality.neighbour], ring, at - quality.neighbour_lag, at, longest)
        if neighbour_differs(quality, predicted(quality, beside), state.heads[s], value):
            found |= _NEIGHBOUR
    if quality.neighbours[0] >= 0:
        depths = np.empty(5)
        known = 0
        for place in range(5):
            n = quality.neighbours[place]
            if n >= 0:
                fallen = depth_between(
                    plan.series[n], state.cursors[n], ring, at - CLOGGING_MS, at, at, plan.series[n].step
                )
                if not np.isnan(fallen):
                    depths[known] = fallen
                    known += 1
        own = depth_between(plan.series[s], state.cursors[s], ring, at - CLOGGING_MS, at, at, plan.series[s].step)
        if clogged(own + value if not np.isnan(own) else value, depths, known):
            found |= _CLOGGED
    if quality.thermometer >= 0:
        n = quality.thermometer
        cursor = state.cursors[n]
        if cursor.count > 0:
            last = plan.series[n].ring + cursor.first + cursor.count - 1
            if abs(at - cursor.base - state.ring_at[last]) <= WARM_MS and snowing(state.heads[n].value):
                found |= _SNOW
    return found
