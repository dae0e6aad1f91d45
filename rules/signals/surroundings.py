"""Quality tests that look further than a series' last readings: a day of it, its neighbours, the air."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from rules.signals.layout import HOURS
from sensors.quality import FEWEST_NEIGHBOURS
from sensors.units import HOUR_MS

#: residuals beyond so many robust standard deviations, so many readings in a row
ODD_SIGMAS = 4.0
ODD_READINGS = 3
#: a rain gauge whose neighbours have more than so many times its rain is clogged, once they had so much in 3 h
CLOGGED_TIMES = 10.0
CLOGGED_FROM_MM = 5.0
#: below this the heater decides when snow is counted, °C
SNOW_BELOW = 2.0

Rec = Any


@njit(cache=True)
def note_extremes(hours_row: NDArray[np.float32], at: int, value: float) -> None:
    """Widen the range of the hour of ``at``; in whatever order readings come, the ranges are the same.

    ``hours_row`` has shape (HOURS, 3): number of the hour since 1970, lowest, highest. An hour that has
    given its place to a newer one is not brought back.
    """
    hour = at // HOUR_MS
    row = hours_row[hour % HOURS]
    level = np.float32(value)
    if row[0] == hour:
        row[1] = min(row[1], level)
        row[2] = max(row[2], level)
    elif not row[0] > hour:
        row[0] = hour
        row[1] = level
        row[2] = level


@njit(cache=True)
def attenuated(quality: Rec, hours_row: NDArray[np.float32], at: int, value: float) -> bool:
    """Whether the 24 whole hours before the hour of ``at`` and this value lie closer together than the limit.

    The value counts, so that the first reading of a flood after a calm day is not doubted. With an hour
    missing it is unknown, which is no doubt.
    """
    if not quality.attenuated > 0.0:
        return False
    hour = at // HOUR_MS
    low = high = np.float32(value)
    for before in range(1, HOURS):
        row = hours_row[(hour - before) % HOURS]
        if row[0] != hour - before:
            return False
        low = min(low, row[1])
        high = max(high, row[2])
    return bool(high - low < quality.attenuated)


@njit(cache=True)
def forgotten(hours_row: NDArray[np.float32], at: int) -> bool:
    """Whether one of the 24 hours before the hour of ``at`` has given its place to a newer one."""
    hour = at // HOUR_MS
    newer = 0
    for before in range(1, HOURS):
        newer += hours_row[(hour - before) % HOURS][0] > hour - before
    return newer > 0


@njit(cache=True)
def predicted(quality: Rec, lagged: float) -> float:
    """The value to be expected, from the neighbour's value one lag ago; NaN gives NaN."""
    return float(quality.neighbour_offset + quality.neighbour_gain * lagged)


@njit(cache=True)
def neighbour_differs(quality: Rec, predicted: float, run: Rec, value: float) -> bool:
    """Whether this is at least the third reading in a row that is more than 4 sigma from what is predicted.

    Counts in ``run.odd``. A reading without a prediction neither counts nor ends the count.
    """
    if np.isnan(predicted) or not quality.neighbour_sigma > 0.0:
        return False
    if abs(value - predicted) > ODD_SIGMAS * quality.neighbour_sigma:
        run.odd = min(run.odd + 1, ODD_READINGS)
    else:
        run.odd = 0
    return bool(run.odd == ODD_READINGS)


@njit(cache=True)
def clogged(own_depth: float, neighbour_depths: NDArray[np.float64], n: int) -> bool:
    """Whether a rain gauge has under a tenth of the median of its neighbours; all depths in mm over 3 h.

    The first ``n`` of ``neighbour_depths`` count, NaN (unknown) left out; at least 3 must be known and their
    median be above 5 mm.
    """
    known = neighbour_depths[:n][~np.isnan(neighbour_depths[:n])]
    if np.isnan(own_depth) or len(known) < FEWEST_NEIGHBOURS:
        return False
    median = np.median(known)
    return bool(median > CLOGGED_FROM_MM and own_depth * CLOGGED_TIMES < median)


@njit(cache=True)
def snowing(temperature: float) -> bool:
    """Whether what a rain gauge counts may be snow, at this air temperature in °C; NaN is unknown."""
    return temperature < SNOW_BELOW
