"""What rain means: wetness before it, how rare it is, and how much of it the ground can still take."""

from typing import Any

import numpy as np
from numba import njit

from rules.signals.depth import depth
from rules.signals.layout import NEVER
from sensors.units import HOUR_MS

#: the first part of the rain that never runs off, as a share of the storage
LOST_SHARE = 0.2

Rec = Any


@njit(cache=True)
def follow_wetness(series: Rec, run: Rec, at: int, value: float) -> None:
    """Antecedent precipitation index: what is left of it after the elapsed time, and the new rain."""
    if run.wet_at != NEVER:
        run.wet *= series.keeps ** ((at - run.wet_at) / HOUR_MS)
    run.wet += value
    run.wet_at = at


@njit(cache=True)
def return_period(plan: Rec, state: Rec, s: int, end: int, row: int, only: int) -> tuple[float, float]:
    """Largest return period in years over the table's durations (or the one given), and the least coverage.

    Linear between the table's periods, and from no rain = 0 years; above the table its largest period.
    """
    models = plan.models
    series = plan.series[s]
    first = series.ring + state.cursors[s].first
    sums = (state.thin_at, state.thin_value)
    rarest, covered = 0.0, 1.0
    for d in range(models.durations.shape[1]):
        duration = models.durations[row, d]
        if duration == 0 or (only > 0 and duration != only):
            continue
        fallen, measured = depth(series, state.ring_at, state.ring_value, *sums, first, end, duration)
        covered = min(covered, measured)
        below_depth, below_years = 0.0, 0.0
        years = 0.0
        for t in range(models.periods.shape[1]):
            if np.isnan(models.periods[row, t]):
                break
            this_depth, this_years = models.depths[row, d, t], models.periods[row, t]
            if fallen < this_depth:
                years = below_years + (this_years - below_years) * (fallen - below_depth) / (this_depth - below_depth)
                break
            below_depth, below_years, years = this_depth, this_years, this_years
        rarest = max(rarest, years)
    return rarest, covered


@njit(cache=True)
def guidance(plan: Rec, run: Rec, fallen: float, row: int) -> float:
    """Rain in percent of the depth that brings the stream to its banks (flash-flood guidance).

    Runoff R needs the rain P = 0.2 S + (R + √(R² + 4 R S)) / 2 with S = 25400 / CN − 254 (curve number
    method of the US Soil Conservation Service); CN for dry and wet ground after the usual conversion.
    """
    runoff, number, dry_below, wet_above = plan.models.guidance[row]
    if run.wet < dry_below:
        number = 4.2 * number / (10.0 - 0.058 * number)
    elif run.wet > wet_above:
        number = 23.0 * number / (10.0 + 0.13 * number)
    storage = 25400.0 / number - 254.0
    needed = LOST_SHARE * storage + (runoff + np.sqrt(runoff * runoff + 4.0 * runoff * storage)) / 2.0
    return float(100.0 * fallen / needed)
